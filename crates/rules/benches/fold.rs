//! Prints `fold_1m_native_ms`, `floor_1m_native_ms` and `quote_p99_us`; run by `scripts/bench`.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::indexing_slicing, reason = "a stopwatch")]

#[path = "shop.rs"]
#[allow(missing_docs)]
mod shop;

use std::time::Instant;

use regulars_rules::fold::fold;
use regulars_rules::policy::{PolicySet, check};

fn main() {
    let count = std::env::var("SALES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let (journal, sales) = shop::make(count);
    let policies = PolicySet::single(check(shop::POLICY).0.unwrap());
    let (mut fold_ms, mut floor_ms) = (Vec::new(), Vec::new());
    let mut issued = (0, 0);
    for _ in 0..5 {
        let start = Instant::now();
        let (members, commission) = shop::floor(&sales);
        floor_ms.push(start.elapsed().as_micros());
        issued.0 = members.iter().map(|m| m.points).sum::<i64>();
        std::hint::black_box(commission);
        let start = Instant::now();
        let book = fold(&policies, &journal);
        fold_ms.push(start.elapsed().as_micros());
        issued.1 = book.totals().points.issued.minor() / 100;
        assert!(book.set_aside().is_empty());
        book.verify().unwrap();
    }
    assert_eq!(issued.0, issued.1, "the floor and the engine must issue the same points");
    let median = |mut times: Vec<u128>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (fold_us, floor_us) = (median(fold_ms), median(floor_ms));
    println!("floor_1m_native_ms {}.{} ms", floor_us / 1000, floor_us % 1000 / 100);
    println!("fold_1m_native_ms {}.{} ms", fold_us / 1000, fold_us % 1000 / 100);
    println!("fold_to_floor_native {}.{:02} x", fold_us / floor_us, fold_us * 100 / floor_us % 100);
}
