//! What if, checked by hand: one journal under two programs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by failing")]

mod common;

use common::{day, policy_with};
use regulars_rules::event::{Body, Event, Journal, Line, Profile, Sold, Tender};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::{Trace, Value};
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::policy::{Policy, PolicySet};
use regulars_rules::simulate::{Branch, Total, compare, reasons};
use regulars_rules::time::Day;

fn policy(silver: &str, commission: &str) -> Policy {
    policy_with(&format!(
        r#"
[tiers]
window = "lifetime"
[[tier]]
id = "ordinary"
label = {{ zh = "普通", en = "Ordinary" }}
[[tier]]
id = "silver"
label = {{ zh = "银卡", en = "Silver" }}
reach = {{ spend = "{silver}" }}
[[earn]]
id = "spend"
per = "1.00"
points = 1
[[commission]]
id = "deals"
rate = "{commission}"
"#
    ))
}

fn event(sequence: u64, on: &str, body: Body) -> Event {
    Event { staff: Text::from("an"), ..common::event(sequence, on, body) }
}

fn enrolled(name: &str) -> Body {
    Body::Enrolled {
        profile: Profile { name: Text::from(name), ..Profile::default() },
        route: Text::from("free"),
        receipts: Vec::new(),
        fee: Money::ZERO,
        choice: Text::default(),
        card: Text::from(name),
        referrer: None,
        guide: Text::default(),
        awaiting_approval: false,
    }
}

fn sold(member: EventId, amount: &str) -> Body {
    let amount: Money = amount.parse().unwrap();
    Body::Sold(Sold {
        member: Some(MemberId::from(member)),
        lines: vec![Line { product: Text::from("soap"), quantity: Quantity::ONE, amount, ..Line::default() }],
        tenders: vec![Tender { kind: Text::from("cash"), amount }],
        ..Sold::default()
    })
}

#[test]
fn a_lower_threshold_and_a_higher_rate_show_who_gains() {
    let li = event(1, "2026-03-01", enrolled("li"));
    let wang = event(2, "2026-03-01", enrolled("wang"));
    // li spends 1,500.00, wang 500.00. Silver from 2,000 against 1,000: li rises. 5% against 6%: 100.00 against 120.00.
    let events = vec![
        li.clone(),
        wang.clone(),
        event(3, "2026-03-02", sold(li.id, "1500.00")),
        event(4, "2026-03-02", sold(wang.id, "500.00")),
    ];
    let journal = Journal::new(events);
    let (old, new) = (policy("2000.00", "5%"), policy("1000.00", "6%"));
    let (old, new) = (PolicySet::single(old), PolicySet::single(new));
    let (from, to) = (day("2026-03-01"), day("2026-03-31"));
    let before = Branch::grow(old, &journal, to).unwrap();
    let after = Branch::grow(new, &journal, to).unwrap();
    let result = compare(&before, &after, from, to).unwrap();
    assert_eq!((result.members, result.members_gain, result.members_lose), (2, 1, 0));
    let counts = |tiers: &[regulars_rules::simulate::TierCount]| tiers.iter().map(|t| t.members).collect::<Vec<_>>();
    assert_eq!(counts(&result.tiers_before), [2, 0]);
    assert_eq!(counts(&result.tiers_after), [1, 1]);
    assert_eq!(result.moves, [(Text::from("ordinary"), Text::from("silver"), 1)]);
    let changes: Vec<_> = result.member_changes.iter().map(|c| (c.name.as_str(), c.rank)).collect();
    assert_eq!(changes, [("li", (0, 1))]);
    let staff: Vec<_> = result
        .staff_changes
        .iter()
        .map(|c| (c.staff.as_str(), c.payable.0.to_string(), c.payable.1.to_string()))
        .collect();
    assert_eq!(staff, [("an", "100.00".to_owned(), "120.00".to_owned())]);
    assert_eq!(result.before.points_issued, result.after.points_issued);
    // The same policies differ in nothing.
    let same = compare(&before, &before, from, to).unwrap();
    assert!(same.member_changes.is_empty() && same.staff_changes.is_empty() && same.before == same.after);
}

/// Everything that makes up a sum: 1 point a yuan, double on the 10th, 5% off, stored value with a rebate of 1%.
const FULL: &str = r#"
[[earn]]
id = "spend"
per = "1.00"
points = 1
[[multiply]]
id = "tenth"
factor = "2"
when = { month_days = [10] }
[[redeem]]
id = "gift"
points = 100
gift = { zh = "伞", en = "Umbrella" }
[[discount]]
id = "member"
rate = "5%"
[stored_value]
[[rebate]]
id = "one-off"
from = "500.00"
rate = "1%"
[[commission]]
id = "deals"
rate = "10%"
[lapse]
after = "1 month"
"#;

/// A part: its rule's id (or key), its figure, and its own parts.
fn parts(traces: &[Trace]) -> Vec<(String, String, usize)> {
    let figure = |trace: &Trace| {
        trace.figure.as_ref().map(|value| regulars_rules::words::show(value, regulars_rules::message::Language::En))
    };
    let source =
        |trace: &Trace| trace.rule.as_ref().map_or_else(|| trace.message.key.to_string(), |rule| rule.id.to_string());
    traces.iter().map(|trace| (source(trace), figure(trace).unwrap_or_default(), trace.parts.len())).collect()
}

fn sum(traces: &[Trace]) -> i64 {
    traces
        .iter()
        .map(|trace| match &trace.figure {
            Some(Value::Money(money)) => money.minor(),
            Some(Value::Points(points)) => points.minor(),
            other => panic!("{other:?}"),
        })
        .sum()
}

#[test]
fn sums_count_within_the_span_and_come_from_rules() {
    let li = event(1, "2026-02-01", enrolled("li"));
    let member = MemberId::from(li.id);
    let cash = |amount: &str| vec![Tender { kind: Text::from("cash"), amount: amount.parse().unwrap() }];
    let events = vec![
        li.clone(),
        // Before the span: 1,000 points, 50.00 due. They lapse on 2 March, within it.
        event(2, "2026-02-02", sold(li.id, "1000.00")),
        event(3, "2026-03-05", sold(li.id, "200.00")),
        event(4, "2026-03-10", sold(li.id, "100.00")),
        event(
            5,
            "2026-03-11",
            Body::Redeemed {
                member,
                rule: Text::from("gift"),
                times: 1,
                points: "100".parse().unwrap(),
                voucher: Money::ZERO,
            },
        ),
        event(6, "2026-03-12", Body::PointsAdjusted { member, points: "30".parse().unwrap(), reason: Text::from("x") }),
        event(7, "2026-03-13", Body::Loaded { member, amount: "500.00".parse().unwrap(), tenders: cash("500.00") }),
        // After the span.
        event(8, "2026-04-01", sold(li.id, "7.00")),
    ];
    let journal = Journal::new(events);
    let policies = PolicySet::single(policy_with(FULL));
    let (from, to) = (day("2026-03-01"), day("2026-03-31"));
    let mut told = false;
    let branch = Branch::within(policies.clone(), &journal, (from, to), &mut |_| told = true).unwrap();
    assert!(!told, "eight events are not worth a word");
    let sums = compare(&branch, &branch, from, to).unwrap().before;
    // 200 + 100 doubled + 30; 200.00 x 5% + 100.00 x 5%; 500.00 + 1%; 10% of 200.00 and 100.00.
    assert_eq!(sums.points_issued, "430".parse::<Points>().unwrap());
    assert_eq!(sums.points_redeemed, "100".parse::<Points>().unwrap());
    assert_eq!(sums.points_lapsed, "1000".parse::<Points>().unwrap());
    assert_eq!(sums.discount_due, "15.00".parse::<Money>().unwrap());
    assert_eq!(sums.stored_in, "505.00".parse::<Money>().unwrap());
    assert_eq!(sums.staff_income, "30.00".parse::<Money>().unwrap());
    let why = |total| reasons(&branch, &journal, to, total, &mut |_| {}).unwrap();
    let part = |source: &str, figure: &str, parts: usize| (source.to_owned(), figure.to_owned(), parts);
    let issued = why(Total::PointsIssued);
    assert_eq!(parts(&issued), [part("spend", "400", 2), part("what-if.event", "30", 0)]);
    assert_eq!(sum(&issued[0].parts), sum(&issued[..1]), "the parts of a figure make it up");
    assert_eq!(parts(&why(Total::PointsRedeemed)), [part("gift", "100", 0)]);
    assert_eq!(parts(&why(Total::DiscountDue)), [part("member", "¥15.00", 0)]);
    assert_eq!(parts(&why(Total::StoredIn)), [part("what-if.event", "¥500.00", 0), part("one-off", "¥5.00", 0)]);
    assert_eq!(parts(&why(Total::StaffIncome)), [part("deals", "¥30.00", 0)]);
    assert_eq!(sum(&why(Total::StaffPayable)), sums.staff_payable.minor());
    assert_eq!(sum(&why(Total::PointsLapsed)), sums.points_lapsed.minor());
    assert_eq!(sum(&why(Total::PointsBalance)), sums.points_balance.minor());
    let whole = Branch::grow(policies, &journal, to).unwrap();
    let sums = compare(&whole, &whole, Day::FIRST, to).unwrap().before;
    assert_eq!(sums.points_issued, "1430".parse::<Points>().unwrap());
}

#[test]
fn what_was_in_force_over_the_span_is_told() {
    let policies = PolicySet::default()
        .adopt(policy("2000.00", "5%"), day("2026-01-01"))
        .and_then(|set| set.adopt(policy("1000.00", "5%"), day("2026-03-15")))
        .unwrap();
    let journal = Journal::new(Vec::new());
    let told = |from: &str, to: &str| -> Vec<String> {
        let (from, to) = (day(from), day(to));
        let branch = Branch::within(policies.clone(), &journal, (from, to), &mut |_| {}).unwrap();
        branch.in_force(to).iter().map(|one| one.from.to_string()).collect()
    };
    assert_eq!(told("2026-03-01", "2026-03-31"), ["2026-03-01", "2026-03-15"]);
    assert_eq!(told("2026-03-01", "2026-03-14"), ["2026-03-01"]);
    assert_eq!(told("2026-03-20", "2026-03-31"), ["2026-03-20"]);
    assert_eq!(told("2025-03-20", "2025-03-31"), ["2025-03-20"], "the first also judges what came before it");
}
