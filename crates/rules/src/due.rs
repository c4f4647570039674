//! What is due on a day, what a member may have now, and what is missing to the next tier.

use serde::{Deserialize, Serialize};

use crate::book::{Book, Lot, Member, Status};
use crate::id::{EventId, MemberId, Text};
use crate::kinds::entitlement::{Entitlement, Per};
use crate::kinds::rebate::{Earned, Rebate};
use crate::kinds::tier::Judged;
use crate::message::{Label, Message, RuleRef, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Points};
use crate::policy::{Policy, PolicySet};
use crate::primitives::condition::{Demand, Figures};
use crate::primitives::{Metric, Window};
use crate::time::Day;

/// Something to be done on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What sort: `birthday`, `lapse-soon`, `lapse`, `review`, `rebate`, `card-expires`, `application`,
    /// `uncleared`, `arranged` (the first and the last day of an arranged time).
    pub kind: Text,
    /// For whom; `None`: a payment of somebody who is no member.
    pub member: Option<MemberId>,
    /// The payment that it is about: the sale or the load, the place among its tenders.
    pub payment: Option<(EventId, u32)>,
    /// In words.
    pub what: Message,
    /// The figure that belongs to it.
    pub figure: Option<Value>,
    /// A day that belongs to it (the lapse, the card's end).
    pub day: Option<Day>,
    /// The rule.
    pub rule: Option<RuleRef>,
    /// Why.
    pub trace: Option<Trace>,
}

/// A card's end is announced so many days ahead.
const CARD_REMIND_DAYS: i32 = 30;

/// Everything that is due on a day: reviews and lapses of that day, birthdays, reminders, rebates not yet paid out,
/// applications and payments that wait.
#[must_use]
pub fn due(book: &Book, policies: &PolicySet, day: Day) -> Vec<Task> {
    let Some(policy) = policies.on(day) else { return Vec::new() };
    let mut tasks = Vec::new();
    for member in book.members() {
        match member.status {
            Status::Active => of_member(policies, policy, member, day, &mut tasks),
            Status::Applied => {
                tasks.push(task("application", member.id, msg!("due.application", since = member.joined.day)))
            }
            Status::Left | Status::Cancelled | Status::Refused | Status::Forgotten => {}
        }
    }
    for (sale, tender, payment) in book.awaited() {
        let member = book.members().get(payment.member as usize).map(|member| member.id);
        tasks.push(uncleared(member, (sale, tender), &payment.kind, payment.amount, payment.since));
    }
    tasks
}

/// A payment that must still arrive.
fn uncleared(member: Option<MemberId>, payment: (EventId, u32), kind: &Text, amount: Money, since: Day) -> Task {
    let what = msg!("due.uncleared", tender = kind, amount = amount, since = since);
    Task { payment: Some(payment), figure: Some(amount.into()), ..plain("uncleared", member, what) }
}

fn task(kind: &'static str, member: MemberId, what: Message) -> Task {
    plain(kind, Some(member), what)
}

const fn plain(kind: &'static str, member: Option<MemberId>, what: Message) -> Task {
    let kind = Text::const_new(kind);
    Task { kind, member, payment: None, what, figure: None, day: None, rule: None, trace: None }
}

fn of_member(policies: &PolicySet, policy: &Policy, member: &Member, day: Day, tasks: &mut Vec<Task>) {
    if let Some(birthday) = member.birthday()
        && policy.birthdays.is_on(birthday, day)
    {
        tasks.push(task("birthday", member.id, msg!("due.birthday")));
    }
    // The day before shows what is about to happen today.
    let mut eve = member.clone();
    if eve.advance(policies, day.plus_days(-1)).is_err() {
        return;
    }
    if eve.kinds().is_empty() {
        lapses(member.id, &eve.lots, policy.lapse.remind_days, None, day, tasks);
    }
    for own in eve.kinds() {
        let remind_days = policy.lapse_of(&own.kind).remind_days;
        lapses(member.id, &own.lots, remind_days, Some(policy.kind_label(&own.kind)), day, tasks);
    }
    let reviews = policy.ladder.up == Judged::AtReview || policy.ladder.down == Judged::AtReview;
    if reviews && policy.ladder.review.next_after(day.plus_days(-1), member.joined.day) == day {
        let mut after = eve.clone();
        let changed = after.advance(policies, day).is_ok() && after.tier != eve.tier;
        let label = |rank: u8| policy.ladder.get(rank).map(|t| t.head.label.clone()).unwrap_or_default();
        let what = if changed {
            msg!("due.review-changes", from = label(eve.tier), to = label(after.tier))
        } else {
            msg!("due.review", tier = label(eve.tier))
        };
        tasks.push(task("review", member.id, what));
    }
    for rule in &policy.rebate {
        if let Ok(Some(rebate)) = period_rebate(policy, member, rule, day)
            && rebate.amount.is_positive()
        {
            let mut one =
                task("rebate", member.id, msg!("due.rebate", label = &rule.head.label, amount = rebate.amount));
            one.figure = Some(rebate.amount.into());
            one.rule = Some(rule.head.reference("rebate", &policy.program));
            one.trace = Some(rebate.trace);
            tasks.push(one);
        }
    }
    if member.card_expires < Day::LAST
        && member.card_expires >= day
        && member.card_expires <= day.plus_days(CARD_REMIND_DAYS)
    {
        let mut one =
            task("card-expires", member.id, msg!("due.card-expires", last = member.card_expires.plus_days(-1)));
        one.day = Some(member.card_expires);
        tasks.push(one);
    }
    for rule in &policy.entitlement {
        // On its first day and on its last: what is missed lapses.
        let Some((from, last)) = rule.arranged_on_or_after(day).filter(|(from, last)| *from == day || *last == day)
        else {
            continue;
        };
        if entitlement_state(policy, &eve, rule, day).open {
            let what = msg!("due.arranged", label = &rule.head.label, from = from, last = last);
            let mut one = task("arranged", member.id, what);
            one.day = Some(last);
            one.rule = Some(rule.head.reference("entitlement", &policy.program));
            tasks.push(one);
        }
    }
    for payment in &member.uncleared {
        let of = (payment.load, payment.tender);
        tasks.push(uncleared(Some(member.id), of, &payment.kind, payment.amount, payment.since));
    }
}

/// Points that lapse on a day, and those of which a member is to be reminded; of one kind, if it is named.
fn lapses(member: MemberId, lots: &[Lot], remind_days: i32, kind: Option<Label>, day: Day, tasks: &mut Vec<Task>) {
    let lapsing = lots.iter().filter(|lot| lot.lapse == day);
    if let Ok(points) = Points::sum(lapsing.map(|lot| lot.left))
        && points.is_positive()
    {
        let what = match &kind {
            None => msg!("due.lapse", points = points),
            Some(kind) => msg!("due.lapse-of-kind", kind = kind, points = points),
        };
        let mut one = task("lapse", member, what);
        one.figure = Some(points.into());
        one.day = Some(day);
        tasks.push(one);
    }
    let until = day.plus_days(remind_days);
    for lot in lots.iter().filter(|lot| lot.lapse > day && lot.lapse <= until) {
        let last = lot.lapse.plus_days(-1);
        let what = match &kind {
            None => msg!("due.lapse-soon", points = lot.left, last = last),
            Some(kind) => msg!("due.lapse-soon-of-kind", kind = kind, points = lot.left, last = last),
        };
        let mut one = task("lapse-soon", member, what);
        one.figure = Some(lot.left.into());
        one.day = Some(lot.lapse);
        tasks.push(one);
    }
}

/// A period rebate that can be paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRebate {
    /// First day of the period that earned it.
    pub period_start: Day,
    /// How much.
    pub amount: Money,
    /// Why.
    pub trace: Trace,
}

/// The rebate of the last whole period, unless it was paid out already.
///
/// # Errors
/// Where a figure does not fit.
pub fn period_rebate(
    policy: &Policy,
    member: &Member,
    rule: &Rebate,
    day: Day,
) -> Result<Option<PeriodRebate>, NumberError> {
    let Earned::Period(window) = rule.earned else { return Ok(None) };
    let joined = member.joined.day;
    let last = window.start(day, joined).plus_days(-1);
    if window == Window::Lifetime || last < joined.min(member.days.first().map_or(joined, |sums| sums.day)) {
        return Ok(None);
    }
    let period_start = window.start(last, joined);
    if member.rebates_paid.iter().any(|paid| paid.rule == rule.head.id && paid.period_start == period_start) {
        return Ok(None);
    }
    let spend = Money::from_minor(member.figure(Metric::Spend, window, last));
    let marked = !rule.or_marked.is_empty() && member.marks.contains(&rule.or_marked);
    if spend < rule.from && !marked {
        return Ok(None);
    }
    let (amount, parts) = crate::fold::capped(rule, spend, policy.money_rounding)?;
    let message = if marked && spend < rule.from {
        msg!("rebate.period-marked", spend = spend, mark = &rule.or_marked, from = period_start, last = last)
    } else {
        msg!("rebate.period", spend = spend, from = period_start, last = last)
    };
    let trace = Trace::of(message, amount).by(rule.head.reference("rebate", &policy.program)).with(parts);
    Ok(Some(PeriodRebate { period_start, amount, trace }))
}

/// Whether an entitlement can be handed out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntitlementState {
    /// Whether it can.
    pub open: bool,
    /// Why not, or until when.
    pub reason: Option<Message>,
    /// When it was last handed out.
    pub last_given: Option<Day>,
    /// Whether the member belongs to those who may have it at all (tier, marks), now or at another time.
    pub concerns: bool,
}

/// How an entitlement stands for a member on a day.
#[must_use]
pub fn entitlement_state(policy: &Policy, member: &Member, rule: &Entitlement, day: Day) -> EntitlementState {
    let last_given = member.given.iter().filter(|(id, _, _)| *id == rule.head.id).map(|(_, day, _)| *day).max();
    let concerns = rule.when.admits_tier(member.tier);
    let closed = |reason: Message| EntitlementState { open: false, reason: Some(reason), last_given, concerns };
    if !member.is_valid_on(day) {
        return closed(msg!("entitlement.not-valid"));
    }
    if !rule.when.holds(&member.occasion(policy, day)) {
        return closed(msg!("entitlement.not-now", when = rule.when.words()));
    }
    if let Some(reach) = &rule.reach
        && !reach.holds(member, rule.window, day)
    {
        return closed(msg!("entitlement.not-reached", reach = reach.words(), window = rule.window.name()));
    }
    let arranged = rule.arranged_on_or_after(day);
    let Per::Window(window) = rule.per else {
        if let Some(reason) = not_arranged(rule, arranged, Day::FIRST, day) {
            return closed(reason);
        }
        let reason = arranged.map(|(_, last)| msg!("entitlement.until", last = last));
        return EntitlementState { open: true, reason, last_given, concerns };
    };
    let start = window.start(day, member.joined.day);
    if last_given.is_some_and(|given| given >= start) {
        let again = window.end(day, member.joined.day);
        let reason = if again == Day::LAST {
            msg!("entitlement.given-once", day = last_given.unwrap_or(day))
        } else {
            msg!("entitlement.given", day = last_given.unwrap_or(day), again = again)
        };
        return closed(reason);
    }
    if let Some(reason) = not_arranged(rule, arranged, start, day) {
        return closed(reason);
    }
    let mut last = window.end(day, member.joined.day).plus_days(-1);
    if let Some((_, arranged)) = arranged {
        last = last.min(arranged);
    }
    let reason = (last < Day::LAST.plus_days(-1)).then(|| msg!("entitlement.until", last = last));
    EntitlementState { open: true, reason, last_given, concerns }
}

/// Why it is not the arranged time, if it is not: still to come, or missed since the period began.
fn not_arranged(rule: &Entitlement, arranged: Option<(Day, Day)>, start: Day, day: Day) -> Option<Message> {
    if rule.arranged.is_empty() || arranged.is_some_and(|(from, _)| from <= day) {
        return None;
    }
    let missed = rule.arranged_before(day).filter(|(_, last)| *last >= start || arranged.is_none());
    Some(match (missed, arranged) {
        (None, Some((from, last))) => msg!("entitlement.arranged", from = from, last = last),
        (Some((_, missed)), Some((from, last))) => {
            msg!("entitlement.missed-again", missed = missed, from = from, last = last)
        }
        (Some((_, missed)), None) => msg!("entitlement.missed", missed = missed),
        (None, None) => msg!("entitlement.closed"),
    })
}

/// One demand of the next tier, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The demand.
    pub demand: Demand,
    /// The figure now.
    pub now: i64,
    /// Still missing, not negative.
    pub missing: i64,
    /// Share reached, in thousandths.
    pub reached_permille: u32,
}

/// What is missing to the next tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Rank of the next tier.
    pub rank: u8,
    /// Its demands.
    pub demands: Vec<Standing>,
    /// Whether one of them is enough.
    pub any: bool,
    /// Over which window.
    pub window: Window,
    /// What it takes, in words.
    pub words: Message,
}

/// What is missing to the next tier; `None` at the top, and where it can only be granted.
#[must_use]
pub fn progress(policy: &Policy, member: &Member, day: Day) -> Option<Progress> {
    let rank = member.tier.checked_add(1)?;
    let tier = policy.ladder.get(rank)?;
    let reach = tier.reach.as_ref()?;
    let (all, any) = reach.demands_made();
    let only_any = all.is_empty();
    let demands = all
        .iter()
        .chain(any)
        .map(|demand| {
            let now = member.figure(demand.metric, policy.ladder.window, day);
            let missing = demand.at_least.saturating_sub(now).max(0);
            let share = i128::from(now.max(0)) * 1000 / i128::from(demand.at_least.max(1));
            Standing { demand: *demand, now, missing, reached_permille: u32::try_from(share.min(1000)).unwrap_or(1000) }
        })
        .collect();
    Some(Progress { rank, demands, any: only_any, window: policy.ladder.window, words: reach.words() })
}

/// Why a member has their tier.
#[must_use]
pub fn tier_trace(policy: &Policy, member: &Member, day: Day) -> Trace {
    let label = |rank: u8| policy.ladder.get(rank).map(|t| t.head.label.clone()).unwrap_or_default();
    let mut parts: Vec<Trace> = member
        .tier_changes
        .iter()
        .map(|change| {
            use crate::book::member::TierCause;
            let (from, to, on) = (label(change.from), label(change.to), change.day);
            Trace::note(match change.cause {
                TierCause::Reached => msg!("tier.reached", from = from, to = to, day = on),
                TierCause::Fell => msg!("tier.fell", from = from, to = to, day = on),
                TierCause::Review => msg!("tier.review", from = from, to = to, day = on),
                TierCause::Granted => msg!("tier.granted", from = from, to = to, day = on),
                TierCause::Program => msg!("tier.program", from = from, to = to, day = on),
            })
        })
        .collect();
    if let Some(reach) = policy.ladder.get(member.tier).and_then(|t| t.reach.as_ref()) {
        let (all, any) = reach.demands_made();
        for demand in all.iter().chain(any) {
            let now = member.figure(demand.metric, policy.ladder.window, day);
            parts.push(Trace::of(
                msg!(
                    "tier.figure",
                    metric = demand.metric.name(),
                    window = policy.ladder.window.name(),
                    needed = vec![demand.metric.value(demand.at_least)]
                ),
                demand.metric.value(now),
            ));
        }
    }
    let trace = Trace::note(msg!("tier.now", tier = label(member.tier))).with(parts);
    match policy.ladder.get(member.tier) {
        Some(tier) => trace.by(tier.head.reference("tier", &policy.program)),
        None => trace,
    }
}
