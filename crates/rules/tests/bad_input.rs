//! Bad input, named one by one: each has a case, and gets a place and a remedy in both languages.
//!
//! Refusals have no line: their place is the wish. `Refusal::new` cannot be made without a remedy, and the tests of the
//! words hold that every message that is made has both languages.

#![expect(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use common::{document, root};
use regulars_rules::message::{Diagnostic, Language, Value};
use regulars_rules::policy::check;
use regulars_rules::reader::DOCUMENT_BYTES_MAX;
use regulars_rules::reference::SMALLEST;
use regulars_rules::scenario::{Report, run};
use regulars_rules::words::say;

/// What is wrong, the case that shows it, and the code of the diagnostic or refusal.
const NAMED: [(&str, &str, &str); 24] = [
    ("nested too deep", "check/deep-nesting", "E019"),
    ("a key twice", "check/duplicate-key", "E001"),
    ("an id twice", "check/duplicate-id", "E008"),
    ("a parameter that refers to itself", "check/parameters-in-a-circle", "E005"),
    ("a parameter that is not there", "check/unknown-parameter", "E009"),
    ("a tier that is not there", "check/unknown-tier", "E009"),
    ("a rule that is not there, or comes later", "check/net-of-later-rule", "E009"),
    ("leaders in a circle", "commission/team", "refuse.leader-circle"),
    ("a rate of 101%", "reference/r10-rate-over-100", "E006"),
    ("a rate of -1%", "reference/r10-rate-below-0", "E006"),
    ("rates of holdback that make more than the whole", "check/holdbacks-over-whole", "E012"),
    ("weights that make more than the whole", "check/weights-do-not-sum", "E012"),
    ("shares that make more than the whole", "commission/split-to-the-fen", "refuse.shares-sum"),
    ("a share of more than the whole", "commission/split-to-the-fen", "refuse.share-out-of-range"),
    ("conduct of a person who left", "bad-input/conduct-of-someone-who-left", "refuse.staff-left"),
    ("a target for a person who left", "commission/leavers", "refuse.staff-left"),
    ("a member who left", "bad-input/member-who-left", "refuse.not-active"),
    ("a period that is closed before it ended", "commission/closed-periods", "refuse.period-not-over"),
    ("pay of a month that has not ended", "commission/closed-periods", "refuse.period-not-over"),
    ("an assessment of a month that has not ended", "bad-input/assessment-that-cannot-be", "refuse.period-not-over"),
    ("a draw of visits with another seed or list", "bad-input/draw-that-was-changed", "refuse.draw-differs"),
    ("a draw of owners with another seed or list", "guide-ownership/draw-that-does-not-hold", "refuse.draw-differs"),
    ("a draw of the past", "bad-input/draw-that-was-changed", "refuse.draw-of-the-past"),
    ("more goods back than were sold", "bad-input/return-more-than-sold", "refuse.return-too-much"),
];

fn run_case(text: &str) -> Report {
    run(text, &document)
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

/// Whether a text is Chinese.
fn is_zh(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

/// A diagnostic names its place, and says what is wrong and what to do in both languages.
fn says_all(diagnostic: &Diagnostic) {
    assert!(diagnostic.line > 0 && diagnostic.column > 0, "{diagnostic:?} has no place");
    let help = diagnostic.help.as_ref().unwrap();
    for message in [&diagnostic.message, help] {
        let (zh, en) = (say(message, Language::Zh), say(message, Language::En));
        assert!(is_zh(&zh), "{}: {zh}", message.key);
        assert!(!en.is_empty() && en != message.key.as_str(), "{}: {en}", message.key);
    }
}

#[test]
fn every_named_bad_input_has_its_case() {
    for (what, case, code) in NAMED {
        let path = root().join("tests/cases").join(format!("{case}.toml"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(!text.is_empty(), "{what}: there is no {}", path.display());
        let report = run_case(&text);
        assert!(report.passed(), "{what}: {:?}", report.failures);
        if code.starts_with("refuse.") {
            assert!(text.contains(&format!("=> {code}\"")), "{what}: {case} expects no {code}");
        } else {
            let found: Vec<&Diagnostic> = report.diagnostics.iter().filter(|own| own.code == code).collect();
            assert!(!found.is_empty(), "{what}: {case} gives {:?}", report.diagnostics);
            found.into_iter().for_each(says_all);
        }
    }
}

/// Documents that only serve to exhaust: each is refused at once.
#[test]
fn documents_that_only_exhaust_are_told_so() {
    for (document, code) in [
        ("# a comment that never ends\n".repeat(400_000), "E019"),
        ("[".repeat(10_000_000), "E019"),
        (format!("a = {}", "[".repeat(900_000)), "E019"),
        (format!("a = {}", "{ a = ".repeat(100_000)), "E019"),
        // Dotted keys nest as well: the parser itself stops at them.
        (format!("{}b = 1", "a.".repeat(400_000)), "E001"),
        (format!("[{}b]", "a.".repeat(400_000)), "E001"),
        (format!("a = {{ {}b = 1 }}", "a . ".repeat(200_000)), "E001"),
    ] {
        let (policy, diagnostics) = check(&document);
        assert!(policy.is_none());
        // The same text as a scenario is refused in the same way.
        let report = run(&document, &|_| None);
        assert!(!report.passed());
        for told in [&diagnostics, &report.complaints] {
            assert_eq!(codes(told), [code]);
            told.iter().for_each(says_all);
        }
    }
}

#[test]
fn a_document_just_small_enough_is_read() {
    let padding = "x".repeat(DOCUMENT_BYTES_MAX - SMALLEST.len() - 1);
    let document = format!("{SMALLEST}#{padding}");
    assert_eq!(document.len(), DOCUMENT_BYTES_MAX);
    assert!(check(&document).0.is_some());
    let (policy, diagnostics) = check(&format!("{document}x"));
    assert!(policy.is_none());
    assert_eq!(codes(&diagnostics), ["E019"]);
}

/// Scenarios that expect what can never come out, and where they are told so.
#[test]
fn a_scenario_that_expects_the_impossible_is_told_so() {
    let begin = "policy = \"chain\"\nevents = [\n  \"2026-03-02 10:00 enrol li by register\",\n  \"2026-03-02 10:01 staff an: role=guide\",\n]\n";
    for (expectation, wanted) in [
        ("[expect.member.li]\npoints = -5", "E006 7:10"),
        ("[expect.member.li]\nspend = \"a lot\"", "E005 7:9"),
        ("[expect.member.li]\nissued = \"-0.01\"", "E006 7:10"),
        ("[expect.member.li]\ntier = \"platin\"", "E009 7:8"),
        ("[expect.member.li]\nstatus = \"gone\"", "E007 7:10"),
        ("[expect.member.li]\nspent = \"0.00\"", "E002 7:1"),
        ("[expect.member.lee]\npoints = 0", "E009 6:16"),
        ("[expect.sale.s1]\npay = \"0.00\"", "E009 6:14"),
        ("[expect.return.r1]\nrefund = \"0.00\"", "E009 6:16"),
        ("[expect.statement.bo]\npayable = \"0.00\"", "E009 6:19"),
        ("[expect.member.li]\npoints = ", "E001 7:10"),
    ] {
        let report = run_case(&format!("{begin}{expectation}\n"));
        assert!(!report.passed(), "{expectation}");
        let places: Vec<String> =
            report.complaints.iter().map(|one| format!("{} {}:{}", one.code, one.line, one.column)).collect();
        assert_eq!(places, [wanted], "{expectation}: {:?}", report.failures);
        report.complaints.iter().for_each(says_all);
        let told = report.failures.iter().find(|failure| failure.starts_with("scenario "));
        assert!(told.is_some_and(|told| is_zh(told)), "{:?}", report.failures);
    }
    // What can come out, but does not, is a difference and no complaint.
    let report = run_case(&format!("{begin}[expect.member.li]\npoints = 5\n"));
    assert_eq!(report.failures, ["li points: expected 5, got 0"]);
    assert!(report.complaints.is_empty());
}

#[test]
fn what_cannot_be_read_is_told_in_both_languages() {
    let faults = [
        ("id", "syntax.no-value"),
        ("id = ", "syntax.not-quoted"),
        ("id = 'a'\nid = 'b'", "syntax.duplicate-key"),
        ("id = gold", "syntax.not-quoted"),
        ("id = 'gold", "syntax.unclosed-text"),
        ("id = \"gold", "syntax.unclosed-text"),
        ("[program", "syntax.unclosed-table"),
        ("[[tier]", "syntax.unclosed-table"),
        ("days = [8, 18", "syntax.unclosed-array"),
        ("label = { zh = '金'", "syntax.unclosed-inline"),
        ("rate = 5%", "syntax.not-quoted"),
        ("“id” = 1", "syntax.bad-key"),
        ("at = 2026-13-40", "syntax.bad-number"),
        ("at = 08", "syntax.bad-number"),
        ("]", "syntax.unclosed-table"),
        ("label = }", "syntax.unclosed-inline"),
        ("label = { zh = '金' en = 'Gold' }", "syntax.no-comma"),
        ("days = [8,, 18]", "syntax.extra-comma"),
        ("a = 'b' = 'c'", "syntax.unexpected"),
        ("= 'b'", "syntax.bad-key"),
        ("label = { zh '金' }", "syntax.assignment"),
    ];
    for (document, expected) in faults {
        let (_, diagnostics) = check(document);
        let reason = diagnostics.iter().find(|own| own.code == "E001").and_then(|own| own.message.arg("reason"));
        let Some(Value::Message(reason)) = reason else { panic!("{document}: {reason:?}") };
        assert_eq!(reason.key, expected, "{document}");
    }
}
