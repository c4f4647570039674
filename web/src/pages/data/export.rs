//! Exporting tables.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply, TableKind};

use super::desk::as_trouble;
use super::model;
use crate::client::use_client;
use crate::shared::*;

#[component]
pub fn Export() -> impl IntoView {
    let rows = [
        (
            TableKind::Members,
            Icon::Members,
            t(
                "姓名、手机、等级、积分。含个人信息，请妥善保管。",
                "Names, phones, tiers, points. Personal data: keep it safe.",
            ),
        ),
        (
            TableKind::Products,
            Icon::Tag,
            t("编码、名称、品类、价格、标签。", "Codes, names, categories, prices, tags."),
        ),
        (
            TableKind::Sales,
            Icon::Receipt,
            t("每件商品一行，带小票号、会员和支付方式。", "A row for each line sold, with receipt, member and tender."),
        ),
    ]
    .into_iter()
    .map(|(kind, icon, text)| view! { <Table kind=kind icon=icon text=text /> })
    .collect_view();
    view! {
        <section class="section" aria-labelledby="export-title" data-testid="export">
            <h2 id="export-title">{t("导出表格", "Export tables")}</h2>
            <ul class="exports">{rows}</ul>
            <p class="quiet-text">{t("CSV 文件，Excel 和 WPS 可以直接打开；这里也能再导入，不会重复。", "CSV files that Excel and WPS open as they are; they can be imported here again without doubles.")}</p>
        </section>
    }
}

#[component]
fn Table(kind: TableKind, icon: Icon, text: &'static str) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None);
    let export = move || {
        busy.set(true);
        let _ = trouble.try_set(None);
        client.ask_then(Ask::Export(kind), move |reply| {
            let _ = busy.try_set(false);
            match reply {
                Reply::File { name, mime, bytes } => {
                    if hand_over(&name, &mime, &bytes).is_ok() {
                        toasts.show(format!("{} {name}", t("已导出", "Exported")));
                    } else {
                        toasts.problem(t(
                            "浏览器没有保存文件，请再试一次",
                            "The browser did not save the file; try again",
                        ));
                    }
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
    let title = model::kind_label(kind, language());
    view! {
        <li class="export">
            <span class="export-icon"><Picture icon=icon /></span>
            <div class="export-words">
                <strong>{title}</strong>
                <p class="quiet-text">{text}</p>
            </div>
            <Button icon=Icon::Download busy=busy on_press=export name=format!("{} {title}", t("导出", "Export")) testid=format!("export-{}", model::kind_word(kind))>
                {t("导出", "Export")}
            </Button>
            {move || trouble.get().map(|trouble| view! { <div class="export-trouble"><TroubleNote trouble=trouble /></div> })}
        </li>
    }
}
