//! A payment that must still arrive: it came, or it did not.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply, Wish};
use regulars_rules::id::EventId;

use crate::client::use_client;
use crate::shared::*;

/// The two answers. Each is asked again: neither can be taken back.
#[component]
pub fn SettleButtons(
    /// The sale or the load, and the place among its tenders.
    payment: (EventId, u32),
    /// How much, as text.
    amount: String,
) -> impl IntoView {
    let (client, toasts, confirm) = (use_client(), use_toasts(), use_confirm());
    let busy = RwSignal::new(false);
    let settle = move |cleared: bool| {
        let title = if cleared {
            t("这笔钱到账了？", "Has this payment arrived?")
        } else {
            t("这笔钱没有到账？", "Did this payment fail?")
        };
        let text = if cleared {
            t("到账后储值能用，商品的提成才算。", "Stored value can then be used; goods count towards commission.")
        } else {
            t("储值会取消，商品的提成不算。", "Stored value is cancelled; goods earn no commission.")
        };
        let question = Question {
            title: format!("{amount} {title}"),
            text: text.to_owned(),
            action: if cleared { t("到账了", "It arrived") } else { t("没到账", "It failed") }.to_owned(),
            danger: !cleared,
        };
        let said = if cleared {
            t("已记到账", "Payment recorded")
        } else {
            t("已记未到账", "Failed payment recorded")
        };
        confirm.ask(question, move || {
            let _ = busy.try_set(true);
            client.ask_then(Ask::Do(Wish::SettleTender { of: payment.0, tender: payment.1, cleared }), move |reply| {
                let _ = busy.try_set(false);
                match reply {
                    // What is shown follows by itself: the journal has grown.
                    Reply::Done(_) => toasts.show(said),
                    Reply::Refused(refusal) => toasts.refused(&refusal),
                    Reply::Failed(trouble) => toasts.failed(&trouble),
                    _ => {}
                }
            });
        });
    };
    let failed = settle.clone();
    view! {
        <span class="actions">
            <Button disabled=busy on_press=move || failed(false) testid="settle-failed">{t("没到账", "Failed")}</Button>
            <Button disabled=busy on_press=move || settle(true) testid="settle-cleared">{t("到账了", "Arrived")}</Button>
        </span>
    }
    .into_any()
}
