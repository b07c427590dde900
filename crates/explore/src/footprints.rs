//! Which steps may be exchanged: what steps touch, as sets of numbered accesses.

use crate::Map;
use daxscope_core::op::Access;

/// A set of accesses by their numbers.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct AccessSet(Vec<u64>);

impl AccessSet {
    /// Adds a number; was it new?
    pub fn insert(&mut self, number: usize) -> bool {
        let word = number / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let bit = 1 << (number % 64);
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    /// Bytes in use.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        size_of::<AccessSet>() + self.0.capacity() * 8
    }

    /// Is the number in the set?
    #[must_use]
    pub fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 != 0)
    }

    /// Adds all of `other`; was any new?
    pub fn extend(&mut self, other: &AccessSet) -> bool {
        if other.0.len() > self.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut new = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            new |= theirs & !*mine != 0;
            *mine |= theirs;
        }
        new
    }

    /// Do the sets share an access with a number of at least `from`, which is below 64?
    #[inline]
    #[must_use]
    pub fn meets_from(&self, other: &AccessSet, from: usize) -> bool {
        let mut keep = u64::MAX << from;
        self.0.iter().zip(&other.0).any(|(mine, theirs)| mine & theirs & std::mem::replace(&mut keep, u64::MAX) != 0)
    }

    /// What is not in the other set.
    #[must_use]
    pub fn without(&self, other: &AccessSet) -> AccessSet {
        let theirs = other.0.iter().copied().chain(std::iter::repeat(0));
        AccessSet(self.0.iter().zip(theirs).map(|(mine, theirs)| mine & !theirs).collect())
    }

    /// The numbers in the set, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0
            .iter()
            .enumerate()
            .flat_map(|(word, &bits)| (0..64).filter(move |bit| bits >> bit & 1 != 0).map(move |bit| word * 64 + bit))
    }
}

/// All accesses that a search has met, by number from 1. Number 0 stands for calls that the search can make fail.
#[derive(Default, Debug)]
pub struct Accesses {
    list: Vec<Access>,
    numbers: Map<Access, usize>,
}

impl Accesses {
    /// The number of "can be made to fail": while only so many calls may fail, each such call touches what is left.
    pub const CAN_FAIL: usize = 0;

    /// The number of an access.
    pub fn number(&mut self, access: Access) -> usize {
        *self.numbers.entry(access).or_insert_with(|| {
            self.list.push(access);
            self.list.len()
        })
    }

    /// The access of a number; none for [`Accesses::CAN_FAIL`].
    #[must_use]
    pub fn access(&self, number: usize) -> Option<Access> {
        number.checked_sub(1).and_then(|at| self.list.get(at)).copied()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.list.capacity() * size_of::<Access>() + self.numbers.capacity() * (size_of::<(Access, usize)>() + 1)
    }

    /// All known accesses that may not be exchanged with some access of the set.
    #[must_use]
    pub fn conflicts(&self, set: &AccessSet) -> AccessSet {
        let mut found = AccessSet::default();
        if set.contains(Accesses::CAN_FAIL) {
            found.insert(Accesses::CAN_FAIL);
        }
        for mine in set.iter().filter(|&number| number != Accesses::CAN_FAIL) {
            for (at, other) in self.list.iter().enumerate() {
                if self.list[mine - 1].conflicts(other) {
                    found.insert(at + 1);
                }
            }
        }
        found
    }

    /// All known accesses of which something is true.
    #[must_use]
    pub fn that(&self, is: impl Fn(&Access) -> bool) -> AccessSet {
        let mut found = AccessSet::default();
        for (at, access) in self.list.iter().enumerate() {
            if is(access) {
                found.insert(at + 1);
            }
        }
        found
    }
}

/// Sets of accesses by number: what several steps touch.
#[derive(Default, Debug)]
pub struct Classes {
    sets: Vec<AccessSet>,
    numbers: Map<AccessSet, ClassId>,
}

/// The number of a set of accesses.
pub type ClassId = u32;

impl Classes {
    /// The number of a set.
    pub fn number(&mut self, set: AccessSet) -> ClassId {
        *self.numbers.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            (self.sets.len() - 1) as ClassId
        })
    }

    /// Bytes in use, about; every set is there twice.
    #[must_use]
    pub fn bytes(&self) -> usize {
        2 * self.sets.iter().map(AccessSet::bytes).sum::<usize>()
    }

    /// The set of that number.
    #[must_use]
    pub fn set(&self, class: ClassId) -> &AccessSet {
        &self.sets[class as usize]
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}
