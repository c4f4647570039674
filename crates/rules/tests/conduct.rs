//! What scenarios cannot say, since their wishes are decided in the order of time: facts that arrive after their month
//! was closed, and draws that were changed after they were recorded.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by failing")]

use regulars_rules::event::{Body, Event, Journal, SCHEMA_VERSION};
use regulars_rules::fold::fold;
use regulars_rules::id::{DeviceId, EventId, Text};
use regulars_rules::number::Money;
use regulars_rules::policy::{PolicySet, check};
use regulars_rules::staff::fact::{Person, StaffFact, Store, Visit};
use regulars_rules::staff::inspection::{draw_visits, verify};
use regulars_rules::staff::settle::{Explain, Settled};
use regulars_rules::staff::{StaffBook, settle};
use regulars_rules::time::{BusinessTime, Day};

fn policies(id: &str) -> PolicySet {
    let path = format!("{}/../../policies/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let (policy, diagnostics) = check(&std::fs::read_to_string(path).unwrap());
    PolicySet::single(policy.unwrap_or_else(|| panic!("{diagnostics:?}")))
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn event_id(sequence: u64) -> EventId {
    EventId::derived("conduct", &sequence.to_string())
}

/// Events in the order in which they were recorded, each with the day of which it is.
fn journal(facts: Vec<(&str, StaffFact)>) -> Journal {
    let events = (1_u64..).zip(facts).map(|(sequence, (at, fact))| Event {
        id: event_id(sequence),
        device: DeviceId::derived("conduct", "device"),
        sequence,
        clock: sequence,
        at: BusinessTime::noon(day(at)),
        store: Text::default(),
        staff: Text::default(),
        program: Text::default(),
        policy_version: 1,
        schema: SCHEMA_VERSION,
        body: Body::Staff(Box::new(fact)),
    });
    Journal::new(events.collect())
}

fn settled(policies: &PolicySet, journal: &Journal, until: &str) -> Settled {
    let book = fold(policies, journal);
    let staff = StaffBook::fold(policies, journal);
    settle(&book, &staff, policies, day(until), Explain::Everyone).unwrap()
}

fn rows(settled: &Settled, staff: &str, month: &str) -> Vec<String> {
    settled
        .statement(staff, day(month))
        .map(|statement| {
            statement.rows.iter().map(|row| format!("{} {} {}", row.kind, row.rule.id, row.amount)).collect()
        })
        .unwrap_or_default()
}

fn person(code: &str, role: &str, area: &str) -> StaffFact {
    StaffFact::Listed(Person { code: code.into(), role: role.into(), area: area.into(), ..Person::default() })
}

fn march_closed() -> StaffFact {
    StaffFact::PeriodClosed { from: day("2026-03-01"), to: day("2026-04-01") }
}

#[test]
fn a_meeting_known_after_its_month_was_closed_costs_the_next() {
    let policies = policies("kuailego");
    let met = StaffFact::Met { rule: "meeting".into(), branch: "xicheng".into(), present: Vec::new() };
    let head = ("2026-03-01", person("head", "sales-gm", "xicheng"));
    let in_time = journal(vec![head.clone(), ("2026-03-10", met.clone()), ("2026-04-01", march_closed())]);
    let in_time = settled(&policies, &in_time, "2026-05-01");
    assert_eq!(rows(&in_time, "head", "2026-03-01"), ["bonus management 0.00"]);
    assert_eq!(rows(&in_time, "head", "2026-04-01"), ["bonus management 500.00"]);
    let late = journal(vec![head, ("2026-04-01", march_closed()), ("2026-03-10", met)]);
    let late = settled(&policies, &late, "2026-05-01");
    assert_eq!(rows(&late, "head", "2026-03-01"), ["bonus management 500.00"]);
    // March's is taken off before April's comes.
    assert_eq!(rows(&late, "head", "2026-04-01"), ["bonus management -500.00", "bonus management 500.00"]);
    assert!(late.is_conserved());
    assert_eq!(late.statement("head", day("2026-04-01")).map(|month| month.payable), Some(Money::ZERO));
}

#[test]
fn a_breach_known_after_its_month_was_closed_counts_after_those_before_it() {
    let policies = policies("kuailego");
    let breach = || StaffFact::Breached {
        staff: "li".into(),
        member: None,
        rule: "refusing-order".into(),
        damages: Money::ZERO,
        note: Text::default(),
    };
    // The third to be known is of the day before the others: March keeps its 2 x 10.00, April has the third.
    let journal = journal(vec![
        ("2026-03-01", person("li", "representative", "garden")),
        ("2026-03-03", breach()),
        ("2026-03-04", breach()),
        ("2026-04-01", march_closed()),
        ("2026-03-02", breach()),
    ]);
    let settled = settled(&policies, &journal, "2026-05-01");
    assert_eq!(rows(&settled, "li", "2026-03-01"), ["fine refusing-order 20.00"]);
    assert_eq!(rows(&settled, "li", "2026-04-01"), ["fine refusing-order 10.00"]);
    let proposals: Vec<String> =
        settled.proposals().iter().map(|one| format!("{} {} {}", one.day, one.staff, one.what)).collect();
    assert_eq!(proposals, ["2026-04-01 li dismissal"]);
}

/// What does not hold of a draw of March among three stores, recorded with these changes.
fn what_differs(
    seed: u64,
    among: &[&str],
    change: impl FnOnce(&mut Vec<Visit>),
    later: Vec<(&str, StaffFact)>,
) -> String {
    let policies = policies("guide-discipline");
    let policy = policies.on(day("2026-02-25")).unwrap();
    let rule = policy.staff().inspection.first().unwrap();
    let store = |code: &str| StaffFact::StoreListed(Store { code: code.into(), ..Store::default() });
    let listed: Vec<Text> = ["a", "b", "c"].map(Text::from).to_vec();
    let (from, to) = (day("2026-03-01"), day("2026-04-01"));
    let mut visits = draw_visits(rule, 7, &listed, from, to);
    assert_eq!(visits.len(), 6, "three stores, two visits each");
    change(&mut visits);
    let among = among.iter().map(|code| Text::from(*code)).collect();
    let draw = StaffFact::VisitsDrawn { rule: rule.head.id.clone(), seed, among, from, to, visits };
    let mut facts: Vec<(&str, StaffFact)> = ["a", "b", "c"].map(|code| ("2026-02-01", store(code))).to_vec();
    facts.push(("2026-02-25", draw));
    facts.extend(later);
    let staff = StaffBook::fold(&policies, &journal(facts));
    verify(&staff, &policies, event_id(4)).map(|what| what.key.to_string()).unwrap_or_default()
}

#[test]
fn a_recorded_draw_can_be_checked() {
    let all = ["a", "b", "c"];
    let as_it_was = |_: &mut Vec<Visit>| {};
    assert_eq!(what_differs(7, &all, as_it_was, Vec::new()), "");
    assert_eq!(what_differs(8, &all, as_it_was, Vec::new()), "draw.visits-differ", "another seed");
    let moved = |visits: &mut Vec<Visit>| {
        if let Some(first) = visits.first_mut() {
            first.day = first.day.plus_days(1);
        }
    };
    assert_eq!(what_differs(7, &all, moved, Vec::new()), "draw.visits-differ", "another day");
    let left_out = |visits: &mut Vec<Visit>| drop(visits.pop());
    assert_eq!(what_differs(7, &all, left_out, Vec::new()), "draw.visits-differ", "a visit less");
    assert_eq!(what_differs(7, &["a", "b"], as_it_was, Vec::new()), "draw.store-missing");
    assert_eq!(what_differs(7, &["a", "b", "c", "d"], as_it_was, Vec::new()), "draw.store-extra");
    // A store that is put on the list of the day afterwards; one that opened later changes nothing.
    let opened = |at| vec![(at, StaffFact::StoreListed(Store { code: "d".into(), ..Store::default() }))];
    assert_eq!(what_differs(7, &all, as_it_was, opened("2026-02-20")), "draw.store-missing");
    assert_eq!(what_differs(7, &all, as_it_was, opened("2026-02-26")), "");
}

/// What another tablet sold at an agreed price stands, and whoever settles sees that no approval is on record.
#[test]
fn an_agreed_discount_without_its_approval_is_shown() {
    let policies = policies("salon-card");
    let agreed = || {
        let by = ["operations", "counter", "salesperson"].map(|party| (Text::from(party), Text::from("someone")));
        Body::DiscountAgreed {
            sale: event_id(1),
            rule: Text::from("bulk"),
            rate: "8%".parse().unwrap(),
            by: by.to_vec(),
        }
    };
    let store = StaffFact::StoreListed(Store::default());
    let mut events = journal(vec![("2026-03-01", store)]).events().to_vec();
    events.iter_mut().for_each(|event| event.body = agreed());
    let staff = StaffBook::fold(&policies, &Journal::new(events));
    assert_eq!(
        staff.set_aside().iter().map(|aside| aside.reason.key.as_str()).collect::<Vec<_>>(),
        ["aside.approval-not-recorded"]
    );
}

/// A statement says on which days its person was suspended; those of other months do not.
#[test]
fn a_statement_tells_of_a_suspension() {
    let policies = policies("kuailego");
    let staff = Text::from("li");
    let person = Person { code: staff.clone(), role: Text::from("representative"), ..Person::default() };
    let suspended = |from: &str, to: &str| StaffFact::Suspended {
        staff: staff.clone(),
        from: day(from),
        to: day(to),
        reason: Text::from("last of the week"),
    };
    let breach = |note: &str| StaffFact::Breached {
        staff: staff.clone(),
        member: None,
        rule: Text::from("refusing-order"),
        damages: Money::ZERO,
        note: Text::from(note),
    };
    let journal = journal(vec![
        ("2026-03-01", StaffFact::Listed(person)),
        ("2026-03-02", breach("in March")),
        ("2026-03-30", suspended("2026-03-31", "2026-04-01")),
        ("2026-04-02", breach("in April")),
    ]);
    let settled = settled(&policies, &journal, "2026-05-01");
    let told = |month: &str| {
        let statement = settled.statement("li", day(month)).unwrap();
        statement.traces.iter().filter(|trace| trace.message.key == "attribution.suspended-days").count()
    };
    assert_eq!((told("2026-03-01"), told("2026-04-01")), (1, 0));
}
