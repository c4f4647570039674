//! `check` and `describe`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use regulars_rules::describe::describe as sections;
use regulars_rules::message::{Diagnostic, Language, Severity};
use regulars_rules::policy::{self, Policy};
use regulars_rules::words::say;
use serde::Serialize;

/// Reads a document, or standard input for `-`.
pub fn read(path: &Path) -> Result<String> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

#[derive(Serialize)]
struct Checked<'c> {
    file: String,
    runs: bool,
    diagnostics: &'c [Diagnostic],
}

/// Checks documents, versions of one program each as following the one before and all of them together; true if all of
/// them run.
pub fn check(files: &[PathBuf], json: bool, language: Language) -> Result<bool> {
    let mut all_run = true;
    let mut earlier: Vec<Policy> = Vec::new();
    let texts = files.iter().map(|file| read(file)).collect::<Result<Vec<_>>>()?;
    let documents: Vec<&str> = texts.iter().map(String::as_str).collect();
    // What one document cannot show: two versions with the same number, or days that overlap.
    let together = policy::check_versions(&documents);
    for (place, (file, text)) in files.iter().zip(&texts).enumerate() {
        let id = policy::check(text).0.map(|policy| policy.program().id.clone());
        let before = earlier.iter().rev().find(|before| Some(&before.program().id) == id.as_ref());
        let (policy, mut diagnostics) = policy::check_after(text, &BTreeMap::new(), before);
        let of_this = together.iter().filter(|(at, _)| *at == place).map(|(_, diagnostic)| diagnostic.clone());
        // A notice that is too short by itself is said once.
        let more: Vec<Diagnostic> = of_this.filter(|own| !diagnostics.contains(own)).collect();
        diagnostics.extend(more);
        diagnostics.sort_by_key(|own| (own.start, own.code.clone()));
        let follows = together.iter().all(|(at, _)| *at != place);
        all_run &= policy.is_some() && follows;
        let runs = policy.is_some() && follows;
        if json {
            let checked = Checked { file: file.display().to_string(), runs, diagnostics: &diagnostics };
            println!("{}", serde_json::to_string(&checked)?);
            earlier.extend(policy);
            continue;
        }
        for diagnostic in &diagnostics {
            show(file, text, diagnostic, language);
        }
        let count = |severity: Severity| diagnostics.iter().filter(|d| d.severity == severity).count();
        println!(
            "{}: {} — {} errors, {} warnings, {} notes",
            file.display(),
            if runs { "runs" } else { "does not run" },
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note),
        );
        earlier.extend(policy);
    }
    Ok(all_run)
}

/// A complaint with its line, the place marked underneath.
pub fn show(file: &Path, text: &str, diagnostic: &Diagnostic, language: Language) {
    let Diagnostic { code, line, column, .. } = diagnostic;
    println!("{code} {}:{line}:{column} {}", file.display(), say(&diagnostic.message, language));
    if let Some(shown) = text.lines().nth((*line as usize).saturating_sub(1)) {
        let from = (*column as usize).saturating_sub(1);
        let place = text.get(diagnostic.start as usize..diagnostic.end as usize).unwrap_or("");
        let width = place.lines().next().unwrap_or("").chars().count().max(1);
        println!("  {line:>4} | {shown}");
        println!("       | {}{}", " ".repeat(from), "^".repeat(width));
    }
    if let Some(help) = &diagnostic.help {
        println!("       = {}", say(help, language));
    }
}

/// Tells what a program says.
pub fn describe(file: &Path, language: Language) -> Result<bool> {
    let text = read(file)?;
    let (policy, diagnostics) = policy::check(&text);
    let Some(policy) = policy else {
        for diagnostic in diagnostics.iter().filter(|d| d.severity == Severity::Error) {
            show(file, &text, diagnostic, language);
        }
        return Ok(false);
    };
    let program = policy.program();
    println!("{} v{} — {}", program.title.get(language), program.version, program.summary.get(language));
    for section in sections(&policy) {
        println!("\n{}", say(&section.title, language));
        for sentence in section.sentences {
            println!("  {}", say(&sentence.words, language));
        }
    }
    Ok(true)
}
