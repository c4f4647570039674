//! A row of products: the product as it is from the import on.

use std::borrow::Cow;

use regulars_rules::event::{Body, Product, Tags};
use regulars_rules::id::EventId;
use regulars_rules::msg;
use regulars_rules::number::Money;
use regulars_rules::time::Day;

use super::member::not_negative;
use super::{Columns, Lookup, Rank, Row, Run};
use crate::cell;
use crate::column::Field;

/// The event that lists a product as it is on a day. Its content is part of the identity: a new price is a new event,
/// and a file imported again on the same day is not. A file imported again later is known by [`Lookup::product`].
#[must_use]
pub fn product_id(product: &Product, day: Day) -> EventId {
    let Product { code, name, category, price, tags } = product;
    let tags = tags.as_str();
    EventId::derived("import:products", &format!("{code}\0{name}\0{category}\0{price}\0{tags}\0{day}"))
}

impl Run {
    pub(super) fn product_row(&mut self, columns: &Columns, cells: &[Cow<'_, str>], line: u32, lookup: &Lookup<'_>) {
        let mut row = Row { columns, cells, line, problems: &mut self.problems, bad: false };
        let name = row.read_or_default(Field::Name, cell::text);
        let code = match row.read(Field::Product, cell::code) {
            Some(code) => code,
            None if row.bad => name.clone(),
            None => row.need(Field::Name, cell::code).unwrap_or_default(),
        };
        let category = row.read_or_default(Field::Category, cell::text);
        let tags = Tags::parse(&row.read_or_default(Field::Tags, cell::text));
        let price: Money = row.need(Field::Price, not_negative).unwrap_or_default();
        let bad = row.bad;
        let name = if name.is_empty() { code.clone() } else { name };
        let product = Product { code, name, category, price, tags };

        // Within a file a code is met once, whatever else its rows say.
        let met = EventId::derived("import:products", &product.code);
        if !bad && let Some(first) = self.met_before(met, line) {
            let mut row = Row { columns, cells, line, problems: &mut self.problems, bad };
            row.refuse(Field::Product, msg!("import.product-twice", line = first));
            self.left_out(&[line], 1, None);
            return;
        }
        if bad {
            self.left_out(&[line], 1, None);
            return;
        }
        let now = self.now();
        let id = product_id(&product, now.at.day);
        if (lookup.product)(&product.code) == Some(&product) || (lookup.event)(id) {
            self.known(&[line], 1);
            return;
        }
        let key = product.code.clone();
        let event = self.event(id, now, Rank::Product, &key, Body::ProductListed(product));
        self.events.push(event);
        self.counts.taken += 1;
    }
}
