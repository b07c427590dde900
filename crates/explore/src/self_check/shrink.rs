//! A case that fails, made smaller for as long as it fails in the same way.

use super::{Case, has_errors};
use daxscope_core::scenario::{FsKind, Operation, Scenario, format, parse};
use daxscope_core::units::MmId;
use std::sync::Arc;

/// The smallest case that can be had by leaving out one thing after another and for which `fails` still holds.
#[must_use]
pub fn shrink(case: &Case, mut fails: impl FnMut(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    'again: loop {
        for candidate in smaller(&smallest) {
            if fails(&candidate) {
                smallest = candidate;
                continue 'again;
            }
        }
        return smallest;
    }
}

/// Every case that is smaller by one thing, the largest things first.
fn smaller(case: &Case) -> Vec<Case> {
    let whole = &*case.scenario;
    let mut found = Vec::new();
    let mut with = |change: &dyn Fn(&mut Scenario)| {
        let mut scenario = whole.clone();
        change(&mut scenario);
        found.push(scenario);
    };
    with(&|scenario| scenario.failures.clear());
    with(&|scenario| scenario.journal = false);
    with(&|scenario| scenario.fs = FsKind::Ext4);
    with(&|scenario| scenario.fs_lock = true);
    with(&|scenario| scenario.device.devmap = true);
    with(&|scenario| scenario.allocator = scenario.file.default_allocator());
    for thread in 0..whole.threads.len() {
        with(&|scenario| {
            scenario.threads.remove(thread);
        });
        for at in 0..whole.threads[thread].operations.len() {
            with(&|scenario| {
                scenario.threads[thread].operations.remove(at);
            });
        }
    }
    for extent in 0..whole.file.extents.len() {
        with(&|scenario| {
            scenario.file.extents.remove(extent);
        });
    }
    for process in 0..whole.processes.len() {
        with(&|scenario| without_process(scenario, process));
        with(&|scenario| scenario.processes[process].mapping = whole.file.default_mapping());
    }
    with(&|scenario| with_preset(scenario));
    let fewer_failures = (case.failures > 0).then(|| Case { failures: case.failures - 1, ..case.clone() });
    let scenarios = found.into_iter().filter(|scenario| scenario != whole && is_valid(scenario));
    let scenarios = scenarios.map(|scenario| Case { scenario: Arc::new(scenario), ..*case });
    fewer_failures.into_iter().chain(scenarios).collect()
}

/// Can it be written down and read back, and does somebody do something?
fn is_valid(scenario: &Scenario) -> bool {
    let parsed = parse(&format(scenario));
    !scenario.threads.is_empty() && !has_errors(&parsed) && parsed.scenario == *scenario
}

/// The nearest preset without the changes to its switches.
fn with_preset(scenario: &mut Scenario) {
    scenario.revision = scenario.revision.nearest_preset().0.revision;
}

/// What used the process uses the first other one.
fn without_process(scenario: &mut Scenario, gone: usize) {
    if scenario.processes.len() < 2 {
        return;
    }
    scenario.processes.remove(gone);
    let renumber = |mm: &mut MmId| {
        mm.0 = match mm.index() {
            at if at == gone => 0,
            at => (at - usize::from(at > gone)) as u8,
        }
    };
    for thread in &mut scenario.threads {
        renumber(&mut thread.mm);
        for operation in &mut thread.operations {
            if let Operation::Access { mm, .. } | Operation::Munmap { mm } = operation {
                mm.iter_mut().for_each(renumber);
            }
        }
    }
}
