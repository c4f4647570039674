//! Rights: who may open, keep, see, list, contact, grade, export and take out which members' data.
//!
//! Programs: P32 (manager and VIP specialist, guide, area supervisor, head office; exports only with a password;
//! nobody takes data out of the shop), P01 (nobody sees client data outside their own responsibility without the
//! consent of director level; a team's clients part by part).
//!
//! ```toml
//! [[rights]]
//! id = "guide"
//! roles = ["guide"]                # default: everyone
//! may = ["open", "contact"]        # open, edit, keep, view, list, contact, confidential, grade, assign, export, take-out, run
//! scope = "own"                    # own members, or those of one's team, store, area, or all (default)
//! consent = ["director"]           # whose consent opens what lies outside it
//! protected = true                 # exports only protected by a password
//!
//! [[rights]]
//! id = "nobody"
//! never = ["take-out"]             # whatever other rules allow
//! ```
//!
//! With no `[[rights]]` at all everyone may do everything; with any, what none allows is not allowed.

use super::Head;
use crate::id::Text;
use crate::message::{Message, Value};
use crate::msg;
use crate::reader::Table;

/// What someone wants to do with members' data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Open a file: enrol someone.
    Open,
    /// Correct a file.
    Edit,
    /// Keep the files.
    Keep,
    /// Look a file up.
    View,
    /// See the list of members.
    List,
    /// Contact a member.
    Contact,
    /// Handle what is confidential.
    Confidential,
    /// Set a member's grade.
    Grade,
    /// Say whose member someone is.
    Assign,
    /// Export data.
    Export,
    /// Take data out of the shop.
    TakeOut,
    /// Run the scheme: set it up, analyse it.
    Run,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Edit,
        Self::Keep,
        Self::View,
        Self::List,
        Self::Contact,
        Self::Confidential,
        Self::Grade,
        Self::Assign,
        Self::Export,
        Self::TakeOut,
        Self::Run,
    ];

    /// Its word in a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Edit => "edit",
            Self::Keep => "keep",
            Self::View => "view",
            Self::List => "list",
            Self::Contact => "contact",
            Self::Confidential => "confidential",
            Self::Grade => "grade",
            Self::Assign => "assign",
            Self::Export => "export",
            Self::TakeOut => "take-out",
            Self::Run => "run",
        }
    }

    /// By its word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.word() == word)
    }

    /// In words.
    #[must_use]
    pub fn name(self) -> Message {
        match self {
            Self::Open => msg!("rights.open"),
            Self::Edit => msg!("rights.edit"),
            Self::Keep => msg!("rights.keep"),
            Self::View => msg!("rights.view"),
            Self::List => msg!("rights.list"),
            Self::Contact => msg!("rights.contact"),
            Self::Confidential => msg!("rights.confidential"),
            Self::Grade => msg!("rights.grade"),
            Self::Assign => msg!("rights.assign"),
            Self::Export => msg!("rights.export"),
            Self::TakeOut => msg!("rights.take-out"),
            Self::Run => msg!("rights.run"),
        }
    }

    fn read(table: &Table<'_>, key: &'static str) -> Vec<Self> {
        let mut actions = Vec::new();
        for at in table.texts(key) {
            match Self::named(&at.value) {
                Some(action) => actions.push(action),
                None => table.context().error(
                    "E007",
                    at.span,
                    msg!("doc.unknown-word", word = &at.value),
                    msg!("help.known-words", words = Self::ALL.map(|own| Value::from(own.word())).to_vec()),
                ),
            }
        }
        actions
    }
}

/// Whose data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Members for whom one answers.
    Own,
    /// Of one's team.
    Team,
    /// Of one's store.
    Store,
    /// Of one's area.
    Area,
    /// All.
    All,
}

/// One rule about rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// Id, label, clause.
    pub head: Head,
    /// Whose; empty: everyone's.
    pub roles: Vec<Text>,
    /// What they may do.
    pub may: Vec<Action>,
    /// What they may never do.
    pub never: Vec<Action>,
    /// With whose data.
    pub scope: Scope,
    /// Whose consent opens what lies outside.
    pub consent: Vec<Text>,
    /// Whether exports must be protected by a password.
    pub protected: bool,
}

impl Right {
    /// Reads one `[[rights]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            roles: table.plain_texts("roles"),
            may: Action::read(table, "may"),
            never: Action::read(table, "never"),
            scope: match table.word("scope", &["own", "team", "store", "area", "all"]) {
                Some("own") => Scope::Own,
                Some("team") => Scope::Team,
                Some("store") => Scope::Store,
                Some("area") => Scope::Area,
                Some(_) | None => Scope::All,
            },
            consent: table.plain_texts("consent"),
            protected: table.flag("protected").unwrap_or(false),
        };
        if !table.has("may") && !table.has("never") {
            table.missing("may");
        }
        if let Some(both) = rule.may.iter().find(|action| rule.never.contains(action)) {
            table.context().error(
                "E018",
                table.place("never"),
                msg!("doc.right-and-never", action = both.name()),
                msg!("help.keep-one"),
            );
        }
        table.finish();
        head.map(|_| rule)
    }

    /// Whether it is about someone of this role.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }
}
