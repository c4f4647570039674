//! The corpus in Chromium: the same scenario files as natively, with the same state hashes.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

#[wasm_bindgen_test]
fn every_scenario_comes_out_as_natively() {
    let find = |id: &str| POLICIES.iter().find(|(own, _)| *own == id).map(|(_, text)| (*text).to_owned());
    let hashes: std::collections::BTreeMap<&str, &str> =
        HASHES.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut failed = Vec::new();
    for (name, text) in CASES {
        let report = regulars_rules::scenario::run(text, &find);
        let hash: String = report.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if !report.passed() {
            failed.push(format!("{name}: {:?}", report.failures));
        } else if hashes.get(*name) != Some(&hash.as_str()) {
            failed.push(format!("{name}: hash {hash}, natively {:?}", hashes.get(*name)));
        }
    }
    assert!(CASES.len() > 50, "the corpus is missing");
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}
