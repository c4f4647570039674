//! Figures and days as people write them. Written by hand, digit by digit: no format machinery.

use crate::message::Language;
use crate::number::{Money, Points, Quantity, Rate};
use crate::time::Day;

/// The sign of what is below zero: as wide as a digit, unlike a hyphen.
const MINUS: char = '−';

fn push_count(out: &mut String, count: u64, grouped: bool) {
    let mut unit = 1_u64;
    let mut places = 1_u32;
    while count.checked_div(unit).unwrap_or(0) >= 10 {
        unit = unit.saturating_mul(10);
        places = places.saturating_add(1);
    }
    while places > 0 {
        let digit = u8::try_from(count.checked_div(unit).unwrap_or(0) % 10).unwrap_or(0);
        out.push(char::from(b'0'.saturating_add(digit)));
        places = places.saturating_sub(1);
        if grouped && places > 0 && places.is_multiple_of(3) {
            out.push(',');
        }
        unit = unit.checked_div(10).unwrap_or(1);
    }
}

fn fixed(prefix: &str, minor: i64, decimals: u32, trim: bool) -> String {
    let unit = 10_u64.pow(decimals);
    let magnitude = minor.unsigned_abs();
    let mut out = String::new();
    if minor < 0 {
        out.push(MINUS);
    }
    out.push_str(prefix);
    push_count(&mut out, magnitude.checked_div(unit).unwrap_or(0), true);
    let mut fraction = magnitude.checked_rem(unit).unwrap_or(0);
    if trim && fraction == 0 {
        return out;
    }
    out.push('.');
    let mut place = unit;
    while place > 1 && !(trim && fraction == 0) {
        place = place.checked_div(10).unwrap_or(1);
        push_count(&mut out, fraction.checked_div(place).unwrap_or(0), false);
        fraction = fraction.checked_rem(place).unwrap_or(0);
    }
    out
}

/// Money: `¥1,234.50`, `−¥7.92`.
#[must_use]
pub fn money(money: Money) -> String {
    fixed("¥", money.minor(), Money::DECIMALS, false)
}

/// Points: `1,280`, `28.75`.
#[must_use]
pub fn points(points: Points) -> String {
    fixed("", points.minor(), Points::DECIMALS, true)
}

/// A quantity of goods: `2`, `0.345`.
#[must_use]
pub fn quantity(quantity: Quantity) -> String {
    fixed("", quantity.minor(), Quantity::DECIMALS, true)
}

pub fn count(count: i64) -> String {
    fixed("", count, 0, true)
}

/// A whole number over a power of ten, times something.
fn ratio((mantissa, denominator): (i64, i64), times: i64) -> String {
    let (mut mantissa, mut denominator) = (mantissa.saturating_mul(times), denominator);
    let mut decimals = 0_u32;
    while mantissa.checked_rem(10) == Some(0) && denominator >= 10 {
        (mantissa, denominator) = (mantissa.saturating_div(10), denominator.saturating_div(10));
    }
    while denominator >= 10 {
        denominator = denominator.saturating_div(10);
        decimals = decimals.saturating_add(1);
    }
    fixed("", mantissa, decimals, true)
}

/// A rate: `5%`, `2.5%`.
#[must_use]
pub fn rate(rate: Rate) -> String {
    let mut out = ratio(rate.ratio(), 100);
    out.push('%');
    out
}

/// What is left of ten parts: `9.5` of 5% off, as Chinese shops write it.
pub fn zhe(rate: Rate) -> String {
    let (mantissa, denominator) = rate.ratio();
    ratio((denominator.saturating_sub(mantissa), denominator), 10)
}

/// A threshold: `满 ¥1,000.00`; one that stands a fen above whole yuan was written as “more than”.
pub fn least(least: Money, language: Language) -> String {
    if least.minor() <= 1 {
        return String::from(if language == Language::Zh { "任意金额" } else { "any amount" });
    }
    let above = least.minor().checked_rem(100) == Some(1);
    let mut out = String::from(match (language, above) {
        (Language::Zh, false) => "满 ",
        (Language::Zh, true) => "超过 ",
        (Language::En, false) => "at least ",
        (Language::En, true) => "more than ",
    });
    out.push_str(&money(if above { Money::from_minor(least.minor().saturating_sub(1)) } else { least }));
    out
}

/// Bytes as whole megabytes, rounded up.
pub fn megabytes(bytes: i64) -> String {
    count(bytes.saturating_add(999_999).saturating_div(1_000_000))
}

/// A factor: `×1.5`.
pub fn factor(rate: Rate) -> String {
    let mut out = String::from("×");
    out.push_str(&ratio(rate.ratio(), 1));
    out
}

const WEEKDAYS: [(&str, &str); 7] = [
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const LUNAR_MONTHS: [&str; 12] = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"];

const LUNAR_DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

fn nth(words: &[&'static str], number: i64) -> Option<&'static str> {
    words.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

/// The English name of a month 1-12.
pub fn month(number: i64) -> String {
    nth(&MONTHS, number).map_or_else(|| count(number), str::to_owned)
}

fn push_date(out: &mut String, day: Day, language: Language, short: bool) {
    let (month, dom) = (i64::from(day.month()), u64::from(day.day_of_month()));
    match language {
        Language::Zh => {
            push_count(out, month.unsigned_abs(), false);
            out.push('月');
            push_count(out, dom, false);
            out.push('日');
        }
        Language::En => {
            push_count(out, dom, false);
            out.push(' ');
            let name = nth(&MONTHS, month).unwrap_or_default();
            out.push_str(if short { name.get(..3).unwrap_or(name) } else { name });
        }
    }
}

const fn no_end(language: Language) -> &'static str {
    match language {
        Language::Zh => "永久",
        Language::En => "for ever",
    }
}

/// A day of this year: `11月23日 周一`, `Mon 23 Nov`.
#[must_use]
pub fn day(day: Day, language: Language) -> String {
    if day == Day::LAST {
        return no_end(language).to_owned();
    }
    let (zh, en) = WEEKDAYS.get(usize::from(day.weekday())).copied().unwrap_or_default();
    let mut out = String::new();
    match language {
        Language::Zh => {
            push_date(&mut out, day, language, true);
            out.push(' ');
            out.push_str(zh);
        }
        Language::En => {
            out.push_str(en);
            out.push(' ');
            push_date(&mut out, day, language, true);
        }
    }
    out
}

/// A day with its year: `2026年11月23日`, `23 November 2026`.
#[must_use]
pub fn long_day(day: Day, language: Language) -> String {
    if day == Day::LAST {
        return no_end(language).to_owned();
    }
    let year = u64::from(day.year().unsigned_abs());
    let mut out = String::new();
    match language {
        Language::Zh => {
            push_count(&mut out, year, false);
            out.push('年');
            push_date(&mut out, day, language, false);
        }
        Language::En => {
            push_date(&mut out, day, language, false);
            out.push(' ');
            push_count(&mut out, year, false);
        }
    }
    out
}

/// A day of a lunar month: `初八`, `十八`, `廿八`.
pub fn lunar_day(number: i64) -> String {
    let (tens, digit) = match number {
        1..=10 => ("初", number),
        11..=19 => ("十", number.saturating_sub(10)),
        20 => ("二", 10),
        21..=29 => ("廿", number.saturating_sub(20)),
        30 => ("三", 10),
        _ => return count(number),
    };
    let mut out = String::from(tens);
    out.push_str(nth(&LUNAR_DIGITS, digit).unwrap_or_default());
    out
}

/// A lunar month: `正`, `腊`.
pub fn lunar_month(number: i64) -> &'static str {
    nth(&LUNAR_MONTHS, number).unwrap_or_default()
}

/// A lunar date in a calendar: the day, `初八`; on a month's first day the month, `闰六月`. English: `6/8`.
#[must_use]
pub fn lunar_short(month: u8, leap: bool, day: u8, language: Language) -> String {
    let mut out = String::new();
    match language {
        Language::Zh if day == 1 => {
            if leap {
                out.push('闰');
            }
            out.push_str(lunar_month(i64::from(month)));
            out.push('月');
        }
        Language::Zh => out.push_str(&lunar_day(i64::from(day))),
        Language::En => {
            push_count(&mut out, u64::from(month), false);
            out.push('/');
            push_count(&mut out, u64::from(day), false);
        }
    }
    out
}

/// A lunar date: `农历闰六月初八`, `lunar 6/8 (leap)`.
#[must_use]
pub fn lunar_date(month: u8, leap: bool, day: u8, language: Language) -> String {
    let mut out = String::new();
    match language {
        Language::Zh => {
            out.push_str("农历");
            if leap {
                out.push('闰');
            }
            out.push_str(lunar_month(i64::from(month)));
            out.push('月');
            out.push_str(&lunar_day(i64::from(day)));
        }
        Language::En => {
            out.push_str("lunar ");
            push_count(&mut out, u64::from(month), false);
            out.push('/');
            push_count(&mut out, u64::from(day), false);
            if leap {
                out.push_str(" (leap)");
            }
        }
    }
    out
}
