//! Identities: 128 bits each, written as UUIDs.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Short text that most often fits in place: codes, names, tags.
pub type Text = compact_str::CompactString;

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The identity derived from a name: the same name gives the same identity everywhere.
            /// Used where something outside gives the name (an imported receipt number, a scenario's alias).
            #[must_use]
            pub fn derived(space: &str, name: &str) -> Self {
                let mut hasher = blake3::Hasher::new();
                hasher.update(space.as_bytes());
                hasher.update(&[0]);
                hasher.update(name.as_bytes());
                let mut bytes = [0_u8; 16];
                hasher.finalize_xof().fill(&mut bytes);
                Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
            }

            /// As a number, for ordering and hashing.
            #[must_use]
            pub const fn as_u128(self) -> u128 {
                self.0.as_u128()
            }
        }

        impl core::hash::Hash for $name {
            // Ids are spread evenly already; two words say all.
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                let (high, low) = self.0.as_u64_pair();
                state.write_u64(high ^ low.rotate_left(32));
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}

identity! {
    /// An event's identity: a UUIDv7, or one derived from an imported row.
    EventId
}
identity! {
    /// A member's identity: that of the event that enrolled them.
    MemberId
}
identity! {
    /// A device's identity.
    DeviceId
}

impl From<EventId> for MemberId {
    fn from(event: EventId) -> Self {
        Self(event.0)
    }
}
