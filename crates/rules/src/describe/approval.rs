//! Approvals, rights, business accounts and projects, in plain words.

use super::staff::roles;
use super::{Section, Sentence};
use crate::kinds::account::{Account, Credit};
use crate::kinds::approval::{Approval, RoleBand};
use crate::kinds::project::Project;
use crate::kinds::rights::{Action, Right, Scope};
use crate::kinds::span_value;
use crate::message::{Message, Value};
use crate::msg;
use crate::policy::Policy;

/// The sections of these rules.
pub(super) fn sections(policy: &Policy) -> Vec<Section> {
    let rules = policy.staff();
    let program = policy.program();
    let mut sections = Vec::new();
    let mut add = |title: Message, sentences: Vec<Sentence>| {
        if !sentences.is_empty() {
            sections.push(Section { title, sentences });
        }
    };
    let approvals = rules
        .approval
        .iter()
        .map(|rule| Sentence { words: approval(rule), rule: Some(rule.head.reference("approval", program)) })
        .collect();
    add(msg!("section.approvals"), approvals);
    let mut accounts: Vec<Sentence> =
        rules.account.iter().map(|rule| Sentence { words: account(rule), rule: None }).collect();
    accounts.extend(
        rules
            .credit
            .iter()
            .map(|rule| Sentence { words: credit(rule), rule: Some(rule.head.reference("credit", program)) }),
    );
    add(msg!("section.accounts"), accounts);
    let projects = rules
        .project
        .iter()
        .map(|rule| Sentence { words: project(rule), rule: Some(rule.head.reference("project", program)) })
        .collect();
    add(msg!("section.projects"), projects);
    let rights = rules
        .rights
        .iter()
        .flat_map(|rule| {
            right(rule).into_iter().map(|words| Sentence { words, rule: Some(rule.head.reference("rights", program)) })
        })
        .collect();
    add(msg!("section.rights"), rights);
    sections
}

fn bands(bands: &[RoleBand]) -> Vec<Value> {
    match bands {
        [one] if one.from.is_zero() => roles(&one.by),
        many => many
            .iter()
            .map(|band| Value::from(msg!("approval.band", from = band.from, roles = roles(&band.by))))
            .collect(),
    }
}

fn approval(rule: &Approval) -> Message {
    let label = if rule.head.label.en.is_empty() { Value::from(&rule.head.id) } else { (&rule.head.label).into() };
    let span = |span: Option<crate::time::Span>| span.map(span_value).into_iter().collect::<Vec<_>>();
    let (within, valid) = (span(rule.answer_within), span(rule.valid));
    if rule.bands.iter().all(|band| band.by.len() == 1) {
        msg!("approval.words-single", label = label, roles = bands(&rule.bands), within = within, valid = valid)
    } else if rule.all {
        msg!("approval.words-all", label = label, roles = bands(&rule.bands), within = within, valid = valid)
    } else {
        msg!("approval.words-one", label = label, roles = bands(&rule.bands), within = within, valid = valid)
    }
}

fn account(rule: &Account) -> Message {
    msg!(
        "account.words",
        least = rule.sales,
        window = match rule.window {
            crate::primitives::Window::Lifetime => Vec::new(),
            window => vec![Value::from(window.name())],
        },
        judgements = rule.judgements.iter().map(Value::from).collect::<Vec<_>>(),
        arrears = &rule.arrears_with
    )
}

fn credit(rule: &Credit) -> Message {
    msg!(
        "account.words-grade",
        label = &rule.head.label,
        id = &rule.head.id,
        sales = rule.sales,
        credit = &rule.credit,
        limit = rule.limit
    )
}

fn project(rule: &Project) -> Message {
    let bands = bands(&rule.bands);
    if !rule.signed {
        return msg!("project.words-open", bands = bands);
    }
    let told = if rule.tells.is_empty() {
        Vec::new()
    } else {
        vec![Value::from(msg!("project.told", stages = rule.stages.iter().map(Value::from).collect::<Vec<_>>()))]
    };
    msg!("project.words-signed", bands = bands, told = told)
}

fn right(rule: &Right) -> Vec<Message> {
    let names = |actions: &[Action]| actions.iter().map(|action| Value::from(action.name())).collect::<Vec<_>>();
    let mut out = Vec::new();
    if !rule.may.is_empty() {
        let scope = match rule.scope {
            Scope::Own => msg!("rights.scope-own"),
            Scope::Team => msg!("rights.scope-team"),
            Scope::Store => msg!("rights.scope-store"),
            Scope::Area => msg!("rights.scope-area"),
            Scope::All => msg!("rights.scope-all"),
        };
        let protected: Vec<Value> =
            if rule.protected { vec![msg!("rights.note-protected").into()] } else { Vec::new() };
        out.push(msg!(
            "rights.words",
            roles = roles(&rule.roles),
            actions = names(&rule.may),
            scope = scope,
            consent = roles(&rule.consent),
            protected = protected
        ));
    }
    if !rule.never.is_empty() {
        out.push(msg!("rights.words-never", roles = roles(&rule.roles), actions = names(&rule.never)));
    }
    out
}
