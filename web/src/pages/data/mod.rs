//! Data: import, export, storage.

pub mod model;

use leptos::prelude::*;

#[component]
pub fn DataPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
