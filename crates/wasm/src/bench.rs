//! The speed figures in wasm: the same million sales and the same floor as natively.

use regulars_rules::event::{Body, Journal};
use regulars_rules::fold::fold;
use regulars_rules::id::Text;
use regulars_rules::policy::{PolicySet, check};
use regulars_rules::simulate::{Branch, compare};
use regulars_rules::time::Day;
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

/// Commission of a side of [`Simulation`]: added to the bench's program.
fn with_commission(rate: &str) -> String {
    let bands = format!("[{{ from = \"0.00\", rate = \"1%\" }}, {{ from = \"5000.00\", rate = \"{rate}\" }}]");
    format!(
        "{}\n[[commission]]\nid = \"sales\"\nper = \"calendar month\"\nbands = {bands}\nreading = \"marginal\"\n",
        shop::POLICY
    )
}

/// What if: the sales of a year, by forty people, under two programs.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Simulation {
    journal: Journal,
    before: PolicySet,
    after: PolicySet,
    from: Day,
    at: Day,
}

#[wasm_bindgen]
impl Simulation {
    /// Makes the sales.
    ///
    /// # Errors
    /// Where the bench's own programs do not run.
    #[wasm_bindgen(constructor)]
    pub fn new(count: u32) -> Result<Simulation, JsValue> {
        let fault = || JsValue::from_str("the bench's programs do not run");
        let (journal, _) = shop::make(count);
        let mut events = journal.events().to_vec();
        for (number, event) in events.iter_mut().enumerate() {
            if matches!(event.body, Body::Sold(_)) {
                event.staff = Text::from(format!("guide-{}", number % 40));
            }
        }
        let side = |document: &str| check(document).0.map(PolicySet::single).ok_or_else(fault);
        // More for the best sellers, and tiers that are reached sooner.
        let after = with_commission("3%").replace("spend = \"1000.00\"", "spend = \"400.00\"");
        let first = events.first().map(|event| event.at.day).ok_or_else(fault)?;
        let last = events.last().map(|event| event.at.day).ok_or_else(fault)?;
        Ok(Self {
            journal: Journal::new(events),
            before: side(&with_commission("2%"))?,
            after: side(&after)?,
            from: first,
            at: last,
        })
    }

    /// Compares them; gives how many members gain and how many of the staff do.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn run(&self) -> Result<Vec<u32>, JsValue> {
        let fault = |error| JsValue::from_str(&format!("{error:?}"));
        let before = Branch::grow(self.before.clone(), &self.journal, self.at).map_err(fault)?;
        let after = Branch::grow(self.after.clone(), &self.journal, self.at).map_err(fault)?;
        let found = compare(&before, &after, self.from, self.at).map_err(fault)?;
        let staff = found.staff_changes.iter().filter(|change| change.income.1 > change.income.0).count();
        Ok([found.members_gain, staff as u64].into_iter().map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect())
    }
}

/// For JavaScript to compare; exact below 2^53.
fn as_number(points: i64) -> f64 {
    i32::try_from(points).map_or(-1.0, f64::from)
}
