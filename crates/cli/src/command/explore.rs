//! `daxscope explore`: searches all interleavings.

use crate::args::output::ReportArgs;
use crate::args::search::SearchArgs;
use crate::args::values::{self, RULES};
use crate::estimating::estimates;
use crate::failure::Failure;
use crate::input::{self, Source};
use crate::interrupt::Interrupt;
use crate::profiling::profiles;
use crate::report::{self, Expected, Format, Report, Suite};
use crate::searching::{self, Task};
use clap::Args;
use daxscope_core::scenario::Scenario;
use daxscope_explore::Shard;
use std::process::ExitCode;

/// Search all interleavings; print the verdict and a way into a broken rule, explained
///
/// The way is as small as it can be, unless --as-found. Exit code 1 if the verdict is not as expected, 3 if a bound was
/// hit or the search was interrupted.
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// Scripts, `-` for standard input, or museum:ID; several give one report
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// What should come of each FILE: clean, violation or violation:RULE
    #[arg(long, value_name = "VERDICT", value_parser = expected)]
    expect: Option<Expected>,
    /// Go on after a broken rule: the first way into each rule that can break
    #[arg(long)]
    all_rules: bool,
    /// Search only the K-th of N shares of all runs; `daxscope merge` makes one verdict of the reports of all (docs/shards.md)
    #[arg(long, value_name = "K/N", value_parser = values::shard, conflicts_with = "all_rules")]
    shard: Option<Shard>,
    /// Say about how many states, how much time and memory the search will take, and how sure that is; search nothing
    #[arg(long, conflicts_with_all = ["shard", "all_rules", "expect"])]
    estimate: bool,
    /// Make the search, and say where its states come from: what each number of a state is worth, whether anything still reads
    /// it, how many steps led where the search had been
    #[arg(long, conflicts_with_all = ["shard", "all_rules", "expect", "estimate"])]
    profile: bool,
    /// Print the way into a broken rule as the search found it, neither smaller nor explained
    #[arg(long)]
    as_found: bool,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    search: SearchArgs,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.report.output.target()?;
    let sources = input::sources(&words.files)?;
    let tasks = sources.iter().map(|source| task(source, &words)).collect::<Result<Vec<_>, _>>()?;
    if words.estimate {
        target.write(&estimates(&tasks, &Interrupt::listen()?))?;
        return Ok(ExitCode::SUCCESS);
    }
    if words.profile {
        target.write(&profiles(&tasks, &Interrupt::listen()?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let cases = searching::all(tasks, &words.search.limits, &Interrupt::listen()?);
    let suites = sources.into_iter().zip(cases).map(|(source, cases)| Suite {
        name: source.name,
        title: source.scenario.title,
        cases,
        left_out: None,
    });
    let report = Report { command: "explore", suites: suites.collect() };
    report::deliver(&report, words.report.format, report::human::write, &target)?;
    Ok(ExitCode::from(report.exit_code()))
}

/// Words that contradict each other.
fn check(words: &Words, expected: Expected) -> Result<(), Failure> {
    match expected {
        Expected::Violation { rule: Some(rule), .. } if !words.search.may_find(rule) => {
            let name = rule.name();
            Err(Failure::usage(format!(
                "expecting {name} (--expect violation:{name}, `expect violation {name}`) can never come true: --rule or --except has the search look for other rules; \
                 add --rule {name}, or leave --rule and --except out"
            )))
        }
        _ => Ok(()),
    }
}

fn task(source: &Source, words: &Words) -> Result<Task, Failure> {
    let expected = words.expect.unwrap_or_else(|| Expected::of(&source.scenario));
    check(words, expected)?;
    // Whoever says what to look for is not told to look for something else.
    let brings_rule = !words.all_rules && !matches!(expected, Expected::Violation { rule: Some(_), .. });
    Ok(Task {
        name: source.name.clone(),
        scenario: crate::input::fitting(Scenario {
            revision: words.search.revision_of(&source.scenario),
            ..source.scenario.clone()
        })?,
        options: words.search.options(source, 0, brings_rule)?,
        expected,
        explain: matches!(words.report.format, Format::Human | Format::Json) && !words.as_found,
        all_rules: words.all_rules,
        shard: words.shard,
    })
}

fn expected(text: &str) -> Result<Expected, String> {
    match text.split_once(':') {
        None if text == "clean" => Ok(Expected::Clean),
        None if text == "violation" => Ok(Expected::Violation { rule: None, steps: None }),
        Some(("violation", name)) => Ok(Expected::Violation { rule: Some(RULES.find(name)?), steps: None }),
        _ => Err(format!("it is `clean`, `violation` or `violation:RULE`, not `{text}`")),
    }
}
