//! The day's figures beside those of a week before, and what is due.

use regulars_rules::due::due;
use regulars_rules::time::{BusinessTime, Day, Minute};

use crate::index::SLOT_MINUTES;
use crate::protocol::{DueTask, TodayView};
use crate::shop::Shop;
use crate::views::member_row;

/// What is due on a day.
#[must_use]
pub fn tasks(shop: &Shop, day: Day) -> Vec<DueTask> {
    let policy = shop.policy(day);
    due(&shop.book, &shop.policies, day)
        .into_iter()
        .map(|task| {
            let member = task.member.and_then(|member| shop.book.member_on(member, &shop.policies, day));
            DueTask {
                kind: task.kind,
                payment: task.payment,
                member: member.map(|member| member_row(policy, &member, day)),
                what: task.what,
                rule: task.rule,
                figure: task.figure,
                trace: task.trace,
            }
        })
        .collect()
}

/// The day, seen at a moment: a day that is not over is compared with the same part of the other.
#[must_use]
pub fn view(shop: &Shop, day: Day, now: BusinessTime) -> TodayView {
    let figures = |day: Day| shop.index.days.get(&day).cloned().unwrap_or_default().figures();
    let slots = now.minute.number().checked_div(SLOT_MINUTES).unwrap_or(0);
    let until =
        (day == now.day).then(|| Minute::from_clock(slots * SLOT_MINUTES / 60, slots * SLOT_MINUTES % 60)).flatten();
    let last_week = shop.index.days.get(&day.plus_days(-7)).cloned().unwrap_or_default();
    let fortnight = (0..14).rev().map(|back| {
        let day = day.plus_days(-back);
        (day, shop.index.days.get(&day).map(|day| day.takings()).unwrap_or_default())
    });
    TodayView {
        day,
        now: figures(day),
        before: last_week.figures(),
        compared: if until.is_some() { last_week.figures_before(slots) } else { last_week.figures() },
        compared_until: until,
        fortnight: fortnight.collect(),
        due: tasks(shop, day),
    }
}
