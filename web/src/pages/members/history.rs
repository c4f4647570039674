//! What happened to a member, newest first, with the reasons of each figure.

use leptos::prelude::*;
use regulars_desk::protocol::HistoryEntry;

use super::model::{HistoryKind, by_day};
use super::page::use_member;
use crate::pages::counter::Till;
use crate::pages::today::near_day;
use crate::shared::*;

/// Entries shown at first, and added at a time.
const AT_A_TIME: usize = 40;

#[component]
pub fn History() -> impl IntoView {
    let member = use_member();
    let kind = RwSignal::new(HistoryKind::All);
    let most = RwSignal::new(AT_A_TIME);
    let found = memo(move |_| {
        let kind = kind.get();
        member
            .history
            .with(|entries| entries.as_ref().map(|entries| entries.iter().filter(|entry| kind.holds(entry)).count()))
    });
    let kinds = [
        (HistoryKind::All, t("全部", "All"), "history-all"),
        (HistoryKind::Points, t("积分", "Points"), "history-points"),
        (HistoryKind::Receipts, t("小票", "Receipts"), "history-receipts"),
    ];
    let chips = kinds
        .into_iter()
        .map(|(own, words, testid)| {
            let on = derived(move || kind.get() == own);
            view! {
                <Chip
                    on=on
                    on_press=move || {
                        kind.set(own);
                        most.set(AT_A_TIME);
                    }
                    testid=testid
                >
                    {words}
                </Chip>
            }
        })
        .collect_view();
    let days = move || {
        let (kind, most) = (kind.get(), most.get());
        let entries: Vec<HistoryEntry> = member.history.with(|entries| {
            entries
                .iter()
                .flat_map(|entries| entries.iter())
                .filter(|entry| kind.holds(entry))
                .take(most)
                .cloned()
                .collect()
        });
        by_day(entries)
            .into_iter()
            .map(|(on, entries)| {
                let entries = entries.into_iter().map(|entry| view! { <Entry entry=entry /> }).collect_view();
                view! {
                    <li class="m-day">
                        <h3>{near_day(on)}</h3>
                        <ol>{entries}</ol>
                    </li>
                }
            })
            .collect_view()
    };
    let rest = memo(move |_| found.get().is_some_and(|found| found > most.get()));
    view! {
        <section class="panel m-history" data-testid="history">
            <div class="m-panel-head">
                <h2>{t("记录", "History")}</h2>
                <div class="chips" role="group" aria-label=t("看哪些", "Which entries")>{chips}</div>
            </div>
            {move || match found.get() {
                None => view! { <Spinner /> }.into_any(),
                Some(0) => view! { <p class="quiet-text" data-testid="history-empty">{t("还没有这样的记录。", "Nothing of that kind yet.")}</p> }.into_any(),
                Some(_) => ().into_any(),
            }}
            <ol class="m-days">{days}</ol>
            <Show when=move || rest.get()>
                <Button wide=true on_press=move || most.update(|most| *most = most.saturating_add(AT_A_TIME)) testid="history-more">
                    {t("看更早的", "Show earlier ones")}
                </Button>
            </Show>
        </section>
    }
}

#[component]
fn Entry(entry: HistoryEntry) -> impl IntoView {
    let till = expect_context::<Till>();
    let go = StoredValue::new_local(use_go());
    let what = say(&entry.what);
    let by = entry.staff.to_string();
    let event = entry.event;
    let points_change = (!entry.points.is_zero()).then(|| {
        let less = entry.points.is_negative();
        view! { <span class="m-change" class:less=less>{points_change(entry.points)} " " {t("分", "pts")}</span> }
    });
    let money_moved = (!entry.money.is_zero()).then(|| view! { <span class="quiet-text">{money(entry.money)}</span> });
    let why = (!entry.reasons.is_empty())
        .then(|| view! { <Why title=what.clone() traces=entry.reasons testid="history-why" /> });
    let receipt = entry.receipt.then(|| {
        view! {
            <button type="button" class="why" data-testid="history-receipt" on:click=move |_| {
                // Shown, printed and returned at the counter.
                till.open_receipts(Some(event));
                go.with_value(|go| go("counter"));
            }>
                {t("小票", "receipt")}
            </button>
        }
    });
    view! {
        <li class="m-entry" data-testid="history-entry">
            <time class="m-entry-time">{entry.at.minute.to_string()}</time>
            <div class="m-entry-words">
                <p>{what.clone()}</p>
                <p class="m-entry-links"><span class="m-entry-inline">{entry.at.minute.to_string()}</span> {(!by.is_empty()).then(|| view! { <span class="quiet-text">{by}</span> })} {why} {receipt}</p>
            </div>
            <div class="m-entry-figures">{points_change}{money_moved}</div>
        </li>
    }
}
