//! A state as a row of numbers.

use crate::mix::value;

/// What stands where in a row: the parts of the world, then what else makes a state, then what is kept with it while it
/// waits but is no part of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// How many parts the world has.
    pub parts: usize,
    /// How many threads there are.
    pub threads: usize,
}

impl Layout {
    /// Position of the number of failures that are left.
    #[must_use]
    pub const fn failures(self) -> usize {
        self.parts
    }

    /// Position of the thread that ran last, for policies that count context switches; 0 otherwise.
    #[must_use]
    pub const fn last(self) -> usize {
        self.parts + 1
    }

    /// Position of where a thread is.
    #[must_use]
    pub const fn place(self, thread: usize) -> usize {
        self.parts + 2 + thread
    }

    /// How many numbers make a state.
    #[must_use]
    pub const fn length(self) -> usize {
        self.place(self.threads)
    }

    /// Position of the number of the state.
    #[must_use]
    pub const fn number(self) -> usize {
        self.length()
    }

    /// Position of the number of steps from the start.
    #[must_use]
    pub const fn depth(self) -> usize {
        self.length() + 1
    }

    /// Position of the number of context switches from the start.
    #[must_use]
    pub const fn switches(self) -> usize {
        self.length() + 2
    }

    /// Position of the one thread to look at, or [`EVERYBODY`].
    #[must_use]
    pub const fn alone(self) -> usize {
        self.length() + 3
    }

    /// How many numbers a row has.
    #[must_use]
    pub const fn width(self) -> usize {
        self.length() + 4
    }
}

/// Every thread has to be looked at.
pub const EVERYBODY: u32 = u32::MAX;

/// A row, and the value of each number of the state, of which keys are sums.
#[derive(Clone, Debug)]
pub struct State {
    /// The layout.
    pub layout: Layout,
    /// The numbers.
    pub row: Vec<u32>,
    /// Their values ([`value`]), as far as they make the state.
    pub values: Vec<u64>,
}

impl State {
    /// All numbers 0.
    #[must_use]
    pub fn new(layout: Layout) -> State {
        State { layout, row: vec![0; layout.width()], values: vec![0; layout.width()] }
    }

    /// Becomes what a row says.
    pub fn load(&mut self, row: &[u32]) {
        self.row.copy_from_slice(row);
        for (at, &number) in row.iter().enumerate().take(self.layout.length()) {
            self.values[at] = value(at, number);
        }
    }

    /// Becomes another state.
    #[inline]
    pub fn copy(&mut self, other: &State) {
        self.row.copy_from_slice(&other.row);
        self.values.copy_from_slice(&other.values);
    }

    /// Changes a number of the state.
    #[inline]
    pub fn change(&mut self, at: usize, number: u32) {
        self.values[at] = value(at, number);
        self.row[at] = number;
    }

    /// Where each thread is.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.row[self.layout.place(0)..self.layout.length()]
    }
}
