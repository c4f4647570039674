//! Writing a program: its text, what the check says at each line, what differs, and from when it holds.

mod adopt;
pub mod model;
mod text;
mod view;

pub use model::kept;
pub use view::EditorPage;
