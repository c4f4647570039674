//! A shop whose staff live through a random history, and the translation of its events into the oracle's notes.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use regulars_oracle::calendar::Day as OracleDay;
use regulars_oracle::exact::Fraction;
use regulars_oracle::office::{Note, Office, Version, What};
use regulars_oracle::pay::Figures;
use regulars_oracle::terms::Terms;
use regulars_oracle::{commission, kpi, pay};
use regulars_rules::book::Book;
use regulars_rules::event::{
    Body, Event, Given, Journal, Line, Profile, ReturnedLine, SCHEMA_VERSION, Sold, Tags, Tender,
};
use regulars_rules::fold::{Folder, fold};
use regulars_rules::id::{DeviceId, EventId, MemberId, Text};
use regulars_rules::number::{Money, Quantity, Rate};
use regulars_rules::policy::PolicySet;
use regulars_rules::staff::StaffBook;
use regulars_rules::staff::decide::{StaffWish, decide};
use regulars_rules::staff::fact::{Person, Scope, Share, StaffFact, Target};
use regulars_rules::staff::pay::RowKind;
use regulars_rules::staff::settle::{Explain, Settled, settle};
use regulars_rules::time::{BusinessTime, Day, Minute};

use crate::common::{Case, Dice, Step, day, opening_hours, plain_sale, tenders};

/// The programs that pay their staff by what is reckoned here; thresholds low enough to be crossed.
pub const PAYING: [(&str, &[(&str, &str)]); 8] = [
    ("salon-card", &[("commission_second_from", "300.00"), ("commission_third_from", "900.00")]),
    ("kuailego", &[("phone_rate", "3.33%"), ("snack_rate", "7.5%")]),
    ("kuailego", &[("holdback_also", "bonus")]),
    ("jiujiu", &[("commission_rate", "1.25%"), ("other_discount", "1.5%")]),
    ("hotel-card", &[("commission_rate", "4.5%")]),
    ("longrun-hall", &[("commission_rate", "2.5%")]),
    ("sales-office", &[("commission_rate", "3.5%")]),
    ("menswear", &[]),
];

/// The people; each may be led by those further on.
pub const CODES: [&str; 5] = ["an", "bo", "chu", "da", "e"];

const GOODS: [(&str, &str, &str); 9] = [
    ("soap", "", ""),
    ("mug", "home", "brand:lan"),
    ("mug/red", "home", ""),
    ("phone", "", "special"),
    ("snack", "food", "brand:lan special"),
    ("ring", "jade", ""),
    ("rice", "food", "counter:a"),
    ("coat", "", "promotion"),
    ("free", "", ""),
];

/// What sort of histories. Facts that come later than their day are in all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Whether changes of the staff list come late as well.
    pub late_lists: bool,
}

/// A shop with its staff.
pub struct Desk<'p> {
    pub policies: &'p PolicySet,
    roles: Vec<Text>,
    pub book: Book,
    pub staff: StaffBook,
    pub events: Vec<Event>,
    sales: Vec<EventId>,
    waiting: Vec<(EventId, u32)>,
    members: Vec<MemberId>,
    pub today: Day,
    manner: Manner,
}

impl<'p> Desk<'p> {
    pub fn live(policies: &'p PolicySet, manner: Manner, steps: &[Step]) -> Self {
        let mut roles: BTreeSet<Text> = BTreeSet::new();
        for (_, policy) in policies.iter() {
            let staff = policy.staff();
            roles.extend(staff.post.iter().map(|post| post.role.clone()));
            roles.extend(staff.commission.iter().flat_map(|rule| rule.roles.clone()));
        }
        roles.extend(["a".into(), "b".into()]);
        let mut desk = Self {
            policies,
            roles: roles.into_iter().collect(),
            book: Book::default(),
            staff: StaffBook::default(),
            events: Vec::new(),
            sales: Vec::new(),
            waiting: Vec::new(),
            members: Vec::new(),
            today: day("2026-01-05"),
            manner,
        };
        let mut dice = Dice::new(steps.len() as u32 * 7 + 3, steps.first().map_or(0, |step| step.x));
        for number in 0..CODES.len() {
            desk.list(number, desk.today, &mut dice);
        }
        desk.join(desk.today, &mut dice);
        for step in steps {
            desk.step(step);
        }
        desk
    }

    pub fn record(&mut self, body: Body, at: BusinessTime, by: &str) -> EventId {
        let sequence = self.events.len() as u64 + 1;
        let event = Event {
            id: EventId::derived("office", &sequence.to_string()),
            device: DeviceId::derived("office", if sequence.is_multiple_of(3) { "a" } else { "b" }),
            sequence,
            clock: sequence,
            at,
            store: Text::default(),
            staff: Text::from(by),
            program: Text::default(),
            policy_version: 1,
            schema: SCHEMA_VERSION,
            body,
        };
        Folder::new(self.policies).apply(&mut self.book, &event).expect("events come in their order");
        self.staff.apply(self.policies, &event);
        let id = event.id;
        self.events.push(event);
        id
    }

    fn note(&mut self, fact: StaffFact, at: BusinessTime) {
        self.record(Body::Staff(Box::new(fact)), at, "office");
    }

    fn list(&mut self, number: usize, day: Day, dice: &mut Dice) {
        let above = CODES.len() - 1 - number;
        let leader =
            if above > 0 && dice.roll(4) != 0 { CODES[number + 1 + dice.roll(above as u64) as usize] } else { "" };
        let person = Person {
            code: CODES[number].into(),
            role: self.roles[dice.roll(self.roles.len() as u64) as usize].clone(),
            leader: leader.into(),
            ..Person::default()
        };
        let at = opening_hours(day, dice);
        self.note(StaffFact::Listed(person), at);
    }

    fn join(&mut self, day: Day, dice: &mut Dice) {
        let number = self.members.len();
        let choices = ["", "gold"];
        let body = Body::Enrolled {
            profile: Profile { name: Text::from(format!("member {number}")), ..Profile::default() },
            route: "free".into(),
            receipts: Vec::new(),
            fee: Money::from_minor(if dice.roll(2) == 0 { 0 } else { 19_900 }),
            choice: choices[dice.roll(2) as usize].into(),
            card: Text::from(format!("{number:06}")),
            referrer: None,
            guide: if dice.roll(2) == 0 { Text::default() } else { CODES[dice.roll(5) as usize].into() },
            awaiting_approval: false,
        };
        let at = opening_hours(day, dice);
        let by = CODES[dice.roll(5) as usize];
        let id = self.record(body, at, by);
        self.members.push(MemberId::from(id));
        self.sales.push(id);
    }

    fn amount(dice: &mut Dice) -> i64 {
        match dice.roll(4) {
            0 => dice.roll(2_000) as i64,
            1 => dice.roll(20_000) as i64,
            2 => dice.roll(60) as i64 * 1000,
            _ => dice.roll(300_000) as i64,
        }
    }

    fn tenders(&mut self, amount: i64, dice: &mut Dice) -> Vec<Tender> {
        let cheque = if dice.roll(3) == 0 { amount / 3 } else { 0 };
        let tender = |kind: &str, amount: i64| Tender { kind: kind.into(), amount: Money::from_minor(amount) };
        [tender("cash", amount - cheque), tender("cheque", cheque)]
            .into_iter()
            .filter(|t| t.amount.is_positive())
            .collect()
    }

    fn sell(&mut self, by: &str, at: BusinessTime, dice: &mut Dice) {
        let mut sold = Sold { member: (dice.roll(2) == 0).then(|| self.members[0]), ..Sold::default() };
        let mut left = 0;
        for _ in 0..=dice.roll(3) {
            let (product, category, tags) = GOODS[dice.roll(GOODS.len() as u64) as usize];
            let amount = if product == "free" { 0 } else { Self::amount(dice) };
            let mut discounts = Vec::new();
            for rule in ["stones", "manual"] {
                if dice.roll(4) == 0 {
                    let part = Money::from_minor(dice.roll(amount as u64 / 3 + 1) as i64);
                    discounts.push(Given { rule: rule.into(), amount: part });
                }
            }
            left += amount - discounts.iter().map(|given| given.amount.minor()).sum::<i64>();
            let quantity =
                if dice.roll(5) == 0 { 1 + dice.roll(3000) as i64 } else { 1000 * (1 + dice.roll(4) as i64) };
            sold.lines.push(Line {
                product: product.into(),
                category: category.into(),
                tags: Tags::parse(tags),
                quantity: Quantity::from_minor(quantity),
                amount: Money::from_minor(amount),
                discounts,
            });
        }
        for rule in ["member", "manual"] {
            if dice.roll(5) == 0 && left > 0 {
                let off = dice.roll(left as u64 / 2 + 1) as i64;
                left -= off;
                sold.discounts.push(Given { rule: rule.into(), amount: Money::from_minor(off) });
            }
        }
        sold.tenders = self.tenders(left, dice);
        let waits = (0..)
            .zip(&sold.tenders)
            .filter(|(_, tender)| tender.kind == "cheque")
            .map(|(at, _)| at)
            .collect::<Vec<_>>();
        let id = self.record(Body::Sold(sold), at, by);
        self.sales.push(id);
        self.waiting.extend(waits.into_iter().map(|at| (id, at)));
    }

    fn any_deal(&self, dice: &mut Dice) -> Option<EventId> {
        if self.sales.is_empty() {
            return None;
        }
        let far = if dice.roll(2) == 0 { 3 } else { self.sales.len() as u64 };
        let back = 1 + dice.roll(far) as usize;
        Some(self.sales[self.sales.len().saturating_sub(back)])
    }

    fn shares(dice: &mut Dice) -> Vec<Share> {
        let parts: &[&str] = match dice.roll(6) {
            0 => &["100%"],
            1 => &["50%", "50%"],
            2 => &["33.333333%", "33.333333%", "33.333333%"],
            3 => &["60%", "25%"],
            4 => &["12.5%", "87.5%"],
            _ => &[],
        };
        let first = dice.roll(5) as usize;
        let share = |(at, part): (usize, &&str)| Share {
            staff: CODES[(first + at) % CODES.len()].into(),
            part: part.parse().expect("a rate"),
        };
        parts.iter().enumerate().map(share).collect()
    }

    pub fn step(&mut self, step: &Step) {
        let mut dice = Dice::new(step.x, step.y);
        // Months pass, not years: what is settled is looked at month by month.
        self.today = self.today.plus_days(i32::from(step.wait) / 3);
        let late = dice.roll(6) == 5;
        let day = if late { self.today.plus_days(-1 - dice.roll(50) as i32) } else { self.today };
        let at = opening_hours(day, &mut dice);
        let by = CODES[usize::from(step.who) % CODES.len()];
        match step.verb {
            0..=39 => self.sell(by, at, &mut dice),
            40..=50 => {
                let Some(sale) = self.any_deal(&mut dice) else { return };
                let lines = (0..1 + dice.roll(2))
                    .map(|line| ReturnedLine {
                        line: line as u32,
                        quantity: Quantity::from_minor(if dice.roll(2) == 0 {
                            1000
                        } else {
                            1 + dice.roll(4000) as i64
                        }),
                    })
                    .collect();
                self.record(Body::Returned { sale, lines, refunds: Vec::new() }, at, by);
            }
            51..=56 => {
                let amount = 100 * (1 + dice.roll(3000) as i64);
                let tenders = self.tenders(amount, &mut dice);
                let waits = tenders.iter().any(|tender| tender.kind == "cheque");
                let place = tenders.len() as u32 - 1;
                let body = Body::Loaded { member: self.members[0], amount: Money::from_minor(amount), tenders };
                let id = self.record(body, at, by);
                self.sales.push(id);
                self.waiting.extend(waits.then_some((id, place)));
            }
            57..=61 => {
                let count = self.waiting.len();
                if count > 0 {
                    let (of, tender) = self.waiting[dice.roll(count as u64) as usize];
                    self.record(Body::TenderSettled { of, tender, cleared: dice.roll(3) != 0 }, at, by);
                }
            }
            62..=68 => {
                let Some(of) = self.any_deal(&mut dice) else { return };
                self.note(StaffFact::Credited { of, shares: Self::shares(&mut dice), reason: "because".into() }, at);
            }
            69..=74 => {
                let months = [1, 3, 6, 12][dice.roll(4) as usize];
                let back = dice.roll(4) as i32;
                let from = self.today.month_start().plus_months(-back).period_start(months);
                let target = Target {
                    scope: Scope::Person(CODES[dice.roll(5) as usize].into()),
                    rule: "t".into(),
                    from,
                    to: from.plus_months(months as i32),
                    figure: Self::amount(&mut dice),
                };
                self.note(StaffFact::TargetSet(target), at);
            }
            75..=80 => {
                // Pay day: everybody, or one.
                let month = self.today.month_start().plus_months(-1 - dice.roll(2) as i32);
                let at = BusinessTime { day: self.today, ..at };
                let all = dice.roll(3) != 0;
                for staff in CODES.iter().filter(|code| all || **code == by) {
                    let wish = StaffWish::Pay { staff: (*staff).into(), month, amount: None };
                    if let Ok(bodies) = decide(&self.book, &self.staff, self.policies, &wish, at) {
                        for body in bodies {
                            self.record(body, at, "office");
                        }
                    }
                }
            }
            81..=84 => {
                let from = self.staff.open_from().max(day_of_opening());
                let to = self.today.month_start();
                if from < to {
                    let at = BusinessTime { day: self.today, ..at };
                    self.note(StaffFact::PeriodClosed { from, to }, at);
                }
            }
            85..=90 => {
                let at = if self.manner.late_lists { at } else { BusinessTime { day: self.today, ..at } };
                if dice.roll(4) == 0 {
                    let gone = StaffFact::Left {
                        staff: by.into(),
                        reason: Text::default(),
                        dismissed: false,
                        never_again: false,
                    };
                    self.note(gone, at);
                } else {
                    self.list(usize::from(step.who) % CODES.len(), at.day, &mut dice);
                }
            }
            91..=94 => {
                // Put down today; of a day that is gone, now and then, and perhaps of a month that is closed.
                let staff = Text::from(by);
                let at = BusinessTime { day: self.today, ..at };
                let fact = match dice.roll(4) {
                    0 => StaffFact::Booked { staff, member: None, day: self.today, told: "da".into() },
                    1 => StaffFact::DutyWaived { staff, by: "da".into(), day, reason: "full".into() },
                    _ => StaffFact::Duty {
                        staff,
                        from: BusinessTime { day, minute: Minute::from_clock(0, 1).expect("a minute"), ..at },
                        to: BusinessTime { day: day.plus_days(1 + dice.roll(9) as i32), ..at },
                    },
                };
                self.note(fact, at);
            }
            _ => self.join(day, &mut dice),
        }
    }
}

fn day_of_opening() -> Day {
    day("2026-01-01")
}

fn number(day: Day) -> OracleDay {
    day.number().into()
}

fn when(at: BusinessTime) -> (OracleDay, i64) {
    (number(at.day), i64::from(at.minute.number()))
}

fn fraction(rate: Rate) -> Fraction {
    let (over, under) = rate.ratio();
    Fraction { over: over.into(), under: under.into() }
}

/// An event as a note.
pub fn note(event: &Event) -> Note {
    let what = match &event.body {
        Body::Sold(sold) => What::Sold(plain_sale(sold)),
        Body::Loaded { member, amount, tenders: paid } => {
            What::Loaded(member.as_u128(), amount.minor().into(), tenders(paid))
        }
        Body::Enrolled { fee, choice, guide, .. } => {
            let by = if guide.is_empty() { &event.staff } else { guide };
            What::Joined(choice.to_string(), fee.minor().into(), by.to_string())
        }
        Body::Returned { sale, lines, .. } => What::Returned(
            sale.as_u128(),
            lines.iter().map(|line| (line.line as usize, line.quantity.minor().into())).collect(),
        ),
        Body::TenderSettled { of, tender, cleared } => What::Settled(of.as_u128(), *tender, *cleared),
        Body::Staff(fact) => match fact.as_ref() {
            StaffFact::Listed(person) => {
                What::Listed(person.code.to_string(), person.role.to_string(), person.leader.to_string())
            }
            StaffFact::Left { staff, .. } => What::Gone(staff.to_string()),
            StaffFact::Credited { of, shares, .. } => What::Credited(
                of.as_u128(),
                shares.iter().map(|share| (share.staff.to_string(), fraction(share.part))).collect(),
            ),
            StaffFact::TargetSet(Target { scope: Scope::Person(person), rule, from, to, figure }) => {
                What::Target(rule.to_string(), person.to_string(), number(*from), number(*to), (*figure).into())
            }
            StaffFact::Duty { staff, from, to } => What::Duty(staff.to_string(), when(*from), when(*to)),
            StaffFact::Booked { staff, member, day, told } => {
                What::Booked(staff.to_string(), member.map(MemberId::as_u128), number(*day), !told.is_empty())
            }
            StaffFact::DutyWaived { staff, day, .. } => What::Waived(staff.to_string(), number(*day)),
            StaffFact::Paid { staff, month, amount } => {
                What::Paid(staff.to_string(), number(*month), amount.minor().into())
            }
            StaffFact::PeriodClosed { from, to } => What::Closed(number(*from), number(*to)),
            _ => What::Other,
        },
        _ => What::Other,
    };
    let (day, minute) = when(event.at);
    Note { id: event.id.as_u128(), day, minute, by: event.staff.to_string(), what }
}

pub fn notes(events: &[Event]) -> Vec<Note> {
    events.iter().map(note).collect()
}

/// What both sides can say of a settlement, in the oracle's words; rows of nothing are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub rows: BTreeMap<(String, OracleDay, String, String), i128>,
    pub points: BTreeMap<(String, OracleDay, String), i128>,
    pub running: BTreeMap<(String, String, OracleDay), (i128, i128)>,
    pub statements: BTreeMap<(String, OracleDay), Figures>,
}

const OURS: [RowKind; 3] = [RowKind::Commission, RowKind::Reversal, RowKind::Clawback];

pub fn engine(settled: &Settled, rules_of_kpi: &BTreeSet<String>) -> Said {
    let mut said = Said::default();
    for statement in settled.statements() {
        for row in statement.rows.iter().filter(|row| OURS.contains(&row.kind)) {
            let key = (row.staff.to_string(), number(row.month), row.kind.to_string(), row.rule.id.to_string());
            *said.rows.entry(key).or_default() += i128::from(row.amount.minor());
        }
        for row in statement.kpi.iter().filter(|row| rules_of_kpi.contains(row.rule.id.as_str())) {
            let key = (row.staff.to_string(), number(row.month), row.rule.id.to_string());
            *said.points.entry(key).or_default() += i128::from(row.points);
        }
        let [
            accrued,
            reversed,
            clawed_back,
            held,
            released,
            deductions,
            carried_in,
            carried_out,
            drawn,
            recovered,
            payable,
            paid,
            outstanding,
            held_balance,
            draw_balance,
        ] = statement.figures().map(|(_, amount)| i128::from(amount.minor()));
        let figures = Figures {
            accrued,
            reversed,
            clawed_back,
            held,
            released,
            deductions,
            carried_in,
            carried_out,
            drawn,
            recovered,
            payable,
            paid,
            outstanding,
            held_balance,
            draw_balance,
        };
        said.statements.insert((statement.staff.to_string(), number(statement.month)), figures);
    }
    for one in settled.running() {
        let key = (one.staff.to_string(), one.rule.id.to_string(), number(one.from));
        said.running.insert(key, (one.base.minor().into(), one.amount.minor().into()));
    }
    said.rows.retain(|_, amount| *amount != 0);
    said.points.retain(|_, points| *points != 0);
    said.statements = from_the_first(said.statements);
    said
}

/// Statements of nothing that come before a person's first figure say nothing: whether there are any is no matter.
fn from_the_first(statements: BTreeMap<(String, OracleDay), Figures>) -> BTreeMap<(String, OracleDay), Figures> {
    let mut begun = BTreeSet::new();
    let told = statements.into_iter().filter(|((code, _), figures)| {
        if *figures != Figures::default() {
            begun.insert(code.clone());
        }
        begun.contains(code)
    });
    told.collect()
}

/// The oracle's settlement. Rows of other sorts (bonuses, fines, prizes) are the engine's: they are given, not judged.
pub fn oracle(versions: &[Version], events: &[Event], settled: &Settled, until: Day) -> Said {
    let office = Office::replay(versions, &notes(events));
    let until = number(until);
    let found = commission::find(&office, until);
    let points = kpi::find(&office, until);
    let mut rows: Vec<pay::Row> = found
        .rows
        .iter()
        .map(|((code, month, sort, _), amount)| (code.clone(), *month, (*sort).to_owned(), *amount))
        .collect();
    let ours = is_all_ours(versions);
    for statement in settled.statements() {
        let month = number(statement.month);
        for row in &statement.rows {
            let is_ours = OURS.contains(&row.kind) || (row.kind == RowKind::Kpi && ours);
            if !is_ours {
                rows.push((row.staff.to_string(), month, row.kind.to_string(), row.amount.minor().into()));
            }
        }
    }
    if ours {
        rows.extend(kpi::pay(&office, &points));
    }
    let statements = from_the_first(pay::statements(&office, &rows, until));
    let mut rows: BTreeMap<(String, OracleDay, String, String), i128> = found
        .rows
        .into_iter()
        .map(|((code, month, sort, rule), amount)| ((code, month, sort.to_owned(), rule), amount))
        .collect();
    rows.retain(|_, amount| *amount != 0);
    Said { rows, points, running: found.running, statements }
}

/// Whether all KPI rules are reckoned by the oracle.
fn is_all_ours(versions: &[Version]) -> bool {
    versions.iter().all(|(_, _, terms)| !terms.kpi_of_others)
}

pub fn versions(cases: &[(Day, Case)]) -> Vec<Version> {
    let mut versions: Vec<Version> = cases
        .iter()
        .map(|(from, case)| {
            let terms = Terms::read(&case.document, &case.set).expect("the oracle reads its terms");
            (number(*from), case.program(), terms)
        })
        .collect();
    versions.sort_by_key(|(from, ..)| *from);
    versions
}

/// Both settlements of a history, at its end, some months later, and of some of its prefixes.
pub fn agree(
    cases: &[(Day, Case)],
    policies: &PolicySet,
    events: &[Event],
    prefixes: &[usize],
) -> Result<(), TestCaseError> {
    let versions = versions(cases);
    let ids = versions.iter().flat_map(|(_, _, terms)| &terms.kpi).map(|rule| rule.id.clone()).collect();
    for take in prefixes.iter().map(|raw| raw % (events.len() + 1)).chain([events.len()]) {
        let events = &events[..take];
        let journal = Journal::new(events.to_vec());
        let (book, staff) = (fold(policies, &journal), StaffBook::fold(policies, &journal));
        let Some((_, last)) = staff.days() else { continue };
        for later in [1, 3] {
            let until = last.month_start().plus_months(later);
            let settled = settle(&book, &staff, policies, until, Explain::Nobody).expect("it fits");
            prop_assert!(settled.is_conserved());
            let (engine, oracle) = (engine(&settled, &ids), oracle(&versions, events, &settled, until));
            let told = || format!("until {until}\n{}{}", story(events), documents(cases));
            prop_assert_eq!(&engine.rows, &oracle.rows, "rows {}", told());
            prop_assert_eq!(&engine.points, &oracle.points, "points {}", told());
            prop_assert_eq!(&engine.running, &oracle.running, "running {}", told());
            prop_assert_eq!(&engine.statements, &oracle.statements, "statements {}", told());
        }
    }
    Ok(())
}

fn documents(cases: &[(Day, Case)]) -> String {
    cases.iter().filter(|(_, case)| case.name == "random").map(|(_, case)| case.document.clone()).collect()
}

/// A history in a line for each event, for whoever reads a failure.
pub fn story(events: &[Event]) -> String {
    events.iter().map(|event| format!("{} {} {:?}\n", event.at.day, event.staff, event.body)).collect()
}

/// The raw numbers of a commission rule.
#[derive(Debug, Clone)]
pub struct RuleShape(pub [u8; 14]);

/// The raw numbers of a document.
#[derive(Debug, Clone)]
pub struct PayShape {
    rules: Vec<RuleShape>,
    pay: [u8; 8],
    kpi: Vec<[u8; 8]>,
}

pub fn pay_shape() -> impl Strategy<Value = PayShape> {
    let rule = any::<[u8; 14]>().prop_map(RuleShape);
    let parts =
        (proptest::collection::vec(rule, 1..6), any::<[u8; 8]>(), proptest::collection::vec(any::<[u8; 8]>(), 0..3));
    parts.prop_map(|(rules, pay, kpi)| PayShape { rules, pay, kpi })
}

fn pick<'a>(from: u8, among: &[&'a str]) -> &'a str {
    among[usize::from(from) % among.len()]
}

const PERS: [&str; 6] = ["deal", "line", "calendar month", "calendar quarter", "calendar half", "calendar year"];

fn rule_text(number: usize, RuleShape(raw): &RuleShape, earlier: &[(String, &'static str)]) -> (String, &'static str) {
    let per = PERS[usize::from(raw[0]) % PERS.len()];
    let is_window = per.starts_with("calendar");
    let bands = "bands = [{ from = '0.00', rate = '1%' }, { from = '500.00', rate = '2.5%' }, { above = '2000.00', rate = '4.05%' }]";
    let reading = pick(raw[2], &["reading = 'whole'", "reading = 'marginal'"]);
    let pays = match raw[1] % 6 {
        0 => format!("rate = '{}'", pick(raw[3], &["5%", "0%", "2.5%", "0.333%", "100%"])),
        1 | 2 => {
            let each =
                if per == "line" { pick(raw[3], &["piece", "line"]) } else { pick(raw[3], &["piece", "line", "deal"]) };
            format!("fixed = '{}'\neach = '{each}'", pick(raw[2], &["0.00", "3.33", "88.00"]))
        }
        3 if is_window => format!(
            "of = 'attainment'\ntarget = 't'\n{reading}\nbands = [{{ from = '0%', rate = '1%' }}, {{ from = '80%', {} }}, {{ from = '100.00005%', rate = '5%' }}]",
            pick(raw[3], &["rate = '3%'", "fixed = '20.00'"])
        ),
        3 if per == "line" => format!(
            "of = 'discount'\nbands = [{{ from = '0%', rate = '3%' }}, {{ from = '10%', {} }}, {{ above = '20%', rate = '0%' }}]",
            pick(raw[3], &["rate = '1%'", "fixed = '2.00'"])
        ),
        _ => format!("{reading}\n{bands}"),
    };
    let mut text = format!("[[commission]]\nid = 'r{number}'\nper = '{per}'\n{pays}\n");
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    add(pick(raw[4], &["", "", "roles = ['a']", "roles = ['b']"]));
    add(pick(raw[5], &["", "on = ['sale', 'load', 'fee']", "on = ['load']", "on = ['sale']"]));
    add(pick(
        raw[6],
        &[
            "",
            "",
            "only = { products = ['mug'] }",
            "only = { products = ['mug/red'] }",
            "only = { categories = ['home', 'food'] }",
            "only = { brands = ['lan'] }",
            "only = { tags = ['special'] }",
            "except = { tags = ['special'] }",
            "only = { products = ['phone', 'gold'] }",
            "only = { counters = ['a'] }",
        ],
    ));
    add(pick(raw[7], &["", "group = 'g'", "group = 'h'"]));
    add(pick(raw[8], &["", "base = 'before-discounts'", "base = 'entitled'"]));
    add(pick(raw[9], &["", "arrived = true", "", "split = 'each'"]));
    add(pick(raw[10], &["", "cap = '30.00'", "floor = '5.00'", "cap = '60.00'\nfloor = '10.00'"]));
    if raw[11].is_multiple_of(3) {
        add("team = true");
        let net: Vec<String> = earlier.iter().filter(|(_, own)| *own == per).map(|(id, _)| format!("'{id}'")).collect();
        if raw[11].is_multiple_of(2) && !net.is_empty() {
            add(&format!("net_of = [{}]", net.join(", ")));
        }
    }
    if !is_window {
        add(pick(raw[12], &["", "", "instalments = 2", "instalments = 3\nevery = '20 days'"]));
    }
    (text, per)
}

/// A document with rules for the staff.
pub fn pay_document(shape: &PayShape, version: u8, from: &str) -> String {
    let mut known: Vec<(String, &'static str)> = Vec::new();
    let mut rules = String::new();
    for (number, rule) in shape.rules.iter().enumerate() {
        let (text, per) = rule_text(number, rule, &known);
        rules.push_str(&text);
        known.push((format!("r{number}"), per));
    }
    let [rounding, holds, release, leaving, draw, kpi_pay, duty, more] = shape.pay;
    for (number, text) in ["rate = '5%'\nof = ['commission']", "rate = '12.5%'"].iter().enumerate() {
        if holds >> number & 1 == 1 {
            rules.push_str(&format!(
                "[[holdback]]\nid = 'h{number}'\n{text}\nrelease = '{}'\non_leaving = '{}'\n{}\n",
                pick(release >> number, &["calendar quarter", "calendar half", "calendar year"]),
                pick(leaving >> number, &["release", "year-end"]),
                pick(holds >> (2 + number), &["", "roles = ['a']"]),
            ));
        }
    }
    rules.push_str(pick(draw, &["", "[draw]\namount = '40.00'\n", "[draw]\namount = '15.00'\nroles = ['a']\n"]));
    let windows = ["calendar month", "calendar quarter", "calendar half"];
    for (number, raw) in shape.kpi.iter().enumerate() {
        let metric = pick(raw[0], &["sales", "takings", "deals", "recruits"]);
        let is_money = metric == "sales" || metric == "takings";
        rules.push_str(&format!("[[kpi]]\nid = 'k{number}'\nmetric = '{metric}'\n"));
        if metric == "recruits" && raw[1].is_multiple_of(2) {
            rules.push_str(&format!("points = {}\nto = 'guide'\n", pick(raw[2], &["1", "3", "-2"])));
            continue;
        }
        let against = match (is_money, raw[2].is_multiple_of(2)) {
            (true, true) => "target = 't'".to_owned(),
            (true, false) => format!("at = '{}'", pick(raw[3], &["100.00", "3000.00", "0.00"])),
            (false, _) => format!("at = '{}'", pick(raw[3], &["1", "3", "0"])),
        };
        rules.push_str(&format!(
            "window = '{}'\nper = 'person'\n{against}\neach = '{}'\nover = {}\nunder = {}\n",
            pick(raw[4], &windows),
            pick(raw[5], &["10%", "33.3%", "100%"]),
            pick(raw[6], &["1", "2"]),
            pick(raw[7], &["-1", "-3", "0"]),
        ));
    }
    rules.push_str(pick(
        kpi_pay,
        &["", "[kpi_pay]\nper_point = '10.00'\n", "[kpi_pay]\nper_point = '2.50'\nreduces_pay = true\nroles = ['b']\n"],
    ));
    rules.push_str(pick(duty, &["", "", "[attribution]\nrule = 'on-duty'\ndecides = 'manager'\n"]));
    let rounding = pick(
        rounding,
        &[
            "",
            "[rounding]\nmoney = { unit = '0.10', mode = 'down' }\n",
            "[rounding]\nmoney = { unit = '1.00', mode = 'half-even' }\n",
        ],
    );
    let clear = pick(more, &["[stored_value]\nmust_clear = ['cheque']\n", ""]);
    format!(
        "[program]\nid = 'random'\nversion = {version}\neffective_from = {from}\nsource = 'none'\ntitle = {{ zh = 'x', en = 'x' }}\n\
         [[enrol]]\nid = 'free'\nfree = true\n{rounding}{clear}[[target]]\nid = 't'\nmetric = 'sales'\n{rules}"
    )
}
