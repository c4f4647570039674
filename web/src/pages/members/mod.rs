//! Members: the list, and one member's page.

pub mod acts;
pub mod download;
mod history;
pub mod list;
pub mod model;
mod page;
mod sections;

pub use list::MembersPage;
pub use page::MemberPage;
