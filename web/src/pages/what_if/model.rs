//! What the page decides without a browser: rows of figures, names of tiers, which members to list.

use regulars_rules::message::Label;
use regulars_rules::number::{Money, Points};
use regulars_rules::simulate::{Comparison, MemberChange, StaffChange, TierCount};

/// Which way a figure goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// More than before.
    Up,
    /// Less than before.
    Down,
    /// The same.
    Same,
}

/// Which way a figure goes.
pub fn way<T: Ord>(before: &T, after: &T) -> Way {
    match after.cmp(before) {
        core::cmp::Ordering::Greater => Way::Up,
        core::cmp::Ordering::Less => Way::Down,
        core::cmp::Ordering::Equal => Way::Same,
    }
}

/// The name of a tier, of those that either side knows; an empty id is that of a program without tiers.
pub fn tier_label(comparison: &Comparison, id: &str) -> Label {
    if id.is_empty() {
        return Label { zh: "没有等级".to_owned(), en: "no tier".to_owned() };
    }
    let all = comparison.tiers_before.iter().chain(&comparison.tiers_after);
    all.clone()
        .find(|tier| tier.tier == id)
        .map_or_else(|| Label { zh: id.to_owned(), en: id.to_owned() }, |tier| tier.label.clone())
}

/// The tiers of both sides, each once, lowest first: rank, name, members before, members after.
pub fn tiers(comparison: &Comparison) -> Vec<(usize, Label, u64, u64)> {
    let count = |side: &[TierCount], id: &str| side.iter().find(|own| own.tier == id).map_or(0, |own| own.members);
    let mut all: Vec<&TierCount> = comparison.tiers_before.iter().collect();
    all.extend(
        comparison.tiers_after.iter().filter(|own| !comparison.tiers_before.iter().any(|old| old.tier == own.tier)),
    );
    all.into_iter()
        .enumerate()
        .map(|(rank, tier)| {
            let (before, after) =
                (count(&comparison.tiers_before, &tier.tier), count(&comparison.tiers_after, &tier.tier));
            (rank, tier.label.clone(), before, after)
        })
        .collect()
}

/// Whether a member gains: a higher tier, or the same and more points.
pub fn member_way(change: &MemberChange) -> Way {
    way(&(change.rank.0, change.points.0), &(change.rank.1, change.points.1))
}

/// Members who gain (or lose) most, at most so many.
pub fn members(comparison: &Comparison, wanted: Way, most: usize) -> Vec<MemberChange> {
    let matching = |change: &&MemberChange| member_way(change) == wanted;
    let all = &comparison.member_changes;
    if wanted == Way::Down {
        all.iter().rev().filter(matching).take(most).cloned().collect()
    } else {
        all.iter().filter(matching).take(most).cloned().collect()
    }
}

/// Staff who gain (or lose) most, at most so many.
pub fn staff(comparison: &Comparison, wanted: Way, most: usize) -> Vec<StaffChange> {
    let matching = |change: &&StaffChange| way(&change.payable.0, &change.payable.1) == wanted;
    let all = &comparison.staff_changes;
    if wanted == Way::Down {
        all.iter().rev().filter(matching).take(most).cloned().collect()
    } else {
        all.iter().filter(matching).take(most).cloned().collect()
    }
}

/// The difference of two amounts; `None` where it does not fit.
pub fn money_difference(before: Money, after: Money) -> Option<Money> {
    after.minus(before).ok()
}

/// The difference of two sums of points; `None` where it does not fit.
pub fn points_difference(before: Points, after: Points) -> Option<Points> {
    after.minus(before).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(id: &str, members: u64) -> TierCount {
        TierCount { tier: id.into(), label: Label { zh: id.into(), en: id.into() }, members }
    }

    #[test]
    fn tiers_of_both_sides_stand_once() {
        let comparison = Comparison {
            tiers_before: vec![tier("silver", 7), tier("gold", 3)],
            tiers_after: vec![tier("silver", 6), tier("diamond", 4)],
            ..Comparison::default()
        };
        let rows: Vec<_> = tiers(&comparison).into_iter().map(|(rank, label, b, a)| (rank, label.zh, b, a)).collect();
        assert_eq!(
            rows,
            [(0, "silver".to_owned(), 7, 6), (1, "gold".to_owned(), 3, 0), (2, "diamond".to_owned(), 0, 4)]
        );
        assert_eq!(tier_label(&comparison, "diamond").zh, "diamond");
        assert_eq!(tier_label(&comparison, "none").zh, "none");
        assert_eq!(tier_label(&comparison, "").en, "no tier");
    }

    #[test]
    fn a_higher_tier_outweighs_fewer_points() {
        assert_eq!(way(&(0, 500), &(1, 100)), Way::Up);
        assert_eq!(way(&(1, 100), &(1, 99)), Way::Down);
        assert_eq!(way(&1, &1), Way::Same);
    }
}
