//! Which switches a scenario needs: each guard set otherwise, one at a time, and the search asked again.
//!
//! A guard ([`Switch::is_guard`]) that is at its corrected setting is tried at each of its other settings, and each lock that a
//! script can leave out is left out. Either a rule breaks, and the shortest way there says what the guard is for; or none does within the bounds.

use crate::options::{Bound, Options, Policy, Reductions};
use crate::search::Search;
use crate::verdict::{Counts, Found, Verdict};
use crate::watch::Watch;
use daxscope_core::check::Rule;
use daxscope_core::revision::{Revision, Switch, switch};
use daxscope_core::scenario::{Scenario, Without};
use std::sync::Arc;

/// What a scenario may need: a switch of the kernel, or a lock that a line of the script leaves out.
#[derive(Clone, Copy, Debug)]
pub enum Guard {
    /// A switch.
    Switch(&'static Switch),
    /// The lock of the file system around faults, truncate and punch.
    FsLock,
    /// `i_mmap_rwsem` around the walk of fsync.
    IMmapRwsem,
    /// The transaction of the journal.
    Journal,
    /// A part of what makes stores durable.
    Durable(Without),
}

impl Guard {
    /// The locks of a script, outermost first.
    const LOCKS: [Guard; 3] = [Guard::FsLock, Guard::Journal, Guard::IMmapRwsem];

    /// The name in scripts.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Guard::Switch(switch) => switch.name,
            Guard::FsLock => "fs_lock",
            Guard::IMmapRwsem => "i_mmap_rwsem",
            Guard::Journal => "journal",
            Guard::Durable(what) => what.name(),
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Guard> {
        let lock = Self::LOCKS.into_iter().find(|guard| guard.name() == name);
        let durable = || Without::ALL.into_iter().find(|what| what.name() == name).map(Guard::Durable);
        lock.or_else(|| switch(name).map(Guard::Switch)).or_else(durable)
    }

    /// What it decides.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        match self {
            Guard::Switch(switch) => switch.about,
            Guard::FsLock => "fault handlers read under the lock of the file system, truncate and punch write",
            Guard::IMmapRwsem => {
                "fsync walks the mappings under i_mmap_rwsem: nobody frees page tables meanwhile, nor unmaps before 5.18"
            }
            Guard::Journal => "writes and write faults hold a handle of the transaction that fsync commits",
            Guard::Durable(what) => what.about(),
        }
    }

    /// Commit, mail or release that flipped a switch; for a lock, who takes it.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        match self {
            Guard::Switch(switch) => switch.source,
            Guard::FsLock => "i_mmap_sem of ext4, XFS_MMAPLOCK of xfs",
            Guard::IMmapRwsem => "dax_mapping_entry_mkclean, unmap_mapping_range and unlink_file_vma of every kernel",
            Guard::Journal => "jbd2 of ext4",
            Guard::Durable(_) => "no kernel leaves it out: `without` in the script does",
        }
    }

    /// Does the scenario take the lock? A switch is no lock.
    fn is_taken(self, scenario: &Scenario) -> bool {
        match self {
            Guard::Switch(_) | Guard::Durable(_) => false,
            Guard::FsLock => scenario.fs_lock,
            Guard::IMmapRwsem => scenario.i_mmap_rwsem,
            Guard::Journal => scenario.journal,
        }
    }
}

/// One guard at another setting.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// The guard.
    pub guard: Guard,
    /// Its setting in the scenario.
    pub from: &'static str,
    /// The setting that is tried.
    pub to: &'static str,
}

impl Trial {
    /// The scenario with the guard at that setting.
    #[must_use]
    pub fn scenario(&self, scenario: &Scenario) -> Arc<Scenario> {
        let mut scenario = scenario.clone();
        match self.guard {
            Guard::Switch(switch) => {
                (switch.set)(&mut scenario.revision, self.to);
            }
            Guard::FsLock => scenario.fs_lock = false,
            Guard::IMmapRwsem => scenario.i_mmap_rwsem = false,
            Guard::Journal => scenario.journal = false,
            Guard::Durable(what) => scenario.without = Some(what),
        }
        Arc::new(scenario)
    }
}

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was tried.
    pub trial: Trial,
    /// What the search said.
    pub need: Need,
    /// How far the last search for it came.
    pub counts: Counts,
}

/// Is a guard needed?
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// Without it a rule breaks.
    Needed {
        /// The way there.
        found: Found,
        /// Is no way shorter? Not so if a bound was hit while looking for one.
        shortest: bool,
    },
    /// No rule breaks without it in any interleaving within the bounds on failures.
    NotNeeded,
    /// A bound was hit: nobody knows.
    Unknown(Bound),
}

/// How far the trials have come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Not done yet.
    Running,
    /// Every guard has been tried.
    Done,
    /// The scenario breaks a rule as it is, or hits a bound: trials would say nothing about the guards.
    NoBaseline,
}

/// The trials of one scenario, resumable like a [`Search`].
#[derive(Debug)]
pub struct Necessity {
    scenario: Arc<Scenario>,
    options: Options,
    trials: Vec<Trial>,
    rows: Vec<Row>,
    baseline: Option<Verdict>,
    search: Search,
    /// What every search looks at.
    watch: Watch,
    /// A way into a broken rule, while a shortest one is looked for.
    found: Option<Found>,
    omission_probability: f64,
}

impl Necessity {
    /// Trials that have not begun. The bounds and reductions of `options` are those of every search; how long a way is,
    /// is asked of a search by [`Reductions::SHORTEST`], breadth first.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Necessity {
        Self::of(trials(&scenario), scenario, options)
    }

    /// Which flush, mark, wait or commit is needed so that nothing is lost that a sync has promised: these left out, then every guard of
    /// [`trials`], and only that rule looked at.
    #[must_use]
    pub fn of_durability(scenario: Arc<Scenario>, mut options: Options) -> Necessity {
        options.bounds.rules = vec![Rule::LostDurability];
        let durable = durability_trials(&scenario).into_iter();
        Self::of(durable.chain(trials(&scenario)).collect(), scenario, options)
    }

    fn of(trials: Vec<Trial>, scenario: Arc<Scenario>, options: Options) -> Necessity {
        let search = Search::new(Arc::clone(&scenario), options.clone());
        Necessity {
            scenario,
            options,
            trials,
            rows: Vec::new(),
            baseline: None,
            search,
            watch: Watch::default(),
            found: None,
            omission_probability: 0.0,
        }
    }

    /// Has every search look at a watch; to be said before the trials begin.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Necessity {
        Necessity { search: self.search.watched(watch.clone()), watch, ..self }
    }

    /// All trials, those to come included.
    #[must_use]
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// The trials that are done.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What the search says of the scenario as it is; `None` if that is not known yet.
    #[must_use]
    pub const fn baseline(&self) -> Option<&Verdict> {
        self.baseline.as_ref()
    }

    /// How far the search under way has come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.search.counts()
    }

    /// The probability that any of the searches that have ended left out a state, at most.
    #[must_use]
    pub const fn omission_probability(&self) -> f64 {
        self.omission_probability
    }

    /// How far the trials have come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        match &self.baseline {
            None => Progress::Running,
            Some(Verdict::Complete) if self.rows.len() < self.trials.len() => Progress::Running,
            Some(Verdict::Complete) => Progress::Done,
            Some(_) => Progress::NoBaseline,
        }
    }

    /// Looks at about `budget` more transitions.
    pub fn advance(&mut self, budget: u64) -> Progress {
        if self.progress() != Progress::Running {
            return self.progress();
        }
        let verdict = self.search.advance(budget).clone();
        if verdict == Verdict::Running {
            return Progress::Running;
        }
        self.omission_probability += self.search.omission_probability();
        if self.baseline.is_none() {
            self.baseline = Some(verdict);
        } else if let Some(need) = self.need(verdict) {
            let trial = self.trials[self.rows.len()];
            self.rows.push(Row { trial, need, counts: self.search.counts() });
        } else {
            // The same trial once more, for the shortest way.
            self.search = self.next_search(shortest(&self.options));
            return Progress::Running;
        }
        if self.progress() == Progress::Running {
            self.search = self.next_search(self.options.clone());
        }
        self.progress()
    }

    /// What the end of a search says of the guard; `None` if a shorter way has still to be looked for.
    fn need(&mut self, verdict: Verdict) -> Option<Need> {
        match (verdict, self.found.take()) {
            (Verdict::Violation(found), None) if self.options != shortest(&self.options) => {
                self.found = Some(found);
                None
            }
            (Verdict::Violation(found), _) => Some(Need::Needed { found, shortest: true }),
            (_, Some(found)) => Some(Need::Needed { found, shortest: false }),
            (Verdict::BoundHit(bound), None) => Some(Need::Unknown(bound)),
            (Verdict::Complete | Verdict::Running, None) => Some(Need::NotNeeded),
        }
    }

    /// A search of the trial that is next.
    fn next_search(&self, options: Options) -> Search {
        Search::new(self.trials[self.rows.len()].scenario(&self.scenario), options).watched(self.watch.clone())
    }
}

/// The same bounds, searched so that what is found is shortest.
fn shortest(options: &Options) -> Options {
    let reductions = Reductions { persistent_sets: false, ..options.reductions };
    Options { policy: Policy::BreadthFirst, reductions, ..options.clone() }
}

/// Every other setting of each switch that is at its corrected setting, and each lock that is taken left out.
#[must_use]
pub fn trials(scenario: &Scenario) -> Vec<Trial> {
    let locks = Guard::LOCKS.into_iter().filter(|guard| guard.is_taken(scenario));
    let locks = locks.map(|guard| Trial { guard, from: "on", to: "off" });
    switch_trials(&scenario.revision).into_iter().chain(locks).collect()
}

/// What makes stores durable, as far as the script has a sync that vouches for it.
fn durability_trials(scenario: &Scenario) -> Vec<Trial> {
    let is_asked = |what: &Without| match what {
        Without::Flush | Without::Protect | Without::Dirty | Without::Towrite => scenario.has_fsync(),
        Without::Commit | Without::SyncFault => scenario.syncs_faults(),
    };
    let asked = Without::ALL.into_iter().filter(is_asked).filter(|_| scenario.without.is_none());
    asked.map(|what| Trial { guard: Guard::Durable(what), from: "on", to: "off" }).collect()
}

fn switch_trials(revision: &Revision) -> Vec<Trial> {
    let corrected = |switch: &&Switch| (switch.get)(revision) == (switch.get)(revision.fixed());
    let guards = revision.switches().iter().filter(|switch| switch.is_guard).filter(corrected);
    guards
        .flat_map(|switch| {
            let from = (switch.get)(revision);
            let others = switch.values.iter().filter(move |&&value| value != from);
            others.map(move |&to| Trial { guard: Guard::Switch(switch), from, to })
        })
        .collect()
}
