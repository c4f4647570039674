//! Small settings of this device, in localStorage under `regulars.`. Storage may be refused: then nothing is kept.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, Storage};

fn key(name: &str) -> String {
    format!("regulars.{name}")
}

fn device() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// A setting of this device.
pub fn get(name: &str) -> Option<String> {
    device()?.get_item(&key(name)).ok()?
}

/// Keeps a setting of this device; an empty one is removed.
pub fn set(name: &str, value: &str) {
    if let Some(storage) = device() {
        let _ = if value.is_empty() { storage.remove_item(&key(name)) } else { storage.set_item(&key(name), value) };
    }
}

/// A setting of this tab.
pub fn get_for_tab(name: &str) -> Option<String> {
    tab()?.get_item(&key(name)).ok()?
}

/// Keeps a setting of this tab.
pub fn set_for_tab(name: &str, value: &str) {
    if let Some(storage) = tab() {
        let _ = storage.set_item(&key(name), value);
    }
}

/// The cookie that says that this device holds a shop. A browser short of space clears what scripts have stored, but not
/// cookies: with it, a shop that was cleared is told from one that never was.
const SHOP_COOKIE: &str = "regulars-shop";
/// As long as browsers keep one; it is renewed at every visit.
const SHOP_COOKIE_SECONDS: u32 = 400 * 24 * 60 * 60;

thread_local! {
    static NOTED: Cell<Option<bool>> = const { Cell::new(None) };
}

fn cookies() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

/// Whether this device held a shop when the app was last open.
pub fn has_shop() -> bool {
    let all = cookies().and_then(|document| document.cookie().ok()).unwrap_or_default();
    all.split(';').any(|cookie| cookie.trim().starts_with(SHOP_COOKIE))
}

/// Notes whether it holds one: once a session, and when it changes.
pub fn note_shop(there: bool) {
    if NOTED.replace(Some(there)) == Some(there) || (!there && !has_shop()) {
        return;
    }
    let Some(document) = cookies() else { return };
    let path = super::links::base_path();
    let seconds = if there { SHOP_COOKIE_SECONDS } else { 0 };
    // Where cookies are refused, the marker beside the storage is all there is.
    let _ = document.set_cookie(&format!("{SHOP_COOKIE}=1; path={path}/; max-age={seconds}; samesite=strict"));
}
