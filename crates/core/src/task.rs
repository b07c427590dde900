//! The glue between kernel code and the world: a thread posts an operation, is suspended, and gets the outcome.
//!
//! Kernel functions are straight-line `async fn`s that hold a [`Task`]. Each of its methods returns a future that is
//! polled twice: the first poll posts an [`Op`], the second takes the [`Outcome`]. Every operation knows the source
//! line that asked for it, so the listing on screen is the code that runs.

use crate::digest::Digest;
use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::event::{Event, LockId, OpResult, Value};
use crate::expect::{asks_for_fallbacks, unexpected};
use crate::fallback::FallbackReason;
use crate::op::{FromOutcome, Op, Outcome};
use crate::radix::Tag;
use crate::revision::Revision;
use crate::scenario::{FailPoint, Mapping, Scenario};
use crate::sync::{LockMode, WaitKey};
use crate::units::{MmId, PageId, PageIndex, ThreadId};
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

    /// Asks for one operation.
    #[track_caller]
    pub fn perform<T: FromOutcome>(&self, op: Op) -> Perform<T> {
        self.perform_at(op, Location::caller())
    }

    fn perform_at<T: FromOutcome>(&self, op: Op, at: &'static Location<'static>) -> Perform<T> {
        Perform { task: self.clone(), op, at, posted: false, outcome: PhantomData }
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

/// Operations under the names that the kernel gives them.
impl Task {
    /// `spin_lock_irq(&mapping->tree_lock)`.
    #[track_caller]
    pub fn spin_lock_tree(&self) -> Perform<()> {
        self.perform(Op::SpinLock)
    }

    /// `spin_unlock_irq(&mapping->tree_lock)`, and the scheduling point behind it.
    #[track_caller]
    pub fn spin_unlock_tree(&self) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            self.perform_at::<()>(Op::SpinUnlock, at).await;
            self.perform_at::<()>(Op::TreeUnlocked, at).await;
        }
    }

    /// `__radix_tree_lookup(&mapping->page_tree, index)`.
    #[track_caller]
    pub fn radix_tree_lookup(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(Op::Lookup { index })
    }

    /// `lock_slot`: sets the lock bit and returns the locked entry.
    #[track_caller]
    pub fn lock_slot(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(Op::LockSlot { index })
    }

    /// `unlock_slot`: clears the lock bit and returns the unlocked entry.
    #[track_caller]
    pub fn unlock_slot(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(Op::UnlockSlot { index })
    }

    /// `__radix_tree_insert`, and `nrexceptional++` if it succeeds.
    #[track_caller]
    pub fn radix_tree_insert(&self, index: PageIndex, entry: Entry) -> Perform<Result<(), Errno>> {
        self.perform(Op::Insert { index, entry })
    }

    /// `radix_tree_delete`, and `nrexceptional--` whatever was there.
    #[track_caller]
    pub fn radix_tree_delete(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(Op::Delete { index })
    }

    /// `__radix_tree_lookup` and `__radix_tree_replace`; returns what was there.
    #[track_caller]
    pub fn radix_tree_replace(&self, index: PageIndex, entry: Entry) -> Perform<Slot> {
        self.perform(Op::Replace { index, entry })
    }

    /// `radix_tree_tag_set`.
    #[track_caller]
    pub fn radix_tree_tag_set(&self, index: PageIndex, tag: Tag) -> Perform<()> {
        self.perform(Op::TagSet { index, tag })
    }

    /// `radix_tree_tag_clear`.
    #[track_caller]
    pub fn radix_tree_tag_clear(&self, index: PageIndex, tag: Tag) -> Perform<()> {
        self.perform(Op::TagClear { index, tag })
    }

    /// `radix_tree_tag_get`.
    #[track_caller]
    pub fn radix_tree_tag_get(&self, index: PageIndex, tag: Tag) -> Perform<bool> {
        self.perform(Op::TagGet { index, tag })
    }

    /// `radix_tree_preload`, or `radix_tree_maybe_preload` of the page cache.
    #[track_caller]
    pub fn radix_tree_preload(&self, what: FailPoint) -> Perform<Result<(), Errno>> {
        self.perform(Op::Preload(what))
    }

    /// `radix_tree_preload_end`.
    #[track_caller]
    pub fn radix_tree_preload_end(&self) -> Perform<()> {
        self.perform(Op::PreloadEnd)
    }

    /// `prepare_to_wait_exclusive`.
    #[track_caller]
    pub fn prepare_to_wait_exclusive(&self, key: WaitKey) -> Perform<()> {
        self.perform(Op::PrepareToWait { key })
    }

    /// `schedule`.
    #[track_caller]
    pub fn schedule(&self) -> Perform<()> {
        self.perform(Op::Schedule)
    }

    /// `finish_wait`.
    #[track_caller]
    pub fn finish_wait(&self) -> Perform<()> {
        self.perform(Op::FinishWait)
    }

    /// `unmap_mapping_range` over `count` pages; 0: to the end.
    #[track_caller]
    pub fn unmap_mapping_range(&self, first: PageIndex, count: u64, even_cows: bool) -> Perform<()> {
        self.perform(Op::UnmapMappingRange { first, count, even_cows })
    }

    /// `cond_resched` of a scan: a scheduling point once it has gone round 64 times without another one, so that a
    /// scan that never ends can be stopped.
    #[track_caller]
    pub fn cond_resched(&self) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            self.0.rounds.set(self.0.rounds.get() + 1);
            if self.0.rounds.get() >= ROUNDS_PER_POINT {
                self.perform_at::<()>(Op::CondResched, at).await;
            }
        }
    }

    /// `get_page`.
    #[track_caller]
    pub fn get_page(&self, page: PageId) -> Perform<()> {
        self.perform(Op::GetPage(page))
    }

    /// `put_page`.
    #[track_caller]
    pub fn put_page(&self, page: PageId) -> Perform<()> {
        self.perform(Op::PutPage(page))
    }

    /// `lock_page`: sleeps until the page is ours.
    #[track_caller]
    pub fn lock_page(&self, page: PageId) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            let mut locked: bool = self.perform_at(Op::LockPage(page), at).await;
            while !locked {
                locked = self.perform_at(Op::AwaitPage(page), at).await;
            }
        }
    }

    /// `unlock_page`, also of what is no page.
    #[track_caller]
    pub fn unlock_page(&self, page: Slot) -> Perform<()> {
        self.perform(Op::UnlockPage(page))
    }

    /// Takes a sleeping lock: `down_read`, `down_write`, `inode_lock`.
    #[track_caller]
    pub fn acquire(&self, lock: LockId, mode: LockMode) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            if !self.perform_at::<bool>(Op::Acquire { lock, mode }, at).await {
                self.perform_at::<()>(Op::AwaitGrant { lock, mode }, at).await;
            }
        }
    }

    /// Releases a sleeping lock.
    #[track_caller]
    pub fn release(&self, lock: LockId) -> Perform<()> {
        self.perform(Op::Release { lock })
    }
}
