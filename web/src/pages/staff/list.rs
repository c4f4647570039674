//! The place Staff: everyone's month.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use regulars_desk::protocol::{Ask, Reply, StaffDueView, StaffMonthView, StaffRow, Trouble};
use regulars_rules::message::Value;
use regulars_rules::staff::decide::StaffWish;
use regulars_rules::time::Day;

use super::acts::{Acts, provide_acts, use_acts};
use super::due::DuePanel;
use super::form::ActSheet;
use super::forms;
use super::model::{Order, month_of, month_text, name, permille, shown};
use super::paper::{MonthState, MonthSteps, encoded, month_words, period_words};
use crate::clock;
use crate::shared::*;

/// What the page has.
#[derive(Clone, Copy)]
pub struct Month {
    pub view: RwSignal<Option<Arc<StaffMonthView>>>,
    pub due: RwSignal<Option<Arc<StaffDueView>>>,
    pub month: Memo<Day>,
}

impl Month {
    /// Whether the figures are still those of the month before the step: nobody may press what is about to change.
    fn is_stale(self) -> bool {
        let shown = self.view.with(|view| view.as_ref().map(|view| view.month));
        shown.is_some_and(|shown| shown != self.month.get())
    }
}

/// The page `/staff`.
#[component]
pub fn StaffPage() -> impl IntoView {
    let acts = provide_acts();
    let query = use_query_map();
    let month = memo(move |_| {
        query
            .with(|query| query.get("month"))
            .and_then(|text| month_of(&text))
            .unwrap_or_else(|| clock::today().month_start())
    });
    let page = Month { view: RwSignal::new(None), due: RwSignal::new(None), month };
    let failed = RwSignal::new(None::<Trouble>);
    let tasks_shown = RwSignal::new(false);
    Effect::new(move |_| {
        let asked = month.get();
        acts.client.changed.track();
        acts.client.ask_then(Ask::StaffMonth(asked), move |reply| {
            if month.try_get_untracked() != Some(asked) {
                return;
            }
            match reply {
                Reply::StaffMonth(view) => {
                    let _ = failed.try_set(None);
                    let _ = page.view.try_set(Some(Arc::new(*view)));
                }
                Reply::Refused(refusal) => acts.toasts.refused(&refusal),
                Reply::Failed(trouble) => {
                    let _ = failed.try_set(Some(trouble));
                }
                _ => {}
            }
        });
    });
    Effect::new(move |_| {
        acts.client.changed.track();
        acts.client.ask_then(Ask::StaffDue(clock::today()), move |reply| {
            if let Reply::StaffDue(due) = reply {
                let _ = page.due.try_set(Some(Arc::new(*due)));
            }
        });
    });
    let here = memo(move |_| page.view.with(Option::is_some));
    let stale = memo(move |_| page.is_stale());
    let waiting = memo(move |_| {
        page.due.with(|due| due.as_ref().map_or(0, |due| due.tasks.len().saturating_add(due.requests.len())))
    });
    let has_due = memo(move |_| {
        let can = |view: &Arc<StaffMonthView>| {
            let can = &view.can;
            let asked = !can.approvals.is_empty() || !can.meetings.is_empty() || !can.inspections.is_empty();
            let clients = can.account.is_some() || !can.projects.is_empty() || can.files;
            asked || clients || can.complaints || can.duty || can.stand_ins
        };
        waiting.get() > 0 || page.view.with(|view| view.as_ref().is_some_and(can))
    });
    view! {
        <div class="page staff" data-testid="staff">
            <header class="page-head">
                <h1>{t("员工", "Staff")}</h1>
                {move || here.get().then(|| head_actions(acts, page))}
            </header>
            {move || failed.get().map(|trouble| view! { <TroubleNote trouble=trouble /> })}
            <Show when=move || here.get() fallback=move || (failed.with(Option::is_none)).then(|| view! { <Spinner /> })>
                <div class="s-bar">
                    <MonthSteps month=month path="staff" extra="" />
                    <span class="s-current" aria-busy=move || stale.get().to_string()>
                        {move || page.view.get().map(|view| view! { <MonthState over=view.over closed=view.closed /> })}
                    </span>
                    <Show when=move || has_due.get()>
                        <div class="s-tabs">
                            <Chip on=derived(move || !tasks_shown.get()) on_press=move || tasks_shown.set(false) testid="staff-tab-pay">{t("业绩与工资", "Sales and pay")}</Chip>
                            <Chip on=tasks_shown on_press=move || tasks_shown.set(true) testid="staff-tab-due">
                                {t("今天要做", "To do today")} " " {move || count(i64::try_from(waiting.get()).unwrap_or(i64::MAX))}
                            </Chip>
                        </div>
                    </Show>
                </div>
                <div class="s-figures s-current" aria-busy=move || stale.get().to_string() inert=move || stale.get()>
                    {move || {
                        if tasks_shown.get() && has_due.get() {
                            view! { <DuePanel page=page /> }.into_any()
                        } else {
                            view! { <Everyone page=page /> }.into_any()
                        }
                    }}
                </div>
            </Show>
            <ActSheet />
        </div>
    }
}

/// Add somebody, export, close the month: one of them is the main action.
fn head_actions(acts: Acts, page: Month) -> AnyView {
    let exporting = RwSignal::new(false);
    let closable = memo(move |_| {
        if page.is_stale() {
            return None;
        }
        page.view.with(|view| {
            let view = view.as_ref()?;
            let from = view.closable_from?;
            (view.over && !view.closed && from <= view.month).then_some((from, view.month.plus_months(1)))
        })
    });
    let nobody = memo(move |_| page.view.with(|view| view.as_ref().is_none_or(|view| view.rows.is_empty())));
    let add = move || {
        let can = page.view.with_untracked(|view| view.as_ref().map(|view| view.can.clone()).unwrap_or_default());
        acts.begin(forms::person(&can, None));
    };
    let target = move || {
        let can = page.view.with_untracked(|view| view.as_ref().map(|view| view.can.clone()).unwrap_or_default());
        acts.begin(forms::target(&can, None));
    };
    let has_targets = memo(move |_| {
        page.view.with(|view| view.as_ref().is_some_and(|view| !view.can.targets.is_empty() && !view.rows.is_empty()))
    });
    let export = move || {
        exporting.set(true);
        acts.client.ask_then(Ask::StaffTable(page.month.get_untracked()), move |reply| {
            let _ = exporting.try_set(false);
            match reply {
                Reply::File { name, mime, bytes } if hand_over(&name, &mime, &bytes).is_ok() => {
                    acts.toasts.show(format!("{} {name}", t("已导出", "Exported")));
                }
                Reply::Failed(trouble) => acts.toasts.failed(&trouble),
                _ => acts.toasts.problem(t("没能导出，请再试一次", "Not exported: please try again")),
            }
        });
    };
    let close = move || {
        let Some((from, to)) = closable.get_untracked() else { return };
        let question = Question {
            title: format!("{} {}？", t("结账", "Close"), period_words(from, to)),
            text: t(
                "结账以后，这些数字不再变。以后才知道的（退货、到账、复核）算进下一个没结账的月份，当作调整。",
                "Once closed, these figures stand. What becomes known later (goods back, money that arrives, reviews) counts in the next open month, as an adjustment.",
            )
            .to_owned(),
            action: t("结账", "Close").to_owned(),
            danger: false,
        };
        acts.confirm.ask(question, move || acts.wish(StaffWish::Close { from, to }, t("已结账", "Closed")));
    };
    view! {
        <div class="actions s-head-actions">
            <Show when=move || !nobody.get()>
                <Button tone=Tone::Quiet icon=Icon::Download busy=exporting on_press=export name=t("导出表格", "Export as a table") testid="staff-export" />
            </Show>
            <Show when=move || has_targets.get()>
                <Button icon=Icon::Star on_press=target testid="staff-target-open">{t("定目标", "Set a target")}</Button>
            </Show>
            <Show when=move || !nobody.get()>
                <Button icon=Icon::Plus on_press=add testid="staff-add">{t("添加员工", "Add a person")}</Button>
            </Show>
            <Show when=move || closable.get().is_some()>
                <Button tone=Tone::Main icon=Icon::Check on_press=close testid="staff-close">
                    {t("结账", "Close")} " " {move || month_words(page.month.get())}
                </Button>
            </Show>
        </div>
    }
    .into_any()
}

/// The figures of the month.
#[component]
fn Everyone(page: Month) -> impl IntoView {
    let acts = use_acts();
    let typed = RwSignal::new(String::new());
    let order = RwSignal::new(Order::default().word().to_owned());
    let part = move |of: fn(&StaffMonthView) -> bool| {
        memo(move |_| page.view.with(|view| view.as_ref().is_some_and(|view| of(view))))
    };
    let nobody = part(|view| view.rows.is_empty());
    let unpaid = part(|view| !view.can.pays);
    let many = part(|view| view.rows.len() > 1);
    let add = move || {
        let can = page.view.with_untracked(|view| view.as_ref().map(|view| view.can.clone()).unwrap_or_default());
        acts.begin(forms::person(&can, None));
    };
    let program = move || {
        acts.client.status.with(|status| status.as_ref().map(|status| status.program.to_string()).unwrap_or_default())
    };
    view! {
        <Show when=move || nobody.get()>
            <EmptyState
                icon=Icon::Staff
                title=t("这个月还没有员工", "Nobody on the list this month")
                text=t("先添加导购和店长；收银时选好谁在接待，业绩和提成就会记在各人名下。", "Add guides and managers first; choose at the counter who serves, and sales and commission are theirs.")
                testid="staff-empty"
            >
                <Button tone=Tone::Main icon=Icon::Plus on_press=add testid="staff-add-first">{t("添加员工", "Add a person")}</Button>
            </EmptyState>
        </Show>
        <Show when=move || unpaid.get()>
            <Notice
                bad=false
                title=t("现在的方案没有提成和奖金", "The program in force pays no commission or bonus")
                text=t("只看得到销售额。要算提成，换一个有提成的方案，或在方案里加上。", "Only sales are shown. For commission adopt a program that has it, or add it to yours.")
                testid=Some("staff-no-pay".to_owned())
                code="staff.no-pay".to_owned()
            />
            <p><a class="button" href=move || link(&format!("programs/{}", program()))>{t("看方案", "See the program")}</a></p>
        </Show>
        <Show when=move || !nobody.get()>
            {move || page.view.get().map(|view| totals(&view))}
            {move || page.view.get().map(|view| proposals(acts, &view))}
            {move || page.view.get().map(|view| unassigned(acts, &view))}
            <section class="section">
                <Show when=move || many.get()>
                    <div class="s-filter">
                        <SearchBox value=typed placeholder=t("姓名、工号、岗位", "Name, code, role") testid="staff-search" />
                        <label class="m-pick">
                            <span>{t("排序", "Order")}</span>
                            <select data-testid="staff-order" prop:value=move || order.get() on:change=move |event| order.set(event_target_value(&event))>
                                {[(Order::Sales, t("按销售额", "by sales")), (Order::Pay, t("按应发", "by pay")), (Order::Name, t("按姓名", "by name"))]
                                    .map(|(own, words)| view! { <option value=own.word()>{words}</option> })}
                            </select>
                        </label>
                    </div>
                </Show>
                // Another month is another table: a row never becomes another person's under a finger.
                <For each=move || page.view.with(|view| view.as_ref().map(|view| view.month)) key=|month| *month let:_month>
                    {move || {
                        page.view.get().map(|view| {
                            let rows = typed.with(|text| shown(&view.rows, text, Order::of_word(&order.get())));
                            table(&view, &rows)
                        })
                    }}
                </For>
            </section>
            {move || page.view.get().map(|view| stores(acts, &view))}
        </Show>
    }
}

fn totals(view: &StaffMonthView) -> AnyView {
    let total = &view.total;
    let tile = |words: &'static str, text: String, testid: &'static str| view! { <Stat label=words value=text testid=testid /> };
    view! {
        <section class="panel stats s-totals" aria-label=t("合计", "In all")>
            {tile(t("销售额", "Sales"), money(total.sales), "staff-total-sales")}
            {tile(t("收入（提成、奖金）", "Income (commission, bonus)"), money(total.income), "staff-total-income")}
            {(!total.held.is_zero()).then(|| tile(t("留存", "Held back"), money(total.held), "staff-total-held"))}
            {tile(t("应发", "Pay"), money(total.payable), "staff-total-pay")}
            {view.over.then(|| tile(t("还没发", "Not yet paid"), money(total.outstanding), "staff-total-outstanding"))}
        </section>
    }
    .into_any()
}

/// What the rules propose: a person decides.
fn proposals(acts: Acts, view: &StaffMonthView) -> AnyView {
    if view.proposals.is_empty() {
        return ().into_any();
    }
    let month = view.month;
    let rows = view
        .proposals
        .iter()
        .map(|one| {
            let person = view.rows.iter().find(|row| row.person.code == one.staff);
            let who = person.map_or_else(|| one.staff.to_string(), |row| name(&row.person).to_owned());
            let who = if who.is_empty() { t("会员", "Member").to_owned() } else { who };
            let address = if one.staff.is_empty() { None } else { Some(statement_link(&one.staff, month)) };
            let what = code_title(&one.what);
            let measure = one.trace.figure.as_ref().map(show).unwrap_or_default();
            let days = if let Some(Value::Count(days)) = one.trace.figure { days } else { 1 };
            let on_list = view.can.people.iter().find(|own| own.code == one.staff).cloned();
            let decide = on_list.and_then(|person| match one.what.as_str() {
                "suspension" => {
                    let begin = move || acts.begin(forms::suspend(&person, days));
                    Some(view! { <Button on_press=begin testid="staff-suspend">{t("记停工", "Suspend")}</Button> }.into_any())
                }
                "dismissal" => {
                    let begin = move || acts.begin(forms::leave(&person));
                    Some(view! { <Button on_press=begin testid="staff-dismiss">{t("记离职", "Leaves")}</Button> }.into_any())
                }
                _ => None,
            });
            view! {
                <li class="s-line">
                    <span class="s-line-words">
                        <b>{match address {
                            Some(address) => view! { <a href=address>{who}</a> }.into_any(),
                            None => who.into_any(),
                        }}</b>
                        " " <span class="tag warn">{what.clone()} " " {measure}</span>
                        <span class="quiet-text">{say(&one.trace.message)} " " <Why title=what traces=&one.trace testid="staff-proposal-why" /></span>
                    </span>
                    <span class="quiet-text s-line-day">{day(one.day)}</span>
                    {decide}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel s-panel" data-testid="staff-proposals">
            <h2>{t("等您定", "For you to decide")}</h2>
            <ul class="s-lines">{rows}</ul>
        </section>
    }
    .into_any()
}

/// Deals that nobody gets.
fn unassigned(acts: Acts, view: &StaffMonthView) -> AnyView {
    if view.unassigned.is_empty() {
        return ().into_any();
    }
    let can = StoredValue::new(view.can.clone());
    let rows = view
        .unassigned
        .iter()
        .take(20)
        .map(|(deal, on, paid, why)| {
            let deal = *deal;
            view! {
                <li class="s-line">
                    <span class="s-line-words"><b>{money(*paid)}</b><span class="quiet-text">{day(*on)} " · " {say(why)}</span></span>
                    <Button on_press=move || acts.begin(can.with_value(|can| forms::credit(deal, can))) testid="staff-credit">{t("定归属", "Decide")}</Button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel s-panel" data-testid="staff-unassigned">
            <h2>{t("没有人得的单", "Deals that nobody gets")} " " <span class="s-number">{count(i64::try_from(view.unassigned.len()).unwrap_or(0))}</span></h2>
            <ul class="s-lines">{rows}</ul>
        </section>
    }
    .into_any()
}

/// The stores, where the program minds them.
fn stores(acts: Acts, view: &StaffMonthView) -> AnyView {
    if !view.can.by_store && view.can.stores.is_empty() {
        return ().into_any();
    }
    let rows = view
        .can
        .stores
        .iter()
        .map(|own| {
            let daily = own.daily_sales.is_positive().then(|| format!("{} {}", t("日均", "a day"), money(own.daily_sales)));
            view! {
                <li class="s-line">
                    <span class="s-line-words"><b>{own.name.to_string()}</b><span class="quiet-text">{own.area.to_string()}</span></span>
                    <span class="figure">{daily}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel s-panel" data-testid="staff-stores">
            <div class="m-panel-head">
                <h2>{t("门店", "Stores")}</h2>
                <Button icon=Icon::Plus on_press=move || acts.begin(forms::store()) testid="staff-store-add">{t("添加门店", "Add a store")}</Button>
            </div>
            <ul class="s-lines">{rows}</ul>
        </section>
    }
    .into_any()
}

/// The address of a person's month.
pub fn statement_link(code: &str, month: Day) -> String {
    link(&format!("staff/person?who={}&month={}", encoded(code), month_text(month)))
}

/// The columns that have anything.
#[derive(Clone, Copy)]
struct Columns {
    points: bool,
    held: bool,
    deductions: bool,
    unpaid: bool,
}

fn cell(class: &'static str, words: &'static str, text: String, quiet: bool) -> AnyView {
    view! { <td class=class class:quiet=quiet data-label=words>{text}</td> }.into_any()
}

fn cells(row: &StaffRow, columns: Columns) -> Vec<AnyView> {
    let mut cells = vec![cell("figure s-income", t("收入", "Income"), money(row.income), row.income.is_zero())];
    if columns.points {
        cells.push(cell("figure s-points", t("KPI 积分", "KPI points"), count(row.kpi_points), row.kpi_points == 0));
    }
    if columns.held {
        cells.push(cell("figure s-held", t("留存", "Held"), money(row.held), row.held.is_zero()));
    }
    if columns.deductions {
        cells.push(cell("figure s-fines", t("扣款", "Fines"), money(row.deductions), row.deductions.is_zero()));
    }
    cells.push(cell("figure s-pay", t("应发", "Pay"), money(row.payable), false));
    if columns.unpaid {
        cells.push(cell("figure s-unpaid", t("还没发", "Not paid"), money(row.outstanding), row.outstanding.is_zero()));
    }
    cells
}

fn table(view: &StaffMonthView, rows: &[StaffRow]) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="quiet-text" data-testid="staff-none">{t("没有人符合", "Nobody matches")}</p> }
            .into_any();
    }
    let month = view.month;
    let any = |of: fn(&StaffRow) -> bool| view.rows.iter().any(of);
    let columns = Columns {
        points: any(|row| row.kpi_points != 0),
        held: any(|row| !row.held.is_zero()),
        deductions: any(|row| !row.deductions.is_zero()),
        unpaid: view.over && any(|row| !row.outstanding.is_zero()),
    };
    let best = view.rows.iter().map(|row| row.sales).max().unwrap_or_default();
    let body = rows
        .iter()
        .map(|row| {
            let person = &row.person;
            let address = statement_link(&person.code, month);
            let who = name(person).to_owned();
            let role = if person.role.is_empty() { t("不在名单上", "Not on the list").to_owned() } else { code(&person.role) };
            let width = permille(row.sales, best);
            view! {
                <tr data-testid="staff-row">
                    <th scope="row" class="s-who">
                        <a href=address data-testid="staff-open">{who}</a>
                        <span class="quiet-text">{role} {row.left.map(|on| view! { " · " {t("离职", "left")} " " {day(on)} })}</span>
                    </th>
                    <td class="figure s-sales" data-label=t("销售", "Sales")>
                        <span>{money(row.sales)}</span>
                        <i class="s-share" style=format!("--share:{width}") aria-hidden="true"></i>
                    </td>
                    {cells(row, columns)}
                </tr>
            }
        })
        .collect_view();
    let heads = [
        Some(t("收入", "Income")),
        columns.points.then(|| t("KPI 积分", "KPI points")),
        columns.held.then(|| t("留存", "Held")),
        columns.deductions.then(|| t("扣款", "Fines")),
        Some(t("应发", "Pay")),
        columns.unpaid.then(|| t("还没发", "Not paid")),
    ];
    let heads =
        heads.into_iter().flatten().map(|words| view! { <th scope="col" class="figure">{words}</th> }).collect_view();
    let total = &view.total;
    view! {
        <div class="s-table-box">
            <table class="s-table" data-testid="staff-table">
                <caption class="visually-hidden">{t("各人的销售和工资", "Sales and pay of each person")}</caption>
                <thead>
                    <tr><th scope="col">{t("员工", "Person")}</th><th scope="col" class="figure">{t("销售额", "Sales")}</th>{heads}</tr>
                </thead>
                <tbody>{body}</tbody>
                {(rows.len() == view.rows.len() && rows.len() > 1)
                    .then(|| view! {
                        <tfoot>
                            <tr>
                                <th scope="row" class="s-who">{t("合计", "In all")}</th>
                                <td class="figure s-sales" data-label=t("销售", "Sales")><span>{money(total.sales)}</span></td>
                                {cells(total, columns)}
                            </tr>
                        </tfoot>
                    })}
            </table>
        </div>
    }
    .into_any()
}
