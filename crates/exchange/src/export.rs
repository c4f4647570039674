//! Tables for spreadsheets: members, products, sales, as CSV in UTF-8 with the mark that Excel needs.
//!
//! INVARIANT(inert): no cell is a formula. A text that begins with `=`, `+`, `-`, `@`, a tab or a line break gets an
//! apostrophe, unless it is a plain number such as `-5.00`. Codes and phones that a spreadsheet would change (leading
//! zeros, more than 11 digits, `1E5`, `10-12`) get one, too. [`crate::import`] takes it off again: reading our own
//! file back gives the same values.

use core::fmt::{Display, Write};
use std::collections::HashMap;

use regulars_rules::event::{Birthday, Body, Event, Product, ReturnedLine, Sold, Tender};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::Language;
use regulars_rules::number::{Money, Points, Quantity, Split};
use regulars_rules::time::Day;

use crate::cell::is_trigger;
use crate::column::{Field, TableKind};

/// A member as the shop knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberRecord {
    /// Who.
    pub id: Option<MemberId>,
    /// Card number.
    pub number: Text,
    /// Name.
    pub name: Text,
    /// Phone.
    pub phone: Text,
    /// The day on which they joined.
    pub joined: Option<Day>,
    /// Birthday.
    pub birthday: Option<Birthday>,
    /// Number of the identity document.
    pub id_number: Text,
    /// Gender, mail and postal address, as far as they are known.
    pub gender: Text,
    /// Mail address.
    pub email: Text,
    /// Postal address.
    pub address: Text,
    /// Store.
    pub store: Text,
    /// Guide.
    pub guide: Text,
    /// Points balance.
    pub points: Points,
    /// Lifetime spend.
    pub spend: Money,
    /// Number of purchases.
    pub visits: u32,
    /// Stored value.
    pub stored_value: Money,
}

/// A text as a cell of such a table: no formula, quoted where it must be.
#[must_use]
pub fn cell(text: &str) -> String {
    let mut table = Table::default();
    table.text(text);
    table.text
}

/// The members' table.
pub fn members(records: impl IntoIterator<Item = MemberRecord>, language: Language) -> Vec<u8> {
    use Field::{
        Address, Birthday, Email, Gender, Guide, Id, IdNumber, Joined, LunarBirthday, Member, Name, Phone, Points,
        Spend, Store, StoredValue, Visits,
    };
    const COLUMNS: &[Field] = &[
        Member,
        Name,
        Phone,
        Joined,
        Birthday,
        LunarBirthday,
        IdNumber,
        Gender,
        Email,
        Address,
        Store,
        Guide,
        Points,
        Spend,
        Visits,
        StoredValue,
        Id,
    ];
    let mut table = Table::new(TableKind::Members, COLUMNS, language);
    for record in records {
        let birthday = |lunar: bool| record.birthday.filter(|birthday| birthday.lunar == lunar).map(birthday_text);
        table.code(&record.number);
        table.text(&record.name);
        table.code(&record.phone);
        table.figure_or_blank(record.joined);
        table.text(&birthday(false).unwrap_or_default());
        table.text(&birthday(true).unwrap_or_default());
        table.code(&record.id_number);
        table.text(&record.gender);
        table.text(&record.email);
        table.text(&record.address);
        table.text(&record.store);
        table.text(&record.guide);
        table.figure(record.points);
        table.figure(record.spend);
        table.figure(record.visits);
        table.figure(record.stored_value);
        table.figure_or_blank(record.id);
        table.end_row();
    }
    table.bytes()
}

fn birthday_text(birthday: Birthday) -> String {
    let Birthday { year, month, day, .. } = birthday;
    year.map_or_else(|| format!("{month}月{day}日"), |year| format!("{year:04}-{month:02}-{day:02}"))
}

/// The products' table.
pub fn products<'p>(products: impl IntoIterator<Item = &'p Product>, language: Language) -> Vec<u8> {
    const COLUMNS: &[Field] = &[Field::Product, Field::Name, Field::Category, Field::Price, Field::Tags];
    let mut table = Table::new(TableKind::Products, COLUMNS, language);
    for product in products {
        table.code(&product.code);
        table.text(&product.name);
        table.text(&product.category);
        table.figure(product.price);
        table.text(product.tags.as_str());
        table.end_row();
    }
    table.bytes()
}

const SALES_COLUMNS: &[Field] = &[
    Field::Receipt,
    Field::Date,
    Field::Time,
    Field::Member,
    Field::Product,
    Field::Name,
    Field::Category,
    Field::Tags,
    Field::Quantity,
    Field::Amount,
    Field::Discount,
    Field::Store,
    Field::Guide,
    Field::Tender,
    Field::Returned,
    Field::Id,
];

/// The sales' table, one row a line; other events are passed over, but what came back of a line stands beside it.
///
/// `amount` is what was paid for the line, its share of reductions of the whole basket, of vouchers and points taken
/// off; `discount` is the sum of all these. `number` gives a member's card number or phone, `name` a product's name.
#[must_use]
pub fn sales(
    events: &[Event],
    number: &dyn Fn(MemberId) -> Text,
    name: &dyn Fn(&str) -> Text,
    language: Language,
) -> Vec<u8> {
    let mut returned: HashMap<EventId, Vec<ReturnedLine>> = HashMap::new();
    for event in events {
        if let Body::Returned { sale, lines, .. } = &event.body {
            returned.entry(*sale).or_default().extend(lines);
        }
    }
    let mut table = Table::new(TableKind::Sales, SALES_COLUMNS, language);
    for event in events {
        let Body::Sold(sold) = &event.body else {
            continue;
        };
        let tender = tender_text(&sold.tenders);
        let back = returned.get(&event.id).map_or(&[][..], Vec::as_slice);
        for ((index, line), paid) in (0_u32..).zip(&sold.lines).zip(paid_by_line(sold)) {
            // A sale without a receipt's number is known by its event.
            if sold.receipt.is_empty() {
                table.figure(event.id)
            } else {
                table.code(&sold.receipt)
            }
            table.figure(event.at.day);
            table.figure(event.at.minute);
            table.code(&sold.member.map(number).unwrap_or_default());
            table.code(&line.product);
            table.text(&name(&line.product));
            table.text(&line.category);
            table.text(line.tags.as_str());
            table.figure(line.quantity);
            table.figure(paid);
            let taken_off = line.amount.minus(paid).unwrap_or_default();
            table.figure_or_blank(Some(taken_off).filter(|taken_off| !taken_off.is_zero()));
            table.code(&event.store);
            table.text(&event.staff);
            table.text(&tender);
            let of_line = back.iter().filter(|part| part.line == index).map(|part| part.quantity);
            let quantity = Quantity::sum(of_line).unwrap_or_default();
            table.figure_or_blank(Some(quantity).filter(|quantity| !quantity.is_zero()));
            table.figure(event.id);
            table.end_row();
        }
    }
    table.bytes()
}

/// What was paid for each line: the parts sum to what was paid in all.
fn paid_by_line(sold: &Sold) -> Vec<Money> {
    // Figures that were recorded fit; should they not, the line is shown at its own amount.
    let nets: Vec<i64> = sold.lines.iter().map(|line| line.net().unwrap_or(line.amount).minor()).collect();
    let of_basket = sold.discounts.iter().map(|given| given.amount).chain(sold.uses.iter().map(|own| own.amount()));
    let shares = Split::LargestRemainder.parts(Money::sum(of_basket).unwrap_or_default().minor(), &nets);
    nets.iter().zip(shares).map(|(net, share)| Money::from_minor(net.saturating_sub(share))).collect()
}

fn tender_text(tenders: &[Tender]) -> String {
    match tenders {
        [one] => one.kind.to_string(),
        several => {
            several.iter().map(|tender| format!("{} {}", tender.kind, tender.amount)).collect::<Vec<_>>().join(" + ")
        }
    }
}

/// A CSV text being written.
#[derive(Default)]
struct Table {
    text: String,
    cell: String,
    row_begun: bool,
}

impl Table {
    fn new(kind: TableKind, columns: &[Field], language: Language) -> Self {
        let mut table = Self { text: String::from('\u{feff}'), cell: String::new(), row_begun: false };
        for field in columns {
            table.put(field.header(kind, language));
        }
        table.end_row();
        table
    }

    /// Free text.
    fn text(&mut self, text: &str) {
        if is_formula(text) || looks_marked(text) { self.put_marked(text) } else { self.put(text) }
    }

    /// A code or number that is no figure.
    fn code(&mut self, text: &str) {
        if is_formula(text) || looks_marked(text) || would_change(text) {
            self.put_marked(text)
        } else {
            self.put(text)
        }
    }

    /// A figure, a day, a time: spreadsheets may calculate with it.
    fn figure(&mut self, figure: impl Display) {
        let mut cell = core::mem::take(&mut self.cell);
        cell.clear();
        // Writing to memory does not fail.
        let _ = write!(cell, "{figure}");
        self.put(&cell);
        self.cell = cell;
    }

    fn figure_or_blank(&mut self, figure: Option<impl Display>) {
        match figure {
            Some(figure) => self.figure(figure),
            None => self.put(""),
        }
    }

    fn put_marked(&mut self, text: &str) {
        self.put(&format!("'{text}"));
    }

    fn put(&mut self, cell: &str) {
        if core::mem::replace(&mut self.row_begun, true) {
            self.text.push(',');
        }
        let quoted = cell.contains([',', ';', '\t', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ');
        if quoted {
            self.text.push('"');
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(cell);
        }
    }

    fn end_row(&mut self) {
        self.text.push_str("\r\n");
        self.row_begun = false;
    }

    fn bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

fn is_formula(text: &str) -> bool {
    (text.starts_with(is_trigger) || text.trim_start().starts_with(is_trigger)) && !is_plain_negative(text)
}

/// `-5.00`
fn is_plain_negative(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix('-').is_some_and(|rest| {
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        digits(whole) && digits(fraction)
    })
}

/// Whether reading it back would take off an apostrophe that is its own.
fn looks_marked(text: &str) -> bool {
    crate::cell::unmarked(text) != text
}

/// Whether a spreadsheet would make another value of it.
fn would_change(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let bare = text.strip_prefix('-').unwrap_or(text);
    let long = digits(bare) && (bare.len() > 11 || (bare.len() > 1 && bare.starts_with('0')));
    let scientific = bare.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        digits(&mantissa.replacen('.', "", 1)) && digits(exponent.trim_start_matches(['+', '-']))
    });
    let parts = |mark: char| bare.contains(mark) && bare.split(mark).count() <= 3 && bare.split(mark).all(digits);
    long || scientific || parts('-') || parts('/') || parts(':') || parts('.')
}

#[cfg(test)]
mod tests;
