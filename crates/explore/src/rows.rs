//! All states of a search, each told apart from every other by all its numbers.
//!
//! The numbers of a state are the leaves of a tree. Each fork of the tree has a table of the tuples that were met at its
//! branches, and a tuple is known by its place in that table. States have most of their numbers in common, so the tables of all
//! forks but the root are small, and a state is one pair of the root (the world, and where threads are): 8 bytes, and what it
//! takes to find it. A step changes few numbers, so few forks are asked.
//!
//! Source: A. Laarman, J. van de Pol, M. Weber, Parallel Recursive State Compression for Free, SPIN 2011 (arXiv 1104.3119).

use hashbrown::HashTable;

/// A set of tuples of numbers, all as long; each has a number of its own: how many came before it.
#[derive(Clone, Debug)]
struct Tuples {
    length: usize,
    /// One behind the other.
    all: Vec<u32>,
    numbers: HashTable<u32>,
}

impl Tuples {
    const fn new(length: usize) -> Tuples {
        Tuples { length, all: Vec::new(), numbers: HashTable::new() }
    }

    fn len(&self) -> usize {
        self.all.len() / self.length
    }

    #[inline]
    fn get(&self, number: u32) -> &[u32] {
        &self.all[number as usize * self.length..][..self.length]
    }

    /// The number of a tuple, if it is in here.
    #[inline]
    fn find(&self, tuple: &[u32]) -> Option<u32> {
        self.numbers.find(hash(tuple), |&number| self.get(number) == tuple).copied()
    }

    /// The number of a tuple, and whether it is new.
    #[inline]
    fn number(&mut self, tuple: &[u32]) -> (u32, bool) {
        match self.find(tuple) {
            Some(known) => (known, false),
            None => (self.add(tuple), true),
        }
    }

    fn add(&mut self, tuple: &[u32]) -> u32 {
        let (number, length) = (self.len() as u32, self.length);
        // Room for an eighth more, not for twice as many: states are most of what a search keeps.
        if self.all.len() == self.all.capacity() {
            self.all.reserve_exact((self.len() / 8 + 64) * length);
        }
        self.all.extend_from_slice(tuple);
        let all = &self.all;
        let of = |&number: &u32| hash(&all[number as usize * length..][..length]);
        self.numbers.insert_unique(hash(tuple), number, of);
        number
    }

    /// Is there memory for one more?
    fn reserve(&mut self) -> bool {
        let (all, length) = (&mut self.all, self.length);
        all.len() / length < u32::MAX as usize
            && (all.len() < all.capacity() || all.try_reserve_exact((all.len() / length / 8 + 64) * length).is_ok())
            && self.numbers.try_reserve(1, |&number| hash(&all[number as usize * length..][..length])).is_ok()
    }

    fn clear(&mut self) {
        self.all.clear();
        self.numbers.clear();
    }

    fn bytes(&self) -> usize {
        self.all.capacity() * 4 + self.numbers.allocation_size()
    }
}

#[inline]
fn hash(tuple: &[u32]) -> u64 {
    let fold =
        |hash: u64, &number: &u32| (hash.rotate_left(23) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = tuple.iter().fold(0, fold);
    hash ^ hash >> 32
}

/// So many neighbours among the parts of the world have one fork.
const NEIGHBOURS: usize = 6;

/// All states that were met, by number from 0 in the order in which they were.
#[derive(Clone, Default, Debug)]
pub struct Rows {
    width: usize,
    /// By fork, the root last: its branches. Those below `width` are leaves, others forks.
    forks: Vec<Vec<usize>>,
    tables: Vec<Tuples>,
    /// Of each leaf and fork, its number in the state that was written or read last.
    now: Vec<u32>,
    /// Of each leaf and fork, is its number another than in the state before?
    changed: Vec<bool>,
    /// Is there a state before?
    follows: bool,
    tuple: Vec<u32>,
}

impl Rows {
    /// None. A state is so many numbers, two at least, of which the last `places` say where threads are: they change most, so
    /// they are a branch of their own.
    #[must_use]
    pub fn new(width: usize, places: usize) -> Rows {
        let mut forks = Vec::new();
        let world = branch(width, (0..width - places).collect(), NEIGHBOURS, &mut forks);
        let places = branch(width, (width - places..width).collect(), 2, &mut forks);
        forks.push([world, places].concat());
        let tables = forks.iter().map(|branches| Tuples::new(branches.len())).collect();
        let (now, changed) = (vec![0; width + forks.len()], vec![true; width + forks.len()]);
        Rows { width, now, changed, follows: false, forks, tables, tuple: Vec::new() }
    }

    /// The number of a state, and whether it is new.
    pub fn number(&mut self, row: &[u32]) -> (u32, bool) {
        for (at, &number) in row[..self.width].iter().enumerate() {
            self.changed[at] = !self.follows || self.now[at] != number;
            self.now[at] = number;
        }
        let mut is_new = false;
        for (at, branches) in self.forks.iter().enumerate() {
            let own = self.width + at;
            is_new = false;
            self.changed[own] = branches.iter().any(|&branch| self.changed[branch]);
            if self.changed[own] {
                self.tuple.clear();
                self.tuple.extend(branches.iter().map(|&branch| self.now[branch]));
                let before = self.now[own];
                (self.now[own], is_new) = self.tables[at].number(&self.tuple);
                self.changed[own] = !self.follows || self.now[own] != before;
            }
        }
        self.follows = true;
        (self.now.last().copied().unwrap_or_default(), is_new)
    }

    /// The number of a state, if it was met.
    pub fn find(&mut self, row: &[u32]) -> Option<u32> {
        self.follows = false;
        self.now[..self.width].copy_from_slice(&row[..self.width]);
        let mut last = None;
        for (at, branches) in self.forks.iter().enumerate() {
            self.tuple.clear();
            self.tuple.extend(branches.iter().map(|&branch| self.now[branch]));
            let number = self.tables[at].find(&self.tuple)?;
            self.now[self.width + at] = number;
            last = Some(number);
        }
        last
    }

    /// The numbers of a state.
    pub fn load(&mut self, number: u32, row: &mut [u32]) {
        self.follows = true;
        if let Some(root) = self.now.last_mut() {
            *root = number;
        }
        for (at, branches) in self.forks.iter().enumerate().rev() {
            let numbers = self.tables[at].get(self.now[self.width + at]);
            branches.iter().zip(numbers).for_each(|(&branch, &number)| self.now[branch] = number);
        }
        row[..self.width].copy_from_slice(&self.now[..self.width]);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.last().map_or(0, Tuples::len)
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.follows = false;
        self.tables.iter_mut().for_each(Tuples::clear);
    }

    /// Is there memory for one more?
    pub fn reserve(&mut self) -> bool {
        self.tables.iter_mut().all(Tuples::reserve)
    }

    /// Bytes in use.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.tables.iter().map(Tuples::bytes).sum()
    }
}

/// Adds the forks above some branches, `most` to a fork; the topmost one, or nothing above nothing.
fn branch(width: usize, mut branches: Vec<usize>, most: usize, forks: &mut Vec<Vec<usize>>) -> Vec<usize> {
    while branches.len() > 1 {
        let groups = branches.chunks(most).map(|group| match group {
            [alone] => *alone,
            _ => {
                forks.push(group.to_vec());
                width + forks.len() - 1
            }
        });
        branches = groups.collect();
    }
    branches
}
