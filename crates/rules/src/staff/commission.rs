//! What commission rules bring: each deal is matched with the most specific rule of each group, its amounts are put
//! into the rule's deal, line or window, and every later change (goods back, money arrived, another decision about who
//! gets it) counts from the day on which it was known.

use std::collections::{BTreeMap, BTreeSet};

use super::credit::State;
use super::fact::Scope;
use super::pay::{Findings, Row, RowKind, Running};
use super::settle::Context;
use super::{Deal, DealLine};
use crate::id::Text;
use crate::kinds::commission::{Commission, Each, Of, Pays, Per};
use crate::message::{RuleRef, Trace};
use crate::msg;
use crate::number::{Money, NumberError, Rate, Rounding, Split};
use crate::policy::Policy;
use crate::primitives::{RATE_UNIT, Steps};
use crate::time::Day;

/// A rule of a version: number of the policy, number of the rule in it.
type RuleKey = (usize, usize);

/// A figure that changes with what becomes known: the day from which, and the figure.
type Timeline = Vec<(Day, Money)>;

/// What a window has gathered from one deal at one time: a difference to what it had before.
#[derive(Debug, Clone)]
struct Part {
    known: Day,
    version: usize,
    base: Money,
    fixed: Money,
    deal: u32,
}

/// A person's window of a rule.
#[derive(Debug, Default)]
struct Gathered {
    parts: Vec<Part>,
    /// Those whose deals a leader's window is about: from which day of knowing each deal is, or no longer is.
    below: BTreeMap<u32, Vec<(Day, bool)>>,
}

impl Gathered {
    /// Those of whom it is about at least one deal, as known before a day.
    fn below(&self, before_day: Day) -> impl Iterator<Item = u32> {
        let number = move |turns: &[(Day, bool)]| {
            let known = turns.iter().filter(|(known, _)| *known < before_day);
            known.map(|(_, begins)| if *begins { 1_i64 } else { -1 }).sum::<i64>()
        };
        self.below.iter().filter(move |(_, turns)| number(turns) > 0).map(|(person, _)| *person)
    }
}

/// What a window is worth as known before a day.
struct Valued {
    base: Money,
    amount: Money,
    reasons: Vec<Trace>,
    /// The last policy that judged anything in it.
    version: usize,
}

/// Amounts of deal and line rules by rule and person.
type Amounts = BTreeMap<(usize, u32), Money>;

/// Bases of window rules, and fixed amounts that do not depend on the window, by rule and person.
type Bases = BTreeMap<(usize, u32), (Money, Money)>;

/// Whose deal it is, by a leader's rule and the leader.
type Below = BTreeSet<(usize, u32, u32)>;

/// Rule id, person, first day, first day after.
type WindowKey = (Text, u32, Day, Day);

/// Person, month, sort, rule.
type RowKey = (u32, Day, RowKind, RuleKey);

struct Finder<'f, 'c> {
    context: &'f Context<'c>,
    /// Rows of deal and line rules, gathered by person, month, sort and rule.
    rows: BTreeMap<RowKey, (Money, u32, Vec<Trace>)>,
    windows: BTreeMap<WindowKey, Gathered>,
    /// Which rules apply, by version, goods, role and sort of deal.
    matched: BTreeMap<(usize, u32, Text, super::DealKind), Vec<usize>>,
}

/// Finds all commission rows.
///
/// # Errors
/// Where a figure does not fit.
pub fn find(context: &Context<'_>, findings: &mut Findings) -> Result<(), NumberError> {
    if context.policies.iter().all(|(_, policy)| policy.staff().commission.is_empty()) {
        return Ok(());
    }
    let mut finder = Finder { context, rows: BTreeMap::new(), windows: BTreeMap::new(), matched: BTreeMap::new() };
    for (number, deal) in (0_u32..).zip(&context.staff.deals) {
        if deal.at.day < context.until {
            finder.deal(number, deal, findings)?;
        }
    }
    finder.settle_windows(findings)?;
    finder.emit(findings);
    Ok(())
}

/// An amount by a fixed sum for each piece, line or deal.
fn fixed(amount: Money, each: Each, line: &DealLine, kept: crate::number::Quantity) -> Result<Money, NumberError> {
    match each {
        Each::Piece => Rounding::MONEY.ratio(i128::from(amount.minor()).saturating_mul(i128::from(kept.minor())), 1000),
        Each::Line | Each::Deal => Rounding::MONEY.ratio(
            i128::from(amount.minor()).saturating_mul(i128::from(kept.minor())),
            i128::from(line.quantity.minor().max(1)),
        ),
    }
    .map(Money::from_minor)
}

fn weight(part: Rate) -> i64 {
    let (mantissa, denominator) = part.ratio();
    // Parts of a deal are at most 1 with at most 12 decimals: brought to one denominator they fit.
    let scale = 1_000_000_000_000_i64.checked_div(denominator).unwrap_or(0);
    // A fact may say anything: less than nothing is nothing, more than the whole is the whole.
    mantissa.saturating_mul(scale).clamp(0, 1_000_000_000_000)
}

/// What of a whole falls to each who shares a deal. With shares that make the whole, the parts sum to it, to the fen.
pub(super) fn split(state: &State, whole: Money) -> Vec<(&Text, Money)> {
    let mut weights: Vec<i64> = state.credit.shares.iter().map(|share| weight(share.part)).collect();
    let rest = weight(Rate::ONE).saturating_sub(weights.iter().sum()).max(0);
    weights.push(rest);
    let parts = Split::LargestRemainder.parts(whole.minor(), &weights);
    state.credit.shares.iter().map(|share| &share.staff).zip(parts.into_iter().map(Money::from_minor)).collect()
}

fn capped(rule: &Commission, amount: Money) -> (Money, Option<Trace>) {
    if let Some(cap) = rule.cap
        && amount > cap
    {
        let off = cap.minus(amount).unwrap_or_default();
        return (cap, Some(Trace::of(msg!("commission.capped", cap = cap), off)));
    }
    if let Some(floor) = rule.floor
        && amount < floor
    {
        let more = floor.minus(amount).unwrap_or_default();
        return (floor, Some(Trace::of(msg!("commission.raised", floor = floor), more)));
    }
    (amount, None)
}

impl Finder<'_, '_> {
    fn rule(&self, key: RuleKey) -> Option<(&Policy, &Commission)> {
        let policy = self.context.policies.get(key.0)?;
        Some((policy, policy.staff().commission.get(key.1)?))
    }

    fn reference(&self, key: RuleKey) -> RuleRef {
        self.rule(key).map(|(policy, rule)| rule.head.reference("commission", policy.program())).unwrap_or_default()
    }

    /// The rules for goods in a deal by someone of a role: the most specific of each group.
    fn rules_for(&mut self, version: usize, goods: u32, role: &str, kind: super::DealKind) -> Vec<usize> {
        let key = (version, goods, Text::from(role), kind);
        if let Some(found) = self.matched.get(&key) {
            return found.clone();
        }
        let mut chosen: BTreeMap<&str, (u8, usize)> = BTreeMap::new();
        let mut found = Vec::new();
        if let (Some(policy), Some(line)) = (self.context.policies.get(version), self.context.staff.goods(goods)) {
            for (number, rule) in policy.staff().commission.iter().enumerate() {
                if !rule.on.contains(&kind) || !rule.is_for(role) || !rule.goods.holds(line) {
                    continue;
                }
                let specificity = rule.goods.specificity();
                // Rules for a team stand beside those for one's own deals.
                let group = if rule.team { rule.head.id.as_str() } else { rule.group.as_str() };
                match chosen.get(group) {
                    Some((known, _)) if *known >= specificity => {}
                    Some(_) | None => {
                        chosen.insert(group, (specificity, number));
                    }
                }
            }
            found = chosen.values().map(|(_, number)| *number).collect();
            found.sort_unstable();
        }
        self.matched.insert(key, found.clone());
        found
    }

    /// What a deal brings, state by state.
    fn deal(&mut self, number: u32, deal: &Deal, findings: &mut Findings) -> Result<(), NumberError> {
        let context = self.context;
        let day = deal.at.day;
        let version = context.policies.index_on(day);
        let Some(policy) = context.policies.get(version) else { return Ok(()) };
        if policy.staff().commission.is_empty() {
            return Ok(());
        }
        let states = context.credits.states(number, deal);
        if let Some(last) = states.last()
            && last.credit.shares.is_empty()
            && let Some(why) = &last.credit.why
        {
            findings.unassigned.push((deal.id, why.clone()));
        }
        // Amounts by rule and person of deal and line rules; bases by rule and person of window rules.
        let mut amounts: BTreeMap<(usize, u32), Timeline> = BTreeMap::new();
        let mut bases = Bases::new();
        let mut below = Below::new();
        for state in &states {
            let (now_amounts, now_bases, now_below) = self.state(policy, version, deal, state)?;
            for key in amounts.keys().copied().chain(now_amounts.keys().copied()).collect::<BTreeSet<_>>() {
                let amount = now_amounts.get(&key).copied().unwrap_or_default();
                amounts.entry(key).or_default().push((state.known, amount));
            }
            for key in bases.keys().copied().chain(now_bases.keys().copied()).collect::<BTreeSet<_>>() {
                let now = now_bases.get(&key).copied().unwrap_or_default();
                let before = bases.insert(key, now).unwrap_or_default();
                if now != before {
                    let part = Part {
                        known: state.known,
                        version,
                        base: now.0.minus(before.0)?,
                        fixed: now.1.minus(before.1)?,
                        deal: number,
                    };
                    if let Some(gathered) = self.gathered(policy, key, day) {
                        gathered.parts.push(part);
                    }
                }
            }
            for (rule, leader, person) in below.symmetric_difference(&now_below).copied() {
                if let Some(gathered) = self.gathered(policy, (rule, leader), day) {
                    let begins = now_below.contains(&(rule, leader, person));
                    gathered.below.entry(person).or_default().push((state.known, begins));
                }
            }
            below = now_below;
        }
        for ((rule, person), timeline) in amounts {
            self.instalments((version, rule), person, &timeline, deal)?;
        }
        Ok(())
    }

    fn gathered(&mut self, policy: &Policy, (rule, person): (usize, u32), day: Day) -> Option<&mut Gathered> {
        let rule = policy.staff().commission.get(rule)?;
        let Per::Window(window) = rule.per else { return None };
        let key = (rule.head.id.clone(), person, window.start(day, day), window.end(day, day));
        Some(self.windows.entry(key).or_default())
    }

    /// What a deal brings in one state: amounts of deal and line rules, and bases of window rules (with the fixed
    /// amounts that do not depend on the window), by rule and person; and whose deal it is for their leaders' windows.
    fn state(
        &mut self,
        policy: &Policy,
        version: usize,
        deal: &Deal,
        state: &State,
    ) -> Result<(Amounts, Bases, Below), NumberError> {
        let context = self.context;
        let day = deal.at.day;
        let mut amounts = Amounts::new();
        let mut bases = Bases::new();
        let mut all_below = Below::new();
        let weights: Vec<i64> = state.credit.shares.iter().map(|share| weight(share.part)).collect();
        let whole_weight: i64 = weights.iter().sum();
        // The people concerned: those who share the deal, and those who lead them.
        for (place, share) in state.credit.shares.iter().enumerate() {
            let Some(person) = context.staff.names.find(&share.staff) else { continue };
            let role = Text::from(context.role(&share.staff, day));
            let own = self.whole(policy, version, deal, state, &role, false)?;
            for (rule_number, (amount, base)) in &own {
                let Some(rule) = policy.staff().commission.get(*rule_number) else { continue };
                let mine = |whole: Money| -> Money {
                    if rule.each_in_full {
                        return whole;
                    }
                    // INVARIANT(split): with shares that make the whole, the parts sum to it, to the fen.
                    let rest = weight(Rate::ONE).saturating_sub(whole_weight).max(0);
                    let mut all = weights.clone();
                    all.push(rest);
                    let parts = Split::LargestRemainder.parts(whole.minor(), &all);
                    Money::from_minor(parts.get(place).copied().unwrap_or(0))
                };
                let key = (*rule_number, person);
                if matches!(rule.per, Per::Window(_)) {
                    let sum = bases.entry(key).or_default();
                    sum.0 = sum.0.plus(mine(*base))?;
                    sum.1 = sum.1.plus(mine(*amount))?;
                } else {
                    let sum = amounts.entry(key).or_default();
                    *sum = sum.plus(mine(*amount))?;
                }
            }
        }
        // Leaders, each once per deal, of the share of those below them.
        let mut led: BTreeMap<Text, (i64, BTreeSet<u32>)> = BTreeMap::new();
        for (share, own) in state.credit.shares.iter().zip(&weights) {
            let Some(person) = context.staff.names.find(&share.staff) else { continue };
            let mut below = BTreeSet::from([person]);
            for leader in context.staff.roster.leaders(&share.staff, day) {
                let entry = led.entry(leader.code.clone()).or_default();
                entry.0 = entry.0.saturating_add(*own);
                entry.1.extend(below.iter().copied());
                if let Some(number) = context.staff.names.find(&leader.code) {
                    below.insert(number);
                }
            }
        }
        let mut by_depth: Vec<(Text, i64, BTreeSet<u32>)> =
            led.into_iter().map(|(code, (share, below))| (code, share, below)).collect();
        // Those nearer to the deal first: what is above them is net of theirs.
        by_depth.sort_by_key(|(_, _, below)| below.len());
        for (code, share, below) in by_depth {
            let Some(person) = context.staff.names.find(&code) else { continue };
            let role = Text::from(context.role(&code, day));
            for (rule_number, (amount, base)) in self.whole(policy, version, deal, state, &role, true)? {
                let Some(rule) = policy.staff().commission.get(rule_number) else { continue };
                let part = |whole: Money| -> Money {
                    let rest = weight(Rate::ONE).saturating_sub(share).max(0);
                    let parts = Split::LargestRemainder.parts(whole.minor(), &[share, rest]);
                    Money::from_minor(parts.first().copied().unwrap_or(0))
                };
                if matches!(rule.per, Per::Window(_)) {
                    let own = (part(base), part(amount));
                    let sum = bases.entry((rule_number, person)).or_default();
                    sum.0 = sum.0.plus(own.0)?;
                    sum.1 = sum.1.plus(own.1)?;
                    if own != (Money::ZERO, Money::ZERO) {
                        all_below.extend(below.iter().map(|whose| (rule_number, person, *whose)));
                    }
                } else {
                    let mut own = part(amount);
                    for ((other, whose), theirs) in &amounts {
                        let is_netted = policy
                            .staff()
                            .commission
                            .get(*other)
                            .is_some_and(|other| rule.net_of.contains(&other.head.id));
                        if is_netted && below.contains(whose) {
                            own = own.minus(*theirs)?;
                        }
                    }
                    let sum = amounts.entry((rule_number, person)).or_default();
                    *sum = sum.plus(own.max(Money::ZERO))?;
                }
            }
        }
        Ok((amounts, bases, all_below))
    }

    /// What a whole deal brings by each rule for a role: `(amount, base)`. Window rules with rates have no amount yet.
    fn whole(
        &mut self,
        policy: &Policy,
        version: usize,
        deal: &Deal,
        state: &State,
        role: &str,
        team: bool,
    ) -> Result<BTreeMap<usize, (Money, Money)>, NumberError> {
        let staff = self.context.staff;
        let mut sums: BTreeMap<usize, (Money, Money)> = BTreeMap::new();
        let mut firsts: BTreeMap<usize, Money> = BTreeMap::new();
        for (place, line) in staff.lines(deal).iter().enumerate() {
            for number in self.rules_for(version, line.goods, role, deal.kind) {
                let Some(rule) = policy.staff().commission.get(number).filter(|rule| rule.team == team) else {
                    continue;
                };
                let base = state.base(deal, line, place, rule.base, rule.arrived)?;
                let first = firsts.entry(number).or_default();
                *first = first.plus(rule.base.of_line(line)?)?;
                let amount = match &rule.pays {
                    Pays::Fixed(amount, each) => match each {
                        // A deal's fixed amount is given once, below.
                        Each::Deal => Money::ZERO,
                        Each::Piece | Each::Line => fixed(*amount, *each, line, state.kept(line, place))?,
                    },
                    Pays::Steps(steps) => match (rule.per, &rule.of) {
                        (Per::Line, Of::Discount) => {
                            let discount = line_discount(line)?;
                            match steps.band_at(discount) {
                                Some(band) => match band.fixed {
                                    Some(amount) => fixed(amount, Each::Line, line, state.kept(line, place))?,
                                    None => band.rate.of_money(base, policy.money_rounding)?,
                                },
                                None => Money::ZERO,
                            }
                        }
                        (Per::Line, Of::Amount | Of::Attainment(_)) => steps.apply(base, policy.money_rounding)?.0,
                        (Per::Deal | Per::Window(_), _) => Money::ZERO,
                    },
                };
                let amount = if rule.per == Per::Line { bounded(rule, base, amount) } else { amount };
                let sum = sums.entry(number).or_default();
                sum.0 = sum.0.plus(amount)?;
                sum.1 = sum.1.plus(base)?;
            }
        }
        for (number, (amount, base)) in &mut sums {
            let Some(rule) = policy.staff().commission.get(*number) else { continue };
            match (&rule.pays, rule.per) {
                (Pays::Steps(steps), Per::Deal) => {
                    *amount = bounded(rule, *base, steps.apply(*base, policy.money_rounding)?.0);
                }
                (Pays::Fixed(whole, Each::Deal), _) => {
                    // In the part that is left of what the rule found at first.
                    let first = firsts.get(number).copied().unwrap_or_default();
                    let kept = if first.is_positive() {
                        Rounding::MONEY.ratio(
                            i128::from(whole.minor()).saturating_mul(i128::from(base.minor())),
                            i128::from(first.minor()),
                        )?
                    } else {
                        whole.minor()
                    };
                    *amount = bounded(rule, *base, Money::from_minor(kept));
                }
                (Pays::Fixed(..), Per::Deal) => *amount = bounded(rule, *base, *amount),
                (Pays::Fixed(..) | Pays::Steps(_), Per::Line | Per::Window(_)) => {}
            }
        }
        Ok(sums)
    }

    /// Spreads what a deal or window brings over its instalments, and books the difference of each month.
    fn instalments(
        &mut self,
        key: RuleKey,
        person: u32,
        timeline: &[(Day, Money)],
        deal: &Deal,
    ) -> Result<(), NumberError> {
        let context = self.context;
        let Some((_, rule)) = self.rule(key) else { return Ok(()) };
        let (parts, every) = (rule.instalments, rule.every);
        let Some((first, _)) = timeline.first() else { return Ok(()) };
        let first_month = first.month_start();
        let mut months: BTreeSet<Day> = timeline.iter().map(|(known, _)| known.month_start()).collect();
        let mut due = *first;
        let mut dues = vec![first_month];
        for _ in 1..parts {
            due = every.end(due);
            dues.push(due.month_start());
            months.insert(due.month_start());
        }
        let staff = context.staff.name(person).clone();
        let wants = context.explain.wants(&staff);
        let mut before = Money::ZERO;
        for month in months {
            if month >= context.until {
                break;
            }
            let end = month.plus_months(1);
            let value = timeline.iter().rev().find(|(known, _)| *known < end).map_or(Money::ZERO, |(_, v)| *v);
            let count = dues.iter().filter(|due| **due <= month).count();
            let count = i128::try_from(count).unwrap_or(1);
            let now = Money::from_minor(
                Rounding::MONEY.ratio(i128::from(value.minor()).saturating_mul(count), i128::from(parts.max(1)))?,
            );
            let change = now.minus(before)?;
            if change.is_zero() && month != first_month {
                before = now;
                continue;
            }
            let kind = if change.is_negative() {
                let paid = dues
                    .iter()
                    .chain(core::iter::once(&first_month))
                    .any(|earned| *earned < month && context.was_paid(&staff, *earned, end.plus_days(-1)));
                if paid { RowKind::Clawback } else { RowKind::Reversal }
            } else {
                RowKind::Commission
            };
            let entry = self.rows.entry((person, month, kind, key)).or_default();
            entry.0 = entry.0.plus(change)?;
            entry.1 = entry.1.saturating_add(1);
            if wants {
                let message = if change.is_negative() {
                    msg!("commission.deal-back", day = deal.at.day, price = deal.paid, first = before)
                } else if parts > 1 {
                    msg!("commission.deal-instalment", day = deal.at.day, whole = value, parts = parts)
                } else {
                    msg!("commission.deal", day = deal.at.day, price = deal.paid)
                };
                entry.2.push(Trace::of(message, change));
            }
            before = now;
        }
        Ok(())
    }

    /// The target that a person has for a window, as known before a day.
    fn target(&self, policy: &Policy, rule: &str, staff: &Text, period: (Day, Day), before_day: Day) -> Option<Money> {
        let scope = Scope::Person(staff.clone());
        super::target::stands(self.context, policy, rule, &scope, period, before_day)
            .map(|stands| Money::from_minor(stands.figure))
    }

    /// The value of a window as known before a day, with its reasons.
    fn window_value(&self, key: &WindowKey, gathered: &Gathered, before_day: Day) -> Result<Valued, NumberError> {
        let (id, person, from, to) = key;
        let staff = self.context.staff.name(*person);
        let mut by_version: BTreeMap<usize, (Money, Money)> = BTreeMap::new();
        for part in gathered.parts.iter().filter(|part| part.known < before_day) {
            let sum = by_version.entry(part.version).or_default();
            sum.0 = sum.0.plus(part.base)?;
            sum.1 = sum.1.plus(part.fixed)?;
        }
        let total = Money::sum(by_version.values().map(|(base, _)| *base))?;
        let mut counted = Money::ZERO;
        let mut amount = Money::ZERO;
        let mut traces = Vec::new();
        let mut version = 0;
        for (number, (base, fixed)) in &by_version {
            version = *number;
            let Some(policy) = self.context.policies.get(*number) else { continue };
            let Some(rule) = policy.staff().commission.iter().find(|rule| rule.head.id == *id) else { continue };
            let after = counted.plus(*base)?;
            match &rule.pays {
                Pays::Fixed(..) => {
                    amount = amount.plus(*fixed)?;
                    traces.push(Trace::of(msg!("commission.fixed"), *fixed));
                }
                Pays::Steps(steps) => {
                    let steps = match &rule.of {
                        Of::Attainment(target) => match self.target(policy, target, staff, (*from, *to), before_day) {
                            Some(target) if target.is_positive() => {
                                traces.push(Trace::note(msg!(
                                    "commission.attained",
                                    base = total,
                                    target = target,
                                    rate = Rate::from_parts(total.minor(), target.minor())
                                )));
                                steps.of_whole(target)?
                            }
                            Some(_) | None => {
                                traces.push(Trace::note(msg!("commission.no-target", target = target)));
                                Steps::flat(Rate::ZERO)
                            }
                        },
                        Of::Amount | Of::Discount => steps.clone(),
                    };
                    let (part, parts) = match steps.reading() {
                        crate::primitives::Reading::Marginal => {
                            steps.apply_between(counted, after, policy.money_rounding)?
                        }
                        // The band of the whole, on what this version's days brought.
                        crate::primitives::Reading::Whole => {
                            steps.apply_between(total.minus(*base)?, total, policy.money_rounding)?
                        }
                    };
                    amount = amount.plus(part)?;
                    traces.extend(parts);
                }
            }
            counted = after;
        }
        let rule = self
            .context
            .policies
            .get(version)
            .and_then(|policy| policy.staff().commission.iter().find(|rule| rule.head.id == *id));
        if let Some(rule) = rule
            && total.is_positive()
        {
            for below in &rule.net_of {
                for person in gathered.below(before_day) {
                    let key = (below.clone(), person, *from, *to);
                    if let Some(theirs) = self.windows.get(&key) {
                        let value = self.window_value(&key, theirs, before_day)?.amount;
                        if !value.is_zero() {
                            amount = amount.minus(value)?;
                            let whose = self.context.staff.name(person);
                            traces.push(Trace::of(msg!("commission.net-of", staff = whose, rule = below), -value));
                        }
                    }
                }
            }
            if amount.is_negative() {
                traces.push(Trace::of(msg!("commission.not-below-zero"), -amount));
                amount = Money::ZERO;
            }
            let (bounded, trace) = capped(rule, amount);
            amount = bounded;
            traces.extend(trace);
        }
        Ok(Valued { base: total, amount, reasons: traces, version })
    }

    /// The days on which something becomes known that may change what a window is worth: its deals, whose they are, its
    /// target, and the same of those windows that it is net of.
    fn turns(&self, key: &WindowKey) -> BTreeSet<Day> {
        let Some(gathered) = self.windows.get(key) else { return BTreeSet::new() };
        let (id, person, from, to) = key;
        let mut days: BTreeSet<Day> = gathered.parts.iter().map(|part| part.known).collect();
        days.extend(gathered.below.values().flatten().map(|(known, _)| *known));
        let versions: BTreeSet<usize> = gathered.parts.iter().map(|part| part.version).collect();
        let rules = versions.iter().filter_map(|version| self.rule(self.rule_key(*version, id)));
        for (_, rule) in rules {
            if let Of::Attainment(target) = &rule.of {
                let scope = Scope::Person(self.context.staff.name(*person).clone());
                days.extend(self.context.targets.known(target, &scope, *from, *to));
            }
            // INVARIANT(net-of): a rule is net of earlier ones only, so this ends.
            for other in &rule.net_of {
                for whose in gathered.below.keys() {
                    days.extend(self.turns(&(other.clone(), *whose, *from, *to)));
                }
            }
        }
        days
    }

    fn settle_windows(&mut self, findings: &mut Findings) -> Result<(), NumberError> {
        let context = self.context;
        let keys: Vec<WindowKey> = self.windows.keys().cloned().collect();
        for key in keys {
            let Some(gathered) = self.windows.get(&key) else { continue };
            let (id, person, from, to) = &key;
            let staff = context.staff.name(*person).clone();
            let wants = context.explain.wants(&staff);
            let whole = self.window_value(&key, gathered, Day::LAST)?;
            findings.windows.push(Running {
                staff: staff.clone(),
                rule: self.reference(self.rule_key(whole.version, id)),
                from: *from,
                to: *to,
                base: whole.base,
                amount: whole.amount,
            });
            // Whoever left is settled with the last month they worked.
            let last = to.plus_days(-1);
            let left = context.staff.roster.left(&staff, last).map(|leaving| leaving.day);
            let end_month = left.filter(|day| day >= from && *day < last).unwrap_or(last).month_start();
            if end_month >= context.until {
                let Valued { base, amount, version, .. } = self.window_value(&key, gathered, context.until)?;
                if !base.is_zero() {
                    let rule = self.reference(self.rule_key(version, id));
                    findings.running.push(Running { staff, rule, from: *from, to: *to, base, amount });
                }
                continue;
            }
            let later = |month: &Day| *month > end_month && *month < context.until;
            let mut months: BTreeSet<Day> = self.turns(&key).into_iter().map(Day::month_start).filter(later).collect();
            months.insert(end_month);
            let mut before = Money::ZERO;
            let mut booked: Vec<(RowKey, Money, u32, Vec<Trace>)> = Vec::new();
            for month in months {
                let end = month.plus_months(1);
                let Valued { base, amount: value, reasons: parts, version } = self.window_value(&key, gathered, end)?;
                let change = value.minus(before)?;
                let is_first = month == end_month;
                if !is_first && change.is_zero() {
                    continue;
                }
                let kind = if !change.is_negative() {
                    RowKind::Commission
                } else if context.was_paid(&staff, end_month, end.plus_days(-1)) {
                    RowKind::Clawback
                } else {
                    RowKind::Reversal
                };
                let trace = if is_first {
                    let mut trace =
                        Trace::of(msg!("commission.window", base = base, from = *from, last = last), change);
                    if wants {
                        trace.parts = parts;
                        trace.parts.push(self.deals_of(gathered, end, base));
                    }
                    trace
                } else {
                    let mut trace = Trace::of(
                        msg!("commission.window-again", base = base, from = *from, last = last, first = before),
                        change,
                    );
                    if wants {
                        trace.parts = vec![
                            Trace::of(msg!("commission.now"), value),
                            Trace::of(msg!("commission.before"), -before),
                        ];
                    }
                    trace
                };
                let count = gathered.parts.iter().filter(|part| part.known < end).map(|part| part.deal);
                let count = u32::try_from(count.collect::<BTreeSet<_>>().len()).unwrap_or(u32::MAX);
                if !(is_first && base.is_zero() && change.is_zero()) {
                    let rule = self.rule_key(version, id);
                    booked.push(((*person, month, kind, rule), change, count, vec![trace]));
                }
                before = value;
            }
            for (row, change, count, traces) in booked {
                let entry = self.rows.entry(row).or_default();
                entry.0 = entry.0.plus(change)?;
                entry.1 = entry.1.saturating_add(count);
                entry.2.extend(traces);
            }
        }
        Ok(())
    }

    fn rule_key(&self, version: usize, id: &str) -> RuleKey {
        let number = self
            .context
            .policies
            .get(version)
            .and_then(|policy| policy.staff().commission.iter().position(|rule| rule.head.id == id));
        (version, number.unwrap_or(usize::MAX))
    }

    /// The deals of a window: bases that sum to the window's.
    fn deals_of(&self, gathered: &Gathered, before_day: Day, base: Money) -> Trace {
        let mut by_deal: BTreeMap<u32, Money> = BTreeMap::new();
        for part in gathered.parts.iter().filter(|part| part.known < before_day) {
            let sum = by_deal.entry(part.deal).or_default();
            *sum = sum.plus(part.base).unwrap_or(*sum);
        }
        let deals = by_deal
            .into_iter()
            .filter(|(_, base)| !base.is_zero())
            .filter_map(|(number, base)| {
                let deal = self.context.staff.deals.get(number as usize)?;
                Some(Trace::of(msg!("commission.deal", day = deal.at.day, price = deal.paid), base))
            })
            .collect();
        // The deals make the base, not the commission: their sum is told in the message, not as a figure.
        Trace::note(msg!("commission.base", base = base)).with(deals)
    }

    fn emit(self, findings: &mut Findings) {
        for ((person, month, kind, key), (amount, count, traces)) in &self.rows {
            let mut traces = traces.clone();
            let rule = self.reference(*key);
            let trace = match (traces.len(), traces.pop()) {
                (1, Some(only)) if matches!(self.rule(*key), Some((_, rule)) if matches!(rule.per, Per::Window(_))) => {
                    only
                }
                (_, Some(last)) => {
                    traces.push(last);
                    Trace::of(msg!("commission.deals", count = *count), *amount).with(traces)
                }
                (_, None) => Trace::of(msg!("commission.deals", count = *count), *amount),
            };
            findings.rows.push(Row {
                staff: self.context.staff.name(*person).clone(),
                month: *month,
                kind: *kind,
                trace: trace.by(rule.clone()),
                rule,
                amount: *amount,
                count: *count,
            });
        }
    }
}

/// The discount of a line in millionths of its price before reductions.
fn line_discount(line: &DealLine) -> Result<Money, NumberError> {
    if !line.list.is_positive() {
        return Ok(Money::ZERO);
    }
    Rounding { unit_minor: 1, mode: crate::number::RoundingMode::HalfUp }
        .ratio(i128::from(line.reduced.minor()).saturating_mul(i128::from(RATE_UNIT)), i128::from(line.list.minor()))
        .map(Money::from_minor)
}

/// An amount within a rule's cap and floor; nothing at all stays nothing.
fn bounded(rule: &Commission, base: Money, amount: Money) -> Money {
    if base.is_positive() || amount.is_positive() { capped(rule, amount).0 } else { amount }
}
