//! From when the edited program holds, and the notice that members must get before.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, CheckedView, Draft, Reply, Trouble};
use regulars_rules::message::Refusal;
use regulars_rules::time::Day;

use super::model;
use crate::client::use_client;
use crate::clock;
use crate::shared::*;

#[derive(Clone)]
enum Outcome {
    Adopted(Day),
    Refused(Refusal),
    Failed(Trouble),
}

#[component]
pub fn AdoptEdited(
    checked: RwSignal<CheckedView>,
    stale: Signal<bool>,
    draft: Callback<(), Draft>,
    on_adopted: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let (confirm, toasts) = (use_confirm(), use_toasts());
    let day_text = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Outcome>);
    let earliest = memo(move |_| checked.with(|view| view.adopt_from));
    Effect::new(move |_| {
        if let Some(first) = earliest.get()
            && day_text.with_untracked(String::is_empty)
        {
            day_text.set(first.to_string());
        }
    });
    let chosen = memo(move |_| day_text.with(|text| text.parse::<Day>().ok()));
    let too_early = memo(move |_| chosen.get().zip(earliest.get()).is_some_and(|(day, first)| day < first));
    let notice = memo(move |_| {
        let from = chosen.get()?;
        let shop = client.status.with(|status| status.as_ref().map(|status| status.name.to_string()))?;
        checked.with(|view| {
            (!view.changed_words.is_empty())
                .then(|| model::notice(&shop, from, clock::today(), &view.changed_words, language()))
        })
    });
    let adopt = move || {
        let Some(from) = chosen.get_untracked() else { return };
        busy.set(true);
        client.ask_then(Ask::AdoptDocument { draft: draft.run(()), from }, move |reply| {
            let _ = busy.try_set(false);
            let said = match reply {
                Reply::Checked(view) => {
                    let _ = checked.try_set(*view);
                    on_adopted.run(());
                    Outcome::Adopted(from)
                }
                Reply::Refused(refusal) => Outcome::Refused(refusal),
                Reply::Failed(trouble) => Outcome::Failed(trouble),
                _ => return,
            };
            let _ = outcome.try_set(Some(said));
        });
    };
    let ask = move || {
        let Some(from) = chosen.get_untracked() else { return };
        let title = match language() {
            regulars_rules::message::Language::Zh => format!("{} 起采用这一版？", long_day(from)),
            regulars_rules::message::Language::En => format!("Adopt this version from {}?", long_day(from)),
        };
        let text = t(
            "之前的销售、积分和等级照旧。请在那天之前告知会员。",
            "Sales, points and tiers before that day stay as they are. Tell members before it.",
        );
        confirm.ask(
            Question { title, text: text.to_owned(), action: t("采用", "Adopt").to_owned(), danger: false },
            adopt,
        );
    };
    let copy = move || {
        let promise = window().navigator().clipboard().write_text(&notice.get_untracked().unwrap_or_default());
        leptos::task::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(promise).await {
                Ok(_) => toasts.show(t("已复制告知", "The notice is copied")),
                Err(_) => {
                    toasts.problem(t("浏览器不让复制，请手动选中", "The browser refuses; select the text by hand"))
                }
            }
        });
    };
    view! {
        <section class="panel adopt" aria-labelledby="edit-adopt">
            <h2 id="edit-adopt">{t("从哪天起采用", "From when to adopt it")}</h2>
            <Field
                label=t("第一天", "First day")
                value=day_text
                kind="date"
                error=derived(move || too_early.get().then(|| format!("{} {}", t("要提前告知会员，最早", "Members must be told before; not earlier than"), earliest.get().map(long_day).unwrap_or_default())))
                testid="edit-day"
            />
            {move || outcome.get().map(|outcome| match outcome {
                Outcome::Adopted(from) => view! {
                    <p class="adopted" role="status" data-testid="edit-adopted"><Picture icon=Icon::Check /> <span>{t("已采用，生效日 ", "Adopted, in force from ")} {long_day(from)}</span></p>
                }.into_any(),
                Outcome::Refused(refusal) => view! { <RefusalNote refusal=refusal testid="edit-refused" /> }.into_any(),
                Outcome::Failed(trouble) => view! { <TroubleNote trouble=trouble testid="edit-failed" /> }.into_any(),
            })}
            <Button
                tone=Tone::Main
                wide=true
                busy=busy
                disabled=derived(move || stale.get() || too_early.get() || chosen.get().is_none() || !checked.with(|view| view.runs))
                on_press=ask
                testid="edit-adopt"
            >
                {t("采用这一版", "Adopt this version")}
            </Button>
            {move || notice.get().map(|text| view! {
                <div class="notice-sheet">
                    <h3>{t("给会员的告知", "Notice for members")}</h3>
                    <pre class="notice-text" tabindex="0" data-testid="notice-text">{text}</pre>
                    <div class="actions">
                        <Button icon=Icon::Note on_press=copy testid="notice-copy">{t("复制", "Copy")}</Button>
                        <Button icon=Icon::Print on_press=|| { let _ = window().print(); } testid="notice-print">{t("打印", "Print")}</Button>
                    </div>
                </div>
            })}
        </section>
    }
    .into_any()
}
