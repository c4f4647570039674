//! What was done, counted: the one place where deals, enrolments and members become the figures of targets, KPI points,
//! contests and summaries.
//!
//! What happens is told as [`Entry`]s, once as a whole at its shop and once for each person with their part. Each knows
//! from which day it counts, so that a figure can be had as it was known on any day: what comes later is a difference.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::credit::State;
use super::fact::{Scope, StaffFact};
use super::settle::Context;
use super::{Deal, DealKind};
use crate::book::member::TierCause;
use crate::book::{Member, Status};
use crate::id::{MemberId, Text};
use crate::kinds::commission::Base;
use crate::kinds::measure::{Counted, Measure, Unit};
use crate::number::{Money, NumberError, Points, Rounding, RoundingMode};
use crate::primitives::{RATE_UNIT, Window};
use crate::time::{Day, Span};

/// A figure as an exact ratio; amounts and counts have nothing below the line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line, or the figure itself.
    pub above: i64,
    /// Below the line.
    pub below: i64,
}

impl Ratio {
    /// Adds to both sides of the line.
    ///
    /// # Errors
    /// Where a sum does not fit.
    pub fn add(&mut self, above: i64, below: i64) -> Result<(), NumberError> {
        self.above = self.above.checked_add(above).ok_or(NumberError::TooLarge)?;
        self.below = self.below.checked_add(below).ok_or(NumberError::TooLarge)?;
        Ok(())
    }

    fn minus(self, other: Self) -> Result<Self, NumberError> {
        let mut rest = self;
        rest.add(other.above.saturating_neg(), other.below.saturating_neg())?;
        Ok(rest)
    }

    /// The figure in a unit's smallest parts, rates to the nearest millionth. A rate of nothing is nothing.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn in_unit(self, unit: Unit) -> Result<i64, NumberError> {
        let nearest = Rounding { unit_minor: 1, mode: RoundingMode::HalfUp };
        let scale = match unit {
            Unit::Money | Unit::Count => return Ok(self.above),
            Unit::Rate => RATE_UNIT,
            Unit::Score => 1,
        };
        if self.below == 0 {
            return Ok(0);
        }
        nearest.ratio(i128::from(self.above).saturating_mul(i128::from(scale)), i128::from(self.below))
    }
}

/// Something that counts.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// The day to which it belongs.
    pub day: Day,
    /// From which day it counts.
    pub known: Day,
    /// Whether it is the whole of it, rather than a person's part.
    pub is_whole: bool,
    /// The shop.
    pub store: &'e Text,
    /// The shop's area; of a part, the person's where the shop has none.
    pub area: &'e Text,
    /// The person, of a part.
    pub person: &'e Text,
    /// How much.
    pub figure: Ratio,
}

impl Entry<'_> {
    /// The scopes to which it belongs.
    fn scopes(&self) -> impl Iterator<Item = Scope> {
        let mine = [
            self.is_whole.then_some(Scope::All),
            (!self.area.is_empty()).then(|| Scope::Area(self.area.clone())),
            self.is_whole.then(|| Scope::Store(self.store.clone())),
            (!self.is_whole).then(|| Scope::Person(self.person.clone())),
        ];
        mine.into_iter().flatten()
    }
}

/// Takes entries.
pub type Taker<'t> = dyn FnMut(Entry<'_>) -> Result<(), NumberError> + 't;

const NOWHERE: &Text = &Text::const_new("");

/// Tells a thing once as a whole and once for each person.
fn tell(
    context: &Context<'_>,
    (day, known): (Day, Day),
    store: &Text,
    whole: Ratio,
    parts: &[(Text, Ratio)],
    take: &mut Taker<'_>,
) -> Result<(), NumberError> {
    let roster = context.staff.roster();
    let area = roster.store(store, day).map_or(NOWHERE, |store| &store.area);
    let nothing = Ratio::default();
    if whole != nothing {
        take(Entry { day, known, is_whole: true, store, area, person: NOWHERE, figure: whole })?;
    }
    for (person, figure) in parts.iter().filter(|(_, figure)| *figure != nothing) {
        // A part counts for the person's area only where the shop, which has the whole, has none.
        let own = roster.last_known(person, day).map_or(NOWHERE, |person| &person.area);
        let area = if area.is_empty() { own } else { NOWHERE };
        take(Entry { day, known, is_whole: false, store, area, person, figure: *figure })?;
    }
    Ok(())
}

/// A purchase by a member.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The day.
    pub day: Day,
    /// From which day it counts.
    pub known: Day,
    /// From which day all of it had come back.
    pub gone: Option<Day>,
    /// The shop's number among the names.
    pub store: u32,
    /// The seller's.
    pub seller: u32,
}

/// The members' purchases in the order of their days. A purchase with which someone joined is theirs.
#[must_use]
pub fn purchases(context: &Context<'_>) -> BTreeMap<MemberId, Vec<Purchase>> {
    let mut all: BTreeMap<MemberId, Vec<Purchase>> = BTreeMap::new();
    for (number, deal) in (0_u32..).zip(context.staff.deals()) {
        if deal.kind != DealKind::Sale {
            continue;
        }
        let Some(member) = buyer(context, deal) else { continue };
        let lines = context.staff.lines(deal);
        let gone = context
            .credits
            .states(number, deal)
            .iter()
            .find(|state| lines.iter().enumerate().all(|(place, line)| !state.kept(line, place).is_positive()))
            .map(|state| state.known);
        all.entry(member).or_default().push(Purchase {
            day: deal.at.day,
            known: deal.known,
            gone,
            store: deal.store,
            seller: deal.seller,
        });
    }
    for purchases in all.values_mut() {
        purchases.sort_by_key(|purchase| (purchase.day, purchase.known));
    }
    all
}

/// The member who bought: as recorded, or as found when the receipt was used to join.
fn buyer(context: &Context<'_>, deal: &Deal) -> Option<MemberId> {
    deal.member.or_else(|| {
        let receipt = context.book.receipt(deal.id)?;
        context.book.members().get(receipt.member as usize).map(|member| member.id)
    })
}

/// Tells everything that a measure counts. Of measures that are no sums over time (members, repeat purchases, averages)
/// there is nothing to tell: see [`figure`].
///
/// # Errors
/// Where a figure does not fit.
pub fn tell_all(
    context: &Context<'_>,
    counted: &Counted,
    window: Window,
    tier: Option<u8>,
    take: &mut Taker<'_>,
) -> Result<(), NumberError> {
    match counted.measure {
        Measure::Sales | Measure::Takings | Measure::MemberSales | Measure::Deals | Measure::MemberShare => {
            deals(context, counted, take)
        }
        Measure::Recruits => {
            for opening in recruits(context) {
                let one = Ratio { above: 1, below: 0 };
                let by = [(opening.by.clone(), one)];
                tell(context, (opening.at.day, opening.known), &opening.store, one, &by, take)?;
            }
            Ok(())
        }
        Measure::Returning | Measure::ReturningRate => returning(context, window, tier, take),
        Measure::Rises | Measure::Lost => {
            let happened =
                if counted.measure == Measure::Rises { rises(context) } else { losses(context, counted.lost_after) };
            for one in happened {
                let Some(member) = context.book.member(one.member) else { continue };
                let figure = Ratio { above: one.change, below: 0 };
                let whose = [(owner(context, one.member, one.day), figure)];
                tell(context, (one.day, one.known), &member.store, figure, &whose, take)?;
            }
            Ok(())
        }
        Measure::Complaints => {
            for noted in context.staff.facts() {
                if let StaffFact::ComplaintMade { staff, .. } = &noted.fact {
                    let one = Ratio { above: 1, below: 0 };
                    tell(context, (noted.at.day, noted.known), &noted.store, one, &[(staff.clone(), one)], take)?;
                }
            }
            Ok(())
        }
        Measure::Members
        | Measure::RepeatRate
        | Measure::KeptRate
        | Measure::ClassShare
        | Measure::TopShare
        | Measure::Membership
        | Measure::Score => Ok(()),
    }
}

/// Whether a measure is a sum over time, told by [`tell_all`].
#[must_use]
pub const fn is_sum(measure: Measure) -> bool {
    match measure {
        Measure::Sales
        | Measure::Takings
        | Measure::MemberSales
        | Measure::Deals
        | Measure::MemberShare
        | Measure::Recruits
        | Measure::Returning
        | Measure::ReturningRate
        | Measure::Rises
        | Measure::Lost
        | Measure::Complaints => true,
        Measure::Members
        | Measure::RepeatRate
        | Measure::KeptRate
        | Measure::ClassShare
        | Measure::TopShare
        | Measure::Membership
        | Measure::Score => false,
    }
}

/// The first day on which a period's figure is known: a period's recruits are followed through the period after it.
#[must_use]
pub fn known_from(measure: Measure, window: Window, to: Day) -> Day {
    match measure {
        Measure::Returning | Measure::ReturningRate => window.end(to, to),
        _ => to,
    }
}

fn deals(context: &Context<'_>, counted: &Counted, take: &mut Taker<'_>) -> Result<(), NumberError> {
    for (number, deal) in (0_u32..).zip(context.staff.deals()) {
        if !counted.on.contains(&deal.kind) {
            continue;
        }
        let receipt = context.book.receipt(deal.id);
        let is_member = buyer(context, deal).is_some();
        let states = context.credits.states(number, deal);
        let of_state = |state: &State| -> Result<(Money, bool), NumberError> {
            let mut sum = Money::ZERO;
            let mut any = false;
            for (place, line) in context.staff.lines(deal).iter().enumerate() {
                if context.staff.goods(line.goods).is_some_and(|goods| counted.goods.holds(goods)) {
                    sum =
                        sum.plus(state.base(deal, line, place, Base::Paid, counted.measure == Measure::Takings)?)?;
                    any |= state.kept(line, place).is_positive();
                }
            }
            Ok((sum, any))
        };
        let first = states.first().map(of_state).transpose()?.unwrap_or_default().0;
        let last = states.last().map(of_state).transpose()?.unwrap_or_default().0;
        let mut before = Ratio::default();
        let mut before_parts: BTreeMap<Text, Ratio> = BTreeMap::new();
        for state in &states {
            let (sum, any) = of_state(state)?;
            let now = match counted.measure {
                Measure::Deals => Ratio { above: i64::from(any), below: 0 },
                Measure::MemberSales if !is_member => Ratio::default(),
                Measure::MemberShare => {
                    let counts = is_member || !counted.of_member_sales;
                    let points = receipt.filter(|_| is_member).map_or(Ok(Points::ZERO), |receipt| {
                        points_of(receipt.points, receipt.more().points_back, first.minus(sum)?, first.minus(last)?)
                    })?;
                    Ratio { above: points.minor(), below: if counts { sum.minor() } else { 0 } }
                }
                _ => Ratio { above: sum.minor(), below: 0 },
            };
            let mut parts: BTreeMap<Text, Ratio> = BTreeMap::new();
            if counted.measure == Measure::Deals {
                // A deal that several made is one deal of each of them.
                parts.extend(state.credit.shares.iter().map(|share| (share.staff.clone(), now)));
            } else {
                for (staff, part) in super::commission::split(state, Money::from_minor(now.above)) {
                    parts.entry(staff.clone()).or_default().add(part.minor(), 0)?;
                }
                for (staff, part) in super::commission::split(state, Money::from_minor(now.below)) {
                    parts.entry(staff.clone()).or_default().add(0, part.minor())?;
                }
            }
            let people: BTreeSet<Text> = before_parts.keys().chain(parts.keys()).cloned().collect();
            let mut changed: Vec<(Text, Ratio)> = Vec::with_capacity(people.len());
            for person in people {
                let was = before_parts.get(&person).copied().unwrap_or_default();
                let is = parts.get(&person).copied().unwrap_or_default();
                changed.push((person, is.minus(was)?));
            }
            let whole = now.minus(before)?;
            let store = context.staff.name(deal.store);
            tell(context, (deal.at.day, state.known), store, whole, &changed, take)?;
            before = now;
            before_parts = parts;
        }
    }
    Ok(())
}

/// Points that a sale has left when so much of its price has come back, of so much that came back in the end.
fn points_of(points: Points, back: Points, now: Money, in_the_end: Money) -> Result<Points, NumberError> {
    if !in_the_end.is_positive() {
        return points.minus(back);
    }
    let down = Rounding { unit_minor: 1, mode: RoundingMode::Down };
    let gone =
        down.ratio(i128::from(back.minor()).saturating_mul(i128::from(now.minor())), i128::from(in_the_end.minor()))?;
    points.minus(Points::from_minor(gone))
}

/// The members who joined, in the order of the journal; not those whose application waits or was refused.
pub fn recruits<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c super::Opening> {
    let book = context.book;
    context.staff.openings().iter().filter(move |opening| {
        book.member(opening.member).is_some_and(|member| !matches!(member.status, Status::Applied | Status::Refused))
    })
}

/// A period's recruits, and those of them who bought again in the period after it.
fn returning(context: &Context<'_>, window: Window, tier: Option<u8>, take: &mut Taker<'_>) -> Result<(), NumberError> {
    let purchases = purchases(context);
    for opening in recruits(context) {
        let day = opening.at.day;
        let (next, after) = (window.end(day, day), window.end(window.end(day, day), day));
        let by = |figure: Ratio| [(opening.by.clone(), figure)];
        let one = Ratio { above: 0, below: 1 };
        tell(context, (day, opening.known), &opening.store, one, &by(one), take)?;
        if tier.is_some_and(|tier| tier_on(context, opening.member, after.plus_days(-1)) != Some(tier)) {
            continue;
        }
        // Purchases come, and some go again: what counts is whether there is any.
        let mut changes: Vec<(Day, i64)> = Vec::new();
        let own = purchases.get(&opening.member).map_or(&[][..], Vec::as_slice);
        for purchase in own.iter().filter(|purchase| next <= purchase.day && purchase.day < after) {
            changes.push((purchase.known, 1));
            changes.extend(purchase.gone.map(|gone| (gone, -1)));
        }
        changes.sort_unstable();
        let mut there = 0_i64;
        for (known, change) in changes {
            let was = there.min(1);
            there = there.saturating_add(change);
            let above = there.min(1).saturating_sub(was);
            let figure = Ratio { above, below: 0 };
            tell(context, (day, known), &opening.store, figure, &by(figure), take)?;
        }
    }
    Ok(())
}

/// Something that befell a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Befell {
    /// The member.
    pub member: MemberId,
    /// The day.
    pub day: Day,
    /// From which day it counts.
    pub known: Day,
    /// The class that the member held before.
    pub rank: u8,
    /// One more, or one taken back.
    pub change: i64,
}

/// Each class by which a member rose, one by one. The class that the first purchase gives is none: it is where a
/// member begins. A rise that goods brought back undo is taken back.
#[must_use]
pub fn rises(context: &Context<'_>) -> Vec<Befell> {
    let purchases = purchases(context);
    let mut found = Vec::new();
    for member in context.book.members() {
        let Some(now) = as_of(context, member, context.until.plus_days(-1)) else { continue };
        let begun = purchases
            .get(&member.id)
            .and_then(|own| own.first())
            .map_or(member.joined.day, |first| first.day.max(member.joined.day));
        // The classes risen from and not fallen back to since.
        let mut risen: Vec<u8> = Vec::new();
        for change in now.tier_changes.iter().filter(|change| change.day > begun && change.day < context.until) {
            let one =
                |rank: u8, by: i64| Befell { member: member.id, day: change.day, known: change.day, rank, change: by };
            match change.cause {
                TierCause::Reached | TierCause::Review | TierCause::Granted if change.to > change.from => {
                    for rank in change.from..change.to {
                        risen.push(rank);
                        found.push(one(rank, 1));
                    }
                }
                TierCause::Fell => {
                    let whole_life =
                        context.policy(change.day).is_some_and(|policy| policy.ladder().window == Window::Lifetime);
                    while whole_life && risen.last().is_some_and(|rank| *rank >= change.to) {
                        if let Some(rank) = risen.pop() {
                            found.push(one(rank, -1));
                        }
                    }
                }
                TierCause::Reached | TierCause::Review | TierCause::Granted | TierCause::Program => {}
            }
        }
    }
    found
}

/// Each time a member was lost: as long as that without a purchase, counted from the last one or from joining. On the
/// day after that span they are lost; a purchase that becomes known later takes it back.
#[must_use]
pub fn losses(context: &Context<'_>, after: Span) -> Vec<Befell> {
    let purchases = purchases(context);
    let mut found = Vec::new();
    for opening in recruits(context) {
        let own = purchases.get(&opening.member).map_or(&[][..], Vec::as_slice);
        // A purchase of which everything had come back by then is none.
        let stood = |purchase: &Purchase, on: Day| purchase.gone.is_none_or(|gone| gone > on);
        let mut days: Vec<Day> = own
            .iter()
            .filter(|purchase| stood(purchase, after.end(purchase.day)))
            .map(|purchase| purchase.day)
            .collect();
        days.push(opening.at.day);
        days.sort_unstable();
        days.dedup();
        for from in days.into_iter().filter(|day| *day >= opening.at.day) {
            let lost = after.end(from);
            if lost >= context.until {
                continue;
            }
            let saved = own
                .iter()
                .filter(|purchase| from < purchase.day && purchase.day < lost && stood(purchase, lost))
                .map(|purchase| purchase.known)
                .min();
            if saved.is_some_and(|known| known <= lost) {
                continue;
            }
            let rank = tier_on(context, opening.member, lost.plus_days(-1)).unwrap_or(0);
            let one = |known: Day, change: i64| Befell { member: opening.member, day: lost, known, rank, change };
            match saved {
                Some(known) => found.extend([one(lost, 1), one(known, -1)]),
                None => found.push(one(lost, 1)),
            }
        }
    }
    found
}

/// A member with everything that time had changed by a day; nothing is copied where time changed nothing.
fn as_of<'m>(context: &Context<'_>, member: &'m Member, day: Day) -> Option<Cow<'m, Member>> {
    let another_program = context.policies.start_after(member.advanced).is_some_and(|start| start <= day);
    if member.next_change > day && !another_program {
        return Some(Cow::Borrowed(member));
    }
    context.book.member_on(member.id, context.policies, day).map(Cow::Owned)
}

/// A member's class on a day.
#[must_use]
pub fn tier_on(context: &Context<'_>, id: MemberId, day: Day) -> Option<u8> {
    let member = as_of(context, context.book.member(id)?, day)?;
    let before = member.tier_changes.iter().rfind(|change| change.day <= day).map(|change| change.to);
    let first_after = member.tier_changes.iter().find(|change| change.day > day).map(|change| change.from);
    Some(before.or(first_after).unwrap_or(member.tier))
}

/// Whose member someone is on a day; nobody's: the company's.
#[must_use]
pub fn owner(context: &Context<'_>, member: MemberId, day: Day) -> Text {
    context.owners().on(member, day).map(|owner| owner.staff).unwrap_or_default()
}

/// Who enrolled a member.
#[must_use]
pub fn guide(context: &Context<'_>, member: MemberId) -> Text {
    context
        .openings
        .get(&member)
        .and_then(|place| context.staff.openings().get(*place))
        .map(|opening| opening.by.clone())
        .unwrap_or_default()
}

/// A measure's figure for a scope and period, by what was known before a day; `None` where there is nothing to take a
/// share or an average of.
///
/// # Errors
/// Where a figure does not fit.
pub fn figure(
    context: &Context<'_>,
    counted: &Counted,
    scope: &Scope,
    (from, to): (Day, Day),
    before: Day,
) -> Result<Option<Ratio>, NumberError> {
    let mut sum = Ratio::default();
    let unit = counted.measure.unit();
    if is_sum(counted.measure) {
        return Ok(figures(context, counted, &[scope], (from, to), before)?.into_iter().next().flatten());
    } else {
        match counted.measure {
            Measure::Members => sum.above = i64::try_from(members(context, scope, to).len()).unwrap_or(i64::MAX),
            Measure::Membership => {
                let last = to.plus_days(-1);
                for joined in members(context, scope, to) {
                    sum.add(i64::from(joined.months_until(last).max(0)).saturating_mul(1000), 1)?;
                }
            }
            Measure::Score => {
                for noted in context.staff.facts() {
                    if let StaffFact::Assessed { staff, from: day, scores, .. } = &noted.fact
                        && from <= *day
                        && *day < to
                        && noted.known < before
                        && is_person_of(context, staff, scope, *day)
                        && let Some(score) = scores.get(&counted.item)
                    {
                        sum.add(score.minor(), 1)?;
                    }
                }
            }
            Measure::ClassShare | Measure::TopShare => sum = shares(context, counted, scope, (from, to), before)?,
            _ => {
                let first = if counted.measure == Measure::KeptRate {
                    window_of(from, to).start(from.plus_days(-1), from)
                } else {
                    from
                };
                for own in purchases(context).values() {
                    let within = |start: Day, end: Day| {
                        own.iter()
                            .filter(|one| start <= one.day && one.day < end && one.known < before)
                            .filter(|one| one.gone.is_none_or(|gone| gone >= before))
                            .filter(|one| match scope {
                                Scope::All => true,
                                Scope::Store(store) => context.staff.name(one.store) == store,
                                Scope::Person(code) => context.staff.name(one.seller) == code,
                                Scope::Area(area) => context
                                    .staff
                                    .roster()
                                    .store(context.staff.name(one.store), one.day)
                                    .is_some_and(|store| store.area == *area),
                            })
                            .count()
                    };
                    let now = within(from, to);
                    if counted.measure == Measure::KeptRate {
                        if within(first, from) > 0 {
                            sum.add(i64::from(now > 0), 1)?;
                        }
                    } else if now > 0 {
                        sum.add(i64::from(now > 1), 1)?;
                    }
                }
            }
        }
    }
    let is_share = matches!(unit, Unit::Rate | Unit::Score);
    Ok((!is_share || sum.below != 0).then_some(sum))
}

/// The figures of many scopes, each as [`figure`] gives it: what is a sum is counted once for all of them.
///
/// # Errors
/// Where a figure does not fit.
pub fn figures(
    context: &Context<'_>,
    counted: &Counted,
    scopes: &[&Scope],
    (from, to): (Day, Day),
    before: Day,
) -> Result<Vec<Option<Ratio>>, NumberError> {
    if !is_sum(counted.measure) {
        return scopes.iter().map(|scope| figure(context, counted, scope, (from, to), before)).collect();
    }
    let mut sums: BTreeMap<&Scope, Ratio> = scopes.iter().map(|scope| (*scope, Ratio::default())).collect();
    tell_all(context, counted, window_of(from, to), None, &mut |entry| {
        if entry.day < from || entry.day >= to || entry.known >= before {
            return Ok(());
        }
        for scope in entry.scopes() {
            if let Some(sum) = sums.get_mut(&scope) {
                sum.add(entry.figure.above, entry.figure.below)?;
            }
        }
        Ok(())
    })?;
    let is_share = matches!(counted.measure.unit(), Unit::Rate | Unit::Score);
    Ok(scopes.iter().map(|scope| sums.get(scope).copied().filter(|sum| !is_share || sum.below != 0)).collect())
}

/// Of the sales to members, the part of those of a class on the period's last day, or of the members who bought most.
fn shares(
    context: &Context<'_>,
    counted: &Counted,
    scope: &Scope,
    (from, to): (Day, Day),
    before: Day,
) -> Result<Ratio, NumberError> {
    let mut of_member: BTreeMap<MemberId, i64> = BTreeMap::new();
    for (number, deal) in (0_u32..).zip(context.staff.deals()) {
        if deal.kind != DealKind::Sale || deal.at.day < from || deal.at.day >= to || deal.known >= before {
            continue;
        }
        let store = context.staff.name(deal.store);
        let concerns = match scope {
            Scope::All => true,
            Scope::Store(own) => own == store,
            Scope::Person(own) => own == context.staff.name(deal.seller),
            Scope::Area(own) => context.staff.roster().store(store, deal.at.day).is_some_and(|s| s.area == *own),
        };
        let Some(member) = buyer(context, deal).filter(|_| concerns) else { continue };
        let states = context.credits.states(number, deal);
        let Some(state) = states.iter().rev().find(|state| state.known < before) else { continue };
        let sum = of_member.entry(member).or_default();
        for (place, line) in context.staff.lines(deal).iter().enumerate() {
            let base = state.base(deal, line, place, Base::Paid, false)?;
            *sum = sum.checked_add(base.minor()).ok_or(NumberError::TooLarge)?;
        }
    }
    let mut share = Ratio::default();
    let last = to.plus_days(-1);
    if counted.measure == Measure::ClassShare {
        let rank = context
            .policy(last)
            .and_then(|policy| policy.ladder().tiers.iter().position(|tier| tier.head.id == counted.tier))
            .and_then(|rank| u8::try_from(rank).ok());
        for (member, sum) in of_member {
            let is_of_class = rank.is_some() && tier_on(context, member, last) == rank;
            share.add(if is_of_class { sum } else { 0 }, sum)?;
        }
        return Ok(share);
    }
    let mut sums: Vec<i64> = of_member.into_values().filter(|sum| *sum > 0).collect();
    sums.sort_unstable_by(|a, b| b.cmp(a));
    // Those of a fifth of eleven are three: the part is rounded up to whole members.
    let (part, whole) = counted.top.ratio();
    let up = Rounding { unit_minor: 1, mode: RoundingMode::Up };
    let count = i64::try_from(sums.len()).map_err(|_| NumberError::TooLarge)?;
    let top = up.ratio(i128::from(count).saturating_mul(i128::from(part)), i128::from(whole))?;
    for (place, sum) in (0_i64..).zip(sums) {
        share.add(if place < top { sum } else { 0 }, sum)?;
    }
    Ok(share)
}

/// The calendar window that is as long as a period; a month where it is none.
fn window_of(from: Day, to: Day) -> Window {
    let months = [1_u32, 3, 6, 12].into_iter().find(|months| {
        i32::try_from(*months).is_ok_and(|count| from.plus_months(count) == to) && from.period_start(*months) == from
    });
    Window::Calendar(months.unwrap_or(1))
}

/// The days on which those joined who are members on the last day before `to`.
fn members(context: &Context<'_>, scope: &Scope, to: Day) -> Vec<Day> {
    let ended: BTreeSet<MemberId> =
        context.staff.endings.iter().filter(|(_, at)| at.day < to).map(|(member, _)| *member).collect();
    recruits(context)
        .filter(|opening| opening.at.day < to && !ended.contains(&opening.member))
        .filter(|opening| match scope {
            Scope::All => true,
            Scope::Store(store) => opening.store == *store,
            Scope::Person(code) => owner(context, opening.member, to.plus_days(-1)) == *code,
            Scope::Area(area) => {
                context.staff.roster().store(&opening.store, to.plus_days(-1)).is_some_and(|store| store.area == *area)
            }
        })
        .map(|opening| opening.at.day)
        .collect()
}

fn is_person_of(context: &Context<'_>, code: &Text, scope: &Scope, day: Day) -> bool {
    let person = context.staff.roster().last_known(code, day);
    match scope {
        Scope::All => true,
        Scope::Person(own) => own == code,
        Scope::Store(store) => person.is_some_and(|person| person.store == *store),
        Scope::Area(area) => person.is_some_and(|person| {
            person.area == *area
                || context.staff.roster().store(&person.store, day).is_some_and(|store| store.area == *area)
        }),
    }
}

/// Numbers of the openings by member.
#[must_use]
pub fn openings(staff: &super::StaffBook) -> BTreeMap<MemberId, usize> {
    staff.openings().iter().enumerate().map(|(place, opening)| (opening.member, place)).collect()
}
