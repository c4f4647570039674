//! What the desk says after a wish, and of its own work (`desk`).

use super::Entry;

pub const FAMILIES: &[&str] = &["desk"];

pub const ENTRIES: &[Entry] = &[
    ("desk.note-points", "积分 {points}", "{points} {points|point|points}"),
    ("desk.same-id", "两条不同的记录用了同一个编号，都先搁置了，请核对", "Two different records have the same id; both are set aside, check them"),
];
