//! The search through the graph of states: takes states from the frontier, has their steps looked at ([`crate::expand`]),
//! learns what is missing for that, and keeps what is new.

use crate::automaton::NodeId;
use crate::expand::{Expansion, Hop, Known, Miss, Missing, Reached, Room, Round, apply};
use crate::frontier::{Buckets, Frontier, Queue, Stack};
use crate::livelock::{Engine, Judged, TooMany};
use crate::mix::{Identity, scramble};
use crate::moments::{Moments, QuietRules, broken_when_stuck};
use crate::options::{Bound, Options, Policy};
use crate::persistent::Independence;
use crate::practice::Practice;
use crate::ran::{Proved, Ran, Use, collision_probability};
use crate::search::{Counts, Found, Verdict};
use crate::state::{EVERYBODY, Layout, State, fingerprint};
use crate::steps::{Learning, Steps};
use crate::symmetry::Symmetry;
use crate::unmet::Unmet;
use crate::watch::{Watch, Watched};
use crate::way::{Origin, back_to_quiet, way_to};
use daxscope_core::check::Rule;
use daxscope_core::scenario::Scenario;
use daxscope_core::units::ThreadId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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
    moments: Moments,
    quiet: QuietRules,
    judged: Judged,
    frontier: Box<dyn Frontier>,
    /// 64-bit fingerprints of all states.
    visited: HashSet<u64, Identity>,
    origins: Vec<Origin>,
    /// Without caching, the identity of each state of `origins`: a way that comes back to where it was is not gone on with, or
    /// there would be no end of it.
    identities: HashMap<u32, u64, Identity>,
    /// How many jobs look at states at once.
    jobs: usize,
    /// One for each job; none before the search begins.
    rooms: Vec<Room>,
    /// The runs before the search, while they are made.
    practice: Option<Practice>,
    watched: Watched,
    /// How much work the engine had done at the last look at the bounds.
    performed: u64,
    counts: Counts,
    verdict: Verdict,
    unmet: Unmet,
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
        Graph {
            practice: independence.as_ref().map(|_| Practice::default()),
            watched: Watched::default(),
            performed: 0,
            scenario,
            options,
            layout,
            moments: Moments::new(&learning),
            learning,
            threads,
            independence,
            symmetry,
            quiet: QuietRules::default(),
            judged: Judged::default(),
            frontier,
            visited: HashSet::with_hasher(Identity),
            origins: Vec::new(),
            identities: HashMap::with_hasher(Identity),
            jobs: 1,
            rooms: Vec::new(),
            counts: Counts::default(),
            verdict: Verdict::Running,
            unmet: Unmet::default(),
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

    /// Makes a step of a random run; `false` if there were enough.
    fn practise(&mut self, practice: &mut Practice) -> bool {
        let knowledge = self.threads.iter().map(|steps| steps.automaton.knowledge()).sum::<usize>();
        let mut state = match practice.take_run() {
            Some(state) => state,
            None if !practice.begins(knowledge) => return false,
            None => self.start(),
        };
        let (first, fail) = practice.choose(self.threads.len());
        self.counts.practice += 1;
        let Some((thread, fail, number)) = self.any_step(&state, first, fail) else { return true };
        let step = self.threads[thread].step(number);
        if step.next != NodeId::CRASHED {
            apply(&self.options, &mut state, thread, step, fail);
            practice.goes_on(state);
        }
        true
    }

    /// Gets ready to search: random runs first, as long as they teach something and there may be more states.
    fn prepare(&mut self) {
        if let Some(mut practice) = self.practice.take()
            && self.counts.practice < self.options.bounds.states as u64
            && self.practise(&mut practice)
        {
            self.practice = Some(practice);
            return;
        }
        self.decisions_hold();
        self.begin();
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

    /// Bytes of all tables, about.
    fn memory(&self) -> usize {
        self.state_bytes()
            + self.threads.iter().map(Steps::bytes).sum::<usize>()
            + self.learning.bytes()
            + self.independence.as_ref().map_or(0, Independence::bytes)
            + self.symmetry.as_ref().map_or(0, Symmetry::bytes)
            + self.quiet.bytes()
            + self.rooms.len() * Room::BYTES
    }

    /// Bytes that states take up.
    fn state_bytes(&self) -> usize {
        self.frontier.bytes() + self.visited.capacity() * 9 + self.origins.capacity() * size_of::<Origin>()
    }

    /// A step of the first thread from `first` on that can make one; a failing one if it can.
    fn any_step(&mut self, state: &State, first: usize, fail: bool) -> Option<(usize, bool, u32)> {
        let threads = self.threads.len();
        let fail = fail && state.row[self.layout.failures()] > 0;
        for thread in (0..threads).map(|at| (first + at) % threads) {
            let node = NodeId(state.row[self.layout.place(thread)]);
            for fail in [fail, false] {
                if let Some(step) = self.learn_step(state, thread, node, fail) {
                    return Some((thread, fail, step));
                }
            }
        }
        None
    }

    /// The step of a thread; runs the engine if it never was asked for.
    fn learn_step(&mut self, state: &State, thread: usize, node: NodeId, fail: bool) -> Option<u32> {
        let found = self.threads[thread].find(&mut self.learning, node, &state.row, &state.values, fail);
        if let Some(symmetry) = &self.symmetry {
            symmetry.share(thread, &mut self.threads, &mut self.learning.accesses);
        }
        found
    }

    /// What tells states apart, up to the names of identical threads.
    fn identity(&mut self, row: &[u32]) -> u64 {
        match &mut self.symmetry {
            None => fingerprint(self.layout, row),
            Some(symmetry) => symmetry.canonical(row, &self.learning.store),
        }
    }

    /// The state before the first step.
    fn start(&mut self) -> State {
        let mut row = vec![0; self.layout.width()];
        let start = self.learning.store.start().clone();
        self.learning.store.intern(&start, None, &mut row);
        row[self.layout.failures()] = self.options.bounds.failures;
        for (thread, steps) in self.threads.iter().enumerate() {
            row[self.layout.place(thread)] = steps.automaton.start().0;
        }
        row[self.layout.alone()] = EVERYBODY;
        let mut state = State::new(self.layout);
        state.load(&row);
        state.settle_fingerprint();
        state
    }

    /// Forgets all states, but nothing that was learnt.
    fn begin(&mut self) {
        self.threads.iter_mut().for_each(|steps| steps.automaton.order());
        if let Some(symmetry) = &self.symmetry {
            symmetry.order_alike(&mut self.threads);
        }
        self.visited.clear();
        self.origins = vec![Origin::START];
        self.identities.clear();
        self.doomed_until = None;
        let remembers = self.independence.is_some() && self.options.reductions.caching;
        self.rooms = (0..self.jobs).map(|_| Room::new(self.layout, remembers)).collect();
        let rounds = self.counts.rounds + 1;
        let transitions = self.counts.all_transitions;
        let practice = self.counts.practice;
        self.counts = Counts { states: 1, rounds, all_transitions: transitions, practice, ..Counts::default() };
        let mut state = self.start();
        while self.frontier.pop(&mut state.row) {}
        let state = self.start();
        let identity = self.identity(&state.row);
        self.visited.insert(identity);
        self.identities.insert(0, identity);
        self.frontier.push(&state.row, 0);
    }

    /// What the search says so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What it really does.
    #[must_use]
    pub fn ran(&self) -> Ran {
        let asked = self.options.reductions;
        let twins = match &self.symmetry {
            None => Some("idle: no two threads are identical"),
            Some(symmetry) if !symmetry.is_complete() => Some("used for the first few of the identical threads"),
            Some(_) => None,
        };
        let alone = match self.counts.alone {
            0 => Some("idle: no thread could be looked at alone"),
            _ => None,
        };
        Ran {
            step_size: self.learning.step_size(),
            reductions: [
                ("caching", Use::of(asked.caching, None)),
                ("merging", Use::of(asked.merging, None)),
                ("persistent-sets", Use::of(asked.persistent_sets, alone)),
                ("symmetry", Use::of(asked.symmetry, twins)),
            ],
        }
    }

    /// The probability that two of all things that are told apart by 64 bits had the same: states, steps in what they
    /// look at, and moments that rules were asked of. What persistent sets decide is told apart exactly, parts of the
    /// world and places by 128 bits.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        let states = if self.options.reductions.caching { self.counts.states } else { 0 };
        let steps = self.threads.iter().map(|steps| steps.learnt() as u64);
        steps.chain([states, self.quiet.len() as u64]).map(collision_probability).sum()
    }

    /// What is proved although the search has not come to its end.
    #[must_use]
    pub fn proved(&self) -> Proved {
        // With persistent sets, a way that was left out may be shorter than the one that was looked at for it.
        let nothing = self.independence.is_some() || self.counts.transitions == 0;
        match self.options.policy {
            _ if nothing => Proved::default(),
            // All states of fewer steps have been looked at, and so has every step from them.
            Policy::BreadthFirst => {
                Proved { steps: Some(self.counts.depth).filter(|&steps| steps > 0), switches: None }
            }
            Policy::FewestSwitches => Proved { steps: None, switches: self.counts.switches.checked_sub(1) },
            _ => Proved::default(),
        }
    }

    /// The expectations of the script that some run does not meet, as far as the search has come.
    #[must_use]
    pub const fn unmet(&self) -> &Unmet {
        &self.unmet
    }

    /// How far it has come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            frontier: self.frontier.len() as u64,
            nodes: self.threads.iter().map(|steps| steps.automaton.nodes().len() as u64).sum(),
            learnt: self.threads.iter().map(|steps| steps.learnt() as u64).sum(),
            parts: self.learning.store.len() as u64,
            bytes: self.state_bytes() as u64,
            memory: self.memory() as u64,
            ..self.counts
        }
    }

    /// Looks at states until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let work = |counts: &Counts| counts.all_transitions + counts.practice;
        let end = work(&self.counts).saturating_add(budget.max(1));
        let mut out = Expansion::default();
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
                let made = self.counts.transitions;
                self.doomed_until.get_or_insert(2 * made + 1000);
            }
            if self.doomed_until.is_some_and(|end| self.counts.transitions >= end) {
                self.begin();
                continue;
            }
            self.take_out(&mut states);
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
        }
        &self.verdict
    }

    /// Takes the next states out of the frontier: one, or as many as all jobs can do at once.
    fn take_out(&mut self, states: &mut Vec<State>) {
        let most = if self.rooms.len() == 1 { 1 } else { BATCH * self.rooms.len() };
        let mut row = vec![0; self.layout.width()];
        let mut taken = 0;
        while taken < most && self.frontier.pop(&mut row) {
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
        if self.verdict != Verdict::Running || !self.is_due(state) {
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
            let done = scramble(self.identity(&state.row) ^ 1);
            if !self.visited.insert(done) {
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
                self.quiet.learn(self.moments.key(&state.values), &self.learning.store, &state.row);
            }
        }
    }

    /// Keeps what comes of a state.
    fn keep(&mut self, state: &State, out: &Expansion) {
        self.counts.transitions += out.transitions;
        self.counts.all_transitions += out.transitions;
        self.counts.alone += out.alone;
        let number = state.row[self.layout.number()];
        for (hops, at) in &out.unexpected {
            self.unmet.add(usize::from(*at), || {
                let mut schedule = way_to(&self.origins, number, self.learning.step_size());
                schedule.choices.extend(hops.iter().map(|hop| hop.choice()));
                schedule
            });
        }
        let mut row = vec![0; self.layout.width()];
        let mut rows = out.rows.chunks(self.layout.width());
        let mut from = 0;
        for (end, reached) in &out.reached {
            let hops = &out.hops[std::mem::replace(&mut from, *end)..*end];
            match reached {
                Reached::Nothing => {}
                Reached::State => {
                    if let Some(reached) = rows.next() {
                        row.copy_from_slice(reached);
                        self.keep_state(number, hops, &mut row);
                    }
                }
                Reached::Broken { rules, quiet } => {
                    self.add_hops(number, hops);
                    let last = (self.origins.len() - 1) as u32;
                    let mut schedule = way_to(&self.origins, last, self.learning.step_size());
                    if *quiet {
                        schedule = back_to_quiet(&self.scenario, &schedule);
                    }
                    self.verdict = Verdict::Violation(Found { rules: rules.clone(), schedule });
                }
            }
            if self.verdict != Verdict::Running {
                return;
            }
        }
        if out.stuck {
            self.stuck(state);
        }
        for round in &out.rounds {
            if self.verdict == Verdict::Running {
                self.judge(number, round);
            }
        }
    }

    /// Somebody went round a loop of the kernel: is there a livelock?
    fn judge(&mut self, parent: u32, round: &Round) {
        let layout = self.layout;
        let places = (0..layout.threads).map(|thread| round.row[layout.place(thread)]);
        let left = round.row[layout.failures()];
        let state: Vec<u32> = round.row[..layout.parts].iter().copied().chain(places).chain([left]).collect();
        let mut engine =
            Engine { learning: &mut self.learning, threads: &mut self.threads, symmetry: self.symmetry.as_ref() };
        match self.judged.judge(&mut engine, &state, round.thread, &self.options.bounds) {
            Ok(None) => {}
            Ok(Some(circle)) => {
                self.add_hops(parent, &round.hops);
                let last = (self.origins.len() - 1) as u32;
                let mut schedule = way_to(&self.origins, last, self.learning.step_size());
                schedule.choices.extend(circle);
                self.verdict = Verdict::Violation(Found { rules: vec![Rule::Livelock], schedule });
            }
            Err(TooMany) => self.verdict = Verdict::BoundHit(Bound::States),
        }
    }

    /// Keeps a state if it is new.
    fn keep_state(&mut self, parent: u32, hops: &[Hop], row: &mut [u32]) {
        let identity = self.identity(row);
        if !self.options.reductions.caching && self.was_here(parent, identity) {
            return;
        }
        if !self.has_room(row.len(), hops.len()) {
            self.verdict = Verdict::BoundHit(Bound::Memory);
            return;
        }
        if self.options.reductions.caching && !self.visited.insert(identity) {
            let by_cost = self.options.policy == Policy::FewestSwitches;
            if !by_cost || self.visited.contains(&scramble(identity ^ 1)) {
                return;
            }
        } else {
            if self.counts.states as usize >= self.options.bounds.states {
                self.verdict = Verdict::BoundHit(Bound::States);
                return;
            }
            self.counts.states += 1;
        }
        self.add_hops(parent, hops);
        row[self.layout.number()] = (self.origins.len() - 1) as u32;
        if !self.options.reductions.caching {
            self.identities.insert(row[self.layout.number()], identity);
        }
        let cost = u64::from(row[self.layout.switches()]) << 32 | u64::from(row[self.layout.depth()]);
        self.frontier.push(row, cost);
    }

    /// Did the way to that state come through a state with this identity?
    fn was_here(&self, number: u32, identity: u64) -> bool {
        let way = std::iter::successors(Some(number), |&at| self.origins[at as usize].parent());
        way.into_iter().any(|at| self.identities.get(&at) == Some(&identity))
    }

    /// Is there memory for one more state? Only the large tables are asked: the others are as large as what threads can
    /// do, not as what they can do together.
    fn has_room(&mut self, width: usize, hops: usize) -> bool {
        self.visited.try_reserve(1).is_ok() && self.origins.try_reserve(hops).is_ok() && self.frontier.reserve(width)
    }

    fn add_hops(&mut self, parent: u32, hops: &[Hop]) {
        let mut parent = parent;
        for hop in hops {
            self.origins.push(Origin::new(parent, hop.thread, hop.fail));
            parent = (self.origins.len() - 1) as u32;
        }
    }

    /// Nobody can run: is everybody done?
    fn stuck(&mut self, state: &State) {
        self.counts.finals += 1;
        let number = state.row[self.layout.number()];
        let way = || way_to(&self.origins, number, self.learning.step_size());
        let broken: Option<(Vec<Rule>, _)> =
            broken_when_stuck(&self.scenario, state.places(), &self.options.bounds, way);
        self.unmet.ask(&self.scenario, state.places(), || self.learning.store.world(&state.row), way);
        if let Some((rules, schedule)) = broken {
            self.verdict = Verdict::Violation(Found { rules, schedule });
        }
    }
}
