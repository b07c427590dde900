//! Random operations on the XArray against a map that knows nothing of nodes.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use daxscope_core::errno::Errno;
use daxscope_core::tree::xarray::{AllocationFailures, Fault, Filter, Mark, Word, XArray, Xas};

/// xorshift64
struct Random(u64);

impl Random {
    const fn new(seed: u64, stream: u64) -> Self {
        Self(seed.wrapping_mul(stream))
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn index(&mut self) -> u64 {
        match self.below(8) {
            0..3 => self.below(200),
            3..6 => self.below(5_000),
            6 => 260_000 + self.below(4_000),
            _ => (1 << 40) + self.below(3_000),
        }
    }

    fn order(&mut self) -> u8 {
        [0, 0, 0, 0, 1, 2, 3, 5, 6, 7, 9, 9, 9, 10, 12][self.below(15) as usize]
    }

    fn mark(&mut self) -> Mark {
        Mark::ALL[self.below(3) as usize]
    }

    /// A value, or a pointer if `pointers`.
    fn word(&mut self, pointers: bool) -> Word {
        let number = self.below(1 << 20) + 1;
        if pointers && number.is_multiple_of(2) {
            Word::from_bits(number << 4).expect("a pointer")
        } else {
            Word::value(number)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    last: u64,
    word: Word,
    marks: u8,
}

/// The entries by first index.
#[derive(Clone, Default, PartialEq, Debug)]
struct Naive(BTreeMap<u64, Entry>);

impl Naive {
    fn at(&self, index: u64) -> Option<(u64, Entry)> {
        let (&first, &entry) = self.0.range(..=index).next_back()?;
        (index <= entry.last).then_some((first, entry))
    }

    /// The entries that have an index in the range, in order.
    fn within(&self, first: u64, last: u64) -> Vec<(u64, Entry)> {
        let start = self.at(first).map_or(first, |(first, _)| first);
        self.0.range(start..=last).map(|(&first, &entry)| (first, entry)).collect()
    }

    /// Nothing is refused: a larger entry changes as a whole, smaller ones leave their marks to the new one.
    fn store(&mut self, first: u64, last: u64, word: Word) {
        let old = self.within(first, last);
        let (mut first, mut last) = (first, last);
        if let Some(&(at, entry)) = old.first()
            && at <= first
            && last <= entry.last
        {
            (first, last) = (at, entry.last);
        }
        let marks = old.iter().fold(0, |marks, (_, entry)| marks | entry.marks);
        self.0.retain(|&at, entry| entry.last < first || at > last);
        if !word.is_null() {
            self.0.insert(first, Entry { last, word, marks });
        }
    }

    fn change_mark(&mut self, index: u64, change: impl FnOnce(&mut u8)) {
        if let Some((first, _)) = self.at(index) {
            change(&mut self.0.get_mut(&first).expect("just found").marks);
        }
    }
}

const fn block(index: u64, order: u8) -> (u64, u64) {
    let below = (1 << order) - 1;
    (index & !below, index | below)
}

fn hash(array: &XArray) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(array)
}

/// Changes both in the same way.
fn change(array: &mut XArray, naive: &mut Naive, random: &mut Random, pointers: bool) {
    let index = random.index();
    match random.below(10) {
        0..5 => {
            let (order, word) = (random.order(), random.word(pointers));
            let (first, last) = block(index, order);
            let old = Xas::with_order(index, order).store(array, word);
            if order == 0 {
                assert_eq!(old, naive.at(index).map_or(Word::NULL, |(_, entry)| entry.word));
            }
            naive.store(first, last, word);
        }
        5 => {
            let order = random.order();
            let (first, last) = block(index, order);
            Xas::with_order(index, order).store(array, Word::NULL);
            naive.store(first, last, Word::NULL);
        }
        6 => {
            assert_eq!(array.erase(index), naive.at(index).map_or(Word::NULL, |(_, entry)| entry.word));
            naive.store(index, index, Word::NULL);
        }
        7 => {
            let mark = random.mark();
            array.clear_mark(index, mark);
            naive.change_mark(index, |marks| *marks &= !mark.bit());
        }
        _ => {
            let mark = random.mark();
            array.set_mark(index, mark);
            naive.change_mark(index, |marks| *marks |= mark.bit());
        }
    }
}

/// Everything that a reader can ask, asked at one index.
fn compare(array: &XArray, naive: &Naive, probe: u64, max: u64) {
    let here = naive.at(probe);
    let word = here.map_or(Word::NULL, |(_, entry)| entry.word);
    assert_eq!(array.load(probe), word);
    assert_eq!(Xas::new(probe).load(array), word);
    if let Some((first, entry)) = here {
        assert_eq!(1 << array.order_at(probe), entry.last - first + 1);
    }
    for mark in Mark::ALL {
        assert_eq!(array.get_mark(probe, mark), here.is_some_and(|(_, entry)| entry.marks & mark.bit() != 0));
    }
    let expected = if probe <= max { naive.within(probe, max) } else { Vec::new() };
    let mut xas = Xas::new(probe);
    let mut found = xas.find(array, max);
    for &(first, entry) in &expected {
        assert_eq!((xas.index(), found), (first.max(probe), entry.word));
        found = xas.next_entry(array, max);
    }
    assert!(found.is_null());
    let all: Vec<_> = expected.iter().map(|&(first, entry)| (first.max(probe), entry.word)).collect();
    assert_eq!(array.entries(probe, max), all);
    let words: Vec<_> = all.iter().map(|&(_, word)| word).take(3).collect();
    assert_eq!(array.extract(probe, max, 3, Filter::Present), words);
    for mark in Mark::ALL {
        let mut xas = Xas::new(probe);
        let mut found = xas.find_marked(array, max, mark);
        for &(first, entry) in expected.iter().filter(|(_, entry)| entry.marks & mark.bit() != 0) {
            assert_eq!(found, entry.word);
            assert!((first..=entry.last).contains(&xas.index()));
            found = xas.next_marked(array, max, mark);
        }
        assert!(found.is_null());
    }
}

/// The entries of the array are those of the map, and the nodes are in order.
fn same(array: &XArray, naive: &Naive) {
    if let Err(error) = array.check_structure() {
        // A store of another kind inside a larger entry leaves `nr_values` wrong, as in the kernel.
        assert!(matches!(error.fault, Fault::Values { .. }), "{error}");
    }
    let leaves = array.leaves();
    assert_eq!(leaves.len(), naive.0.len());
    for (leaf, (&first, entry)) in leaves.iter().zip(&naive.0) {
        assert_eq!((leaf.index, leaf.last, leaf.word, leaf.marks), (first, entry.last, entry.word, entry.marks));
    }
    let marks = naive.0.values().fold(0, |marks, entry| marks | entry.marks);
    assert_eq!(array.marks(), marks);
}

#[test]
fn random_operations_agree_with_a_map() {
    for seed in 1..60 {
        let mut random = Random::new(seed, 0x9e37_79b9_7f4a_7c15);
        let (mut array, mut naive) = (XArray::new(), Naive::default());
        // The same with freed nodes kept: nobody who looks from the head can tell.
        let mut keeping = XArray::for_readers_without_lock();
        for step in 0..250 {
            change(&mut keeping, &mut naive.clone(), &mut Random(random.0), seed % 2 == 0);
            change(&mut array, &mut naive, &mut random, seed % 2 == 0);
            if step % 5 == 0 {
                same(&array, &naive);
                assert_eq!((&array, hash(&array)), (&keeping, hash(&keeping)));
                let max = if random.below(2) == 0 { u64::MAX } else { random.index() };
                compare(&array, &naive, random.index(), max);
            }
        }
        let clone = array.clone();
        assert_eq!((&clone, hash(&clone)), (&array, hash(&array)));
        for &first in naive.0.keys() {
            array.erase(first);
        }
        assert_eq!((array.live_nodes(), array.is_empty(), array.marks()), (0, true, 0));
        assert_eq!(array, XArray::new());
        assert_eq!(array.allocations(), array.freed());
        assert_ne!(clone, array);
    }
}

#[test]
fn values_are_counted_right_while_no_entry_changes_its_kind() {
    for seed in 1..40 {
        let mut random = Random::new(seed, 0xd134_2543_de82_ef95);
        let (mut array, mut naive) = (XArray::new(), Naive::default());
        for _ in 0..120 {
            change(&mut array, &mut naive, &mut random, false);
            array.check_structure().expect("only values are stored");
        }
    }
}

#[test]
fn a_conflict_loop_meets_every_entry_of_the_range_once() {
    for seed in 1..80 {
        let mut random = Random::new(seed, 0xa076_1d64_78bd_642f);
        let (mut array, mut naive) = (XArray::new(), Naive::default());
        for _ in 0..60 {
            change(&mut array, &mut naive, &mut random, true);
        }
        for _ in 0..40 {
            let (index, order) = (random.index(), random.order());
            let (first, last) = block(index, order);
            let mut xas = Xas::with_order(index, order);
            let mut met = Vec::new();
            loop {
                let word = xas.find_conflict(&array);
                if word.is_null() {
                    break;
                }
                met.push((xas.slot_index(&array), word));
            }
            let expected: Vec<_> =
                naive.within(first, last).into_iter().map(|(first, entry)| (first, entry.word)).collect();
            assert_eq!(met, expected);
            // The loop ran to its end, so its state can store.
            xas.store(&mut array, Word::value(77));
            naive.store(first, last, Word::value(77));
            same(&array, &naive);
        }
    }
}

#[test]
fn a_store_without_memory_changes_no_entry_and_comes_to_the_same_after_a_retry() {
    let mut failed = 0;
    for seed in 1..120 {
        let mut random = Random::new(seed, 0xe703_7ed1_a0b4_28db);
        let (mut array, mut naive) = (XArray::new(), Naive::default());
        for _ in 0..80 {
            let (index, order, word) = (random.index(), random.order(), random.word(false));
            let (first, last) = block(index, order);
            array.fail_allocations(AllocationFailures { succeed: random.below(4), fail: random.below(4) });
            let mut xas = Xas::with_order(index, order);
            loop {
                let before = array.leaves();
                xas.store(&mut array, word);
                if xas.error() == Some(Errno::ENOMEM) {
                    failed += 1;
                    assert_eq!(array.leaves(), before);
                }
                if !xas.nomem(&mut array) {
                    break;
                }
                assert_eq!(xas.spare(), 1);
            }
            assert_eq!(xas.spare(), 0);
            match xas.error() {
                None => naive.store(first, last, word),
                Some(error) => assert_eq!(error, Errno::ENOMEM),
            }
            same(&array, &naive);
        }
        // What failed left empty nodes, and they do not disturb.
        compare(&array, &naive, random.index(), u64::MAX);
        array.destroy();
        assert_eq!((array.live_nodes(), array.allocations() >= array.freed()), (0, true));
    }
    assert!(failed > 500, "only {failed} stores ran out of memory");
}

#[test]
fn a_loop_with_pauses_meets_what_the_loop_meets() {
    for seed in 1..60 {
        let mut random = Random::new(seed, 0x8ebc_6af0_9c88_c6e3);
        let (mut array, mut naive) = (XArray::new(), Naive::default());
        for _ in 0..80 {
            change(&mut array, &mut naive, &mut random, true);
        }
        let every = random.below(3) + 1;
        let (mut xas, mut met) = (Xas::new(0), Vec::new());
        let mut word = xas.find(&array, u64::MAX);
        while !word.is_null() {
            met.push((xas.index(), word));
            if (met.len() as u64).is_multiple_of(every) {
                // From the first index of an entry both forms are right.
                let (mut rounded, mut unrounded) = (xas, xas);
                rounded.pause(&array);
                unrounded.pause_unrounded(&array);
                assert_eq!(rounded, unrounded);
                xas = rounded;
            }
            word = xas.next_entry(&array, u64::MAX);
        }
        let all: Vec<_> = naive.0.iter().map(|(&first, entry)| (first, entry.word)).collect();
        assert_eq!(met, all);
    }
}

#[test]
fn steps_forwards_and_backwards_visit_every_index() {
    for seed in 1..40 {
        let mut random = Random::new(seed, 0x5899_65cc_7537_4cc3);
        let (mut array, mut naive) = (XArray::new(), Naive::default());
        for _ in 0..60 {
            change(&mut array, &mut naive, &mut random, true);
        }
        // Not from the middle of an entry: the walk stands on its first slot then, and steps from there.
        let start = 700 + random.index();
        let start = naive.at(start).map_or(start, |(first, _)| first);
        for forwards in [true, false] {
            let mut xas = Xas::new(start);
            for distance in 0..600 {
                let word = if forwards { xas.next(&array) } else { xas.prev(&array) };
                let index = if forwards { start.wrapping_add(distance) } else { start.wrapping_sub(distance) };
                assert_eq!(xas.index(), index);
                let here = naive.at(index);
                if word.as_sibling().is_none() {
                    assert_eq!(word, here.map_or(Word::NULL, |(_, entry)| entry.word));
                } else {
                    assert!(here.is_some_and(|(first, _)| first < index));
                }
            }
        }
    }
}

/// States of another time, of another array and with any offset: they find what they find, and nothing falls over.
#[test]
fn no_state_makes_anything_panic() {
    for seed in 1..80 {
        let mut random = Random::new(seed, 0xbf58_476d_1ce4_e5b9);
        let mut arrays = [XArray::new(), XArray::for_readers_without_lock()];
        let mut states = [Xas::new(0); 4];
        for _ in 0..600 {
            let array = &mut arrays[random.below(2) as usize];
            let xas = &mut states[random.below(4) as usize];
            let index = match random.below(9) {
                0 => u64::MAX - random.below(5_000),
                _ => random.index(),
            };
            let (order, word, mark) =
                ([0, 5, 6, 9, 11, 12, 18, 60, 63][random.below(9) as usize], random.word(true), random.mark());
            match random.below(24) {
                0 => *xas = Xas::with_order(index, order),
                1 => xas.set_order(index, order),
                2 => xas.advance(array, index),
                3 => drop(xas.store(array, word)),
                4 => drop(xas.store(array, Word::NULL)),
                5 => drop(xas.load(array)),
                6 => drop(xas.reload(array)),
                7 => drop(xas.find_conflict(array)),
                8 => drop(xas.find(array, index)),
                9 => drop(xas.next_entry(array, u64::MAX)),
                10 => drop(xas.find_marked(array, u64::MAX, mark)),
                11 => drop(xas.next_marked(array, index, mark)),
                12 => drop(xas.next(array)),
                13 => drop(xas.prev(array)),
                14 => xas.set_mark(array, mark),
                15 => xas.clear_mark(array, mark),
                16 => xas.pause(array),
                17 => drop(xas.nomem(array)),
                18 if xas.shift() < 12 => xas.create_range(array),
                19 => drop(xas.split_alloc(array, order)),
                20 => xas.split(array, word, order),
                21 => xas.try_split(array, word, order),
                22 => array.fail_allocations(AllocationFailures { succeed: random.below(9), fail: random.below(3) }),
                _ => drop(array.store_range(index.min(1 << 41), index.min(1 << 41) + random.below(9_000), word)),
            }
            let _ = (xas.place(array), xas.order(array), xas.get_mark(array, mark), xas.slot_index(array));
            let _ = (array.leaves(), array.nodes(), array.check_structure());
        }
    }
}

#[test]
fn a_marked_search_that_the_kernel_would_not_come_back_from_ends() {
    let mut array = XArray::new();
    array.store(5, Word::value(1)).expect("memory");
    let mut xas = Xas::new(9);
    assert!(xas.load(&array).is_null());
    xas.set_mark(&mut array, Mark::Dirty);
    let mut search = Xas::new(0);
    assert!(search.find_marked(&array, u64::MAX, Mark::Dirty).is_null());
    assert_eq!(search.error(), Some(daxscope_core::tree::xarray::WOULD_NOT_RETURN));
}
