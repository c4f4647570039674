//! What must come out of targets, contests, summaries, watched figures and the reconciliation.

use super::staff::period;
use super::{Report, Run, expect_money};
use crate::id::Text;
use crate::kinds::measure::Unit;
use crate::kinds::store_class::StoreClass;
use crate::number::{Money, Quantity, Rate};
use crate::primitives::RATE_UNIT;
use crate::reader::Table;
use crate::staff::contest;
use crate::staff::fact::Scope;
use crate::staff::settle::{Context, Explain};
use crate::staff::summary::{Every, Whose, reconcile, summaries, watched};
use crate::staff::target::{From, attainment, attainments, breakdown};
use crate::time::Day;

/// `all`, `area X`, `store X` or a person's code.
fn scope(text: &str) -> Scope {
    match text.split_once(' ') {
        Some(("area", code)) => Scope::Area(Text::from(code)),
        Some(("store", code)) => Scope::Store(Text::from(code)),
        _ if text == "all" => Scope::All,
        _ => Scope::Person(Text::from(text)),
    }
}

fn scope_words(scope: &Scope) -> String {
    match scope {
        Scope::All => "all".to_owned(),
        Scope::Area(code) => format!("area {code}"),
        Scope::Store(code) => format!("store {code}"),
        Scope::Person(code) => code.to_string(),
    }
}

fn figure_words(unit: Unit, figure: i64) -> String {
    match unit {
        Unit::Money => Money::from_minor(figure).to_string(),
        Unit::Count => figure.to_string(),
        Unit::Rate => Rate::from_parts(figure, RATE_UNIT).to_string(),
        Unit::Score => Quantity::from_minor(figure).to_string(),
    }
}

fn text(table: &Table<'_>, key: &'static str, what: &str, report: &mut Report, actual: &str) {
    if let Some(expected) = table.text(key) {
        report.expect(&format!("{what} {key}"), &expected, actual);
    }
}

impl Run<'_> {
    /// What must come out of targets, contests, summaries, figures and the reconciliation.
    pub(super) fn expect_kpi(&self, expect: &Table<'_>, day: Day, report: &mut Report) {
        let until = day.month_start().plus_months(1);
        let context = Context::new(&self.book, &self.staff_book, self.policies, until, Explain::Nobody);
        for table in expect.tables("attainment") {
            if let Err(why) = expect_attainment(&context, &table, day, report) {
                report.fail(format!("attainment: {why}"));
            }
            table.finish();
        }
        for table in expect.tables("breakdown") {
            let rule = table.text("rule").unwrap_or_default();
            match breakdown(&context, &rule) {
                Ok(all) => {
                    let actual: Vec<String> = all
                        .iter()
                        .map(|one| {
                            let policy = context.policy(one.period.1.plus_days(-1));
                            let target = policy.and_then(|p| p.staff().target.iter().find(|t| t.head.id == rule));
                            let unit = target.map_or(Unit::Money, |target| target.counted.measure.unit());
                            let said = one.warning.as_ref().map_or("", |warning| warning.key.as_str());
                            let whole = figure_words(unit, one.whole);
                            let sum = figure_words(unit, one.sum);
                            format!("{} {} {whole} {sum} {said}", scope_words(&one.scope), one.period.0)
                                .trim_end()
                                .to_owned()
                        })
                        .collect();
                    report.expect("breakdown", &table.plain_texts("rows").join("; "), &actual.join("; "));
                }
                Err(error) => report.fail(format!("breakdown: {error}")),
            }
            table.finish();
        }
        for table in expect.tables("contest") {
            if let Err(why) = expect_contest(&context, &table, report) {
                report.fail(format!("contest: {why}"));
            }
            table.finish();
        }
        for table in expect.tables("summary") {
            if let Err(why) = expect_summary(&context, &table, report) {
                report.fail(format!("summary: {why}"));
            }
            table.finish();
        }
        for table in expect.tables("figures") {
            let of = scope(&table.text("of").unwrap_or_else(|| Text::from("all")));
            let on = table.day("on").unwrap_or(day);
            match watched(&context, &of, on) {
                Ok(all) => {
                    let actual: Vec<String> = all
                        .iter()
                        .map(|one| {
                            let unit = one.counted.measure.unit();
                            let say = |figure: Option<i64>| {
                                figure.map_or_else(|| "none".to_owned(), |figure| figure_words(unit, figure))
                            };
                            let growth = one.growth.map_or_else(|| "none".to_owned(), |growth| growth.to_string());
                            let mut words = format!("{} {}", one.rule.id, say(one.figure));
                            if one.watches_growth {
                                words = format!("{words} {} {growth}", say(one.before));
                            }
                            words
                        })
                        .collect();
                    report.expect("figures", &table.plain_texts("rows").join("; "), &actual.join("; "));
                }
                Err(error) => report.fail(format!("figures: {error}")),
            }
            table.finish();
        }
        for table in expect.tables("reconcile") {
            let span = period(&table.text("period").unwrap_or_default());
            match span.and_then(|span| reconcile(&context, span).map_err(|error| error.to_string())) {
                Ok(sums) => {
                    let figures: [(&'static str, Money); 7] = [
                        ("sold", sums.sold),
                        ("cleared", sums.cleared),
                        ("bounced", sums.bounced),
                        ("outstanding", sums.outstanding),
                        ("goods_awaited", sums.goods_awaited),
                        ("goods_outstanding", sums.goods_outstanding),
                        ("rebates", sums.rebates),
                    ];
                    for (key, actual) in figures {
                        expect_money(report, &table, "reconcile", key, actual);
                    }
                }
                Err(why) => report.fail(format!("reconcile: {why}")),
            }
            table.finish();
        }
        if let Some(table) = expect.table("store_class") {
            for (store, expected) in table.free_texts() {
                let daily = self.staff_book.roster().store(&store, day).map(|store| store.daily_sales);
                let class = daily.and_then(|daily| {
                    let classes = &self.policies.on(day)?.staff().store_class;
                    StoreClass::of(classes, daily).map(|class| class.head.id.to_string())
                });
                report.expect(&format!("class of {store}"), &expected, class.as_deref().unwrap_or("none"));
            }
        }
    }

    /// INVARIANT(reconciled): of all stored value sold, what cleared, bounced and is outstanding is the whole.
    pub(super) fn reconciled(&self, report: &mut Report) {
        let context = Context::new(&self.book, &self.staff_book, self.policies, self.last.day, Explain::Nobody);
        match reconcile(&context, (Day::FIRST, Day::LAST)) {
            Ok(sums) => {
                let parts = Money::sum([sums.cleared, sums.bounced, sums.outstanding]);
                if parts != Ok(sums.sold) {
                    report.fail(format!("INVARIANT(reconciled) is broken: {sums:?}"));
                }
            }
            Err(error) => report.fail(format!("reconciling failed: {error}")),
        }
    }
}

fn expect_attainment(context: &Context<'_>, table: &Table<'_>, day: Day, report: &mut Report) -> Result<(), String> {
    let rule = table.text("rule").unwrap_or_default();
    let of = table.text("of").unwrap_or_else(|| Text::from("all"));
    let span = match table.text("period") {
        Some(text) => period(&text)?,
        None => (day.month_start(), day.month_start().plus_months(1)),
    };
    let what = format!("attainment of {rule} by {of}");
    let all = attainments(context, &rule, span).map_err(|error| error.to_string())?;
    let among = all.into_iter().find(|(own, _)| *own == scope(&of)).map(|(_, attainment)| attainment);
    let found = attainment(context, &rule, &scope(&of), span).map_err(|error| error.to_string())?;
    if among != found {
        report.fail(format!("{what}: one alone is {found:?}, among all it is {among:?}"));
    }
    let Some(found) = found else {
        report.expect(&what, if table.flag("none") == Some(true) { "none" } else { "a target" }, "none");
        return Ok(());
    };
    let from = match &found.target.from {
        From::Set(_) => "set",
        From::Document => "document",
        From::Class(class) => class.as_str(),
    };
    text(table, "target", &what, report, &figure_words(found.unit, found.target.figure));
    text(table, "from", &what, report, from);
    text(table, "reached", &what, report, &figure_words(found.unit, found.reached));
    text(table, "missing", &what, report, &figure_words(found.unit, found.missing));
    let rate = found.rate.map_or_else(|| "none".to_owned(), |rate| rate.to_string());
    text(table, "rate", &what, report, &rate);
    Ok(())
}

fn expect_contest(context: &Context<'_>, table: &Table<'_>, report: &mut Report) -> Result<(), String> {
    let id = table.text("rule").unwrap_or_default();
    let span = period(&table.text("period").unwrap_or_default())?;
    let policy = context.policy(span.1.plus_days(-1)).ok_or("no policy")?;
    let rule = policy.staff().contest.iter().find(|rule| rule.head.id == id).ok_or("there is no such contest")?;
    let places = contest::standing(context, rule, span).map_err(|error| error.to_string())?;
    let actual: Vec<String> = places
        .iter()
        .map(|one| {
            let figure = figure_words(rule.counted.measure.unit(), one.figure);
            format!("{} {} {figure} {}", one.place, one.staff, one.prize)
        })
        .collect();
    report.expect("contest", &table.plain_texts("places").join("; "), &actual.join("; "));
    Ok(())
}

fn expect_summary(context: &Context<'_>, table: &Table<'_>, report: &mut Report) -> Result<(), String> {
    let of = table.text("of").unwrap_or_else(|| Text::from("all"));
    let whose = match of.split_once(' ') {
        Some(("team", team)) => Whose::Team(Text::from(team)),
        _ => Whose::Of(scope(&of)),
    };
    let every = match table.word("every", &["day", "week", "month", "quarter", "year"]) {
        Some("day") => Every::Day,
        Some("week") => Every::Week,
        Some("quarter") => Every::Months(3),
        Some("year") => Every::Months(12),
        Some(_) | None => Every::Months(1),
    };
    let span = period(&table.text("period").unwrap_or_default())?;
    let found = summaries(context, &whose, every, span).map_err(|error| error.to_string())?;
    let actual: Vec<String> = found
        .iter()
        .map(|one| {
            format!(
                "{}: {} deals, {} pieces, sold {}, back {}, net {}, waiting {}, members {}, recruits {}",
                one.from, one.deals, one.pieces, one.sold, one.back, one.net, one.waiting, one.to_members, one.recruits
            )
        })
        .collect();
    report.expect(&format!("summary of {of}"), &table.plain_texts("rows").join("; "), &actual.join("; "));
    Ok(())
}
