//! What stands in a cell: days, times, money, quantities, phones, codes. What a spreadsheet has spoilt is refused with
//! the way to mend it; nothing is guessed.

use core::str::FromStr;
use std::borrow::Cow;

use regulars_rules::event::Birthday;
use regulars_rules::id::Text;
use regulars_rules::message::Message;
use regulars_rules::msg;
use regulars_rules::number::{Money, NumberError, Points, Quantity};
use regulars_rules::time::{Day, Minute};

/// Longest name, address or other free text, in characters.
pub const TEXT_MAX: usize = 500;
/// Longest code, number of a member or of a receipt, in characters.
pub const CODE_MAX: usize = 64;

/// The last day that a spreadsheet's serial of five digits can mean; only used to show what it may have been.
const SERIAL_EPOCH: i32 = -25_569;

/// Takes off the apostrophe that marks a cell as text: the one that [`crate::export`] or a spreadsheet's user has put
/// before something that a spreadsheet would otherwise calculate or round.
#[must_use]
pub fn unmarked(cell: &str) -> &str {
    if !cell.starts_with('\'') {
        return cell;
    }
    let bare = cell.trim_start_matches('\'');
    let marked =
        bare.starts_with(|c: char| c.is_ascii_digit() || is_trigger(c)) || bare.trim_start().starts_with(is_trigger);
    if marked { cell.get(1..).unwrap_or_default() } else { cell }
}

/// Whether a spreadsheet may take a cell that begins with this for a formula.
#[must_use]
pub const fn is_trigger(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// The cell trimmed, its full-width digits and signs brought to ASCII.
fn plain(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim();
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' | '\u{202f}' => ' ',
        _ => letter,
    };
    let invisible =
        |letter: &char| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    let text: String = cell.chars().filter(invisible).map(narrow).collect();
    Cow::Owned(text.trim().to_owned())
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1.38E+10`: what a spreadsheet makes of a long number; its last digits are gone.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && exponent.strip_prefix(['+', '-']).is_some_and(digits)
}

/// Free text: control characters become spaces.
///
/// # Errors
/// Longer than [`TEXT_MAX`].
pub fn text(cell: &str) -> Result<Text, Message> {
    limited(cell.trim(), TEXT_MAX)
}

fn limited(cell: &str, most: usize) -> Result<Text, Message> {
    if cell.len() > most && cell.chars().count() > most {
        return Err(msg!("import.too-long", most = most));
    }
    if cell.chars().any(char::is_control) {
        return Ok(cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect());
    }
    Ok(Text::from(cell))
}

/// A code, a member's or receipt's number: kept as it is.
///
/// # Errors
/// Spoilt by a spreadsheet (`6.9E+12`), or longer than [`CODE_MAX`].
pub fn code(cell: &str) -> Result<Text, Message> {
    let cell = cell.trim();
    if is_scientific(cell) {
        return Err(msg!("import.code-scientific"));
    }
    limited(cell, CODE_MAX)
}

/// A phone number: digits with an optional leading `+`; spaces, hyphens and brackets are left out.
///
/// # Errors
/// Spoilt by a spreadsheet (`1.38E+10`), other letters, fewer than 5 or more than 20 digits.
pub fn phone(cell: &str) -> Result<Text, Message> {
    let cell = plain(cell);
    if is_scientific(&cell) {
        return Err(msg!("import.phone-scientific"));
    }
    // What a program makes of a number that it holds as a fraction.
    let cell = cell.strip_suffix(".0").unwrap_or(&cell);
    let mut phone = Text::default();
    let mut count = 0;
    for letter in cell.chars() {
        match letter {
            '0'..='9' => count += 1,
            '+' if phone.is_empty() => {}
            ' ' | '-' | '(' | ')' => continue,
            _ => return Err(msg!("import.phone")),
        }
        phone.push(letter);
    }
    if (5..=20).contains(&count) { Ok(phone) } else { Err(msg!("import.phone")) }
}

/// Number of an identity document: kept as text, letters in capitals.
///
/// # Errors
/// Spoilt by a spreadsheet, which keeps 15 digits and fills up with zeros.
pub fn id_number(cell: &str) -> Result<Text, Message> {
    let cell = plain(cell);
    if is_scientific(&cell) {
        return Err(msg!("import.id-scientific"));
    }
    if cell.len() == 18 && digits(&cell) && cell.ends_with("000") && !resident_checksum(&cell) {
        return Err(msg!("import.id-rounded"));
    }
    limited(&cell.to_uppercase(), CODE_MAX)
}

/// The last digit of a resident's number (GB 11643) follows from the others.
fn resident_checksum(number: &str) -> bool {
    const WEIGHTS: [u32; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let sum: u32 =
        number.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')) * weight).sum();
    sum % 11 == 1
}

/// A figure of the product, as a cell may hold one.
pub trait Figure: FromStr<Err = NumberError> + Copy {
    /// In its smallest units.
    fn minor(self) -> i64;
}

macro_rules! figures {
    ($($name:ident),*) => {
        $(impl Figure for $name {
            fn minor(self) -> i64 {
                self.minor()
            }
        })*
    };
}

figures! { Money, Points, Quantity }

/// The engine sets events with larger figures aside; they are refused before they become one.
const FIGURE_MAX_MINOR: u64 = 1_000_000_000_000;

/// Money, points or a quantity: with ¥, 元 and separators of thousands.
///
/// # Errors
/// Not a number, a comma that separates no thousands, more decimals than the unit has, too large.
pub fn number<N: Figure>(cell: &str) -> Result<N, Message> {
    let simple = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let parsed: Result<N, NumberError> = if simple { cell.parse() } else { decorated(cell)?.parse() };
    let figure = parsed.map_err(|wrong| match wrong {
        NumberError::NotANumber => msg!("import.number"),
        NumberError::TooFine => msg!("import.too-fine"),
        NumberError::TooLarge => msg!("import.too-large"),
    })?;
    if figure.minor().unsigned_abs() > FIGURE_MAX_MINOR { Err(msg!("import.too-large")) } else { Ok(figure) }
}

fn decorated(cell: &str) -> Result<String, Message> {
    let cell = plain(cell);
    if is_scientific(cell.trim_start_matches('-')) {
        return Err(msg!("import.scientific"));
    }
    let (sign, rest) = match cell.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", &*cell),
    };
    let rest = ["¥", "￥", "$", "RMB", "CNY"].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest);
    let rest = rest.strip_suffix('元').unwrap_or(rest).trim();
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) if sign.is_empty() => ("-", rest),
        _ => (sign, rest),
    };
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split([',', ' ']);
    let first = groups.next().unwrap_or_default();
    let grouped = whole.len() != first.len();
    let threes = groups.all(|group| group.len() == 3 && digits(group));
    if grouped && !(threes && first.len() <= 3 && digits(first)) {
        return Err(msg!("import.number-separator"));
    }
    let mut text = String::with_capacity(rest.len() + 1);
    text.push_str(sign);
    text.extend(whole.chars().filter(|letter| !matches!(letter, ',' | ' ')));
    if let Some(fraction) = fraction {
        if fraction.contains(',') {
            return Err(msg!("import.number-separator"));
        }
        text.push('.');
        text.push_str(fraction);
    }
    Ok(text)
}

/// A count: a whole number, not negative.
///
/// # Errors
/// Anything else.
pub fn count(cell: &str) -> Result<u32, Message> {
    let cell = plain(cell);
    let cell = cell.strip_suffix(".0").unwrap_or(&cell);
    if digits(cell) { cell.parse().map_err(|_| msg!("import.too-large")) } else { Err(msg!("import.count")) }
}

/// Hour and minute, and seconds, which only order what happened within a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    /// The minute.
    pub minute: Minute,
    /// Seconds, 0-59.
    pub second: u8,
}

/// A day: `2026-03-02`, `2026/3/2`, `2026.3.2`, `20260302`, `2026年3月2日`, perhaps with a time behind it.
///
/// # Errors
/// A spreadsheet's serial number, an order of parts that is not year, month, day, a day that does not exist.
pub fn date(cell: &str) -> Result<(Day, Option<TimeOfDay>), Message> {
    let cell = plain(cell);
    let (day, rest) = leading_day(&cell)?;
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim();
    let time = if rest.is_empty() { None } else { Some(time(rest)?) };
    Ok((day, time))
}

/// A day with nothing behind it that matters (a time is passed over).
///
/// # Errors
/// As [`date`].
pub fn day(cell: &str) -> Result<Day, Message> {
    date(cell).map(|(day, _)| day)
}

/// The number at the beginning and what follows it.
fn leading_number(text: &str) -> Option<(u32, usize, &str)> {
    let width = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(width)?;
    (1..=8).contains(&width).then(|| number.parse().ok()).flatten().map(|number| (number, width, rest))
}

fn leading_day(text: &str) -> Result<(Day, &str), Message> {
    let wrong = || msg!("import.date");
    let (year, width, rest) = leading_number(text).ok_or_else(wrong)?;
    if width == 8 && !rest.starts_with(['-', '/', '.', '年']) {
        let day = Day::from_calendar(signed(year / 10_000), year / 100 % 100, year % 100);
        return day.map(|day| (day, rest)).ok_or_else(|| msg!("import.date-none"));
    }
    if width == 5 && (rest.is_empty() || rest.strip_prefix('.').is_some_and(digits)) {
        return Err(msg!("import.date-serial", day = Day::from_number(signed(year).saturating_add(SERIAL_EPOCH))));
    }
    let mut next = rest.chars();
    let separator = match next.next() {
        Some(separator @ ('-' | '/' | '.' | '年')) => separator,
        _ => return Err(wrong()),
    };
    let (month, month_width, rest) = leading_number(next.as_str().trim_start()).ok_or_else(wrong)?;
    let between = if separator == '年' { '月' } else { separator };
    let rest = rest.trim_start().strip_prefix(between).ok_or_else(wrong)?;
    let (of_month, day_width, rest) = leading_number(rest.trim_start()).ok_or_else(wrong)?;
    let rest = if separator == '年' { rest.strip_prefix(['日', '号']).unwrap_or(rest) } else { rest };
    if width <= 2 && day_width == 4 {
        return Err(msg!("import.date-order"));
    }
    if width != 4 || month_width > 2 || day_width > 2 {
        return Err(wrong());
    }
    let day = Day::from_calendar(signed(year), month, of_month).filter(|_| year > 0);
    day.map(|day| (day, rest)).ok_or_else(|| msg!("import.date-none"))
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A time: `18:05`, `18:05:30`, `6:05 PM`, `下午6:05`.
///
/// # Errors
/// Anything else.
pub fn time(cell: &str) -> Result<TimeOfDay, Message> {
    parse_time(cell).ok_or_else(|| msg!("import.time"))
}

fn parse_time(cell: &str) -> Option<TimeOfDay> {
    const HALVES: &[(&str, bool)] = &[
        ("上午", false),
        ("早上", false),
        ("凌晨", false),
        ("下午", true),
        ("晚上", true),
        ("AM", false),
        ("PM", true),
    ];
    let cell = plain(cell);
    let upper = if cell.ends_with(['m', 'M']) { Cow::Owned(cell.to_ascii_uppercase()) } else { cell };
    let mut half = None;
    let mut clock = &*upper;
    for (word, afternoon) in HALVES {
        if let Some(rest) = clock.strip_prefix(word).or_else(|| clock.strip_suffix(word)) {
            (half, clock) = (Some(*afternoon), rest.trim());
        }
    }
    let (mut hour, width, rest) = leading_number(clock)?;
    let (minute, minute_width, rest) = leading_number(rest.strip_prefix(':')?)?;
    let second = match rest.strip_prefix(':') {
        None if rest.is_empty() => 0,
        None => return None,
        Some(rest) => {
            let (second, 1..=2, fraction) = leading_number(rest)? else {
                return None;
            };
            if !fraction.is_empty() && !fraction.strip_prefix('.').is_some_and(digits) {
                return None;
            }
            second
        }
    };
    if width > 2 || minute_width != 2 || second > 59 {
        return None;
    }
    match half {
        Some(_) if hour > 12 || hour == 0 => return None,
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let minute = Minute::from_clock(u16::try_from(hour).ok()?, u16::try_from(minute).ok()?)?;
    Some(TimeOfDay { minute, second: u8::try_from(second).ok()? })
}

/// A birthday: a day, or month and day alone (`3-2`, `3月2日`); lunar where the column is, or the cell begins with
/// 农历 or 阴历 (`农历三月初二`).
///
/// # Errors
/// As [`date`]; a month or day that no calendar has.
pub fn birthday(cell: &str, lunar_column: bool) -> Result<Birthday, Message> {
    let wrong = || msg!("import.birthday");
    let cell = plain(cell);
    let marked = ["农历", "阴历", "lunar "].iter().find_map(|word| cell.strip_prefix(word));
    let lunar = lunar_column || marked.is_some();
    let cell = marked.unwrap_or(&cell).trim_start();
    if let Some((month, day)) = yearless(cell, lunar) {
        return Ok(Birthday { year: None, month, day, lunar });
    }
    if lunar && let Some((year, rest)) = cell.split_once(['-', '/', '.', '年']) {
        // A lunar day need not be one of the solar calendar: the second month may have a 30th.
        let year = year.parse().ok().filter(|year| (1..=9_999).contains(year)).ok_or_else(wrong)?;
        let (month, day) = yearless(rest, lunar).ok_or_else(wrong)?;
        return Ok(Birthday { year: Some(year), month, day, lunar });
    }
    if cell.chars().count() <= 6 && cell.contains(['-', '/', '.', '月']) {
        // Month and day, but no such day.
        return Err(wrong());
    }
    let day = day(cell)?;
    let narrow = |number: u32| u8::try_from(number).map_err(|_| wrong());
    Ok(Birthday { year: Some(day.year()), month: narrow(day.month())?, day: narrow(day.day_of_month())?, lunar })
}

/// Month and day alone, if a year of that calendar can have them.
fn yearless(cell: &str, lunar: bool) -> Option<(u8, u8)> {
    if lunar && let Some(named) = lunar_words(cell) {
        return Some(named);
    }
    let (month, 1..=2, rest) = leading_number(cell)? else {
        return None;
    };
    let (day, 1..=2, rest) = leading_number(rest.strip_prefix(['-', '/', '.', '月'])?)? else {
        return None;
    };
    const LEAP_YEAR: i32 = 2_000;
    let there = if lunar {
        (1..=12).contains(&month) && (1..=30).contains(&day)
    } else {
        Day::from_calendar(LEAP_YEAR, month, day).is_some()
    };
    let alone = matches!(rest, "" | "日" | "号");
    (there && alone).then_some((u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

/// `三月初二`, `腊月廿三`.
fn lunar_words(cell: &str) -> Option<(u8, u8)> {
    const MONTHS: [&str; 12] = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    const DAYS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let position =
        |words: &[&str], word: &str| words.iter().position(|own| *own == word).and_then(|at| u8::try_from(at + 1).ok());
    let (month, day) = cell.split_once('月')?;
    let month = match month {
        "一" => 1,
        "冬" => 11,
        "腊" => 12,
        word => position(&MONTHS, word)?,
    };
    let day = day.trim_end_matches('日');
    let day = match day {
        "二十" => 20,
        "三十" => 30,
        word => match (
            word.strip_prefix('初'),
            word.strip_prefix('十'),
            word.strip_prefix('廿').or_else(|| word.strip_prefix("二十")),
        ) {
            (Some(unit), ..) => position(&DAYS, unit)?,
            (_, Some(unit), _) => 10 + position(&DAYS, unit).filter(|unit| *unit < 10)?,
            (.., Some(unit)) => 20 + position(&DAYS, unit).filter(|unit| *unit < 10)?,
            _ => return None,
        },
    };
    Some((month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key<T: std::fmt::Debug>(result: Result<T, Message>) -> String {
        result.map_or_else(|wrong| wrong.key.to_string(), |right| format!("{right:?}"))
    }

    #[test]
    fn days_in_the_ways_people_write_them() {
        for cell in [
            "2026-03-02",
            "2026/3/2",
            "2026.3.2",
            "20260302",
            "2026年3月2日",
            "２０２６－０３－０２",
            " 2026-3-2 ",
            "2026年3月2号",
        ] {
            assert_eq!(
                date(cell).map(|(day, time)| (day.to_string(), time)),
                Ok(("2026-03-02".into(), None)),
                "{cell}"
            );
        }
        for cell in [
            "2026-03-02 18:05:09",
            "2026-03-02T18:05:09",
            "2026/3/2 下午6:05:09",
            "20260302 6:05:09 PM",
            "2026年3月2日18:05:09",
        ] {
            let (day, time) = date(cell).expect(cell);
            assert_eq!(
                (day.to_string(), time.map(|t| (t.minute.to_string(), t.second))),
                ("2026-03-02".into(), Some(("18:05".into(), 9))),
                "{cell}"
            );
        }
        for (cell, wrong) in [
            ("46083", "import.date-serial"),
            ("46083.75", "import.date-serial"),
            ("3/2/2026", "import.date-order"),
            ("2026-02-30", "import.date-none"),
            ("20261301", "import.date-none"),
            ("0000-01-01", "import.date-none"),
            ("26-3-2", "import.date"),
            ("2026-3", "import.date"),
            ("yesterday", "import.date"),
            ("2026-03-02 25:00", "import.time"),
            ("2026-03-02x", "import.time"),
            ("", "import.date"),
        ] {
            assert_eq!(key(date(cell)), wrong, "{cell}");
        }
        let serial = date("46083").expect_err("a serial");
        assert_eq!(serial.arg("day"), Some(&"2026-03-02".parse::<Day>().expect("a day").into()));
    }

    #[test]
    fn times() {
        for (cell, wanted) in [
            ("9:05", "09:05"),
            ("09:05:59.250", "09:05"),
            ("12:00 am", "00:00"),
            ("下午12:30", "12:30"),
            ("晚上11:30", "23:30"),
        ] {
            assert_eq!(time(cell).map(|t| t.minute.to_string()), Ok(wanted.into()), "{cell}");
        }
        for cell in ["24:00", "9", "9:5", "13:00 PM", "0905", "9:05:61", "9:05+08:00"] {
            assert_eq!(key(time(cell)), "import.time", "{cell}");
        }
    }

    #[test]
    fn numbers_with_signs_and_separators() {
        for (cell, fen) in [
            ("¥1,234.50", 123_450),
            ("￥ 12.5", 1_250),
            ("1 234 567", 123_456_700),
            ("12元", 1_200),
            ("-¥5.00", -500),
            ("¥-5", -500),
            ("1.500", 150),
            ("０.５", 50),
            (".5", 50),
        ] {
            assert_eq!(number::<Money>(cell).map(Money::minor), Ok(fen), "{cell}");
        }
        for (cell, wrong) in [
            ("12,50", "import.number-separator"),
            ("1.234,50", "import.number-separator"),
            ("1,2345", "import.number-separator"),
            ("12.345", "import.too-fine"),
            ("1.2E+5", "import.scientific"),
            ("99999999999999", "import.too-large"),
            ("10000000000.01", "import.too-large"),
            ("3万", "import.number"),
            ("--5", "import.number"),
            ("-", "import.number"),
            ("NaN", "import.number"),
            ("2+3", "import.number"),
        ] {
            assert_eq!(key(number::<Money>(cell)), wrong, "{cell}");
        }
        assert_eq!(number::<Quantity>("0.345").map(|q| q.minor()), Ok(345));
        assert_eq!(number::<Quantity>("0").map(|q| q.minor()), Ok(0));
    }

    #[test]
    fn phones_and_documents_are_text() {
        for (cell, wanted) in [
            ("138 0000-1111", "13800001111"),
            ("+86 (0)21 5555", "+860215555"),
            ("13800001111.0", "13800001111"),
            ("１３８００００１１１１", "13800001111"),
            ("02155556666", "02155556666"),
        ] {
            assert_eq!(phone(cell).as_deref(), Ok(wanted), "{cell}");
        }
        assert_eq!(key(phone("1.38E+10")), "import.phone-scientific");
        for cell in ["1380000x111", "1234", "123456789012345678901", "电话"] {
            assert_eq!(key(phone(cell)), "import.phone", "{cell}");
        }
        assert_eq!(id_number("11010519491231002x").as_deref(), Ok("11010519491231002X"));
        assert_eq!(key(id_number("1.10105E+17")), "import.id-scientific");
        assert_eq!(key(id_number("110105194912310000")), "import.id-rounded");
        assert_eq!(key(code("6.9E+12")), "import.code-scientific");
        assert_eq!(code(" 1E5 ").as_deref(), Ok("1E5"));
        assert_eq!(key(code(&"9".repeat(65))), "import.too-long");
        assert_eq!(text("two\nlines").as_deref(), Ok("two lines"));
    }

    #[test]
    fn birthdays_with_and_without_year_and_lunar() {
        let of = |cell: &str, lunar| {
            birthday(cell, lunar).map(|b| (b.year, b.month, b.day, b.lunar)).map_err(|m| m.key.to_string())
        };
        assert_eq!(of("1980-03-02", false), Ok((Some(1980), 3, 2, false)));
        assert_eq!(of("3月2日", false), Ok((None, 3, 2, false)));
        assert_eq!(of("02-29", false), Ok((None, 2, 29, false)));
        assert_eq!(of("02-30", false), Err("import.birthday".into()));
        assert_eq!(of("农历02-30", false), Ok((None, 2, 30, true)));
        assert_eq!(of("1980-02-30", true), Ok((Some(1980), 2, 30, true)));
        assert_eq!(of("农历三月初二", false), Ok((None, 3, 2, true)));
        assert_eq!(of("腊月廿三", true), Ok((None, 12, 23, true)));
        assert_eq!(of("1980年正月十五", true), Ok((Some(1980), 1, 15, true)));
        assert_eq!(of("13-01", false), Err("import.birthday".into()));
        assert_eq!(of("29282", false), Err("import.date-serial".into()));
        assert_eq!(of("1-1-1980", true), Err("import.birthday".into()));
    }

    #[test]
    fn the_mark_of_text_comes_off_once() {
        for (cell, wanted) in [
            ("'=1+1", "=1+1"),
            ("''=1", "'=1"),
            ("'013", "013"),
            ("' -x", " -x"),
            ("'s Gravenhage", "'s Gravenhage"),
            ("x", "x"),
            ("'", "'"),
        ] {
            assert_eq!(unmarked(cell), wanted, "{cell}");
        }
    }
}
