//! What need not be there with the first picture.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;

/// By then the app has started.
const STARTED_AFTER: Duration = Duration::from_secs(3);

thread_local! {
    static STARTED: Cell<bool> = const { Cell::new(false) };
}

/// Begins to count the start. Once, by the app.
pub fn count_start() {
    set_timeout(|| STARTED.set(true), STARTED_AFTER);
}

/// While the app starts, what is inside comes in a turn of its own, so that the page answers in between: functions are
/// compiled when they are first called, and the first picture calls two thousand. Afterwards it is there at once.
#[component]
pub fn Later(children: ChildrenFn) -> impl IntoView {
    let shown = RwSignal::new(STARTED.get());
    if !STARTED.get() {
        set_timeout(
            move || {
                let _ = shown.try_set(true);
            },
            Duration::ZERO,
        );
    }
    move || shown.get().then(|| children())
}
