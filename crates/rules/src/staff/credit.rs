//! Who gets a deal, and what of it counts, as both stand after each change: goods brought back, money that arrived,
//! decisions about who gets it.

use super::fact::{Share, StaffFact};
use super::{Deal, DealLine, LaterChange, Noted, StaffBook};
use crate::event::ReturnedLine;
use crate::fold::cumulative;
use crate::id::Text;
use crate::kinds::commission::Base;
use crate::message::Message;
use crate::msg;
use crate::number::{Money, NumberError, Quantity, Rate, Rounding};
use crate::policy::PolicySet;
use crate::time::Day;

/// Who gets a deal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credit {
    /// The parts.
    pub shares: Vec<Share>,
    /// Why it is not simply the seller's.
    pub why: Option<Message>,
}

/// A deal as it stands from a day on.
#[derive(Debug, Clone)]
pub struct State {
    /// From which day it counts so.
    pub known: Day,
    /// Who gets it.
    pub credit: Credit,
    /// What came back, by line.
    back: Vec<Quantity>,
    /// Money that had not arrived at first and has since.
    arrived: Money,
}

impl State {
    /// The amount of a line that counts.
    ///
    /// # Errors
    /// Where a figure does not fit.
    pub fn base(
        &self,
        deal: &Deal,
        line: &DealLine,
        place: usize,
        base: Base,
        arrived_only: bool,
    ) -> Result<Money, NumberError> {
        let back = self.back.get(place).copied().unwrap_or_default();
        let kept = |amount: Money| -> Result<Money, NumberError> {
            if back.is_zero() {
                return Ok(amount);
            }
            amount.minus(cumulative(amount, line.quantity, back)?)
        };
        let amount = match base {
            Base::Paid => kept(line.paid)?,
            Base::BeforeDiscounts => kept(line.list)?,
            Base::Entitled => kept(line.paid)?.plus(kept(line.entitled)?)?,
        };
        if !arrived_only || deal.pending.is_zero() || !deal.paid.is_positive() {
            return Ok(amount);
        }
        let there = deal.paid.minus(deal.pending)?.plus(self.arrived)?;
        Rounding::MONEY
            .ratio(i128::from(amount.minor()).saturating_mul(i128::from(there.minor())), i128::from(deal.paid.minor()))
            .map(Money::from_minor)
    }

    /// Pieces of a line that stayed sold.
    #[must_use]
    pub fn kept(&self, line: &DealLine, place: usize) -> Quantity {
        let back = self.back.get(place).copied().unwrap_or_default();
        line.quantity.minus(back).unwrap_or_default()
    }

    fn take_back(&mut self, lines: &[DealLine], returned: &[ReturnedLine]) {
        self.back.resize(lines.len(), Quantity::ZERO);
        for one in returned {
            let place = one.line as usize;
            if let (Some(back), Some(line)) = (self.back.get_mut(place), lines.get(place)) {
                *back = back.plus(one.quantity).unwrap_or(line.quantity).min(line.quantity);
            }
        }
    }
}

impl Base {
    /// The amount of a line that counts while nothing of it has come back.
    pub(super) fn of_line(self, line: &DealLine) -> Result<Money, NumberError> {
        match self {
            Self::Paid => Ok(line.paid),
            Self::BeforeDiscounts => Ok(line.list),
            Self::Entitled => line.paid.plus(line.entitled),
        }
    }
}

/// Finds who gets deals.
#[derive(Debug)]
pub struct Credits<'b> {
    staff: &'b StaffBook,
    policies: &'b PolicySet,
    /// Numbers of later changes by deal, sorted.
    changes: Vec<(u32, u32)>,
    suspended: Vec<Suspension<'b>>,
}

/// Days without work.
#[derive(Debug)]
pub(crate) struct Suspension<'b> {
    /// Who.
    pub staff: &'b Text,
    /// From when.
    pub from: Day,
    /// Until when, not included.
    pub to: Day,
    /// The first day that was open when it was recorded: it changes nothing of what was closed then.
    pub open: Day,
}

/// All that were recorded.
pub(crate) fn suspensions(staff: &StaffBook) -> Vec<Suspension<'_>> {
    let all = staff.facts.iter().filter_map(|noted| match &noted.fact {
        StaffFact::Suspended { staff, from, to, .. } => {
            Some(Suspension { staff, from: *from, to: *to, open: noted.open })
        }
        _ => None,
    });
    all.collect()
}

impl<'b> Credits<'b> {
    /// Over a staff book.
    #[must_use]
    pub fn new(staff: &'b StaffBook, policies: &'b PolicySet) -> Self {
        let mut changes: Vec<(u32, u32)> =
            (0_u32..).zip(&staff.later).map(|(number, later)| (later.deal, number)).collect();
        changes.sort_unstable();
        Self { staff, policies, changes, suspended: suspensions(staff) }
    }

    /// A deal as it stands after each change, the first state first. One that counts from no later a day than the
    /// one before replaces it.
    #[must_use]
    pub fn states(&self, number: u32, deal: &Deal) -> Vec<State> {
        let lines = self.staff.lines(deal);
        let mut states =
            vec![State { known: deal.known, credit: self.first(deal), back: Vec::new(), arrived: Money::ZERO }];
        let from = self.changes.partition_point(|(of, _)| *of < number);
        for (_, change) in self.changes.iter().skip(from).take_while(|(of, _)| *of == number) {
            let Some(later) = self.staff.later.get(*change as usize) else { continue };
            let Some(last) = states.last() else { continue };
            let mut next = last.clone();
            next.known = later.known.max(last.known);
            match &later.what {
                LaterChange::Back(returned) => next.take_back(lines, returned),
                LaterChange::Arrived(amount) => next.arrived = next.arrived.plus(*amount).unwrap_or(next.arrived),
                // What did not arrive was never counted as arrived.
                LaterChange::Bounced(_) => {}
                LaterChange::Credited { shares, reason } => {
                    next.credit = Credit {
                        shares: shares.clone(),
                        why: Some(msg!("attribution.decided", reason = reason, day = later.day)),
                    };
                }
            }
            if next.known == last.known {
                states.pop();
            }
            states.push(next);
        }
        states
    }

    /// Who gets a deal unless somebody decides.
    #[must_use]
    pub fn first(&self, deal: &Deal) -> Credit {
        let seller = self.staff.name(deal.seller);
        let day = deal.at.day;
        if seller.is_empty() {
            return Credit::default();
        }
        let whole = |staff: &Text| vec![Share { staff: staff.clone(), part: Rate::ONE }];
        if let Some(leaving) = self.staff.roster.left(seller, day) {
            return Credit {
                shares: Vec::new(),
                why: Some(msg!("attribution.left", staff = seller, day = leaving.day)),
            };
        }
        if self.is_suspended(seller, deal) {
            // Customers who came all the same are received by whoever is on duty; without duties, a person decides.
            let why = |to: &Text| msg!("attribution.suspended-to", staff = seller, to = to);
            return match self.all_on_duty(deal).as_slice() {
                [one] => Credit { shares: whole(one), why: Some(why(one)) },
                _ => Credit { shares: Vec::new(), why: Some(msg!("attribution.suspended", staff = seller)) },
            };
        }
        let minds_duty = self.policies.on(day).is_some_and(|policy| policy.staff().attribution.on_duty);
        if !minds_duty || self.on_duty(seller, deal) {
            return Credit { shares: whole(seller), why: None };
        }
        if let Some(manager) = self.booked(seller, deal) {
            return Credit {
                shares: whole(seller),
                why: Some(msg!("attribution.booked", staff = seller, manager = manager)),
            };
        }
        if let Some(manager) = self.waived(seller, deal) {
            return Credit {
                shares: whole(seller),
                why: Some(msg!("attribution.waived", staff = seller, manager = manager)),
            };
        }
        let on_duty = self.all_on_duty(deal);
        match on_duty.as_slice() {
            [one] => Credit { shares: whole(one), why: Some(msg!("attribution.on-duty", staff = seller, to = *one)) },
            _ => Credit { shares: Vec::new(), why: Some(msg!("attribution.undecided", staff = seller)) },
        }
    }

    /// What was recorded while the month in which a deal counts was open: what comes later is for somebody to decide.
    fn facts(&self, deal: &Deal) -> impl Iterator<Item = &Noted> {
        let known = deal.known;
        self.staff.facts.iter().filter(move |noted| noted.open <= known)
    }

    fn is_suspended(&self, who: &Text, deal: &Deal) -> bool {
        let day = deal.at.day;
        let holds = |own: &Suspension<'_>| own.from <= day && day < own.to && own.open <= deal.known;
        self.suspended.iter().any(|own| own.staff == who && holds(own))
    }

    fn all_on_duty(&self, deal: &Deal) -> Vec<&Text> {
        let mut found: Vec<&Text> = self
            .facts(deal)
            .filter_map(|noted| match &noted.fact {
                StaffFact::Duty { staff, from, to } if *from <= deal.at && deal.at < *to => Some(staff),
                _ => None,
            })
            .filter(|staff| !self.is_suspended(staff, deal))
            .collect();
        found.sort();
        found.dedup();
        found
    }

    fn on_duty(&self, seller: &Text, deal: &Deal) -> bool {
        self.facts(deal).any(|noted| {
            matches!(&noted.fact, StaffFact::Duty { staff, from, to } if staff == seller && *from <= deal.at && deal.at < *to)
        })
    }

    /// The manager who was told that the client was booked with the seller, before the visit.
    fn booked(&self, seller: &Text, deal: &Deal) -> Option<&Text> {
        self.facts(deal).find_map(|noted| match &noted.fact {
            StaffFact::Booked { staff, member, day, told }
                if staff == seller
                    && *day == deal.at.day
                    && noted.at < deal.at
                    && !told.is_empty()
                    && (member.is_none() || *member == deal.member) =>
            {
                Some(told)
            }
            _ => None,
        })
    }

    fn waived(&self, seller: &Text, deal: &Deal) -> Option<&Text> {
        self.facts(deal).find_map(|noted| match &noted.fact {
            StaffFact::DutyWaived { staff, by, day, .. } if staff == seller && *day == deal.at.day => Some(by),
            _ => None,
        })
    }
}
