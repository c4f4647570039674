//! What a program gives by steps, as data for a chart: each step with its figure, and how high it stands.

use serde::{Deserialize, Serialize};

use crate::kinds::commission::{Commission, Of, Pays, Per};
use crate::kinds::rebate::Earned;
use crate::message::{Message, RuleRef, Value};
use crate::msg;
use crate::number::{Money, Rate, Rounding, RoundingMode};
use crate::policy::Policy;
use crate::primitives::{Band, Border, Reading, Steps};

/// A chart of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// What it shows.
    pub title: Message,
    /// How the steps are read; none where there is but one reading.
    pub note: Option<Message>,
    /// The rule; none where several make it up.
    pub rule: Option<RuleRef>,
    /// The steps, at least two.
    pub steps: Vec<Step>,
    /// Whether the steps go on from one another (bands over a figure), or stand beside one another (tiers, goods).
    pub is_run: bool,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it begins, or whose it is.
    pub at: Value,
    /// Its rate, amount or factor.
    pub figure: Value,
    /// How high it stands, in thousandths of the highest.
    pub height_permille: u32,
    /// What one has when one just reaches it.
    pub reached: Option<Money>,
}

/// The charts of a program: commission and rebates by bands, discounts and multipliers by tier.
#[must_use]
pub fn charts(policy: &Policy) -> Vec<Chart> {
    let mut out: Vec<Chart> = policy.staff().commission.iter().filter_map(|rule| commission(policy, rule)).collect();
    out.extend(by_product(policy));
    out.extend(policy.rebate.iter().filter_map(|rule| {
        let rule_ref = rule.head.reference("rebate", policy.program());
        let title = match rule.earned {
            Earned::Load => msg!("chart.rebate-load", label = &rule.head.label, id = &rule.head.id),
            Earned::Period(window) => {
                msg!("chart.rebate-period", label = &rule.head.label, id = &rule.head.id, window = window.name())
            }
        };
        let mut steps = banded(policy, &rule.steps)?;
        if rule.from.is_positive() {
            // Below the least amount there is nothing: that is its first step.
            steps.retain(|step| !matches!(step.at, Value::Money(at) if at < rule.from));
            if !steps.iter().any(|step| step.at == Value::Money(rule.from)) {
                let figure = rule.steps.band_at(rule.from).map_or_else(|| Rate::ZERO.into(), band_figure);
                let reached = rule.steps.apply(rule.from, policy.money_rounding).ok().map(|(amount, _)| amount);
                steps.insert(0, Step { at: rule.from.into(), figure, height_permille: 0, reached });
            }
            steps.insert(
                0,
                Step { at: Money::ZERO.into(), figure: Rate::ZERO.into(), height_permille: 0, reached: None },
            );
        }
        steps.iter_mut().for_each(|step| step.at = border(step.at.clone()));
        chart(title, reading(&rule.steps), Some(rule_ref), steps, true)
    }));
    out.extend(policy.discount.iter().filter(|rule| rule.rates.len() > 1 && rule.approval.is_empty()).filter_map(
        |rule| {
            let steps = policy
                .ladder
                .tiers
                .iter()
                .zip(&rule.rates)
                .map(|(tier, rate)| beside(&tier.head.label, &tier.head.id, (*rate).into()))
                .collect();
            let title = msg!("chart.discount", label = &rule.head.label, id = &rule.head.id);
            chart(title, None, Some(rule.head.reference("discount", policy.program())), steps, false)
        },
    ));
    out.extend(multipliers(policy));
    out
}

/// A border as people say it: a fen above whole yuan was written as “more than”.
fn border(at: Value) -> Value {
    match &at {
        Value::Money(amount) if amount.minor() % 100 == 1 => {
            msg!("chart.above", amount = Money::from_minor(amount.minor().saturating_sub(1))).into()
        }
        _ => at,
    }
}

fn beside(label: &crate::message::Label, id: &crate::id::Text, figure: Value) -> Step {
    let at = if label.zh.is_empty() && label.en.is_empty() { Value::from(id) } else { Value::from(label) };
    Step { at, figure, height_permille: 0, reached: None }
}

/// Puts the heights in. `None` where there is nothing to compare: one step, or all alike.
fn chart(
    title: Message,
    note: Option<Message>,
    rule: Option<RuleRef>,
    steps: Vec<Step>,
    is_run: bool,
) -> Option<Chart> {
    let size = |step: &Step| -> i64 {
        let down = Rounding { unit_minor: 1, mode: RoundingMode::Down };
        if let Value::Rate(rate) = &step.figure {
            return rate.of_money(Money::from_minor(1_000_000), down).map_or(0, Money::minor);
        }
        if let Value::Money(amount) = &step.figure { amount.minor() } else { 0 }
    };
    let alike = steps.iter().all(|step| Some(&step.figure) == steps.first().map(|first| &first.figure));
    if steps.len() < 2 || alike {
        return None;
    }
    let highest = steps.iter().map(size).max().filter(|highest| *highest > 0)?;
    let steps = steps
        .into_iter()
        .map(|step| {
            let permille = i128::from(size(&step)).saturating_mul(1000).checked_div(i128::from(highest)).unwrap_or(0);
            Step { height_permille: u32::try_from(permille).unwrap_or(0), ..step }
        })
        .collect();
    Some(Chart { title, note, rule, steps, is_run })
}

fn reading(steps: &Steps) -> Option<Message> {
    (steps.bands().len() > 1).then(|| match steps.reading() {
        Reading::Whole => msg!("chart.whole"),
        Reading::Marginal => msg!("chart.marginal"),
    })
}

/// What a band gives: its amount, or its rate.
fn band_figure(band: &Band) -> Value {
    band.fixed.map_or_else(|| band.rate.into(), Value::from)
}

/// The steps of bands. `None` where fixed amounts and rates stand side by side: they have no common height.
fn banded(policy: &Policy, bands: &Steps) -> Option<Vec<Step>> {
    let fixed = bands.bands().iter().filter(|band| band.fixed.is_some()).count();
    if fixed != 0 && fixed != bands.bands().len() {
        return None;
    }
    let steps = bands.bands().iter().map(|band| {
        let reached = (bands.border() == Border::Amount && band.from.is_positive())
            .then(|| bands.apply(band.from, policy.money_rounding).ok().map(|(amount, _)| amount))
            .flatten();
        Step { at: bands.border().value(band.from), figure: band_figure(band), height_permille: 0, reached }
    });
    Some(steps.collect())
}

fn commission(policy: &Policy, rule: &Commission) -> Option<Chart> {
    let Pays::Steps(bands) = &rule.pays else { return None };
    if bands.bands().len() < 2 {
        return None;
    }
    let (label, id) = (&rule.head.label, &rule.head.id);
    let title = match (&rule.of, rule.per) {
        (Of::Attainment(_), _) => msg!("chart.commission-attained", label = label, id = id),
        (Of::Discount, _) => msg!("chart.commission-discount", label = label, id = id),
        (Of::Amount, Per::Window(window)) => {
            msg!("chart.commission-window", label = label, id = id, window = window.name())
        }
        (Of::Amount, Per::Line | Per::Deal) => msg!("chart.commission", label = label, id = id),
    };
    let mut steps = banded(policy, bands)?;
    steps.iter_mut().for_each(|step| step.at = border(step.at.clone()));
    chart(title, reading(bands), Some(rule.head.reference("commission", policy.program())), steps, true)
}

/// Rates that several rules give side by side: each product its own.
fn by_product(policy: &Policy) -> Option<Chart> {
    let steps = policy
        .staff()
        .commission
        .iter()
        .filter_map(|rule| match &rule.pays {
            Pays::Steps(bands) => match bands.bands() {
                [one] if one.from.is_zero() && one.fixed.is_none() => {
                    Some(beside(&rule.head.label, &rule.head.id, one.rate.into()))
                }
                _ => None,
            },
            Pays::Fixed(..) => None,
        })
        .collect();
    chart(msg!("chart.commission-rules"), None, None, steps, false)
}

/// What each tier's points are multiplied by on a day like any other.
fn multipliers(policy: &Policy) -> Option<Chart> {
    let rules: Vec<_> = policy
        .multiply
        .iter()
        .filter(|rule| !rule.when.minds_days() && rule.when.birthday().is_none() && rule.when.is_of_tiers_alone())
        .collect();
    if rules.is_empty() {
        return None;
    }
    let steps = (0_u8..).zip(&policy.ladder.tiers).map(|(rank, tier)| {
        let held = rules.iter().filter(|rule| rule.when.admits_tier(rank)).map(|rule| rule.factor).max();
        beside(&tier.head.label, &tier.head.id, held.unwrap_or(Rate::ONE).into())
    });
    let mut chart = chart(msg!("chart.multiply"), None, None, steps.collect(), false)?;
    // The height is the factor's; the words carry its sign.
    for step in &mut chart.steps {
        if let Value::Rate(factor) = step.figure {
            step.figure = msg!("chart.factor", factor = factor).into();
        }
    }
    Some(chart)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says so")]

    use super::*;
    use crate::policy::check;

    fn charts_of(rules: &str) -> Vec<Chart> {
        let document = format!(
            r#"
[program]
id = "p"
version = 1
effective_from = 2026-01-01
title = {{ zh = "店", en = "Shop" }}
[[enrol]]
id = "free"
free = true
{rules}"#
        );
        let (policy, diagnostics) = check(&document);
        assert!(policy.is_some(), "{diagnostics:?}");
        charts(&policy.unwrap())
    }

    fn shown(chart: &Chart) -> Vec<(String, String, u32, Option<String>)> {
        let words = |value: &Value| crate::words::show(value, crate::message::Language::Zh);
        let of = |step: &Step| {
            (words(&step.at), words(&step.figure), step.height_permille, step.reached.map(|money| money.to_string()))
        };
        chart.steps.iter().map(of).collect()
    }

    fn step(at: &str, figure: &str, height: u32, reached: Option<&str>) -> (String, String, u32, Option<String>) {
        (at.to_owned(), figure.to_owned(), height, reached.map(str::to_owned))
    }

    /// P01: 1% up to 50,000, 1.5% up to 200,000, 2% above, by parts: 500 at 50,000; 500 + 2,250 at 200,000.
    #[test]
    fn commission_by_parts() {
        let charts = charts_of(
            "[[commission]]\nid = \"c\"\nreading = \"marginal\"\nbands = [{ from = \"0\", rate = \"1%\" }, { from = \"50000\", rate = \"1.5%\" }, { from = \"200000\", rate = \"2%\" }]",
        );
        assert_eq!(charts.len(), 1);
        assert_eq!(
            shown(&charts[0]),
            [
                step("¥0.00", "1%", 500, None),
                step("¥50,000.00", "1.5%", 750, Some("500.00")),
                step("¥200,000.00", "2%", 1000, Some("2750.00")),
            ]
        );
        assert_eq!(charts[0].note.as_ref().unwrap().key, "chart.marginal");
    }

    #[test]
    fn a_rebate_begins_at_its_least_amount() {
        let charts = charts_of("[stored_value]\n[[rebate]]\nid = \"r\"\nabove = \"10000\"\nrate = \"1%\"");
        assert_eq!(
            shown(&charts[0]),
            [step("¥0.00", "0%", 0, None), step("超过 ¥10,000.00", "1%", 1000, Some("100.00"))]
        );
    }

    #[test]
    fn tiers_stand_beside_one_another_and_what_is_alike_needs_no_chart() {
        let ladder = "[[tier]]\nid = \"a\"\nlabel = { zh = \"甲\", en = \"A\" }\n[[tier]]\nid = \"b\"\nlabel = { zh = \"乙\", en = \"B\" }\nreach = { spend = \"100\" }\n";
        let discount =
            |a: &str, b: &str| format!("{ladder}[[discount]]\nid = \"d\"\nby_tier = {{ a = \"{a}\", b = \"{b}\" }}\n");
        let charts = charts_of(&discount("2%", "5%"));
        assert_eq!(shown(&charts[0]), [step("甲", "2%", 400, None), step("乙", "5%", 1000, None)]);
        assert!(charts_of(&discount("5%", "5%")).is_empty());
        let charts = charts_of(&format!(
            "{ladder}[[earn]]\nid = \"e\"\nper = \"1\"\npoints = 1\n[[multiply]]\nid = \"m\"\nfactor = \"1.5\"\nwhen = {{ tiers = [\"b\"] }}\n"
        ));
        assert_eq!(shown(&charts[0]), [step("甲", "×1", 666, None), step("乙", "×1.5", 1000, None)]);
    }
}
