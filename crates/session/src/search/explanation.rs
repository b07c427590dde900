//! A counterexample made smaller and explained, as it is told.

use super::message::Writer;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule, format};
use daxscope_explore::counterexample::{Counterexample, Explained, Stage};
use std::sync::Arc;

/// What a worker says about a way into a broken rule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Explanation {
    /// What is being done, while it is not complete: `looks for a shorter way`.
    pub progress: String,
    /// The way, made as small as it can be; `None` while it is not complete.
    pub way: Option<Schedule>,
    /// The scenario of that way, if it is smaller than the one that was searched; empty if it is the same.
    pub script: String,
    /// All of it in one paragraph.
    pub story: String,
    /// Can the way be followed in the scenario that was searched, too?
    pub is_for_searched: bool,
    /// What is gone from the scenario.
    pub removed: Vec<String>,
    /// What is simpler in it: `page numbers`.
    pub simpler: Vec<String>,
    /// Every context switch: its step and what it is for.
    pub switches: Vec<(usize, String)>,
    /// The steps on which the broken rule depends.
    pub key_steps: Vec<(usize, String)>,
    /// How sure it is that nothing is smaller.
    pub claims: Vec<String>,
}

impl Explanation {
    pub(super) fn of(counterexample: &Counterexample, searched: &Scenario) -> Explanation {
        let progress = |progress: String| Explanation { progress, ..Explanation::default() };
        match counterexample.stage() {
            Stage::Same => progress("Asks what makes it impossible.".into()),
            Stage::Smaller { tried, .. } => progress(format!("Looks for a smaller scenario ({tried} tried).")),
            Stage::Shortest { states } => progress(format!("Looks for a shorter way ({states} states).")),
            Stage::FewestSwitches { states } => {
                progress(format!("Looks for a way with fewer context switches ({states} states)."))
            }
            Stage::NotConfirmed(why) => progress(format!("There is no explanation: {why}.")),
            Stage::Done(explained) => Explanation::complete(explained, searched),
        }
    }

    fn complete(explained: &Explained, searched: &Scenario) -> Explanation {
        let bare = |scenario: &Scenario| Scenario { schedule: None, ..scenario.clone() };
        let is_same = bare(&explained.scenario) == bare(searched);
        let claim =
            |what: &str, claim: &daxscope_explore::counterexample::Claim| format!("{what}: {}", claim.sentence());
        Explanation {
            progress: String::new(),
            way: Some(explained.schedule.clone()),
            script: if is_same { String::new() } else { format(&explained.scenario) },
            is_for_searched: is_same || breaks(searched, explained),
            story: one_line(&explained.story),
            removed: explained.removed.iter().map(|removed| one_line(removed)).collect(),
            simpler: explained.simpler.iter().map(|simpler| one_line(simpler)).collect(),
            switches: explained.switches.iter().map(|one| (one.step, one_line(&one.sentence))).collect(),
            key_steps: explained
                .key_steps
                .iter()
                .map(|key| (key.step, one_line(&format!("{}: {}", key.what, key.why))))
                .collect(),
            claims: [
                claim("No smaller scenario", &explained.smallest),
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
            lines.line("for-searched", self.is_for_searched);
        }
        lines.line("story", &self.story);
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
            "removed" => self.removed.push(value.into()),
            "simpler" => self.simpler.push(value.into()),
            "for-searched" => self.is_for_searched = value.parse().ok()?,
            "switch" => self.switches.push(numbered()?),
            "key" => self.key_steps.push(numbered()?),
            "claim" => self.claims.push(value.into()),
            _ => return None,
        }
        Some(())
    }
}

/// Does the way break the same rule in the scenario that was searched?
fn breaks(searched: &Scenario, explained: &Explained) -> bool {
    let mut run = Run::new(Arc::new(searched.clone()));
    let is_followed = searched.threads.len() == explained.threads.len() && run.follow(&explained.schedule).is_ok();
    is_followed && run.violations().any(|(_, violation)| violation.rule == explained.rule)
}

/// A message holds a value in one line.
fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}
