//! What an operation did, as clauses behind the name of the thread: `takes tree_lock`.

use super::words::{self, page};
use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::event::{Event, LockId, OpResult};
use crate::machine::Performed;
use crate::mm::{PmdTarget, PteTarget};
use crate::op::{Op, Outcome, PmdSeen, PteFault};
use crate::pmem::Iomap;
use crate::sync::LockMode;
use crate::world::World;

/// The clauses for one operation; none if there is nothing to say.
pub(super) fn clauses(before: &World, performed: &Performed) -> Vec<String> {
    let mut clauses: Vec<String> = of_op(before, performed).into_iter().collect();
    let is_mkclean = matches!(performed.stop.op, Op::MkcleanPmd { .. } | Op::MkcleanPte { .. });
    let is_told = |event: &&Event| !(is_mkclean && matches!(event, Event::SetPte { .. } | Event::SetPmd { .. }));
    clauses.extend(performed.events.iter().filter(is_told).filter_map(of_event));
    clauses
}

/// What an operation looked at, or why it did nothing: told only where there is nothing else to tell.
pub(super) fn aside(performed: &Performed) -> Option<String> {
    let outcome = &performed.outcome;
    Some(match (performed.stop.op, outcome) {
        (Op::Start, _) => "begins".into(),
        (Op::CondResched, _) => "lets others run in between (cond_resched)".into(),
        (Op::PageIndexOf(hole), Outcome::Number(index)) => format!("reads the index of {hole}: {}", page(*index)),
        (Op::PmdTransUnstable { .. }, _) => "finds a page table".into(),
        (Op::DirectAccess { .. }, Outcome::Length(Ok(count))) => {
            format!("gets the memory of {} from the device", words::pages(*count))
        }
        (Op::MappedPages { mm, .. }, Outcome::Pages(pages)) => match pages.len() {
            0 => format!("finds nothing mapped in process {}", mm.0 + 1),
            1 => format!("finds one mapping in process {}, at virtual page {}", mm.0 + 1, page(pages[0])),
            count => format!("finds {count} mappings in process {}", mm.0 + 1),
        },
        _ => return None,
    })
}

/// What the operation itself did.
fn of_op(before: &World, performed: &Performed) -> Option<String> {
    let outcome = &performed.outcome;
    Some(match performed.stop.op {
        Op::Start | Op::NextOperation { .. } | Op::TreeUnlocked | Op::AccessRetry | Op::CondResched => return None,
        Op::SpinLock => "takes tree_lock".into(),
        Op::SpinUnlock => "releases tree_lock".into(),
        Op::PrepareToWait { key } => {
            let place = before.waits.waiting_for(key).count();
            format!("queues on key {} as exclusive waiter, {} in line", page(key.0), words::ordinal(place))
        }
        Op::Schedule if performed.stop.woken_before_sleeping => "does not sleep: it was woken already".into(),
        Op::Schedule => "runs again".into(),
        Op::FinishWait => "leaves the wait queue".into(),
        Op::Wake { .. } => woken(before, performed)?,
        Op::Preload(what) => match outcome {
            Outcome::Status(Err(errno)) => format!("cannot preallocate tree nodes: {} fails ({errno})", what.name()),
            _ => "preallocates tree nodes, which turns preemption off".into(),
        },
        Op::PreloadEnd => "turns preemption on again".into(),
        Op::Lookup { index } | Op::FindGetEntry { index } => match outcome {
            Outcome::Slot(Slot::Page(hole)) if matches!(performed.stop.op, Op::FindGetEntry { .. }) => {
                format!("finds {hole} at page {} and takes a reference of it", page(index))
            }
            Outcome::Slot(found) => format!("finds {} at page {}", words::slot(*found), page(index)),
            _ => return None,
        },
        Op::LockSlot { index } => format!("locks {}", changed(before, index, outcome)),
        Op::UnlockSlot { index } => format!("unlocks {}", changed(before, index, outcome)),
        Op::Insert { index, entry } => match outcome {
            Outcome::Status(Err(Errno::EEXIST)) => {
                format!(
                    "cannot insert a {} at {}: something is in the range (-EEXIST)",
                    words::entry(entry),
                    page(index)
                )
            }
            Outcome::Status(Err(errno)) => format!("cannot insert a {} ({errno})", words::entry(entry)),
            _ => {
                let locked = if entry.is_locked() { "locked " } else { "" };
                format!("inserts a {locked}{} at {}", words::entry(entry), page(entry.size().start(index)))
            }
        },
        Op::Delete { index } => match outcome {
            Outcome::Slot(Slot::Null) => format!("deletes at {}, where nothing is", page(index)),
            Outcome::Slot(old) => format!("deletes {} at {}", words::slot(*old), first(before, index)),
            _ => return None,
        },
        Op::Replace { index, entry } => {
            format!("makes the entry at {} a {}", first(before, index), words::entry(entry))
        }
        Op::TagSet { index, tag } => format!("tags the entry at {} {}", first(before, index), tag.name()),
        Op::TagClear { index, tag } => {
            format!("clears the {} tag of the entry at {}", tag.name(), first(before, index))
        }
        Op::TagGet { tag, .. } => match outcome {
            Outcome::Bool(true) => format!("finds it tagged {}", tag.name()),
            _ => format!("finds it not tagged {}", tag.name()),
        },
        Op::TagTowrite { .. } => match outcome {
            Outcome::Tagged { count: 0, .. } => "finds no dirty entry to tag TOWRITE".into(),
            Outcome::Tagged { count: 1, .. } => "tags one dirty entry TOWRITE".into(),
            Outcome::Tagged { count, .. } => format!("tags {count} dirty entries TOWRITE"),
            _ => return None,
        },
        Op::FindGetEntries { first, .. } => entries_found(outcome, first, "")?,
        Op::FindGetEntriesTag { first, tag, .. } => entries_found(outcome, first, tag.name())?,
        Op::NrExceptional => counter(outcome, "nrexceptional")?,
        Op::NrPages => counter(outcome, "nrpages")?,
        _ => return of_memory_op(performed),
    })
}

/// Operations on pages, page tables, files and sleeping locks.
fn of_memory_op(performed: &Performed) -> Option<String> {
    let outcome = &performed.outcome;
    Some(match performed.stop.op {
        Op::PageAlloc { index } => match outcome {
            Outcome::Page(Some(hole)) => format!("allocates {hole} for the hole at {}", page(index)),
            _ => format!("gets no page for the hole at {}: page_alloc fails{}", page(index), injected(performed)),
        },
        Op::CopyAlloc { index } => match outcome {
            Outcome::Page(Some(_)) => "allocates a page for a private copy".into(),
            _ => format!("gets no page for a private copy of page {}", page(index)),
        },
        Op::PageCacheStore { page: hole } => format!("puts {hole} into the tree"),
        Op::PageCacheDelete { page: hole } => format!("takes {hole} out of the tree"),
        Op::GetPage(hole) => format!("takes a reference of {hole}"),
        Op::PutPage(hole) => format!("drops a reference of {hole}"),
        Op::LockPage(hole) | Op::AwaitPage(hole) | Op::TryLockPage(hole) => match outcome {
            Outcome::Bool(true) => format!("locks {hole}"),
            _ => format!("finds {hole} locked"),
        },
        Op::UnlockPage(Slot::Page(hole)) => format!("unlocks {hole}"),
        Op::UnlockPage(_) => "takes NULL for a page and calls unlock_page(NULL)".into(),
        Op::PageInCache(hole) => match outcome {
            Outcome::Bool(true) => format!("finds {hole} still in the page cache"),
            _ => format!("finds {hole} gone from the page cache"),
        },
        Op::PageMapped(hole) => match outcome {
            Outcome::Bool(true) => format!("finds {hole} mapped"),
            _ => format!("finds {hole} not mapped"),
        },
        Op::RemoveMapping(hole) => match outcome {
            Outcome::Bool(true) => format!("takes {hole} out of the tree, which nobody else uses"),
            _ => format!("finds {hole} in use"),
        },
        Op::PageIndexOf(_) => return None,
        Op::CheckAccess { page: at, write, .. } => {
            let verb = if write { "stores to" } else { "loads from" };
            match outcome {
                Outcome::Bool(true) => format!("{verb} virtual page {}", page(at)),
                _ => format!("faults on virtual page {}", page(at)),
            }
        }
        Op::ReadPmd { .. } => match outcome {
            Outcome::Pmd(PmdSeen::None) => "reads the pmd: none".into(),
            Outcome::Pmd(PmdSeen::Table) => "reads the pmd: a page table".into(),
            Outcome::Pmd(PmdSeen::Huge { target: PmdTarget::HugeZeroPage, .. }) => {
                "reads the pmd: the huge zero page".into()
            }
            _ => "reads the pmd: a huge mapping".into(),
        },
        Op::ReadPte { .. } => match outcome {
            Outcome::Pte(None) => "reads the pte: none".into(),
            _ => "reads the pte: present".into(),
        },
        Op::PmdTransUnstable { .. } => match outcome {
            Outcome::Bool(true) => "finds no stable page table".into(),
            _ => return None,
        },
        Op::PteAlloc { .. } => "makes sure of a page table".into(),
        Op::InsertPfn { .. } => match outcome {
            Outcome::Status(Err(_)) => "finds the pte taken (-EBUSY)".into(),
            _ => return None,
        },
        Op::SetPte { .. } => match outcome {
            Outcome::Bool(false) => "finds the pte taken".into(),
            _ => return None,
        },
        Op::PteFault { .. } => match outcome {
            Outcome::PteFault(PteFault::Nothing) => "finds nothing to do about the pte".into(),
            Outcome::PteFault(PteFault::WriteToFrame) => "wants to write through a read-only pte of a block".into(),
            Outcome::PteFault(PteFault::WriteToPage(hole)) => format!("wants to write to the hole page {hole}"),
            _ => "wants to write to a private mapping".into(),
        },
        Op::SetHugeZero { .. } => match outcome {
            Outcome::Bool(false) => "finds the pmd taken".into(),
            _ => return None,
        },
        Op::SplitHugePmd { .. } if performed.events.is_empty() => "finds no huge mapping to split".into(),
        Op::SplitHugePmd { .. } => "splits the huge mapping, which for DAX means removing it".into(),
        Op::FinishMkwrite { .. } | Op::CopyPte { .. } if performed.events.is_empty() => {
            "finds that the pte has changed meanwhile, and leaves it".into()
        }
        Op::MkcleanPmd { .. } if *outcome == Outcome::Bool(false) => "finds the huge mapping gone".into(),
        Op::MkcleanPmd { page: at, .. } | Op::MkcleanPte { page: at, .. } => {
            // Up to 5.18 the pmd of the mapping before may be cleaned in place of this pte.
            let cleaned = performed.events.iter().find_map(|event| match event {
                Event::SetPte { page, .. } | Event::SetPmd { page, .. } => Some(*page),
                _ => None,
            });
            match cleaned {
                Some(at) => format!("write-protects and cleans the mapping at virtual page {}", page(at)),
                None => format!("finds nothing to write-protect at virtual page {}", page(at)),
            }
        }
        Op::UnmapMappingRange { first, count: 0, .. } => format!("unmaps everything from page {}", page(first)),
        Op::UnmapMappingRange { first, count, .. } => {
            format!("unmaps {} from page {} in every process", words::pages(count), page(first))
        }
        Op::Munmap(mm) => format!("removes all page tables of process {}", mm.0 + 1),
        Op::HugeZeroPage(_) => match outcome {
            Outcome::Bool(false) => format!("gets no huge zero page: hzp_alloc fails{}", injected(performed)),
            _ => "gets the huge zero page".into(),
        },
        Op::ReadSize => match outcome {
            Outcome::Number(size) => format!("reads the file size: {}", words::pages(*size)),
            _ => return None,
        },
        Op::DirectAccess { .. } => match outcome {
            Outcome::Length(Err(errno)) => format!("cannot reach the device: direct_access fails ({errno})"),
            _ => return None,
        },
        Op::IomapBegin { first, .. } => match outcome {
            Outcome::Iomap(Err(errno)) => {
                format!("learns nothing of page {}: iomap_begin fails ({errno})", page(first))
            }
            Outcome::Iomap(Ok(iomap)) => learnt(iomap),
            _ => return None,
        },
        Op::ExtendFile { size } => format!("makes the file at least {} long", words::pages(size)),
        Op::SetSize { size } => format!("sets the file size to {}", words::pages(size)),
        Op::Acquire { lock, mode } => match outcome {
            Outcome::Bool(true) if lock == LockId::Journal && mode == LockMode::Read => {
                "opens a handle in the running transaction".into()
            }
            Outcome::Bool(true) if lock == LockId::Journal => "commits the running transaction".into(),
            Outcome::Bool(true) => format!("takes {lock}"),
            _ => format!("queues for {lock}"),
        },
        Op::AwaitGrant { lock: LockId::Journal, mode: LockMode::Read } => {
            "opens a handle in the running transaction at last".into()
        }
        Op::AwaitGrant { lock: LockId::Journal, .. } => "commits the running transaction at last".into(),
        Op::AwaitGrant { lock, .. } => format!("has {lock} now"),
        Op::Release { lock: LockId::Journal } => "lets go of the running transaction".into(),
        Op::Release { lock } => format!("releases {lock}"),
        _ => return None,
    })
}

/// What an event adds that the operation does not say.
fn of_event(event: &Event) -> Option<String> {
    Some(match event {
        Event::Operation(operation) => format!("begins: {}", words::operation(operation)),
        Event::Granted { lock, thread } => format!("passes {lock} on to {thread}"),
        Event::SetPte { page: at, target, writable, .. } => {
            let what = match target {
                PteTarget::Frame(frame) => format!("frame {frame:#x}"),
                PteTarget::Page(hole) => format!("{hole}"),
                PteTarget::Anon(_) => "a private copy".into(),
            };
            let how = if *writable { "writable" } else { "read-only" };
            format!("maps {what} {how} at virtual page {}", page(*at))
        }
        Event::SetPmd { page: at, target, writable, .. } => {
            let what = match target {
                PmdTarget::Frames(frame) => format!("512 frames from {frame:#x}"),
                PmdTarget::HugeZeroPage => "the huge zero page".into(),
            };
            let how = if *writable { "writable" } else { "read-only" };
            format!("maps {what} {how} at virtual page {}", page(*at))
        }
        Event::ZapPmd { mm, page: at } => {
            format!("zaps the huge mapping at {} of process {}", page(*at), mm.0 + 1)
        }
        Event::ZapPtes { mm, count, .. } => format!("zaps {} of process {}", words::ptes(*count), mm.0 + 1),
        Event::BadPmdCleared => "takes a device-mapped pmd for a bad one and clears it".into(),
        Event::PageFree(hole) => format!("frees {hole}"),
        Event::FreeBlocks { first, end } => match end.saturating_sub(*first) {
            0 => "has no blocks to free".into(),
            1 => format!("frees the block of page {}, if there is one", page(*first)),
            _ => format!("frees the blocks of pages {} to {}, if there are any", page(*first), page(*end - 1)),
        },
        Event::Flush { count, .. } => format!("flushes {} to the device", words::pages(*count)),
        Event::Store { count, .. } => format!("stores {} to the device", words::pages(*count)),
        Event::Load { count, .. } => format!("loads {} from the device", words::pages(*count)),
        Event::LoadZero { count } => format!("reads {} of zeroes", words::pages(*count)),
        Event::Wake(_) | Event::WakeCall { .. } | Event::Call { .. } | Event::Return { .. } => return None,
        Event::FallBack(reason) => format!("falls back to 4 KiB ({})", reason.label()),
        Event::Result(result) => result_clause(*result),
        Event::Unexpected(_) => "ends otherwise than expected".into(),
        Event::Warn(function) => format!("triggers a WARN in {function}"),
        Event::VmBug(function) => format!("would stop a debug kernel in {function}"),
        Event::SleepWhilePreloaded(_) => "is about to call what may sleep while preemption is off".into(),
        Event::FaultsAgain => "has faulted three times or more without getting through".into(),
        Event::ScanGoesInCircles { index } => format!("has come to page {} three times running or more", page(*index)),
        Event::TookUnasked { index, .. } => format!("has left its range: nobody asked for page {}", page(*index)),
        Event::FlushedAgain { index } => format!("has written back the entry at {} once more", page(*index)),
        Event::LeftUnflushed { index } => format!("leaves page {} unflushed", page(*index)),
        Event::Corrupt { count, .. } => format!("overwrites a page table that holds {}", words::ptes(*count)),
        Event::Bug(bug) => format!("kills the kernel ({})", bug.text()),
        Event::PreemptLeak(_) => "ends with preemption off".into(),
        _ => return None,
    })
}

/// What `iomap_begin` answers.
fn learnt(iomap: &Iomap) -> String {
    let new = if iomap.new { "new " } else { "" };
    let (pages, kind) = (words::pages(iomap.count), words::extent(iomap.kind));
    format!("learns from iomap_begin: {pages} from page {}, {new}{kind}", page(iomap.first))
}

/// ` (-ENOMEM)`: the error of a call that was made to fail, where its answer does not say it.
fn injected(performed: &Performed) -> String {
    let errno = performed.events.iter().find_map(|event| match event {
        Event::Inject { errno, .. } => Some(*errno),
        _ => None,
    });
    errno.map_or(String::new(), |errno| format!(" ({errno})"))
}

fn result_clause(result: OpResult) -> String {
    match result {
        OpResult::Accessed { faults: 0 } => "is done without a fault".into(),
        OpResult::Accessed { faults: 1 } => "is done after one fault".into(),
        OpResult::Accessed { faults: 3 } => "is done after 3 or more faults".into(),
        OpResult::Accessed { faults } => format!("is done after {faults} faults"),
        OpResult::FaultFailed { flags, .. } => format!("gets {flags}"),
        OpResult::Segv => "gets SIGSEGV: the mapping does not allow it".into(),
        OpResult::Livelock { faults } => format!("has faulted {faults} times and gives up"),
        OpResult::Done | OpResult::Number(0) => "is done".into(),
        OpResult::Number(number) if number < 0 => format!("is done with {}", Errno(number.unsigned_abs() as u16)),
        OpResult::Number(number) => format!("is done, result {number}"),
    }
}

/// Whom a wake call reached, and who stays asleep on the same key.
fn woken(before: &World, performed: &Performed) -> Option<String> {
    let (key, mode) = performed.events.iter().find_map(|event| match event {
        Event::WakeCall { key, mode, .. } => Some((*key, *mode)),
        _ => None,
    })?;
    let woken: Vec<_> = performed
        .events
        .iter()
        .filter_map(|event| if let Event::Wake(thread) = event { Some(*thread) } else { None })
        .collect();
    let left: Vec<_> = before.waits.waiting_for(key).filter(|thread| !woken.contains(thread)).collect();
    let who = match mode {
        crate::revision::WakeMode::One => "one waiter",
        crate::revision::WakeMode::All => "all waiters",
    };
    let reached = match woken.as_slice() {
        [] => return Some(format!("wakes {who} on key {}, where nobody is", page(key.0))),
        _ if left.is_empty() => words::threads(&woken),
        _ if left.len() == 1 => format!("{}; {} stays asleep", words::threads(&woken), words::threads(&left)),
        _ => format!("{}; {} stay asleep", words::threads(&woken), words::threads(&left)),
    };
    Some(format!("wakes {who} on key {}: {reached}", page(key.0)))
}

/// The entry that the operation changed, and where it begins.
fn changed(before: &World, index: u64, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Slot(Slot::Entry(entry)) => {
            let unlocked = Entry::unlocked(*entry);
            format!("the {} at {}", words::entry(unlocked), first(before, index))
        }
        _ => format!("nothing at {}", page(index)),
    }
}

/// First index of the entry that covers `index`.
fn first(before: &World, index: u64) -> String {
    page(before.mapping.first_index(index).unwrap_or(index))
}

fn counter(outcome: &Outcome, name: &str) -> Option<String> {
    match outcome {
        Outcome::Number(number) => Some(format!("reads {name}: {number}")),
        _ => None,
    }
}

fn entries_found(outcome: &Outcome, first: u64, tagged: &str) -> Option<String> {
    let Outcome::Entries(entries) = outcome else { return None };
    let kind = if tagged.is_empty() { String::new() } else { format!(" tagged {tagged}") };
    Some(match entries.len() {
        0 => format!("finds no entries{kind} from page {}", page(first)),
        1 => format!("finds one entry{kind} from page {}: at {}", page(first), page(entries[0].0)),
        count => format!("finds {count} entries{kind} from page {}", page(first)),
    })
}
