//! KPI points of persons: what they sold or whom they recruited, held against a target or counted one by one.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{self, Day};
use crate::office::{Deal, Office};
use crate::pay::Row;
use crate::terms::{Kpi, period_end};

/// Points by person, month and rule.
pub type Points = BTreeMap<(String, Day, String), i128>;

/// What a deal counts for somebody by a rule, as known before a day.
fn of_deal(office: &Office<'_>, rule: &Kpi, deal: &Deal, code: &str, before: Day) -> i128 {
    if !rule.on.iter().any(|kind| kind == deal.kind) {
        return 0;
    }
    let Some(stand) = office.stand(deal, before) else { return 0 };
    let places: Vec<usize> = (0..deal.goods.len())
        .filter(|place| deal.goods.get(*place).is_some_and(|goods| rule.goods.holds(&goods.line)))
        .collect();
    let is_theirs = stand.shares.iter().any(|(own, _)| own == code);
    if rule.metric == "deals" {
        let stayed = places.iter().any(|at| deal.goods.get(*at).is_some_and(|goods| stand.kept(goods, *at) > 0));
        return i128::from(stayed && is_theirs);
    }
    let whole: i128 = places.iter().map(|place| stand.base(deal, *place, "paid", rule.metric == "takings")).sum();
    let mine = stand.shares.iter().enumerate().filter(|(_, (own, _))| own == code);
    mine.map(|(place, _)| stand.part(place, whole)).sum()
}

fn figure(office: &Office<'_>, rule: &Kpi, code: &str, (from, to): (Day, Day), before: Day) -> i128 {
    if rule.metric == "recruits" {
        let theirs =
            office.openings.iter().filter(|(known, day, by)| by == code && (from..to).contains(day) && *known < before);
        return i128::try_from(theirs.count()).unwrap_or(0);
    }
    let deals = office.deals.iter().filter(|deal| from <= deal.day && deal.day < to);
    deals.map(|deal| of_deal(office, rule, deal, code, before)).sum()
}

/// Points for full steps above or below a target; `None`: there is no target, or it is nothing.
fn steps(office: &Office<'_>, rule: &Kpi, code: &str, period: (Day, Day), before: Day) -> Option<i128> {
    let target = if rule.target.is_empty() { rule.at } else { office.target(&rule.target, code, period, before)? };
    if target <= 0 {
        return None;
    }
    // A step is `each` of the target; steps are full ones.
    let differs = figure(office, rule, code, period, before) - target;
    let full = (differs.abs() * rule.each.under) / (target * rule.each.over);
    Some(full * if differs > 0 { rule.over } else { rule.under })
}

/// The points of all months before a day.
#[must_use]
pub fn find(office: &Office<'_>, until: Day) -> Points {
    let mut points = Points::new();
    let Some((first, _)) = office.days else { return points };
    for (version, (_, _, terms)) in office.versions.iter().enumerate() {
        for rule in &terms.kpi {
            if let Some(each) = rule.points {
                for (known, day, by) in &office.openings {
                    let month = calendar::period_start(*known, 1);
                    if office.version_on(*day) == version && month < until && !by.is_empty() {
                        *points.entry((by.clone(), month, rule.id.clone())).or_default() += each;
                    }
                }
                continue;
            }
            let mut from = calendar::period_start(first, rule.months);
            while period_end(from, rule.months) <= until {
                let to = period_end(from, rule.months);
                if office.version_on(to - 1) == version {
                    for code in people(office, rule, (from, to)) {
                        by_steps(office, rule, &code, (from, to), until, &mut points);
                    }
                }
                from = to;
            }
        }
    }
    points.retain(|_, points| *points != 0);
    points
}

/// Everyone who is there at the end of a period, has a target for it, or has anything in it.
fn people(office: &Office<'_>, rule: &Kpi, period: (Day, Day)) -> BTreeSet<String> {
    let mut people: BTreeSet<String> = office.everyone(period.1 - 1).into_iter().collect();
    people.extend(office.with_target(&rule.target, period));
    if rule.metric == "recruits" {
        let of_period = office.openings.iter().filter(|(_, day, _)| (period.0..period.1).contains(day));
        people.extend(of_period.map(|(.., by)| by.clone()));
    } else {
        for deal in office.deals.iter().filter(|deal| period.0 <= deal.day && deal.day < period.1) {
            for turn in office.turns(deal) {
                let shares = office.stand(deal, turn + 1).into_iter().flat_map(|stand| stand.shares);
                people.extend(shares.map(|(own, _)| own).filter(|own| of_deal(office, rule, deal, own, turn + 1) != 0));
            }
        }
    }
    people.remove("");
    people
}

fn by_steps(office: &Office<'_>, rule: &Kpi, code: &str, (from, to): (Day, Day), until: Day, points: &mut Points) {
    let mut before = 0;
    let mut month = calendar::plus_months(to, -1);
    while month < until {
        let end = calendar::plus_months(month, 1);
        if let Some(now) = steps(office, rule, code, (from, to), end) {
            *points.entry((code.to_owned(), month, rule.id.clone())).or_default() += now - before;
            before = now;
        }
        month = end;
    }
}

/// A month's points as pay, where they are worth anything.
#[must_use]
pub fn pay(office: &Office<'_>, points: &Points) -> Vec<Row> {
    let mut months: BTreeMap<(String, Day), i128> = BTreeMap::new();
    for ((code, month, _), points) in points {
        *months.entry((code.clone(), *month)).or_default() += points;
    }
    let mut rows = Vec::new();
    for ((code, month), points) in months {
        let last = calendar::plus_months(month, 1) - 1;
        let Some(terms) = office.terms_on(last) else { continue };
        let is_for = terms.kpi_roles.is_empty() || terms.kpi_roles.contains(&office.role(&code, last));
        if office.knows(&code) && is_for && (points > 0 || terms.reduces_pay) {
            rows.push((code, month, "kpi".to_owned(), points * terms.per_point));
        }
    }
    rows
}
