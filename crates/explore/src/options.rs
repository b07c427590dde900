//! What a search is asked: how far, in which order, and by which reductions.

use daxscope_core::check::Rule;
use daxscope_core::scenario::{FailPoint, StepSize};

/// What a search is asked.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Options {
    /// How far it goes.
    pub bounds: Bounds,
    /// In which order.
    pub policy: Policy,
    /// What it may leave out because it cannot change the verdict.
    pub reductions: Reductions,
}

/// How far a search goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Most states that are stored.
    pub states: usize,
    /// Most steps from the start.
    pub depth: u32,
    /// How many calls may be made to fail in one run, beyond those of the script; [`Bounds::ANY_FAILURES`]: no limit.
    pub failures: u32,
    /// Which calls.
    pub fail_points: Vec<FailPoint>,
    /// Stop at the first broken rule of these; none: of any.
    pub rules: Vec<Rule>,
    /// Most seconds by the clock of the caller ([`crate::Watch`]); none: no limit.
    pub seconds: Option<u64>,
    /// Most bytes of the search's own tables ([`crate::Counts::memory`]); none: as many as there are.
    pub memory: Option<u64>,
}

impl Bounds {
    /// Any call may fail at any time.
    pub const ANY_FAILURES: u32 = u32::MAX;

    /// Does the search look for this rule?
    #[must_use]
    pub fn looks_for(&self, rule: Rule) -> bool {
        self.rules.is_empty() || self.rules.contains(&rule)
    }
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            states: 20_000_000,
            depth: 10_000,
            failures: 0,
            fail_points: vec![FailPoint::Preload],
            rules: Vec::new(),
            seconds: None,
            memory: None,
        }
    }
}

/// Which bound was hit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bound {
    /// [`Bounds::states`].
    States,
    /// [`Bounds::depth`].
    Depth,
    /// The number of runs of a random policy.
    Runs,
    /// [`Bounds::seconds`].
    Seconds,
    /// [`Bounds::memory`], or the machine has no more.
    Memory,
    /// No bound: somebody stopped the search ([`crate::Watch::with_stop`]).
    Interrupted,
}

impl Bound {
    /// As a message has it: "the bound on ...".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Bound::States => "states",
            Bound::Depth => "depth",
            Bound::Runs => "runs",
            Bound::Seconds => "seconds",
            Bound::Memory => "memory",
            Bound::Interrupted => "patience",
        }
    }
}

/// In which order a search goes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Policy {
    /// Fewest steps first: what is found is shortest.
    #[default]
    BreadthFirst,
    /// Deepest first: little memory for what is still to be looked at.
    DepthFirst,
    /// Fewest context switches first, then fewest steps.
    FewestSwitches,
    /// Runs chosen at random, for what is too large; never complete.
    Random {
        /// The seed: the same seed gives the same runs.
        seed: u64,
        /// How many.
        runs: u32,
    },
    /// Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): random priorities, lowered at a few random
    /// steps; never complete.
    Pct {
        /// The seed: the same seed gives the same runs.
        seed: u64,
        /// How many.
        runs: u32,
        /// How many steps lower a priority.
        changes: u32,
    },
}

/// What a search may leave out. All of these agree on verdicts and final states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reductions {
    /// A state that was met before is not looked at again.
    pub caching: bool,
    /// Places of a thread are one if the thread cannot tell them apart.
    pub merging: bool,
    /// Places of a thread are one if it does the same from both, whatever it is told ([`crate::alike`]). Needs merging.
    pub bisimulation: bool,
    /// What nobody can see in the middle of is one step ([`StepSize::Section`]); without it every operation is a step.
    pub critical_sections: bool,
    /// Where the next step of one thread does not depend on anything that others can do before it, only that thread is
    /// looked at.
    pub persistent_sets: bool,
    /// States that differ only in which of several equal threads is where are one.
    pub symmetry: bool,
}

impl Reductions {
    /// How far a step goes.
    #[must_use]
    pub const fn step_size(self) -> StepSize {
        if self.critical_sections { StepSize::Section } else { StepSize::Atom }
    }

    /// None: every interleaving of single operations.
    pub const NONE: Reductions = Reductions {
        caching: false,
        merging: false,
        bisimulation: false,
        critical_sections: false,
        persistent_sets: false,
        symmetry: false,
    };

    /// Those that leave the length of the shortest way into a violation as it is.
    pub const SHORTEST: Reductions = Reductions {
        caching: true,
        merging: true,
        bisimulation: true,
        critical_sections: true,
        persistent_sets: false,
        symmetry: true,
    };

    /// All.
    pub const ALL: Reductions = Reductions { persistent_sets: true, ..Reductions::SHORTEST };
}

impl Default for Reductions {
    fn default() -> Reductions {
        Reductions::ALL
    }
}
