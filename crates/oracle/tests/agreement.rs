//! The engine against the oracle: random histories under the shops' programs, every figure of every member.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop, and say where"
)]

mod common;

use common::{Case, Manner, PROGRAMS, Shape, Shop, agree, config, day, policies_of, program, random_document, steps};
use proptest::prelude::*;
use regulars_rules::time::Day;

fn one_program(at: usize, list: &[common::Step], prefixes: &[usize], manner: Manner) -> Result<(), TestCaseError> {
    let (name, set) = PROGRAMS[at];
    let case = program(name, set);
    let policies = case.policies();
    let shop = Shop::live(&policies, manner, list);
    agree(&[(Day::FIRST, case)], &policies, &shop.events, prefixes)
}

macro_rules! programs {
    ($($name:ident: $at:expr),* $(,)?) => {
        proptest! {
            #![proptest_config(config(12))]
            $(
                #[test]
                fn $name(list in steps(60), prefixes in proptest::collection::vec(any::<usize>(), 2), conflicts in any::<bool>()) {
                    one_program($at, &list, &prefixes, Manner { conflicts, overspends: true })?;
                }
            )*
        }
    };
}

programs! {
    yinbei: 0,
    yinbei_whose_joining_purchase_earns_nothing: 1,
    chain: 2,
    supermarket: 3,
    menswear: 4,
    vip_consult: 5,
    vip_consult_by_the_year: 6,
    mall_plan: 7,
    jiujiu: 8,
    jiujiu_whose_joining_purchase_earns: 9,
    salon_card: 10,
    yuanda_cards: 11,
    direct_sales: 12,
    guide_members: 13,
    clothing: 14,
    yuanda: 15,
    buyer: 16,
    vip_catalogue: 17,
}

proptest! {
    #![proptest_config(config(40))]

    /// Small programs made up at random.
    #[test]
    fn random_programs(shape in any::<Shape>(), list in steps(50), conflicts in any::<bool>(), prefix in any::<usize>()) {
        let case = Case::random(random_document(&shape, 1, "2026-01-01"));
        let policies = case.policies();
        let shop = Shop::live(&policies, Manner { conflicts, overspends: true }, &list);
        agree(&[(Day::FIRST, case)], &policies, &shop.events, &[prefix])?;
    }

    /// Two versions of a program, the second from a day in the middle of the history.
    #[test]
    fn random_versions(one in any::<Shape>(), two in any::<Shape>(), list in steps(50), conflicts in any::<bool>(), prefix in any::<usize>()) {
        let from = ["2026-03-01", "2026-05-17", "2026-07-01"][usize::from(two.lapse % 3)];
        let cases = [("2026-01-01", &one, 1), (from, &two, 2)]
            .map(|(from, shape, version)| (day(from), Case::random(random_document(shape, version, from))));
        let policies = policies_of(&cases);
        let shop = Shop::live(&policies, Manner { conflicts, overspends: true }, &list);
        agree(&cases, &policies, &shop.events, &[prefix])?;
    }
}

/// Two tables of the lunar calendar, made by different people.
#[test]
fn lunar_days_agree() {
    use regulars_rules::primitives::calendar::LunarDay;
    let (first, last) = (day("2024-01-11"), day("2028-12-31"));
    for number in first.number()..=last.number() {
        let engine = LunarDay::of(Day::from_number(number));
        let oracle = regulars_oracle::calendar::lunar(number.into()).expect("within the table");
        assert_eq!(
            (i64::from(engine.month), engine.leap, i64::from(engine.day)),
            (oracle.month, oracle.leap, oracle.day),
            "{}",
            Day::from_number(number)
        );
    }
}

/// The histories are worth something: every kind of event occurs, and not all wishes are refused.
#[test]
fn histories_have_everything() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let (mut events, mut refused) = (0, 0);
    let mut cases: Vec<Case> = PROGRAMS.iter().map(|(name, set)| program(name, set)).collect();
    for _ in 0..12 {
        let shape = any::<Shape>().new_tree(&mut runner).expect("a shape").current();
        cases.push(Case::random(random_document(&shape, 1, "2026-01-01")));
    }
    for case in cases {
        let policies = case.policies();
        for _ in 0..6 {
            let list = steps(60).new_tree(&mut runner).expect("a history").current();
            let shop = Shop::live(&policies, Manner { conflicts: true, overspends: true }, &list);
            (events, refused) = (events + shop.events.len(), refused + shop.refused);
            for event in &shop.events {
                let more = match &event.body {
                    regulars_rules::event::Body::Sold(sold) if !sold.uses.is_empty() => " with uses",
                    regulars_rules::event::Body::Sold(sold) if sold.member.is_some() => " to a member",
                    _ => "",
                };
                *kinds.entry(format!("{}{more}", event.body.kind())).or_default() += 1;
            }
        }
    }
    println!("{events} events, {refused} refused: {kinds:?}");
    assert!(refused < events);
    for kind in [
        "sold with uses",
        "sold to a member",
        "returned",
        "redeemed",
        "loaded",
        "tender-settled",
        "attended",
        "points-sent",
        "rebate-paid",
        "points-adjusted",
        "carried-over",
        "marked",
        "card-renewed",
        "enrolled",
        "profile-changed",
    ] {
        assert!(kinds.contains_key(kind), "{kind} never happened in {kinds:?}");
    }
}
