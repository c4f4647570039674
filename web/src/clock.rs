//! The page's clock: the one place of the app that reads the time.
//!
//! For tests and demonstrations the clock can be set: `?now=2026-03-02T10:00` in the address (kept for the tab, also
//! over reloads; `?now=` ends it), or `regulars.now` in localStorage. Time runs on from there.

use js_sys::Date;
use regulars_rules::time::{BusinessTime, Day, Minute};

use crate::shared::local;

/// Milliseconds from the device's time to the page's, fixed when the page opens.
fn shift_ms() -> i64 {
    thread_local! {
        static SHIFT_MS: i64 = wanted().map_or(0, |at_ms| at_ms.saturating_sub(device_ms()));
    }
    SHIFT_MS.with(|shift| *shift)
}

fn wanted() -> Option<i64> {
    let search = web_sys::window()?.location().search().ok()?;
    let query = web_sys::UrlSearchParams::new_with_str(&search).ok()?;
    if let Some(now) = query.get("now") {
        local::set_for_tab("now", &now);
    }
    let text = local::get_for_tab("now").filter(|now| !now.is_empty()).or_else(|| local::get("now"))?;
    let at_ms = Date::parse(&text);
    at_ms.is_finite().then_some(at_ms as i64)
}

fn device_ms() -> i64 {
    Date::now() as i64
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    u64::try_from(device_ms().saturating_add(shift_ms())).unwrap_or(0)
}

/// The business time at this device.
pub fn now() -> BusinessTime {
    let date = Date::new(&wasm_bindgen::JsValue::from(now_ms() as f64));
    let year = i32::try_from(date.get_full_year()).unwrap_or(1970);
    BusinessTime {
        day: Day::from_calendar(year, date.get_month().saturating_add(1), date.get_date()).unwrap_or_default(),
        minute: Minute::from_clock(date.get_hours() as u16, date.get_minutes() as u16).unwrap_or_default(),
        offset_minutes: (date.get_timezone_offset() as i16).saturating_neg(),
    }
}

/// The business day at this device.
pub fn today() -> Day {
    now().day
}
