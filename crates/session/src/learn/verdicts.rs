//! What came of answers to challenges that were handed in. Each is judged once, by the engine; none is compared with a stored one.

use super::{Graded, Handed};
use crate::challenge::judge::{Judgement, Outcome, judge};
use daxscope_lessons::challenge::{Kind, challenge};
use std::collections::BTreeMap;

/// An answer, judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) is_par: bool,
    /// The same in a sentence.
    pub(crate) sentence: String,
}

/// By challenge and answer; none: the machine is still to attack it.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    all: BTreeMap<(String, String), Option<Verdict>>,
}

impl Verdict {
    fn of(judgement: Judgement) -> Verdict {
        Verdict { outcome: judgement.outcome, is_par: judgement.is_par(), sentence: judgement.sentence }
    }
}

impl Verdicts {
    /// Judges what takes no time; the rest waits.
    pub(crate) fn judge_all(&mut self, graded: &[Graded]) {
        for one in graded {
            let Graded::Read(Handed { challenges, .. }) = one else { continue };
            for (id, answer) in challenges {
                let key = (id.clone(), answer.clone());
                if self.all.contains_key(&key) {
                    continue;
                }
                let has_to_wait = challenge(id).is_some_and(|challenge| matches!(challenge.kind, Kind::Fix { .. }));
                let verdict = (!has_to_wait).then(|| Verdict::of(judge(id, answer)));
                self.all.insert(key, verdict);
            }
        }
    }

    /// What came of it, if that is known.
    pub(crate) fn of(&self, id: &str, answer: &str) -> Option<&Verdict> {
        self.all.get(&(id.to_owned(), answer.to_owned()))?.as_ref()
    }

    /// The next one that waits.
    pub(crate) fn waiting(&self) -> Option<(String, String)> {
        self.all.iter().find(|(_, verdict)| verdict.is_none()).map(|(key, _)| key.clone())
    }

    /// Something was judged.
    pub(crate) fn tell(&mut self, id: String, answer: String, judgement: Judgement) {
        self.all.insert((id, answer), Some(Verdict::of(judgement)));
    }
}
