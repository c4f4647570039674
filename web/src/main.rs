//! The app of Regulars. Pages ask the worker ([`client`]); nothing is computed here.
#![allow(missing_docs, reason = "an app has no API; pages and components are named after what they show")]

mod app;
mod client;
mod clock;
mod pages;
mod shared;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
