//! A shop that lives through a random history by asking the engine, and the translation of its events into the
//! oracle's plain facts.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use regulars_oracle::calendar::Day as OracleDay;
use regulars_oracle::facts::{self, Deed, Fact};
use regulars_oracle::ledger::{Figures, Ledger, Readings};
use regulars_oracle::program::Program;
use regulars_rules::book::{Book, Member, VoucherState};
use regulars_rules::decide::{Application, Wish, decide};
use regulars_rules::due::due;
use regulars_rules::event::{
    Birthday, Body, CardFault, Event, Journal, Profile, ReturnedLine, SCHEMA_VERSION, STORED_VALUE, Sold, Tags, Tender,
    Use,
};
use regulars_rules::fold::{Folder, fold};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::kinds::redeem::Gives;
use regulars_rules::message::Value;
use regulars_rules::number::{Money, Points, Quantity, Rate};
use regulars_rules::policy::{Policy, PolicySet, check_with};
use regulars_rules::quote::{Basket, BasketLine, points_usable, quote};
use regulars_rules::time::{BusinessTime, Day, Minute};

/// A program under test: its document and the shop's own values.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: &'static str,
    pub document: String,
    pub set: Vec<(&'static str, &'static str)>,
}

/// The programs whose members are reckoned here; thresholds low enough to be crossed by a short history.
pub const PROGRAMS: [(&str, &[(&str, &str)]); 18] = [
    ("yinbei", &[]),
    ("yinbei", &[("joining_purchase_earns", "false"), ("year", "membership year")]),
    ("chain", &[("points_per_yuan", "1.5"), ("ordinary_discount", "1%"), ("goods_points", "150")]),
    (
        "supermarket",
        &[
            ("silver_spend", "800.00"),
            ("silver_points", "700"),
            ("gold_spend", "3000.00"),
            ("gold_points", "2500"),
            ("silver_discount", "3%"),
            ("gold_discount", "5.5%"),
            ("voucher_points", "200"),
            ("voucher_worth", "2.00"),
        ],
    ),
    ("menswear", &[("trade_in_dates", "2026-03-01..2026-09-30")]),
    (
        "vip-consult",
        &[("silver_discount", "2%"), ("gold_discount", "3.5%"), ("gift_points", "100"), ("voucher_points", "500")],
    ),
    ("vip-consult", &[("tier_window", "calendar year"), ("ordinary_discount", "1%")]),
    (
        "mall-plan",
        &[("silver_points", "500"), ("gold_points", "1500"), ("gold_spend", "4000.00"), ("voucher_points", "100")],
    ),
    ("jiujiu", &[("other_discount", "1.5%"), ("other_points_per_yuan", "0.5"), ("gift_points", "200")]),
    ("jiujiu", &[("joining_purchase_earns", "true"), ("points_per_yuan", "2.25")]),
    ("salon-card", &[("points_per_yuan", "1.2"), ("one_off_rate", "0.75%")]),
    ("yuanda-cards", &[("points_end_with_card", "true"), ("goods_points", "3")]),
    ("direct-sales", &[("silver_visits", "3"), ("gold_visits", "6"), ("ordinary_discount", "1.5%")]),
    (
        "guide-members",
        &[
            ("silver_spend", "1000.00"),
            ("gold_spend", "4000.00"),
            ("double_dates", "11-15..02-29"),
            ("year", "12 months"),
        ],
    ),
    (
        "clothing",
        &[
            ("vip_spend", "1500.00"),
            ("vip_visits", "2"),
            ("review_every", "3 months"),
            ("voucher_points", "100"),
            ("voucher_value", "1.00"),
            ("birthday_discount", "1.5%"),
        ],
    ),
    (
        "yuanda",
        &[("silver_spend", "900.00"), ("gold_spend", "3000.00"), ("gold_points", "2500"), ("gift_points", "90")],
    ),
    (
        "buyer",
        &[
            ("vip_spend", "1000.00"),
            ("diamond_spend", "5000.00"),
            ("period", "3 months"),
            ("review_every", "3 months"),
            ("goods_points", "100"),
        ],
    ),
    (
        "vip-catalogue",
        &[
            ("card_valid", "12 months"),
            ("second_spend", "1000.00"),
            ("third_spend", "4000.00"),
            ("review", "calendar quarter"),
            ("window", "calendar quarter"),
            ("second_factor", "1.25"),
            ("third_factor", "1.5"),
            ("birthday_money", "8.88"),
        ],
    ),
];

pub fn program(name: &'static str, set: &[(&'static str, &'static str)]) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(format!("{name}.toml"));
    Case { name, document: std::fs::read_to_string(path).expect("a policy document"), set: set.to_vec() }
}

impl Case {
    /// A program that was made up.
    pub fn random(document: String) -> Self {
        Self { name: "random", document, set: Vec::new() }
    }

    pub fn policy(&self) -> Policy {
        let set: BTreeMap<Text, Text> =
            self.set.iter().map(|(name, value)| (Text::from(*name), Text::from(*value))).collect();
        let (policy, diagnostics) = check_with(&self.document, &set);
        policy.unwrap_or_else(|| panic!("{} is refused: {diagnostics:?}\n{}", self.name, self.document))
    }

    /// The policies of a shop that has never had another program.
    pub fn policies(&self) -> PolicySet {
        PolicySet::single(self.policy())
    }

    pub fn program(&self) -> Program {
        Program::read(&self.document, &self.set).expect("the oracle reads it")
    }
}

/// The policies of a shop whose programs follow one another.
pub fn policies_of(cases: &[(Day, Case)]) -> PolicySet {
    PolicySet::versions(cases.iter().map(|(_, case)| case.policy())).expect("two days")
}

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The first minute of a day.
pub fn midnight(day: Day) -> BusinessTime {
    BusinessTime { minute: Minute::default(), ..BusinessTime::noon(day) }
}

/// A minute of a day at which the shop is open.
pub fn opening_hours(day: Day, dice: &mut Dice) -> BusinessTime {
    let minute = Minute::from_clock(9 + dice.roll(12) as u16, dice.roll(60) as u16).expect("a minute");
    BusinessTime { minute, ..BusinessTime::noon(day) }
}

/// The events in another order.
pub fn shuffled(mut events: Vec<Event>, mut seed: u64) -> Vec<Event> {
    for at in (1..events.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        events.swap(at, (seed >> 33) as usize % (at + 1));
    }
    events
}

/// One step of a history in raw numbers; what they mean is up to the shop.
#[derive(Debug, Clone)]
pub struct Step {
    pub verb: u8,
    pub who: u8,
    pub x: u32,
    pub y: u32,
    pub wait: u8,
}

/// The number of cases, unless `PROPTEST_CASES` says another; nothing is written beside the sources.
pub fn config(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    ProptestConfig { max_shrink_iters: 3000, failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step =
        (0..100_u8, 0..4_u8, any::<u32>(), any::<u32>(), prop_oneof![3 => 0..3_u8, 3 => 3..25_u8, 1 => 25..220_u8])
            .prop_map(|(verb, who, x, y, wait)| Step { verb, who, x, y, wait });
    proptest::collection::vec(step, 1..most)
}

/// What sort of histories.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Facts that contradict each other, and late ones.
    pub conflicts: bool,
    /// The same stored value spent twice: leaves less than nothing there.
    pub overspends: bool,
}

/// A shop.
pub struct Shop<'p> {
    pub policies: &'p PolicySet,
    pub book: Book,
    pub events: Vec<Event>,
    pub members: Vec<MemberId>,
    pub sales: Vec<EventId>,
    pub loads: Vec<EventId>,
    pub today: Day,
    pub refused: usize,
    manner: Manner,
}

/// Small numbers out of a raw one, one after another.
pub struct Dice(u64);

impl Dice {
    pub fn new(x: u32, y: u32) -> Self {
        Self(u64::from(x) << 32 | u64::from(y))
    }
    pub fn roll(&mut self, sides: u64) -> u64 {
        let rolled = self.0 % sides;
        // Shrunk numbers give small rolls; others are stirred.
        self.0 = (self.0 / sides).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 3;
        rolled
    }
}

const GOODS: [(&str, &str, &str); 8] = [
    ("soap", "", "counter:a"),
    ("cream", "care", "counter:b"),
    ("offer", "care", "special"),
    ("rice", "", "loose counter:a"),
    ("ring", "jade", ""),
    ("chain", "gold", "promotion"),
    ("coat", "", "trade-in"),
    ("pearl", "pearl", "limited"),
];

pub fn lines(dice: &mut Dice) -> Vec<BasketLine> {
    (0..=dice.roll(4))
        .map(|_| {
            let (product, category, tags) = GOODS[dice.roll(8) as usize];
            let price = match dice.roll(4) {
                0 => dice.roll(2_000),
                1 => dice.roll(20_000),
                2 => dice.roll(60) * 1000,
                _ => dice.roll(400_000),
            };
            let quantity = match dice.roll(6) {
                0 => 500 + dice.roll(3000) as i64,
                1 => 50_000,
                _ => 1000 * (1 + dice.roll(4) as i64),
            };
            BasketLine {
                product: product.into(),
                category: category.into(),
                tags: Tags::parse(tags),
                quantity: Quantity::from_minor(quantity),
                price: Money::from_minor(price as i64),
            }
        })
        .collect()
}

impl<'p> Shop<'p> {
    pub fn open(policies: &'p PolicySet, manner: Manner) -> Self {
        let mut shop = Self {
            policies,
            book: Book::default(),
            events: Vec::new(),
            members: Vec::new(),
            sales: Vec::new(),
            loads: Vec::new(),
            today: day("2026-01-05"),
            refused: 0,
            manner,
        };
        for number in 0..3 {
            shop.step(&Step { verb: 99, who: 0, x: 7 + number, y: number * 5, wait: 3 });
        }
        shop
    }

    pub fn live(policies: &'p PolicySet, manner: Manner, steps: &[Step]) -> Self {
        let mut shop = Self::open(policies, manner);
        for step in steps {
            shop.step(step);
        }
        shop
    }

    fn next_id(&self) -> EventId {
        EventId::derived("oracle", &self.events.len().to_string())
    }

    pub fn record(&mut self, body: Body, at: BusinessTime) -> EventId {
        let sequence = self.events.len() as u64 + 1;
        let event = Event {
            id: self.next_id(),
            device: DeviceId::derived("oracle", if sequence.is_multiple_of(3) { "a" } else { "b" }),
            sequence,
            clock: sequence,
            at,
            store: Text::default(),
            staff: Text::default(),
            program: Text::default(),
            policy_version: 1,
            schema: SCHEMA_VERSION,
            body,
        };
        Folder::new(self.policies).apply(&mut self.book, &event).expect("events come in their order");
        match &event.body {
            Body::Sold(_) => self.sales.push(event.id),
            Body::Loaded { .. } => self.loads.push(event.id),
            Body::Enrolled { .. } => self.members.push(MemberId::from(event.id)),
            _ => {}
        }
        let id = event.id;
        self.events.push(event);
        id
    }

    pub fn wish(&mut self, wish: &Wish, at: BusinessTime) -> bool {
        match decide(&self.book, self.policies, wish, at, self.next_id()) {
            Ok(bodies) => {
                for body in bodies {
                    self.record(body, at);
                }
                true
            }
            Err(_) => {
                self.refused += 1;
                false
            }
        }
    }

    /// A basket for a member, with benefits and payments chosen by dice.
    pub fn basket(&self, member: Option<MemberId>, at: BusinessTime, dice: &mut Dice) -> Basket {
        let mut basket = Basket { member, lines: lines(dice), ..Basket::default() };
        if dice.roll(6) == 0 {
            basket.off = Money::from_minor(dice.roll(300) as i64);
        }
        let Some(policy) = self.policies.on(at.day) else { return basket };
        if dice.roll(4) == 0
            && let Some(rule) = policy.discounts().iter().find(|rule| !rule.approval.is_empty())
        {
            let rate: Rate = ["1%", "7.5%", "10%"][dice.roll(3) as usize].parse().expect("a rate");
            let spoken = rule.approval.iter().map(|party| Text::from(format!("{party}=of-{party}"))).collect();
            basket.agreed = Some((rule.head.id.clone(), rate, spoken));
        }
        let own = member.and_then(|id| self.book.member_on(id, self.policies, at.day));
        if let Some(own) = &own {
            if dice.roll(2) == 0 {
                basket.vouchers = own
                    .open_vouchers(at.day)
                    .iter()
                    .take(1 + dice.roll(2) as usize)
                    .map(|v| (v.from, v.index))
                    .collect();
            }
            if dice.roll(2) == 0
                && let Some(rule) = policy.redemptions().iter().find(|rule| matches!(rule.gives, Gives::Price { .. }))
                && let Ok(before) = quote(&self.book, self.policies, &basket, at)
            {
                let most = points_usable(rule, own.balance_of(&rule.from), before.pay);
                let units = most.minor() / rule.points.minor().max(1);
                let units = if units > 0 { 1 + dice.roll(units as u64) as i64 } else { 0 };
                basket.points =
                    (units > 0).then(|| (rule.head.id.clone(), Points::from_minor(units * rule.points.minor())));
            }
        }
        if let Ok(before) = quote(&self.book, self.policies, &basket, at) {
            let mut left = before.pay.minor();
            let stored = own.as_ref().map_or(0, |own| own.stored_value.minor()).min(left).max(0);
            let mut tender = |kind: &str, amount: i64, left: &mut i64| {
                if amount > 0 {
                    basket.tenders.push(Tender { kind: kind.into(), amount: Money::from_minor(amount) });
                    *left -= amount;
                }
            };
            if stored > 0 && dice.roll(2) == 0 {
                tender(STORED_VALUE, 1 + dice.roll(stored as u64) as i64, &mut left);
            }
            if left > 0 && dice.roll(5) == 0 {
                tender("gift-card", 1 + dice.roll(left as u64) as i64, &mut left);
            }
            tender(if dice.roll(2) == 0 { "cash" } else { "card" }, left, &mut left);
        }
        basket
    }

    fn join(&mut self, at: BusinessTime, dice: &mut Dice) {
        let Some(policy) = self.policies.on(at.day) else { return };
        let routes = policy.routes();
        let Some(route) = routes.get(dice.roll(routes.len() as u64) as usize) else { return };
        // Something to join with: a stranger's purchase of this very day.
        let price = 100_000 + dice.roll(100_000) as i64;
        let (product, category, tags) = GOODS[[0, 4, 1][dice.roll(3) as usize]];
        let mut goods = vec![BasketLine {
            product: product.into(),
            category: category.into(),
            tags: Tags::parse(tags),
            quantity: Quantity::from_minor(2000),
            price: Money::from_minor(price),
        }];
        goods.extend(lines(dice).into_iter().take(1));
        self.wish(&Wish::Sell(Basket { lines: goods, ..Basket::default() }), at);
        let sale = *self.sales.last().expect("a sale");
        if dice.roll(6) == 0 {
            let lines = vec![ReturnedLine { line: 0, quantity: Quantity::from_minor(500) }];
            self.wish(&Wish::Return { sale, lines, tender: Text::default() }, at);
        }
        let number = self.members.len();
        let lunar = dice.roll(3) == 0;
        let birthday =
            Birthday { year: Some(1980), month: 1 + dice.roll(12) as u8, day: 1 + dice.roll(28) as u8, lunar };
        let mut application = Application {
            profile: Profile {
                name: Text::from(format!("member {number}")),
                phone: Text::from(format!("1380000{number:04}")),
                birthday: Some(birthday),
                id_number: Text::from(format!("11010119800101{number:04}")),
                more: BTreeMap::new(),
            },
            route: route.head.id.clone(),
            choice: policy.join().choices.get(dice.roll(2) as usize).cloned().unwrap_or_default(),
            card: self.book.next_card(1),
            referrer: if dice.roll(2) == 0 { self.members.first().copied() } else { None },
            ..Application::default()
        };
        use regulars_rules::kinds::enrol::Ask;
        if !matches!(route.ask, Ask::Free | Ask::Fee(_) | Ask::Load(_)) || dice.roll(3) == 0 {
            application.receipts = vec![sale];
        }
        if !self.wish(&Wish::Enrol(application.clone()), at) && std::env::var("ORACLE_LOUD").is_ok() {
            eprintln!("{:?}", decide(&self.book, self.policies, &Wish::Enrol(application), at, self.next_id()));
        }
    }

    pub fn step(&mut self, step: &Step) {
        let mut dice = Dice::new(step.x, step.y);
        // The oracle's table of the lunar calendar ends with 2028, and members are looked at 300 days later.
        self.today = self.today.plus_days(i32::from(step.wait)).min(day("2028-02-01"));
        let late = self.manner.conflicts && dice.roll(12) == 11;
        let day = if late { self.today.plus_days(-1 - dice.roll(60) as i32) } else { self.today };
        let at = opening_hours(day, &mut dice);
        let Some(&member) = self.members.get(usize::from(step.who) % self.members.len().max(1)) else {
            return self.join(at, &mut dice);
        };
        match step.verb {
            0..=39 => {
                let basket = self.basket(Some(member), at, &mut dice);
                self.wish(&Wish::Sell(basket), at);
            }
            40..=43 => {
                let basket = self.basket(None, at, &mut dice);
                self.wish(&Wish::Sell(basket), at);
            }
            44..=57 => self.bring_back(at, &mut dice),
            58..=63 => {
                let gift =
                    self.policies.on(day).and_then(|p| p.entitlements().iter().find(|e| e.voucher.is_positive()));
                if let Some(entitlement) = gift.map(|rule| rule.head.id.clone())
                    && dice.roll(2) == 0
                {
                    self.wish(&Wish::Give { member, entitlement, note: Text::default(), by_other: false }, at);
                }
                let rules: Vec<Text> = self
                    .policies
                    .on(day)
                    .map(|p| p.redemptions().iter().map(|r| r.head.id.clone()).collect())
                    .unwrap_or_default();
                if !rules.is_empty() {
                    let rule = rules[dice.roll(rules.len() as u64) as usize].clone();
                    self.wish(&Wish::Redeem { member, rule, times: 1 + dice.roll(3) as u32 }, at);
                }
            }
            64..=68 => {
                // Whole yuan in each tender: how odd fen of several tenders are rounded is its own question.
                let most = if dice.roll(2) == 0 { 30_000 } else { 500 };
                let amount = 100 * (1 + dice.roll(most) as i64);
                let mut tenders = Vec::new();
                if dice.roll(2) == 0 {
                    let cheque = amount / 200 * 100;
                    tenders.push(Tender { kind: "cheque".into(), amount: Money::from_minor(cheque) });
                    tenders.push(Tender {
                        kind: (if dice.roll(3) == 0 { "cheque" } else { "cash" }).into(),
                        amount: Money::from_minor(amount - cheque),
                    });
                }
                self.wish(&Wish::Load { member, amount: Money::from_minor(amount), tenders }, at);
            }
            69..=72 => {
                if let Some(&of) = self.loads.get(dice.roll(self.loads.len().max(1) as u64) as usize) {
                    self.wish(&Wish::SettleTender { of, tender: dice.roll(2) as u32, cleared: dice.roll(3) != 0 }, at);
                }
            }
            73..=76 => {
                let activity = ["event", "task", "workshop"][dice.roll(3) as usize].into();
                self.wish(&Wish::Attend { member, activity }, at);
            }
            77..=79 => {
                let to = self.members[dice.roll(self.members.len() as u64) as usize];
                let points = Points::from_minor(100 * (1 + dice.roll(400) as i64));
                self.wish(&Wish::SendPoints { from: member, to, points }, at);
            }
            80 | 81 => {
                let points = Points::from_minor(dice.roll(60_000) as i64 - 30_000);
                let kinds = self.policies.on(at.day).map(|policy| policy.points_kinds()).unwrap_or_default();
                let reason = "because".into();
                match kinds.get(dice.roll(3) as usize) {
                    Some(kind) => {
                        let kind = kind.head.id.clone();
                        self.wish(&Wish::AdjustKind { member, kind, points, reason }, at)
                    }
                    None => self.wish(&Wish::Adjust { member, points, reason }, at),
                };
            }
            82 => {
                let mark = ["fixed", "invited"][dice.roll(2) as usize].into();
                self.wish(&Wish::Mark { member, mark, on: dice.roll(3) != 0 }, at);
            }
            83 => {
                let tiers: Vec<Text> = self.policies.on(day).map(|p| p.ladder().ids()).unwrap_or_default();
                let Some(tier) = tiers.get(dice.roll(tiers.len().max(1) as u64) as usize).cloned() else { return };
                self.wish(&Wish::Grant { member, tier, reason: "because".into() }, at);
            }
            84 => {
                self.wish(&Wish::RenewCard(member), at);
            }
            85 | 86 => {
                if dice.roll(3) == 0 {
                    self.wish(&Wish::Mark { member, mark: "fixed".into(), on: true }, at);
                }
                let rule = ["annual", "annual", "annual", "one-off"][dice.roll(4) as usize].into();
                self.wish(&Wish::PayRebate { member, rule }, at);
            }
            87 => {
                let wish = Wish::CarryOver {
                    member,
                    points: Points::from_minor(100 * dice.roll(500) as i64),
                    spend: Money::from_minor(dice.roll(500_000) as i64),
                    visits: dice.roll(20) as u32,
                    stored_value: Money::from_minor(dice.roll(2) as i64 * 5000),
                };
                self.wish(&wish, at);
            }
            88 => {
                let mut profile = self.book.member(member).map(|m| m.profile.clone()).unwrap_or_default();
                profile.birthday = Some(Birthday { year: Some(1980), month: 2, day: 29, lunar: false });
                self.wish(&Wish::Edit { member, profile }, at);
            }
            89 => {
                self.wish(&Wish::ReplaceCard { member, fault: CardFault::Lost, card: Text::default() }, at);
            }
            90..=95 if self.manner.conflicts => self.conflict(member, at, &mut dice),
            _ => self.join(at, &mut dice),
        }
    }

    fn some_of(&self, sale: EventId, dice: &mut Dice) -> Vec<ReturnedLine> {
        let Some(receipt) = self.book.receipt(sale) else { return Vec::new() };
        let lines = self.book.receipt_lines(receipt);
        let mut back = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let left = line.quantity.minor() - receipt.returned(at).minor();
            if left > 0 && line.returnable && dice.roll(3) != 0 {
                let quantity = match dice.roll(3) {
                    0 => left,
                    1 => 1000.min(left),
                    _ => 1 + dice.roll(left as u64) as i64,
                };
                back.push(ReturnedLine { line: at as u32, quantity: Quantity::from_minor(quantity) });
            }
        }
        back
    }

    fn bring_back(&mut self, at: BusinessTime, dice: &mut Dice) {
        if self.sales.is_empty() {
            return;
        }
        // Mostly one of the last sales.
        let far = if dice.roll(2) == 0 { 3 } else { self.sales.len() as u64 };
        let back = 1 + dice.roll(far) as usize;
        let sale = self.sales[self.sales.len().saturating_sub(back)];
        let lines = self.some_of(sale, dice);
        let wish = Wish::Return { sale, lines: lines.clone(), tender: Text::default() };
        if !self.wish(&wish, at) && !lines.is_empty() && self.manner.conflicts {
            // Another tablet took them all the same.
            self.record(Body::Returned { sale, lines, refunds: Vec::new() }, at);
        }
    }

    /// What two tablets do without knowing of each other.
    fn conflict(&mut self, member: MemberId, at: BusinessTime, dice: &mut Dice) {
        let earlier: Vec<Body> = self
            .events
            .iter()
            .rev()
            .filter(|event| match &event.body {
                Body::Sold(sold) => {
                    sold.member.is_some()
                        && !sold.uses.is_empty()
                        && (self.manner.overspends || sold.tenders.iter().all(|t| t.kind != STORED_VALUE))
                }
                Body::Redeemed { .. }
                | Body::PointsSent { .. }
                | Body::RebatePaid { .. }
                | Body::TenderSettled { .. }
                | Body::Returned { .. } => true,
                Body::Enrolled { receipts, .. } => !receipts.is_empty(),
                _ => false,
            })
            .map(|event| event.body.clone())
            .take(4)
            .collect();
        match dice.roll(3) {
            0 => {
                self.record(
                    Body::Redeemed {
                        member,
                        rule: "voucher".into(),
                        times: 1,
                        points: Points::from_minor(25_000),
                        voucher: Money::from_minor(500),
                    },
                    at,
                );
            }
            1 => {
                let sold = Sold {
                    member: Some(member),
                    uses: vec![Use::Points {
                        rule: "price".into(),
                        points: Points::from_minor(10_000),
                        amount: Money::from_minor(100),
                    }],
                    lines: vec![
                        regulars_rules::event::Line {
                            quantity: Quantity::ONE,
                            amount: Money::from_minor(3_333),
                            ..Default::default()
                        },
                        regulars_rules::event::Line {
                            quantity: Quantity::from_minor(2000),
                            amount: Money::from_minor(6_667),
                            ..Default::default()
                        },
                    ],
                    ..Sold::default()
                };
                self.record(Body::Sold(sold), at);
            }
            _ => {
                if let Some(body) = earlier.get(dice.roll(4) as usize) {
                    let mut body = body.clone();
                    // Money given back to stored value twice would be a fact about stored value alone.
                    if let Body::Returned { refunds, .. } = &mut body {
                        refunds.clear();
                    }
                    self.record(body, at);
                }
            }
        }
    }
}

fn text(text: &Text) -> String {
    text.to_string()
}

pub fn tenders(list: &[Tender]) -> Vec<(String, i128)> {
    list.iter().map(|tender| (text(&tender.kind), i128::from(tender.amount.minor()))).collect()
}

fn birthday(profile: &Profile) -> Option<facts::Birthday> {
    profile.birthday.map(|b| (i64::from(b.month), i64::from(b.day), b.lunar))
}

pub fn plain_lines(lines: &[regulars_rules::event::Line]) -> Vec<facts::Line> {
    lines
        .iter()
        .map(|line| facts::Line {
            product: text(&line.product),
            category: text(&line.category),
            tags: line.tags.iter().map(str::to_owned).collect(),
            quantity: line.quantity.minor().into(),
            amount: line.amount.minor().into(),
            off: line.discounts.iter().map(|given| i128::from(given.amount.minor())).sum(),
            by_hand: line
                .discounts
                .iter()
                .filter(|given| given.rule == "manual")
                .map(|given| i128::from(given.amount.minor()))
                .sum(),
        })
        .collect()
}

pub fn plain_sale(sold: &Sold) -> facts::Sale {
    facts::Sale {
        member: sold.member.map(MemberId::as_u128),
        lines: plain_lines(&sold.lines),
        offs: sold.discounts.iter().map(|given| (text(&given.rule), i128::from(given.amount.minor()))).collect(),
        uses: sold
            .uses
            .iter()
            .map(|used| match used {
                Use::Voucher { from, index, amount } => {
                    facts::Use::Voucher(from.as_u128(), *index, amount.minor().into())
                }
                Use::Points { rule, points, amount } => {
                    facts::Use::Points(text(rule), points.minor().into(), amount.minor().into())
                }
            })
            .collect(),
        tenders: tenders(&sold.tenders),
    }
}

/// An event as a plain fact.
pub fn plain(event: &Event) -> Fact {
    let deed = match &event.body {
        Body::Enrolled { profile, route, receipts, choice, referrer, .. } => Deed::Enrolled(facts::Enrolment {
            route: text(route),
            receipts: receipts.iter().map(|id| id.as_u128()).collect(),
            choice: text(choice),
            birthday: birthday(profile),
            referrer: referrer.map(MemberId::as_u128),
        }),
        Body::Sold(sold) => Deed::Sold(plain_sale(sold)),
        Body::Returned { sale, lines, refunds } => Deed::Returned(
            sale.as_u128(),
            lines.iter().map(|line| (line.line as usize, line.quantity.minor().into())).collect(),
            refunds.iter().filter(|t| t.kind == STORED_VALUE).map(|t| i128::from(t.amount.minor())).sum(),
        ),
        Body::Redeemed { member, rule, times, points, voucher } => {
            Deed::Redeemed(member.as_u128(), text(rule), *times, points.minor().into(), voucher.minor().into())
        }
        Body::Loaded { member, amount, tenders: paid } => {
            Deed::Loaded(member.as_u128(), amount.minor().into(), tenders(paid))
        }
        Body::TenderSettled { of, tender, cleared } => Deed::Settled(of.as_u128(), *tender, *cleared),
        Body::Attended { member, activity } => Deed::Attended(member.as_u128(), text(activity)),
        Body::PointsSent { from, to, points } => Deed::Sent(from.as_u128(), to.as_u128(), points.minor().into()),
        Body::RebatePaid { member, rule, period_start, amount } => {
            Deed::RebatePaid(member.as_u128(), text(rule), period_start.number().into(), amount.minor().into())
        }
        Body::PointsAdjusted { member, points, .. } => Deed::Adjusted(member.as_u128(), points.minor().into()),
        Body::KindAdjusted { member, kind, points, .. } => {
            Deed::KindAdjusted(member.as_u128(), text(kind), points.minor().into())
        }
        Body::CarriedOver { member, points, spend, visits, stored_value } => Deed::CarriedOver(
            member.as_u128(),
            points.minor().into(),
            spend.minor().into(),
            i64::from(*visits),
            stored_value.minor().into(),
        ),
        Body::Marked { member, mark, on } => Deed::Marked(member.as_u128(), text(mark), *on),
        Body::TierGranted { member, tier, .. } => Deed::Granted(member.as_u128(), text(tier)),
        Body::EntitlementGiven { member, entitlement, .. } => Deed::Given(member.as_u128(), text(entitlement)),
        Body::CardRenewed { member } => Deed::Renewed(member.as_u128()),
        Body::ProfileChanged { member, profile } => Deed::BornOn(member.as_u128(), birthday(profile)),
        other => Deed::Other(other.member().map(MemberId::as_u128)),
    };
    Fact { id: event.id.as_u128(), day: event.at.day.number().into(), deed }
}

pub fn plain_all(events: &[Event]) -> Vec<Fact> {
    events.iter().map(plain).collect()
}

/// The engine's figures of a member in the oracle's words. Rebates are taken from what is due.
pub fn engine_figures(book: &Book, policies: &PolicySet, id: MemberId, day: Day) -> Option<Figures> {
    let member: Member = book.member_on(id, policies, day)?;
    let p = &member.points;
    let n = |points: Points| i128::from(points.minor());
    Some(Figures {
        balance: n(p.balance),
        debt: n(p.debt),
        issued: n(p.issued),
        received: n(p.received),
        redeemed: n(p.redeemed),
        lapsed: n(p.lapsed),
        reversed: n(p.reversed),
        sent: n(p.sent),
        lots: member.lots.iter().map(|lot| (lot.lapse.number().into(), n(lot.left))).collect(),
        kinds: {
            let own =
                member.kinds().iter().map(|own| (own.kind.to_string(), n(own.points.balance), n(own.points.debt)));
            // What has no kind is the rest of the balance, which is compared above.
            own.filter(|(kind, balance, debt)| !kind.is_empty() && (*balance, *debt) != (0, 0)).collect()
        },
        points_earned: n(member.points_earned),
        tier: member.tier.into(),
        spend: member.spend.minor().into(),
        visits: member.visits.into(),
        items: member.items.minor().into(),
        activities: member.activities.into(),
        stored_value: member.stored_value.minor().into(),
        stored_pending: member.stored_pending().minor().into(),
        vouchers: member
            .vouchers
            .iter()
            .filter(|v| v.state == VoucherState::Open && v.expires > day)
            .map(|v| (v.from.as_u128(), v.index, v.value.minor().into()))
            .collect(),
        rebates: due(book, policies, day)
            .into_iter()
            .filter(|task| task.kind == "rebate" && task.member == Some(id))
            .map(|task| {
                let rule = task.rule.map(|rule| rule.id.to_string()).unwrap_or_default();
                let amount = match task.figure {
                    Some(Value::Money(amount)) => amount.minor().into(),
                    _ => 0,
                };
                (rule, 0, amount)
            })
            .collect(),
    })
}

/// The oracle's figures, without what the engine's due list does not say.
pub fn oracle_figures(ledger: &Ledger<'_>, id: MemberId, day: Day) -> Option<Figures> {
    let mut figures = ledger.member_on(id.as_u128(), OracleDay::from(day.number()))?;
    for rebate in &mut figures.rebates {
        rebate.1 = 0;
    }
    Some(figures)
}

/// Both calculations of a history, at its end, some days later, and at some of its prefixes.
pub fn agree(
    cases: &[(Day, Case)],
    policies: &PolicySet,
    events: &[Event],
    prefixes: &[usize],
) -> Result<(), TestCaseError> {
    let mut programs: Vec<(OracleDay, Program)> =
        cases.iter().map(|(from, case)| (from.number().into(), case.program())).collect();
    programs.sort_by_key(|(from, _)| *from);
    let facts = plain_all(events);
    for take in prefixes.iter().map(|raw| raw % (events.len() + 1)).chain([events.len()]) {
        let book = fold(policies, &Journal::new(events[..take].to_vec()));
        let readings = Readings { any_lapsed: false };
        let ledger = Ledger::replay_as(&programs, &facts[..take], readings);
        prop_assert_eq!(book.members().len(), ledger.members().count());
        for event in &events[..take] {
            if let Some(receipt) = book.receipt(event.id) {
                prop_assert_eq!(
                    Some(i128::from(receipt.points.minor())),
                    ledger.points_of(event.id.as_u128()),
                    "points of sale {:?}",
                    event
                );
                let more = receipt.more();
                // A receipt that earned nothing remembers what a stranger's points would have been; nobody had them.
                let points_back = if receipt.points.is_zero() { 0 } else { more.points_back.minor().into() };
                prop_assert_eq!(
                    Some((more.refunded.minor().into(), points_back, more.restored.minor().into())),
                    ledger.returned_of(event.id.as_u128()),
                    "returned of sale {:?}",
                    event
                );
            }
        }
        let last = book.day().max(day("2026-01-01"));
        for member in book.members() {
            for later in [0, 1, 45, 300] {
                let day = last.plus_days(later);
                let engine = engine_figures(&book, policies, member.id, day);
                let oracle = oracle_figures(&ledger, member.id, day);
                prop_assert_eq!(
                    &engine,
                    &oracle,
                    "engine left, oracle right; member {} on {} after {} events\n{}\n{}",
                    member.profile.name,
                    day,
                    take,
                    story(&events[..take], member.id),
                    if std::env::var("ORACLE_LOUD").is_ok() {
                        cases.iter().map(|(_, case)| case.document.clone()).collect::<String>()
                    } else {
                        String::new()
                    }
                );
            }
        }
    }
    Ok(())
}

/// The events that touch a member, for a report.
pub fn story(events: &[Event], id: MemberId) -> String {
    let mut sales = Vec::new();
    let mut lines = Vec::new();
    for event in events {
        let own = event.id.as_u128() == id.as_u128()
            || event.body.member() == Some(id)
            || matches!(&event.body, Body::Returned { sale, .. } if sales.contains(sale))
            || matches!(&event.body, Body::PointsSent { to, .. } if *to == id)
            || matches!(&event.body, Body::Sold(Sold { member: None, .. }) | Body::TenderSettled { .. })
            || matches!(&event.body, Body::Enrolled { referrer: Some(by), .. } if *by == id);
        if own {
            if matches!(event.body, Body::Sold(_)) {
                sales.push(event.id);
            }
            lines.push(format!("{} #{} {:?}", event.at, event.sequence, event.body));
        }
    }
    lines.join("\n")
}

/// A small program in raw numbers.
#[derive(Debug, Clone)]
pub struct Shape {
    pub window: u8,
    pub ladder: u8,
    pub reach: u8,
    pub lapse: u8,
    pub earn: u8,
    pub multiply: u8,
    pub discount: u8,
    pub redeem: u8,
    pub rest: u8,
    pub kinds: u8,
}

impl Arbitrary for Shape {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;
    fn arbitrary_with((): ()) -> Self::Strategy {
        let byte = any::<u8>;
        (byte(), byte(), byte(), byte(), byte(), byte(), byte(), (byte(), byte(), byte()))
            .prop_map(|(window, ladder, reach, lapse, earn, multiply, discount, (redeem, rest, kinds))| Self {
                window,
                ladder,
                reach,
                lapse,
                earn,
                multiply,
                discount,
                redeem,
                rest,
                kinds,
            })
            .boxed()
    }
}

/// The document of a random program.
pub fn random_document(shape: &Shape, version: u32, from: &str) -> String {
    let pick = |number: u8, list: &[&'static str]| list[usize::from(number) % list.len()];
    let windows = [
        "lifetime",
        "calendar quarter",
        "90 days",
        "membership year",
        "calendar month",
        "2 months",
        "calendar year",
        "1 month",
        "3 months",
    ];
    let window = pick(shape.window, &windows);
    let up = pick(shape.ladder, &["immediate", "immediate", "review"]);
    let down = pick(shape.ladder / 4, &["never", "review", "immediate"]);
    let step = pick(shape.ladder / 16, &["any", "any", "one"]);
    let review = pick(shape.ladder / 32, &["'calendar quarter'", "'2 months'", "'45 days'", "['03-15', '09-01']"]);
    let review = if up == "review" || down == "review" { format!("review = {review}") } else { String::new() };
    let on_return = pick(shape.reach / 16, &["judge", "keep"]);
    let current = if shape.reach / 32 % 2 == 1 { "counts_current_sale = true" } else { "" };
    let (t1, t2) = [
        ("spend = '500.00'", "spend = '2000.00'"),
        ("points_earned = 300", "points_earned = 1500"),
        ("any = { spend = '800.00', visits = 3 }", "any = { spend = '4000.00', visits = 9 }"),
        ("spend = '300.00', items = 4", "spend = '1000.00', items = 12"),
        ("points_balance = 200", "points_balance = 900"),
        ("visits = 2", "visits = 6"),
        ("any = { activities = 1, spend = '900.00' }", "any = { activities = 3, spend = '3000.00' }"),
    ][usize::from(shape.reach) % 7];
    let lapse = pick(
        shape.lapse,
        &[
            "",
            "[lapse]\nafter = '2 months'",
            "[lapse]\nafter = '30 days'",
            "[lapse]\nafter = '1 month'\nuntil = 'month-end'",
            "[lapse]\nyearly_on = '04-30'",
            "[lapse]\nwith_card = true",
            "[lapse]\nafter = '12 months'",
        ],
    );
    let card = pick(shape.lapse / 8, &["", "[card]\nvalid = '6 months'"]);
    let basis = pick(shape.earn, &["paid", "before-redemption", "list"]);
    let per = pick(shape.earn / 4, &["1.00", "3.00", "10.00"]);
    let full = if shape.earn / 16 % 2 == 1 { "full_units = true" } else { "" };
    let ignore = if shape.earn / 32 % 2 == 1 { "basket_discounts = 'ignore'" } else { "" };
    let second = pick(
        shape.earn / 64,
        &[
            "",
            "[[earn]]\nid = 'jade'\nper = '2.00'\npoints = 3\nonly = { categories = ['jade'] }",
            "[[earn]]\nid = 'join'\non = 'enrolment'\npoints = 50",
            "[[earn]]\nid = 'tagged'\nper = '1.00'\npoints = '0.5'\nonly = { tags = ['trade-in'] }\n[[earn]]\nid = 'any'\nactivity = 'any'\npoints = 7",
        ],
    );
    let multiply = pick(
        shape.multiply,
        &[
            "",
            "[[multiply]]\nid = 'weekend'\nfactor = '2'\nwhen = { weekdays = ['sat', 'sun'] }",
            "[[multiply]]\nid = 'weekend'\nfactor = '1.5'\nwhen = { weekdays = ['sat', 'sun', 'fri'] }\n[[multiply]]\nid = 'birthday'\nfactor = '3'\nwhen = { birthday = 'month' }",
            "[[multiply]]\nid = 'high'\nfactor = '1.2'\nwhen = { tiers = ['t2'] }\nunless = { month_days = [1, 2, 3] }",
            "[[multiply]]\nid = 'early'\nfactor = '0.8'\nwhen = { month_days = [1, 5, 8, 9, 10, 11, 12] }\n[[multiply]]\nid = 'high'\nfactor = '1.25'\nwhen = { tiers = ['t1', 't2'] }",
        ],
    );
    let combine = if shape.multiply / 16 % 2 == 1 && !multiply.is_empty() { "multipliers = 'product'" } else { "" };
    let discount = pick(
        shape.discount,
        &[
            "",
            "[[discount]]\nid = 'd1'\nrate = '5%'\nexcept = { tags = ['special'] }",
            "[[discount]]\nid = 'd1'\ngroup = 'g'\nrate = '2%'\n[[discount]]\nid = 'd2'\ngroup = 'g'\nrate = '7%'\nwhen = { lunar_days = [8, 18, 28, 1, 15] }\n[[discount]]\nid = 'd3'\nby_tier = { t1 = '1%', t2 = '3.3%' }",
            "[[discount]]\nid = 'whole'\non = 'basket'\nrate = '2.5%'\nat_least_items = 5\nmembers = false",
            "[[discount]]\nid = 'd1'\nrate = '1%'\n[[discount]]\nid = 'whole'\non = 'basket'\nrate = '2.5%'\nat_least_items = 4\ncount = 'counter'\n[[discount]]\nid = 'more'\non = 'basket'\nrate = '1.5%'\nonly = { counters = ['b'] }",
            "[[discount]]\nid = 'd1'\nby_tier = { t0 = '1%', t2 = '10%' }\n[[discount]]\nid = 'whole'\non = 'basket'\nrate = '1%'",
        ],
    );
    let price = pick(shape.redeem, &["", "at_most = '50%'", "split = 'rest-to-last'"]);
    let valid = pick(shape.redeem / 4, &["", "valid = '1 month'"]);
    let used = pick(shape.redeem / 8, &["give-back", "keep"]);
    let vouchers = pick(shape.redeem / 16, &["give-back", "give-back", "keep"]);

    let rounding = pick(
        shape.rest,
        &[
            "",
            "[rounding]\npoints = { unit = '0.01', mode = 'half-up' }",
            "[rounding]\nmoney = { unit = '0.10', mode = 'down' }",
        ],
    );
    let referral = pick(shape.rest / 4, &["", "[[referral]]\nid = 'welcome'\npoints = 30"]);
    let rebate = pick(
        shape.rest / 16,
        &[
            "",
            "[[rebate]]\nid = 'annual'\non = 'period'\nwindow = 'calendar quarter'\nbands = [{ from = '0.00', rate = '0.5%' }, { from = '2000.00', rate = '1%' }]\nreading = 'marginal'\npays = 'stored-value'",
            "[[rebate]]\nid = 'annual'\non = 'period'\nwindow = 'membership year'\nfrom = '1000.00'\nrate = '1%'\nor_marked = 'fixed'\npays = 'gift-card'",
        ],
    );
    // The rebate's table is the last of the document.
    let keep = if rebate.is_empty() { "" } else { pick(shape.redeem / 48, &["", "", "on_return = 'keep'"]) };
    let earns = (shape.rest / 8).is_multiple_of(2);
    // Kinds of points kept apart: tasks and goods of one category bring another kind, and the price is paid with one.
    let kinds = pick(
        shape.kinds,
        &[
            "",
            "",
            "[[points]]\nid = 'main'\nlabel = { zh = 'm', en = 'm' }\n[[points]]\nid = 'act'\nlabel = { zh = 'a', en = 'a' }",
            "[[points]]\nid = 'main'\nlabel = { zh = 'm', en = 'm' }\n[[points]]\nid = 'act'\nlabel = { zh = 'a', en = 'a' }\nlapse = { after = '20 days' }",
            "[[points]]\nid = 'act'\nlabel = { zh = 'a', en = 'a' }\nlapse = { after = '1 month' }\n[[points]]\nid = 'main'\nlabel = { zh = 'm', en = 'm' }",
        ],
    );
    let of_kind = if kinds.is_empty() { "" } else { "kind = 'act'" };
    let only_from =
        if kinds.is_empty() { "" } else { pick(shape.kinds / 8, &["", "from = ['main']", "from = ['act', 'main']"]) };
    let second =
        if kinds.is_empty() { second.to_owned() } else { second.replace("\npoints", "\nkind = 'act'\npoints") };
    let document = format!(
        "{combine}\n[program]\nid = 'random'\nversion = {version}\neffective_from = {from}\nsource = 'none'\ntitle = {{ zh = 'x', en = 'x' }}\n\
         [[enrol]]\nid = 'buy'\npurchase = '20.00'\nearns = {earns}\n[[enrol]]\nid = 'free'\nfree = true\n\
         [transfer]\nallowed = true\n[stored_value]\nmust_clear = ['cheque']\n\
         [tiers]\nwindow = '{window}'\nup = '{up}'\ndown = '{down}'\nstep = '{step}'\non_return = '{on_return}'\n{review}\n{current}\n\
         [[tier]]\nid = 't0'\nlabel = {{ zh = 'a', en = 'a' }}\n[[tier]]\nid = 't1'\nlabel = {{ zh = 'b', en = 'b' }}\nreach = {{ {t1} }}\n\
         [[tier]]\nid = 't2'\nlabel = {{ zh = 'c', en = 'c' }}\nreach = {{ {t2} }}\n\
         {kinds}\n{lapse}\n{card}\n[[earn]]\nid = 'spend'\nper = '{per}'\npoints = 1\nbasis = '{basis}'\n{full}\n{ignore}\n{second}\n\
         [[earn]]\nid = 'task'\nactivity = 'task'\npoints = 20\n{of_kind}\n[[earn]]\nid = 'loads'\non = 'load'\nper = '2.00'\npoints = 1\n\
         {multiply}\n{discount}\n[[redeem]]\nid = 'voucher'\npoints = 100\nvoucher = '5.00'\n{valid}\n\
         [[redeem]]\nid = 'price'\npoints = 50\nprice = '1.00'\n{price}\n{only_from}\n[returns]\nused_points = '{used}'\nused_vouchers = '{vouchers}'\n{rounding}\n{referral}\n{rebate}\n{keep}\n"
    );
    if version == 1 {
        return document;
    }
    // Another ladder: a tier under another name, one that takes over, or tiers that are gone.
    let document = match (shape.ladder ^ shape.rest) % 5 {
        0 => document,
        1 => document.replace("t1", "silver"),
        2 => document.replace("t2", "top"),
        3 => document.replace("t1", "silver").replace("id = 'silver'\n", "id = 'silver'\nwas = ['t1']\n"),
        _ => document.replace("t1", "silver").replace("t2", "t1"),
    };
    if shape.discount.is_multiple_of(2) { document } else { document.replace("[tiers]\n", "[tiers]\ngone = 'rank'\n") }
}
