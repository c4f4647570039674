//! Facts, as plain as they can be. Money in fen, points in hundredths, quantities in thousandths.

use crate::calendar::Day;

/// Identity of a fact, and of the member whom an enrolment makes.
pub type Id = u128;

/// One fact. Their order in a list is the order in which they are believed.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Identity.
    pub id: Id,
    /// Business day.
    pub day: Day,
    /// What was done.
    pub deed: Deed,
}

/// A line of a sale.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Product code.
    pub product: String,
    /// Category.
    pub category: String,
    /// Tags.
    pub tags: Vec<String>,
    /// How many.
    pub quantity: i128,
    /// Before reductions.
    pub amount: i128,
    /// Sum of its reductions.
    pub off: i128,
    /// Of which by hand, not by a rule.
    pub by_hand: i128,
}

/// A benefit used.
#[derive(Debug, Clone)]
pub enum Use {
    /// A voucher: the fact that gave it, its number there, what it took off.
    Voucher(Id, u32, i128),
    /// Points: rule, points, what they took off.
    Points(String, i128, i128),
}

/// A sale.
#[derive(Debug, Clone, Default)]
pub struct Sale {
    /// The member.
    pub member: Option<Id>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Reductions of the whole, in their order: the rule, and how much.
    pub offs: Vec<(String, i128)>,
    /// Benefits.
    pub uses: Vec<Use>,
    /// Payments: kind and amount.
    pub tenders: Vec<(String, i128)>,
}

/// A birthday: month, day, whether lunar.
pub type Birthday = (i64, i64, bool);

/// An enrolment.
#[derive(Debug, Clone, Default)]
pub struct Enrolment {
    /// Route.
    pub route: String,
    /// Sales whose receipts were used.
    pub receipts: Vec<Id>,
    /// Card grade chosen.
    pub choice: String,
    /// Birthday.
    pub birthday: Option<Birthday>,
    /// Who brought them.
    pub referrer: Option<Id>,
}

/// What was done.
#[derive(Debug, Clone)]
pub enum Deed {
    /// A person joined.
    Enrolled(Enrolment),
    /// A sale.
    Sold(Sale),
    /// Goods came back: the sale, (line, quantity), money to stored value.
    Returned(Id, Vec<(usize, i128)>, i128),
    /// Points for vouchers or gifts: member, rule, times, points, face value.
    Redeemed(Id, String, u32, i128, i128),
    /// Stored value sold: member, amount, tenders.
    Loaded(Id, i128, Vec<(String, i128)>),
    /// A payment arrived or did not: load, tender, whether.
    Settled(Id, u32, bool),
    /// Took part: member, activity.
    Attended(Id, String),
    /// Points given away: from, to, points.
    Sent(Id, Id, i128),
    /// A rebate was paid: member, rule, first day of its period, amount.
    RebatePaid(Id, String, Day, i128),
    /// A correction.
    Adjusted(Id, i128),
    /// A correction of one kind of points.
    KindAdjusted(Id, String, i128),
    /// Brought over: member, points, spend, visits, stored value.
    CarriedOver(Id, i128, i128, i64, i128),
    /// A mark: member, mark, whether it is set.
    Marked(Id, String, bool),
    /// A tier was granted.
    Granted(Id, String),
    /// A benefit was handed out.
    Given(Id, String),
    /// Another term of the card.
    Renewed(Id),
    /// The birthday as it is now known.
    BornOn(Id, Option<Birthday>),
    /// Nothing that touches a figure, but it was about this member.
    Other(Option<Id>),
}
