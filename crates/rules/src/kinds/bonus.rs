//! Bonus: a fixed sum a month for everyone of a role, as base pay or as a bonus, and what costs it.
//!
//! Programs: P22 (a branch without anybody at the meeting costs its manager that month's management bonus), P04 (base
//! pay and bonus by role).
//!
//! ```toml
//! [[bonus]]
//! id = "management"
//! label = { zh = "管理奖金", en = "Management bonus" }
//! roles = ["sales-gm"]             # whose; default: everyone's
//! amount = "500.00"                # a month
//! pays = "bonus"                   # or "base": base pay
//! part_month = "days"              # by the days on the list in that role (default), "whole", or "none": only whole months
//! forfeited_by = ["monthly"]       # meetings at which nobody of the branch was present
//!
//! [[meeting]]
//! id = "monthly"
//! label = { zh = "例会", en = "Meeting" }
//! branch = "area"                  # whose people belong together: store (default), area, team
//! least = 1                        # how many of a branch must be there
//! ```
//!
//! A meeting costs the bonus of those who have the role and belong to the branch on its day, once a month. One that is
//! recorded after its month was closed is taken off in the month in which it is known.

use super::Head;
use crate::id::Text;
use crate::msg;
use crate::number::Money;
use crate::reader::Table;
use crate::staff::fact::Person;

/// Which people belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Everyone.
    All,
    /// Those of a store.
    Store,
    /// Those of an area.
    Area,
    /// Those of a team.
    Team,
}

impl Branch {
    /// Reads it.
    #[must_use]
    pub fn read(table: &Table<'_>, key: &'static str, default: Self) -> Self {
        match table.word(key, &["all", "store", "area", "team"]) {
            Some("all") => Self::All,
            Some("store") => Self::Store,
            Some("area") => Self::Area,
            Some("team") => Self::Team,
            Some(_) | None => default,
        }
    }

    /// A person's branch.
    #[must_use]
    pub fn of(self, person: &Person) -> &str {
        match self {
            Self::All => "",
            Self::Store => &person.store,
            Self::Area => &person.area,
            Self::Team => &person.team,
        }
    }
}

/// One meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Id, label, clause.
    pub head: Head,
    /// Which people belong together.
    pub branch: Branch,
    /// How many of a branch must be there.
    pub least: i64,
}

impl Meeting {
    /// Reads one `[[meeting]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            branch: Branch::read(table, "branch", Branch::Store),
            least: table.count("least", 1..=1_000).unwrap_or(1),
        };
        table.finish();
        head.map(|_| rule)
    }
}

/// What becomes of a month of which someone was there for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartMonth {
    /// By days.
    Days,
    /// As much as of a whole one.
    Whole,
    /// Nothing.
    None,
}

/// One bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bonus {
    /// Id, label, clause.
    pub head: Head,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// How much a month.
    pub amount: Money,
    /// Whether it is base pay.
    pub is_base: bool,
    /// Of a part of a month.
    pub part_month: PartMonth,
    /// Meetings that cost it.
    pub forfeited_by: Vec<Text>,
}

impl Bonus {
    /// Reads one `[[bonus]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], meetings: &[Meeting]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        if !table.has("amount") {
            table.missing("amount");
        }
        let mut forfeited_by = Vec::new();
        for at in table.texts("forfeited_by") {
            if meetings.iter().any(|meeting| meeting.head.id == at.value) {
                forfeited_by.push(at.value);
            } else {
                table.context().error(
                    "E009",
                    at.span,
                    msg!("doc.unknown-meeting", id = &at.value),
                    msg!("help.unknown-meeting"),
                );
            }
        }
        let amount = table.money("amount");
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            roles: table.plain_texts("roles"),
            amount: amount.unwrap_or_default(),
            is_base: table.word("pays", &["bonus", "base"]) == Some("base"),
            part_month: match table.word("part_month", &["days", "whole", "none"]) {
                Some("whole") => PartMonth::Whole,
                Some("none") => PartMonth::None,
                Some(_) | None => PartMonth::Days,
            },
            forfeited_by,
        };
        table.finish();
        (head.is_some() && amount.is_some()).then_some(rule)
    }

    /// Whether it is for someone of this role.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }
}
