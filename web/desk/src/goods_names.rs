//! Goods by their names. The engine's reasons speak of product codes, which is all it needs; people know the names, and
//! the desk has the list. One place for all answers, so that no reason can be forgotten.

use regulars_rules::id::Text;
use regulars_rules::message::{Message, Refusal, Trace, Value};

use crate::protocol::{Figure, QuoteView, Reply};

/// The arguments that hold a product's code.
const PRODUCT: [&str; 2] = ["product", "subject"];

/// Puts names for codes in all reasons of an answer. `name` gives the name of a code, if it is on the list.
pub fn put_in(reply: &mut Reply, name: &dyn Fn(&Text) -> Option<Text>) {
    match reply {
        Reply::Quote(quote) => in_quote(quote, name),
        Reply::ReturnQuote(quote) => {
            in_trace(&mut quote.trace, name);
            in_refusal(quote.refusal.as_mut(), name);
        }
        Reply::History(entries) => {
            entries.iter_mut().flat_map(|entry| &mut entry.reasons).for_each(|trace| in_trace(trace, name));
        }
        Reply::Receipt(receipt) => receipt.reasons.iter_mut().for_each(|trace| in_trace(trace, name)),
        Reply::Done(done) => {
            let receipt = done.receipt.iter_mut();
            receipt.flat_map(|receipt| &mut receipt.reasons).for_each(|trace| in_trace(trace, name));
        }
        Reply::WhatIfWhy(now, then) => now.iter_mut().chain(then).for_each(|trace| in_trace(trace, name)),
        Reply::Statement(view) => {
            let rows = view.statement.iter_mut().flat_map(|statement| &mut statement.rows);
            rows.for_each(|row| in_trace(&mut row.trace, name));
        }
        Reply::Refused(refusal) => in_refusal(Some(refusal), name),
        Reply::Status(_)
        | Reply::Found { .. }
        | Reply::Products { .. }
        | Reply::Code(_)
        | Reply::Members { .. }
        | Reply::Member(_)
        | Reply::Receipts(_)
        | Reply::Due(_)
        | Reply::Today(_)
        | Reply::Programs(_)
        | Reply::ProgramMonth(_)
        | Reply::Program(_)
        | Reply::Preview(_)
        | Reply::Imported(_)
        | Reply::File { .. }
        | Reply::Storage(_)
        | Reply::CommissionPrograms(_)
        | Reply::Commission(_)
        | Reply::WrongBands(_)
        | Reply::Checked(_)
        | Reply::WhatIf(_)
        | Reply::StaffMonth(_)
        | Reply::StaffDue(_)
        | Reply::Completions(..)
        | Reply::Documents(_)
        | Reply::Span(_)
        | Reply::Nothing
        | Reply::Agreements(_)
        | Reply::Failed(_) => {}
    }
}

fn in_quote(quote: &mut QuoteView, name: &dyn Fn(&Text) -> Option<Text>) {
    let QuoteView { lines, discounts, uses, pay_trace, points_trace, refusal, .. } = quote;
    let figures = lines.iter_mut().flat_map(|line| &mut line.discounts).chain(discounts).chain(uses);
    figures.for_each(|Figure { trace, .. }| in_trace(trace, name));
    in_trace(pay_trace, name);
    in_trace(points_trace, name);
    in_refusal(refusal.as_mut(), name);
}

fn in_refusal(refusal: Option<&mut Refusal>, name: &dyn Fn(&Text) -> Option<Text>) {
    if let Some(Refusal { reason, remedy, .. }) = refusal {
        in_message(reason, name);
        if let Some(remedy) = remedy {
            in_message(remedy, name);
        }
    }
}

fn in_trace(trace: &mut Trace, name: &dyn Fn(&Text) -> Option<Text>) {
    in_message(&mut trace.message, name);
    trace.parts.iter_mut().for_each(|part| in_trace(part, name));
}

fn in_message(message: &mut Message, name: &dyn Fn(&Text) -> Option<Text>) {
    for (argument, value) in &mut message.args {
        in_value(value, PRODUCT.contains(&argument.as_str()), name);
    }
}

fn in_value(value: &mut Value, is_product: bool, name: &dyn Fn(&Text) -> Option<Text>) {
    match value {
        Value::Text(code) if is_product => {
            if let Some(name) = name(code) {
                *code = name;
            }
        }
        Value::Message(inner) => in_message(inner, name),
        Value::List(values) => values.iter_mut().for_each(|value| in_value(value, is_product, name)),
        Value::Text(_)
        | Value::Label(_)
        | Value::Money(_)
        | Value::Points(_)
        | Value::Quantity(_)
        | Value::Rate(_)
        | Value::Count(_)
        | Value::Day(_) => {}
    }
}
