//! The head line: exhibits, kernel revisions, step size; the story, and the comparison of revisions.

use super::Build;
use super::Text;
use crate::action::{Panel, StepSize};
use crate::parts::Parts;
use crate::run::{Followed, follow};
use crate::session::{Origin, is_violation, why_not, with_revision};
use crate::texts::{MissingText, TextId};
use daxscope_core::narrate;
use daxscope_core::revision::{Preset, Revision, all_presets};
use daxscope_core::scenario::parse_revision;
use daxscope_core::scenario::{Choice, Schedule};
use daxscope_museum::Exhibit;
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
    /// The revisions that only this script or exhibit has, then all presets, oldest first.
    pub revisions: Rc<[RevisionItem]>,
    /// What runs: the name of a preset, or one with changes (`v6 wake_mode_delete=all`), as the script writes it.
    pub revision: Text,
    /// Is it another than the script says?
    pub revision_is_overridden: bool,
    /// Which parts of the page are on screen.
    pub parts: Parts,
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
    pub name: Text,
    /// Where it stands in the menu.
    pub group: RevisionGroup,
    /// What the exhibit says about it: `has this bug`, `without it`; nothing about most.
    pub note: &'static str,
    /// One sentence.
    pub about: Text,
    /// Is it the one that runs?
    pub is_current: bool,
    /// Does the exhibit name it as worth comparing?
    pub is_suggested: bool,
}

/// Where a kernel revision stands in the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevisionGroup {
    /// Only here: the script or the exhibit changes switches.
    Own,
    /// The series on the mailing list.
    Series,
    /// What was released with the radix tree.
    Releases,
    /// What was released with the XArray.
    XArray,
}

impl RevisionGroup {
    /// All of them, in the order of the menu.
    pub const ALL: [RevisionGroup; 4] =
        [RevisionGroup::Own, RevisionGroup::Series, RevisionGroup::Releases, RevisionGroup::XArray];

    /// The heading in the menu.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            RevisionGroup::Own => "Only here",
            RevisionGroup::Series => "Patch series, 2016",
            RevisionGroup::Releases => "Radix tree, 4.10 to 4.13",
            RevisionGroup::XArray => "XArray, 5.10 to 7.3",
        }
    }
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
    /// The story, in Markdown; empty while it is missing.
    pub markdown: &'static str,
    /// Why there is no story.
    pub missing: Option<MissingText>,
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

fn group_of(preset: &Preset) -> RevisionGroup {
    match preset.revision.is_xarray() {
        true => RevisionGroup::XArray,
        false if preset.name.starts_with('v') => RevisionGroup::Series,
        false => RevisionGroup::Releases,
    }
}

/// A revision that an exhibit names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NamedRevision {
    pub(crate) name: &'static str,
    pub(crate) revision: Revision,
    pub(crate) is_broken: bool,
}

impl NamedRevision {
    fn note(&self) -> &'static str {
        if self.is_broken { "has this bug" } else { "without this bug" }
    }
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
        let exhibit = match session.origin {
            Origin::Exhibit(exhibit) => Some(exhibit),
            Origin::Own => None,
        };
        let exhibit_item = |exhibit: &daxscope_museum::Exhibit| ExhibitItem {
            id: exhibit.id.into(),
            title: exhibit.title.into(),
            about: exhibit.about.into(),
        };
        HeaderView {
            title: session.title().into(),
            exhibits: daxscope_museum::exhibits().iter().map(exhibit_item).collect(),
            exhibit: exhibit.map(|exhibit| exhibit.id.into()),
            revisions: self.revisions().into(),
            revision: self.revision_name().into(),
            revision_is_overridden: session.revision.is_some(),
            parts: session.parts(),
            step_size: self.run().size(),
            undo: self.branch_undo(),
        }
    }

    /// What undoing the last branch brings back; nothing while that is hidden.
    fn branch_undo(&self) -> Option<BranchUndo> {
        let place = self.session.branches.last_place().filter(|_| !self.session.hides_future())?;
        let steps = self.session.branches.get(place.branch)?.choices.len().saturating_sub(place.position);
        Some(BranchUndo { at: place.position, steps })
    }

    /// Every kernel that can be chosen.
    fn revisions(&self) -> Vec<RevisionItem> {
        let session = self.session;
        let current = self.run().scenario().revision;
        let is_preset = |revision| all_presets().any(|preset| preset.revision == revision);
        let mut items = Vec::new();
        for named in session.named.iter().filter(|named| !is_preset(named.revision)) {
            items.push(RevisionItem {
                name: named.name.into(),
                group: RevisionGroup::Own,
                note: named.note(),
                about: format!("{}, which only this exhibit compares.", named.name).into(),
                is_current: named.revision == current,
                is_suggested: true,
            });
        }
        if !is_preset(current) && items.iter().all(|item| !item.is_current) {
            let name: Text = self.revision_name().into();
            items.push(RevisionItem {
                about: format!("{name}: the script sets switches of its own.").into(),
                name,
                group: RevisionGroup::Own,
                note: "",
                is_current: true,
                is_suggested: false,
            });
        }
        for preset in all_presets() {
            let named = session.named.iter().find(|named| named.revision == preset.revision);
            items.push(RevisionItem {
                name: preset.name.into(),
                group: group_of(preset),
                note: named.map_or("", NamedRevision::note),
                about: preset.about.into(),
                is_current: preset.revision == current,
                is_suggested: named.is_some(),
            });
        }
        items
    }

    /// The kernel that runs, in the words of the script where it is the script's.
    fn revision_name(&self) -> String {
        self.session.revision_name()
    }

    pub(super) fn story(&self) -> Option<StoryView> {
        let Origin::Exhibit(exhibit) = self.session.origin else { return None };
        // Only whoever reads stories has them fetched.
        let (markdown, missing) = match self.session.panel {
            Panel::Story => match self.session.texts.part(TextId::Stories, exhibit.id) {
                Ok(story) => (story.trim_end(), None),
                Err(missing) => ("", Some(missing)),
            },
            _ => ("", None),
        };
        Some(StoryView {
            id: exhibit.id,
            title: exhibit.title,
            about: exhibit.about,
            markdown,
            missing,
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
        // A schedule is of one era: steps of the other are others. Both eras are compared operation by operation (`both_eras`).
        let presets = self.run().scenario().revision.presets();
        presets.iter().map(|preset| self.compare_with(preset, &schedule)).collect()
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
