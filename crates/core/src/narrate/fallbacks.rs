//! Which 2 MiB faults of a run fell back, why, and what would make them huge.

use super::words;
use crate::run::FellBack;

/// A sentence for each, and one for what would help; nothing if none fell back.
///
/// ```text
/// step 5: A falls back to 4 KiB (extent): the extent is shorter than 2 MiB [2 MiB read, page 0x0].
///   Have the file system keep the 2 MiB in one extent (preallocate it at once).
/// ```
#[must_use]
pub fn fallbacks(all: &[FellBack]) -> String {
    let sentence = |fell: &FellBack| {
        let (reason, operation) = (fell.reason, words::operation(&fell.operation));
        let (step, thread) = (fell.step, fell.thread);
        let (name, why, remedy) = (reason.name(), reason.label(), reason.remedy());
        format!("step {step}: {thread} falls back to 4 KiB ({name}): {why} [{operation}].\n  {remedy}\n")
    };
    all.iter().map(sentence).collect()
}
