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
//! holder_only = true
//! when = { tiers = ["gold"], birthday = "month" }
//! ```

use super::Head;
use crate::id::Text;
use crate::msg;
use crate::primitives::{Condition, When, Window};
use crate::reader::Table;

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
        let rule = Self {
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
}
