//! What somebody does in a challenge, and whether it is solved.

use super::{Address, Asked, Origin, Phase, Session};
use crate::action::{Effect, FocusTarget, Panel};
use crate::challenge::judge::{
    Judgement, Outcome, attack_options, guards_of, judge_attack, judge_order, judge_schedule, scenario_with,
};
use crate::challenge::{ChallengeAction, Progress, Question};
use crate::link::{Link, THE_END};
use crate::search::{Attacked, Kind, Options, Report, Request, Said};
use crate::view::alerts::NoticeKind;
use daxscope_core::scenario::parse;
use daxscope_core::scenario::{Choice, Scenario, Schedule, format};
use daxscope_lessons::challenge::{self as lessons, Challenge, Guard, with_settings};

/// Most states when it is asked whether a challenge can still be won.
const REST_STATES: usize = 3_000_000;

impl Session {
    pub(super) fn challenge(&mut self, action: ChallengeAction, effects: &mut Vec<Effect>) -> Address {
        if matches!(action, ChallengeAction::Toggle(_) | ChallengeAction::Attack) {
            self.challenge.is_brought = false;
        }
        match action {
            ChallengeAction::Open(id) => return self.open_challenge(&id, effects),
            ChallengeAction::List => {
                self.challenge.open = None;
                self.cover(Panel::Learn);
                (self.panel, self.learn.page) = (Panel::Learn, crate::learn::Page::List);
                effects.push(Effect::Focus(FocusTarget::Panel));
                return Address::Replace;
            }
            ChallengeAction::Again => {
                if let Some(challenge) = self.challenge.open {
                    return self.open_challenge(challenge.id, effects);
                }
            }
            ChallengeAction::Hint => self.challenge.hints += 1,
            ChallengeAction::Ask => self.ask_rest(effects),
            ChallengeAction::Reveal => self.challenge.revealed += 1,
            ChallengeAction::TakeStep => return self.take_rest(effects),
            ChallengeAction::Toggle(id) => {
                self.challenge.toggle(&id);
                return Address::Replace;
            }
            ChallengeAction::Attack => self.attack(effects),
            ChallengeAction::Assume(id) => self.assume(&id, effects),
            ChallengeAction::ShowWay => return self.show_way(effects),
            ChallengeAction::Place(letter) => return self.place(letter),
            ChallengeAction::Lift(letter) => {
                self.challenge.order.retain(|placed| placed != letter);
                return Address::Replace;
            }
            ChallengeAction::Earlier(letter) => return self.shift_section(letter, false),
            ChallengeAction::Later(letter) => return self.shift_section(letter, true),
            ChallengeAction::RunOrder => return self.run_order(effects),
            ChallengeAction::CopyAnswer => effects.push(Effect::CopyText {
                text: self.fragment(),
                is_fragment: true,
                done: "A link to this challenge with your answer is copied.".into(),
            }),
            ChallengeAction::Restore(line) => self.challenge.progress.take_in(Progress::read(&line)),
        }
        Address::Same
    }

    fn open_challenge(&mut self, id: &str, effects: &mut Vec<Effect>) -> Address {
        if !self.begin_challenge(id) {
            return Address::Same;
        }
        self.stop_search(effects);
        effects.push(Effect::Focus(FocusTarget::Panel));
        Address::Push
    }

    /// Opens a challenge with its script. `false`: there is none of that id.
    fn begin_challenge(&mut self, id: &str) -> bool {
        let Some(challenge) = lessons::challenge(id) else {
            self.notice(NoticeKind::Problem, format!("There is no challenge `{id}`. Choose one from the list."));
            return false;
        };
        self.notices.clear();
        self.load(Origin::Own, challenge.script, parse(challenge.script), Link::default());
        self.challenge.begin(Some(challenge));
        self.panel = Panel::Learn;
        true
    }

    /// What a link says: `id` or `id:answer`. `is_alone`: the script of the challenge runs, with the schedule of the link.
    pub(super) fn open_challenge_link(&mut self, text: &str, link: Link, is_alone: bool) {
        let (id, answer) = text.split_once(':').unwrap_or((text, ""));
        let challenge = lessons::challenge(id);
        match challenge.filter(|_| is_alone) {
            Some(challenge) => self.load(Origin::Own, challenge.script, parse(challenge.script), link),
            None => self.load_subject(link),
        }
        if challenge.is_none() {
            self.notice(NoticeKind::Problem, format!("There is no challenge `{id}`. Choose one from the list."));
        }
        // Going back and forth in the browser's history takes no hints away.
        if self.challenge.open.map(|open| open.id) != challenge.map(|challenge| challenge.id) {
            self.challenge.begin(challenge);
            self.challenge.brought = Some(self.run.schedule());
        }
        self.challenge.take_answer(answer);
        self.judge_brought();
    }

    /// The answer of a link is judged at once: an order here, guards by the worker as soon as it can be asked.
    fn judge_brought(&mut self) {
        let Some(challenge) = self.challenge.open else { return };
        let answer = self.challenge.answer();
        if answer.is_empty() || self.challenge.judgement().is_some() {
            return;
        }
        match challenge.kind {
            lessons::Kind::Break { .. } => {}
            lessons::Kind::Fix { .. } => self.challenge.is_brought = true,
            lessons::Kind::Order { .. } => {
                let mut judgement = judge_order(challenge, &answer);
                self.remark_brought(challenge, &answer, &mut judgement);
                self.challenge.judged = Some((answer, judgement));
            }
        }
    }

    /// Has an answer attacked that a link brought.
    pub(crate) fn attack_brought(&mut self, effects: &mut Vec<Effect>) {
        if self.challenge.is_brought && self.exploring.running.is_none() {
            self.attack(effects);
        }
    }

    /// Says of an answer that came with a link that it does not count for whoever opened that.
    fn remark_brought(&self, challenge: &Challenge, answer: &str, judgement: &mut Judgement) {
        let is_own = self.challenge.progress.solved.get(challenge.id).is_some_and(|(own, _)| own == answer);
        if judgement.is_solved() && !is_own {
            judgement.sentence.push_str(" This answer came with the link, so it does not count as yours.");
        }
    }

    /// The challenge as a link has it: `id` or `id:answer`.
    pub(super) fn challenge_address(&self) -> String {
        match self.challenge.open.filter(|_| self.beside() == Panel::Learn) {
            None => String::new(),
            Some(challenge) => match self.challenge.answer() {
                answer if answer.is_empty() => challenge.id.into(),
                answer => format!("{}:{answer}", challenge.id),
            },
        }
    }

    /// Does the link tell the script by the name of the challenge?
    pub(super) fn is_script_of_challenge(&self) -> bool {
        self.beside() == Panel::Learn && self.challenge.open.is_some_and(|challenge| self.runs_challenge(challenge))
    }

    /// Does the script of the challenge run?
    pub(crate) fn runs_challenge(&self, challenge: &Challenge) -> bool {
        self.running.text == challenge.script
    }

    /// Does it run on its own kernel?
    pub(crate) fn is_at_challenge(&self, challenge: &Challenge) -> bool {
        self.runs_challenge(challenge) && self.revision.is_none()
    }

    /// What was done so far.
    pub(crate) fn made(&self) -> Schedule {
        let mut choices = self.run.choices().to_vec();
        choices.truncate(self.run.position());
        Schedule { step_size: self.run.size(), choices }
    }

    /// After every action: has the run that is shown broken the rule of an open "break it"?
    pub(crate) fn look_at_challenge(&mut self, effects: &mut Vec<Effect>) {
        let Some(challenge) = self.challenge.open else { return };
        if !matches!(challenge.kind, lessons::Kind::Break { .. }) || !self.is_at_challenge(challenge) {
            return;
        }
        let steps = &self.run.steps()[..self.run.position()];
        let is_broken = |step: &crate::run::Step| step.violations.iter().any(|found| found.rule == challenge.rule);
        if !steps.iter().any(is_broken) {
            self.challenge.judged = None;
            return;
        }
        let made = self.made();
        let mut judgement = judge_schedule(challenge, &made);
        let answer = judgement.schedule.as_ref().map_or_else(String::new, Schedule::to_compact);
        let brought =
            self.challenge.brought.as_ref().zip(judgement.schedule.as_ref()).is_some_and(|(brought, broken)| {
                brought.step_size == broken.step_size && brought.choices.starts_with(&broken.choices)
            });
        if brought {
            self.remark_brought(challenge, &answer, &mut judgement);
        }
        if self.challenge.judged.as_ref().is_some_and(|(_, before)| *before == judgement) {
            return;
        }
        effects.push(Effect::Announce(match judgement.outcome {
            Outcome::Solved => format!("Challenge solved. {}", judgement.sentence),
            _ => judgement.sentence.clone(),
        }));
        if !brought {
            self.keep_solved(challenge, &answer, judgement.is_solved(), judgement.is_par(), effects);
        }
        self.challenge.judged = Some((String::new(), judgement));
    }

    fn keep_solved(
        &mut self,
        challenge: &Challenge,
        answer: &str,
        is_solved: bool,
        is_par: bool,
        effects: &mut Vec<Effect>,
    ) {
        if is_solved && self.challenge.progress.keep(challenge.id, answer, is_par) {
            effects.push(Effect::KeepChallenges(self.challenge.progress.write()));
        }
    }

    /// Asks the worker something about the challenge.
    pub(super) fn ask_worker(
        &mut self,
        kind: Kind,
        question: Question,
        scenario: &Scenario,
        options: Options,
    ) -> Effect {
        self.exploring.end(Phase::Stopped);
        let (script, revision) = (format(scenario), scenario.revision);
        let request = Request { kind, script, revision: revision.name(), options: options.clone() };
        self.exploring.running = Some(kind);
        let report = Report::default();
        self.exploring.challenge =
            Some(Asked { options, revision, phase: Phase::Running, report, is_told: false, way: None });
        self.challenge.question = Some(question);
        Effect::StartSearch(request.to_message())
    }

    fn ask_rest(&mut self, effects: &mut Vec<Effect>) {
        let Some(challenge) = self.challenge.open else { return };
        if !self.is_at_challenge(challenge) {
            effects
                .push(Effect::Tell("Another script or kernel is on screen. Begin the challenge again first.".into()));
            return;
        }
        let made = self.made();
        let mut options = attack_options(challenge);
        options.bounds.rules = vec![challenge.rule];
        options.bounds.states = REST_STATES;
        let schedule = Some(made.clone()).filter(|made| !made.choices.is_empty());
        let scenario = Scenario { schedule, ..self.run.scenario().as_ref().clone() };
        self.challenge.revealed = 0;
        effects.push(self.ask_worker(Kind::Rest, Question::Rest(made), &scenario, options));
    }

    /// The steps of the rest that was found which lie ahead of the run that is shown; `None`: there is no such answer, or the run
    /// has gone another way since.
    pub(crate) fn rest_ahead(&self) -> Option<Vec<Choice>> {
        let Some(Question::Rest(made)) = &self.challenge.question else { return None };
        let Some(Said::Rest(rest)) = &self.exploring.challenge.as_ref()?.report.said else { return None };
        let here = self.made();
        let all: Vec<Choice> = made.choices.iter().chain(&rest.choices).copied().collect();
        let is_on_it = here.choices.len() >= made.choices.len() && all.starts_with(&here.choices);
        let same_size = rest.step_size == here.step_size || here.choices.is_empty();
        (is_on_it && same_size).then(|| all[here.choices.len()..].to_vec())
    }

    fn take_rest(&mut self, effects: &mut Vec<Effect>) -> Address {
        match self.rest_ahead().and_then(|rest| rest.first().copied()) {
            Some(choice) => {
                self.challenge.revealed = self.challenge.revealed.saturating_sub(1);
                self.step(choice, effects)
            }
            None => {
                effects.push(Effect::Tell("There is no step of the rest to make. Ask again from here.".into()));
                Address::Same
            }
        }
    }

    fn attack(&mut self, effects: &mut Vec<Effect>) {
        let Some(challenge) = self.challenge.open else { return };
        let answer = self.challenge.answer();
        let Ok(guards) = guards_of(challenge, &answer) else { return };
        let scenario = scenario_with(challenge, &guards);
        self.challenge.judged = None;
        let question = Question::Attack(answer);
        effects.push(self.ask_worker(Kind::Attack, question, &scenario, attack_options(challenge)));
        effects.push(Effect::Announce("The machine attacks.".into()));
    }

    fn assume(&mut self, id: &str, effects: &mut Vec<Effect>) {
        let Some(challenge) = self.challenge.open else { return };
        let guard = challenge.guards().iter().find(|guard| guard.id == id);
        let Some((guard, assumption)) = guard.and_then(|guard| Some((guard, guard.assumption.as_ref()?))) else {
            return;
        };
        let settings = assumption.with.iter().chain(&guard.settings);
        let scenario = with_settings(&assumption.script, challenge.script, settings);
        let mut options = attack_options(challenge);
        options.bounds.failures = assumption.failures;
        effects.push(self.ask_worker(Kind::Attack, Question::Assume(id.into()), &scenario, options));
    }

    /// The worker has said something about the challenge.
    pub(super) fn challenge_reported(&mut self, effects: &mut Vec<Effect>) {
        let Some(said) = self.exploring.challenge.as_ref().and_then(|asked| asked.report.said.clone()) else { return };
        if let Some(Question::HandedIn(id, answer)) = self.challenge.question.clone() {
            return self.handed_in_reported(id, answer, said);
        }
        let (Some(challenge), Some(question)) = (self.challenge.open, self.challenge.question.clone()) else { return };
        match question {
            Question::Rest(_) => effects.extend(rest_words(&said).map(Effect::Announce)),
            Question::HandedIn(..) => {}
            Question::Assume(id) => {
                self.challenge.assumed.retain(|(guard, _)| *guard != id);
                self.challenge.assumed.push((id, said));
            }
            Question::Attack(answer) => {
                let attacked = match said {
                    Said::Holds(states) => Attacked::Holds(states),
                    Said::Breaks(rule, schedule) => Attacked::Breaks(rule, schedule),
                    Said::Unknown(_) => Attacked::Unknown("states"),
                    _ => return,
                };
                let guards: Vec<&Guard> = guards_of(challenge, &answer).unwrap_or_default();
                let mut judgement = judge_attack(challenge, &guards, &attacked);
                if std::mem::take(&mut self.challenge.is_brought) {
                    self.remark_brought(challenge, &answer, &mut judgement);
                } else {
                    self.keep_solved(challenge, &answer, judgement.is_solved(), judgement.is_par(), effects);
                }
                effects.push(Effect::Announce(judgement.sentence.clone()));
                self.challenge.judged = Some((answer, judgement));
            }
        }
    }

    /// The order that breaks the guards becomes the run, on the kernel with them.
    fn show_way(&mut self, effects: &mut Vec<Effect>) -> Address {
        let (Some(challenge), Some((answer, judgement))) = (self.challenge.open, self.challenge.judged.clone()) else {
            return Address::Same;
        };
        let (Ok(guards), Some(schedule)) = (guards_of(challenge, &answer), judgement.schedule) else {
            return Address::Same;
        };
        let revision = scenario_with(challenge, &guards).revision;
        let parsed = parse(challenge.script);
        let differs = revision != parsed.scenario.revision;
        let link = Link { revision: differs.then_some(revision), schedule: Some(schedule), ..Link::default() };
        let steps = link.schedule.as_ref().map_or(0, |schedule| schedule.choices.len());
        self.notices.clear();
        self.load(Origin::Own, challenge.script, parsed, link);
        effects.push(Effect::Tell(format!("{steps} steps are on the timeline. Step forward to follow them.")));
        effects.push(Effect::Focus(FocusTarget::Step));
        Address::Push
    }

    fn place(&mut self, letter: char) -> Address {
        let Some(challenge) = self.challenge.open else { return Address::Same };
        if challenge.blocks().iter().any(|block| block.id == letter) && !self.challenge.order.contains(letter) {
            self.challenge.order.push(letter);
        }
        Address::Replace
    }

    fn shift_section(&mut self, letter: char, later: bool) -> Address {
        self.challenge.shift(letter, later);
        Address::Replace
    }

    /// Judges the order, and puts it on the timeline as far as it can be run.
    fn run_order(&mut self, effects: &mut Vec<Effect>) -> Address {
        let Some(challenge) = self.challenge.open else { return Address::Same };
        let answer = self.challenge.answer();
        let judgement = judge_order(challenge, &answer);
        effects.push(Effect::Announce(judgement.sentence.clone()));
        self.keep_solved(challenge, &answer, judgement.is_solved(), true, effects);
        let schedule = judgement.schedule.clone();
        let link = Link { schedule, position: THE_END, ..Link::default() };
        self.notices.clear();
        self.load(Origin::Own, challenge.script, parse(challenge.script), link);
        self.challenge.judged = Some((answer, judgement));
        Address::Push
    }
}

/// What is announced of an answer.
fn rest_words(said: &Said) -> Option<String> {
    match said {
        Said::Rest(rest) => Some(format!("It can still be won, in {} steps.", rest.choices.len())),
        Said::Never(_) => Some("It cannot be won any more from here.".into()),
        Said::Unknown(_) => Some("Too many states: nobody knows whether it can still be won.".into()),
        Said::Broken(_) => Some("It is won already.".into()),
        Said::Refused(why) => Some(why.clone()),
        _ => None,
    }
}
