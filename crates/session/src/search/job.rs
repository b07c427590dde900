//! A job of the worker: a search and the explanation of what it finds, the same search several times, or the trials
//! of what each guard is for.

use super::attack::{Attack, Attacked};
use super::explanation::Explanation;
use super::guards::{self, Guards};
use super::reductions::TABLE;
use super::report::{Measured, Outcome, Report};
use super::request::{Kind, Request};
use super::said::Said;
use crate::theatre::{MOST_DRAWN, Played, tell};
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, StepSize};
use daxscope_core::scenario::{parse, parse_revision};
use daxscope_explore::counterexample::{Counterexample, Effort};
use daxscope_explore::necessity::Necessity;
use daxscope_explore::pace::longest_run;
use daxscope_explore::{Bound, Found, Options, Rest, RestOf, RestVerdict, Search, Verdict};
use std::collections::VecDeque;
use std::sync::Arc;

/// Transitions between two looks at the clock: some milliseconds while everything is still to be learnt.
const BUDGET: u64 = 2_000;
/// How long one row of the table may take.
const ROW_MILLISECONDS: f64 = 10_000.0;
/// Most states of one row of the table, or of one trial: without caching there is no end to them.
const ROW_STATES: usize = 2_000_000;
/// What may be spent on a counterexample while somebody waits.
const EFFORT: Effort = Effort { search_states: 1_000_000, walk_states: 500_000 };

/// Work that goes on in slices and can be stopped between any two.
#[derive(Debug)]
pub struct Job {
    scenario: Arc<Scenario>,
    work: Work,
    /// What is still to be searched.
    waiting: VecDeque<Options>,
    /// Most milliseconds for one search.
    limit: f64,
    /// Is what is found to be explained?
    explains: bool,
    done: Vec<Measured>,
    explanation: Option<Explanation>,
    guards: Guards,
    said: Option<Said>,
    /// How many steps the runs of the search have, if that is known.
    longest: Option<u32>,
    /// Are the moves of the search told?
    plays: bool,
    played: Option<Played>,
}

/// What goes on.
#[derive(Debug)]
enum Work {
    /// A search, the options that it has, and the milliseconds that it took.
    Search(Box<Search>, Options, f64),
    /// A way is made smaller and explained where it was found; then a smaller scenario with the same bug is looked for.
    Counterexample(Box<Counterexample>, Options, Found),
    SmallerScenario(Box<Counterexample>),
    Necessity(Box<Necessity>),
    Rest(Box<Rest>, StepSize),
    Attack(Box<Attack>),
    Nothing,
}

impl Job {
    /// A job that has not begun.
    ///
    /// # Errors
    ///
    /// A sentence, if script or kernel have errors.
    pub fn new(request: &Request) -> Result<Job, String> {
        let parsed = parse(&request.script);
        if !parsed.is_ok() {
            return Err("The script has errors, so there is nothing to search.".into());
        }
        let Ok(revision) = parse_revision(&request.revision) else {
            return Err(format!("There is no kernel revision `{}`.", request.revision));
        };
        let scenario = Arc::new(Scenario { revision, ..parsed.scenario });
        let mut job = Job {
            scenario,
            work: Work::Nothing,
            waiting: VecDeque::new(),
            limit: f64::INFINITY,
            explains: request.kind == Kind::Search,
            done: Vec::new(),
            explanation: None,
            guards: Guards::default(),
            said: None,
            longest: None,
            plays: request.kind == Kind::Theatre,
            played: None,
        };
        match request.kind {
            Kind::Search | Kind::Theatre => job.waiting.push_back(request.options.clone()),
            Kind::Reductions => {
                job.waiting = TABLE.iter().map(|row| with_less(&request.options, row.reductions)).collect();
                job.limit = ROW_MILLISECONDS;
            }
            Kind::Rest => job.begin_rest(&request.options),
            Kind::Attack => {
                let attack = Attack::new(Arc::clone(&job.scenario), request.options.clone());
                job.work = Work::Attack(Box::new(attack));
            }
            Kind::Necessity => {
                let options = with_less(&request.options, request.options.reductions);
                job.work = Work::Necessity(Box::new(Necessity::new(Arc::clone(&job.scenario), options)));
            }
        }
        Ok(job)
    }

    /// A job whose result nobody needs: exhibit A4, whose search takes every road that others take.
    #[must_use]
    pub fn practice() -> Option<Job> {
        let exhibit = daxscope_museum::exhibit("a4")?;
        let options = Options { reductions: daxscope_explore::Reductions::SHORTEST, ..Options::default() };
        let (script, revision) = (exhibit.script.into(), (*exhibit.revisions.first()?).into());
        Job::new(&Request { kind: Kind::Search, script, revision, options }).ok()
    }

    /// The schedule of the script is what was done so far.
    fn begin_rest(&mut self, options: &Options) {
        let made = self.scenario.schedule.clone().unwrap_or_default();
        let size = made.step_size;
        let bounds = &options.bounds;
        let asked = RestOf {
            rule: bounds.rules.first().copied().unwrap_or(Rule::KernelBug),
            made,
            failures: bounds.failures,
            fail_points: bounds.fail_points.clone(),
            states: bounds.states,
        };
        self.work = Work::Rest(Box::new(Rest::new(&self.scenario, asked)), size);
    }

    /// Is there nothing left to do?
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.work, Work::Nothing) && self.waiting.is_empty()
    }

    /// Works for about so many milliseconds of the clock `now`, or until everything is done.
    pub fn advance(&mut self, milliseconds: f64, now: impl Fn() -> f64) {
        let begun = now();
        let mut last = begun;
        while !self.is_done() && last - begun < milliseconds {
            self.work();
            let time = now();
            self.account((time - last).max(0.0));
            last = time;
        }
    }

    /// A search; one that is watched shows on few states what it does on many.
    fn search(&self, options: &Options) -> Search {
        let search = Search::new(Arc::clone(&self.scenario), options.clone());
        if self.plays { search.with_places_from(1).watched_closely(MOST_DRAWN) } else { search }
    }

    /// Some transitions of what goes on, or of what is next.
    fn work(&mut self) {
        if matches!(self.work, Work::Nothing)
            && let Some(options) = self.waiting.pop_front()
        {
            self.longest = if self.explains { longest_run(&self.scenario, &options) } else { None };
            let search = self.search(&options);
            self.work = Work::Search(Box::new(search), options, 0.0);
        }
        match &mut self.work {
            Work::Search(search, ..) => {
                search.advance(BUDGET);
            }
            Work::Counterexample(counterexample, options, found) => {
                counterexample.advance(BUDGET);
                let explanation = Explanation::of(counterexample);
                if counterexample.is_done() {
                    let scenario = Arc::clone(&self.scenario);
                    self.work = match explanation.way {
                        Some(_) => {
                            let smaller = Counterexample::with_effort(scenario, options.clone(), found, EFFORT);
                            Work::SmallerScenario(Box::new(smaller))
                        }
                        None => Work::Nothing,
                    };
                }
                self.explanation = Some(explanation);
            }
            Work::SmallerScenario(counterexample) => {
                counterexample.advance(BUDGET);
                if let Some(explanation) = &mut self.explanation {
                    explanation.add_smaller(counterexample, &self.scenario);
                }
                if counterexample.is_done() {
                    self.work = Work::Nothing;
                }
            }
            Work::Necessity(necessity) => {
                necessity.advance(BUDGET);
                self.guards = guards::of(necessity);
                if self.guards.is_done {
                    self.work = Work::Nothing;
                }
            }
            Work::Rest(rest, size) => {
                let is_done = *rest.advance(BUDGET) != RestVerdict::Running;
                self.said = Some(Said::of_rest(rest.verdict(), rest.states(), *size));
                if is_done {
                    self.work = Work::Nothing;
                }
            }
            Work::Attack(attack) => {
                let attacked = attack.advance(BUDGET);
                let is_done = attacked != Attacked::Running;
                self.said = Some(Said::of_attack(attacked, attack.states()));
                if is_done {
                    self.work = Work::Nothing;
                }
            }
            Work::Nothing => {}
        }
    }

    /// A search has worked for so long; perhaps it is done with that.
    fn account(&mut self, milliseconds: f64) {
        let Work::Search(search, options, spent) = &mut self.work else { return };
        *spent += milliseconds;
        let mut measured = Measured::of(search, *spent, None);
        let most = options.bounds.seconds.map_or(f64::INFINITY, |seconds| seconds as f64 * 1_000.0);
        if measured.outcome == Outcome::Running && *spent > self.limit.min(most) {
            let bound = if *spent > most { Bound::Seconds.name() } else { "time" };
            measured.outcome = Outcome::BoundHit(bound.into());
        }
        if measured.outcome == Outcome::Running {
            return;
        }
        if self.plays
            && let Some(trail) = search.trail()
        {
            self.played = Some(tell(&self.scenario, options.reductions.step_size(), trail));
        }
        let next = match search.verdict() {
            Verdict::Violation(found) if self.explains => {
                let scenario = Arc::clone(&self.scenario);
                let explained = Counterexample::in_place(scenario, options.clone(), found, EFFORT);
                Work::Counterexample(Box::new(explained), options.clone(), found.clone())
            }
            _ => Work::Nothing,
        };
        self.done.push(measured);
        self.work = next;
    }

    /// How far it has come.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut searches = self.done.clone();
        if let Work::Search(search, _, spent) = &self.work {
            searches.push(Measured::of(search, *spent, self.longest));
        }
        searches.extend(self.waiting.iter().map(|_| Measured::default()));
        let (explanation, guards) = (self.explanation.clone(), self.guards.rows.clone());
        let problem = self.guards.problem.clone();
        let (said, played) = (self.said.clone(), self.played.clone());
        Report { is_last: self.is_done(), searches, explanation, guards, said, played, problem }
    }
}

/// The same question with these reductions and at most [`ROW_STATES`].
fn with_less(options: &Options, reductions: daxscope_explore::Reductions) -> Options {
    let mut options = Options { reductions, ..options.clone() };
    options.bounds.states = options.bounds.states.min(ROW_STATES);
    options
}
