//! The 32 programs are all there, each with its document and its cases; and every kind of rule has a case that would
//! notice if the rule were not there.

#![expect(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{cases, document, policy, root};
use regulars_rules::scenario::run;

/// The programs that the product must run: their numbers and ids.
const PROGRAMS: [(&str, &str); 32] = [
    ("P01", "salon-card"),
    ("P02", "seller-conduct"),
    ("P03", "sales-members"),
    ("P04", "sales-office"),
    ("P05", "direct-sales"),
    ("P06", "member-store"),
    ("P07", "seller-members"),
    ("P08", "guide-members"),
    ("P09", "sales-dept"),
    ("P10", "yuanda-cards"),
    ("P11", "yinbei"),
    ("P12", "chain"),
    ("P13", "member-principles"),
    ("P14", "jiujiu"),
    ("P15", "hotel-card"),
    ("P16", "supermarket"),
    ("P17", "clothing"),
    ("P18", "clothing-vip"),
    ("P19", "longrun-hall"),
    ("P20", "yuanda"),
    ("P21", "baiqueling"),
    ("P22", "kuailego"),
    ("P23", "vip-care"),
    ("P24", "mall-upgrade"),
    ("P25", "guide-discipline"),
    ("P26", "buyer"),
    ("P27", "mall-plan"),
    ("P28", "guide-ownership"),
    ("P29", "vip-consult"),
    ("P30", "vip-accounts"),
    ("P31", "vip-catalogue"),
    ("P32", "menswear"),
];

/// Each kind of rule, by its file, and the tables of a document that make it. Each table has a case that fails without
/// it.
const KINDS: [(&str, &[&str]); 40] = [
    ("account", &["account", "credit"]),
    ("approval", &["approval"]),
    ("assessment", &["assessment"]),
    ("attribution", &["attribution"]),
    ("bonus", &["meeting", "bonus"]),
    ("card", &["card"]),
    ("care", &["care"]),
    ("classing", &["classing", "profile", "concentration"]),
    ("commission", &["commission"]),
    ("complaints", &["complaints"]),
    ("conduct", &["conduct", "appeal"]),
    ("contest", &["contest"]),
    ("discount", &["discount"]),
    ("earn", &["earn", "multiply"]),
    ("enrol", &["enrol", "join"]),
    ("entitlement", &["entitlement"]),
    ("figure", &["figure"]),
    ("holdback", &["holdback", "draw"]),
    ("inspection", &["inspection"]),
    ("kpi", &["kpi", "responsible", "kpi_pay"]),
    ("lapse", &["lapse"]),
    ("list", &["list"]),
    ("measure", &[]),
    ("message", &["message"]),
    ("ownership", &["ownership", "clients"]),
    ("points", &["points"]),
    ("post", &["post"]),
    ("project", &["project"]),
    ("ranking", &["ranking"]),
    ("rebate", &["rebate"]),
    ("redeem", &["redeem"]),
    ("referral", &["referral"]),
    ("returns", &["returns"]),
    ("rights", &["rights"]),
    ("staff", &[]),
    ("store_class", &["store_class"]),
    ("stored_value", &["stored_value"]),
    ("target", &["target"]),
    ("tier", &["tier", "tiers"]),
    ("transfer", &["transfer"]),
];

/// The tables in which a measure is named.
const MEASURING: [&str; 4] = ["target", "kpi", "contest", "figure"];

/// The names of the files of a folder that end so, without their ending.
fn names(folder: &Path, ending: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(stem) = name.strip_suffix(ending) {
            found.insert(stem.to_owned());
        }
    }
    found
}

#[test]
fn every_program_has_its_document() {
    let wanted: BTreeSet<String> = PROGRAMS.iter().map(|(_, id)| (*id).to_owned()).collect();
    assert_eq!(wanted.len(), PROGRAMS.len(), "an id stands twice");
    assert_eq!(names(&root().join("policies"), ".toml"), wanted);
    for (number, id) in PROGRAMS {
        let text = document(id).unwrap();
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with(&format!("# {number}")), "{id}: the head comment names its number: {first}");
        let policy = policy(&text);
        let program = policy.program();
        assert_eq!(program.id, id, "the id in the document is the file's name");
        assert!(!program.source.is_empty(), "{id} has no source");
        assert!(!program.title.zh.is_empty() && !program.title.en.is_empty(), "{id} has no title");
        assert!(!program.summary.zh.is_empty() && !program.summary.en.is_empty(), "{id} has no summary");
    }
}

#[test]
fn every_program_has_its_cases() {
    for (_, id) in PROGRAMS {
        let own = cases(id)
            .iter()
            .filter(|path| {
                let case: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
                case.get("policy").is_some_and(|policy| match policy {
                    toml::Value::Array(all) => all.iter().any(|one| one.as_str() == Some(id)),
                    one => one.as_str() == Some(id),
                })
            })
            .count();
        assert!(own >= 3, "{id} has {own} cases of its own");
    }
}

/// A scenario with events, and the documents under which it runs.
struct Case {
    scenario: toml::Table,
    documents: Vec<toml::Table>,
}

/// Every scenario of the corpus that has events under documents; those that only check a document are left out.
fn corpus() -> Vec<Case> {
    let mut found = Vec::new();
    for path in cases("") {
        let mut scenario: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let mut documents = Vec::new();
        for (key, is_id) in [("policy", true), ("policy_text", false)] {
            let texts = match scenario.remove(key) {
                Some(toml::Value::Array(all)) => all,
                Some(one) => vec![one],
                None => continue,
            };
            for text in texts.iter().filter_map(toml::Value::as_str) {
                let text = if is_id { document(text).unwrap() } else { text.to_owned() };
                documents.push(text.parse().unwrap());
            }
        }
        if !documents.is_empty() {
            found.push(Case { scenario, documents });
        }
    }
    found
}

/// Whether a case holds with its documents changed so; `None` where a document does not run so changed.
fn holds(case: &Case, change: &dyn Fn(&mut toml::Table)) -> Option<bool> {
    let texts = case.documents.iter().map(|document| {
        let mut document = document.clone();
        change(&mut document);
        toml::Value::String(toml::to_string(&document).unwrap())
    });
    let mut scenario = case.scenario.clone();
    scenario.insert("policy_text".to_owned(), toml::Value::Array(texts.collect()));
    let report = run(&toml::to_string(&scenario).unwrap(), &|_| None);
    let is_refused = report.failures.iter().any(|failure| failure.starts_with("policy "));
    (!is_refused).then(|| report.passed())
}

/// Takes a table out of a document, and what leads to it and cannot stand without it.
fn without(document: &mut toml::Table, table: &str) {
    let each = |document: &mut toml::Table, tables: &str, change: &dyn Fn(&mut toml::Table)| {
        let rules = document.get_mut(tables).and_then(toml::Value::as_array_mut);
        rules.into_iter().flatten().filter_map(toml::Value::as_table_mut).for_each(change);
    };
    match table {
        // Somebody must be able to join: the first way stays.
        "enrol" => {
            if let Some(routes) = document.get_mut("enrol").and_then(toml::Value::as_array_mut) {
                routes.truncate(1);
            }
            return;
        }
        // Approvals name the grades: they stay, and allow nothing.
        "credit" => {
            return each(document, "credit", &|grade| drop(grade.insert("limit".to_owned(), "0.00".into())));
        }
        // So does the account, with sales that nobody has.
        "account" => {
            if let Some(account) = document.get_mut("account").and_then(toml::Value::as_table_mut) {
                account.insert("sales".to_owned(), "99999999.99".into());
            }
            return;
        }
        // Rules name the kinds: without them, all points are of one.
        "points" => {
            for (rules, key) in [("earn", "kind"), ("referral", "kind"), ("redeem", "from"), ("lapse", "kind")] {
                each(document, rules, &|rule| drop(rule.remove(key)));
            }
        }
        "meeting" => each(document, "bonus", &|bonus| drop(bonus.remove("forfeited_by"))),
        "message" => each(document, "care", &|care| drop(care.remove("message"))),
        "store_class" => each(document, "target", &|target| drop(target.remove("by_class"))),
        _ => {}
    }
    document.remove(table);
}

#[test]
fn the_kinds_are_listed() {
    let listed: BTreeSet<String> = KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(listed, names(&root().join("crates/rules/src/kinds"), ".rs"), "add the kind with its tables above");
}

#[test]
fn every_kind_of_rule_has_a_case_that_fails_without_it() {
    let corpus = corpus();
    assert!(corpus.len() > 300, "the corpus is missing");
    let mut lacking = Vec::new();
    for table in KINDS.iter().flat_map(|(_, tables)| *tables) {
        let with_it = corpus.iter().filter(|case| case.documents.iter().any(|document| document.contains_key(*table)));
        let notices = |case: &Case| {
            let gone = holds(case, &|document| without(document, table));
            gone == Some(false) && holds(case, &|_| {}) == Some(true)
        };
        if !with_it.clone().any(notices) {
            lacking.push(format!("{table} (of {} cases with it)", with_it.count()));
        }
    }
    assert!(lacking.is_empty(), "no case fails without {lacking:?}");
}

#[test]
fn every_measure_has_a_case() {
    let corpus = corpus();
    let mut counted: BTreeSet<&str> = BTreeSet::new();
    for case in &corpus {
        let expected = case.scenario.get("expect").map(toml::Value::to_string).unwrap_or_default();
        for rule in MEASURING
            .iter()
            .flat_map(|table| case.documents.iter().filter_map(|document| document.get(*table)))
            .filter_map(toml::Value::as_array)
            .flatten()
        {
            let metric = rule.get("metric").and_then(toml::Value::as_str).unwrap_or("sales");
            // Its id stands among what is expected: its figure is looked at.
            if rule.get("id").and_then(toml::Value::as_str).is_some_and(|id| expected.contains(id)) {
                counted.insert(metric);
            }
        }
    }
    let lacking: Vec<&str> = regulars_rules::kinds::measure::Measure::ALL
        .iter()
        .map(|measure| measure.word())
        .filter(|word| !counted.contains(word))
        .collect();
    assert!(lacking.is_empty(), "no case looks at a figure of {lacking:?}");
}
