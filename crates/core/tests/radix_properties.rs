//! Properties of the radix tree: random operations against a map that knows nothing of nodes, and what the kernel's
//! own multi-order test (`tools/testing/radix-tree/multiorder.c`, v4.10) asks of it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use daxscope_core::radix::{Fault, RadixTree, RootView, Tag, TreeError};
use proptest::prelude::*;

/// A DAX-like exceptional word that names its index.
const fn exceptional(index: u64) -> u64 {
    index << 6 | 0b10
}

const fn pointer(index: u64) -> u64 {
    (index + 1) << 6
}

const fn last_of(index: u64, order: u8) -> u64 {
    index | ((1 << order) - 1)
}

fn tree_with(entries: &[(u64, u8)]) -> RadixTree {
    let mut tree = RadixTree::new();
    for &(index, order) in entries {
        tree.insert(index, order, exceptional(index)).unwrap();
    }
    tree.check_structure().unwrap();
    tree
}

fn hash(tree: &RadixTree) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(tree)
}

// --- Random operations -------------------------------------------------------------------------------------------

#[derive(Clone, Debug)]
enum Op {
    Insert(u64, u8, bool),
    Delete(u64),
    DeleteItem(u64, u64),
    Replace(u64, bool),
    Remove(u64),
    TagSet(u64, Tag),
    TagClear(u64, Tag),
    TagIfTagged(u64, u64, u64, Tag, Tag),
}

fn index() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 0..200_u64,
        4 => 0..5_000_u64,
        1 => 260_000..264_000_u64,
        1 => (1_u64 << 40)..(1 << 40) + 2_000,
        // Not the last node of all: the kernel's walk has a quirk there, see below.
        1 => u64::MAX - 20_000..u64::MAX - 5_000,
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let tag = || prop::sample::select(&Tag::ALL[..]);
    prop_oneof![
        6 => (index(), 0..=9_u8, any::<bool>()).prop_map(|(i, o, x)| Op::Insert(i, o, x)),
        2 => index().prop_map(Op::Delete),
        1 => (index(), index()).prop_map(|(i, v)| Op::DeleteItem(i, exceptional(v))),
        2 => (index(), any::<bool>()).prop_map(|(i, x)| Op::Replace(i, x)),
        1 => index().prop_map(Op::Remove),
        3 => (index(), tag()).prop_map(|(i, t)| Op::TagSet(i, t)),
        1 => (index(), tag()).prop_map(|(i, t)| Op::TagClear(i, t)),
        1 => (index(), index(), 0..9_u64, tag(), tag())
            .prop_map(|(f, l, n, a, b)| Op::TagIfTagged(f, l, n, a, b)),
    ]
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Entry {
    order: u8,
    word: u64,
    tags: u8,
}

/// The entries by first index.
#[derive(Clone, Default)]
struct Naive(BTreeMap<u64, Entry>);

impl Naive {
    fn at(&mut self, index: u64) -> Option<(u64, &mut Entry)> {
        let (&first, entry) = self.0.range_mut(..=index).next_back()?;
        (index <= last_of(first, entry.order)).then_some((first, entry))
    }

    /// The first index of what covers `index`, or else `index`.
    fn start(&mut self, index: u64) -> u64 {
        self.at(index).map_or(index, |(first, _)| first)
    }

    fn insert(&mut self, index: u64, order: u8, word: u64) -> Result<(), TreeError> {
        let first = index & !((1 << order) - 1);
        let start = self.start(first);
        if self.0.range(start..=last_of(first, order)).next().is_some() {
            return Err(TreeError::Exist);
        }
        self.0.insert(
            first,
            Entry {
                order,
                word,
                tags: 0,
            },
        );
        Ok(())
    }

    fn remove(&mut self, index: u64) -> Option<u64> {
        let first = self.at(index)?.0;
        self.0.remove(&first).map(|entry| entry.word)
    }
}

/// Does the same to both and compares the answers.
fn apply(op: &Op, tree: &mut RadixTree, naive: &mut Naive) {
    match *op {
        Op::Insert(i, o, x) => {
            let word = if x { exceptional(i) } else { pointer(i) };
            assert_eq!(tree.insert(i, o, word), naive.insert(i, o, word));
        }
        Op::Delete(i) => assert_eq!(tree.delete(i), naive.remove(i).unwrap_or(0)),
        Op::DeleteItem(i, v) => {
            let equal = naive.at(i).is_some_and(|(_, entry)| entry.word == v);
            let expected = if equal {
                naive.remove(i).unwrap_or(0)
            } else {
                0
            };
            assert_eq!(tree.delete_item(i, v), expected);
        }
        Op::Replace(i, x) => {
            let word = if x {
                exceptional(i) + 4
            } else {
                pointer(i) + 4
            };
            let old = naive
                .at(i)
                .map(|(_, entry)| std::mem::replace(&mut entry.word, word));
            assert_eq!(tree.replace(i, word), old);
        }
        Op::Remove(i) => assert_eq!(tree.replace(i, 0), naive.remove(i)),
        Op::TagSet(i, t) => {
            let Some((_, entry)) = naive.at(i) else {
                if !(tree.is_empty() && i == 0) {
                    assert_eq!(tree.tag_set(i, t), Err(TreeError::Bug));
                }
                return;
            };
            entry.tags |= t.bit();
            assert_eq!(tree.tag_set(i, t), Ok(entry.word));
        }
        Op::TagClear(i, t) => {
            let word = naive.at(i).map_or(0, |(_, entry)| {
                entry.tags &= !t.bit();
                entry.word
            });
            assert_eq!(tree.tag_clear(i, t), word);
        }
        Op::TagIfTagged(f, l, n, a, b) => {
            let expected = naive_range_tag(naive, f, l, n, a, b);
            assert_eq!(tree.range_tag_if_tagged(f, l, n, a, b), expected);
        }
    }
}

fn naive_range_tag(naive: &mut Naive, f: u64, l: u64, n: u64, a: Tag, b: Tag) -> (u64, u64) {
    let start = naive.start(f);
    let (mut count, mut next) = (0, f);
    for (&first, entry) in naive.0.range_mut(start..) {
        if count == n {
            return (count, next);
        }
        if first <= l && entry.tags & a.bit() != 0 {
            entry.tags |= b.bit();
            count += 1;
            next = last_of(first, entry.order) + 1;
        }
    }
    (count, if count == n { next } else { l + 1 })
}

fn compare(tree: &RadixTree, naive: &mut Naive, probes: &[u64]) {
    tree.check_structure().unwrap();
    let leaves = tree.leaves().into_iter().map(|leaf| {
        (
            leaf.index,
            Entry {
                order: leaf.order,
                word: leaf.word,
                tags: leaf.tags,
            },
        )
    });
    let expected: Vec<_> = naive
        .0
        .iter()
        .map(|(&first, &entry)| (first, entry))
        .collect();
    assert_eq!(leaves.collect::<Vec<_>>(), expected);
    for tag in Tag::ALL {
        assert_eq!(
            tree.tagged(tag),
            expected.iter().any(|(_, e)| e.tags & tag.bit() != 0)
        );
    }
    for &probe in probes {
        let found = naive.at(probe).map(|(first, entry)| (first, *entry));
        let slot = tree
            .lookup_slot(probe)
            .map(|slot| (slot.index, slot.order, slot.word));
        assert_eq!(
            slot,
            found.map(|(first, entry)| (first, entry.order, entry.word))
        );
        assert_eq!(tree.lookup(probe), found.map_or(0, |(_, entry)| entry.word));
        let start = naive.start(probe);
        let rest = || expected.iter().filter(|(first, _)| *first >= start);
        let walk: Vec<_> = tree.iter(probe).collect();
        assert_eq!(
            walk,
            rest()
                .map(|&(first, e)| (first, e.word))
                .collect::<Vec<_>>()
        );
        assert_eq!(
            tree.gang_lookup_with_index(probe, 3),
            walk[..walk.len().min(3)]
        );
        for tag in Tag::ALL {
            let has = |entry: Entry| entry.tags & tag.bit() != 0;
            assert_eq!(
                tree.tag_get(probe, tag),
                found.is_some_and(|(_, entry)| has(entry))
            );
            let tagged = rest().filter(|(_, entry)| has(*entry));
            let tagged: Vec<_> = tagged.map(|&(first, e)| (first, e.word)).collect();
            assert_eq!(tree.iter_tagged(probe, tag).collect::<Vec<_>>(), tagged);
        }
    }
}

/// The same entries with the same tags, put into a new tree from the last to the first.
fn rebuilt(tree: &RadixTree) -> RadixTree {
    let mut again = RadixTree::new();
    for leaf in tree.leaves().iter().rev() {
        again.insert(leaf.index, leaf.order, leaf.word).unwrap();
        for tag in Tag::ALL
            .into_iter()
            .filter(|tag| leaf.tags & tag.bit() != 0)
        {
            again.tag_set(leaf.index, tag).unwrap();
        }
    }
    again
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn behaves_as_a_map(
        ops in prop::collection::vec(op(), 1..60),
        probes in prop::collection::vec(index(), 3),
    ) {
        let mut tree = RadixTree::new();
        let mut naive = Naive::default();
        for op in &ops {
            apply(op, &mut tree, &mut naive);
            compare(&tree, &mut naive, &probes);
        }
        // A failed insert may have left the tree taller than it need be; nothing else tells histories apart.
        let again = rebuilt(&tree);
        prop_assert_eq!(again.leaves(), tree.leaves());
        prop_assert!(again.height() <= tree.height());
        if again.height() == tree.height() {
            prop_assert_eq!(&again, &tree);
            prop_assert_eq!(hash(&again), hash(&tree));
        }
        for leaf in tree.leaves() {
            prop_assert_eq!(tree.delete(last_of(leaf.index, leaf.order)), leaf.word);
            tree.check_structure().unwrap();
            prop_assert!(tree != again);
        }
        prop_assert_eq!((tree.live_nodes(), tree.is_empty()), (0, true));
        prop_assert_eq!(tree, RadixTree::new());
    }

    #[test]
    fn a_failed_allocation_loses_nothing(
        entries in prop::collection::vec((index(), 0..=9_u8), 1..20),
        wanted in index(), order in 0..=9_u8, after in 0..8_u64,
    ) {
        let mut tree = RadixTree::new();
        for (index, order) in entries {
            let _ = tree.insert(index, order, exceptional(index));
        }
        let mut plain = tree.clone();
        let leaves = tree.leaves();
        tree.fail_allocation_after = Some(after);
        let mut result = tree.insert(wanted, order, 6);
        if result == Err(TreeError::NoMem) {
            prop_assert_eq!(tree.fail_allocation_after, None);
            prop_assert_eq!(tree.leaves(), leaves);
            result = tree.insert(wanted, order, 6);
        }
        prop_assert_eq!(result, plain.insert(wanted, order, 6));
        // An injection that is still armed is no part of what a reader sees.
        prop_assert_eq!(tree, plain);
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn no_word_and_no_index_panics(ops in prop::collection::vec(
        (0..12_u8, prop_oneof![index(), any::<u64>()], any::<u8>(), any::<u64>()), 1..40,
    )) {
        let mut tree = RadixTree::new();
        for (op, index, order, word) in ops {
            let tag = Tag::ALL[usize::from(order % 3)];
            let small = order % 10;
            match op {
                0 => drop(tree.insert(index, order, word)),
                1 => drop(tree.insert(index, order % 64, word | 2)),
                2 => drop(tree.insert(index, small, word & !3)),
                3 => assert!(tree.delete(index) & 3 != 1),
                4 => drop(tree.replace_slot(index, word)),
                5 => drop(tree.replace_slot(index, 0)),
                6 => drop(tree.replace(index, word)),
                7 => drop(tree.tag_set(index, tag)),
                8 => drop(tree.join(index, small, word)),
                // Splitting to single indices takes a node for 64 of them.
                9 if tree.lookup_slot(index).is_some_and(|slot| slot.order < 14) => {
                    tree.fail_allocation_after = word.checked_rem(40).filter(|&after| after < 20);
                    let _ = tree.split(index, small);
                }
                10 => assert!(tree.fill(index, index.saturating_add(4096), word) <= 4097),
                _ => assert!(tree.range_tag_if_tagged(index, word, 100, tag, Tag::Towrite).0 <= 100),
            }
            let _ = (tree.lookup(index), tree.lookup_slot(index), tree.tag_get(index, tag));
            let _ = (tree.nodes(), tree.leaves(), tree.check_structure(), hash(&tree));
            let _ = (tree.iter(index).take(99).count(), tree.iter_contig(index).take(99).count());
            let _ = (tree.iter_tagged(index, tag).take(99).count(), tree.gang_lookup(0, 99));
            assert!(tree == tree.clone());
        }
    }
}

// --- What the kernel's multi-order test asks ---------------------------------------------------------------------

/// Every index of an entry finds it, none next to it does, every insert into it fails, and any index deletes it.
fn check_entry(index: u64, order: u8) {
    let mut tree = RadixTree::new();
    let min = index & !((1 << order) - 1);
    let max = last_of(index, order);
    tree.insert(index, order, 6).unwrap();
    tree.check_structure().unwrap();
    let step = ((max - min) / 1000).max(1);
    for inside in (min..=max).step_by(step as usize) {
        assert_eq!(tree.lookup(inside), 6);
        assert_eq!(tree.insert(inside, 0, 10), Err(TreeError::Exist));
        assert_eq!(tree.insert(inside, order, 10), Err(TreeError::Exist));
    }
    assert_eq!(min.checked_sub(1).map_or(0, |below| tree.lookup(below)), 0);
    assert_eq!(max.checked_add(1).map_or(0, |above| tree.lookup(above)), 0);
    assert_eq!(tree.delete(max), 6);
    assert_eq!((tree.live_nodes(), tree.delete(min)), (0, 0));
}

#[test]
fn entries_of_every_order() {
    for order in 0..20 {
        for index in [0, 1, 1 << 20, (1 << 20) + 7, u64::MAX - (1 << 20), u64::MAX] {
            check_entry(index, order);
        }
    }
    for order in 20..=63 {
        check_entry(1 << 63, order);
    }
    assert_eq!(RadixTree::new().insert(0, 64, 6), Err(TreeError::Bug));
}

/// `multiorder_shrink`: entries above an entry at 0 come and go, and the tree is as low as before.
#[test]
fn the_tree_shrinks_back() {
    for order in 1..20 {
        let mut tree = tree_with(&[(0, order)]);
        let before = tree.clone();
        for above in [1 << order, (1 << order) * 64, (1 << order) * 4096 + 5] {
            tree.insert(above, 0, exceptional(above)).unwrap();
            assert_eq!(tree.lookup((1 << order) - 1), exceptional(0));
            assert_eq!(tree.delete(above), exceptional(above));
            assert_eq!(tree, before, "order {order}, {above}");
        }
    }
}

/// `multiorder_insert_bug`: an entry in the root with a tag, then one that needs a taller tree.
#[test]
fn a_tagged_root_entry_moves_down_with_its_tag() {
    let mut tree = tree_with(&[(0, 0)]);
    tree.tag_set(0, Tag::Dirty).unwrap();
    tree.insert(3 << 6, 6, exceptional(3 << 6)).unwrap();
    tree.check_structure().unwrap();
    assert!(tree.tag_get(0, Tag::Dirty) && !tree.tag_get(3 << 6, Tag::Dirty));
}

/// `multiorder_tag_tests`: the tag of an entry is the tag of each of its indices, and of no other.
#[test]
fn tags_cover_whole_entries() {
    for order in 0..12 {
        for index in [0, 1 << 12, 5 << 12] {
            let mut tree = tree_with(&[(index, order), (2 << 12, 9)]);
            let inside = || (index..=last_of(index, order)).step_by(199);
            let tagged = |tree: &RadixTree, tag| inside().all(|i| tree.tag_get(i, tag));
            for via in inside() {
                assert_eq!(tree.tag_set(via, Tag::Dirty), Ok(exceptional(index)));
                assert!(tagged(&tree, Tag::Dirty) && !tree.tagged(Tag::Towrite));
                assert!(!tree.tag_get(2 << 12, Tag::Dirty));
                let copied = tree.range_tag_if_tagged(0, u64::MAX, 9, Tag::Dirty, Tag::Towrite);
                assert_eq!(copied, (1, 0));
                assert_eq!(tree.tag_clear(via, Tag::Dirty), exceptional(index));
                assert!(tagged(&tree, Tag::Towrite) && !tree.tagged(Tag::Dirty));
                tree.tag_clear(via, Tag::Towrite);
                tree.check_structure().unwrap();
            }
            tree.tag_set(index, Tag::Dirty).unwrap();
            tree.delete(index);
            assert!(!tree.tagged(Tag::Dirty));
        }
    }
}

/// `multiorder_iteration` and `multiorder_tagged_iteration`.
#[test]
fn a_walk_may_start_within_an_entry() {
    let entries = [
        (0, 4),
        (16, 4),
        (32, 0),
        (34, 0),
        (36, 1),
        (64, 3),
        (72, 3),
        (128, 7),
        (256, 8),
        (1 << 20, 9),
    ];
    let tagged = [(16, 4), (36, 1), (72, 3), (1 << 20, 9)];
    let mut tree = tree_with(&entries);
    for (index, order) in tagged {
        tree.tag_set(last_of(index, order), Tag::Dirty).unwrap();
    }
    let from = |entries: &[(u64, u8)], start: u64| -> Vec<_> {
        let rest = entries
            .iter()
            .filter(|&&(index, order)| last_of(index, order) >= start);
        rest.map(|&(index, _)| (index, exceptional(index)))
            .collect()
    };
    for start in 0..600 {
        assert_eq!(tree.iter(start).collect::<Vec<_>>(), from(&entries, start));
        assert_eq!(
            tree.iter_tagged(start, Tag::Dirty).collect::<Vec<_>>(),
            from(&tagged, start)
        );
    }
}

#[test]
fn a_contiguous_walk_stops_at_a_hole() {
    let tree = tree_with(&[(0, 0), (1, 0), (2, 1), (5, 0), (128, 6), (192, 0)]);
    let indices = |first| {
        tree.iter_contig(first)
            .map(|(index, _)| index)
            .collect::<Vec<_>>()
    };
    // FIXME: not at a hole right behind a multi-order entry, as in v4.10.
    assert_eq!(indices(1), [1, 2, 5]);
    assert_eq!(indices(4), []);
    assert_eq!(indices(5), [5]);
    assert_eq!(indices(150), [128, 192]);
}

/// As v4.10: in the node that ends at the largest index a walk does not get past the siblings of an entry.
#[test]
fn a_walk_of_the_last_node_ends_early() {
    let top = u64::MAX - 4095;
    let mut tree = RadixTree::new();
    for (index, word) in [(top, 6), (top + 512, 10), (top + 1024, 14)] {
        tree.insert(index, 9, word).unwrap();
    }
    assert_eq!(tree.lookup(top + 1030), 14);
    // FIXME: the kernel's wrap-around, not what a reader expects.
    assert_eq!(tree.gang_lookup_with_index(0, 9), [(top, 6)]);
    assert_eq!(tree.gang_lookup_with_index(top + 600, 9), [(top + 512, 10)]);
}

/// `multiorder_join`: an entry swallows entries, tags and nodes below it.
#[test]
fn a_join_swallows_everything_below() {
    for order in 1..=12 {
        let first = 1 << order;
        for inner in 0..order {
            let mut tree = tree_with(&[(first, inner), (7 << order, 0)]);
            let before = tree.live_nodes();
            tree.tag_set(first, Tag::Towrite).unwrap();
            tree.join(first, order, 10).unwrap();
            assert!((first..2 << order).step_by(7).all(|i| tree.lookup(i) == 10));
            assert_eq!((tree.lookup(first - 1), tree.lookup(2 << order)), (0, 0));
            assert!(tree.tag_get(last_of(first, order), Tag::Towrite));
            assert!(tree.live_nodes() <= before);
            let joined = tree.leaves()[0];
            let expected = (first, order, Tag::Towrite.bit());
            assert_eq!((joined.index, joined.order, joined.tags), expected);
            assert_eq!(tree.delete(first), 10);
            assert!(!tree.tagged(Tag::Towrite));
        }
        let mut joined = RadixTree::new();
        joined.join(first, order, exceptional(first)).unwrap();
        assert_eq!(joined, tree_with(&[(first, order)]));
    }
}

/// As v4.10: a joined multi-order exceptional entry leaves `exceptional` too high.
#[test]
fn a_join_over_a_multi_order_entry_miscounts() {
    let mut tree = tree_with(&[(512, 7)]);
    tree.join(512, 9, 6).unwrap();
    let fault = tree.check_structure().unwrap_err().fault;
    // FIXME: the kernel's accounting, not what the invariant asks.
    assert_eq!(
        fault,
        Fault::Exceptional {
            recorded: 9,
            actual: 8
        }
    );
}

/// `multiorder_split`: every piece is there, has the word and the tags, and the books are right.
#[test]
fn a_split_leaves_pieces_with_the_tags() {
    for old in 1..14_u8 {
        for new in 0..old {
            let (first, last) = (1 << old, last_of(1 << old, old));
            let mut tree = tree_with(&[(first, old)]);
            tree.tag_set(first, Tag::Dirty).unwrap();
            tree.split(last, new).unwrap();
            assert_eq!(tree.lookup(first), 0, "waits to be filled");
            assert!(tree.check_structure().is_err());
            assert_eq!(tree.fill(first, last, 10), 1 << (old - new));
            tree.check_structure().unwrap();
            let leaves = tree.leaves();
            assert_eq!(leaves.len(), 1 << (old - new));
            let expected = (new, 10, Tag::Dirty.bit());
            assert!(
                leaves
                    .iter()
                    .all(|leaf| (leaf.order, leaf.word, leaf.tags) == expected)
            );
            assert_eq!(tree.split_fill(last, new, 14), Ok(1));
        }
    }
    assert_eq!(RadixTree::new().split(0, 0), Err(TreeError::NoEnt));
    assert_eq!(
        tree_with(&[(0, 0)]).split(0, 0),
        Err(TreeError::NoEnt),
        "hangs in the root"
    );
}

/// `multiorder_account`: the kind of an entry is counted once per slot, through every replacement that says so.
#[test]
fn kinds_are_counted_per_slot() {
    let mut tree = tree_with(&[(1 << 5, 5), (0, 0)]);
    let books = |tree: &RadixTree| {
        tree.nodes()
            .first()
            .map(|node| (node.count, node.exceptional))
    };
    assert_eq!(books(&tree), Some((33, 33)));
    assert_eq!(tree.replace(40, 64), Some(exceptional(32)));
    assert_eq!(books(&tree), Some((33, 1)));
    assert_eq!(tree.replace(41, 6), Some(64));
    assert_eq!(books(&tree), Some((33, 33)));
    for (word, old, warned) in [(64, 6, true), (2, 64, true), (6, 2, false)] {
        let replaced = tree.replace_slot(63, word).unwrap();
        assert_eq!((replaced.old, replaced.warned), (old, warned));
        assert_eq!(books(&tree), Some((33, 33)));
    }
    tree.check_structure().unwrap();
    assert_eq!(tree.replace(63, 0), Some(6));
    assert_eq!(
        (tree.root(), books(&tree)),
        (RootView::Entry(exceptional(0)), None)
    );
    assert_eq!((tree.replace(5, 6), tree.replace_slot(5, 6)), (None, None));
}

#[test]
fn an_empty_tree_takes_a_tag_at_index_0_only() {
    let mut tree = RadixTree::new();
    assert_eq!(tree.tag_set(1, Tag::Dirty), Err(TreeError::Bug));
    assert_eq!(tree.tag_set(0, Tag::Dirty), Ok(0));
    assert_eq!(
        (tree.tagged(Tag::Dirty), tree.tag_get(0, Tag::Dirty)),
        (true, false)
    );
    assert_eq!(
        tree.check_structure().unwrap_err().fault,
        Fault::RootTag(Tag::Dirty)
    );
    assert_eq!(tree.insert(0, 0, 6), Err(TreeError::Bug));
}
