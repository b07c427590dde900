//! The search theatre: what is searched there, and where in it the reader is.

use super::{Address, Asked, Phase, Session};
use crate::action::{Action, Effect, FocusTarget, Panel};
use crate::link::Link;
use crate::search::{Kind, Outcome, Policy, REDUCTIONS, Report, Request};
use crate::theatre::{SAMPLES, TheatreAction, TheatreView, Tried};
use crate::view::keys::{KeyFocus, KeyPress, Modifiers};
use daxscope_core::scenario::{Choice, Schedule, parse, parse_revision};
use daxscope_core::units::ThreadId;

/// Moves of Page Down and Page Up.
const TEN: isize = 10;

impl Session {
    pub(super) fn theatre(&mut self, action: TheatreAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            TheatreAction::Open => {
                let address = self.open_panel(Panel::Theatre, effects);
                if self.theatre.sample.is_none() && !self.is_of_this_script() {
                    self.theatre.forget();
                }
                if self.theatre.played.is_none() {
                    self.play_search(effects);
                }
                return address;
            }
            TheatreAction::Choose(sample) => {
                self.theatre.sample = sample.filter(|&at| at < SAMPLES.len());
                self.theatre.forget();
                self.play_search(effects);
            }
            TheatreAction::Switch(at, on) => {
                if let Some(reduction) = REDUCTIONS.get(at) {
                    (reduction.set)(&mut self.theatre.reductions, on);
                    self.play_search(effects);
                }
            }
            TheatreAction::DeepestFirst(on) => {
                self.theatre.policy = if on { Policy::DepthFirst } else { Policy::BreadthFirst };
                self.play_search(effects);
            }
            TheatreAction::Again => self.play_search(effects),
            TheatreAction::Move(by) => self.go_to_move(self.theatre.at.saturating_add_signed(by), effects),
            TheatreAction::GoTo(at) => self.go_to_move(at, effects),
            TheatreAction::GoToNode(node) => {
                let moves = self.theatre.played.as_ref().map_or(&[][..], |played| &played.moves);
                let made = moves.iter().position(|made| made.node() == node && node > 0);
                self.go_to_move(made.map_or(0, |at| at + 1), effects);
            }
            TheatreAction::Follow => return self.follow_played(effects),
            TheatreAction::ToggleText => self.theatre.shows_text ^= true,
            TheatreAction::ForgetTried => self.theatre.tried.clear(),
        }
        Address::Same
    }

    /// Was the script on screen searched, on the kernel on screen?
    fn is_of_this_script(&self) -> bool {
        self.theatre.searched.0 == self.running_text() && self.theatre.searched.1 == self.run.scenario().revision.name()
    }

    fn go_to_move(&mut self, at: usize, effects: &mut Vec<Effect>) {
        let total = self.theatre.played.as_ref().map_or(0, |played| played.moves.len());
        let at = at.min(total);
        if std::mem::replace(&mut self.theatre.at, at) == at {
            let edge = if at == 0 { "This is before the first move." } else { "This is the last move." };
            effects.push(Effect::Tell(edge.into()));
            return;
        }
        self.refresh();
        if let Some(drawn) = self.view().theatre.as_ref().and_then(|theatre| theatre.drawn.clone()) {
            effects.push(Effect::Announce(format!("Move {at} of {total}. {}", drawn.sentence)));
        }
    }

    /// Begins the search that is to be watched.
    fn play_search(&mut self, effects: &mut Vec<Effect>) {
        let sample = self.theatre.sample.and_then(|at| SAMPLES.get(at));
        let (script, revision) = match sample {
            Some(sample) => (sample.script.to_owned(), parse(sample.script).scenario.revision),
            None => {
                if let Some(why) = self.no_search() {
                    effects.push(Effect::Tell(why));
                    return;
                }
                (self.running_text().to_owned(), self.run.scenario().revision)
            }
        };
        self.exploring.end(Phase::Stopped);
        let options = self.theatre.options(&self.exploring.options);
        self.theatre.searched = (script.clone(), revision.name());
        let request = Request { kind: Kind::Theatre, script, revision: revision.name(), options: options.clone() };
        self.exploring.begin(Kind::Theatre, Asked::new(options, revision));
        effects.push(Effect::StartSearch(request.to_message()));
        effects.push(Effect::Announce("Searching.".into()));
    }

    /// The search is there.
    pub(super) fn theatre_reported(&mut self, effects: &mut Vec<Effect>) {
        let Some(asked) = &mut self.exploring.theatre else { return };
        let Report { searches, played: Some(played), .. } = std::mem::take(&mut asked.report) else { return };
        let Some(measured) = searches.first() else { return };
        let verdict = match &measured.outcome {
            Outcome::Complete => "complete, nothing broken".to_owned(),
            Outcome::Violation { rules, .. } => rules.first().map_or("a rule is broken", |rule| rule.headline()).into(),
            Outcome::BoundHit(_) => "stopped: proves nothing".into(),
            Outcome::Waiting | Outcome::Running => "stopped".into(),
        };
        let (states, transitions) = (measured.states, measured.transitions);
        let (reductions, policy) = (asked.options.reductions, asked.options.policy);
        let told = format!("The search is there: {states} states, {} moves, {verdict}.", played.moves.len());
        self.theatre.show(played, Tried { reductions, policy, states, transitions, verdict });
        effects.push(Effect::Announce(told));
    }

    /// The way to the state that is shown becomes the run of the page; a small script takes the place of the one on screen.
    fn follow_played(&mut self, effects: &mut Vec<Effect>) -> Address {
        let Some(played) = self.theatre.played.clone() else {
            effects.push(Effect::Tell("No search is there yet.".into()));
            return Address::Same;
        };
        let step_size = self.theatre_options().reductions.step_size();
        let mut schedule = Schedule { step_size, choices: Vec::new() };
        for step in played.way(self.theatre.node()) {
            let step = &played.steps[step];
            schedule.choices.push(Choice { thread: ThreadId(step.thread), fail: step.fail });
        }
        let steps = schedule.choices.len();
        self.panel = Panel::None;
        self.notices.clear();
        let (script, revision) = self.theatre.searched.clone();
        if script == self.running_text() {
            let left_at = self.run.position();
            self.keep_branch();
            let revision = parse_revision(&revision).ok();
            self.revision = revision.filter(|&revision| revision != self.running.scenario.revision);
            self.selection = None;
            self.follow(&schedule, steps);
            self.adopt_run(left_at, true);
        } else {
            let aside = self.put_run_aside().and_then(|_| self.aside.take());
            let link = Link { schedule: Some(schedule), position: steps, ..Link::default() };
            self.load(super::Origin::Own, &script, parse(&script), link);
            self.aside = aside;
        }
        effects.push(Effect::Tell(format!("The page stands at that state, behind {}.", super::plural(steps, "step"))));
        effects.push(Effect::Focus(FocusTarget::Step));
        Address::Push
    }

    /// With which reductions the search in the picture was made.
    fn theatre_options(&self) -> crate::search::Options {
        let asked = self.exploring.theatre.as_ref();
        asked.map_or_else(crate::search::Options::default, |asked| asked.options.clone())
    }

    /// What is drawn.
    pub(crate) fn theatre_view(&self) -> TheatreView {
        let revision = self.run.scenario().revision.name();
        let on_screen = format!("{}, kernel {revision}", self.title());
        let is_running = self.exploring.running == Some(Kind::Theatre);
        let problem = self.exploring.theatre.as_ref().and_then(|asked| match &asked.phase {
            Phase::Failed(why) => Some(why.clone()),
            _ => None,
        });
        self.theatre.view(&on_screen, self.no_search(), is_running, problem)
    }

    /// The keys of the theatre, while it is open.
    pub(super) fn theatre_key(&self, press: &KeyPress<'_>) -> Option<Action> {
        if self.panel != Panel::Theatre || press.focus == KeyFocus::Text || press.modifiers != Modifiers::default() {
            return None;
        }
        Some(Action::Theatre(match press.key {
            "ArrowRight" => TheatreAction::Move(1),
            "ArrowLeft" => TheatreAction::Move(-1),
            "PageDown" => TheatreAction::Move(TEN),
            "PageUp" => TheatreAction::Move(-TEN),
            "Home" => TheatreAction::GoTo(0),
            "End" => TheatreAction::GoTo(usize::MAX),
            _ => return None,
        }))
    }
}
