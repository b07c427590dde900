//! The function of the kernel that does something, by the name that it has in the release.
//!
//! The frames of the model are those of the recordings, which name whoever takes a page-table lock: `get_locked_pte`. What is
//! done under that lock another function does, and a text that leaves names that one.

use crate::op::{InstallOp, Op, PageTableOp};
use crate::revision::{Counter, HugeZeroBusy, PageState, ReadFault, Revision};
use crate::scenario::{Layouts, Operation, Scenario};
use crate::task::Frame;
use crate::units::PageIndex;

/// Frames of the model that are no functions of the kernel.
const NOT_KERNEL: [&str; 7] =
    ["access", "mm_fault", "fs_fault", "fs_huge_fault", "fs_pmd_fault", "fs_pfn_mkwrite", "handle_pte_fault"];

/// The frames that are functions of the kernel, outermost first.
pub(super) fn kernel_frames(frames: &[Frame]) -> impl DoubleEndedIterator<Item = &Frame> {
    frames.iter().filter(|frame| !NOT_KERNEL.contains(&frame.function))
}

/// The innermost function of the kernel that makes an operation; empty outside of them.
pub(super) fn function_of(frames: &[Frame], op: &Op, revision: &Revision) -> &'static str {
    kernel_frames(frames).next_back().map_or("", |frame| named(frame.function, op, revision))
}

/// The name of a frame, of which `op` is an operation: who does it, where the frame is whoever takes the lock.
///
/// Sources: mm/memory.c, mm/rmap.c and mm/huge_memory.c of v4.10, v5.10, v6.12 and 7.3.
pub(super) fn named(frame: &'static str, op: &Op, revision: &Revision) -> &'static str {
    match (frame, op) {
        ("__get_locked_pte" | "get_locked_pte", Op::PageTable(PageTableOp::InsertPfn { .. })) => "insert_pfn",
        ("__get_locked_pte" | "get_locked_pte", Op::Install(InstallOp::InsertPte { .. })) => insert_pte(revision),
        ("insert_pmd", Op::Install(InstallOp::InsertPmd { .. })) => insert_pmd(revision),
        ("pte_alloc_one_map", Op::PageTable(PageTableOp::SetPte { .. })) => "alloc_set_pte",
        ("map_pte" | "page_vma_mapped_walk", Op::Install(InstallOp::CleanPtes { .. } | InstallOp::CleanPmd { .. })) => {
            "page_vma_mkclean_one"
        }
        ("zap_page_range", _) => zap(revision),
        ("dax_lock_folio" | "dax_unlock_folio", _) => listing_name(frame, revision),
        ("pmd_install", _) if is_before_5_13(revision) => "__pte_alloc",
        ("wp_huge_pmd", Op::PageTable(PageTableOp::SplitHugePmd { .. })) => "__split_huge_pmd",
        _ => frame,
    }
}

/// The other names by which [`named`] may call a frame, whatever its operation; those of the release only.
pub(super) fn names_of(frame: &'static str, revision: &Revision) -> Vec<&'static str> {
    match frame {
        "__get_locked_pte" | "get_locked_pte" => vec!["insert_pfn", insert_pte(revision)],
        "insert_pmd" => vec![insert_pmd(revision)],
        "pte_alloc_one_map" => vec!["alloc_set_pte"],
        "map_pte" | "page_vma_mapped_walk" => vec!["page_vma_mkclean_one"],
        "zap_page_range" => vec![zap(revision)],
        "pmd_install" if is_before_5_13(revision) => vec!["__pte_alloc"],
        "wp_huge_pmd" => vec!["__split_huge_pmd"],
        _ => Vec::new(),
    }
}

/// The name of a function of the listing in the release that runs, where the model has one function for the same thing under
/// two names.
#[must_use]
pub fn listing_name(function: &'static str, revision: &Revision) -> &'static str {
    let Some(xarray) = revision.xarray() else { return function };
    match (function, xarray.page_state) {
        ("vmf_insert_pmd", PageState::Page) => "vmf_insert_pfn_pmd",
        ("vmf_insert_pmd", PageState::Folio) => "vmf_insert_folio_pmd",
        ("vmf_insert_page", PageState::Page) => "vmf_insert_mixed",
        ("vmf_insert_page", PageState::Folio) => "vmf_insert_page_mkwrite",
        ("get_unlocked_entry", PageState::Folio) => "get_next_unlocked_entry",
        ("dax_lock_folio", _) if is_before_6_7(revision) => "dax_lock_page",
        ("dax_unlock_folio", _) if is_before_6_7(revision) => "dax_unlock_page",
        _ => function,
    }
}

/// 5.13 stopped counting entries.
fn is_before_5_13(revision: &Revision) -> bool {
    revision.xarray().is_some_and(|xarray| xarray.counter == Counter::Entries)
}

/// 6.7 locks entries by their folios. Of the kernels before it 5.10 counts entries, and 6.1 marks read faults DIRTY.
fn is_before_6_7(revision: &Revision) -> bool {
    is_before_5_13(revision) || revision.xarray().is_some_and(|xarray| xarray.read_fault == ReadFault::TagsDirty)
}

/// Who walks the page tables of `madvise(MADV_DONTNEED)`: renamed in 6.1, and again before 7.3.
fn zap(revision: &Revision) -> &'static str {
    match revision.xarray() {
        Some(xarray) if xarray.page_state == PageState::Folio => "zap_vma_range_batched",
        Some(xarray) if xarray.counter == Counter::Pages => "zap_page_range_single",
        _ => "zap_page_range",
    }
}

/// Who sets a pte of the device: up to 6.12 by its number, from 6.15 on by its page.
fn insert_pte(revision: &Revision) -> &'static str {
    match revision.xarray().map(|xarray| xarray.page_state) {
        Some(PageState::Folio) => "insert_page_into_pte_locked",
        _ => "insert_pfn",
    }
}

/// Who sets a huge pmd: it got its name with the huge zero page.
fn insert_pmd(revision: &Revision) -> &'static str {
    match revision.xarray().map(|xarray| xarray.huge_zero_busy) {
        Some(HugeZeroBusy::Nopage) => "insert_pmd",
        _ => "insert_pfn_pmd",
    }
}

/// What stands between the parentheses of a function: the page that it works on; of a scan for busy pages, its range in
/// bytes, which the frame does not know.
#[must_use]
pub fn arguments(frame: &Frame, operation: Option<Operation>, scenario: &Scenario) -> String {
    match frame.index {
        None => String::new(),
        Some(u64::MAX) => range(operation, scenario).unwrap_or_default(),
        Some(index) => super::page(index),
    }
}

/// The bytes that an operation asks its scan for busy pages about.
fn range(operation: Option<Operation>, scenario: &Scenario) -> Option<String> {
    let whole = || bytes(0, None);
    match (operation?, scenario.layouts) {
        (Operation::Layout { first, count }, _) => Some(bytes(first, count)),
        (_, Layouts::None) => None,
        (_, Layouts::Whole) => Some(whole()),
        (
            Operation::Punch { first, count }
            | Operation::Fallocate { first, count }
            | Operation::Zero { first, count },
            Layouts::Range,
        ) => Some(bytes(first, Some(count))),
        (
            Operation::Truncate { size: first } | Operation::Collapse { first, .. } | Operation::Insert { first, .. },
            Layouts::Range,
        ) => Some(bytes(first, None)),
        (_, Layouts::Range) => None,
    }
}

/// `0, LLONG_MAX`: the first byte of a range and its last one.
fn bytes(first: PageIndex, count: Option<u64>) -> String {
    const PAGE: u64 = 4096;
    let first_byte = first.saturating_mul(PAGE);
    let last = match count {
        None => "LLONG_MAX".into(),
        Some(count) => format!("{:#x}", first.saturating_add(count).saturating_mul(PAGE).saturating_sub(1)),
    };
    if first_byte == 0 { format!("0, {last}") } else { format!("{first_byte:#x}, {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MmId;

    /// What is done under a page-table lock has the name of who does it, in each release.
    #[test]
    fn whoever_maps_is_named_and_not_whoever_locks() {
        let (mm, page) = (MmId(0), 0);
        let target = crate::mm::PteTarget::Zero;
        let pte = Op::Install(InstallOp::InsertPte { mm, page, target, mkwrite: true });
        let pfn = Op::PageTable(PageTableOp::InsertPfn { mm, page, frame: 1 });
        let pmd =
            Op::Install(InstallOp::InsertPmd { mm, page, target: crate::mm::PmdTarget::HugeZeroPage, write: false });
        let clean = Op::Install(InstallOp::CleanPtes { mm, first: 0, last: 1, frame: 0, count: 1 });
        for (frame, op, revision, name) in [
            ("__get_locked_pte", pfn, Revision::V4_10, "insert_pfn"),
            ("__get_locked_pte", pte, Revision::V5_10, "insert_pfn"),
            ("__get_locked_pte", pte, Revision::V6_12, "insert_pfn"),
            ("get_locked_pte", pte, Revision::V7_3, "insert_page_into_pte_locked"),
            ("insert_pfn_pmd", pmd, Revision::V6_12, "insert_pfn_pmd"),
            ("insert_pmd", pmd, Revision::V7_3, "insert_pmd"),
            ("map_pte", clean, Revision::V6_12, "page_vma_mkclean_one"),
            ("pmd_install", Op::PageTable(PageTableOp::PteAlloc { mm, page }), Revision::V5_10, "__pte_alloc"),
            ("dax_unlock_entry", clean, Revision::V7_3, "dax_unlock_entry"),
        ] {
            assert_eq!(named(frame, &op, &revision), name, "{frame}");
            assert!(name == frame || names_of(frame, &revision).contains(&name), "{frame} is read as {name} too");
        }
    }

    #[test]
    fn listings_have_the_names_of_the_release() {
        assert_eq!(listing_name("vmf_insert_pmd", &Revision::V6_12), "vmf_insert_pfn_pmd");
        assert_eq!(listing_name("vmf_insert_pmd", &Revision::V7_3), "vmf_insert_folio_pmd");
        assert_eq!(listing_name("grab_mapping_entry", &Revision::V7_3), "grab_mapping_entry");
        for (revision, name) in [
            (Revision::V5_10_13, "dax_lock_page"),
            (Revision::V6_1, "dax_lock_page"),
            (Revision::V6_12, "dax_lock_folio"),
            (Revision::V7_3, "dax_lock_folio"),
        ] {
            assert_eq!(listing_name("dax_lock_folio", &revision), name);
        }
    }

    /// The range of a scan for busy pages is told in bytes, as it is called.
    #[test]
    fn ranges_are_those_of_the_call() {
        let mut scenario = crate::scenario::parse("kernel 7.3\nthread A\n punch 1p..2p\n").scenario;
        let frame = Frame { function: "dax_layout_busy_page_range", index: Some(u64::MAX) };
        let punch = Some(scenario.threads[0].operations[0]);
        assert_eq!(arguments(&frame, punch, &scenario), "0, LLONG_MAX");
        scenario.layouts = Layouts::Range;
        assert_eq!(arguments(&frame, punch, &scenario), "0x1000, 0x1fff");
        assert_eq!(arguments(&frame, Some(Operation::Truncate { size: 2 }), &scenario), "0x2000, LLONG_MAX");
    }
}
