//! Programs: the list, and one in plain words.

mod adopt;
mod calendar;
mod charts;
mod document;
mod ladder;
mod list;
pub mod model;
mod page;
mod parameters;

pub use list::ProgramsPage;
pub use page::ProgramPage;
pub use parameters::Parameters;
