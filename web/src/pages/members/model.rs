//! What the members' pages decide without a browser: the list's window of rows, drafts of forms, what one may do.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regulars_desk::protocol::{HistoryEntry, MemberPage, MemberQuery, MemberRow, MemberSort, ShopStatus};
use regulars_rules::event::{Birthday, Profile};
use regulars_rules::id::Text;
use regulars_rules::number::{Money, Points};
use regulars_rules::time::Day;

use crate::shared::map_of;

/// Rows asked for at a time.
pub const CHUNK: u32 = 100;
/// Pieces kept around the window: 100,000 rows must not all stay in the page.
const CHUNKS_MAX: usize = 24;

/// Days without a visit that one may ask for.
pub const UNSEEN_DAYS: [u16; 4] = [30, 90, 180, 365];

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Typed text.
    pub text: String,
    /// A tier's id; empty: all.
    pub tier: Text,
    /// Not seen for so many days; 0: any.
    pub unseen_days: u16,
    /// Birthday month; 0: any.
    pub birthday_month: u8,
    /// Order.
    pub sort: MemberSort,
}

impl Filters {
    /// Whether anything but the order is set.
    pub fn narrowed(&self) -> bool {
        !self.text.trim().is_empty() || self.filtered()
    }

    /// Whether a filter besides the text is set.
    pub fn filtered(&self) -> bool {
        !self.tier.is_empty() || self.unseen_days > 0 || self.birthday_month > 0
    }

    /// The same without filters; text and order stay.
    pub fn cleared(&self) -> Self {
        Self { text: self.text.clone(), sort: self.sort, ..Self::default() }
    }

    /// The question for one piece of the list.
    pub fn query(&self, today: Day, chunk: u32) -> MemberQuery {
        MemberQuery {
            text: Text::from(self.text.trim()),
            tier: self.tier.clone(),
            unseen_since: (self.unseen_days > 0).then(|| today.plus_days(-i32::from(self.unseen_days))),
            birthday_month: self.birthday_month,
            sort: self.sort,
            offset: chunk.saturating_mul(CHUNK),
            limit: CHUNK,
        }
    }
}

/// The order's word in an `<option>`.
pub const fn sort_word(sort: MemberSort) -> &'static str {
    match sort {
        MemberSort::LastVisit => "last-visit",
        MemberSort::Spend => "spend",
        MemberSort::Points => "points",
        MemberSort::Joined => "joined",
        MemberSort::Name => "name",
    }
}

/// The order of an `<option>`'s word.
pub fn sort_of(word: &str) -> MemberSort {
    match word {
        "spend" => MemberSort::Spend,
        "points" => MemberSort::Points,
        "joined" => MemberSort::Joined,
        "name" => MemberSort::Name,
        _ => MemberSort::LastVisit,
    }
}

/// The part of a long list that is here. Answers to an older question are recognised by its number and dropped.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    question: u32,
    total: Option<u32>,
    chunks: BTreeMap<u32, Vec<MemberRow>>,
    asked: BTreeSet<u32>,
    /// Another question was asked: what is here goes when its first answer comes, so that typing does not flicker.
    outdated: bool,
}

impl Rows {
    /// Another question: what is here stays on screen until its first answer.
    pub fn restart(&mut self) {
        self.refresh();
        self.outdated = true;
    }

    /// The same question to be asked again; each piece is replaced as its answer comes.
    pub fn refresh(&mut self) {
        self.question = self.question.wrapping_add(1);
        self.asked.clear();
    }

    /// The number of the question.
    pub const fn question(&self) -> u32 {
        self.question
    }

    /// How many match in all; `None` before the first answer.
    pub const fn total(&self) -> Option<u32> {
        self.total
    }

    /// Pieces to ask for so that a window of rows is here. They count as asked for from now on.
    pub fn wanted(&mut self, window: Range<u32>) -> Vec<u32> {
        let first = window.start / CHUNK;
        let last = window.end.saturating_sub(1).max(window.start) / CHUNK;
        let known_last =
            if self.outdated { last } else { self.total.map_or(last, |total| total.saturating_sub(1) / CHUNK) };
        (first..=last.min(known_last)).filter(|chunk| self.asked.insert(*chunk)).collect()
    }

    /// Takes an answer. `false`: it belongs to an older question.
    pub fn put(&mut self, question: u32, chunk: u32, total: u32, rows: Vec<MemberRow>) -> bool {
        if question != self.question {
            return false;
        }
        if std::mem::take(&mut self.outdated) {
            self.chunks.clear();
        }
        if self.total != Some(total) {
            // The list has another length: pieces beyond it are gone.
            self.chunks.retain(|own, _| own.saturating_mul(CHUNK) < total);
        }
        self.total = Some(total);
        self.chunks.insert(chunk, rows);
        while self.chunks.len() > CHUNKS_MAX {
            let far = self.chunks.keys().copied().max_by_key(|own| own.abs_diff(chunk));
            let Some(far) = far else { break };
            self.chunks.remove(&far);
            self.asked.remove(&far);
        }
        true
    }

    /// A question failed: it may be asked again.
    pub fn failed(&mut self, question: u32, chunk: u32) {
        if question == self.question {
            self.asked.remove(&chunk);
        }
    }

    /// A row, if it is here.
    pub fn get(&self, index: u32) -> Option<&MemberRow> {
        self.chunks.get(&(index / CHUNK))?.get(usize::try_from(index % CHUNK).ok()?)
    }
}

/// A phone with its middle hidden: `138****6618`.
pub fn mask(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    let shown = match digits.len() {
        0..=4 => return phone.to_owned(),
        5..=7 => 1,
        _ => 3,
    };
    let head: String = digits.iter().take(shown).collect();
    let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    let hidden = digits.len().saturating_sub(shown).saturating_sub(4);
    format!("{head}{}{tail}", "*".repeat(hidden))
}

/// A document number with all but its ends hidden.
pub fn mask_document(number: &str) -> String {
    let signs: Vec<char> = number.chars().collect();
    if signs.len() < 8 {
        return "*".repeat(signs.len());
    }
    let head: String = signs.iter().take(3).collect();
    let tail: String = signs.iter().skip(signs.len().saturating_sub(4)).collect();
    format!("{head}{}{tail}", "*".repeat(signs.len().saturating_sub(7)))
}

/// The dark modules of a QR as one SVG path, and the side of its picture in modules (quiet zone included).
pub fn qr_path(rows: &[Vec<bool>]) -> (usize, String) {
    const QUIET: usize = 4;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut run: Option<usize> = None;
        for (x, dark) in row.iter().copied().chain(std::iter::once(false)).enumerate() {
            match (dark, run) {
                (true, None) => run = Some(x),
                (false, Some(start)) => {
                    path.push_str(&format!("M{} {}h{}v1h-{}z", start + QUIET, y + QUIET, x - start, x - start));
                    run = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
    }
    (rows.len() + 2 * QUIET, path)
}

/// What one may do with a member now. What the program refuses beyond this it says itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is one button")]
pub struct Actions {
    /// Ring up goods.
    pub sell: bool,
    /// Decide the application.
    pub decide: bool,
    /// Correct the data.
    pub edit: bool,
    /// A new card.
    pub replace: bool,
    /// Another term.
    pub renew: bool,
    /// Points to a friend.
    pub send: bool,
    /// Correct the points.
    pub adjust: bool,
    /// Took part in an activity.
    pub attend: bool,
    /// Set or take a mark.
    pub mark: bool,
    /// Leave or cancel.
    pub leave: bool,
    /// Sell stored value.
    pub load: bool,
}

/// The buttons of a member's page.
pub fn actions(page: &MemberPage, status: Option<&ShopStatus>) -> Actions {
    let word = page.row.status.as_str();
    let here = matches!(word, "active" | "expired");
    let active = word == "active";
    let has_card = !page.row.card.is_empty();
    Actions {
        sell: active,
        decide: word == "applied",
        edit: here || word == "applied",
        replace: active
            && has_card
            && status.is_some_and(|s| s.replacement_fees.0.is_some() || s.replacement_fees.1.is_some()),
        renew: here && page.card_expires.is_some(),
        send: active && page.points.balance.is_positive() && status.is_some_and(|s| s.transfers),
        adjust: active,
        attend: active && status.is_some_and(|s| !s.activities.is_empty()),
        mark: here,
        leave: here,
        load: active && status.is_some_and(|s| s.stored_value),
    }
}

/// A lapse that is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// Within a month.
    Soon,
    /// Later, or never.
    Later,
}

/// How near the first day on which something is gone is.
pub fn nearness(gone: Option<Day>, today: Day) -> Nearness {
    match gone {
        Some(day) if day <= today.plus_days(31) => Nearness::Soon,
        _ => Nearness::Later,
    }
}

/// The last day on which something still holds, from the first on which it is gone.
pub fn last_day(gone: Day) -> Day {
    gone.plus_days(-1)
}

/// A share of a whole in per mille, for the width of a bar.
pub fn permille(part: i64, whole: i64) -> u32 {
    if part <= 0 || whole <= 0 {
        return 0;
    }
    let share = i128::from(part).saturating_mul(1000) / i128::from(whole);
    u32::try_from(share.min(1000)).unwrap_or(1000)
}

/// History by day, newest first as it came.
pub fn by_day(entries: Vec<HistoryEntry>) -> Vec<(Day, Vec<HistoryEntry>)> {
    let mut days: Vec<(Day, Vec<HistoryEntry>)> = Vec::new();
    for entry in entries {
        match days.last_mut() {
            Some((day, own)) if *day == entry.at.day => own.push(entry),
            _ => days.push((entry.at.day, vec![entry])),
        }
    }
    days
}

/// Which entries of a history are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HistoryKind {
    /// All.
    #[default]
    All,
    /// Those that changed points.
    Points,
    /// Those with a receipt.
    Receipts,
}

impl HistoryKind {
    /// Whether an entry is of it.
    pub const fn holds(self, entry: &HistoryEntry) -> bool {
        match self {
            Self::All => true,
            Self::Points => !entry.points.is_zero(),
            Self::Receipts => entry.receipt,
        }
    }
}

/// What is wrong with a field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    /// Nothing stands there.
    Empty,
    /// Not a figure.
    NotANumber,
    /// More decimals than there are.
    TooFine,
    /// Must be above zero.
    NotPositive,
    /// More than there is.
    TooMany,
    /// Zero changes nothing.
    Zero,
    /// Not a phone number: 5 to 15 digits.
    NotAPhone,
    /// Not a day of the year.
    NotADay,
}

impl From<regulars_rules::number::NumberError> for FieldError {
    fn from(error: regulars_rules::number::NumberError) -> Self {
        match error {
            regulars_rules::number::NumberError::TooFine => Self::TooFine,
            regulars_rules::number::NumberError::NotANumber => Self::NotANumber,
            regulars_rules::number::NumberError::TooLarge => Self::TooMany,
        }
    }
}

/// Full-width digits and signs, as Chinese keyboards give them, made plain; `¥` and separators left out.
fn plain(text: &str) -> String {
    text.trim()
        .chars()
        .filter_map(|sign| match sign {
            '０'..='９' => char::from_u32(u32::from(sign) - 0xFF10 + 0x30),
            '．' | '。' => Some('.'),
            '－' | '−' => Some('-'),
            '＋' => Some('+'),
            '¥' | '￥' | ',' | '，' | ' ' => None,
            other => Some(other),
        })
        .collect()
}

/// An amount above zero.
pub fn amount_of(text: &str) -> Result<Money, FieldError> {
    let text = plain(text);
    if text.is_empty() {
        return Err(FieldError::Empty);
    }
    let money: Money = text.parse()?;
    if money.is_positive() { Ok(money) } else { Err(FieldError::NotPositive) }
}

/// Points to give away: above zero, at most what there is.
pub fn points_to_send(text: &str, balance: Points) -> Result<Points, FieldError> {
    let text = plain(text);
    if text.is_empty() {
        return Err(FieldError::Empty);
    }
    let points: Points = text.parse()?;
    if !points.is_positive() {
        return Err(FieldError::NotPositive);
    }
    if points > balance { Err(FieldError::TooMany) } else { Ok(points) }
}

/// Points to add or, with `less`, to take.
pub fn points_to_adjust(text: &str, less: bool) -> Result<Points, FieldError> {
    let text = plain(text);
    if text.is_empty() {
        return Err(FieldError::Empty);
    }
    let points: Points = text.parse()?;
    if points.is_zero() {
        return Err(FieldError::Zero);
    }
    if points.is_negative() {
        return Err(FieldError::NotPositive);
    }
    Ok(if less { -points } else { points })
}

/// A form's text for a member's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileDraft {
    /// Name.
    pub name: String,
    /// Phone.
    pub phone: String,
    /// Birth year, may be empty.
    pub year: String,
    /// Month 1-12; 0: unknown.
    pub month: u8,
    /// Day; 0: unknown.
    pub day: u8,
    /// Whether month and day are lunar.
    pub lunar: bool,
    /// Identity document.
    pub id_number: String,
    /// Further fields, by name.
    pub more: BTreeMap<Text, String>,
}

/// Which field of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileField {
    /// Name.
    Name,
    /// Phone.
    Phone,
    /// Birthday.
    Birthday,
}

impl ProfileDraft {
    /// From what is known. Fields that the program requires stand there even if empty.
    pub fn of(profile: &Profile, required: &[Text]) -> Self {
        let own = ["name", "phone", "birthday", "id-number", "id_number"];
        let mut more = map_of(profile.more.iter().map(|(name, text)| (name.clone(), text.to_string())));
        for name in required {
            if !own.contains(&name.as_str()) {
                more.entry(name.clone()).or_default();
            }
        }
        Self {
            name: profile.name.to_string(),
            phone: profile.phone.to_string(),
            year: profile.birthday.and_then(|b| b.year).map(|year| year.to_string()).unwrap_or_default(),
            month: profile.birthday.map_or(0, |b| b.month),
            day: profile.birthday.map_or(0, |b| b.day),
            lunar: profile.birthday.is_some_and(|b| b.lunar),
            id_number: profile.id_number.to_string(),
            more,
        }
    }

    /// As data, or which field is wrong.
    pub fn read(&self) -> Result<Profile, (ProfileField, FieldError)> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err((ProfileField::Name, FieldError::Empty));
        }
        let phone = phone_of(&self.phone).map_err(|error| (ProfileField::Phone, error))?;
        let birthday = self.birthday().map_err(|error| (ProfileField::Birthday, error))?;
        let filled = self.more.iter().filter(|(_, text)| !text.trim().is_empty());
        let more = map_of(filled.map(|(name, text)| (name.clone(), Text::from(text.trim()))));
        Ok(Profile { name: Text::from(name), phone, birthday, id_number: Text::from(self.id_number.trim()), more })
    }

    fn birthday(&self) -> Result<Option<Birthday>, FieldError> {
        let year = plain(&self.year);
        if self.month == 0 && self.day == 0 && year.is_empty() {
            return Ok(None);
        }
        let year = if year.is_empty() {
            None
        } else {
            let year: i32 = year.parse().map_err(|_| FieldError::NotADay)?;
            if !(1900..=2100).contains(&year) {
                return Err(FieldError::NotADay);
            }
            Some(year)
        };
        let longest = if self.lunar { 30 } else { days_of(self.month, year) };
        if !(1..=12).contains(&self.month) || self.day == 0 || self.day > longest {
            return Err(FieldError::NotADay);
        }
        Ok(Some(Birthday { year, month: self.month, day: self.day, lunar: self.lunar }))
    }
}

/// Days of a month; without a year, 29 February is a day.
pub fn days_of(month: u8, year: Option<i32>) -> u8 {
    let year = year.unwrap_or(2000);
    let month = u32::from(month);
    (28..=31).rev().find(|day| Day::from_calendar(year, month, u32::from(*day)).is_some()).unwrap_or(31)
}

/// A phone: digits with an optional `+`; blanks and hyphens are left out. Empty is allowed, the program may refuse it.
fn phone_of(text: &str) -> Result<Text, FieldError> {
    let phone: String = plain(text).chars().filter(|sign| !matches!(sign, '-' | '(' | ')')).collect();
    if phone.is_empty() {
        return Ok(Text::default());
    }
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    if (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(Text::from(phone))
    } else {
        Err(FieldError::NotAPhone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_rules::id::{EventId, MemberId};
    use regulars_rules::message::{Label, Message};
    use regulars_rules::time::BusinessTime;

    fn row(index: u32) -> MemberRow {
        MemberRow {
            id: MemberId::derived("test", &index.to_string()),
            name: Text::from(index.to_string()),
            phone: Text::default(),
            card: Text::default(),
            tier: Text::default(),
            tier_label: Label::default(),
            tier_rank: 0,
            points: Points::ZERO,
            spend: Money::ZERO,
            last_visit: None,
            birthday: None,
            status: Text::from("active"),
        }
    }

    fn rows(chunk: u32) -> Vec<MemberRow> {
        (chunk * CHUNK..(chunk + 1) * CHUNK).map(row).collect()
    }

    #[test]
    fn the_window_asks_for_each_piece_once() {
        let mut list = Rows::default();
        assert_eq!(list.wanted(0..30), [0]);
        assert_eq!(list.wanted(0..30), Vec::<u32>::new());
        assert!(list.put(list.question(), 0, 100_000, rows(0)));
        assert_eq!(list.get(7).map(|r| r.name.as_str()), Some("7"));
        assert_eq!(list.wanted(95..125), [1]);
        assert_eq!(list.get(110), None);
        list.failed(list.question(), 1);
        assert_eq!(list.wanted(95..125), [1]);
        assert_eq!(list.wanted(99_990..100_050), [999]);
    }

    #[test]
    fn an_answer_to_an_older_question_is_dropped() {
        let mut list = Rows::default();
        let old = list.question();
        list.restart();
        assert!(!list.put(old, 0, 5, rows(0)));
        assert_eq!(list.total(), None);
        assert!(list.put(list.question(), 0, 500, rows(0)));
        assert!(list.put(list.question(), 1, 500, rows(1)));
        list.restart();
        assert_eq!(list.total(), Some(500), "typing does not empty the screen");
        assert!(list.put(list.question(), 0, 5, rows(3)));
        assert_eq!((list.total(), list.get(100)), (Some(5), None));
        list.refresh();
        assert_eq!(list.total(), Some(5), "what is here stays until the answer comes");
        assert_eq!(list.wanted(0..5), [0]);
    }

    #[test]
    fn far_pieces_are_let_go() {
        let mut list = Rows::default();
        for chunk in 0..200 {
            let window = chunk * CHUNK..(chunk + 1) * CHUNK;
            assert_eq!(list.wanted(window), [chunk]);
            assert!(list.put(list.question(), chunk, 20_000, rows(chunk)));
        }
        assert!(list.chunks.len() <= CHUNKS_MAX);
        assert!(list.get(0).is_none());
        assert_eq!(list.wanted(0..10), [0], "and may be asked for again");
        assert!(list.get(19_999).is_some());
    }

    #[test]
    fn phones_hide_their_middle() {
        assert_eq!(mask("13812346618"), "138****6618");
        assert_eq!(mask("88886618"), "888*6618");
        assert_eq!(mask("6618"), "6618");
        assert_eq!(mask(""), "");
        assert_eq!(mask_document("110101199003078888"), "110***********8888");
    }

    #[test]
    fn filters_become_a_question() {
        let today: Day = "2026-11-23".parse().unwrap();
        let filters = Filters { text: " 6618 ".into(), unseen_days: 90, ..Filters::default() };
        let query = filters.query(today, 2);
        assert_eq!(query.text, "6618");
        assert_eq!(query.offset, 200);
        assert_eq!(query.unseen_since.map(|d| d.to_string()).as_deref(), Some("2026-08-25"));
        assert!(filters.narrowed() && filters.filtered() && !filters.cleared().filtered());
        for sort in [MemberSort::LastVisit, MemberSort::Spend, MemberSort::Points, MemberSort::Joined, MemberSort::Name]
        {
            assert_eq!(sort_of(sort_word(sort)), sort);
        }
    }

    #[test]
    fn forms_take_what_people_type() {
        let money = |text: &str| amount_of(text).map(|m| m.to_string());
        assert_eq!(money("￥1，200.５０").as_deref(), Ok("1200.50"));
        assert_eq!(money("0"), Err(FieldError::NotPositive));
        assert_eq!(money("1.234"), Err(FieldError::TooFine));
        assert_eq!(money("abc"), Err(FieldError::NotANumber));
        assert_eq!(money(" "), Err(FieldError::Empty));
        let balance: Points = "100".parse().unwrap();
        assert_eq!(points_to_send("101", balance), Err(FieldError::TooMany));
        assert_eq!(points_to_send("100", balance), Ok(balance));
        assert_eq!(points_to_adjust("100", true), Ok(-balance));
        assert_eq!(points_to_adjust("0", true), Err(FieldError::Zero));
    }

    #[test]
    fn a_draft_gives_the_profile_back() {
        let profile = Profile {
            name: Text::from("王丽"),
            phone: Text::from("13812346618"),
            birthday: Some(Birthday { year: None, month: 8, day: 30, lunar: true }),
            id_number: Text::default(),
            more: BTreeMap::new(),
        };
        let mut draft = ProfileDraft::of(&profile, &[Text::from("email"), Text::from("birthday")]);
        assert_eq!(draft.read(), Ok(profile));
        assert!(draft.more.contains_key("email"));
        draft.phone = "138 1234-66x8".into();
        assert_eq!(draft.read(), Err((ProfileField::Phone, FieldError::NotAPhone)));
        draft.phone = "138 1234-6618".into();
        draft.lunar = false;
        (draft.month, draft.day) = (2, 29);
        assert!(draft.read().is_ok());
        draft.year = "2025".into();
        assert_eq!(draft.read(), Err((ProfileField::Birthday, FieldError::NotADay)));
        draft.name = " ".into();
        assert_eq!(draft.read(), Err((ProfileField::Name, FieldError::Empty)));
    }

    #[test]
    fn a_qr_is_one_path_of_runs() {
        let (side, path) = qr_path(&[vec![true, true, false], vec![false, true, true]]);
        assert_eq!(side, 10);
        assert_eq!(path, "M4 4h2v1h-2zM5 5h2v1h-2z");
    }

    #[test]
    fn history_is_grouped_by_day() {
        let entry = |day: &str, minute: &str| HistoryEntry {
            event: EventId::derived("test", minute),
            at: format!("{day} {minute}").parse::<BusinessTime>().unwrap(),
            staff: Text::default(),
            what: Message { key: Text::from("x"), args: Vec::new() },
            points: Points::ZERO,
            money: Money::ZERO,
            reasons: Vec::new(),
            receipt: false,
        };
        let days =
            by_day(vec![entry("2026-03-03", "10:00"), entry("2026-03-03", "09:00"), entry("2026-03-02", "10:00")]);
        assert_eq!(days.iter().map(|(_, own)| own.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(permille(1, 3), 333);
        assert_eq!(permille(5, 3), 1000);
        assert_eq!(permille(-1, 3), 0);
    }
}
