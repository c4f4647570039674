//! The editor's page.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use regulars_desk::protocol::{Ask, ChangedLine, CheckedView, DocumentsView, Draft, Reply, Trouble};
use regulars_rules::id::Text;
use regulars_rules::message::{Diagnostic, Severity};

use super::adopt::AdoptEdited;
use super::model;
use super::text::TextEditor;
use crate::client::use_client;
use crate::pages::programs::model::by_weight;
use crate::shared::*;

/// A pause in typing after which the text is checked.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub fn EditorPage() -> impl IntoView {
    let client = use_client();
    let id = use_params_map().with_untracked(|params| params.get("id").unwrap_or_default());
    let documents = RwSignal::new(None::<DocumentsView>);
    let failed = RwSignal::new(None::<Trouble>);
    client.ask_then(Ask::Documents(Text::from(id.clone())), move |reply| match reply {
        Reply::Documents(view) => {
            let _ = documents.try_set(Some(*view));
        }
        Reply::Failed(trouble) => {
            let _ = failed.try_set(Some(trouble));
        }
        _ => {}
    });
    let back = link(&if id == "new" { "programs".to_owned() } else { format!("programs/{id}") });
    view! {
        <div class="page editor-page" data-testid="editor">
            <nav class="crumbs" aria-label=t("位置", "Where you are")>
                <a class="button quiet" href=back><Picture icon=Icon::Back /> {t("方案", "Program")}</a>
            </nav>
            {move || match (documents.get(), failed.get()) {
                (Some(documents), _) => view! { <Editor id=id.clone() documents=documents /> }.into_any(),
                (None, Some(trouble)) => view! { <TroubleNote trouble=trouble /> }.into_any(),
                (None, None) => view! { <Spinner text=t("正在读取方案…", "Reading the program…") /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Editor(id: String, documents: DocumentsView) -> impl IntoView {
    let client = use_client();
    let confirm = use_confirm();
    let own = documents.own.as_ref().map(|(_, document)| document.clone());
    let source = own.or_else(|| documents.shipped.clone()).unwrap_or_else(|| model::BLANK.to_owned());
    let set: BTreeMap<Text, Text> = documents.set.clone();
    let started = model::kept(&id);
    let text = RwSignal::new(started.unwrap_or_else(|| source.clone()));
    let origin = StoredValue::new(source);
    let checked = RwSignal::new(CheckedView::default());
    let stale = RwSignal::new(true);
    let trouble = RwSignal::new(None::<Trouble>);
    let node = NodeRef::<html::Textarea>::new();
    let question = StoredValue::new(0_u32);
    let key = StoredValue::new(id.clone());
    let kept = RwSignal::new(true);

    let edited = memo(move |_| text.with(|text| origin.with_value(|origin| origin != text)));
    // What was typed is kept on this device: after a pause, and at once when the page is left.
    let keep = move || {
        let (Some(document), Some(changed)) = (text.try_get_untracked(), edited.try_get_untracked()) else { return };
        let _ = key.try_with_value(|id| {
            model::keep(id, if changed { &document } else { "" });
            let _ = kept.try_set(!changed || model::kept(id).as_deref() == Some(document.as_str()));
        });
    };
    let draft = {
        let set = set.clone();
        Callback::new(move |(): ()| Draft { document: text.get_untracked(), set: set.clone() })
    };
    Effect::new(move |before: Option<()>| {
        let document = text.get();
        let number = question.with_value(|number| number.wrapping_add(1));
        question.set_value(number);
        stale.set(true);
        let asked = Draft { document, set: set.clone() };
        let pause = if before.is_none() { Duration::ZERO } else { PAUSE };
        set_timeout(
            move || {
                if question.try_get_value() != Some(number) {
                    return;
                }
                keep();
                client.ask_then(Ask::CheckDocument(asked), move |reply| {
                    if question.try_get_value() != Some(number) {
                        return;
                    }
                    match reply {
                        Reply::Checked(view) => {
                            let _ = checked.try_set(*view);
                            let _ = stale.try_set(false);
                            let _ = trouble.try_set(None);
                        }
                        Reply::Failed(why) => {
                            let _ = trouble.try_set(Some(why));
                        }
                        _ => {}
                    }
                });
            },
            pause,
        );
    });
    // Only what the device cannot keep could be lost by leaving.
    let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
        keep();
        if !kept.try_get_untracked().unwrap_or(true) {
            event.prevent_default();
        }
    });
    // A tablet puts a page away without asking it.
    let put_away = window_event_listener_untyped("pagehide", move |_| keep());
    on_cleanup(move || {
        keep();
        leaving.remove();
        put_away.remove();
    });

    let diagnostics = memo(move |_| checked.with(|view| view.diagnostics.clone()));
    let go_to = Callback::new(move |line: u32| {
        if let Some(area) = node.get_untracked() {
            let value = area.value();
            let start = model::line_start(&value, line);
            let at = model::units_at(&value, start);
            let _ = area.focus();
            let _ = area.set_selection_range(at, at);
            if let Ok(Some(scroll)) = document().query_selector(".editor-scroll") {
                // Pixels above the line: geometry, not a figure.
                let lines = i64::try_from(value.lines().count().max(1)).unwrap_or(1);
                let above = i64::from(scroll.scroll_height()) * i64::from(line.saturating_sub(6)) / lines;
                scroll.set_scroll_top(i32::try_from(above).unwrap_or(0));
            }
        }
    });
    let forget = move || {
        let question = Question {
            title: t("放弃改动？", "Discard the changes?").to_owned(),
            text: t(
                "回到改之前的文字，这台设备上的草稿会删掉。",
                "The text goes back to what it was; the draft on this device is deleted.",
            )
            .to_owned(),
            action: t("放弃改动", "Discard").to_owned(),
            danger: true,
        };
        confirm.ask(question, move || text.set(origin.get_value()));
    };
    let on_adopted = Callback::new(move |(): ()| {
        origin.set_value(text.get_untracked());
        key.with_value(|id| model::keep(id, ""));
        text.notify();
    });
    let what_if = link(&format!("programs/{id}/what-if#draft"));
    view! {
        <header class="program-head">
            <h1>{t("改写方案", "Edit a program")}</h1>
            <p class="program-summary" data-testid="editor-kept" role="status">
                {move || match (edited.get(), kept.get()) {
                    (false, _) => t("还没有改动。改动只存在这台设备上，采用之前什么都不变。", "Nothing edited yet. Edits stay on this device; nothing changes before you adopt them."),
                    (true, true) => t("草稿存在这台设备上，采用之前什么都不变。", "The draft is kept on this device; nothing changes before you adopt it."),
                    (true, false) => t("这台设备存不下草稿，离开前请先复制。", "This device cannot keep the draft: copy it before you leave."),
                }}
            </p>
            <div class="actions">
                <a class="button" href=what_if data-testid="editor-what-if"><Picture icon=Icon::Today /> {t("试算", "What if")}</a>
                <Button tone=Tone::Quiet icon=Icon::Undo disabled=derived(move || !edited.get()) on_press=forget testid="editor-discard">{t("放弃改动", "Discard")}</Button>
            </div>
        </header>
        <div class="editor-body">
            <div class="program-words">
                <TextEditor text=text diagnostics=diagnostics node=node />
                {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
                <Said diagnostics=diagnostics go_to=go_to stale=stale />
            </div>
            <div class="program-side">
                <AdoptEdited checked=checked stale=stale.into() draft=draft on_adopted=on_adopted />
                <Changes checked=checked />
                <PlainWords checked=checked />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Said(diagnostics: Memo<Vec<Diagnostic>>, go_to: Callback<u32>, stale: RwSignal<bool>) -> impl IntoView {
    let verdict = move || {
        let errors = diagnostics.with(|all| all.iter().filter(|one| one.severity == Severity::Error).count());
        let number = count(i64::try_from(errors).unwrap_or(i64::MAX));
        match (stale.get(), errors) {
            (true, _) => t("正在检查…", "Checking…").to_owned(),
            (false, 0) => t("没有错误", "No errors").to_owned(),
            (false, _) => format!("{number} {}", t("处错误", if errors == 1 { "error" } else { "errors" })),
        }
    };
    let items = move || {
        by_weight(&diagnostics.get())
            .into_iter()
            .map(|one| {
                let (class, icon, word) = match one.severity {
                    Severity::Error => ("complaint error", Icon::Warning, t("错误", "Error")),
                    Severity::Warning => ("complaint warning", Icon::Warning, t("警告", "Warning")),
                    Severity::Note => ("complaint note", Icon::Info, t("提示", "Note")),
                };
                let line = one.line;
                let place = match language() {
                    regulars_rules::message::Language::Zh => format!("第 {line} 行"),
                    regulars_rules::message::Language::En => format!("line {line}"),
                };
                view! {
                    <li class=class data-testid="edit-diagnostic" data-code=one.code.to_string() data-line=line>
                        <Picture icon=icon />
                        <div>
                            <p><strong>{word}</strong> " " {say(&one.message)}</p>
                            {one.help.as_ref().map(|help| view! { <p class="complaint-help">{say(help)}</p> })}
                            <p class="complaint-place">
                                <button type="button" class="inline-link" on:click=move |_| go_to.run(line)>{place}</button>
                                <code>{one.code.to_string()}</code>
                            </p>
                        </div>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section class="section" aria-labelledby="edit-check">
            <h2 id="edit-check">{t("检查", "Check")}</h2>
            <p class="quiet-text" role="status" data-testid="edit-verdict">{verdict}</p>
            <ul class="complaints">{items}</ul>
        </section>
    }
    .into_any()
}

/// What differs from the version that is followed, line by line.
#[component]
fn Changes(checked: RwSignal<CheckedView>) -> impl IntoView {
    let changes = memo(move |_| checked.with(|view| (view.changes.clone(), view.compared_with_own)));
    let line = |line: ChangedLine| {
        let (class, sign) = match (line.old, line.new) {
            (None, _) => ("diff-line new", "+"),
            (_, None) => ("diff-line gone", "−"),
            (Some(_), Some(_)) => ("diff-line", " "),
        };
        let number = line.new.or(line.old);
        view! { <li class=class><span class="doc-number">{number}</span><span aria-hidden="true">{sign}</span><code>{line.text}</code></li> }
    };
    view! {
        <Show when=move || changes.with(|(changes, _)| !changes.is_empty())>
            <section class="section" aria-labelledby="edit-changes">
                <h2 id="edit-changes">
                    {move || if changes.with(|(_, own)| *own) { t("和现在用的不同", "Different from the version in use") } else { t("和原来的不同", "Different from the program as it comes") }}
                </h2>
                <ul class="diff" tabindex="0" data-testid="edit-changes">{move || changes.get().0.into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn PlainWords(checked: RwSignal<CheckedView>) -> impl IntoView {
    let sections = memo(move |_| checked.with(|view| view.sections.clone()));
    let shown = move || {
        sections
            .get()
            .into_iter()
            .map(|(title, lines)| {
                let lines = lines
                    .into_iter()
                    .map(|line| view! { <li class="sentence"><p>{say(&line.words)}</p></li> })
                    .collect_view();
                view! { <section class="words-section"><h3>{say(&title)}</h3><ul>{lines}</ul></section> }
            })
            .collect_view()
    };
    view! {
        <Show when=move || !sections.with(Vec::is_empty)>
            <details class="more" data-testid="edit-words">
                <summary>{t("用平常话说", "In plain words")}</summary>
                {shown}
            </details>
        </Show>
    }
    .into_any()
}
