//! Which steps of a run matter to whoever is told of it. Defined here once, for the short table and the diagram of commit messages.
//!
//! A step matters if
//!
//! * it is the first or the last of a thread's turn: what was done right before others ran is what they find;
//! * it breaks a rule, warns, or lets a call fail;
//! * it locks, unlocks, inserts, deletes, replaces or tags an entry or a page of the tree;
//! * somebody waits, stops waiting, or is woken; or it takes a lock that somebody waits for while it is held;
//! * it looks for an entry that is there and answers that there is none: so entries are passed over;
//! * it stores through a mapping;
//! * it changes a mapping, blocks, or what is on the device;
//! * an operation ends otherwise than well, or falls back to 4 KiB.
//!
//! Taking and giving back `tree_lock` and sleeping locks that nobody waits for, and looking without finding anything to act on,
//! does not.

use super::op::words;
use crate::event::{Event, LockId, OpResult};
use crate::machine::{Performed, StepRecord};
use crate::op::{LockOp, Op, Outcome, WaitOp};
use crate::run::RunStep;
use crate::units::ThreadId;
use std::collections::BTreeSet;

/// An operation of a run: its step, and which one of it, both counted from 0.
pub(super) type Place = (usize, usize);

/// For each step whether it matters.
#[must_use]
pub fn matters(steps: &[RunStep]) -> Vec<bool> {
    let thread = |at: usize| steps.get(at).map(|step| step.record.choice.thread);
    let is_edge = |at: usize| at == 0 || thread(at - 1) != thread(at) || thread(at + 1) != thread(at);
    let waited_for: BTreeSet<usize> = taken_before_others(steps).into_iter().map(|(step, _)| step).collect();
    let one = |(at, step): (usize, &RunStep)| {
        is_edge(at) || !step.violations.is_empty() || acts(&step.record) || waited_for.contains(&at)
    };
    steps.iter().enumerate().map(one).collect()
}

/// The operations that took a lock which somebody else queued for while it was held: who waits is told, so who is waited for
/// is told too.
pub(super) fn taken_before_others(steps: &[RunStep]) -> BTreeSet<Place> {
    let mut held: Vec<(LockId, ThreadId, Place)> = Vec::new();
    let mut found = BTreeSet::new();
    for (step, record) in steps.iter().map(|step| &step.record).enumerate() {
        let thread = record.choice.thread;
        for (at, performed) in record.performed.iter().enumerate() {
            match (performed.stop.op, &performed.outcome) {
                (Op::Lock(LockOp::Acquire { lock, .. }), Outcome::Bool(true))
                | (Op::Lock(LockOp::AwaitGrant { lock, .. }), _) => held.push((lock, thread, (step, at))),
                (Op::Lock(LockOp::Acquire { lock, .. }), _) => {
                    let of_others = held.iter().filter(|&&(taken, by, _)| taken == lock && by != thread);
                    found.extend(of_others.map(|&(.., place)| place));
                }
                (Op::Lock(LockOp::Release { lock }), _) => {
                    held.retain(|&(taken, by, _)| (taken, by) != (lock, thread));
                }
                _ => {}
            }
        }
    }
    found
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
        | Event::LeftUncommitted { .. }
        | Event::MissedBusy { .. }
        | Event::FreedInUse { pinned: true, .. } => true,
        Event::FreedInUse { pinned: false, .. } => false,
        Event::Corrupt { .. } | Event::Bug(_) | Event::PreemptLeak(_) => true,
        _ => false,
    }
}
