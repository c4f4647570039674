//! Scenarios of approvals, rights, business accounts and projects: their verbs and what must come out.

use super::staff::{head_and_tail, pairs};
use super::{Report, Run, money};
use crate::id::{MemberId, Text};
use crate::kinds::rights::Action;
use crate::number::{Money, Rate};
use crate::reader::Table;
use crate::staff::decide::StaffWish;
use crate::staff::fact::StaffFact;
use crate::staff::rights::About;
use crate::staff::{account, approval, project, rights};
use crate::time::Day;

impl Run<'_> {
    /// The wish of a verb of approvals, accounts and projects; `None` if the verb is another's.
    pub(super) fn approval_wish(
        &self,
        verb: &str,
        rest: &str,
        alias: &mut Option<(&'static str, String)>,
    ) -> Result<Option<StaffWish>, String> {
        let (head, tail) = head_and_tail(rest);
        let mut words = head.split_whitespace();
        let mut word = || words.next().unwrap_or("");
        let fact = match verb {
            "ask" => {
                *alias = Some(("fact", word().to_owned()));
                let rule = Text::from(word());
                let (mut member, mut staff, mut about) = (None, Text::default(), Text::default());
                let (mut amount, mut rate) = (Money::ZERO, Rate::ZERO);
                for pair in words {
                    let (key, value) = pair.split_once('=').ok_or("what is asked for is written key=value")?;
                    match key {
                        "member" => member = Some(self.member(value)?),
                        "staff" => staff = Text::from(value),
                        "about" => about = Text::from(value),
                        "amount" => amount = money(value)?,
                        "rate" => rate = value.parse().map_err(|_| format!("`{value}` is not a rate"))?,
                        _ => return Err(format!("a request has no `{key}`")),
                    }
                }
                StaffFact::ApprovalAsked { rule, member, staff, about, amount, rate, note: Text::from(tail) }
            }
            "answer" => {
                let of = self.sale(word());
                let party = Text::from(word());
                let yes = match word() {
                    "yes" => true,
                    "no" => false,
                    other => return Err(format!("an answer is yes or no, not `{other}`")),
                };
                if word() != "by" {
                    return Err("written `answer ID PARTY yes by CODE: reason`".to_owned());
                }
                StaffFact::ApprovalGiven { of, party, by: Text::from(word()), yes, reason: Text::from(tail) }
            }
            "fulfil" => return Ok(Some(StaffWish::Fulfil { of: self.sale(word()) })),
            "account" => {
                let member = self.member(word())?;
                let mut record = account::record(&self.staff_book, member, self.last.day).unwrap_or_default();
                for (key, value) in pairs(tail)? {
                    match key {
                        "credit" => record.credit = Text::from(value),
                        "owed" => record.owed = money(value)?,
                        judgement => {
                            record.judgements.insert(Text::from(judgement), Text::from(value));
                        }
                    }
                }
                let account::Record { credit, owed, judgements } = record;
                StaffFact::AccountSet { member, credit, owed, judgements }
            }
            "project" => {
                let (member, project) = (self.member(word())?, Text::from(word()));
                let (mut amount, mut signed, mut state) = (Money::ZERO, false, Text::default());
                for (key, value) in pairs(tail)? {
                    match key {
                        "amount" => amount = money(value)?,
                        "signed" => signed = value == "yes",
                        "stage" => state = Text::from(value),
                        _ => return Err(format!("a project has no `{key}`")),
                    }
                }
                StaffFact::ProjectSet { member, project, amount, signed, state }
            }
            _ => return Ok(None),
        };
        Ok(Some(StaffWish::Note(fact)))
    }

    fn name_of(&self, member: Option<MemberId>) -> &str {
        let found = self.members.iter().find(|(_, id)| Some(**id) == member);
        found.map_or("-", |(name, _)| name.as_str())
    }

    /// What must come out of approvals, rights, accounts and projects.
    pub(super) fn expect_approvals(&self, expect: &Table<'_>, day: Day, report: &mut Report) {
        let list = |report: &mut Report, key: &'static str, actual: Vec<String>| {
            if expect.has(key) {
                report.expect(key, &expect.plain_texts(key).join("; "), &actual.join("; "));
            }
        };
        let requests = approval::requests(&self.staff_book, self.policies, day)
            .iter()
            .map(|request| {
                let waiting: Vec<&str> = request.waiting().iter().map(|party| party.id.as_str()).collect();
                let waits = if request.state == approval::State::Open {
                    format!(" {}", waiting.join(","))
                } else {
                    String::new()
                };
                format!("{} {}{waits}", self.alias_of(request.id), request.state.word())
            })
            .collect();
        list(report, "approvals", requests);
        let tracked = project::tracked(&self.staff_book, self.policies, day)
            .iter()
            .map(|one| {
                let by = if one.by.is_empty() { "nobody".to_owned() } else { one.by.join(",") };
                let people = if one.people.is_empty() { String::new() } else { format!(" {}", one.people.join(",")) };
                format!("{} {} {by}{people}", self.name_of(Some(one.member)), one.project)
            })
            .collect();
        list(report, "projects", tracked);
        let told = project::progress(&self.book, &self.staff_book, self.policies, day)
            .iter()
            .map(|one| format!("{} {} {}", self.name_of(Some(one.member)), one.project, one.stage))
            .collect();
        list(report, "to_tell", told);
        for (name, table) in expect.named_tables("account") {
            let member = self.member(&name.value).unwrap_or_else(|_| MemberId::derived("nobody", ""));
            match account::standing(&self.book, &self.staff_book, self.policies, member, day) {
                Some(standing) => {
                    let grade = standing.grade.map_or("none", |grade| grade.head.id.as_str());
                    for (key, actual) in [
                        ("vip", standing.is_vip.to_string()),
                        ("grade", grade.to_owned()),
                        ("deserves", standing.deserved.map_or("none", |grade| grade.head.id.as_str()).to_owned()),
                        ("limit", standing.limit.to_string()),
                        ("sales", standing.sales.to_string()),
                    ] {
                        if let Some(expected) = table.text(key) {
                            report.expect(&format!("{} {key}", name.value), &expected, &actual);
                        }
                    }
                }
                None => report.fail(format!("there is no account `{}`", name.value)),
            }
            table.finish();
        }
        for line in expect.plain_texts("rights") {
            match self.right(&line, day) {
                Ok((expected, actual)) => report.expect(&line, &expected, &actual),
                Err(why) => report.fail(format!("`{line}`: {why}")),
            }
        }
    }

    /// `chen view wang: yes`, `li list store a: rights.not-for-role`, `boss export all protected: yes`.
    fn right(&self, line: &str, day: Day) -> Result<(String, String), String> {
        let (head, expected) = line.split_once(':').ok_or("written `CODE ACTION WHOM: yes`, or the reason why not")?;
        let mut words = head.split_whitespace();
        let person = words.next().ok_or("who is missing")?;
        let action = words.next().and_then(Action::named).ok_or("there is no such action")?;
        let mut about = match words.next().ok_or("whose data is missing")? {
            "all" => About { day, everyone: true, ..About::default() },
            "store" => About { day, store: Text::from(words.next().unwrap_or("")), ..About::default() },
            "area" => About { day, area: Text::from(words.next().unwrap_or("")), ..About::default() },
            member => {
                let member = self.member(member)?;
                rights::about_member(&self.book, &self.staff_book, self.policies, person, member, day)
            }
        };
        about.protected = words.next() == Some("protected");
        let policy = self.policies.on(day).ok_or("there is no policy")?;
        let verdict = rights::may(policy, self.staff_book.roster(), person, action, &about);
        let actual = if verdict.allowed { "yes".to_owned() } else { verdict.reason.key.to_string() };
        Ok((expected.trim().to_owned(), actual))
    }

    /// What a sale may use of a request.
    pub(super) fn agreed_discount(&self, name: &str) -> Result<(Text, Rate, Vec<Text>), String> {
        approval::request(&self.staff_book, self.policies, self.sale(name), self.last.day)
            .and_then(|request| request.agreed_discount())
            .ok_or_else(|| format!("`{name}` is no request for a discount"))
    }
}
