//! What the check says, and the document itself with the places marked.

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::ProgramView;
use regulars_rules::message::{Diagnostic, Severity};

use super::model::{self, Line};
use crate::shared::*;

/// Where the page should look in the document: a line, and that it be shown.
#[derive(Clone, Copy)]
pub struct Place {
    /// Whether the document is open.
    pub open: RwSignal<bool>,
    /// The line to look at.
    pub line: RwSignal<Option<u32>>,
}

impl Place {
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), line: RwSignal::new(None) }
    }

    fn show(self, line: u32) {
        self.open.set(true);
        self.line.set(Some(line));
        // The lines are drawn with the next frame.
        request_animation_frame(move || {
            request_animation_frame(move || {
                if let Some(row) = document().get_element_by_id(&format!("doc-line-{line}")) {
                    let options = web_sys::ScrollIntoViewOptions::new();
                    options.set_block(web_sys::ScrollLogicalPosition::Center);
                    row.scroll_into_view_with_scroll_into_view_options(&options);
                }
            });
        });
    }
}

const fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn severity_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => t("错误", "Error"),
        Severity::Warning => t("警告", "Warning"),
        Severity::Note => t("提示", "Note"),
    }
}

fn severity_icon(severity: Severity) -> Icon {
    match severity {
        Severity::Error | Severity::Warning => Icon::Warning,
        Severity::Note => Icon::Info,
    }
}

/// What the check says: errors and warnings open, notes folded.
#[component]
pub fn Diagnostics(tried: RwSignal<ProgramView>, checking: RwSignal<bool>, place: Place) -> impl IntoView {
    let sorted = memo(move |_| tried.with(|tried| model::by_weight(&tried.diagnostics)));
    let verdict = move || sorted.with(|sorted| model::verdict(sorted));
    let part = move |notes: bool| {
        sorted.with(|sorted| {
            sorted
                .iter()
                .filter(|diagnostic| (diagnostic.severity == Severity::Note) == notes)
                .map(|diagnostic| view! { <Complaint diagnostic=diagnostic.clone() place=place /> })
                .collect_view()
        })
    };
    let summary = move || {
        let verdict = verdict();
        let number = |count_of: usize| count(i64::try_from(count_of).unwrap_or(i64::MAX));
        match (verdict.errors, verdict.warnings) {
            (0, 0) => t("检查通过，可以使用", "Checked: ready for use").to_owned(),
            (0, warnings) => format!(
                "{} {}",
                number(warnings),
                t(
                    "条警告，可以使用",
                    if warnings == 1 { "warning; it can be used" } else { "warnings; it can be used" }
                )
            ),
            (errors, _) => format!(
                "{} {}",
                number(errors),
                t(
                    "处错误，改好才能用",
                    if errors == 1 { "error; put it right before use" } else { "errors; put them right before use" }
                )
            ),
        }
    };
    view! {
        <section class="section" aria-labelledby="check-title" data-testid="diagnostics">
            <h2 id="check-title">{t("检查", "Check")}</h2>
            <p
                class="check-verdict"
                class:error=move || { verdict().errors > 0 }
                class:warning=move || { verdict().errors == 0 && verdict().warnings > 0 }
                role="status"
                aria-busy=move || checking.get().to_string()
                data-errors=move || verdict().errors
                data-testid="verdict"
            >
                {move || {
                    if checking.get() {
                        view! { <span class="wheel" aria-hidden="true"></span> }.into_any()
                    } else {
                        let icon = if verdict().errors > 0 || verdict().warnings > 0 { Icon::Warning } else { Icon::Check };
                        view! { <Picture icon=icon /> }.into_any()
                    }
                }}
                <span>{summary}</span>
            </p>
            <ul class="complaints">{move || part(false)}</ul>
            <Show when=move || { verdict().notes > 0 }>
                <details class="more">
                    <summary>{move || count(i64::try_from(verdict().notes).unwrap_or(i64::MAX))} " " {t("条提示", "notes")}</summary>
                    <ul class="complaints">{move || part(true)}</ul>
                </details>
            </Show>
        </section>
    }
}

#[component]
fn Complaint(diagnostic: Diagnostic, place: Place) -> impl IntoView {
    let line = diagnostic.line;
    let where_words = match language() {
        regulars_rules::message::Language::Zh => format!("第 {line} 行第 {} 列", diagnostic.column),
        regulars_rules::message::Language::En => format!("line {line}, column {}", diagnostic.column),
    };
    let help = diagnostic.help.as_ref().map(say);
    view! {
        <li class=format!("complaint {}", severity_class(diagnostic.severity)) data-testid="diagnostic" data-code=diagnostic.code.to_string() data-line=line>
            <Picture icon=severity_icon(diagnostic.severity) />
            <div>
                <p><strong>{severity_words(diagnostic.severity)}</strong> " " {say(&diagnostic.message)}</p>
                {help.map(|help| view! { <p class="complaint-help">{help}</p> })}
                <p class="complaint-place">
                    <button type="button" class="inline-link" on:click=move |_| place.show(line)>{where_words}</button>
                    <code>{diagnostic.code.to_string()}</code>
                </p>
            </div>
        </li>
    }
}

/// The document itself.
#[component]
pub fn Document(tried: RwSignal<ProgramView>, place: Place) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let toasts = use_toasts();
    let source = memo(move |_| tried.with(|tried| tried.document.clone()));
    let diagnostics = memo(move |_| tried.with(|tried| tried.diagnostics.clone()));
    let lines = move || {
        let diagnostics = diagnostics.get();
        let lines = source.with(|source| model::lines(source, &diagnostics));
        lines
            .into_iter()
            .map(|line| {
                let said: Vec<Diagnostic> =
                    diagnostics.iter().filter(|diagnostic| diagnostic.line == line.number).cloned().collect();
                view! { <DocumentLine line=line said=said place=place /> }
            })
            .collect_view()
    };
    let copy = move || {
        let promise = window().navigator().clipboard().write_text(&source.get_untracked());
        leptos::task::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(promise).await {
                Ok(_) => toasts.show(t("已复制方案原文", "The document is copied")),
                Err(_) => {
                    toasts.problem(t("浏览器不让复制，请手动选中", "The browser refuses; select the text by hand"))
                }
            }
        });
    };
    view! {
        <details
            class="document"
            node_ref=details
            prop:open=move || place.open.get()
            on:toggle=move |_| {
                if let Some(details) = details.get_untracked() {
                    let _ = place.open.try_set(details.open());
                }
            }
            data-testid="document"
        >
            <summary>
                <span>{t("方案原文", "The document itself")}</span>
                <span class="quiet-text">{move || source.with(|source| count(i64::try_from(source.lines().count()).unwrap_or(i64::MAX)))} " " {t("行", "lines")}</span>
            </summary>
            <Show when=move || place.open.get()>
                <div class="document-tools">
                    <p class="quiet-text">{t("程序就照这份文字计算。改动请在“本店来定”里做。", "The engine computes from this text. Change figures under “For the shop to set”.")}</p>
                    <Button on_press=copy icon=Icon::Note testid="document-copy">{t("复制", "Copy")}</Button>
                </div>
                <div class="document-scroll" tabindex="0" role="region" aria-label=t("方案原文", "The document itself")>
                    <pre class="document-text"><code>{lines}</code></pre>
                </div>
            </Show>
        </details>
    }
}

#[component]
fn DocumentLine(line: Line, said: Vec<Diagnostic>, place: Place) -> impl IntoView {
    let number = line.number;
    let class = format!("doc-line {}", line.mark.map(severity_class).unwrap_or_default());
    let pieces = line
        .pieces
        .into_iter()
        .map(|piece| {
            let sort = piece.sort.class();
            match piece.mark {
                Some(severity) => {
                    view! { <mark class=format!("{sort} {}", severity_class(severity))>{piece.text}</mark> }.into_any()
                }
                None if sort.is_empty() => piece.text.into_any(),
                None => view! { <span class=sort>{piece.text}</span> }.into_any(),
            }
        })
        .collect_view();
    let notes = said
        .into_iter()
        .map(|diagnostic| {
            view! {
                <span class=format!("doc-said {}", severity_class(diagnostic.severity))>
                    {severity_words(diagnostic.severity)} " " {diagnostic.code.to_string()} " " {say(&diagnostic.message)}
                </span>
            }
        })
        .collect_view();
    view! {
        <span class=class class:looked-at=move || place.line.get() == Some(number) id=format!("doc-line-{number}")>
            <span class="doc-number" aria-hidden="true">{number}</span>
            <span class="doc-code">{pieces}"\n"</span>
            {notes}
        </span>
    }
}
