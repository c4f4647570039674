//! Conduct: what follows when a rule of conduct is broken, by how often it was.
//!
//! Programs: P02 (warning, fine, demotion, dismissal), P07 (members: warning, penalty, cancellation), P19, P22 (fines
//! that double as counts towards dismissal, damages besides a fine, never hired again, a manager who answers for others),
//! P25 (warning, fine, end of contract).
//!
//! ```toml
//! [[conduct]]
//! id = "refusing-order"
//! label = { zh = "拒不执行安排", en = "Refusing an order" }
//! clause = "§6.2"
//! roles = ["representative"]       # who can break it; default: everyone
//! who = "staff"                    # or "member"
//! group = "conduct"                # rules of one group are counted together; default: each by itself
//! window = "12 months"             # how far back repeats are counted; default: lifetime
//! ladder = [
//!     { fine = "10.00" },                                    # the first time
//!     { from = 3, fine = "10.00", propose = ["dismissal"] }, # from the third time on
//! ]
//! damages = true                   # damage that is recorded is made good besides
//! falls_on = "sales-gm"            # the role that answers for it: the nearest leader, or whoever holds it there
//! never_again = true               # whoever broke it and left is not hired again
//! ```
//!
//! A rung holds from its count on until the next rung's; below the first rung a breach is only noted. `fine` is taken off
//! pay; of a member `points` are proposed to be taken off. Everything in `propose` is proposed: a person decides it.
//! `days` is the length of a suspension. Breaches that a review lifted do not count.
//!
//! `[appeal]` lets the one concerned ask for a review:
//!
//! ```toml
//! [appeal]
//! levels = ["market-gm", "general-manager"]  # the roles that decide, one after the other; default: one, anybody
//! within = "7 days"                          # of the sanction, or of the decision before; default: no limit
//! ```
//!
//! What was taken off pay before the review succeeded comes back in the month of its decision.

use super::Head;
use crate::id::Text;
use crate::message::Value;
use crate::msg;
use crate::number::{Money, Points};
use crate::primitives::Window;
use crate::reader::Table;
use crate::time::Span;

/// What may be proposed.
pub const MEASURES: [&str; 12] = [
    "cancellation",
    "correction",
    "demotion",
    "dismissal",
    "penalty",
    "praise",
    "reminder",
    "reprimand",
    "reward",
    "suspension",
    "training",
    "warning",
];

/// Reads a list of measures.
#[must_use]
pub fn measures(table: &Table<'_>, key: &'static str) -> Vec<Text> {
    let mut found = Vec::new();
    for at in table.texts(key) {
        if MEASURES.contains(&at.value.as_str()) {
            found.push(at.value);
        } else {
            table.context().error(
                "E007",
                at.span,
                msg!("doc.unknown-word", word = &at.value),
                msg!("help.known-words", words = MEASURES.iter().map(|word| Value::from(*word)).collect::<Vec<_>>()),
            );
        }
    }
    found
}

/// One rung of a ladder of sanctions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// From which count on.
    pub from: i64,
    /// Taken off pay.
    pub fine: Money,
    /// Points proposed to be taken off a member.
    pub points: Points,
    /// What is proposed.
    pub propose: Vec<Text>,
    /// Days of a suspension.
    pub days: i64,
}

impl Rung {
    fn read(table: &Table<'_>, before: Option<i64>) -> Self {
        let from = table.count("from", 1..=1_000).unwrap_or_else(|| before.map_or(1, |from| from.saturating_add(1)));
        if let Some(before) = before
            && from <= before
        {
            table.context().error(
                "E010",
                table.place("from"),
                msg!("doc.rung-order", before = before, from = from),
                msg!("help.rung-order"),
            );
        }
        let rung = Self {
            from,
            fine: table.money("fine").unwrap_or_default(),
            points: table.points("points").unwrap_or_default(),
            propose: measures(table, "propose"),
            days: table.count("days", 1..=366).unwrap_or(0),
        };
        if !table.has("fine") && !table.has("propose") {
            table.context().error("E016", table.span(), msg!("doc.rung-empty"), msg!("help.rung-empty"));
        }
        let suspends = rung.propose.iter().any(|what| what == "suspension");
        if suspends && rung.days == 0 {
            table.missing("days");
        }
        table.finish();
        rung
    }

    /// The measure of what is proposed: days, points.
    #[must_use]
    pub fn measure(&self, what: &str) -> Option<Value> {
        match what {
            "suspension" if self.days > 0 => Some(self.days.into()),
            "penalty" if self.points.is_positive() => Some(self.points.into()),
            _ => None,
        }
    }
}

/// One rule of conduct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    /// Id, label, clause.
    pub head: Head,
    /// Whether members can break it, and not the staff.
    pub of_members: bool,
    /// Who can break it; empty: everyone.
    pub roles: Vec<Text>,
    /// Rules of one group are counted together; its own id where it stands alone.
    pub group: Text,
    /// How far back repeats are counted.
    pub window: Window,
    /// What follows, by count.
    pub ladder: Vec<Rung>,
    /// Whether damage is made good besides.
    pub damages: bool,
    /// The role that answers for it; empty: whoever broke it.
    pub falls_on: Text,
    /// Whether who broke it is never hired again.
    pub never_again: bool,
}

impl Conduct {
    /// Reads one `[[conduct]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let of_members = table.word("who", &["staff", "member"]) == Some("member");
        let mut ladder: Vec<Rung> = Vec::new();
        for rung in table.tables("ladder") {
            let before = ladder.last().map(|rung: &Rung| rung.from);
            let (fined, pointed) = (rung.has("fine"), rung.has("points"));
            if (of_members && fined) || (!of_members && pointed) {
                rung.context().error(
                    "E018",
                    rung.place(if fined { "fine" } else { "points" }),
                    msg!("doc.rung-for-others"),
                    msg!("help.rung-for-others"),
                );
            }
            ladder.push(Rung::read(&rung, before));
        }
        if !table.has("ladder") {
            table.missing("ladder");
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            of_members,
            roles: table.plain_texts("roles"),
            group: table.text("group").or_else(|| head.as_ref().map(|head| head.id.clone())).unwrap_or_default(),
            window: Window::read(table).unwrap_or(Window::Lifetime),
            ladder,
            damages: table.flag("damages").unwrap_or(false),
            falls_on: table.text("falls_on").unwrap_or_default(),
            never_again: table.flag("never_again").unwrap_or(false),
        };
        if of_members && (rule.never_again || !rule.falls_on.is_empty() || !rule.roles.is_empty()) {
            let key = ["never_again", "falls_on", "roles"].into_iter().find(|key| table.has(key)).unwrap_or("who");
            table.context().error("E018", table.place(key), msg!("doc.conduct-of-staff-only"), msg!("help.keep-one"));
        }
        table.finish();
        (head.is_some() && !rule.ladder.is_empty()).then_some(rule)
    }

    /// What follows the breach of this count.
    #[must_use]
    pub fn rung(&self, count: i64) -> Option<&Rung> {
        self.ladder.iter().rev().find(|rung| rung.from <= count)
    }
}

/// How a sanction may be reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appeal {
    /// The roles that decide, level by level; an empty one is anybody. Empty: there is no review.
    pub levels: Vec<Text>,
    /// How soon one must ask.
    pub within: Option<Span>,
    /// Clause of the source document.
    pub clause: Text,
}

impl Appeal {
    /// Reads `[appeal]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("appeal") else { return Self::default() };
        let mut levels = table.plain_texts("levels");
        if levels.is_empty() {
            levels.push(Text::default());
        }
        let rule =
            Self { levels, within: table.span_of_time("within"), clause: table.text("clause").unwrap_or_default() };
        table.finish();
        rule
    }
}
