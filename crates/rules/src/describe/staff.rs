//! The rules for the staff, in plain words.

use super::{Section, Sentence, plain, tail};
use crate::id::Text;
use crate::kinds::commission::{Base, Commission, Each, Of, Pays, Per};
use crate::kinds::post::PostPer;
use crate::message::{Message, Value};
use crate::msg;
use crate::policy::Policy;
use crate::primitives::{Reading, Steps, When};
use crate::staff::DealKind;

/// The sections of the staff rules.
pub(super) fn sections(policy: &Policy) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |title: Message, sentences: Vec<Sentence>| {
        if !sentences.is_empty() {
            sections.push(Section { title, sentences });
        }
    };
    add(msg!("section.posts"), posts(policy));
    add(msg!("section.commission"), commission(policy));
    add(msg!("section.ownership"), super::care::ownership(policy));
    add(msg!("section.bonus"), super::conduct::bonus(policy));
    add(msg!("section.conduct"), super::conduct::conduct(policy));
    add(msg!("section.targets"), super::kpi::targets(policy));
    add(msg!("section.kpi"), super::kpi::points(policy));
    add(msg!("section.figures"), super::kpi::figures(policy));
    add(msg!("section.care"), super::care::care(policy));
    add(msg!("section.messages"), super::care::messages(policy));
    add(msg!("section.classes"), super::care::classes(policy));
    add(msg!("section.complaints"), super::care::complaints(policy));
    add(msg!("section.lists"), super::care::lists(policy));
    add(msg!("section.assessment"), super::conduct::assessment(policy));
    sections
}

/// Roles as an argument; empty where a rule is for everyone.
pub(super) fn roles(roles: &[Text]) -> Vec<Value> {
    roles.iter().map(Value::from).collect()
}

fn posts(policy: &Policy) -> Vec<Sentence> {
    let mut out: Vec<Sentence> = policy
        .staff()
        .post
        .iter()
        .map(|post| {
            let (label, id) = (&post.head.label, &post.head.id);
            let words = match (post.most, post.per) {
                (None, _) => msg!("post.words", label = label, id = id),
                (Some(most), PostPer::All) => msg!("post.words-all", label = label, id = id, most = most),
                (Some(most), PostPer::Store) => msg!("post.words-store", label = label, id = id, most = most),
                (Some(most), PostPer::Area) => msg!("post.words-area", label = label, id = id, most = most),
                (Some(most), PostPer::Team) => msg!("post.words-team", label = label, id = id, most = most),
            };
            Sentence { words, rule: Some(post.head.reference("post", policy.program())) }
        })
        .collect();
    let attribution = &policy.staff().attribution;
    if attribution.on_duty {
        out.push(plain(msg!("attribution.words", decides = &attribution.decides)));
    }
    out
}

/// Bands in words, one after the other.
pub(super) fn bands(steps: &Steps) -> Vec<Value> {
    steps
        .bands()
        .iter()
        .map(|band| {
            let from = steps.border().value(band.from);
            match band.fixed {
                Some(fixed) => Value::from(msg!("steps.band-fixed", from = from, fixed = fixed)),
                None => Value::from(msg!("steps.band-rate", from = from, rate = band.rate)),
            }
        })
        .collect()
}

fn pays(rule: &Commission) -> Message {
    match &rule.pays {
        Pays::Fixed(amount, Each::Piece) => msg!("commission.pays-piece", amount = *amount),
        Pays::Fixed(amount, Each::Line) => msg!("commission.pays-line", amount = *amount),
        Pays::Fixed(amount, Each::Deal) => msg!("commission.pays-deal", amount = *amount),
        Pays::Steps(steps) => match steps.bands() {
            [one] if one.from.is_zero() && one.fixed.is_none() => msg!("commission.pays-rate", rate = one.rate),
            _ => {
                let bands = bands(steps);
                match (&rule.of, steps.reading()) {
                    (Of::Attainment(_), Reading::Marginal) => msg!("commission.pays-attained-marginal", bands = bands),
                    (Of::Attainment(_), Reading::Whole) => msg!("commission.pays-attained", bands = bands),
                    (Of::Discount, _) => msg!("commission.pays-discount", bands = bands),
                    (Of::Amount, Reading::Marginal) => msg!("commission.pays-marginal", bands = bands),
                    (Of::Amount, Reading::Whole) => msg!("commission.pays-whole", bands = bands),
                }
            }
        },
    }
}

fn commission(policy: &Policy) -> Vec<Sentence> {
    let rules = policy.staff();
    let mut out: Vec<Sentence> = rules
        .commission
        .iter()
        .map(|rule| {
            let mut notes: Vec<Value> = tail(&When::default(), &rule.goods);
            if rule.team {
                notes.push(msg!("commission.note-team").into());
            }
            if !rule.net_of.is_empty() {
                let ids = rule.net_of.iter().map(Value::from).collect::<Vec<_>>();
                notes.push(msg!("commission.note-net-of", rules = ids).into());
            }
            match rule.base {
                Base::Paid => {}
                Base::BeforeDiscounts => notes.push(msg!("commission.note-before-discounts").into()),
                Base::Entitled => notes.push(msg!("commission.note-entitled").into()),
            }
            if rule.arrived {
                notes.push(msg!("commission.note-arrived").into());
            }
            if rule.each_in_full {
                notes.push(msg!("commission.note-each").into());
            }
            if let Some(cap) = rule.cap {
                notes.push(msg!("commission.capped", cap = cap).into());
            }
            if let Some(floor) = rule.floor {
                notes.push(msg!("commission.raised", floor = floor).into());
            }
            if rule.instalments > 1 {
                notes.push(msg!("commission.note-instalments", parts = rule.instalments).into());
            }
            let on: Vec<Value> = rule
                .on
                .iter()
                .map(|kind| {
                    Value::from(match kind {
                        DealKind::Sale => msg!("commission.on-sale"),
                        DealKind::Load => msg!("commission.on-load"),
                        DealKind::Fee => msg!("commission.on-fee"),
                    })
                })
                .collect();
            let per = match rule.per {
                Per::Line => msg!("commission.per-line"),
                Per::Deal => msg!("commission.per-deal"),
                Per::Window(window) => window.name(),
            };
            Sentence {
                words: msg!(
                    "commission.words",
                    roles = roles(&rule.roles),
                    on = on,
                    per = per,
                    pays = pays(rule),
                    notes = notes
                ),
                rule: Some(rule.head.reference("commission", policy.program())),
            }
        })
        .collect();
    for rule in &rules.holdback {
        out.push(Sentence {
            words: msg!("holdback.words", roles = roles(&rule.roles), rate = rule.rate, window = rule.release.name()),
            rule: Some(rule.head.reference("holdback", policy.program())),
        });
    }
    if rules.draw.amount.is_positive() {
        out.push(plain(msg!("draw.words", roles = roles(&rules.draw.roles), least = rules.draw.amount)));
    }
    out
}
