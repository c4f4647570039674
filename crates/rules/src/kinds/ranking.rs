//! Ranking: people are ranked by their sales at intervals, and something follows for the last.
//!
//! Programs: P22 (weekly, by sales alone; the last, several if tied, is suspended 3 to 7 days; last in both assessments
//! two months running is proposed for dismissal).
//!
//! ```toml
//! [[ranking]]
//! id = "sales"
//! label = { zh = "周业绩考核", en = "Weekly sales assessment" }
//! roles = ["representative"]       # among whom; default: everyone
//! per = "week"                     # Monday to Sunday; or calendar month, quarter, half, year
//! among = "all"                    # everyone together (default), or each store, area or team by itself
//! propose = ["suspension"]         # for the last
//! days = 3                         # of a suspension
//! with = "work"                    # an assessment per calendar month, and …
//! running = 2                      # … last in both so many months running:
//! then = ["dismissal"]
//! ```
//!
//! What "last" means:
//! - Sales are what was paid for the goods of deals that are the person's (their share of a split), less goods that came
//!   back in the period, whenever they were sold. Deals and returns count from the day on which they are known.
//! - Ranked is who was on the list in one of the roles on every day of the period: who joined, changed into the role or
//!   left within it is not.
//! - Last are those with the lowest sales, all of them if tied; sales of 0 count as sales of 0. Nobody is last where all
//!   have the same, where nobody sold anything, or where only one is ranked.
//! - A week belongs to the month in which its Sunday falls. A period is looked at once anything was recorded after its
//!   last day; what is proposed is proposed on the first day after it.
//! - Last of a month in sales is who sold least in the weeks that belong to it (or in the month, where it is ranked by
//!   months), among those ranked in all of its weeks in which anyone was; last in the assessment is who has the lowest
//!   total of those assessed for that month. The same holds for ties. The proposal arises when both are known.

use super::Head;
use super::assessment::Assessment;
use super::bonus::Branch;
use super::conduct::measures;
use crate::id::Text;
use crate::msg;
use crate::primitives::Period;
use crate::reader::Table;

/// One ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// Id, label, clause.
    pub head: Head,
    /// Among whom; empty: everyone.
    pub roles: Vec<Text>,
    /// How often.
    pub per: Period,
    /// Who is ranked together.
    pub among: Branch,
    /// For the last.
    pub propose: Vec<Text>,
    /// Days of a suspension.
    pub days: i64,
    /// The assessment in which one must be last as well; empty: none.
    pub with: Text,
    /// Months running.
    pub running: i64,
    /// What follows then.
    pub then: Vec<Text>,
}

impl Ranking {
    /// Reads one `[[ranking]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], assessments: &[Assessment]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let with = table.text_at("with");
        if let Some(with) = &with {
            match assessments.iter().find(|rule| rule.head.id == with.value) {
                Some(rule) if rule.per == Period::Months(1) => {}
                Some(_) => table.context().error(
                    "E018",
                    with.span.clone(),
                    msg!("doc.assessment-not-monthly", id = &with.value),
                    msg!("help.assessment-not-monthly"),
                ),
                None => table.context().error(
                    "E009",
                    with.span.clone(),
                    msg!("doc.unknown-assessment", id = &with.value),
                    msg!("help.unknown-assessment"),
                ),
            }
            if !table.has("then") {
                table.missing("then");
            }
        }
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            roles: table.plain_texts("roles"),
            per: Period::read(table),
            among: Branch::read(table, "among", Branch::All),
            propose: measures(table, "propose"),
            days: table.count("days", 1..=366).unwrap_or(0),
            with: with.map(|at| at.value).unwrap_or_default(),
            running: table.count("running", 1..=24).unwrap_or(1),
            then: measures(table, "then"),
        };
        if rule.propose.iter().any(|what| what == "suspension") && rule.days == 0 {
            table.missing("days");
        }
        table.finish();
        head.map(|_| rule)
    }

    /// Whether someone of this role is ranked.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }
}
