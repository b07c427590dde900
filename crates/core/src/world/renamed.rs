//! The same state with other names for its threads.

use super::{Locks, World};
use crate::mm::Page;
use crate::renaming::Renaming;
use std::sync::Arc;

impl World {
    /// The state in which every thread has its new name; it is one of the same scenario.
    ///
    /// No operation asks for more of a thread's name than whether it is another's: `apply` of the renamed thread to the
    /// renamed world gives the same outcome, and the renamed next world, unless the script makes calls of one thread fail
    /// by its name.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> World {
        World {
            mapping: Arc::new(self.mapping.renamed(renaming)),
            pages: Arc::new(self.pages.renamed(renaming)),
            waits: self.waits.renamed(renaming),
            locks: self.locks.renamed(renaming),
            threads: renaming.moved(&self.threads),
            file: Arc::new(self.file.renamed(renaming)),
            failures: self.failures.renamed(renaming),
            ..self.clone()
        }
    }
}

impl Locks {
    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> Locks {
        Locks {
            tree_lock: self.tree_lock.map(|holder| renaming.of(holder)),
            fs: self.fs.renamed(renaming),
            inode: self.inode.renamed(renaming),
            journal: self.journal.renamed(renaming),
            i_mmap: self.i_mmap.renamed(renaming),
            mms: self.mms.iter().map(|lock| lock.renamed(renaming)).collect(),
        }
    }
}

impl Page {
    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> Page {
        Page {
            locked_by: self.locked_by.map(|holder| renaming.of(holder)),
            waiters: self.waiters.iter().map(|&thread| renaming.of(thread)).collect(),
            woken: self.woken.iter().map(|&thread| renaming.of(thread)).collect(),
            ..*self
        }
    }
}
