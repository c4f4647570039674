//! The commission calculator: needs no shop, keeps nothing, works from a link, on paper and in a frame.

mod inputs;
pub mod model;
mod result;
mod view;

pub use view::CalculatorPage;
