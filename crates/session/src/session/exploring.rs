//! The machine searches: what it is asked, what it has said, and what becomes of the way that it found.

use super::{Address, Session, plural};
use crate::action::{Effect, FocusTarget, Panel};
use crate::search::{Bounds, Kind, Measured, Options, Outcome, Reductions, Report, Request};
use crate::view::alerts::NoticeKind;
use crate::view::certificate::certificate;
use crate::view::explore;
use crate::view::header::named_revisions;
use daxscope_core::machine::Machine;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::parse;
use daxscope_core::scenario::{Scenario, Schedule};
use std::sync::Arc;

/// The search and the table of reductions: one goes on at a time, both results stay.
#[derive(Debug)]
pub(crate) struct Exploring {
    /// What the next search is asked.
    pub(crate) options: Options,
    /// What goes on.
    pub(crate) running: Option<Kind>,
    pub(crate) search: Option<Asked>,
    pub(crate) table: Option<Asked>,
    pub(crate) guards: Option<Asked>,
    /// What is asked about a challenge.
    pub(crate) challenge: Option<Asked>,
    /// The search that is watched move by move.
    pub(crate) theatre: Option<Asked>,
}

/// What was asked, and the last that was heard.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) options: Options,
    /// The kernel that was searched, which need not be the one on screen any more.
    pub(crate) revision: Revision,
    pub(crate) phase: Phase,
    pub(crate) report: Report,
    /// The way into a broken rule that is told: the better one, once there is one.
    pub(crate) way: Option<Way>,
    /// Has the verdict been announced?
    pub(crate) is_told: bool,
}

/// A way into a broken rule, measured once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Way {
    pub(crate) schedule: Schedule,
    /// How often another thread runs than in the step before.
    pub(crate) switches: usize,
    /// Single operations of its steps.
    pub(crate) operations: usize,
    /// Of a livelock, its loop in words: steps, and who makes them.
    pub(crate) round: Option<String>,
}

impl Way {
    fn along(scenario: Arc<Scenario>, schedule: &Schedule) -> Way {
        let switches = schedule.choices.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count();
        let round = told_round(&scenario, schedule);
        let mut machine = Machine::new(scenario);
        let mut operations = 0;
        for &choice in &schedule.choices {
            operations += machine.step(choice, schedule.step_size).map_or(0, |record| record.performed.len());
        }
        Way { schedule: schedule.clone(), switches, operations, round }
    }
}

/// `steps 41 to 46 (A, B)` of a way that goes round for ever.
fn told_round(scenario: &Arc<Scenario>, schedule: &Schedule) -> Option<String> {
    let mut run = daxscope_core::run::Run::new(Arc::clone(scenario));
    let _ = run.follow(schedule);
    let round = run.violations().find_map(|(_, violation)| violation.round)?;
    let mut who: Vec<String> = Vec::new();
    for step in &run.steps[round.first - 1..round.last.min(run.steps.len())] {
        let name = step.record.choice.thread.to_string();
        if !who.contains(&name) {
            who.push(name);
        }
    }
    who.sort();
    Some(format!("steps {} to {} ({})", round.first, round.last, who.join(", ")))
}

/// How a job stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    Running,
    Done,
    /// By the person.
    Stopped,
    /// By what is said.
    Failed(String),
}

impl Default for Exploring {
    fn default() -> Exploring {
        let bounds = Bounds { states: 5_000_000, ..Bounds::default() };
        let options = Options { bounds, reductions: Reductions::SHORTEST, ..Options::default() };
        Exploring { options, running: None, search: None, table: None, guards: None, challenge: None, theatre: None }
    }
}

impl Exploring {
    /// Another script runs: what was found is about the old one.
    pub(super) fn forget_results(&mut self) {
        (self.search, self.table, self.guards, self.challenge) = (None, None, None, None);
    }

    fn slot(&mut self, kind: Kind) -> &mut Option<Asked> {
        match kind {
            Kind::Search => &mut self.search,
            Kind::Reductions => &mut self.table,
            Kind::Necessity => &mut self.guards,
            Kind::Rest | Kind::Attack => &mut self.challenge,
            Kind::Theatre => &mut self.theatre,
        }
    }

    /// A search is asked for, in place of what goes on.
    pub(super) fn begin(&mut self, kind: Kind, asked: Asked) {
        self.running = Some(kind);
        *self.slot(kind) = Some(asked);
    }

    pub(super) fn end(&mut self, phase: Phase) {
        if let Some(kind) = self.running.take()
            && let Some(asked) = self.slot(kind)
        {
            asked.phase = phase;
        }
    }
}

impl Asked {
    /// Nothing was heard yet.
    pub(super) fn new(options: Options, revision: Revision) -> Asked {
        let report = Report::default();
        Asked { options, revision, phase: Phase::Running, report, way: None, is_told: false }
    }

    /// The search itself; of a table, the first row.
    pub(crate) fn measured(&self) -> Option<&Measured> {
        self.report.searches.first()
    }

    /// The way into a broken rule: the better one, if there is one.
    pub(crate) fn found(&self) -> Option<&Schedule> {
        if let Some(way) = self.report.explanation.as_ref().and_then(|explanation| explanation.way.as_ref()) {
            return Some(way);
        }
        match &self.measured()?.outcome {
            Outcome::Violation { schedule, .. } => Some(schedule),
            _ => None,
        }
    }

    /// Measures the way if it is another than before.
    fn measure(&mut self, scenario: &Scenario) {
        let found = self.found().filter(|&found| self.way.as_ref().is_none_or(|way| way.schedule != *found));
        if let Some(found) = found {
            self.way = Some(Way::along(super::with_revision(scenario, self.revision), found));
        }
    }
}

impl Session {
    pub(super) fn ask_for(&mut self, options: Options) -> Address {
        self.exploring.options = options;
        Address::Same
    }

    /// Why nothing can be searched now.
    pub(crate) fn no_search(&self) -> Option<String> {
        if !self.editor.parsed.is_ok() && self.editor.text != self.running.text {
            return Some("The script in the editor has errors. Mend it and run it, then search.".into());
        }
        if self.run.scenario().threads.is_empty() {
            return Some("The script has no threads, so there is nothing to search.".into());
        }
        None
    }

    pub(super) fn start_search(&mut self, kind: Kind, effects: &mut Vec<Effect>) -> Address {
        if let Some(why) = self.no_search() {
            effects.push(Effect::Tell(why));
            return Address::Same;
        }
        self.panel = Panel::Explore;
        self.exploring.end(Phase::Stopped);
        let revision = self.run.scenario().revision;
        let options = self.exploring.options.clone();
        let request =
            Request { kind, script: self.running.text.clone(), revision: revision.name(), options: options.clone() };
        self.exploring.begin(kind, Asked::new(options, revision));
        effects.push(Effect::StartSearch(request.to_message()));
        effects.push(Effect::Announce("Searching.".into()));
        Address::Same
    }

    pub(super) fn find_in_exhibit(&mut self, effects: &mut Vec<Effect>) -> Address {
        let super::Origin::Exhibit(exhibit) = self.origin else {
            effects.push(Effect::Tell("No exhibit is open.".into()));
            return Address::Same;
        };
        let broken = named_revisions(exhibit).into_iter().find(|named| named.is_broken);
        let changed = broken.map(|broken| self.set_revision(Some(broken.name), effects));
        let mut options = Exploring::default().options;
        options.bounds.failures = exhibit.failures;
        options.bounds.fail_points.clone_from(&exhibit.fail_points);
        options.bounds.rules = exhibit.expect.into_iter().collect();
        options.bounds.states = exhibit.states.unwrap_or(options.bounds.states);
        self.exploring.options = options;
        self.open_panel(Panel::Explore, effects);
        self.start_search(Kind::Search, effects);
        changed.filter(|&changed| changed == Address::Push).unwrap_or(Address::Replace)
    }

    /// Whatever goes on is about a run that is gone.
    pub(super) fn stop_search(&mut self, effects: &mut Vec<Effect>) {
        if self.exploring.running.is_some() {
            self.exploring.end(Phase::Stopped);
            effects.push(Effect::StopSearch);
        }
    }

    pub(super) fn cancel_search(&mut self, effects: &mut Vec<Effect>) -> Address {
        if self.exploring.running.is_some() {
            self.stop_search(effects);
            effects.push(Effect::Tell("Stopped. What was seen until then proves nothing.".into()));
        } else {
            effects.push(Effect::Tell("Nothing is being searched.".into()));
        }
        Address::Same
    }

    pub(super) fn search_reported(&mut self, message: &str, effects: &mut Vec<Effect>) -> Address {
        let Some(kind) = self.exploring.running else { return Address::Same };
        let Some(report) = Report::from_message(message) else {
            return self.search_failed("The worker said something that this page does not understand.", effects);
        };
        if let Some(problem) = &report.problem {
            return self.search_failed(problem, effects);
        }
        let is_last = report.is_last;
        if let Some(asked) = self.exploring.slot(kind) {
            asked.report = report;
            if kind != Kind::Theatre {
                asked.measure(&self.running.scenario);
            }
            let said = if kind == Kind::Search { explore::headline(asked) } else { None };
            if let Some(said) = said
                && !std::mem::replace(&mut asked.is_told, true)
            {
                effects.push(Effect::Announce(said));
            }
        }
        if is_last {
            self.exploring.end(Phase::Done);
            match kind {
                Kind::Reductions | Kind::Necessity => {
                    effects.push(Effect::Announce("The table is complete.".into()));
                }
                Kind::Rest | Kind::Attack => self.challenge_reported(effects),
                Kind::Theatre => self.theatre_reported(effects),
                Kind::Search => {}
            }
        }
        Address::Same
    }

    pub(super) fn search_failed(&mut self, problem: &str, effects: &mut Vec<Effect>) -> Address {
        if self.exploring.running.is_some() {
            self.exploring.end(Phase::Failed(problem.into()));
            effects.push(Effect::StopSearch);
            let sentence = format!("The search ended early. {problem}");
            // The panel tells it where the result would be; without it nobody would see that the search is over.
            if !matches!(self.panel, Panel::Explore | Panel::Theatre) {
                self.notice(NoticeKind::Problem, sentence.clone());
            }
            effects.push(Effect::Announce(sentence));
        }
        Address::Same
    }

    /// The way that was found becomes the run, on the kernel on which it was found; the run before can be brought back.
    pub(super) fn step_through_found(&mut self, effects: &mut Vec<Effect>) -> Address {
        let found = self.exploring.search.as_ref().and_then(|asked| Some((asked.revision, asked.found()?.clone())));
        let Some((revision, schedule)) = found else {
            effects.push(Effect::Tell("No way into a broken rule has been found yet.".into()));
            return Address::Same;
        };
        self.keep_branch();
        let left_at = self.run.position();
        self.notices.clear();
        if revision != self.run.scenario().revision {
            self.notice(
                NoticeKind::Information,
                format!("The kernel is {} again, where it was found.", revision.name()),
            );
        }
        self.revision = Some(revision).filter(|&revision| revision != self.running.scenario.revision);
        self.selection = None;
        self.follow(&schedule, 0);
        let round = self.round();
        if let Some(round) = round {
            self.run.go_to(round.first - 1);
        }
        self.adopt_run(left_at, true);
        let (steps, size) = (self.run.len(), schedule.step_size.name());
        let how = match round {
            Some(round) => {
                format!("The run stands where the loop begins, before step {}: press o to walk round it.", round.first)
            }
            None => "Step forward to follow them.".into(),
        };
        effects.push(Effect::Tell(format!("{steps} steps by {size} are on the timeline. {how}")));
        effects.push(Effect::Focus(FocusTarget::Step));
        Address::Push
    }

    /// A step that the explanation names: follows the way, if that is not what is on the timeline.
    pub(super) fn go_to_found(&mut self, step: usize, effects: &mut Vec<Effect>) -> Address {
        let asked = self.exploring.search.as_ref();
        let is_there = asked.is_some_and(|asked| {
            asked.revision == self.run.scenario().revision
                && asked.found().is_some_and(|found| *found == self.schedule())
        });
        let address = if is_there { Address::Same } else { self.step_through_found(effects) };
        if self.exploring.search.as_ref().is_none_or(|asked| asked.found().is_none()) {
            return address;
        }
        match (address, self.go_to(step, effects)) {
            (Address::Push, _) => Address::Push,
            (_, gone) => gone,
        }
    }

    /// The smaller scenario, in which the same rule breaks, runs in place of the one that was searched.
    pub(super) fn open_smaller(&mut self, effects: &mut Vec<Effect>) -> Address {
        let explanation = self.exploring.search.as_ref().and_then(|asked| asked.report.explanation.as_ref());
        let Some(script) =
            explanation.map(|explanation| explanation.script.clone()).filter(|script| !script.is_empty())
        else {
            effects.push(Effect::Tell("No smaller scenario has been found.".into()));
            return Address::Same;
        };
        self.notices.clear();
        let aside = self.put_run_aside().zip(self.aside.take());
        self.load(super::Origin::Own, &script, parse(&script), crate::link::Link::default());
        self.stop_search(effects);
        let before = match &aside {
            Some((steps, _)) => format!(" Ctrl+Z brings the run before back, of {}.", plural(*steps, "step")),
            None => String::new(),
        };
        self.aside = aside.map(|(_, link)| link);
        effects.push(Effect::Tell(format!("Running: {}. Step forward to follow the way.{before}", self.title())));
        effects.push(Effect::Focus(FocusTarget::Step));
        Address::Push
    }

    /// What was asked and found, as text for a mail.
    pub(super) fn certificate(&self) -> Option<String> {
        let asked = self.exploring.search.as_ref()?;
        let lines = certificate(asked, self.run.scenario(), &self.title());
        Some(lines.iter().map(|line| format!("{:<14} {}\n", line.name, line.value)).collect())
    }
}
