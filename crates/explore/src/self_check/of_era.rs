//! What only kernels of the XArray's era have: pins, layouts that are broken, entries locked by their page, and mappings that are
//! synchronous.

use crate::mix::{Random, scramble};
use daxscope_core::scenario::{Layouts, Operation, Platform, Scenario};

/// Puts such operations in the place of others, and makes some mappings synchronous.
pub(super) fn add(seed: u64, scenario: &mut Scenario) {
    let mut random = Random::new(scramble(seed ^ 0xe7a));
    for process in &mut scenario.processes {
        process.mapping.sync = process.mapping.shared && random.below(6) == 0;
    }
    scenario.layouts = [Layouts::Whole, Layouts::Whole, Layouts::Range, Layouts::None][random.below(4) as usize];
    for thread in &mut scenario.threads {
        let mut operations = Vec::new();
        for operation in &thread.operations {
            match (random.below(9), page_of(operation)) {
                (0, Some(page)) => operations.extend([*operation, Operation::Pin { page }]),
                (1, Some(page)) => operations.extend([Operation::Pin { page }, Operation::Unpin]),
                (2, Some(page)) => operations.push(Operation::Hold { page }),
                (3, _) => operations.push(Operation::Layout { first: 0, count: None }),
                _ => operations.push(*operation),
            }
        }
        thread.operations = operations;
    }
    scenario.platform =
        [Platform::Adr, Platform::Adr, Platform::Eadr, Platform::NoWriteCache][random.below(4) as usize];
}

fn page_of(operation: &Operation) -> Option<u64> {
    match operation {
        Operation::Access { page, mm: None, .. } => Some(*page),
        _ => None,
    }
}
