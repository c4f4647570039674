//! Where the desk stands: the browser's storage opens late, sometimes not at all, and may be gone.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use regulars_desk::desk::{Desk, Host, store_trouble};
use regulars_desk::protocol::{Ask, Call, Push, Reply, Trouble};
use regulars_rules::time::BusinessTime;
use regulars_store::{Incident, IndexedDbHome, Options, Position, StoreError};

use crate::host::Browser;
use crate::line;

/// The database, the lock and the channel of the shop.
const NAME: &str = "regulars";

thread_local! {
    /// Stops the import that is running.
    static CANCEL: RefCell<Option<Rc<Cell<bool>>>> = const { RefCell::new(None) };
}

/// Stops the import that is running, if one is.
pub fn cancel() {
    CANCEL.with_borrow(|cancel| {
        if let Some(cancel) = cancel {
            cancel.set(true);
        }
    });
}

/// The desk, once its home is open.
#[derive(Default)]
pub struct Room {
    desk: Option<Desk<IndexedDbHome, Browser>>,
}

impl Room {
    async fn open(&mut self, known: bool, after_loss: bool) -> Result<(), StoreError> {
        let report = |incident: Incident| match incident {
            Incident::Reopened => {}
            Incident::Blocked | Incident::NewerTab | Incident::ConnectionLost => {
                let error = match incident {
                    Incident::NewerTab => StoreError::Outdated,
                    _ => StoreError::Interrupted { detail: Default::default() },
                };
                let read_only = incident == Incident::NewerTab;
                line::push(Push::Trouble(Trouble { what: incident.message(), remedy: error.remedy(), read_only }));
            }
        };
        let options = Options::new(NAME).known(known).report(report);
        let options = if after_loss { options.after_loss() } else { options };
        let home = IndexedDbHome::open(options).await?;
        let browser = Browser::join(NAME, |_: Position| line::queue_news(), line::queue_news);
        let desk = Desk::with_host(home, browser);
        CANCEL.set(Some(desk.canceller()));
        self.desk = Some(desk);
        Ok(())
    }

    /// Answers a call.
    pub async fn answer(&mut self, call: Call) -> Reply {
        if let Some(reply) = regulars_desk::staff::without_shop(&call.ask) {
            return reply;
        }
        if self.desk.is_none() {
            // A person who begins anew or restores knows that what was here is gone.
            let anew = matches!(call.ask, Ask::StartEmpty { .. } | Ask::StartSample | Ask::Restore(_) | Ask::Erase);
            let known = matches!(call.ask, Ask::Open { known: true });
            if let Err(error) = self.open(known, anew).await {
                return Reply::Failed(store_trouble(&error));
            }
        }
        match &mut self.desk {
            Some(desk) => desk.handle(call, &line::push).await,
            None => Reply::Nothing,
        }
    }

    /// Reads what other tabs wrote.
    pub async fn news(&mut self, now: BusinessTime) {
        let hurries = self.hurries();
        match &mut self.desk {
            Some(desk) if hurries => desk.news_later(now, &line::push),
            Some(desk) => desk.news(now, &line::push).await,
            None => {}
        }
    }

    /// Whether there is work that should not wait for a quiet moment.
    pub fn hurries(&self) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.lacks_members() || desk.is_behind())
    }

    /// Does a step of what waits for quiet moments, and last, what has happened since the snapshot. Tells whether there is
    /// more.
    pub async fn tidy(&mut self, now: BusinessTime) -> bool {
        let Some(desk) = &mut self.desk else { return false };
        let mut more = desk.tidy().await;
        if !more && desk.is_behind() {
            desk.news(now, &line::push).await;
            // Where the storage fails, that was said, and is not tried for ever.
            more = !desk.is_behind();
        }
        // Lets other messages in.
        desk.host().breathe().await;
        more
    }
}
