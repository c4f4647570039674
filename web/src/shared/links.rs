//! Addresses within the app, wherever it is served.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The app's root path without its last slash: "" or "/any/path". index.html finds it and sets `<base>`.
pub fn base_path() -> String {
    let uri = document().base_uri().ok().flatten().unwrap_or_default();
    let path = web_sys::Url::new(&uri).map(|url| url.pathname()).unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}

/// The address of a page, for `<a href=…>`: `link("members/0192…")`.
pub fn link(page: &str) -> String {
    format!("{}/{}", base_path(), page.trim_start_matches('/'))
}

/// Goes to a page from code: `let go = use_go(); go("members/0192…")`.
pub fn use_go() -> impl Fn(&str) + Clone {
    let navigate = use_navigate();
    move |page: &str| {
        let path = format!("/{}", page.trim_start_matches('/'));
        navigate(&path, NavigateOptions::default());
    }
}
