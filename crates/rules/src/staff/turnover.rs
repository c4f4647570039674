//! What each person sold, day by day, net of what came back: for rankings and attainment.

use std::collections::BTreeMap;

use super::settle::Context;
use crate::id::Text;
use crate::kinds::commission::Base;
use crate::number::{Money, NumberError, Rate, Split};
use crate::staff::DealKind;
use crate::time::Day;

/// Sales by person and day.
#[derive(Debug, Clone, Default)]
pub struct Turnover(BTreeMap<Text, BTreeMap<Day, Money>>);

fn weight(part: Rate) -> i64 {
    let (mantissa, denominator) = part.ratio();
    // Parts of a deal are at most 1 with at most 12 decimals: brought to one denominator they fit.
    let scale = 1_000_000_000_000_i64.checked_div(denominator).unwrap_or(0);
    mantissa.saturating_mul(scale)
}

impl Turnover {
    /// Of all sales of goods. Goods that come back count off on the day from which that is known.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn of(context: &Context<'_>) -> Result<Self, NumberError> {
        let mut found = Self::default();
        for (number, deal) in (0_u32..).zip(&context.staff.deals) {
            if deal.kind != DealKind::Sale {
                continue;
            }
            let mut had: BTreeMap<Text, Money> = BTreeMap::new();
            for state in context.credits.states(number, deal) {
                let mut total = Money::ZERO;
                for (place, line) in context.staff.lines(deal).iter().enumerate() {
                    total = total.plus(state.base(deal, line, place, Base::Paid, false)?)?;
                }
                let mut weights: Vec<i64> = state.credit.shares.iter().map(|share| weight(share.part)).collect();
                let given: i64 = weights.iter().fold(0, |sum, one| sum.saturating_add(*one));
                weights.push(weight(Rate::ONE).saturating_sub(given).max(0));
                let parts = Split::LargestRemainder.parts(total.minor(), &weights);
                let mut now: BTreeMap<Text, Money> = BTreeMap::new();
                for (share, part) in state.credit.shares.iter().zip(parts) {
                    now.insert(share.staff.clone(), Money::from_minor(part));
                }
                for (staff, before) in &had {
                    now.entry(staff.clone()).or_default();
                    found.add(staff, state.known, -*before)?;
                }
                for (staff, amount) in &now {
                    found.add(staff, state.known, *amount)?;
                }
                had = now;
            }
        }
        Ok(found)
    }

    fn add(&mut self, staff: &Text, day: Day, amount: Money) -> Result<(), NumberError> {
        let sum = self.0.entry(staff.clone()).or_default().entry(day).or_default();
        *sum = sum.plus(amount)?;
        Ok(())
    }

    /// A person's sales from a day until another, which is not included.
    ///
    /// # Errors
    /// Where the sum does not fit.
    pub fn between(&self, staff: &str, from: Day, to: Day) -> Result<Money, NumberError> {
        let Some(days) = self.0.get(staff) else { return Ok(Money::ZERO) };
        Money::sum(days.range(from..to).map(|(_, amount)| *amount))
    }
}
