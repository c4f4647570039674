//! The worker: owns the desk, answers one call after another. What can be tested without a browser is in
//! `regulars-desk`; here is only what ties it to the browser: messages, tabs, IndexedDB.

#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(target_arch = "wasm32")]
mod line;
#[cfg(target_arch = "wasm32")]
mod room;

/// A worker's script runs once; messages that come before its listener is installed wait, so nothing is awaited here.
fn main() {
    #[cfg(target_arch = "wasm32")]
    line::install();
}
