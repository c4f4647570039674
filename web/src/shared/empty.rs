//! Nothing to show: what would be here, and how it comes.

use leptos::prelude::*;

use super::icons::{Icon, Picture};

/// `<EmptyState icon=Icon::Members title=t("还没有会员", "No members yet") text=…> actions </EmptyState>`
#[component]
pub fn EmptyState(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    #[prop(optional, into)] testid: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-testid=testid>
            <span class="empty-icon"><Picture icon=icon size=32 /></span>
            <p class="empty-title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p class="empty-text">{text}</p> })}
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
