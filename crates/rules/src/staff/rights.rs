//! Rights: whether a person may do something with members' data, and why or why not.

use super::fact::StaffFact;
use super::ownership::{acting, owner_on};
use super::{StaffBook, approval};
use crate::book::Book;
use crate::id::{MemberId, Text};
use crate::kinds::rights::{Action, Right, Scope};
use crate::message::{Message, RuleRef, Value};
use crate::msg;
use crate::policy::{Policy, PolicySet};
use crate::staff::Roster;
use crate::time::Day;

/// Whose data it is about, on which day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The day.
    pub day: Day,
    /// Those who answer for the member, or each for a part of the client.
    pub owners: Vec<Text>,
    /// The member's store; empty: none, or it is about no single store.
    pub store: Text,
    /// An area, where it is about one; empty: the store's.
    pub area: Text,
    /// Whether it is about everyone's data.
    pub everyone: bool,
    /// Whether an export is protected by a password.
    pub protected: bool,
    /// Whether there is consent to see it.
    pub consented: bool,
}

/// Yes or no, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why.
    pub reason: Message,
    /// The rule that says so; `None` where none says anything.
    pub rule: Option<RuleRef>,
}

/// A member's data, as someone stands to it on a day: who answers for them by their file, their store, and whether the
/// person has consent to see it.
#[must_use]
pub fn about_member(
    book: &Book,
    staff: &StaffBook,
    policies: &PolicySet,
    person: &str,
    member: MemberId,
    day: Day,
) -> About {
    let mut about = About { day, ..About::default() };
    let client = book.member(member);
    about.store = client.map(|client| client.store.clone()).unwrap_or_default();
    let filed = staff.facts().iter().rev().filter(|noted| noted.at.day <= day).find_map(|noted| match &noted.fact {
        StaffFact::ClientFiled { member: own, holders, .. } if *own == member => Some(holders.clone()),
        _ => None,
    });
    about.owners = filed.unwrap_or_else(|| {
        // Whoever looks after the member now; where the program has no rule about it, the guide of the file.
        let owner = owner_on(staff, policies, member, day).map(|owner| owner.staff);
        vec![owner.or_else(|| client.map(|client| client.guide.clone())).unwrap_or_default()]
    });
    let stand_ins: Vec<Text> = about.owners.iter().map(|owner| acting(staff, owner, day).0).collect();
    about.owners.extend(stand_ins);
    about.owners.retain(|owner| !owner.is_empty());
    about.consented = approval::has_consent(staff, policies, person, member, day);
    about
}

/// Whether a person may do something. A `never` stands above every `may`; of several that allow, the first is named.
#[must_use]
pub fn may(policy: &Policy, roster: &Roster, person: &str, action: Action, about: &About) -> Verdict {
    let rules = &policy.staff().rights;
    let says = |allowed: bool, reason: Message, rule: Option<&Right>| Verdict {
        allowed,
        reason,
        rule: rule.map(|rule| rule.head.reference("rights", policy.program())),
    };
    if rules.is_empty() {
        return says(true, msg!("rights.unstated"), None);
    }
    let Some(one) = roster.person(person, about.day) else {
        return says(false, msg!("rights.not-on-list", staff = person), None);
    };
    let own = || rules.iter().filter(|rule| rule.is_for(&one.role));
    if let Some(rule) = own().find(|rule| rule.never.contains(&action)) {
        return says(false, msg!("rights.never", action = action.name()), Some(rule));
    }
    let area_of = |store: &Text| roster.store(store, about.day).map(|store| store.area.clone()).unwrap_or_default();
    let area = if about.area.is_empty() { area_of(&about.store) } else { about.area.clone() };
    let own_area = if one.area.is_empty() { area_of(&one.store) } else { one.area.clone() };
    let is_own = about.owners.iter().any(|owner| owner == person);
    let in_scope = |rule: &Right| match rule.scope {
        Scope::All => true,
        _ if about.everyone => false,
        Scope::Own => is_own,
        Scope::Team => {
            is_own
                || (!one.team.is_empty()
                    && about
                        .owners
                        .iter()
                        .any(|owner| roster.last_known(owner, about.day).is_some_and(|other| other.team == one.team)))
        }
        Scope::Store => is_own || (!one.store.is_empty() && one.store == about.store),
        Scope::Area => is_own || (!own_area.is_empty() && own_area == area),
    };
    let allowing = || own().filter(|rule| rule.may.contains(&action));
    if let Some(rule) = allowing().find(|rule| in_scope(rule)) {
        if action == Action::Export
            && !about.protected
            && rules.iter().any(|any| any.protected && any.is_for(&one.role))
        {
            return says(false, msg!("rights.must-protect"), Some(rule));
        }
        return says(true, msg!("rights.allowed", role = &one.role, action = action.name()), Some(rule));
    }
    let consents: Vec<Value> = allowing().flat_map(|rule| rule.consent.iter().map(Value::from)).collect();
    match allowing().next() {
        Some(rule) if !consents.is_empty() && about.consented => {
            says(true, msg!("rights.by-consent", roles = consents), Some(rule))
        }
        Some(rule) if !consents.is_empty() => says(false, msg!("rights.needs-consent", roles = consents), Some(rule)),
        Some(rule) => says(false, msg!("rights.outside"), Some(rule)),
        None => says(false, msg!("rights.not-for-role", role = &one.role, action = action.name()), None),
    }
}
