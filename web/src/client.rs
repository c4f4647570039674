//! The page's end of the line to the worker: questions out, answers and news in.
//!
//! ```ignore
//! let client = use_client();
//! spawn_local(async move {
//!     if let Reply::Members { total, rows } = client.ask(Ask::Members(query)).await { … }
//! });
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;

use futures_channel::oneshot;
use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use regulars_desk::protocol::{Ask, Call, FromWorker, Push, Reply, ShopStatus, Trouble, decode, encode};
use regulars_rules::id::Text;
use regulars_rules::message::Message;
use regulars_rules::msg;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::clock;
use crate::shared::local;

/// Where the build says the worker is: `<meta name="regulars-worker" content="…">` in index.html, relative to the root.
const WORKER_META: &str = "meta[name=regulars-worker]";
/// What the worker says where the browser has cleared the storage.
const EVICTED: &str = "store.evicted";
/// A worker that has not said [`Push::Ready`] by then is taken to be broken.
const READY_WITHIN_MS: u64 = 20_000;

/// How far a long call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Done so far.
    pub done: u32,
    /// Of how much; 0: unknown.
    pub total: u32,
    /// What is being done.
    pub what: Message,
}

/// The line to the worker. Copy it freely; it lives as long as the app.
#[derive(Clone, Copy)]
pub struct Client {
    /// How the shop stands; `None`: there is none, or it is still opening (see `opened`).
    pub status: RwSignal<Option<ShopStatus>>,
    /// Whether the first answer has come: before that, nothing is known of the shop.
    pub opened: RwSignal<bool>,
    /// Grows when the journal has: pages ask again.
    pub changed: RwSignal<u64>,
    /// The long call that goes on, if one does.
    pub progress: RwSignal<Option<Progress>>,
    /// What the person must know.
    pub trouble: RwSignal<Option<Trouble>>,
    /// The code of who is at the page; empty: nobody said.
    pub staff: RwSignal<Text>,
}

#[derive(Default)]
struct Line {
    worker: Option<Worker>,
    ready: bool,
    last_number: u32,
    /// Calls made before the worker was ready.
    early: Vec<Vec<u8>>,
    waiting: BTreeMap<u32, oneshot::Sender<Reply>>,
}

thread_local! {
    static LINE: RefCell<Line> = RefCell::default();
}

/// The app's client.
pub fn use_client() -> Client {
    expect_context()
}

impl Client {
    /// Starts the worker and opens the shop that this device holds. Once, by the app.
    pub fn start() -> Self {
        let client = Self {
            status: RwSignal::new(None),
            opened: RwSignal::new(false),
            changed: RwSignal::new(0),
            progress: RwSignal::new(None),
            trouble: RwSignal::new(None),
            staff: RwSignal::new(local::get("staff").map(Text::from).unwrap_or_default()),
        };
        Effect::new(move |_| local::set("staff", &client.staff.get()));
        match client.start_worker() {
            Ok(worker) => LINE.with_borrow_mut(|line| line.worker = Some(worker)),
            Err(_) => client.broken(),
        }
        set_timeout(
            move || {
                if !LINE.with_borrow(|line| line.ready) {
                    client.broken();
                }
            },
            std::time::Duration::from_millis(READY_WITHIN_MS),
        );
        spawn_local(async move {
            if let Reply::Failed(trouble) = client.ask(Ask::Open { known: local::has_shop() }).await {
                client.trouble.set(Some(trouble));
            }
            client.opened.set(true);
        });
        client
    }

    /// Asks, and gives the answer when it comes. A status in the answer is shown at once.
    pub fn ask(self, ask: Ask) -> impl Future<Output = Reply> + use<> {
        let (sender, receiver) = oneshot::channel();
        if self.send(ask, sender).is_err() {
            self.broken();
        }
        async move {
            let reply = receiver.await.unwrap_or_else(|_| Reply::Failed(worker_stopped()));
            if let Reply::Status(status) = &reply {
                self.show(status.clone());
            }
            reply
        }
    }

    fn show(self, status: Option<ShopStatus>) {
        let lost = self.trouble.with_untracked(|own| own.as_ref().is_some_and(|own| own.what.key == EVICTED));
        match &status {
            // There is one again: begun anew, or restored.
            Some(_) if lost => self.trouble.set(None),
            None if lost => return,
            Some(_) | None => {}
        }
        local::note_shop(status.is_some());
        self.status.set(status);
    }

    /// Asks where nobody waits: the answer goes to `then`.
    pub fn ask_then(self, ask: Ask, then: impl FnOnce(Reply) + 'static) {
        self.answer_to(ask, Box::new(then));
    }

    /// Of one type, whatever the closure: it is compiled once.
    fn answer_to(self, ask: Ask, then: Box<dyn FnOnce(Reply)>) {
        let answer = self.ask(ask);
        spawn_local(async move { then(answer.await) });
    }

    fn send(self, ask: Ask, sender: oneshot::Sender<Reply>) -> Result<(), ()> {
        LINE.with_borrow_mut(|line| {
            line.last_number = line.last_number.wrapping_add(1);
            let number = line.last_number;
            let mut entropy = [0_u8; 16];
            let crypto = window().crypto().map_err(drop)?;
            crypto.get_random_values_with_u8_array(&mut entropy).map_err(drop)?;
            let staff = self.staff.get_untracked();
            let call = Call { number, now: clock::now(), now_ms: clock::now_ms(), entropy, staff, ask };
            let bytes = encode(&call).map_err(drop)?;
            line.waiting.insert(number, sender);
            if line.ready {
                line.post(&bytes)
            } else {
                line.early.push(bytes);
                Ok(())
            }
        })
    }

    fn start_worker(self) -> Result<Worker, JsValue> {
        if let Some(worker) = self.take_early_worker() {
            return Ok(worker);
        }
        let meta = document().query_selector(WORKER_META)?.and_then(|meta| meta.get_attribute("content"));
        let address = meta.ok_or("no address of the worker in index.html")?;
        let base = document().base_uri()?.unwrap_or_default();
        let address = web_sys::Url::new_with_base(&address, &base)?.href();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&address, &options)?;
        self.listen(&worker);
        Ok(worker)
    }

    /// The worker that index.html has started while this module was still loading, and what it has said since.
    fn take_early_worker(self) -> Option<Worker> {
        let take: Function = Reflect::get(&window(), &"takeRegularsWorker".into()).ok()?.dyn_into().ok()?;
        let taken: Array = take.call0(&JsValue::UNDEFINED).ok()?.dyn_into().ok()?;
        let worker: Worker = taken.get(0).dyn_into().ok()?;
        self.listen(&worker);
        let heard: Array = taken.get(1).dyn_into().ok()?;
        // The line is there only once this one has returned.
        spawn_local(async move { heard.iter().for_each(|data| self.hear(&data)) });
        Some(worker)
    }

    fn listen(self, worker: &Worker) {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| self.hear(&event.data()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            leptos::logging::error!("worker: {}", event.message());
            self.broken();
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
    }

    fn hear(self, data: &JsValue) {
        let bytes = Uint8Array::new(data).to_vec();
        match decode::<FromWorker>(&bytes) {
            Ok(FromWorker::Reply(number, reply)) => {
                let sender = LINE.with_borrow_mut(|line| line.waiting.remove(&number));
                self.progress.set(None);
                if let Some(sender) = sender {
                    // Who asked may be gone: another page is shown.
                    drop(sender.send(*reply));
                }
            }
            Ok(FromWorker::Push(push)) => self.hear_news(push),
            Err(error) => leptos::logging::error!("worker: not a message: {error}"),
        }
    }

    fn hear_news(self, push: Push) {
        match push {
            Push::Ready => {
                let sent = LINE.with_borrow_mut(|line| {
                    line.ready = true;
                    let early = std::mem::take(&mut line.early);
                    early.iter().try_for_each(|bytes| line.post(bytes))
                });
                if sent.is_err() {
                    self.broken();
                }
            }
            Push::Progress { number: _, done, total, what } => self.progress.set(Some(Progress { done, total, what })),
            Push::Changed(status) => {
                self.show(Some(status));
                self.changed.update(|count| *count = count.wrapping_add(1));
            }
            Push::Trouble(trouble) => self.trouble.set(Some(trouble)),
        }
    }

    /// The worker is gone: everybody who waits is told, and the banner says so.
    fn broken(self) {
        self.trouble.set(Some(worker_stopped()));
        let waiting = LINE.with_borrow_mut(|line| std::mem::take(&mut line.waiting));
        for (_, sender) in waiting {
            drop(sender.send(Reply::Failed(worker_stopped())));
        }
    }
}

impl Line {
    fn post(&self, bytes: &[u8]) -> Result<(), ()> {
        let worker = self.worker.as_ref().ok_or(())?;
        let bytes = Uint8Array::from(bytes);
        // Handed over, not copied.
        worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())).map_err(drop)
    }
}

/// A seed for a draw by lot, of the browser's own chance.
pub fn fresh_seed() -> u64 {
    let mut bytes = [0_u8; 8];
    let drawn = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    // Where there is none, no wish can be sent either: calls are named by it, too.
    drawn.map_or(0, |_| u64::from_le_bytes(bytes))
}

fn worker_stopped() -> Trouble {
    Trouble { what: msg!("app.worker-stopped"), remedy: msg!("app.worker-stopped-remedy"), read_only: true }
}
