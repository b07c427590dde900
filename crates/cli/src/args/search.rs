//! The words that say how to search: of `explore` and `necessity`.

use super::names::Named;
use super::values::{self, BoundWord, RULES, RuleWord};
use crate::failure::Failure;
use crate::input::Source;
use clap::Args;
use daxscope_core::check::Rule;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{FailPoint, Scenario};
use daxscope_explore::{Bounds, Options, Policy, Reductions};

/// How to search, as far as the command line says.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How to search (docs/exploring.md)")]
pub(crate) struct SearchArgs {
    /// Another kernel than that of the script: a preset, perhaps with switches (`"v9 wake_mode_delete=all"`)
    #[arg(long, value_name = "R", value_parser = super::revision)]
    pub(crate) revision: Option<Revision>,
    /// So many calls may fail in one run, each at any time
    #[arg(long, value_name = "N|any", value_parser = values::failures, allow_hyphen_values = true)]
    failures: Option<u32>,
    /// These calls may fail, separated by commas; one of them, unless --failures says otherwise
    #[arg(long = "fail", value_name = "CALL,..", value_delimiter = ',')]
    #[arg(value_parser = Named::new(&FailPoint::EVERY, FailPoint::name))]
    fail_points: Vec<FailPoint>,
    /// Look for this rule only (`any`: for every rule, which says nothing but for an exhibit); may be repeated
    #[arg(long = "rule", value_name = "RULE", value_parser = values::RULE_WORDS)]
    rules: Vec<RuleWord>,
    /// Look for every rule but this; may be repeated
    #[arg(long = "except", value_name = "RULE", value_parser = RULES, conflicts_with = "rules")]
    except: Vec<Rule>,
    /// breadth, depth, switches, random[:SEED[:RUNS]] or pct[:SEED[:RUNS[:CHANGES]]]
    #[arg(long, value_name = "POLICY", value_parser = values::policy, default_value = "breadth", hide_default_value = true)]
    policy: Policy,
    /// Search without a reduction; may be repeated
    #[arg(long = "without", value_name = "REDUCTION", value_delimiter = ',')]
    #[arg(value_parser = Named::new(&Reduction::ALL, Reduction::name))]
    without: Vec<Reduction>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// How far to search, and on how many threads.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How to search (docs/exploring.md)")]
pub(crate) struct LimitArgs {
    /// Give up at states=N, depth=N, seconds=N or memory=SIZE (500M, 2G); may be repeated
    #[arg(long = "bound", value_name = "BOUND", value_parser = values::bound)]
    bounds: Vec<BoundWord>,
    /// Search on so many threads
    #[arg(long, value_name = "N", value_parser = values::jobs, default_value = "1", hide_default_value = true)]
    pub(crate) jobs: usize,
    /// Tell on standard error how far each search has come and about how long it still takes, where that is no terminal too
    #[arg(long)]
    pub(crate) progress: bool,
}

/// Failing calls that are allowed if `--fail` names some and nothing says how many.
const FAILURES_WITH_FAIL: u32 = 1;

impl LimitArgs {
    /// Those bounds with what the command line says instead.
    pub(crate) fn over(&self, mut bounds: Bounds) -> Bounds {
        for word in &self.bounds {
            match *word {
                BoundWord::States(states) => bounds.states = states as usize,
                BoundWord::Depth(depth) => bounds.depth = depth,
                BoundWord::Seconds(seconds) => bounds.seconds = Some(seconds),
                BoundWord::Memory(bytes) => bounds.memory = Some(bytes),
            }
        }
        bounds
    }
}

impl SearchArgs {
    /// How to search a script. An exhibit brings bounds of its own, and the rule that it breaks if `brings_rule`;
    /// `failures`: how many calls may fail if nothing else says it.
    pub(crate) fn options(&self, source: &Source, failures: u32, brings_rule: bool) -> Result<Options, Failure> {
        let exhibit = source.exhibit;
        let standard = Bounds::default();
        let named = if self.fail_points.is_empty() { failures } else { FAILURES_WITH_FAIL };
        let fail_points = match exhibit {
            _ if !self.fail_points.is_empty() => self.fail_points.clone(),
            Some(exhibit) => exhibit.fail_points.clone(),
            None if self.revision_of(&source.scenario).is_xarray() => vec![FailPoint::NodeAlloc],
            None => standard.fail_points.clone(),
        };
        let bounds = self.limits.over(Bounds {
            states: exhibit.and_then(|exhibit| exhibit.states).unwrap_or(standard.states),
            failures: self.failures.unwrap_or(exhibit.map_or(named, |exhibit| exhibit.failures.max(named))),
            fail_points,
            rules: match self.said_rules()? {
                Some(rules) => rules,
                None if brings_rule => source.rule_on(self.revision_of(&source.scenario)).into_iter().collect(),
                None => Vec::new(),
            },
            ..standard
        });
        let mut reductions = Reductions::ALL;
        self.without.iter().for_each(|reduction| reduction.leave_off(&mut reductions));
        Ok(Options { bounds, policy: self.policy, reductions })
    }

    /// The kernel to search on.
    pub(crate) fn revision_of(&self, scenario: &Scenario) -> Revision {
        self.revision.unwrap_or(scenario.revision)
    }

    /// Is a rule looked for, as far as the command line says?
    pub(crate) fn may_find(&self, rule: Rule) -> bool {
        let named = |word: &RuleWord| matches!(word, RuleWord::Any) || *word == RuleWord::One(rule);
        (self.rules.is_empty() || self.rules.iter().any(named)) && !self.except.contains(&rule)
    }

    /// The rules that the command line names, none of them for all; `None` if it names none.
    fn said_rules(&self) -> Result<Option<Vec<Rule>>, Failure> {
        if !self.except.is_empty() {
            let rules: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| !self.except.contains(rule)).collect();
            return match rules.is_empty() {
                true => Err(Failure::usage("--except leaves no rule to look for: leave one of them out")),
                false => Ok(Some(rules)),
            };
        }
        if self.rules.is_empty() {
            return Ok(None);
        }
        let one = |word: &RuleWord| match word {
            RuleWord::Any => None,
            RuleWord::One(rule) => Some(*rule),
        };
        Ok(Some(self.rules.iter().map(one).collect::<Option<Vec<_>>>().unwrap_or_default()))
    }
}

/// What a search may leave out, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reduction {
    Caching,
    Merging,
    Bisimulation,
    CriticalSections,
    PersistentSets,
    Symmetry,
}

impl Reduction {
    const ALL: [Reduction; 6] = [
        Reduction::Caching,
        Reduction::Merging,
        Reduction::Bisimulation,
        Reduction::CriticalSections,
        Reduction::PersistentSets,
        Reduction::Symmetry,
    ];

    const fn name(self) -> &'static str {
        match self {
            Reduction::Caching => "caching",
            Reduction::Merging => "merging",
            Reduction::Bisimulation => "bisimulation",
            Reduction::CriticalSections => "critical-sections",
            Reduction::PersistentSets => "persistent-sets",
            Reduction::Symmetry => "symmetry",
        }
    }

    const fn leave_off(self, reductions: &mut Reductions) {
        match self {
            Reduction::Caching => reductions.caching = false,
            Reduction::Merging => reductions.merging = false,
            Reduction::Bisimulation => reductions.bisimulation = false,
            Reduction::CriticalSections => reductions.critical_sections = false,
            Reduction::PersistentSets => reductions.persistent_sets = false,
            Reduction::Symmetry => reductions.symmetry = false,
        }
    }
}
