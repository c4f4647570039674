//! Pay: a month's rows become what is kept, carried, paid ahead and paid.

use std::collections::BTreeMap;

use crate::calendar::{self, Day};
use crate::office::Office;

/// A row of any sort: whose, month, sort, amount; what is taken back is below zero, what is deducted above.
pub type Row = (String, Day, String, i128);

/// A month's figures, in the order of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Income.
    pub accrued: i128,
    /// Taken off before it was paid out.
    pub reversed: i128,
    /// Taken back of what was paid out.
    pub clawed_back: i128,
    /// Kept.
    pub held: i128,
    /// Of what was kept, settled.
    pub released: i128,
    /// Fines and damages, less what was lifted.
    pub deductions: i128,
    /// What earlier pay could not cover.
    pub carried_in: i128,
    /// What this pay cannot cover.
    pub carried_out: i128,
    /// Paid ahead.
    pub drawn: i128,
    /// Of what was paid ahead, recovered.
    pub recovered: i128,
    /// What it comes to.
    pub payable: i128,
    /// What was paid of it.
    pub paid: i128,
    /// What is to be paid of it.
    pub outstanding: i128,
    /// Kept in all.
    pub held_balance: i128,
    /// Paid ahead and not recovered, in all.
    pub draw_balance: i128,
}

/// The least pay of somebody in the month that a day ends: of those who are on the list on that day.
fn least(office: &Office<'_>, code: &str, last: Day) -> i128 {
    match (office.terms_on(last), office.person(code, last)) {
        (Some(terms), Some(person)) if terms.draw_roles.is_empty() || terms.draw_roles.contains(&person.role) => {
            terms.draw
        }
        _ => 0,
    }
}

/// Everyone's months from the first in which they have anything, before a day.
#[must_use]
pub fn statements(office: &Office<'_>, rows: &[Row], until: Day) -> BTreeMap<(String, Day), Figures> {
    let mut first: BTreeMap<String, Day> = BTreeMap::new();
    let with_rows = rows.iter().map(|(code, month, ..)| (code, *month));
    let with_pay = office.paid.iter().map(|(code, month, ..)| (code, *month));
    for (code, month) in with_rows.chain(with_pay) {
        if month < until {
            let first = first.entry(code.clone()).or_insert(month);
            *first = month.min(*first);
        }
    }
    // A least pay is paid from the first month on.
    let mut month = office.first_day().map_or(until, |day| calendar::period_start(day, 1));
    while month < until {
        let end = calendar::plus_months(month, 1);
        for code in office.everyone(end - 1) {
            if least(office, &code, end - 1) > 0 {
                let first = first.entry(code).or_insert(month);
                *first = month.min(*first);
            }
        }
        month = end;
    }
    let mut all = BTreeMap::new();
    for (code, first) in first {
        let mut carried = 0;
        let mut ahead = 0;
        let mut kept: BTreeMap<String, i128> = BTreeMap::new();
        let mut month = first;
        while month < until {
            let end = calendar::plus_months(month, 1);
            let sum = |sorts: &[&str]| -> i128 {
                rows.iter()
                    .filter(|(own, of, sort, _)| *own == code && *of == month && sorts.contains(&sort.as_str()))
                    .map(|(.., amount)| amount)
                    .sum()
            };
            let mut figures = Figures {
                accrued: sum(&["base", "commission", "bonus", "prize", "kpi"]),
                reversed: -sum(&["reversal"]),
                clawed_back: -sum(&["clawback"]),
                deductions: sum(&["fine", "damages"]) - sum(&["lifted"]),
                carried_in: carried,
                ..Figures::default()
            };
            let role = office.role(&code, end - 1);
            let has_left = office.left(&code, end - 1).is_some();
            let is_for = |roles: &[String]| roles.is_empty() || roles.contains(&role);
            let terms = office.terms_on(end - 1);
            for rule in terms.iter().flat_map(|terms| &terms.holdback).filter(|rule| is_for(&rule.roles)) {
                // What was taken back lowers what is kept of commission.
                let mut sorts: Vec<&str> = ["base", "commission", "bonus", "prize", "kpi"]
                    .into_iter()
                    .filter(|sort| rule.of.is_empty() || rule.of.iter().any(|own| own == sort))
                    .collect();
                if sorts.contains(&"commission") {
                    sorts.extend(["reversal", "clawback"]);
                }
                let held = terms.map_or(0, |terms| rule.rate.of(sum(&sorts).max(0), terms.money));
                figures.held += held;
                let pot = kept.entry(rule.id.clone()).or_default();
                *pot += held;
                if calendar::period_start(end, rule.months) == end || (has_left && !rule.leavers_wait) {
                    figures.released += *pot;
                    *pot = 0;
                }
            }
            let due = figures.accrued - figures.reversed - figures.clawed_back - figures.held + figures.released
                - figures.deductions
                - carried;
            figures.payable = due.max(0);
            figures.carried_out = (-due).max(0);
            carried = figures.carried_out;
            let least = least(office, &code, end - 1);
            if figures.payable < least {
                figures.drawn = least - figures.payable;
                ahead += figures.drawn;
                figures.payable = least;
            } else if terms.is_some() {
                figures.recovered = ahead.min(figures.payable - least);
                ahead -= figures.recovered;
                figures.payable -= figures.recovered;
            }
            figures.paid = office
                .paid
                .iter()
                .filter(|(own, of, ..)| *own == code && *of == month)
                .map(|(.., amount)| amount)
                .sum();
            figures.outstanding = figures.payable - figures.paid;
            figures.held_balance = kept.values().sum();
            figures.draw_balance = ahead;
            all.insert((code.clone(), month), figures);
            month = end;
        }
    }
    all
}
