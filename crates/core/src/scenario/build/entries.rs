//! Entries that the tree holds before the first step: only what faults of the model could have left.

use super::{Builder, ReadLine};
use crate::entry::EntrySize;
use crate::revision::Revision;
use crate::scenario::limits::MAX_ENTRIES;
use crate::scenario::size::{format_pages, format_range};
use crate::scenario::statement::Statement;
use crate::scenario::{Device, EntryKind, Extent, ExtentKind, FileLayout, Filled};
use crate::units::PMD_PAGES;
use std::collections::BTreeMap;
use std::ops::Range;

/// What decides whether an entry can be there.
type Place<'a> = (&'a FileLayout, &'a Device, &'a Revision);

/// Why not, and what to write instead.
type Refusal = (String, String);

impl Builder {
    pub(super) fn entries(&mut self, read: &[ReadLine<'_>], place: Place<'_>) -> Vec<Filled> {
        let mut all: Vec<Filled> = Vec::new();
        let mut taken: BTreeMap<u64, (u64, u32)> = BTreeMap::new();
        for read in read {
            let Some(Statement::Entries { filled, range }) = &read.statement else { continue };
            let refusal = too_many(taken.len() as u64, filled)
                .or_else(|| could_not_be(place, filled))
                .or_else(|| overlap(&taken, filled));
            if let Some((message, expected)) = refusal {
                self.error(&read.line, range, message, expected);
                continue;
            }
            taken.extend(filled.starts().map(|first| (first, (first + filled.size.pages(), read.line.number))));
            all.push(*filled);
            self.map.entries.push(read.line.number);
        }
        all
    }
}

fn too_many(before: u64, filled: &Filled) -> Option<Refusal> {
    let all = before.saturating_add(filled.entries());
    let message = || format!("These make {all} entries before the first step.");
    (all > MAX_ENTRIES).then(|| (message(), format!("at most {MAX_ENTRIES} in all")))
}

/// Has the file such entries, on that kernel?
fn could_not_be((file, device, revision): Place<'_>, filled: &Filled) -> Option<Refusal> {
    let is_of_4_6 = filled.size == EntrySize::Pte && filled.kind != EntryKind::Empty;
    if revision.radix().is_some_and(|radix| !radix.entry_locks) && !is_of_4_6 {
        let message = "A kernel with `entry_locks=off` makes no entries of 2 MiB and none that are empty.";
        return Some((message.into(), "`4K block` or `page`".into()));
    }
    if filled.end() > file.size_pages {
        let message = format!("The entries end beyond the file of {}.", format_pages(file.size_pages));
        return Some((message, format!("an end of at most {}", format_pages(file.size_pages))));
    }
    let extents = with_holes(file);
    // A hole that begins before the end of the block map ends with it.
    let is_cut = |pages: &Range<u64>| pages.start < file.block_count && file.block_count < pages.end;
    filled.starts().find_map(|first| {
        let pages = first..first + filled.size.pages();
        misfit(&extents, device, filled, &pages, is_cut(&pages))
    })
}

/// The extents from 0 on, holes between them included; neighbours that are one run on the device are one.
fn with_holes(file: &FileLayout) -> Vec<Extent> {
    let mut all: Vec<Extent> = Vec::new();
    let hole = |first: u64, end: u64| Extent { first, count: end - first, kind: ExtentKind::Hole, phys: 0 };
    let mut at = 0;
    for extent in &file.extents {
        if extent.first > at {
            all.push(hole(at, extent.first));
        }
        at = extent.first + extent.count;
        all.push(*extent);
    }
    all.push(hole(at, u64::MAX));
    let mut merged: Vec<Extent> = Vec::new();
    for extent in all {
        match merged.last_mut() {
            Some(last) if continues(last, &extent) => last.count += extent.count,
            _ => merged.push(extent),
        }
    }
    merged
}

fn continues(last: &Extent, next: &Extent) -> bool {
    let hole = last.kind == ExtentKind::Hole;
    last.kind == next.kind && (hole || last.phys + last.count == next.phys)
}

/// Why a fault would not leave that entry there.
fn misfit(extents: &[Extent], device: &Device, filled: &Filled, pages: &Range<u64>, is_cut: bool) -> Option<Refusal> {
    let at = extents.partition_point(|extent| extent.first + extent.count <= pages.start);
    let extent = extents.get(at)?;
    let range = format_range(pages.start, Some(pages.end));
    let is_whole = extent.first + extent.count >= pages.end && !is_cut;
    let phys = extent.phys + (pages.start - extent.first);
    let is_mapped = extent.kind == ExtentKind::Mapped;
    match filled.kind {
        EntryKind::Empty => None,
        EntryKind::Page | EntryKind::Zero if is_mapped || !is_whole => {
            let message = format!("{range} is not one hole: a read there leaves no `{}`.", filled.kind.name());
            Some((message, "pages without an extent, or in a `hole` or `unwritten` one".into()))
        }
        EntryKind::Page | EntryKind::Zero => None,
        EntryKind::Block if !is_mapped || !is_whole => {
            let whole = if is_mapped { "not in one extent" } else { "not mapped" };
            let message = format!("{range} is {whole}: no block can be in the entry.");
            let all = format_range(filled.first, Some(filled.end()));
            Some((message, format!("a line such as `extent {all} mapped at 32M`")))
        }
        EntryKind::Block if phys + (pages.end - pages.start) > device.blocks => {
            let message = format!("The blocks of {range} lie beyond the device of {}.", format_pages(device.blocks));
            Some((message, "an extent inside the device".into()))
        }
        EntryKind::Block if filled.size == EntrySize::Pmd && !phys.is_multiple_of(PMD_PAGES) => {
            let message = format!("The blocks of {range} do not begin at a multiple of 2M of the device.");
            Some((message, "an aligned extent, or `4K block`".into()))
        }
        EntryKind::Block if filled.size == EntrySize::Pmd && !device.devmap => {
            let message = "Without `struct page`s (`devmap off`) no fault leaves a 2 MiB entry with blocks.".into();
            Some((message, "`4K block`, or `devmap on`".into()))
        }
        EntryKind::Block => None,
    }
}

/// Is there an entry already?
fn overlap(taken: &BTreeMap<u64, (u64, u32)>, filled: &Filled) -> Option<Refusal> {
    let pages = filled.size.pages();
    filled.starts().find_map(|first| {
        let (other, &(end, line)) = taken.range(..first + pages).next_back()?;
        (end > first).then(|| {
            let range = format_range(*other, Some(end));
            (format!("Line {line} has put an entry at {range} already."), "entries that do not overlap".into())
        })
    })
}
