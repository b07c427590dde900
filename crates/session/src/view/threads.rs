//! The threads: what each does, how it stands, and why it cannot run.

use super::Text;
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
    /// What it does now: `4 KiB write, page 0x202`.
    pub operation: Text,
    /// All its operations, in order.
    pub operations: Rc<[OperationView]>,
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
