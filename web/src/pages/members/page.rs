//! One member's page: what is known, what is due to them, what one may do.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use regulars_desk::protocol::{Ask, HistoryEntry, MemberPage as Page, MemberRow, Reply, Trouble, Wish};
use regulars_rules::id::MemberId;
use regulars_rules::message::Refusal;
use regulars_rules::number::Points;

use super::acts::{Act, ActSheet};
use super::history::History;
use super::model::{Actions, actions, mask};
use super::sections::{
    ActButtons, CardPanel, Details, Entitlements, Exchange, Lots, Progress, StoredValuePanel, Uncleared, Vouchers,
};
use crate::client::{Client, use_client};
use crate::pages::counter::Till;
use crate::shared::*;

/// What could be found out about the member.
#[derive(Clone, Default)]
enum Found {
    /// Not answered yet.
    #[default]
    Waiting,
    /// Here.
    Here,
    /// The worker does not know them.
    Refused(Refusal),
    /// It went wrong.
    Failed(Trouble),
}

/// The member shown, for all parts of the page. Parts take what they show by [`Member::part`], so that a change of
/// one leaves the others, and the focus in them, alone.
#[derive(Clone, Copy)]
pub struct Member {
    pub client: Client,
    toasts: Toasts,
    /// Who; `None`: the address names nobody.
    pub id: Memo<Option<MemberId>>,
    page: RwSignal<Option<Arc<Page>>>,
    found: RwSignal<Found>,
    /// What happened to them; `None`: not answered yet.
    pub history: RwSignal<Option<Arc<Vec<HistoryEntry>>>>,
    /// The sheet: whether it is open, and for what.
    pub sheet_open: RwSignal<bool>,
    pub act: RwSignal<Option<Act>>,
    /// A wish is on its way.
    pub busy: RwSignal<bool>,
    /// Why the last wish of the sheet was refused.
    pub refusal: RwSignal<Option<Refusal>>,
    /// Whether phone and document are shown in full.
    pub opened: RwSignal<bool>,
}

/// The member of the page that one is on.
pub fn use_member() -> Member {
    expect_context()
}

impl Member {
    /// A part of the page, by itself.
    pub fn part<T>(self, of: impl Fn(&Page) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        memo(move |_| self.page.with(|page| page.as_ref().map(|page| of(page)).unwrap_or_default()))
    }

    /// The row, once it is here.
    pub fn row(self) -> Memo<Option<MemberRow>> {
        self.part(|page| Some(page.row.clone()))
    }

    /// What one may do.
    pub fn actions(self) -> Memo<Actions> {
        memo(move |_| {
            self.page.with(|page| {
                self.client
                    .status
                    .with(|status| page.as_ref().map(|page| actions(page, status.as_ref())).unwrap_or_default())
            })
        })
    }

    /// The page as it is now.
    pub fn now(self) -> Option<Arc<Page>> {
        self.page.get_untracked()
    }

    /// Opens the sheet.
    pub fn begin(self, act: Act) {
        self.refusal.set(None);
        self.act.set(Some(act));
        self.sheet_open.set(true);
    }

    /// Asks for everything again. What is shown stays until the answers come.
    fn reload(self) {
        let Some(Some(id)) = self.id.try_get_untracked() else { return };
        let current = move || self.id.try_get_untracked().flatten() == Some(id);
        self.client.ask_then(Ask::Member(id), move |reply| {
            if !current() {
                return;
            }
            let found = match reply {
                Reply::Member(page) => {
                    let _ = self.page.try_set(Some(Arc::new(*page)));
                    Found::Here
                }
                Reply::Refused(refusal) => Found::Refused(refusal),
                Reply::Failed(trouble) => Found::Failed(trouble),
                _ => return,
            };
            let _ = self.found.try_set(found);
        });
        self.client.ask_then(Ask::History(id), move |reply| {
            if let Reply::History(entries) = reply
                && current()
            {
                let _ = self.history.try_set(Some(Arc::new(entries)));
            }
        });
    }

    /// A wish about this member. A refusal stays in the open sheet; elsewhere it is news.
    pub fn wish(self, wish: Wish, said: &'static str) {
        // A question may be answered after the page has gone.
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        self.busy.set(true);
        self.refusal.set(None);
        self.client.ask_then(Ask::Do(wish), move |reply| {
            let _ = self.busy.try_set(false);
            match reply {
                Reply::Done(done) => {
                    let notes = done.notes.iter().map(say).collect::<Vec<_>>();
                    self.toasts.show(if notes.is_empty() {
                        said.to_owned()
                    } else {
                        format!("{said} · {}", list(&notes))
                    });
                    // What is shown follows by itself: the journal has grown (`client.changed`).
                    let _ = self.sheet_open.try_set(false);
                }
                Reply::Refused(refusal) if self.sheet_open.try_get_untracked() == Some(true) => {
                    let _ = self.refusal.try_set(Some(refusal));
                }
                Reply::Refused(refusal) => self.toasts.refused(&refusal),
                Reply::Failed(trouble) => self.toasts.failed(&trouble),
                _ => {}
            }
        });
    }
}

/// The page `/members/:id`.
#[component]
pub fn MemberPage() -> impl IntoView {
    let params = use_params_map();
    let member = Member {
        client: use_client(),
        toasts: use_toasts(),
        id: memo(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse().ok())),
        page: RwSignal::new(None),
        found: RwSignal::new(Found::Waiting),
        history: RwSignal::new(None),
        sheet_open: RwSignal::new(false),
        act: RwSignal::new(None),
        busy: RwSignal::new(false),
        refusal: RwSignal::new(None),
        opened: RwSignal::new(false),
    };
    provide_context(member);
    Effect::new(move |before: Option<Option<MemberId>>| {
        let id = member.id.get();
        member.client.changed.track();
        if before.is_some_and(|before| before != id) {
            member.page.set(None);
            member.history.set(None);
            member.opened.set(false);
            member.sheet_open.set(false);
            member.found.set(Found::Waiting);
        }
        member.reload();
        id
    });
    let here = memo(move |_| member.page.with(Option::is_some));
    view! {
        <div class="page m-page" data-testid="member">
            <a class="m-back" href=link("members") data-testid="member-back"><Picture icon=Icon::Back size=18 />{t("会员", "Members")}</a>
            <Show when=move || here.get() fallback=move || absent(member)>
                <Head />
                <div class="m-grid">
                    <div class="m-main">
                        <Application />
                        <Figures />
                        <Progress />
                        <Exchange />
                        <Entitlements />
                    </div>
                    <aside class="m-aside" aria-label=t("卡、券和办理", "Card, vouchers and actions")>
                        <CardPanel />
                        <Vouchers />
                        <Uncleared />
                        <StoredValuePanel />
                        <Lots />
                        <ActButtons />
                        <Details />
                    </aside>
                    <History />
                </div>
            </Show>
            <ActSheet />
        </div>
    }
}

/// What stands there while there is no member.
fn absent(member: Member) -> AnyView {
    let found = move || {
        match (member.id.get(), member.found.get()) {
        (None, _) => view! {
            <EmptyState icon=Icon::Person title=t("没有这位会员", "There is no such member") text=t("地址可能写错了。", "The address may be mistyped.") testid="member-none">
                <a class="button main" href=link("members")>{t("看全部会员", "All members")}</a>
            </EmptyState>
        }
        .into_any(),
        (Some(_), Found::Waiting | Found::Here) => view! { <Spinner /> }.into_any(),
        (Some(_), Found::Refused(refusal)) => view! {
            <RefusalNote refusal=refusal testid="member-none" />
            <p><a class="button" href=link("members")>{t("看全部会员", "All members")}</a></p>
        }
        .into_any(),
        (Some(_), Found::Failed(trouble)) => view! {
            <TroubleNote trouble=trouble testid="member-failed" />
            <p><Button on_press=move || member.reload()>{t("再试一次", "Try again")}</Button></p>
        }
        .into_any(),
    }
    };
    found.into_any()
}

/// Name, tier, phone; the main action.
#[component]
fn Head() -> impl IntoView {
    let member = use_member();
    let row = member.row();
    let actions = member.actions();
    let guide = member.part(|page| page.guide.to_string());
    let since = member.part(|page| Some(page.joined));
    let name = move || {
        row.with(|row| row.as_ref().map(|row| row.name.to_string()))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| t("未留姓名", "No name given").to_owned())
    };
    let go = StoredValue::new_local(use_go());
    let till = expect_context::<Till>();
    let sell = move || {
        if let Some(row) = row.get_untracked() {
            let id = row.id;
            till.choose_member(row);
            go.with_value(|go| go(&format!("counter?member={id}")));
        }
    };
    view! {
        <header class="m-head">
            <div class="m-who">
                <h1>
                    <span data-testid="member-name">{name}</span>
                    <span data-testid="member-tier">
                        {move || row.get().map(|row| view! { <TierBadge rank=row.tier_rank label=label(&row.tier_label) /> })}
                    </span>
                    {move || {
                        row.get()
                            .filter(|row| row.status != "active")
                            .map(|row| view! { <span class="tag warn" data-testid="member-status">{code(&row.status)}</span> })
                    }}
                </h1>
                <p class="m-facts">
                    <PhoneFact />
                    {move || since.get().map(|day| view! { <span>{t("", "joined ")} {long_day(day)} {t(" 入会", "")}</span> })}
                    {move || (!guide.with(String::is_empty)).then(|| view! { <span>{t("导购", "Guide")} " " {guide.get()}</span> })}
                </p>
            </div>
            <div class="m-head-actions">
                <Show when=move || actions.get().edit>
                    <Button icon=Icon::Edit on_press=move || member.begin(Act::Edit) testid="act-edit">{t("修改资料", "Edit")}</Button>
                </Show>
                <Show when=move || actions.get().sell>
                    <Button tone=Tone::Main icon=Icon::Counter on_press=sell testid="member-sell">{t("收银", "New sale")}</Button>
                </Show>
            </div>
        </header>
    }
}

/// The phone, its middle hidden until someone wants it.
#[component]
fn PhoneFact() -> impl IntoView {
    let member = use_member();
    let number = member.part(|page| page.row.phone.to_string());
    let shown = move || if member.opened.get() { phone(&number.get()) } else { mask(&number.get()) };
    view! {
        <Show when=move || !number.with(String::is_empty)>
            <span>
                <span class="m-number" data-testid="member-phone">{shown}</span>
                <button
                    type="button"
                    class="why m-open"
                    aria-pressed=move || member.opened.get().to_string()
                    aria-label=t("显示手机号和证件号", "Show phone and document number")
                    data-testid="member-open"
                    on:click=move |_| member.opened.update(|opened| *opened = !*opened)
                >
                    {move || if member.opened.get() { t("隐藏", "hide") } else { t("显示", "show") }}
                </button>
            </span>
        </Show>
    }
}

/// An application that waits for its decision.
#[component]
fn Application() -> impl IntoView {
    let member = use_member();
    let actions = member.actions();
    view! {
        <Show when=move || actions.get().decide>
            <section class="panel m-application" data-testid="member-application">
                <div>
                    <h2>{t("入会申请待审批", "Application awaits a decision")}</h2>
                    <p class="quiet-text">{t("批准后才有卡号、积分和优惠。", "Card, points and prices come with the approval.")}</p>
                </div>
                <div class="actions">
                    <Button on_press=move || member.begin(Act::Decide(false)) testid="act-reject">{t("不批准", "Reject")}</Button>
                    <Button tone=Tone::Main on_press=move || member.begin(Act::Decide(true)) testid="act-approve">{t("批准", "Approve")}</Button>
                </div>
            </section>
        </Show>
    }
}

/// Points, spend, visits, stored value.
#[component]
fn Figures() -> impl IntoView {
    let member = use_member();
    let client = member.client;
    let points_now = member.part(|page| Some(page.points.clone()));
    let spend = member.part(|page| page.row.spend);
    let visits = member.part(|page| page.visits);
    let last = member.part(|page| page.row.last_visit);
    let stored = member.part(|page| (page.stored_value, page.stored_pending));
    let referred = member.part(|page| page.referred);
    let has_referred = memo(move |_| referred.get() > 0);
    let has_stored = memo(move |_| {
        let sold = client.status.with(|status| status.as_ref().is_some_and(|status| status.stored_value));
        let (value, pending) = stored.get();
        sold || !value.is_zero() || !pending.is_zero()
    });
    let kinds = member.part(|page| page.kinds.clone());
    let owed = |debt: Points| {
        format!(
            "{} {} {}",
            t("还欠", "owes"),
            points(debt),
            t("分，以后的积分先抵", "points, settled first by later ones")
        )
    };
    // Where kinds are kept apart, each owes for itself.
    let points_note = derived(move || {
        let kinds = kinds.get();
        if kinds.is_empty() {
            let debt = points_now.with(|figures| figures.as_ref().map(|figures| figures.debt).unwrap_or_default());
            return if debt.is_positive() { owed(debt) } else { String::new() };
        }
        let words = kinds.iter().map(|kind| {
            let debt = if kind.debt.is_positive() { format!(" ({})", owed(kind.debt)) } else { String::new() };
            format!("{} {}{debt}", label(&kind.label), points(kind.balance))
        });
        words.collect::<Vec<_>>().join(" · ")
    });
    let last_visit =
        derived(move || last.get().map(|on| format!("{} {}", t("最近", "last"), day(on))).unwrap_or_default());
    let pending = derived(move || {
        let pending = stored.get().1;
        if pending.is_zero() {
            String::new()
        } else {
            format!("{} {}", money(pending), t("等到账", "awaits its payment"))
        }
    });
    view! {
        <section class="stats m-stats" aria-label=t("数字", "Figures")>
            <Stat
                label=t("积分", "Points")
                value=derived(move || points_now.get().map(|figures| points(figures.balance)).unwrap_or_default())
                note=points_note
                testid="member-points"
            />
            <Stat label=t("累计消费", "Spend") value=derived(move || money(spend.get())) testid="member-spend" />
            <Stat label=t("来店", "Visits") value=derived(move || count(visits.get())) note=last_visit testid="member-visits" />
            <Show when=move || has_stored.get()>
                <Stat label=t("储值", "Stored value") value=derived(move || money(stored.get().0)) note=pending testid="member-stored" />
            </Show>
            <Show when=move || has_referred.get()>
                <Stat label=t("带来会员", "Members brought") value=derived(move || count(referred.get())) testid="member-referred" />
            </Show>
        </section>
    }
}
