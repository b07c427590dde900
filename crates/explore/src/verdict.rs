//! What a search says, and how far it has come.

use crate::options::Bound;
use daxscope_core::check::Rule;
use daxscope_core::scenario::Schedule;

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Different states that were stored. With persistent sets states from which only one step has to be looked at are
    /// passed without being stored. 0 for policies that go along single runs: those remember no states.
    pub states: u64,
    /// Runs that were begun, by policies that go along single runs.
    pub runs: u64,
    /// Steps from one state to another, known ones included.
    pub transitions: u64,
    /// The same in all rounds together.
    pub all_transitions: u64,
    /// How often the search began: again if it had learnt that two steps depend on each other after all.
    pub rounds: u32,
    /// Most steps from the start to a state that was looked at.
    pub depth: u32,
    /// Most context switches on the way to a state that was looked at, if that is what the policy goes by; otherwise 0.
    pub switches: u32,
    /// How often only one thread had to be looked at, thanks to persistent sets.
    pub alone: u64,
    /// Steps into states that were known, with what is taken at once behind them.
    pub known: u64,
    /// States that wait to be looked at.
    pub frontier: u64,
    /// Final states: nobody can run. Of single runs: how many came to such an end.
    pub finals: u64,
    /// Places in all threads' automata.
    pub nodes: u64,
    /// Steps that the engine ran; all others were looked up.
    pub learnt: u64,
    /// Different values of the parts of the world.
    pub parts: u64,
    /// Bytes that states take up, with ways back and those that wait.
    pub bytes: u64,
    /// Bytes of all tables, about: states, and what was learnt.
    pub memory: u64,
    /// Steps of random runs before the search, by which it learns what threads can do.
    pub practice: u64,
}

/// A way into a broken rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The rules that are broken at its end.
    pub rules: Vec<Rule>,
    /// The way, in the steps of the search.
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
