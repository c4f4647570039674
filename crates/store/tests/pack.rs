//! Records: every event survives, every damage is noticed, nothing panics.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may say so"
)]

use proptest::prelude::*;
use regulars_rules::event::SCHEMA_VERSION;
use regulars_store::Position;
use regulars_store::pack::{Fault, decode_event, decode_segment, encode_event, encode_segment};

mod sample;

/// The checksum that the store would write.
fn resealed(mut record: Vec<u8>) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&record[..28]);
    hasher.update(&record[44..]);
    let mut sum = [0; 16];
    hasher.finalize_xof().fill(&mut sum);
    record[28..44].copy_from_slice(&sum);
    record
}

#[test]
fn events_of_every_kind_survive() {
    let events = sample::kinds();
    let record = encode_segment(Position::new(7), &events).unwrap();
    let batch = decode_segment(&record).unwrap();
    assert_eq!(batch.first, Position::new(7));
    assert_eq!(batch.events, events);
    for event in &events {
        let record = encode_event(Position::new(9), event).unwrap();
        assert_eq!(decode_event(&record).unwrap(), (Position::new(9), event.clone()));
    }
}

/// What shops have stored must stay readable. If this fails, the layout of an event has changed: raise SCHEMA_VERSION
/// in regulars-rules, let `pack::decode` read the old layout too, and add the new hash below. New kinds at the end of `Body` change nothing.
#[test]
fn the_layout_of_stored_events_has_not_changed() {
    let record = encode_segment(Position::ZERO, &sample::kinds()).unwrap();
    let content = postcard::to_allocvec(&sample::kinds()).unwrap();
    assert_eq!(decode_segment(&record).unwrap().events.len(), sample::kinds().len());
    let known = [(1, "87812d2f3d1c9fb4")];
    let hash = blake3::hash(&content).to_hex();
    assert!(known.contains(&(SCHEMA_VERSION, &hash[..16])), "layout {SCHEMA_VERSION} has hash {}", &hash[..16]);
}

#[test]
fn segments_are_smaller_than_their_events() {
    let events = sample::sales(0, 1_000);
    let plain: usize = events.iter().map(|event| postcard::to_allocvec(event).unwrap().len()).sum();
    let record = encode_segment(Position::ZERO, &events).unwrap();
    assert!(record.len() * 3 < plain * 2, "{} of {plain}", record.len());
}

#[test]
fn each_damage_has_its_name() {
    let record = encode_segment(Position::ZERO, &sample::sales(0, 20)).unwrap();
    assert_eq!(decode_segment(&[]).unwrap_err(), Fault::CutShort);
    assert_eq!(decode_segment(b"hello, world").unwrap_err(), Fault::Foreign);
    assert_eq!(decode_segment(&record[..record.len() - 1]).unwrap_err(), Fault::CutShort);
    assert_eq!(decode_segment(&[record.as_slice(), b"x"].concat()).unwrap_err(), Fault::Altered);
    assert_eq!(decode_event(&record).unwrap_err(), Fault::Foreign);

    let mut newer = record.clone();
    newer[6..8].copy_from_slice(&(SCHEMA_VERSION + 1).to_le_bytes());
    assert_eq!(decode_segment(&newer).unwrap_err(), Fault::Altered);
    assert_eq!(
        decode_segment(&resealed(newer)).unwrap_err(),
        Fault::Newer { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION }
    );

    let mut format = record.clone();
    format[4] = 9;
    assert_eq!(decode_segment(&format).unwrap_err(), Fault::Newer { found: 9, known: 1 });

    // Absurd claims with a right checksum: refused before memory is reserved.
    let mut claims = record.clone();
    claims[20..24].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(decode_segment(&resealed(claims)).unwrap_err(), Fault::Unreadable);
    let mut count = record.clone();
    count[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(decode_segment(&resealed(count)).unwrap_err(), Fault::Unreadable);
    let mut fewer = record;
    fewer[16..20].copy_from_slice(&19_u32.to_le_bytes());
    assert_eq!(decode_segment(&resealed(fewer)).unwrap_err(), Fault::Unreadable);
}

#[test]
fn no_record_of_no_events() {
    let record = encode_segment(Position::ZERO, &[]).unwrap();
    assert_eq!(decode_segment(&record).unwrap_err(), Fault::Unreadable);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(decode_segment(&bytes).is_err());
        prop_assert!(decode_event(&bytes).is_err());
    }

    #[test]
    fn any_bytes_behind_a_right_header_are_answered(payload in prop::collection::vec(any::<u8>(), 1..400), count in 0..5_u32, packed in any::<bool>(), extra in 1..5_000_u32) {
        let mut record = encode_segment(Position::ZERO, &sample::sales(0, 1)).unwrap();
        record.truncate(44);
        record[16..20].copy_from_slice(&count.to_le_bytes());
        let length = u32::try_from(payload.len()).unwrap();
        record[20..24].copy_from_slice(&(if packed { length + extra } else { length }).to_le_bytes());
        record[24..28].copy_from_slice(&length.to_le_bytes());
        record.extend_from_slice(&payload);
        prop_assert!(decode_segment(&resealed(record)).is_err());
    }

    #[test]
    fn any_truncation_is_noticed(count in 1..30_u64, cut in any::<prop::sample::Index>()) {
        let record = encode_segment(Position::new(3), &sample::sales(0, count)).unwrap();
        prop_assert_eq!(decode_segment(&record[..cut.index(record.len())]).unwrap_err(), Fault::CutShort);
    }

    #[test]
    fn any_flipped_bit_is_noticed(count in 1..30_u64, at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut record = encode_segment(Position::new(3), &sample::sales(0, count)).unwrap();
        let at = at.index(record.len());
        record[at] ^= 1 << bit;
        prop_assert!(decode_segment(&record).is_err());
    }

    #[test]
    fn altered_content_with_a_right_checksum_does_not_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut record = encode_segment(Position::new(3), &sample::kinds()).unwrap();
        let at = 44 + at.index(record.len() - 44);
        record[at] = byte;
        let _ = decode_segment(&resealed(record));
    }
}
