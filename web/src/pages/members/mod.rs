//! Members: the list, and one member's page.

pub mod acts;
mod history;
pub mod list;
pub mod model;
mod page;
mod sections;
pub mod settle;

pub use list::MembersPage;
pub use page::MemberPage;
