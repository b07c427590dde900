//! Following a schedule: under another kernel as far as it goes, or in steps of another size.

use super::{MAX_STEPS, Run};
use daxscope_core::extent::Extent;
use daxscope_core::op::{Op, TreeLockOp};
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use std::sync::Arc;

/// A schedule that was followed as far as it went.
#[derive(Debug)]
pub(crate) struct Followed {
    /// The run, at its last step.
    pub(crate) run: Run,
    /// What could not be followed.
    pub(crate) rest: Vec<Choice>,
}

/// Follows a schedule until a thread that is due cannot make a step.
pub(crate) fn follow(scenario: Arc<Scenario>, schedule: &Schedule) -> Followed {
    let mut run = Run::new(scenario, schedule.step_size);
    let steps = schedule.choices.iter().take(MAX_STEPS);
    let made = steps.take_while(|&&choice| run.extend(choice)).count();
    Followed { run, rest: schedule.choices[made..].to_vec() }
}

/// The same run in steps of another size: every thread makes its operations in the order of the old run, as far as the
/// sizes allow. The position moves to the step that does what the old position had done.
pub(crate) fn resized(old: &Run, size: StepSize) -> Run {
    let mut run = Run::new(Arc::clone(old.scenario()), size);
    let threads = old.scenario().threads.len();
    let operations = operations_by_thread(old, threads);
    let (mut due, mut done) = (vec![0; threads], vec![0; threads]);
    let mut position = 0;
    'steps: for (number, step) in old.steps().iter().enumerate() {
        let thread = step.record.choice.thread;
        let at = thread.index();
        due[at] += step.record.performed.len();
        while done[at] < due[at] {
            let fail = fails(&operations[at][done[at]..], size);
            if !run.extend(Choice { thread, fail }) {
                break 'steps;
            }
            done[at] += run.current().map_or(1, |step| step.record.performed.len());
        }
        if number < old.position() {
            position = run.len();
        }
    }
    run.go_to(position);
    run
}

/// An operation of the old run, and whether the scheduler made it fail.
struct Made {
    op: Op,
    fails: bool,
    /// Did its thread hold `tree_lock` before it?
    holds_tree_lock: bool,
}

fn operations_by_thread(run: &Run, threads: usize) -> Vec<Vec<Made>> {
    let mut all: Vec<Vec<Made>> = (0..threads).map(|_| Vec::new()).collect();
    let mut holder = None;
    for step in run.steps() {
        let mut fail = step.record.choice.fail;
        for performed in &step.record.performed {
            let fails = fail && performed.stop.op.fail_point().is_some();
            fail &= !fails;
            let (thread, op) = (step.record.choice.thread, performed.stop.op);
            all[thread.index()].push(Made { op, fails, holds_tree_lock: holder == Some(thread) });
            match op {
                Op::TreeLock(TreeLockOp::SpinLock) => holder = Some(thread),
                Op::TreeLock(TreeLockOp::SpinUnlock) => holder = None,
                _ => {}
            }
        }
    }
    all
}

/// Does a step of `size` that begins with these operations have to fail?
fn fails(operations: &[Made], size: StepSize) -> bool {
    let mut extent = Extent::new(size);
    let mut in_step = operations.iter().take_while(|made| {
        let goes_on = extent.goes_on(&made.op, made.holds_tree_lock);
        extent.add(&made.op, made.holds_tree_lock);
        goes_on
    });
    in_step.find(|made| made.op.fail_point().is_some()).is_some_and(|made| made.fails)
}
