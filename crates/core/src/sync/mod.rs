//! What threads wait on: the hashed wait table of entries, reader/writer and inode locks.

mod queue_lock;
mod wait_table;

pub use queue_lock::{LockMode, QueueLock};
pub use wait_table::{WaitKey, WaitTable, Waiter};
