//! Asking before something that cannot be undone.

use std::sync::Arc;

use leptos::prelude::*;

use super::button::{Button, Tone};
use super::language::t;
use super::memo::derived;
use super::sheet::Modal;

/// A question before an action.
#[derive(Clone)]
pub struct Question {
    /// What would happen, as a question.
    pub title: String,
    /// What that means; may be empty.
    pub text: String,
    /// The action's own words: "退会", not "OK".
    pub action: String,
    /// Whether it takes something away.
    pub danger: bool,
}

type Action = Arc<dyn Fn() + Send + Sync>;

/// Asks, from anywhere: `let confirm = use_confirm(); confirm.ask(Question { … }, move || …)`.
#[derive(Clone, Copy)]
pub struct Confirm {
    open: RwSignal<bool>,
    asked: RwSignal<Option<(Question, Action)>>,
}

/// The app's one confirm dialog.
pub fn use_confirm() -> Confirm {
    expect_context()
}

impl Confirm {
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), asked: RwSignal::new(None) }
    }

    /// Asks; `action` runs if the person says yes.
    pub fn ask(self, question: Question, action: impl Fn() + Send + Sync + 'static) {
        self.asked.set(Some((question, Arc::new(action))));
        self.open.set(true);
    }
}

/// Where the question appears. Once, in the frame.
#[component]
pub fn ConfirmHost() -> impl IntoView {
    let confirm = use_confirm();
    let title = derived(move || {
        confirm.asked.with(|asked| asked.as_ref().map(|(question, _)| question.title.clone()).unwrap_or_default())
    });
    view! {
        <Modal open=confirm.open class="confirm" label=title testid=Some("confirm".into())>
            {move || {
                confirm
                    .asked
                    .get()
                    .map(|(question, action)| {
                        view! {
                            <h2>{question.title}</h2>
                            <p>{question.text}</p>
                            <div class="actions">
                                <Button on_press=move || confirm.open.set(false) testid="confirm-no">
                                    {t("取消", "Cancel")}
                                </Button>
                                <Button
                                    tone=if question.danger { Tone::Danger } else { Tone::Main }
                                    on_press=move || {
                                        confirm.open.set(false);
                                        action();
                                    }
                                    testid="confirm-yes"
                                >
                                    {question.action}
                                </Button>
                            </div>
                        }
                    })
            }}
        </Modal>
    }
}
