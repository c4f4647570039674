//! A shop's history from CSV files or a journal.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use regulars_exchange::backup::read_backup;
use regulars_exchange::column::{TableKind, guess_columns};
use regulars_exchange::encoding::decode;
use regulars_exchange::import::{Importer, Lookup, Options, Problem};
use regulars_exchange::sheet::Sheet;
use regulars_rules::event::{Body, Event, Journal, Product};
use regulars_rules::id::{MemberId, Text};
use regulars_rules::message::Language;
use regulars_rules::time::Day;
use regulars_rules::words::say;

/// Where the history comes from.
#[derive(Debug, clap::Args)]
pub struct Files {
    /// A journal (a backup of the app, or written by `import`).
    #[arg(long)]
    pub journal: Option<PathBuf>,
    /// A CSV of members.
    #[arg(long)]
    pub members: Option<PathBuf>,
    /// A CSV of products.
    #[arg(long)]
    pub products: Option<PathBuf>,
    /// A CSV of sales, one row a line of goods.
    #[arg(long)]
    pub sales: Option<PathBuf>,
    /// The day of the import, for what the rows do not date; no row may lie later.
    #[arg(long, default_value = "2026-01-01")]
    pub day: Day,
}

impl Files {
    /// A journal alone.
    pub fn of_journal(journal: PathBuf) -> Self {
        Self { journal: Some(journal), members: None, products: None, sales: None, day: Day::default() }
    }
}

/// A shop's history.
pub struct Shop {
    /// The events, in order.
    pub journal: Journal,
    /// Members' own numbers.
    pub numbers: HashMap<MemberId, Text>,
    /// Rows that could not be taken.
    pub problems: Vec<(PathBuf, Problem)>,
}

/// Reads the history, with progress on standard error.
pub fn read(files: &Files, language: Language) -> Result<Shop> {
    let mut events: Vec<Event> = Vec::new();
    let mut problems = Vec::new();
    if let Some(path) = &files.journal {
        let bytes = bytes_of(path)?;
        let backup = read_backup(&bytes).map_err(|error| {
            anyhow!("{}: {} {}", path.display(), say(&error.message(), language), say(&error.remedy(), language))
        })?;
        events = backup.events;
    }
    let tables = [
        (TableKind::Members, files.members.as_deref()),
        (TableKind::Products, files.products.as_deref()),
        (TableKind::Sales, files.sales.as_deref()),
    ];
    if files.journal.is_none() && tables.iter().all(|(_, path)| path.is_none()) {
        bail!("give --journal, or --members, --products and --sales");
    }
    for (kind, path) in tables {
        if let Some(path) = path {
            table(kind, path, files.day, language, &mut events, &mut problems)?;
        }
    }
    let mut numbers = HashMap::new();
    for event in &events {
        if let Body::Enrolled { card, profile, .. } = &event.body {
            let number = if card.is_empty() { &profile.name } else { card };
            numbers.insert(MemberId::from(event.id), number.clone());
        }
    }
    Ok(Shop { journal: Journal::new(events), numbers, problems })
}

/// A file's bytes, or those of standard input for `-`.
fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).context("standard input")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| path.display().to_string())
}

fn table(
    kind: TableKind,
    path: &Path,
    day: Day,
    language: Language,
    events: &mut Vec<Event>,
    problems: &mut Vec<(PathBuf, Problem)>,
) -> Result<()> {
    let bytes = bytes_of(path)?;
    let tell = |error: regulars_exchange::error::ExchangeError| {
        anyhow!("{}: {} {}", path.display(), say(&error.message(), language), say(&error.remedy(), language))
    };
    let decoded = decode(&bytes).map_err(tell)?;
    let headers = Sheet::read(&decoded.text).map_err(tell)?.headers;
    let columns = guess_columns(kind, &headers);
    let mut importer = Importer::new(kind, &columns, decoded, Options::new(day)).map_err(tell)?;

    let mut members: HashMap<Text, MemberId> = HashMap::new();
    let mut products: HashMap<Text, Product> = HashMap::new();
    let mut known = HashSet::new();
    for event in events.iter() {
        remember(event, &mut members, &mut products);
        known.insert(event.id);
    }
    let bar = ProgressBar::new(u64::try_from(bytes.len()).unwrap_or(0));
    bar.set_style(ProgressStyle::with_template("{msg} {bar:30} {percent}% {eta}").context("progress")?);
    bar.set_message(path.display().to_string());
    loop {
        let batch = {
            let lookup = Lookup {
                member: &|text| members.get(text).copied(),
                event: &|id| known.contains(&id),
                product: &|code| products.get(code),
            };
            importer.next_batch(20_000, &lookup)
        };
        bar.set_position(u64::try_from(batch.bytes_done).unwrap_or(0));
        for event in &batch.events {
            remember(event, &mut members, &mut products);
            known.insert(event.id);
        }
        events.extend(batch.events);
        problems.extend(batch.problems.into_iter().map(|problem| (path.to_path_buf(), problem)));
        if batch.finished {
            let counts = batch.counts;
            bar.finish_and_clear();
            eprintln!(
                "{}: {} rows taken, {} known already, {} left out",
                path.display(),
                counts.taken,
                counts.known,
                counts.left_out
            );
            return Ok(());
        }
    }
}

fn remember(event: &Event, members: &mut HashMap<Text, MemberId>, products: &mut HashMap<Text, Product>) {
    match &event.body {
        Body::Enrolled { card, profile, .. } => {
            let id = MemberId::from(event.id);
            for key in [card, &profile.phone] {
                if !key.is_empty() {
                    members.insert(key.clone(), id);
                }
            }
        }
        Body::ProductListed(product) => {
            products.insert(product.code.clone(), product.clone());
        }
        _ => {}
    }
}

/// Shows the first problems; true if there are none.
pub fn show_problems(shop: &Shop, language: Language) -> bool {
    for (path, problem) in shop.problems.iter().take(20) {
        eprintln!("{}:{} `{}` {}", path.display(), problem.line, problem.text, say(&problem.reason, language));
    }
    if shop.problems.len() > 20 {
        eprintln!("… and {} more", shop.problems.len().saturating_sub(20));
    }
    shop.problems.is_empty()
}
