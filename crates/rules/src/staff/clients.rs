//! Clients' files by where they came from: who holds the original, who has a copy.

use std::collections::{BTreeMap, BTreeSet};

use super::StaffBook;
use super::decide::{check_words, known_person};
use super::fact::{Origin, StaffFact};
use crate::id::{MemberId, Text};
use crate::message::Refusal;
use crate::msg;
use crate::policy::PolicySet;
use crate::time::{BusinessTime, Day};

/// A client's file: who holds what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFile {
    /// The client.
    pub member: MemberId,
    /// Where they came from.
    pub origin: Origin,
    /// Who holds the original.
    pub keepers: Vec<Text>,
    /// Who has a copy: the finder of a personal client, each of a team of their own part, whoever the company's client
    /// was assigned to.
    pub copies: Vec<Text>,
    /// Whose backup copy is kept in step.
    pub backups: Vec<Text>,
}

/// The clients' files as they stand at the end of a day; the last filing of a client counts.
#[must_use]
pub fn files(staff: &StaffBook, policies: &PolicySet, day: Day) -> Vec<ClientFile> {
    let Some(policy) = policies.on(day).filter(|policy| policy.staff().clients.stated) else { return Vec::new() };
    let rule = &policy.staff().clients;
    let of_role = |role: &Text| -> Vec<Text> {
        staff
            .roster
            .people(day)
            .filter(|person| !role.is_empty() && person.role == *role)
            .map(|person| person.code.clone())
            .collect()
    };
    let (keepers, backups) = (of_role(&rule.keeper), of_role(&rule.backup));
    let mut files: BTreeMap<MemberId, ClientFile> = BTreeMap::new();
    for noted in staff.facts.iter().filter(|noted| noted.at.day <= day) {
        let StaffFact::ClientFiled { member, origin, holders } = &noted.fact else { continue };
        let copies = holders.iter().filter(|code| staff.roster.person(code, day).is_some()).cloned().collect();
        let file =
            ClientFile { member: *member, origin: *origin, keepers: keepers.clone(), copies, backups: backups.clone() };
        files.insert(*member, file);
    }
    files.into_values().collect()
}

/// Checks a filing before it is recorded.
///
/// # Errors
/// A [`Refusal`] that says why and what would help.
pub(crate) fn check(
    staff: &StaffBook,
    policies: &PolicySet,
    origin: Origin,
    holders: &[Text],
    at: BusinessTime,
) -> Result<(), Refusal> {
    let policy = crate::quote::policy_on(policies, at)?;

    let clients = &policy.staff().clients;
    if !clients.stated {
        return Err(Refusal::new(msg!("refuse.no-client-files"), msg!("remedy.no-client-files")));
    }
    let mut seen: BTreeSet<&Text> = BTreeSet::new();
    for holder in holders {
        check_words(holder)?;
        known_person(staff, holder, at.day)?;
        if !seen.insert(holder) {
            return Err(Refusal::new(msg!("refuse.share-twice", staff = holder), msg!("remedy.holder-twice")));
        }
    }
    let fits = match origin {
        Origin::Company => true,
        Origin::Personal => holders.len() == 1,
        Origin::Team => holders.len() >= 2,
    };
    if fits {
        return Ok(());
    }
    let reason = if origin == Origin::Personal {
        msg!("refuse.file-personal", count = holders.len())
    } else {
        msg!("refuse.file-team", count = holders.len())
    };
    Err(Refusal::new(reason, msg!("remedy.file-holders")).by(clients.head.reference("clients", policy.program())))
}
