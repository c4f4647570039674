//! One person's month: what was earned, where it went, and why.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use regulars_desk::protocol::{Ask, Reply, StatementView, Trouble};
use regulars_rules::id::Text;
use regulars_rules::message::Refusal;
use regulars_rules::time::Day;

use super::acts::{Acts, provide_acts};
use super::form::ActSheet;
use super::forms;
use super::list::statement_link;
use super::model::{month_of, month_text, name};
use super::paper::{MonthState, MonthSteps, encoded, month_words};
use super::sections::{assessments, breaches, points, records, running, statement, targets};
use crate::clock;
use crate::shared::*;

#[derive(Clone, Default)]
enum Found {
    #[default]
    Waiting,
    Here(Arc<StatementView>),
    Refused(Refusal),
    Failed(Trouble),
}

/// The page `/staff/person?who=…&month=…`.
#[component]
pub fn StatementPage() -> impl IntoView {
    let acts = provide_acts();
    let query = use_query_map();
    let who = memo(move |_| Text::from(query.with(|query| query.get("who")).unwrap_or_default()));
    let month = memo(move |_| {
        query
            .with(|query| query.get("month"))
            .and_then(|text| month_of(&text))
            .unwrap_or_else(|| clock::today().month_start())
    });
    let found = RwSignal::new(Found::Waiting);
    Effect::new(move |before: Option<Text>| {
        let (staff, asked) = (who.get(), month.get());
        acts.client.changed.track();
        if before.is_some_and(|before| before != staff) {
            found.set(Found::Waiting);
        }
        let ask = Ask::Statement { staff: staff.clone(), month: asked };
        let wanted = staff.clone();
        acts.client.ask_then(ask, move |reply| {
            if month.try_get_untracked() != Some(asked) || who.try_get_untracked() != Some(wanted) {
                return;
            }
            let _ = found.try_set(match reply {
                Reply::Statement(view) => Found::Here(Arc::new(*view)),
                Reply::Refused(refusal) => Found::Refused(refusal),
                Reply::Failed(trouble) => Found::Failed(trouble),
                _ => return,
            });
        });
        staff
    });
    let back = move || link(&format!("staff?month={}", month_text(month.get())));
    let extra = derived(move || format!("&who={}", encoded(&who.get())));
    view! {
        <div class="page s-person" data-testid="statement">
            <a class="m-back" href=back data-testid="statement-back"><Picture icon=Icon::Back size=18 />{t("员工", "Staff")}</a>
            {move || match found.get() {
                Found::Waiting => view! { <Spinner /> }.into_any(),
                Found::Here(view) => whole(acts, &view, month, extra),
                Found::Refused(refusal) => view! {
                    <RefusalNote refusal=refusal testid="statement-refused" />
                    <p><a class="button" href=link("staff")>{t("看全部员工", "All staff")}</a></p>
                }
                .into_any(),
                Found::Failed(trouble) => view! { <TroubleNote trouble=trouble /> }.into_any(),
            }}
            <ActSheet />
        </div>
    }
}

fn whole(acts: Acts, view: &Arc<StatementView>, month: Memo<Day>, extra: Signal<String>) -> AnyView {
    // Until the month one stepped to is here, nothing of the other month can be pressed.
    let shown = view.month;
    let stale = memo(move |_| month.get() != shown);
    view! {
        <div class="s-current" aria-busy=move || stale.get().to_string() inert=move || stale.get()>{head(acts, view)}</div>
        <div class="s-bar">
            <MonthSteps month=month path="staff/person" extra=extra />
            <span class="s-current" aria-busy=move || stale.get().to_string()><MonthState over=view.over closed=view.closed /></span>
            <span class="s-bar-end">
                <Button tone=Tone::Quiet icon=Icon::Print on_press=|| { let _ = window().print(); } testid="statement-print">{t("打印", "Print")}</Button>
            </span>
        </div>
        <div class="s-grid s-current" aria-busy=move || stale.get().to_string() inert=move || stale.get()>
            <div class="s-main">{statement(view)}</div>
            <aside class="s-aside" aria-label=t("目标、积分和违规", "Targets, points and conduct")>
                {targets(acts, view)}
                {running(view)}
                {points(view)}
                {assessments(acts, view)}
                {breaches(acts, view)}
                {records(acts, view)}
            </aside>
        </div>
    }
    .into_any()
}

/// Who it is; the main action is to pay what is outstanding.
fn head(acts: Acts, view: &Arc<StatementView>) -> AnyView {
    let person = &view.row.person;
    let who = name(person).to_owned();
    let first: String = who.chars().next().map(String::from).unwrap_or_default();
    let on_list = view.can.people.iter().any(|own| own.code == person.code);
    let mut facts: Vec<String> = Vec::new();
    if *person.name != *person.code && !person.name.is_empty() {
        facts.push(format!("{} {}", t("工号", "Code"), person.code));
    }
    let store = view.can.stores.iter().find(|own| own.code == person.store).map(|own| own.name.clone());
    facts.extend(
        [store.unwrap_or_else(|| person.store.clone()), person.team.clone(), person.area.clone()]
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| text.to_string()),
    );
    let leader = view.can.people.iter().find(|own| own.code == person.leader).map(|own| name(own).to_owned());
    let leader_link = leader.map(|words| (statement_link(&person.leader, view.month), words));
    let outstanding = view.statement.as_ref().map(|own| own.outstanding).unwrap_or_default();
    let payable = (view.over || view.row.left.is_some()) && outstanding.is_positive();
    let month = view.month;
    let (edit_view, pay_person, leave_person) = (Arc::clone(view), person.clone(), person.clone());
    view! {
        <header class="m-head">
            <div class="s-whose">
                <span class="avatar" aria-hidden="true">{first}</span>
                <div class="m-who">
                    <h1>
                        <span data-testid="statement-name">{who}</span>
                        {(!person.role.is_empty()).then(|| view! { <span class="tag">{code(&person.role)}</span> })}
                        {view.row.left.map(|on| view! { <span class="tag warn" data-testid="statement-left">{t("离职", "left")} " " {day(on)}</span> })}
                    </h1>
                    <p class="m-facts">
                        {facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                        {leader_link.map(|(address, words)| view! { <span>{t("上级", "Led by")} " " <a href=address>{words}</a></span> })}
                    </p>
                </div>
            </div>
            <div class="m-head-actions">
                {on_list.then(|| view! {
                    <Button icon=Icon::Edit on_press=move || acts.begin(forms::person(&edit_view.can, Some(edit_view.row.person.clone()))) testid="statement-edit">{t("调岗", "Change post")}</Button>
                    <Button tone=Tone::Quiet on_press=move || acts.begin(forms::leave(&leave_person)) testid="statement-leave">{t("离职", "Leaves")}</Button>
                })}
                {payable.then(|| view! {
                    <Button tone=Tone::Main icon=Icon::Wallet on_press=move || acts.begin(forms::pay(&pay_person, month, outstanding)) testid="statement-pay">
                        {t("发放", "Pay out")} " " {money(outstanding)}
                    </Button>
                })}
            </div>
        </header>
        <p class="s-print-title">{t("工资单", "Statement")} " · " {month_words(month)}</p>
    }
    .into_any()
}
