//! Policies: the one door from a document to what the engine runs.

mod lint;

use core::ops::Range;
use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeTable;

use crate::id::Text;
use crate::kinds::card::CardRule;
use crate::kinds::discount::Discount;
use crate::kinds::earn::{Combine, Earn, Multiply, Source};
use crate::kinds::enrol::{Join, Route};
use crate::kinds::entitlement::Entitlement;
use crate::kinds::lapse::Lapse;
use crate::kinds::points::PointsKind;
use crate::kinds::rebate::{Earned, Rebate};
use crate::kinds::redeem::{Gives, Redeem};
use crate::kinds::referral::Referral;
use crate::kinds::returns::Returns;
use crate::kinds::staff::StaffRules;
use crate::kinds::stored_value::StoredValue;
use crate::kinds::tier::Ladder;
use crate::kinds::transfer::Transfer;
use crate::message::{Diagnostic, Label, Severity, Value};
use crate::msg;
use crate::number::{Money, Points, Rate, Rounding, RoundingMode};
use crate::primitives::{Birthdays, Window};
use crate::reader::{Asked, Context, DOCUMENT_BYTES_MAX, Table};
use crate::time::{Day, Span};

pub use lint::check_versions;

/// The sizes of shop that a program may be written for.
pub const SIZES: &[&str] = &["small", "middle", "large"];

/// What a program says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    /// Its id, the document's file name.
    pub id: Text,
    /// Its version, from 1.
    pub version: u32,
    /// The day from which it holds.
    pub effective_from: Day,
    /// The document it was written from.
    pub source: Text,
    /// The trade: `supermarket`, `jewellery`, …
    pub trade: Text,
    /// The size of shop that it is written for: `small`, `middle`, `large`; empty where it does not say.
    pub size: Text,
    /// Its name.
    pub title: Label,
    /// What it is, in a sentence or two.
    pub summary: Label,
    /// How many days before it holds a change must be published.
    pub notice_days: i32,
    /// The day on which this version was published, if it says so.
    pub published: Option<Day>,
}

/// What sort of figure a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Money.
    Money,
    /// A rate.
    Rate,
    /// Points.
    Points,
    /// A whole number.
    Count,
    /// A span of time.
    Span,
    /// Yes or no.
    Flag,
    /// One of the choices, or free text.
    Text,
}

impl ParameterKind {
    /// Its word in a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Rate => "rate",
            Self::Points => "points",
            Self::Count => "count",
            Self::Span => "span",
            Self::Flag => "flag",
            Self::Text => "text",
        }
    }

    fn admits(self, text: &str) -> bool {
        match self {
            Self::Money => text.parse::<Money>().is_ok_and(|m| !m.is_negative()),
            Self::Rate => text.parse::<Rate>().is_ok_and(|r| !r.is_negative()),
            Self::Points => text.parse::<Points>().is_ok_and(|p| !p.is_negative()),
            Self::Count => text.parse::<i64>().is_ok(),
            Self::Span => text.parse::<Span>().is_ok(),
            Self::Flag => text.parse::<bool>().is_ok(),
            Self::Text => true,
        }
    }

    /// Whether `a <= b`; texts and flags have no order.
    fn at_most(self, a: &str, b: &str) -> bool {
        fn ordered<T: core::str::FromStr + PartialOrd>(a: &str, b: &str) -> bool {
            match (a.parse::<T>(), b.parse::<T>()) {
                (Ok(a), Ok(b)) => a <= b,
                (Ok(_) | Err(_), _) => true,
            }
        }
        match self {
            Self::Money => ordered::<Money>(a, b),
            Self::Rate => ordered::<Rate>(a, b),
            Self::Points => ordered::<Points>(a, b),
            Self::Count => ordered::<i64>(a, b),
            Self::Span | Self::Flag | Self::Text => true,
        }
    }
}

/// A figure that the shop sets: blank or unclear in the source document, or meant to be chosen.
///
/// ```toml
/// [parameters.silver_spend]
/// type = "money"             # money, rate, points, count, span, flag, text
/// default = "2000.00"
/// least = "0.00"
/// most = "100000.00"
/// choices = ["…"]            # text only
/// label = { zh = "银卡消费额", en = "Spend for silver" }
/// source = { zh = "原文空白", en = "blank in the document" }   # or one text for both
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; `$name` stands for its value.
    pub name: Text,
    /// What sort of figure.
    pub kind: ParameterKind,
    /// The value unless the shop sets another.
    pub default: Text,
    /// The value in force.
    pub value: Text,
    /// Whether the shop has set it.
    pub is_set: bool,
    /// Its name for people.
    pub label: Label,
    /// Why it is a parameter.
    pub source: Label,
    /// The choices, if it is one of several.
    pub choices: Vec<Text>,
    /// Least value; empty: none.
    pub least: Text,
    /// Most; empty: none.
    pub most: Text,
}

impl Parameter {
    /// Whether it stands for a blank of the document that the shop has not filled.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        !self.is_set && self.source.en.contains("blank")
    }
}

/// A program's rules, checked. There is no way to one but [`check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(crate) program: Program,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) money_rounding: Rounding,
    pub(crate) points_rounding: Rounding,
    pub(crate) birthdays: Birthdays,
    pub(crate) join: Join,
    pub(crate) routes: Vec<Route>,
    pub(crate) card: CardRule,
    pub(crate) ladder: Ladder,
    pub(crate) points: Vec<PointsKind>,
    pub(crate) earn: Vec<Earn>,
    pub(crate) multiply: Vec<Multiply>,
    pub(crate) combine: Combine,
    pub(crate) lapse: Lapse,
    pub(crate) redeem: Vec<Redeem>,
    pub(crate) discount: Vec<Discount>,
    pub(crate) stored_value: StoredValue,
    pub(crate) rebate: Vec<Rebate>,
    pub(crate) entitlement: Vec<Entitlement>,
    pub(crate) transfer: Transfer,
    pub(crate) referral: Vec<Referral>,
    pub(crate) returns: Returns,
    pub(crate) staff: StaffRules,
}

/// Checks a document. Without errors there is a policy; warnings and notes come with it.
#[must_use]
pub fn check(document: &str) -> (Option<Policy>, Vec<Diagnostic>) {
    check_with(document, &BTreeMap::new())
}

/// Checks a document with the parameters that a shop has set.
#[must_use]
pub fn check_with(document: &str, set: &BTreeMap<Text, Text>) -> (Option<Policy>, Vec<Diagnostic>) {
    check_after(document, set, None)
}

/// Brackets within brackets that a document may have: deeper than any program needs only serves to exhaust the stack.
const DEPTH_MAX: u32 = 32;

/// Parses a text, unless it only serves to exhaust; complains where it cannot.
pub(crate) fn parse<'d>(text: &'d str, depth_max: u32, context: &Context<'_>) -> Option<Spanned<DeTable<'d>>> {
    if text.len() > DOCUMENT_BYTES_MAX {
        context.error("E019", 0..0, msg!("doc.too-large"), msg!("help.too-large-document"));
        return None;
    }
    if let Some(place) = too_deep(text, depth_max) {
        context.error("E019", place, msg!("doc.too-deep"), msg!("help.too-deep"));
        return None;
    }
    match DeTable::parse(text) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            let place = error.span().unwrap_or(0..0);
            context.error("E001", place, msg!("doc.syntax", reason = syntax(error.message())), msg!("help.syntax"));
            None
        }
    }
}

/// What the parser says, in words of the catalogue where it says what people are likely to write; else its own.
fn syntax(said: &str) -> Value {
    // What it would have expected follows; the help names the signs to look for.
    let what = said.split_once(", expected ").map_or(said, |(what, _)| what);
    let words = match what {
        "key with no value" => msg!("syntax.no-value"),
        "duplicate key" => msg!("syntax.duplicate-key"),
        "string values must be quoted" => msg!("syntax.not-quoted"),
        "invalid basic string" | "invalid literal string" => msg!("syntax.unclosed-text"),
        "unclosed table" | "unclosed array table" | "missing table open" => msg!("syntax.unclosed-table"),
        "unclosed array" => msg!("syntax.unclosed-array"),
        "unclosed inline table" | "missing inline table opening" => msg!("syntax.unclosed-inline"),
        "missing comma between key-value pairs" => msg!("syntax.no-comma"),
        "extra comma in array" | "extra comma in inline table" => msg!("syntax.extra-comma"),
        "missing assignment between key-value pairs" => msg!("syntax.assignment"),
        "invalid unquoted key" | "unquoted keys cannot be empty" => msg!("syntax.bad-key"),
        "unexpected leading zero" | "invalid fraction" | "invalid date" | "invalid time" | "invalid boolean" => {
            msg!("syntax.bad-number")
        }
        "unexpected key or value" => msg!("syntax.unexpected"),
        _ => return said.into(),
    };
    words.into()
}

/// Checks a document that is to follow another program or version: also warns of what becomes of its members.
#[must_use]
pub fn check_after(
    document: &str,
    set: &BTreeMap<Text, Text>,
    before: Option<&Policy>,
) -> (Option<Policy>, Vec<Diagnostic>) {
    let context = Context::new(document);
    let Some(parsed) = parse(document, DEPTH_MAX, &context) else { return (None, context.into_diagnostics()) };
    let policy = {
        let root = Table::new(&context, parsed.get_ref(), 0..0);
        let policy = read(&root, set);
        if let (Some(policy), Some(before)) = (&policy, before) {
            warn_of_gone_tiers(&root, policy, before);
            warn_of_gone_kinds(&root, policy, before);
        }
        policy
    };
    let policy = if context.has_errors() { None } else { policy };
    drop(parsed);
    (policy, context.into_diagnostics())
}

/// A version that lacks a tier decides over its members; the lowest tier is everyone's and has none to lose.
fn warn_of_gone_tiers(root: &Table<'_>, policy: &Policy, before: &Policy) {
    let ladder = &policy.ladder;
    let place = if root.has("tier") { "tier" } else { "program" };
    for (rank, old) in (0_u8..).zip(&before.ladder.tiers).skip(1) {
        let id = &old.head.id;
        if ladder.tiers.iter().any(|tier| tier.head.id == *id || tier.was.contains(id)) {
            continue;
        }
        let message = match ladder.takes_over(old, rank).and_then(|rank| ladder.get(rank)) {
            Some(tier) => msg!("doc.tier-gone-by-rank", tier = &old.head.label, to = &tier.head.label),
            None => msg!("doc.tier-gone", tier = &old.head.label),
        };
        root.context().warn("W120", root.place(place), message, msg!("help.tier-gone", id = id));
    }
}

/// Points of a kind that a version lacks stay with the members, but hardly anything takes them.
fn warn_of_gone_kinds(root: &Table<'_>, policy: &Policy, before: &Policy) {
    let place = if root.has("points") { "points" } else { "program" };
    for old in &before.points {
        if policy.points.iter().all(|kind| kind.head.id != old.head.id) {
            let message = msg!("doc.points-kind-gone", kind = &old.head.label);
            root.context().warn("W122", root.place(place), message, msg!("help.points-kind-gone"));
        }
    }
}

/// Everything that reading a document asks for, by table and key: the reference is held against it.
#[must_use]
pub fn asked(document: &str) -> Asked {
    let context = Context::recording(document);
    let Ok(parsed) = DeTable::parse(document) else { return Asked::new() };
    let _ = read(&Table::new(&context, parsed.get_ref(), 0..0), &BTreeMap::new());
    context.asked()
}

fn too_deep(document: &str, depth_max: u32) -> Option<Range<usize>> {
    let mut depth = 0_u32;
    for (at, byte) in document.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth = depth.saturating_add(1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' if depth <= 1 => depth = 0,
            _ => {}
        }
        if depth > depth_max {
            return Some(at..at.saturating_add(1));
        }
    }
    None
}

fn read(root: &Table<'_>, set: &BTreeMap<Text, Text>) -> Option<Policy> {
    let parameters = read_parameters(root, set);
    let program = read_program(root);
    let (money_rounding, points_rounding) = read_rounding(root);
    let ladder = Ladder::read(root);
    let tiers = ladder.ids();
    for tier in ladder.tiers.iter().filter(|tier| !tier.head.label.zh.is_empty()) {
        root.context().set_tier_label(tier.head.id.clone(), tier.head.label.clone());
    }
    let join = Join::read(root);
    let mut routes: Vec<Route> = Vec::new();
    for table in root.tables("enrol") {
        if let Some(route) = Route::read(&table, &routes) {
            routes.push(route);
        }
    }
    let points = PointsKind::read_all(root);
    let mut earn: Vec<Earn> = Vec::new();
    for table in root.tables("earn") {
        if let Some(rule) = Earn::read(&table, &earn, &tiers, &points) {
            earn.push(rule);
        }
    }
    let mut multiply: Vec<Multiply> = Vec::new();
    for table in root.tables("multiply") {
        if let Some(rule) = Multiply::read(&table, &multiply, &tiers) {
            multiply.push(rule);
        }
    }
    let combine = match root.word("multipliers", &["highest", "product"]) {
        Some("product") => Combine::Product,
        Some(_) | None => Combine::Highest,
    };
    let mut redeem: Vec<Redeem> = Vec::new();
    for table in root.tables("redeem") {
        if let Some(rule) = Redeem::read(&table, &redeem, &tiers, &points) {
            check_worth(&table, &rule, &earn);
            redeem.push(rule);
        }
    }
    let mut discount: Vec<Discount> = Vec::new();
    for table in root.tables("discount") {
        if let Some(rule) = Discount::read(&table, &discount, &tiers) {
            discount.push(rule);
        }
    }
    let mut rebate: Vec<Rebate> = Vec::new();
    for table in root.tables("rebate") {
        if let Some(rule) = Rebate::read(&table, &rebate) {
            rebate.push(rule);
        }
    }
    let mut entitlement: Vec<Entitlement> = Vec::new();
    for table in root.tables("entitlement") {
        if let Some(rule) = Entitlement::read(&table, &entitlement, &tiers) {
            entitlement.push(rule);
        }
    }
    let mut referral: Vec<Referral> = Vec::new();
    for table in root.tables("referral") {
        if let Some(rule) = Referral::read(&table, &referral, &points) {
            referral.push(rule);
        }
    }
    if routes.is_empty() && !root.has("enrol") {
        root.missing("enrol");
    }
    let policy = Policy {
        program: program.unwrap_or_default(),
        parameters,
        money_rounding,
        points_rounding,
        birthdays: Birthdays::read(root),
        join,
        routes,
        card: CardRule::read(root),
        ladder,
        points,
        earn,
        multiply,
        combine,
        lapse: Lapse::read(root),
        redeem,
        discount,
        stored_value: StoredValue::read(root),
        rebate,
        entitlement,
        transfer: Transfer::read(root),
        referral,
        returns: Returns::read(root),
        staff: StaffRules::read(root, &tiers),
    };
    root.finish();
    if !root.context().has_errors() {
        lint::lint(root, &policy);
    }
    for parameter in &policy.parameters {
        if !root.context().is_used(&parameter.name) {
            let place = root.place_of_name("parameters", &parameter.name);
            root.context().warn(
                "W104",
                place,
                msg!("doc.parameter-unused", name = &parameter.name),
                msg!("help.parameter-unused"),
            );
        }
    }
    Some(policy)
}

/// A redemption must not be worth more than the spend that earned it.
fn check_worth(table: &Table<'_>, rule: &Redeem, earn: &[Earn]) {
    let value = match &rule.gives {
        Gives::Voucher { value, .. } | Gives::Price { value, .. } => *value,
        Gives::Gift(_) => return,
    };
    let earns = |e: &&Earn| e.source == Source::Goods && e.points.is_positive() && rule.takes(&e.kind);
    for source in earn.iter().filter(earns) {
        // spend for one unit of points = points / earn.points * earn.per
        let spend = i128::from(rule.points.minor()).saturating_mul(i128::from(source.per.minor()));
        let worth = i128::from(value.minor()).saturating_mul(i128::from(source.points.minor()));
        if worth > spend {
            table.context().error(
                "E014",
                table.span(),
                msg!("doc.redeem-worth-more", id = &rule.head.id),
                msg!("help.redeem-worth-more"),
            );
            return;
        }
    }
}

fn read_program(root: &Table<'_>) -> Option<Program> {
    let Some(table) = root.table("program") else {
        root.missing("program");
        return None;
    };
    let id = table.need_text("id");
    let version = table.count("version", 1..=1_000_000);
    if !table.has("version") {
        table.missing("version");
    }
    if !table.has("effective_from") {
        table.missing("effective_from");
    }
    let program = Program {
        effective_from: table.day("effective_from").unwrap_or(Day::FIRST),
        source: table.text("source").unwrap_or_default(),
        trade: table.text("trade").unwrap_or_default(),
        size: table.word("size", SIZES).map(Text::const_new).unwrap_or_default(),
        title: table.need_label("title").unwrap_or_default(),
        summary: table.label("summary").unwrap_or_default(),
        published: table.day("published"),
        notice_days: table.count("notice_days", 0..=365).and_then(|n| i32::try_from(n).ok()).unwrap_or(0),
        version: version.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
        id: id?.value,
    };
    table.finish();
    Some(program)
}

fn read_rounding(root: &Table<'_>) -> (Rounding, Rounding) {
    let Some(table) = root.table("rounding") else { return (Rounding::MONEY, Rounding::POINTS) };
    let one = |key: &'static str, default: Rounding| -> Rounding {
        let Some(entry) = table.table(key) else { return default };
        let unit_minor = entry.money("unit").map_or(default.unit_minor, Money::minor);
        if unit_minor == 0 {
            entry.out_of_range(entry.place("unit"), msg!("range.positive"));
        }
        let mode = match entry.word("mode", &["half-up", "half-even", "down", "up"]) {
            Some("half-up") => RoundingMode::HalfUp,
            Some("half-even") => RoundingMode::HalfEven,
            Some("down") => RoundingMode::Down,
            Some("up") => RoundingMode::Up,
            Some(_) | None => default.mode,
        };
        entry.finish();
        Rounding { unit_minor, mode }
    };
    let roundings = (one("money", Rounding::MONEY), one("points", Rounding::POINTS));
    table.finish();
    roundings
}

fn read_parameters(root: &Table<'_>, set: &BTreeMap<Text, Text>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (name, table) in root.named_tables("parameters") {
        let kinds = ["money", "rate", "points", "count", "span", "flag", "text"];
        if !table.has("type") {
            table.missing("type");
        }
        let kind = match table.word("type", &kinds) {
            Some("money") => ParameterKind::Money,
            Some("rate") => ParameterKind::Rate,
            Some("points") => ParameterKind::Points,
            Some("count") => ParameterKind::Count,
            Some("span") => ParameterKind::Span,
            Some("flag") => ParameterKind::Flag,
            Some(_) | None => ParameterKind::Text,
        };
        let default = table.need_text("default").map(|at| at.value).unwrap_or_default();
        let label = table.need_label("label").unwrap_or_default();
        let mut parameter = Parameter {
            name: name.value.clone(),
            kind,
            value: default.clone(),
            default,
            is_set: false,
            label,
            source: table.remark("source").unwrap_or_default(),
            choices: table.plain_texts("choices"),
            least: table.text("least").unwrap_or_default(),
            most: table.text("most").unwrap_or_default(),
        };
        if let Some(value) = set.get(&name.value) {
            parameter.value = value.clone();
            parameter.is_set = true;
        }
        let place = table.place("default");
        if !kind.admits(&parameter.value) {
            table.context().error(
                "E005",
                place,
                msg!("doc.bad-parameter", name = &name.value, text = &parameter.value, kind = kind.word()),
                msg!("help.number"),
            );
        } else if (!parameter.least.is_empty() && !kind.at_most(&parameter.least, &parameter.value))
            || (!parameter.most.is_empty() && !kind.at_most(&parameter.value, &parameter.most))
            || (!parameter.choices.is_empty() && !parameter.choices.contains(&parameter.value))
        {
            table.context().error(
                "E006",
                place,
                msg!("doc.parameter-out-of-range", name = &name.value, text = &parameter.value),
                msg!("help.parameter-range", least = &parameter.least, most = &parameter.most),
            );
        } else if parameter.is_blank() {
            table.context().report(
                "N201",
                Severity::Note,
                place,
                msg!("doc.parameter-blank", name = &parameter.label, text = &parameter.value),
                Some(msg!("help.set-before-use")),
            );
        }
        table.finish();
        root.context().set_parameter(name.value, parameter.value.clone());
        parameters.push(parameter);
    }
    parameters
}

impl Policy {
    /// What the program says of itself.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// Its parameters with the values in force.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Its tiers, lowest first.
    #[must_use]
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Conditions on whoever joins.
    #[must_use]
    pub const fn join(&self) -> &Join {
        &self.join
    }

    /// The routes by which one may join.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The redemption rules.
    #[must_use]
    pub fn redemptions(&self) -> &[Redeem] {
        &self.redeem
    }

    /// The entitlements.
    #[must_use]
    pub fn entitlements(&self) -> &[Entitlement] {
        &self.entitlement
    }

    /// The return rules.
    #[must_use]
    pub const fn returns(&self) -> &Returns {
        &self.returns
    }

    /// The discounts.
    #[must_use]
    pub fn discounts(&self) -> &[Discount] {
        &self.discount
    }

    /// Whether a figure over a window other than the whole lifetime is looked at.
    #[must_use]
    pub fn minds_windows(&self) -> bool {
        (self.ladder.tiers.len() > 1 && self.ladder.window != Window::Lifetime)
            || self.entitlement.iter().any(|e| e.reach.is_some() && e.window != Window::Lifetime)
            || self.rebate.iter().any(|r| r.earned != Earned::Load)
            || self.staff.account.as_ref().is_some_and(|account| account.window != Window::Lifetime)
            || self.staff.minds_windows()
    }

    /// Whether lunar days matter to a discount, a multiplier, an earn rule or a redemption.
    #[must_use]
    pub fn minds_lunar(&self) -> bool {
        self.discount.iter().any(|r| r.when.minds_lunar())
            || self.multiply.iter().any(|r| r.when.minds_lunar())
            || self.earn.iter().any(|r| r.when.minds_lunar())
            || self.redeem.iter().any(|r| r.when.minds_lunar())
            || self.entitlement.iter().any(|r| r.when.minds_lunar())
    }

    /// The ways of earning.
    #[must_use]
    pub fn earnings(&self) -> &[Earn] {
        &self.earn
    }

    /// The stored-value rules.
    #[must_use]
    pub const fn stored_value(&self) -> &StoredValue {
        &self.stored_value
    }

    /// The rules for the staff.
    #[must_use]
    pub const fn staff(&self) -> &StaffRules {
        &self.staff
    }

    /// The card rules.
    #[must_use]
    pub const fn card(&self) -> CardRule {
        self.card
    }
}

/// A policy and the day from which a shop follows it.
#[derive(Debug, Clone)]
struct Adopted {
    from: Day,
    policy: Policy,
}

/// The policies that a shop has followed, each from its day on. Every event is judged by the one of its day.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    adopted: Vec<Adopted>,
    minds_windows: bool,
    falls_at_once: bool,
}

/// Two policies that begin on the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameDay {
    /// That day.
    pub day: Day,
}

impl PolicySet {
    /// One policy, from the beginning on.
    #[must_use]
    pub fn single(policy: Policy) -> Self {
        let falls_at_once = policy.ladder.falls_at_once();
        Self {
            minds_windows: policy.minds_windows(),
            falls_at_once,
            adopted: vec![Adopted { from: Day::FIRST, policy }],
        }
    }

    /// Versions of a program by the day from which each holds; the earliest also judges what came before it.
    ///
    /// # Errors
    /// [`SameDay`] where two begin together.
    pub fn versions(policies: impl IntoIterator<Item = Policy>) -> Result<Self, SameDay> {
        let mut set = Self::default();
        for policy in policies {
            let from = policy.program.effective_from;
            set = set.adopt(policy, from)?;
        }
        Ok(set)
    }

    /// Adds a policy from a day on.
    ///
    /// # Errors
    /// [`SameDay`] where another begins on that day.
    pub fn adopt(mut self, policy: Policy, from: Day) -> Result<Self, SameDay> {
        if self.adopted.iter().any(|a| a.from == from) {
            return Err(SameDay { day: from });
        }
        self.minds_windows |= policy.minds_windows();
        self.falls_at_once |= policy.ladder.falls_at_once();
        self.adopted.push(Adopted { from, policy });
        self.adopted.sort_by_key(|a| a.from);
        Ok(self)
    }

    /// The number of the policy in force on a day; the first also judges what came before it.
    #[must_use]
    pub fn index_on(&self, day: Day) -> usize {
        match self.adopted.as_slice() {
            [_] => 0,
            many => many.partition_point(|a| a.from <= day).saturating_sub(1),
        }
    }

    /// Whether any of them looks at figures over a window, so that members' days must be remembered.
    #[must_use]
    pub const fn minds_windows(&self) -> bool {
        self.minds_windows
    }

    /// Whether an event can change the day on which time next changes something of a member.
    #[must_use]
    pub const fn replans(&self) -> bool {
        self.minds_windows || self.falls_at_once
    }

    /// A policy by number.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Policy> {
        self.adopted.get(index).map(|a| &a.policy)
    }

    /// The policy in force on a day; `None` only for an empty set.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&Policy> {
        self.get(self.index_on(day))
    }

    /// The first day after `day` on which another policy begins.
    #[must_use]
    #[inline]
    pub fn start_after(&self, day: Day) -> Option<Day> {
        // The earliest also judges what came before it: its own first day changes nothing.
        self.adopted.iter().skip(1).map(|a| a.from).find(|from| *from > day)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.adopted.is_empty()
    }

    /// Each with its first day.
    pub fn iter(&self) -> impl Iterator<Item = (Day, &Policy)> {
        self.adopted.iter().map(|a| (a.from, &a.policy))
    }
}
