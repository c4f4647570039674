//! Tiers: what a member must reach, over which window, when it is judged, and whether one can fall.
//!
//! Programs: P12 (lifetime spend), P16 (spend and points), P27 (one step at a time), P29 (calendar quarter),
//! P32 (accumulated points), P05 (amount or number), P17 (review every six months, up and down), P26 (by application
//! and approval as well, and down for other reasons).
//!
//! ```toml
//! [tiers]
//! window = "lifetime"        # over what time figures are summed
//! up = "immediate"           # or "review"
//! down = "never"             # "immediate": as figures leave the window; "review"
//! step = "any"               # "one": never more than one tier at a judgement, see below
//! review = "6 months"        # from joining; or "calendar quarter"; or ["04-01", "08-01", "12-01"]
//! counts_current_sale = false
//!
//! [[tier]]
//! id = "ordinary"            # the first tier is everyone's
//! label = { zh = "普通", en = "Ordinary" }
//!
//! [[tier]]
//! id = "silver"
//! label = { zh = "银卡", en = "Silver" }
//! reach = { spend = "1000.00" }
//! by_application = true      # or granted, also downwards: stands until the next review, or for good without any
//! ```
//!
//! Where a version of the program has other tiers, a member keeps theirs by its id; a tier takes over members of
//! others with `was = ["gold"]`. Whose tier is gone is judged anew on the first day of the version, or with
//! `gone = "rank"` gets the tier of the same rank, at most the highest. `check` warns of tiers that are gone.
//!
//! What `step = "one"` means: a judgement moves a member by one tier at most. Rising at once, every event that adds to
//! the figures is a judgement. Falling at once, every day on which the figures do not carry the tier begins with one,
//! and so does every event that takes from the figures (goods brought back, points used): who has lost two tiers is
//! one lower on the day the figures left, and two lower the day after. At reviews, each review is one.
//! With `step = "any"` the days are the same; what an event of an earlier day, recorded late, has raised is judged
//! again by the next day's figures.

use super::Head;
use crate::id::Text;
use crate::msg;
use crate::primitives::{Condition, Window, condition::Figures};
use crate::reader::Table;
use crate::time::{Day, Span};

/// When tiers are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judged {
    /// At every event that touches the member.
    Immediately,
    /// On review days only.
    AtReview,
    /// Not at all.
    Never,
}

/// On which days reviews fall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    /// None.
    Never,
    /// Every so often from joining.
    Every(Span),
    /// On the first day of every calendar period of so many months.
    Calendar(u32),
    /// On these days (month, day) of every year.
    Days(Vec<(u32, u32)>),
}

impl Review {
    fn read(table: &Table<'_>) -> Self {
        let texts = table.texts("review");
        let [first, ..] = texts.as_slice() else { return Self::Never };
        match first.value.as_str() {
            "calendar month" => return Self::Calendar(1),
            "calendar quarter" => return Self::Calendar(3),
            "calendar half" => return Self::Calendar(6),
            "calendar year" => return Self::Calendar(12),
            other => {
                if let Ok(span) = other.parse::<Span>()
                    && span.end(Day::from_number(0)) > Day::from_number(0)
                {
                    return Self::Every(span);
                }
            }
        }
        let mut days = Vec::new();
        for at in texts {
            match annual_day(&at.value) {
                Some(day) => days.push(day),
                None => table.context().error(
                    "E013",
                    at.span,
                    msg!("doc.no-such-day", text = &at.value),
                    msg!("help.review"),
                ),
            }
        }
        Self::Days(days)
    }

    /// The first review after a day.
    #[must_use]
    pub fn next_after(&self, day: Day, joined: Day) -> Day {
        match self {
            Self::Never => Day::LAST,
            Self::Calendar(months) => day.period_start(*months).plus_months(i32::try_from(*months).unwrap_or(12)),
            Self::Every(Span::Days(days)) => {
                let (days, joined) = (i64::from((*days).max(1)), i64::from(joined.number()));
                let since = i64::from(day.number()).saturating_sub(joined).max(0);
                let next = since.saturating_div(days).saturating_add(1).saturating_mul(days).saturating_add(joined);
                i32::try_from(next).map_or(Day::LAST, |next| Day::from_number(next).min(Day::LAST))
            }
            Self::Every(Span::Months(months)) => {
                let months = (*months).max(1);
                let since = joined.months_until(day).max(0);
                let mut count = since.saturating_div(months).saturating_add(1);
                let mut next = joined.plus_months(count.saturating_mul(months));
                while next <= day && next < Day::LAST {
                    count = count.saturating_add(1);
                    next = joined.plus_months(count.saturating_mul(months));
                }
                next
            }
            Self::Days(days) => {
                let tomorrow = day.plus_days(1);
                days.iter().map(|(month, dom)| tomorrow.next_annual(*month, *dom)).min().unwrap_or(Day::LAST)
            }
        }
    }
}

/// Parses `12-31`.
#[must_use]
pub fn annual_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year has every day that any year has.
    Day::from_calendar(2024, month, day).map(|_| (month, day))
}

/// One tier above the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Id, label, clause.
    pub head: Head,
    /// What must be reached; `None`: only by grant (and for the first tier).
    pub reach: Option<Condition>,
    /// Whether it may be granted on application and approval.
    pub by_application: bool,
    /// Tiers of earlier versions whose members it takes over.
    pub was: Vec<Text>,
}

/// All tiers of a program, lowest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// The tiers; the first is everyone's.
    pub tiers: Vec<Tier>,
    /// The window of the figures.
    pub window: Window,
    /// When one rises.
    pub up: Judged,
    /// When one falls.
    pub down: Judged,
    /// Whether never more than one tier at a judgement.
    pub one_step: bool,
    /// Review days.
    pub review: Review,
    /// Whether the current sale counts for the tier under which it is itself judged.
    pub counts_current_sale: bool,
    /// Whether a return can take a tier away.
    pub falls_on_return: bool,
    /// Whether members of a tier that is gone get that of the same rank; otherwise they are judged anew.
    pub gone_by_rank: bool,
}

impl Ladder {
    /// Reads `[tiers]` and the `[[tier]]`s.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let mut tiers: Vec<Tier> = Vec::new();
        for table in root.tables("tier") {
            let head = Head::read(&table, tiers.iter().map(|t| &t.head));
            let _ = table.need_label("label");
            let reach = Condition::read(&table, "reach");
            let by_application = table.flag("by_application").unwrap_or(false);
            let was = table.plain_texts("was");
            if tiers.is_empty() && reach.is_some() {
                table.context().error(
                    "E018",
                    table.place("reach"),
                    msg!("doc.first-tier-reach"),
                    msg!("help.first-tier"),
                );
            }
            if !tiers.is_empty() && reach.is_none() && !by_application && !table.has("reach") {
                table.missing("reach");
            }
            if let (Some(reach), Some(below)) = (&reach, tiers.last().and_then(|t| t.reach.as_ref()))
                && below.asks_less_than(reach) == Some(false)
            {
                table.context().error(
                    "E011",
                    table.place("reach"),
                    msg!("doc.tier-not-higher"),
                    msg!("help.tier-order"),
                );
            }
            table.finish();
            if let Some(head) = head {
                tiers.push(Tier { head, reach, by_application, was });
            }
        }
        let mut ladder = Self {
            tiers,
            window: Window::Lifetime,
            up: Judged::Immediately,
            down: Judged::Never,
            one_step: false,
            review: Review::Never,
            counts_current_sale: false,
            falls_on_return: true,
            gone_by_rank: false,
        };
        let Some(table) = root.table("tiers") else { return ladder };
        let judged = |word: &str| match word {
            "review" => Judged::AtReview,
            "never" => Judged::Never,
            _ => Judged::Immediately,
        };
        ladder.window = Window::read(&table).unwrap_or(Window::Lifetime);
        ladder.up = table.word("up", &["immediate", "review", "never"]).map_or(Judged::Immediately, judged);
        ladder.down = table.word("down", &["immediate", "review", "never"]).map_or(Judged::Never, judged);
        ladder.one_step = table.word("step", &["any", "one"]) == Some("one");
        ladder.review = Review::read(&table);
        ladder.counts_current_sale = table.flag("counts_current_sale").unwrap_or(false);
        ladder.falls_on_return = table.word("on_return", &["judge", "keep"]) != Some("keep");
        ladder.gone_by_rank = table.word("gone", &["judge", "rank"]) == Some("rank");
        let reviews = ladder.up == Judged::AtReview || ladder.down == Judged::AtReview;
        if reviews && ladder.review == Review::Never {
            table.missing("review");
        }
        if !reviews && ladder.review != Review::Never {
            table.context().error("E018", table.place("review"), msg!("doc.review-unused"), msg!("help.review-unused"));
        }
        if ladder.window == Window::Lifetime && ladder.down == Judged::Immediately && !ladder.minds_balance() {
            table.context().warn(
                "W103",
                table.place("down"),
                msg!("doc.lifetime-never-falls"),
                msg!("help.lifetime-never-falls"),
            );
        }
        table.finish();
        ladder
    }

    /// Whether any tier looks at the balance of points, which falls as points are used.
    #[must_use]
    pub fn minds_balance(&self) -> bool {
        self.tiers.iter().filter_map(|t| t.reach.as_ref()).any(|c| {
            let (all, any) = c.demands_made();
            all.iter().chain(any).any(|d| d.metric == crate::primitives::Metric::PointsBalance)
        })
    }

    /// Whether members fall at once.
    #[must_use]
    pub fn falls_at_once(&self) -> bool {
        self.down == Judged::Immediately && self.tiers.len() > 1
    }

    /// The ids, lowest first.
    #[must_use]
    pub fn ids(&self) -> Vec<Text> {
        self.tiers.iter().map(|t| t.head.id.clone()).collect()
    }

    /// A tier by rank.
    #[must_use]
    pub fn get(&self, rank: u8) -> Option<&Tier> {
        self.tiers.get(usize::from(rank))
    }

    /// The highest tier whose demands hold.
    #[must_use]
    pub fn deserved(&self, figures: &impl Figures, day: Day) -> u8 {
        let found = self
            .tiers
            .iter()
            .enumerate()
            .rev()
            .find(|(rank, tier)| {
                *rank == 0 || tier.reach.as_ref().is_some_and(|reach| reach.holds(figures, self.window, day))
            })
            .map_or(0, |(rank, _)| rank);
        u8::try_from(found).unwrap_or(u8::MAX)
    }

    /// The tier that takes over the members of another version's tier; `None`: it is gone, and they are judged anew.
    #[must_use]
    pub fn takes_over(&self, old: &Tier, rank: u8) -> Option<u8> {
        let by_id = self.tiers.iter().position(|tier| tier.head.id == old.head.id);
        let by_name = || self.tiers.iter().position(|tier| tier.was.contains(&old.head.id));
        let by_rank = || self.gone_by_rank.then(|| usize::from(rank).min(self.tiers.len().saturating_sub(1)));
        by_id.or_else(by_name).or_else(by_rank).and_then(|rank| u8::try_from(rank).ok())
    }

    /// Where a member of tier `now` moves, when `up` and `down` moves are allowed.
    #[must_use]
    pub fn judge(&self, now: u8, figures: &impl Figures, day: Day, up: bool, down: bool) -> u8 {
        if self.tiers.len() < 2 {
            return 0;
        }
        if up && !down && usize::from(now) + 1 >= self.tiers.len() {
            return now;
        }
        let deserved = self.deserved(figures, day);
        if deserved > now && up {
            return if self.one_step { now.saturating_add(1) } else { deserved };
        }
        if deserved < now && down {
            return if self.one_step { now.saturating_sub(1) } else { deserved };
        }
        now
    }
}
