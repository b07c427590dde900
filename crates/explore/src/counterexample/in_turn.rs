//! Does a bug need threads that run at the same time? Every order of whole operations is run, none begun before the one before
//! is over or has to wait.

use super::replay::{Aim, Replay};
use daxscope_core::machine::{Machine, Performed, Position};
use daxscope_core::narrate;
use daxscope_core::op::{Op, PauseOp};
use daxscope_core::revision::Switch;
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

/// The first order of whole operations in which the same breaks, in words, and which switches it does not break with in that
/// order: `no race: it breaks in the order A: 4 KiB write, page 0x3; ...`. Empty if there is none, or nobody knows.
pub(super) fn in_turn(scenario: &Arc<Scenario>, aim: Aim, way: &Replay) -> String {
    let counts: Vec<usize> = scenario.threads.iter().map(|thread| thread.operations.len()).collect();
    let failing = failing(way);
    let breaks = |order: &Vec<ThreadId>| is_strict(scenario, aim, order, &failing);
    let Some(order) = orders(&counts).unwrap_or_default().into_iter().find(breaks) else { return String::new() };
    let mut next = vec![0; counts.len()];
    let mut told = Vec::new();
    for &thread in &order {
        let operation = &scenario.threads[thread.index()].operations[next[thread.index()]];
        next[thread.index()] += 1;
        told.push(format!("{thread}: {}", narrate::operation(operation)));
    }
    // Wherever it goes wrong with another kernel, it must not in this order.
    let anywhere = Aim { site: None, ..aim };
    let mut without = Vec::new();
    for (switch, value) in other_values(scenario) {
        let mut changed = Scenario::clone(scenario);
        (switch.set)(&mut changed.revision, value);
        if !run(&Arc::new(changed), anywhere, &order, &failing).is_met() {
            without.push(format!("{}={value}", switch.name));
        }
    }
    let order = told.join("; ");
    let cured =
        if without.is_empty() { String::new() } else { format!(". Not so with {}", without.join(", nor with ")) };
    format!("no race: it breaks in the order {order}{cured}")
}

/// Does it break in that order although every operation is over, without having waited, before the next one begins?
fn is_strict(scenario: &Arc<Scenario>, aim: Aim, order: &[ThreadId], failing: &[Failing]) -> bool {
    let mut run = Replay::new(scenario, aim);
    for &thread in order {
        one_operation(&mut run, thread, failing);
        if run.is_met() || !is_between_operations(&run.run.machine, thread) {
            break;
        }
    }
    run.is_met()
}

/// The other values of each guard that is not at its corrected setting.
fn other_values(scenario: &Scenario) -> Vec<(&'static Switch, &'static str)> {
    let revision = &scenario.revision;
    let mut found = Vec::new();
    for switch in revision.switches().iter().filter(|switch| switch.is_guard) {
        let now = (switch.get)(revision);
        if now != (switch.get)(revision.fixed()) {
            found.extend(switch.values.iter().filter(|&&value| value != now).map(|&value| (switch, value)));
        }
    }
    found
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
        one_operation(&mut run, thread, failing);
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

/// Steps of a thread until its operation is over, or it has to wait.
fn one_operation(run: &mut Replay, thread: ThreadId, failing: &[Failing]) {
    for _ in 0..MOST_STEPS {
        if !step(run, thread, failing) || is_between_operations(&run.run.machine, thread) {
            break;
        }
    }
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
