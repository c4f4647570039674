//! The tabs of one shop: one writes at a time, all hear of it.

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

use super::scope::{detail, failure, number, object, scope, whole};
use crate::error::StoreError;
use crate::home::Position;

/// The right to write, held until it is dropped or its tab closes; or the place in the queue for it.
///
/// It spares the tabs from each doing the same work (packing, snapshots, imports). What protects the data is the expected
/// position of every append, which holds without it too.
pub struct Writer {
    state: Rc<RefCell<State>>,
    abort: AbortController,
}

enum State {
    Waiting,
    Held { release: Function },
    Gone,
}

impl Writer {
    /// Queues for the right to write. `on_granted` is called once: with the right, or with the reason why it cannot be had.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the browser has no locks (an old one, or a page without https).
    pub fn request(name: &str, on_granted: impl FnOnce(Result<(), StoreError>) + 'static) -> Result<Self, StoreError> {
        let abort = AbortController::new().map_err(|thrown| failure(&thrown))?;
        let options = object(&[("mode", "exclusive".into()), ("signal", abort.signal().into())]);
        let (state, ended) = ask(name, &options, on_granted)?;
        spawn_local(async move {
            // A released lock ends well; one that was given up while waiting has nobody left to tell.
            let _ = ended.await;
        });
        Ok(Self { state, abort })
    }

    /// The right to write if nobody has it now.
    ///
    /// # Errors
    /// As [`Writer::request`].
    pub async fn request_if_free(name: &str) -> Result<Option<Self>, StoreError> {
        let abort = AbortController::new().map_err(|thrown| failure(&thrown))?;
        let options = object(&[("mode", "exclusive".into()), ("ifAvailable", true.into())]);
        let mut decided = None;
        let answer = Promise::new(&mut |resolve, _| decided = Some(resolve));
        let (state, ended) = ask(name, &options, move |_| {
            if let Some(resolve) = decided {
                // Resolving a promise cannot fail.
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        })?;
        spawn_local(async move {
            let _ = ended.await;
        });
        JsFuture::from(answer).await.map_err(|thrown| failure(&thrown))?;
        let writer = Self { state, abort };
        Ok(writer.is_held().then_some(writer))
    }

    /// Whether this tab has the right to write.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(*self.state.borrow(), State::Held { .. })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        match self.state.replace(State::Gone) {
            State::Held { release } => {
                // Resolving a promise cannot fail.
                let _ = release.call0(&JsValue::UNDEFINED);
            }
            State::Waiting => self.abort.abort(),
            State::Gone => {}
        }
    }
}

type Ended = core::pin::Pin<Box<dyn Future<Output = ()>>>;

fn ask(
    name: &str,
    options: &js_sys::Object,
    on_answer: impl FnOnce(Result<(), StoreError>) + 'static,
) -> Result<(Rc<RefCell<State>>, Ended), StoreError> {
    let locks = scope()
        .navigator()
        .and_then(|navigator| navigator.locks())
        .ok_or_else(|| StoreError::Refused { detail: "no locks".into() })?;
    let state = Rc::new(RefCell::new(State::Waiting));
    let on_answer = Rc::new(RefCell::new(Some(on_answer)));
    let tell = {
        let on_answer = Rc::clone(&on_answer);
        move |answer| {
            let told = on_answer.borrow_mut().take();
            if let Some(told) = told {
                told(answer);
            }
        }
    };
    let granted = {
        let (state, tell) = (Rc::clone(&state), tell.clone());
        Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
            // Null: it is not free. A dropped writer may still be called if the right came at that moment.
            if lock.is_null() || matches!(*state.borrow(), State::Gone) {
                tell(Err(StoreError::Refused { detail: "another tab writes".into() }));
                return JsValue::UNDEFINED;
            }
            // The right is held for as long as this promise is open.
            let held = Promise::new(&mut |resolve, _| {
                *state.borrow_mut() = State::Held { release: resolve };
            });
            tell(Ok(()));
            held.into()
        })
    };
    let ended = locks.request(name, options, granted.as_ref().unchecked_ref()).map_err(|thrown| failure(&thrown))?;
    let after = Rc::clone(&state);
    Ok((
        state,
        Box::pin(async move {
            let result = JsFuture::from(ended).await;
            *after.borrow_mut() = State::Gone;
            if let Err(thrown) = result {
                tell(Err(StoreError::Refused { detail: detail(&thrown) }));
            }
            // The browser calls it until the request has ended.
            drop(granted);
        }),
    ))
}

/// What hears the messages of other tabs.
type Listener = Closure<dyn FnMut(MessageEvent)>;

/// Where tabs tell each other that there is something new.
pub struct Channel {
    channel: BroadcastChannel,
    listener: RefCell<Option<Listener>>,
}

impl Channel {
    /// Joins the channel of a name: `regulars` for the shop. What a channel announces reaches all others of its name, not itself.
    ///
    /// # Errors
    /// Where the browser has none.
    pub fn open(name: &str) -> Result<Self, StoreError> {
        let channel = BroadcastChannel::new(name).map_err(|thrown| StoreError::Refused { detail: detail(&thrown) })?;
        Ok(Self { channel, listener: RefCell::new(None) })
    }

    /// Tells the other tabs how many events there are now: after an append, and with the same position after marks have
    /// changed.
    ///
    /// # Errors
    /// Once the channel is closed.
    pub fn announce(&self, position: Position) -> Result<(), StoreError> {
        self.channel.post_message(&number(position.number()).into()).map_err(|thrown| failure(&thrown))
    }

    /// Hears what other tabs announce, instead of who listened before. They may announce fewer events than are
    /// known: then the shop was erased.
    pub fn listen(&self, mut heard: impl FnMut(Position) + 'static) {
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // Other versions may say other things.
            if let Some(position) = whole(&event.data()) {
                heard(Position::new(position));
            }
        });
        self.channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        *self.listener.borrow_mut() = Some(listener);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
