//! Many searches as a table: one line each.

use super::model::{Case, Ending, Report, Suite};
use super::{certificate, human};

/// The widths of what stands before the verdict.
const HEAD: &str = "script         kernel                            states   seconds  verdict";

/// One line for each search, what is not as expected in full below, and a sum.
pub(crate) fn write(report: &Report) -> String {
    let mut text = format!("{HEAD}\n");
    for suite in &report.suites {
        for case in &suite.cases {
            text.push_str(&line(suite, case));
        }
        if let Some(reason) = &suite.left_out {
            text.push_str(&format!("{:<14} left out: {reason}\n", suite.name));
        }
    }
    let wrong: Vec<_> = report.cases().filter(|(_, case)| matches!(case.ending(), Ending::NotAsExpected(_))).collect();
    for (suite, case) in &wrong {
        text.push_str(&format!("\n{}\n{}", suite.name, human::search(&suite.name, case)));
    }
    let all = report.cases().count();
    let count = |wanted: fn(&Ending) -> bool| report.cases().filter(|(_, case)| wanted(&case.ending())).count();
    let bounds = count(|ending| matches!(ending, Ending::BoundHit(_)));
    let interrupted = count(|ending| matches!(ending, Ending::Interrupted));
    let broken_off = if interrupted > 0 { format!(", {interrupted} interrupted") } else { String::new() };
    let seconds: f64 = report.cases().map(|(_, case)| case.seconds).sum();
    let states: u64 = report.cases().map(|(_, case)| case.counts.states).sum();
    let omission: f64 = report.cases().map(|(_, case)| case.omission_probability).sum();
    text.push_str(&format!(
        "\n{} searches: {} as expected, {} not as expected, {bounds} hit a bound{broken_off}, {} exhibits left out\n{states} states in \
         {seconds:.3} s; probability that any state was left out: {omission:.1e}\n",
        all,
        all - wrong.len() - bounds - interrupted,
        wrong.len(),
        report.suites.iter().filter(|suite| suite.left_out.is_some()).count(),
    ));
    text
}

fn line(suite: &Suite, case: &Case) -> String {
    let ending = match case.ending() {
        Ending::AsExpected => String::new(),
        Ending::NotAsExpected(why) => format!("; NOT AS EXPECTED: {why}"),
        Ending::BoundHit(_) | Ending::Interrupted | Ending::NotAsked => String::new(),
    };
    let failures = match case.options.bounds.failures {
        0 => String::new(),
        _ => format!(" (failing calls: {})", certificate::failures(&case.options.bounds)),
    };
    format!(
        "{:<14} {:<30} {:>9} {:>9.3}  {}{failures}{ending}\n",
        suite.name,
        case.scenario.revision.name(),
        case.counts.states,
        case.seconds,
        case.sentence(),
    )
}
