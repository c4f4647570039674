//! The marker outside: a database of its own that says "there was a shop here".
//!
//! Workers have no localStorage. A browser that clears a whole site takes this marker too: for that case the page keeps
//! the shop's identity in a cookie, which is not part of the storage that browsers clear for space, and
//! says so when it opens the home ([`super::Options::known`]).

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbFactory};

use super::request::{Closed, Pending, Transaction};
use super::scope::failure;
use crate::error::StoreError;
use crate::home::Identity;
use crate::shelf::Durability;

const STORE: &str = "marker";
const KEY: &str = "shop";

/// The marker of a shop's database.
pub struct Marker {
    factory: IdbFactory,
    name: String,
}

impl Marker {
    pub fn of(factory: IdbFactory, name: &str) -> Self {
        Self { factory, name: format!("{name}-marker") }
    }

    /// Opened for each use and closed again: it is used once a session.
    async fn open(&self) -> Result<Opened, StoreError> {
        let request = self.factory.open_with_u32(&self.name, 1).map_err(|thrown| failure(&thrown))?;
        let opening = request.clone();
        let upgrade = Closure::<dyn FnMut()>::new(move || {
            if let Ok(database) = opening.result() {
                // The only failure is a store that is already there.
                let _ = database.unchecked_into::<IdbDatabase>().create_object_store(STORE);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let opened = Pending::new(request.clone().into()).await;
        request.set_onupgradeneeded(None);
        opened.map(|database| Opened(database.unchecked_into()))
    }

    /// Whether it is there.
    pub async fn is_set(&self) -> Result<bool, StoreError> {
        let opened = self.open().await?;
        let transaction = opened.begin("readonly")?;
        let value =
            Pending::new(transaction.named(STORE)?.get(&KEY.into()).map_err(|thrown| failure(&thrown))?).await?;
        Ok(!value.is_undefined())
    }

    /// Sets it, or takes it away.
    pub async fn put(&self, identity: Option<Identity>) -> Result<(), StoreError> {
        let opened = self.open().await?;
        let transaction = opened.begin("readwrite")?;
        let store = transaction.named(STORE)?;
        match identity {
            Some(identity) => store.put_with_key(&Uint8Array::from(identity.0.as_slice()), &KEY.into()),
            None => store.delete(&KEY.into()),
        }
        .map_err(|thrown| failure(&thrown))?;
        transaction.complete().await
    }
}

struct Opened(IdbDatabase);

impl Opened {
    fn begin(&self, mode: &str) -> Result<Transaction, StoreError> {
        Transaction::begin(&self.0, &[STORE], mode, Durability::Strict).map_err(|Closed(thrown)| failure(&thrown))
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.close();
    }
}
