//! Events as the recordings write them.

use daxscope_core::entry::{Slot, XEntry};
use daxscope_core::event::{Event, LockId, OpResult, Value as Returned};
use daxscope_core::mm::{PmdTarget, PteTarget};
use daxscope_core::scenario::{ExtentKind, Operation};
use daxscope_core::units::MmId;
use serde_json::{Value, json};

/// An event; `None` for those that recordings do not have.
pub(super) fn event(event: &Event, is_xarray: bool) -> Option<Value> {
    Some(match event {
        Event::Operation(operation) => {
            let (first, second) = operation_arguments(operation);
            json!(["op", operation.name(), first, second])
        }
        // Of a range: recordings name no index.
        Event::Call { function, index: u64::MAX } => json!(["call", function]),
        Event::Call { function, index } => json!(["call", function, index]),
        Event::Return { function, value } => json!(["ret", function, returned(*value)]),
        Event::WakeEntry { index, entry, mode, .. } => json!(["wake_call", index, xentry(*entry), mode.name()]),
        Event::LeftUnflushed { index, block } if is_xarray => json!(["not_durable", index, block]),
        Event::MissedBusy { index, block } => json!(["missed_busy", index, block]),
        Event::FreedInUse { block, counts: Some((references, mappings)), .. } => {
            json!(["free_busy", block, references, mappings])
        }
        Event::WakeCall { index, entry, mode, .. } => {
            json!(["wake_call", index, slot(Slot::Entry(*entry)), mode.name()])
        }
        Event::Wake(thread) => json!(["wake", thread.0]),
        Event::Granted { lock, thread } => {
            let name = match lock {
                LockId::Fs => "fs_lock_granted",
                LockId::Inode => "inode_granted",
                LockId::Journal => "journal_granted",
                LockId::IMmap => "i_mmap_granted",
                LockId::Mm(_) => "mm_lock_granted",
            };
            json!([name, thread.0])
        }
        Event::Iomap(iomap) => {
            let phys = if iomap.kind == ExtentKind::Hole { -1 } else { iomap.phys as i64 };
            json!(["iomap", iomap.first, iomap.count, kind(iomap.kind), phys])
        }
        Event::Alloc { first, count, phys } => json!(["alloc", first, count, phys]),
        Event::Convert { first, count, phys } => json!(["convert", first, count, phys]),
        Event::Preallocate { first, count, phys } => json!(["prealloc", first, count, phys]),
        Event::Unwrite { first, count, phys } => json!(["unwrite", first, count, phys]),
        Event::ShiftBlocks { first, count, up } => json!(["shift_blocks", first, count, u8::from(*up)]),
        Event::FreeBlocks { first, end } => json!(["free_blocks", first, end]),
        Event::SetPte { mm, page, target, writable, dirty } => {
            json!(["set_pte", mm.0, page, pte_target(*target), flags(*writable, *dirty)])
        }
        Event::SetPmd { mm, page, target, writable, dirty } => {
            json!(["set_pmd", mm.0, page, pmd_target(*target), flags(*writable, *dirty)])
        }
        Event::ZapPmd { mm, page } => json!(["zap_pmd", mm.0, page]),
        Event::ZapPtes { mm, first, last, count } => json!(["zap_ptes", mm.0, first, last, count]),
        Event::BadPmdCleared => json!(["bad_pmd_cleared"]),
        Event::PageAlloc(page) => json!(["page_alloc", page.0]),
        Event::PageFree(page) => json!(["page_free", page.0]),
        Event::Flush { block, count } => json!(["flush", block, count]),
        Event::Store { block, count } => json!(["store", block, count]),
        Event::Load { block, count } => json!(["load", block, count]),
        Event::LoadZero { count } => json!(["load_zero", count]),
        Event::Inject { what, errno } => json!(["inject", what.name(), -i32::from(errno.0)]),
        Event::Fault(flags) => json!(["fault", flags.to_string()]),
        Event::Result(result) => op_result(*result),
        Event::Warn(function) => json!(["warn", function]),
        Event::VmBug(function) => json!(["vm_bug", function]),
        Event::SleepWhilePreloaded(what) => json!(["sleep_while_preloaded", what]),
        Event::FaultsAgain
        | Event::ScanGoesInCircles { .. }
        | Event::TookUnasked { .. }
        | Event::FlushedAgain { .. }
        | Event::LeftUnflushed { .. }
        | Event::LeftUncommitted { .. }
        | Event::FreedInUse { .. }
        | Event::FallBack(_)
        | Event::Unexpected(_) => return None,
        Event::Corrupt { what, count } => json!(["corrupt", what, count]),
        Event::Bug(bug) => match bug.function() {
            Some(function) => json!(["bug", bug.name(), function]),
            None => json!(["bug", bug.name()]),
        },
        Event::PreemptLeak(count) => json!(["preempt_leak", count]),
    })
}

fn operation_arguments(operation: &Operation) -> (i64, i64) {
    let count = |count: Option<u64>| count.map_or(-1, |count| count as i64);
    match *operation {
        Operation::Access { page, write, .. } => (page as i64, write.into()),
        Operation::Punch { first, count }
        | Operation::Fallocate { first, count }
        | Operation::Zero { first, count }
        | Operation::Collapse { first, count }
        | Operation::Insert { first, count }
        | Operation::Write { first, count, .. }
        | Operation::Read { first, count } => (first as i64, count as i64),
        Operation::Truncate { size } => (size as i64, 0),
        Operation::Fsync { first, count: n }
        | Operation::Invalidate { first, count: n }
        | Operation::Invalidate2 { first, count: n, .. } => (first as i64, count(n)),
        Operation::Munmap { mm } => (mm.map_or(-1, |MmId(mm)| mm.into()), 0),
        Operation::Pin { page } | Operation::Hold { page } => (page as i64, 0),
        Operation::Unpin => (0, 0),
        Operation::Layout { first, count: n } | Operation::Dontneed { first, count: n } => (first as i64, count(n)),
    }
}

fn returned(value: Returned) -> Value {
    match value {
        Returned::Void => Value::Null,
        Returned::Slot(found) => slot(found),
        Returned::Error(errno) => json!(-i32::from(errno.0)),
        Returned::Fault(flags) => json!(flags.to_string()),
        Returned::Number(number) => json!(number),
        Returned::Entry(entry) => xentry(entry),
        Returned::Conflict => json!("conflict"),
        Returned::NoEntry(flags) => json!(format!("fault:{flags}")),
        Returned::Block(block) => json!(block),
    }
}

/// An entry of the XArray's era, or nothing.
fn xentry(entry: Option<XEntry>) -> Value {
    entry.map_or(Value::Null, |entry| match frame(entry) {
        Value::String(name) => json!(format!("{}:{name}", entry.flags())),
        number => json!(format!("{}:{number}", entry.flags())),
    })
}

/// What an entry stands for: a block, or the name of a zero page.
pub(super) fn frame(entry: XEntry) -> Value {
    match (entry.is_zero(), entry.is_pmd()) {
        (true, true) => json!("hzp"),
        (true, false) => json!("zero"),
        (false, _) => json!(entry.frame()),
    }
}

fn slot(slot: Slot) -> Value {
    match slot {
        Slot::Null => Value::Null,
        Slot::Page(page) => json!(format!("page{}", page.0)),
        Slot::Entry(entry) => json!(format!("{}:{}", entry.flags(), entry.sector())),
    }
}

fn op_result(result: OpResult) -> Value {
    match result {
        OpResult::Accessed { faults } => json!(["result", "OK", faults]),
        OpResult::FaultFailed { flags, faults } => json!(["result", flags.to_string(), faults]),
        OpResult::Segv => json!(["result", "SIGSEGV"]),
        OpResult::Livelock { faults } => json!(["result", "LIVELOCK", faults]),
        OpResult::Done => json!(["result", "OK"]),
        OpResult::Number(number) => json!(["result", number]),
    }
}

pub(super) fn pmd_target(target: PmdTarget) -> Value {
    match target {
        PmdTarget::Frames(frame) => json!(frame),
        PmdTarget::HugeZeroPage => json!("hzp"),
    }
}

pub(super) fn pte_target(target: PteTarget) -> Value {
    match target {
        PteTarget::Frame(frame) => json!(frame),
        PteTarget::Page(page) => json!(format!("page{}", page.0)),
        PteTarget::Anon(copy) => json!(format!("anon{}", copy.0)),
        PteTarget::Zero => json!("zero"),
    }
}

pub(super) fn flags(writable: bool, dirty: bool) -> &'static str {
    match (writable, dirty) {
        (true, true) => "wd",
        (true, false) => "w",
        (false, true) => "d",
        (false, false) => "",
    }
}

pub(super) const fn kind(kind: ExtentKind) -> &'static str {
    match kind {
        ExtentKind::Hole => "h",
        ExtentKind::Unwritten => "u",
        ExtentKind::Mapped => "m",
    }
}
