// A million sales for the speed figures, and two floors: what a fold of them costs when it is written by hand, with plain
// integers, for this one program. The engine is measured against them, natively and in wasm.
//
// `floor` gets what the engine gets: the journal's events. For each sale it finds the member by identity, and for each
// of three lines the product by its code (a commission of its own for each) and whether its tag bars it from points;
// it sums spend, points, commission, judges the tier, lets lots lapse by calendar month, and remembers the receipt (40
// bytes, and 8 a line) so that goods could come back. Like the engine it looks some events ahead, so that waits for
// memory overlap. It checks no sums for overflow, knows no other rule, version, order or
// kind of event, and explains nothing. The engine books no commission yet; the floor does.
//
// `floor_packed` gets the same sales as arrays of numbers, made beforehand: no identities, codes, tags or receipts, and
// nothing is read from the events. That is the least conceivable, and no engine that is handed events can reach it.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use regulars_rules::book::IdHasher;
use regulars_rules::event::{Body, Event, Journal, Line, Profile, SCHEMA_VERSION, Sold, Tags, Tender};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Quantity};
use regulars_rules::time::{BusinessTime, Day, Minute};

/// Members of the shop.
pub const MEMBERS: u32 = 20_000;

/// Products of the shop.
pub const PRODUCTS: u16 = 500;
/// Commission rates; a product has the one at its number modulo 5.
const COMMISSION_PERCENT: [i64; 5] = [3, 5, 2, 8, 0];

fn product(number: u16) -> Text {
    Text::from(format!("p{number}"))
}

/// A sale as numbers.
#[derive(Debug)]
pub struct FloorSale {
    /// Member.
    pub member: u32,
    /// Day.
    pub day: i32,
    /// Product and fen of three lines.
    pub lines: [(u16, i64); 3],
}

/// The program of the measurement: lifetime tiers, points for money paid, lots that lapse, excluded tags.
pub const POLICY: &str = r#"
[program]
id = "bench"
version = 1
effective_from = 2024-01-01
title = { zh = "测速", en = "Bench" }
[[enrol]]
id = "free"
free = true
[tiers]
window = "lifetime"
[[tier]]
id = "ordinary"
label = { zh = "普通", en = "Ordinary" }
[[tier]]
id = "silver"
label = { zh = "银卡", en = "Silver" }
reach = { spend = "1000.00" }
[[tier]]
id = "gold"
label = { zh = "金卡", en = "Gold" }
reach = { spend = "5000.00" }
[[tier]]
id = "diamond"
label = { zh = "钻石卡", en = "Diamond" }
reach = { spend = "10000.00" }
[[earn]]
id = "spend"
per = "1.00"
points = 1
except = { tags = ["special"] }
[lapse]
after = "12 months"
until = "month-end"
"#;

fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn id(kind: u64, number: u64) -> uuid::Uuid {
    let mut state = (kind << 56) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF0;
    let high = next(&mut state);
    uuid::Uuid::from_u128((u128::from(high) << 64) | u128::from(next(&mut state) ^ number))
}

/// The same sales for both: `count` of them over two years.
pub fn make(count: u32) -> (Journal, Vec<FloorSale>) {
    let mut state = 42_u64;
    let mut events = Vec::with_capacity((count + MEMBERS) as usize);
    let mut floor = Vec::with_capacity(count as usize);
    let device = DeviceId(id(3, 1));
    let start = Day::from_calendar(2024, 1, 1).unwrap_or_default();
    let event = |sequence: u64, id: uuid::Uuid, at: BusinessTime, body: Body| Event {
        id: EventId(id),
        device,
        sequence,
        clock: sequence,
        at,
        store: Text::default(),
        staff: Text::default(),
        program: Text::const_new("bench"),
        policy_version: 1,
        schema: SCHEMA_VERSION,
        body,
    };
    for number in 0..MEMBERS {
        let body = Body::Enrolled {
            profile: Profile::default(),
            route: Text::const_new("free"),
            receipts: Vec::new(),
            fee: Money::ZERO,
            choice: Text::default(),
            card: Text::default(),
            referrer: None,
            guide: Text::default(),
            awaiting_approval: false,
        };
        let at = BusinessTime::noon(start);
        events.push(event(u64::from(number) + 1, id(1, u64::from(number)), at, body));
    }
    for number in 0..count {
        let day = start.plus_days((u64::from(number) * 730 / u64::from(count)) as i32);
        let member = (next(&mut state) % u64::from(MEMBERS)) as u32;
        let mut lines = [(0_u16, 0_i64); 3];
        for line in &mut lines {
            let random = next(&mut state);
            *line = ((random % u64::from(PRODUCTS)) as u16, 100 + (random >> 20) as i64 % 4900);
        }
        let total: i64 = lines.iter().map(|(_, fen)| fen).sum();
        let body = Body::Sold(Sold {
            receipt: Text::default(),
            member: Some(MemberId(id(1, u64::from(member)))),
            lines: lines
                .iter()
                .map(|(number, fen)| Line {
                    product: product(*number),
                    category: Text::const_new("goods"),
                    tags: if number % 50 == 0 { Tags::parse("special") } else { Tags::default() },
                    quantity: Quantity::ONE,
                    amount: Money::from_minor(*fen),
                    discounts: Vec::new(),
                })
                .collect(),
            discounts: Vec::new(),
            uses: Vec::new(),
            tenders: vec![Tender { kind: Text::const_new("cash"), amount: Money::from_minor(total) }],
        });
        let minute = Minute::from_clock(10 + (number % 10) as u16, (number % 60) as u16).unwrap_or_default();
        let at = BusinessTime { day, minute, offset_minutes: 480 };
        events.push(event(u64::from(MEMBERS) + u64::from(number) + 1, id(2, u64::from(number)), at, body));
        floor.push(FloorSale { member, day: day.number(), lines });
    }
    (Journal::new(events), floor)
}

/// What the floor remembers of a member.
#[derive(Default, Clone)]
pub struct FloorMember {
    /// Spend in fen.
    pub spend: i64,
    /// Points issued.
    pub points: i64,
    /// Points that have not lapsed.
    pub balance: i64,
    /// Tier.
    pub tier: u8,
    /// Lots: month of lapse and points.
    pub lots: Vec<(i32, i64)>,
}

impl FloorMember {
    /// Books spend and points, lets lots lapse, judges the tier.
    fn book(&mut self, month: i32, lapse: i32, spend: i64, points: i64) {
        while self.lots.first().is_some_and(|lot| lot.0 <= month) {
            self.balance -= self.lots.remove(0).1;
        }
        self.spend += spend;
        self.points += points;
        self.balance += points;
        match self.lots.last_mut() {
            Some(lot) if lot.0 == lapse => lot.1 += points,
            _ if points > 0 => self.lots.push((lapse, points)),
            _ => {}
        }
        self.tier = match self.spend {
            1_000_000.. => 3,
            500_000.. => 2,
            100_000.. => 1,
            _ => 0,
        };
    }
}

/// Months since 1970 of a day.
fn month_of(day: i32) -> i32 {
    let day = Day::from_number(day);
    (day.year() - 1970) * 12 + day.month() as i32 - 1
}

/// Of a day: its month, and the month in which points earned on it lapse (12 months on, then to the month's end).
fn months(day: i32) -> (i32, i32) {
    (month_of(day), month_of(day - 1) + 13)
}

/// A sale as the floor remembers it.
#[allow(dead_code, reason = "kept so that a return could be undone; none comes")]
pub struct FloorReceipt {
    /// The sale.
    pub sale: EventId,
    /// The member.
    pub member: u32,
    /// The day.
    pub day: i32,
    /// Where its lines begin.
    pub first_line: u32,
    /// Points that it brought.
    pub points: i64,
}

/// What the floor's fold gives.
#[derive(Default)]
pub struct FloorBook {
    /// The members in the order in which they joined.
    pub members: Vec<FloorMember>,
    /// Commission in fen by product.
    pub commission: Vec<i64>,
    /// The sales.
    pub receipts: Vec<FloorReceipt>,
    /// Fen and points base of their lines.
    pub lines: Vec<(u32, u32)>,
}

/// How many events the floor looks ahead.
const AHEAD: usize = 16;

/// The hand-written fold of the events.
pub fn floor(journal: &Journal) -> FloorBook {
    let products: HashMap<Text, usize, BuildHasherDefault<IdHasher>> =
        (0..PRODUCTS).map(|number| (product(number), usize::from(number))).collect();
    let mut index: HashMap<MemberId, u32, BuildHasherDefault<IdHasher>> = HashMap::default();
    let mut book = FloorBook { commission: vec![0; products.len()], ..FloorBook::default() };
    book.receipts.reserve(journal.events().len());
    book.lines.reserve(journal.events().len() * 3);
    let mut today = (i32::MIN, (0, 0));
    let mut found = [None; AHEAD];
    for few in journal.events().chunks(AHEAD) {
        // The members of the next sales are asked for together: waits for memory then overlap.
        for (event, found) in few.iter().zip(&mut found) {
            *found = event.body.member().and_then(|id| index.get(&id).copied());
        }
        let members = found.iter().flatten().map(|number| &book.members[*number as usize]);
        std::hint::black_box(members.fold(0, |seen, m| seen ^ m.spend ^ m.lots.last().map_or(0, |lot| lot.1)));
        for (event, found) in few.iter().zip(found) {
            match &event.body {
                Body::Enrolled { .. } => {
                    index.insert(MemberId::from(event.id), book.members.len() as u32);
                    book.members.push(FloorMember::default());
                }
                Body::Sold(sold) => {
                    let day = event.at.day.number();
                    if today.0 != day {
                        today = (day, months(day));
                    }
                    let (month, lapse) = today.1;
                    let Some(member) = found.or_else(|| index.get(&sold.member?).copied()) else { continue };
                    let first_line = book.lines.len() as u32;
                    let (mut spend, mut base) = (0, 0);
                    for line in &sold.lines {
                        let fen = line.amount.minor();
                        spend += fen;
                        let product = products[&line.product];
                        book.commission[product] += fen * COMMISSION_PERCENT[product % 5] / 100;
                        let counts = if line.tags.as_str() == "special" { 0 } else { fen };
                        base += counts;
                        book.lines.push((fen as u32, counts as u32));
                    }
                    let points = base / 100;
                    book.members[member as usize].book(month, lapse, spend, points);
                    book.receipts.push(FloorReceipt { sale: event.id, member, day, first_line, points });
                }
                _ => {}
            }
        }
    }
    book
}

/// The hand-written fold of numbers prepared beforehand.
pub fn floor_packed(sales: &[FloorSale]) -> (Vec<FloorMember>, Vec<i64>) {
    let mut members = vec![FloorMember::default(); MEMBERS as usize];
    let mut commission = vec![0_i64; usize::from(PRODUCTS)];
    let mut today = (i32::MIN, (0, 0));
    for sale in sales {
        if today.0 != sale.day {
            today = (sale.day, months(sale.day));
        }
        let (mut spend, mut base) = (0, 0);
        for (product, fen) in sale.lines {
            spend += fen;
            commission[usize::from(product)] += fen * COMMISSION_PERCENT[usize::from(product % 5)] / 100;
            if product % 50 != 0 {
                base += fen;
            }
        }
        members[sale.member as usize].book(today.1.0, today.1.1, spend, base / 100);
    }
    (members, commission)
}
