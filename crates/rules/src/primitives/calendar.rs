//! On which days a rule holds: lunar days, days of the month, weekdays, dates, birthdays; and for whom (tiers, marks).

use icu_calendar::cal::ChineseTraditional;
use icu_calendar::types::RataDie;
use icu_calendar::{Date, Iso};
use serde::{Deserialize, Serialize};

use crate::event::Birthday;
use crate::id::Text;
use crate::kinds::tier::annual_day;
use crate::message::{Message, Value};
use crate::msg;
use crate::reader::Table;
use crate::time::{Day, weekday_number};

/// A day of the Chinese lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LunarDay {
    /// Month 1-12.
    pub month: u8,
    /// Whether it is the leap month after the regular one of that number.
    pub leap: bool,
    /// Day 1-30.
    pub day: u8,
}

/// `RataDie` of 1970-01-01.
const RATA_DIE_1970: i64 = 719_163;

impl LunarDay {
    /// The lunar day of a business day, by an established table (1900-2100; computed beyond).
    #[must_use]
    pub fn of(day: Day) -> Self {
        let iso = Date::from_rata_die(RataDie::new(i64::from(day.number()).saturating_add(RATA_DIE_1970)), Iso);
        let date = iso.to_calendar(ChineseTraditional::new());
        let month = date.month();
        Self { month: month.number(), leap: month.to_input().is_leap(), day: date.day_of_month().0 }
    }
}

/// How birthdays that a year lacks are mapped; the policy names it.
///
/// ```toml
/// [birthdays]
/// feb_29 = "02-28"           # or "03-01"
/// lunar_leap = "regular"     # a birthday in a leap month is kept in the regular month; or "both"
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birthdays {
    /// Whether 29 February is kept on 1 March in other years.
    pub march_first: bool,
    /// Whether a lunar birthday is kept in the leap month too, when the year has one of that number.
    pub leap_too: bool,
    /// Days before and after that make up the birthday week: 3.
    pub week_reach_days: i32,
}

impl Default for Birthdays {
    fn default() -> Self {
        Self { march_first: false, leap_too: false, week_reach_days: 3 }
    }
}

impl Birthdays {
    /// Reads `[birthdays]`.
    #[must_use]
    pub fn read(root: &Table<'_>) -> Self {
        let Some(table) = root.table("birthdays") else { return Self::default() };
        let rule = Self {
            march_first: table.word("feb_29", &["02-28", "03-01"]) == Some("03-01"),
            leap_too: table.word("lunar_leap", &["regular", "both"]) == Some("both"),
            week_reach_days: i32::try_from(table.count("week_reach_days", 0..=14).unwrap_or(3)).unwrap_or(3),
        };
        table.finish();
        rule
    }

    /// Whether a day is someone's birthday.
    #[must_use]
    pub fn is_on(self, birthday: Birthday, day: Day) -> bool {
        if birthday.lunar {
            let lunar = LunarDay::of(day);
            return lunar.month == birthday.month
                && (!lunar.leap || self.leap_too)
                && (lunar.day == birthday.day
                    || (birthday.day == 30 && lunar.day == 29 && LunarDay::of(day.plus_days(1)).day == 1));
        }
        if birthday.month == 2 && birthday.day == 29 {
            let here = Day::from_calendar(day.year(), 2, 29).unwrap_or_else(|| {
                let last = Day::annual_in(day.year(), 2, 29);
                if self.march_first { last.plus_days(1) } else { last }
            });
            return here == day;
        }
        u32::from(birthday.month) == day.month() && u32::from(birthday.day) == day.day_of_month()
    }

    fn is_near(self, birthday: Birthday, day: Day) -> bool {
        (-self.week_reach_days..=self.week_reach_days).any(|shift| self.is_on(birthday, day.plus_days(shift)))
    }

    fn is_in_month(self, birthday: Birthday, day: Day) -> bool {
        if birthday.lunar {
            let lunar = LunarDay::of(day);
            return lunar.month == birthday.month && (!lunar.leap || self.leap_too);
        }
        u32::from(birthday.month) == day.month()
    }
}

/// How near a birthday must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BirthdayReach {
    /// The day itself.
    Day,
    /// The days around it, see [`Birthdays::week_reach_days`].
    Week,
    /// Its month.
    Month,
}

/// The circumstances of a sale or visit.
#[derive(Debug, Clone)]
pub struct Occasion<'o> {
    /// The business day.
    pub day: Day,
    /// The member's tier (0 is the lowest); `None` without a member.
    pub tier: Option<u8>,
    /// Their birthday, if known. Few rules look at it or at the marks, so both are borrowed from the member and not read.
    pub birthday: &'o Option<Birthday>,
    /// Their marks.
    pub marks: &'o Vec<Text>,
    /// The program's mapping of birthdays.
    pub birthdays: Birthdays,
    /// The lunar day, found when first asked for.
    pub lunar: core::cell::Cell<Option<LunarDay>>,
}

impl Occasion<'_> {
    /// Someone whom the program does not know.
    #[must_use]
    pub const fn stranger(day: Day, birthdays: Birthdays) -> Self {
        static NO_MARKS: Vec<Text> = Vec::new();
        Self { day, tier: None, birthday: &None, marks: &NO_MARKS, birthdays, lunar: core::cell::Cell::new(None) }
    }

    /// The lunar day.
    #[must_use]
    pub fn lunar_day(&self) -> LunarDay {
        self.lunar.get().unwrap_or_else(|| {
            let found = LunarDay::of(self.day);
            self.lunar.set(Some(found));
            found
        })
    }
}

/// From a day to a day, both included.
///
/// ```toml
/// dates = ["2026-05-01..2026-05-07", "12-01..12-31", "06-01"]     # once; every year; one day of every year
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// These days.
    Once(Day, Day),
    /// From a day of the year (month, day) to another; to the next year's where that comes earlier.
    Yearly((u32, u32), (u32, u32)),
}

impl Dates {
    /// Reads `2026-06-01..2026-06-07`, `06-01..06-07`, or one day alone.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let (from, last) = text.split_once("..").unwrap_or((text, text));
        match (from.parse::<Day>(), last.parse::<Day>(), annual_day(from), annual_day(last)) {
            (Ok(from), Ok(last), _, _) if from <= last => Ok(Self::Once(from, last)),
            (Ok(_), Ok(_), _, _) => Err("doc.dates-reversed"),
            (_, _, Some(from), Some(last)) => Ok(Self::Yearly(from, last)),
            (Ok(_) | Err(_), _, _, _) => Err("doc.no-such-day"),
        }
    }

    /// Reads the list at `key`.
    #[must_use]
    pub fn read(table: &Table<'_>, key: &'static str) -> Vec<Self> {
        let mut dates = Vec::new();
        for at in table.texts(key) {
            let message = match Self::parse(&at.value) {
                Ok(one) => {
                    dates.push(one);
                    continue;
                }
                Err("doc.dates-reversed") => msg!("doc.dates-reversed", text = &at.value),
                Err(_) => msg!("doc.no-such-day", text = &at.value),
            };
            table.context().error("E013", at.span, message, msg!("help.dates"));
        }
        dates
    }

    /// First and last day of the time that a day falls into, or of the next one.
    #[must_use]
    pub fn on_or_after(self, day: Day) -> Option<(Day, Day)> {
        match self {
            Self::Once(from, last) => (day <= last).then_some((from, last)),
            Self::Yearly((from_month, from_day), (last_month, last_day)) => {
                let last = day.next_annual(last_month, last_day);
                let year = if (from_month, from_day) <= (last_month, last_day) {
                    last.year()
                } else {
                    last.year().saturating_sub(1)
                };
                Some((Day::annual_in(year, from_month, from_day), last))
            }
        }
    }

    /// First and last day of the last time that was over before a day.
    #[must_use]
    pub fn before(self, day: Day) -> Option<(Day, Day)> {
        match self {
            Self::Once(from, last) => (last < day).then_some((from, last)),
            Self::Yearly(..) => {
                let (_, last) = self.on_or_after(day)?;
                self.on_or_after(last.plus_months(-12).plus_days(-1))
            }
        }
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn holds(self, day: Day) -> bool {
        self.on_or_after(day).is_some_and(|(from, _)| from <= day)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> Message {
        match self {
            Self::Once(from, last) => msg!("when.dates", from = from, to = last),
            Self::Yearly((month, day), (last_month, last_day)) => {
                msg!("when.dates-yearly", from_month = month, from_day = day, to_month = last_month, to_day = last_day)
            }
        }
    }
}

/// When, and for whom, a rule holds. Every condition that is stated must hold; an empty one always does.
///
/// ```toml
/// when = { lunar_days = [8, 18, 28] }
/// when = { tiers = ["gold", "diamond"], birthday = "month" }
/// when = { dates = ["2026-05-01..2026-05-07"], weekdays = ["sat", "sun"] }
/// when = { dates = ["12-01..12-31"] }                # every year; "12-25..01-05" runs over the new year
/// unless = { month_days = [31] }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    lunar_days: Vec<u8>,
    month_days: Vec<u8>,
    weekdays: Vec<u8>,
    dates: Vec<Dates>,
    birthday: Option<BirthdayReach>,
    tiers: Vec<u8>,
    tier_names: Vec<Value>,
    marks: Vec<Text>,
    members_only: bool,
    not: Option<Box<When>>,
    /// Whether anything is stated: asked at every line of every sale.
    stated: bool,
}

impl When {
    /// Reads `when` and `unless` of a rule's table. `tiers` are the program's tier ids, lowest first.
    #[must_use]
    pub fn read(table: &Table<'_>, tiers: &[Text]) -> Self {
        let mut when = table.table("when").map(|t| Self::read_one(&t, tiers)).unwrap_or_default();
        when.not = table.table("unless").map(|t| Box::new(Self::read_one(&t, tiers)));
        when.stated = when != Self::default();
        when
    }

    fn read_one(table: &Table<'_>, tiers: &[Text]) -> Self {
        let small = |count: i64| u8::try_from(count).unwrap_or(0);
        let mut when = Self {
            lunar_days: table.counts("lunar_days", 1..=30).into_iter().map(small).collect(),
            month_days: table.counts("month_days", 1..=31).into_iter().map(small).collect(),
            birthday: table.word("birthday", &["day", "week", "month"]).map(|word| match word {
                "day" => BirthdayReach::Day,
                "week" => BirthdayReach::Week,
                _ => BirthdayReach::Month,
            }),
            dates: Dates::read(table, "dates"),
            marks: table.plain_texts("marks"),
            members_only: table.flag("members").unwrap_or(false),
            ..Self::default()
        };
        for at in table.texts("weekdays") {
            match weekday_number(&at.value) {
                Some(number) => when.weekdays.push(number),
                None => table.context().error(
                    "E007",
                    at.span,
                    msg!("doc.unknown-word", word = &at.value),
                    msg!("help.weekdays"),
                ),
            }
        }
        for at in table.texts("tiers") {
            match tiers.iter().position(|id| *id == at.value) {
                Some(rank) => {
                    when.tiers.push(u8::try_from(rank).unwrap_or(u8::MAX));
                    when.tier_names.push(table.context().tier_name(&at.value));
                }
                None => unknown_tier(table, &at.value, at.span, tiers),
            }
        }
        let empty = when == Self::default();
        table.finish();
        if empty && table.keys().next().is_none() {
            table.context().error("E016", table.span(), msg!("doc.empty-filter"), msg!("help.empty-filter"));
        }
        when
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, occasion: &Occasion<'_>) -> bool {
        self.holds_stated(occasion) && self.not.as_ref().is_none_or(|not| !not.holds_stated(occasion))
    }

    fn holds_stated(&self, occasion: &Occasion<'_>) -> bool {
        let day = occasion.day;
        (!self.members_only || occasion.tier.is_some())
            && (self.tiers.is_empty() || occasion.tier.is_some_and(|tier| self.tiers.contains(&tier)))
            && (self.marks.is_empty() || self.marks.iter().any(|mark| occasion.marks.contains(mark)))
            && (self.weekdays.is_empty() || self.weekdays.contains(&day.weekday()))
            && (self.dates.is_empty() || self.dates.iter().any(|dates| dates.holds(day)))
            && (self.month_days.is_empty() || self.month_days.iter().any(|own| u32::from(*own) == day.day_of_month()))
            && self.birthday.is_none_or(|reach| {
                occasion.birthday.is_some_and(|birthday| match reach {
                    BirthdayReach::Day => occasion.birthdays.is_on(birthday, day),
                    BirthdayReach::Week => occasion.birthdays.is_near(birthday, day),
                    BirthdayReach::Month => occasion.birthdays.is_in_month(birthday, day),
                })
            })
            && (self.lunar_days.is_empty() || self.lunar_days.contains(&occasion.lunar_day().day))
    }

    /// Whether it is stated at all.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        !self.stated
    }

    /// Whether all its dates were over before a day, so that it never holds from then on.
    #[must_use]
    pub fn is_over(&self, day: Day) -> bool {
        !self.dates.is_empty() && self.dates.iter().all(|dates| dates.on_or_after(day).is_none())
    }

    /// Whether lunar days matter.
    #[must_use]
    pub fn minds_lunar(&self) -> bool {
        !self.lunar_days.is_empty() || self.not.as_ref().is_some_and(|not| !not.lunar_days.is_empty())
    }

    /// Whether it holds on some days of the calendar and not on others, whoever comes.
    #[must_use]
    pub fn minds_days(&self) -> bool {
        self.states_days() || self.not.as_ref().is_some_and(|not| not.is_of_days_alone())
    }

    /// Whether it may hold on a day for somebody: what it says of persons is left aside.
    #[must_use]
    pub fn may_hold_on(&self, day: Day) -> bool {
        self.days_hold(day) && self.not.as_ref().is_none_or(|not| !not.is_of_days_alone() || !not.days_hold(day))
    }

    const fn states_days(&self) -> bool {
        !(self.lunar_days.is_empty() && self.month_days.is_empty() && self.weekdays.is_empty() && self.dates.is_empty())
    }

    /// Whether it says nothing of persons, so that on its days nobody is left.
    const fn is_of_days_alone(&self) -> bool {
        self.states_days()
            && self.birthday.is_none()
            && self.tiers.is_empty()
            && self.marks.is_empty()
            && !self.members_only
    }

    /// Whether it asks for nothing but a tier.
    #[must_use]
    pub fn is_of_tiers_alone(&self) -> bool {
        let Self { tiers, tier_names, stated, .. } = self;
        let alone = Self { tiers: tiers.clone(), tier_names: tier_names.clone(), stated: *stated, ..Self::default() };
        *self == alone
    }

    fn days_hold(&self, day: Day) -> bool {
        (self.weekdays.is_empty() || self.weekdays.contains(&day.weekday()))
            && (self.dates.is_empty() || self.dates.iter().any(|dates| dates.holds(day)))
            && (self.month_days.is_empty() || self.month_days.iter().any(|own| u32::from(*own) == day.day_of_month()))
            && (self.lunar_days.is_empty() || self.lunar_days.contains(&LunarDay::of(day).day))
    }

    /// Whether a birthday matters.
    #[must_use]
    pub const fn birthday(&self) -> Option<BirthdayReach> {
        self.birthday
    }

    /// Whether the tier (of this rank) is among those stated, or none is.
    #[must_use]
    pub fn admits_tier(&self, rank: u8) -> bool {
        self.tiers.is_empty() || self.tiers.contains(&rank)
    }

    /// In words, for descriptions and traces.
    #[must_use]
    pub fn words(&self) -> Vec<Value> {
        let mut words = Vec::new();
        let numbers = |list: &[u8]| list.iter().map(|n| Value::Count(i64::from(*n))).collect::<Vec<_>>();
        if !self.lunar_days.is_empty() {
            words.push(msg!("when.lunar-days", days = numbers(&self.lunar_days)).into());
        }
        if !self.month_days.is_empty() {
            words.push(msg!("when.month-days", days = numbers(&self.month_days)).into());
        }
        if !self.weekdays.is_empty() {
            let days = self.weekdays.iter().map(|n| weekday_word(*n).into()).collect::<Vec<Value>>();
            words.push(msg!("when.weekdays", days = days).into());
        }
        words.extend(self.dates.iter().map(|dates| Value::from(dates.words())));
        match self.birthday {
            Some(BirthdayReach::Day) => words.push(msg!("when.birthday-day").into()),
            Some(BirthdayReach::Week) => words.push(msg!("when.birthday-week").into()),
            Some(BirthdayReach::Month) => words.push(msg!("when.birthday-month").into()),
            None => {}
        }
        if !self.tier_names.is_empty() {
            words.push(msg!("when.tiers", tiers = self.tier_names.clone()).into());
        }
        if !self.marks.is_empty() {
            words.push(msg!("when.marks", marks = self.marks.iter().map(Value::from).collect::<Vec<_>>()).into());
        }
        if self.members_only {
            words.push(msg!("when.members").into());
        }
        if let Some(not) = &self.not {
            words.push(msg!("when.unless", when = not.words()).into());
        }
        words
    }
}

fn weekday_word(number: u8) -> crate::message::Message {
    match number {
        0 => msg!("weekday.mon"),
        1 => msg!("weekday.tue"),
        2 => msg!("weekday.wed"),
        3 => msg!("weekday.thu"),
        4 => msg!("weekday.fri"),
        5 => msg!("weekday.sat"),
        _ => msg!("weekday.sun"),
    }
}

/// Complains of a tier that the program does not have.
pub fn unknown_tier(table: &Table<'_>, name: &str, span: core::ops::Range<usize>, tiers: &[Text]) {
    let help = match crate::reader::closest(name, tiers.iter().map(Text::as_str)) {
        Some(near) => msg!("help.did-you-mean", word = near),
        None => msg!("help.known-words", words = tiers.iter().map(Value::from).collect::<Vec<_>>()),
    };
    table.context().error("E009", span, msg!("doc.unknown-tier", tier = name), help);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lunar(text: &str) -> Option<(u8, bool, u8)> {
        let day = LunarDay::of(text.parse().ok()?);
        Some((day.month, day.leap, day.day))
    }

    /// From published almanacs of the Hong Kong Observatory: new years, and days in and after leap months.
    #[test]
    fn lunar_days_agree_with_almanacs() {
        assert_eq!(lunar("2026-02-17"), Some((1, false, 1)));
        assert_eq!(lunar("2025-01-29"), Some((1, false, 1)));
        assert_eq!(lunar("2023-03-22"), Some((2, true, 1)));
        assert_eq!(lunar("2025-07-25"), Some((6, true, 1)));
        assert_eq!(lunar("2025-08-23"), Some((7, false, 1)));
        assert_eq!(lunar("2033-12-22"), Some((11, true, 1)));
        assert_eq!(lunar("2000-02-05"), Some((1, false, 1)));
        assert_eq!(lunar("1970-02-06"), Some((1, false, 1)));
    }

    #[test]
    fn birthdays_that_a_year_lacks_are_mapped_as_named() -> Result<(), crate::time::NotATime> {
        let leap = Birthday { year: Some(2000), month: 2, day: 29, lunar: false };
        let early = Birthdays::default();
        let late = Birthdays { march_first: true, ..early };
        assert!(early.is_on(leap, "2027-02-28".parse()?) && !early.is_on(leap, "2027-03-01".parse()?));
        assert!(late.is_on(leap, "2027-03-01".parse()?) && !late.is_on(leap, "2027-02-28".parse()?));
        assert!(early.is_on(leap, "2028-02-29".parse()?) && !early.is_on(leap, "2028-02-28".parse()?));
        let sixth = Birthday { year: None, month: 6, day: 1, lunar: true };
        let both = Birthdays { leap_too: true, ..early };
        assert!(early.is_on(sixth, "2025-06-25".parse()?));
        assert!(!early.is_on(sixth, "2025-07-25".parse()?) && both.is_on(sixth, "2025-07-25".parse()?));
        Ok(())
    }
    #[test]
    fn yearly_dates_hold_in_every_year_and_over_the_new_year() -> Result<(), crate::time::NotATime> {
        let december = Dates::Yearly((12, 1), (12, 31));
        let holidays = Dates::Yearly((12, 25), (1, 5));
        for (day, in_december, in_holidays) in [
            ("2026-11-30", false, false),
            ("2026-12-01", true, false),
            ("2027-12-24", true, false),
            ("2027-12-25", true, true),
            ("2027-12-31", true, true),
            ("2028-01-01", false, true),
            ("2028-01-05", false, true),
            ("2028-01-06", false, false),
        ] {
            let day: Day = day.parse()?;
            assert_eq!((december.holds(day), holidays.holds(day)), (in_december, in_holidays), "{day}");
        }
        // A leap year has the 29th of February; other years keep the 28th for it.
        let leap = Dates::Yearly((2, 29), (2, 29));
        assert!(leap.holds("2028-02-29".parse()?) && !leap.holds("2028-02-28".parse()?));
        assert!(leap.holds("2027-02-28".parse()?) && !leap.holds("2027-03-01".parse()?));
        Ok(())
    }
}
