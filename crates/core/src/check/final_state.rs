//! Findings on the state in which a run ended: the consistency checks of the recorded runs.
//!
//! Source: `inv` in tests/vectors/dax/README.md; kernel-semantics §11 items 3, 6, 8 to 10 and 12.

use super::xarray_state;
use crate::entry::{Entry, Slot};
use crate::mm::{Pmd, PmdTarget, Pte, PteTarget};
use crate::radix::{Leaf, Tag};
use crate::scenario::ExtentKind;
use crate::units::{Block, MmId, PMD_PAGES, PageId, PageIndex};
use crate::world::World;

/// Something that should not be so when nothing runs any more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Finding {
    /// An entry is still locked.
    EntryLeftLocked {
        /// First index.
        index: PageIndex,
    },
    /// A page is still locked.
    PageLeftLocked {
        /// The page.
        page: PageId,
    },
    /// An entry says other blocks than the file system.
    EntrySectorStale {
        /// First index.
        index: PageIndex,
        /// Its order.
        order: u8,
        /// Pages of which the block is another one.
        bad_blocks: u64,
    },
    /// A mapping contradicts the file or the tree.
    Mapping {
        /// What is wrong.
        fault: MappingFault,
        /// The process.
        mm: MmId,
        /// The file page. A huge mapping has a finding for each page and fault.
        page: PageIndex,
        /// Is it a pte or a pmd?
        level: Level,
    },
    /// A page has more or fewer references than holders.
    PageRefcount {
        /// The page.
        page: PageId,
        /// `page_count`.
        actual: i64,
        /// Cache and ptes.
        expected: i64,
    },
    /// `nrexceptional` is wrong.
    NrExceptional {
        /// The counter.
        counter: i64,
        /// Entries there are.
        actual: i64,
    },
    /// `nrpages` is wrong.
    NrPages {
        /// The counter.
        counter: i64,
        /// Pages there are.
        actual: i64,
    },
    /// An entry is still marked TOWRITE (XArray's era).
    TowriteLeft {
        /// First index.
        index: PageIndex,
    },
    /// An entry takes up other slots than its word says (XArray's era).
    EntryOrder {
        /// First index.
        index: PageIndex,
        /// The order of its slots.
        order: u8,
    },
    /// An entry says other blocks than the file system (XArray's era).
    EntryFrameStale {
        /// First index.
        index: PageIndex,
        /// Its order.
        order: u8,
        /// Pages of which the block is another one.
        bad_blocks: u64,
    },
    /// Pages of a block entry do not say that they are the file's there (XArray's era).
    PageNotAssociated {
        /// First index.
        index: PageIndex,
        /// Its order.
        order: u8,
        /// How many.
        count: u64,
    },
    /// Pages say that they are the file's, and no entry names them (XArray's era).
    PageLeftAssociated {
        /// How many.
        count: u64,
    },
    /// A folio has more or fewer references than mappings and pins (from 6.15 on).
    FrameReferences {
        /// Its first block.
        block: Block,
        /// References.
        actual: i32,
        /// Mappings and pins.
        expected: i32,
    },
    /// A folio counts more or fewer mappings than there are (from 6.15 on).
    FrameMappings {
        /// Its first block.
        block: Block,
        /// What it counts.
        actual: i32,
        /// Mappings.
        expected: i32,
    },
    /// A thread is still queued.
    WaiterLeft,
}

/// What is wrong with a mapping.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MappingFault {
    /// It lies beyond the end of the file.
    BeyondEof,
    /// Zeroes are mapped although the block is allocated and written.
    StaleZero,
    /// A block is mapped that is not the file's there.
    StaleBlock,
    /// It is writable, but its entry is not tagged DIRTY: the next fsync misses it.
    WritableButNotDirtyTagged,
    /// The tree has nothing there.
    WithoutEntry,
    /// A block is mapped where the entry is a zero or empty one.
    BlockUnderZeroOrEmptyEntry,
    /// A block is mapped where the tree has a hole page.
    BlockUnderHolePage,
    /// Zeroes are mapped where the entry is none of the zero page (XArray's era).
    ZeroUnderOtherEntry,
}

impl MappingFault {
    /// The name in recordings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MappingFault::BeyondEof => "mapping_beyond_eof",
            MappingFault::StaleZero => "stale_zero_mapping",
            MappingFault::StaleBlock => "stale_block_mapping",
            MappingFault::WritableButNotDirtyTagged => "writable_but_not_dirty_tagged",
            MappingFault::WithoutEntry => "mapped_without_entry",
            MappingFault::BlockUnderZeroOrEmptyEntry => "mapped_block_under_zero_or_empty_entry",
            MappingFault::BlockUnderHolePage => "mapped_block_under_hole_page",
            MappingFault::ZeroUnderOtherEntry => "mapped_zero_under_other_entry",
        }
    }
}

/// Which level of the page table maps.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Level {
    /// A 4 KiB mapping.
    Pte,
    /// A 2 MiB mapping.
    Pmd,
}

impl Finding {
    /// The name in recordings.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Finding::EntryLeftLocked { .. } => "entry_left_locked",
            Finding::PageLeftLocked { .. } => "page_left_locked",
            Finding::EntrySectorStale { .. } => "entry_sector_stale",
            Finding::Mapping { fault, .. } => fault.name(),
            Finding::PageRefcount { .. } => "page_refcount",
            Finding::NrExceptional { .. } => "nrexceptional",
            Finding::NrPages { .. } => "nrpages",
            Finding::TowriteLeft { .. } => "towrite_left",
            Finding::EntryOrder { .. } => "entry_order",
            Finding::EntryFrameStale { .. } => "entry_pfn_stale",
            Finding::PageNotAssociated { .. } => "page_not_associated",
            Finding::PageLeftAssociated { .. } => "page_left_associated",
            Finding::FrameReferences { .. } => "page_refcount",
            Finding::FrameMappings { .. } => "page_mapcount",
            Finding::WaiterLeft => "waiter_left",
        }
    }
}

/// Everything that is wrong with a state in which nothing runs any more: nothing stops at the first of something, so
/// that no finding hides another. Mappings come in the order of processes and pages, the faults of one page in the order of
/// [`MappingFault`]. The recordings say less: what of this they say, `conform` picks.
#[must_use]
pub fn findings(world: &World) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(array) = world.mapping.xarray.get() {
        xarray_state::check_entries(world, array, &mut found);
        check_mappings(world, &mut found);
        check_pages(world, &mut found);
        xarray_state::check_frames(world, &mut found);
        xarray_state::check_counter(world, array, &mut found);
    } else {
        let leaves = world.mapping.tree.leaves();
        for leaf in &leaves {
            check_leaf(world, leaf, &mut found);
        }
        check_mappings(world, &mut found);
        check_pages(world, &mut found);
        check_counters(world, &leaves, &mut found);
    }
    if !world.waits.waiters().is_empty() {
        found.push(Finding::WaiterLeft);
    }
    found
}

fn check_leaf(world: &World, leaf: &Leaf, found: &mut Vec<Finding>) {
    let index = leaf.index;
    match Slot::from_word(leaf.word) {
        Slot::Entry(entry) => {
            if entry.is_locked() {
                found.push(Finding::EntryLeftLocked { index });
            }
            let bad_blocks = stale_blocks(world, index, leaf.order, entry);
            if bad_blocks > 0 {
                found.push(Finding::EntrySectorStale { index, order: leaf.order, bad_blocks });
            }
        }
        Slot::Page(page) if world.page(page).locked_by.is_some() => found.push(Finding::PageLeftLocked { page }),
        _ => {}
    }
}

/// Pages of a block entry whose block is not the file's.
fn stale_blocks(world: &World, index: PageIndex, order: u8, entry: Entry) -> u64 {
    if !entry.is_block() {
        return 0;
    }
    let wrong = |offset: &u64| !is_block_of(world, index + offset, entry.block() + offset);
    (0..1_u64 << order).filter(wrong).count() as u64
}

/// Is `block` what the file has at `page`?
pub(super) fn is_block_of(world: &World, page: PageIndex, block: Block) -> bool {
    let (kind, phys) = world.file.blocks.at(page);
    kind != ExtentKind::Hole && phys == block
}

fn check_mappings(world: &World, found: &mut Vec<Finding>) {
    for (mm, tables) in world.page_tables.iter().enumerate() {
        let mm = MmId(mm as u8);
        let skew = world.scenario.processes[mm.index()].mapping.skew;
        let mut check = |at: u64, frame, writable, level| {
            let Some(page) = at.checked_sub(skew) else { return };
            let faults = mapping_faults(world, page, frame, writable);
            found.extend(faults.into_iter().map(|fault| Finding::Mapping { fault, mm, page, level }));
        };
        for (start, pmd) in tables.ranges() {
            match pmd {
                Pmd::None => {}
                Pmd::Huge { target, writable, .. } => {
                    for at in *start..start + PMD_PAGES {
                        let frame = match target {
                            PmdTarget::Frames(first) => Some(first + (at - start)),
                            PmdTarget::HugeZeroPage => None,
                        };
                        check(at, frame, *writable, Level::Pmd);
                    }
                }
                Pmd::Table(ptes) => {
                    for &(at, Pte { target, writable, .. }) in ptes.iter() {
                        match target {
                            PteTarget::Frame(frame) => check(at, Some(frame), writable, Level::Pte),
                            PteTarget::Page(_) | PteTarget::Zero => check(at, None, writable, Level::Pte),
                            PteTarget::Anon(_) => {}
                        }
                    }
                }
            }
        }
    }
}

/// What is wrong with the mapping of one page to `frame`, or to zeroes. Beyond the end of the file there is nothing that
/// it could agree with.
fn mapping_faults(world: &World, page: PageIndex, frame: Option<Block>, writable: bool) -> Vec<MappingFault> {
    if let Some(array) = world.mapping.xarray.get() {
        return xarray_state::mapping_faults(world, array, page, frame, writable);
    }
    if page >= world.file.size_pages {
        return vec![MappingFault::BeyondEof];
    }
    let contents = match frame {
        None if world.file.blocks.at(page).0 == ExtentKind::Mapped => Some(MappingFault::StaleZero),
        Some(frame) if !is_block_of(world, page, frame) => Some(MappingFault::StaleBlock),
        _ => None,
    };
    let untagged = writable && !world.mapping.tree.tag_get(page, Tag::Dirty);
    let entry = match (world.mapping.slot(page), frame) {
        (Slot::Null, _) => Some(MappingFault::WithoutEntry),
        (Slot::Page(_), Some(_)) => Some(MappingFault::BlockUnderHolePage),
        (Slot::Entry(entry), Some(_)) if !entry.is_block() => Some(MappingFault::BlockUnderZeroOrEmptyEntry),
        _ => None,
    };
    let untagged = untagged.then_some(MappingFault::WritableButNotDirtyTagged);
    contents.into_iter().chain(untagged).chain(entry).collect()
}

/// Every page has one reference of the cache and one of each pte.
fn check_pages(world: &World, found: &mut Vec<Finding>) {
    for (number, page) in world.pages.iter().enumerate() {
        let expected = i64::from(page.in_cache) + i64::from(page.mapcount);
        let actual = i64::from(page.refcount);
        if actual != expected {
            found.push(Finding::PageRefcount { page: PageId(number as u16), actual, expected });
        }
    }
}

fn check_counters(world: &World, leaves: &[Leaf], found: &mut Vec<Finding>) {
    let entries = leaves.iter().filter(|leaf| Entry::from_word(leaf.word).is_some()).count() as i64;
    let pages = leaves.len() as i64 - entries;
    if world.mapping.nrexceptional != entries {
        found.push(Finding::NrExceptional { counter: world.mapping.nrexceptional, actual: entries });
    }
    if world.mapping.nrpages != pages {
        found.push(Finding::NrPages { counter: world.mapping.nrpages, actual: pages });
    }
}
