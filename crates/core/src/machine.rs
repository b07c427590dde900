//! The interactive machine: a world and its threads, stepped by whoever chooses.
//!
//! A thread is its *outcome log*: the outcomes that it has received. Forking a machine copies the logs; the future
//! that runs the kernel code is rebuilt from the log when the thread steps next.

use crate::digest::Digest;
use crate::event::{Bug, Event, LockId};
use crate::extent::Extent;
use crate::kernel;
use crate::log::Log;
use crate::op::{FileOp, FolioOp, IomapPurpose, LockOp, Op, Outcome, PageOp, Point, TreeLockOp, WaitOp};
use crate::scenario::{Choice, Scenario, StepSize};
use crate::sync::{LockMode, WaitKey};
use crate::task::{Frame, Posted, Task};
use crate::units::{Block, PageId, ThreadId};
use crate::world::World;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

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
    position: Position,
    live: Option<LiveThread>,
}

/// Where a thread stands.
#[derive(Clone, Debug)]
pub enum Position {
    /// About to perform an operation.
    At(Stop),
    /// Its script is done.
    Finished,
    /// It killed the kernel.
    Crashed,
}

/// A thread about to perform an operation.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The operation.
    pub op: Op,
    /// The source line that asks for it.
    pub at: &'static Location<'static>,
    /// The kernel functions it is in, outermost first.
    pub frames: Arc<[Frame]>,
    /// At [`WaitOp::Schedule`]: had it been woken already when it came here?
    pub woken_before_sleeping: bool,
    /// Where the thread is, as far as its future goes ([`Posted::digest`]).
    pub place: Digest,
}

impl Stop {
    /// The scheduling point as recordings name it; empty if the operation stands at none.
    #[must_use]
    pub const fn point_name(&self) -> &'static str {
        match self.op.point() {
            None => "",
            Some(Point::Schedule) if self.woken_before_sleeping => "schedule_nowait",
            Some(point) => point.name(),
        }
    }

    /// The kernel function as recordings name it.
    #[must_use]
    pub fn function(&self) -> &'static str {
        match self.op {
            Op::File(FileOp::IomapBegin { purpose: IomapPurpose::Fault, .. }) => "fault",
            Op::File(FileOp::IomapBegin { purpose: IomapPurpose::ReadWrite, .. }) => "rw",
            _ => self.frames.last().map_or("", |frame| frame.function),
        }
    }
}

/// The running future of a thread: kernel code, suspended at an operation.
pub struct LiveThread {
    task: Task,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

impl std::fmt::Debug for LiveThread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LiveThread({:?})", self.task)
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

/// One operation that was performed.
#[derive(Clone, Debug)]
pub struct Performed {
    /// The operation, and where it was asked for.
    pub stop: Stop,
    /// What came of it.
    pub outcome: Outcome,
    /// What happened, and what the thread noted afterwards.
    pub events: Vec<Event>,
}

/// One step: the operations from one choice to the next.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// The choice.
    pub choice: Choice,
    /// The operations, at least one.
    pub performed: Vec<Performed>,
    /// Where the thread stands now.
    pub after: Position,
}

impl Performed {
    /// Did the call fail because somebody made it fail?
    #[must_use]
    pub fn was_made_to_fail(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Inject { .. }))
    }

    /// Does the same to a world like the one that it was done to: that does the same for the same operation.
    pub fn repeat(&self, thread: ThreadId, world: &mut World) {
        world.apply(thread, &self.stop.op, self.was_made_to_fail(), &mut Vec::new());
    }
}

impl StepRecord {
    /// The worlds behind each operation of the step, from the one before it.
    #[must_use]
    pub fn worlds_within(&self, before: &World) -> Vec<World> {
        let mut world = before.clone();
        let after = |performed: &Performed| {
            performed.repeat(self.choice.thread, &mut world);
            world.clone()
        };
        self.performed.iter().map(after).collect()
    }

    /// All events of the step, in order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.performed.iter().flat_map(|performed| &performed.events)
    }
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
                Thread { log: Log::default(), position, live: Some(live) }
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
            record.performed[..answered].iter().for_each(|performed| thread.log.push(performed.outcome.clone()));
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
        let live = state.live.get_or_insert_with(|| LiveThread::rebuild(thread, scenario, state.log.iter()));
        state.log.push(outcome.clone());
        let (posted, mut notes) = live.resume(outcome.clone());
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
            .map(|thread| Thread { log: thread.log.clone(), position: thread.position.clone(), live: None })
            .collect();
        Machine { world: self.world.clone(), threads }
    }
}

impl Position {
    /// Where a thread stands that has posted this, in that world.
    #[must_use]
    pub fn from_posted(world: &World, thread: ThreadId, posted: Option<&Posted>) -> Position {
        match posted {
            None => Position::Finished,
            Some(posted) => Position::At(Stop {
                op: posted.op,
                at: posted.at,
                frames: Arc::clone(&posted.frames),
                woken_before_sleeping: posted.op == Op::Wait(WaitOp::Schedule) && world.is_enabled(thread, &posted.op),
                place: posted.digest,
            }),
        }
    }

    /// The operation that the thread is about to perform.
    #[must_use]
    pub const fn stop(&self) -> Option<&Stop> {
        match self {
            Position::At(stop) => Some(stop),
            _ => None,
        }
    }
}

impl LiveThread {
    /// A thread before its first operation, and that operation.
    #[must_use]
    pub fn start(thread: ThreadId, scenario: Arc<Scenario>) -> (LiveThread, Option<Posted>) {
        let task = Task::new(thread, scenario);
        let future = Box::pin(kernel::thread::run(task.clone()));
        let mut live = LiveThread { task, future };
        let posted = live.poll();
        (live, posted)
    }

    /// A thread that has received these outcomes.
    #[must_use]
    pub fn rebuild<'a>(
        thread: ThreadId,
        scenario: Arc<Scenario>,
        log: impl IntoIterator<Item = &'a Outcome>,
    ) -> LiveThread {
        let (mut live, _) = LiveThread::start(thread, scenario);
        for outcome in log {
            live.resume(outcome.clone());
        }
        live
    }

    /// Delivers an outcome and runs to the next operation; `None` if there is none. With what the thread noted.
    pub fn resume(&mut self, outcome: Outcome) -> (Option<Posted>, Vec<Event>) {
        self.task.deliver(outcome);
        match self.poll() {
            Some(mut posted) => {
                let notes = std::mem::take(&mut posted.notes);
                (Some(posted), notes)
            }
            None => (None, self.task.take_notes()),
        }
    }

    fn poll(&mut self) -> Option<Posted> {
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => self.task.take_posted(),
            Poll::Ready(()) => None,
        }
    }
}
