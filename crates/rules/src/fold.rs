//! The fold: events into the book, each judged by the policy of its business day.
//!
//! Facts are never refused here. What cannot be read as a fact (a return of an unknown sale) is set aside and said;
//! what two tablets did without knowing of each other (the same points spent twice) becomes a debt.

use crate::book::member::{PaidRebate, Uncleared, VoucherState};
use crate::book::purse::Taken;
use crate::book::receipts::{Awaited, KindEarned, KindUsed, NOBODY, Receipt, ReceiptLine, SaleKinds};
use crate::book::{Book, Member, PointsFigures, SetAside, Status, Voucher};
use crate::event::{Body, Event, Given, Journal, Profile, ReturnedLine, STORED_VALUE, Sold, Tender, Use};
use crate::id::{EventId, MemberId, Text};
use crate::kinds::earn::{Source, for_activity};
use crate::kinds::rebate::Earned;
use crate::kinds::redeem::Gives;
use crate::kinds::referral::Reward;
use crate::message::{Message, Trace};
use crate::msg;
use crate::number::{Money, NumberError, Points, Quantity, Rounding, RoundingMode};
use crate::policy::{Policy, PolicySet};
use crate::primitives::Occasion;
use crate::sale::{self, Scratch};
use crate::time::{BusinessTime, Day};

/// The event comes before one that was folded already: the caller folds anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfOrder;

/// Why an event was set aside.
struct Aside(Message);

impl From<NumberError> for Aside {
    fn from(_: NumberError) -> Self {
        Self(msg!("aside.too-large"))
    }
}

/// Amounts beyond this in one event are no shop's: 10 billion yuan in fen.
const AMOUNT_MAX: i64 = 1_000_000_000_000;
/// A member's sums beyond this are watched: an event that would overflow them is undone as a whole.
const SUM_WATCHED: i64 = 4_000_000_000_000_000_000;

/// Folds a whole journal.
#[must_use]
pub fn fold(policies: &PolicySet, journal: &Journal) -> Book {
    let mut book = Book::default();
    book.receipts.reserve(journal.events().len());
    let mut folder = Folder::new(policies);
    let mut found = [NOBODY; WARMED];
    for few in journal.events().chunks(WARMED) {
        core::hint::black_box(warm(&book, few, &mut found));
        for (event, found) in few.iter().zip(found) {
            folder.found = found;
            folder.fold_in_order(&mut book, event);
        }
    }
    book
}

/// How many events are looked at ahead.
const WARMED: usize = 16;

/// Touches what the next few events will need. Each touch waits for memory alone, but all of them wait together:
/// folding a year of sales is bound by such waits, not by arithmetic.
fn warm(book: &Book, events: &[Event], found: &mut [u32; WARMED]) -> i64 {
    for (event, found) in events.iter().zip(found.iter_mut()) {
        let member = if let Body::Sold(sold) = &event.body { sold.member } else { None };
        *found = member.and_then(|id| book.member_index.get(&id).copied()).unwrap_or(NOBODY);
    }
    let mut seen = 0_i64;
    for member in found.iter().filter_map(|found| book.members.get(*found as usize)) {
        seen ^= member.touch();
    }
    seen
}

/// Folds events one by one, with room that is used again.
#[derive(Debug)]
pub struct Folder<'p> {
    policies: &'p PolicySet,
    scratch: Scratch,
    notes: Option<Vec<Trace>>,
    /// Reductions due by the rules, gathered only for an account of a whole journal.
    dues: Option<Vec<Given>>,
    /// The last lapse day found: a day's sales mostly share it.
    lapse: Option<(usize, Day, Day, Day)>,
    /// Where the member of the next sale probably stands in the book.
    found: u32,
    /// The kinds of points of the sale that is being folded, where it is not plain.
    kinds: Option<SaleKinds>,
}

impl<'p> Folder<'p> {
    /// Under these policies.
    #[must_use]
    pub fn new(policies: &'p PolicySet) -> Self {
        Self { policies, scratch: Scratch::default(), notes: None, dues: None, lapse: None, found: NOBODY, kinds: None }
    }

    /// One that gathers the reasons of what it does; slower.
    #[must_use]
    pub fn explaining(policies: &'p PolicySet) -> Self {
        Self { notes: Some(Vec::new()), ..Self::new(policies) }
    }

    /// One that gathers the reductions due as well; slower still.
    pub(crate) fn accounting(policies: &'p PolicySet) -> Self {
        Self { dues: Some(Vec::new()), ..Self::explaining(policies) }
    }

    /// The reductions due that were gathered since the last call.
    pub(crate) fn take_dues(&mut self) -> Vec<Given> {
        self.dues.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// The reasons gathered since the last call.
    pub fn take_notes(&mut self) -> Vec<Trace> {
        self.notes.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// Folds an event that comes after all others.
    ///
    /// # Errors
    /// [`OutOfOrder`] if it does not.
    pub fn apply(&mut self, book: &mut Book, event: &Event) -> Result<(), OutOfOrder> {
        if book.last.is_some_and(|last| event.order() <= last) || !book.is_unpacked() {
            return Err(OutOfOrder);
        }
        self.fold_in_order(book, event);
        Ok(())
    }

    fn fold_in_order(&mut self, book: &mut Book, event: &Event) {
        book.last = Some(event.order());
        book.events = book.events.saturating_add(1);
        book.day = book.day.max(event.at.day);
        if let Err(Aside(reason)) = self.fold_one(book, event) {
            book.set_aside.push(SetAside { event: event.id, reason });
        }
    }

    fn fold_one(&mut self, book: &mut Book, event: &Event) -> Result<(), Aside> {
        let Some(policy) = self.policies.on(event.at.day) else { return Err(Aside(msg!("aside.no-policy"))) };
        if event.at.day < Day::FIRST {
            // From a day before the calendar, reviews and lapses would take for ever to come to today.
            return Err(Aside(msg!("aside.no-such-day")));
        }
        match &event.body {
            Body::Sold(sold) => self.sold(book, policy, event, sold),
            Body::Enrolled { .. } => self.enrolled(book, policy, event),
            Body::Returned { sale, lines, refunds } => self.returned(book, event, *sale, lines, refunds),
            Body::ProductListed(product) => {
                book.products.insert(product.code.clone(), product.clone());
                Ok(())
            }
            Body::ProductDropped { code } => {
                book.products.remove(code);
                Ok(())
            }
            Body::TenderSettled { of, tender, cleared } => {
                self.tender_settled(book, policy, event, *of, *tender, *cleared)
            }
            Body::PointsSent { from, to, points } => self.points_sent(book, event, *from, *to, *points),
            Body::Adopted { .. } | Body::DiscountAgreed { .. } | Body::Staff(_) | Body::Unknown { .. } => Ok(()),
            Body::ApplicationDecided { .. }
            | Body::ProfileChanged { .. }
            | Body::CardReplaced { .. }
            | Body::CardRenewed { .. }
            | Body::Left { .. }
            | Body::Redeemed { .. }
            | Body::Loaded { .. }
            | Body::Attended { .. }
            | Body::EntitlementGiven { .. }
            | Body::RebatePaid { .. }
            | Body::PointsAdjusted { .. }
            | Body::KindAdjusted { .. }
            | Body::Forgotten { .. }
            | Body::CarriedOver { .. }
            | Body::Marked { .. }
            | Body::TierGranted { .. } => self.about_member(book, policy, event),
        }
    }

    /// Runs a change of one member, undone as a whole if a figure does not fit; keeps the sums in step.
    fn change<T>(
        &mut self,
        book: &mut Book,
        index: u32,
        day: Day,
        change: impl FnOnce(&mut Self, &mut Member) -> Result<T, Aside>,
    ) -> Result<T, Aside> {
        let Some(member) = book.members.get_mut(index as usize) else {
            return Err(Aside(msg!("aside.unknown-member")));
        };
        let before: PointsFigures = member.points;
        let (stored_in, stored_out) = (member.stored_in, member.stored_out);
        let watched = member.spend.minor().saturating_abs() > SUM_WATCHED
            || member.points.issued.minor() > SUM_WATCHED
            || member.points.debt.minor() > SUM_WATCHED
            || member.stored_in.minor() > SUM_WATCHED;
        let copy = watched.then(|| member.clone());
        let policies = self.policies;
        let result = member.advance(policies, day).map_err(Aside::from).and_then(|()| change(self, member));
        let Some(member) = book.members.get_mut(index as usize) else {
            return Err(Aside(msg!("aside.unknown-member")));
        };
        if policies.replans()
            && let Some(policy) = policies.on(member.advanced)
        {
            // New figures leave their window some day; who falls step by step falls on tomorrow.
            member.plan_next(policy, member.advanced);
        }
        if result.is_err()
            && let Some(copy) = copy
        {
            *member = copy;
            return result;
        }
        book.totals.points.replace(&before, &member.points)?;
        if member.stored_in != stored_in {
            book.totals.stored_in = book.totals.stored_in.plus(member.stored_in.minus(stored_in)?)?;
        }
        if member.stored_out != stored_out {
            book.totals.stored_out = book.totals.stored_out.plus(member.stored_out.minus(stored_out)?)?;
        }
        result
    }

    fn index(book: &Book, id: MemberId) -> Result<u32, Aside> {
        book.member_index.get(&id).copied().ok_or_else(|| Aside(msg!("aside.unknown-member")))
    }

    fn sold(&mut self, book: &mut Book, policy: &Policy, event: &Event, sold: &Sold) -> Result<(), Aside> {
        let given = look_over(sold)?;
        self.kinds = None;
        let sums = sale::share(policy, sold, &mut self.scratch)?;
        if sums.paid.is_negative() {
            return Err(Aside(msg!("aside.negative-price")));
        }
        let mut receipt = Receipt::new(event.id, event.at);
        receipt.paid = sums.paid;
        if let Some(id) = sold.member {
            let index = match book.members.get(self.found as usize) {
                Some(member) if member.id == id => self.found,
                Some(_) | None => Self::index(book, id)?,
            };
            let day = event.at.day;
            let mut conflict = None;
            let due = self.change(book, index, day, |folder, member| {
                let due = if policy.discount.is_empty() {
                    Money::ZERO
                } else {
                    sale::discount_due(policy, sold, &member.occasion(policy, day), sums.items, folder.dues.as_mut())?
                };
                conflict = folder.sale_to(policy, member, event, sold, sums, &mut receipt)?;
                Ok(due)
            })?;
            receipt.member = index;
            book.totals.member_sales = book.totals.member_sales.saturating_add(1);
            book.totals.member_takings = book.totals.member_takings.plus(sums.paid)?;
            book.totals.discount_due = book.totals.discount_due.plus(due)?;
            if let Some(reason) = conflict {
                book.set_aside.push(SetAside { event: event.id, reason });
            }
            if !policy.referral.is_empty() {
                self.referral_share(book, policy, event, sold, index, &mut receipt)?;
            }
        } else if policy.routes.iter().any(|route| route.earns) {
            // The buyer may join with this receipt: the weights say what it will then bring.
            let occasion = Occasion { tier: Some(0), ..Occasion::stranger(event.at.day, policy.birthdays) };
            let mut sums = sums;
            let points = sale::earn(policy, sold, &occasion, &mut sums, &mut self.scratch, None)?;
            receipt.points = points;
            if !policy.points.is_empty() {
                self.kinds = self.kinds_of(policy, event.at.day, Day::LAST, Vec::new());
            }
        }
        book.totals.sales = book.totals.sales.saturating_add(1);
        book.totals.takings = book.totals.takings.plus(sums.paid)?;
        book.totals.discount_given = book.totals.discount_given.plus(given)?;
        let lines = sold.lines.iter().zip(&self.scratch.lines).map(|(line, share)| ReceiptLine {
            quantity: line.quantity,
            // `share` summed these already: they fit.
            paid: share.paid().unwrap_or_default(),
            base: share.weight,
            returnable: policy.returns.takes_back(line),
        });
        let member = receipt.member;
        book.receipts.push(receipt, lines);
        if !policy.stored_value.must_clear.is_empty() {
            for (at, tender) in (0_u32..).zip(&sold.tenders) {
                if !policy.stored_value.clears_at_once(&tender.kind) {
                    let (kind, amount, since) = (tender.kind.clone(), tender.amount, event.at.day);
                    book.awaited.insert((event.id, at), Awaited { kind, amount, since, member });
                }
            }
        }
        if let Some(kinds) = self.kinds.take() {
            book.receipts.keep_kinds(event.id, kinds);
        }
        Ok(())
    }

    /// What the sale that was last reckoned earned of each kind; `None` where the receipt alone says as much.
    fn kinds_of(&self, policy: &Policy, day: Day, card_expires: Day, used: Vec<Taken>) -> Option<SaleKinds> {
        let earned = self.scratch.by_kind.iter().map(|(kind, points)| KindEarned {
            kind: kind.clone(),
            points: *points,
            lapse: policy.lapse_of(kind).day(day, card_expires),
            back: Points::ZERO,
        });
        let used = used.into_iter().map(|Taken { kind, points, lapse }| KindUsed {
            kind,
            points,
            lapse,
            restored: Points::ZERO,
        });
        let kinds = SaleKinds {
            earned: if policy.points.is_empty() { Vec::new() } else { earned.collect() },
            lines: if policy.points.is_empty() { Vec::new() } else { self.scratch.line_kinds.clone() },
            used: used.collect(),
        };
        // A line whose kind came to nothing weighs, and must not share in what the others earned.
        let lines = kinds.lines.iter().zip(&self.scratch.lines);
        let stray = lines.filter(|(kind, _)| kind.is_none()).any(|(_, share)| !share.weight.is_zero());
        (stray || !kinds.is_plain(&policy.default_kind())).then_some(kinds)
    }

    /// What a sale does to its member. Returns a conflict to declare, if there is one.
    pub(crate) fn sale_to(
        &mut self,
        policy: &Policy,
        member: &mut Member,
        event: &Event,
        sold: &Sold,
        mut sums: sale::SaleSums,
        receipt: &mut Receipt,
    ) -> Result<Option<Message>, NumberErrorOrMessage> {
        let day = event.at.day;
        let mut conflict = None;
        let mut taken: Vec<Taken> = Vec::new();
        for used in &sold.uses {
            match used {
                Use::Voucher { from, index, .. } => {
                    let found = member.vouchers.iter_mut().find(|v| v.from == *from && v.index == *index);
                    match found {
                        Some(voucher) if voucher.state == VoucherState::Open => {
                            voucher.state = VoucherState::Used(event.id)
                        }
                        Some(_) => conflict = Some(msg!("aside.voucher-used-twice")),
                        None => conflict = Some(msg!("aside.voucher-unknown")),
                    }
                }
                Use::Points { rule, points, .. } => {
                    let own = use_points(self.policies, policy, member, rule, *points)?;
                    let more = receipt.more_mut();
                    more.used_points = more.used_points.plus(*points)?;
                    more.used_lapse = own.iter().map(|part| part.lapse).min().unwrap_or(Day::LAST);
                    taken.extend(own);
                }
            }
        }
        for tender in sold.tenders.iter().filter(|t| t.kind == STORED_VALUE) {
            member.stored_value = member.stored_value.minus(tender.amount)?;
            member.stored_out = member.stored_out.plus(tender.amount)?;
            let more = receipt.more_mut();
            more.stored_value = more.stored_value.plus(tender.amount)?;
        }
        let tier_before = member.tier;
        if policy.ladder.counts_current_sale {
            let mut after = member.clone();
            add_visit(&mut after, self.policies.minds_windows(), day, sums.paid, sums.items)?;
            after.judge_up(self.policies, day);
            member.tier = after.tier;
        }
        let points = {
            let occasion = member.occasion(policy, day);
            sale::earn(policy, sold, &occasion, &mut sums, &mut self.scratch, self.notes.as_mut())?
        };
        member.tier = tier_before;
        add_visit(member, self.policies.minds_windows(), day, sums.paid, sums.items)?;
        receipt.points = points;
        if policy.points.is_empty() {
            if points.is_positive() {
                receipt.lapse = self.lapse_day(policy, day, member.card_expires);
                self.give_points(member, day, &Text::default(), points, receipt.lapse, true)?;
            }
        } else {
            let by_kind = core::mem::take(&mut self.scratch.by_kind);
            for (kind, points) in &by_kind {
                let lapse = policy.lapse_of(kind).day(day, member.card_expires);
                receipt.lapse = receipt.lapse.min(lapse);
                self.give_points(member, day, kind, *points, lapse, true)?;
            }
            self.scratch.by_kind = by_kind;
        }
        if !policy.points.is_empty() || member.has_kinds {
            self.kinds = self.kinds_of(policy, day, member.card_expires, taken);
        }
        member.judge_up(self.policies, day);
        if !sold.uses.is_empty() {
            // A tier by the balance falls with the points used.
            member.judge_down(self.policies, day, false);
        }
        Ok(conflict)
    }

    fn lapse_day(&mut self, policy: &Policy, day: Day, card_expires: Day) -> Day {
        let which = core::ptr::from_ref(policy).addr();
        if let Some((policy, on, card, lapse)) = self.lapse
            && (policy, on, card) == (which, day, card_expires)
        {
            return lapse;
        }
        let lapse = policy.lapse.day(day, card_expires);
        self.lapse = Some((which, day, card_expires, lapse));
        lapse
    }

    /// The kinds of points of the sale that was last reckoned, and how many it earned of each.
    pub(crate) fn earned_by_kind(&self) -> &[(Text, Points)] {
        &self.scratch.by_kind
    }

    /// Folds a sale into a copy of its member, for a quote. Returns the weight of each line in the points.
    pub(crate) fn quote_sale(
        &mut self,
        policy: &Policy,
        member: &mut Member,
        event: &Event,
        sold: &Sold,
        receipt: &mut Receipt,
    ) -> Result<Vec<Money>, NumberErrorOrMessage> {
        let sums = sale::share(policy, sold, &mut self.scratch)?;
        self.sale_to(policy, member, event, sold, sums, receipt)?;
        Ok(self.scratch.lines.iter().map(|line| line.weight).collect())
    }

    /// Points come in. Lots whose lapse has passed already (a late event) lapse at once.
    fn give_points(
        &mut self,
        member: &mut Member,
        day: Day,
        kind: &Text,
        points: Points,
        lapse: Day,
        earned: bool,
    ) -> Result<(), NumberError> {
        if earned {
            member.points_earned = member.points_earned.plus(points)?;
            if self.policies.minds_windows() {
                let sums = member.day_sums(day);
                sums.points_earned = sums.points_earned.plus(points)?;
            }
        }
        let kind = member.kind_today(self.policies, kind);
        member.change_points(&kind, |purse| {
            purse.figures.issued = purse.figures.issued.plus(points)?;
            purse.add(points, lapse)
        })
    }

    /// Points come in under a rule, with the lapse of their kind.
    fn give_of_kind(
        &mut self,
        policy: &Policy,
        member: &mut Member,
        day: Day,
        kind: &Text,
        points: Points,
        earned: bool,
    ) -> Result<(), NumberError> {
        let lapse = policy.lapse_of(kind).day(day, member.card_expires);
        self.give_points(member, day, kind, points, lapse, earned)
    }

    fn referral_share(
        &mut self,
        book: &mut Book,
        policy: &Policy,
        event: &Event,
        sold: &Sold,
        buyer: u32,
        receipt: &mut Receipt,
    ) -> Result<(), Aside> {
        let Some(referrer) = book.members.get(buyer as usize).and_then(|m| m.referrer) else { return Ok(()) };
        let Ok(index) = Self::index(book, referrer) else { return Ok(()) };
        let mut reward = Money::ZERO;
        for (line, share) in sold.lines.iter().zip(&self.scratch.lines) {
            let rule = policy
                .referral
                .iter()
                .filter(|rule| !matches!(rule.reward, Reward::Points(_)) && rule.goods.holds(line))
                .max_by_key(|rule| rule.goods.specificity());
            let Some(rule) = rule else { continue };
            let part = match rule.reward {
                Reward::Rate(rate) => rate.of_money(share.paid()?, policy.money_rounding)?,
                Reward::Fixed(amount) => line.quantity.price(amount)?,
                Reward::Points(_) => Money::ZERO,
            };
            reward = reward.plus(part)?;
        }
        if reward.is_zero() {
            return Ok(());
        }
        receipt.more_mut().reward = reward;
        self.change(book, index, event.at.day, |_, member| {
            member.stored_value = member.stored_value.plus(reward)?;
            member.stored_in = member.stored_in.plus(reward)?;
            Ok(())
        })
    }

    fn enrolled(&mut self, book: &mut Book, policy: &Policy, event: &Event) -> Result<(), Aside> {
        let Body::Enrolled { profile, route, receipts, fee: _, choice, card, referrer, guide, awaiting_approval } =
            &event.body
        else {
            return Ok(());
        };
        let id = MemberId::from(event.id);
        if book.member_index.contains_key(&id) {
            return Err(Aside(msg!("aside.enrolled-twice")));
        }
        let day = event.at.day;
        let mut member = new_member(id, profile.clone(), event.at);
        member.route = route.clone();
        member.choice = choice.clone();
        member.guide = guide.clone();
        member.store = event.store.clone();
        member.referrer = *referrer;
        member.card = card.clone();
        member.card_expires = policy.card.expires(day);
        member.status = if *awaiting_approval { Status::Applied } else { Status::Active };
        member.policy = u32::try_from(self.policies.index_on(day)).unwrap_or(0);
        member.advanced = day;
        // Where the grade chosen is a tier of the program, the member begins in it.
        let chosen = policy.ladder.tiers.iter().position(|tier| !choice.is_empty() && tier.head.id == *choice);
        member.tier = chosen.and_then(|rank| u8::try_from(rank).ok()).unwrap_or(0);
        member.plan_next(policy, day);
        let index = u32::try_from(book.members.len()).map_err(|_| Aside(msg!("aside.too-large")))?;
        let one_per = |field: &str| policy.join.one_per.iter().any(|own| own == field);
        if one_per("id_number") && !profile.id_number.is_empty() && book.by_id_number.contains_key(&profile.id_number) {
            book.set_aside.push(SetAside { event: event.id, reason: msg!("aside.id-number-enrolled-twice") });
        } else if one_per("phone") && !profile.phone.is_empty() && book.by_phone.contains_key(&profile.phone) {
            // Two tablets enrolled one person: both facts stand, and the two are proposed to be joined.
            book.set_aside
                .push(SetAside { event: event.id, reason: msg!("aside.phone-enrolled-twice", phone = &profile.phone) });
        }
        book.members.push(member);
        book.member_index.insert(id, index);
        book.index_member(index);
        book.cards_issued = book.cards_issued.saturating_add(1);
        let earns = policy.routes.iter().find(|r| r.head.id == *route).is_none_or(|r| r.earns);
        for sale in receipts {
            if let Err(Aside(reason)) = self.join_with(book, policy, index, *sale, earns) {
                // A receipt that another tablet used already: the rest of the enrolment stands.
                book.set_aside.push(SetAside { event: event.id, reason });
            }
        }
        if let Some(earn) = policy.earn.iter().find(|rule| rule.source == Source::Enrolment) {
            let (points, head, kind) = (earn.points, earn.head.clone(), earn.kind.clone());
            self.change(book, index, day, |folder, member| {
                folder.give_of_kind(policy, member, day, &kind, points, true)?;
                folder.note(|| {
                    Trace::of(msg!("earn.enrolment"), points)
                        .by(head.reference("earn", &policy.program))
                        .with(policy.kind_note(&kind))
                });
                member.judge_up(folder.policies, day);
                Ok(())
            })?;
        }
        let brought = referrer.and_then(|id| book.member_index.get(&id).copied());
        if let Some(index) = brought {
            let welcome = policy.referral.iter().find_map(|rule| match rule.reward {
                Reward::Points(points) => Some((points, rule.head.clone(), rule.kind.clone())),
                Reward::Rate(_) | Reward::Fixed(_) => None,
            });
            self.change(book, index, day, |folder, member| {
                member.referred = member.referred.saturating_add(1);
                if let Some((points, head, kind)) = welcome {
                    folder.give_of_kind(policy, member, day, &kind, points, false)?;
                    folder.note(|| {
                        Trace::of(msg!("referral.points"), points)
                            .by(head.reference("referral", &policy.program))
                            .with(policy.kind_note(&kind))
                    });
                    member.judge_up(folder.policies, day);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// A sale made before joining becomes the member's.
    fn join_with(
        &mut self,
        book: &mut Book,
        policy: &Policy,
        index: u32,
        sale: EventId,
        earns: bool,
    ) -> Result<(), Aside> {
        let Some((receipt, lines)) = book.receipts.get_mut(sale) else { return Err(Aside(msg!("aside.unknown-sale"))) };
        if receipt.member != NOBODY {
            return Err(Aside(msg!("aside.receipt-used")));
        }
        receipt.member = index;
        receipt.joined_with = true;
        for payment in book.awaited.range_mut((sale, 0)..=(sale, u32::MAX)).map(|(_, payment)| payment) {
            payment.member = index;
        }
        let returned_share = |paid: Money, quantity: Quantity, returned: Quantity| cumulative(paid, quantity, returned);
        let mut paid = Money::ZERO;
        let mut items = Quantity::ZERO;
        let mut is_visit = lines.is_empty();
        for (at, line) in lines.iter().enumerate() {
            let back = receipt.returned(at);
            is_visit |= back < line.quantity || line.quantity.is_zero();
            paid = paid.plus(line.paid.minus(returned_share(line.paid, line.quantity, back)?)?)?;
            items = items.plus(line.quantity.minus(back)?)?;
        }
        let day = receipt.at.day;
        if !earns {
            receipt.points = Points::ZERO;
            if let Some(more) = &mut receipt.more {
                more.points_back = Points::ZERO;
            }
        }
        let sold_under = self.policies.on(receipt.at.day).unwrap_or(policy);
        let points = receipt.points.minus(receipt.more().points_back)?;
        // Points end with the card that the joining gave, not with one counted from the receipt.
        let expires = book.members.get(index as usize).map_or(Day::LAST, |member| member.card_expires);
        let default = sold_under.default_kind();
        receipt.lapse = policy.lapse_of(&default).day(day, expires);
        let mut parts = vec![(default, points, receipt.lapse)];
        if !earns {
            book.receipts.drop_kinds(sale);
        }
        if let Some(kinds) = book.receipts.kinds_mut(sale) {
            parts.clear();
            for part in &mut kinds.earned {
                part.lapse = policy.lapse_of(&part.kind).day(day, expires);
                parts.push((part.kind.clone(), part.points.minus(part.back)?, part.lapse));
            }
        }
        book.totals.member_sales = book.totals.member_sales.saturating_add(1);
        book.totals.member_takings = book.totals.member_takings.plus(paid)?;
        self.change(book, index, day, |folder, member| {
            if is_visit {
                add_visit(member, folder.policies.minds_windows(), day, paid, items)?;
            }
            for (kind, points, lapse) in parts.into_iter().filter(|(_, points, _)| points.is_positive()) {
                folder.give_points(member, day, &kind, points, lapse, true)?;
                folder.note(|| {
                    let parts = policy.kind_note(&kind);
                    Trace::of(msg!("earn.joining-purchase"), points).with(parts)
                });
            }
            member.judge_up(folder.policies, member.advanced);
            Ok(())
        })
    }

    fn returned(
        &mut self,
        book: &mut Book,
        event: &Event,
        sale: EventId,
        lines: &[ReturnedLine],
        refunds: &[Tender],
    ) -> Result<(), Aside> {
        for refund in refunds {
            check_amount(refund.amount)?;
        }
        let Some(receipt) = book.receipts.get(sale) else { return Err(Aside(msg!("aside.unknown-sale"))) };
        let Some(policy) = self.policies.on(receipt.at.day) else { return Err(Aside(msg!("aside.no-policy"))) };
        let kinds = book.receipts.kinds(sale).cloned();
        let Some((receipt, receipt_lines)) = book.receipts.get_mut(sale) else {
            return Err(Aside(msg!("aside.unknown-sale")));
        };
        let undo = undo(policy, receipt, &receipt_lines, kinds.as_ref(), lines).map_err(|error| match error {
            NumberErrorOrMessage::Number(error) => error.into(),
            NumberErrorOrMessage::Message(message) => Aside(message),
        })?;
        let more = receipt.more_mut();
        more.returned.resize(receipt_lines.len(), Quantity::ZERO);
        for line in lines {
            if let Some(back) = more.returned.get_mut(line.line as usize) {
                *back = back.plus(line.quantity)?;
            }
        }
        more.points_back = more.points_back.plus(undo.points_back)?;
        more.restored = more.restored.plus(undo.restored)?;
        more.refunded = more.refunded.plus(undo.refund)?;
        more.reward_back = more.reward_back.plus(undo.reward_back)?;
        let to_stored = Money::sum(refunds.iter().filter(|t| t.kind == STORED_VALUE).map(|t| t.amount))?;
        more.refunded_stored = more.refunded_stored.plus(to_stored)?;
        let (member, sold_on) = (receipt.member, receipt.at.day);
        if let Some(kinds) = book.receipts.kinds_mut(sale) {
            for (part, taken) in kinds.earned.iter_mut().zip(&undo.back) {
                part.back = part.back.plus(taken.points)?;
            }
            for (part, given) in kinds.used.iter_mut().zip(&undo.given_back) {
                part.restored = part.restored.plus(given.points)?;
            }
        }
        book.totals.takings = book.totals.takings.minus(undo.refund)?;
        if member == NOBODY {
            return Ok(());
        }
        book.totals.member_takings = book.totals.member_takings.minus(undo.refund)?;
        let day = event.at.day;
        self.change(book, member, day, |folder, member| {
            for (at, back) in member.rebates_over(folder.policies, sold_on, undo.refund)? {
                if let Some(paid) = member.rebates_paid.get_mut(at) {
                    paid.taken_back = paid.taken_back.plus(back)?;
                }
                member.stored_value = member.stored_value.minus(back)?;
                member.stored_out = member.stored_out.plus(back)?;
                folder.note(|| Trace::of(msg!("return.rebate-back"), -back));
            }
            if undo.whole && policy.returns.gives_back_vouchers {
                let reopened = member.reopen_vouchers(sale, day)?;
                if reopened.is_positive() {
                    folder.note(|| Trace::of(msg!("return.vouchers-back"), reopened));
                }
            }
            member.spend = member.spend.minus(undo.refund)?;
            member.items = member.items.minus(undo.items)?;
            if undo.whole {
                member.visits = member.visits.saturating_sub(1);
            }
            member.points_earned = member.points_earned.minus(undo.points_back)?;
            if folder.policies.minds_windows() {
                let sums = member.day_sums(sold_on);
                sums.spend = sums.spend.minus(undo.refund)?;
                sums.items = sums.items.minus(undo.items)?;
                sums.points_earned = sums.points_earned.minus(undo.points_back)?;
                if undo.whole {
                    sums.visits = sums.visits.saturating_sub(1);
                }
            }
            for part in undo.back.iter().filter(|part| part.points.is_positive()) {
                let debt = member.points.debt;
                let kind = member.kind_today(folder.policies, &part.kind);
                member.take_back(&kind, part.points, part.lapse)?;
                let owed = member.points.debt.minus(debt)?;
                folder.note(|| {
                    let mut parts = policy.kind_note(&kind);
                    if owed.is_positive() {
                        parts.push(Trace::of(msg!("return.debt"), owed));
                    }
                    Trace::of(msg!("return.points-back"), -part.points).with(parts)
                });
            }
            for part in undo.given_back.iter().filter(|part| part.points.is_positive()) {
                let kind = member.kind_today(folder.policies, &part.kind);
                member.change_points(&kind, |purse| purse.restore(part.points, part.lapse))?;
                folder.note(|| {
                    let parts = policy.kind_note(&kind);
                    Trace::of(msg!("return.points-restored"), part.points).with(parts)
                });
            }
            if to_stored.is_positive() {
                member.stored_value = member.stored_value.plus(to_stored)?;
                member.stored_out = member.stored_out.minus(to_stored)?;
            }
            member.judge_down(folder.policies, day, true);
            Ok(())
        })?;
        if undo.reward_back.is_positive()
            && let Some(referrer) = book.members.get(member as usize).and_then(|m| m.referrer)
            && let Ok(index) = Self::index(book, referrer)
        {
            self.change(book, index, day, |_, member| {
                member.stored_value = member.stored_value.minus(undo.reward_back)?;
                member.stored_out = member.stored_out.plus(undo.reward_back)?;
                Ok(())
            })?;
        }
        Ok(())
    }

    fn points_sent(
        &mut self,
        book: &mut Book,
        event: &Event,
        from: MemberId,
        to: MemberId,
        points: Points,
    ) -> Result<(), Aside> {
        let (giver, receiver) = (Self::index(book, from)?, Self::index(book, to)?);
        check_points(points)?;
        let day = event.at.day;
        let taken = self.change(book, giver, day, |folder, member| {
            // What is not there any more (sent on two tablets at once) becomes the giver's debt.
            let taken = member.spend_points(folder.policies, points, &[], |figures| &mut figures.sent)?;
            member.judge_down(folder.policies, day, false);
            Ok(taken)
        })?;
        self.change(book, receiver, day, |folder, member| {
            for part in &taken {
                let kind = member.kind_today(folder.policies, &part.kind);
                member.change_points(&kind, |purse| {
                    purse.figures.received = purse.figures.received.plus(part.points)?;
                    purse.add(part.points, part.lapse)
                })?;
            }
            member.judge_up(folder.policies, day);
            Ok(())
        })
    }

    fn tender_settled(
        &mut self,
        book: &mut Book,
        policy: &Policy,
        event: &Event,
        of: EventId,
        tender: u32,
        cleared: bool,
    ) -> Result<(), Aside> {
        if book.awaited.remove(&(of, tender)).is_some() {
            // No program lets points or tiers wait for a cheque that pays for goods: for the member nothing changes, and
            // those who are paid by what arrives read the fact.
            return Ok(());
        }
        let found = book.members.iter().position(|m| m.uncleared.iter().any(|u| u.load == of && u.tender == tender));
        let Some(index) = found.and_then(|index| u32::try_from(index).ok()) else {
            return Err(Aside(msg!("aside.unknown-payment")));
        };
        self.change(book, index, event.at.day, |folder, member| {
            let Some(at) = member.uncleared.iter().position(|u| u.load == of && u.tender == tender) else {
                return Ok(());
            };
            let payment = member.uncleared.remove(at);
            if cleared {
                let tender = Tender { kind: payment.kind.clone(), amount: payment.amount };
                folder.value_arrived(policy, member, event.at.day, &[&tender])?;
            }
            let mut arrived = payment.load_amount;
            if !cleared {
                // What bounced was not bought: the rebate is judged on what arrives.
                arrived = arrived.minus(payment.amount)?;
                for other in member.uncleared.iter_mut().filter(|u| u.load == of) {
                    other.load_amount = arrived;
                }
            }
            if !member.uncleared.iter().any(|u| u.load == of) {
                folder.one_off_rebate(policy, member, arrived)?;
            }
            Ok(())
        })
    }

    /// Money for stored value is there: the value can be used, and earns. Points are rounded once on all that arrived.
    fn value_arrived(
        &mut self,
        policy: &Policy,
        member: &mut Member,
        day: Day,
        arrived: &[&Tender],
    ) -> Result<(), NumberError> {
        let all = Money::sum(arrived.iter().map(|tender| tender.amount))?;
        member.stored_value = member.stored_value.plus(all)?;
        member.stored_in = member.stored_in.plus(all)?;
        let mut by_kind: Vec<(Text, Points)> = Vec::new();
        for rule in policy.earn.iter().filter(|rule| rule.source == Source::Load) {
            let occasion = member.occasion(policy, day);
            let counts = arrived.iter().filter(|tender| rule.goods.holds_tender(&tender.kind));
            let amount = Money::sum(counts.map(|tender| tender.amount))?;
            if !amount.is_positive() || amount < rule.from || !rule.when.holds(&occasion) {
                continue;
            }
            let (factor, _) = sale::multiplier(policy, &occasion);
            let points = rule.points_for(amount, factor, policy.points_rounding)?;
            match by_kind.iter_mut().find(|(kind, _)| *kind == rule.kind) {
                Some((_, sum)) => *sum = sum.plus(points)?,
                None => by_kind.push((rule.kind.clone(), points)),
            }
            let head = &rule.head;
            self.note(|| {
                Trace::of(msg!("earn.per-amount", base = amount, per = rule.per, points = rule.points), points)
                    .by(head.reference("earn", &policy.program))
                    .with(policy.kind_note(&rule.kind))
            });
        }
        by_kind.retain(|(_, points)| points.is_positive());
        for (kind, points) in &by_kind {
            self.give_of_kind(policy, member, day, kind, *points, true)?;
        }
        if !by_kind.is_empty() {
            member.judge_up(self.policies, day);
        }
        Ok(())
    }

    fn one_off_rebate(&mut self, policy: &Policy, member: &mut Member, load: Money) -> Result<(), NumberError> {
        for rule in policy.rebate.iter().filter(|rule| rule.earned == Earned::Load && load >= rule.from) {
            let (amount, parts) = capped(rule, load, policy.money_rounding)?;
            member.stored_value = member.stored_value.plus(amount)?;
            member.stored_in = member.stored_in.plus(amount)?;
            let head = &rule.head;
            let mark = rule.document_mark.clone();
            self.note(|| {
                Trace::of(msg!("rebate.one-off", load = load, mark = &mark), amount)
                    .by(head.reference("rebate", &policy.program))
                    .with(parts)
            });
        }
        Ok(())
    }

    fn note(&mut self, trace: impl FnOnce() -> Trace) {
        if let Some(notes) = &mut self.notes {
            notes.push(trace());
        }
    }

    /// Everything that touches one member alone.
    fn about_member(&mut self, book: &mut Book, policy: &Policy, event: &Event) -> Result<(), Aside> {
        let Some(id) = event.body.member() else { return Ok(()) };
        let index = Self::index(book, id)?;
        let day = event.at.day;
        let renames = matches!(
            event.body,
            Body::ProfileChanged { .. }
                | Body::CardReplaced { .. }
                | Body::Left { .. }
                | Body::Forgotten { .. }
                | Body::ApplicationDecided { .. }
        );
        if renames {
            book.unindex_member(index);
        }
        let result = self.change(book, index, day, |folder, member| folder.one_member(policy, member, event));
        if renames {
            book.index_member(index);
        }
        if matches!(event.body, Body::CardReplaced { .. }) {
            book.cards_issued = book.cards_issued.saturating_add(1);
        }
        result
    }

    fn one_member(&mut self, policy: &Policy, member: &mut Member, event: &Event) -> Result<(), Aside> {
        let day = event.at.day;
        match &event.body {
            Body::ApplicationDecided { approved, .. } => {
                if member.status != Status::Forgotten {
                    member.status = if *approved { Status::Active } else { Status::Refused };
                }
            }
            Body::ProfileChanged { profile, .. } => {
                // Another tablet did not know yet: what was deleted does not come back.
                if member.status == Status::Forgotten {
                    return Err(Aside(msg!("aside.forgotten")));
                }
                member.profile = profile.clone();
            }
            Body::Forgotten { .. } => {
                member.profile = Profile::default();
                member.status = Status::Forgotten;
            }
            Body::CardReplaced { fault, card, .. } => {
                let old = core::mem::replace(&mut member.card, card.clone());
                member.void_cards.push((old, day, *fault));
            }
            Body::CardRenewed { .. } => {
                // A renewal before the end adds a term to it; after the end the term begins today.
                let from = if member.card_expires > day && member.card_expires < Day::LAST {
                    member.card_expires
                } else {
                    day
                };
                member.card_expires = policy.card.expires(from);
            }
            Body::Left { cancelled, .. } => {
                if member.status != Status::Forgotten {
                    member.status = if *cancelled { Status::Cancelled } else { Status::Left };
                }
            }
            Body::Redeemed { rule, times, points, voucher, .. } => {
                check_points(*points)?;
                use_points(self.policies, policy, member, rule, *points)?;
                let valid = policy.redeem.iter().find(|r| r.head.id == *rule).and_then(|r| match r.gives {
                    Gives::Voucher { valid, .. } => valid,
                    Gives::Price { .. } | Gives::Gift(_) => None,
                });
                if voucher.is_positive() {
                    let expires = valid.map_or(Day::LAST, |span| span.end(day));
                    for index in 0..(*times).min(100_000) {
                        member.vouchers.push(Voucher {
                            from: event.id,
                            index,
                            rule: rule.clone(),
                            value: *voucher,
                            expires,
                            state: VoucherState::Open,
                        });
                    }
                }
                member.judge_down(self.policies, day, false);
            }
            Body::Loaded { amount, tenders, .. } => {
                for tender in tenders {
                    check_amount(tender.amount)?;
                }
                check_amount(*amount)?;
                let mut waits = false;
                let mut arrived: Vec<&Tender> = Vec::new();
                for (index, tender) in (0_u32..).zip(tenders) {
                    if policy.stored_value.clears_at_once(&tender.kind) {
                        arrived.push(tender);
                    } else {
                        waits = true;
                        member.uncleared.push(Uncleared {
                            load: event.id,
                            tender: index,
                            kind: tender.kind.clone(),
                            amount: tender.amount,
                            since: day,
                            load_amount: *amount,
                        });
                    }
                }
                self.value_arrived(policy, member, day, &arrived)?;
                if !waits {
                    self.one_off_rebate(policy, member, *amount)?;
                }
                member.last_visit = member.last_visit.max(Some(day));
            }
            Body::Attended { activity, .. } => {
                member.activities = member.activities.saturating_add(1);
                if self.policies.minds_windows() {
                    let sums = member.day_sums(day);
                    sums.activities = sums.activities.saturating_add(1);
                }
                for rule in for_activity(&policy.earn, activity, &member.occasion(policy, day)) {
                    self.give_of_kind(policy, member, day, &rule.kind, rule.points, true)?;
                    self.note(|| {
                        Trace::of(msg!("earn.activity", activity = activity), rule.points)
                            .by(rule.head.reference("earn", &policy.program))
                            .with(policy.kind_note(&rule.kind))
                    });
                }
                member.judge_up(self.policies, day);
            }
            Body::EntitlementGiven { entitlement, .. } => {
                member.given.push((entitlement.clone(), day, event.id));
                let rule = policy.entitlement.iter().find(|rule| rule.head.id == *entitlement);
                if let Some(rule) = rule.filter(|rule| rule.voucher.is_positive()) {
                    member.vouchers.push(Voucher {
                        from: event.id,
                        index: 0,
                        rule: entitlement.clone(),
                        value: rule.voucher,
                        expires: rule.voucher_expires(day),
                        state: VoucherState::Open,
                    });
                }
            }
            Body::RebatePaid { rule, period_start, amount, .. } => {
                check_amount(*amount)?;
                if member.rebates_paid.iter().any(|paid| paid.rule == *rule && paid.period_start == *period_start) {
                    return Err(Aside(msg!("aside.rebate-paid-twice")));
                }
                member.rebates_paid.push(PaidRebate {
                    rule: rule.clone(),
                    period_start: *period_start,
                    paid_on: day,
                    amount: *amount,
                    taken_back: Money::ZERO,
                });
                let to_value =
                    policy.rebate.iter().find(|r| r.head.id == *rule).is_none_or(|r| r.pays == "stored-value");
                if to_value {
                    member.stored_value = member.stored_value.plus(*amount)?;
                    member.stored_in = member.stored_in.plus(*amount)?;
                }
            }
            Body::PointsAdjusted { points, .. } => {
                self.adjusted(policy, member, day, &policy.default_kind(), *points)?;
            }
            Body::KindAdjusted { kind, points, .. } => {
                // A kind that the program of that day does not have would be a balance that nothing explains.
                if !policy.points.iter().any(|own| own.head.id == *kind) {
                    return Err(Aside(msg!("aside.unknown-points-kind", kind = kind)));
                }
                self.adjusted(policy, member, day, kind, *points)?;
            }
            Body::CarriedOver { points, spend, visits, stored_value, .. } => {
                check_points(*points)?;
                check_amount(*spend)?;
                check_amount(*stored_value)?;
                add_visit(member, self.policies.minds_windows(), day, *spend, Quantity::ZERO)?;
                let more = i32::try_from(*visits).unwrap_or(i32::MAX).saturating_sub(1);
                member.visits = member.visits.saturating_add(more);
                if self.policies.minds_windows() {
                    let sums = member.day_sums(day);
                    sums.visits = sums.visits.saturating_add(more);
                }
                member.stored_value = member.stored_value.plus(*stored_value)?;
                member.stored_in = member.stored_in.plus(*stored_value)?;
                if points.is_positive() {
                    self.give_of_kind(policy, member, day, &policy.default_kind(), *points, true)?;
                }
                member.judge_up(self.policies, day);
            }
            Body::Marked { mark, on, .. } => {
                member.marks.retain(|own| own != mark);
                if *on {
                    member.marks.push(mark.clone());
                    member.marks.sort();
                }
            }
            Body::TierGranted { tier, .. } => {
                let granted = policy.ladder.tiers.iter().enumerate().find(|(_, own)| own.head.id == *tier);
                let Some((rank, granted)) = granted else {
                    return Err(Aside(msg!("aside.unknown-tier")));
                };
                // A grant of an earlier version that comes late is carried over as its members are.
                let now = self.policies.get(member.policy as usize).unwrap_or(policy);
                let to = now.ladder.takes_over(granted, u8::try_from(rank).unwrap_or(0)).unwrap_or(member.tier);
                if to != member.tier {
                    let cause = crate::book::member::TierCause::Granted;
                    member.tier_changes.push(crate::book::TierChange { day, from: member.tier, to, cause });
                    member.tier = to;
                }
            }
            Body::Enrolled { .. }
            | Body::Sold(_)
            | Body::Returned { .. }
            | Body::TenderSettled { .. }
            | Body::PointsSent { .. }
            | Body::ProductListed(_)
            | Body::ProductDropped { .. }
            | Body::Adopted { .. }
            | Body::Staff(_)
            | Body::DiscountAgreed { .. }
            | Body::Unknown { .. } => {}
        }
        Ok(())
    }
}

impl Folder<'_> {
    /// A person corrects a balance of points.
    fn adjusted(
        &mut self,
        policy: &Policy,
        member: &mut Member,
        day: Day,
        kind: &Text,
        points: Points,
    ) -> Result<(), Aside> {
        check_points(if points.is_negative() { -points } else { points })?;
        if points.is_negative() {
            let kind = member.kind_today(self.policies, kind);
            member.take_back(&kind, -points, Day::LAST)?;
            member.judge_down(self.policies, day, false);
        } else {
            self.give_of_kind(policy, member, day, kind, points, false)?;
            member.judge_up(self.policies, day);
        }
        Ok(())
    }
}

/// Either a figure that does not fit, or something that can be said.
#[derive(Debug)]
pub(crate) enum NumberErrorOrMessage {
    Number(NumberError),
    Message(Message),
}

impl From<NumberError> for NumberErrorOrMessage {
    fn from(error: NumberError) -> Self {
        Self::Number(error)
    }
}

impl From<NumberErrorOrMessage> for Aside {
    fn from(error: NumberErrorOrMessage) -> Self {
        match error {
            NumberErrorOrMessage::Number(error) => error.into(),
            NumberErrorOrMessage::Message(message) => Self(message),
        }
    }
}

/// A member on the day they join, before anything else.
pub(crate) fn new_member(id: MemberId, profile: Profile, at: BusinessTime) -> Member {
    Member {
        id,
        profile,
        status: Status::Active,
        joined: at,
        route: Text::default(),
        choice: Text::default(),
        guide: Text::default(),
        store: Text::default(),
        referrer: None,
        referred: 0,
        card: Text::default(),
        card_expires: Day::LAST,
        void_cards: Vec::new(),
        tier: 0,
        tier_changes: Vec::new(),
        points: PointsFigures::default(),
        lots: Vec::new(),
        lapsed_lots: Vec::new(),
        spend: Money::ZERO,
        visits: 0,
        items: Quantity::ZERO,
        activities: 0,
        points_earned: Points::ZERO,
        days: Vec::new(),
        stored_value: Money::ZERO,
        stored_in: Money::ZERO,
        stored_out: Money::ZERO,
        uncleared: Vec::new(),
        vouchers: Vec::new(),
        given: Vec::new(),
        rebates_paid: Vec::new(),
        marks: Vec::new(),
        kinds: Vec::new(),
        has_kinds: false,
        last_visit: None,
        advanced: at.day,
        next_change: Day::LAST,
        policy: 0,
    }
}

fn add_visit(member: &mut Member, days: bool, day: Day, paid: Money, items: Quantity) -> Result<(), NumberError> {
    member.spend = member.spend.plus(paid)?;
    member.visits = member.visits.saturating_add(1);
    member.items = member.items.plus(items)?;
    member.last_visit = member.last_visit.max(Some(day));
    if days {
        let sums = member.day_sums(day);
        sums.spend = sums.spend.plus(paid)?;
        sums.visits = sums.visits.saturating_add(1);
        sums.items = sums.items.plus(items)?;
    }
    Ok(())
}

/// Uses points under a redemption rule; what is not there any more becomes a debt.
fn use_points(
    policies: &PolicySet,
    policy: &Policy,
    member: &mut Member,
    rule: &str,
    points: Points,
) -> Result<Vec<Taken>, NumberError> {
    let from = policy.redeem.iter().find(|own| own.head.id == rule).map(|own| own.from.as_slice());
    member.spend_points(policies, points, from.unwrap_or_default(), |figures| &mut figures.redeemed)
}

/// A rebate's amount, never above its cap.
pub(crate) fn capped(
    rule: &crate::kinds::rebate::Rebate,
    base: Money,
    rounding: Rounding,
) -> Result<(Money, Vec<Trace>), NumberError> {
    let (amount, mut parts) = rule.steps.apply(base, rounding)?;
    let down = Rounding { unit_minor: rounding.unit_minor, mode: RoundingMode::Down };
    let cap = rule.at_most.of_money(base, down)?;
    if amount > cap {
        parts.push(Trace::of(msg!("rebate.capped", cap = rule.at_most), cap));
        return Ok((cap, parts));
    }
    Ok((amount, parts))
}

/// Share of a line's amount that so many of its pieces carry, in all returns so far: half-up to the fen, whole at the end.
pub(crate) fn cumulative(amount: Money, quantity: Quantity, back: Quantity) -> Result<Money, NumberError> {
    if back >= quantity {
        return Ok(amount);
    }
    Rounding::MONEY
        .ratio(i128::from(amount.minor()) * i128::from(back.minor()), i128::from(quantity.minor()))
        .map(Money::from_minor)
}

/// What a return takes back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Undo {
    /// The points taken back, by kind: as the sale earned them.
    pub back: Vec<Taken>,
    /// The used points given back, by kind: as the sale took them.
    pub given_back: Vec<Taken>,
    pub refund: Money,
    pub points_back: Points,
    pub restored: Points,
    pub reward_back: Money,
    pub items: Quantity,
    pub whole: bool,
}

/// What a return takes back: in proportion, cumulatively, never more than was given.
pub(crate) fn undo(
    policy: &Policy,
    receipt: &Receipt,
    receipt_lines: &[ReceiptLine],
    kinds: Option<&SaleKinds>,
    lines: &[ReturnedLine],
) -> Result<Undo, NumberErrorOrMessage> {
    let more = receipt.more();
    let mut after: Vec<Quantity> = (0..receipt_lines.len()).map(|at| receipt.returned(at)).collect();
    let mut result = Undo::default();
    for line in lines {
        let (Some(sold), Some(back)) = (receipt_lines.get(line.line as usize), after.get_mut(line.line as usize))
        else {
            return Err(NumberErrorOrMessage::Message(msg!("aside.unknown-line")));
        };
        *back = back.plus(line.quantity)?;
        if *back > sold.quantity || !line.quantity.is_positive() {
            return Err(NumberErrorOrMessage::Message(msg!("aside.returned-too-much")));
        }
        result.items = result.items.plus(line.quantity)?;
    }
    let (mut refunded, mut weight, mut weight_back) = (Money::ZERO, Money::ZERO, Money::ZERO);
    for (sold, back) in receipt_lines.iter().zip(&after) {
        if back.is_positive() {
            refunded = refunded.plus(cumulative(sold.paid, sold.quantity, *back)?)?;
            weight_back = weight_back.plus(cumulative(sold.base, sold.quantity, *back)?)?;
        }
        weight = weight.plus(sold.base)?;
    }
    result.refund = refunded.minus(more.refunded)?;
    let weight_left = weight.minus(weight_back)?;
    match kinds.filter(|kinds| !kinds.earned.is_empty()) {
        Some(kinds) => {
            result.back = kinds_back(policy, kinds, receipt_lines, &after)?;
            result.points_back = Points::sum(result.back.iter().map(|part| part.points))?;
        }
        None => {
            result.points_back =
                left_over(receipt.points, weight_left, weight, policy.points_rounding)?.minus(more.points_back)?;
            let (kind, points, lapse) = (policy.default_kind(), result.points_back, receipt.lapse);
            result.back.push(Taken { kind, points, lapse });
        }
    }
    let paid_left = receipt.paid.minus(refunded)?;
    result.reward_back = {
        let kept = if receipt.paid.is_positive() {
            policy.money_rounding.ratio(
                i128::from(more.reward.minor()) * i128::from(paid_left.minor()),
                i128::from(receipt.paid.minor()),
            )?
        } else {
            0
        };
        more.reward.minus(Money::from_minor(kept))?.minus(more.reward_back)?
    };
    let now_whole = receipt_lines.iter().zip(&after).all(|(sold, back)| *back >= sold.quantity);
    let was_whole = receipt_lines.iter().enumerate().all(|(at, sold)| receipt.returned(at) >= sold.quantity);
    result.whole = now_whole && !was_whole;
    if policy.returns.gives_back_points && more.used_points.is_positive() {
        // In proportion to the goods brought back, whole points, the rest with the last goods.
        let (mut value, mut value_back) = (0_i128, 0_i128);
        for (sold, back) in receipt_lines.iter().zip(&after) {
            let worth = i128::from(sold.paid.minor()).max(1);
            value += worth;
            if sold.quantity.is_positive() {
                value_back += worth * i128::from(back.minor()) / i128::from(sold.quantity.minor());
            } else {
                value -= worth;
            }
        }
        let restored = if now_whole {
            more.used_points
        } else {
            Points::from_minor(
                policy.points_rounding.ratio(i128::from(more.used_points.minor()) * value_back, value.max(1))?,
            )
        };
        result.restored = restored.minus(more.restored)?;
        result.given_back = match kinds.filter(|kinds| !kinds.used.is_empty()) {
            Some(kinds) => kinds_given_back(kinds, result.restored)?,
            None => {
                vec![Taken { kind: policy.default_kind(), points: result.restored, lapse: more.used_lapse }]
            }
        };
    }
    Ok(result)
}

/// Points taken back of each kind: in proportion to the lines that earned that kind.
fn kinds_back(
    policy: &Policy,
    kinds: &SaleKinds,
    receipt_lines: &[ReceiptLine],
    after: &[Quantity],
) -> Result<Vec<Taken>, NumberError> {
    let mut parts = Vec::with_capacity(kinds.earned.len());
    for (index, part) in (0_u32..).zip(&kinds.earned) {
        let (mut weight, mut left) = (Money::ZERO, Money::ZERO);
        let lines = receipt_lines.iter().zip(after).zip(&kinds.lines);
        for ((sold, back), _) in lines.filter(|(_, kind)| **kind == Some(index)) {
            weight = weight.plus(sold.base)?;
            left = left.plus(sold.base.minus(cumulative(sold.base, sold.quantity, *back)?)?)?;
        }
        let points = left_over(part.points, left, weight, policy.points_rounding)?.minus(part.back)?;
        parts.push(Taken { kind: part.kind.clone(), points, lapse: part.lapse });
    }
    Ok(parts)
}

/// Used points given back to the kinds they were taken from: what was taken last comes back first.
fn kinds_given_back(kinds: &SaleKinds, restored: Points) -> Result<Vec<Taken>, NumberError> {
    let mut left = restored;
    let mut parts = Vec::with_capacity(kinds.used.len());
    for part in kinds.used.iter().rev() {
        let points = left.min(part.points.minus(part.restored)?);
        left = left.minus(points)?;
        parts.push(Taken { kind: part.kind.clone(), points, lapse: part.lapse });
    }
    parts.reverse();
    Ok(parts)
}

/// What is to be taken back in all of `given`, when `left` of `whole` stays: the kept part is rounded as points are.
fn left_over(given: Points, left: Money, whole: Money, rounding: Rounding) -> Result<Points, NumberError> {
    if given.is_zero() || !whole.is_positive() {
        return Ok(if whole.is_positive() { Points::ZERO } else { given });
    }
    let kept = rounding.ratio(i128::from(given.minor()) * i128::from(left.minor()), i128::from(whole.minor()))?;
    given.minus(Points::from_minor(kept))
}

fn check_amount(amount: Money) -> Result<(), Aside> {
    if amount.is_negative() || amount.minor() > AMOUNT_MAX {
        return Err(Aside(msg!("aside.too-large")));
    }
    Ok(())
}

fn check_points(points: Points) -> Result<(), Aside> {
    if points.is_negative() || points.minor() > AMOUNT_MAX {
        return Err(Aside(msg!("aside.too-large")));
    }
    Ok(())
}

/// Figures that no shop has are refused before anything is booked. Returns all reductions given.
fn look_over(sold: &Sold) -> Result<Money, Aside> {
    let mut given = Money::ZERO;
    for line in &sold.lines {
        check_amount(line.amount)?;
        if line.quantity.is_negative() || line.quantity.minor() > AMOUNT_MAX {
            return Err(Aside(msg!("aside.too-large")));
        }
        for discount in &line.discounts {
            given = given.plus(discount.amount)?;
        }
    }
    for discount in &sold.discounts {
        given = given.plus(discount.amount)?;
    }
    for used in &sold.uses {
        check_amount(used.amount())?;
        if let Use::Points { points, .. } = used {
            check_points(*points)?;
        }
    }
    for tender in &sold.tenders {
        check_amount(tender.amount)?;
    }
    Ok(given)
}
