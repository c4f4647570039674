//! The rules engine of Regulars.
//!
//! A policy document becomes a [`policy::Policy`] through [`policy::check`]; folding a
//! [`event::Journal`] under policies gives a [`book::Book`]; a book answers quotes, dues and decisions. The crate is pure: it opens no
//! file, reads no clock, draws no random number and knows no float. The same events give the same book, to the hash,
//! on every machine.

pub mod book;
pub mod decide;
pub mod describe;
pub mod due;
pub mod event;
pub mod fold;
pub mod id;
pub mod kinds;
pub mod message;
pub mod number;
pub mod policy;
pub mod preview;
pub mod primitives;
pub mod quote;
pub mod reader;
pub mod reference;
mod sale;
pub mod scenario;
pub mod simulate;
pub mod staff;
pub mod time;
pub mod words;
