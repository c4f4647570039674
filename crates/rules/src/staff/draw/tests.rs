use super::*;

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
