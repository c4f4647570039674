//! Which encoding a file is in, and its text.
//!
//! Spreadsheets of Chinese shops save CSV as GB18030 (GBK) unless told otherwise. Its tables weigh over 100 KB, and a
//! browser has them already: there the worker calls [`sniff`], hands [`Sniffed::body`] to `TextDecoder` under
//! [`Encoding::name`], and builds [`Decoded`] itself. Natively [`decode`] does it all with the feature `gb18030`.

use std::borrow::Cow;

use crate::error::{ExchangeError, Foreign};

/// An encoding of text. Its name is also the label that `TextDecoder` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little end first (Excel's "Unicode text").
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
}

impl Encoding {
    /// `utf-8`, `utf-16le`, `utf-16be`, `gb18030`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Gb18030 => "gb18030",
        }
    }

    /// From its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Gb18030].into_iter().find(|own| own.name() == name)
    }
}

/// What the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed<'b> {
    /// Its encoding.
    pub encoding: Encoding,
    /// The bytes of the text: without the byte order mark, and without half a character at the end.
    pub body: &'b [u8],
    /// Whether the file ends within a character: it was cut short.
    pub cut: bool,
}

/// Text with what is known of its making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'t> {
    /// The text.
    pub text: Cow<'t, str>,
    /// The encoding that it had.
    pub encoding: Encoding,
    /// Whether the file ended within a character.
    pub cut: bool,
}

impl<'t> Decoded<'t> {
    /// Text that was UTF-8 from the start.
    #[must_use]
    pub fn utf8(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), encoding: Encoding::Utf8, cut: false }
    }

    /// The same text, borrowed: to look at it before it is imported.
    #[must_use]
    pub fn borrowed(&self) -> Decoded<'_> {
        Decoded { text: Cow::Borrowed(&self.text), encoding: self.encoding, cut: self.cut }
    }
}

/// Notices the encoding: a byte order mark, valid UTF-8, or else GB18030.
///
/// # Errors
/// [`ExchangeError::NotATable`] for workbooks, pictures and the like, [`ExchangeError::UnknownEncoding`] for text that
/// is none of ours.
pub fn sniff(bytes: &[u8]) -> Result<Sniffed<'_>, ExchangeError> {
    if let Some(foreign) = Foreign::of(bytes) {
        return Err(ExchangeError::NotATable(foreign));
    }
    let (encoding, body) = if let Some(body) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        (Encoding::Utf8, body)
    } else if let Some(body) = bytes.strip_prefix(b"\xff\xfe") {
        (Encoding::Utf16Le, body)
    } else if let Some(body) = bytes.strip_prefix(b"\xfe\xff") {
        (Encoding::Utf16Be, body)
    } else if let Some(encoding) = unmarked_utf16(bytes)? {
        (encoding, bytes)
    } else if utf8_end(bytes).is_some() {
        (Encoding::Utf8, bytes)
    } else {
        (Encoding::Gb18030, bytes)
    };
    sniff_as(body, encoding)
}

/// The same, where a person has said which encoding it is.
///
/// # Errors
/// [`ExchangeError::UnknownEncoding`] where the bytes cannot be that encoding.
pub fn sniff_as(bytes: &[u8], encoding: Encoding) -> Result<Sniffed<'_>, ExchangeError> {
    let mark: &[u8] = match encoding {
        Encoding::Utf8 => b"\xef\xbb\xbf",
        Encoding::Utf16Le => b"\xff\xfe",
        Encoding::Utf16Be => b"\xfe\xff",
        Encoding::Gb18030 => b"\x84\x31\x95\x33",
    };
    let bytes = bytes.strip_prefix(mark).unwrap_or(bytes);
    let end = match encoding {
        Encoding::Utf8 => utf8_end(bytes),
        Encoding::Utf16Le | Encoding::Utf16Be => Some(bytes.len() - bytes.len() % 2),
        Encoding::Gb18030 => gb18030_end(bytes),
    };
    let body = end.and_then(|end| bytes.get(..end)).ok_or(ExchangeError::UnknownEncoding)?;
    Ok(Sniffed { encoding, body, cut: body.len() < bytes.len() })
}

/// The text of a file in whichever encoding it is.
///
/// # Errors
/// As [`sniff`]; [`ExchangeError::DecoderMissing`] for GB18030 without the feature `gb18030`.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ExchangeError> {
    decode_sniffed(sniff(bytes)?)
}

/// The text of bytes whose encoding is known.
///
/// # Errors
/// [`ExchangeError::UnknownEncoding`] where they are not in that encoding, [`ExchangeError::DecoderMissing`] for
/// GB18030 without the feature `gb18030`.
pub fn decode_sniffed(sniffed: Sniffed<'_>) -> Result<Decoded<'_>, ExchangeError> {
    let text = match sniffed.encoding {
        Encoding::Utf8 => {
            str::from_utf8(sniffed.body).map(Cow::Borrowed).map_err(|_| ExchangeError::UnknownEncoding)?
        }
        Encoding::Utf16Le => utf16(sniffed.body, u16::from_le_bytes)?,
        Encoding::Utf16Be => utf16(sniffed.body, u16::from_be_bytes)?,
        Encoding::Gb18030 => gb18030(sniffed.body)?,
    };
    Ok(Decoded { text, encoding: sniffed.encoding, cut: sniffed.cut })
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, ExchangeError> {
    let units = body.as_chunks().0.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(Cow::Owned).map_err(|_| ExchangeError::UnknownEncoding)
}

#[cfg(feature = "gb18030")]
fn gb18030(body: &[u8]) -> Result<Cow<'_, str>, ExchangeError> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(body).ok_or(ExchangeError::UnknownEncoding)
}

#[cfg(not(feature = "gb18030"))]
fn gb18030(_: &[u8]) -> Result<Cow<'_, str>, ExchangeError> {
    Err(ExchangeError::DecoderMissing)
}

/// Text has no NUL; where every other byte of the beginning is one, it is UTF-16 without its mark.
fn unmarked_utf16(bytes: &[u8]) -> Result<Option<Encoding>, ExchangeError> {
    let start = bytes.get(..1_000).unwrap_or(bytes);
    let nul_at = |side: usize| start.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nul_at(0), nul_at(1));
    match (even, odd) {
        (0, 0) => Ok(None),
        (0, odd) if odd * 8 >= start.len() => Ok(Some(Encoding::Utf16Le)),
        (even, 0) if even * 8 >= start.len() => Ok(Some(Encoding::Utf16Be)),
        _ => Err(ExchangeError::NotATable(Foreign::Binary)),
    }
}

/// Where the last whole character ends, if these bytes are UTF-8 up to half a character at the end.
fn utf8_end(bytes: &[u8]) -> Option<usize> {
    match str::from_utf8(bytes) {
        Ok(_) => Some(bytes.len()),
        // Half a character and nothing before it is no evidence of UTF-8.
        Err(wrong) => (wrong.error_len().is_none() && wrong.valid_up_to() > 0).then_some(wrong.valid_up_to()),
    }
}

/// Where the last whole character ends, if these bytes have the shape of GB18030.
fn gb18030_end(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return Some(bytes.len()),
            [0..=0x80, tail @ ..] | [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, tail @ ..] => tail,
            [0x81..=0xfe, b'0'..=b'9', 0x81..=0xfe, b'0'..=b'9', tail @ ..] => tail,
            [0x81..=0xfe] | [0x81..=0xfe, b'0'..=b'9'] | [0x81..=0xfe, b'0'..=b'9', 0x81..=0xfe] => {
                return Some(bytes.len() - rest.len());
            }
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 姓名,手机 / 王芳,13800001111
    const GBK: &[u8] = b"\xd0\xd5\xc3\xfb,\xca\xd6\xbb\xfa\r\n\xcd\xf5\xb7\xbc,13800001111\r\n";

    #[test]
    fn notices_marks_utf8_and_gbk() {
        let of = |bytes: &[u8]| sniff(bytes).map(|s| (s.encoding, s.body.len(), s.cut));
        assert_eq!(of(b"a,b\n"), Ok((Encoding::Utf8, 4, false)));
        assert_eq!(of("\u{feff}姓名\n".as_bytes()), Ok((Encoding::Utf8, 7, false)));
        assert_eq!(of(GBK), Ok((Encoding::Gb18030, GBK.len(), false)));
        assert_eq!(of(b"\xff\xfea\0,\0"), Ok((Encoding::Utf16Le, 4, false)));
        assert_eq!(of(b"\xfe\xff\0a\0,"), Ok((Encoding::Utf16Be, 4, false)));
        assert_eq!(of(b"a\0,\0b\0\n\0"), Ok((Encoding::Utf16Le, 8, false)));
        assert_eq!(of(b""), Ok((Encoding::Utf8, 0, false)));
    }

    #[test]
    fn a_file_cut_within_a_character_says_so() {
        let text = "姓名,手机\n王芳".as_bytes();
        let cut = sniff(&text[..text.len() - 1]);
        assert_eq!(cut.map(|s| (s.encoding, s.body.len(), s.cut)), Ok((Encoding::Utf8, text.len() - 3, true)));
        let cut = sniff(&GBK[..13]);
        assert_eq!(cut.map(|s| (s.encoding, s.body.len(), s.cut)), Ok((Encoding::Gb18030, 13, false)));
        let cut = sniff(&GBK[..14]);
        assert_eq!(cut.map(|s| (s.encoding, s.body.len(), s.cut)), Ok((Encoding::Gb18030, 13, true)));
    }

    #[test]
    fn other_files_are_named() {
        assert_eq!(sniff(b"PK\x03\x04...."), Err(ExchangeError::NotATable(Foreign::Workbook)));
        assert_eq!(sniff(b"\xd0\xcf\x11\xe0"), Err(ExchangeError::NotATable(Foreign::OldWorkbook)));
        assert_eq!(sniff(b"ab\0\0cd"), Err(ExchangeError::NotATable(Foreign::Binary)));
        assert_eq!(sniff(b"caf\xe9, th\xe9\xff\n"), Err(ExchangeError::UnknownEncoding));
    }

    #[test]
    fn utf16_becomes_text() {
        let bytes: Vec<u8> = "\u{feff}姓名\t手机\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&bytes).map(|d| d.text.into_owned()), Ok("姓名\t手机\n".into()));
    }

    #[test]
    fn gbk_becomes_text_or_asks_for_the_decoder() {
        let decoded = decode(GBK).map(|d| d.text.into_owned());
        if cfg!(feature = "gb18030") {
            assert_eq!(decoded, Ok("姓名,手机\r\n王芳,13800001111\r\n".into()));
        } else {
            assert_eq!(decoded, Err(ExchangeError::DecoderMissing));
        }
    }
}
