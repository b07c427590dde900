//! The words for operations on the radix tree.

use super::{LockNames, Told, Words, failed, only_call};
use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::narrate::words::{self, page};
use crate::op::{Outcome, RadixOp};

impl Words for RadixOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            RadixOp::Preload(_) => "preallocate tree nodes".into(),
            RadixOp::PreloadEnd => "turn preemption on again".into(),
            RadixOp::Lookup { index } | RadixOp::FindGetEntry { index } => format!("look up page {}", page(index)),
            RadixOp::LockSlot { index } => format!("set the lock bit of the entry at {}", page(index)),
            RadixOp::UnlockSlot { index } => format!("clear the lock bit of the entry at {}", page(index)),
            RadixOp::Insert { index, entry } => format!("insert a {} at {}", words::entry(entry), page(index)),
            RadixOp::Delete { index } => format!("delete the entry at {}", page(index)),
            RadixOp::Replace { index, entry } => {
                format!("make the entry at {} a {}", page(index), words::entry(entry))
            }
            RadixOp::TagSet { index, tag } => format!("tag the entry at {} {}", page(index), tag.name()),
            RadixOp::TagClear { index, tag } => format!("clear the {} tag at {}", tag.name(), page(index)),
            RadixOp::TagGet { tag, .. } => format!("test the {} tag", tag.name()),
            RadixOp::TagTowrite { .. } => "tag dirty entries TOWRITE".into(),
            RadixOp::FindGetEntries { first, .. } => format!("collect entries from page {}", page(first)),
            RadixOp::FindGetEntriesTag { first, tag, .. } => {
                format!("collect entries tagged {} from page {}", tag.name(), page(first))
            }
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        let outcome = told.outcome();
        Some(match *self {
            RadixOp::Preload(what) => match outcome {
                Outcome::Status(Err(errno)) => {
                    format!("cannot preallocate tree nodes: {} fails ({errno})", what.name())
                }
                _ => "preallocates tree nodes, which turns preemption off".into(),
            },
            RadixOp::PreloadEnd => "turns preemption on again".into(),
            RadixOp::Lookup { index } => seen(outcome, index)?,
            RadixOp::FindGetEntry { index } => match outcome {
                Outcome::Slot(Slot::Page(hole)) => {
                    format!("finds {hole} at page {} and takes a reference of it", page(index))
                }
                _ => seen(outcome, index)?,
            },
            RadixOp::LockSlot { index } => format!("locks {}", changed(told, index)),
            RadixOp::UnlockSlot { index } => format!("unlocks {}", changed(told, index)),
            RadixOp::Insert { index, entry } => inserted(outcome, index, entry),
            RadixOp::Delete { index } => match outcome {
                Outcome::Slot(Slot::Null) => format!("deletes at {}, where nothing is", page(index)),
                Outcome::Slot(old @ Slot::Entry(_)) => {
                    let mark = if told.is_dirty(index) { ", and the tag DIRTY with it" } else { "" };
                    format!("deletes {} at {}{mark}", words::slot(*old), told.first(index))
                }
                Outcome::Slot(old) => format!("deletes {} at {}", words::slot(*old), told.first(index)),
                _ => return None,
            },
            RadixOp::Replace { index, entry } => {
                format!("makes the entry at {} a {}", told.first(index), words::entry(entry))
            }
            RadixOp::TagSet { index, tag } => format!("tags the entry at {} {}", told.first(index), tag.name()),
            RadixOp::TagClear { index, tag } => {
                format!("clears the {} tag of the entry at {}", tag.name(), told.first(index))
            }
            RadixOp::TagGet { tag, .. } => match outcome {
                Outcome::Bool(true) => format!("finds it tagged {}", tag.name()),
                _ => format!("finds it not tagged {}", tag.name()),
            },
            RadixOp::TagTowrite { .. } => match outcome {
                Outcome::Tagged { count: 0, .. } => "finds no dirty entry to tag TOWRITE".into(),
                Outcome::Tagged { count: 1, .. } => "tags one dirty entry TOWRITE".into(),
                Outcome::Tagged { count, .. } => format!("tags {count} dirty entries TOWRITE"),
                _ => return None,
            },
            RadixOp::FindGetEntries { first, .. } => entries_found(outcome, first, "")?,
            RadixOp::FindGetEntriesTag { first, tag, .. } => entries_found(outcome, first, tag.name())?,
        })
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn call(&self, told: Told<'_>) -> Option<(String, String)> {
        let outcome = told.outcome();
        Some(match *self {
            RadixOp::Preload(what) => (format!("{}()", preload(what.name())), failed(outcome)),
            RadixOp::Lookup { index } | RadixOp::FindGetEntry { index } => {
                (format!("__radix_tree_lookup({})", page(index)), found(outcome))
            }
            RadixOp::LockSlot { index } => (format!("lock_slot({})", page(index)), unlocked(outcome)),
            RadixOp::UnlockSlot { index } => (format!("unlock_slot({})", page(index)), unlocked(outcome)),
            RadixOp::Insert { index, entry } => {
                let at = page(entry.size().start(index));
                (format!("__radix_tree_insert({at}, {})", inserted_entry(entry)), failed(outcome))
            }
            RadixOp::Delete { index } => (format!("radix_tree_delete({})", page(index)), found(outcome)),
            RadixOp::Replace { index, entry } => {
                return only_call(format!("__radix_tree_replace({}, {})", page(index), words::entry(entry)));
            }
            RadixOp::TagSet { index, tag } => {
                return only_call(format!("radix_tree_tag_set({}, {})", page(index), tag.name()));
            }
            RadixOp::TagClear { index, tag } => {
                return only_call(format!("radix_tree_tag_clear({}, {})", page(index), tag.name()));
            }
            RadixOp::PreloadEnd
            | RadixOp::TagGet { .. }
            | RadixOp::TagTowrite { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. } => return None,
        })
    }

    fn is_visible(&self, outcome: &Outcome) -> bool {
        match self {
            RadixOp::LockSlot { .. }
            | RadixOp::UnlockSlot { .. }
            | RadixOp::Insert { .. }
            | RadixOp::Delete { .. }
            | RadixOp::Replace { .. }
            | RadixOp::TagSet { .. }
            | RadixOp::TagClear { .. } => true,
            RadixOp::TagTowrite { .. } => !matches!(outcome, Outcome::Tagged { count: 0, .. }),
            RadixOp::Preload(_) => matches!(outcome, Outcome::Status(Err(_))),
            RadixOp::PreloadEnd
            | RadixOp::Lookup { .. }
            | RadixOp::TagGet { .. }
            | RadixOp::FindGetEntry { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. } => false,
        }
    }

    fn is_look(&self, _: &Outcome) -> bool {
        matches!(self, RadixOp::Lookup { .. })
    }
}

fn seen(outcome: &Outcome, index: u64) -> Option<String> {
    match outcome {
        Outcome::Slot(found) => Some(format!("finds {} at page {}", words::slot(*found), page(index))),
        _ => None,
    }
}

/// The entry that the operation changed, and where it begins.
fn changed(told: Told<'_>, index: u64) -> String {
    match told.outcome() {
        Outcome::Slot(Slot::Entry(entry)) => {
            let unlocked = Entry::unlocked(*entry);
            format!("the {} at {}", words::entry(unlocked), told.first(index))
        }
        _ => format!("nothing at {}", page(index)),
    }
}

fn inserted(outcome: &Outcome, index: u64, entry: Entry) -> String {
    match outcome {
        Outcome::Status(Err(Errno::EEXIST)) => {
            format!("cannot insert a {} at {}: something is in the range (-EEXIST)", words::entry(entry), page(index))
        }
        Outcome::Status(Err(errno)) => format!("cannot insert a {} ({errno})", words::entry(entry)),
        _ => format!("inserts a {} at {}", inserted_entry(entry), page(entry.size().start(index))),
    }
}

/// `locked 2 MiB empty entry`.
fn inserted_entry(entry: Entry) -> String {
    let locked = if entry.is_locked() { "locked " } else { "" };
    format!("{locked}{}", words::entry(entry))
}

fn entries_found(outcome: &Outcome, first: u64, tagged: &str) -> Option<String> {
    let Outcome::Entries(entries) = outcome else { return None };
    let kind = if tagged.is_empty() { String::new() } else { format!(" tagged {tagged}") };
    Some(match entries.len() {
        0 => format!("finds no entries{kind} from page {}", page(first)),
        1 => format!("finds one entry{kind} from page {}: at {}", page(first), page(entries[0].0)),
        count => format!("finds {count} entries{kind} from page {}", page(first)),
    })
}

const fn preload(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"maybe_preload" => "radix_tree_maybe_preload",
        _ => "radix_tree_preload",
    }
}

fn found(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Slot(Slot::Null) => "NULL".into(),
        Outcome::Slot(slot) => words::slot(*slot).trim_start_matches("the ").to_owned(),
        _ => String::new(),
    }
}

fn unlocked(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Slot(Slot::Entry(entry)) => words::entry(Entry::unlocked(*entry)),
        _ => found(outcome),
    }
}
