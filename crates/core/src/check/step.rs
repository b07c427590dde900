//! Invariants checked after every step; each violation is a sentence that names thread, entry and rule.

use super::{livelock, liveness, ownership, quiet, tree};
use crate::event::{Bug, Event};
use crate::machine::{Machine, StepRecord};
use crate::narrate;
use crate::units::ThreadId;
use crate::world::World;

/// Which rule was broken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// The kernel is dead: an oops or memory corruption.
    KernelBug,
    /// A thread sleeps, nothing locked is behind its key, and nobody can run.
    LostWakeup,
    /// Nobody can run, and not every thread is done, for another reason.
    Deadlock,
    /// A thread ended an operation holding a lock, a preload or an entry.
    LeftLocked,
    /// A thread unlocked, changed or deleted an entry that another one holds, or locked a locked one.
    NotOwner,
    /// A thread calls what may sleep under `tree_lock` or with preemption off.
    SleepInAtomic,
    /// `nrexceptional` or `nrpages` does not count what is in the tree.
    Counters,
    /// The tree's own books are wrong.
    TreeStructure,
    /// An empty, zero or hole page entry is tagged dirty.
    DirtyEmptyEntry,
    /// A refusal with `-EEXIST` although nothing small is in the range.
    FalseExist,
    /// An operation would go on for ever: it faults again and again, or its scan goes in circles.
    Livelock,
    /// An fsync is over without an error and has left something of its range unflushed.
    FsyncMissed,
    /// An fsync comes back to what it has written back already: a steady stream of stores would keep it there.
    FsyncRepeats,
    /// The kernel warned.
    Warning,
    /// A huge mapping was installed over a page table.
    PageTableOverwritten,
    /// When all is quiet, a mapping contradicts the file or the tree.
    StaleMapping,
    /// When all is quiet, a mapping is writable but its entry is not dirty: fsync will miss the data.
    LostDirtyTag,
    /// When all is quiet, a reference count or counter is wrong.
    Accounting,
}

impl Rule {
    /// All rules.
    pub const ALL: [Rule; 18] = [
        Rule::KernelBug,
        Rule::LostWakeup,
        Rule::Deadlock,
        Rule::LeftLocked,
        Rule::NotOwner,
        Rule::SleepInAtomic,
        Rule::Counters,
        Rule::TreeStructure,
        Rule::DirtyEmptyEntry,
        Rule::FalseExist,
        Rule::Livelock,
        Rule::FsyncMissed,
        Rule::FsyncRepeats,
        Rule::Warning,
        Rule::PageTableOverwritten,
        Rule::StaleMapping,
        Rule::LostDirtyTag,
        Rule::Accounting,
    ];

    /// The name on the command line and in links.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Rule::KernelBug => "kernel-bug",
            Rule::LostWakeup => "lost-wakeup",
            Rule::Deadlock => "deadlock",
            Rule::LeftLocked => "left-locked",
            Rule::NotOwner => "not-owner",
            Rule::SleepInAtomic => "sleep-in-atomic",
            Rule::Counters => "counters",
            Rule::TreeStructure => "tree-structure",
            Rule::DirtyEmptyEntry => "dirty-empty-entry",
            Rule::FalseExist => "false-eexist",
            Rule::Livelock => "livelock",
            Rule::FsyncMissed => "fsync-missed",
            Rule::FsyncRepeats => "fsync-repeats",
            Rule::Warning => "warning",
            Rule::PageTableOverwritten => "page-table-overwritten",
            Rule::StaleMapping => "stale-mapping",
            Rule::LostDirtyTag => "lost-dirty-tag",
            Rule::Accounting => "accounting",
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Rule> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Two or three words for the head of an alert.
    #[must_use]
    pub const fn headline(self) -> &'static str {
        match self {
            Rule::KernelBug => "The kernel is dead",
            Rule::LostWakeup => "Lost wake-up",
            Rule::Deadlock => "Deadlock",
            Rule::LeftLocked => "Lock left behind",
            Rule::NotOwner => "Two owners",
            Rule::SleepInAtomic => "Sleeping while atomic",
            Rule::Counters => "Wrong counter",
            Rule::TreeStructure => "Broken tree",
            Rule::DirtyEmptyEntry => "Dirty empty entry",
            Rule::FalseExist => "Refused without a reason",
            Rule::Livelock => "Livelock",
            Rule::FsyncMissed => "fsync missed data",
            Rule::FsyncRepeats => "fsync comes back",
            Rule::Warning => "Kernel warning",
            Rule::PageTableOverwritten => "Page table overwritten",
            Rule::StaleMapping => "Stale mapping",
            Rule::LostDirtyTag => "Lost dirty tag",
            Rule::Accounting => "Wrong accounting",
        }
    }
}

/// A broken rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// Two or three words.
    pub headline: String,
    /// One sentence, with thread and entry.
    pub sentence: String,
    /// The thread that broke it or suffers from it.
    pub thread: Option<ThreadId>,
}

impl Violation {
    pub(super) fn new(rule: Rule, thread: Option<ThreadId>, sentence: String) -> Violation {
        Violation { rule, headline: rule.headline().into(), sentence, thread }
    }
}

/// The rules that a step broke, from the state before it, its record, and the machine after it.
#[must_use]
pub fn violations(before: &World, record: &StepRecord, after: &Machine) -> Vec<Violation> {
    let mut found = step_violations(before, record, &after.world);
    found.extend(liveness::violations(after));
    found.extend(quiet::violations(record, after));
    found
}

/// The rules that a step broke by itself, whatever the other threads are at.
#[must_use]
pub fn step_violations(before: &World, record: &StepRecord, after: &World) -> Vec<Violation> {
    let thread = record.choice.thread;
    let mut found: Vec<Violation> = record.events().filter_map(|event| of_event(thread, event)).collect();
    found.extend(ownership::violations(before, record, after));
    found.extend(tree::violations(before, record, after));
    found.extend(livelock::violations(before, record));
    found
}

/// Events that are violations by themselves.
fn of_event(thread: ThreadId, event: &Event) -> Option<Violation> {
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
        Event::ScanGoesInCircles { index } => violation(
            Rule::Livelock,
            format!(
                "{thread} comes to page {} for the third time running and keeps the same entry; unless another thread \
                 takes that away, the scan never ends.",
                at(*index)
            ),
        ),
        Event::FlushedAgain { index } => violation(
            Rule::FsyncRepeats,
            format!(
                "{thread} has written back the entry at {} once more in one fsync: as long as others store there and \
                 tag it, the fsync does not end.",
                at(*index)
            ),
        ),
        Event::LeftUnflushed { index } => violation(
            Rule::FsyncMissed,
            format!(
                "{thread} says that fsync is done, but the dirty entry at {} was passed over and is not flushed.",
                at(*index)
            ),
        ),
        Event::PreemptLeak(_) => {
            violation(Rule::LeftLocked, format!("{thread} is done with preemption still off: a preload was not ended."))
        }
        _ => None,
    }
}

/// `0x203`.
pub(super) fn at(index: u64) -> String {
    narrate::page(index)
}
