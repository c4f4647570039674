//! Targets, contests, KPI points and watched figures, in plain words.

use super::staff::roles;
use super::{Sentence, plain};
use crate::kinds::kpi::{Brings, To};
use crate::kinds::target::{Per, Target};
use crate::message::{Message, Value};
use crate::msg;
use crate::policy::Policy;

/// A rule's name; its id where it has none.
fn name(head: &crate::kinds::Head) -> Value {
    if head.label == crate::message::Label::default() { Value::from(&head.id) } else { Value::from(&head.label) }
}

/// Classes of shop, targets and contests.
pub(super) fn targets(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out = Vec::new();
    for class in &rules.store_class {
        let next = rules.store_class.iter().map(|other| other.from).filter(|from| *from > class.from).min();
        let words = match next {
            Some(to) => msg!("target.class-words", label = name(&class.head), from = class.from, to = to),
            None => msg!("target.class-words", label = name(&class.head), from = class.from),
        };
        out.push(Sentence { words, rule: Some(class.head.reference("store_class", policy.program())) });
    }
    for rule in &rules.target {
        out.push(Sentence { words: target(policy, rule), rule: Some(rule.head.reference("target", policy.program())) });
    }
    for rule in &rules.contest {
        let ties = if rule.ties_split { msg!("contest.ties-split") } else { msg!("contest.ties-each") };
        let prizes: Vec<Value> = rule.prizes.iter().map(|prize| Value::from(*prize)).collect();
        out.push(Sentence {
            words: msg!(
                "contest.words",
                label = name(&rule.head),
                roles = roles(&rule.roles),
                window = rule.window.name(),
                measure = rule.counted.measure.name(),
                winners = rule.winners,
                prizes = prizes,
                notes = vec![Value::from(ties)]
            ),
            rule: Some(rule.head.reference("contest", policy.program())),
        });
    }
    out
}

fn target(policy: &Policy, rule: &Target) -> Message {
    let measure = rule.counted.measure.name();
    let classes = &policy.staff().store_class;
    let mut figures: Vec<Value> = rule
        .by_class
        .iter()
        .map(|(id, figure)| {
            let class = classes.iter().find(|class| class.head.id == *id).map_or_else(|| id.into(), |c| name(&c.head));
            Value::from(msg!("target.for-class", class = class, figure = rule.counted.value(*figure)))
        })
        .collect();
    figures.extend(rule.figure.map(|figure| rule.counted.value(figure)));
    let per = match rule.per {
        Per::All => msg!("target.scope-all"),
        Per::Area => msg!("target.for-area"),
        Per::Store => msg!("target.for-store"),
        Per::Person => msg!("target.for-person"),
    };
    let label = name(&rule.head);
    match (rule.window, figures.is_empty()) {
        (Some(window), false) => msg!(
            "target.words-figures",
            label = label,
            window = window.name(),
            measure = measure,
            per = per,
            figures = figures
        ),
        (None, false) => msg!("target.words-figures", label = label, measure = measure, per = per, figures = figures),
        (Some(window), true) => msg!("target.words", label = label, window = window.name(), measure = measure),
        (None, true) => msg!("target.words", label = label, measure = measure),
    }
}

/// KPI points and what they are worth.
pub(super) fn points(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out = Vec::new();
    for rule in &rules.kpi {
        let to = match &rule.to {
            To::Person => msg!("kpi.to-person"),
            To::Store => msg!("kpi.to-store"),
            To::Role(role) => msg!("kpi.to-role", role = role),
            To::Guide => msg!("kpi.to-guide"),
            To::Owner => msg!("kpi.to-owner"),
            To::Responsible => msg!("kpi.to-responsible"),
        };
        let measure = rule.counted.measure.name();
        let words = match &rule.brings {
            Brings::Each(points) => msg!("kpi.words-each", measure = measure, points = *points, to = to),
            Brings::Steps(against) => {
                let wanted: Value = if !against.by_tier.is_empty() {
                    let by_tier = against.by_tier.iter().map(|(rank, rate)| {
                        let class = policy.ladder().get(*rank).map_or_else(|| "".into(), |tier| name(&tier.head));
                        Value::from(msg!("target.for-class", class = class, figure = rule.counted.value(*rate)))
                    });
                    by_tier.collect::<Vec<_>>().into()
                } else if against.target.is_empty() {
                    rule.counted.value(against.at)
                } else {
                    let target = rules.target.iter().find(|target| target.head.id == against.target);
                    target.map_or_else(|| Value::from(&against.target), |target| name(&target.head))
                };
                msg!(
                    "kpi.words-steps",
                    window = rule.window.name(),
                    measure = measure,
                    target = wanted,
                    each = against.each,
                    over = against.over,
                    under = against.under,
                    to = to
                )
            }
        };
        out.push(Sentence { words, rule: Some(rule.head.reference("kpi", policy.program())) });
    }
    for (rank, role) in &rules.responsible.by_tier {
        if let Some(tier) = policy.ladder().get(*rank) {
            out.push(plain(msg!("kpi.responsible-words", class = name(&tier.head), role = role)));
        }
    }
    let pay = &rules.kpi_pay;
    if pay.per_point.is_positive() {
        let negative = if pay.reduces_pay { msg!("kpi.negative-off") } else { msg!("kpi.negative-none") };
        out.push(plain(msg!(
            "kpi.pay-words",
            roles = roles(&pay.roles),
            per_point = pay.per_point,
            negative = negative
        )));
    }
    out
}

/// Figures that are watched.
pub(super) fn figures(policy: &Policy) -> Vec<Sentence> {
    policy
        .staff()
        .figure
        .iter()
        .map(|rule| {
            let (label, window, measure) = (name(&rule.head), rule.window.name(), rule.counted.measure.name());
            let words = if rule.growth {
                msg!("figure.words-growth", label = label, window = window, measure = measure)
            } else {
                msg!("figure.words", label = label, window = window, measure = measure)
            };
            Sentence { words, rule: Some(rule.head.reference("figure", policy.program())) }
        })
        .collect()
}
