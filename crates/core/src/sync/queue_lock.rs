//! Reader/writer locks with a fair queue: the file-system lock, each process's `mmap_sem`, and the inode lock (only
//! ever written).

use crate::renaming::Renaming;
use crate::units::ThreadId;

/// How a lock is wanted or held.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LockMode {
    /// Shared.
    Read,
    /// Alone.
    Write,
}

impl LockMode {
    /// Can two threads that want or hold a lock like this not have it at the same time?
    #[must_use]
    pub const fn excludes(self, other: LockMode) -> bool {
        matches!((self, other), (LockMode::Write, _) | (_, LockMode::Write))
    }
}

/// A reader/writer lock, first come first served: a reader queues behind a queued writer.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct QueueLock {
    holders: Vec<(ThreadId, LockMode)>,
    queue: Vec<(ThreadId, LockMode)>,
}

impl QueueLock {
    /// Who holds it, and how, sorted.
    #[must_use]
    pub fn holders(&self) -> &[(ThreadId, LockMode)] {
        &self.holders
    }

    /// Who waits for it, first in line first.
    #[must_use]
    pub fn queue(&self) -> &[(ThreadId, LockMode)] {
        &self.queue
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> QueueLock {
        let renamed = |list: &[(ThreadId, LockMode)]| -> Vec<_> {
            list.iter().map(|&(thread, mode)| (renaming.of(thread), mode)).collect()
        };
        let mut holders = renamed(&self.holders);
        crate::order::sort(&mut holders);
        QueueLock { holders, queue: renamed(&self.queue) }
    }

    /// Does `thread` hold it?
    #[must_use]
    pub fn is_held_by(&self, thread: ThreadId) -> bool {
        self.holders.iter().any(|&(holder, _)| holder == thread)
    }

    /// Takes the lock, or queues for it and returns `false`.
    pub fn acquire(&mut self, thread: ThreadId, mode: LockMode) -> bool {
        let free = self.queue.is_empty() && self.admits(mode);
        if free {
            self.hold(thread, mode);
        } else {
            self.queue.push((thread, mode));
        }
        free
    }

    /// Releases one hold of `thread` and returns those to whom the lock is granted now: the head of the queue, with
    /// the readers right behind a reader.
    pub fn release(&mut self, thread: ThreadId) -> Vec<ThreadId> {
        if let Some(at) = self.holders.iter().position(|&(holder, _)| holder == thread) {
            self.holders.remove(at);
        }
        let mut granted = Vec::new();
        while let Some(&(next, mode)) = self.queue.first() {
            if !self.admits(mode) {
                break;
            }
            self.queue.remove(0);
            self.hold(next, mode);
            granted.push(next);
        }
        granted
    }

    /// Among holders the order in which they came makes no difference, so none is kept.
    fn hold(&mut self, thread: ThreadId, mode: LockMode) {
        self.holders.push((thread, mode));
        crate::order::sort(&mut self.holders);
    }

    fn admits(&self, mode: LockMode) -> bool {
        match mode {
            LockMode::Read => self.holders.iter().all(|&(_, held)| held == LockMode::Read),
            LockMode::Write => self.holders.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_queues_behind_a_writer_and_readers_are_granted_together() {
        let threads: Vec<_> = (0..5).map(ThreadId).collect();
        let mut lock = QueueLock::default();
        assert!(lock.acquire(threads[0], LockMode::Read));
        assert!(!lock.acquire(threads[1], LockMode::Write));
        assert!(!lock.acquire(threads[2], LockMode::Read));
        assert!(!lock.acquire(threads[3], LockMode::Read));
        assert_eq!(lock.release(threads[0]), [threads[1]]);
        assert_eq!(lock.release(threads[1]), [threads[2], threads[3]]);
        assert!(lock.acquire(threads[4], LockMode::Read));
    }
}
