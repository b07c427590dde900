//! Identical threads: states that differ only in which of them is where are one.
//!
//! Threads are identical if they perform the same operations in the same process and the script neither makes a call fail
//! for one of them by name nor expects something of it. A state in which they have changed places ([`World::renamed`]) has the same future with their names
//! changed, so the search keeps the first state that it meets of those that differ only by that, and leaves out the
//! others: what it keeps is always a state that was really reached, and ways and schedules stay as they are.
//!
//! All of these states have one row ([`Symmetry::look_up`]): of the renamings that bring the numbers of the places
//! into the least order, the one that gives the least. For that, the automata of identical threads number their places alike:
//! whatever one of them has learnt, the others learn at once ([`Symmetry::share`]). Persistent sets rest on this as well.
//! What a thread can still do is asked of its automaton, and the way on which the search would have learnt it may be one
//! that was left out because another thread went it; and every step that is looked at alone goes up in the order of places,
//! which is the same for identical threads ([`Symmetry::order_alike`]), so that no loop shuts others out, even if it closes
//! only up to the threads' names.
//!
//! Rules ask for no thread by its name, so none is lost. Final states are counted once for all ways of naming.
//!
//! Source: E. A. Emerson, A. P. Sistla, Symmetry and Model Checking, Formal Methods in System Design 9 (1996); with
//! persistent sets: E. A. Emerson, S. Jha, D. Peled, Combining Partial Order and Symmetry Reductions, TACAS 1997.
//!
//! [`World::renamed`]: daxscope_core::world::World::renamed

use crate::footprints::Accesses;
use crate::parts::PartStore;
use crate::state::Layout;
use crate::steps::Steps;
use daxscope_core::op::Parts;
use daxscope_core::renaming::Renaming;
use daxscope_core::scenario::{Expectation, Fact, Scenario};
use daxscope_core::units::ThreadId;
use std::cmp::Ordering;

/// Most renamings that are tried for a state.
const MOST_RENAMINGS: usize = 24;

/// The identical threads of a scenario, and what renaming them makes of the parts of the world.
#[derive(Clone, Debug)]
pub struct Symmetry {
    renamings: Vec<Renaming>,
    /// The same from new to old names, as positions.
    old_names: Vec<Vec<usize>>,
    /// By thread, those that can take its place.
    twins: Vec<Vec<usize>>,
    complete: bool,
    layout: Layout,
    /// Positions of parts that name threads.
    naming: Vec<usize>,
    /// Position of the first thread's CPU.
    cpus: usize,
    /// The number of a part of `naming` with a number under each renaming; only one if it is the same under all; none if that
    /// was never asked.
    renamed: Vec<Vec<Box<[u32]>>>,
}

impl Symmetry {
    /// The identical threads of a scenario; `None` if no two are.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Option<Symmetry> {
        let threads = scenario.threads.len();
        let mut twins = vec![Vec::new(); threads];
        let mut renamings = vec![(0..threads).collect::<Vec<_>>()];
        let mut complete = true;
        for class in classes(scenario) {
            let mut chosen = class.as_slice();
            while renamings.len() * (1..=chosen.len()).product::<usize>() > MOST_RENAMINGS {
                complete = false;
                chosen = &chosen[..chosen.len() - 1];
            }
            let orders = orders(chosen);
            for &thread in chosen {
                twins[thread] = chosen.iter().copied().filter(|&twin| twin != thread).collect();
            }
            renamings =
                renamings.iter().flat_map(|names| orders.iter().map(|order| with(names, chosen, order))).collect();
        }
        if renamings.len() == 1 {
            return None;
        }
        let old_names = renamings.clone();
        let as_names = |old: &Vec<usize>| Renaming::new(old.iter().map(|&at| ThreadId(at as u8)).collect());
        let renamings = old_names.iter().filter_map(as_names).map(|renaming| renaming.inverse()).collect();
        let all: Vec<Parts> = Parts::of(scenario).collect();
        let cpus = all.len() - threads;
        let names_threads = |part: &Parts| {
            let none = *part == Parts::FAILURES || Parts::all_page_tables().contains(*part);
            !none
        };
        let naming: Vec<_> = (0..cpus).filter(|&at| names_threads(&all[at])).collect();
        Some(Symmetry {
            renamings,
            old_names,
            twins,
            complete,
            layout: Layout { parts: all.len(), threads },
            renamed: vec![Vec::new(); naming.len()],
            naming,
            cpus,
        })
    }

    /// The renamings that make no difference; the first one leaves all names as they are.
    #[must_use]
    pub fn renamings(&self) -> &[Renaming] {
        &self.renamings
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let number = |numbers: &[u32]| size_of::<Box<[u32]>>() + size_of_val(numbers);
        self.renamed.iter().flatten().map(|numbers| number(numbers)).sum()
    }

    /// Are these all? Of too many identical threads only the first few are exchanged.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Tells the threads that are identical to `thread` what its automaton has learnt. To be called whenever it may have
    /// learnt something, before another thread learns.
    pub fn share(&self, thread: usize, threads: &mut [Steps], accesses: &mut Accesses) {
        for &twin in &self.twins[thread] {
            if let Ok([from, to]) = threads.get_disjoint_mut([thread, twin]) {
                to.automaton.catch_up(&from.automaton, accesses);
            }
        }
    }

    /// Is the thread identical to another?
    #[must_use]
    pub fn has_twins(&self, thread: usize) -> bool {
        !self.twins[thread].is_empty()
    }

    /// Identical threads order their places alike.
    pub fn order_alike(&self, threads: &mut [Steps]) {
        for (thread, twins) in self.twins.iter().enumerate() {
            for &twin in twins.iter().filter(|&&twin| twin > thread) {
                if let Ok([from, to]) = threads.get_disjoint_mut([thread, twin]) {
                    to.automaton.order_as(&from.automaton);
                }
            }
        }
    }

    /// A row that is the same for all states that differ only in the names of identical threads; what it needs is learnt.
    /// `row`: the numbers of the parts, the failures that are left, the thread that ran last, and where each thread is.
    pub fn canonical(&mut self, row: &[u32], store: &mut PartStore) -> Vec<u32> {
        loop {
            match self.look_up(row) {
                Some(canonical) => return canonical,
                None => self.learn(row, store),
            }
        }
    }

    /// The same, if all that it needs has been learnt.
    #[must_use]
    pub fn look_up(&self, row: &[u32]) -> Option<Vec<u32>> {
        let last = self.layout.last();
        let places = &row[self.layout.place(0)..self.layout.length()];
        let mut least = 0;
        for which in 1..self.old_names.len() {
            if self.compare(places, which, least) == Ordering::Less {
                least = which;
            }
        }
        let mut found: Option<Vec<u32>> = None;
        for which in least..self.old_names.len() {
            if which != least && self.compare(places, which, least) != Ordering::Equal {
                continue;
            }
            let mut renamed = row[..self.layout.length()].to_vec();
            for (numbers, &at) in self.renamed.iter().zip(&self.naming) {
                let numbers = numbers.get(row[at] as usize).filter(|numbers| !numbers.is_empty())?;
                renamed[at] = *numbers.get(which).unwrap_or(&numbers[0]);
            }
            for (new, &old) in self.old_names[which].iter().enumerate() {
                renamed[self.cpus + new] = row[self.cpus + old];
                renamed[self.layout.place(new)] = places[old];
                if row[last] == old as u32 + 1 {
                    renamed[last] = new as u32 + 1;
                }
            }
            found = Some(match found {
                Some(least) => least.min(renamed),
                None => renamed,
            });
        }
        found
    }

    /// Which renaming brings the places into a lesser order?
    fn compare(&self, places: &[u32], one: usize, other: usize) -> Ordering {
        let renamed = |which: usize| self.old_names[which].iter().map(|&old| places[old]);
        renamed(one).cmp(renamed(other))
    }

    /// Learns what renaming makes of the parts of a state.
    #[cold]
    pub fn learn(&mut self, row: &[u32], store: &mut PartStore) {
        for (known, &at) in self.renamed.iter_mut().zip(&self.naming) {
            let number = row[at] as usize;
            if number >= known.len() {
                known.resize(number + 1, Box::default());
            }
            if !known[number].is_empty() {
                continue;
            }
            let mut numbers: Vec<u32> =
                self.renamings.iter().map(|renaming| store.renamed(at, row[at], renaming)).collect();
            if numbers.iter().all(|&other| other == numbers[0]) {
                numbers.truncate(1);
            }
            known[number] = numbers.into();
        }
    }
}

/// The threads that are identical to others, by positions.
fn classes(scenario: &Scenario) -> Vec<Vec<usize>> {
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for (at, script) in scenario.threads.iter().enumerate() {
        let thread = Some(ThreadId(at as u8));
        let is_expected = |expectation: &Expectation| match expectation {
            Expectation::Fact { fact: Fact::Ended { thread: named, .. }, .. } => *named == thread,
            _ => false,
        };
        if scenario.failures.iter().any(|failure| failure.thread == thread)
            || scenario.expectations.iter().any(is_expected)
        {
            continue;
        }
        match classes.iter_mut().find(|class| scenario.threads[class[0]] == *script) {
            Some(class) => class.push(at),
            None => classes.push(vec![at]),
        }
    }
    classes.retain(|class| class.len() > 1);
    classes
}

/// All orders of some threads, the given one first.
fn orders(threads: &[usize]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = threads.split_first() else { return vec![Vec::new()] };
    let mut found: Vec<Vec<usize>> = Vec::new();
    let shorter = orders(rest);
    for at in 0..threads.len() {
        for order in &shorter {
            let mut order = order.clone();
            order.insert(at, *first);
            found.push(order);
        }
    }
    found
}

/// Old names by new name, with those of some threads in another order.
fn with(names: &[usize], threads: &[usize], order: &[usize]) -> Vec<usize> {
    let mut names = names.to_vec();
    for (&at, &name) in threads.iter().zip(order) {
        names[at] = name;
    }
    names
}
