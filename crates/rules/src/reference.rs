//! The reference: every key of a policy document and every diagnostic code, each in one place, from which the pages in
//! `docs/reference/` and the schema for editors are made. Tests hold both lists against what reading really asks for
//! and what checking really reports.

pub mod codes;
pub mod keys;
mod pages;
mod schema;

pub use pages::{diagnostics, tables};
pub use schema::schema;

/// The smallest program that runs: fragments of examples are added to it.
pub const SMALLEST: &str = "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\n\
title = { zh = \"例\", en = \"Example\" }\n\n[[enrol]]\nid = \"free\"\nfree = true\n";

/// A fragment as a whole document.
#[must_use]
pub fn whole(fragment: &str) -> String {
    if fragment.contains("[program]") || fragment.contains("id = \"x\"") || fragment.starts_with("= ") {
        return fragment.trim_start_matches("= ").to_owned();
    }
    format!("{SMALLEST}\n{fragment}")
}

/// The first TOML example in the head comment of a source file: the kinds of rule carry their own.
#[must_use]
pub fn example(source: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in source.lines() {
        let Some(text) = line.trim_start().strip_prefix("//!").or_else(|| line.trim_start().strip_prefix("///")) else {
            if inside {
                break;
            }
            continue;
        };
        let text = text.strip_prefix(' ').unwrap_or(text);
        match (text, inside) {
            ("```toml", false) => inside = true,
            ("```", true) => break,
            (_, true) => {
                out.push_str(text);
                out.push('\n');
            }
            (_, false) => {}
        }
    }
    out
}

/// The files of `docs/reference/` and what they should hold.
#[must_use]
pub fn files() -> Vec<(&'static str, String)> {
    vec![("diagnostics.md", diagnostics()), ("policy.schema.json", schema()), ("tables.md", tables())]
}

#[cfg(test)]
mod tests;
