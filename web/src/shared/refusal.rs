//! A refusal or a trouble on the page: what is in the way, and what would help.

use leptos::prelude::*;
use regulars_desk::protocol::Trouble;
use regulars_rules::message::Refusal;

use super::formatting::{label, say};
use super::icons::{Icon, Picture};

/// The program says no: reason, remedy, rule.
#[component]
pub fn RefusalNote(refusal: Refusal, #[prop(optional, into)] testid: Option<String>) -> impl IntoView {
    let remedy = refusal.remedy.as_ref().map(say).unwrap_or_default();
    let rule = refusal.rule.as_ref().map(|rule| label(&rule.label)).unwrap_or_default();
    view! { <Notice bad=false title=say(&refusal.reason) text=remedy source=rule testid=testid code=refusal.code().to_owned() /> }
}

/// Something failed: what happened, what was kept, what to do.
#[component]
pub fn TroubleNote(trouble: Trouble, #[prop(optional, into)] testid: Option<String>) -> impl IntoView {
    view! { <Notice bad=true title=say(&trouble.what) text=say(&trouble.remedy) testid=testid code=trouble.what.key.to_string() /> }
}

/// A note with an icon: one line loud, one quiet.
#[component]
pub fn Notice(
    /// Something is broken, not only refused.
    bad: bool,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    #[prop(optional, into)] source: String,
    #[prop(optional_no_strip)] testid: Option<String>,
    /// The stable code, for support and tests.
    #[prop(optional)]
    code: String,
) -> impl IntoView {
    view! {
        <div class="notice" class:bad=bad role="alert" data-testid=testid data-code=code>
            <Picture icon=Icon::Warning />
            <div>
                <p class="notice-title">{title}</p>
                {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
                {(!source.is_empty()).then(|| view! { <p class="notice-source">{source}</p> })}
            </div>
        </div>
    }
}
