//! How long the importer takes: `cargo run --release -p regulars-exchange --example import_speed -- FOLDER`, where the
//! folder holds `members.csv` and `sales.csv`, and perhaps `products.csv`. Without a folder, 100,000 made-up rows.
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::time::Instant;

use regulars_exchange::backup::{BackupMeta, read_backup, write_backup};
use regulars_exchange::column::{guess_columns, guess_kind};
use regulars_exchange::encoding::decode;
use regulars_exchange::import::{Importer, Lookup, Options};
use regulars_exchange::preview::preview;
use regulars_exchange::sheet::Sheet;
use regulars_rules::event::{Body, Event};
use regulars_rules::id::{EventId, MemberId};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut files = Vec::new();
    match std::env::args().nth(1) {
        Some(folder) => {
            for name in ["members.csv", "products.csv", "sales.csv"] {
                if let Ok(bytes) = std::fs::read(format!("{folder}/{name}")) {
                    files.push((name, bytes));
                }
            }
        }
        None => {
            files.push(("members.csv", made_up_members()?.into_bytes()));
            files.push(("sales.csv", made_up_sales()?.into_bytes()));
        }
    }
    let (mut events, mut ids, mut members) = (Vec::new(), HashSet::new(), HashMap::new());
    for (name, bytes) in &files {
        import(name, bytes, &mut events, &mut ids, &mut members)?;
    }
    let start = Instant::now();
    let file = write_backup(&events, &BackupMeta::default())?;
    println!("write_backup_{}_events_ms {} ms ({} bytes)", events.len(), start.elapsed().as_millis(), file.len());
    let start = Instant::now();
    let same = read_backup(&file)?.events == events;
    println!("read_backup_ms {} ms (equal: {same})", start.elapsed().as_millis());
    Ok(())
}

fn import(
    name: &str,
    bytes: &[u8],
    events: &mut Vec<Event>,
    ids: &mut HashSet<EventId>,
    members: &mut HashMap<String, MemberId>,
) -> Result<(), Failure> {
    let options = Options::new("2026-03-10".parse()?);
    let start = Instant::now();
    let decoded = decode(bytes)?;
    let headers = Sheet::read(&decoded.text)?.headers;
    let kind = guess_kind(&headers).ok_or("no known table")?;
    let columns = guess_columns(kind, &headers);
    let shown = {
        let member = |text: &str| members.get(text).copied();
        let event = |id: EventId| ids.contains(&id);
        let lookup = Lookup { member: &member, event: &event, product: &|_| None };
        preview(kind, &columns, decoded.borrowed(), options, &lookup)?
    };
    println!("preview_{name} {} ms {:?}", start.elapsed().as_millis(), shown.counts);
    let start = Instant::now();
    let mut importer = Importer::new(kind, &columns, decoded, options)?;
    let mut finished = false;
    while !finished {
        let batch = {
            let member = |text: &str| members.get(text).copied();
            let event = |id: EventId| ids.contains(&id);
            importer.next_batch(5_000, &Lookup { member: &member, event: &event, product: &|_| None })
        };
        for event in &batch.events {
            ids.insert(event.id);
            if let Body::Enrolled { card, .. } = &event.body {
                members.insert(card.to_string(), MemberId::from(event.id));
            }
        }
        events.extend(batch.events);
        finished = batch.finished;
    }
    println!("import_{name} {} ms, {} rows, {} events so far", start.elapsed().as_millis(), shown.total, events.len());
    Ok(())
}

fn made_up_members() -> Result<String, Failure> {
    let mut text = "会员号,姓名,手机,开卡日期,生日\n".to_owned();
    for number in 0..20_000 {
        writeln!(
            text,
            "M{number:06},会员{number},138{number:08},2025-{:02}-01,{:02}-15",
            number % 12 + 1,
            number % 12 + 1
        )?;
    }
    Ok(text)
}

fn made_up_sales() -> Result<String, Failure> {
    let mut text = "小票号,日期,时间,会员号,商品编码,品类,数量,金额,门店,支付方式\n".to_owned();
    for line in 0..100_000 {
        let (receipt, day, hour) = (line / 3, line / 3_600 % 28 + 1, line % 3_600 / 300 + 8);
        writeln!(
            text,
            "{receipt:08},2026-02-{day:02},{hour:02}:30,M{:06},{},c{},1,{}.50,S1,现金",
            receipt % 20_000,
            line % 997,
            line % 9,
            line % 300
        )?;
    }
    Ok(text)
}
