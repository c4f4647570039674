//! Rules of conduct and their reviews, bonuses, assessments, rankings and inspections, in plain words.

use super::staff::roles;
use super::{Sentence, plain};
use crate::id::Text;
use crate::kinds::assessment::Assessment;
use crate::kinds::bonus::{Branch, PartMonth};
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

/// Measures in words, a suspension with its days.
fn measures(propose: &[Text], days: i64) -> Vec<Value> {
    propose
        .iter()
        .map(|what| match what.as_str() {
            "suspension" if days > 0 => Value::from(msg!("measure.suspension", days = days)),
            _ => Value::from(msg!("measure.what", measure = what)),
        })
        .collect()
}

fn branch(of: Branch) -> Message {
    match of {
        Branch::All => msg!("branch.all"),
        Branch::Store => msg!("branch.store"),
        Branch::Area => msg!("branch.area"),
        Branch::Team => msg!("branch.team"),
    }
}

/// Base pay, bonuses and the meetings that cost them.
pub(super) fn bonus(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out: Vec<Sentence> = rules
        .bonus
        .iter()
        .map(|rule| {
            let mut notes: Vec<Value> = Vec::new();
            match rule.part_month {
                PartMonth::Days => {}
                PartMonth::Whole => notes.push(msg!("bonus.note-whole").into()),
                PartMonth::None => notes.push(msg!("bonus.note-none").into()),
            }
            let meetings: Vec<Value> = rules
                .meeting
                .iter()
                .filter(|meeting| rule.forfeited_by.contains(&meeting.head.id))
                .map(|meeting| Value::from(&meeting.head.label))
                .collect();
            if !meetings.is_empty() {
                notes.push(msg!("bonus.note-forfeit", meetings = meetings).into());
            }
            Sentence {
                words: msg!(
                    "bonus.words",
                    roles = roles(&rule.roles),
                    label = &rule.head.label,
                    id = &rule.head.id,
                    amount = rule.amount,
                    notes = notes
                ),
                rule: Some(rule.head.reference("bonus", policy.program())),
            }
        })
        .collect();
    out.extend(rules.meeting.iter().map(|rule| Sentence {
        words: msg!(
            "meeting.words",
            label = &rule.head.label,
            id = &rule.head.id,
            branch = branch(rule.branch),
            least = rule.least
        ),
        rule: Some(rule.head.reference("meeting", policy.program())),
    }));
    out
}

fn assessment_words(rule: &Assessment) -> Message {
    let items: Vec<Value> = rule
        .items
        .iter()
        .map(|item| {
            let (label, id, weight) = (&item.label, &item.id, item.weight);
            Value::from(if item.attains.is_empty() {
                msg!("assessment.item-words", label = label, id = id, weight = weight)
            } else {
                msg!("assessment.item-attains", label = label, id = id, weight = weight)
            })
        })
        .collect();
    let mut notes: Vec<Value> = Vec::new();
    if let Some(pass) = rule.pass {
        notes.push(msg!("assessment.pass", pass = pass).into());
    }
    for grade in &rule.grades {
        let mut effects = measures(&grade.propose, 0);
        if grade.bonus.is_positive() {
            effects.push(grade.bonus.into());
        }
        notes.push(msg!("assessment.grade", from = grade.from, label = &grade.label, effects = effects).into());
    }
    msg!(
        "assessment.words",
        roles = roles(&rule.roles),
        label = &rule.head.label,
        id = &rule.head.id,
        per = rule.per.name(),
        out_of = rule.out_of,
        items = items,
        notes = notes
    )
}

/// Assessments, rankings and inspections.
pub(super) fn assessment(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out: Vec<Sentence> = rules
        .assessment
        .iter()
        .map(|rule| Sentence {
            words: assessment_words(rule),
            rule: Some(rule.head.reference("assessment", policy.program())),
        })
        .collect();
    for rule in &rules.ranking {
        let mut notes: Vec<Value> = Vec::new();
        if let Some(with) = rules.assessment.iter().find(|own| own.head.id == rule.with) {
            notes.push(
                msg!(
                    "ranking.note-both",
                    with = &with.head.label,
                    months = rule.running,
                    effects = measures(&rule.then, 0)
                )
                .into(),
            );
        }
        out.push(Sentence {
            words: msg!(
                "ranking.words",
                roles = roles(&rule.roles),
                label = &rule.head.label,
                id = &rule.head.id,
                per = rule.per.name(),
                effects = measures(&rule.propose, rule.days),
                notes = notes
            ),
            rule: Some(rule.head.reference("ranking", policy.program())),
        });
    }
    for rule in &rules.inspection {
        let stores = match rule.stores {
            Some(stores) => msg!("inspection.some-stores", stores = stores),
            None => msg!("inspection.all-stores"),
        };
        out.push(Sentence {
            words: msg!(
                "inspection.words",
                label = &rule.head.label,
                id = &rule.head.id,
                stores = stores,
                visits = rule.visits,
                effects = measures(&rule.propose, 0)
            ),
            rule: Some(rule.head.reference("inspection", policy.program())),
        });
    }
    out
}
