//! A list of any length: only the rows in view exist.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// Rows kept above and below those in view.
const AROUND: u32 = 8;

/// The rows to show: `[first, end)`.
pub fn rows_in_view(scrolled_px: i32, height_px: i32, row_px: i32, total: u32) -> (u32, u32) {
    let row = row_px.max(1);
    let first = u32::try_from(scrolled_px.max(0) / row).unwrap_or(0);
    let seen = u32::try_from(height_px.max(0) / row).unwrap_or(0).saturating_add(2);
    (first.saturating_sub(AROUND).min(total), first.saturating_add(seen).saturating_add(AROUND).min(total))
}

/// The row that a key leads to; `None`: the key is not for the list.
pub fn row_after_key(key: &str, active: Option<u32>, total: u32, page: u32) -> Option<u32> {
    let last = total.checked_sub(1)?;
    let here = active.unwrap_or(0);
    match key {
        "ArrowDown" => Some(active.map_or(0, |row| row.saturating_add(1).min(last))),
        "ArrowUp" => Some(here.saturating_sub(1)),
        "PageDown" => Some(here.saturating_add(page).min(last)),
        "PageUp" => Some(here.saturating_sub(page)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// The keyboard's row of a list; shared with a search box above it.
#[derive(Clone, Copy)]
pub struct ListKeys {
    /// The active row.
    pub active: RwSignal<Option<u32>>,
    total: Signal<u32>,
    pick: Callback<u32>,
}

impl ListKeys {
    pub fn new(total: Signal<u32>, pick: Callback<u32>) -> Self {
        Self { active: RwSignal::new(None), total, pick }
    }

    /// Takes a key; whether it was for the list. Give it to `SearchBox` as `on_key`.
    pub fn press(self, key: &str) -> bool {
        let active = self.active.get_untracked();
        if key == "Enter" {
            let Some(row) = active.filter(|row| *row < self.total.get_untracked()) else { return false };
            self.pick.run(row);
            return true;
        }
        // In a text box Home and End are the text's own.
        let next = row_after_key(key, active, self.total.get_untracked(), 8);
        if let Some(row) = next {
            self.active.set(Some(row));
        }
        next.is_some()
    }
}

/// A windowed list of rows of equal height.
///
/// ```ignore
/// let keys = ListKeys::new(total.into(), Callback::new(move |row| open(row)));
/// <VirtualList total=total row_height=64 render=move |row| view! { <Row row/> }.into_any()
///     on_range=Callback::new(move |(first, end)| load(first, end)) keys=keys label=t("会员", "Members") id="member-rows" />
/// ```
/// `render` makes the row's content once; it reads signals for what is loaded later.
#[component]
pub fn VirtualList(
    #[prop(into)] total: Signal<u32>,
    /// Height of a row in CSS pixels.
    row_height: i32,
    /// The content of a row, by its number from 0.
    render: impl Fn(u32) -> AnyView + Send + Sync + 'static,
    /// The rows that are shown now, `[first, end)`: load these.
    #[prop(into)]
    on_range: Callback<(u32, u32)>,
    keys: ListKeys,
    /// What the list is.
    #[prop(into)]
    label: String,
    /// Its id; rows are `id-N`.
    #[prop(into)]
    id: String,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let scroller = NodeRef::<html::Div>::new();
    let window_rows = RwSignal::new((0_u32, 0_u32));
    let measure = move || {
        if let Some(element) = scroller.get_untracked() {
            let rows = rows_in_view(element.scroll_top(), element.client_height(), row_height, total.get_untracked());
            if window_rows.get_untracked() != rows {
                window_rows.set(rows);
            }
        }
    };
    Effect::new(move |_| {
        total.track();
        if scroller.get().is_some() {
            measure();
            // The first time, the page may not have its layout yet.
            request_animation_frame(measure);
        }
    });
    let resize = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resize.remove());
    Effect::new(move |_| {
        let (first, end) = window_rows.get();
        if end > first {
            on_range.run((first, end));
        }
    });
    // The keyboard's row comes into view.
    Effect::new(move |_| {
        let Some(row) = keys.active.get() else { return };
        let Some(element) = scroller.get_untracked() else { return };
        let top = i32::try_from(row).unwrap_or(i32::MAX).saturating_mul(row_height);
        let bottom = top.saturating_add(row_height);
        let height = element.client_height();
        if top < element.scroll_top() {
            element.set_scroll_top(top);
        } else if bottom > element.scroll_top().saturating_add(height) {
            element.set_scroll_top(bottom.saturating_sub(height));
        }
        measure();
    });
    let render = StoredValue::new(render);
    let row_id = StoredValue::new(id.clone());
    let full = move || i64::from(total.get()) * i64::from(row_height);
    let shown = move || {
        let (first, end) = window_rows.get();
        (first..end.min(total.get())).collect::<Vec<_>>()
    };
    view! {
        <div
            node_ref=scroller
            class="rows"
            id=id
            role="listbox"
            tabindex="0"
            aria-label=label
            aria-activedescendant=move || keys.active.get().map(|row| format!("{}-{row}", row_id.get_value()))
            data-testid=testid
            on:scroll=move |_| measure()
            on:keydown=move |event: KeyboardEvent| {
                if keys.press(&event.key()) {
                    event.prevent_default();
                }
            }
        >
            <div class="rows-all" style=move || format!("height:{}px", full())>
                <For each=shown key=|row| *row let:row>
                    <div
                        class="row"
                        id=format!("{}-{row}", row_id.get_value())
                        role="option"
                        aria-selected=move || (keys.active.get() == Some(row)).to_string()
                        aria-setsize=move || total.get()
                        aria-posinset=row.saturating_add(1)
                        style=format!("height:{row_height}px;transform:translateY({}px)", i64::from(row) * i64::from(row_height))
                        on:click=move |_| {
                            keys.active.set(Some(row));
                            keys.pick.run(row);
                        }
                    >
                        {render.with_value(|render| render(row))}
                    </div>
                </For>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{row_after_key, rows_in_view};

    #[test]
    fn only_the_rows_in_view_and_some_around_exist() {
        assert_eq!(rows_in_view(0, 640, 64, 100_000), (0, 20));
        assert_eq!(rows_in_view(64_000, 640, 64, 100_000), (992, 1020));
        assert_eq!(rows_in_view(6_399_360, 640, 64, 100_000), (99_982, 100_000));
        assert_eq!(rows_in_view(0, 640, 64, 3), (0, 3));
        assert_eq!(rows_in_view(500, 640, 64, 0), (0, 0));
    }

    #[test]
    fn keys_move_within_the_list() {
        assert_eq!(row_after_key("ArrowDown", None, 5, 8), Some(0));
        assert_eq!(row_after_key("ArrowDown", Some(4), 5, 8), Some(4));
        assert_eq!(row_after_key("ArrowUp", Some(0), 5, 8), Some(0));
        assert_eq!(row_after_key("End", None, 5, 8), Some(4));
        assert_eq!(row_after_key("PageDown", Some(1), 100, 8), Some(9));
        assert_eq!(row_after_key("ArrowDown", None, 0, 8), None);
        assert_eq!(row_after_key("x", Some(1), 5, 8), None);
    }
}
