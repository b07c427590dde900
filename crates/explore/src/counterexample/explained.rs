//! What a counterexample says in the end, as plain data.

use daxscope_core::check::{Rule, Violation};
use daxscope_core::scenario::{Scenario, Schedule};
use daxscope_core::units::ThreadId;

/// A counterexample, minimised and explained.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explained {
    /// The scenario, perhaps smaller than the one that was searched; its schedule is [`Explained::schedule`].
    pub scenario: Scenario,
    /// The way into the broken rule, by scheduling points. The rule breaks at its last step and not before.
    pub schedule: Schedule,
    /// Where each thread of the scenario was in the one that was searched.
    pub threads: Vec<ThreadId>,
    /// The broken rule.
    pub rule: Rule,
    /// How the last step breaks it.
    pub violation: Violation,
    /// Where it goes wrong: `dax_insert_mapping (pte_fault.rs, line 150)`. Empty if threads wait for each other: that is nowhere.
    pub place: String,
    /// Does it need operations that overlap? Nothing smaller was taken that does not.
    pub is_concurrent: bool,
    /// In which order of whole operations it breaks, and with which switches it does not: `no race: ...`. Empty: in none, or
    /// nobody knows.
    pub in_turn: String,
    /// What makes it impossible, each by a complete search: `fs_lock on`, `no failing call`, `wake_mode_downgrade=all`. Nothing
    /// smaller was taken that any of these does not make impossible.
    pub excluded_by: Vec<String>,
    /// What is not known of that, in words: `whether journal on excludes it`.
    pub not_known: Vec<String>,
    /// Steps and switches of the way that was found first, and of this one.
    pub found: Size,
    /// As [`Explained::found`], now.
    pub size: Size,
    /// What is gone from the scenario, in the order in which it went.
    pub removed: Vec<String>,
    /// What is simpler: `smaller page numbers`.
    pub simpler: Vec<&'static str>,
    /// Can no thread, operation or failure be left out?
    pub smallest: Claim,
    /// Is there no shorter way?
    pub shortest: Claim,
    /// Is there no way of this length with fewer context switches?
    pub fewest_switches: Claim,
    /// Every context switch, in order.
    pub switches: Vec<Switch>,
    /// The steps on which it depends, in order; the last one breaks the rule.
    pub key_steps: Vec<KeyStep>,
    /// One sentence for each step.
    pub sentences: Vec<(ThreadId, String)>,
    /// All of it in one paragraph.
    pub story: String,
}

/// How long a way is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Threads of the scenario.
    pub threads: usize,
    /// Operations of all threads.
    pub operations: usize,
    /// Failures of the script, and calls that the schedule makes fail.
    pub failures: usize,
    /// Scheduling points.
    pub steps: usize,
    /// Context switches.
    pub switches: usize,
}

/// How sure it is that nothing is better.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Claim {
    /// Everything better was looked for and is not there.
    Proved {
        /// How: `a walk through all 1,234 states`.
        by: String,
    },
    /// The best that was found.
    BestFound {
        /// Why it is not proved: `the bound on states was hit`.
        because: String,
    },
}

impl Claim {
    /// Is it proved?
    #[must_use]
    pub const fn is_proved(&self) -> bool {
        matches!(self, Claim::Proved { .. })
    }

    /// As a line: `proved by ...`, or `best found: ...`.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Claim::Proved { by } => format!("proved by {by}"),
            Claim::BestFound { because } => format!("best found, not proved: {because}"),
        }
    }
}

/// What a context switch is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SwitchKind {
    /// The thread before cannot go on: it is done or waits.
    Forced,
    /// Without it, the bug does not happen.
    Needed,
    /// Without it, the bug happens all the same, in another way.
    OtherWay,
}

/// A context switch, and what a replay without it shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Switch {
    /// The first step of the other thread, counted from 1.
    pub step: usize,
    /// Who ran.
    pub from: ThreadId,
    /// Who runs now.
    pub to: ThreadId,
    /// What it is good for.
    pub kind: SwitchKind,
    /// The same in words.
    pub sentence: String,
}

/// A step on which the broken rule depends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyStep {
    /// Its number, counted from 1.
    pub step: usize,
    /// What it has to do with the rule: `the last change of the entry at 0x200`.
    pub why: String,
    /// What the thread does there, with its letter: `A deletes the locked 2 MiB empty entry at 0x200`.
    pub what: String,
}
