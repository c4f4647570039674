//! The promises of the staff's side as properties: what was accrued is paid, held, outstanding or taken back; any order
//! and repetition give the same; a month that was closed stands; nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop, and say where"
)]

mod common;
mod office;

use std::collections::BTreeMap;

use common::{Case, config, midnight, program, shuffled, steps};
use office::{Desk, Manner, PAYING, pay_document, pay_shape, story};
use proptest::prelude::*;
use regulars_rules::event::{Body, Event, Journal, ReturnedLine};
use regulars_rules::fold::fold;
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::number::{Money, Quantity, Rate};
use regulars_rules::policy::PolicySet;
use regulars_rules::staff::fact::{Origin, Person, Scope, Share, StaffFact, Store, Target, Visit};
use regulars_rules::staff::pay::{RowKind, Statement};
use regulars_rules::staff::settle::{Explain, Settled, parts_sum, settle};
use regulars_rules::staff::{StaffBook, due};
use regulars_rules::time::Day;

/// One of the shops' programs, or one made up.
fn any_case() -> impl Strategy<Value = Case> {
    prop_oneof![
        1 => (0..PAYING.len()).prop_map(|at| program(PAYING[at].0, PAYING[at].1)),
        2 => pay_shape().prop_map(|shape| Case::random(pay_document(&shape, 1, "2026-01-01"))),
    ]
}

fn settled(policies: &PolicySet, events: &[Event], until: Day, explain: Explain) -> Settled {
    let journal = Journal::new(events.to_vec());
    let (book, staff) = (fold(policies, &journal), StaffBook::fold(policies, &journal));
    settle(&book, &staff, policies, until, explain).expect("it fits")
}

const LATE: Manner = Manner { late_lists: true };

/// What stands of a closed month: everything but what is paid of it later.
fn standing(statement: &Statement) -> (Vec<String>, Vec<String>, Vec<(&'static str, i64)>) {
    let rows = statement.rows.iter().filter(|row| !row.amount.is_zero());
    let figures = statement.figures().into_iter().filter(|(name, _)| *name != "paid" && *name != "outstanding");
    (
        rows.map(|row| format!("{} {} {}", row.kind, row.rule.id, row.amount)).collect(),
        statement.kpi.iter().map(|row| format!("{} {}", row.rule.id, row.points)).collect(),
        figures.map(|(name, amount)| (name, amount.minor())).collect(),
    )
}

proptest! {
    #![proptest_config(config(60))]

    /// INVARIANT(pay): of what was accrued, what was not taken back or deducted is paid, outstanding or held; what pay
    /// could not cover and what was paid ahead is still owed.
    #[test]
    fn accrued_is_paid_held_outstanding_or_taken_back(case in any_case(), list in steps(40)) {
        let policies = case.policies();
        let desk = Desk::live(&policies, LATE, &list);
        let until = desk.today.month_start().plus_months(4);
        let settled = settled(&policies, &desk.events, until, Explain::Nobody);
        prop_assert!(settled.is_conserved());
        let mut by_person: BTreeMap<&Text, Vec<&Statement>> = BTreeMap::new();
        for statement in settled.statements() {
            by_person.entry(&statement.staff).or_default().push(statement);
        }
        let minor = |money: Money| i128::from(money.minor());
        for (person, months) in by_person {
            let (mut income, mut gone) = (0, 0);
            let mut before: Option<&Statement> = None;
            for month in months {
                let sum = |kinds: &[RowKind]| -> i128 {
                    month.rows.iter().filter(|row| kinds.contains(&row.kind)).map(|row| minor(row.amount)).sum()
                };
                prop_assert_eq!(sum(&RowKind::INCOME), minor(month.accrued));
                prop_assert_eq!(-sum(&[RowKind::Reversal]), minor(month.reversed));
                prop_assert_eq!(-sum(&[RowKind::Clawback]), minor(month.clawed_back));
                prop_assert_eq!(month.kpi.iter().map(|row| row.points).sum::<i64>(), month.kpi_points);
                income += minor(month.accrued) - minor(month.reversed) - minor(month.clawed_back) - minor(month.deductions);
                gone += minor(month.paid) + minor(month.outstanding);
                let owed = minor(month.carried_out) + minor(month.draw_balance);
                prop_assert_eq!(income, gone + minor(month.held_balance) - owed, "{} in {}", person, month.month);
                if let Some(before) = before {
                    prop_assert_eq!(month.month, before.end());
                    prop_assert_eq!(month.carried_in, before.carried_out);
                    prop_assert_eq!(minor(month.held_balance), minor(before.held_balance) + minor(month.held) - minor(month.released));
                    prop_assert_eq!(minor(month.draw_balance), minor(before.draw_balance) + minor(month.drawn) - minor(month.recovered));
                }
                for (name, figure) in month.figures() {
                    let may_fall = ["outstanding", "deductions", "accrued"].contains(&name);
                    prop_assert!(may_fall || !figure.is_negative(), "{} {} in {}: {}", person, name, month.month, figure);
                }
                before = Some(month);
            }
        }
    }

    /// fold(shuffle(E)) = fold(E) = fold(E with duplicates); event by event = at once; reasons change no figure.
    #[test]
    fn any_order_any_repetition(case in any_case(), list in steps(40), seed in any::<u64>(), twice in proptest::collection::vec(any::<usize>(), 0..9)) {
        let policies = case.policies();
        let desk = Desk::live(&policies, LATE, &list);
        let until = desk.today.month_start().plus_months(2);
        let mut events = desk.events.clone();
        events.extend(twice.iter().map(|at| desk.events[at % desk.events.len()].clone()));
        let events = shuffled(events, seed);
        let staff = StaffBook::fold(&policies, &Journal::new(events.clone()));
        prop_assert_eq!(staff.hash().expect("a hash"), desk.staff.hash().expect("a hash"));
        let plain = settled(&policies, &desk.events, until, Explain::Nobody);
        let other = settled(&policies, &events, until, Explain::Everyone);
        prop_assert_eq!(plain.hash().expect("a hash"), other.hash().expect("a hash"));
        for statement in other.statements() {
            for row in &statement.rows {
                prop_assert!(parts_sum(&row.trace), "{:?}", row);
            }
        }
    }

    /// A month that was closed stands, whatever comes later: late sales, goods back, decisions, targets, changes of the
    /// staff list. It counts in the months that are open.
    #[test]
    fn closed_months_stand(case in any_case(), list in steps(40)) {
        let policies = case.policies();
        let desk = Desk::live(&policies, LATE, &list);
        for (number, event) in desk.events.iter().enumerate() {
            let Body::Staff(fact) = &event.body else { continue };
            let StaffFact::PeriodClosed { to, .. } = fact.as_ref() else { continue };
            let then = settled(&policies, &desk.events[..=number], *to, Explain::Nobody);
            let now = settled(&policies, &desk.events, *to, Explain::Nobody);
            for statement in then.statements() {
                let after = now.statement(&statement.staff, statement.month);
                prop_assert_eq!(
                    after.map(standing), Some(standing(statement)),
                    "{} in {}, closed by event {}\n{}{}", statement.staff, statement.month, number, story(&desk.events), case.document
                );
            }
            // Who had nothing in a closed month has nothing in it now.
            for statement in now.statements().filter(|own| then.statement(&own.staff, own.month).is_none()) {
                let (rows, points, _) = standing(statement);
                prop_assert!(
                    rows.is_empty() && points.is_empty(),
                    "{} in {}: {:?} {:?}, closed by event {}\n{}{}", statement.staff, statement.month, rows, points, number, story(&desk.events), case.document
                );
            }
        }
    }

    /// No panic and no endless loop, on any facts at all; pay adds up even then.
    #[test]
    fn no_panic(case in any_case(), list in steps(12), wild in proptest::collection::vec(wild_fact(), 1..20), on in wild_day()) {
        let policies = case.policies();
        let desk = Desk::live(&policies, LATE, &list);
        let mut events = desk.events.clone();
        let count = events.len();
        for (number, (body, at, clock, target)) in wild.into_iter().enumerate() {
            let mut event = events[0].clone();
            event.id = EventId::derived("wild", &number.to_string());
            event.sequence = 10_000 + number as u64;
            event.clock = u64::from(clock) % (2 * count as u64);
            event.at = midnight(at);
            event.staff = ["an", "bo", "", "nobody"][target % 4].into();
            event.body = aim(body, desk.events[target % count].id);
            events.push(event);
        }
        let journal = Journal::new(events);
        let (book, staff) = (fold(&policies, &journal), StaffBook::fold(&policies, &journal));
        let _ = (staff.hash(), due(&book, &staff, &policies, on));
        if let Ok(settled) = settle(&book, &staff, &policies, desk.today.plus_months(3), Explain::Everyone) {
            prop_assert!(settled.is_conserved());
        }
    }
}

fn wild_day() -> impl Strategy<Value = Day> {
    prop_oneof![9 => 20_400..20_700_i32, 1 => Just(i32::MAX), 1 => Just(i32::MIN), 1 => any::<i32>()]
        .prop_map(Day::from_number)
}

fn wild_number() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -1_000..1_000_000_i64, 1 => any::<i64>(), 1 => Just(i64::MAX), 1 => Just(i64::MIN), 1 => Just(0)]
}

fn wild_code() -> impl Strategy<Value = Text> {
    let codes = ["an", "bo", "chu", "da", "e", "", "nobody", "t", "r0", "work", "\u{0}\u{202e}"];
    (0..codes.len()).prop_map(move |at| Text::from(codes[at]))
}

type Wild = (Body, Day, u32, usize);

fn wild_fact() -> impl Strategy<Value = Wild> {
    let texts = (wild_code(), wild_code(), wild_code());
    let days = (wild_day(), wild_day(), wild_day());
    (texts, days, wild_number(), wild_number(), any::<u32>(), 0..24_u8, any::<usize>()).prop_map(
        |((a, b, c), (at, from, to), n, m, clock, kind, target)| {
            let of = EventId::derived("nowhere", "");
            let member = Some(MemberId::derived("nobody", &c));
            let money = Money::from_minor(n);
            let share = |code: &Text, part: i64| Share { staff: code.clone(), part: Rate::from_parts(part, 1_000_000) };
            let fact = match kind {
                0..=2 => StaffFact::Listed(Person {
                    code: a,
                    role: b.clone(),
                    leader: b,
                    store: c.clone(),
                    area: c,
                    ..Person::default()
                }),
                3 => StaffFact::Left { staff: a, reason: b, dismissed: n % 2 == 0, never_again: m % 2 == 0 },
                4..=7 => StaffFact::Credited { of, shares: vec![share(&a, n), share(&b, m), share(&a, n)], reason: c },
                8 => StaffFact::TargetSet(Target { scope: Scope::Person(a), rule: b, from, to, figure: n }),
                9 => StaffFact::Paid { staff: a, month: from, amount: money },
                10 => StaffFact::PeriodClosed { from, to },
                11 => StaffFact::Duty { staff: a, from: midnight(from), to: midnight(to) },
                12 => StaffFact::StoreListed(Store { code: a, area: b, daily_sales: money, ..Store::default() }),
                13 => StaffFact::Breached { staff: a, member, rule: b, damages: money, note: c },
                14 => StaffFact::AppealDecided { of, upheld: n % 2 == 0, by: a, reason: b },
                15 => StaffFact::Assessed {
                    staff: a,
                    rule: b,
                    from,
                    scores: BTreeMap::from([(c, Quantity::from_minor(n))]),
                },
                16 => StaffFact::Met { rule: a, branch: b, present: vec![c] },
                17 => StaffFact::StandIn { absent: a, by: b, from, to },
                18 => StaffFact::ClientFiled {
                    member: MemberId::derived("nobody", ""),
                    origin: Origin::Team,
                    holders: vec![a, b],
                },
                19 => StaffFact::VisitsDrawn {
                    rule: a,
                    seed: n.unsigned_abs(),
                    among: vec![b.clone()],
                    from,
                    to,
                    visits: vec![Visit { store: b, day: to }],
                },
                20 => StaffFact::OwnersDealt {
                    seed: m.unsigned_abs(),
                    among: vec![a.clone()],
                    dealt: vec![(MemberId::derived("nobody", ""), a)],
                    kept: Vec::new(),
                },
                21 => {
                    let line = ReturnedLine { line: (n % 4).unsigned_abs() as u32, quantity: Quantity::from_minor(m) };
                    return (Body::Returned { sale: of, lines: vec![line], refunds: Vec::new() }, at, clock, target);
                }
                22 => return (Body::TenderSettled { of, tender: clock % 3, cleared: n % 2 == 0 }, at, clock, target),
                _ => {
                    let loaded =
                        Body::Loaded { member: MemberId::derived("nobody", ""), amount: money, tenders: Vec::new() };
                    return (loaded, at, clock, target);
                }
            };
            (Body::Staff(Box::new(fact)), at, clock, target)
        },
    )
}

/// Turns a wild fact on something that happened.
fn aim(body: Body, at: EventId) -> Body {
    match body {
        Body::Returned { lines, refunds, .. } => Body::Returned { sale: at, lines, refunds },
        Body::TenderSettled { tender, cleared, .. } => Body::TenderSettled { of: at, tender, cleared },
        Body::Staff(fact) => Body::Staff(Box::new(match *fact {
            StaffFact::Credited { shares, reason, .. } => StaffFact::Credited { of: at, shares, reason },
            StaffFact::AppealDecided { upheld, by, reason, .. } => {
                StaffFact::AppealDecided { of: at, upheld, by, reason }
            }
            other => other,
        })),
        other => other,
    }
}

/// The histories are worth something: every sort of row and figure occurs.
#[test]
fn histories_have_everything() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut note = |what: String| *found.entry(what).or_default() += 1;
    for _ in 0..150 {
        let case = any_case().new_tree(&mut runner).expect("a program").current();
        let list = steps(40).new_tree(&mut runner).expect("a history").current();
        let policies = case.policies();
        let desk = Desk::live(&policies, LATE, &list);
        for event in &desk.events {
            note(event.body.kind().to_string());
        }
        let settled = settled(&policies, &desk.events, desk.today.month_start().plus_months(4), Explain::Nobody);
        for statement in settled.statements() {
            statement.rows.iter().filter(|row| !row.amount.is_zero()).for_each(|row| note(row.kind.to_string()));
            statement.kpi.iter().filter(|row| row.points != 0).for_each(|_| note("points".to_owned()));
            statement.figures().iter().filter(|(_, one)| !one.is_zero()).for_each(|(name, _)| note((*name).to_owned()));
            if statement.closed {
                note("closed".to_owned());
            }
        }
        settled.running().iter().for_each(|_| note("running".to_owned()));
        settled.unassigned().iter().for_each(|_| note("unassigned".to_owned()));
    }
    println!("{found:?}");
    for wanted in [
        "commission",
        "reversal",
        "clawback",
        "kpi",
        "points",
        "held",
        "released",
        "carried_in",
        "carried_out",
        "drawn",
        "recovered",
        "paid",
        "outstanding",
        "held_balance",
        "draw_balance",
        "closed",
        "running",
        "unassigned",
        "sold",
        "returned",
        "loaded",
        "tender-settled",
        "staff",
        "enrolled",
    ] {
        assert!(found.contains_key(wanted), "{wanted} never occurred in {found:?}");
    }
}
