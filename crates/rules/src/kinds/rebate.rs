//! Rebates: money back on one purchase of stored value, or on a period's purchases.
//!
//! Programs: P01 (one card purchase of 10,000 and more: at most 1%; marked members, or more than 50,000 a year: at
//! most 1% of the year), P32 (1,500 points give 100 yuan is a redemption, not a rebate).
//!
//! ```toml
//! [[rebate]]
//! id = "one-off"
//! on = "load"                # or "period"
//! from = "10000.00"          # at least; or above = "50000.00": more than
//! rate = "1%"
//! at_most = "1%"             # a cap of the whole; the rate may not exceed it
//! document_mark = { zh = "奖励返利", en = "rebate reward" }
//!
//! [[rebate]]
//! id = "annual"
//! on = "period"
//! window = "calendar year"
//! above = "50000.00"
//! or_marked = "fixed"
//! bands = [{ from = "0.00", rate = "1%" }]
//! reading = "whole"
//! pays = "gift-card"
//! on_return = "take-back"    # goods of the period that come back later; or "keep"
//! ```
//!
//! When goods come back after their period's rebate was paid, the rebate is judged again on what is left, under the
//! program of the day on which it was paid. What was paid too much is taken from the stored value, whichever way it
//! was paid; where less is there, the rest stands below zero and is owed until value comes in.

use super::Head;
use crate::id::Text;
use crate::message::Label;
use crate::msg;
use crate::number::{Money, Rate};
use crate::primitives::{Steps, Window};
use crate::reader::Table;

/// What earns a rebate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earned {
    /// One purchase of stored value.
    Load,
    /// The purchases of a period, paid out after its end.
    Period(Window),
}

/// One rebate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebate {
    /// Id, label, clause.
    pub head: Head,
    /// What earns it.
    pub earned: Earned,
    /// Least amount.
    pub from: Money,
    /// A mark that qualifies whatever the amount; empty: none.
    pub or_marked: Text,
    /// How much.
    pub steps: Steps,
    /// Never more than this of the amount.
    pub at_most: Rate,
    /// Words that its documents carry.
    pub document_mark: Label,
    /// `stored-value` or `gift-card`.
    pub pays: &'static str,
    /// Whether a later return takes back what it paid too much.
    pub takes_back: bool,
}

impl Rebate {
    /// Reads one `[[rebate]]`. Unless `cap` says otherwise, a rebate is at most 1%.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        let one_percent: Rate = "1%".parse().unwrap_or(Rate::ZERO);
        let at_most = table.rate("at_most", Rate::ONE).unwrap_or(one_percent);
        let earned = match table.word("on", &["load", "period"]) {
            Some("period") => Earned::Period(Window::read(table).unwrap_or(Window::Calendar(12))),
            Some(_) | None => Earned::Load,
        };
        table.only_one(&["from", "above"]);
        let from = match table.money("above") {
            Some(above) => Money::from_minor(above.minor().saturating_add(1)),
            None => table.money("from").unwrap_or(Money::ZERO),
        };
        let steps = match table.only_one(&["rate", "bands"]) {
            Some("rate") => table.rate("rate", Rate::ONE).map(Steps::flat),
            Some(_) => Steps::read(table, Rate::ONE),
            None => {
                table.missing("rate");
                None
            }
        };
        if let Some(steps) = &steps
            && steps.bands().iter().any(|band| band.rate > at_most)
        {
            let place = if table.has("rate") { table.place("rate") } else { table.place("bands") };
            table.context().error(
                "E012",
                place,
                msg!("doc.rebate-over-cap", cap = at_most),
                msg!("help.rebate-cap", cap = at_most),
            );
        }
        let _ = table.text("reading");
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            earned,
            from,
            or_marked: table.text("or_marked").unwrap_or_default(),
            steps: steps.clone().unwrap_or_else(|| Steps::flat(Rate::ZERO)),
            at_most,
            document_mark: table.label("document_mark").unwrap_or_default(),
            pays: table.word("pays", &["stored-value", "gift-card"]).unwrap_or("stored-value"),
            takes_back: earned != Earned::Load && table.word("on_return", &["take-back", "keep"]) != Some("keep"),
        };
        table.finish();
        (head.is_some() && steps.is_some()).then_some(rule)
    }
}
