//! A program in plain words, made from its policy: what a member would want to know, section by section.

mod approval;
mod bands;
mod calendar;
mod care;
mod conduct;
mod kpi;
mod staff;

pub use bands::{Chart, Step, charts};
pub use calendar::{CalendarDay, Held, Month, has_days, month};

use crate::kinds::earn::{Basis, Earn, Source};
use crate::kinds::entitlement::Per;
use crate::kinds::lapse::LapseTerm;
use crate::kinds::rebate::Earned;
use crate::kinds::redeem::Gives;
use crate::kinds::referral::Reward;
use crate::kinds::span_value;
use crate::kinds::tier::{Judged, Review};
use crate::message::{Label, Message, RuleRef, Value};
use crate::msg;
use crate::number::{Money, Points, Rate};
use crate::policy::Policy;
use crate::primitives::{GoodsFilter, Reading, When};

/// A sentence about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// In words.
    pub words: Message,
    /// The rule.
    pub rule: Option<RuleRef>,
}

/// A section: its title and its sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Title.
    pub title: Message,
    /// Sentences, at least one.
    pub sentences: Vec<Sentence>,
}

/// A tier on the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// Its id.
    pub id: crate::id::Text,
    /// Its name.
    pub label: Label,
    /// What it takes.
    pub takes: Message,
    /// What it brings.
    pub brings: Vec<Message>,
}

fn plain(words: Message) -> Sentence {
    Sentence { words, rule: None }
}

/// The conditions of a rule, as the tail of a sentence.
fn tail(when: &When, goods: &GoodsFilter) -> Vec<Value> {
    let mut words = when.words();
    let (only, except) = goods.words();
    if !only.is_empty() {
        words.push(msg!("goods.only", words = only).into());
    }
    if !except.is_empty() {
        words.push(msg!("goods.except", words = except).into());
    }
    words
}

/// Describes a policy.
#[must_use]
pub fn describe(policy: &Policy) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |title: Message, sentences: Vec<Sentence>| {
        if !sentences.is_empty() {
            sections.push(Section { title, sentences });
        }
    };
    add(msg!("section.join"), join(policy));
    add(msg!("section.card"), card(policy));
    add(msg!("section.tiers"), tiers(policy));
    add(msg!("section.points"), points(policy));
    add(msg!("section.redeem"), redeem(policy));
    add(msg!("section.discounts"), discounts(policy));
    add(msg!("section.stored-value"), stored_value(policy));
    add(msg!("section.entitlements"), entitlements(policy));
    add(msg!("section.friends"), friends(policy));
    add(msg!("section.returns"), returns(policy));
    sections.extend(staff::sections(policy));
    sections.extend(approval::sections(policy));
    sections
}

fn join(policy: &Policy) -> Vec<Sentence> {
    let mut out: Vec<Sentence> = policy
        .routes
        .iter()
        .map(|route| Sentence {
            words: if route.earns { route.words() } else { msg!("enrol.without-points", route = route.words()) },
            rule: Some(route.head.reference("enrol", &policy.program)),
        })
        .collect();
    let rule = &policy.join;
    if let Some(age) = rule.min_age {
        out.push(plain(msg!("join.min-age", age = age)));
    }
    if !rule.required.is_empty() {
        out.push(plain(msg!("join.required", fields = rule.required.iter().map(Value::from).collect::<Vec<_>>())));
    }
    if !rule.one_per.is_empty() {
        out.push(plain(msg!("join.one-per", fields = rule.one_per.iter().map(Value::from).collect::<Vec<_>>())));
    }
    if !rule.choices.is_empty() {
        out.push(plain(msg!("join.choices", choices = rule.choices.iter().map(Value::from).collect::<Vec<_>>())));
    }
    if !rule.approval.is_empty() {
        out.push(plain(msg!("join.approval", role = &rule.approval)));
    }
    out
}

fn card(policy: &Policy) -> Vec<Sentence> {
    let rule = policy.card;
    let mut out = vec![plain(match rule.valid {
        None => msg!("card.for-ever"),
        Some(span) => msg!("card.valid", span = vec![span_value(span)]),
    })];
    if let Some(fee) = rule.lost_fee {
        out.push(plain(if fee.is_zero() { msg!("card.lost-free") } else { msg!("card.lost", fee = fee) }));
    }
    if let Some(fee) = rule.damaged_fee {
        out.push(plain(if fee.is_zero() { msg!("card.damaged-free") } else { msg!("card.damaged", fee = fee) }));
    }
    out
}

fn tiers(policy: &Policy) -> Vec<Sentence> {
    let ladder = &policy.ladder;
    if ladder.tiers.len() < 2 {
        return Vec::new();
    }
    let mut out = vec![plain(msg!("tiers.window", window = ladder.window.name()))];
    out.push(plain(match ladder.up {
        Judged::Immediately => msg!("tiers.up-immediately"),
        Judged::AtReview => msg!("tiers.up-review"),
        Judged::Never => msg!("tiers.up-never"),
    }));
    out.push(plain(match ladder.down {
        Judged::Immediately => msg!("tiers.down-immediately"),
        Judged::AtReview => msg!("tiers.down-review"),
        Judged::Never => msg!("tiers.down-never"),
    }));
    if ladder.one_step {
        out.push(plain(msg!("tiers.one-step")));
    }
    match &ladder.review {
        Review::Never => {}
        Review::Every(span) => out.push(plain(msg!("tiers.review-every", span = vec![span_value(*span)]))),
        Review::Calendar(months) => out.push(plain(msg!("tiers.review-calendar", months = *months))),
        Review::Days(days) => {
            let days = days
                .iter()
                .map(|(month, day)| msg!("date.month-day", month = *month, day = *day).into())
                .collect::<Vec<Value>>();
            out.push(plain(msg!("tiers.review-days", days = days)));
        }
    }
    if ladder.gone_by_rank {
        out.push(plain(msg!("tiers.gone-by-rank")));
    }
    for tier in ladder.tiers.iter().filter(|tier| !tier.was.is_empty()) {
        let was = tier.was.iter().map(Value::from).collect::<Vec<_>>();
        let words = msg!("tiers.takes-over", tier = &tier.head.label, was = was);
        out.push(Sentence { words, rule: Some(tier.head.reference("tier", &policy.program)) });
    }
    if ladder.review != Review::Never && ladder.tiers.iter().any(|tier| tier.by_application) {
        out.push(plain(msg!("tiers.grant-until-review")));
    }
    for (rank, tier) in ladder.tiers.iter().enumerate() {
        if tier.reach.is_none() && !tier.by_application {
            continue;
        }
        let words = match &tier.reach {
            Some(reach) if tier.by_application => {
                msg!("tiers.reach-or-granted", tier = &tier.head.label, reach = reach.words())
            }
            Some(reach) => msg!("tiers.reach", tier = &tier.head.label, reach = reach.words()),
            None if rank == 0 => msg!("tiers.taken-down", tier = &tier.head.label),
            None => msg!("tiers.granted", tier = &tier.head.label),
        };
        out.push(Sentence { words, rule: Some(tier.head.reference("tier", &policy.program)) });
    }
    out
}

fn earn_words(policy: &Policy, rule: &Earn) -> Message {
    let mut when = tail(&rule.when, &rule.goods);
    if !rule.kind.is_empty() {
        when.push(msg!("points.kind-of-rule", kind = &policy.kind_label(&rule.kind)).into());
    }
    match &rule.source {
        Source::Goods if rule.full_units => msg!("earn.words-full", per = rule.per, points = rule.points, when = when),
        Source::Goods => msg!("earn.words", per = rule.per, points = rule.points, when = when),
        Source::Load => msg!("earn.words-load", per = rule.per, points = rule.points, when = when),
        Source::Activity(activity) => {
            msg!("earn.words-activity", activity = activity, points = rule.points, when = when)
        }
        Source::AnyActivity => msg!("earn.words-any-activity", points = rule.points, when = when),
        Source::Enrolment => msg!("earn.words-enrolment", points = rule.points, when = when),
    }
}

fn points(policy: &Policy) -> Vec<Sentence> {
    let mut out: Vec<Sentence> = policy
        .earn
        .iter()
        .map(|rule| Sentence {
            words: earn_words(policy, rule),
            rule: Some(rule.head.reference("earn", &policy.program)),
        })
        .collect();
    if out.is_empty() {
        return out;
    }
    if !policy.points.is_empty() {
        let kinds: Vec<Value> = policy.points.iter().map(|kind| Value::from(&kind.head.label)).collect();
        out.insert(0, plain(msg!("points.kinds", kinds = kinds)));
    }
    if policy.earn.iter().any(|rule| rule.source == Source::Goods) {
        let basis = policy.earn.iter().find(|rule| rule.source == Source::Goods).map_or(Basis::Paid, |rule| rule.basis);
        out.push(plain(match basis {
            Basis::Paid => msg!("earn.basis-paid"),
            Basis::BeforeRedemption => msg!("earn.basis-before-redemption"),
            Basis::List => msg!("earn.basis-list"),
        }));
    }
    for rule in &policy.multiply {
        let words = msg!("multiply.words", factor = rule.factor, when = rule.when.words());
        out.push(Sentence { words, rule: Some(rule.head.reference("multiply", &policy.program)) });
    }
    out.push(plain(policy.lapse.words()));
    for kind in &policy.points {
        if let Some(lapse) = &kind.lapse {
            let words = msg!("points.kind-lapse", kind = &kind.head.label, lapse = lapse.words());
            out.push(Sentence { words, rule: Some(kind.head.reference("points", &policy.program)) });
        }
    }
    if policy.lapse.term != LapseTerm::Never {
        out.push(plain(msg!("lapse.remind", days = policy.lapse.remind_days)));
    }
    out
}

fn redeem(policy: &Policy) -> Vec<Sentence> {
    policy
        .redeem
        .iter()
        .map(|rule| {
            let mut when = rule.when.words();
            if rule.least.is_positive() {
                when.push(msg!("redeem.least", points = rule.least).into());
            }
            if rule.most < Points::from_minor(i64::MAX) {
                when.push(msg!("redeem.most", points = rule.most).into());
            }
            if !rule.from.is_empty() {
                when.push(msg!("redeem.from", kinds = policy.kind_labels(&rule.from)).into());
            }
            let words = match &rule.gives {
                Gives::Voucher { value, valid: None } => {
                    msg!("redeem.voucher", points = rule.points, value = *value, when = when)
                }
                Gives::Voucher { value, valid: Some(span) } => {
                    msg!(
                        "redeem.voucher-valid",
                        points = rule.points,
                        value = *value,
                        span = vec![span_value(*span)],
                        when = when
                    )
                }
                Gives::Price { value, at_most, .. } if *at_most == Rate::ONE => {
                    msg!("redeem.price", points = rule.points, value = *value, when = when)
                }
                Gives::Price { value, at_most, .. } => {
                    msg!("redeem.price-capped", points = rule.points, value = *value, share = *at_most, when = when)
                }
                Gives::Gift(gift) => msg!("redeem.gift", points = rule.points, gift = gift, when = when),
            };
            Sentence { words, rule: Some(rule.head.reference("redeem", &policy.program)) }
        })
        .collect()
}

fn discounts(policy: &Policy) -> Vec<Sentence> {
    let mut out = Vec::new();
    for rule in &policy.discount {
        let mut when = tail(&rule.when, &rule.goods);
        if rule.at_least_items > 0 {
            when.push(if rule.per_counter {
                msg!("when.items-of-counter", items = rule.at_least_items).into()
            } else {
                msg!("when.items", items = rule.at_least_items).into()
            });
        }
        let reference = Some(rule.head.reference("discount", &policy.program));
        if !rule.approval.is_empty() {
            let roles = rule.approval.iter().map(Value::from).collect::<Vec<_>>();
            out.push(Sentence {
                words: msg!("discount.words-agreed", most = rule.rate(0), roles = roles, when = when),
                rule: reference,
            });
            continue;
        }
        if rule.rates.iter().all(|rate| *rate == Rate::ZERO) {
            // A blank figure of nothing: the parameter says so, a sentence about 0% would only confuse.
            continue;
        }
        if let [rate] = rule.rates.as_slice() {
            let words = if rule.on_basket {
                msg!("discount.words-basket", rate = *rate, when = when)
            } else {
                msg!("discount.words", rate = *rate, when = when)
            };
            out.push(Sentence { words, rule: reference });
            continue;
        }
        for (rank, rate) in rule.rates.iter().enumerate().filter(|(_, rate)| **rate > Rate::ZERO) {
            let Some(tier) = policy.ladder.tiers.get(rank) else { continue };
            out.push(Sentence {
                words: msg!("discount.words-tier", tier = &tier.head.label, rate = *rate, when = when.clone()),
                rule: reference.clone(),
            });
        }
    }
    out
}

fn stored_value(policy: &Policy) -> Vec<Sentence> {
    let mut out = Vec::new();
    if policy.stored_value.sold {
        out.push(plain(msg!("stored-value.sold")));
        if policy.stored_value.least > Money::ZERO {
            out.push(plain(msg!("stored-value.least", least = policy.stored_value.least)));
        }
        if !policy.stored_value.must_clear.is_empty() {
            let tenders = policy.stored_value.must_clear.iter().map(Value::from).collect::<Vec<_>>();
            out.push(plain(msg!("stored-value.must-clear", tenders = tenders)));
        }
    }
    for rule in &policy.rebate {
        let rate = rule.steps.bands().last().map_or(Rate::ZERO, |band| band.rate);
        let words = match rule.earned {
            Earned::Load => msg!("rebate.words-load", from = rule.from, rate = rate),
            Earned::Period(window) if rule.or_marked.is_empty() => {
                msg!("rebate.words-period", window = window.name(), from = rule.from, rate = rate)
            }
            Earned::Period(window) => {
                msg!(
                    "rebate.words-period-marked",
                    window = window.name(),
                    from = rule.from,
                    rate = rate,
                    mark = &rule.or_marked
                )
            }
        };
        out.push(Sentence { words, rule: Some(rule.head.reference("rebate", &policy.program)) });
        if rule.takes_back {
            out.push(plain(msg!("rebate.taken-back")));
        }
        if rule.steps.bands().len() > 1 {
            for band in rule.steps.bands() {
                out.push(plain(match rule.steps.reading() {
                    Reading::Whole => msg!("rebate.band-whole", from = band.from, rate = band.rate),
                    Reading::Marginal => msg!("rebate.band-marginal", from = band.from, rate = band.rate),
                }));
            }
        }
    }
    out
}

fn entitlements(policy: &Policy) -> Vec<Sentence> {
    policy
        .entitlement
        .iter()
        .map(|rule| {
            let mut when = rule.when.words();
            if let Some(reach) = &rule.reach {
                when.push(msg!("entitlement.reach", reach = reach.words(), window = rule.window.name()).into());
            }
            if !rule.arranged.is_empty() {
                let times = rule.arranged.iter().map(|time| time.words().into()).collect::<Vec<Value>>();
                when.push(msg!("entitlement.times", times = times).into());
            }
            if rule.holder_only {
                when.push(msg!("entitlement.holder-only").into());
            }
            match rule.voucher_valid {
                _ if rule.voucher.is_zero() => {}
                None => when.push(msg!("entitlement.voucher", value = rule.voucher).into()),
                Some(span) => when.push(
                    msg!("entitlement.voucher-valid", value = rule.voucher, span = vec![span_value(span)]).into(),
                ),
            }
            let per = match rule.per {
                Per::Always => msg!("per.always"),
                Per::Window(crate::primitives::Window::Lifetime) => msg!("per.once"),
                Per::Window(window) => msg!("per.window", window = window.name()),
            };
            let words = msg!("entitlement.words", label = &rule.head.label, per = per, when = when);
            Sentence { words, rule: Some(rule.head.reference("entitlement", &policy.program)) }
        })
        .collect()
}

fn friends(policy: &Policy) -> Vec<Sentence> {
    let mut out = Vec::new();
    for rule in &policy.referral {
        let (only, _) = rule.goods.words();
        let words = match rule.reward {
            Reward::Points(points) => msg!("referral.words-points", points = points),
            Reward::Rate(rate) => msg!("referral.words-rate", rate = rate, goods = only),
            Reward::Fixed(amount) => msg!("referral.words-fixed", amount = amount, goods = only),
        };
        out.push(Sentence { words, rule: Some(rule.head.reference("referral", &policy.program)) });
    }
    if policy.transfer.allowed {
        out.push(plain(msg!("transfer.allowed")));
    }
    out
}

fn returns(policy: &Policy) -> Vec<Sentence> {
    let rule = &policy.returns;
    let mut out = vec![plain(match (rule.within, rule.before) {
        (None, _) => msg!("returns.any-time"),
        (Some(crate::time::Span::Days(1)), Some(before)) => {
            msg!("returns.same-day-before", before = before.to_string())
        }
        (Some(crate::time::Span::Days(1)), None) => msg!("returns.same-day"),
        (Some(span), None) => msg!("returns.within", span = vec![span_value(span)]),
        (Some(span), Some(before)) => {
            msg!("returns.within-before", span = vec![span_value(span)], before = before.to_string())
        }
    })];
    let never = rule.never_words();
    if !never.is_empty() {
        out.push(plain(msg!("returns.never", words = never)));
    }
    out.push(plain(msg!("returns.points-follow")));
    if policy.redeem.iter().any(|rule| matches!(rule.gives, Gives::Voucher { .. })) {
        out.push(plain(if rule.gives_back_vouchers {
            msg!("returns.vouchers-back")
        } else {
            msg!("returns.vouchers-kept")
        }));
    }
    out
}

/// The ladder: what each tier takes, and what it brings.
#[must_use]
pub fn ladder(policy: &Policy) -> Vec<Rung> {
    (0_u8..)
        .zip(&policy.ladder.tiers)
        .map(|(rank, tier)| {
            let takes = match (&tier.reach, rank) {
                (Some(reach), _) => reach.words(),
                (None, 0) => msg!("rung.everyone"),
                (None, _) => msg!("rung.granted"),
            };
            let mut brings = Vec::new();
            for rule in &policy.discount {
                let rate = rule.rate(rank);
                if rule.approval.is_empty() && rate > Rate::ZERO && rule.when.admits_tier(rank) {
                    brings.push(msg!("discount.words", rate = rate, when = tail(&rule.when, &rule.goods)));
                }
            }
            for rule in policy.multiply.iter().filter(|rule| rule.when.admits_tier(rank)) {
                brings.push(msg!("multiply.words", factor = rule.factor, when = rule.when.words()));
            }
            for rule in policy.entitlement.iter().filter(|rule| rule.when.admits_tier(rank)) {
                brings.push(msg!("rung.entitlement", label = &rule.head.label));
            }
            Rung { id: tier.head.id.clone(), label: tier.head.label.clone(), takes, brings }
        })
        .collect()
}

/// What a program has, in a few words each, for lists.
#[must_use]
pub fn features(policy: &Policy) -> Vec<Message> {
    let mut out = Vec::new();
    if policy.ladder.tiers.len() > 1 {
        out.push(msg!("feature.tiers", count = policy.ladder.tiers.len()));
    }
    if !policy.earn.is_empty() {
        out.push(msg!("feature.points"));
    }
    if policy.minds_lunar() {
        out.push(msg!("feature.lunar"));
    }
    if !policy.discount.is_empty() {
        out.push(msg!("feature.discounts"));
    }
    if policy.stored_value.sold {
        out.push(msg!("feature.stored-value"));
    }
    if !policy.rebate.is_empty() {
        out.push(msg!("feature.rebates"));
    }
    if policy.lapse.term != LapseTerm::Never {
        out.push(msg!("feature.lapse"));
    }
    if !policy.referral.is_empty() {
        out.push(msg!("feature.referral"));
    }
    if !policy.entitlement.is_empty() {
        out.push(msg!("feature.entitlements"));
    }
    if has_days(policy) {
        out.push(msg!("feature.days"));
    }
    let staff = policy.staff();
    for (has, feature) in [
        (!staff.commission.is_empty(), msg!("feature.commission")),
        (!staff.holdback.is_empty(), msg!("feature.holdback")),
        (!staff.bonus.is_empty(), msg!("feature.bonus")),
        (!staff.target.is_empty() || !staff.contest.is_empty(), msg!("feature.targets")),
        (!staff.kpi.is_empty(), msg!("feature.kpi")),
        (!staff.assessment.is_empty() || !staff.ranking.is_empty(), msg!("feature.assessment")),
        (!staff.inspection.is_empty(), msg!("feature.inspection")),
        (!staff.conduct.is_empty(), msg!("feature.conduct")),
        (staff.attribution.on_duty, msg!("feature.attribution")),
        (staff.ownership.stated || staff.clients.stated, msg!("feature.ownership")),
        (!staff.care.is_empty(), msg!("feature.care")),
        (!staff.message.is_empty(), msg!("feature.messages")),
        (!staff.classing.is_empty(), msg!("feature.classes")),
        (staff.complaints.is_some(), msg!("feature.complaints")),
        (!staff.approval.is_empty(), msg!("feature.approvals")),
        (staff.account.is_some() || !staff.credit.is_empty(), msg!("feature.credit")),
        (!staff.project.is_empty(), msg!("feature.projects")),
        (!staff.rights.is_empty(), msg!("feature.rights")),
    ] {
        if has {
            out.push(feature);
        }
    }
    out
}
