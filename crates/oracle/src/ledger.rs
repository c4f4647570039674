//! The replay: every fact from the first on, every day of every member lived one by one.

use std::collections::BTreeMap;

use crate::basket::{self, Share};
use crate::calendar::{self, Day, NEVER};
use crate::exact;
use crate::facts::{Birthday, Deed, Enrolment, Fact, Id, Sale, Use};
use crate::program::{Judged, Metric, Occasion, Program, Source, Window};

/// A member's figures on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Points that can be used.
    pub balance: i128,
    /// Points owed.
    pub debt: i128,
    /// Points given.
    pub issued: i128,
    /// Points from other members.
    pub received: i128,
    /// Points used.
    pub redeemed: i128,
    /// Points lapsed.
    pub lapsed: i128,
    /// Points taken back.
    pub reversed: i128,
    /// Points given to other members.
    pub sent: i128,
    /// Points by the day on which they are gone.
    pub lots: Vec<(Day, i128)>,
    /// Where kinds of points are kept apart: kind, balance, debt; those with neither are left out.
    pub kinds: Vec<(String, i128, i128)>,
    /// Points earned, returns taken off.
    pub points_earned: i128,
    /// Tier rank.
    pub tier: usize,
    /// Money paid for goods, returns taken off.
    pub spend: i128,
    /// Sales.
    pub visits: i128,
    /// Pieces.
    pub items: i128,
    /// Activities.
    pub activities: i128,
    /// Stored value.
    pub stored_value: i128,
    /// Stored value that awaits its payment.
    pub stored_pending: i128,
    /// Vouchers that can be used: giver, number, value.
    pub vouchers: Vec<(Id, u32, i128)>,
    /// Period rebates that can be paid out: rule, first day of the period, amount.
    pub rebates: Vec<(String, Day, i128)>,
}

/// What one fact added to the figures of a day.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    day: Day,
    spend: i128,
    visits: i128,
    items: i128,
    points_earned: i128,
    activities: i128,
}

#[derive(Debug, Clone)]
struct Voucher {
    from: Id,
    number: u32,
    value: i128,
    expires: Day,
    used_in: Option<Id>,
}

/// A rebate paid out, and what is left of it.
#[derive(Debug, Clone)]
struct Reward {
    rule: String,
    start: Day,
    paid_on: Day,
    left: i128,
}

#[derive(Debug, Clone)]
struct Waiting {
    load: Id,
    tender: u32,
    kind: String,
    amount: i128,
    load_amount: i128,
}

/// Readings on which engine and oracle differ until someone settles them; all `false` is the oracle's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readings {
    /// A return after the lapse day first takes what lapsed of *any* lot, not of the sale's own alone.
    pub any_lapsed: bool,
}

#[derive(Debug, Clone, Default)]
struct Life {
    readings: Readings,
    joined: Day,
    today: Day,
    program: usize,
    birthday: Option<Birthday>,
    marks: Vec<String>,
    card_expires: Day,
    tier: usize,
    /// The tier that a grant of this review period led away from; the tier does not move back to its side.
    granted_from: Option<usize>,
    /// Points that are there, by the day on which they are gone and by their kind.
    lots: BTreeMap<(Day, String), i128>,
    lapsed: BTreeMap<(Day, String), i128>,
    debts: BTreeMap<String, i128>,
    issued: i128,
    received: i128,
    redeemed: i128,
    reversed: i128,
    sent: i128,
    entries: Vec<Entry>,
    stored_value: i128,
    waiting: Vec<Waiting>,
    vouchers: Vec<Voucher>,
    rebates_paid: Vec<Reward>,
}

/// Points of one kind: which, how many, when they lapse.
type Of = (String, i128, Day);

#[derive(Debug, Clone, Default)]
struct ReceiptLine {
    quantity: i128,
    back: i128,
    paid: i128,
    weight: i128,
    kind: String,
}

impl ReceiptLine {
    /// The part of an amount that what came back carries: half up to the fen, whole when all is back.
    fn back_of(&self, amount: i128) -> i128 {
        if self.back >= self.quantity { amount } else { exact::round(amount * self.back, self.quantity, exact::MONEY) }
    }
}

#[derive(Debug, Clone, Default)]
struct Receipt {
    day: Day,
    member: Option<Id>,
    lines: Vec<ReceiptLine>,
    /// What it earned, and how much of each was taken back.
    earned: Vec<(Of, i128)>,
    refunded: i128,
    /// What was used, in the order in which it was taken, and how much of each was given back.
    used: Vec<(Of, i128)>,
}

impl Receipt {
    fn is_all_back(&self) -> bool {
        self.lines.iter().all(|line| line.back >= line.quantity)
    }

    fn points(&self) -> i128 {
        self.earned.iter().map(|((_, points, _), _)| points).sum()
    }

    fn points_back(&self) -> i128 {
        self.earned.iter().map(|(_, back)| back).sum()
    }

    fn used_points(&self) -> i128 {
        self.used.iter().map(|((_, points, _), _)| points).sum()
    }

    fn restored(&self) -> i128 {
        self.used.iter().map(|(_, back)| back).sum()
    }
}

impl Life {
    fn sum(&self, metric: Metric, from: Day, to: Day) -> i128 {
        let within = self.entries.iter().filter(|entry| from <= entry.day && entry.day <= to);
        within
            .map(|entry| match metric {
                Metric::Spend => entry.spend,
                Metric::Visits => entry.visits,
                Metric::Items => entry.items,
                Metric::PointsEarned => entry.points_earned,
                Metric::Activities => entry.activities,
                Metric::PointsBalance | Metric::MonthsMember => 0,
            })
            .sum()
    }

    fn balance(&self) -> i128 {
        self.lots.values().sum()
    }

    fn figure(&self, metric: Metric, window: Window, day: Day) -> i128 {
        match metric {
            Metric::PointsBalance => self.balance(),
            Metric::MonthsMember => i128::from(calendar::months_between(self.joined, day)),
            Metric::Spend | Metric::Visits | Metric::Items | Metric::PointsEarned | Metric::Activities => {
                if window == Window::Lifetime {
                    self.sum(metric, Day::MIN, Day::MAX)
                } else {
                    self.sum(metric, window.start(day, self.joined), day)
                }
            }
        }
    }

    /// The highest tier whose demands are met on a day.
    fn deserved(&self, program: &Program, day: Day) -> usize {
        let mut found = 0;
        for (rank, tier) in program.tiers.iter().enumerate().skip(1) {
            let Some(reach) = &tier.reach else { continue };
            let meets = |(metric, least): &(Metric, i128)| self.figure(*metric, program.window, day) >= *least;
            if reach.all.iter().all(meets) && (reach.any.is_empty() || reach.any.iter().any(meets)) {
                found = rank;
            }
        }
        found
    }

    fn judge(&mut self, program: &Program, day: Day, up: bool, down: bool) {
        if program.tiers.len() < 2 {
            self.tier = 0;
            return;
        }
        let deserved = self.deserved(program, day);
        if deserved > self.tier && up && self.granted_from.is_none_or(|from| from < self.tier) {
            self.tier = if program.one_step { self.tier + 1 } else { deserved };
            self.granted_from = None;
        } else if deserved < self.tier && down && self.granted_from.is_none_or(|from| from > self.tier) {
            self.tier = if program.one_step { self.tier - 1 } else { deserved };
            self.granted_from = None;
        }
    }

    fn judge_up(&mut self, programs: &[(Day, Program)], day: Day) {
        // A late fact is judged on the ladder of today.
        let Some((_, program)) = programs.get(self.program) else { return };
        if program.up == Judged::Immediately {
            self.judge(program, day, true, false);
        }
    }

    fn judge_down(&mut self, programs: &[(Day, Program)], day: Day, by_return: bool) {
        let Some((_, program)) = programs.get(self.program) else { return };
        if program.down == Judged::Immediately
            || (by_return && program.falls_on_return && program.up == Judged::Immediately)
        {
            self.judge(program, day, false, true);
        }
    }

    /// Lives every day up to one.
    fn live_to(&mut self, programs: &[(Day, Program)], day: Day) {
        while self.today < day {
            self.today += 1;
            let today = self.today;
            let Some((number, program)) = in_force(programs, today) else { continue };
            if number != self.program {
                let old = programs.get(self.program).and_then(|(_, old)| old.tiers.get(self.tier));
                let heir = old.and_then(|old| heir(program, &old.id, self.tier));
                let tier = heir.unwrap_or_else(|| self.deserved(program, today));
                if tier != self.tier {
                    self.granted_from = None;
                }
                self.tier = tier;
                self.program = number;
                self.name_kinds(&program.first_kind());
            }
            let gone: Vec<(Day, String)> = self.lots.keys().filter(|(lapse, _)| *lapse <= today).cloned().collect();
            for lot in gone {
                let points = self.lots.remove(&lot).unwrap_or(0);
                *self.lapsed.entry(lot).or_default() += points;
            }
            if program.review.is_on(today, self.joined) {
                // A review looks back on what was reached by the evening before, and on nothing that was granted.
                self.granted_from = None;
                self.judge(program, today - 1, program.up != Judged::Never, program.down != Judged::Never);
            }
            if program.down == Judged::Immediately {
                self.judge(program, today, false, true);
            }
        }
    }

    /// A program that keeps kinds apart makes what had no kind its first.
    fn name_kinds(&mut self, first: &str) {
        for place in [&mut self.lots, &mut self.lapsed] {
            for ((lapse, kind), points) in std::mem::take(place) {
                let kind = if kind.is_empty() { first.to_owned() } else { kind };
                *place.entry((lapse, kind)).or_default() += points;
            }
        }
        let unnamed = self.debts.remove("").unwrap_or(0);
        *self.debts.entry(first.to_owned()).or_default() += unnamed;
    }

    /// A kind as the program of today calls it.
    fn kind_today(&self, programs: &[(Day, Program)], kind: &str) -> String {
        let first = programs.get(self.program).map(|(_, program)| program.first_kind());
        if kind.is_empty() { first.unwrap_or_default() } else { kind.to_owned() }
    }

    /// Points come in: a debt of their kind first, then a lot; what has lapsed already is gone at once.
    fn add(&mut self, kind: &str, points: i128, lapse: Day) {
        let debt = self.debts.entry(kind.to_owned()).or_default();
        let settled = points.min(*debt);
        *debt -= settled;
        let rest = points - settled;
        if rest <= 0 {
            return;
        }
        let place = if lapse <= self.today { &mut self.lapsed } else { &mut self.lots };
        *place.entry((lapse, kind.to_owned())).or_default() += rest;
    }

    fn issue(&mut self, programs: &[(Day, Program)], of: Of, earned_on: Option<Day>) {
        let (kind, points, lapse) = of;
        self.issued += points;
        if let Some(day) = earned_on {
            self.entries.push(Entry { day, points_earned: points, ..Entry::default() });
        }
        self.add(&self.kind_today(programs, &kind), points, lapse);
    }

    /// Takes points of these kinds, or of all: soonest lapse first, then in the order of the kinds; what is not there
    /// becomes a debt of the first. Says what was taken of which.
    fn take(&mut self, programs: &[(Day, Program)], points: i128, from: &[String]) -> Vec<Of> {
        let mut order = from.to_vec();
        if order.is_empty() {
            let known = programs.get(self.program).map(|(_, program)| program.kinds.clone()).unwrap_or_default();
            order.extend(known.into_iter().map(|(id, _)| id));
            if order.is_empty() {
                order.push(String::new());
            }
            for (_, kind) in self.lots.keys() {
                if !order.contains(kind) {
                    order.push(kind.clone());
                }
            }
        }
        let first = order.first().cloned().unwrap_or_default();
        let mut there: Vec<(Day, usize)> = Vec::new();
        for (lapse, kind) in self.lots.keys() {
            if let Some(rank) = order.iter().position(|own| own == kind) {
                there.push((*lapse, rank));
            }
        }
        there.sort_unstable();
        let mut taken: BTreeMap<usize, (i128, Day)> = BTreeMap::new();
        let mut left = points;
        for (lapse, rank) in there {
            let Some(kind) = order.get(rank) else { continue };
            let Some(lot) = self.lots.get_mut(&(lapse, kind.clone())) else { continue };
            let part = left.min(*lot);
            *lot -= part;
            left -= part;
            if part > 0 {
                let sum = taken.entry(rank).or_insert((0, NEVER));
                *sum = (sum.0 + part, sum.1.min(lapse));
            }
        }
        self.lots.retain(|_, there| *there > 0);
        if left > 0 {
            *self.debts.entry(first).or_default() += left;
            taken.entry(0).or_insert((0, NEVER)).0 += left;
        }
        taken
            .into_iter()
            .map(|(rank, (points, lapse))| (order.get(rank).cloned().unwrap_or_default(), points, lapse))
            .collect()
    }

    /// Takes points back: from their own lot; from what lapsed of it; then as points of their kind are used.
    fn take_back(&mut self, programs: &[(Day, Program)], kind: &str, points: i128, lapse: Day) {
        self.reversed += points;
        let kind = self.kind_today(programs, kind);
        let mut left = points;
        for place in [&mut self.lots, &mut self.lapsed] {
            if let Some(there) = place.get_mut(&(lapse, kind.clone())) {
                let part = left.min(*there);
                *there -= part;
                left -= part;
            }
            place.retain(|_, there| *there > 0);
        }
        if self.readings.any_lapsed && lapse <= self.today {
            for there in self.lapsed.iter_mut().filter(|((_, own), _)| *own == kind).map(|(_, there)| there) {
                let part = left.min(*there);
                *there -= part;
                left -= part;
            }
        }
        self.take(programs, left, &[kind]);
    }

    fn occasion(&self, day: Day) -> Occasion {
        Occasion { day, tier: Some(self.tier), birthday: self.birthday, marks: self.marks.clone() }
    }

    fn bring_value(&mut self, programs: &[(Day, Program)], program: &Program, day: Day, tenders: &[(String, i128)]) {
        let occasion = self.occasion(day);
        let factor = program.factor(&occasion);
        self.stored_value += tenders.iter().map(|(_, amount)| amount).sum::<i128>();
        let mut brought: Vec<(String, i128)> = Vec::new();
        for rule in program
            .earn
            .iter()
            .filter(|rule| rule.source == Source::Load && rule.when.holds(&occasion, program.birthdays))
        {
            let base: i128 =
                tenders.iter().filter(|(kind, _)| rule.goods.holds_tender(kind)).map(|(_, amount)| amount).sum();
            if base >= rule.from {
                brought.push((rule.kind.clone(), program.points_for(rule, base, factor)));
            }
        }
        for (kind, points) in brought.into_iter().filter(|(_, points)| *points > 0) {
            let lapse = program.lapse_day(&kind, day, self.card_expires);
            self.issue(programs, (kind, points, lapse), Some(day));
            self.judge_up(programs, day);
        }
    }

    fn one_off_rebates(&mut self, program: &Program, load: i128) {
        for rule in program.rebate.iter().filter(|rule| rule.window.is_none() && load >= rule.from) {
            self.stored_value += program.rebate_of(rule, load);
        }
    }

    /// Rewards paid for a period are worth less when some of its spend goes: the difference is taken back.
    fn give_up_rewards(&mut self, programs: &[(Day, Program)], sold_on: Day, refund: i128) {
        let mut rewards = std::mem::take(&mut self.rebates_paid);
        for reward in &mut rewards {
            let Some((_, program)) = in_force(programs, reward.paid_on) else { continue };
            let Some(rule) = program.rebate.iter().find(|rule| rule.id == reward.rule && rule.takes_back) else {
                continue;
            };
            let Some(window) = rule.window else { continue };
            let mut last = reward.start;
            while window.start(last + 1, self.joined) == reward.start {
                last += 1;
            }
            if sold_on < reward.start || sold_on > last {
                continue;
            }
            let before = self.sum(Metric::Spend, reward.start, last);
            let after = before - refund;
            let marked = before < rule.from || (!rule.or_marked.is_empty() && self.marks.contains(&rule.or_marked));
            let worth = if after >= rule.from || marked { program.rebate_of(rule, after) } else { 0 };
            let back = (reward.left - worth).max(0);
            reward.left -= back;
            self.stored_value -= back;
        }
        self.rebates_paid = rewards;
    }

    fn rebates_due(&self, program: &Program, day: Day) -> Vec<(String, Day, i128)> {
        let mut due = Vec::new();
        let first = self.entries.iter().map(|entry| entry.day).fold(self.joined, Day::min);
        for rule in &program.rebate {
            let Some(window) = rule.window.filter(|window| *window != Window::Lifetime) else { continue };
            let last = window.start(day, self.joined) - 1;
            if last < first {
                continue;
            }
            let start = window.start(last, self.joined);
            let spend = self.sum(Metric::Spend, start, last);
            let marked = !rule.or_marked.is_empty() && self.marks.contains(&rule.or_marked);
            let paid = self.rebates_paid.iter().any(|paid| paid.rule == rule.id && paid.start == start);
            let amount = program.rebate_of(rule, spend);
            if (spend >= rule.from || marked) && !paid && amount > 0 {
                due.push((rule.id.clone(), start, amount));
            }
        }
        due
    }

    fn figures(&self, program: &Program, day: Day) -> Figures {
        let all = |metric| self.sum(metric, Day::MIN, Day::MAX);
        Figures {
            balance: self.balance(),
            debt: self.debts.values().sum(),
            issued: self.issued,
            received: self.received,
            redeemed: self.redeemed,
            lapsed: self.lapsed.values().sum(),
            reversed: self.reversed,
            sent: self.sent,
            lots: {
                let mut by_day: BTreeMap<Day, i128> = BTreeMap::new();
                for ((lapse, _), points) in &self.lots {
                    *by_day.entry(*lapse).or_default() += points;
                }
                by_day.into_iter().collect()
            },
            kinds: {
                let mut kinds: BTreeMap<String, (i128, i128)> = BTreeMap::new();
                for ((_, kind), points) in &self.lots {
                    kinds.entry(kind.clone()).or_default().0 += points;
                }
                for (kind, debt) in &self.debts {
                    kinds.entry(kind.clone()).or_default().1 += debt;
                }
                let named = kinds.into_iter().filter(|(kind, figures)| !kind.is_empty() && *figures != (0, 0));
                named.map(|(kind, (balance, debt))| (kind, balance, debt)).collect()
            },
            points_earned: all(Metric::PointsEarned),
            tier: self.tier,
            spend: all(Metric::Spend),
            visits: all(Metric::Visits),
            items: all(Metric::Items),
            activities: all(Metric::Activities),
            stored_value: self.stored_value,
            stored_pending: self.waiting.iter().map(|waiting| waiting.amount).sum(),
            vouchers: {
                let open = self.vouchers.iter().filter(|own| own.used_in.is_none() && own.expires > day);
                open.map(|voucher| (voucher.from, voucher.number, voucher.value)).collect()
            },
            rebates: self.rebates_due(program, day),
        }
    }
}

/// The program in force on a day, and its number; the first also judges what came before it.
fn in_force(programs: &[(Day, Program)], day: Day) -> Option<(usize, &Program)> {
    let mut found = programs.first().map(|(_, program)| (0, program));
    for (number, (from, program)) in programs.iter().enumerate() {
        if *from <= day {
            found = Some((number, program));
        }
    }
    found
}

/// What came of a list of facts.
#[derive(Debug)]
pub struct Ledger<'p> {
    programs: &'p [(Day, Program)],
    readings: Readings,
    lives: BTreeMap<Id, Life>,
    receipts: BTreeMap<Id, Receipt>,
}

impl<'p> Ledger<'p> {
    /// Replays all facts, under programs in the order of their first days.
    #[must_use]
    pub fn replay(programs: &'p [(Day, Program)], facts: &[Fact]) -> Self {
        Self::replay_as(programs, facts, Readings::default())
    }

    /// Replays all facts under other readings.
    #[must_use]
    pub fn replay_as(programs: &'p [(Day, Program)], facts: &[Fact], readings: Readings) -> Self {
        let mut ledger = Self { programs, readings, lives: BTreeMap::new(), receipts: BTreeMap::new() };
        for fact in facts {
            if let Some((_, program)) = in_force(programs, fact.day) {
                ledger.believe(program, fact);
            }
        }
        ledger
    }

    /// The members.
    pub fn members(&self) -> impl Iterator<Item = Id> {
        self.lives.keys().copied()
    }

    /// A member's figures on a day.
    #[must_use]
    pub fn member_on(&self, id: Id, day: Day) -> Option<Figures> {
        let mut life = self.lives.get(&id)?.clone();
        life.live_to(self.programs, day);
        let (_, program) = in_force(self.programs, day)?;
        Some(life.figures(program, day))
    }

    /// The circumstances of a member's visit on a day.
    #[must_use]
    pub fn occasion(&self, id: Id, day: Day) -> Option<Occasion> {
        let mut life = self.lives.get(&id)?.clone();
        life.live_to(self.programs, day);
        Some(life.occasion(day))
    }

    /// Points that a sale brought.
    #[must_use]
    pub fn points_of(&self, sale: Id) -> Option<i128> {
        self.receipts.get(&sale).map(Receipt::points)
    }

    /// What came back of a sale in all: money, points taken back, used points given back.
    #[must_use]
    pub fn returned_of(&self, sale: Id) -> Option<(i128, i128, i128)> {
        self.receipts.get(&sale).map(|receipt| (receipt.refunded, receipt.points_back(), receipt.restored()))
    }

    /// A member, having lived up to a day.
    fn life(&mut self, id: Id, day: Day) -> Option<&mut Life> {
        let life = self.lives.get_mut(&id)?;
        life.live_to(self.programs, day);
        Some(life)
    }

    fn believe(&mut self, program: &Program, fact: &Fact) {
        let (programs, day) = (self.programs, fact.day);
        match &fact.deed {
            Deed::Sold(sale) => self.sold(program, fact, sale),
            Deed::Enrolled(enrolment) => self.enrolled(program, fact, enrolment),
            Deed::Returned(sale, lines, to_stored) => self.returned(day, *sale, lines, *to_stored),
            Deed::Settled(load, tender, cleared) => self.settled(program, day, *load, *tender, *cleared),
            Deed::Sent(from, to, points) => {
                if !self.lives.contains_key(to) {
                    return;
                }
                let Some(giver) = self.life(*from, day) else { return };
                let taken = giver.take(programs, *points, &[]);
                giver.sent += points;
                giver.judge_down(programs, day, false);
                if let Some(receiver) = self.life(*to, day) {
                    receiver.received += points;
                    for (kind, points, lapse) in taken {
                        receiver.add(&receiver.kind_today(programs, &kind), points, lapse);
                    }
                    receiver.judge_up(programs, day);
                }
            }
            Deed::Other(None) => {}
            Deed::Redeemed(id, ..)
            | Deed::Loaded(id, ..)
            | Deed::Attended(id, ..)
            | Deed::RebatePaid(id, ..)
            | Deed::Adjusted(id, ..)
            | Deed::KindAdjusted(id, ..)
            | Deed::CarriedOver(id, ..)
            | Deed::Marked(id, ..)
            | Deed::Granted(id, ..)
            | Deed::Given(id, ..)
            | Deed::Renewed(id)
            | Deed::BornOn(id, ..)
            | Deed::Other(Some(id)) => {
                if let Some(life) = self.life(*id, day) {
                    about_one(programs, program, life, fact);
                }
            }
        }
    }

    fn sold(&mut self, program: &Program, fact: &Fact, sale: &Sale) {
        let (programs, day) = (self.programs, fact.day);
        let mut shares = basket::shares(program, sale);
        let paid: i128 = shares.iter().map(Share::paid).sum();
        let items: i128 = sale.lines.iter().map(|line| line.quantity).sum();
        if paid < 0 {
            return;
        }
        let mut receipt = Receipt { day, member: sale.member, ..Receipt::default() };
        match sale.member {
            Some(id) => {
                let Some(life) = self.life(id, day) else { return };
                for used in &sale.uses {
                    match used {
                        Use::Voucher(from, number, _) => {
                            let found = life.vouchers.iter_mut().find(|own| own.from == *from && own.number == *number);
                            if let Some(voucher) = found {
                                // The first to use it has it.
                                voucher.used_in = voucher.used_in.or(Some(fact.id));
                            }
                        }
                        Use::Points(rule, points, _) => {
                            let taken = life.take(programs, *points, &kinds_of(program, rule));
                            receipt.used.extend(taken.into_iter().map(|of| (of, 0)));
                            life.redeemed += points;
                        }
                    }
                }
                let stored: i128 =
                    sale.tenders.iter().filter(|(kind, _)| kind == "stored-value").map(|(_, amount)| amount).sum();
                life.stored_value -= stored;
                let visit = Entry { day, spend: paid, visits: 1, items, ..Entry::default() };
                let mut judged = life.clone();
                if program.counts_current_sale {
                    judged.entries.push(visit);
                    judged.judge_up(programs, day);
                }
                let points = basket::points(program, sale, &judged.occasion(day), &mut shares);
                life.entries.push(visit);
                for (kind, points) in points {
                    let lapse = program.lapse_day(&kind, day, life.card_expires);
                    receipt.earned.push(((kind.clone(), points, lapse), 0));
                    life.issue(programs, (kind, points, lapse), Some(day));
                }
                life.judge_up(programs, day);
                if !sale.uses.is_empty() {
                    life.judge_down(programs, day, false);
                }
            }
            None => {
                // A buyer who joins with this receipt would begin in the first tier.
                if program.routes.iter().any(|(_, earns)| *earns) {
                    let occasion = Occasion { day, tier: Some(0), ..Occasion::default() };
                    let points = basket::points(program, sale, &occasion, &mut shares);
                    receipt.earned = points.into_iter().map(|(kind, points)| ((kind, points, NEVER), 0)).collect();
                }
            }
        }
        receipt.lines = sale
            .lines
            .iter()
            .zip(&shares)
            .map(|(line, share)| ReceiptLine {
                quantity: line.quantity,
                back: 0,
                paid: share.paid(),
                weight: share.weight,
                kind: share.kind.clone(),
            })
            .collect();
        self.receipts.insert(fact.id, receipt);
    }

    fn enrolled(&mut self, program: &Program, fact: &Fact, enrolment: &Enrolment) {
        if self.lives.contains_key(&fact.id) {
            return;
        }
        let (programs, day) = (self.programs, fact.day);
        let mut life = Life {
            readings: self.readings,
            joined: day,
            today: day,
            program: in_force(self.programs, day).map_or(0, |(number, _)| number),
            birthday: enrolment.birthday,
            card_expires: program.card.map_or(NEVER, |valid| valid.end(day)),
            tier: program.tiers.iter().position(|tier| tier.id == enrolment.choice).unwrap_or(0),
            ..Life::default()
        };
        let earns = program.routes.iter().find(|(id, _)| *id == enrolment.route).is_none_or(|(_, earns)| *earns);
        for sale in &enrolment.receipts {
            let Some(receipt) = self.receipts.get_mut(sale).filter(|receipt| receipt.member.is_none()) else {
                continue;
            };
            receipt.member = Some(fact.id);
            if !earns {
                // Nothing was given, so nothing can be taken back.
                receipt.earned.clear();
            }
            for ((kind, _, lapse), _) in &mut receipt.earned {
                *lapse = program.lapse_day(kind, receipt.day, life.card_expires);
            }
            let visits = i128::from(!receipt.is_all_back());
            let spend = receipt.lines.iter().map(|line| line.paid - line.back_of(line.paid)).sum();
            let items = receipt.lines.iter().map(|line| line.quantity - line.back).sum();
            life.entries.push(Entry { day: receipt.day, spend, visits, items, ..Entry::default() });
            for ((kind, points, lapse), back) in &receipt.earned {
                if points > back {
                    life.issue(programs, (kind.clone(), points - back, *lapse), Some(receipt.day));
                }
            }
            life.judge_up(programs, day);
        }
        if let Some(rule) = program.earn.iter().find(|rule| rule.source == Source::Joining) {
            let lapse = program.lapse_day(&rule.kind, day, life.card_expires);
            life.issue(programs, (rule.kind.clone(), rule.points, lapse), Some(day));
            life.judge_up(programs, day);
        }
        self.lives.insert(fact.id, life);
        if let Some(referrer) = enrolment.referrer.and_then(|id| self.life(id, day))
            && let Some((points, kind)) = &program.referral
        {
            let lapse = program.lapse_day(kind, day, referrer.card_expires);
            referrer.issue(programs, (kind.clone(), *points, lapse), None);
            referrer.judge_up(programs, day);
        }
    }

    fn returned(&mut self, day: Day, sale: Id, lines: &[(usize, i128)], to_stored: i128) {
        let Some(receipt) = self.receipts.get(&sale) else { return };
        let Some((_, program)) = in_force(self.programs, receipt.day) else { return };
        let mut after = receipt.clone();
        for (number, quantity) in lines {
            let Some(line) = after.lines.get_mut(*number) else { return };
            line.back += quantity;
            if line.back > line.quantity || *quantity <= 0 {
                return;
            }
        }
        after.refunded = after.lines.iter().map(|line| line.back_of(line.paid)).sum();
        // Goods take back the kind that they earned.
        for ((kind, points, _), back) in &mut after.earned {
            let lines = || after.lines.iter().filter(|line| line.kind == *kind);
            let weight: i128 = lines().map(|line| line.weight).sum();
            let left: i128 = lines().map(|line| line.weight - line.back_of(line.weight)).sum();
            if weight > 0 {
                *back = *points - exact::round(*points * left, weight, program.points);
            }
        }
        let used = after.used_points();
        if program.gives_back && used > 0 {
            let worth: i128 = after.lines.iter().map(|line| line.paid.max(1)).sum();
            let worth_back: i128 =
                after.lines.iter().map(|line| line.paid.max(1) * line.back / line.quantity.max(1)).sum();
            let all = if after.is_all_back() { used } else { exact::round(used * worth_back, worth, program.points) };
            // What was taken last comes back first.
            let mut rest = all;
            for ((_, points, _), back) in after.used.iter_mut().rev() {
                *back = rest.min(*points);
                rest -= *back;
            }
        }
        let refund = after.refunded - receipt.refunded;
        let change = |now: &[(Of, i128)], before: &[(Of, i128)]| -> Vec<Of> {
            let pairs = now.iter().zip(before);
            pairs.map(|(((kind, _, lapse), now), (_, before))| (kind.clone(), now - before, *lapse)).collect()
        };
        let taken = change(&after.earned, &receipt.earned);
        let given = change(&after.used, &receipt.used);
        let points_back: i128 = taken.iter().map(|(_, points, _)| points).sum();
        let newly_whole = after.is_all_back() && !receipt.is_all_back();
        let (member, sold_on) = (receipt.member, receipt.day);
        self.receipts.insert(sale, after);
        let (programs, reopens) = (self.programs, program.reopens);
        let Some(life) = member.and_then(|id| self.life(id, day)) else { return };
        life.give_up_rewards(programs, sold_on, refund);
        if newly_whole && reopens {
            for voucher in life.vouchers.iter_mut().filter(|own| own.used_in == Some(sale) && own.expires > day) {
                voucher.used_in = None;
            }
        }
        life.entries.push(Entry {
            day: sold_on,
            spend: -refund,
            visits: -i128::from(newly_whole),
            items: -lines.iter().map(|(_, quantity)| quantity).sum::<i128>(),
            points_earned: -points_back,
            activities: 0,
        });
        for (kind, points, lapse) in taken.into_iter().filter(|(_, points, _)| *points > 0) {
            life.take_back(programs, &kind, points, lapse);
        }
        for (kind, points, lapse) in given.into_iter().filter(|(_, points, _)| *points > 0) {
            life.redeemed -= points;
            life.add(&life.kind_today(programs, &kind), points, lapse);
        }
        life.stored_value += to_stored;
        life.judge_down(programs, day, true);
    }

    fn settled(&mut self, program: &Program, day: Day, load: Id, tender: u32, cleared: bool) {
        let programs = self.programs;
        let is_it = |waiting: &Waiting| waiting.load == load && waiting.tender == tender;
        let Some(id) = self.lives.iter().find(|(_, life)| life.waiting.iter().any(is_it)).map(|(id, _)| *id) else {
            return;
        };
        let Some(life) = self.life(id, day) else { return };
        let Some(at) = life.waiting.iter().position(is_it) else { return };
        let payment = life.waiting.remove(at);
        let mut arrived = payment.load_amount;
        if cleared {
            life.bring_value(programs, program, day, &[(payment.kind, payment.amount)]);
        } else {
            arrived -= payment.amount;
            life.waiting.iter_mut().filter(|other| other.load == load).for_each(|other| other.load_amount = arrived);
        }
        if !life.waiting.iter().any(|other| other.load == load) {
            life.one_off_rebates(program, arrived);
        }
    }
}

/// Of which kinds the points of a redemption must be.
fn kinds_of(program: &Program, rule: &str) -> Vec<String> {
    program.redeem.iter().find(|own| own.id == rule).map(|own| own.from.clone()).unwrap_or_default()
}

/// The tier that takes over from one of another program: the one of its name, the one that says so, or where the
/// program matches them by rank, the one of its rank. `None`: its members are judged anew.
fn heir(program: &Program, old: &String, rank: usize) -> Option<usize> {
    for (at, tier) in program.tiers.iter().enumerate() {
        if tier.id == *old {
            return Some(at);
        }
    }
    for (at, tier) in program.tiers.iter().enumerate() {
        if tier.was.contains(old) {
            return Some(at);
        }
    }
    if program.gone_by_rank && !program.tiers.is_empty() { Some(rank.min(program.tiers.len() - 1)) } else { None }
}

/// A fact about one member alone.
fn about_one(programs: &[(Day, Program)], program: &Program, life: &mut Life, fact: &Fact) {
    let day = fact.day;
    match &fact.deed {
        Deed::Redeemed(_, rule, times, points, value) => {
            life.take(programs, *points, &kinds_of(program, rule));
            life.redeemed += points;
            let valid = program.redeem.iter().find(|own| own.id == *rule).and_then(|own| own.valid);
            let expires = valid.map_or(NEVER, |span| span.end(day));
            if *value > 0 {
                for number in 0..*times {
                    life.vouchers.push(Voucher { from: fact.id, number, value: *value, expires, used_in: None });
                }
            }
            life.judge_down(programs, day, false);
        }
        Deed::Loaded(_, amount, tenders) => {
            let (later, at_once): (Vec<_>, Vec<_>) =
                (0_u32..).zip(tenders.iter().cloned()).partition(|(_, (kind, _))| program.must_clear.contains(kind));
            let at_once: Vec<(String, i128)> = at_once.into_iter().map(|(_, tender)| tender).collect();
            if !at_once.is_empty() {
                life.bring_value(programs, program, day, &at_once);
            }
            if later.is_empty() {
                life.one_off_rebates(program, *amount);
            }
            for (tender, (kind, part)) in later {
                life.waiting.push(Waiting { load: fact.id, tender, kind, amount: part, load_amount: *amount });
            }
        }
        Deed::Attended(_, activity) => {
            life.entries.push(Entry { day, activities: 1, ..Entry::default() });
            let occasion = life.occasion(day);
            let holding: Vec<_> =
                program.earn.iter().filter(|rule| rule.when.holds(&occasion, program.birthdays)).collect();
            let named = Source::Activity(activity.clone());
            let wanted = if holding.iter().any(|rule| rule.source == named) { named } else { Source::AnyActivity };
            for rule in holding.into_iter().filter(|rule| rule.source == wanted) {
                let lapse = program.lapse_day(&rule.kind, day, life.card_expires);
                life.issue(programs, (rule.kind.clone(), rule.points, lapse), Some(day));
            }
            life.judge_up(programs, day);
        }
        Deed::RebatePaid(_, rule, start, amount) => {
            if life.rebates_paid.iter().any(|paid| paid.rule == *rule && paid.start == *start) {
                return;
            }
            life.rebates_paid.push(Reward { rule: rule.clone(), start: *start, paid_on: day, left: *amount });
            if program.rebate.iter().find(|own| own.id == *rule).is_none_or(|own| own.to_stored_value) {
                life.stored_value += amount;
            }
        }
        Deed::Adjusted(..) | Deed::KindAdjusted(..) => {
            let (kind, points) = match &fact.deed {
                Deed::KindAdjusted(_, kind, points) => (kind.clone(), *points),
                Deed::Adjusted(_, points) => (program.first_kind(), *points),
                _ => return,
            };
            if matches!(fact.deed, Deed::KindAdjusted(..)) && !program.kinds.iter().any(|(id, _)| *id == kind) {
                return;
            }
            if points < 0 {
                life.take_back(programs, &kind, -points, NEVER);
                life.judge_down(programs, day, false);
            } else {
                let lapse = program.lapse_day(&kind, day, life.card_expires);
                life.issue(programs, (kind, points, lapse), None);
                life.judge_up(programs, day);
            }
        }
        Deed::CarriedOver(_, points, spend, visits, stored_value) => {
            life.entries.push(Entry { day, spend: *spend, visits: i128::from(*visits), ..Entry::default() });
            life.stored_value += stored_value;
            if *points > 0 {
                let kind = program.first_kind();
                let lapse = program.lapse_day(&kind, day, life.card_expires);
                life.issue(programs, (kind, *points, lapse), Some(day));
            }
            life.judge_up(programs, day);
        }
        Deed::Marked(_, mark, on) => {
            life.marks.retain(|own| own != mark);
            if *on {
                life.marks.push(mark.clone());
            }
        }
        Deed::Granted(_, tier) => {
            let named = program.tiers.iter().position(|own| own.id == *tier);
            let now = programs.get(life.program).map_or(program, |(_, now)| now);
            if let Some(rank) = named.and_then(|rank| heir(now, tier, rank))
                && rank != life.tier
            {
                life.granted_from = Some(life.tier);
                life.tier = rank;
            }
        }
        Deed::Given(_, benefit) => {
            if let Some(gift) = program.gift_vouchers.iter().find(|own| own.id == *benefit && own.value > 0) {
                let expires = gift.valid.map_or(NEVER, |span| span.end(day));
                life.vouchers.push(Voucher { from: fact.id, number: 0, value: gift.value, expires, used_in: None });
            }
        }
        Deed::Renewed(_) => {
            let from = if life.card_expires > day && life.card_expires < NEVER { life.card_expires } else { day };
            life.card_expires = program.card.map_or(NEVER, |valid| valid.end(from));
        }
        Deed::BornOn(_, birthday) => life.birthday = *birthday,
        Deed::Enrolled(_)
        | Deed::Sold(_)
        | Deed::Returned(..)
        | Deed::Settled(..)
        | Deed::Sent(..)
        | Deed::Other(_) => {}
    }
}
