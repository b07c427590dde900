//! Does a bug need threads that run at the same time? Every order of whole operations is run, none begun before the one before
//! is over or has to wait.

use super::replay::{Aim, Replay};
use daxscope_core::machine::{Machine, Performed, Position};
use daxscope_core::op::{Op, PauseOp};
use daxscope_core::scenario::{Choice, Scenario};
use daxscope_core::units::ThreadId;
use std::panic::Location;
use std::sync::Arc;

/// Most orders that are tried.
const MOST_ORDERS: usize = 120;
/// Most steps of one operation.
const MOST_STEPS: usize = 5_000;

/// A call that is made to fail: whose, at which source line, and the how many-th call there, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Failing {
    thread: ThreadId,
    at: &'static Location<'static>,
    nth: usize,
}

/// Does the same break although no operation begins before another is over, with the same calls failing? `None`: there are too
/// many orders to try all of them.
pub(super) fn breaks_in_turn(scenario: &Arc<Scenario>, aim: Aim, way: &Replay) -> Option<bool> {
    let counts: Vec<usize> = scenario.threads.iter().map(|thread| thread.operations.len()).collect();
    let orders = orders(&counts)?;
    let failing = failing(way);
    Some(orders.iter().any(|order| run(scenario, aim, order, &failing).is_met()))
}

/// The calls that choices of the way make fail.
fn failing(way: &Replay) -> Vec<Failing> {
    let mut found = Vec::new();
    for (step, record) in way.run.steps.iter().map(|step| &step.record).enumerate() {
        if !record.choice.fail {
            continue;
        }
        let thread = record.choice.thread;
        let Some(failed) = record.performed.iter().find(|performed| performed.was_made_to_fail()) else { continue };
        let before =
            way.run.steps[..=step].iter().map(|step| &step.record).filter(|record| record.choice.thread == thread);
        let calls = before.flat_map(|record| &record.performed).filter(|call| call.stop.at == failed.stop.at);
        found.push(Failing { thread, at: failed.stop.at, nth: calls.count() });
    }
    found
}

/// All orders in which the operations can be made one by one: which thread makes its next one.
fn orders(counts: &[usize]) -> Option<Vec<Vec<ThreadId>>> {
    let mut found = vec![(Vec::new(), counts.to_vec())];
    for _ in 0..counts.iter().sum::<usize>() {
        let mut longer = Vec::new();
        for (order, left) in &found {
            for thread in (0..left.len()).filter(|&thread| left[thread] > 0) {
                let (mut order, mut left) = (order.clone(), left.clone());
                order.push(ThreadId(thread as u8));
                left[thread] -= 1;
                longer.push((order, left));
            }
        }
        if longer.len() > MOST_ORDERS {
            return None;
        }
        found = longer;
    }
    Some(found.into_iter().map(|(order, _)| order).collect())
}

fn run(scenario: &Arc<Scenario>, aim: Aim, order: &[ThreadId], failing: &[Failing]) -> Replay {
    let mut run = Replay::new(scenario, aim);
    for &thread in order {
        for _ in 0..MOST_STEPS {
            if !step(&mut run, thread, failing) || is_between_operations(&run.run.machine, thread) {
                break;
            }
        }
    }
    // What had to wait goes on.
    for _ in 0..MOST_STEPS {
        let Some(thread) = run.run.machine.enabled().next() else { break };
        if !step(&mut run, thread, failing) {
            break;
        }
    }
    run
}

/// A step, in which the call fails that is to fail.
fn step(run: &mut Replay, thread: ThreadId, failing: &[Failing]) -> bool {
    let mut own = failing.iter().filter(|call| call.thread == thread).peekable();
    let fails = own.peek().is_some() && {
        let choice = Choice { thread, fail: true };
        let record = run.run.machine.clone().step(choice, super::replay::STEP_SIZE);
        let failed = record.as_ref().and_then(|record| record.performed.iter().position(Performed::was_made_to_fail));
        failed.zip(record).is_some_and(|(at, record)| {
            let line = record.performed[at].stop.at;
            let earlier = run.run.steps.iter().filter(|step| step.record.choice.thread == thread);
            let earlier = earlier.flat_map(|step| &step.record.performed).filter(|call| call.stop.at == line).count();
            let here = record.performed[..=at].iter().filter(|call| call.stop.at == line).count();
            own.any(|call| call.at == line && call.nth == earlier + here)
        })
    };
    run.step(Choice { thread, fail: fails })
}

fn is_between_operations(machine: &Machine, thread: ThreadId) -> bool {
    match machine.position(thread) {
        Position::Finished | Position::Crashed => true,
        Position::At(stop) => matches!(stop.op, Op::Pause(PauseOp::NextOperation { number }) if number > 0),
    }
}
