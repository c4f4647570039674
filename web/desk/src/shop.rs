//! One shop: its policies, book and index, kept by folding events. Knows no storage.

use std::collections::{BTreeMap, HashMap, HashSet};

use regulars_rules::book::{Book, BookParts, Breach};
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
const SNAPSHOT_LAYOUT: u32 = 6;
/// The trail is cut to pieces of this size, as the book's parts are: they suit the browser.
const PART_BYTES: usize = 1_000_000;

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

/// What a shop was opened without, as far as it has been unpacked.
#[derive(Debug, Default)]
struct Later {
    /// Parts unpacked so far.
    done: u32,
    /// Parts of the book that are still to come: members, then receipts.
    book: usize,
    /// Length of the trail.
    trail_bytes: usize,
    /// The trail as far as it is here.
    trail: Vec<u8>,
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
    /// What a snapshot kept for later; nothing is missing if there is none.
    later: Option<Later>,
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

    /// Which part of what its snapshot kept for later comes next; `None`: everything is at hand.
    #[must_use]
    pub fn next_part(&self) -> Option<u32> {
        self.later.as_ref().map(|later| later.done)
    }

    /// Unpacks the next part.
    ///
    /// # Errors
    /// Where it is damaged: fold anew.
    pub fn unpack(&mut self, part: &[u8]) -> Result<(), NotASnapshot> {
        let Some(later) = &mut self.later else { return Err(NotASnapshot) };
        if later.done == 0 {
            (later.book, later.trail_bytes) = postcard::from_bytes(part)?;
        } else if later.book > 0 {
            self.book.unpack(part)?;
            later.book = later.book.saturating_sub(1);
        } else {
            later.trail.extend_from_slice(part);
        }
        later.done = later.done.saturating_add(1);
        if later.book > 0 || later.trail.len() < later.trail_bytes {
            return Ok(());
        }
        if !self.book.is_unpacked() || later.trail.len() != later.trail_bytes {
            return Err(NotASnapshot);
        }
        self.index.trail.unpack(&later.trail)?;
        self.later = None;
        Ok(())
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
        let BookParts { head, members, receipts } = self.book.to_snapshot()?;
        let trail = self.index.trail.to_bytes()?;
        let index = postcard::to_allocvec(&(SNAPSHOT_LAYOUT, &self.adopted, &self.quarantined, &self.index))?;
        let mut later = vec![postcard::to_allocvec(&(members.len().saturating_add(receipts.len()), trail.len()))?];
        later.extend(members);
        later.extend(receipts);
        later.extend(trail.chunks(PART_BYTES).map(<[u8]>::to_vec));
        Ok(Snapshot {
            position: Position::new(position),
            policy_hash: self.policy_hash(),
            // The state hash costs as much as the fold; a snapshot is checked by the seals of its parts.
            hash: [0; 32],
            parts: vec![index, head],
            later,
        })
    }

    /// Reads a snapshot. What is not needed to open comes later ([`Shop::unpack`]).
    ///
    /// # Errors
    /// [`NotASnapshot`]: of another layout, or damaged: fold from the start.
    pub fn from_snapshot(snapshot: Snapshot) -> Result<Self, NotASnapshot> {
        let Snapshot { policy_hash: expected, parts, .. } = snapshot;
        let [index, head] = parts.as_slice() else { return Err(NotASnapshot) };
        let (layout, rest): (u32, _) = postcard::take_from_bytes(index)?;
        if layout != SNAPSHOT_LAYOUT {
            return Err(NotASnapshot);
        }
        let (adopted, quarantined, index): (Vec<Adoption>, Vec<EventId>, Index) = postcard::from_bytes(rest)?;
        let index = Index { trail: Trail::away(), ..index };
        if policy_hash(&adopted) != expected {
            return Err(NotASnapshot);
        }
        let book = Book::from_snapshot(head)?;
        Ok(Self { policies: policy_set(&adopted), adopted, book, index, quarantined, later: Some(Later::default()) })
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
