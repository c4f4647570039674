//! Waiting, and how far it is.

use leptos::prelude::*;

use super::formatting::say;
use super::language::t;
use super::memo::{derived, memo};
use crate::client::use_client;

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

/// How far the worker is with what takes long; until it says what that is, `words`.
#[component]
pub fn WorkerProgress(words: &'static str) -> impl IntoView {
    let progress = use_client().progress;
    view! {
        <ProgressBar
            done=derived(move || progress.with(|own| own.as_ref().map_or(0, |own| own.done)))
            total=derived(move || progress.with(|own| own.as_ref().map_or(0, |own| own.total)))
            label=derived(move || progress.with(|own| own.as_ref().map_or_else(|| words.to_owned(), |own| say(&own.what))))
        />
    }
}

/// While the shop opens. After an update all of the journal may have to be folded anew: then, how far that is.
#[component]
pub fn Opening() -> impl IntoView {
    let progress = use_client().progress;
    let takes_long = memo(move |_| progress.with(Option::is_some));
    let words = t("正在打开…", "Opening…");
    move || {
        if takes_long.get() {
            view! { <div class="section" data-testid="opening-progress"><WorkerProgress words=words /></div> }
                .into_any()
        } else {
            view! { <Spinner text=words /> }.into_any()
        }
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
