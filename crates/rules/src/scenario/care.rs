//! Scenarios of ownership and care: whose member someone is, what is due, what a message may say.

use core::fmt::Write as _;

use super::staff::pairs;
use super::{Report, Run, plain, plain_value};
use crate::id::{MemberId, Text};
use crate::reader::Table;
use crate::staff::care::{StaffTask, due};
use crate::staff::classing::{classes, concentration, profile};
use crate::staff::clientele::Clientele;
use crate::staff::clients::files;
use crate::staff::complaints::complaints;
use crate::staff::decide::StaffWish;
use crate::staff::draw::verify_draw;
use crate::staff::fact::{Origin, StaffFact};
use crate::staff::lists::list;
use crate::staff::message::{Draft, check};
use crate::staff::ownership::{Owners, acting, pool};
use crate::time::Day;

/// One line for each of `m1..m200` in a line: what two hundred have in common is written once.
pub(super) fn each(line: &str) -> Vec<String> {
    let range = line.split_whitespace().map(|word| word.trim_end_matches([':', ',', ';'])).find_map(|word| {
        let (from, to) = word.split_once("..")?;
        let stem = from.trim_end_matches(|c: char| c.is_ascii_digit());
        let (first, last) = (from.strip_prefix(stem)?, to.strip_prefix(stem)?);
        if stem.is_empty() || !stem.chars().all(char::is_alphabetic) {
            return None;
        }
        let numbers = first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?;
        Some((word.to_owned(), stem.to_owned(), first.len(), numbers))
    });
    match range {
        Some((word, stem, width, numbers)) if numbers.clone().count() <= 10_000 => {
            numbers.map(|number| line.replace(&word, &format!("{stem}{number:0width$}"))).collect()
        }
        Some(_) | None => vec![line.to_owned()],
    }
}

impl Run<'_> {
    /// The wish of a verb of ownership or care; `None` if the verb is another's.
    pub(super) fn care_wish(
        &self,
        verb: &str,
        head: &str,
        tail: &str,
        alias: &mut Option<(&'static str, String)>,
    ) -> Result<Option<StaffWish>, String> {
        let mut words = head.split_whitespace();
        let mut word = || words.next().unwrap_or("");
        let note = |fact: StaffFact| Ok(Some(StaffWish::Note(fact)));
        let list = |text: &str| -> Vec<Text> {
            text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(Text::from).collect()
        };
        match verb {
            "deal" => {
                *alias = Some(("fact", word().to_owned()));
                let seed = word().parse().map_err(|_| "a draw is written `deal ID SEED [: CODE, CODE]`")?;
                Ok(Some(StaffWish::DealOwners { seed, among: list(tail) }))
            }
            "dealt" => {
                *alias = Some(("fact", word().to_owned()));
                let seed = word().parse().map_err(|_| "written `dealt ID SEED [AMONG]: MEMBER=CODE, …`")?;
                let among = list(word());
                let (mut dealt, mut kept) = (Vec::new(), Vec::new());
                for (member, code) in pairs(tail)? {
                    match code {
                        "company" => kept.push(self.member(member)?),
                        code => dealt.push((self.member(member)?, Text::from(code))),
                    }
                }
                note(StaffFact::OwnersDealt { seed, among, dealt, kept })
            }
            "owner" => {
                let member = self.member(word())?;
                let owner = match word() {
                    "company" => Text::default(),
                    code => Text::from(code),
                };
                note(StaffFact::OwnerSet { member, owner, reason: Text::from(tail) })
            }
            "file" => {
                let member = self.member(word())?;
                let named = word();
                let origin = Origin::ALL.into_iter().find(|own| own.word() == named);
                let origin = origin.ok_or_else(|| format!("`{named}` is no origin: company, personal, team"))?;
                note(StaffFact::ClientFiled { member, origin, holders: list(tail) })
            }
            "away" => {
                let absent = Text::from(word());
                let span = word();
                let (from, to) = span.split_once("..").ok_or("written `away CODE 2026-03-01..2026-03-08 [CODE]`")?;
                let day = |text: &str| text.parse::<Day>().map_err(|_| format!("`{text}` is not a day"));
                note(StaffFact::StandIn { absent, by: Text::from(word()), from: day(from)?, to: day(to)? })
            }
            "suspend" => {
                let person = Text::from(word());
                let span = word();
                let (from, to) =
                    span.split_once("..").ok_or("written `suspend CODE 2026-03-01..2026-03-04: reason`")?;
                let day = |text: &str| text.parse::<Day>().map_err(|_| format!("`{text}` is not a day"));
                note(StaffFact::Suspended {
                    staff: person,
                    from: day(from)?,
                    to: day(to)?,
                    reason: Text::from(tail.trim()),
                })
            }
            "contact" => {
                // contact MEMBER CODE WAY [RULE]: what was said
                let member = self.member(word())?;
                let (staff, way, rule) = (Text::from(word()), Text::from(word()), Text::from(word()));
                note(StaffFact::Contacted { member, staff, way, rule, note: Text::from(tail) })
            }
            "complain" => {
                // complain ID [MEMBER|-] [CODE]: what about
                *alias = Some(("fact", word().to_owned()));
                let member = match word() {
                    "" | "-" => None,
                    name => Some(self.member(name)?),
                };
                note(StaffFact::ComplaintMade { member, staff: Text::from(word()), note: Text::from(tail) })
            }
            "handle" => {
                let of = self.sale(word());
                note(StaffFact::ComplaintHandled { of, outcome: Text::from(tail), escalated: false })
            }
            "escalate" => {
                let of = self.sale(word());
                note(StaffFact::ComplaintHandled { of, outcome: Text::from(tail), escalated: true })
            }
            _ => Ok(None),
        }
    }

    pub(super) fn member_name(&self, id: MemberId) -> &str {
        self.members.iter().find(|(_, own)| **own == id).map_or("?", |(name, _)| name.as_str())
    }

    /// What must come out of ownership and care.
    pub(super) fn expect_care(&self, expect: &Table<'_>, day: Day, report: &mut Report) {
        let owners = Owners::new(&self.staff_book, self.policies);
        for (name, table) in expect.named_tables("owner") {
            // `[expect.owner."li 2026-02-28"]`: as of another day.
            let (member, on) = name.value.split_once(' ').unwrap_or((&name.value, ""));
            let on = if on.is_empty() { day } else { on.parse().unwrap_or(day) };
            let found = self.members.get(member).and_then(|id| owners.on(*id, on));
            let Some(owner) = found else {
                report.fail(format!("{member} has not joined by {on}"));
                continue;
            };
            let what = |key: &str| format!("{} {key}", name.value);
            let shown = if owner.staff.is_empty() { "company" } else { owner.staff.as_str() };
            if let Some(text) = table.text("staff") {
                report.expect(&what("staff"), &text, shown);
            }
            if let Some(text) = table.text("held") {
                report.expect(&what("held"), &text, owner.held.word());
            }
            if let Some(owns) = table.flag("owns") {
                report.expect(&what("owns"), &owns.to_string(), &owner.owns.to_string());
            }
            if let Some(text) = table.text("since") {
                report.expect(&what("since"), &text, &owner.since.to_string());
            }
            if let Some(text) = table.text("until") {
                let until = if owner.until == Day::LAST { "never".to_owned() } else { owner.until.to_string() };
                report.expect(&what("until"), &text, &until);
            }
            if table.has("had") {
                report.expect(&what("had"), &table.plain_texts("had").join(", "), &owner.had.join(", "));
            }
            if table.has("why") {
                let why: Vec<&str> = owner.trace.parts.iter().map(|part| part.message.key.as_str()).collect();
                report.expect(&what("why"), &table.plain_texts("why").join("; "), &why.join("; "));
            }
            table.finish();
        }
        if expect.has("companys") {
            let held: Vec<&str> = pool(&owners, day).iter().map(|owner| self.member_name(owner.member)).collect();
            let mut held = held;
            held.sort_unstable();
            report.expect("companys", &expect.plain_texts("companys").join(", "), &held.join(", "));
        }
        if expect.has("acting") {
            for text in expect.plain_texts("acting") {
                // CODE DAY WHO: who acts for someone on a day.
                let mut words = text.split_whitespace();
                let (code, on) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                let (by, _) = acting(&self.staff_book, &Text::from(code), on.parse().unwrap_or(day));
                let by = if by.is_empty() { "nobody" } else { by.as_str() };
                report.expect(&format!("{code} on {on}"), words.next().unwrap_or(""), by);
            }
        }
        for (name, table) in expect.named_tables("draw") {
            self.expect_draw(&name.value, &table, report);
            table.finish();
        }
        for table in expect.tables("staff_due") {
            let on = table.day("on").unwrap_or(day);
            let tasks = due(&self.book, &self.staff_book, self.policies, on);
            let actual: Vec<String> = tasks.iter().map(|task| self.staff_task_words(task)).collect();
            if table.has("tasks") {
                let expected = table.plain_texts("tasks").join("; ");
                report.expect(&format!("staff due on {on}"), &expected, &actual.join("; "));
            }
            for task in table.plain_texts("with") {
                let there = actual.iter().any(|own| *own == task);
                let found = if there { task.to_string() } else { format!("[{}]", actual.join("; ")) };
                report.expect(&format!("staff due on {on}"), &task, &found);
            }
            for start in table.plain_texts("without") {
                let found = actual.iter().find(|own| own.starts_with(start.as_str())).map_or("", |own| own.as_str());
                report.expect(&format!("staff due on {on} without {start}"), "", found);
            }
            table.finish();
        }
        self.expect_classes(expect, day, report);
        for table in expect.tables("complaints") {
            let at = table.text("at").and_then(|at| at.parse().ok()).unwrap_or(self.last);
            let actual: Vec<String> = complaints(&self.book, &self.staff_book, self.policies, at)
                .iter()
                .map(|one| {
                    let state = match (one.escalated, one.closed, one.handled) {
                        (Some(_), Some(_), _) => "closed",
                        (Some(_), None, _) => "at-head-office",
                        (None, _, Some(_)) => "handled",
                        (None, _, None) => "open",
                    };
                    let late = if one.late { " late" } else { "" };
                    format!("{} {state}{late}, by {}", self.alias_of(one.id), one.deadline)
                })
                .collect();
            report.expect(&format!("complaints at {at}"), &table.plain_texts("are").join("; "), &actual.join("; "));
            table.finish();
        }
        for table in expect.tables("message") {
            self.expect_message(&table, day, report);
            table.finish();
        }
        if expect.has("files") {
            let shown: Vec<String> = files(&self.staff_book, self.policies, day)
                .iter()
                .map(|file| {
                    let origin = file.origin.word();
                    format!(
                        "{} {origin}: original {}, copies {}, backup {}",
                        self.member_name(file.member),
                        some(&file.keepers),
                        some(&file.copies),
                        some(&file.backups)
                    )
                })
                .collect();
            let mut shown = shown;
            shown.sort();
            report.expect("files", &expect.plain_texts("files").join("; "), &shown.join("; "));
        }
    }

    /// Classes, lists, what buyers are like, how much comes from how few.
    fn expect_classes(&self, expect: &Table<'_>, day: Day, report: &mut Report) {
        let clientele = Clientele::new(&self.book, &self.staff_book, self.policies);
        for table in expect.tables("class") {
            let (rule, on) = (table.text("rule").unwrap_or_default(), table.day("on").unwrap_or(day));
            let actual: Vec<String> = classes(&clientele, &rule, on)
                .iter()
                .map(|one| format!("{} {}", self.member_name(one.member), one.class.head.id))
                .collect();
            report.expect(&format!("{rule} on {on}"), &table.plain_texts("are").join(", "), &actual.join(", "));
            table.finish();
        }
        for table in expect.tables("list") {
            let (rule, on) = (table.text("rule").unwrap_or_default(), table.day("on").unwrap_or(day));
            let actual: Vec<&str> = list(&clientele, &rule, on).into_iter().map(|id| self.member_name(id)).collect();
            report.expect(&format!("list {rule} on {on}"), &table.plain_texts("are").join(", "), &actual.join(", "));
            table.finish();
        }
        for (name, table) in expect.named_tables("profile") {
            let found = self.members.get(name.value.as_str()).and_then(|id| profile(&clientele, *id, day));
            if let Some(none) = table.flag("none") {
                report.expect(
                    &format!("{} has no profile", name.value),
                    &none.to_string(),
                    &found.is_none().to_string(),
                );
            }
            if let Some(found) = found {
                let english =
                    |label: &Option<crate::message::Label>| label.as_ref().map_or("", |one| &one.en).to_owned();
                let figures = [
                    ("average", found.average.to_string()),
                    ("in_a_year", found.in_a_year.to_string()),
                    ("sensitive", found.sensitive.to_string()),
                    ("ticket", english(&found.ticket)),
                    ("frequency", english(&found.frequency)),
                    ("sensitivity", english(&found.sensitivity)),
                    ("category", found.category.to_string()),
                    ("style", found.style.to_string()),
                ];
                for (key, actual) in figures {
                    if let Some(expected) = table.text(key) {
                        report.expect(&format!("{} {key}", name.value), &expected, &actual);
                    }
                }
            }
            table.finish();
        }
        if let Some(table) = expect.table("concentration") {
            match concentration(&clientele, day) {
                Some(found) => {
                    let figures = [
                        ("members", found.members.to_string()),
                        ("top", found.top.to_string()),
                        ("sales", found.sales.to_string()),
                        ("top_sales", found.top_sales.to_string()),
                        ("share", found.share.to_string()),
                        ("from", found.from.to_string()),
                    ];
                    for (key, actual) in figures {
                        if let Some(expected) = table.text(key) {
                            report.expect(&format!("concentration {key}"), &expected, &actual);
                        }
                    }
                }
                None => report.fail("the program does not ask for a concentration".to_owned()),
            }
            table.finish();
        }
    }

    fn staff_task_words(&self, task: &StaffTask) -> String {
        let mut words = task.kind.to_string();
        if task.kind != task.rule.kind || task.rule.id != task.rule.kind {
            let _ = write!(words, " {}", task.rule.id);
        }
        let member = task.member.map_or("-", |id| self.member_name(id));
        let staff = if task.staff.is_empty() { "-" } else { task.staff.as_str() };
        let _ = write!(words, " {member} {staff}");
        if !task.stands_in_for.is_empty() {
            let _ = write!(words, " for {}", task.stands_in_for);
        }
        if let Some(figure) = &task.figure {
            let _ = write!(words, " {}", plain_value(figure));
        }
        words
    }

    /// A text, and what is wrong with it: `KEY FROM..TO` or `KEY` at its end.
    fn expect_message(&self, table: &Table<'_>, day: Day, report: &mut Report) {
        let Some(policy) = self.policies.on(day) else { return };
        let [kind, text, shop, sender, from, closest] =
            ["kind", "text", "shop", "sender", "from", "closest"].map(|key| table.text(key).unwrap_or_default());
        let draft = Draft { kind: &kind, text: &text, shop: &shop, sender: &sender, from: &from, closest: &closest };
        let problems: Vec<String> = check(policy, &draft)
            .iter()
            .map(|problem| match problem.what.arg("word") {
                Some(word) => format!("{} {}..{} {}", problem.what.key, problem.from, problem.to, plain_value(word)),
                None => problem.what.key.to_string(),
            })
            .collect();
        report.expect(&format!("message {text}"), &table.plain_texts("problems").join("; "), &problems.join("; "));
    }

    fn expect_draw(&self, name: &str, table: &Table<'_>, report: &mut Report) {
        let id = self.sale(name);
        let Some(StaffFact::OwnersDealt { among, dealt, kept, .. }) = self.staff_book.fact(id).map(|noted| &noted.fact)
        else {
            report.fail(format!("there is no draw `{name}`"));
            return;
        };
        let what = |key: &str| format!("draw {name} {key}");
        let mut each: Vec<String> =
            among.iter().map(|code| format!("{code} {}", dealt.iter().filter(|(_, to)| to == code).count())).collect();
        if table.has("each") {
            // By code; `in_order` shows the order of the draw.
            let mut sorted = each.clone();
            sorted.sort();
            report.expect(&what("each"), &table.plain_texts("each").join(", "), &sorted.join(", "));
        }
        if table.has("counts") {
            // How many each got, in the order of the draw.
            for one in &mut each {
                *one = one.rsplit(' ').next().unwrap_or("").to_owned();
            }
            report.expect(&what("counts"), &table.plain_texts("counts").join(", "), &each.join(", "));
        }
        if table.has("dealt") {
            let mut shown: Vec<String> =
                dealt.iter().map(|(member, to)| format!("{} {to}", self.member_name(*member))).collect();
            shown.sort();
            report.expect(&what("dealt"), &table.plain_texts("dealt").join(", "), &shown.join(", "));
        }
        if table.has("kept") {
            let mut shown: Vec<&str> = kept.iter().map(|member| self.member_name(*member)).collect();
            shown.sort_unstable();
            report.expect(&what("kept"), &table.plain_texts("kept").join(", "), &shown.join(", "));
        }
        // A draw that is not checked in a scenario would prove little: it is always looked at.
        let differs: Vec<String> =
            verify_draw(&self.book, &self.staff_book, self.policies, id).iter().map(plain).collect();
        let expected = table.plain_texts("differs");
        report.expect(&what("differs"), &expected.join("; "), &differs.join("; "));
    }
}

fn some(codes: &[Text]) -> String {
    if codes.is_empty() { "none".to_owned() } else { codes.join(" ") }
}
