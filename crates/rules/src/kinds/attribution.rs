//! Attribution: who gets a deal.
//!
//! Programs: P19 (the person on duty; an off-duty seller only if the client was booked with them beforehand and the
//! manager was told, or the manager allowed it because those on duty were full; the manager decides conflicts).
//!
//! ```toml
//! [attribution]
//! rule = "on-duty"            # or "seller" (default): whoever is named on the receipt
//! decides = "manager"         # role whose recorded decision stands above the rule
//! ```

use crate::id::Text;
use crate::reader::Table;

/// Who gets a deal unless somebody decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribution {
    /// Whether the seller must have been on duty, or be excused.
    pub on_duty: bool,
    /// The role that decides conflicts.
    pub decides: Text,
    /// Clause of the source document.
    pub clause: Text,
}

impl Attribution {
    /// Reads `[attribution]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("attribution") else { return Self::default() };
        let rule = Self {
            on_duty: table.word("rule", &["seller", "on-duty"]) == Some("on-duty"),
            decides: table.text("decides").unwrap_or_default(),
            clause: table.text("clause").unwrap_or_default(),
        };
        table.finish();
        rule
    }
}
