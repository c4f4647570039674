//! The staff side for JavaScript: statements, what if, and the preview of commission.

use regulars_rules::event::Journal;
use regulars_rules::id::Text;
use regulars_rules::message::{Diagnostic, Message};
use regulars_rules::policy::{PolicySet, check as check_document};
use regulars_rules::preview::{OwnBands, OwnField, PreviewAsk, preview as preview_of};
use regulars_rules::simulate::{Branch, compare};
use regulars_rules::staff::StaffBook;
use regulars_rules::staff::pay::{Proposal, Running, Statement};
use regulars_rules::staff::settle::{Explain, settle};
use regulars_rules::time::Day;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{Engine, fail, read, write};

fn day(text: &str) -> Result<Day, JsValue> {
    text.parse().map_err(|_| fail("write the day like 2026-03-02"))
}

#[derive(Serialize)]
struct SettledOut<'s> {
    statements: Vec<&'s Statement>,
    proposals: &'s [Proposal],
    unassigned: Vec<(String, &'s Message)>,
    running: &'s [Running],
}

#[wasm_bindgen]
impl Engine {
    /// The staff's statements of all months before a day, with the reasons of one person (`"chen"`) or of everyone
    /// (`"*"`): `{ statements, proposals, unassigned, running }`.
    ///
    /// # Errors
    /// Where the day is malformed, or a figure does not fit.
    pub fn statements(&self, until: &str, explain: Option<String>) -> Result<JsValue, JsValue> {
        let explain = match explain.as_deref() {
            None | Some("") => Explain::Nobody,
            Some("*") => Explain::Everyone,
            Some(staff) => Explain::Person(Text::from(staff)),
        };
        let journal = Journal::new(self.events.clone());
        let staff = StaffBook::fold(&self.policies, &journal);
        let settled = settle(&self.book, &staff, &self.policies, day(until)?, explain)
            .map_err(|error| fail(&error.to_string()))?;
        write(&SettledOut {
            statements: settled.statements().collect(),
            proposals: settled.proposals(),
            unassigned: settled.unassigned().iter().map(|(id, why)| (id.to_string(), why)).collect(),
            running: settled.running(),
        })
    }

    /// What if these documents were followed as well, each from its `effective_from` on: the comparison of the same
    /// events under both. Sums count from `from` to `until`, pay by whole months; members are looked at on `until`.
    ///
    /// # Errors
    /// `{ diagnostics }` of a document that does not run, or where two begin on one day.
    pub fn simulate(&self, documents: Vec<String>, from: &str, until: &str) -> Result<JsValue, JsValue> {
        let mut policies = self.policies.clone();
        for document in &documents {
            let (policy, diagnostics) = check_document(document);
            let Some(policy) = policy else { return Err(write(&diagnostics)?) };
            let begins = policy.program().effective_from;
            policies =
                policies.adopt(policy, begins).map_err(|same| fail(&format!("two versions begin on {}", same.day)))?;
        }
        let (from, until) = (day(from)?, day(until)?);
        let journal = Journal::new(self.events.clone());
        let grow = |policies: PolicySet| {
            Branch::within(policies, &journal, (from, until), &mut |_| {}).map_err(|error| fail(&error.to_string()))
        };
        let (before, after) = (grow(self.policies.clone())?, grow(policies)?);
        write(&compare(&before, &after, from, until).map_err(|error| fail(&error.to_string()))?)
    }
}

/// Previews commission under a program: `ask` is `{ role, sales: [{ day, product, category, amount, reduced }], target,
/// next }`; what comes back has `{ sales, accrued, held, drawn, payable, months, rules, next }`.
///
/// # Errors
/// A refusal that names the line, or the document's diagnostics.
#[wasm_bindgen]
pub fn preview(document: &str, ask: JsValue) -> Result<JsValue, JsValue> {
    let (policy, diagnostics) = check_document(document);
    let Some(policy) = policy else { return Err(write(&diagnostics)?) };
    let ask: PreviewAsk = read(ask)?;
    match preview_of(&policy, &ask) {
        Ok(preview) => write(&preview),
        Err(refusal) => Err(write(&refusal)?),
    }
}

/// Previews commission under bands of one's own: `{ bands: [["0", "4%"], ["150000", "6%"]], marginal: true,
/// per: "calendar month", holdback, draw, cap, floor }`.
///
/// # Errors
/// `[[field, diagnostic]]` where a band is wrong, or a refusal that names the line.
#[wasm_bindgen(js_name = previewBands)]
pub fn preview_bands(bands: JsValue, ask: JsValue) -> Result<JsValue, JsValue> {
    let bands: OwnBands = read(bands)?;
    let policy = match bands.policy() {
        Ok(policy) => policy,
        Err(wrong) => return Err(write::<Vec<(OwnField, Diagnostic)>>(&wrong)?),
    };
    let ask: PreviewAsk = read(ask)?;
    match preview_of(&policy, &ask) {
        Ok(preview) => write(&preview),
        Err(refusal) => Err(write(&refusal)?),
    }
}
