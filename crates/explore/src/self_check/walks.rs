//! Plain random runs of the machine: no automaton, no parts, nothing remembered, nothing left out.

use super::{Case, Effort};
use crate::mix::Random;
use daxscope_core::check::{Rule, violations};
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rules that break on random runs, each with the way there.
#[must_use]
pub fn broken_on_walks(case: &Case, effort: Effort, step_size: StepSize) -> BTreeMap<Rule, Schedule> {
    let mut broken = BTreeMap::new();
    for number in 0..effort.walks {
        walk(case, effort, step_size, Random::new(number.into()), &mut broken);
    }
    broken
}

/// One run. A thread goes on with probability one half, so that both long stretches and quick changes come about.
fn walk(case: &Case, effort: Effort, step_size: StepSize, mut random: Random, broken: &mut BTreeMap<Rule, Schedule>) {
    let mut machine = Machine::new(Arc::clone(&case.scenario));
    let mut failures = case.failures;
    let mut choices = Vec::new();
    let mut last = None;
    for _ in 0..effort.walk_steps {
        let enabled: Vec<ThreadId> = machine.enabled().collect();
        if enabled.is_empty() {
            break;
        }
        let stays = last.filter(|last| enabled.contains(last) && random.below(2) == 0);
        let thread = stays.unwrap_or_else(|| enabled[random.below(enabled.len() as u64) as usize]);
        last = Some(thread);
        let choice = Choice { thread, fail: failures > 0 && random.below(12) == 0 };
        let before = machine.world.clone();
        let Some(record) = machine.step(choice, step_size) else { break };
        let failed = choice.fail && record.performed.iter().any(|done| done.stop.op.fail_point().is_some());
        failures -= u32::from(failed);
        choices.push(Choice { fail: failed, ..choice });
        for violation in violations(&before, &record, &machine) {
            broken.entry(violation.rule).or_insert_with(|| Schedule { step_size, choices: choices.clone() });
        }
    }
}
