//! Commission, reckoned anew for every month: what everything known by its end is worth, less what was worth before.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{self, Day};
use crate::exact::{self, MONEY, Rounding};
use crate::office::{Deal, Office, PARTS, Stand};
use crate::terms::{Commission, Each, Of, Pays, Per, Terms, WHOLE, period_end};

/// A row: whose, first day of the month, `commission`, `reversal` or `clawback`, the rule.
pub type Key = (String, Day, &'static str, String);

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The rows; what is taken back is below zero.
    pub rows: BTreeMap<Key, i128>,
    /// Periods that are not over: whose, rule, first day; what they are worth so far.
    pub running: BTreeMap<(String, String, Day), (i128, i128)>,
}

/// What a rule makes of a deal: an amount, and the base on which it rests.
type Worth = (i128, i128);

/// Reckons all months before a day.
#[must_use]
pub fn find(office: &Office<'_>, until: Day) -> Found {
    let mut found = Found::default();
    let codes = everyone(office);
    for deal in office.deals.iter().filter(|deal| deal.day < until) {
        let Some(terms) = office.terms_on(deal.day) else { continue };
        for rule in terms.commission.iter().filter(|rule| !matches!(rule.per, Per::Months(_))) {
            for code in &codes {
                by_deal(office, terms, rule, deal, code, until, &mut found);
            }
        }
    }
    let mut windows: BTreeSet<(String, String, Day, Day)> = BTreeSet::new();
    for deal in office.deals.iter().filter(|deal| deal.day < until) {
        let Some(terms) = office.terms_on(deal.day) else { continue };
        for rule in &terms.commission {
            let Per::Months(months) = rule.per else { continue };
            let (from, to) = (calendar::period_start(deal.day, months), period_end(deal.day, months));
            for code in &codes {
                windows.insert((rule.id.clone(), code.clone(), from, to));
            }
        }
    }
    for (rule, code, from, to) in windows {
        by_window(office, &rule, &code, (from, to), until, &mut found);
    }
    found
}

/// Everyone who ever had a part in a deal, or leads somebody.
fn everyone(office: &Office<'_>) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for deal in &office.deals {
        for turn in office.turns(deal) {
            let Some(stand) = office.stand(deal, turn + 1) else { continue };
            for (code, _) in stand.shares {
                codes.extend(office.leaders(&code, deal.day));
                codes.insert(code);
            }
        }
    }
    codes
}

/// The months from a day's on, before another day: first days.
fn months(from: Day, until: Day) -> Vec<Day> {
    let mut months = Vec::new();
    let mut month = calendar::period_start(from, 1);
    while month < until {
        months.push(month);
        month = calendar::plus_months(month, 1);
    }
    months
}

fn book(found: &mut Found, code: &str, month: Day, rule: &str, change: i128, was_paid: bool) {
    let kind = match (change < 0, was_paid) {
        (false, _) => "commission",
        (true, true) => "clawback",
        (true, false) => "reversal",
    };
    *found.rows.entry((code.to_owned(), month, kind, rule.to_owned())).or_default() += change;
}

/// What a deal brings somebody by a rule, month after month, in instalments perhaps.
fn by_deal(
    office: &Office<'_>,
    terms: &Terms,
    rule: &Commission,
    deal: &Deal,
    code: &str,
    until: Day,
    found: &mut Found,
) {
    let worth =
        |before: Day| office.stand(deal, before).and_then(|stand| worth(office, terms, rule, deal, &stand, code));
    // Instalments run from the day on which the deal is first theirs.
    let Some(first) = office.turns(deal).into_iter().find(|turn| worth(turn + 1).is_some()) else { return };
    let mut dues = Vec::new();
    let mut due = first;
    for _ in 0..rule.instalments {
        dues.push(calendar::period_start(due, 1));
        due = rule.every.end(due);
    }
    let first_month = calendar::period_start(first, 1);
    let mut before = 0;
    for month in months(first, until) {
        let end = calendar::plus_months(month, 1);
        let whole = worth(end).map_or(0, |(amount, _)| amount);
        let fallen_due = dues.iter().filter(|due| **due <= month).count();
        let now = exact::round(whole * i128::try_from(fallen_due).unwrap_or(0), rule.instalments.into(), MONEY);
        let paid = dues.iter().any(|due| *due < month && office.was_paid(code, *due, end - 1));
        if now != before || month == first_month {
            book(found, code, month, &rule.id, now - before, paid);
        }
        before = now;
    }
}

/// Whether a rule is the one for a line, in a deal by someone of a role: the most particular of its group.
fn is_chosen(terms: &Terms, rule: &Commission, deal: &Deal, place: usize, role: &str) -> bool {
    let Some(goods) = deal.goods.get(place) else { return false };
    let holds = |rule: &Commission| {
        rule.on.iter().any(|kind| kind == deal.kind) && rule.is_for(role) && rule.goods.holds(&goods.line)
    };
    if !holds(rule) {
        return false;
    }
    if rule.team {
        return true;
    }
    let rivals = terms.commission.iter().filter(|rival| !rival.team && rival.group == rule.group && holds(rival));
    let most = rivals.clone().map(|rival| rival.goods.particular()).max();
    // Of several that are as particular, the first of the document.
    rivals.into_iter().find(|rival| Some(rival.goods.particular()) == most).is_some_and(|best| best.id == rule.id)
}

/// A fixed amount for a line of which so much stayed sold.
fn fixed(amount: i128, each: Each, kept: i128, quantity: i128) -> i128 {
    match each {
        Each::Piece => exact::round(amount * kept, 1000, MONEY),
        Each::Line | Each::Deal => exact::round(amount * kept, quantity.max(1), MONEY),
    }
}

/// What a whole deal brings by a rule; `None`: the rule is for none of its lines.
fn whole(terms: &Terms, rule: &Commission, deal: &Deal, stand: &Stand, role: &str) -> Option<Worth> {
    let places: Vec<usize> = (0..deal.goods.len()).filter(|place| is_chosen(terms, rule, deal, *place, role)).collect();
    if places.is_empty() {
        return None;
    }
    let base = |place: usize| stand.base(deal, place, &rule.base, rule.arrived);
    let all: i128 = places.iter().map(|place| base(*place)).sum();
    let line = |place: usize| -> i128 {
        let Some(goods) = deal.goods.get(place) else { return 0 };
        let kept = stand.kept(goods, place);
        let amount = match &rule.pays {
            Pays::Fixed(amount, each) => fixed(*amount, *each, kept, goods.line.quantity),
            Pays::Bands(bands) if rule.of == Of::Discount => {
                let discount = if goods.list > 0 {
                    exact::round(goods.reduced * WHOLE, goods.list, Rounding { unit: 1, mode: exact::Mode::HalfUp })
                } else {
                    0
                };
                bands.of(discount).map_or(0, |band| match band.fixed {
                    Some(amount) => fixed(amount, Each::Line, kept, goods.line.quantity),
                    None => band.rate.of(base(place), terms.money),
                })
            }
            Pays::Bands(bands) => bands.bring(0, base(place), terms.money),
        };
        if rule.per == Per::Line { rule.bounded(base(place), amount) } else { amount }
    };
    let amount = match (&rule.pays, rule.per) {
        // Once for the deal, in the part of it that is left.
        (Pays::Fixed(amount, Each::Deal), _) => {
            let at_first: i128 = places
                .iter()
                .filter_map(|place| deal.goods.get(*place))
                .map(|goods| match rule.base.as_str() {
                    "before-discounts" => goods.list,
                    "entitled" => goods.paid + goods.entitled,
                    _ => goods.paid,
                })
                .sum();
            let kept = if at_first > 0 { exact::round(amount * all, at_first, MONEY) } else { *amount };
            rule.bounded(all, kept)
        }
        (Pays::Bands(bands), Per::Deal) => rule.bounded(all, bands.bring(0, all, terms.money)),
        (Pays::Fixed(..), Per::Deal) => rule.bounded(all, places.iter().map(|place| line(*place)).sum()),
        (_, Per::Line) | (Pays::Fixed(..), Per::Months(_)) => places.iter().map(|place| line(*place)).sum(),
        (Pays::Bands(_), Per::Months(_)) => 0,
    };
    Some((amount, all))
}

/// Those below a leader in a deal: who shares it, and who stands between.
fn below(office: &Office<'_>, deal: &Deal, stand: &Stand, leader: &str) -> BTreeSet<String> {
    let mut below = BTreeSet::new();
    for (code, _) in &stand.shares {
        let chain = office.leaders(code, deal.day);
        if let Some(at) = chain.iter().position(|own| own == leader) {
            below.insert(code.clone());
            below.extend(chain.into_iter().take(at));
        }
    }
    below
}

/// What a deal brings somebody by a rule: their own part, or a leader's.
fn worth(
    office: &Office<'_>,
    terms: &Terms,
    rule: &Commission,
    deal: &Deal,
    stand: &Stand,
    code: &str,
) -> Option<Worth> {
    let role = office.role(code, deal.day);
    let (amount, base) = whole(terms, rule, deal, stand, &role)?;
    if rule.team {
        let led: i128 = stand
            .shares
            .iter()
            .filter(|(own, _)| office.leaders(own, deal.day).iter().any(|leader| leader == code))
            .map(|(_, part)| part)
            .sum();
        let below = below(office, deal, stand, code);
        if below.is_empty() {
            return None;
        }
        let part = |whole: i128| exact::split(whole, &[led, (PARTS - led).max(0)], false).first().copied().unwrap_or(0);
        let mut mine = part(amount);
        if !matches!(rule.per, Per::Months(_)) {
            for other in terms.commission.iter().filter(|other| rule.net_of.contains(&other.id)) {
                for whose in &below {
                    mine -= worth(office, terms, other, deal, stand, whose).map_or(0, |(amount, _)| amount);
                }
            }
            mine = mine.max(0);
        }
        return Some((mine, part(base)));
    }
    let mut mine: Option<Worth> = None;
    for (place, _) in stand.shares.iter().enumerate().filter(|(_, (own, _))| own == code) {
        let part = |whole: i128| if rule.in_full { whole } else { stand.part(place, whole) };
        let so_far = mine.unwrap_or_default();
        mine = Some((so_far.0 + part(amount), so_far.1 + part(base)));
    }
    mine
}

/// What a period's deals are worth to somebody as known before a day: amount, base, and whether there was ever anything.
fn window(office: &Office<'_>, rule_id: &str, code: &str, (from, to): (Day, Day), before: Day) -> (i128, i128, bool) {
    // By version: base, and fixed amounts that do not depend on the period.
    let mut sums: BTreeMap<usize, Worth> = BTreeMap::new();
    let mut all_below: BTreeSet<String> = BTreeSet::new();
    for deal in office.deals.iter().filter(|deal| from <= deal.day && deal.day < to) {
        let version = office.version_on(deal.day);
        let Some((_, _, terms)) = office.versions.get(version) else { continue };
        let Some(rule) = terms.commission.iter().find(|rule| rule.id == rule_id) else { continue };
        let Per::Months(months) = rule.per else { continue };
        if (calendar::period_start(deal.day, months), period_end(deal.day, months)) != (from, to) {
            continue;
        }
        for turn in office.turns(deal).into_iter().filter(|turn| *turn < before) {
            let Some(stand) = office.stand(deal, turn + 1) else { continue };
            if worth(office, terms, rule, deal, &stand, code).is_some_and(|worth| worth != (0, 0)) {
                sums.entry(version).or_default();
            }
        }
        let Some(stand) = office.stand(deal, before) else { continue };
        let Some((fixed, base)) = worth(office, terms, rule, deal, &stand, code) else { continue };
        if let Some(sum) = sums.get_mut(&version) {
            sum.0 += fixed;
            sum.1 += base;
        }
        // A leader's period is net of those who sold something in it that counts.
        if rule.team && (fixed, base) != (0, 0) {
            all_below.extend(below(office, deal, &stand, code));
        }
    }
    let total: i128 = sums.values().map(|(_, base)| base).sum();
    let (mut counted, mut amount) = (0, 0);
    for (version, (fixed, base)) in &sums {
        let Some((_, _, terms)) = office.versions.get(*version) else { continue };
        let Some(rule) = terms.commission.iter().find(|rule| rule.id == rule_id) else { continue };
        amount += match (&rule.pays, &rule.of) {
            (Pays::Fixed(..), _) => *fixed,
            (Pays::Bands(bands), of) => {
                let bands = match of {
                    Of::Target(target) => match office.target(target, code, (from, to), before) {
                        Some(target) if target > 0 => Some(bands.of_whole(target)),
                        _ => None,
                    },
                    Of::Amount | Of::Discount => Some(bands.clone()),
                };
                match bands {
                    None => 0,
                    Some(bands) if bands.marginal => bands.bring(counted, counted + base, terms.money),
                    Some(bands) => bands.bring(total - base, total, terms.money),
                }
            }
        };
        counted += base;
    }
    // The last version that judged anything says what is taken off, and the bounds.
    let last = sums.keys().last().and_then(|version| office.versions.get(*version));
    if let Some(rule) = last.and_then(|(_, _, terms)| terms.commission.iter().find(|rule| rule.id == rule_id))
        && total > 0
    {
        for other in &rule.net_of {
            for whose in &all_below {
                amount -= window(office, other, whose, (from, to), before).0;
            }
        }
        amount = rule.bounded(total, amount.max(0));
    }
    (amount, total, !sums.is_empty())
}

fn by_window(office: &Office<'_>, rule: &str, code: &str, (from, to): (Day, Day), until: Day, found: &mut Found) {
    let (.., is_any) = window(office, rule, code, (from, to), Day::MAX - 1);
    if !is_any {
        return;
    }
    // Whoever left is settled with the last month they worked.
    let last = to - 1;
    let left = office.left(code, last).filter(|day| from <= *day && *day < last);
    let settled_in = calendar::period_start(left.unwrap_or(last), 1);
    if settled_in >= until {
        let (amount, base, _) = window(office, rule, code, (from, to), until);
        if base != 0 {
            found.running.insert((code.to_owned(), rule.to_owned(), from), (base, amount));
        }
        return;
    }
    let mut before = 0;
    for month in months(settled_in, until) {
        let end = calendar::plus_months(month, 1);
        let (now, base, _) = window(office, rule, code, (from, to), end);
        let is_first = month == settled_in;
        if now != before || (is_first && base != 0) {
            let paid = !is_first && office.was_paid(code, settled_in, end - 1);
            book(found, code, month, rule, now - before, paid);
        }
        before = now;
    }
}
