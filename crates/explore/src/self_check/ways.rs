//! The ways of searching that are compared, and what each finds: not the first broken rule but all of them.

use super::{Case, Effort};
use crate::all_rules::go_on;
use crate::options::{Options, Policy, Reductions};
use crate::search::Search;
use crate::verdict::Verdict;
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Operation, Schedule};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One way of searching.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Searching {
    /// In which order.
    pub policy: Policy,
    /// Leaving out what.
    pub reductions: Reductions,
}

/// A reduction by its name, and how to find it among the others.
pub type Reduction = (&'static str, fn(&mut Reductions) -> &mut bool);

/// The reductions, as `daxscope explore --without` has them.
pub const REDUCTIONS: [Reduction; 6] = [
    ("caching", |all| &mut all.caching),
    ("merging", |all| &mut all.merging),
    ("bisimulation", |all| &mut all.bisimulation),
    ("critical-sections", |all| &mut all.critical_sections),
    ("persistent-sets", |all| &mut all.persistent_sets),
    ("symmetry", |all| &mut all.symmetry),
];

const ALL: Reductions = Reductions::ALL;
const NONE: Reductions = Reductions::NONE;
const RANDOM: Policy = Policy::Random { seed: 1, runs: 0 };
const PCT: Policy = Policy::Pct { seed: 1, runs: 0, changes: 2 };

const fn searching(policy: Policy, reductions: Reductions) -> Searching {
    Searching { policy, reductions }
}

/// The ways that are compared. The first is what nobody has to ask for.
pub const WAYS: &[Searching] = &[
    searching(Policy::BreadthFirst, ALL),
    searching(Policy::DepthFirst, ALL),
    searching(Policy::FewestSwitches, ALL),
    searching(Policy::BreadthFirst, Reductions { merging: false, bisimulation: false, persistent_sets: false, ..ALL }),
    searching(Policy::BreadthFirst, Reductions { bisimulation: false, ..ALL }),
    searching(Policy::BreadthFirst, Reductions { critical_sections: false, ..ALL }),
    searching(Policy::BreadthFirst, Reductions { persistent_sets: false, ..ALL }),
    searching(Policy::BreadthFirst, Reductions { symmetry: false, ..ALL }),
    searching(Policy::DepthFirst, Reductions { caching: false, ..ALL }),
    searching(Policy::BreadthFirst, Reductions { critical_sections: false, persistent_sets: false, ..ALL }),
    searching(Policy::BreadthFirst, Reductions { caching: true, ..NONE }),
    searching(Policy::DepthFirst, NONE),
    searching(RANDOM, ALL),
    searching(PCT, Reductions { critical_sections: false, ..ALL }),
];

/// Breadth first with every subset of the reductions.
#[must_use]
pub fn every_subset() -> Vec<Searching> {
    let subset = |bits: usize| {
        let mut reductions = NONE;
        for (at, (_, reduction)) in REDUCTIONS.iter().enumerate() {
            *reduction(&mut reductions) = bits >> at & 1 == 1;
        }
        searching(Policy::BreadthFirst, reductions)
    };
    (0..1 << REDUCTIONS.len()).rev().map(subset).collect()
}

/// What a way of searching finds.
#[derive(Clone, Default, Debug)]
pub struct RuleSet {
    /// The rules that break, each with the way there.
    pub broken: BTreeMap<Rule, Schedule>,
    /// Was everything looked at? Otherwise a rule that is not here may break all the same.
    pub complete: bool,
}

impl Searching {
    /// In the words of `daxscope explore`: `depth without caching, merging`.
    #[must_use]
    pub fn name(&self) -> String {
        let policy = match self.policy {
            Policy::BreadthFirst => "breadth",
            Policy::DepthFirst => "depth",
            Policy::FewestSwitches => "switches",
            Policy::Random { .. } => "random",
            Policy::Pct { .. } => "pct",
        };
        let mut reductions = self.reductions;
        let off = REDUCTIONS.iter().filter(|(_, reduction)| !*reduction(&mut reductions)).map(|(name, _)| *name);
        match off.collect::<Vec<_>>().join(", ").as_str() {
            "" => policy.to_owned(),
            off => format!("{policy} without {off}"),
        }
    }

    /// Does this way do anything else than others for that case, and can it?
    #[must_use]
    pub fn matters(&self, case: &Case) -> bool {
        let threads = &case.scenario.threads;
        let alike = || threads.iter().enumerate().any(|(at, thread)| threads[..at].contains(thread));
        let only_symmetry = Reductions { symmetry: true, ..self.reductions } == ALL && !self.reductions.symmetry;
        let idle = self.reductions.bisimulation && !self.reductions.merging;
        !idle && (!only_symmetry || alike()) && (self.reductions.merging || !may_scan_for_ever(case))
    }

    fn policy(&self, effort: Effort) -> Policy {
        match self.policy {
            Policy::Random { seed, .. } => Policy::Random { seed, runs: effort.walks },
            Policy::Pct { seed, changes, .. } => Policy::Pct { seed, runs: effort.walks, changes },
            other => other,
        }
    }

    /// All rules that break: the search is made again and again, each time without the rules that were found before,
    /// until it is complete or hits a bound.
    #[must_use]
    pub fn collect(&self, case: &Case, effort: Effort) -> RuleSet {
        let bounds = case.bounds(effort);
        let mut set = RuleSet::default();
        let mut asked = Some(Options { bounds, policy: self.policy(effort), reductions: self.reductions });
        // Complete also if no rule is left that could break.
        set.complete = true;
        while let Some(options) = asked {
            // These cases are small: places would not be compared.
            let mut search = Search::new(Arc::clone(&case.scenario), options.clone()).with_places_from(1);
            while *search.advance(50_000) == Verdict::Running {}
            let Verdict::Violation(found) = search.verdict() else {
                set.complete = *search.verdict() == Verdict::Complete;
                break;
            };
            let new: Vec<Rule> = found.rules.iter().copied().filter(|rule| options.bounds.looks_for(*rule)).collect();
            assert!(!new.is_empty(), "the search found nothing that it was asked for: {:?}", found.rules);
            set.broken.extend(new.into_iter().map(|rule| (rule, found.schedule.clone())));
            asked = go_on(&options, found);
        }
        set
    }
}

/// May a scan of the page cache go in circles? Without merging its places are all different ones, each with a longer
/// history than the one before.
fn may_scan_for_ever(case: &Case) -> bool {
    let revision = &case.scenario.revision;
    let operations = case.scenario.threads.iter().flat_map(|thread| &thread.operations);
    operations.into_iter().any(|operation| match operation {
        Operation::Invalidate { .. } | Operation::Invalidate2 { .. } | Operation::Write { .. } => {
            revision.radix().is_some_and(|radix| !radix.invalidate_steps_over_pmd)
        }
        Operation::Fsync { .. } => revision.radix().is_some_and(|radix| !radix.writeback_advances),
        _ => false,
    })
}
