//! The rules of ownership and care, in plain words.

use super::staff::roles;
use super::{Sentence, plain};
use crate::kinds::span_value;
use crate::message::Value;
use crate::msg;
use crate::policy::Policy;

/// Whose members they are.
pub(super) fn ownership(policy: &Policy) -> Vec<Sentence> {
    let rule = &policy.staff().ownership;
    let clients = &policy.staff().clients;
    let mut out = Vec::new();
    if rule.stated {
        let words = match rule.term {
            Some(term) => {
                let after =
                    if rule.for_good { msg!("ownership.words-term-good") } else { msg!("ownership.words-term-again") };
                msg!("ownership.words-term", term = span_value(term), after = after)
            }
            None => msg!("ownership.words"),
        };
        out.push(Sentence { words, rule: Some(rule.reference(policy.program())) });
        if rule.term.is_some() {
            let never: Vec<Value> =
                if rule.never_again { vec![msg!("ownership.words-never").into()] } else { Vec::new() };
            out.push(plain(msg!("ownership.words-dealt", roles = roles(&rule.roles), never = never)));
        }
        if let Some(most) = rule.most {
            out.push(plain(msg!("ownership.words-most", most = most)));
        }
        if rule.leader_stands_in {
            out.push(plain(msg!("ownership.words-stand-in")));
        }
    }
    if clients.stated {
        let backup: Vec<Value> = if clients.backup.is_empty() { Vec::new() } else { vec![(&clients.backup).into()] };
        let keeper: Vec<Value> = vec![(&clients.keeper).into()];
        out.push(Sentence {
            words: msg!("clients.words", keeper = keeper, backup = backup),
            rule: Some(clients.head.reference("clients", policy.program())),
        });
    }
    out
}
