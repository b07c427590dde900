//! Searches, one after another or several at once, with a line of progress each.

use crate::args::search::LimitArgs;
use crate::interrupt::Interrupt;
use crate::lesser::{Lesser, Tried, lesser};
use crate::memory::share_of;
use crate::progress::{Line, Progress};
use crate::report::{Asked, Case, Counterexample, Expected};
use daxscope_core::scenario::Scenario;
use daxscope_explore::all_rules::go_on;
use daxscope_explore::counterexample::{self, Explained, Stage};
use daxscope_explore::pace::longest_run;
use daxscope_explore::{Counts, Found, Options, Proved, Search, Shard, Verdict};
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
    /// Does it go on after a broken rule?
    pub(crate) all_rules: bool,
    /// Is it one of several that together are one?
    pub(crate) shard: Option<Shard>,
}

/// Makes all searches, as many at once as there are jobs; the results are in the order of the tasks. A task that goes on after a broken rule
/// has several.
pub(crate) fn all(tasks: Vec<Task>, limits: &LimitArgs, interrupt: &Interrupt) -> Vec<Vec<Case>> {
    let jobs = limits.jobs;
    // With one search, the jobs are its own; with more, each search has one.
    let own = if tasks.len() == 1 { jobs } else { 1 };
    let progress = Progress::new(tasks.len(), limits.progress);
    let memory = share_of(jobs.min(tasks.len()));
    let cases = in_order(tasks, jobs, |task| {
        let line = progress.line(&task.name);
        let cases = Searcher { jobs: own, memory, shard: task.shard, line: &line, interrupt }.task(task);
        line.remove();
        progress.step();
        cases
    });
    progress.end();
    cases
}

/// Makes the searches of one task.
#[derive(Clone, Copy)]
struct Searcher<'a> {
    jobs: usize,
    /// What a search may take if nobody said it.
    memory: Option<u64>,
    shard: Option<Shard>,
    line: &'a Line,
    interrupt: &'a Interrupt,
}

impl Searcher<'_> {
    fn task(self, task: Task) -> Vec<Case> {
        let Task { scenario, options, expected, explain, all_rules, .. } = task;
        let scenario = Arc::new(Scenario { schedule: None, ..scenario });
        let mut next = Some(options);
        let mut cases = Vec::new();
        while let Some(options) = next {
            let case = self.search(&scenario, options, expected, explain);
            next = match &case.verdict {
                Verdict::Violation(found) if all_rules => go_on(&case.options, found),
                _ => None,
            };
            cases.push(case);
        }
        if all_rules {
            // The last search goes on where the others ended.
            if let Some((_, others)) = cases.split_last_mut() {
                others.iter_mut().for_each(|case| case.facts.retain(|asked| asked.unmet().is_some()));
            }
            expect_among(&mut cases, expected);
        }
        cases
    }

    /// Makes one search.
    fn search(self, scenario: &Arc<Scenario>, options: Options, expected: Expected, explain: bool) -> Case {
        if self.interrupt.is_asked() {
            return self.never_begun(scenario, options, expected);
        }
        let longest = if self.line.is_shown() { longest_run(scenario, &options) } else { None };
        let begun = Instant::now();
        let bounds = options.bounds.clone();
        let bounded = self.within_memory(&options);
        let search = match self.shard {
            Some(shard) => Search::of_shard(Arc::clone(scenario), bounded, shard),
            None => Search::new(Arc::clone(scenario), bounded),
        };
        let search = search.with_jobs(self.jobs);
        let mut search = search.watched(self.interrupt.watch());
        while *search.advance(BUDGET) == Verdict::Running {
            self.line.show(search.counts(), begun, &bounds, longest);
        }
        let seconds = begun.elapsed().as_secs_f64();
        let verdict = search.verdict().clone();
        let explained = match &verdict {
            Verdict::Violation(found) if explain => self.explained(scenario, &options, found, begun),
            _ => None,
        };
        let (counts, ran, omission_probability) = (search.counts(), search.ran(), search.omission_probability());
        // What a shard has looked at are the first steps of its own runs only.
        let proved = if self.shard.is_some() { Proved::default() } else { search.proved() };
        let facts = Asked::all(scenario, Some(&search));
        drop(search);
        let lesser = match self.lesser(scenario, &options, &verdict) {
            Tried::Proved(lesser) => lesser,
            Tried::Broken(options) => return self.search(scenario, *options, expected, explain),
        };
        let counterexample = match &verdict {
            Verdict::Violation(found) => Some(Counterexample::replay(scenario, found)),
            _ => None,
        };
        Case {
            facts,
            scenario: Arc::clone(scenario),
            options,
            jobs: self.jobs,
            shard: self.shard,
            expected,
            verdict,
            counts,
            ran,
            proved,
            lesser,
            omission_probability,
            seconds,
            counterexample,
            explained,
        }
    }

    /// What is proved of less where a bound was hit; of a shard nothing is.
    fn lesser(self, scenario: &Arc<Scenario>, options: &Options, verdict: &Verdict) -> Tried {
        if self.shard.is_some() {
            return Tried::Proved(Lesser::default());
        }
        if matches!(verdict, Verdict::BoundHit(_)) {
            self.line.tell("what is proved of less".into());
        }
        lesser(scenario, options, verdict, &self.interrupt.watch(), self.memory)
    }

    /// The same with what memory there is as a bound, if there is no other. Certificates do not name it: another machine has
    /// another.
    fn within_memory(self, options: &Options) -> Options {
        let mut options = options.clone();
        options.bounds.memory = options.bounds.memory.or(self.memory);
        options
    }

    /// A search that there was no time for.
    fn never_begun(self, scenario: &Arc<Scenario>, options: Options, expected: Expected) -> Case {
        let ran = Search::new(Arc::clone(scenario), options.clone()).ran();
        Case {
            facts: Asked::all(scenario, None),
            scenario: Arc::clone(scenario),
            options,
            jobs: self.jobs,
            shard: self.shard,
            expected,
            verdict: Verdict::Running,
            ran,
            proved: Proved::default(),
            lesser: Lesser::default(),
            counts: Counts::default(),
            omission_probability: 0.0,
            seconds: 0.0,
            counterexample: None,
            explained: None,
        }
    }

    /// What was found, as small as it can be; `None` if it does not come true, or if there is no time for it.
    fn explained(
        self,
        scenario: &Arc<Scenario>,
        options: &Options,
        found: &Found,
        begun: Instant,
    ) -> Option<Explained> {
        let is_late = || options.bounds.seconds.is_some_and(|most| begun.elapsed().as_secs() >= most);
        let bounded = self.within_memory(options);
        let mut counterexample = counterexample::Counterexample::new(Arc::clone(scenario), bounded, found);
        while !counterexample.is_done() && !self.interrupt.is_asked() && !is_late() {
            self.line.tell(match counterexample.advance(BUDGET) {
                Stage::Same => "what makes it impossible".into(),
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
}

/// What is expected of several searches of one scenario is that one of them finds it; no other has to.
fn expect_among(cases: &mut [Case], expected: Expected) {
    let Expected::Violation { rule, .. } = expected else { return };
    let is_it = |case: &Case| match (&case.verdict, rule) {
        (Verdict::Violation(found), Some(rule)) => found.rules.contains(&rule),
        (Verdict::Violation(_), None) => true,
        _ => false,
    };
    if cases.iter().any(is_it) {
        for case in cases {
            case.expected = match &case.verdict {
                Verdict::Violation(_) if !is_it(case) => Expected::Violation { rule: None, steps: None },
                Verdict::Violation(_) => expected,
                _ => Expected::Nothing,
            };
        }
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
