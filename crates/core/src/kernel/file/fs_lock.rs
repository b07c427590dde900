//! The lock of the file system against faults while blocks go: `i_mmap_sem` of XFS and its like, from 5.15 on `invalidate_lock`.

use crate::event::LockId;
use crate::sync::LockMode;
use crate::task::Task;

/// Takes it alone, where the file system has it.
pub async fn lock_fs(task: &Task) {
    if task.scenario().fs_lock {
        task.acquire(LockId::Fs, LockMode::Write).await;
    }
}

/// Gives it back.
pub async fn unlock_fs(task: &Task) {
    if task.scenario().fs_lock {
        task.release(LockId::Fs).await;
    }
}
