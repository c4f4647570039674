//! What is remembered of every sale so that it can be taken back: by line, cumulatively, never twice.

use serde::{Deserialize, Serialize};

use super::IdMap;
use std::collections::BTreeMap;

use crate::id::{EventId, Text};
use crate::number::{Money, Points, Quantity};
use crate::time::{BusinessTime, Day};

/// No member.
pub const NOBODY: u32 = u32::MAX;

/// One sale. A million of them stay small, a cache line each: what few sales have (stored value, points used, returns)
/// is kept apart, and so are the lines, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The sale.
    pub sale: EventId,
    /// When.
    pub at: BusinessTime,
    /// Number of the member in the book, or [`NOBODY`].
    pub member: u32,
    /// Where its lines stand among the packed ones.
    packed_at: u32,
    /// First day on which the points it earned are gone.
    pub lapse: Day,
    /// Price paid: after reductions, vouchers, points.
    pub paid: Money,
    /// Points that it earned.
    pub points: Points,
    /// Whether it was used to join.
    pub joined_with: bool,
    /// The rest, if there is any.
    pub(crate) more: Option<Box<ReceiptMore>>,
}

/// A receipt as it stands in snapshots and under the state hash.
#[derive(Deserialize)]
struct Record {
    sale: EventId,
    at: BusinessTime,
    member: u32,
    first_line: u32,
    line_count: u32,
    lapse: Day,
    paid: Money,
    points: Points,
    joined_with: bool,
    more: Option<Box<ReceiptMore>>,
}

/// What few sales have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptMore {
    /// Paid with stored value.
    pub stored_value: Money,
    /// Points used in it.
    pub used_points: Points,
    /// Soonest lapse among the points used.
    pub used_lapse: Day,
    /// How many came back, by line.
    pub returned: Vec<Quantity>,
    /// Points taken back.
    pub points_back: Points,
    /// Used points given back.
    pub restored: Points,
    /// Money given back.
    pub refunded: Money,
    /// Of which to stored value.
    pub refunded_stored: Money,
    /// Referral reward that it brought someone.
    pub reward: Money,
    /// Of which taken back.
    pub reward_back: Money,
}

impl Receipt {
    /// A sale of which nothing is booked yet.
    pub(crate) const fn new(sale: EventId, at: BusinessTime) -> Self {
        Self {
            sale,
            at,
            member: NOBODY,
            packed_at: 0,
            lapse: Day::LAST,
            paid: Money::ZERO,
            points: Points::ZERO,
            joined_with: false,
            more: None,
        }
    }

    /// Writes it as a [`Record`].
    fn write(&self, first_line: u32, line_count: u32, to: Vec<u8>) -> Result<Vec<u8>, postcard::Error> {
        let Self { sale, at, member, packed_at: _, lapse, paid, points, joined_with, more } = self;
        postcard::to_extend(&(sale, at, member, first_line, line_count, lapse, paid, points, joined_with, more), to)
    }

    /// What few sales have; zeros where this one has none of it.
    #[must_use]
    pub fn more(&self) -> std::borrow::Cow<'_, ReceiptMore> {
        match &self.more {
            Some(more) => std::borrow::Cow::Borrowed(more),
            None => std::borrow::Cow::Owned(ReceiptMore::default()),
        }
    }

    /// How many of a line came back.
    #[must_use]
    pub fn returned(&self, line: usize) -> Quantity {
        self.more.as_ref().and_then(|more| more.returned.get(line).copied()).unwrap_or_default()
    }

    pub(crate) fn more_mut(&mut self) -> &mut ReceiptMore {
        self.more.get_or_insert_default()
    }
}

/// Points of one kind that a sale earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindEarned {
    /// The kind.
    pub kind: Text,
    /// How many.
    pub points: Points,
    /// First day on which they are gone.
    pub lapse: Day,
    /// Of which taken back.
    pub back: Points,
}

/// Points of one kind that were used in a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindUsed {
    /// The kind.
    pub kind: Text,
    /// How many.
    pub points: Points,
    /// Soonest lapse among them.
    pub lapse: Day,
    /// Of which given back.
    pub restored: Points,
}

/// The kinds of points of a sale, where they are not all of the kind that its program means without saying so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleKinds {
    /// What it earned, by kind.
    pub earned: Vec<KindEarned>,
    /// Which of `earned` each line belongs to; none: the line earned nothing.
    pub lines: Vec<Option<u32>>,
    /// What was used in it, in the order in which it was taken.
    pub used: Vec<KindUsed>,
}

impl SaleKinds {
    /// Whether they say nothing that the receipt does not.
    pub(crate) fn is_plain(&self, default: &Text) -> bool {
        self.earned.iter().all(|part| part.kind == *default)
            && self.used.len() <= 1
            && self.used.iter().all(|part| part.kind == *default)
    }
}

/// One line of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// How many.
    pub quantity: Quantity,
    /// Paid for it: its share of the price.
    pub paid: Money,
    /// Points base that it contributed.
    pub base: Money,
    /// Whether it may come back at all.
    pub returnable: bool,
}

/// Lines, most of them in five bytes instead of 32: a mark, then the figures that the mark does not say.
#[derive(Debug, Clone, Default)]
struct PackedLines {
    bytes: Vec<u8>,
}

impl PackedLines {
    const RETURNABLE: u8 = 1;
    const ONE_PIECE: u8 = 2;
    const BASE_IS_PAID: u8 = 4;
    const BASE_IS_ZERO: u8 = 8;
    /// Quantity, paid and base follow in eight bytes each; else what follows has four.
    const WIDE: u8 = 16;

    /// Appends the lines of a sale and says where they stand.
    fn push(&mut self, lines: impl ExactSizeIterator<Item = ReceiptLine>) -> u32 {
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&u32::try_from(lines.len()).unwrap_or(0).to_le_bytes());
        for line in lines {
            self.put(line);
        }
        at
    }

    fn put(&mut self, line: ReceiptLine) {
        let (quantity, paid, base) = (line.quantity.minor(), line.paid.minor(), line.base.minor());
        let mut mark = if line.returnable { Self::RETURNABLE } else { 0 };
        let (Ok(short_quantity), Ok(short_paid), Ok(short_base)) =
            (u32::try_from(quantity), u32::try_from(paid), u32::try_from(base))
        else {
            self.bytes.push(mark | Self::WIDE);
            for figure in [quantity, paid, base] {
                self.bytes.extend_from_slice(&figure.to_le_bytes());
            }
            return;
        };
        if line.quantity == Quantity::ONE {
            mark |= Self::ONE_PIECE;
        }
        if base == paid {
            mark |= Self::BASE_IS_PAID;
        } else if base == 0 {
            mark |= Self::BASE_IS_ZERO;
        }
        let [a, b, c, d] = short_paid.to_le_bytes();
        self.bytes.extend_from_slice(&[mark, a, b, c, d]);
        if mark & Self::ONE_PIECE == 0 {
            self.bytes.extend_from_slice(&short_quantity.to_le_bytes());
        }
        if mark & (Self::BASE_IS_PAID | Self::BASE_IS_ZERO) == 0 {
            self.bytes.extend_from_slice(&short_base.to_le_bytes());
        }
    }

    /// The lines of the sale that stands at a place.
    fn read(&self, at: u32) -> Vec<ReceiptLine> {
        let mut left = self.bytes.get(at as usize..).unwrap_or(&[]);
        let count = take(&mut left).map_or(0, u32::from_le_bytes);
        (0..count).map_while(|_| Self::read_one(&mut left)).collect()
    }

    fn read_one(left: &mut &[u8]) -> Option<ReceiptLine> {
        let [mark] = take(left)?;
        let returnable = mark & Self::RETURNABLE != 0;
        if mark & Self::WIDE != 0 {
            let mut figure = || take(left).map(i64::from_le_bytes);
            let (quantity, paid, base) = (figure()?, figure()?, figure()?);
            let (paid, base) = (Money::from_minor(paid), Money::from_minor(base));
            return Some(ReceiptLine { quantity: Quantity::from_minor(quantity), paid, base, returnable });
        }
        let mut figure = || take(left).map(u32::from_le_bytes).map(i64::from);
        let paid = Money::from_minor(figure()?);
        let quantity = if mark & Self::ONE_PIECE == 0 { Quantity::from_minor(figure()?) } else { Quantity::ONE };
        let base = match mark & (Self::BASE_IS_PAID | Self::BASE_IS_ZERO) {
            0 => Money::from_minor(figure()?),
            Self::BASE_IS_PAID => paid,
            _ => Money::ZERO,
        };
        Some(ReceiptLine { quantity, paid, base, returnable })
    }
}

fn take<const N: usize>(left: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = left.split_first_chunk()?;
    *left = rest;
    Some(*taken)
}

/// All sales, in the order of the journal.
#[derive(Debug, Clone, Default)]
pub struct Receipts {
    receipts: Vec<Receipt>,
    lines: PackedLines,
    /// Where each sale stands. Filled up to `indexed` when a sale is first looked for: a fold of years of sales looks
    /// for few of them, and random inserts would cost it more than everything else.
    index: core::cell::RefCell<Index>,
    /// A shop opens without them: they are still to be unpacked.
    away: bool,
    /// The kinds of points of those sales that are not plain. Where all are, snapshots are as if there were none.
    kinds: BTreeMap<EventId, SaleKinds>,
}

/// A payment for goods that must still arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Its kind.
    pub kind: Text,
    /// How much.
    pub amount: Money,
    /// Since when.
    pub since: Day,
    /// Number of the member in the book, or [`NOBODY`].
    pub member: u32,
}

#[derive(Debug, Clone, Default)]
struct Index {
    places: IdMap<EventId>,
    indexed: usize,
}

impl Receipts {
    /// Those of a snapshot, before they are unpacked.
    pub(crate) fn away() -> Self {
        Self { away: true, ..Self::default() }
    }

    pub(crate) const fn is_unpacked(&self) -> bool {
        !self.away
    }

    pub(crate) fn unpack(&mut self, bytes: &[u8]) -> Result<(), postcard::Error> {
        if !self.away {
            return Ok(());
        }
        let ((records, lines), rest) = postcard::take_from_bytes::<(Vec<Record>, Vec<ReceiptLine>)>(bytes)?;
        if !rest.is_empty() {
            self.kinds = postcard::from_bytes(rest)?;
        }
        self.reserve(records.len());
        for record in records {
            let Record { sale, at, member, first_line, line_count, lapse, paid, points, joined_with, more } = record;
            let first = first_line as usize;
            let own = lines.get(first..first.saturating_add(line_count as usize)).unwrap_or(&[]);
            let packed_at = self.lines.push(own.iter().copied());
            self.receipts.push(Receipt { sale, at, member, packed_at, lapse, paid, points, joined_with, more });
        }
        self.away = false;
        Ok(())
    }

    fn place(&self, sale: EventId) -> Option<usize> {
        let mut index = self.index.borrow_mut();
        if index.indexed < self.receipts.len() {
            let from = index.indexed;
            index.places.reserve(self.receipts.len().saturating_sub(from));
            for (place, receipt) in self.receipts.iter().enumerate().skip(from) {
                index.places.insert(receipt.sale, u32::try_from(place).unwrap_or(u32::MAX));
            }
            index.indexed = self.receipts.len();
        }
        index.places.get(&sale).map(|place| *place as usize)
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        let mut bytes = postcard::to_extend(&self.receipts.len(), Vec::with_capacity(self.receipts.len() * 48))?;
        let mut all_lines = Vec::with_capacity(self.receipts.len() * 16);
        let mut first = 0_u32;
        for receipt in &self.receipts {
            let lines = self.lines(receipt);
            let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
            bytes = receipt.write(first, count, bytes)?;
            first = first.saturating_add(count);
            for line in &lines {
                all_lines = postcard::to_extend(line, all_lines)?;
            }
        }
        bytes = postcard::to_extend(&first, bytes)?;
        bytes.append(&mut all_lines);
        if !self.kinds.is_empty() {
            bytes = postcard::to_extend(&self.kinds, bytes)?;
        }
        Ok(bytes)
    }

    pub(crate) fn write_canonical(
        &self,
        mut buffer: Vec<u8>,
        mut flush: impl FnMut(&[u8]),
    ) -> Result<Vec<u8>, postcard::Error> {
        let mut first = 0_u32;
        for receipt in &self.receipts {
            let lines = self.lines(receipt);
            let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
            buffer = receipt.write(first, count, buffer)?;
            first = first.saturating_add(count);
            for line in &lines {
                buffer = postcard::to_extend(line, buffer)?;
            }
            if buffer.len() > 65_536 {
                flush(&buffer);
                buffer.clear();
            }
        }
        Ok(buffer)
    }

    /// The kinds of points of a sale, where it is not plain.
    pub(crate) fn kinds(&self, sale: EventId) -> Option<&SaleKinds> {
        self.kinds.get(&sale)
    }

    pub(crate) fn kinds_mut(&mut self, sale: EventId) -> Option<&mut SaleKinds> {
        self.kinds.get_mut(&sale)
    }

    pub(crate) fn keep_kinds(&mut self, sale: EventId, kinds: SaleKinds) {
        self.kinds.insert(sale, kinds);
    }

    /// All of them, for the state hash.
    pub(crate) const fn all_kinds(&self) -> &BTreeMap<EventId, SaleKinds> {
        &self.kinds
    }

    pub(crate) fn drop_kinds(&mut self, sale: EventId) {
        self.kinds.remove(&sale);
    }

    pub(crate) fn reserve(&mut self, receipts: usize) {
        self.receipts.reserve(receipts);
        // Three lines a sale are usual; what is reserved in vain is never touched.
        self.lines.bytes.reserve(receipts.saturating_mul(4 + 3 * 5));
    }

    pub(crate) fn push(&mut self, mut receipt: Receipt, lines: impl ExactSizeIterator<Item = ReceiptLine>) {
        receipt.packed_at = self.lines.push(lines);
        self.receipts.push(receipt);
    }

    pub(crate) fn get(&self, sale: EventId) -> Option<&Receipt> {
        self.receipts.get(self.place(sale)?)
    }

    pub(crate) fn get_mut(&mut self, sale: EventId) -> Option<(&mut Receipt, Vec<ReceiptLine>)> {
        let place = self.place(sale)?;
        let receipt = self.receipts.get_mut(place)?;
        let lines = self.lines.read(receipt.packed_at);
        Some((receipt, lines))
    }

    pub(crate) fn lines(&self, receipt: &Receipt) -> Vec<ReceiptLine> {
        self.lines.read(receipt.packed_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_of_the_packing_as_they_went_in() {
        let figures = [0, 1, -1, 63, 64, 999, 1000, 1001, 1_000_000_000_000, i64::MAX, i64::MIN];
        let sales: Vec<Vec<ReceiptLine>> = figures
            .iter()
            .map(|paid| {
                let line = |quantity: i64, base: i64| ReceiptLine {
                    quantity: Quantity::from_minor(quantity),
                    paid: Money::from_minor(*paid),
                    base: Money::from_minor(base),
                    returnable: base % 2 == 0,
                };
                figures.iter().flat_map(|other| [line(*other, *paid), line(1000, *other)]).collect()
            })
            .chain([Vec::new()])
            .collect();
        let mut packed = PackedLines::default();
        let places: Vec<u32> = sales.iter().map(|lines| packed.push(lines.iter().copied())).collect();
        for (place, lines) in places.into_iter().zip(&sales) {
            assert_eq!(&packed.read(place), lines);
        }
        assert_eq!(size_of::<Receipt>(), 64);
    }

    /// What earlier versions wrote into snapshots, they still read.
    #[test]
    fn a_snapshot_holds_receipts_then_lines() -> Result<(), postcard::Error> {
        let line =
            ReceiptLine { quantity: Quantity::ONE, paid: Money::from_minor(990), base: Money::ZERO, returnable: true };
        let mut receipts = Receipts::default();
        for name in ["a", "b"] {
            receipts.push(Receipt::new(EventId::derived("test", name), BusinessTime::default()), [line; 2].into_iter());
        }
        let bytes = receipts.to_bytes()?;
        let (records, lines) = postcard::from_bytes::<(Vec<Record>, Vec<ReceiptLine>)>(&bytes)?;
        assert_eq!(records.iter().map(|r| (r.first_line, r.line_count)).collect::<Vec<_>>(), [(0, 2), (2, 2)]);
        assert_eq!(lines, [line; 4]);
        let mut again = Receipts::away();
        again.unpack(&bytes)?;
        assert_eq!((again.receipts.clone(), again.lines.bytes), (receipts.receipts.clone(), receipts.lines.bytes));
        Ok(())
    }
}
