//! The programs that come with the product: the documents of `policies/`, embedded by the build script.

use std::collections::BTreeMap;

use regulars_rules::describe::{Month, charts, describe, features, has_days, ladder, month};
use regulars_rules::id::Text;
use regulars_rules::message::Message;
use regulars_rules::policy::{Policy, check_after, check_with};
use regulars_rules::time::Day;

use crate::protocol::{DocumentsView, ParameterView, ProgramRow, ProgramView, SectionLine};
use crate::shop::Adoption;

/// The documents, by file name.
pub const DOCUMENTS: &[&str] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// A document as it comes with the product.
#[must_use]
pub fn document(id: &str) -> Option<&'static str> {
    // The id is read, not parsed: a whole check of each takes a while.
    DOCUMENTS.iter().copied().find(|document| document_id(document) == Some(id))
}

/// What follows a key in a document's `[program]`.
fn of_program<'d>(document: &'d str, key: &str) -> Option<&'d str> {
    let program = document.split("[program]").nth(1)?;
    program.lines().find_map(|line| line.trim().strip_prefix(key)?.trim_start().strip_prefix('='))
}

/// The id that a document's `[program]` gives.
pub(crate) fn document_id(document: &str) -> Option<&str> {
    of_program(document, "id")?.split('"').nth(1)
}

fn document_version(document: &str) -> u32 {
    of_program(document, "version")
        .and_then(|text| text.split('#').next().unwrap_or_default().trim().parse().ok())
        .unwrap_or(0)
}

/// How the shop adopted a program last.
pub(crate) fn adoption<'a>(adopted: &'a [Adoption], id: &str) -> Option<&'a Adoption> {
    adopted.iter().rev().find(|adoption| document_id(&adoption.document) == Some(id))
}

/// A program's document for this shop: as adopted last, which may be one of its own, unless the product has come with a
/// newer version since.
fn current<'a>(id: &str, adopted: &'a [Adoption]) -> Option<&'a str> {
    let shipped = document(id);
    let own = adoption(adopted, id).map(|adoption| adoption.document.as_str());
    match (own, shipped) {
        (Some(own), Some(shipped)) if document_version(shipped) > document_version(own) => Some(shipped),
        (Some(own), _) => Some(own),
        (None, shipped) => shipped,
    }
}

fn blanks(policy: &Policy) -> u32 {
    u32::try_from(policy.parameters().iter().filter(|parameter| parameter.is_blank()).count()).unwrap_or(u32::MAX)
}

/// The adoption that holds on a day; the first also holds before.
fn in_force(adopted: &[Adoption], today: Day) -> Option<&Adoption> {
    let begun = adopted.iter().filter(|adoption| adoption.from <= today);
    begun.max_by_key(|adoption| adoption.from).or_else(|| adopted.first())
}

/// A policy in the list of programs.
#[must_use]
pub fn row(policy: &Policy, adopted: &[Adoption], today: Day) -> ProgramRow {
    let program = policy.program();
    let own = |adoption: &&Adoption| document_id(&adoption.document) == Some(program.id.as_str());
    let in_force = in_force(adopted, today);
    ProgramRow {
        id: program.id.clone(),
        title: program.title.clone(),
        summary: program.summary.clone(),
        trade: program.trade.clone(),
        size: program.size.clone(),
        version: program.version,
        source: program.source.clone(),
        in_force_from: in_force.filter(own).map(|adoption| adoption.from),
        planned_from: adopted.iter().filter(own).map(|adoption| adoption.from).filter(|from| *from > today).max(),
        blanks: blanks(policy),
        tiers: u32::try_from(policy.ladder().tiers.len()).unwrap_or(u32::MAX),
        features: features(policy),
        rules: rules(policy),
    }
}

/// How many rules a policy is made of: those that its description speaks of.
fn rules(policy: &Policy) -> u32 {
    let sentences = describe(policy).into_iter().flat_map(|section| section.sentences);
    let named: std::collections::BTreeSet<(Text, Text)> =
        sentences.filter_map(|sentence| sentence.rule).map(|rule| (rule.kind, rule.id)).collect();
    u32::try_from(named.len()).unwrap_or(u32::MAX)
}

/// The documents of a program's id.
#[must_use]
pub fn documents(id: &str, adopted: &[Adoption]) -> DocumentsView {
    let own = adoption(adopted, id);
    DocumentsView {
        shipped: document(id).map(str::to_owned),
        own: own.map(|adoption| (adoption.from, adoption.document.clone())),
        set: settings(adopted, id),
    }
}

/// All programs: those in force first, then by id.
#[must_use]
pub fn rows(adopted: &[Adoption], today: Day) -> Vec<ProgramRow> {
    let own = adopted.iter().filter_map(|adoption| document_id(&adoption.document));
    let ids: std::collections::BTreeSet<&str> =
        DOCUMENTS.iter().filter_map(|document| document_id(document)).chain(own).collect();
    let mut rows: Vec<ProgramRow> = ids
        .into_iter()
        .filter_map(|id| {
            let (policy, _) = check_with(current(id, adopted)?, &settings(adopted, id));
            Some(row(&policy?, adopted, today))
        })
        .collect();
    rows.sort_by(|a, b| (a.in_force_from.is_none(), &a.id).cmp(&(b.in_force_from.is_none(), &b.id)));
    rows
}

/// What the shop has set of a program when it adopted it last.
#[must_use]
pub fn settings(adopted: &[Adoption], id: &str) -> BTreeMap<Text, Text> {
    adoption(adopted, id).map(|adoption| adoption.parameters.clone()).unwrap_or_default()
}

/// What the shop has set, changed by what is tried.
#[must_use]
pub fn settings_with(adopted: &[Adoption], id: &str, set: &BTreeMap<Text, Text>) -> BTreeMap<Text, Text> {
    let mut settings = settings(adopted, id);
    settings.extend(set.iter().map(|(name, value)| (name.clone(), value.clone())));
    settings
}

pub(crate) fn sections(policy: &Policy) -> Vec<(Message, Vec<SectionLine>)> {
    let lines = |sentences: Vec<regulars_rules::describe::Sentence>| {
        sentences.into_iter().map(|sentence| SectionLine { words: sentence.words, rule: sentence.rule }).collect()
    };
    describe(policy).into_iter().map(|section| (section.title, lines(section.sentences))).collect()
}

/// With values that the program refuses it is described as it comes; the diagnostics say what is wrong.
fn as_set_or_as_it_comes(policy: Option<Policy>, document: &str) -> Option<Policy> {
    policy.or_else(|| check_with(document, &BTreeMap::new()).0)
}

/// A month of a program. `None`: there is no such program.
#[must_use]
pub fn month_of(id: &str, adopted: &[Adoption], set: &BTreeMap<Text, Text>, first: Day) -> Option<Month> {
    let document = current(id, adopted)?;
    let (policy, _) = check_with(document, &settings_with(adopted, id, set));
    Some(month(&as_set_or_as_it_comes(policy, document)?, first))
}

/// A program's page. `None`: there is no such program.
#[must_use]
pub fn view(id: &str, adopted: &[Adoption], set: &BTreeMap<Text, Text>, today: Day) -> Option<ProgramView> {
    let document = current(id, adopted)?;
    let settings = settings_with(adopted, id, set);
    let before = in_force(adopted, today).and_then(|before| check_with(&before.document, &before.parameters).0);
    let (policy, diagnostics) = check_after(document, &settings, before.as_ref());
    let described = as_set_or_as_it_comes(policy, document)?;
    let parameters = described.parameters().iter().map(|parameter| ParameterView {
        name: parameter.name.clone(),
        label: parameter.label.clone(),
        kind: Text::const_new(parameter.kind.word()),
        value: settings.get(&parameter.name).unwrap_or(&parameter.value).clone(),
        default: parameter.default.clone(),
        choices: parameter.choices.clone(),
        least: parameter.least.clone(),
        most: parameter.most.clone(),
        source: parameter.source.clone(),
        is_set: settings.contains_key(&parameter.name),
    });
    Some(ProgramView {
        row: row(&described, adopted, today),
        sections: sections(&described),
        ladder: ladder(&described).into_iter().map(|rung| (rung.id, rung.label, rung.takes, rung.brings)).collect(),
        charts: charts(&described),
        has_days: has_days(&described),
        parameters: parameters.collect(),
        diagnostics,
        document: document.into(),
        adopt_from: today.plus_days(described.program().notice_days),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_has_a_row() {
        let today = Day::from_calendar(2026, 3, 2).unwrap();
        assert!(DOCUMENTS.len() >= 9);
        assert_eq!(rows(&[], today).len(), DOCUMENTS.len());
        for document in DOCUMENTS {
            let id = document_id(document).unwrap();
            let view = view(id, &[], &BTreeMap::new(), today).unwrap();
            assert_eq!(view.row.id, id);
            // What the list is searched by: no program leaves a reader without.
            assert!(!view.row.trade.is_empty() && !view.row.size.is_empty() && view.row.rules > 0, "{id}");
            assert!(!view.row.features.is_empty(), "{id}");
            let month = month_of(id, &[], &BTreeMap::new(), today).unwrap();
            assert_eq!(month.days.len(), 31);
            assert_eq!(month.held.is_empty(), !view.has_days, "{id}");
        }
    }

    #[test]
    fn the_lunar_member_days_of_a_month() {
        let today = Day::from_calendar(2026, 3, 2).unwrap();
        let month = month_of("yinbei", &[], &BTreeMap::new(), today).unwrap();
        let marked: Vec<u32> =
            month.days.iter().filter(|day| !day.holds.is_empty()).map(|day| day.day.day_of_month()).collect();
        assert_eq!(marked, [6, 16, 26]);
        assert!(month_of("no-such-program", &[], &BTreeMap::new(), today).is_none());
    }
}
