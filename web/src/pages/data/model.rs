//! What the Data page decides without a browser: which sort of file it is, its encoding, columns, words for sizes.

use regulars_desk::protocol::{ImportFile, ImportPreview, ImportProblem, ImportRow, TableKind};
use regulars_rules::id::Text;
use regulars_rules::message::Language;
use regulars_rules::words;

/// How a text file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// The Chinese one of Excel and of older tills; GBK and GB2312 are parts of it.
    Gb18030,
    /// Excel's "Unicode text".
    Utf16,
    /// The same with the big end first.
    Utf16Be,
}

impl Encoding {
    /// All, in the order of the choice.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Gb18030, Self::Utf16, Self::Utf16Be];

    /// Its name, as the browser's decoder and the worker know it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Utf16 => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// The encoding of a name.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|own| own.word() == word).unwrap_or(Self::Utf8)
    }

    /// Its name for people.
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Utf8, _) => "UTF-8",
            (Self::Gb18030, Language::Zh) => "GB18030（中文 Excel）",
            (Self::Gb18030, Language::En) => "GB18030 (Chinese Excel)",
            (Self::Utf16, Language::Zh) => "UTF-16（Unicode 文本）",
            (Self::Utf16, Language::En) => "UTF-16 (Unicode text)",
            (Self::Utf16Be, _) => "UTF-16 BE",
        }
    }
}

/// The encoding that the bytes show: a mark at the start, else valid UTF-8 (perhaps cut within its last sign), else
/// what Chinese Excel writes.
pub fn sniff(bytes: &[u8]) -> Encoding {
    if bytes.starts_with(&[0xFF, 0xFE]) {
        return Encoding::Utf16;
    }
    if bytes.starts_with(&[0xFE, 0xFF]) {
        return Encoding::Utf16Be;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Encoding::Utf8,
        Err(error)
            if error.error_len().is_none()
                && error.valid_up_to() > 0
                && !bytes.get(..error.valid_up_to()).unwrap_or_default().is_ascii() =>
        {
            Encoding::Utf8
        }
        Err(_) => Encoding::Gb18030,
    }
}

/// UTF-8 without its mark, from bytes that are UTF-8 already; `None`: the browser's decoder must help.
pub fn as_utf8(bytes: &[u8], encoding: Encoding) -> Option<&[u8]> {
    let bare = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    (encoding == Encoding::Utf8 && std::str::from_utf8(bare).is_ok()).then_some(bare)
}

/// Whether signs could not be read in the encoding.
pub fn unreadable(text: &[u8]) -> bool {
    let sign = "\u{FFFD}".as_bytes();
    // A large file is walked once: three comparisons a byte would hold the page up.
    text.iter().enumerate().any(|(at, byte)| *byte == 0xEF && text.get(at..).is_some_and(|rest| rest.starts_with(sign)))
}

/// Which sort of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A table: goes to the preview.
    Table,
    /// A backup of a shop: goes to restoring.
    Backup,
    /// A workbook: must be saved as CSV first.
    Workbook,
    /// Nothing in it.
    Empty,
    /// Neither text nor anything known.
    Foreign,
}

/// Ends of names that backups have.
const BACKUP_ENDS: [&str; 5] = [".regulars", ".backup", ".bak", ".regulars.json", ".jsonl"];
/// Beginnings that backups have: the product's name, or a JSON text.
const BACKUP_STARTS: [&[u8]; 3] = [b"regulars", b"REGULARS", b"{"];
/// A zip (`.xlsx`) and an old Office file (`.xls`).
const WORKBOOK_STARTS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];
/// As much of a file as is looked at.
const HEAD_BYTES: usize = 4096;

/// Which sort of file it is, from its name and its beginning.
pub fn sort_of(name: &str, bytes: &[u8]) -> Sort {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let bare = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    let name = name.to_lowercase();
    if bare.iter().all(u8::is_ascii_whitespace) {
        return Sort::Empty;
    }
    if WORKBOOK_STARTS.iter().any(|start| head.starts_with(start)) {
        return Sort::Workbook;
    }
    if BACKUP_ENDS.iter().any(|end| name.ends_with(end)) || BACKUP_STARTS.iter().any(|start| bare.starts_with(start)) {
        return Sort::Backup;
    }
    if head.contains(&0) && !matches!(sniff(head), Encoding::Utf16 | Encoding::Utf16Be) {
        return Sort::Foreign;
    }
    Sort::Table
}

/// A table's word in a choice.
pub const fn kind_word(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Members => "members",
        TableKind::Products => "products",
        TableKind::Sales => "sales",
    }
}

/// The table of a choice's word; `None`: guess.
pub fn kind_of(word: &str) -> Option<TableKind> {
    [TableKind::Members, TableKind::Products, TableKind::Sales].into_iter().find(|kind| kind_word(*kind) == word)
}

/// A table's name for people.
pub const fn kind_label(kind: TableKind, language: Language) -> &'static str {
    match (kind, language) {
        (TableKind::Members, Language::Zh) => "会员",
        (TableKind::Members, Language::En) => "Members",
        (TableKind::Products, Language::Zh) => "商品",
        (TableKind::Products, Language::En) => "Products",
        (TableKind::Sales, Language::Zh) => "销售",
        (TableKind::Sales, Language::En) => "Sales",
    }
}

/// Fields that a table may have, with their names: what `regulars-exchange` knows, for where the worker's answer does
/// not bring them (it could not tell what the file holds) or the rules have another name for the code.
const FIELDS: [(&str, &str, &str); 28] = [
    ("member", "会员号", "Member no."),
    ("name", "姓名", "Name"),
    ("phone", "手机", "Phone"),
    ("joined", "开卡日期", "Joined"),
    ("birthday", "生日", "Birthday"),
    ("lunar_birthday", "农历生日", "Lunar birthday"),
    ("id_number", "身份证", "ID number"),
    ("gender", "性别", "Gender"),
    ("email", "邮箱", "E-mail"),
    ("address", "地址", "Address"),
    ("points", "积分", "Points"),
    ("spend", "累计消费", "Lifetime spend"),
    ("visits", "消费次数", "Visits"),
    ("stored_value", "储值余额", "Stored value"),
    ("product", "商品编码", "Product code"),
    ("category", "品类", "Category"),
    ("price", "单价", "Unit price"),
    ("tags", "标签", "Tags"),
    ("receipt", "小票号", "Receipt"),
    ("date", "日期", "Date"),
    ("time", "时间", "Time"),
    ("quantity", "数量", "Quantity"),
    ("amount", "金额", "Amount"),
    ("discount", "优惠", "Discount"),
    ("store", "门店", "Store"),
    ("guide", "导购", "Guide"),
    ("tender", "支付方式", "Tender"),
    ("returned", "已退数量", "Returned"),
];

const MEMBER_FIELDS: [&str; 16] = [
    "member",
    "name",
    "phone",
    "joined",
    "birthday",
    "lunar_birthday",
    "id_number",
    "gender",
    "email",
    "address",
    "store",
    "guide",
    "points",
    "spend",
    "visits",
    "stored_value",
];
const PRODUCT_FIELDS: [&str; 5] = ["product", "name", "category", "price", "tags"];
const SALE_FIELDS: [&str; 16] = [
    "receipt", "date", "time", "member", "product", "name", "category", "tags", "quantity", "price", "amount",
    "discount", "store", "guide", "tender", "returned",
];

/// The fields of a kind, where the worker has not said them; which of them must be there, it says.
pub fn fields_of(kind: TableKind) -> Vec<(Text, bool)> {
    let names: &[&str] = match kind {
        TableKind::Members => &MEMBER_FIELDS,
        TableKind::Products => &PRODUCT_FIELDS,
        TableKind::Sales => &SALE_FIELDS,
    };
    names.iter().map(|name| (Text::from(*name), false)).collect()
}

/// A field's name for people.
pub fn field_words(field: &str, kind: TableKind, language: Language) -> &str {
    match (field, kind, language) {
        ("name", TableKind::Products | TableKind::Sales, Language::Zh) => return "商品名称",
        ("name", TableKind::Products | TableKind::Sales, Language::En) => return "Product name",
        _ => {}
    }
    match FIELDS.iter().find(|(own, _, _)| *own == field) {
        Some((_, zh, _)) if language == Language::Zh => zh,
        Some((_, _, en)) => en,
        None => words::name_of_code(field, language),
    }
}

/// The first rows of a table as they stand, for where the worker could not read it: a look, not a reading.
pub fn look(text: &str, rows_max: usize) -> Vec<Vec<Text>> {
    let first = text.lines().next().unwrap_or_default();
    let separator = [',', '\t', ';', '，']
        .into_iter()
        .max_by_key(|sign| (first.matches(*sign).count(), *sign == ','))
        .unwrap_or(',');
    let mut rows = vec![Vec::new()];
    let mut cell = String::new();
    let mut quoted = false;
    for sign in text.chars() {
        match sign {
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                if let Some(row) = rows.last_mut() {
                    row.push(Text::from(cell.trim()));
                }
                cell.clear();
                if rows.len() >= rows_max {
                    return rows;
                }
                rows.push(Vec::new());
            }
            other if other == separator && !quoted => {
                if let Some(row) = rows.last_mut() {
                    row.push(Text::from(cell.trim()));
                }
                cell.clear();
            }
            other => cell.push(other),
        }
    }
    if let Some(row) = rows.last_mut() {
        row.push(Text::from(cell.trim()));
    }
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}

/// A preview that the page makes itself where the worker's answer is a refusal of the whole file: headers and rows as
/// they stand, so that columns can be matched by hand.
pub fn stopgap(text: &[u8], kind: TableKind, columns: &[Text], encoding: Encoding) -> ImportPreview {
    let text = String::from_utf8_lossy(text.get(..LOOK_BYTES).unwrap_or(text));
    let mut rows = look(&text, 9).into_iter();
    let headers = rows.next().unwrap_or_default();
    let mut columns = columns.to_vec();
    columns.resize(headers.len(), Text::default());
    ImportPreview {
        kind,
        encoding: Text::from(encoding.word()),
        columns,
        fields: fields_of(kind),
        rows: rows
            .zip(2_u32..)
            .map(|(cells, line)| ImportRow { line, cells, problems: Vec::new(), known: false })
            .collect(),
        headers,
        total: 0,
        good: 0,
        known: 0,
        bad: 0,
        problems: Vec::new(),
    }
}

/// As much of a file as the page looks at itself.
const LOOK_BYTES: usize = 16_384;

/// Gives a column a field. A field has one column: another that had it loses it. Empty: the column is of no use.
pub fn assign(columns: &mut [Text], column: usize, field: &str) {
    for (index, own) in columns.iter_mut().enumerate() {
        if index == column {
            *own = Text::from(field);
        } else if !field.is_empty() && own == field {
            *own = Text::default();
        }
    }
}

/// The first cell of a column that says something: an example beside its header.
pub fn example(rows: &[ImportRow], column: usize) -> Option<&str> {
    rows.iter().filter_map(|row| row.cells.get(column)).map(Text::as_str).find(|cell| !cell.trim().is_empty())
}

/// How a row fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It will be taken.
    Good,
    /// It is here already.
    Known,
    /// It cannot be taken.
    Bad,
    /// It was not read: a column is missing or doubled.
    Unread,
}

/// How a row fares.
pub fn verdict(row: &ImportRow, read: bool) -> Verdict {
    match (row.problems.is_empty(), row.known, read) {
        (_, _, false) => Verdict::Unread,
        (false, _, true) => Verdict::Bad,
        (true, true, true) => Verdict::Known,
        (true, false, true) => Verdict::Good,
    }
}

/// Why an import cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Required fields have no column.
    Fields,
    /// The file has no rows.
    Empty,
    /// All of it is here already.
    AllKnown,
    /// No row is good.
    AllBad,
}

/// Why an import cannot begin; `None`: it can.
pub fn obstacle(preview: &ImportPreview) -> Option<Obstacle> {
    if preview.good > 0 {
        None
    } else if preview.total == 0 && !preview.rows.is_empty() {
        // Rows that nobody counted were not read, because a column is missing or doubled.
        Some(Obstacle::Fields)
    } else if preview.total == 0 {
        Some(Obstacle::Empty)
    } else if preview.known > 0 {
        Some(Obstacle::AllKnown)
    } else {
        Some(Obstacle::AllBad)
    }
}

/// What a person has settled about a file: its encoding, its kind, its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The file's name.
    pub name: Text,
    /// How it is written.
    pub encoding: Encoding,
    /// Whether the person, not the bytes, said so.
    pub encoding_chosen: bool,
    /// What it holds; `None`: guess.
    pub kind: Option<TableKind>,
    /// Its columns; empty: guess.
    pub columns: Vec<Text>,
    /// Its text in UTF-8.
    pub text: Vec<u8>,
}

impl Draft {
    /// The question's file. The text is UTF-8 by now, whatever the file was, so that is what the worker is told.
    pub fn file(&self) -> ImportFile {
        ImportFile {
            name: self.name.clone(),
            bytes: self.text.clone(),
            kind: self.kind,
            columns: self.columns.clone(),
            encoding: Text::const_new(Encoding::Utf8.word()),
        }
    }

    /// Another kind: what the columns were taken for is to be guessed again.
    pub fn set_kind(&mut self, kind: Option<TableKind>) {
        self.kind = kind;
        self.columns.clear();
    }

    /// Another field for a column.
    pub fn set_column(&mut self, preview: &ImportPreview, column: usize, field: &str) {
        self.kind = Some(preview.kind);
        self.columns.clone_from(&preview.columns);
        self.columns.resize(preview.headers.len(), Text::default());
        assign(&mut self.columns, column, field);
    }
}

/// Problems as a table for a spreadsheet: with the mark that Excel wants, and no cell that it would compute.
pub fn problems_csv(problems: &[ImportProblem], kind: TableKind, language: Language) -> String {
    let heads = match language {
        Language::Zh => ["行号", "字段", "内容", "原因"],
        Language::En => ["Line", "Field", "Text", "Reason"],
    };
    let mut out = String::from("\u{FEFF}");
    out.push_str(&heads.join(","));
    out.push_str("\r\n");
    for problem in problems {
        let cells = [
            problem.line.to_string(),
            cell(field_words(&problem.field, kind, language)),
            cell(&problem.text),
            cell(&words::say(&problem.reason, language)),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cell(text: &str) -> String {
    let inert = if text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if inert.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", inert.replace('"', "\"\"")) } else { inert }
}

/// A number of bytes in words: `12.3 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut unit = 1_u64;
    let mut word = "B";
    for (index, name) in UNITS.into_iter().enumerate() {
        if index > 0 {
            let next = unit.saturating_mul(1024);
            if bytes < next {
                break;
            }
            unit = next;
        }
        word = name;
    }
    let whole = bytes.checked_div(unit).unwrap_or(0);
    if unit == 1 || whole >= 100 {
        return format!("{whole} {word}");
    }
    // Tenths, cut off: never more than there is.
    let tenth = bytes.checked_rem(unit).unwrap_or(0).saturating_mul(10).checked_div(unit).unwrap_or(0);
    format!("{whole}.{tenth} {word}")
}

/// Whether the name that must be typed before everything is erased was typed.
pub fn confirms(typed: &str, name: &str) -> bool {
    let typed = typed.trim();
    !typed.is_empty() && typed == name.trim()
}

#[cfg(test)]
mod tests {
    use regulars_rules::msg;

    use super::*;

    #[test]
    fn encodings_are_noticed() {
        assert_eq!(sniff("姓名,手机".as_bytes()), Encoding::Utf8);
        assert_eq!(sniff(b"name,phone"), Encoding::Utf8);
        assert_eq!(sniff(&[0xD0, 0xD5, 0xC3, 0xFB, b',', 0xCA, 0xD6, 0xBB, 0xFA]), Encoding::Gb18030); // 姓名,手机
        assert_eq!(sniff(&[0xFF, 0xFE, 0x0D, 0x59]), Encoding::Utf16);
        let whole = "姓名,手机".as_bytes();
        assert_eq!(sniff(&whole[..whole.len() - 1]), Encoding::Utf8, "cut within the last sign");
        assert_eq!(sniff(&[b'a', b',', 0xD0]), Encoding::Gb18030);
    }

    #[test]
    fn utf8_goes_as_it_is() {
        assert_eq!(as_utf8("\u{FEFF}a".as_bytes(), Encoding::Utf8), Some(b"a".as_slice()));
        assert_eq!(as_utf8(b"a", Encoding::Gb18030), None);
        assert_eq!(as_utf8(&[0xD0, 0xD5], Encoding::Utf8), None);
        assert!(unreadable("a\u{FFFD}".as_bytes()));
        assert!(!unreadable("姓名".as_bytes()));
    }

    #[test]
    fn files_are_told_apart() {
        assert_eq!(sort_of("members.csv", b"name,phone\n"), Sort::Table);
        assert_eq!(sort_of("m.xlsx", b"PK\x03\x04..."), Sort::Workbook);
        assert_eq!(sort_of("m.xls", b"\xD0\xCF\x11\xE0"), Sort::Workbook);
        assert_eq!(sort_of("shop.regulars", b"\x01\x02"), Sort::Backup);
        assert_eq!(sort_of("shop.json", b"{\"regulars\":1}"), Sort::Backup);
        assert_eq!(sort_of("empty.csv", b"\xEF\xBB\xBF\n "), Sort::Empty);
        assert_eq!(sort_of("photo.jpg", &[0xFF, 0xD8, 0x00, 0x10]), Sort::Foreign);
        assert_eq!(sort_of("u.csv", &[0xFF, 0xFE, 0x61, 0x00]), Sort::Table);
    }

    #[test]
    fn a_field_has_one_column() {
        let mut columns = [Text::from("name"), Text::from("phone"), Text::default()];
        assign(&mut columns, 2, "phone");
        assert_eq!(columns, ["name", "", "phone"]);
        assign(&mut columns, 0, "");
        assert_eq!(columns, ["", "", "phone"]);
    }

    #[test]
    fn problems_are_inert_in_a_spreadsheet() {
        let problem =
            ImportProblem { line: 7, field: "name".into(), text: "=1+1,\"x\"".into(), reason: msg!("import.test") };
        let csv = problems_csv(&[problem], TableKind::Members, Language::Zh);
        assert!(csv.starts_with("\u{FEFF}行号,"));
        assert!(csv.contains("7,姓名,\"'=1+1,\"\"x\"\"\","), "{csv}");
    }

    #[test]
    fn a_look_at_a_table() {
        let rows = look("姓名\t备注\n\"王 芳\"\t\"a\tb\"\r\n\n", 9);
        assert_eq!(rows, [["姓名", "备注"], ["王 芳", "a\tb"]]);
        assert_eq!(look("a,b;c\n1,2", 1), [["a", "b;c"]]);
        let preview = stopgap("a,b\n1,2\n".as_bytes(), TableKind::Products, &[], Encoding::Utf8);
        assert_eq!((preview.headers.len(), preview.columns.len(), preview.rows.len()), (2, 2, 1));
        assert_eq!(obstacle(&preview), Some(Obstacle::Fields));
    }

    #[test]
    fn sizes_in_words() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1024), "1.0 KB");
        assert_eq!(size(12_900_000), "12.3 MB");
        assert_eq!(size(u64::MAX), "16777215 TB");
    }

    #[test]
    fn erasing_wants_the_name() {
        assert!(confirms(" 花店 ", "花店"));
        assert!(!confirms("", ""));
        assert!(!confirms("花", "花店"));
    }
}
