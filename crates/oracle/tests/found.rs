//! Differences between the engine and the oracle that random histories found, each in its smallest history; mended since.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop, and say where"
)]

use regulars_rules::book::{Book, Member};
use regulars_rules::event::{Body, Event, Journal, Line, Profile, ReturnedLine, SCHEMA_VERSION, Sold, Tender, Use};
use regulars_rules::fold::fold;
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::policy::{PolicySet, check};
use regulars_rules::quote::{Basket, BasketLine, quote};
use regulars_rules::time::{BusinessTime, Day};

const HEAD: &str = "effective_from = 2026-01-01\nid = 'p'\nsource = 'none'\ntitle = { zh = 'x', en = 'x' }\n\
    [[enrol]]\nid = 'free'\nfree = true\n[[enrol]]\nid = 'buy'\npurchase = '1.00'\nearns = false\n\
    [[earn]]\nid = 'spend'\nper = '1.00'\npoints = 1\n";

fn policy(rest: &str) -> PolicySet {
    let document = format!("[program]\nversion = 1\n{HEAD}{rest}");
    let (policy, diagnostics) = check(&document);
    PolicySet::single(policy.unwrap_or_else(|| panic!("{diagnostics:?}")))
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The event number `n` (from 1) of a history.
fn id(n: usize) -> EventId {
    EventId::derived("known", &n.to_string())
}

fn who(n: usize) -> MemberId {
    MemberId::from(id(n))
}

fn told(policies: &PolicySet, facts: Vec<(&str, Body)>) -> Book {
    let events = facts.into_iter().enumerate().map(|(at, (on, body))| Event {
        id: id(at + 1),
        device: DeviceId::derived("known", ""),
        sequence: at as u64 + 1,
        clock: at as u64 + 1,
        at: BusinessTime::noon(day(on)),
        store: Text::default(),
        staff: Text::default(),
        program: Text::default(),
        policy_version: 1,
        schema: SCHEMA_VERSION,
        body,
    });
    fold(policies, &Journal::new(events.collect()))
}

fn on(book: &Book, policies: &PolicySet, n: usize, text: &str) -> Member {
    book.member_on(who(n), policies, day(text)).expect("a member")
}

fn joined(route: &str, receipts: &[usize], referrer: Option<usize>) -> Body {
    Body::Enrolled {
        profile: Profile::default(),
        route: route.into(),
        receipts: receipts.iter().map(|n| id(*n)).collect(),
        fee: Money::ZERO,
        choice: Text::default(),
        card: Text::default(),
        referrer: referrer.map(who),
        guide: Text::default(),
        awaiting_approval: false,
    }
}

/// A sale of some pieces for so many fen in all.
fn sold(member: Option<usize>, pieces: i64, fen: i64) -> Sold {
    Sold {
        member: member.map(who),
        lines: vec![Line {
            product: "soap".into(),
            quantity: Quantity::from_minor(pieces * 1000),
            amount: Money::from_minor(fen),
            ..Line::default()
        }],
        ..Sold::default()
    }
}

fn back(sale: usize, pieces: i64) -> Body {
    Body::Returned {
        sale: id(sale),
        lines: vec![ReturnedLine { line: 0, quantity: Quantity::from_minor(pieces * 1000) }],
        refunds: Vec::new(),
    }
}

fn points(n: i64) -> Points {
    Points::from_minor(n * 100)
}

fn used(member: usize, n: i64) -> Body {
    Body::Redeemed { member: who(member), rule: "gift".into(), times: 1, points: points(n), voucher: Money::ZERO }
}

/// 30 yuan, one of three pieces back, joined by a route that earns nothing, the second piece back: nothing was ever
/// earned, nothing can be taken back. The engine books 10 points earned (they count for tiers).
#[test]
fn points_earned_stay_nothing_where_joining_earned_nothing() {
    let policies = policy("");
    let book = told(
        &policies,
        vec![
            ("2026-01-01", Body::Sold(sold(None, 3, 3000))),
            ("2026-01-01", back(1, 1)),
            ("2026-01-01", joined("buy", &[1], None)),
            ("2026-01-02", back(1, 1)),
        ],
    );
    assert_eq!(on(&book, &policies, 3, "2026-01-02").points_earned, Points::ZERO);
}

/// 100 points earned and used; 50 others lapse; the first sale comes back. Its points were used, so 100 are owed. The
/// engine lets the 50 lapsed ones of another sale pay for half of them.
#[test]
fn lapsed_points_of_another_sale_pay_no_debt() {
    let policies = policy("[lapse]\nafter = '2 months'\n");
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-02", Body::Sold(sold(Some(1), 1, 10_000))),
            ("2026-01-03", used(1, 100)),
            ("2026-01-04", Body::Sold(sold(Some(1), 1, 5_000))),
            ("2026-05-01", back(2, 1)),
        ],
    );
    let member = on(&book, &policies, 1, "2026-05-01");
    assert_eq!((member.points.debt, member.points.lapsed), (points(100), points(50)));
}

/// Spend of 2025 left the window on 1 January; tiers fall at once, one a day. How far one has fallen by 2 January must
/// not depend on whether anybody looked on the first.
#[test]
fn a_tier_does_not_depend_on_who_looked() {
    let policies = policy(
        "[tiers]\nwindow = 'calendar year'\nup = 'immediate'\ndown = 'immediate'\nstep = 'one'\n[[tier]]\nid = 'a'\nlabel = { zh = 'x', en = 'x' }\n\
         [[tier]]\nid = 'b'\nlabel = { zh = 'x', en = 'x' }\nreach = { spend = '10.00' }\n[[tier]]\nid = 'c'\nlabel = { zh = 'x', en = 'x' }\nreach = { spend = '20.00' }\n",
    );
    let facts = |looked: bool| {
        let mut facts = vec![
            ("2026-12-01", joined("free", &[], None)),
            ("2026-12-02", Body::Sold(sold(Some(1), 1, 5_000))),
            ("2026-12-03", Body::Sold(sold(Some(1), 1, 5_000))),
        ];
        if looked {
            facts.push(("2027-01-01", Body::Marked { member: who(1), mark: "seen".into(), on: true }));
        }
        facts
    };
    let [seen, unseen] =
        [true, false].map(|looked| on(&told(&policies, facts(looked)), &policies, 1, "2027-01-02").tier);
    assert_eq!(seen, unseen);
}

/// A review of the old version raises a member in March; a new version comes in May. In November the tier must still
/// be the one that was seen in March, even if nobody saw it then.
#[test]
fn reviews_of_an_old_version_are_held() {
    let tiers = "[[tier]]\nid = 'a'\nlabel = { zh = 'x', en = 'x' }\n[[tier]]\nid = 'b'\nlabel = { zh = 'x', en = 'x' }\nreach = { spend = '10.00' }\n";
    let one = format!(
        "[program]\nversion = 1\n{HEAD}[tiers]\nwindow = 'calendar quarter'\nup = 'review'\ndown = 'never'\nreview = 'calendar quarter'\n{tiers}"
    );
    let head = HEAD.replace("2026-01-01", "2026-05-01");
    let two = format!(
        "[program]\nversion = 2\n{head}[tiers]\nwindow = 'calendar quarter'\nup = 'immediate'\ndown = 'never'\n{tiers}"
    );
    let policies = PolicySet::versions([check(&one).0.expect("runs"), check(&two).0.expect("runs")]).expect("two days");
    let book = told(
        &policies,
        vec![("2026-02-01", joined("free", &[], None)), ("2026-02-02", Body::Sold(sold(Some(1), 1, 5_000)))],
    );
    assert_eq!(on(&book, &policies, 1, "2026-04-02").tier, 1, "after the review of 1 April");
    assert_eq!(on(&book, &policies, 1, "2026-11-10").tier, 1, "in November");
}

/// Two tablets used one receipt to enrol two people. The second membership stands; so must the rest of that
/// enrolment: its other receipt, and the reward of whoever brought them.
#[test]
fn an_enrolment_with_a_used_receipt_keeps_the_rest() {
    let policies = policy("[[referral]]\nid = 'welcome'\npoints = 30\n");
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", Body::Sold(sold(None, 1, 2_000))),
            ("2026-01-01", Body::Sold(sold(None, 1, 3_000))),
            ("2026-01-01", joined("free", &[2], None)),
            ("2026-01-01", joined("free", &[2, 3], Some(1))),
        ],
    );
    assert_eq!(on(&book, &policies, 5, "2026-01-01").spend, Money::from_minor(3_000));
    assert_eq!(on(&book, &policies, 1, "2026-01-01").points.balance, points(30));
}

/// Two tablets spend the same 10 yuan of stored value: a conflict to be shown, not a defect that stops all writing.
#[test]
fn stored_value_spent_twice_stops_nothing() {
    let policies = policy("[stored_value]\nleast = '1.00'\n");
    let pay = || {
        Body::Sold(Sold {
            tenders: vec![Tender { kind: "stored-value".into(), amount: Money::from_minor(1_000) }],
            ..sold(Some(1), 1, 1_000)
        })
    };
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            (
                "2026-01-01",
                Body::Loaded {
                    member: who(1),
                    amount: Money::from_minor(1_000),
                    tenders: vec![Tender { kind: "cash".into(), amount: Money::from_minor(1_000) }],
                },
            ),
            ("2026-01-02", pay()),
            ("2026-01-02", pay()),
        ],
    );
    assert_eq!(book.verify(), Ok(()));
}

/// The last day of the calendar is "never" to the engine: points that never lapse lapse on it, and it never gets past it.
#[test]
fn the_last_day_of_all_passes() {
    let policies = policy("");
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let book = told(
            &policies,
            vec![
                ("2026-01-01", joined("free", &[], None)),
                ("2026-01-02", Body::Sold(sold(Some(1), 1, 10_000))),
                ("9999-12-31", Body::Marked { member: who(1), mark: "late".into(), on: true }),
            ],
        );
        let _ = send.send(book.member(who(1)).map(|m| m.points.balance));
    });
    assert_eq!(receive.recv_timeout(std::time::Duration::from_secs(5)), Ok(Some(points(100))));
}

/// A reduction by hand and an agreed one of ten percent, together: the agreed one is on what is left.
#[test]
fn an_agreed_reduction_leaves_a_price() {
    let policies =
        policy("[[discount]]\nid = 'bulk'\non = 'basket'\nmost = '10%'\napproval = ['boss']\nmembers = false\n");
    let basket = Basket {
        lines: vec![BasketLine {
            product: "soap".into(),
            quantity: Quantity::ONE,
            price: Money::from_minor(10_000),
            ..BasketLine::default()
        }],
        off: Money::from_minor(9_500),
        agreed: Some(("bulk".into(), "10%".parse().expect("a rate"), vec!["boss".into()])),
        ..Basket::default()
    };
    let quote = quote(&Book::default(), &policies, &basket, BusinessTime::noon(day("2026-01-01"))).expect("a quote");
    assert!(quote.refusal.is_some() || quote.pay == Money::from_minor(450), "to pay {}", quote.pay);
}

/// A card for 100 yuan, 50.50 in cash and 49.50 by bank card: 100 points, not 99.
#[test]
fn a_load_is_rounded_once() {
    let policies =
        policy("[[earn]]\nid = 'load'\non = 'load'\nper = '1.00'\npoints = 1\n[stored_value]\nleast = '1.00'\n");
    let tender = |kind: &str, fen: i64| Tender { kind: kind.into(), amount: Money::from_minor(fen) };
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            (
                "2026-01-01",
                Body::Loaded {
                    member: who(1),
                    amount: Money::from_minor(10_000),
                    tenders: vec![tender("cash", 5_050), tender("card", 4_950)],
                },
            ),
        ],
    );
    assert_eq!(on(&book, &policies, 1, "2026-01-01").points.balance, points(100));
}

/// An empty return of a sale that is back already takes no second visit away.
#[test]
fn a_visit_is_taken_away_once() {
    let policies = policy("");
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", Body::Sold(sold(Some(1), 1, 1_000))),
            ("2026-01-01", Body::Sold(sold(Some(1), 1, 1_000))),
            ("2026-01-02", back(2, 1)),
            ("2026-01-02", Body::Returned { sale: id(2), lines: Vec::new(), refunds: Vec::new() }),
        ],
    );
    assert_eq!(on(&book, &policies, 1, "2026-01-02").visits, 1);
}

/// Of the factors 1 and 0.5 the highest is 1.
#[test]
fn the_highest_factor_may_be_one() {
    let policies = policy(
        "[[multiply]]\nid = 'a'\nfactor = '1'\nwhen = { members = true }\n[[multiply]]\nid = 'b'\nfactor = '0.5'\nwhen = { members = true }\n",
    );
    let book = told(
        &policies,
        vec![("2026-01-01", joined("free", &[], None)), ("2026-01-01", Body::Sold(sold(Some(1), 1, 1_000)))],
    );
    assert_eq!(on(&book, &policies, 1, "2026-01-01").points.balance, points(10));
}

/// Points that lapse on 1 March are sent by a fact of February that arrives when the receiver has reached April: they
/// lapse at once, as late points of a sale do.
#[test]
fn points_sent_late_lapse_at_once() {
    let policies = policy("[lapse]\nafter = '2 months'\n[transfer]\nallowed = true\n");
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", Body::Sold(sold(Some(1), 1, 10_000))),
            ("2026-04-01", Body::Sold(sold(Some(2), 1, 1_000))),
            ("2026-02-01", Body::PointsSent { from: who(1), to: who(2), points: points(60) }),
        ],
    );
    let member = on(&book, &policies, 2, "2026-04-01");
    assert_eq!((member.points.balance, member.points.lapsed), (points(10), points(60)));
}

/// Whole-basket rules for different goods do not lower each other's base: 10% of 100 and 10% of 100.
#[test]
fn basket_rules_for_other_goods_leave_a_base_alone() {
    let rule = |id: &str, product: &str| {
        format!(
            "[[discount]]\nid = '{id}'\non = 'basket'\nrate = '10%'\nmembers = false\nonly = {{ products = ['{product}'] }}\n"
        )
    };
    let policies = policy(&format!("{}{}", rule("a", "soap"), rule("b", "rice")));
    let line = |product: &str| BasketLine {
        product: product.into(),
        quantity: Quantity::ONE,
        price: Money::from_minor(10_000),
        ..BasketLine::default()
    };
    let basket = Basket { lines: vec![line("soap"), line("rice")], ..Basket::default() };
    let quote = quote(&Book::default(), &policies, &basket, BusinessTime::noon(day("2026-01-01"))).expect("a quote");
    assert_eq!(quote.pay, Money::from_minor(18_000));
}

/// A receipt that came back whole before joining is no visit.
#[test]
fn a_receipt_brought_back_is_no_visit() {
    let policies = policy("");
    let book = told(
        &policies,
        vec![
            ("2026-01-01", Body::Sold(sold(None, 1, 1_000))),
            ("2026-01-01", back(1, 1)),
            ("2026-01-01", joined("free", &[1], None)),
        ],
    );
    assert_eq!(on(&book, &policies, 3, "2026-01-01").visits, 0);
}

/// Two tablets use the same voucher: the second sale stands, the conflict is shown, nothing is used twice.
#[test]
fn a_voucher_used_twice_is_set_aside() {
    let policies = policy("[[redeem]]\nid = 'v'\npoints = 100\nvoucher = '1.00'\n");
    let by_voucher = || {
        Body::Sold(Sold {
            uses: vec![Use::Voucher { from: id(3), index: 0, amount: Money::from_minor(100) }],
            ..sold(Some(1), 1, 1_000)
        })
    };
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", Body::Sold(sold(Some(1), 1, 10_000))),
            (
                "2026-01-01",
                Body::Redeemed {
                    member: who(1),
                    rule: "v".into(),
                    times: 1,
                    points: points(100),
                    voucher: Money::from_minor(100),
                },
            ),
            ("2026-01-02", by_voucher()),
            ("2026-01-02", by_voucher()),
        ],
    );
    assert_eq!(book.set_aside().len(), 1);
    assert_eq!(on(&book, &policies, 1, "2026-01-02").points.balance, points(18));
}

/// A refund beyond reason, put on stored value: with what another member has there, the sum of all would not fit. The
/// return is set aside whole, as a sale with such an amount is, and the sale can still come back.
#[test]
fn a_refund_beyond_reason_is_set_aside_whole() {
    let policies = policy("");
    let wild = |amount: i64| Body::Returned {
        sale: id(3),
        lines: vec![ReturnedLine { line: 0, quantity: Quantity::from_minor(1000) }],
        refunds: vec![Tender { kind: "stored-value".into(), amount: Money::from_minor(amount) }],
    };
    let book = told(
        &policies,
        vec![
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", joined("free", &[], None)),
            ("2026-01-01", Body::Sold(sold(Some(1), 1, 1_000))),
            (
                "2026-01-01",
                Body::CarriedOver {
                    member: who(2),
                    points: Points::ZERO,
                    spend: Money::ZERO,
                    visits: 1,
                    stored_value: Money::from_minor(100),
                },
            ),
            ("2026-01-02", wild(i64::MAX)),
            ("2026-01-02", wild(-1)),
            ("2026-01-03", back(3, 1)),
        ],
    );
    assert_eq!(book.verify(), Ok(()));
    assert_eq!(book.set_aside().len(), 2);
    let member = on(&book, &policies, 1, "2026-01-03");
    assert_eq!((member.spend, member.stored_value), (Money::ZERO, Money::ZERO));
}
