//! Scenarios of the staff: their verbs, what must come out, and the promises that hold without being asked.

use super::{Report, Run, expect_money, money, nobody, plain, plain_value};
use crate::event::Journal;
use crate::id::{EventId, Text};
use crate::number::Rate;
use crate::reader::{At, Table};
use crate::staff::decide::StaffWish;
use crate::staff::fact::{Person, Scope, Share, StaffFact, Store, Target};
use crate::staff::settle::{Explain, Settled, parts_sum, settle};
use crate::staff::{StaffBook, pay::Statement};
use crate::time::{BusinessTime, Day};

/// What stands before and after the first colon of a wish.
pub(super) fn head_and_tail(rest: &str) -> (&str, &str) {
    rest.split_once(':').map_or((rest, ""), |(head, tail)| (head.trim(), tail.trim()))
}

/// `key=value` pairs, separated by commas.
pub(super) fn pairs(text: &str) -> Result<Vec<(&str, &str)>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map(|(key, value)| (key.trim(), value.trim())))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("`{text}` is written key=value, key=value"))
}

/// A period: `2026`, `2026-Q1`, `2026-03`, or `2026-03-01..2026-04-01` (the end not included).
///
/// # Errors
/// A sentence that says what is wrong.
pub fn period(text: &str) -> Result<(Day, Day), String> {
    let wrong = || format!("`{text}` is not a period");
    if let Some((from, to)) = text.split_once("..") {
        return Ok((from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?));
    }
    let (year, rest) = text.split_once('-').unwrap_or((text, ""));
    let (month, months) = match rest {
        "" => ("01", 12),
        "Q1" => ("01", 3),
        "Q2" => ("04", 3),
        "Q3" => ("07", 3),
        "Q4" => ("10", 3),
        month => (month, 1),
    };
    let from: Day = format!("{year}-{month}-01").parse().map_err(|_| wrong())?;
    Ok((from, from.plus_months(months)))
}

fn rate(text: &str) -> Result<Rate, String> {
    text.parse().map_err(|_| format!("`{text}` is not a rate"))
}

/// A time, given as `09:00` of the event's day or as a day and a time.
fn time(text: &str, day: Day) -> Result<BusinessTime, String> {
    let whole = if text.contains('-') { text.replace('T', " ") } else { format!("{day} {text}") };
    whole.parse().map_err(|_| format!("`{text}` is not a time"))
}

impl Run<'_> {
    /// The wish of a staff verb; `None` if the verb is another's.
    pub(super) fn staff_wish(
        &self,
        verb: &str,
        rest: &str,
        at: BusinessTime,
        alias: &mut Option<(&'static str, String)>,
    ) -> Result<Option<StaffWish>, String> {
        let (head, tail) = head_and_tail(rest);
        let mut words = head.split_whitespace();
        let mut word = || words.next().unwrap_or("");
        let note = |fact: StaffFact| Ok(Some(StaffWish::Note(fact)));
        match verb {
            "staff" => {
                let mut person = Person { code: Text::from(word()), ..Person::default() };
                for (key, value) in pairs(tail)? {
                    let value = Text::from(value);
                    match key {
                        "name" => person.name = value,
                        "role" => person.role = value,
                        "store" => person.store = value,
                        "team" => person.team = value,
                        "leader" => person.leader = value,
                        "area" => person.area = value,
                        _ => return Err(format!("a person has no `{key}`")),
                    }
                }
                note(StaffFact::Listed(person))
            }
            "gone" => {
                let staff = Text::from(word());
                let rest: Vec<&str> = words.collect();
                let says = |what: &str| rest.contains(&what);
                note(StaffFact::Left {
                    staff,
                    dismissed: says("dismissed"),
                    never_again: says("never-again"),
                    reason: Text::from(tail),
                })
            }
            "store" => {
                let mut store = Store { code: Text::from(word()), ..Store::default() };
                for (key, value) in pairs(tail)? {
                    match key {
                        "name" => store.name = Text::from(value),
                        "area" => store.area = Text::from(value),
                        "daily_sales" => store.daily_sales = money(value)?,
                        _ => return Err(format!("a store has no `{key}`")),
                    }
                }
                note(StaffFact::StoreListed(store))
            }
            "target" => {
                // target RULE SCOPE PERIOD FIGURE; SCOPE is all, area X, store X or a person's code.
                let rule = Text::from(word());
                let scope = match word() {
                    "all" => Scope::All,
                    "area" => Scope::Area(Text::from(word())),
                    "store" => Scope::Store(Text::from(word())),
                    person => Scope::Person(Text::from(person)),
                };
                let (from, to) = period(word())?;
                let text = word();
                let figure = if text.contains('.') {
                    money(text)?.minor()
                } else {
                    text.parse().map_err(|_| format!("`{text}` is not a figure"))?
                };
                note(StaffFact::TargetSet(Target { scope, rule, from, to, figure }))
            }
            "credit" => {
                let of = self.sale(word());
                let mut shares = Vec::new();
                let (parts, reason) = tail.split_once('|').unwrap_or((tail, ""));
                for part in parts.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                    let (staff, share) = part.split_once(' ').unwrap_or((part, "100%"));
                    shares.push(Share { staff: Text::from(staff), part: rate(share)? });
                }
                note(StaffFact::Credited { of, shares, reason: Text::from(reason.trim()) })
            }
            "duty" => {
                let staff = Text::from(word());
                let (from, to) = rest
                    .split_whitespace()
                    .nth(1)
                    .and_then(|span| span.split_once(".."))
                    .ok_or("duty is written `duty CODE 09:00..18:00`")?;
                note(StaffFact::Duty { staff, from: time(from, at.day)?, to: time(to, at.day)? })
            }
            "booked" => {
                let staff = Text::from(word());
                let mut fact = (None, at.day, Text::default());
                for (key, value) in pairs(tail)? {
                    match key {
                        "member" => fact.0 = Some(self.member(value)?),
                        "day" => fact.1 = value.parse().map_err(|_| format!("`{value}` is not a day"))?,
                        "told" => fact.2 = Text::from(value),
                        _ => return Err(format!("a booking has no `{key}`")),
                    }
                }
                note(StaffFact::Booked { staff, member: fact.0, day: fact.1, told: fact.2 })
            }
            "waive" => {
                let staff = Text::from(word());
                if word() != "by" {
                    return Err("written `waive CODE by MANAGER: reason`".to_owned());
                }
                note(StaffFact::DutyWaived { staff, by: Text::from(word()), day: at.day, reason: Text::from(tail) })
            }
            "pay" => {
                let staff = Text::from(word());
                let (month, _) = period(word())?;
                let amount = match word() {
                    "" => None,
                    amount => Some(money(amount)?),
                };
                Ok(Some(StaffWish::Pay { staff, month, amount }))
            }
            "close" => {
                let (from, to) = period(word())?;
                Ok(Some(StaffWish::Close { from, to }))
            }
            _ => match self.care_wish(verb, head, tail, alias)? {
                Some(wish) => Ok(Some(wish)),
                None => match self.conduct_wish(verb, rest, alias)? {
                    Some(wish) => Ok(Some(wish)),
                    None => self.approval_wish(verb, rest, alias),
                },
            },
        }
    }

    fn settled(&self, until: Day, explain: Explain) -> Result<Settled, String> {
        settle(&self.book, &self.staff_book, self.policies, until, explain).map_err(|error| error.to_string())
    }

    /// What must come out for the staff.
    pub(super) fn expect_staff(&self, expect: &Table<'_>, day: Day, report: &mut Report) {
        let until = day.month_start().plus_months(1);
        let settled = match self.settled(until, Explain::Nobody) {
            Ok(settled) => settled,
            Err(why) => return report.fail(format!("settling failed: {why}")),
        };
        for (name, table) in expect.named_tables("statement") {
            let (staff, month) = name.value.split_once(' ').unwrap_or((&name.value, ""));
            let month = if month.is_empty() { Ok((day.month_start(), until)) } else { period(month) };
            match month {
                Ok((month, _)) => match settled.statement(staff, month) {
                    Some(statement) => {
                        let failed = report.failures.len();
                        expect_statement(&name.value, statement, &table, report);
                        if report.failures.len() > failed {
                            self.tell_statement(staff, month, until, report);
                        }
                    }
                    None if self.staff_book.roster().knows(staff) => {
                        report.fail(format!("there is no statement of {staff} for {month}"));
                    }
                    None => {
                        let staff = At { value: Text::from(staff), span: name.span.clone() };
                        nobody(expect, &staff, self.staff_book.roster().codes().map(Text::as_str));
                        continue;
                    }
                },
                Err(why) => report.fail(why),
            }
            table.finish();
        }
        if expect.has("no_statement") {
            for name in expect.plain_texts("no_statement") {
                let (staff, month) = name.split_once(' ').unwrap_or((&name, ""));
                let found = period(month).ok().and_then(|(month, _)| settled.statement(staff, month));
                report.expect(&format!("statement of {name}"), "none", if found.is_some() { "one" } else { "none" });
            }
        }
        let list = |report: &mut Report, key: &'static str, actual: Vec<String>| {
            if expect.has(key) {
                report.expect(key, &expect.plain_texts(key).join("; "), &actual.join("; "));
            }
        };
        let proposals = settled.proposals().iter().map(|one| self.proposal(one)).collect();
        list(report, "proposals", proposals);
        let unassigned =
            settled.unassigned().iter().map(|(deal, why)| format!("{} {}", self.alias_of(*deal), why.key)).collect();
        list(report, "unassigned", unassigned);
        self.expect_conduct(expect, &settled, report);
        if expect.has("running") {
            // Windows that are not over are seen from the month in which one stands.
            let running = self.settled(day, Explain::Nobody).map(|settled| {
                settled
                    .running()
                    .iter()
                    .map(|one| format!("{} {} {} {}", one.staff, one.rule.id, one.base, one.amount))
                    .collect()
            });
            list(report, "running", running.unwrap_or_default());
        }
        self.expect_kpi(expect, day, report);
    }

    /// The reasons of a statement that differs from what was expected.
    fn tell_statement(&self, staff: &str, month: Day, until: Day, report: &mut Report) {
        let Ok(settled) = self.settled(until, Explain::Person(Text::from(staff))) else { return };
        let Some(statement) = settled.statement(staff, month) else { return };
        for row in &statement.rows {
            super::tell(&row.trace, 1, report);
        }
        for row in &statement.kpi {
            super::tell(&row.trace, 1, report);
        }
        for trace in &statement.traces {
            super::tell(trace, 1, report);
        }
    }

    pub(super) fn alias_of(&self, event: EventId) -> &str {
        self.sales.iter().find(|(_, id)| **id == event).map_or("?", |(name, _)| name.as_str())
    }

    /// Holds the staff's figures against the promises, and makes them part of the state hash.
    pub(super) fn staff_promises(&self, report: &mut Report) {
        if !self.staff_book.is_used(self.policies) {
            return;
        }
        let until = self.last.day.month_start().plus_months(13);
        let settled = match self.settled(until, Explain::Everyone) {
            Ok(settled) => settled,
            Err(why) => return report.fail(format!("settling failed: {why}")),
        };
        for statement in settled.statements() {
            if !statement.is_conserved() {
                report.fail(format!("INVARIANT(pay) is broken for {} in {}", statement.staff, statement.month));
            }
            for row in &statement.rows {
                if !parts_sum(&row.trace) {
                    report.fail(format!(
                        "the reasons of {} {} of {} in {} do not sum to {}: {}",
                        row.kind,
                        row.rule.id,
                        statement.staff,
                        statement.month,
                        row.amount,
                        row.trace
                            .parts
                            .iter()
                            .map(|part| {
                                let figure = part.figure.as_ref().map(plain_value).unwrap_or_default();
                                format!("{} {figure}", plain(&part.message))
                            })
                            .collect::<Vec<_>>()
                            .join(" + "),
                    ));
                }
            }
        }
        self.reconciled(report);
        let (Ok(book), Ok(figures)) = (self.staff_book.hash(), settled.hash()) else {
            return report.fail("the staff book has no hash".to_owned());
        };
        let mut events: Vec<_> = self.events.iter().rev().cloned().collect();
        events.extend(self.events.iter().step_by(2).cloned());
        if StaffBook::fold(self.policies, &Journal::new(events)).hash() != Ok(book) {
            report.fail("another order with repetitions gives another staff book".to_owned());
        }
        match self.settled(until, Explain::Nobody).map(|plain| plain.hash()) {
            Ok(Ok(unexplained)) if unexplained == figures => {}
            Ok(_) | Err(_) => report.fail("figures differ when reasons are gathered".to_owned()),
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&report.hash);
        hasher.update(&book);
        hasher.update(&figures);
        report.hash = *hasher.finalize().as_bytes();
    }
}

fn expect_statement(name: &str, statement: &Statement, table: &Table<'_>, report: &mut Report) {
    for (key, actual) in statement.figures() {
        expect_money(report, table, name, key, actual);
    }
    if let Some(points) = table.text("kpi_points") {
        report.expect(&format!("{name} kpi_points"), &points, &statement.kpi_points.to_string());
    }
    if let Some(closed) = table.flag("closed") {
        report.expect(&format!("{name} closed"), &closed.to_string(), &statement.closed.to_string());
    }
    if table.has("rows") {
        let actual: Vec<String> =
            statement.rows.iter().map(|row| format!("{} {} {}", row.kind, row.rule.id, row.amount)).collect();
        report.expect(&format!("{name} rows"), &table.plain_texts("rows").join("; "), &actual.join("; "));
    }
    if table.has("kpi") {
        let actual: Vec<String> = statement.kpi.iter().map(|row| format!("{} {}", row.rule.id, row.points)).collect();
        report.expect(&format!("{name} kpi"), &table.plain_texts("kpi").join("; "), &actual.join("; "));
    }
}
