//! Prints the fold of a million sales, its floors (see `shop.rs`) and `quote_p99_native_us`; run by `scripts/bench`.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::indexing_slicing, reason = "a stopwatch")]

#[path = "shop.rs"]
#[allow(missing_docs)]
mod shop;

use std::time::Instant;

use regulars_rules::fold::fold;
use regulars_rules::policy::{PolicySet, check};

fn main() {
    let count = std::env::var("SALES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let (journal, sales) = shop::make(count);
    let policies = PolicySet::single(check(shop::POLICY).0.unwrap());
    let (mut fold_us, mut floor_us, mut packed_us) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        let start = Instant::now();
        let packed = shop::floor_packed(&sales);
        packed_us.push(start.elapsed().as_micros());
        let start = Instant::now();
        let floor = shop::floor(&journal);
        floor_us.push(start.elapsed().as_micros());
        let start = Instant::now();
        let book = fold(&policies, &journal);
        fold_us.push(start.elapsed().as_micros());
        assert!(book.set_aside().is_empty());
        book.verify().unwrap();
        assert_eq!(packed.1, floor.commission);
        for ((member, by_hand), packed) in book.members().iter().zip(&floor.members).zip(&packed.0) {
            let figures = |m: &shop::FloorMember| (m.spend, m.points, m.balance, m.tier);
            let points = &member.points;
            let ours = (member.spend.minor(), points.issued.minor() / 100, points.balance.minor() / 100, member.tier);
            assert_eq!((figures(by_hand), figures(packed)), (ours, ours), "the floors and the engine must agree");
        }
    }
    let median = |mut times: Vec<u128>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (fold_us, floor_us, packed_us) = (median(fold_us), median(floor_us), median(packed_us));
    let ms = |name: &str, us: u128| println!("{name} {}.{} ms", us / 1000, us % 1000 / 100);
    let times = |name: &str, us: u128| println!("{name} {}.{:02} x", fold_us / us, fold_us * 100 / us % 100);
    ms("floor_packed_1m_native_ms", packed_us);
    ms("floor_1m_native_ms", floor_us);
    ms("fold_1m_native_ms", fold_us);
    times("fold_to_floor_native", floor_us);
    times("fold_to_floor_packed_native", packed_us);
    quote_p99();
}

/// A basket of 20 lines under all rules of `yinbei`, by a member with points and vouchers, on a member day.
fn quote_p99() {
    use regulars_rules::decide::{Application, Wish, decide};
    use regulars_rules::event::{Birthday, Event, Profile, SCHEMA_VERSION, Tags};
    use regulars_rules::fold::Folder;
    use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
    use regulars_rules::number::{Money, Quantity};
    use regulars_rules::quote::{Basket, BasketLine, quote};
    use regulars_rules::time::BusinessTime;

    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = std::fs::read_to_string(root.join("policies/yinbei.toml")).unwrap();
    let policies = PolicySet::single(check(&document).0.unwrap());
    let mut book = regulars_rules::book::Book::default();
    let mut sequence = 0;
    let mut wish = |book: &mut regulars_rules::book::Book, wish: Wish, at: &str| {
        let at: BusinessTime = at.parse().unwrap();
        sequence += 1;
        let id = EventId::derived("bench", &sequence.to_string());
        for body in decide(book, &policies, &wish, at, id).unwrap() {
            let event = Event {
                id,
                device: DeviceId::derived("bench", ""),
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
            Folder::new(&policies).apply(book, &event).unwrap();
        }
        id
    };
    let line = |n: usize| BasketLine {
        product: Text::from(format!("product {n}")),
        category: Text::const_new("care"),
        tags: if n.is_multiple_of(5) { Tags::parse("special") } else { Tags::default() },
        quantity: Quantity::from_minor(1000 * (1 + n as i64 % 3)),
        price: Money::from_minor(1990 + 137 * n as i64),
    };
    let joining = wish(&mut book, Wish::Sell(Basket { lines: vec![line(1)], ..Basket::default() }), "2026-03-02 10:00");
    let profile = Profile {
        name: Text::const_new("王丽"),
        phone: Text::const_new("13800006618"),
        id_number: Text::const_new("110101199003070000"),
        birthday: Some(Birthday { year: Some(1990), month: 3, day: 7, lunar: false }),
        ..Profile::default()
    };
    let route = policies.get(0).unwrap().routes()[0].head.id.clone();
    let application =
        Application { profile, route, receipts: vec![joining], card: Text::const_new("1"), ..Application::default() };
    let member = MemberId::from(wish(&mut book, Wish::Enrol(application), "2026-03-02 10:05"));
    let lines: Vec<BasketLine> = (0..20).map(line).collect();
    let basket = Basket { member: Some(member), lines, ..Basket::default() };
    wish(&mut book, Wish::Sell(basket.clone()), "2026-03-03 10:00");
    // The 8th of the second lunar month.
    let at: BusinessTime = "2026-03-26 10:00".parse().unwrap();
    let mut times: Vec<u128> = (0..5000)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(quote(&book, &policies, &basket, at).unwrap());
            start.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    println!("quote_p99_native_us {}.{} us", p99 / 1000, p99 % 1000 / 100);
}
