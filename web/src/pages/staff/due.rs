//! What the staff have to do today, person by person, and what waits for somebody's word.

use leptos::prelude::*;
use regulars_desk::protocol::{ApprovalChoice, RequestView, StaffCan, StaffTaskView, VisitView};
use regulars_rules::staff::decide::StaffWish;
use regulars_rules::staff::fact::StaffFact;

use super::acts::{Acts, use_acts};
use super::clients::{ClientActions, Clients};
use super::forms;
use super::list::Month;
use super::model::{by_person, name};
use crate::client::fresh_seed;
use crate::clock;
use crate::pages::members::model::mask;
use crate::shared::*;

/// So many visits are shown, the next ones.
const VISITS_MAX: usize = 40;
/// Tasks of a person shown at first.
const AT_FIRST: usize = 8;

#[component]
pub fn DuePanel(page: Month) -> impl IntoView {
    let acts = use_acts();
    let can = memo(move |_| page.view.with(|view| view.as_ref().map(|view| view.can.clone()).unwrap_or_default()));
    let groups = move || {
        page.due
            .with(|due| due.as_ref().map(|due| by_person(&due.tasks)).unwrap_or_default())
            .into_iter()
            .map(|(staff, name, tasks)| {
                let title = match (name.is_empty(), staff.is_empty()) {
                    (false, _) => name.to_string(),
                    (true, false) => staff.to_string(),
                    (true, true) => t("还没有人负责", "Nobody in particular").to_owned(),
                };
                group(acts, title, tasks)
            })
            .collect_view()
    };
    let requests = move || {
        page.due.with(|due| {
            let rows = due.as_ref().map(|due| due.requests.clone()).unwrap_or_default();
            (!rows.is_empty()).then(|| {
                let rows = rows.iter().map(|own| request(acts, page, own)).collect_view();
                view! {
                    <section class="panel s-panel" data-testid="staff-requests">
                        <h2>{t("等审批", "Awaiting approval")}</h2>
                        <ul class="s-lines">{rows}</ul>
                    </section>
                }
            })
        })
    };
    let visits = move || {
        page.due.with(|due| {
            let all = due.as_ref().map(|due| due.visits.clone()).unwrap_or_default();
            (!all.is_empty()).then(|| {
                let rows = all.into_iter().take(VISITS_MAX).map(|own| visit(acts, own)).collect_view();
                view! {
                    <section class="panel s-panel" data-testid="staff-visits">
                        <h2>{t("抽到的检查", "Inspections drawn")}</h2>
                        <ul class="s-lines">{rows}</ul>
                    </section>
                }
            })
        })
    };
    let none = memo(move |_| {
        page.due.with(|due| {
            due.as_ref().is_some_and(|due| {
                let clients = due.accounts.len().saturating_add(due.projects.len()).saturating_add(due.files.len());
                due.tasks.is_empty() && due.requests.is_empty() && due.visits.is_empty() && clients == 0
            })
        })
    });
    view! {
        <div class="s-due" data-testid="staff-due">
            <div class="actions">
                <Show when=move || can.with(|can| can.complaints)>
                    <Button icon=Icon::Plus on_press=move || acts.begin(can.with_untracked(forms::complain)) testid="staff-complain">{t("记投诉", "Record a complaint")}</Button>
                </Show>
                <Show when=move || can.with(|can| !can.approvals.is_empty())>
                    <button type="button" class="button" popovertarget="approvals" data-testid="staff-ask">
                        <Picture icon=Icon::Shield />
                        {t("申请审批", "Ask for approval")}
                    </button>
                    <div id="approvals" popover="auto" class="settings served-by">
                        <h3>{t("申请什么", "For what")}</h3>
                        {move || asked_for(acts, can)}
                    </div>
                </Show>
                <Show when=move || can.with(|can| can.duty)>
                    <Button icon=Icon::Calendar on_press=move || acts.begin(can.with_untracked(forms::book)) testid="staff-book">{t("记预约", "Book a client")}</Button>
                    <Button on_press=move || acts.begin(can.with_untracked(forms::waive)) testid="staff-waive">{t("不当班也可接待", "Receive off duty")}</Button>
                </Show>
                <Show when=move || can.with(|can| can.stand_ins && can.people.len() > 1)>
                    <Button on_press=move || acts.begin(can.with_untracked(forms::stand_in)) testid="staff-stand-in">{t("代班", "Stand in")}</Button>
                </Show>
                <Show when=move || can.with(|can| !can.meetings.is_empty())>
                    <Button on_press=move || acts.begin(can.with_untracked(forms::meeting)) testid="staff-meeting">{t("记会议", "Record a meeting")}</Button>
                </Show>
                <Show when=move || can.with(|can| !can.inspections.is_empty())>
                    <Button on_press=move || acts.begin(can.with_untracked(forms::draw)) testid="staff-draw">{t("抽签定检查", "Draw the inspections")}</Button>
                </Show>
                <ClientActions can=can />
                <a class="button quiet" href=link("today")>{t("生日、到期等，在“今日”", "Birthdays and expiries: see Today")}</a>
            </div>
            <Show when=move || none.get()>
                <EmptyState icon=Icon::Check title=t("都做完了", "All done") text=t("回访、投诉和审批会出现在这里。", "Calls, complaints and approvals appear here.") testid="staff-due-none" />
            </Show>
            {requests}
            {visits}
            {groups}
            <Clients page=page can=can />
        </div>
    }
}

/// What may be asked for, each with its form.
fn asked_for(acts: Acts, can: Memo<StaffCan>) -> AnyView {
    let choice = |own: ApprovalChoice| {
        let words = label(&own.rule.label);
        let words = if words.is_empty() { own.rule.rule.to_string() } else { words };
        let testid = format!("ask-{}", own.rule.rule);
        let begin = move || {
            close_popover("approvals");
            acts.begin(can.with_untracked(|can| forms::ask(&own, can)));
        };
        view! { <Button wide=true on_press=begin testid=testid>{words}</Button> }
    };
    can.with(|can| can.approvals.iter().cloned().map(choice).collect_view()).into_any()
}

/// A visit that was drawn; from its day on its findings are recorded.
fn visit(acts: Acts, own: VisitView) -> AnyView {
    let (name, on, words) = (own.name.to_string(), own.day, label(&own.label));
    let record = (on <= clock::today()).then(|| {
        view! { <Button on_press=move || acts.begin(forms::inspected(&own)) testid="staff-inspected">{t("记结果", "Record")}</Button> }
    });
    view! {
        <li class="s-line" data-testid="staff-visit">
            <span class="s-line-words"><b>{name}</b> <span class="quiet-text">{words} " · " {day(on)}</span></span>
            {record}
        </li>
    }
    .into_any()
}

fn group(acts: Acts, title: String, tasks: Vec<StaffTaskView>) -> AnyView {
    let number = tasks.len();
    let all = RwSignal::new(number <= AT_FIRST);
    let tasks = StoredValue::new(tasks);
    let rows = move || {
        let most = if all.get() { usize::MAX } else { AT_FIRST };
        tasks.with_value(|tasks| tasks.iter().take(most).map(|own| task(acts, own)).collect_view())
    };
    view! {
        <section class="panel s-panel" data-testid="staff-due-person">
            <h2>{title} " " <span class="s-number">{count(i64::try_from(number).unwrap_or(i64::MAX))}</span></h2>
            <ul class="s-lines">{rows}</ul>
            <Show when=move || !all.get()>
                <Button tone=Tone::Quiet wide=true on_press=move || all.set(true)>{t("看全部", "Show all")}</Button>
            </Show>
        </section>
    }
    .into_any()
}

fn task(acts: Acts, own: &StaffTaskView) -> AnyView {
    let who = own.member.as_ref().map(|row| {
        let name =
            if row.name.is_empty() { t("未留姓名", "No name given").to_owned() } else { row.name.to_string() };
        view! {
            <span>
                <a href=link(&format!("members/{}", row.id))>{name}</a>
                " " <TierBadge rank=row.tier_rank label=label(&row.tier_label) />
                " " <span class="quiet-text">{mask(&row.phone)}</span>
            </span>
        }
    });
    let what = say(&own.what);
    let rule = label(&own.rule.label);
    let says = label(&own.says);
    let last = own.last.map(|on| format!("{} {}", t("最晚", "by"), day(on)));
    let done = match (own.kind.as_str(), own.complaint, own.member.as_ref()) {
        ("complaint", Some(of), _) => {
            Some(view! { <Button on_press=move || acts.begin(forms::handle(of)) testid="staff-handle">{t("处理", "Handle")}</Button> }.into_any())
        }
        ("deal-out", ..) => {
            let what = what.clone();
            let deal = move || {
                let question = Question {
                    title: t("抽签分给大家？", "Deal them out by lot?").to_owned(),
                    text: format!("{what} {}", t("种子记在账里，谁都可以核对。", "The seed is recorded: anybody can check the draw.")),
                    action: t("抽签分派", "Deal out").to_owned(),
                    danger: false,
                };
                acts.confirm.ask(question, move || {
                    let wish = StaffWish::DealOwners { seed: fresh_seed(), among: Vec::new() };
                    acts.wish(wish, t("已分派", "Dealt out"));
                });
            };
            Some(view! { <Button disabled=acts.busy on_press=deal testid="staff-deal-out">{t("抽签分派", "Deal out by lot")}</Button> }.into_any())
        }
        ("care", _, Some(row)) => {
            let (member, staff, rule) = (row.id, own.staff.clone(), own.rule.id.clone());
            let contact = move || {
                let by = if staff.is_empty() { acts.client.staff.get_untracked() } else { staff.clone() };
                let fact = StaffFact::Contacted {
                    member,
                    staff: by,
                    way: "call".into(),
                    rule: rule.clone(),
                    note: "".into(),
                };
                acts.wish(StaffWish::Note(fact), t("已记回访", "Contact recorded"));
            };
            Some(view! { <Button icon=Icon::Check disabled=acts.busy on_press=contact testid="staff-contacted">{t("已联系", "Done")}</Button> }.into_any())
        }
        _ => None,
    };
    view! {
        <li class="s-line" data-testid="staff-task">
            <span class="s-line-words">
                {who}
                <span>{(!rule.is_empty()).then(|| view! { <b>{rule.clone()}</b> " · " })} {what} " " <Why title=rule.clone() traces=&own.trace testid="staff-task-why" /></span>
                {(!says.is_empty()).then(|| view! { <span class="quiet-text">{says}</span> })}
                {last.map(|words| view! { <span class="quiet-text">{words}</span> })}
            </span>
            {done}
        </li>
    }
    .into_any()
}

fn request(acts: Acts, page: Month, own: &RequestView) -> AnyView {
    let mut facts: Vec<String> = Vec::new();
    if let Some(row) = &own.member {
        facts.push(row.name.to_string());
    }
    if !own.staff.is_empty() {
        let person = page.view.with_untracked(|view| {
            let people = view.as_ref().map(|view| view.can.people.as_slice()).unwrap_or_default();
            people.iter().find(|person| person.code == own.staff).map(|person| name(person).to_owned())
        });
        facts.push(person.unwrap_or_else(|| own.staff.to_string()));
    }
    if !own.about.is_empty() {
        facts.push(code(&own.about));
    }
    if own.amount.is_positive() {
        facts.push(money(own.amount));
    }
    if own.rate > regulars_rules::number::Rate::ZERO {
        facts.push(show(&own.rate.into()));
    }
    if !own.note.is_empty() {
        facts.push(own.note.to_string());
    }
    let title = label(&own.rule.label);
    let title = if title.is_empty() { own.rule.id.to_string() } else { title };
    let waiting = codes(&own.waiting);
    let is_granted = own.waiting.is_empty();
    let of = own.event;
    let held = own.clone();
    let action = if is_granted {
        view! { <Button tone=Tone::Main disabled=acts.busy on_press=move || acts.wish(StaffWish::Fulfil { of }, t("已执行", "Carried out")) testid="staff-fulfil">{t("执行", "Carry out")}</Button> }.into_any()
    } else {
        let begin = move || {
            let can = page.view.with_untracked(|view| view.as_ref().map(|view| view.can.clone()).unwrap_or_default());
            acts.begin(forms::answer(&held, &can));
        };
        view! { <Button on_press=begin testid="staff-answer">{t("审批", "Answer")}</Button> }.into_any()
    };
    view! {
        <li class="s-line" data-testid="staff-request">
            <span class="s-line-words">
                <b>{title}</b>
                <span>{facts.join(" · ")}</span>
                <span class="quiet-text">
                    {day(own.day)} " · "
                    {if is_granted { t("已批准", "granted").to_owned() } else { format!("{} {waiting}", t("还等", "awaits")) }}
                </span>
            </span>
            {action}
        </li>
    }
    .into_any()
}
