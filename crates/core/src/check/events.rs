//! Events that are violations by themselves.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::event::{Bug, Event};
use crate::narrate;
use crate::units::ThreadId;

/// What an event says of the kernel, if it says something bad.
pub(super) fn of_event(thread: ThreadId, event: &Event) -> Option<Violation> {
    let violation = |rule, sentence| Some(Violation::new(rule, Some(thread), sentence));
    match event {
        Event::Bug(Bug::UnlockPage) => violation(
            Rule::KernelBug,
            format!(
                "{thread} unlocks a NULL page: put_locked_mapping_entry was called although nothing was locked, and \
                 NULL is no exceptional entry, so it goes down the page branch to unlock_page(NULL)."
            ),
        ),
        Event::Bug(bug) => violation(
            Rule::KernelBug,
            format!("{thread} takes for a page table what is none ({}): memory is corrupt from here on.", bug.text()),
        ),
        Event::Warn(function) => violation(Rule::Warning, format!("{thread} triggers WARN_ON_ONCE in {function}.")),
        Event::VmBug(function) => {
            violation(Rule::Warning, format!("{thread} breaks a check that debug kernels have in {function}."))
        }
        Event::Corrupt { count, .. } => violation(
            Rule::PageTableOverwritten,
            format!(
                "{thread} installs a huge mapping over a page table that holds {}: the table leaks.",
                narrate::ptes(*count)
            ),
        ),
        Event::BadPmdCleared => violation(
            Rule::Warning,
            format!(
                "{thread} takes a huge mapping of blocks for a bad pmd: it warns (\"bad pmd\", pmd_clear_bad) and clears the \
                 mapping, although nothing is wrong with it."
            ),
        ),
        Event::TookUnasked { index, first, last } => violation(
            Rule::OutsideRange,
            format!(
                "{thread} invalidated page {}, asked for {}: who maps it keeps a mapping without an entry.",
                at(*index),
                asked_for(*first, *last)
            ),
        ),
        Event::FlushedAgain { index } => violation(
            Rule::FsyncRepeats,
            format!(
                "{thread} has come back to the entry at {} and has written it back once more in one fsync: its scan \
                 begins from the start again, and as long as others store there and fsync, it finds more to do.",
                at(*index)
            ),
        ),
        Event::LeftUnflushed { index, .. } => violation(
            Rule::LostDurability,
            format!(
                "{thread} says that fsync is done, but page {} was stored to before it began and has not been flushed \
                 since: a power failure would take the store.",
                at(*index)
            ),
        ),
        Event::LeftUncommitted { index, block } => violation(
            Rule::LostDurability,
            format!(
                "{thread} stores through a synchronous mapping, but no commit has written that page {} is block {}: a power \
                 failure would take the block out of the file, flushed or not.",
                at(*index),
                at(*block)
            ),
        ),
        Event::MissedBusy { index, block } => violation(
            Rule::BusyMissed,
            format!(
                "{thread} has looked for pages in use and found none, but page {} is pinned (block {}): who asked will take \
                 the block away from under whoever uses it.",
                at(*index),
                at(*block)
            ),
        ),
        Event::FreedInUse { index, block, pinned: true, .. } => violation(
            Rule::FreedInUse,
            format!(
                "{thread} frees block {} of page {}, which is pinned: direct I/O or RDMA goes on into a block that the next \
                 file may get.",
                at(*block),
                at(*index)
            ),
        ),
        Event::PreemptLeak(_) => {
            violation(Rule::LeftLocked, format!("{thread} is done with preemption still off: a preload was not ended."))
        }
        _ => None,
    }
}

/// `page 0x2`, `pages 0x2 to 0x5`, `all from page 0x2 on`.
fn asked_for(first: u64, last: u64) -> String {
    match last {
        u64::MAX => format!("all from page {} on", at(first)),
        _ if first == last => format!("page {}", at(first)),
        _ => format!("pages {} to {}", at(first), at(last)),
    }
}
