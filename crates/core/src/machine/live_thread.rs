//! The running future of a thread.

use crate::event::Event;
use crate::kernel;
use crate::op::Outcome;
use crate::scenario::Scenario;
use crate::task::{Posted, Task};
use crate::units::ThreadId;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

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

impl LiveThread {
    /// A thread before its first operation, and that operation.
    #[must_use]
    pub fn start(thread: ThreadId, scenario: Arc<Scenario>) -> (LiveThread, Option<Posted>) {
        LiveThread::start_from(thread, scenario, 0)
    }

    fn start_from(thread: ThreadId, scenario: Arc<Scenario>, operation: usize) -> (LiveThread, Option<Posted>) {
        let task = Task::new(thread, scenario);
        let future = Box::pin(kernel::thread::run(task.clone(), operation));
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
        LiveThread::rebuild_from(thread, scenario, 0, log)
    }

    /// The same for a thread that has ended all operations of its script before that one, and then received these outcomes.
    pub(super) fn rebuild_from<'a>(
        thread: ThreadId,
        scenario: Arc<Scenario>,
        operation: usize,
        log: impl IntoIterator<Item = &'a Outcome>,
    ) -> LiveThread {
        let (mut live, _) = LiveThread::start_from(thread, scenario, operation);
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
