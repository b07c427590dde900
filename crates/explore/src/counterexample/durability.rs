//! Why an fsync missed a page: who stored to it, where its entry was DIRTY and where that was lost, and which look of the fsync
//! came to nothing.

use super::key_steps::{Place, last_change};
use super::replay::Replay;
use daxscope_core::event::Event;
use daxscope_core::narrate;
use daxscope_core::op::{CounterOp, FileOp, Op, Outcome, RadixOp, XArrayOp};
use daxscope_core::radix::Tag;
use daxscope_core::tree::xarray::Mark;
use daxscope_core::units::{PageIndex, ThreadId};
use daxscope_core::world::World;

/// The steps before the last one, which returns from the fsync, each with what it has to do with the page.
pub(super) fn missed(run: &Replay) -> Vec<(Place, String)> {
    let Some((thread, page)) = left(run) else { return Vec::new() };
    clues(run, thread, page).into_iter().map(|clue| (clue.place, clue.why)).collect()
}

/// A step that has to do with a page that an fsync missed.
pub(super) struct Clue {
    pub(super) place: Place,
    pub(super) kind: ClueKind,
    /// What it has to do with it.
    pub(super) why: String,
}

/// What kind of step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ClueKind {
    /// The store that was to be flushed, or where its entry became DIRTY.
    Before,
    /// The entry goes, and DIRTY with it.
    EntryGoes,
    /// DIRTY goes and the entry stays.
    DirtyGoes,
    /// TOWRITE goes before the flush.
    TowriteGoes,
    /// That thread locks the entry at which fsync will not wait.
    Locks(ThreadId),
    /// fsync passes over the locked entry.
    Passes,
    /// fsync finds nothing.
    FindsNothing,
}

/// Why the fsync of a thread that returns in the last step of a run has not flushed a page.
pub(super) fn clues(run: &Replay, thread: ThreadId, page: PageIndex) -> Vec<Clue> {
    let end = run.run.steps.len() - 1;
    let Some(begin) = begins(run, thread) else { return Vec::new() };
    let name = narrate::page(page);
    let mut found: Vec<Clue> = Vec::new();
    let mut add = |place: Option<Place>, kind: ClueKind, why: String| {
        found.extend(place.map(|place| Clue { place, kind, why }));
    };

    let unflushed = |world: &World| world.file.durability.unflushed().iter().any(|&(index, _)| index == page);
    // The beginning of an fsync may be the end of what it counts.
    let why = format!("the store to page {name} that is to be flushed");
    add(last_change(run, begin.0, unflushed), ClueKind::Before, why);
    let (dirty, towrite) =
        (|world: &World| is_marked(world, page, false), |world: &World| is_marked(world, page, true));
    let is_dirty = dirty(&run.worlds[end]);
    let changed = last_change(run, end, dirty);
    let set = if is_dirty { changed } else { changed.and_then(|(step, _)| last_change(run, step, dirty)) };
    add(set, ClueKind::Before, "its entry becomes DIRTY: all that tells fsync of the store".into());
    if !is_dirty {
        let is_kept = changed.is_some_and(|(step, _)| is_there(&run.worlds[step + 1], page));
        let kind = if is_kept { ClueKind::DirtyGoes } else { ClueKind::EntryGoes };
        add(changed, kind, lost(is_kept).into());
    } else if !towrite(&run.worlds[end]) {
        let why = "TOWRITE goes before the flush: who looks for it meanwhile finds nothing";
        add(last_change(run, end, towrite).filter(|place| place.0 > 0), ClueKind::TowriteGoes, why.into());
    }
    let passes = passes_over(run, thread, begin, page);
    if let Some((place, why, is_locked)) = passes {
        let owner = |world: &World| world.mapping.owner(first_index(world, page));
        if let Some(holder) = owner(&run.worlds[place.0]).filter(|_| is_locked) {
            let why = "the entry is locked when fsync comes to it";
            add(last_change(run, place.0, owner), ClueKind::Locks(holder), why.into());
        }
        let kind = if is_locked { ClueKind::Passes } else { ClueKind::FindsNothing };
        add(Some(place), kind, format!("{why} page {name}"));
    }
    found
}

/// Is it an fsync that has broken its promise in the last step, and not a synchronous fault?
pub(super) fn is_fsync(run: &Replay) -> bool {
    left(run).is_some()
}

/// The fsync that returned in the last step, and the first page that it left.
fn left(run: &Replay) -> Option<(ThreadId, PageIndex)> {
    let record = &run.run.steps.last()?.record;
    let events = record.performed.iter().flat_map(|made| &made.events);
    let mut left = events.filter_map(|event| match event {
        Event::LeftUnflushed { index, .. } => Some(*index),
        _ => None,
    });
    Some((record.choice.thread, left.next()?))
}

/// Where the last fsync of a thread begins.
fn begins(run: &Replay, thread: ThreadId) -> Option<Place> {
    let is_it = |op: &Op| matches!(op, Op::File(FileOp::FsyncBegins { .. }));
    operations(run, thread).filter(|&(_, op, _)| is_it(op)).map(|(place, ..)| place).last()
}

/// All operations of a thread with what they answered.
fn operations(run: &Replay, thread: ThreadId) -> impl Iterator<Item = (Place, &Op, &Outcome)> {
    let steps = (0..run.run.steps.len()).filter(move |&step| run.record(step).choice.thread == thread);
    steps.flat_map(move |step| {
        let performed = run.record(step).performed.iter().enumerate();
        performed.map(move |(at, made)| ((step, at), &made.stop.op, &made.outcome))
    })
}

/// Is the entry of a page there, with DIRTY, or with TOWRITE?
fn is_marked(world: &World, page: PageIndex, towrite: bool) -> bool {
    match world.mapping.xarray.get() {
        Some(xarray) => xarray.get_mark(page, if towrite { Mark::Towrite } else { Mark::Dirty }),
        None => world.mapping.tree.tag_get(page, if towrite { Tag::Towrite } else { Tag::Dirty }),
    }
}

/// Is anything there that covers the page?
fn is_there(world: &World, page: PageIndex) -> bool {
    world.mapping.entry(page).is_some() || world.mapping.slot(page).entry().is_some()
}

fn first_index(world: &World, page: PageIndex) -> PageIndex {
    match world.mapping.entry(page) {
        Some(entry) => entry.size().start(page),
        None => world.mapping.first_index(page).unwrap_or(page),
    }
}

/// What became of DIRTY where it was lost.
const fn lost(is_kept: bool) -> &'static str {
    match is_kept {
        true => "DIRTY goes: from here on nothing tells fsync of stores",
        false => "the entry goes, and DIRTY with it: nothing tells fsync of the store any more",
    }
}

/// Where an fsync looks and does not see the page: the place, what it is, and whether a locked entry is the reason.
fn passes_over(run: &Replay, thread: ThreadId, begin: Place, page: PageIndex) -> Option<(Place, &'static str, bool)> {
    let all: Vec<(Place, &Op, &Outcome)> = operations(run, thread).filter(|&(place, ..)| place > begin).collect();
    let locked = all.iter().enumerate().find(|&(at, &(place, op, outcome))| {
        let world = &run.worlds[place.0];
        let is_of_page = |index: PageIndex| first_index(world, index) == first_index(world, page);
        match (op, outcome) {
            (Op::XArray(XArrayOp::FindConflict(cursor)), Outcome::Entry(None)) => {
                cursor.positioned && is_of_page(cursor.index)
            }
            (Op::Radix(RadixOp::Lookup { index }), Outcome::Slot(slot)) => {
                let is_locked = slot.entry().is_some_and(|entry| entry.is_locked());
                let waits = all[at + 1..].iter().any(|(_, op, _)| matches!(op, Op::Wait(_)));
                is_locked && is_of_page(*index) && !waits
            }
            _ => false,
        }
    });
    if let Some((_, &(place, ..))) = locked {
        return Some((place, "fsync takes the locked entry for none, and passes over", true));
    }
    let nothing = all.iter().find(|&&(_, op, outcome)| match (op, outcome) {
        (Op::XArray(XArrayOp::IsTagged(_)), Outcome::Bool(false))
        | (Op::Counter(CounterOp::NrExceptional), Outcome::Number(0)) => true,
        (Op::XArray(XArrayOp::FindMarked { at, .. }), Outcome::Found(found)) => {
            at.index <= page && found.is_none_or(|(first, _)| first > page)
        }
        (Op::Radix(RadixOp::FindGetEntriesTag { first, .. }), Outcome::Entries(found)) => {
            *first <= page && !found.iter().any(|&(index, _)| index <= page)
        }
        _ => false,
    });
    nothing.map(|&(place, ..)| (place, "fsync finds nothing that tells it of", false))
}
