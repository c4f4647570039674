//! The command line as a person calls it: what it prints, and its exit status.

#![expect(clippy::unwrap_used, reason = "a test says what failed by failing")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const MEMBERS: &str = "会员号,姓名,手机,开卡日期\nA1,王芳,13800001111,2026-01-05\nA2,李梅,13800002222,2026-01-06\n";
const SALES: &str = "小票号,日期,时间,会员号,商品,品类,数量,金额,导购\n\
    1,2026-03-02,10:00,A1,soap,care,1,4000.00,chen\n\
    2,2026-03-03,10:00,A2,soap,care,1,900.00,chen\n\
    3,2026-03-04,10:00,,soap,care,1,50000.00,=wang\n";

fn policy(version: u32, from: &str, points: u32, above: &str) -> String {
    format!(
        "[program]\nid = \"x\"\nversion = {version}\neffective_from = {from}\n\
         title = {{ zh = \"试\", en = \"Test\" }}\n[[enrol]]\nid = \"free\"\nfree = true\n\
         [[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = {points}\n\
         [[commission]]\nid = \"deals\"\nper = \"calendar month\"\nreading = \"marginal\"\n\
         bands = [{{ from = \"0.00\", rate = \"10%\" }}, {{ from = \"5000.00\", rate = \"{above}\" }}]\n"
    )
}

struct Shop(PathBuf);

impl Shop {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let shop = Self(folder);
        shop.write("members.csv", MEMBERS);
        shop.write("sales.csv", SALES);
        shop.write("old.toml", &policy(1, "2026-01-01", 1, "12%"));
        shop.write("new.toml", &policy(2, "2026-03-03", 2, "15%"));
        let (status, ..) = shop.call(&[
            "import",
            "--members",
            "members.csv",
            "--sales",
            "sales.csv",
            "--day",
            "2026-04-01",
            "-o",
            "j.regulars",
        ]);
        assert_eq!(status, 0);
        shop
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn call(&self, words: &[&str]) -> (i32, String, String) {
        self.call_with(words, "")
    }

    fn call_with(&self, words: &[&str], input: &str) -> (i32, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_regulars"))
            .args(words)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A call that fails early does not read what it is given.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }
}

#[test]
fn statements_of_a_period_in_three_forms() {
    let shop = Shop::new("statements");
    let call = ["settle", "--policy", "old.toml", "--journal", "j.regulars", "--period", "2026-03"];
    let (status, table, _) = shop.call(&call);
    // chen 4,900.00 x 10% = 490.00; wang 500.00 + 45,000.00 x 12% = 5,900.00
    assert_eq!(status, 0);
    assert!(table.contains("490.00") && table.contains("5900.00"), "{table}");
    let (_, csv, _) = shop.call(&[&call[..], &["--format", "csv"]].concat());
    assert!(csv.lines().any(|line| line.starts_with("chen,2026-03,0,490.00,")), "{csv}");
    assert!(csv.lines().any(|line| line.starts_with("'=wang,")), "no cell is a formula: {csv}");
    let (_, json, _) = shop.call(&[&call[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["statements"][0]["payable"], "5900.00");
    assert_eq!(json["statements"][1]["payable"], "490.00");
    let (status, _, why) = shop.call(&[&call[..], &["--staff", "nobody"]].concat());
    assert_eq!(status, 2);
    assert!(why.contains("nobody has no figures"), "{why}");
    let (status, ..) = shop.call(&["settle", "--policy", "old.toml", "--journal", "j.regulars", "--period", "2026-13"]);
    assert_eq!(status, 2);
}

#[test]
fn one_figure_is_explained() {
    let shop = Shop::new("explain");
    let with = ["--policy", "old.toml", "--journal", "j.regulars"];
    let (status, text, _) = shop.call(&[&["explain"], &with[..], &["--staff", "chen", "--period", "2026-03"]].concat());
    assert_eq!(status, 0);
    assert!(text.contains("¥4,900.00 × 10%") && text.contains("¥4,000.00"), "{text}");
    let (status, text, _) = shop.call(&[&["explain"], &with[..], &["--member", "A1"]].concat());
    assert_eq!(status, 0);
    assert!(text.contains("4,000"), "{text}");
    let (status, _, why) = shop.call(&[&["explain"], &with[..], &["--member", "A9"]].concat());
    assert_eq!((status, why.contains("A9")), (2, true), "{why}");
}

#[test]
fn two_policies_are_compared_from_standard_input() {
    let shop = Shop::new("simulate");
    let journal = std::fs::read_to_string(shop.0.join("j.regulars")).unwrap();
    let call = ["simulate", "--policy", "old.toml", "--with", "new.toml", "--journal", "-", "--format", "json"];
    let (status, json, _) = shop.call_with(&call, &journal);
    assert_eq!(status, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    // From 3 March: 900 points more; 45,000.00 x 3% = 1,350.00 more.
    assert_eq!(json["before"]["points_issued"], "4900");
    assert_eq!(json["after"]["points_issued"], "5800");
    assert_eq!(json["staff_changes"][0]["payable"], serde_json::json!(["5900.00", "7250.00"]));
    let same = ["simulate", "--policy", "old.toml", "--with", "old.toml", "--journal", "j.regulars"];
    let (status, _, why) = shop.call(&same);
    assert_eq!((status, why.contains("begin on")), (2, true), "{why}");
}

#[test]
fn quotes_and_refusals() {
    let shop = Shop::new("quote");
    let call =
        ["quote", "--policy", "old.toml", "--journal", "j.regulars", "--member", "A1", "--at", "2026-03-05 10:00"];
    let (status, text, _) = shop.call(&[&call[..], &["soap 2 x 30.00"]].concat());
    assert_eq!(status, 0);
    assert!(text.contains("¥60.00") && text.contains("60"), "{text}");
    let (status, text, _) = shop.call(&[&call[..], &["soap -2 x 30.00"]].concat());
    assert!(status == 1 || status == 2, "{text}");
    let (status, _, why) = shop.call(&[&call[..], &["soap"]].concat());
    assert_eq!((status, why.contains("NAME QTY x PRICE")), (2, true), "{why}");
}

#[test]
fn tables_are_exported() {
    let shop = Shop::new("export");
    let with = ["--policy", "old.toml", "--journal", "j.regulars"];
    let (status, text, _) = shop.call(&[&["export"], &with[..], &["sales"]].concat());
    assert_eq!(status, 0);
    assert_eq!(text.lines().count(), 4, "{text}");
    let (status, ..) = shop.call(&[&["export"], &with[..], &["members", "-o", "members-out.csv"]].concat());
    assert_eq!(status, 0);
    assert!(std::fs::read_to_string(shop.0.join("members-out.csv")).unwrap().contains("王芳"));
}

#[test]
fn documents_are_checked_with_their_place() {
    let shop = Shop::new("check");
    let (status, text, _) =
        shop.call_with(&["check", "-"], "[program]\nid = \"x\"\nversion = 1\nefective_from = 2026-01-01\n");
    assert_eq!(status, 1);
    assert!(text.contains("E002 -:4:1") && text.contains("effective_from"), "{text}");
    let (status, text, _) = shop.call(&["check", "--json", "old.toml"]);
    assert_eq!(status, 0);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["runs"], true);
    let (status, ..) = shop.call(&["check", "no-such-file.toml"]);
    assert_eq!(status, 2);
}

#[test]
fn versions_of_one_program_are_held_against_each_other() {
    let shop = Shop::new("check-versions");
    let (status, text, _) = shop.call(&["check", "old.toml", "new.toml"]);
    assert_eq!(status, 0, "{text}");
    assert!(!text.contains("E020"), "{text}");
    // The same day, and the day before: both overlap; the place is that of the later version.
    for from in ["2026-01-01", "2025-12-31"] {
        shop.write("late.toml", &policy(2, from, 2, "15%"));
        let (status, text, _) = shop.call(&["check", "old.toml", "late.toml"]);
        assert_eq!(status, 1, "{text}");
        assert!(text.contains("E020 late.toml:4:18"), "{text}");
        assert!(text.contains("late.toml: does not run"), "{text}");
        assert!(text.contains("old.toml: runs"), "{text}");
    }
    shop.write("twice.toml", &policy(1, "2026-02-01", 2, "15%"));
    let (status, text, _) = shop.call(&["check", "--json", "old.toml", "twice.toml"]);
    assert_eq!(status, 1, "{text}");
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&last["runs"], &last["diagnostics"][0]["code"]), (&false.into(), &"E020".into()), "{text}");
    // A change must be published three days before it holds: the earlier version promises it.
    let promised = policy(1, "2026-01-01", 1, "12%").replace("version = 1\n", "version = 1\nnotice_days = 3\n");
    shop.write("promised.toml", &promised);
    for (published, status) in [("2026-01-30", 1), ("2026-01-29", 0)] {
        let next = policy(2, "2026-02-01", 1, "12%");
        shop.write("next.toml", &next.replace("version = 2\n", &format!("version = 2\npublished = {published}\n")));
        let (found, text, _) = shop.call(&["check", "promised.toml", "next.toml"]);
        assert_eq!((found, text.contains("E021 next.toml:")), (status, status == 1), "{text}");
    }
    // Versions of different programs have nothing to do with each other.
    shop.write("other.toml", &policy(1, "2026-01-01", 1, "12%").replace("id = \"x\"", "id = \"y\""));
    let (status, text, _) = shop.call(&["check", "old.toml", "other.toml"]);
    assert_eq!(status, 0, "{text}");
}

#[test]
fn a_scenario_that_fails_tells_why() {
    let shop = Shop::new("scenario");
    shop.write(
        "case.toml",
        "policy = \"old\"\nevents = [\"2026-03-01 09:00 staff an: role=seller\", \"2026-03-02 10:00 sale s1: soap 1 x 100.00 | by an\"]\n\
         [expect.statement.an]\naccrued = \"11.00\"\n",
    );
    let (status, text, _) = shop.call(&["test", "case.toml", "--policies", "."]);
    assert_eq!(status, 1);
    assert!(text.contains("an accrued: expected 11.00, got 10.00"), "{text}");
    assert!(text.contains("why: ") && text.contains("¥100.00 × 10%"), "{text}");
    assert!(text.trim_end().ends_with("0 passed, 1 failed"), "{text}");
}

#[test]
fn completions_name_the_commands() {
    let shop = Shop::new("completions");
    let (status, text, _) = shop.call(&["completions", "bash"]);
    assert_eq!(status, 0);
    assert!(text.contains("simulate") && text.contains("explain"));
}
