//! What if: the same journal under two sets of policies, compared.
//!
//! Facts stay facts: what was sold, paid and taken off does not change. What follows from it does: points, tiers,
//! reductions that would be due, commission, pay. Nothing is recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::event::Journal;
use crate::fold::fold;
use crate::id::{MemberId, Text};
use crate::message::Label;
use crate::number::{Money, NumberError, Points};
use crate::policy::PolicySet;
use crate::staff::StaffBook;
use crate::staff::settle::{Explain, Settled, settle};
use crate::time::Day;

/// A journal under one set of policies.
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
}

impl Branch {
    /// Folds and settles a journal until the end of a day's month.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn grow(policies: PolicySet, journal: &Journal, day: Day) -> Result<Self, NumberError> {
        let book = fold(&policies, journal);
        let staff = StaffBook::fold(&policies, journal);
        let until = day.month_start().plus_months(1);
        let settled = if staff.is_used(&policies) {
            settle(&book, &staff, &policies, until, Explain::Nobody)?
        } else {
            Settled::default()
        };
        Ok(Self { policies, book, staff, settled })
    }

    /// One person's statements again, with all their reasons.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn explained(&self, staff: &str, day: Day) -> Result<Settled, NumberError> {
        let until = day.month_start().plus_months(1);
        settle(&self.book, &self.staff, &self.policies, until, Explain::Person(Text::from(staff)))
    }
}

/// Sums of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Points issued.
    pub points_issued: Points,
    /// Points used.
    pub points_redeemed: Points,
    /// Points lapsed by the day.
    pub points_lapsed: Points,
    /// Points that can be used on the day.
    pub points_balance: Points,
    /// Reductions that the program gives on members' sales.
    pub discount_due: Money,
    /// Stored value that came in, rebates included.
    pub stored_in: Money,
    /// What the staff's rules brought: commission, bonuses, prizes, points turned into pay, net of what was taken back.
    pub staff_income: Money,
    /// What pay comes to.
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
    /// The day on which members are looked at.
    pub day: Day,
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
    let totals = branch.book.totals();
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
        points_issued: totals.points.issued,
        points_redeemed: totals.points.redeemed,
        points_lapsed: Points::ZERO,
        points_balance: Points::ZERO,
        discount_due: totals.discount_due,
        stored_in: totals.stored_in,
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

/// Compares two branches of one journal on a day. Pay is that of the months from `from` on.
///
/// # Errors
/// Where a figure does not fit.
pub fn compare(before: &Branch, after: &Branch, from: Day, day: Day) -> Result<Comparison, NumberError> {
    let from = from.month_start();
    let mut comparison =
        Comparison { day, before: sums(before, from)?, after: sums(after, from)?, ..Comparison::default() };
    let mut ranks: (BTreeMap<u8, u64>, BTreeMap<u8, u64>) = Default::default();
    let mut moves: BTreeMap<(u8, u8), u64> = BTreeMap::new();
    for member in before.book.members() {
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
        for (sums, member) in [(&mut comparison.before, &old), (&mut comparison.after, &new)] {
            sums.points_balance = sums.points_balance.plus(member.points.balance)?;
            sums.points_lapsed = sums.points_lapsed.plus(member.points.lapsed)?;
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
    comparison.staff_changes = staff_changes(before, after, from)?;
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
