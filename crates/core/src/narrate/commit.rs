//! A run as the diagram of commit messages: a column for each CPU, what it calls nested by indentation, results behind `->`, and
//! only the steps that matter ([`matters`](super::matters()), which says what that is).

use super::calls::call;
use super::matters::{falls_asleep, is_visible, matters};
use super::wrap;
use crate::machine::{Machine, Performed};
use crate::op::{Op, RadixOp};
use crate::run::Run;
use crate::scenario::{Choice, Scenario, Schedule};
use crate::task::Frame;
use crate::units::ThreadId;
use crate::world::World;
use std::sync::Arc;

/// The width of a diagram: what git shows of a commit message in 80 columns.
pub const COMMIT_WIDTH: usize = 72;
/// The least room for the last column. A column may reach over the next one: on each line there is only one of them.
const COLUMN: usize = 42;
/// Frames of the model that are no functions of the kernel.
const NOT_KERNEL: [&str; 6] = ["access", "mm_fault", "fs_fault", "fs_pmd_fault", "fs_pfn_mkwrite", "handle_pte_fault"];

/// The diagram of what a schedule does, as far as it can be followed.
#[must_use]
pub fn commit(scenario: &Arc<Scenario>, schedule: &Schedule) -> String {
    let run = along(scenario, schedule);
    let mut diagram = Diagram::new(scenario);
    let shown = matters(&run.steps);
    let mut machine = Machine::new(Arc::clone(scenario));
    for (step, is_shown) in run.steps.iter().zip(shown) {
        let before = machine.world.clone();
        machine.step(step.record.choice, schedule.step_size);
        if is_shown {
            diagram.step(&before, step.record.choice, &step.record.performed, falls_asleep(&step.record));
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

/// The run of a schedule, as far as it can be followed.
fn along(scenario: &Arc<Scenario>, schedule: &Schedule) -> Run {
    let mut run = Run::new(Arc::clone(scenario));
    // What cannot be followed is not shown.
    let _ = run.follow(schedule);
    run
}

/// A diagram that is being written.
struct Diagram {
    text: String,
    /// How far the columns are apart.
    offset: usize,
    /// The functions that stand in each column, outermost first.
    open: Vec<Vec<Frame>>,
    /// Has the CPU one operation, which stands above its column?
    is_single: Vec<bool>,
}

impl Diagram {
    fn new(scenario: &Scenario) -> Diagram {
        let threads = scenario.threads.len();
        let offset = (COMMIT_WIDTH - COLUMN) / threads.saturating_sub(1).max(1);
        let mut diagram =
            Diagram { text: String::new(), offset, open: vec![Vec::new(); threads], is_single: Vec::new() };
        diagram.is_single.extend(scenario.threads.iter().map(|thread| thread.operations.len() < 2));
        let heads: Vec<String> = (0..threads).map(|at| head(scenario, at)).collect();
        let fit = heads.iter().rev().skip(1).all(|head| head.chars().count() < offset);
        if fit {
            let line: String = heads.iter().map(|head| format!("{head:<offset$}")).collect();
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
        for (at, line) in wrap(words, room).iter().enumerate() {
            let indent = start + indent + if at > 0 { 4 } else { 0 };
            self.text.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }

    fn step(&mut self, before: &World, choice: Choice, performed: &[Performed], sleeps: bool) {
        let column = choice.thread.index();
        let is_worth =
            |made: &&Performed| is_visible(made) || matches!(made.stop.op, Op::Radix(RadixOp::Lookup { .. }));
        let mut worth: Vec<&Performed> = performed.iter().filter(is_worth).collect();
        if worth.is_empty() {
            worth.extend(performed.last());
        }
        for made in worth {
            let depth = self.enter(column, &made.stop.frames);
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
    fn enter(&mut self, column: usize, frames: &[Frame]) -> usize {
        let frames: Vec<Frame> = kernel_frames(frames).copied().collect();
        let open = std::mem::take(&mut self.open[column]);
        let same = open.iter().zip(&frames).take_while(|(a, b)| a == b).count();
        for (depth, frame) in frames.iter().enumerate().skip(same) {
            let index = frame.index.map_or(String::new(), super::page);
            self.line(column, depth, &format!("{}({index})", frame.function));
        }
        self.open[column] = frames;
        self.open[column].len()
    }

    fn broken(&mut self, choice: Choice, headline: &str) {
        self.line(choice.thread.index(), 0, &format!("*** {headline}"));
    }
}

/// The frames that are functions of the kernel, outermost first.
pub(super) fn kernel_frames(frames: &[Frame]) -> impl DoubleEndedIterator<Item = &Frame> {
    frames.iter().filter(|frame| !NOT_KERNEL.contains(&frame.function))
}

/// `CPU0 (A: 2 MiB read, page 0x202)`: sentences name threads by their letters.
fn head(scenario: &Scenario, at: usize) -> String {
    let operations = scenario.threads[at].operations.iter();
    let operations = operations.map(|operation| super::with_process_names(&super::operation(operation), scenario));
    format!("CPU{at} ({}: {})", ThreadId(at as u8), operations.collect::<Vec<_>>().join("; "))
}
