//! Programs: the list, and one in plain words.

pub mod model;

use leptos::prelude::*;

#[component]
pub fn ProgramsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

#[component]
pub fn ProgramPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
