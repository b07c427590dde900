//! The transaction of a journalled file system, as far as others have to wait for it (fs/jbd2/transaction.c and
//! fs/jbd2/commit.c, v4.10).
//!
//! Any number of handles may be open in the running transaction. A commit waits until all of them are closed, and a
//! handle that is to be opened meanwhile waits until the commit has gone on to the next transaction. So it is a lock:
//! held for reading by a handle, for writing by the commit.

use crate::event::LockId;
use crate::sync::LockMode;
use crate::task::Task;

/// Runs `body` between `jbd2_journal_start` and `jbd2_journal_stop`, if there is a journal and `opens`.
pub async fn under_handle<T>(task: &Task, opens: bool, body: impl Future<Output = T>) -> T {
    if !opens || !task.scenario().journal {
        return body.await;
    }
    task.acquire(LockId::Journal, LockMode::Read).await;
    let result = body.await;
    task.release(LockId::Journal).await;
    result
}

/// `jbd2_journal_commit_transaction`, which fsync waits for: closes the running transaction.
pub async fn commit(task: &Task) {
    if task.scenario().journal {
        task.acquire(LockId::Journal, LockMode::Write).await;
        task.release(LockId::Journal).await;
    }
}
