//! `export`: members, products or sales of a journal as CSV; no cell is a formula.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use regulars_exchange::export::{MemberRecord, members, products, sales};
use regulars_rules::fold::fold;
use regulars_rules::message::Language;
use regulars_rules::policy::PolicySet;
use regulars_rules::time::Day;

use crate::shop::Shop;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// The members, with their figures on a day.
    Members,
    /// The products.
    Products,
    /// The sales, a row a line of goods.
    Sales,
}

/// Writes a table to a file, or to standard output for `-`.
pub fn export(
    policies: &PolicySet,
    shop: &Shop,
    what: What,
    at: Option<Day>,
    output: &Path,
    language: Language,
) -> Result<bool> {
    let book = fold(policies, &shop.journal);
    let bytes = match what {
        What::Members => {
            let day = at.unwrap_or_else(|| book.day());
            let records = book.members().iter().filter_map(|member| {
                let member = book.member_on(member.id, policies, day)?;
                let more = |key: &str| member.profile.more.get(key).cloned().unwrap_or_default();
                Some(MemberRecord {
                    id: Some(member.id),
                    number: member.card.clone(),
                    name: member.profile.name.clone(),
                    phone: member.profile.phone.clone(),
                    joined: Some(member.joined.day),
                    birthday: member.profile.birthday,
                    id_number: member.profile.id_number.clone(),
                    gender: more("gender"),
                    email: more("email"),
                    address: more("address"),
                    store: member.store.clone(),
                    guide: member.guide.clone(),
                    points: member.points.balance,
                    spend: member.spend,
                    visits: u32::try_from(member.visits).unwrap_or(0),
                    stored_value: member.stored_value,
                })
            });
            members(records, language)
        }
        What::Products => products(book.products().values(), language),
        What::Sales => {
            let number = |id| shop.numbers.get(&id).cloned().unwrap_or_default();
            let name = |code: &str| book.products().get(code).map(|product| product.name.clone()).unwrap_or_default();
            sales(shop.journal.events(), &number, &name, language)
        }
    };
    if output.as_os_str() == "-" {
        std::io::stdout().write_all(&bytes).context("standard output")?;
    } else {
        let draft = output.with_extension("part");
        std::fs::write(&draft, bytes).with_context(|| draft.display().to_string())?;
        std::fs::rename(&draft, output).with_context(|| output.display().to_string())?;
    }
    Ok(true)
}
