//! Classes of shop by their average sales a day.
//!
//! Programs: P32 (class 1 from 4,000 to 10,000 a day, class 2 from 1,500 to 4,000, class 3 below 1,500; a figure on
//! the border belongs to the higher class).
//!
//! ```toml
//! [[store_class]]
//! id = "class-1"
//! label = { zh = "一类店铺", en = "Class 1" }
//! from = "4000.00"
//! ```
//!
//! What a class reaches up to is where the next higher one begins; the highest has no end.

use super::Head;
use crate::msg;
use crate::number::Money;
use crate::reader::Table;

/// One class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreClass {
    /// Id, label, clause.
    pub head: Head,
    /// Least average sales a day.
    pub from: Money,
}

impl StoreClass {
    /// Reads one `[[store_class]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|class| &class.head));
        if !table.has("from") {
            table.missing("from");
        }
        let from = table.money("from");
        if let Some(from) = from
            && let Some(other) = earlier.iter().find(|class| class.from == from)
        {
            table.context().error(
                "E010",
                table.place("from"),
                msg!("doc.store-class-twice", id = &other.head.id, from = from),
                msg!("help.store-class-twice"),
            );
        }
        table.finish();
        Some(Self { head: head?, from: from? })
    }

    /// The class of a shop that sells so much a day on average.
    #[must_use]
    pub fn of(classes: &[Self], daily_sales: Money) -> Option<&Self> {
        classes.iter().filter(|class| daily_sales >= class.from).max_by_key(|class| class.from)
    }
}
