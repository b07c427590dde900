//! What a search really does, whatever was asked: what its certificate says.

use crate::options::Reductions;
use daxscope_core::scenario::StepSize;

/// What a search really does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ran {
    /// How far its steps go.
    pub step_size: StepSize,
    /// Each reduction, by its name on the command line, and what came of it; critical sections are the step size.
    pub reductions: [(&'static str, Use); 5],
}

/// What came of a reduction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Use {
    /// It was asked for and is used.
    Used,
    /// It was not asked for.
    NotAsked,
    /// It was asked for, and there is nothing for it to do: why.
    Idle(&'static str),
}

impl Use {
    /// Used if asked for, unless there is a reason why not.
    #[must_use]
    pub const fn of(asked: bool, idle: Option<&'static str>) -> Use {
        match (asked, idle) {
            (false, _) => Use::NotAsked,
            (true, Some(why)) => Use::Idle(why),
            (true, None) => Use::Used,
        }
    }

    /// As a certificate has it: `used`, `off`, or why it is not used.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self {
            Use::Used => "used",
            Use::NotAsked => "off",
            Use::Idle(why) => why,
        }
    }
}

/// For each reduction, why there is nothing for it to do; `None`: it is used if it is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Idle {
    pub(crate) caching: Option<&'static str>,
    pub(crate) merging: Option<&'static str>,
    pub(crate) bisimulation: Option<&'static str>,
    pub(crate) persistent_sets: Option<&'static str>,
    pub(crate) symmetry: Option<&'static str>,
}

impl Ran {
    pub(crate) const fn new(step_size: StepSize, asked: &Reductions, idle: Idle) -> Ran {
        Ran {
            step_size,
            reductions: [
                ("caching", Use::of(asked.caching, idle.caching)),
                ("merging", Use::of(asked.merging, idle.merging)),
                ("bisimulation", Use::of(asked.bisimulation, idle.bisimulation)),
                ("persistent-sets", Use::of(asked.persistent_sets, idle.persistent_sets)),
                ("symmetry", Use::of(asked.symmetry, idle.symmetry)),
            ],
        }
    }

    /// In one line: step size, and each reduction.
    #[must_use]
    pub fn text(&self) -> String {
        let reductions = self.reductions.iter().map(|(name, used)| format!("{name} {}", used.text()));
        format!("by {}; {}", self.step_size.name(), reductions.collect::<Vec<_>>().join(", "))
    }
}

/// The probability that two of so many random keys of 128 bits are the same.
#[must_use]
pub fn collision_probability(keys: u64) -> f64 {
    let keys = keys as f64;
    keys * keys / 2.0 / 2.0_f64.powi(128)
}

/// How far a search that did not come to its end has come all the same.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Proved {
    /// No way of at most so many steps breaks a rule.
    pub steps: Option<u32>,
    /// No way with at most so many context switches breaks a rule.
    pub switches: Option<u32>,
}

impl Proved {
    /// In one sentence without its end; `None` if nothing is proved.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match (self.steps, self.switches) {
            (Some(steps), _) => Some(format!("no way of at most {steps} steps breaks a rule")),
            (None, Some(1)) => Some("no way with at most 1 context switch breaks a rule".into()),
            (None, Some(switches)) => Some(format!("no way with at most {switches} context switches breaks a rule")),
            (None, None) => None,
        }
    }
}
