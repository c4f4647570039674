//! Importing: choosing a file, what it is, what became of it.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, ImportResult, Reply};
use regulars_rules::id::Text;
use regulars_rules::message::Language;

use super::desk::{Desk, Stage};
use super::files;
use super::model::{self, Sort};
use super::preview::{Preview, problems_button};
use crate::client::{Progress, use_client};
use crate::shared::*;

#[component]
pub fn Import() -> impl IntoView {
    let client = use_client();
    let desk = Desk::get();
    let stage = RwSignal::from(desk.stage.clone());
    // The last that was heard of it stays, although other answers come between.
    let progress = desk.progress.clone();
    Effect::new(move |_| {
        if let Some(heard) = client.progress.get() {
            progress.set(Some(heard));
        }
    });
    Effect::new(move |before: Option<()>| {
        stage.track();
        if before.is_some() {
            files::refocus("#import-title".to_owned());
        }
    });
    view! {
        <section class="section import" aria-labelledby="import-title" data-testid="import">
            <h2 id="import-title" tabindex="-1">{t("导入", "Import")}</h2>
            {move || match stage.get() {
                Stage::Idle => view! { <Drop /> }.into_any(),
                Stage::Reading(name) => {
                    let text = format!("{} {name}…", t("正在读取", "Reading"));
                    view! { <div class="panel"><Spinner text=text /></div> }.into_any()
                }
                Stage::Unfit(name, sort) => view! { <Unfit name=name sort=sort /> <Drop /> }.into_any(),
                Stage::Backup(name) => view! { <IsBackup name=name /> }.into_any(),
                Stage::Restoring(name) => {
                    let text = format!("{} {name}…", t("正在恢复", "Restoring"));
                    view! { <div class="panel"><Going text=text /></div> }.into_any()
                }
                Stage::Restored(name) => view! { <Restored name=name /> <Drop /> }.into_any(),
                Stage::NeedsShop => view! { <OpenShop /> }.into_any(),
                Stage::Looking => view! { <Preview /> }.into_any(),
                Stage::Importing => view! { <Importing /> }.into_any(),
                Stage::Done(result) => view! { <Done result=result /> }.into_any(),
                Stage::Failed(name, trouble) => {
                    view! {
                        <div data-testid="import-failed">
                            <TroubleNote trouble=trouble />
                            <p class="quiet-text">{name}</p>
                        </div>
                        <Drop />
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// Where a file is dropped or chosen.
#[component]
fn Drop() -> impl IntoView {
    let client = use_client();
    let over = RwSignal::new(false);
    view! {
        <label
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                if let Some(file) = files::dropped(event.data_transfer()) {
                    Desk::get().take(client, file);
                }
            }
        >
            <input
                type="file"
                class="visually-hidden"
                data-testid="import-file"
                on:change=move |event| {
                    if let Some(file) = files::chosen(&event) {
                        Desk::get().take(client, file);
                    }
                }
            />
            <span class="drop-icon"><Picture icon=Icon::Upload size=28 /></span>
            <span class="drop-title">{t("选择文件，或拖到这里", "Choose a file, or drop it here")}</span>
            <span class="drop-text">
                {t("会员、商品、销售的 CSV 表格，或本软件的备份。先给您看每一行的结果，再导入。", "A CSV table of members, products or sales, or a backup of this app. You see what becomes of each row before anything is imported.")}
            </span>
        </label>
    }
}

/// A file that cannot be read here, and what to do.
#[component]
fn Unfit(name: String, sort: Sort) -> impl IntoView {
    let (title, text) = match sort {
        Sort::Workbook => (
            t("这是 Excel 工作簿，还不能直接读", "This is an Excel workbook, which cannot be read directly yet"),
            t(
                "请在 Excel 或 WPS 里打开，“另存为”选“CSV UTF-8（逗号分隔）”，再来导入。什么都没有改动。",
                "Open it in Excel or WPS, save it as “CSV UTF-8 (comma delimited)”, and import that. Nothing has changed.",
            ),
        ),
        Sort::Empty => (
            t("这个文件是空的", "This file is empty"),
            t(
                "请检查导出时有没有选中数据。什么都没有改动。",
                "Check that data was selected when it was exported. Nothing has changed.",
            ),
        ),
        Sort::Foreign | Sort::Table | Sort::Backup => (
            t("这个文件读不了", "This file cannot be read"),
            t(
                "这里只读 CSV 表格和本软件的备份。什么都没有改动。",
                "Only CSV tables and backups of this app can be read here. Nothing has changed.",
            ),
        ),
    };
    view! { <Notice bad=true title=title text=text source=name testid=Some("import-unfit".to_owned()) /> }
}

/// It is a backup: what restoring means, and a question.
#[component]
fn IsBackup(name: String) -> impl IntoView {
    let client = use_client();
    let size = Desk::get().bytes.with_untracked(|bytes| model::size(u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
    let shop = client.status.with_untracked(|status| status.as_ref().map(|status| status.name.to_string()));
    let text = match (&shop, language()) {
        (Some(shop), Language::Zh) => format!("里面的记录会并到本机的「{shop}」里：已经有的不重复，本机的也不会丢。"),
        (Some(shop), Language::En) => {
            format!("Its records are added to “{shop}” on this device: none twice, and none of this device's are lost.")
        }
        (None, _) => t(
            "店铺、会员和全部记录会恢复到这台设备。",
            "The shop, its members and all records come back to this device.",
        )
        .to_owned(),
    };
    let named = name.clone();
    view! {
        <div class="panel backup-found" data-testid="backup-found">
            <span class="backup-icon"><Picture icon=Icon::Shield size=28 /></span>
            <div>
                <h3>{t("这是一份备份", "This is a backup")}</h3>
                <p class="backup-name">{name} <span class="quiet-text">{size}</span></p>
                <p>{text}</p>
            </div>
            <div class="actions">
                <Button on_press=|| Desk::get().clear() testid="restore-cancel">{t("不恢复", "Do not restore")}</Button>
                <Button tone=Tone::Main on_press=move || Desk::get().restore(client, named.clone()) testid="restore-start">{t("恢复备份", "Restore the backup")}</Button>
            </div>
        </div>
    }
}

#[component]
fn Restored(name: String) -> impl IntoView {
    let client = use_client();
    let facts = move || {
        client.status.with(|status| {
            status.as_ref().map(|status| {
                let events = count(i64::try_from(status.events).unwrap_or(i64::MAX));
                let members = count(status.members);
                match language() {
                    Language::Zh => format!("「{}」现在有 {events} 条记录、{members} 位会员。", status.name),
                    Language::En => format!("“{}” now has {events} records and {members} members.", status.name),
                }
            })
        })
    };
    view! {
        <div class="panel outcome" role="status" data-testid="restore-result">
            <Picture icon=Icon::Check size=28 />
            <div>
                <h3>{t("备份已恢复", "The backup is restored")}</h3>
                <p>{facts}</p>
                <p class="quiet-text">{name}</p>
            </div>
        </div>
    }
}

/// A table, but no shop yet: a name and a program, and it goes on.
#[component]
fn OpenShop() -> impl IntoView {
    let client = use_client();
    let name = RwSignal::new(String::new());
    let program = RwSignal::new(String::new());
    let options = RwSignal::new(Vec::<(String, String)>::new());
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None);
    client.ask_then(Ask::Programs, move |reply| match reply {
        Reply::Programs(rows) => {
            if let Some(first) = rows.first() {
                let _ = program.try_set(first.id.to_string());
            }
            let _ = options.try_set(rows.iter().map(|row| (row.id.to_string(), label(&row.title))).collect());
        }
        Reply::Failed(why) => {
            let _ = trouble.try_set(Some(why));
        }
        _ => {}
    });
    let open = move || {
        busy.set(true);
        let ask = Ask::StartEmpty {
            name: Text::from(name.get_untracked().trim()),
            program: Text::from(program.get_untracked()),
        };
        client.ask_then(ask, move |reply| {
            let _ = busy.try_set(false);
            match reply {
                Reply::Status(Some(_)) => Desk::get().look(client),
                Reply::Failed(why) => {
                    let _ = trouble.try_set(Some(why));
                }
                _ => {}
            }
        });
    };
    let ready = derived(move || name.with(|name| name.trim().is_empty()) || program.with(String::is_empty));
    view! {
        <div class="panel form open-shop" data-testid="open-shop">
            <div>
                <h3>{t("先把店开起来", "First, a shop")}</h3>
                <p class="quiet-text">{t("起个店名，选一个会员方案，然后接着导入。方案以后可以换。", "Give it a name and a program, then the import goes on. The program can be changed later.")}</p>
            </div>
            <Field label=t("店名", "Shop's name") value=name required=true focused=true testid="open-shop-name" />
            <Choice label=t("会员方案", "Program") value=program options=options testid="open-shop-program" />
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
            <div class="actions">
                <Button on_press=|| Desk::get().clear()>{t("取消", "Cancel")}</Button>
                <Button tone=Tone::Main on_press=open disabled=ready busy=busy testid="open-shop-start">{t("开店并继续", "Open it and go on")}</Button>
            </div>
        </div>
    }
}

/// A long call's bar.
#[component]
fn Going(#[prop(into)] text: String) -> impl IntoView {
    let progress = RwSignal::from(Desk::get().progress);
    let words = move |heard: Option<Progress>| match heard {
        Some(heard) if heard.total > 0 => {
            format!("{} · {} / {}", say(&heard.what), count(heard.done), count(heard.total))
        }
        Some(heard) => say(&heard.what),
        None => text.clone(),
    };
    view! {
        <div data-testid="import-progress">
            <ProgressBar
                done=derived(move || progress.with(|heard| heard.as_ref().map_or(0, |heard| heard.done)))
                total=derived(move || progress.with(|heard| heard.as_ref().map_or(0, |heard| heard.total)))
                label=derived(move || words(progress.get()))
            />
        </div>
    }
}

#[component]
fn Importing() -> impl IntoView {
    let client = use_client();
    let desk = Desk::get();
    let stopping = RwSignal::from(desk.stopping.clone());
    let name =
        desk.draft.with_untracked(|draft| draft.as_ref().map(|draft| draft.name.to_string()).unwrap_or_default());
    view! {
        <div class="panel importing" data-testid="importing">
            <h3>{t("正在导入", "Importing")} " " <span class="file-name">{name}</span></h3>
            <Going text=t("正在导入…", "Importing…") />
            <p class="quiet-text">{t("可以先去看别的页面。停下来也没关系：已存的留着，再导入同一个文件会接着做。", "You may look at other pages meanwhile. Stopping is safe: what is saved stays, and importing the same file again goes on from there.")}</p>
            <div class="actions">
                <Button on_press=move || Desk::get().stop(client) busy=stopping icon=Icon::Close testid="import-cancel">
                    {move || if stopping.get() { t("正在停…", "Stopping…") } else { t("停止", "Stop") }}
                </Button>
            </div>
        </div>
    }
}

/// What became of it.
#[component]
fn Done(result: ImportResult) -> impl IntoView {
    let desk = Desk::get();
    let kind = desk.preview.with_untracked(|preview| preview.as_ref().map(|preview| preview.kind));
    let name =
        desk.draft.with_untracked(|draft| draft.as_ref().map(|draft| draft.name.to_string()).unwrap_or_default());
    let title = match (result.cancelled, result.taken > 0) {
        (true, _) => t("停下来了，已导入的都留着", "Stopped; what was imported stays"),
        (false, true) => t("导入完成", "Imported"),
        (false, false) => t("没有新的行", "No new rows"),
    };
    let next = match kind {
        Some(regulars_desk::protocol::TableKind::Members) => Some(("members", t("去看会员", "See the members"))),
        Some(regulars_desk::protocol::TableKind::Sales) => Some(("today", t("去看今日", "See today"))),
        Some(regulars_desk::protocol::TableKind::Products) => Some(("", t("去收银台", "Go to the counter"))),
        None => None,
    };
    let problems = result.problems.clone();
    let client = use_client();
    let cancelled = result.cancelled;
    view! {
        <div class="panel result" role="status" data-testid="import-result" data-taken=result.taken data-known=result.known data-left-out=result.left_out>
            <div class="outcome">
                <Picture icon=if cancelled { Icon::Info } else { Icon::Check } size=28 />
                <div>
                    <h3>{title}</h3>
                    <p class="quiet-text">{name}</p>
                </div>
            </div>
            <div class="stats">
                <Stat label=t("新导入", "Taken") value=count(result.taken) testid="result-taken" />
                <Stat
                    label=t("已有", "Here already")
                    value=count(result.known)
                    note=Signal::stored(if result.known > 0 { t("没有重复导入", "not taken twice").to_owned() } else { String::new() })
                    testid="result-known"
                />
                <Stat label=t("有问题，跳过", "Left out") value=count(result.left_out) testid="result-left-out" />
                <Stat label=t("写入记录", "Records written") value=count(result.events) testid="result-events" />
            </div>
            {kind
                .filter(|_| !problems.is_empty())
                .map(|kind| view! { <super::preview::Problems problems=problems.clone() kind=kind /> })}
            <div class="actions">
                {cancelled
                    .then(|| {
                        view! { <Button icon=Icon::Upload on_press=move || Desk::get().start(client) testid="import-resume">{t("接着导入", "Go on importing")}</Button> }
                    })}
                {kind.filter(|_| !problems.is_empty()).map(|kind| problems_button(problems.clone(), kind))}
                <Button on_press=|| Desk::get().clear() testid="import-again">{t("导入另一个文件", "Import another file")}</Button>
                {next.filter(|_| !cancelled).map(|(page, words)| view! { <a class="button" href=link(page)>{words}</a> })}
            </div>
        </div>
    }
}
