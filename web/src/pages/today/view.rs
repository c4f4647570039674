//! The page: a day's figures, its hours, the fortnight, and what is due on it.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply, TodayView, Trouble};
use regulars_rules::message::Language;
use regulars_rules::time::{Day, Minute};

use super::due::Due;
use super::hours::Hours;
use super::model::{Figure, Measure, Turn, turn};
use crate::client::use_client;
use crate::clock;
use crate::shared::*;

/// How often the page looks whether midnight has passed.
const MIDNIGHT: Duration = Duration::from_secs(30);
/// How often the figures are asked for anew: the part of last week that counts grows.
const LATER: Duration = Duration::from_secs(5 * 60);

/// The place Today.
#[component]
pub fn TodayPage() -> impl IntoView {
    let client = use_client();
    // `None`: whatever day it is, also after midnight.
    let chosen = RwSignal::new(None::<Day>);
    let today = RwSignal::new(clock::today());
    let view = RwSignal::new(None::<Arc<TodayView>>);
    let failed = RwSignal::new(None::<Trouble>);
    let measure = RwSignal::new(Measure::Takings);
    let tick = set_interval_with_handle(
        move || {
            let now = clock::today();
            if today.try_get_untracked().is_some_and(|day| day != now) {
                today.set(now);
            }
        },
        MIDNIGHT,
    );
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let shown = memo(move |_| chosen.get().unwrap_or_else(|| today.get()));
    let load = move || {
        let asked = shown.get_untracked();
        client.ask_then(Ask::Today(asked), move |reply| {
            if shown.try_get_untracked() != Some(asked) {
                return;
            }
            match reply {
                Reply::Today(own) => {
                    let _ = failed.try_set(None);
                    let _ = view.try_set(Some(Arc::new(*own)));
                }
                Reply::Failed(trouble) => {
                    let _ = failed.try_set(Some(trouble));
                }
                _ => {}
            }
        });
    };
    Effect::new(move |_| {
        shown.track();
        client.changed.track();
        load();
    });
    let again = set_interval_with_handle(load, LATER);
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
    });
    let here = memo(move |_| view.with(Option::is_some));
    let is_today = memo(move |_| shown.get() == today.get());
    let future = memo(move |_| shown.get() > today.get());
    let has_points = memo(move |_| {
        view.with(|view| {
            view.as_ref().is_some_and(|view| {
                [Measure::Given, Measure::Used]
                    .iter()
                    .any(|own| own.total(&view.now) != 0 || own.total(&view.before) != 0)
            })
        })
    });
    let tiles = move || {
        Measure::ALL
            .into_iter()
            .filter(|own| has_points.get() || !matches!(own, Measure::Given | Measure::Used))
            .map(|own| view! { <Tile own=own measure=measure view=view /> })
            .collect_view()
    };
    let fortnight = derived(move || {
        view.with(|view| {
            let days = view.as_ref().map(|view| view.fortnight.clone()).unwrap_or_default();
            days.into_iter()
                .map(|(on, takings)| Bar {
                    label: short_day(on),
                    value: takings.minor(),
                    text: money(takings),
                    before: 0,
                    before_text: String::new(),
                    strong: on == shown.get_untracked(),
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="page t-page" data-testid="today">
            <header class="page-head t-head">
                <div class="t-title">
                    <h1>{move || if is_today.get() { t("今日", "Today") } else { t("这一天", "The day") }}</h1>
                    <p class="quiet-text" data-testid="today-day">
                        {move || near_day(shown.get())}
                        {move || {
                            client
                                .status
                                .with(|status| status.as_ref().filter(|status| status.lunar).map(|status| status.lunar_today))
                                .filter(|_| is_today.get())
                                .map(|date| format!(" · {}", lunar(date)))
                        }}
                        {move || {
                            client
                                .status
                                .with(|status| status.as_ref().and_then(|status| status.special_day.clone()))
                                .filter(|_| is_today.get())
                                .map(|name| view! { " " <span class="tag accent">{label(&name)}</span> })
                        }}
                    </p>
                </div>
                <DayPicker shown=shown chosen=chosen is_today=is_today />
            </header>
            {move || failed.get().map(|trouble| view! {
                <TroubleNote trouble=trouble testid="today-failed" />
                <p><Button on_press=load>{t("再试一次", "Try again")}</Button></p>
            })}
            <Show when=move || here.get() fallback=move || failed.with(Option::is_none).then(|| view! { <Spinner /> })>
                <div class="t-grid">
                    <Show when=move || !future.get()>
                        <section class="t-figures" aria-label=t("数字", "Figures")>
                            <div class="t-tiles" role="radiogroup" aria-label=t("下面的图看什么", "What the chart below shows") on:keydown=move |event| roam(&event, measure, has_points.get_untracked())>
                                {tiles}
                            </div>
                            <p class="t-compared quiet-text">
                                {move || view.with(|view| view.as_ref().map(|view| {
                                    compared_words(view.day.plus_days(-7), view.compared_until)
                                }))}
                            </p>
                        </section>
                    </Show>
                    <Show when=move || !future.get()>
                        <section class="panel t-hours"><Hours measure=measure view=view /></section>
                    </Show>
                    <Due view=view is_today=is_today />
                    <Show when=move || !future.get()>
                        <section class="panel t-fortnight">
                            <BarChart title=t("十四天营业额", "Takings of a fortnight") bars=fortnight testid="today-fortnight" />
                        </section>
                    </Show>
                </div>
            </Show>
        </div>
    }
}

/// A day with its weekday; one of another year with its year.
pub fn near_day(on: Day) -> String {
    if on.year() == clock::today().year() { day(on) } else { long_day(on) }
}

/// With what the day is compared: `和 3月19日 周四 16:15 前比`.
fn compared_words(before: Day, until: Option<Minute>) -> String {
    let before = near_day(before);
    match (language(), until) {
        (Language::Zh, Some(until)) => format!("和 {before} {until} 前比"),
        (Language::Zh, None) => format!("和 {before} 全天比"),
        (Language::En, Some(until)) => format!("Compared with {before} up to {until}"),
        (Language::En, None) => format!("Compared with the whole of {before}"),
    }
}

/// `23日`, `23`: a day among its neighbours; the first of a month says which.
fn short_day(on: Day) -> String {
    let number = on.day_of_month();
    match (language(), number) {
        (Language::Zh, 1) => format!("{}月", on.month()),
        (_, 1) => format!("1/{}", on.month()),
        _ => number.to_string(),
    }
}

/// The arrow keys of a group of radio buttons.
fn roam(event: &leptos::ev::KeyboardEvent, measure: RwSignal<Measure>, has_points: bool) {
    let own: Vec<Measure> =
        Measure::ALL.into_iter().filter(|own| has_points || !matches!(own, Measure::Given | Measure::Used)).collect();
    let here = own.iter().position(|own| *own == measure.get_untracked()).unwrap_or(0);
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => own.get(here.saturating_add(1)).or_else(|| own.first()),
        "ArrowLeft" | "ArrowUp" => here.checked_sub(1).and_then(|before| own.get(before)).or_else(|| own.last()),
        _ => return,
    };
    if let Some(next) = next {
        event.prevent_default();
        measure.set(*next);
        let id = tile_id(*next);
        if let Some(tile) = document()
            .get_element_by_id(&id)
            .and_then(|tile| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tile).ok())
        {
            let _ = tile.focus();
        }
    }
}

fn tile_id(measure: Measure) -> String {
    format!("tile-{}", measure.word())
}

/// What a measure is called.
pub fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Takings => t("营业额", "Takings"),
        Measure::Sales => t("成交", "Sales"),
        Measure::Joined => t("新会员", "Members joined"),
        Measure::Given => t("发出积分", "Points given"),
        Measure::Used => t("用掉积分", "Points used"),
    }
}

/// A figure in words.
pub fn figure_words(figure: Figure) -> String {
    match figure {
        Figure::Money(amount) => money(amount),
        Figure::Count(number) => count(number),
        Figure::Points(number) => points(number),
    }
}

/// One figure of the day: pressed, the chart shows its hours.
#[component]
fn Tile(own: Measure, measure: RwSignal<Measure>, view: RwSignal<Option<Arc<TodayView>>>) -> impl IntoView {
    let figures = memo(move |_| {
        view.with(|view| {
            view.as_ref().map(|view| {
                (own.total(&view.now), own.total(&view.compared), view.now.average, view.now.takings_members)
            })
        })
    });
    let value = move || figures.get().map(|(now, ..)| figure_words(own.figure(now)));
    let compared = move || {
        figures.get().map(|(now, before, ..)| {
            let then = figure_words(own.figure(before));
            let (class, sign, words) = match turn(now, before) {
                Turn::Up => ("t-turn up", "▲", t("多于", "more than")),
                Turn::Down => ("t-turn down", "▼", t("少于", "less than")),
                Turn::Same => ("t-turn", "＝", t("等于", "the same as")),
            };
            view! {
                <span class=class>
                    <span aria-hidden="true">{sign}</span> " " <span class="visually-hidden">{words}</span>
                    {t("一周前", "last week:")} " " <b>{then}</b>
                </span>
            }
        })
    };
    let beside = move || {
        figures.get().filter(|_| own == Measure::Takings).map(|(_, _, average, members)| {
            view! {
                <span class="t-beside">{t("均单", "average")} " " <b data-testid="today-average">{money(average)}</b></span>
                <span class="t-beside">{t("会员", "members")} " " <b data-testid="today-members">{money(members)}</b></span>
            }
        })
    };
    let chosen = memo(move |_| measure.get() == own);
    view! {
        <button
            type="button"
            class="t-tile"
            role="radio"
            id=tile_id(own)
            aria-checked=move || chosen.get().to_string()
            tabindex=move || if chosen.get() { "0" } else { "-1" }
            data-testid=format!("today-{}", own.word())
            on:click=move |_| measure.set(own)
        >
            <span class="t-tile-name">{measure_name(own)}</span>
            <span class="t-tile-value">{value}</span>
            <span class="t-tile-notes">{compared}</span>
            <span class="t-tile-notes">{beside}</span>
        </button>
    }
}

/// A day back, a day on, any day, today.
#[component]
fn DayPicker(shown: Memo<Day>, chosen: RwSignal<Option<Day>>, is_today: Memo<bool>) -> impl IntoView {
    let step = move |days: i32| {
        let day = shown.get_untracked().plus_days(days);
        chosen.set((day != clock::today()).then_some(day));
    };
    view! {
        <div class="t-picker" role="group" aria-label=t("看哪一天", "Which day")>
            <Button icon=Icon::Back name=t("前一天", "The day before") on_press=move || step(-1) testid="day-before" />
            <input
                type="date"
                aria-label=t("日期", "Date")
                data-testid="day-picker"
                prop:value=move || shown.get().to_string()
                on:change=move |event| {
                    if let Ok(day) = event_target_value(&event).parse::<Day>() {
                        chosen.set((day != clock::today()).then_some(day));
                    }
                }
            />
            <Button icon=Icon::Next name=t("后一天", "The next day") on_press=move || step(1) testid="day-after" />
            <Button disabled=derived(move || is_today.get()) on_press=move || chosen.set(None) testid="day-today">{t("今天", "Today")}</Button>
        </div>
    }
}
