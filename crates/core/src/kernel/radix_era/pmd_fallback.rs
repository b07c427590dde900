//! How a 2 MiB fault falls back to 4 KiB.

use crate::errno::Errno;
use crate::event::FaultFlags;
use crate::fallback::FallbackReason;
use crate::scenario::FailPoint;
use crate::task::Task;

/// Leaves a word for why, and tells the caller to go on with 4 KiB.
pub(super) fn fall_back(task: &Task, reason: FallbackReason) -> FaultFlags {
    task.fall_back(reason);
    FaultFlags::FALLBACK
}

/// Why `grab_mapping_entry` gave no 2 MiB entry: the only other thing in it that fails is the preload.
pub(super) const fn refusal(errno: Errno) -> FallbackReason {
    match errno {
        Errno::EEXIST => FallbackReason::SmallEntries,
        _ => FallbackReason::Injected(FailPoint::Preload),
    }
}
