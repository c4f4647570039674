//! One shop: its policies, book and index, kept by folding events. Knows no storage.

use std::collections::{BTreeMap, HashMap, HashSet};

use regulars_rules::book::{Book, Breach};
use regulars_rules::event::{Body, Event};
use regulars_rules::fold::{Folder, OutOfOrder};
use regulars_rules::id::{EventId, Text};
use regulars_rules::message::{Diagnostic, Message};
use regulars_rules::msg;
use regulars_rules::policy::{Policy, PolicySet, check_with};
use regulars_rules::time::Day;
use regulars_store::{Position, Snapshot};
use serde::{Deserialize, Serialize};

use crate::index::{Before, Index, Trail};

/// Changes with the layout of the index: older snapshots are then made anew, as are those of another engine.
const SNAPSHOT_LAYOUT: u32 = 5;
/// Snapshots are cut to pieces of this size, which suits the browser.
const PART_BYTES_MAX: usize = 2_000_000;

/// Joins the parts of one section.
fn section(parts: &mut impl Iterator<Item = Vec<u8>>, length: usize) -> Result<Vec<u8>, NotASnapshot> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let part = parts.next().ok_or(NotASnapshot)?;
        if bytes.is_empty() {
            bytes = part;
            bytes.reserve(length.saturating_sub(bytes.len()));
        } else {
            bytes.extend_from_slice(&part);
        }
    }
    if bytes.len() == length { Ok(bytes) } else { Err(NotASnapshot) }
}

/// A program that the shop adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The event that says so.
    pub event: EventId,
    /// The first day.
    pub from: Day,
    /// The document.
    pub document: String,
    /// What the shop has set.
    pub parameters: BTreeMap<Text, Text>,
}

impl Adoption {
    /// Checks the document.
    #[must_use]
    pub fn policy(&self) -> (Option<Policy>, Vec<Diagnostic>) {
        check_with(&self.document, &self.parameters)
    }
}

/// The policies in force, each from its day on. Of several that begin on one day, the last adopted holds.
#[must_use]
pub fn policy_set(adopted: &[Adoption]) -> PolicySet {
    let by_day: BTreeMap<Day, &Adoption> = adopted.iter().map(|adoption| (adoption.from, adoption)).collect();
    let mut set = PolicySet::default();
    for (from, adoption) in by_day {
        let (Some(policy), _) = adoption.policy() else { continue };
        if let Ok(more) = set.clone().adopt(policy, from) {
            set = more;
        }
    }
    set
}

/// What cannot be read of a snapshot.
#[derive(Debug)]
pub struct NotASnapshot;

impl From<postcard::Error> for NotASnapshot {
    fn from(_: postcard::Error) -> Self {
        Self
    }
}

/// A shop.
#[derive(Debug, Default)]
pub struct Shop {
    /// The policies.
    pub policies: PolicySet,
    /// Where they come from, in the order of the journal.
    pub adopted: Vec<Adoption>,
    /// The book.
    pub book: Book,
    /// What the book does not keep.
    pub index: Index,
    /// Events that share an id and differ: none of them counts.
    pub quarantined: Vec<EventId>,
}

impl Shop {
    /// Folds an event that comes after all others.
    ///
    /// # Errors
    /// [`OutOfOrder`] if it does not, or if it changes the policies: then everything is folded anew.
    pub fn apply(&mut self, event: &Event, position: u64) -> Result<(), OutOfOrder> {
        if matches!(event.body, Body::Adopted { .. }) {
            return Err(OutOfOrder);
        }
        let Self { policies, book, index, .. } = self;
        apply(&mut Folder::new(policies), book, index, event, position)
    }

    /// Folds all events, in whatever order, given with their positions.
    #[must_use]
    pub fn fold(events: &[Event], positions: &[u32], progress: &mut dyn FnMut(usize)) -> Self {
        let mut order: Vec<usize> = (0..events.len()).collect();
        if !events.is_sorted_by(|a, b| a.order() < b.order()) {
            order.sort_by_key(|index| events.get(*index).map(Event::order));
        }
        let (order, quarantined) = without_repetitions(events, order);
        let mut adopted = Vec::new();
        for event in order.iter().filter_map(|index| events.get(*index)) {
            if let Body::Adopted { document, parameters, from } = &event.body {
                adopted.push(Adoption {
                    event: event.id,
                    from: *from,
                    document: document.clone(),
                    parameters: parameters.clone(),
                });
            }
        }
        let mut shop = Self { policies: policy_set(&adopted), adopted, quarantined, ..Self::default() };
        let Self { policies, book, index, .. } = &mut shop;
        let mut folder = Folder::new(policies);
        for (done, at) in order.into_iter().enumerate() {
            if let (Some(event), Some(position)) = (events.get(at), positions.get(at)) {
                // In order and once each: this cannot be refused.
                let _ = apply(&mut folder, book, index, event, u64::from(*position));
            }
            if done % 10_000 == 9_999 {
                progress(done.saturating_add(1));
            }
        }
        shop
    }

    /// Whether everything is at hand: a shop opens without its receipts and without where events are.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.book.is_unpacked()
    }

    /// Unpacks what it was opened without: what its snapshot kept for later.
    ///
    /// # Errors
    /// Where that is damaged: fold anew.
    pub fn unpack(&mut self, later: Vec<Vec<u8>>) -> Result<(), NotASnapshot> {
        let mut parts = later.into_iter();
        let head = parts.next().ok_or(NotASnapshot)?;
        let [receipts, trail]: [usize; 2] = postcard::from_bytes(&head)?;
        let (receipts, trail) = (section(&mut parts, receipts)?, section(&mut parts, trail)?);
        self.index.trail.unpack(&trail)?;
        Ok(self.book.unpack(&receipts)?)
    }

    /// Hash of the policies and of what folds them.
    #[must_use]
    pub fn policy_hash(&self) -> [u8; 32] {
        policy_hash(&self.adopted)
    }

    /// The policy of a day.
    #[must_use]
    pub fn policy(&self, day: Day) -> Option<&Policy> {
        self.policies.on(day)
    }

    /// Whether the figures add up.
    ///
    /// # Errors
    /// The first that does not.
    pub fn verify(&self) -> Result<(), Breach> {
        self.book.verify()
    }

    /// Everything set aside: by the fold, and because two events share an id.
    #[must_use]
    pub fn set_aside(&self) -> Vec<(EventId, Message)> {
        let folded = self.book.set_aside().iter().map(|aside| (aside.event, aside.reason.clone()));
        folded.chain(self.quarantined.iter().map(|id| (*id, msg!("desk.same-id")))).collect()
    }

    /// The shop as it stands.
    ///
    /// # Errors
    /// Where it cannot be written, which no shop causes.
    pub fn to_snapshot(&self, position: u64) -> Result<Snapshot, NotASnapshot> {
        let [core, receipts] = self.book.to_snapshot()?;
        let index = postcard::to_allocvec(&(&self.adopted, &self.quarantined, &self.index))?;
        let trail = self.index.trail.to_bytes()?;
        let cut = |head: Vec<u8>, sections: [Vec<u8>; 2]| {
            let sections = sections.iter().flat_map(|section| section.chunks(PART_BYTES_MAX).map(<[u8]>::to_vec));
            std::iter::once(head).chain(sections).collect::<Vec<_>>()
        };
        let head = postcard::to_allocvec(&(SNAPSHOT_LAYOUT, [index.len(), core.len()]))?;
        let later = postcard::to_allocvec(&[receipts.len(), trail.len()])?;
        Ok(Snapshot {
            position: Position::new(position),
            policy_hash: self.policy_hash(),
            // The state hash costs as much as the fold; a snapshot is checked by the seals of its parts.
            hash: [0; 32],
            parts: cut(head, [index, core]),
            later: cut(later, [receipts, trail]),
        })
    }

    /// Reads a snapshot. What is not needed to open comes later ([`Shop::unpack`]).
    ///
    /// # Errors
    /// [`NotASnapshot`]: of another layout, or damaged: fold from the start.
    pub fn from_snapshot(snapshot: Snapshot) -> Result<Self, NotASnapshot> {
        let Snapshot { policy_hash: expected, parts, .. } = snapshot;
        let mut parts = parts.into_iter();
        let head = parts.next().ok_or(NotASnapshot)?;
        let (layout, [index, core]): (u32, [usize; 2]) = postcard::from_bytes(&head)?;
        if layout != SNAPSHOT_LAYOUT {
            return Err(NotASnapshot);
        }
        let (index, core) = (section(&mut parts, index)?, section(&mut parts, core)?);
        let (adopted, quarantined, index): (Vec<Adoption>, Vec<EventId>, Index) = postcard::from_bytes(&index)?;
        let index = Index { trail: Trail::away(), ..index };
        if policy_hash(&adopted) != expected {
            return Err(NotASnapshot);
        }
        let book = Book::from_snapshot(&core)?;
        Ok(Self { policies: policy_set(&adopted), adopted, book, index, quarantined })
    }
}

fn apply(
    folder: &mut Folder<'_>,
    book: &mut Book,
    index: &mut Index,
    event: &Event,
    position: u64,
) -> Result<(), OutOfOrder> {
    let before = Before::of(book);
    folder.apply(book, event)?;
    index.note(book, event, u32::try_from(position).unwrap_or(u32::MAX), before);
    Ok(())
}

fn policy_hash(adopted: &[Adoption]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&SNAPSHOT_LAYOUT.to_le_bytes());
    hasher.update(env!("REGULARS_ENGINE").as_bytes());
    for adoption in adopted {
        for text in [adoption.from.to_string().as_str(), &adoption.document] {
            hasher.update(text.as_bytes());
            hasher.update(&[0]);
        }
        for (name, value) in &adoption.parameters {
            hasher.update(name.as_bytes());
            hasher.update(&[1]);
            hasher.update(value.as_bytes());
            hasher.update(&[0]);
        }
    }
    *hasher.finalize().as_bytes()
}

/// Drops repetitions; events that share an id and differ are set aside, all of them.
fn without_repetitions(events: &[Event], order: Vec<usize>) -> (Vec<usize>, Vec<EventId>) {
    let mut seen: HashSet<u128> = HashSet::with_capacity(events.len());
    let repeated: HashSet<u128> =
        events.iter().map(|event| event.id.as_u128()).filter(|id| !seen.insert(*id)).collect();
    drop(seen);
    if repeated.is_empty() {
        return (order, Vec::new());
    }
    let mut first: HashMap<u128, &Event> = HashMap::new();
    let mut aside: Vec<EventId> = Vec::new();
    for event in events.iter().filter(|event| repeated.contains(&event.id.as_u128())) {
        let same = *first.entry(event.id.as_u128()).or_insert(event) == event;
        if !same && !aside.contains(&event.id) {
            aside.push(event.id);
        }
    }
    aside.sort();
    let mut taken: HashSet<u128> = HashSet::new();
    let kept = order.into_iter().filter(|index| {
        let Some(id) = events.get(*index).map(|event| event.id) else { return false };
        let once = !repeated.contains(&id.as_u128()) || taken.insert(id.as_u128());
        once && !aside.contains(&id)
    });
    (kept.collect(), aside)
}
