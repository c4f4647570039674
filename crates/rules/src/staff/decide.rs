//! Decisions among the staff: a wish becomes a fact, or a refusal that says why and what would help.

use serde::{Deserialize, Serialize};

use super::fact::{Person, Share, StaffFact};
use super::settle::{Explain, settle};
use super::{StaffBook, assessment, bonus, conduct, inspection, roster::LEADERS_MAX};
use crate::book::Book;
use crate::decide::TEXT_CHARS_MAX;
use crate::event::Body;
use crate::id::{EventId, Text};
use crate::message::{Refusal, Value};
use crate::msg;
use crate::number::{Money, Rate};
use crate::policy::{Policy, PolicySet};
use crate::quote::policy_on;
use crate::time::{BusinessTime, Day};

/// What a person wants to happen among the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffWish {
    /// Record a fact.
    Note(StaffFact),
    /// Pay a month's pay out; without an amount: all that is outstanding of it.
    Pay {
        /// To whom.
        staff: Text,
        /// First day of the month.
        month: Day,
        /// How much.
        amount: Option<Money>,
    },
    /// Do what an approval that is decided asked for: a tier, a membership.
    Fulfil {
        /// The request.
        of: EventId,
    },
    /// Close the months of a period: their statements stand.
    Close {
        /// First day.
        from: Day,
        /// First day after it.
        to: Day,
    },
    /// Draw by lot which shops are inspected on which days of a period.
    DrawVisits {
        /// The `[[inspection]]` rule.
        rule: Text,
        /// The draw's seed.
        seed: u64,
        /// First day.
        from: Day,
        /// First day after it.
        to: Day,
    },
    /// Deal out by lot the members whom the company holds.
    DealOwners {
        /// The draw's seed.
        seed: u64,
        /// The people among whom it is dealt, as whoever draws sees them; none: all who are eligible.
        among: Vec<Text>,
    },
}

/// Turns a wish into the bodies of events, in their order.
///
/// # Errors
/// A [`Refusal`] that says why and what would help; nothing has changed.
pub fn decide(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    wish: &StaffWish,
    at: BusinessTime,
) -> Result<Vec<Body>, Refusal> {
    let policy = policy_on(policies, at)?;
    let fact = match wish {
        StaffWish::Note(fact) => {
            check(book, staff, policies, policy, fact, at)?;
            fact.clone()
        }
        StaffWish::Pay { staff: person, month, amount } => pay(book, staff, policies, person, *month, *amount, at)?,
        StaffWish::Fulfil { of } => return super::approval::fulfil(book, staff, policies, *of, at),
        StaffWish::Close { from, to } => {
            close(staff, *from, *to, at)?;
            StaffFact::PeriodClosed { from: *from, to: *to }
        }
        StaffWish::DrawVisits { rule, seed, from, to } => {
            inspection::draw(staff, policy, (rule, *seed), (*from, *to), at)?
        }
        StaffWish::DealOwners { seed, among } => {
            super::draw::draw(book, staff, policies, *seed, among, at)?.fact(*seed)
        }
    };
    Ok(vec![Body::Staff(Box::new(fact))])
}

/// Refuses someone who is not on the list on a day.
pub(crate) fn known_person<'s>(staff: &'s StaffBook, code: &Text, day: Day) -> Result<&'s Person, Refusal> {
    if let Some(person) = staff.roster.person(code, day) {
        return Ok(person);
    }
    if let Some(leaving) = staff.roster.left(code, day) {
        return Err(Refusal::new(
            msg!("refuse.staff-left", staff = code, day = leaving.day),
            msg!("remedy.choose-staff"),
        ));
    }
    Err(Refusal::new(msg!("refuse.staff-unknown", staff = code), msg!("remedy.list-staff")))
}

/// Refuses a text that is too long.
pub(crate) fn check_words(text: &str) -> Result<(), Refusal> {
    let chars = text.chars().count();
    if chars > TEXT_CHARS_MAX {
        return Err(Refusal::new(msg!("refuse.text-too-long", most = TEXT_CHARS_MAX), msg!("remedy.shorten")));
    }
    Ok(())
}

/// Refuses a reason that is missing or too long.
pub(crate) fn need_words(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(msg!("refuse.reason-needed"), msg!("remedy.say-why")));
    }
    check_words(text)
}

/// Refuses a negative amount.
pub(crate) fn check_money(amount: Money) -> Result<(), Refusal> {
    if amount.is_negative() {
        return Err(Refusal::new(
            msg!("refuse.amount", line = 0_usize, product = "", amount = amount),
            msg!("remedy.amount"),
        ));
    }
    Ok(())
}

fn check(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    policy: &Policy,
    fact: &StaffFact,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let day = at.day;
    let member = |id: Option<crate::id::MemberId>| -> Result<(), Refusal> {
        match id {
            Some(id) if book.member(id).is_none() => {
                Err(Refusal::new(msg!("refuse.unknown-member"), msg!("remedy.find-or-enrol")))
            }
            Some(_) | None => Ok(()),
        }
    };
    member(fact.member())?;
    match fact {
        StaffFact::Listed(person) => {
            list(staff, policy, person, day)?;
            conduct::check_hiring(staff, policies, &person.code, day)
        }
        StaffFact::Left { staff: code, reason, .. } => {
            known_person(staff, code, day)?;
            check_words(reason)
        }
        StaffFact::StoreListed(store) => {
            if store.code.is_empty() {
                return Err(Refusal::new(msg!("refuse.store-nameless"), msg!("remedy.store-nameless")));
            }
            check_words(&store.name)?;
            check_money(store.daily_sales)
        }
        StaffFact::TargetSet(target) => super::target::check(staff, policy, target, day),
        StaffFact::Credited { of, shares, reason } => credit(staff, policies, *of, shares, reason),
        StaffFact::Duty { staff: code, from, to } => {
            known_person(staff, code, from.day)?;
            if from >= to {
                return Err(Refusal::new(
                    msg!("refuse.period-empty", from = from.day, to = to.day),
                    msg!("remedy.period"),
                ));
            }
            Ok(())
        }
        StaffFact::Booked { staff: code, told, .. } => {
            known_person(staff, code, day)?;
            if told.is_empty() { Ok(()) } else { known_person(staff, told, day).map(|_| ()) }
        }
        StaffFact::DutyWaived { staff: code, by, reason, .. } => {
            known_person(staff, code, day)?;
            let manager = known_person(staff, by, day)?;
            let decides = &policy.staff().attribution.decides;
            if !decides.is_empty() && manager.role != *decides {
                return Err(Refusal::new(
                    msg!("refuse.role-may-not", staff = by, role = &manager.role, needed = decides),
                    msg!("remedy.ask-role", role = decides),
                ));
            }
            need_words(reason)
        }
        StaffFact::Paid { staff: code, month, amount } => {
            pay(book, staff, policies, code, *month, Some(*amount), at).map(|_| ())
        }
        StaffFact::PeriodClosed { from, to } => close(staff, *from, *to, at),
        StaffFact::ApprovalAsked { rule, member, staff: person, about, amount, rate, note } => {
            let wanted = super::approval::Wanted {
                member: *member,
                staff: person.clone(),
                about: about.clone(),
                amount: *amount,
                rate: *rate,
                note: note.clone(),
            };
            super::approval::check_asked(book, staff, policies, policy, rule, &wanted, at)
        }
        StaffFact::ApprovalGiven { of, party, by, yes, reason } => {
            super::approval::check_given(staff, policies, *of, (party, by), (*yes, reason), at)
        }
        StaffFact::AccountSet { member, credit, owed, judgements } => {
            let record = super::account::Record { credit: credit.clone(), owed: *owed, judgements: judgements.clone() };
            super::account::check_account(book, staff, policies, policy, *member, &record, at)
        }
        StaffFact::Suspended { staff: code, from, to, reason } => {
            known_person(staff, code, day)?;
            if from >= to {
                return Err(Refusal::new(msg!("refuse.period-empty", from = *from, to = *to), msg!("remedy.period")));
            }
            need_words(reason)
        }
        StaffFact::ProjectSet { project, amount, signed, state, .. } => {
            super::project::check_project(policy, project, *amount, *signed, state)
        }
        StaffFact::OwnersDealt { .. } => super::draw::check(book, staff, policies, fact, at),
        StaffFact::OwnerSet { .. } | StaffFact::StandIn { .. } => {
            super::ownership::check(book, staff, policies, fact, at)
        }
        StaffFact::ComplaintMade { .. } | StaffFact::ComplaintHandled { .. } => {
            super::complaints::check(book, staff, policies, fact, at)
        }
        StaffFact::Contacted { member, staff: by, way, rule, note } => {
            super::care::check_contact(book, staff, policies, *member, (by, way, rule, note), at)
        }
        StaffFact::ClientFiled { origin, holders, .. } => super::clients::check(staff, policies, *origin, holders, at),
        StaffFact::Breached { staff: code, member, rule, damages, note } => {
            conduct::check_breach(staff, policy, (code, *member, rule), *damages, note, day)
        }
        StaffFact::Appealed { of, reason } => conduct::check_appeal(staff, policies, *of, reason, at),
        StaffFact::AppealDecided { of, by, reason, .. } => {
            conduct::check_decision(staff, policies, *of, (by, reason), at)
        }
        StaffFact::Assessed { staff: code, rule, from, scores } => {
            assessment::check(staff, policy, (code, rule, *from), scores, at)
        }
        StaffFact::Met { rule, branch, present } => bonus::check_meeting(staff, policy, (rule, branch, present), day),
        StaffFact::VisitsDrawn { .. } => inspection::check_draw(staff, policy, fact, at),
        StaffFact::Inspected { of, store, findings } => inspection::check_findings(staff, (*of, store), findings, at),
    }
}

/// Refuses a store that is not on the list.
pub(crate) fn known_store(staff: &StaffBook, code: &Text, day: Day) -> Result<(), Refusal> {
    match staff.roster.store(code, day) {
        Some(_) => Ok(()),
        None => Err(Refusal::new(msg!("refuse.store-unknown", store = code), msg!("remedy.list-store"))),
    }
}

fn list(staff: &StaffBook, policy: &Policy, person: &Person, day: Day) -> Result<(), Refusal> {
    if person.code.trim().is_empty() {
        return Err(Refusal::new(msg!("refuse.staff-nameless"), msg!("remedy.staff-nameless")));
    }
    for text in [&person.code, &person.name, &person.role, &person.store, &person.team, &person.leader, &person.area] {
        check_words(text)?;
    }
    if let Some(leaving) = staff.roster.left(&person.code, day)
        && leaving.never_again
    {
        return Err(Refusal::new(
            msg!("refuse.never-again", staff = &person.code, day = leaving.day),
            msg!("remedy.never-again"),
        ));
    }
    if !person.leader.is_empty() {
        let mut next = person.leader.clone();
        for _ in 0..LEADERS_MAX {
            if next == person.code {
                return Err(Refusal::new(
                    msg!("refuse.leader-circle", staff = &person.code, leader = &person.leader),
                    msg!("remedy.leader-circle"),
                ));
            }
            let Some(leader) = staff.roster.person(&next, day) else { break };
            next.clone_from(&leader.leader);
        }
    }
    let posts = &policy.staff().post;
    if !posts.is_empty() && !person.role.is_empty() && posts.iter().all(|post| post.role != person.role) {
        return Err(Refusal::new(
            msg!("refuse.role-unknown", role = &person.role),
            msg!("remedy.choose-one", choices = posts.iter().map(|post| Value::from(&post.role)).collect::<Vec<_>>()),
        ));
    }
    for post in posts.iter().filter(|post| post.role == person.role) {
        let Some(most) = post.most else { continue };
        let others = staff
            .roster
            .people(day)
            .filter(|other| other.code != person.code && other.role == post.role && post.counts_together(person, other))
            .count();
        if i64::try_from(others).unwrap_or(i64::MAX) >= most {
            return Err(Refusal::new(
                msg!("refuse.post-full", label = &post.head.label, role = &post.role, most = most, area = &person.area),
                msg!("remedy.post-full"),
            )
            .by(post.head.reference("post", policy.program())));
        }
    }
    Ok(())
}

fn credit(
    staff: &StaffBook,
    policies: &PolicySet,
    of: EventId,
    shares: &[Share],
    reason: &Text,
) -> Result<(), Refusal> {
    let Some(deal) = staff.deal(of) else {
        return Err(Refusal::new(msg!("refuse.sale-unknown"), msg!("remedy.check-receipt")));
    };
    check_words(reason)?;
    let day = deal.at.day;
    let mut seen: Vec<&Text> = Vec::new();
    let mut whole = 0_i128;
    let unit = 1_000_000_000_000_i128;
    for share in shares {
        known_person(staff, &share.staff, day)?;
        if seen.contains(&&share.staff) {
            return Err(Refusal::new(msg!("refuse.share-twice", staff = &share.staff), msg!("remedy.share-twice")));
        }
        seen.push(&share.staff);
        if share.part <= Rate::ZERO || share.part > Rate::ONE {
            return Err(Refusal::new(
                msg!("refuse.share-out-of-range", staff = &share.staff, rate = share.part),
                msg!("remedy.shares-sum"),
            ));
        }
        let (mantissa, denominator) = share.part.ratio();
        whole = whole.saturating_add(i128::from(mantissa).saturating_mul(unit) / i128::from(denominator.max(1)));
    }
    let in_full = policies.on(day).is_some_and(|policy| policy.staff().commission.iter().any(|rule| rule.each_in_full));
    // Rounded thirds may lack a hundred-millionth of the whole; more than the whole is never right.
    let lacks = unit.saturating_sub(whole);
    if !in_full && !shares.is_empty() && !(0..=unit / 100_000_000).contains(&lacks) {
        let sum = Rate::from_parts(i64::try_from(whole).unwrap_or(i64::MAX), 1_000_000_000_000);
        return Err(Refusal::new(msg!("refuse.shares-sum", rate = sum), msg!("remedy.shares-sum")));
    }
    Ok(())
}

fn pay(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    person: &Text,
    month: Day,
    amount: Option<Money>,
    at: BusinessTime,
) -> Result<StaffFact, Refusal> {
    let month = month.month_start();
    let end = month.plus_months(1);
    if !staff.roster.knows(person) && staff.names.find(person).is_none() {
        return Err(Refusal::new(msg!("refuse.staff-unknown", staff = person), msg!("remedy.list-staff")));
    }
    let gone = staff.roster.left(person, at.day).is_some_and(|leaving| leaving.day < end);
    if at.day < end && !gone {
        return Err(Refusal::new(
            msg!("refuse.period-not-over", last = end.plus_days(-1)),
            msg!("remedy.period-not-over"),
        ));
    }
    let settled = settle(book, staff, policies, end, Explain::Nobody)?;
    let outstanding = settled.statement(person, month).map_or(Money::ZERO, |statement| statement.outstanding);
    let amount = amount.unwrap_or(outstanding);
    if !amount.is_positive() || amount > outstanding {
        return Err(Refusal::new(
            msg!("refuse.pay-too-much", staff = person, outstanding = outstanding, amount = amount),
            msg!("remedy.pay-outstanding", outstanding = outstanding),
        ));
    }
    Ok(StaffFact::Paid { staff: person.clone(), month, amount })
}

fn close(staff: &StaffBook, from: Day, to: Day, at: BusinessTime) -> Result<(), Refusal> {
    if from >= to || from != from.month_start() || to != to.month_start() {
        return Err(Refusal::new(msg!("refuse.period-empty", from = from, to = to), msg!("remedy.period-months")));
    }
    if at.day < to {
        return Err(Refusal::new(
            msg!("refuse.period-not-over", last = to.plus_days(-1)),
            msg!("remedy.period-not-over"),
        ));
    }
    if from < staff.open_from {
        return Err(Refusal::new(
            msg!("refuse.period-closed", last = staff.open_from.plus_days(-1)),
            msg!("remedy.period-closed", from = staff.open_from),
        ));
    }
    Ok(())
}
