//! What is asked of a state, whatever led there: are the rules for quiet moments kept, and if nobody can run, is
//! everybody done?

use crate::automaton::NodeId;
use crate::mix::{Identity, value};
use crate::options::Bounds;
use crate::steps::{Learning, Steps};
use daxscope_core::check::{Rule, quiet_rules};
use daxscope_core::op::Parts;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule};
use std::collections::HashMap;
use std::sync::Arc;

/// The rules for quiet moments, asked once of every value of the parts that they look at.
#[derive(Debug)]
pub struct QuietRules {
    broken: HashMap<u64, Box<[Rule]>, Identity>,
}

impl Default for QuietRules {
    fn default() -> QuietRules {
        QuietRules { broken: HashMap::with_hasher(Identity) }
    }
}

impl QuietRules {
    /// Those that are broken, of those that are looked for. None while somebody is in the middle of changing something.
    /// `state`: the numbers of the parts of the world; `nodes`: where the threads are.
    pub fn broken(
        &mut self,
        learning: &Learning,
        threads: &[Steps],
        state: &[u32],
        nodes: &[u32],
        bounds: &Bounds,
    ) -> Vec<Rule> {
        let quiet = nodes.iter().zip(threads).all(|(&node, steps)| match NodeId(node) {
            NodeId::FINISHED => true,
            NodeId::CRASHED => false,
            node => {
                let node = steps.automaton.node(node);
                if learning.keeps_calm { node.calm } else { node.is_quiet() }
            }
        });
        if !quiet {
            return Vec::new();
        }
        let relevant = Parts::MAPPING.union(Parts::PAGES).union(Parts::FILE).union(Parts::all_page_tables());
        let parts = learning.store.parts().iter().enumerate().filter(|(_, part)| relevant.contains(**part));
        let key = parts.fold(0, |sum: u64, (at, _)| sum.wrapping_add(value(at, state[at])));
        let rules = self.broken.entry(key).or_insert_with(|| {
            let mut rules = quiet_rules(&learning.store.world(state));
            rules.sort_unstable();
            rules.dedup();
            rules.into()
        });
        rules.iter().copied().filter(|&rule| bounds.looks_for(rule)).collect()
    }
}

/// The rules that are broken where nobody can run, of those that are looked for. `way`: the schedule that leads there into
/// one of those rules, asked for only if somebody is not done.
pub fn broken_when_stuck(
    scenario: &Arc<Scenario>,
    nodes: &[u32],
    bounds: &Bounds,
    way: impl FnOnce(&[Rule]) -> Schedule,
) -> Option<(Vec<Rule>, Schedule)> {
    if nodes.iter().all(|&node| NodeId(node) == NodeId::FINISHED) {
        return None;
    }
    let schedule = way(&[Rule::LostWakeup, Rule::Deadlock]);
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
