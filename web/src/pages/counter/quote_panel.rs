//! The quote beside the basket, live: total, what comes off and why, what could be used, what is to pay, what is earned.

use leptos::prelude::*;
use regulars_desk::protocol::{AgreementView, Figure, QuoteView, RedemptionView};
use regulars_rules::number::Money;

use super::member_panel::MemberPanel;
use super::model::{VoucherGroup, voucher_groups};
use super::till::{ProblemNote, Till, use_till};
use crate::shared::*;

/// So many agreed discounts are offered, the newest.
const AGREEMENTS_MAX: usize = 6;

/// Whether one can take payment now.
pub fn can_pay(till: Till) -> bool {
    till.quote.with(|quote| quote.as_ref().is_some_and(|quote| quote.refusal.is_none())) && !till.quoting.get()
}

#[component]
pub fn QuotePanel() -> impl IntoView {
    let till = use_till();
    let open = RwSignal::new(false);
    let pay = move || till.quote.with(|quote| quote.as_ref().map(|quote| quote.pay));
    let items = move || till.draft.with(|draft| draft.lines.len());
    let empty = memo(move |_| till.draft.with(super::model::Draft::is_empty));
    view! {
        <aside class="quote" class:open=move || open.get() aria-label=t("结算", "To pay") data-testid="quote">
            <button
                type="button"
                class="quote-bar"
                aria-expanded=move || open.get().to_string()
                aria-controls="quote-body"
                data-testid="quote-bar"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span>{move || count(i64::try_from(items()).unwrap_or(0))} " " {t("种商品", "items")}</span>
                <span class="figure">{move || pay().map(money)}</span>
                <span class="quote-arrow"><Picture icon=Icon::Up /></span>
            </button>
            <div class="quote-body" id="quote-body">
                <MemberPanel />
                {move || till.quote_problem.get().map(|problem| view! { <ProblemNote problem=problem testid="quote-problem" /> })}
                {move || {
                    till.quote
                        .with(|quote| {
                            quote.as_ref().map(|quote| view! { <Figures quote=quote.clone() /> })
                        })
                }}
                <Show when=move || empty.get()>
                    <p class="quiet-text quote-empty">{t("加了商品，这里就有价钱。", "Add goods, and the price is here.")}</p>
                </Show>
            </div>
            <div class="quote-foot">
                <button
                    type="button"
                    class="button main wide pay-button"
                    title="Ctrl + Enter"
                    data-testid="pay-button"
                    disabled=move || !can_pay(till)
                    on:click=move |_| till.paying.set(true)
                >
                    {t("收款", "Take payment")} " " {move || pay().map(money)}
                </button>
            </div>
        </aside>
    }
}

#[component]
fn Figures(quote: QuoteView) -> impl IntoView {
    let refusal = quote.refusal.clone();
    let groups = voucher_groups(&quote.vouchers);
    let redemptions = quote.price_redemptions.clone();
    let has_benefits = !groups.is_empty() || !redemptions.is_empty();
    let tier_after = quote.tier_after.as_ref().map(|(_, name)| label(name));
    let earned = points_change(quote.points);
    let is_member = quote.member.is_some();
    view! {
        <dl class="figures">
            <Sum name=t("合计", "Total") amount=money(quote.total) testid="total" />
            {quote.discounts.iter().enumerate().map(|(place, figure)| reduction(figure, "discount", place)).collect_view()}
            {quote.uses.iter().enumerate().map(|(place, figure)| reduction(figure, "use", place)).collect_view()}
        </dl>
        {has_benefits
            .then(|| {
                view! {
                    <div class="benefit-use" data-testid="benefit-use">
                        {groups.into_iter().enumerate().map(|(place, group)| view! { <VoucherUse group=group place=place /> }).collect_view()}
                        {redemptions.into_iter().map(|own| view! { <PointsUse own=own /> }).collect_view()}
                    </div>
                }
            })}
        <Agreements />
        {refusal.map(|refusal| view! { <RefusalNote refusal=refusal testid="quote-refusal" /> })}
        <dl class="figures pay">
            <div class="sum due">
                <dt>
                    {t("应付", "To pay")} " " <Why title=t("应付", "To pay") traces=&quote.pay_trace testid="why-pay" />
                </dt>
                <dd class="figure" data-testid="pay">{money(quote.pay)}</dd>
            </div>
            {is_member
                .then(|| {
                    view! {
                        <div class="sum">
                            <dt>
                                {t("本单积分", "Points of this sale")} " "
                                <Why title=t("本单积分", "Points of this sale") traces=&quote.points_trace testid="why-points" />
                            </dt>
                            <dd class="figure" data-testid="points">{earned}</dd>
                        </div>
                    }
                })}
        </dl>
        {tier_after
            .map(|name| {
                view! {
                    <p class="rises" data-testid="tier-after">
                        <Picture icon=Icon::Star size=18 />
                        {t("这一单之后是", "After this sale:")} " " <strong>{name}</strong>
                    </p>
                }
            })}
    }
}

#[component]
fn Sum(name: &'static str, amount: String, testid: &'static str) -> impl IntoView {
    view! {
        <div class="sum">
            <dt>{name}</dt>
            <dd class="figure" data-testid=testid>{amount}</dd>
        </div>
    }
}

fn reduction(figure: &Figure, what: &'static str, place: usize) -> impl IntoView + use<> {
    let title = label(&figure.label);
    let title = if title.is_empty() { code(&figure.rule) } else { title };
    view! {
        <div class="sum" data-testid=format!("{what}-{place}")>
            <dt>
                {title.clone()} " " <Why title=title traces=&figure.trace testid=format!("why-{what}-{place}") />
            </dt>
            <dd class="figure">{money(-figure.amount)}</dd>
        </div>
    }
}

/// So many of them: a stepper for a benefit.
#[component]
fn UseStepper<F: Fn(usize) + Copy + Send + Sync + 'static>(
    name: String,
    most: usize,
    used: Signal<usize>,
    set: F,
    testid: String,
) -> impl IntoView {
    let less = format!("{}: {name}", t("少用一份", "Use one less"));
    let more = format!("{}: {name}", t("多用一份", "Use one more"));
    view! {
        <div class="use-row" class:used=move || { used.get() > 0 } data-testid=testid.clone()>
            <span>{name}</span>
            <div class="stepper">
                <button
                    type="button"
                    aria-label=less
                    disabled=move || used.get() == 0
                    data-testid=format!("{testid}-less")
                    on:click=move |_| set(used.get_untracked().saturating_sub(1))
                >
                    <Picture icon=Icon::Minus size=18 />
                </button>
                <output>{move || count(i64::try_from(used.get()).unwrap_or(0))} "/" {count(i64::try_from(most).unwrap_or(0))}</output>
                <button
                    type="button"
                    aria-label=more
                    disabled=move || { used.get() >= most }
                    data-testid=format!("{testid}-more")
                    on:click=move |_| set(used.get_untracked().saturating_add(1).min(most))
                >
                    <Picture icon=Icon::Plus size=18 />
                </button>
            </div>
        </div>
    }
}

/// Discounts that were agreed on beforehand: one of them can be used.
#[component]
fn Agreements() -> impl IntoView {
    let till = use_till();
    let offered = memo(move |_| {
        let member = till.draft.with(|draft| draft.member.as_ref().map(|member| member.id));
        till.agreements.with(|all| {
            let open = all.iter().filter(|own| own.member.is_none() || own.member == member);
            open.take(AGREEMENTS_MAX).cloned().collect::<Vec<_>>()
        })
    });
    let row = move |own: AgreementView| {
        let name = [format!("{} {}", label(&own.label), show(&own.rate.into())), own.note.to_string(), day(own.day)];
        let name = name.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
        let own = StoredValue::new(own);
        let is_on = derived(move || {
            till.draft.with(|draft| own.with_value(|own| draft.agreed.as_ref().is_some_and(|used| used == own)))
        });
        let press = move || {
            let used = (!is_on.get_untracked()).then(|| own.get_value());
            till.draft.update(|draft| draft.agreed = used);
        };
        view! {
            <div class="use-row" class:used=move || is_on.get() data-testid="agreement">
                <span>{name}</span>
                <Chip on=is_on on_press=press testid="agreement-use">{t("用这个", "Use it")}</Chip>
            </div>
        }
    };
    view! {
        <Show when=move || offered.with(|own| !own.is_empty())>
            <div class="benefit-use" data-testid="agreements">{move || offered.get().into_iter().map(row).collect_view()}</div>
        </Show>
    }
    .into_any()
}

#[component]
fn VoucherUse(group: VoucherGroup, place: usize) -> impl IntoView {
    let till = use_till();
    let until = group.expires.map(|gone| format!(" · {} {}", t("截至", "until"), day(gone.plus_days(-1))));
    let name = format!("{} {}{}", money(group.value), label(&group.label), until.unwrap_or_default());
    let most = group.vouchers.len();
    let group = StoredValue::new(group);
    let used = derived(move || till.draft.with(|draft| group.with_value(|group| draft.vouchers_used(group))));
    let set =
        move |how_many: usize| till.draft.update(|draft| group.with_value(|group| draft.use_vouchers(group, how_many)));
    view! { <UseStepper name=name most=most used=used set=set testid=format!("voucher-{place}") /> }
}

#[component]
fn PointsUse(own: RedemptionView) -> impl IntoView {
    let till = use_till();
    let worth = if own.value == Money::ZERO { String::new() } else { format!(" = {}", money(own.value)) };
    let name = format!("{} · {} {}{worth}", label(&own.label), points(own.points), t("分", "points"));
    let testid = format!("points-{}", own.rule);
    let most = usize::try_from(own.units_max).unwrap_or(usize::MAX);
    let unit = own.points;
    let rule = StoredValue::new(own.rule);
    let used = derived(move || {
        till.draft.with(|draft| match &draft.points {
            Some((chosen, units, _)) if rule.with_value(|rule| rule == chosen) => usize::try_from(*units).unwrap_or(0),
            Some(_) | None => 0,
        })
    });
    let set = move |units: usize| {
        let units = u32::try_from(units).unwrap_or(0);
        till.draft.update(|draft| draft.points = (units > 0).then(|| (rule.get_value(), units, unit)));
    };
    view! { <UseStepper name=name most=most used=used set=set testid=testid /> }
}
