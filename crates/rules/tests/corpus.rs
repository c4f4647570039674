//! Runs every scenario of `tests/cases` natively. The same files run in Chromium and in Node.

mod common;

use common::{cases, document, root};

#[test]
fn every_scenario_comes_out_as_expected() {
    let root = root();
    let cases = cases("");
    assert!(cases.len() > 50, "the corpus is missing");
    let (mut passed, mut failed, mut checked) = (0, 0, 0);
    let only = std::env::var("CASE").unwrap_or_default();
    let mut hashes = String::new();
    for path in &cases {
        let name = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        if !name.contains(&only) {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let report = regulars_rules::scenario::run(&text, &document);
        checked += report.checked;
        let hash: String = report.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        hashes.push_str(&format!("{name} {hash}\n"));
        if report.passed() {
            passed += 1;
        } else {
            failed += 1;
            println!("FAILED {name}");
            for failure in &report.failures {
                println!("    {failure}");
            }
        }
    }
    println!("{passed} passed, {failed} failed ({checked} expectations)");
    assert_eq!(failed, 0, "scenarios differ");
    // The other homes compare with these: a browser cannot ask the native build.
    let golden = root.join("tests/hashes.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &hashes).unwrap();
    } else if only.is_empty() {
        let kept = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(kept == hashes, "state hashes changed; if that is meant, run the test with BLESS=1");
    }
}
