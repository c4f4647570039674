//! Entitlements: what a member may have once in a period, and staff mark as given.
//!
//! Programs: P11 (a free service and a lecture from 5,000 a year), P08, P10, P20, P26 (birthday gift), P14 (free
//! cleaning, a yearly safety check), P12, P24, P27 (services by tier), P17 (gift money in the month of the birthday).
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
//! voucher = "50.00"          # what is handed out is a voucher of this value; zero: no voucher
//! valid = "3 months"         # the voucher's term; without it, for ever
//! ```

use super::Head;
use crate::id::Text;
use crate::msg;
use crate::number::Money;
use crate::primitives::{Condition, Dates, When, Window};
use crate::reader::Table;
use crate::time::{Day, Span};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// As often as asked for.
    Always,
    /// Once in each window of this sort (`Lifetime`: once).
    Window(Window),
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
    pub arranged: Vec<Dates>,
    /// When and for whom.
    pub when: When,
    /// Value of the voucher that is handed out; zero: none.
    pub voucher: Money,
    /// How long the voucher is valid; `None`: for ever.
    pub voucher_valid: Option<Span>,
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
            Some("membership year") => Some(Per::Window(Window::MembershipYear)),
            Some(word) => Some(Per::Window(Window::calendar(word).unwrap_or(Window::Lifetime))),
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
        let rule = Self {
            arranged: Dates::read(table, "arranged"),
            head: head.clone().unwrap_or_default(),
            per: per.unwrap_or(Per::Always),
            window: Window::read(table).unwrap_or(Window::Lifetime),
            reach,
            holder_only: table.flag("holder_only").unwrap_or(false),
            when: When::read(table, tiers),
            voucher: table.money("voucher").unwrap_or(Money::ZERO),
            // Without a voucher there is nothing to be valid: the key stays unknown.
            voucher_valid: if table.has("voucher") { table.span_of_time("valid") } else { None },
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

    /// The first day on which a voucher handed out on a day is no longer valid.
    #[must_use]
    pub fn voucher_expires(&self, given: Day) -> Day {
        self.voucher_valid.map_or(Day::LAST, |span| span.end(given))
    }
}
