//! Search over all interleavings of a scenario.
//!
//! The search does not poll kernel code on its hot path. It learns each thread's *automaton* ([`automaton`]): a node is
//! where a thread is, an edge an outcome that takes it on. The world is split into parts ([`parts`]) that are stored
//! once each, and a step is remembered by where the thread is and the parts that it looks at ([`steps`]). So a state is
//! a handful of small numbers, and nearly every step a table look-up; the engine itself runs only what it has not run
//! before. [`graph`] goes through the states, [`walk`] along single runs; a [`search`] is either,
//! and can be stopped and resumed at any time.

pub mod alike;
pub mod all_rules;
pub mod automaton;
pub mod counterexample;
pub mod estimate;
pub mod exact;
pub mod expand;
pub mod footprints;
pub mod frontier;
pub mod futures;
pub mod graph;
pub mod judge;
pub mod livelock;
pub mod mix;
pub mod moments;
pub mod necessity;
pub mod options;
pub mod pace;
pub mod parts;
pub mod persistent;
pub mod practice;
pub mod ran;
pub mod ready;
pub mod rows;
pub mod scheduler;
pub mod search;
pub mod self_check;
pub mod shard;
pub mod state;
pub mod steps;
pub mod symmetry;
pub mod trail;
pub mod unmet;
pub mod verdict;
pub mod walk;
pub mod watch;
pub mod way;
pub mod weight;

pub use counterexample::Counterexample;
pub use counterexample::rest::{Rest, RestOf, RestVerdict};
pub use counterexample::{crash, crash_states};
pub use livelock::Livelocks;
pub use necessity::{Guard, Necessity, Need, Progress, Row, Trial};
pub use options::{Bound, Bounds, Options, Policy, Reductions};
pub use ran::{Proved, Ran, Use};
pub use search::Search;
pub use shard::Shard;
pub use trail::Trail;
pub use verdict::{Counts, Found, Verdict};
pub use watch::Watch;

/// A map that hashes the same on every target. Nothing ever depends on its order.
pub(crate) type Map<K, V> =
    std::collections::HashMap<K, V, std::hash::BuildHasherDefault<daxscope_core::digest::Digest>>;
