//! The rules by name.

use super::moment::Moment;

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
    /// A refusal with `-EEXIST`, or for a conflict, although nothing small is in the range.
    FalseExist,
    /// An operation would go on for ever: it faults again and again, or its scan goes in circles.
    Livelock,
    /// fsync, msync or a synchronous fault has returned success, and something that it vouches for would not survive a power
    /// failure: the one contract of all releases. To daxscope of November 2026 it was `fsync-missed`.
    LostDurability,
    /// An fsync begins its scan from the start again and comes back to what it has written back already: a steady stream of
    /// stores and other fsyncs would keep it there.
    FsyncRepeats,
    /// The kernel warned.
    Warning,
    /// An invalidation or truncation took something away that does not reach into its range.
    OutsideRange,
    /// A huge mapping was installed over a page table.
    PageTableOverwritten,
    /// When all is quiet, a mapping contradicts the file or the tree.
    StaleMapping,
    /// When all is quiet, a mapping is writable but its entry is not dirty: fsync will miss the data.
    LostDirtyTag,
    /// When all is quiet, a reference count, counter or mark is wrong.
    Accounting,
    /// A store is refused with `SIGBUS` although the thread holds the entry of its page, with blocks.
    FalseSigbus,
    /// A layout was broken as if no page were in use, and one is pinned.
    BusyMissed,
    /// A block is freed while its page is pinned: a device may write to whatever gets it next.
    FreedInUse,
}

impl Rule {
    /// All rules.
    pub const ALL: [Rule; 22] = [
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
        Rule::LostDurability,
        Rule::FsyncRepeats,
        Rule::Warning,
        Rule::OutsideRange,
        Rule::PageTableOverwritten,
        Rule::StaleMapping,
        Rule::LostDirtyTag,
        Rule::Accounting,
        Rule::FalseSigbus,
        Rule::BusyMissed,
        Rule::FreedInUse,
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
            Rule::LostDurability => "lost-durability",
            Rule::FsyncRepeats => "fsync-repeats",
            Rule::Warning => "warning",
            Rule::OutsideRange => "outside-range",
            Rule::PageTableOverwritten => "page-table-overwritten",
            Rule::StaleMapping => "stale-mapping",
            Rule::LostDirtyTag => "lost-dirty-tag",
            Rule::Accounting => "accounting",
            Rule::FalseSigbus => "false-sigbus",
            Rule::BusyMissed => "busy-missed",
            Rule::FreedInUse => "freed-in-use",
        }
    }

    /// The one with that name, or with the one that it had: scripts and links that were sent stay readable.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Rule> {
        let name = if name == "fsync-missed" { Rule::LostDurability.name() } else { name };
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// When it is looked at.
    #[must_use]
    pub const fn moment(self) -> Moment {
        match self {
            Rule::KernelBug
            | Rule::NotOwner
            | Rule::SleepInAtomic
            | Rule::FalseExist
            | Rule::LostDurability
            | Rule::FsyncRepeats
            | Rule::Warning
            | Rule::OutsideRange
            | Rule::PageTableOverwritten
            | Rule::FalseSigbus
            | Rule::BusyMissed
            | Rule::FreedInUse => Moment::Operation,
            Rule::Counters | Rule::TreeStructure | Rule::DirtyEmptyEntry => Moment::TreeChanged,
            Rule::LeftLocked => Moment::OperationEnds,
            Rule::StaleMapping | Rule::LostDirtyTag | Rule::Accounting => Moment::Quiet,
            Rule::LostWakeup | Rule::Deadlock => Moment::Stuck,
            Rule::Livelock => Moment::Round,
        }
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
            Rule::LostDurability => "Lost durability",
            Rule::FsyncRepeats => "fsync comes back",
            Rule::Warning => "Kernel warning",
            Rule::OutsideRange => "Outside its range",
            Rule::PageTableOverwritten => "Page table overwritten",
            Rule::StaleMapping => "Stale mapping",
            Rule::LostDirtyTag => "Lost dirty tag",
            Rule::Accounting => "Wrong accounting",
            Rule::FalseSigbus => "SIGBUS without a reason",
            Rule::BusyMissed => "Pinned page missed",
            Rule::FreedInUse => "Freed while in use",
        }
    }
}
