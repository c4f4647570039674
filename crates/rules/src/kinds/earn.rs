//! Earning points, and what multiplies them.
//!
//! Programs: P11 (1 per yuan, not on specials), P10 (1 per full 100), P12 (spend and activity points),
//! P01 (on stored value sold, not on what is paid with it), P27 (tier multipliers), P08 (double-points events).
//!
//! ```toml
//! [[earn]]
//! id = "spend"
//! per = "1.00"
//! points = 1
//! basis = "paid"                       # after reductions and redemptions; "before-redemption"; "list"
//! except = { tags = ["special"], tenders = ["stored-value"] }
//!
//! [[earn]]
//! id = "workshop"
//! activity = "workshop"               # a rule for a named activity goes before one for "any"
//! points = 20
//!
//! [[earn]]
//! id = "task"
//! activity = "any"                    # any activity or task that no other rule names
//! points = 10
//!
//! [[earn]]
//! id = "course"
//! activity = "course"
//! points = 30
//! kind = "activity"                   # where the program keeps kinds of points apart; else its first kind
//!
//! [[multiply]]
//! id = "double-weekend"
//! factor = "2"
//! when = { weekdays = ["sat", "sun"] }
//! ```

use super::Head;
use super::points::{PointsKind, read_kind};
use crate::id::Text;
use crate::msg;
use crate::number::{Money, NumberError, Points, Rate, Rounding};
use crate::primitives::{GoodsFilter, Occasion, When};
use crate::reader::Table;

/// What amount of a line earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// What was paid: after reductions, vouchers and points used.
    Paid,
    /// After reductions, before vouchers and points used.
    BeforeRedemption,
    /// The shop's own price.
    List,
}

/// The word for activities that no rule names.
pub const ANY_ACTIVITY: &str = "any";

/// What earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Goods sold.
    Goods,
    /// Stored value sold, once its payment has arrived.
    Load,
    /// Taking part in an activity, or doing a task, of this code.
    Activity(Text),
    /// Any activity or task that no rule in force names.
    AnyActivity,
    /// Joining.
    Enrolment,
}

/// One way of earning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earn {
    /// Id, label, clause.
    pub head: Head,
    /// What earns.
    pub source: Source,
    /// For each so much money (goods and stored value).
    pub per: Money,
    /// So many points.
    pub points: Points,
    /// Whether only full units of `per` count.
    pub full_units: bool,
    /// The amount that counts.
    pub basis: Basis,
    /// Whether whole-basket reductions lower the base.
    pub minds_basket_discounts: bool,
    /// Least amount of a sale that earns at all.
    pub from: Money,
    /// Which goods and tenders count.
    pub goods: GoodsFilter,
    /// When and for whom.
    pub when: When,
    /// Of which kind the points are; empty where the program keeps none apart.
    pub kind: Text,
}

impl Earn {
    /// Reads one `[[earn]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text], kinds: &[PointsKind]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        let activity = table.text("activity");
        let on = table.word("on", &["goods", "load", "enrolment"]);
        let source = match (activity, on) {
            (Some(_), Some(_)) => {
                table.only_one(&["activity", "on"]);
                None
            }
            (Some(activity), None) if activity == ANY_ACTIVITY => Some(Source::AnyActivity),
            (Some(activity), None) => Some(Source::Activity(activity)),
            (None, Some("load")) => Some(Source::Load),
            (None, Some("enrolment")) => Some(Source::Enrolment),
            (None, Some(_) | None) => Some(Source::Goods),
        };
        let by_amount = matches!(source, Some(Source::Goods | Source::Load));
        let per = if by_amount {
            if !table.has("per") {
                table.missing("per");
            }
            let per = table.money("per");
            if per == Some(Money::ZERO) {
                table.out_of_range(table.place("per"), msg!("range.positive"));
            }
            per
        } else {
            Some(Money::ZERO)
        };
        if !table.has("points") {
            table.missing("points");
        }
        let points = table.points("points");
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            source: source.clone().unwrap_or(Source::Goods),
            per: per.unwrap_or(Money::ZERO),
            points: points.unwrap_or(Points::ZERO),
            full_units: table.flag("full_units").unwrap_or(false),
            basis: match table.word("basis", &["paid", "before-redemption", "list"]) {
                Some("before-redemption") => Basis::BeforeRedemption,
                Some("list") => Basis::List,
                Some(_) | None => Basis::Paid,
            },
            minds_basket_discounts: table.word("basket_discounts", &["count", "ignore"]) != Some("ignore"),
            from: table.money("from").unwrap_or(Money::ZERO),
            goods: GoodsFilter::read(table),
            when: When::read(table, tiers),
            kind: read_kind(table, kinds),
        };
        // Complaints about other keys come first: a wrong figure must not hide a misspelt key.
        table.finish();
        (head.is_some() && source.is_some() && per.is_some() && points.is_some()).then_some(rule)
    }

    /// Points for a base, multiplied, rounded once.
    ///
    /// # Errors
    /// Where the figure does not fit.
    pub fn points_for(&self, base: Money, factor: Rate, rounding: Rounding) -> Result<Points, NumberError> {
        let per = self.per.minor().max(1);
        let (times, over) = factor.ratio();
        let (numerator, denominator) =
            if self.full_units { (base.minor().checked_div(per).unwrap_or(0), 1) } else { (base.minor(), per) };
        // Nearly always 64 bits are enough, and checked 128 bits cost a sale more than all else here.
        if let Some(numerator) = numerator.checked_mul(self.points.minor()).and_then(|n| n.checked_mul(times))
            && let Some(denominator) = denominator.checked_mul(over)
        {
            return rounding.ratio(i128::from(numerator), i128::from(denominator)).map(Points::from_minor);
        }
        let numerator = i128::from(numerator)
            .checked_mul(i128::from(self.points.minor()))
            .and_then(|n| n.checked_mul(i128::from(times)))
            .ok_or(NumberError::TooLarge)?;
        let denominator = i128::from(denominator).checked_mul(i128::from(over)).ok_or(NumberError::TooLarge)?;
        rounding.ratio(numerator, denominator).map(Points::from_minor)
    }
}

/// The rules under which an activity earns: those that name it, or else those for any.
#[must_use]
pub fn for_activity<'p>(earn: &'p [Earn], activity: &str, occasion: &Occasion<'_>) -> Vec<&'p Earn> {
    let holding = |rule: &&Earn| rule.when.holds(occasion);
    let named = |rule: &&Earn| matches!(&rule.source, Source::Activity(own) if own == activity);
    let own: Vec<&Earn> = earn.iter().filter(named).filter(holding).collect();
    if !own.is_empty() {
        return own;
    }
    earn.iter().filter(|rule| rule.source == Source::AnyActivity).filter(holding).collect()
}

/// Something that multiplies points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multiply {
    /// Id, label, clause.
    pub head: Head,
    /// By how much.
    pub factor: Rate,
    /// When and for whom.
    pub when: When,
}

impl Multiply {
    /// Reads one `[[multiply]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        if !table.has("factor") {
            table.missing("factor");
        }
        let factor = table.factor("factor");
        let when = When::read(table, tiers);
        table.finish();
        Some(Self { head: head?, factor: factor?, when })
    }
}

/// What happens when several multipliers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combine {
    /// The highest alone.
    Highest,
    /// Their product.
    Product,
}
