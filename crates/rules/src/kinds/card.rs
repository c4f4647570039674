//! The card: how long it is valid, what a lost or damaged one costs.
//!
//! Programs: P10, P16 (one year), P11 (for ever; lost 2 yuan, damaged 1 yuan), P20.
//!
//! ```toml
//! [card]
//! valid = "12 months"
//! lost = { fee = "2.00" }
//! damaged = { fee = "1.00" }
//! ```

use crate::msg;
use crate::number::Money;
use crate::reader::Table;
use crate::time::{Day, Span};

/// The card's rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CardRule {
    /// How long it is valid from issue or renewal; `None`: for ever.
    pub valid: Option<Span>,
    /// Fee for a new card after a loss; `None`: not replaced.
    pub lost_fee: Option<Money>,
    /// Fee for swapping a damaged card; `None`: not replaced.
    pub damaged_fee: Option<Money>,
}

impl CardRule {
    /// Reads `[card]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("card") else {
            return Self { valid: None, lost_fee: Some(Money::ZERO), damaged_fee: Some(Money::ZERO) };
        };
        let valid = match table.text("valid").as_deref() {
            None | Some("forever") => None,
            Some(_) => table.span_of_time("valid"),
        };
        let fee = |key: &'static str| {
            table.table(key).map(|t| {
                let fee = t.money("fee").unwrap_or(Money::ZERO);
                t.finish();
                fee
            })
        };
        let rule = Self { valid, lost_fee: fee("lost"), damaged_fee: fee("damaged") };
        if valid.is_some_and(|span| span.end(Day::from_number(0)) <= Day::from_number(0)) {
            table.out_of_range(table.place("valid"), msg!("range.positive"));
        }
        table.finish();
        rule
    }

    /// First day on which a card issued on a day is no longer valid.
    #[must_use]
    pub fn expires(self, issued: Day) -> Day {
        self.valid.map_or(Day::LAST, |span| span.end(issued))
    }
}
