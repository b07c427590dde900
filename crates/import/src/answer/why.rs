//! Why a 2 MiB fault fell back, recomputed from its own numbers, and otherwise inferred from what came before.
//!
//! The checks and their order: `dax_iomap_pmd_fault` and `dax_fault_check_fallback`, kernel-semantics §7.1,
//! kernel-semantics-xarray §7.4. The words are those of scripts ([`FallbackReason`]).

use super::range::Range;
use crate::event::Fault;
use crate::kernel::{Kernel, Release};
use daxscope_core::fallback::FallbackReason;
use daxscope_core::units::{PAGE_SHIFT, PG_PMD_COLOUR, PMD_PAGES};

/// How a reason is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// It follows from the numbers of the event: the kernel cannot have done otherwise.
    Recomputed,
    /// A kprobe or an event of its own shows it.
    Seen,
    /// It fits what came before; something that no event shows may have changed since.
    Likely,
    /// No event shows it.
    Unknown,
}

impl Certainty {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Certainty::Recomputed => "recomputed",
            Certainty::Seen => "seen",
            Certainty::Likely => "likely",
            Certainty::Unknown => "unknown",
        }
    }
}

/// Why a fault fell back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// The reason; `None` if no event shows it.
    pub reason: Option<FallbackReason>,
    /// How it is known.
    pub certainty: Certainty,
    /// The evidence, as a sentence.
    pub because: String,
}

/// Reasons that are left when nothing shows one.
pub const HIDDEN: [FallbackReason; 6] = [
    FallbackReason::ShortExtent,
    FallbackReason::Alignment,
    FallbackReason::SmallEntries,
    FallbackReason::NoBlocks,
    FallbackReason::NoStructPage,
    FallbackReason::DeviceEnd,
];

/// What is known beside the event and the range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<'a> {
    pub(super) kernel: &'a Kernel,
    /// A kprobe showed smaller entries in the range: its line.
    pub(super) conflict: Option<u64>,
    /// `dax_pmd_load_hole_fallback` or the like came in between: its line.
    pub(super) hole_fallback: Option<u64>,
    /// A kprobe showed that the entry was locked: its line.
    pub(super) locked: Option<u64>,
    /// Another task's 4 KiB fault in the range that is under way: its name, page and line.
    pub(super) other: Option<(&'a str, u64, u64)>,
}

/// The cause. `fault` is the event that ends the handler.
pub(super) fn cause(fault: &Fault, range: &Range, beside: Beside<'_>) -> Cause {
    if let Some((reason, because)) = recomputed(fault, beside.kernel) {
        return Cause { reason: Some(reason), certainty: Certainty::Recomputed, because };
    }
    if let Some(line) = beside.conflict {
        let because = format!("The look-up of the entry met smaller ones (kprobe, line {line}).");
        return Cause { reason: Some(FallbackReason::SmallEntries), certainty: Certainty::Seen, because };
    }
    if let Some(line) = beside.hole_fallback {
        return hole_fallback(line, beside.kernel);
    }
    if let Some((because, reason)) = range.blocks_say() {
        return Cause { reason: Some(reason), certainty: Certainty::Likely, because };
    }
    if let Some(line) = beside.locked {
        let because = format!("The entry was locked (kprobe, line {line}), so no smaller entries were in the way.");
        return Cause { reason: None, certainty: Certainty::Unknown, because };
    }
    if let Some((page, line)) = range.small_entry() {
        let because =
            format!("A 4 KiB fault on page {page:#x} (line {line}) has put an entry of its size into the range.");
        return Cause { reason: Some(FallbackReason::SmallEntries), certainty: Certainty::Likely, because };
    }
    if let Some((name, page, line)) = beside.other {
        let because = format!(
            "{name} is in a 4 KiB fault on page {page:#x} (since line {line}), which holds an entry of its size."
        );
        return Cause { reason: Some(FallbackReason::SmallEntries), certainty: Certainty::Likely, because };
    }
    let because =
        "Address, bounds, colour and kind of mapping allow 2 MiB, and no event before it says why not.".into();
    Cause { reason: None, certainty: Certainty::Unknown, because }
}

/// `dax_pmd_load_hole_fallback`: no huge zero page; up to 6.12 also a pmd that is not empty.
fn hole_fallback(line: u64, kernel: &Kernel) -> Cause {
    let (certainty, more) = if kernel.is_from(Release(7, 2)) {
        (Certainty::Seen, "")
    } else {
        (Certainty::Likely, "; up to 6.12 also another fault that has filled the pmd is told so")
    };
    let because = format!("dax_pmd_load_hole_fallback (line {line}): there was no huge zero page{more}.");
    Cause { reason: Some(FallbackReason::NoHugeZeroPage), certainty, because }
}

/// The checks that need nothing but the event, in the order of the kernel; the first that holds, and the others in words.
fn recomputed(fault: &Fault, kernel: &Kernel) -> Option<(FallbackReason, String)> {
    let mut all = Vec::new();
    let bounds = fault.bounds?;
    let address_page = fault.address >> PAGE_SHIFT;
    if !kernel.is_before(Release(4, 13)) && has_other_colour(fault) {
        let (page, address) = (fault.page & PG_PMD_COLOUR, address_page & PG_PMD_COLOUR);
        let because = format!(
            "Page {:#x} is number {page:#x} of its 2 MiB, but address {:#x} is number {address:#x}.",
            fault.page, fault.address
        );
        all.push((FallbackReason::Colour, because));
    }
    if fault.flags.is_write() && !fault.is_shared {
        all.push((FallbackReason::PrivateWrite, "The mapping is private, and the access is a store.".into()));
    }
    let (start, end) = window(fault.address);
    if start < bounds.vm_start || end.is_none_or(|end| end > bounds.vm_end) {
        let because = format!(
            "The 2 MiB around address {:#x} begin at {start:#x}, the mapping holds {:#x}-{:#x}.",
            fault.address, bounds.vm_start, bounds.vm_end
        );
        all.push((FallbackReason::Range, because));
    }
    if ends_inside(fault.page, bounds.max_page, kernel) {
        let because = format!(
            "The 2 MiB end with page {:#x}, and the file has {:#x} pages.",
            fault.page | PG_PMD_COLOUR,
            pages_of_file(bounds.max_page, kernel)
        );
        all.push((FallbackReason::EndOfFile, because));
    }
    let others: Vec<&str> = all.iter().skip(1).map(|(reason, _)| reason.label()).collect();
    let (reason, mut because) = all.first().cloned()?;
    if !others.is_empty() {
        because.push_str(&format!(" Beside that: {}.", others.join("; ")));
    }
    Some((reason, because))
}

/// Do address and page of the file differ modulo 2 MiB?
pub(crate) const fn has_other_colour(fault: &Fault) -> bool {
    (fault.page ^ (fault.address >> PAGE_SHIFT)) & PG_PMD_COLOUR != 0
}

/// The 2 MiB of addresses around one; no end: behind the last address.
fn window(address: u64) -> (u64, Option<u64>) {
    let bytes = PMD_PAGES << PAGE_SHIFT;
    let start = address - address % bytes;
    (start, start.checked_add(bytes))
}

/// Up to 4.13 `max_pgoff` is the last page, from 4.14 on the number of pages.
fn ends_inside(page: u64, max_page: u64, kernel: &Kernel) -> bool {
    let last = page | PG_PMD_COLOUR;
    if kernel.is_before(Release(4, 14)) { last > max_page } else { last >= max_page }
}

fn pages_of_file(max_page: u64, kernel: &Kernel) -> u64 {
    if kernel.is_before(Release(4, 14)) { max_page.saturating_add(1) } else { max_page }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Bounds, FaultKind, File};
    use crate::flags::{FaultFlags, FaultResult};

    fn fault(address: u64, page: u64, bounds: Bounds) -> Fault {
        Fault {
            kind: FaultKind::PmdDone,
            file: File::default(),
            is_shared: true,
            flags: FaultFlags(0x254),
            address,
            page,
            bounds: Some(bounds),
            result: FaultResult(FaultResult::FALLBACK),
        }
    }

    fn reason(fault: &Fault, kernel: &Kernel) -> Option<FallbackReason> {
        recomputed(fault, kernel).map(|(reason, _)| reason)
    }

    #[test]
    fn each_check_has_its_reason() {
        let kernel = Kernel::default();
        let fits = Bounds { vm_start: 0x7f00_0000_0000, vm_end: 0x7f00_0060_0000, max_page: 0x600 };
        assert_eq!(reason(&fault(0x7f00_0020_3000, 0x203, fits), &kernel), None);
        assert_eq!(reason(&fault(0x7f00_0020_3000, 0x204, fits), &kernel), Some(FallbackReason::Colour));
        assert_eq!(reason(&fault(0x7f00_0020_3000, 0x204, fits), &Kernel::named(Release(4, 12))), None);
        let private = Fault { is_shared: false, flags: FaultFlags(0x255), ..fault(0x7f00_0020_3000, 0x203, fits) };
        assert_eq!(reason(&private, &kernel), Some(FallbackReason::PrivateWrite));
        let small = Bounds { vm_end: 0x7f00_0000_8000, ..fits };
        assert_eq!(reason(&fault(0x7f00_0000_2000, 0x2, small), &kernel), Some(FallbackReason::Range));
        let short = Bounds { max_page: 0x405, ..fits };
        assert_eq!(reason(&fault(0x7f00_0040_1000, 0x401, short), &kernel), Some(FallbackReason::EndOfFile));
    }

    #[test]
    fn the_last_page_up_to_4_13_and_the_number_of_pages_after() {
        let bounds = Bounds { vm_start: 0, vm_end: 0x60_0000, max_page: 0x3ff };
        let fault = fault(0x20_0000, 0x200, bounds);
        assert_eq!(reason(&fault, &Kernel::named(Release(4, 12))), None);
        assert_eq!(reason(&fault, &Kernel::named(Release(4, 14))), Some(FallbackReason::EndOfFile));
    }

    #[test]
    fn the_end_of_the_address_space_is_no_overflow() {
        let bounds = Bounds { vm_start: 0, vm_end: u64::MAX, max_page: u64::MAX };
        let fault = fault(u64::MAX, 0x1ff, bounds);
        assert_eq!(reason(&fault, &Kernel::default()), Some(FallbackReason::Range));
    }
}
