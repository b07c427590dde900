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
//! A flush (`dax_flush`) tells every line of a block to be written back, and waits for none. What it has flushed is safe once its
//! thread has made a fence: every path of the kernel takes a lock next, and on x86 that is an instruction that orders `clwb`.
//! Until then each line may have arrived or not. No rule has to know of that: whoever could return in between could return before the
//! flush as well (docs/crash.md), so worlds have no fences, and searches nothing to pay.
//!
//! All stores of a scenario are of whole pages, so what may be left of a page may be left of each of its lines
//! ([`Device::torn`]).
//!
//! Source: docs/crash.md; kernel-semantics §11 item 12.

mod device;
mod left;
mod outcomes;
mod promise;
mod torn;

pub use device::{BlockState, Content, Device, Flight, Mark, Store};
pub use left::{Left, PageRow};
pub use outcomes::{Found, Outcome};
pub use promise::{Broken, Cover, Loss, Promise, PromiseKind};
pub use torn::{LINES, Torn};

#[cfg(doc)]
use crate::world::World;
