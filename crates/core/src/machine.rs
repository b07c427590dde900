//! The interactive machine: a world and its threads, stepped by whoever chooses.
//!
//! A thread is its *outcome log*: the outcomes that it has received. Forking a machine copies the logs; the future
//! that runs the kernel code is rebuilt from the log when the thread steps next.

mod live_thread;
mod record;

pub use live_thread::LiveThread;
pub use record::{Performed, Position, StepRecord, Stop};

use crate::digest::Digest;
use crate::event::{Bug, Event, LockId};
use crate::extent::Extent;
use crate::log::Log;
use crate::op::{FolioOp, LockOp, Op, Outcome, PageOp, PauseOp, TreeLockOp, WaitOp};
use crate::scenario::{Choice, Scenario, StepSize};
use crate::sync::{LockMode, WaitKey};
use crate::units::{Block, PageId, ThreadId};
use crate::world::World;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A world and its threads.
#[derive(Debug)]
pub struct Machine {
    /// The shared state.
    pub world: World,
    threads: Vec<Thread>,
}

/// A thread: where it stands, and how it came there.
#[derive(Debug)]
struct Thread {
    log: Log,
    begun: Begun,
    position: Position,
    live: Option<LiveThread>,
}

/// The operation of its script that a thread began last: all that it had learnt before is forgotten there, so its future can
/// be built from there. Both 0 while it is in its first.
#[derive(Clone, Copy, Default, Debug)]
struct Begun {
    number: usize,
    /// Outcomes that it had received before.
    outcomes: usize,
}

impl Thread {
    /// The outcome of the operation that the thread stood at.
    fn receive(&mut self, op: &Op, outcome: Outcome) {
        if let Op::Pause(PauseOp::NextOperation { number: number @ 1.. }) = *op {
            self.begun = Begun { number: number.into(), outcomes: self.log.len() };
        }
        self.log.push(outcome);
    }

    /// The outcomes from which its future is built.
    fn since_begun(&self) -> impl Iterator<Item = &Outcome> {
        self.log.iter_from(self.begun.outcomes)
    }
}

/// Why a thread cannot run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Blocked {
    /// `tree_lock` is held.
    TreeLock {
        /// By whom.
        holder: ThreadId,
    },
    /// Asleep on an entry.
    Entry {
        /// Under this key.
        key: WaitKey,
        /// Place in line among the waiters of the key, from 0.
        place: usize,
    },
    /// Asleep on a page lock.
    Page {
        /// The page.
        page: PageId,
        /// Who has locked it.
        holder: Option<ThreadId>,
    },
    /// Asleep until the page of a block is idle (XArray's era).
    Idle {
        /// The block.
        block: Block,
        /// Who has pinned pages.
        pins: Vec<ThreadId>,
    },
    /// Queued for a sleeping lock.
    Lock {
        /// Which.
        lock: LockId,
        /// How it is wanted.
        mode: LockMode,
        /// Who holds it, and how. A reader may wait although only readers hold it: behind a writer in the queue.
        holders: Vec<(ThreadId, LockMode)>,
        /// Who stands before the thread in the queue, first in line first.
        ahead: Vec<(ThreadId, LockMode)>,
    },
}

/// How a run stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Status {
    /// Somebody can run.
    Running,
    /// Every thread is done.
    Done,
    /// Nobody can run, and not every thread is done.
    Deadlock,
    /// The kernel is dead.
    Dead(Bug),
}

impl Machine {
    /// A machine before its first step.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>) -> Machine {
        let world = World::new(Arc::clone(&scenario));
        let threads = (0..scenario.threads.len())
            .map(|at| {
                let (live, posted) = LiveThread::start(ThreadId(at as u8), Arc::clone(&scenario));
                let position = Position::from_posted(&world, ThreadId(at as u8), posted.as_ref());
                Thread { log: Log::default(), begun: Begun::default(), position, live: Some(live) }
            })
            .collect();
        Machine { world, threads }
    }

    /// The scenario that runs.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.world.scenario
    }

    /// All threads.
    pub fn thread_ids(&self) -> impl Iterator<Item = ThreadId> + use<> {
        (0..self.threads.len() as u8).map(ThreadId)
    }

    /// Where a thread stands.
    #[must_use]
    pub fn position(&self, thread: ThreadId) -> &Position {
        &self.threads[thread.index()].position
    }

    /// Can the thread make a step?
    #[must_use]
    pub fn is_enabled(&self, thread: ThreadId) -> bool {
        match self.threads.get(thread.index()).map(|thread| &thread.position) {
            Some(Position::At(stop)) => self.world.is_enabled(thread, &stop.op),
            _ => false,
        }
    }

    /// The threads that can make a step.
    pub fn enabled(&self) -> impl Iterator<Item = ThreadId> + '_ {
        self.thread_ids().filter(|&thread| self.is_enabled(thread))
    }

    /// How many outcomes have to be delivered again before the thread can step in a copy of this machine: those of the
    /// operation of its script that it is in.
    #[must_use]
    pub fn to_deliver_again(&self, thread: ThreadId) -> usize {
        self.threads[thread.index()].since_begun().count()
    }

    fn logs(&self) -> impl Iterator<Item = &Log> {
        self.threads.iter().map(|thread| &thread.log)
    }

    /// The machine behind steps from here that were made before, and the world that they led to: nothing is made again.
    #[must_use]
    pub fn behind<'a>(&self, steps: impl Iterator<Item = &'a StepRecord>, world: &World) -> Machine {
        let mut machine = Machine { world: world.clone(), ..self.clone() };
        for record in steps {
            let thread = &mut machine.threads[record.choice.thread.index()];
            thread.position = record.after.clone();
            // Who kills the kernel gets no answer.
            let answered = record.performed.len() - usize::from(matches!(record.after, Position::Crashed));
            let performed = record.performed[..answered].iter();
            performed.for_each(|performed| thread.receive(&performed.stop.op, performed.outcome.clone()));
        }
        machine
    }

    /// The state, up to its digest: machines with the same one will do the same for ever.
    #[must_use]
    pub fn state(&self) -> Digest {
        let place = |thread: &Thread| match &thread.position {
            Position::At(stop) => (0, stop.place),
            Position::Finished => (1, Digest::default()),
            Position::Crashed => (2, Digest::default()),
        };
        let mut digest = Digest::default();
        self.world.hash(&mut digest);
        self.threads.iter().for_each(|thread| place(thread).hash(&mut digest));
        digest
    }

    /// How the run stands.
    #[must_use]
    pub fn status(&self) -> Status {
        if let Some(bug) = self.world.bug {
            Status::Dead(bug)
        } else if self.enabled().next().is_some() {
            Status::Running
        } else if self.threads.iter().all(|thread| matches!(thread.position, Position::Finished)) {
            Status::Done
        } else {
            Status::Deadlock
        }
    }

    /// What a thread waits for; `None` if it could run, or has finished.
    #[must_use]
    pub fn blocked(&self, thread: ThreadId) -> Option<Blocked> {
        let Position::At(stop) = self.position(thread) else { return None };
        if self.world.can_perform(thread, &stop.op) {
            return None;
        }
        Some(match stop.op {
            Op::TreeLock(TreeLockOp::SpinLock) => Blocked::TreeLock { holder: self.world.locks.tree_lock? },
            Op::Wait(WaitOp::Schedule) => {
                let key = self.world.waits.key_of(thread)?;
                let place = self.world.waits.waiting_for(key).position(|waiter| waiter == thread)?;
                Blocked::Entry { key, place }
            }
            Op::Page(PageOp::AwaitPage(page)) => Blocked::Page { page, holder: self.world.page(page).locked_by },
            Op::Folio(FolioOp::AwaitIdle(block)) => {
                let pins = self.world.pages.frames.get().map_or(&[][..], |frames| frames.pins());
                Blocked::Idle { block, pins: pins.iter().map(|&(thread, _)| thread).collect() }
            }
            Op::Lock(LockOp::AwaitGrant { lock, mode }) if !self.world.locks.queue_lock(lock).is_held_by(thread) => {
                let state = self.world.locks.queue_lock(lock);
                let ahead = state.queue().iter().take_while(|&&(waiter, _)| waiter != thread);
                Blocked::Lock { lock, mode, holders: state.holders().to_vec(), ahead: ahead.copied().collect() }
            }
            _ => {
                let holders = self.world.locks.i_mmap.holders().to_vec();
                Blocked::Lock { lock: LockId::IMmap, mode: LockMode::Write, holders, ahead: Vec::new() }
            }
        })
    }

    /// Makes one step, or returns `None` if that thread cannot make one.
    pub fn step(&mut self, choice: Choice, size: StepSize) -> Option<StepRecord> {
        if !self.is_enabled(choice.thread) {
            return None;
        }
        let mut performed = Vec::new();
        let mut extent = Extent::new(size);
        let mut fail = choice.fail;
        while let Position::At(stop) = self.position(choice.thread).clone() {
            let holds_tree_lock = self.world.locks.tree_lock == Some(choice.thread);
            if !extent.goes_on(&stop.op, holds_tree_lock) {
                break;
            }
            extent.add(&stop.op, holds_tree_lock);
            let fails = fail && stop.op.fail_point().is_some();
            fail &= !fails;
            performed.push(self.perform(choice.thread, stop, fails));
        }
        let after = self.position(choice.thread).clone();
        Some(StepRecord { choice, performed, after })
    }

    /// Performs the operation that a thread stands at and lets it run to its next one.
    fn perform(&mut self, thread: ThreadId, stop: Stop, fail: bool) -> Performed {
        let mut events = Vec::new();
        let outcome = self.world.apply(thread, &stop.op, fail, &mut events);
        if self.world.bug.is_some() {
            self.threads[thread.index()].position = Position::Crashed;
            return Performed { stop, outcome, events };
        }
        let scenario = Arc::clone(&self.world.scenario);
        let state = &mut self.threads[thread.index()];
        let live = state.live.take();
        let rebuilt = || LiveThread::rebuild_from(thread, scenario, state.begun.number, state.since_begun());
        let mut live = live.unwrap_or_else(rebuilt);
        state.receive(&stop.op, outcome.clone());
        let (posted, mut notes) = live.resume(outcome.clone());
        state.live = Some(live);
        events.append(&mut notes);
        state.position = Position::from_posted(&self.world, thread, posted.as_ref());
        if posted.is_none() && self.world.threads[thread.index()].preloads > 0 {
            events.push(Event::PreemptLeak(self.world.threads[thread.index()].preloads.into()));
        }
        Performed { stop, outcome, events }
    }
}

/// Machines of one scenario are equal if their worlds are and every thread has received the same outcomes: they will
/// do the same for ever.
impl PartialEq for Machine {
    fn eq(&self, other: &Machine) -> bool {
        self.world == other.world && self.logs().eq(other.logs())
    }
}

impl Eq for Machine {}

impl Hash for Machine {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.world.hash(hasher);
        self.logs().for_each(|log| log.hash(hasher));
    }
}

impl Clone for Machine {
    /// A fork: the same state, going its own way from here.
    fn clone(&self) -> Machine {
        let threads = self
            .threads
            .iter()
            .map(|thread| Thread {
                log: thread.log.clone(),
                begun: thread.begun,
                position: thread.position.clone(),
                live: None,
            })
            .collect();
        Machine { world: self.world.clone(), threads }
    }
}
