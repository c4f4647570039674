//! The rows of a CSV text, one at a time, each with its line, cells borrowed from the text.
//!
//! A reader of its own rather than the `csv` crate (which is the oracle of its tests): cells are borrowed, reading can
//! stop and go on at any row, and a quote that never closes costs its own row and not the rest of the file.

use std::borrow::Cow;

use regulars_rules::id::Text;
use regulars_rules::message::Message;
use regulars_rules::msg;

use crate::error::ExchangeError;

/// A quoted cell longer than this has lost its closing quote: Excel itself holds no more than 32,767 characters.
const QUOTED_BYTES_MAX: usize = 32_768;

/// A text seen as a table.
#[derive(Debug, Clone)]
pub struct Sheet<'t> {
    /// The first row that is not blank.
    pub headers: Vec<Text>,
    text: &'t str,
    layout: Layout,
}

/// How the rows of a text are written, and where they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    delimiter: u8,
    newline: u8,
    columns: usize,
    pub(crate) first: Place,
}

/// A place in a text: reading can go on from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) byte: usize,
    pub(crate) line: u32,
}

/// What is wrong with a row as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote opens and does not close; the row is taken to end with its line.
    QuoteOpen,
    /// It has not as many cells as there are headers.
    Cells {
        /// How many it has.
        found: usize,
        /// How many headers there are.
        expected: usize,
    },
    /// It is the last, and the file was cut short within it.
    Cut,
}

impl Fault {
    /// Why the row cannot be taken, and what to do.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::QuoteOpen => msg!("import.quote-open"),
            Self::Cells { found, expected } => {
                msg!("import.row-cells", found = found, expected = expected)
            }
            Self::Cut => msg!("import.cut"),
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'t> {
    /// The line on which it begins, from 1.
    pub line: u32,
    /// Its cells as they stand.
    pub cells: Vec<Cow<'t, str>>,
    /// What is wrong with it as a whole.
    pub fault: Option<Fault>,
}

/// The rows below the headers; blank ones are passed over.
#[derive(Debug, Clone)]
pub struct Rows<'t> {
    text: &'t str,
    layout: Layout,
    place: Place,
}

/// How the quotes of a record stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// All are closed where their cells end.
    Closed,
    /// One is closed, and its cell goes on: over several lines, a sign of another that was lost.
    Ragged,
    /// One is not closed.
    Open,
}

impl<'t> Sheet<'t> {
    /// Finds the delimiter (comma, semicolon, tab) and the headers. Reads no further than that.
    ///
    /// # Errors
    /// [`ExchangeError::Empty`] where there is no row.
    pub fn read(text: &'t str) -> Result<Self, ExchangeError> {
        let mut layout = Layout {
            delimiter: b',',
            newline: newline_of(text),
            columns: 0,
            first: Place { byte: if text.starts_with('\u{feff}') { 3 } else { 0 }, line: 1 },
        };
        let rest = text.get(layout.first.byte..).unwrap_or_default();
        if let Some(named) = rest.strip_prefix("sep=")
            && let [delimiter, b'\r' | b'\n', ..] = named.as_bytes()
        {
            layout.delimiter = *delimiter;
            layout.first.byte += line_length(rest.as_bytes(), layout.newline);
            layout.first.line = 2;
        } else {
            layout.delimiter = delimiter_of(rest, layout.newline);
        }
        let mut rows = Rows { text, layout, place: layout.first };
        let mut cells = Vec::new();
        rows.record(&mut cells).ok_or(ExchangeError::Empty)?;
        // A spreadsheet may leave delimiters behind the last header.
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        layout.columns = cells.len();
        layout.first = rows.place;
        Ok(Self { headers: cells.iter().map(|cell| Text::from(cell.trim())).collect(), text, layout })
    }

    /// The rows below the headers.
    #[must_use]
    pub const fn rows(&self) -> Rows<'t> {
        Rows { text: self.text, layout: self.layout, place: self.layout.first }
    }

    /// The delimiter of cells.
    #[must_use]
    pub const fn delimiter(&self) -> char {
        self.layout.delimiter as char
    }

    pub(crate) const fn layout(&self) -> Layout {
        self.layout
    }
}

impl<'t> Rows<'t> {
    /// Goes on from a place in a text whose layout is known.
    pub(crate) const fn resume(text: &'t str, layout: Layout, place: Place) -> Self {
        Self { text, layout, place }
    }

    /// Where the next row begins.
    pub(crate) const fn place(&self) -> Place {
        self.place
    }

    /// The next row's cells, into a vector that is used again; its line and what is wrong with it as a whole.
    pub(crate) fn fill(&mut self, cells: &mut Vec<Cow<'t, str>>) -> Option<(u32, Option<Fault>)> {
        let (line, unclosed) = self.record(cells)?;
        let expected = self.layout.columns;
        let found = cells.len();
        let fault = if unclosed {
            Some(Fault::QuoteOpen)
        } else if found < expected || cells.iter().skip(expected).any(|cell| !cell.trim().is_empty()) {
            let last = self.place.byte >= self.text.len() && !self.text.as_bytes().ends_with(&[self.layout.newline]);
            Some(if last && found < expected { Fault::Cut } else { Fault::Cells { found, expected } })
        } else {
            cells.truncate(expected);
            None
        };
        Some((line, fault))
    }

    /// The next row that is not blank: its line, and whether a quote stays open in it.
    fn record(&mut self, cells: &mut Vec<Cow<'t, str>>) -> Option<(u32, bool)> {
        while self.place.byte < self.text.len() {
            let start = self.place;
            let quotes = self.scan(cells);
            let several_lines = self.place.line > start.line + 1;
            let unlike = quotes == Quotes::Ragged || (self.layout.columns > 0 && cells.len() != self.layout.columns);
            let unclosed = quotes == Quotes::Open || (several_lines && unlike);
            if unclosed {
                // What a lost quote has swallowed is given back: this row is its first line, and the rest is read anew.
                self.place = start;
                self.first_line(cells);
            }
            if unclosed || cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Some((start.line, unclosed));
            }
        }
        None
    }

    /// The line at hand, split at delimiters without regard to quotes.
    fn first_line(&mut self, cells: &mut Vec<Cow<'t, str>>) {
        let rest = self.text.get(self.place.byte..).unwrap_or_default();
        let length = line_length(rest.as_bytes(), self.layout.newline);
        let line = rest.get(..length).unwrap_or(rest).trim_end_matches(['\r', '\n']);
        cells.clear();
        cells.extend(line.split(char::from(self.layout.delimiter)).map(Cow::Borrowed));
        self.place = Place { byte: self.place.byte + length, line: self.place.line + 1 };
    }

    /// Reads one record and moves behind it, unless a quote stays open.
    fn scan(&mut self, cells: &mut Vec<Cow<'t, str>>) -> Quotes {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let Layout { delimiter, newline, .. } = self.layout;
        let mut at = self.place.byte;
        let mut lines = 1;
        let mut quotes = Quotes::Closed;
        cells.clear();
        loop {
            let mut start = at;
            let mut quoted = None;
            if bytes.get(at) == Some(&b'"') {
                let Some((content, after, breaks)) = quoted_cell(text, at, newline) else {
                    return Quotes::Open;
                };
                quoted = Some(content);
                lines += breaks;
                (start, at) = (after, after);
            }
            let tail = bytes.get(at..).unwrap_or_default();
            at += tail.iter().position(|byte| *byte == delimiter || *byte == newline).unwrap_or(tail.len());
            let end = bytes.get(at).copied();
            let mut plain = text.get(start..at).unwrap_or_default();
            if end != Some(delimiter) {
                plain = plain.strip_suffix('\r').unwrap_or(plain);
            }
            cells.push(match quoted {
                None => Cow::Borrowed(plain),
                Some(content) if plain.is_empty() => content,
                Some(content) => {
                    quotes = Quotes::Ragged;
                    content + plain
                }
            });
            if end != Some(delimiter) {
                self.place = Place { byte: (at + 1).min(bytes.len()), line: self.place.line + lines };
                return quotes;
            }
            at += 1;
        }
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        let mut cells = Vec::with_capacity(self.layout.columns);
        let (line, fault) = self.fill(&mut cells)?;
        Some(Row { line, cells, fault })
    }
}

/// The content of the quoted cell at `open`, where it ends, and how many line breaks are in it.
fn quoted_cell(text: &str, open: usize, newline: u8) -> Option<(Cow<'_, str>, usize, u32)> {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(open + 1 + QUOTED_BYTES_MAX);
    let mut at = open + 1;
    let (mut breaks, mut doubled) = (0, false);
    loop {
        match bytes.get(at) {
            _ if at >= limit => return None,
            Some(b'"') if bytes.get(at + 1) == Some(&b'"') => {
                doubled = true;
                at += 2;
            }
            Some(b'"') => break,
            Some(byte) => {
                breaks += u32::from(*byte == newline);
                at += 1;
            }
            None => return None,
        }
    }
    let content = text.get(open + 1..at)?;
    let content = if doubled { Cow::Owned(content.replace("\"\"", "\"")) } else { Cow::Borrowed(content) };
    Some((content, at + 1, breaks))
}

/// `\n`, or `\r` alone as old programs write it.
fn newline_of(text: &str) -> u8 {
    let start = text.as_bytes();
    let start = start.get(..65_536).unwrap_or(start);
    if !start.contains(&b'\n') && start.contains(&b'\r') { b'\r' } else { b'\n' }
}

fn line_length(bytes: &[u8], newline: u8) -> usize {
    bytes.iter().position(|byte| *byte == newline).map_or(bytes.len(), |at| at + 1)
}

/// The delimiter that is most frequent in the first line that is not blank, outside of quotes.
fn delimiter_of(text: &str, newline: u8) -> u8 {
    let line = text.split(char::from(newline)).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let (mut commas, mut semicolons, mut tabs, mut quoted) = (0, 0, 0, false);
    for byte in line.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => commas += 1,
            b';' if !quoted => semicolons += 1,
            b'\t' if !quoted => tabs += 1,
            _ => {}
        }
    }
    if tabs > commas && tabs >= semicolons {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>, Option<Fault>)> {
        Sheet::read(text).map_or_else(
            |_| Vec::new(),
            |sheet| {
                sheet.rows().map(|r| (r.line, r.cells.iter().map(ToString::to_string).collect(), r.fault)).collect()
            },
        )
    }

    fn row(line: u32, cells: &[&str], fault: Option<Fault>) -> (u32, Vec<String>, Option<Fault>) {
        (line, cells.iter().map(ToString::to_string).collect(), fault)
    }

    #[test]
    fn delimiters_headers_quotes_and_lines() {
        for (text, delimiter) in
            [("a,b;c\n", ','), ("a;b;c,d\n", ';'), ("a\tb\n", '\t'), ("sep=;\na;b\n", ';'), ("a\n", ',')]
        {
            assert_eq!(Sheet::read(text).map(|s| s.delimiter()).ok(), Some(delimiter), "{text}");
        }
        let text = "\u{feff}\r\na, b ,,\r\n1,\"x, \"\"y\"\"\"\r\n\r\n,\r\n\"two\r\nlines\",2\r\n3,4";
        assert_eq!(Sheet::read(text).map(|s| s.headers).ok(), Some(vec!["a".into(), "b".into()]));
        assert_eq!(
            rows(text),
            [row(3, &["1", "x, \"y\""], None), row(6, &["two\r\nlines", "2"], None), row(8, &["3", "4"], None)]
        );
        assert_eq!(rows("a,b\r1,2\r3,4\r"), [row(2, &["1", "2"], None), row(3, &["3", "4"], None)]);
        assert_eq!(Sheet::read(" \n\n").map(|_| ()), Err(ExchangeError::Empty));
    }

    #[test]
    fn a_lost_quote_costs_its_own_row() {
        let expected =
            [row(2, &["1", "\"x"], Some(Fault::QuoteOpen)), row(3, &["2", "y"], None), row(4, &["3", "z"], None)];
        assert_eq!(rows("a,b\n1,\"x\n2,y\n3,z\n"), expected);
        // Another quote further down does not hide it.
        let fault = Some(Fault::QuoteOpen);
        assert_eq!(
            rows("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n"),
            [
                row(2, &["1", "\"x"], fault),
                row(3, &["2", "y"], None),
                row(4, &["3", "z"], None),
                row(5, &["4", "w"], None)
            ]
        );
    }

    #[test]
    fn a_cut_file_and_wrong_counts_are_named() {
        let few = Fault::Cells { found: 1, expected: 2 };
        let many = Fault::Cells { found: 3, expected: 2 };
        assert_eq!(
            rows("a,b\n1\n1,2,3\n1,2,,\n9"),
            [
                row(2, &["1"], Some(few)),
                row(3, &["1", "2", "3"], Some(many)),
                row(4, &["1", "2"], None),
                row(5, &["9"], Some(Fault::Cut))
            ]
        );
        assert_eq!(
            rows("a,b\n1,2\n3,\"half"),
            [row(2, &["1", "2"], None), row(3, &["3", "\"half"], Some(Fault::QuoteOpen))]
        );
    }

    #[test]
    fn every_line_with_a_lost_quote_takes_no_quadratic_time() {
        let text = format!("a,b\n{}", "1,\"x\n".repeat(20_000));
        assert_eq!(rows(&text).len(), 20_000);
    }

    proptest! {
        /// What the `csv` crate writes is read the same, and the lines count up.
        #[test]
        fn agrees_with_the_csv_crate(table in prop::collection::vec(prop::collection::vec("[a-c \",;\n日'=-]{0,6}", 3), 0..8)) {
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            writer.write_record(["x", "y", "z"]).expect("memory");
            for cells in &table {
                writer.write_record(cells).expect("memory");
            }
            let text = String::from_utf8(writer.into_inner().expect("memory")).expect("text");
            let own: Vec<Vec<String>> = rows(&text).into_iter().map(|(_, cells, fault)| { assert_eq!(fault, None); cells }).collect();
            let blank = |cells: &Vec<String>| cells.iter().all(|cell| cell.trim().is_empty());
            let wanted: Vec<Vec<String>> = table.into_iter().filter(|cells| !blank(cells)).collect();
            prop_assert_eq!(own, wanted);
        }

        /// No text upsets it, every byte is passed once, and rows begin on ever later lines.
        #[test]
        fn any_text_comes_to_its_end(text in "[ab\",;\n\r\t日]{0,60}") {
            let lines: Vec<u32> = rows(&text).into_iter().map(|(line, ..)| line).collect();
            prop_assert!(lines.is_sorted_by(|a, b| a < b), "{:?}", lines);
        }
    }
}
