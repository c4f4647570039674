//! A JSON Schema (draft-07, which TOML editors read): keys, words and ranges for completion and marks while typing. What it
//! cannot say (bands that meet, names that are there) the check says.

use core::fmt::Write as _;

use super::keys::{Described, Key, Shape, TABLES, WINDOWS};

/// The schema.
#[must_use]
pub fn schema() -> String {
    let mut out = String::from(
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"$comment\": \"Made by `regulars reference`.\",\n  \"title\": \"Regulars program\",\n  \"allOf\": [{ \"$ref\": \"#/definitions/root\" }],\n  \"definitions\": {\n",
    );
    for (place, described) in TABLES.iter().enumerate() {
        if place > 0 {
            out.push_str(",\n");
        }
        table(&mut out, described);
    }
    out.push_str("\n  }\n}\n");
    out
}

fn name_of(name: &str) -> String {
    if name.is_empty() { "root".to_owned() } else { name.replace(' ', "-") }
}

fn table(out: &mut String, described: &Described) {
    let _ = write!(
        out,
        "    {}: {{\n      \"type\": \"object\",\n      \"description\": {},\n      \"additionalProperties\": false,\n      \"properties\": {{\n",
        text(&name_of(described.name)),
        text(&format!("{}\n{}", described.zh, described.en))
    );
    for (place, key) in described.all().enumerate() {
        if place > 0 {
            out.push_str(",\n");
        }
        let _ = write!(out, "        {}: {}", text(key.name), property(key));
    }
    out.push_str("\n      }");
    // A band's border has two names: only one of them can be asked for, so neither is.
    let needed: Vec<String> = described
        .all()
        .filter(|key| key.is_needed() && described.name != "band" && described.name != "earn")
        .map(|key| text(key.name))
        .collect();
    if !needed.is_empty() {
        let _ = write!(out, ",\n      \"required\": [{}]", needed.join(", "));
    }
    out.push_str("\n    }");
}

fn property(key: &Key) -> String {
    let mut about = format!("{}\n{}", key.zh, key.en);
    if !key.default.is_empty() && !key.is_needed() {
        let _ = write!(about, "\n默认 default: {}", key.default);
    }
    let shape = shape(key.shape);
    let description = text(&about);
    // Beside a reference nothing counts: it goes into a list of its own.
    if shape.contains("\"$ref\"") && !shape.contains("\"type\"") {
        format!("{{ \"description\": {description}, \"allOf\": [{shape}] }}")
    } else {
        shape.replacen("{ ", &format!("{{ \"description\": {description}, "), 1)
    }
}

const PARAMETER: &str = "{ \"type\": \"string\", \"pattern\": \"^\\\\$[A-Za-z0-9_-]+$\" }";

fn choice(one: &str) -> String {
    format!("{{ \"anyOf\": [{one}, {PARAMETER}] }}")
}

fn several(one: &str) -> String {
    format!("{{ \"anyOf\": [{one}, {{ \"type\": \"array\", \"items\": {one} }}] }}")
}

fn number(pattern: &str) -> String {
    format!(
        "{{ \"anyOf\": [{{ \"type\": \"string\", \"pattern\": {} }}, {{ \"type\": \"integer\", \"minimum\": 0 }}, {PARAMETER}] }}",
        text(pattern)
    )
}

fn words(list: &[&str]) -> String {
    let list: Vec<String> = list.iter().map(|word| text(word)).collect();
    format!("{{ \"enum\": [{}] }}", list.join(", "))
}

const SPAN: &str = "{ \"type\": \"string\", \"pattern\": \"^[0-9]+ (day|days|week|weeks|month|months|year|years)$\" }";

fn shape(shape: Shape) -> String {
    let refer = |name: &str| format!("{{ \"$ref\": {} }}", text(&format!("#/definitions/{}", name_of(name))));
    let whole = |least: i64, most: i64| {
        format!(
            "{{ \"anyOf\": [{{ \"type\": \"integer\", \"minimum\": {least}, \"maximum\": {most} }}, {{ \"type\": \"string\", \"pattern\": \"^-?[0-9]+$\" }}, {PARAMETER}] }}"
        )
    };
    match shape {
        // Text parameters have defaults of every sort.
        Shape::Text => "{ \"type\": [\"string\", \"integer\", \"boolean\"] }".to_owned(),
        Shape::Texts => several("{ \"type\": [\"string\", \"integer\"] }"),
        Shape::Money => number("^[0-9][0-9_]*(\\.[0-9]{1,2})?$"),
        Shape::Points => number("^[0-9][0-9_]*(\\.[0-9]{1,2})?$"),
        Shape::Quantity => number("^[0-9][0-9_]*(\\.[0-9]{1,3})?$"),
        Shape::Rate(_) | Shape::Factor => number("^[0-9]+(\\.[0-9]+)?%?$"),
        Shape::Border => number("^[0-9][0-9_]*(\\.[0-9]+)?%?$"),
        Shape::Count(least, most) => whole(least, most),
        Shape::Counts(least, most) => several(&whole(least, most)),
        Shape::Flag => choice("{ \"type\": \"boolean\" }, { \"enum\": [\"true\", \"false\"] }"),
        // TOML has dates of its own; how a checker passes them on differs.
        Shape::Day => "{ \"type\": [\"string\", \"object\"] }".to_owned(),
        Shape::Time => choice("{ \"type\": \"string\", \"pattern\": \"^[0-9]{1,2}:[0-9]{2}$\" }"),
        Shape::Span => choice(&format!("{SPAN}, {{ \"enum\": [\"forever\"] }}")),
        Shape::Word(list) => choice(&words(list)),
        Shape::Words(list) => several(&choice(&words(list))),
        Shape::Window => choice(&format!("{}, {SPAN}", words(WINDOWS))),
        Shape::Label => LABEL.to_owned(),
        Shape::Remark => format!("{{ \"anyOf\": [{LABEL}, {{ \"type\": \"string\" }}] }}"),
        Shape::NamedRates(_) => {
            format!("{{ \"type\": \"object\", \"additionalProperties\": {} }}", number("^[0-9]+(\\.[0-9]+)?%?$"))
        }
        Shape::NamedTexts => {
            format!(
                "{{ \"type\": \"object\", \"additionalProperties\": {} }}",
                several("{ \"type\": [\"string\", \"integer\"] }")
            )
        }
        Shape::One(name) => refer(name),
        Shape::Many(name) => {
            let one = refer(name);
            format!("{{ \"anyOf\": [{{ \"type\": \"array\", \"items\": {one} }}, {one}] }}")
        }
        Shape::Named(name) => {
            format!("{{ \"type\": \"object\", \"additionalProperties\": {} }}", refer(name))
        }
    }
}

const LABEL: &str = "{ \"type\": \"object\", \"additionalProperties\": false, \"required\": [\"zh\", \"en\"], \"properties\": { \"zh\": { \"type\": \"string\" }, \"en\": { \"type\": \"string\" } } }";

/// A JSON string.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
