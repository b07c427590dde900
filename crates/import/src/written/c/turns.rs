//! Which operations run side by side: those that overlapped in the run.

use daxscope_core::event::Event;
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Scenario, Schedule};
use std::sync::Arc;

/// Turns, from 0.
pub(super) struct Turns {
    /// For each thread, the turn of each of its operations.
    pub(super) of_threads: Vec<Vec<usize>>,
    /// For each turn, how many threads take part.
    pub(super) members: Vec<usize>,
}

/// An operation with the steps at which it began and ended.
struct Ran {
    thread: usize,
    began: usize,
    ended: usize,
}

pub(super) fn turns(scenario: &Scenario, schedule: &Schedule) -> Turns {
    let mut machine = Machine::new(Arc::new(scenario.clone()));
    let mut all: Vec<Ran> = Vec::new();
    let mut open: Vec<Option<usize>> = vec![None; scenario.threads.len()];
    for (at, &choice) in schedule.choices.iter().enumerate() {
        let Some(record) = machine.step(choice, schedule.step_size) else { break };
        let thread = choice.thread.index();
        for event in record.events() {
            match event {
                Event::Operation(_) => {
                    open[thread] = Some(all.len());
                    all.push(Ran { thread, began: at, ended: usize::MAX });
                }
                Event::Result(_) => {
                    if let Some(ran) = open[thread].take() {
                        all[ran].ended = at;
                    }
                }
                _ => {}
            }
        }
    }
    grouped(scenario, &all)
}

/// Operations that overlap, directly or through others, have one turn. What the run did not come to follows alone.
fn grouped(scenario: &Scenario, all: &[Ran]) -> Turns {
    let mut of_threads: Vec<Vec<usize>> = vec![Vec::new(); scenario.threads.len()];
    let mut turn = 0;
    let mut until: Option<usize> = None;
    for ran in all {
        if until.is_some_and(|until| ran.began >= until) {
            turn += 1;
            until = None;
        }
        until = Some(until.map_or(ran.ended, |until| until.max(ran.ended)));
        of_threads[ran.thread].push(turn);
    }
    for (at, thread) in scenario.threads.iter().enumerate() {
        while of_threads[at].len() < thread.operations.len() {
            turn += usize::from(!all.is_empty() || turn > 0);
            of_threads[at].push(turn);
        }
    }
    let mut members = vec![0; turn + 1];
    for of in &of_threads {
        let mut last = None;
        for &turn in of {
            members[turn] += usize::from(last != Some(turn));
            last = Some(turn);
        }
    }
    Turns { of_threads, members }
}
