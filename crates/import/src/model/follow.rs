//! The model in the order in which things were seen: what it does beside what was seen, its tree beside the snapshots.

use super::compare::{Difference, compare};
use super::lanes::{Seen, SeenKind};
use super::lift::{Lifted, Step};
use super::schedules::{self, Found};
use super::told::{Teller, Told};
use crate::snapshot::Snapshot;
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Operation, Schedule, StepSize, operation_text};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// Steps that one operation may take; more is a loop.
const MOST_STEPS: usize = 20_000;

/// One row of the table: an operation or a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line of the trace at which it begins.
    pub line: u64,
    /// `A write 2M at 3p`, or `snapshot: hzp`.
    pub what: String,
    /// Is it a snapshot?
    pub is_snapshot: bool,
    /// What differs; empty: nothing.
    pub differences: Vec<Difference>,
}

/// How far the model goes the way that was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followed {
    /// Operations and snapshots in their order, up to the first that the model cannot follow.
    pub rows: Vec<Row>,
    /// Is every row there, and every event as it was seen?
    pub is_whole: bool,
    /// The choices that lead there; by section, or by atom where threads overlap.
    pub schedule: Schedule,
    /// Where tasks overlap: how many schedules fit. `None`: no two operations overlap, one after the other is the order.
    pub fits: Option<Found>,
}

impl Followed {
    /// Rows with differences.
    #[must_use]
    pub fn differing(&self) -> usize {
        self.rows.iter().filter(|row| !row.differences.is_empty()).count()
    }
}

/// Lets the model do what was seen.
#[must_use]
pub fn follow(lifted: &Lifted, snapshots: &[Snapshot]) -> Followed {
    let mut running = Running::new(lifted, snapshots);
    if !overlaps(&lifted.steps) {
        running.one_after_another();
        return running.followed(None);
    }
    let found = schedules::search(lifted, snapshots);
    running.size = StepSize::Atom;
    running.along(&found);
    running.followed(Some(found))
}

/// Do operations of two threads overlap?
fn overlaps(steps: &[Step]) -> bool {
    let mut last: Option<(ThreadId, u64)> = None;
    for step in steps {
        let Step::Operation { thread, lines, .. } = step else { continue };
        if last.is_some_and(|(before, end)| before != *thread && lines.0 < end) {
            return true;
        }
        last = match last {
            Some((before, end)) if before == *thread => Some((before, end.max(lines.1))),
            _ => Some((*thread, lines.1)),
        };
    }
    false
}

/// A store to a private mapping of 2 MiB: the real kernel asks the 2 MiB handler first, which refuses; the model does not ask it.
pub const PRIVATE_STORE_OVER_HUGE: &str = "private-store-over-huge";

struct Running<'a> {
    lifted: &'a Lifted,
    snapshots: &'a [Snapshot],
    machine: Machine,
    teller: Teller,
    size: StepSize,
    choices: Vec<Choice>,
    rows: Vec<Row>,
    is_whole: bool,
}

impl<'a> Running<'a> {
    fn new(lifted: &'a Lifted, snapshots: &'a [Snapshot]) -> Running<'a> {
        let machine = Machine::new(Arc::new(lifted.scenario.clone()));
        let teller = Teller::new(&lifted.scenario);
        let (choices, rows) = (Vec::new(), Vec::new());
        Running { lifted, snapshots, machine, teller, size: StepSize::Section, choices, rows, is_whole: true }
    }

    fn followed(self, fits: Option<Found>) -> Followed {
        let is_whole = self.is_whole && fits.as_ref().is_none_or(|found| found.first.is_some());
        let schedule = Schedule { step_size: self.size, choices: self.choices };
        Followed { rows: self.rows, is_whole, schedule, fits }
    }

    fn one_after_another(&mut self) {
        for step in &self.lifted.steps {
            match step {
                Step::Snapshot { at, line } => self.snapshot(*at, *line),
                Step::Operation { thread, number, lines, events } => {
                    let told = self.operation(*thread, *number);
                    self.row(*thread, *number, lines.0, events, told);
                }
            }
        }
    }

    /// Runs one operation to its end; what it would have printed, or why it does not come to its end.
    fn operation(&mut self, thread: ThreadId, number: usize) -> Result<Vec<Seen>, String> {
        let mut told = Vec::new();
        for _ in 0..MOST_STEPS {
            if self.teller.ended(thread) > number {
                return Ok(told.iter().filter_map(Told::seen).collect());
            }
            self.step(thread, &mut told)?;
        }
        Err("it goes round and does not end".into())
    }

    fn step(&mut self, thread: ThreadId, told: &mut Vec<Told>) -> Result<(), String> {
        let before = self.machine.world.clone();
        let choice = Choice::run(thread);
        let Some(record) = self.machine.step(choice, self.size) else {
            let why = daxscope_core::narrate::why_blocked(&self.machine, thread);
            return Err(why.map_or_else(|| "the kernel is dead".into(), |why| format!("it {why}")));
        };
        self.choices.push(choice);
        self.teller.step(&record, &before, told);
        Ok(())
    }

    fn row(&mut self, thread: ThreadId, number: usize, line: u64, seen: &[Seen], told: Result<Vec<Seen>, String>) {
        let scenario = &self.lifted.scenario;
        let operation = scenario.threads[thread.index()].operations[number];
        let what = format!("{} {}", thread.letter(), operation_text(scenario, &operation));
        let mut differences: Vec<Difference> = match told {
            Ok(told) => differing(seen, &told).into_iter().collect(),
            Err(why) => {
                vec![Difference { what: "events", name: None, real: "it came to its end".into(), model: why }]
            }
        };
        if let Some(difference) = differences.first_mut()
            && self.is_private_store(&operation)
            && matches!(seen, [Seen { kind: SeenKind::Begins { is_huge: true }, .. }, ..])
        {
            difference.name = Some(PRIVATE_STORE_OVER_HUGE);
        }
        self.is_whole &= differences.is_empty();
        self.rows.push(Row { line, what, is_snapshot: false, differences });
    }

    fn is_private_store(&self, operation: &Operation) -> bool {
        match *operation {
            Operation::Access { write: true, mm, .. } => {
                let scenario = &self.lifted.scenario;
                let mm = mm.unwrap_or(scenario.threads[0].mm);
                !scenario.processes[mm.index()].mapping.shared
            }
            _ => false,
        }
    }

    fn snapshot(&mut self, at: usize, line: u64) {
        let snapshot = &self.snapshots[at];
        let differences = compare(&self.machine.world, snapshot, self.lifted.range);
        self.rows.push(Row { line, what: format!("snapshot: {}", snapshot.tag), is_snapshot: true, differences });
    }

    /// The way that the search has found, with a row for each operation where it ends.
    fn along(&mut self, found: &Found) {
        let Some(choices) = &found.first else { return };
        let mut choices = choices.iter();
        for step in &self.lifted.steps {
            match step {
                Step::Snapshot { at, line } => self.snapshot(*at, *line),
                Step::Operation { thread, number, lines, events } => {
                    let mut told = Vec::new();
                    let mut why = None;
                    while self.teller.ended(*thread) <= *number {
                        let Some(choice) = choices.next() else { break };
                        why = self.step(choice.thread, &mut told).err().or(why);
                    }
                    // Which events came the search has compared.
                    let told = why.map_or_else(|| Ok(events.clone()), Err);
                    self.row(*thread, *number, lines.0, &unlined(events), told.map(|events| unlined(&events)));
                }
            }
        }
        for choice in choices {
            let _ = self.step(choice.thread, &mut Vec::new());
        }
    }
}

fn unlined(events: &[Seen]) -> Vec<Seen> {
    events.iter().map(|seen| Seen { line: 0, ..*seen }).collect()
}

/// The first event that differs, both sides.
fn differing(seen: &[Seen], told: &[Seen]) -> Option<Difference> {
    let words =
        |event: Option<&Seen>, none: &str| event.map_or_else(|| none.to_owned(), |seen| seen.kind.words(seen.page));
    for at in 0..seen.len().max(told.len()) {
        let (real, model) = (seen.get(at), told.get(at));
        let is_same = match (real, model) {
            (Some(real), Some(model)) => real.kind == model.kind && real.page == model.page,
            _ => false,
        };
        if !is_same {
            let (real, model) = (words(real, "no more events"), words(model, "no more events"));
            return Some(Difference { what: "events", name: None, real, model });
        }
    }
    None
}
