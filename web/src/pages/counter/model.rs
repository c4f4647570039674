//! What the counter decides without a browser: the basket as a draft, what a typed or scanned text means, tenders.
//! Prices, discounts and points are never computed here: they come with the worker's quote.

use std::collections::BTreeMap;

use regulars_desk::protocol::{
    AgreementView, Basket, BasketLine, MemberRow, ReceiptLine, ReceiptView, RouteView, VoucherView,
};
use regulars_rules::event::{Birthday, Product, Profile, ReturnedLine, Tags, Tender};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::Label;
use regulars_rules::number::{Money, NumberError, Points, Quantity};
use regulars_rules::time::Day;

use crate::shared::{map_of, sorted};

/// A basket not yet sold. It outlives a look at another page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The member, if one is named.
    pub member: Option<MemberRow>,
    /// Its lines.
    pub lines: Vec<DraftLine>,
    /// Vouchers to use.
    pub vouchers: Vec<(EventId, u32)>,
    /// Points against the price: the rule, units and points of one unit.
    pub points: Option<(Text, u32, Points)>,
    /// The agreed discount to use.
    pub agreed: Option<AgreementView>,
    last_key: u32,
}

/// A line with a name of its own for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// Stays the same while the line lives.
    pub key: u32,
    /// The line.
    pub line: BasketLine,
}

impl Draft {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds goods: one more of a line that has the same product at the same price, else a new line.
    pub fn add(&mut self, product: &Product, quantity: Quantity) {
        let same = |own: &&mut DraftLine| {
            own.line.product == product.code && own.line.price == product.price && own.line.tags == product.tags
        };
        if let Some(own) = self.lines.iter_mut().find(same)
            && let Ok(sum) = own.line.quantity.plus(quantity)
        {
            own.line.quantity = sum;
            return;
        }
        self.last_key = self.last_key.wrapping_add(1);
        let line = BasketLine {
            product: product.code.clone(),
            name: product.name.clone(),
            category: product.category.clone(),
            tags: product.tags.clone(),
            quantity,
            price: product.price,
        };
        self.lines.push(DraftLine { key: self.last_key, line });
    }

    /// Sets a line's quantity.
    pub fn set_quantity(&mut self, key: u32, quantity: Quantity) {
        if let Some(own) = self.lines.iter_mut().find(|own| own.key == key) {
            own.line.quantity = quantity;
        }
    }

    /// Replaces a line's price and tags.
    pub fn set_price(&mut self, key: u32, price: Money, tags: Tags) {
        if let Some(own) = self.lines.iter_mut().find(|own| own.key == key) {
            own.line.price = price;
            own.line.tags = tags;
        }
    }

    /// Takes a line out; gives it back with its place, for the undo.
    pub fn remove(&mut self, key: u32) -> Option<(usize, DraftLine)> {
        let place = self.lines.iter().position(|own| own.key == key)?;
        Some((place, self.lines.remove(place)))
    }

    /// Puts a line back where it was.
    pub fn restore(&mut self, place: usize, line: DraftLine) {
        self.lines.insert(place.min(self.lines.len()), line);
    }

    /// Names another member, or none. What the former one would have used is not used.
    pub fn set_member(&mut self, member: Option<MemberRow>) {
        if self.member.as_ref().map(|own| own.id) != member.as_ref().map(|other| other.id) {
            self.vouchers.clear();
            self.points = None;
            self.agreed = self.agreed.take().filter(|own| own.member.is_none());
        }
        self.member = member;
    }

    /// Uses so many of a group's vouchers.
    pub fn use_vouchers(&mut self, group: &VoucherGroup, how_many: usize) {
        self.vouchers.retain(|own| !group.vouchers.contains(own));
        self.vouchers.extend(group.vouchers.iter().take(how_many).copied());
    }

    /// How many of a group's vouchers are used.
    pub fn vouchers_used(&self, group: &VoucherGroup) -> usize {
        self.vouchers.iter().filter(|own| group.vouchers.contains(own)).count()
    }

    /// Drops vouchers that are no longer open (used or lapsed meanwhile).
    pub fn keep_vouchers(&mut self, offered: &[VoucherView]) {
        self.vouchers.retain(|(from, index)| offered.iter().any(|open| open.from == *from && open.index == *index));
    }

    /// As the worker wants it.
    pub fn basket(&self) -> Result<Basket, NumberError> {
        let points = match &self.points {
            Some((rule, units, unit)) if *units > 0 => Some((rule.clone(), times(*unit, *units)?)),
            Some(_) | None => None,
        };
        Ok(Basket {
            member: self.member.as_ref().map(|member| member.id),
            lines: self.lines.iter().map(|own| own.line.clone()).collect(),
            vouchers: self.vouchers.clone(),
            points,
            agreed: self.agreed.as_ref().map(|own| (own.rule.clone(), own.rate, own.parties.clone())),
            ..Basket::default()
        })
    }
}

/// So many units of points.
pub fn times(unit: Points, units: u32) -> Result<Points, NumberError> {
    unit.minor().checked_mul(i64::from(units)).map(Points::from_minor).ok_or(NumberError::TooLarge)
}

/// One more, or one less; `None` where nothing would be left.
pub fn stepped(quantity: Quantity, more: bool) -> Option<Quantity> {
    let next = if more { quantity.plus(Quantity::ONE) } else { quantity.minus(Quantity::ONE) };
    next.ok().filter(|next| next.is_positive())
}

/// Vouchers that look the same to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherGroup {
    /// Name.
    pub label: Label,
    /// Value of each.
    pub value: Money,
    /// First day on which the earliest is gone.
    pub expires: Option<Day>,
    /// Those that lapse first come first.
    pub vouchers: Vec<(EventId, u32)>,
}

/// Groups vouchers by name and value; in each those that lapse first come first.
pub fn voucher_groups(vouchers: &[VoucherView]) -> Vec<VoucherGroup> {
    let gone = |voucher: &VoucherView| voucher.expires.unwrap_or(Day::LAST);
    let sorted = sorted(vouchers, |a, b| gone(a).cmp(&gone(b)));
    let mut groups: Vec<VoucherGroup> = Vec::new();
    for voucher in sorted {
        let own = (voucher.from, voucher.index);
        match groups.iter_mut().find(|group| group.value == voucher.value && group.label == voucher.label) {
            Some(group) => group.vouchers.push(own),
            None => groups.push(VoucherGroup {
                label: voucher.label.clone(),
                value: voucher.value,
                expires: voucher.expires,
                vouchers: vec![own],
            }),
        }
    }
    groups
}

/// Full-width digits and signs, as Chinese keyboards give them, made plain.
pub fn plain(text: &str) -> String {
    text.trim()
        .chars()
        .filter_map(|sign| match sign {
            '０'..='９' => char::from_u32(u32::from(sign).wrapping_sub(0xFF10).wrapping_add(0x30)),
            '．' | '。' => Some('.'),
            '－' | '−' => Some('-'),
            '＋' => Some('+'),
            '＊' | '×' => Some('*'),
            '¥' | '￥' | ',' | '，' => None,
            other => Some(other),
        })
        .collect()
}

/// A text as an amount, not negative.
pub fn amount(text: &str) -> Result<Money, NumberError> {
    let money: Money = plain(text).parse()?;
    if money.is_negative() { Err(NumberError::NotANumber) } else { Ok(money) }
}

/// A text as a quantity above zero.
pub fn quantity(text: &str) -> Result<Quantity, NumberError> {
    let quantity: Quantity = plain(text).parse()?;
    if quantity.is_positive() { Ok(quantity) } else { Err(NumberError::NotANumber) }
}

/// What stands in the box: `3*soap` asks for three.
pub fn typed(text: &str) -> (Quantity, String) {
    let text = plain(text);
    if let Some((count, rest)) = text.split_once('*')
        && let Ok(count) = quantity(count)
        && !rest.trim().is_empty()
    {
        return (count, rest.trim().to_owned());
    }
    (Quantity::ONE, text)
}

/// The one thing that a text means, if it means one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Goods, by their place among those found.
    Good(usize),
    /// A member, by their place among those found.
    Member(usize),
    /// Several: the person chooses.
    Several,
    /// Nothing.
    Nothing,
}

/// What a text with Enter, typed or scanned, means: an exact code, card or phone; else the only thing found.
pub fn meaning(text: &str, goods: &[Product], members: &[MemberRow]) -> Meaning {
    let digits = |phone: &str| phone.trim_start_matches('+').to_owned();
    if let Some(place) = goods.iter().position(|good| good.code.eq_ignore_ascii_case(text)) {
        return Meaning::Good(place);
    }
    let exact =
        |member: &MemberRow| member.card == text || (!member.phone.is_empty() && digits(&member.phone) == digits(text));
    let mut hits = members.iter().enumerate().filter(|(_, member)| exact(member)).map(|(place, _)| place);
    // A family may share a phone: then the person chooses.
    match (hits.next(), hits.next()) {
        (Some(place), None) => return Meaning::Member(place),
        (Some(_), Some(_)) => return Meaning::Several,
        (None, _) => {}
    }
    match (goods.len(), members.len()) {
        (0, 0) => Meaning::Nothing,
        (1, 0) => Meaning::Good(0),
        (0, 1) => Meaning::Member(0),
        _ => Meaning::Several,
    }
}

/// Whether a text is a phone number that one could enrol: 7 to 15 digits.
pub fn looks_like_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a person's name rather than goods or digits: short, without digits.
pub fn looks_like_name(text: &str) -> bool {
    let signs = text.chars().count();
    (2..=24).contains(&signs) && !text.chars().any(|sign| sign.is_ascii_digit() || sign == '*')
}

/// `138…6618`: enough of a phone to know it again.
pub fn short_phone(phone: &str) -> String {
    let tail = phone.len().checked_sub(4).and_then(|start| phone.get(start..));
    match (phone.get(..3), tail) {
        (Some(head), Some(tail)) if phone.len() > 7 => format!("{head}…{tail}"),
        _ => phone.to_owned(),
    }
}

/// One payment being typed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Tender.
    pub kind: Text,
    /// The amount as typed.
    pub text: String,
}

/// What the payments come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlement {
    /// As they are recorded: cash without its change.
    pub tenders: Vec<Tender>,
    /// Still to pay.
    pub missing: Money,
    /// To give back.
    pub change: Money,
    /// More than is due, and not in cash.
    pub over: Money,
    /// Which payments are not amounts.
    pub unreadable: Vec<usize>,
}

impl Settlement {
    /// Whether one can finish.
    pub fn is_complete(&self) -> bool {
        self.missing.is_zero() && self.over.is_zero() && self.unreadable.is_empty()
    }
}

/// Sets payments against the price. Only cash gives change.
pub fn settle(pay: Money, given: &[Given]) -> Result<Settlement, NumberError> {
    let mut settlement = Settlement::default();
    let mut cash = Money::ZERO;
    for (place, own) in given.iter().enumerate() {
        if own.text.trim().is_empty() {
            continue;
        }
        match amount(&own.text) {
            Ok(sum) if sum.is_zero() => {}
            Ok(sum) => {
                if own.kind == "cash" {
                    cash = cash.plus(sum)?;
                }
                settlement.tenders.push(Tender { kind: own.kind.clone(), amount: sum });
            }
            Err(_) => settlement.unreadable.push(place),
        }
    }
    let sum = Money::sum(settlement.tenders.iter().map(|tender| tender.amount))?;
    let rest = pay.minus(sum)?;
    if !rest.is_negative() {
        settlement.missing = rest;
        return Ok(settlement);
    }
    let too_much = -rest;
    if too_much > cash {
        settlement.over = too_much.minus(cash)?;
    }
    settlement.change = too_much.min(cash);
    let mut to_give_back = settlement.change;
    for tender in settlement.tenders.iter_mut().filter(|tender| tender.kind == "cash") {
        let back = to_give_back.min(tender.amount);
        tender.amount = tender.amount.minus(back)?;
        to_give_back = to_give_back.minus(back)?;
    }
    settlement.tenders.retain(|tender| !tender.amount.is_zero());
    Ok(settlement)
}

/// Chooses a tender: a further one gets what is missing; the only one, if it covers all, changes its kind.
/// `limit` is how much of it there is (stored value).
pub fn choose_tender(pay: Money, given: &mut Vec<Given>, kind: &Text, limit: Option<Money>) -> Result<(), NumberError> {
    if given.iter().any(|own| own.kind == *kind) {
        return Ok(());
    }
    let settlement = settle(pay, given)?;
    if given.len() == 1 && settlement.is_complete() {
        given.clear();
    }
    let missing = settle(pay, given)?.missing;
    let sum = limit.map_or(missing, |limit| missing.min(limit));
    given.retain(|own| !own.text.trim().is_empty());
    given.push(Given { kind: kind.clone(), text: sum.to_string() });
    Ok(())
}

/// Banknotes that a customer may hand over for a price: the next multiples of 10, 50 and 100 yuan.
pub fn cash_suggestions(pay: Money) -> Vec<Money> {
    let mut found: Vec<Money> = Vec::new();
    for note in [1_000_i64, 5_000, 10_000] {
        let up = pay.minor().saturating_add(note.saturating_sub(1)).div_euclid(note).saturating_mul(note);
        let money = Money::from_minor(up);
        if money > pay && !found.contains(&money) {
            found.push(money);
        }
    }
    found
}

/// An enrolment being typed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnrolDraft {
    /// Fields by name, as typed. A birthday is `2000-03-02` of the date field.
    pub fields: BTreeMap<Text, String>,
    /// Whether the birthday is by the lunar calendar.
    pub lunar: bool,
    /// Route.
    pub route: Text,
    /// Receipts that qualify.
    pub receipts: Vec<EventId>,
    /// Grade.
    pub choice: Text,
    /// Who brought them.
    pub referrer: Option<MemberId>,
}

/// What is wrong with an enrolment's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It must be filled in.
    Missing,
    /// Not a phone number.
    Phone,
    /// Not a birthday.
    Birthday,
}

/// The fields to show: what the program requires, and always name and phone, by which a member is found again.
pub fn enrol_fields(required: &[Text]) -> Vec<(Text, bool)> {
    let mut fields = vec![Text::const_new("phone"), Text::const_new("name")];
    fields.extend(required.iter().filter(|field| !["phone", "name"].contains(&field.as_str())).cloned());
    fields.into_iter().map(|field| (field.clone(), required.contains(&field))).collect()
}

/// The route to begin with: one that this sale satisfies, else one that asks for nothing, else the first.
pub fn first_route(routes: &[RouteView], satisfied: &[RouteView]) -> Text {
    let free = |route: &&RouteView| !route.needs_receipts && route.fee.is_zero();
    satisfied
        .first()
        .or_else(|| routes.iter().find(free))
        .or_else(|| routes.first())
        .map(|route| route.id.clone())
        .unwrap_or_default()
}

impl EnrolDraft {
    /// As data, or what is wrong with which field.
    pub fn read(&self, required: &[Text]) -> Result<Profile, BTreeMap<Text, Wrong>> {
        let mut wrong = BTreeMap::new();
        let text = |field: &str| self.fields.get(field).map(|text| text.trim()).unwrap_or_default();
        for field in required {
            if text(field).is_empty() {
                wrong.insert(field.clone(), Wrong::Missing);
            }
        }
        let phone: String =
            plain(text("phone")).chars().filter(|sign| !matches!(sign, ' ' | '-' | '(' | ')')).collect();
        let digits = phone.strip_prefix('+').unwrap_or(&phone);
        let is_phone = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !phone.is_empty() && !is_phone {
            wrong.insert(Text::const_new("phone"), Wrong::Phone);
        }
        let birthday = match text("birthday") {
            "" => None,
            date => match date.parse::<Day>() {
                Ok(day) => Some(Birthday {
                    year: Some(day.year()),
                    month: u8::try_from(day.month()).unwrap_or(0),
                    day: u8::try_from(day.day_of_month()).unwrap_or(0),
                    lunar: self.lunar,
                }),
                Err(_) => {
                    wrong.insert(Text::const_new("birthday"), Wrong::Birthday);
                    None
                }
            },
        };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let own = ["name", "phone", "birthday", "id_number"];
        let filled =
            self.fields.iter().filter(|(field, text)| !own.contains(&field.as_str()) && !text.trim().is_empty());
        let more = map_of(filled.map(|(field, text)| (field.clone(), Text::from(text.trim()))));
        Ok(Profile {
            name: Text::from(text("name")),
            phone: Text::from(phone),
            birthday,
            id_number: Text::from(plain(text("id_number"))),
            more,
        })
    }
}

/// How much of each line of a receipt comes back, by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnDraft {
    chosen: BTreeMap<u32, Quantity>,
}

impl ReturnDraft {
    /// What of a line can still come back.
    pub fn left(line: &ReceiptLine) -> Quantity {
        if !line.returnable {
            return Quantity::ZERO;
        }
        line.quantity.minus(line.returned).unwrap_or(Quantity::ZERO)
    }

    /// What of a line was chosen.
    pub fn chosen(&self, line: u32) -> Quantity {
        self.chosen.get(&line).copied().unwrap_or(Quantity::ZERO)
    }

    /// Chooses so much of a line, at most what is left.
    pub fn choose(&mut self, line: u32, of: &ReceiptLine, quantity: Quantity) {
        let quantity = quantity.min(Self::left(of));
        if quantity.is_positive() {
            self.chosen.insert(line, quantity);
        } else {
            self.chosen.remove(&line);
        }
    }

    /// One more or one less of a line; a rest smaller than one piece goes as a whole.
    pub fn step(&mut self, line: u32, of: &ReceiptLine, more: bool) {
        let next = stepped(self.chosen(line), more).unwrap_or(Quantity::ZERO);
        self.choose(line, of, next);
    }

    /// Everything that can still come back.
    pub fn choose_all(&mut self, receipt: &ReceiptView) {
        for (place, line) in (0_u32..).zip(&receipt.lines) {
            self.choose(place, line, Self::left(line));
        }
    }

    /// As the worker wants it.
    pub fn lines(&self) -> Vec<ReturnedLine> {
        self.chosen.iter().map(|(line, quantity)| ReturnedLine { line: *line, quantity: *quantity }).collect()
    }
}

/// A product being typed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductDraft {
    /// Code; empty: the name serves.
    pub code: String,
    /// Name.
    pub name: String,
    /// Price as typed.
    pub price: String,
    /// Category.
    pub category: String,
    /// Tags.
    pub tags: Vec<Text>,
}

impl ProductDraft {
    /// From what was typed into the box and not found.
    pub fn of_text(text: &str) -> Self {
        let is_code = !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && text.bytes().any(|byte| byte.is_ascii_digit());
        if is_code {
            Self { code: text.to_owned(), ..Self::default() }
        } else {
            Self { name: text.to_owned(), ..Self::default() }
        }
    }

    /// As data; the price may be wrong, or the name missing (`None`).
    pub fn read(&self) -> Result<Product, Option<NumberError>> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(None);
        }
        let price = amount(&self.price).map_err(Some)?;
        let code = if self.code.trim().is_empty() { name } else { self.code.trim() };
        Ok(Product {
            code: Text::from(code),
            name: Text::from(name),
            category: Text::from(self.category.trim()),
            price,
            tags: Tags::parse(&self.tags.join(",")),
        })
    }
}

#[cfg(test)]
mod tests;
