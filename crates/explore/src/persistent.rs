//! Persistent sets: where the next step of one thread cannot be affected by, or affect, anything that the others can do
//! before it, looking at that thread alone is enough.
//!
//! What the others can do is taken from the automata as far as they are learnt ([`crate::futures`]), and every decision is
//! noted. When more is learnt the decisions are asked again; if one no longer holds, the search has to begin anew,
//! knowing more. A search that ends with all its decisions valid has looked at everything: take the first operation that
//! the search missed and that should have been considered; the way to it goes through places that the search did visit, in
//! another order, so the automata know it.
//!
//! Further conditions: a step that closes a loop of its thread's places is never taken alone (or a loop could shut the
//! others out for ever), nor is one that ends a quiet moment by a change (rules for quiet moments would miss it), nor one
//! that breaks a rule.
//!
//! Source: P. Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, LNCS 1032 (1996), chapters 4 and
//! 6; for the conditions, Clarke, Grumberg and Peled, Model Checking (1999), chapter 10.

use crate::automaton::{NodeId, SiteId};
use crate::footprints::{AccessSet, ClassId};
use crate::futures::{Futures, Held, HeldId};
use crate::mix::{Identity, scramble};
use crate::parts::MAPPING;
use crate::ready::ThreadSet;
use crate::steps::{Learning, Steps};
use crate::weight::Weight;
use daxscope_core::mm::{PageTables, Pmd};
use daxscope_core::op::{Access, AccessKind, Object, Parts};
use daxscope_core::scenario::{Operation, Scenario, ThreadScript};
use daxscope_core::units::{MmId, PMD_PAGES, ThreadId};
use std::collections::HashMap;

/// What decides whether a thread may be looked at alone.
#[derive(Debug, Default)]
pub struct Independence {
    futures: Futures,
    /// By class: everything known that conflicts with it, and how many accesses were known then.
    conflicts: Vec<(AccessSet, usize)>,
    /// Which process only this thread uses, and the position of its page tables, by thread.
    own_process: Vec<Option<(MmId, usize)>>,
    known_tables: Vec<KnownTables>,
    tables_numbers: HashMap<u64, TablesId, Identity>,
    /// By the numbers of the mapping and of `tree_lock`, and the thread.
    held: HashMap<u128, HeldId, Identity>,
    /// The position of `tree_lock`.
    tree_lock: usize,
    decisions: Vec<Decisions>,
    decision_numbers: HashMap<u128, usize, Identity>,
    /// Sites of all threads when the futures were computed: each has a place in every decision.
    threads_sites: usize,
    /// What the automata knew when the futures were computed.
    knowledge: usize,
}

/// For one step and what its thread holds, by thread and site: does it hold that from there the thread cannot touch what
/// conflicts with the step while all that stays held?
#[derive(Clone, Debug)]
struct Decisions {
    class: ClassId,
    held: HeldId,
    tables: TablesId,
    from: usize,
    by_thread: Vec<Vec<Decision>>,
}

/// May a thread be looked at alone?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alone {
    /// Yes.
    May,
    /// No, as long as none of these threads moves.
    MayNot(ThreadSet),
    /// That was never decided for such a state.
    Open,
}

/// The step that might be looked at alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// What it touches.
    pub class: ClassId,
    /// Whose it is.
    pub thread: usize,
    /// 1 if it makes no difference which calls are made to fail, otherwise 0.
    pub from: usize,
}

/// A number for a process and what its page tables hold; 0 stands for page tables that several threads use.
pub type TablesId = u32;

/// Page tables of which it is known what they hold, as long as the one thread that uses them does nothing.
#[derive(Debug)]
struct KnownTables {
    mm: MmId,
    tables: PageTables,
    /// Accesses that others cannot make meanwhile: they only ever take away what is there.
    impossible: AccessSet,
    /// How many accesses were known then.
    known: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Decision {
    Open,
    Holds,
    Fails,
}

impl Independence {
    /// Knows nothing.
    #[must_use]
    pub fn new(scenario: &Scenario, threads: &[Steps], learning: &Learning) -> Independence {
        let own_process = (0..scenario.threads.len()).map(|thread| {
            let mm = own_process(scenario, thread)?;
            Some((mm, learning.store.position(Parts::page_tables(mm))))
        });
        let own_process = own_process.collect();
        let tree_lock = learning.store.position(Parts::TREE_LOCK);
        let mut independence = Independence { own_process, tree_lock, ..Independence::default() };
        for tree_lock in [false, true] {
            let nothing = Held { tree_lock, ..Held::default() };
            let number = independence.futures.number(nothing, threads, &learning.accesses);
            debug_assert_eq!(number, Held::no_ranges(tree_lock));
        }
        independence
    }

    /// May the thread be looked at alone in this state? `row` are the numbers of the parts of the world, `places` where the
    /// threads are.
    #[must_use]
    pub fn look_up(&self, asked: Asked, row: &[u32], places: &[u32], threads: &[Steps]) -> Alone {
        let Some(&held) = self.held.get(&self.held_key(row, asked.thread)) else { return Alone::Open };
        let tables = match self.own_tables(row, asked.thread) {
            None => 0,
            Some((_, key)) => match self.tables_numbers.get(&key) {
                Some(&tables) => tables,
                None => return Alone::Open,
            },
        };
        let with = |held| match self.decision_numbers.get(&decisions_key(asked, held, tables)) {
            Some(&number) => self.all_hold(&self.decisions[number], asked.thread, places, threads),
            None => Alone::Open,
        };
        let no_ranges = self.futures.without_ranges(held);
        match with(held) {
            Alone::MayNot(one) if held != no_ranges => match with(no_ranges) {
                Alone::MayNot(other) => Alone::MayNot(one | other),
                decided => decided,
            },
            decided => decided,
        }
    }

    /// What decides, beside where the threads are, whether one may be looked at alone: what it holds, and its page tables.
    #[must_use]
    pub fn goes_by(&self) -> Parts {
        Parts::MAPPING.union(Parts::TREE_LOCK).union(Parts::all_page_tables())
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let sites = self.threads_sites;
        self.futures.bytes()
            + self.decisions.len() * (size_of::<Decisions>() + sites)
            + self.decision_numbers.capacity() * (size_of::<(u128, usize)>() + 1)
            + self.held.capacity() * (size_of::<(u128, HeldId)>() + 1)
            + self.conflicts.iter().map(|(set, _)| set.bytes()).sum::<usize>()
            + self.known_tables.iter().map(|known| known.impossible.bytes() + known.tables.held_bytes()).sum::<usize>()
    }

    fn held_key(&self, row: &[u32], thread: usize) -> u128 {
        u128::from(row[MAPPING]) << 64 | u128::from(row[self.tree_lock]) << 32 | thread as u128
    }

    /// Do the decisions hold for all others? They are asked up to the first that does not.
    fn all_hold(&self, decisions: &Decisions, thread: usize, places: &[u32], threads: &[Steps]) -> Alone {
        for (other, (&node, steps)) in places.iter().zip(threads).enumerate() {
            if other == thread || node >= NodeId::CRASHED.0 {
                continue;
            }
            let site = steps.automaton.site_of(NodeId(node));
            match decisions.by_thread[other].get(site as usize) {
                Some(Decision::Holds) => {}
                Some(Decision::Fails) => return Alone::MayNot(1 << other),
                Some(Decision::Open) | None => return Alone::Open,
            }
        }
        Alone::May
    }

    /// Decides whether the thread may be looked at alone in this state.
    pub fn learn(&mut self, asked: Asked, row: &[u32], places: &[u32], threads: &[Steps], learning: &Learning) {
        let key = self.held_key(row, asked.thread);
        let held = match self.held.get(&key) {
            Some(&known) => known,
            None => {
                let thread = ThreadId(asked.thread as u8);
                let ranges = learning.store.mapping(row[MAPPING]).locked_ranges(thread);
                let tree_lock = learning.store.tree_lock(row[self.tree_lock]) == Some(thread);
                let number = self.futures.number(Held { ranges, tree_lock }, threads, &learning.accesses);
                self.held.insert(key, number);
                number
            }
        };
        let tables = self.learn_tables(row, asked.thread, learning);
        for held in [held, self.futures.without_ranges(held)] {
            let number = self.decisions(asked, held, tables, threads.len());
            while self.all_hold(&self.decisions[number], asked.thread, places, threads) == Alone::Open {
                self.decide_next(number, asked.thread, places, threads, learning);
            }
        }
    }

    /// Decides the first thing that is open.
    fn decide_next(&mut self, number: usize, thread: usize, places: &[u32], threads: &[Steps], learning: &Learning) {
        for (other, (&node, steps)) in places.iter().zip(threads).enumerate() {
            if other == thread || node >= NodeId::CRASHED.0 {
                continue;
            }
            let site = steps.automaton.site_of(NodeId(node));
            match self.decisions[number].by_thread[other].get(site as usize) {
                Some(Decision::Holds) => {}
                Some(Decision::Fails) => return,
                Some(Decision::Open) | None => {
                    self.decide(number, other, site, learning);
                    return;
                }
            }
        }
    }

    /// The process that only this thread uses, and a key for what its page tables hold.
    fn own_tables(&self, row: &[u32], thread: usize) -> Option<(MmId, u64)> {
        let (mm, position) = self.own_process[thread]?;
        Some((mm, scramble(u64::from(row[position]) << 8 | u64::from(mm.0))))
    }

    fn learn_tables(&mut self, row: &[u32], thread: usize, learning: &Learning) -> TablesId {
        let Some((mm, key)) = self.own_tables(row, thread) else { return 0 };
        let number = row[learning.store.position(Parts::page_tables(mm))];
        let known = &mut self.known_tables;
        *self.tables_numbers.entry(key).or_insert_with(|| {
            let tables = learning.store.page_tables(number).clone();
            known.push(KnownTables { mm, tables, impossible: AccessSet::default(), known: usize::MAX });
            known.len() as TablesId
        })
    }

    /// The number of the decisions about a step.
    fn decisions(&mut self, asked: Asked, held: HeldId, tables: TablesId, threads: usize) -> usize {
        let Asked { class, from, .. } = asked;
        let decisions = &mut self.decisions;
        *self.decision_numbers.entry(decisions_key(asked, held, tables)).or_insert_with(|| {
            decisions.push(Decisions { class, held, tables, from, by_thread: vec![Vec::new(); threads] });
            decisions.len() - 1
        })
    }

    fn decide(&mut self, number: usize, thread: usize, site: SiteId, learning: &Learning) {
        self.learn_conflicts(self.decisions[number].class, learning);
        self.learn_impossible(self.decisions[number].tables, learning);
        let holds = self.holds(&self.decisions[number], thread, site);
        let sites = &mut self.decisions[number].by_thread[thread];
        if site as usize >= sites.len() {
            sites.resize(site as usize + 1, Decision::Open);
        }
        sites[site as usize] = if holds { Decision::Holds } else { Decision::Fails };
    }

    fn holds(&self, decisions: &Decisions, thread: usize, site: SiteId) -> bool {
        let conflicts = &self.conflicts[decisions.class as usize].0;
        let from = decisions.from;
        match decisions.tables.checked_sub(1) {
            None => !self.futures.may_touch(decisions.held, thread, site, conflicts, from),
            Some(known) => {
                let possible = conflicts.without(&self.known_tables[known as usize].impossible);
                !self.futures.may_touch(decisions.held, thread, site, &possible, from)
            }
        }
    }

    fn learn_conflicts(&mut self, class: ClassId, learning: &Learning) {
        if class as usize >= self.conflicts.len() {
            self.conflicts.resize(learning.classes.len(), (AccessSet::default(), usize::MAX));
        }
        let known = learning.accesses.len();
        let entry = &mut self.conflicts[class as usize];
        if entry.1 != known {
            *entry = (learning.accesses.conflicts(learning.classes.set(class)), known);
        }
    }

    fn learn_impossible(&mut self, tables: TablesId, learning: &Learning) {
        let Some(at) = tables.checked_sub(1) else { return };
        let known = &mut self.known_tables[at as usize];
        if known.known != learning.accesses.len() {
            known.known = learning.accesses.len();
            known.impossible = learning.accesses.that(|access| is_impossible(access, known.mm, &known.tables));
        }
    }

    /// Has so much been learnt since the last look that the futures are worth computing again?
    #[must_use]
    pub fn is_stale(&self, threads: &[Steps]) -> bool {
        knowledge(threads) > self.knowledge + self.knowledge / 8 + 32
    }

    /// Computes the futures from what is known now; do all decisions still hold?
    pub fn refresh(&mut self, threads: &[Steps], learning: &Learning) -> bool {
        if knowledge(threads) == self.knowledge {
            return true;
        }
        self.knowledge = knowledge(threads);
        self.threads_sites = threads.iter().map(|steps| steps.automaton.sites().len()).sum();
        self.futures.refresh(threads, &learning.accesses);
        for class in 0..self.conflicts.len() {
            self.learn_conflicts(class as ClassId, learning);
        }
        for tables in 0..=self.known_tables.len() {
            self.learn_impossible(tables as TablesId, learning);
        }
        let mut hold = true;
        let mut decisions = std::mem::take(&mut self.decisions);
        for decisions in &mut decisions {
            for thread in 0..decisions.by_thread.len() {
                for site in 0..decisions.by_thread[thread].len() {
                    if decisions.by_thread[thread][site] == Decision::Holds
                        && !self.holds(decisions, thread, site as SiteId)
                    {
                        hold = false;
                        decisions.by_thread[thread][site] = Decision::Fails;
                    }
                }
            }
        }
        self.decisions = decisions;
        hold
    }
}

fn decisions_key(asked: Asked, held: HeldId, tables: TablesId) -> u128 {
    let step = u64::from(asked.class) << 32 | u64::from(held) << 1 | asked.from as u64;
    u128::from(step) << 64 | u128::from(tables)
}

/// The process of a thread, if no other thread does anything in it.
fn own_process(scenario: &Scenario, thread: usize) -> Option<MmId> {
    let mm = scenario.threads[thread].mm;
    let uses = |script: &ThreadScript| {
        script.mm == mm
            || script.operations.iter().any(|operation| match operation {
                Operation::Access { mm: other, .. } | Operation::Munmap { mm: other } => *other == Some(mm),
                _ => false,
            })
    };
    let mut others = scenario.threads.iter().enumerate().filter(|&(at, _)| at != thread);
    (!others.any(|(_, script)| uses(script))).then_some(mm)
}

/// Would this change something in page tables that is not there? Whoever does not use a process can only unmap or
/// write-protect what it maps.
fn is_impossible(access: &Access, mm: MmId, tables: &PageTables) -> bool {
    if access.kind == AccessKind::Read {
        return false;
    }
    let overlaps = |page: u64, count: u64| page <= access.last && access.first < page + count;
    let huge =
        || tables.ranges().iter().any(|(start, pmd)| matches!(pmd, Pmd::Huge { .. }) && overlaps(*start, PMD_PAGES));
    let ptes = || {
        tables.ranges().iter().any(|(_, pmd)| match pmd {
            Pmd::Table(ptes) => ptes.iter().any(|(page, _)| overlaps(*page, 1)),
            _ => false,
        })
    };
    match access.object {
        Object::Pmds(other) if other == mm => !huge(),
        Object::Ptes(other) if other == mm => !huge() && !ptes(),
        _ => false,
    }
}

fn knowledge(threads: &[Steps]) -> usize {
    threads.iter().map(|steps| steps.automaton.knowledge()).sum()
}
