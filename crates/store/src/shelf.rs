//! What an [`crate::Archive`] stands on: a few stores of bytes with transactions, and a head to compare.

use crate::error::StoreError;
use crate::home::Identity;

/// A store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// Recent events, one record each.
    Tail,
    /// Packed events.
    Segments,
    /// The snapshot.
    Snapshots,
    /// The head and the marks.
    Meta,
}

impl Store {
    /// Every store.
    pub const ALL: [Self; 4] = [Self::Tail, Self::Segments, Self::Snapshots, Self::Meta];

    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tail => "tail",
            Self::Segments => "segments",
            Self::Snapshots => "snapshots",
            Self::Meta => "meta",
        }
    }
}

/// A record's key: numbers in all stores but `meta`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A number, below 2^53.
    Number(u64),
    /// A text.
    Text(String),
}

impl Key {
    /// The number, if it is one.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

/// The key of the head in [`Store::Meta`].
pub const HEAD: &str = "head";

/// A record.
pub type Record = (Key, Vec<u8>);

/// A question; answered with records in ascending order of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The record of this key.
    One(Store, Key),
    /// The record with the largest number not above this.
    Floor(Store, u64),
    /// The first `limit` records of `from..to`.
    Range {
        /// In which store.
        store: Store,
        /// First number.
        from: u64,
        /// First number not wanted.
        to: u64,
        /// At most so many.
        limit: u32,
    },
    /// All records of a store.
    All(Store),
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Puts a record, in place of one of the same key.
    Put(Store, Key, Vec<u8>),
    /// Removes a record.
    Delete(Store, Key),
    /// Removes the records of `from..to`.
    DeleteRange {
        /// In which store.
        store: Store,
        /// First number.
        from: u64,
        /// First number that stays.
        to: u64,
    },
    /// Removes all records of a store.
    Clear(Store),
}

/// What a transaction waits for before it counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The disk: survives a power cut.
    Strict,
    /// The operating system: survives a crash of the browser.
    Relaxed,
}

/// Space as the browser tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes in use.
    pub used_bytes: Option<u64>,
    /// Bytes allowed.
    pub quota_bytes: Option<u64>,
    /// Whether the data are safe from being cleared by the browser.
    pub persisted: Option<bool>,
}

/// Stores of bytes with transactions.
#[expect(async_fn_in_trait, reason = "a browser's futures belong to one thread; nobody asks for Send")]
pub trait Shelf {
    /// Answers all questions from one state.
    ///
    /// # Errors
    /// Those of reading.
    async fn read(&self, asks: &[Ask]) -> Result<Vec<Vec<Record>>, StoreError>;

    /// Shows the head to `decide` and writes what it decides, in one transaction. If `decide` refuses, nothing is written.
    ///
    /// # Errors
    /// That of `decide`, and those of writing: then nothing is written.
    async fn commit(
        &self,
        durability: Durability,
        decide: impl FnOnce(Option<&[u8]>) -> Result<Vec<Write>, StoreError>,
    ) -> Result<(), StoreError>;

    /// Removes everything, also what it keeps outside the stores.
    ///
    /// # Errors
    /// Those of writing.
    async fn erase(&self) -> Result<(), StoreError>;

    /// Space in use and allowed.
    async fn space(&self) -> Space;

    /// An identity that nobody else has.
    fn fresh_identity(&self) -> Identity;
}
