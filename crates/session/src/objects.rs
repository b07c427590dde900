//! Everything that has a history: its name, its value in a state, and which operations read it.

use crate::action::Object;
use crate::frame_values;
use crate::tree_of_era::{self, Cell};
use crate::view::Text;
use daxscope_core::entry::{Slot, XEntry};
use daxscope_core::machine::{Performed, StepRecord};
use daxscope_core::mm::{Pmd, PmdTarget, Pte, PteTarget};
use daxscope_core::narrate::{LockNames, page as hex, with_process_names};
use daxscope_core::op::{
    CounterOp, FileOp, LockOp, Op, Outcome, PageOp, PageTableOp, RadixOp, TreeLockOp, WaitOp, XArrayOp,
};
use daxscope_core::radix::Tag;
use daxscope_core::scenario::ExtentKind;
use daxscope_core::sync::{LockMode, WaitKey};
use daxscope_core::units::{MmId, PMD_PAGES, PageId, ThreadId, pmd_start};
use daxscope_core::world::{Run as TaskState, World};

/// `entry 0x202`.
pub(crate) fn title(world: &World, object: Object) -> String {
    match object {
        Object::Slot(index) => format!("entry {}", hex(index)),
        Object::Tag(index, tag) => format!("{} tag of {}", tag.name(), hex(index)),
        Object::NrExceptional => "nrexceptional".into(),
        Object::NrPages => "nrpages".into(),
        Object::TreeLock => LockNames::of(&world.scenario.revision).tree().into(),
        Object::Lock(lock) => {
            with_process_names(&LockNames::of(&world.scenario.revision).of_lock(lock), &world.scenario)
        }
        Object::WaitKey(key) => format!("wait queue of key {}", hex(key)),
        Object::Thread(thread) => format!("thread {thread}"),
        Object::Page(page) => page.to_string(),
        Object::Pte(mm, page) => format!("pte {} of {}", hex(page), process(world, mm)),
        Object::Pmd(mm, page) => format!("pmd {} of {}", hex(pmd_start(page)), process(world, mm)),
        Object::Block(block) => format!("block of file page {}", hex(block)),
        Object::FileSize => "file size".into(),
        Object::Frame(block) => frame_values::title(world, block),
    }
}

/// What it is in that state, in a few words.
pub(crate) fn value(world: &World, object: Object) -> String {
    match object {
        Object::Slot(index) => slot(world, index),
        Object::Tag(index, tag) => yes_no(tree_of_era::is_tagged(&world.mapping, index, tag), "set", "clear"),
        Object::NrExceptional => world.mapping.nrexceptional.to_string(),
        Object::NrPages => world.mapping.nrpages.to_string(),
        Object::TreeLock => match world.locks.tree_lock {
            Some(holder) => format!("held by {holder}"),
            None => "free".into(),
        },
        Object::Lock(lock) if lock_exists(world, lock) => {
            let lock = world.locks.queue_lock(lock);
            let list = |threads: &[(ThreadId, LockMode)]| {
                threads.iter().map(|&(thread, mode)| format!("{thread} ({})", mode_name(mode))).collect::<Vec<_>>()
            };
            let held = match lock.holders() {
                [] => "free".into(),
                holders => format!("held by {}", list(holders).join(", ")),
            };
            match lock.queue() {
                [] => held,
                queue => format!("{held}, wanted by {}", list(queue).join(", ")),
            }
        }
        Object::WaitKey(key) => {
            let waiters: Vec<_> = world.waits.waiting_for(WaitKey(key)).map(|thread| thread.to_string()).collect();
            if waiters.is_empty() { "nobody".into() } else { waiters.join(", ") }
        }
        Object::Thread(thread) => thread_value(world, thread),
        Object::Page(page) => page_value(world, page),
        Object::Pte(mm, page) => match world.page_tables.get(mm.index()).and_then(|tables| tables.pte(page)) {
            Some(pte) => pte_value(&pte),
            None => "none".into(),
        },
        Object::Pmd(mm, page) => {
            world.page_tables.get(mm.index()).map_or("none".into(), |tables| pmd(tables.pmd(page)))
        }
        Object::Block(block) => {
            let run = world.file.blocks.run_at(block, PMD_PAGES);
            match run.kind {
                ExtentKind::Hole => "hole".into(),
                ExtentKind::Unwritten => format!("block {:#x}, unwritten", run.phys),
                ExtentKind::Mapped => format!("block {:#x}", run.phys),
            }
        }
        Object::FileSize => format!("{:#x} pages", world.file.size_pages),
        Object::Frame(block) => frame_values::value(world, block),
        Object::Lock(_) => String::new(),
    }
}

fn lock_exists(world: &World, lock: daxscope_core::event::LockId) -> bool {
    !matches!(lock, daxscope_core::event::LockId::Mm(mm) if mm.index() >= world.locks.mms.len())
}

pub(crate) const fn mode_name(mode: LockMode) -> &'static str {
    match mode {
        LockMode::Read => "read",
        LockMode::Write => "write",
    }
}

fn yes_no(condition: bool, yes: &str, no: &str) -> String {
    if condition { yes } else { no }.into()
}

/// `0x2e 2 MiB empty, locked by A`.
fn slot(world: &World, index: u64) -> String {
    let cell = Cell::at(&world.mapping, index);
    let kind = cell.kind();
    let Some(word) = cell.word() else {
        return match cell.page().and_then(|page| hole(world, page)).and_then(|page| page.locked_by) {
            Some(holder) => format!("{kind}, locked by {holder}"),
            None => kind,
        };
    };
    let place = cell.block().map_or_else(String::new, |block| format!(" {block:#x}"));
    let lock = match (cell.is_locked(), world.mapping.owner(index)) {
        (true, Some(owner)) => format!(", locked by {owner}"),
        (true, None) => ", locked".into(),
        (false, _) => String::new(),
    };
    format!("{word:#x} {kind}{place}{lock}")
}

/// A hole page, if there is one of that number.
pub(crate) fn hole(world: &World, page: PageId) -> Option<&daxscope_core::mm::Page> {
    world.pages.get(page.index())
}

fn page_value(world: &World, page: PageId) -> String {
    let Some(page) = hole(world, page) else { return "not allocated".into() };
    if page.is_free() {
        return "free".into();
    }
    let lock = page.locked_by.map_or(String::new(), |holder| format!(", locked by {holder}"));
    let cache = if page.in_cache { "in the page cache" } else { "not in the page cache" };
    format!("{cache}, {} references, mapped {} times{lock}", page.refcount, page.mapcount)
}

fn thread_value(world: &World, thread: ThreadId) -> String {
    let Some(state) = world.threads.get(thread.index()) else { return String::new() };
    let run = match state.run {
        TaskState::Runnable => "running".into(),
        TaskState::Uninterruptible(key) => format!("sleeping on key {}", hex(key.0)),
    };
    if state.preloads > 0 { format!("{run}, preemption off") } else { run }
}

/// `block 0x1002, writable, dirty`.
fn pte_value(pte: &Pte) -> String {
    let flags = [(pte.writable, ", writable"), (pte.dirty, ", dirty")];
    let flags: String = flags.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect();
    format!("{}{flags}", pte_target(pte.target))
}

/// `block 0x1002`.
pub(crate) fn pte_target(target: PteTarget) -> String {
    match target {
        PteTarget::Frame(block) => format!("block {block:#x}"),
        PteTarget::Page(page) => format!("zero {page}"),
        PteTarget::Anon(page) => format!("private copy {page}"),
        PteTarget::Zero => "zero page".into(),
    }
}

/// `512 blocks from 0x1400, writable, dirty`.
fn pmd(pmd: &Pmd) -> String {
    match pmd {
        Pmd::None => "none".into(),
        Pmd::Table(_) => "page table".into(),
        Pmd::Huge { target, writable, dirty } => {
            let flags = [(*writable, ", writable"), (*dirty, ", dirty")];
            let flags: String = flags.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect();
            format!("{}{flags}", pmd_target(*target))
        }
    }
}

/// `512 blocks from 0x1400`.
pub(crate) fn pmd_target(target: PmdTarget) -> String {
    match target {
        PmdTarget::Frames(block) => format!("512 blocks from {block:#x}"),
        PmdTarget::HugeZeroPage => "huge zero page".into(),
    }
}

/// Does the operation look at the object without changing it, or take its value as an answer?
pub(crate) fn reads(before: &World, performed: &Performed, object: Object) -> bool {
    let covers = |at: u64, index: u64| same_entry(before, at, index);
    match (performed.stop.op, object) {
        (Op::Radix(RadixOp::Lookup { index } | RadixOp::FindGetEntry { index }), Object::Slot(at)) => covers(index, at),
        (Op::Radix(RadixOp::TagGet { index, tag }), Object::Tag(at, which)) => tag == which && covers(index, at),
        (Op::Radix(RadixOp::FindGetEntries { .. } | RadixOp::FindGetEntriesTag { .. }), Object::Slot(at)) => {
            match &performed.outcome {
                Outcome::Entries(entries) => entries.iter().any(|&(index, _)| covers(index, at)),
                _ => false,
            }
        }
        (Op::XArray(op), Object::Slot(at)) => reads_slot(before, performed, &op, at),
        (Op::XArray(XArrayOp::GetMark(cursor, mark)), Object::Tag(at, tag)) => {
            mark.bit() == tag.bit() && covers(cursor.index, at)
        }
        (Op::Wait(WaitOp::WakeEntry { index, entry, .. }), Object::WaitKey(key)) => wake_key(index, entry) == key,
        (op @ Op::Folio(_), Object::Frame(block)) => frame_values::reads(&op, block),
        (Op::Counter(CounterOp::NrExceptional), Object::NrExceptional)
        | (Op::Counter(CounterOp::NrPages), Object::NrPages)
        | (Op::File(FileOp::ReadSize), Object::FileSize) => true,
        (Op::Wait(WaitOp::Wake { index, entry, .. }), Object::WaitKey(key)) => WaitKey::new(index, entry).0 == key,
        (Op::PageTable(PageTableOp::ReadPte { mm, page }), Object::Pte(of, at)) => mm == of && page == at,
        (Op::PageTable(PageTableOp::CheckAccess { mm, page, .. }), Object::Pte(of, at)) => mm == of && page == at,
        (
            Op::PageTable(PageTableOp::ReadPmd { mm, page } | PageTableOp::PmdTransUnstable { mm, page }),
            Object::Pmd(of, at),
        ) => mm == of && pmd_start(page) == pmd_start(at),
        (Op::PageTable(PageTableOp::CheckAccess { mm, page, .. }), Object::Pmd(of, at)) => {
            mm == of && pmd_start(page) == pmd_start(at)
        }
        (
            Op::Page(PageOp::PageInCache(page) | PageOp::PageMapped(page) | PageOp::RemoveMapping(page)),
            Object::Page(at),
        ) => page == at,
        (Op::File(FileOp::IomapBegin { first, count, .. }), Object::Block(at)) => {
            (first..first.saturating_add(count)).contains(&at)
        }
        _ => false,
    }
}

/// Does an operation of the XArray look at the entry, or take it as an answer?
fn reads_slot(before: &World, performed: &Performed, op: &XArrayOp, at: u64) -> bool {
    let covers = |index| same_entry(before, index, at);
    match (op, &performed.outcome) {
        (XArrayOp::Load(cursor), _) => covers(cursor.index),
        (
            XArrayOp::FindConflict(_) | XArrayOp::Find { .. } | XArrayOp::FindMarked { .. },
            Outcome::Found(Some((index, _))),
        ) => covers(*index),
        (XArrayOp::FindConflict(cursor), Outcome::Entry(Some(_))) => {
            let (first, last) = cursor.range();
            covers(cursor.index) || (first..=last).contains(&at)
        }
        _ => false,
    }
}

/// The key under which `dax_wake_entry` wakes.
pub(crate) fn wake_key(index: u64, entry: Option<XEntry>) -> u64 {
    entry.map_or(index, |entry| entry.size().start(index))
}

/// Are the two pages covered by one entry?
fn same_entry(world: &World, a: u64, b: u64) -> bool {
    a == b || world.mapping.first_index(a).is_some_and(|first| world.mapping.first_index(b) == Some(first))
}

/// The locks that a step had to do with, in order: `tree_lock`, sleeping locks, entries by first index, pages.
pub(crate) fn locks_of(before: &World, record: &StepRecord) -> Vec<Object> {
    record.performed.iter().filter_map(|performed| lock_of(before, &performed.stop.op)).collect()
}

fn lock_of(before: &World, op: &Op) -> Option<Object> {
    let entry = |index| Object::Slot(before.mapping.first_index(index).unwrap_or(index));
    Some(match *op {
        Op::TreeLock(TreeLockOp::SpinLock | TreeLockOp::SpinUnlock) => Object::TreeLock,
        Op::Lock(LockOp::Acquire { lock, .. } | LockOp::AwaitGrant { lock, .. } | LockOp::Release { lock }) => {
            Object::Lock(lock)
        }
        Op::Radix(RadixOp::LockSlot { index } | RadixOp::UnlockSlot { index } | RadixOp::Delete { index }) => {
            entry(index)
        }
        Op::Radix(RadixOp::Insert { index, entry }) => Object::Slot(entry.size().start(index)),
        Op::Wait(WaitOp::PrepareToWait { key } | WaitOp::PrepareToWaitFirst { key }) => Object::Slot(key.0),
        Op::Wait(WaitOp::WakeEntry { index, entry, .. }) => Object::Slot(wake_key(index, entry)),
        // Taking and giving back an entry lock is a store.
        Op::XArray(XArrayOp::Store { at, entry: Some(new) }) => Object::Slot(new.size().start(at.index)),
        Op::XArray(XArrayOp::Store { at, entry: None }) => entry(at.index),
        Op::Wait(WaitOp::Wake { index, entry, .. }) => Object::Slot(WaitKey::new(index, entry).0),
        Op::Page(PageOp::LockPage(page) | PageOp::AwaitPage(page) | PageOp::TryLockPage(page)) => Object::Page(page),
        Op::Page(PageOp::UnlockPage(Slot::Page(page))) => Object::Page(page),
        _ => return None,
    })
}

/// The lock that an object stands for, as [`locks_of`] names it.
pub(crate) fn as_lock(world: &World, object: Object) -> Option<Object> {
    match object {
        Object::TreeLock | Object::Lock(_) | Object::Page(_) => Some(object),
        Object::WaitKey(key) => Some(Object::Slot(key)),
        Object::Slot(index) | Object::Tag(index, _) => {
            Some(Object::Slot(world.mapping.first_index(index).unwrap_or(index)))
        }
        _ => None,
    }
}

/// `grab.rs:61`.
pub(crate) fn location(at: &std::panic::Location<'_>) -> Text {
    let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{file}:{}", at.line()).into()
}

/// All tags that the page cache uses with DAX, and the one it does not.
pub(crate) const TAGS: [Tag; 3] = Tag::ALL;

/// `process P`.
fn process(world: &World, mm: MmId) -> String {
    with_process_names(&format!("process {}", mm.0 + 1), &world.scenario)
}

/// The name of a process as a heading.
pub(crate) fn process_name(world: &World, mm: MmId) -> String {
    match world.scenario.processes.get(mm.index()) {
        Some(process) if !process.name.is_empty() => process.name.clone(),
        _ => format!("process {}", mm.0 + 1),
    }
}

/// Of the operations of a step the one that wrote the object: the first behind which its value is another.
pub(crate) fn writer<'a>(before: &World, record: &'a StepRecord, object: Object) -> Option<&'a Performed> {
    let old = value(before, object);
    let worlds = record.worlds_within(before);
    let at = worlds.iter().position(|world| value(world, object) != old)?;
    record.performed.get(at)
}
