//! Is a claimed interleaving possible, and does it do harm? What is claimed are lines of a diagram, or steps with gaps
//! ([`claim`]); all that they leave out may happen anywhere.
//!
//! Every run of the scenario is followed together with how many lines it has come past (states and lines make the states that
//! are looked at; most lines first). Taking each line at the first moment at which it can be taken loses nothing: what comes after is then as much
//! as it can be. So if no run comes past line n, no run does. What is found is replayed on the machine before it is told.
//!
//! A livelock is a circle of states: if a thread goes round a loop behind the claim, all circles of the scenario are looked for
//! ([`crate::Livelocks`]). If there are some elsewhere than in the run at hand, nobody knows.

pub mod claim;
pub mod diagram;
mod end;
pub mod pattern;
mod search;
mod space;
mod take;
mod why;

pub use claim::{Claim, Diagram, Gapped, Line};
pub use search::Judge;

use daxscope_core::check::Rule;
use daxscope_core::scenario::{FailPoint, Schedule};

/// What is asked besides the claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The rules whose breaking is harm; none: all, or the one that the diagram names.
    pub rules: Vec<Rule>,
    /// How many calls may be made to fail.
    pub failures: u32,
    /// Which calls.
    pub fail_points: Vec<FailPoint>,
    /// Most states, each counted with how many lines it has come past.
    pub states: usize,
}

/// What is known of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// Nothing yet.
    Running,
    /// A run does all of it, and breaks these rules.
    Possible {
        /// The rules.
        rules: Vec<Rule>,
        /// The run.
        way: Schedule,
    },
    /// Runs do all of it, and none of them breaks a rule that counts, however it goes on.
    Harmless {
        /// One of them.
        way: Schedule,
        /// Rules that do not count and break in some of them.
        others: Vec<Rule>,
    },
    /// No run does it.
    Impossible(Impossible),
    /// Too many states.
    Unknown {
        /// A run that does all of it, if one was found: then it is the harm that nobody knows of.
        way: Option<Schedule>,
        /// Lines or steps that some run comes past.
        past: usize,
    },
}

/// Why no run does what is claimed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Impossible {
    /// The first line or step that no run comes past: its place among all, from 0. Of several in a row, the first that no run takes.
    pub at: usize,
    /// Why, in sentences.
    pub reason: String,
    /// A run that does everything before it.
    pub way: Schedule,
    /// Is the line's name or wording nothing that was met in any run? Then it may be misspelt.
    pub is_never_met: bool,
}
