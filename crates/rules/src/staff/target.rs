//! Which target stands for whom in which period, how far it is reached, and whether a figure that was broken down is
//! the sum of its parts.

use std::collections::BTreeMap;

use super::decide::{known_person, known_store};
use super::fact::{Scope, StaffFact, Target};
use super::measure;
use super::settle::Context;
use super::{Roster, StaffBook};
use crate::id::{EventId, Text};
use crate::kinds::commission::{Commission, Of};
use crate::kinds::measure::Unit;
use crate::kinds::store_class::StoreClass;
use crate::kinds::target::Per;
use crate::message::{Message, Refusal, Value};
use crate::msg;
use crate::number::{NumberError, Rate};
use crate::policy::Policy;
use crate::time::Day;

/// Rule, scope, first day, first day after.
type Key = (Text, Scope, Day, Day);

/// A figure that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Set {
    /// From which day it counts.
    known: Day,
    figure: i64,
    by: EventId,
}

/// The targets that people set.
#[derive(Debug, Clone, Default)]
pub struct Targets(BTreeMap<Key, Vec<Set>>);

/// Where a target comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Somebody set it.
    Set(EventId),
    /// The document states it.
    Document,
    /// The document states it for this class of shop.
    Class(Text),
}

/// A target of a scope and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// The figure, in the measure's smallest unit.
    pub figure: i64,
    /// Where it comes from.
    pub from: From,
}

impl Targets {
    /// Gathers them. A target counts from its period on, even if it is set late; one that is set after its period was
    /// closed changes only what comes after.
    #[must_use]
    pub fn new(staff: &StaffBook) -> Self {
        let mut targets: BTreeMap<Key, Vec<Set>> = BTreeMap::new();
        for noted in staff.facts() {
            let StaffFact::TargetSet(target) = &noted.fact else { continue };
            let known = if target.to <= noted.open { noted.open } else { target.from };
            let key = (target.rule.clone(), target.scope.clone(), target.from, target.to);
            targets.entry(key).or_default().push(Set { known, figure: target.figure, by: noted.id });
        }
        Self(targets)
    }

    fn of(&self, rule: &str, scope: &Scope, from: Day, to: Day) -> &[Set] {
        self.0.get(&(Text::from(rule), scope.clone(), from, to)).map_or(&[], Vec::as_slice)
    }

    /// The days from which figures for this scope and period count.
    pub fn known(&self, rule: &str, scope: &Scope, from: Day, to: Day) -> impl Iterator<Item = Day> {
        self.of(rule, scope, from, to).iter().map(|set| set.known)
    }

    /// Those for whom a rule's target of a period was set.
    pub fn scopes(&self, rule: &str, from: Day, to: Day) -> impl Iterator<Item = &Scope> {
        self.0
            .keys()
            .filter(move |(own, _, own_from, own_to)| own == rule && *own_from == from && *own_to == to)
            .map(|(_, scope, ..)| scope)
    }

    /// The periods for which a rule's target was set for anyone.
    #[must_use]
    pub fn periods(&self, rule: &str) -> Vec<(Day, Day)> {
        let mut periods: Vec<_> =
            self.0.keys().filter(|(own, ..)| own == rule).map(|(_, _, from, to)| (*from, *to)).collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    }
}

/// Refuses a target that no rule knows, for people or shops that are not there, or for a period that the rule has not.
///
/// # Errors
/// A [`Refusal`] that says why.
pub fn check(staff: &StaffBook, policy: &Policy, target: &Target, day: Day) -> Result<(), Refusal> {
    if target.from >= target.to {
        return Err(Refusal::new(
            msg!("refuse.period-empty", from = target.from, to = target.to),
            msg!("remedy.period"),
        ));
    }
    if target.figure < 0 {
        return Err(Refusal::new(msg!("refuse.target-negative"), msg!("remedy.amount")));
    }
    match &target.scope {
        Scope::Person(code) => {
            known_person(staff, code, target.to.plus_days(-1).min(day))?;
        }
        Scope::Store(code) => known_store(staff, code, day)?,
        Scope::All | Scope::Area(_) => {}
    }
    let rules = policy.staff();
    let rule = rules.target.iter().find(|rule| rule.head.id == target.rule);
    let is_looked_up = |commission: &Commission| matches!(&commission.of, Of::Attainment(id) if *id == target.rule);
    // A program that states no targets of its own takes any.
    if rule.is_none() && !rules.target.is_empty() && !rules.commission.iter().any(is_looked_up) {
        let known = rules.target.iter().map(|rule| Value::from(&rule.head.id)).collect::<Vec<_>>();
        return Err(Refusal::new(
            msg!("refuse.target-unknown", rule = &target.rule),
            msg!("remedy.target-unknown", choices = known),
        ));
    }
    if let Some(rule) = rule
        && let Some(window) = rule.window
        && (window.start(target.from, target.from), window.end(target.from, target.from)) != (target.from, target.to)
    {
        return Err(Refusal::new(
            msg!("refuse.target-period", from = target.from, last = target.to.plus_days(-1), window = window.name()),
            msg!("remedy.target-period", window = window.name()),
        )
        .by(rule.head.reference("target", policy.program())));
    }
    Ok(())
}

/// The target of a scope and period as known before a day: what was set last, else what the document states.
#[must_use]
pub fn stands(
    context: &Context<'_>,
    policy: &Policy,
    rule: &str,
    scope: &Scope,
    (from, to): (Day, Day),
    before: Day,
) -> Option<Stands> {
    let set = context.targets.of(rule, scope, from, to).iter().rev().find(|set| set.known < before);
    if let Some(set) = set {
        return Some(Stands { figure: set.figure, from: From::Set(set.by) });
    }
    let rules = policy.staff();
    let target = rules.target.iter().find(|target| target.head.id == rule)?;
    if !target.per.is_of(scope) {
        return None;
    }
    // A document's count or amount is for whoever was there for the whole period; a rate holds for any part of it.
    let rate = target.counted.measure.unit() == Unit::Rate;
    let roster = context.staff.roster();
    match scope {
        Scope::All | Scope::Area(_) => {}
        Scope::Store(store) => {
            let listed = roster.store(store, from);
            if !target.by_class.is_empty() {
                let class = StoreClass::of(&rules.store_class, listed?.daily_sales)?;
                let (id, figure) = target.by_class.iter().find(|(id, _)| *id == class.head.id)?;
                return Some(Stands { figure: *figure, from: From::Class(id.clone()) });
            }
            if listed.is_none() && !rate {
                return None;
            }
        }
        Scope::Person(code) => {
            let person = roster.person(code, from);
            let fits = |role: &Text| target.roles.is_empty() || target.roles.contains(role);
            if !person.map_or(rate && target.roles.is_empty(), |person| fits(&person.role)) {
                return None;
            }
        }
    }
    target.figure.map(|figure| Stands { figure, from: From::Document })
}

/// How far a target is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attainment {
    /// The target.
    pub target: Stands,
    /// The figure so far, in the measure's smallest unit.
    pub reached: i64,
    /// The figure as a share of the target; `None` where the target is nothing.
    pub rate: Option<Rate>,
    /// What is still missing.
    pub missing: i64,
    /// In what it is counted.
    pub unit: Unit,
}

impl Attainment {
    fn of(target: Stands, reached: i64, unit: Unit) -> Self {
        let rate = (target.figure > 0).then(|| Rate::from_parts(reached, target.figure));
        let missing = target.figure.saturating_sub(reached).max(0);
        Self { target, reached, rate, missing, unit }
    }
}

/// How far a target of a scope and period is reached, by all that is known; also while the period runs.
///
/// # Errors
/// Where a figure does not fit.
pub fn attainment(
    context: &Context<'_>,
    rule: &str,
    scope: &Scope,
    (from, to): (Day, Day),
) -> Result<Option<Attainment>, NumberError> {
    let Some(policy) = context.policy(to.plus_days(-1)) else { return Ok(None) };
    let Some(target) = stands(context, policy, rule, scope, (from, to), Day::LAST) else { return Ok(None) };
    let Some(rule) = policy.staff().target.iter().find(|target| target.head.id == rule) else { return Ok(None) };
    let unit = rule.counted.measure.unit();
    let reached =
        measure::figure(context, &rule.counted, scope, (from, to), Day::LAST)?.map_or(Ok(0), |r| r.in_unit(unit))?;
    Ok(Some(Attainment::of(target, reached, unit)))
}

/// How far a rule's target of a period is reached by everyone who has one, in the order of scopes: all is counted once,
/// however many have a target.
///
/// # Errors
/// Where a figure does not fit.
pub fn attainments(
    context: &Context<'_>,
    rule: &str,
    (from, to): (Day, Day),
) -> Result<Vec<(Scope, Attainment)>, NumberError> {
    let last = to.plus_days(-1);
    let Some(policy) = context.policy(last) else { return Ok(Vec::new()) };
    let Some(target) = policy.staff().target.iter().find(|target| target.head.id == rule) else {
        return Ok(Vec::new());
    };
    let mut scopes: Vec<Scope> = context.targets.scopes(rule, from, to).cloned().collect();
    scopes.extend(everyone(context.staff.roster(), target.per, last));
    scopes.sort();
    scopes.dedup();
    let mut found = Vec::new();
    for scope in scopes {
        if let Some(stands) = stands(context, policy, rule, &scope, (from, to), Day::LAST) {
            found.push((scope, stands));
        }
    }
    let scopes: Vec<&Scope> = found.iter().map(|(scope, _)| scope).collect();
    let figures = measure::figures(context, &target.counted, &scopes, (from, to), Day::LAST)?;
    let unit = target.counted.measure.unit();
    found
        .into_iter()
        .zip(figures)
        .map(|((scope, stands), figure)| {
            let reached = figure.map_or(Ok(0), |ratio| ratio.in_unit(unit))?;
            Ok((scope, Attainment::of(stands, reached, unit)))
        })
        .collect()
}

/// A stated figure and the sum of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Whose figure is broken down.
    pub scope: Scope,
    /// The period.
    pub period: (Day, Day),
    /// The stated figure.
    pub whole: i64,
    /// Its parts.
    pub parts: Vec<(Scope, i64)>,
    /// Their sum.
    pub sum: i64,
    /// What to say where they differ.
    pub warning: Option<Message>,
}

/// Every stated figure of a target that is broken down, in all, by area and by shop, with its parts: areas, else shops,
/// else people. Where the parts exceed or miss the whole there is a warning.
///
/// # Errors
/// Where a sum does not fit.
pub fn breakdown(context: &Context<'_>, rule: &str) -> Result<Vec<Breakdown>, NumberError> {
    let mut found = Vec::new();
    for period in context.targets.periods(rule) {
        let last = period.1.plus_days(-1);
        let Some(policy) = context.policy(last) else { continue };
        let target = policy.staff().target.iter().find(|target| target.head.id == rule);
        let unit = target.map_or(Unit::Money, |target| target.counted.measure.unit());
        if unit == Unit::Rate {
            // Rates do not sum.
            continue;
        }
        let roster = context.staff.roster();
        let mut scopes: Vec<Scope> = context.targets.scopes(rule, period.0, period.1).cloned().collect();
        if let Some(target) = target {
            scopes.extend(everyone(roster, target.per, last));
        }
        scopes.sort();
        scopes.dedup();
        let figures: Vec<(Scope, i64)> = scopes
            .into_iter()
            .filter_map(|scope| {
                let stands = stands(context, policy, rule, &scope, period, Day::LAST)?;
                Some((scope, stands.figure))
            })
            .collect();
        for (scope, whole) in &figures {
            let levels = [Per::Area, Per::Store, Per::Person];
            let parts = levels
                .into_iter()
                .map(|level| -> Vec<(Scope, i64)> {
                    let of = |(part, _): &&(Scope, i64)| level.is_of(part) && is_within(roster, part, scope, last);
                    figures.iter().filter(of).cloned().collect()
                })
                .find(|parts| !parts.is_empty());
            let Some(parts) = parts else { continue };
            let sum = parts
                .iter()
                .try_fold(0_i64, |sum, (_, figure)| sum.checked_add(*figure))
                .ok_or(NumberError::TooLarge)?;
            let (from, said) = (period.0, |figure: i64| -> Value { unit.value(figure) });
            let warning = match sum.cmp(whole) {
                core::cmp::Ordering::Equal => None,
                core::cmp::Ordering::Greater => Some(msg!(
                    "target.parts-exceed",
                    scope = name(scope),
                    from = from,
                    last = last,
                    whole = said(*whole),
                    sum = said(sum),
                    difference = said(sum.saturating_sub(*whole))
                )),
                core::cmp::Ordering::Less => Some(msg!(
                    "target.parts-miss",
                    scope = name(scope),
                    from = from,
                    last = last,
                    whole = said(*whole),
                    sum = said(sum),
                    difference = said(whole.saturating_sub(sum))
                )),
            };
            found.push(Breakdown { scope: scope.clone(), period, whole: *whole, parts, sum, warning });
        }
    }
    Ok(found)
}

/// Everyone of a sort who is there on a day.
#[must_use]
pub fn everyone(roster: &Roster, per: Per, day: Day) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = match per {
        Per::All => vec![Scope::All],
        Per::Area => roster
            .stores(day)
            .map(|store| &store.area)
            .chain(roster.people(day).map(|person| &person.area))
            .filter(|area| !area.is_empty())
            .map(|area| Scope::Area(area.clone()))
            .collect(),
        Per::Store => roster.stores(day).map(|store| Scope::Store(store.code.clone())).collect(),
        Per::Person => roster.people(day).map(|person| Scope::Person(person.code.clone())).collect(),
    };
    scopes.sort();
    scopes.dedup();
    scopes
}

/// Whether a part belongs to a whole: a shop to its area, a person to their shop or area.
fn is_within(roster: &Roster, part: &Scope, whole: &Scope, day: Day) -> bool {
    let store_in = |store: &str, area: &Text| roster.store(store, day).is_some_and(|store| store.area == *area);
    let person_in =
        |code: &str, held: &dyn Fn(&super::fact::Person) -> bool| roster.last_known(code, day).is_some_and(held);
    match (part, whole) {
        (Scope::All, _) | (_, Scope::Person(_)) | (Scope::Area(_), Scope::Area(_) | Scope::Store(_)) => false,
        (Scope::Store(_), Scope::Store(_)) => false,
        (Scope::Area(_) | Scope::Store(_) | Scope::Person(_), Scope::All) => true,
        (Scope::Store(store), Scope::Area(area)) => store_in(store, area),
        (Scope::Person(code), Scope::Area(area)) => {
            person_in(code, &|person| person.area == *area || store_in(&person.store, area))
        }
        (Scope::Person(code), Scope::Store(store)) => person_in(code, &|person| person.store == *store),
    }
}

/// A scope as an argument of a message.
#[must_use]
pub fn name(scope: &Scope) -> Value {
    match scope {
        Scope::All => msg!("target.scope-all").into(),
        Scope::Area(code) => msg!("target.scope-area", area = code).into(),
        Scope::Store(code) => msg!("target.scope-store", store = code).into(),
        Scope::Person(code) => code.into(),
    }
}
