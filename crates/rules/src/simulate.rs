//! What if: the same journal under two sets of policies, compared.
//!
//! Facts stay facts: what was sold, paid and taken off does not change. What follows from it does: points, tiers,
//! reductions that would be due, commission, pay. Nothing is recorded.

mod reasons;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::book::{Book, Member};
use crate::event::Journal;
use crate::fold::Folder;
use crate::id::{MemberId, Text};
use crate::message::Label;
use crate::number::{Money, NumberError, Points};
use crate::policy::PolicySet;
use crate::staff::StaffBook;
use crate::staff::settle::{Explain, Settled, settle};
use crate::time::Day;

pub use reasons::{Total, reasons};

/// A journal under one set of policies, and what of it fell into a span of days.
#[derive(Debug)]
pub struct Branch {
    /// The policies.
    pub policies: PolicySet,
    /// The members' side.
    pub book: Book,
    /// The staff side.
    pub staff: StaffBook,
    /// The staff's statements.
    pub settled: Settled,
    /// First day of the span.
    from: Day,
    flow: Flow,
    /// What of each member's points had lapsed before the span, in the book's order of members.
    lapsed_before: Vec<Points>,
}

/// What events move, each counted on its own day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Flow {
    issued: Points,
    redeemed: Points,
    discount_due: Money,
    stored_in: Money,
}

impl Flow {
    fn of(book: &Book) -> Self {
        let totals = book.totals();
        Self {
            issued: totals.points.issued,
            redeemed: totals.points.redeemed,
            discount_due: totals.discount_due,
            stored_in: totals.stored_in,
        }
    }

    fn since(self, before: Self) -> Result<Self, NumberError> {
        Ok(Self {
            issued: self.issued.minus(before.issued)?,
            redeemed: self.redeemed.minus(before.redeemed)?,
            discount_due: self.discount_due.minus(before.discount_due)?,
            stored_in: self.stored_in.minus(before.stored_in)?,
        })
    }

    fn plus(self, more: Self) -> Result<Self, NumberError> {
        Ok(Self {
            issued: self.issued.plus(more.issued)?,
            redeemed: self.redeemed.plus(more.redeemed)?,
            discount_due: self.discount_due.plus(more.discount_due)?,
            stored_in: self.stored_in.plus(more.stored_in)?,
        })
    }
}

/// Told how many events are done, of a work over a whole journal.
pub type Progress<'p> = &'p mut dyn FnMut(usize);

/// How many events go by between two words of progress.
const TOLD_EVERY: usize = 5_000;

impl Branch {
    /// Folds and settles a journal until the end of a day's month; its sums count from the first record on.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn grow(policies: PolicySet, journal: &Journal, day: Day) -> Result<Self, NumberError> {
        Self::within(policies, journal, (Day::FIRST, day), &mut |_| {})
    }

    /// The same; its sums count what happened from the first to the last day of a span.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn within(
        policies: PolicySet,
        journal: &Journal,
        (from, day): (Day, Day),
        progress: Progress<'_>,
    ) -> Result<Self, NumberError> {
        let mut book = Book::default();
        let mut flow = Flow::default();
        let mut lapsed_before: Option<Vec<Points>> = None;
        let mut folder = Folder::new(&policies);
        for (done, event) in journal.events().iter().enumerate() {
            let within = from <= event.at.day && event.at.day <= day;
            if within && lapsed_before.is_none() {
                lapsed_before = Some(lapsed(&book, &policies, from.plus_days(-1)));
            }
            let before = Flow::of(&book);
            // A journal is in order: this cannot be refused.
            let _ = folder.apply(&mut book, event);
            if within {
                flow = flow.plus(Flow::of(&book).since(before)?)?;
            }
            if done % TOLD_EVERY == TOLD_EVERY - 1 {
                progress(done.saturating_add(1));
            }
        }
        let lapsed_before = lapsed_before.unwrap_or_else(|| lapsed(&book, &policies, from.plus_days(-1)));
        let staff = StaffBook::fold(&policies, journal);
        let until = day.month_start().plus_months(1);
        let settled = if staff.is_used(&policies) {
            settle(&book, &staff, &policies, until, Explain::Nobody)?
        } else {
            Settled::default()
        };
        Ok(Self { policies, book, staff, settled, from, flow, lapsed_before })
    }

    /// One person's statements again, with all their reasons.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn explained(&self, staff: &str, day: Day) -> Result<Settled, NumberError> {
        let until = day.month_start().plus_months(1);
        settle(&self.book, &self.staff, &self.policies, until, Explain::Person(Text::from(staff)))
    }

    /// What of a member's points lapsed within the span; `at` is their place in the book.
    fn lapsed_in_span(&self, at: usize, member: &Member) -> Result<Points, NumberError> {
        member.points.lapsed.minus(self.lapsed_before.get(at).copied().unwrap_or(Points::ZERO))
    }

    /// The versions in force from the first day of the span to its last: each with the day from which it held there.
    #[must_use]
    pub fn in_force(&self, last: Day) -> Vec<InForce> {
        let first = self.policies.index_on(self.from);
        self.policies
            .iter()
            .skip(first)
            .enumerate()
            // The earliest also judges what came before it.
            .filter(|(index, (begins, _))| *index == 0 || *begins <= last)
            .map(|(index, (begins, policy))| InForce {
                from: if index == 0 { self.from } else { begins },
                program: policy.program().id.clone(),
                title: policy.program().title.clone(),
                version: policy.program().version,
            })
            .collect()
    }
}

/// What of each member's points has lapsed by a day.
fn lapsed(book: &Book, policies: &PolicySet, day: Day) -> Vec<Points> {
    let of = |member: &Member| book.member_on(member.id, policies, day).map_or(Points::ZERO, |own| own.points.lapsed);
    book.members().iter().map(of).collect()
}

/// A version of a program over a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// The first day of the span on which it held.
    pub from: Day,
    /// The program's id.
    pub program: Text,
    /// Its title.
    pub title: Label,
    /// The version.
    pub version: u32,
}

/// Sums of one side, over the span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Points issued.
    pub points_issued: Points,
    /// Points used.
    pub points_redeemed: Points,
    /// Points lapsed, of those who are members on its last day.
    pub points_lapsed: Points,
    /// Points that can be used on its last day.
    pub points_balance: Points,
    /// Reductions that the program gives on members' sales.
    pub discount_due: Money,
    /// Stored value that came in, rebates included.
    pub stored_in: Money,
    /// What the staff's rules brought in the months from that of its first day on: commission, bonuses, prizes, points turned into pay, net of what was taken back.
    pub staff_income: Money,
    /// What pay comes to in those months.
    pub staff_payable: Money,
}

/// Members by tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierCount {
    /// The tier's id.
    pub tier: Text,
    /// Its name.
    pub label: Label,
    /// How many members hold it.
    pub members: u64,
}

/// A member whose figures differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChange {
    /// Who.
    pub member: MemberId,
    /// Name.
    pub name: Text,
    /// Tier before and after.
    pub tier: (Text, Text),
    /// Rank before and after: 0 is the lowest.
    pub rank: (u8, u8),
    /// Points that can be used, before and after.
    pub points: (Points, Points),
    /// Points earned, before and after.
    pub earned: (Points, Points),
}

/// A person whose pay differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffChange {
    /// Who.
    pub staff: Text,
    /// Income, before and after.
    pub income: (Money, Money),
    /// Pay, before and after.
    pub payable: (Money, Money),
    /// KPI points, before and after.
    pub kpi_points: (i64, i64),
}

/// The difference that a change of policies makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// First day of the span over which sums are counted.
    pub from: Day,
    /// Its last day, on which members are looked at.
    pub day: Day,
    /// What was in force over the span.
    pub in_force_before: Vec<InForce>,
    /// What would have been.
    pub in_force_after: Vec<InForce>,
    /// Sums as it is.
    pub before: Sums,
    /// Sums as it would be.
    pub after: Sums,
    /// Members by tier as it is, lowest first.
    pub tiers_before: Vec<TierCount>,
    /// Members by tier as it would be, lowest first.
    pub tiers_after: Vec<TierCount>,
    /// How many members go from one tier to another: before, after, how many.
    pub moves: Vec<(Text, Text, u64)>,
    /// Members in all.
    pub members: u64,
    /// Members who gain: a higher tier, or the same and more points.
    pub members_gain: u64,
    /// Members who lose.
    pub members_lose: u64,
    /// Those whose figures differ, the greatest gain in points first.
    pub member_changes: Vec<MemberChange>,
    /// Staff whose figures differ, the greatest gain first.
    pub staff_changes: Vec<StaffChange>,
}

fn sums(branch: &Branch, from: Day) -> Result<Sums, NumberError> {
    let income = branch.settled.statements().filter(|statement| statement.month >= from).try_fold(
        (Money::ZERO, Money::ZERO),
        |(income, payable), statement| {
            Ok((
                income.plus(statement.accrued)?.minus(statement.reversed)?.minus(statement.clawed_back)?,
                payable.plus(statement.payable)?,
            ))
        },
    )?;
    Ok(Sums {
        points_issued: branch.flow.issued,
        points_redeemed: branch.flow.redeemed,
        points_lapsed: Points::ZERO,
        points_balance: Points::ZERO,
        discount_due: branch.flow.discount_due,
        stored_in: branch.flow.stored_in,
        staff_income: income.0,
        staff_payable: income.1,
    })
}

fn tier_counts(policies: &PolicySet, day: Day, ranks: &BTreeMap<u8, u64>) -> Vec<TierCount> {
    let Some(policy) = policies.on(day) else { return Vec::new() };
    (0_u8..)
        .zip(&policy.ladder().tiers)
        .map(|(rank, tier)| TierCount {
            tier: tier.head.id.clone(),
            label: tier.head.label.clone(),
            members: ranks.get(&rank).copied().unwrap_or(0),
        })
        .collect()
}

fn tier_id(policies: &PolicySet, day: Day, rank: u8) -> Text {
    policies.on(day).and_then(|policy| policy.ladder().get(rank)).map(|tier| tier.head.id.clone()).unwrap_or_default()
}

/// Compares two branches of one journal on a day. Pay is that of the months from that of `from` on; the other sums are
/// those of the branches' span.
///
/// # Errors
/// Where a figure does not fit.
pub fn compare(before: &Branch, after: &Branch, from: Day, day: Day) -> Result<Comparison, NumberError> {
    let month = from.month_start();
    let mut comparison = Comparison {
        from,
        day,
        in_force_before: before.in_force(day),
        in_force_after: after.in_force(day),
        before: sums(before, month)?,
        after: sums(after, month)?,
        ..Comparison::default()
    };
    let mut ranks: (BTreeMap<u8, u64>, BTreeMap<u8, u64>) = Default::default();
    let mut moves: BTreeMap<(u8, u8), u64> = BTreeMap::new();
    for (at, member) in before.book.members().iter().enumerate() {
        let (Some(old), Some(new)) = (
            before.book.member_on(member.id, &before.policies, day),
            after.book.member_on(member.id, &after.policies, day),
        ) else {
            continue;
        };
        if !old.status.holds_membership() {
            continue;
        }
        comparison.members = comparison.members.saturating_add(1);
        let count = |map: &mut BTreeMap<u8, u64>, rank: u8| {
            let entry = map.entry(rank).or_default();
            *entry = entry.saturating_add(1);
        };
        count(&mut ranks.0, old.tier);
        count(&mut ranks.1, new.tier);
        let sides = [(&mut comparison.before, &old, before), (&mut comparison.after, &new, after)];
        for (sums, member, branch) in sides {
            sums.points_balance = sums.points_balance.plus(member.points.balance)?;
            sums.points_lapsed = sums.points_lapsed.plus(branch.lapsed_in_span(at, member)?)?;
        }
        let tiers = (tier_id(&before.policies, day, old.tier), tier_id(&after.policies, day, new.tier));
        if tiers.0 != tiers.1 {
            let entry = moves.entry((old.tier, new.tier)).or_default();
            *entry = entry.saturating_add(1);
        }
        if tiers.0 == tiers.1 && old.points.balance == new.points.balance && old.points_earned == new.points_earned {
            continue;
        }
        match (old.tier, old.points.balance).cmp(&(new.tier, new.points.balance)) {
            core::cmp::Ordering::Less => comparison.members_gain = comparison.members_gain.saturating_add(1),
            core::cmp::Ordering::Greater => comparison.members_lose = comparison.members_lose.saturating_add(1),
            core::cmp::Ordering::Equal => {}
        }
        comparison.member_changes.push(MemberChange {
            member: member.id,
            name: member.profile.name.clone(),
            tier: tiers,
            rank: (old.tier, new.tier),
            points: (old.points.balance, new.points.balance),
            earned: (old.points_earned, new.points_earned),
        });
    }
    comparison.member_changes.sort_by_key(|change| {
        let gain = i128::from(change.points.1.minor()) - i128::from(change.points.0.minor());
        let rise = i16::from(change.rank.1) - i16::from(change.rank.0);
        (core::cmp::Reverse(gain), core::cmp::Reverse(rise), change.member)
    });
    comparison.tiers_before = tier_counts(&before.policies, day, &ranks.0);
    comparison.tiers_after = tier_counts(&after.policies, day, &ranks.1);
    comparison.moves = moves
        .into_iter()
        .map(|((old, new), count)| (tier_id(&before.policies, day, old), tier_id(&after.policies, day, new), count))
        .collect();
    comparison.staff_changes = staff_changes(before, after, month)?;
    Ok(comparison)
}

fn staff_changes(before: &Branch, after: &Branch, from: Day) -> Result<Vec<StaffChange>, NumberError> {
    let mut by_person: BTreeMap<Text, StaffChange> = BTreeMap::new();
    for (is_after, branch) in [(false, before), (true, after)] {
        for statement in branch.settled.statements().filter(|statement| statement.month >= from) {
            let change = by_person.entry(statement.staff.clone()).or_insert_with(|| StaffChange {
                staff: statement.staff.clone(),
                income: (Money::ZERO, Money::ZERO),
                payable: (Money::ZERO, Money::ZERO),
                kpi_points: (0, 0),
            });
            let income = statement.accrued.minus(statement.reversed)?.minus(statement.clawed_back)?;
            let (sum, pay, points) = if is_after {
                (&mut change.income.1, &mut change.payable.1, &mut change.kpi_points.1)
            } else {
                (&mut change.income.0, &mut change.payable.0, &mut change.kpi_points.0)
            };
            *sum = sum.plus(income)?;
            *pay = pay.plus(statement.payable)?;
            *points = points.saturating_add(statement.kpi_points);
        }
    }
    let mut changes: Vec<StaffChange> = by_person
        .into_values()
        .filter(|change| {
            change.income.0 != change.income.1
                || change.payable.0 != change.payable.1
                || change.kpi_points.0 != change.kpi_points.1
        })
        .collect();
    changes.sort_by_key(|change| {
        let gain = i128::from(change.payable.1.minor()) - i128::from(change.payable.0.minor());
        (core::cmp::Reverse(gain), change.staff.clone())
    });
    Ok(changes)
}
