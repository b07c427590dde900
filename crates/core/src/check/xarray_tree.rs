//! The XArray and its counter: kernel-semantics-xarray §2 and §14.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::entry::XEntry;
use crate::revision::{Counter, ReadFault};
use crate::tree::xarray::{Leaf, Mark, XArray};
use crate::units::ThreadId;
use crate::world::World;

/// What an operation that changed the array or its counter has made wrong. A fault that was there before is no news.
pub(super) fn violations(
    (before, old): (&World, &XArray),
    thread: ThreadId,
    (after, new): (&World, &XArray),
) -> Vec<Violation> {
    let mut news: Vec<(Rule, String)> = counter(before, after, new).into_iter().collect();
    if old != new {
        news.extend(structure(old, new));
        let known: Vec<String> = old.leaves().iter().filter_map(|leaf| dirty_empty(after, leaf)).collect();
        let found = new.leaves().into_iter().filter_map(|leaf| dirty_empty(after, &leaf));
        news.extend(found.filter(|text| !known.contains(text)).map(|text| (Rule::DirtyEmptyEntry, text)));
    }
    news.into_iter().map(|(rule, text)| Violation::new(rule, Some(thread), format!("{thread} leaves {text}"))).collect()
}

/// The counter is changed behind the store, under one hold of the lock: it is looked at when it changes.
fn counter(before: &World, after: &World, array: &XArray) -> Option<(Rule, String)> {
    let counts = after.scenario.revision.xarray().map_or(Counter::Pages, |switches| switches.counter);
    let leaves = array.leaves();
    let (name, was, counter, actual) = match counts {
        Counter::Pages => {
            let pages: u64 = leaves.iter().map(|leaf| leaf.last - leaf.index + 1).sum();
            ("nrpages", before.mapping.nrpages, after.mapping.nrpages, pages as i64)
        }
        Counter::Entries => {
            ("nrexceptional", before.mapping.nrexceptional, after.mapping.nrexceptional, leaves.len() as i64)
        }
    };
    let is_wrong = was != counter && counter != actual;
    is_wrong.then(|| (Rule::Counters, format!("{name} at {counter}, but there are {actual} in the tree.")))
}

fn structure(old: &XArray, new: &XArray) -> Option<(Rule, String)> {
    let error = new.check_structure().err()?;
    let is_known = old.check_structure().err().as_ref() == Some(&error);
    (!is_known).then(|| (Rule::TreeStructure, format!("a broken tree: {error}.")))
}

/// If the entry is marked and has no data. 6.0 and 6.1 mark what is read as well, and flush the zero page.
fn dirty_empty(world: &World, leaf: &Leaf) -> Option<String> {
    let marks_reads = world.scenario.revision.xarray().is_some_and(|it| it.read_fault == ReadFault::TagsDirty);
    let is_marked = leaf.marks & (Mark::Dirty.bit() | Mark::Towrite.bit()) != 0;
    let entry = XEntry::from_word(leaf.word).filter(|entry| is_marked && !marks_reads && !entry.is_block())?;
    Some(format!("a {} at {} that is marked dirty: there is nothing to flush.", entry.kind(), at(leaf.index)))
}
