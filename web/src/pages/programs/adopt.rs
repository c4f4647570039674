//! Adopting a program from a day on: what would change, a question, and then it is so.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, ProgramView, Reply, Trouble};
use regulars_rules::message::Refusal;
use regulars_rules::time::Day;

use super::model::{self, Draft, Obstacle};
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
pub fn Adopt(
    saved: RwSignal<ProgramView>,
    tried: RwSignal<ProgramView>,
    draft: RwSignal<Draft>,
    checking: RwSignal<bool>,
) -> impl IntoView {
    let client = use_client();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let earliest = memo(move |_| saved.with(|saved| saved.adopt_from));
    let day_text = RwSignal::new(earliest.get_untracked().to_string());
    let chosen = memo(move |_| day_text.with(|text| text.parse::<Day>().ok()));
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Outcome>);
    // What else is planned, and from when.
    let planned = RwSignal::new(None::<(String, Day)>);
    Effect::new(move |_| {
        let id = saved.with(|saved| saved.row.id.clone());
        client.ask_then(Ask::Programs, move |reply| {
            if let Reply::Programs(rows) = reply {
                let _ =
                    planned.try_set(model::planned_besides(&rows, &id).map(|(row, from)| (label(&row.title), from)));
            }
        });
    });
    let obstacle = memo(move |_| {
        let (day, other) = (chosen.get(), planned.with(Option::is_some));
        tried.with(|tried| {
            saved.with(|saved| draft.with(|draft| model::obstacle(tried, draft, &saved.parameters, day, other)))
        })
    });
    let holds = move || saved.with(|saved| saved.row.in_force_from.is_some());

    let adopt = move || {
        let Some(from) = chosen.get_untracked() else { return };
        let (id, set) = saved
            .with_untracked(|saved| (saved.row.id.clone(), draft.with_untracked(|draft| draft.set(&saved.parameters))));
        busy.set(true);
        outcome.set(None);
        client.ask_then(Ask::Adopt { id, set, from }, move |reply| {
            let _ = busy.try_set(false);
            let said = match reply {
                Reply::Program(view) => {
                    draft.try_update(Draft::clear);
                    tried.try_set((*view).clone());
                    saved.try_set(*view);
                    toasts.show(t("已采用", "Adopted"));
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
        let title = saved.with_untracked(|saved| label(&saved.row.title));
        let blanks = saved.with_untracked(|saved| draft.with_untracked(|draft| draft.blanks_left(&saved.parameters)));
        let mut text =
            t("之前的销售、积分和等级照旧，不会重算。", "Sales, points and tiers before that day stay as they are.")
                .to_owned();
        if blanks > 0 {
            let number = count(i64::try_from(blanks).unwrap_or(i64::MAX));
            text.push_str(&match language() {
                regulars_rules::message::Language::Zh => format!("还有 {number} 处原文空白，会按默认值算。"),
                regulars_rules::message::Language::En => {
                    format!(" {number} left blank by the document will use their defaults.")
                }
            });
        }
        let title = match language() {
            regulars_rules::message::Language::Zh => format!("{} 起采用「{title}」？", long_day(from)),
            regulars_rules::message::Language::En => format!("Adopt “{title}” from {}?", long_day(from)),
        };
        confirm.ask(Question { title, text, action: t("采用", "Adopt").to_owned(), danger: false }, adopt);
    };

    view! {
        <section class="panel adopt" id="adopt" aria-labelledby="adopt-title" data-testid="adopt-panel">
            <h2 id="adopt-title">{move || if holds() { t("改动从哪天起", "From when the changes hold") } else { t("从哪天起采用", "From when to adopt it") }}</h2>
            <Field
                label=t("第一天", "First day")
                value=day_text
                kind="date"
                hint=first_day_hint(earliest.get_untracked())
                error=derived(move || {
                    matches!(obstacle.get(), Some(Obstacle::TooEarly | Obstacle::NoDay))
                        .then(|| format!("{} {}", t("请选一天，最早", "Choose a day, not before"), long_day(earliest.get())))
                })
                testid="adopt-day"
            />
            <div class="chips" role="group" aria-label=t("常用日子", "Common days")>
                {move || {
                    model::starts(earliest.get())
                        .into_iter()
                        .map(|start| {
                            view! {
                                <Chip on=derived(move || chosen.get() == Some(start)) on_press=move || day_text.set(start.to_string())>
                                    {day(start)}
                                </Chip>
                            }
                        })
                        .collect_view()
                }}
            </div>
            <Changes saved=saved draft=draft chosen=chosen planned=planned />
            {move || {
                outcome
                    .get()
                    .map(|outcome| match outcome {
                        Outcome::Adopted(from) => {
                            view! {
                                <p class="adopted" role="status" data-testid="adopted">
                                    <Picture icon=Icon::Check />
                                    <span>
                                        <strong>{t("已采用", "Adopted")}</strong>
                                        {t("，", ", ")}
                                        {match language() {
                                            regulars_rules::message::Language::Zh => format!("{} 起生效", long_day(from)),
                                            regulars_rules::message::Language::En => format!("in force from {}", long_day(from)),
                                        }}
                                    </span>
                                </p>
                            }
                                .into_any()
                        }
                        Outcome::Refused(refusal) => view! { <RefusalNote refusal=refusal testid="adopt-refused" /> }.into_any(),
                        Outcome::Failed(trouble) => view! { <TroubleNote trouble=trouble testid="adopt-failed" /> }.into_any(),
                    })
            }}
            <Button
                tone=Tone::Main
                wide=true
                disabled=derived(move || obstacle.get().is_some() || checking.get())
                busy=busy
                on_press=ask
                testid="adopt"
            >
                {move || match chosen.get() {
                    Some(from) => match language() {
                        regulars_rules::message::Language::Zh => format!("{} 起采用", day(from)),
                        regulars_rules::message::Language::En => format!("Adopt from {}", day(from)),
                    },
                    None => t("采用", "Adopt").to_owned(),
                }}
            </Button>
            <p class="quiet-text" data-testid="adopt-why-not">{move || why_not(obstacle.get())}</p>
        </section>
    }
}

/// The earliest day, and why it is not today.
fn first_day_hint(earliest: Day) -> String {
    let told_before =
        if earliest > clock::today() { t("，改动要先告知会员", "; members must be told before") } else { "" };
    format!("{} {}{told_before}", t("最早", "Earliest:"), long_day(earliest))
}

fn why_not(obstacle: Option<Obstacle>) -> String {
    let number = |of: usize| count(i64::try_from(of).unwrap_or(i64::MAX));
    match (obstacle, language()) {
        (Some(Obstacle::Errors(errors)), regulars_rules::message::Language::Zh) => {
            format!("检查发现 {} 处错误，改好才能采用。", number(errors))
        }
        (Some(Obstacle::Errors(errors)), regulars_rules::message::Language::En) => {
            format!("The check found errors ({}); put them right first.", number(errors))
        }
        (Some(Obstacle::Faults(faults)), regulars_rules::message::Language::Zh) => {
            format!("有 {} 项填得不对，请先改好。", number(faults))
        }
        (Some(Obstacle::Faults(faults)), regulars_rules::message::Language::En) => {
            format!("Some inputs cannot be taken ({}); correct them first.", number(faults))
        }
        (Some(Obstacle::NothingNew), _) => {
            t("已经采用，没有改动。", "Adopted already; nothing has changed.").to_owned()
        }
        (Some(Obstacle::NoDay | Obstacle::TooEarly) | None, _) => String::new(),
    }
}

/// What would change, before it does.
#[component]
fn Changes(
    saved: RwSignal<ProgramView>,
    draft: RwSignal<Draft>,
    chosen: Memo<Option<Day>>,
    planned: RwSignal<Option<(String, Day)>>,
) -> impl IntoView {
    let client = use_client();
    let lines = move || {
        let from = chosen.get();
        let now = client
            .status
            .with(|status| status.as_ref().map(|status| (status.program.clone(), label(&status.program_title))));
        saved.with(|saved| {
            let mut lines = Vec::new();
            if let (Some((program, title)), Some(from)) = (now, from)
                && program != saved.row.id
            {
                let last = long_day(from.plus_days(-1));
                lines.push((
                    t("现在的方案", "The program now").to_owned(),
                    title,
                    format!("{} {last}", t("用到", "until")),
                ));
            }
            if let Some((title, day)) = planned.get() {
                let day = long_day(day);
                let after = if language() == regulars_rules::message::Language::Zh {
                    format!("{day} 起")
                } else {
                    format!("from {day}")
                };
                lines.push((t("另外已排期", "Also planned").to_owned(), title, after));
            }
            let parameters = model::in_document_order(&saved.parameters, &saved.document);
            for (parameter, value) in draft.with(|draft| draft.changes(&parameters)) {
                let before = model::value_words(parameter, &parameter.value, language());
                let after = model::value_words(parameter, &value, language());
                let before = if before == after { t("原文空白", "blank").to_owned() } else { before };
                lines.push((label(&parameter.label), before, after));
            }
            lines
        })
    };
    let lines = memo(move |_| lines());
    view! {
        <Show when=move || !lines.with(Vec::is_empty)>
            <dl class="changes" data-testid="changes">
                {move || {
                    lines
                        .get()
                        .into_iter()
                        .map(|(name, before, after)| {
                            view! {
                                <div>
                                    <dt>{name}</dt>
                                    <dd><span class="change-before">{before}</span> <Picture icon=Icon::Next size=14 /> <strong>{after}</strong></dd>
                                </div>
                            }
                        })
                        .collect_view()
                }}
            </dl>
        </Show>
    }
}
