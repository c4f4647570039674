//! Reads a policy document: every value knows its place, every key must be known, `$name` stands for a parameter.

use core::cell::RefCell;
use core::ops::Range;
use core::str::FromStr;
use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::id::Text;
use crate::message::{Diagnostic, Label, Message, Severity, Value};
use crate::msg;
use crate::number::{Money, NumberError, Points, Quantity, Rate};
use crate::time::{Day, Minute, Span};

/// Documents larger than this are refused unread: 1 MB.
pub const DOCUMENT_BYTES_MAX: usize = 1_000_000;

/// What reading needs: the text, the parameters' values, and the diagnostics so far.
pub struct Context<'d> {
    text: &'d str,
    parameters: RefCell<BTreeMap<Text, Text>>,
    used: RefCell<Vec<Text>>,
    tier_labels: RefCell<BTreeMap<Text, Label>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    recorded: Option<RefCell<Asked>>,
}

/// What reading asked for, by table and key: how (`money`, `count 0..=365`, `word a|b`, …). Tables in tables are `a.b`.
pub type Asked = BTreeMap<(String, &'static str), BTreeSet<String>>;

impl<'d> Context<'d> {
    /// For a document.
    #[must_use]
    pub fn new(text: &'d str) -> Self {
        Self {
            text,
            parameters: RefCell::default(),
            used: RefCell::default(),
            tier_labels: RefCell::default(),
            diagnostics: RefCell::default(),
            recorded: None,
        }
    }

    /// With a record of everything that is asked for: the reference is held against it.
    #[must_use]
    pub fn recording(text: &'d str) -> Self {
        Self { recorded: Some(RefCell::default()), ..Self::new(text) }
    }

    /// What was asked for; nothing where nobody recorded.
    #[must_use]
    pub fn asked(&self) -> Asked {
        self.recorded.as_ref().map(|recorded| recorded.borrow().clone()).unwrap_or_default()
    }

    /// Gives a parameter its value.
    pub fn set_parameter(&self, name: Text, value: Text) {
        self.parameters.borrow_mut().insert(name, value);
    }

    /// Remembers what people call a tier, for the rules that name it.
    pub fn set_tier_label(&self, id: Text, label: Label) {
        self.tier_labels.borrow_mut().insert(id, label);
    }

    /// What people call a tier; its id where it has no name.
    #[must_use]
    pub fn tier_name(&self, id: &Text) -> Value {
        self.tier_labels.borrow().get(id).map_or_else(|| Value::from(id), Value::from)
    }

    /// Whether a parameter stands anywhere in the rules.
    #[must_use]
    pub fn is_used(&self, name: &str) -> bool {
        self.used.borrow().iter().any(|own| own == name)
    }

    /// Adds a diagnostic at a place.
    pub fn report(
        &self,
        code: &'static str,
        severity: Severity,
        span: Range<usize>,
        message: Message,
        help: Option<Message>,
    ) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count().saturating_add(1);
        let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let column = before.get(line_start..).unwrap_or("").chars().count().saturating_add(1);
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.diagnostics.borrow_mut().push(Diagnostic {
            code: Text::const_new(code),
            severity,
            line: narrow(line),
            column: narrow(column),
            start: narrow(span.start),
            end: narrow(span.end),
            message,
            help,
        });
    }

    /// Adds an error at a place.
    pub fn error(&self, code: &'static str, span: Range<usize>, message: Message, help: Message) {
        self.report(code, Severity::Error, span, message, Some(help));
    }

    /// Adds a warning at a place.
    pub fn warn(&self, code: &'static str, span: Range<usize>, message: Message, help: Message) {
        self.report(code, Severity::Warning, span, message, Some(help));
    }

    /// Whether an error has been reported.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.borrow().iter().any(|d| d.severity == Severity::Error)
    }

    /// The diagnostics in the order of their places.
    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics.into_inner();
        all.sort_by_key(|d| (d.start, d.code.clone()));
        all
    }
}

/// The closest of some words, near enough to be what was meant.
#[must_use]
pub fn closest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    words
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.len() / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

fn meant(word: &str, words: &[&'static str]) -> Message {
    match closest(word, words.iter().copied()) {
        Some(near) => msg!("help.did-you-mean", word = near),
        None => msg!("help.known-words", words = words.iter().map(|w| (*w).into()).collect::<Vec<_>>()),
    }
}

/// One table of the document. Every key that is asked for is known; [`Table::finish`] complains of the others.
pub struct Table<'t> {
    context: &'t Context<'t>,
    entries: &'t DeTable<'t>,
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
    /// Kept only where reading is recorded.
    path: String,
}

type Item<'t> = &'t Spanned<DeValue<'t>>;

/// A value with its place.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Range<usize>,
}

impl<'t> Table<'t> {
    /// Around a parsed table.
    #[must_use]
    pub const fn new(context: &'t Context<'t>, entries: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { context, entries, span, asked: RefCell::new(Vec::new()), path: String::new() }
    }

    /// A table in this one.
    fn child(&self, key: &str, entries: &'t DeTable<'t>, span: Range<usize>) -> Self {
        let mut child = Self::new(self.context, entries, span);
        if self.context.recorded.is_some() {
            child.path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        }
        child
    }

    /// Records how a key is asked for.
    fn record(&self, key: &'static str, how: impl FnOnce() -> String) {
        if let Some(recorded) = &self.context.recorded {
            recorded.borrow_mut().entry((self.path.clone(), key)).or_default().insert(how());
        }
    }

    /// The reading's context.
    #[must_use]
    pub const fn context(&self) -> &'t Context<'t> {
        self.context
    }

    /// Its place.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn entry(&self, key: &'static str) -> Option<Item<'t>> {
        self.asked.borrow_mut().push(key);
        if let Some(recorded) = &self.context.recorded {
            recorded.borrow_mut().entry((self.path.clone(), key)).or_default();
        }
        self.entries.iter().find(|(own, _)| own.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    /// The place of a key's value, or of the table where it is missing.
    #[must_use]
    pub fn place(&self, key: &'static str) -> Range<usize> {
        self.entry(key).map_or_else(|| self.span(), Spanned::span)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn has(&self, key: &'static str) -> bool {
        self.entry(key).is_some()
    }

    /// The keys, with their places.
    pub fn keys(&self) -> impl Iterator<Item = (&'t str, Range<usize>)> {
        self.entries.iter().map(|(key, _)| (key.get_ref().as_ref(), key.span()))
    }

    /// Complains that a key is missing.
    pub fn missing(&self, key: &'static str) {
        self.context.error("E003", self.span(), msg!("doc.missing-key", key = key), msg!("help.add-key", key = key));
    }

    fn wrong_type(&self, item: Item<'t>, wanted: Message) {
        self.context.error("E004", item.span(), msg!("doc.wrong-type", wanted = wanted), msg!("help.see-format"));
    }

    /// The text of a scalar, parameters put in.
    fn scalar(&self, item: Item<'t>) -> Option<Text> {
        let text = match item.get_ref() {
            DeValue::String(text) => text.as_ref().to_owned(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(datetime) => datetime.to_string(),
            DeValue::Float(_) => {
                self.context.error("E005", item.span(), msg!("doc.float"), msg!("help.quote-number"));
                return None;
            }
            DeValue::Array(_) | DeValue::Table(_) => {
                self.wrong_type(item, msg!("type.single-value"));
                return None;
            }
        };
        let Some(name) = text.strip_prefix('$') else { return Some(Text::from(text)) };
        self.context.used.borrow_mut().push(Text::from(name));
        if let Some(value) = self.context.parameters.borrow().get(name) {
            return Some(value.clone());
        }
        let parameters = self.context.parameters.borrow();
        let help = match closest(name, parameters.keys().map(Text::as_str)) {
            Some(near) => msg!("help.did-you-mean", word = near),
            None => msg!("help.declare-parameter", name = name),
        };
        self.context.error("E009", item.span(), msg!("doc.unknown-parameter", name = name), help);
        None
    }

    fn parsed<T: FromStr>(&self, item: Item<'t>, complain: impl FnOnce(&Self, Range<usize>, &str)) -> Option<T> {
        let text = self.scalar(item)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(_) => {
                complain(self, item.span(), &text);
                None
            }
        }
    }

    fn bad_number(&self, span: Range<usize>, text: &str, error: NumberError) {
        let help = match error {
            NumberError::NotANumber => msg!("help.number"),
            NumberError::TooFine => msg!("help.too-fine"),
            NumberError::TooLarge => msg!("help.too-large"),
        };
        self.context.error("E005", span, msg!("doc.bad-number", text = text), help);
    }

    fn number<T: FromStr<Err = NumberError>>(&self, item: Item<'t>) -> Option<T> {
        let text = self.scalar(item)?;
        text.parse().map_err(|error| self.bad_number(item.span(), &text, error)).ok()
    }

    /// Text.
    #[must_use]
    pub fn text(&self, key: &'static str) -> Option<Text> {
        self.record(key, || "text".to_owned());
        self.scalar(self.entry(key)?)
    }

    /// Text with its place.
    #[must_use]
    pub fn text_at(&self, key: &'static str) -> Option<At<Text>> {
        self.record(key, || "text".to_owned());
        let item = self.entry(key)?;
        Some(At { value: self.scalar(item)?, span: item.span() })
    }

    /// Money, not negative.
    #[must_use]
    pub fn money(&self, key: &'static str) -> Option<Money> {
        self.record(key, || "money".to_owned());
        let item = self.entry(key)?;
        let money: Money = self.number(item)?;
        if money.is_negative() {
            self.out_of_range(item.span(), msg!("range.not-negative"));
            return None;
        }
        Some(money)
    }

    /// Points, not negative.
    #[must_use]
    pub fn points(&self, key: &'static str) -> Option<Points> {
        self.record(key, || "points".to_owned());
        let item = self.entry(key)?;
        let points: Points = self.number(item)?;
        if points.is_negative() {
            self.out_of_range(item.span(), msg!("range.not-negative"));
            return None;
        }
        Some(points)
    }

    /// A quantity, not negative, to the thousandth.
    #[must_use]
    pub fn quantity(&self, key: &'static str) -> Option<Quantity> {
        self.record(key, || "quantity".to_owned());
        let item = self.entry(key)?;
        let quantity: Quantity = self.number(item)?;
        if quantity.is_negative() {
            self.out_of_range(item.span(), msg!("range.not-negative"));
            return None;
        }
        Some(quantity)
    }

    /// A rate from 0% to a most.
    #[must_use]
    pub fn rate(&self, key: &'static str, most: Rate) -> Option<Rate> {
        self.record(key, || format!("rate {most}"));
        let item = self.entry(key)?;
        self.rate_of(item, most)
    }

    fn rate_of(&self, item: Item<'t>, most: Rate) -> Option<Rate> {
        let rate: Rate = self.number(item)?;
        if rate.is_negative() || rate > most {
            self.out_of_range(item.span(), msg!("range.rate", most = most));
            return None;
        }
        Some(rate)
    }

    /// A factor such as `1.5`, above 0 and at most 1000.
    #[must_use]
    pub fn factor(&self, key: &'static str) -> Option<Rate> {
        self.record(key, || "factor".to_owned());
        let item = self.entry(key)?;
        let rate: Rate = self.number(item)?;
        let most: Rate = "1000".parse().unwrap_or(Rate::ONE);
        if rate <= Rate::ZERO || rate > most {
            self.out_of_range(item.span(), msg!("range.factor"));
            return None;
        }
        Some(rate)
    }

    /// A whole number within bounds.
    #[must_use]
    pub fn count(&self, key: &'static str, bounds: core::ops::RangeInclusive<i64>) -> Option<i64> {
        self.record(key, || format!("count {}..={}", bounds.start(), bounds.end()));
        let item = self.entry(key)?;
        let count =
            self.parsed::<i64>(item, |table, span, text| table.bad_number(span, text, NumberError::NotANumber))?;
        if !bounds.contains(&count) {
            self.out_of_range(item.span(), msg!("range.count", least = *bounds.start(), most = *bounds.end()));
            return None;
        }
        Some(count)
    }

    /// Complains of a figure outside its range.
    pub fn out_of_range(&self, span: Range<usize>, range: Message) {
        self.context.error("E006", span, msg!("doc.out-of-range", range = range), msg!("help.within-range"));
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        self.record(key, || "flag".to_owned());
        let item = self.entry(key)?;
        self.parsed::<bool>(item, |table, _, _| table.wrong_type(item, msg!("type.flag")))
    }

    /// A day, as a TOML date or a text.
    #[must_use]
    pub fn day(&self, key: &'static str) -> Option<Day> {
        self.record(key, || "day".to_owned());
        let item = self.entry(key)?;
        self.parsed(item, |table, span, text| {
            table.context.error("E013", span, msg!("doc.no-such-day", text = text), msg!("help.day"));
        })
    }

    /// A time of day.
    #[must_use]
    pub fn minute(&self, key: &'static str) -> Option<Minute> {
        self.record(key, || "time".to_owned());
        let item = self.entry(key)?;
        self.parsed(item, |table, span, text| {
            table.context.error("E013", span, msg!("doc.no-such-time", text = text), msg!("help.time"));
        })
    }

    /// A span such as `12 months`.
    #[must_use]
    pub fn span_of_time(&self, key: &'static str) -> Option<Span> {
        self.record(key, || "span".to_owned());
        let item = self.entry(key)?;
        self.parsed(item, |table, span, text| {
            table.context.error("E013", span, msg!("doc.no-such-span", text = text), msg!("help.span"));
        })
    }

    /// One of some words.
    #[must_use]
    pub fn word(&self, key: &'static str, words: &[&'static str]) -> Option<&'static str> {
        self.record(key, || format!("word {}", words.join("|")));
        let item = self.entry(key)?;
        let text = self.scalar(item)?;
        self.known(&text, item.span(), words)
    }

    fn known(&self, text: &str, span: Range<usize>, words: &[&'static str]) -> Option<&'static str> {
        let found = words.iter().copied().find(|word| *word == text);
        if found.is_none() {
            self.context.error("E007", span, msg!("doc.unknown-word", word = text), meant(text, words));
        }
        found
    }

    /// Texts: a list, or one alone.
    #[must_use]
    pub fn texts(&self, key: &'static str) -> Vec<At<Text>> {
        self.record(key, || "texts".to_owned());
        let Some(item) = self.entry(key) else { return Vec::new() };
        if let DeValue::Array(items) = item.get_ref() {
            return items.iter().filter_map(|one| Some(At { value: self.scalar(one)?, span: one.span() })).collect();
        }
        self.scalar(item).map(|value| At { value, span: item.span() }).into_iter().collect()
    }

    /// Texts without their places.
    #[must_use]
    pub fn plain_texts(&self, key: &'static str) -> Vec<Text> {
        self.texts(key).into_iter().map(|at| at.value).collect()
    }

    /// Whole numbers within bounds: a list, or one alone.
    #[must_use]
    pub fn counts(&self, key: &'static str, bounds: core::ops::RangeInclusive<i64>) -> Vec<i64> {
        self.record(key, || format!("counts {}..={}", bounds.start(), bounds.end()));
        let mut counts = Vec::new();
        for at in self.texts(key) {
            match at.value.parse::<i64>() {
                Ok(count) if bounds.contains(&count) => counts.push(count),
                Ok(_) => self.out_of_range(at.span, msg!("range.count", least = *bounds.start(), most = *bounds.end())),
                Err(_) => self.bad_number(at.span, &at.value, NumberError::NotANumber),
            }
        }
        counts
    }

    /// A sub-table.
    #[must_use]
    pub fn table(&self, key: &'static str) -> Option<Table<'t>> {
        self.record(key, || "table".to_owned());
        let item = self.entry(key)?;
        self.table_of(key, item)
    }

    /// The table at a key, where what stands there is one; a single value is left to whoever asks for it.
    #[must_use]
    pub fn table_where_it_is_one(&self, key: &'static str) -> Option<Table<'t>> {
        let item = self.entry(key).filter(|item| matches!(item.get_ref(), DeValue::Table(_)))?;
        self.table_of(key, item)
    }

    fn table_of(&self, key: &str, item: Item<'t>) -> Option<Table<'t>> {
        if let DeValue::Table(entries) = item.get_ref() {
            return Some(self.child(key, entries, item.span()));
        }
        self.wrong_type(item, msg!("type.table"));
        None
    }

    /// A list of tables (`[[key]]`).
    #[must_use]
    pub fn tables(&self, key: &'static str) -> Vec<Table<'t>> {
        self.record(key, || "tables".to_owned());
        let Some(item) = self.entry(key) else { return Vec::new() };
        match item.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|one| self.table_of(key, one)).collect(),
            DeValue::Table(entries) => vec![self.child(key, entries, item.span())],
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {
                self.wrong_type(item, msg!("type.tables"));
                Vec::new()
            }
        }
    }

    /// The named sub-tables of a table whose keys are free (`[parameters.name]`).
    #[must_use]
    pub fn named_tables(&self, key: &'static str) -> Vec<(At<Text>, Table<'t>)> {
        self.record(key, || "named tables".to_owned());
        let Some(table) = self.table(key) else { return Vec::new() };
        table
            .entries
            .iter()
            .filter_map(|(name, item)| {
                let at = At { value: Text::from(name.get_ref().as_ref()), span: name.span() };
                Some((at, table.table_of("*", item)?))
            })
            .collect()
    }

    /// The place of a name among the free keys of a table.
    #[must_use]
    pub fn place_of_name(&self, key: &'static str, name: &str) -> Range<usize> {
        let Some(DeValue::Table(entries)) = self.entry(key).map(Spanned::get_ref) else { return self.span() };
        entries
            .iter()
            .find(|(own, _)| own.get_ref().as_ref() == name)
            .map_or_else(|| self.span(), |(own, _)| own.span())
    }

    /// The texts of a table whose keys are free.
    #[must_use]
    pub fn free_texts(&self) -> Vec<(Text, Text)> {
        self.free_texts_at().into_iter().map(|(name, text)| (name, text.value)).collect()
    }

    /// The same with the places of the values.
    #[must_use]
    pub fn free_texts_at(&self) -> Vec<(Text, At<Text>)> {
        let at = |item: Item<'t>| Some(At { value: self.scalar(item)?, span: item.span() });
        self.entries.iter().filter_map(|(name, item)| Some((Text::from(name.get_ref().as_ref()), at(item)?))).collect()
    }

    /// The rates of a table whose keys are free (`by_tier = { gold = "5%" }`).
    #[must_use]
    pub fn named_rates(&self, key: &'static str, most: Rate) -> Vec<(At<Text>, Rate)> {
        self.record(key, || format!("named rates {most}"));
        let Some(table) = self.table(key) else { return Vec::new() };
        table
            .entries
            .iter()
            .filter_map(|(name, item)| {
                let at = At { value: Text::from(name.get_ref().as_ref()), span: name.span() };
                Some((at, self.rate_of(item, most)?))
            })
            .collect()
    }

    /// The lists of texts of a table whose keys are free (`roles = { salesperson = ["assistant"] }`).
    #[must_use]
    pub fn named_texts(&self, key: &'static str) -> Vec<(At<Text>, Vec<Text>)> {
        self.record(key, || "named texts".to_owned());
        let Some(table) = self.table(key) else { return Vec::new() };
        let mut named = Vec::new();
        for (name, item) in table.entries {
            let texts = match item.get_ref() {
                DeValue::Array(items) => items.iter().filter_map(|one| self.scalar(one)).collect(),
                _ => self.scalar(item).into_iter().collect(),
            };
            named.push((At { value: Text::from(name.get_ref().as_ref()), span: name.span() }, texts));
        }
        named
    }

    /// A text in both languages: `{ zh = "…", en = "…" }`.
    #[must_use]
    pub fn label(&self, key: &'static str) -> Option<Label> {
        self.record(key, || "label".to_owned());
        let table = self.table(key)?;
        let zh = table.text("zh");
        let en = table.text("en");
        table.finish();
        if zh.is_none() || en.is_none() {
            self.context.error("E017", table.span(), msg!("doc.one-language", key = key), msg!("help.both-languages"));
        }
        Some(Label { zh: zh?.into(), en: en?.into() })
    }

    /// A remark: in both languages, or one text for both.
    #[must_use]
    pub fn remark(&self, key: &'static str) -> Option<Label> {
        self.record(key, || "remark".to_owned());
        let item = self.entry(key)?;
        if matches!(item.get_ref(), DeValue::Table(_)) {
            return self.label(key);
        }
        let text = self.scalar(item)?;
        Some(Label { zh: text.to_string(), en: text.to_string() })
    }

    /// A label that must be there.
    #[must_use]
    pub fn need_label(&self, key: &'static str) -> Option<Label> {
        if !self.has(key) {
            self.missing(key);
        }
        self.label(key)
    }

    /// A text that must be there.
    #[must_use]
    pub fn need_text(&self, key: &'static str) -> Option<At<Text>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.text_at(key)
    }

    /// Complains of keys that contradict each other, when more than one is there. Returns the one that is.
    pub fn only_one(&self, keys: &[&'static str]) -> Option<&'static str> {
        let there: Vec<&'static str> = keys.iter().copied().filter(|key| self.has(key)).collect();
        if let [first, second, ..] = there.as_slice() {
            self.context.error(
                "E018",
                self.place(second),
                msg!("doc.contradiction", first = *first, second = *second),
                msg!("help.keep-one"),
            );
        }
        there.first().copied()
    }

    /// Complains of every key that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, span) in self.keys() {
            if asked.iter().all(|known| *known != key) {
                let mut known = asked.clone();
                known.sort_unstable();
                known.dedup();
                self.context.error("E002", span, msg!("doc.unknown-key", key = key), meant(key, &known));
            }
        }
    }
}
