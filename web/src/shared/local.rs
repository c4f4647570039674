//! Small settings of this device, in localStorage under `regulars.`. Storage may be refused: then nothing is kept.

use web_sys::Storage;

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
