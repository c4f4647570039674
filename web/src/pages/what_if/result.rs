//! What would be different: sums, tiers, members, staff.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply, WhatIfWho};
use regulars_rules::message::{Trace, Value};
use regulars_rules::msg;
use regulars_rules::number::{Money, Points};
use regulars_rules::simulate::{Comparison, InForce, MemberChange, StaffChange, Total};

use super::model::{self, Way};
use super::view::Working;
use crate::client::use_client;
use crate::shared::*;

const LISTED: usize = 10;

#[component]
pub fn WhatIfResult(comparison: Comparison) -> impl IntoView {
    let same = comparison.before == comparison.after
        && comparison.member_changes.is_empty()
        && comparison.staff_changes.is_empty();
    view! {
        <p class="what-if-safe" role="status" data-testid="what-if-done">
            <Picture icon=Icon::Shield />
            {t("只是试算：会员、积分、提成都没有改动。", "Only tried: no member, no points and no pay was changed.")}
        </p>
        {same
            .then(|| {
                view! {
                    <Notice bad=false title=t("没有差别", "No difference") text=t("这段时间里，两个方案算出来一样。", "Over these days both programs come to the same.") testid=Some("what-if-same".into()) />
                }
            })}
        <Sums comparison=comparison.clone() />
        <Tiers comparison=comparison.clone() />
        <Members comparison=comparison.clone() />
        <Staff comparison=comparison />
    }
    .into_any()
}

fn change_class(way: Way) -> &'static str {
    match way {
        Way::Up => "change up",
        Way::Down => "change down",
        Way::Same => "change",
    }
}

/// A line of the sums: its name, both sides, the difference, and the way to its reasons.
struct Line {
    name: &'static str,
    total: Total,
    before: Value,
    after: Value,
    difference: Option<String>,
    way: Way,
}

fn line(line: Line, why: WhySum) -> AnyView {
    let Line { name, total, before, after, difference, way } = line;
    let difference = match way {
        Way::Same => t("不变", "same").to_owned(),
        Way::Up | Way::Down => difference.unwrap_or_default(),
    };
    let nothing = way == Way::Same && matches!(&before, Value::Money(Money::ZERO) | Value::Points(Points::ZERO));
    let why = (!nothing).then(|| view! { <WhyTotal title=name total=total why=why /> });
    view! {
        <tr>
            <th scope="row">{name} " " {why}</th>
            <td class="figure" data-label=t("现在", "As it is")>{show(&before)}</td>
            <td class="figure" data-label=t("试算", "As it would be")>{show(&after)}</td>
            <td class=format!("figure {}", change_class(way)) data-label=t("差", "Difference")>{difference}</td>
        </tr>
    }
    .into_any()
}

fn money_line(name: &'static str, total: Total, before: Money, after: Money) -> Line {
    let way = model::way(&before, &after);
    let sign = if way == Way::Up { "+" } else { "" };
    let difference = model::money_difference(before, after).map(|own| format!("{sign}{}", money(own)));
    Line { name, total, before: before.into(), after: after.into(), difference, way }
}

fn points_line(name: &'static str, total: Total, before: Points, after: Points) -> Line {
    let difference = model::points_difference(before, after).map(points_change);
    Line { name, total, before: before.into(), after: after.into(), difference, way: model::way(&before, &after) }
}

/// The sum whose reasons are being looked for, if one is.
type WhySum = RwSignal<Option<Total>>;

/// The way to the reasons of a sum. They are found by working through the records once more.
#[component]
fn WhyTotal(title: &'static str, total: Total, why: WhySum) -> impl IntoView {
    let (client, reasons, toasts) = (use_client(), use_reasons(), use_toasts());
    let spoken = format!("{}: {title}", t("为什么", "Why"));
    let press = move |_| {
        if why.get_untracked().is_some() {
            return;
        }
        why.set(Some(total));
        explain(
            client,
            reasons,
            toasts,
            title.to_owned(),
            WhatIfWho::Total(total),
            Callback::new(move |()| {
                let _ = why.try_set(None);
            }),
        );
    };
    view! {
        <button
            type="button"
            class="why"
            aria-label=spoken
            aria-busy=move || (why.get() == Some(total)).to_string()
            data-testid=format!("why-{total:?}")
            on:click=press
        >
            {t("为什么", "why")}
        </button>
    }
    .into_any()
}

fn heads() -> AnyView {
    view! {
        <thead>
            <tr>
                <td></td>
                <th scope="col">{t("现在", "As it is")}</th>
                <th scope="col">{t("试算", "As it would be")}</th>
                <th scope="col">{t("差", "Difference")}</th>
            </tr>
        </thead>
    }
    .into_any()
}

/// What was in force over the span, and what would have been.
fn in_force(versions: &[InForce]) -> String {
    let all: Vec<String> = versions
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let name = format!("{} v{}", label(&one.title), one.version);
            if index == 0 {
                return name;
            }
            let from = long_day(one.from);
            match language() {
                regulars_rules::message::Language::Zh => format!("{from} 起 {name}"),
                regulars_rules::message::Language::En => format!("from {from} {name}"),
            }
        })
        .collect();
    list(&all)
}

#[component]
fn Sums(comparison: Comparison) -> impl IntoView {
    let why: WhySum = RwSignal::new(None);
    let (before, after) = (comparison.before, comparison.after);
    let lines = [
        points_line(t("发出的积分", "Points issued"), Total::PointsIssued, before.points_issued, after.points_issued),
        points_line(
            t("用掉的积分", "Points used"),
            Total::PointsRedeemed,
            before.points_redeemed,
            after.points_redeemed,
        ),
        points_line(
            t("到期作废的积分", "Points lapsed"),
            Total::PointsLapsed,
            before.points_lapsed,
            after.points_lapsed,
        ),
        points_line(
            t("会员手里的积分", "Points in members’ hands"),
            Total::PointsBalance,
            before.points_balance,
            after.points_balance,
        ),
        money_line(
            t("应给的会员优惠", "Discounts due to members"),
            Total::DiscountDue,
            before.discount_due,
            after.discount_due,
        ),
        money_line(
            t("储值收入，含返利", "Stored value in, with rebates"),
            Total::StoredIn,
            before.stored_in,
            after.stored_in,
        ),
        money_line(
            t("提成和奖金", "Commission and bonuses"),
            Total::StaffIncome,
            before.staff_income,
            after.staff_income,
        ),
        money_line(t("应发工资", "Pay"), Total::StaffPayable, before.staff_payable, after.staff_payable),
    ];
    view! {
        <section class="section" aria-labelledby="what-if-sums">
            <h2 id="what-if-sums">{t("总数", "In all")}</h2>
            <dl class="what-if-versions" data-testid="what-if-versions">
                <div><dt>{t("现在", "As it is")}</dt><dd>{in_force(&comparison.in_force_before)}</dd></div>
                <div><dt>{t("试算", "As it would be")}</dt><dd>{in_force(&comparison.in_force_after)}</dd></div>
            </dl>
            <p class="quiet-text">
                {long_day(comparison.from)} " – " {long_day(comparison.day)}
                {t("；手里的积分看最后一天，工资按整月算。", "; points in hand on the last day, pay by whole months.")}
            </p>
            <table class="what-if-table" data-testid="what-if-sums">
                {heads()}
                <tbody>{lines.into_iter().map(|own| line(own, why)).collect_view()}</tbody>
            </table>
            {move || why.get().map(|_| view! { <Working /> })}
        </section>
    }
    .into_any()
}

fn whole(figure: u64) -> String {
    count(i64::try_from(figure).unwrap_or(i64::MAX))
}

#[component]
fn Tiers(comparison: Comparison) -> impl IntoView {
    let tiers = model::tiers(&comparison);
    if tiers.is_empty() {
        return ().into_any();
    }
    let highest = tiers.iter().map(|(_, _, before, after)| (*before).max(*after)).max().unwrap_or(0);
    let height = |value: u64| {
        height_permille(i64::try_from(value).unwrap_or(i64::MAX), i64::try_from(highest).unwrap_or(i64::MAX))
    };
    let bars = tiers
        .into_iter()
        .map(|(rank, name, before, after)| {
            let rank_shown = u8::try_from(rank).unwrap_or(u8::MAX);
            view! {
                <tr class=format!("tier-{}", rank.min(5))>
                    <th scope="row"><TierBadge rank=rank_shown label=label(&name) /></th>
                    <td class="tier-bars" aria-hidden="true">
                        <i class="tier-bar before" style=format!("--reached:{}", height(before))></i>
                        <i class="tier-bar" style=format!("--reached:{}", height(after))></i>
                    </td>
                    <td class="figure">{whole(before)}</td>
                    <td class="figure"><strong>{whole(after)}</strong></td>
                </tr>
            }
        })
        .collect_view();
    let moves = comparison
        .moves
        .iter()
        .map(|(from, to, members)| {
            let words = format!(
                "{} → {}",
                label(&model::tier_label(&comparison, from)),
                label(&model::tier_label(&comparison, to))
            );
            view! { <li><span>{words}</span> <strong class="figure">{whole(*members)} {t(" 人", "")}</strong></li> }
        })
        .collect_view();
    let moved = !comparison.moves.is_empty();
    view! {
        <section class="section" aria-labelledby="what-if-tiers">
            <h2 id="what-if-tiers">{t("等级", "Tiers")}</h2>
            <table class="what-if-table tiers" data-testid="what-if-tiers">
                <thead>
                    <tr>
                        <td></td>
                        <td></td>
                        <th scope="col">{t("现在", "As it is")}</th>
                        <th scope="col">{t("试算", "As it would be")}</th>
                    </tr>
                </thead>
                <tbody>{bars}</tbody>
            </table>
            {if moved {
                view! { <ul class="what-if-moves" aria-label=t("等级变动", "Moves between tiers")>{moves}</ul> }.into_any()
            } else {
                view! { <p class="quiet-text">{t("没有会员换等级。", "No member changes tier.")}</p> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// Asks for both sides' reasons and opens the drawer with them.
fn explain(
    client: crate::client::Client,
    reasons: Reasons,
    toasts: Toasts,
    title: String,
    who: WhatIfWho,
    done: Callback<()>,
) {
    client.ask_then(Ask::WhatIfWhy(who), move |reply| {
        done.try_run(());
        match reply {
            Reply::WhatIfWhy(before, after) => {
                let side = |message, parts: Vec<Trace>| {
                    let nothing = || Trace::note(msg!("app.nothing"));
                    let parts = if parts.is_empty() { vec![nothing()] } else { parts };
                    Trace { message, rule: None, figure: None, parts }
                };
                reasons.open(title, vec![side(msg!("app.as-it-is"), before), side(msg!("app.as-it-would-be"), after)]);
            }
            Reply::Refused(refusal) => toasts.refused(&refusal),
            Reply::Failed(trouble) => toasts.failed(&trouble),
            _ => {}
        }
    });
}

#[component]
fn WhyBoth(title: String, who: WhatIfWho) -> impl IntoView {
    let (client, reasons, toasts) = (use_client(), use_reasons(), use_toasts());
    let spoken = format!("{}: {title}", t("为什么", "Why"));
    view! {
        <button type="button" class="why" aria-label=spoken data-testid="why-what-if" on:click=move |_| explain(client, reasons, toasts, title.clone(), who.clone(), Callback::new(|()| {}))>
            {t("为什么", "why")}
        </button>
    }
    .into_any()
}

#[component]
fn Members(comparison: Comparison) -> impl IntoView {
    let item = |change: MemberChange| {
        let name = if change.name.is_empty() { t("会员", "Member").to_owned() } else { change.name.to_string() };
        let tiers = (change.tier.0 != change.tier.1).then(|| {
            let (old, new) =
                (model::tier_label(&comparison, &change.tier.0), model::tier_label(&comparison, &change.tier.1));
            format!("{} → {}", label(&old), label(&new))
        });
        let difference = model::points_difference(change.points.0, change.points.1).map(points_change);
        view! {
            <li data-testid="what-if-member">
                <div>
                    <a class="inline-link" href=link(&format!("members/{}", change.member))>{name.clone()}</a>
                    {tiers.map(|words| view! { <span class="tag accent">{words}</span> })}
                    <WhyBoth title=name who=WhatIfWho::Member(change.member) />
                </div>
                <span class="figure">{points(change.points.0)} " → " {points(change.points.1)} " " {t("分", "points")}</span>
                <strong class=format!("figure {}", change_class(model::way(&change.points.0, &change.points.1)))>{difference}</strong>
            </li>
        }
        .into_any()
    };
    let gain = model::members(&comparison, Way::Up, LISTED).into_iter().map(item).collect_view();
    let lose = model::members(&comparison, Way::Down, LISTED).into_iter().map(item).collect_view();
    let counted = |zh: &str, en: &str, number: u64| match language() {
        regulars_rules::message::Language::Zh => format!("{zh} {} 人", whole(number)),
        regulars_rules::message::Language::En => format!("{} {en}", whole(number)),
    };
    view! {
        <section class="section" aria-labelledby="what-if-members">
            <h2 id="what-if-members">{t("会员", "Members")}</h2>
            <div class="what-if-sides">
                <div>
                    <h3>{counted("得益", "gain", comparison.members_gain)}</h3>
                    <ol class="what-if-list" data-testid="what-if-gain">{gain}</ol>
                </div>
                <div>
                    <h3>{counted("受损", "lose", comparison.members_lose)}</h3>
                    <ol class="what-if-list" data-testid="what-if-lose">{lose}</ol>
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Staff(comparison: Comparison) -> impl IntoView {
    if comparison.staff_changes.is_empty() {
        return view! {
            <section class="section" aria-labelledby="what-if-staff">
                <h2 id="what-if-staff">{t("员工", "Staff")}</h2>
                <p class="quiet-text">{t("没有员工的工资不同。", "Nobody’s pay differs.")}</p>
            </section>
        }
        .into_any();
    }
    let item = |change: StaffChange| {
        let way = model::way(&change.payable.0, &change.payable.1);
        let sign = if way == Way::Up { "+" } else { "" };
        let difference = model::money_difference(change.payable.0, change.payable.1);
        view! {
            <li data-testid="what-if-person">
                <div>
                    <span>{change.staff.to_string()}</span>
                    <WhyBoth title=change.staff.to_string() who=WhatIfWho::Staff(change.staff.clone()) />
                </div>
                <span class="figure">{money(change.payable.0)} " → " {money(change.payable.1)}</span>
                <strong class=format!("figure {}", change_class(way))>{difference.map(|own| format!("{sign}{}", money(own)))}</strong>
            </li>
        }
        .into_any()
    };
    let gain = model::staff(&comparison, Way::Up, LISTED).into_iter().map(item).collect_view();
    let lose = model::staff(&comparison, Way::Down, LISTED).into_iter().map(item).collect_view();
    view! {
        <section class="section" aria-labelledby="what-if-staff">
            <h2 id="what-if-staff">{t("员工", "Staff")}</h2>
            <div class="what-if-sides">
                <div><h3>{t("多得", "Get more")}</h3><ol class="what-if-list">{gain}</ol></div>
                <div><h3>{t("少得", "Get less")}</h3><ol class="what-if-list">{lose}</ol></div>
            </div>
        </section>
    }
    .into_any()
}
