//! When points lapse.
//!
//! Programs: P16 (a year), P13 (12 months), P09 (cleared every 31 December), P10 (with the card).
//!
//! ```toml
//! [lapse]
//! after = "12 months"        # from the day they were earned; usable up to the day before
//! until = "month-end"        # then to the end of that month
//! # or: yearly_on = "12-31"  # every year at the end of that day
//! # or: with_card = true     # when the card's term ends
//! remind_days = 30
//! ```

use super::tier::annual_day;
use crate::message::Message;
use crate::msg;
use crate::reader::Table;
use crate::time::{Day, Span};

/// When a lot lapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LapseTerm {
    /// Never.
    Never,
    /// A span after it was earned, perhaps to the end of that month.
    After(Span, bool),
    /// At the end of this day (month, day) of the year.
    YearlyOn(u32, u32),
    /// With the card's term.
    WithCard,
}

/// The program's lapse rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lapse {
    /// The term.
    pub term: LapseTerm,
    /// How many days before a lapse members are reminded.
    pub remind_days: i32,
}

impl Lapse {
    /// Reads `[lapse]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let never = Self { term: LapseTerm::Never, remind_days: 30 };
        let Some(table) = root.table("lapse") else { return never };
        let to_month_end = table.word("until", &["day", "month-end"]) == Some("month-end");
        let term = match table.only_one(&["after", "yearly_on", "with_card"]) {
            Some("after") => table.span_of_time("after").map(|span| LapseTerm::After(span, to_month_end)),
            Some("yearly_on") => table.text_at("yearly_on").and_then(|at| {
                let day = annual_day(&at.value);
                if day.is_none() {
                    table.context().error(
                        "E013",
                        at.span,
                        msg!("doc.no-such-day", text = &at.value),
                        msg!("help.annual-day"),
                    );
                }
                day.map(|(month, dom)| LapseTerm::YearlyOn(month, dom))
            }),
            Some(_) => table.flag("with_card").map(|on| if on { LapseTerm::WithCard } else { LapseTerm::Never }),
            None => {
                table.missing("after");
                None
            }
        };
        let remind_days = table.count("remind_days", 0..=365).and_then(|n| i32::try_from(n).ok()).unwrap_or(30);
        table.finish();
        Self { term: term.unwrap_or(LapseTerm::Never), remind_days }
    }

    /// The first day on which points earned on a day can no longer be used; [`Day::LAST`]: never.
    #[must_use]
    pub fn day(&self, earned: Day, card_expires: Day) -> Day {
        match self.term {
            LapseTerm::Never => Day::LAST,
            LapseTerm::WithCard => card_expires,
            LapseTerm::YearlyOn(month, dom) => earned.next_annual(month, dom).plus_days(1),
            LapseTerm::After(span, to_month_end) => {
                let day = span.end(earned);
                if to_month_end && day != day.month_start() { day.month_start().plus_months(1) } else { day }
            }
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Message {
        match self.term {
            LapseTerm::Never => msg!("lapse.never"),
            LapseTerm::WithCard => msg!("lapse.with-card"),
            LapseTerm::YearlyOn(month, day) => msg!("lapse.yearly", month = month, day = day),
            LapseTerm::After(span, false) => msg!("lapse.after", span = vec![super::span_value(span)]),
            LapseTerm::After(span, true) => msg!("lapse.after-to-month-end", span = vec![super::span_value(span)]),
        }
    }
}
