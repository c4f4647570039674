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

use common::{Case, config, day, policies_of, program, steps};
use office::{Desk, Manner, PAYING, PayShape, agree, pay_document, pay_shape};
use proptest::prelude::*;
use regulars_rules::time::Day;

fn one_program(at: usize, list: &[common::Step], prefix: usize) -> Result<(), TestCaseError> {
    let (name, set) = PAYING[at];
    let case = program(name, set);
    let policies = case.policies();
    let desk = Desk::live(&policies, Manner::default(), list);
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
    Case::random(pay_document(shape, version, from))
}

proptest! {
    #![proptest_config(config(60))]

    /// Small documents made up at random.
    #[test]
    fn random_documents(shape in pay_shape(), list in steps(40), late_lists in any::<bool>(), prefix in any::<usize>()) {
        let case = random(&shape, 1, "2026-01-01");
        let policies = case.policies();
        let desk = Desk::live(&policies, Manner { late_lists }, &list);
        agree(&[(Day::FIRST, case)], &policies, &desk.events, &[prefix])?;
    }

    /// Two versions of a document, the second from a day in the middle of the history.
    #[test]
    fn random_versions(one in pay_shape(), two in pay_shape(), list in steps(40), middle in 0..3_usize) {
        let from = ["2026-02-01", "2026-03-17", "2026-04-01"][middle];
        let cases = [("2026-01-01", &one, 1), (from, &two, 2)]
            .map(|(from, shape, version)| (day(from), random(shape, version, from)));
        let policies = policies_of(&cases);
        let desk = Desk::live(&policies, Manner::default(), &list);
        agree(&cases, &policies, &desk.events, &[])?;
    }
}
