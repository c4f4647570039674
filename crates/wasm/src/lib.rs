//! The engine for JavaScript. Shapes are those of the Rust types in JSON form: money, points, rates and quantities
//! are strings (`"12.50"`), days are `"2026-03-02"`, ids are UUIDs. Every function throws an object
//! `{ reason, remedy, rule }` (a refusal) or an `Error` with a sentence; nothing panics.
//!
//! ```js
//! import { Engine } from "regulars";
//! const engine = new Engine([policyText]);
//! engine.apply(events);                       // facts; order and repetition do not matter
//! const quote = engine.quote({ member, lines: [{ product: "soap", quantity: "1", price: "3.00" }] }, "2026-03-02 10:00");
//! quote.pay;                                  // "2.94"
//! ```

#[cfg(feature = "bench")]
mod bench;
mod staff;

use regulars_rules::book::Book;
use regulars_rules::decide::{Wish, decide};
use regulars_rules::due::{due, progress};
use regulars_rules::event::{Event, Journal};
use regulars_rules::fold::{Folder, fold};
use regulars_rules::id::{EventId, MemberId};
use regulars_rules::message::{Diagnostic, Language, Message};
use regulars_rules::policy::{PolicySet, check as check_document};
use regulars_rules::quote::{Basket, BasketLine, PreparedBasket, Quote, Reduction, quote};
use regulars_rules::time::{BusinessTime, Day};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

fn fail(text: &str) -> JsValue {
    js_sys::Error::new(text).into()
}

/// Objects cross the boundary as JSON text: one call instead of one for every field, several times faster.
fn read<T: for<'d> Deserialize<'d>>(value: JsValue) -> Result<T, JsValue> {
    let text = js_sys::JSON::stringify(&value)?;
    serde_json::from_str(&String::from(text)).map_err(|error| fail(&error.to_string()))
}

fn write<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(value).map_err(|error| fail(&error.to_string()))?;
    js_sys::JSON::parse(&text)
}

fn time(text: &str) -> Result<BusinessTime, JsValue> {
    text.parse().map_err(|_| fail("write the time like 2026-03-02 10:00"))
}

/// Checks a policy document: `{ runs, diagnostics: [{ code, severity, line, column, message, help }] }`.
///
/// # Errors
/// Never for what stands in the document; only where JavaScript cannot hold the result.
#[wasm_bindgen]
pub fn check(document: &str) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    struct Checked {
        runs: bool,
        diagnostics: Vec<Diagnostic>,
    }
    let (policy, diagnostics) = check_document(document);
    write(&Checked { runs: policy.is_some(), diagnostics })
}

/// Puts a message (of a trace, a refusal, a diagnostic) into words: `language` is `"zh"` or `"en"`.
///
/// # Errors
/// Where the value is not a message.
#[wasm_bindgen]
pub fn say(message: JsValue, language: &str) -> Result<String, JsValue> {
    let message: Message = read(message)?;
    let language = if language == "en" { Language::En } else { Language::Zh };
    Ok(regulars_rules::words::say(&message, language))
}

/// Runs a scenario file against policy documents `{ id: text }`: `{ passed, checked, failures, hash }`.
///
/// # Errors
/// Where the documents are not texts by id.
#[wasm_bindgen(js_name = runScenario)]
pub fn run_scenario(scenario: &str, policies: JsValue) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    struct Ran {
        passed: bool,
        checked: usize,
        failures: Vec<String>,
        hash: String,
    }
    let policies: std::collections::BTreeMap<String, String> = read(policies)?;
    let report = regulars_rules::scenario::run(scenario, &|id| policies.get(id).cloned());
    write(&Ran { passed: report.passed(), checked: report.checked, hash: hex(&report.hash), failures: report.failures })
}

fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A shop's policies and its book.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Engine {
    policies: PolicySet,
    events: Vec<Event>,
    book: Book,
}

#[derive(Serialize)]
struct QuoteOut<'q> {
    total: String,
    pay: String,
    points: String,
    discounts: &'q [Reduction],
    uses: &'q [Reduction],
    lines: &'q [Vec<Reduction>],
    pay_trace: &'q regulars_rules::message::Trace,
    points_trace: &'q regulars_rules::message::Trace,
    tier_before: Option<String>,
    tier_after: Option<String>,
    missing: Vec<String>,
    refusal: Option<&'q regulars_rules::message::Refusal>,
}

#[wasm_bindgen]
impl Engine {
    /// From policy documents: versions of one program, each from its `effective_from` on.
    ///
    /// # Errors
    /// `{ diagnostics }` of the first document that does not run.
    #[wasm_bindgen(constructor)]
    pub fn new(documents: Vec<String>) -> Result<Engine, JsValue> {
        let mut policies = Vec::new();
        for document in &documents {
            let (policy, diagnostics) = check_document(document);
            let Some(policy) = policy else { return Err(write(&diagnostics)?) };
            policies.push(policy);
        }
        let policies =
            PolicySet::versions(policies).map_err(|same| fail(&format!("two versions begin on {}", same.day)))?;
        if policies.is_empty() {
            return Err(fail("give at least one policy document"));
        }
        Ok(Self { policies, events: Vec::new(), book: Book::default() })
    }

    /// Adds events. Repetitions add nothing; events of the past are put in their place.
    ///
    /// # Errors
    /// Where a value is not an event.
    pub fn apply(&mut self, events: JsValue) -> Result<(), JsValue> {
        let events: Vec<Event> = read(events)?;
        let in_order = events
            .iter()
            .try_fold(self.book.last(), |last, event| (last < Some(event.order())).then(|| Some(event.order())))
            .is_some();
        if in_order {
            let mut folder = Folder::new(&self.policies);
            for event in &events {
                folder.apply(&mut self.book, event).map_err(|_| fail("out of order"))?;
            }
            self.events.extend(events);
        } else {
            self.events.extend(events);
            let journal = Journal::new(core::mem::take(&mut self.events));
            self.book = fold(&self.policies, &journal);
            self.events = journal.events().to_vec();
        }
        Ok(())
    }

    /// What would follow if a basket were sold.
    ///
    /// # Errors
    /// A refusal.
    pub fn quote(&self, basket: JsValue, at: &str) -> Result<JsValue, JsValue> {
        let at = time(at)?;
        let basket = read_basket(basket)?;
        match quote(&self.book, &self.policies, &basket, at) {
            Ok(quote) => self.quote_out(&quote, at),
            Err(refusal) => Err(write(&refusal)?),
        }
    }

    fn quote_out(&self, quote: &Quote, at: BusinessTime) -> Result<JsValue, JsValue> {
        let policy = self.policies.on(at.day);
        let tier = |rank: Option<u8>| policy?.ladder().get(rank?).map(|tier| tier.head.id.to_string());
        let missing = quote
            .after
            .as_ref()
            .and_then(|member| progress(policy?, member, at.day))
            .map(|progress| {
                progress
                    .demands
                    .iter()
                    .map(|d| regulars_rules::words::show(&d.demand.metric.value(d.missing), Language::En))
                    .collect()
            })
            .unwrap_or_default();
        write(&QuoteOut {
            total: quote.total.to_string(),
            pay: quote.pay.to_string(),
            points: quote.points.to_string(),
            discounts: &quote.discounts,
            uses: &quote.uses,
            lines: &quote.lines,
            pay_trace: &quote.pay_trace,
            points_trace: &quote.points_trace,
            tier_before: tier(quote.before.as_ref().map(|m| m.tier)),
            tier_after: tier(quote.after.as_ref().map(|m| m.tier)),
            missing,
            refusal: quote.refusal.as_ref(),
        })
    }

    /// Prepares a basket that is priced again and again while it changes: no object crosses the boundary.
    ///
    /// # Errors
    /// A refusal.
    pub fn prepare(&self, basket: JsValue, at: &str) -> Result<Till, JsValue> {
        let basket = read_basket(basket)?;
        match PreparedBasket::new(&self.book, &self.policies, &basket, time(at)?) {
            Ok(prepared) => Ok(Till { prepared }),
            Err(refusal) => Err(write(&refusal)?),
        }
    }

    /// Turns a wish into the bodies of events.
    ///
    /// # Errors
    /// A refusal.
    pub fn decide(&self, wish: JsValue, at: &str, first_id: &str) -> Result<JsValue, JsValue> {
        let wish: Wish = read(wish)?;
        let first: EventId = first_id.parse().map_err(|_| fail("the id of the first event is a UUID"))?;
        match decide(&self.book, &self.policies, &wish, time(at)?, first) {
            Ok(bodies) => write(&bodies),
            Err(refusal) => Err(write(&refusal)?),
        }
    }

    /// A member as they stand on a day, or `null`.
    ///
    /// # Errors
    /// Where id or day is malformed.
    pub fn member(&self, id: &str, day: &str) -> Result<JsValue, JsValue> {
        let id: MemberId = id.parse().map_err(|_| fail("a member's id is a UUID"))?;
        let day: Day = day.parse().map_err(|_| fail("write the day like 2026-03-02"))?;
        write(&self.book.member_on(id, &self.policies, day))
    }

    /// What is due on a day.
    ///
    /// # Errors
    /// Where the day is malformed.
    pub fn due(&self, day: &str) -> Result<JsValue, JsValue> {
        let day: Day = day.parse().map_err(|_| fail("write the day like 2026-03-02"))?;
        write(&due(&self.book, &self.policies, day))
    }

    /// The state hash, in hexadecimal.
    ///
    /// # Errors
    /// Where the book cannot be written, which no book can cause.
    pub fn hash(&self) -> Result<String, JsValue> {
        self.book.hash().map(|hash| hex(&hash)).map_err(|error| fail(&error.to_string()))
    }
}

/// A prepared basket; amounts are whole fen and hundredths of points, as `bigint`.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Till {
    prepared: PreparedBasket,
}

#[wasm_bindgen]
impl Till {
    /// Changes a line: quantity in thousandths, unit price in fen. The sum to pay in fen follows; -1 if it cannot be sold.
    #[wasm_bindgen(js_name = setLine)]
    pub fn set_line(&mut self, line: u32, quantity: i32, price: i32) -> i64 {
        self.prepared
            .set_line(line as usize, i64::from(quantity), i64::from(price))
            .map_or(-1, |figures| figures.pay.minor())
    }

    /// Points that the basket as it stands brings, in hundredths.
    #[wasm_bindgen(getter)]
    pub fn points(&self) -> i64 {
        self.prepared.points().minor()
    }
}

#[derive(Deserialize)]
struct BasketIn {
    member: Option<MemberId>,
    lines: Vec<LineIn>,
    #[serde(default)]
    vouchers: Vec<(EventId, u32)>,
    #[serde(default)]
    points: Option<(regulars_rules::id::Text, regulars_rules::number::Points)>,
    #[serde(default)]
    off: regulars_rules::number::Money,
    #[serde(default)]
    tenders: Vec<regulars_rules::event::Tender>,
}

#[derive(Deserialize)]
struct LineIn {
    product: regulars_rules::id::Text,
    #[serde(default)]
    category: regulars_rules::id::Text,
    #[serde(default)]
    tags: regulars_rules::event::Tags,
    quantity: regulars_rules::number::Quantity,
    price: regulars_rules::number::Money,
}

fn read_basket(value: JsValue) -> Result<Basket, JsValue> {
    let basket: BasketIn = read(value)?;
    Ok(Basket {
        member: basket.member,
        lines: basket
            .lines
            .into_iter()
            .map(|l| BasketLine {
                product: l.product,
                category: l.category,
                tags: l.tags,
                quantity: l.quantity,
                price: l.price,
            })
            .collect(),
        vouchers: basket.vouchers,
        points: basket.points,
        off: basket.off,
        agreed: None,
        tenders: basket.tenders,
    })
}
