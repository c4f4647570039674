//! What if, checked by hand: one journal under two programs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by failing")]

use regulars_rules::event::{Body, Event, Journal, Line, Profile, SCHEMA_VERSION, Sold, Tender};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Quantity};
use regulars_rules::policy::{Policy, PolicySet, check};
use regulars_rules::simulate::{Branch, compare};
use regulars_rules::time::{BusinessTime, Day};

fn policy(silver: &str, commission: &str) -> Policy {
    let document = format!(
        r#"
[program]
id = "what-if"
version = 1
effective_from = 2026-01-01
title = {{ zh = "试", en = "Test" }}
[[enrol]]
id = "free"
free = true
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
    );
    let (policy, diagnostics) = check(&document);
    policy.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

fn event(sequence: u64, day: &str, body: Body) -> Event {
    Event {
        id: EventId::derived("what-if", &sequence.to_string()),
        device: DeviceId::derived("what-if", "device"),
        sequence,
        clock: sequence,
        at: BusinessTime::noon(day.parse().unwrap()),
        store: Text::default(),
        staff: Text::from("an"),
        program: Text::default(),
        policy_version: 1,
        schema: SCHEMA_VERSION,
        body,
    }
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
    let day: Day = "2026-03-31".parse().unwrap();
    let before = Branch::grow(old, &journal, day).unwrap();
    let after = Branch::grow(new, &journal, day).unwrap();
    let result = compare(&before, &after, "2026-03-01".parse().unwrap(), day).unwrap();
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
    let same = compare(&before, &before, "2026-03-01".parse().unwrap(), day).unwrap();
    assert!(same.member_changes.is_empty() && same.staff_changes.is_empty() && same.before == same.after);
}
