//! Ownership: whose member someone is, for how long, and to whom the company deals those it took back; who holds a
//! client's file.
//!
//! Programs: P28 (two months from the opening of the card; without a purchase the company takes the member back and
//! deals them out evenly by lot, never again to a guide who had them), P30 (three clients a salesperson at most; the
//! group leader stands in during leave), P32 (who recruits a member looks after them), P01 (files by where a client
//! came from).
//!
//! ```toml
//! [ownership]
//! roles = ["guide"]               # those among whom members are dealt out; default: everyone on the list
//! term = "2 months"               # from opening or deal, half-open; default: for good
//! after_purchase = "another-term" # each purchase within the term begins another (default), or "for-good"
//! purchases = ["sale"]            # which deals are purchases: sale (default), load, fee
//! never_again = true              # never dealt to someone who had the member before (default)
//! most = 3                        # members per person; default: as many as one likes
//! counts = ["b", "a"]             # tiers that count towards it; default: all members
//! stand_in = "leader"             # who stands in during leave: the leader, or "named" (default)
//!
//! [clients]                       # files by origin
//! keeper = "supervisor"           # the role that holds the originals
//! backup = "director"             # the role whose copies are kept in step
//! ```
//!
//! A purchase is a deal recorded for the member after the card was opened: the receipt by which one joins is the opening
//! itself. One that comes back whole is none any more, from the day on which it came back.

use super::Head;
use crate::id::Text;
use crate::message::RuleRef;
use crate::policy::Program;
use crate::primitives::calendar::unknown_tier;
use crate::reader::Table;
use crate::staff::DealKind;
use crate::time::Span;

/// Whose a member is, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// Whether the program says anything about it.
    pub stated: bool,
    /// Label and clause.
    pub head: Head,
    /// Those among whom members are dealt out; empty: everyone.
    pub roles: Vec<Text>,
    /// How long without a purchase; `None`: for good.
    pub term: Option<Span>,
    /// Whether the first purchase keeps the member for good.
    pub for_good: bool,
    /// Which deals are purchases.
    pub purchases: Vec<DealKind>,
    /// Whether nobody gets a member again by lot.
    pub never_again: bool,
    /// Most members a person.
    pub most: Option<i64>,
    /// Ranks of the tiers that count towards it; empty: all.
    pub counts: Vec<u8>,
    /// Whether the leader stands in during leave, and nobody else.
    pub leader_stands_in: bool,
}

impl Default for Ownership {
    fn default() -> Self {
        Self {
            stated: false,
            head: Head::default(),
            roles: Vec::new(),
            term: None,
            for_good: false,
            purchases: vec![DealKind::Sale],
            never_again: true,
            most: None,
            counts: Vec::new(),
            leader_stands_in: false,
        }
    }
}

impl Ownership {
    /// Reads `[ownership]`.
    #[must_use]
    pub fn read(root: &Table<'_>, tiers: &[Text]) -> Self {
        let Some(table) = root.table("ownership") else { return Self::default() };
        let rule = Self {
            stated: true,
            head: single(&table, "ownership"),
            roles: table.plain_texts("roles"),
            term: table.span_of_time("term"),
            for_good: table.word("after_purchase", &["another-term", "for-good"]) == Some("for-good"),
            purchases: DealKind::read(&table, "purchases"),
            never_again: table.flag("never_again").unwrap_or(true),
            most: table.count("most", 1..=1_000_000),
            counts: ranks(&table, "counts", tiers),
            leader_stands_in: table.word("stand_in", &["named", "leader"]) == Some("leader"),
        };
        table.finish();
        rule
    }

    /// A reference to the rule, for traces.
    #[must_use]
    pub fn reference(&self, program: &Program) -> RuleRef {
        self.head.reference("ownership", program)
    }

    /// Whether someone of this role takes part in the dealing.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }
}

/// The head of a rule that a program has once.
pub(crate) fn single(table: &Table<'_>, id: &'static str) -> Head {
    Head {
        id: Text::const_new(id),
        label: table.label("label").unwrap_or_default(),
        clause: table.text("clause").unwrap_or_default(),
    }
}

/// The ranks of the tiers named at a key.
pub(crate) fn ranks(table: &Table<'_>, key: &'static str, tiers: &[Text]) -> Vec<u8> {
    let mut ranks = Vec::new();
    for at in table.texts(key) {
        match tiers.iter().position(|id| *id == at.value) {
            Some(rank) => ranks.push(u8::try_from(rank).unwrap_or(u8::MAX)),
            None => unknown_tier(table, &at.value, at.span, tiers),
        }
    }
    ranks
}

/// Who holds clients' files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clients {
    /// Whether the program says anything about it.
    pub stated: bool,
    /// Label and clause.
    pub head: Head,
    /// The role that holds the originals.
    pub keeper: Text,
    /// The role whose copies are kept in step; empty: nobody's.
    pub backup: Text,
}

impl Clients {
    /// Reads `[clients]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("clients") else { return Self::default() };
        let rule = Self {
            stated: true,
            head: single(&table, "clients"),
            keeper: table.need_text("keeper").map(|at| at.value).unwrap_or_default(),
            backup: table.text("backup").unwrap_or_default(),
        };
        table.finish();
        rule
    }
}
