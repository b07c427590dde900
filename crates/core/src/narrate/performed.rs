//! What an operation did, as clauses behind the name of the thread: `takes tree_lock`.

use super::LockNames;
use super::op::{Told, words as words_for};
use super::words::{self, page};
use crate::errno::Errno;
use crate::event::{Event, OpResult};
use crate::machine::Performed;
use crate::mm::{PmdTarget, PteTarget};
use crate::world::World;

/// The clauses for one operation; none if there is nothing to say.
pub(super) fn clauses(before: &World, performed: &Performed) -> Vec<String> {
    let words = words_for(&performed.stop.op);
    let mut clauses: Vec<String> = words.done(Told { before, performed }).into_iter().collect();
    let says_it = words.tells_of_mappings();
    let locks = LockNames::of(&before.scenario.revision);
    let is_told = |event: &&Event| !(says_it && matches!(event, Event::SetPte { .. } | Event::SetPmd { .. }));
    clauses.extend(performed.events.iter().filter(is_told).filter_map(|event| of_event(event, locks)));
    clauses
}

/// What an operation looked at, or why it did nothing: told only where there is nothing else to tell.
pub(super) fn aside(performed: &Performed) -> Option<String> {
    words_for(&performed.stop.op).aside(&performed.outcome)
}

/// What an event adds that the operation does not say.
fn of_event(event: &Event, locks: LockNames) -> Option<String> {
    Some(match event {
        Event::Operation(operation) => format!("begins: {}", words::operation(operation)),
        Event::Granted { lock, thread } => format!("passes {} on to {thread}", locks.of_lock(*lock)),
        Event::SetPte { page: at, target, writable, .. } => {
            let what = match target {
                PteTarget::Frame(frame) => format!("frame {frame:#x}"),
                PteTarget::Page(hole) => format!("{hole}"),
                PteTarget::Anon(_) => "a private copy".into(),
                PteTarget::Zero => "the zero page".into(),
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
        Event::Preallocate { first, count, .. } => {
            format!("allocates {} from page {}, unwritten", words::pages(*count), page(*first))
        }
        Event::Unwrite { first, count, .. } => {
            format!("makes {} from page {} unwritten, in place", words::pages(*count), page(*first))
        }
        Event::ShiftBlocks { first, count, up: true } => {
            format!("moves the blocks from page {} on up by {}", page(*first), words::pages(*count))
        }
        Event::ShiftBlocks { first, count, up: false } => {
            let (cut, behind) = (words::pages(*count), page(first.saturating_add(*count)));
            format!("cuts out {cut} from page {}, and moves the blocks from page {behind} on there", page(*first))
        }
        Event::Flush { count, .. } => format!("flushes {} to the device", words::pages(*count)),
        Event::Store { count, .. } => format!("stores {} to the device", words::pages(*count)),
        Event::Load { count, .. } => format!("loads {} from the device", words::pages(*count)),
        Event::LoadZero { count } => format!("reads {} of zeroes", words::pages(*count)),
        Event::Call { function: "dax_break_layout", .. } => "begins to break the layout of the file".into(),
        Event::Call { function: "dax_delete_mapping_range", .. } => "begins to delete the entries of the layout".into(),
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
        Event::LeftUnflushed { index, .. } => format!("leaves page {} unflushed", page(*index)),
        Event::LeftUncommitted { index, .. } => {
            format!("stores to page {}, whose block is not committed", page(*index))
        }
        Event::MissedBusy { index, .. } => format!("has missed that page {} is pinned", page(*index)),
        Event::FreedInUse { index, pinned: true, .. } => {
            format!("frees the block of page {}, which is pinned", page(*index))
        }
        Event::Corrupt { count, .. } => format!("overwrites a page table that holds {}", words::ptes(*count)),
        Event::Bug(bug) => format!("kills the kernel ({})", bug.text()),
        Event::PreemptLeak(_) => "ends with preemption off".into(),
        _ => return None,
    })
}

fn result_clause(result: OpResult) -> String {
    match result {
        OpResult::Accessed { faults: 0 } => "is done without a fault".into(),
        OpResult::Accessed { faults: 1 } => "is done after one fault".into(),
        OpResult::Accessed { faults: 3 } => "is done after 3 or more faults".into(),
        OpResult::Accessed { faults } => format!("is done after {faults} faults"),
        OpResult::FaultFailed { flags, .. } => format!("gets {flags}: its access ends here"),
        OpResult::Segv => "gets SIGSEGV: the mapping does not allow it".into(),
        OpResult::Livelock { faults } => format!("has faulted {faults} times and gives up"),
        OpResult::Done | OpResult::Number(0) => "is done".into(),
        OpResult::Number(number) if number < 0 => format!("is done with {}", Errno(number.unsigned_abs() as u16)),
        OpResult::Number(number) => format!("is done, result {number}"),
    }
}
