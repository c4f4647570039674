//! A program's calendar: a month of days with their lunar dates, marked where something holds.

use std::collections::BTreeMap;

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply, Trouble};
use regulars_rules::describe::{CalendarDay, Held, Month};
use regulars_rules::id::Text;
use regulars_rules::message::Language;
use regulars_rules::msg;
use regulars_rules::time::Day;
use regulars_rules::words;
use wasm_bindgen::JsCast;

use super::model;
use crate::client::use_client;
use crate::clock;
use crate::shared::*;

/// What a sort of rule looks like in a cell: a shape, never a colour alone.
fn icon_of(sort: &str) -> Icon {
    match sort {
        "discount" => Icon::Tag,
        "multiply" | "earn" => Icon::Star,
        "redeem" => Icon::Voucher,
        "entitlement" => Icon::Gift,
        "care" => Icon::Phone,
        "review" => Icon::Up,
        "lapse" => Icon::Clock,
        _ => Icon::Check,
    }
}

/// A word or two for a cell.
fn short_words(held: &Held) -> String {
    let name = held.rule.as_ref().map(|rule| label(&rule.label)).unwrap_or_default();
    if name.is_empty() { say(&held.words) } else { name }
}

fn month_title(first: Day) -> String {
    say(&msg!("calendar.month", month = first.month(), year = first.year().to_string()))
}

fn lunar_long(day: &CalendarDay) -> String {
    lunar((day.lunar.month, day.lunar.leap, day.lunar.day))
}

#[component]
pub fn ProgramCalendar(id: Text, set: RwSignal<BTreeMap<Text, Text>>) -> impl IntoView {
    let client = use_client();
    let today = clock::today();
    let chosen = RwSignal::new(today);
    let first = memo(move |_| chosen.get().month_start());
    let month = RwSignal::new(None::<Month>);
    let failed = RwSignal::new(None::<Trouble>);
    // Where the focus goes once the month is there: after a key has led into another one.
    let focus = StoredValue::new(false);
    let table = NodeRef::<html::Table>::new();
    Effect::new(move |_| {
        let (asked, set) = (first.get(), set.get());
        client.ask_then(Ask::ProgramMonth { id: id.clone(), set, month: asked }, move |reply| {
            if first.try_get_untracked() != Some(asked) {
                return;
            }
            match reply {
                Reply::ProgramMonth(found) => {
                    let _ = failed.try_set(None);
                    let _ = month.try_set(Some(*found));
                    if focus.try_get_value() == Some(true) {
                        focus.set_value(false);
                        request_animation_frame(move || focus_day(table));
                    }
                }
                Reply::Failed(trouble) => {
                    let _ = failed.try_set(Some(trouble));
                }
                _ => {}
            }
        });
    });
    let turn = move |months: i32| chosen.update(|day| *day = day.month_start().plus_months(months));
    let on_key = move |event: web_sys::KeyboardEvent| {
        let day = chosen.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => day.plus_days(-1),
            "ArrowRight" => day.plus_days(1),
            "ArrowUp" => day.plus_days(-7),
            "ArrowDown" => day.plus_days(7),
            "PageUp" => day.plus_months(-1),
            "PageDown" => day.plus_months(1),
            "Home" => day.month_start(),
            "End" => day.month_start().plus_months(1).plus_days(-1),
            _ => return,
        };
        event.prevent_default();
        let stays = to.month_start() == day.month_start();
        chosen.set(to);
        if stays {
            request_animation_frame(move || focus_day(table));
        } else {
            focus.set_value(true);
        }
    };
    let weekdays = [
        t("一", "Mon"),
        t("二", "Tue"),
        t("三", "Wed"),
        t("四", "Thu"),
        t("五", "Fri"),
        t("六", "Sat"),
        t("日", "Sun"),
    ];
    let head = weekdays.into_iter().map(|words| view! { <th scope="col">{words}</th> }).collect_view();
    let body = move || {
        month.get().map(|month| {
            let held = StoredValue::new(month.held.clone());
            model::weeks(&month)
                .into_iter()
                .map(|week| {
                    let cells = week.into_iter().map(|day| cell(day, held, chosen, today)).collect_view();
                    view! { <tr>{cells}</tr> }
                })
                .collect_view()
        })
    };
    view! {
        <section class="section program-calendar" aria-labelledby="calendar-title" data-testid="program-calendar">
            <div class="calendar-head">
                <h2 id="calendar-title">{t("日历", "Calendar")}</h2>
                <Button tone=Tone::Quiet icon=Icon::Back name=t("上个月", "Month before") on_press=move || turn(-1) testid="calendar-before" />
                <strong class="calendar-month" role="status" data-testid="calendar-month">{move || month_title(first.get())}</strong>
                <Button tone=Tone::Quiet icon=Icon::Next name=t("下个月", "Month after") on_press=move || turn(1) testid="calendar-after" />
                <Button tone=Tone::Quiet disabled=derived(move || first.get() == today.month_start()) on_press=move || chosen.set(today) testid="calendar-today">{t("今天", "Today")}</Button>
            </div>
            {move || failed.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
            <table class="calendar" node_ref=table aria-labelledby="calendar-title" on:keydown=on_key data-month=move || first.get().to_string()>
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
            {move || month.get().map(|month| view! { <ChosenDay month=month.clone() chosen=chosen /> <Holding month=month chosen=chosen /> })}
        </section>
    }
    .into_any()
}

/// Puts the focus on the chosen day.
fn focus_day(table: NodeRef<html::Table>) {
    let Some(table) = table.try_get_untracked().flatten() else { return };
    let day = table.query_selector("button[tabindex=\"0\"]").ok().flatten();
    if let Some(day) = day.and_then(|day| day.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = day.focus();
    }
}

fn cell(day: Option<CalendarDay>, held: StoredValue<Vec<Held>>, chosen: RwSignal<Day>, today: Day) -> AnyView {
    let Some(own) = day else { return view! { <td></td> }.into_any() };
    let day = own.day;
    let holding: Vec<Held> = held.with_value(|held| {
        own.holds.iter().filter_map(|number| held.get(usize::try_from(*number).ok()?).cloned()).collect()
    });
    let marks = holding
        .iter()
        .map(|held| {
            view! { <span class="calendar-mark"><Picture icon=icon_of(&held.sort) size=14 /> <span>{short_words(held)}</span></span> }
        })
        .collect_view();
    let shown = words::lunar_short(own.lunar.month, own.lunar.leap, own.lunar.day, language());
    let marked = !holding.is_empty();
    view! {
        <td>
            <button
                type="button"
                class="calendar-day"
                class:marked=marked
                class:today=day == today
                aria-pressed=move || (chosen.get() == day).to_string()
                aria-current=(day == today).then_some("date")
                tabindex=move || if chosen.get() == day { "0" } else { "-1" }
                data-testid=format!("calendar-day-{}", day.day_of_month())
                on:click=move |_| chosen.set(day)
            >
                <span class="calendar-number figure">{day.day_of_month()}</span>
                <span class="calendar-lunar">{shown}</span>
                {marks}
            </button>
        </td>
    }
    .into_any()
}

/// The chosen day in words.
#[component]
fn ChosenDay(month: Month, chosen: RwSignal<Day>) -> impl IntoView {
    move || {
        let day = chosen.get();
        let Some(own) = month.days.iter().find(|own| own.day == day) else { return ().into_any() };
        let holding = own
            .holds
            .iter()
            .filter_map(|number| month.held.get(usize::try_from(*number).ok()?))
            .map(|held| view! { <li><Picture icon=icon_of(&held.sort) size=16 /> <span>{say(&held.words)}</span></li> })
            .collect_view();
        let nothing = own.holds.is_empty();
        view! {
            <div class="calendar-chosen" aria-live="polite" data-testid="calendar-chosen">
                <p><strong>{crate::shared::day(day)}</strong> " · " {lunar_long(own)}</p>
                {if nothing {
                    view! { <p class="quiet-text">{t("没有特别的，照平常的规则。", "Nothing special: the rules of every day.")}</p> }.into_any()
                } else {
                    view! { <ul>{holding}</ul> }.into_any()
                }}
            </div>
        }
        .into_any()
    }
}

/// What holds in this month, with its days; where nothing does, the way to the next day.
#[component]
fn Holding(month: Month, chosen: RwSignal<Day>) -> impl IntoView {
    let item = |(number, held): (u32, &Held)| {
        let runs = model::days_of(&month, number);
        if runs.is_empty() && !held.whole_month {
            return None;
        }
        let days: Vec<String> = runs
            .iter()
            .map(|(from, to)| {
                let span = if from == to { from.to_string() } else { format!("{from}–{to}") };
                if language() == Language::Zh { format!("{span}日") } else { span }
            })
            .collect();
        let days = if held.whole_month { t("整月", "all month").to_owned() } else { list(&days) };
        Some(view! {
            <li>
                <Picture icon=icon_of(&held.sort) size=16 />
                <span>{say(&held.words)}</span>
                <strong class="figure">{days}</strong>
            </li>
        })
    };
    let items: Vec<_> = (0_u32..).zip(&month.held).filter_map(item).collect();
    if items.is_empty() {
        let next = month.next.map(|day| {
            let words = match language() {
                Language::Zh => format!("去 {}", long_day(day)),
                Language::En => format!("Go to {}", long_day(day)),
            };
            view! { <Button icon=Icon::Calendar on_press=move || chosen.set(day) testid="calendar-next">{words}</Button> }
        });
        return view! {
            <div class="calendar-none">
                <p class="quiet-text">{t("这个月没有特别的日子。", "No special days in this month.")}</p>
                {next}
            </div>
        }
        .into_any();
    }
    view! { <ul class="calendar-holding" data-testid="calendar-holding">{items}</ul> }.into_any()
}
