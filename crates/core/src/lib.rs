//! The DAX radix tree of Linux 4.10 as a machine that can be stepped: entries, locks, wait queues, faults, page
//! tables and the persistent memory behind them.
//!
//! Read in this order: the words ([`entry`]), the structures, then the alphabet of atomic operations, the state they
//! act on, and the kernel functions that ask for them.

pub mod check;
pub mod crash;
pub mod digest;
pub mod entry;
pub mod errno;
pub mod event;
pub mod expect;
pub mod extent;
pub mod fallback;
pub mod kernel;
pub mod log;
pub mod machine;
pub mod mm;
pub mod narrate;
pub mod op;
pub mod order;
pub mod pmem;
pub mod renaming;
pub mod revision;
pub mod run;
pub mod scenario;
pub mod standstill;
pub mod sync;
pub mod task;
pub mod tree;
pub mod units;
pub mod world;

pub use tree::radix;
