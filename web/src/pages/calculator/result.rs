//! What it brings: the sum, where one stands in the bands, what the next sale would bring, month by month with reasons.

use leptos::prelude::*;
use regulars_rules::number::Money;
use regulars_rules::preview::{Preview, RulePreview};
use regulars_rules::staff::pay::Statement;

use super::inputs::Rows;
use super::view::Answer;
use crate::shared::*;

#[component]
pub fn ResultPanel(rows: Rows, answer: RwSignal<Answer>) -> impl IntoView {
    let preview = memo(move |_| answer.with(|answer| answer.preview.clone()));
    let stale = derived(move || {
        answer.with(|answer| answer.refusal.is_some() || !answer.wrong.is_empty() || answer.unreadable.is_some())
    });
    view! {
        <section class="panel section calculator-result" class:stale=move || stale.get() aria-live="polite" aria-labelledby="calculator-result">
            <h2 id="calculator-result" class="visually-hidden">{t("结果", "Result")}</h2>
            {move || answer.with(|answer| answer.refusal.clone()).map(|refusal| view! { <RefusalNote refusal=refusal testid="calculator-refusal" /> })}
            {move || {
                stale
                    .get()
                    .then(|| view! { <p class="notice warn" data-testid="calculator-stale">{t("有一处读不懂，下面还是上一次的结果。", "Something cannot be read: this is still the last result.")}</p> })
            }}
            {move || match preview.get() {
                Some(preview) => view! { <Figures preview=preview /> }.into_any(),
                None => view! { <Spinner text=t("正在算…", "Reckoning…") /> }.into_any(),
            }}
            <Next rows=rows preview=preview />
            {move || preview.get().map(|preview| view! { <Standing preview=preview.clone() /> <Months months=preview.months /> }.into_any())}
        </section>
    }
}

#[component]
fn Figures(preview: Preview) -> impl IntoView {
    let traces: Vec<_> = regulars_rules::preview::reasons(&preview);
    let row = |name: &'static str, amount: Money, testid: &'static str| {
        view! {
            <div class="sum-row">
                <dt>{name}</dt>
                <dd class="figure" data-testid=testid>{money(amount)}</dd>
            </div>
        }
    };
    let held = (!preview.held.is_zero()).then(|| row(t("其中暂扣", "Of which held back"), preview.held, "result-held"));
    let drawn =
        (!preview.drawn.is_zero()).then(|| row(t("其中预支", "Of which paid ahead"), preview.drawn, "result-drawn"));
    view! {
        <div class="calculator-sum">
            <p>
                <span>{t("提成", "Commission")}</span>
                <strong class="figure" data-testid="result-accrued">{money(preview.accrued)}</strong>
                <Why title=t("提成", "Commission") traces=traces testid="result-why" />
            </p>
            <dl>
                {row(t("业绩", "Sales"), preview.sales, "result-sales")}
                {held}
                {drawn}
                {row(t("应发", "Pay"), preview.payable, "result-payable")}
            </dl>
        </div>
    }
}

/// What the next sale would bring.
#[component]
fn Next(rows: Rows, preview: Memo<Option<Preview>>) -> impl IntoView {
    let next = move || preview.with(|preview| preview.as_ref().and_then(|preview| preview.next));
    view! {
        <div class="calculator-next">
            <Field label=t("再来一笔", "One more sale of") value=rows.next prefix="¥" inputmode="decimal" testid="calculator-next" />
            <p class="figure" data-testid="result-next">
                {move || next().map(|amount| format!("{} {}", t("多得", "brings"), money(amount)))}
            </p>
        </div>
    }
}

/// Where one stands in the bands of each rule.
#[component]
fn Standing(preview: Preview) -> impl IntoView {
    preview
        .rules
        .into_iter()
        .filter(|rule| !rule.bands.is_empty())
        .map(|rule| view! { <RuleBands rule=rule /> }.into_any())
        .collect_view()
}

#[component]
fn RuleBands(rule: RulePreview) -> impl IntoView {
    let name = label(&rule.rule.label);
    let name = if name.is_empty() { rule.rule.id.to_string() } else { name };
    let (from, last) = (rule.window.0, rule.window.1.plus_days(-1));
    let stands = rule.band.is_some();
    let to_next = rule
        .to_next
        .filter(|_| stands)
        .map(|missing| format!("{} {}", t("离下一档还差", "To the next band:"), money(missing)));
    let other = rule.other_reading.filter(|_| stands).map(|other| {
        let words = if rule.marginal {
            t("如果全额按所在档", "If all of it were at the rate reached")
        } else {
            t("如果分段计", "If each part were at its own rate")
        };
        format!("{words}: {}", money(other))
    });
    let highest = rule.bands.iter().map(|band| band.base.minor()).max().unwrap_or(0);
    let bars = rule
        .bands
        .iter()
        .enumerate()
        .map(|(place, band)| {
            let is_here = rule.band.and_then(|at| usize::try_from(at).ok()) == Some(place);
            let range = match band.to {
                Some(to) => format!("{} – {}", money(band.from), money(to)),
                None => format!("{} {}", money(band.from), t("起", "and more")),
            };
            // Length of the bar: geometry, not a figure.
            let width = height_permille(band.base.minor(), highest);
            view! {
                <tr class:here=is_here>
                    <th scope="row">{range} {is_here.then(|| view! { <span class="tag accent">{t("现在这里", "here")}</span> })}</th>
                    <td class="figure">{show(&band.rate.into())}</td>
                    <td class="figure band-cell">
                        <i style=format!("--width:{width}") aria-hidden="true"></i>
                        {stands.then(|| money(band.base))}
                    </td>
                    <td class="figure">{stands.then(|| money(band.amount))}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <figure class="calculator-chart" data-testid="result-bands">
            <figcaption>
                <strong>{name}</strong>
                {stands.then(|| view! { <span class="quiet-text">{format!("{} – {}", long_day(from), long_day(last))}</span> })}
            </figcaption>
            <table class="bands-table">
                <thead>
                    <tr>
                        <th scope="col">{t("分档", "Band")}</th>
                        <th scope="col" class="figure">{t("比例", "Rate")}</th>
                        <th scope="col" class="figure">{t("落在这档", "In it")}</th>
                        <th scope="col" class="figure">{t("提成", "Brings")}</th>
                    </tr>
                </thead>
                <tbody>{bars}</tbody>
            </table>
            {to_next.map(|words| view! { <p data-testid="result-to-next">{words}</p> })}
            {other.map(|words| view! { <p class="quiet-text" data-testid="result-other">{words}</p> })}
        </figure>
    }
}

/// Month by month, where there are several or something was held, drawn or released.
#[component]
fn Months(months: Vec<Statement>) -> impl IntoView {
    let is_simple = months.len() < 2 && months.iter().all(|month| month.held.is_zero() && month.drawn.is_zero());
    (!is_simple).then(|| {
        let rows = months
            .iter()
            .map(|month| {
                let traces: Vec<_> =
                    month.rows.iter().map(|row| row.trace.clone()).chain(month.traces.iter().cloned()).collect();
                let title = month.month.to_string();
                let title = title.get(..7).unwrap_or_default().to_owned();
                view! {
                    <tr>
                        <th scope="row">{title.clone()}</th>
                        <td class="figure">{money(month.accrued)}</td>
                        <td class="figure">{money(month.held)}</td>
                        <td class="figure">{money(month.payable)} <Why title=title traces=traces /></td>
                    </tr>
                }
                .into_any()
            })
            .collect_view();
        view! {
            <table class="bands-table" data-testid="result-months">
                <thead>
                    <tr>
                        <th scope="col">{t("月份", "Month")}</th>
                        <th scope="col" class="figure">{t("提成", "Commission")}</th>
                        <th scope="col" class="figure">{t("暂扣", "Held back")}</th>
                        <th scope="col" class="figure">{t("应发", "Pay")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    })
}
