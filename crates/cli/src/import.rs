//! `import`: CSV files become a journal.

use std::path::Path;

use anyhow::{Context as _, Result};
use regulars_exchange::backup::{BackupMeta, write_backup};
use regulars_rules::message::Language;
use regulars_rules::time::BusinessTime;
use regulars_rules::words::say;

use crate::shop::{Files, read, show_problems};

/// Writes the journal; true if every row was taken.
pub fn import(files: &Files, output: &Path, name: &str, language: Language) -> Result<bool> {
    let shop = read(files, language)?;
    let meta = BackupMeta {
        shop: name.into(),
        app: env!("CARGO_PKG_VERSION").into(),
        made: BusinessTime::noon(files.day),
        sample: false,
    };
    let bytes = write_backup(shop.journal.events(), &meta)
        .map_err(|error| anyhow::anyhow!("{}", say(&error.message(), language)))?;
    // Written beside it first: a journal that was there stays whole if the disk is full.
    let draft = output.with_extension("part");
    std::fs::write(&draft, bytes).with_context(|| draft.display().to_string())?;
    std::fs::rename(&draft, output).with_context(|| output.display().to_string())?;
    eprintln!("{}: {} events", output.display(), shop.journal.events().len());
    Ok(show_problems(&shop, language))
}
