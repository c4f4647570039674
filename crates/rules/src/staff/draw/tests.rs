use super::*;
use crate::event::{Body, Event, Journal, Line, Profile, SCHEMA_VERSION, Sold, Tender};
use crate::id::DeviceId;
use crate::number::Money;
use crate::staff::fact::Person;

fn rule(most: Option<i64>) -> Ownership {
    Ownership { stated: true, most, ..Ownership::default() }
}

fn people(codes: &[&str]) -> BTreeMap<Text, i64> {
    codes.iter().map(|code| (Text::from(*code), 0)).collect()
}

fn member(number: usize) -> MemberId {
    MemberId::derived("draw", &number.to_string())
}

fn had(codes: &[&str]) -> Vec<Text> {
    codes.iter().map(|code| Text::from(*code)).collect()
}

fn loads(draw: &Draw) -> Vec<usize> {
    draw.among.iter().map(|code| draw.dealt.iter().filter(|(_, to)| to == code).count()).collect()
}

#[test]
fn two_hundred_over_ten_are_twenty_each_and_a_rest_goes_to_the_first_drawn() {
    let ten = people(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
    for seed in 0..20 {
        let pool = (0..200).map(|n| (member(n), Vec::new())).collect();
        assert_eq!(loads(&deal_out(seed, &pool, &ten, &rule(None))), vec![20; 10]);
        let pool = (0..203).map(|n| (member(n), Vec::new())).collect();
        assert_eq!(loads(&deal_out(seed, &pool, &ten, &rule(None))), [21, 21, 21, 20, 20, 20, 20, 20, 20, 20]);
    }
}

#[test]
fn the_same_seed_gives_the_same_draw_and_another_seed_another() {
    let three = people(&["a", "b", "c"]);
    let pool: Waiting = (0..30).map(|n| (member(n), Vec::new())).collect();
    let first = deal_out(7, &pool, &three, &rule(None));
    assert_eq!(first, deal_out(7, &pool, &three, &rule(None)));
    assert_ne!(first.dealt, deal_out(8, &pool, &three, &rule(None)).dealt);
}

#[test]
fn a_lot_is_the_hash_that_is_stated() {
    let mut bytes = b"regulars draw 1\0".to_vec();
    bytes.extend([42, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(b"staff\0chen");
    assert_eq!(lot(42, "staff", b"chen"), *blake3::hash(&bytes).as_bytes());
}

/// The most even loads that are possible, by trying everything: sorted, and how many are dealt.
fn best(pool: &[Vec<usize>], people: usize, most: usize) -> (usize, Vec<usize>) {
    fn go(pool: &[Vec<usize>], loads: &mut Vec<usize>, most: usize, out: &mut Vec<Vec<usize>>) {
        let Some((had, rest)) = pool.split_first() else { return out.push(loads.clone()) };
        for person in 0..loads.len() {
            if !had.contains(&person) && loads[person] < most {
                loads[person] += 1;
                go(rest, loads, most, out);
                loads[person] -= 1;
            }
        }
        go(rest, loads, most, out);
    }
    let mut out = Vec::new();
    go(pool, &mut vec![0; people], most, &mut out);
    let dealt = out.iter().map(|loads| loads.iter().sum::<usize>()).max().unwrap();
    out.retain(|loads| loads.iter().sum::<usize>() == dealt);
    let squares = |loads: &Vec<usize>| loads.iter().map(|load| load * load).sum::<usize>();
    let mut loads = out.into_iter().min_by_key(squares).unwrap();
    loads.sort_unstable();
    (dealt, loads)
}

#[test]
fn passing_over_former_guides_stays_as_even_as_can_be() {
    let codes = ["a", "b", "c"];
    // Every history of six members with three guides would be many: a spread of them by a fixed mixing.
    let mut mix = 12_345_u64;
    let mut next = |below: u64| {
        mix = mix.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (mix >> 33) % below
    };
    for round in 0..300 {
        let histories: Vec<Vec<usize>> = (0..6).map(|_| (0..3).filter(|_| next(2) == 0).collect()).collect();
        let most = if round % 3 == 0 { 2 } else { 6 };
        let pool: Waiting = histories
            .iter()
            .enumerate()
            .map(|(n, own)| (member(n), own.iter().map(|person| Text::from(codes[*person])).collect()))
            .collect();
        let draw = deal_out(round, &pool, &people(&codes), &rule(Some(most)));
        for (member, to) in &draw.dealt {
            assert!(!pool[member].contains(to), "dealt to someone who had them");
        }
        let mut own = loads(&draw);
        own.sort_unstable();
        let (dealt, loads) = best(&histories, 3, usize::try_from(most).unwrap());
        assert_eq!((draw.dealt.len(), own), (dealt, loads), "{histories:?} at most {most}");
        assert_eq!(draw.dealt.len() + draw.kept.len(), 6);
    }
}

#[test]
fn whoever_is_full_gets_none_and_the_rest_stays_with_the_company() {
    let mut three = people(&["a", "b"]);
    three.insert(Text::from("b"), 3);
    let pool: Waiting = [(member(1), had(&["a"])), (member(2), Vec::new()), (member(3), had(&["a", "b"]))].into();
    let draw = deal_out(1, &pool, &three, &rule(Some(3)));
    assert_eq!(draw.dealt, vec![(member(2), Text::from("a"))]);
    let why: BTreeMap<MemberId, &str> = draw.kept.iter().map(|(id, why)| (*id, why.key.as_str())).collect();
    assert_eq!(why, [(member(1), "draw.all-full"), (member(3), "draw.all-had")].into());
}

/// A shop of chen and zhou, where chen's li, wu and ma were taken back on 5 March: events in the order of the journal.
struct Shop {
    policies: PolicySet,
    events: Vec<Event>,
}

impl Shop {
    fn new() -> Self {
        let document = r#"
            [program]
            id = "shop"
            version = 1
            effective_from = 2026-01-01
            title = { zh = "店", en = "Shop" }
            [[enrol]]
            id = "open"
            free = true
            [ownership]
            term = "2 months"
        "#;
        let (policy, diagnostics) = crate::policy::check(document);
        let policies = PolicySet::single(policy.unwrap_or_else(|| panic!("{diagnostics:?}")));
        let mut shop = Self { policies, events: Vec::new() };
        for code in ["chen", "zhou", "yang"] {
            shop.person(code, "2026-01-05 09:00");
        }
        for name in ["li", "wu", "ma"] {
            let profile = Profile { name: Text::from(name), ..Profile::default() };
            shop.add(
                "2026-01-05 10:00",
                name,
                Body::Enrolled {
                    profile,
                    route: Text::from("open"),
                    receipts: Vec::new(),
                    fee: Money::ZERO,
                    choice: Text::default(),
                    card: Text::default(),
                    referrer: None,
                    guide: Text::from("chen"),
                    awaiting_approval: false,
                },
            );
        }
        shop
    }

    fn add(&mut self, at: &str, name: &str, body: Body) {
        let sequence = u64::try_from(self.events.len()).unwrap() + 1;
        self.events.push(Event {
            id: EventId::derived("shop", name),
            device: DeviceId::derived("shop", "till"),
            sequence,
            clock: sequence,
            at: at.parse().unwrap(),
            store: Text::default(),
            staff: Text::default(),
            program: Text::default(),
            policy_version: 1,
            schema: SCHEMA_VERSION,
            body,
        });
    }

    fn person(&mut self, code: &str, at: &str) {
        let person = Person { code: Text::from(code), ..Person::default() };
        self.add(at, code, Body::Staff(Box::new(StaffFact::Listed(person))));
    }

    fn books(&self) -> (Book, StaffBook) {
        let journal = Journal::new(self.events.clone());
        (crate::fold::fold(&self.policies, &journal), StaffBook::fold(&self.policies, &journal))
    }

    fn draw(&mut self, seed: u64) {
        let (book, staff) = self.books();
        let at = "2026-03-06 09:00";
        let draw = draw(&book, &staff, &self.policies, seed, &[], at.parse().unwrap()).unwrap();
        self.add(at, "draw", Body::Staff(Box::new(draw.fact(seed))));
    }

    fn differences(&self) -> Vec<String> {
        let (book, staff) = self.books();
        let found = verify_draw(&book, &staff, &self.policies, EventId::derived("shop", "draw"));
        found.iter().map(|message| crate::words::say(message, crate::message::Language::En)).collect()
    }
}

#[test]
fn a_draw_that_nothing_changed_holds() {
    let mut shop = Shop::new();
    shop.draw(7);
    // What happens after the draw changes nothing about it.
    shop.person("xu", "2026-03-06 09:01");
    let left =
        StaffFact::Left { staff: Text::from("yang"), reason: Text::default(), dismissed: false, never_again: false };
    shop.add("2026-03-06 18:00", "left", Body::Staff(Box::new(left)));
    assert_eq!(shop.differences(), Vec::<String>::new());
}

#[test]
fn a_purchase_that_arrives_late_changes_the_members_of_a_draw() {
    let mut shop = Shop::new();
    shop.draw(7);
    let line = Line {
        product: Text::from("coat"),
        quantity: crate::number::Quantity::ONE,
        amount: Money::from_minor(10_000),
        ..Line::default()
    };
    let sold = Sold {
        member: Some(MemberId::from(EventId::derived("shop", "li"))),
        lines: vec![line],
        tenders: vec![Tender { kind: Text::from("cash"), amount: Money::from_minor(10_000) }],
        ..Sold::default()
    };
    shop.add("2026-03-01 10:00", "late sale", Body::Sold(sold));
    assert_eq!(shop.differences(), ["li was not the company's at the time"]);
}

#[test]
fn a_person_who_is_listed_late_changes_the_list_of_a_draw() {
    let mut shop = Shop::new();
    shop.draw(7);
    shop.person("xu", "2026-03-05 18:00");
    assert_eq!(shop.differences(), ["xu was among the eligible that day and was left out"]);
}

#[test]
fn another_seed_does_not_give_the_recorded_draw() {
    let mut shop = Shop::new();
    shop.draw(7);
    let other = (8..)
        .find(|seed| lot(*seed, "staff", b"zhou") < lot(*seed, "staff", b"yang"))
        .filter(|_| lot(7, "staff", b"zhou") > lot(7, "staff", b"yang"))
        .or_else(|| (8..).find(|seed| lot(*seed, "staff", b"zhou") > lot(*seed, "staff", b"yang")))
        .unwrap();
    for event in &mut shop.events {
        if let Body::Staff(fact) = &mut event.body
            && let StaffFact::OwnersDealt { seed, .. } = fact.as_mut()
        {
            *seed = other;
        }
    }
    let differences = shop.differences();
    assert!(differences[0].starts_with(&format!("Seed {other} gives another order")), "{differences:?}");
}
