//! Pull the plug: what a power failure leaves of the file, at any step of a run.
//!
//! A run is gone along once more ([`Device::after`]): who stored to which block at which step, who flushed it, what a commit has
//! written of the block map. None of that is in a [`World`], so no search pays for it. [`Device::left`] then says what the file
//! holds before the failure and after recovery, and [`Device::broken`] which syncs that have returned success are made liars.
//!
//! Shown is the least that may be left: whatever has not been flushed is lost, whatever has not been committed is undone. A
//! real failure may spare more of it (a line that was evicted, a commit in the background), never less. So nobody has to try
//! which lines of the caches survive: one that a promise covers and that may be lost is enough.
//!
//! A flush counts as fenced where it is done: every path of the kernel takes a lock before it tells anybody, and on x86 that
//! is an instruction that orders `clwb`.
//!
//! Source: docs/crash.md; kernel-semantics §11 item 12.

mod device;
mod left;
mod outcomes;
mod promise;

pub use device::{BlockState, Content, Device, Mark, Store};
pub use left::{Left, PageRow};
pub use outcomes::{Found, Outcome};
pub use promise::{Broken, Cover, Loss, Promise, PromiseKind};

#[cfg(doc)]
use crate::world::World;
