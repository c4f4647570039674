// A million sales for the speed figures, and the floor: the least that a fold of them must do, written by hand with
// plain integers for this one program. The engine is measured against it, natively and in wasm.

use regulars_rules::event::{Body, Event, Journal, Line, Profile, SCHEMA_VERSION, Sold, Tags, Tender};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Quantity};
use regulars_rules::time::{BusinessTime, Day, Minute};

/// Members of the shop.
pub const MEMBERS: u32 = 20_000;

/// A sale as the floor sees it.
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
            *line = ((random % 500) as u16, 100 + (random >> 20) as i64 % 4900);
        }
        let total: i64 = lines.iter().map(|(_, fen)| fen).sum();
        let body = Body::Sold(Sold {
            receipt: Text::default(),
            member: Some(MemberId(id(1, u64::from(member)))),
            lines: lines
                .iter()
                .map(|(product, fen)| Line {
                    product: Text::from(format!("p{product}")),
                    category: Text::const_new("goods"),
                    tags: if product % 50 == 0 { Tags::parse("special") } else { Tags::default() },
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
    /// Tier.
    pub tier: u8,
    /// Lots: month of lapse and points.
    pub lots: Vec<(i32, i64)>,
}

/// The hand-written fold: tiers, points, lots, commission by product.
pub fn floor(sales: &[FloorSale]) -> (Vec<FloorMember>, Vec<i64>) {
    let mut members = vec![FloorMember::default(); MEMBERS as usize];
    let mut commission = vec![0_i64; 500];
    for sale in sales {
        let member = &mut members[sale.member as usize];
        let mut base = 0;
        for (product, fen) in sale.lines {
            member.spend += fen;
            commission[product as usize] += fen * 3 / 100;
            if product % 50 != 0 {
                base += fen;
            }
        }
        let points = base / 100;
        member.points += points;
        let lapse = sale.day / 30 + 12;
        match member.lots.last_mut() {
            Some(lot) if lot.0 == lapse => lot.1 += points,
            _ => member.lots.push((lapse, points)),
        }
        while member.lots.first().is_some_and(|lot| lot.0 <= sale.day / 30) {
            member.lots.remove(0);
        }
        member.tier = match member.spend {
            1_000_000.. => 3,
            500_000.. => 2,
            100_000.. => 1,
            _ => 0,
        };
    }
    (members, commission)
}
