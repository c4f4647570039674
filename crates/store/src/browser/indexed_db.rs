//! A shelf in IndexedDB.

use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, Uint8Array};
use regulars_rules::message::Message;
use regulars_rules::msg;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, IdbCursorDirection, IdbCursorWithValue, IdbDatabase, IdbFactory, IdbKeyRange, IdbOpenDbRequest};

use super::marker::Marker;
use super::request::{Closed, Pending, Transaction};
use super::scope::{detail, failure, number, scope, whole};
use super::space;
use crate::archive::{Archive, identity_of_head};
use crate::error::StoreError;
use crate::home::Identity;
use crate::shelf::{Ask, Durability, HEAD, Key, Record, Shelf, Space, Store, Write};

/// A home in IndexedDB.
pub type IndexedDbHome = Archive<IndexedDb>;

/// The layout of the database: its stores. The layout of the records is in their headers.
const DATABASE_VERSION: u32 = 1;

const STORES: [&str; 4] = [Store::Tail.name(), Store::Segments.name(), Store::Snapshots.name(), Store::Meta.name()];

/// What happened to the connection, for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// Another tab with an older version is in the way of the upgrade: it must be closed. Opening goes on by itself then.
    Blocked,
    /// Another tab upgrades or deletes the database: this one has let go of it and must be reloaded.
    NewerTab,
    /// The browser closed the connection (site data cleared, disk trouble). The next operation opens it again.
    ConnectionLost,
    /// It was opened again.
    Reopened,
}

impl Incident {
    /// In words.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Blocked => msg!("store.incident.blocked"),
            Self::NewerTab => msg!("store.incident.newer-tab"),
            Self::ConnectionLost => msg!("store.incident.connection-lost"),
            Self::Reopened => msg!("store.incident.reopened"),
        }
    }
}

/// How to open a home.
pub struct Options {
    name: String,
    version: u32,
    known: bool,
    after_loss: bool,
    report: Rc<dyn Fn(Incident)>,
}

impl Options {
    /// The database's name: `regulars` for the shop.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), version: DATABASE_VERSION, known: false, after_loss: false, report: Rc::new(|_| ()) }
    }

    /// Whether the page remembers that there was a shop (say, in a cookie): an empty database is a loss then.
    #[must_use]
    pub const fn known(mut self, known: bool) -> Self {
        self.known = known;
        self
    }

    /// Begins anew after [`StoreError::Evicted`], on the person's word.
    #[must_use]
    pub const fn after_loss(mut self) -> Self {
        self.after_loss = true;
        self
    }

    /// As a later version of the app would open it, for tests of upgrades.
    #[doc(hidden)]
    #[must_use]
    pub const fn database_version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Who hears of what happens to the connection.
    #[must_use]
    pub fn report(mut self, report: impl Fn(Incident) + 'static) -> Self {
        self.report = Rc::new(report);
        self
    }
}

impl IndexedDbHome {
    /// Opens a home, and creates its database if there is none.
    ///
    /// # Errors
    /// [`StoreError::Evicted`] if there was a shop and it is gone, [`StoreError::Refused`] where the browser
    /// keeps nothing, [`StoreError::Outdated`] where a newer version has upgraded the database.
    pub async fn open(options: Options) -> Result<Self, StoreError> {
        let factory = match scope().indexed_db() {
            Ok(Some(factory)) => factory,
            Ok(None) => {
                return Err(StoreError::Refused { detail: "no IndexedDB".into() });
            }
            Err(thrown) => {
                return Err(StoreError::Refused { detail: detail(&thrown) });
            }
        };
        let marker = Marker::of(factory.clone(), &options.name);
        let shelf = IndexedDb {
            factory,
            marker: Rc::new(marker),
            name: options.name,
            version: options.version,
            known: Cell::new(options.known),
            after_loss: Cell::new(options.after_loss),
            marked: Rc::new(Cell::new(false)),
            opened_before: Cell::new(false),
            report: options.report,
            connection: Rc::new(RefCell::new(None)),
        };
        shelf.connection().await?;
        Ok(Self::on(shelf))
    }
}

/// Stores in IndexedDB.
pub struct IndexedDb {
    factory: IdbFactory,
    marker: Rc<Marker>,
    name: String,
    version: u32,
    known: Cell<bool>,
    after_loss: Cell<bool>,
    /// Whether the marker outside is known to be set.
    marked: Rc<Cell<bool>>,
    opened_before: Cell<bool>,
    report: Rc<dyn Fn(Incident)>,
    connection: Rc<RefCell<Option<Connection>>>,
}

type Handler = Closure<dyn FnMut(Event)>;

struct Connection {
    database: IdbDatabase,
    _handlers: [Handler; 2],
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.set_onclose(None);
        self.database.close();
    }
}

/// Lets go of the connection from inside one of its own handlers, and tells.
fn let_go(connection: &Weak<RefCell<Option<Connection>>>, report: &Rc<dyn Fn(Incident)>, incident: Incident) {
    let Some(connection) = connection.upgrade() else {
        return;
    };
    let Some(closed) = connection.borrow_mut().take() else {
        return;
    };
    closed.database.close();
    let report = Rc::clone(report);
    // The handler that runs belongs to what is dropped: drop it when it is done.
    spawn_local(async move {
        drop(closed);
        report(incident);
    });
}

impl IndexedDb {
    /// Closes the connection; the next operation opens it again.
    pub fn close(&self) {
        drop(self.connection.borrow_mut().take());
    }

    fn current(&self) -> Option<IdbDatabase> {
        self.connection.borrow().as_ref().map(|connection| connection.database.clone())
    }

    /// The open database; opened again if it was lost.
    async fn connection(&self) -> Result<IdbDatabase, StoreError> {
        if let Some(database) = self.current() {
            return Ok(database);
        }
        let database = self.open_database().await?;
        let opened = self.connect(database);
        self.look_for_loss(&opened.database).await?;
        // Another operation may have opened one meanwhile; ours is closed then.
        let database = self.connection.borrow_mut().get_or_insert(opened).database.clone();
        if self.opened_before.replace(true) {
            (self.report)(Incident::Reopened);
        }
        Ok(database)
    }

    async fn open_database(&self) -> Result<IdbDatabase, StoreError> {
        // What is thrown or fails here says that storage is not to be had, save the version.
        let refused = |error: StoreError| match error {
            StoreError::Failed { detail } | StoreError::Interrupted { detail } => StoreError::Refused { detail },
            other => other,
        };
        let request: IdbOpenDbRequest =
            self.factory.open_with_u32(&self.name, self.version).map_err(|thrown| refused(failure(&thrown)))?;
        let opening = request.clone();
        let upgrade = Closure::<dyn FnMut()>::new(move || {
            let Ok(database) = opening.result() else {
                return;
            };
            let database: IdbDatabase = database.unchecked_into();
            for name in STORES {
                // A store that is there already is refused, and stays.
                let _ = database.create_object_store(name);
            }
        });
        let report = Rc::clone(&self.report);
        let blocked = Closure::<dyn FnMut()>::new(move || report(Incident::Blocked));
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
        let opened = Pending::new(request.clone().into()).await;
        request.set_onupgradeneeded(None);
        request.set_onblocked(None);
        opened.map(JsCast::unchecked_into).map_err(refused)
    }

    /// Listens to what happens to a connection.
    fn connect(&self, database: IdbDatabase) -> Connection {
        let handler = |incident: Incident| {
            let connection = Rc::downgrade(&self.connection);
            let report = Rc::clone(&self.report);
            Handler::new(move |event: Event| {
                // A tab that is just opening holds a database that nobody can let go of yet.
                if let Some(database) = event.target().and_then(|target| target.dyn_into::<IdbDatabase>().ok()) {
                    database.close();
                }
                let_go(&connection, &report, incident);
            })
        };
        let handlers = [handler(Incident::NewerTab), handler(Incident::ConnectionLost)];
        let [on_version_change, on_close] = &handlers;
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Connection { database, _handlers: handlers }
    }

    /// A marker and no data: they were here and are gone. Data and no marker: the marker is set again.
    async fn look_for_loss(&self, database: &IdbDatabase) -> Result<(), StoreError> {
        let transaction = begin(database, "readonly", Durability::Relaxed)?;
        let head =
            Pending::new(transaction.store(Store::Meta)?.get(&HEAD.into()).map_err(|thrown| failure(&thrown))?).await?;
        drop(transaction);
        if !head.is_undefined() {
            if !self.marked.get() {
                let (marker, marked) = (Rc::clone(&self.marker), Rc::clone(&self.marked));
                let identity = identity_of_head(&bytes_of(&head)).ok();
                spawn_local(async move {
                    // If it fails now, it is tried again when the shop is opened next.
                    marked.set(identity.is_some() && marker.put(identity).await.is_ok());
                });
            }
            return Ok(());
        }
        if self.after_loss.get() {
            return Ok(());
        }
        if self.known.get() || self.marked.get() || self.marker.is_set().await? {
            Err(StoreError::Evicted)
        } else {
            Ok(())
        }
    }

    /// Begins a transaction, on a new connection if the old one turns out to be closed.
    async fn begin(&self, mode: &str, durability: Durability) -> Result<Transaction, StoreError> {
        let database = self.connection().await?;
        match Transaction::begin(&database, &STORES, mode, durability) {
            Ok(transaction) => Ok(transaction),
            Err(Closed(_)) => {
                self.close();
                begin(&self.connection().await?, mode, durability)
            }
        }
    }
}

fn begin(database: &IdbDatabase, mode: &str, durability: Durability) -> Result<Transaction, StoreError> {
    Transaction::begin(database, &STORES, mode, durability).map_err(|Closed(thrown)| failure(&thrown))
}

fn js_key(key: &Key) -> JsValue {
    match key {
        Key::Number(own) => number(*own).into(),
        Key::Text(text) => text.into(),
    }
}

fn key_of(value: &JsValue) -> Key {
    value.as_string().map_or_else(|| Key::Number(whole(value).unwrap_or_default()), Key::Text)
}

/// The bytes of a value; what is not bytes becomes an empty record, and that is noticed as damage.
fn bytes_of(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default()
}

/// The numbers of `from..to`; none if there are none.
fn range(from: u64, to: u64) -> Result<Option<IdbKeyRange>, StoreError> {
    if from >= to {
        return Ok(None);
    }
    IdbKeyRange::bound_with_lower_open_and_upper_open(&number(from).into(), &number(to).into(), false, true)
        .map(Some)
        .map_err(|thrown| failure(&thrown))
}

/// Requests of one question.
enum Asked {
    Nothing,
    One(Key, Pending),
    Cursor(Pending),
    Many { keys: Pending, values: Pending },
}

fn put(transaction: &Transaction, ask: &Ask) -> Result<Asked, StoreError> {
    let pending =
        |request: Result<web_sys::IdbRequest, JsValue>| request.map(Pending::new).map_err(|thrown| failure(&thrown));
    Ok(match ask {
        Ask::One(store, key) => Asked::One(key.clone(), pending(transaction.store(*store)?.get(&js_key(key)))?),
        Ask::Floor(store, at) => {
            let below = IdbKeyRange::upper_bound(&number(*at).into()).map_err(|thrown| failure(&thrown))?;
            Asked::Cursor(pending(
                transaction.store(*store)?.open_cursor_with_range_and_direction(&below, IdbCursorDirection::Prev),
            )?)
        }
        Ask::Range { store, from, to, limit } => {
            let store = transaction.store(*store)?;
            match range(*from, *to)? {
                Some(range) if *limit > 0 => Asked::Many {
                    keys: pending(store.get_all_keys_with_key_and_limit(&range, *limit))?,
                    values: pending(store.get_all_with_key_and_limit(&range, *limit))?,
                },
                _ => Asked::Nothing,
            }
        }
        Ask::All(store) => {
            let store = transaction.store(*store)?;
            Asked::Many { keys: pending(store.get_all_keys())?, values: pending(store.get_all())? }
        }
    })
}

async fn answer(asked: Asked) -> Result<Vec<Record>, StoreError> {
    Ok(match asked {
        Asked::Nothing => Vec::new(),
        Asked::One(key, pending) => {
            let value = pending.await?;
            if value.is_undefined() { Vec::new() } else { vec![(key, bytes_of(&value))] }
        }
        Asked::Cursor(pending) => match pending.await?.dyn_into::<IdbCursorWithValue>() {
            Ok(cursor) => {
                let key = cursor.key().map_err(|thrown| failure(&thrown))?;
                let value = cursor.value().map_err(|thrown| failure(&thrown))?;
                vec![(key_of(&key), bytes_of(&value))]
            }
            Err(_) => Vec::new(),
        },
        Asked::Many { keys, values } => {
            let keys: Array = keys.await?.unchecked_into();
            let values: Array = values.await?.unchecked_into();
            keys.iter().zip(values.iter()).map(|(key, value)| (key_of(&key), bytes_of(&value))).collect()
        }
    })
}

fn write(transaction: &Transaction, change: &Write) -> Result<(), StoreError> {
    // Their success is not waited for one by one: a failure of any aborts the transaction, and its end tells why.
    match change {
        Write::Put(store, key, bytes) => {
            transaction.store(*store)?.put_with_key(&Uint8Array::from(bytes.as_slice()), &js_key(key)).map(drop)
        }
        Write::Delete(store, key) => transaction.store(*store)?.delete(&js_key(key)).map(drop),
        Write::DeleteRange { store, from, to } => match range(*from, *to)? {
            Some(range) => transaction.store(*store)?.delete(&range).map(drop),
            None => Ok(()),
        },
        Write::Clear(store) => transaction.store(*store)?.clear().map(drop),
    }
    .map_err(|thrown| failure(&thrown))
}

impl Shelf for IndexedDb {
    async fn read(&self, asks: &[Ask]) -> Result<Vec<Vec<Record>>, StoreError> {
        let transaction = self.begin("readonly", Durability::Relaxed).await?;
        // All are put before any is waited for: the transaction ends when nothing is asked of it.
        let asked = asks.iter().map(|ask| put(&transaction, ask)).collect::<Result<Vec<_>, _>>()?;
        let mut answers = Vec::with_capacity(asked.len());
        for asked in asked {
            answers.push(answer(asked).await?);
        }
        Ok(answers)
    }

    async fn commit(
        &self,
        durability: Durability,
        decide: impl FnOnce(Option<&[u8]>) -> Result<Vec<Write>, StoreError>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin("readwrite", durability).await?;
        let head =
            Pending::new(transaction.store(Store::Meta)?.get(&HEAD.into()).map_err(|thrown| failure(&thrown))?).await?;
        let head = (!head.is_undefined()).then(|| bytes_of(&head));
        let writes = decide(head.as_deref())?;
        for change in &writes {
            write(&transaction, change)?;
        }
        transaction.complete().await?;
        if head.is_none() {
            let head = writes.iter().find_map(|change| match change {
                Write::Put(Store::Meta, Key::Text(key), record) if key == HEAD => Some(record),
                _ => None,
            });
            // The data are saved, whatever becomes of the marker.
            if let Some(identity) = head.and_then(|record| identity_of_head(record).ok()) {
                self.marked.set(self.marker.put(Some(identity)).await.is_ok());
            }
        }
        Ok(())
    }

    async fn erase(&self) -> Result<(), StoreError> {
        // The marker first: cut off in between, the data are still here and set it again.
        self.marker.put(None).await?;
        self.marked.set(false);
        self.known.set(false);
        let transaction = self.begin("readwrite", Durability::Strict).await?;
        for store in Store::ALL {
            write(&transaction, &Write::Clear(store))?;
        }
        transaction.complete().await
    }

    async fn space(&self) -> Space {
        space::estimate().await
    }

    fn fresh_identity(&self) -> Identity {
        let mut bytes = [0; 16];
        if let Some(crypto) = scope().crypto() {
            // Every browser with WebAssembly has it; without it, two shops of one device could not be told apart.
            let _ = crypto.random_values(&mut bytes);
        }
        Identity(bytes)
    }
}
