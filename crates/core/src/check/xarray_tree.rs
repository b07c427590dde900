//! The array of the XArray's era and its counter, operation by operation: kernel-semantics-xarray §14.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::entry::XEntry;
use crate::machine::Performed;
use crate::op::{Op, XArrayOp};
use crate::revision::{Counter, ReadFault};
use crate::tree::xarray::{Leaf, Mark, XArray};
use crate::units::{PageIndex, ThreadId};
use crate::world::World;

/// What an operation that changed the array has made wrong. A fault that was there before is no news.
pub(super) fn violations(old: &XArray, before: &World, thread: ThreadId, after: &World) -> Vec<Violation> {
    let Some(new) = after.mapping.xarray.get() else { return Vec::new() };
    let mut found = Vec::new();
    if let Err(error) = new.check_structure()
        && old.check_structure().as_ref() != Err(&error)
    {
        found.push((Rule::TreeStructure, format!("{thread} leaves a broken tree: {error}.")));
    }
    let tags_without_data = before.scenario.revision.xarray().is_some_and(|it| it.read_fault == ReadFault::TagsDirty);
    if !tags_without_data {
        let known = old.leaves();
        let is_news = |leaf: &Leaf| !known.iter().any(|old| old.index == leaf.index && is_dirty_without_data(old));
        let dirty = new.leaves().into_iter().filter(is_dirty_without_data).filter(is_news);
        found.extend(dirty.map(|leaf| {
            let kind = XEntry::from_word(leaf.word).map_or("nothing", kind);
            let text = format!("{thread} leaves {kind} at {} that is marked dirty: there is nothing to flush.", at(leaf.index));
            (Rule::DirtyEmptyEntry, text)
        }));
    }
    found.into_iter().map(|(rule, text)| Violation::new(rule, Some(thread), text)).collect()
}

fn is_dirty_without_data(leaf: &Leaf) -> bool {
    leaf.marks & Mark::Dirty.bit() != 0 && XEntry::from_word(leaf.word).is_some_and(|entry| !entry.is_block())
}

const fn kind(entry: XEntry) -> &'static str {
    if entry.is_zero() { "a zero entry" } else { "an empty entry" }
}

/// Counting what was stored or deleted is an operation of its own. Wrong is what counts although all was counted.
pub(super) fn miscounted(before: &World, thread: ThreadId, performed: &Performed, after: &World) -> Option<Violation> {
    if !matches!(performed.stop.op, Op::XArray(XArrayOp::Count { .. })) {
        return None;
    }
    let (name, counter, actual) = counted(after)?;
    let was_right = counted(before).is_some_and(|(_, counter, actual)| counter == actual);
    (was_right && counter != actual).then(|| {
        let text = format!("{thread} leaves {name} at {counter}, but there are {actual} in the tree.");
        Violation::new(Rule::Counters, Some(thread), text)
    })
}

/// The counter's name, what it says, and what is so.
fn counted(world: &World) -> Option<(&'static str, i64, i64)> {
    let (array, switches) = (world.mapping.xarray.get()?, world.scenario.revision.xarray()?);
    let leaves = array.leaves();
    Some(match switches.counter {
        Counter::Pages => {
            let pages = leaves.iter().map(|leaf| leaf.last - leaf.index + 1).sum::<PageIndex>();
            ("nrpages", world.mapping.nrpages, pages as i64)
        }
        Counter::Entries => ("nrexceptional", world.mapping.nrexceptional, leaves.len() as i64),
    })
}
