//! Why each context switch is there: the same run without it.
//!
//! The thread that ran goes on until it is done or waits; then the rest of the schedule, as far as it can be followed;
//! then whoever can run. Both runs are compared step by step, thread by thread; what is said is taken from them.

use super::explained::{Switch, SwitchKind};
use super::fewer_switches::without_switch;
use super::replay::{Aim, Replay};
use daxscope_core::check::Rule;
use daxscope_core::event::LockId;
use daxscope_core::machine::{Machine, Performed, Status};
use daxscope_core::narrate;
use daxscope_core::op::{Outcome, Parts};
use daxscope_core::scenario::{Choice, Scenario};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::sync::Arc;

/// All context switches of a run.
pub(super) fn switches(scenario: &Arc<Scenario>, aim: Aim, way: &Replay) -> Vec<Switch> {
    let choices = way.choices();
    let at = (1..choices.len()).filter(|&at| choices[at].thread != choices[at - 1].thread);
    at.map(|at| switch(scenario, aim, way, &choices, at)).collect()
}

fn switch(scenario: &Arc<Scenario>, aim: Aim, way: &Replay, choices: &[Choice], at: usize) -> Switch {
    let (from, to) = (choices[at - 1].thread, choices[at].thread);
    let told = |kind, sentence| Switch { step: at + 1, from, to, kind, sentence };
    let before = Replay::along(scenario, aim, &choices[..at]);
    if let Some(why) = before.and_then(|before| why_it_cannot_go_on(&before.run.machine, from)) {
        return told(SwitchKind::Forced, format!("Forced: {from} {why}, so another thread has to run."));
    }
    let without = without_switch(scenario, aim, choices, at);
    let head = format!("Without this switch ({from} goes on instead of {to} at step {})", at + 1);
    if let Some(violation) = without.violation() {
        let (steps, known) = (without.run.steps.len(), choices.len());
        let later = if steps > known { format!(", but later (step {steps}, not {known})") } else { String::new() };
        let sentence = format!("{head} the bug still happens{later}: {}", violation.sentence);
        return told(SwitchKind::OtherWay, sentence);
    }
    let because = Difference::find(way, &without, at, to, aim.rule);
    let because = because.map(|difference| difference.sentence(way, &without, at, from));
    let end = how_it_ends(&without);
    let sentence = match because {
        Some(because) => format!("{head} the bug vanishes: {because} {end}"),
        None => format!("{head} the bug vanishes. {end}"),
    };
    told(SwitchKind::Needed, sentence)
}

/// `is done`, or why it waits; `None` if it can go on.
fn why_it_cannot_go_on(machine: &Machine, thread: ThreadId) -> Option<String> {
    if machine.is_enabled(thread) {
        return None;
    }
    Some(match narrate::why_blocked(machine, thread) {
        Some(why) if why.starts_with("asleep") => format!("is {why}"),
        Some(why) => why,
        None => "is done".into(),
    })
}

fn how_it_ends(run: &Replay) -> String {
    let mut broken: Vec<Rule> = run.run.violations().map(|(_, violation)| violation.rule).collect();
    broken.sort_unstable();
    broken.dedup();
    if !broken.is_empty() {
        let names: Vec<_> = broken.iter().map(|rule| rule.name()).collect();
        return format!("(Another rule breaks instead: {}.)", names.join(", "));
    }
    match run.run.machine.status() {
        Status::Done => "Every thread ends, and no rule is broken.".into(),
        status => narrate::status(&status),
    }
}

/// The first operation of a thread that is not the same in both runs; steps and operations are counted from 0.
struct Difference {
    thread: ThreadId,
    /// Step and operation with the switch.
    with: Place,
    /// Step and operation without it, unless the thread never comes to it.
    without: Option<Place>,
}

/// A step, and which of its operations.
type Place = (usize, usize);

impl Difference {
    /// The first one of the thread that was switched to; if there is none, the first of all. Those about what the rule
    /// is about come before others (a page table that is there already is no reason for a lost wake-up), and those that
    /// can be told in words before those that cannot.
    fn find(way: &Replay, without: &Replay, at: usize, to: ThreadId, rule: Rule) -> Option<Difference> {
        let parts = parts_of(rule, way.run.machine.scenario());
        let first = |thread: ThreadId, parts: Option<Parts>| {
            Difference::all(way, without, at, thread, parts).find(|difference| difference.is_told(way, without))
        };
        let first_of_all = |parts: Option<Parts>| {
            let found = way.run.machine.thread_ids().filter_map(|thread| first(thread, parts));
            found.min_by_key(|difference| difference.with)
        };
        first(to, parts)
            .or_else(|| first(to, None))
            .or_else(|| first_of_all(parts))
            .or_else(|| first_of_all(None))
            .or_else(|| Difference::all(way, without, at, to, None).next())
    }

    /// Those among a thread's operations on those parts, as long as the same operations follow each other in both runs.
    fn all<'r>(
        way: &'r Replay,
        without: &'r Replay,
        at: usize,
        thread: ThreadId,
        parts: Option<Parts>,
    ) -> impl Iterator<Item = Difference> + 'r {
        let places = move |run: &Replay| -> Vec<Place> {
            let is_it = |&(step, operation): &Place| {
                let looked_at = run.record(step).performed[operation].stop.op.parts(thread);
                parts.is_none_or(|parts| looked_at.meets(parts))
            };
            let steps = run.steps_of(thread).into_iter().filter(|&step| step >= at);
            let places = steps.flat_map(|step| (0..run.record(step).performed.len()).map(move |number| (step, number)));
            places.filter(is_it).collect()
        };
        let others = places(without).into_iter().map(Some).chain(std::iter::repeat(None));
        let pairs = places(way).into_iter().zip(others);
        pairs.map(move |(with, without)| Difference { thread, with, without }).filter(move |difference| {
            difference.without.is_none_or(|other| !is_same(performed(way, difference.with), performed(without, other)))
        })
    }

    /// Do the words for both sides differ?
    fn is_told(&self, way: &Replay, without: &Replay) -> bool {
        self.without.is_some_and(|other| clauses(way, self.with) != clauses(without, other))
    }

    /// What another thread did first, and what this one meets because of it.
    fn sentence(&self, way: &Replay, without: &Replay, at: usize, from: ThreadId) -> String {
        let thread = self.thread;
        let with = clauses(way, self.with);
        let number = self.with.0 + 1;
        let Some(other) = self.without else {
            return format!("{thread} never comes to where with the switch it {with} (step {number}).");
        };
        let instead = clauses(without, other);
        let cause = match cause(without, at, other) {
            Some(cause) => format!("{cause} first, so "),
            None if thread == from => String::new(),
            None => format!("when {from} has gone on, "),
        };
        let sleeps =
            |run: &Replay, from: usize| run.steps_of(thread).iter().any(|&step| step >= from && run.sleeps_after(step));
        let sleep = match (sleeps(way, self.with.0), sleeps(without, other.0)) {
            (true, false) => format!("; {thread} does not go to sleep"),
            (false, true) => format!("; {thread} goes to sleep"),
            _ => String::new(),
        };
        format!("{cause}{thread} {instead}, where with the switch it {with} (step {number}){sleep}.")
    }
}

/// The parts of the world that a rule is about; `None`: all.
fn parts_of(rule: Rule, scenario: &Scenario) -> Option<Parts> {
    let locks = scenario.process_ids().map(LockId::Mm).chain([LockId::Fs, LockId::Inode]);
    let locks = locks.fold(Parts::NONE, |all, lock| all.union(Parts::lock(lock)));
    let tables = Parts::all_page_tables();
    Some(match rule {
        Rule::LostWakeup => Parts::MAPPING.union(Parts::WAITS),
        Rule::Deadlock => Parts::MAPPING.union(Parts::WAITS).union(Parts::PAGES).union(locks),
        Rule::NotOwner
        | Rule::Counters
        | Rule::TreeStructure
        | Rule::DirtyEmptyEntry
        | Rule::FalseExist
        | Rule::FalseSigbus
        | Rule::LeftLocked
        | Rule::SleepInAtomic
        | Rule::LostDirtyTag
        | Rule::LostDurability
        | Rule::FsyncRepeats
        | Rule::OutsideRange => Parts::MAPPING,
        Rule::PageTableOverwritten => tables,
        Rule::StaleMapping => Parts::MAPPING.union(Parts::FILE).union(tables),
        Rule::Accounting | Rule::BusyMissed => Parts::MAPPING.union(Parts::PAGES),
        Rule::FreedInUse => Parts::PAGES.union(Parts::FILE),
        Rule::KernelBug | Rule::Livelock | Rule::Warning => return None,
    })
}

/// Did the operation do the same in both runs?
fn is_same(one: &Performed, two: &Performed) -> bool {
    one.stop.op == two.stop.op && one.outcome == two.outcome && one.events == two.events
}

fn performed(run: &Replay, (step, operation): Place) -> &Performed {
    &run.record(step).performed[operation]
}

/// What one operation of a step did, in words; what the whole step did if there are none for the operation.
fn clauses(run: &Replay, (step, operation): Place) -> String {
    let performed = run.record(step).performed.get(operation);
    let found = performed.map(|performed| narrate::clauses(&run.worlds[step], performed)).unwrap_or_default();
    if found.is_empty() {
        let sentence = run.run.steps[step].sentence.trim_end_matches('.');
        return sentence.split_once(' ').map_or(sentence, |(_, rest)| rest).to_owned();
    }
    found.join(" and ")
}

/// The last operation of another thread, from step `from` to step `to`, that changed what the operation of step `to`
/// reads: `A deletes the locked 2 MiB empty entry at 0x200`. Found by asking every world between for it.
fn cause(run: &Replay, from: usize, place: Place) -> Option<String> {
    let thread = run.record(place.0).choice.thread;
    let looks = performed(run, place).stop.op.look()?;
    let value = |world: &World| -> Outcome { world.clone().apply(thread, &looks, false, &mut Vec::new()) };
    let others = (from..place.0).rev().filter(|&step| run.record(step).choice.thread != thread);
    for step in others {
        if value(&run.worlds[step]) == value(&run.worlds[step + 1]) {
            continue;
        }
        let within = run.worlds_within(step);
        let values: Vec<Outcome> = std::iter::once(&run.worlds[step]).chain(&within).map(value).collect();
        let changed = values.windows(2).rposition(|pair| pair[0] != pair[1])?;
        return Some(format!("{} {}", run.record(step).choice.thread, clauses(run, (step, changed))));
    }
    None
}
