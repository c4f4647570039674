//! What to try, over which days; then how far it is; then the result.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use regulars_desk::protocol::{Ask, DocumentsView, Draft, ProgramRow, ProgramView, Reply, Trouble, WhatIfAsk};
use regulars_rules::id::Text;
use regulars_rules::message::Refusal;
use regulars_rules::simulate::Comparison;
use regulars_rules::time::Day;

use super::result::WhatIfResult;
use crate::client::use_client;
use crate::clock;
use crate::pages::editor::kept;
use crate::pages::programs::{Parameters, model::Draft as Typed};
use crate::shared::*;

#[derive(Clone)]
enum State {
    Idle,
    Running,
    Done(Box<Comparison>),
    Refused(Refusal),
    Failed(Trouble),
}

#[component]
pub fn WhatIfPage() -> impl IntoView {
    let client = use_client();
    let params = use_params_map();
    let hash = use_location().hash;
    let id = params.with_untracked(|params| params.get("id").unwrap_or_default());
    // What is tried: a program's id, or `draft:` and the id of a text that is kept on this device.
    let edited = hash.get_untracked() == "#draft" && kept(&id).is_some();
    let chosen = RwSignal::new(if edited { format!("draft:{id}") } else { id.clone() });
    let rows = RwSignal::new(Vec::<ProgramRow>::new());
    let span = RwSignal::new(None::<Option<(Day, Day)>>);
    let first = RwSignal::new(String::new());
    let last = RwSignal::new(String::new());
    let state = RwSignal::new(State::Idle);
    let documents = RwSignal::new(None::<DocumentsView>);
    let program = RwSignal::new(None::<ProgramView>);
    let typed = RwSignal::new(Typed::default());
    let later = RwSignal::new(false);

    client.ask_then(Ask::Programs, move |reply| {
        if let Reply::Programs(all) = reply {
            let _ = rows.try_set(all);
        }
    });
    client.ask_then(Ask::Span, move |reply| {
        if let Reply::Span(found) = reply {
            if let Some((from, to)) = found {
                let _ = first.try_set(from.to_string());
                let _ = last.try_set(to.min(clock::today()).max(from).to_string());
            }
            let _ = span.try_set(Some(found));
        }
    });
    Effect::new(move |_| {
        let wanted = chosen.get();
        let id = Text::from(wanted.trim_start_matches("draft:"));
        documents.set(None);
        program.set(None);
        typed.set(Typed::default());
        client.ask_then(Ask::Documents(id.clone()), move |reply| {
            if let Reply::Documents(view) = reply
                && chosen.try_get_untracked().as_ref() == Some(&wanted)
            {
                let _ = documents.try_set(Some(*view));
            }
        });
        if !chosen.with_untracked(|own| own.starts_with("draft:")) {
            client.ask_then(Ask::Program { id: id.clone(), set: Default::default() }, move |reply| {
                if let Reply::Program(view) = reply
                    && chosen.try_get_untracked().as_deref() == Some(id.as_str())
                {
                    let _ = program.try_set(Some(*view));
                }
            });
        }
    });
    let options = {
        let id = id.clone();
        derived(move || {
            let mut options: Vec<(String, String)> =
                rows.with(|rows| rows.iter().map(|row| (row.id.to_string(), label(&row.title))).collect());
            if kept(&id).is_some() {
                options.insert(0, (format!("draft:{id}"), t("改写中的这一版", "The version being edited").to_owned()));
            }
            options
        })
    };
    let ends = memo(move |_| {
        let from = first.with(|text| text.parse::<Day>().ok())?;
        let at = last.with(|text| text.parse::<Day>().ok())?;
        (from <= at).then_some((from, at))
    });
    let run = move || {
        let (Some((from, at)), Some(documents)) = (ends.get_untracked(), documents.get_untracked()) else { return };
        let chosen = chosen.get_untracked();
        let document = match chosen.strip_prefix("draft:") {
            Some(id) => kept(id).unwrap_or_default(),
            None => program
                .with_untracked(|program| program.as_ref().map(|program| program.document.clone()))
                .or(documents.shipped)
                .unwrap_or_default(),
        };
        let mut set = documents.set;
        if let Some(program) = program.get_untracked() {
            set.extend(typed.with_untracked(|typed| typed.set(&program.parameters)));
        }
        state.set(State::Running);
        client.ask_then(
            Ask::WhatIf(WhatIfAsk { draft: Draft { document, set }, from, at, later: later.get_untracked() }),
            move |reply| {
                let _ = state.try_set(match reply {
                    Reply::WhatIf(comparison) => State::Done(comparison),
                    Reply::Refused(refusal) => State::Refused(refusal),
                    Reply::Failed(trouble) => State::Failed(trouble),
                    _ => return,
                });
            },
        );
    };
    // Versions adopted within the span: only then is there a choice.
    let has_later = memo(move |_| {
        ends.get().is_some_and(|(from, at)| {
            rows.with(|rows| {
                let begun = rows.iter().flat_map(|row| [row.in_force_from, row.planned_from]).flatten();
                begun.into_iter().any(|day| from < day && day <= at)
            })
        })
    });
    let back = link(&format!("programs/{id}"));
    let wrong = derived(move || {
        (ends.get().is_none() && span.with(|span| matches!(span, Some(Some(_)))))
            .then(|| t("最后一天要在第一天之后", "The last day must not be before the first").to_owned())
    });
    view! {
        <div class="page what-if" data-testid="what-if">
            <nav class="crumbs" aria-label=t("位置", "Where you are")>
                <a class="button quiet" href=back><Picture icon=Icon::Back /> {t("方案", "Program")}</a>
            </nav>
            <header class="program-head">
                <h1>{t("试算", "What if")}</h1>
                <p class="program-summary">{t("拿本店自己的记录，看看换一个方案会怎样。只是试算，什么都不会改。", "Your own records under another program. It only tries: nothing is changed by it.")}</p>
            </header>
            {move || {
                if span.with(|span| matches!(span, Some(None))) {
                    view! {
                        <EmptyState icon=Icon::Receipt title=t("还没有记录", "No records yet") text=t("先在收银台做几笔，或在“数据”里导入以前的销售。", "Sell something at the counter, or import past sales under Data.") testid="what-if-empty">
                            <a class="button main" href=link("data")>{t("去导入", "Import")}</a>
                        </EmptyState>
                    }
                        .into_any()
                } else {
                    view! {
                        <section class="panel form what-if-form" aria-label=t("试算什么", "What to try")>
                            <Choice label=t("试哪个方案", "Which program") value=chosen options=options testid="what-if-program" />
                            <div class="param-pair">
                                <Field label=t("从哪天起按它算", "Followed from") value=first kind="date" testid="what-if-first" />
                                <Field label=t("算到哪天", "Until") value=last kind="date" error=wrong testid="what-if-last" />
                            </div>
                            {move || has_later.get().then(|| view! {
                                <label class="tick">
                                    <input type="checkbox" prop:checked=move || later.get() on:change=move |event| later.set(event_target_checked(&event)) data-testid="what-if-later" />
                                    <span>{t("其间采用的版本，到了那天照常接替", "Versions adopted in between take over on their day")}</span>
                                </label>
                            })}
                            {move || program.get().filter(|program| !program.parameters.is_empty()).map(|program| view! {
                                <details class="more">
                                    <summary>{t("先改几个数再试", "Change figures first")}</summary>
                                    <Parameters saved=RwSignal::new(program) draft=typed />
                                </details>
                            })}
                            <Button
                                tone=Tone::Main
                                wide=true
                                busy=derived(move || matches!(state.get(), State::Running))
                                disabled=derived(move || ends.get().is_none() || documents.with(Option::is_none))
                                on_press=run
                                testid="what-if-run"
                            >
                                {t("试算", "Try it")}
                            </Button>
                        </section>
                    }
                        .into_any()
                }
            }}
            <div aria-live="polite">
                {move || match state.get() {
                    State::Idle => ().into_any(),
                    State::Running => view! { <Working /> }.into_any(),
                    State::Done(comparison) => view! { <WhatIfResult comparison=*comparison /> }.into_any(),
                    State::Refused(refusal) => view! { <RefusalNote refusal=refusal testid="what-if-refused" /> }.into_any(),
                    State::Failed(trouble) => view! { <TroubleNote trouble=trouble testid="what-if-failed" /> }.into_any(),
                }}
            </div>
        </div>
    }
    .into_any()
}

/// How far the worker is.
#[component]
pub fn Working() -> impl IntoView {
    view! { <div data-testid="what-if-working"><WorkerProgress words=t("正在试算…", "Working…") /></div> }.into_any()
}
