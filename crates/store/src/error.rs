//! What can go wrong with storage, and what a person can do about it.

use core::fmt;

use regulars_rules::id::Text;
use regulars_rules::message::Message;
use regulars_rules::msg;

use crate::home::Position;
use crate::pack::Fault;

/// Which sort of record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The head: how many events there are, and where the tail begins.
    Head,
    /// One event of the tail.
    Tail,
    /// A packed segment.
    Segment,
    /// The snapshot. It can be made again from the events.
    Snapshot,
}

impl Place {
    /// Its name for people.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Head => msg!("store.place.head"),
            Self::Tail => msg!("store.place.tail"),
            Self::Segment => msg!("store.place.segment"),
            Self::Snapshot => msg!("store.place.snapshot"),
        }
    }
}

/// Why storage did not do what was asked. Unless a variant says otherwise, nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// Another tab has written meanwhile: read from `expected` on, decide again, append again.
    Moved {
        /// How many events the caller knew of.
        expected: Position,
        /// How many there are.
        actual: Position,
    },
    /// The shop that was open has been erased or replaced by another tab: open anew.
    Replaced,
    /// A record does not hold what was written. The positions outside `from..to` are not affected: read on at `to`.
    Damaged {
        /// Which sort of record.
        place: Place,
        /// First position that cannot be read (for head and snapshot: 0).
        from: Position,
        /// First position after the damage.
        to: Position,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A record was written by a newer version of the app than this one: update it.
    Newer {
        /// Which sort of record.
        place: Place,
        /// Its first position.
        from: Position,
        /// The version found.
        found: u16,
        /// The newest version known here.
        known: u16,
    },
    /// Another tab has upgraded the database: reload this one.
    Outdated,
    /// The browser's space for this site is used up.
    Full {
        /// How many bytes were asked for, where the browser says so.
        needed: Option<u64>,
        /// How many bytes the site may use in all, where the browser says so.
        quota: Option<u64>,
    },
    /// The shop's data were here and are gone: the browser or a person cleared them. Offer to restore a backup.
    Evicted,
    /// The browser keeps nothing for this site (private window, blocked cookies, full disk at start).
    Refused {
        /// What the browser said.
        detail: Text,
    },
    /// The write was cut off and undone: ask again.
    Interrupted {
        /// What the browser said.
        detail: Text,
    },
    /// Anything else.
    Failed {
        /// What the browser said.
        detail: Text,
    },
}

/// Every message key of this crate, for whoever words them.
pub const MESSAGE_KEYS: &[&str] = &[
    "store.moved",
    "store.replaced",
    "store.damaged",
    "store.newer",
    "store.outdated",
    "store.full",
    "store.full-needed",
    "store.evicted",
    "store.refused",
    "store.interrupted",
    "store.failed",
    "store.remedy.try-again",
    "store.remedy.open-again",
    "store.remedy.export-and-restore",
    "store.remedy.rebuild-snapshot",
    "store.remedy.update",
    "store.remedy.reload",
    "store.remedy.free-space",
    "store.remedy.restore",
    "store.remedy.allow-storage",
    "store.remedy.report",
    "store.place.head",
    "store.place.tail",
    "store.place.segment",
    "store.place.snapshot",
    "store.fault.foreign",
    "store.fault.cut-short",
    "store.fault.altered",
    "store.fault.unreadable",
    "store.fault.missing",
    "store.fault.misplaced",
    "store.fault.too-large",
    "store.incident.blocked",
    "store.incident.newer-tab",
    "store.incident.connection-lost",
    "store.incident.reopened",
];

impl StoreError {
    /// What happened.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Moved { expected, actual } => {
                msg!("store.moved", expected = expected.count(), actual = actual.count())
            }
            Self::Replaced => msg!("store.replaced"),
            Self::Damaged { place, from, to, fault } => {
                msg!(
                    "store.damaged",
                    place = place.message(),
                    from = from.count(),
                    to = to.count(),
                    fault = fault.message()
                )
            }
            Self::Newer { place, from, found, known } => {
                msg!(
                    "store.newer",
                    place = place.message(),
                    from = from.count(),
                    found = i64::from(*found),
                    known = i64::from(*known)
                )
            }
            Self::Outdated => msg!("store.outdated"),
            Self::Full { needed: Some(needed), .. } => {
                msg!("store.full-needed", bytes = i64::try_from(*needed).unwrap_or(i64::MAX))
            }
            Self::Full { needed: None, .. } => msg!("store.full"),
            Self::Evicted => msg!("store.evicted"),
            Self::Refused { detail } => msg!("store.refused", detail = detail),
            Self::Interrupted { detail } => msg!("store.interrupted", detail = detail),
            Self::Failed { detail } => msg!("store.failed", detail = detail),
        }
    }

    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> Message {
        match self {
            Self::Moved { .. } | Self::Interrupted { .. } => msg!("store.remedy.try-again"),
            Self::Replaced => msg!("store.remedy.open-again"),
            Self::Damaged { place: Place::Snapshot, .. } => msg!("store.remedy.rebuild-snapshot"),
            Self::Damaged { place: Place::Head | Place::Tail | Place::Segment, .. } => {
                msg!("store.remedy.export-and-restore")
            }
            Self::Newer { .. } => msg!("store.remedy.update"),
            Self::Outdated => msg!("store.remedy.reload"),
            Self::Full { .. } => msg!("store.remedy.free-space"),
            Self::Evicted => msg!("store.remedy.restore"),
            Self::Refused { .. } => msg!("store.remedy.allow-storage"),
            Self::Failed { .. } => msg!("store.remedy.report"),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved { expected, actual } => {
                write!(f, "the journal has moved on: {actual} events, {expected} expected")
            }
            Self::Replaced => f.write_str("the shop was erased or replaced by another tab"),
            Self::Damaged { place, from, to, fault } => {
                write!(f, "{place:?} of positions {from}..{to} is damaged: {fault}")
            }
            Self::Newer { place, from, found, known } => {
                write!(f, "{place:?} at position {from} has layout {found}, this version knows up to {known}")
            }
            Self::Outdated => f.write_str("the database was upgraded by a newer version"),
            Self::Full { needed, quota } => {
                write!(f, "no space left (needed {needed:?}, quota {quota:?})")
            }
            Self::Evicted => f.write_str("the shop's data were here and are gone"),
            Self::Refused { detail } => write!(f, "the browser refuses storage: {detail}"),
            Self::Interrupted { detail } => write!(f, "the write was cut off and undone: {detail}"),
            Self::Failed { detail } => write!(f, "storage failed: {detail}"),
        }
    }
}

impl std::error::Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys_of(message: &Message, into: &mut Vec<String>) {
        into.push(message.key.to_string());
        for (_, value) in &message.args {
            if let regulars_rules::message::Value::Message(inner) = value {
                keys_of(inner, into);
            }
        }
    }

    #[test]
    fn every_error_has_a_listed_message_and_remedy() {
        let at = Position::ZERO;
        let mut errors = vec![
            StoreError::Moved { expected: at, actual: at },
            StoreError::Replaced,
            StoreError::Newer { place: Place::Head, from: at, found: 2, known: 1 },
            StoreError::Outdated,
            StoreError::Full { needed: None, quota: None },
            StoreError::Full { needed: Some(u64::MAX), quota: None },
            StoreError::Evicted,
            StoreError::Refused { detail: Text::default() },
            StoreError::Interrupted { detail: Text::default() },
            StoreError::Failed { detail: Text::default() },
        ];
        for place in [Place::Head, Place::Tail, Place::Segment, Place::Snapshot] {
            for fault in [
                Fault::Foreign,
                Fault::CutShort,
                Fault::Altered,
                Fault::Unreadable,
                Fault::Missing,
                Fault::Misplaced,
                Fault::TooLarge,
                Fault::Newer { found: 2, known: 1 },
            ] {
                errors.push(fault.at(place, at, at));
            }
        }
        let mut used = Vec::new();
        for error in &errors {
            keys_of(&error.message(), &mut used);
            keys_of(&error.remedy(), &mut used);
            assert!(!error.to_string().is_empty());
        }
        for key in &used {
            assert!(MESSAGE_KEYS.contains(&key.as_str()), "{key} is not listed");
        }
        for key in MESSAGE_KEYS.iter().filter(|key| !key.starts_with("store.incident.")) {
            assert!(used.iter().any(|own| own == key), "{key} is listed and never used");
        }
    }
}
