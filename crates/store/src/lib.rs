//! The journal's home: one seam ([`Home`]), two homes ([`MemoryHome`] and, in a browser, `IndexedDbHome`).
//!
//! What is stored, where, and why:
//!
//! | store | key | value | why |
//! |---|---|---|---|
//! | `tail` | position | one event, sealed | what was just rung up is one small record, saved with strict durability before the screen says so |
//! | `segments` | first position | about 1,000 events, sealed, LZ4 | 100 records are written and read 30 times faster than 100,000 |
//! | `snapshots` | 0, then 1, 2, …, then 1,000,000, … | what the snapshot is, its parts, and those for later, sealed | a shop opens from its book instead of folding every event; can always be made again, so only the newest is kept |
//! | `meta` | `head` | identity of the shop, position, where the tail begins | the one record that every write compares and swaps: two tabs cannot interleave |
//! | `meta` | `mark/…` | bytes | the shop's name, the device's clock and sequence, the backup mark, … |
//! | (database `…-marker`) | | identity of the shop | a marker outside: if it is there and the head is not, the data were lost, and an empty shop must not be shown |
//!
//! **Sealed** means: a header with magic, format, kind, layout version of the events, count, position, lengths, and a
//! checksum over all of it ([`pack`]). Damage is noticed when it is read, named with its positions, and costs no more
//! than what is damaged: reading goes on behind it.
//!
//! **Layers.** [`Home`] is what the app asks for. [`Archive`] answers it, with all decisions: positions, packing,
//! reading, snapshots. It stands on a [`shelf::Shelf`], which knows two things only: read several things in one transaction, and
//! compare the head and write several things in one transaction. So the decisions are tested in memory,
//! with a failure at each write, and the browser's part stays thin.
//!
//! **Invariants.** Segments hold the positions from 0 to the tail's start without a gap, the tail those from there to
//! the head's position. Every transaction keeps this, so a crash at any place leaves one of the states between two
//! transactions.

mod archive;
mod error;
mod home;
pub mod memory;
pub mod pack;
pub mod shelf;

#[cfg(all(target_arch = "wasm32", feature = "indexed-db"))]
pub mod browser;

pub use archive::Archive;
pub use error::{MESSAGE_KEYS, Place, StoreError};
pub use home::{Batch, Home, Identity, Mark, Position, Snapshot, SnapshotName, Usage, key};
pub use memory::MemoryHome;

#[cfg(all(target_arch = "wasm32", feature = "indexed-db"))]
pub use browser::{Channel, Incident, IndexedDbHome, Options, Persistence, Writer, persist, persisted};
