//! What a search tells of itself: what ran, what it may have left out, what is proved, how far it has come.

use super::Graph;
use crate::options::Policy;
use crate::persistent::Independence;
use crate::ran::{Idle, Proved, Ran, collision_probability};
use crate::steps::Steps;
use crate::symmetry::Symmetry;
use crate::unmet::Unmet;
use crate::verdict::Counts;

impl Graph {
    /// What it really does.
    #[must_use]
    pub fn ran(&self) -> Ran {
        let symmetry = match &self.symmetry {
            None => Some("idle: no two threads are identical"),
            Some(symmetry) if !symmetry.is_complete() => Some("used for the first few of the identical threads"),
            Some(_) => None,
        };
        let persistent_sets = match self.counts.alone {
            0 => Some("idle: no thread could be looked at alone"),
            _ => None,
        };
        let bisimulation = match () {
            () if !self.options.reductions.merging => Some("idle: without merging all places are apart"),
            () if !self.places.compares_any() => Some("idle: all threads are identical to others"),
            () if !self.places.are_compared() => Some("idle: too few states to be worth while"),
            () => None,
        };
        let idle = Idle { bisimulation, persistent_sets, symmetry, ..Idle::default() };
        Ran::new(self.learning.step_size(), &self.options.reductions, idle)
    }

    /// The probability that two of all things that are told apart by 128 bits had the same: values of the parts of the world,
    /// and places. States, steps, decisions and moments are told apart exactly.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        let places = self.threads.iter().map(|steps| steps.automaton.nodes().len() as u64);
        places.chain([self.learning.store.len() as u64]).map(collision_probability).sum()
    }

    /// What is proved although the search has not come to its end.
    #[must_use]
    pub fn proved(&self) -> Proved {
        // With persistent sets, a way that was left out may be shorter than the one that was looked at for it.
        let nothing = self.independence.is_some() || self.counts.transitions == 0 || self.places_parted();
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

    /// Bytes of all tables, about.
    pub(super) fn memory(&self) -> usize {
        self.state_bytes()
            + self.threads.iter().map(Steps::bytes).sum::<usize>()
            + self.learning.bytes()
            + self.independence.as_ref().map_or(0, Independence::bytes)
            + self.symmetry.as_ref().map_or(0, Symmetry::bytes)
            + self.quiet.bytes()
    }

    /// Bytes that states take up.
    fn state_bytes(&self) -> usize {
        self.frontier.bytes() + self.rows.bytes() + self.ways.bytes() + self.done.capacity()
    }
}
