//! Business accounts as they stand: whether a client is a VIP, their grade, and what they may owe.

use std::collections::BTreeMap;

use super::decide::{check_money, check_words};
use super::fact::StaffFact;
use super::{StaffBook, approval};
use crate::book::Book;
use crate::id::{MemberId, Text};
use crate::kinds::account::{Credit, GOOD};
use crate::message::{Refusal, Trace, Value};
use crate::msg;
use crate::number::Money;
use crate::policy::{Policy, PolicySet};
use crate::primitives::Metric;
use crate::primitives::condition::Figures;
use crate::time::{BusinessTime, Day};

/// What is on record of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Grade of credit.
    pub credit: Text,
    /// What is owed.
    pub owed: Money,
    /// Judgements and what was found.
    pub judgements: BTreeMap<Text, Text>,
}

/// How a client stands.
#[derive(Debug, Clone)]
pub struct Standing<'s> {
    /// Sales that count.
    pub sales: Money,
    /// Whether they are a VIP.
    pub is_vip: bool,
    /// The grade that their sales and credit deserve.
    pub deserved: Option<&'s Credit>,
    /// Their grade: the tier they hold, where the program has a tier of that name; else what they deserve.
    pub grade: Option<&'s Credit>,
    /// What they may owe at most.
    pub limit: Money,
    /// Why: one part for each condition.
    pub trace: Trace,
}

/// What is on record of a client on a day; `None`: nothing yet.
#[must_use]
pub fn record(staff: &StaffBook, member: MemberId, day: Day) -> Option<Record> {
    staff.facts().iter().rev().filter(|noted| noted.at.day <= day).find_map(|noted| match &noted.fact {
        StaffFact::AccountSet { member: own, credit, owed, judgements } if *own == member => {
            Some(Record { credit: credit.clone(), owed: *owed, judgements: judgements.clone() })
        }
        _ => None,
    })
}

/// The rank of the tier that a client held at the end of a day.
fn tier_on(client: &crate::book::Member, day: Day) -> usize {
    let last = client.tier_changes.iter().rev().find(|change| change.day <= day);
    usize::from(last.map_or(0, |change| change.to))
}

/// How a client with this record stands on a day.
#[must_use]
pub fn judge<'s>(
    book: &Book,
    policies: &PolicySet,
    policy: &'s Policy,
    member: MemberId,
    record: &Record,
    day: Day,
) -> Option<Standing<'s>> {
    let rule = policy.staff().account.as_ref()?;
    let client = book.member_on(member, policies, day)?;
    let sales = Money::from_minor(client.figure(Metric::Spend, rule.window, day));
    let mut parts = Vec::new();
    let mut is_vip = true;
    let mut need = |holds: bool, words: crate::message::Message| {
        is_vip &= holds;
        let verdict = if holds { msg!("account.holds", what = words) } else { msg!("account.fails", what = words) };
        parts.push(Trace::note(verdict));
    };
    need(sales >= rule.sales, msg!("account.sales", sales = sales, least = rule.sales));
    let is_good = |name: &Text| record.judgements.get(name).is_some_and(|found| found == GOOD);
    if record.owed.is_positive() {
        let pays = !rule.arrears_with.is_empty() && is_good(&rule.arrears_with);
        need(pays, msg!("account.owes", owed = record.owed));
    } else {
        need(true, msg!("account.owes-nothing"));
    }
    for name in &rule.judgements {
        need(
            is_good(name),
            msg!("account.judgement", name = name, found = record.judgements.get(name).cloned().unwrap_or_default()),
        );
    }
    let rank = rule.rank(&record.credit);
    let reaches = |grade: &&Credit| sales >= grade.sales && rank >= rule.rank(&grade.credit);
    let grades = &policy.staff().credit;
    let deserved = grades.iter().rev().find(reaches).filter(|_| is_vip);
    let tiers = policy.ladder().ids();
    let grade = if grades.iter().any(|grade| tiers.contains(&grade.head.id)) {
        let held = tier_on(&client, day);
        tiers.get(held).and_then(|held| grades.iter().find(|grade| grade.head.id == *held))
    } else {
        deserved
    };
    let limit = grade.map_or(Money::ZERO, |grade| grade.limit);
    let message = match grade {
        Some(grade) => msg!(
            "account.grade",
            label = &grade.head.label,
            id = &grade.head.id,
            credit = &record.credit,
            limit = limit
        ),
        None if is_vip => msg!("account.vip"),
        None => msg!("account.no-vip"),
    };
    let mut trace = Trace::note(message).with(parts);
    trace.rule = grade.map(|grade| grade.head.reference("credit", policy.program()));
    Some(Standing { sales, is_vip, deserved, grade, limit, trace })
}

/// How a client stands on a day.
#[must_use]
pub fn standing<'s>(
    book: &Book,
    staff: &StaffBook,
    policies: &'s PolicySet,
    member: MemberId,
    day: Day,
) -> Option<Standing<'s>> {
    let record = record(staff, member, day).unwrap_or_default();
    judge(book, policies, policies.on(day)?, member, &record, day)
}

/// Refuses a record that the program does not know, and a debt beyond the limit that nobody has approved. Paying back is
/// never refused; what a client without a grade owed before their first record is put down as it was found.
pub(crate) fn check_account(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    policy: &Policy,
    member: MemberId,
    new: &Record,
    at: BusinessTime,
) -> Result<(), Refusal> {
    check_money(new.owed)?;
    check_words(&new.credit)?;
    for (name, found) in &new.judgements {
        check_words(name)?;
        check_words(found)?;
    }
    let Some(rule) = &policy.staff().account else { return Ok(()) };
    if !new.credit.is_empty() && rule.rank(&new.credit) == 0 {
        let grades = rule.credit_grades.iter().map(Value::from).collect::<Vec<_>>();
        return Err(Refusal::new(
            msg!("refuse.credit-grade-unknown", grade = &new.credit),
            msg!("remedy.choose-one", choices = grades),
        ));
    }
    if policy.staff().credit.is_empty() {
        return Ok(());
    }
    let before = record(staff, member, at.day);
    let owed = before.as_ref().map_or(Money::ZERO, |before| before.owed);
    if new.owed <= owed {
        return Ok(());
    }
    // The grade is that of the day before the debt grew: taking credit does not undo the grade that gives it.
    let judged = Record { owed, ..new.clone() };
    let Some(standing) = judge(book, policies, policy, member, &judged, at.day) else { return Ok(()) };
    if new.owed <= standing.limit || (before.is_none() && standing.grade.is_none()) {
        return Ok(());
    }
    let over = Refusal::new(
        match standing.grade {
            Some(grade) => msg!(
                "refuse.over-credit",
                label = &grade.head.label,
                id = &grade.head.id,
                limit = standing.limit,
                owed = new.owed
            ),
            None => msg!("refuse.no-credit", owed = new.owed),
        },
        msg!("remedy.over-credit", limit = standing.limit),
    );
    let Some(grade) = standing.grade else { return Err(over) };
    let over = over.by(grade.head.reference("credit", policy.program()));
    let Some(rule) = policy.staff().approval.iter().find(|rule| rule.head.id == grade.approval) else {
        return Err(over);
    };
    if approval::granted(staff, policies, &grade.approval, member, new.owed, at.day).is_some() {
        return Ok(());
    }
    let who = rule.parties(new.owed).iter().map(|party| Value::from(&party.id)).collect::<Vec<_>>();
    Err(Refusal { remedy: Some(msg!("remedy.get-approval", roles = who)), ..over })
}
