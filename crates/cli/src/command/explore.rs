//! `daxscope explore`: searches all interleavings.

use super::Command;
use crate::args::search::{SearchArgs, rule};
use crate::failure::{Failure, print};
use crate::input;
use crate::report::{self, Expected, Format, Report, Suite};
use crate::searching::{self, Task};
use daxscope_core::scenario::Scenario;
use std::ffi::OsString;
use std::process::ExitCode;

pub(super) const COMMAND: Command = Command {
    name: "explore",
    usage: "FILE... [--expect clean|violation[:RULE]] [--format human|json|junit|sarif] [--as-found] [HOW TO SEARCH]",
    about: "Searches all interleavings; prints the verdict and a way into a broken rule, as small as it can be and\n      \
            explained, or as it was found. Exit code 1 if it is not as expected, 3 if a bound was hit.",
    run,
};

struct Options {
    files: Vec<String>,
    expected: Expected,
    format: Format,
    as_found: bool,
    search: SearchArgs,
}

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let options = options(words)?;
    let sources = options.files.iter().map(|name| input::source(name)).collect::<Result<Vec<_>, _>>()?;
    let tasks = sources.iter().map(|source| Task {
        name: source.name.clone(),
        scenario: match options.search.revision {
            Some(revision) => Scenario { revision, ..source.scenario.clone() },
            None => source.scenario.clone(),
        },
        options: options.search.options(source, 0),
        expected: match options.expected {
            Expected::Nothing => Expected::of(&source.scenario),
            said => said,
        },
        explain: matches!(options.format, Format::Human | Format::Json) && !options.as_found,
    });
    let cases = searching::all(tasks.collect(), options.search.jobs.unwrap_or(1));
    let suites = sources.into_iter().zip(cases).map(|(source, case)| Suite {
        name: source.name,
        title: source.scenario.title,
        cases: vec![case],
        left_out: None,
    });
    let report = Report { command: COMMAND.name, suites: suites.collect() };
    print(&report::write(&report, options.format, report::human::write)?)?;
    Ok(ExitCode::from(report.exit_code()))
}

fn options(words: Vec<OsString>) -> Result<Options, Failure> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let mut options = Options {
        files: Vec::new(),
        expected: Expected::Nothing,
        format: Format::default(),
        as_found: false,
        search: SearchArgs::default(),
    };
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("expect") => options.expected = expected(&parser.value()?.string()?)?,
            Long("as-found") => options.as_found = true,
            Long("format") => options.format = Format::named(&parser.value()?.string()?)?,
            Long(name) if SearchArgs::NAMES.contains(&name) => {
                let name = name.to_owned();
                options.search.take(&name, &parser.value()?.string()?)?;
            }
            Value(file) => options.files.push(file.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if options.files.is_empty() {
        return Err(Failure::usage(format!("which script? daxscope explore {}", COMMAND.usage)));
    }
    Ok(options)
}

fn expected(text: &str) -> Result<Expected, Failure> {
    match text.split_once(':') {
        None if text == "clean" => Ok(Expected::Clean),
        None if text == "violation" => Ok(Expected::Violation { rule: None, steps: None }),
        Some(("violation", name)) => Ok(Expected::Violation { rule: Some(rule("--expect", name)?), steps: None }),
        _ => Err(Failure::usage(format!("--expect is `clean`, `violation` or `violation:RULE`, not `{text}`"))),
    }
}
