//! What is said when everything was looked at, and livelocks, which no single state shows.

use super::Judgement;
use super::claim::Claim;
use super::search::{Judge, NO_ORIGIN, rules};
use super::space::bit;
use crate::automaton::NodeId;
use crate::livelock::Livelocks;
use crate::options::{Bounds, Options};
use crate::verdict::Verdict;
use daxscope_core::check::Rule;
use daxscope_core::scenario::Schedule;
use std::sync::Arc;

impl Judge {
    /// Everything was looked at.
    pub(super) fn end(&mut self) {
        let Some(origin) = self.done else {
            self.judgement = Judgement::Impossible(self.why());
            return;
        };
        if self.is_in_doubt {
            self.nobody_knows();
        } else if self.goes_round && self.wanted & bit(Rule::Livelock) != 0 {
            let bounds = Bounds {
                states: self.terms.states,
                failures: self.terms.failures,
                fail_points: self.terms.fail_points.clone(),
                ..Bounds::default()
            };
            let options = Options { bounds, ..Options::default() };
            self.livelocks = Some(Box::new(Livelocks::new(Arc::clone(&self.scenario), options)));
        } else {
            self.harmless(origin);
        }
    }

    fn harmless(&mut self, origin: u32) {
        self.judgement = Judgement::Harmless { way: self.way(origin), others: rules(self.others) };
    }

    pub(super) fn nobody_knows(&mut self) {
        let way = self.done.map(|origin| self.way(origin));
        self.judgement = Judgement::Unknown { way, past: self.past() };
    }

    /// A scenario without any livelock has none behind the claim; one that has may have it elsewhere.
    pub(super) fn look_for_livelocks(&mut self, budget: u64) {
        let Some(livelocks) = &mut self.livelocks else { return };
        match livelocks.advance(budget).clone() {
            Verdict::Running => {}
            Verdict::Complete => self.harmless(self.done.unwrap_or(NO_ORIGIN)),
            Verdict::Violation(found) if self.passes(&found.schedule) => {
                self.judgement = Judgement::Possible { rules: found.rules, way: found.schedule };
            }
            Verdict::Violation(_) | Verdict::BoundHit(_) => self.nobody_knows(),
        }
    }

    /// Does that run do everything that is claimed?
    fn passes(&mut self, way: &Schedule) -> bool {
        if matches!(self.claim, Claim::Steps(_)) {
            return false;
        }
        let mut label = self.start();
        for choice in &way.choices {
            let thread = choice.thread.index();
            let node = NodeId(label.nodes[thread]);
            let asked = (thread, choice.fail);
            let Some(step) = self.space.step(asked, Some(way.step_size), node, label.world) else { return false };
            (label.world, label.nodes[thread]) = (step.world, step.node.0);
            self.take(&mut label, thread, &step.said);
        }
        self.is_past(&label)
    }
}
