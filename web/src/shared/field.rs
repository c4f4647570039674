//! Fields of a form: label above, help and errors beneath, tied together for screen readers.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

/// A name for an element that no other has.
pub fn fresh_id(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Chooses all the text of the input that an event is about: typing replaces it.
pub fn select_all(event: &web_sys::FocusEvent) {
    event_target::<web_sys::HtmlInputElement>(event).select();
}

/// Writes into the input that an event is about, e.g. the value that was kept.
pub fn show_in(event: &web_sys::Event, text: &str) {
    event_target::<web_sys::HtmlInputElement>(event).set_value(text);
}

/// A field for one text.
///
/// `<Field label=t("手机号", "Phone") value=phone kind="tel" error=phone_error testid="enrol-phone" />`
#[component]
pub fn Field(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    /// `text`, `tel`, `date`, `search`, `number`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// The keyboard on a tablet: `numeric`, `decimal`, `tel`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(optional, into)] hint: Option<String>,
    /// What is wrong with it, in words.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] placeholder: Option<String>,
    /// Before the text, e.g. `¥`.
    #[prop(optional)]
    prefix: Option<&'static str>,
    /// Has the focus when it appears.
    #[prop(optional)]
    focused: bool,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let id = fresh_id("field");
    let note = format!("{id}-note");
    let input = NodeRef::<leptos::html::Input>::new();
    if focused {
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                // After the dialog that holds it has opened and chosen its own focus.
                request_animation_frame(move || {
                    let _ = input.focus();
                });
            }
        });
    }
    let hint = StoredValue::new(hint);
    view! {
        <div class="field" class:wrong=move || error.get().is_some()>
            <label for=id.clone()>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}
            </label>
            <div class="field-box">
                {prefix.map(|prefix| view! { <span class="field-prefix" aria-hidden="true">{prefix}</span> })}
                <input
                    node_ref=input
                    id=id
                    type=kind
                    inputmode=inputmode
                    autocomplete=autocomplete.unwrap_or("off")
                    placeholder=placeholder
                    required=required
                    aria-invalid=move || error.get().is_some().to_string()
                    aria-describedby=note.clone()
                    data-testid=testid
                    bind:value=value
                />
            </div>
            <p class="field-note" id=note role=move || error.get().map(|_| "alert")>
                {move || error.get().or_else(|| hint.get_value())}
            </p>
        </div>
    }
}

/// A choice from a few: pairs of value and words.
#[component]
pub fn Choice(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let id = fresh_id("choice");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="field-box">
                <select
                    id=id
                    data-testid=testid
                    prop:value=move || value.get()
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {move || {
                        options
                            .get()
                            .into_iter()
                            .map(|(own, words)| {
                                let chosen = own == value.get_untracked();
                                view! { <option value=own selected=chosen>{words}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
            <p class="field-note">{hint}</p>
        </div>
    }
}

/// Yes or no.
#[component]
pub fn Tick(
    #[prop(into)] label: String,
    value: RwSignal<bool>,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input type="checkbox" data-testid=testid bind:checked=value />
            <span>{label}</span>
        </label>
    }
}

/// One of a few, as a row of large round choices.
#[component]
pub fn Options(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    /// Value, words, and what comes with it.
    options: Vec<(String, String, String)>,
) -> impl IntoView {
    let name = fresh_id("option");
    let rows = options
        .into_iter()
        .map(|(own, words, note)| {
            let testid = format!("option-{own}");
            let (mine, choose) = (own.clone(), own.clone());
            view! {
                <label class="m-option">
                    <input
                        type="radio"
                        name=name.clone()
                        value=own
                        data-testid=testid
                        prop:checked=move || value.with(|value| *value == mine)
                        on:change=move |_| value.set(choose.clone())
                    />
                    <span>{words}</span>
                    <span class="quiet-text">{note}</span>
                </label>
            }
        })
        .collect_view();
    view! { <fieldset class="m-options"><legend>{label}</legend>{rows}</fieldset> }
}
