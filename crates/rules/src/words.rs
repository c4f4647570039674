//! Words: puts a [`Message`] into Chinese or English.
//!
//! The catalogue is static: one table per family of keys (`doc.*`, `refuse.*`, …), sorted, searched by halves. A
//! template is text with a few marks:
//!
//! | mark | meaning |
//! |---|---|
//! | `{points}` | the argument, as [`show`] shows it |
//! | `{points\|point\|points}` | the first word where the argument is one, else the second (English) |
//! | `{days:lunar}` | shown another way, see below |
//! | `⟦，至 {to}⟧` | left out where an argument in it is missing, empty or zero |
//!
//! Ways: `lunar` 初八, `lunar-month` 腊, `month` November, `date` with the year, `many` nothing where it is one, `mb` bytes
//! as megabytes, `least` “at least ¥1.00” (and “more than ¥50,000.00” of 50,000.01), `zhe` 9.5 of 5% off, `name` a code's
//! name, `raw` the code itself, `each` a window as “each year”.
//!
//! Some arguments are shown by their name: a rate called `factor` is `×1.5`; a text called `tender`, `tags`, `field`, …
//! is a code and gets its name ([`name_of_code`]); a text called `tier` likewise. An empty label gives way to `id`.

mod approval;
mod care;
mod codes;
mod conduct;
mod describe;
mod desk;
mod doc;
mod due;
mod exchange;
mod figures;
mod kpi;
mod pay;
mod primitives;
mod refuse;
mod store;
#[cfg(test)]
mod tests;
mod trace;

pub use codes::name_of_code;
pub use figures::{day, long_day, lunar_date, lunar_short, money, points, quantity, rate};

use crate::id::Text;
use crate::message::{Language, Message, Value};

/// Key, Chinese, English.
type Entry = (&'static str, &'static str, &'static str);

/// The tables; each is sorted by key, and every key begins with one of its families.
const TABLES: [(&[&str], &[Entry]); 14] = [
    (approval::FAMILIES, approval::ENTRIES),
    (care::FAMILIES, care::ENTRIES),
    (conduct::FAMILIES, conduct::ENTRIES),
    (describe::FAMILIES, describe::ENTRIES),
    (desk::FAMILIES, desk::ENTRIES),
    (doc::FAMILIES, doc::ENTRIES),
    (due::FAMILIES, due::ENTRIES),
    (exchange::FAMILIES, exchange::ENTRIES),
    (kpi::FAMILIES, kpi::ENTRIES),
    (pay::FAMILIES, pay::ENTRIES),
    (primitives::FAMILIES, primitives::ENTRIES),
    (refuse::FAMILIES, refuse::ENTRIES),
    (store::FAMILIES, store::ENTRIES),
    (trace::FAMILIES, trace::ENTRIES),
];

fn entry(key: &str) -> Option<&'static Entry> {
    let (family, _) = key.split_once('.')?;
    // A family may stand in several tables: a subject has its refusals and diagnostics beside its other words.
    TABLES
        .iter()
        .filter(|(families, _)| families.contains(&family))
        .find_map(|(_, entries)| entries.get(entries.binary_search_by(|(own, _, _)| (*own).cmp(key)).ok()?))
}

/// Whether the catalogue has a key.
#[must_use]
pub fn has(key: &str) -> bool {
    entry(key).is_some()
}

/// A message in words. A key that the catalogue lacks is shown as it is, with its arguments.
#[must_use]
pub fn say(message: &Message, language: Language) -> String {
    let mut out = String::new();
    match entry(&message.key) {
        Some((_, zh, en)) => fill(&mut out, if language == Language::Zh { zh } else { en }, message, language),
        None => {
            out.push_str(&message.key);
            for (name, value) in &message.args {
                out.push(' ');
                out.push_str(name);
                out.push('=');
                out.push_str(&show_named(value, name, "", language));
            }
        }
    }
    out
}

/// A value in words.
#[must_use]
pub fn show(value: &Value, language: Language) -> String {
    show_named(value, "", "", language)
}

/// Fills a template; what stands in `⟦…⟧` only where all its arguments say something.
fn fill(out: &mut String, template: &str, message: &Message, language: Language) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('⟦') {
        put(out, before, message, language);
        let (inner, tail) = after.split_once('⟧').unwrap_or((after, ""));
        if placeholders(inner).all(|mark| message.arg(split_mark(mark).0).is_some_and(|value| !is_blank(value))) {
            put(out, inner, message, language);
        }
        rest = tail;
    }
    put(out, rest, message, language);
}

fn put(out: &mut String, template: &str, message: &Message, language: Language) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (mark, tail) = after.split_once('}').unwrap_or((after, ""));
        let (name, way) = split_mark(mark);
        let unnamed = |value: &&Value| matches!(value, Value::Label(_)) && is_blank(value);
        let value = message.arg(name);
        match value.filter(unnamed).and_then(|_| message.arg("id")).or(value) {
            Some(value) => match way.split_once('|') {
                Some((one, many)) => out.push_str(if is_one(value) { one } else { many }),
                None => out.push_str(&show_named(value, name, way, language)),
            },
            None => out.push('…'),
        }
        rest = tail;
    }
    out.push_str(rest);
}

/// The marks `{…}` of a template, without their braces.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(mark, _)| mark))
}

/// The argument's name, and the way it is shown.
fn split_mark(mark: &str) -> (&str, &str) {
    mark.split_once(['|', ':']).unwrap_or((mark, ""))
}

fn is_one(value: &Value) -> bool {
    match value {
        Value::Count(count) => *count == 1,
        Value::Points(points) => points.minor() == 100,
        Value::Quantity(quantity) => *quantity == crate::number::Quantity::ONE,
        Value::List(list) => list.len() == 1,
        Value::Money(_) | Value::Rate(_) | Value::Day(_) | Value::Text(_) | Value::Label(_) | Value::Message(_) => {
            false
        }
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Money(money) => money.is_zero(),
        Value::Points(points) => points.is_zero(),
        Value::Quantity(quantity) => quantity.is_zero(),
        Value::Rate(rate) => *rate == crate::number::Rate::ZERO,
        Value::Count(count) => *count == 0,
        Value::Text(text) => text.is_empty(),
        Value::Label(label) => label.zh.is_empty() && label.en.is_empty(),
        Value::List(list) => list.iter().all(is_blank),
        Value::Day(day) => *day == crate::time::Day::FIRST || *day == crate::time::Day::LAST,
        Value::Message(_) => false,
    }
}

fn show_named(value: &Value, name: &str, way: &str, language: Language) -> String {
    match value {
        Value::Money(money) if way == "least" => figures::least(*money, language),
        Value::Money(money) => figures::money(*money),
        Value::Points(points) => figures::points(*points),
        Value::Quantity(quantity) => figures::quantity(*quantity),
        Value::Rate(rate) if way == "zhe" => figures::zhe(*rate),
        Value::Rate(rate) if name == "factor" => figures::factor(*rate),
        Value::Rate(rate) => figures::rate(*rate),
        Value::Count(count) => match way {
            "lunar" => figures::lunar_day(*count),
            "lunar-month" => figures::lunar_month(*count).to_owned(),
            "many" if *count == 1 => String::new(),
            "mb" => figures::megabytes(*count),
            "month" => figures::month(*count),
            _ => figures::count(*count),
        },
        Value::Day(day) if way == "date" => figures::long_day(*day, language),
        Value::Day(day) => figures::day(*day, language),
        Value::Text(text) => match way {
            "name" => name_of_code(text, language).to_owned(),
            "raw" => text.as_str().to_owned(),
            _ => codes::name_by_argument(name, text, language).to_owned(),
        },
        Value::Label(label) => {
            let wanted = label.get(language);
            let other = if language == Language::Zh { &label.en } else { &label.zh };
            if wanted.is_empty() { other.clone() } else { wanted.to_owned() }
        }
        Value::Message(message) if way == "each" => {
            let key = Text::from(["each.", &message.key].concat());
            let each = Message { key, args: message.args.clone() };
            say(if has(&each.key) { &each } else { message }, language)
        }
        Value::Message(message) => say(message, language),
        Value::List(list) => {
            let mut out = String::new();
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    // Conditions have lists of their own inside.
                    out.push_str(match (language, name) {
                        (Language::Zh, "when" | "demands" | "routes" | "rungs") => "，",
                        (Language::En, "when" | "routes" | "rungs") => "; ",
                        (Language::Zh, _) => "、",
                        (Language::En, _) => ", ",
                    });
                }
                out.push_str(&show_named(item, name, way, language));
            }
            out
        }
    }
}
