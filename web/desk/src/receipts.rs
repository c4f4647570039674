//! Receipts and histories. A shop does not keep its events in memory: those of one member are read from the journal
//! and folded anew, this time with reasons.

use std::collections::BTreeSet;

use regulars_rules::book::Book;
use regulars_rules::book::receipts::NOBODY;
use regulars_rules::event::{Body, Event, Given, ReturnedLine, Sold, Use};
use regulars_rules::fold::Folder;
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::{Label, Message, Refusal, Trace, Value};
use regulars_rules::msg;
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::policy::Policy;
use regulars_rules::quote::quote_return;
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::{Home, Position, StoreError};

use crate::index::{Row, number_of};
use crate::protocol::{HistoryEntry, ReceiptLine, ReceiptRow, ReceiptView};
use crate::shop::Shop;
use crate::views::{code_label, lunar, member_row, next_tier, plain_label};

/// Positions closer together than this are read at once: they are in one packed record or in two neighbours, each of
/// which is unpacked whole anyway.
const READ_GAP_MAX: u32 = 1_000;
/// At most so many receipts of a day are listed, the newest.
const ROWS_MAX: usize = 1_000;
/// Goods named in a row of a list.
const GOODS_NAMED: usize = 3;
/// So many days back a receipt of an unknown day is looked for.
const DAYS_BACK: i32 = 31;

/// Reads the events at these positions.
///
/// # Errors
/// Whatever hinders reading.
pub async fn load(home: &impl Home, positions: &BTreeSet<u32>) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::with_capacity(positions.len());
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for position in positions {
        match runs.last_mut() {
            Some((_, last)) if position.saturating_sub(*last) <= READ_GAP_MAX => *last = *position,
            _ => runs.push((*position, *position)),
        }
    }
    for (first, last) in runs {
        let mut at = first;
        for event in
            home.read_all(Position::new(first.into()), Position::new(u64::from(last).saturating_add(1))).await?
        {
            if positions.contains(&at) {
                events.push(event);
            }
            at = at.saturating_add(1);
        }
    }
    Ok(events)
}

/// The day of a sale, load or return.
fn day_of(shop: &Shop, id: EventId) -> Option<Day> {
    shop.book
        .receipt(id)
        .map(|receipt| receipt.at.day)
        .or_else(|| shop.index.trail.others.get(&id).map(|other| other.day))
}

/// The event of a receipt.
///
/// # Errors
/// Whatever hinders reading.
pub async fn event(home: &impl Home, shop: &Shop, id: EventId) -> Result<Option<Event>, StoreError> {
    let positions: BTreeSet<u32> =
        day_of(shop, id).into_iter().flat_map(|day| shop.index.positions_of(day, id)).collect();
    Ok(load(home, &positions).await?.into_iter().find(|event| event.id == id))
}

/// What an event did to a member.
#[derive(Debug)]
pub struct Explained {
    /// The event.
    pub event: Event,
    /// Why.
    pub notes: Vec<Trace>,
    /// Change of points, debts counted.
    pub points: Points,
}

/// The events that touch a member, each with what it did and why.
///
/// # Errors
/// Whatever hinders reading.
pub async fn explain(home: &impl Home, shop: &Shop, id: MemberId) -> Result<Vec<Explained>, StoreError> {
    let Some(number) = number_of(&shop.book, id) else { return Ok(Vec::new()) };
    let own = |number: u32| shop.index.trail.by_member.get(number as usize).cloned().unwrap_or_default();
    let positions: BTreeSet<u32> = own(number).into_iter().collect();
    let mut events = load(home, &positions).await?;
    // Points move between two members: the other one must be there, too.
    let mut more: BTreeSet<u32> = BTreeSet::new();
    for event in &events {
        if let Body::PointsSent { from, to, .. } = &event.body {
            let other = if *from == id { to } else { from };
            more.extend(number_of(&shop.book, *other).map(own).unwrap_or_default());
        }
    }
    let more: BTreeSet<u32> = more.difference(&positions).copied().collect();
    let about: BTreeSet<EventId> = events.iter().map(|event| event.id).collect();
    events.extend(load(home, &more).await?);
    events.sort_by_key(Event::order);
    let mut book = Book::default();
    let mut folder = Folder::explaining(&shop.policies);
    let mut explained = Vec::new();
    for event in events {
        let before = standing(&book, shop, id, event.at.day);
        if folder.apply(&mut book, &event).is_err() {
            continue;
        }
        let notes = folder.take_notes();
        let points = standing(&book, shop, id, event.at.day).minus(before).unwrap_or_default();
        let concerns = about.contains(&event.id) && (!points.is_zero() || concerns(shop, number, id, &event));
        if concerns {
            explained.push(Explained { event, notes, points });
        }
    }
    Ok(explained)
}

fn standing(book: &Book, shop: &Shop, id: MemberId, day: Day) -> Points {
    let member = book.member_on(id, &shop.policies, day);
    member.and_then(|member| member.points.balance.minus(member.points.debt).ok()).unwrap_or_default()
}

/// Whether an event is the member's own, not that of someone whom they brought.
fn concerns(shop: &Shop, number: u32, id: MemberId, event: &Event) -> bool {
    match &event.body {
        Body::Sold(_) => shop.book.receipt(event.id).is_some_and(|receipt| receipt.member == number),
        Body::Returned { .. } | Body::Loaded { .. } => {
            shop.index.trail.others.get(&event.id).is_some_and(|other| other.member == number)
        }
        Body::Enrolled { referrer, .. } => MemberId::from(event.id) == id || *referrer == Some(id),
        Body::PointsSent { from, to, .. } => *from == id || *to == id,
        Body::TenderSettled { .. } => true,
        body => body.member() == Some(id),
    }
}

fn name(shop: &Shop, code: &Text) -> Text {
    shop.book.products().get(code).map_or_else(|| code.clone(), |product| product.name.clone())
}

/// Goods in a few words.
fn goods(shop: &Shop, sold: &Sold) -> Text {
    let mut text = String::new();
    for line in sold.lines.iter().take(GOODS_NAMED) {
        if !text.is_empty() {
            text.push('、');
        }
        text.push_str(&name(shop, &line.product));
        if line.quantity != Quantity::ONE {
            text.push_str(" ×");
            text.push_str(&line.quantity.to_string());
        }
    }
    if sold.lines.len() > GOODS_NAMED {
        text.push('…');
    }
    Text::from(text)
}

/// What an event was, in words.
fn what(shop: &Shop, id: MemberId, event: &Event) -> Message {
    let policy = shop.policy(event.at.day);
    let who = |id: MemberId| shop.book.member(id).map(|member| member.profile.name.clone()).unwrap_or_default();
    match &event.body {
        Body::Sold(sold) => msg!("desk.history-sold", goods = goods(shop, sold)),
        Body::Returned { .. } => msg!("desk.history-returned"),
        Body::Enrolled { referrer, .. } if *referrer == Some(id) => {
            msg!("desk.history-brought", name = who(MemberId::from(event.id)))
        }
        Body::Enrolled { card, awaiting_approval: true, .. } => msg!("desk.history-applied", card = card),
        Body::Enrolled { card, .. } => msg!("desk.history-enrolled", card = card),
        Body::ApplicationDecided { approved: true, .. } => msg!("desk.history-approved"),
        Body::ApplicationDecided { reason, .. } => msg!("desk.history-refused", reason = reason),
        Body::ProfileChanged { .. } => msg!("desk.history-edited"),
        Body::CardReplaced { fault, card, .. } => {
            let fault = match fault {
                regulars_rules::event::CardFault::Lost => "lost",
                regulars_rules::event::CardFault::Damaged => "damaged",
            };
            msg!("desk.history-card-replaced", fault = fault, card = card)
        }
        Body::CardRenewed { .. } => msg!("desk.history-card-renewed"),
        Body::Forgotten { reason, .. } => msg!("desk.history-forgotten", reason = reason),
        Body::Left { reason, cancelled: true, .. } => msg!("desk.history-cancelled", reason = reason),
        Body::Left { reason, .. } => msg!("desk.history-left", reason = reason),
        Body::Redeemed { rule, times, .. } => {
            msg!("desk.history-redeemed", label = rule_label(policy, rule), times = *times)
        }
        Body::Loaded { amount, .. } => msg!("desk.history-loaded", amount = *amount),
        Body::TenderSettled { cleared: true, .. } => msg!("desk.history-cleared"),
        Body::TenderSettled { .. } => msg!("desk.history-bounced"),
        Body::Attended { activity, .. } => {
            let known = policy
                .and_then(|policy| crate::views::activities(policy).into_iter().find(|(code, _)| code == activity));
            msg!("desk.history-attended", label = known.map_or_else(|| plain_label(activity), |(_, label)| label))
        }
        Body::PointsSent { from, to, .. } if *from == id => msg!("desk.history-sent", name = who(*to)),
        Body::PointsSent { from, .. } => msg!("desk.history-received", name = who(*from)),
        Body::EntitlementGiven { entitlement, note, .. } => {
            msg!("desk.history-given", label = rule_label(policy, entitlement), note = note)
        }
        Body::RebatePaid { rule, .. } => msg!("desk.history-rebate", label = rule_label(policy, rule)),
        Body::PointsAdjusted { reason, .. } | Body::KindAdjusted { reason, .. } => {
            msg!("desk.history-adjusted", reason = reason)
        }
        Body::CarriedOver { .. } => msg!("desk.history-carried-over"),
        Body::Marked { mark, on: true, .. } => msg!("desk.history-marked", mark = mark),
        Body::Marked { mark, .. } => msg!("desk.history-unmarked", mark = mark),
        Body::TierGranted { tier, reason, .. } => {
            let label = policy
                .and_then(|policy| policy.ladder().tiers.iter().find(|own| own.head.id == *tier))
                .map(|own| own.head.label.clone());
            msg!("desk.history-granted", label = label.unwrap_or_else(|| plain_label(tier)), reason = reason)
        }
        Body::Staff(fact) => msg!("desk.history-other", kind = fact.kind()),
        Body::ProductListed(_)
        | Body::ProductDropped { .. }
        | Body::Adopted { .. }
        | Body::DiscountAgreed { .. }
        | Body::Unknown { .. } => {
            msg!("desk.history-other", kind = event.body.kind())
        }
    }
}

/// The label of a rule.
fn rule_label(policy: Option<&Policy>, id: &Text) -> Label {
    if id == "manual" {
        return code_label("manual");
    }
    let heads = policy.into_iter().flat_map(|policy| {
        let discounts = policy.discounts().iter().map(|rule| &rule.head);
        let redemptions = policy.redemptions().iter().map(|rule| &rule.head);
        let entitlements = policy.entitlements().iter().map(|rule| &rule.head);
        discounts.chain(redemptions).chain(entitlements)
    });
    let mut labels = heads.filter(|head| head.id == *id).map(|head| head.label.clone());
    labels.find(|label| !label.zh.is_empty()).unwrap_or_else(|| plain_label(id))
}

/// Money that an event moved, given back if negative.
fn money(shop: &Shop, event: &Event) -> Money {
    match &event.body {
        Body::Sold(sold) => shop
            .book
            .receipt(event.id)
            .map_or_else(|| Money::sum(sold.tenders.iter().map(|t| t.amount)).unwrap_or_default(), |r| r.paid),
        Body::Returned { refunds, .. } => -Money::sum(refunds.iter().map(|tender| tender.amount)).unwrap_or_default(),
        Body::Loaded { amount, .. } => *amount,
        Body::Enrolled { fee, .. } | Body::CardReplaced { fee, .. } => *fee,
        Body::RebatePaid { amount, .. } => -*amount,
        _ => Money::ZERO,
    }
}

/// What happened to a member, newest first.
///
/// # Errors
/// Whatever hinders reading.
pub async fn history(home: &impl Home, shop: &Shop, id: MemberId) -> Result<Vec<HistoryEntry>, StoreError> {
    let explained = explain(home, shop, id).await?;
    let entries = explained.into_iter().rev().map(|Explained { event, notes, points }| HistoryEntry {
        event: event.id,
        at: event.at,
        staff: event.staff.clone(),
        what: what(shop, id, &event),
        points,
        money: if matches!(&event.body, Body::Enrolled { referrer, .. } if *referrer == Some(id)) {
            Money::ZERO
        } else {
            money(shop, &event)
        },
        reasons: notes,
        receipt: matches!(event.body, Body::Sold(_) | Body::Returned { .. } | Body::Loaded { .. }),
    });
    Ok(entries.collect())
}

/// The number of a receipt: as printed, or by day and count.
#[must_use]
pub fn number(shop: &Shop, event: &Event) -> Text {
    if let Body::Sold(sold) = &event.body
        && !sold.receipt.is_empty()
    {
        return sold.receipt.clone();
    }
    shop.index.row(event.at.day, event.id).map(|row| number_text(event.at.day, row.number)).unwrap_or_default()
}

/// `20260302-0007`.
#[must_use]
pub fn number_text(day: Day, number: u32) -> Text {
    Text::from(format!("{:04}{:02}{:02}-{number:04}", day.year(), day.month(), day.day_of_month()))
}

/// The count in a number that [`number_text`] wrote for a day.
#[must_use]
pub fn number_printed(day: Day, text: &str) -> Option<u32> {
    let number: u32 = text.split_once('-')?.1.parse().ok()?;
    (number > 0 && number_text(day, number) == text).then_some(number)
}

fn row(shop: &Shop, event: &Event, sales: &[Event]) -> Option<ReceiptRow> {
    let (kind, member, text) = match &event.body {
        Body::Sold(sold) => {
            ("sale", shop.book.receipt(event.id).map_or(NOBODY, |receipt| receipt.member), goods(shop, sold))
        }
        Body::Returned { sale, .. } => {
            let sold = sales.iter().find_map(|other| match &other.body {
                Body::Sold(sold) if other.id == *sale => Some(goods(shop, sold)),
                _ => None,
            });
            (
                "return",
                shop.index.trail.others.get(&event.id).map_or(NOBODY, |other| other.member),
                sold.unwrap_or_default(),
            )
        }
        Body::Loaded { .. } => {
            ("load", shop.index.trail.others.get(&event.id).map_or(NOBODY, |other| other.member), Text::default())
        }
        _ => return None,
    };
    let member = shop.book.members().get(member as usize);
    Some(ReceiptRow {
        event: event.id,
        number: number(shop, event),
        at: event.at,
        member: member.map(|member| member.profile.name.clone()).unwrap_or_default(),
        pay: money(shop, event),
        kind: Text::const_new(kind),
        goods: text,
    })
}

async fn rows_of(home: &impl Home, shop: &Shop, day: Day, text: &str) -> Result<Vec<ReceiptRow>, StoreError> {
    let all = shop.index.trail.rows.get(&day).map(Vec::as_slice).unwrap_or_default();
    let counted = |row: &&Row| !text.is_empty() && number_text(day, row.number).ends_with(text);
    // Our own numbers follow from the count; others stand in the events.
    let mut positions: BTreeSet<u32> = all.iter().filter(counted).map(|row| row.position).collect();
    if positions.is_empty() {
        positions = all.iter().map(|row| row.position).collect();
        while text.is_empty() && positions.len() > ROWS_MAX {
            positions.pop_first();
        }
    }
    let mut events = load(home, &positions).await?;
    events.sort_by_key(|event| core::cmp::Reverse(event.order()));
    let mut rows: Vec<ReceiptRow> = events.iter().filter_map(|event| row(shop, event, &events)).collect();
    rows.retain(|row| row.number.ends_with(text) || row.member.as_str() == text);
    Ok(rows)
}

/// `20260302-0007` names its day.
fn day_in(text: &str) -> Option<Day> {
    let (day, _) = text.split_once('-')?;
    if day.len() != 8 {
        return None;
    }
    Day::from_calendar(day.get(..4)?.parse().ok()?, day.get(4..6)?.parse().ok()?, day.get(6..)?.parse().ok()?)
}

/// Receipts of a day, newest first; with a text, those whose number ends like it. One that is not found on the day is
/// looked for on the days before.
///
/// # Errors
/// Whatever hinders reading.
pub async fn rows(home: &impl Home, shop: &Shop, day: Day, text: &str) -> Result<Vec<ReceiptRow>, StoreError> {
    let text = text.trim();
    if text.is_empty() {
        return rows_of(home, shop, day, "").await;
    }
    let named = day_in(text);
    let back = if named.is_some() { 0 } else { DAYS_BACK };
    for back in 0..=back {
        let rows = rows_of(home, shop, named.unwrap_or(day).plus_days(-back), text).await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn summed(policy: Option<&Policy>, given: impl Iterator<Item = Given>) -> Vec<(Label, Money)> {
    let mut sums: Vec<(Text, Money)> = Vec::new();
    for one in given {
        match sums.iter_mut().find(|(rule, _)| *rule == one.rule) {
            Some((_, sum)) => *sum = sum.plus(one.amount).unwrap_or(*sum),
            None => sums.push((one.rule, one.amount)),
        }
    }
    sums.into_iter().map(|(rule, sum)| (rule_label(policy, &rule), sum)).collect()
}

fn lines_of(shop: &Shop, sold: &Sold, id: EventId) -> Vec<ReceiptLine> {
    let receipt = shop.book.receipt(id);
    let kept = receipt.map(|receipt| shop.book.receipt_lines(receipt)).unwrap_or_default();
    let lines = sold.lines.iter().enumerate();
    lines
        .map(|(at, line)| ReceiptLine {
            product: line.product.clone(),
            name: name(shop, &line.product),
            tags: line.tags.clone(),
            quantity: line.quantity,
            returned: receipt.map(|receipt| receipt.returned(at)).unwrap_or_default(),
            net: line.net().unwrap_or(line.amount),
            returnable: kept.get(at).is_some_and(|line| line.returnable),
        })
        .collect()
}

/// Why nothing more of a sale can come back now.
fn return_refusal(shop: &Shop, id: EventId, at: BusinessTime) -> Option<Refusal> {
    let receipt = shop.book.receipt(id)?;
    let lines = (0_u32..).zip(shop.book.receipt_lines(receipt));
    let left: Vec<(ReturnedLine, bool)> = lines
        .filter_map(|(line, sold)| {
            let quantity = sold.quantity.minus(receipt.returned(line as usize)).ok()?;
            quantity.is_positive().then_some((ReturnedLine { line, quantity }, sold.returnable))
        })
        .collect();
    if left.is_empty() {
        return Some(Refusal::new(msg!("desk.all-returned"), msg!("remedy.nothing-to-do")));
    }
    let mut asked: Vec<ReturnedLine> =
        left.iter().filter(|(_, returnable)| *returnable).map(|(line, _)| *line).collect();
    if asked.is_empty() {
        asked = left.into_iter().map(|(line, _)| line).collect();
    }
    quote_return(&shop.book, &shop.policies, id, &asked, at).err()
}

/// A receipt as on paper.
#[must_use]
pub fn view(
    shop: &Shop,
    shop_name: &Text,
    event: &Event,
    sale: Option<&Event>,
    reasons: Vec<Trace>,
    points: Points,
    now: BusinessTime,
) -> Option<ReceiptView> {
    let policy = shop.policy(event.at.day);
    let number_of_member = match &event.body {
        Body::Sold(_) => shop.book.receipt(event.id).map_or(NOBODY, |receipt| receipt.member),
        _ => shop.index.trail.others.get(&event.id).map_or(NOBODY, |other| other.member),
    };
    let member = shop
        .book
        .members()
        .get(number_of_member as usize)
        .and_then(|member| shop.book.member_on(member.id, &shop.policies, now.day));
    let mut receipt = ReceiptView {
        event: event.id,
        number: number(shop, event),
        at: event.at,
        lunar: policy.filter(|policy| policy.minds_lunar()).map(|_| lunar(event.at.day)),
        shop: shop_name.clone(),
        staff: event.staff.clone(),
        member: member.as_ref().map(|member| member_row(shop.policy(now.day), member, now.day)),
        lines: Vec::new(),
        total: Money::ZERO,
        discounts: Vec::new(),
        uses: Vec::new(),
        pay: money(shop, event),
        tenders: Vec::new(),
        points,
        points_after: member.as_ref().map(|member| member.points.balance).unwrap_or_default(),
        next_tier: member
            .as_ref()
            .zip(shop.policy(now.day))
            .and_then(|(member, policy)| next_tier(policy, member, now.day)),
        return_until: None,
        return_refusal: None,
        kind: Text::default(),
        reasons,
    };
    match &event.body {
        Body::Sold(sold) => {
            receipt.kind = Text::const_new("sale");
            receipt.lines = lines_of(shop, sold, event.id);
            receipt.total = Money::sum(sold.lines.iter().map(|line| line.amount)).unwrap_or_default();
            let given = sold.lines.iter().flat_map(|line| &line.discounts).chain(&sold.discounts);
            receipt.discounts = summed(policy, given.cloned());
            let uses = sold.uses.iter();
            receipt.uses = uses
                .map(|used| {
                    let label = match used {
                        Use::Points { rule, .. } => rule_label(policy, rule),
                        Use::Voucher { from, index, .. } => {
                            let voucher = member
                                .as_ref()
                                .and_then(|m| m.vouchers.iter().find(|v| v.from == *from && v.index == *index));
                            voucher.map(|voucher| rule_label(policy, &voucher.rule)).unwrap_or_default()
                        }
                    };
                    (label, used.amount())
                })
                .collect();
            receipt.tenders.clone_from(&sold.tenders);
            if number_of_member != NOBODY {
                receipt.points = shop.book.receipt(event.id).map(|kept| kept.points).unwrap_or_default();
            }
            receipt.return_until = policy.and_then(|policy| return_until(policy, event.at.day));
            receipt.return_refusal = return_refusal(shop, event.id, now);
        }
        Body::Returned { lines, refunds, .. } => {
            receipt.kind = Text::const_new("return");
            receipt.tenders.clone_from(refunds);
            receipt.total = receipt.pay;
            if let Some(Event { id, body: Body::Sold(sold), .. }) = sale {
                let all = lines_of(shop, sold, *id);
                let back = lines.iter().filter_map(|back| {
                    let line = all.get(back.line as usize)?.clone();
                    Some(ReceiptLine { quantity: back.quantity, returned: Quantity::ZERO, returnable: false, ..line })
                });
                receipt.lines = back.collect();
            }
        }
        Body::Loaded { amount, tenders, .. } => {
            receipt.kind = Text::const_new("load");
            receipt.total = *amount;
            receipt.tenders.clone_from(tenders);
        }
        _ => return None,
    }
    Some(receipt)
}

fn return_until(policy: &Policy, sold: Day) -> Option<Message> {
    let returns = policy.returns();
    returns.within?;
    let last = returns.last_day(sold);
    Some(match returns.before {
        Some(before) => msg!("desk.return-until-time", last = last, before = Value::from(before.to_string())),
        None => msg!("desk.return-until", last = last),
    })
}
