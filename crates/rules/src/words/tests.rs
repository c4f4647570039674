use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;
use crate::msg;
use crate::number::{Money, Points, Quantity, Rate};
use crate::time::Day;

fn day_of(text: &str) -> Day {
    text.parse().unwrap()
}

fn rate_of(text: &str) -> Rate {
    text.parse().unwrap()
}

#[test]
fn figures_read_as_people_write_them() {
    assert_eq!(money(Money::from_minor(123_450)), "¥1,234.50");
    assert_eq!(money(Money::from_minor(-792)), "−¥7.92");
    assert_eq!(money(Money::ZERO), "¥0.00");
    assert_eq!(money(Money::from_minor(100_000_005)), "¥1,000,000.05");
    assert_eq!(money(Money::from_minor(i64::MIN)), "−¥92,233,720,368,547,758.08");
    assert_eq!(points(Points::from_minor(128_000)), "1,280");
    assert_eq!(points(Points::from_minor(2875)), "28.75");
    assert_eq!(points(Points::from_minor(-2870)), "−28.7");
    assert_eq!(quantity(Quantity::from_minor(345)), "0.345");
    assert_eq!(quantity(Quantity::from_minor(2000)), "2");
    assert_eq!(rate(rate_of("5%")), "5%");
    assert_eq!(rate(rate_of("2.5%")), "2.5%");
    assert_eq!(rate(rate_of("0.125%")), "0.125%");
    assert_eq!(rate(Rate::ONE), "100%");
    assert_eq!(rate(Rate::ZERO), "0%");
    assert_eq!(rate(rate_of("1500%")), "1,500%");
    assert_eq!(figures::factor(rate_of("1.5")), "×1.5");
    assert_eq!(figures::factor(rate_of("2")), "×2");
    assert_eq!(show(&Value::Count(-1_234), Language::En), "−1,234");
}

#[test]
fn days_read_in_both_languages() {
    let monday = day_of("2026-11-23");
    assert_eq!(day(monday, Language::Zh), "11月23日 周一");
    assert_eq!(day(monday, Language::En), "Mon 23 Nov");
    assert_eq!(long_day(monday, Language::Zh), "2026年11月23日");
    assert_eq!(long_day(monday, Language::En), "23 November 2026");
    assert_eq!(day(Day::LAST, Language::Zh), "永久");
    assert_eq!(lunar_date(6, true, 8, Language::Zh), "农历闰六月初八");
    assert_eq!(lunar_date(6, true, 8, Language::En), "lunar 6/8 (leap)");
    assert_eq!(lunar_date(12, false, 30, Language::Zh), "农历腊月三十");
    assert_eq!(lunar_date(1, false, 20, Language::En), "lunar 1/20");
    assert_eq!(lunar_date(11, false, 28, Language::Zh), "农历冬月廿八");
}

#[test]
fn a_calendar_shows_the_lunar_month_on_its_first_day() {
    use super::lunar_short;
    assert_eq!(lunar_short(6, true, 1, Language::Zh), "闰六月");
    assert_eq!(lunar_short(12, false, 1, Language::Zh), "腊月");
    assert_eq!(lunar_short(2, false, 8, Language::Zh), "初八");
    assert_eq!(lunar_short(2, false, 28, Language::En), "2/28");
}

#[test]
fn messages_fill_in_their_arguments() {
    let days = msg!("when.lunar-days", days = vec![Value::Count(8), Value::Count(18), Value::Count(28)]);
    assert_eq!(say(&days, Language::Zh), "农历每月初八、十八、廿八");
    assert_eq!(say(&days, Language::En), "lunar days 8, 18, 28");
    let missing = msg!("doc.wrong-type", wanted = msg!("type.flag"));
    assert_eq!(say(&missing, Language::Zh), "这里应当是true 或 false");
    let one = msg!("window.days", days = 1);
    assert_eq!([say(&one, Language::Zh), say(&one, Language::En)], ["当天内", "on the day"]);
    let week = msg!("window.days", days = 7);
    assert_eq!([say(&week, Language::Zh), say(&week, Language::En)], ["最近 7 天", "in the last 7 days"]);
    assert_eq!(say(&msg!("span.months", months = 1), Language::En), "1 month");
    let today = msg!("when.today-lunar", month = 6, leap = 1, day = 5);
    assert_eq!(
        [say(&today, Language::Zh), say(&today, Language::En)],
        ["今天农历闰六月初五", "today is lunar 6/5 (leap)"]
    );
    let line = msg!(
        "discount.line",
        subject = vec![Value::from("面霜")],
        base = Money::from_minor(39_600),
        rate = rate_of("2%"),
        when = vec![today.into(), msg!("when.members").into()]
    );
    assert_eq!(say(&line, Language::Zh), "面霜 ¥396.00 × 2%：今天农历闰六月初五，会员");
    let price = msg!("discount.words", rate = rate_of("5%"), when = Vec::<Value>::new());
    assert_eq!([say(&price, Language::Zh), say(&price, Language::En)], ["优惠 5%（9.5 折）", "5% off"]);
    let above = msg!("rebate.words-load", from = Money::from_minor(5_000_001), rate = rate_of("1%"));
    assert_eq!(say(&above, Language::Zh), "一次储值超过 ¥50,000.00，返 1%");
    let nameless = msg!("discount.rule", label = crate::message::Label::default(), id = "member-day");
    assert_eq!(say(&nameless, Language::Zh), "member-day");
    let open = msg!("help.parameter-range", least = "1", most = "");
    assert_eq!(say(&open, Language::Zh), "请改成允许的值，最低 1");
    let tier = msg!("doc.unknown-tier", tier = "gold");
    assert_eq!(say(&tier, Language::Zh), "方案里没有等级「gold」");
    let tiers = msg!("when.tiers", tiers = vec![Value::from("gold"), Value::from("platin")]);
    assert_eq!(say(&tiers, Language::Zh), "金卡、platin");
    let reach = msg!(
        "condition.at-least",
        metric = msg!("metric.spend"),
        figure = vec![Value::from(Money::from_minor(500_000))]
    );
    assert_eq!(say(&reach, Language::Zh), "消费满 ¥5,000.00");
}

#[test]
fn nothing_is_lost_and_nothing_panics_where_words_are_missing() {
    let unknown = msg!("nobody.knows", points = Points::from_minor(100), factor = rate_of("2"));
    assert_eq!(say(&unknown, Language::En), "nobody.knows points=1 factor=×2");
    assert_eq!(say(&msg!("keyless"), Language::Zh), "keyless");
    assert_eq!(say(&msg!("doc.band-from-nowhere"), Language::Zh), "doc.band-from-nowhere");
    assert_eq!(say(&msg!("doc.missing-key"), Language::En), "`…` is missing");
    for template in ["{", "}", "⟦", "⟧", "{a", "⟦{a}", "a⟦b{c⟧d}", ""] {
        let mut out = String::new();
        fill(&mut out, template, &msg!("x", a = 1), Language::En);
    }
    assert_eq!(name_of_code("mobile", Language::Zh), "移动支付");
    assert_eq!(name_of_code("gift-card", Language::Zh), "礼品卡");
    assert_eq!(name_of_code("seashells", Language::En), "seashells");
}

#[test]
fn tables_are_sorted_and_hold_their_own_families() {
    for (families, entries) in TABLES {
        assert!(
            entries.is_sorted_by(|a, b| a.0 < b.0),
            "unsorted or repeated: {:?}",
            entries.windows(2).find(|w| w[0].0 >= w[1].0)
        );
        for (key, zh, en) in entries {
            let family = key.split('.').next().unwrap();
            assert!(families.contains(&family), "{key} stands in the table of {families:?}");
            assert!(has(key), "{key}");
            assert!(!zh.is_empty() && !en.is_empty(), "{key}");
        }
    }
    assert!(codes::CODES.is_sorted_by(|a, b| a.0 < b.0), "{:?}", codes::CODES.windows(2).find(|w| w[0].0 >= w[1].0));
    let keys: Vec<_> = TABLES.iter().flat_map(|(_, entries)| *entries).map(|(key, ..)| *key).collect();
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = keys.iter().filter(|key| !seen.insert(**key)).collect();
    assert!(twice.is_empty(), "keys stand in two tables: {twice:?}");
}

fn names(template: &str) -> BTreeSet<&str> {
    placeholders(template).filter(|mark| !mark.starts_with(' ')).map(|mark| split_mark(mark).0).collect()
}

#[test]
fn both_languages_say_the_same() {
    for (_, entries) in TABLES {
        for (key, zh, en) in entries {
            assert_eq!(names(zh), names(en), "{key}");
            for text in [zh, en] {
                assert_eq!(text.matches('⟦').count(), text.matches('⟧').count(), "{key}");
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{key}");
            }
        }
    }
}

/// One `msg!` of the sources: where it stands, and the names of its arguments.
struct Call {
    place: String,
    args: BTreeSet<String>,
}

/// The `msg!("key", name = …)` of every source file, by key. Tests and comments do not count.
fn calls() -> BTreeMap<String, Vec<Call>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let roots = ["src", "../exchange/src", "../store/src", "../../web/desk/src"];
    let mut files = Vec::new();
    for root in roots {
        sources(&here.join(root), &mut files);
    }
    let mut calls: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (at, _) in text.match_indices("msg!(") {
            let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
            if text[line_start..at].contains("//") {
                continue;
            }
            let parts = arguments(&text[at + "msg!(".len()..]);
            let Some(key) = parts.first().and_then(|p| p.trim().strip_prefix('"')).and_then(|p| p.strip_suffix('"'))
            else {
                continue;
            };
            let args = parts[1..]
                .iter()
                .filter_map(|part| part.split_once('='))
                .map(|(name, _)| name.trim().to_owned())
                .collect();
            let line = text[..at].matches('\n').count() + 1;
            calls.entry(key.to_owned()).or_default().push(Call { place: format!("{}:{line}", file.display()), args });
        }
    }
    calls
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("src/words.rs")
        {
            files.push(path);
        }
    }
}

/// The arguments of a macro call, from after its opening bracket to the closing one, split at its own commas.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut quoted, mut escaped) = (0_usize, 0_usize, false, false);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                parts.push(&text[start..at]);
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[test]
fn words_exist_for_every_message() {
    let missing: Vec<String> =
        calls().into_iter().filter(|(key, _)| !has(key)).map(|(key, at)| format!("{key} ({})", at[0].place)).collect();
    assert!(missing.is_empty(), "{} without words:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn every_message_brings_what_its_words_need() {
    let mut lacking = Vec::new();
    for (key, places) in calls() {
        let Some((_, zh, _)) = entry(&key) else { continue };
        for call in places {
            // What stands between ⟦ and ⟧ may be missing.
            let needed: String = zh
                .split('⟦')
                .enumerate()
                .map(|(n, part)| if n == 0 { part } else { part.split_once('⟧').map_or("", |p| p.1) })
                .collect();
            for name in names(&needed).into_iter().filter(|name| !call.args.contains(*name)) {
                lacking.push(format!("{}: {key} lacks {name}", call.place));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn every_program_reads_well_in_both_languages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut documents: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    documents.sort();
    for path in documents.into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let (policy, diagnostics) = crate::policy::check(&std::fs::read_to_string(&path).unwrap());
        let mut messages: Vec<Message> =
            diagnostics.into_iter().flat_map(|d| [Some(d.message), d.help]).flatten().collect();
        if let Some(policy) = policy {
            for section in crate::describe::describe(&policy) {
                messages.push(section.title);
                messages.extend(section.sentences.into_iter().map(|sentence| sentence.words));
            }
            messages.extend(
                crate::describe::ladder(&policy)
                    .into_iter()
                    .flat_map(|rung| rung.brings.into_iter().chain([rung.takes])),
            );
            messages.extend(crate::describe::features(&policy));
        }
        println!("{}", path.display());
        for message in messages {
            for language in [Language::Zh, Language::En] {
                let text = say(&message, language);
                println!("  {text}");
                assert!(
                    !text.is_empty() && !text.contains(['{', '}', '⟦', '⟧']) && !text.contains("…"),
                    "{}: {text}",
                    message.key
                );
            }
        }
    }
}
