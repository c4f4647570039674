//! Today: takings, members and points beside those of a week before, and what is due.

mod due;
mod hours;
pub mod model;
mod view;

pub use view::{TodayPage, near_day};
