//! Why no run comes past a line: what the runs do that come furthest.

use super::claim::Claim;
use super::search::{Judge, Label};
use super::{Impossible, claim::Lines};
use crate::automaton::NodeId;
use daxscope_core::machine::Position;
use daxscope_core::narrate::why_blocked;
use daxscope_core::run::Run;
use daxscope_core::scenario::limits::MAX_THREADS;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most ways in which a line comes out otherwise that are told.
const MOST_TOLD: usize = 3;

/// The states that have come past most, and what was met there.
#[derive(Debug, Default)]
pub(super) struct Furthest {
    /// Lines or steps that they have come past.
    pub(super) past: u16,
    first: Option<Label>,
    states: u64,
    /// By thread: one of those states in which it cannot go on, and how many there are.
    waits: [Option<(Label, u64)>; MAX_THREADS],
    /// How the call of a line comes out: when as many lines were passed, and the words.
    nearly: BTreeMap<(usize, u16), Vec<String>>,
}

impl Furthest {
    /// A state was reached.
    pub(super) fn reached(&mut self, label: &Label) {
        if self.first.is_none() || label.past > self.past {
            self.past = label.past;
            self.first = Some(*label);
            self.states = 0;
            self.waits = [None; MAX_THREADS];
        }
        if label.past == self.past {
            self.states += 1;
        }
    }

    /// In such a state a thread cannot go on.
    pub(super) fn waits(&mut self, thread: usize, label: &Label) {
        let (_, count) = self.waits[thread].get_or_insert((*label, 0));
        *count += 1;
    }

    /// The call of a line comes out otherwise.
    pub(super) fn nearly(&mut self, line: usize, past: u16, told: &str) {
        let all = self.nearly.entry((line, past)).or_default();
        if all.len() < MOST_TOLD && !all.iter().any(|known| known == told) {
            all.push(told.to_owned());
        }
    }
}

impl Judge {
    /// Why no run does what is claimed.
    pub(super) fn why(&self) -> Impossible {
        let Some(first) = self.furthest.first else {
            return Impossible { at: 0, reason: String::new(), way: self.way(u32::MAX), is_never_met: false };
        };
        let at = self.stuck_at(&first);
        let way = self.way(first.origin);
        match &self.claim {
            Claim::Steps(gapped) => {
                let (_, choice) = gapped.steps[at];
                let reason = self.why_not(&first, choice.thread.index(), choice.fail);
                Impossible { at, reason, way, is_never_met: false }
            }
            Claim::Lines(_) => {
                let (reason, is_never_met) = self.why_no_line(at);
                Impossible { at, reason, way, is_never_met }
            }
        }
    }

    fn why_no_line(&self, at: usize) -> (String, bool) {
        let line = &self.space.lines()[at];
        let name = line.threads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        let here = self.nearly(at, |past| past == self.furthest.past);
        let anywhere = self.nearly(at, |_| true);
        let mut reason = Vec::new();
        let mut ever = Lines::default();
        ever.add(at);
        let is_ever = !(ever & self.space.ever).is_empty();
        if !here.is_empty() {
            reason.push(format!(
                "Behind the lines above it {name} comes to that call, and it comes out otherwise: {here}."
            ));
        } else if is_ever && self.furthest.past > 0 {
            reason.push(format!("{name} does that in some runs, but in none behind the lines above it."));
        } else if !anywhere.is_empty() {
            reason.push(format!("In no run does that call of {name} come out so; it is {anywhere}."));
        } else {
            let kernel = self.scenario.revision.name();
            reason.push(format!(
                "{name} never does that in any run of this scenario on {kernel} that follows the lines above it."
            ));
        }
        reason.extend(line.threads.iter().filter_map(|thread| self.why_it_waits(thread.index())));
        let is_met = match line.pattern.name() {
            Some(name) => self.space.names.contains(name),
            None => is_ever || line.pattern.is_sleep(),
        };
        (reason.join(" "), !is_ever && !is_met)
    }

    /// How the call of a line comes out, where so many lines were passed.
    fn nearly(&self, line: usize, passed: impl Fn(u16) -> bool) -> String {
        let all = self.furthest.nearly.iter().filter(|((of, past), _)| *of == line && passed(*past));
        let mut told: Vec<String> = Vec::new();
        for words in all.flat_map(|(_, words)| words) {
            let words = format!("`{words}`");
            if told.len() < MOST_TOLD && !told.contains(&words) {
                told.push(words);
            }
        }
        told.join(" or ")
    }

    /// Why a thread cannot go on in states that have come furthest.
    fn why_it_waits(&self, thread: usize) -> Option<String> {
        let (label, count) = self.furthest.waits[thread]?;
        let node = NodeId(label.nodes[thread]);
        let places = match self.furthest.states {
            all if all == count => "There".to_owned(),
            all => format!("In {count} of the {all} states there"),
        };
        let name = daxscope_core::units::ThreadId(thread as u8);
        if node == NodeId::FINISHED {
            return Some(format!("{places} {name} is done."));
        }
        let run = self.run_to(&label)?;
        let why = why_blocked(&run.machine, name)?;
        let verb = if why.starts_with("asleep") { "is " } else { "" };
        Some(format!("{places} {name} cannot go on: in one, it {verb}{why}."))
    }

    /// Why a step cannot be made from there.
    fn why_not(&self, label: &Label, thread: usize, fail: bool) -> String {
        let name = daxscope_core::units::ThreadId(thread as u8);
        let Some(run) = self.run_to(label) else { return format!("{name} cannot make it.") };
        if thread >= self.scenario.threads.len() {
            return format!("There is no thread {name}.");
        }
        match (run.machine.position(name), why_blocked(&run.machine, name)) {
            (Position::Finished, _) => format!("In the run that comes furthest {name} is done."),
            (Position::Crashed, _) => "In the run that comes furthest the kernel is dead.".to_owned(),
            (_, Some(why)) => {
                let verb = if why.starts_with("asleep") { "is " } else { "" };
                format!("In the run that comes furthest {name} cannot go on: it {verb}{why}.")
            }
            (_, None) if fail => {
                format!("In the run that comes furthest nothing that {name} does next may be made to fail.")
            }
            (_, None) => format!(
                "In the run that comes furthest {name} can go on, but not where the steps after it can be made."
            ),
        }
    }

    fn run_to(&self, label: &Label) -> Option<Run> {
        let mut run = Run::new(Arc::clone(&self.scenario));
        run.follow(&self.way(label.origin)).ok()?;
        Some(run)
    }
}
