//! `explore --profile`: where the states of a search come from.

use crate::interrupt::Interrupt;
use crate::searching::Task;
use daxscope_core::narrate::grouped;
use daxscope_core::scenario::Scenario;
use daxscope_explore::graph::Profile;
use daxscope_explore::{Search, Verdict};
use std::sync::Arc;

/// Transitions between two looks at whether somebody wants it to stop.
const BUDGET: u64 = 200_000;

/// Makes each search, and tells where its states come from.
pub(crate) fn profiles(tasks: &[Task], interrupt: &Interrupt) -> String {
    tasks.iter().map(|task| format!("{}: {}", task.name, profile(task, interrupt))).collect()
}

fn profile(task: &Task, interrupt: &Interrupt) -> String {
    let scenario = Arc::new(Scenario { schedule: None, ..task.scenario.clone() });
    let mut search = Search::new(scenario, task.options.clone()).watched(interrupt.watch());
    while *search.advance(BUDGET) == Verdict::Running {}
    let end = match search.verdict() {
        Verdict::Complete => "complete",
        Verdict::Violation(_) => "up to a broken rule",
        _ => "not complete",
    };
    match search.profile() {
        Some(profile) => told(&profile, end),
        None => {
            "single runs remember no states: there is nothing to count (--policy breadth-first or depth-first)\n".into()
        }
    }
}

fn told(profile: &Profile, end: &str) -> String {
    let Profile { states, worlds, places, sites, read, transitions, alone, known, exchangeable, .. } = *profile;
    let times = |fewer: u64| format!("{:.2}x fewer", states as f64 / fewer.max(1) as f64);
    let line = |what: &str, count: u64| format!("  {what:<52}{:>14}  {}\n", grouped(count), times(count));
    let mut text = format!("{} states, {end}\n", grouped(states));
    text += &line("different worlds, wherever threads are", worlds);
    text += &line("different places, whatever the world", places);
    text += &line("without what threads remember (sites, not places)", sites);
    text += &line("without what neither a thread nor a rule still reads", read);
    text += &format!(
        "\n  {:<28}{:>10}{:>16}{:>8}{:>14}\n",
        "number of a state", "values", "states without", "", "nobody reads"
    );
    for column in &profile.columns {
        text += &format!(
            "  {:<28}{:>10}{:>16}{:>7.2}x{:>13.0}%\n",
            column.name,
            grouped(column.values),
            grouped(column.without),
            states as f64 / column.without.max(1) as f64,
            100.0 * column.unread as f64 / states.max(1) as f64,
        );
    }
    text += &format!(
        "\n  {} steps: {} taken at once, because only one thread has to be looked at; {} led to states that were known,\n  \
         {} to new ones. In {} pairs of threads that can both make a step these can be exchanged: one of two orders tells nothing new.\n",
        grouped(transitions),
        grouped(alone),
        grouped(known),
        grouped(states.saturating_sub(1)),
        grouped(exchangeable),
    );
    text
}
