//! Approvals: what needs whose word, all of several parties, one of them, or by bands of the amount.
//!
//! Programs: P01 (operations, the counter and the salesperson agree on a bulk discount; someone of director level
//! consents to client data being seen outside one's responsibility), P07 (membership), P26 (a tier by application),
//! P30 (credit beyond the limit).
//!
//! ```toml
//! [[approval]]
//! id = "bulk"
//! for = "discount"                 # discount, tier, membership, credit, consent, other (default)
//! rule = "bulk"                    # the discount, tier or grade of credit; default: any
//! by = ["operations", "counter", "salesperson"]      # the parties: roles, or words that `roles` explains
//! roles = { salesperson = ["assistant", "supervisor"] }
//! needs = "all"                    # all parties (default), or "one" of them
//! answer_within = "7 days"         # then the request expires
//! valid = "30 days"                # how long it may be used once granted
//!
//! [[approval]]
//! id = "over-limit"
//! for = "credit"
//! bands = [{ from = "0.00", by = ["head"] }, { from = "1000000.00", by = ["deputy-gm", "finance"] }]
//! ```
//!
//! Each party answers once, through someone who has one of its roles. All: one no refuses. One: the first yes grants,
//! and it is refused once every party has said no. What only one party decides may also be recorded directly (a
//! membership, a tier): the record is that party's word.

use super::Head;
use crate::id::Text;
use crate::msg;
use crate::number::Money;
use crate::reader::Table;
use crate::time::{Day, Span};

/// What an approval is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// A discount that is agreed case by case.
    Discount,
    /// A tier.
    Tier,
    /// A membership.
    Membership,
    /// Credit beyond the limit.
    Credit,
    /// A look at data outside one's responsibility.
    Consent,
    /// Anything else.
    Other,
}

impl Matter {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Discount, Self::Tier, Self::Membership, Self::Credit, Self::Consent, Self::Other];

    /// Its word in a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Discount => "discount",
            Self::Tier => "tier",
            Self::Membership => "membership",
            Self::Credit => "credit",
            Self::Consent => "consent",
            Self::Other => "other",
        }
    }
}

/// One whose word is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its word.
    pub id: Text,
    /// The roles that speak for it.
    pub roles: Vec<Text>,
}

/// Who has a say from an amount on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBand {
    /// First amount in it.
    pub from: Money,
    /// Who.
    pub by: Vec<Text>,
}

/// Reads `bands = [{ from = "…", by = […] }]`, low to high; a border belongs to the higher band.
#[must_use]
pub fn read_role_bands(table: &Table<'_>) -> Vec<RoleBand> {
    let mut bands: Vec<RoleBand> = Vec::new();
    for entry in table.tables("bands") {
        let from = entry.money("from");
        let by = entry.plain_texts("by");
        entry.finish();
        if !entry.has("from") {
            entry.missing("from");
        }
        if by.is_empty() {
            entry.missing("by");
        }
        let Some(from) = from else { continue };
        if let Some(last) = bands.last()
            && from <= last.from
        {
            entry.context().error(
                "E010",
                entry.place("from"),
                msg!("doc.band-order", before = last.from, from = from),
                msg!("help.band-order"),
            );
        }
        bands.push(RoleBand { from, by });
    }
    bands
}

/// The band in which an amount falls.
#[must_use]
pub fn band_of(bands: &[RoleBand], amount: Money) -> Option<&RoleBand> {
    bands.iter().rev().find(|band| amount >= band.from)
}

/// One approval rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Id, label, clause.
    pub head: Head,
    /// What it is about.
    pub matter: Matter,
    /// The rule, tier or grade it is about; empty: any.
    pub rule: Text,
    /// Whether every party must agree; else one of them.
    pub all: bool,
    /// The parties by amount, low to high.
    pub bands: Vec<RoleBand>,
    /// What the parties' words mean, where they are not roles themselves.
    roles: Vec<Party>,
    /// How long a request waits for answers.
    pub answer_within: Option<Span>,
    /// How long it may be used once granted.
    pub valid: Option<Span>,
}

impl Approval {
    /// Reads one `[[approval]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let words = Matter::ALL.map(Matter::word);
        let matter = table.word("for", &words);
        let bands = match table.only_one(&["by", "bands"]) {
            Some("by") => vec![RoleBand { from: Money::ZERO, by: table.plain_texts("by") }],
            Some(_) => read_role_bands(table),
            None => {
                table.missing("by");
                Vec::new()
            }
        };
        let mut roles = Vec::new();
        for (party, own) in table.named_texts("roles") {
            if !bands.iter().any(|band| band.by.contains(&party.value)) {
                table.context().error(
                    "E009",
                    party.span,
                    msg!("doc.unknown-party", party = &party.value),
                    msg!(
                        "help.known-words",
                        words = bands.iter().flat_map(|b| b.by.iter().map(Into::into)).collect::<Vec<_>>()
                    ),
                );
            }
            roles.push(Party { id: party.value, roles: own });
        }
        let span = |key: &'static str| {
            let span = table.span_of_time(key);
            if span.is_some_and(|span| span.end(Day::from_number(0)) <= Day::from_number(0)) {
                table.out_of_range(table.place(key), msg!("range.positive"));
            }
            span
        };
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            matter: Matter::ALL.into_iter().find(|own| Some(own.word()) == matter).unwrap_or(Matter::Other),
            rule: table.text("rule").unwrap_or_default(),
            all: table.word("needs", &["all", "one"]) != Some("one"),
            roles,
            answer_within: span("answer_within"),
            valid: span("valid"),
            bands,
        };
        table.finish();
        (head.is_some() && !rule.bands.is_empty()).then_some(rule)
    }

    /// The parties for an amount; none: it needs no approval.
    #[must_use]
    pub fn parties(&self, amount: Money) -> Vec<Party> {
        let words = band_of(&self.bands, amount).map_or(&[][..], |band| band.by.as_slice());
        words
            .iter()
            .map(|word| {
                self.roles
                    .iter()
                    .find(|party| party.id == *word)
                    .cloned()
                    .unwrap_or_else(|| Party { id: word.clone(), roles: vec![word.clone()] })
            })
            .collect()
    }

    /// Whether it is about this rule, tier or grade.
    #[must_use]
    pub fn is_about(&self, matter: Matter, rule: &str) -> bool {
        self.matter == matter && (self.rule.is_empty() || self.rule == rule)
    }

    /// Whether more than one word is needed, so that no single record can stand for it.
    #[must_use]
    pub fn needs_several(&self) -> bool {
        self.all && self.bands.iter().any(|band| band.by.len() > 1)
    }

    /// Every role that may have a say.
    #[must_use]
    pub fn roles(&self) -> Vec<Text> {
        let mut roles: Vec<Text> = Vec::new();
        for band in &self.bands {
            for role in self.parties(band.from).into_iter().flat_map(|party| party.roles) {
                if !roles.contains(&role) {
                    roles.push(role);
                }
            }
        }
        roles
    }
}
