use proptest::prelude::*;
use regulars_rules::event::{
    Birthday, CardFault, Given, Line, Product, Profile, ReturnedLine, Sold, Tags, Tender, Use,
};
use regulars_rules::id::MemberId;
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::time::{Day, Minute};

use super::*;

fn text() -> impl Strategy<Value = Text> {
    prop_oneof!["\\PC{0,10}", "[a-z\"\\\\\n]{0,30}"].prop_map(Text::from)
}

fn money() -> impl Strategy<Value = Money> {
    (-900_000_000_000_000_i64..900_000_000_000_000).prop_map(Money::from_minor)
}

fn points() -> impl Strategy<Value = Points> {
    (-900_000_000_i64..900_000_000).prop_map(Points::from_minor)
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (0_i64..900_000_000).prop_map(Quantity::from_minor)
}

fn event_id() -> impl Strategy<Value = EventId> {
    any::<u64>().prop_map(|seed| EventId::derived("test", &seed.to_string()))
}

fn member() -> impl Strategy<Value = MemberId> {
    event_id().prop_map(MemberId::from)
}

fn day() -> impl Strategy<Value = Day> {
    (Day::FIRST.number()..=Day::LAST.number()).prop_map(Day::from_number)
}

fn at() -> impl Strategy<Value = BusinessTime> {
    (day(), 0_u16..24, 0_u16..60, -720_i16..=840).prop_map(|(day, hour, minute, offset_minutes)| BusinessTime {
        day,
        minute: Minute::from_clock(hour, minute).unwrap_or_default(),
        offset_minutes,
    })
}

fn tenders() -> impl Strategy<Value = Vec<Tender>> {
    prop::collection::vec((text(), money()).prop_map(|(kind, amount)| Tender { kind, amount }), 0..3)
}

fn given() -> impl Strategy<Value = Vec<Given>> {
    prop::collection::vec((text(), money()).prop_map(|(rule, amount)| Given { rule, amount }), 0..3)
}

fn line() -> impl Strategy<Value = Line> {
    (text(), text(), "[a-z]{0,3}( [a-z]{1,3})?", quantity(), money(), given()).prop_map(
        |(product, category, tags, quantity, amount, discounts)| Line {
            product,
            category,
            tags: Tags::parse(&tags),
            quantity,
            amount,
            discounts,
        },
    )
}

fn used() -> impl Strategy<Value = Use> {
    prop_oneof![
        (event_id(), any::<u32>(), money()).prop_map(|(from, index, amount)| Use::Voucher { from, index, amount }),
        (text(), points(), money()).prop_map(|(rule, points, amount)| Use::Points { rule, points, amount }),
    ]
}

fn profile() -> impl Strategy<Value = Profile> {
    let birthday = (prop::option::of(1_900_i32..2_100), 1_u8..=12, 1_u8..=31, any::<bool>())
        .prop_map(|(year, month, day, lunar)| Birthday { year, month, day, lunar });
    (text(), text(), prop::option::of(birthday), text(), prop::collection::btree_map(text(), text(), 0..3))
        .prop_map(|(name, phone, birthday, id_number, more)| Profile { name, phone, birthday, id_number, more })
}

/// JSON of a kind that nobody knows yet.
fn foreign() -> impl Strategy<Value = Body> {
    let content = prop_oneof![
        Just(String::new()),
        Just("null".to_owned()),
        Just("[1, 2.50, \"三\", {\"b\":1,\"a\":2}]".to_owned()),
        any::<i64>().prop_map(|number| format!("{{\"figure\":{number},\"deep\":{{\"x\":[]}}}}")),
    ];
    ("x-[a-z]{1,8}", content).prop_map(|(kind, content)| Body::Unknown { kind: kind.into(), content })
}

fn body() -> impl Strategy<Value = Body> {
    let sold = (
        text(),
        prop::option::of(member()),
        prop::collection::vec(line(), 1..4),
        given(),
        prop::collection::vec(used(), 0..3),
        tenders(),
    )
        .prop_map(|(receipt, member, lines, discounts, uses, tenders)| {
            Body::Sold(Sold { receipt, member, lines, discounts, uses, tenders })
        });
    let enrolled = (
        profile(),
        text(),
        prop::collection::vec(event_id(), 0..3),
        money(),
        text(),
        text(),
        prop::option::of(member()),
        text(),
        any::<bool>(),
    )
        .prop_map(|(profile, route, receipts, fee, choice, card, referrer, guide, awaiting_approval)| {
            Body::Enrolled { profile, route, receipts, fee, choice, card, referrer, guide, awaiting_approval }
        });
    let returned_line = (any::<u32>(), quantity()).prop_map(|(line, quantity)| ReturnedLine { line, quantity });
    prop_oneof![
        4 => sold,
        2 => enrolled,
        3 => foreign(),
        1 => (event_id(), prop::collection::vec(returned_line, 0..3), tenders()).prop_map(|(sale, lines, refunds)| Body::Returned { sale, lines, refunds }),
        1 => (member(), text(), any::<u32>(), points(), money()).prop_map(|(member, rule, times, points, voucher)| Body::Redeemed { member, rule, times, points, voucher }),
        1 => (member(), money(), tenders()).prop_map(|(member, amount, tenders)| Body::Loaded { member, amount, tenders }),
        1 => (member(), profile()).prop_map(|(member, profile)| Body::ProfileChanged { member, profile }),
        1 => (member(), money(), text()).prop_map(|(member, fee, card)| Body::CardReplaced { member, fault: CardFault::Lost, fee, card }),
        1 => member().prop_map(|member| Body::CardRenewed { member }),
        1 => (member(), points(), money(), any::<u32>(), money()).prop_map(|(member, points, spend, visits, stored_value)| Body::CarriedOver { member, points, spend, visits, stored_value }),
        1 => (member(), text(), day(), money()).prop_map(|(member, rule, period_start, amount)| Body::RebatePaid { member, rule, period_start, amount }),
        1 => (text(), text(), money()).prop_map(|(code, name, price)| Body::ProductListed(Product { code, name, price, ..Product::default() })),
        1 => ("\\PC{0,40}", prop::collection::btree_map(text(), text(), 0..3), day()).prop_map(|(document, parameters, from)| Body::Adopted { document, parameters, from }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    ((event_id(), any::<u64>(), any::<u64>(), at()), (text(), text(), text(), any::<u32>()), body()).prop_map(
        |((id, sequence, clock, at), (store, staff, program, policy_version), body)| Event {
            id,
            device: DeviceId::derived("test", &store),
            sequence,
            clock,
            at,
            store,
            staff,
            program,
            policy_version,
            schema: if matches!(body, Body::Unknown { .. }) { SCHEMA_VERSION + 1 } else { SCHEMA_VERSION },
            body,
        },
    )
}

fn meta() -> BackupMeta {
    BackupMeta {
        shop: "银杯".into(),
        app: "0.1.0".into(),
        made: BusinessTime::noon(Day::from_number(20_000)),
        sample: true,
    }
}

/// A file with this body and a first line that fits it.
fn file_of(body: &str) -> Vec<u8> {
    let mut file = write_backup([], &meta()).expect("an empty backup");
    let line = String::from_utf8(file.clone()).expect("UTF-8");
    let line = line
        .replace("\"events\":0", &format!("\"events\":{}", body.lines().count()))
        .replace("\"bytes\":0", &format!("\"bytes\":{}", body.len()))
        .replace(&blake3::hash(b"").to_hex().to_string(), blake3::hash(body.as_bytes()).to_hex().as_str());
    file = line.into_bytes();
    file.extend_from_slice(body.as_bytes());
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// What is written is read, and what is read is written again to the byte: unknown kinds, too.
    #[test]
    fn any_events_survive(events in prop::collection::vec(event(), 0..12)) {
        let file = write_backup(&events, &meta()).expect("written");
        let backup = read_backup(&file).expect("read");
        prop_assert_eq!(&backup.events, &events);
        prop_assert_eq!(&backup.meta, &meta());
        prop_assert_eq!(write_backup(&backup.events, &backup.meta).expect("written"), file);
    }

    /// No cut and no changed byte goes unnoticed.
    #[test]
    fn damage_is_noticed(events in prop::collection::vec(event(), 1..4), place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let file = write_backup(&events, &meta()).expect("written");
        let body = file.iter().position(|b| *b == b'\n').expect("a first line") + 1;
        let cut = read_backup(&file[..body + place.index(file.len() - body)]);
        prop_assert!(matches!(cut, Err(ExchangeError::TruncatedBackup { .. })), "{:?}", cut);
        let mut changed = file.clone();
        changed[body + place.index(file.len() - body)] ^= 1 << bit;
        prop_assert_eq!(read_backup(&changed), Err(ExchangeError::DamagedBackup));
        // Of the first line only figures matter; it never upsets the reader.
        let _ = read_backup(&file[..place.index(body)]);
    }
}

#[test]
fn people_can_read_it() {
    let text = String::from_utf8(write_backup([], &meta()).expect("written")).expect("UTF-8");
    assert!(text.starts_with("{\"regulars\":\"backup\",\"layout\":1,\"shop\":\"银杯\",\"app\":\"0.1.0\","), "{text}");
    assert!(text.contains("\"events\":0,\"members\":0,\"sales\":0,\"bytes\":0,\"blake3\":\"af1349b9"), "{text}");
}

#[test]
fn other_files_are_refused_by_name() {
    let refused = |bytes: &[u8]| read_backup(bytes).expect_err("no backup");
    assert_eq!(refused(b"PK\x03\x04"), ExchangeError::NotABackup(Foreign::Workbook));
    assert_eq!(refused(b"member,name\n"), ExchangeError::NotABackup(Foreign::Text));
    assert_eq!(refused(b"\x01\x00\x02"), ExchangeError::NotABackup(Foreign::Binary));
    assert_eq!(refused(b""), ExchangeError::NotABackup(Foreign::Text));
    assert!(matches!(refused(b"{\"regulars\":\"backup\",\"lay"), ExchangeError::TruncatedBackup { .. }));
    assert_eq!(refused(b"{\"regulars\":\"backup\",nonsense}\n"), ExchangeError::DamagedBackup);
    let newer = b"{\"regulars\":\"backup\",\"layout\":7,\"else\":[]}\nwhatever";
    assert_eq!(refused(newer), ExchangeError::NewerBackup { version: 7, readable: LAYOUT });
    let mut longer = write_backup([], &meta()).expect("written");
    longer.push(b'\n');
    assert_eq!(refused(&longer), ExchangeError::DamagedBackup);
}

fn line_with(schema: u16, body: &str) -> String {
    let id = EventId::derived("test", "1");
    format!(
        "{{\"id\":\"{id}\",\"device\":\"{id}\",\"sequence\":1,\"clock\":2,\"at\":{{\"day\":\"2026-03-02\",\"minute\":\"10:00\",\"offset_minutes\":480}},\"store\":\"\",\"staff\":\"\",\"program\":\"\",\"policy_version\":0,\"schema\":{schema},\"body\":{body}}}\n"
    )
}

#[test]
fn what_a_newer_version_wrote_is_kept_as_it_was() {
    let member = EventId::derived("test", "2");
    for (schema, body, kind) in [
        (2, "{\"holographed\":{\"b\":1.50,\"a\":[]}}".to_owned(), "holographed"),
        (1, "{\"holographed\":null}".to_owned(), "holographed"),
        (2, "\"closed-for-today\"".to_owned(), "closed-for-today"),
        // A kind that we know with something in it that we do not.
        (2, format!("{{\"card-renewed\":{{\"member\":\"{member}\",\"until\":2030}}}}"), "card-renewed"),
    ] {
        let file = file_of(&line_with(schema, &body));
        let backup = read_backup(&file).expect(&body);
        assert!(matches!(&backup.events[0].body, Body::Unknown { kind: own, .. } if own == kind), "{backup:?}");
        let again = String::from_utf8(write_backup(&backup.events, &backup.meta).expect("written")).expect("UTF-8");
        assert!(again.ends_with(&line_with(schema, &body)), "{again}");
    }
    // And nothing in it that we do not know: it is ours.
    let file = file_of(&line_with(2, &format!("{{\"card-renewed\":{{\"member\":\"{member}\"}}}}")));
    assert_eq!(read_backup(&file).expect("read").events[0].body, Body::CardRenewed { member: MemberId::from(member) });
}

#[test]
fn an_event_of_ours_that_cannot_be_read_stops_everything() {
    let good = line_with(1, "{\"card-renewed\":{\"member\":\"00000000-0000-0000-0000-000000000000\"}}");
    for bad in [line_with(1, "{\"sold\":{\"lines\":7}}"), line_with(1, "{}"), "nonsense\n".to_owned(), "\n".to_owned()]
    {
        let refused = read_backup(&file_of(&(good.clone() + &bad)));
        assert!(matches!(refused, Err(ExchangeError::UnreadableEvent { line: 3, .. })), "{refused:?}");
    }
}

#[test]
fn unknown_content_that_is_no_json_is_refused_and_line_breaks_are_spaces() {
    let event = |content: &str| {
        let file = file_of(&line_with(2, "{\"x-y\":1}"));
        let mut event = read_backup(&file).expect("read").events.remove(0);
        event.body = Body::Unknown { kind: "x-y".into(), content: content.into() };
        event
    };
    assert!(matches!(write_backup(&[event("{")], &meta()), Err(ExchangeError::Unwritable(_))));
    let file = write_backup(&[event("{\n\"a\": 1\r\n}")], &meta()).expect("written");
    assert_eq!(read_backup(&file).map(|backup| backup.events.len()), Ok(1));
}

#[test]
fn every_kind_is_known_by_name() {
    let known = known_kinds();
    assert!(known.len() > 20 && known.contains(&"sold") && known.contains(&"product-dropped"), "{known:?}");
}
