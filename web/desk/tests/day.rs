//! A shop's day through the desk, on the memory home: what a page would ask, and what it must get.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails says so")]

use std::cell::RefCell;

use pollster::block_on;
use regulars_desk::desk::Desk;
use regulars_desk::protocol::{
    Ask, Basket, BasketLine, Call, Done, ImportFile, MemberPage, MemberQuery, Push, QuoteView, ReceiptView, Reply,
    ReturnView, ShopStatus, StorageView, TableKind, Wish, decode, encode,
};
use regulars_rules::event::{Product, Profile, ReturnedLine, Tags, Tender};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::Refusal;
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::memory::Failure;
use regulars_store::shelf::{Key, Store};
use regulars_store::{Home, MemoryHome, Position};

/// A page and its worker.
struct Page {
    desk: Desk<MemoryHome>,
    now: BusinessTime,
    calls: u32,
    tab: u8,
    pushed: RefCell<Vec<Push>>,
}

impl Page {
    fn on(home: MemoryHome, tab: u8) -> Self {
        let mut page = Self {
            desk: Desk::new(home),
            now: "2026-03-02 10:00".parse().unwrap(),
            calls: 0,
            tab,
            pushed: RefCell::default(),
        };
        page.ask(Ask::Open { known: false });
        page
    }

    fn at(&mut self, now: &str) -> &mut Self {
        self.now = now.parse().unwrap();
        self
    }

    fn ask(&mut self, ask: Ask) -> Reply {
        self.calls += 1;
        let minutes = i64::from(self.now.day.number()) * 1440 + i64::from(self.now.minute.number()) - 480;
        let call = Call {
            number: self.calls,
            now: self.now,
            now_ms: u64::try_from(minutes * 60_000).unwrap() + u64::from(self.calls),
            entropy: [
                self.tab,
                u8::try_from(self.calls % 251).unwrap(),
                u8::try_from(self.calls / 251).unwrap(),
                4,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                15,
                16,
            ],
            staff: Text::const_new("李娜"),
            ask,
        };
        // Everything goes through the bytes that a page sends and gets.
        let call: Call = decode(&encode(&call).unwrap()).unwrap();
        let reply = block_on(self.desk.handle(call, &|push| self.pushed.borrow_mut().push(push)));
        decode(&encode(&reply).unwrap()).unwrap()
    }

    fn status(&mut self, ask: Ask) -> Option<ShopStatus> {
        match self.ask(ask) {
            Reply::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    fn wish(&mut self, wish: Wish) -> Result<Done, Refusal> {
        match self.ask(Ask::Do(wish)) {
            Reply::Done(done) => Ok(done),
            Reply::Refused(refusal) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }

    fn sell(&mut self, basket: Basket) -> Box<ReceiptView> {
        let tenders = Vec::new();
        self.wish(Wish::Sell { basket, tenders }).unwrap().receipt.unwrap()
    }

    fn quote(&mut self, basket: Basket) -> Box<QuoteView> {
        match self.ask(Ask::Quote(basket)) {
            Reply::Quote(quote) => quote,
            other => panic!("{other:?}"),
        }
    }

    fn member(&mut self, id: MemberId) -> Box<MemberPage> {
        match self.ask(Ask::Member(id)) {
            Reply::Member(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn receipt(&mut self, id: EventId) -> Box<ReceiptView> {
        match self.ask(Ask::Receipt(id)) {
            Reply::Receipt(receipt) => receipt,
            other => panic!("{other:?}"),
        }
    }

    fn return_quote(&mut self, sale: EventId, line: u32) -> ReturnView {
        match self.ask(Ask::QuoteReturn { sale, lines: vec![ReturnedLine { line, quantity: Quantity::ONE }] }) {
            Reply::ReturnQuote(view) => view,
            other => panic!("{other:?}"),
        }
    }

    fn storage(&mut self) -> StorageView {
        match self.ask(Ask::Storage) {
            Reply::Storage(view) => view,
            other => panic!("{other:?}"),
        }
    }

    fn hash(&mut self) -> Text {
        self.storage().hash
    }

    fn file(&mut self, ask: Ask) -> (Text, Vec<u8>) {
        match self.ask(ask) {
            Reply::File { name, bytes, .. } => (name, bytes),
            other => panic!("{other:?}"),
        }
    }

    fn start(&mut self) {
        self.status(Ask::StartEmpty { name: "茵贝".into(), program: "yinbei".into() }).unwrap();
        for (code, name, price, tags) in [
            ("A1", "奶粉", "268.00", ""),
            ("A2", "湿巾", "29.90", ""),
            ("A3", "红枣", "36.00", "loose"),
            ("A4", "试用装", "5.90", "special"),
        ] {
            let product = Product {
                code: code.into(),
                name: name.into(),
                category: "".into(),
                price: price.parse().unwrap(),
                tags: Tags::parse(tags),
            };
            self.wish(Wish::ListProduct(product)).unwrap();
        }
    }

    /// A sale and an enrolment with its receipt.
    fn enrol(&mut self, name: &str, phone: &str, number: &str) -> MemberId {
        let sale = self.sell(basket(None, &[("A2", "29.90", "")])).event;
        let profile =
            Profile { name: name.into(), phone: phone.into(), id_number: number.into(), ..Profile::default() };
        let wish = Wish::Enrol {
            profile,
            route: "purchase".into(),
            receipts: vec![sale],
            choice: "".into(),
            referrer: None,
            guide: "李娜".into(),
        };
        self.wish(wish).unwrap().member.unwrap()
    }
}

fn basket(member: Option<MemberId>, lines: &[(&str, &str, &str)]) -> Basket {
    let lines = lines.iter().map(|(product, price, tags)| BasketLine {
        product: (*product).into(),
        tags: Tags::parse(tags),
        quantity: Quantity::ONE,
        price: price.parse().unwrap(),
        ..BasketLine::default()
    });
    Basket { member, lines: lines.collect(), ..Basket::default() }
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn points(text: &str) -> Points {
    text.parse().unwrap()
}

#[test]
fn a_day_at_the_counter() {
    let home = MemoryHome::new();
    let mut page = Page::on(home.another_tab(), 1);
    assert!(page.status(Ask::Status).is_none());
    page.start();
    let status = page.status(Ask::Status).unwrap();
    assert_eq!(
        (status.name.as_str(), status.program.as_str(), status.sample, status.lunar),
        ("茵贝", "yinbei", false, true)
    );
    assert_eq!(status.events, 5);

    // 2 March 2026 is the 14th of the first lunar month: no member day.
    assert!(status.special_day.is_none());
    let quote = page.quote(basket(None, &[("A2", "29.90", "")]));
    assert_eq!((quote.pay, quote.could_join.len()), (money("29.90"), 1));
    let receipt = page.sell(basket(None, &[("A2", "29.90", "")]));
    assert_eq!((receipt.number.as_str(), receipt.pay), ("20260302-0001", money("29.90")));
    assert!(receipt.return_refusal.is_none() && receipt.return_until.is_some());

    let profile = Profile {
        name: "王芳".into(),
        phone: "138 0000 1234".into(),
        id_number: "000000199001011239".into(),
        ..Profile::default()
    };
    let enrol = Wish::Enrol {
        profile,
        route: "purchase".into(),
        receipts: vec![receipt.event],
        choice: "".into(),
        referrer: None,
        guide: "李娜".into(),
    };
    let done = page.wish(enrol.clone()).unwrap();
    let wang = done.member.unwrap();
    assert_eq!(page.wish(enrol).unwrap_err().code(), "refuse.id-number-taken");
    assert_eq!(page.member(wang).points.balance, points("29"));
    assert_eq!(page.receipt(receipt.event).member.unwrap().id, wang);

    // Found by the last four digits, by name, by card.
    for text in ["1234", "王", "13800001234", page.member(wang).row.card.clone().as_str()] {
        let Reply::Found { members, .. } = page.ask(Ask::Find { text: text.into(), limit: 5 }) else { panic!() };
        assert_eq!(members.first().map(|row| row.id), Some(wang), "{text}");
    }

    // 268.00 at 2% off; a point per yuan.
    let sale = page.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    assert_eq!((sale.pay, sale.points), (money("262.64"), points("262")));
    assert_eq!(sale.reasons.len(), 2);
    let done = page.wish(Wish::Redeem { member: wang, rule: "voucher".into(), times: 2 }).unwrap();
    let voucher = done.events[0];
    assert_eq!(page.member(wang).vouchers.len(), 2);

    // The 18th of the lunar month is 6 March: 5% off, and a voucher.
    page.at("2026-03-06 11:00");
    assert!(page.status(Ask::Status).unwrap().special_day.is_some());
    let mut with_voucher = basket(Some(wang), &[("A2", "29.90", ""), ("A3", "36.00", "loose")]);
    with_voucher.vouchers = vec![(voucher, 0)];
    let quote = page.quote(with_voucher.clone());
    assert_eq!(quote.pay, money("57.60"));
    let tenders = vec![
        Tender { kind: "cash".into(), amount: money("7.60") },
        Tender { kind: "mobile".into(), amount: money("50.00") },
    ];
    let wrong = vec![Tender { kind: "cash".into(), amount: money("57.00") }];
    assert_eq!(
        page.wish(Wish::Sell { basket: with_voucher.clone(), tenders: wrong }).unwrap_err().code(),
        "refuse.tender-sum"
    );
    let sale = page.wish(Wish::Sell { basket: with_voucher, tenders }).unwrap().receipt.unwrap();
    assert_eq!((sale.uses.len(), sale.tenders.len(), sale.points), (1, 2, points("57")));

    // Loose goods never come back; the rest until six.
    assert_eq!(page.return_quote(sale.event, 1).refusal.unwrap().code(), "refuse.return-never");
    page.at("2026-03-06 17:59");
    let back = page.return_quote(sale.event, 0);
    assert!(back.refusal.is_none() && back.refund.is_positive());
    page.at("2026-03-06 18:00");
    assert_eq!(page.return_quote(sale.event, 0).refusal.unwrap().code(), "refuse.return-late");
    assert_eq!(page.receipt(sale.event).return_refusal.unwrap().code(), "refuse.return-late");
    page.at("2026-03-06 17:59");
    let lines = vec![ReturnedLine { line: 0, quantity: Quantity::ONE }];
    let done = page.wish(Wish::Return { sale: sale.event, lines, tender: "cash".into() }).unwrap();
    let returned = done.receipt.unwrap();
    assert_eq!((returned.kind.as_str(), returned.lines.len(), -returned.pay), ("return", 1, back.refund));
    assert_eq!(returned.points, -back.points_back);
    let Reply::History(history) = page.ask(Ask::History(wang)) else { panic!() };
    assert_eq!(history.len(), 6, "{history:#?}");
    assert_eq!(history[0].points, -back.points_back);

    let Reply::Today(today) = page.ask(Ask::Today(page.now.day)) else { panic!() };
    assert_eq!((today.now.sales_total, today.now.takings_total), (1, money("57.60").minus(back.refund).unwrap()));
    let Reply::Receipts(rows) = page.ask(Ask::Receipts { day: page.now.day, text: "".into() }) else { panic!() };
    assert_eq!(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["return", "sale"]);
    let Reply::Receipts(rows) = page.ask(Ask::Receipts { day: page.now.day, text: "20260302-0002".into() }) else {
        panic!()
    };
    assert_eq!(rows.len(), 1);

    // Reopened from the journal, from a snapshot, and from a snapshot with events after it: the same.
    let hash = page.hash();
    assert_eq!(Page::on(home.another_tab(), 2).hash(), hash);
    while block_on(page.desk.tidy()) {}
    assert!(block_on(home.latest_snapshot()).unwrap().is_some());
    let mut reopened = Page::on(home.another_tab(), 3);
    assert!(!reopened.desk.shop().unwrap().book.is_unpacked());
    assert_eq!(reopened.hash(), hash);
    reopened.at("2026-03-07 09:00");
    reopened.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    let hash = reopened.hash();
    assert_eq!(Page::on(home.another_tab(), 4).hash(), hash);
    reopened.desk.shop().unwrap().verify().unwrap();

    // It opens without its members and without what has happened since the snapshot; whoever asks for them gets them.
    let events = reopened.status(Ask::Status).unwrap().events;
    let mut early = Page::on(home.another_tab(), 5);
    assert!(early.desk.is_behind() && early.desk.lacks_members());
    let goods = Ask::Products { text: "".into(), offset: 0, limit: 9 };
    let Reply::Products { total, .. } = early.ask(goods) else { panic!() };
    assert_eq!(usize::try_from(total).unwrap(), reopened.desk.shop().unwrap().book.products().len());
    assert!(early.desk.is_behind() && early.desk.lacks_members());
    assert_eq!(early.member(wang).points, reopened.member(wang).points);
    assert!(!early.desk.is_behind() && !early.desk.lacks_members());
    assert!(matches!(early.pushed.borrow().as_slice(), [Push::Changed(status)] if status.events == events));
    // News that come while it opens are read with the rest.
    let mut opening = Page::on(home.another_tab(), 8);
    let now = reopened.now;
    opening.desk.news_later(now, &|push| opening.pushed.borrow_mut().push(push));
    assert!(matches!(opening.pushed.borrow().as_slice(), [Push::Changed(status)] if status.events < events));
    assert!(opening.desk.is_behind() && opening.desk.lacks_members());
    assert_eq!(opening.status(Ask::Status).unwrap().events, events);
    // In quiet moments all of it comes by itself.
    let mut quiet = Page::on(home.another_tab(), 6);
    block_on(quiet.desk.news(now, &|push| quiet.pushed.borrow_mut().push(push)));
    while block_on(quiet.desk.tidy()) {}
    assert!(!quiet.desk.is_behind() && quiet.desk.shop().unwrap().book.is_unpacked());
    assert!(matches!(quiet.pushed.borrow().as_slice(), [Push::Changed(status)] if status.events == events));

    // What was kept for later is damaged: it is made again from the journal, whichever part it is.
    let parts = home.shelf().keys(Store::Snapshots).into_iter().filter_map(|key| match key {
        Key::Number(number) => Some(number).filter(|number| *number >= 1_000_000),
        Key::Text(_) => None,
    });
    let parts: Vec<u64> = parts.collect();
    assert_eq!(parts.len(), 5, "what there is, the members, the receipts in two, the trail");
    for part in parts {
        let home = MemoryHome::on(home.shelf().restarted());
        home.shelf().tamper(Store::Snapshots, &Key::Number(part), |bytes| *bytes.last_mut().unwrap() ^= 1);
        let mut page = Page::on(home.another_tab(), 7);
        assert!(page.desk.lacks_members());
        while block_on(page.desk.tidy()) {}
        assert_eq!(page.hash(), hash, "part {part}");
    }
}

#[test]
fn two_tabs_stay_in_step() {
    let home = MemoryHome::new();
    let mut one = Page::on(home.another_tab(), 1);
    one.start();
    let mut two = Page::on(home.another_tab(), 2);
    let wang = one.enrol("王芳", "13800001234", "000000199001011239");
    // The second does not know her yet: it is told when it writes, or by the channel.
    let now = two.now;
    block_on(two.desk.news(now, &|push| two.pushed.borrow_mut().push(push)));
    assert!(matches!(two.pushed.borrow().last(), Some(Push::Changed(_))));
    assert_eq!(two.member(wang).points.balance, points("29"));
    for _ in 0..3 {
        one.sell(basket(Some(wang), &[("A2", "29.90", "")]));
        two.sell(basket(Some(wang), &[("A2", "29.90", "")]));
    }
    block_on(one.desk.news(now, &|_| {}));
    assert_eq!(one.hash(), two.hash());
    // Receipts of one device have one number each.
    let Reply::Receipts(rows) = one.ask(Ask::Receipts { day: now.day, text: "".into() }) else { panic!() };
    let mut numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 7);
    // One erases: the other sees that there is nothing.
    assert!(one.status(Ask::Erase).is_none());
    block_on(two.desk.news(now, &|_| {}));
    assert!(two.status(Ask::Status).is_none());
}

#[test]
fn a_crash_at_any_write_loses_nothing_that_was_reported() {
    for failure in [Failure::Crash, Failure::CrashAfter, Failure::Full, Failure::Interrupted] {
        for nth in 0..14 {
            let home = MemoryHome::new();
            let mut page = Page::on(home.another_tab(), 1);
            page.start();
            home.shelf().fail_at(nth, failure);
            let mut reported = Vec::new();
            for step in 0..8 {
                let price = format!("{}.00", 20 + step);
                match page.ask(Ask::Do(Wish::Sell { basket: basket(None, &[("A2", &price, "")]), tenders: Vec::new() }))
                {
                    Reply::Done(done) => reported.extend(done.events),
                    Reply::Failed(trouble) => assert!(!trouble.what.key.is_empty()),
                    other => panic!("{other:?}"),
                }
                while block_on(page.desk.tidy()) {}
            }
            let after = MemoryHome::on(home.shelf().restarted());
            let mut again = Page::on(after, 2);
            for id in &reported {
                assert!(matches!(again.ask(Ask::Receipt(*id)), Reply::Receipt(_)), "{failure:?} at {nth}");
            }
            again.desk.shop().unwrap().verify().unwrap();
            again.sell(basket(None, &[("A2", "29.90", "")]));
        }
    }
}

#[test]
fn an_import_twice_adds_nothing() {
    let home = MemoryHome::new();
    let mut page = Page::on(home.another_tab(), 1);
    page.start();
    let mut members = String::from("会员号,姓名,手机,开卡日期,积分\n");
    for n in 0..3_000 {
        members.push_str(&format!("M{n:05},会员{n},139{n:08},2025-0{}-1{},{}\n", 1 + n % 9, n % 10, 1 + n % 50));
    }
    members.push_str("M99999,坏,不是电话,2025-13-40,\n");
    let file = |text: &str, kind| ImportFile {
        name: "a.csv".into(),
        bytes: text.as_bytes().to_vec(),
        kind,
        columns: Vec::new(),
        encoding: "".into(),
    };
    let Reply::Preview(preview) = page.ask(Ask::PreviewImport(file(&members, None))) else { panic!() };
    assert_eq!((preview.kind, preview.total, preview.good, preview.bad), (TableKind::Members, 3_001, 3_000, 1));
    let Reply::Imported(first) = page.ask(Ask::Import(file(&members, Some(TableKind::Members)))) else { panic!() };
    assert_eq!((first.taken, first.known, first.left_out), (3_000, 0, 1));
    assert!(page.pushed.borrow().iter().any(|push| matches!(push, Push::Progress { .. })));
    let hash = page.hash();
    let Reply::Imported(second) = page.ask(Ask::Import(file(&members, None))) else { panic!() };
    assert_eq!((second.taken, second.known, second.events), (0, 3_000, 0));
    assert_eq!(page.hash(), hash);

    let mut sales = String::from("小票号,日期,会员号,商品编码,数量,金额\n");
    for n in 0..5_000 {
        sales.push_str(&format!(
            "R{n:05},2025-1{}-1{},M{:05},A{},1,{}.50\n",
            n % 3,
            n % 10,
            n % 3_000,
            1 + n % 4,
            10 + n % 90
        ));
    }
    let Reply::Imported(first) = page.ask(Ask::Import(file(&sales, None))) else { panic!() };
    assert_eq!((first.taken, first.left_out, first.events), (5_000, 0, 5_000), "{:?}", first.problems);
    let Reply::Imported(second) = page.ask(Ask::Import(file(&sales, None))) else { panic!() };
    assert_eq!((second.taken, second.known, second.events), (0, 5_000, 0));
    let Reply::Members { total, rows } = page.ask(Ask::Members(MemberQuery { limit: 20, ..MemberQuery::default() }))
    else {
        panic!()
    };
    assert_eq!((total, rows.len()), (3_000, 20));
    let hash = page.hash();
    assert_eq!(Page::on(home.another_tab(), 2).hash(), hash);
    // Our own tables come back as known.
    for kind in [TableKind::Members, TableKind::Products, TableKind::Sales] {
        let (_, bytes) = page.file(Ask::Export(kind));
        let again =
            ImportFile { name: "b.csv".into(), bytes, kind: Some(kind), columns: Vec::new(), encoding: "".into() };
        let Reply::Imported(result) = page.ask(Ask::Import(again)) else { panic!() };
        assert_eq!((result.taken, result.left_out, result.events), (0, 0, 0), "{kind:?} {:?}", result.problems.first());
    }
    // Stopped on the way, and gone on with.
    assert!(page.status(Ask::Erase).is_none());
    page.start();
    let cancel = page.desk.canceller();
    let call =
        |ask| Call { number: 1, now: page.now, now_ms: 1_772_500_000_000, entropy: [9; 16], staff: "".into(), ask };
    let import = call(Ask::Import(file(&members, None)));
    let reply = block_on(page.desk.handle(import, &|push| {
        if matches!(push, Push::Progress { done: 2_000, .. }) {
            cancel.set(true);
        }
    }));
    let Reply::Imported(stopped) = reply else { panic!("{reply:?}") };
    assert!(stopped.cancelled && stopped.taken == 2_000);
    let Reply::Imported(rest) = page.ask(Ask::Import(file(&members, None))) else { panic!() };
    assert_eq!((rest.taken, rest.known, rest.cancelled), (1_000, 2_000, false));
}

#[test]
fn a_backup_brings_everything_back() {
    let home = MemoryHome::new();
    let mut page = Page::on(home.another_tab(), 1);
    page.start();
    let wang = page.enrol("王芳", "13800001234", "000000199001011239");
    page.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    let hash = page.hash();
    assert!(page.storage().unsaved_events > 0);
    let (name, bytes) = page.file(Ask::Backup);
    assert!(name.ends_with(".regulars.jsonl"), "{name}");
    let storage = page.storage();
    assert_eq!((storage.unsaved_events, storage.backed_up), (0, Some(page.now.day)));
    page.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    assert_eq!(page.storage().unsaved_events, 1);
    // Restored over what is here: nothing is lost, nothing doubled.
    let more = page.hash();
    page.status(Ask::Restore(bytes.clone())).unwrap();
    assert_eq!(page.hash(), more);
    // Restored into an empty home.
    assert!(page.status(Ask::Erase).is_none());
    assert_eq!(block_on(home.position()).unwrap(), Position::ZERO);
    let status = page.status(Ask::Restore(bytes)).unwrap();
    assert_eq!(status.name, "茵贝");
    assert_eq!(page.hash(), hash);
    page.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    assert_eq!(Page::on(home.another_tab(), 2).hash(), page.hash());
    let Reply::Failed(trouble) = page.ask(Ask::Restore(b"not a backup".to_vec())) else { panic!() };
    assert_eq!(trouble.what.key, "backup.not-a-backup");
}

#[test]
fn another_program_is_adopted_from_a_day_on() {
    let home = MemoryHome::new();
    let mut page = Page::on(home.another_tab(), 1);
    page.start();
    let wang = page.enrol("王芳", "13800001234", "000000199001011239");
    let Reply::Programs(rows) = page.ask(Ask::Programs) else { panic!() };
    assert!(rows.len() >= 9 && rows[0].id == "yinbei" && rows[0].in_force_from == Some(page.now.day));
    let Reply::Program(view) = page.ask(Ask::Program { id: "chain".into(), set: std::collections::BTreeMap::new() })
    else {
        panic!()
    };
    assert!(!view.sections.is_empty());
    let from: Day = view.adopt_from.max("2026-03-10".parse().unwrap());
    let Reply::Program(view) =
        page.ask(Ask::Adopt { id: "chain".into(), set: std::collections::BTreeMap::new(), from })
    else {
        panic!()
    };
    assert_eq!(view.row.planned_from, Some(from));
    assert_eq!(page.status(Ask::Status).unwrap().program, "yinbei");
    page.now.day = from;
    let status = page.status(Ask::Status).unwrap();
    assert_eq!((status.program.as_str(), status.tiers.is_empty()), ("chain", false));
    page.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    assert_eq!(Page::on(home.another_tab(), 2).hash(), page.hash());
    let early: Day = "2026-02-01".parse().unwrap();
    let Reply::Refused(refusal) =
        page.ask(Ask::Adopt { id: "yinbei".into(), set: std::collections::BTreeMap::new(), from: early })
    else {
        panic!()
    };
    assert_eq!(refusal.code(), "desk.adopt-too-early");
}

#[test]
fn the_sample_opens() {
    let home = MemoryHome::new();
    let mut page = Page::on(home.another_tab(), 1);
    let status = page.status(Ask::StartSample).unwrap();
    assert!(status.sample && status.members > 300 && status.staff.len() >= 5);
    let hash = page.hash();
    let mut again = Page::on(home.another_tab(), 2);
    assert_eq!(again.hash(), hash);
    assert!(again.status(Ask::Status).unwrap().sample);
    // Every member's history can be told, and its points add up to what they have.
    let Reply::Members { rows, .. } = again.ask(Ask::Members(MemberQuery { limit: 25, ..MemberQuery::default() }))
    else {
        panic!()
    };
    for row in rows {
        let Reply::History(history) = again.ask(Ask::History(row.id)) else { panic!() };
        let sum = Points::sum(history.iter().map(|entry| entry.points)).unwrap();
        let page = again.member(row.id);
        assert_eq!(sum, page.points.balance.minus(page.points.debt).unwrap(), "{}", row.name);
    }
    let Reply::Today(today) = again.ask(Ask::Today(again.now.day)) else { panic!() };
    assert!(today.due.iter().any(|task| task.kind == "birthday"));
    assert_eq!(today.fortnight.len(), 14);
    let Reply::Failed(trouble) = again.ask(Ask::StartSample) else { panic!() };
    assert_eq!(trouble.what.key, "desk.shop-exists");
}

#[test]
fn reasons_name_goods_by_their_names() {
    let mut page = Page::on(MemoryHome::new(), 1);
    page.start();
    let wang = page.enrol("王芳", "13800001234", "000000199001011239");
    let lines = [("A1", "268.00", ""), ("A4", "5.90", "special")];
    let quote = page.quote(basket(Some(wang), &lines));
    let words = |trace: &regulars_rules::message::Trace| format!("{trace:?}");
    assert!(words(&quote.points_trace).contains("试用装"), "{:#?}", quote.points_trace);
    assert!(!words(&quote.points_trace).contains("\"A4\""));
    // 2% off the milk powder, which is no special offer.
    let off = words(&quote.discounts[0].trace);
    assert!(off.contains("奶粉") && !off.contains("\"A1\""), "{off}");
    let sold = page.sell(basket(Some(wang), &lines));
    let kept = page.receipt(sold.event);
    let Reply::History(history) = page.ask(Ask::History(wang)) else { panic!() };
    for reasons in [&sold.reasons, &kept.reasons, &history[0].reasons] {
        let said: String = reasons.iter().map(words).collect();
        assert!(said.contains("试用装") && !said.contains("\"A4\""), "{said}");
    }
    let refused = page.wish(Wish::Sell { basket: basket(None, &[("A2", "-1.00", "")]), tenders: Vec::new() });
    assert_eq!(refused.unwrap_err().reason.arg("product"), Some(&"湿巾".into()));
}

#[test]
fn another_device_goes_on_counting_receipts() {
    let mut page = Page::on(MemoryHome::new(), 1);
    page.start();
    page.enrol("王芳", "13800001234", "000000199001011239");
    let sold = page.sell(basket(None, &[("A1", "268.00", "")]));
    assert_eq!(sold.number, "20260302-0002");
    let lines = vec![ReturnedLine { line: 0, quantity: Quantity::ONE }];
    page.wish(Wish::Return { sale: sold.event, lines, tender: "cash".into() }).unwrap();
    let (_, backup) = page.file(Ask::Backup);
    let mut other = Page::on(MemoryHome::new(), 2);
    other.status(Ask::Restore(backup)).unwrap();
    // Two sales and a return were numbered before.
    assert_eq!(other.sell(basket(None, &[("A2", "29.90", "")])).number, "20260302-0004");
    let Reply::Receipts(rows) = other.ask(Ask::Receipts { day: other.now.day, text: "0002".into() }) else { panic!() };
    assert_eq!(rows.iter().map(|row| row.event).collect::<Vec<_>>(), [sold.event]);
}

#[test]
fn half_a_day_is_compared_with_half_a_day() {
    let mut page = Page::on(MemoryHome::new(), 1);
    page.at("2026-03-02 08:00").start();
    for at in ["2026-03-02 10:14", "2026-03-02 10:15", "2026-03-02 19:00", "2026-03-09 09:00"] {
        page.at(at).sell(basket(None, &[("A2", "29.90", "")]));
    }
    let mut day = |now: &str, day: &str| {
        let Reply::Today(view) = page.at(now).ask(Ask::Today(day.parse().unwrap())) else { panic!() };
        (view.now.sales_total, view.compared.sales_total, view.before.sales_total, view.compared_until)
    };
    // Quarters of an hour that are over count: 10:14 is before 10:15, 10:15 is not.
    assert_eq!(day("2026-03-09 10:29", "2026-03-09"), (1, 1, 3, "10:15".parse().ok()));
    assert_eq!(day("2026-03-09 10:30", "2026-03-09"), (1, 2, 3, "10:30".parse().ok()));
    assert_eq!(day("2026-03-09 10:14", "2026-03-09"), (1, 0, 3, "10:00".parse().ok()));
    // A day that is over is compared whole.
    assert_eq!(day("2026-03-10 10:00", "2026-03-09"), (1, 3, 3, None));
}

#[test]
fn a_cheque_for_goods_is_on_todays_list_from_the_first_moment() {
    let home = MemoryHome::new();
    let mut page = Page::on(home.another_tab(), 1);
    page.status(Ask::StartEmpty { name: "沙龙".into(), program: "salon-card".into() }).unwrap();
    let tenders = vec![Tender { kind: "cheque".into(), amount: money("268.00") }];
    page.wish(Wish::Sell { basket: basket(None, &[("A1", "268.00", "")]), tenders }).unwrap();
    let awaited = |page: &mut Page| {
        let Reply::Due(tasks) = page.ask(Ask::Due(page.now.day)) else { panic!() };
        tasks.iter().filter(|task| task.kind == "uncleared").count()
    };
    assert_eq!(awaited(&mut page), 1);
    while block_on(page.desk.tidy()) {}
    let mut reopened = Page::on(home.another_tab(), 2);
    assert_eq!(awaited(&mut reopened), 1);
    // And none of the receipts had to be fetched for it.
    assert!(!reopened.desk.shop().unwrap().book.is_unpacked());
    assert_eq!(reopened.hash(), page.hash());
}

#[test]
fn points_of_each_kind_stand_on_the_members_page() {
    let mut page = Page::on(MemoryHome::new(), 1);
    page.status(Ask::StartEmpty { name: "连锁".into(), program: "chain".into() }).unwrap();
    let wish = Wish::Enrol {
        profile: Profile {
            name: "王芳".into(),
            phone: "13800001234".into(),
            id_number: "000000199001011239".into(),
            ..Profile::default()
        },
        route: "register".into(),
        receipts: Vec::new(),
        choice: "".into(),
        referrer: None,
        guide: "".into(),
    };
    let wang = page.wish(wish).unwrap().member.unwrap();
    page.sell(basket(Some(wang), &[("A1", "268.00", "")]));
    page.wish(Wish::Attend { member: wang, activity: "workshop".into() }).unwrap();
    let own = page.member(wang);
    let kinds: Vec<(&str, Points)> = own.kinds.iter().map(|kind| (kind.label.en.as_str(), kind.balance)).collect();
    let [("Spend points", spent), ("Activity points", attended)] = kinds.as_slice() else { panic!("{kinds:?}") };
    assert!(spent.is_positive() && attended.is_positive());
    assert_eq!(spent.plus(*attended).unwrap(), own.points.balance);
    let of_lots = |label: &str| Points::sum(own.lots.iter().filter(|lot| lot.kind.en == label).map(|lot| lot.left));
    assert_eq!((of_lots("Spend points"), of_lots("Activity points")), (Ok(*spent), Ok(*attended)));
}
