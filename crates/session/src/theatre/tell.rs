//! From what a search did to what is told of it: every node is visited by a machine, which says what each step does, who else
//! could have run, and in how far two states are the same.

use super::played::{Alone, End, Move, Played, Sameness, Step};
use daxscope_core::machine::{Machine, StepRecord};
use daxscope_core::narrate;
use daxscope_core::op::{Access, Object, accesses};
use daxscope_core::scenario::{Choice, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use daxscope_explore::trail::{self, Trail};
use std::sync::Arc;

/// Most things that are named of what a step touches.
const MOST_NAMED: usize = 3;

/// Tells it.
pub(crate) fn tell(scenario: &Arc<Scenario>, size: StepSize, trail: &Trail) -> Played {
    let mut machines: Vec<Machine> = vec![Machine::new(Arc::clone(scenario))];
    let mut played = Played { is_full: trail.is_full(), ..Played::default() };
    for (at, step) in trail.steps().iter().enumerate() {
        let mut machine = machines[step.from as usize].clone();
        let choice = Choice { thread: ThreadId(step.hop.thread), fail: step.hop.fail };
        let before = machine.world.clone();
        let record = machine.step(choice, size);
        let sentence = record.map_or_else(String::new, |record| narrate::sentence(&before, &record, &machine));
        let next = trail.steps().get(at + 1).filter(|next| next.from as usize == at + 1);
        let end = match &step.end {
            trail::End::Stored => End::Stored,
            trail::End::Passed => {
                End::Passed(next.map_or_else(Alone::default, |next| alone(&machine, next.hop.thread, size)))
            }
            trail::End::Known { before, swapped } => {
                let before = before.map(|before| before as usize);
                End::Known(before, sameness(before.and_then(|before| machines.get(before)), &machine, *swapped))
            }
            trail::End::Dead => End::Dead,
            trail::End::Broken(rules) => {
                End::Broken(rules.first().map_or("A rule is broken", |rule| rule.headline()).into())
            }
            trail::End::Bound => End::Bound,
        };
        played.steps.push(Step {
            from: step.from as usize,
            thread: step.hop.thread,
            fail: step.hop.fail,
            end,
            sentence: one_line(&sentence),
        });
        machines.push(machine);
    }
    for made in trail.moves() {
        match *made {
            trail::Move::Looks { at, only } => {
                let only = only.map(|thread| alone(&machines[at as usize], thread, size));
                played.moves.push(Move::Looks { at: at as usize, only, spared: Vec::new() });
            }
            trail::Move::Spares { thread, .. } => {
                if let Some(Move::Looks { spared, .. }) = played.moves.last_mut() {
                    spared.push(thread);
                }
            }
            trail::Move::Goes(node) => played.moves.push(Move::Goes(node as usize)),
            trail::Move::Ends(at) => {
                let left =
                    machines[at as usize].thread_ids().any(|thread| machines[at as usize].blocked(thread).is_some());
                played.moves.push(Move::Ends(at as usize, !left));
            }
        }
    }
    played
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

/// In how far a machine stands where another one did.
fn sameness(before: Option<&Machine>, now: &Machine, swapped: bool) -> Sameness {
    match before {
        _ if swapped => Sameness::Swapped,
        Some(before) if before == now => Sameness::Exact,
        Some(before) if before.state() != now.state() => Sameness::Alike,
        Some(_) => Sameness::Merged,
        None => Sameness::Exact,
    }
}

/// Only that thread has to be looked at: what its step touches, and who could run as well.
fn alone(machine: &Machine, thread: u8, size: StepSize) -> Alone {
    let mut left = Vec::new();
    for other in machine.enabled().filter(|other| other.0 != thread) {
        let would = machine.position(other).stop().map(|stop| narrate::next(stop, machine.scenario()));
        left.push((other.0, one_line(&would.unwrap_or_default())));
    }
    let mut gone = machine.clone();
    let touches = match gone.step(Choice::run(ThreadId(thread)), size) {
        Some(record) => touched(&machine.world, &gone.world, &record),
        None => String::new(),
    };
    Alone { thread, touches, left }
}

/// What a step looks at or changes, in words: nothing if it is only the thread's own.
fn touched(before: &World, after: &World, record: &StepRecord) -> String {
    let mut worlds = record.worlds_within(before);
    worlds.insert(0, before.clone());
    let mut names: Vec<String> = Vec::new();
    for (at, performed) in record.performed.iter().enumerate() {
        let (old, new) = (worlds.get(at).unwrap_or(before), worlds.get(at + 1).unwrap_or(after));
        for access in accesses(old, new, record.choice.thread, &performed.stop.op, &performed.outcome) {
            let name = name_of(&access);
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let mut text = names.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    one_line(&text)
}

/// An object in words; nothing for what only its thread can see.
fn name_of(access: &Access) -> String {
    match access.object {
        Object::Slots if access.first == access.last => format!("slot {} of the tree", narrate::page(access.first)),
        Object::Slots => format!("slots {} to {} of the tree", narrate::page(access.first), narrate::page(access.last)),
        Object::Tags => "tags of the tree".into(),
        Object::Counters => "the counters of the mapping".into(),
        Object::Waits => "the wait table".into(),
        Object::Frames => "pages of the device".into(),
        Object::Nodes => "the nodes of the tree".into(),
        Object::Metadata => "uncommitted metadata".into(),
        Object::Page(_) | Object::PageIds => "pages in memory".into(),
        Object::Pmds(mm) | Object::Ptes(mm) => format!("the page tables of process {}", mm.0 + 1),
        Object::Extents => "the block map".into(),
        Object::BlockAllocator => "the free blocks".into(),
        Object::Size => "the size of the file".into(),
        Object::Contents => "what is stored".into(),
        Object::Unflushed | Object::Owed => "what is to be flushed".into(),
        Object::Lock(None) => "the lock of the tree".into(),
        Object::Lock(Some(_)) => "a sleeping lock".into(),
        Object::Cpu(_) => String::new(),
        Object::Calls(_) => "calls that may fail".into(),
    }
}
