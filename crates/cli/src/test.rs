//! `test`: runs scenario files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

fn gather(path: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
            .with_context(|| path.display().to_string())?
            .filter_map(|e| Some(e.ok()?.path()))
            .collect();
        entries.sort();
        for entry in entries {
            if entry.is_dir() || entry.extension().is_some_and(|e| e == "toml") {
                gather(&entry, out)?;
            }
        }
        return Ok(());
    }
    out.push(path.to_path_buf());
    Ok(())
}

/// Runs scenarios; true if all of them come out as expected.
pub fn test(paths: &[PathBuf], policies: &Path) -> Result<bool> {
    let mut files = Vec::new();
    for path in paths {
        gather(path, &mut files)?;
    }
    if files.is_empty() {
        bail!("there is no scenario file here");
    }
    let find = |id: &str| std::fs::read_to_string(policies.join(format!("{id}.toml"))).ok();
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for file in &files {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let report = regulars_rules::scenario::run(&text, &find);
        if report.passed() {
            passed = passed.saturating_add(1);
            continue;
        }
        failed = failed.saturating_add(1);
        println!("FAILED {}", file.display());
        for failure in &report.failures {
            println!("    {failure}");
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}
