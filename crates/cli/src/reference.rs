//! `reference`: writes the pages and the schema of `docs/reference/`.

use std::path::Path;

use anyhow::{Context as _, Result};

/// Writes the files into a folder.
pub fn write(folder: &Path) -> Result<bool> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (name, text) in regulars_rules::reference::files() {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        println!("{}", path.display());
    }
    Ok(true)
}
