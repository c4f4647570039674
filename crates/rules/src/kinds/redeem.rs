//! Redemption: points for vouchers, against the price, or for gifts. Always whole units of `points`.
//!
//! Programs: P11 (100 points, voucher of 5 yuan, no change), P08 (100 points 1 yuan, at most half the bill),
//! P16 (gifts), P21 (100 to 5,000 at a time), P32 (1,500 points give 100 yuan).
//!
//! ```toml
//! [[redeem]]
//! id = "voucher"
//! points = 100
//! voucher = "5.00"
//! valid = "12 months"
//!
//! [[redeem]]
//! id = "price"
//! points = 100
//! price = "1.00"
//! at_most = "50%"
//!
//! [[redeem]]
//! id = "umbrella"
//! points = 800
//! gift = { zh = "雨伞", en = "Umbrella" }
//! from = ["activity"]        # where the program keeps kinds of points apart: of these only
//! ```

use super::Head;
use super::points::{PointsKind, read_kinds};
use crate::id::Text;
use crate::message::Label;
use crate::msg;
use crate::number::{Money, Points, Rate, Split};
use crate::primitives::When;
use crate::reader::Table;
use crate::time::Span;

/// What points are exchanged for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// A voucher of this value, to be used in a later sale; no change is given.
    Voucher {
        /// Its value.
        value: Money,
        /// How long it is valid; `None`: for ever.
        valid: Option<Span>,
    },
    /// So much off the price of a sale.
    Price {
        /// How much for each unit of points.
        value: Money,
        /// At most this share of the bill.
        at_most: Rate,
        /// How the amount is shared among the lines.
        split: Split,
    },
    /// A gift.
    Gift(Label),
}

/// One redemption rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    /// Id, label, clause.
    pub head: Head,
    /// Points for one unit.
    pub points: Points,
    /// What it gives.
    pub gives: Gives,
    /// Least points at a time.
    pub least: Points,
    /// Most points at a time.
    pub most: Points,
    /// When and for whom.
    pub when: When,
    /// Of which kinds the points must be; none: of any.
    pub from: Vec<Text>,
}

impl Redeem {
    /// Reads one `[[redeem]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text], kinds: &[PointsKind]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        if !table.has("points") {
            table.missing("points");
        }
        let points = table.points("points");
        if points == Some(Points::ZERO) {
            table.out_of_range(table.place("points"), msg!("range.positive"));
        }
        let gives = match table.only_one(&["voucher", "price", "gift"]) {
            Some("voucher") => {
                let valid = table.span_of_time("valid");
                table.money("voucher").map(|value| Gives::Voucher { value, valid })
            }
            Some("price") => {
                let at_most = table.rate("at_most", Rate::ONE).unwrap_or(Rate::ONE);
                let split = match table.word("split", &["largest-remainder", "rest-to-last"]) {
                    Some("rest-to-last") => Split::RestToLast,
                    Some(_) | None => Split::LargestRemainder,
                };
                table.money("price").map(|value| Gives::Price { value, at_most, split })
            }
            Some(_) => table.label("gift").map(Gives::Gift),
            None => {
                table.missing("voucher");
                None
            }
        };
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            points: points.unwrap_or(Points::ZERO),
            gives: gives.clone().unwrap_or(Gives::Gift(Label::default())),
            least: table.points("least").unwrap_or(Points::ZERO),
            most: table.points("most").unwrap_or(Points::from_minor(i64::MAX)),
            when: When::read(table, tiers),
            from: read_kinds(table, "from", kinds),
        };
        if rule.least > rule.most {
            table.out_of_range(table.place("most"), msg!("range.least-most"));
        }
        table.finish();
        (head.is_some() && gives.is_some() && rule.points.is_positive()).then_some(rule)
    }

    /// Most whole units that a balance allows, within least and most. Zero where the least is out of reach.
    #[must_use]
    pub fn units_for(&self, balance: Points) -> i64 {
        let usable = balance.min(self.most);
        let units = usable.minor().max(0).checked_div(self.points.minor()).unwrap_or(0);
        let used = units.saturating_mul(self.points.minor());
        if used < self.least.minor() { 0 } else { units }
    }

    /// Whether points of a kind can be used under it.
    #[must_use]
    pub fn takes(&self, kind: &Text) -> bool {
        self.from.is_empty() || self.from.contains(kind)
    }

    /// Money value of one unit, if it is money.
    #[must_use]
    pub const fn money_value(&self) -> Option<Money> {
        match &self.gives {
            Gives::Voucher { value, .. } | Gives::Price { value, .. } => Some(*value),
            Gives::Gift(_) => None,
        }
    }
}
