//! A program's month: each day with its lunar date, and which rules hold on it.

use serde::{Deserialize, Serialize};

use crate::id::Text;
use crate::kinds::care::On;
use crate::kinds::lapse::LapseTerm;
use crate::kinds::tier::Review;
use crate::message::{Message, RuleRef};
use crate::msg;
use crate::policy::Policy;
use crate::primitives::Dates;
use crate::primitives::calendar::LunarDay;
use crate::time::Day;

/// Something that holds on some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The sort of it: the rule's table (`discount`, `multiply`, …), `review` of tiers, or `lapse` of points.
    pub sort: Text,
    /// In words.
    pub words: Message,
    /// The rule; none for reviews and lapses.
    pub rule: Option<RuleRef>,
    /// Whether it holds on every day of the month: then no day is marked with it.
    pub whole_month: bool,
}

/// A day of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// The day.
    pub day: Day,
    /// Its lunar date.
    pub lunar: LunarDay,
    /// What holds, as numbers of [`Month::held`].
    pub holds: Vec<u32>,
}

/// A month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// Its days, in order.
    pub days: Vec<CalendarDay>,
    /// What holds on days of the year, each once, in the document's order.
    pub held: Vec<Held>,
    /// Where nothing holds in this month: the next day on which something does, within about a year.
    pub next: Option<Day>,
}

/// Whether anything of a program holds on some days and not on others.
#[must_use]
pub fn has_days(policy: &Policy) -> bool {
    !held(policy).is_empty()
}

/// The month that begins on `first`.
#[must_use]
pub fn month(policy: &Policy, first: Day) -> Month {
    let first = first.month_start();
    let next = first.plus_months(1);
    let mut found = held(policy);
    let mut days = Vec::new();
    let mut day = first;
    while day < next {
        let holds = (0_u32..).zip(&found).filter(|(_, (_, on))| on.holds(day)).map(|(number, _)| number).collect();
        days.push(CalendarDay { day, lunar: LunarDay::of(day), holds });
        let after = day.plus_days(1);
        if after <= day {
            // The calendar ends here.
            break;
        }
        day = after;
    }
    for (number, (held, _)) in (0_u32..).zip(&mut found) {
        held.whole_month = days.iter().all(|day: &CalendarDay| day.holds.contains(&number));
        if held.whole_month {
            days.iter_mut().for_each(|day| day.holds.retain(|own| *own != number));
        }
    }
    let nothing = found.iter().all(|(held, _)| !held.whole_month) && days.iter().all(|day| day.holds.is_empty());
    let later =
        || (0..SEARCHED).map(|ahead| next.plus_days(ahead)).find(|day| found.iter().any(|(_, on)| on.holds(*day)));
    let next = nothing.then(later).flatten();
    Month { days, held: found.into_iter().map(|(held, _)| held).collect(), next }
}

/// So many days ahead the next marked day is looked for.
const SEARCHED: i32 = 400;

/// On which days.
enum Days<'p> {
    When(&'p crate::primitives::When),
    Dates(&'p [Dates]),
    Annual(Vec<(u32, u32)>),
    EveryMonths(u32),
}

impl Days<'_> {
    fn holds(&self, day: Day) -> bool {
        match self {
            Self::When(when) => when.may_hold_on(day),
            Self::Dates(dates) => dates.iter().any(|dates| dates.holds(day)),
            Self::Annual(days) => days.iter().any(|(month, own)| Day::annual_in(day.year(), *month, *own) == day),
            Self::EveryMonths(months) => day == day.period_start(*months),
        }
    }
}

fn held(policy: &Policy) -> Vec<(Held, Days<'_>)> {
    let program = policy.program();
    let sentences: Vec<(Message, RuleRef)> = super::describe(policy)
        .into_iter()
        .flat_map(|section| section.sentences)
        .filter_map(|sentence| Some((sentence.words, sentence.rule?)))
        .collect();
    let mut out = Vec::new();
    let mut add = |rule: RuleRef, days| {
        let words = sentences.iter().filter(|(_, own)| *own == rule).map(|(words, _)| words);
        // A rule with a sentence for each tier is told by its name.
        let mut words = words.collect::<Vec<_>>();
        let said = match (words.pop(), words.is_empty()) {
            (Some(only), true) => only.clone(),
            (Some(_), false) if !rule.label.zh.is_empty() => {
                msg!("calendar.rule", label = &rule.label, id = &rule.id)
            }
            (Some(last), false) => last.clone(),
            // What is left out of the description is left out here: a figure of nothing.
            (None, _) => return,
        };
        out.push((Held { sort: rule.kind.clone(), words: said, rule: Some(rule), whole_month: false }, days));
    };
    for rule in policy.discount.iter().filter(|rule| rule.when.minds_days()) {
        add(rule.head.reference("discount", program), Days::When(&rule.when));
    }
    for rule in policy.multiply.iter().filter(|rule| rule.when.minds_days()) {
        add(rule.head.reference("multiply", program), Days::When(&rule.when));
    }
    for rule in policy.earn.iter().filter(|rule| rule.when.minds_days()) {
        add(rule.head.reference("earn", program), Days::When(&rule.when));
    }
    for rule in policy.redeem.iter().filter(|rule| rule.when.minds_days()) {
        add(rule.head.reference("redeem", program), Days::When(&rule.when));
    }
    for rule in &policy.entitlement {
        if rule.when.minds_days() {
            add(rule.head.reference("entitlement", program), Days::When(&rule.when));
        } else if !rule.arranged.is_empty() {
            add(rule.head.reference("entitlement", program), Days::Dates(&rule.arranged));
        }
    }
    for rule in &policy.staff().care {
        if let On::Dates { dates, .. } = &rule.on {
            add(rule.head.reference("care", program), Days::Dates(dates));
        }
    }
    let mut plain = |sort: &'static str, words: Message, days| {
        out.push((Held { sort: Text::const_new(sort), words, rule: None, whole_month: false }, days));
    };
    if policy.ladder.tiers.len() > 1 {
        match &policy.ladder.review {
            Review::Days(days) => plain("review", msg!("calendar.review"), Days::Annual(days.clone())),
            Review::Calendar(months) => plain("review", msg!("calendar.review"), Days::EveryMonths(*months)),
            Review::Never | Review::Every(_) => {}
        }
    }
    if let LapseTerm::YearlyOn(month, day) = policy.lapse.term
        && !policy.earn.is_empty()
    {
        plain("lapse", msg!("calendar.lapse"), Days::Annual(vec![(month, day)]));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails says so")]

    use super::*;
    use crate::policy::check;

    fn days(document: &str, first: &str, sort: &str) -> Vec<u32> {
        let (policy, diagnostics) = check(document);
        let policy = policy.unwrap_or_else(|| panic_with(&diagnostics));
        let month = month(&policy, first.parse().unwrap());
        let wanted: Vec<u32> =
            (0_u32..).zip(&month.held).filter(|(_, held)| held.sort == sort).map(|(number, _)| number).collect();
        assert!(!wanted.is_empty(), "nothing of {sort}: {:?}", month.held);
        let marked = month.days.iter().filter(|day| day.holds.iter().any(|number| wanted.contains(number)));
        marked.map(|day| day.day.day_of_month()).collect()
    }

    fn panic_with(diagnostics: &[crate::message::Diagnostic]) -> Policy {
        panic!("{diagnostics:?}")
    }

    fn program(rules: &str) -> String {
        format!(
            r#"
[program]
id = "p"
version = 1
effective_from = 2026-01-01
title = {{ zh = "店", en = "Shop" }}
[[enrol]]
id = "free"
free = true
[[earn]]
id = "spend"
per = "1.00"
points = 1
{rules}"#
        )
    }

    /// The first lunar month of 2026 is from 17 February, the second from 19 March: 6 and 16 March are days 18 and 28 of
    /// the first, 26 March is day 8 of the second.
    #[test]
    fn lunar_member_days_are_marked() {
        let document = program("[[discount]]\nid = \"day\"\nrate = \"5%\"\nwhen = { lunar_days = [8, 18, 28] }");
        assert_eq!(days(&document, "2026-03-01", "discount"), [6, 16, 26]);
        assert_eq!(days(&document, "2026-03-17", "discount"), [6, 16, 26], "any day of the month names it");
    }

    #[test]
    fn weekdays_dates_and_what_is_left_out() {
        let document = program(
            "[[multiply]]\nid = \"m\"\nfactor = \"2\"\nwhen = { weekdays = [\"sat\"] }\nunless = { month_days = [14] }",
        );
        assert_eq!(days(&document, "2026-03-01", "multiply"), [7, 21, 28]);
        // An exception for some members leaves the day to the others.
        let document = program(
            "[[multiply]]\nid = \"m\"\nfactor = \"2\"\nwhen = { weekdays = [\"sat\"] }\nunless = { month_days = [14], members = true }",
        );
        assert_eq!(days(&document, "2026-03-01", "multiply"), [7, 14, 21, 28]);
        let document = program("[[multiply]]\nid = \"m\"\nfactor = \"2\"\nwhen = { dates = [\"03-01..03-31\"] }");
        let (policy, _) = check(&document);
        let whole = month(&policy.unwrap(), "2026-03-01".parse().unwrap());
        assert!(whole.held.iter().all(|held| held.whole_month) && whole.next.is_none());
        assert!(whole.days.iter().all(|day| day.holds.is_empty()));
        let document = program("[lapse]\nyearly_on = \"12-31\"");
        assert_eq!(days(&document, "2026-12-01", "lapse"), [31]);
        let (policy, _) = check(&document);
        let empty = month(&policy.unwrap(), "2026-03-01".parse().unwrap());
        assert_eq!(empty.next.map(|day| day.to_string()).as_deref(), Some("2026-12-31"));
    }

    #[test]
    fn a_program_without_days_has_none() {
        let (policy, _) = check(&program("[[discount]]\nid = \"d\"\nrate = \"5%\""));
        assert!(!has_days(&policy.unwrap()));
    }
}
