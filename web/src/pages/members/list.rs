//! The list of members: search, filters, order, and rows that are loaded as they come into view.

use std::cell::RefCell;
use std::ops::Range;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, MemberRow, MemberSort, Reply, TableKind, Trouble};
use regulars_rules::id::Text;

use super::model::{Filters, Rows, UNSEEN_DAYS, mask, sort_of, sort_word};
use crate::client::use_client;
use crate::clock;
use crate::pages::counter::Till;
use crate::shared::*;

/// Rows on the first screen of any tablet.
const FIRST: Range<u32> = 0..30;
const TYPING: Duration = Duration::from_millis(120);
const ROW_PX: i32 = 68;
const ROWS_ID: &str = "member-rows";

/// What one comes back to.
#[derive(Clone, Default)]
struct Left {
    filters: Filters,
    row: Option<u32>,
}

thread_local! {
    static LEFT: RefCell<Left> = RefCell::default();
}

/// The place Members.
#[component]
pub fn MembersPage() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let go = StoredValue::new_local(use_go());
    let left = LEFT.with_borrow(Clone::clone);
    let typed = RwSignal::new(left.filters.text.clone());
    let filters = RwSignal::new(left.filters);
    let rows = RwSignal::new(Rows::default());
    let failed = RwSignal::new(None::<Trouble>);
    let phones_open = RwSignal::new(false);
    let exporting = RwSignal::new(false);
    let in_view = StoredValue::new(FIRST);
    // The row to mark again, once the list is here.
    let back_to = StoredValue::new(left.row);
    // Enter came before the answer: a scanner types faster than we ask.
    let open_first = StoredValue::new(false);

    let total = memo(move |_| rows.with(|rows| rows.total().unwrap_or(0)));
    let loaded = memo(move |_| rows.with(|rows| rows.total().is_some()));
    let pick = Callback::new(move |row: u32| {
        let id = rows.try_with_untracked(|rows| rows.get(row).map(|row| row.id));
        if let Some(Some(id)) = id {
            LEFT.with_borrow_mut(|left| left.row = Some(row));
            go.with_value(|go| go(&format!("members/{id}")));
        }
    });
    let keys = ListKeys::new(total.into(), pick);

    let load = move |window: Range<u32>| {
        let Some((question, wanted)) = rows.try_update_untracked(|rows| (rows.question(), rows.wanted(window))) else {
            return;
        };
        for chunk in wanted {
            let query = filters.with_untracked(|filters| filters.query(clock::today(), chunk));
            client.ask_then(Ask::Members(query), move |reply| match reply {
                Reply::Members { total, rows: got } => {
                    let _ = failed.try_set(None);
                    if rows.try_update(|rows| rows.put(question, chunk, total, got)) != Some(true) {
                        return;
                    }
                    if let Some(row) = back_to.try_update_value(Option::take).flatten() {
                        request_animation_frame(move || {
                            let _ = keys.active.try_set(Some(row));
                        });
                    }
                    if open_first.try_update_value(std::mem::take) == Some(true) && total == 1 {
                        // After the frame in which the list measures itself.
                        request_animation_frame(move || {
                            request_animation_frame(move || {
                                let _ = pick.try_run(0);
                            });
                        });
                    }
                }
                Reply::Failed(trouble) => {
                    let _ = rows.try_update_untracked(|rows| rows.failed(question, chunk));
                    let _ = failed.try_set(Some(trouble));
                }
                _ => {}
            });
        }
    };
    let on_range = Callback::new(move |(first, end): (u32, u32)| {
        in_view.set_value(first..end);
        load(first..end);
    });
    Effect::new(move |before: Option<Filters>| {
        let now = filters.get();
        if before.as_ref() != Some(&now) {
            LEFT.with_borrow_mut(|left| left.filters = now.clone());
            rows.update_untracked(Rows::restart);
            if before.is_some() {
                keys.active.set(None);
                in_view.set_value(FIRST);
                if let Some(list) = document().get_element_by_id(ROWS_ID) {
                    list.set_scroll_top(0);
                }
            }
            load(in_view.get_value());
        }
        now
    });
    Effect::new(move |first: Option<()>| {
        client.changed.track();
        if first.is_some() {
            rows.update_untracked(Rows::refresh);
            load(in_view.get_value());
        }
    });
    // A list of another length may show other rows without having been scrolled.
    Effect::new(move |_| {
        total.track();
        load(in_view.get_value());
    });
    let mut apply = debounce(TYPING, move |text: String| {
        let _ = filters.try_maybe_update(|filters| {
            let other = filters.text.trim() != text.trim();
            filters.text = text;
            (other, ())
        });
    });
    Effect::new(move |before: Option<String>| {
        let text = typed.get();
        if before.is_some_and(|before| before != text) {
            apply(text.clone());
        }
        text
    });
    let on_enter = Callback::new(move |text: String| {
        let same = filters.with_untracked(|filters| filters.text.trim() == text.trim());
        if text.trim().is_empty() {
        } else if same && total.get_untracked() == 1 {
            pick.run(0);
        } else if same {
            keys.press("ArrowDown");
        } else {
            open_first.set_value(true);
            filters.update(|filters| filters.text = text);
        }
    });
    // Home and End stay the text's own.
    let on_key = Callback::new(move |key: String| {
        matches!(key.as_str(), "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" | "Enter") && keys.press(&key)
    });
    let active = derived(move || keys.active.get().map(|row| format!("{ROWS_ID}-{row}")));

    let export = move || {
        exporting.set(true);
        client.ask_then(Ask::Export(TableKind::Members), move |reply| {
            let _ = exporting.try_set(false);
            match reply {
                Reply::File { name, mime, bytes } => {
                    if hand_over(&name, &mime, &bytes).is_ok() {
                        toasts.show(format!(
                            "{} {name}。{}",
                            t("已导出", "Exported"),
                            t("文件里有姓名和手机号，请保管好。", "It holds names and phone numbers: keep it safe.")
                        ));
                    } else {
                        toasts.problem(t(
                            "浏览器没有接受这个文件。请再试一次。",
                            "The browser did not take the file. Try again.",
                        ));
                    }
                }
                Reply::Refused(refusal) => toasts.refused(&refusal),
                Reply::Failed(trouble) => toasts.failed(&trouble),
                _ => {}
            }
        });
    };

    let narrowed = memo(move |_| filters.with(Filters::narrowed));
    let filtered = memo(move |_| filters.with(Filters::filtered));
    let result = move || {
        let found = count(total.get());
        match (loaded.get(), narrowed.get()) {
            (false, _) => String::new(),
            (true, true) => format!("{} {found} {}", t("找到", "Found"), t("位", "members")),
            (true, false) => format!("{found} {}", t("位会员", "members")),
        }
    };
    let row = move |index: u32| {
        let own = memo(move |_| rows.with(|rows| rows.get(index).cloned()));
        view! {
            {move || match own.get() {
                Some(row) => row_view(&row, phones_open.get()).into_any(),
                None => view! { <div class="m-row m-row-waiting" aria-hidden="true"><i></i><i></i></div> }.into_any(),
            }}
        }
        .into_any()
    };
    let show_list = memo(move |_| total.get() > 0);
    view! {
        <div class="page fill members" data-testid="members">
            <header class="page-head">
                <h1>{t("会员", "Members")}</h1>
                <Chip on=phones_open on_press=move || phones_open.update(|open| *open = !*open) testid="members-phones">
                    {t("显示手机号", "Show phones")}
                </Chip>
                <Button icon=Icon::Download busy=exporting on_press=export testid="members-export">{t("导出", "Export")}</Button>
            </header>
            <SearchBox
                value=typed
                placeholder=t("手机号或尾号、姓名、卡号", "Phone or its last digits, name, card")
                focused=true
                controls=ROWS_ID
                active=active
                on_enter=on_enter
                on_key=on_key
                testid="members-search"
            />
            <FilterBar filters=filters />
            <div class="m-result">
                <p role="status" data-testid="members-count">{result}</p>
                <Show when=move || filtered.get()>
                    <Button tone=Tone::Quiet on_press=move || filters.update(|filters| *filters = filters.cleared()) testid="members-clear">
                        {t("清除筛选", "Clear filters")}
                    </Button>
                </Show>
            </div>
            <Show when=move || failed.with(Option::is_some)>
                {move || failed.get().map(|trouble| view! { <TroubleNote trouble=trouble testid="members-failed" /> })}
                <Button on_press=move || load(in_view.get_value())>{t("再试一次", "Try again")}</Button>
            </Show>
            <Show when=move || !show_list.get()>{nothing(loaded, narrowed, typed, filters)}</Show>
            // Hidden, not taken away: it measures itself in the next frame.
            <div class="m-list" hidden=move || !show_list.get()>
                <div class="m-columns" aria-hidden="true">
                    <span>{t("姓名", "Name")}</span>
                    <span>{t("手机 · 卡号", "Phone · card")}</span>
                    <span>{t("最近来店", "Last visit")}</span>
                    <span>{t("累计消费", "Spend")}</span>
                    <span>{t("积分", "Points")}</span>
                </div>
                <VirtualList
                    total=total
                    row_height=ROW_PX
                    render=row
                    on_range=on_range
                    keys=keys
                    label=t("会员", "Members")
                    id=ROWS_ID
                    testid="members-rows"
                />
            </div>
        </div>
    }
}

/// What stands in the list's place while it is empty.
fn nothing(
    loaded: Memo<bool>,
    narrowed: Memo<bool>,
    typed: RwSignal<String>,
    filters: RwSignal<Filters>,
) -> impl IntoView {
    // What was typed here is searched there, too: from a phone one can enrol at once.
    let till = expect_context::<Till>();
    move || {
        if !loaded.get() {
            return view! { <Spinner /> }.into_any();
        }
        if narrowed.get() {
            return view! {
                <EmptyState
                    icon=Icon::Search
                    title=t("没有这样的会员", "No such member")
                    text=t("换个尾号、姓名或卡号试试，或者放宽筛选。", "Try other digits, a name or a card number, or loosen the filters.")
                    testid="members-none"
                >
                    <Button
                        on_press=move || {
                            typed.set(String::new());
                            filters.update(|filters| *filters = Filters { sort: filters.sort, ..Filters::default() });
                        }
                        testid="members-reset"
                    >
                        {t("看全部会员", "Show all members")}
                    </Button>
                    <a class="button" href=link("") on:click=move |_| till.text.set(typed.get_untracked()) data-testid="members-enrol">
                        {t("去收银台登记", "Enrol at the counter")}
                    </a>
                </EmptyState>
            }
            .into_any();
        }
        view! {
            <EmptyState
                icon=Icon::Members
                title=t("还没有会员", "No members yet")
                text=t("在收银台登记第一位，或者导入一份名单。", "Enrol the first one at the counter, or import a list.")
                testid="members-empty"
            >
                <a class="button main" href=link("")>{t("去收银台登记", "Enrol at the counter")}</a>
                <a class="button" href=link("data")>{t("导入名单", "Import a list")}</a>
            </EmptyState>
        }
        .into_any()
    }
}

fn row_view(row: &MemberRow, phones_open: bool) -> impl IntoView + use<> {
    let active = row.status == "active";
    let status = (!active).then(|| view! { <span class="tag">{code(&row.status)}</span> });
    let named = !row.name.is_empty();
    let name = if named { row.name.to_string() } else { t("未留姓名", "No name given").to_owned() };
    let shown_phone = if phones_open { phone(&row.phone) } else { mask(&row.phone) };
    let card =
        (!row.card.is_empty()).then(|| format!("{}{}", if shown_phone.is_empty() { "" } else { " · " }, row.card));
    let visit = row.last_visit.map_or_else(|| t("还没来过", "Not yet").to_owned(), recent_day);
    view! {
        <div class="m-row" class:faded=!active data-testid="member-row" data-id=row.id.to_string()>
            <span class="m-row-name">
                <span class="m-row-words" class:quiet-text=!named data-testid="member-name">{name}</span>
                <span class="m-row-marks" data-testid="member-tier"><TierBadge rank=row.tier_rank label=label(&row.tier_label) /></span>
                {status}
            </span>
            <span class="m-row-meta">
                <span class="m-row-phone">
                    <span data-testid="member-phone">{shown_phone}</span>
                    <span class="m-row-card">{card}</span>
                </span>
                <span class="m-row-visit" data-testid="member-visit">{visit}</span>
            </span>
            <span class="m-row-spend figure" data-testid="member-spend">{money(row.spend)}</span>
            <span class="m-row-points figure">
                <b data-testid="member-points">{points(row.points)}</b> " " <small>{t("分", "pts")}</small>
            </span>
        </div>
    }
}

/// A day as the list shows it: of another year, with the year.
fn recent_day(on: regulars_rules::time::Day) -> String {
    if on.year() == clock::today().year() { day(on) } else { on.to_string() }
}

/// Tier, last visit, birthday month, order.
#[component]
fn FilterBar(filters: RwSignal<Filters>) -> impl IntoView {
    let client = use_client();
    let tiers = memo(move |_| {
        client.status.with(|status| status.as_ref().map(|status| status.tiers.clone()).unwrap_or_default())
    });
    let any = t("不限", "Any");
    let tier = derived(move || filters.with(|filters| filters.tier.to_string()));
    let unseen = derived(move || filters.with(|filters| filters.unseen_days.to_string()));
    let month = derived(move || filters.with(|filters| filters.birthday_month.to_string()));
    let sort = derived(move || filters.with(|filters| sort_word(filters.sort).to_owned()));
    let tier_options = derived(move || {
        let tiers = tiers.get();
        std::iter::once((String::new(), any.to_owned()))
            .chain(tiers.into_iter().map(|(id, name)| (id.to_string(), label(&name))))
            .collect::<Vec<_>>()
    });
    let unseen_options = std::iter::once(("0".to_owned(), any.to_owned()))
        .chain(UNSEEN_DAYS.iter().map(|days| (days.to_string(), format!("{days} {}", t("天没来", "days unseen")))))
        .collect::<Vec<_>>();
    let month_options = std::iter::once(("0".to_owned(), any.to_owned()))
        .chain((1..=12_u8).map(|month| (month.to_string(), month_name(month))))
        .collect::<Vec<_>>();
    let sort_options = [
        (MemberSort::LastVisit, t("最近来店", "Last visit")),
        (MemberSort::Spend, t("消费最多", "Highest spend")),
        (MemberSort::Points, t("积分最多", "Most points")),
        (MemberSort::Joined, t("最新入会", "Newest")),
        (MemberSort::Name, t("姓名", "Name")),
    ]
    .map(|(sort, words)| (sort_word(sort).to_owned(), words.to_owned()))
    .to_vec();
    view! {
        <div class="m-filters" role="group" aria-label=t("筛选和排序", "Filter and order")>
            <Show when=move || tiers.with(|tiers| !tiers.is_empty())>
                <Pick
                    label=t("等级", "Tier")
                    value=tier
                    off=""
                    options=tier_options
                    on_pick=Callback::new(move |tier: String| filters.update(|filters| filters.tier = Text::from(tier)))
                    testid="members-tier"
                />
            </Show>
            <Pick
                label=t("没来", "Unseen")
                value=unseen
                off="0"
                options=unseen_options
                on_pick=Callback::new(move |days: String| filters.update(|filters| filters.unseen_days = days.parse().unwrap_or(0)))
                testid="members-unseen"
            />
            <Pick
                label=t("生日", "Birthday")
                value=month
                off="0"
                options=month_options
                on_pick=Callback::new(move |month: String| filters.update(|filters| filters.birthday_month = month.parse().unwrap_or(0)))
                testid="members-birthday"
            />
            <Pick
                label=t("排序", "Order")
                value=sort
                off=sort_word(MemberSort::LastVisit)
                options=sort_options
                on_pick=Callback::new(move |sort: String| filters.update(|filters| filters.sort = sort_of(&sort)))
                testid="members-sort"
            />
        </div>
    }
}

/// The name of a month: `11月`, `November`.
pub fn month_name(month: u8) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match language() {
        regulars_rules::message::Language::Zh => format!("{month}月"),
        regulars_rules::message::Language::En => {
            NAMES.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default().to_owned()
        }
    }
}

/// A filter: its name and its choice in one box, coloured while it narrows.
#[component]
fn Pick(
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    /// The value that does not narrow.
    off: &'static str,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    on_pick: Callback<String>,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label class="m-pick" class:on=move || value.get() != off>
            <span>{label}</span>
            <select data-testid=testid prop:value=move || value.get() on:change=move |event| on_pick.run(event_target_value(&event))>
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(own, words)| {
                            let chosen = own == value.get_untracked();
                            view! { <option value=own selected=chosen>{words}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </label>
    }
}
