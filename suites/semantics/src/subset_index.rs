//! Sets by what is in them: those that lie within another set are found by its items, and not by looking at each.
//!
//! A selector is a set of labels, and selects whatever has all of them. However many selectors there are, and whichever labels
//! they share: the steps of a search are bounded by the labels of the object alone.

use std::collections::BTreeMap;

/// A value for each of many sets.
#[derive(Debug)]
pub struct SubsetIndex<K, V> {
    /// That of the set whose items lead here.
    value: Option<V>,
    /// Sets with further items, by the next one in order.
    larger: BTreeMap<K, SubsetIndex<K, V>>,
}

impl<K, V> Default for SubsetIndex<K, V> {
    fn default() -> Self {
        Self { value: None, larger: BTreeMap::new() }
    }
}

/// A label: its key and its value.
pub type Label<'a> = (&'a str, &'a str);

/// The labels of a map, in order, as [`SubsetIndex`] takes them.
pub fn labels_of(map: &BTreeMap<String, String>) -> impl Iterator<Item = Label<'_>> + Clone {
    map.iter().map(|(key, value)| (key.as_str(), value.as_str()))
}

impl<K: Ord, V> SubsetIndex<K, V> {
    /// The place for the value of a set, whose items are given in order.
    pub fn place(&mut self, items: impl Iterator<Item = K>) -> &mut Option<V> {
        let mut index = self;
        for item in items {
            index = index.larger.entry(item).or_default();
        }
        &mut index.value
    }

    /// The values of all sets that have no other items than these, which are given in order.
    pub fn subsets_of(&self, items: impl Iterator<Item = K> + Clone) -> Vec<&V> {
        let mut found = Vec::new();
        self.collect(items, &mut found);
        found
    }

    /// The same values, which are not in it any more.
    pub fn take_subsets_of(&mut self, items: impl Iterator<Item = K> + Clone) -> Vec<V> {
        let mut found = Vec::new();
        self.take(items, &mut found);
        found
    }

    fn collect<'s>(&'s self, mut items: impl Iterator<Item = K> + Clone, found: &mut Vec<&'s V>) {
        found.extend(&self.value);
        while !self.larger.is_empty()
            && let Some(item) = items.next()
        {
            if let Some(larger) = self.larger.get(&item) {
                larger.collect(items.clone(), found);
            }
        }
    }

    fn take(&mut self, mut items: impl Iterator<Item = K> + Clone, found: &mut Vec<V>) {
        found.extend(self.value.take());
        while !self.larger.is_empty()
            && let Some(item) = items.next()
        {
            if let Some(larger) = self.larger.get_mut(&item) {
                larger.take(items.clone(), found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::none("", &[""])]
    #[case::one("a", &["", "a"])]
    #[case::all("abc", &["", "a", "ab", "b", "bc"])]
    #[case::gap("ac", &["", "a"])]
    #[case::others("xyz", &[""])]
    fn sets_within_another_are_found(#[case] items: &str, #[case] expected: &[&str]) {
        let mut index = SubsetIndex::default();
        for set in ["", "a", "ab", "b", "bc", "abd"] {
            *index.place(set.chars()) = Some(set);
        }
        let found: Vec<_> = index.subsets_of(items.chars()).into_iter().copied().collect();
        assert_eq!(found, expected);
        assert_eq!(index.take_subsets_of(items.chars()), expected);
        assert_eq!(index.subsets_of(items.chars()).len(), 0);
        assert_eq!(index.subsets_of("abcd".chars()).len(), 6 - expected.len());
    }
}
