//! The staff's side of a history: who was there, which deals were made by whom, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::basket;
use crate::calendar::Day;
use crate::exact::{self, Fraction};
use crate::facts::{Id, Line, Sale};
use crate::program::Program;
use crate::terms::Terms;

/// One fact, with who recorded it. Their order in a list is the order in which they are believed.
#[derive(Debug, Clone)]
pub struct Note {
    /// Identity.
    pub id: Id,
    /// Business day.
    pub day: Day,
    /// Minute of the day.
    pub minute: i64,
    /// Who recorded it: of a sale, the seller.
    pub by: String,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// On the staff list: code, role, leader.
    Listed(String, String, String),
    /// No longer there.
    Gone(String),
    /// A sale.
    Sold(Sale),
    /// Stored value sold: to whom, amount, tenders.
    Loaded(Id, i128, Vec<(String, i128)>),
    /// Somebody joined: the sort of membership, its fee, who opened it.
    Joined(String, i128, String),
    /// Goods came back: the sale, (line, quantity).
    Returned(Id, Vec<(usize, i128)>),
    /// A payment arrived or did not: deal, tender, whether.
    Settled(Id, u32, bool),
    /// Somebody decided who gets a deal.
    Credited(Id, Vec<(String, Fraction)>),
    /// A target: rule, person, first day, first day after, figure.
    Target(String, String, Day, Day, i128),
    /// On duty: who, from when, until when.
    Duty(String, Moment, Moment),
    /// A client was booked: with whom, which member, for which day, whether a manager was told.
    Booked(String, Option<Id>, Day, bool),
    /// Somebody off duty may sell on a day.
    Waived(String, Day),
    /// Pay was paid out: to whom, of which month, how much.
    Paid(String, Day, i128),
    /// A period was closed.
    Closed(Day, Day),
    /// Nothing that touches pay.
    Other,
}

/// A program with its terms, from a day on.
pub type Version = (Day, Program, Terms);

/// Who someone is from a day on; `None`: gone.
type Standing = Option<Person>;

/// A day and a minute of it.
pub type Moment = (Day, i64);

/// A target: rule, person, period, the day from which the figure counts, the figure.
type Target = (String, String, (Day, Day), Day, i128);

/// A client booked with a manager's knowledge: with whom, which member, for which day, when it was put down,
/// and the first day that was open then.
type Booking = (String, Option<Id>, Day, Moment, Day);

/// Time on duty: who, from when, until when, and the first day that was open when it was put down.
type Duty = (String, Moment, Moment, Day);

/// Somebody on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Role.
    pub role: String,
    /// Who leads them.
    pub leader: String,
}

/// Goods of a deal.
#[derive(Debug, Clone)]
pub struct Goods {
    /// What they are.
    pub line: Line,
    /// Before reductions.
    pub list: i128,
    /// Share of the price.
    pub paid: i128,
    /// Reductions that the program gave.
    pub entitled: i128,
    /// All reductions.
    pub reduced: i128,
}

/// What changes a deal.
#[derive(Debug, Clone)]
enum Change {
    Back(Vec<(usize, i128)>),
    Arrived(i128),
    Nothing,
    Credited(Vec<(String, Fraction)>),
}

/// A deal.
#[derive(Debug, Clone)]
pub struct Deal {
    /// The fact.
    pub id: Id,
    /// Its day.
    pub day: Day,
    minute: i64,
    /// From which day it counts.
    pub known: Day,
    /// `sale`, `load`, `fee`.
    pub kind: &'static str,
    seller: String,
    member: Option<Id>,
    /// The goods.
    pub goods: Vec<Goods>,
    /// The price.
    pub paid: i128,
    /// Of which was still to arrive.
    pub pending: i128,
    changes: Vec<(Day, Change)>,
}

/// A deal as it stands.
#[derive(Debug, Clone)]
pub struct Stand {
    /// Who has it, with their parts in millionths of millionths.
    pub shares: Vec<(String, i128)>,
    back: Vec<i128>,
    arrived: i128,
}

/// The whole, as parts of deals are counted.
pub const PARTS: i128 = 1_000_000_000_000;

impl Stand {
    /// Pieces of a line that stayed sold.
    #[must_use]
    pub fn kept(&self, goods: &Goods, place: usize) -> i128 {
        goods.line.quantity - self.back.get(place).copied().unwrap_or(0)
    }

    /// The amount of a line that counts.
    #[must_use]
    pub fn base(&self, deal: &Deal, place: usize, base: &str, arrived_only: bool) -> i128 {
        let Some(goods) = deal.goods.get(place) else { return 0 };
        let back = self.back.get(place).copied().unwrap_or(0);
        let kept = |amount: i128| {
            let gone = if back >= goods.line.quantity && back > 0 {
                amount
            } else {
                exact::round(amount * back, goods.line.quantity, exact::MONEY)
            };
            amount - gone
        };
        let amount = match base {
            "before-discounts" => kept(goods.list),
            "entitled" => kept(goods.paid) + kept(goods.entitled),
            _ => kept(goods.paid),
        };
        if !arrived_only || deal.pending == 0 || deal.paid <= 0 {
            return amount;
        }
        exact::round(amount * (deal.paid - deal.pending + self.arrived), deal.paid, exact::MONEY)
    }

    /// What falls to the one at a place of a whole: largest remainder, what nobody has left out.
    #[must_use]
    pub fn part(&self, place: usize, whole: i128) -> i128 {
        let mut weights: Vec<i128> = self.shares.iter().map(|(_, part)| *part).collect();
        weights.push((PARTS - weights.iter().sum::<i128>()).max(0));
        exact::split(whole, &weights, false).get(place).copied().unwrap_or(0)
    }
}

/// The history.
#[derive(Debug)]
pub struct Office<'p> {
    /// The versions.
    pub versions: &'p [Version],
    /// The deals, in the order of the facts.
    pub deals: Vec<Deal>,
    /// Cards opened: from which day it counts, its own day, by whom.
    pub openings: Vec<(Day, Day, String)>,
    people: BTreeMap<String, Vec<(Day, Standing)>>,
    targets: Vec<Target>,
    /// To whom, month, from which day it counts, amount.
    pub paid: Vec<(String, Day, Day, i128)>,
    duty: Vec<Duty>,
    booked: Vec<Booking>,
    waived: Vec<(String, Day, Day)>,
    waiting: Vec<(Id, u32, i128)>,
    open_from: Day,
    /// First and last business day.
    pub days: Option<(Day, Day)>,
}

impl<'p> Office<'p> {
    /// Reads a history.
    #[must_use]
    pub fn replay(versions: &'p [Version], notes: &[Note]) -> Self {
        let mut office = Self {
            versions,
            deals: Vec::new(),
            openings: Vec::new(),
            people: BTreeMap::new(),
            targets: Vec::new(),
            paid: Vec::new(),
            duty: Vec::new(),
            booked: Vec::new(),
            waived: Vec::new(),
            waiting: Vec::new(),
            open_from: Day::MIN,
            days: None,
        };
        for note in notes {
            let (first, last) = office.days.unwrap_or((note.day, note.day));
            office.days = Some((first.min(note.day), last.max(note.day)));
            office.take(note);
        }
        office
    }

    /// The number of the version of a day; the earliest also judges what came before it.
    #[must_use]
    pub fn version_on(&self, day: Day) -> usize {
        self.versions.iter().rposition(|(from, ..)| *from <= day).unwrap_or(0)
    }

    /// The terms of a day.
    #[must_use]
    pub fn terms_on(&self, day: Day) -> Option<&'p Terms> {
        self.versions.get(self.version_on(day)).map(|(_, _, terms)| terms)
    }

    fn take(&mut self, note: &Note) {
        let known = note.day.max(self.open_from);
        match &note.what {
            What::Listed(code, role, leader) => {
                let person = Person { role: role.clone(), leader: leader.clone() };
                self.people.entry(code.clone()).or_default().push((known, Some(person)));
            }
            What::Gone(code) => self.people.entry(code.clone()).or_default().push((known, None)),
            What::Sold(sale) => self.sold(note, sale),
            What::Loaded(member, amount, tenders) => {
                self.sold_plain(note, "load", Some(*member), "stored-value", *amount, tenders);
            }
            What::Joined(sort, fee, by) => {
                self.openings.push((known, note.day, by.clone()));
                if *fee > 0 {
                    let goods = if sort.is_empty() { "membership" } else { sort };
                    self.sold_plain(note, "fee", Some(note.id), goods, *fee, &[]);
                }
            }
            What::Returned(of, lines) => self.change(*of, known, Change::Back(lines.clone())),
            What::Settled(of, tender, cleared) => {
                if let Some(at) = self.waiting.iter().position(|(deal, own, _)| deal == of && own == tender) {
                    let (_, _, amount) = self.waiting.remove(at);
                    self.change(*of, known, if *cleared { Change::Arrived(amount) } else { Change::Nothing });
                }
            }
            What::Credited(of, shares) => self.change(*of, known, Change::Credited(shares.clone())),
            What::Target(rule, person, from, to, figure) => {
                // It counts from its period on, unless that was closed already.
                let counts = if *to <= self.open_from { self.open_from } else { *from };
                self.targets.push((rule.clone(), person.clone(), (*from, *to), counts, *figure));
            }
            What::Duty(code, from, to) => self.duty.push((code.clone(), *from, *to, self.open_from)),
            What::Booked(code, member, day, told) => {
                if *told {
                    self.booked.push((code.clone(), *member, *day, (note.day, note.minute), self.open_from));
                }
            }
            What::Waived(code, day) => self.waived.push((code.clone(), *day, self.open_from)),
            What::Paid(code, month, amount) => self.paid.push((code.clone(), *month, known, *amount)),
            What::Closed(_, to) => self.open_from = self.open_from.max(*to),
            What::Other => {}
        }
    }

    fn sold(&mut self, note: &Note, sale: &Sale) {
        let Some((_, program, _)) = self.versions.get(self.version_on(note.day)) else { return };
        let shares = basket::shares(program, sale);
        let paid: i128 = shares.iter().map(basket::Share::paid).sum();
        if paid < 0 {
            return;
        }
        // Each reduction of the whole, shared among the lines by itself: what the rules gave is the member's due.
        let mut by_rules = vec![0; sale.lines.len()];
        for number in 0..sale.offs.len() {
            let offs = |count: usize| {
                let offs = sale.offs.iter().take(count).cloned().collect();
                basket::shares(program, &Sale { offs, ..sale.clone() })
            };
            if sale.offs.get(number).is_some_and(|(rule, _)| rule != "manual") {
                for ((sum, with), without) in by_rules.iter_mut().zip(offs(number + 1)).zip(offs(number)) {
                    *sum += with.off - without.off;
                }
            }
        }
        let goods = sale.lines.iter().zip(shares).zip(by_rules).map(|((line, share), by_rules)| Goods {
            line: line.clone(),
            list: line.amount,
            paid: share.paid(),
            entitled: line.off - line.by_hand + by_rules,
            reduced: line.off + share.off,
        });
        self.push(note, "sale", sale.member, goods.collect(), paid, &sale.tenders);
    }

    fn sold_plain(
        &mut self,
        note: &Note,
        kind: &'static str,
        member: Option<Id>,
        product: &str,
        amount: i128,
        tenders: &[(String, i128)],
    ) {
        if amount < 0 {
            return;
        }
        let line = Line { product: product.to_owned(), quantity: 1000, amount, ..Line::default() };
        let goods = vec![Goods { line, list: amount, paid: amount, entitled: 0, reduced: 0 }];
        self.push(note, kind, member, goods, amount, tenders);
    }

    fn push(
        &mut self,
        note: &Note,
        kind: &'static str,
        member: Option<Id>,
        goods: Vec<Goods>,
        paid: i128,
        tenders: &[(String, i128)],
    ) {
        let mut pending = 0;
        for (number, (tender, amount)) in (0..).zip(tenders) {
            if self.terms_on(note.day).is_some_and(|terms| terms.must_clear.contains(tender)) {
                pending += amount;
                self.waiting.push((note.id, number, *amount));
            }
        }
        self.deals.push(Deal {
            id: note.id,
            day: note.day,
            minute: note.minute,
            known: note.day.max(self.open_from),
            kind,
            seller: note.by.clone(),
            member,
            goods,
            paid,
            pending,
            changes: Vec::new(),
        });
    }

    fn change(&mut self, of: Id, known: Day, change: Change) {
        if let Some(deal) = self.deals.iter_mut().find(|deal| deal.id == of) {
            // Nothing counts before what was known before it.
            let last = deal.changes.last().map_or(deal.known, |(known, _)| *known);
            deal.changes.push((known.max(last), change));
        }
    }

    /// The entry of a day: of those that begin no later the latest, of several of a day the last recorded.
    fn standing(&self, code: &str, day: Day) -> Option<&Standing> {
        let entries = self.people.get(code)?;
        let latest = entries.iter().map(|(from, _)| *from).filter(|from| *from <= day).max()?;
        entries.iter().rfind(|(from, _)| *from == latest).map(|(_, standing)| standing)
    }

    /// Somebody who is there on a day.
    #[must_use]
    pub fn person(&self, code: &str, day: Day) -> Option<&Person> {
        self.standing(code, day)?.as_ref()
    }

    /// Somebody as last known up to a day, or as first known after it.
    #[must_use]
    pub fn last_known(&self, code: &str, day: Day) -> Option<&Person> {
        let there: Vec<(Day, &Person)> = self
            .people
            .get(code)?
            .iter()
            .filter_map(|(from, standing)| standing.as_ref().map(|person| (*from, person)))
            .collect();
        let latest = there.iter().map(|(from, _)| *from).filter(|from| *from <= day).max();
        let wanted = latest.or_else(|| there.iter().map(|(from, _)| *from).min())?;
        there.iter().rfind(|(from, _)| *from == wanted).map(|(_, person)| *person)
    }

    /// The day on which somebody left who is gone on a day.
    #[must_use]
    pub fn left(&self, code: &str, day: Day) -> Option<Day> {
        if self.standing(code, day)?.is_some() {
            return None;
        }
        let mut entries = self.people.get(code)?.clone();
        entries.sort_by_key(|(from, _)| *from);
        let mut left = None;
        for (from, standing) in entries.into_iter().filter(|(from, _)| *from <= day) {
            // Whoever is gone does not leave again.
            left = if standing.is_some() { None } else { left.or(Some(from)) };
        }
        left
    }

    /// Whether somebody was ever on the list.
    #[must_use]
    pub fn knows(&self, code: &str) -> bool {
        self.people.contains_key(code)
    }

    /// The first day of which anything is known of anybody.
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        let listed = self.people.values().flatten().map(|(from, _)| *from);
        listed.chain(self.deals.iter().map(|deal| deal.day)).min()
    }

    /// Everyone who is there on a day.
    #[must_use]
    pub fn everyone(&self, day: Day) -> Vec<String> {
        self.people.keys().filter(|code| self.person(code, day).is_some()).cloned().collect()
    }

    /// The role of a day.
    #[must_use]
    pub fn role(&self, code: &str, day: Day) -> String {
        self.last_known(code, day).map(|person| person.role.clone()).unwrap_or_default()
    }

    /// Those who lead somebody, the nearest first.
    #[must_use]
    pub fn leaders(&self, code: &str, day: Day) -> Vec<String> {
        let mut chain = Vec::new();
        let mut next = self.last_known(code, day).map(|person| person.leader.clone()).unwrap_or_default();
        while let Some(leader) = self.person(&next, day) {
            if next == code || chain.contains(&next) || chain.len() == 16 {
                break;
            }
            chain.push(next);
            next = leader.leader.clone();
        }
        chain
    }

    /// Whether a month's pay was paid by a day, any of it.
    #[must_use]
    pub fn was_paid(&self, code: &str, month: Day, by: Day) -> bool {
        self.paid.iter().any(|(own, of, known, amount)| own == code && *of == month && *amount > 0 && *known <= by)
    }

    /// The target of a person's period as known before a day.
    #[must_use]
    pub fn target(&self, rule: &str, person: &str, period: (Day, Day), before: Day) -> Option<i128> {
        self.targets
            .iter()
            .rev()
            .find(|(own, whose, of, known, _)| own == rule && whose == person && *of == period && *known < before)
            .map(|(.., figure)| *figure)
    }

    /// Those for whom a rule's target of a period was set.
    #[must_use]
    pub fn with_target(&self, rule: &str, period: (Day, Day)) -> BTreeSet<String> {
        self.targets
            .iter()
            .filter(|(own, _, of, ..)| own == rule && *of == period)
            .map(|(_, whose, ..)| whose.clone())
            .collect()
    }

    fn seller(&self, deal: &Deal) -> Vec<(String, i128)> {
        let (seller, day, time) = (&deal.seller, deal.day, (deal.day, deal.minute));
        let whole = |code: &String| vec![(code.clone(), PARTS)];
        if seller.is_empty() || self.left(seller, day).is_some() {
            return Vec::new();
        }
        let mut there: BTreeSet<&String> = BTreeSet::new();
        // What is put down once the month is closed changes nothing of it.
        let in_time = |open: &Day| *open <= deal.known;
        for (code, from, to, open) in &self.duty {
            if in_time(open) && *from <= time && time < *to {
                there.insert(code);
            }
        }
        let booked = self.booked.iter().any(|(code, member, of, when, open)| {
            in_time(open)
                && code == seller
                && *of == day
                && *when < time
                && (member.is_none() || *member == deal.member)
        });
        let waived = self.waived.iter().any(|(code, of, open)| in_time(open) && code == seller && *of == day);
        let minds = self.terms_on(day).is_some_and(|terms| terms.on_duty);
        if !minds || there.contains(seller) || booked || waived {
            return whole(seller);
        }
        match there.into_iter().collect::<Vec<_>>().as_slice() {
            [only] => whole(only),
            _ => Vec::new(),
        }
    }

    /// A deal as known before a day; `None`: it was not known.
    #[must_use]
    pub fn stand(&self, deal: &Deal, before: Day) -> Option<Stand> {
        if deal.known >= before {
            return None;
        }
        let mut stand = Stand { shares: self.seller(deal), back: vec![0; deal.goods.len()], arrived: 0 };
        for (_, change) in deal.changes.iter().filter(|(known, _)| *known < before) {
            match change {
                Change::Back(lines) => {
                    for (number, quantity) in lines {
                        if let (Some(back), Some(goods)) = (stand.back.get_mut(*number), deal.goods.get(*number)) {
                            *back = (*back + quantity).min(goods.line.quantity);
                        }
                    }
                }
                Change::Arrived(amount) => stand.arrived += amount,
                Change::Nothing => {}
                Change::Credited(shares) => {
                    stand.shares = shares
                        .iter()
                        .map(|(code, part)| (code.clone(), part.over * (PARTS / part.under.max(1))))
                        .collect();
                }
            }
        }
        Some(stand)
    }

    /// The days from which a deal stands otherwise than before, its own first.
    #[must_use]
    pub fn turns(&self, deal: &Deal) -> BTreeSet<Day> {
        deal.changes.iter().map(|(known, _)| *known).chain([deal.known]).collect()
    }
}
