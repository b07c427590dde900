//! The search through the graph of states: takes states from the frontier, has their steps looked at ([`crate::expand`]),
//! learns what is missing for that, and keeps what is new.

mod beginnings;
mod keep;
mod places;
mod prepare;
mod profile;
mod telling;
mod told;

use crate::automaton::NodeId;
use crate::expand::{Expansion, Known, Miss, Missing, Room};
use crate::frontier::{Buckets, Frontier, Queue, Stack};
use crate::livelock::Judged;
use crate::moments::{Moments, QuietRules};
use crate::options::{Bound, Options, Policy};
use crate::persistent::Independence;
use crate::practice::Practice;
use crate::rows::Rows;
use crate::state::{EVERYBODY, Layout, State};
use crate::steps::{Learning, Steps};
use crate::symmetry::Symmetry;
use crate::trail::Trail;
use crate::unmet::Unmet;
use crate::verdict::{Counts, Verdict};
use crate::watch::{Watch, Watched};
use crate::way::Ways;
use daxscope_core::scenario::{Choice, Scenario};
use daxscope_core::units::ThreadId;
use std::collections::HashMap;
use std::sync::Arc;

pub use profile::{Column, Profile};

/// The search through the graph of states.
#[derive(Debug)]
pub struct Graph {
    scenario: Arc<Scenario>,
    options: Options,
    layout: Layout,
    learning: Learning,
    threads: Vec<Steps>,
    independence: Option<Independence>,
    symmetry: Option<Symmetry>,
    places: places::Places,
    moments: Moments,
    quiet: QuietRules,
    judged: Judged,
    frontier: Box<dyn Frontier>,
    /// All states, up to the names of identical threads.
    rows: Rows,
    /// How each was reached.
    ways: Ways,
    /// By state, was it looked at? Asked only where a cheaper way may come later.
    done: Vec<bool>,
    /// Without caching, the state at the end of each way: a way that comes back to where it was is not gone on with, or there
    /// would be no end of it.
    ends: HashMap<u32, u32>,
    /// How many jobs look at states at once.
    jobs: usize,
    /// Where the search begins instead of at the start, if it is a shard of one.
    beginnings: Option<Vec<Vec<Choice>>>,
    /// One for each job; none before the search begins.
    rooms: Vec<Room>,
    /// Random runs before the search and beside it.
    practice: Option<Practice>,
    /// Transitions of this round at which there were runs last, and at which there will be.
    practised: u64,
    practise_from: u64,
    watched: Watched,
    /// How much work the engine had done at the last look at the bounds.
    performed: u64,
    counts: Counts,
    verdict: Verdict,
    unmet: Unmet,
    /// What it does, where somebody watches it closely.
    trail: Option<Box<Trail>>,
    /// A decision has proved wrong: the search goes on to learn more, up to so many transitions, and then begins anew.
    doomed_until: Option<u64>,
}

/// States that each job takes at once.
const BATCH: usize = 2_048;

impl Graph {
    /// A search that has not begun.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Graph {
        let learning = Learning::new(&scenario, &options);
        let threads: Vec<_> = (0..scenario.threads.len())
            .map(|at| Steps::new(ThreadId(at as u8), &scenario, options.reductions.merging))
            .collect();
        let independence =
            options.reductions.persistent_sets.then(|| Independence::new(&scenario, &threads, &learning));
        let layout = Layout { parts: learning.store.parts().len(), threads: threads.len() };
        let frontier: Box<dyn Frontier> = match options.policy {
            Policy::DepthFirst => Box::new(Stack::default()),
            Policy::FewestSwitches => Box::new(Buckets::default()),
            _ => Box::new(Queue::default()),
        };
        let symmetry = if options.reductions.symmetry { Symmetry::new(&scenario) } else { None };
        let compares_places = options.reductions.merging && options.reductions.bisimulation;
        let has_twins = |at| symmetry.as_ref().is_some_and(|symmetry| symmetry.has_twins(at));
        let compares = (0..threads.len()).map(|at| compares_places && !has_twins(at));
        let places = places::Places::new(compares.collect());
        Graph {
            practice: independence.as_ref().map(|_| Practice::default()),
            practised: 0,
            practise_from: 0,
            watched: Watched::default(),
            performed: 0,
            scenario,
            options,
            layout,
            moments: Moments::new(&learning),
            learning,
            places,
            threads,
            independence,
            symmetry,
            quiet: QuietRules::default(),
            judged: Judged::default(),
            frontier,
            rows: Rows::new(layout.length(), layout.threads),
            ways: Ways::default(),
            done: Vec::new(),
            ends: HashMap::new(),
            jobs: 1,
            beginnings: None,
            rooms: Vec::new(),
            counts: Counts::default(),
            verdict: Verdict::Running,
            unmet: Unmet::default(),
            trail: None,
            doomed_until: None,
        }
    }

    /// Looks at a watch; to be said before the search begins.
    pub fn set_watch(&mut self, watch: Watch) {
        self.watched = Watched::new(watch);
    }

    /// Has states looked at by so many jobs at once, breadth first; to be said before the search begins.
    pub fn set_jobs(&mut self, jobs: usize) {
        if self.options.policy == Policy::BreadthFirst {
            self.jobs = jobs.max(1);
        }
    }

    /// Has somebody stopped the search, or is it out of time or memory?
    fn look_at_bounds(&mut self) {
        let performed = self.learning.performed - std::mem::replace(&mut self.performed, self.learning.performed);
        if !self.watched.is_due(u32::try_from(performed + 1).unwrap_or(u32::MAX)) {
            return;
        }
        self.look_at_watch();
        let most = self.options.bounds.memory.unwrap_or(u64::MAX);
        if self.verdict == Verdict::Running && self.memory() as u64 > most {
            self.verdict = Verdict::BoundHit(Bound::Memory);
        }
    }

    /// The same but for memory, which takes longer to count than to look at a watch.
    fn look_at_watch(&mut self) {
        let seconds = self.watched.seconds();
        if self.watched.is_stopped() {
            self.verdict = Verdict::BoundHit(Bound::Interrupted);
        } else if self.options.bounds.seconds.is_some_and(|most| seconds >= most as f64) {
            self.verdict = Verdict::BoundHit(Bound::Seconds);
        }
    }

    /// The step of a thread; runs the engine if it never was asked for.
    fn learn_step(&mut self, state: &State, thread: usize, node: NodeId, fail: bool) -> Option<u32> {
        let found = self.threads[thread].find(&mut self.learning, node, &state.row, &state.values, fail);
        if let Some(symmetry) = &self.symmetry {
            symmetry.share(thread, &mut self.threads, &mut self.learning.accesses);
        }
        found
    }

    /// The number of a state, up to the names of identical threads, and whether it is new.
    fn number(&mut self, row: &[u32]) -> (u32, bool) {
        match &mut self.symmetry {
            None => self.rows.number(row),
            Some(symmetry) => self.rows.number(&symmetry.canonical(row, &mut self.learning.store)),
        }
    }

    /// The state before the first step.
    fn start(&mut self) -> State {
        let mut row = vec![0; self.layout.width()];
        let start = self.learning.store.start().clone();
        self.learning.store.intern(&start, None, &mut row);
        row[self.layout.failures()] = self.options.bounds.failures;
        for (thread, steps) in self.threads.iter().enumerate() {
            row[self.layout.place(thread)] = steps.automaton.stands_for(steps.automaton.start()).0;
        }
        row[self.layout.alone()] = EVERYBODY;
        let mut state = State::new(self.layout);
        state.load(&row);
        state
    }

    /// Forgets all states, but nothing that was learnt.
    fn begin(&mut self) {
        self.begin_places();
        self.threads.iter_mut().for_each(|steps| steps.automaton.order());
        if let Some(symmetry) = &self.symmetry {
            symmetry.order_alike(&mut self.threads);
        }
        self.rows.clear();
        self.ways.begin();
        self.done.clear();
        self.ends.clear();
        self.doomed_until = None;
        (self.practised, self.practise_from) = (0, 0);
        self.rooms = vec![Room::default(); self.jobs];
        let rounds = self.counts.rounds + 1;
        let transitions = self.counts.all_transitions;
        let practice = self.counts.practice;
        self.counts = Counts { states: 1, rounds, all_transitions: transitions, practice, ..Counts::default() };
        self.frontier.clear();
        let state = self.start();
        let (number, _) = self.number(&state.row);
        self.ends.insert(0, number);
        self.tell_begin();
        match self.beginnings.clone() {
            None => self.push(&state.row, number, 0),
            Some(beginnings) => self.begin_behind(&beginnings),
        }
    }

    /// What the search says so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Looks at states until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let work = |counts: &Counts| counts.all_transitions + counts.practice;
        let end = work(&self.counts).saturating_add(budget.max(1));
        let mut out = Expansion::default();
        out.is_told = self.trail.is_some();
        let mut states = Vec::new();
        while self.verdict == Verdict::Running && work(&self.counts) < end {
            self.look_at_bounds();
            if self.verdict != Verdict::Running {
                break;
            }
            if self.rooms.is_empty() {
                self.prepare();
                continue;
            }
            let is_stale = |independence: &Independence| independence.is_stale(&self.threads);
            if self.independence.as_ref().is_some_and(is_stale) && !self.decisions_hold() {
                self.doom();
            }
            self.look_at_places();
            if self.doomed_until.is_some_and(|end| self.counts.transitions >= end) {
                self.begin();
                continue;
            }
            self.take_out(&mut states);
            if let Some(state) = states.last() {
                self.practise_beside(state);
            }
            if states.is_empty() {
                if self.decisions_hold() && self.doomed_until.is_none() {
                    self.verdict = Verdict::Complete;
                } else {
                    self.begin();
                }
            } else if self.rooms.len() == 1 || states.len() < BATCH {
                for state in &states {
                    self.expand(state, &mut out);
                }
            } else {
                self.expand_together(&states);
            }
            self.mend_places();
        }
        &self.verdict
    }

    /// Something that the search rests on has proved wrong: it goes on for a while, to learn more, and then begins anew.
    fn doom(&mut self) {
        self.doomed_until.get_or_insert(2 * self.counts.transitions + 1000);
    }

    /// Takes the next states out of the frontier: one, or as many as all jobs can do at once.
    fn take_out(&mut self, states: &mut Vec<State>) {
        let most = if self.rooms.len() == 1 { 1 } else { BATCH * self.rooms.len() };
        let mut row = vec![0; self.layout.width()];
        let mut taken = 0;
        while taken < most && self.pop(&mut row) {
            if taken == states.len() {
                states.push(State::new(self.layout));
            }
            states[taken].load(&row);
            taken += 1;
        }
        states.truncate(taken);
    }

    fn decisions_hold(&mut self) -> bool {
        self.independence.as_mut().is_none_or(|independence| independence.refresh(&self.threads, &self.learning))
    }

    const fn known(&self) -> Known<'_> {
        Known {
            layout: self.layout,
            options: &self.options,
            threads: self.threads.as_slice(),
            independence: self.independence.as_ref(),
            moments: &self.moments,
            quiet: &self.quiet,
        }
    }

    /// Looks at the steps from a state, learning what is missing, and keeps what comes of it.
    fn expand(&mut self, state: &State, out: &mut Expansion) {
        if self.verdict != Verdict::Running || self.places_parted() || !self.is_due(state) {
            return;
        }
        out.clear();
        loop {
            let mut room = std::mem::take(&mut self.rooms[0]);
            let result = self.known().expand(state, &mut room, out);
            self.rooms[0] = room;
            match result {
                Ok(()) => break,
                Err(miss) => self.learn(&miss),
            }
            if self.places_parted() {
                return;
            }
            // A state from which much is to be learnt is looked at again from its first step each time.
            self.look_at_watch();
            if self.verdict != Verdict::Running {
                return;
            }
        }
        self.keep(state, out);
    }

    /// The same for many states by all jobs. What comes of them is kept in their order, so the same number of jobs
    /// finds the same. Another number learns things at other times, so a few states more or less may be stored.
    fn expand_together(&mut self, states: &[State]) {
        let mut rooms = std::mem::take(&mut self.rooms);
        let known = self.known();
        let share = states.len().div_ceil(rooms.len());
        let done: Vec<Vec<Option<Expansion>>> = std::thread::scope(|scope| {
            let jobs: Vec<_> = states
                .chunks(share)
                .zip(&mut rooms)
                .map(|(states, room)| {
                    let one = move |state: &State, room: &mut Room| {
                        let mut out = Expansion::default();
                        known.expand(state, room, &mut out).ok().map(|()| out)
                    };
                    scope.spawn(move || states.iter().map(|state| one(state, room)).collect())
                })
                .collect();
            jobs.into_iter().map(|job| job.join().unwrap_or_default()).collect()
        });
        self.rooms = rooms;
        let mut again = Expansion::default();
        let all = done.into_iter().zip(states.chunks(share));
        for (mut done, states) in all {
            // A job that died has done nothing.
            done.resize(states.len(), None);
            for (out, state) in done.into_iter().zip(states) {
                match out {
                    None => self.expand(state, &mut again),
                    Some(out) if self.verdict == Verdict::Running && self.is_due(state) => self.keep(state, &out),
                    Some(_) => {}
                }
            }
        }
    }

    /// Is the state to be looked at, or is a bound hit, or was a cheaper way to it found while it waited?
    fn is_due(&mut self, state: &State) -> bool {
        let by_cost = self.options.policy == Policy::FewestSwitches && self.options.reductions.caching;
        if by_cost {
            let (number, _) = self.number(&state.row);
            if std::mem::replace(self.done(number), true) {
                return false;
            }
        }
        let depth = state.row[self.layout.depth()];
        self.counts.switches = self.counts.switches.max(state.row[self.layout.switches()]);
        self.counts.depth = self.counts.depth.max(depth);
        if depth >= self.options.bounds.depth {
            self.verdict = Verdict::BoundHit(Bound::Depth);
            return false;
        }
        true
    }

    /// Was the state of that number looked at?
    fn done(&mut self, number: u32) -> &mut bool {
        let at = number as usize;
        if at >= self.done.len() {
            self.done.resize(at + 1, false);
        }
        &mut self.done[at]
    }

    /// Learns what a job missed.
    fn learn(&mut self, miss: &Miss) {
        let state = &miss.state;
        match miss.what {
            Missing::Step { thread, fail } => {
                let node = NodeId(state.row[self.layout.place(thread)]);
                self.learn_step(state, thread, node, fail);
            }
            Missing::Alone(asked) => {
                if let Some(independence) = &mut self.independence {
                    independence.learn(asked, &state.row, state.places(), &self.threads, &self.learning);
                }
            }
            Missing::Quiet => {
                self.quiet.learn(&self.moments, (&state.row, &state.values), &self.learning.store);
            }
        }
    }
}
