//! `daxscope museum check`: every exhibit, searched on every revision that it names.

use crate::args::output::ReportArgs;
use crate::args::search::LimitArgs;
use crate::failure::Failure;
use crate::input;
use crate::interrupt::Interrupt;
use crate::report::{self, Expected, Report, Suite};
use crate::searching::{self, Task};
use clap::Args;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::self_check::reached::{reached, unreached};
use daxscope_explore::{Bounds, Options, Policy, Reductions, self_check};
use daxscope_museum::Exhibit;
use std::process::ExitCode;
use std::sync::Arc;

/// Search every exhibit: the broken revisions must show their bug, the fixed ones must come out complete and clean
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// Only these exhibits
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Search those that take long too
    #[arg(long)]
    slow: bool,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

pub(super) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.report.output.target()?;
    let exhibits = match words.ids.as_slice() {
        [] => daxscope_museum::exhibits().iter().collect(),
        ids => ids.iter().map(|id| input::exhibit(id)).collect::<Result<Vec<_>, _>>()?,
    };
    let mut tasks = Vec::new();
    let mut suites = Vec::new();
    for exhibit in exhibits {
        let left_out = reason(exhibit, &words);
        let searches = if left_out.is_none() { searches(exhibit, &words.limits)? } else { Vec::new() };
        suites.push((exhibit, left_out, searches.len()));
        tasks.extend(searches);
    }
    let mut cases = searching::all(tasks, &words.limits, &Interrupt::listen()?).into_iter();
    let suites = suites.into_iter().map(|(exhibit, left_out, count)| Suite {
        name: format!("museum:{}", exhibit.id),
        title: exhibit.title.to_owned(),
        cases: cases.by_ref().take(count).flatten().collect(),
        left_out,
    });
    let report = Report { command: "museum check", suites: suites.collect() };
    let table = if words.ids.is_empty() { table_and_catalogue } else { report::table::write };
    report::deliver(&report, words.report.format, table, &target)?;
    Ok(ExitCode::from(report.exit_code()))
}

/// The table, and below it what nothing reaches of the rules and of the kernel code: what is reached by nothing is untested.
fn table_and_catalogue(report: &Report) -> String {
    let mut text = report::table::write(report);
    let reached = reached(museum_cases());
    let rules = reached.rules_never_broken();
    let rules: Vec<&str> = rules.iter().map(|rule| rule.name()).collect();
    text.push_str(&format!(
        "\nreached by exhibits, scenes and random scripts: {} of {} rules, {} branches of the kernel code\n",
        reached.rules.len(),
        reached.rules.len() + rules.len(),
        reached.branches.len(),
    ));
    if !rules.is_empty() {
        text.push_str(&format!("  never broken: {}\n", rules.join(", ")));
    }
    let listed = unreached();
    for branch in reached.branches_never_taken() {
        let known = listed.iter().find(|known| known.is(&branch));
        let reason = known.map_or("NOT LISTED in crates/explore/src/self_check/unreached.txt", |known| known.reason);
        let answer = if branch.answer.is_empty() { "any" } else { branch.answer };
        text.push_str(&format!("  never taken: {}:{} ({answer}): {reason}\n", branch.file, branch.line));
    }
    text
}

/// Every exhibit on every kernel that it names.
fn museum_cases() -> Vec<(String, self_check::Case)> {
    let of = |exhibit: &Exhibit| {
        let scenario = parse(exhibit.script).scenario;
        let on = |name: &&'static str| {
            let revision = parse_revision(name).ok()?;
            let scenario = Arc::new(Scenario { revision, ..scenario.clone() });
            Some((format!("{} on {name}", exhibit.id), self_check::Case { scenario, failures: exhibit.failures }))
        };
        exhibit.revisions.iter().filter_map(on).collect::<Vec<_>>()
    };
    daxscope_museum::exhibits().iter().flat_map(of).collect()
}

/// Why the exhibit is not searched.
fn reason(exhibit: &Exhibit, words: &Words) -> Option<String> {
    if let Some(reason) = exhibit.known_failure {
        return Some(format!("known failure: {reason}"));
    }
    let asked = words.slow || words.ids.iter().any(|id| id == exhibit.id);
    (exhibit.slow && !asked).then(|| "slow: --slow, or its name, brings it".to_owned())
}

/// One search for each revision: the broken ones for the expected rule, by what keeps the shortest way into it; the fixed
/// ones for every rule, by everything.
fn searches(exhibit: &Exhibit, limits: &LimitArgs) -> Result<Vec<Task>, Failure> {
    let standard = Bounds::default();
    let bounds = limits.over(Bounds {
        states: exhibit.states.unwrap_or(standard.states),
        failures: exhibit.failures,
        fail_points: exhibit.fail_points.clone(),
        ..standard
    });
    let scenario = parse(exhibit.script).scenario;
    let revisions = exhibit.revisions.iter().enumerate();
    let tasks = revisions.map(|(at, name)| {
        let (expected, rules, reductions) = if at < exhibit.broken {
            let steps = if at == 0 { exhibit.length } else { None };
            let rules = exhibit.expect.into_iter().collect();
            (Expected::Violation { rule: exhibit.expect, steps }, rules, Reductions::SHORTEST)
        } else {
            (Expected::Clean, exhibit.rules_of_the_fixed(), Reductions::ALL)
        };
        Ok(Task {
            name: format!("{} on {name}", exhibit.id),
            scenario: Scenario { revision: crate::args::known_revision(name)?, ..scenario.clone() },
            options: Options { bounds: Bounds { rules, ..bounds.clone() }, policy: Policy::BreadthFirst, reductions },
            expected,
            explain: false,
            all_rules: false,
            shard: None,
        })
    });
    tasks.collect()
}
