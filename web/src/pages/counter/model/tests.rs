use super::*;

type Outcome = Result<(), NumberError>;

fn product(code: &str, price: i64) -> Product {
    Product { code: Text::from(code), name: Text::from(code), price: Money::from_minor(price), ..Product::default() }
}

fn member(name: &str, phone: &str) -> MemberRow {
    MemberRow {
        id: MemberId::derived("test", name),
        name: Text::from(name),
        phone: Text::from(phone),
        card: Text::from(format!("1000{name}")),
        tier: Text::default(),
        tier_label: Label::default(),
        tier_rank: 0,
        points: Points::ZERO,
        spend: Money::ZERO,
        last_visit: None,
        birthday: None,
        status: Text::from("active"),
    }
}

fn given(kind: &str, text: &str) -> Given {
    Given { kind: Text::from(kind), text: text.to_owned() }
}

#[test]
fn the_same_goods_at_the_same_price_are_one_line() {
    let mut draft = Draft::default();
    draft.add(&product("cream", 19_800), Quantity::ONE);
    draft.add(&product("cream", 19_800), Quantity::ONE);
    draft.add(&product("cream", 15_000), Quantity::ONE);
    assert_eq!(draft.lines.iter().map(|own| own.line.quantity.to_string()).collect::<Vec<_>>(), ["2", "1"]);
    let key = draft.lines[0].key;
    let (place, line) = draft.remove(key).unwrap();
    assert_eq!(draft.lines.len(), 1);
    draft.restore(place, line);
    assert_eq!(draft.lines[0].key, key);
    assert_eq!(draft.remove(99), None);
}

#[test]
fn another_member_does_not_use_the_formers_vouchers() {
    let mut draft = Draft { vouchers: vec![(EventId::derived("t", "1"), 0)], ..Draft::default() };
    draft.set_member(Some(member("wang", "1")));
    assert!(draft.vouchers.is_empty());
    draft.vouchers.push((EventId::derived("t", "1"), 0));
    draft.set_member(Some(member("wang", "1")));
    assert_eq!(draft.vouchers.len(), 1, "the same member, read again");
}

#[test]
fn vouchers_that_lapse_first_are_used_first() -> Outcome {
    let voucher = |name: &str, day: Option<i32>| VoucherView {
        from: EventId::derived("t", name),
        index: 0,
        value: Money::from_minor(500),
        expires: day.map(Day::from_number),
        label: Label::default(),
    };
    let vouchers = [voucher("never", None), voucher("late", Some(30)), voucher("soon", Some(3))];
    let groups = voucher_groups(&vouchers);
    assert_eq!(groups.len(), 1);
    let mut draft = Draft::default();
    draft.use_vouchers(&groups[0], 2);
    assert_eq!(draft.vouchers, [(EventId::derived("t", "soon"), 0), (EventId::derived("t", "late"), 0)]);
    assert_eq!(draft.vouchers_used(&groups[0]), 2);
    draft.keep_vouchers(&vouchers[..2]);
    assert_eq!(draft.basket()?.vouchers, [(EventId::derived("t", "late"), 0)]);
    Ok(())
}

#[test]
fn points_are_used_by_whole_units() -> Outcome {
    let unit = Points::from_whole(100)?;
    let mut draft = Draft { points: Some((Text::from("off"), 3, unit)), ..Draft::default() };
    assert_eq!(draft.basket()?.points, Some((Text::from("off"), Points::from_whole(300)?)));
    draft.points = Some((Text::from("off"), 0, unit));
    assert_eq!(draft.basket()?.points, None);
    assert_eq!(times(Points::from_minor(i64::MAX), 2), Err(NumberError::TooLarge));
    Ok(())
}

#[test]
fn a_count_may_stand_before_the_goods() {
    assert_eq!(typed(" 3*面霜 "), (Quantity::from_minor(3000), "面霜".to_owned()));
    assert_eq!(typed("0.5×tea"), (Quantity::from_minor(500), "tea".to_owned()));
    assert_eq!(typed("６９０１"), (Quantity::ONE, "6901".to_owned()));
    assert_eq!(typed("3*"), (Quantity::ONE, "3*".to_owned()));
    assert_eq!(typed("-1*tea").0, Quantity::ONE);
}

#[test]
fn a_scan_means_what_it_names_exactly() {
    let goods = [product("6901", 100), product("69012", 100)];
    let people = [member("wang", "13800136618"), member("li", "13800136619")];
    assert_eq!(meaning("6901", &goods, &[]), Meaning::Good(0));
    assert_eq!(meaning("69", &goods, &[]), Meaning::Several);
    assert_eq!(meaning("13800136619", &[], &people), Meaning::Member(1));
    assert_eq!(meaning("1000li", &goods, &people), Meaning::Member(1));
    assert_eq!(meaning("w", &[], &people[..1]), Meaning::Member(0));
    assert_eq!(meaning("w", &goods[..1], &people[..1]), Meaning::Several);
    assert_eq!(meaning("zzz", &[], &[]), Meaning::Nothing);
    let family = [member("mother", "13800136618"), member("son", "13800136618")];
    assert_eq!(meaning("13800136618", &[], &family), Meaning::Several);
}

#[test]
fn texts_that_were_not_found_are_phones_names_or_codes() {
    assert!(looks_like_phone("13800136618"));
    assert!(!looks_like_phone("6618"));
    assert!(looks_like_name("王丽"));
    assert!(!looks_like_name("6901"));
    assert_eq!(short_phone("13800136618"), "138…6618");
    assert_eq!(short_phone("6618"), "6618");
    assert_eq!(ProductDraft::of_text("690-12").code, "690-12");
    assert_eq!(ProductDraft::of_text("面霜 30g").name, "面霜 30g");
}

#[test]
fn only_cash_gives_change() -> Outcome {
    let pay = Money::from_minor(65_608);
    let exact = settle(pay, &[given("mobile", "656.08")])?;
    assert!(exact.is_complete());
    assert_eq!(exact.change, Money::ZERO);

    let cash = settle(pay, &[given("cash", "700")])?;
    assert!(cash.is_complete());
    assert_eq!(cash.change.to_string(), "43.92");
    assert_eq!(cash.tenders, [Tender { kind: Text::from("cash"), amount: pay }]);

    let short = settle(pay, &[given("card", "600"), given("cash", "")])?;
    assert_eq!(short.missing.to_string(), "56.08");
    assert!(!short.is_complete());

    let over = settle(pay, &[given("card", "700")])?;
    assert_eq!(over.over.to_string(), "43.92");
    assert!(!over.is_complete());

    let mixed = settle(pay, &[given("card", "650"), given("cash", "10")])?;
    assert_eq!(mixed.change.to_string(), "3.92");
    assert_eq!(mixed.tenders[1].amount.to_string(), "6.08");

    assert_eq!(settle(pay, &[given("cash", "abc")])?.unreadable, [0]);
    assert_eq!(settle(pay, &[given("cash", "-5")])?.unreadable, [0]);
    assert!(settle(Money::ZERO, &[])?.is_complete());
    Ok(())
}

#[test]
fn a_further_tender_gets_what_is_missing() -> Outcome {
    let pay = Money::from_minor(10_000);
    let mut tenders = vec![given("mobile", "100.00")];
    choose_tender(pay, &mut tenders, &Text::from("cash"), None)?;
    assert_eq!(tenders, [given("cash", "100.00")], "the only one changes its kind");
    choose_tender(pay, &mut tenders, &Text::from("stored-value"), Some(Money::from_minor(3_000)))?;
    assert_eq!(tenders, [given("stored-value", "30.00")]);
    choose_tender(pay, &mut tenders, &Text::from("card"), None)?;
    assert_eq!(tenders, [given("stored-value", "30.00"), given("card", "70.00")]);
    choose_tender(pay, &mut tenders, &Text::from("card"), None)?;
    assert_eq!(tenders.len(), 2);
    Ok(())
}

#[test]
fn banknotes_cover_the_price() {
    let texts =
        |minor: i64| cash_suggestions(Money::from_minor(minor)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(65_608), ["660.00", "700.00"]);
    assert_eq!(texts(3_120), ["40.00", "50.00", "100.00"]);
    assert_eq!(texts(10_000), Vec::<String>::new());
}

#[test]
fn enrolment_asks_for_what_the_program_requires() {
    let required = [Text::from("name"), Text::from("id_number")];
    assert_eq!(
        enrol_fields(&required),
        [(Text::from("phone"), false), (Text::from("name"), true), (Text::from("id_number"), true)]
    );
    let mut draft = EnrolDraft::default();
    draft.fields.insert(Text::from("phone"), "138 0013-6618".to_owned());
    let wrong = draft.read(&required).unwrap_err();
    assert_eq!(wrong.len(), 2);
    draft.fields.insert(Text::from("name"), " 王丽 ".to_owned());
    draft.fields.insert(Text::from("id_number"), "11010519900307002X".to_owned());
    draft.fields.insert(Text::from("birthday"), "1990-03-07".to_owned());
    draft.fields.insert(Text::from("email"), "w@example.com".to_owned());
    let profile = draft.read(&required).unwrap();
    assert_eq!(profile.phone, "13800136618");
    assert_eq!(profile.name, "王丽");
    assert_eq!(profile.birthday.map(|day| (day.year, day.month, day.day)), Some((Some(1990), 3, 7)));
    assert_eq!(profile.more.len(), 1);
    draft.fields.insert(Text::from("phone"), "12".to_owned());
    assert_eq!(draft.read(&required).unwrap_err().get("phone"), Some(&Wrong::Phone));
}

#[test]
fn a_satisfied_route_comes_first() {
    let route = |id: &str, fee: i64, needs_receipts: bool| RouteView {
        id: Text::from(id),
        words: regulars_rules::msg!("enrol.free"),
        fee: Money::from_minor(fee),
        needs_receipts,
    };
    let routes = [route("receipts", 0, true), route("fee", 9_900, false), route("free", 0, false)];
    assert_eq!(first_route(&routes, &routes[..1]), "receipts");
    assert_eq!(first_route(&routes, &[]), "free");
    assert_eq!(first_route(&routes[..2], &[]), "receipts");
    assert_eq!(first_route(&[], &[]), "");
}

#[test]
fn a_return_never_takes_more_than_is_left() {
    let line = |quantity: i64, returned: i64, returnable: bool| ReceiptLine {
        product: Text::default(),
        name: Text::default(),
        tags: Tags::default(),
        quantity: Quantity::from_minor(quantity),
        returned: Quantity::from_minor(returned),
        net: Money::ZERO,
        returnable,
    };
    let mut draft = ReturnDraft::default();
    let two = line(2_000, 0, true);
    for _ in 0..5 {
        draft.step(0, &two, true);
    }
    assert_eq!(draft.chosen(0).to_string(), "2");
    draft.step(0, &two, false);
    draft.step(0, &two, false);
    assert!(draft.lines().is_empty());
    draft.step(1, &line(345, 0, true), true);
    assert_eq!(draft.chosen(1).to_string(), "0.345", "a weighed rest goes as a whole");
    draft.step(2, &line(3_000, 3_000, true), true);
    draft.step(3, &line(3_000, 0, false), true);
    assert_eq!(draft.lines().len(), 1);
}

#[test]
fn products_need_a_name_and_a_price() {
    let mut draft = ProductDraft { code: "6901".into(), ..ProductDraft::default() };
    assert_eq!(draft.read(), Err(None));
    draft.name = "皂".into();
    assert_eq!(draft.read(), Err(Some(NumberError::NotANumber)));
    draft.price = "￥3.50".into();
    draft.tags = vec![Text::from("special")];
    let product = draft.read().unwrap();
    assert_eq!((product.code.as_str(), product.price.minor()), ("6901", 350));
    assert!(product.tags.contains("special"));
    draft.code.clear();
    assert_eq!(draft.read().unwrap().code, "皂");
}
