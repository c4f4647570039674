//! Reasons on a terminal: the tree of a figure, indented, amounts at the right.

use regulars_rules::message::{Language, Refusal, RuleRef, Trace};
use regulars_rules::words::{say, show};

/// Width of the sentences; amounts stand behind it.
const WIDTH: usize = 84;

/// Columns that a text takes: Chinese signs take two.
pub fn width(text: &str) -> usize {
    text.chars().map(|sign| if u32::from(sign) >= 0x1100 && sign != '−' { 2 } else { 1 }).sum()
}

/// Pads to a width, at the right or left.
pub fn padded(text: &str, to: usize, right: bool) -> String {
    let room = " ".repeat(to.saturating_sub(width(text)));
    if right { format!("{room}{text}") } else { format!("{text}{room}") }
}

/// A rule in short: its name, program, version and clause.
pub fn rule(rule: &RuleRef, language: Language) -> String {
    let label = rule.label.get(language);
    let name = if label.is_empty() { rule.id.as_str() } else { label };
    let clause = if rule.clause.is_empty() { String::new() } else { format!(" · {}", rule.clause) };
    format!("{name} · {} v{}{clause}", rule.program, rule.version)
}

/// Prints a tree.
pub fn print(trace: &Trace, depth: usize, language: Language) {
    let mut text = format!("{}{}", "  ".repeat(depth), say(&trace.message, language));
    if let Some(own) = &trace.rule {
        text = format!("{text}  [{}]", rule(own, language));
    }
    match &trace.figure {
        Some(figure) => println!("{} {}", padded(&text, WIDTH, false), padded(&show(figure, language), 14, true)),
        None => println!("{text}"),
    }
    for part in &trace.parts {
        print(part, depth.saturating_add(1), language);
    }
}

/// A refusal in a sentence or two.
pub fn refusal(refusal: &Refusal, language: Language) -> String {
    let mut text = say(&refusal.reason, language);
    if let Some(remedy) = &refusal.remedy {
        text = format!("{text}. {}", say(remedy, language));
    }
    if let Some(own) = &refusal.rule {
        text = format!("{text} [{}]", rule(own, language));
    }
    text
}
