//! The sample shop: lawful, believable, the same on every device.
#![allow(clippy::unwrap_used, reason = "a test that fails says so")]

use std::time::Duration;

use regulars_desk::sample::Sample;
use regulars_desk::shop::Shop;
use regulars_rules::event::{Body, Journal};
use regulars_rules::number::Money;
use regulars_rules::staff::pay::Statement;
use regulars_rules::staff::settle::Explain;
use regulars_rules::staff::{StaffBook, settle};
use regulars_rules::time::BusinessTime;

const NOW_MS: u64 = 1_772_433_000_000;

fn made(now: BusinessTime) -> (Vec<regulars_rules::event::Event>, Shop) {
    let mut sample = Sample::new(now, NOW_MS);
    while !sample.is_finished() {
        sample.step();
    }
    sample.into_parts()
}

#[test]
fn the_sample_is_lawful_and_believable() {
    let now: BusinessTime = "2026-03-02 14:30".parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
    let start = std::time::Instant::now();
    let (events, shop) = made(now);
    let took: Duration = start.elapsed();
    shop.verify().unwrap();
    assert!(shop.set_aside().is_empty(), "{:?}", shop.set_aside());
    let count = |kind: &str| events.iter().filter(|event| event.body.kind() == kind).count();
    let vouchers =
        events.iter().filter(|event| matches!(&event.body, Body::Sold(sold) if !sold.uses.is_empty())).count();
    println!(
        "took {took:?}; events {}, sales {}, members {}, returns {}, redeemed {}, vouchers used {vouchers}, cards {}, given {}, left {}",
        events.len(),
        count("sold"),
        count("enrolled"),
        count("returned"),
        count("redeemed"),
        count("card-replaced"),
        count("entitlement-given"),
        count("left"),
    );
    println!("takings {}", shop.book.totals().takings);
    assert!((5_000..7_500).contains(&count("sold")));
    assert!((320..520).contains(&count("enrolled")));
    assert!(count("returned") > 20 && count("redeemed") > 50 && vouchers > 50 && count("card-replaced") > 2);
    assert!(events.iter().all(|event| event.at <= now));
    // Among the staff: paid and closed months, and all of it adds up.
    assert!(count("staff") > 100);
    let journal = Journal::new(events);
    let staff = StaffBook::fold(&shop.policies, &journal);
    assert!(staff.set_aside().is_empty(), "{:?}", staff.set_aside());
    let settled = settle(&shop.book, &staff, &shop.policies, now.day.plus_months(1), Explain::Nobody).unwrap();
    assert!(settled.is_conserved());
    for statement in settled.statements() {
        println!(
            "{} {} accrued {} taken {} {} held {} fined {} payable {} outstanding {} points {}",
            statement.staff,
            statement.month,
            statement.accrued,
            statement.reversed,
            statement.clawed_back,
            statement.held,
            statement.deductions,
            statement.payable,
            statement.outstanding,
            statement.kpi_points,
        );
    }
    let some = |of: fn(&Statement) -> Money| settled.statements().any(|own| of(own).is_positive());
    assert!(some(|own| own.clawed_back) && some(|own| own.held) && some(|own| own.deductions));
    assert!(settled.statements().filter(|own| own.month < "2026-02-01".parse().unwrap()).all(|own| own.closed));
}

#[test]
fn the_same_now_gives_the_same_shop() {
    let now: BusinessTime = "2026-03-02 14:30".parse().unwrap();
    let (events, one) = made(now);
    let (_, other) = made(now);
    assert_eq!(one.book.hash().unwrap(), other.book.hash().unwrap());
    let positions: Vec<u32> = (0..u32::try_from(events.len()).unwrap()).collect();
    let folded = Shop::fold(&events, &positions, &mut |_| {});
    assert_eq!(one.book.hash().unwrap(), folded.book.hash().unwrap());
}
