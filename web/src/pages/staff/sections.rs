//! The parts of a person's month.

use std::sync::Arc;

use leptos::prelude::*;
use regulars_desk::protocol::{BreachView, StatementView};
use regulars_rules::message::Trace;
use regulars_rules::number::Money;
use regulars_rules::staff::fact::Scope;
use regulars_rules::staff::pay::{Row, RowKind, Statement};

use super::acts::Acts;
use super::forms;
use super::model::{Part, parts};
use super::paper::period_words;
use crate::shared::*;

/// How many deals, breaches or payments a line rests on.
fn deals(number: u32) -> String {
    format!("{} {}", count(i64::from(number)), t("笔", if number == 1 { "entry" } else { "entries" }))
}

fn kind_words(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Base => t("底薪", "Base pay"),
        RowKind::Commission => t("提成", "Commission"),
        RowKind::Bonus => t("奖金", "Bonus"),
        RowKind::Prize => t("竞赛奖", "Prize"),
        RowKind::Kpi => t("KPI 积分折钱", "KPI points as pay"),
        RowKind::Reversal => t("退货冲减", "Goods back"),
        RowKind::Clawback => t("已发后追回", "Clawed back"),
        RowKind::Fine => t("罚款", "Fine"),
        RowKind::Damages => t("赔偿", "Damages"),
        RowKind::Lifted => t("复核退还", "Lifted on review"),
    }
}

/// `−¥12.00` where it is taken off.
fn off(amount: Money) -> String {
    if amount.is_positive() { format!("−{}", money(amount)) } else { money(amount) }
}

fn line(
    words: String,
    note: String,
    amount: String,
    why: Option<(String, Vec<Trace>)>,
    class: &'static str,
    testid: &'static str,
) -> AnyView {
    view! {
        <div class=format!("s-sum {class}") data-testid=testid>
            <dt>
                <span>{words}</span>
                {(!note.is_empty()).then(|| view! { " " <span class="quiet-text">{note}</span> })}
                {why.map(|(title, traces)| view! { " " <Why title=title traces=traces testid="statement-why" /> })}
            </dt>
            <dd class="figure">{amount}</dd>
        </div>
    }
    .into_any()
}

/// A line of a row; what is deducted is shown as such.
fn row_line(row: &Row) -> AnyView {
    let name = label(&row.rule.label);
    let kind = kind_words(row.kind);
    let words = if name.is_empty() { kind.to_owned() } else { name };
    let deducted = row.kind.is_deduction() && row.kind != RowKind::Lifted;
    let amount = if deducted { off(row.amount) } else { money(row.amount) };
    let note = if words == kind { deals(row.count) } else { format!("{kind} · {}", deals(row.count)) };
    line(words.clone(), note, amount, Some((words, vec![row.trace.clone()])), "", "statement-row")
}

fn plain(words: &'static str, amount: Money, text: String, why: Vec<Trace>, testid: &'static str) -> Option<AnyView> {
    let why = (!why.is_empty()).then(|| (words.to_owned(), why));
    (!amount.is_zero()).then(|| line(words.to_owned(), String::new(), text, why, "", testid))
}

/// Reasons that the statement has for something, by their message.
fn reasons(own: &Statement, keys: &[&str]) -> Vec<Trace> {
    own.traces.iter().filter(|trace| keys.contains(&trace.message.key.as_str())).cloned().collect()
}

/// Accrued, held, deducted, paid: line by line.
pub fn statement(view: &StatementView) -> AnyView {
    let sales = view! {
        <p class="s-sold">
            {t("本月销售", "Sold this month")} " " <b data-testid="statement-sales">{money(view.row.sales)}</b>
            <span class="quiet-text">" · " {count(i64::from(view.row.deals))} " " {t("单", "deals")}</span>
            {view.can.owners.then(|| view! { <span class="quiet-text">" · " {t("名下会员", "own members")} " " {count(i64::from(view.members))}</span> })}
        </p>
    };
    let Some(own) = &view.statement else {
        let text = if view.can.pays {
            t("这个月还没有提成、奖金或扣款。", "No commission, bonus or deduction in this month yet.")
        } else {
            t("现在的方案没有提成和奖金。", "The program in force pays no commission or bonus.")
        };
        return view! {
            <section class="panel s-statement" data-testid="statement-none">
                <h2>{t("工资单", "Statement")}</h2>
                {sales}
                <p class="quiet-text">{text}</p>
            </section>
        }
        .into_any();
    };
    let income: Vec<AnyView> = own.rows.iter().filter(|row| !row.kind.is_deduction()).map(row_line).collect();
    let fines: Vec<AnyView> = own.rows.iter().filter(|row| row.kind.is_deduction()).map(row_line).collect();
    let after = [
        plain(t("留存", "Held back"), own.held, off(own.held), reasons(own, &["holdback.held"]), "statement-held"),
        plain(
            t("发还留存", "Holdback settled"),
            own.released,
            money(own.released),
            reasons(own, &["holdback.released", "holdback.released-leaving"]),
            "statement-released",
        ),
    ];
    let more = [
        plain(
            t("上月没扣完的", "Carried in from before"),
            own.carried_in,
            off(own.carried_in),
            Vec::new(),
            "statement-carried-in",
        ),
        plain(
            t("留到下月再扣", "Carried into the next month"),
            own.carried_out,
            money(own.carried_out),
            Vec::new(),
            "statement-carried-out",
        ),
        plain(
            t("保底预支", "Paid ahead up to the least pay"),
            own.drawn,
            money(own.drawn),
            reasons(own, &["draw.paid-ahead"]),
            "statement-drawn",
        ),
        plain(
            t("收回预支", "Draw recovered"),
            own.recovered,
            off(own.recovered),
            reasons(own, &["draw.recovered"]),
            "statement-recovered",
        ),
    ];
    let payments = view
        .payments
        .iter()
        .map(|(on, amount)| line(t("已发", "Paid").to_owned(), day(*on), off(*amount), None, "", "statement-paid"))
        .collect_view();
    let balances = [
        (t("留存余额", "Held back in all"), own.held_balance),
        (t("未还的预支", "Draw not yet recovered"), own.draw_balance),
    ]
    .into_iter()
    .filter(|(_, amount)| !amount.is_zero())
    .map(|(words, amount)| view! { <span>{words} " " <b>{money(amount)}</b></span> })
    .collect_view();
    view! {
        <section class="panel s-statement" data-testid="statement-paper">
            <div class="s-pay-head">
                <h2>{if view.over { t("应发", "Pay") } else { t("到今天应发", "Pay so far") }}</h2>
                <p class="s-pay-figure" data-testid="statement-payable">{money(own.payable)}</p>
            </div>
            {where_it_went(own)}
            {sales}
            <dl class="s-sums">
                {income}
                {line(t("收入", "Income").to_owned(), String::new(), money(view.income), None, "s-total", "statement-income")}
                {after}
                {fines}
                {more}
                {line(t("应发", "Pay").to_owned(), String::new(), money(own.payable), None, "s-total", "statement-total")}
                {payments}
                {(view.over || !own.paid.is_zero()).then(|| line(t("还没发", "Not yet paid").to_owned(), String::new(), money(own.outstanding), None, "s-total s-last", "statement-outstanding"))}
            </dl>
            <p class="s-balances quiet-text">{balances}</p>
        </section>
    }
    .into_any()
}

/// Accrued = paid + outstanding + held + taken back + deducted, as a bar with its words.
fn where_it_went(own: &Statement) -> AnyView {
    let parts = parts(own);
    if parts.len() < 2 {
        return ().into_any();
    }
    let bars = parts
        .iter()
        .map(|(part, amount)| view! { <i class=part_class(*part) style=format!("flex-grow:{}", amount.minor())></i> })
        .collect_view();
    let words = parts
        .iter()
        .map(|(part, amount)| view! { <li class=part_class(*part)><i aria-hidden="true"></i>{part_words(*part)} " " <b>{money(*amount)}</b></li> })
        .collect_view();
    view! {
        <figure class="s-went" data-testid="statement-went">
            <figcaption class="quiet-text">{t("应计", "Accrued")} " " <b>{money(own.accrued)}</b> {t("，去处：", ", of which:")}</figcaption>
            <div class="s-went-bar" aria-hidden="true">{bars}</div>
            <ul>{words}</ul>
        </figure>
    }
    .into_any()
}

const fn part_class(part: Part) -> &'static str {
    match part {
        Part::Paid => "paid",
        Part::Outstanding => "outstanding",
        Part::Held => "held",
        Part::TakenBack => "taken",
        Part::Deducted => "deducted",
    }
}

fn part_words(part: Part) -> &'static str {
    match part {
        Part::Paid => t("已发", "paid"),
        Part::Outstanding => t("还没发", "not yet paid"),
        Part::Held => t("留存", "held back"),
        Part::TakenBack => t("退货收回", "taken back for returns"),
        Part::Deducted => t("扣款", "deducted"),
    }
}

fn scope_words(view: &StatementView, scope: &Scope) -> String {
    match scope {
        Scope::All => t("全店", "Everyone").to_owned(),
        Scope::Area(area) => area.to_string(),
        Scope::Store(store) => {
            let known = view.can.stores.iter().find(|own| own.code == *store);
            known.map_or_else(|| store.to_string(), |own| own.name.to_string())
        }
        Scope::Person(_) => String::new(),
    }
}

/// A head with the one thing to do in it.
fn panel(title: &'static str, action: Option<AnyView>, testid: &'static str, inner: AnyView) -> AnyView {
    view! {
        <section class="section s-part" data-testid=testid>
            <div class="m-panel-head"><h2>{title}</h2>{action}</div>
            {inner}
        </section>
    }
    .into_any()
}

/// Targets, each as a bar.
pub fn targets(acts: Acts, view: &Arc<StatementView>) -> AnyView {
    let can_set = !view.can.targets.is_empty() && !view.closed;
    if view.targets.is_empty() && !can_set {
        return ().into_any();
    }
    let rows = view
        .targets
        .iter()
        .map(|own| {
            let whose = scope_words(view, &own.scope);
            let reached = own.reached_permille >= 1000;
            let name = label(&own.rule.label);
            let name = if name.is_empty() { own.rule.id.to_string() } else { name };
            let bar = own.reached_permille.min(1000);
            let words = if reached {
                t("达成", "Reached").to_owned()
            } else {
                format!("{} {}", t("还差", "Missing"), show(&own.missing))
            };
            view! {
                <li class="m-demand" class:reached=reached data-testid="statement-target">
                    <p class="m-demand-words">
                        <span>{name} " " <span class="quiet-text">{whose}</span></span>
                        <span class="figure"><b>{show(&own.reached)}</b> " / " {show(&own.target)}</span>
                    </p>
                    <div class="meter" role="img" aria-label=format!("{}%", bar.checked_div(10).unwrap_or(0))><span style=format!("--reached:{bar}")></span></div>
                    <p class="m-demand-left">{reached.then(|| view! { <Picture icon=Icon::Check size=16 /> })} {words} <span class="quiet-text">{period_words(own.from, own.to)}</span></p>
                </li>
            }
        })
        .collect_view();
    let none = view
        .targets
        .is_empty()
        .then(|| view! { <p class="quiet-text">{t("这个月还没定目标。", "No target set for this month yet.")}</p> });
    let own = Arc::clone(view);
    let set = can_set.then(|| {
        view! { <Button tone=Tone::Quiet icon=Icon::Edit on_press=move || acts.begin(forms::target(&own.can, Some(&own.row.person))) testid="statement-set-target">{t("定目标", "Set")}</Button> }.into_any()
    });
    panel(t("目标", "Targets"), set, "statement-targets", view! { {none} <ul class="m-demands">{rows}</ul> }.into_any())
}

/// Windows that are not over: what they bring so far.
pub fn running(view: &StatementView) -> AnyView {
    if view.running.is_empty() {
        return ().into_any();
    }
    let rows = view
        .running
        .iter()
        .map(|own| {
            view! {
                <li class="s-line">
                    <span class="s-line-words"><b>{label(&own.rule.label)}</b><span class="quiet-text">{period_words(own.from, own.to)} " · " {t("到现在", "so far")} " " {money(own.base)}</span></span>
                    <span class="figure">{money(own.amount)}</span>
                </li>
            }
        })
        .collect_view();
    panel(
        t("还没到期的提成", "Commission of windows not yet over"),
        None,
        "statement-running",
        view! { <ul class="s-lines">{rows}</ul> }.into_any(),
    )
}

/// KPI points.
pub fn points(view: &StatementView) -> AnyView {
    let Some(own) = view.statement.as_ref().filter(|own| !own.kpi.is_empty()) else { return ().into_any() };
    let rows = own
        .kpi
        .iter()
        .map(|row| {
            let name = label(&row.rule.label);
            view! {
                <li class="s-line">
                    <span class="s-line-words"><span>{name.clone()} " " <Why title=name traces=&row.trace testid="statement-kpi-why" /></span></span>
                    <b class="figure">{count(row.points)}</b>
                </li>
            }
        })
        .collect_view();
    let title = t("KPI 积分", "KPI points");
    let sum = view! { <b class="s-number" data-testid="statement-kpi">{count(own.kpi_points)}</b> }.into_any();
    panel(title, Some(sum), "statement-points", view! { <ul class="s-lines">{rows}</ul> }.into_any())
}

/// Assessments of the month: what they came to, or the way to fill them in.
pub fn assessments(acts: Acts, view: &Arc<StatementView>) -> AnyView {
    if view.assessments.is_empty() {
        return ().into_any();
    }
    let rows = view
        .assessments
        .iter()
        .enumerate()
        .map(|(place, own)| {
            let name = label(&own.rule.label);
            let holder = Arc::clone(view);
            let fill = move || {
                if let Some(own) = holder.assessments.get(place) {
                    acts.begin(forms::assess(&holder.row.person, own));
                }
            };
            let result = own.result.as_ref().map(|trace| view! { <span class="quiet-text">{say(&trace.message)} " " <Why title=name.clone() traces=trace /></span> });
            view! {
                <li class="s-line">
                    <span class="s-line-words"><b>{name.clone()}</b>{result}</span>
                    {(!own.items.is_empty()).then(|| view! { <Button on_press=fill testid="statement-assess">{t("评分", "Score")}</Button> })}
                </li>
            }
        })
        .collect_view();
    panel(t("考核", "Assessment"), None, "statement-assessments", view! { <ul class="s-lines">{rows}</ul> }.into_any())
}

fn breach_line(acts: Acts, view: &Arc<StatementView>, own: &BreachView) -> AnyView {
    let state = match (own.lifted, own.under_review) {
        (true, _) => Some((t("已撤销", "Lifted"), "tag")),
        (false, true) => Some((t("复核中", "Under review"), "tag warn")),
        (false, false) => None,
    };
    let event = own.event;
    let holder = Arc::clone(view);
    let review = (view.can.reviews && !own.lifted).then(|| {
        if own.under_review {
            view! { <Button tone=Tone::Quiet on_press=move || acts.begin(forms::decide_appeal(event, &holder.can)) testid="statement-decide">{t("定结果", "Decide")}</Button> }.into_any()
        } else {
            view! { <Button tone=Tone::Quiet on_press=move || acts.begin(forms::appeal(event)) testid="statement-appeal">{t("申请复核", "Ask for a review")}</Button> }.into_any()
        }
    });
    view! {
        <li class="s-line" class:faded=own.lifted data-testid="statement-breach">
            <span class="s-line-words">
                <span><b>{label(&own.rule.label)}</b> {state.map(|(words, class)| view! { " " <span class=class>{words}</span> })}</span>
                <span class="quiet-text">
                    {day(own.day)}
                    {(!own.note.is_empty()).then(|| view! { " · " {own.note.to_string()} })}
                    {own.damages.is_positive().then(|| view! { " · " {t("赔偿", "damages")} " " {money(own.damages)} })}
                </span>
            </span>
            {review}
        </li>
    }
    .into_any()
}

/// What was broken, and what the next time would bring.
pub fn breaches(acts: Acts, view: &Arc<StatementView>) -> AnyView {
    let on_list = view.can.people.iter().any(|own| own.code == view.row.person.code);
    let can_note = on_list && !view.conduct.is_empty();
    if view.breaches.is_empty() && !can_note {
        return ().into_any();
    }
    let rows = view.breaches.iter().map(|own| breach_line(acts, view, own)).collect_view();
    let none =
        view.breaches.is_empty().then(|| view! { <p class="quiet-text">{t("没有违规记录。", "None on record.")}</p> });
    // Only what was broken before stands on a rung that one would want to know.
    let next = view
        .conduct
        .iter()
        .filter(|own| own.count > 1)
        .map(|own| {
            view! { <li>{t("再有", "Again")} " " <b>{label(&own.rule.label)}</b> {t("：", ": ")} {forms::follows(own)}</li> }
        })
        .collect_view();
    let holder = Arc::clone(view);
    let record = can_note.then(|| {
        view! { <Button tone=Tone::Quiet icon=Icon::Plus on_press=move || acts.begin(forms::breach(&holder.row.person, holder.conduct.clone())) testid="statement-breach-open">{t("记一次", "Record")}</Button> }.into_any()
    });
    let inner =
        view! { {none} <ul class="s-lines">{rows}</ul> <ul class="s-next" data-testid="statement-next">{next}</ul> };
    panel(t("违规", "Conduct"), record, "statement-conduct", inner.into_any())
}

/// What else may be recorded.
pub fn records(acts: Acts, view: &Arc<StatementView>) -> AnyView {
    let (duty, owners) = (view.can.duty, view.can.owners);
    let on_list = view.can.people.iter().any(|own| own.code == view.row.person.code);
    if !on_list || !(duty || owners) {
        return ().into_any();
    }
    let (for_duty, for_owner) = (Arc::clone(view), Arc::clone(view));
    let inner = view! {
        <div class="m-acts">
            {duty.then(|| view! { <Button icon=Icon::Clock on_press=move || acts.begin(forms::duty(&for_duty.row.person)) testid="statement-duty">{t("当班", "On duty")}</Button> })}
            {owners.then(|| view! { <Button icon=Icon::Members on_press=move || acts.begin(forms::owner(&for_owner.row.person, &for_owner.can)) testid="statement-owner">{t("会员归属", "Members")}</Button> })}
        </div>
    };
    panel(t("办理", "Actions"), None, "statement-records", inner.into_any())
}
