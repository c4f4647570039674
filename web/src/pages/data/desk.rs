//! The import that goes on. It outlives the page: one may look at other pages, or change the language, meanwhile.

use std::sync::{Arc, OnceLock};

use leptos::prelude::*;
use leptos::task::spawn_local;
use regulars_desk::protocol::{Ask, ImportPreview, ImportResult, Reply, TableKind, Trouble};
use regulars_rules::id::Text;
use regulars_rules::message::Refusal;
use web_sys::File;

use super::files;
use super::model::{self, Draft, Encoding, Sort};
use crate::client::{Client, Progress};

/// Where the import is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Nothing is chosen.
    Idle,
    /// The file is being read.
    Reading(String),
    /// The file cannot be read here.
    Unfit(String, Sort),
    /// It is a backup: the person is asked.
    Backup(String),
    /// The backup is being restored.
    Restoring(String),
    /// It was restored.
    Restored(String),
    /// A table, but there is no shop to take it.
    NeedsShop,
    /// The table is looked at.
    Looking,
    /// It is being imported.
    Importing,
    /// It was imported.
    Done(ImportResult),
    /// It failed; with the file's name.
    Failed(String, Trouble),
}

/// The import that goes on.
#[derive(Clone)]
pub struct Desk {
    /// Where it is.
    pub stage: ArcRwSignal<Stage>,
    /// The file's bytes, as chosen.
    pub bytes: ArcRwSignal<Arc<Vec<u8>>>,
    /// What the person has settled.
    pub draft: ArcRwSignal<Option<Draft>>,
    /// What the worker says of it.
    pub preview: ArcRwSignal<Option<ImportPreview>>,
    /// Whether the worker looks at it now.
    pub busy: ArcRwSignal<bool>,
    /// Why the worker cannot take it as it is.
    pub trouble: ArcRwSignal<Option<Trouble>>,
    /// The last that was heard of the running import.
    pub progress: ArcRwSignal<Option<Progress>>,
    /// Whether stopping was asked for.
    pub stopping: ArcRwSignal<bool>,
    /// The column whose field was chosen last: the focus goes back to it when the columns are drawn anew.
    pub column: ArcRwSignal<Option<usize>>,
    /// Grows with each question, so that old answers are known.
    question: ArcRwSignal<u32>,
}

impl Desk {
    /// The app's one.
    pub fn get() -> Self {
        static DESK: OnceLock<Desk> = OnceLock::new();
        DESK.get_or_init(|| Self {
            stage: ArcRwSignal::new(Stage::Idle),
            bytes: ArcRwSignal::new(Arc::default()),
            draft: ArcRwSignal::new(None),
            preview: ArcRwSignal::new(None),
            busy: ArcRwSignal::new(false),
            trouble: ArcRwSignal::new(None),
            progress: ArcRwSignal::new(None),
            stopping: ArcRwSignal::new(false),
            column: ArcRwSignal::new(None),
            question: ArcRwSignal::new(0),
        })
        .clone()
    }

    /// Back to the start.
    pub fn clear(&self) {
        self.question.update(|number| *number = number.wrapping_add(1));
        self.bytes.set(Arc::default());
        self.draft.set(None);
        self.preview.set(None);
        self.trouble.set(None);
        self.busy.set(false);
        self.column.set(None);
        self.progress.set(None);
        self.stopping.set(false);
        self.stage.set(Stage::Idle);
    }

    /// Whether something runs that a new file must not disturb.
    pub fn occupied(&self) -> bool {
        self.stage.with_untracked(|stage| matches!(stage, Stage::Importing | Stage::Restoring(_)))
    }

    /// Takes a file that was chosen or dropped.
    pub fn take(&self, client: Client, file: File) {
        if self.occupied() {
            return;
        }
        self.clear();
        let name = file.name();
        self.stage.set(Stage::Reading(name.clone()));
        let desk = self.clone();
        spawn_local(async move {
            let Some(bytes) = files::read(&file).await else {
                desk.stage.set(Stage::Unfit(name, Sort::Foreign));
                return;
            };
            let sort = model::sort_of(&name, &bytes);
            desk.bytes.set(Arc::new(bytes));
            match sort {
                Sort::Table => desk.take_table(client, &name),
                Sort::Backup => desk.stage.set(Stage::Backup(name)),
                Sort::Workbook | Sort::Empty | Sort::Foreign => desk.stage.set(Stage::Unfit(name, sort)),
            }
        });
    }

    /// Takes a file that is meant as a backup, whatever it looks like: the worker says if it is none.
    pub fn take_backup(&self, file: File) {
        if self.occupied() {
            return;
        }
        self.clear();
        let name = file.name();
        self.stage.set(Stage::Reading(name.clone()));
        let desk = self.clone();
        spawn_local(async move {
            match files::read(&file).await {
                Some(bytes) => {
                    desk.bytes.set(Arc::new(bytes));
                    desk.stage.set(Stage::Backup(name));
                }
                None => desk.stage.set(Stage::Unfit(name, Sort::Foreign)),
            }
        });
    }

    fn take_table(&self, client: Client, name: &str) {
        let encoding = self.bytes.with_untracked(|bytes| model::sniff(bytes));
        self.draft.set(Some(Draft {
            name: Text::from(name),
            encoding,
            encoding_chosen: false,
            kind: None,
            columns: Vec::new(),
            text: self.text(encoding),
        }));
        if client.status.with_untracked(Option::is_none) {
            self.stage.set(Stage::NeedsShop);
        } else {
            self.stage.set(Stage::Looking);
            self.look(client);
        }
    }

    fn text(&self, encoding: Encoding) -> Vec<u8> {
        self.bytes.with_untracked(|bytes| match model::as_utf8(bytes, encoding) {
            Some(text) => text.to_vec(),
            None => files::decode(bytes, encoding).unwrap_or_default(),
        })
    }

    /// Another encoding.
    pub fn set_encoding(&self, client: Client, encoding: Encoding) {
        let text = self.text(encoding);
        self.draft.update(|draft| {
            if let Some(draft) = draft {
                draft.encoding = encoding;
                draft.encoding_chosen = true;
                draft.columns.clear();
                draft.text = text;
            }
        });
        self.look(client);
    }

    /// Another kind of table.
    pub fn set_kind(&self, client: Client, kind: Option<TableKind>) {
        self.draft.update(|draft| {
            if let Some(draft) = draft {
                draft.set_kind(kind);
            }
        });
        self.look(client);
    }

    /// Another field for a column.
    pub fn set_column(&self, client: Client, column: usize, field: &str) {
        let Some(preview) = self.preview.get_untracked() else { return };
        self.column.set(Some(column));
        self.draft.update(|draft| {
            if let Some(draft) = draft {
                draft.set_column(&preview, column, field);
            }
        });
        self.look(client);
    }

    /// Lets the worker look at the table as it is settled now. Changes nothing.
    pub fn look(&self, client: Client) {
        let Some(draft) = self.draft.get_untracked() else { return };
        if !self.stage.with_untracked(|stage| matches!(stage, Stage::Looking)) {
            self.stage.set(Stage::Looking);
        }
        self.busy.set(true);
        self.question.update(|number| *number = number.wrapping_add(1));
        let number = self.question.get_untracked();
        let desk = self.clone();
        client.ask_then(Ask::PreviewImport(draft.file()), move |reply| {
            if desk.question.get_untracked() != number {
                return;
            }
            desk.busy.set(false);
            match reply {
                Reply::Preview(preview) => {
                    desk.trouble.set(None);
                    desk.preview.set(Some(*preview));
                }
                Reply::Failed(trouble) => desk.cannot(&draft, trouble),
                Reply::Refused(refusal) => desk.cannot(&draft, as_trouble(refusal)),
                _ => {}
            }
        });
    }

    /// The worker cannot take the table as it is: the columns stay on screen, to be matched by hand.
    fn cannot(&self, draft: &Draft, trouble: Trouble) {
        self.trouble.set(Some(trouble));
        let kind =
            draft.kind.or_else(|| self.preview.with_untracked(|preview| preview.as_ref().map(|preview| preview.kind)));
        let kind = kind.unwrap_or(TableKind::Members);
        self.preview.set(Some(model::stopgap(&draft.text, kind, &draft.columns, draft.encoding)));
    }

    /// Imports.
    pub fn start(&self, client: Client) {
        let (Some(draft), Some(preview)) = (self.draft.get_untracked(), self.preview.get_untracked()) else { return };
        let mut file = draft.file();
        // What was shown is what is done.
        file.kind = Some(preview.kind);
        file.columns.clone_from(&preview.columns);
        self.progress.set(None);
        self.stopping.set(false);
        self.stage.set(Stage::Importing);
        let desk = self.clone();
        let name = draft.name.to_string();
        client.ask_then(Ask::Import(file), move |reply| {
            desk.stage.set(match reply {
                Reply::Imported(result) => Stage::Done(result),
                Reply::Failed(trouble) => Stage::Failed(name, trouble),
                Reply::Refused(refusal) => Stage::Failed(name, as_trouble(refusal)),
                _ => return,
            });
            desk.progress.set(None);
        });
    }

    /// Stops the running import; what was saved stays.
    pub fn stop(&self, client: Client) {
        self.stopping.set(true);
        client.ask_then(Ask::CancelImport, |_| {});
    }

    /// Restores the backup.
    pub fn restore(&self, client: Client, name: String) {
        let bytes = self.bytes.with_untracked(|bytes| bytes.as_ref().clone());
        self.progress.set(None);
        self.stage.set(Stage::Restoring(name.clone()));
        let desk = self.clone();
        client.ask_then(Ask::Restore(bytes), move |reply| {
            desk.bytes.set(Arc::default());
            desk.stage.set(match reply {
                Reply::Status(_) => Stage::Restored(name),
                Reply::Failed(trouble) => Stage::Failed(name, trouble),
                Reply::Refused(refusal) => Stage::Failed(name, as_trouble(refusal)),
                _ => return,
            });
            desk.progress.set(None);
        });
    }
}

/// A refusal told as a trouble: what, and what to do.
pub fn as_trouble(refusal: Refusal) -> Trouble {
    let remedy = refusal.remedy.unwrap_or_else(|| refusal.reason.clone());
    Trouble { what: refusal.reason, remedy, read_only: false }
}
