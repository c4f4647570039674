//! The shop behind the screens.

pub mod protocol;
