//! A table before it is imported: encoding, kind, columns, and a verdict for each row.

use leptos::prelude::*;
use regulars_desk::protocol::{ImportPreview, ImportProblem, ImportRow, TableKind};
use regulars_rules::message::Language;

use super::desk::Desk;
use super::files;
use super::model::{self, Encoding, Obstacle, Verdict};
use crate::client::use_client;
use crate::shared::*;

#[component]
pub fn Preview() -> impl IntoView {
    let client = use_client();
    let desk = Desk::get();
    let preview = RwSignal::from(desk.preview.clone());
    let draft = RwSignal::from(desk.draft.clone());
    let busy = RwSignal::from(desk.busy.clone());
    let trouble = RwSignal::from(desk.trouble.clone());
    let unreadable =
        memo(move |_| draft.with(|draft| draft.as_ref().is_some_and(|draft| model::unreadable(&draft.text))));
    let name = move || draft.with(|draft| draft.as_ref().map(|draft| draft.name.to_string()).unwrap_or_default());
    let column = desk.column.clone();
    Effect::new(move |_| {
        preview.track();
        if let Some(column) = column.get_untracked() {
            files::refocus(format!("[data-testid=import-column-{column}]"));
        }
    });
    let obstacle = derived(move || preview.with(|preview| preview.as_ref().map(model::obstacle)));
    let blocked = derived(move || busy.get() || trouble.with(Option::is_some) || !matches!(obstacle.get(), Some(None)));
    let action = move || {
        preview.with(|preview| match preview {
            Some(preview) if preview.good > 0 => {
                let good = count(preview.good);
                let kind = model::kind_label(preview.kind, language());
                match language() {
                    Language::Zh => format!("导入 {good} 行{kind}"),
                    Language::En => format!("Import {good} {}", if preview.good == 1 { "row" } else { "rows" }),
                }
            }
            _ => t("导入", "Import").to_owned(),
        })
    };
    view! {
        <div class="look" aria-busy=move || busy.get().to_string()>
            <div class="look-head panel">
                <div class="look-file">
                    <Picture icon=Icon::Programs size=24 />
                    <strong class="file-name" data-testid="import-name">{name}</strong>
                    {move || busy.get().then(|| view! { <span class="quiet-text look-busy" role="status"><span class="wheel" aria-hidden="true"></span> {t("正在看…", "Looking…")}</span> })}
                </div>
                <div class="look-choices">
                    <Kind />
                    <Encodings />
                </div>
            </div>
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble testid="import-trouble" /> })}
            {move || {
                unreadable
                    .get()
                    .then(|| {
                        view! {
                            <Notice
                                bad=false
                                title=t("有些字读不出来（显示为 �）", "Some signs cannot be read (shown as �)")
                                text=t("多半是编码不对，换一个编码再看看。", "Most likely the encoding is another: choose it above.")
                                testid=Some("import-unreadable".to_owned())
                            />
                        }
                    })
            }}
            {move || match preview.get() {
                Some(preview) => view! { <Looked preview=preview /> }.into_any(),
                None => view! { <div class="panel"><Spinner text=t("正在逐行检查…", "Checking each row…") /></div> }.into_any(),
            }}
            <footer class="look-foot">
                <p class="quiet-text" role="status" data-testid="import-why-not">{move || obstacle.get().flatten().map(obstacle_words).unwrap_or_default()}</p>
                <div class="actions">
                    <Button on_press=|| Desk::get().clear() testid="import-discard">{t("换一个文件", "Another file")}</Button>
                    <Button tone=Tone::Main icon=Icon::Upload disabled=blocked on_press=move || Desk::get().start(client) testid="import-start">
                        {action}
                    </Button>
                </div>
            </footer>
        </div>
    }
}

fn obstacle_words(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Fields => t("还有必填的列没对上。", "Required fields still have no column."),
        Obstacle::Empty => t("没有可导入的行。", "There is no row to import."),
        Obstacle::AllKnown => t("这些行都已经有了，不用再导入。", "All of it is here already; nothing to import."),
        Obstacle::AllBad => t("没有一行能导入，请看下面的原因。", "No row can be taken; the reasons are below."),
    }
}

/// What the table holds.
#[component]
fn Kind() -> impl IntoView {
    let client = use_client();
    let desk = Desk::get();
    let preview = RwSignal::from(desk.preview.clone());
    let draft = RwSignal::from(desk.draft.clone());
    let guessed = move || draft.with(|draft| draft.as_ref().is_none_or(|draft| draft.kind.is_none()));
    let value = move || preview.with(|preview| preview.as_ref().map_or("", |preview| model::kind_word(preview.kind)));
    let id = fresh_id("kind");
    let options = [TableKind::Members, TableKind::Products, TableKind::Sales]
        .into_iter()
        .map(|kind| {
            let word = model::kind_word(kind);
            view! { <option value=word selected=move || value() == word>{model::kind_label(kind, language())}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{t("这是哪种表", "What it holds")}</label>
            <div class="field-box">
                <select
                    id=id
                    data-testid="import-kind"
                    prop:value=value
                    on:change=move |event| Desk::get().set_kind(client, model::kind_of(&event_target_value(&event)))
                >
                    {options}
                </select>
            </div>
            <p class="field-note">{move || if guessed() { t("按表头认出来的", "Told by its headers") } else { "" }}</p>
        </div>
    }
}

/// How it is written.
#[component]
fn Encodings() -> impl IntoView {
    let client = use_client();
    let draft = RwSignal::from(Desk::get().draft);
    let value = move || draft.with(|draft| draft.as_ref().map_or("", |draft| draft.encoding.word()));
    let noticed = move || draft.with(|draft| draft.as_ref().is_some_and(|draft| !draft.encoding_chosen));
    let id = fresh_id("encoding");
    let options = Encoding::ALL
        .into_iter()
        .map(|encoding| view! { <option value=encoding.word() selected=move || value() == encoding.word()>{encoding.label(language())}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{t("文字编码", "Encoding")}</label>
            <div class="field-box">
                <select
                    id=id
                    data-testid="import-encoding"
                    prop:value=value
                    on:change=move |event| Desk::get().set_encoding(client, Encoding::of(&event_target_value(&event)))
                >
                    {options}
                </select>
            </div>
            <p class="field-note">{move || if noticed() { t("自动认出来的", "Noticed by itself") } else { "" }}</p>
        </div>
    }
}

#[component]
fn Looked(preview: ImportPreview) -> impl IntoView {
    let kind = preview.kind;
    // A column is missing or doubled: the worker says which, ahead of everything else; after a refusal the note above does.
    let unread = model::obstacle(&preview) == Some(Obstacle::Fields);
    let missing = preview.problems.first().filter(|_| unread).map(|problem| say(&problem.reason));
    let problems = if unread { Vec::new() } else { preview.problems.clone() };
    view! {
        <div class="counts" class:unread=unread role="status">
            <Counted shape=Verdict::Good figure=preview.good words=t("行可以导入", "can be taken") testid="import-good" />
            <Counted shape=Verdict::Known figure=preview.known words=t("行已有，不会重复", "are here already") testid="import-known" />
            <Counted shape=Verdict::Bad figure=preview.bad words=t("行有问题，会跳过", "have problems and are left out") testid="import-bad" />
        </div>
        {missing
            .map(|missing| {
                view! {
                    <Notice
                        bad=false
                        title=missing
                        text=t("在下面指出是哪一列。", "Say below which column it is.")
                        testid=Some("import-missing".to_owned())
                    />
                }
            })}
        <Columns preview=preview.clone() />
        <Rows preview=preview />
        {(!problems.is_empty())
            .then(|| {
                view! {
                    <section class="section" aria-labelledby="problems-title">
                        <div class="rows-head">
                            <h3 id="problems-title">{t("有问题的行", "Rows with problems")}</h3>
                            {problems_button(problems.clone(), kind)}
                        </div>
                        <Problems problems=problems.clone() kind=kind />
                    </section>
                }
            })}
    }
}

#[component]
fn Counted(shape: Verdict, figure: u32, words: &'static str, testid: &'static str) -> impl IntoView {
    view! {
        <p class=format!("counted {}", verdict_class(shape)) class:none=figure == 0 data-testid=testid data-count=figure>
            <Picture icon=verdict_icon(shape) size=18 />
            <strong>{count(figure)}</strong>
            <span>{words}</span>
        </p>
    }
}

const fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Known => "known",
        Verdict::Bad => "bad",
        Verdict::Unread => "unread",
    }
}

const fn verdict_icon(verdict: Verdict) -> Icon {
    match verdict {
        Verdict::Good => Icon::Check,
        Verdict::Known => Icon::Link,
        Verdict::Bad => Icon::Warning,
        Verdict::Unread => Icon::Minus,
    }
}

fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => t("可导入", "taken"),
        Verdict::Known => t("已有", "here already"),
        Verdict::Bad => t("有问题", "left out"),
        Verdict::Unread => t("还没看", "not read yet"),
    }
}

/// Which column is which field.
#[component]
fn Columns(preview: ImportPreview) -> impl IntoView {
    let client = use_client();
    let kind = preview.kind;
    let matched = preview.columns.iter().filter(|column| !column.is_empty()).count();
    let summary = {
        let (matched, all) =
            (count(i64::try_from(matched).unwrap_or(0)), count(i64::try_from(preview.headers.len()).unwrap_or(0)));
        match language() {
            Language::Zh => format!("{all} 列里用到 {matched} 列"),
            Language::En => format!("{matched} of {all} columns are used"),
        }
    };
    let items = preview
        .headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let id = fresh_id("column");
            let own = preview.columns.get(index).cloned().unwrap_or_default();
            let options = preview
                .fields
                .iter()
                .map(|(field, required)| {
                    let chosen = *field == own;
                    let star = if *required { " *" } else { "" };
                    view! { <option value=field.to_string() selected=chosen>{model::field_words(field, kind, language()).to_owned()}{star}</option> }
                })
                .collect_view();
            let example = model::example(&preview.rows, index).unwrap_or_default().to_owned();
            let unused = own.is_empty();
            let title = if header.trim().is_empty() {
                match language() {
                    Language::Zh => format!("第 {} 列", count(i64::try_from(index.saturating_add(1)).unwrap_or(0))),
                    Language::En => format!("Column {}", count(i64::try_from(index.saturating_add(1)).unwrap_or(0))),
                }
            } else {
                header.to_string()
            };
            view! {
                <li class="column" class:unused=unused>
                    <label for=id.clone()>
                        <span class="column-header">{title}</span>
                        <span class="column-example">{example}</span>
                    </label>
                    <div class="field-box">
                        <select
                            id=id
                            data-testid=format!("import-column-{index}")
                            prop:value=own.to_string()
                            on:change=move |event| Desk::get().set_column(client, index, &event_target_value(&event))
                        >
                            <option value="" selected=unused>{t("不用", "Not used")}</option>
                            {options}
                        </select>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="columns-title">
            <div class="rows-head">
                <h3 id="columns-title">{t("每一列是什么", "What each column is")}</h3>
                <span class="quiet-text">{summary}</span>
            </div>
            <ul class="columns">{items}</ul>
        </section>
    }
}

/// The first rows as they stand.
#[component]
fn Rows(preview: ImportPreview) -> impl IntoView {
    let kind = preview.kind;
    let span = preview.headers.len().saturating_add(2);
    let heads = preview
        .headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let field = preview.columns.get(index).filter(|column| !column.is_empty());
            let words = field.map(|field| model::field_words(field, kind, language()).to_owned());
            view! {
                <th scope="col" class:unused=field.is_none()>
                    <span>{words.unwrap_or_else(|| t("不用", "Not used").to_owned())}</span>
                    <small>{header.to_string()}</small>
                </th>
            }
        })
        .collect_view();
    let columns = preview.columns.clone();
    let read = preview.total > 0;
    let body = preview.rows.iter().map(|row| row_view(row, &columns, span, read)).collect_view();
    let shown = preview.rows.len();
    let total = preview.total;
    let of = move || {
        let shown = count(i64::try_from(shown).unwrap_or(i64::MAX));
        match (total, language()) {
            (0, Language::Zh) => format!("前 {shown} 行"),
            (0, Language::En) => format!("first {shown} rows"),
            (total, Language::Zh) => format!("前 {shown} 行，共 {} 行", count(total)),
            (total, Language::En) => format!("first {shown} of {} rows", count(total)),
        }
    };
    view! {
        <div class="section">
            <div class="rows-head">
                <h3 id="rows-title">{t("逐行看看", "Row by row")}</h3>
                <span class="quiet-text">{of}</span>
            </div>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby="rows-title">
                <table class="preview" data-testid="import-preview">
                    <thead>
                        <tr>
                            <th scope="col" class="row-line">{t("行", "Line")}</th>
                            <th scope="col">{t("结果", "Verdict")}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </div>
    }
}

fn row_view(row: &ImportRow, columns: &[regulars_rules::id::Text], span: usize, read: bool) -> impl IntoView + use<> {
    let verdict = model::verdict(row, read);
    let cells = row
        .cells
        .iter()
        .enumerate()
        .map(|(index, cell)| {
            let unused = columns.get(index).is_none_or(|column| column.is_empty());
            view! { <td class:unused=unused>{cell.to_string()}</td> }
        })
        .collect_view();
    let reasons = row.problems.iter().map(|problem| view! { <li>{say(problem)}</li> }).collect_view();
    let has_reasons = !row.problems.is_empty();
    view! {
        <tr class=verdict_class(verdict) data-line=row.line data-verdict=verdict_class(verdict)>
            <td class="row-line">{row.line}</td>
            <td class="row-verdict"><span><Picture icon=verdict_icon(verdict) size=16 /> {verdict_words(verdict)}</span></td>
            {cells}
        </tr>
        {has_reasons.then(|| view! { <tr class="row-reasons"><td colspan=span><ul>{reasons}</ul></td></tr> })}
    }
}

/// The worker lists so many at most.
const PROBLEMS_SHOWN: u32 = 100;

/// Problems with their lines, fields and reasons.
#[component]
pub fn Problems(problems: Vec<ImportProblem>, kind: TableKind) -> impl IntoView {
    let shown = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    let items = problems
        .iter()
        .map(|problem| {
            let field = model::field_words(&problem.field, kind, language()).to_owned();
            view! {
                <li>
                    <span class="problem-line">
                        {match language() {
                            Language::Zh => format!("第 {} 行", problem.line),
                            Language::En => format!("line {}", problem.line),
                        }}
                    </span>
                    <span class="problem-what">
                        <span>{field}</span>
                        {(!problem.text.is_empty()).then(|| view! { <code>{problem.text.to_string()}</code> })}
                    </span>
                    <span class="problem-why">{say(&problem.reason)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div>
            <ul class="problems" data-testid="import-problems" tabindex="0">{items}</ul>
            {(shown >= PROBLEMS_SHOWN)
                .then(|| {
                    view! {
                        <p class="quiet-text">
                            {match language() {
                                Language::Zh => format!("只列出前 {} 条。", count(shown)),
                                Language::En => format!("Only the first {} are listed.", count(shown)),
                            }}
                        </p>
                    }
                })}
        </div>
    }
}

/// The problems as a file.
pub fn problems_button(problems: Vec<ImportProblem>, kind: TableKind) -> impl IntoView {
    let toasts = use_toasts();
    let save = move || {
        let csv = model::problems_csv(&problems, kind, language());
        let name = t("有问题的行.csv", "problems.csv");
        if hand_over(name, "text/csv;charset=utf-8", csv.as_bytes()).is_err() {
            toasts.problem(t("浏览器没有保存文件，请再试一次", "The browser did not save the file; try again"));
        }
    };
    view! { <Button icon=Icon::Download on_press=save testid="import-problems-csv">{t("存成表格", "Save as a table")}</Button> }
}
