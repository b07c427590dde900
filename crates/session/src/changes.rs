//! What is different between two states, as objects.

use crate::action::Object;
use crate::objects::TAGS;
use crate::tree_of_era;
use daxscope_core::mm::{PageTables, Pmd};
use daxscope_core::order::distinct;
use daxscope_core::radix::Leaf;
use daxscope_core::scenario::{Extent, ExtentKind};
use daxscope_core::units::{MmId, PageId, ThreadId};
use daxscope_core::world::World;
use std::collections::HashSet;
use std::sync::Arc;

/// Everything that is different, in the order in which a reader wants it.
pub(crate) fn changes(before: &World, after: &World) -> Vec<Object> {
    let mut changed = Vec::new();
    if !Arc::ptr_eq(&before.mapping, &after.mapping) {
        mapping(before, after, &mut changed);
    }
    locks(before, after, &mut changed);
    waits(before, after, &mut changed);
    if !Arc::ptr_eq(&before.page_tables, &after.page_tables) {
        let pairs = before.page_tables.iter().zip(after.page_tables.iter()).enumerate();
        for (mm, (before, after)) in pairs.filter(|(_, (before, after))| before != after) {
            page_tables(MmId(mm as u8), before, after, &mut changed);
        }
    }
    if !Arc::ptr_eq(&before.file, &after.file) {
        blocks(&before.file.blocks.extents(), &after.file.blocks.extents(), &mut changed);
        if before.file.size_pages != after.file.size_pages {
            changed.push(Object::FileSize);
        }
    }
    if !Arc::ptr_eq(&before.pages, &after.pages) {
        let is_changed = |&at: &usize| before.pages.get(at) != after.pages.get(at);
        changed.extend((0..after.pages.len()).filter(is_changed).map(|at| Object::Page(PageId(at as u16))));
    }
    if !Arc::ptr_eq(&before.pages, &after.pages) {
        crate::frame_values::changes(before, after, &mut changed);
    }
    let threads = before.threads.iter().zip(&after.threads).enumerate();
    let threads = threads.filter(|(_, (a, b))| a.run != b.run || (a.preloads > 0) != (b.preloads > 0));
    changed.extend(threads.map(|(at, _)| Object::Thread(ThreadId(at as u8))));
    changed
}

/// Nodes of the tree that were not there before: first index and shift.
pub(crate) fn new_nodes(before: &World, after: &World) -> HashSet<(u64, u8)> {
    if Arc::ptr_eq(&before.mapping, &after.mapping) {
        return HashSet::new();
    }
    tree_of_era::new_nodes(&before.mapping, &after.mapping).into_iter().collect()
}

/// Entries, tags and counters.
fn mapping(before: &World, after: &World, changed: &mut Vec<Object>) {
    for (left, right) in tree_of_era::differences(&before.mapping, &after.mapping) {
        let Some(index) = left.or(right).map(|leaf| leaf.index) else { continue };
        let tags = |leaf: Option<Leaf>| leaf.map_or(0, |leaf| leaf.tags);
        if left.map(|leaf| (leaf.word, leaf.order)) != right.map(|leaf| (leaf.word, leaf.order)) {
            changed.push(Object::Slot(index));
        }
        let tag_changed = |tag: &daxscope_core::radix::Tag| (tags(left) ^ tags(right)) & tag.bit() != 0;
        changed.extend(TAGS.iter().filter(|tag| tag_changed(tag)).map(|&tag| Object::Tag(index, tag)));
    }
    if before.mapping.nrexceptional != after.mapping.nrexceptional {
        changed.push(Object::NrExceptional);
    }
    if before.mapping.nrpages != after.mapping.nrpages {
        changed.push(Object::NrPages);
    }
}

fn locks(before: &World, after: &World, changed: &mut Vec<Object>) {
    if before.locks.tree_lock != after.locks.tree_lock {
        changed.push(Object::TreeLock);
    }
    let pairs = before.locks.queue_locks().zip(after.locks.queue_locks());
    changed.extend(pairs.filter(|((_, a), (_, b))| a != b).map(|((lock, _), _)| Object::Lock(lock)));
}

fn waits(before: &World, after: &World, changed: &mut Vec<Object>) {
    if before.waits == after.waits {
        return;
    }
    let all = before.waits.waiters().iter().chain(after.waits.waiters());
    let keys = distinct(all.map(|waiter| waiter.key));
    let differs =
        |key: &daxscope_core::sync::WaitKey| !before.waits.waiting_for(*key).eq(after.waits.waiting_for(*key));
    changed.extend(keys.into_iter().filter(differs).map(|key| Object::WaitKey(key.0)));
}

fn page_tables(mm: MmId, before: &PageTables, after: &PageTables, changed: &mut Vec<Object>) {
    let starts = distinct(before.ranges().iter().chain(after.ranges()).map(|(start, _)| *start));
    for start in starts {
        let (old, new) = (before.pmd(start), after.pmd(start));
        if old == new {
            continue;
        }
        if !matches!((old, new), (Pmd::Table(_), Pmd::Table(_))) {
            changed.push(Object::Pmd(mm, start));
        }
        let pages = distinct(ptes(old).chain(ptes(new)));
        let differs = |&page: &u64| before.pte(page) != after.pte(page);
        changed.extend(pages.into_iter().filter(differs).map(|page| Object::Pte(mm, page)));
    }
}

fn ptes(pmd: &Pmd) -> impl Iterator<Item = u64> + '_ {
    let ptes = match pmd {
        Pmd::Table(ptes) => ptes.as_slice(),
        _ => &[],
    };
    ptes.iter().map(|&(page, _)| page)
}

/// The first block of every run of blocks that lie elsewhere than before.
fn blocks(before: &[Extent], after: &[Extent], changed: &mut Vec<Object>) {
    let all = before.iter().chain(after);
    let cuts = distinct(all.flat_map(|extent| [extent.first, extent.first + extent.count]));
    let mut was_changed = false;
    for cut in cuts {
        let is_changed = backing(before, cut) != backing(after, cut);
        if is_changed && !was_changed {
            changed.push(Object::Block(cut));
        }
        was_changed = is_changed;
    }
}

fn backing(extents: &[Extent], block: u64) -> (ExtentKind, u64) {
    let at = extents.partition_point(|extent| extent.first + extent.count <= block);
    match extents.get(at) {
        Some(extent) if extent.first <= block && extent.kind != ExtentKind::Hole => {
            (extent.kind, extent.phys + (block - extent.first))
        }
        _ => (ExtentKind::Hole, 0),
    }
}
