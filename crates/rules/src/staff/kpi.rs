//! KPI points: figures held against targets, points for what befalls members, and what points are worth.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Scope, StaffFact};
use super::measure::{self, Befell, Ratio};
use super::pay::{Findings, KpiRow, Row, RowKind};
use super::settle::Context;
use super::target;
use crate::id::Text;
use crate::kinds::kpi::{Against, Brings, Difference, Kpi, RateOf, To};
use crate::kinds::measure::{Measure, Unit};
use crate::kinds::target::Per;
use crate::message::{Trace, Value};
use crate::msg;
use crate::number::{NumberError, Rate};
use crate::policy::Policy;
use crate::primitives::{RATE_UNIT, Window};
use crate::time::Day;

/// A period's figure through what becomes known: the day from which, and by how much it changes.
type Timeline = Vec<(Day, Ratio)>;

/// Timelines by whose figure and first day of the period.
type Timelines = BTreeMap<(Scope, Day), Timeline>;

/// Finds all KPI points.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    for version in 0.. {
        let Some(policy) = context.policies.get(version) else { break };
        for rule in &policy.staff().kpi {
            match &rule.brings {
                Brings::Each(points) => each(context, version, policy, rule, *points, findings)?,
                Brings::Steps(against) => steps(context, version, policy, rule, against, findings)?,
            }
        }
    }
    Ok(())
}

/// Full steps by which a figure differs from its target, and the difference itself; `None` where there is no figure or
/// nothing to take a share of.
fn full_steps(against: &Against, figure: Ratio, unit: Unit, target: i64) -> Result<Option<(i64, Rate)>, NumberError> {
    let wide = |a: i128, b: i128| a.checked_mul(b).ok_or(NumberError::TooLarge);
    let is_rate = unit == Unit::Rate;
    if matches!(unit, Unit::Rate | Unit::Score) && figure.below == 0 {
        return Ok(None);
    }
    let mut above = i128::from(figure.above);
    let mut below = match unit {
        Unit::Money | Unit::Count => 1,
        Unit::Rate | Unit::Score => i128::from(figure.below),
    };
    let (whole, of_whole) = against.whole.ratio();
    if whole > 0 && is_rate {
        let count = wide(above, i128::from(of_whole))?.div_euclid(wide(below, i128::from(whole))?);
        above = wide(count, i128::from(whole))?;
        below = i128::from(of_whole);
    }
    let (wanted, of_wanted) = (i128::from(target), if is_rate { i128::from(RATE_UNIT) } else { 1 });
    let differs = wide(above, of_wanted)?.checked_sub(wide(wanted, below)?).ok_or(NumberError::TooLarge)?;
    let of_what = match against.reading {
        Difference::Points => wide(below, of_wanted)?,
        Difference::Relative => wide(wanted, below)?,
    };
    if of_what <= 0 {
        return Ok(None);
    }
    let (each, of_each) = against.each.ratio();
    let step = wide(of_what, i128::from(each))?;
    if step <= 0 {
        return Ok(None);
    }
    // Towards zero: only full steps count, above and below alike.
    let count = wide(differs, i128::from(of_each))?.checked_div(step).ok_or(NumberError::TooLarge)?;
    let count = i64::try_from(count).map_err(|_| NumberError::TooLarge)?;
    let millionths = wide(differs, i128::from(RATE_UNIT))?.checked_div(of_what).ok_or(NumberError::TooLarge)?;
    let shown = i64::try_from(millionths).map_err(|_| NumberError::TooLarge)?;
    Ok(Some((count, Rate::from_parts(shown, RATE_UNIT))))
}

fn points_for(against: &Against, steps: i64) -> Result<i64, NumberError> {
    let brings = if steps > 0 { against.over } else { against.under };
    steps.checked_abs().and_then(|steps| steps.checked_mul(brings)).ok_or(NumberError::TooLarge)
}

fn gather(context: &Context<'_>, rule: &Kpi, tier: Option<u8>) -> Result<Timelines, NumberError> {
    let mut found = Timelines::new();
    measure::tell_all(context, &rule.counted, rule.window, tier, &mut |entry| {
        let scope = match rule.per {
            Per::All if entry.is_whole => Scope::All,
            Per::Area if !entry.area.is_empty() => Scope::Area(entry.area.clone()),
            Per::Store if entry.is_whole && !entry.store.is_empty() => Scope::Store(entry.store.clone()),
            Per::Person if !entry.is_whole && !entry.person.is_empty() => Scope::Person(entry.person.clone()),
            Per::All | Per::Area | Per::Store | Per::Person => return Ok(()),
        };
        let start = rule.window.start(entry.day, entry.day);
        found.entry((scope, start)).or_default().push((entry.known, entry.figure));
        Ok(())
    })?;
    Ok(found)
}

fn value(timeline: &[(Day, Ratio)], before: Day) -> Result<Ratio, NumberError> {
    let mut sum = Ratio::default();
    for (_, change) in timeline.iter().filter(|(known, _)| *known < before) {
        sum.add(change.above, change.below)?;
    }
    Ok(sum)
}

/// What one period is held against, and how.
struct Period<'p> {
    policy: &'p Policy,
    rule: &'p Kpi,
    against: &'p Against,
    from: Day,
    to: Day,
}

impl Period<'_> {
    /// The points of a scope as known before a day, with the reason.
    fn points(
        &self,
        context: &Context<'_>,
        scope: &Scope,
        all: &[(Option<(u8, i64)>, &Timelines)],
        before: Day,
    ) -> Result<Option<(i64, Trace)>, NumberError> {
        let unit = self.rule.counted.measure.unit();
        let mut sum: Option<i64> = None;
        let mut parts = Vec::new();
        for (tier, timelines) in all {
            let wanted = match tier {
                Some((_, rate)) => *rate,
                None if self.against.target.is_empty() => self.against.at,
                None => {
                    let period = (self.from, self.to);
                    match target::stands(context, self.policy, &self.against.target, scope, period, before) {
                        Some(stands) => stands.figure,
                        None => return Ok(None),
                    }
                }
            };
            let mut figure = if measure::is_sum(self.rule.counted.measure) {
                let timeline = timelines.get(&(scope.clone(), self.from)).map_or(&[][..], Vec::as_slice);
                value(timeline, before)?
            } else {
                let period = (self.from, self.to);
                measure::figure(context, &self.rule.counted, scope, period, before)?.unwrap_or_default()
            };
            if let RateOf::Target(rule) = &self.rule.rate_of {
                let recruits = target::stands(context, self.policy, rule, scope, (self.from, self.to), before);
                figure.below = recruits.map_or(0, |stands| stands.figure);
            }
            let Some((steps, differs)) = full_steps(self.against, figure, unit, wanted)? else { continue };
            let points = points_for(self.against, steps)?;
            sum = Some(sum.unwrap_or(0).checked_add(points).ok_or(NumberError::TooLarge)?);
            let tier_name = tier
                .and_then(|(rank, _)| self.policy.ladder().get(rank))
                .map(|tier| Value::from(&tier.head.label))
                .unwrap_or_else(|| Value::from(""));
            parts.push(Trace::of(
                msg!(
                    "kpi.held-against",
                    scope = target::name(scope),
                    from = self.from,
                    last = self.to.plus_days(-1),
                    measure = self.rule.counted.measure.name(),
                    class = tier_name,
                    figure = unit.value(figure.in_unit(unit)?),
                    target = unit.value(wanted),
                    difference = differs,
                    each = self.against.each,
                    steps = steps
                ),
                points,
            ));
        }
        Ok(sum.map(|sum| {
            let trace = match (parts.len(), parts.pop()) {
                (1, Some(only)) => only,
                (_, Some(last)) => {
                    parts.push(last);
                    Trace::of(msg!("kpi.by-class"), sum).with(parts)
                }
                (_, None) => Trace::of(msg!("kpi.by-class"), sum),
            };
            (sum, trace)
        }))
    }
}

fn steps(
    context: &Context<'_>,
    version: usize,
    policy: &Policy,
    rule: &Kpi,
    against: &Against,
    findings: &mut Findings,
) -> Result<(), NumberError> {
    let Window::Calendar(months) = rule.window else { return Ok(()) };
    let measured = rule.counted.measure;
    let mut gathered: Vec<(Option<(u8, i64)>, Timelines)> = Vec::new();
    if against.by_tier.is_empty() {
        gathered.push((None, gather(context, rule, None)?));
    } else {
        for (rank, rate) in &against.by_tier {
            gathered.push((Some((*rank, *rate)), gather(context, rule, Some(*rank))?));
        }
    }
    let all: Vec<(Option<(u8, i64)>, &Timelines)> = gathered.iter().map(|(tier, lines)| (*tier, lines)).collect();
    for from in context.periods(months) {
        let to = rule.window.end(from, from);
        let last = to.plus_days(-1);
        let known_from = measure::known_from(measured, rule.window, to);
        if known_from > context.until || context.policies.index_on(last) != version {
            continue;
        }
        let mut scopes: BTreeSet<Scope> =
            target::everyone(context.staff.roster(), rule.per, last).into_iter().collect();
        for (_, timelines) in &all {
            scopes.extend(timelines.keys().filter(|(_, start)| *start == from).map(|(scope, _)| scope.clone()));
        }
        scopes.extend(context.targets.scopes(&against.target, from, to).filter(|scope| rule.per.is_of(scope)).cloned());
        let period = Period { policy, rule, against, from, to };
        let mut month = known_from.plus_days(-1).month_start();
        if rule.counts_in_recruited {
            month = open_month(context, last.month_start(), known_from, month);
        }
        for scope in scopes {
            let mut before = 0;
            // The period's own month, and each later one in which something more became known.
            let mut later: BTreeSet<Day> = BTreeSet::new();
            for (_, timelines) in &all {
                let own = timelines.get(&(scope.clone(), from)).into_iter().flatten();
                later.extend(own.map(|(known, _)| known.month_start()));
            }
            later.extend(context.targets.known(&against.target, &scope, from, to).map(Day::month_start));
            later.retain(|later| *later >= known_from && later.plus_months(1) <= context.until);
            let later = later.into_iter().map(|later| (later, later.plus_months(1)));
            for (month, end) in core::iter::once((month, known_from)).chain(later) {
                let Some((points, trace)) = period.points(context, &scope, &all, end)? else { continue };
                let change = points.checked_sub(before).ok_or(NumberError::TooLarge)?;
                if change == 0 {
                    continue;
                }
                let trace = if end == known_from {
                    trace
                } else {
                    Trace::of(msg!("kpi.again", now = points, first = before), change).with(vec![trace])
                };
                for staff in recipients(context, &rule.to, &scope, last) {
                    let rule = rule.head.reference("kpi", policy.program());
                    let trace = trace.clone().by(rule.clone());
                    findings.kpi.push(KpiRow { staff, month, rule, points: change, trace });
                }
                before = points;
            }
        }
    }
    Ok(())
}

/// The month that is wanted, unless it was closed before the figure was known: then the month in which it was, or the
/// first that was open then.
fn open_month(context: &Context<'_>, wanted: Day, known_from: Day, otherwise: Day) -> Day {
    let mut is_closed = false;
    let mut open_from = Day::FIRST;
    for noted in context.staff.facts() {
        if let StaffFact::PeriodClosed { from, to } = &noted.fact
            && noted.at.day < known_from
        {
            is_closed |= *from <= wanted && wanted < *to;
            open_from = open_from.max(*to);
        }
    }
    if is_closed { otherwise.max(open_from) } else { wanted }
}

/// Who gets the points of a scope's figure.
fn recipients(context: &Context<'_>, to: &To, scope: &Scope, day: Day) -> Vec<Text> {
    let roster = context.staff.roster();
    match (scope, to) {
        (Scope::Person(person), _) => vec![person.clone()],
        (Scope::Store(store), To::Role(role)) => {
            let holders: Vec<Text> =
                roster.holders(role, store, day).into_iter().map(|person| person.code.clone()).collect();
            if holders.is_empty() { vec![store.clone()] } else { holders }
        }
        (Scope::Store(store), _) => vec![store.clone()],
        (Scope::Area(area), To::Role(role)) => roster
            .people(day)
            .filter(|person| person.role == *role && person.area == *area)
            .map(|person| person.code.clone())
            .collect(),
        (Scope::All, To::Role(role)) => {
            roster.people(day).filter(|person| person.role == *role).map(|person| person.code.clone()).collect()
        }
        (Scope::Area(_) | Scope::All, _) => Vec::new(),
    }
}

/// Who gets the points for what befell a member.
fn answerable(context: &Context<'_>, policy: &Policy, to: &To, one: &Befell, store: &Text) -> Text {
    let roster = context.staff.roster();
    let owner = measure::owner(context, one.member, one.day);
    let by_role = |role: &Text| -> Text {
        if roster.person(&owner, one.day).is_some_and(|person| person.role == *role) {
            return owner.clone();
        }
        match roster.holders(role, store, one.day).as_slice() {
            [only] => only.code.clone(),
            // Nobody, or several of whom none is the member's own: the shop.
            _ => store.clone(),
        }
    };
    match to {
        To::Guide => measure::guide(context, one.member),
        To::Person | To::Owner => owner,
        To::Responsible => match policy.staff().responsible.role(one.rank) {
            Some(role) => by_role(role),
            None => owner,
        },
        To::Role(role) => by_role(role),
        To::Store => store.clone(),
    }
}

/// Points for each event, by the version of its day, gathered by person and month.
fn each(
    context: &Context<'_>,
    version: usize,
    policy: &Policy,
    rule: &Kpi,
    points: i64,
    findings: &mut Findings,
) -> Result<(), NumberError> {
    let happened = match rule.counted.measure {
        Measure::Rises => measure::rises(context),
        Measure::Lost => measure::losses(context, rule.counted.lost_after),
        _ => measure::recruits(context)
            .map(|opening| Befell {
                member: opening.member,
                day: opening.at.day,
                known: opening.known,
                rank: 0,
                change: 1,
            })
            .collect(),
    };
    let mut sums: BTreeMap<(Text, Day), (i64, Vec<Trace>)> = BTreeMap::new();
    for one in happened {
        let month = one.known.month_start();
        if context.policies.index_on(one.day) != version || month >= context.until {
            continue;
        }
        let Some(member) = context.book.member(one.member) else { continue };
        let mut staff = answerable(context, policy, &rule.to, &one, &member.store);
        if staff.is_empty() {
            // The company's own member: the shop answers.
            staff.clone_from(&member.store);
        }
        if staff.is_empty() {
            continue;
        }
        let brings = points.checked_mul(one.change).ok_or(NumberError::TooLarge)?;
        let class = policy.ladder().get(one.rank).map_or_else(|| "".into(), |tier| Value::from(&tier.head.label));
        let name = &member.profile.name;
        let message = match (rule.counted.measure, one.change < 0) {
            (Measure::Rises, false) => msg!("kpi.rose", day = one.day, member = name, class = class),
            (Measure::Lost, false) => msg!(
                "kpi.lost",
                day = one.day,
                member = name,
                class = class,
                span = crate::kinds::span_value(rule.counted.lost_after)
            ),
            (_, false) => msg!("kpi.joined", day = one.day, member = name),
            (_, true) => msg!("kpi.taken-back", day = one.day, member = name),
        };
        let sum = sums.entry((staff, month)).or_default();
        sum.0 = sum.0.checked_add(brings).ok_or(NumberError::TooLarge)?;
        sum.1.push(Trace::of(message, brings));
    }
    for ((staff, month), (points, parts)) in sums {
        if points == 0 {
            continue;
        }
        let rule = rule.head.reference("kpi", policy.program());
        let trace = Trace::of(msg!("kpi.events", count = parts.len()), points).with(parts).by(rule.clone());
        findings.kpi.push(KpiRow { staff, month, rule, points, trace });
    }
    Ok(())
}

/// Turns each month's points into pay.
///
/// # Errors
/// Where a figure does not fit.
pub fn pay(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    let mut months: BTreeMap<(Text, Day), (i64, Vec<Trace>)> = BTreeMap::new();
    for row in &findings.kpi {
        let sum = months.entry((row.staff.clone(), row.month)).or_default();
        sum.0 = sum.0.checked_add(row.points).ok_or(NumberError::TooLarge)?;
        sum.1.push(row.trace.clone());
    }
    for ((staff, month), (points, parts)) in months {
        let last = month.plus_months(1).plus_days(-1);
        let Some(policy) = context.policy(last) else { continue };
        let worth = &policy.staff().kpi_pay;
        let fits = worth.roles.is_empty() || worth.roles.iter().any(|role| role == context.role(&staff, last));
        // A shop's points are nobody's pay.
        if !worth.per_point.is_positive() || !fits || !context.staff.roster().knows(&staff) {
            continue;
        }
        if points == 0 || (points < 0 && !worth.reduces_pay) {
            continue;
        }
        let amount = worth.per_point.minor().checked_mul(points).ok_or(NumberError::TooLarge)?;
        let amount = crate::number::Money::from_minor(amount);
        let rule = crate::message::RuleRef {
            kind: Text::const_new("kpi_pay"),
            id: Text::const_new("kpi"),
            clause: worth.clause.clone(),
            program: policy.program().id.clone(),
            version: policy.program().version,
            ..crate::message::RuleRef::default()
        };
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        let parts = if context.explain.wants(&staff) { parts } else { Vec::new() };
        let trace = Trace::of(msg!("kpi.pay", points = points, per_point = worth.per_point), amount)
            .with(parts)
            .by(rule.clone());
        findings.rows.push(Row { staff, month, kind: RowKind::Kpi, rule, amount, count, trace });
    }
    Ok(())
}
