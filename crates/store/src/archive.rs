//! The decisions of a home, for any shelf: positions, packing, reading, snapshots.

use core::cell::Cell;
use core::ops::ControlFlow;
use std::collections::BTreeMap;

use regulars_rules::event::Event;

use crate::error::{Place, StoreError};
use crate::home::{Batch, Home, Identity, Mark, Position, Snapshot, SnapshotName, Usage};
use crate::pack::{self, Fault, Kind, SEGMENT_EVENTS, Unsealed};
use crate::shelf::{Ask, Durability, HEAD, Key, Record, Shelf, Store, Write};

/// Segments of one transaction of an import: few enough that its bytes fit into memory more than once.
const SEGMENTS_PER_TRANSACTION: usize = 64;

/// Segments fetched at once when reading: a batch of transactions costs more than a batch of bytes.
const SEGMENTS_PER_READ: u32 = 16;

/// Packing begins when the tail has more events than this.
const TAIL_MAX: u64 = SEGMENT_EVENTS as u64;

const MARK_PREFIX: &str = "mark/";

/// What says what a snapshot is: two hashes and a count.
const SNAPSHOT_HEAD_BYTES: usize = 32 + 32 + 4;

/// The keys of what a snapshot keeps for later begin here; those of its other parts at 1.
const LATER_FROM: u64 = 1_000_000;

/// The record that every write compares and swaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    identity: Identity,
    /// How many events there are.
    position: Position,
    /// Events before it are in segments, the others in the tail.
    tail_start: Position,
}

impl Head {
    fn new(identity: Identity) -> Self {
        Self { identity, position: Position::ZERO, tail_start: Position::ZERO }
    }

    fn encode(&self) -> Result<Write, StoreError> {
        let mut content = Vec::with_capacity(32);
        content.extend_from_slice(&self.identity.0);
        content.extend_from_slice(&self.position.number().to_le_bytes());
        content.extend_from_slice(&self.tail_start.number().to_le_bytes());
        let record = pack::seal(Kind::Head, Position::ZERO, 0, &content)
            .map_err(|fault| fault.at(Place::Head, Position::ZERO, Position::ZERO))?;
        Ok(Write::Put(Store::Meta, Key::Text(HEAD.to_owned()), record))
    }

    fn decode(record: &[u8]) -> Result<Self, StoreError> {
        let read = || {
            let unsealed = pack::unseal(Kind::Head, record)?;
            let (identity, rest) = unsealed.content.split_first_chunk().ok_or(Fault::Unreadable)?;
            let (position, rest) = rest.split_first_chunk().ok_or(Fault::Unreadable)?;
            let tail_start: &[u8; 8] = rest.try_into().map_err(|_| Fault::Unreadable)?;
            let head = Self {
                identity: Identity(*identity),
                position: Position::new(u64::from_le_bytes(*position)),
                tail_start: Position::new(u64::from_le_bytes(*tail_start)),
            };
            if head.tail_start > head.position { Err(Fault::Unreadable) } else { Ok(head) }
        };
        read().map_err(|fault: Fault| fault.at(Place::Head, Position::ZERO, Position::ZERO))
    }

    const fn tail_events(&self) -> u64 {
        self.position.number().saturating_sub(self.tail_start.number())
    }
}

/// The identity of the shop that a head belongs to, for the marker outside.
#[cfg(all(target_arch = "wasm32", feature = "indexed-db"))]
pub(crate) fn identity_of_head(record: &[u8]) -> Result<Identity, StoreError> {
    Head::decode(record).map(|head| head.identity)
}

/// A home on a shelf.
#[derive(Debug)]
pub struct Archive<S> {
    shelf: S,
    /// The shop that this session has seen: another one under the same name must not be mixed with it.
    seen: Cell<Option<Identity>>,
    /// Where the tail began when it was last seen: a hint where to look first.
    tail_start: Cell<Position>,
}

/// The first record of a snapshot.
struct SnapshotHead {
    name: SnapshotName,
    hash: [u8; 32],
    count: u32,
    later_count: u32,
}

impl SnapshotHead {
    fn decode(record: &[u8]) -> Result<Self, Fault> {
        let Unsealed { first: position, count, content } = pack::unseal(Kind::Snapshot, record)?;
        let (policy_hash, rest) = content.split_first_chunk().ok_or(Fault::Unreadable)?;
        let (hash, rest) = rest.split_first_chunk().ok_or(Fault::Unreadable)?;
        let later_count = u32::from_le_bytes(rest.try_into().map_err(|_| Fault::Unreadable)?);
        let name = SnapshotName { position, policy_hash: *policy_hash };
        Ok(Self { name, hash: *hash, count, later_count })
    }
}

/// Records of the snapshot by their keys.
fn snapshot_range(from: u64, to: u64) -> Ask {
    Ask::Range { store: Store::Snapshots, from, to, limit: u32::MAX }
}

/// Parts of a snapshot from a number on, all of them and in their order.
fn read_parts(
    records: impl ExactSizeIterator<Item = Record>,
    position: Position,
    from: u32,
    count: u32,
) -> Result<Vec<Vec<u8>>, Fault> {
    let mut parts = Vec::with_capacity(records.len());
    for (number, (_, record)) in (from..).zip(records) {
        let part = pack::unseal(Kind::Part, &record)?;
        if part.count != number || part.first != position {
            return Err(Fault::Misplaced);
        }
        parts.push(part.content.into_owned());
    }
    if parts.len() == count as usize { Ok(parts) } else { Err(Fault::Missing) }
}

fn segment_damage(fault: Fault, from: Position, to: Position) -> StoreError {
    fault.at(Place::Segment, from, to)
}

impl<S: Shelf> Archive<S> {
    /// A home on a shelf.
    #[must_use]
    pub const fn on(shelf: S) -> Self {
        Self { shelf, seen: Cell::new(None), tail_start: Cell::new(Position::ZERO) }
    }

    /// What it stands on.
    #[must_use]
    pub const fn shelf(&self) -> &S {
        &self.shelf
    }

    /// Reads a head's record and holds it against the shop that this session knows.
    fn recognise(&self, record: Option<&[u8]>) -> Result<Option<Head>, StoreError> {
        let head = record.map(Head::decode).transpose()?;
        match (self.seen.get(), head) {
            (Some(seen), Some(head)) if seen != head.identity => Err(StoreError::Replaced),
            (Some(_), None) => Err(StoreError::Replaced),
            (_, Some(head)) => {
                self.seen.set(Some(head.identity));
                self.tail_start.set(head.tail_start);
                Ok(Some(head))
            }
            (None, None) => Ok(None),
        }
    }

    /// Asks for the head and for more, of one state.
    async fn ask<const N: usize>(&self, asks: [Ask; N]) -> Result<(Option<Head>, [Vec<Record>; N]), StoreError> {
        let mut all = Vec::with_capacity(N + 1);
        all.push(Ask::One(Store::Meta, Key::Text(HEAD.to_owned())));
        all.extend(asks);
        let mut answers = self.shelf.read(&all).await?.into_iter();
        let head = answers.next().and_then(|records| records.into_iter().next());
        let head = self.recognise(head.as_ref().map(|(_, bytes)| bytes.as_slice()))?;
        Ok((head, core::array::from_fn(|_| answers.next().unwrap_or_default())))
    }

    /// One transaction that turns the head into another and writes more. `change` may refuse.
    async fn swap(
        &self,
        durability: Durability,
        change: impl FnOnce(&mut Head) -> Result<Vec<Write>, StoreError>,
    ) -> Result<Head, StoreError> {
        let mut after = None;
        self.shelf
            .commit(durability, |record| {
                let before = self.recognise(record)?;
                let mut head = before.unwrap_or_else(|| Head::new(self.shelf.fresh_identity()));
                let mut writes = change(&mut head)?;
                if before != Some(head) {
                    writes.push(head.encode()?);
                }
                after = Some(head);
                Ok(writes)
            })
            .await?;
        let head = after.ok_or(StoreError::Failed { detail: "the shelf did not ask what to write".into() })?;
        self.seen.set(Some(head.identity));
        self.tail_start.set(head.tail_start);
        Ok(head)
    }

    /// Where reading can go on behind a damaged segment that begins before `after`.
    async fn next_segment(&self, after: Position) -> Result<Position, StoreError> {
        let (head, [records]) = self
            .ask([Ask::Range { store: Store::Segments, from: after.number(), to: Position::END.number(), limit: 1 }])
            .await?;
        let behind = records.first().and_then(|(key, _)| key.number()).map(Position::new);
        Ok(behind.unwrap_or_else(|| head.map_or(after, |head| head.tail_start.max(after))))
    }

    /// Delivers what the segments hold of `at..stop`. Moves `at` on.
    async fn deliver_segments(
        &self,
        records: Vec<Record>,
        at: &mut Position,
        stop: Position,
        each: &mut impl FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let before = *at;
        for (key, record) in records {
            let key = Position::new(key.number().unwrap_or_default());
            if key > *at {
                return Err(segment_damage(Fault::Missing, *at, key));
            }
            let decoded = pack::decode_segment(&record)
                .and_then(|batch| if batch.first == key { Ok(batch) } else { Err(Fault::Misplaced) });
            let Batch { first, mut events } = match decoded {
                Ok(batch) => batch,
                Err(fault) => {
                    return Err(segment_damage(fault, key, self.next_segment(key.plus(1)).await?));
                }
            };
            let end = first.plus(events.len());
            if end <= *at {
                continue;
            }
            if end > stop {
                let kept = stop.number().saturating_sub(first.number());
                events.truncate(usize::try_from(kept).unwrap_or(usize::MAX));
            }
            let known = at.number().saturating_sub(first.number());
            if known > 0 {
                events.drain(..usize::try_from(known).unwrap_or(usize::MAX).min(events.len()));
            }
            let batch = Batch { first: *at, events };
            *at = end.min(stop);
            if each(batch).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if *at >= stop {
                break;
            }
        }
        if *at == before {
            return Err(segment_damage(Fault::Missing, *at, self.next_segment(at.plus(1)).await?));
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Delivers what the tail holds of `at..stop`. Moves `at` on.
fn deliver_tail(
    records: Vec<Record>,
    at: &mut Position,
    stop: Position,
    each: &mut impl FnMut(Batch) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, StoreError> {
    let first = *at;
    let mut events = Vec::with_capacity(records.len());
    let mut damage = None;
    for (key, record) in &records {
        let key = Position::new(key.number().unwrap_or_default());
        if key != *at {
            damage = Some(Fault::Missing.at(Place::Tail, *at, key));
            break;
        }
        match pack::decode_event(record).and_then(
            |(own, event)| {
                if own == key { Ok(event) } else { Err(Fault::Misplaced) }
            },
        ) {
            Ok(event) => events.push(event),
            Err(fault) => {
                damage = Some(fault.at(Place::Tail, key, key.plus(1)));
                break;
            }
        }
        *at = at.plus(1);
    }
    if records.is_empty() {
        damage = Some(Fault::Missing.at(Place::Tail, *at, stop));
    }
    let mut flow = ControlFlow::Continue(());
    if !events.is_empty() {
        flow = each(Batch { first, events });
    }
    match damage {
        Some(damage) if flow.is_continue() => Err(damage),
        _ => Ok(flow),
    }
}

fn mark_writes(marks: &[Mark]) -> impl Iterator<Item = Write> {
    marks.iter().map(|mark| {
        let key = Key::Text(format!("{MARK_PREFIX}{}", mark.key));
        match &mark.value {
            Some(value) => Write::Put(Store::Meta, key, value.clone()),
            None => Write::Delete(Store::Meta, key),
        }
    })
}

fn expect(expected: Position, head: &Head) -> Result<(), StoreError> {
    if head.position == expected { Ok(()) } else { Err(StoreError::Moved { expected, actual: head.position }) }
}

/// What an attempt to write found.
enum Attempt<T> {
    /// It is done.
    Done(T),
    /// Another tab has packed the tail meanwhile: look again.
    Again,
}

impl<S: Shelf> Archive<S> {
    async fn try_append_packed(
        &self,
        expected: Position,
        events: &[Event],
        marks: &[Mark],
    ) -> Result<Attempt<Position>, StoreError> {
        let (head, [records]) = self.ask([Ask::All(Store::Tail)]).await?;
        let start = head.map_or(Position::ZERO, |head| head.tail_start);
        let actual = head.map_or(Position::ZERO, |head| head.position);
        if actual != expected {
            return Err(StoreError::Moved { expected, actual });
        }
        let mut tail = Vec::new();
        if start < expected {
            let mut at = start;
            // A tail that cannot be read stops an import, not the day's sales: those are appended without reading.
            let _ = deliver_tail(records, &mut at, expected, &mut |batch| {
                tail = batch.events;
                ControlFlow::Continue(())
            })?;
            if at != expected {
                return Err(Fault::Missing.at(Place::Tail, at, expected));
            }
        }

        let mut all = tail.iter().chain(events);
        let mut remaining = tail.len() + events.len();
        let mut known = Head { identity: Identity([0; 16]), position: expected, tail_start: start };
        // The first transaction takes the whole tail: segments may not lie behind it.
        let mut quota = tail.len() + SEGMENTS_PER_TRANSACTION * SEGMENT_EVENTS;
        while remaining > 0 {
            let mut segments = Vec::new();
            let mut end = known.tail_start;
            let group = remaining.min(quota);
            let mut open = group;
            while open > 0 {
                let count = open.min(SEGMENT_EVENTS);
                let record = pack::encode_segment(end, all.by_ref().take(count))
                    .map_err(|fault| segment_damage(fault, end, end.plus(count)))?;
                segments.push((end, record));
                end = end.plus(count);
                open -= count;
            }
            remaining -= group;
            let last = remaining == 0;
            let mut packed_meanwhile = false;
            let swapped = self
                .swap(if last { Durability::Strict } else { Durability::Relaxed }, |head| {
                    expect(known.position, head)?;
                    if head.tail_start != known.tail_start {
                        packed_meanwhile = true;
                        return Err(StoreError::Interrupted { detail: "packed meanwhile".into() });
                    }
                    head.tail_start = end;
                    head.position = end;
                    let mut writes = Vec::with_capacity(segments.len() + 2);
                    if known.tail_start < known.position {
                        writes.push(Write::DeleteRange {
                            store: Store::Tail,
                            from: known.tail_start.number(),
                            to: known.position.number(),
                        });
                    }
                    writes.extend(
                        segments
                            .into_iter()
                            .map(|(first, record)| Write::Put(Store::Segments, Key::Number(first.number()), record)),
                    );
                    if last {
                        writes.extend(mark_writes(marks));
                    }
                    Ok(writes)
                })
                .await;
            if packed_meanwhile {
                return Ok(Attempt::Again);
            }
            known = swapped?;
            quota = SEGMENTS_PER_TRANSACTION * SEGMENT_EVENTS;
        }
        Ok(Attempt::Done(known.position))
    }

    /// Moves up to a read's worth of full thousands. Returns how many events.
    async fn pack_some(&self) -> Result<u64, StoreError> {
        let (head, []) = self.ask([]).await?;
        let Some(head) = head.filter(|head| head.tail_events() > TAIL_MAX) else {
            return Ok(0);
        };
        let start = head.tail_start;
        let segments = usize::try_from(head.tail_events()).unwrap_or(usize::MAX) / SEGMENT_EVENTS;
        let count = segments.min(SEGMENTS_PER_READ as usize) * SEGMENT_EVENTS;
        let stop = start.plus(count);
        let limit = u32::try_from(count).unwrap_or(u32::MAX);
        let (now, [records]) =
            self.ask([Ask::Range { store: Store::Tail, from: start.number(), to: stop.number(), limit }]).await?;
        if now.is_none_or(|now| now.tail_start != start) {
            return Ok(0);
        }
        let mut at = start;
        let mut events = Vec::new();
        let _ = deliver_tail(records, &mut at, stop, &mut |batch| {
            events = batch.events;
            ControlFlow::Continue(())
        })?;
        if at != stop {
            return Err(Fault::Missing.at(Place::Tail, at, stop));
        }
        let mut writes = Vec::with_capacity(segments + 2);
        let mut first = start;
        for chunk in events.chunks(SEGMENT_EVENTS) {
            let record = pack::encode_segment(first, chunk)
                .map_err(|fault| segment_damage(fault, first, first.plus(chunk.len())))?;
            writes.push(Write::Put(Store::Segments, Key::Number(first.number()), record));
            first = first.plus(chunk.len());
        }
        writes.push(Write::DeleteRange { store: Store::Tail, from: start.number(), to: stop.number() });
        let mut moved = 0;
        self.swap(Durability::Strict, |head| {
            if head.tail_start != start {
                return Ok(Vec::new());
            }
            head.tail_start = stop;
            moved = count as u64;
            Ok(writes)
        })
        .await?;
        Ok(moved)
    }
}

impl<S: Shelf> Home for Archive<S> {
    async fn position(&self) -> Result<Position, StoreError> {
        let (head, []) = self.ask([]).await?;
        Ok(head.map_or(Position::ZERO, |head| head.position))
    }

    async fn append_with_meta(
        &self,
        expected: Position,
        events: &[Event],
        marks: &[Mark],
    ) -> Result<Position, StoreError> {
        // Encoded before the transaction opens: nothing but the transaction is waited for inside it.
        let mut writes = Vec::with_capacity(events.len() + marks.len() + 1);
        let mut end = expected;
        for event in events {
            let record = pack::encode_event(end, event).map_err(|fault| fault.at(Place::Tail, end, end.plus(1)))?;
            writes.push(Write::Put(Store::Tail, Key::Number(end.number()), record));
            end = end.plus(1);
        }
        writes.extend(mark_writes(marks));
        if writes.is_empty() {
            let actual = self.position().await?;
            return if actual == expected { Ok(expected) } else { Err(StoreError::Moved { expected, actual }) };
        }
        let head = self
            .swap(Durability::Strict, |head| {
                expect(expected, head)?;
                head.position = end;
                Ok(writes)
            })
            .await?;
        Ok(head.position)
    }

    async fn append_packed(
        &self,
        expected: Position,
        events: &[Event],
        marks: &[Mark],
    ) -> Result<Position, StoreError> {
        if events.is_empty() {
            return self.append_with_meta(expected, events, marks).await;
        }
        // Keeps the tail that the import must take along below two segments.
        self.pack().await?;
        loop {
            if let Attempt::Done(position) = self.try_append_packed(expected, events, marks).await? {
                return Ok(position);
            }
        }
    }

    async fn read(
        &self,
        from: Position,
        to: Position,
        mut each: impl FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<Position, StoreError> {
        let mut at = from;
        loop {
            if at >= to {
                return Ok(at);
            }
            // Where the tail was seen last is a guess: whether it was right is read in the same transaction.
            let guess_tail = at >= self.tail_start.get();
            let (head, records) = if guess_tail {
                let (head, [records]) = self
                    .ask([Ask::Range {
                        store: Store::Tail,
                        from: at.number(),
                        to: to.number(),
                        limit: SEGMENT_EVENTS as u32,
                    }])
                    .await?;
                (head, records)
            } else {
                let (head, [floor, more]) = self
                    .ask([
                        Ask::Floor(Store::Segments, at.number()),
                        Ask::Range {
                            store: Store::Segments,
                            from: at.plus(1).number(),
                            to: to.number(),
                            limit: SEGMENTS_PER_READ - 1,
                        },
                    ])
                    .await?;
                (head, floor.into_iter().chain(more).collect())
            };
            let Some(head) = head else { return Ok(at) };
            let stop = to.min(head.position);
            if at >= stop {
                return Ok(at);
            }
            let in_tail = at >= head.tail_start;
            let flow = match (guess_tail, in_tail) {
                (true, true) => deliver_tail(records, &mut at, stop, &mut each)?,
                (false, false) => self.deliver_segments(records, &mut at, stop.min(head.tail_start), &mut each).await?,
                // The tail was packed or the first guess was wrong; the hint is right now.
                (true, false) | (false, true) => continue,
            };
            if flow.is_break() {
                return Ok(at);
            }
        }
    }

    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let end = snapshot.position;
        let damage = |fault: Fault| fault.at(Place::Snapshot, Position::ZERO, end);
        let counted = |parts: &[Vec<u8>]| u32::try_from(parts.len()).map_err(|_| damage(Fault::TooLarge));
        let (count, later_count) = (counted(&snapshot.parts)?, counted(&snapshot.later)?);
        if u64::from(count) >= LATER_FROM {
            return Err(damage(Fault::TooLarge));
        }
        let mut content = Vec::with_capacity(SNAPSHOT_HEAD_BYTES);
        content.extend_from_slice(&snapshot.policy_hash);
        content.extend_from_slice(&snapshot.hash);
        content.extend_from_slice(&later_count.to_le_bytes());
        let mut writes = Vec::with_capacity(snapshot.parts.len() + snapshot.later.len() + 3);
        writes.push(Write::Clear(Store::Snapshots));
        let record = pack::seal(Kind::Snapshot, end, count, &content).map_err(damage)?;
        writes.push(Write::Put(Store::Snapshots, Key::Number(0), record));
        for (from, parts) in [(1, &snapshot.parts), (LATER_FROM, &snapshot.later)] {
            for (number, part) in (0_u32..).zip(parts) {
                let record = pack::seal(Kind::Part, end, number, part).map_err(damage)?;
                let key = from.saturating_add(u64::from(number));
                writes.push(Write::Put(Store::Snapshots, Key::Number(key), record));
            }
        }
        self.swap(Durability::Relaxed, |head| {
            if end > head.position {
                Err(StoreError::Moved { expected: end, actual: head.position })
            } else {
                Ok(writes)
            }
        })
        .await?;
        Ok(())
    }

    async fn latest_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let (head, [records]) = self.ask([snapshot_range(0, LATER_FROM)]).await?;
        let mut records = records.into_iter();
        let Some((_, first)) = records.next() else {
            return Ok(None);
        };
        let actual = head.map_or(Position::ZERO, |head| head.position);
        let read = || {
            let SnapshotHead { name, hash, count, .. } = SnapshotHead::decode(&first)?;
            if name.position > actual {
                return Err(Fault::Misplaced);
            }
            let parts = read_parts(records, name.position, 0, count)?;
            Ok(Snapshot { position: name.position, policy_hash: name.policy_hash, hash, parts, later: Vec::new() })
        };
        read().map(Some).map_err(|fault| fault.at(Place::Snapshot, Position::ZERO, actual))
    }

    async fn later_parts(
        &self,
        snapshot: &SnapshotName,
        from: u32,
        limit: u32,
    ) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        let first = Ask::One(Store::Snapshots, Key::Number(0));
        let begin = LATER_FROM.saturating_add(u64::from(from));
        let (head, [first, records]) =
            self.ask([first, snapshot_range(begin, begin.saturating_add(u64::from(limit)))]).await?;
        let Some((_, first)) = first.into_iter().next() else {
            return Ok(None);
        };
        let actual = head.map_or(Position::ZERO, |head| head.position);
        let read = || {
            let SnapshotHead { name, later_count, .. } = SnapshotHead::decode(&first)?;
            if name != *snapshot {
                return Ok(None);
            }
            let count = later_count.saturating_sub(from).min(limit);
            read_parts(records.into_iter(), name.position, from, count).map(Some)
        };
        read().map_err(|fault: Fault| fault.at(Place::Snapshot, Position::ZERO, actual))
    }

    async fn put_meta(&self, marks: &[Mark]) -> Result<(), StoreError> {
        if marks.is_empty() {
            return Ok(());
        }
        self.swap(Durability::Strict, |_| Ok(mark_writes(marks).collect())).await?;
        Ok(())
    }

    async fn get_meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let (_, [records]) = self.ask([Ask::One(Store::Meta, Key::Text(format!("{MARK_PREFIX}{key}")))]).await?;
        Ok(records.into_iter().next().map(|(_, value)| value))
    }

    async fn all_meta(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        let (_, [records]) = self.ask([Ask::All(Store::Meta)]).await?;
        Ok(records
            .into_iter()
            .filter_map(|(key, value)| match key {
                Key::Text(text) => text.strip_prefix(MARK_PREFIX).map(|own| (own.to_owned(), value)),
                Key::Number(_) => None,
            })
            .collect())
    }

    async fn pack(&self) -> Result<u64, StoreError> {
        let mut moved = 0;
        loop {
            match self.pack_some().await? {
                0 => return Ok(moved),
                more => moved += more,
            }
        }
    }

    async fn erase(&self) -> Result<(), StoreError> {
        self.shelf.erase().await?;
        self.seen.set(None);
        self.tail_start.set(Position::ZERO);
        Ok(())
    }

    async fn identity(&self) -> Result<Option<Identity>, StoreError> {
        let (head, []) = self.ask([]).await?;
        Ok(head.map(|head| head.identity))
    }

    async fn usage(&self) -> Result<Usage, StoreError> {
        let (head, []) = self.ask([]).await?;
        let space = self.shelf.space().await;
        Ok(Usage {
            events: head.map_or(0, |head| head.position.number()),
            tail_events: head.map_or(0, |head| head.tail_events()),
            used_bytes: space.used_bytes,
            quota_bytes: space.quota_bytes,
            persisted: space.persisted,
        })
    }
}
