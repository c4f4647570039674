//! The staff side of the desk: wishes among the staff, the preview of commission, documents being written, and what if.
//!
//! The staff book is folded from the whole journal when a staff page first asks, and kept in step afterwards. A
//! counter never pays for it.

use std::collections::BTreeMap;

use regulars_rules::describe::describe;
use regulars_rules::due::tier_trace;
use regulars_rules::event::{Body, Event, Journal};
use regulars_rules::id::{EventId, Text};
use regulars_rules::kinds::commission::Of;
use regulars_rules::message::{Refusal, Severity, Trace};
use regulars_rules::msg;
use regulars_rules::policy::{Policy, check_with};
use regulars_rules::preview::preview;
use regulars_rules::quote::Basket;
use regulars_rules::simulate::{Branch, Total, compare, reasons};
use regulars_rules::staff::StaffBook;
use regulars_rules::staff::approval::{Request, State, Wanted, check_agreed, requests};
use regulars_rules::staff::decide::{StaffWish, decide};
use regulars_rules::time::{BusinessTime, Day};
use regulars_store::Home;

use crate::desk::{Desk, Failure, Host, Report};
use crate::programs;
use crate::protocol::{
    AgreementView, Ask, Call, ChangedLine, ChangedWords, CheckedView, CommissionBy, CommissionProgram, Done, Draft,
    Reply, SectionLine, WhatIfAsk, WhatIfWho,
};
use crate::shop::{Adoption, Shop, policy_set};

/// The staff book, and up to which position of the journal it knows.
#[derive(Debug)]
pub(crate) struct Kept {
    book: StaffBook,
    position: u64,
    /// The policies under which it was folded: adopting one folds anew.
    adopted: usize,
}

/// The last what-if: its reasons can be asked for.
#[derive(Debug)]
pub(crate) struct Compared {
    before: Branch,
    after: Branch,
    from: Day,
    at: Day,
    /// How many events of the journal it knows.
    events: usize,
}

/// Lines shown around a change of a document.
const AROUND: usize = 3;

/// Of those whose figures differ, at most this many at each end are sent to a page.
const LISTED: usize = 50;

/// Keeps the first and the last of a list that goes from the greatest gain to the greatest loss.
fn keep_greatest<T>(changes: &mut Vec<T>, each: usize) {
    let last = changes.len().saturating_sub(each);
    if last > each {
        changes.drain(each..last);
    }
}

fn unknown_program() -> Failure {
    Refusal::new(msg!("desk.program-unknown"), msg!("desk.program-unknown-remedy")).into()
}

/// The programs that a commission can be previewed with.
#[must_use]
pub fn commission_programs() -> Vec<CommissionProgram> {
    let mut programs: Vec<CommissionProgram> = programs::DOCUMENTS
        .iter()
        .filter_map(|document| check_with(document, &BTreeMap::new()).0)
        .filter(|policy| !policy.staff().commission.is_empty())
        .map(|policy| {
            let rules = &policy.staff().commission;
            let mut roles: Vec<Text> = rules.iter().flat_map(|rule| rule.roles.iter().cloned()).collect();
            roles.sort();
            roles.dedup();
            CommissionProgram {
                id: policy.program().id.clone(),
                title: policy.program().title.clone(),
                roles,
                needs_target: rules.iter().any(|rule| matches!(rule.of, Of::Attainment(_))),
                lines: pay_lines(&policy),
            }
        })
        .collect();
    programs.sort_by(|a, b| a.id.cmp(&b.id));
    programs
}

/// What a policy says of commission and pay.
fn pay_lines(policy: &Policy) -> Vec<SectionLine> {
    describe(policy)
        .into_iter()
        .flat_map(|section| section.sentences)
        .filter(|sentence| {
            sentence.rule.as_ref().is_some_and(|rule| matches!(rule.kind.as_str(), "commission" | "holdback"))
                || sentence.words.key == "draw.words"
        })
        .map(|sentence| SectionLine { words: sentence.words, rule: sentence.rule })
        .collect()
}

/// Answers what needs no shop, where the browser gives no storage: the calculator in someone else's page.
#[must_use]
pub fn without_shop(ask: &Ask) -> Option<Reply> {
    match ask {
        Ask::CommissionPrograms => Some(Reply::CommissionPrograms(commission_programs())),
        Ask::Commission { by, ask } => Some(match commission(by, ask) {
            Ok(reply) => reply,
            Err(Failure::Refused(refusal)) => Reply::Refused(refusal),
            Err(Failure::Trouble(trouble)) => Reply::Failed(trouble),
            Err(Failure::Store(error)) => Reply::Failed(crate::desk::store_trouble(&error)),
        }),
        _ => None,
    }
}

/// Previews commission.
pub(crate) fn commission(by: &CommissionBy, ask: &regulars_rules::preview::PreviewAsk) -> Result<Reply, Failure> {
    let checked = |document: &str| -> Result<Policy, Failure> {
        let (policy, _) = check_with(document, &BTreeMap::new());
        policy
            .ok_or_else(|| Refusal::new(msg!("desk.program-has-errors"), msg!("desk.program-has-errors-remedy")).into())
    };
    let policy = match by {
        CommissionBy::Program(id) => checked(programs::document(id).ok_or_else(unknown_program)?)?,
        CommissionBy::Document(document) => checked(document)?,
        CommissionBy::Own(bands) => match bands.policy() {
            Ok(policy) => policy,
            Err(wrong) => return Ok(Reply::WrongBands(wrong)),
        },
    };
    Ok(Reply::Commission(Box::new(preview(&policy, ask)?)))
}

/// The lines that differ, each with a few around it.
fn changes(old: &str, new: &str) -> Vec<ChangedLine> {
    let diff = similar::TextDiff::from_lines(old, new);
    let number = |index: Option<usize>| index.and_then(|index| u32::try_from(index.saturating_add(1)).ok());
    diff.grouped_ops(AROUND)
        .iter()
        .flatten()
        .flat_map(|op| diff.iter_changes(op))
        .map(|change| ChangedLine {
            old: number(change.old_index()),
            new: number(change.new_index()),
            text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
        })
        .collect()
}

/// What differs in plain words, section by section.
fn changed_words(old: &Policy, new: &Policy) -> Vec<ChangedWords> {
    let (old, new) = (programs::sections(old), programs::sections(new));
    let mut titles: Vec<&regulars_rules::message::Message> = old.iter().map(|(title, _)| title).collect();
    titles.extend(new.iter().map(|(title, _)| title).filter(|title| !old.iter().any(|(own, _)| own == *title)));
    let lines = |sections: &[(regulars_rules::message::Message, Vec<SectionLine>)], title| {
        let section = sections.iter().find(|(own, _)| own == title);
        section.map(|(_, lines)| lines.iter().map(|line| line.words.clone()).collect::<Vec<_>>()).unwrap_or_default()
    };
    titles
        .into_iter()
        .filter_map(|title| {
            let (before, after) = (lines(&old, title), lines(&new, title));
            let gone: Vec<_> = before.iter().filter(|words| !after.contains(words)).cloned().collect();
            let new: Vec<_> = after.iter().filter(|words| !before.contains(words)).cloned().collect();
            (!gone.is_empty() || !new.is_empty()).then(|| ChangedWords { title: title.clone(), gone, new })
        })
        .collect()
}

/// What the check says of a document, and how it differs from the version that is followed.
#[must_use]
pub fn check_document(draft: &Draft, shop: Option<&Shop>, today: Day) -> CheckedView {
    let (policy, diagnostics) = check_with(&draft.document, &draft.set);
    let id = programs::document_id(&draft.document).unwrap_or_default();
    let own = shop.and_then(|shop| programs::adoption(&shop.adopted, id));
    let compared_with_own = own.is_some();
    let old = own.map(|adoption| adoption.document.as_str()).or_else(|| programs::document(id));
    let unset = BTreeMap::new();
    let set = own.map_or(&unset, |adoption| &adoption.parameters);
    let changed_words = match (old.and_then(|old| check_with(old, set).0), &policy) {
        (Some(old), Some(new)) => changed_words(&old, new),
        (Some(_) | None, _) => Vec::new(),
    };
    CheckedView {
        changed_words,
        runs: policy.is_some(),
        diagnostics,
        id: Text::from(id),
        version: policy.as_ref().map_or(0, |policy| policy.program().version),
        effective_from: policy.as_ref().map(|policy| policy.program().effective_from),
        adopt_from: policy.as_ref().map(|policy| today.plus_days(policy.program().notice_days)),
        sections: policy.as_ref().map(programs::sections).unwrap_or_default(),
        changes: old.map(|old| changes(old, &draft.document)).unwrap_or_default(),
        compared_with_own,
    }
}

/// What happened until a day; later facts belong to neither side of a comparison.
fn until(events: Vec<Event>, last: Day) -> Journal {
    Journal::new(events.into_iter().filter(|event| event.at.day <= last).collect())
}

/// The versions that would have been in force: those that really were, until the first day; from then on the one that
/// is tried, and after it those adopted later if they are to take over as they did.
fn followed_instead(adopted: &[Adoption], ask: &WhatIfAsk) -> Vec<Adoption> {
    let earlier = adopted.iter().filter(|adoption| adoption.from < ask.from);
    let mut followed: Vec<Adoption> = earlier.cloned().collect();
    if followed.is_empty() {
        // A shop's first version also judges the days before its own.
        let begins = adopted.iter().map(|adoption| adoption.from).min();
        let first = adopted.iter().rev().find(|adoption| Some(adoption.from) == begins);
        followed.extend(first.map(|first| Adoption { from: ask.from.plus_days(-1), ..first.clone() }));
    }
    followed.push(Adoption {
        event: EventId::derived("what-if", ""),
        from: ask.from,
        document: ask.draft.document.clone(),
        parameters: ask.draft.set.clone(),
    });
    if ask.later {
        followed.extend(adopted.iter().filter(|adoption| adoption.from > ask.from).cloned());
    }
    followed
}

impl<H: Home, T: Host> Desk<H, T> {
    /// Folds the staff book if it is not there, or takes in what has come since.
    pub(crate) async fn know_staff(&mut self, report: &Report<'_>) -> Result<(), Failure> {
        self.read_news(report).await?;
        let adopted = self.known()?.adopted.len();
        let fresh = self.staff.as_ref().is_some_and(|kept| kept.position == self.position && kept.adopted == adopted);
        if fresh {
            return Ok(());
        }
        report.progress(0, 0, msg!("desk.folding"));
        self.host.breathe().await;
        let events = self.all_events().await?;
        let position = self.position;
        let shop = self.known()?;
        let book = StaffBook::fold(&shop.policies, &Journal::new(events));
        self.staff = Some(Kept { book, position, adopted });
        Ok(())
    }

    pub(crate) fn staff_book(&self) -> Result<&StaffBook, Failure> {
        let kept = self.staff.as_ref().ok_or_else(|| Failure::trouble(msg!("desk.busy"), msg!("desk.busy-remedy")))?;
        Ok(&kept.book)
    }

    /// A basket with an agreed discount needs the staff book: who agreed stands there.
    pub(crate) async fn know_agreed(&mut self, basket: &Basket, report: &Report<'_>) -> Result<(), Failure> {
        if basket.agreed.is_some() {
            self.unpack(report).await?;
            self.know_staff(report).await?;
        }
        Ok(())
    }

    /// Refuses an agreed discount on which nobody is recorded to have agreed.
    pub(crate) fn check_agreed(&self, shop: &Shop, basket: &Basket, now: BusinessTime) -> Result<(), Failure> {
        if basket.agreed.is_none() {
            return Ok(());
        }
        Ok(check_agreed(self.staff_in_step()?, &shop.policies, basket.agreed.as_ref(), now)?)
    }

    /// The discounts that all parties have agreed on, newest first.
    pub(crate) async fn agreements(&mut self, day: Day, report: &Report<'_>) -> Result<Reply, Failure> {
        self.unpack(report).await?;
        self.know_staff(report).await?;
        let (shop, staff) = (self.known()?, self.staff_book()?);
        let granted = requests(staff, &shop.policies, day).into_iter().rev();
        let view = |request: Request<'_>| {
            let (rule, rate, parties) = request.agreed_discount()?;
            let discount = shop.policy(day)?.discounts().iter().find(|own| own.head.id == rule)?;
            let Wanted { member, note, .. } = request.wanted;
            Some(AgreementView {
                rule,
                label: discount.head.label.clone(),
                rate,
                parties,
                member,
                note,
                day: request.day,
            })
        };
        Ok(Reply::Agreements(granted.filter(|request| request.state == State::Granted).filter_map(view).collect()))
    }

    /// The staff book, if nothing has happened since it was read. Another tab that was faster may have changed what a
    /// wish rests on: the person looks again.
    fn staff_in_step(&self) -> Result<&StaffBook, Failure> {
        let kept = self.staff.as_ref().filter(|kept| kept.position == self.position);
        let kept = kept.ok_or_else(|| Failure::trouble(msg!("desk.busy"), msg!("desk.busy-remedy")))?;
        Ok(&kept.book)
    }

    /// A wish among the staff.
    pub(crate) async fn staff_wish(
        &mut self,
        call: &Call,
        wish: &StaffWish,
        report: &Report<'_>,
    ) -> Result<Reply, Failure> {
        self.unpack(report).await?;
        self.know_staff(report).await?;
        let bodies = |desk: &Self, shop: &Shop| -> Result<Vec<Body>, Failure> {
            Ok(decide(&shop.book, desk.staff_in_step()?, &shop.policies, wish, call.now)?)
        };
        let events = self.write(call, report, &bodies).await?;
        self.changed(report, call.now.day);
        let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
        Ok(Reply::Done(Done { events: ids, member: None, receipt: None, notes: Vec::new() }))
    }

    /// Takes events that were just written into the staff book, if it is in step with them.
    pub(crate) fn take_in(&mut self, events: &[Event]) {
        let (Some(kept), Some(shop)) = (&mut self.staff, &self.shop) else { return };
        let added = u64::try_from(events.len()).unwrap_or(0);
        if kept.position.checked_add(added) == Some(self.position) && kept.adopted == shop.adopted.len() {
            for event in events {
                kept.book.apply(&shop.policies, event);
            }
            kept.position = self.position;
        }
    }

    /// The shop's own journal under another policy.
    pub(crate) async fn what_if(&mut self, ask: &WhatIfAsk, report: &Report<'_>) -> Result<Reply, Failure> {
        self.read_news(report).await?;
        let (policy, diagnostics) = check_with(&ask.draft.document, &ask.draft.set);
        if policy.is_none() || diagnostics.iter().any(|one| one.severity == Severity::Error) {
            return Err(Refusal::new(msg!("desk.program-has-errors"), msg!("desk.program-has-errors-remedy")).into());
        }
        report.progress(0, 0, msg!("desk.what-if-reading"));
        self.host.breathe().await;
        let events = self.all_events().await?;
        let known = events.len();
        let journal = until(events, ask.at);
        let adopted = &self.known()?.adopted;
        let (before, after) = (policy_set(adopted), policy_set(&followed_instead(adopted, ask)));
        let each = journal.events().len();
        let all = each.saturating_mul(2);
        let span = (ask.from, ask.at);
        report.progress(0, all, msg!("desk.what-if-before"));
        self.host.breathe().await;
        let told = &mut |done: usize| report.progress(done, all, msg!("desk.what-if-before"));
        let before = Branch::within(before, &journal, span, told).map_err(Refusal::from)?;
        report.progress(each, all, msg!("desk.what-if-after"));
        self.host.breathe().await;
        let told = &mut |done: usize| report.progress(each.saturating_add(done), all, msg!("desk.what-if-after"));
        let after = Branch::within(after, &journal, span, told).map_err(Refusal::from)?;
        report.progress(all, all, msg!("desk.what-if-comparing"));
        self.host.breathe().await;
        let mut comparison = compare(&before, &after, ask.from, ask.at).map_err(Refusal::from)?;
        keep_greatest(&mut comparison.member_changes, LISTED);
        keep_greatest(&mut comparison.staff_changes, LISTED);
        self.compared = Some(Compared { before, after, from: ask.from, at: ask.at, events: known });
        Ok(Reply::WhatIf(Box::new(comparison)))
    }

    /// Why a figure of the last what-if is what it is.
    pub(crate) async fn what_if_why(&self, who: &WhatIfWho, report: &Report<'_>) -> Result<Reply, Failure> {
        let none = || Failure::from(Refusal::new(msg!("desk.what-if-gone"), msg!("desk.what-if-gone-remedy")));
        let compared = self.compared.as_ref().ok_or_else(none)?;
        if let WhatIfWho::Total(total) = who {
            return self.total_why(compared, *total, report).await;
        }
        let why = |branch: &Branch| -> Result<Vec<Trace>, Failure> {
            match who {
                WhatIfWho::Total(_) => Ok(Vec::new()),
                WhatIfWho::Member(id) => {
                    let member = branch.book.member_on(*id, &branch.policies, compared.at).ok_or_else(none)?;
                    let policy = branch.policies.on(compared.at).ok_or_else(none)?;
                    Ok(vec![
                        tier_trace(policy, &member, compared.at),
                        Trace::of(msg!("desk.what-if-earned"), member.points_earned),
                        Trace::of(msg!("desk.what-if-balance"), member.points.balance),
                    ])
                }
                WhatIfWho::Staff(staff) => {
                    let settled = branch.explained(staff, compared.at).map_err(Refusal::from)?;
                    Ok(settled
                        .statements()
                        .filter(|statement| statement.staff == *staff && statement.month >= compared.from.month_start())
                        .flat_map(|statement| {
                            let month =
                                Trace::of(msg!("desk.what-if-month", month = statement.month), statement.payable);
                            core::iter::once(month)
                                .chain(statement.rows.iter().map(|row| row.trace.clone()))
                                .chain(statement.kpi.iter().map(|row| row.trace.clone()))
                                .collect::<Vec<_>>()
                        })
                        .collect())
                }
            }
        };
        Ok(Reply::WhatIfWhy(why(&compared.before)?, why(&compared.after)?))
    }

    /// Which rules a sum comes from, on either side: the journal is worked through once more.
    async fn total_why(&self, compared: &Compared, total: Total, report: &Report<'_>) -> Result<Reply, Failure> {
        report.progress(0, 0, msg!("desk.what-if-sorting"));
        self.host.breathe().await;
        let mut events = self.all_events().await?;
        // What has come since belongs to neither side.
        events.truncate(compared.events);
        let journal = until(events, compared.at);
        let each = journal.events().len();
        let mut sides = Vec::new();
        for (branch, done_before) in [(&compared.before, 0), (&compared.after, each)] {
            let told = &mut |done: usize| {
                let all = each.saturating_mul(2);
                report.progress(done_before.saturating_add(done), all, msg!("desk.what-if-sorting"));
            };
            sides.push(reasons(branch, &journal, compared.at, total, told).map_err(Refusal::from)?);
        }
        let after = sides.pop().unwrap_or_default();
        Ok(Reply::WhatIfWhy(sides.pop().unwrap_or_default(), after))
    }

    /// Adopts a document of one's own.
    pub(crate) async fn adopt_document(
        &mut self,
        call: &Call,
        draft: &Draft,
        from: Day,
        report: &Report<'_>,
    ) -> Result<Reply, Failure> {
        let view = check_document(draft, self.shop.as_ref(), call.now.day);
        if !view.runs {
            return Err(Refusal::new(msg!("desk.program-has-errors"), msg!("desk.program-has-errors-remedy")).into());
        }
        if let Some(first) = view.adopt_from
            && from < first
        {
            return Err(Refusal::new(
                msg!("desk.adopt-too-early", from = from),
                msg!("desk.adopt-too-early-remedy", first = first),
            )
            .into());
        }
        let body = Body::Adopted { document: draft.document.clone(), parameters: draft.set.clone(), from };
        self.write(call, report, &|_, _| Ok(vec![body.clone()])).await?;
        self.keep_snapshot().await;
        self.changed(report, call.now.day);
        Ok(Reply::Checked(Box::new(check_document(draft, self.shop.as_ref(), call.now.day))))
    }
}
