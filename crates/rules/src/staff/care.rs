//! What is due for members on a day, and who is to do it.

use super::clientele::{Clientele, Contact, Responsible};
use super::decide::{check_words, known_person};
use super::message::{Draft, check};
use super::ownership::member_on;
use super::{Deal, StaffBook};
use crate::book::{Book, Member};
use crate::id::{EventId, MemberId, Text};
use crate::kinds::care::{Care, On, Who};
use crate::kinds::span_value;
use crate::message::{Label, Message, Refusal, RuleRef, Trace, Value};
use crate::msg;
use crate::policy::{Policy, PolicySet};
use crate::time::{BusinessTime, Day};

/// Something that someone in the shop is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffTask {
    /// The event that it is about; none of most.
    pub of: Option<EventId>,
    /// What sort: `care`, `owner-ends`, `deal-out`, `owner-full`, `complaint`, `list`, `class`.
    pub kind: Text,
    /// The rule.
    pub rule: RuleRef,
    /// For whom; `None`: for the shop.
    pub member: Option<MemberId>,
    /// Who is to do it; empty: the company has to say who.
    pub staff: Text,
    /// For whom they stand in; empty: nobody.
    pub stands_in_for: Text,
    /// First day on which it is to be done.
    pub due: Day,
    /// First day on which it is too late; [`Day::LAST`]: never.
    pub until: Day,
    /// In words.
    pub what: Message,
    /// What is said, or done.
    pub says: Label,
    /// A figure that belongs to it.
    pub figure: Option<Value>,
    /// Why, and why they.
    pub trace: Trace,
}

/// A task before it is known whose it is.
struct Open {
    due: Day,
    until: Day,
    what: Message,
    figure: Option<Value>,
    /// The deal that it follows.
    deal: Option<u32>,
}

/// Everything that the staff have to do on a day, in the order of the rules and members.
#[must_use]
pub fn due(book: &Book, staff: &StaffBook, policies: &PolicySet, day: Day) -> Vec<StaffTask> {
    let Some(policy) = policies.on(day).filter(|policy| !policy.staff().is_empty()) else { return Vec::new() };
    let clientele = Clientele::new(book, staff, policies);
    let mut tasks = Vec::new();
    for rule in &policy.staff().care {
        if rule.is_for_shop() {
            for open in for_shop(rule, day) {
                let responsible = in_role(&clientele, rule, None, day);
                tasks.push(task(policy, rule, None, open, responsible));
            }
            continue;
        }
        for member in clientele.members(day) {
            let holds = !rule.minds_when
                || member_on(book, policies, member.id, day)
                    .is_some_and(|member| rule.when.holds(&member.occasion(policy, day)));
            if !holds {
                continue;
            }
            for open in for_member(&clientele, policy, rule, member, day) {
                let responsible = responsible(&clientele, rule, member, open.deal, day);
                tasks.push(task(policy, rule, Some(member.id), open, responsible));
            }
        }
    }
    of_ownership(&clientele, policy, day, &mut tasks);
    super::classing::due(&clientele, policy, day, &mut tasks);
    super::complaints::due(&clientele, policy, day, &mut tasks);
    super::lists::due(&clientele, policy, day, &mut tasks);
    tasks
}

fn task(policy: &Policy, rule: &Care, member: Option<MemberId>, open: Open, responsible: Responsible) -> StaffTask {
    let reference = rule.head.reference("care", policy.program());
    StaffTask {
        of: None,
        kind: Text::const_new("care"),
        trace: Trace::note(open.what.clone()).by(reference.clone()).with(responsible.why),
        rule: reference,
        member,
        staff: responsible.staff,
        stands_in_for: responsible.stands_in_for,
        due: open.due,
        until: open.until,
        what: open.what,
        says: rule.says.clone(),
        figure: open.figure,
    }
}

fn is_month_end(day: Day) -> bool {
    day.plus_days(1).day_of_month() == 1
}

fn for_shop(rule: &Care, day: Day) -> Vec<Open> {
    match &rule.on {
        On::MonthEnd if is_month_end(day) => {
            let what = msg!("care.month-end");
            vec![Open { due: day, until: day.plus_days(1), what, figure: None, deal: None }]
        }
        On::Dates { dates, .. } => dates
            .iter()
            .filter_map(|dates| dates.on_or_after(day).filter(|(from, _)| *from <= day))
            .map(|(from, last)| {
                let what = msg!("care.dates", from = from, last = last);
                Open { due: from, until: last.plus_days(1), what, figure: None, deal: None }
            })
            .collect(),
        On::MonthEnd
        | On::Purchase { .. }
        | On::Complete { .. }
        | On::Enrolment { .. }
        | On::Purchases(_)
        | On::Unseen { .. }
        | On::Regular { .. }
        | On::Contacts(_)
        | On::Birthday { .. }
        | On::Birthdays => Vec::new(),
    }
}

/// Whether a contact is for a rule: it names it, or names none and falls between two days.
fn is_for(contact: &Contact<'_>, rule: &Care, from: Day) -> bool {
    *contact.rule == rule.head.id || (contact.rule.is_empty() && contact.at.day >= from)
}

fn for_member(clientele: &Clientele<'_>, policy: &Policy, rule: &Care, member: &Member, day: Day) -> Vec<Open> {
    let id = member.id;
    // Open from `due` for the days of the rule, unless a contact since `since` was for it.
    let following = |since: BusinessTime, due: Day, what: Message, deal: Option<u32>| -> Option<Open> {
        let until = due.plus_days(rule.within);
        if day < due || until <= day {
            return None;
        }
        let done = clientele.contacts(id, day).any(|contact| contact.at >= since && is_for(&contact, rule, due));
        (!done).then_some(Open { due, until, what, figure: None, deal })
    };
    match &rule.on {
        On::Purchase { after, each } => {
            let all = clientele.purchases(id, day);
            // Of several purchases of a day the last stands for all of them.
            let wanted: Vec<&(u32, &Deal)> = if *each {
                all.iter()
                    .enumerate()
                    .filter(|(place, one)| {
                        all.get(place.saturating_add(1)).is_none_or(|next| next.1.at.day != one.1.at.day)
                    })
                    .map(|(_, one)| one)
                    .collect()
            } else {
                all.last().into_iter().collect()
            };
            wanted
                .into_iter()
                .filter_map(|(number, deal)| {
                    let what = msg!("care.purchase", day = deal.at.day, after = span_value(*after));
                    following(deal.at, after.end(deal.at.day), what, Some(*number))
                })
                .collect()
        }
        On::Complete { after, deals } => clientele
            .deals(id, deals, day)
            .into_iter()
            .filter_map(|(number, deal)| {
                let complete = clientele.complete(number, deal)?;
                let what = msg!("care.complete", day = complete.day, after = span_value(*after));
                following(complete, after.end(complete.day), what, Some(number))
            })
            .collect(),
        On::Enrolment { after } => {
            let joined = member.joined;
            let what = msg!("care.enrolment", day = joined.day, after = span_value(*after));
            following(joined, after.end(joined.day), what, None).into_iter().collect()
        }
        On::Purchases(count) => {
            let all = clientele.purchases(id, day);
            let place = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
            let Some((number, deal)) = all.get(place) else { return Vec::new() };
            let done = clientele.contacts(id, day).any(|contact| *contact.rule == rule.head.id);
            let what = msg!("care.purchases", count = *count, day = deal.at.day);
            let open = Open { due: deal.at.day, until: Day::LAST, what, figure: None, deal: Some(*number) };
            if done { Vec::new() } else { vec![open] }
        }
        On::Unseen { after, again } => {
            let last = clientele.purchases(id, day).last().map(|(number, deal)| (*number, deal.at.day));
            let seen = last.map_or(member.joined.day, |(_, day)| day);
            let mut due = after.end(seen);
            let spoken =
                clientele.contacts(id, day).filter(|contact| contact.at.day >= due && is_for(contact, rule, due));
            if let Some(contact) = spoken.last() {
                match again {
                    Some(again) => due = again.end(contact.at.day),
                    None => return Vec::new(),
                }
            }
            if day < due {
                return Vec::new();
            }
            let what = if last.is_some() {
                msg!("care.unseen", day = seen, after = span_value(*after))
            } else {
                msg!("care.never-bought", day = seen, after = span_value(*after))
            };
            let deal = last.map(|(number, _)| number);
            vec![Open { due, until: Day::LAST, what, figure: None, deal }]
        }
        On::Regular { after, only_named } => {
            let bought = clientele.purchases(id, day).last().map(|(number, deal)| (*number, deal.at.day));
            let spoken = clientele
                .contacts(id, day)
                .filter(|contact| !only_named || *contact.rule == rule.head.id)
                .map(|contact| contact.at.day)
                .max();
            let bought_day = bought.map(|(_, day)| day).filter(|_| !only_named);
            let last = bought_day.max(spoken).unwrap_or(member.joined.day).max(member.joined.day);
            let due = after.end(last);
            if day < due {
                return Vec::new();
            }
            let what = msg!("care.regular", day = last, after = span_value(*after));
            vec![Open { due, until: Day::LAST, what, figure: None, deal: bought.map(|(number, _)| number) }]
        }
        On::Contacts(count) => {
            let due = day.month_start();
            if member.joined.day >= due {
                return Vec::new();
            }
            let done = clientele.contacts(id, day).filter(|contact| contact.at.day >= due).count();
            let done = i64::try_from(done).unwrap_or(i64::MAX);
            let missing = count.saturating_sub(done);
            if missing <= 0 {
                return Vec::new();
            }
            let what = msg!("care.contacts", count = *count, done = done);
            let figure = Some(missing.into());
            vec![Open { due, until: due.plus_months(1), what, figure, deal: None }]
        }
        On::Birthday { before } => {
            let Some(birthday) = member.birthday() else { return Vec::new() };
            let ahead = (0..=*before).find(|ahead| policy.birthdays.is_on(birthday, day.plus_days(*ahead)));
            let Some(on) = ahead.map(|ahead| day.plus_days(ahead)) else { return Vec::new() };
            let due = on.plus_days(before.saturating_neg());
            let done = clientele.contacts(id, day).any(|contact| contact.at.day >= due && is_for(&contact, rule, due));
            let what = msg!("care.birthday", day = on);
            let open = Open { due, until: on.plus_days(1), what, figure: None, deal: None };
            if done { Vec::new() } else { vec![open] }
        }
        On::Birthdays => {
            let Some(birthday) = member.birthday().filter(|_| is_month_end(day)) else { return Vec::new() };
            let first = day.plus_days(1);
            let mut days = (0..31).map(|ahead| first.plus_days(ahead)).take_while(|day| day.month() == first.month());
            let Some(on) = days.find(|day| policy.birthdays.is_on(birthday, *day)) else { return Vec::new() };
            let what = msg!("care.next-birthday", day = on);
            vec![Open { due: day, until: first, what, figure: Some(on.into()), deal: None }]
        }
        On::Dates { dates, .. } => dates
            .iter()
            .filter_map(|dates| dates.on_or_after(day).filter(|(from, _)| *from <= day))
            .filter(|(from, _)| {
                !clientele.contacts(id, day).any(|contact| contact.at.day >= *from && is_for(&contact, rule, *from))
            })
            .map(|(from, last)| {
                let what = msg!("care.dates", from = from, last = last);
                Open { due: from, until: last.plus_days(1), what, figure: None, deal: None }
            })
            .collect(),
        On::MonthEnd => Vec::new(),
    }
}

fn responsible(clientele: &Clientele<'_>, rule: &Care, member: &Member, deal: Option<u32>, day: Day) -> Responsible {
    match &rule.who {
        Who::Owner => clientele.owner(member.id, day),
        Who::Seller => {
            let deal = deal.and_then(|number| clientele.staff.deals.get(number as usize));
            let seller = deal
                .map(|deal| clientele.staff.name(deal.seller))
                .filter(|seller| !seller.is_empty() && clientele.staff.roster.left(seller, day).is_none());
            match seller {
                Some(seller) => clientele.acting(seller, day, vec![Trace::note(msg!("care.seller", staff = seller))]),
                None => clientele.owner(member.id, day),
            }
        }
        Who::Closest => match clientele.closest(member.id, day) {
            Some((staff, sales)) => {
                let why = Trace::of(msg!("care.closest", staff = &staff, sales = sales), sales);
                clientele.acting(&staff, day, vec![why])
            }
            None => clientele.owner(member.id, day),
        },
        Who::Role(_) => in_role(clientele, rule, Some(member), day),
    }
}

/// Whoever has the rule's role at the member's store, else in its area, else anywhere.
fn in_role(clientele: &Clientele<'_>, rule: &Care, member: Option<&Member>, day: Day) -> Responsible {
    let Who::Role(role) = &rule.who else { return Responsible::default() };
    of_role(clientele, role, member.map_or("", |member| member.store.as_str()), day)
}

/// Whoever has a role at a store, else in its area, else anywhere.
pub(super) fn of_role(clientele: &Clientele<'_>, role: &Text, store: &str, day: Day) -> Responsible {
    let roster = &clientele.staff.roster;
    let found = roster.holders(role, store, day).first().map(|person| person.code.clone());
    let found = found.or_else(|| roster.people(day).find(|person| person.role == *role).map(|one| one.code.clone()));
    match found {
        Some(person) => {
            let why = vec![Trace::note(msg!("care.role", staff = &person, role = role))];
            clientele.acting(&person, day, why)
        }
        None => Responsible::default(),
    }
}

/// Days before a term ends in which the owner is told.
const ENDS_REMIND_DAYS: i32 = 7;

/// What ownership asks for: members soon to be taken back, members to be dealt out, people with too many.
fn of_ownership(clientele: &Clientele<'_>, policy: &Policy, day: Day, tasks: &mut Vec<StaffTask>) {
    let rule = &policy.staff().ownership;
    if !rule.stated {
        return;
    }
    let reference = rule.reference(policy.program());
    let mut waiting = 0_usize;
    let mut full: Vec<Text> = Vec::new();
    for member in clientele.members(day) {
        let Some(owner) = clientele.owners.on(member.id, day) else { continue };
        if owner.is_companys() {
            waiting = waiting.saturating_add(1);
            continue;
        }
        if !full.contains(&owner.staff) {
            full.push(owner.staff.clone());
        }
        if owner.until < Day::LAST && owner.until <= day.plus_days(ENDS_REMIND_DAYS) {
            let what = msg!("owner.ends", until = owner.until);
            let responsible = clientele.acting(&owner.staff, day, vec![owner.trace]);
            tasks.push(StaffTask {
                of: None,
                kind: Text::const_new("owner-ends"),
                trace: Trace::note(what.clone()).by(reference.clone()).with(responsible.why),
                rule: reference.clone(),
                member: Some(member.id),
                staff: responsible.staff,
                stands_in_for: responsible.stands_in_for,
                due: owner.until.plus_days(-ENDS_REMIND_DAYS),
                until: owner.until,
                what,
                says: Label::default(),
                figure: Some(owner.until.into()),
            });
        }
    }
    let shop = |kind: &'static str, staff: Text, what: Message, figure: Value| StaffTask {
        of: None,
        kind: Text::const_new(kind),
        trace: Trace::note(what.clone()).by(reference.clone()),
        rule: reference.clone(),
        member: None,
        staff,
        stands_in_for: Text::default(),
        due: day,
        until: Day::LAST,
        what,
        says: Label::default(),
        figure: Some(figure),
    };
    if waiting > 0 && rule.term.is_some() {
        tasks.push(shop("deal-out", Text::default(), msg!("owner.deal-out", count = waiting), waiting.into()));
    }
    if let Some(most) = rule.most {
        full.sort();
        for person in full {
            let held = super::ownership::held_by(&clientele.owners, clientele.book, &person, day);
            if held > most {
                let what = msg!("owner.too-many", staff = &person, held = held, most = most);
                tasks.push(shop("owner-full", person, what, held.into()));
            }
        }
    }
}

/// Checks a contact before it is recorded: who, for which rule, and what was written.
///
/// # Errors
/// A [`Refusal`] that says why and what would help.
pub(crate) fn check_contact(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    member: MemberId,
    (by, way, rule, note): (&Text, &Text, &Text, &Text),
    at: BusinessTime,
) -> Result<(), Refusal> {
    let policy = crate::quote::policy_on(policies, at)?;
    let person = known_person(staff, by, at.day)?;
    check_words(way)?;
    check_words(note)?;
    if rule.is_empty() {
        return Ok(());
    }
    let rules = policy.staff();
    let classing = rules.classing.iter().map(|one| &one.head.id);
    let ids = rules.care.iter().map(|one| &one.head.id).chain(classing);
    if ids.clone().all(|id| id != rule) {
        let choices: Vec<Value> = ids.map(Value::from).collect();
        return Err(Refusal::new(
            msg!("refuse.care-unknown", rule = rule),
            msg!("remedy.choose-one", choices = choices),
        ));
    }
    let Some(care) = rules.care.iter().find(|care| care.head.id == *rule) else { return Ok(()) };
    if care.message.is_empty() || way != "message" {
        return Ok(());
    }
    let store = if person.store.is_empty() {
        book.member(member).map(|member| member.store.clone()).unwrap_or_default()
    } else {
        person.store.clone()
    };
    let shop = match staff.roster.store(&store, at.day) {
        Some(known) if !known.name.is_empty() => known.name.clone(),
        Some(_) | None => store,
    };
    let closest = Clientele::new(book, staff, policies).closest(member, at.day);
    let draft = Draft {
        kind: &care.message,
        text: note,
        shop: &shop,
        sender: if person.name.is_empty() { &person.code } else { &person.name },
        from: &person.code,
        closest: closest.as_ref().map_or("", |(staff, _)| staff),
    };
    let problems = check(policy, &draft);
    let Some(first) = problems.first() else { return Ok(()) };
    let (remedy, rule) = (first.remedy.clone(), first.rule.clone());
    let what: Vec<Value> = problems.into_iter().map(|problem| problem.what.into()).collect();
    Err(Refusal::new(msg!("refuse.message", what = what), remedy).by(rule))
}
