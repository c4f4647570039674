//! A balance of points: its figures, what is there by the day on which it lapses, and what lapsed. A member has one, or
//! one for each kind of points that the program keeps apart: then the member's own figures are the sums of theirs.

use serde::{Deserialize, Serialize};

use super::member::{Lot, Member, PointsFigures};
use crate::id::Text;
use crate::number::{NumberError, Points};
use crate::policy::{Policy, PolicySet};
use crate::time::Day;

/// A member's points of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindPoints {
    /// The kind; empty: of a version that kept none apart.
    pub kind: Text,
    /// Its figures.
    pub points: PointsFigures,
    /// Lots, soonest lapse first.
    pub lots: Vec<Lot>,
    /// What lapsed, by its day.
    pub(crate) lapsed_lots: Vec<Lot>,
}

/// Points of one kind that were taken, or are to be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The kind.
    pub kind: Text,
    /// How many.
    pub points: Points,
    /// The soonest lapse among them.
    pub lapse: Day,
}

/// Which figure of a balance is meant.
pub(crate) type Which = fn(&mut PointsFigures) -> &mut Points;

/// A balance that is being changed.
#[derive(Debug)]
pub(crate) struct Purse<'p> {
    pub figures: &'p mut PointsFigures,
    pub lots: &'p mut Vec<Lot>,
    pub lapsed: &'p mut Vec<Lot>,
    /// The day up to which time has passed for the member.
    pub advanced: Day,
}

impl Purse<'_> {
    /// Lots whose day has come lapse.
    fn lapse_until(&mut self, day: Day) -> Result<(), NumberError> {
        while let Some(lot) = self.lots.first().copied() {
            if lot.lapse > day {
                break;
            }
            self.lots.remove(0);
            self.figures.balance = self.figures.balance.minus(lot.left)?;
            self.note_lapsed(lot.lapse, lot.left)?;
        }
        Ok(())
    }

    /// Remembers what lapsed when: a return of the sale that earned it must not take it a second time.
    fn note_lapsed(&mut self, lapse: Day, points: Points) -> Result<(), NumberError> {
        self.figures.lapsed = self.figures.lapsed.plus(points)?;
        if !points.is_positive() {
            return Ok(());
        }
        add_to(self.lapsed, None, lapse, points)
    }

    /// Points come in: a debt is settled first, the rest makes or joins a lot.
    pub fn add(&mut self, points: Points, lapse: Day) -> Result<(), NumberError> {
        let settled = points.min(self.figures.debt);
        let rest = points.minus(settled)?;
        self.figures.debt = self.figures.debt.minus(settled)?;
        if !rest.is_positive() {
            return Ok(());
        }
        if lapse <= self.advanced && lapse < Day::LAST {
            // A late event brings points whose day has passed.
            return self.note_lapsed(lapse, rest);
        }
        self.figures.balance = self.figures.balance.plus(rest)?;
        if let Some(last) = self.lots.last_mut()
            && last.lapse == lapse
        {
            last.left = last.left.plus(rest)?;
            return Ok(());
        }
        let at = self.lots.partition_point(|lot| lot.lapse < lapse);
        add_to(self.lots, Some(at), lapse, rest)
    }

    /// Takes points out of the lots, soonest lapse first. Returns the soonest lapse touched.
    /// The caller has made sure that there are enough.
    fn take(&mut self, points: Points) -> Result<Day, NumberError> {
        let mut left = points;
        let mut soonest = Day::LAST;
        while left.is_positive() {
            let Some(lot) = self.lots.first_mut() else { return Err(NumberError::TooLarge) };
            soonest = soonest.min(lot.lapse);
            let part = left.min(lot.left);
            lot.left = lot.left.minus(part)?;
            left = left.minus(part)?;
            if lot.left.is_zero() {
                self.lots.remove(0);
            }
        }
        self.figures.balance = self.figures.balance.minus(points)?;
        Ok(soonest)
    }

    /// Uses points; what is not there any more becomes a debt. Returns the soonest lapse touched.
    fn spend(&mut self, points: Points, which: Which) -> Result<Day, NumberError> {
        let there = points.min(self.figures.balance);
        let soonest = if there.is_positive() { self.take(there)? } else { Day::LAST };
        self.figures.debt = self.figures.debt.plus(points.minus(there)?)?;
        let figure = which(self.figures);
        *figure = figure.plus(points)?;
        Ok(soonest)
    }

    /// Gives used points back with the lapse they had; what has lapsed since lapses now.
    pub fn restore(&mut self, points: Points, lapse: Day) -> Result<(), NumberError> {
        self.figures.redeemed = self.figures.redeemed.minus(points)?;
        self.add(points, lapse)
    }

    /// Takes points back: from their own lot, then the soonest to lapse; what is no longer there becomes a debt.
    fn take_back(&mut self, points: Points, lapse: Day) -> Result<(), NumberError> {
        let mut left = points;
        if let Some(at) = self.lots.iter().position(|lot| lot.lapse == lapse)
            && let Some(lot) = self.lots.get_mut(at)
        {
            let part = left.min(lot.left);
            lot.left = lot.left.minus(part)?;
            left = left.minus(part)?;
            self.figures.balance = self.figures.balance.minus(part)?;
            if lot.left.is_zero() {
                self.lots.remove(at);
            }
        }
        if let Some(lot) = self.lapsed.iter_mut().find(|lot| lot.lapse == lapse) {
            // Points that lapsed meanwhile are gone already: they are booked as taken back, not taken a second time.
            let part = left.min(lot.left);
            lot.left = lot.left.minus(part)?;
            self.figures.lapsed = self.figures.lapsed.minus(part)?;
            left = left.minus(part)?;
        }
        let part = left.min(self.figures.balance);
        if part.is_positive() {
            self.take(part)?;
            left = left.minus(part)?;
        }
        self.figures.debt = self.figures.debt.plus(left)?;
        self.figures.reversed = self.figures.reversed.plus(points)?;
        Ok(())
    }
}

/// Adds points to the lot of a day, or makes one: at its place where that is known, else at the end.
fn add_to(lots: &mut Vec<Lot>, at: Option<usize>, lapse: Day, points: Points) -> Result<(), NumberError> {
    let found = match at {
        Some(at) => lots.get_mut(at).filter(|lot| lot.lapse == lapse),
        None => lots.iter_mut().find(|lot| lot.lapse == lapse),
    };
    match found {
        Some(lot) => lot.left = lot.left.plus(points)?,
        None => lots.insert(at.unwrap_or(lots.len()), Lot { lapse, left: points }),
    }
    Ok(())
}

impl Member {
    /// Points of each kind that the program keeps apart; empty where it keeps none, or nothing was ever booked.
    #[must_use]
    pub fn kinds(&self) -> &[KindPoints] {
        &self.kinds
    }

    /// Points that can be used of these kinds; of all where none is named.
    #[must_use]
    pub fn balance_of(&self, kinds: &[Text]) -> Points {
        if kinds.is_empty() || !self.has_kinds {
            return self.points.balance;
        }
        let named = self.kinds.iter().filter(|own| kinds.contains(&own.kind));
        Points::sum(named.map(|own| own.points.balance)).unwrap_or(self.points.balance)
    }

    /// A kind as the program that judges the member today names it: points that knew no kind are of its first.
    pub(crate) fn kind_today(&self, policies: &PolicySet, kind: &Text) -> Text {
        if kind.is_empty() {
            return policies.get(self.policy as usize).map(Policy::default_kind).unwrap_or_default();
        }
        kind.clone()
    }

    /// Changes the balance of one kind, and the sums with it.
    #[inline]
    pub(crate) fn change_points<T>(
        &mut self,
        kind: &Text,
        change: impl FnOnce(&mut Purse<'_>) -> Result<T, NumberError>,
    ) -> Result<T, NumberError> {
        let advanced = self.advanced;
        let result = if kind.is_empty() && !self.has_kinds {
            let (figures, lots, lapsed) = (&mut self.points, &mut self.lots, &mut self.lapsed_lots);
            change(&mut Purse { figures, lots, lapsed, advanced })
        } else {
            let own = self.kind_mut(kind);
            let before = own.points;
            let (figures, lots, lapsed) = (&mut own.points, &mut own.lots, &mut own.lapsed_lots);
            let result = change(&mut Purse { figures, lots, lapsed, advanced });
            let after = own.points;
            self.points.replace(&before, &after)?;
            self.gather_lots()?;
            result
        };
        if let Some(first) = self.lots.first() {
            self.next_change = self.next_change.min(first.lapse);
        }
        result
    }

    /// The balance of a kind, made if there is none. What the member had before kinds were kept apart becomes one too.
    fn kind_mut(&mut self, kind: &Text) -> &mut KindPoints {
        if self.kinds.is_empty() && self.points != PointsFigures::default() {
            self.kinds.push(KindPoints {
                kind: Text::default(),
                points: self.points,
                lots: self.lots.clone(),
                lapsed_lots: core::mem::take(&mut self.lapsed_lots),
            });
        }
        let at = self.kinds.partition_point(|own| own.kind < *kind);
        if self.kinds.get(at).is_none_or(|own| own.kind != *kind) {
            self.kinds.insert(at, KindPoints { kind: kind.clone(), ..KindPoints::default() });
        }
        self.has_kinds = true;
        #[expect(clippy::indexing_slicing, reason = "the lines above made sure that there is one at this place")]
        &mut self.kinds[at]
    }

    /// The member's own lots are those of all kinds together.
    fn gather_lots(&mut self) -> Result<(), NumberError> {
        self.lots.clear();
        for lot in self.kinds.iter().flat_map(|own| &own.lots) {
            let at = self.lots.partition_point(|other| other.lapse < lot.lapse);
            add_to(&mut self.lots, Some(at), lot.lapse, lot.left)?;
        }
        Ok(())
    }

    /// The program begins to keep kinds apart: what is there is of its first kind.
    pub(crate) fn name_kinds(&mut self, policy: &Policy) -> Result<(), NumberError> {
        let first = policy.default_kind();
        let unnamed = if self.has_kinds {
            self.kinds.iter().any(|own| own.kind.is_empty())
        } else {
            self.points != PointsFigures::default()
        };
        if first.is_empty() || !unnamed {
            return Ok(());
        }
        let old = self.kind_mut(&Text::default()).clone();
        let own = self.kind_mut(&first);
        own.points.add(&old.points)?;
        for (lots, more) in [(&mut own.lots, &old.lots), (&mut own.lapsed_lots, &old.lapsed_lots)] {
            for lot in more {
                let at = lots.partition_point(|other| other.lapse < lot.lapse);
                add_to(lots, Some(at), lot.lapse, lot.left)?;
            }
        }
        self.kinds.retain(|own| !own.kind.is_empty());
        Ok(())
    }

    /// Lots whose day has come lapse, in every kind.
    pub(crate) fn lapse_lots(&mut self, day: Day) -> Result<(), NumberError> {
        if !self.has_kinds {
            return self.change_points(&Text::default(), |purse| purse.lapse_until(day));
        }
        for at in 0..self.kinds.len() {
            let due = self.kinds.get(at).filter(|own| own.lots.first().is_some_and(|lot| lot.lapse <= day));
            if let Some(kind) = due.map(|own| own.kind.clone()) {
                self.change_points(&kind, |purse| purse.lapse_until(day))?;
            }
        }
        Ok(())
    }

    /// Takes points back in their kind.
    pub(crate) fn take_back(&mut self, kind: &Text, points: Points, lapse: Day) -> Result<(), NumberError> {
        self.change_points(kind, |purse| purse.take_back(points, lapse))
    }

    /// Takes points of these kinds, or of all where none is named: soonest lapse first; of those that lapse together, in
    /// the order named, or in which the program has its kinds. What is not there becomes a debt of the first of them.
    pub(crate) fn spend_points(
        &mut self,
        policies: &PolicySet,
        points: Points,
        from: &[Text],
        which: Which,
    ) -> Result<Vec<Taken>, NumberError> {
        let first = self.kind_today(policies, &Text::default());
        if first.is_empty() && !self.has_kinds {
            let lapse = self.change_points(&first, |purse| purse.spend(points, which))?;
            return Ok(vec![Taken { kind: first, points, lapse }]);
        }
        let mut order: Vec<Text> = from.to_vec();
        if order.is_empty() {
            let known = policies.get(self.policy as usize).map(Policy::points_kinds).unwrap_or_default();
            order.extend(known.iter().map(|kind| kind.head.id.clone()));
            if order.is_empty() {
                // A version that keeps none apart: a debt must be one that its points settle.
                order.push(Text::default());
            }
            let others: Vec<Text> =
                self.kinds.iter().map(|own| own.kind.clone()).filter(|kind| !order.contains(kind)).collect();
            order.extend(others);
        }
        let mut there: Vec<(Day, usize, Points)> = Vec::new();
        for (rank, kind) in order.iter().enumerate() {
            let lots = self.kinds.iter().filter(|own| own.kind == *kind).flat_map(|own| &own.lots);
            there.extend(lots.map(|lot| (lot.lapse, rank, lot.left)));
        }
        there.sort_unstable();
        let mut shares = vec![Points::ZERO; order.len()];
        let mut left = points;
        for (_, rank, lot) in there {
            let part = left.min(lot);
            if let Some(share) = shares.get_mut(rank) {
                *share = share.plus(part)?;
            }
            left = left.minus(part)?;
        }
        if let Some(share) = shares.first_mut() {
            *share = share.plus(left)?;
        }
        let mut taken = Vec::new();
        for (kind, points) in order.into_iter().zip(shares).filter(|(_, share)| share.is_positive()) {
            let lapse = self.change_points(&kind, |purse| purse.spend(points, which))?;
            taken.push(Taken { kind, points, lapse });
        }
        Ok(taken)
    }
}
