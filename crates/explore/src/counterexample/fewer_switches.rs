//! Fewer context switches by moving what one thread does next to what it does before or after: quick, and not exact.

use super::replay::{Aim, Replay, switches};
use daxscope_core::scenario::{Choice, Scenario};
use std::ops::Range;
use std::sync::Arc;

/// A way that is no longer and has fewer switches, if moving one block makes one.
pub(super) fn improve(scenario: &Arc<Scenario>, aim: Aim, known: &[Choice]) -> Option<Vec<Choice>> {
    moved_blocks(known).into_iter().find_map(|candidate| {
        if switches(&candidate) >= switches(known) {
            return None;
        }
        let replay = Replay::along(scenario, aim, &candidate)?;
        replay.is_met().then(|| replay.choices())
    })
}

/// Maximal runs of one thread.
pub(super) fn blocks(choices: &[Choice]) -> Vec<Range<usize>> {
    let mut begin = 0;
    let blocks = choices.chunk_by(|a, b| a.thread == b.thread).map(|block| {
        let range = begin..begin + block.len();
        begin = range.end;
        range
    });
    blocks.collect()
}

/// Every way in which a block is moved behind the one before, or in front of the one after, of its thread.
fn moved_blocks(choices: &[Choice]) -> Vec<Vec<Choice>> {
    let blocks = blocks(choices);
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let thread = choices[block.start].thread;
        let of_same = |other: &&Range<usize>| choices[other.start].thread == thread;
        if let Some(before) = blocks[..at].iter().rfind(of_same) {
            found.push(
                [
                    &choices[..before.end],
                    &choices[block.clone()],
                    &choices[before.end..block.start],
                    &choices[block.end..],
                ]
                .concat(),
            );
        }
        if let Some(after) = blocks[at + 1..].iter().find(of_same) {
            found.push(
                [
                    &choices[..block.start],
                    &choices[block.end..after.start],
                    &choices[block.clone()],
                    &choices[after.start..],
                ]
                .concat(),
            );
        }
    }
    found
}
