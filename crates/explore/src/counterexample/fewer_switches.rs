//! Fewer context switches by moving what one thread does next to what it does before or after: quick, and not exact.

use super::replay::{Aim, Replay, switches};
use daxscope_core::scenario::{Choice, Scenario};
use std::ops::Range;
use std::sync::Arc;

/// Most steps that a thread goes on for.
const GO_ON_STEPS: usize = 5_000;

/// A way that is no longer and has fewer switches, if moving one block or leaving out one switch makes one.
pub(super) fn improve(scenario: &Arc<Scenario>, aim: Aim, known: &[Choice]) -> Option<Vec<Choice>> {
    let is_better = |way: &[Choice]| way.len() <= known.len() && switches(way) < switches(known);
    let moved = moved_blocks(known).into_iter().filter(|candidate| is_better(candidate)).find_map(|candidate| {
        let replay = Replay::along(scenario, aim, &candidate)?;
        replay.is_met().then(|| replay.choices())
    });
    moved.or_else(|| {
        let starts = blocks(known).into_iter().map(|block| block.start).filter(|&start| start > 0);
        let without = starts.map(|start| without_switch(scenario, aim, known, start));
        without.filter(Replay::is_met).map(|replay| replay.choices()).find(|way| is_better(way))
    })
}

/// The run in which the thread before a switch goes on until it cannot; then the rest, as far as it can be followed; then
/// whoever can run.
pub(super) fn without_switch(scenario: &Arc<Scenario>, aim: Aim, known: &[Choice], at: usize) -> Replay {
    let mut run = Replay::new(scenario, aim);
    for &choice in &known[..at] {
        run.step(choice);
    }
    let (thread, rest) = (known[at - 1].thread, &known[at..]);
    let mut own = rest.iter().filter(|choice| choice.thread == thread);
    let mut made_early = 0;
    for _ in 0..GO_ON_STEPS {
        if !run.step(own.next().copied().unwrap_or(Choice::run(thread))) {
            break;
        }
        made_early += 1;
    }
    for &choice in rest {
        if choice.thread == thread && made_early > 0 {
            made_early -= 1;
        } else {
            run.step(choice);
        }
    }
    run.run_on();
    run
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
