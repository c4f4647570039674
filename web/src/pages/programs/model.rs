//! What the Programs pages decide without a browser: search, standing, typed parameter values, places in a document.

use std::collections::BTreeMap;

use regulars_desk::protocol::{ParameterView, ProgramRow, ProgramView};
use regulars_rules::describe::{CalendarDay, Month};
use regulars_rules::id::Text;
use regulars_rules::message::{Diagnostic, Label, Language, Severity};
use regulars_rules::number::{Money, Points, Rate};
use regulars_rules::time::{Day, Span};
use regulars_rules::words;

use crate::shared::{map_of, sorted};

/// How a program stands in this shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds since a day.
    InForce(Day),
    /// It will hold from a day on.
    Planned(Day),
    /// Neither.
    Idle,
}

/// How a program stands in this shop.
pub fn standing(row: &ProgramRow) -> Standing {
    match (row.in_force_from, row.planned_from) {
        (Some(day), _) => Standing::InForce(day),
        (None, Some(day)) => Standing::Planned(day),
        (None, None) => Standing::Idle,
    }
}

/// Rows that hold every word that was typed, in either language; what is in force first, then what is planned.
pub fn matching<'r>(rows: &'r [ProgramRow], typed: &str) -> Vec<&'r ProgramRow> {
    let wanted: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let found: Vec<&ProgramRow> = rows
        .iter()
        .filter(|row| {
            let mut text = format!(
                "{} {} {} {} {} {} {}",
                row.id, row.title.zh, row.title.en, row.summary.zh, row.summary.en, row.trade, row.source
            );
            for language in [Language::Zh, Language::En] {
                text.push(' ');
                text.push_str(words::name_of_code(&row.trade, language));
                for feature in &row.features {
                    text.push(' ');
                    text.push_str(&words::say(feature, language));
                }
            }
            let text = text.to_lowercase();
            wanted.iter().all(|word| text.contains(word))
        })
        .collect();
    let place = |row: &ProgramRow| match standing(row) {
        Standing::InForce(_) => 0_u8,
        Standing::Planned(_) => 1,
        Standing::Idle => 2,
    };
    sorted(found, |a, b| place(a).cmp(&place(b)))
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// What was typed.
    pub typed: String,
    /// A trade; empty: any.
    pub trade: Text,
    /// A size of shop; empty: any.
    pub size: Text,
    /// Keys of features: a program has all of them.
    pub has: Vec<Text>,
    /// Whether programs of few rules come first.
    pub fewest_first: bool,
}

impl Narrowed {
    /// How many filters are on, apart from the search.
    pub fn filters(&self) -> usize {
        usize::from(!self.trade.is_empty())
            .saturating_add(usize::from(!self.size.is_empty()))
            .saturating_add(self.has.len())
    }

    /// Takes a feature in, or out.
    pub fn turn(&mut self, feature: &Text) {
        let before = self.has.len();
        self.has.retain(|own| own != feature);
        if self.has.len() == before {
            self.has.push(feature.clone());
        }
    }

    fn admits(&self, row: &ProgramRow) -> bool {
        (self.trade.is_empty() || row.trade == self.trade)
            && (self.size.is_empty() || row.size == self.size)
            && self.has.iter().all(|key| row.features.iter().any(|feature| feature.key == *key))
    }

    /// As a line of text, for the tab to keep.
    pub fn to_line(&self) -> String {
        let has: Vec<&str> = self.has.iter().map(Text::as_str).collect();
        let order = if self.fewest_first { "1" } else { "" };
        [&self.trade, &self.size, has.join(",").as_str(), order, &self.typed].join("\n")
    }

    /// From such a line; what cannot be read is left out.
    pub fn from_line(line: &str) -> Self {
        let mut parts = line.splitn(5, '\n');
        let mut next = || parts.next().unwrap_or_default();
        Self {
            trade: next().into(),
            size: next().into(),
            has: next().split(',').filter(|key| !key.is_empty()).map(Text::from).collect(),
            fewest_first: next() == "1",
            typed: next().to_owned(),
        }
    }
}

/// The programs found.
pub fn found<'r>(rows: &'r [ProgramRow], narrowed: &Narrowed) -> Vec<&'r ProgramRow> {
    let found = matching(rows, &narrowed.typed).into_iter().filter(|row| narrowed.admits(row));
    if narrowed.fewest_first { sorted(found, |a, b| a.rules.cmp(&b.rules)) } else { found.collect() }
}

/// Something to narrow the list by, and how many programs it would leave.
pub type Offer = (Text, usize);

fn counted(ids: Vec<Text>, count: impl Fn(&Text) -> usize) -> Vec<Offer> {
    ids.into_iter().map(|id| (id.clone(), count(&id))).collect()
}

fn each_once<'r>(ids: impl Iterator<Item = &'r Text>) -> Vec<Text> {
    let mut once: Vec<Text> = Vec::new();
    for id in ids {
        if !id.is_empty() && !once.contains(id) {
            once.push(id.clone());
        }
    }
    once
}

/// The trades, the one with most programs first.
pub fn trades(rows: &[ProgramRow], narrowed: &Narrowed) -> Vec<Offer> {
    let all = each_once(rows.iter().map(|row| &row.trade));
    let of = |trade: &Text| rows.iter().filter(|row| row.trade == *trade).count();
    let all = sorted(all, |a, b| of(b).cmp(&of(a)));
    counted(all, |trade| found(rows, &Narrowed { trade: trade.clone(), ..narrowed.clone() }).len())
}

/// The sizes of shop, smallest first.
pub fn sizes(rows: &[ProgramRow], narrowed: &Narrowed) -> Vec<Offer> {
    let all = ["small", "middle", "large"].map(Text::const_new).to_vec();
    counted(all, |size| found(rows, &Narrowed { size: size.clone(), ..narrowed.clone() }).len())
}

/// What programs have, the most common first.
pub fn features(rows: &[ProgramRow], narrowed: &Narrowed) -> Vec<Offer> {
    let all = each_once(rows.iter().flat_map(|row| row.features.iter().map(|feature| &feature.key)));
    let has = |row: &ProgramRow, key: &Text| row.features.iter().any(|feature| feature.key == *key);
    let of = |key: &Text| rows.iter().filter(|row| has(row, key)).count();
    let all = sorted(all, |a, b| of(b).cmp(&of(a)));
    let left = found(rows, narrowed);
    counted(all, |key| left.iter().filter(|row| has(row, key)).count())
}

/// The title of a source: what stands after its shelf mark.
pub fn source_title(source: &str) -> &str {
    source.split_once(':').map_or(source, |(_, title)| title).trim()
}

/// Parameters in the order of the document, which is the order of its clauses.
pub fn in_document_order(parameters: &[ParameterView], document: &str) -> Vec<ParameterView> {
    let place =
        |parameter: &ParameterView| document.find(&format!("[parameters.{}]", parameter.name)).unwrap_or(usize::MAX);
    let placed = parameters.iter().map(|parameter| (place(parameter), parameter));
    sorted(placed, |a, b| a.0.cmp(&b.0)).into_iter().map(|(_, parameter)| parameter.clone()).collect()
}

/// Why a parameter is left to the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'s> {
    /// Blank in the source; perhaps with a remark.
    Blank(&'s str),
    /// Unclear in the source, and in which way.
    Unclear(&'s str),
    /// The shop's choice.
    Choice(&'s str),
}

/// Why a parameter is left to the shop.
///
/// Which it is, the English text says; the remark is in the language asked for.
pub fn origin(source: &Label, language: Language) -> Origin<'_> {
    let text = source.get(language);
    let remark = text.split_once([':', '：']).map_or("", |(_, remark)| remark).trim();
    let head = source.en.split_once(':').map_or(source.en.as_str(), |(head, _)| head);
    if head.contains("blank") {
        Origin::Blank(remark)
    } else if head.contains("unclear") {
        Origin::Unclear(remark)
    } else {
        Origin::Choice(text.trim())
    }
}

/// How a parameter is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// An amount in yuan.
    Money,
    /// A rate in percent.
    Percent,
    /// A rate as a factor.
    Factor,
    /// Points.
    Points,
    /// A whole number.
    Count,
    /// A number and a unit of time.
    Span,
    /// Yes or no.
    Flag,
    /// One of several.
    Choice,
    /// First and last day.
    Days,
    /// Free text.
    Text,
}

/// How a parameter is typed.
pub fn control(parameter: &ParameterView) -> Control {
    if !parameter.choices.is_empty() {
        return Control::Choice;
    }
    match parameter.kind.as_str() {
        "money" => Control::Money,
        // A document writes a discount as `5%` and a multiple as `1.5`: people type it the way it is written.
        "rate" if parameter.default.ends_with('%') => Control::Percent,
        "rate" => Control::Factor,
        "points" => Control::Points,
        "count" => Control::Count,
        "span" => Control::Span,
        "flag" => Control::Flag,
        _ if days(&parameter.default).is_some() => Control::Days,
        _ => Control::Text,
    }
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing stands there.
    Empty,
    /// It is not such a figure.
    NotAFigure,
    /// More decimals than the figure has.
    TooFine,
    /// Below what the document allows.
    TooLow,
    /// Above what the document allows.
    TooHigh,
    /// The last day is before the first.
    Backwards,
}

/// Full-width signs become plain, thousands' commas and units go.
fn plain(typed: &str) -> String {
    typed
        .chars()
        .filter_map(|sign| match sign {
            '０'..='９' | '．' | '％' | '－' => char::from_u32(u32::from(sign).saturating_sub(0xFEE0)),
            '。' => Some('.'),
            ',' | '，' | '¥' | '￥' | '×' | '元' | '分' => None,
            other if other.is_whitespace() => None,
            other => Some(other),
        })
        .collect()
}

fn ordered<T: Ord + core::str::FromStr>(value: &T, least: &str, most: &str) -> Result<(), Fault> {
    match (least.parse::<T>(), most.parse::<T>()) {
        (Ok(least), _) if *value < least => Err(Fault::TooLow),
        (_, Ok(most)) if *value > most => Err(Fault::TooHigh),
        _ => Ok(()),
    }
}

const fn number_fault(error: regulars_rules::number::NumberError) -> Fault {
    match error {
        regulars_rules::number::NumberError::NotANumber => Fault::NotAFigure,
        regulars_rules::number::NumberError::TooFine => Fault::TooFine,
        regulars_rules::number::NumberError::TooLarge => Fault::TooHigh,
    }
}

/// The value in the document's own form, from what was typed.
///
/// # Errors
/// What is wrong with it. The worker checks again; this only answers while the person still types.
pub fn accept(parameter: &ParameterView, typed: &str) -> Result<Text, Fault> {
    let control = control(parameter);
    if typed.trim().is_empty() {
        return Err(Fault::Empty);
    }
    let (least, most) = (parameter.least.as_str(), parameter.most.as_str());
    let text = plain(typed);
    match control {
        Control::Money => {
            let value: Money = text.parse().map_err(number_fault)?;
            if value.is_negative() {
                return Err(Fault::TooLow);
            }
            ordered(&value, least, most)?;
            Ok(Text::from(value.to_string()))
        }
        Control::Points => {
            let value: Points = text.parse().map_err(number_fault)?;
            if value.is_negative() {
                return Err(Fault::TooLow);
            }
            ordered(&value, least, most)?;
            Ok(Text::from(value.to_string()))
        }
        Control::Percent | Control::Factor => {
            let percent = control == Control::Percent && !text.ends_with('%');
            let text = if percent { format!("{text}%") } else { text };
            let value: Rate = text.parse().map_err(number_fault)?;
            if value.is_negative() {
                return Err(Fault::TooLow);
            }
            ordered(&value, least, most)?;
            Ok(Text::from(if control == Control::Percent { value.to_string() } else { text }))
        }
        Control::Count => {
            let value: i64 = text.parse().map_err(|_| Fault::NotAFigure)?;
            ordered(&value, least, most)?;
            Ok(Text::from(value.to_string()))
        }
        Control::Span => {
            let value: Span = typed.trim().parse().map_err(|_| Fault::NotAFigure)?;
            Ok(Text::from(value.to_string()))
        }
        Control::Days => match days(typed) {
            Some((first, last)) if first > last => Err(Fault::Backwards),
            Some((first, last)) => Ok(Text::from(join_days(first, last))),
            None => Err(Fault::NotAFigure),
        },
        Control::Flag | Control::Choice | Control::Text => Ok(Text::from(typed.trim())),
    }
}

/// A value as it stands in its input: without unit or sign.
pub fn typed_form(parameter: &ParameterView, value: &str) -> String {
    match control(parameter) {
        Control::Percent => value
            .parse::<Rate>()
            .map_or_else(|_| value.to_owned(), |rate| rate.to_string().trim_end_matches('%').to_owned()),
        Control::Money
        | Control::Factor
        | Control::Points
        | Control::Count
        | Control::Span
        | Control::Flag
        | Control::Choice
        | Control::Days
        | Control::Text => value.to_owned(),
    }
}

/// A value in words, with its unit.
pub fn value_words(parameter: &ParameterView, value: &str, language: Language) -> String {
    let zh = language == Language::Zh;
    match control(parameter) {
        Control::Money => value.parse().map_or_else(|_| value.to_owned(), words::money),
        Control::Percent => value.parse().map_or_else(|_| value.to_owned(), words::rate),
        Control::Factor => format!("×{value}"),
        Control::Points => value.parse().map_or_else(
            |_| value.to_owned(),
            |points| {
                let figure = words::points(points);
                match (zh, figure.as_str()) {
                    (true, _) => format!("{figure} 分"),
                    (false, "1") => "1 point".to_owned(),
                    (false, _) => format!("{figure} points"),
                }
            },
        ),
        Control::Count | Control::Text => value.to_owned(),
        Control::Span => value.parse::<Span>().map_or_else(|_| value.to_owned(), |span| span_words(span, language)),
        Control::Flag => match (value == "true", zh) {
            (true, true) => "是".to_owned(),
            (false, true) => "否".to_owned(),
            (true, false) => "Yes".to_owned(),
            (false, false) => "No".to_owned(),
        },
        Control::Choice => choice_words(value, language).to_owned(),
        Control::Days => match days(value) {
            Some((first, last)) => {
                let (first, last) = (words::long_day(first, language), words::long_day(last, language));
                if zh { format!("{first} 至 {last}") } else { format!("{first} to {last}") }
            }
            None => value.to_owned(),
        },
    }
}

fn span_words(span: Span, language: Language) -> String {
    match (span, language) {
        (Span::Days(n), Language::Zh) => format!("{n} 天"),
        (Span::Months(n), Language::Zh) => format!("{n} 个月"),
        (Span::Days(1), Language::En) => "1 day".to_owned(),
        (Span::Days(n), Language::En) => format!("{n} days"),
        (Span::Months(1), Language::En) => "1 month".to_owned(),
        (Span::Months(n), Language::En) => format!("{n} months"),
    }
}

/// The number and the unit (`days`, `months`) of a span's text.
pub fn span_parts(value: &str) -> (String, &'static str) {
    match value.trim().parse::<Span>() {
        Ok(Span::Days(days)) => (days.to_string(), "days"),
        Ok(Span::Months(months)) => (months.to_string(), "months"),
        Err(_) => {
            let (count, unit) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
            (count.to_owned(), if unit.starts_with("day") { "days" } else { "months" })
        }
    }
}

/// First and last day of `2026-03-01..2026-03-31`.
pub fn days(value: &str) -> Option<(Day, Day)> {
    let (first, last) = value.trim().split_once("..")?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

/// The text of first and last day.
pub fn join_days(first: Day, last: Day) -> String {
    format!("{first}..{last}")
}

/// Choices that the documents offer.
const CHOICES: [(&str, &str, &str); 13] = [
    ("calendar half", "自然半年", "Calendar half-year"),
    ("calendar month", "自然月", "Calendar month"),
    ("calendar quarter", "自然季度", "Calendar quarter"),
    ("calendar year", "自然年", "Calendar year"),
    ("day", "当天", "On the day"),
    ("gold", "金卡", "Gold"),
    ("membership year", "入会周年", "Membership year"),
    ("month", "当月", "In the month"),
    ("ordinary", "普通", "Ordinary"),
    ("quarter", "当季", "In the quarter"),
    ("silver", "银卡", "Silver"),
    ("week", "当周", "In the week"),
    ("year", "当年", "In the year"),
];

/// A choice in words.
pub fn choice_words(choice: &str, language: Language) -> &str {
    match CHOICES.iter().find(|(own, _, _)| *own == choice) {
        Some((_, zh, _)) if language == Language::Zh => zh,
        Some((_, _, en)) => en,
        None => words::name_of_code(choice, language),
    }
}

/// What a person has typed into the parameters, by name, as typed: an input must not change under the fingers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    typed: BTreeMap<Text, String>,
}

impl Draft {
    /// What stands in a parameter's input.
    pub fn shown(&self, parameter: &ParameterView) -> String {
        self.typed.get(&parameter.name).cloned().unwrap_or_else(|| typed_form(parameter, &parameter.value))
    }

    /// Takes what was typed.
    pub fn put(&mut self, parameter: &ParameterView, typed: String) {
        self.typed.insert(parameter.name.clone(), typed);
    }

    /// Takes back what was typed into one input.
    pub fn forget(&mut self, name: &str) {
        self.typed.remove(name);
    }

    /// Takes back everything.
    pub fn clear(&mut self) {
        self.typed.clear();
    }

    /// What is wrong with a parameter's input.
    pub fn fault(&self, parameter: &ParameterView) -> Option<Fault> {
        self.typed.get(&parameter.name).and_then(|typed| accept(parameter, typed).err())
    }

    /// How many inputs cannot be taken.
    pub fn faults(&self, parameters: &[ParameterView]) -> usize {
        parameters.iter().filter(|parameter| self.fault(parameter).is_some()).count()
    }

    /// Whether an input says something new: another value, or that a blank's value is meant.
    pub fn differs(&self, parameter: &ParameterView) -> bool {
        self.typed.get(&parameter.name).is_some_and(|typed| match accept(parameter, typed) {
            Ok(value) => is_blank(parameter) || !same_value(parameter, &value, &parameter.value),
            Err(_) => true,
        })
    }

    /// The values to ask the worker for: those that are new and sound.
    pub fn set(&self, parameters: &[ParameterView]) -> BTreeMap<Text, Text> {
        map_of(self.changes(parameters).into_iter().map(|(parameter, value)| (parameter.name.clone(), value)))
    }

    /// What changes: the parameter with its value before, and the value after.
    pub fn changes<'p>(&self, parameters: &'p [ParameterView]) -> Vec<(&'p ParameterView, Text)> {
        parameters
            .iter()
            .filter(|parameter| self.differs(parameter))
            .filter_map(|parameter| Some((parameter, accept(parameter, self.typed.get(&parameter.name)?).ok()?)))
            .collect()
    }

    /// Confirms every blank with the value that stands there: the shop means it.
    pub fn confirm_blanks(&mut self, parameters: &[ParameterView]) {
        for parameter in parameters {
            if is_blank(parameter) && !self.typed.contains_key(&parameter.name) {
                self.typed.insert(parameter.name.clone(), typed_form(parameter, &parameter.value));
            }
        }
    }

    /// Blanks that are neither set nor typed.
    pub fn blanks_left(&self, parameters: &[ParameterView]) -> usize {
        parameters.iter().filter(|parameter| is_blank(parameter) && !self.typed.contains_key(&parameter.name)).count()
    }
}

/// Whether a parameter waits for the shop.
pub fn is_blank(parameter: &ParameterView) -> bool {
    !parameter.is_set && matches!(origin(&parameter.source, Language::En), Origin::Blank(_))
}

/// Whether two texts are the same value.
pub fn same_value(parameter: &ParameterView, a: &str, b: &str) -> bool {
    a == b || value_words(parameter, a, Language::Zh) == value_words(parameter, b, Language::Zh)
}

/// What the check says, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Errors: the program does not run.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// What the check says, in short.
pub fn verdict(diagnostics: &[Diagnostic]) -> Verdict {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    Verdict { errors: count(Severity::Error), warnings: count(Severity::Warning), notes: count(Severity::Note) }
}

/// Errors first, then by place.
pub fn by_weight(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    sorted(diagnostics.iter().cloned(), |a, b| {
        b.severity.cmp(&a.severity).then(a.line.cmp(&b.line)).then(a.column.cmp(&b.column))
    })
}

/// Why a program cannot be adopted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The check found errors.
    Errors(usize),
    /// Inputs that cannot be taken.
    Faults(usize),
    /// It holds already, and nothing is new.
    NothingNew,
    /// No day is chosen.
    NoDay,
    /// The day is before the earliest.
    TooEarly,
}

/// Why a program cannot be adopted now; `None`: it can.
///
/// What holds already and has not changed need not be adopted again, unless another program is planned: then it would
/// be kept instead of that.
pub fn obstacle(
    view: &ProgramView,
    draft: &Draft,
    parameters: &[ParameterView],
    from: Option<Day>,
    other_planned: bool,
) -> Option<Obstacle> {
    let errors = verdict(&view.diagnostics).errors;
    let faults = draft.faults(parameters);
    let holds = view.row.in_force_from.is_some() && !other_planned;
    let planned = view.row.planned_from.is_some() && view.row.planned_from == from;
    if errors > 0 {
        Some(Obstacle::Errors(errors))
    } else if faults > 0 {
        Some(Obstacle::Faults(faults))
    } else if (holds || planned) && draft.changes(parameters).is_empty() {
        Some(Obstacle::NothingNew)
    } else {
        match from {
            None => Some(Obstacle::NoDay),
            Some(day) if day < view.adopt_from => Some(Obstacle::TooEarly),
            Some(_) => None,
        }
    }
}

/// Another program that is planned: the next one.
pub fn planned_besides<'r>(rows: &'r [ProgramRow], id: &str) -> Option<(&'r ProgramRow, Day)> {
    let others = rows.iter().filter(|row| row.id != id);
    others.filter_map(|row| Some((row, row.planned_from?))).min_by_key(|(_, from)| *from)
}

/// Days that are often wanted to begin on: the earliest, the next Monday, the first of the next month.
pub fn starts(earliest: Day) -> Vec<Day> {
    let mut found = vec![earliest];
    let to_monday = 7_i32.saturating_sub(i32::from(earliest.weekday())).checked_rem(7).unwrap_or(0);
    let month = if earliest.day_of_month() == 1 { earliest } else { earliest.month_start().plus_months(1) };
    for day in [earliest.plus_days(to_monday), month] {
        if !found.contains(&day) {
            found.push(day);
        }
    }
    sorted(found, Day::cmp)
}

/// A month in weeks from Monday; `None` where another month's days would stand.
pub fn weeks(month: &Month) -> Vec<Vec<Option<CalendarDay>>> {
    let mut weeks: Vec<Vec<Option<CalendarDay>>> = Vec::new();
    for day in &month.days {
        let weekday = usize::from(day.day.weekday());
        match weeks.last_mut() {
            Some(week) if weekday != 0 => week.push(Some(day.clone())),
            Some(_) | None => {
                let mut week = vec![None; weekday];
                week.push(Some(day.clone()));
                weeks.push(week);
            }
        }
    }
    if let Some(last) = weeks.last_mut() {
        last.resize(7, None);
    }
    weeks
}

/// The days of a month on which something holds, and runs of days as first and last: `6`, `16`, `20–26`.
pub fn days_of(month: &Month, number: u32) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for day in month.days.iter().filter(|day| day.holds.contains(&number)) {
        let of_month = day.day.day_of_month();
        match runs.last_mut() {
            Some((_, last)) if last.saturating_add(1) == of_month => *last = of_month,
            Some(_) | None => runs.push((of_month, of_month)),
        }
    }
    runs
}

/// A run of signs in a line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// What it is.
    pub sort: Sort,
    /// The worst that is said about it.
    pub mark: Option<Severity>,
}

/// What a run of signs is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A comment.
    Comment,
    /// A table's name.
    Table,
    /// A key.
    Key,
    /// A text.
    Quoted,
    /// Anything else.
    Plain,
}

impl Sort {
    /// The class that colours it; empty: none.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Comment => "doc-comment",
            Self::Table => "doc-table",
            Self::Key => "doc-key",
            Self::Quoted => "doc-quoted",
            Self::Plain => "",
        }
    }
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// Its runs.
    pub pieces: Vec<Piece>,
    /// The worst that is said about it.
    pub mark: Option<Severity>,
}

/// A document in lines, its runs told apart, the places of diagnostics marked.
pub fn lines(document: &str, diagnostics: &[Diagnostic]) -> Vec<Line> {
    let mut found = Vec::new();
    let mut start = 0_usize;
    for (index, full) in document.split_inclusive('\n').enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let text = full.trim_end_matches(['\n', '\r']);
        let marks: Vec<(usize, usize, Severity)> =
            diagnostics.iter().filter_map(|d| place_in(d, number, start, text)).collect();
        let mut pieces: Vec<Piece> = Vec::new();
        for (at, sign) in text.char_indices() {
            let sort = sort_at(text, at);
            let mark =
                marks.iter().filter(|(from, to, _)| (*from..*to).contains(&at)).map(|(_, _, severity)| *severity).max();
            match pieces.last_mut() {
                Some(last) if last.sort == sort && last.mark == mark => last.text.push(sign),
                _ => pieces.push(Piece { text: sign.to_string(), sort, mark }),
            }
        }
        let mark = diagnostics.iter().filter(|d| d.line == number).map(|d| d.severity).max();
        found.push(Line { number, pieces, mark });
        start = start.saturating_add(full.len());
    }
    found
}

/// Where a diagnostic lies in a line, in the line's bytes; at least one sign wide, and not beyond its own first line.
fn place_in(diagnostic: &Diagnostic, number: u32, start: usize, text: &str) -> Option<(usize, usize, Severity)> {
    if diagnostic.line != number || text.is_empty() {
        return None;
    }
    let column = usize::try_from(diagnostic.column).ok()?.saturating_sub(1);
    let from = text.char_indices().nth(column).map_or(0, |(at, _)| at);
    let end = usize::try_from(diagnostic.end)
        .ok()?
        .saturating_sub(start)
        .clamp(from.saturating_add(1), text.len().max(from.saturating_add(1)));
    Some((from, end, diagnostic.severity))
}

fn sort_at(line: &str, at: usize) -> Sort {
    let trimmed = line.trim_start();
    if trimmed.starts_with('#') {
        return Sort::Comment;
    }
    if trimmed.starts_with('[') && !trimmed.contains('=') {
        return match comment_start(line) {
            Some(comment) if at >= comment => Sort::Comment,
            _ => Sort::Table,
        };
    }
    if comment_start(line).is_some_and(|comment| at >= comment) {
        return Sort::Comment;
    }
    if line.find('=').is_some_and(|equals| at < equals) {
        return Sort::Key;
    }
    let before = line.get(..at).unwrap_or_default();
    let opened = before.matches('"').count() % 2 == 1;
    if opened || line.get(at..).is_some_and(|rest| rest.starts_with('"')) { Sort::Quoted } else { Sort::Plain }
}

/// Where a comment begins: the first `#` outside of quotes.
fn comment_start(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.char_indices().find_map(|(at, sign)| match sign {
        '"' => {
            quoted = !quoted;
            None
        }
        '#' if !quoted => Some(at),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use regulars_rules::message::Label;
    use regulars_rules::msg;

    use super::*;

    fn parameter(kind: &str, default: &str) -> ParameterView {
        ParameterView {
            name: "p".into(),
            label: Label::default(),
            kind: kind.into(),
            value: default.into(),
            default: default.into(),
            choices: Vec::new(),
            least: Text::default(),
            most: Text::default(),
            source: Label { zh: "原文空白".into(), en: "blank in the document".into() },
            is_set: false,
        }
    }

    fn row(id: &str, zh: &str) -> ProgramRow {
        ProgramRow {
            id: id.into(),
            title: Label { zh: zh.into(), en: id.to_uppercase() },
            summary: Label::default(),
            trade: "pharmacy".into(),
            size: "small".into(),
            version: 1,
            source: Text::default(),
            in_force_from: None,
            planned_from: None,
            blanks: 0,
            tiers: 0,
            features: Vec::new(),
            rules: 0,
        }
    }

    #[test]
    fn search_in_both_languages_and_what_is_in_force_first() {
        let mut rows = vec![row("chain", "连锁会员"), row("yinbei", "茵贝会员卡")];
        rows[1].in_force_from = Some(Day::FIRST);
        let ids = |typed: &str| matching(&rows, typed).iter().map(|r| r.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(""), ["yinbei", "chain"]);
        assert_eq!(ids("茵贝"), ["yinbei"]);
        assert_eq!(ids("药房 CHAIN"), ["chain"]);
        assert!(ids("zzz").is_empty());
    }

    #[test]
    fn filters_narrow_together_and_count_what_they_leave() {
        let with = |id: &str, trade: &str, size: &str, rules: u32, has: &[&str]| ProgramRow {
            trade: trade.into(),
            size: size.into(),
            rules,
            features: has
                .iter()
                .map(|key| regulars_rules::message::Message { key: (*key).into(), args: Vec::new() })
                .collect(),
            ..row(id, id)
        };
        let rows = [
            with("a", "hotel", "small", 9, &["feature.points"]),
            with("b", "mall", "large", 3, &["feature.points", "feature.kpi"]),
            with("c", "hotel", "large", 5, &["feature.kpi"]),
        ];
        let ids = |narrowed: &Narrowed| found(&rows, narrowed).iter().map(|r| r.id.to_string()).collect::<Vec<_>>();
        let offers = |offers: Vec<Offer>| offers.into_iter().map(|(id, n)| (id.to_string(), n)).collect::<Vec<_>>();
        let offer = |id: &str, count: usize| (id.to_owned(), count);
        let mut narrowed = Narrowed { trade: "hotel".into(), ..Narrowed::default() };
        assert_eq!(ids(&narrowed), ["a", "c"]);
        // Another trade is offered as if this one were not chosen; a feature within it.
        assert_eq!(offers(trades(&rows, &narrowed)), [offer("hotel", 2), offer("mall", 1)]);
        assert_eq!(offers(features(&rows, &narrowed)), [offer("feature.points", 1), offer("feature.kpi", 1)]);
        narrowed.turn(&"feature.kpi".into());
        assert_eq!((ids(&narrowed), narrowed.filters()), (vec!["c".to_owned()], 2));
        assert_eq!(offers(sizes(&rows, &narrowed)), [offer("small", 0), offer("middle", 0), offer("large", 1)]);
        assert_eq!(Narrowed::from_line(&narrowed.to_line()), narrowed);
        narrowed.turn(&"feature.kpi".into());
        narrowed = Narrowed { fewest_first: true, typed: "a\nb".to_owned(), ..Narrowed::default() };
        assert_eq!(Narrowed::from_line(&narrowed.to_line()), narrowed, "also with a line break in what was typed");
        assert_eq!(ids(&Narrowed { fewest_first: true, ..Narrowed::default() }), ["b", "c", "a"]);
        assert_eq!(Narrowed::from_line(""), Narrowed::default());
    }

    #[test]
    fn sources() {
        assert_eq!(source_title("001_d77: 会员管理制度"), "会员管理制度");
        let remark = |zh: &str, en: &str| Label { zh: zh.into(), en: en.into() };
        assert_eq!(origin(&remark("原文空白", "blank in the document"), Language::Zh), Origin::Blank(""));
        let ceiling = remark("原文空白：只写上限", "blank in the document: only the ceiling");
        assert_eq!(origin(&ceiling, Language::Zh), Origin::Blank("只写上限"));
        assert_eq!(origin(&ceiling, Language::En), Origin::Blank("only the ceiling"));
        assert_eq!(origin(&remark("原文不明：一年", "unclear: a year"), Language::Zh), Origin::Unclear("一年"));
        assert_eq!(origin(&remark("店铺自选", "the shop's choice"), Language::En), Origin::Choice("the shop's choice"));
    }

    #[test]
    fn values_are_taken_as_people_type_them() {
        assert_eq!(accept(&parameter("money", "1.00"), " ¥1，234．5 ").unwrap(), "1234.50");
        assert_eq!(accept(&parameter("money", "1.00"), "1.234"), Err(Fault::TooFine));
        assert_eq!(accept(&parameter("money", "1.00"), "-1"), Err(Fault::TooLow));
        assert_eq!(accept(&parameter("money", "1.00"), ""), Err(Fault::Empty));
        assert_eq!(accept(&parameter("money", "1.00"), "abc"), Err(Fault::NotAFigure));
        assert_eq!(accept(&parameter("rate", "5%"), "2.5").unwrap(), "2.5%");
        assert_eq!(accept(&parameter("rate", "5%"), "2.5％").unwrap(), "2.5%");
        assert_eq!(accept(&parameter("rate", "1.2"), "1.5").unwrap(), "1.5");
        assert_eq!(accept(&parameter("count", "30"), "3.5"), Err(Fault::NotAFigure));
        assert_eq!(accept(&parameter("span", "12 months"), "1 year").unwrap(), "12 months");
        assert_eq!(
            accept(&parameter("text", "2026-03-01..2026-03-31"), "2026-03-31..2026-03-01"),
            Err(Fault::Backwards)
        );
        let mut bounded = parameter("rate", "5%");
        bounded.most = "50%".into();
        assert_eq!(accept(&bounded, "50").unwrap(), "50%");
        assert_eq!(accept(&bounded, "50.01"), Err(Fault::TooHigh));
    }

    #[test]
    fn a_rate_stands_without_its_sign() {
        let percent = parameter("rate", "5%");
        assert_eq!(typed_form(&percent, "0.025"), "2.5");
        assert_eq!(value_words(&parameter("rate", "1.2"), "1.5", Language::Zh), "×1.5");
    }

    #[test]
    fn parameters_stand_as_in_the_document() {
        let named = |name: &str| ParameterView { name: name.into(), ..parameter("points", "1") };
        let sorted = in_document_order(&[named("a"), named("z"), named("b")], "[parameters.b]\n[parameters.a]");
        assert_eq!(sorted.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["b", "a", "z"]);
    }

    #[test]
    fn a_draft_holds_only_changes() {
        let mut saved = parameter("money", "2000.00");
        let mut draft = Draft::default();
        assert_eq!(draft.blanks_left(std::slice::from_ref(&saved)), 1);
        draft.confirm_blanks(std::slice::from_ref(&saved));
        assert_eq!(draft.blanks_left(std::slice::from_ref(&saved)), 0);
        assert_eq!(draft.set(std::slice::from_ref(&saved)).get("p").map(Text::as_str), Some("2000.00"));
        saved.is_set = true;
        draft.put(&saved, "2,000".to_owned());
        assert_eq!(draft.shown(&saved), "2,000", "as typed");
        assert!(draft.set(std::slice::from_ref(&saved)).is_empty(), "the same value");
        draft.put(&saved, "x".to_owned());
        assert_eq!(draft.faults(std::slice::from_ref(&saved)), 1);
        assert!(draft.set(std::slice::from_ref(&saved)).is_empty());
        draft.forget("p");
        assert_eq!(draft.shown(&saved), "2000.00");
    }

    #[test]
    fn what_holds_is_adopted_again_only_against_a_plan() {
        let today: Day = "2026-11-26".parse().unwrap();
        let mut here = row("yinbei", "茵贝");
        here.in_force_from = Some(Day::FIRST);
        let mut other = row("chain", "连锁");
        let view = ProgramView {
            row: here.clone(),
            sections: Vec::new(),
            ladder: Vec::new(),
            charts: Vec::new(),
            has_days: false,
            parameters: Vec::new(),
            diagnostics: Vec::new(),
            document: String::new(),
            adopt_from: today,
        };
        let draft = Draft::default();
        assert_eq!(obstacle(&view, &draft, &[], Some(today), false), Some(Obstacle::NothingNew));
        assert_eq!(obstacle(&view, &draft, &[], Some(today), true), None);
        assert_eq!(obstacle(&view, &draft, &[], Some(today.plus_days(-1)), true), Some(Obstacle::TooEarly));
        assert_eq!(obstacle(&view, &draft, &[], None, true), Some(Obstacle::NoDay));
        assert!(planned_besides(&[here.clone(), other.clone()], "yinbei").is_none());
        other.planned_from = Some(today);
        assert_eq!(
            planned_besides(&[here, other], "yinbei").map(|(row, _)| row.id.to_string()),
            Some("chain".to_owned())
        );
    }

    #[test]
    fn a_month_stands_in_weeks_and_its_marks_in_runs() {
        let first: Day = "2026-03-01".parse().unwrap(); // a Sunday
        let day = |index: i32| CalendarDay {
            day: first.plus_days(index),
            lunar: regulars_rules::primitives::calendar::LunarDay { month: 1, leap: false, day: 13 },
            holds: if [5, 15, 24, 25].contains(&index) { vec![0] } else { Vec::new() },
        };
        let month = Month { days: (0..31).map(day).collect(), ..Month::default() };
        let weeks = weeks(&month);
        let shown: Vec<Vec<u32>> = weeks
            .iter()
            .map(|week| week.iter().map(|day| day.as_ref().map_or(0, |day| day.day.day_of_month())).collect())
            .collect();
        assert_eq!(shown.first().unwrap(), &[0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(shown.last().unwrap(), &[30, 31, 0, 0, 0, 0, 0]);
        assert!(shown.iter().all(|week| week.len() == 7) && shown.len() == 6);
        assert_eq!(days_of(&month, 0), [(6, 6), (16, 16), (25, 26)]);
        assert!(days_of(&month, 1).is_empty());
    }

    #[test]
    fn starts_are_in_order_and_differ() {
        let day: Day = "2026-11-26".parse().unwrap(); // a Thursday
        assert_eq!(
            starts(day).iter().map(Day::to_string).collect::<Vec<_>>(),
            ["2026-11-26", "2026-11-30", "2026-12-01"]
        );
        let first: Day = "2026-06-01".parse().unwrap(); // a Monday
        assert_eq!(starts(first), [first]);
    }

    #[test]
    fn places_are_marked_in_their_line() {
        let document = "# 说明\n[tier]\nrate = \"5%\" # 折\n";
        let diagnostic = Diagnostic {
            code: "E005".into(),
            severity: Severity::Error,
            line: 3,
            column: 8,
            start: 23,
            end: 27,
            message: msg!("doc.bad-parameter"),
            help: None,
        };
        let start = u32::try_from(document.find("\"5%\"").unwrap()).unwrap();
        let diagnostic = Diagnostic { start, end: start + 4, ..diagnostic };
        let lines = lines(document, &[diagnostic]);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].pieces[0].sort, Sort::Comment);
        assert_eq!(lines[1].pieces[0].sort, Sort::Table);
        assert_eq!(lines[2].mark, Some(Severity::Error));
        let marked: String = lines[2].pieces.iter().filter(|p| p.mark.is_some()).map(|p| p.text.as_str()).collect();
        assert_eq!(marked, "\"5%\"");
        assert_eq!(lines[2].pieces.last().unwrap().sort, Sort::Comment);
    }

    #[test]
    fn a_place_beyond_the_line_does_no_harm() {
        let far = Diagnostic {
            code: "E001".into(),
            severity: Severity::Error,
            line: 1,
            column: 900,
            start: 0,
            end: 1,
            message: msg!("doc.syntax"),
            help: None,
        };
        assert_eq!(lines("a = 1", &[far]).len(), 1);
    }
}
