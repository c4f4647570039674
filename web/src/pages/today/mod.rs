//! The day: takings, members, points, what is due.

pub mod model;

use leptos::prelude::*;

#[component]
pub fn TodayPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
