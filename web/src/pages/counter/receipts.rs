//! Receipts of a day, or by number; and goods coming back, by line.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, ReceiptLine, ReceiptRow, ReceiptView, Reply, ReturnView, Wish};
use regulars_rules::event::STORED_VALUE;
use regulars_rules::id::{EventId, Text};

use super::model::{self, ReturnDraft};
use super::receipt::{ReceiptPaper, print};
use super::till::{Problem, ProblemNote, problem_of, use_till};
use crate::clock;
use crate::shared::*;

#[component]
pub fn ReceiptsSheet() -> impl IntoView {
    let till = use_till();
    let title = derived(move || {
        if till.chosen_receipt.get().is_some() {
            t("小票", "Receipt")
        } else {
            t("小票与退货", "Receipts and returns")
        }
        .to_owned()
    });
    view! {
        <Sheet open=till.receipts_open title=title testid="receipts-sheet">
            {move || match till.chosen_receipt.get() {
                Some(event) => view! { <OneReceipt event=event /> }.into_any(),
                None => view! { <ReceiptList /> }.into_any(),
            }}
        </Sheet>
    }
}

#[component]
fn ReceiptList() -> impl IntoView {
    let till = use_till();
    let number = RwSignal::new(String::new());
    let date = RwSignal::new(clock::today().to_string());
    let rows = RwSignal::new(None::<Vec<ReceiptRow>>);
    let last_question = StoredValue::new(0_u32);
    Effect::new(move |_| {
        till.client.changed.track();
        let question = last_question.with_value(|last| last.wrapping_add(1));
        last_question.set_value(question);
        let day = date.get().parse().unwrap_or_else(|_| clock::today());
        let text = Text::from(number.get().trim());
        till.client.ask_then(Ask::Receipts { day, text }, move |reply| {
            if let Reply::Receipts(found) = reply
                && last_question.try_get_value() == Some(question)
            {
                rows.try_set(Some(found));
            }
        });
    });
    let open_first = Callback::new(move |_: String| {
        let first = rows.with_untracked(|rows| rows.as_ref().and_then(|rows| rows.first().map(|row| row.event)));
        if first.is_some() {
            till.chosen_receipt.set(first);
        }
    });
    view! {
        <div class="form">
            <SearchBox
                value=number
                placeholder=t("小票号或它的末几位", "Receipt number, or its end")
                on_enter=open_first
                focused=true
                testid="receipt-search"
            />
            <Field label=t("日期", "Day") kind="date" value=date testid="receipt-day" />
            {move || match rows.get() {
                None => view! { <Spinner /> }.into_any(),
                Some(rows) if rows.is_empty() => {
                    view! {
                        <EmptyState
                            icon=Icon::Receipt
                            title=t("没有小票", "No receipts")
                            text=t("换个日期，或输入小票号。", "Try another day, or type the number.")
                        />
                    }
                        .into_any()
                }
                Some(rows) => {
                    view! {
                        <p class="quiet-text">{count(i64::try_from(rows.len()).unwrap_or(0))} " " {t("张", "receipts")}</p>
                        <ul class="receipt-list" data-testid="receipt-list">
                            {rows.into_iter().enumerate().map(|(place, row)| view! { <ReceiptItem row=row place=place /> }).collect_view()}
                        </ul>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn ReceiptItem(row: ReceiptRow, place: usize) -> impl IntoView {
    let till = use_till();
    let event = row.event;
    let kind = match row.kind.as_str() {
        "return" => Some(t("退货", "return")),
        "load" => Some(t("储值", "load")),
        _ => None,
    };
    let who = if row.member.is_empty() { t("非会员", "no member").to_owned() } else { row.member.to_string() };
    view! {
        <li>
            <button type="button" class="receipt-item" data-testid=format!("receipt-{place}") on:click=move |_| till.chosen_receipt.set(Some(event))>
                <span>
                    <strong>{row.number.to_string()}</strong>
                    {kind.map(|kind| view! { " " <span class="tag">{kind}</span> })}
                    <small>{row.at.minute.to_string()} " · " {who}</small>
                    <small class="goods">{row.goods.to_string()}</small>
                </span>
                <span class="figure">{money(row.pay)}</span>
                <Picture icon=Icon::Next size=18 />
            </button>
        </li>
    }
}

#[component]
fn OneReceipt(event: EventId) -> impl IntoView {
    let till = use_till();
    let receipt = RwSignal::new(None::<ReceiptView>);
    let problem = RwSignal::new(None::<Problem>);
    let returning = RwSignal::new(false);
    till.client.ask_then(Ask::Receipt(event), move |reply| match reply {
        Reply::Receipt(found) => {
            receipt.try_set(Some(*found));
        }
        other => {
            problem.try_set(problem_of(other));
        }
    });
    view! {
        <div class="form">
            <div class="actions">
                <Button
                    tone=Tone::Quiet
                    icon=Icon::Back
                    on_press=move || if returning.get_untracked() { returning.set(false) } else { till.chosen_receipt.set(None) }
                    testid="receipt-back"
                >
                    {t("返回", "Back")}
                </Button>
            </div>
            {move || problem.get().map(|problem| view! { <ProblemNote problem=problem testid="receipt-problem" /> })}
            {move || {
                receipt
                    .get()
                    .map(|receipt| {
                        if returning.get() {
                            view! { <ReturnForm receipt=receipt /> }.into_any()
                        } else {
                            let refusal = receipt.return_refusal.clone();
                            let may_return = receipt.kind == "sale" && refusal.is_none();
                            view! {
                                <ReceiptPaper receipt=receipt />
                                {refusal.map(|refusal| view! { <RefusalNote refusal=refusal testid="return-refusal" /> })}
                                <div class="actions">
                                    {may_return
                                        .then(|| {
                                            view! {
                                                <Button
                                                    tone=Tone::Main
                                                    icon=Icon::Return
                                                    on_press=move || returning.set(true)
                                                    testid="return-start"
                                                >
                                                    {t("退货", "Return goods")}
                                                </Button>
                                            }
                                        })}
                                    <Button icon=Icon::Print on_press=print testid="print">{t("打印", "Print")}</Button>
                                </div>
                            }
                                .into_any()
                        }
                    })
            }}
        </div>
    }
}

/// Which lines come back, how much of each; what follows, and why.
#[component]
fn ReturnForm(receipt: ReceiptView) -> impl IntoView {
    let till = use_till();
    let sale = receipt.event;
    let draft = RwSignal::new(ReturnDraft::default());
    let quote = RwSignal::new(None::<ReturnView>);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let lines = memo(move |_| draft.with(ReturnDraft::lines));
    let last_question = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let lines = lines.get();
        let question = last_question.with_value(|last| last.wrapping_add(1));
        last_question.set_value(question);
        if lines.is_empty() {
            quote.set(None);
            problem.set(None);
            return;
        }
        till.client.ask_then(Ask::QuoteReturn { sale, lines }, move |reply| {
            if last_question.try_get_value() != Some(question) {
                return;
            }
            match reply {
                Reply::ReturnQuote(view) => {
                    problem.try_set(None);
                    quote.try_set(Some(view));
                }
                other => {
                    quote.try_set(None);
                    problem.try_set(problem_of(other));
                }
            }
        });
    });
    let kinds: Vec<Text> = till
        .client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.tenders.clone()).unwrap_or_default())
        .into_iter()
        .filter(|kind| kind != STORED_VALUE)
        .collect();
    // Back the way it came.
    let first = receipt
        .tenders
        .iter()
        .map(|tender| tender.kind.clone())
        .find(|kind| kinds.contains(kind))
        .or_else(|| kinds.first().cloned());
    let tender = RwSignal::new(first.unwrap_or_default());
    let rows = receipt
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| view! { <ReturnRow line=line.clone() place=u32::try_from(place).unwrap_or(u32::MAX) draft=draft /> })
        .collect_view();
    let chips = kinds
        .into_iter()
        .map(|kind| {
            let own = kind.clone();
            let is_on = derived(move || tender.get() == own);
            let testid = format!("refund-{kind}");
            let words = code_title(&kind);
            view! { <Chip on=is_on on_press=move || tender.set(kind.clone()) testid=testid>{words}</Chip> }
        })
        .collect_view();
    let confirm = move || {
        busy.set(true);
        till.wish(
            Wish::Return { sale, lines: lines.get_untracked(), tender: tender.get_untracked() },
            move |done| {
                till.receipts_open.set(false);
                match (done.receipt, done.events.first()) {
                    (Some(receipt), _) => till.receipt.set(Some(*receipt)),
                    (None, Some(event)) => till.show_receipt(*event),
                    (None, None) => {}
                }
            },
            move |found| {
                busy.try_set(false);
                problem.try_set(Some(found));
            },
        );
    };
    let all = StoredValue::new(receipt);
    let can = move || quote.with(|quote| quote.as_ref().is_some_and(|quote| quote.refusal.is_none())) && !busy.get();
    view! {
        <div class="actions">
            <Button on_press=move || draft.update(|draft| all.with_value(|receipt| draft.choose_all(receipt))) testid="return-all">
                {t("全部退", "Return all")}
            </Button>
        </div>
        <ul class="return-lines">{rows}</ul>
        {move || quote.with(|quote| quote.as_ref().map(|quote| view! { <ReturnFigures quote=quote.clone() /> }))}
        {move || problem.get().map(|problem| view! { <ProblemNote problem=problem testid="return-problem" /> })}
        <div class="field" role="group" aria-label=t("退到", "Refund by")>
            <span class="field-label">{t("退到", "Refund by")}</span>
            <div class="chips">{chips}</div>
        </div>
        <button type="button" class="button main wide pay-button" disabled=move || !can() data-testid="return-confirm" on:click=move |_| confirm()>
            {t("退款", "Refund")} " " {move || quote.with(|quote| quote.as_ref().map(|quote| money(quote.refund)))}
        </button>
    }
}

#[component]
fn ReturnRow(line: ReceiptLine, place: u32, draft: RwSignal<ReturnDraft>) -> impl IntoView {
    let left = ReturnDraft::left(&line);
    let name = line.name.to_string();
    let can = left.is_positive();
    let why_not =
        if line.returnable { t("已全部退回", "all returned") } else { t("不可退", "cannot come back") };
    let line = StoredValue::new(line);
    let step = move |more: bool| draft.update(|draft| line.with_value(|line| draft.step(place, line, more)));
    let chosen = move || draft.with(|draft| draft.chosen(place));
    view! {
        <li class="return-line" data-testid=format!("return-line-{place}")>
            <span>
                {name.clone()} <small>{if can { format!("{} {}", t("可退", "can return"), quantity(left)) } else { why_not.to_owned() }}</small>
            </span>
            {can
                .then(|| {
                    view! {
                        <div class="stepper">
                            <button
                                type="button"
                                aria-label=format!("{}: {name}", t("少退一件", "One less"))
                                disabled=move || !chosen().is_positive()
                                data-testid=format!("return-line-{place}-less")
                                on:click=move |_| step(false)
                            >
                                <Picture icon=Icon::Minus size=18 />
                            </button>
                            <input
                                type="text"
                                inputmode="decimal"
                                aria-label=format!("{}: {name}", t("退货数量", "Quantity to return"))
                                data-testid=format!("return-line-{place}-quantity")
                                prop:value=move || chosen().to_string()
                                on:focus=|event| select_all(&event)
                                on:change=move |event| {
                                    let wanted = model::quantity(&event_target_value(&event)).unwrap_or_default();
                                    draft.update(|draft| line.with_value(|line| draft.choose(place, line, wanted)));
                                    show_in(&event, &draft.with_untracked(|draft| draft.chosen(place)).to_string());
                                }
                            />
                            <button
                                type="button"
                                aria-label=format!("{}: {name}", t("多退一件", "One more"))
                                disabled=move || { chosen() >= left }
                                data-testid=format!("return-line-{place}-more")
                                on:click=move |_| step(true)
                            >
                                <Picture icon=Icon::Plus size=18 />
                            </button>
                        </div>
                    }
                })}
        </li>
    }
}

#[component]
fn ReturnFigures(quote: ReturnView) -> impl IntoView {
    let row = |name: &'static str, figure: String, testid: &'static str| {
        view! {
            <div class="sum">
                <dt>{name}</dt>
                <dd class="figure" data-testid=testid>{figure}</dd>
            </div>
        }
    };
    view! {
        <dl class="figures" data-testid="return-quote">
            <div class="sum due">
                <dt>
                    {t("退款", "Refund")} " " <Why title=t("退款", "Refund") traces=&quote.trace testid="why-return" />
                </dt>
                <dd class="figure" data-testid="return-refund">{money(quote.refund)}</dd>
            </div>
            {quote.to_stored_value.is_positive().then(|| row(t("其中退回储值", "Of which to stored value"), money(quote.to_stored_value), "return-stored"))}
            {quote.points_back.is_positive().then(|| row(t("扣回积分", "Points taken back"), points(-quote.points_back), "return-points"))}
            {quote.debt.is_positive().then(|| row(t("其中记为欠分（已用掉）", "Of which owed (already spent)"), points(quote.debt), "return-debt"))}
            {quote.points_restored.is_positive().then(|| row(t("退还用过的积分", "Used points given back"), points_change(quote.points_restored), "return-restored"))}
            {quote.vouchers_back.is_positive().then(|| row(t("用过的券可再用", "Used vouchers, to be used again"), money(quote.vouchers_back), "return-vouchers"))}
            {quote.rebate_back.is_positive().then(|| row(t("从储值收回返利", "Reward taken back from stored value"), money(-quote.rebate_back), "return-rebate"))}
        </dl>
        {quote.refusal.map(|refusal| view! { <RefusalNote refusal=refusal testid="return-refusal" /> })}
    }
}
