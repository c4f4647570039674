//! Embeds every document of `policies/`: a new program needs no Rust. Names the engine's sources by their hash:
//! snapshots of another engine are made anew.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../policies").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let mut code = String::from("&[\n");
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(code, "    include_str!({:?}),", path.display().to_string())?;
    }
    code.push_str("]\n");
    let engine = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../crates/rules/src").canonicalize()?;
    println!("cargo::rerun-if-changed={}", engine.display());
    println!("cargo::rustc-env=REGULARS_ENGINE={:016x}", hash_of(&engine, 0xcbf2_9ce4_8422_2325)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("policies.rs"), code)?;
    Ok(())
}

/// FNV-1a over all files of a folder, in the order of their names.
fn hash_of(folder: &Path, mut hash: u64) -> Result<u64, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash = hash_of(&path, hash)?;
            continue;
        }
        for byte in fs::read(&path)? {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}
