//! Bands over a figure, read *whole* (the band's rate on everything) or *marginal* (each band's rate on its part).

use crate::message::{Trace, Value};
use crate::msg;
use crate::number::{Money, NumberError, Rate, Rounding, RoundingMode};
use crate::reader::Table;

/// How bands are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The rate of the band in which the figure falls, on all of it.
    Whole,
    /// Each band's rate on the part of the figure that falls in it.
    Marginal,
}

/// What the bands' borders are: an amount in fen, or a rate in millionths (attainment of a target, a discount).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// An amount.
    Amount,
    /// A rate.
    Rate,
}

/// Millionths in one, for borders that are rates.
pub const RATE_UNIT: i64 = 1_000_000;

impl Border {
    fn read(self, table: &Table<'_>, key: &'static str) -> Option<Money> {
        match self {
            Self::Amount => table.money(key),
            Self::Rate => {
                let most: Rate = "1000".parse().unwrap_or(Rate::ONE);
                let rate = table.rate(key, most)?;
                // A border finer than a millionth lies between two figures: the next figure is the first in the band.
                let up = Rounding { unit_minor: 1, mode: RoundingMode::Up };
                rate.of_money(Money::from_minor(RATE_UNIT), up).ok()
            }
        }
    }

    /// A border as an argument of a message.
    #[must_use]
    pub fn value(self, border: Money) -> Value {
        match self {
            Self::Amount => border.into(),
            Self::Rate => Rate::from_parts(border.minor(), RATE_UNIT).into(),
        }
    }
}

/// One band: `[from, to)` at a rate, or at a fixed amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// First figure in it.
    pub from: Money,
    /// First figure after it; `None`: without end.
    pub to: Option<Money>,
    /// Its rate.
    pub rate: Rate,
    /// A fixed amount instead of the rate.
    pub fixed: Option<Money>,
}

/// Bands that neither gap nor overlap.
///
/// ```toml
/// reading = "marginal"
/// bands = [{ from = "0.00", rate = "1%" }, { from = "50000.00", rate = "1.5%" }]
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    reading: Reading,
    border: Border,
    bands: Vec<Band>,
}

impl Steps {
    /// Reads `bands` and `reading` of a rule's table; `None` where there are no bands or a wrong one.
    #[must_use]
    pub fn read(table: &Table<'_>, most: Rate) -> Option<Self> {
        Self::read_bordered(table, most, Border::Amount)
    }

    /// Reads bands whose borders are of this sort, and which may pay `fixed` amounts where borders are rates.
    #[must_use]
    pub fn read_bordered(table: &Table<'_>, most: Rate, border: Border) -> Option<Self> {
        let reading = match table.word("reading", &["whole", "marginal"]) {
            Some("marginal") => Reading::Marginal,
            Some(_) | None => Reading::Whole,
        };
        let mut bands: Vec<Band> = Vec::new();
        let mut open_end: Option<Money> = None;
        for entry in table.tables("bands") {
            entry.only_one(&["from", "above"]);
            let from = match border.read(&entry, "above") {
                Some(above) => Some(Money::from_minor(above.minor().saturating_add(1))),
                None => border.read(&entry, "from"),
            };
            let to = border.read(&entry, "to");
            let fixed = if border == Border::Rate && entry.only_one(&["rate", "fixed"]) == Some("fixed") {
                entry.money("fixed")
            } else {
                None
            };
            let rate = if fixed.is_some() { Some(Rate::ZERO) } else { entry.rate("rate", most) };
            entry.finish();
            let Some(from) = from else {
                entry.missing("from");
                continue;
            };
            let Some(rate) = rate else {
                if !entry.has("rate") {
                    entry.missing("rate");
                }
                continue;
            };
            if let Some(end) = open_end.take()
                && end != from
            {
                let gap = end < from;
                let (end, from) = (border.value(end), border.value(from));
                let (message, help) = if gap {
                    (msg!("doc.band-gap", end = end.clone(), from = from), msg!("help.band-from", from = end))
                } else {
                    (msg!("doc.band-overlap", end = end.clone(), from = from), msg!("help.band-from", from = end))
                };
                entry.context().error("E010", entry.place("from"), message, help);
            }
            if let Some(last) = bands.last_mut() {
                if from <= last.from {
                    entry.context().error(
                        "E010",
                        entry.place("from"),
                        msg!("doc.band-order", before = border.value(last.from), from = border.value(from)),
                        msg!("help.band-order"),
                    );
                }
                last.to = Some(from);
            }
            if let Some(to) = to
                && to <= from
            {
                entry.context().error(
                    "E010",
                    entry.place("to"),
                    msg!("doc.band-empty", from = border.value(from), to = border.value(to)),
                    msg!("help.band-order"),
                );
            }
            open_end = to;
            bands.push(Band { from, to, rate, fixed });
        }
        (!bands.is_empty()).then_some(Self { reading, border, bands })
    }

    /// One rate on everything.
    #[must_use]
    pub fn flat(rate: Rate) -> Self {
        Self {
            reading: Reading::Whole,
            border: Border::Amount,
            bands: vec![Band { from: Money::ZERO, to: None, rate, fixed: None }],
        }
    }

    /// What the borders are.
    #[must_use]
    pub const fn border(&self) -> Border {
        self.border
    }

    /// The same bands read the other way.
    #[must_use]
    pub fn read_as(&self, reading: Reading) -> Self {
        Self { reading, ..self.clone() }
    }

    /// The band in which a figure falls.
    #[must_use]
    pub fn band_at(&self, figure: Money) -> Option<&Band> {
        self.bands.iter().rev().find(|band| figure >= band.from && band.to.is_none_or(|to| figure < to))
    }

    /// The same bands over amounts, when their borders are rates of `whole`.
    ///
    /// # Errors
    /// Where a border does not fit.
    pub fn of_whole(&self, whole: Money) -> Result<Self, NumberError> {
        let up = Rounding { unit_minor: 1, mode: RoundingMode::Up };
        let border = |at: Money| -> Result<Money, NumberError> {
            up.ratio(i128::from(at.minor()).saturating_mul(i128::from(whole.minor())), i128::from(RATE_UNIT))
                .map(Money::from_minor)
        };
        let mut bands = Vec::with_capacity(self.bands.len());
        for band in &self.bands {
            bands.push(Band { from: border(band.from)?, to: band.to.map(border).transpose()?, ..*band });
        }
        Ok(Self { reading: self.reading, border: Border::Amount, bands })
    }

    /// The bands.
    #[must_use]
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// How they are read.
    #[must_use]
    pub const fn reading(&self) -> Reading {
        self.reading
    }

    /// What follows from a figure, with its reasons. Each band's part is rounded once.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn apply(&self, figure: Money, rounding: Rounding) -> Result<(Money, Vec<Trace>), NumberError> {
        self.apply_between(Money::ZERO, figure, rounding)
    }

    /// What a further amount brings when `before` has been counted already.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn apply_between(
        &self,
        before: Money,
        after: Money,
        rounding: Rounding,
    ) -> Result<(Money, Vec<Trace>), NumberError> {
        let mut total = Money::ZERO;
        let mut traces = Vec::new();
        for band in &self.bands {
            let base = match self.reading {
                Reading::Whole => {
                    if after < band.from || band.to.is_some_and(|to| after >= to) {
                        continue;
                    }
                    after.minus(before)?
                }
                Reading::Marginal => {
                    let upper = band.to.map_or(after, |to| after.min(to));
                    let lower = before.max(band.from);
                    if upper <= lower {
                        continue;
                    }
                    upper.minus(lower)?
                }
            };
            let part = match band.fixed {
                Some(fixed) => fixed,
                None => band.rate.of_money(base, rounding)?,
            };
            total = total.plus(part)?;
            let message = match band.fixed {
                Some(_) => msg!("steps.fixed", base = base, from = band.from),
                None => msg!("steps.band", base = base, rate = band.rate, from = band.from),
            };
            traces.push(Trace::of(message, part));
        }
        Ok((total, traces))
    }
}
