//! A program is for kernels in use, so it is written only of scripts that can hang or crash none: the model is searched first.

use crate::failure::Failure;
use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::Scenario;
use daxscope_explore::{Bounds, Options, Search, Verdict};
use std::sync::Arc;

/// Rules that say no more than that data may be lost: a program that shows that is no danger to the machine.
const OF_DATA: [Rule; 5] =
    [Rule::LostDurability, Rule::FsyncRepeats, Rule::LostDirtyTag, Rule::StaleMapping, Rule::FalseSigbus];
/// States within which the search has to come to its end.
const MOST_STATES: usize = 400_000;

/// Does nothing but data come to harm, in the run and in every other order?
///
/// # Errors
/// A sentence that says which rule breaks, or that there is too much to be sure.
pub(super) fn check(scenario: &Scenario, run: &Run) -> Result<(), Failure> {
    if let Some((step, violation)) = run.violations().find(|(_, violation)| !OF_DATA.contains(&violation.rule)) {
        return Err(refusal(&format!("step {step} breaks the rule {}", violation.rule.name())));
    }
    let rules = Rule::ALL.into_iter().filter(|rule| !OF_DATA.contains(rule)).collect();
    let bounds = Bounds { states: MOST_STATES, rules, ..Bounds::default() };
    let scenario = Arc::new(Scenario { schedule: None, ..scenario.clone() });
    let mut search = Search::new(scenario, Options { bounds, ..Options::default() });
    while *search.advance(crate::searching::BUDGET) == Verdict::Running {}
    match search.verdict() {
        Verdict::Complete => Ok(()),
        Verdict::Violation(found) => {
            let rules: Vec<&str> = found.rules.iter().map(|rule| rule.name()).collect();
            Err(refusal(&format!("another order of its steps breaks the rule {}", rules.join(", "))))
        }
        _ => Err(Failure::usage(format!(
            "a program in C is written only of what was searched through, and {MOST_STATES} states are not enough for this script: write fewer operations"
        ))),
    }
}

fn refusal(why: &str) -> Failure {
    Failure::usage(format!(
        "a program in C is written only of what can hang or crash no kernel, and here {why}; --revision chooses another kernel"
    ))
}
