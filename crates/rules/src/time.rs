//! Business days and the spans that programs speak of. The engine never asks what day it is; it is told.

use core::fmt;
use core::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A business day: days since 1970-01-01 in the shop's own time zone. Text form `2026-03-02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(i32);

/// The text is not a day or time of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotATime;

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day or time of the calendar; write 2026-03-02 or 18:00")
    }
}

impl std::error::Error for NotATime {}

const EPOCH_FROM_CE: i32 = 719_163;

impl Day {
    /// 0001-01-01, before every business.
    pub const FIRST: Self = Self(1 - EPOCH_FROM_CE);
    /// 9999-12-31, after every business: "never".
    pub const LAST: Self = Self(2_932_896);

    /// From days since 1970-01-01.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// From year, month 1-12, day of month.
    #[must_use]
    pub fn from_calendar(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from_date)
    }

    fn from_date(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce().saturating_sub(EPOCH_FROM_CE))
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(EPOCH_FROM_CE)).unwrap_or(NaiveDate::MAX)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// The month, 1-12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.date().month()
    }

    /// The day of the month, 1-31.
    #[must_use]
    pub fn day_of_month(self) -> u32 {
        self.date().day()
    }

    /// Monday is 0.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from(self.date().weekday().num_days_from_monday()).unwrap_or(0)
    }

    /// Days later (or earlier, if negative), kept within the calendar.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(Self::FIRST.0, Self::LAST.0))
    }

    /// Calendar months later; a day that the month lacks becomes its last (31 December + 2 months is the last of February).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let step = Months::new(months.unsigned_abs());
        let date =
            if months >= 0 { self.date().checked_add_months(step) } else { self.date().checked_sub_months(step) };
        date.map_or(Self::LAST, Self::from_date).min(Self::LAST)
    }

    /// First day of this month.
    #[must_use]
    pub fn month_start(self) -> Self {
        let day = i32::try_from(self.day_of_month()).unwrap_or(1);
        self.plus_days(1 - day)
    }

    /// First day of the calendar period of `months` (1, 3, 6 or 12) that holds this day.
    #[must_use]
    pub fn period_start(self, months: u32) -> Self {
        let months = months.clamp(1, 12);
        let back = (self.month() - 1) % months;
        self.month_start().plus_months(-i32::try_from(back).unwrap_or(0))
    }

    /// The next day (on or after this one) with this month and day; 29 February falls on 28 February in other years.
    #[must_use]
    pub fn next_annual(self, month: u32, day: u32) -> Self {
        let on = |year: i32| Self::annual_in(year, month, day);
        let this = on(self.year());
        if this >= self { this } else { on(self.year().saturating_add(1)) }
    }

    /// This month and day in a year; 29 February becomes 28 February in a year without it.
    #[must_use]
    pub fn annual_in(year: i32, month: u32, day: u32) -> Self {
        Self::from_calendar(year, month, day)
            .or_else(|| Self::from_calendar(year, month, day.saturating_sub(1)))
            .unwrap_or(Self::LAST)
    }

    /// Whole years from `self` (a birthday) to `at`.
    #[must_use]
    pub fn years_until(self, at: Self) -> i32 {
        let years = at.year() - self.year();
        let had_it = (at.month(), at.day_of_month()) >= (self.month(), self.day_of_month());
        if had_it { years } else { years - 1 }
    }

    /// Whole months from `self` to `at`.
    #[must_use]
    pub fn months_until(self, at: Self) -> i32 {
        let months = (at.year() - self.year()) * 12 + i32::try_from(at.month()).unwrap_or(0)
            - i32::try_from(self.month()).unwrap_or(0);
        if self.plus_months(months) <= at { months } else { months - 1 }
    }
}

impl FromStr for Day {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let mut parts = text.trim().splitn(3, '-');
        let mut next = |width: usize| -> Result<u32, NotATime> {
            let part = parts.next().ok_or(NotATime)?;
            if part.is_empty() || part.len() > width || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(NotATime);
            }
            part.parse().map_err(|_| NotATime)
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let year = i32::try_from(year).map_err(|_| NotATime)?;
        if year < 1 {
            return Err(NotATime);
        }
        Self::from_calendar(year, month, day).ok_or(NotATime)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_i32(self.0) }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            i32::deserialize(deserializer).map(Self)
        }
    }
}

/// A minute of the day, 0-1439. Text form `18:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minute(u16);

impl Minute {
    /// From hour and minute.
    #[must_use]
    pub fn from_clock(hour: u16, minute: u16) -> Option<Self> {
        (hour < 24 && minute < 60).then(|| Self(hour * 60 + minute))
    }

    /// Minutes since midnight.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for Minute {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let (hour, minute) = text.trim().split_once(':').ok_or(NotATime)?;
        let hour = hour.parse().map_err(|_| NotATime)?;
        let minute = minute.parse().map_err(|_| NotATime)?;
        Self::from_clock(hour, minute).ok_or(NotATime)
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_u16(self.0) }
    }
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            u16::deserialize(deserializer).map(Self)
        }
    }
}

/// When something happened, on the shop's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct BusinessTime {
    /// The business day.
    pub day: Day,
    /// The minute of that day.
    pub minute: Minute,
    /// The shop's offset from UTC at that time, in minutes (China: 480).
    pub offset_minutes: i16,
}

impl BusinessTime {
    /// Noon of a day, China time: for events whose hour nobody recorded.
    #[must_use]
    pub const fn noon(day: Day) -> Self {
        Self { day, minute: Minute(720), offset_minutes: 480 }
    }
}

impl fmt::Display for BusinessTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day, self.minute)
    }
}

impl FromStr for BusinessTime {
    type Err = NotATime;
    /// `2026-03-02 10:00`, in China time.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let (day, minute) = text.trim().split_once([' ', 'T']).ok_or(NotATime)?;
        Ok(Self { day: day.parse()?, minute: minute.parse()?, offset_minutes: 480 })
    }
}

/// A length of time that a document names: `90 days`, `12 months`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// So many days.
    Days(i32),
    /// So many calendar months.
    Months(i32),
}

impl Span {
    /// The first day after the span that begins on `from`: the span is `[from, end)`.
    #[must_use]
    pub fn end(self, from: Day) -> Day {
        match self {
            Self::Days(days) => from.plus_days(days),
            Self::Months(months) => from.plus_months(months),
        }
    }

    /// The first day of the span whose last day is `last` (inclusive).
    #[must_use]
    pub fn start(self, last: Day) -> Day {
        match self {
            Self::Days(days) => last.plus_days(1 - days),
            Self::Months(months) => last.plus_days(1).plus_months(-months),
        }
    }

    /// The first day on which a window that looks this far back no longer holds `day`: the first `last` whose
    /// [`Span::start`] is after it. Not [`Span::end`]: 12 months back from 28 February 2024 still hold 28 February 2023,
    /// because the day after, 29 February, has no counterpart in 2023 but the 28th.
    #[must_use]
    pub fn leaves(self, day: Day) -> Day {
        match self {
            Self::Days(days) => day.plus_days(days),
            Self::Months(months) => {
                let first_outside = day.plus_days(1);
                let after = first_outside.plus_months(months);
                // Where that month is too short, its last day still looks back to before; the next month's first does not.
                if after.plus_months(-months) < first_outside { after } else { after.plus_days(-1) }
            }
        }
    }
}

impl FromStr for Span {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        let (count, unit) = text.split_once(' ').unwrap_or(("1", text));
        let count: i32 = count.parse().map_err(|_| NotATime)?;
        if !(0..=40_000).contains(&count) {
            return Err(NotATime);
        }
        match unit.trim().trim_end_matches('s') {
            "day" => Ok(Self::Days(count)),
            "week" => Ok(Self::Days(count.saturating_mul(7))),
            "month" => Ok(Self::Months(count)),
            "year" => Ok(Self::Months(count.saturating_mul(12))),
            _ => Err(NotATime),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days} days"),
            Self::Months(months) => write!(f, "{months} months"),
        }
    }
}

/// Parses `mon` … `sun` to 0-6.
#[must_use]
pub fn weekday_number(word: &str) -> Option<u8> {
    let weekday: Weekday = match word {
        "mon" => Weekday::Mon,
        "tue" => Weekday::Tue,
        "wed" => Weekday::Wed,
        "thu" => Weekday::Thu,
        "fri" => Weekday::Fri,
        "sat" => Weekday::Sat,
        "sun" => Weekday::Sun,
        _ => return None,
    };
    u8::try_from(weekday.num_days_from_monday()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every day of five years, leap years among them, and every length: by walking, as the window itself says it.
    #[test]
    fn a_day_leaves_a_window_when_the_window_says_so() -> Result<(), NotATime> {
        let (first, last): (Day, Day) = ("2023-01-01".parse()?, "2028-03-31".parse()?);
        let months = [0, 1, 2, 3, 4, 6, 11, 12, 13, 18, 24, 36, 48].map(Span::Months);
        for span in months.into_iter().chain([1, 2, 7, 28, 30, 31, 365, 366].map(Span::Days)) {
            let mut walked = first;
            for number in first.number()..=last.number() {
                let day = Day::from_number(number);
                while span.start(walked) <= day {
                    walked = walked.plus_days(1);
                }
                assert_eq!(span.leaves(day), walked, "{span} after {day}");
                assert!(span.start(walked.plus_days(-1)) <= day, "{span} the day before {walked} holds {day}");
            }
        }
        let leaves = |span: Span, day: &str| -> Result<String, NotATime> { Ok(span.leaves(day.parse()?).to_string()) };
        assert_eq!(leaves(Span::Months(12), "2023-02-28")?, "2024-02-29");
        assert_eq!(leaves(Span::Months(12), "2024-02-28")?, "2025-02-28");
        assert_eq!(leaves(Span::Months(12), "2024-02-29")?, "2025-02-28");
        assert_eq!(leaves(Span::Months(1), "2026-04-30")?, "2026-05-31");
        assert_eq!(leaves(Span::Months(1), "2026-01-29")?, "2026-02-28");
        assert_eq!(leaves(Span::Months(3), "2026-02-28")?, "2026-05-31");
        // At the end of the calendar nothing leaves any more.
        assert_eq!(Span::Months(12).leaves(Day::LAST), Day::LAST);
        Ok(())
    }

    #[test]
    fn days_and_months_follow_the_calendar() -> Result<(), NotATime> {
        let end_of_year: Day = "2025-12-31".parse()?;
        assert_eq!(end_of_year.plus_months(2).to_string(), "2026-02-28");
        assert_eq!("2027-12-31".parse::<Day>()?.plus_months(2).to_string(), "2028-02-29");
        assert_eq!("2026-02-30".parse::<Day>(), Err(NotATime));
        assert_eq!(Day::FIRST.to_string(), "0001-01-01");
        assert_eq!(Day::LAST.to_string(), "9999-12-31");
        assert_eq!("2026-05-17".parse::<Day>()?.period_start(3).to_string(), "2026-04-01");
        assert_eq!("2026-05-17".parse::<Day>()?.period_start(6).to_string(), "2026-01-01");
        assert_eq!(Day::annual_in(2027, 2, 29).to_string(), "2027-02-28");
        let birthday: Day = "2008-03-02".parse()?;
        assert_eq!(birthday.years_until("2026-03-01".parse()?), 17);
        assert_eq!(birthday.years_until("2026-03-02".parse()?), 18);
        assert_eq!(end_of_year.months_until("2026-02-27".parse()?), 1);
        assert_eq!(end_of_year.months_until("2026-02-28".parse()?), 2);
        let span: Span = "2 months".parse()?;
        assert_eq!(span.end(end_of_year).to_string(), "2026-02-28");
        assert_eq!("400 days".parse::<Span>()?.start("2026-02-04".parse()?).to_string(), "2025-01-01");
        assert_eq!("2026-03-02".parse::<Day>()?.weekday(), 0);
        Ok(())
    }
}
