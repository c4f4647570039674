//! What scenarios cannot say, since their wishes are decided in the order of time: facts that arrive after their month
//! was closed, and draws that were changed after they were recorded.

#![expect(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use common::{day, document, event, event_id, policy};
use regulars_rules::event::{Body, Journal};
use regulars_rules::fold::fold;
use regulars_rules::id::Text;
use regulars_rules::number::Money;
use regulars_rules::policy::PolicySet;
use regulars_rules::staff::fact::{Person, StaffFact, Store, Visit};
use regulars_rules::staff::inspection::{draw_visits, verify};
use regulars_rules::staff::settle::{Explain, Settled};
use regulars_rules::staff::{StaffBook, settle};

const MARCH: &str = "2026-03-01";
const APRIL: &str = "2026-04-01";
const MAY: &str = "2026-05-01";

fn policies(id: &str) -> PolicySet {
    PolicySet::single(policy(&document(id).unwrap()))
}

/// Facts in the order in which they were recorded, each with the day of which it is.
fn journal(facts: Vec<(&str, StaffFact)>) -> Journal {
    let events = (1..).zip(facts).map(|(sequence, (on, fact))| event(sequence, on, Body::Staff(Box::new(fact))));
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
    StaffFact::PeriodClosed { from: day(MARCH), to: day(APRIL) }
}

/// A breach that costs a fine of kuailego.
fn breach(note: &str) -> StaffFact {
    StaffFact::Breached {
        staff: "li".into(),
        member: None,
        rule: "refusing-order".into(),
        damages: Money::ZERO,
        note: note.into(),
    }
}

fn store(code: &str) -> StaffFact {
    StaffFact::StoreListed(Store { code: code.into(), ..Store::default() })
}

#[test]
fn a_meeting_known_after_its_month_was_closed_costs_the_next() {
    let policies = policies("kuailego");
    let met = StaffFact::Met { rule: "meeting".into(), branch: "xicheng".into(), present: Vec::new() };
    let head = (MARCH, person("head", "sales-gm", "xicheng"));
    let in_time = journal(vec![head.clone(), ("2026-03-10", met.clone()), (APRIL, march_closed())]);
    let in_time = settled(&policies, &in_time, MAY);
    assert_eq!(rows(&in_time, "head", MARCH), ["bonus management 0.00"]);
    assert_eq!(rows(&in_time, "head", APRIL), ["bonus management 500.00"]);
    let late = journal(vec![head, (APRIL, march_closed()), ("2026-03-10", met)]);
    let late = settled(&policies, &late, MAY);
    assert_eq!(rows(&late, "head", MARCH), ["bonus management 500.00"]);
    // March's is taken off before April's comes.
    assert_eq!(rows(&late, "head", APRIL), ["bonus management -500.00", "bonus management 500.00"]);
    assert!(late.is_conserved());
    assert_eq!(late.statement("head", day(APRIL)).map(|month| month.payable), Some(Money::ZERO));
}

#[test]
fn a_breach_known_after_its_month_was_closed_counts_after_those_before_it() {
    let policies = policies("kuailego");
    // The third to be known is of the day before the others: March keeps its 2 x 10.00, April has the third.
    let journal = journal(vec![
        (MARCH, person("li", "representative", "garden")),
        ("2026-03-03", breach("")),
        ("2026-03-04", breach("")),
        (APRIL, march_closed()),
        ("2026-03-02", breach("")),
    ]);
    let settled = settled(&policies, &journal, MAY);
    assert_eq!(rows(&settled, "li", MARCH), ["fine refusing-order 20.00"]);
    assert_eq!(rows(&settled, "li", APRIL), ["fine refusing-order 10.00"]);
    let proposals: Vec<String> =
        settled.proposals().iter().map(|one| format!("{} {} {}", one.day, one.staff, one.what)).collect();
    assert_eq!(proposals, ["2026-04-01 li dismissal"]);
}

const STORES: [&str; 3] = ["a", "b", "c"];
const SEED: u64 = 7;
const DRAWN_ON: &str = "2026-02-25";

/// What does not hold of a draw of March among the stores, recorded with these changes.
fn what_differs(
    seed: u64,
    among: &[&str],
    change: impl FnOnce(&mut Vec<Visit>),
    later: Vec<(&str, StaffFact)>,
) -> String {
    let policies = policies("guide-discipline");
    let rule = policies.on(day(DRAWN_ON)).unwrap().staff().inspection.first().unwrap();
    let (from, to) = (day(MARCH), day(APRIL));
    let mut visits = draw_visits(rule, SEED, &STORES.map(Text::from), from, to);
    assert_eq!(visits.len(), 2 * STORES.len(), "two visits to each store");
    change(&mut visits);
    let among = among.iter().map(|code| Text::from(*code)).collect();
    let draw = StaffFact::VisitsDrawn { rule: rule.head.id.clone(), seed, among, from, to, visits };
    let mut facts: Vec<(&str, StaffFact)> = STORES.map(|code| ("2026-02-01", store(code))).to_vec();
    facts.push((DRAWN_ON, draw));
    let drawn = event_id(facts.len() as u64);
    facts.extend(later);
    let staff = StaffBook::fold(&policies, &journal(facts));
    verify(&staff, &policies, drawn).map(|what| what.key.to_string()).unwrap_or_default()
}

#[test]
fn a_recorded_draw_can_be_checked() {
    let as_it_was = |_: &mut Vec<Visit>| {};
    assert_eq!(what_differs(SEED, &STORES, as_it_was, Vec::new()), "");
    assert_eq!(what_differs(SEED + 1, &STORES, as_it_was, Vec::new()), "draw.visits-differ", "another seed");
    let moved = |visits: &mut Vec<Visit>| {
        if let Some(first) = visits.first_mut() {
            first.day = first.day.plus_days(1);
        }
    };
    assert_eq!(what_differs(SEED, &STORES, moved, Vec::new()), "draw.visits-differ", "another day");
    let left_out = |visits: &mut Vec<Visit>| drop(visits.pop());
    assert_eq!(what_differs(SEED, &STORES, left_out, Vec::new()), "draw.visits-differ", "a visit less");
    assert_eq!(what_differs(SEED, &["a", "b"], as_it_was, Vec::new()), "draw.store-missing");
    assert_eq!(what_differs(SEED, &["a", "b", "c", "d"], as_it_was, Vec::new()), "draw.store-extra");
    // A store that is put on the list of the day afterwards; one that opened later changes nothing.
    let opened = |on| vec![(on, store("d"))];
    assert_eq!(what_differs(SEED, &STORES, as_it_was, opened("2026-02-20")), "draw.store-missing");
    assert_eq!(what_differs(SEED, &STORES, as_it_was, opened("2026-02-26")), "");
}

/// What another tablet sold at an agreed price stands, and whoever settles sees that no approval is on record.
#[test]
fn an_agreed_discount_without_its_approval_is_shown() {
    let policies = policies("salon-card");
    let by = ["operations", "counter", "salesperson"].map(|party| (Text::from(party), Text::from("someone")));
    let agreed = Body::DiscountAgreed {
        sale: event_id(1),
        rule: Text::from("bulk"),
        rate: "8%".parse().unwrap(),
        by: by.to_vec(),
    };
    let staff = StaffBook::fold(&policies, &Journal::new(vec![event(2, MARCH, agreed)]));
    let reasons: Vec<&str> = staff.set_aside().iter().map(|aside| aside.reason.key.as_str()).collect();
    assert_eq!(reasons, ["aside.approval-not-recorded"]);
}

/// A statement says on which days its person was suspended; those of other months do not.
#[test]
fn a_statement_tells_of_a_suspension() {
    let policies = policies("kuailego");
    let suspended = StaffFact::Suspended {
        staff: "li".into(),
        from: day("2026-03-31"),
        to: day(APRIL),
        reason: "last of the week".into(),
    };
    let journal = journal(vec![
        (MARCH, person("li", "representative", "")),
        ("2026-03-02", breach("in March")),
        ("2026-03-30", suspended),
        ("2026-04-02", breach("in April")),
    ]);
    let settled = settled(&policies, &journal, MAY);
    let told = |month: &str| {
        let statement = settled.statement("li", day(month)).unwrap();
        statement.traces.iter().filter(|trace| trace.message.key == "attribution.suspended-days").count()
    };
    assert_eq!((told(MARCH), told(APRIL)), (1, 0));
}
