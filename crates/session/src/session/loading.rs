//! Opening exhibits and links, and changing the kernel under a run.

use super::stepping::why_not;
use super::{Address, Exploring, Origin, Running, Session};
use super::{canonical_name, plural};
use crate::action::{Effect, FocusTarget, Future, Layout, Panel, Playback, Shortcuts, Theme};
use crate::branches::Branches;
use crate::editor::Editor;
use crate::later::Later;
use crate::link::{self, Link, Subject, THE_END};
use crate::run::{Followed, Run, follow};
use crate::texts::Texts;
use crate::view::View;
use crate::view::alerts::NoticeKind;
use crate::view::header::named_revisions;
use daxscope_core::revision::Revision;
use daxscope_core::run::nothing_fails;
use daxscope_core::scenario::{Parsed, Scenario, Schedule, revision_name};
use daxscope_core::scenario::{parse, parse_revision};
use daxscope_museum::{exhibit, exhibits};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Session {
    /// A session that runs nothing.
    pub(super) fn empty(texts: Texts, later: Option<&'static Later>) -> Session {
        let parsed = parse("");
        let scenario = Arc::new(parsed.scenario.clone());
        Session {
            origin: Origin::Own,
            named: Vec::new(),
            editor: Editor::new(),
            running: Running {
                text: String::new(),
                packed: String::new(),
                revision_name: None,
                scenario: Arc::clone(&scenario),
            },
            revision: None,
            run: Run::new(Arc::clone(&scenario), Default::default()),
            rest: Vec::new(),
            branches: Branches::new(scenario.revision, Default::default()),
            compared_branch: None,
            wants_branches: false,
            kept_version: 0,
            chosen: String::new(),
            aside: None,
            page: None,
            base: String::new(),
            passed: None,
            notices: Vec::new(),
            panel: Panel::None,
            beneath: Panel::None,
            layout: Layout::Full,
            future: Future::Shown,
            lanes: Default::default(),
            playback: Playback::Paused,
            speed: Default::default(),
            until: Default::default(),
            watched: Vec::new(),
            plug: Default::default(),
            shortcuts: Shortcuts::On,
            theme: Theme::System,
            screen: Default::default(),
            has_moved: false,
            query: String::new(),
            selection: None,
            toggled_nodes: BTreeSet::new(),
            tables: super::tables::Tables::default(),
            tree_facts: crate::tree_facts::TreeFacts::default(),
            exploring: Exploring::default(),
            theatre: Default::default(),
            term: None,
            challenge: Default::default(),
            learn: Default::default(),
            importing: Default::default(),
            other_revision: None,
            texts,
            later,
            link_for_later: None,
            generation: 0,
            view: View::default(),
            drawn: Default::default(),
        }
    }

    pub(crate) fn load_link(&mut self, fragment: &str) {
        let read = link::read(fragment);
        let Link { panel, layout, future, .. } = read.link;
        (self.panel, self.layout, self.future) = (panel, layout, future);
        self.beneath = if read.link.is_learning() { Panel::Learn } else { Panel::None };
        self.show_parts(read.link.parts);
        self.notices.clear();
        for problem in read.problems {
            self.notice(NoticeKind::Problem, problem);
        }
        self.link_for_later = None;
        let watched = read.link.watched.clone();
        match self.later {
            Some(later) => (later.open)(self, read.link),
            None => {
                if self.beside() == Panel::Learn || !read.link.challenge.is_empty() {
                    self.link_for_later = Some(fragment.trim_start_matches('#').into());
                }
                self.load_subject(read.link);
            }
        }
        self.watch_words(&watched);
    }

    /// Opens a link with what it says about lessons and challenges.
    pub(crate) fn open_all_of(&mut self, link: Link) {
        let (lesson, answers, challenge) = (link.lesson.clone(), link.answers.clone(), link.challenge.clone());
        let is_alone = link.subject == Subject::Default;
        if challenge.is_empty() {
            self.challenge.open = None;
            self.load_subject(link);
            if self.beside() == Panel::Learn {
                self.open_learn_link(&lesson, &answers, is_alone);
            }
        } else {
            self.open_challenge_link(&challenge, link, is_alone);
        }
        self.look_at_power();
    }

    pub(super) fn load_subject(&mut self, mut link: Link) {
        match std::mem::take(&mut link.subject) {
            Subject::Default => self.load_default(link),
            Subject::Opening => self.load_opening(link),
            Subject::Lost => self.load_nothing(link),
            Subject::Exhibit(id) => match exhibit(&id) {
                Some(exhibit) => self.load(Origin::Exhibit(exhibit), exhibit.script, parse(exhibit.script), link),
                None => {
                    self.notice(
                        NoticeKind::Problem,
                        format!("There is no exhibit `{id}`, so nothing is shown. Choose one from the menu."),
                    );
                    link.forget_run();
                    self.load_nothing(link);
                }
            },
            Subject::Script(text) => {
                let parsed = parse(&text);
                if parsed.is_ok() {
                    self.load(Origin::Own, &text, parsed, link);
                    return;
                }
                self.notice(
                    NoticeKind::Problem,
                    "The script in this link has errors and does not run. It is in the editor: mend it there, then run it.",
                );
                link.forget_run();
                self.load_nothing(link);
                self.panel = Panel::Script;
                self.show_in_editor(text, parsed);
            }
        }
    }

    /// What was meant cannot be shown, and nothing else is shown in its place.
    fn load_nothing(&mut self, link: Link) {
        self.load(Origin::Own, "", parse(""), link);
    }

    fn load_default(&mut self, link: Link) {
        match exhibits().first() {
            Some(exhibit) => self.load(Origin::Exhibit(exhibit), exhibit.script, parse(exhibit.script), link),
            None => self.load(Origin::Own, "", parse(""), link),
        }
    }

    /// Runs a script: everything of the run before is forgotten.
    pub(super) fn load(&mut self, origin: Origin, text: &str, parsed: Parsed, link: Link) {
        let is_same_script = self.running.text == text;
        let left_at = self.run.position();
        self.keep_branch();
        self.running = Running {
            text: text.into(),
            packed: match origin {
                Origin::Exhibit(_) => String::new(),
                Origin::Own if !link.packed.is_empty() => link.packed,
                // A script that no link brought was typed, and what packs it came with the editor.
                Origin::Own => self.later.map_or_else(String::new, |later| (later.pack)(text)),
            },
            revision_name: parsed.source.revision.and_then(|_| revision_name(text)),
            scenario: Arc::new(parsed.scenario.clone()),
        };
        self.named = match origin {
            Origin::Exhibit(exhibit) => named_revisions(exhibit),
            Origin::Own => Vec::new(),
        };
        self.origin = origin;
        self.show_in_editor(text.into(), parsed);
        // A script that says the chosen kernel itself needs none in its place.
        self.revision = link.revision.filter(|&revision| revision != self.running.scenario.revision);
        self.chosen = link.revision_name;
        self.aside = None;
        self.lanes.restart();
        (self.compared_branch, self.passed) = (None, None);
        (self.selection, self.playback) = (None, Playback::Paused);
        self.toggled_nodes.clear();
        self.tables = super::tables::Tables::default();
        self.query.clear();
        self.other_revision = None;
        self.exploring.forget_results();
        let schedule = link.schedule.or_else(|| self.schedule_of_script()).unwrap_or_default();
        self.follow(&schedule, link.position);
        if link.position > self.run.len() && link.position != THE_END && self.rest.is_empty() {
            let made = plural(self.run.len(), "step");
            let text = format!("Step {} was asked for, but the run has {made}: this is its end.", link.position);
            self.notice(NoticeKind::Problem, text);
        }
        self.pull_at(link.plug);
        if is_same_script {
            self.adopt_run(left_at, true);
        } else {
            self.begin_branches();
            self.until = Default::default();
            self.keep_watched();
        }
    }

    /// Runs a schedule from the beginning, and goes to a step of it.
    pub(super) fn follow(&mut self, schedule: &Schedule, position: usize) {
        let Followed { run, rest } = follow(self.scenario(), schedule);
        (self.run, self.rest) = (run, rest);
        self.generation += 1;
        if !self.hides_future() {
            self.tell_where_it_stops();
        }
        self.run.go_to(position);
    }

    /// Says where the schedule could not be followed, and where it lets a call fail although none can.
    fn tell_where_it_stops(&mut self) {
        if let Some(stop) = self.where_it_stops() {
            self.notice(NoticeKind::Information, stop);
        }
        let steps = self.run.steps().iter().enumerate();
        if let Some((at, why)) = steps.filter_map(|(at, step)| Some((at, nothing_fails(&step.record)?))).next() {
            self.notice(NoticeKind::Information, format!("Step {} of the schedule: {why}.", at + 1));
        }
    }

    /// If the schedule could not be followed to its end, a sentence that says where and why. The run stands there.
    fn where_it_stops(&self) -> Option<String> {
        let due = self.rest.first()?.thread;
        let step = self.run.len() + 1;
        let total = self.run.len() + self.rest.len();
        let why = why_not(self.run.here(), due);
        Some(format!(
            "The schedule of {total} steps could not be followed at step {step}. {why} Its end is kept for other \
             revisions until you step on."
        ))
    }

    /// What is to run: the script under the chosen kernel.
    pub(super) fn scenario(&self) -> Arc<Scenario> {
        match self.revision {
            Some(revision) => with_revision(&self.running.scenario, revision),
            None => Arc::clone(&self.running.scenario),
        }
    }

    pub(super) fn load_exhibit(&mut self, id: &str, effects: &mut Vec<Effect>) -> Address {
        let Some(exhibit) = exhibit(id) else {
            self.notice(NoticeKind::Problem, format!("There is no exhibit `{id}`. Choose one from the menu."));
            return Address::Same;
        };
        self.notices.clear();
        self.load(Origin::Exhibit(exhibit), exhibit.script, parse(exhibit.script), Link::default());
        self.stop_search(effects);
        effects.push(Effect::Announce(format!("{}. {}", exhibit.title, exhibit.about)));
        Address::Push
    }

    /// Opens an exhibit with its story beside the picture.
    pub(super) fn read_exhibit(&mut self, id: &str, effects: &mut Vec<Effect>) -> Address {
        let address = self.load_exhibit(id, effects);
        if address == Address::Push {
            self.panel = Panel::Story;
            effects.push(Effect::Focus(FocusTarget::Panel));
        }
        address
    }

    pub(super) fn set_other_revision(&mut self, name: Option<&str>) -> Address {
        self.other_revision = name.and_then(|name| parse_revision(name).ok());
        Address::Same
    }

    pub(super) fn set_revision(&mut self, name: Option<&str>, effects: &mut Vec<Effect>) -> Address {
        let chosen = match name.map(|name| (name, parse_revision(name))) {
            None => None,
            Some((_, Ok(revision))) => Some(revision).filter(|&revision| revision != self.running.scenario.revision),
            Some((name, Err(_))) => {
                self.notice(NoticeKind::Problem, format!("There is no kernel revision `{name}`. Choose one listed."));
                return Address::Same;
            }
        };
        if chosen == self.revision {
            return Address::Same;
        }
        if let Some(sentence) = self.why_no_such_era(chosen) {
            self.notice(NoticeKind::Problem, sentence.clone());
            effects.push(Effect::Tell(sentence));
            return Address::Same;
        }
        self.notices.clear();
        self.revision = chosen;
        self.chosen = name.map(canonical_name).unwrap_or_default();
        self.keep_branch();
        let (before, left_at) = (self.before_change(), self.run.position());
        if before.revision.is_xarray() != self.scenario().revision.is_xarray() {
            return self.begin_in_other_era(&before.revision.name(), left_at, effects);
        }
        self.follow(&before.schedule, before.position);
        self.adopt_run(left_at, false);
        if let Some(sentence) = self.follow_to_a_verdict(before) {
            effects.push(Effect::Announce(sentence));
            return Address::Push;
        }
        let revision = self.revision_name();
        effects.push(Effect::Announce(match self.notices.last() {
            Some(notice) => format!("Now on {revision}. {}", notice.text),
            None => format!("Now on {revision}. {}", self.here_sentence()),
        }));
        Address::Push
    }
}

impl Session {
    /// The schedule of the script, if the kernel that runs is of the era of the script's: steps of the two have nothing in common.
    fn schedule_of_script(&self) -> Option<Schedule> {
        let is_same_era = self.scenario().revision.is_xarray() == self.running.scenario.revision.is_xarray();
        self.running.scenario.schedule.clone().filter(|_| is_same_era)
    }

    /// Puts a kernel of the other era under the script: the run begins anew there, and the one before stays a branch.
    fn begin_in_other_era(&mut self, before: &str, left_at: usize, effects: &mut Vec<Effect>) -> Address {
        let schedule = self.schedule_of_script().unwrap_or_default();
        self.follow(&schedule, 0);
        self.adopt_run(left_at, false);
        self.passed = None;
        let sentence = format!(
            "Now on {}. Steps of the two eras have nothing in common, so the run begins anew: step the threads, press e to try every \
             order, or compare by operation. The run on {before} is kept under Branches.",
            self.revision_name()
        );
        self.notice(NoticeKind::Information, sentence.clone());
        effects.push(Effect::Announce(sentence));
        Address::Push
    }

    /// What the script has that kernels of the chosen era lack, and what to do: `None` if all of it can be run there.
    fn why_no_such_era(&self, chosen: Option<Revision>) -> Option<String> {
        let revision = chosen?;
        let lacks = with_revision(&self.running.scenario, revision).misfit()?;
        let (kernels, here) =
            if revision.is_xarray() { ("to 4.19", "the radix tree") } else { ("from 4.20 on", "the XArray") };
        Some(format!(
            "`{lacks}` in this script is of kernels {kernels}, and {} has no such thing. Nothing was changed: take the line out of the \
             script, or choose a kernel of {here}.",
            revision.name(),
        ))
    }
}

/// The same scenario on another kernel.
pub(crate) fn with_revision(scenario: &Scenario, revision: Revision) -> Arc<Scenario> {
    Arc::new(Scenario { revision, ..scenario.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_with_errors_in_a_link_is_kept_in_the_editor() {
        let text = "thread A\n  frobnicate\n";
        let link = Link { subject: Subject::Script(text.into()), position: 7, ..Link::default() };
        let session = Session::open(&link::write(&link, &link::pack(text), None));
        let view = session.view();
        assert_eq!(&*view.script.text, text);
        assert!(!view.script.can_run);
        assert_eq!((view.panel, view.step.number), (Panel::Script, 0));
        assert!(view.header.exhibit.is_none() && view.threads.is_empty(), "nothing else is shown");
        assert!(view.notices[0].text.contains("has errors"), "{:?}", view.notices);
    }
}
