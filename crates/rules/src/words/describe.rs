//! A program in plain words (`describe`, `section`).

use super::Entry;

pub const FAMILIES: &[&str] = &["describe", "section"];

pub const ENTRIES: &[Entry] = &[];
