//! Answers to challenges that were handed in: the worker attacks them one by one, while the page for teachers is open.

use super::{Phase, Session};
use crate::action::{Effect, Panel};
use crate::challenge::Question;
use crate::challenge::judge::{Judgement, Outcome, attack_options, guards_of, judge_attack, scenario_with};
use crate::learn::{Page, grade_all};
use crate::search::{Attacked, Kind, Said};
use crate::texts::TextId;
use daxscope_lessons::challenge::{Guard, challenge};

impl Session {
    /// Reads what was pasted, and judges what takes no time.
    pub(crate) fn grade(&mut self, pasted: String) {
        self.learn.graded = grade_all(&pasted);
        self.learn.pasted = pasted;
        self.learn.verdicts.judge_all(&self.learn.graded);
    }

    /// Reads what was pasted before the window was loaded again, unless something newer is there.
    pub(crate) fn grade_kept(&mut self) {
        if self.learn.pasted.is_empty() && self.texts.whole(TextId::Lessons).is_ok() {
            let kept = std::mem::take(&mut self.learn.kept_pasted);
            self.grade(kept);
        }
    }

    /// Has the next answer attacked that waits for it.
    pub(crate) fn judge_handed_in(&mut self, effects: &mut Vec<Effect>) {
        if self.learn.page != Page::Teachers || self.panel != Panel::Learn || self.exploring.running.is_some() {
            return;
        }
        if let Some(Question::HandedIn(id, answer)) = self.challenge.question.clone()
            && let Some(Phase::Failed(why)) = self.exploring.challenge.as_ref().map(|asked| &asked.phase)
        {
            let sentence = format!("Nobody knows: {why}");
            self.challenge.question = None;
            self.learn.verdicts.tell(id, answer, Judgement::new(Outcome::Unknown, sentence));
        }
        while let Some((id, answer)) = self.learn.verdicts.waiting() {
            let guards = challenge(&id).map(|challenge| (challenge, guards_of(challenge, &answer)));
            let (challenge, guards) = match guards {
                Some((challenge, Ok(guards))) => (challenge, guards),
                Some((_, Err(why))) => {
                    self.learn.verdicts.tell(id, answer, Judgement::new(Outcome::Unreadable, why));
                    continue;
                }
                None => return,
            };
            let (scenario, options) = (scenario_with(challenge, &guards), attack_options(challenge));
            effects.push(self.ask_worker(Kind::Attack, Question::HandedIn(id, answer), &scenario, options));
            return;
        }
    }

    /// The worker has said what comes of an answer that was handed in.
    pub(super) fn handed_in_reported(&mut self, id: String, answer: String, said: Said) {
        let attacked = match said {
            Said::Holds(states) => Attacked::Holds(states),
            Said::Breaks(rule, schedule) => Attacked::Breaks(rule, schedule),
            _ => Attacked::Unknown("states"),
        };
        let Some(challenge) = challenge(&id) else { return };
        let guards: Vec<&Guard> = guards_of(challenge, &answer).unwrap_or_default();
        self.challenge.question = None;
        self.learn.verdicts.tell(id, answer, judge_attack(challenge, &guards, &attacked));
    }
}
