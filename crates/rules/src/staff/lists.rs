//! Lists of members, drawn up on their days or when asked for.

use super::care::{StaffTask, of_role};
use super::clientele::Clientele;
use super::ownership::member_on;
use crate::book::Member;
use crate::id::{MemberId, Text};
use crate::kinds::list::List;
use crate::message::{Label, Trace};
use crate::msg;
use crate::policy::Policy;
use crate::time::Day;

/// The members on a list, as of the end of a day, in the order in which they joined. A list that the program does not
/// have is empty.
#[must_use]
pub fn list(clientele: &Clientele<'_>, id: &str, day: Day) -> Vec<MemberId> {
    let Some(policy) = clientele.policies.on(day) else { return Vec::new() };
    let Some(rule) = policy.staff().list.iter().find(|rule| rule.head.id == id) else { return Vec::new() };
    members(clientele, policy, rule, day)
}

fn members(clientele: &Clientele<'_>, policy: &Policy, rule: &List, day: Day) -> Vec<MemberId> {
    clientele
        .members(day)
        .filter_map(|member| member_on(clientele.book, clientele.policies, member.id, day))
        .filter(|member| is_on(clientele, policy, rule, member, day))
        .map(|member| member.id)
        .collect()
}

fn is_on(clientele: &Clientele<'_>, policy: &Policy, rule: &List, member: &Member, day: Day) -> bool {
    let unseen = |span: crate::time::Span| {
        let last = clientele.purchases(member.id, day).last().map_or(member.joined.day, |(_, deal)| deal.at.day);
        span.end(last) <= day
    };
    rule.when.holds(&member.occasion(policy, day))
        && rule.reach.as_ref().is_none_or(|reach| reach.holds(member, rule.window, day))
        && (!rule.never_redeemed || (member.points.redeemed.is_zero() && member.points.balance.is_positive()))
        && rule.unseen.is_none_or(unseen)
}

/// Lists that are drawn up on a day.
pub(super) fn due(clientele: &Clientele<'_>, policy: &Policy, day: Day, tasks: &mut Vec<StaffTask>) {
    for rule in policy.staff().list.iter().filter(|rule| rule.is_drawn_up(day)) {
        let count = members(clientele, policy, rule, day).len();
        let responsible = of_role(clientele, &rule.role, "", day);
        let what = msg!("list.due", label = &rule.head.label, id = &rule.head.id, count = count);
        let reference = rule.head.reference("list", policy.program());
        tasks.push(StaffTask {
            of: None,
            kind: Text::const_new("list"),
            trace: Trace::note(what.clone()).by(reference.clone()).with(responsible.why),
            rule: reference,
            member: None,
            staff: responsible.staff,
            stands_in_for: responsible.stands_in_for,
            due: day,
            until: day.plus_days(1),
            what,
            says: Label::default(),
            figure: Some(count.into()),
        });
    }
}
