use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use regulars_rules::event::{Birthday, Journal, Tags};
use regulars_rules::number::{Money, Points, Quantity};

use super::*;
use crate::column::guess_columns;
use crate::preview::preview;

/// A shop that remembers what batches have brought.
#[derive(Default)]
struct Shop {
    events: Vec<Event>,
    ids: BTreeSet<EventId>,
    members: BTreeMap<String, MemberId>,
    products: BTreeMap<String, Product>,
}

impl Shop {
    fn take(&mut self, events: Vec<Event>) {
        for event in events {
            self.ids.insert(event.id);
            match &event.body {
                Body::Enrolled { profile, card, .. } => {
                    for name in [card.as_str(), profile.phone.as_str()].into_iter().filter(|name| !name.is_empty()) {
                        self.members.insert(name.into(), MemberId::from(event.id));
                    }
                }
                Body::ProductListed(product) => {
                    self.products.insert(product.code.to_string(), product.clone());
                }
                _ => {}
            }
            self.events.push(event);
        }
    }

    fn import(&mut self, kind: TableKind, text: &str) -> Done {
        self.import_by(kind, text, 100)
    }

    fn import_by(&mut self, kind: TableKind, text: &str, rows: u32) -> Done {
        self.import_on(kind, text, rows, "2026-03-10")
    }

    fn import_on(&mut self, kind: TableKind, text: &str, rows: u32, day: &str) -> Done {
        let mut importer = importer(kind, text, day);
        let mut done = Done::default();
        loop {
            let batch = {
                let member = |text: &str| self.members.get(text).copied();
                let event = |id: EventId| self.ids.contains(&id);
                let product = |code: &str| self.products.get(code);
                importer.next_batch(rows, &Lookup { member: &member, event: &event, product: &product })
            };
            done.events.extend(batch.events.iter().cloned());
            done.problems.extend(batch.problems);
            self.take(batch.events);
            if batch.finished {
                done.counts = batch.counts;
                done.rows = batch.rows_done;
                assert_eq!(batch.bytes_done, batch.bytes_total);
                return done;
            }
        }
    }
}

fn importer<'t>(kind: TableKind, text: &'t str, day: &str) -> Importer<'t> {
    let columns = guess_columns(kind, &Sheet::read(text).expect("headers").headers);
    Importer::new(kind, &columns, Decoded::utf8(text), Options::new(day.parse().expect("a day"))).expect("columns")
}

#[derive(Default, Debug)]
struct Done {
    events: Vec<Event>,
    problems: Vec<Problem>,
    counts: Counts,
    rows: u32,
}

impl Done {
    /// `line field key` of each problem.
    fn wrong(&self) -> Vec<String> {
        let name = |field: Option<Field>| field.map_or("row", Field::name);
        self.problems.iter().map(|p| format!("{} {} {}", p.line, name(p.field), p.reason.key)).collect()
    }

    fn counted(&self) -> (u32, u32, u32) {
        let Counts { taken, known, left_out } = self.counts;
        assert_eq!(taken + known + left_out, self.rows, "every row is counted once");
        (taken, known, left_out)
    }

    fn sales(&self) -> Vec<&regulars_rules::event::Sold> {
        self.events.iter().filter_map(|e| if let Body::Sold(sold) = &e.body { Some(sold) } else { None }).collect()
    }
}

const MEMBERS: &str = "会员号,姓名,手机,开卡日期,生日,积分,累计消费,储值\r\n\
    A1,王芳,138 0000 1111,2024/5/1,1980-03-02,\"1,200\",¥5000.00,\r\n\
    A2,<b>李</b>,13800002222,2024-05-01 09:30,3月2日,,,\r\n\
    ,赵,13800003333,,,,,88.5\r\n";

#[test]
fn members_are_enrolled_and_their_figures_carried_over() {
    let mut shop = Shop::default();
    let done = shop.import(TableKind::Members, MEMBERS);
    assert_eq!(done.wrong(), [""; 0]);
    assert_eq!(done.counted(), (3, 0, 0));
    let [wang, carried, li, zhao, value] = done.events.as_slice() else { panic!("{:?}", done.events) };
    assert_eq!((wang.at.to_string(), li.at.to_string()), ("2024-05-01 00:00".into(), "2024-05-01 09:30".into()));
    assert_eq!(wang.id, EventId(member_id("A1").0));
    let Body::Enrolled { profile, route, receipts, card, .. } = &wang.body else { panic!("{wang:?}") };
    assert_eq!(
        (profile.name.as_str(), profile.phone.as_str(), route.as_str(), card.as_str()),
        ("王芳", "13800001111", "import", "A1")
    );
    assert_eq!(profile.birthday, Some(Birthday { year: Some(1980), month: 3, day: 2, lunar: false }));
    assert!(receipts.is_empty());
    let figures = Body::CarriedOver {
        member: member_id("A1"),
        points: Points::from_minor(120_000),
        spend: Money::from_minor(500_000),
        visits: 0,
        stored_value: Money::ZERO,
    };
    assert_eq!(carried.body, figures);
    assert_eq!(carried.at, BusinessTime::noon("2026-03-10".parse().expect("a day")));
    // Known by phone where there is no number, from the day of the import where no day is named.
    assert_eq!((zhao.id, zhao.at), (EventId(member_id("13800003333").0), carried.at));
    assert!(zhao.order() < value.order());
    assert_eq!(value.body.member(), Some(member_id("13800003333")));
}

#[test]
fn a_repeat_adds_nothing_and_gives_the_same_events() {
    let mut shop = Shop::default();
    for (kind, text) in [(TableKind::Members, MEMBERS), (TableKind::Products, PRODUCTS), (TableKind::Sales, SALES)] {
        let first = shop.import(kind, text);
        let again = shop.import(kind, text);
        assert_eq!((again.events.len(), again.wrong()), (0, first.wrong()));
        assert_eq!((again.counts.taken, again.counts.known), (0, first.counts.taken));
        let later = shop.import_on(kind, text, 2, "2026-04-01");
        assert_eq!(later.events, [], "{kind:?} on another day");
    }
    // Another shop, other batches: the same events.
    let mut other = Shop::default();
    for (kind, text) in [(TableKind::Members, MEMBERS), (TableKind::Products, PRODUCTS), (TableKind::Sales, SALES)] {
        other.import_by(kind, text, 1);
    }
    assert_eq!(shop.events, other.events);
    assert!(Journal::new([shop.events.clone(), other.events].concat()).quarantined().is_empty());
}

#[test]
fn files_that_overlap_agree() {
    let header = "receipt,date,product,amount\n";
    let rows = ["1,2026-03-01,x,1.00\n", "2,2026-03-01,x,2.00\n", "10,2026-03-01,x,3.00\n"];
    let (mut one, mut other) = (Shop::default(), Shop::default());
    one.import(TableKind::Sales, &[header, rows[0], rows[1], rows[2]].concat());
    other.import(TableKind::Sales, &[header, rows[2], rows[1]].concat());
    let journal = Journal::new([one.events, other.events].concat());
    assert!(journal.quarantined().is_empty());
    // Of one moment, receipts follow each other by number, whichever way the file was sorted.
    let receipts: Vec<_> =
        journal.events().iter().map(|e| if let Body::Sold(s) = &e.body { s.receipt.as_str() } else { "" }).collect();
    assert_eq!(receipts, ["1", "2", "10"]);
}

#[test]
fn bad_members_are_named_and_good_ones_go_on() {
    let mut shop = Shop::default();
    shop.import(TableKind::Members, "会员号,手机\nB1,13900000000\n");
    let done = shop.import(
        TableKind::Members,
        "会员号,姓名,手机,开卡日期,生日,身份证,积分,消费次数\n\
         A1,a,1.38E+10,,,,,\n\
         A2,a,13800000002,46083,13-01,110105194912310000,-5,x\n\
         ,a,,,,,,\n\
         A3,good,13800000003,2026-03-10,,,,\n\
         A3,a,13800000004,,,,,\n\
         A4,a,13800000003,,,,,\n\
         A5,a,13900000000,,,,,\n\
         A6,a,13800000006,2026-03-11,,,,\n\
         A7,a,13800000007,2026-02-30\n\
         A8,good,13800000008,2026-03-09,,,,\n",
    );
    let expected = [
        "2 phone import.phone-scientific",
        "3 joined import.date-serial",
        "3 birthday import.birthday",
        "3 id_number import.id-rounded",
        "3 points import.negative",
        "3 visits import.count",
        "4 member import.member-or-phone",
        "6 member import.member-twice",
        "7 phone import.phone-twice",
        "8 phone import.phone-taken",
        "9 joined import.date-future",
        "10 row import.row-cells",
    ];
    assert_eq!(done.wrong(), expected);
    assert_eq!(done.counted(), (2, 0, 8));
    assert_eq!(done.problems[0].text, "1.38E+10");
}

const PRODUCTS: &str =
    "条码;商品名称;品类;单价;标签\n6901;面霜;cream;125,000.00;special 促销\n6902;\"香皂 \"\"大\"\"\";soap;3;\n";

#[test]
fn products_are_listed_and_a_new_price_is_a_new_event() {
    let mut shop = Shop::default();
    let done = shop.import(TableKind::Products, PRODUCTS);
    assert_eq!((done.wrong(), done.counted()), (Vec::new(), (2, 0, 0)));
    let soap = Product {
        code: "6902".into(),
        name: "香皂 \"大\"".into(),
        category: "soap".into(),
        price: Money::from_minor(300),
        tags: Tags::default(),
    };
    assert_eq!(shop.products["6902"], soap);
    assert!(shop.products["6901"].tags.contains("special") && shop.products["6901"].tags.contains("促销"));
    // 3.00, then 4.00, then 3.00 again: the list follows.
    for (day, price) in [("2026-03-11", "4"), ("2026-03-12", "3")] {
        let text = PRODUCTS.replace(";3;", &format!(";{price};"));
        let done = shop.import_on(TableKind::Products, &text, 9, day);
        assert_eq!(done.counted(), (1, 1, 0), "{day}");
    }
    assert_eq!(shop.products["6902"], soap);
    let done = shop.import(TableKind::Products, "product,price\nx,1\nx,2\ny,\nz,-1\n6.9E+12,1\n");
    let expected = [
        "3 product import.product-twice",
        "4 price import.blank",
        "5 price import.negative",
        "6 product import.code-scientific",
    ];
    assert_eq!(done.wrong(), expected);
    assert_eq!(done.counted(), (1, 0, 4));
}

const SALES: &str = "小票号,日期,时间,会员,商品编码,数量,金额,优惠,门店,导购,支付方式\n\
    0001,2026-03-02,10:00:05,A1,6901,1,100.00,25.00,S1,G7,微信\n\
    0001,2026-03-02,10:00:05,A1,6902,0.5,1.50,,S1,G7,现金\n\
    0002,2026-03-02,10:00:07,,6902,0,0.00,,S1,,\n\
    0001,2026-03-03,,13800002222,6902,2,6.00,,S1,,\n\
    0001,2026-03-03,,13800002222,6902,2,6.00,,S2,,\n";

#[test]
fn rows_of_a_receipt_are_one_sale() {
    let mut shop = Shop::default();
    shop.import(TableKind::Members, MEMBERS);
    shop.import(TableKind::Products, PRODUCTS);
    let done = shop.import(TableKind::Sales, SALES);
    assert_eq!((done.wrong(), done.counted()), (Vec::new(), (5, 0, 0)));
    assert_eq!(done.events.len(), 4, "tills begin again at 1 each day, and in each store");
    let sold = done.sales()[0];
    assert_eq!((sold.receipt.as_str(), sold.member), ("0001", Some(member_id("A1"))));
    assert_eq!(sold.lines.len(), 2);
    // Paid 100.00 after 25.00 off; category and tags from the list, as the file has no such columns.
    let cream = &sold.lines[0];
    assert_eq!(
        (cream.amount.minor(), cream.net().map(Money::minor), cream.category.as_str()),
        (12_500, Ok(10_000), "cream")
    );
    assert!(cream.tags.contains("special"));
    assert_eq!(sold.lines[1].quantity, Quantity::from_minor(500));
    let tenders: Vec<_> = sold.tenders.iter().map(|t| (t.kind.as_str(), t.amount.minor())).collect();
    assert_eq!(tenders, [("mobile", 10_000), ("cash", 150)]);
    let event = &done.events[0];
    assert_eq!(
        (event.store.as_str(), event.staff.as_str(), event.at.to_string().as_str()),
        ("S1", "G7", "2026-03-02 10:00")
    );
    assert_eq!(event.id, sale_id("0001", "S1", event.at.day));
    assert_eq!(event.clock >> 16, 1_772_416_805_000, "2026-03-02 10:00:05 in China");
    // Nothing paid, nothing tendered; the quantity may be zero.
    assert_eq!((done.sales()[1].member, done.sales()[1].tenders.len()), (None, 0));
    assert_eq!(done.events[2].at.to_string(), "2026-03-03 12:00", "noon where no time is named");
    assert_eq!(done.sales()[2].member, Some(member_id("A2")));
}

#[test]
fn members_join_before_they_buy() {
    let mut shop = Shop::default();
    shop.import(TableKind::Sales, "receipt,date,time,product,amount\n1,2024-05-01,00:00,x,1\n");
    shop.import(TableKind::Members, MEMBERS);
    let journal = Journal::new(shop.events);
    let kinds: Vec<&str> = journal.events().iter().map(|event| event.body.kind()).collect();
    assert_eq!(kinds, ["enrolled", "sold", "enrolled", "enrolled", "carried-over", "carried-over"]);
}

#[test]
fn a_receipt_with_a_bad_row_is_left_out_whole_and_says_so() {
    let mut shop = Shop::default();
    let done = shop.import(
        TableKind::Sales,
        "receipt,date,member,product,quantity,amount\n\
         1,2026-03-01,,x,1,5.00\n\
         2,2026-03-01,,x,1,5.00\n\
         2,2026-03-01,,x,1,-5.00\n\
         2,2026-03-01,,x,1,5.00\n\
         3,2026-03-01,nobody,x,1,5.00\n\
         4,2026-03-01,,x,-1,5.00\n\
         5,2026-03-01,,,1,5.00\n\
         6,2026-03-01,,x,1,abc\n\
         7,someday,,x,1,1.00\n\
         7,2026-03-01,,x,1,1.00\n\
         8,2026-03-01,,x,1\n\
         8,2026-03-01,,x,1,2.00\n\
         ,2026-03-01,,x,1,2.00\n\
         9,2026-03-01,,x,1,7.00\n\
         10,2026-03-01,,x,1,99999999999\n",
    );
    let expected = [
        "3 receipt import.receipt-left-out",
        "4 amount import.return-row",
        "6 member import.member-unknown",
        "7 quantity import.return-row",
        "8 product import.blank",
        "9 amount import.number",
        "10 date import.date",
        "10 receipt import.receipt-left-out",
        "12 row import.row-cells",
        "12 receipt import.receipt-left-out",
        "14 receipt import.blank",
        "16 amount import.too-large",
    ];
    assert_eq!(done.wrong(), expected);
    let receipts: Vec<&str> = done.sales().iter().map(|sold| sold.receipt.as_str()).collect();
    assert_eq!(receipts, ["1", "9"]);
    assert_eq!(done.counted(), (2, 0, 13));
    assert_eq!(done.problems[0].reason.arg("line"), Some(&4_u32.into()));
    assert_eq!(done.problems[0].reason.arg("rows"), Some(&3_u32.into()));
}

#[test]
fn rows_of_a_receipt_need_not_stand_together() {
    let header = "receipt,date,member,product,amount\n";
    let rows = [
        "1,2026-03-01,,a,1\n",
        "2,2026-03-01,,b,2\n",
        "1,2026-03-01,,c,3\n",
        "2,2026-3-1,,d,4\n",
        "3,2026-03-01,,e,5\n",
    ];
    let mut shop = Shop::default();
    let done = shop.import_by(TableKind::Sales, &(header.to_owned() + &rows.concat()), 1);
    assert_eq!((done.wrong(), done.counted()), (Vec::new(), (5, 0, 0)));
    let baskets: Vec<String> =
        done.sales().iter().map(|s| s.lines.iter().map(|l| l.product.as_str()).collect()).collect();
    assert_eq!(baskets, ["e", "ac", "bd"]);
    // A bad row spoils its receipt from afar, too.
    let spoilt = header.to_owned() + &rows.concat() + "1,2026-03-01,,f,x\n";
    let done = Shop::default().import(TableKind::Sales, &spoilt);
    assert_eq!(done.sales().len(), 2);
    assert_eq!(done.counted(), (3, 0, 3));
}

#[test]
fn tenders_with_amounts_must_sum_up() {
    let text = |cell: &str| {
        format!("receipt,date,product,amount,tender\n1,2026-03-01,a,30.00,{cell}\n1,2026-03-01,b,20.00,{cell}\n")
    };
    let done = Shop::default().import(TableKind::Sales, &text("cash 35.00 + 支付宝 15.00"));
    let tenders: Vec<_> = done.sales()[0].tenders.iter().map(|t| (t.kind.as_str(), t.amount.minor())).collect();
    assert_eq!(tenders, [("cash", 3_500), ("mobile", 1_500)]);
    let done = Shop::default().import(TableKind::Sales, &text("cash 35.00 + mobile 10.00"));
    assert_eq!(done.wrong(), ["2 tender import.tender-sum", "2 receipt import.receipt-left-out"]);
}

#[test]
fn amounts_follow_from_price_and_quantity_where_there_are_none() {
    let done =
        Shop::default().import(TableKind::Sales, "receipt,date,product,qty,unit price\n1,2026-03-01,a,0.345,9.99\n");
    assert_eq!(done.sales()[0].lines[0].amount, Money::from_minor(345));
}

#[test]
fn a_cut_file_loses_only_its_last_receipt() {
    let whole = "receipt,date,product,amount\n1,2026-03-01,a,1.00\n2,2026-03-01,b,2.00\n2,2026-03-01,c,3.00\n";
    let done = Shop::default().import(TableKind::Sales, &whole[..whole.len() - 7]);
    assert_eq!(done.wrong(), ["3 receipt import.receipt-left-out", "4 row import.cut"]);
    assert_eq!(done.sales().len(), 1);
    // Cut within a character: the row has all its cells, but the last is not whole.
    let bytes = "会员号,姓名\nA1,王芳\nA2,李娜".as_bytes();
    let decoded = crate::encoding::decode(&bytes[..bytes.len() - 1]).expect("UTF-8");
    let columns = [Some(Field::Member), Some(Field::Name)];
    let mut importer =
        Importer::new(TableKind::Members, &columns, decoded, Options::new(Day::from_number(20_000))).expect("columns");
    let batch = importer.next_batch(10, &Lookup::empty());
    assert_eq!((batch.counts.taken, batch.counts.left_out), (1, 1));
    assert_eq!(batch.problems[0].reason.key, "import.cut");
}

#[test]
fn an_import_may_stop_and_a_repeat_goes_on() {
    let text: String = "receipt,date,product,amount\n".to_owned()
        + &(1..=20).map(|n| format!("{n},2026-03-01,x,1\n{n},2026-03-01,y,1\n")).collect::<String>();
    let mut shop = Shop::default();
    let mut stopped = importer(TableKind::Sales, &text, "2026-03-10");
    let batch = stopped.next_batch(9, &Lookup::empty());
    assert_eq!((batch.events.len(), batch.rows_done, batch.finished), (4, 9, false));
    assert!(batch.bytes_done > 0 && batch.bytes_done < batch.bytes_total);
    shop.take(batch.events);
    drop(stopped);
    let done = shop.import(TableKind::Sales, &text);
    assert_eq!(done.counted(), (32, 8, 0));
    assert_eq!(shop.events.len(), 20);
}

#[test]
fn a_preview_gives_a_verdict_on_every_row() {
    let mut shop = Shop::default();
    let header = "receipt,date,product,amount\n";
    shop.import(TableKind::Sales, &(header.to_owned() + "1,2026-03-01,a,1.00\n"));
    let text = header.to_owned()
        + "1,2026-03-01,a,1.00\n2,2026-03-01,b,2.00\n2,2026-03-01,c,x\n3,2026-03-01,=d,2\n"
        + &"4,2026-03-01,e,1\n".repeat(60);
    let asked = RefCell::new(0);
    let event = |id: EventId| {
        *asked.borrow_mut() += 1;
        shop.ids.contains(&id)
    };
    let lookup = Lookup { event: &event, ..Lookup::empty() };
    let columns = guess_columns(TableKind::Sales, &Sheet::read(&text).expect("headers").headers);
    let options = Options::new("2026-03-10".parse().expect("a day"));
    let shown = preview(TableKind::Sales, &columns, Decoded::utf8(text.as_str()), options, &lookup).expect("a table");
    assert_eq!((shown.total, shown.counts), (64, Counts { taken: 61, known: 1, left_out: 2 }));
    assert_eq!(shown.rows.len(), 50);
    let verdicts: Vec<(u32, bool, Vec<&str>)> = shown
        .rows
        .iter()
        .take(4)
        .map(|row| (row.line, row.known, row.problems.iter().map(|m| m.key.as_str()).collect()))
        .collect();
    let expected = [
        (2, true, vec![]),
        (3, false, vec!["import.receipt-left-out"]),
        (4, false, vec!["import.number"]),
        (5, false, vec![]),
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(shown.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [3, 4]);
    assert!(*asked.borrow() > 0);
    // Where columns are missing, the rows are shown so that a person can choose.
    let shown = preview(TableKind::Sales, &[None; 4], Decoded::utf8(text.as_str()), options, &lookup).expect("a table");
    assert_eq!(shown.columns_wrong, Some(ExchangeError::ColumnNeeded(Field::Receipt)));
    assert_eq!((shown.rows.len(), shown.headers.len()), (50, 4));
}

#[cfg(feature = "gb18030")]
#[test]
fn a_gbk_file_is_imported() {
    // 会员号,姓名,手机 / A1,王芳,13800001111
    let bytes = b"\xbb\xe1\xd4\xb1\xba\xc5,\xd0\xd5\xc3\xfb,\xca\xd6\xbb\xfa\r\nA1,\xcd\xf5\xb7\xbc,13800001111\r\n";
    let decoded = crate::encoding::decode(bytes).expect("GB18030");
    assert_eq!(decoded.encoding.name(), "gb18030");
    let done = Shop::default().import(TableKind::Members, &decoded.text);
    let Body::Enrolled { profile, .. } = &done.events[0].body else { panic!("{:?}", done.events) };
    assert_eq!(profile.name, "王芳");
}

proptest::proptest! {
    /// Any cells at all: every row is counted, nothing panics, no event names another day than its row.
    #[test]
    fn any_sales_are_counted(rows in proptest::collection::vec("[12]?,(2026-03-0[1-3]|x)?,[ab]?,-?[0-9]{0,3}(\\.[0-9]{1,3})?", 0..30), by in 1_u32..5) {
        let text = format!("receipt,date,product,amount\n{}", rows.iter().map(|row| row.clone() + "\n").collect::<String>());
        let done = Shop::default().import_by(TableKind::Sales, &text, by);
        done.counted();
        let whole = Shop::default().import_by(TableKind::Sales, &text, 1_000);
        proptest::prop_assert_eq!(&done.events, &whole.events);
        let sorted = |done: &Done| BTreeSet::from_iter(done.wrong());
        proptest::prop_assert_eq!(sorted(&done), sorted(&whole));
        let lines: usize = done.sales().iter().map(|sold| sold.lines.len()).sum();
        proptest::prop_assert_eq!(lines, done.counts.taken as usize);
    }
}
