//! `tree_lock` and the sleeping locks.

use crate::event::LockId;
use crate::sync::QueueLock;
use crate::units::{MmId, ThreadId};

/// All locks but entry, page and page-table locks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Locks {
    /// Who holds `mapping->tree_lock`.
    pub tree_lock: Option<ThreadId>,
    /// The file system's lock around faults, truncate and punch.
    pub fs: QueueLock,
    /// The inode lock.
    pub inode: QueueLock,
    /// The running transaction of the file system's journal.
    pub journal: QueueLock,
    /// `i_mmap_rwsem`: only its readers are kept. Whoever wants it alone waits at the operation that does, until nobody
    /// reads ([`super::World::can_perform`]).
    pub i_mmap: QueueLock,
    /// `mmap_sem`, by process.
    pub mms: Vec<QueueLock>,
}

impl Locks {
    pub(super) fn new(processes: usize) -> Locks {
        Locks {
            tree_lock: None,
            fs: QueueLock::default(),
            inode: QueueLock::default(),
            journal: QueueLock::default(),
            i_mmap: QueueLock::default(),
            mms: vec![QueueLock::default(); processes],
        }
    }

    /// The sleeping lock of that name.
    #[must_use]
    pub fn queue_lock(&self, lock: LockId) -> &QueueLock {
        match lock {
            LockId::Fs => &self.fs,
            LockId::Inode => &self.inode,
            LockId::Journal => &self.journal,
            LockId::IMmap => &self.i_mmap,
            LockId::Mm(mm) => &self.mms[mm.index()],
        }
    }

    pub(crate) fn queue_lock_mut(&mut self, lock: LockId) -> &mut QueueLock {
        match lock {
            LockId::Fs => &mut self.fs,
            LockId::Inode => &mut self.inode,
            LockId::Journal => &mut self.journal,
            LockId::IMmap => &mut self.i_mmap,
            LockId::Mm(mm) => &mut self.mms[mm.index()],
        }
    }

    /// All sleeping locks with their names.
    pub fn queue_locks(&self) -> impl Iterator<Item = (LockId, &QueueLock)> {
        let mms = self.mms.iter().enumerate().map(|(at, lock)| (LockId::Mm(MmId(at as u8)), lock));
        let single = [
            (LockId::Fs, &self.fs),
            (LockId::Inode, &self.inode),
            (LockId::Journal, &self.journal),
            (LockId::IMmap, &self.i_mmap),
        ];
        single.into_iter().chain(mms)
    }
}
