//! The day's figures beside those of a week before, and what is due.

use regulars_rules::due::due;
use regulars_rules::time::Day;

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
            let member = shop.book.member_on(task.member, &shop.policies, day);
            DueTask {
                kind: task.kind,
                member: member.map(|member| member_row(policy, &member, day)),
                what: task.what,
                rule: task.rule,
                figure: task.figure,
                trace: task.trace,
            }
        })
        .collect()
}

/// The day.
#[must_use]
pub fn view(shop: &Shop, day: Day) -> TodayView {
    let figures = |day: Day| shop.index.days.get(&day).cloned().unwrap_or_default().figures();
    let fortnight = (0..14).rev().map(|back| {
        let day = day.plus_days(-back);
        (day, shop.index.days.get(&day).map(|day| day.takings()).unwrap_or_default())
    });
    TodayView {
        day,
        now: figures(day),
        before: figures(day.plus_days(-7)),
        fortnight: fortnight.collect(),
        due: tasks(shop, day),
    }
}
