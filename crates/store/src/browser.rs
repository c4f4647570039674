//! The home in a browser: IndexedDB, the tabs of one shop, and what the browser promises about storage.
//!
//! Everything here works in a dedicated worker and in a page alike, except [`persist`]: browsers let only a page ask.

mod indexed_db;
mod marker;
mod request;
mod scope;
mod space;
mod tabs;

pub use indexed_db::{Incident, IndexedDb, IndexedDbHome, Options};
pub use space::{Persistence, persist, persisted};
pub use tabs::{Channel, Writer};
