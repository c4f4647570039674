//! What the kinds of rule answer where no case can show it: a reason's days, the next review, when a list is drawn up,
//! the bands that a calculator shows.

mod common;

use common::{day, policy_with};
use regulars_rules::kinds::tier::Review;
use regulars_rules::time::{Day, Span};

#[test]
fn the_arranged_time_before_a_day_is_the_last_that_was_over() {
    let policy = policy_with(
        "[[entitlement]]\nid = \"lecture\"\nlabel = { zh = \"讲座\", en = \"Lecture\" }\nper = \"calendar year\"\narranged = [\"03-01..03-07\", \"09-01..09-07\"]\n",
    );
    let rule = &policy.entitlements()[0];
    let span = |from: &str, last: &str| Some((day(from), day(last)));
    assert_eq!(rule.arranged_before(day("2026-03-07")), span("2025-09-01", "2025-09-07"));
    assert_eq!(rule.arranged_before(day("2026-03-08")), span("2026-03-01", "2026-03-07"));
    assert_eq!(rule.arranged_before(day("2026-09-07")), span("2026-03-01", "2026-03-07"));
    assert_eq!(rule.arranged_before(day("2026-09-08")), span("2026-09-01", "2026-09-07"));
    assert_eq!(rule.arranged_on_or_after(day("2026-03-08")), span("2026-09-01", "2026-09-07"));
}

#[test]
fn the_next_review_is_always_after_the_day() {
    let joined = day("2026-01-31");
    let monthly = Review::Every(Span::Months(1));
    for (on, next) in [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-27", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-30", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
    ] {
        assert_eq!(monthly.next_after(day(on), joined), day(next), "after {on}");
    }
    // After the last day of all there is none.
    assert_eq!(monthly.next_after(Day::LAST, joined), Day::LAST);
    let fortnightly = Review::Every(Span::Days(14));
    assert_eq!(fortnightly.next_after(day("2026-02-13"), joined), day("2026-02-14"));
    assert_eq!(fortnightly.next_after(day("2026-02-14"), joined), day("2026-02-28"));
    // Before joining there is none earlier than the first.
    assert_eq!(fortnightly.next_after(day("2026-01-01"), joined), day("2026-02-14"));
}

#[test]
fn a_list_is_drawn_up_on_its_days_alone() {
    let policy = policy_with(
        "[[list]]\nid = \"outing\"\nreach = { spend = \"1.00\" }\nwindow = \"lifetime\"\ndrawn_up = [\"06-15\"]\n\
         [[list]]\nid = \"quarterly\"\nreach = { spend = \"1.00\" }\nwindow = \"lifetime\"\nevery = \"quarter\"\n",
    );
    let drawn = |at: usize, on: &str| policy.staff().list[at].is_drawn_up(day(on));
    assert!(drawn(0, "2026-06-15") && !drawn(0, "2026-06-30") && !drawn(0, "2026-06-16"));
    assert!(drawn(1, "2026-06-30") && !drawn(1, "2026-06-15") && !drawn(1, "2026-05-31"));
}

#[test]
fn bands_are_there_to_be_shown() {
    let policy = policy_with(
        "[[commission]]\nid = \"deals\"\nbands = [{ from = \"0.00\", rate = \"1%\" }, { from = \"500.00\", rate = \"2%\" }]\n\
         [[commission]]\nid = \"each\"\ngroup = \"each\"\nfixed = \"1.00\"\n",
    );
    let rules = &policy.staff().commission;
    let borders: Vec<String> = rules[0].steps().unwrap().bands().iter().map(|band| band.from.to_string()).collect();
    assert_eq!(borders, ["0.00", "500.00"]);
    assert!(rules[1].steps().is_none());
}
