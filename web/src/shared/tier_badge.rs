//! A tier: a colour and a shape by its rank, and its name. Never colour alone.

use leptos::prelude::*;

/// Shapes by rank: from a ring to a crown.
const SHAPES: [&str; 6] = [
    "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7z",
    "M12 4.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 0 0 0-15z",
    "M12 3.500 19.500 7.800v8.400L12 20.500 4.500 16.200V7.800z",
    "M7.500 4.500h9L21 10l-9 10.500L3 10z",
    "M12 3l2.700 5.600 6.100.9-4.400 4.300 1 6.100L12 17l-5.400 2.900 1-6.100-4.400-4.300 6.100-.9z",
    "M3 7.500l4.800 4L12 4l4.200 7.500 4.800-4L19.200 19H4.800z",
];

/// `<TierBadge rank=row.tier_rank label=label(&row.tier_label) />`. Nothing where the program has no tiers.
#[component]
pub fn TierBadge(rank: u8, #[prop(into)] label: String) -> impl IntoView {
    let step = usize::from(rank).min(SHAPES.len().saturating_sub(1));
    let shape = SHAPES.get(step).copied().unwrap_or_default();
    (!label.is_empty()).then(|| {
        view! {
            <span class=format!("tier tier-{step}") data-rank=rank>
                <svg width="14" height="14" viewBox="0 0 24 24" fill="currentColor" fill-rule="evenodd" aria-hidden="true">
                    <path d=shape />
                </svg>
                {label}
            </span>
        }
    })
}
