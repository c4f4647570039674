//! The list of programs.

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, ProgramRow, Reply, Trouble};
use regulars_rules::id::Text;
use regulars_rules::message::Message;
use wasm_bindgen::JsCast;

use super::model::{self, Narrowed, Offer, Standing};
use crate::client::use_client;
use crate::shared::*;

#[derive(Clone)]
enum Shown {
    Waiting,
    Rows(Vec<ProgramRow>),
    Failed(Trouble),
}

/// Where the tab keeps what the list was narrowed to: one comes back from a program to the same list.
const KEPT: &str = "programs.narrowed";
/// From this width on there is room for the filters.
const WIDE: f64 = 1024.0;

#[component]
pub fn ProgramsPage() -> impl IntoView {
    let client = use_client();
    let shown = RwSignal::new(Shown::Waiting);
    let narrowed =
        RwSignal::new(local::get_for_tab(KEPT).map_or_else(Narrowed::default, |line| Narrowed::from_line(&line)));
    let typed = RwSignal::new(narrowed.with_untracked(|narrowed| narrowed.typed.clone()));
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
    Effect::new(move |_| {
        let text = typed.get();
        if narrowed.with_untracked(|narrowed| narrowed.typed != text) {
            narrowed.update(|narrowed| narrowed.typed = text);
        }
    });
    Effect::new(move |_| local::set_for_tab(KEPT, &narrowed.with(Narrowed::to_line)));
    let on_enter = move |_: String| {
        let first = shown.with_untracked(|shown| match shown {
            Shown::Rows(rows) => {
                narrowed.with_untracked(|narrowed| model::found(rows, narrowed).first().map(|row| row.id.clone()))
            }
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
                <a class="button" href=link("programs/new/edit") data-testid="program-new">
                    <Picture icon=Icon::Plus />
                    {t("写一个新的", "Write one")}
                </a>
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
                    let rows = StoredValue::new(rows);
                    view! {
                        <Filters rows=rows narrowed=narrowed />
                        <Cards rows=rows narrowed=narrowed typed=typed list=list />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// The words of a size of shop.
pub fn size_words(size: &str) -> &'static str {
    match size {
        "small" => t("小店", "Small shop"),
        "middle" => t("有分工的店", "Shop with roles"),
        "large" => t("多家门店", "Many shops"),
        _ => "",
    }
}

/// A feature by its key, without the figure that a program puts in.
fn feature_words(key: &Text) -> String {
    match key.as_str() {
        "feature.tiers" => t("等级", "Tiers").to_owned(),
        _ => say(&Message { key: key.clone(), args: Vec::new() }),
    }
}

/// What a chip of a filter changes, and whether it is on.
#[derive(Clone, Copy)]
struct Filter {
    title: fn() -> &'static str,
    offers: fn(&[ProgramRow], &Narrowed) -> Vec<Offer>,
    words: fn(&Text) -> String,
    is_on: fn(&Narrowed, &Text) -> bool,
    turn: fn(&mut Narrowed, &Text),
    name: &'static str,
}

fn exchange(chosen: &mut Text, id: &Text) {
    *chosen = if chosen == id { Text::default() } else { id.clone() };
}

const FILTERS: [Filter; 3] = [
    Filter {
        title: || t("行业", "Trade"),
        offers: model::trades,
        words: |trade| code_title(trade),
        is_on: |narrowed, trade| narrowed.trade == *trade,
        turn: |narrowed, trade| exchange(&mut narrowed.trade, trade),
        name: "trade",
    },
    Filter {
        title: || t("规模", "Size"),
        offers: model::sizes,
        words: |size| size_words(size).to_owned(),
        is_on: |narrowed, size| narrowed.size == *size,
        turn: |narrowed, size| exchange(&mut narrowed.size, size),
        name: "size",
    },
    Filter {
        title: || t("有什么", "What it has"),
        offers: model::features,
        words: feature_words,
        is_on: |narrowed, key| narrowed.has.contains(key),
        turn: Narrowed::turn,
        name: "has",
    },
];

/// Chips to narrow the list by. On a phone they are folded.
#[component]
fn Filters(rows: StoredValue<Vec<ProgramRow>>, narrowed: RwSignal<Narrowed>) -> impl IntoView {
    let wide = window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width >= WIDE);
    let open = wide || narrowed.with_untracked(|narrowed| narrowed.filters() > 0);
    let on = memo(move |_| narrowed.with(Narrowed::filters));
    let groups = FILTERS
        .into_iter()
        .map(|filter| {
            let title = format!("filter-{}", filter.name);
            let own = title.clone();
            view! {
                <div class="filter">
                    <h2 id=title>{(filter.title)()}</h2>
                    // On a phone the row is pushed sideways, with the keyboard as well.
                    <div class="chips" tabindex="0" role="group" aria-labelledby=own>{chips(filter, rows, narrowed)}</div>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <details class="filters" open=open data-testid="program-filters">
            <summary>
                {t("筛选", "Filter")}
                {move || (on.get() > 0).then(|| view! { <span class="tag accent">{count(i64::try_from(on.get()).unwrap_or(0))}</span> })}
            </summary>
            {groups}
        </details>
    }
    .into_any()
}

/// The chips of one filter. Which there are is fixed: the one that is pressed stays where it is, with the focus.
fn chips(filter: Filter, rows: StoredValue<Vec<ProgramRow>>, narrowed: RwSignal<Narrowed>) -> AnyView {
    let all = rows.with_value(|rows| (filter.offers)(rows, &Narrowed::default()));
    let offers = memo(move |_| rows.with_value(|rows| narrowed.with(|narrowed| (filter.offers)(rows, narrowed))));
    all.into_iter()
        .map(|(id, _)| {
            let own = id.clone();
            let left = memo(move |_| {
                offers.with(|offers| offers.iter().find(|(other, _)| *other == own).map_or(0, |(_, count)| *count))
            });
            let on = {
                let id = id.clone();
                memo(move |_| narrowed.with(|narrowed| (filter.is_on)(narrowed, &id)))
            };
            let testid = format!("filter-{}-{id}", filter.name);
            let words = (filter.words)(&id);
            view! {
                <Chip
                    on=on
                    disabled=derived(move || left.get() == 0 && !on.get())
                    on_press=move || narrowed.update(|narrowed| (filter.turn)(narrowed, &id))
                    testid=testid
                >
                    {words}
                    <span class="chip-count figure">{move || count(i64::try_from(left.get()).unwrap_or(0))}</span>
                </Chip>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
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
fn Cards(
    rows: StoredValue<Vec<ProgramRow>>,
    narrowed: RwSignal<Narrowed>,
    typed: RwSignal<String>,
    list: NodeRef<html::Ul>,
) -> impl IntoView {
    let total = rows.with_value(Vec::len);
    let found = memo(move |_| {
        rows.with_value(|rows| {
            narrowed.with(|narrowed| model::found(rows, narrowed).into_iter().cloned().collect::<Vec<_>>())
        })
    });
    let fewest = memo(move |_| narrowed.with(|narrowed| narrowed.fewest_first));
    let counted = move || {
        let found = found.with(Vec::len);
        let words = count(i64::try_from(found).unwrap_or(i64::MAX));
        if found == total {
            format!("{words} {}", t("个方案", if total == 1 { "program" } else { "programs" }))
        } else {
            format!("{words} / {} {}", count(i64::try_from(total).unwrap_or(i64::MAX)), t("个方案", "programs"))
        }
    };
    let clear = move || {
        narrowed.update(|narrowed| *narrowed = Narrowed { fewest_first: narrowed.fewest_first, ..Narrowed::default() });
        typed.set(String::new());
    };
    let is_narrowed = move || narrowed.with(|narrowed| narrowed.filters() > 0);
    view! {
        <div class="programs-found">
            <p class="quiet-text" role="status" data-testid="program-count">{counted}</p>
            {move || is_narrowed().then(|| view! { <Button tone=Tone::Quiet icon=Icon::Close on_press=clear testid="program-clear">{t("清空筛选", "Clear")}</Button> })}
            <Chip on=fewest on_press=move || narrowed.update(|narrowed| narrowed.fewest_first = !narrowed.fewest_first) testid="program-fewest">
                {t("规则少的在前", "Fewest rules first")}
            </Chip>
        </div>
        <Show
            when=move || !found.with(Vec::is_empty)
            fallback=move || {
                view! {
                    <EmptyState
                        icon=Icon::Search
                        title=t("没有找到方案", "No program found")
                        text=t(
                            "去掉一个筛选，或换个词试试，比如“药房”“储值”“农历”。也可以从空白的写起。",
                            "Take a filter off, or try another word, such as “pharmacy”, “stored value”, “lunar”. Or begin with a blank one.",
                        )
                        testid="programs-none"
                    >
                        <Button tone=Tone::Main on_press=clear testid="programs-none-clear">{t("看全部方案", "Show all programs")}</Button>
                        <a class="button" href=link("programs/new/edit")>{t("写一个新的", "Write one")}</a>
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
                <For each=move || found.get() key=|row| (row.id.clone(), row.in_force_from, row.planned_from, row.blanks, row.version) let:row>
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
    let features =
        row.features.iter().take(TAGS).map(|feature| view! { <li class="tag">{say(feature)}</li> }).collect_view();
    let more = row.features.len().checked_sub(TAGS).filter(|more| *more > 0);
    let more = more.map(|more| view! { <li class="tag">{format!("+{more}")}</li> });
    let (blanks, size) = (row.blanks, size_words(&row.size));
    let trade =
        [code_title(&row.trade), size.to_owned()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    view! {
        <li class="program-card" class:in-force=matches!(standing, Standing::InForce(_)) data-testid=format!("program-card-{}", row.id)>
            <div class="program-top">
                <span class="quiet-text">{trade.join(" · ")}</span>
                <StandingTag standing=standing />
            </div>
            <h2><a class="program-open" href=address>{label(&row.title)}</a></h2>
            <p class="program-summary">{label(&row.summary)}</p>
            <ul class="program-features" aria-label=t("特点", "Features")>{features} {more}</ul>
            <p class="program-foot">
                <span>{version_words(row.version)} " · " {rules_words(row.rules)}</span>
                {(blanks > 0)
                    .then(|| {
                        let words = if blanks == 1 { t("项待定", "figure to set") } else { t("项待定", "figures to set") };
                        view! { <span class="program-blanks" data-testid=format!("program-blanks-{}", row.id)>{count(blanks)} " " {words}</span> }
                    })}
            </p>
        </li>
    }
}

/// So many features are named on a card.
const TAGS: usize = 6;

/// `23 条规则`.
pub fn rules_words(rules: u32) -> String {
    match language() {
        regulars_rules::message::Language::Zh => format!("{rules} 条规则"),
        regulars_rules::message::Language::En => format!("{rules} {}", if rules == 1 { "rule" } else { "rules" }),
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
