//! Requests and transactions as futures. Handlers are set when they are made, so no event is missed, and taken
//! away when they are dropped, so none calls into freed memory.

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Event, IdbDatabase, IdbObjectStore, IdbRequest, IdbRequestReadyState, IdbTransaction};

use super::scope::{Database, EarlyCommit, abort_reason, failure, object};
use crate::error::StoreError;
use crate::shelf::{Durability, Store};

type Handler = Closure<dyn FnMut(Event)>;

/// A request that is under way.
pub struct Pending {
    request: IdbRequest,
    waker: Rc<RefCell<Option<Waker>>>,
    _handler: Handler,
}

impl Pending {
    pub fn new(request: IdbRequest) -> Self {
        let waker = Rc::new(RefCell::new(None::<Waker>));
        let wake = Rc::clone(&waker);
        let handler = Handler::new(move |_| {
            if let Some(waker) = wake.borrow_mut().take() {
                waker.wake();
            }
        });
        let function = handler.as_ref().unchecked_ref();
        request.set_onsuccess(Some(function));
        request.set_onerror(Some(function));
        Self { request, waker, _handler: handler }
    }
}

impl Future for Pending {
    type Output = Result<JsValue, StoreError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.request.ready_state() != IdbRequestReadyState::Done {
            *self.waker.borrow_mut() = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(match self.request.error() {
            Ok(None) => self.request.result().map_err(|thrown| failure(&thrown)),
            Ok(Some(error)) => Err(failure(&error)),
            Err(thrown) => Err(failure(&thrown)),
        })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.request.set_onsuccess(None);
        self.request.set_onerror(None);
    }
}

#[derive(Default)]
struct Ending {
    /// Some(true) once complete, Some(false) once aborted.
    complete: Cell<Option<bool>>,
    waker: RefCell<Option<Waker>>,
}

impl Ending {
    fn come(&self, complete: bool) {
        self.complete.set(Some(complete));
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

/// A transaction. Dropped before it is complete, it is aborted: an error on the way leaves nothing half written.
pub struct Transaction {
    transaction: IdbTransaction,
    ending: Rc<Ending>,
    _handlers: [Handler; 2],
}

/// The connection is closed: open it again. Nothing has happened.
pub struct Closed(pub JsValue);

impl Transaction {
    pub fn begin(database: &IdbDatabase, stores: &[&str], mode: &str, durability: Durability) -> Result<Self, Closed> {
        let names: js_sys::Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let durability = match durability {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        };
        let database: &Database = database.unchecked_ref();
        let transaction =
            database.transaction_with(&names, mode, &object(&[("durability", durability.into())])).map_err(Closed)?;
        let ending = Rc::new(Ending::default());
        let handler = |complete: bool| {
            let ending = Rc::clone(&ending);
            Handler::new(move |_| ending.come(complete))
        };
        let handlers = [handler(true), handler(false)];
        let [on_complete, on_abort] = &handlers;
        transaction.set_oncomplete(Some(on_complete.as_ref().unchecked_ref()));
        transaction.set_onabort(Some(on_abort.as_ref().unchecked_ref()));
        Ok(Self { transaction, ending, _handlers: handlers })
    }

    pub fn store(&self, store: Store) -> Result<IdbObjectStore, StoreError> {
        self.named(store.name())
    }

    pub fn named(&self, store: &str) -> Result<IdbObjectStore, StoreError> {
        self.transaction.object_store(store).map_err(|thrown| failure(&thrown))
    }

    /// Waits until the transaction is complete, and only then says so.
    pub async fn complete(self) -> Result<(), StoreError> {
        // Spares a round trip. Old browsers lack it and commit by themselves.
        let _ = self.transaction.unchecked_ref::<EarlyCommit>().commit();
        let complete = core::future::poll_fn(|context| match self.ending.complete.get() {
            Some(complete) => Poll::Ready(complete),
            None => {
                *self.ending.waker.borrow_mut() = Some(context.waker().clone());
                Poll::Pending
            }
        })
        .await;
        // A transaction that fails on its way to the disk tells the reason here and nowhere else.
        if complete { Ok(()) } else { Err(abort_reason(self.transaction.error())) }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.transaction.set_oncomplete(None);
        self.transaction.set_onabort(None);
        if self.ending.complete.get().is_none() {
            // One that has just ended by itself throws: nothing to do.
            let _ = self.transaction.abort();
        }
    }
}
