//! Stored value: sold, spent, and which payments must clear before it can be used.
//!
//! Programs: P01 (prepaid cards of a salon; cheques must clear).
//!
//! ```toml
//! [stored_value]
//! must_clear = ["cheque"]
//! least = "100.00"
//! ```

use crate::id::Text;
use crate::number::Money;
use crate::reader::Table;

/// The stored-value rules; a program without the table sells none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredValue {
    /// Whether stored value is sold.
    pub sold: bool,
    /// Tenders whose money must arrive first.
    pub must_clear: Vec<Text>,
    /// Least amount at a time.
    pub least: Money,
}

impl StoredValue {
    /// Reads `[stored_value]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("stored_value") else { return Self::default() };
        let rule = Self {
            sold: true,
            must_clear: table.plain_texts("must_clear"),
            least: table.money("least").unwrap_or(Money::ZERO),
        };
        table.finish();
        rule
    }

    /// Whether money of this tender counts at once.
    #[must_use]
    pub fn clears_at_once(&self, kind: &str) -> bool {
        !self.must_clear.iter().any(|own| own == kind)
    }
}
