//! The way into a livelock: the step that made it possible.

use crate::entry::{Entry, Slot};
use crate::machine::{Machine, Performed, StepRecord};
use crate::narrate;
use crate::op::{Op, Outcome};
use crate::units::ThreadId;
use crate::world::World;
use std::sync::Arc;

/// The last operation before the round that changed what the round looks at, in words; one of a thread that does not go round
/// comes first. With the number of its step, from 1. `steps`: all of them, from the start to the end of the round; `way_in`: how
/// many are before it.
pub(super) fn cause(machine: &Machine, steps: &[&StepRecord], way_in: usize) -> Option<(usize, String)> {
    let (stem, turn) = steps.split_at_checked(way_in)?;
    let looks = looks(turn);
    let goes_round = |thread: ThreadId| turn.iter().any(|record| record.choice.thread == thread);
    let mut world = World::new(Arc::clone(machine.scenario()));
    let mut seen: Vec<Outcome> = looks.iter().map(|look| value(&world, look)).collect();
    let (mut by_others, mut by_anybody) = (None, None);
    for (at, record) in stem.iter().enumerate() {
        let thread = record.choice.thread;
        for performed in &record.performed {
            let before = world.clone();
            performed.repeat(thread, &mut world);
            let now: Vec<Outcome> = looks.iter().map(|look| value(&world, look)).collect();
            if now != seen {
                by_anybody = told(&before, at, thread, performed);
                if !goes_round(thread) {
                    by_others = by_anybody.clone();
                }
                seen = now;
            }
        }
    }
    by_others.or(by_anybody)
}

/// The number of the step, and `B inserts a locked 2 MiB empty entry at 0x0`.
fn told(before: &World, at: usize, thread: ThreadId, performed: &Performed) -> Option<(usize, String)> {
    let clauses = narrate::clauses(before, performed);
    (!clauses.is_empty()).then(|| (at + 1, format!("{thread} {}", narrate::join(&clauses))))
}

/// What the operations of a round look at, as operations that any world can be asked for, with who asks.
fn looks(turn: &[&StepRecord]) -> Vec<(ThreadId, Op)> {
    let mut looks = Vec::new();
    for record in turn {
        for performed in &record.performed {
            let op = performed.stop.op;
            let look = (record.choice.thread, op);
            // What may fail asks somebody who may do something about it: the file system allocates. That is no look.
            if op.can_be_asked() && op.fail_point().is_none() && !looks.contains(&look) {
                looks.push(look);
            }
        }
    }
    looks
}

/// What a world answers, whoever has locked the entries.
fn value(world: &World, (thread, look): &(ThreadId, Op)) -> Outcome {
    let unlocked = |slot: Slot| match slot {
        Slot::Entry(entry) => Slot::Entry(Entry::unlocked(entry)),
        other => other,
    };
    match world.clone().apply(*thread, look, false, &mut Vec::new()) {
        Outcome::Slot(slot) => Outcome::Slot(unlocked(slot)),
        Outcome::Entries(entries) => Outcome::Entries(entries.iter().map(|&(at, slot)| (at, unlocked(slot))).collect()),
        other => other,
    }
}
