//! Members: the list, and one member's page.

mod download;
mod list;
pub mod model;

pub use list::MembersPage;

use leptos::prelude::*;

#[component]
pub fn MemberPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
