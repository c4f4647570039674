//! A member as one row: tier, name, phone, points, last visit.

use leptos::prelude::*;
use regulars_desk::protocol::MemberRow;

use super::formatting::{code, day, label, phone, points};
use super::language::t;
use super::tier_badge::TierBadge;

/// `<MemberLine member=row />`. The row around it makes it a link or an option.
#[component]
pub fn MemberLine(member: MemberRow) -> impl IntoView {
    let initial: String = member.name.chars().take(1).collect();
    let active = member.status == "active";
    let status = code(&member.status);
    let last_visit = member.last_visit.map(day);
    view! {
        <span class="member-line" class:faded=!active>
            <span class="avatar" aria-hidden="true">{initial}</span>
            <span class="member-who">
                <span class="member-name">
                    {member.name.to_string()} " " <TierBadge rank=member.tier_rank label=label(&member.tier_label) />
                    {(!active).then(|| view! { <span class="tag">{status}</span> })}
                </span>
                <span class="member-sub">{phone(&member.phone)} {" · "} {member.card.to_string()}</span>
            </span>
            <span class="member-figures">
                <span class="figure">{points(member.points)} " " <small>{t("分", "pts")}</small></span>
                <span class="member-sub">{last_visit}</span>
            </span>
        </span>
    }
}
