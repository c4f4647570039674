//! What assessments come to: the latest record of each person and period, its total, what follows from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::conduct::lifted;
use super::decide::known_person;
use super::fact::{Scope, StaffFact};
use super::pay::{Findings, Proposal, Row, RowKind};
use super::settle::Context;
use super::target::{Attainment, attainment};
use super::{Noted, StaffBook};
use crate::id::Text;
use crate::kinds::assessment::Assessment;
use crate::message::{Label, Refusal, RuleRef, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Quantity};
use crate::policy::Policy;
use crate::time::{BusinessTime, Day};

/// What an assessment came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// Whose.
    pub staff: Text,
    /// The rule.
    pub rule: RuleRef,
    /// First day of the period.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// The day from which it counts.
    pub known: Day,
    /// The total.
    pub total: Quantity,
    /// The highest total.
    pub out_of: Quantity,
    /// Whether it passes; `true` where there is no mark.
    pub passed: bool,
    /// What the total is called; empty where it has no name.
    pub grade: Label,
    /// Item by item.
    pub trace: Trace,
}

/// Finds what all assessments came to.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    // Records of one person and period, in the order of the journal.
    let mut records: BTreeMap<(Text, Day, Text), Vec<&Noted>> = BTreeMap::new();
    for noted in &context.staff.facts {
        if let StaffFact::Assessed { staff, rule, from, .. } = &noted.fact
            && noted.known < context.until
        {
            records.entry((rule.clone(), *from, staff.clone())).or_default().push(noted);
        }
    }
    for ((id, from, staff), mut records) in records {
        // By the version under which the period ended.
        let Some((policy, rule)) = rule_of(context, &id, from) else { continue };
        records.sort_by_key(|noted| (noted.known, noted.at, noted.id));
        let mut had = Money::ZERO;
        let mut last = None;
        for noted in &records {
            let StaffFact::Assessed { scores, .. } = &noted.fact else { continue };
            let stands = lifted(context.staff, noted.id).is_none_or(|day| day >= context.until);
            let result = one(context, (policy, rule), (&staff, from, noted.known), scores)?;
            let bonus = match rule.grade(result.total) {
                Some(grade) if stands => grade.bonus,
                Some(_) | None => Money::ZERO,
            };
            let change = bonus.minus(had)?;
            if !change.is_zero() {
                findings.rows.push(Row {
                    staff: staff.clone(),
                    month: noted.known.month_start(),
                    kind: RowKind::Bonus,
                    rule: result.rule.clone(),
                    amount: change,
                    count: 1,
                    trace: Trace::of(msg!("assessment.bonus", total = result.total, grade = &result.grade), change)
                        .by(result.rule.clone()),
                });
            }
            had = bonus;
            last = stands.then_some(result);
        }
        let Some(result) = last else { continue };
        for what in rule.grade(result.total).map_or(&[][..], |grade| &grade.propose) {
            let words = msg!(
                "assessment.result",
                total = result.total,
                out_of = result.out_of,
                grade = &result.grade,
                from = from
            );
            findings.proposals.push(Proposal {
                staff: staff.clone(),
                member: None,
                day: result.known,
                what: what.clone(),
                rule: result.rule.clone(),
                trace: Trace::note(words).by(result.rule.clone()),
            });
        }
        findings.assessed.push(result);
    }
    Ok(())
}

/// The rule of the version that held on the last day of the period.
fn rule_of<'c>(context: &'c Context<'_>, id: &str, from: Day) -> Option<(&'c Policy, &'c Assessment)> {
    let find = |day: Day| -> Option<(&Policy, &Assessment)> {
        let policy = context.policy(day)?;
        policy.staff().assessment.iter().find(|rule| rule.head.id == id).map(|rule| (policy, rule))
    };
    let (_, first) = find(from)?;
    find(first.per.end(from).plus_days(-1)).or_else(|| find(from))
}

fn one(
    context: &Context<'_>,
    (policy, rule): (&Policy, &Assessment),
    (staff, from, known): (&Text, Day, Day),
    scores: &BTreeMap<Text, Quantity>,
) -> Result<Assessed, NumberError> {
    let to = rule.per.end(from);
    let mut total = Quantity::ZERO;
    let mut parts = Vec::new();
    for item in &rule.items {
        let (label, id) = (&item.label, &item.id);
        let (counts, words) = if item.attains.is_empty() {
            let score = scores.get(&item.id).copied().unwrap_or_default();
            let most = rule.most(item)?;
            (rule.counts(item, score)?, msg!("assessment.item", label = label, id = id, score = score, most = most))
        } else {
            match attainment(context, &item.attains, &Scope::Person(staff.clone()), (from, to))? {
                Some(Attainment { target, reached, rate: Some(rate), unit, .. }) => {
                    let part = reached.clamp(0, target.figure);
                    let counts = rule.share(item, Quantity::from_minor(part), Quantity::from_minor(target.figure))?;
                    let words = msg!(
                        "assessment.attained",
                        label = label,
                        id = id,
                        reached = unit.value(reached),
                        target = unit.value(target.figure),
                        rate = rate
                    );
                    (counts, words)
                }
                Some(_) | None => (Quantity::ZERO, msg!("assessment.no-target", label = label, id = id)),
            }
        };
        total = total.plus(counts)?;
        parts.push(Trace::of(words, counts));
    }
    let passed = rule.pass.is_none_or(|pass| total >= pass);
    let grade = rule.grade(total).map(|grade| grade.label.clone()).unwrap_or_default();
    let reference = rule.head.reference("assessment", policy.program());
    let trace =
        Trace::of(msg!("assessment.result", total = total, out_of = rule.out_of, grade = &grade, from = from), total)
            .by(reference.clone())
            .with(parts);
    Ok(Assessed {
        staff: staff.clone(),
        rule: reference,
        from,
        to,
        known,
        total,
        out_of: rule.out_of,
        passed,
        grade,
        trace,
    })
}

/// Refuses an assessment that the program does not know, of someone who was not there, of a period that is not over,
/// or with scores that are missing or out of range.
pub(super) fn check(
    staff: &StaffBook,
    policy: &Policy,
    (code, id, from): (&Text, &Text, Day),
    scores: &BTreeMap<Text, Quantity>,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let Some(rule) = policy.staff().assessment.iter().find(|rule| rule.head.id == *id) else {
        let choices: Vec<Value> = policy.staff().assessment.iter().map(|rule| Value::from(&rule.head.id)).collect();
        return Err(Refusal::new(
            msg!("refuse.assessment-unknown", rule = id),
            msg!("remedy.choose-one", choices = choices),
        ));
    };
    let reference = || rule.head.reference("assessment", policy.program());
    let start = rule.per.start(from);
    if start != from {
        return Err(Refusal::new(
            msg!("refuse.assessment-period", from = from),
            msg!("remedy.assessment-period", from = start),
        )
        .by(reference()));
    }
    let end = rule.per.end(from);
    let days = end.number().saturating_sub(from.number());
    let there = (0..days).map(|day| from.plus_days(day)).filter_map(|day| staff.roster.person(code, day)).next_back();
    let Some(person) = there else { return known_person(staff, code, from).map(|_| ()) };
    if !rule.is_for(&person.role) {
        return Err(Refusal::new(
            msg!("refuse.assessment-of-others", label = &rule.head.label, id = id, role = &person.role),
            msg!("remedy.conduct-of-others"),
        )
        .by(reference()));
    }
    if at.day < end {
        return Err(Refusal::new(
            msg!("refuse.period-not-over", last = end.plus_days(-1)),
            msg!("remedy.period-not-over"),
        )
        .by(reference()));
    }
    let asked = || rule.items.iter().filter(|item| item.attains.is_empty());
    for name in scores.keys() {
        if asked().all(|item| item.id != *name) {
            return Err(Refusal::new(
                msg!("refuse.item-unknown", item = name),
                msg!("remedy.choose-one", choices = asked().map(|item| Value::from(&item.id)).collect::<Vec<_>>()),
            )
            .by(reference()));
        }
    }
    for item in asked() {
        let most = rule.most(item)?;
        let Some(score) = scores.get(&item.id) else {
            return Err(Refusal::new(
                msg!("refuse.item-missing", label = &item.label, id = &item.id),
                msg!("remedy.score", most = most),
            )
            .by(reference()));
        };
        if score.is_negative() || *score > most {
            return Err(Refusal::new(
                msg!("refuse.score-out-of-range", label = &item.label, id = &item.id, score = *score),
                msg!("remedy.score", most = most),
            )
            .by(reference()));
        }
    }
    Ok(())
}
