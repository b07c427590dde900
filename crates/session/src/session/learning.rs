//! What a reader of the lessons does, and whether a task is reached.

use super::{Address, Origin, Session};
use crate::action::{Effect, FocusTarget, Future, Panel};
use crate::learn::{Learn, LearnAction, Page, Pending, Progress, write_answers};
use crate::link::{Link, THE_END};
use crate::texts::{TextId, part};
use crate::view::alerts::NoticeKind;
use daxscope_core::scenario::parse;
use daxscope_lessons::claim::Place;
use daxscope_lessons::fact::Moment;
use daxscope_lessons::lesson::Lesson;

impl Session {
    pub(super) fn learn(&mut self, action: LearnAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            LearnAction::List => self.turn_to(Page::List, effects),
            LearnAction::Teachers => self.turn_to(Page::Teachers, effects),
            LearnAction::Open(id, number) => match Learn::page_of(&format!("{id}.{number}")) {
                Ok(page) => self.turn_to(page, effects),
                Err(problem) => self.cannot(problem),
            },
            LearnAction::Next => match self.learn.step() {
                Some((lesson, at, _)) if at + 1 < lesson.steps.len() => {
                    self.turn_to(Page::Step(lesson, at + 1), effects)
                }
                _ => self.turn_to(Page::List, effects),
            },
            LearnAction::Previous => match self.learn.step() {
                Some((lesson, at, _)) if at > 0 => self.turn_to(Page::Step(lesson, at - 1), effects),
                _ => self.turn_to(Page::List, effects),
            },
            LearnAction::Scene => match self.learn.step() {
                Some((lesson, at, _)) => self.set_scene(lesson, at, false, effects),
                None => Address::Same,
            },
            LearnAction::Choose(question, letter) => {
                if !self.learn.progress.answers.contains_key(&question) {
                    self.learn.progress.chosen.insert(question, letter);
                    self.keep_progress(effects);
                }
                Address::Same
            }
            LearnAction::Commit(question) => self.commit(&question, effects),
            LearnAction::Name(name) => {
                self.learn.name = name.chars().take(80).collect();
                Address::Same
            }
            LearnAction::Grade(pasted) => {
                effects.push(Effect::KeepPasted(pasted.clone()));
                self.grade(pasted);
                Address::Same
            }
            LearnAction::Restored(pasted) => {
                self.learn.kept_pasted = pasted;
                self.grade_kept();
                Address::Same
            }
            LearnAction::Forget => {
                self.forget_progress();
                effects.push(Effect::KeepProgress(String::new()));
                effects.push(Effect::Tell("Your progress is forgotten.".into()));
                Address::Same
            }
            LearnAction::Restore(line) => {
                self.learn.progress.take_in(Progress::read(&line));
                self.learn.kept = line;
                Address::Same
            }
            LearnAction::Forgotten => {
                self.forget_progress();
                Address::Same
            }
            LearnAction::CannotKeep => {
                if !std::mem::replace(&mut self.learn.cannot_keep, true) {
                    effects.push(Effect::Tell(crate::view::learn::CANNOT_KEEP.into()));
                }
                Address::Same
            }
            LearnAction::Handout(id, is_solved) => match daxscope_lessons::lesson::lesson(&id) {
                Some(lesson) => self.turn_to(Page::Handout(lesson, is_solved), effects),
                None => self.cannot(format!("There is no lesson `{id}`.")),
            },
            LearnAction::Print => {
                effects.push(Effect::Print);
                Address::Same
            }
            LearnAction::CopyStepLink | LearnAction::CopyAnswers | LearnAction::CopyGrades => {
                effects.extend(self.copy_of_lessons(&action));
                Address::Same
            }
        }
    }

    /// What a link says about the lessons. `is_alone`: it names nothing that runs, so the scene of the step does.
    pub(crate) fn open_learn_link(&mut self, address: &str, answers: &str, is_alone: bool) {
        if self.texts.whole(TextId::Lessons).is_err() {
            let (address, answers) = (address.to_owned(), answers.to_owned());
            self.learn.pending = Some(Pending { address, answers, is_alone });
            return;
        }
        match Learn::page_of(address) {
            Ok(page) => self.learn.page = page,
            Err(problem) => {
                self.learn.page = Page::List;
                self.notice(NoticeKind::Problem, problem);
            }
        }
        if !answers.is_empty() {
            self.learn.page = Page::Teachers;
            self.grade(format!("#a={answers}"));
        }
        if let (Some((lesson, at, _)), true) = (self.learn.step(), is_alone) {
            self.run_scene(lesson, at, false);
        }
    }

    /// The texts of the lessons have come.
    pub(super) fn lessons_arrived(&mut self) {
        let Ok(text) = self.texts.whole(TextId::Lessons) else { return };
        daxscope_lessons::lesson::supply(&|name| part(text, name));
        self.learn.progress.take_in(Progress::read(&self.learn.kept));
        self.grade_kept();
        if let Some(Pending { address, answers, is_alone }) = self.learn.pending.take() {
            self.open_learn_link(&address, &answers, is_alone);
        }
    }

    fn cannot(&mut self, problem: String) -> Address {
        self.notice(NoticeKind::Problem, problem);
        Address::Same
    }

    fn turn_to(&mut self, page: Page, effects: &mut Vec<Effect>) -> Address {
        self.cover(Panel::Learn);
        self.panel = Panel::Learn;
        self.learn.page = page;
        self.challenge.open = None;
        effects.push(Effect::Focus(FocusTarget::Panel));
        let Page::Step(lesson, at) = page else {
            self.future = Future::Shown;
            return Address::Replace;
        };
        self.learn.progress.last = format!("{}.{}", lesson.id, at + 1);
        self.keep_progress(effects);
        self.set_scene(lesson, at, true, effects)
    }

    fn set_scene(&mut self, lesson: &'static Lesson, at: usize, may_stay: bool, effects: &mut Vec<Effect>) -> Address {
        if !self.run_scene(lesson, at, may_stay) {
            return Address::Replace;
        }
        self.stop_search(effects);
        Address::Push
    }

    /// Puts the machine where a step begins: at its own place, or at that of the last step before it that has one. `may_stay`: a
    /// step without a place of its own leaves the machine where it is if that is somewhere in the same scene. `false`: it stays.
    fn run_scene(&mut self, lesson: &'static Lesson, at: usize, may_stay: bool) -> bool {
        let Some(place) = lesson.place_of(at) else { return false };
        let Some(script) = lesson.script(&place.scene) else { return false };
        let is_own = lesson.steps[at].place.is_some();
        if may_stay && !is_own && script == self.running_text() {
            return false;
        }
        let parsed = parse(script);
        let position = place.position.unwrap_or(THE_END);
        let link = Link { revision: place.revision, schedule: place.schedule.clone(), position, ..Link::default() };
        self.notices.clear();
        self.future = if lesson.steps[at].hides_future { Future::Hidden } else { Future::Shown };
        self.load(Origin::Own, script, parsed, link);
        true
    }

    /// Does what the place of a step says run, on its kernel? Where the reader has gone in it does not matter.
    pub(crate) fn runs(&self, lesson: &Lesson, place: &Place) -> bool {
        let wanted = place.revision.unwrap_or(self.running.scenario.revision);
        lesson.script(&place.scene) == Some(self.running_text()) && self.run.scenario().revision == wanted
    }

    fn commit(&mut self, id: &str, effects: &mut Vec<Effect>) -> Address {
        let Some((lesson, _, _)) = self.learn.step() else { return Address::Same };
        let Some(question) = lesson.question(id) else { return Address::Same };
        let Some(&letter) = self.learn.progress.chosen.get(id) else {
            effects.push(Effect::Tell("Choose an answer first.".into()));
            return Address::Same;
        };
        let Some(option) = question.option(letter) else { return Address::Same };
        self.learn.progress.chosen.remove(id);
        self.learn.progress.answers.entry(id.to_owned()).or_insert(letter);
        effects.push(Effect::Announce(match (lesson.reveals, option.is_right) {
            (false, _) => "Noted.".into(),
            (true, true) => format!("Right. {}", option.because),
            (true, false) => format!("Not so. {}", option.because),
        }));
        effects.push(Effect::Focus(FocusTarget::Verdict));
        self.keep_progress(effects);
        Address::Same
    }

    /// Is the task of the open step reached in the state that is shown? Once is enough.
    pub(crate) fn look_at_task(&mut self, effects: &mut Vec<Effect>) {
        let Some((lesson, at, step)) = self.learn.step() else { return };
        let Some(task) = &step.task else { return };
        let id = format!("{}.{}", lesson.id, at + 1);
        let place = lesson.place_of(at);
        if self.beside() != Panel::Learn
            || self.learn.progress.reached.contains(&id)
            || !place.is_some_and(|place| self.runs(lesson, place))
        {
            return;
        }
        let made = &self.run.steps()[..self.run.position()];
        let moment = Moment {
            machine: self.run.here(),
            records: made.iter().map(|step| &step.record).collect(),
            broken: made.iter().flat_map(|step| step.violations.iter().map(|violation| violation.rule)).collect(),
        };
        if moment.is(&task.reach) {
            self.learn.progress.reached.insert(id);
            effects.push(Effect::Tell(format!("Reached: {}", task.says)));
            self.keep_progress(effects);
        }
    }

    fn forget_progress(&mut self) {
        self.learn.progress = Progress::default();
        self.learn.kept.clear();
    }

    fn keep_progress(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::KeepProgress(self.learn.progress.write()));
    }

    fn copy_of_lessons(&self, action: &LearnAction) -> Option<Effect> {
        let copy = |text: String, is_fragment, done: &str| Effect::CopyText { text, is_fragment, done: done.into() };
        Some(match action {
            LearnAction::CopyStepLink => {
                copy(format!("v=1&l={}", self.learn.address()), true, "A link to this step is copied.")
            }
            LearnAction::CopyAnswers => {
                let name = self.learn.name.trim();
                let answers = write_answers(name, &self.learn.progress, &self.challenge.progress);
                let done = match name {
                    "" => {
                        "A link with your answers is copied, without a name: nobody will know whose they are. Write your name and \
                         copy again."
                    }
                    _ => "A link with your answers is copied.",
                };
                copy(format!("v=1&l=teachers&a={answers}"), true, done)
            }
            LearnAction::CopyGrades => copy(crate::view::grades::csv(&self.learn), false, "The table is copied."),
            _ => return None,
        })
    }
}
