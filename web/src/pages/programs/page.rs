//! One program: in plain words, its tiers, what the shop sets, the document, adoption.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use regulars_desk::protocol::{Ask, ProgramView, Reply, SectionLine, Trouble};
use regulars_rules::id::Text;
use regulars_rules::message::Message;

use super::adopt::Adopt;
use super::calendar::ProgramCalendar;
use super::charts::Charts;
use super::document::{Diagnostics, Document, Place};
use super::ladder::Ladder;
use super::list::{StandingTag, rules_words, size_words, version_words};
use super::model::{self, Draft};
use super::parameters::Parameters;
use crate::client::use_client;
use crate::shared::*;

/// A pause in typing after which the values are checked.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone)]
enum Shown {
    Waiting,
    Here(Box<ProgramView>),
    Missing(Trouble),
}

#[component]
pub fn ProgramPage() -> impl IntoView {
    let client = use_client();
    let params = use_params_map();
    let id = memo(move |_| Text::from(params.with(|params| params.get("id").unwrap_or_default())));
    let shown = RwSignal::new(Shown::Waiting);
    let ask = move || {
        let wanted = id.get_untracked();
        client.ask_then(Ask::Program { id: wanted.clone(), set: BTreeMap::new() }, move |reply| {
            if id.try_get_untracked().as_ref() != Some(&wanted) {
                return;
            }
            let _ = shown.try_set(match reply {
                Reply::Program(view) => Shown::Here(view),
                Reply::Failed(trouble) => Shown::Missing(trouble),
                Reply::Refused(refusal) => {
                    let remedy = refusal.remedy.clone().unwrap_or_else(|| refusal.reason.clone());
                    Shown::Missing(Trouble { what: refusal.reason, remedy, read_only: false })
                }
                _ => return,
            });
        });
    };
    Effect::new(move |_| {
        id.track();
        shown.set(Shown::Waiting);
        ask();
    });
    view! {
        <div class="page program" data-testid="program">
            <nav class="crumbs" aria-label=t("位置", "Where you are")>
                <a class="button quiet" href=link("programs")><Picture icon=Icon::Back /> {t("全部方案", "All programs")}</a>
            </nav>
            {move || match shown.get() {
                Shown::Waiting => view! { <Spinner text=t("正在读取方案…", "Reading the program…") /> }.into_any(),
                Shown::Here(view) => view! { <Here view=*view /> }.into_any(),
                Shown::Missing(trouble) => {
                    view! {
                        <TroubleNote trouble=trouble testid="program-missing" />
                        <div class="actions">
                            <Button on_press=ask icon=Icon::Undo>{t("再试一次", "Try again")}</Button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Here(view: ProgramView) -> impl IntoView {
    let client = use_client();
    let id = view.row.id.clone();
    let tried = RwSignal::new(view.clone());
    let saved = RwSignal::new(view);
    let draft = RwSignal::new(Draft::default());
    let checking = RwSignal::new(false);
    let place = Place::new();
    let trouble = RwSignal::new(None::<Trouble>);

    // What is typed is checked by the worker, after a pause; only the newest answer counts.
    let set = memo(move |_| saved.with(|saved| draft.with(|draft| draft.set(&saved.parameters))));
    // The values that `tried` was worked out with: the calendar asks with these.
    let tried_with = RwSignal::new(BTreeMap::new());
    let question = StoredValue::new(0_u32);
    let asked_id = id.clone();
    let asked_of = StoredValue::new(id.clone());
    Effect::new(move |before: Option<BTreeMap<Text, Text>>| {
        let set = set.get();
        if before.is_none() {
            return set;
        }
        let number = question.with_value(|number| number.wrapping_add(1));
        question.set_value(number);
        checking.set(true);
        let (ask, with) = (Ask::Program { id: asked_id.clone(), set: set.clone() }, set.clone());
        set_timeout(
            move || {
                if question.try_get_value() != Some(number) {
                    return;
                }
                client.ask_then(ask, move |reply| {
                    if question.try_get_value() != Some(number) {
                        return;
                    }
                    let _ = checking.try_set(false);
                    match reply {
                        Reply::Program(view) => {
                            let _ = trouble.try_set(None);
                            let _ = tried_with.try_set(with);
                            let _ = tried.try_set(*view);
                        }
                        Reply::Failed(why) => {
                            let _ = trouble.try_set(Some(why));
                        }
                        _ => {}
                    }
                });
            },
            PAUSE,
        );
        set
    });

    // The program in force may change elsewhere: another tab, the counter.
    let in_force = memo(move |_| {
        client.status.with(|status| status.as_ref().map(|status| (status.program.clone(), status.version)))
    });
    Effect::new(move |before: Option<Option<(Text, u32)>>| {
        let now = in_force.get();
        if before.is_some_and(|before| before != now) {
            let id = id.clone();
            client.ask_then(Ask::Program { id, set: BTreeMap::new() }, move |reply| {
                if let Reply::Program(view) = reply
                    && draft.try_with_untracked(|draft| *draft == Draft::default()) == Some(true)
                {
                    let _ = tried.try_set((*view).clone());
                    let _ = saved.try_set(*view);
                }
            });
        }
        now
    });

    let row = memo(move |_| saved.with(|saved| saved.row.clone()));
    let ladder = memo(move |_| tried.with(|tried| tried.ladder.clone()));
    let charts = memo(move |_| tried.with(|tried| tried.charts.clone()));
    let has_days = memo(move |_| tried.with(|tried| tried.has_days));
    let features = move || {
        row.with(|row| row.features.iter().map(|feature| view! { <li class="tag">{say(feature)}</li> }).collect_view())
    };
    view! {
        <header class="program-head">
            <div class="program-top">
                <span class="quiet-text">{move || row.with(|row| {
                    let all = [code_title(&row.trade), size_words(&row.size).to_owned(), rules_words(row.rules), version_words(row.version)];
                    all.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
                })}</span>
                {move || view! { <StandingTag standing=row.with(model::standing) /> }}
            </div>
            <h1 data-testid="program-title">{move || row.with(|row| label(&row.title))}</h1>
            <p class="program-summary">{move || row.with(|row| label(&row.summary))}</p>
            <ul class="program-features" aria-label=t("特点", "Features")>{features}</ul>
            <p class="quiet-text">{move || row.with(|row| format!("{}{}", t("依据：", "After: "), model::source_title(&row.source)))}</p>
            <div class="actions">
                <a class="button" href=move || link(&format!("programs/{}/what-if", row.with(|row| row.id.clone()))) data-testid="go-what-if">{t("试算", "What if")}</a>
                <a class="button" href=move || link(&format!("programs/{}/edit", row.with(|row| row.id.clone()))) data-testid="go-edit">{t("改写", "Edit a copy")}</a>
                <a class="button" href=move || link(&format!("calculator#p={}", row.with(|row| row.id.clone()))) data-testid="go-calculator">{t("提成试算", "Commission calculator")}</a>
            </div>
            <div class="program-jump">
                <Button icon=Icon::Down on_press=|| jump("adopt")>{t("去采用", "Go to adopting it")}</Button>
                <Button tone=Tone::Quiet on_press=|| jump("parameters")>{t("本店来定", "Figures to set")}</Button>
            </div>
        </header>
        <div class="program-body">
            <div class="program-words">
                {move || {
                    ladder.track();
                    view! { <Ladder view=tried.get_untracked() /> }
                }}
                <NextTurn>
                    {move || view! { <Charts charts=charts.get() /> }}
                    {move || has_days.get().then(|| view! { <ProgramCalendar id=asked_of.get_value() set=tried_with /> })}
                </NextTurn>
                <NextTurn>
                    <Words saved=saved tried=tried />
                    <Document tried=tried place=place />
                </NextTurn>
            </div>
            <div class="program-side">
                <Adopt saved=saved tried=tried draft=draft checking=checking />
                {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
                <Diagnostics tried=tried checking=checking place=place />
                <NextTurn>
                    <Parameters saved=saved draft=draft />
                </NextTurn>
            </div>
        </div>
        <DraftBar saved=saved tried=tried draft=draft checking=checking />
    }
}

/// What is changed but not adopted, and what the check says of it: in sight wherever one types.
#[component]
fn DraftBar(
    saved: RwSignal<ProgramView>,
    tried: RwSignal<ProgramView>,
    draft: RwSignal<Draft>,
    checking: RwSignal<bool>,
) -> impl IntoView {
    let touched = memo(move |_| {
        saved.with(|saved| {
            draft.with(|draft| saved.parameters.iter().filter(|parameter| draft.differs(parameter)).count())
        })
    });
    // The bar must not hide the input that one types into.
    Effect::new(move |before: Option<bool>| {
        let shown = touched.get() > 0;
        if shown && before == Some(false) {
            request_animation_frame(|| {
                if let Some(active) = document().active_element() {
                    let options = web_sys::ScrollIntoViewOptions::new();
                    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                    active.scroll_into_view_with_scroll_into_view_options(&options);
                }
            });
        }
        shown
    });
    let errors = memo(move |_| tried.with(|tried| model::verdict(&tried.diagnostics).errors));
    let faults = memo(move |_| saved.with(|saved| draft.with(|draft| draft.faults(&saved.parameters))));
    let number = |of: usize| count(i64::try_from(of).unwrap_or(i64::MAX));
    let words = move || {
        let changes = number(touched.get());
        let said = match (faults.get(), errors.get()) {
            (0, 0) => t("检查通过", "checked: fine").to_owned(),
            (0, errors) => format!("{} {}", number(errors), t("处错误", if errors == 1 { "error" } else { "errors" })),
            (faults, _) => format!(
                "{} {}",
                number(faults),
                t("项填得不对", if faults == 1 { "input is wrong" } else { "inputs are wrong" })
            ),
        };
        match language() {
            regulars_rules::message::Language::Zh => format!("{changes} 处改动还没采用 · {said}"),
            regulars_rules::message::Language::En => {
                format!("{changes} {} not adopted yet · {said}", if touched.get() == 1 { "change" } else { "changes" })
            }
        }
    };
    view! {
        <Show when=move || { touched.get() > 0 }>
            <div class="draft-bar" class:error=move || { faults.get() > 0 || errors.get() > 0 } role="status" data-testid="draft-bar">
                {move || {
                    if checking.get() {
                        view! { <span class="wheel" aria-hidden="true"></span> }.into_any()
                    } else {
                        let icon = if faults.get() > 0 || errors.get() > 0 { Icon::Warning } else { Icon::Check };
                        view! { <Picture icon=icon /> }.into_any()
                    }
                }}
                <p>{words}</p>
                <Button tone=Tone::Quiet icon=Icon::Undo on_press=move || draft.update(Draft::clear) testid="params-reset">{t("撤回", "Undo")}</Button>
                <Button on_press=|| jump("adopt") testid="go-adopt">{t("去采用", "Adopt…")}</Button>
            </div>
        </Show>
    }
}

fn jump(id: &str) {
    if let Some(part) = document().get_element_by_id(id) {
        part.scroll_into_view();
    }
}

/// What the program is, section by section. Sentences that the typed values change are marked.
#[component]
fn Words(saved: RwSignal<ProgramView>, tried: RwSignal<ProgramView>) -> impl IntoView {
    let sections = memo(move |_| tried.with(|tried| tried.sections.clone()));
    let before = memo(move |_| saved.with(|saved| saved.sections.clone()));
    Effect::new(move |_| request_animation_frame(look_at_rule));
    view! {
        <div class="words">
            {move || {
                let before = before.get();
                sections
                    .get()
                    .into_iter()
                    .map(|(title, lines)| {
                        let old = before.iter().find(|(own, _)| *own == title).map(|(_, lines)| lines.clone()).unwrap_or_default();
                        view! { <Section title=title lines=lines old=old /> }
                    })
                    .collect_view()
            }}
        </div>
    }
}

#[component]
fn Section(title: Message, lines: Vec<SectionLine>, old: Vec<SectionLine>) -> impl IntoView {
    let items = lines
        .into_iter()
        .map(|line| {
            let changed = !old.contains(&line);
            let rule = line.rule.clone();
            let id = rule.as_ref().map(|rule| format!("rule-{}", rule.id));
            let place = rule.map(|rule| {
                let clause = (!rule.clause.is_empty()).then(|| view! { <span>{rule.clause.to_string()}</span> });
                view! { <span class="sentence-source">{clause} <code>{format!("{}/{}", rule.kind, rule.id)}</code></span> }
            });
            view! {
                <li class="sentence" class:changed=changed id=id>
                    <p>{say(&line.words)} {changed.then(|| view! { <span class="tag accent">{t("已改", "changed")}</span> })}</p>
                    {place}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="words-section" data-testid=title.key.to_string()>
            <h2>{say(&title)}</h2>
            <ul>{items}</ul>
        </section>
    }
}

/// Scrolls to the rule that the address names (the reasons drawer links there) and marks it.
fn look_at_rule() {
    let hash = window().location().hash().unwrap_or_default();
    let Some(name) = hash.strip_prefix('#').filter(|name| name.starts_with("rule-")) else { return };
    let name = js_sys::decode_uri_component(name).map(String::from).unwrap_or_else(|_| name.to_owned());
    if let Some(sentence) = document().get_element_by_id(&name) {
        let _ = sentence.class_list().add_1("looked-at");
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        sentence.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
