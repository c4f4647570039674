//! `settle`: a history's figures under a program, at the end of given days.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use regulars_rules::book::Book;
use regulars_rules::event::Body;
use regulars_rules::fold::Folder;
use regulars_rules::id::Text;
use regulars_rules::message::{Language, Severity};
use regulars_rules::policy::{PolicySet, check};
use regulars_rules::time::Day;
use regulars_rules::words::{self, say};
use serde::Serialize;

use crate::shop::{Files, Shop, read, show_problems};

#[derive(Debug, Serialize)]
struct Settlement {
    date: Day,
    members: usize,
    sales: u64,
    lines: usize,
    spend: String,
    points_issued: String,
    points_lapsed: String,
    points_redeemed: String,
    discount_due: String,
    discount_given: String,
    tiers: BTreeMap<String, usize>,
    top: Vec<Top>,
    hash: String,
}

#[derive(Debug, Serialize)]
struct Top {
    member: Text,
    spend: String,
    points: String,
}

/// Prints the figures; true if every row was taken and every event could be folded.
pub fn settle(
    files: &Files,
    policy: &[PathBuf],
    at: &[Day],
    top: usize,
    json: bool,
    language: Language,
) -> Result<bool> {
    let policies = policies(policy, language)?;
    let shop = read(files, language)?;
    let mut days = at.to_vec();
    days.sort_unstable();
    let mut book = Book::default();
    let mut folder = Folder::new(&policies);
    let mut settlements = Vec::new();
    // Events of one day are folded before its figures are taken, whatever clock they carry.
    let mut events: Vec<_> = shop.journal.events().iter().collect();
    events.sort_by_key(|event| (event.at.day, event.order()));
    let mut rest = events.as_slice();
    let mut lines = 0_usize;
    for day in days {
        let split = rest.partition_point(|event| event.at.day <= day);
        let (due, later) = rest.split_at(split);
        rest = later;
        for event in due {
            if let Body::Sold(sold) = &event.body {
                lines = lines.saturating_add(sold.lines.len());
            }
            if folder.apply(&mut book, event).is_err() {
                bail!("the journal's clocks contradict its business days near {day}: settle it in the app");
            }
        }
        settlements.push(figures(&book, &policies, &shop, day, lines, top)?);
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&settlements)?);
    } else {
        settlements.iter().for_each(table);
    }
    for aside in book.set_aside().iter().take(20) {
        eprintln!("set aside: {} {}", aside.event, say(&aside.reason, language));
    }
    Ok(show_problems(&shop, language) && book.set_aside().is_empty())
}

/// The policies of some documents, as versions of one program.
pub fn policies(files: &[PathBuf], language: Language) -> Result<PolicySet> {
    let mut policies = Vec::new();
    for file in files {
        let text = crate::check::read(file)?;
        let (policy, diagnostics) = check(&text);
        let Some(policy) = policy else {
            for diagnostic in diagnostics.iter().filter(|d| d.severity == Severity::Error) {
                crate::check::show(file, &text, diagnostic, language);
            }
            bail!("{} does not run", file.display());
        };
        policies.push(policy);
    }
    PolicySet::versions(policies).map_err(|same| anyhow!("two versions begin on {}", same.day))
}

fn figures(book: &Book, policies: &PolicySet, shop: &Shop, day: Day, lines: usize, top: usize) -> Result<Settlement> {
    if let Err(breach) = book.verify() {
        bail!("INVARIANT({}) is broken: nothing is settled", breach.invariant);
    }
    let mut tiers: BTreeMap<String, usize> = BTreeMap::new();
    let policy = policies.on(day).context("no policy")?;
    for tier in &policy.ladder().tiers {
        tiers.insert(tier.head.id.to_string(), 0);
    }
    let (mut members, mut lapsed) = (0_usize, regulars_rules::number::Points::ZERO);
    for member in book.members().iter().filter(|m| m.status.holds_membership()) {
        let member = book.member_on(member.id, policies, day).context("a member's figures do not fit")?;
        members = members.saturating_add(1);
        lapsed = lapsed.plus(member.points.lapsed)?;
        if let Some(tier) = policy.ladder().get(member.tier) {
            let count = tiers.entry(tier.head.id.to_string()).or_default();
            *count = count.saturating_add(1);
        }
    }
    let number = |id| shop.numbers.get(&id).cloned().unwrap_or_default();
    let mut ranked: Vec<_> = book.members().iter().map(|m| (std::cmp::Reverse(m.spend), number(m.id), m)).collect();
    ranked.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let totals = book.totals();
    Ok(Settlement {
        date: day,
        members,
        sales: totals.sales,
        lines,
        spend: totals.takings.to_string(),
        points_issued: totals.points.issued.to_string(),
        points_lapsed: lapsed.to_string(),
        points_redeemed: totals.points.redeemed.to_string(),
        discount_due: totals.discount_due.to_string(),
        discount_given: totals.discount_given.to_string(),
        tiers,
        top: ranked
            .into_iter()
            .take(top)
            .map(|(_, number, member)| Top {
                member: number,
                spend: member.spend.to_string(),
                points: member.points.issued.to_string(),
            })
            .collect(),
        hash: book.hash()?.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

fn table(one: &Settlement) {
    println!("{}", one.date);
    let rows = [
        ("members", one.members.to_string()),
        ("sales", one.sales.to_string()),
        ("lines", one.lines.to_string()),
        ("spend", one.spend.clone()),
        ("points issued", one.points_issued.clone()),
        ("points lapsed", one.points_lapsed.clone()),
        ("points redeemed", one.points_redeemed.clone()),
        ("discount due", one.discount_due.clone()),
        ("discount given", one.discount_given.clone()),
    ];
    for (name, figure) in rows {
        println!("  {name:<16}{figure:>16}");
    }
    for (tier, count) in &one.tiers {
        println!("  {:<16}{count:>16}", words::name_of_code(tier, Language::En));
    }
    for top in &one.top {
        println!("    {:<14}{:>16}{:>12}", top.member, top.spend, top.points);
    }
    println!("  {}", one.hash);
}
