//! A member of the book: figures, lots, vouchers, stored value, tier; and what time does to them.

use serde::{Deserialize, Serialize};

use super::purse::KindPoints;
use crate::event::{Birthday, CardFault, Profile};
use crate::id::{EventId, MemberId, Text};
use crate::kinds::rebate::Earned;
use crate::kinds::tier::Judged;
use crate::number::{Money, NumberError, Points, Quantity};
use crate::policy::{Policy, PolicySet};
use crate::primitives::condition::Figures;
use crate::primitives::{Metric, Occasion, Window};
use crate::time::{BusinessTime, Day};

/// How a membership stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// An approval is awaited.
    Applied,
    /// A member.
    Active,
    /// Left.
    Left,
    /// Cancelled by the shop.
    Cancelled,
    /// The application was refused.
    Refused,
    /// Their data was deleted at their wish.
    Forgotten,
}

impl Status {
    /// Whether phone and document count as taken.
    #[must_use]
    pub const fn holds_membership(self) -> bool {
        matches!(self, Self::Applied | Self::Active)
    }

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Active => "active",
            Self::Left => "left",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Forgotten => "forgotten",
        }
    }
}

/// Points that lapse together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// First day on which they are gone; [`Day::LAST`]: never.
    pub lapse: Day,
    /// How many are left, above zero.
    pub left: Points,
}

/// Points in all: issued + received = balance - debt + redeemed + lapsed + reversed + sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsFigures {
    /// Given, corrections upward included.
    pub issued: Points,
    /// Received from other members.
    pub received: Points,
    /// In lots.
    pub balance: Points,
    /// Taken back after they were spent: settled by later points.
    pub debt: Points,
    /// Used, net of what returns gave back.
    pub redeemed: Points,
    /// Lapsed.
    pub lapsed: Points,
    /// Taken back, corrections downward included.
    pub reversed: Points,
    /// Given to other members.
    pub sent: Points,
}

impl PointsFigures {
    /// Whether they add up.
    #[must_use]
    pub fn is_conserved(&self) -> bool {
        let came = i128::from(self.issued.minor()) + i128::from(self.received.minor());
        let gone =
            [self.redeemed, self.lapsed, self.reversed, self.sent].iter().map(|p| i128::from(p.minor())).sum::<i128>();
        came == i128::from(self.balance.minor()) - i128::from(self.debt.minor()) + gone
            && !self.balance.is_negative()
            && !self.debt.is_negative()
    }

    /// Adds another's.
    ///
    /// # Errors
    /// Where a sum does not fit.
    pub fn add(&mut self, other: &Self) -> Result<(), NumberError> {
        self.issued = self.issued.plus(other.issued)?;
        self.received = self.received.plus(other.received)?;
        self.balance = self.balance.plus(other.balance)?;
        self.debt = self.debt.plus(other.debt)?;
        self.redeemed = self.redeemed.plus(other.redeemed)?;
        self.lapsed = self.lapsed.plus(other.lapsed)?;
        self.reversed = self.reversed.plus(other.reversed)?;
        self.sent = self.sent.plus(other.sent)?;
        Ok(())
    }

    /// Replaces an earlier reading of a member by a later one, in a sum.
    pub(crate) fn replace(&mut self, before: &Self, after: &Self) -> Result<(), NumberError> {
        let change = |sum: &mut Points, before: Points, after: Points| -> Result<(), NumberError> {
            if before != after {
                *sum = sum.plus(after.minus(before)?)?;
            }
            Ok(())
        };
        change(&mut self.issued, before.issued, after.issued)?;
        change(&mut self.received, before.received, after.received)?;
        change(&mut self.balance, before.balance, after.balance)?;
        change(&mut self.debt, before.debt, after.debt)?;
        change(&mut self.redeemed, before.redeemed, after.redeemed)?;
        change(&mut self.lapsed, before.lapsed, after.lapsed)?;
        change(&mut self.reversed, before.reversed, after.reversed)?;
        change(&mut self.sent, before.sent, after.sent)
    }
}

/// A voucher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// The event that gave it.
    pub from: EventId,
    /// Which of that event's, from 0.
    pub index: u32,
    /// The redemption rule.
    pub rule: Text,
    /// Its value.
    pub value: Money,
    /// First day on which it is gone; [`Day::LAST`]: never.
    pub expires: Day,
    /// What became of it.
    pub state: VoucherState,
}

/// What became of a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoucherState {
    /// Can be used, until it expires.
    Open,
    /// Used in a sale.
    Used(EventId),
}

/// Why a tier changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierCause {
    /// Figures reached it.
    Reached,
    /// Figures left the window, or goods came back.
    Fell,
    /// A review.
    Review,
    /// A grant.
    Granted,
    /// The program changed.
    Program,
}

/// One change of tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierChange {
    /// The day.
    pub day: Day,
    /// Rank before.
    pub from: u8,
    /// Rank after.
    pub to: u8,
    /// Why.
    pub cause: TierCause,
}

/// Figures of one day, for windows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySums {
    /// The day.
    pub day: Day,
    /// Spend.
    pub spend: Money,
    /// Visits.
    pub visits: i32,
    /// Pieces.
    pub items: Quantity,
    /// Points earned.
    pub points_earned: Points,
    /// Activities.
    pub activities: i32,
}

/// A payment that must still arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncleared {
    /// The load.
    pub load: EventId,
    /// Which of its tenders.
    pub tender: u32,
    /// Its kind.
    pub kind: Text,
    /// How much.
    pub amount: Money,
    /// Since when.
    pub since: Day,
    /// Amount of the whole load, on which a one-off rebate is judged.
    pub load_amount: Money,
}

/// A period's rebate that was paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidRebate {
    /// The rule.
    pub rule: Text,
    /// First day of the period that earned it.
    pub period_start: Day,
    /// When it was paid.
    pub paid_on: Day,
    /// How much.
    pub amount: Money,
    /// Of which returns took back.
    pub taken_back: Money,
}

/// A member. What every sale touches stands first, in four cache lines; a fold reads ahead these and no others, and
/// whatever else it reads of a member costs it a wait for memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C, align(64))]
pub struct Member {
    /// Identity.
    pub id: MemberId,
    /// Points in all.
    pub points: PointsFigures,
    /// Lots, soonest lapse first.
    pub lots: Vec<Lot>,
    /// What lapsed, by its day.
    pub lapsed_lots: Vec<Lot>,
    /// Lifetime spend.
    pub spend: Money,
    /// Lifetime pieces.
    pub items: Quantity,
    /// Points earned by purchases and activities in all, returns taken off.
    pub points_earned: Points,
    /// All that came in.
    pub stored_in: Money,
    /// All that went out.
    pub stored_out: Money,
    /// Stored value that can be used.
    pub stored_value: Money,
    /// Lifetime visits.
    pub visits: i32,
    /// Day of the last visit.
    pub last_visit: Option<Day>,
    /// First day on which the card is not valid; [`Day::LAST`]: always valid.
    pub card_expires: Day,
    /// The day up to which time has been let pass.
    pub(crate) advanced: Day,
    /// The next day on which time changes something.
    pub(crate) next_change: Day,
    /// Number of the policy under which the tier was last judged.
    pub(crate) policy: u32,
    /// Tier rank, 0 is the lowest.
    pub tier: u8,
    /// How the membership stands.
    pub status: Status,
    /// Whether there are points by kind. They stand far behind: every sale asks here.
    #[serde(skip)]
    pub(crate) has_kinds: bool,
    /// Figures by day, oldest first; kept only where a program looks at windows.
    pub days: Vec<DaySums>,
    /// Their data.
    pub profile: Profile,
    /// When they joined.
    pub joined: BusinessTime,
    /// By which route.
    pub route: Text,
    /// Card grade chosen.
    pub choice: Text,
    /// The guide they belong to.
    pub guide: Text,
    /// The store that enrolled them.
    pub store: Text,
    /// Who brought them.
    pub referrer: Option<MemberId>,
    /// How many they brought.
    pub referred: u32,
    /// Card number; empty if none.
    pub card: Text,
    /// Cards that are void.
    pub void_cards: Vec<(Text, Day, CardFault)>,
    /// Changes of tier.
    pub tier_changes: Vec<TierChange>,
    /// Activities attended.
    pub activities: i32,
    /// Payments that must still arrive.
    pub uncleared: Vec<Uncleared>,
    /// Vouchers, used ones included.
    pub vouchers: Vec<Voucher>,
    /// Entitlements handed out: id, day, event.
    pub given: Vec<(Text, Day, EventId)>,
    /// Period rebates paid out.
    pub rebates_paid: Vec<PaidRebate>,
    /// Marks.
    pub marks: Vec<Text>,
    /// Points by kind, in the order of the kinds' ids. Stands apart in snapshots and under the state hash: a shop whose
    /// program keeps no kinds apart has none.
    #[serde(skip)]
    pub(crate) kinds: Vec<KindPoints>,
}

impl Member {
    /// Day on which they joined.
    #[must_use]
    pub const fn joined_day(&self) -> Day {
        self.joined.day
    }

    /// Stored value awaiting its payment.
    #[must_use]
    pub fn stored_pending(&self) -> Money {
        Money::sum(self.uncleared.iter().map(|u| u.amount)).unwrap_or(Money::ZERO)
    }

    /// Vouchers that can be used on a day, soonest to expire first.
    #[must_use]
    pub fn open_vouchers(&self, day: Day) -> Vec<&Voucher> {
        let mut open: Vec<&Voucher> =
            self.vouchers.iter().filter(|v| v.state == VoucherState::Open && v.expires > day).collect();
        open.sort_by_key(|v| v.expires);
        open
    }

    /// Whether membership and card hold on a day.
    #[must_use]
    pub fn is_valid_on(&self, day: Day) -> bool {
        self.status == Status::Active && day < self.card_expires
    }

    /// The circumstances of a visit.
    #[must_use]
    pub fn occasion<'o>(&'o self, policy: &Policy, day: Day) -> Occasion<'o> {
        Occasion {
            tier: Some(self.tier),
            birthday: &self.profile.birthday,
            marks: &self.marks,
            ..Occasion::stranger(day, policy.birthdays)
        }
    }

    /// Their birthday.
    #[must_use]
    pub const fn birthday(&self) -> Option<Birthday> {
        self.profile.birthday
    }

    /// The tier held on a day that time has passed: that of the last change up to it. Ranks are those of the program
    /// that judged on that day.
    #[must_use]
    pub fn tier_on(&self, day: Day) -> u8 {
        let before = self.tier_changes.iter().rev().find(|change| change.day <= day).map(|change| change.to);
        before.or_else(|| self.tier_changes.first().map(|change| change.from)).unwrap_or(self.tier)
    }

    /// Lets time pass up to a day: lots lapse, reviews are held, tiers fall out of their windows.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn advance(&mut self, policies: &PolicySet, day: Day) -> Result<(), NumberError> {
        if day <= self.advanced {
            return Ok(());
        }
        // Each policy holds its own reviews, up to the day before the next one begins.
        while let Some(start) = policies.start_after(self.advanced).filter(|start| *start <= day) {
            self.pass_time(policies, start.plus_days(-1))?;
            self.follow_program(policies, start);
        }
        self.pass_time(policies, day)
    }

    /// Everything that time changes, up to a day.
    fn pass_time(&mut self, policies: &PolicySet, day: Day) -> Result<(), NumberError> {
        while self.next_change <= day && self.next_change < Day::LAST {
            let at = self.next_change;
            let Some(policy) = policies.on(at) else { break };
            self.lapse_lots(at)?;
            self.review(policy, at);
            if policy.ladder.down == Judged::Immediately {
                self.judge(policy, at, TierCause::Fell, false, true);
            }
            self.advanced = self.advanced.max(at);
            self.plan_next(policy, at);
        }
        self.advanced = self.advanced.max(day);
        Ok(())
    }

    /// On the first day under another policy, the tier is carried over by its id, or judged anew.
    fn follow_program(&mut self, policies: &PolicySet, day: Day) {
        let index = policies.index_on(day);
        let now = u32::try_from(index).unwrap_or(0);
        let Some(policy) = policies.get(index) else { return };
        if now != self.policy {
            let old = policies.get(self.policy as usize).and_then(|old| old.ladder.get(self.tier));
            let taken_over = old.and_then(|old| policy.ladder.takes_over(old, self.tier));
            let rank = taken_over.unwrap_or_else(|| policy.ladder.deserved(self, day));
            if rank != self.tier {
                self.tier_changes.push(TierChange { day, from: self.tier, to: rank, cause: TierCause::Program });
                self.tier = rank;
            }
            self.policy = now;
            // A sum that fitted in one balance fits in another.
            let _ = self.name_kinds(policy);
        }
        // What falls on this very day is the new policy's.
        self.plan_next(policy, day.plus_days(-1));
        self.advanced = self.advanced.max(day);
        if self.next_change == day {
            self.advanced = day.plus_days(-1).max(self.joined.day.plus_days(-1));
            let _ = self.pass_time(policies, day);
        }
    }

    /// At a review the figures of the day before count: on the first day of a quarter, those of the quarter that ended.
    fn review(&mut self, policy: &Policy, day: Day) {
        if policy.ladder.review.next_after(day.plus_days(-1), self.joined.day) != day {
            return;
        }
        let (up, down) = (policy.ladder.up != Judged::Never, policy.ladder.down != Judged::Never);
        self.judge(policy, day.plus_days(-1), TierCause::Review, up, down);
    }

    /// Plans the next day after `after` on which time changes something.
    pub(crate) fn plan_next(&mut self, policy: &Policy, after: Day) {
        let lapse = self.lots.first().map_or(Day::LAST, |lot| lot.lapse);
        let review = policy.ladder.review.next_after(after, self.joined.day);
        self.next_change = lapse.min(review).min(self.next_leave(policy, after)).min(self.next_step(policy, after));
    }

    /// The day after, where a member who falls at once has to fall or, step by step, further to fall.
    fn next_step(&self, policy: &Policy, after: Day) -> Day {
        if !policy.ladder.falls_at_once() {
            return Day::LAST;
        }
        let next = after.plus_days(1);
        let to = policy.ladder.judge(self.tier, self, next, false, true);
        if to < self.tier && !self.grant_stands(policy, next, to) { next } else { Day::LAST }
    }

    /// The next day on which figures leave the window, where a tier falls with them at once.
    fn next_leave(&self, policy: &Policy, after: Day) -> Day {
        if policy.ladder.down != Judged::Immediately || policy.ladder.tiers.len() < 2 {
            return Day::LAST;
        }
        match policy.ladder.window {
            Window::Lifetime => Day::LAST,
            Window::Transaction => self.days.last().map_or(Day::LAST, |sums| sums.day.plus_days(1)),
            Window::Rolling(span) => {
                self.days.iter().map(|sums| span.leaves(sums.day)).find(|leaves| *leaves > after).unwrap_or(Day::LAST)
            }
            window @ (Window::Calendar(_) | Window::MembershipYear) => window.end(after, self.joined.day),
        }
    }

    /// Judges the tier.
    pub(crate) fn judge(&mut self, policy: &Policy, day: Day, cause: TierCause, up: bool, down: bool) {
        let to = policy.ladder.judge(self.tier, self, day, up, down);
        if to != self.tier && (cause == TierCause::Review || !self.grant_stands(policy, day, to)) {
            self.tier_changes.push(TierChange { day, from: self.tier, to, cause });
            self.tier = to;
        }
    }

    /// Whether the last change was a grant that figures may not undo before the next review: a tier granted is not
    /// lost, one taken away is not regained.
    fn grant_stands(&self, policy: &Policy, day: Day, to: u8) -> bool {
        self.tier_changes.last().is_some_and(|change| {
            change.cause == TierCause::Granted
                && (change.to > change.from) == (to < self.tier)
                && policy.ladder.review.next_after(change.day, self.joined.day) > day
        })
    }

    /// Judges the tier after figures rose: on the ladder of today, also where the event of an earlier day is late.
    pub(crate) fn judge_up(&mut self, policies: &PolicySet, day: Day) {
        let Some(policy) = policies.get(self.policy as usize) else { return };
        if policy.ladder.tiers.len() > 1 && policy.ladder.up == Judged::Immediately {
            self.judge(policy, day, TierCause::Reached, true, false);
        }
    }

    /// Judges the tier after goods came back or points were taken.
    pub(crate) fn judge_down(&mut self, policies: &PolicySet, day: Day, by_return: bool) {
        let Some(policy) = policies.get(self.policy as usize) else { return };
        let falls = policy.ladder.down == Judged::Immediately
            || (by_return && policy.ladder.falls_on_return && policy.ladder.up == Judged::Immediately);
        if falls {
            self.judge(policy, day, TierCause::Fell, false, true);
        }
    }

    /// Opens the vouchers used in a sale again, but for those that have expired. Returns their value.
    pub(crate) fn reopen_vouchers(&mut self, sale: EventId, day: Day) -> Result<Money, NumberError> {
        let used = self.vouchers.iter_mut().filter(|v| v.state == VoucherState::Used(sale) && v.expires > day);
        let mut value = Money::ZERO;
        for voucher in used {
            voucher.state = VoucherState::Open;
            value = value.plus(voucher.value)?;
        }
        Ok(value)
    }

    /// What rebates were paid too much once so much of a day's spend has come back: which of those paid, and how much.
    pub(crate) fn rebates_over(
        &self,
        policies: &PolicySet,
        sold_on: Day,
        refund: Money,
    ) -> Result<Vec<(usize, Money)>, NumberError> {
        let mut over = Vec::new();
        for (at, paid) in self.rebates_paid.iter().enumerate() {
            let Some(policy) = policies.on(paid.paid_on) else { continue };
            let rule = policy.rebate.iter().find(|rule| rule.head.id == paid.rule && rule.takes_back);
            let Some((rule, Earned::Period(window))) = rule.map(|rule| (rule, rule.earned)) else { continue };
            let end = window.end(paid.period_start, self.joined.day);
            if sold_on < paid.period_start || sold_on >= end {
                continue;
            }
            let before = Money::from_minor(self.figure(Metric::Spend, window, end.plus_days(-1)));
            let spend = before.minus(refund)?;
            // Whoever had it for a mark keeps what the mark brings.
            let marked = before < rule.from || (!rule.or_marked.is_empty() && self.marks.contains(&rule.or_marked));
            let kept = if spend >= rule.from || marked {
                crate::fold::capped(rule, spend, policy.money_rounding)?.0
            } else {
                Money::ZERO
            };
            let back = paid.amount.minus(paid.taken_back)?.minus(kept)?;
            if back.is_positive() {
                over.push((at, back));
            }
        }
        Ok(over)
    }

    /// The sums of a day, made if there are none.
    pub(crate) fn day_sums(&mut self, day: Day) -> &mut DaySums {
        let at = match self.days.last() {
            Some(last) if last.day == day => self.days.len().saturating_sub(1),
            Some(last) if last.day < day => {
                self.days.push(DaySums { day, ..DaySums::default() });
                self.days.len().saturating_sub(1)
            }
            Some(_) | None => {
                let at = self.days.partition_point(|sums| sums.day < day);
                if self.days.get(at).is_none_or(|sums| sums.day != day) {
                    self.days.insert(at, DaySums { day, ..DaySums::default() });
                }
                at
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the arms above made sure that there is one at this place")]
        &mut self.days[at]
    }
}

impl Figures for Member {
    #[inline]
    fn figure(&self, metric: Metric, window: Window, day: Day) -> i64 {
        match (metric, window) {
            (Metric::Spend, Window::Lifetime) => self.spend.minor(),
            (Metric::Visits, Window::Lifetime) => i64::from(self.visits),
            (Metric::PointsEarned, Window::Lifetime) => self.points_earned.minor(),
            (Metric::PointsBalance, _) => self.points.balance.minor(),
            (metric, window) => self.rare_figure(metric, window, day),
        }
    }
}

impl Member {
    /// What every sale reads of its member, one figure from each cache line: reading them ahead brings them near.
    pub(crate) fn touch(&self) -> i64 {
        let lots = self.lots.last().map_or(0, |lot| lot.left.minor());
        self.points.issued.minor() ^ self.points.sent.minor() ^ self.spend.minor() ^ i64::from(self.tier) ^ lots
    }

    /// Never inlined: what it reads lies far from what every sale reads, and must not be fetched where no rule asks.
    #[inline(never)]
    fn rare_figure(&self, metric: Metric, window: Window, day: Day) -> i64 {
        match metric {
            Metric::PointsBalance => return self.points.balance.minor(),
            Metric::MonthsMember => return i64::from(self.joined.day.months_until(day).max(0)),
            Metric::Spend | Metric::Visits | Metric::Items | Metric::PointsEarned | Metric::Activities => {}
        }
        if window == Window::Lifetime {
            return match metric {
                Metric::Spend => self.spend.minor(),
                Metric::Visits => i64::from(self.visits),
                Metric::Items => self.items.minor(),
                Metric::PointsEarned => self.points_earned.minor(),
                Metric::Activities => i64::from(self.activities),
                Metric::PointsBalance | Metric::MonthsMember => 0,
            };
        }
        let from = window.start(day, self.joined.day);
        let first = self.days.partition_point(|sums| sums.day < from);
        let within = self.days.get(first..).unwrap_or(&[]).iter().take_while(|sums| sums.day <= day);
        within.fold(0_i64, |sum, sums| {
            sum.saturating_add(match metric {
                Metric::Spend => sums.spend.minor(),
                Metric::Visits => i64::from(sums.visits),
                Metric::Items => sums.items.minor(),
                Metric::PointsEarned => sums.points_earned.minor(),
                Metric::Activities => i64::from(sums.activities),
                Metric::PointsBalance | Metric::MonthsMember => 0,
            })
        })
    }
}
