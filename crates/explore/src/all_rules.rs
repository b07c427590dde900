//! Going on after a broken rule: the first way into each rule that can break.
//!
//! A search stops at the first broken rule that it looks for. The next one looks for all rules but those found so far,
//! from the start: so what it finds is a first way of its own, and if it is complete, no other rule can break. Nothing
//! is carried from one search to the next, so each can be repeated alone.

use crate::options::{Bounds, Options};
use crate::verdict::Found;
use daxscope_core::check::Rule;

/// The search after one that has found something: for the rules that it looked for and did not find. `None`: there are
/// none left.
#[must_use]
pub fn go_on(options: &Options, found: &Found) -> Option<Options> {
    let left: Vec<Rule> =
        Rule::ALL.into_iter().filter(|&rule| options.bounds.looks_for(rule) && !found.rules.contains(&rule)).collect();
    let bounds = Bounds { rules: left, ..options.bounds.clone() };
    (!bounds.rules.is_empty()).then(|| Options { bounds, ..options.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_core::scenario::Schedule;

    #[test]
    fn what_was_found_is_not_looked_for_again_and_there_is_an_end() {
        let mut options = Options::default();
        for (at, rule) in Rule::ALL.into_iter().enumerate() {
            let found = Found { rules: vec![rule], schedule: Schedule::default() };
            let next = go_on(&options, &found);
            let Some(next) = next else {
                assert_eq!(at + 1, Rule::ALL.len());
                return;
            };
            assert_eq!(next.bounds.rules, Rule::ALL[at + 1..]);
            options = next;
        }
        panic!("the last rule leaves something to look for");
    }

    #[test]
    fn rules_that_were_not_asked_for_stay_out() {
        let bounds = Bounds { rules: vec![Rule::Deadlock, Rule::Livelock], ..Bounds::default() };
        let options = Options { bounds, ..Options::default() };
        let found = Found { rules: vec![Rule::Warning, Rule::Livelock], schedule: Schedule::default() };
        assert_eq!(go_on(&options, &found).map(|next| next.bounds.rules), Some(vec![Rule::Deadlock]));
    }
}
