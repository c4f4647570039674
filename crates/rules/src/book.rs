//! The book: the state that folding a journal under policies gives. Members, their tiers, lots, vouchers and stored
//! value, and what must be remembered of every sale so that it can be taken back.

pub mod member;
pub mod purse;
pub mod receipts;

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use serde::{Deserialize, Serialize};

pub use member::{Lot, Member, PointsFigures, Status, TierChange, Voucher, VoucherState};
pub use purse::KindPoints;
pub use receipts::{Awaited, Receipt, ReceiptLine, Receipts, SaleKinds};

use crate::event::{OrderKey, Product};
use crate::id::{EventId, MemberId, Text};
use crate::message::Message;
use crate::number::{Money, NumberError, Points};
use crate::policy::PolicySet;
use crate::time::Day;

/// Hashes identities, which are evenly spread already: one multiplication suffices.
#[derive(Debug, Default, Clone, Copy)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.write_u64(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }
    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }
    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A map by identity. Never iterated: its order is not that of the book.
pub type IdMap<K> = HashMap<K, u32, BuildHasherDefault<IdHasher>>;

/// A map by what is written on a card or a form. Never iterated, either.
type TextMap = HashMap<Text, u32, foldhash::fast::FixedState>;

/// An event that could not be folded, and why. It stays in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The event.
    pub event: EventId,
    /// Why.
    pub reason: Message,
}

/// Sums over all members; the other side of the conservation check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Points in all.
    pub points: PointsFigures,
    /// Stored value that came in: sold and rebated.
    pub stored_in: Money,
    /// Stored value that went out: spent, net of what returns brought back.
    pub stored_out: Money,
    /// Sales.
    pub sales: u64,
    /// Sales to members.
    pub member_sales: u64,
    /// Money paid for goods, returns taken off.
    pub takings: Money,
    /// Of which by members.
    pub member_takings: Money,
    /// Reductions that the program would have given on members' sales, by the tier held before each.
    pub discount_due: Money,
    /// Reductions that were given.
    pub discount_given: Money,
}

/// A snapshot of the book. Each part is read by itself, and they are read in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookParts {
    /// What a shop opens with.
    pub head: Vec<u8>,
    /// The members.
    pub members: Vec<Vec<u8>>,
    /// The receipts.
    pub receipts: Vec<Vec<u8>>,
}

/// The members of a snapshot, before they are all unpacked.
#[derive(Debug, Clone, Default)]
struct MembersAway {
    /// Parts still to come.
    parts: usize,
    /// How many members there are in all.
    count: usize,
    /// Points by kind, of the members who have any.
    kinds: Vec<(u32, Vec<KindPoints>)>,
}

const DAMAGED: postcard::Error = postcard::Error::DeserializeUnexpectedEnd;

/// The state of a shop.
#[derive(Debug, Clone, Default)]
pub struct Book {
    away: MembersAway,
    pub(crate) members: Vec<Member>,
    pub(crate) member_index: IdMap<MemberId>,
    pub(crate) by_phone: TextMap,
    pub(crate) by_id_number: TextMap,
    pub(crate) by_card: TextMap,
    pub(crate) receipts: Receipts,
    /// Payments for goods that must still arrive, by sale and place among its tenders.
    pub(crate) awaited: BTreeMap<(EventId, u32), Awaited>,
    pub(crate) products: BTreeMap<Text, Product>,
    pub(crate) totals: Totals,
    pub(crate) set_aside: Vec<SetAside>,
    pub(crate) events: u64,
    pub(crate) last: Option<OrderKey>,
    pub(crate) cards_issued: u64,
    /// Latest business day seen.
    pub(crate) day: Day,
}

/// A named sum that does not add up: a defect. Writing stops; export still works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Which invariant.
    pub invariant: Text,
    /// Whose figures, if one member's.
    pub member: Option<MemberId>,
}

/// Parts of a snapshot are about so long: one is read in a few milliseconds.
const PART_BYTES: usize = 1_000_000;

/// No member takes fewer bytes in a snapshot: a count that claims more of them than there can be reserves nothing.
const MEMBER_BYTES_MIN: usize = 48;

impl Book {
    /// The members in the order in which they joined.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// A member.
    #[must_use]
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.get(*self.member_index.get(&id)? as usize)
    }

    /// The member with this phone number.
    #[must_use]
    pub fn member_by_phone(&self, phone: &str) -> Option<&Member> {
        self.members.get(*self.by_phone.get(phone)? as usize)
    }

    /// The member with this identity document.
    #[must_use]
    pub fn member_by_id_number(&self, number: &str) -> Option<&Member> {
        self.members.get(*self.by_id_number.get(number)? as usize)
    }

    /// The member with this card.
    #[must_use]
    pub fn member_by_card(&self, number: &str) -> Option<&Member> {
        self.members.get(*self.by_card.get(number)? as usize)
    }

    /// A member's figures as they stand on a day: lapses and reviews up to it have happened. On a day that is over, the
    /// tier is that day's; balances and sums are those of the journal's end.
    #[must_use]
    pub fn member_on(&self, id: MemberId, policies: &PolicySet, day: Day) -> Option<Member> {
        let mut member = self.member_to_judge(id, policies, day)?;
        if day < member.advanced {
            member.tier = member.tier_on(day);
        }
        Some(member)
    }

    /// A member as an event of a day is judged: one of an earlier day, recorded late, by what the member is by now.
    #[must_use]
    pub(crate) fn member_to_judge(&self, id: MemberId, policies: &PolicySet, day: Day) -> Option<Member> {
        let mut member = self.member(id)?.clone();
        member.advance(policies, day).ok()?;
        Some(member)
    }

    /// A sale as remembered.
    #[must_use]
    pub fn receipt(&self, sale: EventId) -> Option<&Receipt> {
        self.receipts.get(sale)
    }

    /// What is remembered of a sale's lines.
    #[must_use]
    pub fn receipt_lines(&self, receipt: &Receipt) -> Vec<ReceiptLine> {
        self.receipts.lines(receipt)
    }

    /// The kinds of points of a sale; `None`: all are of the kind that the program of its day means without saying so.
    #[must_use]
    pub fn receipt_kinds(&self, sale: EventId) -> Option<&SaleKinds> {
        self.receipts.kinds(sale)
    }

    /// Payments for goods that must still arrive: the sale, the place among its tenders, the payment.
    pub fn awaited(&self) -> impl Iterator<Item = (EventId, u32, &Awaited)> {
        self.awaited.iter().map(|((sale, tender), payment)| (*sale, *tender, payment))
    }

    /// The products by code.
    #[must_use]
    pub const fn products(&self) -> &BTreeMap<Text, Product> {
        &self.products
    }

    /// The sums.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Events that could not be folded.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// How many events were folded.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// The place of the last event.
    #[must_use]
    pub const fn last(&self) -> Option<OrderKey> {
        self.last
    }

    /// The latest business day seen.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.day
    }

    /// The number for the next card.
    #[must_use]
    pub fn next_card(&self, at_device: u16) -> Text {
        let mut number = self.cards_issued.saturating_add(1);
        loop {
            // Device digits keep two tablets without a network from giving out the same number.
            let card = Text::from(format!("{:03}{:07}", at_device % 1000, number));
            if !self.by_card.contains_key(&card) {
                return card;
            }
            number = number.saturating_add(1);
        }
    }

    /// The state hash: blake3 of the canonical book.
    ///
    /// # Errors
    /// Where the book cannot be written, which no book can cause.
    pub fn hash(&self) -> Result<[u8; 32], postcard::Error> {
        struct Sink(blake3::Hasher);
        impl postcard::ser_flavors::Flavor for Sink {
            type Output = [u8; 32];
            fn try_push(&mut self, data: u8) -> postcard::Result<()> {
                self.0.update(&[data]);
                Ok(())
            }
            fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
                self.0.update(data);
                Ok(())
            }
            fn finalize(self) -> postcard::Result<Self::Output> {
                Ok(*self.0.finalize().as_bytes())
            }
        }
        // Serializing a receipt field by field into a hasher is slow; a buffer between them is not.
        let mut sink = Sink(blake3::Hasher::new());
        let mut buffer = Vec::with_capacity(4096);
        for member in &self.members {
            buffer = postcard::to_extend(member, buffer)?;
            if buffer.len() > 65_536 {
                postcard::ser_flavors::Flavor::try_extend(&mut sink, &buffer)?;
                buffer.clear();
            }
        }
        buffer = self.receipts.write_canonical(buffer, |bytes| {
            let _ = postcard::ser_flavors::Flavor::try_extend(&mut sink, bytes);
        })?;
        // Nothing is added where no sale has of it: hashes are those of before there was any.
        let of_sales = (self.receipts.all_kinds(), &self.awaited);
        if !of_sales.0.is_empty() || !of_sales.1.is_empty() {
            buffer = postcard::to_extend(&of_sales, buffer)?;
        }
        buffer = postcard::to_extend(&(&self.products, &self.totals, &self.set_aside, self.events, self.last), buffer)?;
        // Nothing is added where a program keeps no kinds of points apart: its hashes are those of before there were any.
        let kinds = self.kinds();
        if !kinds.is_empty() {
            buffer = postcard::to_extend(&kinds, buffer)?;
        }
        postcard::ser_flavors::Flavor::try_extend(&mut sink, &buffer)?;
        postcard::ser_flavors::Flavor::finalize(sink)
    }

    /// Writes a snapshot, in parts that are read one by one.
    ///
    /// # Errors
    /// Where something is still away ([`Book::is_unpacked`]): a snapshot without it would lose it.
    pub fn to_snapshot(&self) -> Result<BookParts, postcard::Error> {
        if !self.is_unpacked() {
            return Err(postcard::Error::SerializeBufferFull);
        }
        let mut members = Vec::new();
        let mut part = Vec::with_capacity(PART_BYTES);
        for member in &self.members {
            part = postcard::to_extend(member, part)?;
            if part.len() >= PART_BYTES {
                members.push(core::mem::replace(&mut part, Vec::with_capacity(PART_BYTES)));
            }
        }
        members.extend((!part.is_empty()).then_some(part));
        let head = postcard::to_allocvec(&(
            (members.len(), self.members.len()),
            &self.products,
            &self.totals,
            (&self.set_aside, self.events, self.last, self.cards_issued, self.day, &self.awaited),
            self.kinds(),
        ))?;
        Ok(BookParts { head, members, receipts: self.receipts.to_parts()? })
    }

    /// Points by kind, of the members who have any.
    fn kinds(&self) -> Vec<(u32, &[KindPoints])> {
        let members = (0_u32..).zip(&self.members);
        members.filter(|(_, member)| !member.kinds.is_empty()).map(|(at, member)| (at, member.kinds())).collect()
    }

    /// Reads a snapshot's head. The members and then the receipts stay away until [`Book::unpack`].
    ///
    /// # Errors
    /// Where it is not of this version.
    pub fn from_snapshot(head: &[u8]) -> Result<Self, postcard::Error> {
        type Rest = (Vec<SetAside>, u64, Option<OrderKey>, u64, Day, BTreeMap<(EventId, u32), Awaited>);
        let ((parts, count), products, totals, rest, kinds): ((usize, usize), _, _, Rest, _) =
            postcard::from_bytes(head)?;
        let (set_aside, events, last, cards_issued, day, awaited) = rest;
        if count > parts.saturating_mul(PART_BYTES / MEMBER_BYTES_MIN) {
            return Err(DAMAGED);
        }
        Ok(Self {
            // Lists of the right length: those that grow move a hundred megabytes about.
            members: Vec::with_capacity(count),
            member_index: IdMap::with_capacity_and_hasher(count, BuildHasherDefault::default()),
            by_card: TextMap::with_capacity_and_hasher(count, foldhash::fast::FixedState::default()),
            by_phone: TextMap::with_capacity_and_hasher(count, foldhash::fast::FixedState::default()),
            products,
            totals,
            set_aside,
            events,
            last,
            cards_issued,
            day,
            awaited,
            receipts: Receipts::away(),
            away: MembersAway { parts, count, kinds },
            ..Self::default()
        })
    }

    /// Unpacks the next part of the snapshot: the members before one is looked for, the receipts before the first event is
    /// folded or a return is quoted.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn unpack(&mut self, part: &[u8]) -> Result<(), postcard::Error> {
        if self.has_members() {
            return self.receipts.unpack(part);
        }
        let mut rest = part;
        while !rest.is_empty() {
            let (member, after): (Member, _) = postcard::take_from_bytes(rest)?;
            let index = u32::try_from(self.members.len()).map_err(|_| DAMAGED)?;
            self.member_index.insert(member.id, index);
            index_texts(&mut self.by_phone, &mut self.by_id_number, &mut self.by_card, index, &member);
            self.members.push(member);
            rest = after;
        }
        self.away.parts = self.away.parts.saturating_sub(1);
        if !self.has_members() {
            return Ok(());
        }
        if self.members.len() != self.away.count {
            return Err(DAMAGED);
        }
        for (at, kinds) in core::mem::take(&mut self.away.kinds) {
            if let Some(member) = self.members.get_mut(at as usize) {
                member.has_kinds = !kinds.is_empty();
                member.kinds = kinds;
            }
        }
        Ok(())
    }

    /// Whether the members are at hand.
    #[must_use]
    pub const fn has_members(&self) -> bool {
        self.away.parts == 0
    }

    /// How many members there are, those included who are still to be unpacked.
    #[must_use]
    pub fn member_count(&self) -> usize {
        if self.has_members() { self.members.len() } else { self.away.count }
    }

    /// Whether everything is at hand.
    #[must_use]
    pub const fn is_unpacked(&self) -> bool {
        self.has_members() && self.receipts.is_unpacked()
    }

    /// Checks the conservation of points and stored value, member by member and in all.
    ///
    /// # Errors
    /// The first [`Breach`] found.
    pub fn verify(&self) -> Result<(), Breach> {
        let breach = |invariant: &'static str, member: Option<MemberId>| Breach {
            invariant: Text::const_new(invariant),
            member,
        };
        let overflow = |_: NumberError| breach("figures-fit", None);
        let mut points = PointsFigures::default();
        let mut stored = Money::ZERO;
        for member in &self.members {
            // INVARIANT(conservation): issued + received = balance - debt + redeemed + lapsed + reversed + sent.
            if !member.points.is_conserved() {
                return Err(breach("conservation-of-points", Some(member.id)));
            }
            // INVARIANT(lots): the lots sum to the balance, and none is empty or negative.
            let lots = Points::sum(member.lots.iter().map(|lot| lot.left)).map_err(overflow)?;
            if lots != member.points.balance || member.lots.iter().any(|lot| !lot.left.is_positive()) {
                return Err(breach("lots-sum-to-balance", Some(member.id)));
            }
            // INVARIANT(kinds): each kind is conserved and has its lots, and together they are the member's points.
            if !member.kinds.is_empty() {
                let mut all = PointsFigures::default();
                for own in &member.kinds {
                    let lots = Points::sum(own.lots.iter().map(|lot| lot.left)).map_err(overflow)?;
                    let empty = own.lots.iter().any(|lot| !lot.left.is_positive());
                    if !own.points.is_conserved() || lots != own.points.balance || empty {
                        return Err(breach("conservation-of-kinds", Some(member.id)));
                    }
                    all.add(&own.points).map_err(overflow)?;
                }
                if all != member.points {
                    return Err(breach("kinds-sum-to-points", Some(member.id)));
                }
            }
            // INVARIANT(stored-value): what came in = what is there + what went out.
            let there = member.stored_value.plus(member.stored_out).map_err(overflow)?;
            // Two tablets may have spent it at once: then it is below zero, which the member owes.
            if there != member.stored_in {
                return Err(breach("conservation-of-stored-value", Some(member.id)));
            }
            points.add(&member.points).map_err(overflow)?;
            stored = stored.plus(member.stored_value).map_err(overflow)?;
        }
        if points != self.totals.points {
            return Err(breach("points-in-all", None));
        }
        if self.totals.stored_in.minus(self.totals.stored_out) != Ok(stored) {
            return Err(breach("stored-value-in-all", None));
        }
        Ok(())
    }
}

/// Whether a member's phone, document and card count as taken.
fn index_texts(by_phone: &mut TextMap, by_id_number: &mut TextMap, by_card: &mut TextMap, index: u32, member: &Member) {
    if !member.card.is_empty() {
        by_card.insert(member.card.clone(), index);
    }
    if !member.status.holds_membership() {
        return;
    }
    if !member.profile.phone.is_empty() {
        by_phone.entry(member.profile.phone.clone()).or_insert(index);
    }
    if !member.profile.id_number.is_empty() {
        by_id_number.entry(member.profile.id_number.clone()).or_insert(index);
    }
}

impl Book {
    pub(crate) fn index_member(&mut self, index: u32) {
        let Some(member) = self.members.get(index as usize) else { return };
        index_texts(&mut self.by_phone, &mut self.by_id_number, &mut self.by_card, index, member);
    }

    pub(crate) fn unindex_member(&mut self, index: u32) {
        let Some(member) = self.members.get(index as usize) else { return };
        if self.by_phone.get(&member.profile.phone) == Some(&index) {
            self.by_phone.remove(&member.profile.phone);
        }
        if self.by_id_number.get(&member.profile.id_number) == Some(&index) {
            self.by_id_number.remove(&member.profile.id_number);
        }
        if self.by_card.get(&member.card) == Some(&index) {
            self.by_card.remove(&member.card);
        }
    }
}
