//! What an import would do, row by row. Changes nothing.

use regulars_rules::id::Text;
use regulars_rules::message::Message;

use crate::column::{Field, TableKind, check_columns};
use crate::encoding::{Decoded, Encoding};
use crate::error::ExchangeError;
use crate::import::{Counts, Importer, Lookup, Options, Problem};
use crate::sheet::{Fault, Sheet};

/// So many rows are shown as they stand.
pub const ROWS_SHOWN: usize = 50;
/// So many problems are listed.
pub const PROBLEMS_SHOWN: usize = 100;

/// A row as it stands, with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Line in the file, from 1.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<Text>,
    /// What is wrong; empty: it is good.
    pub problems: Vec<Message>,
    /// Whether it is here already.
    pub known: bool,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the file holds.
    pub kind: TableKind,
    /// Its encoding.
    pub encoding: Encoding,
    /// Headers as in the file.
    pub headers: Vec<Text>,
    /// What each column was taken for.
    pub columns: Vec<Option<Field>>,
    /// Why no row was read, if a column is missing or doubled: to be mended by choosing columns.
    pub columns_wrong: Option<ExchangeError>,
    /// The first rows.
    pub rows: Vec<PreviewRow>,
    /// Rows in all.
    pub total: u32,
    /// How they would fare.
    pub counts: Counts,
    /// The first problems, by line.
    pub problems: Vec<Problem>,
}

/// Looks at a whole file.
///
/// # Errors
/// [`ExchangeError::Empty`].
pub fn preview(
    kind: TableKind,
    columns: &[Option<Field>],
    decoded: Decoded<'_>,
    options: Options,
    lookup: &Lookup<'_>,
) -> Result<Preview, ExchangeError> {
    let headers = Sheet::read(&decoded.text)?.headers;
    let mut preview = Preview {
        kind,
        encoding: decoded.encoding,
        headers,
        columns: columns.to_vec(),
        columns_wrong: None,
        rows: Vec::new(),
        total: 0,
        counts: Counts::default(),
        problems: Vec::new(),
    };
    if let Err(wrong) = check_columns(kind, columns) {
        preview.rows = rows_as_they_stand(&decoded.text)?;
        preview.columns_wrong = Some(wrong);
        return Ok(preview);
    }
    let mut importer = Importer::new(kind, columns, decoded, options)?.watching(ROWS_SHOWN);
    loop {
        // Small batches: their events are not kept.
        let batch = importer.next_batch(1_000, lookup);
        preview.problems.extend(batch.problems);
        preview.problems.sort_by_key(|problem| problem.line);
        preview.problems.truncate(PROBLEMS_SHOWN);
        if batch.finished {
            preview.total = batch.rows_done;
            preview.counts = batch.counts;
            break;
        }
    }
    preview.rows = importer.into_watched();
    Ok(preview)
}

fn rows_as_they_stand(text: &str) -> Result<Vec<PreviewRow>, ExchangeError> {
    let rows = Sheet::read(text)?.rows().take(ROWS_SHOWN);
    let shown = rows.map(|row| PreviewRow {
        line: row.line,
        cells: row.cells.iter().map(|cell| Text::from(cell.as_ref())).collect(),
        problems: row.fault.map(Fault::message).into_iter().collect(),
        known: false,
    });
    Ok(shown.collect())
}
