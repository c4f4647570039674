use proptest::prelude::*;
use regulars_rules::event::{Given, Line, Tags, Use};

use super::*;
use crate::cell::unmarked;
use crate::column::{guess_columns, guess_kind};
use crate::encoding::{Decoded, decode};
use crate::import::{Batch, Importer, Lookup, Options, member_id};
use crate::sheet::Sheet;

fn import(bytes: &[u8], lookup: &Lookup<'_>) -> Batch {
    let decoded = decode(bytes).expect("UTF-8");
    let headers = Sheet::read(&decoded.text).expect("headers").headers;
    let kind = guess_kind(&headers).expect("a known table");
    let options = Options::new("2026-03-10".parse().expect("a day"));
    let mut importer = Importer::new(kind, &guess_columns(kind, &headers), decoded, options).expect("columns");
    importer.next_batch(1_000, lookup)
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = str::from_utf8(bytes).expect("UTF-8");
    let sheet = Sheet::read(text).expect("headers");
    sheet.rows().map(|row| row.cells.iter().map(ToString::to_string).collect()).collect()
}

fn product(code: &str, name: &str) -> Product {
    Product { code: code.into(), name: name.into(), price: Money::from_minor(-500), ..Product::default() }
}

#[test]
fn formulas_are_inert_and_figures_stay_figures() {
    let list = [
        product("=1+1", "=HYPERLINK(\"http://x\",\"y\")"),
        product("+861", "@SUM(A1)"),
        product("-5.00", "-5.00"),
        product("5", "-2+3"),
        product("007", "\t=1"),
        product("123456789012", "＝1"),
        product("1E5", "'=1"),
        product("10-12", "12' pipe"),
    ];
    let cells = rows(&products(&list, Language::Zh));
    let codes: Vec<&str> = cells.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(codes, ["'=1+1", "'+861", "'-5.00", "5", "'007", "'123456789012", "'1E5", "'10-12"]);
    let names: Vec<&str> = cells.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(
        names,
        ["'=HYPERLINK(\"http://x\",\"y\")", "'@SUM(A1)", "-5.00", "'-2+3", "'\t=1", "'＝1", "''=1", "12' pipe"]
    );
    assert!(cells.iter().all(|row| row[3] == "-5.00"));
    for (own, row) in list.iter().zip(&cells) {
        assert_eq!((unmarked(&row[0]), unmarked(&row[1])), (own.code.as_str(), own.name.as_str()));
    }
}

#[test]
fn members_come_back() {
    let record = MemberRecord {
        id: Some(member_id("elsewhere")),
        number: "000123".into(),
        name: "=王\"芳\",\n".into(),
        phone: "+8613800001111".into(),
        joined: "2024-05-01".parse().ok(),
        birthday: Some(Birthday { year: None, month: 2, day: 30, lunar: true }),
        id_number: "11010519491231002X".into(),
        email: "@x".into(),
        points: Points::from_minor(2_875),
        spend: Money::from_minor(12_345),
        visits: 7,
        stored_value: Money::from_minor(50),
        ..MemberRecord::default()
    };
    for language in [Language::Zh, Language::En] {
        let bytes = members([record.clone()], language);
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
        let batch = import(&bytes, &Lookup::empty());
        assert_eq!(batch.problems, []);
        let [enrolled, carried] = batch.events.as_slice() else { panic!("{batch:?}") };
        let Body::Enrolled { profile, card, .. } = &enrolled.body else { panic!("{enrolled:?}") };
        assert_eq!((card, &profile.phone, &profile.id_number), (&record.number, &record.phone, &record.id_number));
        assert_eq!((profile.name.as_str(), profile.birthday), ("=王\"芳\",", record.birthday));
        assert_eq!(profile.more.get("email").map(Text::as_str), Some("@x"));
        assert_eq!(Some(enrolled.at.day), record.joined);
        let figures = Body::CarriedOver {
            member: member_id("000123"),
            points: record.points,
            spend: record.spend,
            visits: 7,
            stored_value: record.stored_value,
        };
        assert_eq!(carried.body, figures);
        // In the shop that wrote it, the row is known by its event.
        let own = |id: EventId| MemberId::from(id) == member_id("elsewhere");
        let batch = import(&bytes, &Lookup { event: &own, ..Lookup::empty() });
        assert_eq!((batch.events.len(), batch.counts.known), (0, 1));
    }
}

fn sale() -> Event {
    let line = |product: &str, amount: i64, off: i64| Line {
        product: product.into(),
        category: "c".into(),
        tags: Tags::parse("b a"),
        quantity: Quantity::from_minor(1_500),
        amount: Money::from_minor(amount),
        discounts: if off == 0 {
            Vec::new()
        } else {
            vec![Given { rule: "member-day".into(), amount: Money::from_minor(off) }]
        },
    };
    let id = crate::import::sale_id("R1", "S1", Day::from_number(20_500));
    let tender = |kind: &str, amount: i64| Tender { kind: kind.into(), amount: Money::from_minor(amount) };
    let sold = Sold {
        receipt: "R1".into(),
        member: Some(member_id("A1")),
        lines: vec![line("x", 1_000, 100), line("y", 2_000, 0)],
        discounts: vec![Given { rule: "basket".into(), amount: Money::from_minor(10) }],
        uses: vec![Use::Voucher { from: id, index: 0, amount: Money::from_minor(91) }],
        tenders: vec![tender("cash", 2_000), tender("mobile", 799)],
    };
    Event {
        id,
        device: crate::import::import_device(),
        sequence: 1,
        clock: 1,
        at: "2026-03-02 10:05".parse().expect("a time"),
        store: "S1".into(),
        staff: "G7".into(),
        program: Text::default(),
        policy_version: 0,
        schema: 1,
        body: Body::Sold(sold),
    }
}

#[test]
fn sales_come_back_with_the_money_that_was_paid() {
    let event = sale();
    let number = |_: MemberId| Text::from("A1");
    let name = |code: &str| Text::from(format!("={code}"));
    let bytes = sales(std::slice::from_ref(&event), &number, &name, Language::Zh);
    let cells = rows(&bytes);
    let paid: Vec<&str> = cells.iter().map(|row| row[9].as_str()).collect();
    assert_eq!(paid, ["8.69", "19.30"], "101 fen of the basket, shared by amount: 31 and 70");
    let lookup = Lookup { member: &|text| Some(member_id(text)), ..Lookup::empty() };
    let batch = import(&bytes, &lookup);
    assert_eq!(batch.problems, []);
    let [back] = batch.events.as_slice() else { panic!("{batch:?}") };
    let (Body::Sold(own), Body::Sold(sold)) = (&event.body, &back.body) else { panic!("{back:?}") };
    assert_eq!((&back.store, &back.staff, back.at), (&event.store, &event.staff, event.at));
    assert_eq!((&sold.receipt, sold.member, &sold.tenders), (&own.receipt, own.member, &own.tenders));
    for (was, is) in own.lines.iter().zip(&sold.lines) {
        assert_eq!(
            (&was.product, &was.category, &was.tags, was.quantity, was.amount),
            (&is.product, &is.category, &is.tags, is.quantity, is.amount)
        );
    }
    let batch = import(&bytes, &Lookup { event: &|id| id == event.id, ..lookup });
    assert_eq!((batch.events.len(), batch.counts.known), (0, 2));
}

#[test]
fn what_came_back_stands_beside_its_line_and_is_not_read_as_a_sale() {
    let event = sale();
    let lines = vec![ReturnedLine { line: 1, quantity: Quantity::ONE }];
    let back = Event { body: Body::Returned { sale: event.id, lines, refunds: Vec::new() }, ..event.clone() };
    let bytes = sales(&[event, back], &|_| Text::default(), &|_| Text::default(), Language::En);
    let returned: Vec<String> = rows(&bytes).into_iter().map(|row| row[14].clone()).collect();
    assert_eq!(returned, ["", "1"]);
    let batch = import(&bytes, &Lookup::empty());
    assert_eq!((batch.events.len(), batch.problems[1].reason.key.as_str()), (0, "import.returned"));
}

proptest! {
    /// INVARIANT(inert): whatever a name is, its cell is no formula, and reading it gives it back.
    #[test]
    fn any_text_is_inert_and_comes_back(code in "[-+=@'0-9E.a/ ,\";\t＝]{1,8}", name in "\\PC{0,12}") {
        let list = [Product { code: code.as_str().into(), name: name.as_str().into(), ..Product::default() }, product("end", "end")];
        let bytes = products(&list, Language::En);
        let cells = rows(&bytes);
        prop_assert_eq!(cells.len(), 2);
        prop_assert_eq!(unmarked(&cells[0][0]), code.as_str());
        prop_assert_eq!(unmarked(&cells[0][1]), name.as_str());
        for cell in &cells[0][..2] {
            let number = cell.strip_prefix('-').is_some_and(|rest| rest.parse::<Quantity>().is_ok());
            prop_assert!(!cell.trim_start().starts_with(is_trigger) || number, "{}", cell);
        }
        let text = str::from_utf8(&bytes).expect("UTF-8").to_owned();
        prop_assert!(Sheet::read(&Decoded::utf8(text).text).is_ok());
    }
}
