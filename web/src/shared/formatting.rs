//! Figures, days and messages as text in the language shown. Nothing is computed: `regulars_rules::words` writes.

use regulars_rules::id::Text;
use regulars_rules::message::{Label, Language, Message, Value};
use regulars_rules::number::{Money, Points, Quantity};
use regulars_rules::time::Day;
use regulars_rules::words;

use super::language::{language, t};

/// A message in words.
pub fn say(message: &Message) -> String {
    match message.key.as_str() {
        // What only the page can know, because the worker is gone.
        "app.worker-stopped" => t("后台计算停了", "The engine in the background has stopped").to_owned(),
        "app.worker-stopped-remedy" => t(
            "已保存的都还在。请刷新页面；如果还是这样，请更新浏览器。",
            "Everything saved is still here. Reload the page; if it happens again, update the browser.",
        )
        .to_owned(),
        "app.as-it-is" => t("现在", "As it is").to_owned(),
        "app.nothing" => t("没有", "None").to_owned(),
        "app.as-it-would-be" => t("试算", "As it would be").to_owned(),
        _ => words::say(message, language()),
    }
}

/// A value in words.
pub fn show(value: &Value) -> String {
    words::show(value, language())
}

/// A text that has both languages; where one is empty, the other.
pub fn label(label: &Label) -> String {
    let wanted = label.get(language());
    if !wanted.is_empty() {
        return wanted.to_owned();
    }
    if label.zh.is_empty() { label.en.clone() } else { label.zh.clone() }
}

/// `¥1,234.50`.
pub fn money(amount: Money) -> String {
    words::money(amount)
}

/// `1,280`.
pub fn points(points: Points) -> String {
    words::points(points)
}

/// `+388`, `−22`, `0`: a change of points.
pub fn points_change(change: Points) -> String {
    signed(change.is_positive(), words::points(change))
}

fn signed(positive: bool, text: String) -> String {
    if positive { format!("+{text}") } else { text }
}

/// `2`, `0.345`.
pub fn quantity(quantity: Quantity) -> String {
    words::quantity(quantity)
}

/// `11月23日 周一`.
pub fn day(day: Day) -> String {
    words::day(day, language())
}

/// `2026年11月23日`.
pub fn long_day(day: Day) -> String {
    words::long_day(day, language())
}

/// `农历十月十五`.
pub fn lunar(date: (u8, bool, u8)) -> String {
    words::lunar_date(date.0, date.1, date.2, language())
}

/// The name of a code: a tender, a field, a tag, a status.
pub fn code(code: &str) -> String {
    words::name_of_code(code, language()).to_owned()
}

/// The name of a code where it stands alone, as a label: `Phone`.
pub fn code_title(code: &str) -> String {
    let name = self::code(code);
    let mut signs = name.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// A whole number with its separators: `12,345`.
pub fn count(count: impl Into<i64>) -> String {
    words::show(&Value::Count(count.into()), language())
}

/// A phone number that can be read: `138 0013 6618`; others as they are.
pub fn phone(phone: &str) -> String {
    match (phone.len(), phone.get(0..3), phone.get(3..7), phone.get(7..11)) {
        (11, Some(first), Some(second), Some(third)) if phone.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{first} {second} {third}")
        }
        _ => phone.to_owned(),
    }
}

/// A phone number's last four digits.
pub fn phone_tail(phone: &str) -> &str {
    phone.len().checked_sub(4).and_then(|start| phone.get(start..)).unwrap_or(phone)
}

/// Texts in a row: `a、b`, `a, b`.
pub fn list(items: &[String]) -> String {
    items.join(match language() {
        Language::Zh => "、",
        Language::En => ", ",
    })
}

/// The names of codes in a row.
pub fn codes<'c>(items: impl IntoIterator<Item = &'c Text>) -> String {
    list(&items.into_iter().map(|item| code(item)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_grouped_and_others_kept() {
        assert_eq!(phone("13800136618"), "138 0013 6618");
        assert_eq!(phone("+85291234567"), "+85291234567");
        assert_eq!(phone("电话"), "电话");
        assert_eq!(phone_tail("13800136618"), "6618");
        assert_eq!(phone_tail("18"), "18");
    }
}
