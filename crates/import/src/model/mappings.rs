//! Mappings out of addresses: each becomes a process of the scenario.
//!
//! 2 MiB handlers tell the bounds of their mapping. What only ever had 4 KiB faults is known by the distance of its addresses from the
//! pages of the file; that it maps the whole file is assumed.

use super::lanes::{Accessed, Act, Did};
use daxscope_core::scenario::limits::{MAX_FILE_PAGES, MAX_PROCESSES, MAX_VIRTUAL_PAGES};
use daxscope_core::scenario::{Mapping, Process};
use daxscope_core::units::{MmId, PAGE_SHIFT, PMD_PAGES, pmd_start};

/// A mapping that a trace shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Seen {
    is_shared: bool,
    /// Virtual page of file page 0.
    pub(super) skew: u64,
    start: u64,
    pages: u64,
    /// Were its bounds told?
    pub(super) is_bounded: bool,
    pub(super) is_sync: bool,
    /// The line of its first fault.
    pub(super) line: u64,
}

impl Seen {
    pub(super) fn holds(&self, page: u64) -> bool {
        (self.start..self.start + self.pages).contains(&page)
    }
}

/// All mappings of the chosen acts.
#[derive(Default, Debug)]
pub(super) struct Mappings {
    pub(super) all: Vec<Seen>,
}

impl Mappings {
    /// `size`: pages of the file.
    pub(super) fn of(acts: &[Act], size: u64) -> Mappings {
        let mut mappings = Mappings::default();
        for (act, access) in accesses(acts) {
            mappings.bounded(act, access);
        }
        for (act, access) in accesses(acts) {
            if mappings.find(access, act.line).is_none() {
                mappings.unbounded(act, access, size);
            }
        }
        for (act, access) in accesses(acts).filter(|(_, access)| access.is_sync) {
            if let Some(at) = mappings.find(access, act.line) {
                mappings.all[at].is_sync = true;
            }
        }
        mappings.all.sort_by_key(|seen| seen.line);
        mappings
    }

    fn bounded(&mut self, act: &Act, access: &Accessed) {
        let (Some(bounds), Some(skew)) = (access.bounds, skew(access)) else { return };
        let start = (bounds.vm_start >> PAGE_SHIFT).saturating_sub(skew);
        let pages = bounds.vm_end.saturating_sub(bounds.vm_start) >> PAGE_SHIFT;
        let known = |seen: &Seen| {
            seen.skew == skew && seen.start == start && seen.pages == pages && seen.is_shared == access.is_shared
        };
        if pages > 0 && !self.all.iter().any(known) {
            let (is_shared, line) = (access.is_shared, act.line);
            self.all.push(Seen { is_shared, skew, start, pages, is_bounded: true, is_sync: false, line });
        }
    }

    fn unbounded(&mut self, act: &Act, access: &Accessed, size: u64) {
        let Some(skew) = skew(access) else { return };
        let known = |seen: &&mut Seen| !seen.is_bounded && seen.skew == skew && seen.is_shared == access.is_shared;
        let end = (access.page + 1).next_multiple_of(PMD_PAGES);
        if let Some(seen) = self.all.iter_mut().find(known) {
            seen.pages = seen.pages.max(end);
            return;
        }
        let (is_shared, line) = (access.is_shared, act.line);
        let pages = size.max(end);
        self.all.push(Seen { is_shared, skew, start: 0, pages, is_bounded: false, is_sync: false, line });
    }

    /// The mapping of an access: with told bounds that one, else the newest one that holds it.
    pub(super) fn find(&self, access: &Accessed, line: u64) -> Option<usize> {
        let skew = skew(access)?;
        let fits = |seen: &Seen| seen.skew == skew && seen.is_shared == access.is_shared && seen.holds(access.page);
        if let Some(bounds) = access.bounds {
            let start = (bounds.vm_start >> PAGE_SHIFT).saturating_sub(skew);
            let pages = bounds.vm_end.saturating_sub(bounds.vm_start) >> PAGE_SHIFT;
            return self.all.iter().position(|seen| fits(seen) && seen.start == start && seen.pages == pages);
        }
        let mut best: Option<usize> = None;
        for (at, seen) in self.all.iter().enumerate().filter(|(_, seen)| fits(seen)) {
            let is_better = best.is_none_or(|best| match (self.all[best].line <= line, seen.line <= line) {
                (true, true) => seen.line > self.all[best].line,
                (false, true) => true,
                _ => false,
            });
            if is_better {
                best = Some(at);
            }
        }
        best
    }

    /// As processes `P`, `Q`, ...: at most as many as a script can have.
    pub(super) fn processes(&self) -> Vec<Process> {
        let process = |(at, seen): (usize, &Seen)| {
            let Seen { is_shared: shared, skew, start, pages, is_sync: sync, .. } = *seen;
            let name = char::from(b'P' + at as u8).to_string();
            Process { name, mapping: Mapping { shared, writable: true, start, pages, skew, sync } }
        };
        self.all.iter().take(MAX_PROCESSES).enumerate().map(process).collect()
    }
}

/// The number of a process.
pub(super) fn mm(at: usize) -> Option<MmId> {
    (at < MAX_PROCESSES).then_some(MmId(at as u8))
}

/// Do address and bounds keep the limits of a script, and belong together?
pub(super) fn are_sayable(access: &Accessed) -> bool {
    let Some(skew) = skew(access) else { return false };
    let Some(bounds) = access.bounds else { return true };
    let (start, end) = (bounds.vm_start >> PAGE_SHIFT, bounds.vm_end >> PAGE_SHIFT);
    let holds = (start..end).contains(&(access.address >> PAGE_SHIFT));
    holds && start >= skew && end - skew <= MAX_FILE_PAGES && end <= MAX_VIRTUAL_PAGES
}

/// Virtual page of file page 0. An address in front of it, or beyond what scripts can say: none.
fn skew(access: &Accessed) -> Option<u64> {
    let skew = (access.address >> PAGE_SHIFT).checked_sub(access.page)?;
    (skew < MAX_VIRTUAL_PAGES).then_some(skew)
}

fn accesses(acts: &[Act]) -> impl Iterator<Item = (&Act, &Accessed)> {
    acts.iter().filter_map(|act| match &act.what {
        Did::Access(access) => Some((act, access)),
        _ => None,
    })
}

/// Did the mapping have a page table before, as far as acts show? Then 2 MiB were not asked for because of it.
pub(super) fn had_table(earlier: &[(usize, u64)], mapping: usize, page: u64) -> bool {
    earlier.iter().any(|&(of, at)| of == mapping && pmd_start(at) == pmd_start(page))
}
