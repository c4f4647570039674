//! Commission: what a person earns by deals.
//!
//! Programs: P01 (per calendar quarter, marginal), P04, P14 (a discount that the member was entitled to does not lower
//! the base), P15 (5% of a card's price), P22 (each product its own rate). Reference: R10 to R12, R14, R15, R20, R21.
//!
//! ```toml
//! [[commission]]
//! id = "deals"
//! roles = ["assistant"]            # whose; default: everyone's
//! on = ["sale", "load"]            # goods sold, stored value sold, memberships sold (`fee`); default: sale
//! only = { products = ["p1"] }     # among rules of one group the most specific is taken: product variant (`mug/red`),
//! group = "goods"                  # product, category, brand (tag `brand:…`), tag, everything
//! rate = "5%"                      # or fixed = "88.00" (each = "piece", "line", "deal"), or bands; a fixed 0 is 0
//! per = "calendar quarter"         # "deal" (default), "line", or a calendar window: what is banded and rounded once
//! of = "amount"                    # what bands look at: amount, attainment (of `target`), discount (of the line)
//! reading = "marginal"
//! bands = [{ from = "0.00", rate = "1%" }, { from = "50000.00", rate = "1.5%" }]
//! base = "paid"                    # "before-discounts", or "entitled": entitled discounts do not lower it
//! arrived = true                   # only money that arrived (cheques that cleared)
//! split = "shares"                 # or "each": each of those who share a deal counts it in full
//! cap = "5000.00"                  # most per deal, line or window
//! floor = "100.00"                 # least where there was anything
//! team = true                      # of the deals of those whom one leads …
//! net_of = ["deals"]               # … less what they get by these rules: per transaction in the same deal, per
//!                                  # period for whatever they sold in it, if any of it is a deal that counts here
//! instalments = 2                  # paid in equal parts, one each
//! every = "1 month"
//! ```
//!
//! Goods that come back take their commission back in the month of the return, at the band that then holds. Of what
//! was paid out that is a clawback; of what was not, it is simply not owed any more.

use super::Head;
use crate::id::Text;
use crate::msg;
use crate::number::{Money, Rate};
use crate::primitives::{Border, GoodsFilter, Steps, Window};
use crate::reader::Table;
use crate::staff::DealKind;
use crate::time::Span;

/// What a fixed amount is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Each piece.
    Piece,
    /// Each line of goods.
    Line,
    /// Each deal.
    Deal,
}

/// How much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pays {
    /// A rate or bands.
    Steps(Steps),
    /// A fixed amount. Zero is zero: it does not fall back to a rate.
    Fixed(Money, Each),
}

/// What is banded and rounded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// A line of goods.
    Line,
    /// A deal.
    Deal,
    /// All deals of a calendar window.
    Window(Window),
}

/// What the bands look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The amount itself.
    Amount,
    /// The share of a target that was reached.
    Attainment(Text),
    /// The discount of the line, of its price before reductions.
    Discount,
}

/// Which amount counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// What was paid.
    Paid,
    /// The price before all reductions.
    BeforeDiscounts,
    /// What was paid, plus the reductions that the program gave the member.
    Entitled,
}

/// One commission rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    /// Id, label, clause.
    pub head: Head,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// On which sorts of deal.
    pub on: Vec<DealKind>,
    /// On which goods.
    pub goods: GoodsFilter,
    /// Among rules of one group the most specific is taken.
    pub group: Text,
    /// How much.
    pub pays: Pays,
    /// What is banded and rounded as one.
    pub per: Per,
    /// What the bands look at.
    pub of: Of,
    /// Which amount counts.
    pub base: Base,
    /// Whether only money that arrived counts.
    pub arrived: bool,
    /// Whether each of those who share a deal counts it in full.
    pub each_in_full: bool,
    /// Most.
    pub cap: Option<Money>,
    /// Least, where there was anything.
    pub floor: Option<Money>,
    /// Whether it is about the deals of those whom one leads.
    pub team: bool,
    /// Less what they get by these rules.
    pub net_of: Vec<Text>,
    /// In how many equal parts it is paid.
    pub instalments: i32,
    /// Time between them.
    pub every: Span,
}

impl Commission {
    /// Reads one `[[commission]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let of = match table.word("of", &["amount", "attainment", "discount"]) {
            Some("attainment") => Of::Attainment(table.need_text("target").map(|at| at.value).unwrap_or_default()),
            Some("discount") => Of::Discount,
            Some(_) | None => Of::Amount,
        };
        let border = if of == Of::Amount { Border::Amount } else { Border::Rate };
        let pays = match table.only_one(&["rate", "fixed", "bands"]) {
            Some("rate") => table.rate("rate", Rate::ONE).map(|rate| Pays::Steps(Steps::flat(rate))),
            Some("fixed") => {
                let each = match table.word("each", &["piece", "line", "deal"]) {
                    Some("line") => Each::Line,
                    Some("deal") => Each::Deal,
                    Some(_) | None => Each::Piece,
                };
                table.money("fixed").map(|amount| Pays::Fixed(amount, each))
            }
            Some(_) => Steps::read_bordered(table, Rate::ONE, border).map(Pays::Steps),
            None => {
                table.missing("rate");
                None
            }
        };
        let windows = ["line", "deal", "calendar month", "calendar quarter", "calendar half", "calendar year"];
        let per = match table.word("per", &windows) {
            Some("line") => Per::Line,
            Some(word) => Window::calendar(word).map_or(Per::Deal, Per::Window),
            None => Per::Deal,
        };
        if of == Of::Discount && per != Per::Line {
            table.context().error(
                "E018",
                table.place("of"),
                msg!("doc.discount-bands-per-line"),
                msg!("help.add-key", key = "per = \"line\""),
            );
        }
        if matches!(of, Of::Attainment(_)) && !matches!(per, Per::Window(_)) {
            table.context().error(
                "E018",
                table.place("of"),
                msg!("doc.attainment-per-window"),
                msg!("help.add-key", key = "per"),
            );
        }
        let team = table.flag("team").unwrap_or(false);
        let mut net_of = Vec::new();
        for at in table.texts("net_of") {
            match earlier.iter().find(|rule| rule.head.id == at.value) {
                Some(rule) if rule.per == per => net_of.push(at.value),
                Some(_) => table.context().error(
                    "E018",
                    at.span,
                    msg!("doc.net-of-other-window", id = &at.value),
                    msg!("help.same-window"),
                ),
                None => table.context().error(
                    "E009",
                    at.span,
                    msg!("doc.unknown-rule", id = &at.value),
                    msg!("help.rule-before"),
                ),
            }
        }
        if !team && !net_of.is_empty() {
            table.context().error(
                "E018",
                table.place("net_of"),
                msg!("doc.net-of-without-team"),
                msg!("help.add-key", key = "team"),
            );
        }
        let (cap, floor) = (table.money("cap"), table.money("floor"));
        if let (Some(cap), Some(floor)) = (cap, floor)
            && floor > cap
        {
            table.context().error(
                "E012",
                table.place("floor"),
                msg!("doc.floor-over-cap", floor = floor, cap = cap),
                msg!("help.floor-cap"),
            );
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            roles: table.plain_texts("roles"),
            on: DealKind::read(table, "on"),
            goods: GoodsFilter::read(table),
            group: table.text("group").unwrap_or_default(),
            pays: pays.clone().unwrap_or(Pays::Fixed(Money::ZERO, Each::Deal)),
            per,
            of,
            base: match table.word("base", &["paid", "before-discounts", "entitled"]) {
                Some("before-discounts") => Base::BeforeDiscounts,
                Some("entitled") => Base::Entitled,
                Some(_) | None => Base::Paid,
            },
            arrived: table.flag("arrived").unwrap_or(false),
            each_in_full: table.word("split", &["shares", "each"]) == Some("each"),
            cap,
            floor,
            team,
            net_of,
            instalments: table.count("instalments", 1..=120).and_then(|n| i32::try_from(n).ok()).unwrap_or(1),
            every: table.span_of_time("every").unwrap_or(Span::Months(1)),
        };
        table.finish();
        (head.is_some() && pays.is_some()).then_some(rule)
    }

    /// Whether the rule is for someone of this role.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }

    /// Its bands, if it has any.
    #[must_use]
    pub const fn steps(&self) -> Option<&Steps> {
        match &self.pays {
            Pays::Steps(steps) => Some(steps),
            Pays::Fixed(..) => None,
        }
    }
}
