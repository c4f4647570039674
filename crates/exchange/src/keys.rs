//! The messages of this crate: every key, its arguments, and what it means, for whoever words them.
//!
//! Arguments named `field`, `one`, `other` and `what` are labels in both languages; `line`, `rows`, `found`,
//! `expected`, `most`, `version`, `readable` counts; `day` and `today` days; `stated` and `paid` money; the rest texts.

/// Key, arguments, and what it says.
pub const KEYS: &[(&str, &[&str], &str)] = &[
    ("import.blank", &["field"], "{field} is blank; fill it in"),
    ("import.phone", &[], "not a phone number: 5 to 20 digits, perhaps with + in front"),
    (
        "import.phone-scientific",
        &[],
        "the spreadsheet has shortened the phone (1.38E+10), its digits are lost; format the column as text or as a number without decimals and save again",
    ),
    ("import.phone-twice", &["line"], "the same phone as on line {line}; one phone belongs to one member"),
    ("import.phone-taken", &[], "another member of the shop has this phone; change one of them or leave the row out"),
    (
        "import.code-scientific",
        &[],
        "the spreadsheet has shortened the number (6.9E+12), its digits are lost; format the column as text and save again",
    ),
    ("import.too-long", &["most"], "longer than {most} characters; shorten it"),
    (
        "import.id-scientific",
        &[],
        "the spreadsheet has shortened the identity number, its digits are lost; format the column as text and enter it again",
    ),
    (
        "import.id-rounded",
        &[],
        "the spreadsheet has replaced the last digits by 000; format the column as text and enter it again",
    ),
    ("import.birthday", &[], "not a birthday; write 1980-03-02, 03-02 or 农历03-02"),
    ("import.date", &[], "not a day; write 2026-03-02"),
    ("import.date-order", &[], "day and month cannot be told apart; write the year first: 2026-03-02"),
    (
        "import.date-serial",
        &["day"],
        "a spreadsheet's day number, perhaps {day}; format the column as a date (yyyy-mm-dd) and save again",
    ),
    ("import.date-none", &[], "there is no such day in the calendar; correct it"),
    ("import.date-future", &["today"], "later than today ({today}); correct the day"),
    ("import.date-early", &[], "before 1970-01-02; correct the day"),
    ("import.time", &[], "not a time; write 18:05"),
    ("import.number", &[], "not a number; write 1234.50"),
    ("import.number-separator", &[], "it is unclear what the comma separates; write 1234.50"),
    (
        "import.scientific",
        &[],
        "the spreadsheet has shortened the number (1.2E+5); format the column as a number and save again",
    ),
    ("import.too-fine", &[], "more decimals than the unit has (money and points 2, quantity 3); round it"),
    ("import.too-large", &[], "larger than any shop's figure; correct it"),
    ("import.count", &[], "not a count; write a whole number such as 12"),
    ("import.negative", &[], "below zero; correct it or leave it blank"),
    (
        "import.return-row",
        &[],
        "below zero: a return, which this file cannot tie to its sale; remove the receipt's return and record it at the counter",
    ),
    (
        "import.returned",
        &[],
        "some of it came back, and a sales file carries no returns; move a shop with a backup, or clear the cell and record the return at the counter",
    ),
    ("import.member-or-phone", &[], "neither member number nor phone; fill in one of them"),
    ("import.member-twice", &["line"], "the same member as on line {line}; keep one"),
    ("import.member-taken", &[], "another member of the shop has this number or card; change it or leave the row out"),
    (
        "import.member-unknown",
        &[],
        "no member with this number or phone; import the members first, correct it, or leave it blank",
    ),
    ("import.product-twice", &["line"], "the same product code as on line {line}; keep one"),
    (
        "import.receipt-two-members",
        &["first"],
        "the receipt names {first} on another row; a receipt belongs to one member",
    ),
    (
        "import.receipt-twice",
        &["line"],
        "the receipt that begins on line {line} has the same number, store and day, written differently; write them alike",
    ),
    (
        "import.receipt-left-out",
        &["receipt", "rows", "line"],
        "receipt {receipt} is left out with its {rows} rows because of line {line}; correct that line and import again",
    ),
    ("import.tender-sum", &["stated", "paid"], "the tenders sum to {stated}, the lines to {paid}; correct one of them"),
    ("import.tender-differs", &["first"], "the receipt says {first} on another row; write the same on all its rows"),
    (
        "import.row-cells",
        &["found", "expected"],
        "{found} cells where there are {expected} columns; a cell is missing, or one holds the delimiter without quotes",
    ),
    ("import.quote-open", &[], "a quote opens and does not close; close or remove it"),
    (
        "import.cut",
        &[],
        "the file ends within this row: it was cut short; fetch the whole file and import it again, rows already taken are not doubled",
    ),
    ("import.empty", &[], "the file holds no row"),
    ("import.remedy.empty", &[], "choose a file whose first row names its columns"),
    ("import.not-a-table", &["what"], "this is {what}, not a CSV file"),
    ("import.remedy.not-a-table", &[], "open it in a spreadsheet and save it as CSV UTF-8"),
    ("import.encoding-unknown", &[], "the text is neither UTF-8, UTF-16 nor GB18030"),
    ("import.decoder-missing", &[], "the text is GB18030, which is not decoded here"),
    ("import.remedy.encoding", &[], "save the file as CSV UTF-8"),
    ("import.column-needed", &["field"], "no column is taken for {field}"),
    ("import.column-one-of", &["one", "other"], "no column is taken for {one} or {other}"),
    ("import.remedy.column-needed", &[], "choose which column it is"),
    ("import.column-twice", &["field"], "two columns are taken for {field}"),
    ("import.remedy.column-twice", &[], "keep one and set the other to unused"),
    ("backup.not-a-backup", &["what"], "this is {what}, not a backup of Regulars"),
    (
        "backup.remedy.not-a-backup",
        &[],
        "choose a file that Storage, Backup has made; its name ends in .regulars.jsonl",
    ),
    ("backup.newer", &["version", "readable"], "the backup has layout {version}; this version reads up to {readable}"),
    ("backup.remedy.newer", &[], "update Regulars, then restore; nothing has been changed"),
    ("backup.truncated", &["expected", "found"], "the backup is cut short: {found} of {expected} bytes"),
    ("backup.remedy.truncated", &[], "copy or download the whole file again; nothing has been changed"),
    ("backup.damaged", &[], "the backup is not as it was written"),
    (
        "backup.remedy.damaged",
        &[],
        "use another copy; a text editor or a chat program may have changed this one; nothing has been changed",
    ),
    ("backup.unreadable-event", &["line", "detail"], "line {line} of the backup cannot be read: {detail}"),
    ("backup.unwritable", &["detail"], "an event cannot be written: {detail}"),
    ("backup.remedy.unreadable-event", &[], "keep the file and report it; nothing has been changed"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::KEYS;

    /// Every `msg!` of the sources is listed with its arguments, and nothing else is.
    #[test]
    fn the_list_is_whole() {
        let sources = [
            include_str!("cell.rs"),
            include_str!("error.rs"),
            include_str!("sheet.rs"),
            include_str!("import.rs"),
            include_str!("import/member.rs"),
            include_str!("import/product.rs"),
            include_str!("import/sale.rs"),
        ];
        let mut used: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for call in sources.iter().flat_map(|source| source.split("msg!(").skip(1)) {
            let (key, rest) = call.trim_start().strip_prefix('"').and_then(|call| call.split_once('"')).expect("a key");
            let mut depth = 1;
            let end = rest
                .find(|letter| {
                    depth += i32::from(letter == '(') - i32::from(letter == ')');
                    depth == 0
                })
                .expect("a closed call");
            let args = rest[..end].split(',').filter_map(|part| part.split_once(" = "));
            used.insert(key.into(), args.map(|(name, _)| name.trim().into()).collect());
        }
        let listed: BTreeMap<String, Vec<String>> =
            KEYS.iter().map(|(key, args, _)| ((*key).into(), args.iter().map(|arg| (*arg).into()).collect())).collect();
        assert_eq!(used, listed);
        for (key, args, words) in KEYS {
            assert!(regulars_rules::words::has(key), "{key} has no words");
            assert!(args.iter().all(|arg| words.contains(&format!("{{{arg}}}"))), "{key}");
        }
    }
}
