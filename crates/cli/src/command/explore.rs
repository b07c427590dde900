//! `daxscope explore`: searches all interleavings.

use super::Command;
use crate::failure::{Failure, print};
use crate::{args, input};
use daxscope_core::check::Rule;
use daxscope_core::narrate::{self, Row};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule};
use daxscope_explore::{Bounds, Found, Options as SearchOptions, Search, Verdict};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

pub(super) const COMMAND: Command = Command {
    name: "explore",
    usage: "FILE [--revision R] [--expect clean|violation[:RULE]] [--failures N|any] [--bound states=N|depth=N] [--no-merge]",
    about: "Searches all interleavings, breadth first; prints the verdict and the shortest way into a broken rule.\n      \
            Exit code 3 if a bound was hit.",
    run,
};

/// Transitions between two looks at the clock.
const BUDGET: u64 = 200_000;

struct Options {
    file: String,
    revision: Option<String>,
    expect: Option<Expect>,
    search: SearchOptions,
}

enum Expect {
    Clean,
    Violation(Option<Rule>),
}

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let options = options(words)?;
    let mut scenario = input::scenario(&options.file)?;
    if let Some(name) = &options.revision {
        scenario.revision = args::revision(name)?;
    }
    let scenario = Arc::new(scenario);
    let begun = Instant::now();
    let mut search = Search::new(Arc::clone(&scenario), options.search);
    while *search.advance(BUDGET) == Verdict::Running {}
    let seconds = begun.elapsed().as_secs_f64();
    let counts = search.counts();
    let mut text = match search.verdict() {
        Verdict::Running => String::new(),
        Verdict::Complete => "complete: no rule is broken in any interleaving".to_owned(),
        Verdict::Violation(found) => {
            let rules: Vec<_> = found.rules.iter().map(|rule| rule.name()).collect();
            format!("violation: {}, after {} steps", rules.join(", "), found.schedule.choices.len())
        }
        Verdict::BoundHit(which) => format!("not complete: the bound on {} was hit; this proves nothing", which.name()),
    };
    text.push_str(&format!(
        "\nkernel {}\n{} rounds; {} states, {} transitions, depth {}, {} final states; {} places, {} steps run, {} parts\n{:.3} s, \
         {:.0} states/s; probability that a state was left out: {:.1e}\n",
        scenario.revision.name(),
        counts.rounds,
        counts.states,
        counts.transitions,
        counts.depth,
        counts.finals,
        counts.nodes,
        counts.learnt,
        counts.parts,
        seconds,
        counts.states as f64 / seconds,
        search.omission_probability(),
    ));
    if let Verdict::Violation(found) = search.verdict() {
        text.push_str(&counterexample(&scenario, found));
    }
    print(&text)?;
    Ok(match (search.verdict(), options.expect) {
        (Verdict::BoundHit(_) | Verdict::Running, _) => ExitCode::from(3),
        (Verdict::Complete, None | Some(Expect::Clean)) => ExitCode::SUCCESS,
        (Verdict::Violation(_), Some(Expect::Violation(None))) => ExitCode::SUCCESS,
        (Verdict::Violation(found), Some(Expect::Violation(Some(rule)))) if found.rules.contains(&rule) => {
            ExitCode::SUCCESS
        }
        _ => ExitCode::from(1),
    })
}

/// The way into the violation as a table, and the schedule to try it with.
fn counterexample(scenario: &Arc<Scenario>, found: &Found) -> String {
    let mut run = Run::new(Arc::clone(scenario));
    let followed = run.follow(&found.schedule);
    let rows = run.steps.iter().enumerate().map(|(at, step)| Row {
        number: at + 1,
        thread: step.record.choice.thread,
        sentence: &step.sentence,
    });
    let mut text = format!("\n{}", narrate::table(scenario.threads.len(), rows));
    for (number, violation) in run.violations() {
        text.push_str(&format!("\nstep {number}: {}. {}\n", violation.headline, violation.sentence));
    }
    if let Err(cannot) = followed {
        text.push_str(&format!("\nstep {} cannot be replayed: {}\n", cannot.followed + 1, cannot.reason));
    }
    text.push_str(&format!("\nschedule by point {}\n", runs(&found.schedule)));
    text
}

/// `A5 B3 A!`.
fn runs(schedule: &Schedule) -> String {
    let mut words: Vec<(char, bool, usize)> = Vec::new();
    for choice in &schedule.choices {
        match words.last_mut() {
            Some((letter, fail, count)) if (*letter, *fail) == (choice.thread.letter(), choice.fail) => *count += 1,
            _ => words.push((choice.thread.letter(), choice.fail, 1)),
        }
    }
    let words = words.iter().map(|(letter, fail, count)| {
        let fail = if *fail { "!" } else { "" };
        if *count == 1 { format!("{letter}{fail}") } else { format!("{letter}{count}{fail}") }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn options(words: Vec<OsString>) -> Result<Options, Failure> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let mut options = Options { file: String::new(), revision: None, expect: None, search: SearchOptions::default() };
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("revision") => options.revision = Some(parser.value()?.string()?),
            Long("expect") => options.expect = Some(expect(&parser.value()?.string()?)?),
            Long("failures") => options.search.bounds.failures = failures(&parser.value()?.string()?)?,
            Long("bound") => bound(&mut options.search.bounds, &parser.value()?.string()?)?,
            Long("no-merge") => options.search.reductions.merging = false,
            Long("no-persistent-sets") => options.search.reductions.persistent_sets = false,
            Long("operations") => options.search.reductions.critical_sections = false,
            Value(file) if options.file.is_empty() => options.file = file.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    if options.file.is_empty() {
        return Err(Failure::usage(format!("which script? daxscope explore {}", COMMAND.usage)));
    }
    Ok(options)
}

fn expect(text: &str) -> Result<Expect, Failure> {
    match text.split_once(':') {
        None if text == "clean" => Ok(Expect::Clean),
        None if text == "violation" => Ok(Expect::Violation(None)),
        Some(("violation", rule)) => match Rule::from_name(rule) {
            Some(rule) => Ok(Expect::Violation(Some(rule))),
            None => {
                let names: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
                Err(Failure::usage(format!("--expect: there is no rule `{rule}`; known are {}", names.join(", "))))
            }
        },
        _ => Err(Failure::usage(format!("--expect is `clean`, `violation` or `violation:RULE`, not `{text}`"))),
    }
}

/// `N`, or `any`.
fn failures(text: &str) -> Result<u32, Failure> {
    if text == "any" {
        return Ok(Bounds::ANY_FAILURES);
    }
    text.parse().map_err(|_| Failure::usage(format!("--failures is a number or `any`, not `{text}`")))
}

fn bound(bounds: &mut Bounds, text: &str) -> Result<(), Failure> {
    let wrong = || Failure::usage(format!("--bound is `states=N` or `depth=N`, not `{text}`"));
    let (name, number) = text.split_once('=').ok_or_else(wrong)?;
    let number: u32 = number.parse().map_err(|_| wrong())?;
    match name {
        "states" => bounds.states = number as usize,
        "depth" => bounds.depth = number,
        _ => return Err(wrong()),
    }
    Ok(())
}
