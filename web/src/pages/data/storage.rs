//! How much is stored and how safe: backup, restore, set-aside records, erasing.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply, StorageView, Trouble};
use regulars_rules::message::Language;

use super::desk::{Desk, as_trouble};
use super::files;
use super::model;
use crate::client::use_client;
use crate::shared::*;

#[component]
pub fn Storage() -> impl IntoView {
    let client = use_client();
    let view = RwSignal::new(None::<StorageView>);
    let trouble = RwSignal::new(None::<Trouble>);
    let take = move |reply: Reply| match reply {
        Reply::Storage(new) => {
            let _ = trouble.try_set(None);
            let _ = view.try_set(Some(new));
        }
        Reply::Failed(why) => {
            let _ = trouble.try_set(Some(why));
        }
        _ => {}
    };
    let ask = move || client.ask_then(Ask::Storage, take);
    Effect::new(move |_| {
        client.changed.track();
        ask();
    });
    view! {
        <section class="section storage" aria-labelledby="storage-title" data-testid="storage">
            <h2 id="storage-title">{t("备份与存储", "Backup and storage")}</h2>
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble testid="storage-failed" /> })}
            {move || match view.get() {
                Some(shown) => {
                    view! {
                        <BackupPanel shown=shown.clone() on_saved=ask />
                        <Facts shown=shown.clone() view=view />
                        <SetAside shown=shown />
                    }
                        .into_any()
                }
                None if trouble.with(Option::is_some) => {
                    view! { <div class="actions"><Button on_press=ask icon=Icon::Undo>{t("再试一次", "Try again")}</Button></div> }.into_any()
                }
                None => view! { <div class="panel ghost-panel" aria-busy="true" aria-label=t("正在读取", "Reading")><i></i><i></i><i></i></div> }.into_any(),
            }}
            <Restore />
            <Erase />
        </section>
    }
}

/// What is not backed up yet, and the button.
#[component]
fn BackupPanel(shown: StorageView, on_saved: impl Fn() + Copy + 'static) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let backup = move || {
        busy.set(true);
        client.ask_then(Ask::Backup, move |reply| {
            let _ = busy.try_set(false);
            match reply {
                Reply::File { name, mime, bytes } => {
                    if hand_over(&name, &mime, &bytes).is_ok() {
                        toasts.show(format!("{} {name}", t("已备份到", "Backed up to")));
                    } else {
                        toasts.problem(t(
                            "浏览器没有保存文件，请再试一次",
                            "The browser did not save the file; try again",
                        ));
                    }
                    on_saved();
                }
                Reply::Refused(refusal) => {
                    let _ = trouble.try_set(Some(as_trouble(refusal)));
                }
                Reply::Failed(why) => {
                    let _ = trouble.try_set(Some(why));
                }
                _ => {}
            }
        });
    };
    let unsaved = shown.unsaved_events;
    let figure = count(i64::try_from(unsaved).unwrap_or(i64::MAX));
    let title = match (unsaved, language()) {
        (0, Language::Zh) => "全部记录都已备份".to_owned(),
        (0, Language::En) => "Everything is backed up".to_owned(),
        (_, Language::Zh) => format!("{figure} 条记录还没备份"),
        (1, Language::En) => "1 record is not backed up".to_owned(),
        (_, Language::En) => format!("{figure} records are not backed up"),
    };
    let last = match shown.backed_up {
        Some(day) => format!("{}{}", t("上次备份：", "Last backup: "), long_day(day)),
        None => t(
            "从没备份过。这台设备坏了或浏览器清空了，记录就没了。",
            "Never backed up. If this device breaks or the browser is cleared, the records are gone.",
        )
        .to_owned(),
    };
    let safe = unsaved == 0;
    view! {
        <div class="panel backup" class:due=!safe>
            <span class="backup-icon"><Picture icon=if safe { Icon::Shield } else { Icon::Warning } size=28 /></span>
            <div>
                <p class="backup-title" data-testid="unsaved-events" data-count=unsaved>{title}</p>
                <p class="quiet-text" data-testid="backed-up">{last}</p>
            </div>
            <Button tone=if safe { Tone::Plain } else { Tone::Main } icon=Icon::Download busy=busy on_press=backup testid="backup">
                {t("下载备份", "Download a backup")}
            </Button>
            {move || trouble.get().map(|trouble| view! { <div class="backup-trouble"><TroubleNote trouble=trouble /></div> })}
            <p class="backup-note">{t("备份文件没有加密，里面有会员资料：请存在自己的 U 盘或电脑里。", "The backup is not encrypted and holds members' data: keep it on a drive of your own.")}</p>
        </div>
    }
}

#[component]
fn Facts(shown: StorageView, view: RwSignal<Option<StorageView>>) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let persist = move || {
        busy.set(true);
        client.ask_then(Ask::Persist, move |reply| {
            let _ = busy.try_set(false);
            match reply {
                Reply::Storage(new) => {
                    match new.persistent {
                        Some(true) => toasts.show(t("浏览器答应保留数据", "The browser has promised to keep the data")),
                        Some(false) => toasts.problem(t(
                            "浏览器没有答应。把本页安装为应用或加为书签，再试一次",
                            "The browser refused. Install the app or bookmark it, then try again",
                        )),
                        None => {
                            toasts.problem(t("这个浏览器说不准，请常备份", "This browser cannot say; back up often"))
                        }
                    }
                    let _ = view.try_set(Some(new));
                }
                Reply::Failed(trouble) => toasts.failed(&trouble),
                _ => {}
            }
        });
    };
    let kept = match shown.persistent {
        Some(true) => (Icon::Check, t("浏览器答应保留", "The browser keeps it"), ""),
        Some(false) => {
            (Icon::Info, t("空间不够时可能被浏览器清掉", "The browser may clear it when space runs out"), "ask")
        }
        None => (Icon::Info, t("浏览器没有说会不会保留", "The browser does not say whether it keeps it"), "ask"),
    };
    let used = model::size(shown.used_bytes);
    let quota = model::size(shown.quota_bytes);
    let quota_known = shown.quota_bytes > 0;
    let hash = shown.hash.to_string();
    view! {
        <dl class="facts panel">
            <div class="fact">
                <dt>{t("记录", "Records")}</dt>
                <dd><strong data-testid="storage-events" data-count=shown.events>{count(i64::try_from(shown.events).unwrap_or(i64::MAX))}</strong> " " {t("条", "")}</dd>
            </div>
            <div class="fact">
                <dt>{t("占用空间", "Space")}</dt>
                <dd data-testid="storage-used">
                    <span>{used.clone()}</span>
                    {quota_known
                        .then(|| {
                            view! {
                                <span class="quiet-text">" / " {quota}</span>
                                <progress max=shown.quota_bytes.to_string() value=shown.used_bytes.to_string() aria-label=t("占用空间", "Space")>{used}</progress>
                            }
                        })}
                </dd>
            </div>
            <div class="fact">
                <dt>{t("保留", "Keeping")}</dt>
                <dd data-testid="storage-persistent" data-persistent=format!("{:?}", shown.persistent)>
                    <span class="fact-line"><Picture icon=kept.0 size=18 /> {kept.1}</span>
                    {(!kept.2.is_empty())
                        .then(|| view! { <Button busy=busy on_press=persist icon=Icon::Shield testid="persist">{t("请浏览器保留", "Ask to keep it")}</Button> })}
                </dd>
            </div>
            <div class="fact">
                <dt>{t("状态指纹", "State hash")}</dt>
                <dd>
                    <code class="hash" data-testid="storage-hash">{hash}</code>
                    <p class="quiet-text">{t("两台设备的指纹一样，账就一样。", "Two devices with the same hash have the same books.")}</p>
                </dd>
            </div>
        </dl>
    }
}

/// Records that contradict each other: both set aside, and shown.
#[component]
fn SetAside(shown: StorageView) -> impl IntoView {
    let total = shown.set_aside.len();
    (total > 0).then(|| {
        let items = shown
            .set_aside
            .into_iter()
            .map(|(event, why)| view! { <li><p>{say(&why)}</p><code>{event.to_string()}</code></li> })
            .collect_view();
        view! {
            <details class="more set-aside" data-testid="set-aside">
                <summary>
                    <Picture icon=Icon::Warning size=18 />
                    <strong>{count(i64::try_from(total).unwrap_or(i64::MAX))}</strong> " "
                    {t("条记录放在一边，没有计入", if total == 1 { "record is set aside and not counted" } else { "records are set aside and not counted" })}
                </summary>
                <ul>{items}</ul>
            </details>
        }
    })
}

#[component]
fn Restore() -> impl IntoView {
    view! {
        <div class="restore">
            <div>
                <strong>{t("从备份恢复", "Restore a backup")}</strong>
                <p class="quiet-text">{t("备份里的记录会并进来，不会重复，也不会覆盖。", "Its records are added: none twice, none overwritten.")}</p>
            </div>
            <label class="button file-button">
                <input
                    type="file"
                    class="visually-hidden"
                    data-testid="restore-file"
                    on:change=move |event| {
                        if let Some(file) = files::chosen(&event) {
                            Desk::get().take_backup(file);
                            if let Some(part) = document().get_element_by_id("import-title") {
                                part.scroll_into_view();
                            }
                        }
                    }
                />
                <Picture icon=Icon::Upload />
                <span>{t("选择备份…", "Choose a backup…")}</span>
            </label>
        </div>
    }
}

#[component]
fn Erase() -> impl IntoView {
    let client = use_client();
    let open = RwSignal::new(false);
    view! {
        <div class="restore erase">
            <div>
                <strong>{t("清空这台设备", "Erase this device")}</strong>
                <p class="quiet-text">{t("删掉这台设备上的店铺和全部记录。备份文件不受影响。", "Removes the shop and all records from this device. Backup files are not touched.")}</p>
            </div>
            <Button tone=Tone::Danger icon=Icon::Trash on_press=move || open.set(true) testid="erase">{t("清空…", "Erase…")}</Button>
        </div>
        <Modal open=open class="confirm" label=derived(|| t("清空这台设备", "Erase this device").to_owned()) testid=Some("erase-dialog".to_owned())>
            <EraseForm open=open unsaved=client.status.with_untracked(|status| status.as_ref().map_or(0, |status| status.unsaved_events)) />
        </Modal>
    }
}

#[component]
fn EraseForm(open: RwSignal<bool>, unsaved: u64) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let name = client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.name.to_string()).unwrap_or_default());
    let wanted = name.clone();
    let refused = derived(move || !typed.with(|typed| model::confirms(typed, &wanted)));
    let erase = move || {
        busy.set(true);
        client.ask_then(Ask::Erase, move |reply| {
            let _ = busy.try_set(false);
            match reply {
                Reply::Status(_) | Reply::Nothing => {
                    Desk::get().clear();
                    let _ = open.try_set(false);
                    toasts.show(t("这台设备已清空", "This device is erased"));
                }
                Reply::Failed(why) => {
                    let _ = trouble.try_set(Some(why));
                }
                _ => {}
            }
        });
    };
    let hint = match language() {
        Language::Zh => format!("输入店名「{name}」确认"),
        Language::En => format!("Type the shop's name, “{name}”, to confirm"),
    };
    view! {
        <h2>{t("清空这台设备？", "Erase this device?")}</h2>
        <p>{t("会员、销售和积分都会从这台设备上删掉，不能撤销。", "Members, sales and points are removed from this device. This cannot be undone.")}</p>
        {(unsaved > 0)
            .then(|| {
                let figure = count(i64::try_from(unsaved).unwrap_or(i64::MAX));
                let title = match language() {
                    Language::Zh => format!("有 {figure} 条记录还没备份"),
                    Language::En => format!("Records not backed up: {figure}"),
                };
                view! { <Notice bad=true title=title text=t("删掉就找不回来了。先下载备份再清空。", "Once erased they cannot be recovered. Download a backup first.") testid=None /> }
            })}
        <Field label=hint value=typed focused=true testid="erase-name" />
        {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
        <div class="actions">
            <Button on_press=move || open.set(false) testid="erase-no">{t("取消", "Cancel")}</Button>
            <Button tone=Tone::Danger disabled=refused busy=busy on_press=erase testid="erase-yes">{t("全部清空", "Erase everything")}</Button>
        </div>
    }
}
