//! Classes of members, what they are like as buyers, and how much of the sales comes from how few.

use std::collections::BTreeMap;

use super::care::{StaffTask, of_role};
use super::clientele::Clientele;
use super::ownership::member_on;
use crate::book::Member;
use crate::id::{MemberId, Text};
use crate::kinds::classing::{Class, Classing, Trait};
use crate::kinds::span_value;
use crate::message::{Label, Trace};
use crate::msg;
use crate::number::{Money, Rate};
use crate::policy::Policy;
use crate::primitives::RATE_UNIT;
use crate::primitives::condition::Figures;
use crate::time::{Day, Span};

/// A member's class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classed<'p> {
    /// The member.
    pub member: MemberId,
    /// The class.
    pub class: &'p Class,
    /// Why.
    pub trace: Trace,
}

/// The classes of all members by a rule at the end of a day, in the order in which they joined; those whom the rule is
/// not about are left out.
#[must_use]
pub fn classes<'c>(clientele: &Clientele<'c>, id: &str, day: Day) -> Vec<Classed<'c>> {
    let Some(policy) = clientele.policies.on(day) else { return Vec::new() };
    let Some(rule) = policy.staff().classing.iter().find(|rule| rule.head.id == id) else { return Vec::new() };
    clientele
        .members(day)
        .filter_map(|member| {
            let class = class_of(clientele, policy, rule, member.id, day)?;
            let member = member_on(clientele.book, clientele.policies, member.id, day)?;
            let trace = Trace::note(msg!("class.now", label = &class.head.label, id = &class.head.id))
                .by(rule.head.reference("classing", policy.program()))
                .with(figures(class, &member, day));
            Some(Classed { member: member.id, class, trace })
        })
        .collect()
}

fn class_of<'p>(
    clientele: &Clientele<'_>,
    policy: &Policy,
    rule: &'p Classing,
    id: MemberId,
    day: Day,
) -> Option<&'p Class> {
    let member = member_on(clientele.book, clientele.policies, id, day)?;
    if !rule.when.holds(&member.occasion(policy, day)) {
        return None;
    }
    let last = clientele.purchases(id, day).last().map(|(_, deal)| deal.at.day);
    rule.classes.iter().find(|class| {
        class.reach.as_ref().is_none_or(|reach| reach.holds(&member, class.window, day))
            && class.seen.is_none_or(|span: Span| last.is_some_and(|last| day < span.end(last)))
    })
}

/// The figures on which a class rests.
fn figures(class: &Class, member: &Member, day: Day) -> Vec<Trace> {
    let mut parts = Vec::new();
    if let Some(reach) = &class.reach {
        let (all, any) = reach.demands_made();
        for demand in all.iter().chain(any) {
            let now = demand.metric.value(member.figure(demand.metric, class.window, day));
            let needed = vec![demand.metric.value(demand.at_least)];
            parts.push(Trace::of(
                msg!("tier.figure", metric = demand.metric.name(), window = class.window.name(), needed = needed),
                now,
            ));
        }
    }
    if let Some(span) = class.seen {
        parts.push(Trace::note(msg!("class.seen", span = span_value(span))));
    }
    parts
}

/// Members who came into a class that is reported, within its days.
pub(super) fn due(clientele: &Clientele<'_>, policy: &Policy, day: Day, tasks: &mut Vec<StaffTask>) {
    for rule in policy.staff().classing.iter().filter(|rule| !rule.reports.is_empty()) {
        for member in clientele.members(day) {
            let Some(class) = class_of(clientele, policy, rule, member.id, day) else { continue };
            if !rule.reports.contains(&class.head.id) {
                continue;
            }
            // The day on which they came into it, if it is near enough.
            let came =
                (0..rule.within).map(|back| day.plus_days(-back)).take_while(|on| *on > member.joined.day).find(|on| {
                    class_of(clientele, policy, rule, member.id, on.plus_days(-1))
                        .is_none_or(|before| before.head.id != class.head.id)
                });
            let Some(came) = came else { continue };
            let done = clientele
                .contacts(member.id, day)
                .any(|contact| contact.at.day >= came && *contact.rule == rule.head.id);
            if done {
                continue;
            }
            let responsible = if rule.role.is_empty() {
                clientele.owner(member.id, day)
            } else {
                of_role(clientele, &rule.role, &member.store, day)
            };
            let what = msg!("class.came", label = &class.head.label, id = &class.head.id, day = came);
            let reference = rule.head.reference("classing", policy.program());
            tasks.push(StaffTask {
                of: None,
                kind: Text::const_new("class"),
                trace: Trace::note(what.clone()).by(reference.clone()).with(responsible.why),
                rule: reference,
                member: Some(member.id),
                staff: responsible.staff,
                stands_in_for: responsible.stands_in_for,
                due: came,
                until: came.plus_days(rule.within),
                what,
                says: class.goal.clone(),
                figure: Some(Text::clone(&class.head.id).into()),
            });
        }
    }
}

/// What a member is like as a buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerProfile {
    /// Purchases that stand.
    pub purchases: usize,
    /// Average purchase, returns taken off.
    pub average: Money,
    /// Purchases in the last twelve months.
    pub in_a_year: usize,
    /// Share of spend on goods for those who mind the price.
    pub sensitive: Rate,
    /// Class by the average purchase.
    pub ticket: Option<Label>,
    /// Class by how often.
    pub frequency: Option<Label>,
    /// Class by price sensitivity.
    pub sensitivity: Option<Label>,
    /// Category with most spend; empty: none is named.
    pub category: Text,
    /// Style with most spend, without the tag's beginning; empty: none is named.
    pub style: Text,
}

/// What a member is like as a buyer, at the end of a day; `None` before there are enough purchases, or where the program
/// does not ask.
#[must_use]
pub fn profile(clientele: &Clientele<'_>, member: MemberId, day: Day) -> Option<BuyerProfile> {
    let rule = &clientele.policies.on(day)?.staff().profile;
    let deals = clientele.purchases(member, day);
    if rule.after == 0 || i64::try_from(deals.len()).unwrap_or(i64::MAX) < rule.after {
        return None;
    }
    let year = Span::Months(12).start(day);
    let (mut all, mut sensitive) = (0_i64, 0_i64);
    let mut by_category: BTreeMap<&Text, i64> = BTreeMap::new();
    let mut by_style: BTreeMap<Text, i64> = BTreeMap::new();
    for (number, deal) in &deals {
        for (line, kept) in clientele.lines_kept(*number, deal, day) {
            let amount = kept.minor();
            all = all.saturating_add(amount);
            let Some(goods) = clientele.staff.goods(line.goods) else { continue };
            if rule.sensitive_tags.iter().any(|tag| goods.tags.contains(tag)) {
                sensitive = sensitive.saturating_add(amount);
            }
            if !goods.category.is_empty() {
                let sum = by_category.entry(&goods.category).or_default();
                *sum = sum.saturating_add(amount);
            }
            if !rule.style_tags.is_empty() {
                for style in goods.tags.iter().filter_map(|tag| tag.strip_prefix(rule.style_tags.as_str())) {
                    let sum = by_style.entry(Text::from(style)).or_default();
                    *sum = sum.saturating_add(amount);
                }
            }
        }
    }
    let purchases = deals.len();
    let count = i64::try_from(purchases).unwrap_or(1).max(1);
    let average = crate::number::Rounding::MONEY.ratio(i128::from(all), i128::from(count)).unwrap_or(0);
    let average = Money::from_minor(average);
    let in_a_year = deals.iter().filter(|(_, deal)| deal.at.day >= year).count();
    let sensitive = if all > 0 { share(sensitive, all) } else { Rate::ZERO };
    let most = |sums: BTreeMap<Text, i64>| {
        // Of two with as much the first by name.
        sums.into_iter().rev().max_by_key(|(_, sum)| *sum).map(|(name, _)| name).unwrap_or_default()
    };
    Some(BuyerProfile {
        purchases,
        average,
        in_a_year,
        sensitive,
        ticket: band(&rule.ticket, &average),
        frequency: band(&rule.frequency, &i64::try_from(in_a_year).unwrap_or(i64::MAX)),
        sensitivity: band(&rule.sensitivity, &sensitive),
        category: most(by_category.into_iter().map(|(name, sum)| (name.clone(), sum)).collect()),
        style: most(by_style),
    })
}

/// The last band that begins no later; its id where it has no label.
fn band<T: PartialOrd>(bands: &[Trait<T>], figure: &T) -> Option<Label> {
    let band = bands.iter().rev().find(|band| band.from <= *figure)?;
    let label = &band.head.label;
    if label.zh.is_empty() && label.en.is_empty() {
        return Some(Label { zh: band.head.id.to_string(), en: band.head.id.to_string() });
    }
    Some(label.clone())
}

/// A share, down to a millionth.
fn share(part: i64, whole: i64) -> Rate {
    let parts = i128::from(part).saturating_mul(i128::from(RATE_UNIT)).checked_div(i128::from(whole)).unwrap_or(0);
    Rate::from_parts(i64::try_from(parts).unwrap_or(0), RATE_UNIT)
}

/// How much of the sales comes from how few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concentrated {
    /// First day that counts.
    pub from: Day,
    /// Last day that counts.
    pub last: Day,
    /// How many there are.
    pub members: usize,
    /// How many of them are the top: rounded up.
    pub top: usize,
    /// Sales of the shop, returns taken off.
    pub sales: Money,
    /// Sales to the top.
    pub top_sales: Money,
    /// Their share of the shop's sales.
    pub share: Rate,
    /// What is said of it; zero: nothing.
    pub goal: Rate,
}

/// How much of the shop's sales comes from the top members, at the end of a day; `None` where the program does not ask.
#[must_use]
pub fn concentration(clientele: &Clientele<'_>, day: Day) -> Option<Concentrated> {
    let policy = clientele.policies.on(day)?;
    let rule = policy.staff().concentration.as_ref()?;
    let from = rule.window.start(day, Day::FIRST);
    let mut spent: Vec<i64> = Vec::new();
    for member in clientele.members(day) {
        let tier = member_on(clientele.book, clientele.policies, member.id, day).map_or(member.tier, |on| on.tier);
        if !rule.tiers.is_empty() && !rule.tiers.contains(&tier) {
            continue;
        }
        let deals = clientele.purchases(member.id, day);
        let within = deals.iter().filter(|(_, deal)| deal.at.day >= from);
        spent.push(within.map(|(number, deal)| clientele.kept(*number, deal, day).minor()).sum());
    }
    let sales: i64 = (0_u32..)
        .zip(&clientele.staff.deals)
        .filter(|(_, deal)| deal.kind == super::DealKind::Sale && deal.at.day >= from && deal.at.day <= day)
        .map(|(number, deal)| clientele.kept(number, deal, day).minor())
        .sum();
    spent.sort_unstable_by(|a, b| b.cmp(a));
    let (mantissa, denominator) = rule.top.ratio();
    let count = i128::try_from(spent.len()).unwrap_or(0).saturating_mul(i128::from(mantissa));
    let top = count.saturating_add(i128::from(denominator).saturating_sub(1)).checked_div(i128::from(denominator));
    let top = usize::try_from(top.unwrap_or(0)).unwrap_or(0);
    let top_sales: i64 = spent.iter().take(top).sum();
    Some(Concentrated {
        from,
        last: day,
        members: spent.len(),
        top,
        sales: Money::from_minor(sales),
        top_sales: Money::from_minor(top_sales),
        share: if sales > 0 { share(top_sales, sales) } else { Rate::ZERO },
        goal: rule.goal,
    })
}
