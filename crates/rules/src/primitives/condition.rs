//! Metrics over windows, and the conditions made of them.

use core::fmt;

use crate::message::{Message, Value};
use crate::msg;
use crate::number::{Money, Points, Rate};
use crate::reader::Table;
use crate::time::{Day, Span};

/// A figure summed over events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Money paid for goods, returns taken off. In fen.
    Spend,
    /// Sales, each counted once; a sale brought back whole no longer counts.
    Visits,
    /// Pieces bought. In thousandths.
    Items,
    /// Points earned, whatever became of them. In hundredths.
    PointsEarned,
    /// Points that can be used now. In hundredths.
    PointsBalance,
    /// Whole months since joining.
    MonthsMember,
    /// Activities attended.
    Activities,
}

impl Metric {
    const WORDS: [(&'static str, Self); 7] = [
        ("spend", Self::Spend),
        ("visits", Self::Visits),
        ("items", Self::Items),
        ("points_earned", Self::PointsEarned),
        ("points_balance", Self::PointsBalance),
        ("months_member", Self::MonthsMember),
        ("activities", Self::Activities),
    ];

    /// The figure in the metric's own kind.
    #[must_use]
    pub fn value(self, minor: i64) -> Value {
        match self {
            Self::Spend => Money::from_minor(minor).into(),
            Self::Items => crate::number::Quantity::from_minor(minor).into(),
            Self::PointsEarned | Self::PointsBalance => Points::from_minor(minor).into(),
            Self::Visits | Self::MonthsMember | Self::Activities => Value::Count(minor),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Spend => msg!("metric.spend"),
            Self::Visits => msg!("metric.visits"),
            Self::Items => msg!("metric.items"),
            Self::PointsEarned => msg!("metric.points-earned"),
            Self::PointsBalance => msg!("metric.points-balance"),
            Self::MonthsMember => msg!("metric.months-member"),
            Self::Activities => msg!("metric.activities"),
        }
    }

    fn read(self, table: &Table<'_>, key: &'static str) -> Option<i64> {
        match self {
            Self::Spend => table.money(key).map(Money::minor),
            Self::PointsEarned | Self::PointsBalance => table.points(key).map(Points::minor),
            Self::Items => table.count(key, 0..=1_000_000_000).map(|n| n.saturating_mul(1000)),
            Self::Visits | Self::MonthsMember | Self::Activities => table.count(key, 0..=1_000_000_000),
        }
    }

    /// Whole units of the figure, for scores: yuan, points, pieces, counts.
    const fn minor_per_unit(self) -> i64 {
        match self {
            Self::Spend | Self::PointsEarned | Self::PointsBalance => 100,
            Self::Items => 1000,
            Self::Visits | Self::MonthsMember | Self::Activities => 1,
        }
    }
}

/// Over what time a metric is summed, as seen from a day (that day included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The sale itself.
    Transaction,
    /// So many days or months back.
    Rolling(Span),
    /// The calendar month (1), quarter (3), half (6) or year (12).
    Calendar(u32),
    /// The year since the last anniversary of joining.
    MembershipYear,
    /// Since the beginning.
    Lifetime,
}

impl Window {
    /// Reads `window`: `lifetime`, `transaction`, `day`, `calendar quarter`, `membership year`, `12 months`, `400 days`.
    #[must_use]
    pub fn read(table: &Table<'_>) -> Option<Self> {
        let at = table.text_at("window")?;
        let window = match at.value.as_str() {
            "lifetime" => Self::Lifetime,
            "transaction" => Self::Transaction,
            "day" => Self::Rolling(Span::Days(1)),
            "membership year" => Self::MembershipYear,
            other => {
                if let Some(window) = Self::calendar(other) {
                    return Some(window);
                }
                let Ok(span) = other.parse::<Span>() else {
                    table.context().error(
                        "E007",
                        at.span,
                        msg!("doc.unknown-window", word = other),
                        msg!("help.windows"),
                    );
                    return None;
                };
                Self::Rolling(span)
            }
        };
        Some(window)
    }

    /// A calendar window by its word.
    #[must_use]
    pub fn calendar(word: &str) -> Option<Self> {
        match word {
            "calendar month" => Some(Self::Calendar(1)),
            "calendar quarter" => Some(Self::Calendar(3)),
            "calendar half" => Some(Self::Calendar(6)),
            "calendar year" => Some(Self::Calendar(12)),
            _ => None,
        }
    }

    /// First day that counts, seen from `day`.
    #[must_use]
    pub fn start(self, day: Day, joined: Day) -> Day {
        match self {
            Self::Transaction => day,
            Self::Rolling(span) => span.start(day),
            Self::Calendar(months) => day.period_start(months),
            Self::MembershipYear => {
                // By months, not by birthdays: who joined on 29 February begins the next year on the 28th, where
                // the year before ends.
                let years = joined.months_until(day).max(0) / 12;
                joined.plus_months(years.saturating_mul(12))
            }
            Self::Lifetime => Day::FIRST,
        }
    }

    /// The first day after it, seen from `day`: when a calendar period or membership year is over.
    #[must_use]
    pub fn end(self, day: Day, joined: Day) -> Day {
        match self {
            Self::Transaction | Self::Rolling(_) => day.plus_days(1),
            Self::Calendar(months) => day.period_start(months).plus_months(i32::try_from(months).unwrap_or(12)),
            Self::MembershipYear => self.start(day, joined).plus_months(12),
            Self::Lifetime => Day::LAST,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Transaction => msg!("window.transaction"),
            Self::Rolling(Span::Days(days)) => msg!("window.days", days = days),
            Self::Rolling(Span::Months(months)) => msg!("window.months", months = months),
            Self::Calendar(1) => msg!("window.calendar-month"),
            Self::Calendar(3) => msg!("window.calendar-quarter"),
            Self::Calendar(6) => msg!("window.calendar-half"),
            Self::Calendar(_) => msg!("window.calendar-year"),
            Self::MembershipYear => msg!("window.membership-year"),
            Self::Lifetime => msg!("window.lifetime"),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transaction => f.write_str("transaction"),
            Self::Rolling(span) => span.fmt(f),
            Self::Calendar(months) => write!(f, "calendar {months} months"),
            Self::MembershipYear => f.write_str("membership year"),
            Self::Lifetime => f.write_str("lifetime"),
        }
    }
}

/// Whatever has figures that conditions are about.
pub trait Figures {
    /// The metric's figure over a window, seen from a day (that day included).
    fn figure(&self, metric: Metric, window: Window, day: Day) -> i64;
}

/// One metric against its threshold, for progress shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// The metric.
    pub metric: Metric,
    /// What it must at least be.
    pub at_least: i64,
}

/// What must hold of a member's figures.
///
/// ```toml
/// reach = { spend = "10000.00", points_earned = "8000" }       # both
/// reach = { any = { spend = "2000.00", visits = 5 } }          # either
/// reach = { score = { spend = "60%", visits = "30%", months_member = "10%", at_least = 100 } }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    all: Vec<Demand>,
    any: Vec<Demand>,
    score: Option<Score>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Score {
    weights: Vec<(Metric, Rate)>,
    at_least: i64,
}

impl Condition {
    /// Reads the table at `key`.
    #[must_use]
    pub fn read(rule: &Table<'_>, key: &'static str) -> Option<Self> {
        let table = rule.table(key)?;
        let all = Self::demands(&table);
        let any = table.table("any").map(|t| {
            let any = Self::demands(&t);
            t.finish();
            any
        });
        let score = table.table("score").and_then(|t| {
            let most: Rate = "1000000".parse().unwrap_or(Rate::ONE);
            let weights: Vec<(Metric, Rate)> =
                Metric::WORDS.iter().filter_map(|(word, metric)| Some((*metric, t.rate(word, most)?))).collect();
            let at_least = t.count("at_least", 0..=1_000_000_000_000);
            if at_least.is_none() {
                t.missing("at_least");
            }
            t.finish();
            Some(Score { weights, at_least: at_least? })
        });
        table.finish();
        let condition = Self { all, any: any.unwrap_or_default(), score };
        if condition == Self::default() {
            table.context().error("E016", table.span(), msg!("doc.empty-condition"), msg!("help.empty-condition"));
        }
        Some(condition)
    }

    fn demands(table: &Table<'_>) -> Vec<Demand> {
        Metric::WORDS
            .iter()
            .filter_map(|(word, metric)| Some(Demand { metric: *metric, at_least: metric.read(table, word)? }))
            .collect()
    }

    /// Whether it holds of a member's figures over a window, seen from a day.
    #[must_use]
    pub fn holds(&self, figures: &impl Figures, window: Window, day: Day) -> bool {
        let meets = |demand: &Demand| figures.figure(demand.metric, window, day) >= demand.at_least;
        self.all.iter().all(meets)
            && (self.any.is_empty() || self.any.iter().any(meets))
            && self.score.as_ref().is_none_or(|score| score.holds(figures, window, day))
    }

    /// The demands of which all must hold, and those of which one must.
    #[must_use]
    pub fn demands_made(&self) -> (&[Demand], &[Demand]) {
        (&self.all, &self.any)
    }

    /// Whether it is a weighted score.
    #[must_use]
    pub const fn is_score(&self) -> bool {
        self.score.is_some()
    }

    /// Whether it asks less than another of the same shape: for nothing more, and for something less. `None` where
    /// the shapes differ.
    #[must_use]
    pub fn asks_less_than(&self, other: &Self) -> Option<bool> {
        let pair = |mine: &[Demand], theirs: &[Demand]| -> Option<(bool, bool)> {
            if mine.len() != theirs.len() || mine.iter().zip(theirs).any(|(a, b)| a.metric != b.metric) {
                return None;
            }
            let mut pairs = mine.iter().zip(theirs);
            Some((pairs.clone().all(|(a, b)| a.at_least <= b.at_least), pairs.any(|(a, b)| a.at_least < b.at_least)))
        };
        match (&self.score, &other.score) {
            (Some(mine), Some(theirs)) if mine.weights == theirs.weights => Some(mine.at_least < theirs.at_least),
            (None, None) => match (pair(&self.all, &other.all), pair(&self.any, &other.any)) {
                (Some((all_within, all_less)), Some((any_within, any_less))) => {
                    Some(all_within && any_within && (all_less || any_less))
                }
                (None, _) | (_, None) => None,
            },
            (Some(_) | None, _) => None,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Message {
        let list = |demands: &[Demand]| {
            demands
                .iter()
                .map(|d| {
                    msg!("condition.at-least", metric = d.metric.name(), figure = vec![d.metric.value(d.at_least)])
                        .into()
                })
                .collect::<Vec<Value>>()
        };
        if let Some(score) = &self.score {
            let weights = score
                .weights
                .iter()
                .map(|(metric, weight)| msg!("condition.weight", metric = metric.name(), weight = *weight).into())
                .collect::<Vec<Value>>();
            return msg!("condition.score", weights = weights, at_least = score.at_least);
        }
        match (self.all.is_empty(), self.any.is_empty()) {
            (false, true) => msg!("condition.all", demands = list(&self.all)),
            (true, false) => msg!("condition.any", demands = list(&self.any)),
            (false, false) => msg!("condition.all-and-any", all = list(&self.all), any = list(&self.any)),
            (true, true) => msg!("condition.none"),
        }
    }
}

impl Score {
    fn holds(&self, figures: &impl Figures, window: Window, day: Day) -> bool {
        // Exact: sum of figure * weight over a common denominator, against the threshold.
        let mut total: i128 = 0;
        let scale: i128 = 1_000_000_000_000;
        for (metric, weight) in &self.weights {
            let (mantissa, denominator) = weight.ratio();
            let unit = i128::from(denominator).saturating_mul(i128::from(metric.minor_per_unit()));
            let figure = i128::from(figures.figure(*metric, window, day));
            let part = figure.saturating_mul(i128::from(mantissa)).saturating_mul(scale);
            total = total.saturating_add(part.checked_div(unit).unwrap_or(0));
        }
        total >= i128::from(self.at_least).saturating_mul(scale)
    }
}
