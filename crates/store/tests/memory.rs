//! The home's decisions, on the shelf in memory, with failures at each write.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may say so"
)]

use core::ops::ControlFlow;

use pollster::block_on;
use proptest::prelude::*;
use regulars_rules::event::Event;
use regulars_store::memory::{Failure, MemoryShelf};
use regulars_store::pack::Fault;
use regulars_store::shelf::{Key, Store};
use regulars_store::{Archive, Home, Mark, MemoryHome, Place, Position, Snapshot, SnapshotName, StoreError, key};
use sample::{sale, sales};

mod sample;

const fn at(count: u64) -> Position {
    Position::new(count)
}

fn all(home: &MemoryHome) -> Vec<Event> {
    block_on(home.read_all(Position::ZERO, Position::END)).unwrap()
}

fn snapshot(position: u64) -> Snapshot {
    Snapshot {
        position: at(position),
        policy_hash: [1; 32],
        hash: [2; 32],
        parts: vec![vec![3; 1_000], vec![], vec![4, 5]],
        later: vec![vec![6; 2_000], vec![7]],
    }
}

/// A snapshot as it is read: what it keeps for later comes apart.
fn without_later(snapshot: Snapshot) -> Snapshot {
    Snapshot { later: Vec::new(), ..snapshot }
}

#[test]
fn an_empty_home_answers() {
    block_on(async {
        let home = MemoryHome::new();
        assert_eq!(home.position().await.unwrap(), Position::ZERO);
        assert_eq!(home.identity().await.unwrap(), None);
        assert_eq!(home.latest_snapshot().await.unwrap(), None);
        assert_eq!(home.get_meta(key::SHOP_NAME).await.unwrap(), None);
        assert_eq!(home.pack().await.unwrap(), 0);
        assert_eq!(home.read_all(at(5), Position::END).await.unwrap(), []);
        assert_eq!(home.append(Position::ZERO, &[]).await.unwrap(), Position::ZERO);
        assert_eq!(home.append(at(1), &[]).await.unwrap_err(), StoreError::Moved { expected: at(1), actual: at(0) });
        assert_eq!(home.identity().await.unwrap(), None);
    });
}

#[test]
fn what_is_appended_is_read() {
    block_on(async {
        let home = MemoryHome::new();
        assert_eq!(home.append(at(0), &sales(0, 3)).await.unwrap(), at(3));
        assert_eq!(home.append(at(3), &sales(3, 2)).await.unwrap(), at(5));
        assert_eq!(home.read_all(at(0), Position::END).await.unwrap(), sales(0, 5));
        assert_eq!(home.read_all(at(1), at(3)).await.unwrap(), sales(1, 2));
        assert_eq!(home.read_all(at(3), at(1)).await.unwrap(), []);
    });
}

#[test]
fn two_tabs_cannot_interleave() {
    block_on(async {
        let home = MemoryHome::new();
        let other = home.another_tab();
        home.append(at(0), &sales(0, 2)).await.unwrap();
        let late = other.append_with_meta(at(0), &sales(9, 1), &[Mark::set_number(key::CLOCK, 9)]).await;
        assert_eq!(late.unwrap_err(), StoreError::Moved { expected: at(0), actual: at(2) });
        assert_eq!(other.get_meta(key::CLOCK).await.unwrap(), None);
        other.append(at(2), &sales(2, 1)).await.unwrap();
        assert_eq!(
            home.append_packed(at(2), &sales(9, 1), &[]).await.unwrap_err(),
            StoreError::Moved { expected: at(2), actual: at(3) }
        );
        assert_eq!(all(&home), sales(0, 3));
    });
}

#[test]
fn packing_moves_full_thousands_and_keeps_positions() {
    block_on(async {
        let home = MemoryHome::new();
        home.append(at(0), &sales(0, 1_000)).await.unwrap();
        assert_eq!(home.pack().await.unwrap(), 0);
        home.append(at(1_000), &sales(1_000, 1_345)).await.unwrap();
        assert_eq!(home.pack().await.unwrap(), 2_000);
        assert_eq!(home.shelf().keys(Store::Segments), [Key::Number(0), Key::Number(1_000)]);
        assert_eq!(home.usage().await.unwrap().tail_events, 345);
        assert_eq!(home.pack().await.unwrap(), 0);
        assert_eq!(all(&home), sales(0, 2_345));
        assert_eq!(home.read_all(at(999), at(2_001)).await.unwrap(), sales(999, 1_002));
        home.append(at(2_345), &sales(2_345, 1)).await.unwrap();
        // Another tab that has not heard of the packing reads the same.
        assert_eq!(all(&home.another_tab()), sales(0, 2_346));
    });
}

#[test]
fn a_large_tail_is_packed_in_steps() {
    block_on(async {
        let home = MemoryHome::new();
        home.append(at(0), &sales(0, 33_500)).await.unwrap();
        assert_eq!(home.pack().await.unwrap(), 33_000);
        assert_eq!(all(&home), sales(0, 33_500));
    });
}

#[test]
fn an_import_takes_the_tail_along() {
    block_on(async {
        let home = MemoryHome::new();
        home.append(at(0), &sales(0, 1_700)).await.unwrap();
        let end = home.append_packed(at(1_700), &sales(1_700, 70_000), &[Mark::set(key::SAMPLE, *b"1")]).await.unwrap();
        assert_eq!(end, at(71_700));
        assert_eq!(home.usage().await.unwrap().tail_events, 0);
        assert_eq!(home.get_meta(key::SAMPLE).await.unwrap().as_deref(), Some(&b"1"[..]));
        home.append(end, &sales(71_700, 5)).await.unwrap();
        assert_eq!(all(&home), sales(0, 71_705));
        // Batches are no larger than segments, and one can stop.
        let mut seen = 0;
        let reached = home
            .read(at(10), Position::END, |batch| {
                assert!(batch.events.len() <= 1_000);
                seen += batch.events.len();
                if seen > 1_500 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .await
            .unwrap();
        assert_eq!(reached, at(10).plus(seen));
    });
}

#[test]
fn marks_are_set_and_cleared_together() {
    block_on(async {
        let home = MemoryHome::new();
        home.put_meta(&[Mark::set(key::SHOP_NAME, "银贝".as_bytes()), Mark::set_number(key::SEQUENCE, 7)])
            .await
            .unwrap();
        assert_eq!(Mark::number(&home.get_meta(key::SEQUENCE).await.unwrap().unwrap()), Some(7));
        home.append_with_meta(at(0), &sales(0, 1), &[Mark::clear(key::SHOP_NAME), Mark::set_number(key::SEQUENCE, 8)])
            .await
            .unwrap();
        let marks = home.all_meta().await.unwrap();
        assert_eq!(marks.keys().collect::<Vec<_>>(), [key::SEQUENCE]);
        assert_eq!(Mark::number(&marks[key::SEQUENCE]), Some(8));
    });
}

#[test]
fn the_newest_snapshot_is_kept() {
    block_on(async {
        let home = MemoryHome::new();
        home.append(at(0), &sales(0, 4)).await.unwrap();
        assert_eq!(
            home.put_snapshot(&snapshot(5)).await.unwrap_err(),
            StoreError::Moved { expected: at(5), actual: at(4) }
        );
        home.put_snapshot(&snapshot(2)).await.unwrap();
        let mut newer = snapshot(4);
        newer.parts.pop();
        home.put_snapshot(&newer).await.unwrap();
        assert_eq!(home.latest_snapshot().await.unwrap(), Some(without_later(newer.clone())));
        assert_eq!(home.later_parts(&newer.name(), 0, u32::MAX).await.unwrap(), Some(newer.later.clone()));
        // In pieces as well, and behind the last one there is nothing.
        let name = newer.name();
        assert_eq!(home.later_parts(&name, 0, 1).await.unwrap(), Some(newer.later[..1].to_vec()));
        assert_eq!(home.later_parts(&name, 1, 7).await.unwrap(), Some(newer.later[1..].to_vec()));
        assert_eq!(home.later_parts(&name, 9, 7).await.unwrap(), Some(Vec::new()));
        // Of the one before there is nothing left, and nothing of the newer one is taken for it.
        assert_eq!(home.later_parts(&snapshot(2).name(), 0, u32::MAX).await.unwrap(), None);
        let of_other_policies = SnapshotName { policy_hash: [9; 32], ..newer.name() };
        assert_eq!(home.later_parts(&of_other_policies, 0, u32::MAX).await.unwrap(), None);
        home.shelf().lose(Store::Snapshots, &Key::Number(2));
        let error = home.latest_snapshot().await.unwrap_err();
        assert_eq!(
            error,
            StoreError::Damaged { place: Place::Snapshot, from: at(0), to: at(4), fault: Fault::Missing }
        );
        home.put_snapshot(&snapshot(4)).await.unwrap();
        assert_eq!(home.latest_snapshot().await.unwrap(), Some(without_later(snapshot(4))));
        home.shelf().tamper(Store::Snapshots, &Key::Number(1), |part| *part.last_mut().unwrap() ^= 1);
        assert_eq!(
            home.latest_snapshot().await.unwrap_err(),
            StoreError::Damaged { place: Place::Snapshot, from: at(0), to: at(4), fault: Fault::Altered }
        );
        home.put_snapshot(&snapshot(4)).await.unwrap();
        home.shelf().lose(Store::Snapshots, &Key::Number(1_000_001));
        assert_eq!(home.latest_snapshot().await.unwrap(), Some(without_later(snapshot(4))));
        let error = home.later_parts(&snapshot(4).name(), 0, u32::MAX).await.unwrap_err();
        assert_eq!(
            error,
            StoreError::Damaged { place: Place::Snapshot, from: at(0), to: at(4), fault: Fault::Missing }
        );
    });
}

#[test]
fn erasing_leaves_nothing_and_other_tabs_notice() {
    block_on(async {
        let home = MemoryHome::new();
        let other = home.another_tab();
        home.append_with_meta(at(0), &sales(0, 2), &[Mark::set(key::SHOP_NAME, "A")]).await.unwrap();
        let before = home.identity().await.unwrap();
        assert_eq!(other.position().await.unwrap(), at(2));
        home.erase().await.unwrap();
        assert!(Store::ALL.iter().all(|store| home.shelf().keys(*store).is_empty()));
        assert_eq!(other.position().await.unwrap_err(), StoreError::Replaced);
        // The same count of other events must not let the other tab write into a shop that it does not know.
        home.append(at(0), &sales(10, 2)).await.unwrap();
        assert_ne!(home.identity().await.unwrap(), before);
        assert_eq!(other.append(at(2), &sales(2, 1)).await.unwrap_err(), StoreError::Replaced);
        assert_eq!(all(&home), sales(10, 2));
    });
}

#[test]
fn damage_is_named_and_costs_no_more_than_itself() {
    block_on(async {
        let home = MemoryHome::new();
        home.append_packed(at(0), &sales(0, 3_000), &[]).await.unwrap();
        home.append(at(3_000), &sales(3_000, 10)).await.unwrap();
        let shelf = home.shelf();
        shelf.tamper(Store::Segments, &Key::Number(1_000), |bytes| bytes[500] ^= 1);
        shelf.tamper(Store::Tail, &Key::Number(3_004), |bytes| bytes.truncate(60));

        let mut rescued = Vec::new();
        let mut damages = Vec::new();
        let mut from = Position::ZERO;
        loop {
            let read = home.read(from, Position::END, |batch| {
                rescued.extend(batch.events);
                ControlFlow::Continue(())
            });
            match read.await {
                Ok(_) => break,
                Err(error) => {
                    let StoreError::Damaged { to, .. } = error else { panic!("{error}") };
                    damages.push(error);
                    from = to;
                }
            }
        }
        let expected = [sales(0, 1_000), sales(2_000, 1_004), sales(3_005, 5)].concat();
        assert_eq!(rescued, expected);
        assert_eq!(
            damages,
            [
                StoreError::Damaged { place: Place::Segment, from: at(1_000), to: at(2_000), fault: Fault::Altered },
                StoreError::Damaged { place: Place::Tail, from: at(3_004), to: at(3_005), fault: Fault::CutShort },
            ]
        );
        // Selling goes on; packing and importing wait until the damage is dealt with.
        home.append(at(3_010), &sales(3_010, 1_000)).await.unwrap();
        assert!(matches!(home.pack().await, Err(StoreError::Damaged { place: Place::Tail, .. })));
        assert!(matches!(home.append_packed(at(4_010), &sales(5_000, 1), &[]).await, Err(StoreError::Damaged { .. })));
        assert_eq!(home.position().await.unwrap(), at(4_010));
    });
}

#[test]
fn holes_are_named() {
    block_on(async {
        let home = MemoryHome::new();
        home.append_packed(at(0), &sales(0, 3_500), &[]).await.unwrap();
        home.append(at(3_500), &sales(3_500, 3)).await.unwrap();
        let shelf = home.shelf();
        shelf.lose(Store::Segments, &Key::Number(1_000));
        shelf.lose(Store::Segments, &Key::Number(3_000));
        shelf.lose(Store::Tail, &Key::Number(3_500));
        shelf.lose(Store::Tail, &Key::Number(3_502));
        let missing =
            |place, from, to| Some(StoreError::Damaged { place, from: at(from), to: at(to), fault: Fault::Missing });
        let first = async |from| home.read_all(at(from), Position::END).await.err();
        assert_eq!(first(0).await, missing(Place::Segment, 1_000, 2_000));
        assert_eq!(first(1_500).await, missing(Place::Segment, 1_500, 2_000));
        assert_eq!(first(2_000).await, missing(Place::Segment, 3_000, 3_500));
        assert_eq!(first(3_500).await, missing(Place::Tail, 3_500, 3_501));
        assert_eq!(first(3_501).await, missing(Place::Tail, 3_502, 3_503));
        shelf.tamper(Store::Meta, &Key::Text("head".into()), |bytes| bytes[50] ^= 1);
        assert_eq!(
            home.position().await.unwrap_err(),
            StoreError::Damaged { place: Place::Head, from: at(0), to: at(0), fault: Fault::Altered }
        );
        assert!(home.append(at(3_503), &sales(0, 1)).await.is_err());
    });
}

#[test]
fn a_segment_in_the_wrong_place_is_noticed() {
    block_on(async {
        let home = MemoryHome::new();
        home.append_packed(at(0), &sales(0, 2_000), &[]).await.unwrap();
        let mut first = Vec::new();
        home.shelf().tamper(Store::Segments, &Key::Number(0), |bytes| first = bytes.clone());
        home.shelf().tamper(Store::Segments, &Key::Number(1_000), |bytes| *bytes = first);
        assert_eq!(
            home.read_all(at(0), Position::END).await.unwrap_err(),
            StoreError::Damaged { place: Place::Segment, from: at(1_000), to: at(2_000), fault: Fault::Misplaced }
        );
    });
}

/// Steps of a shop's day. Each is one transaction, or (packing, importing) several.
#[derive(Debug, Clone)]
enum Step {
    Append(u64),
    Import(u64),
    Pack,
    Snapshot,
    Mark(u64),
}

/// Takes a step; returns the position that it promises.
async fn take(home: &MemoryHome, step: &Step, known: u64) -> Result<u64, StoreError> {
    match step {
        Step::Append(count) => {
            let end = known + count;
            home.append_with_meta(at(known), &sales(known, *count), &[Mark::set_number(key::SEQUENCE, end)]).await?;
            Ok(end)
        }
        Step::Import(count) => {
            let end = known + count;
            home.append_packed(at(known), &sales(known, *count), &[Mark::set_number(key::SEQUENCE, end)]).await?;
            Ok(end)
        }
        Step::Pack => home.pack().await.map(|_| known),
        Step::Snapshot => home.put_snapshot(&snapshot(known)).await.map(|()| known),
        Step::Mark(value) => home.put_meta(&[Mark::set_number("value", *value)]).await.map(|()| known),
    }
}

/// What must hold at any time: every event at its position, none missing, marks as of the last whole step.
fn intact(home: &MemoryHome, at_least: u64, at_most: u64) -> u64 {
    block_on(async {
        let position = home.position().await.unwrap().number();
        assert!((at_least..=at_most).contains(&position), "{position} is not in {at_least}..={at_most}");
        assert_eq!(home.read_all(Position::ZERO, Position::END).await.unwrap(), sales(0, position));
        let sequence = home.get_meta(key::SEQUENCE).await.unwrap().and_then(|bytes| Mark::number(&bytes)).unwrap_or(0);
        assert_eq!(sequence, position, "marks belong to their events");
        if let Some(kept) = home.latest_snapshot().await.unwrap() {
            let whole = snapshot(kept.position.number());
            assert_eq!(home.later_parts(&kept.name(), 0, u32::MAX).await.unwrap().as_ref(), Some(&whole.later));
            assert_eq!(kept, without_later(whole));
        }
        position
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..4_u64).prop_map(Step::Append),
        2 => (900..1_300_u64).prop_map(Step::Append),
        1 => (1..1_500_u64).prop_map(Step::Import),
        2 => Just(Step::Pack),
        1 => Just(Step::Snapshot),
        1 => any::<u64>().prop_map(Step::Mark),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// INVARIANT(whole or not at all): a failure at any write leaves the state before or after a transaction.
    #[test]
    fn a_failure_at_any_write_leaves_a_whole_state(
        steps in prop::collection::vec(step(), 1..7),
        nth in 0..6_000_u64,
        failure in prop::sample::select(vec![Failure::Full, Failure::Interrupted, Failure::Crash, Failure::CrashAfter]),
    ) {
        let mut home = MemoryHome::new();
        home.shelf().fail_at(nth, failure);
        let mut known = 0;
        for step in &steps {
            let before = known;
            match block_on(take(&home, step, known)) {
                Ok(end) => known = end,
                Err(error) => {
                    let promised = match step {
                        Step::Append(count) | Step::Import(count) => before + count,
                        Step::Pack | Step::Snapshot | Step::Mark(_) => before,
                    };
                    if matches!(failure, Failure::Crash | Failure::CrashAfter) {
                        home = Archive::on(home.shelf().restarted());
                    } else {
                        let undone = matches!(error, StoreError::Full { .. } | StoreError::Interrupted { .. });
                        prop_assert!(undone, "{error}");
                    }
                    // Only who died after the transaction may find more than was promised.
                    let most = if failure == Failure::CrashAfter { promised } else { before };
                    known = intact(&home, before, most);
                    // The same step again, as a person would do it.
                    known = block_on(take(&home, step, known)).unwrap();
                }
            }
        }
        intact(&home, known, known);
    }

    /// INVARIANT(saved means saved): what append has confirmed survives a power cut.
    #[test]
    fn a_power_cut_keeps_what_was_confirmed(steps in prop::collection::vec(step(), 1..7), floating in 0..4_usize) {
        let home = MemoryHome::new();
        let mut known = 0;
        for step in &steps {
            known = block_on(take(&home, step, known)).unwrap();
        }
        let after: MemoryHome = Archive::on(home.shelf().power_cut(floating));
        intact(&after, known, known);
    }
}

#[test]
fn a_long_import_cut_off_keeps_a_prefix() {
    for nth in [65, 70] {
        let home = MemoryHome::new();
        home.shelf().fail_at(nth, Failure::Crash);
        assert!(block_on(home.append_packed(at(0), &sales(0, 70_000), &[])).is_err());
        let home: MemoryHome = Archive::on(home.shelf().restarted());
        let position = block_on(home.position()).unwrap();
        assert!([at(0), at(64_000)].contains(&position));
        assert_eq!(all(&home), sales(0, position.number()));
    }
}

#[test]
fn marks_do_not_collide_with_the_head() {
    block_on(async {
        let home = MemoryHome::new();
        home.append_with_meta(at(0), &[sale(0)], &[Mark::set("head", "x")]).await.unwrap();
        assert_eq!(home.position().await.unwrap(), at(1));
        assert_eq!(home.get_meta("head").await.unwrap().as_deref(), Some(&b"x"[..]));
        let _: &MemoryShelf = home.shelf();
    });
}
