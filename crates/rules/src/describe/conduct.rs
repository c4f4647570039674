//! Rules of conduct and their reviews, in plain words.

use super::staff::roles;
use super::{Sentence, plain};
use crate::id::Text;
use crate::kinds::conduct::{Conduct, Rung};
use crate::message::{Message, Value};
use crate::msg;
use crate::policy::Policy;
use crate::primitives::Window;
use crate::time::Span;

/// A measure in words, with how much of it.
pub(super) fn measure(what: &Text, rung: &Rung) -> Message {
    match what.as_str() {
        "suspension" => msg!("measure.suspension", days = rung.days),
        "penalty" if rung.points.is_positive() => msg!("measure.points", points = rung.points),
        _ => msg!("measure.what", measure = what),
    }
}

fn effects(rung: &Rung) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    if rung.fine.is_positive() {
        out.push(msg!("measure.fine", amount = rung.fine).into());
    }
    out.extend(rung.propose.iter().map(|what| Value::from(measure(what, rung))));
    if out.is_empty() {
        out.push(msg!("conduct.rung-nothing").into());
    }
    out
}

fn rule_words(rule: &Conduct) -> Message {
    let rungs: Vec<Value> = rule
        .ladder
        .iter()
        .map(|rung| match rung.from {
            1 => Value::from(msg!("conduct.rung-first", effects = effects(rung))),
            from => Value::from(msg!("conduct.rung", from = from, effects = effects(rung))),
        })
        .collect();
    let mut notes: Vec<Value> = Vec::new();
    if rule.window != Window::Lifetime {
        notes.push(msg!("conduct.note-window", window = rule.window.name()).into());
    }
    if rule.damages {
        notes.push(msg!("conduct.note-damages").into());
    }
    if !rule.falls_on.is_empty() {
        notes.push(msg!("conduct.note-falls-on", role = &rule.falls_on).into());
    }
    if rule.never_again {
        notes.push(msg!("conduct.note-never-again").into());
    }
    let (label, id) = (&rule.head.label, &rule.head.id);
    if rule.of_members {
        msg!("conduct.words-member", label = label, id = id, rungs = rungs, notes = notes)
    } else {
        msg!("conduct.words", roles = roles(&rule.roles), label = label, id = id, rungs = rungs, notes = notes)
    }
}

/// The rules of conduct, and how sanctions are reviewed.
pub(super) fn conduct(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out: Vec<Sentence> = rules
        .conduct
        .iter()
        .map(|rule| Sentence { words: rule_words(rule), rule: Some(rule.head.reference("conduct", policy.program())) })
        .collect();
    if !rules.appeal.levels.is_empty() {
        let levels: Vec<Value> = rules
            .appeal
            .levels
            .iter()
            .map(|role| if role.is_empty() { msg!("appeal.anybody").into() } else { Value::from(role) })
            .collect();
        let within = rules.appeal.within.unwrap_or(Span::Days(0));
        let within: Value = match within {
            Span::Days(0) | Span::Months(0) => Text::default().into(),
            Span::Days(_) | Span::Months(_) => crate::kinds::span_value(within),
        };
        out.push(plain(if levels.len() == 1 {
            msg!("appeal.words", roles = levels, within = within)
        } else {
            msg!("appeal.words-levels", roles = levels, within = within)
        }));
    }
    out
}
