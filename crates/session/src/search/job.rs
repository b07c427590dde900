//! A job of the worker: one search, or the same search several times.

use super::reductions::TABLE;
use super::report::{Measured, Outcome, Report};
use super::request::{Kind, Request};
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::{Options, Search};
use std::collections::VecDeque;
use std::sync::Arc;

/// Transitions between two looks at the clock: some milliseconds while everything is still to be learnt.
const BUDGET: u64 = 2_000;
/// How long one row of the table may take.
const ROW_MILLISECONDS: f64 = 10_000.0;
/// Most states of one row of the table: without caching there is no end to them.
const ROW_STATES: usize = 2_000_000;

/// Work that goes on in slices and can be stopped between any two.
#[derive(Debug)]
pub struct Job {
    scenario: Arc<Scenario>,
    /// What is still to be searched.
    waiting: VecDeque<Options>,
    /// Most milliseconds for one search.
    limit: f64,
    /// The search that goes on.
    now: Option<(Search, f64)>,
    done: Vec<Measured>,
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
        let (waiting, limit) = match request.kind {
            Kind::Search => (VecDeque::from([request.options.clone()]), f64::INFINITY),
            Kind::Reductions => (table(&request.options), ROW_MILLISECONDS),
        };
        Ok(Job { scenario, waiting, limit, now: None, done: Vec::new() })
    }

    /// Is there nothing left to do?
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.now.is_none() && self.waiting.is_empty()
    }

    /// Works for about so many milliseconds of the clock `now`, or until everything is done.
    pub fn advance(&mut self, milliseconds: f64, now: impl Fn() -> f64) {
        let begun = now();
        let mut last = begun;
        while !self.is_done() && last - begun < milliseconds {
            let time = self.work(last, &now);
            last = time;
        }
    }

    /// Some transitions of the search that goes on or of the next one; returns the time.
    fn work(&mut self, last: f64, now: &impl Fn() -> f64) -> f64 {
        let (mut search, before) = match self.now.take() {
            Some(going_on) => going_on,
            None => match self.waiting.pop_front() {
                Some(options) => (Search::new(Arc::clone(&self.scenario), options), 0.0),
                None => return last,
            },
        };
        search.advance(BUDGET);
        let time = now();
        let spent = before + (time - last).max(0.0);
        let mut measured = Measured::of(&search, spent);
        if measured.outcome == Outcome::Running && spent > self.limit {
            measured.outcome = Outcome::BoundHit("time".into());
        }
        match measured.outcome {
            Outcome::Running => self.now = Some((search, spent)),
            _ => self.done.push(measured),
        }
        time
    }

    /// How far it has come.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut searches = self.done.clone();
        searches.extend(self.now.as_ref().map(|(search, spent)| Measured::of(search, *spent)));
        searches.extend(self.waiting.iter().map(|_| Measured::default()));
        Report { is_last: self.is_done(), searches, problem: None }
    }
}

/// The same question with the reductions of each row.
fn table(options: &Options) -> VecDeque<Options> {
    let row = |row: &super::TableRow| {
        let mut options = Options { reductions: row.reductions, ..options.clone() };
        options.bounds.states = options.bounds.states.min(ROW_STATES);
        options
    };
    TABLE.iter().map(row).collect()
}
