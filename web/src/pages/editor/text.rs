//! The text itself: a plain text area over its own lines, which carry numbers, colours and what the check says.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply};
use regulars_rules::id::Text;
use regulars_rules::message::{Diagnostic, Severity};
use wasm_bindgen::JsCast;

use super::model;
use crate::client::use_client;
use crate::pages::programs::model::{Line, lines};
use crate::shared::*;

/// A pause in typing after which words are offered.
const PAUSE: Duration = Duration::from_millis(120);
/// At most this many words are offered at once.
const OFFERED: usize = 9;

#[derive(Clone, Default, PartialEq)]
struct Offer {
    from: usize,
    at: usize,
    words: Vec<Text>,
    chosen: usize,
}

const fn severity_class(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "doc-line error",
        Some(Severity::Warning) => "doc-line warning",
        Some(Severity::Note) | None => "doc-line",
    }
}

/// Types a text in place of a range, as if by hand: the browser's own undo takes it back.
fn type_in(area: &web_sys::HtmlTextAreaElement, from: u32, to: u32, text: &str) {
    let _ = area.set_selection_range(from, to);
    let typed = document()
        .dyn_into::<web_sys::HtmlDocument>()
        .ok()
        .and_then(|own| own.exec_command_with_show_ui_and_value("insertText", false, text).ok());
    if typed != Some(true) {
        let _ = area.set_range_text(text);
    }
}

#[component]
pub fn TextEditor(
    text: RwSignal<String>,
    diagnostics: Memo<Vec<Diagnostic>>,
    node: NodeRef<html::Textarea>,
) -> impl IntoView {
    let client = use_client();
    let offer = RwSignal::new(Offer::default());
    let question = StoredValue::new(0_u32);
    // After Escape the next Tab leaves the text: nobody is caught in it.
    let leaving = StoredValue::new(false);
    let close = move || offer.set(Offer::default());
    let look = move |at_once: bool| {
        let number = question.with_value(|number| number.wrapping_add(1));
        question.set_value(number);
        let ask = move || {
            if question.try_get_value() != Some(number) {
                return;
            }
            let Some(area) = node.get_untracked() else { return };
            let document = area.value();
            let at = model::byte_at(&document, area.selection_end().ok().flatten().unwrap_or(0));
            let place = u32::try_from(at).unwrap_or(u32::MAX);
            client.ask_then(Ask::Complete { document, at: place }, move |reply| {
                if let Reply::Completions(from, words) = reply
                    && question.try_get_value() == Some(number)
                {
                    let from = usize::try_from(from).unwrap_or(at);
                    // Without a letter typed, words come only when asked for; what is complete needs no offer.
                    let complete =
                        words.len() == 1 && words.first().is_some_and(|word| word.len() == at.saturating_sub(from));
                    let wanted = (at_once || from < at) && !complete;
                    let words = if wanted { words.into_iter().take(OFFERED).collect() } else { Vec::new() };
                    let _ = offer.try_set(Offer { from, at, words, chosen: 0 });
                }
            });
        };
        if at_once {
            ask();
        } else {
            set_timeout(ask, PAUSE);
        }
    };
    let take = move |index: usize| {
        let offered = offer.get_untracked();
        let (Some(area), Some(word)) = (node.get_untracked(), offered.words.get(index)) else { return };
        let value = area.value();
        let (from, to) = (model::units_at(&value, offered.from), model::units_at(&value, offered.at));
        let _ = area.focus();
        type_in(&area, from, to, word);
        text.set(area.value());
        question.set_value(question.get_value().wrapping_add(1));
        close();
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let key = event.key();
        let many = offer.with_untracked(|offer| offer.words.len());
        match key.as_str() {
            " " if event.ctrl_key() => {
                event.prevent_default();
                look(true);
            }
            "ArrowDown" if many > 0 => {
                event.prevent_default();
                offer.update(|offer| offer.chosen = offer.chosen.saturating_add(1).min(many.saturating_sub(1)));
            }
            "ArrowUp" if many > 0 => {
                event.prevent_default();
                offer.update(|offer| offer.chosen = offer.chosen.saturating_sub(1));
            }
            "Enter" | "Tab" if many > 0 => {
                event.prevent_default();
                take(offer.with_untracked(|offer| offer.chosen));
            }
            "Escape" if many > 0 => {
                event.prevent_default();
                close();
            }
            "Escape" => leaving.set_value(true),
            "Tab" if !event.shift_key() && !leaving.get_value() => {
                event.prevent_default();
                if let Some(area) = node.get_untracked() {
                    let ends = (area.selection_start().ok().flatten(), area.selection_end().ok().flatten());
                    if let (Some(from), Some(to)) = ends {
                        type_in(&area, from, to, "  ");
                        text.set(area.value());
                    }
                }
            }
            "ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown" => close(),
            _ => leaving.set_value(false),
        }
    };
    let shown = memo(move |_| diagnostics.with(|said| text.with(|text| lines(&format!("{text}\n"), said))));
    let rows = move || shown.with(|lines| lines.iter().cloned().map(row).collect::<Vec<_>>());
    let popup = move || {
        offer.with(|offer| {
            if offer.words.is_empty() {
                return ().into_any();
            }
            let (line, column) = text.with_untracked(|text| model::row_column(text, offer.from));
            let words = offer
                .words
                .iter()
                .enumerate()
                .map(|(index, word)| {
                    view! {
                        <li
                            role="option"
                            id=format!("offer-{index}")
                            aria-selected=(index == offer.chosen).to_string()
                            on:mousedown=move |event| {
                                event.prevent_default();
                                take(index);
                            }
                        >
                            {word.to_string()}
                        </li>
                    }
                })
                .collect_view();
            view! {
                <ul
                    class="editor-offer"
                    id="editor-offer"
                    role="listbox"
                    aria-label=t("可以写的词", "Words that may stand here")
                    style=format!("--row:{};--column:{column}", line.saturating_add(1))
                    data-testid="editor-offer"
                >
                    {words}
                </ul>
            }
            .into_any()
        })
    };
    view! {
        <div class="editor-scroll" data-testid="editor-scroll">
            <div class="editor">
                <pre class="document-text" aria-hidden="true"><code>{rows}</code></pre>
                <textarea
                    node_ref=node
                    class="editor-area"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    wrap="off"
                    aria-label=t("方案原文", "The document itself")
                    aria-describedby="editor-hint"
                    aria-autocomplete="list"
                    aria-controls=move || offer.with(|offer| (!offer.words.is_empty()).then_some("editor-offer"))
                    aria-activedescendant=move || offer.with(|offer| (!offer.words.is_empty()).then(|| format!("offer-{}", offer.chosen)))
                    data-testid="editor-text"
                    prop:value=move || text.get()
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        look(false);
                    }
                    on:keydown=on_key
                    on:blur=move |_| close()
                ></textarea>
                {popup}
            </div>
        </div>
        <p class="quiet-text" id="editor-hint">
            {t("Ctrl+空格 看这里能写什么；Tab 缩进，先按 Esc 再按 Tab 离开。", "Ctrl+Space offers words; Tab indents; press Esc, then Tab, to leave the text.")}
        </p>
    }
    .into_any()
}

fn row(line: Line) -> AnyView {
    let pieces = line
        .pieces
        .into_iter()
        .map(|piece| {
            let sort = piece.sort.class();
            let mark = match piece.mark {
                Some(Severity::Error) => "marked error",
                Some(Severity::Warning) => "marked warning",
                Some(Severity::Note) | None => "",
            };
            view! { <span class=format!("{sort} {mark}")>{piece.text}</span> }
        })
        .collect_view();
    view! {
        <span class=severity_class(line.mark)>
            <span class="doc-number">{line.number}</span>
            <span class="doc-code">{pieces}"\n"</span>
        </span>
    }
    .into_any()
}
