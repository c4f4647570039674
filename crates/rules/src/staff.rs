//! The staff side of a shop: its people and stores, who sold what, and what happened among the staff.
//!
//! A second fold over the same journal. It keeps facts in the shape that settling needs them: deals by line with the
//! people who made them, and everything else as it was recorded. What follows from them is computed by
//! [`settle`](crate::staff::settle) under the policy of each day. A counter does not need it: it is folded when a staff
//! page is opened or a period is settled.

pub mod account;
pub mod approval;
pub mod assessment;
pub mod bonus;
pub mod care;
pub mod classing;
pub mod clientele;
pub mod clients;
pub mod commission;
pub mod complaints;
pub mod conduct;
pub mod contest;
pub mod credit;
pub mod decide;
pub mod draw;
pub mod fact;
pub mod inspection;
pub mod kpi;
pub mod lists;
pub mod measure;
pub mod message;
pub mod ownership;
pub mod pay;
pub mod project;
pub mod ranking;
pub mod rights;
pub mod roster;
pub mod settle;
pub mod summary;
pub mod target;
pub mod turnover;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use serde::{Deserialize, Serialize};

use crate::book::{IdHasher, SetAside};
use crate::event::{Body, Event, Journal, Line, ReturnedLine, Sold, Tags, Tender};
use crate::id::{EventId, MemberId, Text};
use crate::msg;
use crate::number::{Money, NumberError, Quantity};
use crate::policy::{Policy, PolicySet};
use crate::reader::Table;
use crate::sale::{self, Scratch};
use crate::time::{BusinessTime, Day};

pub use care::{StaffTask, due};
pub use fact::StaffFact;
pub use roster::Roster;
pub use settle::{Settled, settle};

/// What sort of deal it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DealKind {
    /// Goods were sold.
    Sale,
    /// Stored value was sold (a prepaid card).
    Load,
    /// A membership was sold: the fee of an enrolment.
    Fee,
}

impl DealKind {
    /// Its word in a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Load => "load",
            Self::Fee => "fee",
        }
    }

    /// Reads the sorts at a key; goods sold where there is none.
    #[must_use]
    pub fn read(table: &Table<'_>, key: &'static str) -> Vec<Self> {
        let mut kinds = Vec::new();
        for at in table.texts(key) {
            match [Self::Sale, Self::Load, Self::Fee].into_iter().find(|kind| kind.word() == at.value) {
                Some(kind) => kinds.push(kind),
                None => table.context().error(
                    "E007",
                    at.span,
                    msg!("doc.unknown-word", word = &at.value),
                    msg!("help.known-words", words = vec!["sale".into(), "load".into(), "fee".into()]),
                ),
            }
        }
        if kinds.is_empty() {
            kinds.push(Self::Sale);
        }
        kinds
    }
}

/// A deal: a sale, stored value sold, a membership sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deal {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: BusinessTime,
    /// From which day it counts: its own, or the first open day if its period was closed when it came.
    pub known: Day,
    /// Sort.
    pub kind: DealKind,
    /// The store's number among the names.
    pub store: u32,
    /// The seller's number among the names, as recorded at the till.
    pub seller: u32,
    /// The member.
    pub member: Option<MemberId>,
    pub(crate) first_line: u32,
    pub(crate) line_count: u32,
    /// Price.
    pub paid: Money,
    /// Of which the money had not arrived at the time.
    pub pending: Money,
}

/// A line of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DealLine {
    /// Number of its goods, see [`StaffBook::goods`].
    pub goods: u32,
    /// How many.
    pub quantity: Quantity,
    /// At the shop's own price, before reductions.
    pub list: Money,
    /// Its share of the price.
    pub paid: Money,
    /// Reductions that the program gave: those that the member was entitled to.
    pub entitled: Money,
    /// All reductions by rules and by hand (not vouchers and points).
    pub reduced: Money,
}

/// Something that changes a deal after its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Later {
    /// Number of the deal.
    pub deal: u32,
    /// The event.
    pub event: EventId,
    /// Its day.
    pub day: Day,
    /// From which day it counts.
    pub known: Day,
    /// What.
    pub what: LaterChange,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum LaterChange {
    /// Goods came back.
    Back(Vec<ReturnedLine>),
    /// Money that was awaited arrived.
    Arrived(Money),
    /// Money that was awaited will not arrive.
    Bounced(Money),
    /// Somebody decided who gets the deal.
    Credited {
        /// The parts.
        shares: Vec<fact::Share>,
        /// Why.
        reason: Text,
    },
}

/// A fact with its circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Noted {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: BusinessTime,
    /// From which day it counts.
    pub known: Day,
    /// The first day that was open when it was recorded. Follows from the facts before it.
    #[serde(skip)]
    pub(crate) open: Day,
    /// Where it was recorded.
    pub store: Text,
    /// Who recorded it.
    pub by: Text,
    /// What happened.
    pub fact: StaffFact,
}

/// A card was opened: a member joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// The member.
    pub member: MemberId,
    /// When.
    pub at: BusinessTime,
    /// From which day it counts.
    pub known: Day,
    /// The guide who opened it: the one named, else the one who recorded it; empty: nobody.
    pub by: Text,
    /// Where.
    pub store: Text,
    /// Sales by whose receipts they joined: their first purchases, rung up before they were known.
    pub receipts: Vec<EventId>,
}

/// Texts by number: a code stands in thousands of deals.
#[derive(Debug, Clone, Default)]
pub struct Names {
    texts: Vec<Text>,
    numbers: HashMap<Text, u32, BuildHasherDefault<IdHasher>>,
}

impl Names {
    fn number(&mut self, text: &Text) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.clone());
        self.numbers.insert(text.clone(), number);
        number
    }

    /// The number of a text that is known.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The text of a number.
    #[must_use]
    pub fn text(&self, number: u32) -> &Text {
        const EMPTY: &Text = &Text::const_new("");
        self.texts.get(number as usize).unwrap_or(EMPTY)
    }
}

/// The state of the staff side.
#[derive(Debug, Clone, Default)]
pub struct StaffBook {
    pub(crate) roster: Roster,
    pub(crate) names: Names,
    /// Each sort of goods once: product, category, tags. Rules are matched against them, not against every line.
    pub(crate) goods: Vec<Line>,
    goods_by_product: HashMap<Text, Vec<u32>, BuildHasherDefault<IdHasher>>,
    pub(crate) deals: Vec<Deal>,
    pub(crate) lines: Vec<DealLine>,
    pub(crate) later: Vec<Later>,
    pub(crate) facts: Vec<Noted>,
    /// Cards opened, in the order of the journal.
    pub(crate) openings: Vec<Opening>,
    /// Members who left, were cancelled or refused, and when.
    pub(crate) endings: Vec<(MemberId, BusinessTime)>,
    pub(crate) closed: Vec<(Day, Day)>,
    /// First day that is not closed.
    pub(crate) open_from: Day,
    pub(crate) set_aside: Vec<SetAside>,
    deal_numbers: HashMap<EventId, u32, BuildHasherDefault<IdHasher>>,
    pub(crate) first_day: Option<Day>,
    pub(crate) last_day: Day,
    /// Tenders that wait, by load or sale and place.
    waiting: BTreeMap<(EventId, u32), (u32, Money)>,
}

/// Product word of stored value sold, for filters and traces.
pub const STORED_VALUE_GOODS: &str = "stored-value";
/// Product word of a membership sold.
pub const FEE_GOODS: &str = "membership";

impl StaffBook {
    /// Folds a journal.
    #[must_use]
    pub fn fold(policies: &PolicySet, journal: &Journal) -> Self {
        let mut book = Self::default();
        let mut scratch = Scratch::default();
        for event in journal.events() {
            book.take(policies, event, &mut scratch);
        }
        book
    }

    /// Folds one more event, which comes after all others.
    pub fn apply(&mut self, policies: &PolicySet, event: &Event) {
        self.take(policies, event, &mut Scratch::default());
    }

    fn take(&mut self, policies: &PolicySet, event: &Event, scratch: &mut Scratch) {
        let day = event.at.day;
        self.first_day = Some(self.first_day.map_or(day, |first| first.min(day)));
        self.last_day = self.last_day.max(day);
        let Some(policy) = policies.on(day) else { return };
        self.membership(event);
        let taken = match &event.body {
            Body::Sold(sold) => self.sold(policy, event, sold, scratch),
            Body::Loaded { member, amount, tenders } => {
                self.sold_plain(policy, event, DealKind::Load, Some(*member), (STORED_VALUE_GOODS, *amount), tenders)
            }
            Body::Enrolled { fee, choice, .. } if fee.is_positive() => {
                let goods = if choice.is_empty() { FEE_GOODS } else { choice.as_str() };
                let member = Some(MemberId::from(event.id));
                self.sold_plain(policy, event, DealKind::Fee, member, (goods, *fee), &[])
            }
            Body::Returned { sale, lines, .. } => {
                self.change(*sale, event, LaterChange::Back(lines.clone()));
                Ok(())
            }
            Body::TenderSettled { of, tender, cleared } => {
                if let Some((_, amount)) = self.waiting.remove(&(*of, *tender)) {
                    let what = if *cleared { LaterChange::Arrived(amount) } else { LaterChange::Bounced(amount) };
                    self.change(*of, event, what);
                }
                Ok(())
            }
            Body::Staff(fact) => {
                self.note(event, fact);
                Ok(())
            }
            Body::DiscountAgreed { rule, rate, by, .. } => {
                let spoken: Vec<Text> = by.iter().map(|(party, by)| Text::from(format!("{party}={by}"))).collect();
                if !approval::is_recorded(self, policies, (rule, *rate, &spoken), day) {
                    // The goods were sold at that price: the sale stands, and whoever settles sees that nobody agreed.
                    let reason = msg!("aside.approval-not-recorded");
                    self.set_aside.push(SetAside { event: event.id, reason });
                }
                Ok(())
            }
            Body::Enrolled { .. }
            | Body::ApplicationDecided { .. }
            | Body::ProfileChanged { .. }
            | Body::CardReplaced { .. }
            | Body::CardRenewed { .. }
            | Body::Left { .. }
            | Body::Redeemed { .. }
            | Body::Attended { .. }
            | Body::PointsSent { .. }
            | Body::EntitlementGiven { .. }
            | Body::RebatePaid { .. }
            | Body::PointsAdjusted { .. }
            | Body::KindAdjusted { .. }
            | Body::Forgotten { .. }
            | Body::CarriedOver { .. }
            | Body::Marked { .. }
            | Body::TierGranted { .. }
            | Body::ProductListed(_)
            | Body::ProductDropped { .. }
            | Body::Adopted { .. }
            | Body::Unknown { .. } => Ok(()),
        };
        if taken.is_err() {
            self.set_aside.push(SetAside { event: event.id, reason: msg!("aside.too-large") });
        }
    }

    /// Takes note of who joined and who is no member any more.
    fn membership(&mut self, event: &Event) {
        if let Body::Enrolled { guide, receipts, .. } = &event.body {
            self.openings.push(Opening {
                member: MemberId::from(event.id),
                at: event.at,
                known: self.known(event.at.day),
                by: if guide.is_empty() { event.staff.clone() } else { guide.clone() },
                store: event.store.clone(),
                receipts: receipts.clone(),
            });
        } else if let Body::Left { member, .. }
        | Body::Forgotten { member, .. }
        | Body::ApplicationDecided { member, approved: false, .. } = &event.body
        {
            self.endings.push((*member, event.at));
        }
    }

    /// From which day something of this day counts.
    fn known(&self, day: Day) -> Day {
        day.max(self.open_from)
    }

    fn goods_number(&mut self, product: &Text, category: &Text, tags: &Tags) -> u32 {
        let known = self.goods_by_product.get(product).map_or(&[][..], Vec::as_slice);
        for number in known {
            if let Some(goods) = self.goods.get(*number as usize)
                && goods.category == *category
                && goods.tags == *tags
            {
                return *number;
            }
        }
        let number = u32::try_from(self.goods.len()).unwrap_or(u32::MAX);
        self.goods.push(Line {
            product: product.clone(),
            category: category.clone(),
            tags: tags.clone(),
            ..Line::default()
        });
        self.goods_by_product.entry(product.clone()).or_default().push(number);
        number
    }

    fn sold(&mut self, policy: &Policy, event: &Event, sold: &Sold, scratch: &mut Scratch) -> Result<(), NumberError> {
        let sums = sale::share(policy, sold, scratch)?;
        if sums.paid.is_negative() {
            return Err(NumberError::TooLarge);
        }
        let first_line = self.lines.len();
        for (line, share) in sold.lines.iter().zip(&scratch.lines) {
            let own = Money::sum(line.discounts.iter().map(|given| given.amount))?;
            let by_rule =
                Money::sum(line.discounts.iter().filter(|given| given.rule != "manual").map(|given| given.amount))?;
            let goods = self.goods_number(&line.product, &line.category, &line.tags);
            self.lines.push(DealLine {
                goods,
                quantity: line.quantity,
                list: line.amount,
                paid: share.paid()?,
                // Whole-basket reductions of rules are the member's due as well.
                entitled: by_rule.plus(share.basket_entitled)?,
                reduced: own.plus(share.basket_off)?,
            });
        }
        self.push_deal(policy, event, DealKind::Sale, sold.member, first_line, sums.paid, &sold.tenders)
    }

    fn sold_plain(
        &mut self,
        policy: &Policy,
        event: &Event,
        kind: DealKind,
        member: Option<MemberId>,
        (goods, amount): (&str, Money),
        tenders: &[Tender],
    ) -> Result<(), NumberError> {
        if amount.is_negative() {
            return Err(NumberError::TooLarge);
        }
        let first_line = self.lines.len();
        let goods = self.goods_number(&Text::from(goods), &Text::default(), &Tags::default());
        self.lines.push(DealLine {
            goods,
            quantity: Quantity::ONE,
            list: amount,
            paid: amount,
            entitled: Money::ZERO,
            reduced: Money::ZERO,
        });
        self.push_deal(policy, event, kind, member, first_line, amount, tenders)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one deal, known only here")]
    fn push_deal(
        &mut self,
        policy: &Policy,
        event: &Event,
        kind: DealKind,
        member: Option<MemberId>,
        first_line: usize,
        paid: Money,
        tenders: &[Tender],
    ) -> Result<(), NumberError> {
        let number = u32::try_from(self.deals.len()).map_err(|_| NumberError::TooLarge)?;
        let mut pending = Money::ZERO;
        for (place, tender) in (0_u32..).zip(tenders) {
            if !policy.stored_value.clears_at_once(&tender.kind) {
                pending = pending.plus(tender.amount)?;
                self.waiting.insert((event.id, place), (number, tender.amount));
            }
        }
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let deal = Deal {
            id: event.id,
            at: event.at,
            known: self.known(event.at.day),
            kind,
            store: self.names.number(&event.store),
            seller: self.names.number(&event.staff),
            member,
            first_line: narrow(first_line),
            line_count: narrow(self.lines.len().saturating_sub(first_line)),
            paid,
            pending,
        };
        self.deals.push(deal);
        self.deal_numbers.insert(event.id, number);
        Ok(())
    }

    fn change(&mut self, of: EventId, event: &Event, what: LaterChange) {
        let Some(deal) = self.deal_numbers.get(&of).copied() else {
            self.set_aside.push(SetAside { event: event.id, reason: msg!("aside.unknown-sale") });
            return;
        };
        let known = self.known(event.at.day);
        self.later.push(Later { deal, event: event.id, day: event.at.day, known, what });
    }

    fn note(&mut self, event: &Event, fact: &StaffFact) {
        // Who someone was in a closed month stands as well: what is put down later counts from the day it is known.
        let known = self.known(event.at.day);
        let open = self.open_from;
        match fact {
            StaffFact::Listed(person) => {
                self.names.number(&person.code);
                self.roster.list(known, person);
            }
            StaffFact::Left { staff, dismissed, never_again, .. } => {
                self.roster.leave(known, staff, *dismissed, *never_again);
            }
            StaffFact::StoreListed(store) => self.roster.list_store(known, store),
            StaffFact::Credited { of, shares, reason } => {
                for share in shares {
                    self.names.number(&share.staff);
                }
                self.change(*of, event, LaterChange::Credited { shares: shares.clone(), reason: reason.clone() });
            }
            StaffFact::PeriodClosed { from, to } => {
                self.closed.push((*from, *to));
                self.open_from = self.open_from.max(*to);
            }
            StaffFact::TargetSet(_)
            | StaffFact::Duty { .. }
            | StaffFact::Booked { .. }
            | StaffFact::DutyWaived { .. }
            | StaffFact::Breached { .. }
            | StaffFact::Appealed { .. }
            | StaffFact::AppealDecided { .. }
            | StaffFact::Assessed { .. }
            | StaffFact::Met { .. }
            | StaffFact::Paid { .. }
            | StaffFact::Contacted { .. }
            | StaffFact::OwnersDealt { .. }
            | StaffFact::OwnerSet { .. }
            | StaffFact::ClientFiled { .. }
            | StaffFact::StandIn { .. }
            | StaffFact::ApprovalAsked { .. }
            | StaffFact::ApprovalGiven { .. }
            | StaffFact::VisitsDrawn { .. }
            | StaffFact::Inspected { .. }
            | StaffFact::ComplaintMade { .. }
            | StaffFact::ComplaintHandled { .. }
            | StaffFact::AccountSet { .. }
            | StaffFact::ProjectSet { .. }
            | StaffFact::Suspended { .. } => {}
        }
        self.facts.push(Noted {
            id: event.id,
            at: event.at,
            known: self.known(event.at.day),
            open,
            store: event.store.clone(),
            by: event.staff.clone(),
            fact: fact.clone(),
        });
    }

    /// The people and stores.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The deals, in the order of the journal.
    #[must_use]
    pub fn deals(&self) -> &[Deal] {
        &self.deals
    }

    /// A deal's lines.
    #[must_use]
    pub fn lines(&self, deal: &Deal) -> &[DealLine] {
        let first = deal.first_line as usize;
        self.lines.get(first..first.saturating_add(deal.line_count as usize)).unwrap_or(&[])
    }

    /// A deal by its event.
    #[must_use]
    pub fn deal(&self, id: EventId) -> Option<&Deal> {
        self.deals.get(*self.deal_numbers.get(&id)? as usize)
    }

    /// Goods by number.
    #[must_use]
    pub fn goods(&self, number: u32) -> Option<&Line> {
        self.goods.get(number as usize)
    }

    /// What changed deals after their day, in the order of the journal.
    #[must_use]
    pub fn later(&self) -> &[Later] {
        &self.later
    }

    /// The facts, in the order of the journal.
    #[must_use]
    pub fn facts(&self) -> &[Noted] {
        &self.facts
    }

    /// A fact by its event.
    #[must_use]
    pub fn fact(&self, id: EventId) -> Option<&Noted> {
        self.facts.iter().find(|noted| noted.id == id)
    }

    /// A text by its number.
    #[must_use]
    pub fn name(&self, number: u32) -> &Text {
        self.names.text(number)
    }

    /// The cards opened, in the order of the journal.
    #[must_use]
    pub fn openings(&self) -> &[Opening] {
        &self.openings
    }

    /// The periods that were closed.
    #[must_use]
    pub fn closed(&self) -> &[(Day, Day)] {
        &self.closed
    }

    /// The first day that is not closed.
    #[must_use]
    pub const fn open_from(&self) -> Day {
        self.open_from
    }

    /// The first and the last business day seen.
    #[must_use]
    pub fn days(&self) -> Option<(Day, Day)> {
        self.first_day.map(|first| (first, self.last_day))
    }

    /// Events that could not be taken, and why.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// Whether anything among the staff was recorded at all, or any policy has rules for them.
    #[must_use]
    pub fn is_used(&self, policies: &PolicySet) -> bool {
        !self.facts.is_empty() || policies.iter().any(|(_, policy)| !policy.staff().is_empty())
    }

    /// The state hash of the staff side: blake3 of its canonical form.
    ///
    /// # Errors
    /// Where it cannot be written, which no book can cause.
    pub fn hash(&self) -> Result<[u8; 32], postcard::Error> {
        let bytes = postcard::to_allocvec(&(
            &self.roster,
            &self.names.texts,
            &self.goods,
            &self.deals,
            &self.lines,
            &self.later,
            &self.facts,
            &self.openings,
            &self.endings,
            &self.closed,
            &self.set_aside,
        ))?;
        Ok(*blake3::hash(&bytes).as_bytes())
    }
}
