//! Assessment: people are scored on several items at intervals, and the total says what follows.
//!
//! Programs: P22 (monthly, out of 10, below 6 fails, five items), P03 (the excellent are praised and rewarded, the weak
//! reminded and trained), P04 (70% target attainment, 30% customer satisfaction), P25 (at intervals, with a bonus).
//!
//! ```toml
//! [[assessment]]
//! id = "work"
//! label = { zh = "工作考核", en = "Work assessment" }
//! roles = ["representative"]       # whose; default: everyone's
//! per = "calendar month"           # or week, calendar quarter, calendar half, calendar year
//! out_of = "10"
//! pass = "6"                       # less than this fails; default: there is no such mark
//! each_out_of = "100"              # every item is scored out of this; default: out of its own part of `out_of`
//! items = [
//!     { id = "discipline", label = { zh = "工作纪律", en = "Discipline" }, weight = "20%" },
//!     { id = "sales", label = { zh = "目标达成", en = "Target attainment" }, weight = "80%", attains = "sales" },
//! ]
//! grades = [                       # what follows from the total; the last that begins no higher holds
//!     { from = "0", label = { zh = "待改进", en = "Weak" }, propose = ["reminder", "training"] },
//!     { from = "6", label = { zh = "合格", en = "Good" } },
//!     { from = "9", label = { zh = "优秀", en = "Excellent" }, propose = ["praise"], bonus = "200.00" },
//! ]
//! ```
//!
//! Weights make the whole. A score counts score × weight × `out_of` / most, to the thousandth, half-up. An item that
//! `attains` is not filled in: it is how far the person reached the target of that name in the period, at most all of it;
//! without a target it counts nothing. A later record of the same person and period
//! replaces an earlier one; one that a review lifted is as if it had not been made.

use super::Head;
use super::conduct::measures;
use crate::id::Text;
use crate::message::Label;
use crate::msg;
use crate::number::{Money, NumberError, Quantity, Rate, Rounding, RoundingMode};
use crate::primitives::Period;
use crate::reader::Table;

/// Scores are kept to the thousandth.
const SCORES: Rounding = Rounding { unit_minor: 1, mode: RoundingMode::HalfUp };

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub label: Label,
    /// Its part of the whole.
    pub weight: Rate,
    /// The target whose attainment it is; empty: it is filled in.
    pub attains: Text,
}

/// What follows from a total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// The lowest total.
    pub from: Quantity,
    /// Its name.
    pub label: Label,
    /// What is proposed.
    pub propose: Vec<Text>,
    /// A bonus.
    pub bonus: Money,
}

/// One assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Id, label, clause.
    pub head: Head,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// How often.
    pub per: Period,
    /// The highest total.
    pub out_of: Quantity,
    /// The lowest total that passes.
    pub pass: Option<Quantity>,
    /// Out of what each item is scored, where that is not its own part.
    pub each_out_of: Option<Quantity>,
    /// The items.
    pub items: Vec<Item>,
    /// What follows, lowest first.
    pub grades: Vec<Grade>,
}

fn ten() -> Quantity {
    Quantity::from_minor(10_000)
}

impl Assessment {
    /// Reads one `[[assessment]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let items = Self::read_items(table);
        let grades = Self::read_grades(table);
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            roles: table.plain_texts("roles"),
            per: Period::read(table),
            out_of: table.quantity("out_of").unwrap_or_else(ten),
            pass: table.quantity("pass"),
            each_out_of: table.quantity("each_out_of"),
            items,
            grades,
        };
        for (key, figure) in [("out_of", Some(rule.out_of)), ("each_out_of", rule.each_out_of)] {
            if figure.is_some_and(Quantity::is_zero) {
                table.out_of_range(table.place(key), msg!("range.positive"));
            }
        }
        if let Some(pass) = rule.pass
            && pass > rule.out_of
        {
            table.context().error(
                "E012",
                table.place("pass"),
                msg!("doc.pass-over-all", pass = pass, all = rule.out_of),
                msg!("help.pass-over-all"),
            );
        }
        if let Some(grade) = rule.grades.last().filter(|grade| grade.from > rule.out_of) {
            table.context().error(
                "E011",
                table.place("grades"),
                msg!("doc.grade-never", from = grade.from, all = rule.out_of),
                msg!("help.pass-over-all"),
            );
        }
        table.finish();
        (head.is_some() && !rule.items.is_empty()).then_some(rule)
    }

    fn read_items(table: &Table<'_>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut all: i128 = 0;
        const UNIT: i128 = 1_000_000_000_000;
        for entry in table.tables("items") {
            let id = entry.need_text("id");
            if !entry.has("weight") {
                entry.missing("weight");
            }
            let weight = entry.rate("weight", Rate::ONE);
            let item = Item {
                id: id.as_ref().map(|at| at.value.clone()).unwrap_or_default(),
                label: entry.label("label").unwrap_or_default(),
                weight: weight.unwrap_or(Rate::ZERO),
                attains: entry.text("attains").unwrap_or_default(),
            };
            entry.finish();
            if let Some(id) = id
                && items.iter().any(|own| own.id == id.value)
            {
                entry.context().error(
                    "E008",
                    id.span,
                    msg!("doc.duplicate-id", id = &id.value),
                    msg!("help.unique-id"),
                );
            }
            let (mantissa, denominator) = item.weight.ratio();
            all = all.saturating_add(i128::from(mantissa).saturating_mul(UNIT) / i128::from(denominator.max(1)));
            items.push(item);
        }
        if !table.has("items") {
            table.missing("items");
        } else if all != UNIT {
            let sum = Rate::from_parts(i64::try_from(all).unwrap_or(i64::MAX), 1_000_000_000_000);
            table.context().error(
                "E012",
                table.place("items"),
                msg!("doc.weights-sum", rate = sum),
                msg!("help.weights-sum"),
            );
        }
        items
    }

    fn read_grades(table: &Table<'_>) -> Vec<Grade> {
        let mut grades: Vec<Grade> = Vec::new();
        for entry in table.tables("grades") {
            if !entry.has("from") {
                entry.missing("from");
            }
            let grade = Grade {
                from: entry.quantity("from").unwrap_or_default(),
                label: entry.need_label("label").unwrap_or_default(),
                propose: measures(&entry, "propose"),
                bonus: entry.money("bonus").unwrap_or_default(),
            };
            if let Some(last) = grades.last()
                && grade.from <= last.from
            {
                entry.context().error(
                    "E010",
                    entry.place("from"),
                    msg!("doc.grade-order", before = last.from, from = grade.from),
                    msg!("help.band-order"),
                );
            }
            entry.finish();
            grades.push(grade);
        }
        grades
    }

    /// Whether it is for someone of this role.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }

    /// The highest score of an item.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn most(&self, item: &Item) -> Result<Quantity, NumberError> {
        match self.each_out_of {
            Some(most) => Ok(most),
            None => self.share(item, Quantity::ONE, Quantity::ONE),
        }
    }

    /// What `part` of `whole` of an item counts in the total.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn share(&self, item: &Item, part: Quantity, whole: Quantity) -> Result<Quantity, NumberError> {
        let (mantissa, denominator) = item.weight.ratio();
        let numerator = i128::from(part.minor())
            .checked_mul(i128::from(mantissa))
            .and_then(|n| n.checked_mul(i128::from(self.out_of.minor())))
            .ok_or(NumberError::TooLarge)?;
        let below = i128::from(denominator).checked_mul(i128::from(whole.minor())).ok_or(NumberError::TooLarge)?;
        SCORES.ratio(numerator, below).map(Quantity::from_minor)
    }

    /// What a score counts in the total.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn counts(&self, item: &Item, score: Quantity) -> Result<Quantity, NumberError> {
        match self.each_out_of {
            Some(most) => self.share(item, score, most),
            None => Ok(score),
        }
    }

    /// What follows from a total.
    #[must_use]
    pub fn grade(&self, total: Quantity) -> Option<&Grade> {
        self.grades.iter().rev().find(|grade| grade.from <= total)
    }
}
