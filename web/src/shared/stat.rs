//! One figure with its name.

use leptos::prelude::*;

use super::reasons::{Why, WhyOf};

/// `<Stat label=t("积分", "Points") value=points(row.points) />`
#[component]
pub fn Stat(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    /// Beneath it, quiet.
    #[prop(optional, into)]
    note: Signal<String>,
    /// Reasons, if a rule produced it.
    #[prop(optional, into)]
    why: Option<WhyOf>,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let name = label.clone();
    view! {
        <div class="stat" data-testid=testid>
            <span class="stat-label">{label} {why.map(|why| view! { <Why title=name traces=why /> })}</span>
            <span class="stat-value">{move || value.get()}</span>
            {move || (!note.with(String::is_empty)).then(|| view! { <span class="stat-note">{note.get()}</span> })}
        </div>
    }
}
