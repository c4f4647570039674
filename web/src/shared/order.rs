//! Small sorts and maps. The standard library's sort is 4 KB of code for each type that it sorts, and collecting into a
//! map sorts, too; lists in pages have tens of rows.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A map of pairs.
pub fn map_of<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// A short list in order; what compares as equal keeps its place.
pub fn sorted<T>(items: impl IntoIterator<Item = T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut sorted: Vec<T> = Vec::new();
    for item in items {
        let place = sorted.partition_point(|other| compare(other, &item) != Ordering::Greater);
        sorted.insert(place, item);
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::{map_of, sorted};

    #[test]
    fn lists_are_sorted_and_equals_keep_their_place() {
        let by_first = |a: &(i32, char), b: &(i32, char)| a.0.cmp(&b.0);
        assert_eq!(
            sorted([(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')], by_first),
            [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]
        );
        assert!(sorted([], by_first).is_empty());
    }

    #[test]
    fn of_pairs_with_one_key_the_last_counts() {
        assert_eq!(map_of([(1, 'a'), (2, 'b'), (1, 'c')]).into_iter().collect::<Vec<_>>(), [(1, 'c'), (2, 'b')]);
    }
}
