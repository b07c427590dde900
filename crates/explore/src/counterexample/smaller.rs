//! Smaller scenarios: without a thread, an operation, a failure, each with the way into the bug as far as it applies.

use super::replay::{Replay, failures};
use daxscope_core::narrate;
use daxscope_core::op::{Op, PauseOp};
use daxscope_core::scenario::{Choice, Operation, Scenario, format, parse};
use daxscope_core::units::{MmId, ThreadId};

/// A scenario to be tried in place of another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Candidate {
    pub(super) scenario: Scenario,
    /// The way, as far as it applies.
    pub(super) choices: Vec<Choice>,
    /// Calls that the scheduler may make fail.
    pub(super) failures: u32,
    /// What is gone: `a thread (4 KiB read, page 0x3)`.
    pub(super) removed: String,
    /// The threads that are gone, as the larger scenario counts them.
    pub(super) gone: Vec<usize>,
}

/// Can the scenario be written down and read back, with no more to complain about than before?
pub(super) fn is_valid(scenario: &Scenario, before: &Scenario) -> bool {
    let parsed = parse(&format(scenario));
    parsed.scenario == *scenario && parsed.diagnostics.len() <= parse(&format(before)).diagnostics.len()
}

/// Every scenario that is smaller by one thing, the largest things first. Of two things the one further down in the
/// script goes first.
pub(super) fn candidates(scenario: &Scenario, way: &Replay) -> Vec<Candidate> {
    let begun = begun(scenario, way);
    let (threads, choices) = (scenario.threads.len(), way.choices());
    let (scenario, failures) = (scenario.clone(), failures(&choices));
    let whole = Candidate { scenario, failures, choices, removed: String::new(), gone: Vec::new() };
    let mut found: Vec<Candidate> = without_the_idle(&whole, &begun).into_iter().collect();
    if threads > 1 {
        found.extend((0..threads).rev().map(|thread| without_thread(&whole, thread)));
    }
    for thread in (0..threads).rev() {
        let operations = whole.scenario.threads[thread].operations.len();
        // The only operation of a thread goes with its thread.
        if operations > 1 {
            found.extend((0..operations).rev().map(|at| without_operation(&whole, way, thread, at)));
        }
    }
    found.extend((0..whole.scenario.failures.len()).rev().map(|at| without_failure(&whole, at)));
    found.extend(with_fewer_failures(&whole));
    found.retain(|candidate| is_valid(&candidate.scenario, &whole.scenario));
    found
}

/// How many operations each thread begins on the way.
fn begun(scenario: &Scenario, way: &Replay) -> Vec<usize> {
    let mut begun = vec![0; scenario.threads.len()];
    for step in &way.run.steps {
        if step
            .record
            .performed
            .iter()
            .any(|performed| matches!(performed.stop.op, Op::Pause(PauseOp::NextOperation { .. })))
        {
            begun[step.record.choice.thread.index()] += 1;
        }
    }
    begun
}

/// Without the operations that nobody begins on the way, and the threads that begin none.
fn without_the_idle(whole: &Candidate, begun: &[usize]) -> Option<Candidate> {
    let mut candidate = whole.clone();
    for (thread, &count) in candidate.scenario.threads.iter_mut().zip(begun) {
        thread.operations.truncate(count);
    }
    for thread in (0..begun.len()).rev() {
        if begun[thread] == 0 && candidate.scenario.threads.len() > 1 {
            candidate = without_thread(&candidate, thread);
        }
    }
    candidate.removed = "what is never begun".into();
    (candidate.scenario != whole.scenario).then_some(candidate)
}

fn without_thread(whole: &Candidate, gone: usize) -> Candidate {
    let mut candidate = whole.clone();
    candidate.scenario.threads.remove(gone);
    candidate.scenario.failures.retain(|failure| failure.thread.is_none_or(|thread| thread.index() != gone));
    candidate.choices.retain(|choice| choice.thread.index() != gone);
    let renumber = |thread: &mut ThreadId| thread.0 -= u8::from(thread.index() > gone);
    candidate.scenario.failures.iter_mut().filter_map(|failure| failure.thread.as_mut()).for_each(renumber);
    candidate.choices.iter_mut().for_each(|choice| renumber(&mut choice.thread));
    let operations = whole.scenario.threads[gone].operations.iter().map(narrate::operation);
    let operations = operations.collect::<Vec<_>>().join("; ");
    candidate.removed = match operations.as_str() {
        "" => "a thread that does nothing".into(),
        _ => format!("a thread ({operations})"),
    };
    candidate.failures = failures(&candidate.choices);
    candidate.gone.push(gone);
    candidate
}

fn without_operation(whole: &Candidate, way: &Replay, thread: usize, gone: usize) -> Candidate {
    let mut candidate = whole.clone();
    let operation = candidate.scenario.threads[thread].operations.remove(gone);
    let mut number = None;
    candidate.choices.clear();
    for step in &way.run.steps {
        let choice = step.record.choice;
        if choice.thread.index() == thread {
            let begins = step.record.performed.iter().find_map(|performed| match performed.stop.op {
                Op::Pause(PauseOp::NextOperation { number }) => Some(usize::from(number)),
                _ => None,
            });
            number = begins.or(number);
            if number == Some(gone) {
                continue;
            }
        }
        candidate.choices.push(choice);
    }
    candidate.failures = failures(&candidate.choices);
    candidate.removed = format!("an operation ({})", narrate::operation(&operation));
    candidate
}

fn without_failure(whole: &Candidate, gone: usize) -> Candidate {
    let mut candidate = whole.clone();
    let failure = candidate.scenario.failures.remove(gone);
    candidate.removed = format!("a failure ({} {})", failure.what.name(), failure.nth);
    candidate
}

/// The last call that the scheduler makes fail does not.
fn with_fewer_failures(whole: &Candidate) -> Option<Candidate> {
    let mut candidate = whole.clone();
    candidate.choices.iter_mut().rfind(|choice| choice.fail)?.fail = false;
    candidate.failures = whole.failures.checked_sub(1)?;
    candidate.removed = "a failure that the search chose".into();
    Some(candidate)
}

/// The scenario without a process: what used it uses the first other one.
pub(super) fn without_process(scenario: &Scenario, gone: usize) -> Scenario {
    let mut smaller = scenario.clone();
    smaller.processes.remove(gone);
    let renumber = |mm: &mut MmId| {
        mm.0 = match mm.index() {
            at if at == gone => 0,
            at => (at - usize::from(at > gone)) as u8,
        }
    };
    for thread in &mut smaller.threads {
        renumber(&mut thread.mm);
        for operation in &mut thread.operations {
            if let Operation::Access { mm, .. } | Operation::Munmap { mm } = operation {
                mm.iter_mut().for_each(renumber);
                *mm = mm.filter(|&through| through != thread.mm);
            }
        }
    }
    smaller
}
