//! What a program gives by steps: a chart for each, labelled directly, with its figures in a table beneath.

use leptos::prelude::*;
use regulars_rules::describe::{Chart, Step};
use regulars_rules::message::Value;

use crate::shared::*;

/// The width of a step and the height of the highest, in the drawing's own measure.
const WIDTH: u32 = 100;
const HEIGHT: u32 = 1000;
/// Beside one another, bars leave this much free at either side.
const FREE: u32 = 14;

#[component]
pub fn Charts(charts: Vec<Chart>) -> impl IntoView {
    if charts.is_empty() {
        return ().into_any();
    }
    let charts = charts.into_iter().map(|chart| view! { <StepChart chart=chart /> }.into_any()).collect_view();
    view! {
        <section class="section" aria-labelledby="charts-title" data-testid="program-charts">
            <h2 id="charts-title">{t("分档", "By steps")}</h2>
            <div class="step-charts">{charts}</div>
        </section>
    }
    .into_any()
}

/// A border or a name, short enough for an axis.
fn axis(value: &Value) -> String {
    let words = show(value);
    words.strip_suffix(".00").map(str::to_owned).unwrap_or(words)
}

/// The outline of a run of steps, or of bars beside one another.
fn outline(steps: &[Step], is_run: bool) -> String {
    let mut path = if is_run { format!("M0 {HEIGHT}") } else { String::new() };
    let mut left = 0_u32;
    for step in steps {
        let top = HEIGHT.saturating_sub(step.height_permille.min(HEIGHT));
        let right = left.saturating_add(WIDTH);
        if is_run {
            path.push_str(&format!("V{top}H{right}"));
        } else {
            let (from, to) = (left.saturating_add(FREE), right.saturating_sub(FREE));
            path.push_str(&format!("M{from} {HEIGHT}V{top}H{to}V{HEIGHT}Z"));
        }
        left = right;
    }
    if is_run {
        path.push_str(&format!("V{HEIGHT}Z"));
    }
    path
}

#[component]
fn StepChart(chart: Chart) -> impl IntoView {
    let Chart { title, note, rule, steps, is_run } = chart;
    let width = WIDTH.saturating_mul(u32::try_from(steps.len()).unwrap_or(1));
    let path = outline(&steps, is_run);
    let columns = steps
        .iter()
        .map(|step| {
            let (figure, at) = (axis(&step.figure), axis(&step.at));
            view! {
                <span class="step" style=format!("--height:{}", step.height_permille)>
                    <span class="step-plot"><b>{figure}</b></span>
                    <span class="step-at">{at}</span>
                </span>
            }
        })
        .collect_view();
    let with_reached = steps.iter().any(|step| step.reached.is_some());
    let rows = steps
        .iter()
        .map(|step| {
            let reached = with_reached.then(|| view! { <td class="figure">{step.reached.map(money)}</td> });
            view! {
                <tr>
                    <th scope="row">{if is_run { from_words(&step.at) } else { show(&step.at) }}</th>
                    <td class="figure">{show(&step.figure)}</td>
                    {reached}
                </tr>
            }
        })
        .collect_view();
    let title = say(&title);
    let place = rule.map(|rule| {
        let clause = (!rule.clause.is_empty()).then(|| view! { <span>{rule.clause.to_string()}</span> });
        view! { <p class="sentence-source">{clause} <code>{format!("{}/{}", rule.kind, rule.id)}</code></p> }
    });
    view! {
        <figure class="step-chart" data-testid="step-chart">
            <figcaption>{title.clone()}</figcaption>
            <div class="steps" class:run=is_run aria-hidden="true" style=format!("--count:{}", steps.len())>
                <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" focusable="false">
                    <path d=path />
                </svg>
                {columns}
            </div>
            {note.map(|note| view! { <p class="quiet-text">{say(&note)}</p> })}
            <details>
                <summary>{t("数字", "Numbers")}</summary>
                <table class="what-if-table">
                    <caption class="visually-hidden">{title}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{if is_run { t("从", "From") } else { t("档", "Step") }}</th>
                            <th scope="col">{t("给多少", "Gives")}</th>
                            {with_reached.then(|| view! { <th scope="col">{t("刚到时共得", "In all when just reached")}</th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
            {place}
        </figure>
    }
    .into_any()
}

fn from_words(at: &Value) -> String {
    let figure = show(at);
    // “More than” says it already.
    if matches!(at, Value::Message(_)) {
        return figure;
    }
    match language() {
        regulars_rules::message::Language::Zh => format!("{figure} 起"),
        regulars_rules::message::Language::En => format!("from {figure}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(height_permille: u32) -> Step {
        Step { at: Value::Count(0), figure: Value::Count(0), height_permille, reached: None }
    }

    #[test]
    fn a_run_is_one_outline_and_bars_are_several() {
        let steps = [step(500), step(1000)];
        assert_eq!(outline(&steps, true), "M0 1000V500H100V0H200V1000Z");
        assert_eq!(outline(&steps, false), "M14 1000V500H86V1000ZM114 1000V0H186V1000Z");
    }
}
