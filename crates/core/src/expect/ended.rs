//! How an operation ended, against what the script expects: what the thread itself asks when it is over.

use crate::event::OpResult;
use crate::fallback::FallbackReason;
use crate::scenario::{EndedHow, Expectation, Fact, Scenario};
use crate::units::ThreadId;

/// The expectations that an operation breaks by how it ended. `fell_back`: the reasons of its 2 MiB faults
/// ([`FallbackReason::bit`]).
pub fn unexpected(
    scenario: &Scenario,
    thread: ThreadId,
    operation: usize,
    result: OpResult,
    fell_back: u32,
) -> impl Iterator<Item = u8> + '_ {
    let is_broken = move |one: &Expectation| {
        let &Expectation::Fact { holds, fact: Fact::Ended { how, thread: whose, operation: which } } = one else {
            return false;
        };
        let is_meant = whose.is_none_or(|whose| whose == thread) && which.is_none_or(|n| usize::from(n) == operation);
        let is_so = match how {
            EndedHow::Result(word) => word.fits(result),
            EndedHow::Fallback(None) => fell_back != 0,
            EndedHow::Fallback(Some(name)) => fell_back & FallbackReason::bit_of(name) != 0,
        };
        is_meant && is_so != holds
    };
    let all = scenario.expectations.iter().enumerate();
    all.filter(move |(_, one)| is_broken(one)).map(|(at, _)| at as u8)
}

/// Does a script ask why 2 MiB faults of that thread fall back? Only then has the thread to remember it.
#[must_use]
pub fn asks_for_fallbacks(scenario: &Scenario, thread: ThreadId) -> bool {
    scenario.expectations.iter().any(|one| match one {
        Expectation::Fact { fact: Fact::Ended { how: EndedHow::Fallback(_), thread: whose, .. }, .. } => {
            whose.is_none_or(|whose| whose == thread)
        }
        _ => false,
    })
}
