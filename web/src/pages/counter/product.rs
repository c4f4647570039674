//! A new product, right at the counter.

use leptos::prelude::*;
use regulars_desk::protocol::Wish;
use regulars_rules::number::Quantity;

use super::lines::TagChips;
use super::model::ProductDraft;
use super::till::{Problem, ProblemNote, use_till};
use crate::shared::*;

#[component]
pub fn ProductSheet() -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet open=till.listing title=t("添加商品", "Add product") testid="product-sheet">
            <ProductForm />
        </Sheet>
    }
}

#[component]
fn ProductForm() -> impl IntoView {
    let till = use_till();
    let begin = till.product_draft.get_untracked();
    let code = RwSignal::new(begin.code);
    let has_name = !begin.name.is_empty();
    let name = RwSignal::new(begin.name);
    let price = RwSignal::new(begin.price);
    let category = RwSignal::new(begin.category);
    let tags = RwSignal::new(begin.tags);
    let name_wrong = RwSignal::new(None::<String>);
    let price_wrong = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let save = move || {
        name_wrong.set(None);
        price_wrong.set(None);
        let draft = ProductDraft {
            code: code.get_untracked(),
            name: name.get_untracked(),
            price: price.get_untracked(),
            category: category.get_untracked(),
            tags: tags.get_untracked(),
        };
        match draft.read() {
            Err(None) => name_wrong.set(Some(t("请写商品名", "Write the product's name").to_owned())),
            Err(Some(_)) => price_wrong.set(Some(t("金额写成 12.50 这样", "Write the amount like 12.50").to_owned())),
            Ok(product) => {
                busy.set(true);
                let listed = product.clone();
                till.wish(
                    Wish::ListProduct(product),
                    move |_| {
                        till.listing.set(false);
                        till.add(&listed, Quantity::ONE);
                    },
                    move |found| {
                        busy.try_set(false);
                        problem.try_set(Some(found));
                    },
                );
            }
        }
    };
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <Field label=t("名称", "Name") value=name required=true focused=!has_name error=name_wrong testid="product-name" />
            <Field label=t("单价", "Price") value=price required=true focused=has_name prefix="¥" inputmode="decimal" error=price_wrong testid="product-price" />
            <Field label=t("编码或条码", "Code or bar code") value=code hint=t("不填就用名称", "The name serves if empty") testid="product-code" />
            <Field label=t("分类", "Category") value=category testid="product-category" />
            <TagChips tags=tags />
            {move || problem.get().map(|problem| view! { <ProblemNote problem=problem testid="product-problem" /> })}
            <button type="submit" class="button main wide" disabled=move || busy.get() data-testid="product-save">
                {t("保存并加到本单", "Save and add to this sale")}
            </button>
        </form>
    }
}
