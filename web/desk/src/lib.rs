//! The shop behind the screens: what a page may ask, and the answers.
//!
//! A page needs [`protocol`] alone. The worker (and the tests, natively) own a [`desk::Desk`], which needs the feature
//! `desk`: it stands on a [`regulars_store::Home`] and answers every [`protocol::Ask`].
//!
//! | module | what it knows |
//! |---|---|
//! | [`desk`] | the way of a call: read the news, decide, append, fold, answer |
//! | [`shop`] | policies, book and index of one shop, kept by folding events |
//! | [`index`] | what the book does not keep: receipts by day, events by member, figures by hour |
//! | [`programs`] | the documents of `policies/`, as rows, pages and adoptions |
//! | [`find`] | members and goods by what was typed, sorted lists |
//! | [`views`] | members, quotes and progress as a page shows them |
//! | [`receipts`] | receipts and histories, explained |
//! | [`today`] | the day's figures and tasks |
//! | [`import`] | CSV and backups, in and out, step by step |
//! | [`staff`] | wishes among the staff, previews of commission, documents being written, what if |
//! | `staff_pages` | a month of the staff, a person's statement, what the staff have to do |
//! | [`completion`] | what may stand at a place of a document |
//! | [`sample`] | half a year of a made-up shop |

pub mod protocol;

#[cfg(feature = "desk")]
pub mod completion;
#[cfg(feature = "desk")]
pub mod desk;
#[cfg(feature = "desk")]
pub mod find;
#[cfg(feature = "desk")]
mod goods_names;
#[cfg(feature = "desk")]
pub mod import;
#[cfg(feature = "desk")]
pub mod index;
#[cfg(feature = "desk")]
pub mod picture;
#[cfg(feature = "desk")]
pub mod programs;
#[cfg(feature = "desk")]
pub mod receipts;
#[cfg(feature = "desk")]
pub mod sample;
#[cfg(feature = "desk")]
pub mod shop;
#[cfg(feature = "desk")]
pub mod staff;
#[cfg(feature = "desk")]
mod staff_pages;
#[cfg(feature = "desk")]
pub mod today;
#[cfg(feature = "desk")]
pub mod views;
