//! What the staff pages show: the month, a person's statement, what is to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regulars_exchange::export::cell;
use regulars_rules::id::{MemberId, Text};
use regulars_rules::kinds::Head;
use regulars_rules::kinds::approval::{Approval, Matter};
use regulars_rules::kinds::attribution::Attribution;
use regulars_rules::kinds::bonus::{Branch, Meeting};
use regulars_rules::kinds::care::Who;
use regulars_rules::kinds::kpi::KpiPay;
use regulars_rules::kinds::measure::Unit;
use regulars_rules::kinds::ownership::Ownership;
use regulars_rules::kinds::post::PostPer;
use regulars_rules::kinds::project::Project;
use regulars_rules::kinds::staff::StaffRules;
use regulars_rules::kinds::target::Per;
use regulars_rules::message::Refusal;
use regulars_rules::msg;
use regulars_rules::number::NumberError;
use regulars_rules::policy::{Policy, PolicySet};
use regulars_rules::staff::account;
use regulars_rules::staff::approval::{State, requests};
use regulars_rules::staff::care::due;
use regulars_rules::staff::clients::{self, ClientFile};
use regulars_rules::staff::conduct;
use regulars_rules::staff::decide::{StaffWish, decide};
use regulars_rules::staff::fact::{Person, Scope, StaffFact, Visit};
use regulars_rules::staff::inspection::awaited;
use regulars_rules::staff::pay::Proposal;
use regulars_rules::staff::project::{Tracked, tracked};
use regulars_rules::staff::settle::{Context, Explain, Settled, settle};
use regulars_rules::staff::target::{Attainment, attainments};
use regulars_rules::staff::{Noted, Roster, StaffBook};
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::Home;

use crate::desk::{Desk, Failure, Host, Report};
use crate::protocol::{
    AccountChoice, AccountView, ApprovalChoice, AssessmentView, BreachView, ConductView, FileView, MemberRow,
    ProjectChoice, ProjectView, Reply, RequestView, RuleChoice, StaffCan, StaffDueView, StaffMonthView, StaffRow,
    StaffTaskView, StatementView, TargetChoice, TargetView, VisitView,
};
use crate::shop::Shop;
use crate::views::member_row;

/// A thousandth at a time, for a bar: geometry, not a figure.
fn permille(reached: i64, whole: i64) -> u32 {
    let exact = i128::from(reached.max(0)).saturating_mul(1000).checked_div(i128::from(whole)).unwrap_or(1000);
    u32::try_from(exact).unwrap_or(u32::MAX)
}

const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Count => "count",
        Unit::Rate => "rate",
        Unit::Score => "score",
    }
}

const fn per_word(per: Per) -> &'static str {
    match per {
        Per::All => "all",
        Per::Area => "area",
        Per::Store => "store",
        Per::Person => "person",
    }
}

fn blank(roster: &Roster, code: &Text, last: Day) -> StaffRow {
    StaffRow {
        person: roster
            .last_known(code, last)
            .cloned()
            .unwrap_or_else(|| Person { code: code.clone(), ..Person::default() }),
        left: roster.left(code, last).map(|leaving| leaving.day),
        ..StaffRow::default()
    }
}

fn add(total: &mut StaffRow, row: &StaffRow) -> Result<(), NumberError> {
    let sums = [
        (&mut total.income, row.income),
        (&mut total.deductions, row.deductions),
        (&mut total.held, row.held),
        (&mut total.payable, row.payable),
        (&mut total.outstanding, row.outstanding),
        (&mut total.sales, row.sales),
    ];
    for (sum, own) in sums {
        *sum = sum.plus(own)?;
    }
    total.kpi_points = total.kpi_points.checked_add(row.kpi_points).ok_or(NumberError::TooLarge)?;
    total.deals = total.deals.saturating_add(row.deals);
    Ok(())
}

/// Everyone's figures of a month.
fn rows(book: &StaffBook, settled: &Settled, month: Day) -> Result<BTreeMap<Text, StaffRow>, NumberError> {
    let end = month.plus_months(1);
    let last = end.plus_days(-1);
    let roster = book.roster();
    let mut rows: BTreeMap<Text, StaffRow> = BTreeMap::new();
    for person in roster.people(last) {
        rows.insert(person.code.clone(), blank(roster, &person.code, last));
    }
    for statement in settled.of_month(month) {
        let row = rows.entry(statement.staff.clone()).or_insert_with(|| blank(roster, &statement.staff, last));
        row.income = statement.accrued.minus(statement.reversed.plus(statement.clawed_back)?)?;
        row.deductions = statement.deductions;
        row.held = statement.held;
        row.payable = statement.payable;
        row.outstanding = statement.outstanding;
        row.kpi_points = statement.kpi_points;
    }
    for deal in book.deals().iter().filter(|deal| month <= deal.at.day && deal.at.day < end) {
        let seller = book.name(deal.seller);
        if seller.is_empty() {
            continue;
        }
        let row = rows.entry(seller.clone()).or_insert_with(|| blank(roster, seller, last));
        row.sales = row.sales.plus(deal.paid)?;
        row.deals = row.deals.saturating_add(1);
    }
    // Who left long ago and has nothing in the month is not of it.
    rows.retain(|_, row| {
        let nothing = row.deals == 0 && row.kpi_points == 0;
        let figures = [row.income, row.deductions, row.held, row.payable, row.outstanding];
        row.left.is_none_or(|day| day >= month) || !nothing || figures.iter().any(|figure| !figure.is_zero())
    });
    Ok(rows)
}

/// Those who serve, by the names that programs have for them.
const SELLERS: [&str; 7] = ["guide", "seller", "salesperson", "assistant", "representative", "specialist", "clerk"];

/// The roles that there are: those of the posts, then all others that any rule speaks of.
pub(crate) fn roles(rules: &StaffRules) -> Vec<Text> {
    let mut named: Vec<&Text> = rules.post.iter().map(|post| &post.role).collect();
    named.extend(rules.commission.iter().flat_map(|rule| &rule.roles));
    named.extend(rules.holdback.iter().flat_map(|rule| &rule.roles));
    named.extend(&rules.draw.roles);
    named.extend(rules.conduct.iter().flat_map(|rule| rule.roles.iter().chain([&rule.falls_on])));
    named.extend(rules.target.iter().flat_map(|rule| &rule.roles));
    named.extend(rules.bonus.iter().flat_map(|rule| &rule.roles));
    named.extend(rules.contest.iter().flat_map(|rule| &rule.roles));
    named.extend(rules.ranking.iter().flat_map(|rule| &rule.roles));
    named.extend(rules.assessment.iter().flat_map(|rule| &rule.roles));
    named.extend(&rules.kpi_pay.roles);
    named.extend(rules.responsible.by_tier.iter().map(|(_, role)| role));
    named.extend(rules.inspection.iter().map(|rule| &rule.answers));
    named.extend(&rules.ownership.roles);
    named.extend([&rules.clients.keeper, &rules.clients.backup, &rules.attribution.decides]);
    named.extend(&rules.appeal.levels);
    named.extend(rules.complaints.iter().flat_map(|rule| [&rule.role, &rule.then]));
    named.extend(rules.project.iter().flat_map(|rule| rule.bands.iter().flat_map(|band| &band.by)));
    named.extend(rules.classing.iter().map(|rule| &rule.role));
    named.extend(rules.list.iter().map(|rule| &rule.role));
    named.extend(rules.care.iter().filter_map(|rule| match &rule.who {
        Who::Role(role) => Some(role),
        _ => None,
    }));
    let mut all: Vec<Text> = named.into_iter().cloned().collect();
    all.extend(rules.approval.iter().flat_map(Approval::roles));
    all.extend(rules.rights.iter().flat_map(|rule| rule.roles.iter().cloned()));
    let mut roles: Vec<Text> = Vec::new();
    for role in all.into_iter().filter(|role| !role.is_empty()) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    // Where the rules speak of managers only, they are about everyone who sells.
    if !roles.is_empty() && !roles.iter().any(|role| SELLERS.contains(&role.as_str())) {
        roles.insert(0, Text::const_new("guide"));
    }
    roles
}

/// What a policy lets one record, with the choices as they are on a day of the month.
fn can(policy: Option<&Policy>, book: &StaffBook, month: Day, today: Day) -> StaffCan {
    let day = today.min(month.plus_months(1).plus_days(-1)).max(month);
    let mut can = StaffCan {
        stores: book.roster().stores(day).cloned().collect(),
        people: book.roster().people(today).cloned().collect(),
        ..StaffCan::default()
    };
    let Some(policy) = policy else { return can };
    let rules = policy.staff();
    can.roles = roles(rules);
    can.targets = rules
        .target
        .iter()
        .map(|rule| TargetChoice {
            rule: rule.head.id.clone(),
            label: rule.head.label.clone(),
            unit: Text::const_new(unit_word(rule.counted.measure.unit())),
            per: Text::const_new(per_word(rule.per)),
            from: rule.window.map_or(month, |window| window.start(month, month)),
            to: rule.window.map_or_else(|| month.plus_months(1), |window| window.end(month, month)),
        })
        .collect();
    can.duty = rules.attribution != Attribution::default();
    can.owners = rules.ownership != Ownership::default();
    can.complaints = rules.complaints.is_some();
    can.approvals = rules.approval.iter().map(|rule| approval(policy, rule)).collect();
    can.stand_ins = can.owners || !rules.care.is_empty();
    let branches = |rule: &Meeting| {
        let all: BTreeSet<&str> = can.people.iter().map(|person| rule.branch.of(person)).collect();
        all.into_iter().filter(|branch| !branch.is_empty() || rule.branch == Branch::All).map(Text::from).collect()
    };
    can.meetings = rules.meeting.iter().map(|rule| (choice(&rule.head), branches(rule))).collect();
    can.inspections = rules.inspection.iter().map(|rule| choice(&rule.head)).collect();
    can.account = rules.account.as_ref().map(|rule| AccountChoice {
        credits: rule.credit_grades.clone(),
        judgements: rule
            .judgements
            .iter()
            .chain(Some(&rule.arrears_with).filter(|own| !own.is_empty()))
            .cloned()
            .collect(),
    });
    let project = |rule: &Project| ProjectChoice { signed: rule.signed, stages: rule.stages.clone() };
    can.projects = rules.project.iter().map(project).collect();
    can.files = rules.clients.stated;
    can.by_store = !rules.store_class.is_empty()
        || !rules.inspection.is_empty()
        || rules.target.iter().any(|rule| rule.per == Per::Store)
        || rules.post.iter().any(|post| post.per == PostPer::Store);
    can.reviews = !rules.appeal.levels.is_empty();
    can.pays = !rules.commission.is_empty()
        || !rules.bonus.is_empty()
        || !rules.contest.is_empty()
        || !rules.kpi.is_empty()
        || rules.kpi_pay != KpiPay::default();
    can
}

fn approval(policy: &Policy, rule: &Approval) -> ApprovalChoice {
    let about = match rule.matter {
        _ if !rule.rule.is_empty() => Vec::new(),
        Matter::Tier => {
            policy.ladder().tiers.iter().filter(|tier| tier.by_application).map(|tier| choice(&tier.head)).collect()
        }
        Matter::Discount => {
            policy.discounts().iter().filter(|own| !own.approval.is_empty()).map(|own| choice(&own.head)).collect()
        }
        Matter::Membership | Matter::Credit | Matter::Consent | Matter::Other => Vec::new(),
    };
    ApprovalChoice { rule: choice(&rule.head), matter: Text::const_new(rule.matter.word()), about }
}

fn choice(head: &Head) -> RuleChoice {
    RuleChoice { rule: head.id.clone(), label: head.label.clone() }
}

/// Visits that were drawn and are not recorded yet, by day.
fn visits(book: &StaffBook, policies: &PolicySet) -> Vec<VisitView> {
    let view = |(draw, rule, visit): (&Noted, &Text, &Visit)| {
        let rules = policies.on(draw.at.day).map(|policy| policy.staff().inspection.as_slice()).unwrap_or_default();
        let label = rules.iter().find(|own| own.head.id == *rule).map(|own| own.head.label.clone());
        let store = book.roster().store(&visit.store, visit.day).map(|store| &store.name);
        let name = store.filter(|name| !name.is_empty()).unwrap_or(&visit.store).clone();
        VisitView { of: draw.id, label: label.unwrap_or_default(), store: visit.store.clone(), name, day: visit.day }
    };
    let mut open: Vec<VisitView> = awaited(book).into_iter().map(view).collect();
    open.sort_by_key(|visit| visit.day);
    open
}

/// Whether what was proposed has been done since: the person was suspended, or is no longer on the list.
fn is_decided(book: &StaffBook, one: &Proposal) -> bool {
    book.facts().iter().filter(|noted| one.day <= noted.at.day).any(|noted| match &noted.fact {
        StaffFact::Suspended { staff, .. } => one.what == "suspension" && *staff == one.staff,
        StaffFact::Left { staff, .. } => one.what == "dismissal" && *staff == one.staff,
        _ => false,
    })
}

fn is_closed(book: &StaffBook, month: Day) -> bool {
    book.closed().iter().any(|(from, to)| *from <= month && month.plus_months(1) <= *to)
}

/// The first month that is over and was not closed, if anything happened in it or since.
fn closable_from(book: &StaffBook, today: Day) -> Option<Day> {
    let (first, _) = book.days()?;
    let from = first.month_start().max(book.open_from());
    (from < today.month_start()).then_some(from)
}

/// How far the targets that concern a person are reached in the periods of a month.
fn targets(
    context: &Context<'_>,
    policy: &Policy,
    person: &Person,
    month: Day,
) -> Result<Vec<TargetView>, NumberError> {
    let area = context.staff.roster().store(&person.store, month).map(|store| store.area.clone()).unwrap_or_default();
    let concerns = |scope: &Scope| match scope {
        Scope::All => true,
        Scope::Area(own) => *own == person.area || *own == area,
        Scope::Store(own) => *own == person.store,
        Scope::Person(own) => *own == person.code,
    };
    let mut found = Vec::new();
    for rule in &policy.staff().target {
        let periods = match rule.window {
            Some(window) => vec![(window.start(month, month), window.end(month, month))],
            None => {
                let all = context.targets.periods(&rule.head.id);
                all.into_iter().filter(|(from, to)| *from <= month && month < *to).collect()
            }
        };
        for (from, to) in periods {
            for (scope, Attainment { target, reached, missing, unit, .. }) in
                attainments(context, &rule.head.id, (from, to))?
            {
                if concerns(&scope) {
                    found.push(TargetView {
                        rule: rule.head.reference("target", policy.program()),
                        scope,
                        from,
                        to,
                        target: unit.value(target.figure),
                        reached: unit.value(reached),
                        missing: unit.value(missing),
                        reached_permille: permille(reached, target.figure),
                    });
                }
            }
        }
    }
    Ok(found)
}

/// What a person broke, newest first.
fn breaches(book: &StaffBook, shop: &Shop, code: &Text) -> Vec<BreachView> {
    let view = |noted: &regulars_rules::staff::Noted| {
        let StaffFact::Breached { staff, rule, damages, note, .. } = &noted.fact else { return None };
        let policy = shop.policies.on(noted.at.day)?;
        let own = policy.staff().conduct.iter().find(|own| own.head.id == *rule)?;
        (staff == code).then(|| BreachView {
            event: noted.id,
            day: noted.at.day,
            rule: own.head.reference("conduct", policy.program()),
            note: note.clone(),
            damages: *damages,
            lifted: conduct::lifted(book, noted.id).is_some(),
            under_review: conduct::review_is_open(book, noted.id),
        })
    };
    book.facts().iter().rev().filter_map(view).collect()
}

fn conduct_rules(policy: &Policy, book: &StaffBook, shop: &Shop, person: &Person, today: Day) -> Vec<ConductView> {
    let concerns = |roles: &[Text]| roles.is_empty() || roles.contains(&person.role);
    let rules = policy.staff().conduct.iter().filter(|rule| !rule.of_members && concerns(&rule.roles));
    rules
        .map(|rule| {
            let count = conduct::next_count(book, &shop.policies, rule, &person.code, today);
            let rung = rule.rung(count);
            ConductView {
                rule: rule.head.reference("conduct", policy.program()),
                count,
                fine: rung.map(|rung| rung.fine).unwrap_or_default(),
                propose: rung.map(|rung| rung.propose.clone()).unwrap_or_default(),
                damages: rule.damages,
            }
        })
        .collect()
}

fn assessments(policy: &Policy, settled: &Settled, person: &Person, month: Day) -> Vec<AssessmentView> {
    let rules = policy.staff().assessment.iter();
    rules
        .filter(|rule| rule.roles.is_empty() || rule.roles.contains(&person.role))
        .map(|rule| {
            let from = rule.per.start(month);
            let filled = rule.items.iter().filter(|item| item.attains.is_empty());
            let items =
                filled.map(|item| (item.id.clone(), item.label.clone(), rule.most(item).unwrap_or_default())).collect();
            let result = settled
                .assessed()
                .iter()
                .find(|one| one.rule.id == rule.head.id && one.from == from && one.staff == person.code)
                .map(|one| one.trace.clone());
            AssessmentView { rule: rule.head.reference("assessment", policy.program()), from, items, result }
        })
        .collect()
}

impl<H: Home, T: Host> Desk<H, T> {
    async fn month_view(&mut self, month: Day, today: Day, report: &Report<'_>) -> Result<StaffMonthView, Failure> {
        self.unpack(report).await?;
        self.know_staff(report).await?;
        let month = month.month_start();
        let end = month.plus_months(1);
        let shop = self.known()?;
        let book = self.staff_book()?;
        let settled = settle(&shop.book, book, &shop.policies, end, Explain::Nobody).map_err(Refusal::from)?;
        let rows: Vec<StaffRow> = rows(book, &settled, month).map_err(Refusal::from)?.into_values().collect();
        let mut total = StaffRow::default();
        for row in &rows {
            add(&mut total, row).map_err(Refusal::from)?;
        }
        let unassigned = settled
            .unassigned()
            .iter()
            .filter_map(|(id, why)| {
                let deal = book.deal(*id)?;
                let within = month <= deal.at.day && deal.at.day < end;
                within.then(|| (*id, deal.at.day, deal.paid, why.clone()))
            })
            .collect();
        Ok(StaffMonthView {
            month,
            closed: is_closed(book, month),
            over: today >= end,
            rows,
            proposals: settled
                .proposals()
                .iter()
                .filter(|one| month <= one.day && !is_decided(book, one))
                .cloned()
                .collect(),
            unassigned,
            running: settled.running().to_vec(),
            total,
            closable_from: closable_from(book, today),
            can: can(shop.policy(today), book, month, today),
        })
    }

    /// The staff's figures of a month.
    pub(crate) async fn staff_month(&mut self, month: Day, today: Day, report: &Report<'_>) -> Result<Reply, Failure> {
        Ok(Reply::StaffMonth(Box::new(self.month_view(month, today, report).await?)))
    }

    /// The same as a table for spreadsheets.
    pub(crate) async fn staff_table(&mut self, month: Day, today: Day, report: &Report<'_>) -> Result<Reply, Failure> {
        let view = self.month_view(month, today, report).await?;
        // What Excel needs to see that it is UTF-8.
        let mut table = String::from("\u{feff}工号,姓名,岗位,门店,销售额,单数,收入,KPI 积分,留存,扣款,应发,待发\r\n");
        for row in &view.rows {
            let person = &row.person;
            let texts = [&person.code, &person.name, &person.role, &person.store].map(|text| cell(text));
            let _ = write!(table, "{},", texts.join(","));
            let _ = write!(table, "{},{},{},{},", row.sales, row.deals, row.income, row.kpi_points);
            let _ = write!(table, "{},{},{},{}\r\n", row.held, row.deductions, row.payable, row.outstanding);
        }
        let (year, month) = (view.month.year(), view.month.month());
        Ok(Reply::File {
            name: Text::from(format!("员工-{year:04}-{month:02}.csv")),
            mime: Text::const_new("text/csv;charset=utf-8"),
            bytes: table.into_bytes(),
        })
    }

    /// One person's statement with all reasons, and what else concerns them.
    pub(crate) async fn statement(
        &mut self,
        staff: &Text,
        month: Day,
        today: Day,
        report: &Report<'_>,
    ) -> Result<Reply, Failure> {
        self.unpack(report).await?;
        self.know_staff(report).await?;
        let month = month.month_start();
        let end = month.plus_months(1);
        let shop = self.known()?;
        let book = self.staff_book()?;
        let known = book.roster().knows(staff)
            || book.deals().iter().any(|deal| book.name(deal.seller) == staff)
            || book
                .facts()
                .iter()
                .any(|noted| matches!(&noted.fact, StaffFact::Paid { staff: own, .. } if own == staff));
        if !known {
            return Err(Refusal::new(msg!("refuse.staff-unknown", staff = staff), msg!("remedy.list-staff")).into());
        }
        let explain = Explain::Person(staff.clone());
        let settled = settle(&shop.book, book, &shop.policies, end, explain).map_err(Refusal::from)?;
        let last = end.plus_days(-1);
        let row = rows(book, &settled, month).map_err(Refusal::from)?.remove(staff);
        let row = row.unwrap_or_else(|| blank(book.roster(), staff, last));
        let payments = book.facts().iter().filter_map(|noted| match &noted.fact {
            StaffFact::Paid { staff: own, month: of, amount } if own == staff && of.month_start() == month => {
                Some((noted.at.day, *amount))
            }
            _ => None,
        });
        let policy = shop.policies.on(last.min(today));
        let context = Context::new(&shop.book, book, &shop.policies, end, Explain::Nobody);
        let targets = match policy {
            Some(policy) => targets(&context, policy, &row.person, month).map_err(Refusal::from)?,
            None => Vec::new(),
        };
        let now = shop.policy(today);
        let can = can(now, book, month, today);
        let owned = |id| context.owners().on(id, today).is_some_and(|owner| owner.staff == *staff);
        let members = if can.owners { context.owners().members().filter(|id| owned(*id)).count() } else { 0 };
        Ok(Reply::Statement(Box::new(StatementView {
            month,
            over: today >= end,
            closed: is_closed(book, month),
            statement: settled.statement(staff, month).cloned(),
            income: row.income,
            payments: payments.collect(),
            targets,
            running: settled.running().iter().filter(|one| one.staff == *staff).cloned().collect(),
            breaches: breaches(book, shop, staff),
            conduct: now.map(|now| conduct_rules(now, book, shop, &row.person, today)).unwrap_or_default(),
            assessments: policy.map(|own| assessments(own, &settled, &row.person, month)).unwrap_or_default(),
            members: u32::try_from(members).unwrap_or(u32::MAX),
            can,
            row,
        })))
    }

    /// What the staff have to do on a day.
    pub(crate) async fn staff_due(
        &mut self,
        day: Day,
        now: BusinessTime,
        report: &Report<'_>,
    ) -> Result<Reply, Failure> {
        self.unpack(report).await?;
        self.know_staff(report).await?;
        let shop = self.known()?;
        let book = self.staff_book()?;
        let member = |id| client_row(shop, id, day);
        let mut tasks: Vec<StaffTaskView> = due(&shop.book, book, &shop.policies, day)
            .into_iter()
            .map(|task| StaffTaskView {
                member: task.member.and_then(member),
                name: book.roster().last_known(&task.staff, day).map(|own| own.name.clone()).unwrap_or_default(),
                last: (task.until < Day::LAST).then(|| task.until.plus_days(-1)),
                kind: task.kind,
                rule: task.rule,
                staff: task.staff,
                what: task.what,
                says: task.says,
                trace: task.trace,
                complaint: task.of,
            })
            .collect();
        tasks.sort_by_cached_key(|task| (task.staff.is_empty(), task.staff.clone(), task.last.unwrap_or(Day::LAST)));
        let waiting = requests(book, &shop.policies, day)
            .into_iter()
            .filter(|one| match one.state {
                State::Open => true,
                // Of those that are granted, the ones that can still be carried out by a press.
                State::Granted => {
                    decide(&shop.book, book, &shop.policies, &StaffWish::Fulfil { of: one.id }, now).is_ok()
                }
                State::Refused | State::Expired => false,
            })
            .filter_map(|one| {
                let program = shop.policies.on(one.day)?.program();
                Some(RequestView {
                    event: one.id,
                    day: one.day,
                    rule: one.rule.head.reference("approval", program),
                    member: one.wanted.member.and_then(member),
                    staff: one.wanted.staff.clone(),
                    about: one.wanted.about.clone(),
                    amount: one.wanted.amount,
                    rate: one.wanted.rate,
                    note: one.wanted.note.clone(),
                    waiting: match one.state {
                        State::Open => one.waiting().into_iter().map(|party| party.id.clone()).collect(),
                        State::Granted | State::Refused | State::Expired => Vec::new(),
                    },
                })
            })
            .collect();
        let visits = visits(book, &shop.policies);
        let (accounts, projects, files) =
            (accounts(shop, book, day), projects(shop, book, day), files(shop, book, day));
        Ok(Reply::StaffDue(Box::new(StaffDueView { tasks, requests: waiting, visits, accounts, projects, files })))
    }
}

fn client_row(shop: &Shop, id: MemberId, day: Day) -> Option<MemberRow> {
    let member = shop.book.member_on(id, &shop.policies, day)?;
    Some(member_row(shop.policy(day), &member, day))
}

/// Names of people; a code where nobody has it any more.
fn names(book: &StaffBook, codes: &[Text], day: Day) -> Vec<Text> {
    let name = |code: &Text| {
        let known = book.roster().last_known(code, day).map(|own| own.name.clone());
        known.filter(|name| !name.is_empty()).unwrap_or_else(|| code.clone())
    };
    codes.iter().map(name).collect()
}

/// The accounts of those clients of whom something is recorded, by name.
fn accounts(shop: &Shop, book: &StaffBook, day: Day) -> Vec<AccountView> {
    let recorded = book.facts().iter().filter_map(|noted| match &noted.fact {
        StaffFact::AccountSet { member, .. } if noted.at.day <= day => Some(*member),
        _ => None,
    });
    let clients: BTreeSet<MemberId> = recorded.collect();
    let view = |id: MemberId| {
        let record = account::record(book, id, day)?;
        let standing = account::standing(&shop.book, book, &shop.policies, id, day)?;
        Some(AccountView {
            client: client_row(shop, id, day)?,
            credit: record.credit,
            owed: record.owed,
            judgements: record.judgements.into_iter().collect(),
            limit: standing.limit,
            trace: standing.trace,
        })
    };
    let mut all: Vec<AccountView> = clients.into_iter().filter_map(view).collect();
    all.sort_by(|a, b| a.client.name.cmp(&b.client.name));
    all
}

/// The projects that somebody follows or should, largest first.
fn projects(shop: &Shop, book: &StaffBook, day: Day) -> Vec<ProjectView> {
    let view = |one: Tracked| {
        let nobody = one.people.is_empty();
        Some(ProjectView {
            client: client_row(shop, one.member, day)?,
            by: if nobody { one.by } else { names(book, &one.people, day) },
            nobody,
            project: one.project,
            amount: one.amount,
            signed: one.signed,
            stage: one.stage,
            trace: one.trace,
        })
    };
    let mut all: Vec<ProjectView> = tracked(book, &shop.policies, day).into_iter().filter_map(view).collect();
    all.sort_by(|a, b| b.amount.cmp(&a.amount).then_with(|| a.project.cmp(&b.project)));
    all
}

/// The clients' files, by the client's name.
fn files(shop: &Shop, book: &StaffBook, day: Day) -> Vec<FileView> {
    let view = |one: ClientFile| {
        Some(FileView {
            client: client_row(shop, one.member, day)?,
            origin: one.origin,
            keepers: names(book, &one.keepers, day),
            copies: names(book, &one.copies, day),
            backups: names(book, &one.backups, day),
        })
    };
    let mut all: Vec<FileView> = clients::files(book, &shop.policies, day).into_iter().filter_map(view).collect();
    all.sort_by(|a, b| a.client.name.cmp(&b.client.name));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use regulars_rules::policy::check;

    use super::roles;

    /// Roles that the programs' cases give to people of whom no rule speaks.
    const OF_NO_RULE: [(&str, &str); 3] =
        [("kuailego", "janitor"), ("sales-office", "clerk"), ("salon-card", "cleaner")];

    /// Whoever a program's cases list can be listed on the staff page: by a role that the program speaks of.
    #[test]
    fn the_roles_of_the_cases_are_offered() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let (mut checked, mut missed) = (0, BTreeSet::new());
        for file in fs::read_dir(format!("{root}/policies")).expect("the programs") {
            let path = file.expect("a program").path();
            let id = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            let (policy, _) = check(&fs::read_to_string(&path).expect("text"));
            let offered: BTreeSet<String> =
                roles(policy.expect("a program without errors").staff()).iter().map(ToString::to_string).collect();
            let Ok(cases) = fs::read_dir(format!("{root}/tests/cases/{id}")) else { continue };
            for case in cases {
                let text = fs::read_to_string(case.expect("a case").path()).expect("text");
                for rest in text.split("role=").skip(1) {
                    let end = rest.find(|sign: char| !sign.is_ascii_lowercase() && sign != '-').unwrap_or(rest.len());
                    let role = rest.get(..end).unwrap_or_default();
                    checked += 1;
                    if !offered.is_empty() && !offered.contains(role) {
                        missed.insert((id.clone(), role.to_owned()));
                    }
                }
            }
        }
        let missed: Vec<(&str, &str)> = missed.iter().map(|(id, role)| (id.as_str(), role.as_str())).collect();
        assert_eq!(missed, OF_NO_RULE);
        assert!(checked > 300, "{checked}");
    }
}
