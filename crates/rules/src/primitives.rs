//! The primitives that every rule combines: metric, window, condition, filter, calendar, steps.

pub mod calendar;
pub mod condition;
pub mod filter;
pub mod period;
pub mod steps;

pub use calendar::{Birthdays, Dates, Occasion, When};
pub use condition::{Condition, Metric, Window};
pub use filter::GoodsFilter;
pub use period::Period;
pub use steps::{Band, Border, RATE_UNIT, Reading, Steps};
