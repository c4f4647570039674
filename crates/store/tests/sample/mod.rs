//! Events for the tests: the `n`th is always the same.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::sync::Mutex;

use regulars_rules::event::{
    Birthday, Body, Event, Given, Line, Product, Profile, ReturnedLine, SCHEMA_VERSION, Sold, Tags, Tender, Use,
};
use regulars_rules::id::{DeviceId, EventId, MemberId};
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::time::{BusinessTime, Day};

/// A sale of three lines, as shops have them.
pub fn sale(n: u64) -> Event {
    let mut seed = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut below = |bound: i64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        i64::try_from(seed >> 2).unwrap() % bound
    };
    let lines = (0..3)
        .map(|_| {
            let product = below(300);
            Line {
                product: format!("69{:011}", product * 7919).into(),
                category: format!("c{}", product % 20).into(),
                tags: Tags::default(),
                quantity: Quantity::from_minor(1_000 * (1 + below(3))),
                amount: Money::from_minor(below(20_000)),
                discounts: if below(4) == 0 {
                    vec![Given { rule: "member-day".into(), amount: Money::from_minor(below(500)) }]
                } else {
                    vec![]
                },
            }
        })
        .collect();
    let member = below(5_000);
    event(
        n,
        Body::Sold(Sold {
            receipt: format!("R{n:08}").into(),
            member: Some(MemberId::derived("member", &member.to_string())),
            lines,
            discounts: vec![],
            uses: vec![],
            tenders: vec![Tender { kind: "cash".into(), amount: Money::from_minor(below(60_000)) }],
        }),
    )
}

/// An event around a body.
pub fn event(n: u64, body: Body) -> Event {
    Event {
        id: EventId::derived("event", &n.to_string()),
        device: DeviceId::derived("device", "1"),
        sequence: n + 1,
        clock: (1_767_000_000_000 + n * 30_000) << 16,
        at: BusinessTime::noon(Day::from_number(20_000 + i32::try_from(n / 300).unwrap())),
        store: "s1".into(),
        staff: format!("g{}", n % 9).into(),
        program: "yinbei".into(),
        policy_version: 1,
        schema: SCHEMA_VERSION,
        body,
    }
}

/// So many sales from a number on. Made once: the tests ask for the same ones again and again.
pub fn sales(from: u64, count: u64) -> Vec<Event> {
    static MADE: Mutex<Vec<Event>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap();
    let known = made.len() as u64;
    made.extend((known..from + count).map(sale));
    made[usize::try_from(from).unwrap()..usize::try_from(from + count).unwrap()].to_vec()
}

/// The kinds whose layout the tests pin down.
pub fn kinds() -> Vec<Event> {
    let member = MemberId::derived("member", "wang");
    let sale = EventId::derived("event", "sale");
    let money = Money::from_minor(12_345);
    let points = Points::from_minor(678);
    let profile = Profile {
        name: "王小明".into(),
        phone: "13800000000".into(),
        birthday: Some(Birthday { year: None, month: 8, day: 15, lunar: true }),
        id_number: "".into(),
        more: BTreeMap::from([("email".into(), "w@example.com".into())]),
    };
    let tender = Tender { kind: "cash".into(), amount: money };
    let bodies = vec![
        Body::Enrolled {
            profile: profile.clone(),
            route: "receipts".into(),
            receipts: vec![sale],
            fee: money,
            choice: "gold".into(),
            card: "8001".into(),
            referrer: Some(member),
            guide: "g1".into(),
            awaiting_approval: false,
        },
        Body::ProfileChanged { member, profile },
        Body::Left { member, reason: "moved".into(), cancelled: true },
        Body::Sold(Sold {
            receipt: "R1".into(),
            member: Some(member),
            lines: vec![Line {
                product: "cream".into(),
                category: "skin".into(),
                tags: Tags::parse("special,limited"),
                quantity: Quantity::from_minor(1_500),
                amount: money,
                discounts: vec![Given { rule: "tier".into(), amount: money }],
            }],
            discounts: vec![Given { rule: "manual".into(), amount: money }],
            uses: vec![
                Use::Voucher { from: sale, index: 1, amount: money },
                Use::Points { rule: "p".into(), points, amount: money },
            ],
            tenders: vec![tender.clone()],
        }),
        Body::Returned {
            sale,
            lines: vec![ReturnedLine { line: 0, quantity: Quantity::from_minor(500) }],
            refunds: vec![tender.clone()],
        },
        Body::Redeemed { member, rule: "voucher".into(), times: 2, points, voucher: money },
        Body::Loaded { member, amount: money, tenders: vec![tender] },
        Body::PointsSent { from: member, to: member, points },
        Body::PointsAdjusted { member, points, reason: "counted".into() },
        Body::CarriedOver { member, points, spend: money, visits: 3, stored_value: money },
        Body::ProductListed(Product {
            code: "p1".into(),
            name: "面霜".into(),
            category: "skin".into(),
            price: money,
            tags: Tags::parse("new"),
        }),
        Body::Adopted {
            document: "[program]".into(),
            parameters: BTreeMap::from([("rate".into(), "2%".into())]),
            from: Day::from_number(20_000),
        },
        Body::Unknown { kind: "from-the-future".into(), content: "{\"a\":1}".into() },
    ];
    (0..).zip(bodies).map(|(n, body)| event(n, body)).collect()
}
