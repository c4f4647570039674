//! Who sold least, period by period, and who was last in both assessments months running.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::pay::{Findings, Proposal};
use super::settle::Context;
use super::turnover::Turnover;
use crate::id::Text;
use crate::kinds::ranking::Ranking;
use crate::message::{RuleRef, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Quantity};
use crate::policy::Policy;
use crate::time::Day;

/// A ranking of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// The rule.
    pub rule: RuleRef,
    /// First day.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// The store, area or team; empty: everyone together.
    pub branch: Text,
    /// Who sold how much, the most first; those with the same by code.
    pub places: Vec<(Text, Money)>,
    /// The last.
    pub last: Vec<Text>,
}

/// Those with the lowest figure; nobody where all have the same or where no figure is more than nothing.
fn lowest<F: Copy + Ord>(figures: &[(Text, F)], nothing: F) -> Vec<Text> {
    let least = figures.iter().map(|(_, figure)| *figure).min();
    let most = figures.iter().map(|(_, figure)| *figure).max();
    match (least, most) {
        (Some(least), Some(most)) if least < most && most > nothing => {
            figures.iter().filter(|(_, figure)| *figure == least).map(|(staff, _)| staff.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// Finds all rankings, after the assessments.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, turnover: &Turnover, findings: &mut Findings) -> Result<(), NumberError> {
    let ids: BTreeSet<Text> = context
        .policies
        .iter()
        .flat_map(|(_, policy)| policy.staff().ranking.iter().map(|rule| rule.head.id.clone()))
        .collect();
    for id in ids {
        of_rule(context, turnover, &id, findings)?;
    }
    Ok(())
}

fn rule_on<'c>(context: &'c Context<'_>, id: &str, day: Day) -> Option<(&'c Policy, &'c Ranking)> {
    let policy = context.policy(day)?;
    policy.staff().ranking.iter().find(|rule| rule.head.id == id).map(|rule| (policy, rule))
}

fn of_rule(context: &Context<'_>, turnover: &Turnover, id: &Text, findings: &mut Findings) -> Result<(), NumberError> {
    let seen = context.staff.days().map_or(Day::FIRST, |(_, last)| last);
    // Sales of the ranked in the periods of a month, by month, branch, period, person.
    let mut months: BTreeMap<(Day, Text), Vec<BTreeMap<Text, Money>>> = BTreeMap::new();
    let mut day = context.from;
    while day < context.until {
        let Some((_, rule)) = rule_on(context, id, day) else {
            day = day.plus_days(1);
            continue;
        };
        let from = rule.per.start(day);
        let to = rule.per.end(from);
        day = to;
        // Only what is over for certain: something was recorded after its last day.
        if to > seen || to > context.until {
            continue;
        }
        let last = to.plus_days(-1);
        // By the version of its last day.
        let Some((policy, rule)) = rule_on(context, id, last) else { continue };
        let mut branches: BTreeMap<Text, Vec<(Text, Money)>> = BTreeMap::new();
        for person in context.staff.roster.people(last) {
            let mut days = (0..to.number().saturating_sub(from.number())).map(|day| from.plus_days(day));
            let always = days.all(|day| {
                context.staff.roster.person(&person.code, day).is_some_and(|person| rule.is_for(&person.role))
            });
            if always {
                let sales = turnover.between(&person.code, from, to)?;
                branches.entry(Text::from(rule.among.of(person))).or_default().push((person.code.clone(), sales));
            }
        }
        for (branch, mut places) in branches {
            let of_month = months.entry((last.month_start(), branch.clone())).or_default();
            of_month.push(places.iter().cloned().collect());
            let least = lowest(&places, Money::ZERO);
            places.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let reference = rule.head.reference("ranking", policy.program());
            for staff in &least {
                for what in &rule.propose {
                    let sales = places.iter().find(|(own, _)| own == staff).map_or(Money::ZERO, |(_, sales)| *sales);
                    let words = msg!("ranking.last", from = from, last = last, sales = sales, among = places.len());
                    let mut trace = Trace::note(words).by(reference.clone());
                    if what == "suspension" {
                        trace.figure = Some(Value::Count(rule.days));
                    }
                    findings.proposals.push(proposal(staff, to, what, &reference, trace));
                }
            }
            findings.ranked.push(Ranked { rule: reference, from, to, branch, places, last: least });
        }
    }
    both(context, id, &months, findings)
}

fn proposal(staff: &Text, day: Day, what: &Text, rule: &RuleRef, trace: Trace) -> Proposal {
    Proposal { staff: staff.clone(), member: None, day, what: what.clone(), rule: rule.clone(), trace }
}

/// Who was last of a month in sales.
fn last_of_month(periods: &[BTreeMap<Text, Money>]) -> Result<Vec<Text>, NumberError> {
    let Some(first) = periods.first() else { return Ok(Vec::new()) };
    let mut sums = Vec::new();
    for staff in first.keys() {
        let own: Vec<Money> = periods.iter().filter_map(|period| period.get(staff).copied()).collect();
        if own.len() == periods.len() {
            sums.push((staff.clone(), Money::sum(own)?));
        }
    }
    Ok(lowest(&sums, Money::ZERO))
}

/// Whoever was last in both, months running.
fn both(
    context: &Context<'_>,
    id: &Text,
    months: &BTreeMap<(Day, Text), Vec<BTreeMap<Text, Money>>>,
    findings: &mut Findings,
) -> Result<(), NumberError> {
    // How many months running each has been last in both, and up to which month.
    let mut running: BTreeMap<Text, (Day, i64)> = BTreeMap::new();
    let mut all: BTreeMap<Day, Vec<Text>> = BTreeMap::new();
    for ((month, _), periods) in months {
        all.entry(*month).or_default().extend(last_of_month(periods)?);
    }
    for (month, last) in all {
        let Some((policy, rule)) = rule_on(context, id, month.plus_months(1).plus_days(-1)) else { continue };
        if rule.with.is_empty() {
            continue;
        }
        let assessed: Vec<(Text, Quantity, Day)> = findings
            .assessed
            .iter()
            .filter(|one| one.rule.id == rule.with && one.from == month)
            .map(|one| (one.staff.clone(), one.total, one.known))
            .collect();
        let totals: Vec<(Text, Quantity)> = assessed.iter().map(|(staff, total, _)| (staff.clone(), *total)).collect();
        let weakest = lowest(&totals, Quantity::from_minor(-1));
        let reference = rule.head.reference("ranking", policy.program());
        for staff in last.iter().filter(|staff| weakest.contains(staff)) {
            let before = running.get(staff).filter(|(until, _)| until.plus_months(1) == month).map_or(0, |(_, n)| *n);
            let count = before.saturating_add(1);
            running.insert(staff.clone(), (month, count));
            if count < rule.running {
                continue;
            }
            // It is known when the last of the assessments that were compared is.
            let day = assessed.iter().map(|(_, _, known)| *known).max().unwrap_or(month);
            for what in &rule.then {
                let words = msg!("ranking.both", months = count, from = month);
                findings.proposals.push(proposal(
                    staff,
                    day,
                    what,
                    &reference,
                    Trace::note(words).by(reference.clone()),
                ));
            }
        }
    }
    Ok(())
}
