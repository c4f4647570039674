//! Holdback and draw: what is kept of pay for later, and what is paid ahead of it.
//!
//! Programs: P22 (5% of each month's bonus is kept as a risk fund and settled once at the end of the year).
//!
//! ```toml
//! [[holdback]]
//! id = "risk-fund"
//! of = ["commission"]              # kinds of pay: commission, bonus, prize, kpi; default: all of them
//! rate = "5%"
//! release = "calendar year"        # settled with the last month of it
//! on_leaving = "release"           # with the last month worked (default), or "year-end"
//!
//! [draw]                           # a least pay a month, recovered from later months; for those on the list on the
//!                                  # last day of the month, whether they have sold anything yet or not
//! amount = "3000.00"
//! roles = ["representative"]
//! ```

use super::Head;
use crate::id::Text;
use crate::message::Value;
use crate::msg;
use crate::number::{Money, Rate};
use crate::primitives::Window;
use crate::reader::Table;
use crate::staff::pay::RowKind;

/// One holdback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdback {
    /// Id, label, clause.
    pub head: Head,
    /// Of which kinds of pay; empty: of all income.
    pub of: Vec<RowKind>,
    /// How much of a month's.
    pub rate: Rate,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// Settled with the last month of this window.
    pub release: Window,
    /// Whether it waits for that even where the person left before.
    pub waits_for_leavers: bool,
}

impl Holdback {
    /// Reads one `[[holdback]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        if !table.has("rate") {
            table.missing("rate");
        }
        let rate = table.rate("rate", Rate::ONE);
        let mut of = Vec::new();
        for at in table.texts("of") {
            match RowKind::INCOME.into_iter().find(|kind| kind.word() == at.value) {
                Some(kind) => of.push(kind),
                None => table.context().error(
                    "E007",
                    at.span,
                    msg!("doc.unknown-word", word = &at.value),
                    msg!(
                        "help.known-words",
                        words = RowKind::INCOME.iter().map(|kind| Value::from(kind.word())).collect::<Vec<_>>()
                    ),
                ),
            }
        }
        let windows = ["calendar quarter", "calendar half", "calendar year"];
        let release = table.word("release", &windows).and_then(Window::calendar).unwrap_or(Window::Calendar(12));
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            of,
            rate: rate.unwrap_or(Rate::ZERO),
            roles: table.plain_texts("roles"),
            release,
            waits_for_leavers: table.word("on_leaving", &["release", "year-end"]) == Some("year-end"),
        };
        table.finish();
        (head.is_some() && rate.is_some()).then_some(rule)
    }
}

/// A least pay a month, recovered from later months.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draw {
    /// The least pay; zero: no draw.
    pub amount: Money,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// Clause of the source document.
    pub clause: Text,
}

impl Draw {
    /// Whether it is for somebody of a role.
    #[must_use]
    pub fn is_for(&self, role: &Text) -> bool {
        self.roles.is_empty() || self.roles.contains(role)
    }

    /// Reads `[draw]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("draw") else { return Self::default() };
        if !table.has("amount") {
            table.missing("amount");
        }
        let rule = Self {
            amount: table.money("amount").unwrap_or(Money::ZERO),
            roles: table.plain_texts("roles"),
            clause: table.text("clause").unwrap_or_default(),
        };
        table.finish();
        rule
    }
}
