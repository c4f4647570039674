//! KPI points, to whom they go, and what they are worth.
//!
//! Programs: P32 (recruiting: each full 10% over or under the target; recruits who buy again: each full 5 percentage
//! points; members' share of the year's sales: each whole point above or below 50; each rise of a member by a class,
//! each member lost; points turn into pay). Reference: R22.
//!
//! ```toml
//! [[kpi]]                          # a figure of a period, held against a target
//! id = "recruiting"
//! metric = "recruits"              # see `kinds::measure`
//! window = "calendar month"
//! per = "store"                    # whose figure: all, area, store, person
//! target = "recruiting"            # a `[[target]]`; or at = "20%", the same for everyone
//! reading = "relative"             # difference as a share of the target, or "points": in percentage points (of rates)
//! each = "10%"                     # each full step of the difference …
//! over = 1                         # … above the target brings so many points,
//! under = -1                       # … below it so many
//! whole = "1%"                     # the figure is brought down to a multiple of this first
//! to = "role"                      # who gets them: role (with `role`), store, person (where the figure is a person's)
//! role = "manager"
//!
//! [[kpi]]                          # the rate of the recruits who bought again
//! id = "returning"
//! metric = "returning-rate"
//! window = "calendar month"
//! per = "store"
//! at = "20%"
//! by_tier = { a = "20%", b = "30%", c = "50%" }
//! members = "all"                  # all against `at`, or "by-tier": those of each tier against its own rate
//! rate_of = "recruits"             # a share of the recruits, or "target": of the figure of `recruits_target`
//! recruits_target = "recruiting"
//! counts_in = "result"             # the month in which it is known, or "recruited": that of the recruits, while open
//! each = "5%"
//!
//! [[kpi]]                          # so many points for each event
//! id = "rises"
//! metric = "rises"                 # rises (by the class), lost, recruits
//! points = 1
//! to = "responsible"               # or guide (who enrolled the member), owner, role, store
//!
//! [responsible]                    # who answers for members of a tier: the owner where they have the role, else its
//! by_tier = { a = "manager", b = "specialist", c = "guide" }    # holder at the member's shop, else the shop
//!
//! [kpi_pay]
//! per_point = "10.00"
//! reduces_pay = false              # whether a month's points below zero reduce pay
//! roles = ["guide"]                # default: everyone's
//! ```

use super::Head;
use super::measure::{Counted, Measure, Unit};
use super::target::{Per, Target, calendar_window};
use crate::id::Text;
use crate::message::Value;
use crate::msg;
use crate::number::{Money, Rate};
use crate::primitives::Window;
use crate::primitives::calendar::unknown_tier;
use crate::reader::Table;

/// How a difference from the target is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// As a share of the target.
    Relative,
    /// In percentage points.
    Points,
}

/// Who gets the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// The person whose figure it is.
    Person,
    /// The shop.
    Store,
    /// Those who hold a role at the shop; the shop where nobody does.
    Role(Text),
    /// Who enrolled the member.
    Guide,
    /// Whose member it is on the day.
    Owner,
    /// Who answers for members of the tier.
    Responsible,
}

/// Of what the rate of returning members is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RateOf {
    /// Of the members recruited.
    Recruits,
    /// Of the number that should have been recruited: a target.
    Target(Text),
}

/// What is held against the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// The `[[target]]`; empty: `at`.
    pub target: Text,
    /// The same figure for everyone.
    pub at: i64,
    /// Rates of their own by tier rank, where members are counted by tier.
    pub by_tier: Vec<(u8, i64)>,
    /// How the difference is read.
    pub reading: Difference,
    /// The step.
    pub each: Rate,
    /// Points for each full step above.
    pub over: i64,
    /// Points for each full step below.
    pub under: i64,
    /// The figure is brought down to a multiple of this; zero: as it is.
    pub whole: Rate,
}

/// How points come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brings {
    /// By a period's figure.
    Steps(Against),
    /// So many for each event.
    Each(i64),
}

/// One KPI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kpi {
    /// Id, label, clause.
    pub head: Head,
    /// What is counted.
    pub counted: Counted,
    /// The period.
    pub window: Window,
    /// Whose figure.
    pub per: Per,
    /// How points come about.
    pub brings: Brings,
    /// Who gets them.
    pub to: To,
    /// Of what the rate of returning members is taken.
    pub rate_of: RateOf,
    /// Whether the points count in the month of the recruits, while it is open.
    pub counts_in_recruited: bool,
}

fn tier_rates(table: &Table<'_>, tiers: &[Text]) -> Vec<(u8, i64)> {
    let mut rates = Vec::new();
    for (tier, rate) in table.named_rates("by_tier", Rate::ONE) {
        let rank = tiers.iter().position(|id| *id == tier.value).and_then(|rank| u8::try_from(rank).ok());
        match (rank, Unit::Rate.parse(&rate.to_string())) {
            (Some(rank), Some(figure)) => rates.push((rank, figure)),
            (None, _) => unknown_tier(table, &tier.value, tier.span, tiers),
            (Some(_), None) => table.out_of_range(tier.span, msg!("range.rate", most = Rate::ONE)),
        }
    }
    rates
}

impl Kpi {
    /// Reads one `[[kpi]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text], targets: &[Target]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let counted = Counted::read(table, tiers);
        let measure = counted.as_ref().map_or(Measure::Sales, |counted| counted.measure);
        let brings = match table.only_one(&["points", "each"]) {
            Some("points") => {
                if !matches!(measure, Measure::Rises | Measure::Lost | Measure::Recruits) {
                    table.context().error(
                        "E018",
                        table.place("points"),
                        msg!("doc.kpi-points-of-events"),
                        msg!("help.kpi-points-of-events"),
                    );
                }
                table.count("points", -1000..=1000).map(Brings::Each)
            }
            Some(_) => Self::against(table, measure, tiers, targets).map(Brings::Steps),
            None => {
                table.missing("each");
                None
            }
        };
        let of_events = matches!(brings, Some(Brings::Each(_)));
        let per = Per::read(table).unwrap_or(Per::Store);
        let window = calendar_window(table);
        if !of_events && !table.has("window") {
            table.missing("window");
        }
        let words: &[&'static str] = if of_events {
            &["guide", "owner", "responsible", "role", "store"]
        } else if per == Per::Person {
            &["person"]
        } else {
            &["role", "store"]
        };
        let to = match table.word("to", words) {
            Some("person") => To::Person,
            Some("role") => To::Role(table.need_text("role").map(|at| at.value).unwrap_or_default()),
            Some("guide") => To::Guide,
            Some("owner") => To::Owner,
            Some("responsible") => To::Responsible,
            Some(_) => To::Store,
            None if of_events => To::Owner,
            None if per == Per::Person => To::Person,
            None => To::Store,
        };
        let mut rule = Self {
            head: head.clone().unwrap_or_default(),
            counted: counted.clone().unwrap_or_else(|| Counted::plain(measure)),
            window: window.unwrap_or(Window::Calendar(1)),
            per,
            brings: brings.clone().unwrap_or(Brings::Each(0)),
            to,
            rate_of: RateOf::Recruits,
            counts_in_recruited: false,
        };
        if matches!(measure, Measure::ReturningRate | Measure::Returning) {
            rule.counts_in_recruited = table.word("counts_in", &["result", "recruited"]) == Some("recruited");
        }
        if measure == Measure::ReturningRate {
            let target = table.text_at("recruits_target");
            if let Some(at) = &target {
                known_target(table, at.span.clone(), &at.value, Unit::Count, rule.window, targets);
            }
            if table.word("rate_of", &["recruits", "target"]) == Some("target") {
                match target {
                    Some(at) => rule.rate_of = RateOf::Target(at.value),
                    None => table.missing("recruits_target"),
                }
            }
        }
        table.finish();
        (head.is_some() && counted.is_some() && brings.is_some()).then_some(rule)
    }

    fn against(table: &Table<'_>, measure: Measure, tiers: &[Text], targets: &[Target]) -> Option<Against> {
        let unit = measure.unit();
        let most: Rate = "1000".parse().unwrap_or(Rate::ONE);
        let each = table.rate("each", most);
        if each == Some(Rate::ZERO) {
            table.out_of_range(table.place("each"), msg!("range.positive"));
        }
        let mut target = Text::default();
        let mut at = None;
        match table.only_one(&["target", "at"]) {
            Some("target") => {
                if let Some(named) = table.text_at("target") {
                    let window = calendar_window(table).unwrap_or(Window::Calendar(1));
                    known_target(table, named.span, &named.value, unit, window, targets);
                    target = named.value;
                    at = Some(0);
                }
            }
            Some(_) => {
                if let Some(text) = table.text_at("at") {
                    at = unit.parse(&text.value);
                    if at.is_none() {
                        table.context().error(
                            "E005",
                            text.span,
                            msg!("doc.bad-number", text = &text.value),
                            msg!("help.target-figure"),
                        );
                    }
                }
            }
            None => table.missing("target"),
        }
        let default = if unit == Unit::Rate { Difference::Points } else { Difference::Relative };
        let reading = match table.word("reading", &["relative", "points"]) {
            Some("relative") => Difference::Relative,
            Some(_) => Difference::Points,
            None => default,
        };
        if reading == Difference::Points && unit != Unit::Rate {
            table.context().error(
                "E018",
                table.place("reading"),
                msg!("doc.kpi-points-of-rates"),
                msg!("help.kpi-points-of-rates"),
            );
        }
        let mut by_tier = Vec::new();
        if measure == Measure::ReturningRate {
            let rates = tier_rates(table, tiers);
            if table.word("members", &["all", "by-tier"]) == Some("by-tier") {
                if rates.is_empty() {
                    table.missing("by_tier");
                }
                by_tier = rates;
            }
        }
        Some(Against {
            target,
            at: at?,
            by_tier,
            reading,
            each: each.filter(|each| *each > Rate::ZERO)?,
            over: table.count("over", -1000..=1000).unwrap_or(1),
            under: table.count("under", -1000..=1000).unwrap_or(-1),
            whole: table.rate("whole", Rate::ONE).unwrap_or(Rate::ZERO),
        })
    }
}

/// Complains of a target that is not there, or not of the same sort.
fn known_target(
    table: &Table<'_>,
    span: core::ops::Range<usize>,
    id: &Text,
    unit: Unit,
    window: Window,
    targets: &[Target],
) {
    match targets.iter().find(|target| target.head.id == *id) {
        None => table.context().error(
            "E009",
            span,
            msg!("doc.unknown-target", id = id),
            msg!("help.known-words", words = targets.iter().map(|t| Value::from(&t.head.id)).collect::<Vec<_>>()),
        ),
        Some(target) if target.counted.measure.unit() != unit || target.window.is_some_and(|other| other != window) => {
            table.context().error("E018", span, msg!("doc.target-of-another-sort", id = id), msg!("help.target-sort"));
        }
        Some(_) => {}
    }
}

/// Who answers for members of a tier: role by tier rank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Responsible {
    /// Role by tier rank.
    pub by_tier: Vec<(u8, Text)>,
    /// Clause of the source document.
    pub clause: Text,
}

impl Responsible {
    /// Reads `[responsible]`.
    #[must_use]
    pub fn read(root: &Table<'_>, tiers: &[Text]) -> Self {
        let Some(table) = root.table("responsible") else { return Self::default() };
        let mut by_tier = Vec::new();
        for (tier, role) in table.table("by_tier").map(|t| t.free_texts()).unwrap_or_default() {
            match tiers.iter().position(|id| *id == tier).and_then(|rank| u8::try_from(rank).ok()) {
                Some(rank) => by_tier.push((rank, role)),
                None => unknown_tier(&table, &tier, table.place("by_tier"), tiers),
            }
        }
        by_tier.sort();
        let rule = Self { by_tier, clause: table.text("clause").unwrap_or_default() };
        table.finish();
        rule
    }

    /// The role that answers for a tier.
    #[must_use]
    pub fn role(&self, rank: u8) -> Option<&Text> {
        self.by_tier.iter().find(|(own, _)| *own == rank).map(|(_, role)| role)
    }
}

/// What points are worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KpiPay {
    /// A point's worth; zero: points are only shown.
    pub per_point: Money,
    /// Whether a month's points below zero reduce pay.
    pub reduces_pay: bool,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// Clause of the source document.
    pub clause: Text,
}

impl KpiPay {
    /// Reads `[kpi_pay]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("kpi_pay") else { return Self::default() };
        if !table.has("per_point") {
            table.missing("per_point");
        }
        let rule = Self {
            per_point: table.money("per_point").unwrap_or_default(),
            reduces_pay: table.flag("reduces_pay").unwrap_or(false),
            roles: table.plain_texts("roles"),
            clause: table.text("clause").unwrap_or_default(),
        };
        table.finish();
        rule
    }
}
