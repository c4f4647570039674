//! The counter: find, ring up, quote, take payment, receipt, return, enrol.

mod enrol;
mod lines;
mod member_panel;
pub mod model;
mod pay;
mod product;
mod quote_panel;
mod receipt;
mod receipts;
mod scan;
mod search;
mod till;
mod view;

pub use till::Till;
pub use view::CounterPage;
