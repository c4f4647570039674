//! Facts about the people who work in a shop: who is there, who sold what, what they broke, what was assessed, dealt
//! out, approved and paid. Like all facts they say what happened, never what follows from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{EventId, MemberId, Text};
use crate::number::{Money, Quantity, Rate};
use crate::time::{BusinessTime, Day};

/// Someone on the staff list, as they stand from a day on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their code; the identity.
    pub code: Text,
    /// Name.
    #[serde(default)]
    pub name: Text,
    /// Role, a word of the program: `guide`, `manager`, `representative`, …
    #[serde(default)]
    pub role: Text,
    /// The store where they work; empty: none.
    #[serde(default)]
    pub store: Text,
    /// Team or department.
    #[serde(default)]
    pub team: Text,
    /// Code of the one who leads them; empty: nobody.
    #[serde(default)]
    pub leader: Text,
    /// District, village, school, …: the place that is theirs alone where the program says so.
    #[serde(default)]
    pub area: Text,
}

/// A store, as it stands from a day on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// Its code; the identity.
    pub code: Text,
    /// Name.
    #[serde(default)]
    pub name: Text,
    /// Area.
    #[serde(default)]
    pub area: Text,
    /// Average sales a day, from which the program's class follows.
    #[serde(default)]
    pub daily_sales: Money,
}

/// What a target is set for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everyone together.
    All,
    /// An area.
    Area(Text),
    /// A store.
    Store(Text),
    /// A person.
    Person(Text),
}

/// A target of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// For whom.
    pub scope: Scope,
    /// The `[[target]]` rule.
    pub rule: Text,
    /// First day of the period.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// The figure in the metric's smallest unit: fen, or a count.
    pub figure: i64,
}

/// A person's part in a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Who.
    pub staff: Text,
    /// How much of the whole; `100%` for each where each counts in full.
    pub part: Rate,
}

/// Where a client came from (P01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The company's: the supervisor holds the file and assigns.
    Company,
    /// Found by one person: they may keep a copy, the original goes to the supervisor.
    Personal,
    /// Found by a team: each keeps a copy of their own part.
    Team,
}

impl Origin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Company, Self::Personal, Self::Team];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Personal => "personal",
            Self::Team => "team",
        }
    }
}

/// One part of a shop visit drawn by lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The store.
    pub store: Text,
    /// The day.
    pub day: Day,
}

/// What happened among the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffFact {
    /// A person joined the staff list, or their entry changed from this day on.
    Listed(Person),
    /// A person left.
    Left {
        /// Who.
        staff: Text,
        /// Why.
        reason: Text,
        /// Whether they were dismissed.
        dismissed: bool,
        /// Whether they may never be hired again.
        never_again: bool,
    },
    /// A store opened, or its entry changed from this day on.
    StoreListed(Store),
    /// A target was set; a later one for the same scope, rule and period replaces it.
    TargetSet(Target),
    /// Somebody decided who gets a deal, or how it is divided.
    Credited {
        /// The sale or load.
        of: EventId,
        /// The parts; empty: nobody.
        shares: Vec<Share>,
        /// Why.
        reason: Text,
    },
    /// A person was on duty.
    Duty {
        /// Who.
        staff: Text,
        /// From.
        from: BusinessTime,
        /// Until, not included.
        to: BusinessTime,
    },
    /// A client was booked with a person in advance.
    Booked {
        /// With whom.
        staff: Text,
        /// Which member, if one.
        member: Option<MemberId>,
        /// The day of the visit.
        day: Day,
        /// The manager who was told; empty: none was.
        told: Text,
    },
    /// A manager allowed an off-duty person to receive clients, because those on duty were full.
    DutyWaived {
        /// Who may.
        staff: Text,
        /// The manager.
        by: Text,
        /// On which day.
        day: Day,
        /// Why.
        reason: Text,
    },
    /// A rule of conduct was broken.
    Breached {
        /// By which person; empty where a member broke it.
        staff: Text,
        /// By which member.
        member: Option<MemberId>,
        /// The `[[conduct]]` rule.
        rule: Text,
        /// Damage to be made good besides the fine.
        damages: Money,
        /// What happened.
        note: Text,
    },
    /// Someone asked for the one review of a sanction.
    Appealed {
        /// The breach or decision.
        of: EventId,
        /// Why.
        reason: Text,
    },
    /// The review's result, which is final.
    AppealDecided {
        /// The breach or decision appealed against.
        of: EventId,
        /// Whether the appeal succeeded: the sanction is lifted.
        upheld: bool,
        /// By whom.
        by: Text,
        /// Why.
        reason: Text,
    },
    /// A periodic assessment was filled in.
    Assessed {
        /// Who was assessed.
        staff: Text,
        /// The `[[assessment]]` rule.
        rule: Text,
        /// First day of the period.
        from: Day,
        /// Score by item; thousandths of a point.
        scores: BTreeMap<Text, Quantity>,
    },
    /// A meeting took place.
    Met {
        /// The `[[meeting]]` rule.
        rule: Text,
        /// The branch (store or area).
        branch: Text,
        /// Those present from it.
        present: Vec<Text>,
    },
    /// Pay was paid out.
    Paid {
        /// To whom.
        staff: Text,
        /// First day of the pay month.
        month: Day,
        /// How much.
        amount: Money,
    },
    /// A period was closed: its statements stand; what arrives later is an adjustment of the open period.
    PeriodClosed {
        /// First day.
        from: Day,
        /// First day after it.
        to: Day,
    },
    /// A member was contacted.
    Contacted {
        /// Whom.
        member: MemberId,
        /// By whom.
        staff: Text,
        /// `call`, `message`, `visit`, …
        way: Text,
        /// The care rule that asked for it; empty: none.
        rule: Text,
        /// What was said.
        note: Text,
    },
    /// Members without an owner were dealt out by lot.
    OwnersDealt {
        /// The draw's seed.
        seed: u64,
        /// Those among whom it was dealt, in the order of the draw.
        among: Vec<Text>,
        /// Who got whom.
        dealt: Vec<(MemberId, Text)>,
        /// Those for whom nobody was eligible: they stay with the company.
        kept: Vec<MemberId>,
    },
    /// A person decided whose member someone is.
    OwnerSet {
        /// The member.
        member: MemberId,
        /// The owner; empty: the company.
        owner: Text,
        /// Why.
        reason: Text,
    },
    /// A client's file was opened by where they came from.
    ClientFiled {
        /// The client.
        member: MemberId,
        /// Where they came from.
        origin: Origin,
        /// Those who found them, or among whom the supervisor divided them.
        holders: Vec<Text>,
    },
    /// Someone stands in for another.
    StandIn {
        /// Who is away.
        absent: Text,
        /// Who stands in.
        by: Text,
        /// First day.
        from: Day,
        /// First day after it.
        to: Day,
    },
    /// An approval was asked for.
    ApprovalAsked {
        /// The `[[approval]]` rule.
        rule: Text,
        /// The member concerned, if one.
        member: Option<MemberId>,
        /// The person concerned; empty: none.
        staff: Text,
        /// What is asked for: the tier, the project, …; empty where the rule says it.
        #[serde(default)]
        about: Text,
        /// The amount concerned.
        amount: Money,
        /// The rate concerned (a discount).
        rate: Rate,
        /// What for.
        note: Text,
    },
    /// One party's answer.
    ApprovalGiven {
        /// The request.
        of: EventId,
        /// As which party.
        party: Text,
        /// By whom.
        by: Text,
        /// Yes or no.
        yes: bool,
        /// Why.
        reason: Text,
    },
    /// Shops and days were drawn by lot for inspection.
    VisitsDrawn {
        /// The `[[inspection]]` rule.
        rule: Text,
        /// The draw's seed.
        seed: u64,
        /// The stores among which it was drawn.
        among: Vec<Text>,
        /// First day of the period.
        from: Day,
        /// First day after it.
        to: Day,
        /// What was drawn.
        visits: Vec<Visit>,
    },
    /// What an inspection found.
    Inspected {
        /// The draw.
        of: EventId,
        /// The store.
        store: Text,
        /// The findings; empty: in order.
        findings: Vec<Text>,
    },
    /// A complaint was made.
    ComplaintMade {
        /// By whom, if a member.
        member: Option<MemberId>,
        /// About which person; empty: none.
        staff: Text,
        /// What about.
        note: Text,
    },
    /// A complaint was handled.
    ComplaintHandled {
        /// The complaint.
        of: EventId,
        /// How.
        outcome: Text,
        /// Whether it went to head office.
        escalated: bool,
    },
    /// Figures and judgements of a business client (P30), as they stand from this day on.
    AccountSet {
        /// The client.
        member: MemberId,
        /// Grade of credit: `AAA`, …; empty: none.
        credit: Text,
        /// What is owed.
        owed: Money,
        /// Recorded judgements by name: `capability-credit`, `reputation`, … and what was found.
        judgements: BTreeMap<Text, Text>,
    },
    /// A project of a business client, as it stands from this day on.
    ProjectSet {
        /// The client.
        member: MemberId,
        /// The project's name; the identity with the client.
        project: Text,
        /// Its size.
        amount: Money,
        /// Whether it is signed.
        signed: bool,
        /// State of production, once it is signed.
        state: Text,
    },
    /// A person is suspended from receiving customers on these days.
    Suspended {
        /// Who.
        staff: Text,
        /// First day.
        from: Day,
        /// First day after it.
        to: Day,
        /// Why, and by whom.
        reason: Text,
    },
}

impl StaffFact {
    /// The kind's name, as in the exchange format.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Listed(_) => "listed",
            Self::Left { .. } => "left",
            Self::StoreListed(_) => "store-listed",
            Self::TargetSet(_) => "target-set",
            Self::Credited { .. } => "credited",
            Self::Duty { .. } => "duty",
            Self::Booked { .. } => "booked",
            Self::DutyWaived { .. } => "duty-waived",
            Self::Breached { .. } => "breached",
            Self::Appealed { .. } => "appealed",
            Self::AppealDecided { .. } => "appeal-decided",
            Self::Assessed { .. } => "assessed",
            Self::Met { .. } => "met",
            Self::Paid { .. } => "paid",
            Self::PeriodClosed { .. } => "period-closed",
            Self::Contacted { .. } => "contacted",
            Self::OwnersDealt { .. } => "owners-dealt",
            Self::OwnerSet { .. } => "owner-set",
            Self::ClientFiled { .. } => "client-filed",
            Self::StandIn { .. } => "stand-in",
            Self::ApprovalAsked { .. } => "approval-asked",
            Self::ApprovalGiven { .. } => "approval-given",
            Self::VisitsDrawn { .. } => "visits-drawn",
            Self::Inspected { .. } => "inspected",
            Self::ComplaintMade { .. } => "complaint-made",
            Self::ComplaintHandled { .. } => "complaint-handled",
            Self::AccountSet { .. } => "account-set",
            Self::ProjectSet { .. } => "project-set",
            Self::Suspended { .. } => "suspended",
        }
    }

    /// The member whom it is about, if it is about one.
    #[must_use]
    pub const fn member(&self) -> Option<MemberId> {
        match self {
            Self::Contacted { member, .. }
            | Self::OwnerSet { member, .. }
            | Self::ClientFiled { member, .. }
            | Self::AccountSet { member, .. }
            | Self::ProjectSet { member, .. } => Some(*member),
            Self::Booked { member, .. }
            | Self::Breached { member, .. }
            | Self::ApprovalAsked { member, .. }
            | Self::ComplaintMade { member, .. } => *member,
            Self::Listed(_)
            | Self::Left { .. }
            | Self::StoreListed(_)
            | Self::TargetSet(_)
            | Self::Credited { .. }
            | Self::Duty { .. }
            | Self::DutyWaived { .. }
            | Self::Appealed { .. }
            | Self::AppealDecided { .. }
            | Self::Assessed { .. }
            | Self::Met { .. }
            | Self::Paid { .. }
            | Self::PeriodClosed { .. }
            | Self::OwnersDealt { .. }
            | Self::StandIn { .. }
            | Self::ApprovalGiven { .. }
            | Self::VisitsDrawn { .. }
            | Self::Inspected { .. }
            | Self::ComplaintHandled { .. }
            | Self::Suspended { .. } => None,
        }
    }
}
