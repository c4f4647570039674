//! The pages. Each has a `model.rs` (plain Rust, tested on the host) and a `view.rs`.

pub mod calculator;
pub mod counter;
pub mod data;
pub mod editor;
pub mod members;
pub mod programs;
pub mod staff;
pub mod today;
pub mod welcome;
pub mod what_if;
