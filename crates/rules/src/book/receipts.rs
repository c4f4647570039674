//! What is remembered of every sale so that it can be taken back: by line, cumulatively, never twice.

use serde::{Deserialize, Serialize};

use super::IdMap;
use crate::id::EventId;
use crate::number::{Money, Points, Quantity};
use crate::time::{BusinessTime, Day};

/// No member.
pub const NOBODY: u32 = u32::MAX;

/// One sale. What few sales have (stored value, points used, returns) is kept apart, so that a million stay small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The sale.
    pub sale: EventId,
    /// When.
    pub at: BusinessTime,
    /// Number of the member in the book, or [`NOBODY`].
    pub member: u32,
    pub(crate) first_line: u32,
    pub(crate) line_count: u32,
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

/// All sales, in the order of the journal.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Receipts {
    receipts: Vec<Receipt>,
    lines: Vec<ReceiptLine>,
    /// Where each sale stands. Filled up to `indexed` when a sale is first looked for: a fold of years of sales looks
    /// for few of them, and random inserts would cost it more than everything else.
    #[serde(skip)]
    index: core::cell::RefCell<Index>,
    #[serde(skip)]
    packed: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Default)]
struct Index {
    places: IdMap<EventId>,
    indexed: usize,
}

impl Receipts {
    pub(crate) fn packed(bytes: Vec<u8>) -> Self {
        Self { packed: Some(bytes), ..Self::default() }
    }

    pub(crate) const fn is_unpacked(&self) -> bool {
        self.packed.is_none()
    }

    pub(crate) fn unpack(&mut self) -> Result<(), postcard::Error> {
        let Some(bytes) = self.packed.take() else { return Ok(()) };
        match postcard::from_bytes::<(Vec<Receipt>, Vec<ReceiptLine>)>(&bytes) {
            Ok((receipts, lines)) => {
                self.receipts = receipts;
                self.lines = lines;
                Ok(())
            }
            Err(error) => {
                self.packed = Some(bytes);
                Err(error)
            }
        }
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
        match &self.packed {
            Some(bytes) => Ok(bytes.clone()),
            None => postcard::to_allocvec(&(&self.receipts, &self.lines)),
        }
    }

    pub(crate) fn write_canonical(
        &self,
        mut buffer: Vec<u8>,
        mut flush: impl FnMut(&[u8]),
    ) -> Result<Vec<u8>, postcard::Error> {
        for receipt in &self.receipts {
            buffer = postcard::to_extend(receipt, buffer)?;
            for line in self.lines(receipt) {
                buffer = postcard::to_extend(line, buffer)?;
            }
            if buffer.len() > 65_536 {
                flush(&buffer);
                buffer.clear();
            }
        }
        Ok(buffer)
    }

    pub(crate) fn reserve(&mut self, receipts: usize) {
        self.receipts.reserve(receipts);
        // Three lines a sale is usual; what is reserved in vain is never touched.
        self.lines.reserve(receipts.saturating_mul(3));
    }

    pub(crate) fn push(&mut self, mut receipt: Receipt, lines: impl IntoIterator<Item = ReceiptLine>) {
        receipt.first_line = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        self.lines.extend(lines);
        receipt.line_count = u32::try_from(self.lines.len()).unwrap_or(u32::MAX).saturating_sub(receipt.first_line);
        self.receipts.push(receipt);
    }

    pub(crate) fn get(&self, sale: EventId) -> Option<&Receipt> {
        self.receipts.get(self.place(sale)?)
    }

    pub(crate) fn get_mut(&mut self, sale: EventId) -> Option<(&mut Receipt, &mut [ReceiptLine])> {
        let place = self.place(sale)?;
        let receipt = self.receipts.get_mut(place)?;
        let first = receipt.first_line as usize;
        let lines = self.lines.get_mut(first..first.checked_add(receipt.line_count as usize)?)?;
        Some((receipt, lines))
    }

    pub(crate) fn lines(&self, receipt: &Receipt) -> &[ReceiptLine] {
        let first = receipt.first_line as usize;
        self.lines.get(first..first.saturating_add(receipt.line_count as usize)).unwrap_or(&[])
    }
}
