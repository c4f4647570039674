//! Why a whole file cannot be taken. What is wrong with a single row is a [`crate::import::Problem`].

use core::fmt;

use regulars_rules::message::{Label, Message, Value};
use regulars_rules::msg;

use crate::column::Field;

/// What a file is, where it is not the text that was expected; told by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// A workbook of Excel or WPS (`.xlsx`), or another file of the zip family.
    Workbook,
    /// A workbook of the old kind (`.xls`).
    OldWorkbook,
    /// PDF.
    Pdf,
    /// A picture.
    Picture,
    /// A compressed file.
    Compressed,
    /// Something else that is not text.
    Binary,
    /// Text, but no backup of this product.
    Text,
}

impl Foreign {
    /// What these bytes look like, if they are no text.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const STARTS: &[(&[u8], Foreign)] = &[
            (b"PK\x03\x04", Foreign::Workbook),
            (b"PK\x05\x06", Foreign::Workbook),
            (b"\xd0\xcf\x11\xe0", Foreign::OldWorkbook),
            (b"%PDF", Foreign::Pdf),
            (b"\x89PNG", Foreign::Picture),
            (b"\xff\xd8\xff", Foreign::Picture),
            (b"GIF8", Foreign::Picture),
            (b"\x1f\x8b", Foreign::Compressed),
            (b"Rar!", Foreign::Compressed),
            (b"7z\xbc\xaf", Foreign::Compressed),
            (b"\x28\xb5\x2f\xfd", Foreign::Compressed),
        ];
        STARTS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, foreign)| *foreign)
    }

    /// In words, for a message.
    #[must_use]
    pub fn label(self) -> Label {
        let (zh, en) = match self {
            Self::Workbook => ("Excel 工作簿或压缩包", "an Excel workbook or a zip file"),
            Self::OldWorkbook => ("旧版 Excel 工作簿", "an old Excel workbook"),
            Self::Pdf => ("PDF 文件", "a PDF file"),
            Self::Picture => ("图片", "a picture"),
            Self::Compressed => ("压缩文件", "a compressed file"),
            Self::Binary => ("不是文本的文件", "a file that is not text"),
            Self::Text => ("其他文本文件", "another text file"),
        };
        Label { zh: zh.into(), en: en.into() }
    }
}

/// Why a file cannot be taken. Nothing has been changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExchangeError {
    /// No row at all.
    Empty,
    /// Not a table.
    NotATable(Foreign),
    /// Text in an encoding that is none of ours.
    UnknownEncoding,
    /// GB18030 text, and this build leaves decoding to the browser.
    DecoderMissing,
    /// A column that must be there is not.
    ColumnNeeded(Field),
    /// One of two columns must be there, and neither is.
    ColumnOneOf(Field, Field),
    /// Two columns are taken for the same field.
    ColumnTwice(Field),
    /// Not a backup of this product.
    NotABackup(Foreign),
    /// A backup that a newer version wrote.
    NewerBackup {
        /// The layout of the file.
        version: u32,
        /// The newest layout that is read here.
        readable: u32,
    },
    /// A backup whose end is missing.
    TruncatedBackup {
        /// Bytes that the events should have.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A backup that is not as it was written.
    DamagedBackup,
    /// A line of a backup that is no event, although the file is as it was written.
    UnreadableEvent {
        /// Line in the file, from 1.
        line: u32,
        /// What the reader says, in English.
        detail: String,
    },
    /// An event that cannot be written as JSON.
    Unwritable(String),
}

impl ExchangeError {
    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => msg!("import.empty"),
            Self::NotATable(foreign) => msg!("import.not-a-table", what = foreign.label()),
            Self::UnknownEncoding => msg!("import.encoding-unknown"),
            Self::DecoderMissing => msg!("import.decoder-missing"),
            Self::ColumnNeeded(field) => msg!("import.column-needed", field = field.label()),
            Self::ColumnOneOf(one, other) => {
                msg!("import.column-one-of", one = one.label(), other = other.label())
            }
            Self::ColumnTwice(field) => msg!("import.column-twice", field = field.label()),
            Self::NotABackup(foreign) => msg!("backup.not-a-backup", what = foreign.label()),
            Self::NewerBackup { version, readable } => {
                msg!("backup.newer", version = *version, readable = *readable)
            }
            Self::TruncatedBackup { expected, found } => {
                msg!("backup.truncated", expected = count(*expected), found = count(*found))
            }
            Self::DamagedBackup => msg!("backup.damaged"),
            Self::UnreadableEvent { line, detail } => {
                msg!("backup.unreadable-event", line = *line, detail = detail.as_str())
            }
            Self::Unwritable(detail) => msg!("backup.unwritable", detail = detail.as_str()),
        }
    }

    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> Message {
        match self {
            Self::Empty => msg!("import.remedy.empty"),
            Self::NotATable(_) => msg!("import.remedy.not-a-table"),
            Self::UnknownEncoding | Self::DecoderMissing => msg!("import.remedy.encoding"),
            Self::ColumnNeeded(_) | Self::ColumnOneOf(..) => msg!("import.remedy.column-needed"),
            Self::ColumnTwice(_) => msg!("import.remedy.column-twice"),
            Self::NotABackup(_) => msg!("backup.remedy.not-a-backup"),
            Self::NewerBackup { .. } => msg!("backup.remedy.newer"),
            Self::TruncatedBackup { .. } => msg!("backup.remedy.truncated"),
            Self::DamagedBackup => msg!("backup.remedy.damaged"),
            Self::UnreadableEvent { .. } | Self::Unwritable(_) => {
                msg!("backup.remedy.unreadable-event")
            }
        }
    }
}

fn count(bytes: u64) -> Value {
    Value::Count(i64::try_from(bytes).unwrap_or(i64::MAX))
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file holds no row"),
            Self::NotATable(foreign) => write!(f, "{}, not a CSV file; save it as CSV UTF-8", foreign.label().en),
            Self::UnknownEncoding => f.write_str("the text is neither UTF-8, UTF-16 nor GB18030; save it as CSV UTF-8"),
            Self::DecoderMissing => {
                f.write_str("the text is GB18030, which this build does not decode; save it as CSV UTF-8")
            }
            Self::ColumnNeeded(field) => write!(f, "no column is taken for `{}`", field.name()),
            Self::ColumnOneOf(one, other) => write!(f, "no column is taken for `{}` or `{}`", one.name(), other.name()),
            Self::ColumnTwice(field) => {
                write!(f, "two columns are taken for `{}`; keep one", field.name())
            }
            Self::NotABackup(foreign) => {
                write!(f, "{}, not a backup of Regulars", foreign.label().en)
            }
            Self::NewerBackup { version, readable } => {
                write!(f, "a backup of layout {version}, and this version reads up to {readable}; update first")
            }
            Self::TruncatedBackup { expected, found } => {
                write!(f, "the backup is cut short: {found} of {expected} bytes; fetch the whole file again")
            }
            Self::DamagedBackup => f.write_str("the backup has been changed since it was written; use another copy"),
            Self::UnreadableEvent { line, detail } => {
                write!(f, "line {line} of the backup is no event: {detail}")
            }
            Self::Unwritable(detail) => write!(f, "an event cannot be written: {detail}"),
        }
    }
}

impl std::error::Error for ExchangeError {}
