//! Members: the list, and one member's page.

pub mod model;

use leptos::prelude::*;

#[component]
pub fn MembersPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

#[component]
pub fn MemberPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
