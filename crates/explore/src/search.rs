//! A search and what comes of it.

use crate::graph::Graph;
use crate::options::{Bound, Options};
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, Schedule};
use std::sync::Arc;

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Different states that were stored. With persistent sets states from which only one step has to be looked at are
    /// passed without being stored.
    pub states: u64,
    /// Steps from one state to another, known ones included.
    pub transitions: u64,
    /// The same in all rounds together.
    pub all_transitions: u64,
    /// How often the search began: again if it had learnt that two steps depend on each other after all.
    pub rounds: u32,
    /// Most steps from the start to a state that was looked at.
    pub depth: u32,
    /// States that wait to be looked at.
    pub frontier: u64,
    /// Final states: nobody can run.
    pub finals: u64,
    /// Places in all threads' automata.
    pub nodes: u64,
    /// Steps that the engine ran; all others were looked up.
    pub learnt: u64,
    /// Different values of the parts of the world.
    pub parts: u64,
    /// Bytes that states take up: fingerprints, ways back, and those that wait.
    pub bytes: u64,
}

/// A way into a broken rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The rules that are broken at its end.
    pub rules: Vec<Rule>,
    /// The way, by scheduling points.
    pub schedule: Schedule,
}

/// What a search says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Not done yet.
    Running,
    /// Everything was looked at, and no rule is broken anywhere.
    Complete,
    /// A rule is broken.
    Violation(Found),
    /// A bound was hit before everything was looked at: this proves nothing.
    BoundHit(Bound),
}

/// A search over all interleavings of a scenario.
#[derive(Debug)]
pub struct Search {
    graph: Graph,
}

impl Search {
    /// A search that has not begun.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Search {
        Search { graph: Graph::new(scenario, options) }
    }

    /// What the search says so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        self.graph.verdict()
    }

    /// How far it has come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.graph.counts()
    }

    /// The probability that two of the states have one fingerprint, so that one of them was left out.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        let states = self.counts().states as f64;
        states * states / 2.0 / 2.0_f64.powi(64)
    }

    /// Goes on until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        self.graph.advance(budget)
    }
}
