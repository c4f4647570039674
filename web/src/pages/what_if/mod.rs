//! What if: the shop's own records under another program. Nothing is changed by it.

pub mod model;
mod result;
mod view;

pub use view::WhatIfPage;
