//! Members, quotes, progress and the status line as a page shows them.

use qrcodegen::{QrCode, QrCodeEcc};
use regulars_rules::book::{Book, Lot, Member, Status};
use regulars_rules::describe::describe;
use regulars_rules::due::{self, entitlement_state, tier_trace};
use regulars_rules::id::{MemberId, Text};
use regulars_rules::kinds::earn::{ANY_ACTIVITY, Source};
use regulars_rules::kinds::enrol::{Ask, Route};
use regulars_rules::kinds::redeem::{Gives, Redeem};
use regulars_rules::message::{Label, Language, Message, Value};
use regulars_rules::msg;
use regulars_rules::number::{Money, Points};
use regulars_rules::policy::Policy;
use regulars_rules::primitives::calendar::LunarDay;
use regulars_rules::primitives::{Birthdays, Occasion, When};
use regulars_rules::quote::{self, Quote, points_usable};
use regulars_rules::time::{BusinessTime, Day};
use regulars_rules::words::name_of_code;

use crate::protocol::{
    Basket, DemandView, EntitlementView, Figure, JoinView, KindView, LotView, MemberPage, MemberRow, NextTier,
    PointsView, QuoteLine, QuoteView, RedemptionView, RouteView, UnclearedView, VoucherView,
};
use crate::shop::Shop;

/// A label that is the same in both languages.
#[must_use]
pub fn plain_label(text: &str) -> Label {
    Label { zh: text.into(), en: text.into() }
}

/// The name of a code in both languages.
#[must_use]
pub fn code_label(code: &str) -> Label {
    Label { zh: name_of_code(code, Language::Zh).into(), en: name_of_code(code, Language::En).into() }
}

/// A rule's label, or its id where it has none.
fn or_id(label: &Label, id: &str) -> Label {
    if label.zh.is_empty() && label.en.is_empty() { plain_label(id) } else { label.clone() }
}

/// The lunar date of a day.
#[must_use]
pub fn lunar(day: Day) -> (u8, bool, u8) {
    let lunar = LunarDay::of(day);
    (lunar.month, lunar.leap, lunar.day)
}

/// `None` for "never".
#[must_use]
pub fn some_day(day: Day) -> Option<Day> {
    (day < Day::LAST).then_some(day)
}

/// How a membership stands, `expired` included.
fn status_word(member: &Member, day: Day) -> &'static str {
    if member.status == Status::Active && day >= member.card_expires { "expired" } else { member.status.word() }
}

/// A member in a list, as of a day up to which time has passed for them.
#[must_use]
pub fn member_row(policy: Option<&Policy>, member: &Member, day: Day) -> MemberRow {
    let tiers = policy.map(|policy| policy.ladder()).filter(|ladder| ladder.tiers.len() > 1);
    let tier = tiers.and_then(|ladder| ladder.get(member.tier));
    MemberRow {
        id: member.id,
        name: member.profile.name.clone(),
        phone: member.profile.phone.clone(),
        card: member.card.clone(),
        tier: tier.map(|tier| tier.head.id.clone()).unwrap_or_default(),
        tier_label: tier.map(|tier| or_id(&tier.head.label, &tier.head.id)).unwrap_or_default(),
        tier_rank: member.tier,
        points: member.points.balance,
        spend: member.spend,
        last_visit: member.last_visit,
        birthday: member.profile.birthday.map(|birthday| (birthday.month, birthday.day)),
        status: Text::const_new(status_word(member, day)),
    }
}

/// What is missing to the next tier.
#[must_use]
pub fn next_tier(policy: &Policy, member: &Member, day: Day) -> Option<NextTier> {
    let progress = due::progress(policy, member, day)?;
    let tier = policy.ladder().get(progress.rank)?;
    let demands = progress
        .demands
        .iter()
        .map(|standing| {
            let metric = standing.demand.metric;
            DemandView {
                metric: metric.name(),
                now: metric.value(standing.now),
                needed: metric.value(standing.demand.at_least),
                missing: metric.value(standing.missing),
                reached_permille: standing.reached_permille,
            }
        })
        .collect();
    Some(NextTier {
        id: tier.head.id.clone(),
        label: or_id(&tier.head.label, &tier.head.id),
        demands,
        any: progress.any,
        window: progress.window.name(),
    })
}

/// Vouchers that can be used on a day.
#[must_use]
pub fn vouchers(policy: &Policy, member: &Member, day: Day) -> Vec<VoucherView> {
    member
        .open_vouchers(day)
        .into_iter()
        .map(|voucher| {
            let redeemed = policy.redemptions().iter().map(|rule| &rule.head);
            let given = policy.entitlements().iter().map(|rule| &rule.head);
            let head = redeemed.chain(given).find(|head| head.id == voucher.rule);
            VoucherView {
                from: voucher.from,
                index: voucher.index,
                value: voucher.value,
                expires: some_day(voucher.expires),
                label: head.map_or_else(|| plain_label(&voucher.rule), |head| or_id(&head.label, &head.id)),
            }
        })
        .collect()
}

/// Entitlements that concern a member.
#[must_use]
pub fn entitlements(policy: &Policy, member: &Member, day: Day) -> Vec<EntitlementView> {
    let states = policy.entitlements().iter().map(|rule| (rule, entitlement_state(policy, member, rule, day)));
    states
        .filter(|(_, state)| state.concerns)
        .map(|(rule, state)| EntitlementView {
            id: rule.head.id.clone(),
            label: or_id(&rule.head.label, &rule.head.id),
            open: state.open,
            reason: state.reason,
            last_given: state.last_given,
            holder_only: rule.holder_only,
        })
        .collect()
}

fn redemption(rule: &Redeem, units: i64) -> RedemptionView {
    let (gives, gift) = match &rule.gives {
        Gives::Voucher { .. } => ("voucher", Label::default()),
        Gives::Price { .. } => ("price", Label::default()),
        Gives::Gift(gift) => ("gift", gift.clone()),
    };
    RedemptionView {
        rule: rule.head.id.clone(),
        label: or_id(&rule.head.label, &rule.head.id),
        points: rule.points,
        units_max: u32::try_from(units.max(0)).unwrap_or(u32::MAX),
        gives: Text::const_new(gives),
        value: rule.money_value().unwrap_or_default(),
        gift,
    }
}

/// What points can be exchanged for, by how many the balance allows.
#[must_use]
pub fn redemptions(policy: &Policy, member: &Member, day: Day) -> Vec<RedemptionView> {
    let valid = member.is_valid_on(day);
    let occasion = member.occasion(policy, day);
    let rules = policy.redemptions().iter();
    rules
        .map(|rule| {
            let now = valid && rule.when.holds(&occasion);
            redemption(rule, if now { rule.units_for(member.balance_of(&rule.from)) } else { 0 })
        })
        .collect()
}

/// A member's points of each kind that the program keeps apart, and what is left of kinds that only an earlier version
/// kept.
fn kinds(policy: &Policy, member: &Member) -> Vec<KindView> {
    let today = policy.points_kinds();
    if today.is_empty() {
        return Vec::new();
    }
    let view = |kind: &Text| {
        let own = member.kinds().iter().find(|own| own.kind == *kind);
        let points = own.map(|own| own.points).unwrap_or_default();
        KindView { label: policy.kind_label(kind), balance: points.balance, debt: points.debt }
    };
    let earlier = member.kinds().iter().filter(|own| today.iter().all(|kind| kind.head.id != own.kind));
    let left = earlier.map(|own| view(&own.kind)).filter(|own| own.balance.is_positive() || own.debt.is_positive());
    today.iter().map(|kind| view(&kind.head.id)).chain(left).collect()
}

/// What of a member's points is of which kind; `None` where the program keeps no kinds apart.
#[must_use]
pub fn kinds_note(policy: &Policy, member: &Member) -> Option<Message> {
    let of_kind = |own: KindView| Value::from(msg!("desk.note-kind", kind = &own.label, points = own.balance));
    let kinds: Vec<Value> = kinds(policy, member).into_iter().map(of_kind).collect();
    (!kinds.is_empty()).then(|| msg!("desk.note-kinds", kinds = kinds))
}

/// Payments of a member that must still arrive: for stored value, then for goods.
fn uncleared(book: &Book, member: &Member) -> Vec<UnclearedView> {
    let view = |payment, kind: &Text, amount, since| UnclearedView { payment, kind: kind.clone(), amount, since };
    let loads = member.uncleared.iter().map(|own| view((own.load, own.tender), &own.kind, own.amount, own.since));
    let of_member = |number: u32| book.members().get(number as usize).is_some_and(|own| own.id == member.id);
    let sales = book.awaited().filter(|(.., own)| of_member(own.member));
    loads.chain(sales.map(|(sale, tender, own)| view((sale, tender), &own.kind, own.amount, own.since))).collect()
}

/// A member's lots, soonest lapse first, with their kinds where there is more than one.
fn lots(policy: &Policy, member: &Member) -> Vec<LotView> {
    let view = |lot: &Lot, kind: Label| LotView { left: lot.left, gone: some_day(lot.lapse), kind };
    if policy.points_kinds().is_empty() || member.kinds().is_empty() {
        return member.lots.iter().map(|lot| view(lot, Label::default())).collect();
    }
    let of_kinds = member.kinds().iter().flat_map(|own| own.lots.iter().map(|lot| (lot, &own.kind)));
    let mut all: Vec<(&Lot, &Text)> = of_kinds.collect();
    all.sort_by_key(|(lot, _)| lot.lapse);
    all.into_iter().map(|(lot, kind)| view(lot, policy.kind_label(kind))).collect()
}

/// A member's page. `None`: nobody is known by this id.
#[must_use]
pub fn member_page(shop: &Shop, id: MemberId, day: Day) -> Option<MemberPage> {
    let policy = shop.policy(day)?;
    let member = shop.book.member_on(id, &shop.policies, day)?;
    let figures = member.points;
    Some(MemberPage {
        row: member_row(Some(policy), &member, day),
        joined: member.joined.day,
        route: member.route.clone(),
        choice: member.choice.clone(),
        guide: member.guide.clone(),
        card_expires: some_day(member.card_expires),
        void_cards: member.void_cards.clone(),
        card_qr: qr(&member.card),
        next_tier: next_tier(policy, &member, day),
        tier_trace: tier_trace(policy, &member, day),
        lots: lots(policy, &member),
        kinds: kinds(policy, &member),
        points: PointsView {
            issued: figures.issued,
            received: figures.received,
            balance: figures.balance,
            debt: figures.debt,
            redeemed: figures.redeemed,
            lapsed: figures.lapsed,
            reversed: figures.reversed,
            sent: figures.sent,
        },
        vouchers: vouchers(policy, &member, day),
        stored_value: member.stored_value,
        stored_pending: member.stored_pending(),
        uncleared: uncleared(&shop.book, &member),
        entitlements: entitlements(policy, &member, day),
        redemptions: redemptions(policy, &member, day),
        marks: member.marks.clone(),
        visits: u32::try_from(member.visits).unwrap_or(0),
        referred: member.referred,
        profile: member.profile,
    })
}

/// The QR code of a text; nothing for an empty one, or one that is too long for any.
#[must_use]
pub fn qr(text: &str) -> Vec<Vec<bool>> {
    if text.is_empty() {
        return Vec::new();
    }
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return Vec::new() };
    (0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect()).collect()
}

/// The engine's basket of a page's.
#[must_use]
pub fn basket(basket: &Basket) -> quote::Basket {
    let lines = basket.lines.iter().map(|line| quote::BasketLine {
        product: if line.product.is_empty() { line.name.clone() } else { line.product.clone() },
        category: line.category.clone(),
        tags: line.tags.clone(),
        quantity: line.quantity,
        price: line.price,
    });
    quote::Basket {
        member: basket.member,
        lines: lines.collect(),
        vouchers: basket.vouchers.clone(),
        points: basket.points.clone(),
        off: basket.off,
        agreed: basket.agreed.clone(),
        tenders: Vec::new(),
    }
}

fn figure(reduction: quote::Reduction) -> Figure {
    let label =
        if reduction.rule == "manual" { code_label("manual") } else { or_id(&reduction.label, &reduction.rule) };
    Figure { rule: reduction.rule, label, amount: reduction.amount, trace: reduction.trace }
}

/// A quote as a page shows it.
#[must_use]
pub fn quote_view(policy: &Policy, quote: Quote, at: BusinessTime) -> QuoteView {
    let day = at.day;
    let before = quote.before.as_ref();
    let valid = before.filter(|member| member.is_valid_on(day));
    let points_off = Money::sum(quote.sold.uses.iter().filter_map(|used| match used {
        regulars_rules::event::Use::Points { amount, .. } => Some(*amount),
        regulars_rules::event::Use::Voucher { .. } => None,
    }));
    // Points already chosen do not lower what more points could be used on.
    let price = points_off.and_then(|off| quote.pay.plus(off)).unwrap_or(quote.pay);
    let price_redemptions = valid.map_or_else(Vec::new, |member| {
        let occasion = member.occasion(policy, day);
        let rules = policy
            .redemptions()
            .iter()
            .filter(|rule| matches!(rule.gives, Gives::Price { .. }) && rule.when.holds(&occasion));
        rules
            .map(|rule| {
                let usable = points_usable(rule, member.balance_of(&rule.from), price);
                redemption(rule, usable.minor().checked_div(rule.points.minor()).unwrap_or(0))
            })
            .collect()
    });
    let tier_after = match (before, quote.after.as_ref()) {
        (Some(before), Some(after)) if before.tier != after.tier => {
            policy.ladder().get(after.tier).map(|tier| (tier.head.id.clone(), or_id(&tier.head.label, &tier.head.id)))
        }
        _ => None,
    };
    let nets = quote.sold.lines.iter().map(|line| (line.amount, line.net().unwrap_or(line.amount)));
    let lines = nets
        .zip(quote.lines)
        .zip(quote.line_notes)
        .map(|(((amount, net), discounts), note)| QuoteLine {
            amount,
            net,
            discounts: discounts.into_iter().map(figure).collect(),
            earns: note.is_none() && quote.after.is_some() && !policy.earnings().is_empty(),
            note,
        })
        .collect();
    let could_join = if before.is_none() { routes(policy, Some(quote.pay)) } else { Vec::new() };
    QuoteView {
        lines,
        total: quote.total,
        discounts: quote.discounts.into_iter().map(figure).collect(),
        uses: quote.uses.into_iter().map(figure).collect(),
        pay: quote.pay,
        pay_trace: quote.pay_trace,
        points: quote.points,
        points_trace: quote.points_trace,
        tier_after,
        next_tier: quote.after.as_ref().or(before).and_then(|member| next_tier(policy, member, day)),
        member: before.map(|member| member_row(Some(policy), member, day)),
        vouchers: valid.map(|member| vouchers(policy, member, day)).unwrap_or_default(),
        price_redemptions,
        stored_value: valid.map(|member| member.stored_value).unwrap_or_default(),
        entitlements: before
            .map(|member| entitlements(policy, member, day).into_iter().filter(|one| one.open).collect())
            .unwrap_or_default(),
        refusal: quote.refusal,
        could_join,
    }
}

/// The routes of joining; with a price, those that a receipt of it satisfies.
fn routes(policy: &Policy, pay: Option<Money>) -> Vec<RouteView> {
    let satisfied = |route: &&Route| match (pay, route.ask) {
        (None, _) | (_, Ask::Free | Ask::Fee(_)) => true,
        (Some(pay), Ask::Purchase(least) | Ask::ReceiptsOfDay(least) | Ask::ReceiptsOfMonths(least, _)) => pay >= least,
        (Some(_), Ask::Load(_)) => false,
    };
    let view = |route: &Route| RouteView {
        id: route.head.id.clone(),
        words: route.words(),
        fee: if let Ask::Fee(fee) = route.ask { fee } else { Money::ZERO },
        needs_receipts: matches!(route.ask, Ask::Purchase(_) | Ask::ReceiptsOfDay(_) | Ask::ReceiptsOfMonths(..)),
    };
    policy.routes().iter().filter(satisfied).map(view).collect()
}

/// How one joins.
#[must_use]
pub fn join(policy: &Policy) -> JoinView {
    let join = policy.join();
    JoinView {
        required: join.required.clone(),
        min_age: join.min_age,
        choices: join.choices.clone(),
        approval: join.approval.clone(),
        routes: routes(policy, None),
    }
}

/// The tiers, lowest first; none where everyone is in one.
#[must_use]
pub fn tiers(policy: &Policy) -> Vec<(Text, Label)> {
    let tiers = &policy.ladder().tiers;
    if tiers.len() < 2 {
        return Vec::new();
    }
    tiers.iter().map(|tier| (tier.head.id.clone(), or_id(&tier.head.label, &tier.head.id))).collect()
}

/// The label of a discount by calendar that holds today and does not hold on every day.
#[must_use]
pub fn special_day(policy: &Policy, day: Day) -> Option<Label> {
    // Nobody's birthday is asked about: how the program maps them does not matter.
    let holds = |when: &When, day: Day| {
        when.holds(&Occasion { tier: Some(0), ..Occasion::stranger(day, Birthdays::default()) })
    };
    let rules = policy.discounts().iter().filter(|rule| !rule.when.is_always() && rule.when.birthday().is_none());
    rules
        .filter(|rule| holds(&rule.when, day) && (1..=40).any(|ahead| !holds(&rule.when, day.plus_days(ahead))))
        .max_by_key(|rule| rule.rates.iter().max().copied())
        .map(|rule| or_id(&rule.head.label, &rule.head.id))
}

/// Activities that earn.
#[must_use]
pub fn activities(policy: &Policy) -> Vec<(Text, Label)> {
    let rules = policy.earnings().iter();
    rules
        .filter_map(|rule| match &rule.source {
            Source::Activity(code) => Some((code.clone(), or_id(&rule.head.label, code))),
            Source::AnyActivity => Some((Text::const_new(ANY_ACTIVITY), or_id(&rule.head.label, &rule.head.id))),
            Source::Goods | Source::Load | Source::Enrolment => None,
        })
        .collect()
}

/// Whether points may be given away, as the program's own words say.
#[must_use]
pub fn transfers(policy: &Policy) -> bool {
    describe(policy)
        .iter()
        .flat_map(|section| &section.sentences)
        .any(|sentence| sentence.words.key == "transfer.allowed")
}

/// Tenders that the counter takes.
#[must_use]
pub fn tenders(policy: &Policy, book: &Book) -> Vec<Text> {
    let mut tenders = vec![Text::const_new("cash"), Text::const_new("mobile"), Text::const_new("card")];
    if !policy.stored_value().must_clear.is_empty() {
        tenders.push(Text::const_new("cheque"));
    }
    if policy.stored_value().sold || book.totals().stored_in.is_positive() {
        tenders.push(Text::const_new(regulars_rules::event::STORED_VALUE));
    }
    tenders
}

/// Points in words, for what is told after a wish.
#[must_use]
pub fn points_note(points: Points) -> regulars_rules::message::Message {
    msg!("desk.note-points", points = points)
}
