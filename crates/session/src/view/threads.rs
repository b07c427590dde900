//! The threads: what each does, how it stands, and why it cannot run.

use super::Text;
use super::locks::{holds_entry, holds_page};
use super::{Build, sentence};
use crate::action::{Object, StepSize};
use crate::objects::{location, process_name, title};
use daxscope_core::errno::Errno;
use daxscope_core::event::{LockId, OpResult};
use daxscope_core::fallback::FallbackReason;
use daxscope_core::machine::{Blocked, Machine, Position, Stop};
use daxscope_core::narrate;
use daxscope_core::scenario::{Choice, Operation, Scenario};
use daxscope_core::standstill::Standstill;
use daxscope_core::units::PageId;
use daxscope_core::units::{MmId, ThreadId};
use std::rc::Rc;

/// A thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThreadView {
    /// Which.
    pub id: ThreadId,
    /// `A`.
    pub letter: char,
    /// The process it runs in.
    pub mm: MmId,
    /// The name of the process.
    pub process: Text,
    /// Is there another process, so that it has to be said?
    pub has_other_processes: bool,
    /// What it does now: `4 KiB write, page 0x202`.
    pub operation: Text,
    /// Why it has no huge mapping, if its 2 MiB fault went on as a 4 KiB fault.
    pub fell_back: Option<FallbackReason>,
    /// Its operations, in order; of many those around the one that it is in.
    pub operations: Rc<[OperationView]>,
    /// How many lie before those.
    pub first_operation: usize,
    /// How many it has.
    pub all_operations: usize,
    /// How it stands.
    pub status: ThreadStatus,
    /// The same in one to three words: `runnable`, `asleep, wake lost`.
    pub chip: Text,
    /// Why it cannot run, in a sentence; empty if it can.
    pub why: Text,
    /// What it is about to do, in a sentence; empty if there is nothing.
    pub next: Text,
    /// Can it make a step?
    pub can_step: bool,
    /// Can a call fail in its next step?
    pub can_fail: bool,
    /// The kernel functions it is in, outermost first: `grab_mapping_entry(0x202)`.
    pub stack: Rc<[Text]>,
    /// `grab.rs:61`, where it stands.
    pub location: Text,
    /// The locks it holds.
    pub held: Rc<[HeldLock]>,
    /// Preloads that have disabled preemption.
    pub preloads: u8,
    /// The last step that it made, from 1.
    pub last_step: Option<usize>,
    /// Did it make the step that led here?
    pub is_current: bool,
    /// The digit key that steps it.
    pub key: char,
}

/// How a thread stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ThreadStatus {
    /// It can make a step.
    Runnable,
    /// It waits for a lock.
    Blocked,
    /// It sleeps on an entry.
    Asleep,
    /// It was woken and has not run yet.
    WakePending,
    /// It sleeps, and nobody who can still run will wake it.
    WakeLost,
    /// Its script is done.
    Done,
    /// It killed the kernel.
    Crashed,
    /// The kernel is dead, and it with it.
    Stopped,
}

/// An operation of a thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperationView {
    /// `4 KiB write, page 0x202`.
    pub text: Text,
    /// How far it is.
    pub state: OperationState,
    /// How it ended: `done after 1 fault`; empty before.
    pub result: Text,
    /// Why its 2 MiB fault went on as a 4 KiB fault, if one did.
    pub fell_back: Option<FallbackReason>,
}

/// How far an operation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperationState {
    /// Not begun.
    Waiting,
    /// The thread is in it.
    Current,
    /// Over.
    Done,
}

/// A lock that a thread holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldLock {
    /// `tree_lock`, `entry 0x200`.
    pub name: Text,
    /// The step that took it, from 1.
    pub since: Option<usize>,
}

/// Up to this many steps a step by point is tried out to see whether a call can fail in it.
const MAX_TRIED_STEPS: usize = 500;

/// The most operations of a thread that are listed.
const MAX_OPERATIONS: usize = 16;

impl Build<'_> {
    pub(super) fn threads(&self) -> Vec<ThreadView> {
        self.machine().thread_ids().map(|id| self.thread(id)).collect()
    }

    fn thread(&self, id: ThreadId) -> ThreadView {
        let (machine, world) = (self.machine(), self.world());
        let script = &world.scenario.threads[id.index()];
        let status = status(machine, id);
        let stop = machine.position(id).stop();
        let (first_operation, operations) = self.operations(id);
        let begun = operations.iter().rposition(|operation| operation.state != OperationState::Waiting);
        let shown = begun.map_or(operations.first(), |at| operations.get(at));
        let within = begun.and_then(|at| script.operations.get(first_operation + at)).copied();
        let can_step = machine.is_enabled(id);
        let next = stop.filter(|_| world.bug.is_none());
        ThreadView {
            id,
            letter: id.letter(),
            mm: script.mm,
            process: process_name(world, script.mm).into(),
            has_other_processes: world.scenario.processes.len() > 1,
            operation: shown.map_or_else(|| "nothing to do".into(), |operation| operation.text.clone()),
            fell_back: shown.and_then(|operation| operation.fell_back),
            operations: operations.into(),
            first_operation,
            all_operations: script.operations.len(),
            status,
            chip: self.chip(id, status).into(),
            why: self.why(id, status).into(),
            next: next.map_or_else(Text::default, |stop| sentence(&narrate::next(stop, self.run().scenario())).into()),
            can_step,
            can_fail: can_step && stop.is_some_and(|stop| self.can_fail(id, stop)),
            stack: stop.map_or_else(|| Rc::from([]), |stop| stack(stop, within, &world.scenario)),
            location: stop.map_or_else(Text::default, |stop| location(stop.at)),
            held: self.held(id).into(),
            preloads: world.threads[id.index()].preloads,
            last_step: self.run().last_step_of(id),
            is_current: self.run().current().is_some_and(|step| step.record.choice.thread == id),
            key: char::from(b'1' + id.0 % 9),
        }
    }

    /// The operations of a thread and how far they are: of many those around the one that it is in, and how many lie before.
    fn operations(&self, id: ThreadId) -> (usize, Vec<OperationView>) {
        let (all, position) = (&self.run().scenario().threads[id.index()].operations, self.run().position());
        let begun = self.run().begun(id);
        let before = begun.len().saturating_sub(MAX_OPERATIONS / 2).min(all.len().saturating_sub(MAX_OPERATIONS));
        let mut listed = Vec::new();
        for (number, operation) in all.iter().enumerate().skip(before).take(MAX_OPERATIONS) {
            let own = begun.get(number);
            let result = own.and_then(|own| own.result_at(position));
            listed.push(OperationView {
                text: narrate::with_process_names(&narrate::operation(operation), self.run().scenario()).into(),
                state: match (own, result) {
                    (None, _) => OperationState::Waiting,
                    (Some(_), None) => OperationState::Current,
                    (Some(_), Some(_)) => OperationState::Done,
                },
                result: result.map_or_else(Text::default, |result| result_text(&result).into()),
                fell_back: own.and_then(|own| own.fell_back_at(position)),
            });
        }
        (before, listed)
    }

    fn chip(&self, id: ThreadId, status: ThreadStatus) -> String {
        match (status, self.machine().blocked(id)) {
            (ThreadStatus::Blocked, Some(Blocked::TreeLock { .. })) => {
                format!("waits for {}", title(self.world(), Object::TreeLock))
            }
            (ThreadStatus::Blocked, Some(Blocked::Lock { lock, .. })) => {
                format!("waits for {}", title(self.world(), Object::Lock(lock)))
            }
            (ThreadStatus::Blocked, Some(Blocked::Page { page, .. })) => format!("waits for {page}"),
            (status, _) => status.name().into(),
        }
    }

    /// `Waits for tree_lock, held by B. C has waited since step 14.`
    fn why(&self, id: ThreadId, status: ThreadStatus) -> String {
        let Some(clause) = narrate::why_blocked(self.machine(), id) else {
            return match status {
                ThreadStatus::Stopped => "The kernel is dead: nothing runs any more.".into(),
                ThreadStatus::Crashed => "It killed the kernel.".into(),
                _ => String::new(),
            };
        };
        let since = self.run().last_step_of(id);
        let since = since.map_or(String::new(), |step| format!(" {id} has waited since step {step}."));
        let lost = match status {
            ThreadStatus::WakeLost => " Nobody who can still run will wake it.",
            _ => "",
        };
        format!("{}{since}{lost}", sentence(&clause))
    }

    fn can_fail(&self, id: ThreadId, stop: &Stop) -> bool {
        if stop.op.fail_point().is_some() {
            return true;
        }
        let size = self.run().size();
        if matches!(size, StepSize::Operation | StepSize::Atom) || self.run().position() > MAX_TRIED_STEPS {
            return false;
        }
        let record = self.machine().clone().step(Choice::run(id), size);
        record.is_some_and(|record| record.performed.iter().any(|performed| performed.stop.op.fail_point().is_some()))
    }

    fn held(&self, id: ThreadId) -> Vec<HeldLock> {
        let world = self.world();
        let mut held = Vec::new();
        // Of one process only there is one such lock.
        let is_alone = world.locks.mms.len() < 2;
        let mut add = |object, since| {
            let name = match object {
                Object::Lock(LockId::Mm(_)) if is_alone => {
                    narrate::LockNames::of(&world.scenario.revision).process().into()
                }
                _ => title(world, object).into(),
            };
            held.push(HeldLock { name, since });
        };
        // What the others wait for comes first.
        for &(index, owner) in &world.mapping.owners {
            if owner == id && holds_entry(world, index, id) {
                add(Object::Slot(index), self.run().since(Object::Slot(index), |world| holds_entry(world, index, id)));
            }
        }
        if world.locks.tree_lock == Some(id) {
            add(Object::TreeLock, self.run().since(Object::TreeLock, |world| world.locks.tree_lock == Some(id)));
        }
        for (lock, _) in world.locks.queue_locks().filter(|(_, lock)| lock.is_held_by(id)) {
            add(
                Object::Lock(lock),
                self.run().since(Object::Lock(lock), |world| world.locks.queue_lock(lock).is_held_by(id)),
            );
        }
        for at in 0..world.pages.len() {
            let page = PageId(at as u16);
            if holds_page(world, page, id) {
                add(Object::Page(page), self.run().since(Object::Page(page), |world| holds_page(world, page, id)));
            }
        }
        held
    }
}

impl ThreadStatus {
    /// One to three words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ThreadStatus::Runnable => "runnable",
            ThreadStatus::Blocked => "blocked",
            ThreadStatus::Asleep => "asleep",
            ThreadStatus::WakePending => "wake pending",
            ThreadStatus::WakeLost => "asleep, wake lost",
            ThreadStatus::Done => "done",
            ThreadStatus::Crashed => "crashed",
            ThreadStatus::Stopped => "stopped",
        }
    }
}

/// How a thread stands.
fn status(machine: &Machine, id: ThreadId) -> ThreadStatus {
    let stop = match machine.position(id) {
        Position::Finished => return ThreadStatus::Done,
        Position::Crashed => return ThreadStatus::Crashed,
        Position::At(_) if machine.world.bug.is_some() => return ThreadStatus::Stopped,
        Position::At(stop) => stop,
    };
    match machine.blocked(id) {
        Some(_) if Standstill::of(machine).is_some_and(|still| still.is_lost(id)) => ThreadStatus::WakeLost,
        Some(Blocked::Entry { .. }) => ThreadStatus::Asleep,
        Some(_) => ThreadStatus::Blocked,
        None if stop.op.sleeps_until_woken() => ThreadStatus::WakePending,
        None => ThreadStatus::Runnable,
    }
}

/// `grab_mapping_entry(0x202)`, outermost first; `operation` is the one that the thread is in.
fn stack(stop: &Stop, operation: Option<Operation>, scenario: &Scenario) -> Rc<[Text]> {
    let frame = |frame: &daxscope_core::task::Frame| match frame.index {
        Some(_) => format!("{}({})", frame.function, narrate::arguments(frame, operation, scenario)).into(),
        None => frame.function.into(),
    };
    stop.frames.iter().map(frame).collect()
}

fn result_text(result: &OpResult) -> String {
    let faults = |count: u32| crate::session::plural(count as usize, "fault");
    match *result {
        OpResult::Accessed { faults: count } => format!("done after {}", faults(count)),
        OpResult::FaultFailed { flags, faults: count } => {
            format!("ended with VM_FAULT_{flags} after {}: {}", faults(count), flags.afterwards())
        }
        OpResult::Segv => "refused: the mapping does not allow it".into(),
        OpResult::Livelock { faults: count, .. } => format!("gave up after {}", faults(count)),
        OpResult::Done => "done".into(),
        OpResult::Number(number) if number < 0 => format!("failed with {}", Errno(number.unsigned_abs() as u16)),
        OpResult::Number(number) => format!("returned {number}"),
    }
}
