//! What follows breaches of conduct: each is counted with those before it, the rung of that count says what is fined
//! and proposed, and a review that succeeds takes it all back.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{check_money, check_words, known_person, need_words};
use super::fact::{Person, StaffFact};
use super::pay::{Findings, Proposal, Row, RowKind};
use super::settle::Context;
use super::{Noted, StaffBook};
use crate::book::member::Status;
use crate::id::{EventId, MemberId, Text};
use crate::kinds::conduct::{Conduct, Rung};
use crate::message::{Refusal, RuleRef, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError};
use crate::policy::{Policy, PolicySet};
use crate::time::{BusinessTime, Day};

/// Whom a sanction falls on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Whom {
    Staff(Text),
    Member(MemberId),
}

/// A breach with its rule.
struct Breach<'c> {
    noted: &'c Noted,
    policy: &'c Policy,
    rule: &'c Conduct,
    damages: Money,
    lifted: Option<Day>,
}

/// When a review lifted a fact, if one did.
#[must_use]
pub fn lifted(staff: &StaffBook, event: EventId) -> Option<Day> {
    staff.facts.iter().find_map(|noted| match &noted.fact {
        StaffFact::AppealDecided { of, upheld: true, .. } if *of == event => Some(noted.known),
        _ => None,
    })
}

/// The person who answers for a breach: who broke it, or the nearest leader of the role that the rule names, or else
/// the one who holds it at their store or in their area.
#[must_use]
pub fn answers(staff: &StaffBook, rule: &Conduct, code: &Text, day: Day) -> Option<Text> {
    if rule.falls_on.is_empty() {
        return Some(code.clone());
    }
    let person = staff.roster.last_known(code, day)?;
    if person.role == rule.falls_on {
        return Some(code.clone());
    }
    if let Some(leader) = staff.roster.leaders(code, day).into_iter().find(|leader| leader.role == rule.falls_on) {
        return Some(leader.code.clone());
    }
    let holders = if person.store.is_empty() {
        let near = |other: &&Person| other.role == rule.falls_on && !other.area.is_empty() && other.area == person.area;
        staff.roster.people(day).filter(near).collect()
    } else {
        staff.roster.holders(&rule.falls_on, &person.store, day)
    };
    match holders.as_slice() {
        [one] => Some(one.code.clone()),
        _ => None,
    }
}

/// Finds all fines, damages and proposals.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    if context.policies.iter().all(|(_, policy)| policy.staff().conduct.is_empty()) {
        return Ok(());
    }
    let mut groups: BTreeMap<(Text, Whom), Vec<Breach<'_>>> = BTreeMap::new();
    for noted in &context.staff.facts {
        let StaffFact::Breached { staff, member, rule, damages, .. } = &noted.fact else { continue };
        let day = noted.at.day;
        let Some(policy) = context.policy(day) else { continue };
        let Some(rule) = policy.staff().conduct.iter().find(|own| own.head.id == *rule) else { continue };
        let whom = match (rule.of_members, member) {
            (true, Some(member)) => Some(Whom::Member(*member)),
            (true, None) => None,
            (false, _) => answers(context.staff, rule, staff, day).map(Whom::Staff),
        };
        let Some(whom) = whom else {
            findings.unassigned.push((noted.id, msg!("conduct.nobody-answers", role = &rule.falls_on)));
            continue;
        };
        groups.entry((rule.group.clone(), whom)).or_default().push(Breach {
            noted,
            policy,
            rule,
            damages: if rule.damages { *damages } else { Money::ZERO },
            lifted: lifted(context.staff, noted.id),
        });
    }
    for ((_, whom), mut breaches) in groups {
        // Counted as they became known: one that arrives after its month was closed does not change those before it.
        breaches.sort_by_key(|breach| (breach.noted.known, breach.noted.at, breach.noted.id));
        match &whom {
            Whom::Staff(staff) => rows(context, staff, &breaches, findings)?,
            Whom::Member(_) => {}
        }
        proposals(context, &whom, &breaches, findings);
    }
    Ok(())
}

/// How often the rule was broken up to a breach, with it, as known before a day; `None` where it was lifted by then.
fn count(breaches: &[Breach<'_>], place: usize, before: Day) -> Option<i64> {
    let stands = |breach: &Breach<'_>| breach.lifted.is_none_or(|day| day >= before);
    let own = breaches.get(place).filter(|own| stands(own))?;
    let (day, window) = (own.noted.at.day, own.rule.window);
    // One that was recorded late may be of a day before those already counted: then it lies in their window.
    let together = |other: Day| window.start(day, day) <= other && window.start(other, other) <= day;
    let earlier = breaches.iter().take(place).filter(|breach| stands(breach) && together(breach.noted.at.day)).count();
    Some(i64::try_from(earlier).unwrap_or(i64::MAX).saturating_add(1))
}

/// Which time it would be if a person broke a rule on a day, by all that is known.
#[must_use]
pub fn next_count(staff: &StaffBook, policies: &PolicySet, rule: &Conduct, code: &Text, day: Day) -> i64 {
    let whom = answers(staff, rule, code, day);
    let from = rule.window.start(day, day);
    let counts = |noted: &&Noted| {
        let StaffFact::Breached { staff: broke, member: None, rule: id, .. } = &noted.fact else { return false };
        let (of, policy) = (noted.at.day, policies.on(noted.at.day));
        let own = policy.and_then(|policy| policy.staff().conduct.iter().find(|own| own.head.id == *id));
        own.is_some_and(|own| own.group == rule.group && answers(staff, own, broke, of) == whom)
            && from <= of
            && of <= day
            && lifted(staff, noted.id).is_none()
    };
    let earlier = staff.facts.iter().filter(counts).count();
    i64::try_from(earlier).unwrap_or(i64::MAX).saturating_add(1)
}

fn rung<'c>(breaches: &[Breach<'c>], place: usize, before: Day) -> Option<(i64, Option<&'c Rung>)> {
    let count = count(breaches, place, before)?;
    Some((count, breaches.get(place).and_then(|own| own.rule.rung(count))))
}

#[derive(Default)]
struct Gathered {
    amount: Money,
    count: u32,
    parts: Vec<Trace>,
    rule: RuleRef,
}

/// Rows of pay: what each breach costs as it stands in the month in which it is known, and in every later month the
/// difference that reviews make.
fn rows(
    context: &Context<'_>,
    staff: &Text,
    breaches: &[Breach<'_>],
    findings: &mut Findings,
) -> Result<(), NumberError> {
    let mut gathered: BTreeMap<(Day, RowKind, &Text), Gathered> = BTreeMap::new();
    let decided: BTreeSet<Day> =
        breaches.iter().filter_map(|breach| breach.lifted).map(crate::time::Day::month_start).collect();
    for (place, breach) in breaches.iter().enumerate() {
        let own = breach.noted.known.month_start();
        let mut had = (Money::ZERO, Money::ZERO);
        for month in core::iter::once(own).chain(decided.iter().copied().filter(|month| *month > own)) {
            let stands = rung(breaches, place, month.plus_months(1));
            let now = match stands {
                Some((_, rung)) => (rung.map_or(Money::ZERO, |rung| rung.fine), breach.damages),
                None => (Money::ZERO, Money::ZERO),
            };
            let changes = [(RowKind::Fine, now.0.minus(had.0)?), (RowKind::Damages, now.1.minus(had.1)?)];
            for (kind, change) in changes {
                let (kind, amount) = if change.is_negative() { (RowKind::Lifted, -change) } else { (kind, change) };
                if amount.is_zero() {
                    continue;
                }
                let row = gathered.entry((month, kind, &breach.rule.head.id)).or_default();
                row.amount = row.amount.plus(amount)?;
                row.count = row.count.saturating_add(1);
                row.rule = breach.rule.head.reference("conduct", breach.policy.program());
                if context.explain.wants(staff) {
                    let day = breach.noted.at.day;
                    let message = match kind {
                        RowKind::Lifted => msg!("conduct.lifted", day = day),
                        RowKind::Damages => msg!("conduct.damages", day = day),
                        _ => msg!("conduct.fine", day = day, count = stands.map_or(0, |(count, _)| count)),
                    };
                    row.parts.push(Trace::of(message, amount));
                }
            }
            had = now;
        }
    }
    for ((month, kind, _), row) in gathered {
        findings.rows.push(Row {
            staff: staff.clone(),
            month,
            kind,
            amount: row.amount,
            count: row.count,
            trace: Trace::of(msg!("conduct.breaches", count = row.count), row.amount)
                .by(row.rule.clone())
                .with(row.parts),
            rule: row.rule,
        });
    }
    Ok(())
}

fn proposals(context: &Context<'_>, whom: &Whom, breaches: &[Breach<'_>], findings: &mut Findings) {
    let (staff, member) = match whom {
        Whom::Staff(staff) => (staff.clone(), None),
        Whom::Member(member) => (Text::default(), Some(*member)),
    };
    for (place, breach) in breaches.iter().enumerate() {
        let reference = breach.rule.head.reference("conduct", breach.policy.program());
        let propose = |day: Day, what: &Text, trace: Trace| Proposal {
            staff: staff.clone(),
            member,
            day,
            what: what.clone(),
            rule: reference.clone(),
            trace: trace.by(reference.clone()),
        };
        if let Some((count, Some(rung))) = rung(breaches, place, context.until) {
            for what in &rung.propose {
                let mut trace = Trace::note(msg!("conduct.count", day = breach.noted.at.day, count = count));
                trace.figure = rung.measure(what);
                if breach.rule.never_again && what == "dismissal" {
                    trace.parts.push(Trace::note(msg!("conduct.never-again")));
                }
                if review_is_open(context.staff, breach.noted.id) {
                    trace.parts.push(Trace::note(msg!("conduct.under-review")));
                }
                findings.proposals.push(propose(breach.noted.known, what, trace));
            }
        }
        // Whoever had gone because of it may come back.
        let Some(day) = breach.lifted.filter(|day| *day < context.until) else { continue };
        let Some((_, Some(before))) = rung(breaches, place, day) else { continue };
        let ended = before.propose.iter().any(|what| what == "dismissal" || what == "cancellation");
        let gone = match whom {
            Whom::Staff(code) => context.staff.roster.left(code, day).is_some_and(|leaving| leaving.dismissed),
            Whom::Member(id) => context.book.member(*id).is_some_and(|member| member.status == Status::Cancelled),
        };
        if ended && gone {
            let trace = Trace::note(msg!("conduct.reinstate", day = breach.noted.at.day));
            findings.proposals.push(propose(day, &Text::const_new("reinstatement"), trace));
        }
    }
}

/// How often a review of a fact was asked for, and how often decided.
fn reviews(staff: &StaffBook, event: EventId) -> (usize, usize) {
    let asked =
        staff.facts.iter().filter(|noted| matches!(&noted.fact, StaffFact::Appealed { of, .. } if *of == event));
    let decided =
        staff.facts.iter().filter(|noted| matches!(&noted.fact, StaffFact::AppealDecided { of, .. } if *of == event));
    (asked.count(), decided.count())
}

/// Whether a review of a fact was asked for and is not decided.
#[must_use]
pub fn review_is_open(staff: &StaffBook, event: EventId) -> bool {
    let (asked, decided) = reviews(staff, event);
    asked > decided
}

fn choices(policy: &Policy, of_members: bool) -> Vec<Value> {
    policy
        .staff()
        .conduct
        .iter()
        .filter(|rule| rule.of_members == of_members)
        .map(|rule| Value::from(&rule.head.id))
        .collect()
}

/// Refuses a breach that cannot be recorded.
pub(super) fn check_breach(
    staff: &StaffBook,
    policy: &Policy,
    (code, member, id): (&Text, Option<MemberId>, &Text),
    damages: Money,
    note: &str,
    day: Day,
) -> Result<(), Refusal> {
    check_words(note)?;
    check_money(damages)?;
    if code.is_empty() == member.is_none() {
        return Err(Refusal::new(msg!("refuse.breach-by-one"), msg!("remedy.breach-by-one")));
    }
    let of_members = member.is_some();
    let found = policy.staff().conduct.iter().find(|rule| rule.head.id == *id && rule.of_members == of_members);
    let Some(rule) = found else {
        return Err(Refusal::new(
            msg!("refuse.conduct-unknown", rule = id),
            msg!("remedy.choose-one", choices = choices(policy, of_members)),
        ));
    };
    let reference = || rule.head.reference("conduct", policy.program());
    if damages.is_positive() && !rule.damages {
        return Err(Refusal::new(
            msg!("refuse.no-damages", label = &rule.head.label, id = id),
            msg!("remedy.no-damages"),
        )
        .by(reference()));
    }
    if of_members {
        return Ok(());
    }
    let person = known_person(staff, code, day)?;
    if !rule.roles.is_empty() && !rule.roles.contains(&person.role) {
        return Err(Refusal::new(
            msg!("refuse.conduct-of-others", label = &rule.head.label, id = id, role = &person.role),
            msg!("remedy.conduct-of-others"),
        )
        .by(reference()));
    }
    if answers(staff, rule, code, day).is_none() {
        return Err(Refusal::new(
            msg!("refuse.nobody-answers", staff = code, role = &rule.falls_on),
            msg!("remedy.nobody-answers", role = &rule.falls_on),
        )
        .by(reference()));
    }
    Ok(())
}

/// A fact that can be reviewed.
fn reviewable(staff: &StaffBook, of: EventId) -> Result<&Noted, Refusal> {
    staff
        .fact(of)
        .filter(|noted| matches!(noted.fact, StaffFact::Breached { .. } | StaffFact::Assessed { .. }))
        .ok_or_else(|| Refusal::new(msg!("refuse.appeal-of-nothing"), msg!("remedy.appeal-of-nothing")))
}

/// Refuses a request for review that the program does not know, that comes twice, or too late.
pub(super) fn check_appeal(
    staff: &StaffBook,
    policies: &PolicySet,
    of: EventId,
    reason: &str,
    at: BusinessTime,
) -> Result<(), Refusal> {
    need_words(reason)?;
    let noted = reviewable(staff, of)?;
    // By the version under which the sanction was given.
    let Some(rule) =
        policies.on(noted.at.day).map(|policy| &policy.staff().appeal).filter(|rule| !rule.levels.is_empty())
    else {
        return Err(Refusal::new(msg!("refuse.no-appeal"), msg!("remedy.no-appeal")));
    };
    if lifted(staff, of).is_some() {
        return Err(Refusal::new(msg!("refuse.appeal-upheld"), msg!("remedy.appeal-over")));
    }
    let (asked, decided) = reviews(staff, of);
    if asked > decided {
        return Err(Refusal::new(msg!("refuse.appeal-open"), msg!("remedy.appeal-open")));
    }
    if asked >= rule.levels.len() {
        return Err(Refusal::new(msg!("refuse.appeal-final"), msg!("remedy.appeal-over")));
    }
    let last = staff
        .facts
        .iter()
        .filter(|own| matches!(&own.fact, StaffFact::AppealDecided { of: own, .. } if *own == of))
        .map(|own| own.at.day)
        .next_back()
        .unwrap_or(noted.at.day);
    if let Some(within) = rule.within
        && at.day >= within.end(last)
    {
        return Err(Refusal::new(
            msg!("refuse.appeal-late", last = within.end(last).plus_days(-1)),
            msg!("remedy.appeal-over"),
        ));
    }
    Ok(())
}

/// Refuses a decision about a review that nobody asked for, or by someone who may not make it.
pub(super) fn check_decision(
    staff: &StaffBook,
    policies: &PolicySet,
    of: EventId,
    (by, reason): (&Text, &str),
    at: BusinessTime,
) -> Result<(), Refusal> {
    need_words(reason)?;
    let noted = reviewable(staff, of)?;
    let (asked, decided) = reviews(staff, of);
    if asked <= decided {
        return Err(Refusal::new(msg!("refuse.appeal-not-asked"), msg!("remedy.appeal-not-asked")));
    }
    let decider = known_person(staff, by, at.day)?;
    let concerned = match &noted.fact {
        StaffFact::Breached { staff, .. } | StaffFact::Assessed { staff, .. } => staff == by,
        _ => false,
    };
    if concerned {
        return Err(Refusal::new(msg!("refuse.appeal-own", staff = by), msg!("remedy.appeal-own")));
    }
    let level = policies.on(noted.at.day).and_then(|policy| policy.staff().appeal.levels.get(decided));
    match level {
        Some(role) if !role.is_empty() && decider.role != *role => Err(Refusal::new(
            msg!("refuse.role-may-not", staff = by, role = &decider.role, needed = role),
            msg!("remedy.ask-role", role = role),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Refuses to hire someone again who broke a rule after which nobody is.
pub(super) fn check_hiring(staff: &StaffBook, policies: &PolicySet, code: &Text, day: Day) -> Result<(), Refusal> {
    if staff.roster.left(code, day).is_none() {
        return Ok(());
    }
    for noted in &staff.facts {
        let StaffFact::Breached { staff: own, rule, .. } = &noted.fact else { continue };
        if own != code || lifted(staff, noted.id).is_some() {
            continue;
        }
        let Some(policy) = policies.on(noted.at.day) else { continue };
        let Some(rule) = policy.staff().conduct.iter().find(|rule_of| rule_of.head.id == *rule) else { continue };
        if rule.never_again {
            return Err(Refusal::new(
                msg!(
                    "refuse.never-hired",
                    staff = code,
                    label = &rule.head.label,
                    id = &rule.head.id,
                    day = noted.at.day
                ),
                msg!("remedy.never-again"),
            )
            .by(rule.head.reference("conduct", policy.program())));
        }
    }
    Ok(())
}
