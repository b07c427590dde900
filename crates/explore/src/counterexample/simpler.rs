//! Simpler data: fewer processes, extents and entries before the first step, a smaller file, smaller page numbers.
//!
//! None of this changes who does what, so a simpler scenario is taken only if the very same schedule breaks the very same
//! rule at its last step.

use super::smaller::{is_valid, without_process};
use daxscope_core::scenario::{Device, ExtentKind, FsKind, Operation, Scenario};
use daxscope_core::units::{PMD_PAGES, pmd_start};

/// A scenario with simpler data, and what is gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Simpler {
    pub(super) scenario: Scenario,
    pub(super) removed: &'static str,
}

/// Page numbers that are tried in place of one.
const SMALL_PAGES: std::ops::Range<u64> = 0..8;

/// Everything that can be made simpler in one step, most important first. Each is simpler by a measure that cannot go
/// down for ever: number of processes, extents and lines of entries, size of the file, sum of all numbers, distance from the defaults.
pub(super) fn candidates(scenario: &Scenario) -> Vec<Simpler> {
    let mut found: Vec<Simpler> = Vec::new();
    let mut add = |scenario: Scenario, removed| found.push(Simpler { scenario, removed });
    for gone in (0..scenario.processes.len()).rev().filter(|_| scenario.processes.len() > 1) {
        add(without_process(scenario, gone), "fewer processes");
    }
    for gone in (0..scenario.file.extents.len()).rev() {
        let mut smaller = scenario.clone();
        smaller.file.extents.remove(gone);
        add(with_default_length(smaller, scenario), "fewer extents");
    }
    for gone in (0..scenario.entries.len()).rev() {
        let mut smaller = scenario.clone();
        smaller.entries.remove(gone);
        add(smaller, "fewer entries before the first step");
    }
    renumbered(scenario).into_iter().for_each(|smaller| add(smaller, "smaller page numbers"));
    shifted_down(scenario).into_iter().for_each(|smaller| add(smaller, "smaller page numbers"));
    smaller_files(scenario).into_iter().for_each(|smaller| add(smaller, "a smaller file"));
    smaller_numbers(scenario).into_iter().for_each(|smaller| add(smaller, "smaller page numbers"));
    defaults(scenario).into_iter().for_each(|smaller| add(smaller, "default settings"));
    let is_inside = |simpler: &Simpler| outside(&simpler.scenario) <= outside(scenario);
    found
        .retain(|simpler| simpler.scenario != *scenario && is_inside(simpler) && is_valid(&simpler.scenario, scenario));
    found
}

/// How many operations begin beyond the end of the file. A reader asks what they are to do there, so nothing that is simpler
/// has more of them.
fn outside(scenario: &Scenario) -> usize {
    let is_outside = |operation: &mut Operation| {
        let is_size = matches!(operation, Operation::Truncate { .. });
        !is_size && pages_mut(operation).is_some_and(|first| *first >= scenario.file.size_pages)
    };
    operations(scenario).iter_mut().filter_map(|operation| is_outside(operation).then_some(())).count()
}

/// The pages that an operation names.
fn pages_mut(operation: &mut Operation) -> Option<&mut u64> {
    match operation {
        Operation::Access { page, .. } | Operation::Pin { page } | Operation::Hold { page } => Some(page),
        Operation::Punch { first, .. }
        | Operation::Fallocate { first, .. }
        | Operation::Zero { first, .. }
        | Operation::Collapse { first, .. }
        | Operation::Insert { first, .. }
        | Operation::Dontneed { first, .. }
        | Operation::Fsync { first, .. }
        | Operation::Invalidate { first, .. }
        | Operation::Invalidate2 { first, .. }
        | Operation::Write { first, .. }
        | Operation::Layout { first, .. }
        | Operation::Read { first, .. } => Some(first),
        Operation::Truncate { size } => Some(size),
        Operation::Munmap { .. } | Operation::Unpin => None,
    }
}

/// A block map that was of the usual length still is, and so are allocator and mappings.
fn with_default_length(mut smaller: Scenario, before: &Scenario) -> Scenario {
    if before.file.block_count == before.file.default_block_count() {
        smaller.file.block_count = smaller.file.default_block_count();
    }
    if before.allocator == before.file.default_allocator() {
        smaller.allocator = smaller.file.default_allocator();
    }
    for process in &mut smaller.processes {
        if process.mapping == before.file.default_mapping() {
            process.mapping = smaller.file.default_mapping();
        }
    }
    smaller
}

/// Everything of the file further to its start, by whole ranges of 2 MiB.
fn shifted_down(scenario: &Scenario) -> Option<Scenario> {
    let first_used = operations(scenario).iter_mut().filter_map(pages_mut).map(|page| *page).min()?;
    let first_mapped = scenario.file.extents.iter().map(|extent| extent.first).min().unwrap_or(first_used);
    let first_filled = scenario.entries.iter().map(|filled| filled.first).min().unwrap_or(first_used);
    let by = pmd_start(first_used.min(first_mapped).min(first_filled));
    if by == 0 || scenario.file.size_pages <= by {
        return None;
    }
    let mut smaller = scenario.clone();
    smaller.file.size_pages -= by;
    smaller.file.block_count = smaller.file.block_count.saturating_sub(by);
    smaller.file.extents.iter_mut().for_each(|extent| extent.first -= by);
    smaller.entries.iter_mut().for_each(|filled| filled.first -= by);
    let operations = smaller.threads.iter_mut().flat_map(|thread| &mut thread.operations);
    operations.filter_map(pages_mut).for_each(|page| *page -= by);
    for mapping in smaller.processes.iter_mut().map(|process| &mut process.mapping) {
        let end = (mapping.start + mapping.pages).saturating_sub(by);
        mapping.start = mapping.start.saturating_sub(by);
        mapping.pages = end.saturating_sub(mapping.start);
    }
    Some(with_default_length(smaller, scenario))
}

/// The pages inside their ranges of 2 MiB numbered in their order, from 0 or from 1.
fn renumbered(scenario: &Scenario) -> Vec<Scenario> {
    let mut pages: Vec<u64> = operations(scenario).iter_mut().filter_map(pages_mut).map(|page| *page).collect();
    pages.sort_unstable();
    pages.dedup();
    let from = |first: u64| {
        let mut smaller = scenario.clone();
        let operations = smaller.threads.iter_mut().flat_map(|thread| &mut thread.operations);
        for page in operations.filter_map(pages_mut) {
            let start = pmd_start(*page);
            let rank = pages.iter().filter(|&&other| pmd_start(other) == start && other < *page).count() as u64;
            *page = start + (first + rank).min(*page - start);
        }
        smaller
    };
    [0, 1].map(from).into_iter().collect()
}

fn operations(scenario: &Scenario) -> Vec<Operation> {
    scenario.threads.iter().flat_map(|thread| thread.operations.clone()).collect()
}

/// A shorter file of whole 2 MiB ranges, with what lies in it.
fn smaller_files(scenario: &Scenario) -> Vec<Scenario> {
    let size = scenario.file.size_pages;
    let sizes = [1, 2, 4, size / PMD_PAGES / 2].map(|ranges| ranges * PMD_PAGES).into_iter();
    let cut_at = |end: u64| {
        let mut smaller = scenario.clone();
        smaller.file.size_pages = end;
        smaller.file.block_count = smaller.file.block_count.min(end);
        smaller.file.extents.retain(|extent| extent.first < end);
        smaller.file.extents.iter_mut().for_each(|extent| extent.count = extent.count.min(end - extent.first));
        smaller.entries.retain(|filled| filled.end() <= end);
        for mapping in smaller.processes.iter_mut().map(|process| &mut process.mapping) {
            if mapping.start + mapping.pages == size && mapping.start < end {
                mapping.pages = end - mapping.start;
            }
        }
        with_default_length(smaller, scenario)
    };
    sizes.filter(|&end| end > 0 && end < size).map(cut_at).collect()
}

/// One number smaller.
fn smaller_numbers(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = Vec::new();
    for (at, thread) in scenario.threads.iter().enumerate() {
        for (number, operation) in thread.operations.iter().enumerate() {
            let mut copy = *operation;
            let Some(&mut page) = pages_mut(&mut copy) else { continue };
            // What is small already stays readable: pages that were different stay different.
            if SMALL_PAGES.contains(&(page - pmd_start(page))) {
                continue;
            }
            let small = SMALL_PAGES.map(|small| pmd_start(page) + small);
            for small in small.collect::<Vec<_>>() {
                let mut smaller = scenario.clone();
                if let Some(page) = pages_mut(&mut smaller.threads[at].operations[number]) {
                    *page = small;
                }
                found.push(smaller);
            }
        }
    }
    for (at, extent) in scenario.file.extents.iter().enumerate() {
        let phys = extent.phys % PMD_PAGES;
        if extent.kind != ExtentKind::Hole && phys < extent.phys {
            let mut smaller = scenario.clone();
            smaller.file.extents[at].phys = phys;
            found.push(with_default_length(smaller, scenario));
        }
    }
    found
}

/// What was said is as if nothing had been said.
fn defaults(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = vec![
        Scenario { device: Device::default(), ..scenario.clone() },
        Scenario { fs: FsKind::default(), ..scenario.clone() },
        Scenario { allocator: scenario.file.default_allocator(), ..scenario.clone() },
    ];
    if let [process] = scenario.processes.as_slice()
        && *process != scenario.file.default_process()
    {
        found.push(Scenario { processes: vec![scenario.file.default_process()], ..scenario.clone() });
    }
    found
}
