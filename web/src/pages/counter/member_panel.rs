//! The member of the basket: tier, what is missing to the next, points, vouchers, stored value, entitlements.

use leptos::prelude::*;
use regulars_desk::protocol::{EntitlementView, MemberPage, NextTier, RedemptionView, Wish};
use regulars_rules::id::Text;

use super::model::EnrolDraft;
use super::till::{Problem, use_till};
use crate::shared::*;

/// What is missing to the next tier, in one line: `还差 消费额 ¥1,344.10 升 钻石卡`.
pub fn next_tier_words(next: &NextTier) -> String {
    let missing: Vec<String> = next
        .demands
        .iter()
        .filter(|demand| demand.reached_permille < 1000)
        .map(|demand| format!("{} {}", say(&demand.metric), show(&demand.missing)))
        .collect();
    let joint = if next.any { t(" 或 ", " or ") } else { t("，", ", ") };
    let missing = missing.join(joint);
    let name = label(&next.label);
    if missing.is_empty() {
        return format!("{} {name}", t("下一级", "Next:"));
    }
    match language() {
        regulars_rules::message::Language::Zh => format!("还差 {missing} 升 {name}"),
        regulars_rules::message::Language::En => format!("{missing} more to {name}"),
    }
}

/// How far it is: the demand that is nearest where one is enough, the farthest where all are needed.
pub fn next_tier_reached(next: &NextTier) -> u32 {
    let reached = next.demands.iter().map(|demand| demand.reached_permille);
    if next.any { reached.max().unwrap_or(0) } else { reached.min().unwrap_or(0) }
}

/// Progress to the next tier: words and a bar.
#[component]
pub fn TierProgress(
    next: NextTier,
    /// It is as it would be after the sale that is being rung up.
    #[prop(optional)]
    after_sale: bool,
) -> impl IntoView {
    let mut words = next_tier_words(&next);
    if after_sale {
        words.insert_str(0, t("本单后", "After this sale: "));
    }
    view! {
        <div class="tier-progress" data-testid="next-tier">
            <p>{words.clone()}</p>
            <Meter permille=next_tier_reached(&next) label=words />
        </div>
    }
}

/// The panel above the quote.
#[component]
pub fn MemberPanel() -> impl IntoView {
    let till = use_till();
    let named = memo(move |_| till.draft.with(|draft| draft.member.as_ref().map(|member| member.id)));
    move || {
        if named.get().is_some() { view! { <Named /> }.into_any() } else { view! { <Nobody /> }.into_any() }
    }
}

/// No member is named: one may be found, or enrol, perhaps by this very sale.
#[component]
fn Nobody() -> impl IntoView {
    let till = use_till();
    let could_join =
        move || till.quote.with(|quote| quote.as_ref().and_then(|quote| quote.could_join.first().cloned()));
    view! {
        <section class="member-panel nobody" data-testid="no-member">
            <p class="quiet-text">{t("非会员。在左边输入手机尾号、姓名或卡号。", "No member. Type a phone's last digits, a name or a card number.")}</p>
            {move || {
                could_join()
                    .map(|route| {
                        view! {
                            <p class="could-join" data-testid="could-join">
                                <Picture icon=Icon::Star size=18 />
                                <span>
                                    {t("这一单就能入会：", "This sale is enough to join: ")} {say(&route.words)}
                                    {route.needs_receipts.then(|| t("。收款后在小票上登记。", ". Enrol from the receipt after payment."))}
                                </span>
                            </p>
                        }
                    })
            }}
            <Button icon=Icon::Person on_press=move || till.enrol(EnrolDraft::default()) testid="enrol-button">
                {t("登记会员", "Enrol a member")}
            </Button>
        </section>
    }
}

#[component]
fn Named() -> impl IntoView {
    let till = use_till();
    let row = memo(move |_| till.draft.with(|draft| draft.member.clone()));
    let head = move || {
        row.get().map(|row| {
            let address = link(&format!("members/{}", row.id));
            let active = row.status == "active";
            let status = code(&row.status);
            view! {
                <div class="member-head">
                    <a class="member-link" href=address data-testid="member-name">{row.name.to_string()}</a>
                    <TierBadge rank=row.tier_rank label=label(&row.tier_label) />
                    {(!active).then(|| view! { <span class="tag warn">{status}</span> })}
                    <span class="quiet-text">{t("尾号", "ends")} " " {phone_tail(&row.phone).to_owned()}</span>
                    <button
                        type="button"
                        class="button quiet icon-only"
                        aria-label=t("不算这位会员", "Without this member")
                        data-testid="member-clear"
                        on:click=move |_| {
                            till.draft.update(|draft| draft.set_member(None));
                            till.focus_search();
                        }
                    >
                        <Picture icon=Icon::Close size=18 />
                    </button>
                </div>
            }
        })
    };
    // After this sale, if there is one; else as it is.
    let next = move || {
        let after = till
            .quote
            .with(|quote| quote.as_ref().filter(|quote| quote.member.is_some()).map(|quote| quote.next_tier.clone()));
        match after {
            Some(next) => next.map(|next| (next, true)),
            None => {
                till.member.with(|page| page.as_ref().and_then(|page| page.next_tier.clone())).map(|next| (next, false))
            }
        }
    };
    view! {
        <section class="member-panel" data-testid="member-panel">
            {head} {move || next().map(|(next, after_sale)| view! { <TierProgress next=next after_sale=after_sale /> })}
            {move || till.member.with(|page| page.as_ref().map(|page| view! { <Holdings page=page.clone() /> }))}
        </section>
    }
}

/// Points, vouchers, stored value; what points can become; what can be handed out.
#[component]
fn Holdings(page: MemberPage) -> impl IntoView {
    let vouchers = page.vouchers.len();
    let stored = page.stored_value;
    let debt = page.points.debt;
    let member = page.row.id;
    let open: Vec<EntitlementView> = page.entitlements.iter().filter(|own| own.open).cloned().collect();
    let redemptions: Vec<RedemptionView> =
        page.redemptions.iter().filter(|own| own.units_max > 0 && own.gives != "price").cloned().collect();
    view! {
        <ul class="holdings">
            <li data-testid="member-points">
                <span>{t("积分", "Points")}</span>
                <strong>{points(page.points.balance)}</strong>
            </li>
            {debt
                .is_positive()
                .then(|| {
                    view! {
                        <li class="warn" data-testid="member-debt">
                            <span>{t("欠分", "Owed")}</span>
                            <strong>{points(debt)}</strong>
                        </li>
                    }
                })}
            {(vouchers > 0)
                .then(|| {
                    view! {
                        <li data-testid="member-vouchers">
                            <span>{t("券", "Vouchers")}</span>
                            <strong>{count(i64::try_from(vouchers).unwrap_or(0))}</strong>
                        </li>
                    }
                })}
            {(!stored.is_zero())
                .then(|| {
                    view! {
                        <li data-testid="member-stored">
                            <span>{t("储值", "Stored value")}</span>
                            <strong>{money(stored)}</strong>
                        </li>
                    }
                })}
        </ul>
        {(!redemptions.is_empty() || !open.is_empty())
            .then(|| {
                view! {
                    <details class="benefits" data-testid="benefits">
                        <summary>
                            {t("可兑换、可领取", "To exchange and to give")} " "
                            {count(i64::try_from(redemptions.len().saturating_add(open.len())).unwrap_or(0))}
                        </summary>
                        <ul>
                            {redemptions.into_iter().map(|own| view! { <Redemption own=own member=member /> }).collect_view()}
                            {open.into_iter().map(|own| view! { <Entitlement own=own member=member /> }).collect_view()}
                        </ul>
                    </details>
                }
            })}
    }
}

fn tell(toasts: Toasts, problem: &Problem) {
    match problem {
        Problem::Refused(refusal) => toasts.refused(refusal),
        Problem::Failed(trouble) => toasts.failed(trouble),
    }
}

#[component]
fn Redemption(own: RedemptionView, member: regulars_rules::id::MemberId) -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let confirm = use_confirm();
    let gift = label(&own.gift);
    let name = if gift.is_empty() { label(&own.label) } else { gift };
    let cost = format!("{} {}", points(own.points), t("分", "points"));
    let title = format!("{} {cost} → {name}", t("兑换", "Exchange"));
    let rule = own.rule.clone();
    let testid = format!("redeem-{}", own.rule);
    let press = move || {
        let question = Question {
            title: title.clone(),
            text: t("兑换后积分立即扣除。", "The points are taken at once.").to_owned(),
            action: t("兑换", "Exchange").to_owned(),
            danger: false,
        };
        let rule = rule.clone();
        confirm.ask(question, move || {
            let wish = Wish::Redeem { member, rule: rule.clone(), times: 1 };
            till.wish(wish, move |_| toasts.show(t("已兑换", "Exchanged")), move |problem| tell(toasts, &problem));
        });
    };
    view! {
        <li>
            <span>
                {name} <small>{cost}</small>
            </span>
            <Button on_press=press testid=testid>{t("兑换", "Exchange")}</Button>
        </li>
    }
}

#[component]
fn Entitlement(own: EntitlementView, member: regulars_rules::id::MemberId) -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let confirm = use_confirm();
    let name = label(&own.label);
    let reason = own.reason.as_ref().map(say);
    let id = own.id.clone();
    let testid = format!("give-{}", own.id);
    let title = format!("{}: {name}", t("已经给会员了？", "Handed out?"));
    let press = move || {
        let question = Question {
            title: title.clone(),
            text: t("记下以后，这一期不再重复发放。", "Once noted, it is not given again in this period.").to_owned(),
            action: t("已给", "Given").to_owned(),
            danger: false,
        };
        let id = id.clone();
        confirm.ask(question, move || {
            let wish = Wish::Give { member, entitlement: id.clone(), note: Text::default(), by_other: false };
            till.wish(wish, move |_| toasts.show(t("已记下", "Noted")), move |problem| tell(toasts, &problem));
        });
    };
    view! {
        <li>
            <span>
                {name} {own.holder_only.then(|| view! { <small>{t("仅限本人", "holder only")}</small> })}
                {reason.map(|words| view! { <small>{words}</small> })}
            </span>
            <Button on_press=press testid=testid>{t("给", "Give")}</Button>
        </li>
    }
}
