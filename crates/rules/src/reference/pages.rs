//! The pages of the reference, in Chinese and English side by side.

use core::fmt::Write as _;

use super::codes::CODES;
use super::example;
use super::keys::{Described, Key, Shape, TABLES, WINDOWS};

const MADE: &str = "<!-- Made by `regulars reference`; edit crates/rules/src/reference/ instead. -->\n";

/// The page of all diagnostic codes.
#[must_use]
pub fn diagnostics() -> String {
    let mut out = format!(
        "{MADE}\n# 诊断 · Diagnostics\n\n\
         `regulars check FILE…` 的每个代码，各有一个错的和一个对的例子。E：方案不能运行；W：能运行，先看一看；N：值得知道。\n\n\
         Every code of `regulars check FILE…`, with a wrong and a right example. E: the program does not run; W: it runs, \
         look at it first; N: worth knowing. Examples are added to the smallest program that runs:\n\n```toml\n{}```\n",
        super::SMALLEST
    );
    for code in CODES {
        let _ = write!(
            out,
            "\n## {}\n\n{}\n\n{}\n\n错 · wrong\n\n```toml\n{}```\n\n对 · right\n\n```toml\n{}```\n",
            code.code, code.zh, code.en, code.wrong, code.right
        );
    }
    out
}

/// The page of all tables and keys.
#[must_use]
pub fn tables() -> String {
    let mut out = format!(
        "{MADE}\n# 方案的写法 · The format of a program\n\n\
         每张表的键、类型、范围、默认值。单个值都可以写成 \"$名字\"，由参数填入；带小数的数写在引号里。\n\n\
         The keys of every table with type, range and default. Every single value may be \"$name\", a parameter; numbers \
         with decimals stand in quotes. Editors that read `docs/reference/policy.schema.json` complete them.\n"
    );
    for table in TABLES {
        describe(&mut out, table);
    }
    out
}

fn describe(out: &mut String, table: &Described) {
    let title = if table.name.is_empty() { "（根） · (root)".to_owned() } else { table.name.to_owned() };
    let _ = write!(out, "\n## {title}\n\n{} · {}\n\n", table.zh, table.en);
    out.push_str("| 键 key | 类型 type | 默认 default | 说明 meaning |\n|---|---|---|---|\n");
    for key in table.all() {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {}<br>{} |",
            key.name,
            shape(key),
            if key.is_needed() { "必填 required" } else { key.default },
            key.zh,
            key.en
        );
    }
    if let Some(source) = source(table.source) {
        let _ = write!(out, "\n```toml\n{}```\n", example(source));
    }
}

fn words(list: &[&str]) -> String {
    list.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn shape(key: &Key) -> String {
    let link = |name: &str| format!("[{name}](#{})", name.replace(' ', "-"));
    match key.shape {
        Shape::Text => "文字 text".to_owned(),
        Shape::Texts => "文字，可多个 texts".to_owned(),
        Shape::Money => "金额 money, ≥ 0.00".to_owned(),
        Shape::Points => "积分 points, ≥ 0".to_owned(),
        Shape::Quantity => "分数 score, ≥ 0, 三位小数 three decimals".to_owned(),
        Shape::Rate(most) => format!("比例 rate, 0%–{most}"),
        Shape::Factor => "倍数 factor, > 0, ≤ 1000".to_owned(),
        Shape::Count(least, most) => format!("整数 whole number, {least}–{most}"),
        Shape::Counts(least, most) => format!("整数，可多个 whole numbers, {least}–{most}"),
        Shape::Flag => "`true` / `false`".to_owned(),
        Shape::Day => "日期 day, 2026-03-02".to_owned(),
        Shape::Time => "钟点 time, 18:00".to_owned(),
        Shape::Span => "时长 span, `90 days`, `12 months`, `1 year`".to_owned(),
        Shape::Word(list) => words(list),
        Shape::Words(list) => format!("可多个 several of {}", words(list)),
        Shape::Window => format!("{}, 或时长 or a span", words(WINDOWS)),
        Shape::Border => "金额或比例 money, or a rate".to_owned(),
        Shape::Label => "`{ zh = \"…\", en = \"…\" }`".to_owned(),
        Shape::Remark => "`{ zh = \"…\", en = \"…\" }`, 或一句 or one text".to_owned(),
        Shape::NamedRates(most) => format!("按名字的比例 rates by name, 0%–{most}"),
        Shape::NamedTexts => "按名字的文字 texts by name".to_owned(),
        Shape::One(name) => format!("表 table {}", link(name)),
        Shape::Many(name) => format!("多张表 tables {}", link(name)),
        Shape::Named(name) => format!("按名字的表 tables by name {}", link(name)),
    }
}

/// The source whose head comment carries a table's example.
fn source(name: &str) -> Option<&'static str> {
    Some(match name {
        "kinds/account.rs" => include_str!("../kinds/account.rs"),
        "kinds/approval.rs" => include_str!("../kinds/approval.rs"),
        "kinds/attribution.rs" => include_str!("../kinds/attribution.rs"),
        "kinds/care.rs" => include_str!("../kinds/care.rs"),
        "kinds/message.rs" => include_str!("../kinds/message.rs"),
        "kinds/store_class.rs" => include_str!("../kinds/store_class.rs"),
        "kinds/target.rs" => include_str!("../kinds/target.rs"),
        "kinds/kpi.rs" => include_str!("../kinds/kpi.rs"),
        "kinds/contest.rs" => include_str!("../kinds/contest.rs"),
        "kinds/figure.rs" => include_str!("../kinds/figure.rs"),
        "kinds/classing.rs" => include_str!("../kinds/classing.rs"),
        "kinds/complaints.rs" => include_str!("../kinds/complaints.rs"),
        "kinds/list.rs" => include_str!("../kinds/list.rs"),
        "kinds/assessment.rs" => include_str!("../kinds/assessment.rs"),
        "kinds/bonus.rs" => include_str!("../kinds/bonus.rs"),
        "kinds/inspection.rs" => include_str!("../kinds/inspection.rs"),
        "kinds/ranking.rs" => include_str!("../kinds/ranking.rs"),
        "kinds/card.rs" => include_str!("../kinds/card.rs"),
        "kinds/commission.rs" => include_str!("../kinds/commission.rs"),
        "kinds/conduct.rs" => include_str!("../kinds/conduct.rs"),
        "kinds/discount.rs" => include_str!("../kinds/discount.rs"),
        "kinds/earn.rs" => include_str!("../kinds/earn.rs"),
        "kinds/enrol.rs" => include_str!("../kinds/enrol.rs"),
        "kinds/entitlement.rs" => include_str!("../kinds/entitlement.rs"),
        "kinds/holdback.rs" => include_str!("../kinds/holdback.rs"),
        "kinds/lapse.rs" => include_str!("../kinds/lapse.rs"),
        "kinds/ownership.rs" => include_str!("../kinds/ownership.rs"),
        "kinds/post.rs" => include_str!("../kinds/post.rs"),
        "kinds/project.rs" => include_str!("../kinds/project.rs"),
        "kinds/rebate.rs" => include_str!("../kinds/rebate.rs"),
        "kinds/redeem.rs" => include_str!("../kinds/redeem.rs"),
        "kinds/referral.rs" => include_str!("../kinds/referral.rs"),
        "kinds/returns.rs" => include_str!("../kinds/returns.rs"),
        "kinds/rights.rs" => include_str!("../kinds/rights.rs"),
        "kinds/stored_value.rs" => include_str!("../kinds/stored_value.rs"),
        "kinds/tier.rs" => include_str!("../kinds/tier.rs"),
        "kinds/transfer.rs" => include_str!("../kinds/transfer.rs"),
        "primitives/calendar.rs" => include_str!("../primitives/calendar.rs"),
        _ => return None,
    })
}
