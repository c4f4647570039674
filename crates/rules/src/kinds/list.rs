//! Lists of members that are drawn up on certain days, or when asked for.
//!
//! Programs: P23 (every half-year or year those above a spend, for an outing together), P16 (those who never redeemed,
//! those about to be lost).
//!
//! ```toml
//! [[list]]
//! id = "outing"
//! reach = { spend = "10000.00" }   # figures over
//! window = "12 months"             # this time, the day of the list included
//! never_redeemed = true            # never used points, and have some
//! unseen = "6 months"              # no purchase for so long
//! when = { tiers = ["gold"] }
//! drawn_up = ["06-30", "12-31"]    # days on which it is somebody's task; default: only when asked for
//! every = "half"                   # or the last day of each month, quarter, half or year
//! role = "manager"
//! ```
//!
//! All that is stated must hold.

use super::Head;
use crate::id::Text;
use crate::primitives::{Condition, Dates, When, Window};
use crate::reader::Table;
use crate::time::{Day, Span};

/// One list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Id, label, clause.
    pub head: Head,
    /// What figures must reach.
    pub reach: Option<Condition>,
    /// Over which time.
    pub window: Window,
    /// Only those who never used points and have some.
    pub never_redeemed: bool,
    /// Only those without a purchase for so long.
    pub unseen: Option<Span>,
    /// For whom.
    pub when: When,
    /// Days on which it is drawn up.
    pub drawn_up: Vec<Dates>,
    /// Months of the calendar period on whose last day it is drawn up; 0: none.
    pub every_months: u32,
    /// Whose task it is; empty: nobody's in particular.
    pub role: Text,
}

impl List {
    /// Reads one `[[list]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let periods = [
            "month",
            "quarter",
            "half",
            "year",
            "calendar month",
            "calendar quarter",
            "calendar half",
            "calendar year",
        ];
        let every_months = match table.word("every", &periods) {
            Some("month" | "calendar month") => 1,
            Some("quarter" | "calendar quarter") => 3,
            Some("half" | "calendar half") => 6,
            Some(_) => 12,
            None => 0,
        };
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            reach: Condition::read(table, "reach"),
            window: Window::read(table).unwrap_or(Window::Lifetime),
            never_redeemed: table.flag("never_redeemed").unwrap_or(false),
            unseen: table.span_of_time("unseen"),
            when: When::read(table, tiers),
            drawn_up: Dates::read(table, "drawn_up"),
            every_months,
            role: table.text("role").unwrap_or_default(),
        };
        table.finish();
        head.map(|_| rule)
    }

    /// Whether it is drawn up on a day.
    #[must_use]
    pub fn is_drawn_up(&self, day: Day) -> bool {
        let next = day.plus_days(1);
        (self.every_months > 0 && next.period_start(self.every_months) == next)
            || self.drawn_up.iter().any(|dates| dates.holds(day))
    }
}
