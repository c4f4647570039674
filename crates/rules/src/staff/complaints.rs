//! Complaints: until when each is to be handled, whether it was, and when it may go to head office.

use super::clientele::Clientele;
use super::decide::{check_words, known_person, need_words};
use super::fact::StaffFact;
use super::ownership::member_on;
use super::{Noted, StaffBook};
use crate::book::Book;
use crate::id::{EventId, MemberId, Text};
use crate::message::Refusal;
use crate::msg;
use crate::policy::{Policy, PolicySet};
use crate::time::{BusinessTime, Day, Minute};

/// A complaint as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The event.
    pub id: EventId,
    /// By which member.
    pub member: Option<MemberId>,
    /// About whom; empty: nobody.
    pub about: Text,
    /// Where it was made.
    pub store: Text,
    /// When.
    pub made: BusinessTime,
    /// The last minute that is in time.
    pub deadline: BusinessTime,
    /// When the shop handled it.
    pub handled: Option<BusinessTime>,
    /// When it went to head office.
    pub escalated: Option<BusinessTime>,
    /// When head office handled it.
    pub closed: Option<BusinessTime>,
    /// Whether the shop was late, or is.
    pub late: bool,
    /// Rank of the tier that comes first; `None`: it waits its turn.
    pub first: Option<u8>,
}

impl Complaint {
    /// Whether somebody has to do something.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.escalated {
            Some(_) => self.closed.is_none(),
            None => self.handled.is_none(),
        }
    }

    /// Whether the member may take it to head office: it was handled, or is late; and is not there yet.
    #[must_use]
    pub const fn may_escalate(&self) -> bool {
        self.escalated.is_none() && (self.handled.is_some() || self.late)
    }
}

/// Minutes on one clock for all offsets.
fn minutes(at: BusinessTime) -> i64 {
    i64::from(at.day.number()) * 1440 + i64::from(at.minute.number()) - i64::from(at.offset_minutes)
}

/// So many hours later, on the same clock.
fn plus_hours(at: BusinessTime, hours: i64) -> BusinessTime {
    let all = i64::from(at.minute.number()).saturating_add(hours.saturating_mul(60));
    let days = i32::try_from(all.div_euclid(1440)).unwrap_or(i32::MAX);
    let rest = u16::try_from(all.rem_euclid(1440)).unwrap_or(0);
    let minute = Minute::from_clock(rest / 60, rest % 60).unwrap_or_default();
    BusinessTime { day: at.day.plus_days(days), minute, ..at }
}

/// The complaints as they stand at a time: those that come first, then the others, each in the order of their deadlines.
/// A program without a clock has them all in time.
#[must_use]
pub fn complaints(book: &Book, staff: &StaffBook, policies: &PolicySet, at: BusinessTime) -> Vec<Complaint> {
    let now = minutes(at);
    let mut found: Vec<Complaint> = staff
        .facts
        .iter()
        .filter(|noted| minutes(noted.at) <= now)
        .filter_map(|noted| standing(staff, policies, noted, now))
        .map(|mut complaint| {
            let first = policies.on(complaint.made.day).and_then(|policy| policy.staff().complaints.as_ref());
            complaint.first = complaint
                .member
                .and_then(|id| member_on(book, policies, id, complaint.made.day))
                .map(|member| member.tier)
                .filter(|tier| first.is_some_and(|rule| rule.first.contains(tier)));
            complaint
        })
        .collect();
    found.sort_by_key(|one| (core::cmp::Reverse(one.first), minutes(one.deadline)));
    found
}

fn standing(staff: &StaffBook, policies: &PolicySet, noted: &Noted, now: i64) -> Option<Complaint> {
    let StaffFact::ComplaintMade { member, staff: about, .. } = &noted.fact else { return None };
    let rule = policies.on(noted.at.day).and_then(|policy| policy.staff().complaints.as_ref());
    let deadline =
        rule.map_or(BusinessTime { day: Day::LAST, ..noted.at }, |rule| plus_hours(noted.at, rule.within_hours));
    let mut complaint = Complaint {
        id: noted.id,
        member: *member,
        about: about.clone(),
        store: noted.store.clone(),
        made: noted.at,
        deadline,
        handled: None,
        escalated: None,
        closed: None,
        late: false,
        first: None,
    };
    for later in staff.facts.iter().filter(|later| minutes(later.at) <= now) {
        let StaffFact::ComplaintHandled { of, escalated, .. } = &later.fact else { continue };
        if *of != noted.id {
            continue;
        }
        let slot = match (escalated, complaint.escalated) {
            (true, _) => &mut complaint.escalated,
            (false, Some(_)) => &mut complaint.closed,
            (false, None) => &mut complaint.handled,
        };
        // What two recorded without knowing of each other: the first stands.
        slot.get_or_insert(later.at);
    }
    let answered = complaint.handled.map_or(now, minutes);
    complaint.late = rule.is_some() && answered > minutes(deadline);
    Some(complaint)
}

/// What complaints ask for on a day: those not handled by its end.
pub(super) fn due(clientele: &Clientele<'_>, policy: &Policy, day: Day, tasks: &mut Vec<super::StaffTask>) {
    use super::StaffTask;
    use crate::message::{Label, Trace};
    let Some(rule) = &policy.staff().complaints else { return };
    let evening = BusinessTime { minute: Minute::from_clock(23, 59).unwrap_or_default(), ..BusinessTime::noon(day) };
    for complaint in complaints(clientele.book, clientele.staff, clientele.policies, evening) {
        if !complaint.is_open() {
            continue;
        }
        let at_head_office = complaint.escalated.is_some();
        let role = if at_head_office { &rule.then } else { &rule.role };
        let responsible = super::care::of_role(clientele, role, &complaint.store, day);
        let what = if at_head_office {
            msg!("complaint.at-head-office", made = complaint.made.to_string())
        } else {
            msg!("complaint.open", made = complaint.made.to_string(), deadline = complaint.deadline.to_string())
        };
        let reference = rule.head.reference("complaints", policy.program());
        tasks.push(StaffTask {
            of: Some(complaint.id),
            kind: Text::const_new("complaint"),
            trace: Trace::note(what.clone()).by(reference.clone()).with(responsible.why),
            rule: reference,
            member: complaint.member,
            staff: responsible.staff,
            stands_in_for: responsible.stands_in_for,
            due: complaint.made.day,
            until: if at_head_office { Day::LAST } else { complaint.deadline.day.plus_days(1) },
            what,
            says: Label::default(),
            figure: (!at_head_office).then(|| complaint.deadline.to_string().into()),
        });
    }
}

/// Checks a complaint, or its handling, before it is recorded.
///
/// # Errors
/// A [`Refusal`] that says why and what would help.
pub(crate) fn check(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    fact: &StaffFact,
    at: BusinessTime,
) -> Result<(), Refusal> {
    match fact {
        StaffFact::ComplaintMade { staff: about, note, .. } => {
            need_words(note)?;
            if about.is_empty() { Ok(()) } else { known_person(staff, about, at.day).map(|_| ()) }
        }
        StaffFact::ComplaintHandled { of, outcome, escalated } => {
            check_words(outcome)?;
            let all = complaints(book, staff, policies, at);
            let Some(complaint) = all.iter().find(|complaint| complaint.id == *of) else {
                return Err(Refusal::new(msg!("refuse.complaint-unknown"), msg!("remedy.complaint-unknown")));
            };
            if complaint.closed.is_some() {
                return Err(Refusal::new(msg!("refuse.complaint-closed"), msg!("remedy.complaint-anew")));
            }
            if *escalated {
                if complaint.escalated.is_some() {
                    return Err(Refusal::new(msg!("refuse.complaint-there"), msg!("remedy.complaint-there")));
                }
                if !complaint.may_escalate() {
                    return Err(Refusal::new(
                        msg!("refuse.complaint-too-soon", deadline = complaint.deadline.to_string()),
                        msg!("remedy.complaint-too-soon"),
                    ));
                }
                return Ok(());
            }
            need_words(outcome)?;
            if complaint.escalated.is_none() && complaint.handled.is_some() {
                return Err(Refusal::new(msg!("refuse.complaint-handled"), msg!("remedy.complaint-handled")));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
