//! Projects as they stand: who follows each, and which clients are to be told that one has moved on.

use std::collections::BTreeMap;

use super::StaffBook;
use super::decide::{check_money, check_words};
use super::fact::StaffFact;
use crate::book::Book;
use crate::id::{EventId, MemberId, Text};
use crate::kinds::project::Project;
use crate::message::{Refusal, Trace, Value};
use crate::msg;
use crate::number::Money;
use crate::policy::{Policy, PolicySet};
use crate::time::Day;

/// A project as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// The client.
    pub member: MemberId,
    /// Its name.
    pub project: Text,
    /// Its size.
    pub amount: Money,
    /// Whether it is signed.
    pub signed: bool,
    /// Its stage.
    pub stage: Text,
    /// The roles that follow it; none: nobody need.
    pub by: Vec<Text>,
    /// The people who have them that day.
    pub people: Vec<Text>,
    /// Why.
    pub trace: Trace,
}

/// A client who is to be told that a project has reached a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The event that moved it.
    pub event: EventId,
    /// The client.
    pub member: MemberId,
    /// The project.
    pub project: Text,
    /// The stage.
    pub stage: Text,
    /// Since when.
    pub since: Day,
    /// The rule.
    pub rule: Text,
}

fn rule_for(policy: &Policy, signed: bool) -> Option<&Project> {
    policy.staff().project.iter().find(|rule| rule.signed == signed)
}

/// The projects as they stand on a day, by client and name.
#[must_use]
pub fn tracked(staff: &StaffBook, policies: &PolicySet, day: Day) -> Vec<Tracked> {
    let Some(policy) = policies.on(day) else { return Vec::new() };
    let mut last: BTreeMap<(MemberId, Text), (Money, bool, Text)> = BTreeMap::new();
    for noted in staff.facts().iter().filter(|noted| noted.at.day <= day) {
        if let StaffFact::ProjectSet { member, project, amount, signed, state } = &noted.fact {
            last.insert((*member, project.clone()), (*amount, *signed, state.clone()));
        }
    }
    last.into_iter()
        .map(|((member, project), (amount, signed, stage))| {
            let rule = rule_for(policy, signed);
            let band = rule.and_then(|rule| rule.band(amount));
            let by = band.map(|band| band.by.clone()).unwrap_or_default();
            let people = staff
                .roster()
                .people(day)
                .filter(|person| by.contains(&person.role))
                .map(|person| person.code.clone())
                .collect();
            let words = match band {
                Some(band) => msg!(
                    "project.band",
                    amount = amount,
                    from = band.from,
                    roles = by.iter().map(Value::from).collect::<Vec<_>>()
                ),
                None => msg!("project.nobody", amount = amount),
            };
            let mut trace = Trace::note(words);
            trace.rule = rule.map(|rule| rule.head.reference("project", policy.program()));
            Tracked { member, project, amount, signed, stage, by, people, trace }
        })
        .collect()
}

/// Who is still to be told of which stage on a day: clients of the grades that the rule names, until a contact of that
/// rule is recorded.
#[must_use]
pub fn progress(book: &Book, staff: &StaffBook, policies: &PolicySet, day: Day) -> Vec<Progress> {
    let mut open: Vec<Progress> = Vec::new();
    let mut stages: BTreeMap<(MemberId, Text), Text> = BTreeMap::new();
    for noted in staff.facts().iter().filter(|noted| noted.at.day <= day) {
        match &noted.fact {
            StaffFact::ProjectSet { member, project, signed, state, .. } => {
                let before = stages.insert((*member, project.clone()), state.clone()).unwrap_or_default();
                if state.is_empty() || before == *state {
                    continue;
                }
                let Some(rule) = policies.on(noted.at.day).and_then(|policy| rule_for(policy, *signed)) else {
                    continue;
                };
                let grade = super::account::standing(book, staff, policies, *member, noted.at.day)
                    .and_then(|standing| standing.grade.map(|grade| grade.head.id.clone()));
                if rule.stages.contains(state) && grade.is_some_and(|grade| rule.tells.contains(&grade)) {
                    open.push(Progress {
                        event: noted.id,
                        member: *member,
                        project: project.clone(),
                        stage: state.clone(),
                        since: noted.at.day,
                        rule: rule.head.id.clone(),
                    });
                }
            }
            // One contact tells the client of all that has happened so far.
            StaffFact::Contacted { member, rule, .. } => {
                open.retain(|one| one.member != *member || one.rule != *rule);
            }
            _ => {}
        }
    }
    open
}

/// Refuses a project without a name or size, and a stage that the program does not know.
pub(crate) fn check_project(
    policy: &Policy,
    project: &Text,
    amount: Money,
    signed: bool,
    state: &Text,
) -> Result<(), Refusal> {
    if project.trim().is_empty() {
        return Err(Refusal::new(msg!("refuse.project-nameless"), msg!("remedy.project-nameless")));
    }
    check_words(project)?;
    check_words(state)?;
    check_money(amount)?;
    let stages = rule_for(policy, signed).map_or(&[][..], |rule| rule.stages.as_slice());
    if !state.is_empty() && !stages.contains(state) {
        let known = stages.iter().map(Value::from).collect::<Vec<_>>();
        return Err(Refusal::new(msg!("refuse.stage-unknown", stage = state), msg!("remedy.stages", stages = known)));
    }
    Ok(())
}
