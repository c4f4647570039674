//! The one quiet place for how things stand: shop, person, network, backup, program, day; and the settings.

use leptos::prelude::*;
use regulars_desk::protocol::ShopStatus;
use regulars_rules::id::Text;
use regulars_rules::message::Language;

use crate::client::use_client;
use crate::clock;
use crate::shared::*;

/// `light`, `dark`, or empty: as the system says.
#[derive(Clone, Copy)]
pub struct ThemeSetting(pub RwSignal<String>);

/// Takes the theme that was chosen on this device.
pub fn start_theme() -> String {
    let theme = local::get("theme").unwrap_or_default();
    show_theme(&theme);
    theme
}

fn show_theme(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = if theme.is_empty() {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", theme)
        };
    }
}

/// Whether the browser believes to have a network.
fn online() -> RwSignal<bool> {
    let online = RwSignal::new(window().navigator().on_line());
    let on = window_event_listener_untyped("online", move |_| online.set(true));
    let off = window_event_listener_untyped("offline", move |_| online.set(false));
    on_cleanup(move || {
        on.remove();
        off.remove();
    });
    online
}

#[component]
pub fn StatusBar() -> impl IntoView {
    let client = use_client();
    let online = online();
    let status = memo(move |_| client.status.get());
    let of = move |get: fn(&ShopStatus) -> String| status.with(|status| status.as_ref().map(get).unwrap_or_default());
    let day_words = move || {
        let today = day(clock::today());
        let lunar_words =
            status.with(|status| status.as_ref().filter(|status| status.lunar).map(|status| lunar(status.lunar_today)));
        match lunar_words {
            Some(lunar_words) => format!("{today} · {lunar_words}"),
            None => today,
        }
    };
    let special =
        move || status.with(|status| status.as_ref().and_then(|status| status.special_day.as_ref().map(label)));
    let unsaved = move || status.with(|status| status.as_ref().map_or(0, |status| status.unsaved_events));
    let who = move || {
        let staff = client.staff.get();
        if staff.is_empty() { t("谁在收银？", "Who is here?").to_owned() } else { staff.to_string() }
    };
    view! {
        <header class="status" data-testid="status">
            <Later>
                <span class="status-shop">
                    <strong data-testid="shop-name">{move || of(|status| status.name.to_string())}</strong>
                    <Show when=move || status.with(|status| status.as_ref().is_some_and(|status| status.sample))>
                        <span class="tag" data-testid="sample">{t("示例", "Sample")}</span>
                    </Show>
                </span>
                <span class="status-day" data-testid="day">
                    <span>{day_words}</span>
                    {move || special().map(|words| view! { <span class="tag accent">{words}</span> })}
                </span>
                <a class="status-item wide-only" href=move || link(&format!("programs/{}", of(|status| status.program.to_string()))) data-testid="program-in-force">
                    {move || of(|status| format!("{} v{}", label(&status.program_title), status.version))}
                </a>
                <Show when=move || { unsaved() > 0 }>
                    <a class="status-item wide-only" href=link("data") data-testid="unsaved">
                        {move || count(i64::try_from(unsaved()).unwrap_or(i64::MAX))} " " {t("条未备份", "not backed up")}
                    </a>
                </Show>
                <Show when=move || status.with(|status| status.as_ref().is_some_and(|status| !status.writer))>
                    <span class="tag" data-testid="reader">{t("另一个窗口在记账", "Another window writes")}</span>
                </Show>
                <span class="status-item net" class:off=move || !online.get() role="status" data-testid="network">
                    <i aria-hidden="true"></i>
                    {move || if online.get() { t("在线", "Online") } else { t("离线", "Offline") }}
                </span>
                <button type="button" class="status-item status-who" class:nobody=move || client.staff.with(|staff| staff.is_empty()) aria-label=move || format!("{}, {}", who(), t("设置", "settings")) popovertarget="settings" data-testid="settings-button">
                    <Picture icon=Icon::Person size=18 />
                    <span>{who}</span>
                </button>
                <div id="settings" popover="auto" class="settings" data-testid="settings">
                    <Later>
                        <Settings />
                    </Later>
                </div>
            </Later>
        </header>
    }
}

#[component]
fn Settings() -> impl IntoView {
    let client = use_client();
    let theme = expect_context::<ThemeSetting>().0;
    let staff_draft = RwSignal::new(String::new());
    let choose_theme = move |name: &'static str| {
        theme.set(name.to_owned());
        local::set("theme", name);
        show_theme(name);
    };
    let theme_chip = move |name: &'static str, words: &'static str| {
        let is_on = derived(move || theme.get() == name);
        view! { <Chip on=is_on on_press=move || choose_theme(name) testid=format!("theme-{}", if name.is_empty() { "system" } else { name })>{words}</Chip> }
    };
    let is_zh = language() == Language::Zh;
    let program = move || {
        client.status.with(|status| {
            status.as_ref().map(|status| {
                (
                    link(&format!("programs/{}", status.program)),
                    format!("{} v{}", label(&status.program_title), status.version),
                )
            })
        })
    };
    let unsaved = move || {
        client
            .status
            .with(|status| status.as_ref().map_or(0, |status| i64::try_from(status.unsaved_events).unwrap_or(i64::MAX)))
    };
    view! {
        <section>
            <h3>{t("谁在收银", "Who is at the counter")}</h3>
            <StaffChips most=12 testid="staff" />
            <form
                class="inline-form"
                on:submit=move |event| {
                    event.prevent_default();
                    let typed = staff_draft.get_untracked();
                    if !typed.trim().is_empty() {
                        client.staff.set(Text::from(typed.trim()));
                        staff_draft.set(String::new());
                    }
                }
            >
                <input type="text" aria-label=t("工号或姓名", "Code or name") placeholder=t("工号或姓名", "Code or name") data-testid="staff-code" bind:value=staff_draft />
                <button type="submit" class="button">{t("就是我", "That's me")}</button>
            </form>
        </section>
        <section>
            <h3>{t("语言", "Language")}</h3>
            <div class="chips">
                <Chip on=is_zh on_press=|| set_language(Language::Zh) testid="language-zh">"中文"</Chip>
                <Chip on=!is_zh on_press=|| set_language(Language::En) testid="language-en">"English"</Chip>
            </div>
        </section>
        <section>
            <h3>{t("明暗", "Appearance")}</h3>
            <div class="chips">
                {theme_chip("", t("跟随系统", "System"))} {theme_chip("light", t("浅色", "Light"))}
                {theme_chip("dark", t("深色", "Dark"))}
            </div>
        </section>
        <section class="settings-facts">
            {move || {
                program()
                    .map(|(address, words)| {
                        view! { <p>{t("方案", "Program")} " " <a href=address>{words}</a></p> }
                    })
            }}
            <p>{t("未备份", "Not backed up")} " " <a href=link("data")>{move || count(unsaved())} " " {t("条", "events")}</a></p>
        </section>
    }
}
