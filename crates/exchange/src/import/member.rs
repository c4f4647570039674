//! A row of members: an enrolment on the day of joining, and figures carried over on the day of the import.

use std::borrow::Cow;
use std::collections::HashMap;

use regulars_rules::event::{Birthday, Body, Profile};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::Message;
use regulars_rules::msg;
use regulars_rules::number::{Money, Points};

use super::{Columns, Lookup, MIDNIGHT, Rank, Row, Run, business_day};
use crate::cell::{self, Figure};
use crate::column::Field;

/// The route of imported enrolments.
pub const ROUTE: &str = "import";

/// The identity of an imported member, by number, or by phone where there is no number.
#[must_use]
pub fn member_id(number_or_phone: &str) -> MemberId {
    MemberId::from(enrolment_id(number_or_phone))
}

fn enrolment_id(key: &str) -> EventId {
    EventId::derived("import:members", key)
}

/// The event that carried figures over to an imported member.
#[must_use]
pub fn carried_id(number_or_phone: &str) -> EventId {
    EventId::derived("import:carried", number_or_phone)
}

/// What is remembered between rows of members.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Phones met in this file, with their lines.
    phones: HashMap<Text, u32>,
}

impl Run {
    pub(super) fn member_row(&mut self, columns: &Columns, cells: &[Cow<'_, str>], line: u32, lookup: &Lookup<'_>) {
        let now = self.options.now;
        let mut row = Row { columns, cells, line, problems: &mut self.problems, bad: false };
        let number = row.read_or_default(Field::Member, cell::code);
        let phone = row.read_or_default(Field::Phone, cell::phone);
        if number.is_empty() && phone.is_empty() && !row.bad {
            row.refuse(Field::Member, msg!("import.member-or-phone"));
        }
        let joined = row.read(Field::Joined, |text| {
            let joined = cell::date(text)?;
            business_day(joined.0, now)?;
            Ok(joined)
        });
        let birthday = |text: &str, lunar| birthday_by(text, lunar, now.day.year());
        let solar = row.read(Field::Birthday, |text| birthday(text, false));
        let lunar = row.read(Field::LunarBirthday, |text| birthday(text, true));
        let mut profile = Profile {
            name: row.read_or_default(Field::Name, cell::text),
            phone,
            birthday: solar.or(lunar),
            id_number: row.read_or_default(Field::IdNumber, cell::id_number),
            ..Profile::default()
        };
        for field in [Field::Gender, Field::Email, Field::Address] {
            if let Some(text) = row.read(field, cell::text) {
                profile.more.insert(Text::const_new(field.name()), text);
            }
        }
        let store = row.read_or_default(Field::Store, cell::text);
        let guide = row.read_or_default(Field::Guide, cell::text);
        let points: Points = row.read_or_default(Field::Points, not_negative);
        let spend: Money = row.read_or_default(Field::Spend, not_negative);
        let stored_value: Money = row.read_or_default(Field::StoredValue, not_negative);
        let visits = row.read_or_default(Field::Visits, cell::count);
        let mut bad = row.bad;

        let key = if number.is_empty() { profile.phone.clone() } else { number.clone() };
        let (id, carried) = (enrolment_id(&key), carried_id(&key));
        let exported: Option<EventId> = columns.cell(cells, Field::Id).parse().ok();
        if let Some(exported) = exported
            && exported != id
            && !bad
            && (lookup.event)(exported)
        {
            self.known(&[line], 1);
            return;
        }
        let known = !bad && (lookup.event)(id);
        if !bad {
            let twice = self.met_before(id, line);
            let mut row = Row { columns, cells, line, problems: &mut self.problems, bad };
            let by = if number.is_empty() { Field::Phone } else { Field::Member };
            let holder = |text: &str| {
                if text.is_empty() { None } else { (lookup.member)(text) }
            };
            let other = |holder: Option<MemberId>| holder.is_some_and(|holder| holder != MemberId::from(id));
            if let Some(first) = twice {
                row.refuse(by, msg!("import.member-twice", line = first));
            } else if let Some(first) = self.members.phones.get(&profile.phone) {
                row.refuse(Field::Phone, msg!("import.phone-twice", line = *first));
            } else if !known && other(holder(&number)) {
                row.refuse(Field::Member, msg!("import.member-taken"));
            } else if !known && other(holder(&profile.phone)) {
                row.refuse(Field::Phone, msg!("import.phone-taken"));
            }
            bad = row.bad;
        }
        if bad {
            self.left_out(&[line], 1, None);
            return;
        }
        if !profile.phone.is_empty() {
            self.members.phones.insert(profile.phone.clone(), line);
        }

        let now = self.now();
        let enrolled = joined.map_or(now, |(day, time)| self.moment(day, time.unwrap_or_else(MIDNIGHT)));
        let before = self.events.len();
        if !known {
            let body = Body::Enrolled {
                profile,
                route: Text::const_new(ROUTE),
                receipts: Vec::new(),
                fee: Money::ZERO,
                choice: Text::default(),
                card: number,
                referrer: None,
                guide,
                awaiting_approval: false,
            };
            let mut event = self.event(id, enrolled, Rank::Enrolment, &key, body);
            event.store.clone_from(&store);
            self.events.push(event);
        }
        let nothing = points.is_zero() && spend.is_zero() && stored_value.is_zero() && visits == 0;
        if !nothing && !(lookup.event)(carried) {
            let body = Body::CarriedOver { member: MemberId::from(id), points, spend, visits, stored_value };
            let moment = if enrolled.ms > now.ms { enrolled } else { now };
            let mut event = self.event(carried, moment, Rank::Carried, &key, body);
            event.store = store;
            self.events.push(event);
        }
        if self.events.len() > before {
            self.counts.taken += 1;
        } else {
            self.known(&[line], 1);
        }
    }
}

fn birthday_by(text: &str, lunar: bool, this_year: i32) -> Result<Birthday, Message> {
    let birthday = cell::birthday(text, lunar)?;
    let believable = birthday.year.is_none_or(|year| (1_850..=this_year).contains(&year));
    if believable { Ok(birthday) } else { Err(msg!("import.birthday")) }
}

/// A figure below zero is not carried over.
pub(super) fn not_negative<N: Figure>(text: &str) -> Result<N, Message> {
    let figure: N = cell::number(text)?;
    if figure.minor() < 0 { Err(msg!("import.negative")) } else { Ok(figure) }
}
