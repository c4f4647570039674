//! The page: rules and sales on one side, what they bring on the other.

use std::time::Duration;

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, CommissionProgram, Reply, Trouble};
use regulars_rules::message::Refusal;
use regulars_rules::preview::{OwnField, Preview};

use super::inputs::{Rows, RulesInputs, SalesInputs};
use super::model::Typed;
use super::result::ResultPanel;
use crate::client::use_client;
use crate::clock;
use crate::shared::*;

/// A pause in typing after which the figures are reckoned anew.
const PAUSE: Duration = Duration::from_millis(150);

/// What the worker said last.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The figures; those of the last input that could be read stay in sight.
    pub preview: Option<Preview>,
    /// A line that was refused.
    pub refusal: Option<Refusal>,
    /// Fields of one's own bands that are wrong, in words.
    pub wrong: Vec<(OwnField, String)>,
    /// The number of a sale that cannot be read; `Some(None)`: the further sale or the target.
    pub unreadable: Option<Option<usize>>,
}

#[component]
pub fn CalculatorPage() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let today = clock::today();
    let hash = window().location().hash().unwrap_or_default();
    let start = Typed::from_link(&hash, today).unwrap_or_else(|| Typed::example(today));
    let rows = Rows::new(start);
    let programs = RwSignal::new(Vec::<CommissionProgram>::new());
    let answer = RwSignal::new(Answer::default());
    let trouble = RwSignal::new(None::<Trouble>);
    client.ask_then(Ask::CommissionPrograms, move |reply| match reply {
        Reply::CommissionPrograms(found) => {
            programs.try_set(found);
        }
        Reply::Failed(why) => {
            trouble.try_set(Some(why));
        }
        _ => {}
    });

    let typed = memo(move |_| rows.typed());
    let question = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let typed = typed.get();
        // At once: who leaves or reloads now finds what was chosen.
        keep_in_address(&typed.to_link());
        let number = question.with_value(|number| number.wrapping_add(1));
        question.set_value(number);
        set_timeout(
            move || {
                if question.try_get_value() == Some(number) {
                    reckon(client, &typed, question, number, answer, trouble);
                }
            },
            PAUSE,
        );
    });

    let copy = move || {
        let address = window().location().href().unwrap_or_default();
        let clipboard = window().navigator().clipboard();
        let told = clipboard.write_text(&address);
        leptos::task::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(told).await {
                Ok(_) => toasts.show(t("链接已复制，打开就是现在这些数", "Link copied: it opens with these figures")),
                Err(_) => {
                    toasts.problem(t("没能复制，请直接复制地址栏", "Not copied: please copy the address instead"))
                }
            }
        });
    };
    let print = || {
        let _ = window().print();
    };
    view! {
        <div class="page calculator" data-testid="calculator">
            <header class="page-head">
                <div>
                    <h1>{t("提成试算", "Commission calculator")}</h1>
                    <p class="quiet-text">
                        {t("不用店铺，不用登录；数字只在这台设备上和您复制的链接里。", "No shop and no account: the figures are on this device alone, and in the link that you copy.")}
                    </p>
                </div>
                <div class="actions calculator-actions">
                    <Button icon=Icon::Link on_press=copy testid="calculator-link">{t("复制链接", "Copy the link")}</Button>
                    <Button icon=Icon::Print on_press=print testid="calculator-print">{t("打印", "Print")}</Button>
                </div>
            </header>
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
            <div class="calculator-body">
                <div class="calculator-inputs">
                    <RulesInputs rows=rows programs=programs answer=answer />
                    <SalesInputs rows=rows answer=answer />
                </div>
                <ResultPanel rows=rows answer=answer />
            </div>
        </div>
    }
}

/// Asks the worker; what cannot be read is said at its place, and the last figures stay.
fn reckon(
    client: crate::client::Client,
    typed: &Typed,
    question: StoredValue<u32>,
    number: u32,
    answer: RwSignal<Answer>,
    trouble: RwSignal<Option<Trouble>>,
) {
    // Again, where the browser refused it while one typed.
    keep_in_address(&typed.to_link());
    let ask = match typed.ask(clock::today()) {
        Ok(ask) => ask,
        Err(line) => {
            answer.try_update(|answer| {
                answer.unreadable = Some(line);
                answer.refusal = None;
                answer.wrong = Vec::new();
            });
            return;
        }
    };
    client.ask_then(Ask::Commission { by: typed.by(), ask }, move |reply| {
        if question.try_get_value() != Some(number) {
            return;
        }
        answer.try_update(|answer| {
            answer.unreadable = None;
            answer.refusal = None;
            answer.wrong = Vec::new();
            match reply {
                Reply::Commission(preview) => answer.preview = Some(*preview),
                Reply::Refused(refusal) => answer.refusal = Some(refusal),
                Reply::WrongBands(wrong) => {
                    answer.wrong = wrong
                        .into_iter()
                        .map(|(field, diagnostic)| {
                            let help = diagnostic.help.as_ref().map(say).unwrap_or_default();
                            (field, format!("{} {help}", say(&diagnostic.message)))
                        })
                        .collect();
                }
                Reply::Failed(why) => {
                    trouble.try_set(Some(why));
                }
                _ => {}
            }
        });
    });
}

/// The address carries what is typed: a reload keeps it, a copy sends it. Nothing goes to a server: it is behind `#`.
fn keep_in_address(link: &str) {
    // Browsers refuse to be asked too often.
    if window().location().hash().is_ok_and(|now| now.trim_start_matches('#') == link) {
        return;
    }
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(
            &wasm_bindgen::JsValue::NULL,
            "",
            Some(&format!("{}#{link}", address_without_hash())),
        );
    }
}

fn address_without_hash() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}
