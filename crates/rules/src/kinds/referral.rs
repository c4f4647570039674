//! Referral: what a member gets for bringing another.
//!
//! Programs: P20 (50 points for each new member), R20 (a share of what the new member buys: the most specific rule
//! holds, and a fixed 0 is a figure, not an absence).
//!
//! ```toml
//! [[referral]]
//! id = "welcome"
//! points = 50                # once, when the new member joins; kind = "…" where kinds of points are kept apart
//!
//! [[referral]]
//! id = "share"
//! rate = "10%"               # of every line the new member buys, as stored value
//!
//! [[referral]]
//! id = "share-of-sets"
//! fixed = "88.00"            # for each piece, instead
//! only = { products = ["set"] }
//! ```

use super::Head;
use super::points::{PointsKind, read_kind};
use crate::id::Text;
use crate::msg;
use crate::number::{Money, Points, Rate};
use crate::primitives::GoodsFilter;
use crate::reader::Table;

/// What a referral gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reward {
    /// Points, once.
    Points(Points),
    /// A share of each line's paid amount, as stored value.
    Rate(Rate),
    /// A fixed sum for each piece, as stored value.
    Fixed(Money),
}

/// One referral rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Id, label, clause.
    pub head: Head,
    /// What it gives.
    pub reward: Reward,
    /// For which goods (rates and fixed sums).
    pub goods: GoodsFilter,
    /// Of which kind the points are; empty where the program keeps none apart.
    pub kind: Text,
}

impl Referral {
    /// Reads one `[[referral]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], kinds: &[PointsKind]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        let reward = match table.only_one(&["points", "rate", "fixed"]) {
            Some("points") => table.points("points").map(Reward::Points),
            Some("rate") => table.rate("rate", Rate::ONE).map(Reward::Rate),
            Some(_) => table.money("fixed").map(Reward::Fixed),
            None => {
                table.missing("points");
                None
            }
        };
        let goods = GoodsFilter::read(table);
        if matches!(reward, Some(Reward::Points(_))) && !goods.is_everything() {
            table.context().error("E018", table.span(), msg!("doc.referral-points-goods"), msg!("help.keep-one"));
        }
        // Stored value has no kind: there the key stays unknown.
        let kind = if table.has("points") { read_kind(table, kinds) } else { Text::default() };
        table.finish();
        Some(Self { head: head?, reward: reward?, goods, kind })
    }
}
