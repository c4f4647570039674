//! Points given to a friend.
//!
//! Programs: P29 (allowed, recorded), P17 (not transferable).
//!
//! ```toml
//! [transfer]
//! allowed = true
//! least = "1"
//! most = "5000"              # at a time
//! ```

use crate::number::Points;
use crate::reader::Table;

/// The transfer rule; a program without the table allows none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Whether points may be given away.
    pub allowed: bool,
    /// Least at a time.
    pub least: Points,
    /// Most at a time.
    pub most: Points,
}

impl Default for Transfer {
    fn default() -> Self {
        Self { allowed: false, least: Points::from_minor(1), most: Points::from_minor(i64::MAX) }
    }
}

impl Transfer {
    /// Reads `[transfer]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("transfer") else { return Self::default() };
        let rule = Self {
            allowed: table.flag("allowed").unwrap_or(true),
            least: table.points("least").unwrap_or(Points::from_minor(1)),
            most: table.points("most").unwrap_or(Points::from_minor(i64::MAX)),
        };
        table.finish();
        rule
    }
}
