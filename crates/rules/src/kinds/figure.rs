//! Figures that a program watches, period by period.
//!
//! Programs: P03 (repeat-purchase rate, new registrations, member count), P09 (each quarter: growth of members,
//! satisfaction, loyalty, growth of sales), P29, P32.
//!
//! ```toml
//! [[figure]]
//! id = "member-growth"
//! label = { zh = "会员增长", en = "Growth of members" }
//! metric = "members"               # see `kinds::measure`
//! window = "calendar quarter"
//! growth = true                    # the change against the period before is what is watched
//! ```

use super::Head;
use super::measure::Counted;
use super::target::calendar_window;
use crate::id::Text;
use crate::primitives::Window;
use crate::reader::Table;

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Id, label, clause.
    pub head: Head,
    /// What is counted.
    pub counted: Counted,
    /// The period.
    pub window: Window,
    /// Whether the change against the period before is watched.
    pub growth: bool,
}

impl Figure {
    /// Reads one `[[figure]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let counted = Counted::read(table, tiers);
        let _ = table.need_label("label");
        if !table.has("window") {
            table.missing("window");
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            window: calendar_window(table).unwrap_or(Window::Calendar(1)),
            growth: table.flag("growth").unwrap_or(false),
            counted: counted.clone()?,
        };
        table.finish();
        head.map(|_| rule)
    }
}
