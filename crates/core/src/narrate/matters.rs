//! Which steps of a run matter to whoever is told of it. Defined here once, for the short table and the diagram of commit messages.
//!
//! A step matters if
//!
//! * it is the first or the last of a thread's turn: what was done right before others ran is what they find;
//! * it breaks a rule, warns, or lets a call fail;
//! * it locks, unlocks, inserts, deletes, replaces or tags an entry or a page of the tree;
//! * somebody waits, stops waiting, or is woken;
//! * it changes a mapping, blocks, or what is on the device;
//! * an operation ends otherwise than well, or falls back to 4 KiB.
//!
//! Taking and giving back `tree_lock` and sleeping locks that nobody waits for, and looking without finding anything to act on,
//! does not.

use super::op::words;
use crate::event::{Event, OpResult};
use crate::machine::{Performed, StepRecord};
use crate::op::{Op, WaitOp};
use crate::run::RunStep;

/// For each step whether it matters.
#[must_use]
pub fn matters(steps: &[RunStep]) -> Vec<bool> {
    let thread = |at: usize| steps.get(at).map(|step| step.record.choice.thread);
    let is_edge = |at: usize| at == 0 || thread(at - 1) != thread(at) || thread(at + 1) != thread(at);
    let one = |(at, step): (usize, &RunStep)| is_edge(at) || !step.violations.is_empty() || acts(&step.record);
    steps.iter().enumerate().map(one).collect()
}

/// Does the step do something that others can see, or wait?
fn acts(record: &StepRecord) -> bool {
    falls_asleep(record) || record.performed.iter().any(is_visible)
}

/// Does the thread sleep behind the step?
pub(super) fn falls_asleep(record: &StepRecord) -> bool {
    record.after.stop().is_some_and(|stop| stop.op == Op::Wait(WaitOp::Schedule) && !stop.woken_before_sleeping)
}

/// Does the operation change something, or decide who waits?
pub(super) fn is_visible(performed: &Performed) -> bool {
    let by_itself = words(&performed.stop.op).is_visible(&performed.outcome);
    by_itself || performed.events.iter().any(is_news)
}

fn is_news(event: &Event) -> bool {
    match event {
        Event::Wake(_) | Event::Granted { .. } | Event::Inject { .. } | Event::FallBack(_) => true,
        Event::SetPte { .. } | Event::SetPmd { .. } | Event::ZapPmd { .. } | Event::BadPmdCleared => true,
        Event::ZapPtes { count, .. } => *count > 0,
        Event::FreeBlocks { first, end } => first < end,
        Event::Alloc { .. } | Event::Convert { .. } | Event::Flush { .. } | Event::Store { .. } => true,
        Event::Load { .. } | Event::PageFree(_) => true,
        Event::Preallocate { .. } | Event::Unwrite { .. } | Event::ShiftBlocks { .. } => true,
        Event::Result(result) => !matches!(result, OpResult::Accessed { .. } | OpResult::Done | OpResult::Number(0..)),
        Event::Unexpected(_) | Event::Warn(_) | Event::VmBug(_) | Event::SleepWhilePreloaded(_) => true,
        Event::TookUnasked { .. }
        | Event::FlushedAgain { .. }
        | Event::LeftUnflushed { .. }
        | Event::MissedBusy { .. }
        | Event::FreedInUse { pinned: true, .. } => true,
        Event::FreedInUse { pinned: false, .. } => false,
        Event::Corrupt { .. } | Event::Bug(_) | Event::PreemptLeak(_) => true,
        _ => false,
    }
}
