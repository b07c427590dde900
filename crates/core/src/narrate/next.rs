//! What a thread is about to do, in base form: `take tree_lock`.

use super::words::{self, page};
use crate::entry::Slot;
use crate::event::LockId;
use crate::machine::Stop;
use crate::op::Op;
use crate::sync::LockMode;

/// What the thread will do when it makes its next step.
#[must_use]
pub fn next(stop: &Stop) -> String {
    match stop.op {
        Op::Start => "begin".into(),
        Op::NextOperation { .. } => "begin its next operation".into(),
        Op::AccessRetry => "try the access again".into(),
        Op::TreeUnlocked | Op::CondResched => "go on".into(),
        Op::SpinLock => "take tree_lock".into(),
        Op::SpinUnlock => "release tree_lock".into(),
        Op::PrepareToWait { key } => format!("queue on key {}", page(key.0)),
        Op::Schedule => "run again once it is woken".into(),
        Op::FinishWait => "leave the wait queue".into(),
        Op::Wake { index, entry, mode } => {
            let key = crate::sync::WaitKey::new(index, entry);
            format!("wake {} on key {}", mode.name(), page(key.0))
        }
        Op::Preload(_) => "preallocate tree nodes".into(),
        Op::PreloadEnd => "turn preemption on again".into(),
        Op::Lookup { index } | Op::FindGetEntry { index } => format!("look up page {}", page(index)),
        Op::LockSlot { index } => format!("set the lock bit of the entry at {}", page(index)),
        Op::UnlockSlot { index } => format!("clear the lock bit of the entry at {}", page(index)),
        Op::Insert { index, entry } => format!("insert a {} at {}", words::entry(entry), page(index)),
        Op::Delete { index } => format!("delete the entry at {}", page(index)),
        Op::Replace { index, entry } => format!("make the entry at {} a {}", page(index), words::entry(entry)),
        Op::TagSet { index, tag } => format!("tag the entry at {} {}", page(index), tag.name()),
        Op::TagClear { index, tag } => format!("clear the {} tag at {}", tag.name(), page(index)),
        Op::TagGet { tag, .. } => format!("test the {} tag", tag.name()),
        Op::TagTowrite { .. } => "tag dirty entries TOWRITE".into(),
        Op::FindGetEntries { first, .. } => format!("collect entries from page {}", page(first)),
        Op::FindGetEntriesTag { first, tag, .. } => {
            format!("collect entries tagged {} from page {}", tag.name(), page(first))
        }
        Op::NrExceptional => "read nrexceptional".into(),
        Op::NrPages => "read nrpages".into(),
        Op::PageAlloc { index } => format!("allocate a page for the hole at {}", page(index)),
        Op::PageCacheStore { page } => format!("put {page} into the tree"),
        Op::PageCacheDelete { page } => format!("take {page} out of the tree"),
        Op::GetPage(page) => format!("take a reference of {page}"),
        Op::PutPage(page) => format!("drop a reference of {page}"),
        Op::LockPage(page) | Op::TryLockPage(page) => format!("lock {page}"),
        Op::AwaitPage(page) => format!("lock {page} once it is woken"),
        Op::UnlockPage(Slot::Page(page)) => format!("unlock {page}"),
        Op::UnlockPage(_) => "call unlock_page(NULL)".into(),
        Op::PageInCache(page) | Op::PageMapped(page) | Op::PageIndexOf(page) => format!("look at {page}"),
        Op::RemoveMapping(page) => format!("take {page} out of the tree if nobody else uses it"),
        Op::CheckAccess { page: at, write: true, .. } => format!("store to virtual page {}", page(at)),
        Op::CheckAccess { page: at, write: false, .. } => format!("load from virtual page {}", page(at)),
        Op::ReadPmd { .. } => "read the pmd without a lock".into(),
        Op::ReadPte { .. } => "read the pte without a lock".into(),
        Op::PmdTransUnstable { .. } => "check that there is a page table".into(),
        Op::PteAlloc { .. } => "make a page table".into(),
        Op::InsertPfn { frame, .. } => format!("map frame {frame:#x}"),
        Op::SetPte { .. } => "map a page".into(),
        Op::PteFault { .. } => "look at the pte under its lock".into(),
        Op::FinishMkwrite { .. } => "make the pte writable".into(),
        Op::CopyAlloc { .. } => "allocate a page for a private copy".into(),
        Op::CopyPte { .. } => "map a private copy".into(),
        Op::InsertPfnPmd { frame, .. } => format!("map 512 frames from {frame:#x}"),
        Op::SetHugeZero { .. } => "map the huge zero page".into(),
        Op::SplitHugePmd { .. } => "split the huge mapping".into(),
        Op::MkcleanPmd { .. } => "write-protect the huge mapping".into(),
        Op::MkcleanPte { .. } => "write-protect the pte".into(),
        Op::MappedPages { .. } => "look for mappings".into(),
        Op::UnmapMappingRange { first, .. } => format!("unmap from page {} in every process", page(first)),
        Op::Munmap(_) => "remove the page tables".into(),
        Op::HugeZeroPage(_) => "get the huge zero page".into(),
        Op::ReadSize => "read the file size".into(),
        Op::IomapBegin { first, count, .. } => {
            format!("ask the file system about {} from page {}", words::pages(count), page(first))
        }
        Op::DirectAccess { .. } => "ask the device for its memory".into(),
        Op::Flush { .. } => "flush the CPU caches".into(),
        Op::Store { .. } => "store to the device".into(),
        Op::Load { .. } => "load from the device".into(),
        Op::LoadZero { .. } => "read zeroes".into(),
        Op::ExtendFile { .. } | Op::SetSize { .. } => "set the file size".into(),
        Op::FreeBlocks { .. } => "free the blocks".into(),
        Op::Acquire { lock: LockId::Journal, mode: LockMode::Read } => {
            "open a handle in the running transaction".into()
        }
        Op::Acquire { lock: LockId::Journal, mode: LockMode::Write } => "commit the running transaction".into(),
        Op::Acquire { lock, .. } => format!("take {lock}"),
        Op::AwaitGrant { lock, .. } => format!("go on once it has {lock}"),
        Op::Release { lock } => format!("release {lock}"),
    }
}
