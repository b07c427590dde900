//! The tree and its counters: kernel-semantics §11 items 6, 7, 8 and 14.

use super::step::{Rule, Violation, at};
use crate::entry::{Entry, EntrySize, Slot};
use crate::errno::Errno;
use crate::machine::StepRecord;
use crate::op::{Op, Outcome};
use crate::radix::{Leaf, Tag};
use crate::world::World;
use std::sync::Arc;

/// Broken rules about the tree in a step. The books are looked at when `tree_lock` is free and the tree has changed.
pub(super) fn violations(before: &World, record: &StepRecord, after: &World) -> Vec<Violation> {
    let thread = record.choice.thread;
    let mut found = Vec::new();
    for performed in &record.performed {
        if let Op::Insert { index, entry } = performed.stop.op
            && entry.size() == EntrySize::Pmd
            && performed.outcome == Outcome::Status(Err(Errno::EEXIST))
            && after.mapping.slot(index).entry().is_some_and(Entry::is_pmd)
        {
            let sentence = format!(
                "{thread} takes the 2 MiB entry that another thread inserted at {} for 4 KiB entries and falls back.",
                at(index)
            );
            found.push(Violation::new(Rule::FalseExist, Some(thread), sentence));
        }
    }
    let world = after;
    if world.locks.tree_lock.is_some() || world.bug.is_some() {
        return found;
    }
    let (old, new) = (books(before), books(world));
    // A fault that was there before is no news.
    found.extend(
        new.into_iter()
            .filter(|(known, _)| !old.iter().any(|(k, _)| k == known))
            .map(|(_, (rule, text))| Violation::new(rule, Some(thread), format!("{thread} leaves {text}"))),
    );
    if Arc::ptr_eq(&before.mapping, &world.mapping) {
        found.retain(|v| v.rule == Rule::FalseExist)
    }
    found
}

/// What is wrong with the books, under a key that does not change while the fault stays.
fn books(world: &World) -> Vec<(String, (Rule, String))> {
    let mapping = &world.mapping;
    let leaves = mapping.tree.leaves();
    let mut wrong = Vec::new();
    let entries = leaves.iter().filter(|leaf| Entry::from_word(leaf.word).is_some()).count() as i64;
    let pages = leaves.len() as i64 - entries;
    for (name, counter, actual) in
        [("nrexceptional", mapping.nrexceptional, entries), ("nrpages", mapping.nrpages, pages)]
    {
        if counter != actual {
            let text = format!("{name} at {counter}, but there are {actual} in the tree.");
            wrong.push((format!("{name} {}", counter - actual), (Rule::Counters, text)));
        }
    }
    if let Err(error) = mapping.tree.check_structure() {
        wrong.push((error.to_string(), (Rule::TreeStructure, format!("a broken tree: {error}."))));
    }
    wrong.extend(leaves.iter().filter_map(dirty_empty));
    wrong
}

fn dirty_empty(leaf: &Leaf) -> Option<(String, (Rule, String))> {
    let tagged = leaf.tags & (Tag::Dirty.bit() | Tag::Towrite.bit()) != 0;
    let slot = Slot::from_word(leaf.word);
    let has_no_data = match slot {
        Slot::Entry(entry) => !entry.is_block(),
        Slot::Page(_) => true,
        Slot::Null => false,
    };
    (tagged && has_no_data).then(|| {
        let text = format!("a {} at {} that is tagged dirty: there is nothing to flush.", slot.kind(), at(leaf.index));
        (format!("dirty {}", leaf.index), (Rule::DirtyEmptyEntry, text))
    })
}
