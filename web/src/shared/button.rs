//! Buttons: one main action per screen, the others quiet.

use std::rc::Rc;

use leptos::prelude::*;

use super::icons::{Icon, Picture};

/// How loud a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// The screen's one main action.
    Main,
    /// Beside it.
    #[default]
    Plain,
    /// In rows and corners: no border.
    Quiet,
    /// Takes something away.
    Danger,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "button main",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// What a press does. Of one type, whatever the closure: a component is compiled for each type that it is given.
#[derive(Clone)]
pub struct Press(Rc<dyn Fn()>);

impl<F: Fn() + 'static> From<F> for Press {
    fn from(action: F) -> Self {
        Self(Rc::new(action))
    }
}

impl Press {
    /// Does it.
    pub fn run(&self) {
        (self.0)();
    }
}

/// A button with words, and an icon if it helps.
///
/// `<Button on_press=move || save() tone=Tone::Main testid="save">{t("保存", "Save")}</Button>`
#[component]
pub fn Button(
    #[prop(into)] on_press: Press,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<Icon>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Works on it: shows a wheel and cannot be pressed again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// For a button that only has an icon: what it does.
    #[prop(optional, into)]
    name: Option<String>,
    #[prop(optional, into)] testid: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let bare = children.is_none();
    view! {
        <button
            type="button"
            class=tone.class()
            class:wide=wide
            class:icon-only=bare
            title=name.clone()
            aria-label=name
            data-testid=testid
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().to_string()
            on:click=move |_| on_press.run()
        >
            {move || busy.get().then(|| view! { <span class="wheel" aria-hidden="true"></span> })}
            {icon.map(|icon| view! { <Picture icon=icon /> })}
            {children.map(|children| view! { <span class="button-text">{children()}</span> })}
        </button>
    }
}

/// A choice that is on or off, as a chip (filters, tenders, vouchers to use).
#[component]
pub fn Chip(
    #[prop(into)] on_press: Press,
    #[prop(into)] on: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] testid: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || on.get().to_string()
            disabled=move || disabled.get()
            data-testid=testid
            on:click=move |_| on_press.run()
        >
            {children()}
        </button>
    }
}
