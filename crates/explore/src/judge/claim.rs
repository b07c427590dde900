//! What is claimed: lines of a diagram in their order, or steps with gaps between them.

use super::pattern::Pattern;
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::ThreadId;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// Most lines of a diagram, and most steps of a schedule with gaps.
pub const MOST_LINES: usize = 256;

/// A claimed interleaving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Claim {
    /// What a diagram says.
    Lines(Diagram),
    /// Steps with gaps.
    Steps(Gapped),
}

/// A diagram: rows from top to bottom. What stands in one row may happen in either order.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Diagram {
    /// The lines, row by row.
    pub rows: Vec<Vec<Line>>,
    /// What it says goes wrong: `*** Lost wake-up`.
    pub outcome: Option<Rule>,
}

/// A line of a diagram.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What it says.
    pub text: String,
    /// Whose it is; more than one where the columns do not tell.
    pub threads: Vec<ThreadId>,
    /// The same, read.
    pub pattern: Pattern,
}

/// A schedule with gaps, in which anybody may make any steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gapped {
    /// How far each step goes.
    pub size: StepSize,
    /// The steps, each with whether there is a gap before it.
    pub steps: Vec<(bool, Choice)>,
}

impl Claim {
    /// How many lines or steps it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Claim::Lines(diagram) => diagram.rows.iter().map(Vec::len).sum(),
            Claim::Steps(gapped) => gapped.steps.len(),
        }
    }

    /// Does it say nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it says goes wrong.
    #[must_use]
    pub const fn outcome(&self) -> Option<Rule> {
        match self {
            Claim::Lines(diagram) => diagram.outcome,
            Claim::Steps(_) => None,
        }
    }
}

/// A set of lines, by their places in the diagram.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Lines([u64; MOST_LINES / 64]);

impl Lines {
    /// Is the line in it?
    #[must_use]
    pub const fn has(&self, line: usize) -> bool {
        self.0[line / 64] >> (line % 64) & 1 == 1
    }

    /// Puts a line in.
    pub const fn add(&mut self, line: usize) {
        self.0[line / 64] |= 1 << (line % 64);
    }

    /// Is none in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Lines::default()
    }
}

impl BitAnd for Lines {
    type Output = Lines;
    fn bitand(self, other: Lines) -> Lines {
        Lines(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }
}

impl BitOr for Lines {
    type Output = Lines;
    fn bitor(self, other: Lines) -> Lines {
        Lines(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }
}

impl BitOrAssign for Lines {
    fn bitor_assign(&mut self, other: Lines) {
        *self = *self | other;
    }
}

impl Not for Lines {
    type Output = Lines;
    fn not(self) -> Lines {
        Lines(self.0.map(|part| !part))
    }
}
