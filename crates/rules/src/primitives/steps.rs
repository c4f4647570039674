//! Bands over a figure, read *whole* (the band's rate on everything) or *marginal* (each band's rate on its part).

use crate::message::Trace;
use crate::msg;
use crate::number::{Money, NumberError, Rate, Rounding};
use crate::reader::Table;

/// How bands are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The rate of the band in which the figure falls, on all of it.
    Whole,
    /// Each band's rate on the part of the figure that falls in it.
    Marginal,
}

/// One band: `[from, to)` at a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// First figure in it.
    pub from: Money,
    /// First figure after it; `None`: without end.
    pub to: Option<Money>,
    /// Its rate.
    pub rate: Rate,
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
    bands: Vec<Band>,
}

impl Steps {
    /// Reads `bands` and `reading` of a rule's table; `None` where there are no bands or a wrong one.
    #[must_use]
    pub fn read(table: &Table<'_>, most: Rate) -> Option<Self> {
        let reading = match table.word("reading", &["whole", "marginal"]) {
            Some("marginal") => Reading::Marginal,
            Some(_) | None => Reading::Whole,
        };
        let mut bands: Vec<Band> = Vec::new();
        let mut open_end: Option<Money> = None;
        for entry in table.tables("bands") {
            entry.only_one(&["from", "above"]);
            let from = match entry.money("above") {
                Some(above) => Some(Money::from_minor(above.minor().saturating_add(1))),
                None => entry.money("from"),
            };
            let to = entry.money("to");
            let rate = entry.rate("rate", most);
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
                let (message, help) = if end < from {
                    (msg!("doc.band-gap", end = end, from = from), msg!("help.band-from", from = end))
                } else {
                    (msg!("doc.band-overlap", end = end, from = from), msg!("help.band-from", from = end))
                };
                entry.context().error("E010", entry.place("from"), message, help);
            }
            if let Some(last) = bands.last_mut() {
                if from <= last.from {
                    entry.context().error(
                        "E010",
                        entry.place("from"),
                        msg!("doc.band-order", before = last.from, from = from),
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
                    msg!("doc.band-empty", from = from, to = to),
                    msg!("help.band-order"),
                );
            }
            open_end = to;
            bands.push(Band { from, to, rate });
        }
        (!bands.is_empty()).then_some(Self { reading, bands })
    }

    /// One rate on everything.
    #[must_use]
    pub fn flat(rate: Rate) -> Self {
        Self { reading: Reading::Whole, bands: vec![Band { from: Money::ZERO, to: None, rate }] }
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
            let part = band.rate.of_money(base, rounding)?;
            total = total.plus(part)?;
            traces.push(Trace::of(msg!("steps.band", base = base, rate = band.rate, from = band.from), part));
        }
        Ok((total, traces))
    }
}
