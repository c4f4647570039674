//! Inspections: which shops are visited on which days is drawn by lot, so that anyone can check it; what was found is
//! recorded against the draw.

use serde::{Deserialize, Serialize};

use super::decide::check_words;
use super::draw::lot;
use super::fact::{StaffFact, Visit};
use super::pay::{Findings, Proposal};
use super::settle::Context;
use super::{Noted, StaffBook};
use crate::id::{EventId, Text};
use crate::kinds::inspection::Inspection;
use crate::message::{Message, Refusal, RuleRef, Trace, Value};
use crate::msg;
use crate::policy::{Policy, PolicySet};
use crate::time::{BusinessTime, Day};

/// How one visit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    /// The draw.
    pub draw: EventId,
    /// The rule.
    pub rule: RuleRef,
    /// The store.
    pub store: Text,
    /// The day.
    pub day: Day,
    /// What was found; empty: in order. `None`: not recorded yet.
    pub findings: Option<Vec<Text>>,
}

/// Draws visits.
///
/// Stores are put into the order of their [`lot`]s under the sort `visit-store` and the name `RULE 0 FROM 0 STORE` (texts in
/// UTF-8, the day as `2026-03-01`, `0` a zero byte); the first so many are drawn. For each of them the days of the period
/// are put into the order of their lots under `visit-day` and `RULE 0 FROM 0 STORE 0 DAY`; the first so many are drawn. The
/// visits stand in the order of their days, those of a day by store.
#[must_use]
pub fn draw_visits(rule: &Inspection, seed: u64, among: &[Text], from: Day, to: Day) -> Vec<Visit> {
    let name = |parts: &[&str]| parts.join("\0").into_bytes();
    let (id, first) = (rule.head.id.as_str(), from.to_string());
    let mut stores: Vec<&Text> = among.iter().collect();
    stores.sort();
    stores.dedup();
    stores.sort_by_cached_key(|store| lot(seed, "visit-store", &name(&[id, &first, store])));
    let many = rule.stores.and_then(|many| usize::try_from(many).ok()).unwrap_or(usize::MAX);
    let mut visits = Vec::new();
    for store in stores.into_iter().take(many) {
        let mut days: Vec<Day> =
            (0..to.number().saturating_sub(from.number())).map(|number| from.plus_days(number)).collect();
        days.sort_by_cached_key(|day| lot(seed, "visit-day", &name(&[id, &first, store, &day.to_string()])));
        let often = usize::try_from(rule.visits).unwrap_or(usize::MAX);
        visits.extend(days.into_iter().take(often).map(|day| Visit { store: store.clone(), day }));
    }
    visits.sort_by(|a, b| (a.day, &a.store).cmp(&(b.day, &b.store)));
    visits
}

fn rule_of<'p>(policy: &'p Policy, id: &Text) -> Result<&'p Inspection, Refusal> {
    policy.staff().inspection.iter().find(|rule| rule.head.id == *id).ok_or_else(|| {
        let choices: Vec<Value> = policy.staff().inspection.iter().map(|rule| Value::from(&rule.head.id)).collect();
        Refusal::new(msg!("refuse.inspection-unknown", rule = id), msg!("remedy.choose-one", choices = choices))
    })
}

/// The longest period of a draw, in days.
const PERIOD_DAYS_MAX: i32 = 366;

/// Draws visits for a period among the stores of the day, or refuses to.
pub(super) fn draw(
    staff: &StaffBook,
    policy: &Policy,
    (id, seed): (&Text, u64),
    (from, to): (Day, Day),
    at: BusinessTime,
) -> Result<StaffFact, Refusal> {
    let rule = rule_of(policy, id)?;
    let reference = || rule.head.reference("inspection", policy.program());
    if from >= to || to.number().saturating_sub(from.number()) > PERIOD_DAYS_MAX {
        return Err(Refusal::new(msg!("refuse.period-empty", from = from, to = to), msg!("remedy.period")));
    }
    if from < at.day {
        return Err(
            Refusal::new(msg!("refuse.draw-of-the-past", from = from), msg!("remedy.draw-of-the-past")).by(reference())
        );
    }
    // Whoever may draw again until they like it does not draw by lot.
    let before = staff.facts.iter().find(|noted| match &noted.fact {
        StaffFact::VisitsDrawn { rule, from: own, to: until, .. } => rule == id && *own < to && from < *until,
        _ => false,
    });
    if let Some(before) = before {
        return Err(Refusal::new(msg!("refuse.drawn-already", day = before.at.day), msg!("remedy.drawn-already"))
            .by(reference()));
    }
    let among: Vec<Text> = staff.roster.stores(at.day).map(|store| store.code.clone()).collect();
    if among.is_empty() {
        return Err(Refusal::new(msg!("refuse.no-stores"), msg!("remedy.list-store")).by(reference()));
    }
    let visits = draw_visits(rule, seed, &among, from, to);
    Ok(StaffFact::VisitsDrawn { rule: id.clone(), seed, among, from, to, visits })
}

/// What differs between a draw and what its seed gives among the stores of its day.
fn differs(staff: &StaffBook, rule: &Inspection, fact: &StaffFact, day: Day) -> Option<Message> {
    let StaffFact::VisitsDrawn { seed, among, from, to, visits, .. } = fact else { return None };
    let listed: Vec<&Text> = staff.roster.stores(day).map(|store| &store.code).collect();
    if let Some(store) = among.iter().find(|store| !listed.contains(store)) {
        return Some(msg!("draw.store-extra", store = store));
    }
    if let Some(store) = listed.iter().find(|store| !among.contains(store)) {
        return Some(msg!("draw.store-missing", store = *store));
    }
    (draw_visits(rule, *seed, among, *from, *to) != *visits).then(|| msg!("draw.visits-differ"))
}

/// Whether a recorded draw holds: `None`, or what does not. `None` as well where there is no such draw.
#[must_use]
pub fn verify(staff: &StaffBook, policies: &PolicySet, draw: EventId) -> Option<Message> {
    let noted = staff.fact(draw)?;
    let StaffFact::VisitsDrawn { rule, .. } = &noted.fact else { return None };
    let policy = policies.on(noted.at.day)?;
    match rule_of(policy, rule) {
        Ok(rule) => differs(staff, rule, &noted.fact, noted.at.day),
        Err(refusal) => Some(refusal.reason),
    }
}

/// Refuses the record of a draw that its seed does not give.
pub(super) fn check_draw(
    staff: &StaffBook,
    policy: &Policy,
    fact: &StaffFact,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let StaffFact::VisitsDrawn { rule: id, seed, from, to, .. } = fact else { return Ok(()) };
    draw(staff, policy, (id, *seed), (*from, *to), at)?;
    let rule = rule_of(policy, id)?;
    match differs(staff, rule, fact, at.day) {
        Some(what) => Err(Refusal::new(msg!("refuse.draw-differs", what = what), msg!("remedy.draw-again"))
            .by(rule.head.reference("inspection", policy.program()))),
        None => Ok(()),
    }
}

fn drawn(noted: &Noted) -> Option<&[Visit]> {
    match &noted.fact {
        StaffFact::VisitsDrawn { visits, .. } => Some(visits),
        _ => None,
    }
}

/// Refuses findings of a visit that was not drawn, is still ahead, or was recorded already.
pub(super) fn check_findings(
    staff: &StaffBook,
    (of, store): (EventId, &Text),
    findings: &[Text],
    at: BusinessTime,
) -> Result<(), Refusal> {
    let Some(visits) = staff.fact(of).and_then(drawn) else {
        return Err(Refusal::new(msg!("refuse.draw-unknown"), msg!("remedy.draw-unknown")));
    };
    for finding in findings {
        check_words(finding)?;
    }
    let days: Vec<Day> = visits.iter().filter(|visit| visit.store == *store).map(|visit| visit.day).collect();
    let Some(first) = days.first() else {
        let choices: Vec<Value> = visits.iter().map(|visit| Value::from(&visit.store)).collect();
        return Err(Refusal::new(
            msg!("refuse.visit-not-drawn", store = store),
            msg!("remedy.choose-one", choices = choices),
        ));
    };
    let due = days.iter().filter(|day| **day <= at.day).count();
    let done = staff
        .facts
        .iter()
        .filter(|noted| {
            matches!(&noted.fact, StaffFact::Inspected { of: own, store: there, .. } if *own == of && there == store)
        })
        .count();
    if due > done {
        return Ok(());
    }
    match days.iter().find(|day| **day > at.day) {
        Some(next) => Err(Refusal::new(
            msg!("refuse.visit-ahead", store = store, day = (*next).max(*first)),
            msg!("remedy.visit-ahead"),
        )),
        None => Err(Refusal::new(msg!("refuse.visit-recorded", store = store), msg!("remedy.visit-recorded"))),
    }
}

/// What was recorded of a visit: the fact, and what was found.
type Record<'b> = (&'b Noted, &'b [Text]);

/// The visits of a draw, each with its record if there is one: a store's records are of its visits in their order.
fn records<'b>(staff: &'b StaffBook, draw: EventId, visits: &'b [Visit]) -> Vec<(&'b Visit, Option<Record<'b>>)> {
    let recorded = staff.facts.iter().filter_map(|noted| match &noted.fact {
        StaffFact::Inspected { of, store, findings } if *of == draw => Some((store, noted, findings.as_slice())),
        _ => None,
    });
    let mut recorded: Vec<(&Text, &Noted, &[Text])> = recorded.collect();
    let with_record = visits.iter().map(|visit| {
        let place = recorded.iter().position(|(store, ..)| **store == visit.store);
        (visit, place.map(|place| recorded.remove(place)).map(|(_, noted, found)| (noted, found)))
    });
    with_record.collect()
}

/// The visits of all draws that are not recorded yet: the draw, the rule's id, the visit.
#[must_use]
pub fn awaited(staff: &StaffBook) -> Vec<(&Noted, &Text, &Visit)> {
    let mut awaited = Vec::new();
    for noted in &staff.facts {
        let StaffFact::VisitsDrawn { rule, visits, .. } = &noted.fact else { continue };
        let open = records(staff, noted.id, visits).into_iter().filter(|(_, record)| record.is_none());
        awaited.extend(open.map(|(visit, _)| (noted, rule, visit)));
    }
    awaited
}

/// Finds how each visit stands, and what follows from what was found.
pub fn find(context: &Context<'_>, findings: &mut Findings) {
    for noted in &context.staff.facts {
        let StaffFact::VisitsDrawn { rule: id, visits, .. } = &noted.fact else { continue };
        let Some(policy) = context.policy(noted.at.day) else { continue };
        let Ok(rule) = rule_of(policy, id) else { continue };
        let reference = rule.head.reference("inspection", policy.program());
        for (visit, record) in records(context.staff, noted.id, visits) {
            if let Some((recorded, found)) = record
                && !found.is_empty()
            {
                for what in &rule.propose {
                    let words = msg!(
                        "inspection.found",
                        store = &visit.store,
                        day = visit.day,
                        findings = found.iter().map(Value::from).collect::<Vec<_>>()
                    );
                    for staff in answering(context, rule, &visit.store, visit.day) {
                        findings.proposals.push(Proposal {
                            staff,
                            member: None,
                            day: recorded.known,
                            what: what.clone(),
                            rule: reference.clone(),
                            trace: Trace::note(words.clone()).by(reference.clone()),
                        });
                    }
                }
            }
            findings.inspected.push(Inspected {
                draw: noted.id,
                rule: reference.clone(),
                store: visit.store.clone(),
                day: visit.day,
                findings: record.map(|(_, found)| found.to_vec()),
            });
        }
    }
}

fn answering(context: &Context<'_>, rule: &Inspection, store: &Text, day: Day) -> Vec<Text> {
    let holders =
        if rule.answers.is_empty() { Vec::new() } else { context.staff.roster.holders(&rule.answers, store, day) };
    if holders.is_empty() {
        return vec![store.clone()];
    }
    holders.into_iter().map(|person| person.code.clone()).collect()
}
