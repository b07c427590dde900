//! Who made each step and what it broke, in a few bytes a step: what an overview of a long run needs.
//!
//! The overview is made of cells of equal length, a power of two. It is kept up to date step by step, so that drawing it costs
//! as much for a hundred thousand steps as for a hundred.

use daxscope_core::scenario::limits::MAX_THREADS;
use daxscope_core::scenario::{Choice, Compact, StepSize};
use daxscope_core::units::ThreadId;

/// The most cells of an overview.
const MAX_CELLS: usize = 256;
/// The bit of a step that broke something.
const BROKE: u8 = 0x80;

/// What some steps in a row have in common.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Cell {
    counts: [u32; MAX_THREADS],
    /// Did one of the steps break something?
    pub(crate) is_broken: bool,
}

impl Cell {
    /// Who made most of the steps; of several, the first.
    pub(crate) fn thread(&self) -> ThreadId {
        let mut most = 0;
        for (at, &count) in self.counts.iter().enumerate() {
            if count > self.counts[most] {
                most = at;
            }
        }
        ThreadId(most as u8)
    }

    fn add(&mut self, step: u8) {
        self.counts[usize::from(step & !BROKE) % MAX_THREADS] += 1;
        self.is_broken |= step & BROKE != 0;
    }

    fn join(&mut self, other: &Cell) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.is_broken |= other.is_broken;
    }
}

/// The trail of a run.
///
/// # Invariants
///
/// `cells` are the steps in groups of `width`, the last one perhaps shorter; there are at most [`MAX_CELLS`].
#[derive(Debug)]
pub(crate) struct Trail {
    choices: Vec<Choice>,
    /// The same as links say it.
    compact: Compact,
    steps: Vec<u8>,
    cells: Vec<Cell>,
    width: usize,
    /// The first step that broke something, from 1.
    first_broken: Option<usize>,
}

impl Trail {
    pub(super) fn new(size: StepSize) -> Trail {
        Trail {
            choices: Vec::new(),
            compact: Compact::new(size),
            steps: Vec::new(),
            cells: Vec::new(),
            width: 1,
            first_broken: None,
        }
    }

    /// One more step.
    pub(super) fn push(&mut self, choice: Choice, is_broken: bool) {
        self.choices.push(choice);
        self.compact.push(choice, 1);
        let step = choice.thread.0 | if is_broken { BROKE } else { 0 };
        if self.steps.len().is_multiple_of(self.width) {
            if self.cells.len() == MAX_CELLS {
                self.widen();
            }
            if self.steps.len().is_multiple_of(self.width) {
                self.cells.push(Cell::default());
            }
        }
        self.steps.push(step);
        if is_broken {
            self.first_broken.get_or_insert(self.steps.len());
        }
        if let Some(last) = self.cells.last_mut() {
            last.add(step);
        }
    }

    fn widen(&mut self) {
        self.width *= 2;
        let mut wide: Vec<Cell> = Vec::new();
        for pair in self.cells.chunks(2) {
            let mut cell = pair[0].clone();
            if let Some(second) = pair.get(1) {
                cell.join(second);
            }
            wide.push(cell);
        }
        self.cells = wide;
    }

    /// Forgets all but the first steps.
    pub(super) fn truncate(&mut self, steps: usize) {
        self.cells = self.first(steps);
        self.choices.truncate(steps);
        self.compact.truncate(steps);
        self.steps.truncate(steps);
        self.first_broken = self.first_broken.filter(|&number| number <= steps);
    }

    pub(crate) fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// The schedule as links say it.
    pub(crate) fn compact(&self) -> &Compact {
        &self.compact
    }

    /// The first step that broke something, from 1.
    pub(crate) fn first_broken(&self) -> Option<usize> {
        self.first_broken
    }

    /// How many steps a cell holds.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The cells of the first steps; the last one holds no more of them than there are.
    pub(crate) fn first(&self, steps: usize) -> Vec<Cell> {
        let steps = steps.min(self.steps.len());
        let mut cells = self.cells[..steps / self.width].to_vec();
        let rest = &self.steps[steps / self.width * self.width..steps];
        if !rest.is_empty() {
            let mut last = Cell::default();
            rest.iter().for_each(|&step| last.add(step));
            cells.push(last);
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells as they must be: counted from the steps alone.
    fn counted(trail: &Trail, steps: usize) -> Vec<Cell> {
        let of = |chunk: &[u8]| {
            let mut cell = Cell::default();
            chunk.iter().for_each(|&step| cell.add(step));
            cell
        };
        trail.steps[..steps].chunks(trail.width).map(of).collect()
    }

    #[test]
    fn cells_kept_step_by_step_are_the_cells_counted_at_once() {
        let mut trail = Trail::new(StepSize::Point);
        for number in 0..5_000_usize {
            let choice = Choice::run(ThreadId((number * number / 7 % 9) as u8));
            trail.push(choice, number.is_multiple_of(611));
            assert!(trail.cells.len() <= MAX_CELLS);
            if number % 97 == 0 {
                assert_eq!(trail.cells, counted(&trail, number + 1));
                assert_eq!(trail.first(number / 2), counted(&trail, number / 2));
            }
        }
        for steps in [4_999, 2_050, 2_048, 777, 1, 0] {
            trail.truncate(steps);
            assert_eq!(trail.cells, counted(&trail, steps));
        }
        trail.push(Choice::run(ThreadId(8)), true);
        assert_eq!((trail.cells.len(), trail.cells[0].thread(), trail.cells[0].is_broken), (1, ThreadId(8), true));
    }
}
