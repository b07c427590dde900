//! `explore --estimate`: how large a search will be, before it is made.

use crate::args::values::size;
use crate::interrupt::Interrupt;
use crate::report::model::names;
use crate::searching::Task;
use daxscope_core::scenario::Scenario;
use daxscope_explore::estimate::{Estimate, Guess};
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
    let mut estimate = Estimate::new(scenario, task.options.clone(), interrupt.watch());
    while estimate.advance() {}
    let (guess, seconds) = (estimate.guess(), begun.elapsed().as_secs_f64());
    match &guess.broken {
        Some(rules) => {
            format!("{} breaks within {} states: the search ends early\n", names(rules), round(guess.searched as f64))
        }
        None => told(&guess, seconds),
    }
}

fn told(guess: &Guess, seconds: f64) -> String {
    let per_second = guess.searched as f64 / seconds.max(1e-3);
    let span = |states: f64| {
        let states = states.max(1.0);
        let memory = states * guess.bytes_a_state + guess.learnt_bytes as f64;
        format!("{} states, {}, {}", round(states), time(states / per_second), size((memory as u64 >> 20).max(1) << 20))
    };
    if guess.factor <= 1.0 {
        return format!("{}: that is all of it, breadth first, and nothing is broken\n", span(guess.states));
    }
    format!(
        "about {}\n  between {} and {} ({} times less or more, by how what was said changed on the way)\n  {} states were searched, and runs have up to {} steps; {seconds:.1} s\n",
        span(guess.states),
        span(guess.states / guess.factor),
        span(guess.states * guess.factor),
        round(guess.factor),
        round(guess.searched as f64),
        guess.longest,
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
