//! What is on screen, as a script: the one truth of which every export, the editor and the link speak.

use super::{Address, Origin, Session};
use crate::action::{Effect, Panel};
use crate::link::{self, Link, Subject};
use crate::session::plural;
use daxscope_core::scenario::limits::MAX_TEXT_BYTES;
use daxscope_core::scenario::parse_revision;
use daxscope_core::scenario::{AsRun, Scenario, Schedule, StepSize, as_run, revision_name};

impl Session {
    /// The fragment (without `#`) that opens this state.
    #[must_use]
    pub fn fragment(&self) -> String {
        if let Some(link) = &self.link_for_later {
            return link.clone();
        }
        let subject = match self.origin {
            Origin::Exhibit(exhibit) => Subject::Exhibit(exhibit.id.into()),
            Origin::Own if self.is_script_of_challenge() => Subject::Default,
            Origin::Own => Subject::Script(String::new()),
        };
        let link = Link {
            subject,
            revision: self.revision,
            revision_name: self.chosen_name(),
            schedule: None,
            position: self.run.position(),
            panel: self.panel,
            layout: self.layout,
            challenge: self.challenge_address(),
            parts: self.link_parts(),
            lesson: if self.beside() == Panel::Learn { self.learn.address() } else { String::new() },
            answers: String::new(),
            packed: String::new(),
            future: self.future,
            watched: self.watched_words(),
            plug: self.plugged_at().filter(|_| self.panel != Panel::Crash),
        };
        let is_own = self.follows(self.running.scenario.schedule.as_ref());
        let with_rest = (!self.rest.is_empty()).then(|| self.schedule().to_compact());
        let schedule = with_rest.as_deref().unwrap_or(self.run.compact().as_str());
        link::write(&link, &self.running.packed, Some(schedule).filter(|_| !is_own))
    }

    /// Is the whole schedule, with what could not be followed, that one? None is one without a step.
    fn follows(&self, schedule: Option<&Schedule>) -> bool {
        let (size, all) = schedule.map_or((StepSize::default(), &[][..]), |it| (it.step_size, it.choices.as_slice()));
        let made = self.run.choices();
        size == self.run.size()
            && all.len() == made.len() + self.rest.len()
            && all.starts_with(made)
            && all.ends_with(&self.rest)
    }

    /// The title of what runs.
    pub(crate) fn title(&self) -> String {
        match (&self.origin, self.run.scenario().title.as_str()) {
            (Origin::Exhibit(exhibit), _) => exhibit.title.into(),
            (Origin::Own, "") => "own script".into(),
            (Origin::Own, title) => title.into(),
        }
    }

    /// The whole schedule, with what could not be followed.
    pub(crate) fn schedule(&self) -> Schedule {
        let mut schedule = self.run.schedule();
        schedule.choices.extend(&self.rest);
        schedule
    }

    /// The address of the page for links, without a fragment: the one that the reader has set, or its own; empty: there is none.
    pub(crate) fn home(&self) -> &str {
        let own = self.page.as_deref().unwrap_or("");
        if self.base.is_empty() { own } else { &self.base }
    }

    /// Has the page said whether it has an address?
    pub(crate) fn knows_page(&self) -> bool {
        self.page.is_some()
    }

    /// [`Session::fragment`] with the checksum that tells a cut.
    pub(crate) fn fragment_to_share(&self) -> String {
        link::with_check(&self.fragment())
    }

    /// The address that opens a fragment, as far as the page knows its own.
    pub(crate) fn address_of(&self, fragment: &str) -> String {
        format!("{}#{fragment}", self.home())
    }

    /// The text of the script that runs.
    pub(crate) fn running_text(&self) -> &str {
        &self.running.text
    }

    /// What whoever is sent a run of an exhibit has to know: that nobody has confirmed it, and what the model leaves out. `None`:
    /// it is an own script, or known to history.
    pub(crate) fn caveat(&self) -> Option<String> {
        let Origin::Exhibit(exhibit) = &self.origin else { return None };
        exhibit.caveat()
    }

    /// The kernel that runs, as whoever named it wrote it: the script, the exhibit or the link.
    pub(crate) fn revision_name(&self) -> String {
        let own = || self.running.revision_name.clone();
        let name = if self.revision.is_some() { Some(self.chosen_name()) } else { own() };
        name.unwrap_or_else(|| self.run.scenario().revision.name())
    }

    /// The name of the kernel that runs in place of the script's; empty: none does.
    pub(super) fn chosen_name(&self) -> String {
        let Some(revision) = self.revision else { return String::new() };
        if parse_revision(&self.chosen).is_ok_and(|chosen| chosen == revision) {
            return self.chosen.clone();
        }
        let named = self.named.iter().find(|named| named.revision == revision);
        named.map_or_else(|| revision.name(), |named| named.name.to_owned())
    }

    /// The scenario as it runs now, as a script in canonical form: with its kernel, every step that was made, and the place
    /// where the reader stands. Running it again gives the same state.
    #[must_use]
    pub fn script_as_it_runs(&self) -> String {
        match self.editor_says_what_runs() {
            true => self.with_run(&self.editor.text, &self.editor.parsed.scenario),
            false => self.with_run(&self.running.text, &self.running.scenario),
        }
    }

    /// A script with kernel, steps and position of the run on screen.
    pub(super) fn with_run(&self, text: &str, written: &Scenario) -> String {
        let name = self.chosen_name();
        let schedule = self.schedule();
        let is_said = written.schedule.is_some() || schedule != Schedule::default();
        let run = AsRun {
            revision: Some(name.as_str()).filter(|name| !name.is_empty()),
            schedule: Some(&schedule).filter(|_| is_said),
            position: self.run.position(),
        };
        as_run(text, run)
    }

    /// What the run on screen has that the script does not say, in words: `another kernel (v5) and other steps than are written`.
    pub(crate) fn beyond_script(&self) -> Option<String> {
        self.beyond(|written| self.follows(written))
    }

    /// The same as far as it may be told: while the future is hidden, what is recorded behind the position says nothing.
    pub(crate) fn told_beyond_script(&self) -> Option<String> {
        let position = self.run.position();
        self.beyond(|written| match self.hides_future() {
            true => {
                let made = &self.run.choices()[..position];
                let is_so = |it: &Schedule| self.run.size() == it.step_size && it.choices.starts_with(made);
                made.is_empty() || written.is_some_and(is_so)
            }
            false => self.follows(written),
        })
    }

    fn beyond(&self, is_written: impl Fn(Option<&Schedule>) -> bool) -> Option<String> {
        let editor = &self.editor.parsed.scenario;
        let said = if self.editor_is_of_what_runs() { editor } else { &self.running.scenario };
        let mut words = Vec::new();
        if self.run.scenario().revision != said.revision {
            words.push(format!("another kernel ({})", self.revision_name()));
        }
        let written = said.schedule.as_ref();
        if !is_written(written) {
            // Without their number: a text that changed with every step would be drawn with every step.
            let is_written = written.is_some_and(|written| !written.choices.is_empty());
            words.push(if is_written { "other steps than are written" } else { "steps that no schedule says" }.into());
        }
        (!words.is_empty()).then(|| words.join(" and "))
    }

    /// Is the text in the editor the scenario that runs, kernel, schedule and position aside?
    pub(crate) fn editor_is_of_what_runs(&self) -> bool {
        let (editor, running) = (&self.editor, &self.running);
        if editor.text == running.text {
            return true;
        }
        let bare =
            |scenario: &Scenario| Scenario { revision: running.scenario.revision, schedule: None, ..scenario.clone() };
        editor.parsed.is_ok() && bare(&editor.parsed.scenario) == bare(&running.scenario)
    }

    /// Would running the text in the editor give the run on screen?
    pub(crate) fn editor_says_what_runs(&self) -> bool {
        self.editor_is_of_what_runs() && self.beyond_script().is_none()
    }

    /// Is there anything of the run that pressing Run would throw away?
    fn run_would_be_lost(&self) -> bool {
        let is_own = self.revision.is_some() || !self.follows(self.running.scenario.schedule.as_ref());
        is_own && !self.editor_says_what_runs()
    }

    /// Writes kernel, steps and position of the run on screen into the script in the editor.
    pub(super) fn take_run(&mut self, effects: &mut Vec<Effect>) -> Address {
        let text = self.with_run(&self.editor.text, &self.editor.parsed.scenario);
        if text.len() > MAX_TEXT_BYTES {
            let kib = text.len().div_ceil(1024);
            effects.push(Effect::Tell(format!(
                "With its run the script would have {kib} KiB, and {} are the limit. Save the run as JSON instead.",
                MAX_TEXT_BYTES / 1024
            )));
            return Address::Same;
        }
        let steps = plural(self.schedule().choices.len(), "step");
        effects.push(Effect::Tell(format!("The script says the run now: {}, {steps}.", self.revision_name())));
        self.edit(text, false, effects)
    }

    /// Remembers the run on screen before another script runs, if it would be lost; returns how many steps it has.
    pub(super) fn put_run_aside(&mut self) -> Option<usize> {
        if !self.run_would_be_lost() {
            return None;
        }
        self.aside = Some(Box::new(self.whole_link()));
        Some(self.schedule().choices.len())
    }

    /// Everything on screen, as a link that needs no exhibit.
    fn whole_link(&self) -> Link {
        let subject = match self.origin {
            Origin::Exhibit(exhibit) => Subject::Exhibit(exhibit.id.into()),
            Origin::Own => Subject::Script(self.running.text.clone()),
        };
        Link {
            subject,
            packed: self.running.packed.clone(),
            revision: self.revision,
            revision_name: self.chosen_name(),
            schedule: Some(self.schedule()),
            position: self.run.position(),
            panel: self.panel,
            layout: self.layout,
            future: self.future,
            plug: self.plugged_at(),
            ..Link::default()
        }
    }

    /// Brings back the run that was put aside, and puts the one on screen in its place.
    pub(super) fn bring_back(&mut self, link: Link, effects: &mut Vec<Effect>) -> Address {
        let (panel, now) = (self.panel, self.whole_link());
        self.notices.clear();
        self.load_subject(link);
        (self.panel, self.aside) = (panel, Some(Box::new(now)));
        self.stop_search(effects);
        effects.push(Effect::Tell(format!("The run before is back: {} steps of {}.", self.run.len(), self.title())));
        Address::Push
    }
}

/// The name of a kernel in canonical form.
pub(crate) fn canonical_name(name: &str) -> String {
    revision_name(&format!("revision {name}\n")).unwrap_or_else(|| name.to_owned())
}
