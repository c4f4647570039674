//! A plain backup: everything a shop has recorded, as a file that a person can read and a program can check.
//!
//! The first line describes the file (layout, shop, counts, length and blake3 of what follows, in JSON), and each
//! further line is an event in JSON. `tail -n +2 FILE | b3sum` gives the hash of the first line. The hash tells damage,
//! not forgery: whoever can change the file can write a new one. Encryption is another format's matter.
//!
//! Kinds of events that only a newer version knows become [`Body::Unknown`], and are written back as they were.

use core::fmt;
use std::collections::BTreeMap;

use regulars_rules::event::{Body, Event, SCHEMA_VERSION};
use regulars_rules::id::{DeviceId, EventId, Text};
use regulars_rules::time::BusinessTime;
use serde::de::value::Error as ValueError;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::value::RawValue;

use crate::error::{ExchangeError, Foreign};

/// The layout that is written, and the newest that is read.
pub const LAYOUT: u32 = 1;
/// How a backup's file name should end.
pub const FILE_SUFFIX: &str = ".regulars.jsonl";
/// The type of the file.
pub const MIME: &str = "application/jsonl";

/// How every backup begins.
const MAGIC: &str = "{\"regulars\":\"backup\"";

/// What a backup says of itself besides what is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupMeta {
    /// The shop's name.
    #[serde(default)]
    pub shop: Text,
    /// The version of the program that wrote it.
    #[serde(default)]
    pub app: Text,
    /// When it was made.
    #[serde(default)]
    pub made: BusinessTime,
    /// Whether the shop is a made-up sample.
    #[serde(default)]
    pub sample: bool,
}

/// A backup that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// What it says of itself.
    pub meta: BackupMeta,
    /// Its events, in the order of the file.
    pub events: Vec<Event>,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    regulars: String,
    layout: u32,
    #[serde(flatten)]
    meta: BackupMeta,
    events: u64,
    members: u64,
    sales: u64,
    /// Length of what follows the first line.
    bytes: u64,
    /// Its hash.
    blake3: String,
}

/// What every layout's first line has.
#[derive(Debug, Deserialize)]
struct AnyHeader {
    layout: u32,
}

/// Writes a backup.
///
/// # Errors
/// [`ExchangeError::Unwritable`] where an event cannot be JSON, which none that this product makes causes.
pub fn write_backup<'e>(
    events: impl IntoIterator<Item = &'e Event>,
    meta: &BackupMeta,
) -> Result<Vec<u8>, ExchangeError> {
    let unwritable = |error: serde_json::Error| ExchangeError::Unwritable(error.to_string());
    let mut header = Header {
        regulars: "backup".into(),
        layout: LAYOUT,
        meta: meta.clone(),
        events: u64::MAX,
        members: u64::MAX,
        sales: u64::MAX,
        bytes: u64::MAX,
        blake3: "0".repeat(64),
    };
    // The first line comes first but is known last: room for the longest is kept, and filled up with spaces.
    let room = serde_json::to_vec(&header).map_err(unwritable)?.len();
    let mut file = vec![b' '; room];
    file.push(b'\n');
    (header.events, header.members, header.sales) = (0, 0, 0);
    for event in events {
        header.events += 1;
        match &event.body {
            Body::Enrolled { .. } => header.members += 1,
            Body::Sold(_) => header.sales += 1,
            _ => {}
        }
        write_event(&mut file, event).map_err(unwritable)?;
        file.push(b'\n');
    }
    let body = file.get(room + 1..).unwrap_or_default();
    header.bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
    header.blake3 = blake3::hash(body).to_hex().to_string();
    let line = serde_json::to_vec(&header).map_err(unwritable)?;
    for (place, byte) in file.iter_mut().zip(line) {
        *place = byte;
    }
    Ok(file)
}

fn write_event(file: &mut Vec<u8>, event: &Event) -> Result<(), serde_json::Error> {
    let Body::Unknown { kind, content } = &event.body else {
        return serde_json::to_writer(file, event);
    };
    // A line break between parts of a JSON text is a space; within a string there is none.
    let content = content.replace(['\n', '\r'], " ");
    let content = match content.as_str() {
        "" => None,
        text => Some(serde_json::from_str::<&RawValue>(text)?),
    };
    let Event { id, device, sequence, clock, at, store, staff, program, policy_version, schema, .. } = event;
    let envelope = Envelope {
        id: *id,
        device: *device,
        sequence: *sequence,
        clock: *clock,
        at: *at,
        store: store.clone(),
        staff: staff.clone(),
        program: program.clone(),
        policy_version: *policy_version,
        schema: *schema,
        body: ForeignBody { kind, content },
    };
    serde_json::to_writer(file, &envelope)
}

/// An event whose body is not looked into. Its fields are those of [`Event`].
#[derive(Serialize, Deserialize)]
struct Envelope<B> {
    id: EventId,
    device: DeviceId,
    sequence: u64,
    clock: u64,
    at: BusinessTime,
    #[serde(default)]
    store: Text,
    #[serde(default)]
    staff: Text,
    #[serde(default)]
    program: Text,
    #[serde(default)]
    policy_version: u32,
    schema: u16,
    body: B,
}

struct ForeignBody<'a> {
    kind: &'a str,
    content: Option<&'a RawValue>,
}

impl Serialize for ForeignBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(content) = self.content else {
            return serializer.serialize_str(self.kind);
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.kind, content)?;
        map.end()
    }
}

/// Reads a backup, whole or not at all.
///
/// # Errors
/// [`ExchangeError::NotABackup`], [`ExchangeError::NewerBackup`], [`ExchangeError::TruncatedBackup`],
/// [`ExchangeError::DamagedBackup`], [`ExchangeError::UnreadableEvent`].
pub fn read_backup(bytes: &[u8]) -> Result<Backup, ExchangeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.starts_with(MAGIC.as_bytes()) {
        let binary = bytes.contains(&0) || str::from_utf8(bytes).is_err();
        let otherwise = if binary { Foreign::Binary } else { Foreign::Text };
        return Err(ExchangeError::NotABackup(Foreign::of(bytes).unwrap_or(otherwise)));
    }
    let found = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return Err(ExchangeError::TruncatedBackup { expected: found(bytes).saturating_add(1), found: found(bytes) });
    };
    let (line, body) = bytes.split_at_checked(end).ok_or(ExchangeError::DamagedBackup)?;
    let body = body.get(1..).unwrap_or_default();
    let AnyHeader { layout } = serde_json::from_slice(line).map_err(|_| ExchangeError::DamagedBackup)?;
    if layout > LAYOUT {
        return Err(ExchangeError::NewerBackup { version: layout, readable: LAYOUT });
    }
    let header: Header = serde_json::from_slice(line).map_err(|_| ExchangeError::DamagedBackup)?;
    if found(body) < header.bytes {
        return Err(ExchangeError::TruncatedBackup { expected: header.bytes, found: found(body) });
    }
    if found(body) > header.bytes || blake3::hash(body).to_hex().as_str() != header.blake3 {
        return Err(ExchangeError::DamagedBackup);
    }
    let text = str::from_utf8(body).map_err(|_| ExchangeError::DamagedBackup)?;
    let known = known_kinds();
    let mut events = Vec::new();
    for (number, line) in (2_u32..).zip(text.lines()) {
        let event =
            read_event(line, known).map_err(|detail| ExchangeError::UnreadableEvent { line: number, detail })?;
        events.push(event);
    }
    if u64::try_from(events.len()).ok() != Some(header.events) {
        return Err(ExchangeError::DamagedBackup);
    }
    Ok(Backup { meta: header.meta, events })
}

fn read_event(line: &str, known: &[&str]) -> Result<Event, String> {
    let read = serde_json::from_str::<Event>(line);
    if let Ok(event) = &read
        && event.schema <= SCHEMA_VERSION
    {
        return read.map_err(|error| error.to_string());
    }
    let envelope: Envelope<&RawValue> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let raw = envelope.body.get();
    let (kind, content) = match serde_json::from_str::<BTreeMap<Text, &RawValue>>(raw) {
        Ok(map) => match map.first_key_value() {
            Some((kind, content)) if map.len() == 1 => (kind.clone(), content.get()),
            _ => return Err("a body names one kind".into()),
        },
        Err(_) => (serde_json::from_str::<Text>(raw).map_err(|error| error.to_string())?, ""),
    };
    match read {
        Err(error) if envelope.schema <= SCHEMA_VERSION && known.contains(&kind.as_str()) => {
            return Err(error.to_string());
        }
        // A newer version's event of a kind that we know, and nothing in it that we do not.
        Ok(event) if says_the_same(&event.body, raw) => return Ok(event),
        _ => {}
    }
    Ok(Event {
        id: envelope.id,
        device: envelope.device,
        sequence: envelope.sequence,
        clock: envelope.clock,
        at: envelope.at,
        store: envelope.store,
        staff: envelope.staff,
        program: envelope.program,
        policy_version: envelope.policy_version,
        schema: envelope.schema,
        body: Body::Unknown { kind, content: content.to_owned() },
    })
}

fn says_the_same(body: &Body, raw: &str) -> bool {
    let ours = serde_json::to_value(body).ok();
    ours.is_some() && ours == serde_json::from_str::<serde_json::Value>(raw).ok()
}

/// The kinds that this version knows, as [`Body`] itself names them to whoever reads one.
fn known_kinds() -> &'static [&'static str] {
    struct Ask<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Ask<'_> {
        type Error = ValueError;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
            Err(ValueError::custom("only asks for names"))
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            names: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, ValueError> {
            *self.0 = names;
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct identifier ignored_any
        }
    }

    let mut names: &'static [&'static str] = &[];
    let _ = Body::deserialize(Ask(&mut names));
    names
}

impl fmt::Debug for ForeignBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)
    }
}

#[cfg(test)]
mod tests;
