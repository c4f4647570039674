//! The rules of ownership and care, in plain words.

use super::staff::roles;
use super::{Sentence, plain};
use crate::kinds::care::{On, Who};
use crate::kinds::span_value;
use crate::message::Value;
use crate::msg;
use crate::policy::Policy;

/// Whose members they are.
pub(super) fn ownership(policy: &Policy) -> Vec<Sentence> {
    let rule = &policy.staff().ownership;
    let clients = &policy.staff().clients;
    let mut out = Vec::new();
    if rule.stated {
        let words = match rule.term {
            Some(term) => {
                let after =
                    if rule.for_good { msg!("ownership.words-term-good") } else { msg!("ownership.words-term-again") };
                msg!("ownership.words-term", term = span_value(term), after = after)
            }
            None => msg!("ownership.words"),
        };
        out.push(Sentence { words, rule: Some(rule.reference(policy.program())) });
        if rule.term.is_some() {
            let never: Vec<Value> =
                if rule.never_again { vec![msg!("ownership.words-never").into()] } else { Vec::new() };
            out.push(plain(msg!("ownership.words-dealt", roles = roles(&rule.roles), never = never)));
        }
        if let Some(most) = rule.most {
            out.push(plain(msg!("ownership.words-most", most = most)));
        }
        if rule.leader_stands_in {
            out.push(plain(msg!("ownership.words-stand-in")));
        }
    }
    if clients.stated {
        let backup: Vec<Value> = if clients.backup.is_empty() { Vec::new() } else { vec![(&clients.backup).into()] };
        let keeper: Vec<Value> = vec![(&clients.keeper).into()];
        out.push(Sentence {
            words: msg!("clients.words", keeper = keeper, backup = backup),
            rule: Some(clients.head.reference("clients", policy.program())),
        });
    }
    out
}

/// What is done for members.
pub(super) fn care(policy: &Policy) -> Vec<Sentence> {
    policy
        .staff()
        .care
        .iter()
        .map(|rule| {
            let on = match &rule.on {
                On::Purchase { after, .. } => msg!("care.words-purchase", after = span_value(*after)),
                On::Complete { after, .. } => msg!("care.words-complete", after = span_value(*after)),
                On::Enrolment { after } => msg!("care.words-enrolment", after = span_value(*after)),
                On::Purchases(count) => msg!("care.words-purchases", count = *count),
                On::Unseen { after, .. } => msg!("care.words-unseen", after = span_value(*after)),
                On::Regular { after, .. } => msg!("care.words-regular", after = span_value(*after)),
                On::Contacts(count) => msg!("care.words-contacts", count = *count),
                On::Birthday { before: 0 } => msg!("care.words-birthday"),
                On::Birthday { before } => msg!("care.words-birthday-before", days = *before),
                On::Birthdays => msg!("care.words-birthdays"),
                On::Dates { dates, .. } => {
                    let dates: Vec<Value> = dates.iter().map(|dates| dates.words().into()).collect();
                    msg!("care.words-dates", dates = dates)
                }
                On::MonthEnd => msg!("care.words-month-end"),
            };
            let who: Vec<Value> = match &rule.who {
                Who::Owner => Vec::new(),
                Who::Seller => vec![msg!("care.words-seller").into()],
                Who::Closest => vec![msg!("care.words-closest").into()],
                Who::Role(role) => vec![msg!("care.words-role", role = role).into()],
            };
            Sentence {
                words: msg!(
                    "care.words",
                    label = &rule.head.label,
                    id = &rule.head.id,
                    on = on,
                    who = who,
                    when = rule.when.words(),
                    says = &rule.says
                ),
                rule: Some(rule.head.reference("care", policy.program())),
            }
        })
        .collect()
}

/// What messages may and may not say.
pub(super) fn messages(policy: &Policy) -> Vec<Sentence> {
    policy
        .staff()
        .message
        .iter()
        .map(|rule| {
            let mut notes: Vec<Value> = Vec::new();
            notes.extend(rule.must.iter().map(|list| msg!("message.words-must", label = &list.label).into()));
            notes.extend(rule.avoid.iter().map(|list| msg!("message.words-avoid", label = &list.label).into()));
            if rule.signs_shop {
                notes.push(msg!("message.words-shop").into());
            }
            if rule.signs_sender {
                notes.push(msg!("message.words-sender").into());
            }
            if rule.from_closest {
                notes.push(msg!("message.words-closest").into());
            }
            Sentence {
                words: msg!("message.words", label = &rule.head.label, id = &rule.head.id, notes = notes),
                rule: Some(rule.head.reference("message", policy.program())),
            }
        })
        .collect()
}

/// Classes, what buyers are like, and how much comes from how few.
pub(super) fn classes(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out = Vec::new();
    for rule in &rules.classing {
        let reference = rule.head.reference("classing", policy.program());
        let classes: Vec<Value> = rule
            .classes
            .iter()
            .map(|class| {
                let (label, id) = (&class.head.label, &class.head.id);
                Value::from(if class.goal.zh.is_empty() {
                    msg!("class.words-plain", label = label, id = id)
                } else {
                    msg!("class.words-goal", label = label, id = id, goal = &class.goal)
                })
            })
            .collect();
        let words = msg!("class.words", label = &rule.head.label, id = &rule.head.id, classes = classes);
        out.push(Sentence { words, rule: Some(reference.clone()) });
        let reported: Vec<Value> = rule
            .classes
            .iter()
            .filter(|class| rule.reports.contains(&class.head.id))
            .map(|class| msg!("class.words-plain", label = &class.head.label, id = &class.head.id).into())
            .collect();
        if !reported.is_empty() {
            let words = msg!("class.words-report", classes = reported, role = &rule.role);
            out.push(Sentence { words, rule: Some(reference) });
        }
    }
    if rules.profile.after > 0 {
        out.push(Sentence {
            words: msg!("profile.words", after = rules.profile.after),
            rule: Some(rules.profile.head.reference("profile", policy.program())),
        });
    }
    if let Some(rule) = &rules.concentration {
        out.push(Sentence {
            words: msg!("concentration.words", top = rule.top, goal = rule.goal),
            rule: Some(rule.head.reference("concentration", policy.program())),
        });
    }
    out
}

/// The clock of complaints.
pub(super) fn complaints(policy: &Policy) -> Vec<Sentence> {
    let Some(rule) = &policy.staff().complaints else { return Vec::new() };
    let first: Vec<Value> = rule
        .first
        .iter()
        .filter_map(|rank| policy.ladder().get(*rank))
        .map(|tier| Value::from(&tier.head.label))
        .collect();
    vec![Sentence {
        words: msg!(
            "complaint.words",
            hours = rule.within_hours,
            then = roles(core::slice::from_ref(&rule.then)),
            first = first
        ),
        rule: Some(rule.head.reference("complaints", policy.program())),
    }]
}

/// Lists of members.
pub(super) fn lists(policy: &Policy) -> Vec<Sentence> {
    policy
        .staff()
        .list
        .iter()
        .map(|rule| {
            let mut notes: Vec<Value> = Vec::new();
            if let Some(reach) = &rule.reach {
                notes.push(msg!("list.words-reach", reach = reach.words(), window = rule.window.name()).into());
            }
            if rule.never_redeemed {
                notes.push(msg!("list.words-never-redeemed").into());
            }
            if let Some(span) = rule.unseen {
                notes.push(msg!("list.words-unseen", span = span_value(span)).into());
            }
            notes.extend(rule.when.words());
            Sentence {
                words: msg!("list.words", label = &rule.head.label, id = &rule.head.id, notes = notes),
                rule: Some(rule.head.reference("list", policy.program())),
            }
        })
        .collect()
}
