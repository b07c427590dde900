//! The tree and its counters: kernel-semantics §11 items 6, 7, 8 and 14.

use super::rule::Rule;
use super::violation::{Violation, at};
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
    let old = books(before);
    let is_news = |(known, _): &(String, _)| !old.iter().any(|(key, _)| key == known);
    let news = books(after).into_iter().filter(is_news);
    news.map(|(_, (rule, text))| Violation::new(rule, Some(thread), format!("{thread} leaves {text}"))).collect()
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
