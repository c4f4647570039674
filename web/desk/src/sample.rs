//! Half a year of a made-up shop for mothers and babies, up to now. Every event is decided and folded like a real one,
//! so the sample is lawful; the same `now` gives the same shop on every device.

use std::collections::BTreeMap;

use regulars_rules::decide::{Application, Wish, decide};
use regulars_rules::event::{
    Birthday, Body, CardFault, Clock, Event, Product, Profile, ReturnedLine, SCHEMA_VERSION, Tags, Tender,
};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Quantity, Rate};
use regulars_rules::primitives::calendar::LunarDay;
use regulars_rules::quote::{Basket, BasketLine, quote};
use regulars_rules::staff::StaffBook;
use regulars_rules::staff::decide::{self as staff_decide, StaffWish};
use regulars_rules::staff::fact::{Person, Scope, Share, StaffFact, Target};
use regulars_rules::staff::settle::{Explain, settle};
use regulars_rules::time::{BusinessTime, Day, Minute};

use crate::index::DayIndex;
use crate::shop::Shop;
use crate::{programs, receipts};

/// The shop's name.
pub const NAME: &str = "样例·茵贝母婴";
/// Its program.
const PROGRAM: &str = "yinbei";
/// What it agreed with its staff besides.
const STAFF_RULES: &str = include_str!("sample_staff.toml");
const MONTHS: i32 = 6;
const DAYS_A_STEP: i32 = 6;

/// Code, name, category, price in fen, tags, how often it is bought.
type Goods = (&'static str, &'static str, &'static str, i64, &'static str, u64);

const GOODS: &[Goods] = &[
    ("6901234500012", "婴儿配方奶粉 1段 800g", "奶粉", 26_800, "", 9),
    ("6901234500029", "婴儿配方奶粉 2段 800g", "奶粉", 25_800, "", 10),
    ("6901234500036", "幼儿配方奶粉 3段 800g", "奶粉", 23_800, "", 12),
    ("6901234500043", "有机配方奶粉 2段 700g", "奶粉", 36_800, "limited", 3),
    ("6901234500050", "孕妇配方奶粉 400g", "奶粉", 12_800, "", 3),
    ("6901234500067", "纸尿裤 NB 84片", "纸尿裤", 9_900, "", 8),
    ("6901234500074", "纸尿裤 M 76片", "纸尿裤", 10_900, "", 14),
    ("6901234500081", "纸尿裤 L 68片", "纸尿裤", 10_900, "", 14),
    ("6901234500098", "拉拉裤 XL 60片", "纸尿裤", 11_900, "", 11),
    ("6901234500104", "纸尿裤 试用装 4片", "纸尿裤", 590, "special", 4),
    ("6901234500111", "婴儿柔湿巾 80抽×3", "洗护", 2_990, "", 16),
    ("6901234500128", "婴儿洗衣液 2L", "洗护", 4_980, "", 9),
    ("6901234500135", "婴儿沐浴露 500ml", "洗护", 5_900, "", 8),
    ("6901234500142", "护臀膏 75g", "洗护", 4_500, "", 6),
    ("6901234500159", "润肤乳 200ml", "洗护", 6_800, "", 7),
    ("6901234500166", "儿童牙膏 50g", "洗护", 1_990, "", 6),
    ("6901234500173", "婴儿米粉 250g", "辅食", 3_800, "", 9),
    ("6901234500180", "果泥 120g×4", "辅食", 3_600, "", 10),
    ("6901234500197", "婴儿面条 200g", "辅食", 2_200, "", 8),
    ("6901234500203", "磨牙饼干 108g", "辅食", 1_890, "", 10),
    ("6901234500210", "溶豆 20g", "辅食", 1_690, "promotion", 7),
    ("6901234500227", "核桃油 110ml", "辅食", 5_800, "", 4),
    ("6901234500234", "维生素D滴剂 30粒", "营养品", 5_600, "", 9),
    ("6901234500241", "乳铁蛋白 30袋", "营养品", 29_800, "", 4),
    ("6901234500258", "益生菌 20袋", "营养品", 16_800, "", 6),
    ("6901234500265", "DHA藻油 60粒", "营养品", 19_800, "", 5),
    ("6901234500272", "宽口玻璃奶瓶 240ml", "哺喂", 7_900, "", 6),
    ("6901234500289", "硅胶奶嘴 2只", "哺喂", 3_900, "", 8),
    ("6901234500296", "电动吸奶器", "哺喂", 45_900, "", 1),
    ("6901234500302", "学饮杯 300ml", "哺喂", 6_500, "", 5),
    ("6901234500319", "消毒锅", "哺喂", 29_900, "limited", 1),
    ("6901234500326", "连体爬服 66-90", "服装", 8_900, "", 6),
    ("6901234500333", "纯棉内衣套装", "服装", 7_900, "", 6),
    ("6901234500340", "婴儿袜 3双", "服装", 2_500, "promotion", 8),
    ("6901234500357", "抱被 90×90", "服装", 12_900, "", 3),
    ("6901234500364", "布书 6本", "玩具", 4_900, "", 5),
    ("6901234500371", "摇铃套装", "玩具", 3_900, "", 5),
    ("6901234500388", "积木 60粒", "玩具", 8_800, "", 4),
    ("6901234500395", "安抚玩偶", "玩具", 5_900, "", 4),
    ("2100001", "散装红枣", "散装", 3_600, "loose", 5),
    ("2100002", "散装小米", "散装", 1_180, "loose", 5),
];

const GUIDES: &[&str] = &["李娜", "陈静", "周敏", "赵雪", "林晓"];
const MANAGER: &str = "店长";
/// Sales targets of the guides, in fen, in their order.
const TARGETS: &[i64] = &[7_600_000, 7_200_000, 7_200_000, 6_900_000, 6_500_000];
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高",
    "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹",
];
const GIVEN: &[&str] = &[
    "芳", "敏", "静", "丽", "娜", "艳", "娟", "霞", "婷", "雪", "倩", "颖", "琳", "洁", "慧", "梅", "秀英", "雨桐",
    "思琪", "佳怡", "梦瑶", "欣怡", "晓燕", "海燕", "春梅", "丽娟", "雅婷", "诗涵", "建国", "志强", "伟", "磊", "俊杰",
    "浩然", "文博", "明辉",
];
/// Sales by hour from 9 o'clock.
const HOURS: &[u64] = &[3, 6, 8, 7, 4, 5, 6, 7, 8, 9, 7, 4];
/// Sales by weekday from Monday, in hundredths.
const WEEKDAYS: &[u64] = &[78, 78, 82, 88, 98, 150, 142];
const SALES_A_DAY: u64 = 31;

/// Numbers that look like chance: splitmix64.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `end - 1`.
    fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn one<'a, V: ?Sized>(&mut self, of: &[&'a V]) -> Option<&'a V> {
        let at = self.below(of.len() as u64);
        of.get(usize::try_from(at).ok()?).copied()
    }

    /// A place in a list of weights.
    fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (at, weight) in weights.enumerate() {
            if left < weight {
                return at;
            }
            left = left.saturating_sub(weight);
        }
        0
    }
}

/// What is still to come on a day.
#[derive(Debug)]
enum Plan {
    Sale,
    /// Goods come back: sale, line, quantity.
    Return(EventId, u32, Quantity),
    /// A member lost or broke a card.
    Card(CardFault),
    /// A big purchase.
    Outlier,
}

/// A sample on its way.
#[derive(Debug)]
pub struct Sample {
    now: BusinessTime,
    now_ms: u64,
    device: DeviceId,
    first: Day,
    next: Day,
    shop: Shop,
    staff: StaffBook,
    events: Vec<Event>,
    clock: Clock,
    chance: Chance,
    /// For what concerns the staff: the goods sold must not depend on it.
    staff_chance: Chance,
    members: Vec<MemberId>,
    people: u64,
}

impl Sample {
    /// Begins.
    #[must_use]
    pub fn new(now: BusinessTime, now_ms: u64) -> Self {
        let first = now.day.plus_months(-MONTHS);
        let mut sample = Self {
            now,
            now_ms,
            // Not the device's own: what it makes must not depend on where it is made.
            device: DeviceId::derived("device", "sample"),
            first,
            next: first,
            shop: Shop::default(),
            staff: StaffBook::default(),
            events: Vec::new(),
            clock: Clock::default(),
            chance: Chance(0x5EED_0000_0000_0000 ^ u64::from(first.number().unsigned_abs())),
            staff_chance: Chance(0x57AF_F000_0000_0000 ^ u64::from(first.number().unsigned_abs())),
            members: Vec::new(),
            people: 0,
        };
        let opening = sample.at(first, 8 * 60 + 30);
        let document = format!("{}{STAFF_RULES}", programs::document(PROGRAM).unwrap_or_default());
        sample.record(opening, "", vec![Body::Adopted { document, parameters: BTreeMap::new(), from: first }]);
        sample.shop = Shop::fold(&sample.events, &[0], &mut |_| {});
        for (code, name, category, price, tags, _) in GOODS {
            let product = Product {
                code: Text::const_new(code),
                name: Text::from(*name),
                category: Text::const_new(category),
                price: Money::from_minor(*price),
                tags: Tags::parse(tags),
            };
            sample.wish(opening, MANAGER, Wish::ListProduct(product));
        }
        sample.hire(opening);
        sample.set_targets(opening);
        sample
    }

    /// Whether it is done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.next > self.now.day
    }

    /// Days made so far.
    #[must_use]
    pub fn days_done(&self) -> usize {
        usize::try_from(self.next.number() - self.first.number()).unwrap_or(0)
    }

    /// Days in all.
    #[must_use]
    pub fn days_total(&self) -> usize {
        usize::try_from(self.now.day.number() - self.first.number() + 1).unwrap_or(0)
    }

    /// The events, and the shop that they make.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Event>, Shop) {
        (self.events, self.shop)
    }

    /// A few days more.
    pub fn step(&mut self) {
        for _ in 0..DAYS_A_STEP {
            if self.is_finished() {
                return;
            }
            self.day(self.next);
            self.next = self.next.plus_days(1);
        }
    }

    fn at(&self, day: Day, minute: u16) -> BusinessTime {
        let minute = Minute::from_clock(minute / 60, minute % 60).unwrap_or_default();
        BusinessTime { day, minute, offset_minutes: self.now.offset_minutes }
    }

    /// Milliseconds since 1970 of a moment, as seen from now.
    fn milliseconds(&self, at: BusinessTime) -> u64 {
        let minutes = |time: BusinessTime| i64::from(time.day.number()) * 1_440 + i64::from(time.minute.number());
        let ago = u64::try_from(minutes(self.now) - minutes(at)).unwrap_or(0);
        self.now_ms.saturating_sub(ago.saturating_mul(60_000))
    }

    /// Makes events of bodies. Returns the first's id.
    fn record(&mut self, at: BusinessTime, staff: &str, bodies: Vec<Body>) -> Option<EventId> {
        let mut first = None;
        for body in bodies {
            let position = self.events.len();
            let ms = self.milliseconds(at);
            let program = self.shop.policy(at.day).map(|policy| policy.program());
            let event = Event {
                id: self.id(position, ms),
                device: self.device,
                sequence: position as u64 + 1,
                clock: self.clock.tick(ms),
                at,
                store: Text::default(),
                staff: Text::from(staff),
                program: program.map(|program| program.id.clone()).unwrap_or_default(),
                policy_version: program.map(|program| program.version).unwrap_or(0),
                schema: SCHEMA_VERSION,
                body,
            };
            first = first.or(Some(event.id));
            // The adoption is folded by the caller; everything else comes in order.
            let _ = self.shop.apply(&event, position as u64);
            self.staff.apply(&self.shop.policies, &event);
            self.events.push(event);
        }
        first
    }

    fn id(&self, position: usize, ms: u64) -> EventId {
        let seed = EventId::derived("sample", &format!("{position} {}", self.now_ms));
        let mut random = [0_u8; 10];
        for (slot, byte) in random.iter_mut().zip(seed.0.as_bytes()) {
            *slot = *byte;
        }
        EventId(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
    }

    /// Does what the program allows; what it refuses does not happen.
    fn wish(&mut self, at: BusinessTime, staff: &str, wish: Wish) -> Option<EventId> {
        let first = self.id(self.events.len(), self.milliseconds(at));
        let mut bodies = decide(&self.shop.book, &self.shop.policies, &wish, at, first).ok()?;
        if let Some(Body::Sold(sold)) = bodies.first_mut() {
            let day = self.shop.index.days.get(&at.day);
            sold.receipt = receipts::number_text(at.day, day.map_or(1, DayIndex::next_number));
        }
        self.record(at, staff, bodies)
    }

    /// The same among the staff.
    fn staff_wish(&mut self, at: BusinessTime, staff: &str, wish: &StaffWish) -> Option<EventId> {
        let bodies = staff_decide::decide(&self.shop.book, &self.staff, &self.shop.policies, wish, at).ok()?;
        self.record(at, staff, bodies)
    }

    fn note(&mut self, at: BusinessTime, staff: &str, fact: StaffFact) -> Option<EventId> {
        self.staff_wish(at, staff, &StaffWish::Note(fact))
    }

    fn hire(&mut self, at: BusinessTime) {
        let manager = Person {
            code: Text::const_new(MANAGER),
            name: Text::const_new("孙丽"),
            role: Text::const_new("manager"),
            ..Person::default()
        };
        self.note(at, MANAGER, StaffFact::Listed(manager));
        for guide in GUIDES {
            let person = Person {
                code: Text::const_new(guide),
                name: Text::const_new(guide),
                role: Text::const_new("guide"),
                leader: Text::const_new(MANAGER),
                ..Person::default()
            };
            self.note(at, MANAGER, StaffFact::Listed(person));
        }
    }

    fn set_targets(&mut self, at: BusinessTime) {
        let from = at.day.month_start();
        for (guide, figure) in GUIDES.iter().zip(TARGETS) {
            let target = Target {
                scope: Scope::Person(Text::const_new(guide)),
                rule: Text::const_new("month-sales"),
                from,
                to: from.plus_months(1),
                figure: *figure,
            };
            self.note(at, MANAGER, StaffFact::TargetSet(target));
        }
    }

    /// The first of a month: targets are set, and the month before is paid out and closed; the latest waits for whoever
    /// tries the sample.
    fn month_begins(&mut self, day: Day) {
        let at = self.at(day, 8 * 60 + 40);
        self.set_targets(at);
        let month = day.plus_months(-1);
        if month >= self.now.day.month_start().plus_months(-1) {
            return;
        }
        let settled = settle(&self.shop.book, &self.staff, &self.shop.policies, day, Explain::Nobody);
        let owed: Vec<(Text, Money)> = settled
            .iter()
            .flat_map(|settled| settled.of_month(month))
            .filter(|statement| statement.outstanding.is_positive())
            .map(|statement| (statement.staff.clone(), statement.outstanding))
            .collect();
        // What `StaffWish::Pay` would come to, without settling anew for each of them.
        let paid =
            owed.into_iter().map(|(staff, amount)| Body::Staff(Box::new(StaffFact::Paid { staff, month, amount })));
        self.record(at, MANAGER, paid.collect());
        self.staff_wish(at, MANAGER, &StaffWish::Close { from: month.max(self.first.month_start()), to: day });
        // Now and then the manager finds, too late, that another one had served: what was paid out is taken back.
        if !matches!(self.now.day.months_until(day), -4..=-2) {
            return;
        }
        let deals = self.staff.deals().iter().filter(|deal| month <= deal.at.day && deal.at.day < day);
        let large = deals.filter(|deal| deal.paid.minor() < 300_000).max_by_key(|deal| (deal.paid, deal.id));
        let found = large.map(|deal| (deal.id, self.staff.name(deal.seller).clone()));
        if let Some((of, seller)) = found
            && let Some(other) = GUIDES.iter().find(|own| seller != **own)
        {
            let shares = vec![Share { staff: Text::const_new(other), part: Rate::ONE }];
            let reason = Text::const_new("查过小票和监控：是她接待的");
            self.note(at, MANAGER, StaffFact::Credited { of, shares, reason });
        }
    }

    /// What the staff did on a day besides selling, noted in the evening.
    fn staff_day(&mut self, day: Day) {
        let at = self.at(day, 20 * 60 + 50);
        // Most of the new members are called when their first week is over.
        let joined = day.plus_days(-7);
        let new: Vec<(MemberId, Text)> = self
            .members
            .iter()
            .rev()
            .filter_map(|id| self.shop.book.member(*id))
            .take_while(|member| member.joined.day >= joined)
            .filter(|member| member.joined.day == joined)
            .map(|member| (member.id, member.guide.clone()))
            .collect();
        for (member, guide) in new {
            if self.staff_chance.percent(72) {
                let contact = StaffFact::Contacted {
                    member,
                    staff: guide.clone(),
                    way: Text::const_new("call"),
                    rule: Text::const_new("first-week"),
                    note: Text::default(),
                };
                self.note(at, &guide, contact);
            }
        }
        let ahead = self.now.day.number() - day.number();
        let breach = |staff: &'static str, rule: &'static str, damages: i64, note: &'static str| StaffFact::Breached {
            staff: Text::const_new(staff),
            member: None,
            rule: Text::const_new(rule),
            damages: Money::from_minor(damages),
            note: Text::const_new(note),
        };
        match ahead {
            // A review that succeeded takes the second time back; what remains is the second time, and a fine.
            121 => {
                self.note(at, MANAGER, breach("林晓", "late", 0, "晚到 25 分钟"));
            }
            74 => {
                let of = self.note(at, MANAGER, breach("林晓", "late", 0, "早退半小时"));
                if let Some(of) = of {
                    let reason = Text::const_new("那天是店长同意的调班");
                    self.note(at, "林晓", StaffFact::Appealed { of, reason });
                    let fact = StaffFact::AppealDecided {
                        of,
                        upheld: true,
                        by: Text::const_new(MANAGER),
                        reason: Text::const_new("查过排班，确实调了班"),
                    };
                    self.note(at, MANAGER, fact);
                }
            }
            9 => {
                self.note(at, MANAGER, breach("林晓", "late", 0, "晚到 40 分钟，没有请假"));
            }
            33 => {
                self.note(at, MANAGER, breach("赵雪", "broken-goods", 7_900, "打碎一只玻璃奶瓶"));
            }
            52 => {
                let note = Text::const_new("纸尿裤少发一包");
                let made =
                    StaffFact::ComplaintMade { member: self.members.get(5).copied(), staff: Text::default(), note };
                if let Some(of) = self.note(self.at(day, 11 * 60), MANAGER, made) {
                    let outcome = Text::const_new("当天补发，并送上试用装");
                    self.note(at, MANAGER, StaffFact::ComplaintHandled { of, outcome, escalated: false });
                }
            }
            1 => {
                let note = Text::const_new("收到的奶瓶刻度有划痕");
                let made =
                    StaffFact::ComplaintMade { member: self.members.get(8).copied(), staff: Text::default(), note };
                self.note(self.at(day, 16 * 60 + 30), MANAGER, made);
            }
            _ => {}
        }
    }

    fn day(&mut self, day: Day) {
        let has_opened = day < self.now.day || self.now.minute.number() >= 9 * 60;
        if day.day_of_month() == 1 && day != self.first && has_opened {
            self.month_begins(day);
        }
        let weekday = WEEKDAYS.get(usize::from(day.weekday())).copied().unwrap_or(100);
        let lunar = if matches!(LunarDay::of(day).day, 8 | 18 | 28) { 165 } else { 94 };
        // The shop grows by a third in half a year.
        let grown = 85 + self.days_done() as u64 / 6;
        let mean = SALES_A_DAY * weekday * lunar * grown / 1_000_000;
        let sales = mean * 4 / 5 + self.chance.below(mean * 2 / 5 + 1);
        let mut plans: Vec<(u16, Plan)> = (0..sales).map(|_| (self.minute(), Plan::Sale)).collect();
        if self.chance.percent(4) {
            let fault = if self.chance.percent(70) { CardFault::Lost } else { CardFault::Damaged };
            plans.push((self.minute(), Plan::Card(fault)));
        }
        if matches!(self.days_done(), 40 | 101 | 160) {
            plans.push((15 * 60 + 20, Plan::Outlier));
        }
        plans.sort_by_key(|(minute, _)| core::cmp::Reverse(*minute));
        while let Some((minute, plan)) = plans.pop() {
            if day == self.now.day && minute > self.now.minute.number() {
                break;
            }
            let at = self.at(day, minute);
            let guide = self.guide();
            match plan {
                Plan::Sale => {
                    let sold = self.sale(at, guide);
                    if let Some((sale, line, quantity)) = sold.filter(|_| self.chance.percent(2)) {
                        // Most come back within hours; some come too late, and are refused.
                        let later = minute + 20 + u16::try_from(self.chance.below(180)).unwrap_or(0);
                        if later < 20 * 60 + 50 {
                            let place = plans.partition_point(|(other, _)| *other > later);
                            plans.insert(place, (later, Plan::Return(sale, line, quantity)));
                        }
                    }
                }
                Plan::Return(sale, line, quantity) => {
                    let tender = Text::const_new("mobile");
                    self.wish(at, guide, Wish::Return { sale, lines: vec![ReturnedLine { line, quantity }], tender });
                }
                Plan::Card(fault) => {
                    if let Some(member) = self.someone() {
                        let card = self.shop.book.next_card(1);
                        self.wish(at, guide, Wish::ReplaceCard { member, fault, card });
                    }
                }
                Plan::Outlier => self.outlier(at, guide),
            }
        }
        self.close(day);
    }

    /// What happens once in a while when the shop closes.
    fn close(&mut self, day: Day) {
        let at = self.at(day, 20 * 60 + 55);
        if day == self.now.day {
            return;
        }
        self.staff_day(day);
        if day.weekday() == 5 {
            for id in self.members.clone() {
                let reached = self.shop.book.member(id).is_some_and(|member| member.spend.minor() >= 500_000);
                if reached && self.chance.percent(6) {
                    let entitlement = if self.chance.percent(60) { "lecture" } else { "free-service" };
                    let note = Text::from("周末活动");
                    let entitlement = Text::const_new(entitlement);
                    self.wish(at, MANAGER, Wish::Give { member: id, entitlement, note, by_other: false });
                }
            }
        }
        if matches!(self.days_done(), 77 | 150)
            && let Some(member) = self.someone()
        {
            let reason = Text::from("搬家，离开本市");
            self.wish(at, MANAGER, Wish::Leave { member, reason, cancelled: false });
        }
    }

    fn minute(&mut self) -> u16 {
        let hour = 9 + self.chance.weighted(HOURS.iter().copied());
        u16::try_from(hour * 60).unwrap_or(720) + u16::try_from(self.chance.below(60)).unwrap_or(0)
    }

    fn guide(&mut self) -> &'static str {
        self.chance.one(GUIDES).unwrap_or_default()
    }

    /// A member; those who joined early come more often.
    fn someone(&mut self) -> Option<MemberId> {
        let count = self.members.len() as u64;
        let (a, b) = (self.chance.below(count), self.chance.below(count));
        self.members.get(usize::try_from(a.min(b)).ok()?).copied()
    }

    fn basket(&mut self) -> Basket {
        let mut basket = Basket::default();
        let lines =
            [1, 1, 2, 2, 2, 3, 3, 4, 5].get(usize::try_from(self.chance.below(9)).unwrap_or(0)).copied().unwrap_or(1);
        for _ in 0..lines {
            let at = self.chance.weighted(GOODS.iter().map(|goods| goods.5));
            let Some((code, _, category, price, tags, _)) = GOODS.get(at) else { continue };
            if basket.lines.iter().any(|line| line.product == *code) {
                continue;
            }
            let quantity = if tags.contains("loose") {
                // Weighed: 0.200 to 1.800 kg.
                Quantity::from_minor(200 + i64::try_from(self.chance.below(160)).unwrap_or(0) * 10)
            } else {
                let pieces =
                    [1, 1, 1, 1, 2, 2, 3].get(usize::try_from(self.chance.below(7)).unwrap_or(0)).copied().unwrap_or(1);
                Quantity::from_minor(pieces * 1_000)
            };
            basket.lines.push(BasketLine {
                product: Text::const_new(code),
                category: Text::const_new(category),
                tags: Tags::parse(tags),
                quantity,
                price: Money::from_minor(*price),
            });
        }
        basket
    }

    fn tenders(&mut self, pay: Money) -> Vec<Tender> {
        if !pay.is_positive() {
            return Vec::new();
        }
        let kind = match self.chance.below(100) {
            0..=69 => "mobile",
            70..=84 => "cash",
            _ => "card",
        };
        vec![Tender { kind: Text::const_new(kind), amount: pay }]
    }

    /// Sells a basket. Returns a line of it that might come back.
    fn sell(&mut self, at: BusinessTime, guide: &str, mut basket: Basket) -> Option<(EventId, u32, Quantity)> {
        let pay = quote(&self.shop.book, &self.shop.policies, &basket, at).ok()?.pay;
        basket.tenders = self.tenders(pay);
        let line = self.chance.below(basket.lines.len() as u64);
        let quantity = basket.lines.get(usize::try_from(line).ok()?)?.quantity;
        let sale = self.wish(at, guide, Wish::Sell(basket))?;
        Some((sale, u32::try_from(line).ok()?, quantity))
    }

    fn sale(&mut self, at: BusinessTime, guide: &str) -> Option<(EventId, u32, Quantity)> {
        let mut basket = self.basket();
        let member = if self.chance.percent(58) { self.someone() } else { None };
        let Some(id) = member else {
            let sold = self.sell(at, guide, basket)?;
            if self.chance.percent(17) {
                self.enrol(at, guide, sold.0);
            }
            return Some(sold);
        };
        basket.member = Some(id);
        let points = self.shop.book.member(id).map_or(0, |member| member.points.balance.minor());
        if points >= 10_000 && self.chance.percent(14) {
            let times = u32::try_from((points / 10_000).min(4)).unwrap_or(1);
            self.wish(at, guide, Wish::Redeem { member: id, rule: Text::const_new("voucher"), times });
        }
        if let Some(member) = self.shop.book.member(id) {
            let open: Vec<(EventId, u32)> =
                member.open_vouchers(at.day).iter().map(|voucher| (voucher.from, voucher.index)).collect();
            if self.chance.percent(60) {
                basket.vouchers = open.into_iter().take(2).collect();
            }
        }
        self.sell(at, guide, basket)
    }

    /// A buyer joins with the receipt in hand, if it is enough.
    fn enrol(&mut self, at: BusinessTime, guide: &str, receipt: EventId) {
        self.people += 1;
        let person = self.people;
        let surname = self.chance.one(SURNAMES).unwrap_or_default();
        let given = self.chance.one(GIVEN).unwrap_or_default();
        let (year, month, day) = (1978 + self.chance.below(24), 1 + self.chance.below(12), 1 + self.chance.below(28));
        // Two people have their birthday on the day on which the sample is opened.
        let (month, day) = if matches!(person, 30 | 77) {
            (u64::from(self.now.day.month()), u64::from(self.now.day.day_of_month()))
        } else {
            (month, day)
        };
        let small = |n: u64| u8::try_from(n).unwrap_or(1);
        let lunar = self.chance.percent(12) && !matches!(person, 30 | 77);
        let birthday = Birthday {
            year: if lunar { None } else { i32::try_from(year).ok() },
            month: small(month),
            day: small(day),
            lunar,
        };
        let profile = Profile {
            name: Text::from(format!("{surname}{given}")),
            // No operator gives out numbers that begin with 120, and no place has the code 000000: nobody is meant.
            phone: Text::from(format!("120{:08}", (person * 7_368_787 + 1_234) % 100_000_000)),
            id_number: Text::from(format!("000000{year:04}{month:02}{day:02}{:03}X", person % 1000)),
            birthday: self.chance.percent(80).then_some(birthday),
            more: BTreeMap::new(),
        };
        let referrer = if self.chance.percent(8) { self.someone() } else { None };
        let application = Application {
            profile,
            route: Text::const_new("purchase"),
            receipts: vec![receipt],
            card: self.shop.book.next_card(1),
            referrer,
            guide: Text::from(guide),
            ..Application::default()
        };
        if let Some(id) = self.wish(at, guide, Wish::Enrol(application)) {
            self.members.push(MemberId::from(id));
        }
    }

    /// A confinement centre stocks up.
    fn outlier(&mut self, at: BusinessTime, guide: &str) {
        let member = self.members.get(11).copied();
        let pieces = 18 + i64::try_from(self.chance.below(22)).unwrap_or(0);
        let lines = GOODS.iter().skip(1).step_by(6).take(3).map(|(code, _, category, price, tags, _)| BasketLine {
            product: Text::const_new(code),
            category: Text::const_new(category),
            tags: Tags::parse(tags),
            quantity: Quantity::from_minor(pieces * 1_000),
            price: Money::from_minor(*price),
        });
        let basket = Basket { member, lines: lines.collect(), ..Basket::default() };
        let sold = self.sell(at, guide, basket);
        let other = GUIDES.iter().find(|own| **own != guide);
        if let (Some((of, ..)), Some(other)) = (sold, other) {
            let half = |staff: &str| Share { staff: Text::from(staff), part: Rate::from_parts(1, 2) };
            let shares = vec![half(guide), half(other)];
            let reason = Text::const_new("两人一起接待的大单");
            self.note(at, MANAGER, StaffFact::Credited { of, shares, reason });
        }
    }
}
