//! Approvals as they stand: what was asked, who has answered, whether it is granted, and what then happens.

use super::decide::{check_money, check_words, known_person, need_words};
use super::fact::StaffFact;
use super::{Noted, StaffBook};
use crate::book::{Book, Status};
use crate::event::Body;
use crate::id::{EventId, MemberId, Text};
use crate::kinds::approval::{Approval, Matter, Party};
use crate::message::{Message, Refusal, Value};
use crate::msg;
use crate::number::{Money, Rate};
use crate::policy::{Policy, PolicySet};
use crate::time::{BusinessTime, Day};

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Answers are awaited.
    Open,
    /// It may be used.
    Granted,
    /// It was refused.
    Refused,
    /// Nobody answered in time, or it was not used in time.
    Expired,
}

impl State {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }

    /// In words.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Open => msg!("approval.open"),
            Self::Granted => msg!("approval.granted"),
            Self::Refused => msg!("approval.refused"),
            Self::Expired => msg!("approval.expired"),
        }
    }
}

/// One party's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As which party.
    pub party: Text,
    /// By whom.
    pub by: Text,
    /// Yes or no.
    pub yes: bool,
    /// Why.
    pub reason: Text,
    /// When.
    pub day: Day,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The member concerned.
    pub member: Option<MemberId>,
    /// The person concerned.
    pub staff: Text,
    /// The tier, the project, …
    pub about: Text,
    /// The amount.
    pub amount: Money,
    /// The rate.
    pub rate: Rate,
    /// What for.
    pub note: Text,
}

/// A request and how it stands.
#[derive(Debug, Clone)]
pub struct Request<'r> {
    /// The event that asked.
    pub id: EventId,
    /// When it was asked.
    pub day: Day,
    /// The rule.
    pub rule: &'r Approval,
    /// What is asked for.
    pub wanted: Wanted,
    /// Whose word is needed.
    pub parties: Vec<Party>,
    /// The answers that count, in their order.
    pub answers: Vec<Answer>,
    /// How it stands.
    pub state: State,
    /// The first day on which it is no longer open, or no longer usable; [`Day::LAST`]: never.
    pub until: Day,
}

impl Request<'_> {
    /// The parties that have not answered.
    #[must_use]
    pub fn waiting(&self) -> Vec<&Party> {
        self.parties.iter().filter(|party| self.answers.iter().all(|answer| answer.party != party.id)).collect()
    }

    /// What a sale may use of it: the discount, its rate, and the parties that agreed so far with the person who spoke for
    /// each (`operations=chen`). The quote refuses where one is missing; a request that was refused or has expired agrees
    /// to nothing. `None`: it is about something else.
    #[must_use]
    pub fn agreed_discount(&self) -> Option<(Text, Rate, Vec<Text>)> {
        if self.rule.matter != Matter::Discount {
            return None;
        }
        let rule = if self.rule.rule.is_empty() { &self.wanted.about } else { &self.rule.rule };
        let parties = match self.state {
            State::Open | State::Granted => {
                let yes = self.answers.iter().filter(|answer| answer.yes);
                yes.map(|answer| Text::from(format!("{}={}", answer.party, answer.by))).collect()
            }
            State::Refused | State::Expired => Vec::new(),
        };
        Some((rule.clone(), self.wanted.rate, parties))
    }
}

fn stands<'r>(staff: &StaffBook, policies: &'r PolicySet, asked: &Noted, day: Day) -> Option<Request<'r>> {
    let StaffFact::ApprovalAsked { rule, member, staff: person, about, amount, rate, note } = &asked.fact else {
        return None;
    };
    let asked_day = asked.at.day;
    let rule = policies.on(asked_day)?.staff().approval.iter().find(|own| own.head.id == *rule)?;
    let parties = rule.parties(*amount);
    let closes = rule.answer_within.map_or(Day::LAST, |span| span.end(asked_day));
    let mut request = Request {
        id: asked.id,
        day: asked_day,
        rule,
        wanted: Wanted {
            member: *member,
            staff: person.clone(),
            about: about.clone(),
            amount: *amount,
            rate: *rate,
            note: note.clone(),
        },
        parties,
        answers: Vec::new(),
        state: State::Open,
        until: closes,
    };
    for noted in staff.facts() {
        let StaffFact::ApprovalGiven { of, party, by, yes, reason } = &noted.fact else { continue };
        // What came too late, from someone without a say, or a second time does not count, whoever recorded it.
        if *of != asked.id || noted.at.day > day || noted.at.day >= closes || request.state != State::Open {
            continue;
        }
        let role = staff.roster().person(by, noted.at.day).map(|person| person.role.clone()).unwrap_or_default();
        let speaks = |own: &&Party| own.id == *party && own.roles.contains(&role);
        let again = |answer: &Answer| answer.party == *party || answer.by == *by;
        if request.parties.iter().find(speaks).is_none() || request.answers.iter().any(again) {
            continue;
        }
        let (party, by, reason) = (party.clone(), by.clone(), reason.clone());
        request.answers.push(Answer { party, by, yes: *yes, reason, day: noted.at.day });
        let waits = !request.waiting().is_empty();
        let decided = match (rule.all, *yes) {
            (true, false) => Some(State::Refused),
            (false, true) => Some(State::Granted),
            (true, true) if !waits => Some(State::Granted),
            (false, false) if !waits => Some(State::Refused),
            (true | false, _) => None,
        };
        if let Some(state) = decided {
            request.state = state;
            request.until = match state {
                State::Granted => rule.valid.map_or(Day::LAST, |span| span.end(noted.at.day)),
                State::Open | State::Refused | State::Expired => Day::LAST,
            };
        }
    }
    if day >= request.until && request.state != State::Refused {
        request.state = State::Expired;
    }
    Some(request)
}

/// A request as it stands on a day.
#[must_use]
pub fn request<'r>(staff: &StaffBook, policies: &'r PolicySet, of: EventId, day: Day) -> Option<Request<'r>> {
    stands(staff, policies, staff.fact(of)?, day)
}

/// All requests as they stand on a day, in the order in which they were made.
#[must_use]
pub fn requests<'r>(staff: &StaffBook, policies: &'r PolicySet, day: Day) -> Vec<Request<'r>> {
    staff
        .facts()
        .iter()
        .filter(|noted| noted.at.day <= day)
        .filter_map(|noted| stands(staff, policies, noted, day))
        .collect()
}

/// Whether what the parties are said to have agreed on was asked for and answered so: each of them said yes to this
/// discount, at this rate or a higher one. Without a rule that says how it is asked for, naming them is enough.
#[must_use]
pub fn is_recorded(
    staff: &StaffBook,
    policies: &PolicySet,
    (rule, rate, spoken): (&Text, Rate, &[Text]),
    day: Day,
) -> bool {
    let Some(policy) = policies.on(day) else { return true };
    if !policy.staff().approval.iter().any(|own| own.is_about(Matter::Discount, rule)) {
        return true;
    }
    let spoken: Vec<Text> = spoken
        .iter()
        .map(|one| {
            let (party, person) = crate::quote::party_and_person(one);
            Text::from(format!("{party}={person}"))
        })
        .collect();
    staff.facts().iter().filter_map(|noted| stands(staff, policies, noted, day)?.agreed_discount()).any(
        |(asked_for, most, parties)| {
            asked_for == *rule && rate <= most && !parties.is_empty() && spoken.iter().all(|one| parties.contains(one))
        },
    )
}

/// Refuses an agreed discount whose approval nobody recorded.
///
/// # Errors
/// A refusal that says how it is asked for.
pub fn check_agreed(
    staff: &StaffBook,
    policies: &PolicySet,
    agreed: Option<&(Text, Rate, Vec<Text>)>,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let Some((rule, rate, spoken)) = agreed else { return Ok(()) };
    if is_recorded(staff, policies, (rule, *rate, spoken), at.day) {
        return Ok(());
    }
    let Some(policy) = policies.on(at.day) else { return Ok(()) };
    let found = policy.staff().approval.iter().find(|own| own.is_about(Matter::Discount, rule));
    let refusal = Refusal::new(msg!("refuse.approval-not-recorded"), msg!("remedy.ask-for-approval"));
    Err(match found {
        Some(found) => refusal.by(found.head.reference("approval", policy.program())),
        None => refusal,
    })
}

/// A granted request about a member that holds on a day, of at least an amount.
#[must_use]
pub fn granted<'r>(
    staff: &StaffBook,
    policies: &'r PolicySet,
    rule: &str,
    member: MemberId,
    amount: Money,
    day: Day,
) -> Option<Request<'r>> {
    requests(staff, policies, day).into_iter().rev().find(|request| {
        request.state == State::Granted
            && request.rule.head.id == rule
            && request.wanted.member == Some(member)
            && request.wanted.amount >= amount
    })
}

/// Whether someone has consent to see a member's data on a day.
#[must_use]
pub fn has_consent(staff: &StaffBook, policies: &PolicySet, person: &str, member: MemberId, day: Day) -> bool {
    requests(staff, policies, day).iter().any(|request| {
        request.state == State::Granted
            && request.rule.matter == Matter::Consent
            && request.wanted.staff == person
            && request.wanted.member == Some(member)
    })
}

fn roles_value(parties: &[&Party]) -> Vec<Value> {
    parties.iter().map(|party| Value::from(&party.id)).collect()
}

/// Refuses a request that makes no sense.
pub(crate) fn check_asked(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    policy: &Policy,
    rule: &Text,
    wanted: &Wanted,
    at: BusinessTime,
) -> Result<(), Refusal> {
    let rules = &policy.staff().approval;
    let found = rules
        .iter()
        .find(|own| own.head.id == *rule)
        .ok_or_else(|| Refusal::new(msg!("refuse.rule-unknown", rule = rule), msg!("remedy.choose-rule")))?;
    let reference = || found.head.reference("approval", policy.program());
    check_words(&wanted.note)?;
    check_money(wanted.amount)?;
    if !wanted.staff.is_empty() {
        known_person(staff, &wanted.staff, at.day)?;
    }
    if found.parties(wanted.amount).is_empty() {
        return Err(Refusal::new(
            msg!("refuse.approval-not-needed", amount = wanted.amount),
            msg!("remedy.nothing-to-do"),
        )
        .by(reference()));
    }
    let needs_member = match found.matter {
        Matter::Tier | Matter::Membership | Matter::Credit | Matter::Consent => true,
        Matter::Discount | Matter::Other => false,
    };
    let member = wanted.member.and_then(|id| book.member_on(id, policies, at.day));
    if needs_member && member.is_none() {
        return Err(Refusal::new(msg!("refuse.unknown-member"), msg!("remedy.find-or-enrol")));
    }
    match found.matter {
        Matter::Tier => {
            let tiers = &policy.ladder().tiers;
            let known = tiers.iter().find(|tier| tier.head.id == wanted.about);
            let Some(tier) = known else {
                let tiers = tiers.iter().map(|tier| Value::from(&tier.head.label)).collect::<Vec<_>>();
                return Err(Refusal::new(
                    msg!("refuse.tier-unknown", tier = &wanted.about),
                    msg!("remedy.choose-tier", tiers = tiers),
                ));
            };
            if !tier.by_application || !found.is_about(Matter::Tier, &wanted.about) {
                return Err(Refusal::new(
                    msg!("refuse.grant-not-allowed", tier = &tier.head.label),
                    msg!("remedy.reach-tier"),
                )
                .by(reference()));
            }
            check_deserved(book, staff, policies, policy, wanted, at.day)?;
        }
        Matter::Membership => {
            if member.is_some_and(|member| member.status != Status::Applied) {
                return Err(Refusal::new(msg!("refuse.no-application"), msg!("remedy.nothing-to-do")));
            }
        }
        Matter::Discount => {
            let id = if found.rule.is_empty() { &wanted.about } else { &found.rule };
            let discount = policy.discounts().iter().find(|own| own.head.id == *id && !own.approval.is_empty());
            let discount = discount.ok_or_else(|| {
                Refusal::new(msg!("refuse.rule-unknown", rule = id), msg!("remedy.choose-rule")).by(reference())
            })?;
            let most = discount.rate(0);
            if wanted.rate <= Rate::ZERO || wanted.rate > most {
                return Err(Refusal::new(
                    msg!("refuse.rate-over", rate = wanted.rate, most = most),
                    msg!("remedy.lower-rate", most = most),
                )
                .by(reference()));
            }
        }
        Matter::Consent => {
            if wanted.staff.is_empty() {
                return Err(
                    Refusal::new(msg!("refuse.consent-for-nobody"), msg!("remedy.consent-for-nobody")).by(reference())
                );
            }
        }
        Matter::Credit | Matter::Other => {}
    }
    let same = requests(staff, policies, at.day).into_iter().any(|open| {
        open.state == State::Open
            && open.rule.head.id == *rule
            && open.wanted.member == wanted.member
            && open.wanted.staff == wanted.staff
            && open.wanted.about == wanted.about
            && wanted.member.is_some()
    });
    if same {
        return Err(
            Refusal::new(msg!("refuse.approval-open-already"), msg!("remedy.approval-open-already")).by(reference())
        );
    }
    Ok(())
}

/// Refuses a grade of business client for which sales, credit or judgements do not suffice.
fn check_deserved(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    policy: &Policy,
    wanted: &Wanted,
    day: Day,
) -> Result<(), Refusal> {
    let grades = &policy.staff().credit;
    let (Some(place), Some(member)) = (grades.iter().position(|grade| grade.head.id == wanted.about), wanted.member)
    else {
        return Ok(());
    };
    let Some(standing) = super::account::standing(book, staff, policies, member, day) else { return Ok(()) };
    let deserved = standing.deserved.and_then(|own| grades.iter().position(|grade| grade.head.id == own.head.id));
    if deserved.is_some_and(|deserved| deserved >= place) {
        return Ok(());
    }
    let Some(grade) = grades.get(place) else { return Ok(()) };
    Err(Refusal::new(
        msg!("refuse.grade-not-deserved", label = &grade.head.label, id = &grade.head.id, sales = standing.sales),
        msg!("remedy.grade-not-deserved", sales = grade.sales, credit = &grade.credit),
    )
    .by(grade.head.reference("credit", policy.program())))
}

/// Refuses an answer from the wrong person, a second time, or to what is not open.
pub(crate) fn check_given(
    staff: &StaffBook,
    policies: &PolicySet,
    of: EventId,
    (party, by): (&Text, &Text),
    (yes, reason): (bool, &Text),
    at: BusinessTime,
) -> Result<(), Refusal> {
    let request = known(staff, policies, of, at.day)?;
    let program = policies.on(request.day).map(Policy::program);
    let by_rule = |refusal: Refusal| match program {
        Some(program) => refusal.by(request.rule.head.reference("approval", program)),
        None => refusal,
    };
    if request.state != State::Open {
        return Err(by_rule(Refusal::new(
            msg!("refuse.approval-closed", state = request.state.name()),
            msg!("remedy.approval-closed"),
        )));
    }
    let waiting = request.waiting();
    let everyone: Vec<&Party> = request.parties.iter().collect();
    let Some(own) = request.parties.iter().find(|own| own.id == *party) else {
        return Err(by_rule(Refusal::new(
            msg!("refuse.approval-party", role = party),
            msg!("remedy.get-approval", roles = roles_value(&everyone)),
        )));
    };
    if !waiting.iter().any(|open| open.id == *party) {
        return Err(by_rule(Refusal::new(
            msg!("refuse.approval-answered", role = party),
            msg!("remedy.get-approval", roles = roles_value(&waiting)),
        )));
    }
    let person = known_person(staff, by, at.day)?;
    if !own.roles.contains(&person.role) {
        return Err(by_rule(Refusal::new(
            msg!("refuse.role-may-not", staff = by, role = &person.role, needed = own.roles.first().unwrap_or(party)),
            msg!("remedy.get-approval", roles = own.roles.iter().map(Value::from).collect::<Vec<_>>()),
        )));
    }
    if request.answers.iter().any(|answer| answer.by == *by) {
        return Err(by_rule(Refusal::new(
            msg!("refuse.approval-person-twice", staff = by),
            msg!("remedy.get-approval", roles = roles_value(&waiting)),
        )));
    }
    if yes { check_words(reason) } else { need_words(reason) }
}

fn known<'r>(staff: &StaffBook, policies: &'r PolicySet, of: EventId, day: Day) -> Result<Request<'r>, Refusal> {
    request(staff, policies, of, day)
        .ok_or_else(|| Refusal::new(msg!("refuse.approval-unknown"), msg!("remedy.approval-unknown")))
}

/// Does what a decided request asked for: gives the tier, admits or turns away the applicant.
pub(crate) fn fulfil(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    of: EventId,
    at: BusinessTime,
) -> Result<Vec<Body>, Refusal> {
    let request = known(staff, policies, of, at.day)?;
    let membership = request.rule.matter == Matter::Membership;
    let decided = match request.state {
        State::Granted => true,
        State::Refused if membership => false,
        State::Open => {
            let waiting = roles_value(&request.waiting());
            return Err(Refusal::new(
                msg!("refuse.approval-needed", roles = waiting.clone()),
                msg!("remedy.get-approval", roles = waiting),
            ));
        }
        State::Refused | State::Expired => {
            return Err(Refusal::new(
                msg!("refuse.approval-closed", state = request.state.name()),
                msg!("remedy.approval-closed"),
            ));
        }
    };
    let member = request
        .wanted
        .member
        .and_then(|id| book.member_on(id, policies, at.day))
        .ok_or_else(|| Refusal::new(msg!("refuse.approval-nothing"), msg!("remedy.approval-nothing")))?;
    match request.rule.matter {
        Matter::Tier => {
            crate::quote::check_membership(&member, at)?;
            let tiers = &policies.on(at.day).map(|policy| policy.ladder().tiers.as_slice()).unwrap_or_default();
            let rank = tiers.iter().position(|tier| tier.head.id == request.wanted.about && tier.by_application);
            let Some(rank) = rank else {
                return Err(Refusal::new(
                    msg!("refuse.tier-unknown", tier = &request.wanted.about),
                    msg!("remedy.choose-tier", tiers = Vec::<Value>::new()),
                ));
            };
            // Used already, or no longer of use: the tier was given since, or reached.
            if usize::from(member.tier) == rank || was_granted(&member, &request, rank) {
                return Err(Refusal::new(msg!("refuse.approval-used"), msg!("remedy.nothing-to-do")));
            }
            let reason = request.answers.last().map(|answer| answer.reason.clone()).filter(|text| !text.is_empty());
            Ok(vec![Body::TierGranted {
                member: member.id,
                tier: request.wanted.about.clone(),
                reason: reason.unwrap_or_else(|| request.wanted.note.clone()),
            }])
        }
        Matter::Membership => {
            if member.status != Status::Applied {
                return Err(Refusal::new(msg!("refuse.no-application"), msg!("remedy.nothing-to-do")));
            }
            let reason = request.answers.last().map(|answer| answer.reason.clone()).unwrap_or_default();
            Ok(vec![Body::ApplicationDecided { member: member.id, approved: decided, reason }])
        }
        Matter::Discount | Matter::Credit | Matter::Consent | Matter::Other => {
            Err(Refusal::new(msg!("refuse.approval-nothing"), msg!("remedy.approval-nothing")))
        }
    }
}

/// Whether the tier asked for was given since it was asked for.
fn was_granted(member: &crate::book::Member, request: &Request<'_>, rank: usize) -> bool {
    member.tier_changes.iter().any(|change| {
        change.day >= request.day
            && usize::from(change.to) == rank
            && change.cause == crate::book::member::TierCause::Granted
    })
}

/// Refuses a direct record of what several parties must agree on.
pub(crate) fn check_direct(policy: &Policy, matter: Matter, about: &str) -> Result<(), Refusal> {
    let rule = policy.staff().approval.iter().find(|rule| rule.is_about(matter, about) && rule.needs_several());
    let Some(rule) = rule else { return Ok(()) };
    let parties =
        rule.bands.first().map(|band| band.by.iter().map(Value::from).collect::<Vec<_>>()).unwrap_or_default();
    Err(Refusal::new(
        msg!("refuse.approval-needed", roles = parties.clone()),
        msg!("remedy.get-approval", roles = parties),
    )
    .by(rule.head.reference("approval", policy.program())))
}
