//! Measures: what is counted of the staff's work, for targets, KPI points, contests and figures.
//!
//! | word | unit | meaning |
//! |---|---|---|
//! | `sales` | money | price of the deals, less what came back of them |
//! | `takings` | money | of that, what arrived (a cheque counts when it has cleared) |
//! | `member-sales` | money | of the sales, those to members |
//! | `deals` | count | deals of which anything stayed sold |
//! | `recruits` | count | members who joined |
//! | `returning` | count | of the period's recruits, those who bought again in the period after it |
//! | `returning-rate` | rate | the same as a share of the recruits |
//! | `member-share` | rate | members' points as a share of the sales |
//! | `rises` | count | classes by which members rose |
//! | `lost` | count | members without a purchase for as long as `lost_after` says |
//! | `members` | count | members at the end of the period |
//! | `repeat-rate` | rate | of the members who bought, those who bought more than once |
//! | `kept-rate` | rate | of those who bought in the period before, those who bought again |
//! | `class-share` | rate | of the sales to members, those to members of a class (`tier`) at the end of the period |
//! | `top-share` | rate | of the sales to members, those to the part of them (`top`) who bought most |
//! | `membership` | score | months since joining, on average, at the end of the period |
//! | `score` | score | average score of an item of the assessments |
//! | `complaints` | count | complaints made |

use crate::id::Text;
use crate::message::{Message, Value};
use crate::msg;
use crate::number::{Money, Quantity, Rate, Rounding, RoundingMode};
use crate::primitives::calendar::unknown_tier;
use crate::primitives::{GoodsFilter, RATE_UNIT};
use crate::reader::Table;
use crate::staff::DealKind;
use crate::time::Span;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the table above says what each is")]
pub enum Measure {
    Sales,
    Takings,
    MemberSales,
    Deals,
    Recruits,
    Returning,
    ReturningRate,
    MemberShare,
    Rises,
    Lost,
    Members,
    RepeatRate,
    KeptRate,
    ClassShare,
    TopShare,
    Membership,
    Score,
    Complaints,
}

/// In what a figure is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Fen.
    Money,
    /// Pieces, people, times.
    Count,
    /// Millionths of the whole.
    Rate,
    /// Thousandths.
    Score,
}

impl Unit {
    /// A figure as an argument of a message.
    #[must_use]
    pub fn value(self, figure: i64) -> Value {
        match self {
            Self::Money => Money::from_minor(figure).into(),
            Self::Count => figure.into(),
            Self::Rate => Rate::from_parts(figure, RATE_UNIT).into(),
            Self::Score => Quantity::from_minor(figure).into(),
        }
    }

    /// Reads a figure from a text; `None` where it is not one.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<i64> {
        let figure = match self {
            Self::Money => text.parse::<Money>().ok()?.minor(),
            Self::Count => text.parse().ok()?,
            Self::Rate => {
                let nearest = Rounding { unit_minor: 1, mode: RoundingMode::HalfUp };
                text.parse::<Rate>().ok()?.of_money(Money::from_minor(RATE_UNIT), nearest).ok()?.minor()
            }
            Self::Score => text.parse::<Quantity>().ok()?.minor(),
        };
        (figure >= 0).then_some(figure)
    }
}

impl Measure {
    /// Each, in the order of the table above.
    pub const ALL: [Self; 18] = [
        Self::Sales,
        Self::Takings,
        Self::MemberSales,
        Self::Deals,
        Self::Recruits,
        Self::Returning,
        Self::ReturningRate,
        Self::MemberShare,
        Self::Rises,
        Self::Lost,
        Self::Members,
        Self::RepeatRate,
        Self::KeptRate,
        Self::ClassShare,
        Self::TopShare,
        Self::Membership,
        Self::Score,
        Self::Complaints,
    ];

    /// Its word in a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Takings => "takings",
            Self::MemberSales => "member-sales",
            Self::Deals => "deals",
            Self::Recruits => "recruits",
            Self::Returning => "returning",
            Self::ReturningRate => "returning-rate",
            Self::MemberShare => "member-share",
            Self::Rises => "rises",
            Self::Lost => "lost",
            Self::Members => "members",
            Self::RepeatRate => "repeat-rate",
            Self::KeptRate => "kept-rate",
            Self::ClassShare => "class-share",
            Self::TopShare => "top-share",
            Self::Membership => "membership",
            Self::Score => "score",
            Self::Complaints => "complaints",
        }
    }

    /// In what it is counted.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Sales | Self::Takings | Self::MemberSales => Unit::Money,
            Self::Deals
            | Self::Recruits
            | Self::Returning
            | Self::Rises
            | Self::Lost
            | Self::Members
            | Self::Complaints => Unit::Count,
            Self::ReturningRate
            | Self::MemberShare
            | Self::RepeatRate
            | Self::KeptRate
            | Self::ClassShare
            | Self::TopShare => Unit::Rate,
            Self::Membership | Self::Score => Unit::Score,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Sales => msg!("measure.sales"),
            Self::Takings => msg!("measure.takings"),
            Self::MemberSales => msg!("measure.member-sales"),
            Self::Deals => msg!("measure.deals"),
            Self::Recruits => msg!("measure.recruits"),
            Self::Returning => msg!("measure.returning"),
            Self::ReturningRate => msg!("measure.returning-rate"),
            Self::MemberShare => msg!("measure.member-share"),
            Self::Rises => msg!("measure.rises"),
            Self::Lost => msg!("measure.lost"),
            Self::Members => msg!("measure.members"),
            Self::RepeatRate => msg!("measure.repeat-rate"),
            Self::KeptRate => msg!("measure.kept-rate"),
            Self::ClassShare => msg!("measure.class-share"),
            Self::TopShare => msg!("measure.top-share"),
            Self::Membership => msg!("measure.membership"),
            Self::Score => msg!("measure.score"),
            Self::Complaints => msg!("measure.complaints"),
        }
    }

    /// Whether it is made of deals, so that goods and sorts of deal can be chosen.
    #[must_use]
    pub const fn is_of_deals(self) -> bool {
        match self {
            Self::Sales | Self::Takings | Self::MemberSales | Self::Deals | Self::MemberShare => true,
            Self::Recruits
            | Self::Returning
            | Self::ReturningRate
            | Self::Rises
            | Self::Lost
            | Self::Members
            | Self::RepeatRate
            | Self::KeptRate
            | Self::ClassShare
            | Self::TopShare
            | Self::Membership
            | Self::Score
            | Self::Complaints => false,
        }
    }
}

/// A measure with what narrows it.
///
/// ```toml
/// metric = "sales"
/// on = ["sale", "load"]                  # sorts of deal; default: goods sold
/// only = { categories = ["skin"] }       # goods
/// share_of = "all-sales"                 # of a `member-share`; or "member-sales"
/// lost_after = "12 months"               # of `lost`
/// item = "satisfaction"                  # of `score`
/// tier = "a"                             # of `class-share`
/// top = "20%"                            # of `top-share`
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What is counted.
    pub measure: Measure,
    /// Of which sorts of deal.
    pub on: Vec<DealKind>,
    /// Of which goods.
    pub goods: GoodsFilter,
    /// Whether members' share is taken of the sales to members alone.
    pub of_member_sales: bool,
    /// After what time without a purchase a member is lost.
    pub lost_after: Span,
    /// The item of the assessments.
    pub item: Text,
    /// The class of members.
    pub tier: Text,
    /// How much of the members are those who bought most.
    pub top: Rate,
}

impl Counted {
    /// A measure with nothing that narrows it.
    #[must_use]
    pub fn plain(measure: Measure) -> Self {
        Self {
            measure,
            on: vec![DealKind::Sale],
            goods: GoodsFilter::default(),
            of_member_sales: false,
            lost_after: Span::Months(12),
            item: Text::default(),
            tier: Text::default(),
            top: Rate::ONE,
        }
    }

    /// Reads `metric` and what narrows it. `tiers` are the program's tier ids, lowest first.
    #[must_use]
    pub fn read(table: &Table<'_>, tiers: &[Text]) -> Option<Self> {
        if !table.has("metric") {
            table.missing("metric");
        }
        let words = Measure::ALL.map(Measure::word);
        let word = table.word("metric", &words);
        let measure = Measure::ALL.into_iter().find(|measure| Some(measure.word()) == word);
        let mut counted = Self::plain(measure.unwrap_or(Measure::Sales));
        if measure.is_some_and(Measure::is_of_deals) && measure != Some(Measure::MemberShare) {
            counted.on = DealKind::read(table, "on");
            counted.goods = GoodsFilter::read(table);
        }
        if measure == Some(Measure::MemberShare) {
            counted.of_member_sales = table.word("share_of", &["all-sales", "member-sales"]) == Some("member-sales");
        }
        if measure == Some(Measure::Lost) {
            counted.lost_after = table.span_of_time("lost_after").unwrap_or(Span::Months(12));
        }
        if measure == Some(Measure::Score) {
            counted.item = table.need_text("item").map(|at| at.value).unwrap_or_default();
        }
        if measure == Some(Measure::ClassShare)
            && let Some(tier) = table.need_text("tier")
        {
            if !tiers.contains(&tier.value) {
                unknown_tier(table, &tier.value, tier.span, tiers);
            }
            counted.tier = tier.value;
        }
        if measure == Some(Measure::TopShare) {
            if !table.has("top") {
                table.missing("top");
            }
            counted.top = table.rate("top", Rate::ONE).unwrap_or(Rate::ONE);
        }
        measure.map(|_| counted)
    }

    /// A figure as an argument of a message.
    #[must_use]
    pub fn value(&self, figure: i64) -> Value {
        self.measure.unit().value(figure)
    }
}
