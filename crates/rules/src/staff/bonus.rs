//! What bonuses and base pay bring each month, and what meetings without anybody cost.

use super::StaffBook;
use super::decide::known_person;
use super::fact::StaffFact;
use super::pay::{Findings, Row, RowKind};
use super::settle::Context;
use crate::id::Text;
use crate::kinds::bonus::{Bonus, Branch, PartMonth};
use crate::message::{Refusal, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError};
use crate::policy::Policy;
use crate::time::Day;

/// Finds all bonuses.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    for month in context.months() {
        let last = month.plus_months(1).plus_days(-1);
        let Some(policy) = context.policy(last) else { continue };
        for rule in &policy.staff().bonus {
            for code in context.staff.roster.codes() {
                one(context, policy, rule, (code, month), findings)?;
            }
        }
    }
    Ok(())
}

/// The first meeting of the month that cost someone the bonus: its day, and from when it is known.
fn forfeit(context: &Context<'_>, rule: &Bonus, code: &Text, month: Day) -> Option<(Day, Day)> {
    let end = month.plus_months(1);
    let costs = |noted: &super::Noted| -> Option<(Day, Day)> {
        let StaffFact::Met { rule: id, branch, present } = &noted.fact else { return None };
        let day = noted.at.day;
        if day < month || day >= end || !rule.forfeited_by.contains(id) {
            return None;
        }
        let meeting = context.policy(day)?.staff().meeting.iter().find(|meeting| meeting.head.id == *id)?;
        let person = context.staff.roster.person(code, day)?;
        let mut there: Vec<&Text> = present.iter().collect();
        there.sort();
        there.dedup();
        let few = i64::try_from(there.len()).unwrap_or(i64::MAX) < meeting.least;
        (few && rule.is_for(&person.role) && meeting.branch.of(person) == branch).then_some((day, noted.known))
    };
    context.staff.facts.iter().filter_map(costs).min_by_key(|(day, known)| (*known, *day))
}

fn one(
    context: &Context<'_>,
    policy: &Policy,
    rule: &Bonus,
    (code, month): (&Text, Day),
    findings: &mut Findings,
) -> Result<(), NumberError> {
    let end = month.plus_months(1);
    let whole = end.number().saturating_sub(month.number());
    let here = (0..whole)
        .filter(|day| {
            context.staff.roster.person(code, month.plus_days(*day)).is_some_and(|person| rule.is_for(&person.role))
        })
        .count();
    if here == 0 {
        return Ok(());
    }
    let days = i64::try_from(here).unwrap_or(0);
    let full = days == i64::from(whole);
    let amount = match rule.part_month {
        _ if full => rule.amount,
        PartMonth::Whole => rule.amount,
        PartMonth::None => Money::ZERO,
        PartMonth::Days => policy
            .money_rounding
            .ratio(i128::from(rule.amount.minor()).saturating_mul(i128::from(days)), i128::from(whole))
            .map(Money::from_minor)?,
    };
    let explain = context.explain.wants(code);
    let reference = || rule.head.reference("bonus", policy.program());
    let kind = if rule.is_base { RowKind::Base } else { RowKind::Bonus };
    let mut push = |month: Day, amount: Money, parts: Vec<Trace>| {
        findings.rows.push(Row {
            staff: code.clone(),
            month,
            kind,
            rule: reference(),
            amount,
            count: 1,
            trace: Trace::of(msg!("bonus.month"), amount).by(reference()).with(if explain {
                parts
            } else {
                Vec::new()
            }),
        });
    };
    let first = if full {
        Trace::of(msg!("bonus.whole"), amount)
    } else {
        Trace::of(msg!("bonus.part", days = days, whole = whole, amount = rule.amount), amount)
    };
    match forfeit(context, rule, code, month) {
        None => push(month, amount, vec![first]),
        Some((day, known)) => {
            let lost = Trace::of(msg!("bonus.forfeited", day = day), -amount);
            if known < end {
                push(month, Money::ZERO, vec![first, lost]);
            } else {
                push(month, amount, vec![first]);
                push(known.month_start(), -amount, vec![lost]);
            }
        }
    }
    Ok(())
}

/// Refuses the record of a meeting that the program does not know, of a branch that is not there, or with people of
/// another one.
pub(super) fn check_meeting(
    staff: &StaffBook,
    policy: &Policy,
    (id, branch, present): (&Text, &Text, &[Text]),
    day: Day,
) -> Result<(), Refusal> {
    let Some(rule) = policy.staff().meeting.iter().find(|rule| rule.head.id == *id) else {
        let choices: Vec<Value> = policy.staff().meeting.iter().map(|rule| Value::from(&rule.head.id)).collect();
        return Err(Refusal::new(
            msg!("refuse.meeting-unknown", rule = id),
            msg!("remedy.choose-one", choices = choices),
        ));
    };
    let reference = || rule.head.reference("meeting", policy.program());
    let known = rule.branch == Branch::All || staff.roster.people(day).any(|person| rule.branch.of(person) == branch);
    if !known || (branch.is_empty() && rule.branch != Branch::All) {
        return Err(
            Refusal::new(msg!("refuse.branch-unknown", branch = branch), msg!("remedy.branch-unknown")).by(reference())
        );
    }
    for code in present {
        let person = known_person(staff, code, day)?;
        if rule.branch.of(person) != branch {
            return Err(Refusal::new(
                msg!("refuse.not-of-branch", staff = code, branch = branch),
                msg!("remedy.not-of-branch"),
            )
            .by(reference()));
        }
    }
    Ok(())
}
