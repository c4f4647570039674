//! Returns: until when, which goods never, and what happens to points and vouchers that were used.
//!
//! Programs: P11 (the same day before 18:00; loose goods never; points follow the return).
//!
//! Vouchers are whole: those used in a sale come back with the last of its goods, unless they have expired meanwhile.
//! A period's reward that was paid out is judged again without what came back; see `rebate`.
//!
//! ```toml
//! [returns]
//! within = "1 day"           # the day of sale alone; "7 days": that day and six more
//! before = "18:00"           # on the last of those days
//! never = { tags = ["loose"] }
//! used_points = "give-back"  # points used against the price come back, pro rata; or "keep"
//! used_vouchers = "give-back"  # once all goods of the sale are back; or "keep"
//! ```

use crate::event::Line;
use crate::primitives::GoodsFilter;
use crate::reader::Table;
use crate::time::{BusinessTime, Day, Minute, Span};

/// The return rules; without the table, returns are taken at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returns {
    /// How long; `None`: any time.
    pub within: Option<Span>,
    /// Until what time on the last day; `None`: the whole day.
    pub before: Option<Minute>,
    /// Goods that are never taken back.
    never: Option<GoodsFilter>,
    /// Whether used points come back.
    pub gives_back_points: bool,
    /// Whether vouchers used can be used again once all goods of their sale are back.
    pub gives_back_vouchers: bool,
}

impl Default for Returns {
    fn default() -> Self {
        Self { within: None, before: None, never: None, gives_back_points: true, gives_back_vouchers: true }
    }
}

impl Returns {
    /// Reads `[returns]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("returns") else { return Self::default() };
        let rule = Self {
            within: table.span_of_time("within"),
            before: table.minute("before"),
            never: table.has("never").then(|| GoodsFilter::read_named(&table, "never")),
            gives_back_points: table.word("used_points", &["give-back", "keep"]) != Some("keep"),
            gives_back_vouchers: table.word("used_vouchers", &["give-back", "keep"]) != Some("keep"),
        };
        table.finish();
        rule
    }

    /// Goods that are never taken back, in words.
    #[must_use]
    pub fn never_words(&self) -> Vec<crate::message::Value> {
        self.never.as_ref().map(|never| never.words().0).unwrap_or_default()
    }

    /// Whether a line's goods may come back at all.
    #[must_use]
    pub fn takes_back(&self, line: &Line) -> bool {
        self.never.as_ref().is_none_or(|never| !never.holds(line))
    }

    /// The last day on which a sale of a day may come back.
    #[must_use]
    pub fn last_day(&self, sold: Day) -> Day {
        self.within.map_or(Day::LAST, |span| span.end(sold).plus_days(-1).max(sold))
    }

    /// Whether it is too late.
    #[must_use]
    pub fn is_late(&self, sold: Day, now: BusinessTime) -> bool {
        let last = self.last_day(sold);
        now.day > last || (now.day == last && self.before.is_some_and(|before| now.minute >= before))
    }
}
