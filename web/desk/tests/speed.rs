//! How long a big shop takes. Run by hand: `cargo test --release -p regulars-desk --test speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a measurement, run by hand")]

use std::fmt::Write as _;
use std::time::Instant;

use pollster::block_on;
use regulars_desk::desk::Desk;
use regulars_desk::protocol::{Ask, Call, ImportFile, MemberQuery, MemberSort, Reply, TableKind};
use regulars_desk::shop::Shop;
use regulars_rules::id::Text;
use regulars_store::{Home, MemoryHome};

fn ask(desk: &mut Desk<MemoryHome>, ask: Ask) -> Reply {
    let call = Call {
        number: 1,
        now: "2026-03-02 10:00".parse().unwrap(),
        now_ms: 1_772_416_800_000,
        entropy: [7; 16],
        staff: Text::default(),
        ask,
    };
    block_on(desk.handle(call, &|_| {}))
}

fn timed<V>(what: &str, work: impl FnOnce() -> V) -> V {
    let start = Instant::now();
    let value = work();
    println!("{what} {} ms", start.elapsed().as_millis());
    value
}

#[test]
#[ignore = "a measurement"]
fn a_big_shop() {
    let home = MemoryHome::new();
    let mut desk = Desk::new(home.another_tab());
    ask(&mut desk, Ask::StartEmpty { name: "大店".into(), program: "yinbei".into() });
    let mut members = String::from("会员号,姓名,手机,开卡日期,生日\n");
    for n in 0..100_000_u32 {
        writeln!(members, "M{n:06},会员{n},139{n:08},2024-0{}-1{},{}月{}日", 1 + n % 9, n % 10, 1 + n % 12, 1 + n % 28)
            .unwrap();
    }
    let file = |text: String, kind| ImportFile {
        name: "a.csv".into(),
        bytes: text.into_bytes(),
        kind: Some(kind),
        columns: Vec::new(),
        encoding: "".into(),
    };
    let reply = timed("import 100,000 members", || ask(&mut desk, Ask::Import(file(members, TableKind::Members))));
    assert!(matches!(reply, Reply::Imported(result) if result.taken == 100_000));
    let mut sales = String::from("小票号,日期,时间,会员号,商品编码,数量,金额\n");
    for n in 0..900_000_u32 {
        let (day, month) = (1 + n % 28, 1 + (n / 28) % 12);
        writeln!(
            sales,
            "R{n:07},2025-{month:02}-{day:02},{:02}:{:02},M{:06},A{},1,{}.50",
            9 + n % 11,
            n % 60,
            n * 7 % 100_000,
            n % 500,
            10 + n % 90
        )
        .unwrap();
    }
    let reply = timed("import 900,000 sales", || ask(&mut desk, Ask::Import(file(sales, TableKind::Sales))));
    assert!(matches!(reply, Reply::Imported(result) if result.taken == 900_000));
    timed("tidy", || while block_on(desk.tidy()) {});
    let snapshot = timed("read the snapshot", || block_on(home.latest_snapshot())).unwrap().unwrap();
    println!("snapshot {} bytes", snapshot.parts.iter().map(Vec::len).sum::<usize>());
    let name = snapshot.name();
    let mut shop = timed("unpack the snapshot", || Shop::from_snapshot(snapshot)).unwrap();
    let later =
        timed("read what is kept for later", || block_on(home.later_parts(&name, 0, u32::MAX))).unwrap().unwrap();
    println!("later {} bytes", later.iter().map(Vec::len).sum::<usize>());
    timed("unpack it", || later.iter().try_for_each(|part| shop.unpack(part))).unwrap();
    drop(shop);
    let mut again = Desk::new(home.another_tab());
    timed("open 1,000,000 events", || ask(&mut again, Ask::Open { known: true }));
    let query = |sort| MemberQuery { sort, limit: 50, ..MemberQuery::default() };
    for sort in [MemberSort::LastVisit, MemberSort::Spend, MemberSort::Points, MemberSort::Name] {
        timed(&format!("list {sort:?}, first"), || ask(&mut again, Ask::Members(query(sort))));
        timed(&format!("list {sort:?}, again"), || ask(&mut again, Ask::Members(query(sort))));
    }
    timed("list by text", || {
        ask(&mut again, Ask::Members(MemberQuery { text: "会员77".into(), ..query(MemberSort::Spend) }))
    });
    timed("find by digits", || ask(&mut again, Ask::Find { text: "4321".into(), limit: 10 }));
    timed("find by name", || ask(&mut again, Ask::Find { text: "员9".into(), limit: 10 }));
    let Reply::Members { rows, .. } = ask(&mut again, Ask::Members(query(MemberSort::Spend))) else { panic!() };
    let id = rows.first().unwrap().id;
    timed("unpack and history", || ask(&mut again, Ask::History(id)));
    timed("history", || ask(&mut again, Ask::History(id)));
    timed("due", || ask(&mut again, Ask::Due("2026-03-02".parse().unwrap())));
    timed("today", || ask(&mut again, Ask::Today("2026-03-02".parse().unwrap())));
    timed("receipts of a day", || {
        ask(&mut again, Ask::Receipts { day: "2025-03-02".parse().unwrap(), text: "".into() })
    });
    timed("status", || ask(&mut again, Ask::Status));
    timed("storage with hash", || ask(&mut again, Ask::Storage));
}
