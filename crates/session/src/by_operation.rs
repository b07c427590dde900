//! One scenario on several kernels, side by side by operation of the script. Steps of kernels of different eras are others, and
//! so one schedule does not fit both; what each operation comes to, and what it leaves behind, can be compared.
//!
//! On every kernel the threads take turns: each runs its first operation to the end, then each its second. Who has to wait
//! for another lets the others run until it can go on, so an operation may end while another is under way.

use crate::tree_of_era::{Cell, leaves};
use daxscope_core::event::{Event, OpResult};
use daxscope_core::machine::{Machine, Status};
use daxscope_core::narrate;
use daxscope_core::radix::Tag;
use daxscope_core::revision::Revision;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, StepSize, operation_text};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// The most steps on one kernel.
const MAX_STEPS: usize = 5_000;
/// The most kernels side by side.
pub const MAX_KERNELS: usize = 6;
/// What a cell says where nothing was run.
const NOT_RUN: &str = "not run";
/// Entries that a cell names.
const MAX_ENTRIES: usize = 4;

/// The scenario on all kernels.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ByOperation {
    /// The kernels, in the order that was asked for.
    pub kernels: Vec<String>,
    /// One row for each operation of the script, in the order in which they are begun.
    pub rows: Vec<OperationRow>,
    /// How it ended on each kernel, in a sentence.
    pub ends: Vec<EndOn>,
}

/// An operation on all kernels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperationRow {
    /// Whose.
    pub thread: ThreadId,
    /// Its number among the thread's, from 1.
    pub number: usize,
    /// `write 4K at 0x203`.
    pub operation: String,
    /// What it came to, on each kernel.
    pub cells: Vec<OperationCell>,
    /// Do all kernels come to the same?
    pub is_same: bool,
}

/// What an operation came to on a kernel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OperationCell {
    /// `done, 1 fault`, `SIGBUS`, `not ended`, `not in this era`.
    pub result: String,
    /// What the tree holds behind it: `0x200 2 MiB block, dirty`.
    pub tree: String,
    /// What it broke: the headline of the first rule.
    pub broken: Option<String>,
}

/// How a kernel came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndOn {
    /// Was a rule broken?
    pub is_broken: bool,
    /// In a sentence.
    pub sentence: String,
}

/// Runs the scenario on each kernel; on a kernel whose era lacks something of it nothing is run, and its column says what.
#[must_use]
pub fn by_operation(scenario: &Scenario, kernels: &[Revision]) -> ByOperation {
    let mut all = ByOperation { rows: rows_of(scenario), ..ByOperation::default() };
    for &revision in kernels.iter().take(MAX_KERNELS) {
        let here = Scenario { revision, ..scenario.clone() };
        all.kernels.push(revision.name());
        match here.misfit() {
            Some(lacks) => without(&mut all, lacks),
            None => run_on(Arc::new(here), &mut all),
        }
    }
    for row in &mut all.rows {
        // A kernel on which nothing was run is no difference.
        let ran: Vec<_> = row.cells.iter().filter(|cell| cell.result != NOT_RUN).collect();
        row.is_same = ran.windows(2).all(|two| two[0].result == two[1].result && two[0].tree == two[1].tree);
    }
    all
}

/// All first operations, then all second ones.
fn rows_of(scenario: &Scenario) -> Vec<OperationRow> {
    let mut rows = Vec::new();
    let most = scenario.threads.iter().map(|thread| thread.operations.len()).max().unwrap_or(0);
    for at in 0..most {
        for (thread, steps) in scenario.threads.iter().enumerate() {
            if let Some(operation) = steps.operations.get(at) {
                rows.push(OperationRow {
                    thread: ThreadId(thread as u8),
                    number: at + 1,
                    operation: operation_text(scenario, operation),
                    cells: Vec::new(),
                    is_same: true,
                });
            }
        }
    }
    rows
}

fn without(all: &mut ByOperation, lacks: &str) {
    for row in &mut all.rows {
        row.cells.push(OperationCell { result: NOT_RUN.into(), ..OperationCell::default() });
    }
    let sentence =
        format!("Not run: this kernel's era has no `{lacks}`. Take it out of the script to compare this kernel.");
    all.ends.push(EndOn { is_broken: false, sentence });
}

fn run_on(scenario: Arc<Scenario>, all: &mut ByOperation) {
    let mut run = Run::new(scenario);
    let mut ended = Ended::default();
    for row in &mut all.rows {
        let before = run.steps.len();
        while !ended.has(row.thread, row.number) && run.steps.len() < MAX_STEPS {
            let Some(thread) = whose_turn(&run.machine, row.thread) else { break };
            if run.step(Choice::run(thread), StepSize::Section).is_none() {
                break;
            }
            ended.look(&run);
        }
        row.cells.push(OperationCell {
            result: ended.result(row.thread, row.number).map_or("not ended".into(), result_words),
            tree: tree_words(&run.machine),
            broken: run.violations().find(|(step, _)| *step > before).map(|(_, broken)| broken.headline.to_string()),
        });
    }
    // What is left to do behind the last operation.
    while run.steps.len() < MAX_STEPS
        && let Some(thread) = run.whose_turn()
    {
        if run.step(Choice::run(thread), StepSize::Section).is_none() {
            break;
        }
    }
    all.ends.push(end_of(&run));
}

/// The thread itself if it can run, else the first of the others.
fn whose_turn(machine: &Machine, thread: ThreadId) -> Option<ThreadId> {
    if machine.is_enabled(thread) { Some(thread) } else { machine.enabled().next() }
}

/// The results of the operations that have ended, by thread.
#[derive(Default)]
struct Ended {
    results: Vec<Vec<OpResult>>,
}

impl Ended {
    /// The last step of the run.
    fn look(&mut self, run: &Run) {
        let Some(step) = run.steps.last() else { return };
        let thread = step.record.choice.thread.index();
        if self.results.len() <= thread {
            self.results.resize(thread + 1, Vec::new());
        }
        for event in step.record.events() {
            if let Event::Result(result) = event {
                self.results[thread].push(*result);
            }
        }
    }

    fn result(&self, thread: ThreadId, number: usize) -> Option<OpResult> {
        self.results.get(thread.index())?.get(number - 1).copied()
    }

    fn has(&self, thread: ThreadId, number: usize) -> bool {
        self.result(thread, number).is_some()
    }
}

fn result_words(result: OpResult) -> String {
    match result {
        OpResult::Accessed { faults: 0 } => "done, no fault".into(),
        OpResult::Accessed { faults: 1 } => "done, 1 fault".into(),
        OpResult::Accessed { faults } => format!("done, {faults} faults"),
        OpResult::FaultFailed { flags, .. } => flags.to_string(),
        OpResult::Segv => "SIGSEGV".into(),
        OpResult::Livelock { faults } => format!("no end after {faults} faults"),
        OpResult::Done => "done".into(),
        OpResult::Number(number) => number.to_string(),
    }
}

/// `0x200 2 MiB block, DIRTY; 0x400 4 KiB block`. Hole pages and zero entries of 4 KiB are the same to whoever compares.
fn tree_words(machine: &Machine) -> String {
    let mapping = &machine.world.mapping;
    let all = leaves(mapping);
    let mut words = String::new();
    for leaf in all.iter().take(MAX_ENTRIES) {
        if !words.is_empty() {
            words.push_str("; ");
        }
        let cell = Cell::of_word(mapping, leaf.word);
        let kind = match (cell.page().is_some(), cell.is_zero(), leaf.order) {
            (true, ..) | (_, true, 0) => "4 KiB zero".into(),
            (_, true, _) => "2 MiB zero".into(),
            _ => cell.kind(),
        };
        words.push_str(&format!("{} {kind}", narrate::page(leaf.index)));
        for tag in [Tag::Dirty, Tag::Towrite] {
            if leaf.tags & tag.bit() != 0 {
                words.push_str(&format!(", {}", tag.name()));
            }
        }
        if cell.is_locked() {
            words.push_str(", locked");
        }
    }
    match all.len().saturating_sub(MAX_ENTRIES) {
        0 if words.is_empty() => "empty".into(),
        0 => words,
        more => format!("{words}; and {more} more"),
    }
}

fn end_of(run: &Run) -> EndOn {
    if let Some((step, broken)) = run.violations().next() {
        let sentence = format!("{} at step {step}. {}", broken.headline, broken.sentence);
        return EndOn { is_broken: true, sentence };
    }
    let status = run.machine.status();
    let end = narrate::status(&status);
    let sentence = match status {
        Status::Done => format!("Nothing is broken in these {} steps. {end}", run.steps.len()),
        Status::Running => format!("Stopped after {MAX_STEPS} steps, where nothing is broken yet."),
        Status::Deadlock | Status::Dead(_) => end,
    };
    EndOn { is_broken: matches!(status, Status::Deadlock | Status::Dead(_)), sentence }
}
