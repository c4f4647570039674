//! Care: what is to be done for members, when, by whom, and what is said.
//!
//! Programs: P29 (3, 7 and 15 days after a purchase; birthdays of next month at the month's end; after three purchases a
//! member is classed), P32 (1, 3, 5), P30 (two contacts a month), P23 (festivals, birthdays, seasons, those not seen for
//! long), P01 (needs before the sale, a visit when it is complete, regular visits).
//!
//! ```toml
//! [[care]]
//! id = "thanks"
//! on = "purchase"                  # what it follows, see below
//! after = "3 days"                 # so long after it
//! within = 7                       # days in which it can be done, the first included
//! says = { zh = "感谢选购", en = "Thank them" }
//! who = "owner"                    # owner (default), seller, closest (most sales to the member), or role = "manager"
//! message = "festival"             # the [[message]] rule for what is written
//! when = { tiers = ["gold"] }      # for whom
//! ```
//!
//! | on | due | done |
//! |---|---|---|
//! | `purchase` | `after` a purchase; another one begins anew (`repeat = "each"`: each has its own) | contact within the days |
//! | `complete` | `after` all the money of a deal (`deals`) has arrived | the same |
//! | `enrolment` | `after` joining | the same |
//! | `purchases` | on the `count`-th purchase | contact that names the rule |
//! | `unseen` | so long (`after`) without a purchase; `again` so long after a contact | contact since then |
//! | `regular` | so long (`after`) without purchase or contact; `only_named = true`: without a contact for this rule | contact or purchase |
//! | `contacts` | at least `count` a calendar month, from the first whole month on | so many contacts |
//! | `birthday` | on the day, or `before` so many days | contact from then on |
//! | `birthdays` | on the month's last day, for each birthday of the next month | is shown that day |
//! | `dates` | in the times `dates` | contact within them |
//! | `month-end` | on the month's last day | is shown that day |
//!
//! `whole_shop = true` (with `dates`): once for the shop, not for each member; `month-end` always is. A contact counts for the rule it
//! names; one that names none counts for whatever was open on its day. Goods that all came back are no purchase. Those
//! who left or were not admitted are not cared for.

use super::Head;
use super::message::MessageRule;
use crate::id::Text;
use crate::message::Label;
use crate::msg;
use crate::primitives::{Dates, When};
use crate::reader::Table;
use crate::staff::DealKind;
use crate::time::Span;

/// What a task follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// A purchase.
    Purchase {
        /// So long after it.
        after: Span,
        /// Whether each purchase has its own, instead of the last alone.
        each: bool,
    },
    /// A deal of which all the money has arrived.
    Complete {
        /// So long after that.
        after: Span,
        /// Which deals.
        deals: Vec<DealKind>,
    },
    /// Joining.
    Enrolment {
        /// So long after it.
        after: Span,
    },
    /// So many purchases.
    Purchases(i64),
    /// No purchase for so long.
    Unseen {
        /// How long.
        after: Span,
        /// Asked for again so long after a contact; `None`: not before another purchase.
        again: Option<Span>,
    },
    /// Neither purchase nor contact for so long.
    Regular {
        /// How long.
        after: Span,
        /// Whether only contacts that name the rule count.
        only_named: bool,
    },
    /// At least so many contacts a calendar month.
    Contacts(i64),
    /// The birthday.
    Birthday {
        /// So many days before.
        before: i32,
    },
    /// The list of next month's birthdays.
    Birthdays,
    /// Times of the year.
    Dates {
        /// The times.
        dates: Vec<Dates>,
        /// Once for the shop.
        whole_shop: bool,
    },
    /// The month's end, once for the shop.
    MonthEnd,
}

/// Who is to do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Whose member it is.
    Owner,
    /// Who sold last.
    Seller,
    /// Who sold them most.
    Closest,
    /// Someone of a role at the member's store.
    Role(Text),
}

/// One care rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    /// Id, label, clause.
    pub head: Head,
    /// What it follows.
    pub on: On,
    /// Days in which it can be done, the first included.
    pub within: i32,
    /// Who is to do it.
    pub who: Who,
    /// What is said, or done.
    pub says: Label,
    /// The `[[message]]` rule for what is written; empty: none.
    pub message: Text,
    /// For whom.
    pub when: When,
    /// Whether the circumstances matter at all.
    pub minds_when: bool,
}

const WORDS: [&str; 11] = [
    "purchase",
    "complete",
    "enrolment",
    "purchases",
    "unseen",
    "regular",
    "contacts",
    "birthday",
    "birthdays",
    "dates",
    "month-end",
];

impl Care {
    /// Reads one `[[care]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text], messages: &[MessageRule]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        if !table.has("on") {
            table.missing("on");
        }
        let on = table.word("on", &WORDS).and_then(|word| On::read(word, table));
        if on.is_none() {
            // Which keys belong to it cannot be said before the word is right.
            for key in ["after", "again", "before", "count", "dates", "deals", "only_named", "repeat", "whole_shop"] {
                let _ = table.has(key);
            }
        }
        let role = table.text("role").unwrap_or_default();
        let who = match (table.word("who", &["owner", "seller", "closest"]), role.is_empty()) {
            (None, false) => Who::Role(role),
            (Some(_), false) => {
                table.only_one(&["who", "role"]);
                Who::Role(role)
            }
            (Some("seller"), true) => Who::Seller,
            (Some("closest"), true) => Who::Closest,
            (Some(_) | None, true) => Who::Owner,
        };
        let message = table.text_at("message");
        if let Some(at) = &message
            && messages.iter().all(|rule| rule.head.id != at.value)
        {
            table.context().error(
                "E009",
                at.span.clone(),
                msg!("doc.unknown-message-rule", id = &at.value),
                msg!("help.message-rule"),
            );
        }
        let when = When::read(table, tiers);
        let default = match &on {
            Some(On::Birthday { .. } | On::Birthdays | On::MonthEnd) => 1,
            Some(_) | None => 7,
        };
        let rule = Self {
            within: table.count("within", 1..=3650).and_then(|days| i32::try_from(days).ok()).unwrap_or(default),
            head: head.clone().unwrap_or_default(),
            on: on.clone().unwrap_or(On::MonthEnd),
            who,
            says: table.label("says").unwrap_or_default(),
            message: message.map(|at| at.value).unwrap_or_default(),
            minds_when: when != When::default(),
            when,
        };
        table.finish();
        (head.is_some() && on.is_some()).then_some(rule)
    }

    /// Whether it is about the shop, not about a member.
    #[must_use]
    pub const fn is_for_shop(&self) -> bool {
        matches!(self.on, On::MonthEnd | On::Dates { whole_shop: true, .. })
    }
}

impl On {
    fn read(word: &'static str, table: &Table<'_>) -> Option<Self> {
        let after = || {
            let span = table.span_of_time("after");
            if !table.has("after") {
                table.missing("after");
            }
            span
        };
        let count = || {
            if !table.has("count") {
                table.missing("count");
            }
            table.count("count", 1..=1000)
        };
        Some(match word {
            "purchase" => {
                Self::Purchase { after: after()?, each: table.word("repeat", &["restart", "each"]) == Some("each") }
            }
            "complete" => Self::Complete { after: after()?, deals: DealKind::read(table, "deals") },
            "enrolment" => Self::Enrolment { after: after()? },
            "purchases" => Self::Purchases(count()?),
            "unseen" => Self::Unseen { after: after()?, again: table.span_of_time("again") },
            "regular" => Self::Regular { after: after()?, only_named: table.flag("only_named").unwrap_or(false) },
            "contacts" => Self::Contacts(count()?),
            "birthday" => Self::Birthday {
                before: table.count("before", 0..=60).and_then(|days| i32::try_from(days).ok()).unwrap_or(0),
            },
            "birthdays" => Self::Birthdays,
            "dates" => {
                if !table.has("dates") {
                    table.missing("dates");
                }
                Self::Dates {
                    dates: Dates::read(table, "dates"),
                    whole_shop: table.flag("whole_shop").unwrap_or(false),
                }
            }
            _ => Self::MonthEnd,
        })
    }
}
