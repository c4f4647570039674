//! What a sale comes to: shares of the price by line, the points base, points, reductions due. The quote and the
//! fold both ask here, so that what was promised is what is booked.

use crate::event::{Given, Line, Sold, Use};
use crate::id::Text;
use crate::kinds::discount::Discount;
use crate::kinds::earn::{Basis, Combine, Earn, Multiply, Source};
use crate::kinds::redeem::Gives;
use crate::message::{Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Points, Quantity, Rate, Split};
use crate::policy::Policy;
use crate::primitives::Occasion;

/// Figures of one line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LineShare {
    /// After the line's own reductions.
    pub net: Money,
    /// Its share of whole-basket reductions.
    pub basket_off: Money,
    /// Of which by rules: what the member was entitled to.
    pub basket_entitled: Money,
    /// Its share of vouchers and points used.
    pub used: Money,
    /// Its weight in the points earned: what a return takes back is in proportion to it.
    pub weight: Money,
}

impl LineShare {
    /// Its share of the price.
    pub(crate) fn paid(&self) -> Result<Money, NumberError> {
        self.net.minus(self.basket_off)?.minus(self.used)
    }
}

/// Room that is used again from sale to sale.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub lines: Vec<LineShare>,
    weights: Vec<i64>,
    bases: Vec<Money>,
    /// Points by kind, and which of them each line belongs to; empty where the program keeps no kinds apart.
    pub by_kind: Vec<(Text, Points)>,
    pub line_kinds: Vec<Option<u32>>,
    line_rules: Vec<Option<usize>>,
}

/// What a sale comes to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SaleSums {
    /// The price: after reductions, vouchers and points.
    pub paid: Money,
    /// Pieces.
    pub items: Quantity,
    /// Sum of the weights.
    pub weight: Money,
}

/// Reasons, gathered only when someone asks.
pub(crate) type Notes<'n> = Option<&'n mut Vec<Trace>>;

/// Shares the price among the lines.
pub(crate) fn share(policy: &Policy, sold: &Sold, scratch: &mut Scratch) -> Result<SaleSums, NumberError> {
    scratch.lines.clear();
    let mut sums = SaleSums::default();
    for line in &sold.lines {
        let net = line.net()?;
        sums.paid = sums.paid.plus(net)?;
        sums.items = sums.items.plus(line.quantity)?;
        scratch.lines.push(LineShare { net, ..LineShare::default() });
    }
    for given in &sold.discounts {
        // A reduction belongs to the goods that its rule is about.
        let rule = policy.discount.iter().find(|rule| rule.head.id == given.rule);
        scratch.weights.clear();
        for (line, share) in sold.lines.iter().zip(&scratch.lines) {
            let counts = rule.is_none_or(|rule| rule.counts(&sold.lines, line));
            scratch.weights.push(if counts { share.paid()?.minor() } else { 0 });
        }
        let parts = Split::LargestRemainder.parts(given.amount.minor(), &scratch.weights);
        for (share, part) in scratch.lines.iter_mut().zip(parts) {
            share.basket_off = share.basket_off.plus(Money::from_minor(part))?;
            if given.rule != "manual" {
                share.basket_entitled = share.basket_entitled.plus(Money::from_minor(part))?;
            }
        }
        sums.paid = sums.paid.minus(given.amount)?;
    }
    for used in &sold.uses {
        let split = match used {
            Use::Voucher { .. } => Split::LargestRemainder,
            Use::Points { rule, .. } => policy
                .redeem
                .iter()
                .find(|r| r.head.id == *rule)
                .and_then(|r| match &r.gives {
                    Gives::Price { split, .. } => Some(*split),
                    Gives::Voucher { .. } | Gives::Gift(_) => None,
                })
                .unwrap_or(Split::LargestRemainder),
        };
        let before: Vec<Money> = scratch.lines.iter().map(|line| line.used).collect();
        spread(scratch, used.amount(), split, |line, part| line.used = part)?;
        for (line, earlier) in scratch.lines.iter_mut().zip(before) {
            line.used = line.used.plus(earlier)?;
        }
        sums.paid = sums.paid.minus(used.amount())?;
    }
    Ok(sums)
}

fn spread(
    scratch: &mut Scratch,
    total: Money,
    split: Split,
    mut put: impl FnMut(&mut LineShare, Money),
) -> Result<(), NumberError> {
    scratch.weights.clear();
    for line in &scratch.lines {
        scratch.weights.push(line.paid()?.minor());
    }
    for (line, part) in scratch.lines.iter_mut().zip(split.parts(total.minor(), &scratch.weights)) {
        put(line, Money::from_minor(part));
    }
    Ok(())
}

/// Points of a sale to a member in these circumstances, and the weight of each line in them.
pub(crate) fn earn(
    policy: &Policy,
    sold: &Sold,
    occasion: &Occasion<'_>,
    sums: &mut SaleSums,
    scratch: &mut Scratch,
    mut notes: Notes<'_>,
) -> Result<Points, NumberError> {
    let mut total = Points::ZERO;
    let keeps_kinds = !policy.points.is_empty();
    if keeps_kinds {
        scratch.by_kind.clear();
        scratch.line_rules.clear();
        scratch.line_kinds.clear();
    }
    if policy.earn.is_empty() {
        return Ok(total);
    }
    let is_on_goods = |rule: &Earn| matches!(rule.source, Source::Goods);
    let holds = |rule: &Earn| is_on_goods(rule) && (rule.when.is_always() || rule.when.holds(occasion));
    let Scratch { lines, bases, by_kind, line_kinds, line_rules, .. } = scratch;
    bases.clear();
    bases.resize(policy.earn.len(), Money::ZERO);
    let several = policy.earn.iter().filter(|rule| is_on_goods(rule)).nth(1).is_some();
    let only_one = policy.earn.iter().enumerate().find(|(_, rule)| !several && holds(rule));
    for (line, share) in sold.lines.iter().zip(lines.iter_mut()) {
        let chosen = if several {
            let mut best: Option<(usize, &Earn)> = None;
            for (index, rule) in policy.earn.iter().enumerate() {
                let is_better = best.is_none_or(|(_, best)| rule.goods.specificity() > best.goods.specificity());
                if is_better && holds(rule) && rule.goods.holds(line) {
                    best = Some((index, rule));
                }
            }
            best
        } else {
            only_one.filter(|(_, rule)| rule.goods.holds(line))
        };
        if keeps_kinds {
            line_rules.push(chosen.map(|(index, _)| index));
        }
        let Some((index, rule)) = chosen else {
            if let Some(notes) = notes.as_deref_mut() {
                notes.push(Trace::note(msg!("earn.line-excluded", product = &line.product, tags = tag_values(line))));
            }
            continue;
        };
        let base = match rule.basis {
            Basis::Paid if rule.minds_basket_discounts => share.paid()?,
            Basis::Paid => share.net.minus(share.used)?,
            Basis::BeforeRedemption if rule.minds_basket_discounts => share.net.minus(share.basket_off)?,
            Basis::BeforeRedemption => share.net,
            Basis::List => line.amount,
        };
        if let Some(sum) = bases.get_mut(index) {
            *sum = sum.plus(base)?;
        }
        share.weight = if several {
            // Lines under different rules weigh by what they bring.
            let exact = i128::from(base.minor()) * i128::from(rule.points.minor());
            let weight = exact.checked_div(i128::from(rule.per.minor())).unwrap_or(0);
            Money::from_minor(i64::try_from(weight).map_err(|_| NumberError::TooLarge)?)
        } else {
            base
        };
        sums.weight = sums.weight.plus(share.weight)?;
    }
    let mut factor: Option<(Rate, Vec<&Multiply>)> = None;
    for (index, rule) in policy.earn.iter().enumerate() {
        let Some(base) = bases.get(index).copied().filter(|base| base.is_positive()) else { continue };
        let mut counted = base;
        if rule.goods.minds_tenders() {
            let all = Money::sum(sold.tenders.iter().map(|t| t.amount))?;
            let good = Money::sum(sold.tenders.iter().filter(|t| rule.goods.holds_tender(&t.kind)).map(|t| t.amount))?;
            if all.is_positive() && good != all {
                counted = Money::from_minor(
                    policy
                        .money_rounding
                        .ratio(i128::from(base.minor()) * i128::from(good.minor()), i128::from(all.minor()))?,
                );
                if let Some(notes) = notes.as_deref_mut() {
                    notes.push(Trace::of(msg!("earn.tender-excluded", base = base, good = good, all = all), counted));
                }
            }
        }
        if counted < rule.from {
            if let Some(notes) = notes.as_deref_mut() {
                notes.push(
                    Trace::of(msg!("earn.below-least", base = counted, least = rule.from), Points::ZERO)
                        .by(rule.head.reference("earn", &policy.program)),
                );
            }
            continue;
        }
        let (times, by) = factor.get_or_insert_with(|| multiplier(policy, occasion));
        let points = rule.points_for(counted, *times, policy.points_rounding)?;
        total = total.plus(points)?;
        if keeps_kinds && points.is_positive() {
            match by_kind.iter_mut().find(|(kind, _)| *kind == rule.kind) {
                Some((_, sum)) => *sum = sum.plus(points)?,
                None => by_kind.push((rule.kind.clone(), points)),
            }
        }
        if let Some(notes) = notes.as_deref_mut() {
            let mut parts = policy.kind_note(&rule.kind);
            for multiply in by.iter() {
                parts.push(
                    Trace::note(msg!("earn.multiplied", factor = multiply.factor, when = multiply.when.words()))
                        .by(multiply.head.reference("multiply", &policy.program)),
                );
            }
            let message = if *times == Rate::ONE {
                msg!("earn.per-amount", base = counted, per = rule.per, points = rule.points)
            } else {
                msg!("earn.per-amount-times", base = counted, per = rule.per, points = rule.points, factor = *times)
            };
            notes.push(Trace::of(message, points).by(rule.head.reference("earn", &policy.program)).with(parts));
        }
    }
    if keeps_kinds {
        let kind_of = |rule: usize| {
            let kind = &policy.earn.get(rule)?.kind;
            u32::try_from(by_kind.iter().position(|(own, _)| own == kind)?).ok()
        };
        line_kinds.extend(line_rules.iter().map(|rule| rule.and_then(kind_of)));
    }
    Ok(total)
}

/// The multiplier in these circumstances, and the rules it comes from.
#[inline]
pub(crate) fn multiplier<'p>(policy: &'p Policy, occasion: &Occasion<'_>) -> (Rate, Vec<&'p Multiply>) {
    let mut total = Rate::ONE;
    let mut by: Vec<&Multiply> = Vec::new();
    if policy.multiply.is_empty() {
        return (total, by);
    }
    for rule in policy.multiply.iter().filter(|rule| rule.when.holds(occasion)) {
        match policy.combine {
            Combine::Highest if by.is_empty() || rule.factor > total => {
                total = rule.factor;
                by = vec![rule];
            }
            Combine::Highest => {}
            Combine::Product => {
                let product = total.decimal().checked_mul(rule.factor.decimal()).map(Rate::from_decimal);
                if let Some(Ok(product)) = product {
                    total = product;
                    by.push(rule);
                }
            }
        }
    }
    (total, by)
}

fn tag_values(line: &Line) -> Vec<Value> {
    line.tags.iter().map(Value::from).collect()
}

/// Whether a discount holds for a customer in these circumstances.
fn discount_holds(rule: &Discount, occasion: &Occasion<'_>, lines: &[Line], items: Quantity) -> bool {
    (!rule.members_only || occasion.tier.is_some())
        && rule.approval.is_empty()
        && rule.has_enough(lines, items)
        && rule.when.holds(occasion)
}

/// A reduction of a line with its reason.
#[derive(Debug, Clone)]
pub(crate) struct LineDiscount {
    pub rule: usize,
    pub given: Given,
    pub base: Money,
    pub rate: Rate,
}

/// The line discounts that the program gives: the best of each group, groups in the document's order.
pub(crate) fn line_discounts(
    policy: &Policy,
    line: &Line,
    items: Quantity,
    occasion: &Occasion<'_>,
) -> Result<Vec<LineDiscount>, NumberError> {
    let mut found: Vec<LineDiscount> = Vec::new();
    let mut left = line.amount;
    let mut done: Vec<&Text> = Vec::new();
    for (first, rule) in policy.discount.iter().enumerate() {
        if done.contains(&&rule.group) {
            continue;
        }
        done.push(&rule.group);
        let mut best: Option<LineDiscount> = None;
        for (index, rival) in
            policy.discount.iter().enumerate().skip(first).filter(|(_, r)| r.group == rule.group && !r.on_basket)
        {
            let rate = rival.rate(occasion.tier.unwrap_or(0));
            if rate == Rate::ZERO || !rival.goods.holds(line) || !discount_holds(rival, occasion, &[], items) {
                continue;
            }
            let amount = rate.of_money(left, policy.money_rounding)?;
            if amount.is_positive() && best.as_ref().is_none_or(|b| amount > b.given.amount) {
                best = Some(LineDiscount {
                    rule: index,
                    given: Given { rule: rival.head.id.clone(), amount },
                    base: left,
                    rate,
                });
            }
        }
        if let Some(best) = best {
            left = left.minus(best.given.amount)?;
            found.push(best);
        }
    }
    Ok(found)
}

/// The whole-basket discounts that the program gives, each on what the earlier ones left of its goods.
pub(crate) fn basket_discounts(
    policy: &Policy,
    lines: &[Line],
    items: Quantity,
    occasion: &Occasion<'_>,
) -> Result<Vec<LineDiscount>, NumberError> {
    let mut found: Vec<LineDiscount> = Vec::new();
    let rules = policy.discount.iter().enumerate().filter(|(_, rule)| rule.on_basket);
    for (index, rule) in rules {
        let rate = rule.rate(occasion.tier.unwrap_or(0));
        if rate == Rate::ZERO || !discount_holds(rule, occasion, lines, items) {
            continue;
        }
        let given: Vec<Given> = found.iter().map(|earlier| earlier.given.clone()).collect();
        let base = left_for(policy, rule, lines, &given)?;
        let amount = rate.of_money(base, policy.money_rounding)?;
        if amount.is_positive() {
            found.push(LineDiscount { rule: index, given: Given { rule: rule.head.id.clone(), amount }, base, rate });
        }
    }
    Ok(found)
}

/// What earlier whole-basket reductions leave of the goods that a rule is about.
pub(crate) fn left_for(
    policy: &Policy,
    rule: &Discount,
    lines: &[Line],
    given: &[Given],
) -> Result<Money, NumberError> {
    let sold = Sold { lines: lines.to_vec(), discounts: given.to_vec(), ..Sold::default() };
    let mut scratch = Scratch::default();
    share(policy, &sold, &mut scratch)?;
    let of_rule = lines.iter().zip(&scratch.lines).filter(|(line, _)| rule.counts(lines, line));
    let mut base = Money::ZERO;
    for (_, share) in of_rule {
        base = base.plus(share.paid()?)?;
    }
    Ok(base)
}

/// Reductions that the program would give on lines as they stand; for audits of facts recorded elsewhere.
pub(crate) fn discount_due(
    policy: &Policy,
    sold: &Sold,
    occasion: &Occasion<'_>,
    items: Quantity,
    mut by_rule: Option<&mut Vec<Given>>,
) -> Result<Money, NumberError> {
    let mut due = Money::ZERO;
    let mut add = |discount: LineDiscount| -> Result<(), NumberError> {
        due = due.plus(discount.given.amount)?;
        if let Some(by_rule) = by_rule.as_deref_mut() {
            by_rule.push(discount.given);
        }
        Ok(())
    };
    for line in &sold.lines {
        line_discounts(policy, line, items, occasion)?.into_iter().try_for_each(&mut add)?;
    }
    basket_discounts(policy, &sold.lines, items, occasion)?.into_iter().try_for_each(&mut add)?;
    Ok(due)
}
