//! The words for operations on the XArray.

use super::{LockNames, Told, Words};
use crate::entry::XEntry;
use crate::narrate::words::{self, page};
use crate::op::{Outcome, XArrayOp};
use crate::tree::xarray::Mark;
use crate::world::World;

impl Words for XArrayOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            XArrayOp::FindConflict(at) | XArrayOp::Load(at) => format!("look up page {}", page(at.index)),
            XArrayOp::Find { at, .. } => format!("look for the next entry from page {}", page(at.index)),
            XArrayOp::FindMarked { at, mark, .. } => {
                format!("look for the next entry marked {} from page {}", mark.name(), page(at.index))
            }
            XArrayOp::Store { at, entry: Some(entry) } => {
                format!("store a {} at {}", words::xentry(entry), page(at.index))
            }
            XArrayOp::Store { at, entry: None } => format!("delete the entry at {}", page(at.index)),
            XArrayOp::SetMark(at, mark) => format!("mark the entry at {} {}", page(at.index), mark.name()),
            XArrayOp::ClearMark(at, mark) => format!("clear the mark {} at {}", mark.name(), page(at.index)),
            XArrayOp::GetMark(_, mark) => format!("test the mark {}", mark.name()),
            XArrayOp::TagTowrite { .. } => "mark dirty entries TOWRITE".into(),
            XArrayOp::Nomem => "allocate a tree node, waiting for memory".into(),
            XArrayOp::Destroy => "give back the tree node that it holds ready".into(),
            XArrayOp::Count { .. } => "count the pages of the file".into(),
            XArrayOp::FindBatch { first, .. } => format!("collect entries from page {}", page(first)),
            XArrayOp::IsTagged(Some(mark)) => format!("ask whether anything is marked {}", mark.name()),
            XArrayOp::IsTagged(None) => "ask whether the tree is empty".into(),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        Some(match (*self, told.outcome()) {
            (XArrayOp::FindConflict(at), Outcome::Entry(None))
                if at.positioned && told.before.mapping.entry(at.index).is_some() =>
            {
                format!(
                    "asks xas_find_conflict() for page {} from where its state stands already, gets NULL, and takes the entry \
                     for gone",
                    page(at.index)
                )
            }
            (XArrayOp::FindConflict(at) | XArrayOp::Load(at), Outcome::Entry(found)) => match found {
                Some(entry) => format!("finds {} at page {}", words::locked_xentry(*entry), page(at.index)),
                None => format!("finds nothing at page {}", page(at.index)),
            },
            (XArrayOp::Find { .. } | XArrayOp::FindMarked { .. }, Outcome::Found(found)) => match found {
                Some((index, entry)) => format!("comes to {} at {}", words::locked_xentry(*entry), page(*index)),
                None => "finds no more entries".into(),
            },
            (XArrayOp::Store { .. }, Outcome::Stored(Err(errno))) => format!("gets no tree node ({errno})"),
            (XArrayOp::Store { at, entry }, Outcome::Stored(Ok((old, _)))) => {
                stored(told.before, at.index, *old, entry)
            }
            (XArrayOp::SetMark(at, mark), _) => format!("marks the entry at {} {}", page(at.index), mark.name()),
            (XArrayOp::ClearMark(at, mark), _) => {
                format!("clears the mark {} of the entry at {}", mark.name(), page(at.index))
            }
            (XArrayOp::GetMark(_, mark), Outcome::Bool(true)) => format!("finds it marked {}", mark.name()),
            (XArrayOp::GetMark(_, mark), _) => format!("finds it not marked {}", mark.name()),
            (XArrayOp::TagTowrite { .. }, Outcome::Tagged { count, .. }) => match count {
                0 => "finds no dirty entry to mark TOWRITE".into(),
                1 => "marks one dirty entry TOWRITE".into(),
                count => format!("marks {count} dirty entries TOWRITE"),
            },
            (XArrayOp::Nomem, Outcome::Status(Err(errno))) => format!("gets no tree node although it waits ({errno})"),
            (XArrayOp::Nomem, _) => "gets a tree node ready, and begins again".into(),
            (XArrayOp::FindBatch { first, .. }, Outcome::Pages(found)) => match found.len() {
                0 => format!("finds no entries from page {}", page(first)),
                2 => format!("finds one entry from page {}: at {}", page(first), page(found[0])),
                count => format!("finds {} entries from page {}", count - 1, page(first)),
            },
            (XArrayOp::Count { pages }, _) => {
                let (verb, count) = if pages < 0 { ("takes", "off") } else { ("adds", "to") };
                format!("{verb} {} {count} the counter of the file", words::pages(pages.unsigned_abs()))
            }
            (XArrayOp::IsTagged(Some(mark)), Outcome::Bool(false)) => format!("finds nothing marked {}", mark.name()),
            (XArrayOp::IsTagged(None), Outcome::Bool(false)) => "finds the tree empty".into(),
            _ => return None,
        })
    }

    fn aside(&self, outcome: &Outcome) -> Option<String> {
        Some(match (self, outcome) {
            (XArrayOp::IsTagged(Some(mark)), Outcome::Bool(true)) => format!("finds something marked {}", mark.name()),
            (XArrayOp::IsTagged(None), Outcome::Bool(true)) => "finds that the tree is not empty".into(),
            (XArrayOp::Destroy, _) => "gives back the tree node that it holds ready".into(),
            _ => return None,
        })
    }

    fn call(&self, told: Told<'_>) -> Option<(String, String)> {
        let name = |entry: Option<XEntry>| entry.map_or("NULL".to_owned(), bare);
        Some(match (*self, told.outcome()) {
            (XArrayOp::FindConflict(at), Outcome::Entry(found)) => {
                (format!("xas_find_conflict({})", page(at.index)), name(*found))
            }
            (XArrayOp::Load(at), Outcome::Entry(found)) => (format!("xas_load({})", page(at.index)), name(*found)),
            (XArrayOp::Find { at, .. }, Outcome::Found(found)) => {
                (format!("xas_find({})", page(at.index)), name(found.map(|(_, entry)| entry)))
            }
            (XArrayOp::FindMarked { at, mark, .. }, Outcome::Found(found)) => {
                (format!("xas_find_marked({}, {})", page(at.index), mark.name()), name(found.map(|(_, entry)| entry)))
            }
            (XArrayOp::IsTagged(Some(mark)), Outcome::Bool(is)) => {
                (format!("mapping_tagged({})", mark.name()), is.to_string())
            }
            (XArrayOp::IsTagged(None), Outcome::Bool(is)) => ("mapping_empty()".into(), (!is).to_string()),
            (XArrayOp::Store { at, entry }, outcome) => {
                let (index, entry) = (page(at.index), name(entry));
                let answer = match outcome {
                    Outcome::Stored(Err(errno)) => errno.to_string(),
                    // What goes is worth a word; of what is replaced the store says enough.
                    Outcome::Stored(Ok((Some(old), _))) if entry == "NULL" => {
                        format!("{}{}", bare(*old), if told.is_dirty(at.index) { ", DIRTY" } else { "" })
                    }
                    _ => String::new(),
                };
                (format!("xas_store({index}, {entry})"), answer)
            }
            (XArrayOp::SetMark(at, mark), _) => {
                (format!("xas_set_mark({}, {})", page(at.index), mark.name()), String::new())
            }
            (XArrayOp::ClearMark(at, mark), _) => {
                (format!("xas_clear_mark({}, {})", page(at.index), mark.name()), String::new())
            }
            _ => return None,
        })
    }

    fn is_visible(&self, outcome: &Outcome) -> bool {
        match self {
            XArrayOp::Store { .. } | XArrayOp::SetMark(..) | XArrayOp::ClearMark(..) => true,
            XArrayOp::TagTowrite { .. } => !matches!(outcome, Outcome::Tagged { count: 0, .. }),
            // Entries are passed over: those that are there, or those that are not marked.
            XArrayOp::FindConflict(at) => at.positioned && *outcome == Outcome::Entry(None),
            XArrayOp::IsTagged(Some(_)) => *outcome == Outcome::Bool(false),
            XArrayOp::Nomem
            | XArrayOp::Destroy
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::GetMark(..)
            | XArrayOp::Count { .. }
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(None) => false,
        }
    }

    fn is_look(&self, outcome: &Outcome) -> bool {
        match self {
            XArrayOp::FindConflict(_) | XArrayOp::Load(_) => true,
            XArrayOp::Find { .. } | XArrayOp::FindMarked { .. } => matches!(outcome, Outcome::Found(Some(_))),
            _ => false,
        }
    }
}

/// An entry with its lock bit, as an argument: `locked 2 MiB empty entry`.
fn bare(entry: XEntry) -> String {
    words::locked_xentry(entry).trim_start_matches("the ").to_owned()
}

/// What a store did: locked, unlocked, replaced, inserted or deleted.
fn stored(before: &World, index: u64, old: Option<XEntry>, new: Option<XEntry>) -> String {
    let at = |entry: XEntry| page(entry.size().start(index));
    match (old, new) {
        (None, None) => format!("deletes at {}, where nothing is", page(index)),
        (Some(old), None) => {
            let first = old.size().start(index);
            let is_dirty = before.mapping.xarray.get().is_some_and(|array| array.get_mark(first, Mark::Dirty));
            let mark = if is_dirty { ", and the mark DIRTY with it" } else { "" };
            format!("deletes {} at {}{mark}", words::locked_xentry(old), page(first))
        }
        (Some(old), Some(new)) if old == new => format!("stores the {} at {} again", words::xentry(new), at(new)),
        (Some(old), Some(new)) if old.unlocked() == new.unlocked() => {
            let verb = if new.is_locked() { "locks" } else { "unlocks" };
            format!("{verb} the {} at {}", words::xentry(new), at(new))
        }
        (Some(_), Some(new)) => format!("makes the entry at {} a {}", at(new), words::xentry(new)),
        (None, Some(new)) => {
            let locked = if new.is_locked() { "locked " } else { "" };
            format!("inserts a {locked}{} at {}", words::xentry(new), at(new))
        }
    }
}
