//! What the script expects (`expect` lines) and some run does not do.
//!
//! Facts about page tables and entries are asked of every final state: reductions leave final states as they are. How an
//! operation ended is asked in the step in which it ends, as rules are. Runs in which the kernel dies have no final state.
//! What a line names is told apart: such threads are not taken for identical ones ([`crate::symmetry`]).

use crate::automaton::NodeId;
use daxscope_core::expect::{unmet, unmet_facts};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Expectation, Scenario, Schedule};
use daxscope_core::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The expectations that some run does not meet, by their places in [`Scenario::expectations`], each with the way into the
/// first such run.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Unmet {
    found: BTreeMap<usize, Schedule>,
}

impl Unmet {
    /// Which, and the way there.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Schedule)> {
        self.found.iter().map(|(at, schedule)| (*at, schedule))
    }

    pub(crate) fn add(&mut self, at: usize, way: impl FnOnce() -> Schedule) {
        self.found.entry(at).or_insert_with(way);
    }

    /// Asks all of a final state. `world` and `way` are asked for only if there is something to ask.
    pub(crate) fn ask(
        &mut self,
        scenario: &Arc<Scenario>,
        nodes: &[u32],
        world: impl FnOnce() -> World,
        way: impl Fn() -> Schedule,
    ) {
        let is_fact = |one: &Expectation| matches!(one, Expectation::Fact { .. });
        if !scenario.expectations.iter().any(is_fact) {
            return;
        }
        for at in unmet_facts(&world()) {
            self.add(at, &way);
        }
        if nodes.iter().all(|&node| NodeId(node) == NodeId::FINISHED) {
            return;
        }
        // Somebody waits for ever, and an operation that is not over has no result.
        let schedule = way();
        let mut run = Run::new(Arc::clone(scenario));
        if run.follow(&schedule).is_ok() {
            for one in unmet(&run).into_iter().filter(|one| is_fact(&scenario.expectations[one.expectation])) {
                self.add(one.expectation, || schedule.clone());
            }
        }
    }
}
