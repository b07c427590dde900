//! The words for every operation, in modules of the same names as in [`crate::op`]: one for each family.
//!
//! What a family has to be able to say is [`Words`]; each of its answers is a match without a rest, so the compiler asks
//! for the words of an operation that is added.

mod counter;
mod file;
mod folio;
mod install;
mod lock;
mod page;
mod page_table;
mod pause;
mod radix;
mod tree_lock;
mod wait;
mod xarray;

use super::LockNames;
use crate::event::Event;
use crate::machine::Performed;
use crate::op::{Op, Outcome};
use crate::radix::Tag;
use crate::tree::xarray::Mark;
use crate::world::World;

/// An operation that was performed.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// The world right before the step.
    pub(super) before: &'a World,
    /// What was done.
    pub(super) performed: &'a Performed,
}

impl Told<'_> {
    /// What the kernel calls its locks.
    fn locks(&self) -> LockNames {
        LockNames::of(&self.before.scenario.revision)
    }

    fn outcome(&self) -> &Outcome {
        &self.performed.outcome
    }

    /// ` (-ENOMEM)`: the error of a call that was made to fail, where its answer does not say it.
    fn injected(&self) -> String {
        let errno = self.performed.events.iter().find_map(|event| match event {
            Event::Inject { errno, .. } => Some(*errno),
            _ => None,
        });
        errno.map_or(String::new(), |errno| format!(" ({errno})"))
    }

    /// Was the entry that covers `index` marked DIRTY before the step, in the tree of either era?
    fn is_dirty(&self, index: u64) -> bool {
        let mapping = &self.before.mapping;
        match mapping.xarray.get() {
            Some(xarray) => xarray.get_mark(index, Mark::Dirty),
            None => mapping.tree.tag_get(index, Tag::Dirty),
        }
    }

    /// First index of the entry that covers `index`.
    fn first(&self, index: u64) -> String {
        super::page(self.before.mapping.first_index(index).unwrap_or(index))
    }
}

/// The words for the operations of a family.
pub(super) trait Words {
    /// What a thread is about to do, in base form: `take tree_lock`.
    fn next(&self, locks: LockNames) -> String;

    /// What it did, as a clause behind the name of the thread: `takes tree_lock`. None if there is nothing to say, or its
    /// events say it.
    fn done(&self, told: Told<'_>) -> Option<String>;

    /// What it looked at, or why it did nothing: told only where there is nothing else to tell.
    fn aside(&self, outcome: &Outcome) -> Option<String>;

    /// The call that a kernel developer knows, and what came of it if that says something. None if it is no call of one
    /// name.
    fn call(&self, told: Told<'_>) -> Option<(String, String)>;

    /// Does it change something by itself, or decide who waits? What its events say need not be said here.
    fn is_visible(&self, outcome: &Outcome) -> bool;

    /// Does it look up an entry, so that what it finds explains what is done next?
    fn is_look(&self, _: &Outcome) -> bool {
        false
    }

    /// Does [`Words::done`] say all that there is to say of a mapping, so that its events need not?
    fn tells_of_mappings(&self) -> bool {
        false
    }
}

/// The words for an operation.
pub(super) fn words(op: &Op) -> &dyn Words {
    match op {
        Op::Pause(op) => op,
        Op::TreeLock(op) => op,
        Op::Wait(op) => op,
        Op::Radix(op) => op,
        Op::Counter(op) => op,
        Op::Page(op) => op,
        Op::PageTable(op) => op,
        Op::File(op) => op,
        Op::Lock(op) => op,
        Op::XArray(op) => op,
        Op::Folio(op) => op,
        Op::Install(op) => op,
    }
}

/// A call of which nothing is said but that it was made.
fn only_call(call: String) -> Option<(String, String)> {
    Some((call, String::new()))
}

/// The error, if it is one.
fn failed(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Status(Err(errno)) => errno.to_string(),
        _ => String::new(),
    }
}
