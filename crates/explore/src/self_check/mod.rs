//! The search checked against itself and against the machine: on random scripts, every way of searching has to say that
//! the same rules can break.
//!
//! A *case* is a random script ([`random_script`]) and how many calls may fail. Each way of searching ([`ways`]) collects
//! all rules that it finds broken, and the machine is stepped at random beside them ([`walks`]). What any of them finds,
//! every complete search must have found too; and every way that a search names must break its rule when the machine
//! steps it ([`compare`]). A case that fails is made smaller ([`shrink`]).
//!
//! Nothing here is used by a search; tests and tools use it. docs/self-checks.md says what it found.

pub mod compare;
mod draw;
mod of_era;
mod random_calls;
pub mod random_script;
mod random_world;
pub mod reached;
pub mod shrink;
pub mod walks;
pub mod ways;

pub use compare::{Difference, differences};
pub use ways::{RuleSet, Searching};

use crate::options::Bounds;
use daxscope_core::scenario::{FailPoint, Parsed, Scenario, Severity, format, parse};
use std::sync::Arc;

/// What is compared.
#[derive(Clone, Debug)]
pub struct Case {
    /// The script, and with it the kernel.
    pub scenario: Arc<Scenario>,
    /// How many calls, of any kind, may be made to fail in one run beyond those of the script.
    pub failures: u32,
}

/// How much is done for a case. Whatever is cut by it is compared one-sidedly.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Most states that one search stores.
    pub states: usize,
    /// Random runs of the machine, and runs of the random policies.
    pub walks: u32,
    /// Most steps of such a run.
    pub walk_steps: u32,
}

impl Effort {
    /// A second or less in an engine that is hardly optimised.
    pub const QUICK: Effort = Effort { states: 3_000, walks: 25, walk_steps: 600 };
    /// For an optimised engine.
    pub const THOROUGH: Effort = Effort { states: 30_000, walks: 150, walk_steps: 1_500 };
}

impl Case {
    /// The case of that seed: the same on every machine.
    ///
    /// # Panics
    ///
    /// If the generator writes what the reader of scripts refuses, or the formatter changes what it means.
    #[must_use]
    pub fn random(seed: u64) -> Case {
        Case::of_text(seed, random_script::draw(seed, false))
    }

    /// The same for a kernel of the XArray's era.
    ///
    /// # Panics
    ///
    /// As [`Case::random`].
    #[must_use]
    pub fn random_of_xarray(seed: u64) -> Case {
        let mut case = Case::of_text(seed, random_script::draw(seed, true));
        let mut scenario = Scenario::clone(&case.scenario);
        of_era::add(seed, &mut scenario);
        case.scenario = Arc::new(scenario);
        case
    }

    fn of_text(seed: u64, (text, failures): (String, u32)) -> Case {
        let parsed = parse(&text);
        assert!(!has_errors(&parsed), "seed {seed}: {:?}\n{text}", parsed.diagnostics);
        let again = parse(&format(&parsed.scenario));
        assert_eq!(again.scenario, parsed.scenario, "seed {seed}: the formatter changes\n{text}");
        let mut scenario = parsed.scenario;
        random_calls::add(seed, &mut scenario);
        Case { scenario: Arc::new(scenario), failures }
    }

    /// What the searches are asked.
    #[must_use]
    pub fn bounds(&self, effort: Effort) -> Bounds {
        Bounds {
            states: effort.states,
            failures: self.failures,
            fail_points: FailPoint::of(&self.scenario.revision).to_vec(),
            memory: Some(1 << 30),
            ..Bounds::default()
        }
    }

    /// The script, and behind it as a comment the words that `daxscope explore` needs.
    #[must_use]
    pub fn text(&self) -> String {
        let script = format(&self.scenario);
        if self.failures == 0 { script } else { format!("{script}# --failures {}, any call\n", self.failures) }
    }
}

/// Does anything in the script stand in the way of running it?
pub(crate) fn has_errors(parsed: &Parsed) -> bool {
    parsed.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
