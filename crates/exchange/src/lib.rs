//! CSV and plain backups, in and out.
//!
//! The crate opens no file and reads no clock: it takes bytes or text and gives events, or takes events and gives
//! bytes. The same code runs in a browser's worker and in the command line.
//!
//! The way of a file in: [`encoding::sniff`] and [`encoding::decode`] make text of its bytes, [`sheet::Sheet`] finds
//! its rows, [`column::guess_kind`] and [`column::guess_columns`] say what its columns are, [`preview::preview`] gives
//! a verdict on every row, and [`import::Importer`] makes events of the good ones, batch by batch.
//! The way out: [`export`] for spreadsheets, [`backup`] for everything, restorable.
//!
//! ```
//! use regulars_exchange::column::{TableKind, guess_columns};
//! use regulars_exchange::encoding::decode;
//! use regulars_exchange::import::{Importer, Lookup, Options};
//! use regulars_exchange::sheet::Sheet;
//!
//! let bytes = "会员号,姓名,手机,开卡日期\nA1,王芳,138 0000 1111,2024/5/1\n".as_bytes();
//! let decoded = decode(bytes)?;
//! let columns = guess_columns(TableKind::Members, &Sheet::read(&decoded.text)?.headers);
//! let options = Options::new("2026-03-02".parse()?);
//! let mut importer = Importer::new(TableKind::Members, &columns, decoded, options)?;
//! let batch = importer.next_batch(1_000, &Lookup::empty());
//! assert_eq!(batch.counts.taken, 1);
//! assert!(batch.problems.is_empty() && batch.finished);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod backup;
pub mod cell;
pub mod column;
pub mod encoding;
pub mod error;
pub mod export;
pub mod import;
pub mod keys;
pub mod preview;
pub mod sheet;
