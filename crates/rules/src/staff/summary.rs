//! Summaries of sales by day, week, month, quarter and year; the figures that a program watches; and the reconciliation of
//! cards and cheques with finance. Every figure comes from [`measure`](super::measure) or from the deals themselves.

use super::fact::Scope;
use super::measure::{self, Ratio};
use super::settle::Context;
use super::{DealKind, LaterChange};
use crate::id::Text;
use crate::kinds::commission::Base;
use crate::kinds::measure::Counted;
use crate::kinds::rebate::Earned;
use crate::message::RuleRef;
use crate::number::{Money, NumberError, Quantity, Rate};
use crate::time::Day;

/// By what a summary is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Days.
    Day,
    /// Weeks, from Monday.
    Week,
    /// Calendar months (1), quarters (3), halves (6) or years (12).
    Months(u32),
}

impl Every {
    /// First day of the part in which a day falls.
    #[must_use]
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Week => day.plus_days(-i32::from(day.weekday())),
            Self::Months(months) => day.period_start(months),
        }
    }

    /// First day after the part that begins on a day.
    #[must_use]
    pub fn end(self, start: Day) -> Day {
        match self {
            Self::Day => start.plus_days(1),
            Self::Week => start.plus_days(7),
            Self::Months(months) => start.plus_months(i32::try_from(months).unwrap_or(12)),
        }
    }
}

/// Whose sales are summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of a scope.
    Of(Scope),
    /// Of a team or department.
    Team(Text),
}

/// What was sold in a part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// First day.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// Deals; one that several of the people concerned made together is one.
    pub deals: u32,
    /// Pieces sold, whoever else had a part in them.
    pub pieces: Quantity,
    /// Price of the deals.
    pub sold: Money,
    /// Of that, what came back since.
    pub back: Money,
    /// What is left of it.
    pub net: Money,
    /// Of that, what is not there yet (cheques).
    pub waiting: Money,
    /// Of what is left, sales to members.
    pub to_members: Money,
    /// Members who joined.
    pub recruits: u32,
}

/// Summaries of the deals made from a day until another, in the order of the days; parts without anything are left out.
///
/// # Errors
/// Where a figure does not fit.
pub fn summaries(
    context: &Context<'_>,
    whose: &Whose,
    every: Every,
    (from, to): (Day, Day),
) -> Result<Vec<Summary>, NumberError> {
    let staff = context.staff;
    let roster = staff.roster();
    let mut parts: std::collections::BTreeMap<Day, Summary> = std::collections::BTreeMap::new();
    let within = |day: Day| from <= day && day < to;
    let concerns = |code: &Text, store: &Text, day: Day| -> bool {
        let person = || roster.last_known(code, day);
        match whose {
            Whose::Of(Scope::All) => true,
            Whose::Of(Scope::Store(own)) => own == store,
            Whose::Of(Scope::Person(own)) => own == code,
            Whose::Of(Scope::Area(area)) => match roster.store(store, day).map(|store| &store.area) {
                Some(own) if !own.is_empty() => own == area,
                Some(_) | None => person().is_some_and(|person| person.area == *area),
            },
            Whose::Team(team) => person().is_some_and(|person| person.team == *team),
        }
    };
    // A shop's and everyone's deals are theirs as a whole, also where nobody gets them.
    let is_whole = matches!(whose, Whose::Of(Scope::All | Scope::Store(_)));
    for (number, deal) in (0_u32..).zip(staff.deals()) {
        if !within(deal.at.day) {
            continue;
        }
        let store = staff.name(deal.store);
        let states = context.credits.states(number, deal);
        let (Some(first), Some(last)) = (states.first(), states.last()) else { continue };
        let people: Vec<&Text> = last
            .credit
            .shares
            .iter()
            .map(|share| &share.staff)
            .filter(|code| concerns(code, store, deal.at.day))
            .collect();
        if people.is_empty() && !(is_whole && concerns(&Text::default(), store, deal.at.day)) {
            continue;
        }
        let mine = |whole: Money| -> Result<Money, NumberError> {
            if is_whole {
                return Ok(whole);
            }
            let shares = super::commission::split(last, whole);
            Money::sum(shares.into_iter().filter(|(code, _)| people.contains(code)).map(|(_, part)| part))
        };
        let (mut sold, mut net, mut there) = (Money::ZERO, Money::ZERO, Money::ZERO);
        let mut pieces = Quantity::ZERO;
        for (place, line) in staff.lines(deal).iter().enumerate() {
            sold = sold.plus(first.base(deal, line, place, Base::Paid, false)?)?;
            net = net.plus(last.base(deal, line, place, Base::Paid, false)?)?;
            there = there.plus(last.base(deal, line, place, Base::Paid, true)?)?;
            pieces = pieces.plus(last.kept(line, place))?;
        }
        let start = every.start(deal.at.day);
        let part =
            parts.entry(start).or_insert_with(|| Summary { from: start, to: every.end(start), ..Summary::default() });
        let (sold, net, there) = (mine(sold)?, mine(net)?, mine(there)?);
        part.deals = part.deals.saturating_add(1);
        part.pieces = part.pieces.plus(pieces)?;
        part.sold = part.sold.plus(sold)?;
        part.net = part.net.plus(net)?;
        part.back = part.back.plus(sold.minus(net)?)?;
        part.waiting = part.waiting.plus(net.minus(there)?)?;
        if deal.member.is_some() {
            part.to_members = part.to_members.plus(net)?;
        }
    }
    for opening in measure::recruits(context) {
        let day = opening.at.day;
        if within(day) && concerns(&opening.by, &opening.store, day) {
            let start = every.start(day);
            let part = parts.entry(start).or_insert_with(|| Summary {
                from: start,
                to: every.end(start),
                ..Summary::default()
            });
            part.recruits = part.recruits.saturating_add(1);
        }
    }
    Ok(parts.into_values().collect())
}

/// A watched figure of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The rule.
    pub rule: RuleRef,
    /// What is counted.
    pub counted: Counted,
    /// First day of the period.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// The figure, in the measure's smallest unit; `None`: there is nothing to take a share or an average of.
    pub figure: Option<i64>,
    /// The figure of the period before.
    pub before: Option<i64>,
    /// The change against the period before; `None` where there was nothing.
    pub growth: Option<Rate>,
    /// Whether the change is what is watched.
    pub watches_growth: bool,
}

/// The figures that the program watches, of the periods in which a day falls.
///
/// # Errors
/// Where a figure does not fit.
pub fn watched(context: &Context<'_>, scope: &Scope, day: Day) -> Result<Vec<Watched>, NumberError> {
    let Some(policy) = context.policy(day) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for rule in &policy.staff().figure {
        let unit = rule.counted.measure.unit();
        let from = rule.window.start(day, day);
        let to = rule.window.end(day, day);
        let earlier = rule.window.start(from.plus_days(-1), from);
        let of = |period: (Day, Day)| -> Result<Option<i64>, NumberError> {
            let figure: Option<Ratio> = measure::figure(context, &rule.counted, scope, period, Day::LAST)?;
            figure.map(|figure| figure.in_unit(unit)).transpose()
        };
        let (figure, before) = (of((from, to))?, of((earlier, from))?);
        let growth = match (figure, before) {
            (Some(now), Some(before)) if before > 0 => Some(Rate::from_parts(now.saturating_sub(before), before)),
            _ => None,
        };
        found.push(Watched {
            rule: rule.head.reference("figure", policy.program()),
            counted: rule.counted.clone(),
            from,
            to,
            figure,
            before,
            growth,
            watches_growth: rule.growth,
        });
    }
    Ok(found)
}

/// Cards and cheques of a period, for finance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Stored value sold in the period.
    pub sold: Money,
    /// Of all that was sold, what arrived in the period: at once, and awaited money that came.
    pub cleared: Money,
    /// Awaited money that turned out not to come, in the period.
    pub bounced: Money,
    /// What is still awaited at the end of the period.
    pub outstanding: Money,
    /// Goods sold in the period for which money is or was awaited, and what of all such is outstanding at its end.
    pub goods_awaited: Money,
    /// Of goods, what is still awaited at the end of the period.
    pub goods_outstanding: Money,
    /// Rebate value issued in the period: one-off rebates on cards bought, and rebates of a period that were paid out
    /// (less what returns took back of those).
    pub rebates: Money,
}

/// Reconciles stored value sold, cleared and outstanding, cheques for goods, and the rebate value issued.
///
/// INVARIANT(reconciled): of all stored value sold up to a day, what cleared, bounced and is outstanding is the whole.
///
/// # Errors
/// Where a figure does not fit.
pub fn reconcile(context: &Context<'_>, (from, to): (Day, Day)) -> Result<Reconciliation, NumberError> {
    let staff = context.staff;
    let within = |day: Day| from <= day && day < to;
    let mut sums = Reconciliation::default();
    let mut changes: std::collections::BTreeMap<u32, Vec<(Day, Money, bool)>> = std::collections::BTreeMap::new();
    for later in staff.later() {
        let change = match &later.what {
            LaterChange::Arrived(amount) => (later.day, *amount, true),
            LaterChange::Bounced(amount) => (later.day, *amount, false),
            LaterChange::Back(_) | LaterChange::Credited { .. } => continue,
        };
        changes.entry(later.deal).or_default().push(change);
    }
    let none = Vec::new();
    for (number, deal) in (0_u32..).zip(staff.deals()) {
        let day = deal.at.day;
        if day >= to {
            continue;
        }
        let settled = changes.get(&number).unwrap_or(&none);
        let mut waits = deal.pending;
        for (_, amount, _) in settled.iter().filter(|(day, ..)| *day < to) {
            waits = waits.minus(*amount)?;
        }
        match deal.kind {
            DealKind::Load => {
                sums.outstanding = sums.outstanding.plus(waits)?;
                if within(day) {
                    sums.sold = sums.sold.plus(deal.paid)?;
                    sums.cleared = sums.cleared.plus(deal.paid.minus(deal.pending)?)?;
                }
                for (_, amount, arrived) in settled.iter().filter(|(day, ..)| within(*day)) {
                    let sum = if *arrived { &mut sums.cleared } else { &mut sums.bounced };
                    *sum = sum.plus(*amount)?;
                }
                // Judged when nothing is awaited any more, on what arrived.
                let mut left = deal.pending;
                let mut arrived = deal.paid;
                let mut complete = day;
                for (when, amount, there) in settled {
                    left = left.minus(*amount)?;
                    complete = *when;
                    if !there {
                        arrived = arrived.minus(*amount)?;
                    }
                }
                if left.is_zero() && within(complete) {
                    sums.rebates = sums.rebates.plus(one_off(context, complete, arrived)?)?;
                }
            }
            DealKind::Sale | DealKind::Fee => {
                sums.goods_outstanding = sums.goods_outstanding.plus(waits)?;
                if within(day) {
                    sums.goods_awaited = sums.goods_awaited.plus(deal.pending)?;
                }
            }
        }
    }
    for member in context.book.members() {
        for paid in member.rebates_paid.iter().filter(|paid| within(paid.paid_on)) {
            sums.rebates = sums.rebates.plus(paid.amount.minus(paid.taken_back)?)?;
        }
    }
    Ok(sums)
}

fn one_off(context: &Context<'_>, day: Day, arrived: Money) -> Result<Money, NumberError> {
    let Some(policy) = context.policy(day) else { return Ok(Money::ZERO) };
    let rules = policy.rebate.iter().filter(|rule| rule.earned == Earned::Load && arrived >= rule.from);
    let mut sum = Money::ZERO;
    for rule in rules {
        sum = sum.plus(crate::fold::capped(rule, arrived, policy.money_rounding)?.0)?;
    }
    Ok(sum)
}
