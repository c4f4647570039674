//! Entitlements: what a member may have once in a period, and staff mark as given.
//!
//! Programs: P11 (a free service and a lecture from 5,000 a year), P08, P10, P20, P26 (birthday gift), P14 (free
//! cleaning, a yearly safety check), P12, P24, P27 (services by tier).
//!
//! ```toml
//! [[entitlement]]
//! id = "lecture"
//! label = { zh = "育儿讲座一次", en = "One parenting lecture" }
//! per = "calendar year"      # "once", "always", "day", "calendar month", "membership year", …
//! reach = { spend = "5000.00" }
//! window = "calendar year"
//! holder_only = true         # nobody may collect it for them
//! arranged = ["06-01..06-07", "2026-12-20..2026-12-26"]   # every year, or once; what is missed lapses
//! when = { tiers = ["gold"], birthday = "month" }
//! ```

use super::Head;
use super::tier::annual_day;
use crate::id::Text;
use crate::msg;
use crate::primitives::{Condition, When, Window};
use crate::reader::Table;
use crate::time::Day;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// As often as asked for.
    Always,
    /// Once in each window of this sort (`Lifetime`: once).
    Window(Window),
}

/// An arranged time: first and last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arranged {
    /// These days.
    Once(Day, Day),
    /// From a day of the year (month, day) to another; to the next year's where that comes earlier.
    Yearly((u32, u32), (u32, u32)),
}

impl Arranged {
    /// Reads `2026-06-01..2026-06-07`, `06-01..06-07`, or one day alone.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let (from, last) = text.split_once("..").unwrap_or((text, text));
        match (from.parse::<Day>(), last.parse::<Day>(), annual_day(from), annual_day(last)) {
            (Ok(from), Ok(last), _, _) if from <= last => Ok(Self::Once(from, last)),
            (Ok(_), Ok(_), _, _) => Err("doc.dates-reversed"),
            (_, _, Some(from), Some(last)) => Ok(Self::Yearly(from, last)),
            (Ok(_) | Err(_), _, _, _) => Err("doc.no-such-day"),
        }
    }

    /// First and last day of the time that a day falls into, or of the next one.
    #[must_use]
    pub fn on_or_after(self, day: Day) -> Option<(Day, Day)> {
        match self {
            Self::Once(from, last) => (day <= last).then_some((from, last)),
            Self::Yearly((from_month, from_day), (last_month, last_day)) => {
                let last = day.next_annual(last_month, last_day);
                let year = if (from_month, from_day) <= (last_month, last_day) {
                    last.year()
                } else {
                    last.year().saturating_sub(1)
                };
                Some((Day::annual_in(year, from_month, from_day), last))
            }
        }
    }

    /// First and last day of the last time that was over before a day.
    #[must_use]
    pub fn before(self, day: Day) -> Option<(Day, Day)> {
        match self {
            Self::Once(from, last) => (last < day).then_some((from, last)),
            Self::Yearly(..) => {
                let (_, last) = self.on_or_after(day)?;
                self.on_or_after(last.plus_months(-12).plus_days(-1))
            }
        }
    }
}

/// One entitlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// Id, label, clause.
    pub head: Head,
    /// How often.
    pub per: Per,
    /// What the member must have reached.
    pub reach: Option<Condition>,
    /// Over which window that is counted.
    pub window: Window,
    /// Whether only the card's holder may use it.
    pub holder_only: bool,
    /// The arranged times; none: at any time of its period.
    pub arranged: Vec<Arranged>,
    /// When and for whom.
    pub when: When,
}

impl Entitlement {
    /// Reads one `[[entitlement]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        let _ = table.need_label("label");
        let words = [
            "once",
            "always",
            "day",
            "calendar month",
            "calendar quarter",
            "calendar half",
            "calendar year",
            "membership year",
        ];
        let per = match table.word("per", &words) {
            Some("always") => Some(Per::Always),
            Some("day") => Some(Per::Window(Window::Rolling(crate::time::Span::Days(1)))),
            Some("calendar month") => Some(Per::Window(Window::Calendar(1))),
            Some("calendar quarter") => Some(Per::Window(Window::Calendar(3))),
            Some("calendar half") => Some(Per::Window(Window::Calendar(6))),
            Some("calendar year") => Some(Per::Window(Window::Calendar(12))),
            Some("membership year") => Some(Per::Window(Window::MembershipYear)),
            Some(_) => Some(Per::Window(Window::Lifetime)),
            None => {
                if !table.has("per") {
                    table.missing("per");
                }
                None
            }
        };
        let reach = Condition::read(table, "reach");
        if table.has("window") && reach.is_none() {
            table.context().error(
                "E018",
                table.place("window"),
                msg!("doc.window-without-reach"),
                msg!("help.add-key", key = "reach"),
            );
        }
        let mut arranged = Vec::new();
        for at in table.texts("arranged") {
            match Arranged::parse(&at.value) {
                Ok(time) => arranged.push(time),
                Err("doc.dates-reversed") => {
                    let message = msg!("doc.dates-reversed", text = &at.value);
                    table.context().error("E013", at.span, message, msg!("help.dates"));
                }
                Err(_) => {
                    let message = msg!("doc.no-such-day", text = &at.value);
                    table.context().error("E013", at.span, message, msg!("help.arranged"));
                }
            }
        }
        let rule = Self {
            arranged,
            head: head.clone().unwrap_or_default(),
            per: per.unwrap_or(Per::Always),
            window: Window::read(table).unwrap_or(Window::Lifetime),
            reach,
            holder_only: table.flag("holder_only").unwrap_or(false),
            when: When::read(table, tiers),
        };
        table.finish();
        (head.is_some() && per.is_some()).then_some(rule)
    }

    /// The arranged time that a day falls into, or the next one: first and last day.
    #[must_use]
    pub fn arranged_on_or_after(&self, day: Day) -> Option<(Day, Day)> {
        self.arranged.iter().filter_map(|time| time.on_or_after(day)).min()
    }

    /// The last arranged time that was over before a day.
    #[must_use]
    pub fn arranged_before(&self, day: Day) -> Option<(Day, Day)> {
        self.arranged.iter().filter_map(|time| time.before(day)).max_by_key(|(_, last)| *last)
    }
}
