//! What kernels call their locks.

use crate::event::LockId;
use crate::revision::{Counter, Revision};

/// The names that one kernel has for the locks of the model. Whoever makes a sentence about a lock asks here.
///
/// `tree_lock` became the `xa_lock` of `i_pages` in 4.20 (4.17 renamed it), `mmap_sem` `mmap_lock` in 5.8, and `i_mmap_sem` of ext4
/// `invalidate_lock` in 5.15.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockNames {
    tree: &'static str,
    file_system: &'static str,
    process: &'static str,
}

impl LockNames {
    const RADIX: LockNames = LockNames { tree: "tree_lock", file_system: "i_mmap_sem", process: "mmap_sem" };

    /// The names in that kernel.
    #[must_use]
    pub fn of(kernel: &Revision) -> LockNames {
        let Some(xarray) = kernel.xarray() else { return LockNames::RADIX };
        // What counts entries is before 5.13.
        let file_system =
            if xarray.counter == Counter::Entries { LockNames::RADIX.file_system } else { "invalidate_lock" };
        LockNames { tree: "xa_lock", file_system, process: "mmap_lock" }
    }

    /// The spin lock around the tree of the file.
    #[must_use]
    pub const fn tree(self) -> &'static str {
        self.tree
    }

    /// The lock around the mappings of a process, of whichever.
    #[must_use]
    pub const fn process(self) -> &'static str {
        self.process
    }

    /// A lock that threads queue for. Processes are numbered from 1: [`super::with_process_names`] has their names.
    #[must_use]
    pub fn of_lock(self, lock: LockId) -> String {
        match lock {
            LockId::Fs => self.file_system.into(),
            LockId::Inode => "inode lock".into(),
            LockId::Journal => "the running transaction".into(),
            LockId::IMmap => "i_mmap_rwsem".into(),
            LockId::Mm(mm) => format!("{} of process {}", self.process, mm.0 + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MmId;

    #[test]
    fn each_kernel_has_its_own_words() {
        let names = |kernel| {
            let names = LockNames::of(kernel);
            let [fs, mm, rmap] = [LockId::Fs, LockId::Mm(MmId(0)), LockId::IMmap].map(|lock| names.of_lock(lock));
            [names.tree().to_owned(), fs, mm, rmap]
        };
        assert_eq!(names(&Revision::V4_10), ["tree_lock", "i_mmap_sem", "mmap_sem of process 1", "i_mmap_rwsem"]);
        assert_eq!(names(&Revision::V5_10), ["xa_lock", "i_mmap_sem", "mmap_lock of process 1", "i_mmap_rwsem"]);
        assert_eq!(names(&Revision::V7_3), ["xa_lock", "invalidate_lock", "mmap_lock of process 1", "i_mmap_rwsem"]);
    }
}
