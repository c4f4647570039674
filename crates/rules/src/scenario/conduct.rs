//! Scenarios of conduct: breaches and their reviews.

use super::Run;
use super::staff::pairs;
use crate::id::{MemberId, Text};
use crate::message::Value;
use crate::number::Money;
use crate::staff::decide::StaffWish;
use crate::staff::fact::StaffFact;
use crate::staff::pay::Proposal;
use crate::time::BusinessTime;

impl Run<'_> {
    /// The wish of a verb of conduct; `None` if the verb is another's.
    pub(super) fn conduct_wish(
        &self,
        verb: &str,
        rest: &str,
        _at: BusinessTime,
        alias: &mut Option<(&'static str, String)>,
    ) -> Result<Option<StaffWish>, String> {
        let (head, tail) = rest.split_once(':').map_or((rest, ""), |(head, tail)| (head.trim(), tail.trim()));
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
            _ => Ok(None),
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
