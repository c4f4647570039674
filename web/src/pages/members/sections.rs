//! The parts of a member's page.

use leptos::prelude::*;
use regulars_desk::protocol::{LotView, NextTier, UnclearedView, Wish};
use regulars_rules::event::Birthday;

use super::acts::Act;
use super::list::month_name;
use super::model::{Nearness, last_day, mask_document, nearness, permille, qr_path};
use super::page::use_member;
use super::settle::SettleButtons;
use crate::clock;
use crate::shared::*;

/// How far the next tier is, demand by demand.
#[component]
pub fn Progress() -> impl IntoView {
    let member = use_member();
    let row = member.row();
    let next = member.part(|page| page.next_tier.clone());
    let trace = member.part(|page| Some(page.tier_trace.clone()));
    let tier_name = move || row.with(|row| row.as_ref().map(|row| label(&row.tier_label)).unwrap_or_default());
    let shown = memo(move |_| next.with(Option::is_some) || !tier_name().is_empty());
    view! {
        <Show when=move || shown.get()>
            <section class="panel m-progress" data-testid="member-progress">
                {move || {
                    let title = t("等级", "Tier");
                    let why = trace.get().map(|trace| view! { <Why title=tier_name() traces=trace testid="why-tier" /> });
                    match next.get() {
                        Some(next) => demands(&next, why.into_any()).into_any(),
                        None => view! {
                            <div class="m-panel-head"><h2>{title}</h2>{why}</div>
                            <p>{t("已经是最高等级。", "This is the highest tier.")}</p>
                        }
                        .into_any(),
                    }
                }}
            </section>
        </Show>
    }
}

fn demands(next: &NextTier, why: AnyView) -> impl IntoView + use<> {
    let several = next.demands.len() > 1;
    let any = next.any;
    let name = label(&next.label);
    let window = say(&next.window);
    let rows = next
        .demands
        .iter()
        .map(|demand| {
            let metric = say(&demand.metric);
            let spoken = format!("{metric}: {} / {}", show(&demand.now), show(&demand.needed));
            let reached = demand.reached_permille >= 1000;
            let missing = show(&demand.missing);
            view! {
                <li class="m-demand" class:reached=reached>
                    <div class="m-demand-words">
                        <span>{metric}</span>
                        <span class="figure"><b>{show(&demand.now)}</b> " / " {show(&demand.needed)}</span>
                    </div>
                    <Meter permille=demand.reached_permille label=spoken />
                    <p class="m-demand-left" data-testid="member-missing">
                        {if reached {
                            view! { <Picture icon=Icon::Check size=16 /> {t("已达到", "reached")} }.into_any()
                        } else {
                            view! { {t("还差", "missing")} " " <b>{missing}</b> }.into_any()
                        }}
                    </p>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="m-panel-head">
            <h2>{t("升到", "Next:")} " " {name}</h2>
            {why}
        </div>
        <p class="quiet-text">
            {window}
            {several.then(|| if any { t(" · 满足一项即可", " · any one of these") } else { t(" · 都要满足", " · all of these") })}
        </p>
        <ul class="m-demands">{rows}</ul>
    }
}

/// What the points can be exchanged for.
#[component]
pub fn Exchange() -> impl IntoView {
    let member = use_member();
    let offers = member.part(|page| page.redemptions.clone());
    let active = member.actions();
    view! {
        <Show when=move || offers.with(|offers| !offers.is_empty())>
            <section class="panel" data-testid="member-exchange">
                <h2>{t("积分能换", "Points can become")}</h2>
                <ul class="m-lines">
                    {move || {
                        let may = active.get().sell;
                        offers
                            .get()
                            .into_iter()
                            .map(|offer| {
                                let against_price = offer.gives == "price";
                                let enough = offer.units_max > 0;
                                let what = match offer.gives.as_str() {
                                    "gift" => label(&offer.gift),
                                    "voucher" => format!("{} {}", money(offer.value), t("券", "voucher")),
                                    _ => format!("{}{}{}", t("抵 ", ""), money(offer.value), t("", " off")),
                                };
                                let name = label(&offer.label);
                                let rule = offer.rule.clone();
                                let testid = format!("redeem-{}", offer.rule);
                                let most = count(offer.units_max);
                                view! {
                                    <li class="m-line">
                                        <span class="m-line-icon"><Picture icon=if offer.gives == "gift" { Icon::Gift } else { Icon::Voucher } /></span>
                                        <span class="m-line-words">
                                            <b>{points(offer.points)} " " {t("分", "points")} " → " {what.clone()}</b>
                                            <span class="quiet-text">
                                                {(!name.is_empty() && name != what).then(|| format!("{name} · "))}
                                                {if against_price {
                                                    t("在收银台付款时用", "used at the counter when paying").to_owned()
                                                } else if enough {
                                                    format!("{} {most} {}", t("最多换", "up to"), t("份", "units"))
                                                } else {
                                                    t("积分还不够", "not enough points yet").to_owned()
                                                }}
                                            </span>
                                        </span>
                                        {(!against_price)
                                            .then(|| {
                                                view! {
                                                    <Button
                                                        disabled=!(enough && may)
                                                        on_press=move || member.begin(Act::Redeem(rule.clone()))
                                                        testid=testid
                                                    >
                                                        {t("兑换", "Exchange")}
                                                    </Button>
                                                }
                                            })}
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

/// What the member is entitled to, to be marked as given.
#[component]
pub fn Entitlements() -> impl IntoView {
    let member = use_member();
    let entitlements = member.part(|page| page.entitlements.clone());
    view! {
        <Show when=move || entitlements.with(|own| !own.is_empty())>
            <section class="panel" data-testid="member-entitlements">
                <h2>{t("权益", "Benefits")}</h2>
                <ul class="m-lines">
                    {move || {
                        entitlements
                            .get()
                            .into_iter()
                            .map(|own| {
                                let id = own.id.clone();
                                let testid = format!("give-{}", own.id);
                                let reason = own.reason.as_ref().map(say);
                                let note = match (reason, own.last_given) {
                                    (Some(reason), _) => reason,
                                    (None, Some(on)) => format!("{} {}", t("上次", "last given"), day(on)),
                                    (None, None) => t("现在可以领", "can be given now").to_owned(),
                                };
                                view! {
                                    <li class="m-line" class:closed=!own.open>
                                        <span class="m-line-icon"><Picture icon=Icon::Gift /></span>
                                        <span class="m-line-words">
                                            <b>
                                                {label(&own.label)}
                                                {own.holder_only.then(|| view! { " " <span class="tag">{t("限本人", "holder only")}</span> })}
                                            </b>
                                            <span class="quiet-text">{note}</span>
                                        </span>
                                        {own.open
                                            .then(|| {
                                                view! {
                                                    <Button on_press=move || member.begin(Act::Give(id.clone())) testid=testid>{t("发放", "Give")}</Button>
                                                }
                                            })}
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

/// The card, as it looks in a hand.
#[component]
pub fn CardPanel() -> impl IntoView {
    let member = use_member();
    let row = member.row();
    let qr = member.part(|page| page.card_qr.clone());
    let expires = member.part(|page| page.card_expires);
    let void = member.part(|page| page.void_cards.clone());
    let shop = memo(move |_| {
        member.client.status.with(|status| status.as_ref().map(|status| status.name.to_string()).unwrap_or_default())
    });
    let has_card = memo(move |_| row.with(|row| row.as_ref().is_some_and(|row| !row.card.is_empty())));
    view! {
        <Show when=move || has_card.get()>
            <section aria-label=t("会员卡", "Card")>
                {move || {
                    row.get()
                        .map(|row| {
                            let tier = format!("m-card tier-{}", row.tier_rank.min(5));
                            let valid = expires.get().map(|gone| format!("{} {}", t("有效至", "valid to"), long_day(last_day(gone))));
                            view! {
                                <div class=tier data-testid="member-card">
                                    <div class="m-card-words">
                                        <span class="m-card-shop">{shop.get()}</span>
                                        <span class="m-card-tier">{label(&row.tier_label)}</span>
                                        <span class="m-card-number" data-testid="member-card-number">{row.card.to_string()}</span>
                                        <span class="m-card-name">{row.name.to_string()}</span>
                                        <span class="m-card-valid">{valid}</span>
                                    </div>
                                    <Show when=move || qr.with(|qr| !qr.is_empty())>
                                        <button
                                            type="button"
                                            class="m-qr"
                                            aria-label=t("放大二维码", "Enlarge the QR code")
                                            data-testid="member-qr"
                                            on:click=move |_| member.begin(Act::ShowQr)
                                        >
                                            {move || qr.with(|qr| qr_picture(qr))}
                                        </button>
                                    </Show>
                                </div>
                            }
                        })
                }}
                <Show when=move || void.with(|void| !void.is_empty())>
                    <details class="m-void">
                        <summary>{move || void.with(|void| count(i64::try_from(void.len()).unwrap_or(i64::MAX)))} " " {move || if void.with(|void| void.len() == 1) { t("张旧卡已作废", "void card") } else { t("张旧卡已作废", "void cards") }}</summary>
                        <ul>
                            {move || {
                                void.get()
                                    .into_iter()
                                    .map(|(number, on, fault)| {
                                        let fault = code(match fault {
                                            regulars_rules::event::CardFault::Lost => "lost",
                                            regulars_rules::event::CardFault::Damaged => "damaged",
                                        });
                                        view! { <li class="quiet-text"><s>{number.to_string()}</s> " · " {fault} " · " {long_day(on)}</li> }
                                    })
                                    .collect_view()
                            }}
                        </ul>
                    </details>
                </Show>
            </section>
        </Show>
    }
}

/// A QR code: dark on white in both themes, so that every reader takes it.
pub fn qr_picture(modules: &[Vec<bool>]) -> impl IntoView + use<> {
    let (side, path) = qr_path(modules);
    view! {
        <svg viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges" aria-hidden="true" focusable="false">
            <rect width=side height=side fill="#fff" />
            <path d=path fill="#000" />
        </svg>
    }
}

/// Vouchers that can be used.
#[component]
pub fn Vouchers() -> impl IntoView {
    let member = use_member();
    let vouchers = member.part(|page| page.vouchers.clone());
    view! {
        <Show when=move || vouchers.with(|own| !own.is_empty())>
            <section class="section" data-testid="member-vouchers">
                <h2>{t("券", "Vouchers")}</h2>
                <ul class="m-vouchers">
                    {move || {
                        let today = clock::today();
                        vouchers
                            .get()
                            .into_iter()
                            .map(|own| {
                                let soon = nearness(own.expires, today) == Nearness::Soon;
                                let until = own
                                    .expires
                                    .map_or_else(|| t("长期有效", "does not lapse").to_owned(), |gone| format!("{} {}", t("用到", "until"), long_day(last_day(gone))));
                                view! {
                                    <li class="m-voucher">
                                        <b class="m-voucher-value">{money(own.value)}</b>
                                        <span class="m-line-words">
                                            <span>{label(&own.label)}</span>
                                            <span class=if soon { "tag warn" } else { "quiet-text" }>{until}</span>
                                        </span>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

/// Stored value.
#[component]
pub fn StoredValuePanel() -> impl IntoView {
    let member = use_member();
    let stored = member.part(|page| page.stored_value);
    let actions = member.actions();
    let shown = memo(move |_| actions.get().load || !stored.get().is_zero());
    view! {
        <Show when=move || shown.get()>
            <section class="section" data-testid="member-stored-value">
                <div class="m-panel-head">
                    <h2>{t("储值", "Stored value")} " " <span class="m-amount">{move || money(stored.get())}</span></h2>
                    <Show when=move || actions.get().load>
                        <Button icon=Icon::Plus on_press=move || member.begin(Act::Load) testid="act-load">{t("充值", "Load")}</Button>
                    </Show>
                </div>
            </section>
        </Show>
    }
}

/// Payments that must still arrive.
#[component]
pub fn Uncleared() -> impl IntoView {
    let member = use_member();
    let uncleared = member.part(|page| page.uncleared.clone());
    let rows = move || {
        let row = |UnclearedView { payment, kind, amount, since }| {
            view! {
                <li class="m-line m-uncleared" data-testid="uncleared">
                    <span class="m-line-words">
                        <b>{code(&kind)} " " {money(amount)}</b>
                        <span class="quiet-text">{day(since)} " " {t("收的，等到账", "taken, awaits clearing")}</span>
                    </span>
                    <SettleButtons payment=payment amount=money(amount) />
                </li>
            }
        };
        uncleared.get().into_iter().map(row).collect_view()
    };
    view! {
        <Show when=move || uncleared.with(|own| !own.is_empty())>
            <section class="section" data-testid="member-uncleared">
                <h2>{t("等到账", "Awaiting payment")}</h2>
                <ul class="m-lines">{rows}</ul>
            </section>
        </Show>
    }
}

/// Lots of points and when they lapse; where all points came from and went.
#[component]
pub fn Lots() -> impl IntoView {
    let member = use_member();
    let lots = member.part(|page| page.lots.clone());
    let figures = member.part(|page| page.points.clone());
    let shown = memo(move |_| {
        lots.with(|lots| !lots.is_empty())
            || figures.with(|figures| !figures.issued.is_zero() || !figures.received.is_zero())
    });
    let ledger = move || {
        let own = figures.get();
        [
            (t("发放", "given"), "+", own.issued),
            (t("朋友转来", "received"), "+", own.received),
            (t("已用", "used"), "−", own.redeemed),
            (t("过期", "lapsed"), "−", own.lapsed),
            (t("退货收回", "taken back"), "−", own.reversed),
            (t("转给朋友", "sent"), "−", own.sent),
            (t("欠", "owed"), "+", own.debt),
        ]
        .into_iter()
        .filter(|(_, _, points)| !points.is_zero())
        .map(|(words, sign, amount)| view! { <tr><th scope="row">{words}</th><td class="figure">{sign} " " {points(amount)}</td></tr> })
        .collect_view()
    };
    view! {
        <Show when=move || shown.get()>
            <section class="section" data-testid="member-lots">
                <h2>{t("积分有效期", "When points lapse")}</h2>
                <ul class="m-lots">
                    {move || {
                        let today = clock::today();
                        let whole = figures.with(|figures| figures.balance.minor());
                        lots.get()
                            .into_iter()
                            .map(|LotView { left, gone, kind }| {
                                let kind = label(&kind);
                                let soon = nearness(gone, today) == Nearness::Soon;
                                let until = gone
                                    .map_or_else(|| t("不过期", "do not lapse").to_owned(), |gone| format!("{} {}", t("可用到", "until"), long_day(last_day(gone))));
                                view! {
                                    <li class="m-lot" class:soon=soon data-testid="member-lot">
                                        <span class="m-lot-words">
                                            <span>
                                                {(!kind.is_empty()).then(|| format!("{kind} · "))}
                                                {until}
                                                {soon.then(|| view! { " " <span class="tag warn">{t("快过期", "soon")}</span> })}
                                            </span>
                                            <b class="figure">{points(left)}</b>
                                        </span>
                                        <span class="m-lot-bar" style=format!("--share:{}", permille(left.minor(), whole))></span>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
                <details class="m-ledger">
                    <summary>{t("这些积分怎么来的", "Where they come from")}</summary>
                    <table>
                        <tbody>{ledger}</tbody>
                        <tfoot>
                            <tr><th scope="row">{t("可用", "usable")}</th><td class="figure"><b>{move || points(figures.with(|figures| figures.balance))}</b></td></tr>
                        </tfoot>
                    </table>
                </details>
            </section>
        </Show>
    }
}

/// What one may do besides selling.
#[component]
pub fn ActButtons() -> impl IntoView {
    let member = use_member();
    let confirm = use_confirm();
    let actions = member.actions();
    let renew = move || {
        let question = Question {
            title: t("给这张卡续期？", "Renew this card?").to_owned(),
            text: t("按方案的条件续一个有效期。", "For another term, on the program's conditions.").to_owned(),
            action: t("续期", "Renew").to_owned(),
            danger: false,
        };
        confirm.ask(question, move || {
            if let Some(Some(id)) = member.id.try_get_untracked() {
                member.wish(Wish::RenewCard(id), t("已续期", "Renewed"));
            }
        });
    };
    let any = memo(move |_| {
        let own = actions.get();
        own.replace || own.renew || own.send || own.adjust || own.attend || own.mark || own.leave
    });
    view! {
        <Show when=move || any.get()>
            <section class="section" data-testid="member-actions">
                <h2>{t("办理", "Actions")}</h2>
                <div class="m-acts">
                    <Show when=move || actions.get().replace>
                        <Button icon=Icon::Card on_press=move || member.begin(Act::Replace) testid="act-replace">{t("补换卡", "Replace card")}</Button>
                    </Show>
                    <Show when=move || actions.get().renew>
                        <Button icon=Icon::Calendar on_press=renew testid="act-renew">{t("续期", "Renew")}</Button>
                    </Show>
                    <Show when=move || actions.get().send>
                        <Button icon=Icon::Members on_press=move || member.begin(Act::Send) testid="act-send">{t("转赠积分", "Give points")}</Button>
                    </Show>
                    <Show when=move || actions.get().adjust>
                        <Button icon=Icon::Star on_press=move || member.begin(Act::Adjust) testid="act-adjust">{t("调整积分", "Correct points")}</Button>
                    </Show>
                    <Show when=move || actions.get().attend>
                        <Button icon=Icon::Today on_press=move || member.begin(Act::Attend) testid="act-attend">{t("参加活动", "Activity")}</Button>
                    </Show>
                    <Show when=move || actions.get().mark>
                        <Button icon=Icon::Tag on_press=move || member.begin(Act::Mark) testid="act-mark">{t("标记", "Mark")}</Button>
                    </Show>
                    <Show when=move || actions.get().leave>
                        <Button icon=Icon::Trash on_press=move || member.begin(Act::Leave) testid="act-leave">{t("退会", "Leave")}</Button>
                    </Show>
                </div>
            </section>
        </Show>
    }
}

/// A birthday in words.
fn birthday_words(birthday: Birthday) -> String {
    let date = if birthday.lunar {
        lunar((birthday.month, false, birthday.day))
    } else {
        match language() {
            regulars_rules::message::Language::Zh => format!("{}{}日", month_name(birthday.month), birthday.day),
            regulars_rules::message::Language::En => format!("{} {}", birthday.day, month_name(birthday.month)),
        }
    };
    match (birthday.year, language()) {
        (None, _) => date,
        (Some(year), regulars_rules::message::Language::Zh) => format!("{year}年 {date}"),
        (Some(year), regulars_rules::message::Language::En) => format!("{date} {year}"),
    }
}

/// What is known of the member.
#[component]
pub fn Details() -> impl IntoView {
    let member = use_member();
    let profile = member.part(|page| Some(page.profile.clone()));
    let other = member.part(|page| (page.route.to_string(), page.choice.to_string(), page.marks.clone()));
    let facts = move || {
        let (route, choice, marks) = other.get();
        let profile = profile.get().unwrap_or_default();
        let mut facts: Vec<(String, String)> = Vec::new();
        if let Some(birthday) = profile.birthday {
            facts.push((code("birthday"), birthday_words(birthday)));
        }
        let document =
            if member.opened.get() { profile.id_number.to_string() } else { mask_document(&profile.id_number) };
        facts.push((code("id_number"), document));
        facts.extend(profile.more.iter().map(|(name, text)| (code(name), text.to_string())));
        let route_words = member.client.status.with(|status| {
            let known = status.as_ref().and_then(|status| {
                status.join.routes.iter().find(|own| route == own.id.as_str()).map(|own| say(&own.words))
            });
            known.unwrap_or_else(|| code(&route))
        });
        facts.push((t("入会方式", "Joined by").to_owned(), route_words));
        facts.push((t("卡种", "Grade").to_owned(), if choice.is_empty() { choice } else { code(&choice) }));
        facts.push((t("标记", "Marks").to_owned(), codes(&marks)));
        facts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
            .collect_view()
    };
    view! {
        <section class="section" data-testid="member-details">
            <h2>{t("资料", "Details")}</h2>
            <dl class="m-details">{facts}</dl>
        </section>
    }
}
