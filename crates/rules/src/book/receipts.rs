//! What is remembered of every sale so that it can be taken back: by line, cumulatively, never twice.

use serde::{Deserialize, Serialize};

use super::{DAMAGED, IdMap};
use std::collections::BTreeMap;

use crate::id::{EventId, Text};
use crate::number::{Money, Points, Quantity};
use crate::time::{BusinessTime, Day};

/// So many receipts are a part of a snapshot: about a megabyte, read in a few milliseconds.
const PART_RECEIPTS: usize = 16_384;

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

/// A receipt as it stands in snapshots.
#[derive(Deserialize)]
struct Record {
    sale: EventId,
    at: BusinessTime,
    member: u32,
    packed_at: u32,
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

    /// Writes it for the state hash, in which the lines of all sales follow one another.
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
    /// A shop opens without them.
    away: Away,
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

/// What is still to be unpacked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Away {
    /// Nothing.
    #[default]
    Nothing,
    /// Everything, and how much that is: the first part says it.
    All,
    /// So many parts, with so many receipts and bytes of lines.
    Parts { parts: usize, receipts: usize, lines: usize },
}

#[derive(Debug, Clone, Default)]
struct Index {
    places: IdMap<EventId>,
    indexed: usize,
}

impl Receipts {
    /// Those of a snapshot, before they are unpacked.
    pub(crate) fn away() -> Self {
        Self { away: Away::All, ..Self::default() }
    }

    pub(crate) const fn is_unpacked(&self) -> bool {
        matches!(self.away, Away::Nothing)
    }

    /// Unpacks the next part.
    pub(crate) fn unpack(&mut self, part: &[u8]) -> Result<(), postcard::Error> {
        self.away = match self.away {
            Away::Nothing => return Ok(()),
            Away::All => {
                let (parts, receipts, lines, kinds) = postcard::from_bytes(part)?;
                self.kinds = kinds;
                if receipts > usize::saturating_mul(parts, PART_RECEIPTS) {
                    return Err(DAMAGED);
                }
                self.receipts.reserve_exact(receipts);
                // Three lines a sale are usual. More come rarely, and then the list grows.
                self.lines.bytes.reserve_exact(usize::min(lines, receipts.saturating_mul(4 + 3 * 5)));
                Away::Parts { parts, receipts, lines }
            }
            Away::Parts { parts, receipts, lines } => {
                let (count, mut rest): (usize, &[u8]) = postcard::take_from_bytes(part)?;
                for _ in 0..count {
                    let (record, after) = postcard::take_from_bytes(rest)?;
                    let Record { sale, at, member, packed_at, lapse, paid, points, joined_with, more } = record;
                    self.receipts.push(Receipt { sale, at, member, packed_at, lapse, paid, points, joined_with, more });
                    rest = after;
                }
                self.lines.bytes.extend_from_slice(rest);
                let receipts = receipts.checked_sub(count).ok_or(DAMAGED)?;
                let lines = lines.checked_sub(rest.len()).ok_or(DAMAGED)?;
                Away::Parts { parts: parts.checked_sub(1).ok_or(DAMAGED)?, receipts, lines }
            }
        };
        match self.away {
            Away::Parts { parts: 0, receipts: 0, lines: 0 } => self.away = Away::Nothing,
            Away::Parts { parts: 0, .. } => return Err(DAMAGED),
            Away::Parts { .. } | Away::All | Away::Nothing => {}
        }
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

    /// Their parts in a snapshot: what there is in all, then receipts with their lines as they lie in memory.
    pub(crate) fn to_parts(&self) -> Result<Vec<Vec<u8>>, postcard::Error> {
        let count = self.receipts.len().div_ceil(PART_RECEIPTS);
        let mut parts = Vec::with_capacity(count.saturating_add(1));
        parts.push(postcard::to_allocvec(&(count, self.receipts.len(), self.lines.bytes.len(), &self.kinds))?);
        let mut chunks = self.receipts.chunks(PART_RECEIPTS).peekable();
        while let Some(chunk) = chunks.next() {
            let mut part = postcard::to_extend(&chunk.len(), Vec::with_capacity(chunk.len().saturating_mul(64)))?;
            for receipt in chunk {
                let Receipt { sale, at, member, packed_at, lapse, paid, points, joined_with, more } = receipt;
                let record = (sale, at, member, packed_at, lapse, paid, points, joined_with, more);
                part = postcard::to_extend(&record, part)?;
            }
            let begin = |chunk: &[Receipt]| chunk.first().map(|receipt| receipt.packed_at as usize);
            let from = begin(chunk).unwrap_or_default();
            let to = chunks.peek().and_then(|next| begin(next)).unwrap_or(self.lines.bytes.len());
            part.extend_from_slice(self.lines.bytes.get(from..to).unwrap_or(&[]));
            parts.push(part);
        }
        Ok(parts)
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

    #[test]
    fn parts_give_the_receipts_again_and_damaged_ones_an_error() -> Result<(), postcard::Error> {
        let line =
            ReceiptLine { quantity: Quantity::ONE, paid: Money::from_minor(990), base: Money::ZERO, returnable: true };
        let mut receipts = Receipts::default();
        assert_eq!(receipts.to_parts()?.len(), 1);
        let mut none = Receipts::away();
        none.unpack(receipts.to_parts()?.first().map_or(&[], Vec::as_slice))?;
        assert!(none.is_unpacked());
        for number in 0..40_000 {
            let mut receipt = Receipt::new(EventId::derived("test", &number.to_string()), BusinessTime::default());
            if number % 1_000 == 0 {
                receipt.more_mut().refunded = Money::from_minor(number);
            }
            receipts.push(receipt, [line; 2].into_iter().take(usize::from(number % 3 != 0) + 1));
        }
        let parts = receipts.to_parts()?;
        assert_eq!(parts.len(), 1 + 3);
        let mut again = Receipts::away();
        for part in &parts {
            assert!(!again.is_unpacked());
            again.unpack(part)?;
        }
        assert!(again.is_unpacked());
        assert_eq!((&again.receipts, &again.lines.bytes), (&receipts.receipts, &receipts.lines.bytes));
        assert_eq!(again.to_parts()?, parts);
        let unpack = |parts: &[Vec<u8>]| {
            let mut some = Receipts::away();
            parts.iter().try_for_each(|part| some.unpack(part)).map(|()| some.is_unpacked())
        };
        assert_eq!(unpack(parts.get(..3).unwrap_or_default()), Ok(false));
        let short: Vec<Vec<u8>> =
            parts.iter().map(|part| part.split_last().map_or(Vec::new(), |(_, rest)| rest.to_vec())).collect();
        let mut last_short = parts.clone();
        last_short.truncate(3);
        last_short.extend(short.last().cloned());
        assert!(unpack(&short).is_err());
        assert!(unpack(&last_short).is_err());
        let mut doubled = parts.clone();
        doubled.insert(2, parts.get(1).cloned().unwrap_or_default());
        assert!(unpack(&doubled).is_err());
        Ok(())
    }
}
