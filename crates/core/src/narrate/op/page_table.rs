//! The words for operations on page tables.

use super::{LockNames, Told, Words};
use crate::event::Event;
use crate::mm::PmdTarget;
use crate::narrate::words::{self, page};
use crate::op::{Outcome, PageTableOp, PmdSeen, PteFault};

impl Words for PageTableOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            PageTableOp::CheckAccess { page: at, write: true, .. } => format!("store to virtual page {}", page(at)),
            PageTableOp::CheckAccess { page: at, write: false, .. } => format!("load from virtual page {}", page(at)),
            PageTableOp::ReadPmd { .. } => "read the pmd without a lock".into(),
            PageTableOp::ReadPte { .. } => "read the pte without a lock".into(),
            PageTableOp::PmdTransUnstable { .. } => "check that there is a page table".into(),
            PageTableOp::PteAlloc { .. } => "make a page table".into(),
            PageTableOp::InsertPfn { frame, .. } => format!("map frame {frame:#x}"),
            PageTableOp::SetPte { .. } => "map a page".into(),
            PageTableOp::PteFault { .. } => "look at the pte under its lock".into(),
            PageTableOp::FinishMkwrite { .. } => "make the pte writable".into(),
            PageTableOp::CopyPte { .. } => "map a private copy".into(),
            PageTableOp::InsertPfnPmd { frame, .. } => format!("map 512 frames from {frame:#x}"),
            PageTableOp::SetHugeZero { .. } => "map the huge zero page".into(),
            PageTableOp::SplitHugePmd { .. } => "split the huge mapping".into(),
            PageTableOp::ZapRange { .. } => "drop what is mapped".into(),
            PageTableOp::MkcleanPmd { .. } => "write-protect the huge mapping".into(),
            PageTableOp::MkcleanPte { .. } => "write-protect the pte".into(),
            PageTableOp::MappedPages { .. } => "look for mappings".into(),
            PageTableOp::UnmapMappingRange { first, .. } => {
                format!("unmap from page {} in every process", page(first))
            }
            PageTableOp::Munmap(_) => "remove the page tables".into(),
            PageTableOp::HugeZeroPage(_) => "get the huge zero page".into(),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        let outcome = told.outcome();
        Some(match *self {
            PageTableOp::CheckAccess { page: at, write, .. } => match outcome {
                Outcome::Bool(true) if write => format!("stores to virtual page {}", page(at)),
                Outcome::Bool(true) => format!("loads from virtual page {}", page(at)),
                _ => format!("faults on virtual page {}", page(at)),
            },
            PageTableOp::ReadPmd { .. } => format!("reads the pmd: {}", pmd(outcome)),
            PageTableOp::ReadPte { .. } => match outcome {
                Outcome::Pte(None) => "reads the pte: none".into(),
                _ => "reads the pte: present".into(),
            },
            PageTableOp::PmdTransUnstable { .. } => match outcome {
                Outcome::Bool(true) => "finds no stable page table".into(),
                _ => return None,
            },
            PageTableOp::PteAlloc { .. } => "makes sure of a page table".into(),
            PageTableOp::InsertPfn { .. } => match outcome {
                Outcome::Status(Err(_)) => "finds the pte taken (-EBUSY)".into(),
                _ => return None,
            },
            PageTableOp::SetPte { .. } => match outcome {
                Outcome::Bool(false) => "finds the pte taken".into(),
                _ => return None,
            },
            PageTableOp::PteFault { .. } => pte_fault(outcome),
            PageTableOp::FinishMkwrite { .. } | PageTableOp::CopyPte { .. } if told.performed.events.is_empty() => {
                "finds that the pte has changed meanwhile, and leaves it".into()
            }
            PageTableOp::FinishMkwrite { .. } | PageTableOp::CopyPte { .. } => return None,
            PageTableOp::InsertPfnPmd { .. } => return None,
            PageTableOp::SetHugeZero { .. } => match outcome {
                Outcome::Bool(false) => "finds the pmd taken".into(),
                _ => return None,
            },
            PageTableOp::SplitHugePmd { .. } if told.performed.events.is_empty() => {
                "finds no huge mapping to split".into()
            }
            PageTableOp::SplitHugePmd { .. } => "splits the huge mapping, which for DAX means removing it".into(),
            PageTableOp::ZapRange { .. } if told.performed.events.is_empty() => "finds nothing mapped any more".into(),
            PageTableOp::ZapRange { .. } => return None,
            PageTableOp::MkcleanPmd { .. } if *outcome == Outcome::Bool(false) => "finds the huge mapping gone".into(),
            PageTableOp::MkcleanPmd { page: at, .. } | PageTableOp::MkcleanPte { page: at, .. } => cleaned(told, at),
            PageTableOp::MappedPages { .. } => return None,
            PageTableOp::UnmapMappingRange { first, count: 0, .. } => {
                format!("unmaps everything from page {}", page(first))
            }
            PageTableOp::UnmapMappingRange { first, count, .. } => {
                format!("unmaps {} from page {} in every process", words::pages(count), page(first))
            }
            PageTableOp::Munmap(mm) => format!("removes all page tables of process {}", mm.0 + 1),
            PageTableOp::HugeZeroPage(_) => match outcome {
                Outcome::Bool(false) => format!("gets no huge zero page: hzp_alloc fails{}", told.injected()),
                _ => "gets the huge zero page".into(),
            },
        })
    }

    fn aside(&self, outcome: &Outcome) -> Option<String> {
        Some(match (self, outcome) {
            (PageTableOp::PmdTransUnstable { .. }, _) => "finds a page table".into(),
            (PageTableOp::MappedPages { mm, .. }, Outcome::Pages(pages)) => match pages.len() {
                0 => format!("finds nothing mapped in process {}", mm.0 + 1),
                1 => format!("finds one mapping in process {}, at virtual page {}", mm.0 + 1, page(pages[0])),
                count => format!("finds {count} mappings in process {}", mm.0 + 1),
            },
            (PageTableOp::FinishMkwrite { .. } | PageTableOp::CopyPte { .. }, _) => "leaves the pte as it is".into(),
            _ => return None,
        })
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    /// What changes a mapping says so by its events; a store changes what is to be on the device.
    fn is_visible(&self, outcome: &Outcome) -> bool {
        matches!(self, PageTableOp::CheckAccess { write: true, .. }) && *outcome == Outcome::Bool(true)
    }

    fn tells_of_mappings(&self) -> bool {
        matches!(self, PageTableOp::MkcleanPmd { .. } | PageTableOp::MkcleanPte { .. })
    }
}

const fn pmd(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pmd(PmdSeen::None) => "none",
        Outcome::Pmd(PmdSeen::Table) => "a page table",
        Outcome::Pmd(PmdSeen::Huge { target: PmdTarget::HugeZeroPage, .. }) => "the huge zero page",
        _ => "a huge mapping",
    }
}

fn pte_fault(outcome: &Outcome) -> String {
    match outcome {
        Outcome::PteFault(PteFault::Nothing) => "finds nothing to do about the pte".into(),
        Outcome::PteFault(PteFault::WriteToFrame) => "wants to write through a read-only pte of a block".into(),
        Outcome::PteFault(PteFault::WriteToPage(hole)) => format!("wants to write to the hole page {hole}"),
        _ => "wants to write to a private mapping".into(),
    }
}

/// Up to 5.18 the pmd of the mapping before may be cleaned in place of this pte.
fn cleaned(told: Told<'_>, at: u64) -> String {
    let cleaned = told.performed.events.iter().find_map(|event| match event {
        Event::SetPte { page, .. } | Event::SetPmd { page, .. } => Some(*page),
        _ => None,
    });
    match cleaned {
        Some(at) => format!("write-protects and cleans the mapping at virtual page {}", page(at)),
        None => format!("finds nothing to write-protect at virtual page {}", page(at)),
    }
}
