//! The head line: exhibits, kernel revisions, step size; the story, and the comparison of revisions.

use super::Build;
use super::Text;
use crate::action::StepSize;
use crate::run::{Followed, follow};
use crate::session::{Origin, is_violation, why_not, with_revision};
use daxscope_core::narrate;
use daxscope_core::revision::{PRESETS, Preset, Revision};
use daxscope_core::scenario::{Choice, Schedule, parse_revision};
use daxscope_museum::{Exhibit, exhibits};
use std::rc::Rc;

/// The head line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HeaderView {
    /// Title of what runs.
    pub title: Text,
    /// All exhibits.
    pub exhibits: Rc<[ExhibitItem]>,
    /// The id of the exhibit that runs; `None`: an own script.
    pub exhibit: Option<Text>,
    /// The exhibit's own revisions that are no presets, then all presets, oldest first.
    pub revisions: Rc<[RevisionItem]>,
    /// What runs: the name of a preset, or one with changes (`4.10.0 wake_mode_delete=all`).
    pub revision: Text,
    /// Is it another than the script says?
    pub revision_is_overridden: bool,
    /// How far one step goes.
    pub step_size: StepSize,
    /// What [`crate::Action::UndoBranch`] would bring back.
    pub undo: Option<BranchUndo>,
}

/// What the last branch cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BranchUndo {
    /// The step at which the branch began.
    pub at: usize,
    /// How many steps were cut off.
    pub steps: usize,
}

/// An exhibit in the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExhibitItem {
    /// Its id in links.
    pub id: Text,
    /// Its title.
    pub title: Text,
    /// One sentence.
    pub about: Text,
}

/// A kernel revision in the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionItem {
    /// The name, as [`crate::Action::SetRevision`] takes it.
    pub name: &'static str,
    /// What stands in the menu: the name, or a few words for a preset with changes.
    pub label: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Is it the one that runs?
    pub is_current: bool,
    /// Does the exhibit name it as worth comparing?
    pub is_suggested: bool,
}

/// The story of an exhibit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryView {
    /// The id of the exhibit.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// The story, in Markdown.
    pub markdown: &'static str,
    /// Commit, mail or patch.
    pub source: &'static str,
    /// How the bug is known: mail, code, inferred.
    pub confirmed: &'static str,
    /// What the model leaves out of it.
    pub leaves_out: &'static str,
    /// Found by reading code only, and never confirmed by history.
    pub is_candidate: bool,
    /// Why it cannot be shown yet.
    pub known_failure: Option<&'static str>,
    /// Has the script a schedule to follow?
    pub has_run: bool,
}

/// A revision that an exhibit names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NamedRevision {
    pub(crate) name: &'static str,
    pub(crate) revision: Revision,
    pub(crate) is_broken: bool,
}

/// The revisions that an exhibit names, the broken ones first.
pub(crate) fn named_revisions(exhibit: &Exhibit) -> Vec<NamedRevision> {
    let named = exhibit.revisions.iter().enumerate();
    named
        .filter_map(|(at, &name)| {
            let revision = parse_revision(name).ok()?;
            Some(NamedRevision { name, revision, is_broken: at < exhibit.broken })
        })
        .collect()
}

/// The same schedule under one revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompareRow {
    /// The revision.
    pub revision: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Is it the one that runs?
    pub is_current: bool,
    /// How many of the steps could be made.
    pub followed: usize,
    /// How many there are.
    pub steps: usize,
    /// How it ended.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub sentence: Text,
}

/// How a run ended, as a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing is broken.
    Fine,
    /// Something is broken.
    Broken,
    /// Nothing is broken, but the schedule could not be followed to its end.
    Differs,
}

/// Steps of a run that are compared; more would make the panel slow to open.
const MAX_COMPARED_STEPS: usize = 1_000;

impl Build<'_> {
    pub(super) fn header(&self) -> HeaderView {
        let session = self.session;
        let scenario = self.run().scenario();
        let exhibit = match session.origin {
            Origin::Exhibit(exhibit) => Some(exhibit),
            Origin::Own => None,
        };
        let suggested = &session.named;
        let own = suggested.iter().filter(|named| PRESETS.iter().all(|preset| preset.revision != named.revision));
        let own = own.map(|named| RevisionItem {
            name: named.name,
            label: if named.is_broken { "with bug" } else { "with fix" },
            about: named.name,
            is_current: named.revision == scenario.revision,
            is_suggested: true,
        });
        let item = |preset: &'static Preset| RevisionItem {
            name: preset.name,
            label: preset.name,
            about: preset.about,
            is_current: preset.revision == scenario.revision,
            is_suggested: suggested.iter().any(|named| named.revision == preset.revision),
        };
        let exhibit_item = |exhibit: &daxscope_museum::Exhibit| ExhibitItem {
            id: exhibit.id.into(),
            title: exhibit.title.into(),
            about: exhibit.about.into(),
        };
        HeaderView {
            title: session.title().into(),
            exhibits: exhibits().iter().map(exhibit_item).collect(),
            exhibit: exhibit.map(|exhibit| exhibit.id.into()),
            revisions: own.chain(PRESETS.iter().map(item)).collect(),
            revision: session.revision_name().into(),
            revision_is_overridden: session.revision.is_some(),
            step_size: self.run().size(),
            undo: session
                .undo
                .as_ref()
                .filter(|_| !session.hides_future())
                .map(|undo| BranchUndo { at: undo.at, steps: undo.choices.len() }),
        }
    }

    pub(super) fn story(&self) -> Option<StoryView> {
        let Origin::Exhibit(exhibit) = self.session.origin else { return None };
        Some(StoryView {
            id: exhibit.id,
            title: exhibit.title,
            about: exhibit.about,
            markdown: exhibit.story,
            source: exhibit.source,
            confirmed: exhibit.confirmed,
            leaves_out: exhibit.leaves_out,
            is_candidate: exhibit.candidate,
            known_failure: exhibit.known_failure,
            has_run: self.session.has_own_schedule(),
        })
    }

    /// The same schedule under every preset, and on to the end by the default choice; nothing while the panel is
    /// closed.
    pub(super) fn compare(&self) -> Vec<CompareRow> {
        if self.session.panel != crate::action::Panel::Compare {
            return Vec::new();
        }
        let mut schedule = self.session.schedule();
        schedule.choices.truncate(self.most_compared(MAX_COMPARED_STEPS));
        PRESETS.iter().map(|preset| self.compare_with(preset, &schedule)).collect()
    }

    /// How many steps of the schedule are compared: no hidden ones.
    pub(super) fn most_compared(&self, limit: usize) -> usize {
        if self.session.hides_future() { limit.min(self.run().position()) } else { limit }
    }

    fn compare_with(&self, preset: &'static Preset, schedule: &Schedule) -> CompareRow {
        let current = self.run().scenario();
        let Followed { mut run, rest } = follow(with_revision(current, preset.revision), schedule);
        let followed = run.len();
        let stop = rest.first().map(|due| why_not(run.here(), due.thread));
        let runs_on = if self.session.hides_future() { 0 } else { MAX_COMPARED_STEPS };
        for _ in 0..runs_on {
            let next = run.default_thread().map(Choice::run);
            if !next.is_some_and(|next| run.extend(next)) {
                break;
            }
        }
        let broken = run.steps().iter().enumerate().find(|(_, step)| is_violation(step));
        let violation = broken.and_then(|(at, step)| Some((at + 1, step.violations.first()?)));
        let end = narrate::status(&run.here().status());
        let (verdict, sentence) = match (violation, stop) {
            (Some((step, violation)), _) => {
                (Verdict::Broken, format!("{} at step {step}: {}", violation.headline, violation.sentence))
            }
            (None, Some(why)) => {
                let step = followed + 1;
                (Verdict::Differs, format!("Nothing is broken. Step {step} is not possible here: {why} Then: {end}"))
            }
            (None, None) => (Verdict::Fine, format!("Nothing is broken. {end}")),
        };
        CompareRow {
            revision: preset.name,
            about: preset.about,
            is_current: preset.revision == current.revision,
            followed,
            steps: schedule.choices.len(),
            verdict,
            sentence: sentence.into(),
        }
    }
}
