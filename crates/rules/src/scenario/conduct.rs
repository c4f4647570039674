//! Scenarios of conduct: breaches and their reviews, assessments, rankings, meetings, inspections.

use std::collections::BTreeMap;

use super::staff::{head_and_tail, pairs, period};
use super::{Report, Run};
use crate::id::{MemberId, Text};
use crate::message::Value;
use crate::number::{Money, Quantity};
use crate::reader::Table;
use crate::staff::decide::StaffWish;
use crate::staff::fact::{StaffFact, Visit};
use crate::staff::inspection::verify;
use crate::staff::pay::Proposal;
use crate::staff::settle::Settled;
use crate::time::Day;

/// Parts between commas.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

impl Run<'_> {
    /// The wish of a verb of conduct; `None` if the verb is another's.
    pub(super) fn conduct_wish(
        &self,
        verb: &str,
        rest: &str,
        alias: &mut Option<(&'static str, String)>,
    ) -> Result<Option<StaffWish>, String> {
        let (head, tail) = head_and_tail(rest);
        let mut words = head.split_whitespace();
        let mut word = || words.next().unwrap_or("");
        let note = |fact: StaffFact| Ok(Some(StaffWish::Note(fact)));
        match verb {
            "breach" => {
                *alias = Some(("fact", word().to_owned()));
                let (staff, member) = match word() {
                    "member" => (Text::default(), Some(self.member(word())?)),
                    code => (Text::from(code), None),
                };
                let rule = Text::from(word());
                let mut damages = Money::ZERO;
                for (key, value) in pairs(word())? {
                    match key {
                        "damages" => {
                            damages = value.parse().map_err(|_| format!("`{value}` is not an amount"))?;
                        }
                        _ => return Err(format!("a breach has no `{key}`")),
                    }
                }
                note(StaffFact::Breached { staff, member, rule, damages, note: Text::from(tail) })
            }
            "appeal" => note(StaffFact::Appealed { of: self.sale(word()), reason: Text::from(tail) }),
            "appeal-decided" => {
                let of = self.sale(word());
                let upheld = match word() {
                    "upheld" => true,
                    "rejected" => false,
                    _ => return Err("written `appeal-decided ID upheld by CODE: reason`, or `rejected`".to_owned()),
                };
                if word() != "by" {
                    return Err("written `appeal-decided ID upheld by CODE: reason`".to_owned());
                }
                note(StaffFact::AppealDecided { of, upheld, by: Text::from(word()), reason: Text::from(tail) })
            }
            "assessed" => {
                let staff = Text::from(word());
                let rule = Text::from(word());
                // The day of the record says nothing about the period: it is named by its first day, or as a month.
                let text = word();
                let from = match text.parse::<Day>() {
                    Ok(day) => day,
                    Err(_) => period(text)?.0,
                };
                let mut scores = BTreeMap::new();
                for (item, score) in pairs(tail)? {
                    let score = score.parse::<Quantity>().map_err(|_| format!("`{score}` is not a score"))?;
                    scores.insert(Text::from(item), score);
                }
                note(StaffFact::Assessed { staff, rule, from, scores })
            }
            "assessed-as" => {
                let name = word().to_owned();
                let (_, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let wish = self.conduct_wish("assessed", rest, alias)?;
                *alias = Some(("fact", name));
                Ok(wish)
            }
            "met" => {
                let (rule, branch) = (Text::from(word()), Text::from(word()));
                let present = list(tail).map(Text::from).collect();
                note(StaffFact::Met { rule, branch, present })
            }
            "draw-visits" => {
                *alias = Some(("fact", word().to_owned()));
                let rule = Text::from(word());
                let seed = word().parse().map_err(|_| "a seed is a whole number".to_owned())?;
                let (from, to) = period(word())?;
                Ok(Some(StaffWish::DrawVisits { rule, seed, from, to }))
            }
            "visits-drawn" => {
                *alias = Some(("fact", word().to_owned()));
                let rule = Text::from(word());
                let seed = word().parse().map_err(|_| "a seed is a whole number".to_owned())?;
                let (from, to) = period(word())?;
                let among = list(word()).map(Text::from).collect();
                let mut visits = Vec::new();
                for visit in list(tail) {
                    let (day, store) = visit.split_once(' ').ok_or("a visit is written `DAY STORE`")?;
                    let day = day.parse().map_err(|_| format!("`{day}` is not a day"))?;
                    visits.push(Visit { store: Text::from(store), day });
                }
                note(StaffFact::VisitsDrawn { rule, seed, among, from, to, visits })
            }
            "inspected" => {
                let of = self.sale(word());
                let store = Text::from(word());
                note(StaffFact::Inspected { of, store, findings: list(tail).map(Text::from).collect() })
            }
            _ => Ok(None),
        }
    }

    /// What must come out of assessments, rankings and inspections.
    pub(super) fn expect_conduct(&self, expect: &Table<'_>, settled: &Settled, report: &mut Report) {
        let mut all = |key: &'static str, actual: Vec<String>| {
            if expect.has(key) {
                report.expect(key, &expect.plain_texts(key).join("; "), &actual.join("; "));
            }
        };
        let assessed = settled.assessed().iter().map(|one| {
            let passed = if one.passed { "passed" } else { "failed" };
            let grade = if one.grade.en.is_empty() { String::new() } else { format!(" {}", one.grade.en) };
            format!("{} {} {} {} {passed}{grade}", one.from, one.staff, one.rule.id, one.total)
        });
        all("assessed", assessed.collect());
        let ranked = settled.ranked().iter().map(|one| {
            let places: Vec<String> = one.places.iter().map(|(staff, sales)| format!("{staff} {sales}")).collect();
            let branch = if one.branch.is_empty() { String::new() } else { format!(" {}", one.branch) };
            let last = if one.last.is_empty() { "nobody".to_owned() } else { one.last.join(" ") };
            format!("{}{branch} {}: {} | last {last}", one.from, one.rule.id, places.join(", "))
        });
        all("ranked", ranked.collect());
        let inspected = settled.inspected().iter().map(|one| {
            let findings = match &one.findings {
                None => "open".to_owned(),
                Some(found) if found.is_empty() => "in order".to_owned(),
                Some(found) => found.join(", "),
            };
            format!("{} {} {}: {findings}", one.day, one.store, one.rule.id)
        });
        all("inspected", inspected.collect());
        for noted in self.staff_book.facts() {
            if matches!(noted.fact, StaffFact::VisitsDrawn { .. })
                && let Some(what) = verify(&self.staff_book, self.policies, noted.id)
            {
                report.fail(format!("a draw of visits does not hold: {}", what.key));
            }
        }
    }

    /// A proposal as a case writes it: day, whom, what, rule, and the measure where it has one.
    pub(super) fn proposal(&self, one: &Proposal) -> String {
        let whom = match one.member {
            Some(member) => format!("member {}", self.member_alias(member)),
            None => one.staff.to_string(),
        };
        let measure = match &one.trace.figure {
            Some(Value::Count(count)) => format!(" {count}"),
            Some(Value::Points(points)) => format!(" {points}"),
            _ => String::new(),
        };
        format!("{} {whom} {} {}{measure}", one.day, one.what, one.rule.id)
    }

    fn member_alias(&self, member: MemberId) -> &str {
        self.members.iter().find(|(_, id)| **id == member).map_or("?", |(name, _)| name.as_str())
    }
}
