//! What the staff pages decide without a browser: months, order and search of the rows, the parts of a statement, what
//! was typed. Figures come from the worker.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use regulars_desk::protocol::{StaffRow, StaffTaskView};
use regulars_rules::id::Text;
use regulars_rules::kinds::measure::Unit;
use regulars_rules::number::{Money, Quantity};
use regulars_rules::staff::fact::Person;
use regulars_rules::staff::pay::Statement;
use regulars_rules::time::{BusinessTime, Day, Minute};

use crate::pages::members::model::FieldError;
use crate::shared::sorted;

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Sales, highest first.
    #[default]
    Sales,
    /// Pay, highest first.
    Pay,
    /// Name.
    Name,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::Sales, Self::Pay, Self::Name];

    /// Its word in the choice.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Pay => "pay",
            Self::Name => "name",
        }
    }

    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|own| own.word() == word).unwrap_or_default()
    }

    fn compare(self, a: &StaffRow, b: &StaffRow) -> Ordering {
        let by_name = || name(&a.person).cmp(name(&b.person));
        match self {
            Self::Sales => b.sales.cmp(&a.sales).then_with(by_name),
            Self::Pay => b.payable.cmp(&a.payable).then_with(by_name),
            Self::Name => by_name(),
        }
    }
}

/// What a person is called: their name, or their code.
pub fn name(person: &Person) -> &str {
    if person.name.is_empty() { &person.code } else { &person.name }
}

/// The rows that match what was typed, in order.
pub fn shown(rows: &[StaffRow], text: &str, order: Order) -> Vec<StaffRow> {
    let wanted = text.trim().to_lowercase();
    let matches = |row: &&StaffRow| {
        let person = &row.person;
        let texts = [&person.name, &person.code, &person.role, &person.store, &person.team];
        wanted.is_empty() || texts.iter().any(|own| own.to_lowercase().contains(&wanted))
    };
    sorted(rows.iter().filter(matches).cloned(), |a, b| order.compare(a, b))
}

/// A share in thousandths of the highest, for a bar: geometry, not a figure.
pub fn permille(part: Money, whole: Money) -> i64 {
    crate::shared::height_permille(part.minor(), whole.minor())
}

/// The month of an address, `2026-03`.
pub fn month_of(text: &str) -> Option<Day> {
    format!("{text}-01").parse().ok()
}

/// A month for an address.
pub fn month_text(month: Day) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// What part of a month's pay went where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Paid,
    Outstanding,
    Held,
    TakenBack,
    Deducted,
}

/// Where what was earned went, for a picture; nothing where a figure is below zero: then only words tell it.
pub fn parts(statement: &Statement) -> Vec<(Part, Money)> {
    let taken = statement.reversed.plus(statement.clawed_back).unwrap_or_default();
    let deducted = Money::sum([statement.deductions, statement.carried_in, statement.recovered]).unwrap_or_default();
    let all = [
        (Part::Paid, statement.paid),
        (Part::Outstanding, statement.outstanding),
        (Part::Held, statement.held),
        (Part::TakenBack, taken),
        (Part::Deducted, deducted),
    ];
    if all.iter().any(|(_, amount)| amount.is_negative()) {
        return Vec::new();
    }
    all.into_iter().filter(|(_, amount)| amount.is_positive()).collect()
}

/// Tasks by person, in their order; those of nobody last.
pub fn by_person(tasks: &[StaffTaskView]) -> Vec<(Text, Text, Vec<StaffTaskView>)> {
    let mut groups: Vec<(Text, Text, Vec<StaffTaskView>)> = Vec::new();
    for task in tasks {
        match groups.iter_mut().find(|(code, ..)| *code == task.staff) {
            Some((.., own)) => own.push(task.clone()),
            None => groups.push((task.staff.clone(), task.name.clone(), vec![task.clone()])),
        }
    }
    groups
}

/// A text that must be there.
pub fn words(text: &str) -> Result<Text, FieldError> {
    let text = text.trim();
    if text.is_empty() { Err(FieldError::Empty) } else { Ok(Text::from(text)) }
}

/// Digits and signs as a keyboard of any width types them, without separators.
fn plain(text: &str) -> String {
    text.trim().chars().filter(|sign| !matches!(sign, ',' | '，' | '¥' | '￥' | ' ')).collect()
}

/// An amount; nothing is zero.
pub fn amount_or_zero(text: &str) -> Result<Money, FieldError> {
    let text = plain(text);
    if text.is_empty() { Ok(Money::ZERO) } else { Ok(text.parse()?) }
}

/// A target's figure in the smallest unit.
pub fn figure(text: &str, unit: &str) -> Result<i64, FieldError> {
    let text = plain(text);
    if text.is_empty() {
        return Err(FieldError::Empty);
    }
    let unit = match unit {
        "money" => Unit::Money,
        "rate" => Unit::Rate,
        "score" => Unit::Score,
        _ => Unit::Count,
    };
    unit.parse(&text).ok_or(FieldError::NotANumber)
}

/// The scores of an assessment.
pub fn scores(ids: &[Text], texts: &[String]) -> Result<BTreeMap<Text, Quantity>, (usize, FieldError)> {
    let mut scores = BTreeMap::new();
    for (place, (id, text)) in ids.iter().zip(texts).enumerate() {
        let text = plain(text);
        if text.is_empty() {
            return Err((place, FieldError::Empty));
        }
        let score: Quantity = text.parse().map_err(|_| (place, FieldError::NotANumber))?;
        scores.insert(id.clone(), score);
    }
    Ok(scores)
}

/// A day and a time of it.
pub fn moment(day: &str, time: &str, now: BusinessTime) -> Result<BusinessTime, FieldError> {
    let day: Day = day.trim().parse().map_err(|_| FieldError::NotADay)?;
    let (hour, minute) = time.trim().split_once(':').ok_or(FieldError::Empty)?;
    let number = |text: &str| text.parse::<u16>().ok();
    let minute = number(hour).zip(number(minute)).and_then(|(hour, minute)| Minute::from_clock(hour, minute));
    Ok(BusinessTime { day, minute: minute.ok_or(FieldError::NotANumber)?, ..now })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, sales: i64, pay: i64) -> StaffRow {
        StaffRow {
            person: Person { code: code.into(), ..Person::default() },
            sales: Money::from_minor(sales),
            payable: Money::from_minor(pay),
            ..StaffRow::default()
        }
    }

    fn codes(rows: &[StaffRow]) -> Vec<&str> {
        rows.iter().map(|row| row.person.code.as_str()).collect()
    }

    #[test]
    fn rows_are_found_and_in_order() {
        let rows = [row("chen", 100, 9), row("wang", 300, 1), row("an", 100, 9)];
        assert_eq!(codes(&shown(&rows, "", Order::Sales)), ["wang", "an", "chen"]);
        assert_eq!(codes(&shown(&rows, "", Order::Pay)), ["an", "chen", "wang"]);
        assert_eq!(codes(&shown(&rows, " AN ", Order::Name)), ["an", "wang"]);
        assert!(shown(&rows, "zhao", Order::Name).is_empty());
    }

    #[test]
    fn months_go_into_addresses_and_back() {
        let march: Day = "2026-03-01".parse().unwrap_or_default();
        assert_eq!(month_text(march), "2026-03");
        assert_eq!(month_of("2026-03"), Some(march));
        assert_eq!(month_of("2026-13"), None);
        assert_eq!(month_of(""), None);
    }

    #[test]
    fn what_was_typed_is_read_or_named() {
        assert_eq!(figure("42,000", "money"), Ok(4_200_000));
        assert_eq!(figure("14", "count"), Ok(14));
        assert_eq!(figure("14.5", "count"), Err(FieldError::NotANumber));
        assert_eq!(figure(" ", "money"), Err(FieldError::Empty));
        assert_eq!(figure("20%", "rate"), Ok(200_000));
        assert_eq!(amount_or_zero(""), Ok(Money::ZERO));
        assert_eq!(amount_or_zero("¥1,234.5"), Ok(Money::from_minor(123_450)));
        assert!(amount_or_zero("x").is_err());
        let ids = [Text::from("a"), Text::from("b")];
        assert_eq!(scores(&ids, &["8".to_owned(), "x".to_owned()]), Err((1, FieldError::NotANumber)));
        assert_eq!(scores(&ids, &["8".to_owned(), "9.5".to_owned()]).map(|own| own.len()), Ok(2));
        let now = BusinessTime::noon(Day::default());
        assert!(moment("2026-03-02", "09:30", now).is_ok());
        assert_eq!(moment("2026-03-02", "", now), Err(FieldError::Empty));
        assert_eq!(moment("2026-02-30", "09:30", now), Err(FieldError::NotADay));
    }
}
