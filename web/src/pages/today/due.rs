//! What is due on the day, by kind.

use std::sync::Arc;

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, DueTask, Reply, TodayView, Wish};
use regulars_rules::message::Value;

use super::model::groups;
use crate::client::use_client;
use crate::pages::members::model::mask;
use crate::pages::members::settle::SettleButtons;
use crate::shared::*;

/// Tasks of a kind shown at first, and added at a time.
const AT_FIRST: usize = 5;
const AT_A_TIME: usize = 50;

#[component]
pub fn Due(view: RwSignal<Option<Arc<TodayView>>>, is_today: Memo<bool>) -> impl IntoView {
    let total = memo(move |_| view.with(|view| view.as_ref().map_or(0, |view| view.due.len())));
    let kinds = move || {
        view.with(|view| view.as_ref().map(|view| groups(&view.due)).unwrap_or_default())
            .into_iter()
            .map(|(kind, tasks)| view! { <Group kind=kind tasks=tasks is_today=is_today /> })
            .collect_view()
    };
    view! {
        <section class="panel t-due" data-testid="due">
            <div class="t-due-head">
                <h2>{move || if is_today.get() { t("今天要办", "Due today") } else { t("这天要办", "Due on the day") }}</h2>
                <span class="t-number" data-testid="due-count">{move || count(i64::try_from(total.get()).unwrap_or(i64::MAX))}</span>
            </div>
            {move || {
                (total.get() == 0)
                    .then(|| {
                        view! {
                            <EmptyState
                                icon=Icon::Check
                                title=t("都办完了", "All done")
                                text=t("生日、积分到期、返利和待审批的会出现在这里。", "Birthdays, lapsing points, rebates and applications appear here.")
                                testid="due-none"
                            />
                        }
                    })
            }}
            {kinds}
        </section>
    }
}

const fn kind_icon(kind: &str) -> Icon {
    match kind.as_bytes() {
        b"birthday" => Icon::Gift,
        b"application" => Icon::Person,
        b"uncleared" => Icon::Wallet,
        b"rebate" => Icon::Voucher,
        b"lapse" | b"lapse-soon" => Icon::Clock,
        b"review" => Icon::Star,
        b"card-expires" => Icon::Card,
        _ => Icon::Info,
    }
}

#[component]
fn Group(kind: String, tasks: Vec<DueTask>, is_today: Memo<bool>) -> impl IntoView {
    let number = tasks.len();
    let most = RwSignal::new(AT_FIRST);
    let title = code_title(&kind);
    let tasks = StoredValue::new(tasks);
    let rows = move || {
        let most = most.get();
        tasks.with_value(|tasks| {
            tasks.iter().take(most).map(|task| view! { <Task task=task.clone() is_today=is_today /> }).collect_view()
        })
    };
    let has_more = memo(move |_| number > most.get());
    let words = count(i64::try_from(number).unwrap_or(i64::MAX));
    view! {
        <section class="t-kind" data-testid=format!("due-{kind}")>
            <h3><Picture icon=kind_icon(&kind) size=18 /> {title} <span class="t-number">{words}</span></h3>
            <ul>{rows}</ul>
            <Show when=move || has_more.get()>
                <Button tone=Tone::Quiet wide=true on_press=move || most.update(|most| *most = most.saturating_add(AT_A_TIME)) testid="due-more">
                    {t("看更多", "Show more")}
                </Button>
            </Show>
        </section>
    }
}

#[component]
fn Task(task: DueTask, is_today: Memo<bool>) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let confirm = use_confirm();
    let busy = RwSignal::new(false);
    let what = say(&task.what);
    // Other figures stand in the sentence.
    let figure = task.figure.as_ref().filter(|figure| matches!(figure, Value::Money(_))).map(show);
    let why = task.trace.clone().map(|trace| view! { <Why title=what.clone() traces=trace testid="due-why" /> });
    let who = task.member.as_ref().map(|row| {
        let name =
            if row.name.is_empty() { t("未留姓名", "No name given").to_owned() } else { row.name.to_string() };
        let open = link(&format!("members/{}", row.id));
        let contact = mask(&row.phone);
        view! {
            <a class="t-task-open" href=open data-testid="due-member">{name}</a>
            " "
            <TierBadge rank=row.tier_rank label=label(&row.tier_label) />
            " "
            <span class="quiet-text">{contact}</span>
        }
    });
    let name = task.member.as_ref().map(|row| row.name.to_string()).unwrap_or_default();
    let payable = match (&task.member, &task.rule) {
        (Some(member), Some(rule)) if task.kind == "rebate" => Some((member.id, rule.id.clone())),
        _ => None,
    };
    let stranger = task.member.is_none().then(|| t("散客", "Not a member"));
    let has_action = payable.is_some();
    let amount = figure.clone().unwrap_or_default();
    let pay = move || {
        let Some((member, rule)) = payable.clone() else { return };
        let question = Question {
            title: format!("{} {name} {amount}？", t("发给", "Pay out to")),
            text: t("记下之后不能再发一次。", "Once recorded it cannot be paid again.").to_owned(),
            action: format!("{} {amount}", t("发放", "Pay out")),
            danger: false,
        };
        confirm.ask(question, move || {
            let _ = busy.try_set(true);
            client.ask_then(Ask::Do(Wish::PayRebate { member, rule: rule.clone() }), move |reply| {
                let _ = busy.try_set(false);
                match reply {
                    Reply::Done(done) => {
                        let notes = done.notes.iter().map(say).collect::<Vec<_>>();
                        toasts.show(format!("{} {}", t("已发放", "Paid out"), list(&notes)));
                    }
                    Reply::Refused(refusal) => toasts.refused(&refusal),
                    Reply::Failed(trouble) => toasts.failed(&trouble),
                    _ => {}
                }
            });
        });
    };
    let pay = StoredValue::new(pay);
    let settle = move || {
        let (payment, amount) = (task.payment?, task.figure.as_ref().map(show)?);
        Some(view! { <SettleButtons payment=payment amount=amount /> })
    };
    view! {
        <li class="t-task" data-testid="due-task">
            <div class="t-task-words">
                <p class="t-task-who">{who}{stranger}</p>
                <p class="t-task-what">{what} " " {why}</p>
            </div>
            {figure.map(|figure| view! { <span class="t-task-figure">{figure}</span> })}
            <Show when=move || has_action && is_today.get()>
                <Button busy=busy on_press=move || pay.with_value(|pay| pay()) testid="due-pay">{t("发放", "Pay out")}</Button>
            </Show>
            {move || is_today.get().then(&settle)}
        </li>
    }
}
