//! `quote`: what a basket would come to, with its reasons.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use regulars_rules::book::Book;
use regulars_rules::fold::fold;
use regulars_rules::message::Language;
use regulars_rules::quote::{Basket, quote as quote_basket};
use regulars_rules::scenario::goods;
use regulars_rules::time::BusinessTime;
use serde::Serialize;

use crate::reasons;
use crate::shop::{Files, read};
use crate::staff::Format;

#[derive(Serialize)]
struct Out<'q> {
    total: String,
    pay: String,
    points: String,
    pay_trace: &'q regulars_rules::message::Trace,
    points_trace: &'q regulars_rules::message::Trace,
    refusal: Option<&'q regulars_rules::message::Refusal>,
}

/// Prints a quote; true if nothing of it is refused.
pub fn quote(
    files: Option<&Files>,
    policy: &[PathBuf],
    member: Option<&str>,
    basket: &[String],
    at: &str,
    format: Format,
    language: Language,
) -> Result<bool> {
    let policies = crate::settle::policies(policy, language)?;
    let book = match files {
        Some(files) => fold(&policies, &read(files, language)?.journal),
        None => Book::default(),
    };
    let at: BusinessTime = at.parse().map_err(|_| anyhow!("write the time like \"2026-03-02 10:00\""))?;
    let lines = goods(&basket.join(";")).map_err(|why| anyhow!(why))?;
    let member = member.map(|text| crate::staff::find(&book, text)).transpose()?;
    let basket = Basket { member, lines, ..Basket::default() };
    let quote = match quote_basket(&book, &policies, &basket, at) {
        Ok(quote) => quote,
        Err(refusal) => {
            println!("{}", reasons::refusal(&refusal, language));
            return Ok(false);
        }
    };
    if format == Format::Json {
        let out = Out {
            total: quote.total.to_string(),
            pay: quote.pay.to_string(),
            points: quote.points.to_string(),
            pay_trace: &quote.pay_trace,
            points_trace: &quote.points_trace,
            refusal: quote.refusal.as_ref(),
        };
        println!("{}", serde_json::to_string_pretty(&out)?);
    } else {
        reasons::print(&quote.pay_trace, 0, language);
        reasons::print(&quote.points_trace, 0, language);
        if let Some(refusal) = &quote.refusal {
            println!("{}", reasons::refusal(refusal, language));
        }
    }
    Ok(quote.refusal.is_none())
}
