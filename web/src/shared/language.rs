//! The page's language. Both texts stand at the place of use: `t("收款", "Take payment")`.
//!
//! A change of language shows every page anew (see `app.rs`), so `t` need not be called in a closure.

use std::sync::OnceLock;

use leptos::prelude::*;
use regulars_rules::message::Language;

use super::local;

fn signal() -> &'static ArcRwSignal<Language> {
    static SIGNAL: OnceLock<ArcRwSignal<Language>> = OnceLock::new();
    SIGNAL.get_or_init(|| ArcRwSignal::new(Language::Zh))
}

/// The language shown.
pub fn language() -> Language {
    signal().get_untracked()
}

/// The language shown, for what must follow it by itself.
pub fn track_language() -> Language {
    signal().get()
}

/// Shows another language, and remembers it.
pub fn set_language(language: Language) {
    local::set("language", code(language));
    signal().set(language);
    mark(language);
}

/// Takes the language that was chosen on this device; the first time it is Chinese.
pub fn start_language() {
    let chosen = if local::get("language").as_deref() == Some("en") { Language::En } else { Language::Zh };
    signal().set(chosen);
    mark(chosen);
}

const fn code(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

fn mark(language: Language) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", code(language));
    }
}

/// The text in the language shown.
pub fn t(zh: &'static str, en: &'static str) -> &'static str {
    match language() {
        Language::Zh => zh,
        Language::En => en,
    }
}
