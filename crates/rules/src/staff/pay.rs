//! Pay: what the rules found for a person, month by month, becomes what is paid, held, carried over and owed.
//!
//! | figure | meaning |
//! |---|---|
//! | accrued | what deals, bonuses, prizes and points brought, before anything is taken off |
//! | reversed, clawed back | taken off for goods that came back: not yet paid out, or paid out already |
//! | held, released | kept of the month's income for later; settled at the window's end |
//! | deductions | fines and damages, less what reviews lifted of them; what pay cannot cover is carried into the next month |
//! | draw | paid ahead up to the least pay, recovered from later months |
//! | payable | what the month's pay comes to; paid is what was paid of it, outstanding the rest |

use core::fmt;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::StaffBook;
use super::credit::{Suspension, suspensions};
use super::fact::{Person, StaffFact};
use crate::id::{MemberId, Text};
use crate::kinds::holdback::{Draw, Holdback};
use crate::message::{RuleRef, Trace};
use crate::msg;
use crate::number::{Money, NumberError};
use crate::policy::{Policy, PolicySet};
use crate::time::Day;

/// What a row of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// Base pay of a role.
    Base,
    /// Commission on deals.
    Commission,
    /// A bonus of a role.
    Bonus,
    /// A prize of a contest.
    Prize,
    /// KPI points turned into pay.
    Kpi,
    /// Taken off for goods that came back before they were paid out.
    Reversal,
    /// Taken back of what was paid out.
    Clawback,
    /// A fine.
    Fine,
    /// Damage to be made good.
    Damages,
    /// A fine or damages given back, because a review lifted the sanction after they were taken off.
    Lifted,
}

impl RowKind {
    /// Income, in the order of a statement.
    pub const INCOME: [Self; 5] = [Self::Base, Self::Commission, Self::Bonus, Self::Prize, Self::Kpi];

    /// Its word in a document and in the exchange format.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Commission => "commission",
            Self::Bonus => "bonus",
            Self::Prize => "prize",
            Self::Kpi => "kpi",
            Self::Reversal => "reversal",
            Self::Clawback => "clawback",
            Self::Fine => "fine",
            Self::Damages => "damages",
            Self::Lifted => "lifted",
        }
    }

    /// Whether it is taken off pay, or was and is given back.
    #[must_use]
    pub const fn is_deduction(self) -> bool {
        match self {
            Self::Fine | Self::Damages | Self::Lifted => true,
            Self::Base | Self::Commission | Self::Bonus | Self::Prize | Self::Kpi | Self::Reversal | Self::Clawback => {
                false
            }
        }
    }
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One row of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Whose.
    pub staff: Text,
    /// First day of the month in which it counts.
    pub month: Day,
    /// What it is.
    pub kind: RowKind,
    /// The rule.
    pub rule: RuleRef,
    /// How much: income is positive, what is taken back negative; fines and damages are positive and deducted; what
    /// is lifted of them is positive and lowers the month's deductions.
    pub amount: Money,
    /// How many deals or facts it rests on.
    pub count: u32,
    /// Why. Without parts where nobody asked for reasons.
    pub trace: Trace,
}

/// KPI points of a person, or of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiRow {
    /// Whose: a person's code, or a store's where the rule is about stores and nobody answers for it.
    pub staff: Text,
    /// First day of the month in which they count.
    pub month: Day,
    /// The rule.
    pub rule: RuleRef,
    /// Points, more or less.
    pub points: i64,
    /// Why.
    pub trace: Trace,
}

/// Something that a person must decide: the rules propose it, they do not do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// About whom; empty where it is about a member.
    pub staff: Text,
    /// About which member, if about one.
    pub member: Option<MemberId>,
    /// The day on which it arose.
    pub day: Day,
    /// What: `dismissal`, `suspension`, `demotion`, `warning`, `reprimand`, `training`, `praise`, …
    pub what: Text,
    /// The rule.
    pub rule: RuleRef,
    /// Why. Its figure is the measure of what is proposed, where it has one: days of a suspension, points.
    pub trace: Trace,
}

/// What the rules found, before it becomes pay.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Rows of pay.
    pub rows: Vec<Row>,
    /// KPI points.
    pub kpi: Vec<KpiRow>,
    /// Proposals.
    pub proposals: Vec<Proposal>,
    /// Deals that nobody gets, and why.
    pub unassigned: Vec<(crate::id::EventId, crate::message::Message)>,
    /// Where windows that are not over stand.
    pub running: Vec<Running>,
    /// What assessments came to.
    pub assessed: Vec<super::assessment::Assessed>,
    /// Rankings.
    pub ranked: Vec<super::ranking::Ranked>,
    /// How drawn visits stand.
    pub inspected: Vec<super::inspection::Inspected>,
    /// Every window as it stands with all that is known.
    pub windows: Vec<Running>,
}

/// A commission window as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Whose.
    pub staff: Text,
    /// The rule.
    pub rule: RuleRef,
    /// First day of the window.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// The base so far.
    pub base: Money,
    /// What it brings so.
    pub amount: Money,
}

/// A person's figures of one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whose.
    pub staff: Text,
    /// First day of the month.
    pub month: Day,
    /// The rows of the month.
    pub rows: Vec<Row>,
    /// KPI points of the month.
    pub kpi: Vec<KpiRow>,
    /// Sum of the KPI points.
    pub kpi_points: i64,
    /// Income of the month.
    pub accrued: Money,
    /// Taken off for what came back before it was paid out.
    pub reversed: Money,
    /// Taken back of what was paid out.
    pub clawed_back: Money,
    /// Kept for later.
    pub held: Money,
    /// Of earlier months' holdback, settled now.
    pub released: Money,
    /// Fines and damages of the month, less what was lifted of earlier ones: it may be negative.
    pub deductions: Money,
    /// What earlier months' pay could not cover, taken off now; not negative.
    pub carried_in: Money,
    /// What this month's pay cannot cover; not negative.
    pub carried_out: Money,
    /// Paid ahead this month up to the least pay.
    pub drawn: Money,
    /// Of earlier months' draws, recovered now.
    pub recovered: Money,
    /// What the month's pay comes to.
    pub payable: Money,
    /// What was paid of it.
    pub paid: Money,
    /// What is still to be paid of it; negative where too much was paid.
    pub outstanding: Money,
    /// Holdback kept at the end of the month.
    pub held_balance: Money,
    /// Draws not yet recovered at the end of the month.
    pub draw_balance: Money,
    /// Whether the month was closed: it stands.
    pub closed: bool,
    /// Holdback and draw, with their reasons.
    pub traces: Vec<Trace>,
}

impl Statement {
    fn new(staff: &Text, month: Day) -> Self {
        Self {
            staff: staff.clone(),
            month,
            rows: Vec::new(),
            kpi: Vec::new(),
            kpi_points: 0,
            accrued: Money::ZERO,
            reversed: Money::ZERO,
            clawed_back: Money::ZERO,
            held: Money::ZERO,
            released: Money::ZERO,
            deductions: Money::ZERO,
            carried_in: Money::ZERO,
            carried_out: Money::ZERO,
            drawn: Money::ZERO,
            recovered: Money::ZERO,
            payable: Money::ZERO,
            paid: Money::ZERO,
            outstanding: Money::ZERO,
            held_balance: Money::ZERO,
            draw_balance: Money::ZERO,
            closed: false,
            traces: Vec::new(),
        }
    }

    /// Every amount of it by name, in the order of a statement.
    #[must_use]
    pub const fn figures(&self) -> [(&'static str, Money); 15] {
        [
            ("accrued", self.accrued),
            ("reversed", self.reversed),
            ("clawed_back", self.clawed_back),
            ("held", self.held),
            ("released", self.released),
            ("deductions", self.deductions),
            ("carried_in", self.carried_in),
            ("carried_out", self.carried_out),
            ("drawn", self.drawn),
            ("recovered", self.recovered),
            ("payable", self.payable),
            ("paid", self.paid),
            ("outstanding", self.outstanding),
            ("held_balance", self.held_balance),
            ("draw_balance", self.draw_balance),
        ]
    }

    /// First day after the month.
    #[must_use]
    pub fn end(&self) -> Day {
        self.month.plus_months(1)
    }

    /// INVARIANT(pay): accrued - reversed - clawed back - held + released - deductions - carried in + carried out
    /// + drawn - recovered = payable = paid + outstanding.
    #[must_use]
    pub fn is_conserved(&self) -> bool {
        let figures = [
            (self.accrued, true),
            (self.reversed, false),
            (self.clawed_back, false),
            (self.held, false),
            (self.released, true),
            (self.deductions, false),
            (self.carried_in, false),
            (self.carried_out, true),
            (self.drawn, true),
            (self.recovered, false),
        ];
        let sum: i128 = figures
            .iter()
            .map(|(money, plus)| if *plus { i128::from(money.minor()) } else { -i128::from(money.minor()) })
            .sum();
        sum == i128::from(self.payable.minor())
            && self.paid.plus(self.outstanding) == Ok(self.payable)
            && !self.payable.is_negative()
    }
}

/// What is known of a person between two months.
#[derive(Debug, Default)]
struct Balance {
    carried: Money,
    /// Held, by holdback rule.
    held: BTreeMap<Text, Money>,
    drawn: Money,
}

/// Statements by person and month.
#[derive(Debug, Default)]
struct People(BTreeMap<Text, BTreeMap<Day, Statement>>);

impl People {
    fn at(&mut self, person: &Text, month: Day) -> &mut Statement {
        let months = self.0.entry(person.clone()).or_default();
        months.entry(month).or_insert_with(|| Statement::new(person, month))
    }
}

/// Turns findings into statements: every person's months from the first that has anything, until `until`.
///
/// # Errors
/// Where a figure does not fit.
pub fn statements(
    staff: &StaffBook,
    policies: &PolicySet,
    findings: Findings,
    until: Day,
) -> Result<BTreeMap<(Text, Day), Statement>, NumberError> {
    let mut people = People::default();
    for row in findings.rows {
        if row.month < until {
            people.at(&row.staff.clone(), row.month).rows.push(row);
        }
    }
    for row in findings.kpi {
        if row.month < until {
            people.at(&row.staff.clone(), row.month).kpi.push(row);
        }
    }
    for noted in &staff.facts {
        if let StaffFact::Paid { staff, month, amount } = &noted.fact
            && *month < until
        {
            let statement = people.at(staff, month.month_start());
            statement.paid = statement.paid.plus(*amount)?;
        }
    }
    // A least pay is paid from the first month on, also to those who have not sold anything yet.
    let mut month = staff.days().map_or(until, |(first, _)| first.month_start());
    while month < until {
        let last_day = month.plus_months(1).plus_days(-1);
        let draw = policies.on(last_day).map(|policy| &policy.staff().draw).filter(|draw| draw.amount.is_positive());
        for person in draw.iter().flat_map(|draw| staff.roster.people(last_day).filter(|own| draw.is_for(&own.role))) {
            people.at(&person.code, month);
        }
        month = month.plus_months(1);
    }
    let mut all = BTreeMap::new();
    let suspended = suspensions(staff);
    for (person, mut months) in people.0 {
        let Some(first) = months.keys().next().copied() else { continue };
        let mut balance = Balance::default();
        let mut month = first;
        while month < until {
            let mut statement = months.remove(&month).unwrap_or_else(|| Statement::new(&person, month));
            balance.settle(staff, policies, &suspended, &mut statement)?;
            all.insert((person.clone(), month), statement);
            month = month.plus_months(1);
        }
    }
    Ok(all)
}

impl Balance {
    fn settle(
        &mut self,
        staff: &StaffBook,
        policies: &PolicySet,
        suspended: &[Suspension<'_>],
        statement: &mut Statement,
    ) -> Result<(), NumberError> {
        let last_day = statement.end().plus_days(-1);
        statement.rows.sort_by(|a, b| (a.kind, &a.rule.id).cmp(&(b.kind, &b.rule.id)));
        statement.kpi.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        for &Suspension { staff: who, from, to, open } in suspended {
            if *who == statement.staff && from < statement.end() && statement.month < to && open < statement.end() {
                statement.traces.push(Trace::note(msg!(
                    "attribution.suspended-days",
                    from = from,
                    last = to.plus_days(-1)
                )));
            }
        }
        statement.closed = staff.closed.iter().any(|(from, to)| *from <= statement.month && statement.end() <= *to);
        for row in &statement.rows {
            let (sum, amount) = match row.kind {
                RowKind::Base | RowKind::Commission | RowKind::Bonus | RowKind::Prize | RowKind::Kpi => {
                    (&mut statement.accrued, row.amount)
                }
                RowKind::Reversal => (&mut statement.reversed, -row.amount),
                RowKind::Clawback => (&mut statement.clawed_back, -row.amount),
                RowKind::Fine | RowKind::Damages => (&mut statement.deductions, row.amount),
                RowKind::Lifted => (&mut statement.deductions, -row.amount),
            };
            *sum = sum.plus(amount)?;
        }
        for row in &statement.kpi {
            statement.kpi_points = statement.kpi_points.checked_add(row.points).ok_or(NumberError::TooLarge)?;
        }
        let role = staff.roster.last_known(&statement.staff, last_day).map(|p| p.role.clone()).unwrap_or_default();
        let leaving = staff.roster.left(&statement.staff, last_day).map(|leaving| leaving.day);
        let has_left = leaving.is_some_and(|day| day <= last_day);
        if let Some(policy) = policies.on(last_day) {
            self.hold(policy, statement, &role, has_left)?;
        }
        statement.carried_in = self.carried;
        let due = statement
            .accrued
            .minus(statement.reversed)?
            .minus(statement.clawed_back)?
            .minus(statement.held)?
            .plus(statement.released)?
            .minus(statement.deductions)?
            .minus(statement.carried_in)?;
        statement.payable = due.max(Money::ZERO);
        statement.carried_out = (-due).max(Money::ZERO);
        if let Some(policy) = policies.on(last_day) {
            self.draw(&policy.staff().draw, statement, staff.roster.person(&statement.staff, last_day))?;
        }
        self.carried = statement.carried_out;
        statement.outstanding = statement.payable.minus(statement.paid)?;
        statement.held_balance = Money::sum(self.held.values().copied())?;
        statement.draw_balance = self.drawn;
        Ok(())
    }

    fn hold(
        &mut self,
        policy: &Policy,
        statement: &mut Statement,
        role: &Text,
        has_left: bool,
    ) -> Result<(), NumberError> {
        for rule in &policy.staff().holdback {
            if !rule.roles.is_empty() && !rule.roles.contains(role) {
                continue;
            }
            let income = Self::income(rule, statement)?;
            let held =
                if income.is_positive() { rule.rate.of_money(income, policy.money_rounding)? } else { Money::ZERO };
            if held.is_positive() {
                statement.held = statement.held.plus(held)?;
                statement.traces.push(
                    Trace::of(msg!("holdback.held", income = income, rate = rule.rate), held)
                        .by(rule.head.reference("holdback", policy.program())),
                );
                let kept = self.held.entry(rule.head.id.clone()).or_default();
                *kept = kept.plus(held)?;
            }
            let ends = rule.release.end(statement.month, statement.month) == statement.end();
            if ends || (has_left && !rule.waits_for_leavers) {
                let kept = self.held.remove(&rule.head.id).unwrap_or_default();
                if kept.is_positive() {
                    statement.released = statement.released.plus(kept)?;
                    let message = if ends { msg!("holdback.released") } else { msg!("holdback.released-leaving") };
                    statement
                        .traces
                        .push(Trace::of(message, kept).by(rule.head.reference("holdback", policy.program())));
                }
            }
        }
        Ok(())
    }

    /// The month's income of which a holdback is kept: net of what was taken back of it.
    fn income(rule: &Holdback, statement: &Statement) -> Result<Money, NumberError> {
        Money::sum(
            statement
                .rows
                .iter()
                .filter(|row| match row.kind {
                    RowKind::Reversal | RowKind::Clawback => {
                        rule.of.is_empty() || rule.of.contains(&RowKind::Commission)
                    }
                    RowKind::Base | RowKind::Commission | RowKind::Bonus | RowKind::Prize | RowKind::Kpi => {
                        rule.of.is_empty() || rule.of.contains(&row.kind)
                    }
                    RowKind::Fine | RowKind::Damages | RowKind::Lifted => false,
                })
                .map(|row| row.amount),
        )
    }

    /// `here`: the person, if they are on the list on the month's last day.
    fn draw(&mut self, rule: &Draw, statement: &mut Statement, here: Option<&Person>) -> Result<(), NumberError> {
        let concerns = rule.amount.is_positive() && here.is_some_and(|person| rule.is_for(&person.role));
        if concerns && statement.payable < rule.amount {
            let drawn = rule.amount.minus(statement.payable)?;
            statement.drawn = drawn;
            statement.payable = rule.amount;
            self.drawn = self.drawn.plus(drawn)?;
            statement.traces.push(Trace::of(msg!("draw.paid-ahead", least = rule.amount), drawn));
        } else if self.drawn.is_positive() {
            let least = if concerns { rule.amount } else { Money::ZERO };
            let recovered = self.drawn.min(statement.payable.minus(least)?).max(Money::ZERO);
            if recovered.is_positive() {
                statement.recovered = recovered;
                statement.payable = statement.payable.minus(recovered)?;
                self.drawn = self.drawn.minus(recovered)?;
                statement.traces.push(Trace::of(msg!("draw.recovered", left = self.drawn), recovered));
            }
        }
        Ok(())
    }
}
