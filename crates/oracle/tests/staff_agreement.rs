//! The engine against the oracle in what the staff earn: commission, instalments, clawback, holdback, draw, KPI points.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop, and say where"
)]

mod common;
mod office;

use common::{Case, config, program, steps};
use office::{Desk, Manner, PAYING, PayShape, agree, pay_document, pay_shape};
use proptest::prelude::*;
use regulars_rules::policy::PolicySet;
use regulars_rules::time::Day;

const LATE: Manner = Manner { late: true, late_lists: false };

fn one_program(at: usize, list: &[common::Step], prefix: usize) -> Result<(), TestCaseError> {
    let (name, set) = PAYING[at];
    let case: Case = program(name, set);
    let policies = PolicySet::single(case.policy().expect("a policy that runs"));
    let desk = Desk::live(&policies, LATE, list);
    agree(&[(Day::FIRST, case)], &policies, &desk.events, &[prefix])
}

macro_rules! programs {
    ($($name:ident: $at:expr),* $(,)?) => {
        proptest! {
            #![proptest_config(config(12))]
            $(
                #[test]
                fn $name(list in steps(40), prefix in any::<usize>()) {
                    one_program($at, &list, prefix)?;
                }
            )*
        }
    };
}

programs! {
    salon_card: 0,
    kuailego: 1,
    kuailego_with_bonus_held: 2,
    jiujiu: 3,
    hotel_card: 4,
    longrun_hall: 5,
    sales_office: 6,
    menswear: 7,
}

fn random(shape: &PayShape, version: u8, from: &str) -> Case {
    Case { name: "random", document: pay_document(shape, version, from), set: Vec::new() }
}

proptest! {
    #![proptest_config(config(60))]

    /// Small documents made up at random.
    #[test]
    fn random_documents(shape in pay_shape(), list in steps(40), late_lists in any::<bool>(), prefix in any::<usize>()) {
        let case = random(&shape, 1, "2026-01-01");
        let policy = case.policy();
        prop_assert!(policy.is_some(), "the random document is refused");
        let policies = PolicySet::single(policy.expect("it was there"));
        let desk = Desk::live(&policies, Manner { late_lists, ..LATE }, &list);
        agree(&[(Day::FIRST, case)], &policies, &desk.events, &[prefix])?;
    }

    /// Two versions of a document, the second from a day in the middle of the history.
    #[test]
    fn random_versions(one in pay_shape(), two in pay_shape(), list in steps(40), middle in 0..3_usize) {
        let from = ["2026-02-01", "2026-03-17", "2026-04-01"][middle];
        let cases = [("2026-01-01", &one, 1), (from, &two, 2)]
            .map(|(from, shape, version)| (from.parse::<Day>().expect("a day"), random(shape, version, from)));
        let policies = PolicySet::versions(cases.iter().map(|(_, case)| case.policy().expect("a policy that runs"))).expect("two days");
        let desk = Desk::live(&policies, LATE, &list);
        agree(&cases, &policies, &desk.events, &[])?;
    }
}
