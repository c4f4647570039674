//! The line to the page: calls wait in a queue and are answered one at a time, except the one that stops another.

use core::cell::RefCell;
use std::collections::VecDeque;

use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use regulars_desk::protocol::{Ask, Call, FromWorker, Push, Reply, Trouble, decode, encode};
use regulars_rules::msg;
use regulars_rules::time::BusinessTime;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::host::transfer;
use crate::room::{self, Room};

/// A quiet moment: pages ask in bursts, and a person types between them.
const QUIET_MS: u32 = 400;

enum Job {
    Call(Box<Call>),
    News,
}

#[derive(Default)]
struct Line {
    jobs: VecDeque<Job>,
    /// Absent while a job is being done.
    room: Option<Room>,
    /// The call that is being answered.
    current: Option<u32>,
    /// The page's time at its last call.
    now: BusinessTime,
    /// How many calls and news came.
    heard: u64,
    /// Whether a timer runs.
    awaits_quiet: bool,
    /// Set by a panic: nothing is answered any more but that.
    broken: bool,
}

thread_local! {
    static LINE: RefCell<Line> = RefCell::new(Line { room: Some(Room::default()), ..Line::default() });
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Installs the listener, and says that we are ready.
pub fn install() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        let (current, waiting) = LINE.with(|line| {
            let Ok(mut line) = line.try_borrow_mut() else { return (None, VecDeque::new()) };
            line.broken = true;
            (line.current.take(), core::mem::take(&mut line.jobs))
        });
        let waiting = waiting.into_iter().filter_map(|job| match job {
            Job::Call(call) => Some(call.number),
            Job::News => None,
        });
        for number in current.into_iter().chain(waiting) {
            send(&FromWorker::Reply(number, Box::new(Reply::Failed(panicked()))));
        }
        push(Push::Trouble(panicked()));
    }));
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| hear(&event.data()));
    // Only a worker that is being closed refuses listeners.
    let _ = scope().add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    heard.forget();
    push(Push::Ready);
}

fn panicked() -> Trouble {
    Trouble { what: msg!("desk.panicked"), remedy: msg!("desk.panicked-remedy"), read_only: true }
}

fn send(message: &FromWorker) {
    match encode(message) {
        Ok(bytes) => {
            let bytes = Uint8Array::from(bytes.as_slice());
            // A page that is gone hears nothing.
            let _ = scope().post_message_with_transfer(&bytes, &transfer(&bytes));
        }
        Err(error) => web_sys::console::error_1(&error.to_string().into()),
    }
}

/// Tells the page something unasked.
pub fn push(push: Push) {
    send(&FromWorker::Push(push));
}

fn hear(data: &JsValue) {
    let bytes = Uint8Array::new(data).to_vec();
    let call: Call = match decode(&bytes) {
        Ok(call) => call,
        Err(error) => return web_sys::console::error_1(&error.to_string().into()),
    };
    if LINE.with_borrow(|line| line.broken) {
        return send(&FromWorker::Reply(call.number, Box::new(Reply::Failed(panicked()))));
    }
    if matches!(call.ask, Ask::CancelImport) {
        room::cancel();
        return send(&FromWorker::Reply(call.number, Box::new(Reply::Nothing)));
    }
    LINE.with_borrow_mut(|line| {
        line.now = call.now;
        line.heard = line.heard.wrapping_add(1);
        line.jobs.push_back(Job::Call(Box::new(call)));
    });
    spawn_local(work());
}

/// Another tab wrote, or this one may write now.
pub fn queue_news() {
    LINE.with_borrow_mut(|line| {
        if !matches!(line.jobs.back(), Some(Job::News)) {
            line.heard = line.heard.wrapping_add(1);
            line.jobs.push_back(Job::News);
        }
    });
    spawn_local(work());
}

/// Does what waits. Returns at once if somebody does already.
async fn work() {
    let Some(mut room) = LINE.with_borrow_mut(|line| line.room.take()) else { return };
    while let Some((job, now)) = next() {
        match job {
            Job::Call(call) => {
                let number = call.number;
                let reply = room.answer(*call).await;
                LINE.with_borrow_mut(|line| line.current = None);
                send(&FromWorker::Reply(number, Box::new(reply)));
            }
            Job::News => room.news(now).await,
        }
    }
    let hurries = room.hurries();
    LINE.with_borrow_mut(|line| line.room = Some(room));
    if hurries {
        spawn_local(tidy(false));
    } else {
        await_quiet();
    }
}

/// Tidies once nobody has asked for a while.
fn await_quiet() {
    let heard = LINE.with_borrow_mut(|line| (!core::mem::replace(&mut line.awaits_quiet, true)).then_some(line.heard));
    let Some(before) = heard else { return };
    Timeout::new(QUIET_MS, move || {
        let now = LINE.with_borrow_mut(|line| {
            line.awaits_quiet = false;
            line.heard
        });
        if now == before {
            spawn_local(tidy(true));
        } else {
            await_quiet();
        }
    })
    .forget();
}

/// Does what is for quiet moments, step by step, or in another moment what should not wait for one. Whoever asks
/// meanwhile waits for a step.
async fn tidy(quiet: bool) {
    let Some(mut room) = LINE.with_borrow_mut(|line| line.room.take()) else { return };
    let mut more = true;
    while more && (quiet || room.hurries()) && LINE.with_borrow(|line| line.jobs.is_empty()) {
        more = room.tidy(LINE.with_borrow(|line| line.now)).await;
    }
    let asked = LINE.with_borrow_mut(|line| {
        line.room = Some(room);
        !line.jobs.is_empty()
    });
    if asked {
        work().await;
    } else if !quiet {
        await_quiet();
    }
}

fn next() -> Option<(Job, BusinessTime)> {
    LINE.with_borrow_mut(|line| {
        let job = line.jobs.pop_front()?;
        line.current = match &job {
            Job::Call(call) => Some(call.number),
            Job::News => None,
        };
        Some((job, line.now))
    })
}
