//! Classes of members for those who look after them: groups with a care goal, activity, and what they are like as buyers.
//!
//! Programs: P29 (A, B and C with a care goal for each; after three purchases by ticket, frequency, goods, price
//! sensitivity and style; 80% of the sales from 20% of the VIPs), P30 (active or dormant by time, frequency and amount;
//! a VIP about to leave is reported).
//!
//! ```toml
//! [[classing]]
//! id = "care-groups"
//! window = "calendar quarter"      # over which figures count; default: in all; a class may have its own
//! reports = ["leaving"]            # whoever comes into one of these classes is a task, for `within` days (default 7)
//! role = "manager"                 # whose task; default: the owner's
//! when = { tiers = ["gold"] }      # for whom
//! [[classing.classes]]             # the first whose demands are met; the last demands nothing
//! id = "a"
//! label = { zh = "重度", en = "Heavy" }
//! goal = { zh = "…", en = "…" }    # what care is to bring about
//! reach = { spend = "5000.00" }
//! seen = "3 months"                # bought within so long
//!
//! [profile]                        # what a member is like as a buyer, once there are enough purchases
//! after = 3
//! ticket = [{ id = "small" }, { id = "large", from = "1000.00" }]       # average purchase
//! frequency = [{ id = "rare" }, { id = "often", from = 6 }]             # purchases in the last 12 months
//! sensitivity = [{ id = "low" }, { id = "high", from = "50%" }]         # share of spend on the tags below
//! sensitive_tags = ["special", "promotion"]
//! style_tags = "style:"            # the style is the tag that begins so with most spend
//!
//! [concentration]                  # how much of the sales comes from how few
//! top = "20%"
//! goal = "80%"
//! window = "calendar year"
//! tiers = ["silver", "gold"]       # of whom; default: all members
//! ```

use super::Head;
use super::ownership::{ranks, single};
use crate::id::Text;
use crate::message::Label;
use crate::msg;
use crate::number::{Money, Rate};
use crate::primitives::{Condition, When, Window};
use crate::reader::Table;
use crate::time::Span;

/// One class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Id, label.
    pub head: Head,
    /// What care is to bring about.
    pub goal: Label,
    /// What the figures must reach; `None`: nothing.
    pub reach: Option<Condition>,
    /// Over which time.
    pub window: Window,
    /// Bought within so long; `None`: it does not matter.
    pub seen: Option<Span>,
}

/// One way of classing members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classing {
    /// Id, label, clause.
    pub head: Head,
    /// The classes, in their order.
    pub classes: Vec<Class>,
    /// Those into which coming is a task.
    pub reports: Vec<Text>,
    /// Days for that task.
    pub within: i32,
    /// Whose task; empty: the owner's.
    pub role: Text,
    /// For whom.
    pub when: When,
}

impl Classing {
    /// Reads one `[[classing]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let window = Window::read(table).unwrap_or(Window::Lifetime);
        let mut classes: Vec<Class> = Vec::new();
        let tables = table.tables("classes");
        let count = tables.len();
        for (number, one) in (1_usize..).zip(tables) {
            let Some(own) = Head::read(&one, classes.iter().map(|class| &class.head)) else {
                one.finish();
                continue;
            };
            let class = Class {
                head: own,
                goal: one.label("goal").unwrap_or_default(),
                reach: Condition::read(&one, "reach"),
                window: Window::read(&one).unwrap_or(window),
                seen: one.span_of_time("seen"),
            };
            let demands = class.reach.is_some() || class.seen.is_some();
            if demands == (number == count) {
                let (message, help) = if demands {
                    (msg!("doc.last-class-demands"), msg!("help.last-class"))
                } else {
                    (msg!("doc.class-hides-others"), msg!("help.class-demands"))
                };
                one.context().error("E016", one.span(), message, help);
            }
            one.finish();
            classes.push(class);
        }
        if classes.is_empty() && !table.has("classes") {
            table.missing("classes");
        }
        let mut reports = Vec::new();
        for at in table.texts("reports") {
            if classes.iter().any(|class| class.head.id == at.value) {
                reports.push(at.value);
            } else {
                table.context().error(
                    "E009",
                    at.span,
                    msg!("doc.unknown-class", id = &at.value),
                    msg!(
                        "help.known-words",
                        words = classes.iter().map(|class| (&class.head.id).into()).collect::<Vec<_>>()
                    ),
                );
            }
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            classes,
            reports,
            within: table.count("within", 1..=365).and_then(|days| i32::try_from(days).ok()).unwrap_or(7),
            role: table.text("role").unwrap_or_default(),
            when: When::read(table, tiers),
        };
        table.finish();
        head.map(|_| rule)
    }
}

/// A band of one of a buyer's traits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait<T> {
    /// Id, label.
    pub head: Head,
    /// From this figure on.
    pub from: T,
}

/// What a member is like as a buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Label and clause.
    pub head: Head,
    /// From so many purchases on; 0: the program does not ask.
    pub after: i64,
    /// By the average purchase.
    pub ticket: Vec<Trait<Money>>,
    /// By purchases in the last twelve months.
    pub frequency: Vec<Trait<i64>>,
    /// By the share of spend on goods with one of the tags below.
    pub sensitivity: Vec<Trait<Rate>>,
    /// Tags of goods that those buy who mind the price.
    pub sensitive_tags: Vec<Text>,
    /// What tags of style begin with.
    pub style_tags: Text,
}

impl Profile {
    /// Reads `[profile]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("profile") else { return Self::default() };
        let rule = Self {
            head: single(&table, "profile"),
            after: table.count("after", 1..=1000).unwrap_or(3),
            ticket: traits(&table, "ticket", Money::ZERO, |one| one.money("from")),
            frequency: traits(&table, "frequency", 0, |one| one.count("from", 0..=1_000_000)),
            sensitivity: traits(&table, "sensitivity", Rate::ZERO, |one| one.rate("from", Rate::ONE)),
            sensitive_tags: table.plain_texts("sensitive_tags"),
            style_tags: table.text("style_tags").unwrap_or_default(),
        };
        table.finish();
        rule
    }
}

/// Bands, lowest first; the first begins at nothing.
fn traits<T: PartialOrd + Copy>(
    table: &Table<'_>,
    key: &'static str,
    nothing: T,
    from: impl Fn(&Table<'_>) -> Option<T>,
) -> Vec<Trait<T>> {
    let mut bands: Vec<Trait<T>> = Vec::new();
    for one in table.tables(key) {
        let head = Head::read(&one, bands.iter().map(|band| &band.head));
        let from = from(&one).unwrap_or(nothing);
        if bands.last().is_some_and(|last| from <= last.from) {
            one.context().error("E011", one.span(), msg!("doc.traits-order"), msg!("help.traits-order"));
        }
        one.finish();
        if let Some(head) = head {
            bands.push(Trait { head, from });
        }
    }
    bands
}

/// How much of the sales comes from how few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concentration {
    /// Label and clause.
    pub head: Head,
    /// How many of them.
    pub top: Rate,
    /// How much is said to come from them; zero: nothing is said.
    pub goal: Rate,
    /// Over which time.
    pub window: Window,
    /// Of which tiers; empty: of all members.
    pub tiers: Vec<u8>,
}

impl Concentration {
    /// Reads `[concentration]`.
    #[must_use]
    pub fn read(root: &Table<'_>, tiers: &[Text]) -> Option<Self> {
        let table = root.table("concentration")?;
        if !table.has("top") {
            table.missing("top");
        }
        let rule = Self {
            head: single(&table, "concentration"),
            top: table.rate("top", Rate::ONE).unwrap_or(Rate::ONE),
            goal: table.rate("goal", Rate::ONE).unwrap_or(Rate::ZERO),
            window: Window::read(&table).unwrap_or(Window::Calendar(12)),
            tiers: ranks(&table, "tiers", tiers),
        };
        table.finish();
        Some(rule)
    }
}
