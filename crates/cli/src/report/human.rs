//! Reports for people.

use super::asked::Answer;
use super::certificate;
use super::model::{Case, Counterexample, Ending, Report};
use daxscope_core::check::Round;
use daxscope_core::narrate::{self, Row};
use daxscope_core::scenario::{Scenario, format};
use daxscope_explore::counterexample::render;

/// Every search with its verdict, certificate and counterexample.
pub(crate) fn write(report: &Report) -> String {
    let several = report.cases().count() > 1;
    let mut text = String::new();
    for (suite, case) in report.cases() {
        if several {
            text.push_str(&format!("{}{}\n", if text.is_empty() { "" } else { "\n" }, suite.name));
        }
        text.push_str(&search(&suite.name, case));
    }
    text
}

/// One search.
pub(crate) fn search(script: &str, case: &Case) -> String {
    let mut text = format!(
        "{}\nkernel {}\nallowed: {}\nran: {}\n{}\nrepeat: {}\n",
        case.sentence(),
        case.scenario.revision.name(),
        certificate::allowed(&case.options),
        case.ran.text(),
        figures(case),
        certificate::repeat(script, case),
    );
    if let Some(advice) = case.advice() {
        text.push_str(&format!("next: {advice}\n"));
    }
    if let Some(looped) = looped(case) {
        text.push_str(&looped);
    }
    text.push_str(&expectations(case));
    if let Some(explained) = &case.explained {
        text.push_str(&format!("\n{}", render(explained)));
    } else if let Some(counterexample) = &case.counterexample {
        text.push_str(&way(&case.scenario, counterexample));
    }
    text
}

/// The loop of a livelock in the way that is printed below: who runs in it, and since when there is no way out.
fn looped(case: &Case) -> Option<String> {
    let (round, threads) = match (&case.explained, &case.counterexample) {
        (Some(explained), _) => {
            let round = explained.violation.round?;
            (round, threads_of(round, explained.schedule.choices.iter().map(|choice| choice.thread.letter())))
        }
        (None, Some(way)) => {
            let round = way.violations().find_map(|(_, violation)| violation.round)?;
            (round, threads_of(round, way.steps.iter().map(|step| step.thread.letter())))
        }
        (None, None) => return None,
    };
    let Round { first, last, cause } = round;
    let since = cause.map_or(String::new(), |step| format!("; step {step} makes it possible"));
    Some(format!("loop: steps {first} to {last} ({threads}) again and again, for ever, and nobody leads out{since}\n"))
}

/// Who makes the steps of a round, each once: `A, B`.
fn threads_of(round: Round, all: impl Iterator<Item = char>) -> String {
    let mut threads: Vec<char> = all.skip(round.first - 1).take(round.last + 1 - round.first).collect();
    threads.sort_unstable();
    threads.dedup();
    threads.iter().map(char::to_string).collect::<Vec<_>>().join(", ")
}

/// Said where a script expects a broken rule, and something of every run as well.
pub(crate) const NOT_ASKED: &str =
    "nobody knows what the script expects of its runs: the search ended with the broken rule that it expects";

/// What the script or the command line expected, line by line.
fn expectations(case: &Case) -> String {
    let mut text = String::new();
    match case.ending() {
        Ending::NotAsExpected(why) if case.counterexample.is_none() && case.facts.is_empty() => {
            text.push_str(&format!("{why}\n"));
        }
        Ending::NotAsked => text.push_str(&format!("{NOT_ASKED}\n")),
        _ => {}
    }
    for asked in &case.facts {
        match &asked.answer {
            Answer::Met => text.push_str(&format!("as expected: {}\n", asked.words)),
            Answer::Unmet { sentence, schedule } => {
                text.push_str(&format!("not as expected: {}\n{sentence}\nschedule {schedule}\n", asked.words));
            }
            Answer::NotAsked => text.push_str(&format!("not asked of every run: {}\n", asked.words)),
        }
    }
    text
}

/// How far the search came, and how fast.
fn figures(case: &Case) -> String {
    let counts = case.counts;
    let seconds = case.seconds.max(1e-9);
    let learnt = format!("{} places, {} steps run, {} parts", counts.nodes, counts.learnt, counts.parts);
    if counts.runs > 0 {
        return format!(
            "{} runs, {} to their end, {} transitions, longest run {} steps; {learnt}\n{:.3} s, {:.0} transitions/s",
            counts.runs,
            counts.finals,
            counts.transitions,
            counts.depth,
            case.seconds,
            counts.transitions as f64 / seconds
        );
    }
    let again = if counts.rounds > 1 {
        format!(" (of {} in {} rounds)", counts.all_transitions, counts.rounds)
    } else {
        String::new()
    };
    format!(
        "{} states, {} transitions{again}, depth {}, {} final states; {learnt}, {:.1} MB of states\n\
         {:.3} s, {:.0} states/s; probability that a state was left out: {:.1e}",
        counts.states,
        counts.transitions,
        counts.depth,
        counts.finals,
        counts.bytes as f64 / 1e6,
        case.seconds,
        counts.states as f64 / seconds,
        case.omission_probability
    )
}

/// The way into a broken rule as a table, and the script to try it with.
fn way(scenario: &Scenario, counterexample: &Counterexample) -> String {
    let rows = counterexample.steps.iter().map(|step| Row {
        number: step.number,
        thread: step.thread,
        sentence: &step.sentence,
        function: "",
    });
    let round = counterexample.violations().find_map(|(_, violation)| violation.round);
    let mut text = format!("\n{}", narrate::table_with_round(scenario.threads.len(), rows, round));
    for (step, violation) in counterexample.violations() {
        text.push_str(&format!("\nstep {}: {}. {}\n", step.number, violation.headline, violation.sentence));
    }
    if let Some(cut) = &counterexample.cut {
        text.push_str(&format!("\n{cut}\n"));
    }
    let mut script = format(&Scenario { schedule: None, ..scenario.clone() });
    script.push_str(&format!("schedule {}\n", counterexample.schedule));
    text + "\n" + &narrate::mail_script(&script, narrate::WIDTH)
}
