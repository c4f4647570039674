//! What need not be there with the first picture.
//!
//! Functions are compiled when they are first called, and a page calls hundreds. In several turns of the browser's loop
//! the page answers in between.

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

/// While the app starts, what is inside comes in a turn of its own. Afterwards it is there at once.
#[component]
pub fn Later(children: ChildrenFn) -> impl IntoView {
    in_turn(STARTED.get(), children)
}

/// What is inside always comes in a turn of its own: a part of a long page, below what one sees first.
#[component]
pub fn NextTurn(children: ChildrenFn) -> impl IntoView {
    in_turn(false, children)
}

fn in_turn(at_once: bool, children: ChildrenFn) -> AnyView {
    let shown = RwSignal::new(at_once);
    if !at_once {
        set_timeout(
            move || {
                let _ = shown.try_set(true);
            },
            Duration::ZERO,
        );
    }
    (move || shown.get().then(|| children())).into_any()
}
