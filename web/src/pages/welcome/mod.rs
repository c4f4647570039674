//! The first visit: a sample shop, an empty one, or what one has.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, ProgramRow, Reply, Trouble};
use regulars_rules::id::Text;
use regulars_rules::message::Language;

use crate::client::use_client;
use crate::shared::*;

#[component]
pub fn WelcomePage() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let making = RwSignal::new(false);
    let starting = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let sample = move || {
        making.set(true);
        trouble.set(None);
        client.ask_then(Ask::StartSample, move |reply| {
            making.try_set(false);
            match reply {
                Reply::Status(Some(_)) => {
                    toasts.show(t("示例店开好了，随便试", "The sample shop is open: try anything"))
                }
                Reply::Failed(found) => {
                    trouble.try_set(Some(found));
                }
                _ => {}
            }
        });
    };
    let other = match language() {
        Language::Zh => (Language::En, "English"),
        Language::En => (Language::Zh, "中文"),
    };
    view! {
        <div class="welcome" data-testid="welcome">
            <header class="welcome-head">
                <div class="welcome-top">
                    <img src="icons/icon.svg" alt="" width="40" height="40" />
                    <strong>{t("熟客", "Regulars")}</strong>
                    <Button tone=Tone::Quiet on_press=move || set_language(other.0) testid="language-other">{other.1}</Button>
                </div>
                <h1>{t("会员、积分和折扣，断网也能收银", "Members, points and discounts, with or without a network")}</h1>
                <p>
                    {t(
                        "数据只在这台设备上，不用注册。每个数字都能点开看是怎么来的。",
                        "The data stays on this device; there is no account. Every figure can be opened to see where it comes from.",
                    )}
                </p>
            </header>
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble testid="welcome-trouble" /> })}
            <div class="welcome-ways">
                <section class="way first">
                    <div>
                        <h2>{t("先看一家示例店", "Look at a sample shop")}</h2>
                        <p>
                            {t(
                                "半年的会员、导购和销售，都是编的，并且一直标着「示例」。随时可以清掉重来。",
                                "Half a year of members, guides and sales, all made up and always marked as a sample. Erase it whenever you like.",
                            )}
                        </p>
                    </div>
                    <Button tone=Tone::Main on_press=sample busy=making testid="start-sample">{t("打开示例店", "Open the sample")}</Button>
                    <Show when=move || making.get()>
                        <WorkerProgress words=t("正在开店…", "Opening the shop…") />
                    </Show>
                </section>
                <section class="way">
                    <div>
                        <h2>{t("开自己的店", "Start your own shop")}</h2>
                        <p>{t("起个店名，选一个会员方案，就能收第一单。", "A name and a program, and the first sale can begin.")}</p>
                    </div>
                    <Button on_press=move || starting.set(true) testid="start-empty">{t("新开一家店", "Start a shop")}</Button>
                </section>
                <section class="way">
                    <div>
                        <h2>{t("我有备份", "I have a backup")}</h2>
                        <p>{t("从另一台设备的备份恢复，会员和销售都在。", "Restore it: members and sales come back.")}</p>
                    </div>
                    <a class="button" href=link("data") data-testid="start-import">{t("恢复备份", "Restore")}</a>
                </section>
            </div>
            <p class="welcome-more">
                <a class="button quiet" href=link("calculator") data-testid="to-calculator">{t("只想算提成？打开提成试算", "Only reckoning a commission? Open the calculator")}</a>
            </p>
            <Sheet open=starting title=t("新开一家店", "Start a shop") testid="start-sheet">
                <StartForm open=starting />
            </Sheet>
        </div>
    }
}

#[component]
fn StartForm(open: RwSignal<bool>) -> impl IntoView {
    let client = use_client();
    let name = RwSignal::new(String::new());
    let program = RwSignal::new(Text::default());
    let programs = RwSignal::new(None::<Vec<ProgramRow>>);
    let wrong = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Trouble>);
    let busy = RwSignal::new(false);
    client.ask_then(Ask::Programs, move |reply| match reply {
        Reply::Programs(rows) => {
            if let Some(first) = rows.first() {
                program.try_set(first.id.clone());
            }
            programs.try_set(Some(rows));
        }
        Reply::Failed(found) => {
            trouble.try_set(Some(found));
        }
        _ => {}
    });
    let start = move || {
        let typed = name.get_untracked();
        if typed.trim().is_empty() {
            wrong.set(Some(t("请写店名，会印在小票上", "Write the shop's name: it stands on receipts").to_owned()));
            return;
        }
        wrong.set(None);
        busy.set(true);
        let ask = Ask::StartEmpty { name: Text::from(typed.trim()), program: program.get_untracked() };
        client.ask_then(ask, move |reply| {
            busy.try_set(false);
            match reply {
                Reply::Status(Some(_)) => {
                    open.try_set(false);
                }
                Reply::Refused(refusal) => {
                    wrong.try_set(Some(say(&refusal.reason)));
                }
                Reply::Failed(found) => {
                    trouble.try_set(Some(found));
                }
                _ => {}
            }
        });
    };
    let options = move || {
        programs.get().map(|rows| {
            rows.into_iter()
                .map(|row| {
                    let id = row.id.clone();
                    let same = row.id.clone();
                    view! {
                        <label class="program-option">
                            <input
                                type="radio"
                                name="program"
                                data-testid=format!("program-{}", row.id)
                                prop:checked=move || program.get() == same
                                on:change=move |_| program.set(id.clone())
                            />
                            <span>
                                <strong>{label(&row.title)} " " <span class="tag">{code(&row.trade)}</span></strong>
                                <small>{label(&row.summary)}</small>
                            </span>
                        </label>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                start();
            }
        >
            <Field label=t("店名", "Shop's name") value=name required=true focused=true error=wrong testid="shop-name-field" />
            <div class="field" role="radiogroup" aria-label=t("会员方案", "Program")>
                <span class="field-label">{t("会员方案", "Program")}</span>
                <div class="program-choice">{options}</div>
                <p class="field-note">{t("以后可以换，过去的账不变。", "It can be changed later; the past stays as it was.")}</p>
            </div>
            {move || trouble.get().map(|trouble| view! { <TroubleNote trouble=trouble testid="start-trouble" /> })}
            <button type="submit" class="button main wide pay-button" disabled=move || busy.get() data-testid="start-confirm">
                {t("开店", "Open the shop")}
            </button>
        </form>
    }
}
