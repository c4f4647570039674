//! Periods of the calendar in which people are assessed and ranked: a week, a month, a quarter, half a year, a year.

use crate::message::Message;
use crate::msg;
use crate::primitives::Window;
use crate::reader::Table;
use crate::time::Day;

/// A period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Monday to Sunday.
    Week,
    /// So many calendar months: 1, 3, 6 or 12.
    Months(u32),
}

impl Period {
    /// Reads `per`; a calendar month where it is not there.
    #[must_use]
    pub fn read(table: &Table<'_>) -> Self {
        let words = ["week", "calendar month", "calendar quarter", "calendar half", "calendar year"];
        match table.word("per", &words) {
            Some("week") => Self::Week,
            Some("calendar quarter") => Self::Months(3),
            Some("calendar half") => Self::Months(6),
            Some("calendar year") => Self::Months(12),
            Some(_) | None => Self::Months(1),
        }
    }

    /// The first day of the period that holds a day.
    #[must_use]
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Week => day.plus_days(-i32::from(day.weekday())),
            Self::Months(months) => day.period_start(months),
        }
    }

    /// The first day after the period that begins on a day.
    #[must_use]
    pub fn end(self, start: Day) -> Day {
        match self {
            Self::Week => start.plus_days(7),
            Self::Months(months) => start.plus_months(i32::try_from(months).unwrap_or(1)),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Week => msg!("period.week"),
            Self::Months(months) => Window::Calendar(months).name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use crate::time::{Day, NotATime};

    #[test]
    fn weeks_begin_on_monday() -> Result<(), NotATime> {
        let sunday: Day = "2026-03-01".parse()?;
        assert_eq!(Period::Week.start(sunday).to_string(), "2026-02-23");
        assert_eq!(Period::Week.end(Period::Week.start(sunday)).to_string(), "2026-03-02");
        let monday: Day = "2026-03-02".parse()?;
        assert_eq!(Period::Week.start(monday), monday);
        assert_eq!(Period::Months(3).start(monday).to_string(), "2026-01-01");
        assert_eq!(Period::Months(3).end("2026-01-01".parse()?).to_string(), "2026-04-01");
        Ok(())
    }
}
