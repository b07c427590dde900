//! An access that faults for ever.

use super::rule::Rule;
use super::violation::Violation;
use crate::event::{Event, OpResult};
use crate::machine::{LiveThread, StepRecord};
use crate::op::Op;
use crate::scenario::{Operation, Scenario, ThreadScript};
use crate::units::ThreadId;
use crate::world::World;
use std::sync::Arc;

/// If the step ended an access that has faulted too often: would it go on so if all other threads stood still? Two
/// threads that take turns in undoing what the other one did are no livelock: one of them gets through as soon as the
/// other is late.
pub(super) fn violations(before: &World, record: &StepRecord) -> Vec<Violation> {
    let thread = record.choice.thread;
    let gave_up = record.events().find_map(|event| match event {
        Event::Result(OpResult::Livelock { faults, disturbed: false }) => Some(*faults),
        _ => None,
    });
    let Some(faults) = gave_up else { return Vec::new() };
    let Some((mm, page, write)) = record.performed.iter().find_map(|performed| match performed.stop.op {
        Op::CheckAccess { mm, page, write } => Some((mm, page, write)),
        _ => None,
    }) else {
        return Vec::new();
    };
    let scenario = &before.scenario;
    let own = &scenario.threads[thread.index()];
    let is_it = |operation: &&Operation| match **operation {
        Operation::Access { page: pgoff, write: writes, mm: other, .. } => {
            let at = other.unwrap_or(own.mm);
            at == mm && writes == write && pgoff + scenario.processes[mm.index()].mapping.skew == page
        }
        _ => false,
    };
    if !own.operations.iter().filter(is_it).any(|operation| faults_for_ever(before, thread, *operation)) {
        return Vec::new();
    }
    let sentence = format!("{thread} has faulted {faults} times without getting anywhere; it would go on for ever.");
    vec![Violation::new(Rule::Livelock, Some(thread), sentence)]
}

/// Performs the operation with all other threads standing still.
fn faults_for_ever(world: &World, thread: ThreadId, operation: Operation) -> bool {
    const MOST: usize = 10_000;
    let mut threads = world.scenario.threads.clone();
    threads[thread.index()] = ThreadScript { operations: vec![operation], ..threads[thread.index()].clone() };
    let scenario = Arc::new(Scenario { threads, failures: Vec::new(), ..(*world.scenario).clone() });
    let mut world = World { scenario: Arc::clone(&scenario), ..world.clone() };
    let (mut live, mut posted) = LiveThread::start(thread, scenario);
    for _ in 0..MOST {
        let Some(next) = posted else { return false };
        if !world.is_enabled(thread, &next.op) {
            return false;
        }
        let outcome = world.apply(thread, &next.op, false, &mut Vec::new());
        if world.bug.is_some() {
            return false;
        }
        let (after, notes) = live.resume(outcome);
        let gave_up = |event: &Event| matches!(event, Event::Result(OpResult::Livelock { disturbed: false, .. }));
        if notes.iter().any(gave_up) {
            return true;
        }
        posted = after;
    }
    false
}
