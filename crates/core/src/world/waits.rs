//! Sleeping on entries and waking.

use super::{Run, Step};
use crate::entry::Entry;
use crate::event::Event;
use crate::op::Outcome;
use crate::revision::WakeMode;
use crate::sync::WaitKey;
use crate::units::PageIndex;

impl Step<'_> {
    pub(super) fn prepare_to_wait(&mut self, key: WaitKey) -> Outcome {
        self.world.waits.enqueue(self.thread, key);
        self.world.threads[self.thread.index()].run = Run::Uninterruptible(key);
        Outcome::Done
    }

    pub(super) fn finish_wait(&mut self) -> Outcome {
        self.world.waits.dequeue(self.thread);
        self.world.threads[self.thread.index()].run = Run::Runnable;
        Outcome::Done
    }

    pub(super) fn wake(&mut self, index: PageIndex, entry: Entry, mode: WakeMode) -> Outcome {
        let key = WaitKey::new(index, entry);
        self.emit(Event::WakeCall { index, entry, key, mode });
        for thread in self.world.waits.wake(key, mode) {
            self.world.threads[thread.index()].run = Run::Runnable;
            self.emit(Event::Wake(thread));
        }
        Outcome::Done
    }
}
