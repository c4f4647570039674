//! What the editor decides without a browser: places in a text, the notice for members, what is kept on the device.

use regulars_desk::protocol::ChangedWords;
use regulars_rules::message::Language;
use regulars_rules::time::Day;
use regulars_rules::words;

use crate::shared::local;

/// A program to begin with.
pub const BLANK: &str = include_str!("blank.toml");

fn name(id: &str) -> String {
    format!("draft.{id}")
}

/// The text of a program that is kept on this device, if one is.
pub fn kept(id: &str) -> Option<String> {
    local::get(&name(id))
}

/// Keeps it; an empty one is forgotten.
pub fn keep(id: &str, text: &str) {
    local::set(&name(id), text);
}

/// The byte at which a text area's caret is, from its place in UTF-16 units.
pub fn byte_at(text: &str, units: u32) -> usize {
    let mut left = usize::try_from(units).unwrap_or(usize::MAX);
    text.char_indices()
        .find(|(_, sign)| {
            if left == 0 {
                return true;
            }
            left = left.saturating_sub(sign.len_utf16());
            false
        })
        .map_or(text.len(), |(at, _)| at)
}

/// The place in UTF-16 units of a byte.
pub fn units_at(text: &str, byte: usize) -> u32 {
    let units: usize = text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, sign)| sign.len_utf16()).sum();
    u32::try_from(units).unwrap_or(u32::MAX)
}

/// Where a line begins, in bytes.
pub fn line_start(text: &str, line: u32) -> usize {
    let skip = usize::try_from(line.saturating_sub(1)).unwrap_or(0);
    text.split_inclusive('\n').take(skip).map(str::len).sum()
}

/// The row and the column of a byte, both from 0; a wide sign takes two columns.
pub fn row_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count(), line.chars().map(|sign| if sign.is_ascii() { 1 } else { 2 }).sum())
}

/// The notice for members: what holds instead of what, from when, in plain words.
pub fn notice(shop: &str, from: Day, today: Day, changes: &[ChangedWords], language: Language) -> String {
    let zh = language == Language::Zh;
    let day = |day| words::long_day(day, language);
    let mut text = if zh {
        format!("{shop} 会员方案变更告知\n\n从 {} 起，会员方案有以下变化：\n", day(from))
    } else {
        format!("{shop}: changes to our member program\n\nFrom {} the following changes:\n", day(from))
    };
    for change in changes {
        text.push_str(&format!("\n{}\n", words::say(&change.title, language)));
        for (mark, sentences) in [
            (if zh { "原来" } else { "Until then" }, &change.gone),
            (if zh { "改为" } else { "From then on" }, &change.new),
        ] {
            for sentence in sentences {
                let colon = if zh { "：" } else { ": " };
                text.push_str(&format!("  {mark}{colon}{}\n", words::say(sentence, language)));
            }
        }
    }
    text.push_str(&if zh {
        format!("\n在那之前的消费、积分和等级不变。\n\n{shop}\n{}\n", day(today))
    } else {
        format!("\nPurchases, points and tiers before that day stay as they are.\n\n{shop}\n{}\n", day(today))
    });
    text
}

#[cfg(test)]
mod tests {
    use regulars_rules::msg;

    use super::*;

    #[test]
    fn the_blank_program_runs() {
        let (policy, diagnostics) = regulars_rules::policy::check(BLANK);
        assert!(policy.is_some(), "{diagnostics:?}");
    }

    #[test]
    fn places_in_a_text_of_wide_signs() {
        let text = "a = \"金\"\n𝄞b";
        assert_eq!(byte_at(text, 6), 8, "after the sign of three bytes and one unit");
        assert_eq!(units_at(text, 8), 6);
        assert_eq!(byte_at(text, 10), text.len() - 1, "after a sign of two units");
        assert_eq!(byte_at(text, 99), text.len());
        assert_eq!(line_start(text, 2), 10);
        assert_eq!(row_column(text, 8), (0, 7));
        assert_eq!(row_column(text, 10), (1, 0));
    }

    #[test]
    fn a_notice_says_what_was_and_what_will_be() {
        let change = ChangedWords {
            title: msg!("desk.what-if-balance"),
            gone: vec![msg!("desk.what-if-earned")],
            new: vec![msg!("desk.what-if-reading")],
        };
        let day = |text: &str| text.parse::<Day>().unwrap();
        let text = notice("测试店", day("2026-12-01"), day("2026-11-25"), &[change], Language::Zh);
        assert!(text.starts_with("测试店 会员方案变更告知"));
        assert!(text.contains("2026年12月1日") && text.contains("2026年11月25日"));
        let (was, will) = (text.find("原来：累计得到的积分").unwrap(), text.find("改为：正在读取记录").unwrap());
        assert!(was < will);
    }
}
