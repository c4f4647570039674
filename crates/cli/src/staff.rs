//! `settle --period`, `explain` and `simulate`: the staff's pay, the reasons of one figure, two policies compared.

use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use clap::ValueEnum;
use regulars_exchange::export::cell;
use regulars_rules::book::Book;
use regulars_rules::due::tier_trace;
use regulars_rules::fold::{Folder, fold};
use regulars_rules::id::{MemberId, Text};
use regulars_rules::message::{Language, Trace};
use regulars_rules::msg;
use regulars_rules::number::Points;
use regulars_rules::policy::PolicySet;
use regulars_rules::simulate::{Branch, Comparison, Sums, compare};
use regulars_rules::staff::StaffBook;
use regulars_rules::staff::pay::Statement;
use regulars_rules::staff::settle::{Explain, Settled, settle};
use regulars_rules::time::Day;
use regulars_rules::words::say;
use serde::Serialize;

use crate::reasons;
use crate::shop::{Files, Shop, read, show_problems};

/// How figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// A period: `2026`, `2026-Q1`, `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// First day after it.
    pub to: Day,
}

impl std::str::FromStr for Period {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) =
            regulars_rules::scenario::period(text).map_err(|_| "write 2026, 2026-Q1 or 2026-03".to_owned())?;
        Ok(Self { from, to })
    }
}

fn settled(policies: &PolicySet, shop: &Shop, until: Day, explain: Explain) -> Result<(Book, Settled)> {
    let book = fold(policies, &shop.journal);
    if let Err(breach) = book.verify() {
        bail!("INVARIANT({}) is broken: nothing is settled", breach.invariant);
    }
    let staff = StaffBook::fold(policies, &shop.journal);
    let settled = settle(&book, &staff, policies, until, explain)?;
    if !settled.is_conserved() {
        bail!("INVARIANT(pay) is broken: nothing is settled");
    }
    Ok((book, settled))
}

#[derive(Serialize)]
struct Out<'o> {
    statements: Vec<&'o Statement>,
    proposals: &'o [regulars_rules::staff::pay::Proposal],
    unassigned: Vec<(String, String)>,
    running: &'o [regulars_rules::staff::pay::Running],
    hash: String,
}

/// Prints the staff's statements of a period; true if every row of the history was taken.
pub fn statements(
    policies: &PolicySet,
    shop: &Shop,
    period: Period,
    staff: Option<&str>,
    format: Format,
    language: Language,
) -> Result<bool> {
    let explain = match staff {
        Some(staff) => Explain::Person(Text::from(staff)),
        None if format == Format::Json => Explain::Everyone,
        None => Explain::Nobody,
    };
    let (_, settled) = settled(policies, shop, period.to, explain)?;
    let chosen: Vec<&Statement> = settled
        .statements()
        .filter(|statement| period.from <= statement.month && statement.month < period.to)
        .filter(|statement| staff.is_none_or(|staff| statement.staff == staff))
        .collect();
    if let (Some(staff), true) = (staff, chosen.is_empty()) {
        bail!("{staff} has no figures from {} to {}", period.from, period.to.plus_days(-1));
    }
    match format {
        Format::Json => {
            let hash = settled.hash()?.iter().map(|byte| format!("{byte:02x}")).collect();
            let out = Out {
                statements: chosen,
                proposals: settled.proposals(),
                unassigned: settled.unassigned().iter().map(|(id, why)| (id.to_string(), say(why, language))).collect(),
                running: settled.running(),
                hash,
            };
            println!("{}", serde_json::to_string_pretty(&out)?);
        }
        Format::Csv => {
            let names: Vec<&str> = chosen
                .first()
                .map(|statement| statement.figures().iter().map(|(name, _)| *name).collect())
                .unwrap_or_default();
            println!("staff,month,kpi_points,{}", names.join(","));
            for statement in chosen {
                let amounts: Vec<String> = statement.figures().iter().map(|(_, money)| money.to_string()).collect();
                let month = statement.month.to_string();
                println!(
                    "{},{},{},{}",
                    cell(&statement.staff),
                    month.get(..7).unwrap_or(&month),
                    statement.kpi_points,
                    amounts.join(",")
                );
            }
        }
        Format::Table => {
            for statement in &chosen {
                table(statement, staff.is_some(), language);
            }
            for proposal in settled.proposals().iter().filter(|one| period.from <= one.day && one.day < period.to) {
                println!(
                    "{} {}: {} [{}]",
                    proposal.day,
                    proposal.staff,
                    proposal.what,
                    reasons::rule(&proposal.rule, language)
                );
            }
            for (deal, why) in settled.unassigned() {
                println!("{deal}: {}", say(why, language));
            }
        }
    }
    Ok(show_problems(shop, language))
}

fn table(statement: &Statement, with_reasons: bool, language: Language) {
    let month = statement.month.to_string();
    println!("{} {}", statement.staff, month.get(..7).unwrap_or(&month));
    for row in &statement.rows {
        let name = format!("  {} · {}", row.kind, reasons::rule(&row.rule, language));
        let sign = if row.kind.is_deduction() { -row.amount } else { row.amount };
        println!("{} {:>14}", reasons::padded(&name, 60, false), sign.to_string());
        if with_reasons {
            for part in &row.trace.parts {
                reasons::print(part, 3, language);
            }
        }
    }
    for row in &statement.kpi {
        let name = format!("  KPI · {}", reasons::rule(&row.rule, language));
        println!("{} {:>14}", reasons::padded(&name, 60, false), row.points);
        if with_reasons {
            reasons::print(&row.trace, 3, language);
        }
    }
    for (name, money) in statement.figures() {
        if !money.is_zero() || name == "payable" {
            println!("{} {:>14}", reasons::padded(&format!("  {name}"), 60, false), money.to_string());
        }
    }
}

/// Finds a member by card number, phone or id.
pub fn find(book: &Book, text: &str) -> Result<MemberId> {
    if let Some(member) = book.member_by_card(text).or_else(|| book.member_by_phone(text)) {
        return Ok(member.id);
    }
    let id: MemberId = text.parse().map_err(|_| anyhow!("no member has the card, phone or id `{text}`"))?;
    book.member(id).map(|member| member.id).ok_or_else(|| anyhow!("no member has the id `{text}`"))
}

/// Explains one figure of a member: `tier`, or `points` by the events that brought them.
pub fn explain_member(
    policies: &PolicySet,
    shop: &Shop,
    member: &str,
    figure: &str,
    at: Day,
    language: Language,
) -> Result<bool> {
    let mut book = Book::default();
    let mut folder = Folder::explaining(policies);
    let mut moves: Vec<Trace> = Vec::new();
    let events: Vec<_> = shop.journal.events().iter().filter(|event| event.at.day <= at).collect();
    let whole = {
        let mut whole = Book::default();
        let mut plain = Folder::new(policies);
        for event in &events {
            plain.apply(&mut whole, event).map_err(|_| anyhow!("the journal is out of order"))?;
        }
        whole
    };
    let id = find(&whole, member)?;
    for event in events {
        let before = book.member(id).map_or(Points::ZERO, |member| member.points.balance);
        folder.apply(&mut book, event).map_err(|_| anyhow!("the journal is out of order"))?;
        let notes = folder.take_notes();
        let after = book.member(id).map_or(Points::ZERO, |member| member.points.balance);
        if before != after {
            let change = after.minus(before)?;
            moves.push(
                Trace::of(msg!("explain.event", day = event.at.day, kind = event.body.kind()), change).with(notes),
            );
        }
    }
    let member = book.member_on(id, policies, at).ok_or_else(|| anyhow!("the member's figures do not fit"))?;
    match figure {
        "tier" => {
            let policy = policies.on(at).ok_or_else(|| anyhow!("no policy"))?;
            reasons::print(&tier_trace(policy, &member, at), 0, language);
        }
        "points" => {
            let known = book.member(id).map_or(Points::ZERO, |member| member.points.balance);
            let lapsed = member.points.balance.minus(known)?;
            if !lapsed.is_zero() {
                moves.push(Trace::of(msg!("explain.lapsed", day = at), lapsed));
            }
            let trace = Trace::of(msg!("explain.points", name = &member.profile.name, day = at), member.points.balance)
                .with(moves);
            reasons::print(&trace, 0, language);
            for own in member.kinds() {
                let label = policies.on(at).map(|policy| policy.kind_label(&own.kind)).unwrap_or_default();
                reasons::print(&Trace::of(msg!("points.of-kind", kind = &label), own.points.balance), 1, language);
            }
        }
        other => bail!("`{other}` is not known here: tier or points"),
    }
    Ok(show_problems(shop, language))
}

fn money_line(name: &str, before: &str, after: &str) {
    println!("  {} {before:>18} {after:>18}", reasons::padded(name, 24, false));
}

fn sums(before: &Sums, after: &Sums) {
    for (name, one, other) in [
        ("points issued", before.points_issued.to_string(), after.points_issued.to_string()),
        ("points redeemed", before.points_redeemed.to_string(), after.points_redeemed.to_string()),
        ("points lapsed", before.points_lapsed.to_string(), after.points_lapsed.to_string()),
        ("points balance", before.points_balance.to_string(), after.points_balance.to_string()),
        ("discount due", before.discount_due.to_string(), after.discount_due.to_string()),
        ("stored value in", before.stored_in.to_string(), after.stored_in.to_string()),
        ("staff income", before.staff_income.to_string(), after.staff_income.to_string()),
        ("staff payable", before.staff_payable.to_string(), after.staff_payable.to_string()),
    ] {
        money_line(name, &one, &other);
    }
}

/// What `simulate` compares.
#[derive(Debug)]
pub struct Wanted {
    /// The policies followed instead, each from its day on.
    pub with: Vec<PathBuf>,
    /// Whether the second is followed alone, from the beginning.
    pub instead: bool,
    /// First day that counts.
    pub from: Option<Day>,
    /// The day on which members are looked at.
    pub at: Option<Day>,
    /// How many who gain and lose most.
    pub top: usize,
    /// How it is printed.
    pub format: Format,
}

/// Compares two policies over one journal.
pub fn simulate(files: &Files, policy: &[PathBuf], wanted: &Wanted, language: Language) -> Result<bool> {
    let before = crate::settle::policies(policy, language)?;
    let mut after = if wanted.instead { PolicySet::default() } else { before.clone() };
    for file in &wanted.with {
        let single = crate::settle::policies(std::slice::from_ref(file), language)?;
        for (_, policy) in single.iter() {
            let begins = policy.program().effective_from;
            after = after
                .adopt(policy.clone(), begins)
                .map_err(|same| anyhow!("two versions begin on {}: give --instead, or another day", same.day))?;
        }
    }
    let shop = read(files, language)?;
    let days: Option<(Day, Day)> = shop.journal.events().iter().map(|event| event.at.day).fold(None, |range, day| {
        Some(range.map_or((day, day), |(first, last): (Day, Day)| (first.min(day), last.max(day))))
    });
    let Some((first, last)) = days else { bail!("the history is empty") };
    let (from, at) = (wanted.from.unwrap_or(first), wanted.at.unwrap_or(last));
    let comparison = {
        let before = Branch::within(before, &shop.journal, (from, at), &mut |_| {})?;
        let after = Branch::within(after, &shop.journal, (from, at), &mut |_| {})?;
        compare(&before, &after, from, at)?
    };
    match wanted.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&comparison)?),
        Format::Csv => csv(&comparison, &shop),
        Format::Table => compared(&comparison, &shop, wanted.top, language),
    }
    Ok(show_problems(&shop, language))
}

fn csv(comparison: &Comparison, shop: &Shop) {
    println!("sort,who,tier_before,tier_after,points_before,points_after,payable_before,payable_after");
    for change in &comparison.member_changes {
        let number = shop.numbers.get(&change.member).unwrap_or(&change.name);
        let (before, after) = &change.points;
        println!("member,{},{},{},{before},{after},,", cell(number), cell(&change.tier.0), cell(&change.tier.1));
    }
    for change in &comparison.staff_changes {
        println!("staff,{},,,,,{},{}", cell(&change.staff), change.payable.0, change.payable.1);
    }
}

fn compared(comparison: &Comparison, shop: &Shop, top: usize, language: Language) {
    println!("{}", comparison.day);
    money_line("", "as it is", "as it would be");
    sums(&comparison.before, &comparison.after);
    for tier in &comparison.tiers_before {
        let after =
            comparison.tiers_after.iter().find(|other| other.tier == tier.tier).map_or(0, |other| other.members);
        money_line(tier.label.get(language), &tier.members.to_string(), &after.to_string());
    }
    for tier in &comparison.tiers_after {
        if comparison.tiers_before.iter().all(|other| other.tier != tier.tier) {
            money_line(tier.label.get(language), "0", &tier.members.to_string());
        }
    }
    println!(
        "  {} members: {} gain, {} lose; {} of the staff differ",
        comparison.members,
        comparison.members_gain,
        comparison.members_lose,
        comparison.staff_changes.len()
    );
    let member = |change: &regulars_rules::simulate::MemberChange| {
        let number = shop.numbers.get(&change.member).unwrap_or(&change.name);
        println!(
            "    {} {} -> {}, points {} -> {}",
            reasons::padded(number, 16, false),
            change.tier.0,
            change.tier.1,
            change.points.0,
            change.points.1
        );
    };
    ends(&comparison.member_changes, top).into_iter().for_each(member);
    for change in ends(&comparison.staff_changes, top) {
        println!("    {} pay {} -> {}", reasons::padded(&change.staff, 16, false), change.payable.0, change.payable.1);
    }
}

/// The first and the last of a list, each once.
fn ends<T>(all: &[T], top: usize) -> Vec<&T> {
    let first = all.iter().take(top);
    let rest = all.get(top..).unwrap_or_default();
    first.chain(rest.iter().skip(rest.len().saturating_sub(top))).collect()
}
