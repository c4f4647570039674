//! Contests: who did best in a period gets a prize.
//!
//! Programs: P04 (rank by sales in a period, a prize for the first N).
//!
//! ```toml
//! [[contest]]
//! id = "champion"
//! metric = "sales"                 # see `kinds::measure`
//! window = "calendar quarter"
//! roles = ["representative"]       # who takes part; default: everyone
//! winners = 1                      # the first so many
//! prizes = ["500.00", "200.00"]    # of the first, the second, …; the last stands for all after it
//! ties = "each"                    # those who share a place each get its prize (default), or "split"
//! least = "10000.00"               # nobody with less wins anything; default: more than nothing
//! ```
//!
//! Places are counted as in sport: after two firsts comes a third. With `split`, those who share a place get equal
//! parts, to the fen, of the prizes of all places that they fill. The standing at the end of the period counts: goods
//! that come back later take no prize away.

use super::Head;
use super::measure::Counted;
use super::target::calendar_window;
use crate::id::Text;
use crate::msg;
use crate::number::Money;
use crate::primitives::Window;
use crate::reader::Table;

/// One contest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// Id, label, clause.
    pub head: Head,
    /// By what it is ranked.
    pub counted: Counted,
    /// The period.
    pub window: Window,
    /// Who takes part; empty: everyone.
    pub roles: Vec<Text>,
    /// How many places win.
    pub winners: i64,
    /// The prizes, the first place's first.
    pub prizes: Vec<Money>,
    /// Whether those who share a place share the prizes.
    pub ties_split: bool,
    /// The least that wins.
    pub least: i64,
}

impl Contest {
    /// Reads one `[[contest]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self], tiers: &[Text]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let counted = Counted::read(table, tiers);
        for key in ["window", "prizes"] {
            if !table.has(key) {
                table.missing(key);
            }
        }
        let mut prizes = Vec::new();
        for at in table.texts("prizes") {
            match at.value.parse::<Money>() {
                Ok(prize) if !prize.is_negative() => prizes.push(prize),
                Ok(_) | Err(_) => table.context().error(
                    "E005",
                    at.span,
                    msg!("doc.bad-number", text = &at.value),
                    msg!("help.number"),
                ),
            }
        }
        let least = table.text("least").and_then(|text| {
            let figure = counted.as_ref()?.measure.unit().parse(&text);
            if figure.is_none() {
                table.context().error(
                    "E005",
                    table.place("least"),
                    msg!("doc.bad-number", text = &text),
                    msg!("help.target-figure"),
                );
            }
            figure
        });
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            window: calendar_window(table).unwrap_or(Window::Calendar(1)),
            roles: table.plain_texts("roles"),
            winners: table.count("winners", 1..=1000).unwrap_or(1),
            ties_split: table.word("ties", &["each", "split"]) == Some("split"),
            least: least.unwrap_or(1).max(1),
            counted: counted.clone()?,
            prizes,
        };
        table.finish();
        head.map(|_| rule)
    }

    /// The prize of a place, from 1; nothing after the last that wins.
    #[must_use]
    pub fn prize(&self, place: usize) -> Money {
        if i64::try_from(place).map_or(true, |place| place > self.winners) {
            return Money::ZERO;
        }
        self.prizes.get(place.saturating_sub(1)).or(self.prizes.last()).copied().unwrap_or_default()
    }
}
