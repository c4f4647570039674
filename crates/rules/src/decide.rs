//! Decisions: a person's wish becomes events, or a refusal that says why and what would help.

use serde::{Deserialize, Serialize};

use crate::book::{Book, Member};
use crate::due::{entitlement_state, period_rebate};
use crate::event::{Body, CardFault, Product, Profile, ReturnedLine, STORED_VALUE, Tender};
use crate::id::{EventId, MemberId, Text};
use crate::kinds::approval::Matter;
use crate::kinds::enrol::{Ask, Route};
use crate::kinds::redeem::Gives;
use crate::message::{Message, Refusal, Value};
use crate::msg;
use crate::number::{Money, Points};
use crate::policy::{Policy, PolicySet};
use crate::quote::{
    Basket, check_membership, check_redeem, check_tenders, find_redeem, party_and_person, policy_on, quote,
    quote_return,
};
use crate::staff::approval::check_direct;
use crate::time::{BusinessTime, Day};

/// Longest text that a person may write into one field, in characters.
pub const TEXT_CHARS_MAX: usize = 500;

/// What a person wants to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// Sell. Payments stand in the basket and must sum to the price; none at all means: all in cash.
    Sell(Basket),
    /// Enrol.
    Enrol(Application),
    /// Take goods back.
    Return {
        /// The sale.
        sale: EventId,
        /// What of it.
        lines: Vec<ReturnedLine>,
        /// Tender for what does not go back to stored value.
        tender: Text,
    },
    /// Exchange points for vouchers or gifts.
    Redeem {
        /// Who.
        member: MemberId,
        /// Rule.
        rule: Text,
        /// How many times, from 1.
        times: u32,
    },
    /// Sell stored value.
    Load {
        /// Who.
        member: MemberId,
        /// How much.
        amount: Money,
        /// Payments; none: all in cash.
        tenders: Vec<Tender>,
    },
    /// A payment that had to clear arrived, or did not.
    SettleTender {
        /// The load or sale.
        of: EventId,
        /// Which of its tenders, from 0.
        tender: u32,
        /// Whether it arrived.
        cleared: bool,
    },
    /// Took part in an activity.
    Attend {
        /// Who.
        member: MemberId,
        /// In what.
        activity: Text,
    },
    /// Points to a friend.
    SendPoints {
        /// From.
        from: MemberId,
        /// To.
        to: MemberId,
        /// How many.
        points: Points,
    },
    /// Hand out an entitlement.
    Give {
        /// To whom.
        member: MemberId,
        /// What.
        entitlement: Text,
        /// In words.
        note: Text,
        /// Whether someone else collects it for the member.
        by_other: bool,
    },
    /// Correct a balance.
    Adjust {
        /// Whose.
        member: MemberId,
        /// More or, if negative, fewer.
        points: Points,
        /// Why; must be said.
        reason: Text,
    },
    /// Correct the balance of one kind of points.
    AdjustKind {
        /// Whose.
        member: MemberId,
        /// Which kind.
        kind: Text,
        /// More or, if negative, fewer.
        points: Points,
        /// Why; must be said.
        reason: Text,
    },
    /// A new card.
    ReplaceCard {
        /// Whose.
        member: MemberId,
        /// Why.
        fault: CardFault,
        /// Number of the new card.
        card: Text,
    },
    /// Another term of the card.
    RenewCard(MemberId),
    /// Correct data.
    Edit {
        /// Whose.
        member: MemberId,
        /// The data.
        profile: Profile,
    },
    /// Leave, or be cancelled.
    Leave {
        /// Who.
        member: MemberId,
        /// Why.
        reason: Text,
        /// Whether the shop cancels.
        cancelled: bool,
    },
    /// Have one's own data deleted; the membership ends with it.
    Forget {
        /// Whose.
        member: MemberId,
        /// Why; it stays on record, and should name nobody.
        reason: Text,
    },
    /// Decide an application for membership.
    Approve {
        /// Whose.
        member: MemberId,
        /// Yes or no.
        approved: bool,
        /// Why.
        reason: Text,
    },
    /// Grant a tier that may be granted.
    Grant {
        /// To whom.
        member: MemberId,
        /// Which.
        tier: Text,
        /// Why, and by whom.
        reason: Text,
    },
    /// Set or take a mark.
    Mark {
        /// Whose.
        member: MemberId,
        /// Which.
        mark: Text,
        /// Set or taken.
        on: bool,
    },
    /// Pay a period's rebate out.
    PayRebate {
        /// Whose.
        member: MemberId,
        /// Which.
        rule: Text,
    },
    /// Bring figures over from an earlier system.
    CarryOver {
        /// Whose.
        member: MemberId,
        /// Points.
        points: Points,
        /// Lifetime spend.
        spend: Money,
        /// Purchases.
        visits: u32,
        /// Stored value.
        stored_value: Money,
    },
    /// List or change a product.
    ListProduct(Product),
    /// Take a product off the list.
    DropProduct(Text),
}

/// An application for membership.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// What is known of the applicant.
    pub profile: Profile,
    /// The route by which they join.
    pub route: Text,
    /// Sales whose receipts qualify.
    pub receipts: Vec<EventId>,
    /// Card grade chosen.
    pub choice: Text,
    /// The card's number; the caller draws it with [`Book::next_card`].
    pub card: Text,
    /// Who brought them.
    pub referrer: Option<MemberId>,
    /// The guide they will belong to.
    pub guide: Text,
    /// Stored value bought with it, and how it is paid (the route `load`).
    pub load: Option<(Money, Vec<Tender>)>,
}

/// Turns a wish into the bodies of events, in their order. `first` is the id that the caller will give the first of
/// them: an enrolment's id is the member's.
///
/// # Errors
/// A [`Refusal`] that says why and what would help; nothing has changed.
pub fn decide(
    book: &Book,
    policies: &PolicySet,
    wish: &Wish,
    at: BusinessTime,
    first: EventId,
) -> Result<Vec<Body>, Refusal> {
    let policy = policy_on(policies, at)?;
    match wish {
        Wish::Sell(basket) => sell(book, policies, basket, at, first),
        Wish::Enrol(application) => enrol(book, policy, application, at, first),
        Wish::Return { sale, lines, tender } => {
            let quote = quote_return(book, policies, *sale, lines, at)?;
            let mut refunds = Vec::new();
            if quote.to_stored_value.is_positive() {
                refunds.push(Tender { kind: Text::const_new(STORED_VALUE), amount: quote.to_stored_value });
            }
            let rest = quote.refund.minus(quote.to_stored_value)?;
            if rest.is_positive() {
                let kind = if tender.is_empty() { Text::const_new("cash") } else { tender.clone() };
                refunds.push(Tender { kind, amount: rest });
            }
            Ok(vec![Body::Returned { sale: *sale, lines: lines.clone(), refunds }])
        }
        Wish::Redeem { member: id, rule, times } => {
            let member = active(book, policies, *id, at)?;
            let rule = find_redeem(policy, rule)?;
            let points = Points::from_minor(
                rule.points.minor().checked_mul(i64::from(*times)).ok_or(crate::number::NumberError::TooLarge)?,
            );
            check_redeem(policy, rule, &member, points, &member.occasion(policy, at.day))?;
            let voucher = match &rule.gives {
                Gives::Voucher { value, .. } => *value,
                Gives::Gift(_) => Money::ZERO,
                Gives::Price { .. } => {
                    return Err(Refusal::new(msg!("refuse.redeem-at-sale"), msg!("remedy.redeem-at-sale"))
                        .by(rule.head.reference("redeem", &policy.program)));
                }
            };
            Ok(vec![Body::Redeemed { member: *id, rule: rule.head.id.clone(), times: *times, points, voucher }])
        }
        Wish::Load { member: id, amount, tenders } => {
            active(book, policies, *id, at)?;
            let tenders = check_load(policy, *amount, tenders)?;
            Ok(vec![Body::Loaded { member: *id, amount: *amount, tenders }])
        }
        Wish::SettleTender { of, tender, cleared } => {
            let sold = book.awaited.contains_key(&(*of, *tender));
            let loaded =
                || book.members().iter().any(|m| m.uncleared.iter().any(|u| u.load == *of && u.tender == *tender));
            if !sold && !loaded() {
                return Err(Refusal::new(msg!("refuse.payment-unknown"), msg!("remedy.check-payment")));
            }
            Ok(vec![Body::TenderSettled { of: *of, tender: *tender, cleared: *cleared }])
        }
        Wish::Attend { member: id, activity } => {
            active(book, policies, *id, at)?;
            check_text(activity)?;
            Ok(vec![Body::Attended { member: *id, activity: activity.clone() }])
        }
        Wish::SendPoints { from, to, points } => send_points(book, policies, policy, *from, *to, *points, at),
        Wish::Give { member: id, entitlement, note, by_other } => {
            let member = active(book, policies, *id, at)?;
            check_text(note)?;
            let rule = policy.entitlement.iter().find(|rule| rule.head.id == *entitlement).ok_or_else(|| {
                Refusal::new(msg!("refuse.rule-unknown", rule = entitlement), msg!("remedy.choose-rule"))
            })?;
            if *by_other && rule.holder_only {
                return Err(Refusal::new(
                    msg!("refuse.holder-only", label = &rule.head.label),
                    msg!("remedy.holder-only"),
                )
                .by(rule.head.reference("entitlement", &policy.program)));
            }
            let state = entitlement_state(policy, &member, rule, at.day);
            if !state.open {
                let reason = state.reason.unwrap_or_else(|| msg!("entitlement.closed"));
                return Err(Refusal::new(
                    msg!("refuse.entitlement-closed", label = &rule.head.label, why = reason),
                    msg!("remedy.entitlement"),
                )
                .by(rule.head.reference("entitlement", &policy.program)));
            }
            Ok(vec![Body::EntitlementGiven { member: *id, entitlement: entitlement.clone(), note: note.clone() }])
        }
        Wish::Adjust { member: id, points, reason } => {
            known(book, policies, *id, at)?;
            check_reason(reason)?;
            check_correction(*points)?;
            Ok(vec![Body::PointsAdjusted { member: *id, points: *points, reason: reason.clone() }])
        }
        Wish::AdjustKind { member: id, kind, points, reason } => {
            known(book, policies, *id, at)?;
            check_reason(reason)?;
            check_correction(*points)?;
            if !policy.points.iter().any(|own| own.head.id == *kind) {
                let kinds = policy.points.iter().map(|own| Value::from(&own.head.label)).collect::<Vec<_>>();
                return Err(Refusal::new(
                    msg!("refuse.points-kind-unknown", kind = kind),
                    msg!("remedy.choose-points-kind", kinds = kinds),
                ));
            }
            let (kind, reason) = (kind.clone(), reason.clone());
            Ok(vec![Body::KindAdjusted { member: *id, kind, points: *points, reason }])
        }
        Wish::ReplaceCard { member: id, fault, card } => {
            let member = known(book, policies, *id, at)?;
            check_status(&member)?;
            let fee = match fault {
                CardFault::Lost => policy.card.lost_fee,
                CardFault::Damaged => policy.card.damaged_fee,
            };
            let fee =
                fee.ok_or_else(|| Refusal::new(msg!("refuse.replacement-none"), msg!("remedy.replacement-none")))?;
            Ok(vec![Body::CardReplaced { member: *id, fault: *fault, fee, card: card.clone() }])
        }
        Wish::RenewCard(id) => {
            let member = known(book, policies, *id, at)?;
            check_status(&member)?;
            if member.card_expires == Day::LAST {
                return Err(Refusal::new(msg!("refuse.card-for-ever"), msg!("remedy.nothing-to-do")));
            }
            Ok(vec![Body::CardRenewed { member: *id }])
        }
        Wish::Edit { member: id, profile } => {
            let member = known(book, policies, *id, at)?;
            let profile = tidy(profile)?;
            check_required(policy, &profile)?;
            check_unique(book, policy, &profile, Some(member.id))?;
            Ok(vec![Body::ProfileChanged { member: *id, profile }])
        }
        Wish::Leave { member: id, reason, cancelled } => {
            let member = known(book, policies, *id, at)?;
            if !member.status.holds_membership() {
                return Err(Refusal::new(msg!("refuse.not-active"), msg!("remedy.nothing-to-do")));
            }
            if *cancelled {
                check_reason(reason)?;
            }
            check_text(reason)?;
            Ok(vec![Body::Left { member: *id, reason: reason.clone(), cancelled: *cancelled }])
        }
        Wish::Forget { member: id, reason } => {
            let member = known(book, policies, *id, at)?;
            check_text(reason)?;
            check_forget(book, &member)?;
            Ok(vec![Body::Forgotten { member: *id, reason: reason.clone() }])
        }
        Wish::Approve { member: id, approved, reason } => {
            let member = known(book, policies, *id, at)?;
            if member.status != crate::book::Status::Applied {
                return Err(Refusal::new(msg!("refuse.no-application"), msg!("remedy.nothing-to-do")));
            }
            check_text(reason)?;
            check_direct(policy, Matter::Membership, "")?;
            Ok(vec![Body::ApplicationDecided { member: *id, approved: *approved, reason: reason.clone() }])
        }
        Wish::Grant { member: id, tier, reason } => {
            let member = active(book, policies, *id, at)?;
            check_reason(reason)?;
            let found = policy.ladder.tiers.iter().find(|t| t.head.id == *tier);
            let Some(found) = found else {
                let tiers = policy.ladder.tiers.iter().map(|t| Value::from(&t.head.label)).collect::<Vec<_>>();
                return Err(Refusal::new(
                    msg!("refuse.tier-unknown", tier = tier),
                    msg!("remedy.choose-tier", tiers = tiers),
                ));
            };
            if !found.by_application {
                return Err(Refusal::new(
                    msg!("refuse.grant-not-allowed", tier = &found.head.label),
                    msg!("remedy.reach-tier"),
                )
                .by(found.head.reference("tier", &policy.program)));
            }
            // Up needs what the program asks for; down is a decision for a reason.
            let rank = policy.ladder.tiers.iter().position(|t| t.head.id == *tier).unwrap_or(0);
            if rank > usize::from(member.tier) {
                check_direct(policy, Matter::Tier, tier)?;
            }
            Ok(vec![Body::TierGranted { member: *id, tier: tier.clone(), reason: reason.clone() }])
        }
        Wish::Mark { member: id, mark, on } => {
            known(book, policies, *id, at)?;
            check_reason(mark)?;
            Ok(vec![Body::Marked { member: *id, mark: mark.clone(), on: *on }])
        }
        Wish::PayRebate { member: id, rule } => {
            let member = known(book, policies, *id, at)?;
            let found =
                policy.rebate.iter().find(|r| r.head.id == *rule).ok_or_else(|| {
                    Refusal::new(msg!("refuse.rule-unknown", rule = rule), msg!("remedy.choose-rule"))
                })?;
            let due = period_rebate(policy, &member, found, at.day)?;
            let Some(due) = due.filter(|due| due.amount.is_positive()) else {
                return Err(Refusal::new(
                    msg!("refuse.rebate-not-due", label = &found.head.label),
                    msg!("remedy.rebate-not-due"),
                )
                .by(found.head.reference("rebate", &policy.program)));
            };
            Ok(vec![Body::RebatePaid {
                member: *id,
                rule: rule.clone(),
                period_start: due.period_start,
                amount: due.amount,
            }])
        }
        Wish::CarryOver { member: id, points, spend, visits, stored_value } => {
            known(book, policies, *id, at)?;
            if points.is_negative() || spend.is_negative() || stored_value.is_negative() {
                return Err(Refusal::new(
                    msg!("refuse.amount", line = 0_usize, product = "", amount = *spend),
                    msg!("remedy.amount"),
                ));
            }
            Ok(vec![Body::CarriedOver {
                member: *id,
                points: *points,
                spend: *spend,
                visits: *visits,
                stored_value: *stored_value,
            }])
        }
        Wish::ListProduct(product) => {
            if product.code.is_empty() || product.name.is_empty() {
                return Err(Refusal::new(msg!("refuse.product-nameless"), msg!("remedy.product-nameless")));
            }
            check_text(&product.code)?;
            check_text(&product.name)?;
            if product.price.is_negative() || product.price.minor() > 100_000_000_000 {
                return Err(Refusal::new(
                    msg!("refuse.amount", line = 0_usize, product = &product.name, amount = product.price),
                    msg!("remedy.amount"),
                ));
            }
            Ok(vec![Body::ProductListed(product.clone())])
        }
        Wish::DropProduct(code) => {
            if !book.products().contains_key(code) {
                return Err(Refusal::new(msg!("refuse.product-unknown", code = code), msg!("remedy.nothing-to-do")));
            }
            Ok(vec![Body::ProductDropped { code: code.clone() }])
        }
    }
}

fn sell(
    book: &Book,
    policies: &PolicySet,
    basket: &Basket,
    at: BusinessTime,
    first: EventId,
) -> Result<Vec<Body>, Refusal> {
    let quote = quote(book, policies, basket, at)?;
    if let Some(refusal) = quote.refusal {
        return Err(refusal);
    }
    let mut sold = quote.sold;
    if sold.tenders.is_empty() && quote.pay.is_positive() {
        sold.tenders.push(Tender { kind: Text::const_new("cash"), amount: quote.pay });
    }
    let stored_value = quote.before.as_ref().map_or(Money::ZERO, |m| m.stored_value);
    check_tenders(&sold.tenders, quote.pay, stored_value)?;
    let mut bodies = vec![Body::Sold(sold)];
    if let Some((rule, rate, spoken)) = &basket.agreed {
        let by = spoken.iter().map(|one| party_and_person(one)).map(|(party, by)| (party.into(), by.into())).collect();
        bodies.push(Body::DiscountAgreed { sale: first, rule: rule.clone(), rate: *rate, by });
    }
    Ok(bodies)
}

fn known(book: &Book, policies: &PolicySet, id: MemberId, at: BusinessTime) -> Result<Member, Refusal> {
    book.member_to_judge(id, policies, at.day)
        .ok_or_else(|| Refusal::new(msg!("refuse.unknown-member"), msg!("remedy.find-or-enrol")))
}

/// Data goes only where nothing is owed either way: afterwards nobody could say to whom.
fn check_forget(book: &Book, member: &Member) -> Result<(), Refusal> {
    if member.status == crate::book::Status::Forgotten {
        return Err(Refusal::new(msg!("refuse.forgotten-already"), msg!("remedy.nothing-to-do")));
    }
    if member.points.debt.is_positive() {
        let debt = member.points.debt;
        return Err(Refusal::new(msg!("refuse.forget-debt", debt = debt), msg!("remedy.forget-debt", debt = debt)));
    }
    if !member.stored_value.is_zero() {
        let there = member.stored_value;
        let remedy = if there.is_negative() {
            msg!("remedy.forget-stored-value-owed", owed = -there)
        } else {
            msg!("remedy.forget-stored-value", there = there)
        };
        return Err(Refusal::new(msg!("refuse.forget-stored-value", there = there), remedy));
    }
    let of_sales = book
        .awaited()
        .filter(|(_, _, payment)| book.members().get(payment.member as usize).is_some_and(|own| own.id == member.id));
    let awaited = Money::sum(of_sales.map(|(_, _, payment)| payment.amount))?.plus(member.stored_pending())?;
    if awaited.is_positive() {
        return Err(Refusal::new(msg!("refuse.forget-uncleared", amount = awaited), msg!("remedy.forget-uncleared")));
    }
    Ok(())
}

fn check_correction(points: Points) -> Result<(), Refusal> {
    if points.is_zero() || points.minor().saturating_abs() > 1_000_000_000_000 {
        return Err(Refusal::new(msg!("refuse.figure-too-large"), msg!("remedy.check-figures")));
    }
    Ok(())
}

fn check_status(member: &Member) -> Result<(), Refusal> {
    if member.status.holds_membership() {
        return Ok(());
    }
    Err(Refusal::new(msg!("refuse.not-active"), msg!("remedy.enrol-again")))
}

fn active(book: &Book, policies: &PolicySet, id: MemberId, at: BusinessTime) -> Result<Member, Refusal> {
    let member = known(book, policies, id, at)?;
    check_membership(&member, at)?;
    Ok(member)
}

fn check_load(policy: &Policy, amount: Money, tenders: &[Tender]) -> Result<Vec<Tender>, Refusal> {
    if !policy.stored_value.sold {
        return Err(Refusal::new(msg!("refuse.stored-value-not-sold"), msg!("remedy.stored-value-not-sold")));
    }
    if !amount.is_positive() || amount.minor() > 100_000_000_000 {
        return Err(Refusal::new(
            msg!("refuse.amount", line = 0_usize, product = "", amount = amount),
            msg!("remedy.amount"),
        ));
    }
    if amount < policy.stored_value.least {
        let least = policy.stored_value.least;
        return Err(Refusal::new(
            msg!("refuse.load-least", amount = amount, least = least),
            msg!("remedy.load-least", least = least),
        ));
    }
    if tenders.is_empty() {
        return Ok(vec![Tender { kind: Text::const_new("cash"), amount }]);
    }
    check_tenders(tenders, amount, Money::ZERO)?;
    Ok(tenders.to_vec())
}

fn send_points(
    book: &Book,
    policies: &PolicySet,
    policy: &Policy,
    from: MemberId,
    to: MemberId,
    points: Points,
    at: BusinessTime,
) -> Result<Vec<Body>, Refusal> {
    let giver = active(book, policies, from, at)?;
    active(book, policies, to, at)?;
    let rule = policy.transfer;
    if !rule.allowed || from == to {
        return Err(Refusal::new(msg!("refuse.transfer-not-allowed"), msg!("remedy.transfer-not-allowed")));
    }
    if !points.is_positive() || points < rule.least || points > rule.most {
        return Err(Refusal::new(
            msg!("refuse.transfer-limits", points = points, least = rule.least),
            msg!("remedy.transfer-limits", least = rule.least),
        ));
    }
    if points > giver.points.balance {
        let short = points.minus(giver.points.balance)?;
        return Err(Refusal::new(
            msg!("refuse.points-short", points = points, balance = giver.points.balance, short = short),
            msg!("remedy.points-short", short = short),
        ));
    }
    Ok(vec![Body::PointsSent { from, to, points }])
}

fn enrol(
    book: &Book,
    policy: &Policy,
    application: &Application,
    at: BusinessTime,
    first: EventId,
) -> Result<Vec<Body>, Refusal> {
    let profile = tidy(&application.profile)?;
    let route = policy.routes.iter().find(|r| r.head.id == application.route).ok_or_else(|| {
        let routes = policy.routes.iter().map(|r| r.words().into()).collect::<Vec<Value>>();
        Refusal::new(
            msg!("refuse.route-unknown", route = &application.route),
            msg!("remedy.choose-route", routes = routes),
        )
    })?;
    check_required(policy, &profile)?;
    check_age(policy, &profile, at.day)?;
    check_unique(book, policy, &profile, None)?;
    check_text(&application.guide)?;
    if !policy.join.choices.is_empty() && !policy.join.choices.contains(&application.choice) {
        let choices = policy.join.choices.iter().map(Value::from).collect::<Vec<_>>();
        return Err(Refusal::new(msg!("refuse.choice-needed"), msg!("remedy.choose-one", choices = choices)));
    }
    if let Some(referrer) = application.referrer
        && book.member(referrer).is_none()
    {
        return Err(Refusal::new(msg!("refuse.unknown-member"), msg!("remedy.find-or-enrol")));
    }
    check_route(book, policy, route, application, at)?;
    let member = MemberId::from(first);
    let mut bodies = vec![Body::Enrolled {
        profile,
        route: route.head.id.clone(),
        receipts: application.receipts.clone(),
        fee: if let Ask::Fee(fee) = route.ask { fee } else { Money::ZERO },
        choice: application.choice.clone(),
        card: application.card.clone(),
        referrer: application.referrer,
        guide: application.guide.clone(),
        awaiting_approval: !policy.join.approval.is_empty(),
    }];
    if let Some((amount, tenders)) = &application.load {
        let tenders = check_load(policy, *amount, tenders)?;
        bodies.push(Body::Loaded { member, amount: *amount, tenders });
    }
    Ok(bodies)
}

fn check_route(
    book: &Book,
    policy: &Policy,
    route: &Route,
    application: &Application,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let reference = || route.head.reference("enrol", &policy.program);
    let mut total = Money::ZERO;
    let mut highest = Money::ZERO;
    let (mut earliest, mut latest) = (Day::LAST, Day::FIRST);
    for (position, sale) in application.receipts.iter().enumerate() {
        let receipt = book
            .receipt(*sale)
            .ok_or_else(|| Refusal::new(msg!("refuse.sale-unknown"), msg!("remedy.check-receipt")))?;
        let repeated = application.receipts.iter().take(position).any(|earlier| earlier == sale);
        if receipt.joined_with || repeated {
            return Err(Refusal::new(msg!("refuse.receipt-used"), msg!("remedy.other-receipt")).by(reference()));
        }
        if receipt.member != crate::book::receipts::NOBODY {
            return Err(Refusal::new(msg!("refuse.receipt-other-member"), msg!("remedy.other-receipt")).by(reference()));
        }
        let paid = receipt.paid.minus(receipt.more().refunded)?;
        total = total.plus(paid)?;
        highest = highest.max(paid);
        earliest = earliest.min(receipt.at.day);
        latest = latest.max(receipt.at.day);
    }
    let short = |least: Money, there: Money| -> Result<(), Refusal> {
        if there >= least {
            return Ok(());
        }
        let missing = least.minus(there)?;
        Err(Refusal::new(
            msg!("refuse.route-not-met", route = route.words(), there = there),
            msg!("remedy.route-missing", missing = missing),
        )
        .by(reference()))
    };
    match route.ask {
        Ask::Free | Ask::Fee(_) => Ok(()),
        Ask::Purchase(least) => short(least, highest),
        Ask::ReceiptsOfDay(least) => {
            if !application.receipts.is_empty() && earliest != latest {
                return Err(Refusal::new(
                    msg!("refuse.receipts-span", route = route.words()),
                    msg!("remedy.receipts-span"),
                )
                .by(reference()));
            }
            short(least, total)
        }
        Ask::ReceiptsOfMonths(least, months) => {
            let last_start = latest.month_start();
            let first_start = last_start.plus_months(1_i32.saturating_sub(i32::try_from(months).unwrap_or(1)));
            let too_old = latest < route.receipts_from(at.day);
            if !application.receipts.is_empty() && (earliest < first_start || too_old) {
                return Err(Refusal::new(
                    msg!("refuse.receipts-span", route = route.words()),
                    msg!("remedy.receipts-span"),
                )
                .by(reference()));
            }
            short(least, total)
        }
        Ask::Load(least) => short(least, application.load.as_ref().map_or(Money::ZERO, |(amount, _)| *amount)),
    }
}

/// Trims, takes separators out of the phone number, and checks lengths.
fn tidy(profile: &Profile) -> Result<Profile, Refusal> {
    let mut profile = profile.clone();
    profile.name = Text::from(profile.name.trim());
    profile.id_number = Text::from(profile.id_number.trim().to_uppercase());
    profile.phone = profile.phone.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}')).collect();
    check_text(&profile.name)?;
    check_text(&profile.id_number)?;
    for (field, text) in &profile.more {
        check_text(field)?;
        check_text(text)?;
    }
    if !profile.phone.is_empty() {
        let digits = profile.phone.strip_prefix('+').unwrap_or(&profile.phone);
        if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Refusal::new(msg!("refuse.phone-malformed", phone = &profile.phone), msg!("remedy.phone")));
        }
    }
    if let Some(birthday) = profile.birthday {
        let (month, day) = (u32::from(birthday.month), u32::from(birthday.day));
        let exists = if birthday.lunar {
            (1..=12).contains(&month) && (1..=30).contains(&day)
        } else {
            // 2024 had every day that a year may have.
            Day::from_calendar(birthday.year.unwrap_or(2024), month, day).is_some()
        };
        if !exists {
            return Err(Refusal::new(msg!("refuse.birthday-malformed"), msg!("remedy.birthday")));
        }
    }
    Ok(profile)
}

fn check_text(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Refusal::new(msg!("refuse.text-too-long", most = TEXT_CHARS_MAX), msg!("remedy.shorten")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::new(msg!("refuse.text-control"), msg!("remedy.retype")));
    }
    Ok(())
}

fn check_reason(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(msg!("refuse.reason-needed"), msg!("remedy.say-why")));
    }
    check_text(text)
}

fn check_required(policy: &Policy, profile: &Profile) -> Result<(), Refusal> {
    let missing: Vec<Value> = policy
        .join
        .required
        .iter()
        .filter(|field| match field.as_str() {
            "name" => profile.name.is_empty(),
            "phone" => profile.phone.is_empty(),
            "id_number" => profile.id_number.is_empty(),
            "birthday" => profile.birthday.is_none(),
            other => profile.more.get(other).is_none_or(|text| text.trim().is_empty()),
        })
        .map(|field| field_name(field))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        msg!("refuse.required-missing", fields = missing.clone()),
        msg!("remedy.fill-in", fields = missing),
    ))
}

fn field_name(field: &str) -> Value {
    Value::from(field)
}

/// Birth year from the profile, or from an 18-digit identity number, which carries the birth date.
fn birth_day(profile: &Profile) -> Option<Day> {
    if let Some(birthday) = profile.birthday
        && let Some(year) = birthday.year
        && !birthday.lunar
    {
        return Some(Day::annual_in(year, u32::from(birthday.month), u32::from(birthday.day)));
    }
    let digits = &profile.id_number;
    if digits.len() != 18 || !digits.is_ascii() {
        return None;
    }
    let year = digits.get(6..10)?.parse().ok()?;
    Day::from_calendar(year, digits.get(10..12)?.parse().ok()?, digits.get(12..14)?.parse().ok()?)
}

fn check_age(policy: &Policy, profile: &Profile, day: Day) -> Result<(), Refusal> {
    let Some(least) = policy.join.min_age else { return Ok(()) };
    let Some(born) = birth_day(profile) else {
        return Err(Refusal::new(msg!("refuse.birth-year-needed", least = least), msg!("remedy.birth-year")));
    };
    let age = born.years_until(day);
    if age < least {
        return Err(Refusal::new(
            msg!("refuse.too-young", age = age, least = least),
            msg!("remedy.too-young", day = born.plus_months(least.saturating_mul(12))),
        ));
    }
    Ok(())
}

fn check_unique(book: &Book, policy: &Policy, profile: &Profile, own: Option<MemberId>) -> Result<(), Refusal> {
    for field in &policy.join.one_per {
        let (found, reason): (Option<&Member>, fn(&Member) -> Message) = match field.as_str() {
            "phone" if !profile.phone.is_empty() => (book.member_by_phone(&profile.phone), |m| {
                msg!("refuse.phone-taken", name = &m.profile.name, card = &m.card)
            }),
            "id_number" if !profile.id_number.is_empty() => (book.member_by_id_number(&profile.id_number), |m| {
                msg!("refuse.id-number-taken", name = &m.profile.name, card = &m.card)
            }),
            _ => continue,
        };
        if let Some(member) = found.filter(|member| Some(member.id) != own) {
            return Err(Refusal::new(reason(member), msg!("remedy.use-existing")));
        }
    }
    Ok(())
}
