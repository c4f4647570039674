//! Who works in the shop, where, in which role and under whom, on any day; and the stores.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fact::{Person, Store};
use crate::id::Text;
use crate::time::Day;

/// What a person is from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
enum Standing {
    Here(Person),
    Gone { dismissed: bool, never_again: bool },
}

/// How someone left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// The day.
    pub day: Day,
    /// Whether they were dismissed.
    pub dismissed: bool,
    /// Whether they may never be hired again.
    pub never_again: bool,
}

/// The people and stores through time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Roster {
    people: BTreeMap<Text, Vec<(Day, Standing)>>,
    stores: BTreeMap<Text, Vec<(Day, Store)>>,
}

/// The longest chain of leaders that is followed: a longer one is a circle.
pub const LEADERS_MAX: usize = 16;

impl Roster {
    pub(crate) fn list(&mut self, day: Day, person: &Person) {
        self.people.entry(person.code.clone()).or_default().push((day, Standing::Here(person.clone())));
    }

    pub(crate) fn leave(&mut self, day: Day, staff: &Text, dismissed: bool, never_again: bool) {
        self.people.entry(staff.clone()).or_default().push((day, Standing::Gone { dismissed, never_again }));
    }

    pub(crate) fn list_store(&mut self, day: Day, store: &Store) {
        self.stores.entry(store.code.clone()).or_default().push((day, store.clone()));
    }

    /// The entry that holds on a day: of those that begin no later the latest, the last recorded of several of a day.
    fn at<T>(entries: &[(Day, T)], day: Day) -> Option<&T> {
        entries.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from).map(|(_, value)| value)
    }

    /// A person as they stand on a day; `None` for those who are not there (yet, or any more).
    #[must_use]
    pub fn person(&self, code: &str, day: Day) -> Option<&Person> {
        match Self::at(self.people.get(code)?, day)? {
            Standing::Here(person) => Some(person),
            Standing::Gone { .. } => None,
        }
    }

    /// A person as last known up to a day, whether they have left or not; before their first day, as on it.
    #[must_use]
    pub fn last_known(&self, code: &str, day: Day) -> Option<&Person> {
        let here = self.people.get(code)?.iter().filter_map(|(from, standing)| match standing {
            Standing::Here(person) => Some((*from, person)),
            Standing::Gone { .. } => None,
        });
        // Entries are in the order in which they were recorded, which late ones are not in by their days.
        let known = here.clone().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from);
        known.or_else(|| here.rev().min_by_key(|(from, _)| *from)).map(|(_, person)| person)
    }

    /// Whether a code was ever on the list.
    #[must_use]
    pub fn knows(&self, code: &str) -> bool {
        self.people.contains_key(code)
    }

    /// How a person left, if they are gone on a day.
    #[must_use]
    pub fn left(&self, code: &str, day: Day) -> Option<Leaving> {
        let entries = self.people.get(code)?;
        match Self::at(entries, day)? {
            Standing::Here(_) => None,
            Standing::Gone { dismissed, never_again } => {
                let mut days: Vec<(Day, bool)> = entries
                    .iter()
                    .filter(|(from, _)| *from <= day)
                    .map(|(from, standing)| (*from, matches!(standing, Standing::Gone { .. })))
                    .collect();
                days.sort_by_key(|(from, _)| *from);
                // Whoever is gone does not leave again: it is the first day since they were last here.
                let stretch = days.into_iter().rev().take_while(|(_, is_gone)| *is_gone);
                let day = stretch.last().map(|(from, _)| from)?;
                Some(Leaving { day, dismissed: *dismissed, never_again: *never_again })
            }
        }
    }

    /// Everyone there on a day, by code.
    pub fn people(&self, day: Day) -> impl Iterator<Item = &Person> {
        self.people.values().filter_map(move |entries| match Self::at(entries, day)? {
            Standing::Here(person) => Some(person),
            Standing::Gone { .. } => None,
        })
    }

    /// Every code that was ever on the list.
    pub fn codes(&self) -> impl Iterator<Item = &Text> {
        self.people.keys()
    }

    /// The first day on which a person was on the list.
    #[must_use]
    pub fn joined(&self, code: &str) -> Option<Day> {
        self.people.get(code)?.iter().map(|(from, _)| *from).min()
    }

    /// A store as it stands on a day.
    #[must_use]
    pub fn store(&self, code: &str, day: Day) -> Option<&Store> {
        Self::at(self.stores.get(code)?, day)
    }

    /// The stores on a day, by code.
    pub fn stores(&self, day: Day) -> impl Iterator<Item = &Store> {
        self.stores.values().filter_map(move |entries| Self::at(entries, day))
    }

    /// Those who lead a person, the nearest first. A circle of leaders ends where it closes.
    #[must_use]
    pub fn leaders(&self, code: &str, day: Day) -> Vec<&Person> {
        let mut chain: Vec<&Person> = Vec::new();
        let mut next = self.last_known(code, day).map(|person| person.leader.clone()).unwrap_or_default();
        while !next.is_empty() && chain.len() < LEADERS_MAX {
            let Some(leader) = self.person(&next, day) else { break };
            if leader.code == code || chain.iter().any(|known| known.code == leader.code) {
                break;
            }
            chain.push(leader);
            next.clone_from(&leader.leader);
        }
        chain
    }

    /// Those of a role at a store, or in its area, or anywhere where neither has one.
    #[must_use]
    pub fn holders(&self, role: &str, store: &str, day: Day) -> Vec<&Person> {
        let at_store: Vec<&Person> =
            self.people(day).filter(|person| person.role == role && person.store == store).collect();
        if !at_store.is_empty() {
            return at_store;
        }
        let area = self.store(store, day).map(|store| store.area.clone()).unwrap_or_default();
        let in_area: Vec<&Person> = self
            .people(day)
            .filter(|person| person.role == role && person.store.is_empty() && person.area == area && !area.is_empty())
            .collect();
        if !in_area.is_empty() {
            return in_area;
        }
        self.people(day)
            .filter(|person| person.role == role && person.store.is_empty() && person.area.is_empty())
            .collect()
    }
}
