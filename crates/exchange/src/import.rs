//! Rows become events, batch by batch, so that progress can be shown and an import stopped.
//!
//! INVARIANT(repeat): an event is made of its rows alone (and, where a row names no day, of [`Options`]): its id, its
//! clock and its sequence do not depend on where in which file the rows stand. So a file imported twice, two files
//! that overlap, and the same file on two tablets give the same events, and what is known already adds nothing.
//!
//! Good rows go on where others are bad, but a receipt is taken whole or not at all.

mod member;
mod product;
mod sale;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use regulars_rules::event::{Body, Event, Product, SCHEMA_VERSION};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::message::Message;
use regulars_rules::msg;
use regulars_rules::time::{BusinessTime, Day, Minute};

use crate::cell::{self, TimeOfDay};
use crate::column::{Field, TableKind, check_columns};
use crate::encoding::Decoded;
use crate::error::ExchangeError;
use crate::preview::PreviewRow;
use crate::sheet::{Fault, Layout, Place, Rows, Sheet};

pub use member::{ROUTE, carried_id, member_id};
pub use product::product_id;
pub use sale::sale_id;

/// The device that imported events name: no device of the shop recorded them.
#[must_use]
pub fn import_device() -> DeviceId {
    DeviceId::derived("device", "import")
}

/// What the importer must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The business time of the import. It dates what the rows do not date (products, carried-over figures, members
    /// without a day of joining), and no row may lie on a later day. Its offset from UTC is that of all rows.
    pub now: BusinessTime,
    /// The same in milliseconds since 1970.
    pub now_ms: u64,
}

impl Options {
    /// Noon of a day, China time.
    #[must_use]
    pub fn new(day: Day) -> Self {
        let now = BusinessTime::noon(day);
        Self { now, now_ms: milliseconds(now, 0) }
    }
}

/// What the shop knows already. The caller adds to it what each batch has brought, before it asks for the next.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    /// The member with this number, card or phone.
    pub member: &'a dyn Fn(&str) -> Option<MemberId>,
    /// Whether this event is in the journal.
    pub event: &'a dyn Fn(EventId) -> bool,
    /// The product with this code.
    pub product: &'a dyn Fn(&str) -> Option<&'a Product>,
}

impl Lookup<'_> {
    /// A shop without members, products and events.
    #[must_use]
    pub fn empty() -> Self {
        Lookup { member: &|_| None, event: &|_| false, product: &|_| None }
    }
}

impl core::fmt::Debug for Lookup<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Lookup")
    }
}

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: u32,
    /// The field; `None`: the row as a whole.
    pub field: Option<Field>,
    /// What stands there, shortened.
    pub text: Text,
    /// Why, and what to do.
    pub reason: Message,
}

/// How rows fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that gave events.
    pub taken: u32,
    /// Rows that were here already.
    pub known: u32,
    /// Rows left out: bad ones, and good ones of a receipt that has a bad one.
    pub left_out: u32,
}

/// What some rows have given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// New events.
    pub events: Vec<Event>,
    /// What is wrong with rows of this batch, by line.
    pub problems: Vec<Problem>,
    /// From the beginning of the file. Rows of a receipt count once it is complete.
    pub counts: Counts,
    /// Rows read from the beginning of the file.
    pub rows_done: u32,
    /// Bytes of text read.
    pub bytes_done: usize,
    /// Bytes of text in all.
    pub bytes_total: usize,
    /// Whether this was the last batch.
    pub finished: bool,
}

/// An import under way. Dropped at any time, it has done nothing but what its batches said.
#[derive(Debug)]
pub struct Importer<'t> {
    text: Cow<'t, str>,
    cut: bool,
    layout: Layout,
    place: Place,
    columns: Columns,
    run: Run,
}

impl<'t> Importer<'t> {
    /// Begins an import. `columns` says of each column what it holds ([`crate::column::guess_columns`]).
    ///
    /// # Errors
    /// [`ExchangeError::Empty`], or what [`check_columns`] says of the columns.
    pub fn new(
        kind: TableKind,
        columns: &[Option<Field>],
        decoded: Decoded<'t>,
        options: Options,
    ) -> Result<Self, ExchangeError> {
        check_columns(kind, columns)?;
        let layout = Sheet::read(&decoded.text)?.layout();
        Ok(Self {
            text: decoded.text,
            cut: decoded.cut,
            layout,
            place: layout.first,
            columns: Columns::new(columns),
            run: Run::new(kind, options),
        })
    }

    /// The same, keeping the first rows as they stand, with their verdicts.
    pub(crate) fn watching(mut self, rows: usize) -> Self {
        self.run.watched.reserve(rows);
        self.run.watch_max = rows;
        self
    }

    pub(crate) fn into_watched(self) -> Vec<PreviewRow> {
        self.run.watched
    }

    /// Reads up to `rows` more rows.
    pub fn next_batch(&mut self, rows: u32, lookup: &Lookup<'_>) -> Batch {
        let mut reader = Rows::resume(&self.text, self.layout, self.place);
        let mut cells = Vec::new();
        let run = &mut self.run;
        if run.kind == TableKind::Sales && self.place == self.layout.first {
            run.sales.find_scattered(reader.clone(), &self.columns);
        }
        let mut finished = false;
        for _ in 0..rows {
            let Some((line, mut fault)) = reader.fill(&mut cells) else {
                finished = true;
                break;
            };
            if self.cut && reader.place().byte >= self.text.len() {
                fault = fault.or(Some(Fault::Cut));
            }
            run.row(&self.columns, &cells, line, fault, lookup);
        }
        self.place = reader.place();
        if finished {
            run.finish(lookup);
        }
        run.problems.sort_by_key(|problem| problem.line);
        Batch {
            events: core::mem::take(&mut run.events),
            problems: core::mem::take(&mut run.problems),
            counts: run.counts,
            rows_done: run.rows_done,
            bytes_done: self.place.byte,
            bytes_total: self.text.len(),
            finished,
        }
    }
}

/// Where each field stands.
#[derive(Debug)]
pub(crate) struct Columns(Vec<Option<usize>>);

impl Columns {
    fn new(columns: &[Option<Field>]) -> Self {
        Self(Field::ALL.iter().map(|field| columns.iter().position(|own| own == &Some(*field))).collect())
    }

    fn has(&self, field: Field) -> bool {
        self.0.get(field as usize).is_some_and(Option::is_some)
    }

    /// The cell of a field, trimmed and without the mark of text; empty where there is none.
    fn cell<'r>(&self, cells: &'r [Cow<'_, str>], field: Field) -> &'r str {
        let column = self.0.get(field as usize).copied().flatten();
        column.and_then(|column| cells.get(column)).map_or("", |cell| cell::unmarked(cell.trim()).trim())
    }
}

/// One row on its way through the parsers.
struct Row<'r> {
    columns: &'r Columns,
    cells: &'r [Cow<'r, str>],
    line: u32,
    problems: &'r mut Vec<Problem>,
    bad: bool,
}

impl<'r> Row<'r> {
    fn cell(&self, field: Field) -> &'r str {
        self.columns.cell(self.cells, field)
    }

    fn refuse(&mut self, field: Field, reason: Message) {
        let text = shortened(self.cell(field));
        self.problems.push(Problem { line: self.line, field: Some(field), text, reason });
        self.bad = true;
    }

    /// The value of a cell; `None` where it is blank or bad.
    fn read<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Message>) -> Option<T> {
        let cell = self.cell(field);
        if cell.is_empty() {
            return None;
        }
        match parse(cell) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(field, reason);
                None
            }
        }
    }

    /// The same, where a blank cell is bad, too.
    fn need<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Message>) -> Option<T> {
        if self.cell(field).is_empty() {
            self.refuse(field, msg!("import.blank", field = field.label()));
            return None;
        }
        self.read(field, parse)
    }

    /// The value of a cell, or the type's own nothing.
    fn read_or_default<T: Default>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Message>) -> T {
        self.read(field, parse).unwrap_or_default()
    }
}

/// A moment of business, with the seconds that only order it.
#[derive(Debug, Clone, Copy)]
struct Moment {
    at: BusinessTime,
    ms: u64,
}

/// What happens at one moment is ordered by sort: a member is enrolled before figures are carried over to them, and
/// buys after that.
#[derive(Debug, Clone, Copy)]
enum Rank {
    Product = 0,
    Enrolment = 1,
    Carried = 2,
    Sale = 3,
}

/// What an import remembers between rows.
#[derive(Debug)]
struct Run {
    kind: TableKind,
    options: Options,
    device: DeviceId,
    counts: Counts,
    rows_done: u32,
    events: Vec<Event>,
    problems: Vec<Problem>,
    watched: Vec<PreviewRow>,
    watch_max: usize,
    /// Identities met in this file, with their lines.
    seen: HashMap<u128, u32, BuildHasherDefault<IdHasher>>,
    members: member::Members,
    sales: sale::Sales,
}

impl Run {
    fn new(kind: TableKind, options: Options) -> Self {
        Self {
            kind,
            options,
            device: import_device(),
            counts: Counts::default(),
            rows_done: 0,
            events: Vec::new(),
            problems: Vec::new(),
            watched: Vec::new(),
            watch_max: 0,
            seen: HashMap::default(),
            members: member::Members::default(),
            sales: sale::Sales::default(),
        }
    }

    fn row(&mut self, columns: &Columns, cells: &[Cow<'_, str>], line: u32, fault: Option<Fault>, lookup: &Lookup<'_>) {
        self.rows_done += 1;
        if self.watched.len() < self.watch_max {
            let cells = cells.iter().map(|cell| Text::from(cell.as_ref())).collect();
            self.watched.push(PreviewRow { line, cells, problems: Vec::new(), known: false });
        }
        let before = self.problems.len();
        if let Some(fault) = fault {
            let text = shortened(&cells.join(" | "));
            self.problems.push(Problem { line, field: None, text, reason: fault.message() });
        }
        match self.kind {
            TableKind::Sales => self.sale_row(columns, cells, line, fault.is_some(), lookup),
            _ if fault.is_some() => self.left_out(&[line], 1, None),
            TableKind::Members => self.member_row(columns, cells, line, lookup),
            TableKind::Products => self.product_row(columns, cells, line, lookup),
        }
        self.note_problems(before);
    }

    fn finish(&mut self, lookup: &Lookup<'_>) {
        let before = self.problems.len();
        self.finish_sales(lookup);
        self.note_problems(before);
    }

    /// Problems of rows that are watched are their verdicts.
    fn note_problems(&mut self, from: usize) {
        for Problem { line, reason, .. } in self.problems.iter().skip(from) {
            note(&mut self.watched, *line, |row| {
                if !row.problems.contains(reason) {
                    row.problems.push(reason.clone());
                }
            });
        }
    }

    /// Counts rows as left out. `reason` is for rows that have no problem of their own.
    fn left_out(&mut self, lines: &[u32], rows: u32, reason: Option<&Message>) {
        self.counts.left_out += rows;
        for line in lines {
            note(&mut self.watched, *line, |row| {
                if let Some(reason) = reason
                    && row.problems.is_empty()
                {
                    row.problems.push(reason.clone());
                }
            });
        }
    }

    fn known(&mut self, lines: &[u32], rows: u32) {
        self.counts.known += rows;
        for line in lines {
            note(&mut self.watched, *line, |row| row.known = true);
        }
    }

    /// The line on which this identity was met before; from now on it has been.
    fn met_before(&mut self, id: EventId, line: u32) -> Option<u32> {
        let mut before = None;
        self.seen.entry(id.as_u128()).and_modify(|first| before = Some(*first)).or_insert(line);
        before
    }

    fn moment(&self, day: Day, time: TimeOfDay) -> Moment {
        let at = BusinessTime { day, minute: time.minute, offset_minutes: self.options.now.offset_minutes };
        Moment { at, ms: milliseconds(at, time.second) }
    }

    const fn now(&self) -> Moment {
        Moment { at: self.options.now, ms: self.options.now_ms }
    }

    fn event(&self, id: EventId, moment: Moment, rank: Rank, key: &str, body: Body) -> Event {
        Event {
            id,
            device: self.device,
            sequence: sequence_of(key),
            clock: (moment.ms << 16) | rank as u64,
            at: moment.at,
            store: Text::default(),
            staff: Text::default(),
            program: Text::default(),
            policy_version: 0,
            schema: SCHEMA_VERSION,
            body,
        }
    }
}

/// Whether a business day can be recorded: not after the import, and not before clocks begin.
fn business_day(day: Day, now: BusinessTime) -> Result<(), Message> {
    if day > now.day {
        Err(msg!("import.date-future", today = now.day))
    } else if day.number() < 1 {
        Err(msg!("import.date-early"))
    } else {
        Ok(())
    }
}

const MIDNIGHT: fn() -> TimeOfDay = || TimeOfDay { minute: Minute::default(), second: 0 };

fn milliseconds(at: BusinessTime, second: u8) -> u64 {
    let minutes = i64::from(at.day.number()) * 1_440 + i64::from(at.minute.number()) - i64::from(at.offset_minutes);
    u64::try_from((minutes * 60 + i64::from(second)) * 1_000).unwrap_or(0)
}

/// The number in a receipt's, member's or product's number: within a minute, receipts follow each other by number
/// whichever way the file is sorted.
fn sequence_of(key: &str) -> u64 {
    const DIGITS_MAX: u64 = 1_000_000_000_000_000_000;
    let digits = key.bytes().filter(u8::is_ascii_digit);
    1 + digits.fold(0, |number: u64, digit| (number % (DIGITS_MAX / 10)) * 10 + u64::from(digit - b'0'))
}

fn note(watched: &mut [PreviewRow], line: u32, what: impl FnOnce(&mut PreviewRow)) {
    if watched.last().is_some_and(|last| line <= last.line)
        && let Ok(index) = watched.binary_search_by_key(&line, |row| row.line)
        && let Some(row) = watched.get_mut(index)
    {
        what(row);
    }
}

/// The beginning of a cell, for a problem.
fn shortened(text: &str) -> Text {
    const SHOWN_MAX: usize = 80;
    match text.char_indices().nth(SHOWN_MAX) {
        None => Text::from(text),
        Some((end, _)) => text.get(..end).unwrap_or_default().chars().chain(['…']).collect(),
    }
}

/// Derived identities are hashes already.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only whole numbers are hashed here; anything else is still a valid hash.
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = u64::try_from(number & u128::from(u64::MAX)).unwrap_or_default();
    }
}
