//! One box for goods and members: typed, or scanned (a scanner is a keyboard that ends with Enter).

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, MemberRow, Reply};
use regulars_rules::event::Product;
use regulars_rules::id::Text;
use regulars_rules::number::Quantity;

use super::model::{EnrolDraft, Meaning, ProductDraft, looks_like_name, looks_like_phone, meaning, short_phone, typed};
use super::scan::{ScanSheet, can_scan};
use super::till::{Till, use_till};
use crate::shared::*;

const SHOWN: u32 = 8;
/// Pause in typing after which one searches: a scanner is quicker, and ends with Enter anyway.
const PAUSE: Duration = Duration::from_millis(70);

/// What was found for a text.
#[derive(Debug, Clone, Default)]
struct Found {
    /// How many of the goods.
    quantity: Quantity,
    text: String,
    goods: Vec<Product>,
    members: Vec<MemberRow>,
}

impl Found {
    fn rows(&self) -> usize {
        self.members.len().saturating_add(self.goods.len())
    }
}

fn ask(till: Till, raw: &str, then: impl FnOnce(Found) + 'static) {
    let (quantity, text) = typed(raw);
    let question = Ask::Find { text: Text::from(text.as_str()), limit: SHOWN };
    till.client.ask_then(question, move |reply| {
        if let Reply::Found { goods, members } = reply {
            then(Found { quantity, text, goods, members });
        }
    });
}

fn pick(till: Till, found: &Found, row: usize) {
    if let Some(member) = found.members.get(row) {
        till.choose_member(member.clone());
    } else if let Some(good) = row.checked_sub(found.members.len()).and_then(|row| found.goods.get(row)) {
        till.add(good, found.quantity);
    }
}

#[component]
pub fn CounterSearch() -> impl IntoView {
    let till = use_till();
    let input = NodeRef::<html::Input>::new();
    till.search.set_value(Some(input));
    let found = RwSignal::new(None::<Found>);
    let active = RwSignal::new(None::<usize>);
    let last_question = StoredValue::new(0_u32);

    let show = move |answer: Found| {
        active.try_set(None);
        found.try_set(Some(answer));
    };
    Effect::new(move |_| {
        let raw = till.text.get();
        let question = last_question.with_value(|last| last.wrapping_add(1));
        last_question.set_value(question);
        active.set(None);
        if raw.trim().is_empty() {
            found.set(None);
            return;
        }
        set_timeout(
            move || {
                if last_question.try_get_value() == Some(question) {
                    ask(till, &raw, move |answer| {
                        if last_question.try_get_value() == Some(question) {
                            show(answer);
                        }
                    });
                }
            },
            PAUSE,
        );
    });

    let on_enter = Callback::new(move |raw: String| {
        if raw.trim().is_empty() {
            return;
        }
        // What was typed before is answered by this.
        last_question.update_value(|last| *last = last.wrapping_add(1));
        ask(till, &raw, move |answer| match meaning(&answer.text, &answer.goods, &answer.members) {
            Meaning::Good(place) => pick(till, &answer, answer.members.len().saturating_add(place)),
            Meaning::Member(place) => pick(till, &answer, place),
            Meaning::Several => {
                show(answer);
                active.try_set(Some(0));
            }
            Meaning::Nothing => show(answer),
        });
    });
    let on_key = Callback::new(move |key: String| {
        let rows = found.with_untracked(|found| found.as_ref().map_or(0, Found::rows));
        match key.as_str() {
            "Enter" => {
                let chosen = active.get_untracked();
                if let Some(row) = chosen {
                    found.with_untracked(|found| {
                        if let Some(found) = found {
                            pick(till, found, row);
                        }
                    });
                }
                chosen.is_some()
            }
            "ArrowDown" | "ArrowUp" => {
                let total = u32::try_from(rows).unwrap_or(0);
                let here = active.get_untracked().and_then(|row| u32::try_from(row).ok());
                if let Some(row) = row_after_key(&key, here, total, 1) {
                    active.set(usize::try_from(row).ok());
                }
                rows > 0
            }
            _ => false,
        }
    });
    // What the camera read is as good as typed.
    let on_code = Callback::new(move |code: String| {
        till.text.set(code.clone());
        till.focus_search();
        on_enter.run(code);
    });
    let active_id = derived(move || active.get().map(|row| format!("found-{row}")));

    view! {
        <div class="counter-search">
            <div class="counter-search-row">
                <SearchBox
                    value=till.text
                    placeholder=t("商品、手机尾号、姓名、卡号", "Goods, phone, name, card")
                    on_enter=on_enter
                    on_key=on_key
                    node=input
                    controls="found"
                    active=active_id
                    focused=true
                    testid="search"
                />
                {can_scan()
                    .then(|| {
                        view! {
                            <Button
                                icon=Icon::Scan
                                name=t("用摄像头扫码", "Scan with the camera")
                                on_press=move || till.scanning.set(true)
                                testid="scan"
                            />
                        }
                    })}
                <Button
                    icon=Icon::Receipt
                    name=t("小票与退货", "Receipts and returns")
                    on_press=move || till.open_receipts(None)
                    testid="receipts-button"
                />
            </div>
            {move || found.get().map(|found| view! { <FoundList found=found active=active /> })}
            <ScanSheet on_code=on_code />
        </div>
    }
}

#[component]
fn FoundList(found: Found, active: RwSignal<Option<usize>>) -> impl IntoView {
    let till = use_till();
    let rows = found.rows();
    if rows == 0 {
        return view! { <NothingFound text=found.text.clone() /> }.into_any();
    }
    let option = move |row: usize, content: AnyView, testid: String, found: Found| {
        view! {
            <li
                class="found-row"
                id=format!("found-{row}")
                role="option"
                aria-selected=move || (active.get() == Some(row)).to_string()
                data-testid=testid
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| pick(till, &found, row)
            >
                {content}
            </li>
        }
    };
    let members = found
        .members
        .iter()
        .enumerate()
        .map(|(row, member)| {
            let content = view! { <MemberLine member=member.clone() /> }.into_any();
            option(row, content, format!("found-member-{row}"), found.clone())
        })
        .collect_view();
    let first_good = found.members.len();
    let goods = found
        .goods
        .iter()
        .enumerate()
        .map(|(place, good)| {
            let content = view! { <GoodLine good=good.clone() /> }.into_any();
            option(first_good.saturating_add(place), content, format!("found-good-{place}"), found.clone())
        })
        .collect_view();
    view! {
        <ul class="found" id="found" role="listbox" aria-label=t("找到的", "Found") data-testid="found">
            {members}
            {goods}
        </ul>
    }
    .into_any()
}

#[component]
fn GoodLine(good: Product) -> impl IntoView {
    view! {
        <span class="good-line">
            <span class="good-name">{good.name.to_string()}</span>
            <span class="good-code">{(good.code != good.name).then(|| good.code.to_string())}</span>
            <Tags tags=good.tags.clone() />
            <span class="figure">{money(good.price)}</span>
        </span>
    }
}

/// Tags of goods as small words.
#[component]
pub fn Tags(tags: regulars_rules::event::Tags) -> impl IntoView {
    tags.iter().map(|tag| view! { <span class="tag">{code(tag)}</span> " " }).collect_view()
}

/// Nothing found: what one can do with the text right here.
#[component]
fn NothingFound(text: String) -> impl IntoView {
    let till = use_till();
    let as_phone = looks_like_phone(&text).then(|| text.clone());
    let as_name = looks_like_name(&text).then(|| text.clone());
    let enrol = move |field: &'static str, text: String| {
        let mut draft = EnrolDraft::default();
        draft.fields.insert(Text::const_new(field), text);
        till.enrol(draft);
    };
    let product = StoredValue::new(text.clone());
    view! {
        <div class="found nothing" id="found" data-testid="nothing-found">
            <p>
                {t("没有找到", "Nothing found for")} " " <strong>{text}</strong>
            </p>
            <div class="actions">
                {as_phone
                    .map(|phone| {
                        let words = format!("{} {}", t("登记", "Enrol"), short_phone(&phone));
                        view! {
                            <Button icon=Icon::Person on_press=move || enrol("phone", phone.clone()) testid="enrol-typed">
                                {words}
                            </Button>
                        }
                    })}
                {as_name
                    .map(|name| {
                        let words = format!("{} {name}", t("登记", "Enrol"));
                        view! {
                            <Button icon=Icon::Person on_press=move || enrol("name", name.clone()) testid="enrol-typed">
                                {words}
                            </Button>
                        }
                    })}
                <Button
                    icon=Icon::Plus
                    on_press=move || till.list_product(ProductDraft::of_text(&product.get_value()))
                    testid="add-product"
                >
                    {t("添加商品", "Add product")}
                </Button>
            </div>
        </div>
    }
}
