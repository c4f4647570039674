//! Kinds of points that a program keeps apart: each has a balance, a debt and, if it says so, a lapse of its own. The
//! first kind is the one that a rule means which names none, and the one that points of earlier versions without kinds
//! become.
//!
//! Programs: P12 (spend points and activity points, both redeemable).
//!
//! ```toml
//! [[points]]
//! id = "spend"
//! label = { zh = "消费积分", en = "Spend points" }
//!
//! [[points]]
//! id = "activity"
//! label = { zh = "活动积分", en = "Activity points" }
//! lapse = { after = "12 months" }    # without it, the program's [lapse]
//!
//! [[earn]]
//! id = "workshop"
//! activity = "any"
//! points = 10
//! kind = "activity"
//!
//! [[redeem]]
//! id = "seat"
//! points = 30
//! gift = { zh = "活动席位", en = "A seat" }
//! from = ["activity"]                # without it, points of any kind, soonest lapse first
//! ```
//!
//! A return takes back in the kind that the goods earned; points used come back in the kinds they were taken from. What
//! is no longer there becomes a debt of its kind, which only points of that kind settle.

use super::Head;
use super::lapse::Lapse;
use crate::id::Text;
use crate::message::{Label, Trace, Value};
use crate::msg;
use crate::policy::Policy;
use crate::reader::{At, Table, closest};

/// One kind of points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointsKind {
    /// Id, label, clause.
    pub head: Head,
    /// When its points lapse; `None`: as the program's do.
    pub lapse: Option<Lapse>,
}

impl PointsKind {
    /// Reads all `[[points]]`.
    #[must_use]
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        let mut kinds: Vec<Self> = Vec::new();
        for table in root.tables("points") {
            let head = Head::read(&table, kinds.iter().map(|kind| &kind.head));
            let _ = table.need_label("label");
            let lapse = table.has("lapse").then(|| Lapse::read(&table));
            table.finish();
            if let Some(head) = head {
                kinds.push(Self { head, lapse });
            }
        }
        kinds
    }
}

/// Reads the kind that a rule's `kind` names; the first where it names none.
#[must_use]
pub fn read_kind(table: &Table<'_>, kinds: &[PointsKind]) -> Text {
    let named = table.text_at("kind").filter(|at| is_there(table, at, kinds));
    named.map_or_else(|| kinds.first().map(|kind| kind.head.id.clone()).unwrap_or_default(), |at| at.value)
}

/// Reads a list of kinds.
#[must_use]
pub fn read_kinds(table: &Table<'_>, key: &'static str, kinds: &[PointsKind]) -> Vec<Text> {
    let mut read: Vec<Text> = Vec::new();
    for at in table.texts(key) {
        if is_there(table, &at, kinds) && !read.contains(&at.value) {
            read.push(at.value);
        }
    }
    read
}

fn is_there(table: &Table<'_>, at: &At<Text>, kinds: &[PointsKind]) -> bool {
    let there = kinds.iter().any(|kind| kind.head.id == at.value);
    if !there {
        let known: Vec<Value> = kinds.iter().map(|kind| Value::from(&kind.head.id)).collect();
        let help = match closest(&at.value, kinds.iter().map(|kind| kind.head.id.as_str())) {
            Some(near) => msg!("help.did-you-mean", word = near),
            None if known.is_empty() => msg!("help.points-kinds"),
            None => msg!("help.known-words", words = known),
        };
        table.context().error("E009", at.span.clone(), msg!("doc.unknown-points-kind", name = &at.value), help);
    }
    there
}

impl Policy {
    /// The kinds of points that it keeps apart; none: there is but one.
    #[must_use]
    pub fn points_kinds(&self) -> &[PointsKind] {
        &self.points
    }

    /// The kind of points whose rule names none; empty where the program keeps none apart.
    #[must_use]
    pub fn default_kind(&self) -> Text {
        self.points.first().map(|kind| kind.head.id.clone()).unwrap_or_default()
    }

    /// When points of a kind lapse.
    #[must_use]
    pub fn lapse_of(&self, kind: &str) -> &Lapse {
        self.points.iter().find(|own| own.head.id == kind).and_then(|own| own.lapse.as_ref()).unwrap_or(&self.lapse)
    }

    /// A kind's name for people: its id where the program of today does not know it.
    #[must_use]
    pub fn kind_label(&self, kind: &Text) -> Label {
        let known = self.points.iter().find(|own| own.head.id == *kind);
        known.map_or_else(|| Label { zh: kind.to_string(), en: kind.to_string() }, |own| own.head.label.clone())
    }

    /// The names of kinds.
    #[must_use]
    pub(crate) fn kind_labels(&self, kinds: &[Text]) -> Vec<Value> {
        kinds.iter().map(|kind| Value::from(&self.kind_label(kind))).collect()
    }

    /// What a trace says of the kind of its points; nothing where there is but one.
    #[must_use]
    pub(crate) fn kind_note(&self, kind: &Text) -> Vec<Trace> {
        let note = || Trace::note(msg!("points.of-kind", kind = &self.kind_label(kind)));
        (!self.points.is_empty()).then(note).into_iter().collect()
    }
}
