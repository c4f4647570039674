//! Dealing out by lot the members whom the company holds, and checking such a draw.

use std::collections::{BTreeMap, BTreeSet};

use super::StaffBook;
use super::fact::StaffFact;
use super::ownership::{FACT, Owners, Place, away_before, counts, name_of, place, whole_day};
use super::roster::Roster;
use crate::book::Book;
use crate::id::{EventId, MemberId, Text};
use crate::kinds::ownership::Ownership;
use crate::message::{Message, Refusal, Value};
use crate::msg;
use crate::policy::{Policy, PolicySet};
use crate::time::{BusinessTime, Day};

/// What a draw came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draw {
    /// Those among whom it was dealt, in the order of the draw.
    pub among: Vec<Text>,
    /// Who got whom, in the order of the draw.
    pub dealt: Vec<(MemberId, Text)>,
    /// Those for whom nobody was eligible, and why.
    pub kept: Vec<(MemberId, Message)>,
}

impl Draw {
    /// The fact of it.
    #[must_use]
    pub fn fact(&self, seed: u64) -> StaffFact {
        StaffFact::OwnersDealt {
            seed,
            among: self.among.clone(),
            dealt: self.dealt.clone(),
            kept: self.kept.iter().map(|(member, _)| *member).collect(),
        }
    }
}

/// A member of the pool: who had them before.
type Waiting = BTreeMap<MemberId, Vec<Text>>;

/// What a draw is made of.
struct Lots {
    pool: Waiting,
    /// Members of each of those among whom it is dealt.
    holds: BTreeMap<Text, i64>,
}

/// The lot of one name in a draw: the names are drawn in the order of their lots.
///
/// The BLAKE3 hash of `regulars draw 1`, a zero byte, the seed as eight bytes (the least significant first), `staff` or
/// `member`, a zero byte, and the person's code in UTF-8 or the member's identity as sixteen bytes; compared byte by
/// byte. Anyone with a BLAKE3 tool can check a draw.
#[must_use]
pub fn lot(seed: u64, sort: &str, name: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"regulars draw 1\0");
    hasher.update(&seed.to_le_bytes());
    hasher.update(sort.as_bytes());
    hasher.update(&[0]);
    hasher.update(name);
    *hasher.finalize().as_bytes()
}

/// Deals members out evenly.
///
/// People and members are put into the order of their [`lot`]s. Member by member, whoever has been dealt fewest so far
/// gets the next, the first drawn before the others: where everyone may have everyone, that is turn by turn, and what is
/// left over goes one each to the first drawn. Those who had a member before are passed over, and those who are full.
/// Afterwards members change hands as long as that makes it more even (or as even, with what is left over nearer to
/// the first drawn): passing over must not cost anyone their share.
#[must_use]
pub fn deal_out(
    seed: u64,
    pool: &BTreeMap<MemberId, Vec<Text>>,
    holds: &BTreeMap<Text, i64>,
    rule: &Ownership,
) -> Draw {
    let mut among: Vec<Text> = holds.keys().cloned().collect();
    among.sort_by_cached_key(|code| lot(seed, "staff", code.as_bytes()));
    let mut members: Vec<MemberId> = pool.keys().copied().collect();
    members.sort_by_cached_key(|member| lot(seed, "member", member.0.as_bytes()));
    let room: Vec<i64> = among
        .iter()
        .map(|code| {
            rule.most.map_or(i64::MAX, |most| most.saturating_sub(holds.get(code).copied().unwrap_or(0)).max(0))
        })
        .collect();
    let may: Vec<Vec<bool>> = members
        .iter()
        .map(|member| {
            let had = pool.get(member).map_or(&[][..], Vec::as_slice);
            among.iter().map(|code| !rule.never_again || !had.contains(code)).collect()
        })
        .collect();
    let mut table = Table { room, may, dealt: vec![Vec::new(); among.len()], to: vec![None; members.len()] };
    for member in 0..members.len() {
        table.seat(member);
    }
    while table.even_out() {}
    let mut draw = Draw { among, ..Draw::default() };
    for ((member, to), may) in members.iter().zip(&table.to).zip(&table.may) {
        match to.and_then(|to| draw.among.get(to)) {
            Some(code) => draw.dealt.push((*member, code.clone())),
            None if may.iter().any(|may| *may) => draw.kept.push((*member, msg!("draw.all-full"))),
            None => draw.kept.push((*member, msg!("draw.all-had"))),
        }
    }
    draw
}

/// People by place in the order of the draw, members likewise.
struct Table {
    /// How many each may still get.
    room: Vec<i64>,
    /// Whether a member may go to a person.
    may: Vec<Vec<bool>>,
    dealt: Vec<Vec<usize>>,
    to: Vec<Option<usize>>,
}

impl Table {
    fn load(&self, person: usize) -> i64 {
        self.dealt.get(person).map_or(0, |own| i64::try_from(own.len()).unwrap_or(i64::MAX))
    }

    fn has_room(&self, person: usize) -> bool {
        self.room.get(person).is_some_and(|room| self.load(person) < *room)
    }

    fn may_go(&self, member: usize, person: usize) -> bool {
        self.may.get(member).and_then(|may| may.get(person)).copied().unwrap_or(false)
    }

    fn give(&mut self, member: usize, person: usize) {
        if let Some(from) = self.to.get(member).copied().flatten()
            && let Some(own) = self.dealt.get_mut(from)
        {
            own.retain(|other| *other != member);
        }
        if let Some(own) = self.dealt.get_mut(person) {
            own.push(member);
        }
        if let Some(to) = self.to.get_mut(member) {
            *to = Some(person);
        }
    }

    /// Seats a member with whoever has fewest; where all who may are full, others move on to make room.
    fn seat(&mut self, member: usize) {
        let open = (0..self.dealt.len()).filter(|person| self.may_go(member, *person) && self.has_room(*person));
        if let Some(person) = open.min_by_key(|person| (self.load(*person), *person)) {
            self.give(member, person);
            return;
        }
        for person in 0..self.dealt.len() {
            if self.may_go(member, person)
                && let Some(moves) = self.way(person, |table, end| table.has_room(end))
            {
                for (moved, to) in moves {
                    self.give(moved, to);
                }
                self.give(member, person);
                return;
            }
        }
    }

    /// Lets members change hands once, so that it is more even. Whether anything was to be done.
    fn even_out(&mut self) -> bool {
        for person in 0..self.dealt.len() {
            let load = self.load(person);
            let better = |table: &Self, end: usize| {
                let other = table.load(end);
                table.has_room(end) && (other + 1 < load || (other < load && end < person))
            };
            if let Some(moves) = self.way(person, better)
                && !moves.is_empty()
            {
                for (moved, to) in moves {
                    self.give(moved, to);
                }
                return true;
            }
        }
        false
    }

    /// The shortest chain of moves that takes one member away from a person and gives one more to someone who will do.
    fn way(&self, from: usize, will_do: impl Fn(&Self, usize) -> bool) -> Option<Vec<(usize, usize)>> {
        // How each person was reached: which member came from whom.
        let mut came: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        let mut reached = BTreeSet::from([from]);
        let mut edge = vec![from];
        while !edge.is_empty() {
            let mut next = Vec::new();
            for person in edge {
                for member in self.dealt.get(person).into_iter().flatten().copied() {
                    for to in 0..self.dealt.len() {
                        if self.may_go(member, to) && reached.insert(to) {
                            came.insert(to, (member, person));
                            next.push(to);
                        }
                    }
                    if reached.len() == self.dealt.len() {
                        break;
                    }
                }
            }
            next.sort_unstable();
            if let Some(end) = next.iter().copied().find(|person| will_do(self, *person)) {
                let mut moves = Vec::new();
                let mut at = end;
                while let Some((member, person)) = came.get(&at).copied() {
                    moves.push((member, at));
                    at = person;
                }
                return Some(moves);
            }
            edge = next;
        }
        None
    }
}

/// What a draw at a place in the order of events is made of.
fn lots(owners: &Owners<'_>, book: &Book, policy: &Policy, eligible: &BTreeSet<Text>, until: Place) -> Lots {
    let rule = &policy.staff().ownership;
    let mut pool = Waiting::new();
    let mut holds: BTreeMap<Text, i64> = eligible.iter().map(|code| (code.clone(), 0)).collect();
    for member in owners.members() {
        let Some(owner) = owners.before(member, until) else { continue };
        if owner.is_companys() {
            pool.insert(member, owner.had);
        } else if let Some(count) = holds.get_mut(&owner.staff)
            && counts(book, owners.policies, rule, member, until.0)
        {
            *count = count.saturating_add(1);
        }
    }
    Lots { pool, holds }
}

/// Those among whom members are dealt out on a day: on the list, of the right role, not on leave.
#[must_use]
pub fn eligible(staff: &StaffBook, policy: &Policy, day: Day) -> BTreeSet<Text> {
    eligible_before(staff, policy, whole_day(day))
}

/// The same, as far as it was recorded before a place in the order of events: who is listed or leaves later on the day
/// of a draw does not change it.
fn eligible_before(staff: &StaffBook, policy: &Policy, until: Place) -> BTreeSet<Text> {
    let mut roster = Roster::default();
    for (number, noted) in (0_u32..).zip(&staff.facts) {
        if place(noted.at, FACT, number) >= until {
            continue;
        }
        if let StaffFact::Listed(person) = &noted.fact {
            roster.list(noted.at.day, person);
        } else if let StaffFact::Left { staff: who, dismissed, never_again, .. } = &noted.fact {
            roster.leave(noted.at.day, who, *dismissed, *never_again);
        }
    }
    let here = roster.people(until.0).filter(|person| {
        policy.staff().ownership.is_for(&person.role) && away_before(staff, &person.code, until.0, until).is_none()
    });
    here.map(|person| person.code.clone()).collect()
}

/// Draws: the members whom the company holds at this time, among the people named, or among all who are eligible.
///
/// # Errors
/// A [`Refusal`] where the program deals nobody out, where nobody waits or nobody is eligible, and where the people
/// named are not those who are eligible.
pub fn draw(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    seed: u64,
    among: &[Text],
    at: BusinessTime,
) -> Result<Draw, Refusal> {
    let policy = crate::quote::policy_on(policies, at)?;
    let rule = &policy.staff().ownership;
    if !rule.stated {
        return Err(Refusal::new(msg!("refuse.no-ownership"), msg!("remedy.no-ownership")));
    }
    let until = place(at, FACT, u32::MAX);
    let eligible = eligible_before(staff, policy, until);
    let by = || rule.reference(policy.program());
    if eligible.is_empty() {
        return Err(Refusal::new(msg!("refuse.nobody-eligible"), msg!("remedy.list-staff")).by(by()));
    }
    let named: BTreeSet<Text> = among.iter().cloned().collect();
    if !among.is_empty() {
        let differences = list_differences(&eligible, &named);
        if !differences.is_empty() {
            return Err(
                Refusal::new(msg!("refuse.draw-differs", what = differences), msg!("remedy.draw-again")).by(by())
            );
        }
    }
    let owners = Owners::new(staff, policies);
    let lots = lots(&owners, book, policy, &eligible, until);
    if lots.pool.is_empty() {
        return Err(Refusal::new(msg!("refuse.nobody-waits"), msg!("remedy.nobody-waits")).by(by()));
    }
    Ok(deal_out(seed, &lots.pool, &lots.holds, rule))
}

fn list_differences(eligible: &BTreeSet<Text>, named: &BTreeSet<Text>) -> Vec<Value> {
    let missing = eligible.difference(named).map(|code| msg!("draw.staff-missing", staff = code).into());
    let extra = named.difference(eligible).map(|code| msg!("draw.staff-extra", staff = code).into());
    missing.chain(extra).collect()
}

/// Recomputes a draw that was recorded: what differs now, each in words; nothing where it holds.
///
/// Looked at are the people and the members as the journal now knows them of the time of the draw: an event that another
/// device recorded before it and that came later can change both. Apart from that, the seed must give the result.
#[must_use]
pub fn verify_draw(book: &Book, staff: &StaffBook, policies: &PolicySet, id: EventId) -> Vec<Message> {
    let found = (0_u32..).zip(&staff.facts).find(|(_, noted)| noted.id == id);
    let Some((number, noted)) = found else { return vec![msg!("draw.unknown")] };
    differences(book, staff, policies, &noted.fact, place(noted.at, FACT, number))
}

/// What differs between a recorded draw and what it should be.
fn differences(book: &Book, staff: &StaffBook, policies: &PolicySet, fact: &StaffFact, until: Place) -> Vec<Message> {
    let (StaffFact::OwnersDealt { seed, among, dealt, kept }, Some(policy)) = (fact, policies.on(until.0)) else {
        return vec![msg!("draw.unknown")];
    };
    let rule = &policy.staff().ownership;
    let mut found: Vec<Message> = Vec::new();
    let named: BTreeSet<Text> = among.iter().cloned().collect();
    for value in list_differences(&eligible_before(staff, policy, until), &named) {
        if let Value::Message(message) = value {
            found.push(*message);
        }
    }
    let owners = Owners::new(staff, policies);
    let lots = lots(&owners, book, policy, &named, until);
    let recorded: BTreeSet<MemberId> = dealt.iter().map(|(member, _)| *member).chain(kept.iter().copied()).collect();
    for member in lots.pool.keys().filter(|member| !recorded.contains(member)) {
        found.push(msg!("draw.member-missing", member = name_of(book, *member)));
    }
    for member in recorded.iter().filter(|member| !lots.pool.contains_key(member)) {
        found.push(msg!("draw.member-extra", member = name_of(book, *member)));
    }
    let own: Waiting = recorded
        .iter()
        .map(|member| {
            let had = owners.before(*member, until).map(|owner| owner.had).unwrap_or_default();
            (*member, lots.pool.get(member).cloned().unwrap_or(had))
        })
        .collect();
    let again = deal_out(*seed, &own, &lots.holds, rule);
    if again.among != *among {
        found.push(msg!("draw.order-differs", seed = seed.to_string()));
    }
    let theirs: BTreeMap<MemberId, &Text> = dealt.iter().map(|(member, to)| (*member, to)).collect();
    let ours: BTreeMap<MemberId, &Text> = again.dealt.iter().map(|(member, to)| (*member, to)).collect();
    let count = recorded.iter().filter(|member| theirs.get(member) != ours.get(member)).count();
    if count > 0 {
        found.push(msg!("draw.result-differs", seed = seed.to_string(), count = count));
    } else if theirs.len() != dealt.len() || recorded.len() != dealt.len().saturating_add(kept.len()) {
        found.push(msg!("draw.twice"));
    }
    found
}

/// Checks a draw made elsewhere before it is recorded.
///
/// # Errors
/// A [`Refusal`] that says what differs.
pub(crate) fn check(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    fact: &StaffFact,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let policy = crate::quote::policy_on(policies, at)?;
    let rule = &policy.staff().ownership;
    if !rule.stated {
        return Err(Refusal::new(msg!("refuse.no-ownership"), msg!("remedy.no-ownership")));
    }
    let what = differences(book, staff, policies, fact, place(at, FACT, u32::MAX));
    if what.is_empty() {
        return Ok(());
    }
    let what: Vec<Value> = what.into_iter().map(Value::from).collect();
    Err(Refusal::new(msg!("refuse.draw-differs", what = what), msg!("remedy.draw-again"))
        .by(rule.reference(policy.program())))
}

#[cfg(test)]
mod tests;
