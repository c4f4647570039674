//! Contests: who did best in a period, as it stood at the period's end.

use std::collections::BTreeMap;

use super::fact::Scope;
use super::measure::{self, Ratio};
use super::pay::{Findings, Row, RowKind};
use super::settle::Context;
use crate::id::Text;
use crate::kinds::contest::Contest;
use crate::message::Trace;
use crate::msg;
use crate::number::{Money, NumberError, Split};
use crate::policy::Policy;
use crate::primitives::Window;
use crate::time::Day;

/// Someone's place in a contest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Who.
    pub staff: Text,
    /// The place, from 1; those with the same figure share one.
    pub place: usize,
    /// How many share it.
    pub shared_by: usize,
    /// The figure, in the measure's smallest unit.
    pub figure: i64,
    /// The prize; nothing for those who win none.
    pub prize: Money,
}

/// Finds all prizes.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    for version in 0.. {
        let Some(policy) = context.policies.get(version) else { break };
        for rule in &policy.staff().contest {
            let Window::Calendar(months) = rule.window else { continue };
            let periods: Vec<(Day, Day)> = context
                .periods(months)
                .into_iter()
                .map(|from| (from, rule.window.end(from, from)))
                .filter(|(_, to)| context.policies.index_on(to.plus_days(-1)) == version)
                .filter(|(_, to)| measure::known_from(rule.counted.measure, rule.window, *to) <= context.until)
                .collect();
            for ((from, to), places) in ranked(context, rule, &periods)? {
                push(context, policy, rule, (from, to), &places, findings);
            }
        }
    }
    Ok(())
}

fn push(
    context: &Context<'_>,
    policy: &Policy,
    rule: &Contest,
    (from, to): (Day, Day),
    places: &[Place],
    findings: &mut Findings,
) {
    let known_from = measure::known_from(rule.counted.measure, rule.window, to);
    for place in places.iter().filter(|place| place.prize.is_positive()) {
        let reference = rule.head.reference("contest", policy.program());
        let message = msg!(
            "contest.place",
            from = from,
            last = to.plus_days(-1),
            measure = rule.counted.measure.name(),
            figure = rule.counted.value(place.figure),
            place = place.place,
            among = places.len(),
            others = place.shared_by.saturating_sub(1)
        );
        let mut trace = Trace::of(message, place.prize).by(reference.clone());
        if !context.explain.wants(&place.staff) {
            trace.parts = Vec::new();
        }
        findings.rows.push(Row {
            staff: place.staff.clone(),
            month: known_from.plus_days(-1).month_start(),
            kind: RowKind::Prize,
            rule: reference,
            amount: place.prize,
            count: 1,
            trace,
        });
    }
}

/// The standing of a contest in a period, the best first; also while the period runs.
///
/// # Errors
/// Where a figure does not fit.
pub fn standing(context: &Context<'_>, rule: &Contest, period: (Day, Day)) -> Result<Vec<Place>, NumberError> {
    Ok(ranked(context, rule, &[period])?.into_iter().next().map(|(_, places)| places).unwrap_or_default())
}

/// A period and who stood where in it.
type Standing = ((Day, Day), Vec<Place>);

fn ranked(context: &Context<'_>, rule: &Contest, periods: &[(Day, Day)]) -> Result<Vec<Standing>, NumberError> {
    let measured = rule.counted.measure;
    let mut figures: BTreeMap<Day, BTreeMap<Text, Ratio>> = BTreeMap::new();
    if measure::is_sum(measured) && !periods.is_empty() {
        measure::tell_all(context, &rule.counted, rule.window, None, &mut |entry| {
            let start = rule.window.start(entry.day, entry.day);
            let known_from = measure::known_from(measured, rule.window, rule.window.end(start, start));
            if !entry.is_whole && !entry.person.is_empty() && entry.known < known_from {
                let figure = figures.entry(start).or_default().entry(entry.person.clone()).or_default();
                figure.add(entry.figure.above, entry.figure.below)?;
            }
            Ok(())
        })?;
    }
    let roster = context.staff.roster();
    let mut found = Vec::new();
    for (from, to) in periods {
        let last = to.plus_days(-1);
        // Those on the list on the last day take part; where no list is kept, everyone who has a figure.
        let takes_part = |code: &str| match roster.person(code, last) {
            Some(person) => rule.roles.is_empty() || rule.roles.contains(&person.role),
            None => rule.roles.is_empty() && !roster.knows(code),
        };
        let mut of_people: BTreeMap<Text, i64> = BTreeMap::new();
        if measure::is_sum(measured) {
            for (person, figure) in figures.get(from).into_iter().flatten() {
                of_people.insert(person.clone(), figure.in_unit(measured.unit())?);
            }
        } else {
            for person in roster.people(last) {
                let scope = Scope::Person(person.code.clone());
                if let Some(figure) = measure::figure(context, &rule.counted, &scope, (*from, *to), *to)? {
                    of_people.insert(person.code.clone(), figure.in_unit(measured.unit())?);
                }
            }
        }
        let mut order: Vec<(Text, i64)> = of_people.into_iter().filter(|(code, _)| takes_part(code)).collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let places = order
            .iter()
            .map(|(staff, figure)| {
                let better = order.iter().filter(|(_, other)| other > figure).count();
                let tied: Vec<&Text> =
                    order.iter().filter(|(_, other)| other == figure).map(|(code, _)| code).collect();
                let prize = if *figure < rule.least {
                    Money::ZERO
                } else if rule.ties_split {
                    let all = Money::sum(
                        (0..tied.len()).map(|next| rule.prize(better.saturating_add(next).saturating_add(1))),
                    )?;
                    let parts = Split::LargestRemainder.parts(all.minor(), &vec![1; tied.len()]);
                    let own = tied.iter().position(|code| *code == staff).and_then(|at| parts.get(at));
                    Money::from_minor(own.copied().unwrap_or(0))
                } else {
                    rule.prize(better.saturating_add(1))
                };
                Ok(Place {
                    staff: staff.clone(),
                    place: better.saturating_add(1),
                    shared_by: tied.len(),
                    figure: *figure,
                    prize,
                })
            })
            .collect::<Result<Vec<Place>, NumberError>>()?;
        found.push(((*from, *to), places));
    }
    Ok(found)
}
