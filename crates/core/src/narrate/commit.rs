//! A run as the diagram of commit messages: a column for each CPU, what it calls nested by indentation, results behind `->`, and
//! only the steps that matter ([`matters`](super::matters()), which says what that is).

use super::calls::call;
use super::functions::{arguments, kernel_frames, named};
use super::matters::{falls_asleep, is_visible, matters, taken_before_others};
use super::op::words;
use super::table::wrap_whole;
use super::wrap;
use crate::event::Event;
use crate::machine::{Machine, Performed};
use crate::op::Op;
use crate::run::Run;
use crate::scenario::{Choice, Operation, Scenario, Schedule};
use crate::task::Frame;
use crate::units::ThreadId;
use crate::world::World;
use std::sync::Arc;

/// The width of a diagram: what git shows of a commit message in 80 columns.
pub const COMMIT_WIDTH: usize = 72;
/// The least room for the last column. A column may reach over the next one: on each line there is only one of them.
const COLUMN: usize = 42;

/// The diagram of what a schedule does, as far as it can be followed.
#[must_use]
pub fn commit(scenario: &Arc<Scenario>, schedule: &Schedule) -> String {
    let run = along(scenario, schedule);
    let mut diagram = Diagram::new(scenario);
    let (shown, waited_for) = (shown(scenario, &run, schedule), taken_before_others(&run.steps));
    let mut machine = Machine::new(Arc::clone(scenario));
    for (at, (step, is_shown)) in run.steps.iter().zip(shown).enumerate() {
        let before = machine.world.clone();
        machine.step(step.record.choice, schedule.step_size);
        diagram.begins(step.record.choice, &step.record.performed);
        if is_shown {
            let is_waited_for = |operation: usize| waited_for.contains(&(at, operation));
            let worth = worth(&before, &step.record.performed, is_waited_for);
            diagram.step(&before, step.record.choice, &worth, falls_asleep(&step.record));
        }
        for violation in &step.violations {
            diagram.broken(step.record.choice, &violation.headline);
        }
    }
    let mut text = diagram.text;
    for (_, violation) in run.violations() {
        text.push('\n');
        for line in wrap(&format!("{}. {}", violation.headline, violation.sentence), COMMIT_WIDTH) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// Which steps have lines: those that matter; and the last of a turn that there is something to tell of, where its very last is
/// not: it is what others find.
fn shown(scenario: &Arc<Scenario>, run: &Run, schedule: &Schedule) -> Vec<bool> {
    let mut shown = matters(&run.steps);
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut last_told = None;
    for (at, step) in run.steps.iter().enumerate() {
        let thread = step.record.choice.thread;
        if at == 0 || run.steps[at - 1].record.choice.thread != thread {
            last_told = None;
        }
        let before = machine.world.clone();
        machine.step(step.record.choice, schedule.step_size);
        if !worth(&before, &step.record.performed, |_| false).is_empty() {
            last_told = Some(at);
        }
        let is_last = run.steps.get(at + 1).is_some_and(|next| next.record.choice.thread != thread);
        if let Some(told) = last_told.filter(|_| is_last) {
            shown[told] = true;
        }
    }
    shown
}

/// The run of a schedule, as far as it can be followed.
fn along(scenario: &Arc<Scenario>, schedule: &Schedule) -> Run {
    let mut run = Run::new(Arc::clone(scenario));
    // What cannot be followed is not shown.
    let _ = run.follow(schedule);
    run
}

/// The operations of a step that are worth a line: those that matter, and what was looked up. If there are none, the last one
/// that something can be told of.
fn worth<'p>(before: &World, performed: &'p [Performed], is_waited_for: impl Fn(usize) -> bool) -> Vec<&'p Performed> {
    let looks = |made: &Performed| words(&made.stop.op).is_look(&made.outcome);
    let is_worth = |&(at, made): &(usize, &Performed)| is_visible(made) || is_waited_for(at) || looks(made);
    let mut found: Vec<&Performed> = performed.iter().enumerate().filter(is_worth).map(|(_, made)| made).collect();
    if found.is_empty() {
        let is_told = |made: &&Performed| {
            !matches!(made.stop.op, Op::TreeLock(_) | Op::Pause(_)) && !call(before, made).0.is_empty()
        };
        found.extend(performed.iter().rev().find(is_told));
    }
    found
}

/// A diagram that is being written.
struct Diagram<'a> {
    scenario: &'a Scenario,
    text: String,
    /// How far the columns are apart.
    offset: usize,
    /// The functions that stand in each column, outermost first.
    open: Vec<Vec<Frame>>,
    /// Has the CPU one operation, which stands above its column?
    is_single: Vec<bool>,
    /// The operation of the script that each CPU is in.
    operations: Vec<Option<Operation>>,
}

impl Diagram<'_> {
    fn new(scenario: &Scenario) -> Diagram<'_> {
        let threads = scenario.threads.len();
        let offset = (COMMIT_WIDTH - COLUMN) / threads.saturating_sub(1).max(1);
        // Lines go in by two: with an odd offset it shows in which of two columns next to each other a line stands.
        let offset = if threads > 2 && offset.is_multiple_of(2) { offset - 1 } else { offset };
        let mut diagram = Diagram {
            scenario,
            text: String::new(),
            offset,
            open: vec![Vec::new(); threads],
            is_single: Vec::new(),
            operations: vec![None; threads],
        };
        diagram.is_single.extend(scenario.threads.iter().map(|thread| thread.operations.len() < 2));
        let heads: Vec<String> = (0..threads).map(|at| head(scenario, at)).collect();
        let fit = heads.iter().rev().skip(1).all(|head| head.chars().count() < offset);
        let line: String = heads.iter().map(|head| format!("{head:<offset$}")).collect();
        if fit && line.trim_end().chars().count() <= COMMIT_WIDTH {
            diagram.text = format!("{}\n", line.trim_end());
        } else {
            for (at, head) in heads.iter().enumerate() {
                diagram.line(at, 0, head);
            }
        }
        diagram.text.push('\n');
        diagram
    }

    /// A line in the column of a CPU, as many lines as it needs.
    fn line(&mut self, column: usize, depth: usize, words: &str) {
        let start = column * self.offset;
        let width = COMMIT_WIDTH - start;
        let indent = (2 * depth).min(width / 3);
        let fits = words.chars().count() <= width - indent;
        let room = width - indent - if fits { 0 } else { 4 };
        for (at, line) in wrap_whole(words, room, COMMIT_WIDTH).iter().enumerate() {
            let indent = start + indent + if at > 0 { 4 } else { 0 };
            // A name that does not fit begins further to the left: it can be searched for only in one piece.
            let indent = indent.min(COMMIT_WIDTH - line.chars().count());
            self.text.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }

    /// Notes which operation of the script a CPU begins, if it does.
    fn begins(&mut self, choice: Choice, performed: &[Performed]) {
        for event in performed.iter().flat_map(|made| &made.events) {
            if let Event::Operation(operation) = event {
                self.operations[choice.thread.index()] = Some(*operation);
            }
        }
    }

    fn step(&mut self, before: &World, choice: Choice, worth: &[&Performed], sleeps: bool) {
        let column = choice.thread.index();
        for &made in worth {
            let depth = self.enter(column, made);
            let (call, result) = call(before, made);
            let result = if result.is_empty() { result } else { format!(" -> {result}") };
            let is_said_above = self.is_single[column] && made.stop.op.begins_operation();
            if !call.is_empty() && !is_said_above {
                self.line(column, depth, &format!("{call}{result}"));
            }
        }
        if sleeps {
            let depth = self.open[column].len();
            self.line(column, depth, "schedule() -> sleeps");
        }
    }

    /// Writes the functions that the CPU has entered since its last line; returns how deep it is.
    fn enter(&mut self, column: usize, made: &Performed) -> usize {
        let frames: Vec<Frame> = kernel_frames(&made.stop.frames).copied().collect();
        let open = std::mem::take(&mut self.open[column]);
        let same = open.iter().zip(&frames).take_while(|(a, b)| a == b).count();
        for (depth, frame) in frames.iter().enumerate().skip(same) {
            let arguments = arguments(frame, self.operations[column], self.scenario);
            let name = named(frame.function, &made.stop.op, &self.scenario.revision);
            self.line(column, depth, &format!("{name}({arguments})"));
        }
        self.open[column] = frames;
        self.open[column].len()
    }

    fn broken(&mut self, choice: Choice, headline: &str) {
        self.line(choice.thread.index(), 0, &format!("*** {headline}"));
    }
}

/// `CPU0 (A: 2 MiB read, page 0x202)`: sentences name threads by their letters.
fn head(scenario: &Scenario, at: usize) -> String {
    let operations = scenario.threads[at].operations.iter();
    let operations = operations.map(|operation| super::with_process_names(&super::operation(operation), scenario));
    format!("CPU{at} ({}: {})", ThreadId(at as u8), operations.collect::<Vec<_>>().join("; "))
}
