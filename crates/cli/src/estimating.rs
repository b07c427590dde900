//! `explore --estimate`: how large a search will be, before it is made.

use crate::args::values::size;
use crate::interrupt::Interrupt;
use crate::report::model::names;
use crate::searching::Task;
use daxscope_core::scenario::Scenario;
use daxscope_explore::estimate::{Estimate, Guess, MOST_STATES};
use std::sync::Arc;
use std::time::Instant;

/// What is known of each search before it is made, in words.
pub(crate) fn estimates(tasks: &[Task], interrupt: &Interrupt) -> String {
    let one = |task: &Task| format!("{}: {}", task.name, estimate(task, interrupt));
    tasks.iter().map(one).collect()
}

fn estimate(task: &Task, interrupt: &Interrupt) -> String {
    let begun = Instant::now();
    let scenario = Arc::new(Scenario { schedule: None, ..task.scenario.clone() });
    let threads = scenario.threads.len();
    if threads < 2 {
        return "one thread: there is nothing to estimate, the search takes no time\n".to_owned();
    }
    let mut estimate = Estimate::new(scenario, task.options.clone(), interrupt.watch());
    while estimate.advance() {}
    match estimate.guess() {
        Some(Guess { broken: Some((threads, rules)), .. }) => {
            let threads = threads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("{} breaks with {threads} alone already: the search ends early\n", names(&rules))
        }
        Some(guess) => told(&guess, threads, begun.elapsed().as_secs_f64()),
        None if threads == 2 => {
            "two threads: an estimate is made of pairs of threads, so search it; most take seconds\n".to_owned()
        }
        None => format!("two threads alone have more than {MOST_STATES} states: nobody can say how many all have\n"),
    }
}

fn told(guess: &Guess, threads: usize, seconds: f64) -> String {
    let per_second = guess.searched as f64 / seconds.max(1e-3);
    let span = |states: f64| {
        let states = states.max(1.0);
        let memory = states * guess.bytes_a_state + guess.learnt_bytes as f64;
        format!("{} states, {}, {}", round(states), time(states / per_second), size((memory as u64 >> 20).max(1) << 20))
    };
    let of = guess.threads;
    let sure = format!(
        "of {threads} threads all parts of up to {of} are known; this way would have been wrong on those of {of} by up to that factor"
    );
    format!(
        "about {}\n  between {} and {} ({} times less or more; {sure})\n  {} parts, {} states, {seconds:.1} s\n",
        span(guess.states),
        span(guess.states / guess.factor),
        span(guess.states * guess.factor),
        round(guess.factor),
        guess.parts,
        guess.searched,
    )
}

/// Two digits: more would be a lie.
fn round(number: f64) -> String {
    let digits = number.max(1.0).log10().floor() as i32 - 1;
    let unit = 10_f64.powi(digits.max(0));
    daxscope_core::narrate::grouped(((number / unit).round() * unit) as u64)
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 90.0 => format!("{} s", round(seconds.max(1.0))),
        seconds if seconds < 5_400.0 => format!("{} minutes", round(seconds / 60.0)),
        seconds if seconds < 172_800.0 => format!("{} hours", round(seconds / 3_600.0)),
        seconds => format!("{} days", round(seconds / 86_400.0)),
    }
}
