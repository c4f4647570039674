//! The counter.

use leptos::prelude::*;

#[component]
pub fn CounterPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
