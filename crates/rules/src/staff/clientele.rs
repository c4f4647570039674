//! A member as those see them who look after members: what they bought, when they were spoken to, who knows them best.

use std::collections::{BTreeMap, HashMap};

use super::credit::Credits;
use super::fact::StaffFact;
use super::ownership::{Owners, acting, brought_back_whole};
use super::{Deal, DealKind, DealLine, LaterChange, StaffBook};
use crate::book::{Book, Member, Status};
use crate::id::{MemberId, Text};
use crate::kinds::commission::Base;
use crate::message::{Message, Trace};
use crate::msg;
use crate::number::{Money, NumberError};
use crate::policy::PolicySet;
use crate::time::{BusinessTime, Day};

/// All members as their guides see them: what happened to each is gathered once.
#[derive(Debug)]
pub struct Clientele<'c> {
    /// The members' side.
    pub book: &'c Book,
    /// The staff side.
    pub staff: &'c StaffBook,
    /// The policies.
    pub policies: &'c PolicySet,
    /// Whose they are.
    pub owners: Owners<'c>,
    credits: Credits<'c>,
    seen: HashMap<MemberId, Seen>,
    /// Deals of which everything came back, and when.
    back: BTreeMap<u32, Day>,
    /// When all the money of a deal had arrived that had not at first.
    arrived: BTreeMap<u32, BusinessTime>,
}

#[derive(Debug, Default)]
struct Seen {
    joined: Option<Day>,
    ended: Option<Day>,
    /// Numbers of deals, those by whose receipts they joined included, in the order of time.
    deals: Vec<u32>,
    /// Numbers of contacts among the facts.
    contacts: Vec<usize>,
    /// Holders of their file, from a day on.
    files: Vec<(Day, Vec<Text>)>,
}

/// A contact.
#[derive(Debug, Clone, Copy)]
pub struct Contact<'c> {
    /// When.
    pub at: BusinessTime,
    /// By whom.
    pub staff: &'c Text,
    /// The rule that asked for it; empty: none.
    pub rule: &'c Text,
}

/// Who is to do something for a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Responsible {
    /// Their code; empty: the company, or nobody is there.
    pub staff: Text,
    /// For whom they stand in; empty: nobody.
    pub stands_in_for: Text,
    /// Why they.
    pub why: Vec<Trace>,
}

impl<'c> Clientele<'c> {
    /// Over the books.
    #[must_use]
    pub fn new(book: &'c Book, staff: &'c StaffBook, policies: &'c PolicySet) -> Self {
        let mut seen: HashMap<MemberId, Seen> = HashMap::new();
        for opening in &staff.openings {
            let one = seen.entry(opening.member).or_default();
            one.joined = Some(opening.at.day);
            one.deals.extend(opening.receipts.iter().filter_map(|sale| staff.deal_numbers.get(sale).copied()));
        }
        for (member, at) in &staff.endings {
            let one = seen.entry(*member).or_default();
            one.ended = Some(one.ended.map_or(at.day, |day| day.min(at.day)));
        }
        for (number, deal) in (0_u32..).zip(&staff.deals) {
            if let Some(member) = deal.member {
                seen.entry(member).or_default().deals.push(number);
            }
        }
        for (number, noted) in staff.facts.iter().enumerate() {
            match &noted.fact {
                StaffFact::Contacted { member, .. } => seen.entry(*member).or_default().contacts.push(number),
                StaffFact::ClientFiled { member, holders, .. } => {
                    seen.entry(*member).or_default().files.push((noted.at.day, holders.clone()));
                }
                _ => {}
            }
        }
        let time = |number: &u32| staff.deals.get(*number as usize).map(|deal| deal.at).map(|at| (at.day, at.minute));
        for one in seen.values_mut() {
            one.deals.sort_by_key(|number| (time(number), *number));
            one.deals.dedup();
        }
        let mut came: BTreeMap<u32, Money> = BTreeMap::new();
        let mut arrived: BTreeMap<u32, BusinessTime> = BTreeMap::new();
        for later in &staff.later {
            let LaterChange::Arrived(amount) = &later.what else { continue };
            let sum = came.entry(later.deal).or_default();
            *sum = sum.plus(*amount).unwrap_or(*sum);
            if staff.deals.get(later.deal as usize).is_some_and(|deal| *sum >= deal.pending) {
                arrived.entry(later.deal).or_insert_with(|| BusinessTime::noon(later.day));
            }
        }
        let back = brought_back_whole(staff).into_iter().map(|(deal, _, day)| (deal, day)).collect();
        Self {
            book,
            staff,
            policies,
            owners: Owners::new(staff, policies),
            credits: Credits::new(staff, policies),
            seen,
            back,
            arrived,
        }
    }

    fn one(&self, member: MemberId) -> Option<&Seen> {
        self.seen.get(&member)
    }

    /// When a member joined.
    #[must_use]
    pub fn joined(&self, member: MemberId) -> Option<Day> {
        self.one(member)?.joined
    }

    /// Those who are members at the end of a day, in the order in which they joined.
    pub fn members(&self, day: Day) -> impl Iterator<Item = &'c Member> {
        self.book.members().iter().filter(move |member| self.is_member(member, day))
    }

    fn is_member(&self, member: &Member, day: Day) -> bool {
        member.joined.day <= day
            && member.status != Status::Applied
            && self.one(member.id).is_none_or(|one| one.ended.is_none_or(|ended| day < ended))
    }

    /// A member's deals of some sorts up to the end of a day, less those of which everything had come back.
    #[must_use]
    pub fn deals(&self, member: MemberId, kinds: &[DealKind], day: Day) -> Vec<(u32, &'c Deal)> {
        let numbers = self.one(member).map_or(&[][..], |one| one.deals.as_slice());
        numbers
            .iter()
            .filter_map(|number| Some((*number, self.staff.deals.get(*number as usize)?)))
            .filter(|(number, deal)| {
                deal.at.day <= day && kinds.contains(&deal.kind) && self.back.get(number).is_none_or(|back| day < *back)
            })
            .collect()
    }

    /// A member's purchases up to the end of a day.
    #[must_use]
    pub fn purchases(&self, member: MemberId, day: Day) -> Vec<(u32, &'c Deal)> {
        self.deals(member, &[DealKind::Sale], day)
    }

    /// When all the money of a deal had arrived.
    #[must_use]
    pub fn complete(&self, number: u32, deal: &Deal) -> Option<BusinessTime> {
        if deal.pending.is_zero() { Some(deal.at) } else { self.arrived.get(&number).copied() }
    }

    /// A member's contacts up to the end of a day.
    pub fn contacts(&self, member: MemberId, day: Day) -> impl Iterator<Item = Contact<'c>> {
        let numbers = self.one(member).map_or(&[][..], |one| one.contacts.as_slice());
        numbers.iter().filter_map(move |number| {
            let noted = self.staff.facts.get(*number)?;
            match &noted.fact {
                StaffFact::Contacted { staff, rule, .. } if noted.at.day <= day => {
                    Some(Contact { at: noted.at, staff, rule })
                }
                _ => None,
            }
        })
    }

    /// What a deal came to by the end of a day, returns taken off, by the people who got it.
    fn shares(&self, number: u32, deal: &Deal, day: Day) -> Result<Vec<(Text, Money)>, NumberError> {
        let states = self.credits.states(number, deal);
        let Some(state) = states.iter().rev().find(|state| state.known <= day).or_else(|| states.first()) else {
            return Ok(Vec::new());
        };
        let mut kept = Money::ZERO;
        for (place, line) in self.staff.lines(deal).iter().enumerate() {
            kept = kept.plus(state.base(deal, line, place, Base::Paid, false)?)?;
        }
        let mut shares = Vec::new();
        for share in &state.credit.shares {
            shares.push((share.staff.clone(), share.part.of_money(kept, crate::number::Rounding::MONEY)?));
        }
        Ok(shares)
    }

    /// What stayed sold of each line of a deal by the end of a day.
    #[must_use]
    pub fn lines_kept(&self, number: u32, deal: &Deal, day: Day) -> Vec<(&'c DealLine, Money)> {
        let states = self.credits.states(number, deal);
        let Some(state) = states.iter().rev().find(|state| state.known <= day).or_else(|| states.first()) else {
            return Vec::new();
        };
        let lines = self.staff.lines(deal).iter().enumerate();
        lines
            .map(|(place, line)| (line, state.base(deal, line, place, Base::Paid, false).unwrap_or_default()))
            .collect()
    }

    /// What a deal came to by the end of a day, returns taken off.
    #[must_use]
    pub fn kept(&self, number: u32, deal: &Deal, day: Day) -> Money {
        Money::sum(self.lines_kept(number, deal, day).into_iter().map(|(_, kept)| kept)).unwrap_or_default()
    }

    /// The person here with most sales to a member; of two with as much the one who sold last.
    #[must_use]
    pub fn closest(&self, member: MemberId, day: Day) -> Option<(Text, Money)> {
        let mut sales: BTreeMap<Text, (Money, usize)> = BTreeMap::new();
        for (order, (number, deal)) in self.purchases(member, day).into_iter().enumerate() {
            for (staff, amount) in self.shares(number, deal, day).unwrap_or_default() {
                let sum = sales.entry(staff).or_default();
                *sum = (sum.0.plus(amount).unwrap_or(sum.0), order);
            }
        }
        sales
            .into_iter()
            .filter(|(staff, (amount, _))| amount.is_positive() && self.staff.roster.left(staff, day).is_none())
            .max_by_key(|(_, sum)| *sum)
            .map(|(staff, (amount, _))| (staff, amount))
    }

    /// Whose task it is: the holder of the client's file, else the owner; whoever stands in for them.
    #[must_use]
    pub fn owner(&self, member: MemberId, day: Day) -> Responsible {
        let filed = self.policies.on(day).is_some_and(|policy| policy.staff().clients.stated);
        let holder = self
            .one(member)
            .into_iter()
            .flat_map(|one| one.files.iter().rev())
            .find(|(from, _)| filed && *from <= day)
            .and_then(|(_, holders)| holders.iter().find(|code| self.staff.roster.person(code, day).is_some()));
        if let Some(holder) = holder {
            return self.acting(holder, day, vec![Trace::note(msg!("care.holder", staff = holder))]);
        }
        match self.owners.on(member, day) {
            Some(owner) => self.acting(&owner.staff, day, vec![owner.trace]),
            None => Responsible::default(),
        }
    }

    /// Whoever acts for a person.
    #[must_use]
    pub fn acting(&self, person: &Text, day: Day, mut why: Vec<Trace>) -> Responsible {
        if person.is_empty() {
            return Responsible { why, ..Responsible::default() };
        }
        let (staff, reason): (Text, Option<Message>) = acting(self.staff, person, day);
        let stands_in_for = if reason.is_some() { person.clone() } else { Text::default() };
        why.extend(reason.map(Trace::note));
        Responsible { staff, stands_in_for, why }
    }
}
