//! Targets: a figure to be reached in a period, by everyone together, an area, a shop or a person.
//!
//! Programs: P01 (in all, broken down by area and person), P04 (a year, a quarter, a month), P32 (members recruited a
//! month, by class of shop: 90, 60, 20; members who buy again).
//!
//! ```toml
//! [[target]]
//! id = "recruiting"
//! metric = "recruits"              # see `kinds::measure`
//! window = "calendar month"        # a calendar window; without it a target may be set for any period
//! per = "store"                    # for whom `figure` or `by_class` stands: all, area, store, person
//! by_class = { class-1 = 90, class-2 = 60, class-3 = 20 }
//! figure = "50000.00"              # or one figure for each of them
//! roles = ["representative"]       # of the people, where it is for each person
//! ```
//!
//! A target that somebody set for a scope and period stands above the document's. Without `figure` and `by_class` there
//! is a target only where one was set. A shop has the class that it had on the first day of the period.

use super::Head;
use super::measure::Counted;
use super::store_class::StoreClass;
use crate::id::Text;
use crate::msg;
use crate::primitives::Window;
use crate::reader::Table;
use crate::staff::fact::Scope;

/// For whom a document's figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// Everyone together.
    All,
    /// Each area.
    Area,
    /// Each shop.
    Store,
    /// Each person.
    Person,
}

impl Per {
    /// Reads `per`.
    #[must_use]
    pub fn read(table: &Table<'_>) -> Option<Self> {
        Some(match table.word("per", &["all", "area", "store", "person"])? {
            "area" => Self::Area,
            "store" => Self::Store,
            "person" => Self::Person,
            _ => Self::All,
        })
    }

    /// Whether a scope is one of these.
    #[must_use]
    pub const fn is_of(self, scope: &Scope) -> bool {
        match scope {
            Scope::All => matches!(self, Self::All),
            Scope::Area(_) => matches!(self, Self::Area),
            Scope::Store(_) => matches!(self, Self::Store),
            Scope::Person(_) => matches!(self, Self::Person),
        }
    }
}

/// Reads a calendar window; `None` where the key is missing or another.
#[must_use]
pub fn calendar_window(table: &Table<'_>) -> Option<Window> {
    let windows = ["calendar month", "calendar quarter", "calendar half", "calendar year"];
    Window::calendar(table.word("window", &windows)?)
}

/// One target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Id, label, clause.
    pub head: Head,
    /// What is counted.
    pub counted: Counted,
    /// The period; `None`: any.
    pub window: Option<Window>,
    /// For whom the document's figures stand.
    pub per: Per,
    /// The figure for each of them, in the measure's smallest unit.
    pub figure: Option<i64>,
    /// Figures by class of shop.
    pub by_class: Vec<(Text, i64)>,
    /// Of which people; empty: everyone.
    pub roles: Vec<Text>,
}

impl Target {
    /// Reads one `[[target]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text], classes: &[StoreClass]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let counted = Counted::read(table, tiers);
        let per = Per::read(table).unwrap_or(Per::All);
        table.only_one(&["figure", "by_class"]);
        let unit = counted.as_ref().map(|counted| counted.measure.unit());
        let parse = |key: &'static str, text: &str| -> Option<i64> {
            let figure = unit?.parse(text);
            if figure.is_none() {
                table.context().error(
                    "E005",
                    table.place(key),
                    msg!("doc.bad-number", text = text),
                    msg!("help.target-figure"),
                );
            }
            figure
        };
        let figure = table.text("figure").and_then(|text| parse("figure", &text));
        let mut by_class = Vec::new();
        for (class, text) in table.table("by_class").map(|t| t.free_texts()).unwrap_or_default() {
            if classes.iter().all(|known| known.head.id != class) {
                table.context().error(
                    "E009",
                    table.place("by_class"),
                    msg!("doc.unknown-store-class", id = &class),
                    msg!("help.store-class"),
                );
            }
            if let Some(figure) = parse("by_class", &text) {
                by_class.push((class, figure));
            }
        }
        if per != Per::Store && table.has("by_class") {
            table.context().error(
                "E018",
                table.place("by_class"),
                msg!("doc.by-class-per-store"),
                msg!("help.add-key", key = "per = \"store\""),
            );
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            counted: counted.clone()?,
            window: calendar_window(table),
            per,
            figure,
            by_class,
            roles: table.plain_texts("roles"),
        };
        table.finish();
        head.map(|_| rule)
    }
}
