//! The seam: what the app may ask of the journal's home.

use core::fmt;
use core::ops::ControlFlow;
use std::borrow::Cow;
use std::collections::BTreeMap;

use regulars_rules::event::Event;

use crate::error::StoreError;

/// A count of events: the position of the next one. Positions say in which order events arrived at this
/// device; their order in the journal is [`Event::order`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// Before the first event.
    pub const ZERO: Self = Self(0);
    /// After every event: "to the end".
    pub const END: Self = Self(u64::MAX);

    /// From a count.
    #[must_use]
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// As a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// So many events later.
    #[must_use]
    pub const fn plus(self, events: usize) -> Self {
        Self(self.0.saturating_add(events as u64))
    }

    /// As an argument of a message.
    pub(crate) fn count(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The identity of a shop's data: given at the first write, gone with [`Home::erase`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity(pub [u8; 16]);

/// Some consecutive events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Position of the first.
    pub first: Position,
    /// The events, at least one.
    pub events: Vec<Event>,
}

/// The book at a position, as its owner encoded it. It can always be made again from the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// How many events it covers.
    pub position: Position,
    /// Under which policies: if they have changed since, fold from the start.
    pub policy_hash: [u8; 32],
    /// State hash of the book.
    pub hash: [u8; 32],
    /// The bytes that a shop opens with, in as many parts as their owner likes (1 to 4 MB each suits the browser).
    pub parts: Vec<Vec<u8>>,
    /// What a shop opens without, in parts as well. It is put with the rest and read apart: [`Home::later_parts`].
    pub later: Vec<Vec<u8>>,
}

/// Which snapshot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SnapshotName {
    /// How many events it covers.
    pub position: Position,
    /// Under which policies, and whose layout.
    pub policy_hash: [u8; 32],
}

impl Snapshot {
    /// Which one it is.
    #[must_use]
    pub const fn name(&self) -> SnapshotName {
        SnapshotName { position: self.position, policy_hash: self.policy_hash }
    }
}

/// Keys of the marks that the product uses.
pub mod key {
    /// The shop's name, UTF-8.
    pub const SHOP_NAME: &str = "shop-name";
    /// Present if the shop is the sample.
    pub const SAMPLE: &str = "sample";
    /// This device's identity, 16 bytes.
    pub const DEVICE: &str = "device";
    /// The device's last sequence number.
    pub const SEQUENCE: &str = "sequence";
    /// The device's last clock reading.
    pub const CLOCK: &str = "clock";
    /// The position up to which a backup was taken.
    pub const BACKED_UP: &str = "backed-up";
}

/// One small entry to set or to clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub(crate) key: Cow<'static, str>,
    pub(crate) value: Option<Vec<u8>>,
}

impl Mark {
    /// Sets an entry.
    #[must_use]
    pub fn set(key: impl Into<Cow<'static, str>>, value: impl Into<Vec<u8>>) -> Self {
        Self { key: key.into(), value: Some(value.into()) }
    }

    /// Sets an entry to a number, as [`Mark::number`] reads it.
    #[must_use]
    pub fn set_number(key: impl Into<Cow<'static, str>>, value: u64) -> Self {
        Self::set(key, value.to_le_bytes())
    }

    /// Removes an entry.
    #[must_use]
    pub fn clear(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), value: None }
    }

    /// Reads an entry that [`Mark::set_number`] wrote.
    #[must_use]
    pub fn number(bytes: &[u8]) -> Option<u64> {
        bytes.try_into().ok().map(u64::from_le_bytes)
    }
}

/// How much is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Events in all.
    pub events: u64,
    /// Events of them in the tail, not yet packed.
    pub tail_events: u64,
    /// Bytes that the site uses, the app's own files included, where the browser tells.
    pub used_bytes: Option<u64>,
    /// Bytes that the site may use, where the browser tells.
    pub quota_bytes: Option<u64>,
    /// Whether the browser promises not to clear the data by itself, where it tells.
    pub persisted: Option<bool>,
}

/// The journal's home. Every write is one transaction that happens wholly or not at all, except where a method says otherwise.
#[expect(async_fn_in_trait, reason = "a browser's futures belong to one thread; nobody asks for Send")]
pub trait Home {
    /// How many events there are.
    ///
    /// # Errors
    /// Whatever hinders reading.
    async fn position(&self) -> Result<Position, StoreError>;

    /// Adds events after those that the caller knows of. Returns the new position once the events are on disk
    /// (strict durability).
    ///
    /// # Errors
    /// [`StoreError::Moved`] if there are more or fewer events than expected; [`StoreError::Full`] and others of writing.
    async fn append(&self, expected: Position, events: &[Event]) -> Result<Position, StoreError> {
        self.append_with_meta(expected, events, &[]).await
    }

    /// As [`Home::append`], with marks in the same transaction.
    ///
    /// # Errors
    /// As [`Home::append`].
    async fn append_with_meta(
        &self,
        expected: Position,
        events: &[Event],
        marks: &[Mark],
    ) -> Result<Position, StoreError>;

    /// Adds many events as packed segments, for imports. Up to 64,000 events are one transaction; of more, each
    /// 64,000 are one, and the marks belong to the last. Only the last waits for the disk.
    ///
    /// # Errors
    /// As [`Home::append`]. After an error with more than 64,000 events the first of them may have been added: ask
    /// [`Home::position`].
    async fn append_packed(&self, expected: Position, events: &[Event], marks: &[Mark])
    -> Result<Position, StoreError>;

    /// Reads the events from `from` (inclusive) to `to` (exclusive; [`Position::END`] for all) in batches of
    /// at most a segment, until `each` breaks. Returns the position after the last one delivered.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and [`StoreError::Newer`] after everything before the damage was delivered; to read what is behind it,
    /// ask again from its `to`.
    async fn read(
        &self,
        from: Position,
        to: Position,
        each: impl FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<Position, StoreError>;

    /// Reads all of `from..to` at once.
    ///
    /// # Errors
    /// As [`Home::read`].
    async fn read_all(&self, from: Position, to: Position) -> Result<Vec<Event>, StoreError> {
        let mut all = Vec::new();
        self.read(from, to, |batch| {
            all.extend(batch.events);
            ControlFlow::Continue(())
        })
        .await?;
        Ok(all)
    }

    /// Keeps a snapshot instead of the one before. Not waited for on disk: it can be made again.
    ///
    /// # Errors
    /// [`StoreError::Moved`] if it covers more events than there are; others of writing.
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError>;

    /// The snapshot, if there is one, without what it keeps for later.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with [`crate::Place::Snapshot`]: fold from the start and put a new one.
    async fn latest_snapshot(&self) -> Result<Option<Snapshot>, StoreError>;

    /// Of what a snapshot that was read keeps for later: up to `limit` parts from number `from` (0 is the first) on, none
    /// behind the last. `None` if another snapshot has taken its place.
    ///
    /// # Errors
    /// As [`Home::latest_snapshot`].
    async fn later_parts(
        &self,
        snapshot: &SnapshotName,
        from: u32,
        limit: u32,
    ) -> Result<Option<Vec<Vec<u8>>>, StoreError>;

    /// Sets and clears marks, all in one transaction (strict durability).
    ///
    /// # Errors
    /// Those of writing.
    async fn put_meta(&self, marks: &[Mark]) -> Result<(), StoreError>;

    /// A mark's value.
    ///
    /// # Errors
    /// Those of reading.
    async fn get_meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// All marks.
    ///
    /// # Errors
    /// Those of reading.
    async fn all_meta(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError>;

    /// Moves the tail's full thousands into segments if the tail has more than a thousand events. Returns how
    /// many were moved. Positions stay as they are.
    ///
    /// # Errors
    /// Those of reading and writing. What was moved stays moved.
    async fn pack(&self) -> Result<u64, StoreError>;

    /// Removes everything, identity and markers included.
    ///
    /// # Errors
    /// Those of writing.
    async fn erase(&self) -> Result<(), StoreError>;

    /// The identity of the data here; none before the first write.
    ///
    /// # Errors
    /// Those of reading.
    async fn identity(&self) -> Result<Option<Identity>, StoreError>;

    /// How much is stored.
    ///
    /// # Errors
    /// Those of reading.
    async fn usage(&self) -> Result<Usage, StoreError>;
}
