//! Data: import, export, storage.

mod desk;
mod export;
mod files;
mod import;
pub mod model;
mod preview;
mod storage;

use leptos::prelude::*;

use crate::client::use_client;
use crate::shared::*;
use desk::{Desk, Stage};
use export::Export;
use import::Import;
use storage::Storage;

#[component]
pub fn DataPage() -> impl IntoView {
    let client = use_client();
    let desk = Desk::get();
    let stage = RwSignal::from(desk.stage.clone());
    let has_shop = memo(move |_| client.status.with(Option::is_some));
    // While a file is settled, there is one thing to do.
    let alone = memo(move |_| {
        stage.with(|stage| match stage {
            Stage::Looking | Stage::Importing | Stage::NeedsShop | Stage::Backup(_) | Stage::Restoring(_) => true,
            Stage::Idle
            | Stage::Reading(_)
            | Stage::Unfit(..)
            | Stage::Restored(_)
            | Stage::Done(_)
            | Stage::Failed(..) => false,
        })
    });
    view! {
        <div class="page data" data-testid="data">
            <header class="page-head">
                <h1>{t("数据", "Data")}</h1>
                <Show when=move || !has_shop.get()>
                    <a class="button quiet" href=link("")><Picture icon=Icon::Back /> {t("返回", "Back")}</a>
                </Show>
            </header>
            <Import />
            <Show when=move || has_shop.get() && !alone.get()>
                <div class="data-halves">
                    <Storage />
                    <Export />
                </div>
            </Show>
        </div>
    }
}
