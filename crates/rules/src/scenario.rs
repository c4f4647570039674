//! Scenarios: a policy, dated wishes in short form, and the figures that must come out. Cases are files; adding one
//! needs no Rust. The format is described in `docs/scenarios.md`.
//!
//! Every scenario is also held against the promises without being asked: conservation, any order and repetition,
//! snapshot plus rest equals whole.

mod approval;
mod care;
mod conduct;
mod kpi;
mod staff;

pub use staff::period;

use core::fmt::Write as _;
use std::collections::BTreeMap;

use crate::book::{Book, BookParts, Member, PointsFigures};
use crate::decide::{Application, Wish, decide};
use crate::due::{due, entitlement_state, progress};
use crate::event::{
    Birthday, Body, CardFault, Event, Journal, Product, Profile, ReturnedLine, SCHEMA_VERSION, Tags, Tender,
};
use crate::fold::{Folder, fold};
use crate::id::{DeviceId, EventId, MemberId, Text};
use crate::message::{Diagnostic, Message, Refusal, Trace, Value};
use crate::msg;
use crate::number::{Money, Points, Quantity, Rate};
use crate::policy::{PolicySet, check_after, check_versions, check_with, parse};
use crate::primitives::calendar::unknown_tier;
use crate::quote::{Basket, BasketLine, ReturnQuote, quote, quote_return};
use crate::reader::{At, Context, Table, closest};
use crate::staff::StaffBook;
use crate::time::{BusinessTime, Day};

/// What a scenario came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many expectations were looked at.
    pub checked: usize,
    /// What differs: expected against actual.
    pub failures: Vec<String>,
    /// The state hash at the end; zeros where there is no book.
    pub hash: [u8; 32],
    /// The diagnostics of the documents.
    pub diagnostics: Vec<Diagnostic>,
    /// What is wrong with the scenario itself, and where: it is no TOML, it has keys that nobody knows, or it expects what
    /// can never come out.
    pub complaints: Vec<Diagnostic>,
}

impl Report {
    /// Whether everything came out as expected.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.failures.is_empty() && self.checked > 0
    }

    fn fail(&mut self, text: String) {
        self.failures.push(text);
    }

    fn expect(&mut self, what: &str, expected: &str, actual: &str) {
        self.checked = self.checked.saturating_add(1);
        if expected != actual {
            self.failures.push(format!("{what}: expected {expected}, got {actual}"));
        }
    }
}

/// Brackets within brackets: twice as many as a document may have, for a case may show one that has too many.
const DEPTH_MAX: u32 = 64;

/// Runs a scenario. `find` gives the text of the policy document with an id.
#[must_use]
pub fn run(scenario: &str, find: &dyn Fn(&str) -> Option<String>) -> Report {
    let mut report = Report::default();
    let context = Context::new(scenario);
    if let Some(parsed) = parse(scenario, DEPTH_MAX, &context) {
        let root = Table::new(&context, parsed.get_ref(), 0..0);
        if root.has("document") || root.has("documents") || root.has("check") {
            run_check(&root, find, &mut report);
        } else {
            run_events(&root, find, &mut report);
        }
        root.finish();
    }
    for complaint in context.into_diagnostics() {
        report.fail(told(&complaint));
        report.complaints.push(complaint);
    }
    if report.checked == 0 && report.failures.is_empty() {
        report.fail("the scenario expects nothing".to_owned());
    }
    report
}

/// What is wrong with the scenario, its place and the remedy, in both languages.
fn told(complaint: &Diagnostic) -> String {
    let say = |language| {
        let help = complaint.help.as_ref().map(|help| crate::words::say(help, language)).unwrap_or_default();
        format!("{}; {help}", crate::words::say(&complaint.message, language))
    };
    let (zh, en) = (say(crate::message::Language::Zh), say(crate::message::Language::En));
    format!("scenario {}:{} {} {zh} / {en}", complaint.line, complaint.column, complaint.code)
}

/// The reasons of a figure as lines under a failure, indented by what rests on what.
fn tell(trace: &Trace, depth: usize, report: &mut Report) {
    let figure = trace.figure.as_ref().map(plain_value).unwrap_or_default();
    let words = crate::words::say(&trace.message, crate::message::Language::En);
    let rule = trace.rule.as_ref().map(|rule| format!(" [{} {} v{}]", rule.kind, rule.id, rule.version));
    report.fail(format!("{}why: {words} {figure}{}", "  ".repeat(depth), rule.unwrap_or_default()));
    for part in &trace.parts {
        tell(part, depth.saturating_add(1), report);
    }
}

/// A message for developers: its key and arguments.
fn plain(message: &Message) -> String {
    let mut text = message.key.to_string();
    for (name, value) in &message.args {
        let _ = write!(text, " {name}={}", plain_value(value));
    }
    text
}

fn plain_value(value: &Value) -> String {
    match value {
        Value::Money(money) => money.to_string(),
        Value::Points(points) => points.to_string(),
        Value::Quantity(quantity) => quantity.to_string(),
        Value::Rate(rate) => rate.to_string(),
        Value::Count(count) => count.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Label(label) => label.en.clone(),
        Value::Message(message) => plain(message),
        Value::List(list) => list.iter().map(plain_value).collect::<Vec<_>>().join(", "),
    }
}

/// A case of `check`: a document and the diagnostics it must give.
fn run_check(root: &Table<'_>, find: &dyn Fn(&str) -> Option<String>, report: &mut Report) {
    let _ = (root.has("title"), root.has("origin"));
    let document = match root.text("check") {
        Some(id) => find(&id).unwrap_or_default(),
        None => root.text("document").unwrap_or_default().to_string(),
    };
    if root.has("documents") {
        return run_versions(root, report);
    }
    let before = root.text("after").and_then(|before| check_with(&before, &BTreeMap::new()).0);
    if root.has("after") && before.is_none() {
        report.fail("the document before does not run".to_owned());
    }
    let (policy, diagnostics) = check_after(&document, &set(root), before.as_ref());
    let expected: Vec<Text> = root.plain_texts("diagnostics");
    let actual: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity > crate::message::Severity::Note)
        // A program's lines move as it grows: of a file only the codes are compared.
        .map(|d| if root.has("check") { d.code.to_string() } else { format!("{} {}:{}", d.code, d.line, d.column) })
        .collect();
    report.expect("diagnostics", &expected.join("; "), &actual.join("; "));
    if let Some(runs) = root.flag("runs") {
        report.expect("runs", &runs.to_string(), &policy.is_some().to_string());
    }
    if let Some(word) = root.text("meant") {
        let found = diagnostics
            .iter()
            .filter_map(|d| d.help.as_ref())
            .filter_map(|help| help.arg("word"))
            .map(plain_value)
            .collect::<Vec<_>>();
        report.expect("did you mean", &word, &found.join(", "));
    }
    report.diagnostics = diagnostics;
}

/// A case of how the versions of a program follow one another.
fn run_versions(root: &Table<'_>, report: &mut Report) {
    let documents = root.plain_texts("documents");
    let texts: Vec<&str> = documents.iter().map(Text::as_str).collect();
    let actual: Vec<String> = check_versions(&texts)
        .iter()
        .map(|(place, d)| format!("{}: {} {}:{}", place.saturating_add(1), d.code, d.line, d.column))
        .collect();
    report.expect("diagnostics", &root.plain_texts("diagnostics").join("; "), &actual.join("; "));
}

fn set(root: &Table<'_>) -> BTreeMap<Text, Text> {
    let Some(table) = root.table("set") else { return BTreeMap::new() };
    table.free_texts().into_iter().collect()
}

struct Run<'r> {
    policies: &'r PolicySet,
    book: Book,
    staff_book: StaffBook,
    events: Vec<Event>,
    members: BTreeMap<String, MemberId>,
    sales: BTreeMap<String, EventId>,
    quoted: BTreeMap<String, (Money, Money)>,
    returned: BTreeMap<String, ReturnQuote>,
    last: BusinessTime,
}

fn run_events(root: &Table<'_>, find: &dyn Fn(&str) -> Option<String>, report: &mut Report) {
    let _ = (root.has("title"), root.has("origin"));
    let set = set(root);
    let mut documents: Vec<String> = Vec::new();
    for id in root.plain_texts("policy") {
        match find(&id) {
            Some(document) => documents.push(document),
            None => return report.fail(format!("there is no policy `{id}`")),
        }
    }
    documents.extend(root.plain_texts("policy_text").iter().map(ToString::to_string));
    let mut policies = Vec::new();
    for document in &documents {
        let (policy, diagnostics) = check_with(document, &set);
        match policy {
            Some(policy) => policies.push(policy),
            None => {
                for d in diagnostics.iter().filter(|d| d.severity == crate::message::Severity::Error) {
                    report.fail(format!("policy {}:{} {} {}", d.line, d.column, d.code, plain(&d.message)));
                }
            }
        }
    }
    let single = policies.len() == 1;
    let policies = match PolicySet::versions(policies) {
        Ok(policies) if !policies.is_empty() => policies,
        Ok(_) => return report.fail("no policy that runs".to_owned()),
        Err(same) => return report.fail(format!("two policies begin on {}", same.day)),
    };
    let _ = single;
    let mut run = Run {
        policies: &policies,
        book: Book::default(),
        staff_book: StaffBook::default(),
        events: Vec::new(),
        members: BTreeMap::new(),
        sales: BTreeMap::new(),
        quoted: BTreeMap::new(),
        returned: BTreeMap::new(),
        last: BusinessTime::default(),
    };
    for (number, line) in (1_usize..).zip(root.plain_texts("events")) {
        for line in care::each(&line) {
            if let Err(why) = run.event(&line, report) {
                report.fail(format!("event {number} `{line}`: {why}"));
            }
        }
    }
    if let Some(expect) = root.table("expect") {
        run.expect(&expect, report);
        expect.finish();
    }
    run.promises(report);
}

impl Run<'_> {
    fn event(&mut self, line: &str, report: &mut Report) -> Result<(), String> {
        let (wish_text, refused) = match line.split_once("=>") {
            Some((wish, code)) => (wish.trim(), Some(code.trim())),
            None => (line.trim(), None),
        };
        let (at, rest) = split_time(wish_text)?;
        if at < self.last {
            return Err("events must be in the order of time".to_owned());
        }
        self.last = at;
        let first = EventId::derived("case", &format!("{}", self.events.len().saturating_add(1)));
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let mut alias: Option<(&'static str, String)> = None;
        let (rest, staff, store) = recorded_by(verb, rest.trim())?;
        if let Some(wish) = self.staff_wish(verb, rest, at, &mut alias)? {
            let decided = crate::staff::decide::decide(&self.book, &self.staff_book, self.policies, &wish, at);
            let done = self.record(decided, (wish_text, refused), (at, first), (&staff, &store), report)?;
            if let (true, Some((_, name))) = (done, alias) {
                self.sales.insert(name, first);
            }
            return Ok(());
        }
        let (wish, seller, sold_in) = self.wish(verb, rest, &mut alias)?;
        let staff = if seller.is_empty() { staff } else { seller };
        let store = if sold_in.is_empty() { store } else { sold_in };
        let quoted = match &wish {
            Wish::Sell(basket) => quote(&self.book, self.policies, basket, at).ok().map(|q| {
                let reduced = Money::sum(q.discounts.iter().map(|d| d.amount)).unwrap_or_default();
                (q.pay, reduced)
            }),
            _ => None,
        };
        let back = match &wish {
            Wish::Return { sale, lines, .. } => quote_return(&self.book, self.policies, *sale, lines, at).ok(),
            _ => None,
        };
        let decided = decide(&self.book, self.policies, &wish, at, first).and_then(|bodies| {
            let agreed = if let Wish::Sell(basket) = &wish { basket.agreed.as_ref() } else { None };
            crate::staff::approval::check_agreed(&self.staff_book, self.policies, agreed, at)?;
            Ok(bodies)
        });
        if !self.record(decided, (wish_text, refused), (at, first), (&staff, &store), report)? {
            return Ok(());
        }
        match alias {
            Some(("member", name)) => {
                self.members.insert(name, MemberId::from(first));
            }
            Some((kind, name)) => {
                if let Some(quoted) = quoted {
                    self.quoted.insert(name.clone(), quoted);
                }
                if let (Some(back), "return") = (back, kind) {
                    self.returned.insert(name.clone(), back);
                }
                self.sales.insert(name, first);
            }
            None => {}
        }
        Ok(())
    }

    /// Records what was decided. Returns whether anything happened: a refusal that was expected changes nothing.
    fn record(
        &mut self,
        decided: Result<Vec<Body>, Refusal>,
        (wish_text, refused): (&str, Option<&str>),
        (at, first): (BusinessTime, EventId),
        (staff, store): (&Text, &Text),
        report: &mut Report,
    ) -> Result<bool, String> {
        let bodies = match (decided, refused) {
            (Ok(_), Some(code)) => {
                report.checked = report.checked.saturating_add(1);
                return Err(format!("expected {code}, but it was done"));
            }
            (Err(refusal), Some(code)) => {
                report.expect(wish_text, code, refusal.code());
                return Ok(false);
            }
            (Err(refusal), None) => return Err(format!("refused: {}", plain(&refusal.reason))),
            (Ok(bodies), None) => bodies,
        };
        for (index, body) in bodies.into_iter().enumerate() {
            let sequence = u64::try_from(self.events.len()).unwrap_or(0).saturating_add(1);
            let id = if index == 0 { first } else { EventId::derived("case", &sequence.to_string()) };
            let event = Event {
                id,
                device: DeviceId::derived("case", "device"),
                sequence,
                clock: sequence,
                at,
                store: store.clone(),
                staff: staff.clone(),
                program: Text::default(),
                policy_version: 1,
                schema: SCHEMA_VERSION,
                body,
            };
            Folder::new(self.policies).apply(&mut self.book, &event).map_err(|_| "out of order".to_owned())?;
            self.staff_book.apply(self.policies, &event);
            self.events.push(event);
        }
        Ok(true)
    }

    fn member(&self, name: &str) -> Result<MemberId, String> {
        // A name that nobody has stands for an unknown member: cases of refusals need one.
        if name.is_empty() {
            return Err("a member is missing".to_owned());
        }
        Ok(self.members.get(name).copied().unwrap_or_else(|| MemberId::derived("nobody", name)))
    }

    fn sale(&self, name: &str) -> EventId {
        self.sales.get(name).copied().unwrap_or_else(|| EventId::derived("no sale", name))
    }

    #[expect(clippy::too_many_lines, reason = "one arm a verb; the table in docs/scenarios.md in the same order")]
    fn wish(
        &self,
        verb: &str,
        rest: &str,
        alias: &mut Option<(&'static str, String)>,
    ) -> Result<(Wish, Text, Text), String> {
        let (mut staff, mut store) = (Text::default(), Text::default());
        let mut words = rest.split_whitespace();
        let mut word = || words.next().unwrap_or("");
        let wish = match verb {
            "sale" => {
                let (head, goods) = rest.split_once(':').ok_or("a sale is written `sale ID [MEMBER]: goods`")?;
                let mut head = head.split_whitespace();
                let id = head.next().ok_or("a sale needs an id")?;
                *alias = Some(("sale", id.to_owned()));
                let member = head.next().map(|name| self.member(name)).transpose()?;
                let mut parts = goods.split('|');
                let mut basket =
                    Basket { member, lines: parse_goods(parts.next().unwrap_or(""))?, ..Basket::default() };
                for option in parts {
                    self.option(option.trim(), &mut basket, &mut staff, &mut store)?;
                }
                self.cash_for_the_rest(&mut basket);
                Wish::Sell(basket)
            }
            "enrol" => {
                let (head, fields) = rest.split_once(':').unwrap_or((rest, ""));
                let mut head = head.split_whitespace();
                let name = head.next().ok_or("an enrolment needs a name")?;
                *alias = Some(("member", name.to_owned()));
                if head.next() != Some("by") {
                    return Err("an enrolment is written `enrol NAME by ROUTE [with SALES]`".to_owned());
                }
                let route = Text::from(head.next().ok_or("an enrolment needs a route")?);
                let receipts = head.filter(|w| *w != "with").map(|w| self.sale(w)).collect();
                let mut application = Application { route, receipts, ..Application::default() };
                application.profile = default_profile(name);
                application.card = self.book.next_card(0);
                self.fields(fields, &mut application)?;
                Wish::Enrol(application)
            }
            "return" => {
                let (head, what) = rest.split_once(':').ok_or("a return is written `return ID SALE: lines`")?;
                let mut head = head.split_whitespace();
                let id = head.next().ok_or("a return needs an id")?;
                *alias = Some(("return", id.to_owned()));
                let sale = self.sale(head.next().unwrap_or(""));
                Wish::Return { sale, lines: self.returned_lines(sale, what)?, tender: Text::default() }
            }
            "redeem" => {
                let member = self.member(word())?;
                let rule = Text::from(word());
                let times = match (word(), word()) {
                    ("x", times) => times.parse().map_err(|_| "times is a number")?,
                    _ => 1,
                };
                Wish::Redeem { member, rule, times }
            }
            "load" => {
                *alias = Some(("load", word().to_owned()));
                let member = self.member(word())?;
                let amount = money(word())?;
                let rest: Vec<&str> = words.collect();
                Wish::Load { member, amount, tenders: parse_tenders(&rest.join(" "))? }
            }
            "cleared" | "bounced" => {
                let of = self.sale(word());
                let tender: u32 = match word() {
                    "" => 1,
                    number => number.parse().map_err(|_| "the tender is a number from 1")?,
                };
                Wish::SettleTender { of, tender: tender.saturating_sub(1), cleared: verb == "cleared" }
            }
            "attend" => Wish::Attend { member: self.member(word())?, activity: Text::from(word()) },
            "send" => {
                Wish::SendPoints { from: self.member(word())?, to: self.member(word())?, points: points(word())? }
            }
            "give" => {
                let (member, entitlement) = (self.member(word())?, Text::from(word()));
                Wish::Give { member, entitlement, note: Text::default(), by_other: word() == "by-other" }
            }
            "adjust" => {
                let (member, points) = (self.member(word())?, points(word())?);
                Wish::Adjust { member, points, reason: Text::from(words.collect::<Vec<_>>().join(" ")) }
            }
            "adjust-kind" => {
                let (member, kind, points) = (self.member(word())?, Text::from(word()), points(word())?);
                Wish::AdjustKind { member, kind, points, reason: Text::from(words.collect::<Vec<_>>().join(" ")) }
            }
            "carry" => {
                let member = self.member(word())?;
                let (mut points_in, mut spend, mut visits, mut stored_value) =
                    (Points::ZERO, Money::ZERO, 1, Money::ZERO);
                for pair in words {
                    let (key, value) = pair.split_once('=').ok_or("figures are written key=value")?;
                    match key {
                        "points" => points_in = points(value)?,
                        "spend" => spend = money(value)?,
                        "visits" => visits = value.parse().map_err(|_| "visits is a number")?,
                        "stored_value" => stored_value = money(value)?,
                        _ => return Err(format!("unknown figure `{key}`")),
                    }
                }
                Wish::CarryOver { member, points: points_in, spend, visits, stored_value }
            }
            "replace" => {
                let member = self.member(word())?;
                let fault = match word() {
                    "lost" => CardFault::Lost,
                    "damaged" => CardFault::Damaged,
                    _ => return Err("a card is replaced `lost` or `damaged`".to_owned()),
                };
                Wish::ReplaceCard { member, fault, card: self.book.next_card(0) }
            }
            "renew" => Wish::RenewCard(self.member(word())?),
            "leave" | "cancel" => {
                let member = self.member(word())?;
                Wish::Leave {
                    member,
                    reason: Text::from(words.collect::<Vec<_>>().join(" ")),
                    cancelled: verb == "cancel",
                }
            }
            "forget" => {
                let member = self.member(word())?;
                Wish::Forget { member, reason: Text::from(words.collect::<Vec<_>>().join(" ")) }
            }
            "approve" | "reject" => {
                Wish::Approve { member: self.member(word())?, approved: verb == "approve", reason: Text::default() }
            }
            "grant" => {
                let (member, tier) = (self.member(word())?, Text::from(word()));
                Wish::Grant { member, tier, reason: Text::from(words.collect::<Vec<_>>().join(" ")) }
            }
            "mark" | "unmark" => {
                Wish::Mark { member: self.member(word())?, mark: Text::from(word()), on: verb == "mark" }
            }
            "rebate" => Wish::PayRebate { member: self.member(word())?, rule: Text::from(word()) },
            "edit" => {
                let (name, fields) = rest.split_once(':').ok_or("an edit is written `edit NAME: fields`")?;
                let member = self.member(name.trim())?;
                let mut application = Application {
                    profile: self.book.member(member).map(|m| m.profile.clone()).unwrap_or_default(),
                    ..Application::default()
                };
                self.fields(fields, &mut application)?;
                Wish::Edit { member, profile: application.profile }
            }
            "product" => {
                let (code, price) = (Text::from(word()), money(word())?);
                let mut product = Product { name: code.clone(), code, price, ..Product::default() };
                let rest: Vec<&str> = words.collect();
                for extra in rest {
                    match extra.strip_prefix('@') {
                        Some(category) => product.category = Text::from(category),
                        None => product.tags = Tags::parse(&format!("{},{extra}", product.tags.as_str())),
                    }
                }
                Wish::ListProduct(product)
            }
            _ => return Err(format!("unknown verb `{verb}`")),
        };
        Ok((wish, staff, store))
    }

    fn option(&self, option: &str, basket: &mut Basket, staff: &mut Text, store: &mut Text) -> Result<(), String> {
        let mut words = option.split_whitespace();
        let mut word = || words.next().unwrap_or("");
        match word() {
            "voucher" => {
                let count: usize = word().parse().map_err(|_| "vouchers are counted")?;
                let open = basket
                    .member
                    .and_then(|id| self.book.member_on(id, self.policies, self.last.day))
                    .map(|m| m.open_vouchers(self.last.day).into_iter().map(|v| (v.from, v.index)).collect::<Vec<_>>())
                    .unwrap_or_default();
                for number in 0..count {
                    basket.vouchers.push(open.get(number).copied().unwrap_or((EventId::derived("no voucher", ""), 0)));
                }
            }
            "points" => basket.points = Some((Text::from(word()), points(word())?)),
            "pay" => basket.tenders.push(Tender { kind: Text::from(word()), amount: money(word())? }),
            "off" => basket.off = money(word())?,
            "approved" => {
                let rule = Text::from(word());
                let rate: Rate = word().parse().map_err(|_| "the rate is written 5%")?;
                let roles = word().split(',').filter(|r| !r.is_empty()).map(Text::from).collect();
                basket.agreed = Some((rule, rate, roles));
            }
            "approval" => basket.agreed = Some(self.agreed_discount(word())?),
            "store" => *store = Text::from(word()),
            "by" => *staff = Text::from(word()),
            other => return Err(format!("unknown option `{other}`")),
        }
        Ok(())
    }

    /// Named payments are completed with cash, as at a till.
    fn cash_for_the_rest(&self, basket: &mut Basket) {
        if basket.tenders.is_empty() {
            return;
        }
        let Ok(quote) = quote(&self.book, self.policies, basket, self.last) else { return };
        let named = Money::sum(basket.tenders.iter().map(|t| t.amount)).unwrap_or_default();
        if let Ok(rest) = quote.pay.minus(named)
            && rest.is_positive()
            && !basket.tenders.iter().any(|t| t.kind == "cash")
        {
            basket.tenders.push(Tender { kind: Text::const_new("cash"), amount: rest });
        }
    }

    fn fields(&self, fields: &str, application: &mut Application) -> Result<(), String> {
        let mut load: Option<(Money, Vec<Tender>)> = None;
        for pair in fields.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or("fields are written key=value")?;
            let (key, value) = (key.trim(), value.trim());
            let text = Text::from(value);
            match key {
                "name" => application.profile.name = text,
                "phone" => application.profile.phone = text,
                "id_number" => application.profile.id_number = text,
                "birthday" => {
                    application.profile.birthday = if value.is_empty() { None } else { Some(birthday(value)?) }
                }
                "choice" => application.choice = text,
                "guide" => application.guide = text,
                "referrer" => application.referrer = Some(self.member(value)?),
                "load" => load = Some((money(value)?, load.map(|(_, tenders)| tenders).unwrap_or_default())),
                "pay" => {
                    let tenders = parse_tenders(value)?;
                    load = Some((load.map_or(Money::ZERO, |(amount, _)| amount), tenders));
                }
                other => {
                    application.profile.more.insert(Text::from(other), text);
                }
            }
        }
        application.load = load;
        Ok(())
    }

    fn returned_lines(&self, sale: EventId, what: &str) -> Result<Vec<ReturnedLine>, String> {
        let receipt = self.book.receipt(sale);
        let left = |line: usize| -> Quantity {
            receipt
                .and_then(|r| {
                    self.book.receipt_lines(r).get(line).map(|l| l.quantity.minus(r.returned(line)).unwrap_or_default())
                })
                .unwrap_or(Quantity::ONE)
        };
        if what.trim() == "all" {
            let count = receipt.map_or(1, |r| self.book.receipt_lines(r).len());
            return Ok((0..count)
                .filter(|line| left(*line).is_positive())
                .map(|line| ReturnedLine { line: u32::try_from(line).unwrap_or(0), quantity: left(line) })
                .collect());
        }
        what.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (line, quantity) = match part.split_once('x') {
                    Some((line, quantity)) => (line.trim(), Some(quantity.trim())),
                    None => (part, None),
                };
                let line: u32 = line.parse().map_err(|_| format!("`{line}` is not a line number"))?;
                let line = line.saturating_sub(1);
                let quantity = match quantity {
                    Some(text) => text.parse::<Quantity>().map_err(|_| format!("`{text}` is not a quantity"))?,
                    None => left(line as usize),
                };
                Ok(ReturnedLine { line, quantity })
            })
            .collect()
    }

    fn expect(&self, expect: &Table<'_>, report: &mut Report) {
        let day = expect.day("at").unwrap_or(self.last.day);
        for (name, table) in expect.named_tables("member") {
            let Some(member) =
                self.members.get(name.value.as_str()).and_then(|id| self.book.member_on(*id, self.policies, day))
            else {
                nobody(expect, &name, self.members.keys().map(String::as_str));
                continue;
            };
            self.expect_member(&name.value, &member, &table, day, report);
            table.finish();
        }
        for (name, table) in expect.named_tables("sale") {
            let quoted = self.quoted.get(name.value.as_str());
            let receipt = self.sales.get(name.value.as_str()).and_then(|id| self.book.receipt(*id));
            let (Some((pay, discount)), Some(receipt)) = (quoted, receipt) else {
                nobody(expect, &name, self.quoted.keys().map(String::as_str));
                continue;
            };
            expect_money(report, &table, &name.value, "pay", *pay);
            expect_money(report, &table, &name.value, "discount", *discount);
            let kinds = self.book.receipt_kinds(receipt.sale).map(|kinds| kinds.earned.as_slice()).unwrap_or_default();
            let mut kinds: Vec<(Text, Points)> = kinds.iter().map(|part| (part.kind.clone(), part.points)).collect();
            if let (true, Some(policy)) = (kinds.is_empty(), self.policies.on(receipt.at.day)) {
                kinds.push((policy.default_kind(), receipt.points));
            }
            let kinds = |kind: &str| of_kind(&kinds, kind);
            expect_kinds(report, &table, &name.value, "points", receipt.points, &kinds);
            table.finish();
        }
        for (name, table) in expect.named_tables("return") {
            let Some(quote) = self.returned.get(name.value.as_str()) else {
                nobody(expect, &name, self.returned.keys().map(String::as_str));
                continue;
            };
            expect_money(report, &table, &name.value, "refund", quote.refund);
            let back = |kind: &str| of_kind(&quote.points_back_by_kind, kind);
            expect_kinds(report, &table, &name.value, "points_back", quote.points_back, &back);
            let restored = |kind: &str| of_kind(&quote.restored_by_kind, kind);
            expect_kinds(report, &table, &name.value, "points_restored", quote.restored, &restored);
            expect_money(report, &table, &name.value, "vouchers_back", quote.vouchers_back);
            expect_money(report, &table, &name.value, "rebate_back", quote.rebate_back);
            table.finish();
        }
        for (number, table) in (1_usize..).zip(expect.tables("quote")) {
            if let Err(why) = self.expect_quote(&format!("quote {number}"), &table, report) {
                report.fail(format!("quote {number}: {why}"));
            }
            table.finish();
        }
        for table in expect.tables("due") {
            let on = table.day("on").unwrap_or(day);
            let actual: Vec<String> =
                due(&self.book, self.policies, on).iter().map(|task| self.task_words(task)).collect();
            for task in table.plain_texts("tasks") {
                report.checked = report.checked.saturating_add(1);
                if !actual.iter().any(|own| *own == task) {
                    report.fail(format!("due on {on}: expected `{task}`, got [{}]", actual.join("; ")));
                }
            }
            for task in table.plain_texts("without") {
                report.checked = report.checked.saturating_add(1);
                if actual.iter().any(|own| own.starts_with(task.as_str())) {
                    report.fail(format!("due on {on}: `{task}` must not be due, got [{}]", actual.join("; ")));
                }
            }
            table.finish();
        }
        self.expect_staff(expect, day, report);
        self.expect_care(expect, day, report);
        self.expect_approvals(expect, day, report);
        if let Some(aside) = expect.count("set_aside", 0..=1_000_000) {
            report.expect("set aside", &aside.to_string(), &self.book.set_aside().len().to_string());
        } else if let Some(first) = self.book.set_aside().first() {
            report.fail(format!("an event was set aside: {}", plain(&first.reason)));
        }
    }

    fn task_words(&self, task: &crate::due::Task) -> String {
        let name = match task.member {
            None => "-",
            Some(of) => self.members.iter().find(|(_, id)| **id == of).map_or("?", |(name, _)| name.as_str()),
        };
        let mut words = format!("{} {name}", task.kind);
        if let Some(rule) = &task.rule {
            let _ = write!(words, " {}", rule.id);
        }
        if let Some(figure) = &task.figure {
            let _ = write!(words, " {}", plain_value(figure));
        }
        if let (Some(day), "lapse-soon") = (task.day, task.kind.as_str()) {
            let _ = write!(words, " {day}");
        }
        words
    }

    fn expect_member(&self, name: &str, member: &Member, table: &Table<'_>, day: Day, report: &mut Report) {
        let points = member.points;
        let figures: [(&'static str, OfFigures); 8] = [
            ("points", |p| p.balance),
            ("issued", |p| p.issued),
            ("redeemed", |p| p.redeemed),
            ("lapsed", |p| p.lapsed),
            ("reversed", |p| p.reversed),
            ("debt", |p| p.debt),
            ("received", |p| p.received),
            ("sent", |p| p.sent),
        ];
        for (key, figure) in figures {
            let kinds = |kind: &str| {
                member.kinds().iter().find(|own| own.kind == kind).map_or(Points::ZERO, |own| figure(&own.points))
            };
            expect_kinds(report, table, name, key, figure(&points), &kinds);
        }
        expect_points(report, table, name, "points_earned", member.points_earned);
        expect_money(report, table, name, "spend", member.spend);
        expect_money(report, table, name, "stored_value", member.stored_value);
        expect_money(report, table, name, "stored_pending", member.stored_pending());
        if let Some(visits) = table.text("visits") {
            report.expect(&format!("{name} visits"), &visits, &member.visits.to_string());
        }
        let policy = self.policies.on(day);
        if let Some(tier) = table.text_at("tier") {
            let actual =
                policy.and_then(|p| p.ladder().get(member.tier)).map(|t| t.head.id.clone()).unwrap_or_default();
            let known: Vec<Text> = self.policies.iter().flat_map(|(_, policy)| policy.ladder().ids()).collect();
            if tier.value.is_empty() || known.contains(&tier.value) {
                report.expect(&format!("{name} tier"), &tier.value, &actual);
            } else {
                unknown_tier(table, &tier.value, tier.span, &known);
            }
        }
        if let Some(status) = table.word("status", &["applied", "active", "left", "cancelled", "refused", "forgotten"])
        {
            report.expect(&format!("{name} status"), status, member.status.word());
        }
        if table.has("known_by") {
            let profile = &member.profile;
            let mut own: Vec<String> = [&profile.name, &profile.phone, &profile.id_number]
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(ToString::to_string)
                .collect();
            own.extend(profile.birthday.map(|birthday| format!("{}-{}", birthday.month, birthday.day)));
            own.extend(profile.more.iter().map(|(field, text)| format!("{field}={text}")));
            report.expect(&format!("{name} known_by"), &table.plain_texts("known_by").join(", "), &own.join(", "));
        }
        if let Some(card) = table.text("card") {
            report.expect(&format!("{name} card"), &card, &member.card);
        }
        if let Some(choice) = table.text("choice") {
            report.expect(&format!("{name} choice"), &choice, &member.choice);
        }
        if let Some(expires) = table.text("card_expires") {
            let actual =
                if member.card_expires == Day::LAST { "never".to_owned() } else { member.card_expires.to_string() };
            report.expect(&format!("{name} card_expires"), &expires, &actual);
        }
        if table.has("vouchers") {
            let expected = table.plain_texts("vouchers").join(", ");
            let actual: Vec<String> = member.open_vouchers(day).iter().map(|v| v.value.to_string()).collect();
            report.expect(&format!("{name} vouchers"), &expected, &actual.join(", "));
        }
        if table.has("marks") {
            report.expect(&format!("{name} marks"), &table.plain_texts("marks").join(", "), &member.marks.join(", "));
        }
        if table.has("entitlements") {
            let mut expected: Vec<String> = table.plain_texts("entitlements").iter().map(ToString::to_string).collect();
            let mut actual: Vec<String> = policy
                .map(|p| {
                    p.entitlements()
                        .iter()
                        .filter(|rule| entitlement_state(p, member, rule, day).open)
                        .map(|rule| rule.head.id.to_string())
                        .collect()
                })
                .unwrap_or_default();
            expected.sort();
            actual.sort();
            report.expect(&format!("{name} entitlements"), &expected.join(", "), &actual.join(", "));
        }
        if let Some(missing) = table.text("missing") {
            let actual = policy
                .and_then(|p| progress(p, member, day))
                .and_then(|progress| progress.demands.first().map(|d| plain_value(&d.demand.metric.value(d.missing))))
                .unwrap_or_default();
            report.expect(&format!("{name} missing"), &missing, &actual);
        }
    }

    fn expect_quote(&self, what: &str, table: &Table<'_>, report: &mut Report) -> Result<(), String> {
        let at = match table.text("at") {
            Some(text) => text.parse::<BusinessTime>().map_err(|_| format!("`{text}` is not a time"))?,
            None => self.last,
        };
        let member = table.text("member").map(|name| self.member(&name)).transpose()?;
        let goods = table.plain_texts("basket").join(";");
        let mut basket = Basket { member, lines: parse_goods(&goods)?, ..Basket::default() };
        let at_quote = Run {
            last: at,
            policies: self.policies,
            book: self.book.clone(),
            staff_book: StaffBook::default(),
            members: self.members.clone(),
            sales: self.sales.clone(),
            events: Vec::new(),
            quoted: BTreeMap::new(),
            returned: BTreeMap::new(),
        };
        let (mut staff, mut store) = (Text::default(), Text::default());
        for option in table.plain_texts("use") {
            let option = if option.starts_with("voucher") && option.split_whitespace().count() == 1 {
                Text::from("voucher 1")
            } else {
                option
            };
            at_quote.option(&option, &mut basket, &mut staff, &mut store)?;
        }
        let refused = table.text("refused");
        let quote = match quote(&self.book, self.policies, &basket, at) {
            Ok(quote) => quote,
            Err(refusal) => {
                report.expect(what, refused.as_deref().unwrap_or("a quote"), refusal.code());
                return Ok(());
            }
        };
        if let Some(code) = refused {
            let actual = quote.refusal.as_ref().map_or("a quote", |r| r.code());
            report.expect(what, &code, actual);
        } else if let Some(refusal) = &quote.refusal {
            report.fail(format!("{what}: refused: {}", plain(&refusal.reason)));
        }
        let failed = report.failures.len();
        expect_money(report, table, what, "total", quote.total);
        expect_money(report, table, what, "pay", quote.pay);
        let reduced = Money::sum(quote.discounts.iter().map(|d| d.amount)).unwrap_or_default();
        expect_money(report, table, what, "discount", reduced);
        expect_money(report, table, what, "change", Money::ZERO);
        let kinds = |kind: &str| of_kind(&quote.points_by_kind, kind);
        expect_kinds(report, table, what, "points", quote.points, &kinds);
        if report.failures.len() > failed {
            tell(&quote.pay_trace, 1, report);
            tell(&quote.points_trace, 1, report);
        }
        let policy = self.policies.on(at.day);
        if let Some(tier) = table.text("tier") {
            let actual = quote
                .after
                .as_ref()
                .and_then(|m| policy?.ladder().get(m.tier))
                .map(|t| t.head.id.clone())
                .unwrap_or_default();
            report.expect(&format!("{what} tier"), &tier, &actual);
        }
        if let Some(missing) = table.text("missing") {
            let actual = quote
                .after
                .as_ref()
                .and_then(|m| progress(policy?, m, at.day))
                .and_then(|progress| progress.demands.first().map(|d| plain_value(&d.demand.metric.value(d.missing))))
                .unwrap_or_default();
            report.expect(&format!("{what} missing"), &missing, &actual);
        }
        if table.has("line_discounts") {
            let expected = table.plain_texts("line_discounts").join(", ");
            let actual: Vec<String> = quote
                .lines
                .iter()
                .map(|l| Money::sum(l.iter().map(|r| r.amount)).unwrap_or_default().to_string())
                .collect();
            report.expect(&format!("{what} line_discounts"), &expected, &actual.join(", "));
        }
        // INVARIANT(traces): the parts of the price sum to it.
        let parts = quote.pay_trace.parts.iter().filter_map(|part| match part.figure {
            Some(Value::Money(money)) => Some(money),
            _ => None,
        });
        if Money::sum(parts) != Ok(quote.pay) {
            report.fail(format!("{what}: the reasons of the price do not sum to it"));
        }
        Ok(())
    }

    /// The promises that every history must keep.
    fn promises(&self, report: &mut Report) {
        if let Err(breach) = self.book.verify() {
            report.fail(format!("INVARIANT({}) is broken", breach.invariant));
        }
        let Ok(hash) = self.book.hash() else { return report.fail("the book has no hash".to_owned()) };
        report.hash = hash;
        let mut events: Vec<Event> = self.events.iter().rev().cloned().collect();
        events.extend(self.events.iter().step_by(2).cloned());
        let shuffled = fold(self.policies, &Journal::new(events));
        if shuffled.hash() != Ok(hash) {
            report.fail("another order with repetitions gives another book".to_owned());
        }
        let half = self.events.len() / 2;
        let (first, rest) = self.events.split_at(half);
        let early = fold(self.policies, &Journal::new(first.to_vec()));
        let Ok(BookParts { head, members, receipts }) = early.to_snapshot() else {
            return report.fail("no snapshot".to_owned());
        };
        match Book::from_snapshot(&head) {
            Ok(mut book) => {
                let mut folder = Folder::new(self.policies);
                let unpacked =
                    members.iter().chain(&receipts).all(|part| book.unpack(part).is_ok()) && book.is_unpacked();
                let applied = rest.iter().all(|event| folder.apply(&mut book, event).is_ok());
                if !unpacked || !applied || book.hash() != Ok(hash) {
                    report.fail("a snapshot and the rest give another book than the whole".to_owned());
                }
            }
            Err(error) => report.fail(format!("a snapshot cannot be read: {error}")),
        }
        self.staff_promises(report);
    }
}

/// Takes `| by CODE` and `| store CODE` off the end of a wish; a sale reads its own options.
fn recorded_by<'w>(verb: &str, rest: &'w str) -> Result<(&'w str, Text, Text), String> {
    let (mut staff, mut store) = (Text::default(), Text::default());
    if matches!(verb, "sale" | "credit") {
        return Ok((rest, staff, store));
    }
    let mut parts = rest.split(" | ");
    let wish = parts.next().unwrap_or("").trim();
    for option in parts {
        match option.trim().split_once(' ') {
            Some(("by", code)) => staff = Text::from(code.trim()),
            Some(("store", code)) => store = Text::from(code.trim()),
            _ => return Err(format!("unknown option `{option}`")),
        }
    }
    Ok((wish, staff, store))
}

/// Figures that can be below zero: too much was paid, more was lifted than taken off, more points were lost than won.
const BELOW_ZERO: [&str; 7] =
    ["outstanding", "deductions", "accrued", "reversed", "clawed_back", "stored_value", "points_earned"];

/// A figure that is expected, as it is written. One that can never come out is complained of.
fn figure<N: core::str::FromStr + core::fmt::Display>(table: &Table<'_>, key: &'static str) -> Option<String> {
    figure_at::<N>(table, key, &table.text_at(key)?)
}

/// The same of a figure that stands at its place.
fn figure_at<N: core::str::FromStr + core::fmt::Display>(
    table: &Table<'_>,
    key: &str,
    at: &At<Text>,
) -> Option<String> {
    let Ok(figure) = at.value.parse::<N>() else {
        let what = msg!("doc.bad-number", text = &at.value);
        table.context().error("E005", at.span.clone(), what, msg!("help.target-figure"));
        return None;
    };
    let figure = figure.to_string();
    if figure.starts_with('-') && !BELOW_ZERO.contains(&key) {
        table.out_of_range(at.span.clone(), msg!("range.not-negative"));
        return None;
    }
    Some(figure)
}

/// Complains of an expectation about somebody or something that does not occur in the events.
fn nobody<'n>(expect: &Table<'_>, name: &At<Text>, known: impl Iterator<Item = &'n str>) {
    let known: Vec<&str> = known.collect();
    let help = match closest(&name.value, known.iter().copied()) {
        Some(near) => msg!("help.did-you-mean", word = near),
        None => msg!("help.known-words", words = known.into_iter().map(Value::from).collect::<Vec<_>>()),
    };
    expect.context().error("E009", name.span.clone(), msg!("doc.nobody-of-that-name", name = &name.value), help);
}

fn expect_money(report: &mut Report, table: &Table<'_>, what: &str, key: &'static str, actual: Money) {
    if let Some(expected) = figure::<Money>(table, key) {
        report.expect(&format!("{what} {key}"), &expected, &actual.to_string());
    }
}

/// Points of one kind in a figure: `points = { total = 499, spend = 489, activity = 10 }`.
type OfKind<'k> = &'k dyn Fn(&str) -> Points;

/// One of a balance's figures.
type OfFigures = fn(&PointsFigures) -> Points;

/// A figure of points: the sum, or a table of it and of single kinds.
fn expect_kinds(report: &mut Report, table: &Table<'_>, what: &str, key: &'static str, sum: Points, kinds: OfKind<'_>) {
    let Some(by_kind) = table.table_where_it_is_one(key) else { return expect_points(report, table, what, key, sum) };
    for (kind, text) in by_kind.free_texts_at() {
        let actual = if kind == "total" { sum } else { kinds(&kind) };
        if let Some(expected) = figure_at::<Points>(&by_kind, key, &text) {
            report.expect(&format!("{what} {key}.{kind}"), &expected, &actual.to_string());
        }
    }
}

/// One kind among several.
fn of_kind(parts: &[(Text, Points)], kind: &str) -> Points {
    parts.iter().find(|(own, _)| own == kind).map_or(Points::ZERO, |(_, points)| *points)
}

fn expect_points(report: &mut Report, table: &Table<'_>, what: &str, key: &'static str, actual: Points) {
    if let Some(expected) = figure::<Points>(table, key) {
        report.expect(&format!("{what} {key}"), &expected, &actual.to_string());
    }
}

fn split_time(text: &str) -> Result<(BusinessTime, &str), String> {
    let mut parts = text.splitn(3, ' ');
    let (day, minute, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let at = format!("{day} {minute}").parse().map_err(|_| format!("`{day} {minute}` is not a time"))?;
    Ok((at, rest))
}

fn money(text: &str) -> Result<Money, String> {
    text.parse().map_err(|_| format!("`{text}` is not money"))
}

fn points(text: &str) -> Result<Points, String> {
    text.parse().map_err(|_| format!("`{text}` is not points"))
}

fn parse_tenders(text: &str) -> Result<Vec<Tender>, String> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    words
        .chunks(2)
        .map(|pair| match pair {
            [kind, amount] => Ok(Tender { kind: Text::from(*kind), amount: money(amount)? }),
            _ => Err("payments are written `TENDER AMOUNT`".to_owned()),
        })
        .collect()
}

/// Goods as scenarios write them: `soap 2 x 3.00 @care special; cream 1 x 125.00`.
///
/// # Errors
/// A sentence that says how goods are written.
pub fn goods(text: &str) -> Result<Vec<BasketLine>, String> {
    parse_goods(text)
}

fn parse_goods(text: &str) -> Result<Vec<BasketLine>, String> {
    text.split(';')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| {
            let mut words = item.split_whitespace();
            let name = words.next().unwrap_or("");
            let quantity = words.next().unwrap_or("");
            if words.next() != Some("x") {
                return Err(format!("goods are written `NAME QTY x PRICE`, not `{item}`"));
            }
            let price = money(words.next().unwrap_or(""))?;
            let mut line = BasketLine {
                product: Text::from(name),
                quantity: quantity.parse().map_err(|_| format!("`{quantity}` is not a quantity"))?,
                price,
                ..BasketLine::default()
            };
            let mut tags: Vec<&str> = Vec::new();
            for word in words {
                match word.strip_prefix('@') {
                    Some(category) => line.category = Text::from(category),
                    None => tags.push(word),
                }
            }
            line.tags = Tags::parse(&tags.join(","));
            Ok(line)
        })
        .collect()
}

fn birthday(text: &str) -> Result<Birthday, String> {
    let (lunar, text) = match text.strip_prefix("lunar ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str| part.parse::<i32>().map_err(|_| format!("`{text}` is not a birthday"));
    let small = |part: &str| part.parse::<u8>().map_err(|_| format!("`{text}` is not a birthday"));
    match parts.as_slice() {
        [year, month, day] => Ok(Birthday { year: Some(number(year)?), month: small(month)?, day: small(day)?, lunar }),
        [month, day] => Ok(Birthday { year: None, month: small(month)?, day: small(day)?, lunar }),
        _ => Err(format!("`{text}` is not a birthday")),
    }
}

/// Valid data that nobody else has, from the name.
fn default_profile(name: &str) -> Profile {
    let number = EventId::derived("profile", name).as_u128() % 100_000_000;
    Profile {
        name: Text::from(name),
        phone: Text::from(format!("138{number:08}")),
        birthday: Some(Birthday { year: Some(1990), month: 1, day: 1, lunar: false }),
        id_number: Text::from(format!("ID{number:08}")),
        more: BTreeMap::new(),
    }
}
