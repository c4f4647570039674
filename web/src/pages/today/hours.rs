//! The day hour by hour: bars for the day, a faint line for a week before, as a chart or as a table.

use std::sync::Arc;

use leptos::prelude::*;
use regulars_desk::protocol::TodayView;

use super::model::{Column, Measure, Scale, columns, line_points};
use super::view::{figure_words, measure_name};
use crate::shared::*;

type Plot = (Scale, Vec<Column>);

#[component]
pub fn Hours(measure: RwSignal<Measure>, view: RwSignal<Option<Arc<TodayView>>>) -> impl IntoView {
    let as_table = RwSignal::new(false);
    // The hour under the finger; `None`: the busiest.
    let pointed = RwSignal::new(None::<usize>);
    let plot = memo(move |_| {
        let measure = measure.get();
        view.with(|view| view.as_ref().map(|view| columns(measure, &view.now, &view.before)))
    });
    let totals = memo(move |_| {
        let measure = measure.get();
        view.with(|view| view.as_ref().map(|view| (measure.total(&view.now), measure.total(&view.before))))
    });
    let words = move |minor: i64| figure_words(measure.get_untracked().figure(minor));
    let readout = move || {
        plot.with(|plot| {
            let (_, columns) = plot.as_ref()?;
            let pointed = pointed.get();
            let own = pointed
                .and_then(|hour| columns.iter().find(|column| column.hour == hour))
                .or_else(|| columns.iter().filter(|column| column.now > 0).max_by_key(|column| column.now));
            Some(match own {
                Some(own) => {
                    let lead = if pointed.is_some() { String::new() } else { format!("{} ", t("最忙", "busiest")) };
                    format!(
                        "{lead}{} · {} · {} {}",
                        hour_words(own.hour),
                        words(own.now),
                        t("一周前", "a week before"),
                        words(own.before)
                    )
                }
                None => t("这天还没有", "nothing yet on this day").to_owned(),
            })
        })
    };
    let tab = move |table: bool, words: &'static str, testid: &'static str| {
        let on = derived(move || as_table.get() == table);
        view! { <Chip on=on on_press=move || as_table.set(table) testid=testid>{words}</Chip> }
    };
    view! {
        <figure class="t-chart" data-testid="today-hours">
            <figcaption>
                <span class="t-chart-title">
                    <h2>{move || measure_name(measure.get())} {t("，每小时", ", by hour")}</h2>
                    <Show when=move || !as_table.get()>
                        <span class="chart-key"><i class="t-line-key"></i>{t("一周前", "a week before")}</span>
                    </Show>
                </span>
                <span class="chips" role="group" aria-label=t("怎么看", "How to show it")>
                    {tab(false, t("图", "Chart"), "hours-chart")}
                    {tab(true, t("表", "Table"), "hours-table")}
                </span>
            </figcaption>
            {move || {
                plot.get()
                    .map(|plot| {
                        if as_table.get() {
                            table(&plot, totals.get(), measure.get_untracked()).into_any()
                        } else {
                            chart(&plot, pointed, measure.get_untracked()).into_any()
                        }
                    })
            }}
            <Show when=move || !as_table.get()>
                <p class="t-readout" data-testid="hours-readout">{readout}</p>
            </Show>
        </figure>
    }
}

/// `14 时`, `14:00`.
fn hour_words(hour: usize) -> String {
    format!("{hour}{}", t(" 时", ":00"))
}

fn chart(plot: &Plot, pointed: RwSignal<Option<usize>>, measure: Measure) -> impl IntoView + use<> {
    let (scale, columns) = plot;
    let line = line_points(columns);
    let has_line = columns.iter().any(|column| column.before != 0);
    let frame = format!("0 0 {} 1000", columns.len().max(1) * 1000);
    let top = figure_words(measure.figure(scale.top));
    let zero = format!("--zero:{}", scale.at(0));
    // Every hour's label fits on wide screens; on narrow ones every other.
    let bars = columns
        .iter()
        .map(|column| {
            let hour = column.hour;
            let (bottom, height) = column.bar;
            let below = column.now < 0;
            view! {
                <span
                    class="t-bar"
                    class:pointed=move || pointed.get() == Some(hour)
                    on:pointerenter=move |_| pointed.set(Some(hour))
                    on:pointerleave=move |_| pointed.set(None)
                    on:click=move |_| pointed.set(Some(hour))
                >
                    <i class:below=below style=format!("--bottom:{bottom};--height:{height}")></i>
                </span>
            }
        })
        .collect_view();
    let labels = columns.iter().map(|column| view! { <span>{column.hour}</span> }).collect_view();
    view! {
        <div class="t-plot" aria-hidden="true">
            <span class="t-top">{top}</span>
            <div class="t-bars" style=zero>
                {bars}
                {has_line
                    .then(|| {
                        view! {
                            <svg class="t-line" viewBox=frame preserveAspectRatio="none" focusable="false">
                                <polyline points=line vector-effect="non-scaling-stroke" fill="none" />
                            </svg>
                        }
                    })}
            </div>
            <div class="t-labels">{labels}</div>
        </div>
    }
}

fn table(plot: &Plot, totals: Option<(i64, i64)>, measure: Measure) -> impl IntoView + use<> {
    let words = move |minor: i64| figure_words(measure.figure(minor));
    let rows = plot
        .1
        .iter()
        .map(|column| {
            view! {
                <tr>
                    <th scope="row">{hour_words(column.hour)}</th>
                    <td class="figure">{words(column.now)}</td>
                    <td class="figure t-then">{words(column.before)}</td>
                </tr>
            }
        })
        .collect_view();
    let foot = totals.map(|(now, before)| {
        view! {
            <tr>
                <th scope="row">{t("全天", "The day")}</th>
                <td class="figure"><b>{words(now)}</b></td>
                <td class="figure t-then">{words(before)}</td>
            </tr>
        }
    });
    view! {
        <table class="t-table" data-testid="hours-figures">
            <thead>
                <tr>
                    <th scope="col">{t("时间", "Hour")}</th>
                    <th scope="col" class="figure">{measure_name(measure)}</th>
                    <th scope="col" class="figure">{t("一周前", "A week before")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>{foot}</tfoot>
        </table>
    }
}
