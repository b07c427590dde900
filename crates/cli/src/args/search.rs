//! The words that say how to search: of `explore` and `necessity`.

use super::revision;
use crate::failure::Failure;
use crate::input::Source;
use daxscope_core::check::Rule;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::FailPoint;
use daxscope_explore::{Bounds, Options, Policy, Reductions};

/// How to search, as far as the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchArgs {
    /// Another kernel than the one that the script names.
    pub(crate) revision: Option<Revision>,
    /// Searches, or threads of one search, at once.
    pub(crate) jobs: Option<usize>,
    failures: Option<u32>,
    fail_points: Vec<FailPoint>,
    states: Option<usize>,
    depth: Option<u32>,
    rules: Vec<Rule>,
    policy: Policy,
    reductions: Reductions,
}

/// Those words, for the help.
pub(crate) const USAGE: &str = "  \
  --revision R                  another kernel than that of the script
  --failures N|any              so many calls may fail, each at any time
  --fail preload,iomap_begin,.. these calls; 1 may fail unless --failures says otherwise
  --bound states=N|depth=N      give up after so many states, or so deep
  --rule RULE                   look for this rule; may be repeated
  --policy breadth|depth|switches|random[:SEED[:RUNS]]|pct[:SEED[:RUNS[:CHANGES]]]
  --without caching|merging|critical-sections|persistent-sets|symmetry
  --jobs N                      so many threads";

/// Failing calls that are allowed if `--fail` names some and nothing says how many.
const FAILURES_WITH_FAIL: u32 = 1;

impl SearchArgs {
    /// The words that take a value and are understood here.
    pub(crate) const NAMES: [&str; 8] = ["revision", "failures", "fail", "bound", "rule", "policy", "without", "jobs"];

    /// One word with its value.
    pub(crate) fn take(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        match name {
            "revision" => self.revision = Some(revision(value)?),
            "failures" => self.failures = Some(failures(value)?),
            "fail" => {
                for name in value.split(',') {
                    self.fail_points.push(named(
                        "--fail",
                        name,
                        FailPoint::from_name,
                        &FailPoint::ALL,
                        FailPoint::name,
                    )?);
                }
            }
            "bound" => self.bound(value)?,
            "rule" => self.rules.push(rule("--rule", value)?),
            "policy" => self.policy = policy(value)?,
            "without" => value.split(',').try_for_each(|name| without(&mut self.reductions, name))?,
            _ => self.jobs = Some(jobs(value)?),
        }
        Ok(())
    }

    fn bound(&mut self, text: &str) -> Result<(), Failure> {
        let wrong = || Failure::usage(format!("--bound is `states=N` or `depth=N`, not `{text}`"));
        let (name, number) = text.split_once('=').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        match name {
            "states" => self.states = Some(number as usize),
            "depth" => self.depth = Some(number),
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// How to search a script. An exhibit brings bounds of its own; `failures`: how many calls may fail if nothing else
    /// says it.
    pub(crate) fn options(&self, source: &Source, failures: u32) -> Options {
        let exhibit = source.exhibit;
        let standard = Bounds::default();
        let named = if self.fail_points.is_empty() { failures } else { FAILURES_WITH_FAIL };
        let fail_points = match exhibit {
            _ if !self.fail_points.is_empty() => self.fail_points.clone(),
            Some(exhibit) => exhibit.fail_points.clone(),
            None => standard.fail_points,
        };
        let bounds = Bounds {
            states: self.states.or(exhibit.and_then(|exhibit| exhibit.states)).unwrap_or(standard.states),
            depth: self.depth.unwrap_or(standard.depth),
            failures: self.failures.unwrap_or(exhibit.map_or(named, |exhibit| exhibit.failures.max(named))),
            fail_points,
            rules: self.rules.clone(),
            ..standard
        };
        Options { bounds, policy: self.policy, reductions: self.reductions }
    }
}

/// A number of jobs.
pub(crate) fn jobs(text: &str) -> Result<usize, Failure> {
    match text.parse() {
        Ok(jobs @ 1..=1024) => Ok(jobs),
        _ => Err(Failure::usage(format!("--jobs is a number from 1 to 1024, not `{text}`"))),
    }
}

/// A rule by its name.
pub(crate) fn rule(word: &str, name: &str) -> Result<Rule, Failure> {
    named(word, name, Rule::from_name, &Rule::ALL, Rule::name)
}

/// One of a list of names; if it is none of them, the message lists all.
fn named<T: Copy>(
    word: &str,
    name: &str,
    find: fn(&str) -> Option<T>,
    all: &[T],
    name_of: fn(T) -> &'static str,
) -> Result<T, Failure> {
    find(name).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|&one| name_of(one)).collect();
        Failure::usage(format!("{word}: there is no `{name}`; known are {}", known.join(", ")))
    })
}

/// `N`, or `any`.
fn failures(text: &str) -> Result<u32, Failure> {
    if text == "any" {
        return Ok(Bounds::ANY_FAILURES);
    }
    text.parse().map_err(|_| Failure::usage(format!("--failures is a number or `any`, not `{text}`")))
}

/// `breadth`, `random:7:1000`.
fn policy(text: &str) -> Result<Policy, Failure> {
    let wrong = || {
        Failure::usage(format!(
            "--policy is `breadth`, `depth`, `switches`, `random:SEED:RUNS` or `pct:SEED:RUNS:CHANGES`, not `{text}`"
        ))
    };
    let mut words = text.split(':');
    let name = words.next().unwrap_or_default();
    let numbers: Vec<u64> = words.map(|word| word.parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    let number = |at: usize, standard: u64| numbers.get(at).copied().unwrap_or(standard);
    let small = |at: usize, standard: u64| u32::try_from(number(at, standard)).map_err(|_| wrong());
    let (policy, most) = match name {
        "breadth" => (Policy::BreadthFirst, 0),
        "depth" => (Policy::DepthFirst, 0),
        "switches" => (Policy::FewestSwitches, 0),
        "random" => (Policy::Random { seed: number(0, 1), runs: small(1, 10_000)? }, 2),
        "pct" => (Policy::Pct { seed: number(0, 1), runs: small(1, 10_000)?, changes: small(2, 3)? }, 3),
        _ => return Err(wrong()),
    };
    if numbers.len() > most { Err(wrong()) } else { Ok(policy) }
}

/// Switches a reduction off.
fn without(reductions: &mut Reductions, name: &str) -> Result<(), Failure> {
    match name {
        "caching" => reductions.caching = false,
        "merging" => reductions.merging = false,
        "critical-sections" => reductions.critical_sections = false,
        "persistent-sets" => reductions.persistent_sets = false,
        "symmetry" => reductions.symmetry = false,
        _ => {
            return Err(Failure::usage(format!(
                "--without is caching, merging, critical-sections, persistent-sets or symmetry, not `{name}`"
            )));
        }
    }
    Ok(())
}
