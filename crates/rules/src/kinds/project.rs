//! Projects of business clients: who follows one, by its state and size, and at which stages its client is told.
//!
//! Programs: P30 (from 5,000,000 on; before it is signed an estimator, the head of department or the deputy GM; then a
//! coordinator, the head or the deputy GM; a border belongs to the higher band; grade A is told at every stage).
//!
//! ```toml
//! [[project]]
//! id = "production"
//! signed = true                          # default: false
//! bands = [{ from = "5000000.00", by = "coordinator" }, { from = "10000000.00", by = "head" }]
//! stages = ["listed", "drawn", "cut", "made"]     # in their order
//! tells = ["a"]                          # grades whose clients are told at each of them
//! ```

use super::Head;
use super::approval::{RoleBand, band_of, read_role_bands};
use crate::id::Text;
use crate::msg;
use crate::number::Money;
use crate::reader::Table;

/// One rule about projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Id, label, clause.
    pub head: Head,
    /// About those that are signed, or those that are not yet.
    pub signed: bool,
    /// Who follows one, by its size.
    pub bands: Vec<RoleBand>,
    /// The stages.
    pub stages: Vec<Text>,
    /// Grades whose clients are told at each.
    pub tells: Vec<Text>,
}

impl Project {
    /// Reads one `[[project]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        if !table.has("bands") {
            table.missing("bands");
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            signed: table.flag("signed").unwrap_or(false),
            bands: read_role_bands(table),
            stages: table.plain_texts("stages"),
            tells: table.plain_texts("tells"),
        };
        if !rule.tells.is_empty() && rule.stages.is_empty() {
            table.missing("stages");
        }
        if earlier.iter().any(|other| other.signed == rule.signed) {
            table.context().error("E018", table.span(), msg!("doc.project-twice"), msg!("help.project-twice"));
        }
        table.finish();
        (head.is_some() && !rule.bands.is_empty()).then_some(rule)
    }

    /// The band in which a project falls; `None`: nobody need follow it.
    #[must_use]
    pub fn band(&self, amount: Money) -> Option<&RoleBand> {
        band_of(&self.bands, amount)
    }
}
