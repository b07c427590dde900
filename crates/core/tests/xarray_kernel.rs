//! What the kernel's own test of the XArray (`lib/test_xarray.c`) asks, in our words: the parts that do not need free
//! indices to be tracked.

use daxscope_core::errno::Errno;
use daxscope_core::tree::xarray::{
    AllocationFailures, Filter, Mark, Place, Word, XArray, Xas, smallest_order_of_one_split,
};

/// The value that names an index.
const fn value(index: u64) -> Word {
    Word::value(index & (u64::MAX >> 1))
}

fn store_order(array: &mut XArray, index: u64, order: u8) {
    let mut xas = Xas::with_order(index, order);
    xas.store(array, value(index));
    assert_eq!(xas.error(), None);
}

fn is_drained(array: &XArray) {
    assert_eq!((array.is_empty(), array.live_nodes(), array.marks()), (true, 0, 0));
}

/// Indices a power of two apart, up and down again: nothing else is there on the way.
#[test]
fn what_is_stored_is_loaded_and_nothing_else() {
    let mut array = XArray::new();
    for index in 0..300 {
        for other in 0..300 {
            let expected = if other < index { value(other) } else { Word::NULL };
            assert_eq!(array.load(other), expected);
        }
        assert_eq!(array.store(index, value(index)), Ok(Word::NULL));
    }
    for index in 0..300 {
        assert_eq!(array.erase(index), value(index));
        assert_eq!(array.load(index), Word::NULL);
    }
    is_drained(&array);
}

#[test]
fn no_memory_and_bad_ranges_are_errors() {
    let mut array = XArray::new();
    array.fail_allocations(AllocationFailures { succeed: 0, fail: 9 });
    assert_eq!(array.store(1, value(1)), Err(Errno::ENOMEM));
    assert_eq!(array.compare_exchange(1, Word::NULL, value(1)), Err(Errno::ENOMEM));
    assert_eq!(array.reserve(1), Err(Errno::ENOMEM));
    // Index 0 needs no node.
    assert_eq!(array.store(0, value(0)), Ok(Word::NULL));
    array.fail_allocations(AllocationFailures::default());
    assert_eq!(array.store_range(5, 4, value(5)), Err(Errno::EINVAL));
    assert_eq!((array.erase(0), array.live_nodes()), (value(0), 0));
}

/// A reader keeps its state while what it stands on is taken away.
#[test]
fn a_reader_without_the_lock_is_told_to_begin_again() {
    let mut array = XArray::for_readers_without_lock();
    store_order(&mut array, 0, 0);
    store_order(&mut array, 1, 0);
    let mut reader = Xas::new(0);
    assert_eq!((reader.find(&array, u64::MAX), reader.next_entry(&array, u64::MAX)), (value(0), value(1)));
    assert_eq!(array.erase(1), value(1));
    // The node is gone: index 0 is in the head now.
    assert_eq!(reader.place(&array), Place::Freed);
    reader.set(0);
    assert_eq!(reader.load(&array), value(0));
    assert_eq!(array.store(1, value(1)), Ok(Word::NULL));
    reader.reset();
    assert_eq!(reader.load(&array), value(0));
    array.erase(1);
    let word = reader.reload(&array);
    assert_eq!((word, reader.retry(word)), (Word::RETRY, true));
    assert_eq!((reader.place(&array), reader.load(&array)), (Place::Restart, value(0)));
    assert!(!reader.clone().retry(Word::NULL));
    assert!(reader.retry(Word::ZERO));
    reader.set_error(Errno::ENOMEM);
    assert_eq!((reader.load(&array), reader.retry(Word::NULL)), (Word::NULL, false));
}

#[test]
fn marks_belong_to_entries_of_every_size() {
    for order in 0..18 {
        let base = 1 << order;
        let mut array = XArray::new();
        array.set_mark(base, Mark::Dirty);
        assert_eq!(array.marks(), 0, "nothing is there to be marked");
        store_order(&mut array, base, order);
        for mark in [Mark::Dirty, Mark::Towrite] {
            array.set_mark(base + (1 << order) - 1, mark);
        }
        for index in [base, base + (1 << order) - 1] {
            assert!(array.get_mark(index, Mark::Dirty) && !array.get_mark(index, Mark::Writeback));
        }
        assert!(!array.get_mark(base - 1, Mark::Dirty) && !array.get_mark(base + (1 << order), Mark::Dirty));
        array.clear_mark(base, Mark::Dirty);
        assert_eq!((array.is_marked(Mark::Dirty), array.is_marked(Mark::Towrite)), (false, true));
        // What is stored in its place has its marks, what is stored after an erase has none.
        array.store(base, value(3)).expect("memory");
        assert!(array.get_mark(base, Mark::Towrite));
        array.erase(base);
        store_order(&mut array, base, order);
        assert_eq!(array.marks(), 0);
        array.erase(base);
        is_drained(&array);
    }
}

/// Two small marked entries become one.
#[test]
fn a_large_entry_takes_the_marks_of_the_small_ones() {
    for order in 2..12 {
        let mut array = XArray::new();
        for (index, mark) in [(0, Mark::Dirty), (1, Mark::Writeback), (3, Mark::Towrite)] {
            store_order(&mut array, index, 0);
            array.set_mark(index, mark);
        }
        store_order(&mut array, 0, order);
        array.check_structure().expect("nothing was changed inside an entry");
        for mark in Mark::ALL {
            assert_eq!(array.find(0, u64::MAX, Filter::Marked(mark)), Some((0, value(0))));
            // Behind index 0 there is none, but a search that begins in a sibling slot goes back to the first slot, and then
            // the kernel takes it for a new entry: its loop by index over such an entry has no end.
            let again = (order < 6).then_some((0, value(0)));
            assert_eq!(array.find_after(0, u64::MAX, Filter::Marked(mark)), again);
            assert_eq!(array.extract(0, u64::MAX, 9, Filter::Marked(mark)), [value(0)]);
        }
        assert_eq!(array.erase(1), value(0));
        is_drained(&array);
    }
}

/// The array is as tall as it has to be, except that an entry of many indices never moves into the head.
#[test]
fn the_array_shrinks() {
    let mut array = XArray::new();
    store_order(&mut array, 0, 0);
    store_order(&mut array, 1, 0);
    assert_eq!(array.erase(1), value(1));
    assert_eq!((array.head_entry(), array.live_nodes()), (Some(value(0)), 0));
    for order in 1..20 {
        let mut array = XArray::new();
        let far = 1 << 50;
        store_order(&mut array, 0, order);
        let nodes = array.live_nodes();
        store_order(&mut array, far, 0);
        assert!(array.live_nodes() > nodes);
        assert_eq!((array.erase(far), array.live_nodes(), array.head_entry()), (value(far), nodes, None));
        array.erase((1 << order) - 1);
        is_drained(&array);
    }
    // An empty slot 0 keeps the top.
    let mut array = XArray::new();
    store_order(&mut array, 0, 0);
    store_order(&mut array, 1 << 12, 0);
    let nodes = array.live_nodes();
    array.erase(0);
    assert_eq!(array.live_nodes(), nodes - 2, "the way to 0 goes, the top stays");
}

#[test]
fn compare_and_exchange_stores_only_what_was_expected() {
    let mut array = XArray::new();
    let (five, seven) = (value(5), value(7));
    array.store(12_345_678, five).expect("memory");
    assert_eq!(array.insert(12_345_678, five), Err(Errno::EBUSY));
    assert_eq!(array.compare_exchange(12_345_678, seven, Word::NULL), Ok(five));
    assert_eq!(array.compare_exchange(12_345_678, five, seven), Ok(five));
    assert_eq!(array.compare_exchange(5, seven, five), Ok(Word::NULL));
    assert_eq!((array.erase(12_345_678), array.erase(5)), (seven, Word::NULL));
    is_drained(&array);
    // Any index of a large entry stands for all of it.
    let old = array.store_range(1 << 9, (2 << 9) - 1, five);
    assert_eq!((old, array.compare_exchange(700, five, seven)), (Ok(()), Ok(five)));
    assert_eq!([512, 1023, 1024].map(|index| array.load(index)), [seven, seven, Word::NULL]);
}

#[test]
fn reservations_are_there_and_nobody_sees_them() {
    let mut array = XArray::new();
    assert_eq!(array.reserve(12_345), Ok(()));
    assert_eq!((array.load(12_345), array.is_empty()), (Word::NULL, false));
    assert_eq!(array.entries(0, u64::MAX), []);
    array.release(12_345);
    is_drained(&array);
    // Something was stored there meanwhile: it stays.
    array.reserve(7).expect("memory");
    assert_eq!(array.store(7, value(7)), Ok(Word::NULL));
    array.release(7);
    assert_eq!(array.erase(7), value(7));
    // A reservation is not nothing, and an erase takes it away.
    array.reserve(7).expect("memory");
    assert_eq!(array.compare_exchange(7, Word::NULL, value(7)), Ok(Word::NULL));
    assert_eq!((array.load(7), array.insert(7, value(7))), (Word::NULL, Err(Errno::EBUSY)));
    assert_eq!(array.erase(7), Word::NULL);
    is_drained(&array);
    // At index 0 it gets a node, where an entry would be the head.
    array.reserve(0).expect("memory");
    assert_eq!(array.live_nodes(), 1);
    array.release(0);
    is_drained(&array);
}

#[test]
fn a_large_entry_over_small_ones_and_small_stores_into_a_large_one() {
    for large in 3..20 {
        for small in 0..large.min(10) {
            let mut array = XArray::new();
            for index in (0..1 << large.min(11)).step_by(1 << small) {
                store_order(&mut array, index, small);
            }
            store_order(&mut array, 0, large);
            array.check_structure().expect("only values");
            assert_eq!(array.entries(0, u64::MAX), [(0, value(0))]);
            assert_eq!((array.order_at(0), array.order_at((1 << large) - 1)), (large, large));
            let mut inside = Xas::with_order(1 << (large - 1), small);
            inside.store(&mut array, value(9));
            assert_eq!((array.load(0), array.order_at(1)), (value(9), large));
            Xas::with_order(1 << (large - 1), small).store(&mut array, Word::NULL);
            is_drained(&array);
        }
    }
}

#[test]
fn the_order_of_an_entry_is_that_of_its_block() {
    let mut array = XArray::new();
    for order in 0..20_u8 {
        for at in 0..3_u64 {
            let index = (at + 1) << order;
            store_order(&mut array, index, order);
            for inside in [index, index + (1 << order) - 1] {
                assert_eq!(array.order_at(inside), order);
                let mut xas = Xas::new(inside);
                xas.load(&array);
                assert_eq!(xas.order(&array), order);
            }
            array.erase(index);
            assert_eq!(array.order_at(index), 0);
        }
    }
}

/// Nodes for single indices are made at once, wherever the range lies.
#[test]
fn a_range_of_nodes_is_made_ahead() {
    for order in 6..12 {
        for at in [0, 1, 2, 3, 7, 64] {
            let mut array = XArray::new();
            let first = at << order;
            let mut xas = Xas::with_order(first, order);
            xas.create_range(&mut array);
            assert_eq!((xas.error(), xas.index()), (None, first));
            let made = array.allocations();
            for index in first..first + (1 << order) {
                let mut one = Xas::new(index);
                one.store(&mut array, value(index));
            }
            assert_eq!(array.allocations(), made, "no store needs a node");
            assert_eq!(array.entries(0, u64::MAX).len(), 1 << order);
        }
    }
}

#[test]
fn a_range_is_stored_in_as_few_entries_as_there_can_be() {
    for (first, last) in [(0, 0), (1, 62), (0, 63), (1, 64), (63, 64), (5, 4095), (64, 4095), (100, 5000), (512, 1023)]
    {
        let mut array = XArray::new();
        array.store_range(first, last, value(9)).expect("memory");
        array.check_structure().expect("one value");
        for index in [first, last, (first + last) / 2] {
            assert_eq!(array.load(index), value(9));
        }
        assert_eq!(array.load(last + 1), Word::NULL);
        assert!(first == 0 || array.load(first - 1).is_null());
        assert!(array.leaves().len() <= 6, "{:?}", array.leaves());
        array.store_range(first, last, Word::NULL).expect("nothing is allocated");
        is_drained(&array);
    }
}

#[test]
fn searches_stop_at_their_limit_and_leave_the_entry_where_they_began() {
    let mut array = XArray::new();
    store_order(&mut array, 12, 2);
    store_order(&mut array, 16, 0);
    for index in 0..12 {
        assert_eq!(array.find(index, u64::MAX, Filter::Present), Some((12, value(12))));
    }
    for index in 12..16 {
        assert_eq!(array.find_after(index, u64::MAX, Filter::Present), Some((16, value(16))));
    }
    assert_eq!(array.find(0, 11, Filter::Present), None);
    assert_eq!(array.find(14, 14, Filter::Present), Some((14, value(12))));
    assert_eq!(
        (array.find_after(16, u64::MAX, Filter::Present), array.find_after(u64::MAX, u64::MAX, Filter::Present)),
        (None, None)
    );
    array.store(u64::MAX, value(1)).expect("memory");
    assert_eq!(array.find_after(16, u64::MAX, Filter::Present), Some((u64::MAX, value(1))));
}

/// Steps off both ends, over the whole of a sparse array and back.
#[test]
fn steps_go_round_the_ends() {
    let mut array = XArray::new();
    for index in [0, 63, 64, 1 << 20] {
        store_order(&mut array, index, 0);
    }
    let mut xas = Xas::new(64);
    assert_eq!(
        [xas.load(&array), xas.prev(&array), xas.next(&array), xas.next(&array)],
        [value(64), value(63), value(64), Word::NULL]
    );
    xas.set(0);
    assert_eq!((xas.load(&array), xas.prev(&array)), (value(0), Word::NULL));
    assert_eq!((xas.index(), xas.place(&array)), (u64::MAX, Place::Bounds));
    assert_eq!((xas.next(&array), xas.index()), (value(0), 0));
    xas.set(u64::MAX);
    assert_eq!((xas.load(&array), xas.next(&array), xas.index()), (Word::NULL, value(0), 0));
}

#[test]
fn an_entry_is_taken_apart_with_its_marks() {
    for order in 1..=17_u8 {
        for small in (0..order).filter(|small| small - small % 6 + 12 > order) {
            let mut array = XArray::new();
            store_order(&mut array, 0, order);
            array.set_mark(0, Mark::Dirty);
            let mut xas = Xas::with_order(0, small);
            assert!(!xas.split_alloc(&mut array, order));
            xas.split(&mut array, value(4), order);
            assert_eq!((xas.error(), xas.spare()), (None, 0));
            array.check_structure().expect("all is counted");
            let leaves = array.leaves();
            assert_eq!(leaves.len(), 1 << (order - small));
            for (at, leaf) in leaves.iter().enumerate() {
                assert_eq!((leaf.index, leaf.word, leaf.marks), ((at as u64) << small, value(4), Mark::Dirty.bit()));
            }
        }
    }
    // One more level than one is refused, and nothing stays allocated.
    let mut array = XArray::new();
    store_order(&mut array, 0, 12);
    let nodes = array.live_nodes();
    let mut xas = Xas::with_order(0, 5);
    assert!(xas.split_alloc(&mut array, 12));
    assert_eq!((xas.error(), array.live_nodes()), (Some(Errno::ENOMEM), nodes));
}

/// Step by step down to single indices, with one new node at most in each step.
#[test]
fn an_entry_is_taken_apart_in_steps_that_need_one_node() {
    for order in 1..=15_u8 {
        let mut array = XArray::new();
        store_order(&mut array, 0, order);
        let mut now = order;
        while now > 0 {
            let next = smallest_order_of_one_split(now);
            assert!(next < now);
            let (mut xas, before) = (Xas::with_order(0, next), array.allocations());
            xas.try_split(&mut array, value(4), now);
            assert_eq!(xas.error(), None, "{now} to {next}");
            assert!(array.allocations() - before <= 1);
            now = next;
            assert_eq!(array.order_at(0), now);
            array.check_structure().expect("all is counted");
        }
        assert_eq!(array.leaves().last().map(|leaf| leaf.last), Some((1 << order) - 1));
    }
}
