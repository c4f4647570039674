//! Short news at the edge of the screen, with an undo where there is one.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use regulars_desk::protocol::Trouble;
use regulars_rules::message::Refusal;

use super::formatting::say;
use super::icons::{Icon, Picture};
use super::language::t;

type Action = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    number: u32,
    text: String,
    bad: bool,
    undo: Option<Action>,
}

/// Shows news, from anywhere: `let toasts = use_toasts(); toasts.show(t("已保存", "Saved"))`.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    last_number: StoredValue<u32>,
}

/// The app's toasts.
pub fn use_toasts() -> Toasts {
    expect_context()
}

const SHORT: Duration = Duration::from_secs(4);
const LONG: Duration = Duration::from_secs(9);

impl Toasts {
    pub fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), last_number: StoredValue::new(0) }
    }

    /// Good news, gone after some seconds.
    pub fn show(self, text: impl Into<String>) {
        self.add(text.into(), false, None, SHORT);
    }

    /// Something went wrong: what, and what to do.
    pub fn problem(self, text: impl Into<String>) {
        self.add(text.into(), true, None, LONG);
    }

    /// What was done, and a way back for some seconds.
    pub fn undo(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.add(text.into(), false, Some(Arc::new(undo)), LONG);
    }

    /// A refusal: the reason and the remedy.
    pub fn refused(self, refusal: &Refusal) {
        let remedy = refusal.remedy.as_ref().map(say).unwrap_or_default();
        self.problem(format!("{} {remedy}", say(&refusal.reason)));
    }

    /// It could not be done: why, and what to do.
    pub fn failed(self, trouble: &Trouble) {
        self.problem(format!("{} {}", say(&trouble.what), say(&trouble.remedy)));
    }

    fn add(self, text: String, bad: bool, undo: Option<Action>, stay: Duration) {
        let number = self.last_number.with_value(|last| last.wrapping_add(1));
        self.last_number.set_value(number);
        self.shown.update(|shown| shown.push(Toast { number, text, bad, undo }));
        set_timeout(move || self.remove(number), stay);
    }

    fn remove(self, number: u32) {
        let _ = self.shown.try_update(|shown| shown.retain(|toast| toast.number != number));
    }
}

/// Where toasts appear. Once, in the frame.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            <For each=move || toasts.shown.get() key=|toast| toast.number let:toast>
                <div class="toast" class:bad=toast.bad>
                    {toast.bad.then(|| view! { <Picture icon=Icon::Warning /> })}
                    <span>{toast.text.clone()}</span>
                    {toast
                        .undo
                        .clone()
                        .map(|undo| {
                            view! {
                                <button
                                    type="button"
                                    class="button quiet"
                                    data-testid="undo"
                                    on:click=move |_| {
                                        undo();
                                        toasts.remove(toast.number);
                                    }
                                >
                                    {t("撤销", "Undo")}
                                </button>
                            }
                        })}
                </div>
            </For>
        </div>
    }
}
