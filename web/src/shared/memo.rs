//! Values that follow others.

use leptos::prelude::*;

/// A [`Memo`] whose closure is boxed. `Memo::new` is compiled for every closure, this one for every type of value: with
/// some two hundred of them in the pages, that is a tenth of the app.
pub fn memo<T: PartialEq + Send + Sync + 'static>(value: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Memo<T> {
    boxed(Box::new(value))
}

type Value<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

fn boxed<T: PartialEq + Send + Sync + 'static>(value: Value<T>) -> Memo<T> {
    Memo::new(value)
}

/// A [`Signal`] of a boxed closure, for the same reason.
pub fn derived<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    boxed_signal(Box::new(value))
}

fn boxed_signal<T: Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Signal<T> {
    Signal::derive(value)
}
