//! What the global scope of a page or a worker offers, where `web-sys` lacks it or has it for pages only.

use js_sys::{Function, Object, Promise, Reflect};
use regulars_rules::id::Text;
use wasm_bindgen::prelude::*;
use web_sys::{DomException, IdbFactory, IdbTransaction};

use crate::error::StoreError;

#[wasm_bindgen]
extern "C" {
    pub type Scope;

    // Reading it throws where a browser refuses storage.
    #[wasm_bindgen(method, getter, catch, js_name = indexedDB)]
    pub fn indexed_db(this: &Scope) -> Result<Option<IdbFactory>, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub fn navigator(this: &Scope) -> Option<Navigator>;

    #[wasm_bindgen(method, getter)]
    pub fn crypto(this: &Scope) -> Option<Crypto>;

    pub type Navigator;

    #[wasm_bindgen(method, getter)]
    pub fn storage(this: &Navigator) -> Option<Storage>;

    #[wasm_bindgen(method, getter)]
    pub fn locks(this: &Navigator) -> Option<Locks>;

    pub type Crypto;

    #[wasm_bindgen(method, catch, js_name = getRandomValues)]
    pub fn random_values(this: &Crypto, bytes: &mut [u8]) -> Result<Object, JsValue>;

    pub type Storage;

    /// Pages only: a worker's storage has no such function.
    #[wasm_bindgen(method, getter, js_name = persist)]
    pub fn persist_function(this: &Storage) -> Option<Function>;

    #[wasm_bindgen(method, catch)]
    pub fn persisted(this: &Storage) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn estimate(this: &Storage) -> Result<Promise, JsValue>;

    pub type Locks;

    #[wasm_bindgen(method, catch)]
    pub fn request(this: &Locks, name: &str, options: &Object, callback: &Function) -> Result<Promise, JsValue>;

    /// A database, for the transaction with options that `web-sys` keeps behind a compiler flag.
    #[wasm_bindgen(extends = web_sys::IdbDatabase)]
    pub type Database;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    pub fn transaction_with(
        this: &Database,
        stores: &JsValue,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;

    /// A transaction that can be told that nothing more is to come.
    pub type EarlyCommit;

    #[wasm_bindgen(method, catch)]
    pub fn commit(this: &EarlyCommit) -> Result<(), JsValue>;
}

/// The global scope.
pub fn scope() -> Scope {
    js_sys::global().unchecked_into()
}

/// A field of an object, if it has one.
pub fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// An object with fields.
pub fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

/// A number of the browser's as a whole one; rounded down, none if it is negative.
pub fn whole(number: &JsValue) -> Option<u64> {
    number.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64)
}

/// A position as a number of the browser's: exact below 2^53, and no device counts that many events.
pub const fn number(position: u64) -> f64 {
    position as f64
}

/// What was thrown, in words.
pub fn detail(thrown: &JsValue) -> Text {
    let name = field(thrown, "name").and_then(|name| name.as_string()).unwrap_or_default();
    let message = field(thrown, "message").and_then(|message| message.as_string()).unwrap_or_default();
    if name.is_empty() && message.is_empty() {
        return thrown.as_string().unwrap_or_else(|| "no reason given".to_owned()).into();
    }
    format!("{name}: {message}").into()
}

/// What was thrown, or what a transaction or a request ended with, as one of ours.
pub fn failure(thrown: &JsValue) -> StoreError {
    let name = field(thrown, "name").and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "QuotaExceededError" => StoreError::Full {
            needed: field(thrown, "requested").as_ref().and_then(whole),
            quota: field(thrown, "quota").as_ref().and_then(whole),
        },
        "VersionError" => StoreError::Outdated,
        "SecurityError" | "NotAllowedError" => StoreError::Refused { detail: detail(thrown) },
        "AbortError" | "InvalidStateError" | "TransactionInactiveError" => {
            StoreError::Interrupted { detail: detail(thrown) }
        }
        _ => StoreError::Failed { detail: detail(thrown) },
    }
}

/// The reason of a transaction's end. None means that it was aborted without one, as a closing tab does.
pub fn abort_reason(error: Option<DomException>) -> StoreError {
    error.map_or_else(|| StoreError::Interrupted { detail: "aborted".into() }, |error| failure(&error))
}
