//! Inspection: shops and days are drawn by lot, and what is found there is recorded.
//!
//! Programs: P25 (inspections at random; what is found is put right at once).
//!
//! ```toml
//! [[inspection]]
//! id = "rounds"
//! label = { zh = "随机巡店", en = "Inspections by lot" }
//! stores = 3                       # how many stores are drawn; default: all
//! visits = 2                       # on how many days each
//! propose = ["correction"]         # where something was found
//! answers = "manager"              # the role at the store that answers for it; default: the store itself
//! ```
//!
//! A draw can be checked by anyone: see [`draw_visits`](crate::staff::inspection::draw_visits).

use super::Head;
use super::conduct::measures;
use crate::id::Text;
use crate::reader::Table;

/// One inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Id, label, clause.
    pub head: Head,
    /// How many stores are drawn.
    pub stores: Option<i64>,
    /// On how many days each.
    pub visits: i64,
    /// What is proposed where something was found.
    pub propose: Vec<Text>,
    /// The role that answers for it; empty: the store itself.
    pub answers: Text,
}

impl Inspection {
    /// Reads one `[[inspection]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            stores: table.count("stores", 1..=10_000),
            visits: table.count("visits", 1..=366).unwrap_or(1),
            propose: measures(table, "propose"),
            answers: table.text("answers").unwrap_or_default(),
        };
        table.finish();
        head.map(|_| rule)
    }
}
