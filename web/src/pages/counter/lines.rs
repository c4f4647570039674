//! The goods: tiles of what sells most, and the lines of the basket.

use std::collections::BTreeMap;

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, BasketLine, Reply};
use regulars_rules::event::{Product, Tags as GoodTags};
use regulars_rules::id::Text;
use regulars_rules::number::Quantity;

use super::model;
use super::search::Tags;
use super::till::{Till, use_till};
use crate::shared::*;

const TILES: u32 = 18;

/// What sells most, one touch away.
#[component]
pub fn Tiles() -> impl IntoView {
    let till = use_till();
    let products = RwSignal::new(None::<Vec<Product>>);
    Effect::new(move |_| {
        till.client.changed.track();
        till.client.ask_then(Ask::Products { text: Text::default(), offset: 0, limit: TILES }, move |reply| {
            if let Reply::Products { rows, .. } = reply {
                products.try_set(Some(rows));
            }
        });
    });
    let is_empty = memo(move |_| till.draft.with(model::Draft::is_empty));
    let opening = move || {
        let waiting = (!till.client.opened.get()).then(|| view! { <Opening /> });
        view! { {waiting} }.into_any()
    };
    move || {
        products.get().map_or_else(|| view! { {opening} }.into_any(), |rows| {
            if rows.is_empty() {
                return view! {
                    <EmptyState
                        icon=Icon::Tag
                        title=t("商品表还是空的", "There are no products yet")
                        text=t("可以现在添加一种，或在「数据」里导入商品表。", "Add one now, or import a list under Data.")
                    >
                        <Button icon=Icon::Plus on_press=move || till.list_product(model::ProductDraft::default()) testid="add-product">
                            {t("添加商品", "Add product")}
                        </Button>
                        <a class="button" href=link("data")>{t("导入商品表", "Import products")}</a>
                    </EmptyState>
                }
                .into_any();
            }
            let tiles = rows
                .into_iter()
                .map(|product| {
                    let name = product.name.to_string();
                    let price = money(product.price);
                    let testid = format!("tile-{}", product.code);
                    let tagged = !product.tags.is_empty();
                    let names = codes(&product.tags.iter().map(Text::from).collect::<Vec<_>>());
                    view! {
                        <button type="button" class="tile" data-testid=testid on:click=move |_| till.add(&product, Quantity::ONE)>
                            <span class="tile-name">{name}</span>
                            <span class="tile-price">
                                {price}
                                {tagged.then(|| view! { <span class="tag">{names}</span> })}
                            </span>
                        </button>
                    }
                })
                .collect_view();
            view! {
                <section class="tiles" class:few=move || !is_empty.get() aria-label=t("常用商品", "Common goods") data-testid="tiles">
                    {tiles}
                </section>
            }
            .into_any()
        })
    }
}

/// The lines of the basket.
#[component]
pub fn Lines() -> impl IntoView {
    let till = use_till();
    let by_key =
        memo(move |_| till.draft.with(|draft| map_of(draft.lines.iter().map(|own| (own.key, own.line.clone())))));
    let keys = memo(move |_| till.draft.with(|draft| draft.lines.iter().map(|own| own.key).collect::<Vec<_>>()));
    let edited = RwSignal::new(None::<u32>);
    view! {
        <ol class="lines" aria-label=t("本单商品", "Goods of this sale") data-testid="lines">
            <For each=move || keys.get() key=|key| *key let:key>
                <LineRow line_key=key by_key=by_key place=derived(move || keys.with(|keys| keys.iter().position(|own| *own == key).unwrap_or(0))) edited=edited />
            </For>
        </ol>
        <LineSheet edited=edited />
    }
}

fn remove(till: Till, toasts: Toasts, key: u32) {
    let mut removed = None;
    till.draft.update(|draft| removed = draft.remove(key));
    if let Some((place, line)) = removed {
        let words = format!("{} {}", t("已删除", "Removed"), line.line.name);
        toasts.undo(words, move || till.draft.update(|draft| draft.restore(place, line.clone())));
    }
    till.focus_search();
}

#[component]
fn LineRow(
    line_key: u32,
    by_key: Memo<BTreeMap<u32, BasketLine>>,
    place: Signal<usize>,
    edited: RwSignal<Option<u32>>,
) -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let key = line_key;
    let line = memo(move |before: Option<&BasketLine>| {
        by_key.with(|lines| lines.get(&key).cloned()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let quoted = memo(move |_| till.line_quotes.with(|lines| lines.get(&key).cloned()));
    let step = move |more: bool| match model::stepped(line.with_untracked(|line| line.quantity), more) {
        Some(next) => till.draft.update(|draft| draft.set_quantity(key, next)),
        None => remove(till, toasts, key),
    };
    let name = move || line.with(|line| line.name.to_string());
    let set_typed = move |text: String| match model::quantity(&text) {
        Ok(next) => till.draft.update(|draft| draft.set_quantity(key, next)),
        Err(_) => toasts.problem(t("数量要大于零，例如 2 或 0.345", "A quantity is above zero, like 2 or 0.345")),
    };
    let discounts = move || {
        quoted.with(|quoted| {
            quoted.as_ref().map(|quoted| {
                quoted
                    .discounts
                    .iter()
                    .map(|figure| {
                        let title = label(&figure.label);
                        view! {
                            <span class="line-off">
                                {title.clone()} " " <b>{money(-figure.amount)}</b> " " <Why title=title traces=&figure.trace />
                            </span>
                        }
                    })
                    .collect_view()
            })
        })
    };
    let note = move || {
        quoted.with(|quoted| {
            quoted.as_ref().and_then(|quoted| match &quoted.note {
                Some(note) => Some(say(note)),
                None => (!quoted.earns && till.draft.with_untracked(|draft| draft.member.is_some()))
                    .then(|| t("不积分", "No points").to_owned()),
            })
        })
    };
    view! {
        <li class="line" data-testid=move || format!("line-{}", place.get())>
            <button
                type="button"
                class="line-what"
                title=t("改价格、标记", "Change price and tags")
                data-testid=move || format!("line-{}-edit", place.get())
                on:click=move |_| edited.set(Some(key))
            >
                <span class="line-name">{name} " " {move || line.with(|line| view! { <Tags tags=line.tags.clone() /> })}</span>
                <span class="line-sub">
                    {move || line.with(|line| money(line.price))} {move || note().map(|words| format!(" · {words}"))}
                </span>
            </button>
            <div class="stepper">
                <button
                    type="button"
                    aria-label=move || {
                        let last = line.with(|line| model::stepped(line.quantity, false).is_none());
                        format!("{}: {}", if last { t("删除", "Remove") } else { t("减一", "One less") }, name())
                    }
                    data-testid=move || format!("line-{}-less", place.get())
                    on:click=move |_| step(false)
                >
                    <Picture icon=Icon::Minus size=18 />
                </button>
                <input
                    type="text"
                    inputmode="decimal"
                    aria-label=move || format!("{}: {}", t("数量", "Quantity"), name())
                    data-testid=move || format!("line-{}-quantity", place.get())
                    prop:value=move || line.with(|line| line.quantity.to_string())
                    on:focus=|event| select_all(&event)
                    on:change=move |event| {
                        set_typed(event_target_value(&event));
                        show_in(&event, &line.with_untracked(|line| line.quantity.to_string()));
                    }
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            till.focus_search();
                        }
                    }
                />
                <button
                    type="button"
                    aria-label=move || format!("{}: {}", t("加一", "One more"), name())
                    data-testid=move || format!("line-{}-more", place.get())
                    on:click=move |_| step(true)
                >
                    <Picture icon=Icon::Plus size=18 />
                </button>
            </div>
            <span class="line-amount figure" data-testid=move || format!("line-{}-amount", place.get())>
                {move || quoted.with(|quoted| quoted.as_ref().map_or_else(|| "…".to_owned(), |quoted| money(quoted.amount)))}
                {discounts}
            </span>
            <button
                type="button"
                class="button quiet icon-only line-remove"
                aria-label=move || format!("{}: {}", t("删除", "Remove"), name())
                data-testid=move || format!("line-{}-remove", place.get())
                on:click=move |_| remove(till, toasts, key)
            >
                <Picture icon=Icon::Close size=18 />
            </button>
        </li>
    }
}

/// Tags that a guide may set by hand on a line.
pub const HAND_TAGS: [&str; 4] = ["special", "promotion", "limited", "loose"];

/// A line's price and tags.
#[component]
fn LineSheet(edited: RwSignal<Option<u32>>) -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let price = RwSignal::new(String::new());
    let tags = RwSignal::new(Vec::<Text>::new());
    let title = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let Some(key) = edited.get() else { return };
        let line = till
            .draft
            .with_untracked(|draft| draft.lines.iter().find(|own| own.key == key).map(|own| own.line.clone()));
        if let Some(line) = line {
            price.set(line.price.to_string());
            tags.set(line.tags.iter().map(Text::from).collect());
            title.set(line.name.to_string());
            wrong.set(None);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            edited.set(None);
        }
    });
    let save = move || {
        let Some(key) = edited.get_untracked() else { return };
        match model::amount(&price.get_untracked()) {
            Ok(price) => {
                let tags = GoodTags::parse(&tags.get_untracked().join(","));
                till.draft.update(|draft| draft.set_price(key, price, tags));
                open.set(false);
                till.focus_search();
            }
            Err(_) => wrong.set(Some(t("金额写成 12.50 这样", "Write the amount like 12.50").to_owned())),
        }
    };
    let take_out = move || {
        if let Some(key) = edited.get_untracked() {
            open.set(false);
            remove(till, toasts, key);
        }
    };
    view! {
        <Sheet
            open=open
            title=title
            testid="line-sheet"
            footer=move || {
                view! {
                    <Button tone=Tone::Main wide=true on_press=save testid="line-save">{t("完成", "Done")}</Button>
                    <Button tone=Tone::Danger wide=true on_press=take_out>{t("从本单删除", "Remove from this sale")}</Button>
                }
            }
        >
            <div class="form">
                <Field
                    label=t("本单单价", "Price in this sale")
                    value=price
                    prefix="¥"
                    inputmode="decimal"
                    error=wrong
                    hint=t("只改这一单；商品表里的价格不变。", "Only this sale; the list keeps its price.")
                    testid="line-price"
                />
                <TagChips tags=tags />
            </div>
        </Sheet>
    }
}

/// Chips for the tags that may be set by hand, and those that are set already.
#[component]
pub fn TagChips(tags: RwSignal<Vec<Text>>) -> impl IntoView {
    let known = move || {
        let mut known: Vec<Text> = HAND_TAGS.iter().copied().map(Text::from).collect();
        tags.with_untracked(|tags| known.extend(tags.iter().filter(|tag| !HAND_TAGS.contains(&tag.as_str())).cloned()));
        known
    };
    let chips = known()
        .into_iter()
        .map(|tag| {
            let own = tag.clone();
            let is_on = derived(move || tags.with(|tags| tags.contains(&own)));
            let words = code_title(&tag);
            let testid = format!("tag-{tag}");
            let toggle = move || {
                tags.update(|tags| {
                    if tags.contains(&tag) {
                        tags.retain(|own| *own != tag);
                    } else {
                        tags.push(tag.clone());
                    }
                });
            };
            view! { <Chip on=is_on on_press=toggle testid=testid>{words}</Chip> }
        })
        .collect_view();
    view! {
        <div class="field" role="group" aria-label=t("标记", "Tags")>
            <span class="field-label">{t("标记", "Tags")}</span>
            <div class="chips">{chips}</div>
        </div>
    }
}
