//! Entries of the radix tree as the view shows them, and waiters without an entry.

use super::Build;
use super::tree::{EntryKind, GhostView, LeafView, TagBits};
use super::tree_nodes::Scene;
use crate::action::Object;
use crate::objects::hole;
use crate::tree_of_era::Cell;
use daxscope_core::entry::EntrySize;
use daxscope_core::narrate::page as hex;
use daxscope_core::radix::Tag;
use daxscope_core::standstill::Standstill;
use daxscope_core::sync::WaitKey;
use daxscope_core::units::ThreadId;
use daxscope_core::world::AddressSpace;
use std::rc::Rc;

/// An entry in its slot.
pub(super) struct Placed {
    /// The first index it covers.
    pub(super) index: u64,
    /// It covers 2^order indices.
    pub(super) order: u8,
    pub(super) word: u64,
    pub(super) tags: TagBits,
    /// The position of its node; `None`: the root itself.
    pub(super) node: Option<usize>,
    pub(super) slot: u8,
}

/// What is known of an entry beside what stands in the tree.
pub(super) struct Known {
    /// Is the lock bit set, or the page locked?
    pub(super) is_locked: bool,
    /// Who locked it.
    pub(super) holder: Option<ThreadId>,
    /// Who waits for it.
    pub(super) waiters: Rc<[ThreadId]>,
    /// Did the last step change it?
    pub(super) is_changed: bool,
}

/// The view of an entry.
pub(super) fn leaf(scene: &dyn Scene, mapping: &AddressSpace, at: &Placed) -> LeafView {
    let value = Cell::of_word(mapping, at.word);
    let Known { is_locked, holder, waiters, is_changed } = scene.known(at.index, value);
    // The zero page has a frame on a real kernel, and is no block.
    let block = value.block();
    LeafView {
        index: at.index,
        order: at.order,
        kind: entry_kind(value),
        kind_name: value.kind().into(),
        word: format!("{:#x}", at.word).into(),
        bits: value.bits().into(),
        block,
        is_locked,
        holder,
        label: label(at, value, block, is_locked, holder, &waiters).into(),
        waiters,
        tags: at.tags,
        node: at.node,
        slot: at.slot,
        is_changed,
    }
}

impl Build<'_> {
    pub(super) fn known_of(&self, index: u64, value: Cell) -> Known {
        let world = self.world();
        let page = value.page().and_then(|page| hole(world, page));
        let is_locked = value.is_locked() || page.is_some_and(|page| page.locked_by.is_some());
        let holder = match value.is_entry() {
            true => world.mapping.owner(index).filter(|_| value.is_locked()),
            false => page.and_then(|page| page.locked_by),
        };
        let waiters: Rc<[ThreadId]> = match page {
            Some(page) => page.waiters.as_slice().into(),
            None => world.waits.waiting_for(WaitKey(index)).collect(),
        };
        let page_changed = value.page().is_some_and(|page| self.is_changed(Object::Page(page)));
        let tag_changed = Tag::ALL.iter().any(|&tag| self.is_changed(Object::Tag(index, tag)));
        let is_changed = self.is_changed(Object::Slot(index)) || tag_changed || page_changed;
        Known { is_locked, holder, waiters, is_changed }
    }

    /// Keys without an entry, on which a thread sleeps that nobody who can still run will wake. While somebody can run, the
    /// wake-up may only be late: a correct kernel deletes an entry first and wakes its waiters then.
    pub(super) fn ghosts(&self) -> Vec<GhostView> {
        let world = self.world();
        let Some(standstill) = Standstill::of(self.machine()) else { return Vec::new() };
        let keys = daxscope_core::order::distinct(world.waits.waiters().iter().map(|waiter| waiter.key));
        let is_gone = |key: &WaitKey| {
            let cell = Cell::at(&world.mapping, key.0);
            !cell.is_entry() || cell.size().start(key.0) != key.0
        };
        let ghost = |key: WaitKey| {
            let waiters: Rc<[ThreadId]> = world.waits.waiting_for(key).filter(|&it| standstill.is_lost(it)).collect();
            let wait = if waiters.len() == 1 { "waits" } else { "wait" };
            let label = format!("{}  no such entry: {} {wait} for one that is gone", hex(key.0), names(&waiters));
            GhostView { key: key.0, waiters, label: label.into() }
        };
        keys.into_iter().filter(is_gone).map(ghost).filter(|ghost| !ghost.waiters.is_empty()).collect()
    }
}

pub(super) const fn tag_bits(bits: u8) -> TagBits {
    TagBits {
        dirty: bits & Tag::Dirty.bit() != 0,
        writeback: bits & Tag::Writeback.bit() != 0,
        towrite: bits & Tag::Towrite.bit() != 0,
    }
}

fn entry_kind(cell: Cell) -> EntryKind {
    if !cell.is_entry() {
        return EntryKind::ZeroPage;
    }
    match (cell.size() == EntrySize::Pmd, cell.is_zero(), cell.is_empty()) {
        (true, true, _) => EntryKind::HugeZeroPage,
        (true, _, true) => EntryKind::EmptyPmd,
        (true, ..) => EntryKind::BlockPmd,
        (false, true, _) => EntryKind::ZeroPage,
        (false, _, true) => EntryKind::EmptyPte,
        (false, ..) => EntryKind::BlockPte,
    }
}

fn names(threads: &[ThreadId]) -> String {
    threads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `0x203  4 KiB block 0x1003, dirty, locked by B; waiting: C`.
fn label(
    at: &Placed,
    cell: Cell,
    block: Option<u64>,
    is_locked: bool,
    holder: Option<ThreadId>,
    waiters: &[ThreadId],
) -> String {
    let mut label = format!("{}  {}", hex(at.index), cell.kind());
    label.extend(block.map(|block| format!(" {block:#x}")));
    if at.tags.dirty {
        label.push_str(", dirty");
    }
    if at.tags.towrite {
        label.push_str(", towrite");
    }
    match (is_locked, holder) {
        (true, Some(holder)) => label.push_str(&format!(", locked by {holder}")),
        (true, None) => label.push_str(", locked"),
        (false, _) => {}
    }
    if !waiters.is_empty() {
        label.push_str(&format!("; waiting: {}", names(waiters)));
    }
    label
}
