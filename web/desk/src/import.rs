//! CSV and backups, in and out. An import goes on in steps, so that progress is shown and it can be stopped: what was
//! saved stays, and a repeat goes on from there, because a row gives the same event every time.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasherDefault;

use regulars_exchange::backup::{BackupMeta, FILE_SUFFIX, MIME, read_backup, write_backup};
use regulars_exchange::column::{self, Field, columns_from_names, fields, guess_columns, guess_kind};
use regulars_exchange::encoding::{Decoded, Encoding, decode_sniffed, sniff, sniff_as};
use regulars_exchange::error::ExchangeError;
use regulars_exchange::export::{self as tables, MemberRecord};
use regulars_exchange::import::{Counts, Importer, Lookup, Options, Problem};
use regulars_exchange::preview;
use regulars_exchange::sheet::Sheet;
use regulars_rules::book::{Book, IdHasher};
use regulars_rules::event::{Body, Event, OrderKey, Product};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::Language;
use regulars_rules::msg;
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::{Home, Mark, Position, StoreError, key};

use crate::desk::{Desk, Failure, Host, Report};
use crate::protocol::{Call, ImportFile, ImportPreview, ImportProblem, ImportResult, ImportRow, Reply, TableKind};

/// Rows between two looks at what else has come.
const STEP_ROWS: u32 = 2_000;
/// Events of one write, unless the import is stopped or ends.
const WRITE_EVENTS: usize = 8_000;
/// Problems that are listed.
const PROBLEMS_SHOWN: usize = 100;
const CSV_MIME: &str = "text/csv;charset=utf-8";

/// Identities of events.
type Ids = HashSet<u128, BuildHasherDefault<IdHasher>>;

impl From<ExchangeError> for Failure {
    fn from(error: ExchangeError) -> Self {
        Self::trouble(error.message(), error.remedy())
    }
}

const fn kind_of(kind: TableKind) -> column::TableKind {
    match kind {
        TableKind::Members => column::TableKind::Members,
        TableKind::Products => column::TableKind::Products,
        TableKind::Sales => column::TableKind::Sales,
    }
}

const fn kind_shown(kind: column::TableKind) -> TableKind {
    match kind {
        column::TableKind::Members => TableKind::Members,
        column::TableKind::Products => TableKind::Products,
        column::TableKind::Sales => TableKind::Sales,
    }
}

/// The text of a file, in the encoding that was noticed or named.
fn decoded<'f>(host: &impl Host, file: &'f ImportFile) -> Result<Decoded<'f>, ExchangeError> {
    let sniffed = match Encoding::from_name(&file.encoding) {
        Some(encoding) => sniff_as(&file.bytes, encoding)?,
        None => sniff(&file.bytes)?,
    };
    match decode_sniffed(sniffed) {
        // The browser has the tables that this build leaves out.
        Err(ExchangeError::DecoderMissing) => {
            let text = host.decode(sniffed.encoding.name(), sniffed.body).ok_or(ExchangeError::DecoderMissing)?;
            Ok(Decoded { text: Cow::Owned(text), encoding: sniffed.encoding, cut: sniffed.cut })
        }
        other => other,
    }
}

/// What the file holds and what its columns are, as named or as guessed.
fn layout(file: &ImportFile, decoded: &Decoded<'_>) -> Result<(column::TableKind, Vec<Option<Field>>), ExchangeError> {
    let headers = Sheet::read(&decoded.text)?.headers;
    let kind = file.kind.map(kind_of).or_else(|| guess_kind(&headers)).unwrap_or(column::TableKind::Members);
    let columns =
        if file.columns.is_empty() { guess_columns(kind, &headers) } else { columns_from_names(&file.columns) };
    Ok((kind, columns))
}

/// What is known beside the book while an import runs: its events are folded at the end, all at once.
#[derive(Debug, Default)]
struct Known {
    ids: Ids,
    members: HashMap<Text, MemberId>,
    products: BTreeMap<Text, Product>,
}

impl Known {
    async fn of<H: Home, T: Host>(desk: &Desk<H, T>) -> Result<Self, Failure> {
        let mut known = Self { products: desk.known()?.book.products().clone(), ..Self::default() };
        // A damaged journal cannot be imported into; reading stops at the damage, and says so.
        let read = desk.home.read(Position::ZERO, Position::END, |batch| {
            known.ids.extend(batch.events.iter().map(|event| event.id.as_u128()));
            core::ops::ControlFlow::Continue(())
        });
        read.await?;
        Ok(known)
    }

    fn add(&mut self, events: &[Event]) {
        for event in events {
            self.ids.insert(event.id.as_u128());
            match &event.body {
                Body::Enrolled { profile, card, .. } => {
                    for name in [card, &profile.phone] {
                        if !name.is_empty() {
                            self.members.insert(name.clone(), MemberId::from(event.id));
                        }
                    }
                }
                Body::ProductListed(product) => drop(self.products.insert(product.code.clone(), product.clone())),
                _ => {}
            }
        }
    }

    /// Calls with a lookup over the book and this.
    fn with<R>(&self, book: &Book, call: impl FnOnce(&Lookup<'_>) -> R) -> R {
        call(&Lookup {
            member: &|text| {
                let member = book.member_by_card(text).or_else(|| book.member_by_phone(text)).map(|member| member.id);
                member.or_else(|| self.members.get(text).copied())
            },
            event: &|id: EventId| self.ids.contains(&id.as_u128()),
            product: &|code| self.products.get(code),
        })
    }
}

fn problem(problem: Problem) -> ImportProblem {
    let field = problem.field.map(Field::name).unwrap_or_default();
    ImportProblem { line: problem.line, field: Text::const_new(field), text: problem.text, reason: problem.reason }
}

fn options(call: &Call) -> Options {
    Options { now: call.now, now_ms: call.now_ms }
}

/// Looks at a file. Changes nothing.
pub(crate) async fn preview<H: Home, T: Host>(
    desk: &mut Desk<H, T>,
    call: &Call,
    file: &ImportFile,
) -> Result<Reply, Failure> {
    let known = Known::of(desk).await?;
    let decoded = decoded(&desk.host, file)?;
    let (kind, columns) = layout(file, &decoded)?;
    let book = &desk.known()?.book;
    let preview = known.with(book, |lookup| preview::preview(kind, &columns, decoded, options(call), lookup))?;
    let mut problems: Vec<ImportProblem> = preview.problems.into_iter().map(problem).collect();
    if let Some(wrong) = preview.columns_wrong {
        problems.insert(
            0,
            ImportProblem { line: 1, field: Text::default(), text: Text::default(), reason: wrong.message() },
        );
    }
    let rows = preview.rows.into_iter().map(|row| ImportRow {
        line: row.line,
        cells: row.cells,
        problems: row.problems,
        known: row.known,
    });
    Ok(Reply::Preview(Box::new(ImportPreview {
        kind: kind_shown(preview.kind),
        encoding: Text::const_new(preview.encoding.name()),
        headers: preview.headers,
        columns: preview
            .columns
            .iter()
            .map(|field| Text::const_new(field.map(Field::name).unwrap_or_default()))
            .collect(),
        fields: fields(kind).iter().map(|(field, required)| (Text::const_new(field.name()), *required)).collect(),
        rows: rows.collect(),
        total: preview.total,
        good: preview.counts.taken,
        known: preview.counts.known,
        bad: preview.counts.left_out,
        problems,
    })))
}

/// What an import has come to so far.
#[derive(Debug, Default)]
struct Running {
    known: Known,
    /// Not yet written.
    waiting: Vec<Event>,
    written: u32,
    counts: Counts,
    problems: Vec<ImportProblem>,
    /// The place of the last event, and whether each came after all before it.
    last: Option<OrderKey>,
    scattered: bool,
}

impl Running {
    /// Takes a batch's events.
    fn take(&mut self, events: Vec<Event>) {
        self.known.add(&events);
        for event in &events {
            let order = Some(event.order());
            self.scattered |= order <= self.last;
            self.last = self.last.max(order);
        }
        self.waiting.extend(events);
    }

    /// Writes what waits. Other tabs may have written meanwhile: imported events have their own place in the order.
    async fn write<H: Home, T: Host>(&mut self, desk: &mut Desk<H, T>) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut expected = desk.home.position().await?;
        loop {
            match desk.home.append_packed(expected, &self.waiting, &[]).await {
                Ok(_) => break,
                Err(StoreError::Moved { actual, .. }) => expected = actual,
                Err(other) => return Err(other),
            }
        }
        self.written = self.written.saturating_add(u32::try_from(self.waiting.len()).unwrap_or(u32::MAX));
        self.waiting.clear();
        Ok(())
    }
}

/// Imports a file.
pub(crate) async fn run<H: Home, T: Host>(
    desk: &mut Desk<H, T>,
    call: &Call,
    file: &ImportFile,
    report: &Report<'_>,
) -> Result<Reply, Failure> {
    let last = desk.known()?.book.last();
    let mut running = Running { known: Known::of(desk).await?, last, ..Running::default() };
    let decoded = decoded(&desk.host, file)?;
    let (kind, columns) = layout(file, &decoded)?;
    let mut importer = Importer::new(kind, &columns, decoded, options(call))?;
    let mut cancelled = false;
    let mut hindered = None;
    loop {
        let book = &desk.known()?.book;
        let batch = running.known.with(book, |lookup| importer.next_batch(STEP_ROWS, lookup));
        running.take(batch.events);
        running.counts = batch.counts;
        let room = PROBLEMS_SHOWN.saturating_sub(running.problems.len());
        running.problems.extend(batch.problems.into_iter().take(room).map(problem));
        // Rows in all are not known; bytes are.
        let rows = usize::try_from(batch.rows_done).unwrap_or(usize::MAX);
        let total = rows.saturating_mul(batch.bytes_total).checked_div(batch.bytes_done).unwrap_or(0);
        report.progress(rows, if batch.finished { rows } else { total }, msg!("desk.importing"));
        let enough = running.waiting.len() >= WRITE_EVENTS || batch.finished;
        if enough && let Err(error) = running.write(desk).await {
            hindered = Some(error);
            break;
        }
        if batch.finished {
            break;
        }
        desk.host.breathe().await;
        if desk.is_cancelled() {
            cancelled = true;
            hindered = running.write(desk).await.err();
            break;
        }
    }
    if running.written > 0 {
        settle(desk, report, running.scattered).await?;
    }
    if let Some(error) = hindered {
        let trouble = crate::desk::store_trouble(&error);
        let what = msg!("desk.import-stopped", why = trouble.what, events = running.written);
        return Err(Failure::trouble(what, trouble.remedy));
    }
    Ok(Reply::Imported(ImportResult {
        taken: running.counts.taken,
        known: running.counts.known,
        left_out: running.counts.left_out,
        events: running.written,
        cancelled,
        problems: running.problems,
    }))
}

/// Folds what was added, checks the sums, keeps a snapshot, tells the other tabs.
async fn settle<H: Home, T: Host>(desk: &mut Desk<H, T>, report: &Report<'_>, scattered: bool) -> Result<(), Failure> {
    report.progress(0, 0, msg!("desk.folding"));
    desk.host.breathe().await;
    if scattered {
        desk.refold(report).await?;
    } else {
        desk.read_news(report).await?;
        desk.verify(report);
    }
    desk.keep_snapshot().await;
    desk.host.announce(Position::new(desk.position));
    Ok(())
}

/// A table for spreadsheets.
pub(crate) async fn export<H: Home, T: Host>(
    desk: &mut Desk<H, T>,
    kind: TableKind,
    now: BusinessTime,
) -> Result<Reply, Failure> {
    const LANGUAGE: Language = Language::Zh;
    let (name, bytes) = match kind {
        TableKind::Members => {
            let shop = desk.known()?;
            let records = shop.book.members().iter().map(|member| {
                let member = shop.book.member_on(member.id, &shop.policies, now.day).unwrap_or_else(|| member.clone());
                let more = |field: &str| member.profile.more.get(field).cloned().unwrap_or_default();
                MemberRecord {
                    id: Some(member.id),
                    gender: more("gender"),
                    email: more("email"),
                    address: more("address"),
                    number: member.card,
                    name: member.profile.name,
                    phone: member.profile.phone,
                    joined: Some(member.joined.day),
                    birthday: member.profile.birthday,
                    id_number: member.profile.id_number,
                    store: member.store,
                    guide: member.guide,
                    points: member.points.balance,
                    spend: member.spend,
                    visits: u32::try_from(member.visits).unwrap_or(0),
                    stored_value: member.stored_value,
                }
            });
            ("会员", tables::members(records, LANGUAGE))
        }
        TableKind::Products => ("商品", tables::products(desk.known()?.book.products().values(), LANGUAGE)),
        TableKind::Sales => {
            let mut events = desk.all_events().await?;
            events.sort_by_key(Event::order);
            let book = &desk.known()?.book;
            let number = |id: MemberId| {
                let member = book.member(id);
                member
                    .map(|member| if member.card.is_empty() { &member.profile.phone } else { &member.card })
                    .cloned()
                    .unwrap_or_default()
            };
            let name = |code: &str| book.products().get(code).map(|product| product.name.clone()).unwrap_or_default();
            ("销售", tables::sales(&events, &number, &name, LANGUAGE))
        }
    };
    Ok(Reply::File { name: Text::from(format!("{name}-{}.csv", now.day)), mime: Text::const_new(CSV_MIME), bytes })
}

/// Everything, as a file.
pub(crate) async fn backup<H: Home, T: Host>(desk: &mut Desk<H, T>, now: BusinessTime) -> Result<Reply, Failure> {
    desk.known()?;
    let events = desk.all_events().await?;
    let meta = BackupMeta {
        shop: desk.name.clone(),
        app: Text::const_new(env!("CARGO_PKG_VERSION")),
        made: now,
        sample: desk.sample,
    };
    let bytes = write_backup(&events, &meta)?;
    let count = u64::try_from(events.len()).unwrap_or(0);
    // The file is good even where its making cannot be remembered.
    let _ = desk.note_backup(count, now.day).await;
    let name = file_name(&desk.name, now.day);
    Ok(Reply::File { name, mime: Text::const_new(MIME), bytes })
}

/// A shop's name without what file systems do not take.
fn file_name(shop: &str, day: Day) -> Text {
    let kept: String =
        shop.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '·') { c } else { '_' }).collect();
    Text::from(format!("{kept}-{day}{FILE_SUFFIX}"))
}

/// Adds a backup's events to what is here; begins a shop with them where there is none.
pub(crate) async fn restore<H: Home, T: Host>(
    desk: &mut Desk<H, T>,
    call: &Call,
    bytes: &[u8],
    report: &Report<'_>,
) -> Result<(), Failure> {
    report.progress(0, 0, msg!("desk.restoring"));
    let backup = read_backup(bytes)?;
    if desk.shop.is_some() {
        desk.may_write()?;
    }
    let anew = desk.shop.is_none();
    let mut marks = Vec::new();
    if anew {
        if !backup.events.iter().any(|event| matches!(event.body, Body::Adopted { .. })) {
            return Err(Failure::trouble(msg!("desk.backup-without-program"), msg!("backup.remedy.not-a-backup")));
        }
        marks = desk.begin(call).await?;
        marks.push(Mark::set(key::SHOP_NAME, backup.meta.shop.as_bytes()));
        if backup.meta.sample {
            marks.push(Mark::set(key::SAMPLE, [1]));
        }
    }
    let here = if anew { Vec::new() } else { desk.all_events().await? };
    let new = added(&here, backup.events);
    let total = new.len();
    report.progress(0, total, msg!("desk.restoring"));
    if total == 0 {
        return Ok(());
    }
    let mut expected = desk.home.position().await?;
    if anew {
        marks.push(Mark::set_number(key::BACKED_UP, u64::try_from(total).unwrap_or(0)));
    }
    loop {
        match desk.home.append_packed(expected, &new, &marks).await {
            Ok(_) => break,
            // Into an empty home nothing may come between; elsewhere a merge minds no place.
            Err(StoreError::Moved { actual, .. }) if !anew => expected = actual,
            Err(other) => return Err(other.into()),
        }
    }
    if anew {
        desk.open(report).await?;
    }
    settle(desk, report, !anew).await
}

/// The events that are not here yet. One with a known id and other content is added: the fold sets both aside.
fn added(here: &[Event], events: Vec<Event>) -> Vec<Event> {
    let mut known: HashMap<u128, Vec<&Event>, BuildHasherDefault<IdHasher>> = HashMap::default();
    for event in here {
        known.entry(event.id.as_u128()).or_default().push(event);
    }
    let mut added = events;
    added.retain(|event| known.get(&event.id.as_u128()).is_none_or(|same| !same.contains(&event)));
    added
}
