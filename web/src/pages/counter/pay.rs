//! Taking payment: one tender or several; cash gives change.

use leptos::prelude::*;
use regulars_desk::protocol::Wish;
use regulars_rules::event::STORED_VALUE;
use regulars_rules::id::Text;
use regulars_rules::number::Money;

use super::model::{Draft, Given, cash_suggestions, choose_tender, settle};
use super::till::{Problem, ProblemNote, use_till};
use crate::shared::*;

#[component]
pub fn PaySheet() -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet open=till.paying title=t("收款", "Take payment") testid="pay-sheet">
            <PayForm />
        </Sheet>
    }
}

#[component]
fn PayForm() -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let client = till.client;
    let (pay, stored) = till.quote.with_untracked(|quote| {
        quote.as_ref().map_or((Money::ZERO, Money::ZERO), |quote| (quote.pay, quote.stored_value))
    });
    let kinds: Vec<Text> = client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.tenders.clone()).unwrap_or_default())
        .into_iter()
        .filter(|kind| kind != STORED_VALUE || stored.is_positive())
        .collect();
    // Most customers pay like the one before.
    let usual =
        local::get("tender").map(Text::from).filter(|kind| kinds.contains(kind)).or_else(|| kinds.first().cloned());
    let begin = match usual {
        Some(kind) if pay.is_positive() && kind != STORED_VALUE => vec![Given { kind, text: pay.to_string() }],
        Some(_) | None => Vec::new(),
    };
    let given = RwSignal::new(begin);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let settlement = memo(move |_| given.with(|given| settle(pay, given)).ok());
    let complete =
        move || settlement.with(|settlement| settlement.as_ref().is_some_and(super::model::Settlement::is_complete));
    let limit = move |kind: &Text| (kind == STORED_VALUE).then_some(stored);
    let used_kinds = memo(move |_| given.with(|given| given.iter().map(|own| own.kind.clone()).collect::<Vec<_>>()));

    let confirm = move || {
        let Some(settlement) = settlement.get_untracked().filter(super::model::Settlement::is_complete) else { return };
        let Ok(basket) = till.draft.with_untracked(Draft::basket) else { return };
        if let [only] = settlement.tenders.as_slice() {
            local::set("tender", &only.kind);
        }
        busy.set(true);
        problem.set(None);
        till.wish(
            Wish::Sell { basket, tenders: settlement.tenders },
            move |done| {
                till.paying.set(false);
                till.draft.set(Draft::default());
                till.text.set(String::new());
                match (done.receipt, done.events.first()) {
                    (Some(receipt), _) => till.receipt.set(Some(*receipt)),
                    (None, Some(event)) => till.show_receipt(*event),
                    (None, None) => toasts.show(t("已收款", "Paid")),
                }
            },
            move |found| {
                busy.try_set(false);
                problem.try_set(Some(found));
            },
        );
    };
    let tender_buttons = kinds
        .iter()
        .map(|kind| {
            let own = kind.clone();
            let is_on = derived(move || used_kinds.with(|kinds| kinds.contains(&own)));
            let words =
                if kind == STORED_VALUE { format!("{} {}", code_title(kind), money(stored)) } else { code_title(kind) };
            let testid = format!("tender-{kind}");
            let kind = kind.clone();
            view! {
                <Chip
                    on=is_on
                    on_press=move || {
                        let limit = limit(&kind);
                        given.update(|given| {
                            let _ = choose_tender(pay, given, &kind, limit);
                        });
                    }
                    testid=testid
                >
                    {words}
                </Chip>
            }
        })
        .collect_view();
    view! {
        <form
            class="form pay-form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                confirm();
            }
        >
            <p class="pay-due" data-testid="pay-due">{money(pay)}</p>
            <div class="chips" role="group" aria-label=t("付款方式", "Tender")>{tender_buttons}</div>
            <ul class="tenders">
                <For each=move || used_kinds.get() key=Text::clone let:kind>
                    <TenderRow kind=kind given=given pay=pay />
                </For>
            </ul>
            <div class="pay-state" role="status" data-testid="pay-state">
                {move || {
                    settlement
                        .get()
                        .map(|settlement| {
                            if !settlement.unreadable.is_empty() {
                                view! { <p class="bad">{t("金额写成 12.50 这样", "Write amounts like 12.50")}</p> }.into_any()
                            } else if settlement.missing.is_positive() {
                                view! {
                                    <p>
                                        {t("还差", "Still to pay")} " "
                                        <strong data-testid="pay-missing">{money(settlement.missing)}</strong>
                                    </p>
                                }
                                    .into_any()
                            } else if settlement.over.is_positive() {
                                view! {
                                    <p class="bad">
                                        {t("多收了", "Too much:")} " " <strong>{money(settlement.over)}</strong>
                                        {t("，只有现金能找零", "; only cash gives change")}
                                    </p>
                                }
                                    .into_any()
                            } else if settlement.change.is_positive() {
                                view! {
                                    <p class="change">
                                        {t("找零", "Change")} " "
                                        <strong data-testid="change">{money(settlement.change)}</strong>
                                    </p>
                                }
                                    .into_any()
                            } else {
                                view! { <p class="quiet-text">{t("金额正好", "Exact")}</p> }.into_any()
                            }
                        })
                }}
            </div>
            {move || problem.get().map(|problem| view! { <ProblemNote problem=problem testid="pay-problem" /> })}
            <button type="submit" class="button main wide pay-button" disabled=move || !complete() || busy.get() data-testid="confirm-pay">
                {t("确认收款", "Confirm")} " " {money(pay)}
            </button>
        </form>
    }
}

#[component]
fn TenderRow(kind: Text, given: RwSignal<Vec<Given>>, pay: Money) -> impl IntoView {
    let id = fresh_id("tender");
    let name = code_title(&kind);
    let is_cash = kind == "cash";
    let testid = format!("tender-{kind}-amount");
    let removed = kind.clone();
    let shown = kind.clone();
    let words = if is_cash { t("收到", "received") } else { "" };
    let set = move |text: String| {
        given.update(|given| {
            if let Some(own) = given.iter_mut().find(|own| own.kind == kind) {
                own.text = text;
            }
        });
    };
    let set_note = set.clone();
    let notes = is_cash.then(|| {
        cash_suggestions(pay)
            .into_iter()
            .map(|note| {
                let set = set_note.clone();
                view! {
                    <button type="button" class="chip" data-testid=format!("cash-{note}") on:click=move |_| set(note.to_string())>
                        {money(note)}
                    </button>
                }
            })
            .collect_view()
    });
    view! {
        <li class="tender">
            <label for=id.clone()>{name.clone()} " " <small>{words}</small></label>
            <div class="field-box">
                <span class="field-prefix" aria-hidden="true">"¥"</span>
                <input
                    id=id
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    data-testid=testid
                    prop:value=move || given.with(|given| given.iter().find(|own| own.kind == shown).map(|own| own.text.clone()).unwrap_or_default())
                    on:focus=|event| select_all(&event)
                    on:input=move |event| set(event_target_value(&event))
                />
            </div>
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=format!("{}: {name}", t("去掉", "Remove"))
                on:click=move |_| given.update(|given| given.retain(|own| own.kind != removed))
            >
                <Picture icon=Icon::Close size=18 />
            </button>
            {notes.map(|notes| view! { <div class="chips notes">{notes}</div> })}
        </li>
    }
}
