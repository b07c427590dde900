//! Does a condition hold at a step?

use super::wanted::is;
use super::{Condition, FaultEnd, Line, Moment};
use crate::objects::value;
use crate::run::{Lane, Run, Step};
use daxscope_core::event::{Event, FaultFlags};
use daxscope_core::kernel::file_of;
use daxscope_core::machine::Stop;
use daxscope_core::units::ThreadId;

/// Does the condition hold at that recorded step, from 1?
pub(crate) fn holds(run: &Run, condition: &Condition, number: usize) -> bool {
    let Some(step) = number.checked_sub(1).and_then(|at| run.steps().get(at)) else { return false };
    let (before, after) = (run.world_at(number - 1), run.world_at(number));
    let own = |thread: Option<ThreadId>| thread.is_none_or(|thread| step.record.choice.thread == thread);
    match *condition {
        Condition::Broken(rule) => {
            step.violations.iter().any(|violation| rule.is_none_or(|rule| rule == violation.rule))
        }
        Condition::Changes(object) => value(before, object) != value(after, object),
        Condition::Becomes(object, wanted) => is(after, object, wanted) && !is(before, object, wanted),
        Condition::Sleeps(thread) => any_thread(run, thread, |at| !slept(run, number, at) && sleeps(step, at)),
        Condition::Wakes(thread) => any_thread(run, thread, |at| is_woken(run, number, step, at)),
        Condition::Begins(thread, operation) => {
            own(thread) && is_operation(run, number, operation, |event| matches!(event, Event::Operation(_)))
        }
        Condition::Ends(thread, operation) => {
            own(thread) && is_operation(run, number, operation, |event| matches!(event, Event::Result(_)))
        }
        Condition::Faulted(thread, end) => own(thread) && step.record.events().any(|event| ends_so(event, end)),
        Condition::Reaches(line) => own(line.thread) && reaches(step, line),
    }
}

fn any_thread(run: &Run, thread: Option<ThreadId>, is_so: impl Fn(usize) -> bool) -> bool {
    match thread {
        Some(thread) => is_so(thread.index()),
        None => (0..run.scenario().threads.len()).any(is_so),
    }
}

/// Is the thread of that number asleep behind the step? Who waits for `tree_lock` spins.
fn sleeps(step: &Step, thread: usize) -> bool {
    !matches!(step.lanes.get(thread), None | Some(Lane::Free | Lane::TreeLock))
}

/// Was it asleep before the step of that number? Before the first, nobody is.
fn slept(run: &Run, number: usize, thread: usize) -> bool {
    let before = number.checked_sub(2).and_then(|at| run.steps().get(at));
    before.is_some_and(|step| sleeps(step, thread))
}

fn is_woken(run: &Run, number: usize, step: &Step, thread: usize) -> bool {
    let wakes = |event: &Event| match event {
        Event::Wake(woken) | Event::Granted { thread: woken, .. } => woken.index() == thread,
        _ => false,
    };
    slept(run, number, thread) && !sleeps(step, thread) || step.has_news && step.record.events().any(wakes)
}

/// Does the step hold such an event of its thread's operation of that number? An operation ends before the next one begins, so
/// the n-th such event is that of the n-th operation.
fn is_operation(run: &Run, number: usize, operation: Option<usize>, is_one: impl Fn(&Event) -> bool) -> bool {
    let step = &run.steps()[number - 1];
    let count = |step: &Step| step.record.events().filter(|event| is_one(event)).count();
    let here = if step.has_news { count(step) } else { 0 };
    let Some(operation) = operation.filter(|_| here > 0) else { return here > 0 };
    let mut before = 0;
    for earlier in &run.steps()[..number - 1] {
        if earlier.has_news && earlier.record.choice.thread == step.record.choice.thread {
            before += count(earlier);
        }
    }
    (before..before + here).contains(&operation)
}

fn ends_so(event: &Event, end: FaultEnd) -> bool {
    let flag = match (event, end) {
        (Event::FallBack(_), FaultEnd::FallBack) | (Event::Fault(_), FaultEnd::Any) => return true,
        (_, FaultEnd::Any | FaultEnd::FallBack) => return false,
        (_, FaultEnd::NoPage) => FaultFlags::NOPAGE,
        (_, FaultEnd::Major) => FaultFlags::MAJOR,
        (_, FaultEnd::Oom) => FaultFlags::OOM,
        (_, FaultEnd::Sigbus) => FaultFlags::SIGBUS,
    };
    matches!(event, Event::Fault(flags) if flags.has(flag))
}

/// Has the thread of the step come to the line with it, or performed it in it?
fn reaches(step: &Step, line: Line) -> bool {
    let is_line = |stop: &Stop| stop.at.line() == line.number && file_of(stop.at) == Some(line.file);
    match line.moment {
        Moment::Before => step.record.after.stop().is_some_and(is_line),
        Moment::After => step.record.performed.iter().any(|performed| is_line(&performed.stop)),
    }
}
