//! Who is at the counter, chosen by a touch: those of the shop, whoever sold most first.

use leptos::prelude::*;

use super::button::Chip;
use super::memo::{derived, memo};
use crate::client::use_client;

/// `<StaffChips most=12 testid="served-by" on_chosen=close />`
#[component]
pub fn StaffChips(
    /// So many are shown.
    most: usize,
    testid: &'static str,
    /// After somebody was chosen.
    #[prop(optional, into)]
    on_chosen: Option<Callback<()>>,
) -> impl IntoView {
    let client = use_client();
    let known = memo(move |_| {
        let mut known =
            client.status.with(|status| status.as_ref().map(|status| status.staff.clone()).unwrap_or_default());
        let own = client.staff.get();
        if !own.is_empty() && !known.contains(&own) {
            known.insert(0, own);
        }
        known.truncate(most);
        known
    });
    let chips = move || {
        let chip = |person: regulars_rules::id::Text| {
            let (own, words) = (person.clone(), person.to_string());
            let is_on = derived(move || client.staff.get() == own);
            let testid = format!("{testid}-{person}");
            let choose = move || {
                client.staff.set(person.clone());
                if let Some(on_chosen) = on_chosen {
                    on_chosen.run(());
                }
            };
            view! { <Chip on=is_on on_press=choose testid=testid>{words}</Chip> }
        };
        known.get().into_iter().map(chip).collect_view()
    };
    view! { <div class="chips" data-testid=format!("{testid}-known")>{chips}</div> }.into_any()
}
