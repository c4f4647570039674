//! Checking what is written to a member, before it is sent.

use crate::kinds::message::MessageRule;
use crate::message::{Message, RuleRef};
use crate::msg;
use crate::policy::Policy;

/// A message about to be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Draft<'d> {
    /// The `[[message]]` rule.
    pub kind: &'d str,
    /// What it says.
    pub text: &'d str,
    /// The shop's name; empty where it is not known: then it is not asked for.
    pub shop: &'d str,
    /// The sender's name.
    pub sender: &'d str,
    /// The sender's code.
    pub from: &'d str,
    /// The code of the guide closest to the member; empty where nobody is.
    pub closest: &'d str,
}

/// What is wrong with a draft, where, and what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule.
    pub rule: RuleRef,
    /// What is wrong.
    pub what: Message,
    /// What would help.
    pub remedy: Message,
    /// Place: the first character, from 0.
    pub from: usize,
    /// Place: the first character after it.
    pub to: usize,
}

/// Everything that is wrong with a draft, in the order of the places; nothing where it can be sent. A kind that the
/// program does not know has no rules.
#[must_use]
pub fn check(policy: &Policy, draft: &Draft<'_>) -> Vec<Problem> {
    let Some(rule) = policy.staff().message.iter().find(|rule| rule.head.id == draft.kind) else { return Vec::new() };
    let text: Vec<char> = draft.text.chars().collect();
    let end = text.len();
    let mut problems = Vec::new();
    let mut add = |what: Message, remedy: Message, from: usize, to: usize| {
        problems.push(Problem { rule: rule.head.reference("message", policy.program()), what, remedy, from, to });
    };
    if draft.text.trim().is_empty() {
        add(msg!("message.empty"), msg!("remedy.message-empty"), 0, end);
        return problems;
    }
    for list in &rule.avoid {
        let mut places: Vec<(usize, usize)> = list.words.iter().flat_map(|word| find(&text, word)).collect();
        places.sort_unstable();
        // Of two that overlap the first says it.
        let mut last = 0;
        for (from, to) in places {
            if from >= last {
                let word: String = text.get(from..to).unwrap_or(&[]).iter().collect();
                let remedy = msg!("remedy.message-avoid", word = word.as_str());
                add(msg!("message.avoid", label = &list.label, word = word), remedy, from, to);
                last = to;
            }
        }
    }
    for list in &rule.must {
        if list.words.iter().all(|word| find(&text, word).is_empty()) {
            let first = list.words.first().cloned().unwrap_or_default();
            let remedy = msg!("remedy.message-must", label = &list.label, word = first);
            add(msg!("message.must", label = &list.label), remedy, end, end);
        }
    }
    for problem in signature(rule, &text, draft) {
        add(problem.0, problem.1, end, end);
    }
    if rule.from_closest && !draft.closest.is_empty() && draft.closest != draft.from {
        let remedy = msg!("remedy.message-closest", staff = draft.closest);
        add(msg!("message.closest", staff = draft.closest, sender = draft.from), remedy, 0, end);
    }
    if end > rule.longest {
        add(msg!("message.too-long", most = rule.longest), msg!("remedy.shorten"), rule.longest, end);
    }
    problems.sort_by_key(|problem| (problem.from, problem.to));
    problems
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The places of a word.
fn find(text: &[char], word: &str) -> Vec<(usize, usize)> {
    let word: Vec<char> = word.trim().chars().map(lower).collect();
    let latin = word.iter().all(|c| c.is_ascii());
    let mut places = Vec::new();
    for from in 0..text.len() {
        let Some(to) = match_at(text, from, &word, latin) else { continue };
        let letter = |at: Option<&char>| at.is_some_and(|c| c.is_ascii_alphanumeric());
        let whole = |edge: Option<&char>, outside: Option<&char>| !(letter(edge) && letter(outside));
        let before = from.checked_sub(1).and_then(|at| text.get(at));
        if !latin || (whole(word.first(), before) && whole(word.last(), text.get(to))) {
            places.push((from, to));
        }
    }
    places
}

/// Where a word that begins at a place ends, if it does begin there.
fn match_at(text: &[char], from: usize, word: &[char], latin: bool) -> Option<usize> {
    let mut at = from;
    for (number, wanted) in word.iter().enumerate() {
        while !latin && number > 0 && text.get(at).is_some_and(|c| c.is_whitespace()) {
            at = at.saturating_add(1);
        }
        if text.get(at).copied().map(lower) != Some(*wanted) {
            return None;
        }
        at = at.saturating_add(1);
    }
    (at > from).then_some(at)
}

/// Which of the names are missing at the end: they stand there in any order, with signs, spaces or `at`, `of`, `的`
/// between them.
fn signature(rule: &MessageRule, text: &[char], draft: &Draft<'_>) -> Vec<(Message, Message)> {
    let mut open: Vec<(&str, bool)> = Vec::new();
    if rule.signs_shop && !draft.shop.trim().is_empty() {
        open.push((draft.shop.trim(), true));
    }
    if rule.signs_sender && !draft.sender.trim().is_empty() {
        open.push((draft.sender.trim(), false));
    }
    let mut tail: String = text.iter().copied().map(lower).collect();
    while !open.is_empty() {
        let trimmed = tail.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
        tail.truncate(trimmed);
        let found = open.iter().position(|(name, _)| {
            let name: String = name.trim_end_matches(|c: char| !c.is_alphanumeric()).chars().map(lower).collect();
            !name.is_empty() && tail.ends_with(&name)
        });
        if let Some(found) = found {
            let (name, _) = open.remove(found);
            let name: String = name.trim_end_matches(|c: char| !c.is_alphanumeric()).chars().map(lower).collect();
            tail.truncate(tail.len().saturating_sub(name.len()));
            continue;
        }
        let link = [" at", " of", "的"].iter().find(|link| tail.ends_with(*link)).map(|link| link.len());
        match link {
            Some(link) => tail.truncate(tail.len().saturating_sub(link)),
            None => break,
        }
    }
    open.into_iter()
        .map(|(name, shop)| {
            if shop {
                (msg!("message.no-shop"), msg!("remedy.message-sign", name = name))
            } else {
                (msg!("message.no-sender"), msg!("remedy.message-sign", name = name))
            }
        })
        .collect()
}
