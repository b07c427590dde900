//! Shortest, then fewest context switches: all states layer by layer, each with the thread that ran last.

use super::replay::{Aim, Replay, switches};
use super::space::{Space, WorldId};
use crate::Map;
use crate::automaton::NodeId;
use crate::options::Bounds;
use daxscope_core::check::Rule;
use daxscope_core::digest::Digest;
use daxscope_core::scenario::limits::MAX_THREADS;
use daxscope_core::scenario::{Choice, FailPoint, Scenario};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// Which ways a walk looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ways {
    /// All: what it does not find is not there.
    All,
    /// Those with fewer context switches than the known one; there are far fewer of them.
    FewerSwitches,
}

/// What a walk says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum WalkVerdict {
    /// Not done yet.
    Running,
    /// A way that is shorter than the known one, or as long with fewer switches: the best there is.
    Better(Vec<Choice>),
    /// There is no better way among those that it looks at.
    NoBetter,
    /// Too many states.
    BoundHit,
}

/// No thread has run yet.
const NOBODY: u8 = u8::MAX;
const NO_ORIGIN: u32 = u32::MAX;

/// A state, who ran last, and how it was come by with the fewest switches.
#[derive(Clone, Copy, Debug)]
struct Label {
    world: WorldId,
    failures: u32,
    nodes: [u32; MAX_THREADS],
    last: u8,
    switches: u32,
    origin: u32,
}

impl Label {
    fn key(&self) -> Digest {
        Digest::of(&(self.world, self.failures, self.nodes, self.last))
    }
}

/// From where, and by which choice.
#[derive(Clone, Copy, Debug)]
struct Origin {
    parent: u32,
    thread: u8,
    fail: bool,
}

/// A walk through all states up to the length of a known way.
#[derive(Debug)]
pub(super) struct Walk {
    scenario: Arc<Scenario>,
    aim: Aim,
    space: Space,
    ways: Ways,
    /// Length and switches of the known way.
    known: (usize, usize),
    most_labels: usize,
    layer: Vec<Label>,
    next: Vec<Label>,
    /// Where a label of the next layer is.
    in_next: Map<Digest, u32>,
    /// Fewest switches by which each state was come by so far.
    seen: Map<Digest, u32>,
    origins: Vec<Origin>,
    /// Final states in which nobody can run: is that what is aimed at?
    stuck: Map<Digest, bool>,
    depth: usize,
    position: usize,
    best: Option<(u32, Origin)>,
    verdict: WalkVerdict,
}

impl Walk {
    /// A walk that looks for something better than a known way that makes as many calls fail at most as it does.
    pub(super) fn new(
        (scenario, aim): (&Arc<Scenario>, Aim),
        (failures, fail_points): (u32, Vec<FailPoint>),
        known: &[Choice],
        ways: Ways,
        most_labels: usize,
    ) -> Walk {
        let space = Space::new(scenario, aim, fail_points);
        let mut nodes = [0; MAX_THREADS];
        for (thread, node) in nodes.iter_mut().enumerate().take(space.threads()) {
            *node = space.start(thread).0;
        }
        let start = Label { world: 0, failures, nodes, last: NOBODY, switches: 0, origin: NO_ORIGIN };
        Walk {
            scenario: Arc::clone(scenario),
            aim,
            space,
            ways,
            known: (known.len(), switches(known)),
            most_labels,
            layer: vec![start],
            next: Vec::new(),
            in_next: Map::default(),
            seen: Map::from_iter([(start.key(), 0)]),
            origins: Vec::new(),
            stuck: Map::default(),
            depth: 0,
            position: 0,
            best: None,
            verdict: WalkVerdict::Running,
        }
    }

    /// States with who ran last.
    pub(super) fn states(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Looks at about so many more steps.
    pub(super) fn advance(&mut self, budget: u64) -> &WalkVerdict {
        let mut left = budget;
        while self.verdict == WalkVerdict::Running && left > 0 {
            match self.layer.get(self.position) {
                Some(&label) => {
                    self.position += 1;
                    left = left.saturating_sub(self.space.threads() as u64);
                    self.expand(&label);
                }
                None => self.end_layer(),
            }
        }
        &self.verdict
    }

    fn end_layer(&mut self) {
        self.depth += 1;
        if let Some((_, origin)) = self.best {
            self.verdict = WalkVerdict::Better(self.way(origin));
        } else if self.depth >= self.known.0 || self.next.is_empty() {
            self.verdict = WalkVerdict::NoBetter;
        } else {
            std::mem::swap(&mut self.layer, &mut self.next);
            self.next.clear();
            self.in_next.clear();
            self.position = 0;
        }
    }

    /// Looks at all steps from a state.
    fn expand(&mut self, label: &Label) {
        for thread in 0..self.space.threads() {
            for fail in [false, true] {
                if fail && label.failures == 0 {
                    continue;
                }
                self.make(label, thread, fail);
                if self.verdict != WalkVerdict::Running {
                    return;
                }
            }
        }
    }

    /// Is a way of that many switches that ends with the next step worth having?
    fn is_better(&self, switches: u32) -> bool {
        let ends = (self.depth + 1, switches as usize);
        let among_found = self.best.is_none_or(|(best, _)| switches < best);
        among_found && ends < self.known && (self.ways == Ways::All || ends.1 < self.known.1)
    }

    /// The rule breaks: keeps the way if it is better than what is known, and the same bug.
    fn ends_with(&mut self, switches: u32, origin: Origin) {
        if self.is_better(switches) && self.is_aimed_at(origin) {
            self.best = Some((switches, origin));
        }
    }

    fn is_aimed_at(&self, last: Origin) -> bool {
        Replay::along(&self.scenario, self.aim, &self.way(last)).is_some_and(|replay| replay.is_met())
    }

    fn make(&mut self, label: &Label, thread: usize, fail: bool) {
        let switches = label.switches + u32::from(label.last != NOBODY && usize::from(label.last) != thread);
        if self.ways == Ways::FewerSwitches && switches as usize >= self.known.1 {
            return;
        }
        let Some(step) = self.space.step(thread, fail, NodeId(label.nodes[thread]), label.world) else { return };
        let origin = Origin { parent: label.origin, thread: thread as u8, fail };
        if step.breaks {
            self.ends_with(switches, origin);
            return;
        }
        if step.node == NodeId::CRASHED {
            return;
        }
        let limited = label.failures != Bounds::ANY_FAILURES;
        let mut after = *label;
        after.world = step.world;
        after.failures -= u32::from(fail && limited);
        after.nodes[thread] = step.node.0;
        after.last = thread as u8;
        after.switches = switches;
        if step.ends_operation && self.is_quiet(&after) && self.space.breaks_when_quiet(after.world)
            || self.is_stuck_as_aimed(&after, origin)
        {
            self.ends_with(switches, origin);
            return;
        }
        if self.depth + 1 < self.known.0 {
            self.reach(after, origin);
        }
    }

    /// A state has been reached: keeps it unless it was reached before with as few switches.
    fn reach(&mut self, mut label: Label, origin: Origin) {
        let key = label.key();
        if self.seen.get(&key).is_some_and(|&fewest| fewest <= label.switches) {
            return;
        }
        self.seen.insert(key, label.switches);
        if let Some(&at) = self.in_next.get(&key) {
            let known = &mut self.next[at as usize];
            known.switches = label.switches;
            self.origins[known.origin as usize] = origin;
            return;
        }
        if self.origins.len() >= self.most_labels {
            self.verdict = WalkVerdict::BoundHit;
            return;
        }
        label.origin = self.origins.len() as u32;
        self.origins.push(origin);
        self.in_next.insert(key, self.next.len() as u32);
        self.next.push(label);
    }

    fn is_quiet(&self, label: &Label) -> bool {
        let aimed = matches!(self.aim.rule, Rule::StaleMapping | Rule::LostDirtyTag | Rule::Accounting);
        aimed
            && (0..self.space.threads())
                .all(|thread| self.space.is_between_operations(thread, NodeId(label.nodes[thread])))
    }

    /// Can nobody run, and is that what is aimed at?
    fn is_stuck_as_aimed(&mut self, label: &Label, origin: Origin) -> bool {
        if !matches!(self.aim.rule, Rule::LostWakeup | Rule::Deadlock) {
            return false;
        }
        let threads = 0..self.space.threads();
        let at = |thread: usize| NodeId(label.nodes[thread]);
        if threads.clone().all(|thread| at(thread) == NodeId::FINISHED)
            || threads.into_iter().any(|thread| self.space.can_move(thread, at(thread), label.world))
        {
            return false;
        }
        let state = Digest::of(&(label.world, label.nodes));
        if let Some(&known) = self.stuck.get(&state) {
            return known;
        }
        // Where the bug is depends on the way; that is asked of each.
        let anywhere = Aim { site: None, ..self.aim };
        let way = self.way(origin);
        let aimed = Replay::along(&self.scenario, anywhere, &way).is_some_and(|replay| replay.is_met());
        self.stuck.insert(state, aimed);
        aimed
    }

    /// The way that ends with a choice.
    fn way(&self, last: Origin) -> Vec<Choice> {
        let mut choices = vec![choice(last)];
        let mut parent = last.parent;
        while let Some(&origin) = self.origins.get(parent as usize) {
            choices.push(choice(origin));
            parent = origin.parent;
        }
        choices.reverse();
        choices
    }
}

const fn choice(origin: Origin) -> Choice {
    Choice { thread: ThreadId(origin.thread), fail: origin.fail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Options, Reductions};
    use crate::search::Search;
    use crate::verdict::Verdict;
    use daxscope_core::scenario::parse;

    fn finish(walk: &mut Walk) -> WalkVerdict {
        while *walk.advance(1000) == WalkVerdict::Running {}
        walk.verdict.clone()
    }

    /// The way that a search finds, and what it breaks.
    fn found(script: &str) -> (Arc<Scenario>, Aim, Vec<Choice>) {
        let scenario = Arc::new(parse(script).scenario);
        let options = Options { reductions: Reductions::SHORTEST, ..Options::default() };
        let mut search = Search::new(Arc::clone(&scenario), options);
        while *search.advance(10_000) == Verdict::Running {}
        let Verdict::Violation(found) = search.verdict() else { panic!("{:?}", search.verdict()) };
        let mut run = daxscope_core::run::Run::new(Arc::clone(&scenario));
        run.follow(&found.schedule).expect("the way can be stepped");
        let aim = Aim { rule: found.rules[0], bug: run.machine.world.bug, site: None };
        (scenario, aim, found.schedule.choices.clone())
    }

    const SCRIPTS: [&str; 3] = [
        "revision 4.10.0\nthread A\n read 4K at 3p\nthread B\n write(2) 3p..4p\n",
        "revision 4.10.0\nextent 0..2M mapped at 16M\nthread A\n read 4K at 1p\nthread B\n read 2M at 0\n",
        "revision v6\nthread A\n read 4K at 1p\nthread B\n read 4K at 2p\nfail preload 2\n",
    ];

    #[test]
    fn a_walk_and_a_search_agree_about_the_shortest_way() {
        for script in SCRIPTS {
            let (scenario, aim, known) = found(script);
            let longer = |length: usize| vec![known[0]; length];
            let mut walk = Walk::new((&scenario, aim), (0, Vec::new()), &longer(known.len() + 5), Ways::All, 100_000);
            let WalkVerdict::Better(best) = finish(&mut walk) else { panic!("{:?}", walk.verdict) };
            assert_eq!(best.len(), known.len(), "{script}");
            assert!(switches(&best) <= switches(&known));
            assert!(Replay::along(&scenario, aim, &best).is_some_and(|replay| replay.is_met()));

            let mut again = Walk::new((&scenario, aim), (0, Vec::new()), &best, Ways::All, 100_000);
            assert_eq!(finish(&mut again), WalkVerdict::NoBetter);
            let mut fewer = Walk::new((&scenario, aim), (0, Vec::new()), &best, Ways::FewerSwitches, 100_000);
            assert_eq!(finish(&mut fewer), WalkVerdict::NoBetter);
            assert!(fewer.states() <= again.states());
        }
    }

    /// Two threads: every run with at most one switch is one thread for some steps and then the other.
    #[test]
    fn no_run_with_fewer_switches_breaks_the_rule() {
        for script in &SCRIPTS[..2] {
            let (scenario, aim, known) = found(script);
            let mut walk = Walk::new((&scenario, aim), (0, Vec::new()), &known, Ways::All, 100_000);
            let best = match finish(&mut walk) {
                WalkVerdict::Better(best) => best,
                _ => known,
            };
            assert_eq!(switches(&best), 2, "{script}");
            for (first, then) in [(ThreadId(0), ThreadId(1)), (ThreadId(1), ThreadId(0))] {
                for steps in 0..=best.len() {
                    let mut replay = Replay::new(&scenario, aim);
                    let threads =
                        std::iter::repeat_n(first, steps).chain(std::iter::repeat_n(then, best.len() - steps));
                    for thread in threads {
                        replay.step(Choice::run(thread));
                    }
                    assert!(!replay.is_met(), "{first} makes {steps} steps, then {then}: {script}");
                }
            }
        }
    }
}
