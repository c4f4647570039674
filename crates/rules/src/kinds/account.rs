//! Business accounts: what makes a client a VIP, their grade by sales and credit, and how much they may owe.
//!
//! Programs: P30 (sales of a million, no arrears or arrears with a good record, reputation, two recorded judgements;
//! A, B, C by sales and grade of credit; A may owe more than 500,000, B up to 500,000, C less than 300,000).
//!
//! ```toml
//! [account]
//! sales = "1000000.00"                  # what makes a VIP: at least this much …
//! window = "calendar year"              # … over this time (default: lifetime)
//! judgements = ["reputation", "social-standing", "after-sales"]    # recorded, and found good
//! arrears_with = "repayment"            # owing is no bar where this judgement is good; without the key it is
//! credit_grades = ["A", "AA", "AAA"]    # grades of credit, lowest first
//!
//! [[credit]]                            # grades of client, lowest first
//! id = "c"
//! sales = "1000000.00"
//! credit = "A"                          # at least this grade of credit
//! below = "300000.00"                   # may owe less than this; or limit = "500000.00": at most this
//! approval = "over-limit"               # the `[[approval]]` for more
//! ```

use super::Head;
use crate::id::Text;
use crate::message::Value;
use crate::msg;
use crate::number::Money;
use crate::primitives::Window;
use crate::reader::Table;

/// What is found of a judgement that counts.
pub const GOOD: &str = "good";

/// What makes a client a VIP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Least sales.
    pub sales: Money,
    /// Over which time.
    pub window: Window,
    /// Judgements that must be recorded and good.
    pub judgements: Vec<Text>,
    /// The judgement that lets owing pass; empty: nobody who owes is one.
    pub arrears_with: Text,
    /// Grades of credit, lowest first.
    pub credit_grades: Vec<Text>,
    /// Clause of the source document.
    pub clause: Text,
}

impl Account {
    /// Reads `[account]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Option<Self> {
        let table = root.table("account")?;
        let rule = Self {
            sales: table.money("sales").unwrap_or(Money::ZERO),
            window: Window::read(&table).unwrap_or(Window::Lifetime),
            judgements: table.plain_texts("judgements"),
            arrears_with: table.text("arrears_with").unwrap_or_default(),
            credit_grades: table.plain_texts("credit_grades"),
            clause: table.text("clause").unwrap_or_default(),
        };
        table.finish();
        Some(rule)
    }

    /// The rank of a grade of credit, from 1; 0: none, or one that the program does not know.
    #[must_use]
    pub fn rank(&self, grade: &str) -> usize {
        self.credit_grades.iter().position(|own| own == grade).map_or(0, |place| place.saturating_add(1))
    }
}

/// One grade of client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Id, label, clause.
    pub head: Head,
    /// Least sales.
    pub sales: Money,
    /// Least grade of credit; empty: any.
    pub credit: Text,
    /// Most that may be owed.
    pub limit: Money,
    /// The approval that allows more; empty: none does.
    pub approval: Text,
}

impl Credit {
    /// Reads one `[[credit]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], account: Option<&Account>) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let limit = match table.only_one(&["limit", "below"]) {
            Some("below") => table.money("below").map(|below| {
                if below.is_zero() {
                    table.out_of_range(table.place("below"), msg!("range.positive"));
                }
                Money::from_minor(below.minor().saturating_sub(1))
            }),
            Some(_) => table.money("limit"),
            None => {
                table.missing("limit");
                None
            }
        };
        let credit = table.text_at("credit");
        let grades = account.map_or(&[][..], |account| account.credit_grades.as_slice());
        let credit_known = credit.as_ref().is_none_or(|at| grades.contains(&at.value));
        if let Some(at) = &credit
            && !credit_known
        {
            table.context().error(
                "E009",
                at.span.clone(),
                msg!("doc.unknown-credit-grade", grade = &at.value),
                msg!("help.credit-grades", words = grades.iter().map(Value::from).collect::<Vec<_>>()),
            );
        }
        let rule = Self {
            sales: table.money("sales").unwrap_or(Money::ZERO),
            credit: credit.map(|at| at.value).unwrap_or_default(),
            limit: limit.unwrap_or(Money::ZERO),
            approval: table.text("approval").unwrap_or_default(),
            head: head.clone().unwrap_or_default(),
        };
        if let Some(below) = earlier.last() {
            let rank = |grade: &str| account.map_or(0, |account| account.rank(grade));
            let (less, more) = ((below.sales, rank(&below.credit)), (rule.sales, rank(&rule.credit)));
            if credit_known && (more.0 < less.0 || more.1 < less.1 || more == less) {
                table.context().error(
                    "E011",
                    table.span(),
                    msg!("doc.credit-not-higher", id = &rule.head.id, below = &below.head.id),
                    msg!("help.tier-order"),
                );
            }
            if limit.is_some() && rule.limit < below.limit {
                let key = if table.has("below") { "below" } else { "limit" };
                table.context().error(
                    "E011",
                    table.place(key),
                    msg!("doc.credit-limit-lower", limit = rule.limit, below = below.limit),
                    msg!("help.credit-limit"),
                );
            }
        }
        table.finish();
        (head.is_some() && limit.is_some()).then_some(rule)
    }
}
