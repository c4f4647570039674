//! Gathers the corpus for the browser's tests: a browser cannot read the files itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "toml") {
            out.push(path);
        }
    }
}

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let mut text = String::new();
    for (name, folder) in [("POLICIES", "policies"), ("CASES", "tests/cases")] {
        println!("cargo:rerun-if-changed={}", root.join(folder).display());
        let mut found = Vec::new();
        files(&root.join(folder), &mut found);
        found.sort();
        let _ = writeln!(text, "const {name}: &[(&str, &str)] = &[");
        for path in found {
            let id = if name == "POLICIES" {
                path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
            } else {
                path.strip_prefix(&root).unwrap_or(&path).display().to_string()
            };
            let _ = writeln!(text, "    ({id:?}, include_str!({:?})),", path.display().to_string());
        }
        text.push_str("];\n");
    }
    let hashes = root.join("tests/hashes.txt");
    println!("cargo:rerun-if-changed={}", hashes.display());
    let _ = writeln!(text, "const HASHES: &str = {:?};", std::fs::read_to_string(&hashes).unwrap_or_default());
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&out).join("corpus.rs"), text)
}
