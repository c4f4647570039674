//! Members and goods by what was typed or scanned, and lists by page.
//!
//! Orders of the whole list are kept and made again only after something changed; what was typed is looked for by
//! going through all members, which takes a few milliseconds for 100,000.

use core::cmp::{Ordering, Reverse};

use regulars_rules::book::{Member, Status};
use regulars_rules::event::Product;
use regulars_rules::kinds::tier::{Judged, Review};
use regulars_rules::number::Points;
use regulars_rules::time::Day;

use crate::protocol::{MemberQuery, MemberRow, MemberSort};
use crate::shop::Shop;
use crate::views::member_row;

/// At most so many rows in one answer.
const LIMIT_MAX: u32 = 500;

/// What was typed, made comparable.
#[derive(Debug)]
struct Typed {
    text: String,
    digits: bool,
}

impl Typed {
    fn new(text: &str) -> Self {
        let text = text.trim();
        let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'+');
        Self { text: if digits { number } else { text.to_lowercase() }, digits }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How well a member fits: 0 is best; `None`: not at all.
    fn fits(&self, member: &Member) -> Option<u8> {
        let Member { profile, card, .. } = member;
        if self.digits {
            let (phone, text) = (profile.phone.as_str(), self.text.as_str());
            let rank = if phone == text || card == text {
                0
            } else if text.len() >= 3 && phone.ends_with(text) {
                1
            } else if phone.starts_with(text) {
                2
            } else if card.ends_with(text) || card.starts_with(text) {
                3
            } else if text.len() >= 3 && phone.contains(text) {
                4
            } else if profile.name.contains(text) {
                5
            } else {
                return None;
            };
            return Some(rank);
        }
        if contains(&profile.name, &self.text) {
            let begins = profile.name.get(..self.text.len()).is_some_and(|start| start.to_lowercase() == self.text);
            return Some(u8::from(!begins));
        }
        contains(card, &self.text).then_some(2)
    }
}

/// Whether a text contains lower-case letters, whatever case its own have.
fn contains(text: &str, lower: &str) -> bool {
    text.contains(lower)
        || (text.bytes().any(|b| b.is_ascii_uppercase() || b >= 0xc3) && text.to_lowercase().contains(lower))
}

/// Goods and members that match.
#[must_use]
pub fn find(shop: &Shop, text: &str, limit: u32, day: Day) -> (Vec<Product>, Vec<MemberRow>) {
    let typed = Typed::new(text);
    let limit = limit.min(LIMIT_MAX) as usize;
    if typed.is_empty() || limit == 0 {
        return (Vec::new(), Vec::new());
    }
    let mut found: Vec<(u8, bool, Reverse<Option<Day>>, &Member)> = shop
        .book
        .members()
        .iter()
        .filter_map(|member| {
            Some((typed.fits(member)?, member.status != Status::Active, Reverse(member.last_visit), member))
        })
        .collect();
    let by = |(fit, gone, visit, member): &(u8, bool, Reverse<Option<Day>>, &Member)| (*fit, *gone, *visit, member.id);
    if found.len() > limit {
        found.select_nth_unstable_by_key(limit, by);
        found.truncate(limit);
    }
    found.sort_by_key(by);
    let policy = shop.policy(day);
    let rows = found.into_iter().map(|(.., member)| {
        let now = shop.book.member_on(member.id, &shop.policies, day);
        member_row(policy, now.as_ref().unwrap_or(member), day)
    });
    (goods(shop, text, limit), rows.collect())
}

/// Products that match, best first.
fn goods(shop: &Shop, text: &str, limit: usize) -> Vec<Product> {
    let mut found = matching(shop, text);
    found.truncate(limit);
    found.into_iter().cloned().collect()
}

fn matching<'s>(shop: &'s Shop, text: &str) -> Vec<&'s Product> {
    let text = text.trim().to_lowercase();
    let sold = |product: &Product| Reverse(shop.index.sold.get(&product.code).copied().unwrap_or(0));
    let fit = |product: &Product| -> Option<u8> {
        if text.is_empty() {
            return Some(0);
        }
        if product.code == text.as_str() || product.code.to_lowercase() == text {
            return Some(0);
        }
        if contains(&product.name, &text) {
            return Some(1);
        }
        if contains(&product.code, &text) {
            return Some(2);
        }
        contains(&product.category, &text).then_some(3)
    };
    let mut found: Vec<(u8, &Product)> =
        shop.book.products().values().filter_map(|product| Some((fit(product)?, product))).collect();
    found.sort_by(|(a_fit, a), (b_fit, b)| (a_fit, sold(a), &a.name, &a.code).cmp(&(b_fit, sold(b), &b.name, &b.code)));
    found.into_iter().map(|(_, product)| product).collect()
}

/// A page of the products, most sold first.
#[must_use]
pub fn products(shop: &Shop, text: &str, offset: u32, limit: u32) -> (u32, Vec<Product>) {
    let found = matching(shop, text);
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let page = found.into_iter().skip(offset as usize).take(limit.min(LIMIT_MAX) as usize);
    (total, page.cloned().collect())
}

/// Orders of the whole member list, kept until something changes.
#[derive(Debug, Default)]
pub struct Lists {
    /// The state of the book that they are of: events folded, and the day up to which time has passed.
    of: (u64, Day),
    orders: [Option<Vec<u32>>; 5],
    tiers: Option<Vec<u8>>,
}

impl Lists {
    fn refresh(&mut self, shop: &Shop, day: Day) {
        let now = (shop.book.events(), day);
        if self.of != now {
            *self = Self { of: now, ..Self::default() };
        }
    }

    fn order(&mut self, shop: &Shop, sort: MemberSort, day: Day) -> &[u32] {
        let slot = match sort {
            MemberSort::LastVisit => 0,
            MemberSort::Spend => 1,
            MemberSort::Points => 2,
            MemberSort::Joined => 3,
            MemberSort::Name => 4,
        };
        let Some(slot) = self.orders.get_mut(slot) else { return &[] };
        slot.get_or_insert_with(|| sorted(shop, sort, day))
    }

    /// The tier of each member on the day.
    fn tiers(&mut self, shop: &Shop, day: Day) -> &[u8] {
        self.tiers.get_or_insert_with(|| {
            // Where time alone changes no tier, what the book says holds.
            let still = shop.policies.iter().count() < 2
                && shop.policy(day).is_none_or(|policy| {
                    let ladder = policy.ladder();
                    ladder.review == Review::Never && ladder.down != Judged::Immediately
                });
            let members = shop.book.members().iter();
            if still {
                return members.map(|member| member.tier).collect();
            }
            members
                .map(|member| shop.book.member_on(member.id, &shop.policies, day).map_or(member.tier, |now| now.tier))
                .collect()
        })
    }

    /// A page of the members that match.
    pub fn members(&mut self, shop: &Shop, query: &MemberQuery, day: Day) -> (u32, Vec<MemberRow>) {
        self.refresh(shop, day);
        let policy = shop.policy(day);
        let typed = Typed::new(&query.text);
        let rank = policy.and_then(|policy| policy.ladder().tiers.iter().position(|tier| tier.head.id == query.tier));
        let tiers: Vec<u8> = if query.tier.is_empty() { Vec::new() } else { self.tiers(shop, day).to_vec() };
        let matches = |number: u32, member: &Member| {
            (typed.is_empty() || typed.fits(member).is_some())
                && (query.tier.is_empty()
                    || rank.is_some_and(|rank| tiers.get(number as usize).is_some_and(|own| usize::from(*own) == rank)))
                && query.unseen_since.is_none_or(|since| member.last_visit.is_none_or(|visit| visit < since))
                && (query.birthday_month == 0
                    || member.profile.birthday.is_some_and(|birthday| birthday.month == query.birthday_month))
        };
        let members = shop.book.members();
        let mut total = 0_u32;
        let (first, limit) = (query.offset, query.limit.min(LIMIT_MAX));
        let mut page = Vec::new();
        for number in self.order(shop, query.sort, day) {
            let Some(member) = members.get(*number as usize) else { continue };
            if !matches(*number, member) {
                continue;
            }
            if total >= first && total - first < limit {
                page.push(member);
            }
            total = total.saturating_add(1);
        }
        let rows = page.into_iter().map(|member| {
            let now = shop.book.member_on(member.id, &shop.policies, day);
            member_row(policy, now.as_ref().unwrap_or(member), day)
        });
        (total, rows.collect())
    }
}

/// Points that can be used on a day, without letting time pass for the member.
fn points_on(member: &Member, day: Day) -> i64 {
    let lapsed = member.lots.iter().take_while(|lot| lot.lapse <= day).map(|lot| lot.left);
    member.points.balance.minor().saturating_sub(Points::sum(lapsed).unwrap_or_default().minor())
}

fn sorted(shop: &Shop, sort: MemberSort, day: Day) -> Vec<u32> {
    let members = shop.book.members();
    let figure = |member: &Member| -> i64 {
        match sort {
            MemberSort::LastVisit => member.last_visit.map_or(i64::MIN, |visit| i64::from(visit.number())),
            MemberSort::Spend => member.spend.minor(),
            MemberSort::Points => points_on(member, day),
            MemberSort::Joined => {
                i64::from(member.joined.day.number()) * 1440 + i64::from(member.joined.minute.number())
            }
            MemberSort::Name => 0,
        }
    };
    if sort == MemberSort::Name {
        let mut order: Vec<(&str, u32)> = members.iter().map(|member| member.profile.name.as_str()).zip(0..).collect();
        order.sort_unstable_by(|(a, i), (b, j)| match (a.is_empty(), b.is_empty()) {
            // Those without a name come last.
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => (a, i).cmp(&(b, j)),
        });
        return order.into_iter().map(|(_, number)| number).collect();
    }
    let mut order: Vec<(Reverse<i64>, Reverse<u32>)> =
        members.iter().zip(0..).map(|(member, number)| (Reverse(figure(member)), Reverse(number))).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, Reverse(number))| number).collect()
}
