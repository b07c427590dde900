//! The tree and its counters: kernel-semantics §11 items 6, 7, 8 and 14.

use super::rule::Rule;
use super::violation::{Violation, at};
use super::xarray_tree;
use crate::entry::{Entry, EntrySize, Slot};
use crate::errno::Errno;
use crate::machine::Performed;
use crate::op::{Op, Outcome, RadixOp};
use crate::radix::{Leaf, Tag};
use crate::units::ThreadId;
use crate::world::World;

/// A refusal with `-EEXIST` although nothing small is in the range.
pub(super) fn false_exist(thread: ThreadId, performed: &Performed, after: &World) -> Option<Violation> {
    let Op::Radix(RadixOp::Insert { index, entry }) = performed.stop.op else { return None };
    let refused = performed.outcome == Outcome::Status(Err(Errno::EEXIST));
    let is_pmd = after.mapping.slot(index).entry().is_some_and(Entry::is_pmd);
    (refused && entry.size() == EntrySize::Pmd && is_pmd).then(|| {
        let sentence = format!(
            "{thread} takes the 2 MiB entry that another thread inserted at {} for 4 KiB entries and falls back.",
            at(index)
        );
        Violation::new(Rule::FalseExist, Some(thread), sentence)
    })
}

/// What an operation that changed the tree has made wrong. A fault that was there before is no news.
pub(super) fn violations(before: &World, thread: ThreadId, after: &World) -> Vec<Violation> {
    if let (Some(old), Some(new)) = (before.mapping.xarray.get(), after.mapping.xarray.get()) {
        return xarray_tree::violations((before, old), thread, (after, new));
    }
    let changes = after.mapping.tree.differences(&before.mapping.tree);
    let mut news = counters(before, after, &changes);
    news.extend(structure(before, after));
    for (old, new) in &changes {
        if old.as_ref().is_none_or(|leaf| dirty_empty(leaf).is_none()) {
            news.extend(new.as_ref().and_then(dirty_empty).map(|text| (Rule::DirtyEmptyEntry, text)));
        }
    }
    news.into_iter().map(|(rule, text)| Violation::new(rule, Some(thread), format!("{thread} leaves {text}"))).collect()
}

/// The counters that have become wrong, or wrong by another number. The tree is counted only then.
fn counters(before: &World, after: &World, changes: &[Pair]) -> Vec<(Rule, String)> {
    let is_entry = |leaf: &Leaf| Entry::from_word(leaf.word).is_some();
    let is_page = |leaf: &Leaf| !is_entry(leaf);
    let (old, new) = (&before.mapping, &after.mapping);
    let nrexceptional = ("nrexceptional", old.nrexceptional, new.nrexceptional, &is_entry as &dyn Fn(&Leaf) -> bool);
    let nrpages = ("nrpages", old.nrpages, new.nrpages, &is_page as &dyn Fn(&Leaf) -> bool);
    let mut wrong = Vec::new();
    for (name, was, counter, counts) in [nrexceptional, nrpages] {
        let one = |leaf: &Option<Leaf>| i64::from(leaf.as_ref().is_some_and(counts));
        let more: i64 = changes.iter().map(|(old, new)| one(new) - one(old)).sum();
        if counter - was == more {
            continue;
        }
        let actual = new.tree.leaves().iter().filter(|leaf| counts(leaf)).count() as i64;
        if counter != actual {
            wrong.push((Rule::Counters, format!("{name} at {counter}, but there are {actual} in the tree.")));
        }
    }
    wrong
}

/// What has become wrong with the nodes. What both trees share is as right as it was.
fn structure(before: &World, after: &World) -> Option<(Rule, String)> {
    let error = after.mapping.tree.check_changed(&before.mapping.tree).err()?;
    let is_known = before.mapping.tree.check_structure().err().as_ref() == Some(&error);
    (!is_known).then(|| (Rule::TreeStructure, format!("a broken tree: {error}.")))
}

/// An entry before and after.
type Pair = (Option<Leaf>, Option<Leaf>);

/// If the entry is tagged dirty and has no data.
fn dirty_empty(leaf: &Leaf) -> Option<String> {
    let tagged = leaf.tags & (Tag::Dirty.bit() | Tag::Towrite.bit()) != 0;
    let slot = Slot::from_word(leaf.word);
    let has_no_data = match slot {
        Slot::Entry(entry) => !entry.is_block(),
        Slot::Page(_) => true,
        Slot::Null => false,
    };
    (tagged && has_no_data)
        .then(|| format!("a {} at {} that is tagged dirty: there is nothing to flush.", slot.kind(), at(leaf.index)))
}
