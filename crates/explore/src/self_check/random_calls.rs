//! Calls that came late to the language: `fallocate`, `zero`, `collapse`, `insert` and `dontneed` in the place of other operations, and
//! `fs xfs`, so that the script of a seed stays what it is but for those.

use super::random_world::HUGE;
use crate::mix::{Random, scramble};
use daxscope_core::scenario::{FsKind, Operation, Scenario};

/// Puts such operations in the place of about every sixth.
pub(super) fn add(seed: u64, scenario: &mut Scenario) {
    let mut random = Random::new(scramble(seed ^ 0xfa11));
    let size = scenario.file.size_pages;
    if random.below(4) == 0 {
        scenario.fs = FsKind::Xfs;
        scenario.journal = false;
    }
    for thread in &mut scenario.threads {
        for operation in &mut thread.operations {
            if random.below(6) == 0 {
                *operation = drawn(&mut random, page_of(operation), size);
            }
        }
    }
}

/// One of the five, mostly about the page that the operation was about.
fn drawn(random: &mut Random, page: u64, size: u64) -> Operation {
    let mut first = [page, page, page, 0][random.below(4) as usize];
    let mut count = [1, 1, 1, 2, HUGE][random.below(5) as usize];
    let kind = random.below(5);
    if kind == 2 && count > 2 && random.below(2) == 0 {
        // A range up to the end is refused.
        count = 1;
    }
    if count == HUGE && random.below(2) == 0 {
        first = 0;
    }
    if kind == 3 && first >= size {
        first = size.saturating_sub(1);
    }
    match kind {
        0 => Operation::Fallocate { first, count },
        1 => Operation::Zero { first, count },
        2 => Operation::Collapse { first, count },
        3 => Operation::Insert { first, count },
        _ if random.below(2) == 0 => Operation::Dontneed { first: 0, count: None },
        _ => Operation::Dontneed { first, count: Some(count) },
    }
}

const fn page_of(operation: &Operation) -> u64 {
    match *operation {
        Operation::Access { page, .. } => page,
        Operation::Punch { first, .. } | Operation::Write { first, .. } | Operation::Read { first, .. } => first,
        _ => 0,
    }
}
