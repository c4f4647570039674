//! Rows of sales: the rows of one receipt become one sale, wherever in the file they stand.
//!
//! Most files keep a receipt's rows together, and a receipt is done when another begins. Those that do not (two tills,
//! sorted by time) are found by a first pass over receipt numbers; their receipts are gathered until the end.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasherDefault;

use regulars_rules::event::{Body, Given, Line, STORED_VALUE, Sold, Tags, Tender};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::Message;
use regulars_rules::msg;
use regulars_rules::number::{Money, NumberError, Quantity};
use regulars_rules::time::{Day, Minute};

use super::{Columns, IdHasher, Lookup, Problem, Rank, Row, Run, business_day, shortened};
use crate::cell::{self, Figure, TimeOfDay};
use crate::column::Field;
use crate::sheet::Rows;

/// The rule that reductions of imported lines name: a person gave them.
const MANUAL: &str = "manual";

/// The identity of an imported sale: receipt, store and day, as tills begin again at 1.
#[must_use]
pub fn sale_id(receipt: &str, store: &str, day: Day) -> EventId {
    EventId::derived("import:sales", &format!("{receipt}\0{store}\0{day}"))
}

type Marks = HashSet<u64, BuildHasherDefault<IdHasher>>;

/// What is remembered between rows of sales.
#[derive(Debug, Default)]
pub(super) struct Sales {
    open: Option<Box<OpenSale>>,
    /// Receipts whose rows are not together; another one among them by chance does no harm.
    scattered: Marks,
    gathered: BTreeMap<(Text, Text, Option<Day>), Box<OpenSale>>,
}

/// A receipt whose rows are being read.
#[derive(Debug)]
struct OpenSale {
    line: u32,
    rows: u32,
    /// The lines of its rows, as far as they are watched.
    watched: Vec<u32>,
    receipt: Text,
    store: Text,
    day: Option<Day>,
    time: Option<TimeOfDay>,
    member_cell: Text,
    member: Option<MemberId>,
    staff: Text,
    lines: Vec<Line>,
    tenders: Vec<Tender>,
    /// All tenders with their amounts, where a cell says so much.
    split: Vec<Tender>,
    split_cell: Text,
    /// The event that our own export names.
    exported: Option<EventId>,
    bad_line: Option<u32>,
}

impl OpenSale {
    fn new(line: u32, receipt: &str, store: &str, day: Option<Day>) -> Self {
        Self {
            line,
            rows: 0,
            watched: Vec::new(),
            receipt: Text::from(receipt),
            store: Text::from(store),
            day,
            time: None,
            member_cell: Text::default(),
            member: None,
            staff: Text::default(),
            lines: Vec::new(),
            tenders: Vec::new(),
            split: Vec::new(),
            split_cell: Text::default(),
            exported: None,
            bad_line: None,
        }
    }

    /// Whether a row belongs to it. A row without a readable day belongs to its neighbours, so that they share its fate.
    fn holds(&self, receipt: &str, store: &str, day: Option<Day>) -> bool {
        self.receipt == receipt && self.store == store && (self.day == day || self.day.is_none() || day.is_none())
    }

    fn mark(&self) -> u64 {
        mark(&self.receipt, &self.store, self.day)
    }

    /// Takes over the rows of another part of the same receipt.
    fn absorb(&mut self, other: Self) {
        let two_members =
            !self.member_cell.is_empty() && !other.member_cell.is_empty() && self.member_cell != other.member_cell;
        let paid = other.tenders.into_iter().try_for_each(|tender| self.pay(tender.kind, tender.amount));
        if two_members || paid.is_err() {
            self.bad_line.get_or_insert(other.line);
        }
        self.bad_line = self.bad_line.or(other.bad_line);
        self.rows += other.rows;
        self.watched.extend(other.watched);
        self.lines.extend(other.lines);
        self.time = self.time.or(other.time);
        self.exported = self.exported.or(other.exported);
        if self.member_cell.is_empty() {
            (self.member_cell, self.member) = (other.member_cell, other.member);
        }
        if self.staff.is_empty() {
            self.staff = other.staff;
        }
        if self.split_cell.is_empty() {
            (self.split_cell, self.split) = (other.split_cell, other.split);
        }
    }

    fn pay(&mut self, kind: Text, amount: Money) -> Result<(), NumberError> {
        match self.tenders.iter_mut().find(|tender| tender.kind == kind) {
            Some(tender) => tender.amount = tender.amount.plus(amount)?,
            None => self.tenders.push(Tender { kind, amount }),
        }
        Ok(())
    }
}

/// A quick hash of a receipt.
fn mark(receipt: &str, store: &str, day: Option<Day>) -> u64 {
    let day = day.map_or(0, Day::number).to_le_bytes();
    let bytes = receipt.bytes().chain([0]).chain(store.bytes()).chain([0]).chain(day);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Sales {
    /// The first pass: which receipts have rows that are not together.
    pub(super) fn find_scattered(&mut self, mut rows: Rows<'_>, columns: &Columns) {
        let mut cells = Vec::new();
        let mut ended = Marks::default();
        let mut current = None;
        while rows.fill(&mut cells).is_some() {
            let date = columns.cell(&cells, Field::Date);
            let Ok((day, _)) = cell::date(date) else {
                continue;
            };
            let own = mark(columns.cell(&cells, Field::Receipt), columns.cell(&cells, Field::Store), Some(day));
            if current == Some(own) {
                continue;
            }
            if let Some(done) = current.replace(own) {
                ended.insert(done);
            }
            if ended.contains(&own) {
                self.scattered.insert(own);
            }
        }
    }
}

impl Run {
    pub(super) fn sale_row(
        &mut self,
        columns: &Columns,
        cells: &[Cow<'_, str>],
        line: u32,
        faulty: bool,
        lookup: &Lookup<'_>,
    ) {
        let now = self.options.now;
        let watched = self.watched.last().is_some_and(|last| last.line == line);
        let mut row = Row { columns, cells, line, problems: &mut self.problems, bad: faulty };
        let receipt = columns.cell(cells, Field::Receipt);
        if receipt.is_empty() {
            if !faulty {
                row.refuse(Field::Receipt, msg!("import.blank", field = Field::Receipt.label()));
            }
            // With neither number nor day it may be one of the receipt above.
            if row.cell(Field::Date).is_empty()
                && let Some(open) = &mut self.sales.open
            {
                open.bad_line.get_or_insert(line);
            }
            let lines: &[u32] = if watched { &[line] } else { &[] };
            self.left_out(lines, 1, None);
            return;
        }
        // A faulty row's cells only tell which receipt it spoils.
        let date = if faulty { cell::date(row.cell(Field::Date)).ok() } else { row.read(Field::Date, cell::date) };
        let (day, mut time) = date.map_or((None, None), |(day, time)| (Some(day), time));
        let store = columns.cell(cells, Field::Store);
        let mut bad = row.bad;
        if !bad && let Some(day) = day {
            row.read(Field::Date, |_| business_day(day, now));
            if let Some(of_day) = row.read(Field::Time, cell::time) {
                time = Some(of_day);
            }
            bad = row.bad;
        }

        if !self.sales.open.as_ref().is_some_and(|open| open.holds(receipt, store, day)) {
            self.close_sale(lookup);
            let gathered = self.sales.gathered.remove(&(Text::from(receipt), Text::from(store), day));
            self.sales.open = Some(gathered.unwrap_or_else(|| Box::new(OpenSale::new(line, receipt, store, day))));
        }
        // Taken out and put back, so that the row can borrow the rest.
        let Some(mut sale) = self.sales.open.take() else {
            return;
        };
        sale.rows += 1;
        if watched {
            sale.watched.push(line);
        }
        sale.day = sale.day.or(day);
        sale.time = sale.time.or(time);
        if !bad {
            let mut row = Row { columns, cells, line, problems: &mut self.problems, bad };
            sale_line(&mut row, &mut sale, lookup);
            bad = row.bad;
        }
        if bad {
            sale.bad_line.get_or_insert(line);
        }
        self.sales.open = Some(sale);
    }

    /// The receipt at hand has no further row here.
    fn close_sale(&mut self, lookup: &Lookup<'_>) {
        let Some(sale) = self.sales.open.take() else {
            return;
        };
        if self.sales.scattered.contains(&sale.mark()) {
            // A part that began without its day meets the rest here.
            let key = (sale.receipt.clone(), sale.store.clone(), sale.day);
            match self.sales.gathered.entry(key) {
                Entry::Occupied(mut begun) => begun.get_mut().absorb(*sale),
                Entry::Vacant(place) => {
                    place.insert(sale);
                }
            }
        } else {
            self.take_sale(sale, lookup);
        }
    }

    pub(super) fn finish_sales(&mut self, lookup: &Lookup<'_>) {
        self.close_sale(lookup);
        let mut gathered: Vec<_> = core::mem::take(&mut self.sales.gathered).into_values().collect();
        gathered.sort_by_key(|sale| sale.line);
        for sale in gathered {
            self.take_sale(sale, lookup);
        }
    }

    #[allow(clippy::boxed_local, reason = "it lives in a box, and moving it out costs a copy")]
    fn take_sale(&mut self, mut sale: Box<OpenSale>, lookup: &Lookup<'_>) {
        let (line, rows) = (sale.line, sale.rows);
        let problem = |field: Field, text: &str, reason: Message| Problem {
            line,
            field: Some(field),
            text: shortened(text),
            reason,
        };
        let mut refused = None;
        if sale.bad_line.is_none() && sale.day.is_none() {
            let reason = msg!("import.blank", field = Field::Date.label());
            refused = Some(problem(Field::Date, "", reason));
        } else if sale.bad_line.is_none() && !sale.split.is_empty() {
            let sum = |tenders: &[Tender]| Money::sum(tenders.iter().map(|tender| tender.amount)).unwrap_or_default();
            let (stated, paid) = (sum(&sale.split), sum(&sale.tenders));
            if stated == paid {
                sale.tenders = core::mem::take(&mut sale.split);
            } else {
                refused = Some(problem(
                    Field::Tender,
                    &sale.split_cell,
                    msg!("import.tender-sum", stated = stated, paid = paid),
                ));
            }
        }
        let day = sale.day.unwrap_or_default();
        let id = sale_id(&sale.receipt, &sale.store, day);
        if refused.is_none()
            && sale.bad_line.is_none()
            && let Some(first) = self.met_before(id, line)
        {
            refused = Some(problem(Field::Receipt, &sale.receipt, msg!("import.receipt-twice", line = first)));
        }
        if let Some(refused) = refused {
            sale.bad_line = Some(line);
            self.problems.push(refused);
        }
        if let Some(bad_line) = sale.bad_line {
            // A receipt of one row has been told already why.
            let reason = (rows > 1)
                .then(|| msg!("import.receipt-left-out", receipt = &sale.receipt, rows = rows, line = bad_line));
            if let Some(reason) = &reason {
                self.problems.push(problem(Field::Receipt, &sale.receipt, reason.clone()));
            }
            self.left_out(&sale.watched, rows, reason.as_ref());
            return;
        }
        if (lookup.event)(id) || sale.exported.is_some_and(lookup.event) {
            self.known(&sale.watched, rows);
            return;
        }
        let noon = Minute::from_clock(12, 0).unwrap_or_default();
        let moment = self.moment(day, sale.time.unwrap_or(TimeOfDay { minute: noon, second: 0 }));
        let OpenSale { receipt, store, member, staff, lines, mut tenders, .. } = *sale;
        tenders.retain(|tender| !tender.amount.is_zero());
        let key = receipt.clone();
        let sold = Sold { receipt, member, lines, discounts: Vec::new(), uses: Vec::new(), tenders };
        let mut event = self.event(id, moment, Rank::Sale, &key, Body::Sold(sold));
        (event.store, event.staff) = (store, staff);
        self.events.push(event);
        self.counts.taken += rows;
    }
}

/// Reads one line of a receipt into it.
fn sale_line(row: &mut Row<'_>, sale: &mut OpenSale, lookup: &Lookup<'_>) {
    row.read(Field::Receipt, cell::code);
    row.read(Field::Store, cell::code);
    sale.exported = sale.exported.or_else(|| row.cell(Field::Id).parse().ok());
    read_member(row, sale, lookup);
    if sale.staff.is_empty() {
        sale.staff = row.read_or_default(Field::Guide, cell::text);
    }

    let product = match row.read(Field::Product, cell::code) {
        Some(product) => product,
        None if row.bad => return,
        None if row.columns.has(Field::Name) => row.need(Field::Name, cell::text).unwrap_or_default(),
        None => row.need(Field::Product, cell::code).unwrap_or_default(),
    };
    let one = if row.columns.has(Field::Quantity) { None } else { Some(Quantity::ONE) };
    let quantity = one.or_else(|| row.need(Field::Quantity, no_return));
    let amount =
        if row.cell(Field::Amount).is_empty() && row.columns.has(Field::Price) && row.columns.has(Field::Quantity) {
            let price: Option<Money> = row.need(Field::Price, no_return);
            price.zip(quantity).and_then(|(price, quantity)| match quantity.price(price) {
                Ok(amount) => Some(amount),
                Err(_) => {
                    row.refuse(Field::Price, msg!("import.too-large"));
                    None
                }
            })
        } else {
            row.need(Field::Amount, no_return)
        };
    let discount: Money = row.read_or_default(Field::Discount, no_return);
    row.read(Field::Returned, |text| match cell::number::<Quantity>(text) {
        Ok(returned) if returned.is_zero() => Ok(()),
        _ => Err(msg!("import.returned")),
    });
    let listed = if row.columns.has(Field::Category) && row.columns.has(Field::Tags) {
        None
    } else {
        (lookup.product)(&product)
    };
    let category = match listed {
        Some(listed) if !row.columns.has(Field::Category) => listed.category.clone(),
        _ => row.read_or_default(Field::Category, cell::text),
    };
    let tags = match listed {
        Some(listed) if !row.columns.has(Field::Tags) => listed.tags.clone(),
        _ if row.cell(Field::Tags).is_empty() => Tags::default(),
        _ => Tags::parse(&row.read_or_default(Field::Tags, cell::text)),
    };
    let tender = read_tender(row, sale);
    let (Some(quantity), Some(paid), false) = (quantity, amount, row.bad) else {
        return;
    };
    let Ok(amount) = paid.plus(discount) else {
        row.refuse(Field::Discount, msg!("import.too-large"));
        return;
    };
    if sale.pay(tender, paid).is_err() {
        row.refuse(Field::Amount, msg!("import.too-large"));
        return;
    }
    let discounts =
        if discount.is_zero() { Vec::new() } else { vec![Given { rule: Text::const_new(MANUAL), amount: discount }] };
    sale.lines.push(Line { product, category, tags, quantity, amount, discounts });
}

/// The member: named on every row, or on one of them.
fn read_member(row: &mut Row<'_>, sale: &mut OpenSale, lookup: &Lookup<'_>) {
    let text = row.cell(Field::Member);
    if text.is_empty() || sale.member_cell == text {
        return;
    }
    if !sale.member_cell.is_empty() {
        let reason = msg!("import.receipt-two-members", first = &sale.member_cell);
        row.refuse(Field::Member, reason);
        return;
    }
    sale.member = row
        .read(Field::Member, |text| {
            let number = cell::code(text)?;
            let by_phone = || cell::phone(text).ok().and_then(|phone| (lookup.member)(&phone));
            (lookup.member)(&number).or_else(by_phone).map(Some).ok_or_else(|| msg!("import.member-unknown"))
        })
        .flatten();
    sale.member_cell = Text::from(text);
}

/// The kind of tender of this line.
fn read_tender(row: &mut Row<'_>, sale: &mut OpenSale) -> Text {
    let text = row.cell(Field::Tender);
    let split = tenders_with_amounts(text);
    if split.is_empty() {
        return row.read(Field::Tender, |text| cell::text(tender_word(text))).unwrap_or(Text::const_new("cash"));
    }
    if sale.split_cell.is_empty() {
        sale.split = split;
        sale.split_cell = Text::from(text);
    } else if sale.split_cell != text {
        row.refuse(Field::Tender, msg!("import.tender-differs", first = &sale.split_cell));
    }
    Text::const_new("cash")
}

/// `cash 30.00 + mobile 20.00`: the tenders of the whole receipt, as our own export writes them.
fn tenders_with_amounts(cell: &str) -> Vec<Tender> {
    if !cell.ends_with(|last: char| last.is_ascii_digit()) {
        return Vec::new();
    }
    let part = |part: &str| {
        let (kind, amount) = part.trim().rsplit_once(' ')?;
        let amount = amount.parse().ok().filter(|amount: &Money| !amount.is_negative())?;
        Some(Tender { kind: Text::from(tender_word(kind.trim())), amount })
    };
    cell.split('+').map(part).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The product's word for a means of payment; any other word stays as it is.
fn tender_word(cell: &str) -> &str {
    const WORDS: &[(&str, &[&str])] = &[
        ("cash", &["现金", "人民币"]),
        ("card", &["刷卡", "银行卡", "信用卡", "储蓄卡", "银联", "POS", "credit card", "debit card", "bank card"]),
        (
            "mobile",
            &["微信", "微信支付", "支付宝", "扫码", "扫码支付", "移动支付", "云闪付", "wechat", "wechat pay", "alipay"],
        ),
        ("cheque", &["支票", "check"]),
        (STORED_VALUE, &["储值", "储值卡", "余额", "会员卡余额", "储值支付", "余额支付", "stored value"]),
        ("gift-card", &["礼品卡", "购物卡", "gift card"]),
    ];
    let known = WORDS.iter().find(|(word, others)| {
        word.eq_ignore_ascii_case(cell) || others.iter().any(|other| other.eq_ignore_ascii_case(cell))
    });
    known.map_or(cell, |(word, _)| word)
}

/// A sale's figure below zero is a return, and a return must name its sale.
fn no_return<N: Figure>(text: &str) -> Result<N, Message> {
    let figure: N = cell::number(text)?;
    if figure.minor() < 0 { Err(msg!("import.return-row")) } else { Ok(figure) }
}
