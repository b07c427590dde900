//! What the file system does around DAX, whichever tree the file has: its fault handlers, its journal, read(2) and write(2).

pub mod asked;
pub mod fallocate;
pub mod fs_fault;
pub mod fs_lock;
pub mod journal;
pub mod rw;
pub mod xfs;
