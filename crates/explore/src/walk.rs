//! Single runs, one after another: what is too large to look at as a whole, and what was recorded.
//!
//! Nothing is remembered of the states that are passed, so memory grows only by what is learnt of steps; nothing is ever
//! proved either. Steps, rules and failures are those of the search through all states ([`crate::graph`]).

use crate::automaton::NodeId;
use crate::livelock::{Engine, Judged, TooMany};
use crate::mix::value;
use crate::moments::{Moments, QuietRules, broken_when_stuck};
use crate::options::{Bound, Bounds, Options, Reductions};
use crate::ran::{Idle, Ran, collision_probability};
use crate::scheduler::Scheduler;
use crate::steps::{Learning, Steps};
use crate::unmet::Unmet;
use crate::verdict::{Counts, Found, Verdict};
use crate::watch::{Watch, Watched};
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// Single runs.
#[derive(Debug)]
pub struct Walk {
    scenario: Arc<Scenario>,
    bounds: Bounds,
    /// What was asked for, of which single runs use little.
    asked: Reductions,
    learning: Learning,
    threads: Vec<Steps>,
    scheduler: Box<dyn Scheduler>,
    /// Runs that are still to be begun.
    left: u32,
    run: Option<OneRun>,
    /// Steps of the longest run that came to its end.
    longest: u32,
    moments: Moments,
    quiet: QuietRules,
    judged: Judged,
    counts: Counts,
    verdict: Verdict,
    watched: Watched,
    /// How much work the engine had done at the last look at the bounds.
    performed: u64,
    unmet: Unmet,
    /// The choices at hand, and the steps that they stand for.
    choices: Vec<Choice>,
    steps: Vec<u32>,
}

/// A run on its way.
#[derive(Debug)]
struct OneRun {
    /// The parts of the world, and what each adds to a fingerprint.
    state: Vec<u32>,
    values: Vec<u64>,
    /// Where each thread is.
    nodes: Vec<u32>,
    /// How many calls may still fail.
    failures: u32,
    way: Vec<Choice>,
}

/// How a run goes on.
enum Outcome {
    GoesOn,
    /// Nobody can run.
    Ends,
    /// It is not followed any further.
    IsLeft,
}

impl Walk {
    /// So many runs by that scheduler, none begun yet.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, mut options: Options, scheduler: Box<dyn Scheduler>, runs: u32) -> Walk {
        let asked = options.reductions;
        // Places need not tell what only persistent sets ask for.
        options.reductions.persistent_sets = false;
        let learning = Learning::new(&scenario, &options);
        let moments = Moments::new(&learning);
        let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
        let threads = ids.map(|id| Steps::new(id, &scenario, options.reductions.merging)).collect();
        Walk {
            scenario,
            bounds: options.bounds,
            asked,
            learning,
            threads,
            scheduler,
            left: runs,
            run: None,
            longest: 0,
            moments,
            quiet: QuietRules::default(),
            judged: Judged::default(),
            counts: Counts { rounds: 1, ..Counts::default() },
            verdict: Verdict::Running,
            watched: Watched::default(),
            performed: 0,
            unmet: Unmet::default(),
            choices: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The same in steps of that size, whatever was asked.
    #[must_use]
    pub fn in_steps_of(mut self, size: StepSize) -> Walk {
        self.learning.set_step_size(size);
        self
    }

    /// Looks at a watch; to be said before the first run.
    pub fn set_watch(&mut self, watch: Watch) {
        self.watched = Watched::new(watch);
    }

    /// Has somebody stopped the runs, or are they out of time or memory?
    fn bound_hit(&mut self) -> Option<Bound> {
        let performed = self.learning.performed - std::mem::replace(&mut self.performed, self.learning.performed);
        if !self.watched.is_due(u32::try_from(performed + 1).unwrap_or(u32::MAX)) {
            return None;
        }
        let seconds = self.watched.seconds();
        if self.watched.is_stopped() {
            return Some(Bound::Interrupted);
        }
        if self.bounds.seconds.is_some_and(|most| seconds >= most as f64) {
            return Some(Bound::Seconds);
        }
        self.bounds.memory.is_some_and(|most| self.memory() as u64 > most).then_some(Bound::Memory)
    }

    /// Bytes of all tables, about.
    fn memory(&self) -> usize {
        self.threads.iter().map(Steps::bytes).sum::<usize>() + self.learning.bytes() + self.quiet.bytes()
    }

    /// What the runs say so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What they really do.
    #[must_use]
    pub fn ran(&self) -> Ran {
        const SINGLE: Option<&str> = Some("idle: single runs");
        let idle =
            Idle { caching: SINGLE, merging: None, bisimulation: SINGLE, persistent_sets: SINGLE, symmetry: SINGLE };
        Ran::new(self.learning.step_size(), &self.asked, idle)
    }

    /// The probability that two places, or two values of a part of the world, were taken for one.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        let places = self.threads.iter().map(|steps| steps.automaton.nodes().len() as u64);
        places.chain([self.learning.store.len() as u64]).map(collision_probability).sum()
    }

    /// The expectations of the script that some run did not meet.
    #[must_use]
    pub const fn unmet(&self) -> &Unmet {
        &self.unmet
    }

    /// How far they have come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            all_transitions: self.counts.transitions,
            nodes: self.threads.iter().map(|steps| steps.automaton.nodes().len() as u64).sum(),
            learnt: self.threads.iter().map(|steps| steps.learnt() as u64).sum(),
            parts: self.learning.store.len() as u64,
            memory: self.memory() as u64,
            ..self.counts
        }
    }

    /// Goes on until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let end = self.counts.transitions.saturating_add(budget.max(1));
        while self.verdict == Verdict::Running && self.counts.transitions < end {
            if let Some(bound) = self.bound_hit() {
                self.verdict = Verdict::BoundHit(bound);
                break;
            }
            let Some(mut run) = self.run.take().or_else(|| self.begin()) else {
                self.verdict = Verdict::BoundHit(Bound::Runs);
                break;
            };
            match self.step(&mut run) {
                Outcome::GoesOn => self.run = Some(run),
                Outcome::Ends => {
                    self.counts.finals += 1;
                    self.longest = self.longest.max(run.way.len() as u32);
                }
                Outcome::IsLeft => {}
            }
        }
        &self.verdict
    }

    /// The next run, if there is to be one.
    fn begin(&mut self) -> Option<OneRun> {
        self.left = self.left.checked_sub(1)?;
        self.counts.runs += 1;
        self.scheduler.begin(self.threads.len(), self.longest);
        let mut state = vec![0; self.learning.store.parts().len()];
        let start = self.learning.store.start().clone();
        self.learning.store.intern(&start, None, &mut state);
        let values = state.iter().enumerate().map(|(at, &number)| value(at, number)).collect();
        let nodes = self.threads.iter().map(|steps| steps.automaton.start().0).collect();
        Some(OneRun { state, values, nodes, failures: self.bounds.failures, way: Vec::new() })
    }

    /// All that can be done next.
    fn find_choices(&mut self, run: &OneRun) {
        self.choices.clear();
        self.steps.clear();
        for (thread, steps) in self.threads.iter_mut().enumerate() {
            for fail in [false, true] {
                if fail && run.failures == 0 {
                    continue;
                }
                let node = NodeId(run.nodes[thread]);
                if let Some(step) = steps.find(&mut self.learning, node, &run.state, &run.values, fail) {
                    self.choices.push(Choice { thread: ThreadId(thread as u8), fail });
                    self.steps.push(step);
                }
            }
        }
    }

    fn step(&mut self, run: &mut OneRun) -> Outcome {
        self.find_choices(run);
        if self.choices.is_empty() {
            let way = || self.schedule(&run.way);
            if let Some((rules, schedule)) = broken_when_stuck(&self.scenario, &run.nodes, &self.bounds, way) {
                self.verdict = Verdict::Violation(Found { rules, schedule });
            }
            let mut unmet = std::mem::take(&mut self.unmet);
            unmet.ask(&self.scenario, &run.nodes, || self.learning.store.world(&run.state), || self.schedule(&run.way));
            self.unmet = unmet;
            return Outcome::Ends;
        }
        if run.way.len() >= self.bounds.depth as usize {
            return Outcome::IsLeft;
        }
        let Some(picked) = self.scheduler.pick(&self.choices) else { return Outcome::IsLeft };
        let Some(at) = self.choices.iter().position(|choice| *choice == picked) else { return Outcome::IsLeft };
        self.counts.transitions += 1;
        run.way.push(picked);
        self.counts.depth = self.counts.depth.max(run.way.len() as u32);
        let thread = picked.thread.index();
        let unexpected = self.threads[thread].step(self.steps[at]).unexpected.clone();
        for at in unexpected {
            let schedule = self.schedule(&run.way);
            self.unmet.add(usize::from(at), || schedule);
        }
        let step = self.threads[thread].step(self.steps[at]);
        if step.broken.iter().any(|&rule| self.bounds.looks_for(rule)) {
            let rules = step.broken.to_vec();
            return self.violation(rules, run);
        }
        if step.next == NodeId::CRASHED {
            return Outcome::IsLeft;
        }
        let goes_round = step.goes_round && self.bounds.looks_for(Rule::Livelock);
        for &(at, number) in &step.changes {
            let at = usize::from(at);
            run.state[at] = number;
            run.values[at] = value(at, number);
        }
        run.nodes[thread] = step.next.0;
        if picked.fail && run.failures != Bounds::ANY_FAILURES {
            run.failures -= 1;
        }
        if goes_round && let Some(outcome) = self.judge(run, thread) {
            return outcome;
        }
        if !self.moments.is_quiet(&run.nodes, &self.threads) {
            return Outcome::GoesOn;
        }
        let state = (run.state.as_slice(), run.values.as_slice());
        let rules = match self.quiet.look_up(&self.moments, state, &self.bounds) {
            Some(rules) => rules,
            None => {
                self.quiet.learn(&self.moments, state, &self.learning.store);
                self.quiet.look_up(&self.moments, state, &self.bounds).unwrap_or_default()
            }
        };
        if rules.is_empty() { Outcome::GoesOn } else { self.violation(rules, run) }
    }

    /// Somebody went round a loop of the kernel: how the run ends if there is a livelock.
    fn judge(&mut self, run: &mut OneRun, thread: usize) -> Option<Outcome> {
        let state = [run.state.as_slice(), run.nodes.as_slice(), &[run.failures]].concat();
        let mut engine = Engine { learning: &mut self.learning, threads: &mut self.threads, symmetry: None };
        match self.judged.judge(&mut engine, &state, thread, &self.bounds) {
            Ok(None) => None,
            Ok(Some(circle)) => {
                run.way.extend(circle);
                Some(self.violation(vec![Rule::Livelock], run))
            }
            Err(TooMany) => {
                self.verdict = Verdict::BoundHit(Bound::States);
                Some(Outcome::IsLeft)
            }
        }
    }

    fn violation(&mut self, rules: Vec<Rule>, run: &OneRun) -> Outcome {
        let schedule = self.schedule(&run.way);
        self.verdict = Verdict::Violation(Found { rules, schedule });
        Outcome::IsLeft
    }

    fn schedule(&self, way: &[Choice]) -> Schedule {
        Schedule { step_size: self.learning.step_size(), choices: way.to_vec() }
    }
}
