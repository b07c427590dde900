//! The steps from a state, from what has been learnt: only looks, so several jobs can do it at once. What nobody has
//! learnt yet is a [`Miss`].

use crate::automaton::NodeId;
use crate::moments::{Moments, QuietRules};
use crate::options::{Bounds, Options, Policy};
use crate::persistent::{Alone, Asked, Independence};
use crate::ready::{Ready, ThreadSet};
use crate::state::{EVERYBODY, Layout, State};
use crate::steps::{NeverAsked, Step, Steps};
use daxscope_core::check::Rule;
use daxscope_core::op::Parts;
use daxscope_core::scenario::Choice;
use daxscope_core::units::ThreadId;

/// What has been learnt.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The layout of states.
    pub layout: Layout,
    /// What was asked.
    pub options: &'a Options,
    /// The steps of each thread.
    pub threads: &'a [Steps],
    /// Which threads may be looked at alone, if that is asked for.
    pub independence: Option<&'a Independence>,
    /// Which moments are quiet.
    pub moments: &'a Moments,
    /// Rules in quiet moments.
    pub quiet: &'a QuietRules,
}

/// What has to be learnt before a state can be looked at.
#[derive(Clone, Debug)]
pub struct Miss {
    /// At which state it is missing.
    pub state: State,
    /// What.
    pub what: Missing,
}

/// Something that has not been learnt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The step of a thread, or its failing one.
    Step {
        /// Which thread.
        thread: usize,
        /// Shall a call in it fail?
        fail: bool,
    },
    /// May the thread be looked at alone?
    Alone(Asked),
    /// Which rules for quiet moments are broken.
    Quiet,
}

/// A step of a way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    /// Who.
    pub thread: u8,
    /// Did a call fail?
    pub fail: bool,
}

impl Hop {
    /// The same as a schedule has it.
    #[must_use]
    pub const fn choice(self) -> Choice {
        Choice { thread: ThreadId(self.thread), fail: self.fail }
    }
}

/// What comes of the steps from a state. The way to each thing is the run of hops up to its end.
#[derive(Clone, Default, Debug)]
pub struct Expansion {
    /// All ways, one behind the other.
    pub hops: Vec<Hop>,
    /// The rows of the states that are reached, one behind the other.
    pub rows: Vec<u32>,
    /// What is reached, in order: where its way ends, and what it is.
    pub reached: Vec<(usize, Reached)>,
    /// States on the way behind steps that went round a loop of the kernel.
    pub rounds: Vec<Round>,
    /// Where the way that is gone now begins.
    begin: usize,
    /// Expectations that steps do not meet, each with the way there.
    pub unexpected: Vec<(Vec<Hop>, u8)>,
    /// How many steps were made.
    pub transitions: u64,
    /// How often one thread was looked at alone.
    pub alone: u64,
    /// Nobody can run.
    pub stuck: bool,
    /// Are ways to nothing kept too, for somebody who watches closely?
    pub is_told: bool,
}

impl Expansion {
    /// Nothing any more.
    pub fn clear(&mut self) {
        self.hops.clear();
        self.rows.clear();
        self.reached.clear();
        self.rounds.clear();
        self.unexpected.clear();
        (self.transitions, self.alone, self.stuck) = (0, 0, false);
    }
}

/// A state behind a step that went round a loop of the kernel: is there a livelock?
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Round {
    /// The way there.
    pub hops: Vec<Hop>,
    /// Who went round.
    pub thread: usize,
    /// Its row.
    pub row: Box<[u32]>,
}

/// What is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reached {
    /// The next of [`Expansion::rows`].
    State,
    /// Broken rules.
    Broken {
        /// Which.
        rules: Vec<Rule>,
        /// In a quiet moment, perhaps seen through steps that change nothing?
        quiet: bool,
    },
    /// Nothing that has to be looked at.
    Nothing,
}

/// Room to work in.
#[derive(Clone, Default, Debug)]
pub struct Room {
    there: Option<State>,
    /// The next steps in the state that is looked at, and on the way from there.
    here: Ready,
    ready: Ready,
}

impl Known<'_> {
    /// The steps from a state.
    ///
    /// # Errors
    ///
    /// What has to be learnt first; then `out` is as it was.
    pub fn expand(&self, state: &State, room: &mut Room, out: &mut Expansion) -> Result<(), Box<Miss>> {
        let (hops, rows, reached) = (out.hops.len(), out.rows.len(), out.reached.len());
        let (unexpected, rounds) = (out.unexpected.len(), out.rounds.len());
        let (transitions, alone, stuck) = (out.transitions, out.alone, out.stuck);
        let mut there = room.there.take().unwrap_or_else(|| State::new(self.layout));
        let result = self.steps_from(state, &mut there, room, out);
        room.there = Some(there);
        if result.is_err() {
            out.hops.truncate(hops);
            out.rows.truncate(rows);
            out.reached.truncate(reached);
            out.rounds.truncate(rounds);
            out.unexpected.truncate(unexpected);
            (out.transitions, out.alone, out.stuck) = (transitions, alone, stuck);
        }
        result
    }

    fn steps_from(
        &self,
        state: &State,
        there: &mut State,
        room: &mut Room,
        out: &mut Expansion,
    ) -> Result<(), Box<Miss>> {
        let alone = state.row[self.layout.alone()];
        let mut moved = false;
        let failures = state.row[self.layout.failures()];
        room.here.forget(self.threads.len());
        for thread in 0..self.threads.len() {
            if alone != EVERYBODY && alone != thread as u32 {
                continue;
            }
            let Some(number) = self.next(state, thread, &mut room.here)? else { continue };
            moved = true;
            self.go(state, there, (thread, number, false), room, out)?;
            if failures > 0
                && self.threads[thread].step(number).can_fail
                && let Some(failing) = self.failing(state, thread)?
            {
                self.go(state, there, (thread, failing, true), room, out)?;
            }
        }
        out.stuck = !moved;
        Ok(())
    }

    /// Makes a step from a state, and those that are taken at once.
    fn go(
        &self,
        state: &State,
        there: &mut State,
        (thread, number, fail): (usize, u32, bool),
        room: &mut Room,
        out: &mut Expansion,
    ) -> Result<(), Box<Miss>> {
        there.copy(state);
        room.ready.copy(&room.here);
        let begin = out.hops.len();
        out.begin = begin;
        let reached = match self.take(there, thread, number, fail, out) {
            Some(ended) => ended,
            None => {
                self.moved(there, thread, number, &mut room.ready);
                self.settle(there, thread, room, out)?
            }
        };
        if reached == Reached::Nothing && !out.is_told {
            out.hops.truncate(begin);
        } else {
            out.reached.push((out.hops.len(), reached));
        }
        Ok(())
    }

    /// The next step of a thread, if it can make one.
    #[inline]
    fn next(&self, state: &State, thread: usize, ready: &mut Ready) -> Result<Option<u32>, Box<Miss>> {
        ready.step(thread, state, self.threads).map_err(|NeverAsked| missed(state, thread, false))
    }

    /// The step of a thread in which a call fails, if there is one.
    fn failing(&self, state: &State, thread: usize) -> Result<Option<u32>, Box<Miss>> {
        let node = NodeId(state.row[self.layout.place(thread)]);
        self.threads[thread]
            .look_up(node, &state.row, &state.values, true)
            .map_err(|NeverAsked| missed(state, thread, true))
    }

    fn moved(&self, state: &State, thread: usize, number: u32, ready: &mut Ready) {
        let step = self.threads[thread].step(number);
        let decisive = self.independence.map_or(Parts::NONE, Independence::goes_by);
        ready.moved(thread, step, state, self.threads, decisive);
    }

    /// Makes a step; what it is if the way ends there.
    fn take(&self, state: &mut State, thread: usize, number: u32, fail: bool, out: &mut Expansion) -> Option<Reached> {
        out.transitions += 1;
        out.hops.push(Hop { thread: thread as u8, fail });
        let step = self.threads[thread].step(number);
        if !step.unexpected.is_empty() {
            let begin = out.reached.last().map_or(0, |(end, _)| *end);
            let way = out.hops[begin..].to_vec();
            out.unexpected.extend(step.unexpected.iter().map(|&at| (way.clone(), at)));
        }
        if step.broken.iter().any(|&rule| self.options.bounds.looks_for(rule)) {
            return Some(Reached::Broken { rules: step.broken.to_vec(), quiet: false });
        }
        if step.next == NodeId::CRASHED {
            return Some(Reached::Nothing);
        }
        apply(self.options, state, thread, step, fail);
        if step.goes_round && self.options.bounds.looks_for(Rule::Livelock) {
            let hops = out.hops[out.begin..].to_vec();
            out.rounds.push(Round { hops, thread, row: state.row.as_slice().into() });
        }
        None
    }

    /// A state has been reached: goes on as long as only one step has to be looked at.
    fn settle(
        &self,
        state: &mut State,
        came_by: usize,
        room: &mut Room,
        out: &mut Expansion,
    ) -> Result<Reached, Box<Miss>> {
        let mut alone = EVERYBODY;
        if self.independence.is_some() {
            let mut prefer = came_by;
            loop {
                if let Some(broken) = self.quiet(state)? {
                    return Ok(broken);
                }
                let Some((thread, number, single)) = self.choose(state, prefer, &mut room.ready)? else { break };
                out.alone += 1;
                if !single {
                    alone = thread as u32;
                    break;
                }
                prefer = thread;
                if let Some(ended) = self.take(state, thread, number, false, out) {
                    return Ok(ended);
                }
                self.moved(state, thread, number, &mut room.ready);
            }
        } else if let Some(broken) = self.quiet(state)? {
            return Ok(broken);
        }
        state.row[self.layout.alone()] = alone;
        out.rows.extend_from_slice(&state.row);
        Ok(Reached::State)
    }

    /// The thread that may be looked at alone, with its step, and whether that is its only one. `prefer` is asked first.
    fn choose(&self, state: &State, prefer: usize, ready: &mut Ready) -> Result<Option<(usize, u32, bool)>, Box<Miss>> {
        let failures = state.row[self.layout.failures()];
        let others = (0..self.threads.len()).filter(|&thread| thread != prefer);
        for thread in std::iter::once(prefer).chain(others) {
            if ready.is_held_back(thread) {
                continue;
            }
            let Some(number) = self.next(state, thread, ready)? else { continue };
            if let Err(because_of) = self.may_go_alone(state, thread, number)? {
                ready.hold_back(thread, because_of);
                continue;
            }
            let may_fail = failures > 0 && self.threads[thread].step(number).can_fail;
            let failing = if may_fail { self.failing(state, thread)? } else { None };
            match failing {
                None => return Ok(Some((thread, number, true))),
                Some(failing) => match self.may_go_alone(state, thread, failing)? {
                    Ok(()) => return Ok(Some((thread, number, false))),
                    Err(because_of) => ready.hold_back(thread, because_of),
                },
            }
        }
        Ok(None)
    }

    /// May a thread be looked at alone with that step? If not, it may not as long as the named threads do not move.
    fn may_go_alone(&self, state: &State, thread: usize, number: u32) -> Result<Result<(), ThreadSet>, Box<Miss>> {
        let itself = Ok(Err(1 << thread));
        let Some(independence) = self.independence else { return itself };
        let step = self.threads[thread].step(number);
        let node = NodeId(state.row[self.layout.place(thread)]);
        let automaton = &self.threads[thread].automaton;
        let closes_a_loop = !automaton.goes_up(node, step.next);
        let ends_quiet = !step.calm && automaton.node(node).calm;
        if closes_a_loop
            || ends_quiet
            || !step.broken.is_empty()
            || !step.unexpected.is_empty()
            || step.next == NodeId::CRASHED
        {
            return itself;
        }
        let failures = state.row[self.layout.failures()];
        // Which calls fail makes no difference to others if none can fail any more, or any number can.
        let from = usize::from(failures == 0 || failures == Bounds::ANY_FAILURES);
        let asked = Asked { class: step.class, thread, from };
        match independence.look_up(asked, &state.row, state.places(), self.threads) {
            Alone::May => Ok(Ok(())),
            Alone::MayNot(because_of) => Ok(Err(because_of)),
            Alone::Open => Err(Box::new(Miss { state: state.clone(), what: Missing::Alone(asked) })),
        }
    }

    /// The broken rules for quiet moments, if this is one.
    fn quiet(&self, state: &State) -> Result<Option<Reached>, Box<Miss>> {
        if !self.moments.is_quiet(state.places(), self.threads) {
            return Ok(None);
        }
        match self.quiet.look_up(self.moments, (&state.row, &state.values), &self.options.bounds) {
            None => Err(Box::new(Miss { state: state.clone(), what: Missing::Quiet })),
            Some(rules) => Ok((!rules.is_empty()).then_some(Reached::Broken { rules, quiet: true })),
        }
    }
}

#[cold]
fn missed(state: &State, thread: usize, fail: bool) -> Box<Miss> {
    Box::new(Miss { state: state.clone(), what: Missing::Step { thread, fail } })
}

/// What a step does to a state.
pub fn apply(options: &Options, state: &mut State, thread: usize, step: &Step, fail: bool) {
    let layout = state.layout;
    for &(at, number) in &step.changes {
        state.change(at.into(), number);
    }
    state.change(layout.place(thread), step.next.0);
    let left = state.row[layout.failures()];
    if fail && left != Bounds::ANY_FAILURES {
        state.change(layout.failures(), left - 1);
    }
    let now = thread as u32 + 1;
    if options.policy == Policy::FewestSwitches && state.row[layout.last()] != now {
        state.row[layout.switches()] += u32::from(state.row[layout.last()] != 0);
        state.change(layout.last(), now);
    }
    state.row[layout.depth()] += 1;
}
