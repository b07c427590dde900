//! Every outcome of a power failure: all interleavings of a small scenario, all moments of each, all that may be left.
//!
//! For litmus tests (docs/crash.md). Nothing of the search is used: a state here is a machine with its device, and every
//! step is stepped. The power may fail behind every operation, inside of steps too.

use daxscope_core::crash::{Device, Outcome};
use daxscope_core::digest::Digest;
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Scenario, StepSize};
use daxscope_core::units::PageIndex;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// What power failures may leave of a few pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrashStates {
    /// By how many operations of its script had returned to each thread.
    pub outcomes: BTreeMap<Vec<usize>, BTreeSet<Outcome>>,
    /// States that were looked at.
    pub states: usize,
    /// Were it all of them?
    pub is_complete: bool,
}

impl CrashStates {
    /// Looks at all of a scenario, or at so many states.
    #[must_use]
    pub fn of(scenario: &Arc<Scenario>, pages: &[PageIndex], most: usize) -> CrashStates {
        let machine = Machine::new(Arc::clone(scenario));
        let device = Device::new(&machine.world);
        let mut all = CrashStates { outcomes: BTreeMap::new(), states: 0, is_complete: true };
        all.note(scenario, &device, pages);
        let mut seen = HashSet::from([Digest::of(&(machine.state(), &device))]);
        let mut open = vec![(machine, device)];
        while let Some((machine, device)) = open.pop() {
            all.states += 1;
            if all.states > most {
                all.is_complete = false;
                break;
            }
            for thread in machine.enabled() {
                let (mut next, mut device) = (machine.clone(), device.clone());
                let before = machine.world.clone();
                let Some(record) = next.step(Choice::run(thread), StepSize::Section) else { continue };
                // Steps have no numbers here: equal states have to look equal, whichever way led there.
                device.step_looking(&before, 0, &record, |device| all.note(scenario, device, pages));
                if seen.insert(Digest::of(&(next.state(), &device))) {
                    open.push((next, device));
                }
            }
        }
        all
    }

    /// What may be left once at least that many operations have returned to each thread.
    #[must_use]
    pub fn after(&self, returned: &[usize]) -> BTreeSet<Outcome> {
        let is_after = |had: &Vec<usize>| had.iter().zip(returned).all(|(had, wanted)| had >= wanted);
        let those = self.outcomes.iter().filter(|(had, _)| is_after(had));
        those.flat_map(|(_, outcomes)| outcomes.iter().cloned()).collect()
    }

    fn note(&mut self, scenario: &Scenario, device: &Device, pages: &[PageIndex]) {
        let threads = (0..scenario.threads.len() as u8).map(daxscope_core::units::ThreadId);
        let returned = threads.map(|thread| device.returned(thread)).collect();
        self.outcomes.entry(returned).or_default().extend(device.outcomes(pages));
    }
}
