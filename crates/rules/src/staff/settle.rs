//! Settling: every rule for the staff looks at the book, the staff book and the calendar, and says what it found; pay
//! puts it together month by month.

use core::cell::OnceCell;
use std::collections::BTreeMap;

use serde::Serialize;

use super::assessment::Assessed;
use super::credit::Credits;
use super::inspection::Inspected;
use super::ownership::Owners;
use super::pay::{Findings, Proposal, Row, Running, Statement, statements};
use super::ranking::Ranked;
use super::target::Targets;
use super::turnover::Turnover;
use super::{StaffBook, fact::StaffFact};
use crate::book::Book;
use crate::id::{EventId, MemberId, Text};
use crate::message::{Message, Trace};
use crate::number::NumberError;
use crate::policy::{Policy, PolicySet};
use crate::time::Day;

/// Whose figures come with all their reasons: gathering them for everyone takes longer than the figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Explain {
    /// Nobody's.
    #[default]
    Nobody,
    /// One person's.
    Person(Text),
    /// Everyone's.
    Everyone,
}

impl Explain {
    /// Whether this person's reasons are asked for.
    #[must_use]
    pub fn wants(&self, staff: &str) -> bool {
        match self {
            Self::Nobody => false,
            Self::Person(own) => own == staff,
            Self::Everyone => true,
        }
    }
}

/// What a rule looks at.
#[derive(Debug)]
pub struct Context<'c> {
    /// The members' side, as it stands at the end of the journal.
    pub book: &'c Book,
    /// The staff side.
    pub staff: &'c StaffBook,
    /// The policies.
    pub policies: &'c PolicySet,
    /// Who gets deals.
    pub credits: Credits<'c>,
    /// First day of the first month with anything in it.
    pub from: Day,
    /// First day after the last month asked for.
    pub until: Day,
    /// Whose reasons are asked for.
    pub explain: Explain,
    /// The targets that were set.
    pub targets: Targets,
    /// Where each member's enrolment stands among the staff book's openings.
    pub openings: BTreeMap<MemberId, usize>,
    owners: OnceCell<Owners<'c>>,
}

impl<'c> Context<'c> {
    /// Over both books, up to the first day of the month in which `until` falls.
    #[must_use]
    pub fn new(book: &'c Book, staff: &'c StaffBook, policies: &'c PolicySet, until: Day, explain: Explain) -> Self {
        let first = staff.days().map_or(until, |(first, _)| first);
        Self {
            book,
            staff,
            policies,
            credits: Credits::new(staff, policies),
            from: first.month_start(),
            until: until.month_start(),
            explain,
            targets: Targets::new(staff),
            openings: super::measure::openings(staff),
            owners: OnceCell::new(),
        }
    }

    /// Whose members are whose: gathered when first asked for.
    pub fn owners(&self) -> &Owners<'c> {
        self.owners.get_or_init(|| Owners::new(self.staff, self.policies))
    }
}

impl Context<'_> {
    /// The months from the first with anything to the last asked for: their first days.
    #[must_use]
    pub fn months(&self) -> Vec<Day> {
        self.periods(1)
    }

    /// The calendar periods of so many months that end no later than the last month asked for: their first days.
    #[must_use]
    pub fn periods(&self, months: u32) -> Vec<Day> {
        let step = i32::try_from(months).unwrap_or(1);
        let mut start = self.from.period_start(months);
        let mut starts = Vec::new();
        while start.plus_months(step) <= self.until {
            starts.push(start);
            start = start.plus_months(step);
        }
        starts
    }

    /// The policy of a day.
    #[must_use]
    pub fn policy(&self, day: Day) -> Option<&Policy> {
        self.policies.on(day)
    }

    /// Whether a fact was lifted by an appeal, and on which day.
    #[must_use]
    pub fn lifted(&self, event: EventId) -> Option<Day> {
        super::conduct::lifted(self.staff, event)
    }

    /// Whether a month's pay was paid to someone by a day.
    #[must_use]
    pub fn was_paid(&self, staff: &str, month: Day, by: Day) -> bool {
        self.staff.facts.iter().any(|noted| match &noted.fact {
            StaffFact::Paid { staff: own, month: paid, amount } => {
                own == staff && paid.month_start() == month && amount.is_positive() && noted.known <= by
            }
            _ => false,
        })
    }

    /// The role of a person on a day, or as last known.
    #[must_use]
    pub fn role(&self, staff: &str, day: Day) -> &str {
        self.staff.roster.last_known(staff, day).map_or("", |person| person.role.as_str())
    }
}

/// What settling came to.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    statements: BTreeMap<(Text, Day), Statement>,
    proposals: Vec<Proposal>,
    unassigned: Vec<(EventId, Message)>,
    running: Vec<Running>,
    windows: Vec<Running>,
    assessed: Vec<Assessed>,
    ranked: Vec<Ranked>,
    inspected: Vec<Inspected>,
}

impl Settled {
    /// A person's statement of the month that begins on a day.
    #[must_use]
    pub fn statement(&self, staff: &str, month: Day) -> Option<&Statement> {
        self.statements.get(&(Text::from(staff), month))
    }

    /// All statements, by person and month.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.values()
    }

    /// The statements of a month, by person.
    pub fn of_month(&self, month: Day) -> impl Iterator<Item = &Statement> {
        self.statements.values().filter(move |statement| statement.month == month)
    }

    /// What the rules propose, in the order of the days.
    #[must_use]
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals
    }

    /// Deals that nobody gets, and why.
    #[must_use]
    pub fn unassigned(&self) -> &[(EventId, Message)] {
        &self.unassigned
    }

    /// Where commission windows that are not over stand.
    #[must_use]
    pub fn running(&self) -> &[Running] {
        &self.running
    }

    /// Every commission window, over or not, with all that is known.
    #[must_use]
    pub fn windows(&self) -> &[Running] {
        &self.windows
    }

    /// What assessments came to, by rule, period and person.
    #[must_use]
    pub fn assessed(&self) -> &[Assessed] {
        &self.assessed
    }

    /// Rankings, by rule, period and branch.
    #[must_use]
    pub fn ranked(&self) -> &[Ranked] {
        &self.ranked
    }

    /// How the visits that were drawn for inspection stand.
    #[must_use]
    pub fn inspected(&self) -> &[Inspected] {
        &self.inspected
    }

    /// Whether every statement adds up.
    #[must_use]
    pub fn is_conserved(&self) -> bool {
        self.statements.values().all(Statement::is_conserved)
    }

    /// The hash of all figures, without their reasons.
    ///
    /// # Errors
    /// Where it cannot be written, which no statement can cause.
    pub fn hash(&self) -> Result<[u8; 32], postcard::Error> {
        #[derive(Serialize)]
        struct Figures<'f>(&'f Text, Day, Vec<(&'f str, &'f Text, i64)>, i64, [i64; 15]);
        let mut hasher = blake3::Hasher::new();
        for statement in self.statements.values() {
            let rows = statement
                .rows
                .iter()
                .map(|row: &Row| (row.kind.word(), &row.rule.id, row.amount.minor()))
                .chain(statement.kpi.iter().map(|row| ("points", &row.rule.id, row.points)))
                .collect();
            let figures = Figures(
                &statement.staff,
                statement.month,
                rows,
                statement.kpi_points,
                statement.figures().map(|(_, amount)| amount.minor()),
            );
            hasher.update(&postcard::to_allocvec(&figures)?);
        }
        for one in &self.assessed {
            let figures = (&one.staff, &one.rule.id, one.from, one.total.minor(), one.passed);
            hasher.update(&postcard::to_allocvec(&figures)?);
        }
        for one in &self.ranked {
            hasher.update(&postcard::to_allocvec(&(&one.rule.id, one.from, &one.branch, &one.places, &one.last))?);
        }
        for one in &self.inspected {
            hasher.update(&postcard::to_allocvec(&(&one.rule.id, &one.store, one.day, &one.findings))?);
        }
        for proposal in &self.proposals {
            hasher.update(&postcard::to_allocvec(&(&proposal.staff, proposal.day, &proposal.what, &proposal.rule.id))?);
            if let Some(member) = proposal.member {
                hasher.update(&member.as_u128().to_le_bytes());
            }
        }
        Ok(*hasher.finalize().as_bytes())
    }
}

/// Settles all months before `until`, which is brought back to the first day of its month.
///
/// # Errors
/// Where a figure does not fit.
pub fn settle(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    until: Day,
    explain: Explain,
) -> Result<Settled, NumberError> {
    let until = until.month_start();
    if staff.days().is_none() {
        return Ok(Settled::default());
    }
    let context = Context::new(book, staff, policies, until, explain);
    let mut findings = Findings::default();
    super::commission::find(&context, &mut findings)?;
    super::conduct::find(&context, &mut findings)?;
    super::contest::find(&context, &mut findings)?;
    super::kpi::find(&context, &mut findings)?;
    super::kpi::pay(&context, &mut findings)?;
    super::bonus::find(&context, &mut findings)?;
    let minds_sales = |policy: &Policy| !policy.staff().ranking.is_empty() || !policy.staff().assessment.is_empty();
    if policies.iter().any(|(_, policy)| minds_sales(policy)) {
        let turnover = Turnover::of(&context)?;
        super::assessment::find(&context, &mut findings)?;
        super::ranking::find(&context, &turnover, &mut findings)?;
    }
    super::inspection::find(&context, &mut findings);
    let mut proposals = core::mem::take(&mut findings.proposals);
    proposals.retain(|proposal| proposal.day < until);
    let order = |one: &Proposal| (one.day, one.staff.clone(), one.member, one.what.clone(), one.rule.id.clone());
    proposals.sort_by_cached_key(order);
    let unassigned = core::mem::take(&mut findings.unassigned);
    let running = core::mem::take(&mut findings.running);
    let assessed = core::mem::take(&mut findings.assessed);
    let ranked = core::mem::take(&mut findings.ranked);
    let inspected = core::mem::take(&mut findings.inspected);
    let windows = core::mem::take(&mut findings.windows);
    Ok(Settled {
        statements: statements(staff, policies, findings, until)?,
        proposals,
        unassigned,
        running,
        windows,
        assessed,
        ranked,
        inspected,
    })
}

/// A trace whose parts sum to its figure, as every row's must.
#[must_use]
pub fn parts_sum(trace: &Trace) -> bool {
    use crate::message::Value;
    let Some(Value::Money(total)) = &trace.figure else { return true };
    let parts: Vec<i128> = trace
        .parts
        .iter()
        .filter_map(|part| match &part.figure {
            Some(Value::Money(money)) => Some(i128::from(money.minor())),
            _ => None,
        })
        .collect();
    parts.is_empty() || parts.iter().sum::<i128>() == i128::from(total.minor())
}
