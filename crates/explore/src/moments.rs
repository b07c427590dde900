//! What is asked of a state, whatever led there: are the rules for quiet moments kept, and if nobody can run, is
//! everybody done?

use crate::automaton::NodeId;
use crate::exact::Exact;
use crate::options::Bounds;
use crate::parts::PartStore;
use crate::steps::{Learning, Steps};
use daxscope_core::check::{Moment, Rule, quiet_rules};
use daxscope_core::op::Parts;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// The rules for quiet moments, asked once of every value of the parts that they look at.
#[derive(Debug, Default)]
pub struct QuietRules {
    broken: Exact<Box<[Rule]>>,
}

impl QuietRules {
    /// Those that are broken, of those that are looked for. `None` if they were never asked. Of a state the numbers of its parts
    /// are given, and their values ([`crate::mix::value`]).
    #[must_use]
    pub fn look_up(
        &self,
        moments: &Moments,
        (numbers, values): (&[u32], &[u64]),
        bounds: &Bounds,
    ) -> Option<Vec<Rule>> {
        let broken = self.broken.get(moments.key(values), moments.tuple(numbers))?;
        Some(broken.iter().copied().filter(|&rule| bounds.looks_for(rule)).collect())
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.broken.bytes()
    }

    /// Asks the rules of the world of a state.
    pub fn learn(&mut self, moments: &Moments, (numbers, values): (&[u32], &[u64]), store: &PartStore) {
        let mut rules = quiet_rules(&store.world(numbers));
        rules.sort_unstable();
        rules.dedup();
        self.broken.insert(moments.key(values), moments.tuple(numbers), rules.into());
    }
}

/// Which moments are quiet, and what rules look at then.
#[derive(Clone, Debug)]
pub struct Moments {
    positions: Vec<usize>,
    /// Is it quiet also while threads are on their way without having changed anything?
    looks_through: bool,
}

impl Moments {
    /// The moments of a search.
    #[must_use]
    pub fn new(learning: &Learning) -> Moments {
        let relevant = Moment::Quiet.observes(ThreadId(0), learning.store.start());
        let parts = learning.store.parts().iter().enumerate();
        let positions = parts.filter(|(_, part)| relevant.contains(**part)).map(|(at, _)| at).collect();
        Moments { positions, looks_through: learning.keeps_calm }
    }

    /// Is nobody in the middle of changing anything? `places`: where the threads are.
    #[must_use]
    pub fn is_quiet(&self, places: &[u32], threads: &[Steps]) -> bool {
        places.iter().zip(threads).all(|(&node, steps)| match NodeId(node) {
            NodeId::FINISHED => true,
            NodeId::CRASHED => false,
            node => {
                let node = steps.automaton.node(node);
                if self.looks_through { node.calm } else { node.is_quiet() }
            }
        })
    }

    /// What rules look at, of these parts.
    #[must_use]
    pub fn parts(&self, parts: &[Parts]) -> Parts {
        self.positions.iter().fold(Parts::NONE, |all, &at| all.union(parts[at]))
    }

    /// A number for what rules look at.
    fn key(&self, values: &[u64]) -> u64 {
        self.positions.iter().fold(0, |sum: u64, &at| sum.wrapping_add(values[at]))
    }

    /// What rules look at.
    fn tuple<'a>(&'a self, numbers: &'a [u32]) -> impl Iterator<Item = u32> + Clone + use<'a> {
        self.positions.iter().map(|&at| numbers[at])
    }
}

/// The rules that are broken where nobody can run, of those that are looked for. `way`: the schedule that leads there,
/// asked for only if somebody is not done.
pub fn broken_when_stuck(
    scenario: &Arc<Scenario>,
    nodes: &[u32],
    bounds: &Bounds,
    way: impl FnOnce() -> Schedule,
) -> Option<(Vec<Rule>, Schedule)> {
    if nodes.iter().all(|&node| NodeId(node) == NodeId::FINISHED) {
        return None;
    }
    let schedule = way();
    let mut run = Run::new(Arc::clone(scenario));
    let mut rules: Vec<Rule> = match run.follow(&schedule) {
        Ok(()) => run.steps.last().map(|step| step.violations.iter().map(|v| v.rule).collect()).unwrap_or_default(),
        Err(_) => vec![Rule::Deadlock],
    };
    rules.retain(|rule| matches!(rule, Rule::LostWakeup | Rule::Deadlock));
    rules.sort_unstable();
    rules.dedup();
    if rules.is_empty() {
        rules.push(Rule::Deadlock);
    }
    rules.iter().any(|&rule| bounds.looks_for(rule)).then_some((rules, schedule))
}
