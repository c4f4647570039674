//! Waiting, and how far it is.

use leptos::prelude::*;

use super::language::t;

/// A wheel with a word. It appears only after a moment (in the CSS): quick answers do not flicker.
#[component]
pub fn Spinner(#[prop(optional, into)] text: Option<String>) -> impl IntoView {
    view! {
        <div class="waiting" role="status">
            <span class="wheel" aria-hidden="true"></span>
            <span>{text.unwrap_or_else(|| t("稍等…", "One moment…").to_owned())}</span>
        </div>
    }
}

/// A bar: how much of how much. A total of 0: unknown.
#[component]
pub fn ProgressBar(
    #[prop(into)] done: Signal<u32>,
    #[prop(into)] total: Signal<u32>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="progress">
            <progress
                max=move || total.get().max(1)
                value=move || (total.get() > 0).then(|| done.get().to_string())
                aria-label=move || label.get()
            ></progress>
            <span class="progress-text">{move || label.get()}</span>
        </div>
    }
}

/// A thin bar by per mille, for "how far to the next tier". The words beside it say the figures.
#[component]
pub fn Meter(#[prop(into)] permille: Signal<u32>, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <div
            class="meter"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="1000"
            aria-valuenow=move || permille.get().min(1000)
            style=move || format!("--reached:{}", permille.get().min(1000))
        >
            <span></span>
        </div>
    }
}
