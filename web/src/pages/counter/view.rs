//! The counter's page: what to find and the lines at the left, the quote at the right (below 820 px: at the bottom).

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::enrol::EnrolSheet;
use super::lines::{Lines, Tiles};
use super::model::Draft;
use super::pay::PaySheet;
use super::product::ProductSheet;
use super::quote_panel::{QuotePanel, can_pay};
use super::receipt::ReceiptScreen;
use super::receipts::ReceiptsSheet;
use super::search::CounterSearch;
use super::till::{Till, use_till};
use crate::client::use_client;
use crate::shared::*;

#[component]
pub fn CounterPage() -> impl IntoView {
    let till = use_till();
    let keys = window_event_listener(ev::keydown, move |event| key_pressed(till, &event));
    on_cleanup(move || keys.remove());
    let has_receipt = memo(move |_| till.receipt.with(Option::is_some));
    view! {
        <h1 class="visually-hidden">{t("收银", "Counter")}</h1>
        {move || {
            if has_receipt.get() {
                view! { {move || till.receipt.get().map(|receipt| view! { <ReceiptScreen receipt=receipt /> })} }.into_any()
            } else {
                view! { <Sale /> }.into_any()
            }
        }}
        <Later>
            <PaySheet />
            <EnrolSheet />
        </Later>
        <Later>
            <ProductSheet />
            <ReceiptsSheet />
        </Later>
    }
}

#[component]
fn Sale() -> impl IntoView {
    let till = use_till();
    let is_empty = memo(move |_| till.draft.with(Draft::is_empty));
    view! {
        <div class="counter">
            <div class="counter-goods">
                <CounterSearch />
                <MemberChip />
                <div class="counter-scroll">
                    <Later>
                        <Tiles />
                        <Lines />
                    </Later>
                    <Show
                        when=move || !is_empty.get()
                        fallback=|| {
                            view! {
                                <p class="counter-hint">
                                    {t("扫码、点商品，或输入手机尾号找会员；「3*商品」一次加三件。", "Scan, touch goods, or type a phone's last digits; “3*goods” adds three.")}
                                </p>
                            }
                        }
                    >
                        <div class="basket-foot">
                            <ServedBy />
                            <ClearBasket />
                        </div>
                    </Show>
                </div>
            </div>
            <Later>
                <QuotePanel />
            </Later>
        </div>
    }
}

/// Who serves, and so whose the deal is: remembered on this device.
#[component]
fn ServedBy() -> impl IntoView {
    let client = use_client();
    let has_staff =
        memo(move |_| client.status.with(|status| status.as_ref().is_some_and(|status| !status.staff.is_empty())));
    let chosen = move || {
        let staff = client.staff.get();
        if staff.is_empty() { t("选一位", "choose").to_owned() } else { staff.to_string() }
    };
    view! {
        <Show when=move || has_staff.get()>
            <button type="button" class="button quiet served" popovertarget="served-by" data-testid="served-by">
                <Picture icon=Icon::Person size=18 />
                {t("导购", "Served by")} " " <b>{chosen}</b>
            </button>
            <div id="served-by" popover="auto" class="settings served-by">
                <h3>{t("这一单是谁接待的", "Who serves here")}</h3>
                <StaffChips most=24 testid="served-by" on_chosen=Callback::new(|()| close_popover("served-by")) />
            </div>
        </Show>
    }
}

#[component]
fn ClearBasket() -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let clear = move || {
        let before = till.draft.get_untracked();
        till.draft.set(Draft::default());
        toasts.undo(t("已清空本单", "The basket was emptied"), move || till.draft.set(before.clone()));
        till.focus_search();
    };
    view! { <Button tone=Tone::Quiet icon=Icon::Trash on_press=clear testid="clear-basket">{t("清空本单", "Empty the basket")}</Button> }
}

/// Narrow screens: who it is, while the quote is folded away.
#[component]
fn MemberChip() -> impl IntoView {
    let till = use_till();
    let row = memo(move |_| till.draft.with(|draft| draft.member.clone()));
    move || {
        row.get().map(|row| {
            view! {
                <p class="member-chip">
                    <strong>{row.name.to_string()}</strong>
                    <TierBadge rank=row.tier_rank label=label(&row.tier_label) />
                    <span class="quiet-text">{points(row.points)} " " {t("分", "pts")}</span>
                </p>
            }
        })
    }
}

/// Ctrl+Enter takes payment; a sign typed nowhere goes to the search box (so does a scanner).
fn key_pressed(till: Till, event: &web_sys::KeyboardEvent) {
    if document().query_selector("dialog[open]").ok().flatten().is_some() {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    if command && event.key() == "Enter" {
        if untrack(|| can_pay(till)) {
            event.prevent_default();
            till.paying.set(true);
        }
        return;
    }
    let nowhere = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_none_or(|target| target.tag_name() == "BODY" || target.id() == "page");
    if nowhere && !command && !event.alt_key() && event.key().chars().count() == 1 && event.key() != " " {
        let input = till.search.try_with_value(|search| *search).flatten().and_then(|search| search.get_untracked());
        if let Some(input) = input {
            let _ = input.focus();
        }
    }
}
