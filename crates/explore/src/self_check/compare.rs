//! Whether all ways of searching say the same of a case.

use super::walks::broken_on_walks;
use super::ways::{RuleSet, Searching, WAYS};
use super::{Case, Effort};
use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Schedule, StepSize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Something that two ways of searching do not agree about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// A rule breaks, and a search says complete without having found it.
    Missed {
        /// The rule.
        rule: Rule,
        /// The way of searching that is wrong.
        missed_by: String,
        /// One that has found it.
        found_by: String,
        /// The way there.
        schedule: Schedule,
    },
    /// The machine, stepped along the way that a search names, does not break the rule.
    NotReplayed {
        /// The rule.
        rule: Rule,
        /// The way of searching that is wrong.
        found_by: String,
        /// The way there.
        schedule: Schedule,
    },
}

impl Difference {
    /// What kind of difference it is, without the schedule: the same kind may have the same cause.
    #[must_use]
    pub fn kind(&self) -> (Rule, &str, &str) {
        match self {
            Difference::Missed { rule, missed_by, found_by, .. } => (*rule, missed_by, found_by),
            Difference::NotReplayed { rule, found_by, .. } => (*rule, found_by, "the machine"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Difference::Missed { schedule, .. } | Difference::NotReplayed { schedule, .. }) = self;
        match self {
            Difference::Missed { rule, missed_by, found_by, .. } => {
                write!(f, "{}: found by `{found_by}`, but `{missed_by}` says complete without it", rule.name())?;
            }
            Difference::NotReplayed { rule, found_by, .. } => {
                write!(f, "{}: found by `{found_by}`, but the machine does not break it on that way", rule.name())?;
            }
        }
        write!(f, " (link {})", schedule.to_compact())
    }
}

/// What a way of searching has found, under its name.
type Found = (String, RuleSet);

/// All differences of a case, one for each rule and each way of searching that is wrong about it.
#[must_use]
pub fn differences(case: &Case, effort: Effort) -> Vec<Difference> {
    let ways: Vec<&Searching> = WAYS.iter().filter(|way| way.matters(case)).collect();
    differences_between(case, effort, &ways, true)
}

/// The same between some ways of searching only, with or without runs of the machine.
#[must_use]
pub fn differences_between(case: &Case, effort: Effort, ways: &[&Searching], walks: bool) -> Vec<Difference> {
    let mut all: Vec<Found> = ways.iter().map(|way| (way.name(), way.collect(case, effort))).collect();
    let mut wrong: Vec<Difference> = all.iter().flat_map(|found| not_replayed(case, found)).collect();
    if walks {
        for (name, size) in [
            ("walks by atom", StepSize::Atom),
            ("walks by operation", StepSize::Operation),
            ("walks by point", StepSize::Point),
        ] {
            all.push((name.to_owned(), RuleSet { broken: broken_on_walks(case, effort, size), complete: false }));
        }
    }
    wrong.extend(missed(&all));
    wrong
}

/// Rules that somebody has found and a complete search has not.
fn missed(all: &[Found]) -> Vec<Difference> {
    let mut broken: BTreeMap<Rule, (&str, &Schedule)> = BTreeMap::new();
    for (name, set) in all {
        for (&rule, schedule) in &set.broken {
            broken.entry(rule).or_insert((name, schedule));
        }
    }
    let complete = all.iter().filter(|(_, set)| set.complete);
    let of = |(missed_by, set): &Found| -> Vec<Difference> {
        let lacking = broken.iter().filter(|(rule, _)| !set.broken.contains_key(rule));
        lacking
            .map(|(&rule, &(found_by, schedule))| Difference::Missed {
                rule,
                missed_by: missed_by.clone(),
                found_by: found_by.to_owned(),
                schedule: schedule.clone(),
            })
            .collect()
    };
    complete.flat_map(of).collect()
}

/// Ways that the machine goes otherwise.
fn not_replayed(case: &Case, (found_by, set): &Found) -> Vec<Difference> {
    let broken = set.broken.iter().filter(|(rule, schedule)| !breaks(case, **rule, schedule));
    let difference = |(&rule, schedule): (&Rule, &Schedule)| Difference::NotReplayed {
        rule,
        found_by: found_by.clone(),
        schedule: schedule.clone(),
    };
    broken.map(difference).collect()
}

/// Does the machine break the rule on that way?
fn breaks(case: &Case, rule: Rule, schedule: &Schedule) -> bool {
    let mut run = Run::new(Arc::clone(&case.scenario));
    run.follow(schedule).is_ok() && run.violations().any(|(_, violation)| violation.rule == rule)
}
