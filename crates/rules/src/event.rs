//! Events: immutable facts that happened, as every device records and exchanges them.
//!
//! Bodies are facts (what was sold, paid, by whom), never derived answers: no balance, no tier.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, EventId, MemberId, Text};
use crate::number::{Money, NumberError, Points, Quantity, Rate};
use crate::time::{BusinessTime, Day};

/// The layout of [`Event`] that this engine writes.
pub const SCHEMA_VERSION: u16 = 1;

/// One fact with its place in the order of all facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Identity: UUIDv7, or derived for imported rows, so that a repeated import adds nothing.
    pub id: EventId,
    /// The device that recorded it.
    pub device: DeviceId,
    /// That device's own count, from 1.
    pub sequence: u64,
    /// Hybrid logical clock, see [`Clock`].
    pub clock: u64,
    /// Business day and minute on the shop's clock.
    pub at: BusinessTime,
    /// The store, by its code; empty where there is but one.
    #[serde(default)]
    pub store: Text,
    /// The guide or manager who recorded it, by code; empty if unknown.
    #[serde(default)]
    pub staff: Text,
    /// The program that the device had in force.
    #[serde(default)]
    pub program: Text,
    /// Its version.
    #[serde(default)]
    pub policy_version: u32,
    /// Layout version of this record.
    pub schema: u16,
    /// What happened.
    pub body: Body,
}

/// The total order of events.
pub type OrderKey = (u64, DeviceId, u64, EventId);

impl Event {
    /// Its place in the order: clock, then device, then sequence.
    #[must_use]
    pub const fn order(&self) -> OrderKey {
        (self.clock, self.device, self.sequence, self.id)
    }
}

/// A device's hybrid logical clock: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    last: u64,
}

impl Clock {
    /// Clocks more than this far ahead of ours are not followed: 10 minutes in milliseconds.
    pub const DRIFT_MAX_MS: u64 = 600_000;

    /// Continues after a known reading.
    #[must_use]
    pub const fn resumed(last: u64) -> Self {
        Self { last }
    }

    /// The next reading, given the device's time.
    pub fn tick(&mut self, now_ms: u64) -> u64 {
        let physical = now_ms << 16;
        self.last = if physical > self.last { physical } else { self.last.saturating_add(1) };
        self.last
    }

    /// Takes note of another device's reading. Returns how far ahead it is in milliseconds when that is too
    /// far to follow: the caller warns, and our own clock stays.
    pub fn observe(&mut self, other: u64, now_ms: u64) -> Option<u64> {
        let ahead_ms = (other >> 16).saturating_sub(now_ms);
        if ahead_ms > Self::DRIFT_MAX_MS {
            return Some(ahead_ms);
        }
        self.last = self.last.max(other);
        None
    }
}

/// What a member is known by. Which fields must be there is the program's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Name as the member gives it.
    #[serde(default)]
    pub name: Text,
    /// Phone number, digits only with an optional leading `+`.
    #[serde(default)]
    pub phone: Text,
    /// Birthday.
    #[serde(default)]
    pub birthday: Option<Birthday>,
    /// Number of the identity document.
    #[serde(default)]
    pub id_number: Text,
    /// Further fields that a program asks for (`email`, `address`, …).
    #[serde(default)]
    pub more: BTreeMap<Text, Text>,
}

/// A birthday; the year may be unknown, and the date may be one of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birthday {
    /// Year, if known.
    pub year: Option<i32>,
    /// Month 1-12.
    pub month: u8,
    /// Day 1-31 (lunar: 1-30).
    pub day: u8,
    /// Whether month and day are of the lunar calendar.
    #[serde(default)]
    pub lunar: bool,
}

/// The beginning of a tag that names a counter.
pub const COUNTER_TAG: &str = "counter:";

/// Tags of goods: `special`, `limited`, `promotion`, `loose`, … kept as one text, sorted, separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Text")]
pub struct Tags(Text);

impl Tags {
    /// From words separated by commas, semicolons or spaces.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut words: Vec<&str> =
            text.split([',', ';', '|', ' ', '、', '，']).map(str::trim).filter(|w| !w.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        Self(Text::from(words.join(",")))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each tag.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(',').filter(|w| !w.is_empty())
    }

    /// Whether a tag is among them.
    #[must_use]
    pub fn contains(&self, tag: &str) -> bool {
        let all = self.as_str();
        // Mostly there is none, or one.
        all == tag || (all.len() > tag.len() && self.iter().any(|own| own == tag))
    }

    /// The counter that sells the goods: a tag `counter:jewels` names it; empty where there is but one.
    #[must_use]
    pub fn counter(&self) -> &str {
        self.iter().find_map(|tag| tag.strip_prefix(COUNTER_TAG)).unwrap_or("")
    }

    /// The tags as one text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Text> for Tags {
    fn from(text: Text) -> Self {
        Self::parse(&text)
    }
}

/// A reduction that a rule gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The rule's id; `manual` for one that a person gave.
    pub rule: Text,
    /// How much, not negative.
    pub amount: Money,
}

/// One line of a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Product code or name.
    pub product: Text,
    /// Category code; empty if none.
    #[serde(default)]
    pub category: Text,
    /// Tags.
    #[serde(default)]
    pub tags: Tags,
    /// How many, above zero.
    pub quantity: Quantity,
    /// Amount at the shop's own price (promotions included) before the program's reductions, not negative.
    pub amount: Money,
    /// Reductions by rules, in the order given.
    #[serde(default)]
    pub discounts: Vec<Given>,
}

impl Line {
    /// Amount after its reductions.
    ///
    /// # Errors
    /// Where the figures do not fit.
    pub fn net(&self) -> Result<Money, NumberError> {
        self.discounts.iter().try_fold(self.amount, |net, given| net.minus(given.amount))
    }
}

/// A means of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    /// `cash`, `card`, `cheque`, `mobile`, `stored-value`, `gift-card`, …
    pub kind: Text,
    /// How much of it.
    pub amount: Money,
}

/// The word of the tender that draws on a member's stored value.
pub const STORED_VALUE: &str = "stored-value";

/// A benefit used to lower the price of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    /// A voucher of the member's.
    Voucher {
        /// The event that gave it.
        from: EventId,
        /// Which of that event's vouchers, from 0.
        index: u32,
        /// How much it took off: its value or the rest of the price; no change is given.
        amount: Money,
    },
    /// Points against the price.
    Points {
        /// The redemption rule.
        rule: Text,
        /// Points used.
        points: Points,
        /// How much they took off.
        amount: Money,
    },
}

impl Use {
    /// How much it took off the price.
    #[must_use]
    pub const fn amount(&self) -> Money {
        match self {
            Self::Voucher { amount, .. } | Self::Points { amount, .. } => *amount,
        }
    }
}

/// A sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sold {
    /// The receipt's number as printed; empty if none.
    #[serde(default)]
    pub receipt: Text,
    /// The member, if one was named.
    pub member: Option<MemberId>,
    /// The lines, at least one.
    pub lines: Vec<Line>,
    /// Reductions of the whole basket that belong to no line.
    #[serde(default)]
    pub discounts: Vec<Given>,
    /// Vouchers and points used.
    #[serde(default)]
    pub uses: Vec<Use>,
    /// Payments; they sum to the price.
    #[serde(default)]
    pub tenders: Vec<Tender>,
}

/// Goods brought back from one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// Which line of the sale, from 0.
    pub line: u32,
    /// How much of it.
    pub quantity: Quantity,
}

/// Why a card was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardFault {
    /// Lost, and reported.
    Lost,
    /// Damaged, and handed in.
    Damaged,
}

/// A product of the shop's list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Code or bar code; its identity.
    pub code: Text,
    /// Name.
    pub name: Text,
    /// Category code; empty if none.
    #[serde(default)]
    pub category: Text,
    /// Unit price.
    pub price: Money,
    /// Tags.
    #[serde(default)]
    pub tags: Tags,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A person became a member (or applied, where the program wants an approval).
    Enrolled {
        /// What is known of them.
        profile: Profile,
        /// The program's route by which they joined.
        route: Text,
        /// Sales whose receipts qualified them.
        receipts: Vec<EventId>,
        /// Fee paid.
        fee: Money,
        /// The card grade they chose, where the program offers a choice.
        choice: Text,
        /// Number of the card given.
        card: Text,
        /// The member who brought them.
        referrer: Option<MemberId>,
        /// The guide they belong to.
        guide: Text,
        /// Whether an approval is still awaited.
        awaiting_approval: bool,
    },
    /// An application was decided.
    ApplicationDecided {
        /// The applicant.
        member: MemberId,
        /// Whether it was approved.
        approved: bool,
        /// By whom and why.
        reason: Text,
    },
    /// A member's data was corrected.
    ProfileChanged {
        /// The member.
        member: MemberId,
        /// The data as it is now.
        profile: Profile,
    },
    /// A card was replaced; the old one is void.
    CardReplaced {
        /// The member.
        member: MemberId,
        /// Why.
        fault: CardFault,
        /// Fee paid.
        fee: Money,
        /// Number of the new card.
        card: Text,
    },
    /// A card was renewed for another term.
    CardRenewed {
        /// The member.
        member: MemberId,
    },
    /// A member left or was cancelled.
    Left {
        /// The member.
        member: MemberId,
        /// Why.
        reason: Text,
        /// Whether the shop cancelled the membership.
        cancelled: bool,
    },
    /// A sale.
    Sold(Sold),
    /// Goods came back.
    Returned {
        /// The sale.
        sale: EventId,
        /// What came back of it.
        lines: Vec<ReturnedLine>,
        /// Money given back, by tender.
        refunds: Vec<Tender>,
    },
    /// Points were exchanged for vouchers or gifts.
    Redeemed {
        /// The member.
        member: MemberId,
        /// The redemption rule.
        rule: Text,
        /// How many times.
        times: u32,
        /// Points used in all.
        points: Points,
        /// Face value of each voucher; zero for gifts.
        voucher: Money,
    },
    /// Stored value was sold.
    Loaded {
        /// The member.
        member: MemberId,
        /// How much value.
        amount: Money,
        /// Payments; they sum to the amount.
        tenders: Vec<Tender>,
    },
    /// A payment that had to clear did, or did not.
    TenderSettled {
        /// The load or sale.
        of: EventId,
        /// Which of its tenders, from 0.
        tender: u32,
        /// Whether the money arrived.
        cleared: bool,
    },
    /// A member took part in an activity.
    Attended {
        /// The member.
        member: MemberId,
        /// The activity's code.
        activity: Text,
    },
    /// Points given to another member.
    PointsSent {
        /// The giver.
        from: MemberId,
        /// The receiver.
        to: MemberId,
        /// How many.
        points: Points,
    },
    /// An entitlement was handed out.
    EntitlementGiven {
        /// The member.
        member: MemberId,
        /// The entitlement's id.
        entitlement: Text,
        /// What was handed out, in words.
        note: Text,
    },
    /// An annual reward was paid out.
    RebatePaid {
        /// The member.
        member: MemberId,
        /// The rebate rule.
        rule: Text,
        /// First day of the period that earned it.
        period_start: Day,
        /// How much.
        amount: Money,
    },
    /// A person corrected a points balance.
    PointsAdjusted {
        /// The member.
        member: MemberId,
        /// More or, if negative, fewer.
        points: Points,
        /// Why.
        reason: Text,
    },
    /// Figures brought over from an earlier system.
    CarriedOver {
        /// The member.
        member: MemberId,
        /// Points balance.
        points: Points,
        /// Lifetime spend.
        spend: Money,
        /// Number of purchases.
        visits: u32,
        /// Stored value.
        stored_value: Money,
    },
    /// A mark was set on or taken from a member (`fixed`, …).
    Marked {
        /// The member.
        member: MemberId,
        /// The mark.
        mark: Text,
        /// Set or taken.
        on: bool,
    },
    /// A tier was granted by application and approval, or taken for a reason.
    TierGranted {
        /// The member.
        member: MemberId,
        /// The tier's id.
        tier: Text,
        /// Why, and by whom.
        reason: Text,
    },
    /// A product was listed, or its entry changed.
    ProductListed(Product),
    /// A product was taken off the list.
    ProductDropped {
        /// Its code.
        code: Text,
    },
    /// A program was adopted from a day on.
    Adopted {
        /// The policy document.
        document: String,
        /// Parameters set by the shop, by name.
        parameters: BTreeMap<Text, Text>,
        /// The day from which it holds.
        from: Day,
    },
    /// A kind that a newer version wrote: kept and passed on, shown as unknown, never dropped.
    Unknown {
        /// Its name.
        kind: Text,
        /// Its content as JSON.
        content: String,
    },
    /// Something that happened among the staff.
    Staff(Box<crate::staff::StaffFact>),
    /// A reduction of a sale was agreed case by case: stands beside the sale and names who agreed.
    DiscountAgreed {
        /// The sale.
        sale: EventId,
        /// The discount's rule.
        rule: Text,
        /// The rate agreed on.
        rate: Rate,
        /// Each party and the person who spoke for it.
        by: Vec<(Text, Text)>,
    },
    /// A person corrected the balance of one kind of points.
    KindAdjusted {
        /// The member.
        member: MemberId,
        /// The kind.
        kind: Text,
        /// More or, if negative, fewer.
        points: Points,
        /// Why.
        reason: Text,
    },
    /// A member had their own data deleted: what they are known by goes, their figures stay.
    Forgotten {
        /// The member.
        member: MemberId,
        /// Why, in words that name nobody.
        reason: Text,
    },
}

impl Body {
    /// The kind's name, as in the exchange format.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Enrolled { .. } => "enrolled",
            Self::ApplicationDecided { .. } => "application-decided",
            Self::ProfileChanged { .. } => "profile-changed",
            Self::CardReplaced { .. } => "card-replaced",
            Self::CardRenewed { .. } => "card-renewed",
            Self::Left { .. } => "left",
            Self::Sold(_) => "sold",
            Self::Returned { .. } => "returned",
            Self::Redeemed { .. } => "redeemed",
            Self::Loaded { .. } => "loaded",
            Self::TenderSettled { .. } => "tender-settled",
            Self::Attended { .. } => "attended",
            Self::PointsSent { .. } => "points-sent",
            Self::EntitlementGiven { .. } => "entitlement-given",
            Self::RebatePaid { .. } => "rebate-paid",
            Self::PointsAdjusted { .. } => "points-adjusted",
            Self::KindAdjusted { .. } => "kind-adjusted",
            Self::Forgotten { .. } => "forgotten",
            Self::CarriedOver { .. } => "carried-over",
            Self::Marked { .. } => "marked",
            Self::TierGranted { .. } => "tier-granted",
            Self::ProductListed(_) => "product-listed",
            Self::ProductDropped { .. } => "product-dropped",
            Self::Adopted { .. } => "adopted",
            Self::Staff(_) => "staff",
            Self::DiscountAgreed { .. } => "discount-agreed",
            Self::Unknown { kind, .. } => kind,
        }
    }

    /// The member whom it is about, if it is about one (a return's is found through its sale).
    #[must_use]
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Staff(fact) => fact.member(),
            Self::Sold(sold) => sold.member,
            Self::ApplicationDecided { member, .. }
            | Self::ProfileChanged { member, .. }
            | Self::CardReplaced { member, .. }
            | Self::CardRenewed { member }
            | Self::Left { member, .. }
            | Self::Redeemed { member, .. }
            | Self::Loaded { member, .. }
            | Self::Attended { member, .. }
            | Self::PointsSent { from: member, .. }
            | Self::EntitlementGiven { member, .. }
            | Self::RebatePaid { member, .. }
            | Self::PointsAdjusted { member, .. }
            | Self::KindAdjusted { member, .. }
            | Self::Forgotten { member, .. }
            | Self::CarriedOver { member, .. }
            | Self::Marked { member, .. }
            | Self::TierGranted { member, .. } => Some(*member),
            Self::Enrolled { .. }
            | Self::Returned { .. }
            | Self::TenderSettled { .. }
            | Self::ProductListed(_)
            | Self::ProductDropped { .. }
            | Self::DiscountAgreed { .. }
            | Self::Adopted { .. }
            | Self::Unknown { .. } => None,
        }
    }
}

/// The journal: events in their one order, each once.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    events: Vec<Event>,
    quarantined: Vec<Event>,
}

impl Journal {
    /// Orders events and drops repetitions. Events that share an id but differ are set aside, both of them.
    #[must_use]
    pub fn new(mut events: Vec<Event>) -> Self {
        let sorted = events.is_sorted_by(|a, b| a.order() < b.order());
        if !sorted {
            events.sort_by_key(Event::order);
        }
        let mut order: Vec<u32> = (0..u32::try_from(events.len()).unwrap_or(u32::MAX)).collect();
        let id_at = |index: &u32| events.get(*index as usize).map(|e| e.id);
        order.sort_unstable_by_key(|index| (id_at(index), *index));
        let mut drop = std::collections::BTreeSet::new();
        let mut aside = std::collections::BTreeSet::new();
        for group in order.chunk_by(|a, b| id_at(a) == id_at(b)) {
            let [first, rest @ ..] = group else { continue };
            if rest.is_empty() {
                continue;
            }
            let same = rest.iter().all(|other| events.get(*other as usize) == events.get(*first as usize));
            if same {
                drop.extend(rest.iter().copied());
            } else {
                aside.extend(group.iter().copied());
            }
        }
        if drop.is_empty() && aside.is_empty() {
            return Self { events, quarantined: Vec::new() };
        }
        let mut kept = Vec::with_capacity(events.len());
        let mut quarantined: Vec<Event> = Vec::new();
        for (index, event) in (0_u32..).zip(events) {
            if aside.contains(&index) {
                if !quarantined.contains(&event) {
                    quarantined.push(event);
                }
            } else if !drop.contains(&index) {
                kept.push(event);
            }
        }
        Self { events: kept, quarantined }
    }

    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Events set aside because another has the same id and differs.
    #[must_use]
    pub fn quarantined(&self) -> &[Event] {
        &self.quarantined
    }
}
