use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::codes::CODES;
use super::keys::{Key, Shape, TABLES, table};
use super::*;
use crate::message::Severity;
use crate::policy::{asked, check, check_after, check_versions};
use crate::reader::Asked;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_in(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files_in(&path, ending, out);
        } else if path.extension().is_some_and(|own| own == ending) {
            out.push(path);
        }
    }
}

/// Every document there is: the programs, those in scenarios, and the examples in head comments and of codes.
fn documents() -> Vec<String> {
    let mut found = Vec::new();
    let mut paths = Vec::new();
    files_in(&root().join("policies"), "toml", &mut paths);
    found.extend(paths.iter().map(|path| std::fs::read_to_string(path).unwrap()));
    paths.clear();
    files_in(&root().join("tests/cases"), "toml", &mut paths);
    for path in &paths {
        let Ok(case) = std::fs::read_to_string(path).unwrap().parse::<toml::Table>() else { continue };
        for key in ["document", "policy_text", "documents"] {
            match case.get(key) {
                Some(toml::Value::String(text)) => found.push(text.clone()),
                Some(toml::Value::Array(texts)) => {
                    found.extend(texts.iter().filter_map(|text| Some(text.as_str()?.to_owned())));
                }
                _ => {}
            }
        }
    }
    paths.clear();
    files_in(&root().join("crates/rules/src/kinds"), "rs", &mut paths);
    files_in(&root().join("crates/rules/src/primitives"), "rs", &mut paths);
    for path in &paths {
        // Without a program there is nothing to read.
        found.push(whole(&example(&std::fs::read_to_string(path).unwrap())));
    }
    for code in CODES {
        found.extend(code.wrong.split("---\n").chain(code.right.split("---\n")).map(whole));
    }
    // Keys that no program and no case uses.
    found.push(whole(
        "[rounding]\nmoney = { unit = \"0.10\", mode = \"down\" }\npoints = { unit = \"1\", mode = \"up\" }\n",
    ));
    found.push(whole(
        "[[commission]]\nid = \"a\"\nof = \"attainment\"\ntarget = \"t\"\nper = \"calendar month\"\nexcept = { tags = [\"x\"] }\nbands = [{ from = \"0%\", fixed = \"1.00\" }]\n",
    ));
    // What narrows a measure depends on what is counted.
    for table in ["target", "kpi", "contest", "figure"] {
        for metric in ["sales", "member-share", "lost", "class-share", "top-share", "score"] {
            found
                .push(whole(&format!("[[{table}]]\nid = \"a\"\nmetric = \"{metric}\"\nwindow = \"calendar month\"\n")));
        }
    }
    found.push(whole("[[enrol]]\nid = \"load\"\nload = \"100.00\"\n"));
    found
}

fn asked_anywhere() -> Asked {
    let mut all = Asked::new();
    for document in documents() {
        for (key, how) in asked(&document) {
            all.entry(key).or_default().extend(how);
        }
    }
    all
}

/// The described tables by their path in a document; tables of free names are `*`.
fn paths() -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), "")];
    while let Some((path, name)) = open.pop() {
        found.insert(path.clone(), name);
        for key in table(name).unwrap_or_else(|| panic!("no table `{name}`")).all() {
            let below = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            match key.shape {
                Shape::One(name) | Shape::Many(name) => open.push((below, name)),
                Shape::Named(name) => open.push((format!("{below}.*"), name)),
                _ => {}
            }
        }
    }
    found
}

/// Whether reading asked for a key in a way that its description allows.
fn agrees(key: &Key, how: &str) -> bool {
    match key.shape {
        Shape::Text | Shape::Window => how == "text",
        Shape::Texts => how == "texts",
        Shape::Money => how == "money",
        Shape::Points => how == "points",
        Shape::Quantity => how == "quantity",
        Shape::Rate(most) => how == format!("rate {most}"),
        Shape::Factor => how == "factor",
        Shape::Count(least, most) => how == format!("count {least}..={most}"),
        Shape::Counts(least, most) => how == format!("counts {least}..={most}") || how == "texts",
        Shape::Flag => how == "flag",
        Shape::Day => how == "day",
        Shape::Time => how == "time",
        Shape::Span => how == "span" || how == "text",
        // `to` depends on what is counted; a rebate asks for `reading` before it knows whether there are bands.
        Shape::Word(words) => {
            how.strip_prefix("word ").is_some_and(|asked| {
                asked == words.join("|") || (key.name == "to" && asked.split('|').all(|one| words.contains(&one)))
            }) || (key.name == "reading" && how == "text")
        }
        Shape::Words(_) => how == "texts",
        Shape::Border => how == "money" || how.starts_with("rate "),
        Shape::Label => how == "label" || how == "table",
        Shape::Remark => how == "remark" || how == "label" || how == "table",
        Shape::NamedRates(most) => how == format!("named rates {most}") || how == "table",
        Shape::NamedTexts => how == "named texts" || how == "table",
        Shape::One(_) => how == "table",
        Shape::Many(_) => how == "tables",
        Shape::Named(_) => how == "named tables" || how == "table",
    }
}

#[test]
fn every_key_that_is_asked_for_is_described() {
    let paths = paths();
    let mut wrong = Vec::new();
    for ((path, name), how) in asked_anywhere() {
        if name == "zh" || name == "en" {
            continue;
        }
        let key = paths.get(&path).and_then(|own| table(own)).and_then(|own| own.all().find(|key| key.name == name));
        match key {
            None => wrong.push(format!("`{name}` of `{path}` ({how:?}) is not described")),
            Some(key) => {
                wrong.extend(
                    how.iter()
                        .filter(|how| !agrees(key, how))
                        .map(|how| format!("`{name}` of `{path}` is read as `{how}`, described as {:?}", key.shape)),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "in crates/rules/src/reference/keys.rs:\n{}", wrong.join("\n"));
}

#[test]
fn every_key_that_is_described_is_asked_for() {
    let asked = asked_anywhere();
    let mut lacking = Vec::new();
    let mut seen: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for (path, name) in paths() {
        for key in table(name).unwrap().all() {
            let found = asked.keys().any(|(own, key_name)| *own == path && *key_name == key.name);
            *seen.entry((name, key.name)).or_default() |= found;
        }
    }
    lacking.extend(seen.into_iter().filter(|(_, found)| !found).map(|((table, key), _)| format!("{table}: {key}")));
    assert!(lacking.is_empty(), "described, but nobody reads it:\n{}", lacking.join("\n"));
    let names: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
    assert_eq!(names.len(), TABLES.len(), "a table is described twice");
    let reached: BTreeSet<&str> = paths().into_values().collect();
    assert_eq!(names, reached, "a table that no other leads to");
}

/// The codes in the sources: `"E001"`, `"W102"`, …
fn codes_in_sources() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files_in(&root().join("crates/rules/src"), "rs", &mut paths);
    let mut codes = BTreeSet::new();
    for path in paths.iter().filter(|path| !path.components().any(|part| part.as_os_str() == "reference")) {
        let text = std::fs::read_to_string(path).unwrap();
        for part in text.split('"') {
            let mut letters = part.chars();
            if part.len() == 4
                && letters.next().is_some_and(|first| "EWN".contains(first))
                && letters.all(|digit| digit.is_ascii_digit())
            {
                codes.insert(part.to_owned());
            }
        }
    }
    codes
}

#[test]
fn every_code_is_described_with_its_examples() {
    let described: BTreeSet<String> = CODES.iter().map(|code| code.code.to_owned()).collect();
    assert_eq!(described.len(), CODES.len(), "a code is described twice");
    assert_eq!(codes_in_sources(), described, "codes in the sources, and those that are described");
    assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    for code in CODES {
        let found = |text: &str| -> (BTreeSet<String>, bool) {
            let documents: Vec<String> = text.split("---\n").map(whole).collect();
            let mut codes = BTreeSet::new();
            let mut runs = true;
            let mut before = None;
            for document in &documents {
                let (policy, diagnostics) = check_after(document, &BTreeMap::new(), before.as_ref());
                runs &= policy.is_some();
                before = policy;
                codes.extend(diagnostics.iter().map(|own| own.code.to_string()));
            }
            let texts: Vec<&str> = documents.iter().map(String::as_str).collect();
            codes.extend(check_versions(&texts).iter().map(|(_, own)| own.code.to_string()));
            (codes, runs)
        };
        let (wrong, _) = found(code.wrong);
        assert!(wrong.contains(code.code), "the wrong example of {} gives {wrong:?}", code.code);
        let (right, runs) = found(code.right);
        assert!(runs && right.is_empty(), "the right example of {} gives {right:?}", code.code);
    }
}

/// Every code has a case of `check` that expects it; notes are not among what a case lists.
#[test]
fn every_code_has_a_case() {
    let mut paths = Vec::new();
    files_in(&root().join("tests/cases/check"), "toml", &mut paths);
    let mut expected = BTreeSet::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let Ok(case) = text.parse::<toml::Table>() else { continue };
        for one in case.get("diagnostics").and_then(toml::Value::as_array).into_iter().flatten() {
            expected.extend(one.as_str().unwrap_or("").split_whitespace().map(str::to_owned));
        }
    }
    let lacking: Vec<&str> = CODES
        .iter()
        .map(|code| code.code)
        // A document of a megabyte is no file to keep: tests/bad_input.rs makes one.
        .filter(|code| !code.starts_with('N') && *code != "E019")
        .filter(|code| !expected.contains(*code))
        .collect();
    assert!(lacking.is_empty(), "no case in tests/cases/check expects {lacking:?}");
}

#[test]
fn the_files_are_up_to_date() {
    for (name, text) in files() {
        let kept = std::fs::read_to_string(root().join("docs/reference").join(name)).unwrap_or_default();
        assert!(kept == text, "docs/reference/{name} is out of date: run `cargo run -p regulars-cli -- reference`");
    }
}

/// What is true of one program's parsed document under the schema: every key allowed, every word known.
fn complain(value: &toml::Value, name: &str, at: &str, out: &mut Vec<String>) {
    let Some(entries) = value.as_table() else { return };
    for (key, value) in entries {
        let Some(described) = table(name).unwrap().all().find(|own| own.name == key) else {
            out.push(format!("{at}.{key}"));
            continue;
        };
        let below = format!("{at}.{key}");
        match described.shape {
            Shape::One(name) => complain(value, name, &below, out),
            Shape::Many(name) => match value {
                toml::Value::Array(items) => items.iter().for_each(|one| complain(one, name, &below, out)),
                one => complain(one, name, &below, out),
            },
            Shape::Named(name) => {
                value.as_table().into_iter().flatten().for_each(|(_, one)| complain(one, name, &below, out));
            }
            Shape::Word(words) => {
                let word = value.as_str().unwrap_or("?");
                if !word.starts_with('$') && !words.contains(&word) {
                    out.push(format!("{below} = {word}"));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn every_program_fits_the_schema() {
    let mut paths = Vec::new();
    files_in(&root().join("policies"), "toml", &mut paths);
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let mut out = Vec::new();
        complain(&toml::Value::Table(text.parse().unwrap()), "", "", &mut out);
        assert!(out.is_empty(), "{}: {out:?}", path.display());
        assert!(check(&text).1.iter().all(|diagnostic| diagnostic.severity < Severity::Error), "{}", path.display());
    }
}
