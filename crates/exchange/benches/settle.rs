//! Prints how long a real year of a grocery chain takes to settle: a million and a half lines in 150,000 sales, under the
//! tiers, points and KPI points of `menswear` with a commission in bands added. Run by `scripts/bench`, which fetches the
//! year first (`scripts/real-data`); without it this says so and stops.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a stopwatch"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use regulars_exchange::column::{TableKind, guess_columns};
use regulars_exchange::encoding::decode;
use regulars_exchange::import::{Importer, Lookup, Options};
use regulars_exchange::sheet::Sheet;
use regulars_rules::event::{Body, Event, Journal, SCHEMA_VERSION};
use regulars_rules::fold::fold;
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::Money;
use regulars_rules::policy::{PolicySet, check};
use regulars_rules::staff::StaffBook;
use regulars_rules::staff::fact::{Person, StaffFact};
use regulars_rules::staff::settle::{Explain, settle};
use regulars_rules::time::{BusinessTime, Day};

/// Added to `menswear`, whose document pays no commission.
const COMMISSION: &str = r#"
[[commission]]
id = "sales"
label = { zh = "销售提成", en = "Commission on sales" }
roles = ["guide"]
per = "calendar month"
bands = [{ from = "0.00", rate = "1%" }, { from = "5000.00", rate = "2%" }, { from = "10000.00", rate = "3%" }]
reading = "marginal"

[[holdback]]
id = "risk-fund"
label = { zh = "风险金", en = "Risk fund" }
of = ["commission"]
rate = "5%"
release = "calendar year"
on_leaving = "year-end"
"#;

const GUIDES_A_STORE: usize = 2;

fn table(kind: TableKind, path: &Path, day: Day, events: &mut Vec<Event>) {
    let bytes = std::fs::read(path).unwrap();
    let decoded = decode(&bytes).unwrap();
    let columns = guess_columns(kind, &Sheet::read(&decoded.text).unwrap().headers);
    let mut importer = Importer::new(kind, &columns, decoded, Options::new(day)).unwrap();
    let members: HashMap<Text, MemberId> = events
        .iter()
        .filter_map(|event| match &event.body {
            Body::Enrolled { card, .. } => Some((card.clone(), MemberId::from(event.id))),
            _ => None,
        })
        .collect();
    let known = HashSet::<EventId>::new();
    loop {
        let lookup =
            Lookup { member: &|text| members.get(text).copied(), event: &|id| known.contains(&id), product: &|_| None };
        let batch = importer.next_batch(20_000, &lookup);
        events.extend(batch.events);
        if batch.finished {
            return;
        }
    }
}

/// Two guides and a manager in every store; of its sales, every other one is one guide's.
fn staff_the_stores(events: &mut Vec<Event>, day: Day) -> usize {
    let mut served: BTreeMap<Text, usize> = BTreeMap::new();
    for event in events.iter_mut() {
        if let Body::Sold(_) = &event.body {
            let turn = served.entry(event.store.clone()).or_default();
            *turn = turn.wrapping_add(1);
            event.staff = Text::from(format!("{}-guide-{}", event.store, *turn % GUIDES_A_STORE));
        }
    }
    let stores: BTreeSet<Text> = served.into_keys().collect();
    let device = DeviceId::derived("bench", "staff");
    let mut sequence = 0;
    for store in &stores {
        let people = (0..GUIDES_A_STORE).map(|n| (format!("{store}-guide-{n}"), "guide"));
        for (code, role) in people.chain([(format!("{store}-manager"), "manager")]) {
            sequence += 1;
            let person = Person {
                code: Text::from(code.as_str()),
                role: Text::from(role),
                store: store.clone(),
                ..Person::default()
            };
            events.push(Event {
                id: EventId::derived("bench", &code),
                device,
                sequence,
                clock: sequence,
                at: BusinessTime::noon(day),
                store: store.clone(),
                staff: Text::default(),
                program: Text::const_new("menswear"),
                policy_version: 1,
                schema: SCHEMA_VERSION,
                body: Body::Staff(Box::new(StaffFact::Listed(person))),
            });
        }
    }
    stores.len()
}

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let year = root.join("target/real-data/journey");
    if !year.join("sales.csv").exists() {
        eprintln!("{} is missing: run scripts/real-data", year.display());
        return;
    }
    let first: Day = "2016-12-01".parse().unwrap();
    let last: Day = "2018-01-31".parse().unwrap();
    let mut events = Vec::new();
    table(TableKind::Members, &year.join("members.csv"), last, &mut events);
    table(TableKind::Sales, &year.join("sales.csv"), last, &mut events);
    let stores = staff_the_stores(&mut events, first);
    let sales = events.iter().filter(|event| matches!(event.body, Body::Sold(_))).count();
    let journal = Journal::new(events);
    let document = std::fs::read_to_string(root.join("policies/menswear.toml")).unwrap() + COMMISSION;
    let (policy, diagnostics) = check(&document);
    let policy = policy.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let policies = PolicySet::default().adopt(policy, first).unwrap();
    let until: Day = "2018-01-01".parse().unwrap();

    let mut times = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let book = fold(&policies, &journal);
        let folded = start.elapsed();
        let staff = StaffBook::fold(&policies, &journal);
        let staffed = start.elapsed();
        let settled = settle(&book, &staff, &policies, until, Explain::Nobody).unwrap();
        let all = start.elapsed();
        times.push(all.as_micros());
        book.verify().unwrap();
        assert!(settled.is_conserved());
        let accrued = Money::sum(settled.statements().map(|statement| statement.accrued)).unwrap();
        assert!(accrued.is_positive(), "a year of sales must bring commission");
        assert!(settled.statements().any(|statement| statement.kpi_points != 0), "and KPI points");
        assert!(book.members().iter().any(|member| member.tier > 0), "and higher tiers");
        eprintln!(
            "{sales} sales in {stores} stores: members {} ms, staff {} ms, statements {} ms; accrued {accrued}",
            folded.as_millis(),
            (staffed - folded).as_millis(),
            (all - staffed).as_millis(),
        );
    }
    times.sort_unstable();
    println!("settle_year_150k_ms {}.{} ms", times[1] / 1000, times[1] % 1000 / 100);

    // Checking a program: the largest document there is.
    let largest = std::fs::read_dir(root.join("policies"))
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok())
        .max_by_key(String::len)
        .unwrap();
    let mut times: Vec<u128> = (0..50)
        .map(|_| {
            let start = Instant::now();
            assert!(std::hint::black_box(check(&largest)).0.is_some());
            start.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!("check_program_ms {}.{:02} ms", times[25] / 1000, times[25] % 1000 / 10);
}
