//! The first visit.

use leptos::prelude::*;

#[component]
pub fn WelcomePage() -> impl IntoView {
    view! { <p>"…"</p> }
}
