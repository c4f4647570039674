//! What the Today page decides without a browser: directions, scales of charts, groups of tasks. Layout only: the
//! figures come from the worker.

use regulars_desk::protocol::{DayFigures, DueTask};
use regulars_rules::number::{Money, Points};

/// What a chart of hours shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Takings.
    #[default]
    Takings,
    /// Sales.
    Sales,
    /// Members joined.
    Joined,
    /// Points given.
    Given,
    /// Points used.
    Used,
}

impl Measure {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Takings, Self::Sales, Self::Joined, Self::Given, Self::Used];

    /// Its word in test ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Takings => "takings",
            Self::Sales => "sales",
            Self::Joined => "joined",
            Self::Given => "points-given",
            Self::Used => "points-used",
        }
    }

    /// The figure of the whole day, in smallest units, for comparing.
    pub fn total(self, figures: &DayFigures) -> i64 {
        match self {
            Self::Takings => figures.takings_total.minor(),
            Self::Sales => i64::from(figures.sales_total),
            Self::Joined => i64::from(figures.joined_total),
            Self::Given => figures.points_given_total.minor(),
            Self::Used => figures.points_used_total.minor(),
        }
    }

    /// The figure of an hour, in smallest units.
    pub fn at(self, figures: &DayFigures, hour: usize) -> i64 {
        match self {
            Self::Takings => figures.takings.get(hour).map_or(0, |m| m.minor()),
            Self::Sales => figures.sales.get(hour).map_or(0, |n| i64::from(*n)),
            Self::Joined => figures.joined.get(hour).map_or(0, |n| i64::from(*n)),
            Self::Given => figures.points_given.get(hour).map_or(0, |p| p.minor()),
            Self::Used => figures.points_used.get(hour).map_or(0, |p| p.minor()),
        }
    }

    /// A figure in smallest units as what it is.
    pub const fn figure(self, minor: i64) -> Figure {
        match self {
            Self::Takings => Figure::Money(Money::from_minor(minor)),
            Self::Sales | Self::Joined => Figure::Count(minor),
            Self::Given | Self::Used => Figure::Points(Points::from_minor(minor)),
        }
    }

    /// How many smallest units make one whole.
    const fn unit(self) -> i64 {
        match self {
            Self::Takings | Self::Given | Self::Used => 100,
            Self::Sales | Self::Joined => 1,
        }
    }
}

/// A figure of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Money.
    Money(Money),
    /// A count.
    Count(i64),
    /// Points.
    Points(Points),
}

/// Which way a figure went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// More than before.
    Up,
    /// Less than before.
    Down,
    /// As much as before.
    Same,
}

/// Which way a figure went.
pub fn turn(now: i64, before: i64) -> Turn {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => Turn::Up,
        std::cmp::Ordering::Less => Turn::Down,
        std::cmp::Ordering::Equal => Turn::Same,
    }
}

/// The hours worth showing: from the first to the last in which anything happened on either day, at least eight.
pub fn open_hours(now: &DayFigures, before: &DayFigures) -> std::ops::RangeInclusive<usize> {
    let busy = |hour: &usize| Measure::ALL.iter().any(|m| m.at(now, *hour) != 0 || m.at(before, *hour) != 0);
    let first = (0..24).find(busy);
    let last = (0..24).rev().find(busy);
    match (first, last) {
        (Some(first), Some(last)) => {
            let first = first.min(16);
            first..=last.max(first + 7)
        }
        _ => 9..=20,
    }
}

/// The values between which a chart is drawn; `low` is zero or below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Bottom.
    pub low: i64,
    /// Top, a round figure.
    pub top: i64,
}

impl Scale {
    /// A scale that holds all values. `unit` is how many smallest units make one whole: the top is a whole.
    pub fn of(values: impl IntoIterator<Item = i64>, unit: i64) -> Self {
        let (mut low, mut top) = (0, 0);
        for value in values {
            low = low.min(value);
            top = top.max(value);
        }
        Self {
            low: -round_up(low.saturating_neg(), unit),
            top: round_up(top, unit).max(if low < 0 { 0 } else { unit }),
        }
    }

    /// A value's height above the bottom, in per mille.
    pub fn at(self, value: i64) -> u32 {
        let span = i128::from(self.top) - i128::from(self.low);
        if span <= 0 {
            return 0;
        }
        let height = (i128::from(value) - i128::from(self.low)).saturating_mul(1000) / span;
        u32::try_from(height.clamp(0, 1000)).unwrap_or(0)
    }

    /// Bottom and height of a value's bar, in per mille. What is not zero is never invisible.
    pub fn bar(self, value: i64) -> (u32, u32) {
        let (zero, end) = (self.at(0), self.at(value));
        let height = zero.abs_diff(end);
        let height = if value == 0 { 0 } else { height.max(8) };
        (if value < 0 { zero.saturating_sub(height) } else { zero }, height)
    }
}

/// The next round figure that is not below a value: 1, 2, 3, 4, 5, 6, 8 wholes, then 10, 12, 15, 20, …, 80 and so on.
fn round_up(value: i64, unit: i64) -> i64 {
    if value <= 0 {
        return 0;
    }
    let mut step = unit.max(1);
    let small = [1, 2, 3, 4, 5, 6, 8].map(|factor| step.saturating_mul(factor));
    if let Some(top) = small.into_iter().find(|top| *top >= value) {
        return top;
    }
    loop {
        let tops = [10, 12, 15, 20, 30, 40, 50, 60, 80].map(|factor| step.saturating_mul(factor));
        if let Some(top) = tops.into_iter().find(|top| *top >= value) {
            return top;
        }
        step = step.saturating_mul(10);
    }
}

/// One column of the chart of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The hour.
    pub hour: usize,
    /// Figure now, in smallest units.
    pub now: i64,
    /// A week before.
    pub before: i64,
    /// Bottom and height of the bar, per mille.
    pub bar: (u32, u32),
    /// Height of the line of a week before, per mille.
    pub line: u32,
}

/// The chart of hours: its scale and its columns.
pub fn columns(measure: Measure, now: &DayFigures, before: &DayFigures) -> (Scale, Vec<Column>) {
    let hours: Vec<usize> = open_hours(now, before).collect();
    let values = hours.iter().flat_map(|hour| [measure.at(now, *hour), measure.at(before, *hour)]);
    let scale = Scale::of(values, measure.unit());
    let columns = hours
        .iter()
        .map(|hour| {
            let (own, other) = (measure.at(now, *hour), measure.at(before, *hour));
            Column { hour: *hour, now: own, before: other, bar: scale.bar(own), line: scale.at(other) }
        })
        .collect();
    (scale, columns)
}

/// A polyline through the columns' middles in a picture of `1000 x count` by 1000.
pub fn line_points(columns: &[Column]) -> String {
    let mut points = String::new();
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            points.push(' ');
        }
        points.push_str(&format!("{},{}", index * 1000 + 500, 1000_u32.saturating_sub(column.line)));
    }
    points
}

/// The order of kinds: what waits for a decision or money first.
const KINDS: [&str; 8] =
    ["application", "uncleared", "rebate", "lapse", "lapse-soon", "birthday", "review", "card-expires"];

/// Tasks by kind, in the page's order; kinds that a newer engine knows come last.
pub fn groups(tasks: &[DueTask]) -> Vec<(String, Vec<DueTask>)> {
    let mut kinds: Vec<&str> = KINDS.to_vec();
    for task in tasks {
        if !kinds.contains(&task.kind.as_str()) {
            kinds.push(task.kind.as_str());
        }
    }
    kinds
        .into_iter()
        .filter_map(|kind| {
            let own: Vec<DueTask> = tasks.iter().filter(|task| task.kind == kind).cloned().collect();
            (!own.is_empty()).then(|| (kind.to_owned(), own))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_rules::id::Text;
    use regulars_rules::message::Message;

    fn day_of(hours: &[(usize, i64)]) -> DayFigures {
        let mut figures = DayFigures { takings: vec![Money::ZERO; 24], ..DayFigures::default() };
        for (hour, minor) in hours {
            figures.takings[*hour] = Money::from_minor(*minor);
        }
        figures
    }

    #[test]
    fn scales_end_on_round_figures() {
        let top = |value: i64| Scale::of([value], 100).top;
        assert_eq!(top(1), 100);
        assert_eq!(top(32_050), 40_000);
        assert_eq!(top(100_000), 100_000);
        assert_eq!(top(100_001), 120_000);
        assert_eq!(Scale::of([3], 1).top, 3);
        assert_eq!(Scale::of([9], 1).top, 10);
        assert_eq!(Scale::of([0, 0], 1), Scale { low: 0, top: 1 });
        assert_eq!(Scale::of([i64::MAX, i64::MIN + 1], 100).at(i64::MAX), 1000);
    }

    #[test]
    fn bars_stand_on_zero_and_hang_below_it() {
        let scale = Scale::of([1000, -1000], 100);
        assert_eq!(scale.bar(1000), (500, 500));
        assert_eq!(scale.bar(-1000), (0, 500));
        assert_eq!(scale.bar(0), (500, 0));
        assert_eq!(Scale::of([100_000_000], 100).bar(1), (0, 8), "what is not zero is seen");
    }

    #[test]
    fn only_open_hours_are_shown() {
        let quiet = DayFigures::default();
        assert_eq!(open_hours(&quiet, &quiet), 9..=20);
        let busy = day_of(&[(10, 100), (21, 100)]);
        assert_eq!(open_hours(&busy, &quiet), 10..=21);
        assert_eq!(open_hours(&day_of(&[(23, 1)]), &quiet), 16..=23);
        let (scale, columns) = columns(Measure::Takings, &busy, &day_of(&[(11, 50)]));
        assert_eq!(scale.top, 100);
        assert_eq!(columns.len(), 12);
        assert_eq!(line_points(&columns).split(' ').nth(1), Some("1500,500"));
    }

    #[test]
    fn directions() {
        assert_eq!(turn(2, 1), Turn::Up);
        assert_eq!(turn(1, 2), Turn::Down);
        assert_eq!(turn(0, 0), Turn::Same);
    }

    #[test]
    fn tasks_are_grouped_in_the_order_of_the_page() {
        let task = |kind: &str| DueTask {
            kind: Text::from(kind),
            payment: None,
            member: None,
            what: Message { key: Text::from("x"), args: Vec::new() },
            rule: None,
            figure: None,
            trace: None,
        };
        let kinds: Vec<(String, usize)> =
            groups(&[task("birthday"), task("newer"), task("application"), task("birthday")])
                .into_iter()
                .map(|(k, own)| (k, own.len()))
                .collect();
        assert_eq!(kinds, [("application".to_owned(), 1), ("birthday".to_owned(), 2), ("newer".to_owned(), 1)]);
    }
}
