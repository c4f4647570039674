//! What is due on a day.

use super::Entry;

pub const FAMILIES: &[&str] = &["due"];

pub const ENTRIES: &[Entry] = &[];
