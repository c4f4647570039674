//! The home in memory: for tests, the command line, and a shop that is only looked at.
//!
//! It keeps the same bytes as the browser does and can fail as the browser does: at any write, before or after the transaction
//! took hold, and by losing what was not yet on disk.

use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::archive::Archive;
use crate::error::StoreError;
use crate::home::Identity;
use crate::shelf::{Ask, Durability, HEAD, Key, Record, Shelf, Space, Store, Write};

/// A home in memory.
pub type MemoryHome = Archive<MemoryShelf>;

impl MemoryHome {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::on(MemoryShelf::default())
    }

    /// Another tab on the same data.
    #[must_use]
    pub fn another_tab(&self) -> Self {
        Self::on(self.shelf().clone())
    }
}

impl Default for MemoryHome {
    fn default() -> Self {
        Self::new()
    }
}

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No space: the transaction is undone, the app lives on.
    Full,
    /// The transaction is undone, the app lives on.
    Interrupted,
    /// The app dies in the midst of the transaction: it is undone, and nothing works until [`MemoryShelf::restarted`].
    Crash,
    /// The app dies after the transaction took hold and before it heard of it.
    CrashAfter,
}

#[derive(Debug, Default, Clone)]
struct State {
    records: BTreeMap<(Store, Key), Rc<[u8]>>,
}

impl State {
    fn apply(&mut self, write: &Write) {
        match write {
            Write::Put(store, key, bytes) => {
                self.records.insert((*store, key.clone()), bytes.as_slice().into());
            }
            Write::Delete(store, key) => {
                self.records.remove(&(*store, key.clone()));
            }
            Write::DeleteRange { store, from, to } => {
                self.records.retain(|(own, key), _| {
                    !(own == store && key.number().is_some_and(|number| (*from..*to).contains(&number)))
                });
            }
            Write::Clear(store) => self.records.retain(|(own, _), _| own != store),
        }
    }

    fn answer(&self, ask: &Ask) -> Vec<Record> {
        let numbers = |store: Store, from: u64, to: u64| {
            let end = if from < to { to } else { from };
            self.records
                .range((store, Key::Number(from))..(store, Key::Number(end)))
                .map(|((_, key), bytes)| (key.clone(), bytes.to_vec()))
        };
        match ask {
            Ask::One(store, key) => self
                .records
                .get(&(*store, key.clone()))
                .map(|bytes| (key.clone(), bytes.to_vec()))
                .into_iter()
                .collect(),
            Ask::Floor(store, at) => numbers(*store, 0, at.saturating_add(1)).next_back().into_iter().collect(),
            Ask::Range { store, from, to, limit } => numbers(*store, *from, *to).take(*limit as usize).collect(),
            Ask::All(store) => self
                .records
                .iter()
                .filter(|((own, _), _)| own == store)
                .map(|((_, key), bytes)| (key.clone(), bytes.to_vec()))
                .collect(),
        }
    }
}

#[derive(Debug, Default)]
struct Disk {
    /// What a reader sees.
    seen: State,
    /// What a power cut leaves.
    durable: State,
    /// What came since, transaction by transaction.
    floating: Vec<Vec<Write>>,
    /// Identities given so far.
    identities: u64,
}

impl Disk {
    fn commit(&mut self, writes: Vec<Write>, durability: Durability) {
        for write in &writes {
            self.seen.apply(write);
        }
        self.floating.push(writes);
        if durability == Durability::Strict {
            for write in core::mem::take(&mut self.floating).iter().flatten() {
                self.durable.apply(write);
            }
        }
    }
}

/// Stores in memory. Clones share their data, as tabs do.
#[derive(Debug, Default, Clone)]
pub struct MemoryShelf {
    disk: Rc<RefCell<Disk>>,
    plan: Rc<Cell<Option<(u64, Failure)>>>,
    dead: Rc<Cell<bool>>,
}

fn dead() -> StoreError {
    StoreError::Interrupted { detail: "the app has died".into() }
}

impl MemoryShelf {
    /// The `nth` write from now on (0 is the next; each record and each commit counts as one) fails, once.
    pub fn fail_at(&self, nth: u64, failure: Failure) {
        self.plan.set(Some((nth, failure)));
    }

    /// Whether a planned failure is still to come.
    #[must_use]
    pub fn failure_pending(&self) -> bool {
        self.plan.get().is_some()
    }

    /// The same data after a restart of the app.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self { disk: Rc::clone(&self.disk), ..Self::default() }
    }

    /// The data after a power cut: what was strictly durable, and `floating` of the transactions that came since.
    #[must_use]
    pub fn power_cut(&self, floating: usize) -> Self {
        let disk = self.disk.borrow();
        let mut left = disk.durable.clone();
        for write in disk.floating.iter().take(floating).flatten() {
            left.apply(write);
        }
        let disk = Disk { seen: left.clone(), durable: left, floating: Vec::new(), identities: disk.identities };
        Self { disk: Rc::new(RefCell::new(disk)), ..Self::default() }
    }

    /// The keys of a store, for tests that damage something.
    #[must_use]
    pub fn keys(&self, store: Store) -> Vec<Key> {
        self.disk.borrow().seen.answer(&Ask::All(store)).into_iter().map(|(key, _)| key).collect()
    }

    /// Changes a record's bytes behind the home's back, for tests.
    pub fn tamper(&self, store: Store, key: &Key, change: impl FnOnce(&mut Vec<u8>)) {
        let mut disk = self.disk.borrow_mut();
        let Some((key, mut bytes)) = disk.seen.answer(&Ask::One(store, key.clone())).pop() else {
            return;
        };
        change(&mut bytes);
        disk.commit(vec![Write::Put(store, key, bytes)], Durability::Strict);
    }

    /// Removes a record behind the home's back, for tests.
    pub fn lose(&self, store: Store, key: &Key) {
        self.disk.borrow_mut().commit(vec![Write::Delete(store, key.clone())], Durability::Strict);
    }

    /// Whether a failure falls within so many writes.
    fn failure_within(&self, writes: u64) -> Option<Failure> {
        let (nth, failure) = self.plan.get()?;
        if nth < writes {
            self.plan.set(None);
            Some(failure)
        } else {
            self.plan.set(Some((nth - writes, failure)));
            None
        }
    }

    fn write(&self, writes: Vec<Write>, durability: Durability) -> Result<(), StoreError> {
        match self.failure_within(writes.len() as u64 + 1) {
            Some(Failure::Full) => Err(StoreError::Full { needed: None, quota: None }),
            Some(Failure::Interrupted) => Err(StoreError::Interrupted { detail: "planned".into() }),
            Some(Failure::Crash) => {
                self.dead.set(true);
                Err(dead())
            }
            Some(Failure::CrashAfter) => {
                self.dead.set(true);
                self.disk.borrow_mut().commit(writes, durability);
                Err(dead())
            }
            None => {
                self.disk.borrow_mut().commit(writes, durability);
                Ok(())
            }
        }
    }
}

impl Shelf for MemoryShelf {
    async fn read(&self, asks: &[Ask]) -> Result<Vec<Vec<Record>>, StoreError> {
        if self.dead.get() {
            return Err(dead());
        }
        let disk = self.disk.borrow();
        Ok(asks.iter().map(|ask| disk.seen.answer(ask)).collect())
    }

    async fn commit(
        &self,
        durability: Durability,
        decide: impl FnOnce(Option<&[u8]>) -> Result<Vec<Write>, StoreError>,
    ) -> Result<(), StoreError> {
        if self.dead.get() {
            return Err(dead());
        }
        let head = self.disk.borrow().seen.answer(&Ask::One(Store::Meta, Key::Text(HEAD.to_owned()))).pop();
        let writes = decide(head.as_ref().map(|(_, bytes)| bytes.as_slice()))?;
        self.write(writes, durability)
    }

    async fn erase(&self) -> Result<(), StoreError> {
        if self.dead.get() {
            return Err(dead());
        }
        self.write(Store::ALL.map(Write::Clear).into(), Durability::Strict)
    }

    async fn space(&self) -> Space {
        let disk = self.disk.borrow();
        let used = disk.seen.records.values().map(|bytes| bytes.len() as u64).sum();
        Space { used_bytes: Some(used), quota_bytes: None, persisted: Some(false) }
    }

    fn fresh_identity(&self) -> Identity {
        let mut disk = self.disk.borrow_mut();
        disk.identities += 1;
        Identity(u128::from(disk.identities).to_le_bytes())
    }
}
