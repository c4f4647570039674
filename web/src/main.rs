//! The app of Regulars. Pages ask the worker ([`client`]); nothing is computed here.
#![allow(missing_docs, reason = "an app has no API; pages and components are named after what they show")]

mod app;
mod client;
mod clock;
mod pages;
mod shared;

fn main() {
    console_error_panic_hook::set_once();
    // In a turn of its own: the module has just been compiled.
    leptos::prelude::set_timeout(|| leptos::mount::mount_to_body(app::App), std::time::Duration::ZERO);
}
