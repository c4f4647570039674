//! What the staff pages share: months in words, the steps between them, how a month stands.

use leptos::prelude::*;
use regulars_rules::message::Language;
use regulars_rules::time::Day;

use super::model::{month_of, month_text};
use crate::clock;
use crate::pages::members::list::month_name;
use crate::shared::*;

/// `2026年3月`, `March 2026`.
pub fn month_words(month: Day) -> String {
    let name = month_name(u8::try_from(month.month()).unwrap_or(1));
    match language() {
        Language::Zh => format!("{}年{name}", month.year()),
        Language::En => format!("{name} {}", month.year()),
    }
}

/// The months from a day until another, that one left out.
pub fn period_words(from: Day, to: Day) -> String {
    let last = to.plus_days(-1).month_start();
    if from == last {
        return month_words(from);
    }
    if from.month_start() != from || to.month_start() != to {
        return format!("{} – {}", long_day(from), long_day(to.plus_days(-1)));
    }
    format!("{} – {}", month_words(from), month_words(last))
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

/// Whether a month is running, open or closed; never colour alone.
#[component]
pub fn MonthState(over: bool, closed: bool) -> impl IntoView {
    let (words, class) = match (over, closed) {
        (_, true) => (t("已结账", "Closed"), "tag accent"),
        (true, false) => (t("未结账", "Not closed"), "tag warn"),
        (false, false) => (t("进行中", "Running"), "tag"),
    };
    view! { <span class=class data-testid="staff-state" data-closed=closed.to_string()>{words}</span> }
}

/// The month shown, the one before and the one after.
#[component]
pub fn MonthSteps(
    month: Memo<Day>,
    /// The page, without the month.
    path: &'static str,
    /// What else is in its address, beginning with `&`.
    #[prop(into)]
    extra: Signal<String>,
) -> impl IntoView {
    let go = StoredValue::new_local(use_go());
    let address = move |to: Day| format!("{path}?month={}{}", month_text(to), extra.get());
    let step = move |months: i32| {
        let href = move || link(&address(month.get().plus_months(months)));
        let last = months > 0 && clock::today().month_start() <= month.get();
        let words = if months < 0 { t("上个月", "Month before") } else { t("下个月", "Month after") };
        let icon = if months < 0 { Icon::Back } else { Icon::Next };
        if last {
            view! { <span class="button quiet icon-only s-step-off" aria-hidden="true"><Picture icon=icon /></span> }
                .into_any()
        } else {
            let testid = if months < 0 { "staff-before" } else { "staff-after" };
            view! { <a class="button quiet icon-only" href=href aria-label=words title=words data-testid=testid><Picture icon=icon /></a> }.into_any()
        }
    };
    view! {
        <div class="s-months">
            {move || step(-1)}
            <label class="s-month">
                <span data-testid="staff-month">{move || month_words(month.get())}</span>
                <input
                    type="month"
                    aria-label=t("月份", "Month")
                    prop:value=move || month_text(month.get())
                    max=month_text(clock::today())
                    data-testid="staff-month-field"
                    on:change=move |event| {
                        if let Some(to) = month_of(&event_target_value(&event)) {
                            go.with_value(|go| go(&address(to)));
                        }
                    }
                    on:click=move |event| {
                        let _ = js_sys::Reflect::get(&event_target::<web_sys::HtmlInputElement>(&event), &"showPicker".into())
                            .ok()
                            .and_then(|show| wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(show).ok())
                            .and_then(|show| show.call0(&event_target::<web_sys::HtmlInputElement>(&event)).ok());
                    }
                />
            </label>
            {move || step(1)}
        </div>
    }
}
