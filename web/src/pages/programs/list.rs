//! The list of programs.

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, ProgramRow, Reply, Trouble};
use wasm_bindgen::JsCast;

use super::model::{self, Standing};
use crate::client::use_client;
use crate::shared::*;

#[derive(Clone)]
enum Shown {
    Waiting,
    Rows(Vec<ProgramRow>),
    Failed(Trouble),
}

#[component]
pub fn ProgramsPage() -> impl IntoView {
    let client = use_client();
    let shown = RwSignal::new(Shown::Waiting);
    let typed = RwSignal::new(String::new());
    let list = NodeRef::<html::Ul>::new();
    let go = use_go();
    let ask = move || {
        client.ask_then(Ask::Programs, move |reply| {
            let _ = shown.try_set(match reply {
                Reply::Programs(rows) => Shown::Rows(rows),
                Reply::Failed(trouble) => Shown::Failed(trouble),
                _ => return,
            });
        });
    };
    Effect::new(move |_| {
        client.changed.track();
        ask();
    });
    let on_enter = move |text: String| {
        let first = shown.with_untracked(|shown| match shown {
            Shown::Rows(rows) => model::matching(rows, &text).first().map(|row| row.id.clone()),
            Shown::Waiting | Shown::Failed(_) => None,
        });
        if let Some(id) = first {
            go(&format!("programs/{id}"));
        }
    };
    let on_key = move |key: String| key == "ArrowDown" && move_focus(list, 0);
    view! {
        <div class="page programs" data-testid="programs">
            <header class="page-head">
                <h1>{t("方案", "Programs")}</h1>
                <div class="programs-search">
                    <SearchBox
                        value=typed
                        placeholder=t("名称、行业、特点", "Name, trade, feature")
                        on_enter=Callback::new(on_enter)
                        on_key=Callback::new(on_key)
                        testid="program-search"
                    />
                </div>
            </header>
            {move || match shown.get() {
                Shown::Waiting => view! { <Waiting /> }.into_any(),
                Shown::Failed(trouble) => {
                    view! {
                        <TroubleNote trouble=trouble testid="programs-failed" />
                        <div class="actions">
                            <Button on_press=ask icon=Icon::Undo>{t("再试一次", "Try again")}</Button>
                        </div>
                    }
                        .into_any()
                }
                Shown::Rows(rows) => {
                    view! { <Cards rows=rows typed=typed list=list /> }.into_any()
                }
            }}
        </div>
    }
}

/// Cards to come, in grey.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <ul class="program-cards" aria-busy="true" aria-label=t("正在读取方案", "Reading the programs")>
            {(0..6).map(|_| view! { <li class="program-card ghost" aria-hidden="true"><i></i><i></i><i></i></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn Cards(rows: Vec<ProgramRow>, typed: RwSignal<String>, list: NodeRef<html::Ul>) -> impl IntoView {
    let total = rows.len();
    let rows = StoredValue::new(rows);
    let found = memo(move |_| {
        rows.with_value(|rows| {
            typed.with(|typed| model::matching(rows, typed).into_iter().cloned().collect::<Vec<_>>())
        })
    });
    let counted = move || {
        let found = found.with(Vec::len);
        let words = count(i64::try_from(found).unwrap_or(i64::MAX));
        if found == total {
            format!("{words} {}", t("个方案", if total == 1 { "program" } else { "programs" }))
        } else {
            format!("{words} / {} {}", count(i64::try_from(total).unwrap_or(i64::MAX)), t("个方案", "programs"))
        }
    };
    view! {
        <p class="quiet-text" role="status" data-testid="program-count">{counted}</p>
        <Show
            when=move || !found.with(Vec::is_empty)
            fallback=move || {
                view! {
                    <EmptyState
                        icon=Icon::Search
                        title=t("没有找到方案", "No program found")
                        text=t("换个词试试，比如“药房”“储值”“农历”。", "Try another word, such as “pharmacy”, “stored value”, “lunar”.")
                        testid="programs-none"
                    >
                        <Button on_press=move || typed.set(String::new())>{t("清空搜索", "Clear the search")}</Button>
                    </EmptyState>
                }
            }
        >
            <ul
                class="program-cards"
                node_ref=list
                on:keydown=move |event| {
                    let step = match event.key().as_str() {
                        "ArrowDown" | "ArrowRight" => 1,
                        "ArrowUp" | "ArrowLeft" => -1,
                        _ => return,
                    };
                    if move_focus(list, step) {
                        event.prevent_default();
                    }
                }
            >
                <For each=move || found.get() key=|row| (row.id.clone(), row.in_force_from, row.planned_from, row.blanks) let:row>
                    <Card row=row />
                </For>
            </ul>
        </Show>
    }
}

/// Moves the focus among the cards; 0: to the first. `false`: there is nowhere to go.
fn move_focus(list: NodeRef<html::Ul>, step: i32) -> bool {
    let Some(list) = list.get_untracked() else { return false };
    let Ok(links) = list.query_selector_all("a.program-open") else { return false };
    let active = document().active_element();
    let at = (0..links.length()).find(|index| {
        links.item(*index).is_some_and(|link| active.as_ref().is_some_and(|active| link.is_same_node(Some(active))))
    });
    let target = match (at, step) {
        (_, 0) | (None, _) => Some(0),
        (Some(at), 1) => at.checked_add(1),
        (Some(at), _) => at.checked_sub(1),
    };
    let link =
        target.and_then(|target| links.item(target)).and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    link.is_some_and(|link| link.focus().is_ok())
}

#[component]
fn Card(row: ProgramRow) -> impl IntoView {
    let standing = model::standing(&row);
    let address = link(&format!("programs/{}", row.id));
    let features = row.features.iter().map(|feature| view! { <li class="tag">{say(feature)}</li> }).collect_view();
    let blanks = row.blanks;
    view! {
        <li class="program-card" class:in-force=matches!(standing, Standing::InForce(_)) data-testid=format!("program-card-{}", row.id)>
            <div class="program-top">
                <span class="quiet-text">{code(&row.trade)}</span>
                <StandingTag standing=standing />
            </div>
            <h2><a class="program-open" href=address>{label(&row.title)}</a></h2>
            <p class="program-summary">{label(&row.summary)}</p>
            <ul class="program-features" aria-label=t("特点", "Features")>{features}</ul>
            <p class="program-foot">
                <span>{version_words(row.version)}</span>
                {(blanks > 0)
                    .then(|| {
                        let words = if blanks == 1 { t("项待定", "figure to set") } else { t("项待定", "figures to set") };
                        view! { <span class="program-blanks" data-testid=format!("program-blanks-{}", row.id)>{count(blanks)} " " {words}</span> }
                    })}
            </p>
        </li>
    }
}

/// `第 1 版`.
pub fn version_words(version: u32) -> String {
    match language() {
        regulars_rules::message::Language::Zh => format!("第 {version} 版"),
        regulars_rules::message::Language::En => format!("Version {version}"),
    }
}

/// How a program stands, with a shape and words.
#[component]
pub fn StandingTag(standing: Standing) -> impl IntoView {
    match standing {
        Standing::InForce(since) => view! {
            <span class="standing on" data-testid="standing"><Picture icon=Icon::Check size=16 /> {t("使用中", "In force")} <small>{t("自 ", "since ")} {long_day(since)}</small></span>
        }
        .into_any(),
        Standing::Planned(from) => view! {
            <span class="standing" data-testid="standing"><Picture icon=Icon::Calendar size=16 /> {t("已排期", "Planned")} <small>{long_day(from)} {t(" 起", "")}</small></span>
        }
        .into_any(),
        Standing::Idle => ().into_any(),
    }
}
