//! What a script expects of its runs (`expect` lines), and what a search says to it.

use super::Expected;
use daxscope_core::expect::unmet;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Expectation, Scenario, Schedule};
use daxscope_explore::{Search, Verdict};
use std::sync::Arc;

/// A line of a script that expects something of its runs.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The line without `expect`.
    pub(crate) words: String,
    /// What came of it.
    pub(crate) answer: Answer,
}

/// Is it as a script expects?
#[derive(Debug)]
pub(crate) enum Answer {
    /// In every run.
    Met,
    /// Not in this one.
    Unmet {
        /// What is instead.
        sentence: String,
        /// The way there: `by point A5 B3 A!`.
        schedule: String,
    },
    /// Nobody knows: the search ended before it had asked of every run.
    NotAsked,
}

impl Asked {
    /// What the script expects of its runs, as a search has answered it; `None`: it never began.
    pub(crate) fn all(scenario: &Arc<Scenario>, search: Option<&Search>) -> Vec<Asked> {
        let complete = search.is_some_and(|search| *search.verdict() == Verdict::Complete);
        let facts = scenario.expectations.iter().enumerate();
        let facts = facts.filter(|(_, one)| matches!(one, Expectation::Fact { .. }));
        facts
            .map(|(at, one)| {
                let found = search.and_then(|search| search.unmet().iter().find(|(unmet, _)| *unmet == at));
                let answer = match found {
                    Some((_, schedule)) => Answer::unmet(scenario, at, schedule),
                    None if complete => Answer::Met,
                    None => Answer::NotAsked,
                };
                Asked { words: one.words(scenario), answer }
            })
            .collect()
    }

    /// What is instead, and the way there.
    pub(crate) fn unmet(&self) -> Option<(&str, &str)> {
        match &self.answer {
            Answer::Unmet { sentence, schedule } => Some((sentence, schedule)),
            _ => None,
        }
    }
}

impl Answer {
    /// Steps the machine to where it is not so.
    fn unmet(scenario: &Arc<Scenario>, at: usize, schedule: &Schedule) -> Answer {
        let mut run = Run::new(Arc::clone(scenario));
        let told = run.follow(schedule).ok().and_then(|()| unmet(&run).into_iter().find(|one| one.expectation == at));
        let sentence = told.map_or_else(
            || format!("Expected `{}`, but it is not so.", scenario.expectations[at].words(scenario)),
            |told| told.sentence,
        );
        Answer::Unmet { sentence, schedule: schedule.words() }
    }
}

impl Expected {
    /// What a script says about its verdict.
    pub(crate) fn of(scenario: &Scenario) -> Expected {
        let verdict = scenario.expectations.iter().find_map(|one| match one {
            Expectation::Clean => Some(Expected::Clean),
            Expectation::Violation(rule) => Some(Expected::Violation { rule: *rule, steps: None }),
            Expectation::Fact { .. } => None,
        });
        verdict.unwrap_or(Expected::Nothing)
    }
}
