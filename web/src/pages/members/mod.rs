//! Members: the list, and one member's page.

mod acts;
mod download;
mod history;
mod list;
pub mod model;
mod page;
mod sections;

pub use list::MembersPage;
pub use page::MemberPage;
