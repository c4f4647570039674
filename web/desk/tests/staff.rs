//! The staff side through the desk, on the memory home: what a page would ask, and what it must get.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails says so")]

use pollster::block_on;
use regulars_desk::desk::Desk;
use regulars_desk::protocol::{
    Ask, Basket, BasketLine, Call, CommissionBy, Draft, Reply, StaffDueView, WhatIfAsk, WhatIfWho, Wish, decode, encode,
};
use regulars_rules::event::Profile;
use regulars_rules::id::{MemberId, Text};
use regulars_rules::message::{Refusal, Trace};
use regulars_rules::number::Quantity;
use regulars_rules::preview::{OwnBands, OwnField, PreviewAsk, PreviewSale};
use regulars_rules::simulate::Total;
use regulars_rules::staff::decide::StaffWish;
use regulars_rules::staff::fact::{Origin, Person, Scope, Share, StaffFact, Store, Target};
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::MemoryHome;

const PROGRAM: &str = r#"
[program]
id = "own"
version = 1
effective_from = 2026-03-01
title = { zh = "本店", en = "Our shop" }
[[enrol]]
id = "free"
free = true
[[earn]]
id = "spend"
per = "1.00"
points = 1
[[commission]]
id = "deals"
label = { zh = "成交", en = "Deals" }
rate = "10%"
"#;

struct Page {
    desk: Desk<MemoryHome>,
    now: BusinessTime,
    calls: u8,
    staff: Text,
}

impl Page {
    fn new() -> Self {
        let mut page = Self {
            desk: Desk::new(MemoryHome::new()),
            now: "2026-03-02 10:00".parse().unwrap(),
            calls: 0,
            staff: Text::const_new("chen"),
        };
        page.ask(Ask::Open { known: false });
        page
    }

    fn ask(&mut self, ask: Ask) -> Reply {
        self.calls += 1;
        let minutes = i64::from(self.now.day.number()) * 1440 + i64::from(self.now.minute.number()) - 480;
        let mut entropy = [7; 16];
        entropy[0] = self.calls;
        let call = Call {
            number: u32::from(self.calls),
            now: self.now,
            now_ms: u64::try_from(minutes * 60_000).unwrap() + u64::from(self.calls),
            entropy,
            staff: self.staff.clone(),
            ask,
        };
        let call: Call = decode(&encode(&call).unwrap()).unwrap();
        let reply = block_on(self.desk.handle(call, &|_| {}));
        decode(&encode(&reply).unwrap()).unwrap()
    }

    fn start(&mut self) {
        assert!(matches!(
            self.ask(Ask::StartEmpty { name: "店".into(), program: "supermarket".into() }),
            Reply::Status(Some(_))
        ));
        let draft = Draft { document: PROGRAM.to_owned(), ..Draft::default() };
        let from = self.now.day;
        // Of several that begin on one day, the last adopted holds.
        assert!(matches!(self.ask(Ask::AdoptDocument { draft, from }), Reply::Checked(view) if view.runs));
    }

    fn sell(&mut self, price: &str) {
        let line = BasketLine {
            product: "soap".into(),
            quantity: Quantity::ONE,
            price: price.parse().unwrap(),
            ..BasketLine::default()
        };
        let basket = Basket { lines: vec![line], ..Basket::default() };
        let reply = self.ask(Ask::Do(Wish::Sell { basket, tenders: Vec::new() }));
        assert!(matches!(reply, Reply::Done(_)), "{reply:?}");
    }

    fn note(&mut self, fact: StaffFact) -> Result<(), Refusal> {
        self.wish(StaffWish::Note(fact))
    }

    fn wish(&mut self, wish: StaffWish) -> Result<(), Refusal> {
        match self.ask(Ask::DoStaff(wish)) {
            Reply::Done(_) => Ok(()),
            Reply::Refused(refusal) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn person(code: &str) -> StaffFact {
    StaffFact::Listed(Person { code: code.into(), role: "guide".into(), ..Person::default() })
}

#[test]
fn a_month_of_pay() {
    let mut page = Page::new();
    page.start();
    page.note(person("chen")).unwrap();
    page.note(person("wang")).unwrap();
    page.sell("100.00");
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(day("2026-03-15"))) else { panic!() };
    let rows: Vec<_> =
        month.rows.iter().map(|row| (row.person.code.as_str(), row.payable.to_string(), row.deals)).collect();
    assert_eq!(rows, [("chen", "10.00".to_owned(), 1), ("wang", "0.00".to_owned(), 0)]);
    assert!(!month.over && !month.closed);
    // The staff book is kept in step with later sales.
    page.sell("50.00");
    let Reply::Statement(view) = page.ask(Ask::Statement { staff: "chen".into(), month: day("2026-03-01") }) else {
        panic!()
    };
    let statement = view.statement.unwrap();
    assert_eq!(statement.payable.to_string(), "15.00");
    assert_eq!(statement.rows[0].trace.parts.len(), 2);
    let refused = page.wish(StaffWish::Pay { staff: "chen".into(), month: day("2026-03-01"), amount: None });
    assert_eq!(refused.map_err(|refusal| refusal.code().to_owned()), Err("refuse.period-not-over".to_owned()));
    page.now = "2026-04-02 10:00".parse().unwrap();
    page.wish(StaffWish::Close { from: day("2026-03-01"), to: day("2026-04-01") }).unwrap();
    page.wish(StaffWish::Pay { staff: "chen".into(), month: day("2026-03-01"), amount: None }).unwrap();
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(day("2026-03-01"))) else { panic!() };
    assert!(month.closed && month.over);
    assert_eq!(month.rows[0].outstanding.to_string(), "0.00");
    assert_eq!((month.total.payable.to_string(), month.total.deals), ("15.00".to_owned(), 2));
    // What is on disk gives the same.
    let Reply::Status(Some(_)) = page.ask(Ask::Open { known: false }) else { panic!() };
    let Reply::StaffMonth(again) = page.ask(Ask::StaffMonth(day("2026-03-01"))) else { panic!() };
    assert_eq!(again, month);
    let deal = page.desk.shop().unwrap().book.totals().sales;
    assert_eq!(deal, 2);
    let refused = page.note(StaffFact::Credited {
        of: regulars_rules::id::EventId::derived("no", "sale"),
        shares: vec![Share { staff: "chen".into(), part: regulars_rules::number::Rate::ONE }],
        reason: "".into(),
    });
    assert_eq!(refused.map_err(|refusal| refusal.code().to_owned()), Err("refuse.sale-unknown".to_owned()));
}

/// What else a person's page shows.
const CONDUCT: &str = r#"
[[target]]
id = "sales"
label = { zh = "销售", en = "Sales" }
metric = "sales"
window = "calendar month"
per = "person"
[[conduct]]
id = "late"
label = { zh = "迟到", en = "Late" }
window = "12 months"
ladder = [{ propose = ["reminder"] }, { from = 2, fine = "20.00", propose = ["warning"] }]
[appeal]
levels = []
[[care]]
id = "call"
label = { zh = "回访", en = "Call" }
on = "enrolment"
after = "1 day"
within = 3
[complaints]
within_hours = 24
"#;

#[test]
fn a_persons_page_shows_what_concerns_them() {
    let mut page = Page::new();
    page.start();
    let draft = Draft { document: format!("{PROGRAM}{CONDUCT}"), ..Draft::default() };
    let from = page.now.day;
    let reply = page.ask(Ask::AdoptDocument { draft, from });
    assert!(matches!(&reply, Reply::Checked(view) if view.runs), "{reply:?}");
    page.note(person("chen")).unwrap();
    page.note(StaffFact::TargetSet(Target {
        scope: Scope::Person("chen".into()),
        rule: "sales".into(),
        from: day("2026-03-01"),
        to: day("2026-04-01"),
        figure: 40_000,
    }))
    .unwrap();
    page.sell("100.00");
    let statement = |page: &mut Page, staff: &str| {
        let Reply::Statement(view) = page.ask(Ask::Statement { staff: staff.into(), month: day("2026-03-01") }) else {
            panic!()
        };
        view
    };
    let view = statement(&mut page, "chen");
    let target = &view.targets[0];
    assert_eq!((target.reached_permille, view.conduct[0].count), (250, 1));
    assert!(view.conduct[0].fine.is_zero() && view.can.reviews && view.can.pays && view.can.complaints);
    let breach = || StaffFact::Breached {
        staff: "chen".into(),
        member: None,
        rule: "late".into(),
        damages: regulars_rules::number::Money::ZERO,
        note: "bus".into(),
    };
    page.note(breach()).unwrap();
    let view = statement(&mut page, "chen");
    assert_eq!((view.conduct[0].count, view.conduct[0].fine.to_string()), (2, "20.00".to_owned()));
    assert_eq!(view.breaches.len(), 1);
    page.note(StaffFact::Appealed { of: view.breaches[0].event, reason: "strike".into() }).unwrap();
    assert!(statement(&mut page, "chen").breaches[0].under_review);
    page.note(breach()).unwrap();
    let view = statement(&mut page, "chen");
    assert_eq!(view.row.deductions.to_string(), "20.00");
    // Lifted, the first counts no more: the second is the first.
    page.note(person("li")).unwrap();
    let of = view.breaches[1].event;
    page.note(StaffFact::AppealDecided { of, upheld: true, by: "li".into(), reason: "true".into() }).unwrap();
    let view = statement(&mut page, "chen");
    assert!(view.breaches[1].lifted && view.row.deductions.is_zero());
    assert_eq!(view.conduct[0].count, 2);
    let reply = page.ask(Ask::Statement { staff: "nobody".into(), month: day("2026-03-01") });
    assert!(matches!(reply, Reply::Refused(refusal) if refusal.code() == "refuse.staff-unknown"));

    let note = StaffFact::ComplaintMade { member: None, staff: "".into(), note: "late delivery".into() };
    page.note(note).unwrap();
    let Reply::StaffDue(due) = page.ask(Ask::StaffDue(page.now.day)) else { panic!() };
    let of = due.tasks[0].complaint.unwrap();
    page.note(StaffFact::ComplaintHandled { of, outcome: "sent".into(), escalated: false }).unwrap();
    let Reply::StaffDue(due) = page.ask(Ask::StaffDue(page.now.day)) else { panic!() };
    assert!(due.tasks.is_empty());
}

#[test]
fn a_month_is_exported_without_formulas() {
    let mut page = Page::new();
    page.start();
    page.note(StaffFact::Listed(Person { code: "=1+1".into(), name: "陈,静".into(), ..Person::default() })).unwrap();
    let Reply::File { name, bytes, .. } = page.ask(Ask::StaffTable(day("2026-03-01"))) else { panic!() };
    assert_eq!(name, "员工-2026-03.csv");
    let text = String::from_utf8(bytes).unwrap();
    let row = text.lines().nth(1).unwrap();
    assert!(row.starts_with("'=1+1,\"陈,静\",,,0.00,0,"), "{row}");
}

#[test]
fn a_commission_is_previewed_without_a_shop() {
    let mut page = Page::new();
    let Reply::CommissionPrograms(programs) = page.ask(Ask::CommissionPrograms) else { panic!() };
    for program in &programs {
        let sale = PreviewSale { day: day("2026-03-02"), amount: "1000.00".parse().unwrap(), ..PreviewSale::default() };
        let role = program.roles.first().cloned().unwrap_or_default();
        let ask = PreviewAsk { role, sales: vec![sale], target: Some("1000.00".parse().unwrap()), next: None };
        let reply = page.ask(Ask::Commission { by: CommissionBy::Program(program.id.clone()), ask });
        assert!(matches!(reply, Reply::Commission(_)), "{}: {reply:?}", program.id);
        assert!(!program.lines.is_empty(), "{}", program.id);
    }
    let own = |rate: &str| {
        CommissionBy::Own(OwnBands {
            bands: vec![("0".to_owned(), rate.to_owned())],
            marginal: true,
            per: "deal".to_owned(),
            holdback: String::new(),
            draw: String::new(),
            cap: String::new(),
            floor: String::new(),
        })
    };
    let sale = PreviewSale { day: day("2026-03-02"), amount: "1000.00".parse().unwrap(), ..PreviewSale::default() };
    let ask = PreviewAsk { sales: vec![sale], ..PreviewAsk::default() };
    let Reply::Commission(preview) = page.ask(Ask::Commission { by: own("7%"), ask: ask.clone() }) else { panic!() };
    assert_eq!(preview.payable.to_string(), "70.00");
    let Reply::WrongBands(wrong) = page.ask(Ask::Commission { by: own("700%"), ask }) else { panic!() };
    assert_eq!(wrong[0].0, OwnField::Band(0));
}

#[test]
fn a_document_is_checked_compared_tried_and_adopted() {
    let mut page = Page::new();
    page.start();
    page.note(person("chen")).unwrap();
    page.sell("1000.00");
    let better = PROGRAM.replace("version = 1", "version = 2").replace("10%", "12%");
    let draft = Draft { document: better, ..Draft::default() };
    let Reply::Checked(view) = page.ask(Ask::CheckDocument(draft.clone())) else { panic!() };
    assert!(view.runs && view.compared_with_own);
    let changed: Vec<_> =
        view.changes.iter().filter(|line| line.old.is_none()).map(|line| line.text.as_str()).collect();
    assert_eq!(changed, ["version = 2", "rate = \"12%\""]);
    let wrong = Draft { document: PROGRAM.replace("rate", "rat"), ..Draft::default() };
    let Reply::Checked(view) = page.ask(Ask::CheckDocument(wrong.clone())) else { panic!() };
    assert!(!view.runs && view.diagnostics.iter().any(|one| one.code == "E002"));
    assert!(matches!(page.ask(Ask::AdoptDocument { draft: wrong, from: day("2026-03-02") }), Reply::Refused(_)));

    let ask = WhatIfAsk { draft: draft.clone(), from: day("2026-03-01"), at: day("2026-03-31"), later: false };
    let Reply::WhatIf(comparison) = page.ask(Ask::WhatIf(ask)) else { panic!() };
    let staff: Vec<_> =
        comparison.staff_changes.iter().map(|one| (one.payable.0.to_string(), one.payable.1.to_string())).collect();
    assert_eq!(staff, [("100.00".to_owned(), "120.00".to_owned())]);
    let Reply::WhatIfWhy(before, after) = page.ask(Ask::WhatIfWhy(WhatIfWho::Staff("chen".into()))) else { panic!() };
    assert!(!before.is_empty() && before.len() == after.len());
    let why = page.ask(Ask::WhatIfWhy(WhatIfWho::Total(Total::StaffIncome)));
    let Reply::WhatIfWhy(before, after) = why else { panic!("{why:?}") };
    let rules = |side: &[Trace]| side.iter().map(|one| one.rule.as_ref().unwrap().id.to_string()).collect::<Vec<_>>();
    assert_eq!((rules(&before), rules(&after)), (vec!["deals".to_owned()], vec!["deals".to_owned()]));
    // Nothing was changed by it.
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(day("2026-03-01"))) else { panic!() };
    assert_eq!(month.rows[0].payable.to_string(), "100.00");

    page.now = "2026-03-10 10:00".parse().unwrap();
    assert!(matches!(page.ask(Ask::AdoptDocument { draft, from: day("2026-03-10") }), Reply::Checked(_)));
    page.sell("1000.00");
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(day("2026-03-01"))) else { panic!() };
    // 1,000.00 x 10% of the first version, 1,000.00 x 12% of the second.
    assert_eq!(month.rows[0].payable.to_string(), "220.00");
}

#[test]
fn a_program_of_ones_own_has_its_page() {
    let mut page = Page::new();
    page.start();
    let listed = |page: &mut Page| -> Vec<(String, u32)> {
        let Reply::Programs(rows) = page.ask(Ask::Programs) else { panic!() };
        rows.iter().map(|row| (row.id.to_string(), row.version)).collect()
    };
    let shown = |page: &mut Page, id: &str| -> String {
        let ask = Ask::Program { id: id.into(), set: std::collections::BTreeMap::new() };
        let Reply::Program(view) = page.ask(ask) else { panic!() };
        view.document
    };
    assert!(listed(&mut page).contains(&("own".to_owned(), 1)));
    assert_eq!(shown(&mut page, "own"), PROGRAM);
    // An edited copy of a program that comes with the product is what the shop sees of it afterwards.
    let shipped = shown(&mut page, "supermarket");
    let edited = shipped.replacen("version = 1", "version = 2", 1);
    page.now = "2026-03-05 10:00".parse().unwrap();
    let draft = Draft { document: edited.clone(), ..Draft::default() };
    assert!(matches!(page.ask(Ask::AdoptDocument { draft, from: day("2026-03-05") }), Reply::Checked(_)));
    assert_eq!(shown(&mut page, "supermarket"), edited);
    assert!(listed(&mut page).contains(&("supermarket".to_owned(), 2)));
    assert_eq!(listed(&mut page).len(), 33);
}

/// The shop followed 10% from its first day, 20% from 10 March. It tries 50%.
#[test]
fn a_what_if_keeps_to_the_versions_that_were_in_force() {
    let mut page = Page::new();
    page.start();
    page.note(person("chen")).unwrap();
    page.sell("100.00");
    page.now = "2026-03-10 10:00".parse().unwrap();
    let draft = |version: u32, rate: &str| {
        let document = PROGRAM.replace("version = 1", &format!("version = {version}")).replace("10%", rate);
        Draft { document, ..Draft::default() }
    };
    assert!(matches!(
        page.ask(Ask::AdoptDocument { draft: draft(2, "20%"), from: day("2026-03-10") }),
        Reply::Checked(_)
    ));
    page.sell("100.00");
    let mut tried = |from: &str, later: bool| {
        let ask = WhatIfAsk { draft: draft(3, "50%"), from: day(from), at: day("2026-03-31"), later };
        let Reply::WhatIf(comparison) = page.ask(Ask::WhatIf(ask)) else { panic!() };
        let versions: Vec<u32> = comparison.in_force_after.iter().map(|one| one.version).collect();
        (comparison.before.staff_income.to_string(), comparison.after.staff_income.to_string(), versions)
    };
    let result = |before: &str, after: &str, versions: &[u32]| (before.to_owned(), after.to_owned(), versions.to_vec());
    // 10.00 + 20.00 as it was; 50.00 + 50.00 where it is followed throughout.
    assert_eq!(tried("2026-03-01", false), result("30.00", "100.00", &[3]));
    // Where the second version takes over on its day, as it did: 50.00 + 20.00.
    assert_eq!(tried("2026-03-02", true), result("30.00", "70.00", &[3, 2]));
    // From 5 March on: the first sale was under the first version, and stays so.
    assert_eq!(tried("2026-03-05", false), result("30.00", "60.00", &[3]));
    // From the very day of the second: it is replaced, the first is not.
    assert_eq!(tried("2026-03-10", true), result("30.00", "60.00", &[3]));
}

#[test]
fn an_agreed_discount_is_used_at_the_counter() {
    let mut page = Page::new();
    page.ask(Ask::StartEmpty { name: "沙龙".into(), program: "salon-card".into() });
    let Reply::Status(Some(status)) = page.ask(Ask::Status) else { panic!() };
    assert!(status.agreed_discounts);
    for (code, role) in [("op", "operations"), ("cou", "counter"), ("amy", "assistant")] {
        page.note(StaffFact::Listed(Person { code: code.into(), role: role.into(), ..Person::default() })).unwrap();
    }
    let agreements = |page: &mut Page| match page.ask(Ask::Agreements) {
        Reply::Agreements(all) => all,
        other => panic!("{other:?}"),
    };
    let basket = |pieces: &str, agreed: (&str, &[&str])| Basket {
        lines: vec![BasketLine {
            product: "mask".into(),
            quantity: pieces.parse().unwrap(),
            price: "20.00".parse().unwrap(),
            ..BasketLine::default()
        }],
        agreed: Some(("bulk".into(), agreed.0.parse().unwrap(), agreed.1.iter().map(|one| (*one).into()).collect())),
        ..Basket::default()
    };
    let all: &[&str] = &["operations=op", "counter=cou", "salesperson=amy"];
    let refused = |page: &mut Page, basket: Basket| {
        let quoted = match page.ask(Ask::Quote(basket.clone())) {
            Reply::Refused(refusal) => refusal,
            Reply::Quote(quote) => quote.refusal.unwrap(),
            other => panic!("{other:?}"),
        };
        let Reply::Refused(sold) = page.ask(Ask::Do(Wish::Sell { basket, tenders: Vec::new() })) else { panic!() };
        assert_eq!(sold.code(), quoted.code());
        sold.code().to_owned()
    };
    // Names alone are no agreement.
    assert_eq!(refused(&mut page, basket("50", ("8%", all))), "refuse.approval-not-recorded");
    page.note(StaffFact::ApprovalAsked {
        rule: "bulk".into(),
        member: None,
        staff: "".into(),
        about: "".into(),
        amount: "0".parse().unwrap(),
        rate: "8%".parse().unwrap(),
        note: "年会用".into(),
    })
    .unwrap();
    let Reply::StaffDue(due) = page.ask(Ask::StaffDue(page.now.day)) else { panic!() };
    let of = due.requests[0].event;
    for (party, by) in [("operations", "op"), ("counter", "cou"), ("salesperson", "amy")] {
        assert_eq!(agreements(&mut page), []);
        let (party, by, reason) = (party.into(), by.into(), "".into());
        page.note(StaffFact::ApprovalGiven { of, party, by, yes: true, reason }).unwrap();
    }
    let agreed = agreements(&mut page);
    assert_eq!(agreed.len(), 1);
    assert_eq!(
        (agreed[0].rule.as_str(), agreed[0].rate, agreed[0].note.as_str()),
        ("bulk", "8%".parse().unwrap(), "年会用")
    );
    let parties: Vec<&str> = agreed[0].parties.iter().map(Text::as_str).collect();
    assert_eq!(parties, all);
    assert_eq!(refused(&mut page, basket("49", ("8%", all))), "refuse.rule-not-now");
    assert_eq!(refused(&mut page, basket("50", ("9%", all))), "refuse.approval-not-recorded");
    let Reply::Quote(quote) = page.ask(Ask::Quote(basket("50", ("8%", all)))) else { panic!() };
    assert_eq!(
        (quote.total.to_string(), quote.pay.to_string(), quote.refusal),
        ("1000.00".to_owned(), "920.00".to_owned(), None)
    );
    let sold = page.ask(Ask::Do(Wish::Sell { basket: basket("50", ("8%", all)), tenders: Vec::new() }));
    assert!(matches!(sold, Reply::Done(_)), "{sold:?}");
}

#[test]
fn visits_are_drawn_by_lot_and_ticked_off() {
    let mut page = Page::new();
    page.ask(Ask::StartEmpty { name: "店".into(), program: "guide-discipline".into() });
    for store in ["east", "west", "north"] {
        let name = format!("{store} street").as_str().into();
        page.note(StaffFact::StoreListed(Store { code: store.into(), name, ..Store::default() })).unwrap();
    }
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(page.now.day)) else { panic!() };
    let rule = month.can.inspections[0].rule.clone();
    let (from, to) = (day("2026-04-01"), day("2026-05-01"));
    page.wish(StaffWish::DrawVisits { rule, seed: 7, from, to }).unwrap();
    let visits = |page: &mut Page| match page.ask(Ask::StaffDue(page.now.day)) {
        Reply::StaffDue(due) => due.visits,
        other => panic!("{other:?}"),
    };
    let drawn = visits(&mut page);
    let first = drawn[0].clone();
    assert!(drawn.iter().all(|visit| from <= visit.day && visit.day < to), "{drawn:?}");
    assert!(drawn.is_sorted_by_key(|visit| visit.day));
    assert_eq!(first.name.as_str(), format!("{} street", first.store));
    let inspected =
        StaffFact::Inspected { of: first.of, store: first.store.clone(), findings: vec!["灯没开".into()] };
    assert_eq!(page.note(inspected.clone()).unwrap_err().code(), "refuse.visit-ahead");
    page.now.day = first.day;
    page.note(inspected).unwrap();
    assert_eq!(visits(&mut page), drawn[1..]);
}

#[test]
fn a_meeting_is_of_a_branch_that_has_people() {
    let mut page = Page::new();
    page.ask(Ask::StartEmpty { name: "店".into(), program: "kuailego".into() });
    for (code, area) in [("an", "north"), ("bo", "south"), ("cy", "")] {
        let person =
            Person { code: code.into(), role: "representative".into(), area: area.into(), ..Person::default() };
        page.note(StaffFact::Listed(person)).unwrap();
    }
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(page.now.day)) else { panic!() };
    let [(rule, branches)] = month.can.meetings.as_slice() else { panic!("{:?}", month.can.meetings) };
    assert_eq!(branches.iter().map(Text::as_str).collect::<Vec<_>>(), ["north", "south"]);
    let met = |present: &[&str]| StaffFact::Met {
        rule: rule.rule.clone(),
        branch: "north".into(),
        present: present.iter().map(|one| (*one).into()).collect(),
    };
    assert_eq!(page.note(met(&["bo"])).unwrap_err().code(), "refuse.not-of-branch");
    page.note(met(&["an"])).unwrap();
}

#[test]
fn a_proposal_is_there_until_it_is_done() {
    let mut page = Page::new();
    page.start();
    let ladder = r#"
[[conduct]]
id = "late"
label = { zh = "迟到", en = "Late" }
ladder = [{ propose = ["suspension"], days = 3 }, { propose = ["dismissal"] }]
"#;
    let draft = Draft { document: format!("{PROGRAM}{ladder}"), ..Draft::default() };
    let from = page.now.day;
    assert!(matches!(page.ask(Ask::AdoptDocument { draft, from }), Reply::Checked(view) if view.runs));
    page.note(person("chen")).unwrap();
    let proposed = |page: &mut Page| -> Vec<String> {
        let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(page.now.day)) else { panic!() };
        month.proposals.iter().map(|one| one.what.to_string()).collect()
    };
    let late = StaffFact::Breached {
        staff: "chen".into(),
        member: None,
        rule: "late".into(),
        damages: "0".parse().unwrap(),
        note: "半小时".into(),
    };
    page.note(late.clone()).unwrap();
    assert_eq!(proposed(&mut page), ["suspension"]);
    let (from, to) = (page.now.day, page.now.day.plus_days(3));
    page.note(StaffFact::Suspended { staff: "chen".into(), from, to, reason: "店长定".into() }).unwrap();
    assert_eq!(proposed(&mut page), [""; 0]);
    page.note(late).unwrap();
    assert_eq!(proposed(&mut page), ["dismissal"]);
    page.note(StaffFact::Left { staff: "chen".into(), reason: "".into(), dismissed: true, never_again: false })
        .unwrap();
    assert_eq!(proposed(&mut page), [""; 0]);
}

/// A member who joins by a route that asks for nothing.
fn joined(page: &mut Page, name: &str, phone: &str, route: &str) -> MemberId {
    let profile = Profile { name: name.into(), phone: phone.into(), ..Profile::default() };
    let (route, choice, guide) = (route.into(), "".into(), "".into());
    let wish = Wish::Enrol { profile, route, receipts: Vec::new(), choice, referrer: None, guide };
    match page.ask(Ask::Do(wish)) {
        Reply::Done(done) => done.member.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn due_today(page: &mut Page) -> StaffDueView {
    match page.ask(Ask::StaffDue(page.now.day)) {
        Reply::StaffDue(due) => *due,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_business_client_has_an_account_and_projects_that_somebody_follows() {
    let mut page = Page::new();
    page.ask(Ask::StartEmpty { name: "店".into(), program: "vip-accounts".into() });
    let person = |name: &str, role: &str| Person { code: name.into(), role: role.into(), ..Person::default() };
    page.note(StaffFact::Listed(person("钱工", "estimator"))).unwrap();
    let client = joined(&mut page, "华城", "13800001234", "file");
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(page.now.day)) else { panic!() };
    let can = month.can.account.unwrap();
    assert_eq!(can.credits.iter().map(Text::as_str).collect::<Vec<_>>(), ["A", "AA", "AAA"]);
    assert_eq!(
        can.judgements.iter().map(Text::as_str).collect::<Vec<_>>(),
        ["reputation", "social-standing", "after-sales", "repayment"]
    );
    assert_eq!(
        month.can.projects.iter().map(|own| (own.signed, own.stages.len())).collect::<Vec<_>>(),
        [(false, 0), (true, 4)]
    );
    assert!(!month.can.files);
    let account = |owed: &str, credit: &str| StaffFact::AccountSet {
        member: client,
        credit: credit.into(),
        owed: owed.parse().unwrap(),
        judgements: [("reputation".into(), "good".into())].into(),
    };
    page.note(account("1000.00", "AA")).unwrap();
    // Without a grade nothing more is given.
    assert_eq!(page.note(account("1000.01", "AA")).unwrap_err().code(), "refuse.no-credit");
    assert_eq!(page.note(account("10.00", "B")).unwrap_err().code(), "refuse.credit-grade-unknown");
    let project = |name: &str, amount: &str, signed: bool, state: &str| StaffFact::ProjectSet {
        member: client,
        project: name.into(),
        amount: amount.parse().unwrap(),
        signed,
        state: state.into(),
    };
    page.note(project("二期", "5000000.00", false, "")).unwrap();
    page.note(project("一期", "12000000.00", true, "drawings")).unwrap();
    page.note(project("样板间", "80000.00", false, "")).unwrap();
    assert_eq!(page.note(project("二期", "5000000.00", false, "drawings")).unwrap_err().code(), "refuse.stage-unknown");
    let due = due_today(&mut page);
    let [own] = due.accounts.as_slice() else { panic!("{:?}", due.accounts) };
    assert_eq!((own.client.name.as_str(), own.credit.as_str()), ("华城", "AA"));
    assert_eq!((own.owed, own.limit), ("1000.00".parse().unwrap(), "0".parse().unwrap()));
    assert_eq!(own.judgements, [("reputation".into(), "good".into())]);
    assert_eq!(own.trace.message.key, "account.no-vip");
    let followed: Vec<_> = due
        .projects
        .iter()
        .map(|own| {
            (own.project.as_str(), own.stage.as_str(), own.by.iter().map(Text::as_str).collect::<Vec<_>>(), own.nobody)
        })
        .collect();
    // Largest first; nobody on the list is head of department, and the smallest needs nobody.
    assert_eq!(
        followed,
        [("一期", "drawings", vec!["head"], true), ("二期", "", vec!["钱工"], false), ("样板间", "", vec![], true),]
    );
}

#[test]
fn a_clients_file_is_held_by_where_they_came_from() {
    let mut page = Page::new();
    page.ask(Ask::StartEmpty { name: "沙龙".into(), program: "salon-card".into() });
    for (code, role) in [("周主管", "supervisor"), ("总监", "director"), ("小艾", "assistant"), ("小白", "assistant")]
    {
        page.note(StaffFact::Listed(Person { code: code.into(), role: role.into(), ..Person::default() })).unwrap();
    }
    let Reply::StaffMonth(month) = page.ask(Ask::StaffMonth(page.now.day)) else { panic!() };
    assert!(month.can.files && month.can.account.is_none() && month.can.projects.is_empty());
    let Reply::Status(Some(status)) = page.ask(Ask::Status) else { panic!() };
    let route = status.join.routes.iter().find(|route| !route.needs_receipts).map(|route| route.id.to_string());
    let client = joined(&mut page, "林女士", "13800001234", &route.unwrap_or_default());
    let filed = |origin: Origin, holders: &[&str]| StaffFact::ClientFiled {
        member: client,
        origin,
        holders: holders.iter().map(|own| (*own).into()).collect(),
    };
    assert_eq!(page.note(filed(Origin::Personal, &["小艾", "小白"])).unwrap_err().code(), "refuse.file-personal");
    assert_eq!(page.note(filed(Origin::Team, &["小艾"])).unwrap_err().code(), "refuse.file-team");
    page.note(filed(Origin::Team, &["小艾", "小白"])).unwrap();
    let due = due_today(&mut page);
    let [file] = due.files.as_slice() else { panic!("{:?}", due.files) };
    let text = |names: &[Text]| names.iter().map(Text::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!((file.client.name.as_str(), file.origin.word()), ("林女士", "team"));
    assert_eq!(
        (text(&file.keepers), text(&file.copies), text(&file.backups)),
        ("周主管".into(), "小艾 小白".into(), "总监".into())
    );
}
