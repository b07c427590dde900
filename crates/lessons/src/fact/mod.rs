//! What can be said of a run and be judged by looking at it: `entry 2M empty locked`, `B asleep 0x200p`, `broken`.
//!
//! The same facts are the claims behind answers, which tests hold against the engine, and the ends that a reader is to
//! reach in the live machine.

mod judge;
mod read;

pub use judge::Moment;

use daxscope_core::check::Rule;
use daxscope_core::scenario::{MappedHow, ResultWord};
use daxscope_core::units::{MmId, PageIndex, ThreadId};

/// A fact, or that it is not so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// Is it to be so?
    pub holds: bool,
    /// What.
    pub what: What,
}

/// What is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The entry of a page is all of this.
    Entry(PageIndex, Vec<Trait>),
    /// The word in the slot of a page.
    Word(PageIndex, u64),
    /// `nrexceptional`.
    NrExceptional(i64),
    /// `nrpages`.
    NrPages(i64),
    /// The slots that are in use in the node that holds the entry of a page.
    Count(PageIndex, u64),
    /// Pages that are stored to and not flushed, of which an fsync of the script may still ask.
    Unflushed(u64),
    /// So many threads sleep on a key.
    Sleepers(PageIndex, u64),
    /// A mapping of a page, in one process or any.
    Mapped(MappedHow, PageIndex, Option<MmId>),
    /// How a thread stands.
    Thread(ThreadId, Stands),
    /// A rule is broken, or any.
    Broken(Option<Rule>),
    /// Every thread is done.
    AllDone,
    /// That many steps are made, or more.
    Steps(u64),
}

/// Something that an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trait {
    /// There is no entry.
    Nothing,
    /// It covers 4 KiB.
    Small,
    /// It covers 2 MiB.
    Large,
    /// It stands for nothing yet.
    Empty,
    /// It is a huge zero page entry.
    Zero,
    /// It stands for blocks.
    Block,
    /// It is a hole page.
    Page,
    /// It is locked.
    Locked,
    /// It is not locked.
    Unlocked,
    /// It is tagged dirty.
    Dirty,
    /// It is tagged for writing.
    Towrite,
    /// That thread has locked it.
    By(ThreadId),
}

/// How a thread stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stands {
    /// It sleeps on an entry, perhaps on this key.
    Asleep(Option<PageIndex>),
    /// It sleeps, and nobody will wake it.
    Lost,
    /// It can run.
    Ready,
    /// It waits for `tree_lock`.
    Spins,
    /// It is done.
    Done,
    /// Its operation of that number, from 1, or its last one, ended so.
    Result(ResultWord, Option<usize>),
    /// A 2 MiB fault of it fell back, for this reason or any.
    FellBack(Option<&'static str>),
    /// It has preallocated nodes and may not sleep.
    Preloaded,
}
