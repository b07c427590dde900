//! The glue between kernel code and the world: a thread posts an operation, is suspended, and gets the outcome.
//!
//! Kernel functions are straight-line `async fn`s that hold a [`Task`]. Each of its methods returns a future that is
//! polled twice: the first poll posts an [`Op`], the second takes the [`Outcome`]. Every operation knows the source
//! line that asked for it, so the listing on screen is the code that runs.

mod calls;

use crate::digest::Digest;
use crate::event::{Event, OpResult, Value};
use crate::expect::{asks_for_fallbacks, unexpected};
use crate::fallback::FallbackReason;
use crate::op::{FromOutcome, Op, Outcome};
use crate::revision::{RadixSwitches, Revision, XArraySwitches};
use crate::scenario::{Mapping, Scenario};
use crate::units::{MmId, PageIndex, ThreadId};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::hash::Hash;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

/// What kernel code holds: its thread, and the way to the world.
#[derive(Clone)]
pub struct Task(Rc<TaskCell>);

struct TaskCell {
    thread: ThreadId,
    scenario: Arc<Scenario>,
    posted: Cell<Option<(Op, &'static Location<'static>)>>,
    outcome: Cell<Option<Outcome>>,
    notes: RefCell<Vec<Event>>,
    frames: RefCell<Vec<Frame>>,
    /// One for the thread, and one for each frame.
    digests: RefCell<Vec<Digest>>,
    rounds: Cell<u32>,
    fell_back: Cell<u32>,
    /// Has the thread to remember why?
    remembers_why: bool,
}

/// A scan that has gone round so often without a scheduling point is stopped at one.
const ROUNDS_PER_POINT: u32 = 64;

/// A kernel function that a thread is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Frame {
    /// Its name.
    pub function: &'static str,
    /// The page index that it works on, if it works on one.
    pub index: Option<PageIndex>,
}

/// What a suspended thread is about to do.
#[derive(Clone, PartialEq, Debug)]
pub struct Posted {
    /// The operation.
    pub op: Op,
    /// The source line that asks for it.
    pub at: &'static Location<'static>,
    /// The kernel functions that it is in, outermost first.
    pub frames: Arc<[Frame]>,
    /// What the thread noted on its way here: calls, returns, results.
    pub notes: Vec<Event>,
    /// Where the thread is, as far as its future goes: two threads of one script with the same digest will do the
    /// same for the same outcomes.
    pub digest: Digest,
}

impl Posted {
    /// The innermost kernel function, as recordings name it; empty before the first.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.frames.last().map_or("", |frame| frame.function)
    }
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Task({})", self.0.thread)
    }
}

impl Task {
    pub(crate) fn new(thread: ThreadId, scenario: Arc<Scenario>) -> Task {
        Task(Rc::new(TaskCell {
            thread,
            remembers_why: asks_for_fallbacks(&scenario, thread),
            scenario,
            posted: Cell::new(None),
            outcome: Cell::new(None),
            notes: RefCell::new(Vec::new()),
            frames: RefCell::new(Vec::new()),
            digests: RefCell::new(vec![Digest::default()]),
            rounds: Cell::new(0),
            fell_back: Cell::new(0),
        }))
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> ThreadId {
        self.0.thread
    }

    /// The kernel that runs.
    #[must_use]
    pub fn revision(&self) -> &Revision {
        &self.0.scenario.revision
    }

    /// The switches of the radix tree's era; those of 4.10.0 in a kernel of another era, which runs none of that code.
    #[must_use]
    pub fn radix(&self) -> &RadixSwitches {
        self.revision().radix().unwrap_or(&RadixSwitches::V4_10)
    }

    /// The switches of the XArray's era; those of 6.12 in a kernel of another era, which runs none of that code.
    #[must_use]
    pub fn xarray(&self) -> &XArraySwitches {
        self.revision().xarray().unwrap_or(&XArraySwitches::V6_12)
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.0.scenario
    }

    /// The `vm_area_struct` of a process.
    #[must_use]
    pub fn vma(&self, mm: MmId) -> Mapping {
        self.0.scenario.processes[mm.index()].mapping
    }

    /// Leaves a note that travels with the next operation.
    pub fn note(&self, event: Event) {
        self.0.notes.borrow_mut().push(event);
    }

    /// Notes why a 2 MiB fault goes on as a 4 KiB fault. That there is a page table is no news once an access has fallen
    /// back: its next fault meets the table that the last one made.
    pub fn fall_back(&self, reason: FallbackReason) {
        let (before, bit) = (self.0.fell_back.get(), if self.0.remembers_why { reason.bit() } else { 1 });
        if before == 0 || reason != FallbackReason::PageTable {
            self.0.fell_back.set(before | bit);
            self.note(Event::FallBack(reason));
        }
    }

    /// Notes the end of an operation, and what the script expected otherwise.
    pub fn ended(&self, number: usize, result: OpResult) {
        // The next operation begins at a scheduling point.
        self.0.rounds.set(0);
        self.note(Event::Result(result));
        let unexpected = unexpected(&self.0.scenario, self.0.thread, number, result, self.0.fell_back.take());
        unexpected.for_each(|at| self.note(Event::Unexpected(at)));
    }

    /// An access begins: nothing has fallen back yet.
    pub fn forget_fall_back(&self) {
        self.0.fell_back.set(0);
    }

    /// Runs a kernel function: notes the call and what it returns.
    pub fn call<'a, T, F>(&'a self, function: &'static str, index: PageIndex, body: F) -> impl Future<Output = T> + 'a
    where
        T: Copy + Hash + Into<Value>,
        F: Future<Output = T> + 'a,
    {
        let body = self.framed(Frame { function, index: Some(index) }, body);
        async move {
            self.note(Event::Call { function, index });
            let value = body.await;
            self.note(Event::Return { function, value: value.into() });
            value
        }
    }

    /// Runs a kernel function of which only the call is noted.
    pub fn enter<'a, F: Future + 'a>(
        &'a self,
        function: &'static str,
        index: PageIndex,
        body: F,
    ) -> impl Future<Output = F::Output> + 'a
    where
        F::Output: Hash,
    {
        let body = self.framed(Frame { function, index: Some(index) }, body);
        async move {
            self.note(Event::Call { function, index });
            body.await
        }
    }

    /// Runs a kernel function that is not noted, only seen on the stack.
    pub fn within<'a, F: Future + 'a>(&'a self, function: &'static str, body: F) -> impl Future<Output = F::Output> + 'a
    where
        F::Output: Hash,
    {
        self.framed(Frame { function, index: None }, body)
    }

    /// The body goes to the heap: a future that is passed by value through an `async fn` is stored twice, and nested
    /// calls would double it again and again.
    ///
    /// What was learnt inside is forgotten on return but for the result: the caller cannot know more.
    fn framed<'a, F: Future + 'a>(&'a self, frame: Frame, body: F) -> impl Future<Output = F::Output> + 'a
    where
        F::Output: Hash,
    {
        let body = Box::pin(body);
        async move {
            self.0.frames.borrow_mut().push(frame);
            self.0.digests.borrow_mut().push(Digest::default());
            self.remember(&frame);
            let result = body.await;
            self.0.frames.borrow_mut().pop();
            self.0.digests.borrow_mut().pop();
            self.remember(&result);
            result
        }
    }

    /// Adds to what the innermost function knows: an outcome, a result, or what a callee left in a `&mut` argument.
    pub fn remember(&self, value: &impl Hash) {
        if let Some(digest) = self.0.digests.borrow_mut().last_mut() {
            value.hash(digest);
        }
    }

    /// Declares that what the innermost function does from here on depends on nothing but `locals` and its arguments: all
    /// other locals are dead, as at the kernel's `goto restart`. Whoever comes here with the same locals will do the same.
    #[track_caller]
    pub fn forget_but(&self, locals: &impl Hash) {
        let frame = self.0.frames.borrow().last().copied();
        if let Some(digest) = self.0.digests.borrow_mut().last_mut() {
            *digest = Digest::default();
            frame.hash(digest);
            Location::caller().line().hash(digest);
            self.0.rounds.get().hash(digest);
            locals.hash(digest);
        }
    }

    /// What the innermost function knows, to be given to [`Task::forget_since`].
    #[must_use]
    pub fn knowledge(&self) -> Digest {
        self.0.digests.borrow().last().copied().unwrap_or_default()
    }

    /// Declares that of all that the innermost function has learnt since it knew `knowledge`, only `learnt` can matter: how
    /// often somebody slept for a lock is nothing that code goes by. Whoever comes here with the same will do the same.
    pub fn forget_since(&self, knowledge: Digest, learnt: &impl Hash) {
        if let Some(digest) = self.0.digests.borrow_mut().last_mut() {
            *digest = knowledge;
            learnt.hash(digest);
        }
    }

    /// Asks for one operation.
    #[track_caller]
    pub fn perform<T: FromOutcome>(&self, op: impl Into<Op>) -> Perform<T> {
        self.perform_at(op, Location::caller())
    }

    fn perform_at<T: FromOutcome>(&self, op: impl Into<Op>, at: &'static Location<'static>) -> Perform<T> {
        Perform { task: self.clone(), op: op.into(), at, posted: false, outcome: PhantomData }
    }

    pub(crate) fn take_posted(&self) -> Option<Posted> {
        let (op, at) = self.0.posted.take()?;
        let frames = self.0.frames.borrow().as_slice().into();
        let mut digest = Digest::default();
        (&*self.0.digests.borrow(), self.0.fell_back.get(), self.0.rounds.get()).hash(&mut digest);
        Some(Posted { op, at, frames, notes: self.take_notes(), digest })
    }

    pub(crate) fn take_notes(&self) -> Vec<Event> {
        self.0.notes.take()
    }

    pub(crate) fn deliver(&self, outcome: Outcome) {
        self.remember(&outcome);
        self.0.outcome.set(Some(outcome));
    }
}

/// The future of one operation.
#[derive(Debug)]
pub struct Perform<T> {
    task: Task,
    op: Op,
    at: &'static Location<'static>,
    posted: bool,
    outcome: PhantomData<fn() -> T>,
}

impl<T: FromOutcome> Future for Perform<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        if !self.posted {
            self.posted = true;
            if self.op.point().is_some() {
                self.task.0.rounds.set(0);
            }
            self.task.0.posted.set(Some((self.op, self.at)));
            return Poll::Pending;
        }
        match self.task.0.outcome.take() {
            // The text is kept short of `{:?}`: it would bring the words of every operation into the page.
            Some(outcome) => match T::from_outcome(outcome) {
                Some(value) => Poll::Ready(value),
                None => unreachable!("an operation was answered with another kind of outcome"),
            },
            None => Poll::Pending,
        }
    }
}
