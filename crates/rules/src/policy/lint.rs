//! What a document says that can be read, and still is not what anybody means: rules that never hold, names that lead
//! nowhere, gifts worth more than the purchase, versions that do not follow one another.
//!
//! Looked at only where reading found no error: a wrong figure should not be followed by its consequences.

use core::ops::Range;

use super::{Policy, check_with};
use crate::id::Text;
use crate::kinds::approval::Matter;
use crate::kinds::care::Who;
use crate::kinds::commission::{Commission, Of};
use crate::kinds::discount::Discount;
use crate::kinds::earn::{Combine, Source};
use crate::kinds::enrol::ATTRIBUTES;
use crate::kinds::kpi::To;
use crate::kinds::redeem::Redeem;
use crate::kinds::referral::{Referral, Reward};
use crate::kinds::tier::Judged;
use crate::message::{Diagnostic, Message, Severity, Value};
use crate::msg;
use crate::number::{Money, Points, Rate};
use crate::primitives::{Metric, When, Window};
use crate::reader::{Context, Table};

/// Looks at everything.
pub(super) fn lint(root: &Table<'_>, policy: &Policy) {
    let look = Look { root, policy };
    look.protected_attributes();
    look.days_over();
    look.tiers();
    look.points_kinds();
    look.redemptions();
    look.discounts();
    look.multipliers();
    look.commissions();
    look.referrals();
    look.holdbacks();
    look.approvals();
    look.credit();
    look.rights();
    look.roles();
    look.notice();
}

/// A role that may be left out is no role where it is.
fn named(role: &Text) -> &[Text] {
    if role.is_empty() { &[] } else { core::slice::from_ref(role) }
}

struct Look<'l, 't> {
    root: &'l Table<'t>,
    policy: &'l Policy,
}

impl Look<'_, '_> {
    /// The place of a rule's key, or of the rule.
    fn place(&self, kind: &'static str, id: &str, key: &'static str) -> Range<usize> {
        self.root
            .tables(kind)
            .iter()
            .find(|table| table.text("id").is_some_and(|own| own == id))
            .map_or(0..0, |table| table.place(key))
    }

    fn warn(&self, code: &'static str, place: Range<usize>, message: Message, help: Message) {
        self.root.context().warn(code, place, message, help);
    }

    fn error(&self, code: &'static str, place: Range<usize>, message: Message, help: Message) {
        self.root.context().error(code, place, message, help);
    }

    fn unknown(&self, place: Range<usize>, name: &str, known: &[&Text]) {
        let help = match crate::reader::closest(name, known.iter().map(|own| own.as_str())) {
            Some(near) => msg!("help.did-you-mean", word = near),
            None if known.is_empty() => msg!("help.name-first", name = name),
            None => msg!("help.known-words", words = known.iter().map(|own| Value::from(*own)).collect::<Vec<_>>()),
        };
        self.error("E009", place, msg!("doc.unknown-reference", name = name), help);
    }

    /// P13: membership must not depend on who somebody is, unless the shop says why.
    fn protected_attributes(&self) {
        let Some(table) = self.root.table("join") else { return };
        let join = &self.policy.join;
        let complain = |attribute: &str, place: Range<usize>| {
            if join.acknowledged.get(attribute).is_none_or(|reason| reason.trim().is_empty()) {
                self.warn(
                    "W102",
                    place,
                    msg!("doc.protected-attribute", field = attribute),
                    msg!("help.acknowledge", attribute = attribute),
                );
            }
        };
        if join.min_age.is_some() {
            complain("age", table.place("min_age"));
        }
        for key in ["required", "choices"] {
            for at in table.texts(key) {
                if let Some((attribute, _)) = ATTRIBUTES.iter().find(|(_, words)| words.contains(&at.value.as_str())) {
                    complain(attribute, at.span);
                }
            }
        }
    }

    /// Days that were over before the version began.
    fn days_over(&self) {
        let begins = self.policy.program.effective_from;
        let over = |kind: &'static str, id: &str, when: &When| {
            if when.is_over(begins) {
                self.warn(
                    "W105",
                    self.place(kind, id, "when"),
                    msg!("doc.days-over", id = id, day = begins),
                    msg!("help.days-over"),
                );
            }
        };
        let p = self.policy;
        p.earn.iter().for_each(|rule| over("earn", &rule.head.id, &rule.when));
        p.multiply.iter().for_each(|rule| over("multiply", &rule.head.id, &rule.when));
        p.discount.iter().for_each(|rule| over("discount", &rule.head.id, &rule.when));
        p.redeem.iter().for_each(|rule| over("redeem", &rule.head.id, &rule.when));
        for rule in &p.entitlement {
            over("entitlement", &rule.head.id, &rule.when);
            if !rule.arranged.is_empty() && rule.arranged_on_or_after(begins).is_none() {
                self.warn(
                    "W105",
                    self.place("entitlement", &rule.head.id, "arranged"),
                    msg!("doc.days-over", id = &rule.head.id, day = begins),
                    msg!("help.days-over"),
                );
            }
        }
    }

    /// Tiers that nobody can reach, and falling that cannot happen.
    fn tiers(&self) {
        let ladder = &self.policy.ladder;
        let mut broken = false;
        for (rank, tier) in ladder.tiers.iter().enumerate().skip(1) {
            let id = &tier.head.id;
            let unreachable = |why: Message| {
                self.warn(
                    "W106",
                    self.place("tier", id, if tier.reach.is_some() { "reach" } else { "id" }),
                    msg!("doc.tier-unreachable", id = id, why = why),
                    msg!("help.tier-unreachable"),
                );
            };
            let Some(reach) = &tier.reach else {
                // With one step at a time nobody passes a tier that only a grant gives.
                broken |= ladder.one_step;
                continue;
            };
            if tier.by_application {
                continue;
            }
            if ladder.up == Judged::Never {
                unreachable(msg!("doc.why-up-never"));
                continue;
            }
            if broken && rank > 1 {
                unreachable(msg!("doc.why-one-step"));
                continue;
            }
            let earns = !self.policy.earn.is_empty()
                || self.policy.referral.iter().any(|r| matches!(r.reward, Reward::Points(_)));
            let (all, any) = reach.demands_made();
            let of_points = |metric: Metric| matches!(metric, Metric::PointsEarned | Metric::PointsBalance);
            let lacks = all.iter().any(|d| of_points(d.metric) && d.at_least > 0)
                || (!any.is_empty() && any.iter().all(|d| of_points(d.metric) && d.at_least > 0));
            if lacks && !earns {
                unreachable(msg!("doc.why-no-points"));
            }
        }
        let only_figures = ladder.tiers.iter().all(|tier| !tier.by_application);
        let table = self.root.table("tiers");
        if ladder.window == Window::Lifetime
            && ladder.down == Judged::AtReview
            && only_figures
            && !ladder.minds_balance()
            && let Some(table) = table
        {
            self.warn("W103", table.place("down"), msg!("doc.lifetime-never-falls"), msg!("help.lifetime-never-falls"));
        }
    }

    /// Whether a rule gives points of a kind.
    fn is_given(&self, kind: &Text) -> bool {
        let earned = self.policy.earn.iter().any(|rule| rule.kind == *kind);
        let welcome = |rule: &Referral| matches!(rule.reward, Reward::Points(_)) && rule.kind == *kind;
        earned || self.policy.referral.iter().any(welcome)
    }

    /// Kinds of points that nothing gives. Those without any rule that earns are complained of where points are used.
    fn points_kinds(&self) {
        let kinds = &self.policy.points;
        let any = kinds.iter().any(|kind| self.is_given(&kind.head.id));
        for kind in kinds.iter().filter(|kind| any && !self.is_given(&kind.head.id)) {
            let id = &kind.head.id;
            self.warn(
                "W121",
                self.place("points", id, "id"),
                msg!("doc.points-kind-unused", kind = id),
                msg!("help.points-kind-unused", kind = id),
            );
        }
    }

    /// Redemptions that can never be used, and those worth more than what earned their points.
    fn redemptions(&self) {
        let policy = self.policy;
        for rule in &policy.redeem {
            let id = &rule.head.id;
            if rule.most < rule.points {
                self.error(
                    "E015",
                    self.place("redeem", id, "most"),
                    msg!("doc.redeem-never", id = id, points = rule.points, most = rule.most),
                    msg!("help.redeem-never", points = rule.points),
                );
            } else if rule.units_for(rule.most) == 0 {
                self.error(
                    "E015",
                    self.place("redeem", id, "least"),
                    msg!("doc.redeem-between", id = id, points = rule.points, least = rule.least, most = rule.most),
                    msg!("help.redeem-never", points = rule.points),
                );
            }
            let gathered = !policy.earn.is_empty()
                || policy.referral.iter().any(|referral| matches!(referral.reward, Reward::Points(_)));
            if !gathered {
                self.warn(
                    "W107",
                    self.place("redeem", id, "points"),
                    msg!("doc.redeem-without-points", id = id),
                    msg!("help.redeem-without-points"),
                );
            }
            for kind in rule.from.iter().filter(|kind| gathered && !self.is_given(kind)) {
                self.warn(
                    "W107",
                    self.place("redeem", id, "from"),
                    msg!("doc.redeem-from-nothing", id = id, kind = kind),
                    msg!("help.redeem-from-nothing", kind = kind),
                );
            }
            let Some(value) = rule.money_value() else { continue };
            let (points, per) = self.best_rate(rule);
            // Worth of a unit against the spend that earns its points at best: value * points > units * per.
            let worth = i128::from(value.minor()).saturating_mul(points);
            let spend = i128::from(rule.points.minor()).saturating_mul(per);
            if per > 0 && worth > spend {
                self.warn(
                    "W108",
                    self.place("redeem", id, "points"),
                    msg!("doc.redeem-worth-more-at-best", id = id),
                    msg!("help.redeem-worth-more"),
                );
            }
        }
    }

    /// Most points (in hundredths) that so many fen can earn: rules that add up, once for buying stored value and once for paying
    /// with it, and the highest multiplier or their product.
    fn best_rate(&self, redeem: &Redeem) -> (i128, i128) {
        let policy = self.policy;
        let scale = 1_000_000_i128;
        let rate = |points: Points, per: Money| {
            i128::from(points.minor()).saturating_mul(scale).checked_div(i128::from(per.minor())).unwrap_or(0)
        };
        let counted = || policy.earn.iter().filter(|rule| redeem.takes(&rule.kind));
        let goods = || counted().filter(|rule| rule.source == Source::Goods);
        // Rules for some goods may exclude each other: of those the best counts, of those for all goods each does.
        let all: i128 = goods().filter(|r| r.goods.is_everything()).map(|r| rate(r.points, r.per)).sum();
        let some = goods().filter(|r| !r.goods.is_everything()).map(|r| rate(r.points, r.per)).max().unwrap_or(0);
        let load: i128 = counted().filter(|r| r.source == Source::Load).map(|r| rate(r.points, r.per)).sum();
        let twice = goods().any(|r| r.goods.holds_tender(crate::event::STORED_VALUE));
        let goods_rate = all.saturating_add(some);
        let best = if twice { goods_rate.saturating_add(load) } else { goods_rate.max(load) };
        let factors = policy.multiply.iter().map(|rule| rule.factor).filter(|factor| *factor > Rate::ONE);
        let mut numerator = best;
        let mut denominator = scale;
        match policy.combine {
            Combine::Highest => {
                if let Some(factor) = factors.max() {
                    let (times, over) = factor.ratio();
                    numerator = numerator.saturating_mul(i128::from(times));
                    denominator = denominator.saturating_mul(i128::from(over));
                }
            }
            Combine::Product => {
                for factor in factors {
                    let (times, over) = factor.ratio();
                    numerator = numerator.saturating_mul(i128::from(times));
                    denominator = denominator.saturating_mul(i128::from(over));
                }
            }
        }
        (numerator, denominator)
    }

    fn never_first(&self, kind: &'static str, id: &str, before: &str) {
        self.warn(
            "W101",
            self.place(kind, id, "id"),
            msg!("doc.rule-never-first", id = id, before = before),
            msg!("help.rule-never-first", before = before),
        );
    }

    /// Of the discounts of a group the one that gives most holds: one that another always outdoes never does.
    fn discounts(&self) {
        let rules = &self.policy.discount;
        let ranks = self.policy.ladder.tiers.len().max(1);
        let outdoes = |one: &Discount, other: &Discount, earlier: bool| {
            one.group == other.group
                && one.on_basket == other.on_basket
                && one.approval.is_empty()
                && other.approval.is_empty()
                && one.at_least_items <= other.at_least_items
                && (!one.members_only || other.members_only)
                && (one.when.is_always() || one.when == other.when)
                && one.goods.covers(&other.goods)
                && (0..ranks).all(|rank| {
                    let rank = u8::try_from(rank).unwrap_or(u8::MAX);
                    let (ours, theirs) = (one.rate(rank), other.rate(rank));
                    ours > theirs || (ours == theirs && earlier)
                })
        };
        for (place, rule) in rules.iter().enumerate() {
            let gives = (0..ranks).any(|rank| rule.rate(u8::try_from(rank).unwrap_or(u8::MAX)) > Rate::ZERO);
            let found = rules.iter().enumerate().find(|(at, one)| *at != place && outdoes(one, rule, *at < place));
            // A rate of zero is a figure that the shop has yet to set.
            if let (Some((_, before)), true) = (found, gives) {
                self.never_first("discount", &rule.head.id, &before.head.id);
            }
        }
    }

    fn multipliers(&self) {
        if self.policy.combine != Combine::Highest {
            return;
        }
        let rules = &self.policy.multiply;
        for (place, rule) in rules.iter().enumerate() {
            let found = rules.iter().enumerate().find(|(at, one)| {
                *at != place
                    && (one.when.is_always() || one.when == rule.when)
                    && (one.factor > rule.factor || (one.factor == rule.factor && *at < place))
            });
            if let Some((_, before)) = found {
                self.never_first("multiply", &rule.head.id, &before.head.id);
            }
        }
    }

    /// Of the commissions of a group the most specific is taken, of equals the earlier.
    fn commissions(&self) {
        let rules = &self.policy.staff.commission;
        let has_targets = self.root.keys().any(|(key, _)| key == "target");
        let tables = if has_targets { self.root.tables("target") } else { Vec::new() };
        let targets: Vec<Text> = tables.iter().filter_map(|table| table.text("id")).collect();
        for (place, rule) in rules.iter().enumerate() {
            let covers = |one: &&Commission| {
                !one.team
                    && !rule.team
                    && one.group == rule.group
                    && rule.on.iter().all(|kind| one.on.contains(kind))
                    && (one.roles.is_empty() || (!rule.roles.is_empty() && rule.roles.iter().all(|r| one.is_for(r))))
                    && one.goods.covers(&rule.goods)
                    && one.goods.specificity() >= rule.goods.specificity()
            };
            if let Some(before) = rules.iter().take(place).find(covers) {
                self.never_first("commission", &rule.head.id, &before.head.id);
            }
            if let Of::Attainment(target) = &rule.of
                && !targets.is_empty()
                && !targets.contains(target)
            {
                let known: Vec<&Text> = targets.iter().collect();
                self.unknown(self.place("commission", &rule.head.id, "target"), target, &known);
            }
        }
    }

    fn referrals(&self) {
        let rules = &self.policy.referral;
        for (place, rule) in rules.iter().enumerate() {
            let is_share = |reward: &Reward| matches!(reward, Reward::Rate(_) | Reward::Fixed(_));
            let before = rules.iter().take(place).find(|one| {
                is_share(&one.reward)
                    && is_share(&rule.reward)
                    && one.goods.covers(&rule.goods)
                    && one.goods.specificity() >= rule.goods.specificity()
            });
            if let Some(before) = before {
                self.never_first("referral", &rule.head.id, &before.head.id);
            }
        }
    }

    /// Holdbacks of one kind of pay that come to more than the pay.
    fn holdbacks(&self) {
        let rules = &self.policy.staff.holdback;
        for kind in crate::staff::pay::RowKind::INCOME {
            let mut sum = 0_i128;
            for rule in rules.iter().filter(|rule| rule.of.is_empty() || rule.of.contains(&kind)) {
                let (mantissa, denominator) = rule.rate.ratio();
                let unit = 1_000_000_000_000_i128;
                let part = i128::from(mantissa).saturating_mul(unit).checked_div(i128::from(denominator));
                sum = sum.saturating_add(part.unwrap_or(0));
                if sum > unit {
                    let id = &rule.head.id;
                    self.error(
                        "E012",
                        self.place("holdback", id, "rate"),
                        msg!("doc.holdbacks-over-whole", id = id),
                        msg!("help.holdbacks"),
                    );
                    return;
                }
            }
        }
    }

    /// An approval must be about something that is there, and its parties those whom that asks for.
    fn approvals(&self) {
        let policy = self.policy;
        for rule in &policy.staff.approval {
            let known: Vec<&Text> = match rule.matter {
                Matter::Discount => {
                    policy.discount.iter().filter(|d| !d.approval.is_empty()).map(|d| &d.head.id).collect()
                }
                Matter::Tier => policy.ladder.tiers.iter().filter(|t| t.by_application).map(|t| &t.head.id).collect(),
                Matter::Credit => policy.staff.credit.iter().map(|grade| &grade.head.id).collect(),
                Matter::Membership | Matter::Consent | Matter::Other => continue,
            };
            let id = &rule.head.id;
            if known.is_empty() || (!rule.rule.is_empty() && !known.contains(&&rule.rule)) {
                let (key, name) =
                    if rule.rule.is_empty() { ("for", rule.matter.word()) } else { ("rule", rule.rule.as_str()) };
                self.unknown(self.place("approval", id, key), name, &known);
            }
            if rule.matter == Matter::Discount
                && let Some(discount) = policy.discount.iter().find(|d| d.head.id == rule.rule)
            {
                let parties = rule.bands.first().map(|band| band.by.as_slice()).unwrap_or_default();
                if let Some(missing) = discount.approval.iter().find(|role| !parties.contains(role)) {
                    self.error(
                        "E018",
                        self.place("approval", id, "by"),
                        msg!("doc.approval-parties-differ", party = missing, id = &rule.rule),
                        msg!("help.approval-parties-differ"),
                    );
                }
            }
        }
        if policy.staff.approval.iter().any(|rule| rule.matter == Matter::Membership) && policy.join.approval.is_empty()
        {
            let rule = policy.staff.approval.iter().find(|rule| rule.matter == Matter::Membership);
            let place = rule.map_or(0..0, |rule| self.place("approval", &rule.head.id, "for"));
            self.warn("W111", place, msg!("doc.membership-without-approval"), msg!("help.membership-approval"));
        }
    }

    fn credit(&self) {
        let policy = self.policy;
        let approvals: Vec<&Text> = policy.staff.approval.iter().map(|rule| &rule.head.id).collect();
        for grade in policy.staff.credit.iter().filter(|grade| !grade.approval.is_empty()) {
            if !approvals.contains(&&grade.approval) {
                self.unknown(self.place("credit", &grade.head.id, "approval"), &grade.approval, &approvals);
            }
        }
        let grades: Vec<&Text> = policy.staff.credit.iter().map(|grade| &grade.head.id).collect();
        for rule in &policy.staff.project {
            if let Some(unknown) = rule.tells.iter().find(|grade| !grades.contains(grade)) {
                self.unknown(self.place("project", &rule.head.id, "tells"), unknown, &grades);
            }
        }
    }

    /// Consent that nobody could ever give.
    fn rights(&self) {
        let rules = &self.policy.staff;
        let can_consent = rules.approval.iter().any(|rule| rule.matter == Matter::Consent);
        for rule in rules.rights.iter().filter(|rule| !rule.consent.is_empty() && !can_consent) {
            let id = &rule.head.id;
            self.warn(
                "W112",
                self.place("rights", id, "consent"),
                msg!("doc.consent-never"),
                msg!("help.consent-never"),
            );
        }
    }

    /// Where a program lists its posts, the roles that its rules name should be among them.
    fn roles(&self) {
        let rules = &self.policy.staff;
        if rules.post.is_empty() {
            return;
        }
        let posts: Vec<&Text> = rules.post.iter().map(|post| &post.role).collect();
        let complain = |place: Range<usize>, roles: &[Text]| {
            if let Some(role) = roles.iter().find(|role| !posts.contains(role)) {
                let known = posts.iter().map(|role| Value::from(*role)).collect::<Vec<_>>();
                let help = msg!("help.role-without-post", roles = known);
                self.warn("W110", place, msg!("doc.role-without-post", role = role), help);
            }
        };
        let check = |kind: &'static str, id: &str, key: &'static str, roles: &[Text]| {
            complain(self.place(kind, id, key), roles);
        };
        let of_one = |table: &'static str, key: &'static str, roles: &[Text]| {
            complain(self.root.table(table).map_or(0..0, |table| table.place(key)), roles);
        };
        of_one("attribution", "decides", named(&rules.attribution.decides));
        of_one("appeal", "levels", &rules.appeal.levels);
        of_one("ownership", "roles", &rules.ownership.roles);
        of_one("clients", "keeper", named(&rules.clients.keeper));
        of_one("clients", "backup", named(&rules.clients.backup));
        of_one("kpi_pay", "roles", &rules.kpi_pay.roles);
        if let Some(complaints) = &rules.complaints {
            of_one("complaints", "role", named(&complaints.role));
            of_one("complaints", "then", named(&complaints.then));
        }
        for rule in &rules.commission {
            check("commission", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.holdback {
            check("holdback", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.rights {
            check("rights", &rule.head.id, "roles", &rule.roles);
            check("rights", &rule.head.id, "consent", &rule.consent);
        }
        for rule in &rules.approval {
            let key = if self
                .root
                .tables("approval")
                .iter()
                .any(|t| t.text("id").as_ref() == Some(&rule.head.id) && t.has("bands"))
            {
                "bands"
            } else {
                "by"
            };
            check("approval", &rule.head.id, key, &rule.roles());
        }
        for rule in &rules.conduct {
            check("conduct", &rule.head.id, "roles", &rule.roles);
            check("conduct", &rule.head.id, "falls_on", named(&rule.falls_on));
        }
        for rule in &rules.target {
            check("target", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.kpi {
            if let To::Role(role) = &rule.to {
                check("kpi", &rule.head.id, "role", named(role));
            }
        }
        for rule in &rules.contest {
            check("contest", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.bonus {
            check("bonus", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.assessment {
            check("assessment", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.ranking {
            check("ranking", &rule.head.id, "roles", &rule.roles);
        }
        for rule in &rules.list {
            check("list", &rule.head.id, "role", named(&rule.role));
        }
        for rule in &rules.care {
            if let Who::Role(role) = &rule.who {
                check("care", &rule.head.id, "role", named(role));
            }
        }
        for rule in &rules.classing {
            check("classing", &rule.head.id, "role", named(&rule.role));
        }
        for rule in &rules.project {
            let roles: Vec<Text> = rule.bands.iter().flat_map(|band| band.by.iter().cloned()).collect();
            check("project", &rule.head.id, "bands", &roles);
        }
    }

    /// A version may not begin before its notice is over.
    fn notice(&self) {
        let program = &self.policy.program;
        let Some(published) = program.published else { return };
        let earliest = published.plus_days(program.notice_days);
        if program.effective_from < earliest
            && let Some(table) = self.root.table("program")
        {
            self.error(
                "E021",
                table.place("effective_from"),
                msg!("doc.notice-too-short", days = program.notice_days, day = earliest),
                msg!("help.begin-later", day = earliest),
            );
        }
    }
}

/// Checks how the versions of one program follow one another: each must have a higher number and begin later than the one before,
/// and not before the notice that the one before promises. The documents are given in any order; a complaint comes with the place of its
/// document among them. Documents that do not run are left out: they have complaints of their own.
#[must_use]
pub fn check_versions(documents: &[&str]) -> Vec<(usize, Diagnostic)> {
    let mut versions: Vec<(usize, Policy)> = documents
        .iter()
        .enumerate()
        .filter_map(|(place, text)| Some((place, check_with(text, &std::collections::BTreeMap::new()).0?)))
        .collect();
    versions.sort_by(|(at, a), (other, b)| {
        (&a.program.id, a.program.version, at).cmp(&(&b.program.id, b.program.version, other))
    });
    let mut found = Vec::new();
    for pair in versions.windows(2) {
        let [(_, before), (place, this)] = pair else { continue };
        if before.program.id != this.program.id {
            continue;
        }
        let Some(text) = documents.get(*place) else { continue };
        let mut complain = |code: &'static str, key: &'static str, message: Message, help: Message| {
            let context = Context::new(text);
            context.report(code, Severity::Error, program_key(text, key), message, Some(help));
            found.extend(context.into_diagnostics().into_iter().map(|diagnostic| (*place, diagnostic)));
        };
        if before.program.version == this.program.version {
            complain(
                "E020",
                "version",
                msg!("doc.version-twice", version = this.program.version),
                msg!("help.version-higher", version = before.program.version.saturating_add(1)),
            );
        }
        let (first, next) = (before.program.effective_from, this.program.effective_from);
        if next <= first {
            complain(
                "E020",
                "effective_from",
                msg!("doc.version-overlaps", day = next, version = before.program.version, before = first),
                msg!("help.begin-later", day = first.plus_days(1)),
            );
            continue;
        }
        let notice = before.program.notice_days.max(this.program.notice_days);
        if let Some(published) = this.program.published
            && next < published.plus_days(notice)
        {
            complain(
                "E021",
                "effective_from",
                msg!("doc.notice-too-short", days = notice, day = published.plus_days(notice)),
                msg!("help.begin-later", day = published.plus_days(notice)),
            );
        }
    }
    found.sort_by_key(|(place, diagnostic)| (*place, diagnostic.start, diagnostic.code.clone()));
    found
}

fn program_key(text: &str, key: &'static str) -> Range<usize> {
    let context = Context::new(text);
    let Ok(parsed) = toml::de::DeTable::parse(text) else { return 0..0 };
    let root = Table::new(&context, parsed.get_ref(), 0..0);
    root.table("program").map_or(0..0, |table| table.place(key))
}
