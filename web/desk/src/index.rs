//! What the book does not keep and screens need: receipts by day, events by member, figures by hour, goods by sales.
//! It is made while events are folded, saved beside the book, and can always be made again.

use std::collections::BTreeMap;

use regulars_rules::book::Book;
use regulars_rules::book::receipts::NOBODY;
use regulars_rules::event::{Body, Event};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Points};
use regulars_rules::staff::fact::StaffFact;
use regulars_rules::time::Day;
use serde::{Deserialize, Serialize};

use crate::protocol::DayFigures;
use crate::receipts::number_printed;

/// Where the event of a receipt is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Row {
    /// Position in the journal.
    pub position: u32,
    /// The end of the event's id, to find it without reading all of the day.
    pub tag: u32,
    /// Number of the receipt on its day, from 1.
    pub number: u32,
}

/// The hours of a day in parts, so that half a day can be compared with half of another.
pub const SLOT_MINUTES: u16 = 15;

/// Figures of a quarter of an hour.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Slot {
    takings: Money,
    takings_members: Money,
    sales: u32,
    joined: u32,
    points_given: Points,
    points_used: Points,
}

/// One business day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DayIndex {
    last_number: u32,
    slots: BTreeMap<u8, Slot>,
}

impl DayIndex {
    /// The number of the next receipt, whichever device prints it: a shop that moves to another tablet goes on counting.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.last_number.saturating_add(1)
    }

    /// What was taken on the day.
    #[must_use]
    pub fn takings(&self) -> Money {
        Money::sum(self.slots.values().map(|slot| slot.takings)).unwrap_or_default()
    }

    /// The figures as a page shows them.
    #[must_use]
    pub fn figures(&self) -> DayFigures {
        self.figures_before(24 * 60 / SLOT_MINUTES)
    }

    /// The figures of the first so many slots of the day.
    #[must_use]
    pub fn figures_before(&self, slots: u16) -> DayFigures {
        let mut day = DayFigures {
            takings: vec![Money::ZERO; 24],
            sales: vec![0; 24],
            joined: vec![0; 24],
            points_given: vec![Points::ZERO; 24],
            points_used: vec![Points::ZERO; 24],
            ..DayFigures::default()
        };
        for (number, slot) in self.slots.iter().filter(|(number, _)| u16::from(**number) < slots) {
            let hour = usize::from(u16::from(*number) * SLOT_MINUTES / 60);
            add_money(day.takings.get_mut(hour), slot.takings);
            add_money(Some(&mut day.takings_total), slot.takings);
            add_money(Some(&mut day.takings_members), slot.takings_members);
            add_count(day.sales.get_mut(hour), slot.sales);
            add_count(Some(&mut day.sales_total), slot.sales);
            add_count(day.joined.get_mut(hour), slot.joined);
            add_count(Some(&mut day.joined_total), slot.joined);
            add_points(day.points_given.get_mut(hour), slot.points_given);
            add_points(Some(&mut day.points_given_total), slot.points_given);
            add_points(day.points_used.get_mut(hour), slot.points_used);
            add_points(Some(&mut day.points_used_total), slot.points_used);
        }
        let average = day.takings_total.minor().checked_div(i64::from(day.sales_total)).unwrap_or(0);
        day.average = Money::from_minor(average);
        day
    }
}

fn add_money(sum: Option<&mut Money>, more: Money) {
    if let Some(sum) = sum {
        *sum = sum.plus(more).unwrap_or(*sum);
    }
}

fn add_points(sum: Option<&mut Points>, more: Points) {
    if let Some(sum) = sum {
        *sum = sum.plus(more).unwrap_or(*sum);
    }
}

fn add_count(sum: Option<&mut u32>, more: u32) {
    if let Some(sum) = sum {
        *sum = sum.saturating_add(more);
    }
}

/// A receipt that is no sale: a load or a return.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Other {
    /// Its business day.
    pub day: Day,
    /// Number of its member in the book, or [`NOBODY`].
    pub member: u32,
}

/// Sums before an event, to see what it changed.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    takings: Money,
    member_takings: Money,
    issued: Points,
    redeemed: Points,
    members: usize,
}

impl Before {
    /// The book's sums now.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        let totals = book.totals();
        Self {
            takings: totals.takings,
            member_takings: totals.member_takings,
            issued: totals.points.issued,
            redeemed: totals.points.redeemed,
            members: book.members().len(),
        }
    }
}

/// The index of a shop.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Index {
    /// By business day.
    pub days: BTreeMap<Day, DayIndex>,
    /// How often a product was sold.
    pub sold: BTreeMap<Text, u32>,
    /// Codes of staff met in events.
    pub staff: BTreeMap<Text, u32>,
    /// The last sequence number of each device.
    pub sequences: BTreeMap<DeviceId, u64>,
    /// Where events are.
    #[serde(skip)]
    pub trail: Trail,
}

/// Where events are in the journal. It is large, and a shop opens without it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trail {
    /// Receipts of a day, in the order of the journal.
    pub rows: BTreeMap<Day, Vec<Row>>,
    /// Positions of the events that touch a member, by the member's number in the book.
    pub by_member: Vec<Vec<u32>>,
    /// Loads and returns.
    pub others: BTreeMap<EventId, Other>,
    /// Still to be unpacked.
    #[serde(skip)]
    away: bool,
}

impl Trail {
    /// One that is unpacked when it is needed.
    #[must_use]
    pub fn away() -> Self {
        Self { away: true, ..Self::default() }
    }

    /// Unpacks it, before an event is noted or a receipt is looked for.
    ///
    /// # Errors
    /// Where it is damaged: it is made again by folding anew.
    pub fn unpack(&mut self, bytes: &[u8]) -> Result<(), postcard::Error> {
        if self.away {
            *self = postcard::from_bytes(bytes)?;
        }
        Ok(())
    }

    /// Its bytes.
    ///
    /// # Errors
    /// Where it cannot be written, which none causes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(self)
    }
}

/// The end of an id.
#[must_use]
pub fn tag(id: EventId) -> u32 {
    u32::try_from(id.as_u128() & u128::from(u32::MAX)).unwrap_or(0)
}

/// A member's number in the book.
#[must_use]
pub fn number_of(book: &Book, id: MemberId) -> Option<u32> {
    let member = book.member(id)?;
    u32::try_from(book.members().element_offset(member)?).ok()
}

impl Index {
    /// The positions of a sale, load or return on its day: those that end like it.
    pub fn positions_of(&self, day: Day, id: EventId) -> impl Iterator<Item = u32> + '_ {
        let tag = tag(id);
        self.trail.rows.get(&day).into_iter().flatten().filter(move |row| row.tag == tag).map(|row| row.position)
    }

    /// The row of a receipt.
    #[must_use]
    pub fn row(&self, day: Day, id: EventId) -> Option<Row> {
        let tag = tag(id);
        self.trail.rows.get(&day)?.iter().find(|row| row.tag == tag).copied()
    }

    fn touch(&mut self, member: u32, position: u32) {
        let member = member as usize;
        if self.trail.by_member.len() <= member {
            self.trail.by_member.resize_with(member.saturating_add(1), Vec::new);
        }
        if let Some(positions) = self.trail.by_member.get_mut(member)
            && positions.last() != Some(&position)
        {
            positions.push(position);
        }
    }

    /// Takes note of an event that was just folded.
    pub fn note(&mut self, book: &Book, event: &Event, position: u32, before: Before) {
        // Whoever is on the list can be chosen before their first sale.
        if let Body::Staff(fact) = &event.body
            && let StaffFact::Listed(person) = fact.as_ref()
        {
            self.staff.entry(person.code.clone()).or_default();
        }
        if !event.staff.is_empty() {
            match self.staff.get_mut(&event.staff) {
                Some(count) => *count = count.saturating_add(1),
                None => drop(self.staff.insert(event.staff.clone(), 1)),
            }
        }
        let sequence = self.sequences.entry(event.device).or_default();
        *sequence = (*sequence).max(event.sequence);
        let mut row = false;
        match &event.body {
            Body::Sold(sold) => {
                row = true;
                for line in &sold.lines {
                    match self.sold.get_mut(&line.product) {
                        Some(count) => *count = count.saturating_add(1),
                        None => drop(self.sold.insert(line.product.clone(), 1)),
                    }
                }
                if let Some(receipt) = book.receipt(event.id)
                    && receipt.member != NOBODY
                {
                    self.touch_with_referrer(book, receipt.member, position);
                }
            }
            Body::Returned { sale, .. } => {
                row = true;
                let member = book.receipt(*sale).map_or(NOBODY, |receipt| receipt.member);
                self.trail.others.insert(event.id, Other { day: event.at.day, member });
                if member != NOBODY {
                    self.touch_with_referrer(book, member, position);
                }
            }
            Body::Enrolled { receipts, .. } => {
                let Some(own) = number_of(book, MemberId::from(event.id)) else { return };
                for sale in receipts {
                    let day = book.receipt(*sale).map(|receipt| receipt.at.day);
                    let positions: Vec<u32> = day.into_iter().flat_map(|day| self.positions_of(day, *sale)).collect();
                    for position in positions {
                        self.touch_with_referrer(book, own, position);
                    }
                }
                self.touch_with_referrer(book, own, position);
            }
            Body::TenderSettled { of, .. } => {
                if let Some(other) = self.trail.others.get(of).copied() {
                    self.touch(other.member, position);
                }
            }
            Body::PointsSent { from, to, .. } => {
                for id in [from, to] {
                    if let Some(number) = number_of(book, *id) {
                        self.touch(number, position);
                    }
                }
            }
            Body::Loaded { member, .. } => {
                row = true;
                let number = number_of(book, *member).unwrap_or(NOBODY);
                self.trail.others.insert(event.id, Other { day: event.at.day, member: number });
                if number != NOBODY {
                    self.touch(number, position);
                }
            }
            body => {
                if let Some(number) = body.member().and_then(|id| number_of(book, id)) {
                    self.touch(number, position);
                }
            }
        }
        self.note_figures(book, event, position, before, row);
    }

    fn touch_with_referrer(&mut self, book: &Book, member: u32, position: u32) {
        self.touch(member, position);
        let referrer = book.members().get(member as usize).and_then(|member| member.referrer);
        if let Some(number) = referrer.and_then(|id| number_of(book, id)) {
            self.touch(number, position);
        }
    }

    fn note_figures(&mut self, book: &Book, event: &Event, position: u32, before: Before, row: bool) {
        let totals = book.totals();
        let joined = book.members().len() > before.members;
        let money = |now: Money, then: Money| now.minus(then).unwrap_or_default();
        let points = |now: Points, then: Points| now.minus(then).unwrap_or_default();
        let takings = money(totals.takings, before.takings);
        let member_takings = money(totals.member_takings, before.member_takings);
        let given = points(totals.points.issued, before.issued);
        let used = points(totals.points.redeemed, before.redeemed);
        if !row && !joined && given.is_zero() && used.is_zero() {
            return;
        }
        let day = self.days.entry(event.at.day).or_default();
        if row {
            // A number that was printed stays; returns and loads get theirs here.
            let printed = match &event.body {
                Body::Sold(sold) => number_printed(event.at.day, &sold.receipt),
                _ => None,
            };
            let number = printed.unwrap_or_else(|| day.next_number());
            day.last_number = day.last_number.max(number);
            let row = Row { position, tag: tag(event.id), number };
            self.trail.rows.entry(event.at.day).or_default().push(row);
        }
        let slot = day.slots.entry(u8::try_from(event.at.minute.number() / SLOT_MINUTES).unwrap_or(0)).or_default();
        add_money(Some(&mut slot.takings), takings);
        add_money(Some(&mut slot.takings_members), member_takings);
        add_points(Some(&mut slot.points_given), given);
        add_points(Some(&mut slot.points_used), used);
        if matches!(event.body, Body::Sold(_)) {
            slot.sales = slot.sales.saturating_add(1);
        }
        if joined {
            slot.joined = slot.joined.saturating_add(1);
        }
    }
}
