//! What several tests need: the files of the repository, policies, and events.

#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by failing")]

use std::path::{Path, PathBuf};

use regulars_rules::event::{Body, Event, SCHEMA_VERSION};
use regulars_rules::id::{DeviceId, EventId, Text};
use regulars_rules::policy::{Policy, check};
use regulars_rules::reference::whole;
use regulars_rules::time::{BusinessTime, Day};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The document of a program in `policies/`.
pub fn document(id: &str) -> Option<String> {
    std::fs::read_to_string(root().join("policies").join(format!("{id}.toml"))).ok()
}

/// The cases in a folder of `tests/cases` and in the folders below it, in the order of their paths.
pub fn cases(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("tests/cases").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The policy of a document that must run.
pub fn policy(document: &str) -> Policy {
    let (policy, diagnostics) = check(document);
    policy.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

/// The policy of the smallest program with these rules.
pub fn policy_with(rules: &str) -> Policy {
    policy(&whole(rules))
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn event_id(sequence: u64) -> EventId {
    EventId::derived("test", &sequence.to_string())
}

/// An event of this day, recorded after those with a lower number.
pub fn event(sequence: u64, on: &str, body: Body) -> Event {
    Event {
        id: event_id(sequence),
        device: DeviceId::derived("test", "device"),
        sequence,
        clock: sequence,
        at: BusinessTime::noon(day(on)),
        store: Text::default(),
        staff: Text::default(),
        program: Text::default(),
        policy_version: 1,
        schema: SCHEMA_VERSION,
        body,
    }
}
