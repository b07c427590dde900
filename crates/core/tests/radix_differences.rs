//! Trees that came from each other: what differs is found by what they do not share, and nothing else is different.

use daxscope_core::radix::{Leaf, RadixTree, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// xorshift64
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn step(tree: &mut RadixTree, random: &mut Random) {
    let index = match random.below(8) {
        0..4 => random.below(300),
        4..6 => random.below(6_000),
        6 => 260_000 + random.below(900),
        _ => (1 << 36) + random.below(100),
    };
    let tag = Tag::ALL[random.below(3) as usize];
    match random.below(9) {
        0..4 => {
            let _ = tree.insert(index, [0, 0, 0, 3, 6, 9][random.below(6) as usize], index << 6 | 0b10);
        }
        4 => {
            let _ = tree.delete(index);
        }
        5 => {
            let _ = tree.replace(index, (index + 1) << 6);
        }
        6 => {
            let _ = tree.tag_set(index, tag);
        }
        7 => {
            let _ = tree.tag_clear(index, tag);
        }
        _ => {
            for leaf in tree.leaves().iter().skip(random.below(9) as usize) {
                let _ = tree.delete(leaf.index);
            }
        }
    }
}

/// The same by looking at everything.
fn slowly(before: &RadixTree, after: &RadixTree) -> Vec<(Option<Leaf>, Option<Leaf>)> {
    let by_index = |tree: &RadixTree| -> BTreeMap<u64, Leaf> {
        tree.leaves().into_iter().map(|leaf| (leaf.index, leaf)).collect()
    };
    let (old, new) = (by_index(before), by_index(after));
    let all: BTreeSet<u64> = old.keys().chain(new.keys()).copied().collect();
    let pairs = all.iter().map(|index| (old.get(index).copied(), new.get(index).copied()));
    pairs.filter(|(old, new)| old != new).collect()
}

fn nodes(tree: &RadixTree) -> BTreeSet<(u64, u8)> {
    tree.nodes().into_iter().map(|node| (node.index, node.shift)).collect()
}

#[track_caller]
fn check(before: &RadixTree, after: &RadixTree) {
    assert_eq!(after.differences(before), slowly(before, after));
    let new: BTreeSet<(u64, u8)> = after.new_nodes(before).into_iter().collect();
    assert_eq!(new, nodes(after).difference(&nodes(before)).copied().collect());
}

#[test]
fn random_histories() {
    for seed in 1..=60 {
        let mut random = Random((seed * 88_172_645_463_325_252) | 1);
        let mut tree = RadixTree::new();
        let mut history = vec![tree.clone()];
        for _ in 0..120 {
            step(&mut tree, &mut random);
            check(&history[history.len() - 1], &tree);
            history.push(tree.clone());
        }
        // Far apart, in both directions, and with no history in common.
        for _ in 0..40 {
            let (a, b) = (random.below(121) as usize, random.below(121) as usize);
            check(&history[a], &history[b]);
            check(&RadixTree::new(), &history[b]);
        }
    }
}

#[test]
fn a_clone_does_not_see_what_is_written_later() {
    let mut tree = RadixTree::new();
    (0..2_000).for_each(|at| tree.insert(at * 64, 0, at << 6 | 0b10).expect("room"));
    let (before, leaves) = (tree.clone(), tree.leaves());
    for at in (0..2_000).step_by(3) {
        let _ = tree.delete(at * 64);
    }
    assert_eq!(before.leaves(), leaves);
    before.check_structure().expect("a good tree");
    assert_ne!(before, tree);
}
