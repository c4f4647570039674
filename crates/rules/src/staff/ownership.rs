//! Whose member someone is on any day, and who acts for the owner.
//!
//! A member's ownership is a walk through what happened to them: the card was opened, purchases, whole returns, deals by
//! lot, decisions, people leaving. A term is half-open: one of two months from 31 December ends on the last day of
//! February, and on that day the company takes the member back before anything else of the day.

use std::collections::BTreeMap;

use super::fact::StaffFact;
use super::roster::LEADERS_MAX;
use super::{LaterChange, StaffBook};
use crate::book::{Book, Member};
use crate::id::{MemberId, Text};
use crate::kinds::ownership::Ownership;
use crate::message::{Message, Refusal, Trace};
use crate::msg;
use crate::number::Quantity;
use crate::policy::PolicySet;
use crate::time::{BusinessTime, Day};

/// A place in the order of what happened: the time; cards opened, deals, returns, facts within the minute; their number.
pub(super) type Place = (Day, u16, u8, u32);

const OPENED: u8 = 0;
const DEAL: u8 = 1;
const RETURN: u8 = 2;
pub(super) const FACT: u8 = 3;
const ENDED: u8 = 4;

pub(super) const fn place(at: BusinessTime, sort: u8, number: u32) -> Place {
    (at.day, at.minute.number(), sort, number)
}

/// Everything of a day.
pub(super) const fn whole_day(day: Day) -> Place {
    (day, u16::MAX, u8::MAX, u32::MAX)
}

/// How someone came to have a member, or why nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// They opened the card.
    Opened,
    /// They were dealt the member by lot.
    Dealt,
    /// Somebody decided it.
    Decided,
    /// The company: nobody opened the card.
    Unclaimed,
    /// The company: taken back after a term without a purchase.
    TakenBack,
    /// The company: the owner left the shop.
    OwnerLeft,
    /// Nobody's: no member any more.
    Ended,
}

impl Held {
    /// Its word in scenarios and exchange.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Dealt => "dealt",
            Self::Decided => "decided",
            Self::Unclaimed => "unclaimed",
            Self::TakenBack => "taken-back",
            Self::OwnerLeft => "owner-left",
            Self::Ended => "ended",
        }
    }
}

/// Whose a member is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The member.
    pub member: MemberId,
    /// Who looks after them; empty: the company.
    pub staff: Text,
    /// How it came to that.
    pub held: Held,
    /// Whether the member is theirs already: a member dealt out becomes so by the first purchase.
    pub owns: bool,
    /// Since when.
    pub since: Day,
    /// First day on which the company takes the member back, as it stands; [`Day::LAST`]: never.
    pub until: Day,
    /// Everyone who ever had the member, in the order in which they did.
    pub had: Vec<Text>,
    /// How it came to that, from the opening on.
    pub trace: Trace,
}

impl Owner {
    /// Whether the company holds the member, so that they can be dealt out.
    #[must_use]
    pub fn is_companys(&self) -> bool {
        self.staff.is_empty() && self.held != Held::Ended
    }
}

#[derive(Debug, Clone)]
enum What {
    Opened(Text),
    Bought(u32),
    Back(u32),
    Dealt(Text),
    Kept(Vec<Text>),
    Set(Text, Text),
    Ended,
}

/// Owners, found member by member: what happened to each is gathered once.
#[derive(Debug)]
pub struct Owners<'b> {
    staff: &'b StaffBook,
    pub(super) policies: &'b PolicySet,
    happened: BTreeMap<MemberId, Vec<(Place, What)>>,
    /// When people left.
    leavings: BTreeMap<&'b Text, Vec<Place>>,
}

/// One stretch of a member's history.
struct Walk<'w> {
    owners: &'w Owners<'w>,
    /// What comes later is not looked at.
    until: Place,
    staff: Text,
    held: Held,
    since: Day,
    /// Purchases since then that stand.
    bought: Vec<(Day, u32)>,
    had: Vec<Text>,
    notes: Vec<Trace>,
}

impl<'b> Owners<'b> {
    /// Over a staff book.
    #[must_use]
    pub fn new(staff: &'b StaffBook, policies: &'b PolicySet) -> Self {
        let mut happened: BTreeMap<MemberId, Vec<(Place, What)>> = BTreeMap::new();
        let mut add = |member: MemberId, place: Place, what: What| {
            happened.entry(member).or_default().push((place, what));
        };
        for (number, opening) in (0_u32..).zip(&staff.openings) {
            add(opening.member, place(opening.at, OPENED, number), What::Opened(opening.by.clone()));
        }
        for (number, (member, at)) in (0_u32..).zip(&staff.endings) {
            add(*member, place(*at, ENDED, number), What::Ended);
        }
        for (number, deal) in (0_u32..).zip(&staff.deals) {
            let Some(member) = deal.member else { continue };
            let kinds = policies.on(deal.at.day).map(|policy| policy.staff().ownership.purchases.as_slice());
            if kinds.is_some_and(|kinds| kinds.contains(&deal.kind)) {
                add(member, place(deal.at, DEAL, number), What::Bought(number));
            }
        }
        for (deal, number, day) in brought_back_whole(staff) {
            let Some(member) = staff.deals.get(deal as usize).and_then(|deal| deal.member) else { continue };
            add(member, (day, u16::MAX, RETURN, number), What::Back(deal));
        }
        let mut leavings: BTreeMap<&Text, Vec<Place>> = BTreeMap::new();
        for (number, noted) in (0_u32..).zip(&staff.facts) {
            let at = place(noted.at, FACT, number);
            match &noted.fact {
                StaffFact::OwnersDealt { among, dealt, kept, .. } => {
                    for (member, to) in dealt {
                        add(*member, at, What::Dealt(to.clone()));
                    }
                    for member in kept {
                        add(*member, at, What::Kept(among.clone()));
                    }
                }
                StaffFact::OwnerSet { member, owner, reason } => {
                    add(*member, at, What::Set(owner.clone(), reason.clone()));
                }
                StaffFact::Left { staff: who, .. } => leavings.entry(who).or_default().push(at),
                _ => {}
            }
        }
        for all in happened.values_mut() {
            all.sort_by_key(|(place, _)| *place);
        }
        Self { staff, policies, happened, leavings }
    }

    /// Whose a member is at the end of a day; `None` before they joined.
    #[must_use]
    pub fn on(&self, member: MemberId, day: Day) -> Option<Owner> {
        self.before(member, whole_day(day))
    }

    /// The members who had joined by a day, in the order of their identities.
    pub fn members(&self) -> impl Iterator<Item = MemberId> {
        self.happened.keys().copied()
    }

    pub(super) fn before(&self, member: MemberId, until: Place) -> Option<Owner> {
        let all = self.happened.get(&member)?;
        let mut walk: Option<Walk<'_>> = None;
        for (at, what) in all.iter().take_while(|(at, _)| *at < until) {
            let day = at.0;
            match (&mut walk, what) {
                (None, What::Opened(by)) => walk = Some(Walk::open(self, by, day, until)),
                // What is recorded of someone before their card was opened says nothing about its owner.
                (None, _) => {}
                (Some(walk), what) => {
                    walk.pass(day);
                    walk.take(what, day);
                }
            }
        }
        let mut walk = walk?;
        walk.pass(until.0);
        Some(walk.owner(member))
    }

    fn rule(&self, day: Day) -> Option<&Ownership> {
        self.policies.on(day).map(|policy| &policy.staff().ownership)
    }
}

/// Deals of which everything came back: the deal, the number of the return that completed it, its day.
pub(super) fn brought_back_whole(staff: &StaffBook) -> Vec<(u32, u32, Day)> {
    let mut back: BTreeMap<u32, Vec<Quantity>> = BTreeMap::new();
    let mut whole = Vec::new();
    for (number, later) in (0_u32..).zip(&staff.later) {
        let LaterChange::Back(returned) = &later.what else { continue };
        let Some(deal) = staff.deals.get(later.deal as usize) else { continue };
        let lines = staff.lines(deal);
        let so_far = back.entry(later.deal).or_insert_with(|| vec![Quantity::ZERO; lines.len()]);
        let was_whole = so_far.iter().zip(lines).all(|(back, line)| *back >= line.quantity);
        for one in returned {
            if let Some(slot) = so_far.get_mut(one.line as usize) {
                *slot = slot.plus(one.quantity).unwrap_or(*slot);
            }
        }
        let is_whole = so_far.iter().zip(lines).all(|(back, line)| *back >= line.quantity);
        if is_whole && !was_whole {
            whole.push((later.deal, number, later.day));
        }
    }
    whole
}

impl<'w> Walk<'w> {
    fn open(owners: &'w Owners<'w>, by: &Text, day: Day, until: Place) -> Self {
        let gone = by.is_empty() || owners.staff.roster.left(by, day).is_some();
        let mut walk = Self {
            owners,
            until,
            staff: Text::default(),
            held: Held::Unclaimed,
            since: day,
            bought: Vec::new(),
            had: Vec::new(),
            notes: Vec::new(),
        };
        if gone {
            walk.notes.push(Trace::note(msg!("owner.unclaimed", day = day)));
        } else {
            walk.hand_to(by, Held::Opened, day, msg!("owner.opened", staff = by, day = day));
        }
        walk
    }

    fn hand_to(&mut self, staff: &Text, held: Held, day: Day, why: Message) {
        self.staff = staff.clone();
        self.held = held;
        self.since = day;
        self.bought.clear();
        if !staff.is_empty() && !self.had.contains(staff) {
            self.had.push(staff.clone());
        }
        self.notes.push(Trace::note(why));
    }

    /// The first day on which the member is not theirs any more, as it stands, and whether that is because they left.
    fn end(&self) -> (Day, bool) {
        if self.staff.is_empty() {
            return (Day::LAST, false);
        }
        let mut end = Day::LAST;
        if let Some(rule) = self.owners.rule(self.since)
            && let Some(term) = rule.term
        {
            end = term.end(self.since);
            for (day, _) in &self.bought {
                if *day >= end {
                    break;
                }
                let rule = self.owners.rule(*day);
                end = match rule.and_then(|rule| rule.term) {
                    Some(term) if !rule.is_some_and(|rule| rule.for_good) => end.max(term.end(*day)),
                    Some(_) | None => Day::LAST,
                };
            }
        }
        let leavings = self.owners.leavings.get(&self.staff).into_iter().flatten();
        let leaves = leavings.filter(|at| at.0 >= self.since && **at < self.until).map(|at| at.0).min();
        match leaves {
            Some(day) if day <= end => (day, true),
            Some(_) | None => (end, false),
        }
    }

    /// Lets time pass up to the beginning of a day.
    fn pass(&mut self, day: Day) {
        let (end, left) = self.end();
        if end <= day {
            self.take_back(end, left, false);
        }
    }

    fn take_back(&mut self, day: Day, left: bool, returned: bool) {
        let staff = core::mem::take(&mut self.staff);
        let why = if left {
            msg!("owner.left", staff = &staff, day = day)
        } else if returned {
            msg!("owner.returned", staff = &staff, day = day)
        } else {
            msg!("owner.taken-back", staff = &staff, day = day)
        };
        let held = if left { Held::OwnerLeft } else { Held::TakenBack };
        self.hand_to(&Text::default(), held, day, why);
    }

    fn take(&mut self, what: &What, day: Day) {
        if self.held == Held::Ended {
            return;
        }
        match what {
            What::Opened(_) => {}
            What::Bought(deal) => {
                if !self.staff.is_empty() {
                    let first = self.bought.is_empty();
                    self.bought.push((day, *deal));
                    let (until, _) = self.end();
                    self.notes.push(Trace::note(if first && self.held == Held::Dealt {
                        msg!("owner.won", staff = &self.staff, day = day, until = until)
                    } else {
                        msg!("owner.bought", day = day, until = until)
                    }));
                }
            }
            What::Back(deal) => {
                let before = self.bought.len();
                self.bought.retain(|(_, own)| own != deal);
                // What it brought is gone with it, but not from before the day on which it came back.
                if self.bought.len() < before && self.end().0 <= day {
                    self.take_back(day, false, true);
                }
            }
            What::Dealt(to) => {
                // Of two draws that did not know of each other the first stands.
                if self.staff.is_empty() {
                    self.hand_to(to, Held::Dealt, day, msg!("owner.dealt", staff = to, day = day));
                }
            }
            What::Kept(among) => {
                if self.staff.is_empty() {
                    let all_had = among.iter().all(|one| self.had.contains(one));
                    self.notes.push(Trace::note(if all_had {
                        msg!("owner.kept-all-had", day = day)
                    } else {
                        msg!("owner.kept-full", day = day)
                    }));
                }
            }
            What::Set(owner, reason) => {
                let why = if owner.is_empty() {
                    msg!("owner.decided-company", day = day, reason = reason)
                } else {
                    msg!("owner.decided", staff = owner, day = day, reason = reason)
                };
                self.hand_to(owner, Held::Decided, day, why);
            }
            What::Ended => self.hand_to(&Text::default(), Held::Ended, day, msg!("owner.ended", day = day)),
        }
    }

    fn owner(self, member: MemberId) -> Owner {
        let (until, _) = self.end();
        let now = match (self.staff.is_empty(), self.held) {
            (_, Held::Ended) => msg!("owner.now-ended"),
            (true, _) => msg!("owner.now-company", since = self.since),
            (false, _) => msg!("owner.now", staff = &self.staff, since = self.since, until = until),
        };
        let rule = self.owners.policies.on(self.since).filter(|policy| policy.staff().ownership.stated);
        let mut trace = Trace::note(now).with(self.notes);
        if let Some(policy) = rule {
            trace = trace.by(policy.staff().ownership.reference(policy.program()));
        }
        let owns = match self.held {
            Held::Opened | Held::Decided => !self.staff.is_empty(),
            Held::Dealt => !self.bought.is_empty(),
            Held::Unclaimed | Held::TakenBack | Held::OwnerLeft | Held::Ended => false,
        };
        Owner { member, staff: self.staff, held: self.held, owns, since: self.since, until, had: self.had, trace }
    }
}

/// Whose a member is at the end of a day; `None` before they joined. For many members use [`Owners`].
#[must_use]
pub fn owner_on(staff: &StaffBook, policies: &PolicySet, member: MemberId, day: Day) -> Option<Owner> {
    Owners::new(staff, policies).on(member, day)
}

/// Who acts for a person on a day, and why, if it is not they themselves. On leave: whoever was named, else the leader;
/// where that one is on leave as well, the next. Nobody at hand: an empty text.
#[must_use]
pub fn acting(staff: &StaffBook, person: &Text, day: Day) -> (Text, Option<Message>) {
    let mut now = person.clone();
    let mut why = None;
    for _ in 0..LEADERS_MAX {
        let Some(by) = away(staff, &now, day) else { break };
        let next = if by.is_empty() {
            staff.roster.leaders(&now, day).first().map(|leader| leader.code.clone()).unwrap_or_default()
        } else {
            by
        };
        if next == *person {
            // Two who stand in for each other: nobody is there.
            return (Text::default(), Some(msg!("owner.nobody-stands-in", absent = person)));
        }
        if next.is_empty() || staff.roster.person(&next, day).is_none() {
            return (Text::default(), Some(msg!("owner.nobody-stands-in", absent = person)));
        }
        why = Some(msg!("owner.stands-in", staff = &next, absent = person));
        now = next;
    }
    (now, why)
}

/// Who stands in for a person who is away on a day; an empty text stands for the leader.
fn away(staff: &StaffBook, person: &Text, on: Day) -> Option<Text> {
    away_before(staff, person, on, whole_day(Day::LAST))
}

/// The same, as far as it was recorded before a place in the order of events.
pub(super) fn away_before(staff: &StaffBook, person: &Text, on: Day, until: Place) -> Option<Text> {
    let facts = (0_u32..).zip(&staff.facts).filter(|(number, noted)| place(noted.at, FACT, *number) < until);
    let mut by = None;
    for (_, noted) in facts {
        if let StaffFact::StandIn { absent, by: own, from, to } = &noted.fact
            && absent == person
            && *from <= on
            && on < *to
        {
            by = Some(own.clone());
        }
    }
    by
}

/// Whether a member counts towards the most that a person may have.
pub(super) fn counts(book: &Book, policies: &PolicySet, rule: &Ownership, member: MemberId, day: Day) -> bool {
    rule.counts.is_empty()
        || member_on(book, policies, member, day).is_some_and(|member| rule.counts.contains(&member.tier))
}

/// How many counted members a person has at the end of a day.
#[must_use]
pub fn held_by(owners: &Owners<'_>, book: &Book, person: &str, day: Day) -> i64 {
    let Some(rule) = owners.rule(day) else { return 0 };
    let held = owners.members().filter(|member| {
        owners.on(*member, day).is_some_and(|owner| owner.staff == person)
            && counts(book, owners.policies, rule, *member, day)
    });
    i64::try_from(held.count()).unwrap_or(i64::MAX)
}

/// The members whom the company holds at the end of a day.
#[must_use]
pub fn pool(owners: &Owners<'_>, day: Day) -> Vec<Owner> {
    owners.members().filter_map(|member| owners.on(member, day)).filter(Owner::is_companys).collect()
}

/// A member as they stood on a day, with the tier of that day: the book itself knows the tier of its last.
pub(super) fn member_on(book: &Book, policies: &PolicySet, id: MemberId, day: Day) -> Option<Member> {
    let mut member = book.member_on(id, policies, day)?;
    let before = member.tier_changes.iter().rev().find(|change| change.day <= day).map(|change| change.to);
    let first = member.tier_changes.first().map(|change| change.from);
    member.tier = before.or(first).unwrap_or(member.tier);
    Some(member)
}

/// A member's name for people; their identity where they gave none.
pub(crate) fn name_of(book: &Book, member: MemberId) -> Text {
    match book.member(member) {
        Some(found) if !found.profile.name.is_empty() => found.profile.name.clone(),
        Some(_) | None => Text::from(member.to_string()),
    }
}

/// Checks decisions about owners, and leave, before they are recorded.
///
/// # Errors
/// A [`Refusal`] that says why and what would help.
pub(crate) fn check(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    fact: &StaffFact,
    at: BusinessTime,
) -> Result<(), Refusal> {
    use super::decide::{known_person, need_words};
    let policy = crate::quote::policy_on(policies, at)?;
    let rule = &policy.staff().ownership;
    match fact {
        StaffFact::OwnerSet { member, owner, reason } => {
            need_words(reason)?;
            let owners = Owners::new(staff, policies);
            let now = owners.on(*member, at.day);
            if now.as_ref().is_none_or(|now| now.held == Held::Ended) {
                return Err(Refusal::new(msg!("refuse.no-member-any-more"), msg!("remedy.find-or-enrol")));
            }
            if owner.is_empty() {
                return Ok(());
            }
            known_person(staff, owner, at.day)?;
            let held = held_by(&owners, book, owner, at.day);
            let counted = counts(book, policies, rule, *member, at.day);
            if let Some(most) = rule.most
                && counted
                && now.is_some_and(|now| now.staff != *owner)
                && held >= most
            {
                return Err(Refusal::new(
                    msg!("refuse.owner-full", staff = owner, held = held, most = most),
                    msg!("remedy.owner-full"),
                )
                .by(rule.reference(policy.program())));
            }
            Ok(())
        }
        StaffFact::StandIn { absent, by, from, to } => {
            if from >= to {
                return Err(Refusal::new(msg!("refuse.period-empty", from = *from, to = *to), msg!("remedy.period")));
            }
            known_person(staff, absent, *from)?;
            let leader = staff.roster.leaders(absent, *from).first().map(|leader| leader.code.clone());
            if by.is_empty() {
                return match leader {
                    Some(_) => Ok(()),
                    None => Err(Refusal::new(msg!("refuse.no-leader", staff = absent), msg!("remedy.no-leader"))),
                };
            }
            if by == absent {
                return Err(Refusal::new(msg!("refuse.stands-in-for-self", staff = by), msg!("remedy.choose-staff")));
            }
            known_person(staff, by, *from)?;
            if rule.leader_stands_in && leader.as_ref() != Some(by) {
                let leader = leader.unwrap_or_default();
                return Err(Refusal::new(
                    msg!("refuse.stand-in-leader", staff = by, absent = absent),
                    msg!("remedy.stand-in-leader", leader = leader),
                )
                .by(rule.reference(policy.program())));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
