//! The desk: answers every question of a page over the journal's home.
//!
//! The way of a wish: `decide` on the book as it stands, wrap the bodies into events, append them behind the position
//! that is known, fold them, answer. If another tab was faster, the append is refused: read its events, decide again.
//! INVARIANT(saved): what is reported as done is on disk; what is not on disk is not in the book.

use core::cell::Cell;
use core::ops::ControlFlow;
use core::pin::Pin;
use std::rc::Rc;

use regulars_rules::decide::{self, Application, decide};
use regulars_rules::event::{Body, Clock, Event, SCHEMA_VERSION};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::message::{Message, Refusal};
use regulars_rules::msg;
use regulars_rules::number::{Money, Points};
use regulars_rules::quote::{quote, quote_return};
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::{Home, Mark, Place, Position, Snapshot, SnapshotName, StoreError, key};

use crate::find::{self, Lists};
use crate::goods_names;
use crate::index::DayIndex;
use crate::protocol::{Ask, Call, Done, Push, Reply, ReturnView, ShopStatus, StorageView, Trouble, Wish};
use crate::shop::Shop;
use crate::{import, picture, programs, receipts, sample, staff, today, views};

/// So many events after the last snapshot make another.
const SNAPSHOT_EVENTS: u64 = 5_000;
/// Parts of a snapshot that are unpacked in one step: some ten milliseconds.
const PARTS_AT_ONCE: u32 = 2;
/// The sums are checked after so many wishes.
const VERIFY_WISHES: u32 = 200;
/// A wish is decided anew so often when other tabs are faster.
const ATTEMPTS_MAX: u32 = 5;
/// Day of the last backup, as a number.
const BACKED_UP_DAY: &str = "backed-up-day";

/// What the desk needs of its surroundings besides the journal's home.
#[expect(async_fn_in_trait, reason = "a browser's futures belong to one thread; nobody asks for Send")]
pub trait Host {
    /// Lets other messages in: called between the steps of long work.
    async fn breathe(&self);
    /// Asks the browser to keep the storage; `None`: it cannot say.
    async fn persist(&self) -> Option<bool>;
    /// Tells the other tabs how many events there are.
    fn announce(&self, position: Position);
    /// Whether this tab has the right to write.
    fn is_writer(&self) -> bool;
    /// Text of bytes in an encoding that the product does not decode itself.
    fn decode(&self, encoding: &str, bytes: &[u8]) -> Option<String>;
}

/// Surroundings without tabs and browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Host for Alone {
    async fn breathe(&self) {}
    async fn persist(&self) -> Option<bool> {
        None
    }
    fn announce(&self, _: Position) {}
    fn is_writer(&self) -> bool {
        true
    }
    fn decode(&self, _: &str, _: &[u8]) -> Option<String> {
        None
    }
}

/// A part of the answers that is compiled when it is first asked for: as a part of the whole it would be compiled with it,
/// before anything is answered.
fn apart<'f, V>(work: impl Future<Output = V> + 'f) -> Pin<Box<dyn Future<Output = V> + 'f>> {
    Box::pin(work)
}

/// How far what a shop was opened without is fetched.
enum Fetched {
    /// There is more.
    Some,
    /// It is all there.
    Whole,
    /// It cannot be had: fold anew.
    Damaged,
}

/// What a call comes to when it fails.
#[derive(Debug)]
pub(crate) enum Failure {
    Store(StoreError),
    Refused(Refusal),
    Trouble(Trouble),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Failure {
    pub(crate) fn trouble(what: Message, remedy: Message) -> Self {
        Self::Trouble(Trouble { what, remedy, read_only: false })
    }
}

/// A storage error as a page shows it.
#[must_use]
pub fn store_trouble(error: &StoreError) -> Trouble {
    let read_only = matches!(
        error,
        StoreError::Outdated | StoreError::Newer { .. } | StoreError::Refused { .. } | StoreError::Damaged { .. }
    );
    Trouble { what: error.message(), remedy: error.remedy(), read_only }
}

/// The desk.
#[derive(Debug)]
pub struct Desk<H, T = Alone> {
    pub(crate) home: H,
    pub(crate) host: T,
    pub(crate) shop: Option<Shop>,
    pub(crate) name: Text,
    pub(crate) sample: bool,
    pub(crate) device: DeviceId,
    /// Events known.
    pub(crate) position: u64,
    pub(crate) backed_up: u64,
    backed_up_day: Option<Day>,
    pub(crate) snapshot_at: u64,
    /// Whether it was opened from a snapshot, and what has happened since is still to be read.
    behind: bool,
    /// The snapshot that the shop was opened from: what it keeps for later is fetched by this name.
    opened: SnapshotName,
    wishes: u32,
    /// Why nothing is written any more.
    stopped: Option<Trouble>,
    persistent: Option<bool>,
    persistence_asked: bool,
    lists: Lists,
    cancel: Rc<Cell<bool>>,
    /// The staff book, once a staff page asked.
    pub(crate) staff: Option<staff::Kept>,
    /// The last what-if.
    pub(crate) compared: Option<staff::Compared>,
}

/// What a wish comes to, on the shop as it stands.
type Decision<'d, D> = dyn Fn(&D, &Shop) -> Result<Vec<Body>, Failure> + 'd;

/// Where progress goes.
pub(crate) struct Report<'r> {
    number: u32,
    push: &'r dyn Fn(Push),
}

impl Report<'_> {
    pub(crate) fn progress(&self, done: usize, total: usize, what: Message) {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (self.push)(Push::Progress { number: self.number, done: small(done), total: small(total), what });
    }
}

impl<H: Home> Desk<H> {
    /// A desk without browser.
    pub fn new(home: H) -> Self {
        Self::with_host(home, Alone)
    }
}

impl<H: Home, T: Host> Desk<H, T> {
    /// A desk in these surroundings. Ask [`Ask::Open`] first.
    pub fn with_host(home: H, host: T) -> Self {
        Self {
            home,
            host,
            shop: None,
            name: Text::default(),
            sample: false,
            device: DeviceId::derived("device", ""),
            position: 0,
            backed_up: 0,
            backed_up_day: None,
            snapshot_at: 0,
            behind: false,
            opened: SnapshotName::default(),
            wishes: 0,
            stopped: None,
            persistent: None,
            persistence_asked: false,
            lists: Lists::default(),
            cancel: Rc::default(),
            staff: None,
            compared: None,
        }
    }

    /// Set it to stop the import that is running. Whoever drives the desk sets it when [`Ask::CancelImport`] comes
    /// while a call is being answered.
    #[must_use]
    pub fn canceller(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.cancel)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.get()
    }

    /// The surroundings.
    #[must_use]
    pub const fn host(&self) -> &T {
        &self.host
    }

    /// The shop, for tests and measurements.
    #[must_use]
    pub const fn shop(&self) -> Option<&Shop> {
        self.shop.as_ref()
    }

    /// Answers a call.
    pub async fn handle(&mut self, call: Call, push: &dyn Fn(Push)) -> Reply {
        let report = Report { number: call.number, push };
        let mut reply = match self.answer(&call, &report).await {
            Ok(reply) => reply,
            Err(Failure::Refused(refusal)) => Reply::Refused(refusal),
            Err(Failure::Trouble(trouble)) => Reply::Failed(trouble),
            Err(Failure::Store(error)) => {
                let trouble = store_trouble(&error);
                if trouble.read_only {
                    self.stopped.get_or_insert_with(|| trouble.clone());
                }
                Reply::Failed(trouble)
            }
        };
        if let Some(shop) = &self.shop {
            goods_names::put_in(&mut reply, &|code| shop.book.products().get(code).map(|own| own.name.clone()));
        }
        reply
    }

    async fn answer(&mut self, call: &Call, report: &Report<'_>) -> Result<Reply, Failure> {
        let now = call.now;
        // With these a page begins; all others look at members, and at what has happened since the snapshot.
        if !matches!(call.ask, Ask::Open { .. } | Ask::Products { .. } | Ask::Erase) {
            self.catch_up(report, now.day).await?;
        }
        match &call.ask {
            Ask::Open { known: _ } => {
                apart(self.open(report)).await?;
                Ok(Reply::Status(self.status(now.day)))
            }
            Ask::StartSample => {
                apart(self.start_sample(call, report)).await?;
                self.changed(report, now.day);
                Ok(Reply::Status(self.status(now.day)))
            }
            Ask::StartEmpty { name, program } => {
                apart(self.start_empty(call, name, program)).await?;
                self.changed(report, now.day);
                Ok(Reply::Status(self.status(now.day)))
            }
            Ask::Status => Ok(Reply::Status(self.status(now.day))),
            Ask::Find { text, limit } => {
                let (goods, members) = find::find(self.known()?, text, *limit, now.day);
                Ok(Reply::Found { goods, members })
            }
            Ask::Products { text, offset, limit } => {
                let (total, rows) = find::products(self.known()?, text, *offset, *limit);
                Ok(Reply::Products { total, rows })
            }
            Ask::ReadCode { width, rgba } => Ok(Reply::Code(picture::qr_code(*width, rgba))),
            Ask::Members(query) => {
                let shop = self.shop.as_ref().ok_or_else(no_shop)?;
                let (total, rows) = self.lists.members(shop, query, now.day);
                Ok(Reply::Members { total, rows })
            }
            Ask::Member(id) => {
                let page = views::member_page(self.known()?, *id, now.day).ok_or_else(unknown_member)?;
                Ok(Reply::Member(Box::new(page)))
            }
            Ask::History(id) => {
                self.unpack(report).await?;
                Ok(Reply::History(apart(receipts::history(&self.home, self.known()?, *id)).await?))
            }
            Ask::Quote(basket) => {
                let basket = views::basket(basket);
                apart(self.know_agreed(&basket, report)).await?;
                let shop = self.known()?;
                self.check_agreed(shop, &basket, now)?;
                let quote = quote(&shop.book, &shop.policies, &basket, now)?;
                let policy = shop.policy(now.day).ok_or_else(no_shop)?;
                Ok(Reply::Quote(Box::new(views::quote_view(policy, quote, now))))
            }
            Ask::QuoteReturn { sale, lines } => {
                self.unpack(report).await?;
                let shop = self.known()?;
                Ok(Reply::ReturnQuote(return_view(quote_return(&shop.book, &shop.policies, *sale, lines, now))))
            }
            Ask::Do(wish) => apart(self.wish(call, wish, report)).await,
            Ask::Receipt(id) => {
                self.unpack(report).await?;
                Ok(Reply::Receipt(Box::new(apart(self.receipt(*id, now)).await?)))
            }
            Ask::Receipts { day, text } => {
                self.unpack(report).await?;
                Ok(Reply::Receipts(apart(receipts::rows(&self.home, self.known()?, *day, text)).await?))
            }
            Ask::Due(day) => Ok(Reply::Due(today::tasks(self.known()?, *day))),
            Ask::Today(day) => Ok(Reply::Today(Box::new(today::view(self.known()?, *day, now)))),
            Ask::Programs => Ok(Reply::Programs(programs::rows(self.adopted(), now.day))),
            Ask::Program { id, set } => {
                let view = programs::view(id, self.adopted(), set, now.day).ok_or_else(unknown_program)?;
                Ok(Reply::Program(Box::new(view)))
            }
            Ask::ProgramMonth { id, set, month } => {
                let month = programs::month_of(id, self.adopted(), set, *month).ok_or_else(unknown_program)?;
                Ok(Reply::ProgramMonth(Box::new(month)))
            }
            Ask::Adopt { id, set, from } => {
                apart(self.adopt(call, id, set, *from, report)).await?;
                let view = programs::view(id, self.adopted(), set, now.day).ok_or_else(unknown_program)?;
                Ok(Reply::Program(Box::new(view)))
            }
            Ask::PreviewImport(file) => {
                self.unpack(report).await?;
                apart(import::preview(self, call, file)).await
            }
            Ask::Import(file) => {
                self.may_write()?;
                self.unpack(report).await?;
                self.cancel.set(false);
                let reply = apart(import::run(self, call, file, report)).await;
                self.changed(report, now.day);
                reply
            }
            Ask::CancelImport => {
                // One that runs is stopped by the canceller; here nothing runs.
                Ok(Reply::Nothing)
            }
            Ask::Export(kind) => {
                self.unpack(report).await?;
                apart(import::export(self, *kind, now)).await
            }
            Ask::Storage => apart(self.storage()).await,
            Ask::Persist => {
                self.persistent = self.host.persist().await;
                apart(self.storage()).await
            }
            Ask::Backup => apart(import::backup(self, now)).await,
            Ask::Restore(bytes) => {
                apart(import::restore(self, call, bytes, report)).await?;
                self.changed(report, now.day);
                Ok(Reply::Status(self.status(now.day)))
            }
            Ask::CommissionPrograms => Ok(Reply::CommissionPrograms(staff::commission_programs())),
            Ask::Commission { by, ask } => staff::commission(by, ask),
            Ask::CheckDocument(draft) => {
                Ok(Reply::Checked(Box::new(staff::check_document(draft, self.shop.as_ref(), now.day))))
            }
            Ask::AdoptDocument { draft, from } => apart(self.adopt_document(call, draft, *from, report)).await,
            Ask::WhatIf(ask) => apart(self.what_if(ask, report)).await,
            Ask::WhatIfWhy(who) => apart(self.what_if_why(who, report)).await,
            Ask::StaffMonth(month) => apart(self.staff_month(*month, now.day, report)).await,
            Ask::StaffTable(month) => apart(self.staff_table(*month, now.day, report)).await,
            Ask::Statement { staff, month } => apart(self.statement(staff, *month, now.day, report)).await,
            Ask::StaffDue(day) => apart(self.staff_due(*day, now, report)).await,
            Ask::Agreements => apart(self.agreements(now.day, report)).await,
            Ask::DoStaff(wish) => apart(self.staff_wish(call, wish, report)).await,
            Ask::Complete { document, at } => {
                let (from, words) = crate::completion::complete(document, usize::try_from(*at).unwrap_or(usize::MAX));
                Ok(Reply::Completions(u32::try_from(from).unwrap_or(*at), words))
            }
            Ask::Documents(id) => Ok(Reply::Documents(Box::new(programs::documents(id, self.adopted())))),
            Ask::Span => {
                self.unpack(report).await?;
                let days = &self.known()?.index.days;
                let ends = days.first_key_value().zip(days.last_key_value());
                Ok(Reply::Span(ends.map(|((first, _), (last, _))| (*first, *last))))
            }
            Ask::Erase => {
                self.home.erase().await?;
                self.forget();
                self.host.announce(Position::ZERO);
                Ok(Reply::Status(None))
            }
        }
    }

    pub(crate) fn known(&self) -> Result<&Shop, Failure> {
        self.shop.as_ref().ok_or_else(no_shop)
    }

    fn adopted(&self) -> &[crate::shop::Adoption] {
        self.shop.as_ref().map_or(&[], |shop| &shop.adopted)
    }

    pub(crate) fn may_write(&self) -> Result<(), Failure> {
        match &self.stopped {
            Some(trouble) => Err(Failure::Trouble(trouble.clone())),
            None => Ok(()),
        }
    }

    /// Forgets the shop that was open; the home may hold another.
    pub(crate) fn forget(&mut self) {
        self.shop = None;
        self.name = Text::default();
        self.sample = false;
        self.position = 0;
        self.backed_up = 0;
        self.backed_up_day = None;
        self.snapshot_at = 0;
        self.wishes = 0;
        self.stopped = None;
        self.lists = Lists::default();
        self.staff = None;
        self.compared = None;
        self.behind = false;
    }

    // ——— Opening ———

    /// Opens the shop that the home holds: its snapshot, and the events since.
    pub(crate) async fn open(&mut self, report: &Report<'_>) -> Result<(), Failure> {
        self.forget();
        let position = self.home.position().await?.number();
        let marks = self.home.all_meta().await?;
        if position == 0 {
            return Ok(());
        }
        let text = |key: &str| marks.get(key).map(|bytes| Text::from(String::from_utf8_lossy(bytes)));
        let count = |key: &str| marks.get(key).and_then(|bytes| Mark::number(bytes));
        self.name = text(key::SHOP_NAME).unwrap_or_default();
        self.sample = marks.contains_key(key::SAMPLE);
        self.backed_up = count(key::BACKED_UP).unwrap_or(0);
        self.backed_up_day = count(BACKED_UP_DAY).and_then(|day| i32::try_from(day).ok()).map(Day::from_number);
        if let Some(device) = marks.get(key::DEVICE).and_then(|bytes| <[u8; 16]>::try_from(bytes.as_slice()).ok()) {
            self.device = DeviceId(uuid::Uuid::from_bytes(device));
        }
        let snapshot = match self.home.latest_snapshot().await {
            Ok(snapshot) => snapshot,
            // It can be made again.
            Err(
                StoreError::Damaged { place: Place::Snapshot, .. } | StoreError::Newer { place: Place::Snapshot, .. },
            ) => None,
            Err(other) => return Err(other.into()),
        };
        let snapshot = snapshot.filter(|snapshot| snapshot.position.number() <= position);
        let name = snapshot.as_ref().map(Snapshot::name).unwrap_or_default();
        let covered = snapshot.as_ref().map(|snapshot| snapshot.position.number());
        if let (Some(Ok(shop)), Some(covered)) = (snapshot.map(Shop::from_snapshot), covered) {
            self.shop = Some(shop);
            self.position = covered;
            self.snapshot_at = covered;
            self.opened = name;
            self.behind = covered < position;
            return Ok(());
        }
        self.refold(report).await
    }

    /// Reads the events that were added since, by this tab or another. Tells whether there were any.
    pub(crate) async fn read_news(&mut self, report: &Report<'_>) -> Result<bool, Failure> {
        let there = self.home.position().await?.number();
        if there == self.position {
            self.behind = false;
            return Ok(false);
        }
        if there < self.position || self.shop.is_none() {
            // Erased and perhaps begun anew.
            Box::pin(self.open(report)).await?;
            return Ok(true);
        }
        let (events, positions, damage) = self.read_from(self.position).await?;
        if damage.is_some() || !self.fetch_later().await? {
            self.refold(report).await?;
            return Ok(true);
        }
        if !self.fold_in(&events, &positions) {
            self.refold(report).await?;
        }
        self.position = there;
        self.behind = false;
        Ok(true)
    }

    /// Folds events that were appended. `false`: they do not come after all others.
    pub(crate) fn fold_in(&mut self, events: &[Event], positions: &[u32]) -> bool {
        let Some(shop) = &mut self.shop else { return false };
        events.iter().zip(positions).all(|(event, position)| shop.apply(event, u64::from(*position)).is_ok())
    }

    /// Reads the journal from a position on, around what is damaged.
    async fn read_from(&self, from: u64) -> Result<(Vec<Event>, Vec<u32>, Option<StoreError>), Failure> {
        let (mut events, mut positions, mut damage) = (Vec::new(), Vec::new(), None);
        let mut at = Position::new(from);
        loop {
            let read = self.home.read(at, Position::END, |batch| {
                let first = u32::try_from(batch.first.number()).unwrap_or(u32::MAX);
                positions.extend((first..).take(batch.events.len()));
                events.extend(batch.events);
                ControlFlow::Continue(())
            });
            match read.await {
                Ok(_) => return Ok((events, positions, damage)),
                Err(
                    error @ (StoreError::Damaged { place: Place::Tail | Place::Segment, .. }
                    | StoreError::Newer { place: Place::Tail | Place::Segment, .. }),
                ) => {
                    let next = match &error {
                        StoreError::Damaged { to, .. } => *to,
                        StoreError::Newer { from, .. } => from.plus(1),
                        _ => at,
                    };
                    let stuck = next <= at;
                    damage.get_or_insert(error);
                    if stuck {
                        return Ok((events, positions, damage));
                    }
                    at = next;
                }
                Err(other) => return Err(other.into()),
            }
        }
    }

    /// All events, for export and backup.
    pub(crate) async fn all_events(&self) -> Result<Vec<Event>, Failure> {
        Ok(self.read_from(0).await?.0)
    }

    /// Folds everything anew.
    pub(crate) async fn refold(&mut self, report: &Report<'_>) -> Result<(), Failure> {
        let (events, positions, damage) = self.read_from(0).await?;
        let total = events.len();
        let shop = Shop::fold(&events, &positions, &mut |done| report.progress(done, total, msg!("desk.folding")));
        self.position = self.home.position().await?.number();
        self.shop = Some(shop);
        self.behind = false;
        self.lists = Lists::default();
        if let Some(damage) = damage {
            // What can be read is shown and can be exported; writing on would bury the damage.
            self.stop(store_trouble(&damage), report);
        }
        self.verify(report);
        Ok(())
    }

    fn stop(&mut self, trouble: Trouble, report: &Report<'_>) {
        let trouble = Trouble { read_only: true, ..trouble };
        self.stopped = Some(trouble.clone());
        (report.push)(Push::Trouble(trouble));
    }

    /// INVARIANT(conservation): a breach stops writing; export still works.
    pub(crate) fn verify(&mut self, report: &Report<'_>) {
        let Some(Err(breach)) = self.shop.as_ref().map(Shop::verify) else { return };
        let trouble = Trouble {
            what: msg!("desk.breach", invariant = &breach.invariant),
            remedy: msg!("desk.breach-remedy"),
            read_only: true,
        };
        self.stop(trouble, report);
    }

    /// The receipts of a snapshot come last; they are needed before an event is folded or a return is quoted.
    pub(crate) async fn unpack(&mut self, report: &Report<'_>) -> Result<(), Failure> {
        if self.fetch_later().await? { Ok(()) } else { self.refold(report).await }
    }

    /// A shop opens without its members and without the events since its snapshot.
    async fn catch_up(&mut self, report: &Report<'_>, day: Day) -> Result<(), Failure> {
        loop {
            while self.lacks_members() {
                if matches!(self.fetch_some().await?, Fetched::Damaged) {
                    self.refold(report).await?;
                }
            }
            if !self.behind {
                return Ok(());
            }
            if self.read_news(report).await? {
                self.changed(report, day);
            }
        }
    }

    /// Whether events since the snapshot are still to be read: call [`Desk::news`] as if another tab had added them.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        self.behind
    }

    /// Whether the shop was just opened, and its members are still to be fetched: what is asked next waits for them.
    #[must_use]
    pub fn lacks_members(&self) -> bool {
        self.shop.as_ref().is_some_and(|shop| !shop.book.has_members())
    }

    /// Fetches what the shop was opened without. `false`: it is damaged, or another tab has kept a newer snapshot.
    async fn fetch_later(&mut self) -> Result<bool, Failure> {
        loop {
            match self.fetch_some().await? {
                Fetched::Some => {}
                Fetched::Whole => return Ok(true),
                Fetched::Damaged => return Ok(false),
            }
        }
    }

    /// Fetches the next parts of it.
    async fn fetch_some(&mut self) -> Result<Fetched, Failure> {
        let Some(shop) = &mut self.shop else { return Ok(Fetched::Whole) };
        let Some(from) = shop.next_part() else { return Ok(Fetched::Whole) };
        let parts = match self.home.later_parts(&self.opened, from, PARTS_AT_ONCE).await {
            Ok(parts) => parts.unwrap_or_default(),
            Err(
                StoreError::Damaged { place: Place::Snapshot, .. } | StoreError::Newer { place: Place::Snapshot, .. },
            ) => Vec::new(),
            Err(other) => return Err(other.into()),
        };
        let unpacked = !parts.is_empty() && parts.into_iter().all(|part| shop.unpack(&part).is_ok());
        Ok(match (unpacked, shop.next_part()) {
            (false, _) => Fetched::Damaged,
            (true, Some(_)) => Fetched::Some,
            (true, None) => Fetched::Whole,
        })
    }

    /// As [`Desk::news`] while the shop is still being opened ([`Desk::lacks_members`], [`Desk::is_behind`]): says at once
    /// how it stands, whether this tab may write, say. The news are read with the rest.
    pub fn news_later(&mut self, now: BusinessTime, push: &dyn Fn(Push)) {
        self.behind = self.shop.is_some();
        self.changed(&Report { number: 0, push }, now.day);
    }

    /// News of other tabs: call it when one announces a position.
    pub async fn news(&mut self, now: BusinessTime, push: &dyn Fn(Push)) {
        let report = Report { number: 0, push };
        match self.read_news(&report).await {
            Ok(true) if self.shop.is_none() => push(Push::Trouble(store_trouble(&StoreError::Replaced))),
            Ok(_) => {
                // Another tab may have made a backup.
                if let Ok(Some(mark)) = self.home.get_meta(key::BACKED_UP).await {
                    self.backed_up = Mark::number(&mark).unwrap_or(self.backed_up);
                }
                self.changed(&report, now.day);
            }
            Err(Failure::Store(StoreError::Replaced)) => {
                if let Err(Failure::Store(error)) = self.open(&report).await {
                    push(Push::Trouble(store_trouble(&error)));
                }
                self.changed(&report, now.day);
            }
            Err(Failure::Store(error)) => push(Push::Trouble(store_trouble(&error))),
            Err(Failure::Trouble(trouble)) => push(Push::Trouble(trouble)),
            Err(Failure::Refused(_)) => {}
        }
    }

    /// Work for quiet moments: unpacks the receipts, packs the tail, keeps a snapshot. One tab does it for all. It is done
    /// in steps, so that nobody waits for all of it: call it again while it says that there is more.
    pub async fn tidy(&mut self) -> bool {
        match self.fetch_some().await {
            Ok(Fetched::Some) => return true,
            // What has happened since the snapshot comes first.
            Ok(Fetched::Whole) if self.behind => return false,
            Ok(Fetched::Whole) => {}
            // Damage is found again, and mended, before the next event is folded.
            Ok(Fetched::Damaged) | Err(_) => return false,
        }
        if self.shop.is_none() || !self.host.is_writer() || self.stopped.is_some() {
            return false;
        }
        if !self.persistence_asked {
            self.persistence_asked = true;
            // The browser takes its time to say; the status line shows it from the next change on.
            self.persistent = self.home.usage().await.ok().and_then(|usage| usage.persisted);
        }
        if self.position.saturating_sub(self.snapshot_at) >= SNAPSHOT_EVENTS || self.snapshot_at == 0 {
            // Both are made again when they are missing: the sale before was saved without them.
            let _ = self.home.pack().await;
            self.keep_snapshot().await;
        }
        false
    }

    /// Keeps a snapshot, if there is room for one.
    pub(crate) async fn keep_snapshot(&mut self) {
        let Some(Ok(snapshot)) = self.shop.as_ref().map(|shop| shop.to_snapshot(self.position)) else { return };
        if self.home.put_snapshot(&snapshot).await.is_ok() {
            self.snapshot_at = self.position;
        }
    }

    // ——— Beginning ———

    /// Makes room for a new shop. There must be none, or one that the browser lost.
    pub(crate) async fn begin(&mut self, call: &Call) -> Result<Vec<Mark>, Failure> {
        match self.home.position().await {
            Ok(position) if position == Position::ZERO => {}
            Ok(_) => return Err(Failure::trouble(msg!("desk.shop-exists"), msg!("desk.shop-exists-remedy"))),
            Err(StoreError::Evicted) => self.home.erase().await?,
            Err(other) => return Err(other.into()),
        }
        self.forget();
        let device = new_id(call, u64::MAX);
        self.device = DeviceId(device.0);
        Ok(vec![Mark::set(key::DEVICE, device.0.as_bytes().to_vec())])
    }

    async fn start_empty(&mut self, call: &Call, name: &Text, program: &Text) -> Result<(), Failure> {
        let name = Text::from(name.trim());
        if name.is_empty() {
            return Err(Refusal::new(msg!("desk.name-needed"), msg!("desk.name-needed-remedy")).into());
        }
        let document = programs::document(program).ok_or_else(unknown_program)?;
        let mut marks = self.begin(call).await?;
        marks.push(Mark::set(key::SHOP_NAME, name.as_bytes()));
        let body = Body::Adopted {
            document: document.into(),
            parameters: std::collections::BTreeMap::new(),
            from: call.now.day,
        };
        let mut clock = Clock::default();
        let event = self.wrap(call, 0, 1, &mut clock, body);
        let position = self.home.append_with_meta(Position::ZERO, std::slice::from_ref(&event), &marks).await?;
        self.name = name;
        self.shop = Some(Shop::fold(&[event], &[0], &mut |_| {}));
        self.position = position.number();
        self.host.announce(position);
        Ok(())
    }

    async fn start_sample(&mut self, call: &Call, report: &Report<'_>) -> Result<(), Failure> {
        let mut marks = self.begin(call).await?;
        marks.push(Mark::set(key::SHOP_NAME, sample::NAME));
        marks.push(Mark::set(key::SAMPLE, [1]));
        let mut maker = sample::Sample::new(call.now, call.now_ms);
        while !maker.is_finished() {
            maker.step();
            report.progress(maker.days_done(), maker.days_total(), msg!("desk.making-sample"));
            self.host.breathe().await;
        }
        let (events, shop) = maker.into_parts();
        let position = self.home.append_packed(Position::ZERO, &events, &marks).await?;
        self.name = Text::const_new(sample::NAME);
        self.sample = true;
        self.shop = Some(shop);
        self.position = position.number();
        self.verify(report);
        self.keep_snapshot().await;
        self.host.announce(position);
        Ok(())
    }

    // ——— Writing ———

    /// An event of this device. `index`: which of the call's events; `after`: how many events this device has recorded
    /// with it.
    pub(crate) fn wrap(&self, call: &Call, index: u64, sequence: u64, clock: &mut Clock, body: Body) -> Event {
        let program = self.shop.as_ref().and_then(|shop| shop.policy(call.now.day)).map(|policy| policy.program());
        Event {
            id: new_id(call, index),
            device: self.device,
            sequence,
            clock: clock.tick(call.now_ms),
            at: call.now,
            store: Text::default(),
            staff: call.staff.clone(),
            program: program.map(|program| program.id.clone()).unwrap_or_default(),
            policy_version: program.map(|program| program.version).unwrap_or(0),
            schema: SCHEMA_VERSION,
            body,
        }
    }

    /// Wraps bodies into events that come after all others.
    fn wrap_all(&self, call: &Call, bodies: Vec<Body>) -> Vec<Event> {
        let shop = self.shop.as_ref();
        let last = shop.and_then(|shop| shop.index.sequences.get(&self.device).copied()).unwrap_or(0);
        let mut clock = Clock::resumed(shop.and_then(|shop| shop.book.last()).map_or(0, |(clock, ..)| clock));
        let numbered = (0_u64..).zip(bodies);
        numbered
            .map(|(index, body)| self.wrap(call, index, last.saturating_add(index).saturating_add(1), &mut clock, body))
            .collect()
    }

    /// The last three digits of cards that this device gives out.
    fn device_number(&self) -> u16 {
        u16::try_from(self.device.as_u128() % 1000).unwrap_or(0)
    }

    /// Decides, appends, folds. If another tab was faster, again.
    pub(crate) async fn write(
        &mut self,
        call: &Call,
        report: &Report<'_>,
        decided: &Decision<'_, Self>,
    ) -> Result<Vec<Event>, Failure> {
        self.may_write()?;
        for _ in 0..ATTEMPTS_MAX {
            self.unpack(report).await?;
            let bodies = decided(self, self.known()?)?;
            let events = self.wrap_all(call, bodies);
            match self.home.append(Position::new(self.position), &events).await {
                Ok(position) => {
                    let first = u32::try_from(self.position).unwrap_or(u32::MAX);
                    let positions: Vec<u32> = (first..).take(events.len()).collect();
                    self.position = position.number();
                    if self.fold_in(&events, &positions) {
                        self.take_in(&events);
                    } else {
                        self.refold(report).await?;
                    }
                    self.host.announce(position);
                    return Ok(events);
                }
                Err(StoreError::Moved { .. }) => {
                    self.read_news(report).await?;
                }
                Err(StoreError::Replaced) => {
                    Box::pin(self.open(report)).await?;
                }
                Err(other) => return Err(other.into()),
            }
        }
        Err(Failure::trouble(msg!("desk.busy"), msg!("desk.busy-remedy")))
    }

    async fn wish(&mut self, call: &Call, wish: &Wish, report: &Report<'_>) -> Result<Reply, Failure> {
        // The reasons of a sale are those of its quote: nothing has to be read for them.
        let mut reasons = Vec::new();
        let mut earned = Points::ZERO;
        if let Wish::Sell { basket, tenders } = wish {
            let mut basket = views::basket(basket);
            basket.tenders.clone_from(tenders);
            self.know_agreed(&basket, report).await?;
            let shop = self.known()?;
            let quote = quote(&shop.book, &shop.policies, &basket, call.now)?;
            earned = quote.points;
            reasons = vec![quote.pay_trace, quote.points_trace];
        }
        let events = self.write(call, report, &|desk, shop| desk.decided(call, shop, wish)).await?;
        self.wishes = self.wishes.saturating_add(1);
        if self.wishes.is_multiple_of(VERIFY_WISHES) {
            self.verify(report);
        }
        let Some(first) = events.first() else { return Ok(Reply::Nothing) };
        let mut notes = Vec::new();
        let member = match &first.body {
            Body::Enrolled { card, .. } => {
                if !card.is_empty() {
                    notes.push(msg!("desk.note-card", card = card));
                }
                Some(MemberId::from(first.id))
            }
            Body::CardReplaced { member, card, fee, .. } => {
                notes.push(msg!("desk.note-card", card = card));
                if fee.is_positive() {
                    notes.push(msg!("desk.note-fee", fee = *fee));
                }
                Some(*member)
            }
            body => body.member(),
        };
        let receipt = if matches!(first.body, Body::Sold(_) | Body::Returned { .. } | Body::Loaded { .. }) {
            let shop = self.known()?;
            if matches!(first.body, Body::Sold(_)) {
                receipts::view(shop, &self.name, first, None, reasons, earned, call.now)
            } else {
                Some(self.receipt(first.id, call.now).await?)
            }
        } else {
            None
        };
        let shop = self.known()?;
        let of_receipt = receipt.as_ref().and_then(|receipt| receipt.member.as_ref()).map(|row| row.id);
        let member = member.or(of_receipt);
        if let Some(now) = member.and_then(|id| shop.book.member_on(id, &shop.policies, call.now.day)) {
            notes.push(views::points_note(now.points.balance));
            notes.extend(shop.policy(call.now.day).and_then(|policy| views::kinds_note(policy, &now)));
            if now.points.debt.is_positive() {
                notes.push(msg!("desk.note-debt", debt = now.points.debt));
            }
        }
        let done = Done {
            events: events.iter().map(|event| event.id).collect(),
            member,
            receipt: receipt.map(Box::new),
            notes,
        };
        self.changed(report, call.now.day);
        Ok(Reply::Done(done))
    }

    /// What a page's wish comes to.
    fn decided(&self, call: &Call, shop: &Shop, wish: &Wish) -> Result<Vec<Body>, Failure> {
        let wish = self.rules_wish(shop, wish);
        if let decide::Wish::Sell(basket) = &wish {
            self.check_agreed(shop, basket, call.now)?;
        }
        let mut bodies = decide(&shop.book, &shop.policies, &wish, call.now, new_id(call, 0))?;
        if let Some(Body::Sold(sold)) = bodies.first_mut() {
            let day = shop.index.days.get(&call.now.day);
            sold.receipt = receipts::number_text(call.now.day, day.map_or(1, DayIndex::next_number));
        }
        Ok(bodies)
    }

    fn rules_wish(&self, shop: &Shop, wish: &Wish) -> decide::Wish {
        let card = || shop.book.next_card(self.device_number());
        match wish.clone() {
            Wish::Sell { basket, tenders } => {
                let mut basket = views::basket(&basket);
                basket.tenders = tenders;
                decide::Wish::Sell(basket)
            }
            Wish::Enrol { profile, route, receipts, choice, referrer, guide } => decide::Wish::Enrol(Application {
                profile,
                route,
                receipts,
                choice,
                card: card(),
                referrer,
                guide,
                load: None,
            }),
            Wish::Return { sale, lines, tender } => decide::Wish::Return { sale, lines, tender },
            Wish::Redeem { member, rule, times } => decide::Wish::Redeem { member, rule, times },
            Wish::Load { member, amount, tenders } => decide::Wish::Load { member, amount, tenders },
            Wish::SettleTender { of, tender, cleared } => decide::Wish::SettleTender { of, tender, cleared },
            Wish::Attend { member, activity } => decide::Wish::Attend { member, activity },
            Wish::SendPoints { from, to, points } => decide::Wish::SendPoints { from, to, points },
            Wish::Give { member, entitlement, note, by_other } => {
                decide::Wish::Give { member, entitlement, note, by_other }
            }
            Wish::Adjust { member, points, reason } => decide::Wish::Adjust { member, points, reason },
            Wish::ReplaceCard { member, fault } => decide::Wish::ReplaceCard { member, fault, card: card() },
            Wish::RenewCard(member) => decide::Wish::RenewCard(member),
            Wish::Edit { member, profile } => decide::Wish::Edit { member, profile },
            Wish::Leave { member, reason, cancelled } => decide::Wish::Leave { member, reason, cancelled },
            Wish::Approve { member, approved, reason } => decide::Wish::Approve { member, approved, reason },
            Wish::Mark { member, mark, on } => decide::Wish::Mark { member, mark, on },
            Wish::PayRebate { member, rule } => decide::Wish::PayRebate { member, rule },
            Wish::ListProduct(product) => decide::Wish::ListProduct(product),
            Wish::DropProduct(code) => decide::Wish::DropProduct(code),
        }
    }

    async fn adopt(
        &mut self,
        call: &Call,
        id: &Text,
        set: &std::collections::BTreeMap<Text, Text>,
        from: Day,
        report: &Report<'_>,
    ) -> Result<(), Failure> {
        let view = programs::view(id, self.adopted(), set, call.now.day).ok_or_else(unknown_program)?;
        if view.diagnostics.iter().any(|diagnostic| diagnostic.severity == regulars_rules::message::Severity::Error) {
            return Err(Refusal::new(msg!("desk.program-has-errors"), msg!("desk.program-has-errors-remedy")).into());
        }
        if from < view.adopt_from {
            return Err(Refusal::new(
                msg!("desk.adopt-too-early", from = from),
                msg!("desk.adopt-too-early-remedy", first = view.adopt_from),
            )
            .into());
        }
        let parameters = programs::settings_with(self.adopted(), id, set);
        let body = Body::Adopted { document: view.document, parameters, from };
        // A policy cannot be folded in: everything is folded anew under the new set.
        self.write(call, report, &|_, _| Ok(vec![body.clone()])).await?;
        self.keep_snapshot().await;
        self.changed(report, call.now.day);
        Ok(())
    }

    /// Tells the page that there is something new.
    pub(crate) fn changed(&self, report: &Report<'_>, day: Day) {
        if let Some(status) = self.status(day) {
            (report.push)(Push::Changed(status));
        }
    }

    // ——— Telling ———

    /// The receipt of a sale, load or return, with the reasons of its figures.
    async fn receipt(&self, id: EventId, now: BusinessTime) -> Result<crate::protocol::ReceiptView, Failure> {
        let unknown = || Failure::from(Refusal::new(msg!("refuse.sale-unknown"), msg!("remedy.check-receipt")));
        let shop = self.known()?;
        let event = receipts::event(&self.home, shop, id).await?.ok_or_else(unknown)?;
        let sale = match &event.body {
            Body::Returned { sale, .. } => receipts::event(&self.home, shop, *sale).await?,
            _ => None,
        };
        let number = match &event.body {
            Body::Sold(_) => shop.book.receipt(id).map(|receipt| receipt.member),
            _ => shop.index.trail.others.get(&id).map(|other| other.member),
        };
        let member = number.and_then(|number| shop.book.members().get(number as usize));
        let (mut reasons, mut points) = (Vec::new(), Points::ZERO);
        if let Some(member) = member {
            let explained = receipts::explain(&self.home, shop, member.id).await?;
            if let Some(own) = explained.into_iter().find(|explained| explained.event.id == id) {
                reasons = own.notes;
                points = own.points;
            }
        }
        receipts::view(shop, &self.name, &event, sale.as_ref(), reasons, points, now).ok_or_else(unknown)
    }

    async fn storage(&mut self) -> Result<Reply, Failure> {
        let usage = self.home.usage().await?;
        self.persistent = usage.persisted.or(self.persistent);
        let report = Report { number: 0, push: &|_| {} };
        self.unpack(&report).await?;
        let hash = self.shop.as_ref().and_then(|shop| shop.book.hash().ok());
        let hex = hash.map(|hash| blake3::Hash::from_bytes(hash).to_hex().to_string()).unwrap_or_default();
        Ok(Reply::Storage(StorageView {
            used_bytes: usage.used_bytes.unwrap_or(0),
            quota_bytes: usage.quota_bytes.unwrap_or(0),
            persistent: self.persistent,
            events: usage.events,
            unsaved_events: usage.events.saturating_sub(self.backed_up),
            backed_up: self.backed_up_day,
            hash: Text::from(hex),
            set_aside: self.shop.as_ref().map(Shop::set_aside).unwrap_or_default(),
        }))
    }

    /// Remembers that everything up to here was backed up.
    pub(crate) async fn note_backup(&mut self, position: u64, day: Day) -> Result<(), Failure> {
        let number = u64::try_from(day.number()).unwrap_or(0);
        self.home
            .put_meta(&[Mark::set_number(key::BACKED_UP, position), Mark::set_number(BACKED_UP_DAY, number)])
            .await?;
        self.backed_up = position;
        self.backed_up_day = Some(day);
        self.host.announce(Position::new(self.position));
        Ok(())
    }

    /// How the shop stands; `None`: there is none.
    #[must_use]
    pub fn status(&self, day: Day) -> Option<ShopStatus> {
        let shop = self.shop.as_ref()?;
        let policy = shop.policy(day)?;
        let program = policy.program();
        let mut staff: Vec<(&Text, &u32)> = shop.index.staff.iter().collect();
        staff.sort_by_key(|(code, count)| (core::cmp::Reverse(**count), (*code).clone()));
        Some(ShopStatus {
            name: self.name.clone(),
            sample: self.sample,
            program: program.id.clone(),
            program_title: program.title.clone(),
            version: program.version,
            lunar: policy.minds_lunar(),
            lunar_today: views::lunar(day),
            special_day: views::special_day(policy, day),
            events: self.position,
            members: u32::try_from(shop.book.member_count()).unwrap_or(u32::MAX),
            unsaved_events: self.position.saturating_sub(self.backed_up),
            writer: self.host.is_writer() && self.stopped.is_none(),
            persistent: self.persistent,
            join: views::join(policy),
            tiers: views::tiers(policy),
            tenders: views::tenders(policy, &shop.book),
            staff: staff.into_iter().map(|(code, _)| code.clone()).collect(),
            replacement_fees: (policy.card().lost_fee, policy.card().damaged_fee),
            transfers: views::transfers(policy),
            stored_value: policy.stored_value().sold,
            activities: views::activities(policy),
            agreed_discounts: policy.discounts().iter().any(|rule| !rule.approval.is_empty()),
        })
    }
}

fn no_shop() -> Failure {
    Failure::trouble(msg!("desk.no-shop"), msg!("desk.no-shop-remedy"))
}

fn unknown_member() -> Failure {
    Refusal::new(msg!("refuse.unknown-member"), msg!("remedy.find-or-enrol")).into()
}

fn unknown_program() -> Failure {
    Failure::trouble(msg!("desk.program-unknown"), msg!("desk.program-unknown-remedy"))
}

fn return_view(quoted: Result<regulars_rules::quote::ReturnQuote, Refusal>) -> ReturnView {
    match quoted {
        Ok(quote) => ReturnView {
            refund: quote.refund,
            to_stored_value: quote.to_stored_value,
            points_back: quote.points_back,
            debt: quote.debt,
            points_restored: quote.restored,
            vouchers_back: quote.vouchers_back,
            rebate_back: quote.rebate_back,
            trace: quote.trace,
            refusal: None,
        },
        Err(refusal) => ReturnView {
            refund: Money::ZERO,
            to_stored_value: Money::ZERO,
            points_back: Points::ZERO,
            debt: Points::ZERO,
            points_restored: Points::ZERO,
            vouchers_back: Money::ZERO,
            rebate_back: Money::ZERO,
            trace: regulars_rules::message::Trace::note(refusal.reason.clone()),
            refusal: Some(refusal),
        },
    }
}

/// The id of a call's n-th event: a UUIDv7 of the page's time and entropy.
pub(crate) fn new_id(call: &Call, index: u64) -> EventId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&call.entropy);
    hasher.update(&index.to_le_bytes());
    let mut random = [0_u8; 10];
    hasher.finalize_xof().fill(&mut random);
    EventId(uuid::Builder::from_unix_timestamp_millis(call.now_ms, &random).into_uuid())
}
