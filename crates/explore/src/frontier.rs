//! What is still to be looked at, and in which order: the policies of a search.

use std::collections::BTreeMap;
use std::fmt;

/// States that wait to be looked at, in some order. A state is a row of numbers, always as many.
pub trait Frontier: Send {
    /// Makes room for one more state of so many numbers; `false` if there is no memory for it.
    fn reserve(&mut self, width: usize) -> bool;
    /// Adds a state; `cost` is for policies that go by it.
    fn push(&mut self, state: &[u32], cost: u64);
    /// Takes the next state out into `state`; `false` if there is none.
    fn pop(&mut self, state: &mut [u32]) -> bool;
    /// How many there are.
    fn len(&self) -> usize;
    /// Forgets all of them.
    fn clear(&mut self);
    /// Are there none?
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Bytes in use.
    fn bytes(&self) -> usize;
}

/// Only that it is one: if each told its contents, the words for all of that would be in the page.
impl fmt::Debug for dyn Frontier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Frontier")
    }
}

/// First in, first out: breadth first.
#[derive(Debug, Default)]
pub struct Queue {
    width: usize,
    current: Vec<u32>,
    at: usize,
    next: Vec<u32>,
}

impl Frontier for Queue {
    fn reserve(&mut self, width: usize) -> bool {
        self.next.try_reserve(width).is_ok()
    }

    fn push(&mut self, state: &[u32], _: u64) {
        self.width = state.len();
        self.next.extend_from_slice(state);
    }

    fn pop(&mut self, state: &mut [u32]) -> bool {
        if self.at >= self.current.len() {
            std::mem::swap(&mut self.current, &mut self.next);
            self.next.clear();
            self.at = 0;
        }
        if self.current.is_empty() {
            return false;
        }
        state.copy_from_slice(&self.current[self.at..self.at + self.width]);
        self.at += self.width;
        true
    }

    fn len(&self) -> usize {
        (self.current.len() - self.at + self.next.len()).checked_div(self.width).unwrap_or(0)
    }

    fn clear(&mut self) {
        *self = Queue::default();
    }

    fn bytes(&self) -> usize {
        (self.current.capacity() + self.next.capacity()) * 4
    }
}

/// Last in, first out: depth first.
#[derive(Debug, Default)]
pub struct Stack {
    width: usize,
    states: Vec<u32>,
}

impl Frontier for Stack {
    fn reserve(&mut self, width: usize) -> bool {
        self.states.try_reserve(width).is_ok()
    }

    fn push(&mut self, state: &[u32], _: u64) {
        self.width = state.len();
        self.states.extend_from_slice(state);
    }

    fn pop(&mut self, state: &mut [u32]) -> bool {
        let Some(start) = self.states.len().checked_sub(self.width).filter(|_| self.width > 0) else { return false };
        state.copy_from_slice(&self.states[start..]);
        self.states.truncate(start);
        true
    }

    fn len(&self) -> usize {
        self.states.len().checked_div(self.width).unwrap_or(0)
    }

    fn clear(&mut self) {
        self.states.clear();
    }

    fn bytes(&self) -> usize {
        self.states.capacity() * 4
    }
}

/// Cheapest first, and of the same cost first in, first out.
#[derive(Debug, Default)]
pub struct Buckets {
    buckets: BTreeMap<u64, Queue>,
    len: usize,
}

impl Frontier for Buckets {
    /// Each bucket is small: the one that grows most is asked.
    fn reserve(&mut self, width: usize) -> bool {
        self.buckets.last_entry().is_none_or(|mut last| last.get_mut().reserve(width))
    }

    fn push(&mut self, state: &[u32], cost: u64) {
        self.buckets.entry(cost).or_default().push(state, cost);
        self.len += 1;
    }

    fn pop(&mut self, state: &mut [u32]) -> bool {
        while let Some(mut first) = self.buckets.first_entry() {
            if first.get_mut().pop(state) {
                self.len -= 1;
                return true;
            }
            first.remove();
        }
        false
    }

    fn len(&self) -> usize {
        self.len
    }

    fn clear(&mut self) {
        *self = Buckets::default();
    }

    fn bytes(&self) -> usize {
        self.buckets.values().map(Queue::bytes).sum()
    }
}
