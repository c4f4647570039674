//! The tiers of a program as a ladder: a step each, the highest at the end.

use leptos::prelude::*;
use regulars_desk::protocol::ProgramView;

use crate::shared::*;

#[component]
pub fn Ladder(view: ProgramView) -> impl IntoView {
    let steps = view.ladder.len();
    let rungs = view
        .ladder
        .into_iter()
        .enumerate()
        .map(|(step, (id, name, takes, brings))| {
            let rank = u8::try_from(step).unwrap_or(u8::MAX);
            let brings = brings.iter().map(|words| view! { <li>{say(words)}</li> }).collect_view();
            view! {
                <li class=format!("rung tier-{}", step.min(5)) style=format!("--step:{step}") data-testid=format!("tier-{id}")>
                    <TierBadge rank=rank label=label(&name) />
                    <p class="rung-takes">{say(&takes)}</p>
                    <ul class="rung-brings" aria-label=t("权益", "What it brings")>{brings}</ul>
                </li>
            }
        })
        .collect_view();
    (steps > 0).then(|| {
        view! {
            <section class="section" aria-labelledby="ladder-title">
                <h2 id="ladder-title">{t("等级", "Tiers")}</h2>
                <ol class="ladder" style=format!("--steps:{steps}")>{rungs}</ol>
            </section>
        }
    })
}
