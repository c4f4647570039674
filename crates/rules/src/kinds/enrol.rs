//! Joining: who may, by which routes, with which data, after which approval.
//!
//! Programs: P10 (free, 18 and older, chooses gold or silver), P11 (one purchase of 20 yuan, one card per person),
//! P14 (16 and older; receipts of a day of 1,000, of two consecutive months of 2,000, or a fee of 99), P29 (every buyer).
//!
//! ```toml
//! [join]
//! min_age = 16
//! required = ["name", "phone", "id_number"]
//! one_per = ["phone", "id_number"]
//! choices = ["gold", "silver"]
//! approval = "manager"
//!
//! [acknowledge]              # membership should not depend on who somebody is (P13): why it does here
//! age = "full legal capacity is needed for the contract"
//!
//! [[enrol]]
//! id = "receipts-of-two-months"
//! receipts = "2000.00"
//! within = "2 calendar months"
//! earns = false
//! ```

use std::collections::BTreeMap;

use super::Head;
use crate::id::Text;
use crate::message::{Message, Value};
use crate::msg;
use crate::number::Money;
use crate::reader::Table;
use crate::time::Day;

/// Attributes on which membership should not depend (P13), with the words of fields and choices that ask for them.
pub const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("age", &["age"]),
    ("ethnicity", &["ethnicity", "race"]),
    ("health", &["health", "disability"]),
    ("marital-status", &["marital_status", "married", "single"]),
    ("nationality", &["nationality", "native_place", "household_registration"]),
    ("religion", &["religion"]),
    ("sex", &["sex", "gender", "male", "female"]),
];

/// Conditions on whoever joins, by whatever route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Join {
    /// Least age in whole years; `None`: any.
    pub min_age: Option<i32>,
    /// Fields that must be filled in: `name`, `phone`, `birthday`, `id_number`, or others.
    pub required: Vec<Text>,
    /// Fields that only one member may have.
    pub one_per: Vec<Text>,
    /// Card grades of which the applicant chooses one.
    pub choices: Vec<Text>,
    /// The role whose approval is needed; empty: none.
    pub approval: Text,
    /// Why joining depends on who somebody is, by attribute, where the shop has said so (P13).
    pub acknowledged: BTreeMap<Text, Text>,
}

impl Join {
    /// Reads `[join]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let mut acknowledged = BTreeMap::new();
        if let Some(table) = root.table("acknowledge") {
            for (attribute, _) in ATTRIBUTES {
                if let Some(reason) = table.text(attribute) {
                    acknowledged.insert(Text::const_new(attribute), reason);
                }
            }
            table.finish();
        }
        let Some(table) = root.table("join") else {
            return Self { one_per: vec![Text::const_new("phone")], ..Self::default() };
        };
        let join = Self {
            min_age: table.count("min_age", 0..=150).and_then(|n| i32::try_from(n).ok()),
            required: table.plain_texts("required"),
            one_per: if table.has("one_per") { table.plain_texts("one_per") } else { vec![Text::const_new("phone")] },
            choices: table.plain_texts("choices"),
            approval: table.text("approval").unwrap_or_default(),
            acknowledged,
        };
        for at in table.texts("one_per") {
            if !["phone", "id_number"].contains(&at.value.as_str()) {
                table.context().error(
                    "E007",
                    at.span,
                    msg!("doc.unknown-word", word = &at.value),
                    msg!("help.known-words", words = vec![Value::from("phone"), Value::from("id_number")]),
                );
            }
        }
        table.finish();
        join
    }
}

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Nothing.
    Free,
    /// One sale of at least this much.
    Purchase(Money),
    /// Receipts that sum to at least this much, all of one day (`1`) or of so many consecutive calendar months.
    ReceiptsOfDay(Money),
    /// Receipts of so many consecutive calendar months, the month of joining included, that sum to at least this much.
    ReceiptsOfMonths(Money, u32),
    /// A fee.
    Fee(Money),
    /// Stored value bought with it.
    Load(Money),
}

/// One route by which a person may join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Id, label, clause.
    pub head: Head,
    /// What it asks for.
    pub ask: Ask,
    /// Whether the receipts used to join earn points.
    pub earns: bool,
}

impl Route {
    /// Reads one `[[enrol]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|r| &r.head));
        let ask = match table.only_one(&["free", "purchase", "receipts", "fee", "load"]) {
            Some("purchase") => table.money("purchase").map(Ask::Purchase),
            Some("fee") => table.money("fee").map(Ask::Fee),
            Some("load") => table.money("load").map(Ask::Load),
            Some("receipts") => {
                let within = table.word("within", &["day", "month", "2 calendar months", "3 calendar months"]);
                table.money("receipts").map(|total| match within {
                    Some("month") => Ask::ReceiptsOfMonths(total, 1),
                    Some("2 calendar months") => Ask::ReceiptsOfMonths(total, 2),
                    Some("3 calendar months") => Ask::ReceiptsOfMonths(total, 3),
                    Some(_) | None => Ask::ReceiptsOfDay(total),
                })
            }
            Some(_) => {
                if table.flag("free") == Some(false) {
                    table.out_of_range(table.place("free"), msg!("range.true-only"));
                }
                Some(Ask::Free)
            }
            None => {
                table.missing("free");
                None
            }
        };
        let earns = table.flag("earns").unwrap_or(true);
        table.finish();
        Some(Self { head: head?, ask: ask?, earns })
    }

    /// The first day whose receipts count for someone who joins on `day`.
    #[must_use]
    pub fn receipts_from(&self, day: Day) -> Day {
        match self.ask {
            Ask::ReceiptsOfMonths(_, months) => {
                day.month_start().plus_months(1_i32.saturating_sub(i32::try_from(months).unwrap_or(1)))
            }
            Ask::Free | Ask::Purchase(_) | Ask::ReceiptsOfDay(_) | Ask::Fee(_) | Ask::Load(_) => day,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Message {
        match self.ask {
            Ask::Free | Ask::Fee(Money::ZERO) => msg!("enrol.free"),
            Ask::Purchase(least) => msg!("enrol.purchase", least = least),
            Ask::ReceiptsOfDay(least) => msg!("enrol.receipts-of-day", least = least),
            Ask::ReceiptsOfMonths(least, months) => msg!("enrol.receipts-of-months", least = least, months = months),
            Ask::Fee(fee) => msg!("enrol.fee", fee = fee),
            Ask::Load(least) => msg!("enrol.load", least = least),
        }
    }
}
