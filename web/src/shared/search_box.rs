//! The box at the top of every list.

use leptos::html;
use leptos::prelude::*;

use super::icons::{Icon, Picture};
use super::language::t;

/// A search box. Escape empties it; Enter and the arrows go to the list beneath (`on_key`).
#[component]
pub fn SearchBox(
    value: RwSignal<String>,
    #[prop(into)] placeholder: String,
    /// Enter was pressed, here or by a scanner.
    #[prop(optional, into)]
    on_enter: Option<Callback<String>>,
    /// Other keys, e.g. arrows: return `true` to keep the key from the box.
    #[prop(optional, into)]
    on_key: Option<Callback<String, bool>>,
    #[prop(optional)] focused: bool,
    /// To put the focus here from elsewhere.
    #[prop(optional)]
    node: Option<NodeRef<html::Input>>,
    /// The list it rules.
    #[prop(optional, into)]
    controls: Option<String>,
    /// The id of the list's active row.
    #[prop(optional, into)]
    active: Signal<Option<String>>,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let input = node.unwrap_or_default();
    if focused {
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                let _ = input.focus();
            }
        });
    }
    let is_list = controls.is_some();
    view! {
        <div class="search" role="search">
            <Picture icon=Icon::Search />
            <input
                node_ref=input
                type="search"
                enterkeyhint="search"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=placeholder.clone()
                aria-label=placeholder
                role=is_list.then_some("combobox")
                aria-controls=controls
                aria-expanded=move || is_list.then(|| active.get().is_some().to_string())
                aria-activedescendant=move || active.get()
                data-testid=testid
                bind:value=value
                on:keydown=move |event| {
                    // An input method uses these keys to choose characters.
                    if event.is_composing() {
                        return;
                    }
                    let key = event.key();
                    if key == "Escape" && !value.get_untracked().is_empty() {
                        event.prevent_default();
                        event.stop_propagation();
                        value.set(String::new());
                    } else if let Some(on_key) = on_key
                        && on_key.run(key.clone())
                    {
                        event.prevent_default();
                    } else if key == "Enter" && let Some(on_enter) = on_enter {
                        event.prevent_default();
                        on_enter.run(value.get_untracked());
                    }
                }
            />
            {move || {
                (!value.with(String::is_empty))
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet icon-only"
                                aria-label=t("清空", "Clear")
                                on:click=move |_| {
                                    value.set(String::new());
                                    if let Some(input) = input.get_untracked() {
                                        let _ = input.focus();
                                    }
                                }
                            >
                                <Picture icon=Icon::Close />
                            </button>
                        }
                    })
            }}
        </div>
    }
}
