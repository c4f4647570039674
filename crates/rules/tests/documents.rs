//! Documents that only serve to exhaust: each must be refused at once, with a diagnostic.

use regulars_rules::policy::check;

fn codes(document: &str) -> Vec<String> {
    let (policy, diagnostics) = check(document);
    assert!(policy.is_none());
    diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect()
}

#[test]
fn ten_megabytes_are_refused_unread() {
    assert_eq!(codes(&"# a comment that never ends\n".repeat(400_000)), ["E019"]);
    assert_eq!(codes(&"[".repeat(10_000_000)), ["E019"]);
}

#[test]
fn deep_nesting_is_refused_before_it_is_parsed() {
    assert_eq!(codes(&format!("a = {}", "[".repeat(900_000))), ["E019"]);
    assert_eq!(codes(&format!("a = {}", "{ a = ".repeat(100_000))), ["E019"]);
    // Dotted keys nest as well: the parser itself stops at them.
    assert_eq!(codes(&format!("{}b = 1", "a.".repeat(400_000))), ["E001"]);
    assert_eq!(codes(&format!("[{}b]", "a.".repeat(400_000))), ["E001"]);
    assert_eq!(codes(&format!("a = {{ {}b = 1 }}", "a . ".repeat(200_000))), ["E001"]);
}

#[test]
fn a_document_just_small_enough_is_read() {
    let program = "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n";
    let padding = 1_000_000 - program.len();
    let document = format!("{program}#{}", "x".repeat(padding - 1));
    assert_eq!(document.len(), 1_000_000);
    assert!(check(&document).0.is_some());
    assert_eq!(codes(&format!("{document}x")), ["E019"]);
}
