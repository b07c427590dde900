//! `daxscope museum check`: every exhibit, searched on every revision that it names.

use crate::args::search::jobs;
use crate::failure::{Failure, print};
use crate::input;
use crate::report::{self, Expected, Format, Report, Suite};
use crate::searching::{self, Task};
use daxscope_core::scenario::{Scenario, parse};
use daxscope_explore::{Bounds, Options, Policy, Reductions};
use daxscope_museum::Exhibit;
use std::ffi::OsString;
use std::process::ExitCode;

struct Words {
    ids: Vec<String>,
    slow: bool,
    jobs: usize,
    format: Format,
}

pub(super) fn run(words: &[OsString]) -> Result<ExitCode, Failure> {
    let words = read(words)?;
    let exhibits = match words.ids.as_slice() {
        [] => daxscope_museum::exhibits().iter().collect(),
        ids => ids.iter().map(|id| input::exhibit(id)).collect::<Result<Vec<_>, _>>()?,
    };
    let mut tasks = Vec::new();
    let mut suites = Vec::new();
    for exhibit in exhibits {
        let left_out = reason(exhibit, &words);
        let searches = if left_out.is_none() { searches(exhibit)? } else { Vec::new() };
        suites.push((exhibit, left_out, searches.len()));
        tasks.extend(searches);
    }
    let mut cases = searching::all(tasks, words.jobs).into_iter();
    let suites = suites.into_iter().map(|(exhibit, left_out, count)| Suite {
        name: format!("museum:{}", exhibit.id),
        title: exhibit.title.to_owned(),
        cases: cases.by_ref().take(count).collect(),
        left_out,
    });
    let report = Report { command: "museum check", suites: suites.collect() };
    print(&report::write(&report, words.format, report::table::write)?)?;
    Ok(ExitCode::from(report.exit_code()))
}

fn read(words: &[OsString]) -> Result<Words, Failure> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let mut read = Words { ids: Vec::new(), slow: false, jobs: 1, format: Format::default() };
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("slow") => read.slow = true,
            Long("jobs") => read.jobs = jobs(&parser.value()?.string()?)?,
            Long("format") => read.format = Format::named(&parser.value()?.string()?)?,
            Value(id) => read.ids.push(id.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(read)
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
fn searches(exhibit: &Exhibit) -> Result<Vec<Task>, Failure> {
    let standard = Bounds::default();
    let bounds = Bounds {
        states: exhibit.states.unwrap_or(standard.states),
        failures: exhibit.failures,
        fail_points: exhibit.fail_points.clone(),
        ..standard
    };
    let scenario = parse(exhibit.script).scenario;
    let revisions = exhibit.revisions.iter().enumerate();
    let tasks = revisions.map(|(at, name)| {
        let (expected, rules, reductions) = if at < exhibit.broken {
            let steps = if at == 0 { exhibit.length } else { None };
            let rules = exhibit.expect.into_iter().collect();
            (Expected::Violation { rule: exhibit.expect, steps }, rules, Reductions::SHORTEST)
        } else {
            (Expected::Clean, Vec::new(), Reductions::ALL)
        };
        Ok(Task {
            name: format!("{} on {name}", exhibit.id),
            scenario: Scenario { revision: crate::args::revision(name)?, ..scenario.clone() },
            options: Options { bounds: Bounds { rules, ..bounds.clone() }, policy: Policy::BreadthFirst, reductions },
            expected,
            explain: false,
        })
    });
    tasks.collect()
}
