//! The frame: places, status, news; and what all pages share.

mod status;

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::client::{Client, use_client};
use crate::pages::calculator::CalculatorPage;
use crate::pages::counter::{CounterPage, Till};
use crate::pages::data::DataPage;
use crate::pages::editor::EditorPage;
use crate::pages::members::{MemberPage, MembersPage};
use crate::pages::programs::{ProgramPage, ProgramsPage};
use crate::pages::staff::{StaffPage, StatementPage};
use crate::pages::today::TodayPage;
use crate::pages::welcome::WelcomePage;
use crate::pages::what_if::WhatIfPage;
use crate::shared::*;
use status::{StatusBar, ThemeSetting, start_theme};

#[component]
pub fn App() -> impl IntoView {
    start_language();
    count_start();
    provide_context(ThemeSetting(RwSignal::new(start_theme())));
    let client = Client::start();
    provide_context(client);
    provide_context(Till::start(client));
    provide_context(Toasts::new());
    provide_context(Reasons::new());
    provide_context(Confirm::new());
    let base = base_path();
    view! {
        <Router base=base>
            {move || {
                // Another language: every page anew. What must outlive that is in the contexts above.
                track_language();
                view! {
                    <Later>
                        <Frame />
                    </Later>
                }
            }}
        </Router>
    }
}

struct Place {
    page: &'static str,
    icon: Icon,
    words: &'static str,
    testid: &'static str,
}

fn places() -> [Place; 6] {
    [
        Place { page: "", icon: Icon::Counter, words: t("收银", "Counter"), testid: "nav-counter" },
        Place { page: "members", icon: Icon::Members, words: t("会员", "Members"), testid: "nav-members" },
        Place { page: "today", icon: Icon::Today, words: t("今日", "Today"), testid: "nav-today" },
        Place { page: "staff", icon: Icon::Staff, words: t("员工", "Staff"), testid: "nav-staff" },
        Place { page: "programs", icon: Icon::Programs, words: t("方案", "Programs"), testid: "nav-programs" },
        Place { page: "data", icon: Icon::Data, words: t("数据", "Data"), testid: "nav-data" },
    ]
}

/// The first segment of the page shown: "" for the counter.
fn place_shown(path: &str, base: &str) -> String {
    let rest = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
    let first = rest.split('/').next().unwrap_or_default();
    if first == "counter" { String::new() } else { first.to_owned() }
}

#[component]
fn Frame() -> impl IntoView {
    // What index.html shows until now.
    if let Some(opening) = document().get_element_by_id("opening") {
        opening.remove();
    }
    let client = use_client();
    let location = use_location();
    let base = base_path();
    let calculator = memo(move |_| place_shown(&location.pathname.get(), &base) == "calculator");
    // The calculator needs neither shop nor storage, and in someone else's page it stands alone.
    let alone = window().parent().ok().flatten().is_some_and(|parent| parent != window());
    let at_counter = memo(move |_| place_shown(&location.pathname.get(), &base_path()).is_empty());
    // The counter is there while the shop is still opening, if this device has one: what is asked meanwhile waits.
    let awaited = local::has_shop();
    let opens_at_counter = memo(move |_| awaited && !client.opened.get() && at_counter.get());
    let has_shop =
        memo(move |_| (client.status.with(Option::is_some) || opens_at_counter.get()) && !(alone && calculator.get()));
    view! {
        <a class="skip" href="#page">{t("跳到内容", "Skip to content")}</a>
        <div class="frame" class:no-shop=move || !has_shop.get()>
            <Show when=move || has_shop.get()>
                <Places />
            </Show>
            <div class="frame-page">
                <Show when=move || has_shop.get()>
                    <StatusBar />
                </Show>
                <Show when=move || !calculator.get() || has_shop.get()>
                    <Later>
                        <Banners />
                    </Later>
                </Show>
                <main id="page" tabindex="-1">
                    {move || {
                        if calculator.get() {
                            view! { <CalculatorPage /> }.into_any()
                        } else if has_shop.get() {
                            view! { <Later><Pages /></Later> }.into_any()
                        } else if client.opened.get() {
                            view! { <NoShop /> }.into_any()
                        } else {
                            view! { <Opening /> }.into_any()
                        }
                    }}
                </main>
            </div>
        </div>
        <Later>
            <ReasonsDrawer />
            <ConfirmHost />
            <ToastHost />
        </Later>
    }
}

/// Without a shop there is the first visit, and the data page, where one may import or restore.
#[component]
fn NoShop() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <WelcomePage /> }>
            <Route path=path!("/data") view=DataPage />
            <Route path=path!("/") view=WelcomePage />
        </FlatRoutes>
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/") view=CounterPage />
            <Route path=path!("/counter") view=CounterPage />
            <Route path=path!("/members") view=MembersPage />
            <Route path=path!("/members/:id") view=MemberPage />
            <Route path=path!("/today") view=TodayPage />
            <Route path=path!("/staff") view=StaffPage />
            <Route path=path!("/staff/person") view=StatementPage />
            <Route path=path!("/programs") view=ProgramsPage />
            <Route path=path!("/programs/:id") view=ProgramPage />
            <Route path=path!("/programs/:id/what-if") view=WhatIfPage />
            <Route path=path!("/programs/:id/edit") view=EditorPage />
            <Route path=path!("/data") view=DataPage />
        </FlatRoutes>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <EmptyState icon=Icon::Info title=t("没有这个页面", "There is no such page") text=t("地址可能写错了。", "The address may be mistyped.")>
            <a class="button main" href=link("")>{t("去收银台", "Go to the counter")}</a>
        </EmptyState>
    }
}

#[component]
fn Places() -> impl IntoView {
    let location = use_location();
    let base = base_path();
    let shown = memo(move |_| place_shown(&location.pathname.get(), &base));
    let items = places()
        .into_iter()
        .map(|place| {
            let page = place.page;
            view! {
                <a
                    class="place"
                    href=link(page)
                    data-testid=place.testid
                    aria-current=move || (shown.get() == page).then_some("page")
                >
                    <Picture icon=place.icon size=22 />
                    <span>{place.words}</span>
                </a>
            }
        })
        .collect_view();
    view! { <nav class="places" aria-label=t("页面", "Pages")>{items}</nav> }
}

/// What the person must know or may want: trouble with the storage, a new version.
#[component]
fn Banners() -> impl IntoView {
    let client = use_client();
    let update_ready =
        RwSignal::new(document().document_element().is_some_and(|root| root.has_attribute("data-update")));
    let listener = window_event_listener_untyped("regulars:update-ready", move |_| update_ready.set(true));
    on_cleanup(move || listener.remove());
    view! {
        {move || {
            client
                .trouble
                .get()
                .map(|trouble| {
                    let dismissible = !trouble.read_only;
                    view! {
                        <div class="banner bad" role="alert" data-testid="trouble" data-code=trouble.what.key.to_string()>
                            <Picture icon=Icon::Warning />
                            <p><strong>{say(&trouble.what)}</strong> " " {say(&trouble.remedy)}</p>
                            {dismissible.then(|| view! { <Button tone=Tone::Quiet on_press=move || client.trouble.set(None)>{t("知道了", "Got it")}</Button> })}
                        </div>
                    }
                })
        }}
        {move || {
            update_ready
                .get()
                .then(|| {
                    view! {
                        <div class="banner" role="status" data-testid="update">
                            <Picture icon=Icon::Download />
                            <p>{t("有新版本。现在更新只要一秒，没保存的购物篮会清空。", "A new version is ready. Updating takes a second; an unfinished basket is emptied.")}</p>
                            <Button on_press=update testid="update-now">{t("立即更新", "Update now")}</Button>
                        </div>
                    }
                })
        }}
    }
}

fn update() {
    // index.html listens: it knows the service worker.
    if let Ok(event) = web_sys::Event::new("regulars:update") {
        let _ = window().dispatch_event(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::place_shown;

    #[test]
    fn the_place_is_the_first_segment_after_the_root() {
        assert_eq!(place_shown("/", ""), "");
        assert_eq!(place_shown("/any/path/", "/any/path"), "");
        assert_eq!(place_shown("/any/path/members/12", "/any/path"), "members");
        assert_eq!(place_shown("/counter", ""), "");
    }
}
