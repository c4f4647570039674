//! The staff: a month in figures, a person's statement, what is to be done, and what one may record.

mod acts;
mod clients;
mod due;
mod form;
mod forms;
mod list;
pub mod model;
mod paper;
mod person;
mod sections;

pub use list::StaffPage;
pub use person::StatementPage;
