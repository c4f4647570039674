//! A sheet over the page: at the side on wide screens, from below on narrow ones. A native dialog, so focus stays in
//! it, Escape closes it, and focus goes back to where it was.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icons::{Icon, Picture};
use super::language::t;

/// `<Sheet open=open title=t("登记会员", "Enrol")> … </Sheet>`. What is inside exists only while it is open.
#[component]
pub fn Sheet(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// Twice as wide.
    #[prop(optional)]
    wide: bool,
    #[prop(optional, into)] testid: Option<String>,
    /// Stays at the bottom: the actions.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let footer = StoredValue::new(footer);
    let children = StoredValue::new(children);
    view! {
        <Modal open=open class="sheet" wide=wide label=title testid=testid>
            <header class="sheet-head">
                <h2>{move || title.get()}</h2>
                <CloseButton open=open />
            </header>
            <div class="sheet-body">{children.with_value(|children| children())}</div>
            {footer.with_value(|footer| {
                footer.as_ref().map(|footer| view! { <footer class="sheet-foot">{footer.run()}</footer> })
            })}
        </Modal>
    }
}

/// A native modal dialog that follows a signal.
#[component]
pub fn Modal(
    open: RwSignal<bool>,
    class: &'static str,
    #[prop(optional)] wide: bool,
    #[prop(into)] label: Signal<String>,
    #[prop(optional_no_strip)] testid: Option<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=dialog
            class=class
            class:wide=wide
            aria-label=move || label.get()
            data-testid=testid
            on:close=move |_| {
                let _ = open.try_set(false);
            }
            on:click=move |event| {
                // Only the backdrop is the dialog itself; everything inside is another element.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
                if target.is_some() {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>
                <div class="modal-inner">{children.with_value(|children| children())}</div>
            </Show>
        </dialog>
    }
}

/// The cross of a dialog.
#[component]
pub fn CloseButton(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="button quiet icon-only" aria-label=t("关闭", "Close") on:click=move |_| open.set(false)>
            <Picture icon=Icon::Close />
        </button>
    }
}

/// Closes a popover by its id.
pub fn close_popover(id: &str) {
    let shown = document().get_element_by_id(id).and_then(|own| own.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(shown) = shown {
        let _ = shown.hide_popover();
    }
}
