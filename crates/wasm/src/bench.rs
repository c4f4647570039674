//! The speed figures in wasm: the same million sales and the same floor as natively.

use regulars_rules::event::Journal;
use regulars_rules::fold::fold;
use regulars_rules::policy::{PolicySet, check};
use wasm_bindgen::prelude::*;

#[path = "../../rules/benches/shop.rs"]
#[allow(
    missing_docs,
    missing_debug_implementations,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "the floor is written for speed alone, and shared with the native bench"
)]
mod shop;

/// A million sales, ready to be folded.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Bench {
    journal: Journal,
    sales: Vec<shop::FloorSale>,
    policies: PolicySet,
}

#[wasm_bindgen]
impl Bench {
    /// Makes the sales.
    ///
    /// # Errors
    /// Where the bench's own program does not run.
    #[wasm_bindgen(constructor)]
    pub fn new(count: u32) -> Result<Bench, JsValue> {
        let (journal, sales) = shop::make(count);
        let policy = check(shop::POLICY).0.ok_or_else(|| JsValue::from_str("the bench's program does not run"))?;
        Ok(Self { journal, sales, policies: PolicySet::single(policy) })
    }

    /// The hand-written fold of the events. Gives the points issued.
    pub fn floor(&self) -> f64 {
        as_number(shop::floor(&self.journal).members.iter().map(|member| member.points).sum())
    }

    /// The hand-written fold of numbers made beforehand. Gives the points issued.
    #[wasm_bindgen(js_name = floorPacked)]
    pub fn floor_packed(&self) -> f64 {
        as_number(shop::floor_packed(&self.sales).0.iter().map(|member| member.points).sum())
    }

    /// The engine's fold. Gives the points issued.
    pub fn fold(&self) -> f64 {
        as_number(fold(&self.policies, &self.journal).totals().points.issued.minor() / 100)
    }
}

/// For JavaScript to compare; exact below 2^53.
fn as_number(points: i64) -> f64 {
    i32::try_from(points).map_or(-1.0, f64::from)
}
