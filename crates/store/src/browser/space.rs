//! What the browser promises about storage.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::scope::{Storage, field, scope, whole};
use crate::shelf::Space;

/// The browser's answer to the wish that it should not clear the data by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It will not.
    Granted,
    /// It may, when space runs short.
    NotGranted,
    /// Only a page may ask, not a worker: call `navigator.storage.persist()` there.
    AskInPage,
    /// This browser does not know the question.
    Unknown,
}

fn storage() -> Option<Storage> {
    scope().navigator()?.storage()
}

async fn answer(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}

/// Asks for it. Some browsers ask the person in turn, some decide by how often the site is used.
pub async fn persist() -> Persistence {
    let Some(storage) = storage() else {
        return Persistence::Unknown;
    };
    let Some(function) = storage.persist_function() else {
        return if persisted().await == Some(true) { Persistence::Granted } else { Persistence::AskInPage };
    };
    match answer(function.call0(&storage).map(JsCast::unchecked_into)).await.and_then(|value| value.as_bool()) {
        Some(true) => Persistence::Granted,
        Some(false) => Persistence::NotGranted,
        None => Persistence::Unknown,
    }
}

/// Whether it was granted, where the browser tells.
pub async fn persisted() -> Option<bool> {
    answer(storage()?.persisted()).await?.as_bool()
}

/// Space in use and allowed, where the browser tells.
pub(super) async fn estimate() -> Space {
    let Some(storage) = storage() else {
        return Space::default();
    };
    let estimate = answer(storage.estimate()).await.unwrap_or_default();
    let bytes = |name| field(&estimate, name).as_ref().and_then(whole);
    Space { used_bytes: bytes("usage"), quota_bytes: bytes("quota"), persisted: persisted().await }
}
