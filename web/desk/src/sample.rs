//! Half a year of a made-up shop.

use regulars_rules::event::Event;
use regulars_rules::id::DeviceId;
use regulars_rules::time::BusinessTime;

use crate::shop::Shop;

/// The shop's name.
pub const NAME: &str = "样例·茵贝母婴";

/// A sample on its way.
#[derive(Debug)]
pub struct Sample;

impl Sample {
    /// Begins.
    #[must_use]
    pub fn new(_: BusinessTime, _: u64, _: DeviceId) -> Self {
        Self
    }
    /// Whether it is done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        true
    }
    /// A few days more.
    pub fn step(&mut self) {}
    /// Done so far.
    #[must_use]
    pub fn days_done(&self) -> usize {
        0
    }
    /// In all.
    #[must_use]
    pub fn days_total(&self) -> usize {
        0
    }
    /// The result.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Event>, Shop) {
        (Vec::new(), Shop::default())
    }
}
