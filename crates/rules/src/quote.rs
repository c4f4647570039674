//! The quote: what would follow if a basket were sold, or goods came back, with the reason of each figure. Nothing changes.

use serde::{Deserialize, Serialize};

use crate::book::purse::Taken;
use crate::book::receipts::NOBODY;
use crate::book::{Book, Member, Receipt, Voucher};
use crate::event::{Body, Event, Given, Line, ReturnedLine, SCHEMA_VERSION, STORED_VALUE, Sold, Tags, Tender, Use};
use crate::fold::{Folder, NumberErrorOrMessage, undo};
use crate::id::{DeviceId, EventId, MemberId, Text};
use crate::kinds::redeem::{Gives, Redeem};
use crate::message::{Label, Message, Refusal, Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Points, Quantity, Rate};
use crate::policy::{Policy, PolicySet};
use crate::primitives::Occasion;
use crate::sale::{self, LineDiscount};
use crate::time::BusinessTime;

/// A basket longer than this is refused.
pub const BASKET_LINES_MAX: usize = 10_000;
/// Unit prices and quantities beyond this are typing errors: 100 million yuan, 100 million pieces.
const FIGURE_MAX: i64 = 100_000_000_000;

/// Goods about to be sold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// The member, if one is named.
    pub member: Option<MemberId>,
    /// The lines, at least one.
    pub lines: Vec<BasketLine>,
    /// Vouchers to use: the event that gave each, and which of that event's.
    pub vouchers: Vec<(EventId, u32)>,
    /// Points to use against the price: rule and points.
    pub points: Option<(Text, Points)>,
    /// A reduction by hand on the whole.
    pub off: Money,
    /// A discount agreed by approvals: rule, rate, who spoke for each party (`operations=chen`).
    pub agreed: Option<(Text, Rate, Vec<Text>)>,
    /// Payments, as far as they are known: what is paid with some tenders earns nothing.
    pub tenders: Vec<Tender>,
}

/// One line about to be sold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    /// Product code.
    pub product: Text,
    /// Category.
    pub category: Text,
    /// Tags.
    pub tags: Tags,
    /// How many, above zero.
    pub quantity: Quantity,
    /// Unit price, not negative.
    pub price: Money,
}

/// A reduction with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reduction {
    /// Rule id.
    pub rule: Text,
    /// Its name.
    pub label: Label,
    /// How much, not negative.
    pub amount: Money,
    /// Why.
    pub trace: Trace,
}

/// What would follow if a basket were sold.
#[derive(Debug, Clone)]
pub struct Quote {
    /// The sale as it would be recorded.
    pub sold: Sold,
    /// Before reductions.
    pub total: Money,
    /// Reductions of each line.
    pub lines: Vec<Vec<Reduction>>,
    /// Why a line earns nothing, if it earns nothing.
    pub line_notes: Vec<Option<Message>>,
    /// Reductions summed by rule, in order.
    pub discounts: Vec<Reduction>,
    /// Vouchers and points used.
    pub uses: Vec<Reduction>,
    /// To pay.
    pub pay: Money,
    /// How the sum to pay came about; its parts sum to it.
    pub pay_trace: Trace,
    /// Points that it brings.
    pub points: Points,
    /// The same by kind, where the program keeps kinds of points apart.
    pub points_by_kind: Vec<(Text, Points)>,
    /// Why; the parts sum to it.
    pub points_trace: Trace,
    /// The member before, time having passed up to now.
    pub before: Option<Member>,
    /// The member after.
    pub after: Option<Member>,
    /// What of the wish is refused; the figures are those without it.
    pub refusal: Option<Refusal>,
}

/// What would follow if goods came back.
#[derive(Debug, Clone)]
pub struct ReturnQuote {
    /// Money to give back.
    pub refund: Money,
    /// Of which to stored value.
    pub to_stored_value: Money,
    /// Earned points taken back.
    pub points_back: Points,
    /// The same by kind, where the program keeps kinds of points apart.
    pub points_back_by_kind: Vec<(Text, Points)>,
    /// Used points given back by kind, where the program keeps kinds of points apart.
    pub restored_by_kind: Vec<(Text, Points)>,
    /// Of which become a debt.
    pub debt: Points,
    /// Used points given back.
    pub restored: Points,
    /// Value of the used vouchers that can be used again.
    pub vouchers_back: Money,
    /// Taken from the stored value, because a period's reward was paid too much.
    pub rebate_back: Money,
    /// Why.
    pub trace: Trace,
}

/// Quotes a basket.
///
/// # Errors
/// A refusal where there is nothing to quote: an empty or impossible basket, an unknown member.
pub fn quote(book: &Book, policies: &PolicySet, basket: &Basket, at: BusinessTime) -> Result<Quote, Refusal> {
    let policy = policy_on(policies, at)?;
    check_basket(basket)?;
    let before = match basket.member {
        Some(id) => Some(
            book.member_to_judge(id, policies, at.day)
                .ok_or_else(|| Refusal::new(msg!("refuse.unknown-member"), msg!("remedy.find-or-enrol")))?,
        ),
        None => None,
    };
    let mut refusal = before.as_ref().and_then(|member| check_membership(member, at).err());
    let benefits = before.as_ref().filter(|_| refusal.is_none());
    let mut sold = Sold { member: benefits.map(|m| m.id), tenders: basket.tenders.clone(), ..Sold::default() };
    let stranger = Occasion::stranger(at.day, policy.birthdays);
    let occasion = benefits.map_or(stranger, |member| member.occasion(policy, at.day));
    let items = Quantity::sum(basket.lines.iter().map(|line| line.quantity))?;

    let mut total = Money::ZERO;
    let mut lines = Vec::with_capacity(basket.lines.len());
    let mut parts = Vec::new();
    for line in &basket.lines {
        let amount = line.quantity.price(line.price)?;
        total = total.plus(amount)?;
        let mut line = Line {
            product: line.product.clone(),
            category: line.category.clone(),
            tags: line.tags.clone(),
            quantity: line.quantity,
            amount,
            discounts: Vec::new(),
        };
        let mut reductions = Vec::new();
        for discount in sale::line_discounts(policy, &line, items, &occasion)? {
            let subject = Value::from(&line.product);
            reductions.push(reduction(policy, &discount, subject, &occasion));
            line.discounts.push(discount.given);
        }
        sold.lines.push(line);
        lines.push(reductions);
    }
    parts.push(Trace::of(msg!("pay.goods", lines = sold.lines.len(), items = items), total));

    let mut discounts: Vec<Reduction> = Vec::new();
    for one in lines.iter().flatten() {
        match discounts.iter_mut().find(|sum| sum.rule == one.rule) {
            Some(sum) => {
                sum.amount = sum.amount.plus(one.amount)?;
                sum.trace.figure = Some((-sum.amount).into());
                sum.trace.parts.push(one.trace.clone());
            }
            None => {
                let mut sum = one.clone();
                let head = one.trace.rule.clone();
                sum.trace = Trace::of(msg!("discount.rule", label = &one.label, id = &one.rule), -one.amount)
                    .with(vec![one.trace.clone()]);
                sum.trace.rule = head;
                discounts.push(sum);
            }
        }
    }
    for discount in sale::basket_discounts(policy, &sold.lines, items, &occasion)? {
        discounts.push(reduction(policy, &discount, msg!("discount.basket").into(), &occasion));
        sold.discounts.push(discount.given);
    }
    if basket.off.is_positive() {
        let left = price(&sold)?;
        if basket.off > left {
            refusal.get_or_insert_with(|| {
                Refusal::new(msg!("refuse.discount-over", off = basket.off, price = left), msg!("remedy.lower-off"))
            });
        } else {
            let trace = Trace::of(msg!("discount.by-hand"), -basket.off);
            discounts.push(Reduction {
                rule: Text::const_new("manual"),
                label: Label::default(),
                amount: basket.off,
                trace,
            });
            sold.discounts.push(Given { rule: Text::const_new("manual"), amount: basket.off });
        }
    }
    if let Some((rule, rate, roles)) = &basket.agreed {
        match agreed(policy, &sold, items, rule, *rate, roles) {
            Ok(discount) => {
                let trace = Trace::of(
                    msg!(
                        "discount.agreed",
                        rate = *rate,
                        roles = roles.iter().map(|one| spoken(one)).collect::<Vec<_>>()
                    ),
                    -discount.given.amount,
                );
                let head = policy.discount.get(discount.rule).map(|r| &r.head);
                let trace = match head {
                    Some(head) => trace.by(head.reference("discount", &policy.program)),
                    None => trace,
                };
                let label = head.map(|h| h.label.clone()).unwrap_or_default();
                discounts.push(Reduction {
                    rule: discount.given.rule.clone(),
                    label,
                    amount: discount.given.amount,
                    trace,
                });
                sold.discounts.push(discount.given);
            }
            Err(why) => {
                refusal.get_or_insert(why);
            }
        }
    }

    let mut uses = Vec::new();
    if let Some(member) = benefits {
        for (from, index) in &basket.vouchers {
            match voucher(policy, member, &sold, *from, *index, at) {
                Ok((used, reduction)) => {
                    sold.uses.push(used);
                    uses.push(reduction);
                }
                Err(why) => {
                    refusal.get_or_insert(why);
                }
            }
        }
        if let Some((rule, points)) = &basket.points {
            match points_against_price(policy, member, &sold, rule, *points, &occasion) {
                Ok(Some((used, reduction))) => {
                    sold.uses.push(used);
                    uses.push(reduction);
                }
                Ok(None) => {}
                Err(why) => {
                    refusal.get_or_insert(why);
                }
            }
        }
    } else if !basket.vouchers.is_empty() || basket.points.is_some() {
        refusal.get_or_insert_with(|| Refusal::new(msg!("refuse.voucher-none"), msg!("remedy.name-member")));
    }

    let pay = price(&sold)?;
    parts.extend(discounts.iter().chain(&uses).map(|one| one.trace.clone()));
    let pay_trace = Trace::of(msg!("pay.sum"), pay).with(parts);

    let AfterSale { points, points_by_kind, points_trace, after, line_notes } =
        after_sale(policies, policy, benefits, &sold, at)?;
    Ok(Quote {
        total,
        lines,
        line_notes,
        discounts,
        uses,
        pay,
        pay_trace,
        points,
        points_by_kind,
        points_trace,
        before,
        after,
        refusal,
        sold,
    })
}

/// Points with their reasons, the member after, and why a line earns nothing.
struct AfterSale {
    points: Points,
    points_by_kind: Vec<(Text, Points)>,
    points_trace: Trace,
    after: Option<Member>,
    line_notes: Vec<Option<Message>>,
}

/// Folds the sale into a copy of the member: what the quote promises is what the fold will book.
fn after_sale(
    policies: &PolicySet,
    policy: &Policy,
    member: Option<&Member>,
    sold: &Sold,
    at: BusinessTime,
) -> Result<AfterSale, Refusal> {
    let Some(member) = member else {
        let reason = if policy.earn.is_empty() { msg!("points.no-rule") } else { msg!("points.no-member") };
        return Ok(AfterSale {
            points: Points::ZERO,
            points_by_kind: Vec::new(),
            points_trace: Trace::of(reason, Points::ZERO),
            after: None,
            line_notes: vec![None; sold.lines.len()],
        });
    };
    let mut folder = Folder::explaining(policies);
    let mut after = member.clone();
    let mut receipt = Receipt::new(EventId::derived("quote", ""), at);
    let event = Event {
        id: receipt.sale,
        device: DeviceId::derived("quote", ""),
        sequence: 0,
        clock: 0,
        at,
        store: Text::default(),
        staff: Text::default(),
        program: policy.program.id.clone(),
        policy_version: policy.program.version,
        schema: SCHEMA_VERSION,
        body: Body::Adopted { document: String::new(), parameters: std::collections::BTreeMap::new(), from: at.day },
    };
    let weights = folder.quote_sale(policy, &mut after, &event, sold, &mut receipt).map_err(|error| match error {
        NumberErrorOrMessage::Number(error) => error.into(),
        NumberErrorOrMessage::Message(message) => Refusal::new(message, msg!("remedy.check-figures")),
    })?;
    let notes = folder.take_notes();
    let line_notes = weights
        .into_iter()
        .zip(&sold.lines)
        .map(|(weight, line)| {
            (weight.is_zero() && line.amount.is_positive() && !policy.earn.is_empty())
                .then(|| msg!("line.earns-nothing"))
        })
        .collect();
    let message = if policy.earn.is_empty() { msg!("points.no-rule") } else { msg!("points.sum") };
    Ok(AfterSale {
        points: receipt.points,
        points_by_kind: if policy.points.is_empty() { Vec::new() } else { folder.earned_by_kind().to_vec() },
        points_trace: Trace::of(message, receipt.points).with(notes),
        after: Some(after),
        line_notes,
    })
}

/// The policy that judges a moment.
pub(crate) fn policy_on(policies: &PolicySet, at: BusinessTime) -> Result<&Policy, Refusal> {
    policies.on(at.day).ok_or_else(|| Refusal::new(msg!("refuse.no-program"), msg!("remedy.adopt-program")))
}

fn check_basket(basket: &Basket) -> Result<(), Refusal> {
    if basket.lines.is_empty() {
        return Err(Refusal::new(msg!("refuse.empty-basket"), msg!("remedy.add-goods")));
    }
    if basket.lines.len() > BASKET_LINES_MAX {
        return Err(Refusal::new(
            msg!("refuse.basket-too-long", lines = basket.lines.len(), most = BASKET_LINES_MAX),
            msg!("remedy.split-basket"),
        ));
    }
    for (number, line) in (1_usize..).zip(&basket.lines) {
        if !line.quantity.is_positive() || line.quantity.minor() > FIGURE_MAX {
            return Err(Refusal::new(
                msg!("refuse.quantity", line = number, product = &line.product, quantity = line.quantity),
                msg!("remedy.quantity"),
            ));
        }
        let amount = line.quantity.price(line.price);
        if line.price.is_negative()
            || line.price.minor() > FIGURE_MAX
            || amount.is_err()
            || amount.is_ok_and(|a| a.minor() > FIGURE_MAX)
        {
            return Err(Refusal::new(
                msg!("refuse.amount", line = number, product = &line.product, amount = line.price),
                msg!("remedy.amount"),
            ));
        }
    }
    if basket.off.is_negative() {
        return Err(Refusal::new(
            msg!("refuse.amount", line = 0_usize, product = "", amount = basket.off),
            msg!("remedy.amount"),
        ));
    }
    Ok(())
}

/// Whether a member may use the program now.
pub(crate) fn check_membership(member: &Member, at: BusinessTime) -> Result<(), Refusal> {
    use crate::book::Status;
    match member.status {
        Status::Active => {}
        Status::Applied => return Err(Refusal::new(msg!("refuse.awaiting-approval"), msg!("remedy.approve"))),
        Status::Left | Status::Cancelled | Status::Refused | Status::Forgotten => {
            return Err(Refusal::new(msg!("refuse.not-active"), msg!("remedy.enrol-again")));
        }
    }
    if at.day >= member.card_expires {
        return Err(Refusal::new(msg!("refuse.card-expired", day = member.card_expires), msg!("remedy.renew-card")));
    }
    Ok(())
}

fn reduction(policy: &Policy, discount: &LineDiscount, subject: Value, occasion: &Occasion<'_>) -> Reduction {
    let rule = policy.discount.get(discount.rule);
    let mut conditions = rule.map(|r| r.when.words()).unwrap_or_default();
    if rule.is_some_and(|r| r.when.minds_lunar()) {
        let lunar = occasion.lunar_day();
        conditions.push(
            msg!(
                "when.today-lunar",
                month = i64::from(lunar.month),
                leap = i64::from(lunar.leap),
                day = i64::from(lunar.day)
            )
            .into(),
        );
    }
    let trace = Trace::of(
        msg!("discount.line", subject = vec![subject], base = discount.base, rate = discount.rate, when = conditions),
        -discount.given.amount,
    );
    let trace = match rule {
        Some(rule) => trace.by(rule.head.reference("discount", &policy.program)),
        None => trace,
    };
    Reduction {
        rule: discount.given.rule.clone(),
        label: rule.map(|r| r.head.label.clone()).unwrap_or_default(),
        amount: discount.given.amount,
        trace,
    }
}

/// The price as the sale stands.
fn price(sold: &Sold) -> Result<Money, NumberError> {
    let mut price = Money::ZERO;
    for line in &sold.lines {
        price = price.plus(line.net()?)?;
    }
    for given in &sold.discounts {
        price = price.minus(given.amount)?;
    }
    for used in &sold.uses {
        price = price.minus(used.amount())?;
    }
    Ok(price)
}

/// The party and the person of `operations=chen`; no person where none is named.
pub(crate) fn party_and_person(spoken: &str) -> (&str, &str) {
    let (party, person) = spoken.split_once('=').unwrap_or((spoken, ""));
    (party.trim(), person.trim())
}

fn spoken(one: &str) -> Value {
    let (party, person) = party_and_person(one);
    msg!("discount.agreed-by", party = party, person = vec![Value::from(person)]).into()
}

fn agreed(
    policy: &Policy,
    sold: &Sold,
    items: Quantity,
    id: &str,
    rate: Rate,
    roles: &[Text],
) -> Result<LineDiscount, Refusal> {
    let unknown = || Refusal::new(msg!("refuse.rule-unknown", rule = id), msg!("remedy.choose-rule"));
    let (index, rule) = policy
        .discount
        .iter()
        .enumerate()
        .find(|(_, r)| r.head.id == id && !r.approval.is_empty())
        .ok_or_else(unknown)?;
    let reference = || rule.head.reference("discount", &policy.program);
    if !rule.has_enough(&sold.lines, items) {
        let least = rule.at_least_items;
        let (when, remedy) = if rule.per_counter {
            (msg!("when.items-of-counter", items = least), msg!("remedy.more-items-of-counter", items = least))
        } else {
            (msg!("when.items", items = least), msg!("remedy.more-items", items = least))
        };
        return Err(Refusal::new(
            msg!("refuse.rule-not-now", rule = &rule.head.label, when = vec![when.into()]),
            remedy,
        )
        .by(reference()));
    }
    // A party without a person has not agreed, and nobody speaks for two.
    let named = |role: &Text| {
        let mut spoken = roles.iter().map(|one| party_and_person(one));
        spoken.any(|(party, person)| party == role && !person.is_empty())
    };
    let missing: Vec<Value> = rule.approval.iter().filter(|role| !named(role)).map(Value::from).collect();
    if !missing.is_empty() {
        return Err(Refusal::new(
            msg!("refuse.approval-needed", roles = missing.clone()),
            msg!("remedy.get-approval", roles = missing),
        )
        .by(reference()));
    }
    for (position, one) in roles.iter().enumerate() {
        let (_, person) = party_and_person(one);
        if roles.iter().take(position).any(|earlier| party_and_person(earlier).1 == person) {
            return Err(Refusal::new(
                msg!("refuse.approval-twice", person = vec![Value::from(person)]),
                msg!("remedy.approval-twice"),
            )
            .by(reference()));
        }
    }
    if rate > rule.rate(0) || rate.is_negative() {
        return Err(Refusal::new(
            msg!("refuse.rate-over", rate = rate, most = rule.rate(0)),
            msg!("remedy.lower-rate", most = rule.rate(0)),
        )
        .by(reference()));
    }
    let base = sale::left_for(policy, rule, &sold.lines, &sold.discounts)?;
    let amount = rate.of_money(base, policy.money_rounding)?;
    Ok(LineDiscount { rule: index, given: Given { rule: rule.head.id.clone(), amount }, base, rate })
}

fn voucher(
    policy: &Policy,
    member: &Member,
    sold: &Sold,
    from: EventId,
    index: u32,
    at: BusinessTime,
) -> Result<(Use, Reduction), Refusal> {
    let used_already = sold
        .uses
        .iter()
        .any(|used| matches!(used, Use::Voucher { from: f, index: i, .. } if *f == from && *i == index));
    let open = member.open_vouchers(at.day);
    let voucher: &Voucher = open
        .into_iter()
        .find(|v| v.from == from && v.index == index && !used_already)
        .ok_or_else(|| Refusal::new(msg!("refuse.voucher-none"), msg!("remedy.choose-voucher")))?;
    let left = price(sold)?;
    let amount = voucher.value.min(left);
    let redeemed = policy.redeem.iter().map(|rule| ("redeem", &rule.head));
    let given = policy.entitlement.iter().map(|rule| ("entitlement", &rule.head));
    let rule = redeemed.chain(given).find(|(_, head)| head.id == voucher.rule);
    let message = if amount < voucher.value {
        msg!("use.voucher-no-change", value = voucher.value, lost = voucher.value.minus(amount)?)
    } else {
        msg!("use.voucher", value = voucher.value)
    };
    let mut trace = Trace::of(message, -amount);
    if let Some((kind, head)) = rule {
        trace = trace.by(head.reference(kind, &policy.program));
    }
    let label = rule.map(|(_, head)| head.label.clone()).unwrap_or_default();
    Ok((Use::Voucher { from, index, amount }, Reduction { rule: voucher.rule.clone(), label, amount, trace }))
}

fn points_against_price(
    policy: &Policy,
    member: &Member,
    sold: &Sold,
    id: &str,
    points: Points,
    occasion: &Occasion<'_>,
) -> Result<Option<(Use, Reduction)>, Refusal> {
    if points.is_zero() {
        return Ok(None);
    }
    let rule = find_redeem(policy, id)?;
    let Gives::Price { value, at_most, .. } = &rule.gives else {
        return Err(Refusal::new(msg!("refuse.rule-unknown", rule = id), msg!("remedy.choose-rule")));
    };
    check_redeem(policy, rule, member, points, occasion)?;
    let left = price(sold)?;
    let units = points.minor().checked_div(rule.points.minor()).unwrap_or(0);
    let amount = Money::from_minor(value.minor().checked_mul(units).ok_or(NumberError::TooLarge)?);
    let cap =
        at_most.of_money(left, crate::number::Rounding { unit_minor: 1, mode: crate::number::RoundingMode::Down })?;
    if amount > cap {
        return Err(Refusal::new(
            msg!("refuse.price-cap", amount = amount, cap = cap, share = *at_most),
            msg!("remedy.fewer-points", cap = cap),
        )
        .by(rule.head.reference("redeem", &policy.program)));
    }
    let trace = Trace::of(msg!("use.points", points = points, per = rule.points, value = *value), -amount)
        .by(rule.head.reference("redeem", &policy.program));
    let reduction = Reduction { rule: rule.head.id.clone(), label: rule.head.label.clone(), amount, trace };
    Ok(Some((Use::Points { rule: rule.head.id.clone(), points, amount }, reduction)))
}

/// Most points that may be used against this price under a rule: whole units within balance, limits and share of the bill.
#[must_use]
pub fn points_usable(rule: &Redeem, balance: Points, price: Money) -> Points {
    let Gives::Price { value, at_most, .. } = &rule.gives else { return Points::ZERO };
    let down = crate::number::Rounding { unit_minor: 1, mode: crate::number::RoundingMode::Down };
    let cap = at_most.of_money(price, down).unwrap_or(Money::ZERO);
    let by_cap = cap.minor().checked_div(value.minor().max(1)).unwrap_or(0);
    let units = rule.units_for(balance).min(by_cap).max(0);
    let points = Points::from_minor(units.saturating_mul(rule.points.minor()));
    if points < rule.least { Points::ZERO } else { points }
}

pub(crate) fn find_redeem<'p>(policy: &'p Policy, id: &str) -> Result<&'p Redeem, Refusal> {
    policy
        .redeem
        .iter()
        .find(|rule| rule.head.id == id)
        .ok_or_else(|| Refusal::new(msg!("refuse.rule-unknown", rule = id), msg!("remedy.choose-rule")))
}

/// Whether so many points may be used under a rule.
pub(crate) fn check_redeem(
    policy: &Policy,
    rule: &Redeem,
    member: &Member,
    points: Points,
    occasion: &Occasion<'_>,
) -> Result<(), Refusal> {
    let refuse = |reason: Message, remedy: Message| {
        Err(Refusal::new(reason, remedy).by(rule.head.reference("redeem", &policy.program)))
    };
    if !rule.when.holds(occasion) {
        return refuse(
            msg!("refuse.rule-not-now", rule = &rule.head.label, when = rule.when.words()),
            msg!("remedy.other-day", when = rule.when.words()),
        );
    }
    if points.minor() % rule.points.minor().max(1) != 0 || !points.is_positive() {
        return refuse(
            msg!("refuse.points-not-whole", points = points, unit = rule.points),
            msg!("remedy.whole-units", unit = rule.points),
        );
    }
    if points < rule.least {
        return refuse(
            msg!("refuse.points-least", points = points, least = rule.least),
            msg!("remedy.points-least", least = rule.least),
        );
    }
    if points > rule.most {
        return refuse(
            msg!("refuse.points-most", points = points, most = rule.most),
            msg!("remedy.points-most", most = rule.most),
        );
    }
    let balance = member.balance_of(&rule.from);
    if points > balance {
        let short = points.minus(balance)?;
        let remedy = msg!("remedy.points-short", short = short);
        if rule.from.is_empty() {
            return refuse(msg!("refuse.points-short", points = points, balance = balance, short = short), remedy);
        }
        let kinds = policy.kind_labels(&rule.from);
        return refuse(
            msg!("refuse.points-short-of-kind", kinds = kinds, points = points, balance = balance, short = short),
            remedy,
        );
    }
    Ok(())
}

/// Quotes a return.
///
/// # Errors
/// A refusal: unknown sale, too late, goods that never come back, more than was sold.
pub fn quote_return(
    book: &Book,
    policies: &PolicySet,
    sale: EventId,
    lines: &[ReturnedLine],
    at: BusinessTime,
) -> Result<ReturnQuote, Refusal> {
    let receipt =
        book.receipt(sale).ok_or_else(|| Refusal::new(msg!("refuse.sale-unknown"), msg!("remedy.check-receipt")))?;
    let policy = policy_on(policies, receipt.at)?;
    let rule = &policy.returns;
    if rule.is_late(receipt.at.day, at) {
        let last = rule.last_day(receipt.at.day);
        let reason = match rule.before {
            Some(before) => msg!("refuse.return-late", last = last, before = before.to_string()),
            None => msg!("refuse.return-late", last = last, before = "24:00"),
        };
        return Err(Refusal::new(reason, msg!("remedy.return-late")));
    }
    if lines.is_empty() {
        return Err(Refusal::new(msg!("refuse.return-nothing"), msg!("remedy.choose-lines")));
    }
    let sold_lines = book.receipt_lines(receipt);
    for line in lines {
        let number = line.line.saturating_add(1);
        let Some(sold) = sold_lines.get(line.line as usize) else {
            return Err(Refusal::new(
                msg!("refuse.return-too-much", line = number, left = Quantity::ZERO),
                msg!("remedy.check-receipt"),
            ));
        };
        if !sold.returnable {
            return Err(Refusal::new(msg!("refuse.return-never", line = number), msg!("remedy.return-never")));
        }
        let left = sold.quantity.minus(receipt.returned(line.line as usize))?;
        let asked = Quantity::sum(lines.iter().filter(|other| other.line == line.line).map(|other| other.quantity))?;
        if !line.quantity.is_positive() || asked > left {
            return Err(Refusal::new(
                msg!("refuse.return-too-much", line = number, left = left),
                msg!("remedy.return-left", left = left),
            ));
        }
    }
    let undone = undo(policy, receipt, &sold_lines, book.receipt_kinds(sale), lines).map_err(|error| match error {
        NumberErrorOrMessage::Number(error) => Refusal::from(error),
        NumberErrorOrMessage::Message(message) => Refusal::new(message, msg!("remedy.check-receipt")),
    })?;
    let more = receipt.more();
    // What was paid with stored value goes back there in proportion.
    let stored_after = if receipt.paid.is_positive() {
        let so_far = more.refunded.plus(undone.refund)?;
        Money::from_minor(policy.money_rounding.ratio(
            i128::from(more.stored_value.minor()) * i128::from(so_far.minor()),
            i128::from(receipt.paid.minor()),
        )?)
    } else {
        Money::ZERO
    };
    let to_stored_value = stored_after.minus(more.refunded_stored)?.max(Money::ZERO).min(undone.refund);
    let member = (receipt.member != NOBODY).then(|| book.members().get(receipt.member as usize)).flatten();
    let (mut debt, mut vouchers_back, mut rebate_back) = (Points::ZERO, Money::ZERO, Money::ZERO);
    if let Some(mut member) = member.and_then(|m| book.member_to_judge(m.id, policies, at.day)) {
        let before = member.points.debt;
        let over = member.rebates_over(policies, receipt.at.day, undone.refund)?;
        rebate_back = Money::sum(over.into_iter().map(|(_, back)| back))?;
        if undone.whole && rule.gives_back_vouchers {
            vouchers_back = member.reopen_vouchers(sale, at.day)?;
        }
        for part in undone.back.iter().filter(|part| part.points.is_positive()) {
            let kind = member.kind_today(policies, &part.kind);
            member.take_back(&kind, part.points, part.lapse)?;
        }
        debt = member.points.debt.minus(before)?;
    }
    let of_kinds = |parts: &[Taken], sign: fn(Points) -> Points| -> Vec<Trace> {
        let of_kind = |(kind, points): (Text, Points)| {
            Trace::of(msg!("points.of-kind", kind = &policy.kind_label(&kind)), sign(points))
        };
        by_kind(policy, parts).into_iter().map(of_kind).collect()
    };
    let mut parts = vec![Trace::of(msg!("return.refund"), undone.refund)];
    if to_stored_value.is_positive() {
        parts.push(Trace::of(msg!("return.to-stored-value"), to_stored_value));
    }
    if receipt.points.is_positive() {
        parts.push(
            Trace::of(msg!("return.points-back-of", given = receipt.points), -undone.points_back)
                .with(of_kinds(&undone.back, |points| -points)),
        );
    }
    if debt.is_positive() {
        parts.push(Trace::of(msg!("return.debt"), debt));
    }
    if more.used_points.is_positive() {
        parts.push(
            Trace::of(msg!("return.points-restored-of", used = more.used_points), undone.restored)
                .with(of_kinds(&undone.given_back, |points| points)),
        );
    }
    if vouchers_back.is_positive() {
        parts.push(Trace::of(msg!("return.vouchers-back"), vouchers_back));
    }
    if rebate_back.is_positive() {
        parts.push(Trace::of(msg!("return.rebate-back"), -rebate_back));
    }
    Ok(ReturnQuote {
        vouchers_back,
        rebate_back,
        refund: undone.refund,
        to_stored_value,
        points_back: undone.points_back,
        points_back_by_kind: by_kind(policy, &undone.back),
        restored_by_kind: by_kind(policy, &undone.given_back),
        debt,
        restored: undone.restored,
        trace: Trace::of(msg!("return.sum"), undone.refund).with(parts),
    })
}

/// How many of each kind; nothing where there is but one.
fn by_kind(policy: &Policy, parts: &[Taken]) -> Vec<(Text, Points)> {
    let named = parts.iter().filter(|part| part.points.is_positive() && !policy.points.is_empty());
    named.map(|part| (part.kind.clone(), part.points)).collect()
}

/// The tenders of a sale must sum to its price, and stored value must be there.
pub(crate) fn check_tenders(tenders: &[Tender], pay: Money, stored_value: Money) -> Result<(), Refusal> {
    if tenders.iter().any(|t| t.amount.is_negative()) {
        return Err(Refusal::new(
            msg!("refuse.tender-sum", paid = Money::ZERO, pay = pay),
            msg!("remedy.tender-sum", pay = pay),
        ));
    }
    let paid = Money::sum(tenders.iter().map(|t| t.amount))?;
    if paid != pay {
        return Err(Refusal::new(
            msg!("refuse.tender-sum", paid = paid, pay = pay),
            msg!("remedy.tender-sum", pay = pay),
        ));
    }
    let stored = Money::sum(tenders.iter().filter(|t| t.kind == STORED_VALUE).map(|t| t.amount))?;
    if stored > stored_value {
        return Err(Refusal::new(
            msg!("refuse.stored-value-short", wanted = stored, there = stored_value),
            msg!("remedy.stored-value-short", there = stored_value),
        ));
    }
    Ok(())
}

/// The figures of a prepared basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// To pay.
    pub pay: Money,
    /// Points that it brings.
    pub points: Points,
}

/// A basket that is priced again and again while it changes: the same rules as [`quote`], without the reasons.
#[derive(Debug)]
pub struct PreparedBasket {
    policy: Policy,
    member: Option<Member>,
    at: BusinessTime,
    sold: Sold,
    scratch: sale::Scratch,
    lunar: core::cell::Cell<Option<crate::primitives::calendar::LunarDay>>,
    figures: Figures,
}

impl PreparedBasket {
    /// Prepares a basket.
    ///
    /// # Errors
    /// The refusal that [`quote`] would give.
    pub fn new(book: &Book, policies: &PolicySet, basket: &Basket, at: BusinessTime) -> Result<Self, Refusal> {
        let quote = quote(book, policies, basket, at)?;
        if let Some(refusal) = quote.refusal {
            return Err(refusal);
        }
        Ok(Self {
            policy: policy_on(policies, at)?.clone(),
            member: quote.before,
            at,
            sold: quote.sold,
            scratch: sale::Scratch::default(),
            lunar: core::cell::Cell::new(None),
            figures: Figures { pay: quote.pay, points: quote.points },
        })
    }

    /// Points of the basket as it stands.
    #[must_use]
    pub const fn points(&self) -> Points {
        self.figures.points
    }

    /// Changes quantity (thousandths) and unit price (fen) of a line, and prices the basket.
    ///
    /// # Errors
    /// A number that does not fit, or a line that is not there.
    pub fn set_line(&mut self, line: usize, quantity: i64, price: i64) -> Result<Figures, NumberError> {
        let quantity = Quantity::from_minor(quantity);
        let amount = quantity.price(Money::from_minor(price))?;
        let changed = self.sold.lines.get_mut(line).ok_or(NumberError::TooLarge)?;
        changed.quantity = quantity;
        changed.amount = amount;
        let items = Quantity::sum(self.sold.lines.iter().map(|l| l.quantity))?;
        let occasion = match &self.member {
            Some(member) => member.occasion(&self.policy, self.at.day),
            None => Occasion::stranger(self.at.day, self.policy.birthdays),
        };
        occasion.lunar.set(self.lunar.get());
        for line in &mut self.sold.lines {
            line.discounts.clear();
            for discount in sale::line_discounts(&self.policy, line, items, &occasion)? {
                line.discounts.push(discount.given);
            }
        }
        self.sold.discounts.retain(|given| given.rule == "manual");
        for discount in sale::basket_discounts(&self.policy, &self.sold.lines, items, &occasion)? {
            self.sold.discounts.push(discount.given);
        }
        let mut sums = sale::share(&self.policy, &self.sold, &mut self.scratch)?;
        let points = if self.member.is_some() {
            sale::earn(&self.policy, &self.sold, &occasion, &mut sums, &mut self.scratch, None)?
        } else {
            Points::ZERO
        };
        self.lunar.set(occasion.lunar.get());
        self.figures = Figures { pay: sums.paid, points };
        Ok(self.figures)
    }
}
