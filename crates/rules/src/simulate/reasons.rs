//! The reasons of a sum: how much of it comes from which rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Branch, Flow, Progress, TOLD_EVERY};
use crate::book::Book;
use crate::event::{Body, Event, Journal, Use};
use crate::fold::Folder;
use crate::id::Text;
use crate::kinds::Head;
use crate::kinds::referral::Reward;
use crate::message::{Message, RuleRef, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Points};
use crate::policy::Policy;
use crate::staff::pay::{Row, RowKind};
use crate::time::Day;

/// A sum of [`super::Sums`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Total {
    /// Points issued.
    PointsIssued,
    /// Points used.
    PointsRedeemed,
    /// Points lapsed.
    PointsLapsed,
    /// Points that can be used.
    PointsBalance,
    /// Reductions due.
    DiscountDue,
    /// Stored value that came in.
    StoredIn,
    /// What the staff's rules brought.
    StaffIncome,
    /// What pay comes to.
    StaffPayable,
}

/// The parts of a sum of a branch, the greatest first; their figures sum to it.
///
/// # Errors
/// Where a figure does not fit.
pub fn reasons(
    branch: &Branch,
    journal: &Journal,
    day: Day,
    total: Total,
    progress: Progress<'_>,
) -> Result<Vec<Trace>, NumberError> {
    match total {
        Total::PointsIssued => account(branch, journal, day, &issued, progress)?.points(),
        Total::PointsRedeemed => account(branch, journal, day, &redeemed, progress)?.points(),
        Total::DiscountDue => account(branch, journal, day, &discounts, progress)?.money(),
        Total::StoredIn => account(branch, journal, day, &stored, progress)?.money(),
        Total::PointsLapsed => lapsed(branch, day),
        Total::PointsBalance => balance(branch, day),
        Total::StaffIncome => income(branch),
        Total::StaffPayable => payable(branch),
    }
}

/// The note of the fold on a receipt that someone joined with.
const JOINED_WITH: &str = "earn.joining-purchase";

/// Whatever a part comes from: a rule, or a sort of event where no rule gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    kind: Text,
    id: Text,
    program: Text,
    version: u32,
}

impl Source {
    fn rule(rule: &RuleRef) -> Self {
        let RuleRef { kind, id, program, version, .. } = rule;
        Self { kind: kind.clone(), id: id.clone(), program: program.clone(), version: *version }
    }

    fn joined_with() -> Self {
        Self { kind: Text::const_new(JOINED_WITH), id: Text::default(), program: Text::default(), version: 0 }
    }

    fn event(event: &Event) -> Self {
        let kind = Text::from(event.body.kind());
        Self { kind, id: Text::default(), program: Text::default(), version: 0 }
    }
}

#[derive(Debug, Default)]
struct Part {
    rule: Option<RuleRef>,
    minor: i64,
    /// How many events it rests on.
    count: u64,
    /// How much of it under which multiplier.
    times: BTreeMap<Source, Part>,
}

impl Part {
    fn add(&mut self, minor: i64) -> Result<(), NumberError> {
        self.minor = self.minor.checked_add(minor).ok_or(NumberError::TooLarge)?;
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

/// Parts by their source.
#[derive(Debug, Default)]
struct Account(BTreeMap<Source, Part>);

impl Account {
    fn rule(&mut self, rule: &RuleRef, minor: i64) -> Result<&mut Part, NumberError> {
        let part = self.0.entry(Source::rule(rule)).or_default();
        part.rule.get_or_insert_with(|| rule.clone());
        part.add(minor)?;
        Ok(part)
    }

    fn event(&mut self, event: &Event, minor: i64) -> Result<(), NumberError> {
        if minor == 0 {
            return Ok(());
        }
        self.0.entry(Source::event(event)).or_default().add(minor)
    }

    fn points(self) -> Result<Vec<Trace>, NumberError> {
        Ok(traces(self.0, &|minor| Points::from_minor(minor).into()))
    }

    fn money(self) -> Result<Vec<Trace>, NumberError> {
        Ok(traces(self.0, &|minor| Money::from_minor(minor).into()))
    }
}

fn traces(parts: BTreeMap<Source, Part>, figure: &dyn Fn(i64) -> Value) -> Vec<Trace> {
    let mut sorted: Vec<(Source, Part)> = parts.into_iter().filter(|(_, part)| part.minor != 0).collect();
    sorted.sort_by_key(|(_, part)| core::cmp::Reverse(part.minor.unsigned_abs()));
    sorted
        .into_iter()
        .map(|(source, part)| {
            let count = i64::try_from(part.count).unwrap_or(i64::MAX);
            let message = match &part.rule {
                Some(rule) => named(rule, count),
                None if source.kind.is_empty() => msg!("what-if.as-always", count = count),
                None if source.kind == JOINED_WITH => msg!("what-if.joined-with", count = count),
                None => msg!("what-if.event", kind = &source.kind, count = count),
            };
            // Where no multiplier held, the one part would only repeat the whole.
            let times = if part.times.keys().any(|own| !own.kind.is_empty()) { part.times } else { BTreeMap::new() };
            let trace = Trace::of(message, figure(part.minor)).with(traces(times, figure));
            match part.rule {
                Some(rule) => trace.by(rule),
                None => trace,
            }
        })
        .collect()
}

fn named(rule: &RuleRef, count: i64) -> Message {
    msg!("what-if.rule", label = &rule.label, id = &rule.id, count = count)
}

/// What one event did, as far as it matters to a sum.
struct Done<'e> {
    event: &'e Event,
    policy: &'e Policy,
    notes: Vec<Trace>,
    dues: Vec<crate::event::Given>,
    flow: Flow,
}

type Attribute = dyn Fn(&mut Account, &Done<'_>) -> Result<(), NumberError>;

/// Folds the journal once more, and puts each change of the sum down to the rules that made it.
fn account(
    branch: &Branch,
    journal: &Journal,
    day: Day,
    attribute: &Attribute,
    progress: Progress<'_>,
) -> Result<Account, NumberError> {
    let mut book = Book::default();
    let mut folder = Folder::accounting(&branch.policies);
    let mut account = Account::default();
    for (index, event) in journal.events().iter().enumerate() {
        let before = Flow::of(&book);
        // A journal is in order: this cannot be refused.
        let _ = folder.apply(&mut book, event);
        let (notes, dues) = (folder.take_notes(), folder.take_dues());
        if branch.from <= event.at.day
            && event.at.day <= day
            && let Some(policy) = branch.policies.on(event.at.day)
        {
            let flow = Flow::of(&book).since(before)?;
            attribute(&mut account, &Done { event, policy, notes, dues, flow })?;
        }
        if index % TOLD_EVERY == TOLD_EVERY - 1 {
            progress(index.saturating_add(1));
        }
    }
    Ok(account)
}

fn issued(account: &mut Account, done: &Done<'_>) -> Result<(), NumberError> {
    let mut left = done.flow.issued;
    if left.is_zero() {
        return Ok(());
    }
    for note in &done.notes {
        let Some(Value::Points(points)) = &note.figure else { continue };
        if points.is_zero() {
            continue;
        }
        let Some(rule) = &note.rule else {
            // Receipts from before one joined: under which rules they earned was settled at their sale.
            if note.message.key == JOINED_WITH {
                left = left.minus(*points)?;
                account.0.entry(Source::joined_with()).or_default().add(points.minor())?;
            }
            continue;
        };
        left = left.minus(*points)?;
        let part = account.rule(rule, points.minor())?;
        let multiplier = note.parts.iter().find_map(|part| part.rule.as_ref());
        let source = multiplier.map_or_else(
            || Source { kind: Text::default(), id: Text::default(), program: Text::default(), version: 0 },
            Source::rule,
        );
        let times = part.times.entry(source).or_default();
        times.rule = multiplier.cloned();
        times.add(points.minor())?;
    }
    // Corrections by hand, points carried over.
    account.event(done.event, left.minor())
}

fn redeemed(account: &mut Account, done: &Done<'_>) -> Result<(), NumberError> {
    let mut left = done.flow.redeemed;
    if left.is_zero() {
        return Ok(());
    }
    let program = done.policy.program();
    let head = |rule: &Text| done.policy.redeem.iter().find(|own| own.head.id == *rule).map(|own| &own.head);
    let mut used: Vec<(Option<&Head>, Points)> = Vec::new();
    if let Body::Redeemed { rule, points, .. } = &done.event.body {
        used.push((head(rule), *points));
    }
    if let Body::Sold(sold) = &done.event.body {
        for one in &sold.uses {
            if let Use::Points { rule, points, .. } = one {
                used.push((head(rule), *points));
            }
        }
    }
    for (head, points) in used {
        if let Some(head) = head {
            left = left.minus(points)?;
            account.rule(&head.reference("redeem", program), points.minor())?;
        }
    }
    account.event(done.event, left.minor())
}

fn discounts(account: &mut Account, done: &Done<'_>) -> Result<(), NumberError> {
    let mut left = done.flow.discount_due;
    if left.is_zero() {
        return Ok(());
    }
    for given in &done.dues {
        if let Some(rule) = done.policy.discount.iter().find(|own| own.head.id == given.rule) {
            left = left.minus(given.amount)?;
            account.rule(&rule.head.reference("discount", done.policy.program()), given.amount.minor())?;
        }
    }
    account.event(done.event, left.minor())
}

fn stored(account: &mut Account, done: &Done<'_>) -> Result<(), NumberError> {
    let mut left = done.flow.stored_in;
    if left.is_zero() {
        return Ok(());
    }
    for note in &done.notes {
        if let (Some(rule), Some(Value::Money(amount))) = (&note.rule, &note.figure)
            && rule.kind == "rebate"
        {
            left = left.minus(*amount)?;
            account.rule(rule, amount.minor())?;
        }
    }
    if let Body::RebatePaid { rule, .. } = &done.event.body
        && let Some(rule) = done.policy.rebate.iter().find(|own| own.head.id == *rule)
    {
        account.rule(&rule.head.reference("rebate", done.policy.program()), left.minor())?;
        return Ok(());
    }
    // A friend's purchase is the one sale that brings stored value.
    let rewards = || done.policy.referral.iter().find(|own| !matches!(own.reward, Reward::Points(_)));
    if let (Body::Sold(_), Some(rule)) = (&done.event.body, rewards()) {
        account.rule(&rule.head.reference("referral", done.policy.program()), left.minor())?;
        return Ok(());
    }
    account.event(done.event, left.minor())
}

/// Lapses are of time: they are told by the tiers of those who lost points.
fn lapsed(branch: &Branch, day: Day) -> Result<Vec<Trace>, NumberError> {
    by_tier(branch, day, &|at, member| branch.lapsed_in_span(at, member))
}

fn balance(branch: &Branch, day: Day) -> Result<Vec<Trace>, NumberError> {
    by_tier(branch, day, &|_, member| Ok(member.points.balance))
}

fn by_tier(
    branch: &Branch,
    day: Day,
    of: &dyn Fn(usize, &crate::book::Member) -> Result<Points, NumberError>,
) -> Result<Vec<Trace>, NumberError> {
    let mut tiers: BTreeMap<u8, (Points, i64)> = BTreeMap::new();
    for (at, member) in branch.book.members().iter().enumerate() {
        let Some(member) = branch.book.member_on(member.id, &branch.policies, day) else { continue };
        if !member.status.holds_membership() {
            continue;
        }
        let points = of(at, &member)?;
        if points.is_zero() {
            continue;
        }
        let (sum, members) = tiers.entry(member.tier).or_default();
        *sum = sum.plus(points)?;
        *members = members.saturating_add(1);
    }
    let ladder = branch.policies.on(day).map(Policy::ladder);
    let parts =
        tiers.into_iter().rev().map(|(rank, (points, members))| match ladder.and_then(|ladder| ladder.get(rank)) {
            Some(tier) => {
                Trace::of(msg!("what-if.tier", label = &tier.head.label, id = &tier.head.id, members = members), points)
            }
            None => Trace::of(msg!("what-if.members", members = members), points),
        });
    Ok(parts.collect())
}

fn rows_by_rule(branch: &Branch, wanted: &dyn Fn(&Row) -> bool) -> Result<Vec<Trace>, NumberError> {
    let from = branch.from.month_start();
    let mut account = Account::default();
    for row in branch.settled.statements().filter(|own| own.month >= from).flat_map(|own| &own.rows) {
        if wanted(row) {
            let part = account.rule(&row.rule, row.amount.minor())?;
            // The row rests on so many deals; the part counts those.
            part.count = part.count.saturating_add(u64::from(row.count)).saturating_sub(1);
        }
    }
    account.money()
}

const fn is_income(kind: RowKind) -> bool {
    match kind {
        RowKind::Base
        | RowKind::Commission
        | RowKind::Bonus
        | RowKind::Prize
        | RowKind::Kpi
        | RowKind::Reversal
        | RowKind::Clawback => true,
        RowKind::Fine | RowKind::Damages | RowKind::Lifted => false,
    }
}

fn income(branch: &Branch) -> Result<Vec<Trace>, NumberError> {
    rows_by_rule(branch, &|row| is_income(row.kind))
}

/// INVARIANT(pay), summed over everyone.
fn payable(branch: &Branch) -> Result<Vec<Trace>, NumberError> {
    let mut parts = income(branch)?;
    let from = branch.from.month_start();
    let mut held = [Money::ZERO; 4];
    for statement in branch.settled.statements().filter(|own| own.month >= from) {
        let changes = [
            statement.released.minus(statement.held)?,
            -statement.deductions,
            statement.carried_out.minus(statement.carried_in)?,
            statement.drawn.minus(statement.recovered)?,
        ];
        for (sum, change) in held.iter_mut().zip(changes) {
            *sum = sum.plus(change)?;
        }
    }
    let words = [msg!("what-if.held"), msg!("what-if.deductions"), msg!("what-if.carried"), msg!("what-if.drawn")];
    parts.extend(
        words.into_iter().zip(held).filter(|(_, sum)| !sum.is_zero()).map(|(message, sum)| Trace::of(message, sum)),
    );
    Ok(parts)
}
