//! Discounts: a rate by day, tier or category, on each line or on the whole basket.
//!
//! Programs: P11 (lunar days 5%, else 2%, not on specials), P12 (by tier), P14 (by category, after promotions),
//! P01 (bulk, agreed by three parties).
//!
//! Rules of one `group` compete: the one that gives most on a line holds (ties: the earlier). Groups follow
//! one another in the order of the document, each on what the earlier ones left.
//!
//! ```toml
//! [[discount]]
//! id = "member-day"
//! group = "member"
//! rate = "5%"
//! when = { lunar_days = [8, 18, 28], members = true }
//! except = { tags = ["special", "limited", "promotion"] }
//!
//! [[discount]]
//! id = "tier-price"
//! by_tier = { silver = "2%", gold = "5%" }
//!
//! [[discount]]
//! id = "bulk"
//! on = "basket"
//! at_least_items = 50
//! count = "counter"          # of one counter's goods (their tag `counter:…`), and off those alone; else of the basket
//! approval = ["operations", "counter", "salesperson"]
//! most = "10%"
//! ```

use super::Head;
use crate::event::Line;
use crate::id::Text;
use crate::msg;
use crate::number::{Quantity, Rate};
use crate::primitives::{GoodsFilter, When, calendar::unknown_tier};
use crate::reader::Table;

/// One discount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// Id, label, clause.
    pub head: Head,
    /// Rules of the same group compete.
    pub group: Text,
    /// Rates by tier rank; one entry for all tiers where the rate does not depend on it.
    pub rates: Vec<Rate>,
    /// Whether it is taken off the basket and belongs to no line.
    pub on_basket: bool,
    /// Least number of pieces in the basket.
    pub at_least_items: i64,
    /// Whether the pieces are counted for each counter, and the discount is off the goods of those with enough.
    pub per_counter: bool,
    /// Whose approvals it needs; the rate is then agreed, at most the rule's own.
    pub approval: Vec<Text>,
    /// Which goods.
    pub goods: GoodsFilter,
    /// When and for whom.
    pub when: When,
    /// Whether goods that have a promotion price already get none.
    pub members_only: bool,
}

impl Discount {
    /// Reads one `[[discount]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        let mut rates = vec![Rate::ZERO; tiers.len().max(1)];
        match table.only_one(&["rate", "by_tier", "most"]) {
            Some("by_tier") => {
                for (at, rate) in table.named_rates("by_tier", Rate::ONE) {
                    match tiers.iter().position(|id| *id == at.value) {
                        Some(rank) => {
                            if let Some(slot) = rates.get_mut(rank) {
                                *slot = rate;
                            }
                        }
                        None => unknown_tier(table, &at.value, at.span, tiers),
                    }
                }
            }
            Some("rate") => rates = vec![table.rate("rate", Rate::ONE).unwrap_or(Rate::ZERO)],
            Some(_) => rates = vec![table.rate("most", Rate::ONE).unwrap_or(Rate::ZERO)],
            None => table.missing("rate"),
        }
        let approval = table.plain_texts("approval");
        if table.has("most") && approval.is_empty() {
            table.context().error(
                "E003",
                table.place("most"),
                msg!("doc.missing-key", key = "approval"),
                msg!("help.add-key", key = "approval"),
            );
        }
        let by_tier = table.has("by_tier");
        let per_counter = table.word("count", &["basket", "counter"]) == Some("counter");
        let on_basket = table.word("on", &["line", "basket"]) == Some("basket");
        if per_counter && !on_basket {
            let (message, help) = (msg!("doc.count-of-counter"), msg!("help.on-basket"));
            table.context().error("E018", table.place("count"), message, help);
        }
        if table.has("count") && !table.has("at_least_items") {
            table.missing("at_least_items");
        }
        let group = table.text("group");
        let rule = Self {
            group: group.unwrap_or_else(|| head.as_ref().map(|h| h.id.clone()).unwrap_or_default()),
            head: head.clone().unwrap_or_default(),
            rates,
            on_basket,
            per_counter,
            at_least_items: table.count("at_least_items", 0..=1_000_000).unwrap_or(0),
            approval,
            goods: GoodsFilter::read(table),
            when: When::read(table, tiers),
            members_only: table.flag("members").unwrap_or(true) || by_tier,
        };
        table.finish();
        head.map(|_| rule)
    }

    /// Whether there are pieces enough: in the basket, or at one counter at least.
    #[must_use]
    pub fn has_enough(&self, lines: &[Line], items: Quantity) -> bool {
        if self.per_counter { lines.iter().any(|line| self.counts(lines, line)) } else { self.is_enough(items) }
    }

    /// Whether a line's goods are among those that it is about: where counters are counted, of one with enough.
    #[must_use]
    pub fn counts(&self, lines: &[Line], line: &Line) -> bool {
        if !self.goods.holds(line) {
            return false;
        }
        if !self.per_counter {
            return true;
        }
        let counter = line.tags.counter();
        let there = lines.iter().filter(|other| other.tags.counter() == counter).map(|other| other.quantity);
        Quantity::sum(there).is_ok_and(|items| self.is_enough(items))
    }

    fn is_enough(&self, items: Quantity) -> bool {
        items.minor() >= self.at_least_items.saturating_mul(1000)
    }

    /// The rate for a tier.
    #[must_use]
    pub fn rate(&self, tier: u8) -> Rate {
        match self.rates.as_slice() {
            [one] => *one,
            many => many.get(usize::from(tier)).copied().unwrap_or(Rate::ZERO),
        }
    }
}
