//! Recording something among the staff, from any of the pages.

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply};
use regulars_rules::message::Refusal;
use regulars_rules::staff::decide::StaffWish;

use super::form::Form;
use crate::client::{Client, use_client};
use crate::shared::*;

/// What is open, and how it goes.
#[derive(Clone, Copy)]
pub struct Acts {
    pub client: Client,
    pub confirm: Confirm,
    pub toasts: Toasts,
    /// Whether the sheet is open.
    pub open: RwSignal<bool>,
    /// For what.
    pub form: RwSignal<Option<Form>>,
    /// A wish is on its way.
    pub busy: RwSignal<bool>,
    /// Why the last wish was refused.
    pub refusal: RwSignal<Option<Refusal>>,
}

/// Those of the page that one is on.
pub fn use_acts() -> Acts {
    expect_context()
}

/// Begins them. Once, by a page.
pub fn provide_acts() -> Acts {
    let acts = Acts {
        client: use_client(),
        confirm: use_confirm(),
        toasts: use_toasts(),
        open: RwSignal::new(false),
        form: RwSignal::new(None),
        busy: RwSignal::new(false),
        refusal: RwSignal::new(None),
    };
    provide_context(acts);
    acts
}

impl Acts {
    /// Opens the sheet.
    pub fn begin(self, form: Form) {
        self.refusal.set(None);
        self.form.set(Some(form));
        self.open.set(true);
    }

    /// Sends a wish. A refusal stays in the open sheet; elsewhere it is news.
    pub fn wish(self, wish: StaffWish, said: &'static str) {
        // A question may be answered after the page has gone.
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        self.busy.set(true);
        self.refusal.set(None);
        self.client.ask_then(Ask::DoStaff(wish), move |reply| {
            let _ = self.busy.try_set(false);
            match reply {
                // What is shown follows by itself: the journal has grown (`client.changed`).
                Reply::Done(_) => {
                    self.toasts.show(said);
                    let _ = self.open.try_set(false);
                }
                Reply::Refused(refusal) if self.open.try_get_untracked() == Some(true) => {
                    let _ = self.refusal.try_set(Some(refusal));
                }
                Reply::Refused(refusal) => self.toasts.refused(&refusal),
                Reply::Failed(trouble) => self.toasts.failed(&trouble),
                _ => {}
            }
        });
    }
}
