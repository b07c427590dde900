//! What the kernel's own multi-order test (`tools/testing/radix-tree/multiorder.c`, v4.10) asks of the radix tree, and
//! the places where v4.10 does not do what a reader expects.

use daxscope_core::radix::{Fault, RadixTree, RootView, Tag, TreeError};

/// A DAX-like exceptional word that names its index.
const fn exceptional(index: u64) -> u64 {
    index << 6 | 0b10
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
    let entries = [(0, 4), (16, 4), (32, 0), (34, 0), (36, 1), (64, 3), (72, 3), (128, 7), (256, 8), (1 << 20, 9)];
    let tagged = [(16, 4), (36, 1), (72, 3), (1 << 20, 9)];
    let mut tree = tree_with(&entries);
    for (index, order) in tagged {
        tree.tag_set(last_of(index, order), Tag::Dirty).unwrap();
    }
    let from = |entries: &[(u64, u8)], start: u64| -> Vec<_> {
        let rest = entries.iter().filter(|&&(index, order)| last_of(index, order) >= start);
        rest.map(|&(index, _)| (index, exceptional(index))).collect()
    };
    for start in 0..600 {
        assert_eq!(tree.iter(start).collect::<Vec<_>>(), from(&entries, start));
        assert_eq!(tree.iter_tagged(start, Tag::Dirty).collect::<Vec<_>>(), from(&tagged, start));
    }
}

#[test]
fn a_contiguous_walk_stops_at_a_hole() {
    let tree = tree_with(&[(0, 0), (1, 0), (2, 1), (5, 0), (128, 6), (192, 0)]);
    let indices = |first| tree.iter_contig(first).map(|(index, _)| index).collect::<Vec<_>>();
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
    assert_eq!(fault, Fault::Exceptional { recorded: 9, actual: 8 });
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
            assert!(leaves.iter().all(|leaf| (leaf.order, leaf.word, leaf.tags) == expected));
            assert_eq!(tree.split_fill(last, new, 14), Ok(1));
        }
    }
    assert_eq!(RadixTree::new().split(0, 0), Err(TreeError::NoEnt));
    assert_eq!(tree_with(&[(0, 0)]).split(0, 0), Err(TreeError::NoEnt), "hangs in the root");
}

/// `multiorder_account`: the kind of an entry is counted once per slot, through every replacement that says so.
#[test]
fn kinds_are_counted_per_slot() {
    let mut tree = tree_with(&[(1 << 5, 5), (0, 0)]);
    let books = |tree: &RadixTree| tree.nodes().first().map(|node| (node.count, node.exceptional));
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
    assert_eq!((tree.root(), books(&tree)), (RootView::Entry(exceptional(0)), None));
    assert_eq!((tree.replace(5, 6), tree.replace_slot(5, 6)), (None, None));
}

#[test]
fn an_empty_tree_takes_a_tag_at_index_0_only() {
    let mut tree = RadixTree::new();
    assert_eq!(tree.tag_set(1, Tag::Dirty), Err(TreeError::Bug));
    assert_eq!(tree.tag_set(0, Tag::Dirty), Ok(0));
    assert_eq!((tree.tagged(Tag::Dirty), tree.tag_get(0, Tag::Dirty)), (true, false));
    assert_eq!(tree.check_structure().unwrap_err().fault, Fault::RootTag(Tag::Dirty));
    assert_eq!(tree.insert(0, 0, 6), Err(TreeError::Bug));
}
