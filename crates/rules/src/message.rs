//! Messages as data: a key and its arguments. [`crate::words`] puts them into Chinese or English.

use serde::{Deserialize, Serialize};

use crate::id::Text;
use crate::number::{Money, Points, Quantity, Rate};
use crate::time::Day;

/// A text in both languages of the product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Simplified Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Label {
    /// The text in a language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// zh-CN.
    #[default]
    Zh,
    /// en.
    En,
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Money.
    Money(Money),
    /// Points.
    Points(Points),
    /// A quantity of goods.
    Quantity(Quantity),
    /// A rate or factor.
    Rate(Rate),
    /// A count.
    Count(i64),
    /// A day.
    Day(Day),
    /// A code, a name: the same in every language.
    Text(Text),
    /// A text in both languages.
    Label(Label),
    /// Another message.
    Message(Box<Message>),
    /// Several, joined as a list.
    List(Vec<Value>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value)
            }
        })*
    };
}

value_from! { Money => Money, Points => Points, Quantity => Quantity, Rate => Rate, i64 => Count, Day => Day, Text => Text, Label => Label, Vec<Value> => List }

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Text::from(text))
    }
}

impl From<&Text> for Value {
    fn from(text: &Text) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Text::from(text))
    }
}

impl From<&Label> for Value {
    fn from(label: &Label) -> Self {
        Self::Label(label.clone())
    }
}

impl From<i32> for Value {
    fn from(count: i32) -> Self {
        Self::Count(i64::from(count))
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(i64::from(count))
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<Message> for Value {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

/// A key of the catalogue in [`crate::words`] and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The key, e.g. `earn.per-amount`.
    pub key: Text,
    /// The arguments by name.
    pub args: Vec<(Text, Value)>,
}

impl Message {
    /// An argument by name.
    #[must_use]
    pub fn arg(&self, name: &str) -> Option<&Value> {
        self.args.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

/// Builds a [`Message`]: `msg!("earn.per-amount", points = points, per = money)`.
#[macro_export]
macro_rules! msg {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message::Message {
            key: $crate::id::Text::const_new($key),
            args: vec![$(($crate::id::Text::const_new(stringify!($name)), $crate::message::Value::from($value))),*],
        }
    };
}

/// Where a figure comes from: rule, policy version, clause of the source document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRef {
    /// The kind of rule, as its table in the document is called (`discount`, `earn`, …).
    pub kind: Text,
    /// The rule's id.
    pub id: Text,
    /// Its name for people; empty texts where it has none.
    pub label: Label,
    /// The clause of the source, if the document names one.
    pub clause: Text,
    /// The program.
    pub program: Text,
    /// The policy's version.
    pub version: u32,
}

/// The reasons of one figure, as a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// What was done, with its inputs.
    pub message: Message,
    /// The rule that did it.
    pub rule: Option<RuleRef>,
    /// What came out; the parts' figures of the same sort sum to it where there are parts that carry one.
    pub figure: Option<Value>,
    /// What it rests on.
    pub parts: Vec<Trace>,
}

impl Trace {
    /// A reason without rule, figure or parts.
    #[must_use]
    pub fn note(message: Message) -> Self {
        Self { message, rule: None, figure: None, parts: Vec::new() }
    }

    /// A reason with its figure.
    #[must_use]
    pub fn of(message: Message, figure: impl Into<Value>) -> Self {
        Self { message, rule: None, figure: Some(figure.into()), parts: Vec::new() }
    }

    /// With the rule that did it.
    #[must_use]
    pub fn by(mut self, rule: RuleRef) -> Self {
        self.rule = Some(rule);
        self
    }

    /// With what it rests on.
    #[must_use]
    pub fn with(mut self, parts: Vec<Self>) -> Self {
        self.parts = parts;
        self
    }
}

/// Why a wish was refused, and what would help. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What is in the way; its key is the refusal's stable code.
    pub reason: Message,
    /// What would help.
    pub remedy: Option<Message>,
    /// The rule that refuses, if one does.
    pub rule: Option<RuleRef>,
}

impl Refusal {
    /// A refusal with its remedy.
    #[must_use]
    pub const fn new(reason: Message, remedy: Message) -> Self {
        Self { reason, remedy: Some(remedy), rule: None }
    }

    /// With the rule that refuses.
    #[must_use]
    pub fn by(mut self, rule: RuleRef) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.reason.key
    }
}

impl From<crate::number::NumberError> for Refusal {
    fn from(_: crate::number::NumberError) -> Self {
        Self::new(msg!("refuse.figure-too-large"), msg!("remedy.check-figures"))
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing: the program runs.
    Note,
    /// To be looked at before use: the program runs.
    Warning,
    /// The program does not run.
    Error,
}

/// A complaint about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code: `E006`, `W101`.
    pub code: Text,
    /// How bad.
    pub severity: Severity,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// First byte of the place.
    pub start: u32,
    /// First byte after the place.
    pub end: u32,
    /// What is wrong.
    pub message: Message,
    /// What to do.
    pub help: Option<Message>,
}
