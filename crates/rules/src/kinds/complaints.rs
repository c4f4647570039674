//! The clock of complaints.
//!
//! Programs: P12 (handled within 24 hours of being made; a member who is not content, or was not answered in time, may
//! go to head office; gold and diamond members first).
//!
//! ```toml
//! [complaints]
//! within_hours = 24
//! first = ["gold", "diamond"]      # whose complaints come first, the highest tier before the others
//! role = "manager"                 # who handles them, at the store where they were made
//! then = "head-office"             # who handles them after that
//! ```
//!
//! A complaint of 10:00 is in time until 10:00 of the next day, that minute included; from 10:01 on it is late.

use super::Head;
use super::ownership::{ranks, single};
use crate::id::Text;
use crate::reader::Table;

/// The clock of complaints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaints {
    /// Label and clause.
    pub head: Head,
    /// Hours in which one is to be handled.
    pub within_hours: i64,
    /// Tiers whose complaints come first.
    pub first: Vec<u8>,
    /// The role that handles them.
    pub role: Text,
    /// The role that handles them after that.
    pub then: Text,
}

impl Complaints {
    /// Reads `[complaints]`.
    #[must_use]
    pub fn read(root: &Table<'_>, tiers: &[Text]) -> Option<Self> {
        let table = root.table("complaints")?;
        if !table.has("within_hours") {
            table.missing("within_hours");
        }
        let rule = Self {
            head: single(&table, "complaints"),
            within_hours: table.count("within_hours", 1..=10_000).unwrap_or(24),
            first: ranks(&table, "first", tiers),
            role: table.text("role").unwrap_or_default(),
            then: table.text("then").unwrap_or_default(),
        };
        table.finish();
        Some(rule)
    }
}
