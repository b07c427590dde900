//! Searches, one after another or several at once, with a line of progress each.

use crate::progress::{Line, Progress};
use crate::report::{Case, Counterexample, Expected};
use daxscope_core::scenario::Scenario;
use daxscope_explore::counterexample::{self, Explained, Stage};
use daxscope_explore::{Found, Options, Search, Verdict};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Transitions between two looks at the clock.
pub(crate) const BUDGET: u64 = 100_000;

/// A search that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// What the line of progress calls it.
    pub(crate) name: String,
    /// What is searched; its schedule is not used.
    pub(crate) scenario: Scenario,
    /// How.
    pub(crate) options: Options,
    /// What should come of it.
    pub(crate) expected: Expected,
    /// Is what it finds to be made smaller and explained?
    pub(crate) explain: bool,
}

/// Makes all searches, `jobs` at once; the results are in the order of the tasks.
pub(crate) fn all(tasks: Vec<Task>, jobs: usize) -> Vec<Case> {
    // With one search, the jobs are its own; with more, each search has one.
    let own = if tasks.len() == 1 { jobs } else { 1 };
    let progress = Progress::new(tasks.len());
    let cases = in_order(tasks, jobs, |task| one(task, own, &progress));
    progress.end();
    cases
}

/// Makes one search.
fn one(task: Task, jobs: usize, progress: &Progress) -> Case {
    let Task { name, scenario, options, expected, explain } = task;
    let scenario = Arc::new(Scenario { schedule: None, ..scenario });
    let line = progress.line(&name);
    let begun = Instant::now();
    let mut search = Search::new(Arc::clone(&scenario), options.clone()).with_jobs(jobs);
    while *search.advance(BUDGET) == Verdict::Running {
        line.show(search.counts(), begun);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let verdict = search.verdict().clone();
    let explained = match &verdict {
        Verdict::Violation(found) if explain => explained(&scenario, &options, found, &line),
        _ => None,
    };
    line.remove();
    progress.step();
    let counterexample = match &verdict {
        Verdict::Violation(found) => Some(Counterexample::replay(&scenario, found)),
        _ => None,
    };
    Case {
        scenario,
        options,
        jobs,
        expected,
        verdict,
        counts: search.counts(),
        ran: search.ran(),
        proved: search.proved(),
        omission_probability: search.omission_probability(),
        seconds,
        counterexample,
        explained,
    }
}

/// What was found, as small as it can be; `None` if it does not come true.
fn explained(scenario: &Arc<Scenario>, options: &Options, found: &Found, line: &Line) -> Option<Explained> {
    let mut counterexample = counterexample::Counterexample::new(Arc::clone(scenario), options.clone(), found);
    while !counterexample.is_done() {
        line.tell(match counterexample.advance(BUDGET) {
            Stage::Smaller { tried, states } => format!("a smaller scenario: {tried} tried, {states} states"),
            Stage::Shortest { states } => format!("a shorter way: {states} states"),
            Stage::FewestSwitches { states } => format!("fewer context switches: {states} states"),
            Stage::Done(_) | Stage::NotConfirmed(_) => String::new(),
        });
    }
    match counterexample.stage() {
        Stage::Done(explained) => Some(Explained::clone(explained)),
        _ => None,
    }
}

/// Does `work` for every item, on `jobs` threads; the results are in the order of the items.
fn in_order<T: Send, R: Send>(items: Vec<T>, jobs: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let workers = jobs.min(items.len());
    let queue = Mutex::new(items.into_iter().enumerate());
    let take = || queue.lock().ok().and_then(|mut queue| queue.next());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((at, item)) = take() {
                    let result = work(item);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
