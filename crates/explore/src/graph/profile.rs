//! Where the states of a search come from: what each number of a state is worth, whether anything still reads it, and how
//! many steps lead where the search has been. To be counted before anything is cut.

use super::Graph;
use crate::automaton::NodeId;
use crate::mix::Identity;
use crate::moments::Moments;
use crate::state::{EVERYBODY, State};
use daxscope_core::event::LockId;
use daxscope_core::op::Parts;
use daxscope_core::scenario::Scenario;
use daxscope_core::units::{MmId, ThreadId};
use std::collections::HashSet;

/// Where the states of a search come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    /// States that are stored; all other numbers are of them.
    pub states: u64,
    /// Different worlds, wherever threads are.
    pub worlds: u64,
    /// Different places of all threads together, whatever the world.
    pub places: u64,
    /// Different worlds and sites: without what threads remember.
    pub sites: u64,
    /// Different states if parts that neither a thread nor a rule can still read were left out.
    pub read: u64,
    /// By number of a state, in order.
    pub columns: Vec<Column>,
    /// Steps from one state to another, those that are taken at once included.
    pub transitions: u64,
    /// Steps that are taken at once, because only one thread has to be looked at.
    pub alone: u64,
    /// Steps into states that were known, with what is taken at once behind them.
    pub known: u64,
    /// Of two threads that both can make a step, how often these can be exchanged: one of the two orders tells nothing new.
    pub exchangeable: u64,
}

/// One number of the states.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// What it is.
    pub name: String,
    /// How many different values it has.
    pub values: u64,
    /// Different states without it.
    pub without: u64,
    /// In how many states neither a thread nor a rule can still read it.
    pub unread: u64,
}

impl Graph {
    /// Where the states come from that have been stored so far. It goes through all of them once for each number of a state.
    #[must_use]
    pub fn profile(&mut self) -> Profile {
        let layout = self.layout;
        let parts = self.learning.store.parts().to_vec();
        let futures = self.futures();
        let read_by_rules = Moments::new(&self.learning).parts(&parts);
        let mut state = State::new(layout);
        let mut columns: Vec<Column> = (0..layout.length())
            .map(|at| Column { name: name(&self.scenario, &parts, layout, at), values: 0, without: 0, unread: 0 })
            .collect();
        let (mut exchangeable, mut sites, mut read) = (0, Distinct::default(), Distinct::default());
        let mut values = vec![Distinct::default(); layout.length()];
        for number in 0..self.rows.len() as u32 {
            self.load(number, &mut state);
            let unread = self.unread(&state, &futures, read_by_rules);
            let blank = |at: usize| parts.get(at).is_some_and(|part| unread.meets(*part));
            for (at, column) in columns.iter_mut().enumerate() {
                column.unread += u64::from(blank(at));
                values[at].add(state.values[at]);
            }
            read.add(sum(&state, |at| !blank(at)));
            let site = |thread: usize| match NodeId(state.row[layout.place(thread)]) {
                node if node >= NodeId::CRASHED => u64::from(node.0),
                node => u64::from(self.threads[thread].automaton.site_of(node)),
            };
            let all_sites = (0..layout.threads).map(site).fold(0, |sum: u64, site| crate::mix::scramble(sum ^ site));
            sites.add(all_sites.wrapping_add(sum(&state, |at| at < layout.place(0))));
            exchangeable += self.exchangeable(&state);
        }
        for (at, column) in columns.iter_mut().enumerate() {
            column.values = values[at].len();
            column.without = self.distinct(|other| other != at);
        }
        Profile {
            states: self.rows.len() as u64,
            worlds: self.distinct(|at| at < layout.place(0)),
            places: self.distinct(|at| at >= layout.place(0)),
            sites: sites.len(),
            read: read.len(),
            columns,
            transitions: self.counts.transitions,
            alone: self.counts.alone,
            known: self.counts.known,
            exchangeable,
        }
    }

    fn load(&mut self, number: u32, state: &mut State) {
        self.rows.load(number, &mut state.row);
        (0..self.layout.length()).for_each(|at| state.change(at, state.row[at]));
        state.row[self.layout.alone()] = EVERYBODY;
    }

    /// Different states by some of their numbers.
    fn distinct(&mut self, counts: impl Fn(usize) -> bool) -> u64 {
        let mut state = State::new(self.layout);
        let mut found = Distinct::default();
        for number in 0..self.rows.len() as u32 {
            self.load(number, &mut state);
            found.add(sum(&state, &counts));
        }
        found.len()
    }

    /// By thread and place, all parts that steps from there on can look at.
    fn futures(&self) -> Vec<Vec<Parts>> {
        let of = |steps: &crate::steps::Steps| {
            let automaton = &steps.automaton;
            let places = 0..automaton.nodes().len() as u32;
            let mut parts: Vec<Parts> = places.clone().map(|at| steps.looks_at(NodeId(at))).collect();
            loop {
                let mut changed = false;
                for at in places.clone().rev() {
                    let next = automaton.next_of(NodeId(at)).fold(parts[at as usize], |all, next| {
                        all.union(parts[next.0 as usize]).union(parts[automaton.stands_for(next).0 as usize])
                    });
                    changed |= next != std::mem::replace(&mut parts[at as usize], next);
                }
                if !changed {
                    return parts;
                }
            }
        };
        self.threads.iter().map(of).collect()
    }

    /// The parts that neither a thread nor a rule can still read.
    fn unread(&self, state: &State, futures: &[Vec<Parts>], read_by_rules: Parts) -> Parts {
        let places = state.places().iter().zip(futures);
        let read = places.filter_map(|(&node, parts)| parts.get(node as usize));
        let read = read.fold(read_by_rules, |all, &parts| all.union(parts));
        let parts = self.learning.store.parts().iter();
        parts.filter(|part| !read.meets(**part)).fold(Parts::NONE, |all, &part| all.union(part))
    }

    /// Pairs of threads whose next steps can be exchanged.
    fn exchangeable(&self, state: &State) -> u64 {
        let step = |thread: usize| {
            let node = NodeId(state.row[self.layout.place(thread)]);
            let found = self.threads[thread].look_up(node, &state.row, &state.values, false).ok()??;
            Some(self.learning.classes.set(self.threads[thread].step(found).class))
        };
        let steps: Vec<_> = (0..self.layout.threads).filter_map(step).collect();
        let pairs =
            steps.iter().enumerate().flat_map(|(at, one)| steps[at + 1..].iter().map(move |other| (one, other)));
        pairs.filter(|(one, other)| !self.learning.accesses.conflicts(one).meets_from(other, 0)).count() as u64
    }
}

/// What was met, told apart by 64 bits: good enough to count.
#[derive(Clone, Default, Debug)]
struct Distinct(HashSet<u64, Identity>);

impl Distinct {
    fn add(&mut self, value: u64) {
        self.0.insert(value);
    }

    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

fn sum(state: &State, counts: impl Fn(usize) -> bool) -> u64 {
    let numbers = state.values.iter().enumerate().take(state.layout.length());
    numbers.filter(|(at, _)| counts(*at)).fold(0, |sum: u64, (_, &value)| sum.wrapping_add(value))
}

fn name(scenario: &Scenario, parts: &[Parts], layout: crate::state::Layout, at: usize) -> String {
    if let Some(&part) = parts.get(at) {
        return part_name(scenario, part);
    }
    match at {
        _ if at == layout.failures() => "failures left".into(),
        _ if at == layout.last() => "who ran last".into(),
        _ => format!("place of {}", ThreadId((at - layout.place(0)) as u8)),
    }
}

fn part_name(scenario: &Scenario, part: Parts) -> String {
    let mms = (0..scenario.processes.len() as u8).map(MmId);
    let process = |mm: MmId| scenario.processes[mm.index()].name.clone();
    match part {
        Parts::MAPPING => "tree".into(),
        Parts::PAGES => "pages".into(),
        Parts::FILE => "file".into(),
        Parts::WAITS => "wait table".into(),
        Parts::FAILURES => "calls that failed".into(),
        Parts::TREE_LOCK => "tree_lock".into(),
        part if part == Parts::lock(LockId::Fs) => "file system's lock".into(),
        part if part == Parts::lock(LockId::Inode) => "inode lock, journal".into(),
        part if part == Parts::lock(LockId::IMmap) => "i_mmap_rwsem".into(),
        part => {
            let lock = mms.clone().find(|&mm| part == Parts::lock(LockId::Mm(mm)));
            let tables = mms.clone().find(|&mm| part == Parts::page_tables(mm));
            match (lock, tables) {
                (Some(mm), _) => format!("mmap_sem of {}", process(mm)),
                (_, Some(mm)) => format!("page tables of {}", process(mm)),
                _ => {
                    let threads = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
                    let own = threads.into_iter().find(|&thread| part == Parts::cpu(thread));
                    own.map_or_else(String::new, |thread| format!("preloads of {thread}"))
                }
            }
        }
    }
}
