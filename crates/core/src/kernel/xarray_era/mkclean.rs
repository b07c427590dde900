//! Write-protecting what maps an entry, before it is flushed (fs/dax.c; mm/rmap.c and mm/page_vma_mapped.c, v6.12).

use crate::event::LockId;
use crate::kernel::radix_era::writeback::follow_pte_pmd;
use crate::op::{Cleaned, InstallOp, PageTableOp, PmdSeen};
use crate::revision::{MkcleanRange, PageState};
use crate::scenario::{Mapping, Without};
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{Block, MmId, PG_PMD_COLOUR, PMD_PAGES, PageIndex, VirtualPage, pmd_start};

/// Write-protects and cleans the shared mappings of `count` pages from `first`, under `i_mmap_rwsem`. Up to 5.18 only
/// mappings of the first page are looked for (`dax_entry_mkclean`).
pub async fn dax_entry_mkclean(task: &Task, first: PageIndex, count: u64, frame: Block) {
    if task.scenario().leaves_out(Without::Protect) {
        return;
    }
    let excludes_unmap = task.scenario().i_mmap_rwsem;
    if excludes_unmap {
        task.acquire(LockId::IMmap, LockMode::Read).await;
    }
    let head = task.revision().common.mkclean_range == MkcleanRange::Head;
    let last = if head { first } else { first + count - 1 };
    let mut pmdp = None;
    for mm in task.scenario().process_ids() {
        let vma = task.vma(mm);
        let (from, to) = (first.max(vma.start), last.min((vma.start + vma.pages).saturating_sub(1)));
        if !vma.shared || from > to {
            continue;
        }
        if head {
            follow_pte_pmd(task, mm, from + vma.skew, frame, &mut pmdp).await;
            task.remember(&pmdp);
        } else {
            pfn_mkclean_range(task, mm, (from + vma.skew, to + vma.skew), frame, count).await;
        }
    }
    if excludes_unmap {
        task.release(LockId::IMmap).await;
    }
}

/// `pfn_mkclean_range` with `page_vma_mapped_walk` (v6.12) over the virtual pages `from..=to`.
async fn pfn_mkclean_range(task: &Task, mm: MmId, (from, to): (VirtualPage, VirtualPage), frame: Block, count: u64) {
    let vma = task.vma(mm);
    let mut at = from;
    while at <= to {
        let next = pmd_start(at) + PMD_PAGES;
        let last = to.min(next - 1);
        task.remember(&at);
        match task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page: at }).await {
            PmdSeen::None => {
                if count >= PMD_PAGES && could_be_huge(&vma, at) {
                    sync_with_zap(task, mm, at).await;
                }
            }
            PmdSeen::Huge { .. } => {
                let op = InstallOp::CleanPmd { mm, page: at, frame, count };
                let cleaned = task.within("page_vma_mapped_walk", task.perform::<Cleaned>(op)).await;
                if cleaned == Cleaned::Over {
                    return;
                }
                if !clean_table(task, mm, (at, last), frame, count).await {
                    continue;
                }
            }
            PmdSeen::Table => {
                if !clean_table(task, mm, (at, last), frame, count).await {
                    continue;
                }
            }
        }
        at = next;
    }
}

/// The ptes of one table; `false`: there is no table any more.
async fn clean_table(
    task: &Task,
    mm: MmId,
    (first, last): (VirtualPage, VirtualPage),
    frame: Block,
    count: u64,
) -> bool {
    let op = InstallOp::CleanPtes { mm, first, last, frame, count };
    task.within("map_pte", task.perform::<Cleaned>(op)).await != Cleaned::NoTable
}

/// `thp_vma_suitable_order`: could the 2 MiB around that page be mapped huge?
const fn could_be_huge(vma: &Mapping, page: VirtualPage) -> bool {
    let (start, end) = (vma.start + vma.skew, vma.start + vma.skew + vma.pages);
    vma.skew & PG_PMD_COLOUR == 0 && pmd_start(page) >= start && pmd_start(page) + PMD_PAGES <= end
}

/// An empty pmd: whoever is emptying it holds its lock until all is counted.
async fn sync_with_zap(task: &Task, mm: MmId, page: VirtualPage) {
    let function = match task.xarray().page_state {
        PageState::Page => "page_vma_mapped_walk",
        PageState::Folio => "sync_with_folio_pmd_zap",
    };
    task.within(function, task.perform::<()>(InstallOp::SyncWithZap { mm, page })).await;
}
