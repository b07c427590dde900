//! A counterexample made smaller and explained, as it is told.

use super::message::Writer;
use daxscope_core::scenario::{Scenario, Schedule, format};
use daxscope_explore::counterexample::{Claim, Counterexample, Explained, Stage};

/// What a worker says about a way into a broken rule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Explanation {
    /// What is being done, while it is not complete: `looks for a shorter way`.
    pub progress: String,
    /// The way in the scenario that was searched, made as small as it can be; `None` while it is not complete.
    pub way: Option<Schedule>,
    /// A smaller scenario with the same bug and a way into it; empty if there is none, or nobody has looked for it yet.
    pub script: String,
    /// All of it in one paragraph.
    pub story: String,
    /// Where it needs no overlap, the order of whole operations in which it breaks, as a sentence; else empty.
    pub in_turn: String,
    /// What is gone from the smaller scenario.
    pub removed: Vec<String>,
    /// What is simpler in it: `smaller page numbers`.
    pub simpler: Vec<String>,
    /// Every context switch: its step and what it is for.
    pub switches: Vec<(usize, String)>,
    /// The steps on which the broken rule depends.
    pub key_steps: Vec<(usize, String)>,
    /// How sure it is that nothing is smaller.
    pub claims: Vec<String>,
}

impl Explanation {
    /// What a counterexample in the scenario that was searched says so far.
    pub(super) fn of(counterexample: &Counterexample) -> Explanation {
        let progress = |progress: String| Explanation { progress, ..Explanation::default() };
        match counterexample.stage() {
            Stage::Same => progress("Asks what makes it impossible.".into()),
            Stage::Smaller { tried, .. } => progress(format!("Looks for a smaller scenario ({tried} tried).")),
            Stage::Shortest { states } => progress(format!("Looks for a shorter way ({states} states).")),
            Stage::FewestSwitches { states } => {
                progress(format!("Looks for a way with fewer context switches ({states} states)."))
            }
            Stage::NotConfirmed(why) => progress(format!("There is no explanation: {why}.")),
            Stage::Done(explained) => Explanation::complete(explained),
        }
    }

    /// What a counterexample in smaller scenarios says so far, beside what is known.
    pub(super) fn add_smaller(&mut self, smaller: &Counterexample, searched: &Scenario) {
        let bare = |scenario: &Scenario| Scenario { schedule: None, expectations: Vec::new(), ..scenario.clone() };
        match smaller.stage() {
            Stage::Done(explained) => {
                self.progress.clear();
                self.claims.insert(0, claim("No smaller scenario", &explained.smallest));
                if bare(&explained.scenario) != bare(searched) {
                    // The title of the whole may speak of what is gone.
                    let title = format!("{}, in the smallest scenario found", explained.violation.headline);
                    self.script = format(&Scenario { title, ..explained.scenario.clone() });
                    self.removed = explained.removed.iter().map(|removed| one_line(removed)).collect();
                    self.simpler = explained.simpler.iter().map(|simpler| one_line(simpler)).collect();
                }
            }
            Stage::NotConfirmed(_) => self.progress.clear(),
            _ => self.progress = Explanation::of(smaller).progress,
        }
    }

    fn complete(explained: &Explained) -> Explanation {
        Explanation {
            progress: String::new(),
            way: Some(explained.schedule.clone()),
            script: String::new(),
            story: one_line(&explained.story),
            in_turn: one_line(&daxscope_explore::counterexample::as_sentence(&explained.in_turn)),
            removed: Vec::new(),
            simpler: Vec::new(),
            switches: explained.switches.iter().map(|one| (one.step, one_line(&one.sentence))).collect(),
            key_steps: explained
                .key_steps
                .iter()
                .map(|key| (key.step, one_line(&format!("{}: {}", key.what, key.why))))
                .collect(),
            claims: [
                claim("No shorter way", &explained.shortest),
                claim("No fewer context switches", &explained.fewest_switches),
            ]
            .into_iter()
            .chain(
                (!explained.excluded_by.is_empty())
                    .then(|| format!("Excluded by: {}", explained.excluded_by.join(", "))),
            )
            .collect(),
        }
    }

    pub(super) fn write(&self, lines: &mut Writer) {
        lines.line("explaining", &self.progress);
        if let Some(way) = &self.way {
            lines.line("way", way.to_compact());
        }
        lines.line("story", &self.story);
        if !self.in_turn.is_empty() {
            lines.line("turn", &self.in_turn);
        }
        for removed in &self.removed {
            lines.line("removed", removed);
        }
        for simpler in &self.simpler {
            lines.line("simpler", simpler);
        }
        for (step, sentence) in &self.switches {
            lines.line("switch", format!("{step} {sentence}"));
        }
        for (step, sentence) in &self.key_steps {
            lines.line("key", format!("{step} {sentence}"));
        }
        for claim in &self.claims {
            lines.line("claim", claim);
        }
    }

    /// Takes a line that [`Explanation::write`] wrote.
    pub(super) fn read(&mut self, key: &str, value: &str) -> Option<()> {
        let numbered = || {
            let (step, sentence) = value.split_once(' ')?;
            Some((step.parse().ok()?, sentence.to_owned()))
        };
        match key {
            "explaining" => self.progress = value.into(),
            "way" => self.way = Some(Schedule::from_compact(value).ok()?),
            "story" => self.story = value.into(),
            "turn" => self.in_turn = value.into(),
            "removed" => self.removed.push(value.into()),
            "simpler" => self.simpler.push(value.into()),
            "switch" => self.switches.push(numbered()?),
            "key" => self.key_steps.push(numbered()?),
            "claim" => self.claims.push(value.into()),
            _ => return None,
        }
        Some(())
    }
}

fn claim(what: &str, claim: &Claim) -> String {
    format!("{what}: {}", claim.sentence())
}

/// A message holds a value in one line.
fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}
