//! Tables whose keys are some numbers of a state: found by a sum that is kept up to date ([`crate::mix::value`]), and told
//! apart by the numbers themselves.

use crate::mix::Identity;
use std::collections::{BTreeMap, HashMap};

/// A table from tuples of numbers to `T`.
#[derive(Clone, Debug)]
pub struct Exact<T> {
    found: HashMap<u64, Entry<T>, Identity>,
    /// The tuples, one behind the other.
    tuples: Vec<u32>,
    /// Tuples whose sum another one has.
    others: BTreeMap<Box<[u32]>, T>,
}

#[derive(Clone, Copy, Debug)]
struct Entry<T> {
    /// Where its tuple begins, and how long it is.
    begin: u32,
    length: u32,
    value: T,
}

impl<T> Default for Exact<T> {
    fn default() -> Exact<T> {
        Exact { found: HashMap::with_hasher(Identity), tuples: Vec::new(), others: BTreeMap::new() }
    }
}

impl<T> Exact<T> {
    /// What is known of a tuple. `sum`: the same for the same tuple.
    #[inline]
    #[must_use]
    pub fn get(&self, sum: u64, tuple: impl Iterator<Item = u32> + Clone) -> Option<&T> {
        let entry = self.found.get(&sum)?;
        let mut numbers = tuple.clone();
        // A loop, because it is most of what searches do; ends that differ differ somewhere.
        for &known in self.tuple(entry) {
            if numbers.next() != Some(known) {
                return self.other(tuple);
            }
        }
        if numbers.next().is_none() { Some(&entry.value) } else { self.other(tuple) }
    }

    #[cold]
    fn other(&self, tuple: impl Iterator<Item = u32>) -> Option<&T> {
        self.others.get(&*tuple.collect::<Vec<_>>())
    }

    fn tuple(&self, entry: &Entry<T>) -> &[u32] {
        &self.tuples[entry.begin as usize..][..entry.length as usize]
    }

    /// Notes what is to be known of a tuple.
    pub fn insert(&mut self, sum: u64, tuple: impl Iterator<Item = u32> + Clone, value: T) {
        let is_other = self.found.get(&sum).is_some_and(|entry| !self.tuple(entry).iter().copied().eq(tuple.clone()));
        if is_other {
            self.others.insert(tuple.collect(), value);
            return;
        }
        let begin = self.tuples.len() as u32;
        self.tuples.extend(tuple);
        let length = self.tuples.len() as u32 - begin;
        self.found.insert(sum, Entry { begin, length, value });
    }

    /// How many tuples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len() + self.others.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in use, about, beside what values hold.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.found.capacity() * (size_of::<(u64, Entry<T>)>() + 1) + self.tuples.capacity() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::Exact;

    #[test]
    fn tuples_of_one_sum_are_two() {
        let mut table = Exact::default();
        table.insert(7, [1, 2].into_iter(), 'a');
        assert_eq!(table.get(7, [2, 1].into_iter()), None);
        table.insert(7, [2, 1].into_iter(), 'b');
        table.insert(8, [1, 2].into_iter(), 'c');
        table.insert(7, [1, 2, 3].into_iter(), 'd');
        let all = [(7, vec![1, 2], 'a'), (7, vec![2, 1], 'b'), (8, vec![1, 2], 'c'), (7, vec![1, 2, 3], 'd')];
        for (sum, tuple, value) in all {
            assert_eq!(table.get(sum, tuple.into_iter()), Some(&value));
        }
        assert_eq!(table.get(9, [1].into_iter()), None);
        assert_eq!(table.len(), 4);
    }
}
