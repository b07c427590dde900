//! Places that stand for others: when they are compared, and what if two prove different.

use super::Graph;
use crate::livelock::Judged;
use crate::steps::Steps;
use crate::verdict::Verdict;

/// Stored states from which on it is worth while to compare places, if nobody says otherwise.
const WORTH_WHILE: u64 = 4_096;

/// When places are compared.
#[derive(Debug)]
pub(super) struct Places {
    /// By thread, whether its places are compared at all.
    compares: Vec<bool>,
    /// Answers that all threads had received when places were compared last; none: they never were.
    compared: Option<usize>,
    /// Stored states from which on it is worth while.
    from: u64,
}

impl Places {
    /// None was compared.
    pub(super) const fn new(compares: Vec<bool>) -> Places {
        Places { compares, compared: None, from: WORTH_WHILE }
    }

    /// Is there any place that stands for another?
    pub(super) const fn are_compared(&self) -> bool {
        self.compared.is_some()
    }

    /// Is there a thread whose places are compared?
    pub(super) fn compares_any(&self) -> bool {
        self.compares.contains(&true)
    }
}

impl Graph {
    /// Compares places from so many stored states on; to be said before the search begins.
    pub fn set_places_from(&mut self, states: u64) {
        self.places.from = states;
    }

    /// A search begins anew: whatever was learnt is compared at once, if it was worth while before.
    pub(super) fn begin_places(&mut self) {
        if self.places.are_compared() {
            self.compare_places();
        }
    }

    /// Compares places if that is worth while and much was learnt since the last time.
    pub(super) fn look_at_places(&mut self) {
        let due = self.places.compared.map_or(0, |compared| compared + compared / 8 + 64);
        if self.places.compares_any() && self.counts.states >= self.places.from && self.received() >= due {
            self.compare_places();
        }
    }

    /// Have two places that were taken for one proved different? Then what was found may rest on it, and nothing more can
    /// be found.
    pub(super) fn places_parted(&self) -> bool {
        self.threads.iter().any(Steps::parted)
    }

    /// If places have proved different the search begins anew, whatever it has found; what was judged of livelocks rests on
    /// them too.
    pub(super) fn mend_places(&mut self) {
        if self.places_parted() {
            self.judged = Judged::default();
        }
        if self.places_parted() && matches!(self.verdict, Verdict::Running | Verdict::Violation(_)) {
            self.verdict = Verdict::Running;
            self.begin();
        }
    }

    /// Answers that all threads have received.
    fn received(&self) -> usize {
        self.threads.iter().map(|steps| steps.automaton.received().len()).sum()
    }

    fn compare_places(&mut self) {
        self.places.compared = Some(self.received());
        let compared = self.threads.iter_mut().zip(&self.places.compares).filter(|(_, compares)| **compares);
        compared.for_each(|(steps, _)| steps.compare_places());
    }
}
