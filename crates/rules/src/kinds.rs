//! The kinds of rule, one file each: what it does, which programs use it, its shape in a document, its effect.

pub mod account;
pub mod approval;
pub mod assessment;
pub mod attribution;
pub mod bonus;
pub mod card;
pub mod care;
pub mod classing;
pub mod commission;
pub mod complaints;
pub mod conduct;
pub mod contest;
pub mod discount;
pub mod earn;
pub mod enrol;
pub mod entitlement;
pub mod figure;
pub mod holdback;
pub mod inspection;
pub mod kpi;
pub mod lapse;
pub mod list;
pub mod measure;
pub mod message;
pub mod ownership;
pub mod points;
pub mod post;
pub mod project;
pub mod ranking;
pub mod rebate;
pub mod redeem;
pub mod referral;
pub mod returns;
pub mod rights;
pub mod staff;
pub mod store_class;
pub mod stored_value;
pub mod target;
pub mod tier;
pub mod transfer;

use crate::id::Text;
use crate::message::{Label, RuleRef};
use crate::msg;
use crate::policy::Program;
use crate::reader::Table;

/// What every rule begins with.
///
/// ```toml
/// id = "member-day"
/// label = { zh = "会员日", en = "Member day" }
/// clause = "§4"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Its id, unique among the rules of its kind.
    pub id: Text,
    /// Its name for people.
    pub label: Label,
    /// The clause of the source document.
    pub clause: Text,
}

impl Head {
    /// Reads it, and complains of an id that `earlier` rules have.
    #[must_use]
    pub fn read<'h>(table: &Table<'_>, earlier: impl IntoIterator<Item = &'h Self>) -> Option<Self> {
        let label = table.label("label").unwrap_or_default();
        let clause = table.text("clause").unwrap_or_default();
        let id = table.need_text("id")?;
        if earlier.into_iter().any(|head| head.id == id.value) {
            table.context().error("E008", id.span, msg!("doc.duplicate-id", id = &id.value), msg!("help.unique-id"));
        }
        Some(Self { id: id.value, label, clause })
    }

    /// A reference to this rule, for traces.
    #[must_use]
    pub fn reference(&self, kind: &'static str, program: &Program) -> RuleRef {
        RuleRef {
            kind: Text::const_new(kind),
            id: self.id.clone(),
            label: self.label.clone(),
            clause: self.clause.clone(),
            program: program.id.clone(),
            version: program.version,
        }
    }
}

/// A span of time as an argument of a message.
#[must_use]
pub fn span_value(span: crate::time::Span) -> crate::message::Value {
    match span {
        crate::time::Span::Days(days) => msg!("span.days", days = days).into(),
        crate::time::Span::Months(months) => msg!("span.months", months = months).into(),
    }
}
