//! A calendar made by walking it: every date from 1900 to 2199 in one table, and the beginnings of the lunar months.

use std::sync::OnceLock;

/// A day: days since 1970-01-01.
pub type Day = i64;

/// Before every business.
pub const FIRST: Day = -719_162;
/// After every business: "never".
pub const NEVER: Day = 2_932_896;

/// A date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: i64,
    /// Month 1-12.
    pub month: i64,
    /// Day of the month.
    pub day: i64,
}

const TABLE_FIRST: Day = -25_567; // 1900-01-01
const TABLE_YEARS: (i64, i64) = (1900, 2199);

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month.
#[must_use]
pub const fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn table() -> &'static [Date] {
    static TABLE: OnceLock<Vec<Date>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut dates = Vec::new();
        for year in TABLE_YEARS.0..=TABLE_YEARS.1 {
            for month in 1..=12 {
                for day in 1..=month_length(year, month) {
                    dates.push(Date { year, month, day });
                }
            }
        }
        dates
    })
}

/// The date of a day; the last one known, beyond the table.
#[must_use]
pub fn date(day: Day) -> Date {
    let at = usize::try_from(day - TABLE_FIRST).unwrap_or(0);
    table().get(at).copied().unwrap_or(Date { year: 9999, month: 12, day: 31 })
}

/// The day of a date; a day that the month lacks becomes its last.
#[must_use]
pub fn day(year: i64, month: i64, dom: i64) -> Day {
    let wanted = Date { year, month, day: dom.min(month_length(year, month)) };
    table().binary_search(&wanted).map_or(NEVER, |at| TABLE_FIRST + i64::try_from(at).unwrap_or(0))
}

/// Reads `2026-03-02`.
#[must_use]
pub fn parse(text: &str) -> Option<Day> {
    let mut parts = text.trim().splitn(3, '-').map(|part| part.parse::<i64>().ok());
    Some(day(parts.next()??, parts.next()??, parts.next()??))
}

/// Months later; a day that the month lacks becomes its last.
#[must_use]
pub fn plus_months(from: Day, months: i64) -> Day {
    let Date { year, month, day: dom } = date(from);
    let count = year * 12 + month - 1 + months;
    day(count.div_euclid(12), count.rem_euclid(12) + 1, dom)
}

/// First day of the calendar period of 1, 3, 6 or 12 months that holds a day.
#[must_use]
pub fn period_start(of: Day, months: i64) -> Day {
    let mut first = of;
    while date(first).day != 1 || (date(first).month - 1) % months != 0 {
        first -= 1;
    }
    first
}

/// Monday is 0.
#[must_use]
pub const fn weekday(day: Day) -> i64 {
    (day + 3).rem_euclid(7) // 1970-01-01 was a Thursday
}

/// Whole months from one day to another.
#[must_use]
pub fn months_between(from: Day, to: Day) -> i64 {
    let mut months = 0;
    while plus_months(from, months + 1) <= to {
        months += 1;
    }
    months
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Days.
    Days(i64),
    /// Calendar months.
    Months(i64),
}

impl Span {
    /// Reads `90 days`, `2 weeks`, `12 months`, `1 year`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ').unwrap_or(("1", text.trim()));
        let count: i64 = count.parse().ok()?;
        match unit.trim_end_matches('s') {
            "day" => Some(Self::Days(count)),
            "week" => Some(Self::Days(count * 7)),
            "month" => Some(Self::Months(count)),
            "year" => Some(Self::Months(count * 12)),
            _ => None,
        }
    }

    /// First day after it, when it begins on a day.
    #[must_use]
    pub fn end(self, from: Day) -> Day {
        match self {
            Self::Days(days) => from + days,
            Self::Months(months) => plus_months(from, months),
        }
    }

    /// Its first day, when a day is its last.
    #[must_use]
    pub fn start(self, last: Day) -> Day {
        match self {
            Self::Days(days) => last - days + 1,
            Self::Months(months) => plus_months(last + 1, -months),
        }
    }
}

/// A day of the lunar calendar: month, whether it is a leap month, day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lunar {
    /// Month 1-12.
    pub month: i64,
    /// Whether it is the leap month of that number.
    pub leap: bool,
    /// Day 1-30.
    pub day: i64,
}

/// The first days of the lunar months: year, month, day, number of the lunar month, whether it is a leap month.
/// From the table of the PyPI package `lunardate`, made independently of the one that the engine uses.
const LUNAR_MONTHS: [(i64, i64, i64, i64, bool); 62] = [
    (2024, 1, 11, 12, false),
    (2024, 2, 10, 1, false),
    (2024, 3, 10, 2, false),
    (2024, 4, 9, 3, false),
    (2024, 5, 8, 4, false),
    (2024, 6, 6, 5, false),
    (2024, 7, 6, 6, false),
    (2024, 8, 4, 7, false),
    (2024, 9, 3, 8, false),
    (2024, 10, 3, 9, false),
    (2024, 11, 1, 10, false),
    (2024, 12, 1, 11, false),
    (2024, 12, 31, 12, false),
    (2025, 1, 29, 1, false),
    (2025, 2, 28, 2, false),
    (2025, 3, 29, 3, false),
    (2025, 4, 28, 4, false),
    (2025, 5, 27, 5, false),
    (2025, 6, 25, 6, false),
    (2025, 7, 25, 6, true),
    (2025, 8, 23, 7, false),
    (2025, 9, 22, 8, false),
    (2025, 10, 21, 9, false),
    (2025, 11, 20, 10, false),
    (2025, 12, 20, 11, false),
    (2026, 1, 19, 12, false),
    (2026, 2, 17, 1, false),
    (2026, 3, 19, 2, false),
    (2026, 4, 17, 3, false),
    (2026, 5, 17, 4, false),
    (2026, 6, 15, 5, false),
    (2026, 7, 14, 6, false),
    (2026, 8, 13, 7, false),
    (2026, 9, 11, 8, false),
    (2026, 10, 10, 9, false),
    (2026, 11, 9, 10, false),
    (2026, 12, 9, 11, false),
    (2027, 1, 8, 12, false),
    (2027, 2, 6, 1, false),
    (2027, 3, 8, 2, false),
    (2027, 4, 7, 3, false),
    (2027, 5, 6, 4, false),
    (2027, 6, 5, 5, false),
    (2027, 7, 4, 6, false),
    (2027, 8, 2, 7, false),
    (2027, 9, 1, 8, false),
    (2027, 9, 30, 9, false),
    (2027, 10, 29, 10, false),
    (2027, 11, 28, 11, false),
    (2027, 12, 28, 12, false),
    (2028, 1, 26, 1, false),
    (2028, 2, 25, 2, false),
    (2028, 3, 26, 3, false),
    (2028, 4, 25, 4, false),
    (2028, 5, 24, 5, false),
    (2028, 6, 23, 5, true),
    (2028, 7, 22, 6, false),
    (2028, 8, 20, 7, false),
    (2028, 9, 19, 8, false),
    (2028, 10, 18, 9, false),
    (2028, 11, 16, 10, false),
    (2028, 12, 16, 11, false),
];

/// The lunar day of a day from 2024-01-11 to the end of 2028.
#[must_use]
pub fn lunar(of: Day) -> Option<Lunar> {
    let mut found = None;
    for (year, month, dom, lunar_month, leap) in LUNAR_MONTHS {
        let first = day(year, month, dom);
        if first <= of {
            found = Some(Lunar { month: lunar_month, leap, day: of - first + 1 });
        }
    }
    found.filter(|lunar| lunar.day <= 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_a_calendar() {
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(date(day(2024, 2, 29)), Date { year: 2024, month: 2, day: 29 });
        assert_eq!(plus_months(day(2025, 12, 31), 2), day(2026, 2, 28));
        assert_eq!(period_start(day(2026, 5, 17), 3), day(2026, 4, 1));
        assert_eq!(weekday(day(2026, 3, 2)), 0);
        assert_eq!(months_between(day(2025, 12, 31), day(2026, 2, 28)), 2);
        assert_eq!(lunar(day(2025, 7, 25)), Some(Lunar { month: 6, leap: true, day: 1 }));
    }
}
