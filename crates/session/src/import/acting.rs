//! What is done with a recording.

use super::view_lanes::SHOWN;
use super::{ImportAction, Importing, Question, Report, Request, Sample};
use crate::action::{Effect, FocusTarget, Panel};
use crate::session::{Address, Session};
use daxscope_import::kernel::Release;
use std::rc::Rc;

impl Session {
    pub(crate) fn import(&mut self, action: ImportAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            ImportAction::Open { name, bytes } => return self.open_recording(name, bytes, effects),
            ImportAction::Sample(sample) => self.open_sample(sample, effects),
            ImportAction::Reported(message) => self.recording_reported(&message, effects),
            ImportAction::Failed(why) => self.reading_failed(why, effects),
            ImportAction::Stop => {
                effects.push(Effect::StopImport);
                self.reading_failed("The reading was stopped. Open the file again to read it.".into(), effects);
            }
            ImportAction::Kernel(name) => self.name_kernel(name, effects),
            ImportAction::Show(line) => self.show_line(line, effects),
            ImportAction::Lift => self.lift(effects),
            ImportAction::StepIt => return self.step_recorded(effects),
            ImportAction::Move(is_later) => self.importing.step(is_later),
            ImportAction::AllRows(table) => {
                if !self.importing.whole.remove(&table) {
                    self.importing.whole.insert(table);
                }
            }
            ImportAction::Snapshot(at) => {
                if self.importing.trees().is_some_and(|trees| at < trees.len()) {
                    self.importing.snapshot = at;
                }
            }
            ImportAction::Entry(page) => self.importing.entry = page,
            ImportAction::ToggleNode(index, shift) => {
                if !self.importing.toggled.remove(&(index, shift)) {
                    self.importing.toggled.insert((index, shift));
                }
            }
        }
        Address::Same
    }

    fn open_recording(&mut self, name: String, bytes: u64, effects: &mut Vec<Effect>) -> Address {
        self.importing = Importing { name, bytes, reading: Some(0), ..Importing::default() };
        effects.push(Effect::StartImport(Request::default().to_message()));
        match self.panel {
            Panel::Import => Address::Same,
            _ => self.open_panel(Panel::Import, effects),
        }
    }

    fn open_sample(&mut self, sample: Sample, effects: &mut Vec<Effect>) {
        effects.push(Effect::FetchRecording(sample.path()));
    }

    fn recording_reported(&mut self, message: &str, effects: &mut Vec<Effect>) {
        let importing = &mut self.importing;
        // What comes after a stop, or of the file before, is of no use.
        if importing.reading.is_none() {
            return;
        }
        match Report::from_message(message) {
            Some(Report::Reading(bytes)) => importing.reading = Some(bytes),
            Some(Report::Failed(why)) => self.reading_failed(why, effects),
            Some(Report::Scenario(scenario)) => {
                importing.reading = None;
                effects.push(Effect::Announce(scenario.verdict.clone()));
                importing.scenario = Some(Rc::new(*scenario));
                effects.push(Effect::Focus(FocusTarget::Recorded));
            }
            Some(report) => {
                importing.reading = None;
                importing.problem = None;
                importing.report = Some(Rc::new(report));
                importing.arrive();
                effects.push(Effect::Announce(self.importing.announcement()));
            }
            None => self.reading_failed("What came back is damaged. Open the file again.".into(), effects),
        }
    }

    fn reading_failed(&mut self, why: String, effects: &mut Vec<Effect>) {
        self.importing.reading = None;
        effects.push(Effect::Announce(why.clone()));
        self.importing.problem = Some(why);
        if self.panel != Panel::Import {
            effects.push(Effect::Tell(self.importing.problem.clone().unwrap_or_default()));
        }
    }

    fn name_kernel(&mut self, name: String, effects: &mut Vec<Effect>) {
        let name = name.trim().to_owned();
        let is_known = name.is_empty() || Release::parse(&name).is_some_and(|release| release >= Release::FIRST);
        if !is_known {
            let first = Release::FIRST;
            let why =
                format!("`{name}` is no kernel with fs_dax events: write a release from {first} on, such as 6.12.");
            effects.push(Effect::Tell(why));
        } else if !self.importing.name.is_empty() && name != self.importing.kernel {
            self.importing.kernel = name;
            self.read_again(0, effects);
        }
    }

    /// Reads the same file another time, for what was not kept.
    fn read_again(&mut self, around: u64, effects: &mut Vec<Effect>) {
        let importing = &mut self.importing;
        importing.reading = Some(0);
        importing.problem = None;
        importing.scenario = None;
        let request = Request { question: Question::Answers, kernel: importing.kernel.clone(), around };
        effects.push(Effect::StartImport(request.to_message()));
    }

    /// Reads the file for what happened around the line that is shown.
    fn lift(&mut self, effects: &mut Vec<Effect>) {
        let importing = &mut self.importing;
        let Some(trace) = importing.trace() else { return };
        let shown = trace.spans.get(importing.first).map_or(0, |span| span.lines.0);
        let around = importing.line.or(trace.reasons.first().map(|reason| reason.line)).unwrap_or(shown);
        let request = Request { question: Question::Scenario, kernel: importing.kernel.clone(), around };
        importing.reading = Some(0);
        importing.problem = None;
        importing.scenario = None;
        effects.push(Effect::StartImport(request.to_message()));
    }

    /// Runs the script that was made of the trace.
    fn step_recorded(&mut self, effects: &mut Vec<Effect>) -> Address {
        let Some(scenario) = self.importing.scenario.clone() else { return Address::Same };
        let name = format!("the script of {}", self.importing.name);
        self.receive_run(&name, &scenario.script, "the trace", &[], effects)
    }

    fn show_line(&mut self, line: u64, effects: &mut Vec<Effect>) {
        let Some(trace) = self.importing.trace() else { return };
        let first = trace.spans.first().map_or(0, |span| span.lines.0);
        let last = trace.spans.last().map_or(0, |span| span.lines.1);
        let is_beyond = trace.beyond.0 && line < first || trace.beyond.1 && line > last;
        self.importing.line = Some(line);
        if is_beyond {
            return self.read_again(line, effects);
        }
        self.importing.arrive();
        effects.push(Effect::Focus(FocusTarget::Lanes));
    }
}

impl Importing {
    /// Puts the lanes at the line that was asked for, or at the first fallback.
    fn arrive(&mut self) {
        self.snapshot = self.snapshot.min(self.trees().map_or(0, |trees| trees.len().saturating_sub(1)));
        if self.trees().is_some() {
            self.snapshot = self.trees().into_iter().flatten().position(|tree| !tree.entries.is_empty()).unwrap_or(0);
        }
        let Some(trace) = self.trace() else { return };
        let suspect = trace.suspects.first().and_then(|suspect| suspect.evidence.first()).map(|(line, _)| *line);
        let wanted = self.line.or(trace.reasons.first().map(|reason| reason.line)).or(suspect).unwrap_or(0);
        let at = trace.spans.iter().position(|span| span.lines.1 >= wanted).unwrap_or(0);
        // A little of what came before, as far as there is enough behind it.
        let latest = trace.spans.len().saturating_sub(SHOWN);
        self.first = at.saturating_sub(4).min(latest);
    }

    fn step(&mut self, is_later: bool) {
        let Some(trace) = self.trace() else { return };
        let latest = trace.spans.len().saturating_sub(SHOWN);
        let by = SHOWN / 2;
        self.first = if is_later { (self.first + by).min(latest) } else { self.first.saturating_sub(by) };
    }

    /// What a screen reader hears when the reading is over.
    fn announcement(&self) -> String {
        match self.report.as_deref() {
            Some(Report::Trace(trace)) => {
                let suspects = trace.suspects.len() as u64 + trace.more_suspects;
                let more = if suspects > 0 { format!(" {suspects} suspects.") } else { String::new() };
                format!("{} is read. {}{more}", self.name, trace.headline)
            }
            Some(Report::Trees(trees)) => format!("{} is read: {} snapshots of a tree.", self.name, trees.len()),
            _ => String::new(),
        }
    }
}
