//! What all pages share: words, formats, components.
//!
//! Pages write `use crate::shared::*;`.

pub mod bar_chart;
pub mod button;
pub mod confirm;
pub mod download;
pub mod empty;
pub mod field;
pub mod formatting;
pub mod icons;
pub mod language;
mod later;
pub mod links;
pub mod local;
pub mod member_line;
pub mod memo;
pub mod order;
pub mod progress;
pub mod reasons;
pub mod refusal;
pub mod search_box;
pub mod sheet;
pub mod staff_chips;
pub mod stat;
pub mod tier_badge;
pub mod toast;
pub mod virtual_list;

pub use bar_chart::*;
pub use button::*;
pub use confirm::*;
pub use download::*;
pub use empty::*;
pub use field::*;
pub use formatting::*;
pub use icons::*;
pub use language::*;
pub use later::*;
pub use links::*;
pub use member_line::*;
pub use memo::*;
pub use order::*;
pub use progress::*;
pub use reasons::*;
pub use refusal::*;
pub use search_box::*;
pub use sheet::*;
pub use staff_chips::*;
pub use stat::*;
pub use tier_badge::*;
pub use toast::*;
pub use virtual_list::*;
