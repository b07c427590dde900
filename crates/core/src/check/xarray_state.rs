//! Findings on the end state of a kernel of the XArray's era: entries, their marks, and what pages and folios say.
//!
//! Source: `inv` in tests/vectors/xarray; kernel-semantics-xarray §14.

use super::final_state::{Finding, MappingFault, is_block_of};
use crate::entry::XEntry;
use crate::mm::{Pmd, PmdTarget, PteTarget};
use crate::revision::Counter;
use crate::scenario::ExtentKind;
use crate::tree::xarray::{Leaf, Mark, XArray};
use crate::units::{Block, PageIndex};
use crate::world::World;

/// Everything about the entries, but for mappings.
pub(super) fn check_entries(world: &World, array: &XArray, found: &mut Vec<Finding>) {
    let mut owned = 0;
    for leaf in array.leaves() {
        let Some(entry) = XEntry::from_word(leaf.word) else { continue };
        check_entry(world, &leaf, entry, found);
        if entry.is_block() {
            owned += entry.size().pages() - not_associated(world, leaf.index, entry);
        }
    }
    let associated: u64 = match world.pages.frames.get() {
        Some(frames) if world.counts_mappings() => {
            frames.folios().iter().filter(|folio| folio.index.is_some()).map(|folio| 1 << folio.order).sum()
        }
        Some(frames) => frames.runs().iter().map(|run| run.count).sum(),
        None => 0,
    };
    if associated > owned {
        found.push(Finding::PageLeftAssociated { count: associated - owned });
    }
}

fn check_entry(world: &World, leaf: &Leaf, entry: XEntry, found: &mut Vec<Finding>) {
    let index = leaf.index;
    let order = (leaf.last - leaf.index + 1).trailing_zeros() as u8;
    if entry.is_locked() {
        found.push(Finding::EntryLeftLocked { index });
    }
    if leaf.marks & Mark::Towrite.bit() != 0 {
        found.push(Finding::TowriteLeft { index });
    }
    if u32::from(order) != entry.size().order() {
        found.push(Finding::EntryOrder { index, order });
    }
    if !entry.is_block() {
        return;
    }
    let stale = |offset: &u64| !is_block_of(world, index + offset, entry.frame() + offset);
    let bad_blocks = (0..entry.size().pages()).filter(stale).count() as u64;
    if bad_blocks > 0 {
        found.push(Finding::EntryFrameStale { index, order, bad_blocks });
    }
    let count = not_associated(world, index, entry);
    if count > 0 {
        found.push(Finding::PageNotAssociated { index, order, count });
    }
}

/// Pages of a block entry that do not say that they are those of the file there.
fn not_associated(world: &World, index: PageIndex, entry: XEntry) -> u64 {
    let Some(frames) = world.pages.frames.get() else { return 0 };
    let pages = entry.size().pages();
    if world.counts_mappings() {
        let folio = frames.folio(entry.frame());
        let fits = u32::from(folio.order) == entry.size().order() && folio.index == Some(index);
        return if fits { 0 } else { pages };
    }
    let wrong = |offset: &u64| frames.index_of(entry.frame() + offset) != Some(index + offset);
    (0..pages).filter(wrong).count() as u64
}

/// Every reference of a page or folio is a mapping or a pin.
pub(super) fn check_frames(world: &World, found: &mut Vec<Finding>) {
    let Some(frames) = world.pages.frames.get().filter(|_| world.counts_mappings()) else { return };
    for folio in frames.folios() {
        let blocks = folio.first..folio.end();
        let mappings = mappings_of(world, folio.first, folio.end());
        let (block, pins) = (folio.first, frames.pins_of(blocks));
        if folio.refs != mappings + pins {
            found.push(Finding::FrameReferences { block, actual: folio.refs, expected: mappings + pins });
        }
        if folio.mapcount != mappings {
            found.push(Finding::FrameMappings { block, actual: folio.mapcount, expected: mappings });
        }
    }
}

/// How many ptes and pmds map one of the blocks.
fn mappings_of(world: &World, first: Block, end: Block) -> i32 {
    let mut count = 0;
    for (_, pmd) in world.page_tables.iter().flat_map(|tables| tables.ranges()) {
        match pmd {
            Pmd::Huge { target: PmdTarget::Frames(frame), .. } => count += i32::from((first..end).contains(frame)),
            Pmd::Table(ptes) => {
                for (_, pte) in ptes.iter() {
                    let maps = matches!(pte.target, PteTarget::Frame(frame) if (first..end).contains(&frame));
                    count += i32::from(maps);
                }
            }
            Pmd::Huge { .. } | Pmd::None => {}
        }
    }
    count
}

/// The counter of the file.
pub(super) fn check_counter(world: &World, array: &XArray, found: &mut Vec<Finding>) {
    let entries = array.leaves();
    let pages: u64 = entries.iter().map(|leaf| leaf.last - leaf.index + 1).sum();
    let counts = world.scenario.revision.xarray().map_or(Counter::Pages, |switches| switches.counter);
    match counts {
        Counter::Pages if world.mapping.nrpages != pages as i64 => {
            found.push(Finding::NrPages { counter: world.mapping.nrpages, actual: pages as i64 });
        }
        Counter::Entries if world.mapping.nrexceptional != entries.len() as i64 => {
            let counter = world.mapping.nrexceptional;
            found.push(Finding::NrExceptional { counter, actual: entries.len() as i64 });
        }
        _ => {}
    }
}

/// What is wrong with the mapping of one page to `frame`, or to zeroes.
pub(super) fn mapping_faults(
    world: &World,
    array: &XArray,
    page: PageIndex,
    frame: Option<Block>,
    writable: bool,
) -> Vec<MappingFault> {
    if page >= world.file.size_pages {
        return vec![MappingFault::BeyondEof];
    }
    let mut faults = Vec::new();
    match frame {
        None if world.file.blocks.at(page).0 == ExtentKind::Mapped => faults.push(MappingFault::StaleZero),
        Some(frame) if !is_block_of(world, page, frame) => faults.push(MappingFault::StaleBlock),
        _ => {}
    }
    if writable && !array.get_mark(page, Mark::Dirty) {
        faults.push(MappingFault::WritableButNotDirtyTagged);
    }
    match (world.mapping.entry(page), frame) {
        (None, _) => faults.push(MappingFault::WithoutEntry),
        (Some(entry), Some(_)) if !entry.is_block() => faults.push(MappingFault::BlockUnderZeroOrEmptyEntry),
        (Some(entry), None) if !entry.is_zero() => faults.push(MappingFault::ZeroUnderOtherEntry),
        _ => {}
    }
    faults
}
