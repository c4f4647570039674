//! The browser's edge of the Data page: reading a chosen file, decoding.

use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, Event, File, HtmlElement, HtmlInputElement};

use super::model::Encoding;

/// Reads a file to the end.
pub async fn read(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// The file that an `<input type="file">` holds; the input is emptied, so that the same file can be chosen again.
pub fn chosen(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    input.set_value("");
    file
}

/// The file that was dropped.
pub fn dropped(transfer: Option<DataTransfer>) -> Option<File> {
    transfer?.files()?.get(0)
}

/// Text of another encoding as UTF-8. What cannot be read becomes U+FFFD.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
    let global = js_sys::global();
    let decoder: Function = Reflect::get(&global, &"TextDecoder".into()).ok()?.dyn_into().ok()?;
    let decoder = Reflect::construct(&decoder, &Array::of1(&encoding.word().into())).ok()?;
    let method: Function = Reflect::get(&decoder, &"decode".into()).ok()?.dyn_into().ok()?;
    let text = method.call1(&decoder, &Uint8Array::from(bytes)).ok()?;
    Some(text.as_string()?.into_bytes())
}

/// Puts the focus on an element, if what had it is no longer there: who works by keyboard goes on where they were.
pub fn refocus(selector: String) {
    leptos::prelude::request_animation_frame(move || {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let lost = document.active_element().is_none_or(|active| active.tag_name() == "BODY");
        let wanted =
            document.query_selector(&selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok());
        if let Some(wanted) = wanted.filter(|_| lost) {
            let _ = wanted.focus();
        }
    });
}
