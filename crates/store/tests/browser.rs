//! The home in IndexedDB, in a dedicated worker of a real browser.
//!
//! Part of `scripts/test corpus`. Alone, from the root of the tree:
//!
//! ```sh
//! source scripts/wasm-env
//! CHROMEDRIVER=$(command -v chromedriver) CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
//!   cargo test --target wasm32-unknown-unknown --package regulars-store --test browser
//! # figures: --release … -- --nocapture figures
//! ```
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    reason = "a test that fails may say so; times are printed, not stored"
)]

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

use js_sys::{Function, Promise};
use regulars_store::pack::Fault;
use regulars_store::{
    Channel, Home, Incident, IndexedDbHome, Mark, Options, Persistence, Place, Position, Snapshot, StoreError, Writer,
    key, persist, persisted,
};
use sample::sales;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

mod sample;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const fn at(count: u64) -> Position {
    Position::new(count)
}

async fn open(name: &str) -> IndexedDbHome {
    IndexedDbHome::open(Options::new(name)).await.unwrap()
}

/// Runs JavaScript: the body of an async function.
async fn script(body: &str) -> JsValue {
    let function = Function::new_no_args(&format!("return (async () => {{ {body} }})()"));
    let promise: Promise = function.call0(&JsValue::UNDEFINED).unwrap().into();
    JsFuture::from(promise).await.unwrap()
}

async fn pause(milliseconds: u32) {
    script(&format!("await new Promise((done) => setTimeout(done, {milliseconds}))")).await;
}

fn now() -> f64 {
    js_sys::eval("performance.now()").unwrap().as_f64().unwrap()
}

#[wasm_bindgen_test]
async fn what_is_appended_is_there_after_reopening() {
    let home = open("append").await;
    assert_eq!(home.position().await.unwrap(), at(0));
    assert_eq!(home.identity().await.unwrap(), None);
    assert_eq!(home.append(at(0), &sales(0, 3)).await.unwrap(), at(3));
    let marks = [Mark::set(key::SHOP_NAME, "银贝".as_bytes()), Mark::set_number(key::SEQUENCE, 5)];
    assert_eq!(home.append_with_meta(at(3), &sales(3, 2), &marks).await.unwrap(), at(5));
    let identity = home.identity().await.unwrap();
    drop(home);

    let home = open("append").await;
    assert_eq!(home.identity().await.unwrap(), identity);
    assert_ne!(identity.unwrap().0, [0; 16]);
    assert_eq!(home.read_all(at(0), Position::END).await.unwrap(), sales(0, 5));
    assert_eq!(home.read_all(at(1), at(3)).await.unwrap(), sales(1, 2));
    assert_eq!(home.get_meta(key::SHOP_NAME).await.unwrap().unwrap(), "银贝".as_bytes());
    assert_eq!(home.all_meta().await.unwrap().len(), 2);
    home.put_meta(&[Mark::clear(key::SHOP_NAME)]).await.unwrap();
    assert_eq!(home.all_meta().await.unwrap().len(), 1);
    let usage = home.usage().await.unwrap();
    assert_eq!((usage.events, usage.tail_events), (5, 5));
    assert!(usage.used_bytes.is_some() && usage.quota_bytes.is_some());
}

#[wasm_bindgen_test]
async fn two_connections_cannot_interleave() {
    let (one, other) = (open("conflict").await, open("conflict").await);
    one.append(at(0), &sales(0, 1)).await.unwrap();
    let late = other.append_with_meta(at(0), &sales(9, 1), &[Mark::set(key::SAMPLE, [1])]).await;
    assert_eq!(late.unwrap_err(), StoreError::Moved { expected: at(0), actual: at(1) });
    assert_eq!(one.get_meta(key::SAMPLE).await.unwrap(), None);
    // At the same time: one of them wins.
    let (first, second) = (sales(1, 1), sales(50, 1));
    let (a, b) = join(one.append(at(1), &first), other.append(at(1), &second)).await;
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|won| **won).count(), 1);
    assert_eq!(one.position().await.unwrap(), at(2));
    one.erase().await.unwrap();
    assert_eq!(other.append(at(2), &sales(2, 1)).await.unwrap_err(), StoreError::Replaced);
}

async fn join<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (Box::pin(a), Box::pin(b));
    let (mut done_a, mut done_b) = (None, None);
    core::future::poll_fn(|context| {
        if done_a.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            done_a = Some(value);
        }
        if done_b.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            done_b = Some(value);
        }
        if done_a.is_some() && done_b.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (done_a.unwrap(), done_b.unwrap())
}

#[wasm_bindgen_test]
async fn packing_and_importing_keep_positions() {
    let home = open("pack").await;
    let other = open("pack").await;
    home.append(at(0), &sales(0, 1_600)).await.unwrap();
    assert_eq!(other.read_all(at(0), Position::END).await.unwrap().len(), 1_600);
    assert_eq!(home.pack().await.unwrap(), 1_000);
    assert_eq!(other.read_all(at(0), Position::END).await.unwrap(), sales(0, 1_600));
    assert_eq!(home.append_packed(at(1_600), &sales(1_600, 20_000), &[]).await.unwrap(), at(21_600));
    assert_eq!(home.append(at(21_600), &sales(21_600, 1)).await.unwrap(), at(21_601));
    assert_eq!(other.read_all(at(0), Position::END).await.unwrap(), sales(0, 21_601));
    assert_eq!(other.read_all(at(20_500), at(21_601)).await.unwrap(), sales(20_500, 1_101));
    assert_eq!(other.usage().await.unwrap().tail_events, 1);
}

#[wasm_bindgen_test]
async fn the_newest_snapshot_is_kept() {
    let home = open("snapshot").await;
    home.append(at(0), &sales(0, 4)).await.unwrap();
    assert_eq!(home.latest_snapshot().await.unwrap(), None);
    for position in [2, 4] {
        let snapshot = Snapshot {
            position: at(position),
            policy_hash: [1; 32],
            hash: [2; 32],
            parts: vec![vec![7; 100_000], Vec::new(), vec![1, 2, 3]],
            later: vec![vec![8; 100_000], vec![4]],
        };
        home.put_snapshot(&snapshot).await.unwrap();
        let home = open("snapshot").await;
        let later = home.later_parts(&snapshot.name(), 0, u32::MAX).await.unwrap();
        assert_eq!(later.as_ref(), Some(&snapshot.later));
        assert_eq!(home.latest_snapshot().await.unwrap(), Some(Snapshot { later: Vec::new(), ..snapshot }));
    }
}

#[wasm_bindgen_test]
async fn an_upgrade_by_another_tab_closes_this_one() {
    let incidents = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&incidents);
    let home = IndexedDbHome::open(Options::new("upgrade").report(move |incident| heard.borrow_mut().push(incident)))
        .await
        .unwrap();
    home.append(at(0), &sales(0, 2)).await.unwrap();
    let newer = IndexedDbHome::open(Options::new("upgrade").database_version(2)).await.unwrap();
    assert_eq!(newer.read_all(at(0), Position::END).await.unwrap(), sales(0, 2));
    pause(20).await;
    assert_eq!(*incidents.borrow(), [Incident::NewerTab]);
    assert_eq!(home.append(at(2), &sales(2, 1)).await.unwrap_err(), StoreError::Outdated);
    assert_eq!(newer.append(at(2), &sales(2, 1)).await.unwrap(), at(3));
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_let_go_is_reported() {
    drop(open("blocked").await);
    script(
        "globalThis.stubborn = await new Promise((done) => { \
         const opening = indexedDB.open('blocked'); opening.onsuccess = () => done(opening.result) })",
    )
    .await;
    let incidents = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&incidents);
    let report = move |incident| {
        heard.borrow_mut().push(incident);
        js_sys::eval("globalThis.stubborn.close()").unwrap();
    };
    let home = IndexedDbHome::open(Options::new("blocked").database_version(2).report(report)).await.unwrap();
    assert_eq!(*incidents.borrow(), [Incident::Blocked]);
    assert_eq!(home.position().await.unwrap(), at(0));
}

#[wasm_bindgen_test]
async fn lost_data_are_noticed() {
    let home = open("evicted").await;
    home.append(at(0), &sales(0, 2)).await.unwrap();
    script(
        "await new Promise((done, failed) => { const deleting = indexedDB.deleteDatabase('evicted'); \
         deleting.onsuccess = done; deleting.onerror = failed })",
    )
    .await;
    // In the same session, in the next, and never as an empty shop.
    assert_eq!(home.position().await.unwrap_err(), StoreError::Evicted);
    assert_eq!(home.append(at(2), &sales(2, 1)).await.unwrap_err(), StoreError::Evicted);
    assert_eq!(IndexedDbHome::open(Options::new("evicted")).await.err(), Some(StoreError::Evicted));
    let anew = IndexedDbHome::open(Options::new("evicted").after_loss()).await.unwrap();
    assert_eq!(anew.append(at(0), &sales(0, 2)).await.unwrap(), at(2));
    assert_eq!(open("evicted").await.position().await.unwrap(), at(2));
}

#[wasm_bindgen_test]
async fn what_the_page_remembers_counts() {
    assert_eq!(IndexedDbHome::open(Options::new("known").known(true)).await.err(), Some(StoreError::Evicted));
    open("known").await.append(at(0), &sales(0, 1)).await.unwrap();
    assert!(IndexedDbHome::open(Options::new("known").known(true)).await.is_ok());
}

#[wasm_bindgen_test]
async fn an_erased_shop_is_not_a_lost_one() {
    let home = open("erased").await;
    home.append(at(0), &sales(0, 2)).await.unwrap();
    home.erase().await.unwrap();
    assert_eq!(home.position().await.unwrap(), at(0));
    assert_eq!(open("erased").await.position().await.unwrap(), at(0));
    home.append(at(0), &sales(5, 1)).await.unwrap();
    assert_eq!(home.read_all(at(0), Position::END).await.unwrap(), sales(5, 1));
}

/// Runs with a change to the browser's own functions, and takes it back.
async fn with_patch<T>(patch: &str, undo: &str, work: impl Future<Output = T>) -> T {
    script(patch).await;
    let result = work.await;
    script(undo).await;
    result
}

const UNDO_PUT: &str = "IDBObjectStore.prototype.put = globalThis.realPut";

#[wasm_bindgen_test]
async fn a_full_disk_is_told_and_changes_nothing() {
    let home = open("quota").await;
    home.append(at(0), &sales(0, 1)).await.unwrap();
    // At the put, as browsers do that know the sizes (with them, in the newer form of the error).
    let at_put = "globalThis.realPut = IDBObjectStore.prototype.put; let puts = 0; IDBObjectStore.prototype.put = function (...rest) { \
        if (++puts === 2) { const error = new DOMException('full', 'QuotaExceededError'); \
        Object.defineProperty(error, 'requested', { value: 1234 }); Object.defineProperty(error, 'quota', { value: 99 }); throw error } \
        return globalThis.realPut.apply(this, rest) }";
    let more = sales(1, 2);
    let refused = with_patch(at_put, UNDO_PUT, home.append(at(1), &more)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Full { needed: Some(1_234), quota: Some(99) });
    // At the commit: the reason is in the transaction only.
    let at_commit = "globalThis.realPut = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...rest) { \
        const request = globalThis.realPut.apply(this, rest); const transaction = this.transaction; \
        Object.defineProperty(transaction, 'commit', { configurable: true, value() { transaction.abort() } }); \
        Object.defineProperty(transaction, 'error', { configurable: true, get: () => new DOMException('full', 'QuotaExceededError') }); return request }";
    let refused = with_patch(at_commit, UNDO_PUT, home.append_packed(at(1), &more, &[])).await;
    assert_eq!(refused.unwrap_err(), StoreError::Full { needed: None, quota: None });
    // Aborted without a reason, as when a tab closes.
    let aborted = "globalThis.realPut = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...rest) { \
        const request = globalThis.realPut.apply(this, rest); const transaction = this.transaction; \
        Object.defineProperty(transaction, 'commit', { configurable: true, value() { transaction.abort() } }); return request }";
    let refused = with_patch(aborted, UNDO_PUT, home.append(at(1), &more)).await;
    assert!(matches!(refused, Err(StoreError::Interrupted { .. })));
    assert_eq!(home.read_all(at(0), Position::END).await.unwrap(), sales(0, 1));
    assert_eq!(home.append(at(1), &more).await.unwrap(), at(3));
}

#[wasm_bindgen_test]
async fn refused_storage_is_told() {
    let refused = with_patch(
        "globalThis.realOpen = IDBFactory.prototype.open; IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }",
        "IDBFactory.prototype.open = globalThis.realOpen",
        IndexedDbHome::open(Options::new("refused")),
    )
    .await;
    assert!(matches!(refused.err(), Some(StoreError::Refused { .. })));
    let private = with_patch(
        "globalThis.realOpen = IDBFactory.prototype.open; IDBFactory.prototype.open = () => { throw new DOMException('no', 'UnknownError') }",
        "IDBFactory.prototype.open = globalThis.realOpen",
        IndexedDbHome::open(Options::new("refused")),
    )
    .await;
    assert!(matches!(private.err(), Some(StoreError::Refused { .. })));
}

#[wasm_bindgen_test]
async fn a_lost_connection_is_opened_again() {
    let incidents = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&incidents);
    let home = IndexedDbHome::open(Options::new("lost").report(move |incident| heard.borrow_mut().push(incident)))
        .await
        .unwrap();
    let catch = "globalThis.realBegin = IDBDatabase.prototype.transaction; IDBDatabase.prototype.transaction = function (...rest) { \
        globalThis.lastDatabase = this; return globalThis.realBegin.apply(this, rest) }";
    let undo = "IDBDatabase.prototype.transaction = globalThis.realBegin";
    home.append(at(0), &sales(0, 1)).await.unwrap();
    with_patch(catch, undo, home.position()).await.unwrap();
    // The browser closes it and tells.
    script("lastDatabase.close(); lastDatabase.dispatchEvent(new Event('close'))").await;
    assert_eq!(with_patch(catch, undo, home.append(at(1), &sales(1, 1))).await.unwrap(), at(2));
    assert_eq!(*incidents.borrow(), [Incident::ConnectionLost, Incident::Reopened]);
    // It is closed and nobody told.
    script("lastDatabase.close()").await;
    assert_eq!(home.append(at(2), &sales(2, 1)).await.unwrap(), at(3));
    assert_eq!(home.read_all(at(0), Position::END).await.unwrap(), sales(0, 3));
    assert_eq!(incidents.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn who_stops_waiting_leaves_nothing_half_written() {
    let home = open("dropped").await;
    home.append(at(0), &sales(0, 1)).await.unwrap();
    let events = sales(1, 3);
    // Begun, the head asked for, and dropped.
    let mut append = Box::pin(home.append(at(1), &events));
    assert!(append.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(append);
    assert_eq!(home.position().await.unwrap(), at(1));
    // The puts made, the end not waited for: all or nothing, here nothing.
    let mut append = Box::pin(home.append(at(1), &events));
    let polls = Cell::new(0);
    core::future::poll_fn(|context| {
        polls.set(polls.get() + 1);
        let _ = append.as_mut().poll(context);
        if polls.get() == 2 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    drop(append);
    let position = home.position().await.unwrap();
    assert!(position == at(1) || position == at(4));
    assert_eq!(home.read_all(at(0), Position::END).await.unwrap(), sales(0, position.number()));
}

async fn overwrite(name: &str, store: &str, key: u64, value: &str) {
    script(&format!(
        "const database = await new Promise((done) => {{ const opening = indexedDB.open('{name}'); opening.onsuccess = () => done(opening.result) }}); \
         const transaction = database.transaction('{store}', 'readwrite'); transaction.objectStore('{store}').put({value}, {key}); \
         await new Promise((done) => transaction.oncomplete = done); database.close()"
    ))
    .await;
}

#[wasm_bindgen_test]
async fn damage_is_named() {
    let home = open("damage").await;
    home.append_packed(at(0), &sales(0, 2_000), &[]).await.unwrap();
    home.append(at(2_000), &sales(2_000, 2)).await.unwrap();
    overwrite("damage", "segments", 1_000, "new Uint8Array([82, 71, 76, 83, 1])").await;
    overwrite("damage", "tail", 2_001, "'text'").await;
    let damaged =
        |place, from, to| Some(StoreError::Damaged { place, from: at(from), to: at(to), fault: Fault::CutShort });
    assert_eq!(home.read_all(at(0), Position::END).await.err(), damaged(Place::Segment, 1_000, 2_000));
    assert_eq!(home.read_all(at(2_000), Position::END).await.err(), damaged(Place::Tail, 2_001, 2_002));
    assert_eq!(home.read_all(at(2_000), at(2_001)).await.unwrap(), sales(2_000, 1));
}

#[wasm_bindgen_test]
async fn one_tab_writes_and_the_next_inherits() {
    let answers = Rc::new(RefCell::new(Vec::new()));
    let ask = |name: &'static str| {
        let answers = Rc::clone(&answers);
        Writer::request("writer-test", move |answer| answers.borrow_mut().push((name, answer.is_ok()))).unwrap()
    };
    let first = ask("first");
    pause(20).await;
    let second = ask("second");
    let third = ask("third");
    pause(20).await;
    assert!(first.is_held() && !second.is_held());
    assert!(Writer::request_if_free("writer-test").await.unwrap().is_none());
    drop(second);
    pause(20).await;
    drop(first);
    pause(20).await;
    assert!(third.is_held());
    drop(third);
    pause(20).await;
    let free = Writer::request_if_free("writer-test").await.unwrap().unwrap();
    assert!(free.is_held());
    assert_eq!(*answers.borrow(), [("first", true), ("second", false), ("third", true)]);
}

#[wasm_bindgen_test]
async fn a_closed_tab_hands_over() {
    script(
        "const code = \"navigator.locks.request('hand-over', () => { postMessage(1); return new Promise(() => {}) })\"; \
         globalThis.tab = new Worker(URL.createObjectURL(new Blob([code]))); await new Promise((done) => tab.onmessage = done)",
    )
    .await;
    let writer = Writer::request("hand-over", |answer| answer.unwrap()).unwrap();
    pause(30).await;
    assert!(!writer.is_held());
    script("tab.terminate()").await;
    pause(200).await;
    assert!(writer.is_held());
}

#[wasm_bindgen_test]
async fn tabs_hear_of_new_positions() {
    let (speaker, hearer) = (Channel::open("channel-test").unwrap(), Channel::open("channel-test").unwrap());
    let heard = Rc::new(RefCell::new(Vec::new()));
    let into = Rc::clone(&heard);
    hearer.listen(move |position| into.borrow_mut().push(position));
    speaker.listen(|_| panic!("hears itself"));
    speaker.announce(at(7)).unwrap();
    script("const other = new BroadcastChannel('channel-test'); other.postMessage('hello'); other.close()").await;
    speaker.announce(at(1 << 40)).unwrap();
    pause(50).await;
    assert_eq!(*heard.borrow(), [at(7), at(1 << 40)]);
    drop(hearer);
    speaker.announce(at(8)).unwrap();
    pause(20).await;
    assert_eq!(heard.borrow().len(), 2);
}

#[wasm_bindgen_test]
async fn only_a_page_may_ask_for_persistence() {
    let told = persisted().await;
    let answer = persist().await;
    console_log!("persisted {told:?}, persist {answer:?}");
    assert!(told.is_some());
    assert!(matches!(answer, Persistence::AskInPage | Persistence::Granted));
}

/// Prints `name value unit`. Build with `--release` for figures that mean something.
#[wasm_bindgen_test]
async fn figures() {
    let home = open("figures").await;
    let events = sales(0, 100_000);

    let begin = now();
    let mut known = home.append_packed(at(0), &events, &[]).await.unwrap();
    console_log!("store_import_100k_ms {:.1} ms", now() - begin);

    let begin = now();
    let mut count = 0;
    home.read(at(0), Position::END, |batch| {
        count += batch.events.len();
        core::ops::ControlFlow::Continue(())
    })
    .await
    .unwrap();
    console_log!("store_read_100k_ms {:.1} ms", now() - begin);
    assert_eq!(count, 100_000);

    let mut times = Vec::new();
    for n in 0..200 {
        let begin = now();
        known = home.append(known, &sales(100_000 + n, 1)).await.unwrap();
        times.push(now() - begin);
    }
    times.sort_by(f64::total_cmp);
    console_log!("store_append_median_ms {:.2} ms", times[100]);
    console_log!("store_append_p99_ms {:.2} ms", times[198]);

    // The book of a large shop: the same bytes as events have, 32 MB in parts of 2 MB.
    let mut part = Vec::new();
    for event in events.iter().cycle() {
        part.extend(format!("{:?}", event.id).bytes());
        part.extend(event.clock.to_le_bytes());
        part.extend([0; 40]);
        if part.len() > 2_000_000 {
            break;
        }
    }
    let snapshot =
        Snapshot { position: known, policy_hash: [1; 32], hash: [2; 32], parts: vec![part; 16], later: Vec::new() };
    let begin = now();
    home.put_snapshot(&snapshot).await.unwrap();
    console_log!("store_put_snapshot_32mb_ms {:.1} ms", now() - begin);
    drop(home);
    let begin = now();
    let home = open("figures").await;
    console_log!("store_open_ms {:.1} ms", now() - begin);
    let begin = now();
    let read = home.latest_snapshot().await.unwrap().unwrap();
    console_log!("store_read_snapshot_32mb_ms {:.1} ms", now() - begin);
    assert!(read == snapshot);
    let usage = home.usage().await.unwrap();
    console_log!("store_used_kb {} kB", usage.used_bytes.unwrap_or_default() / 1_000);

    home.append(known, &sales(101_000, 1_000)).await.unwrap();
    let begin = now();
    assert_eq!(home.pack().await.unwrap(), 1_000);
    console_log!("store_pack_1k_ms {:.1} ms", now() - begin);
}
