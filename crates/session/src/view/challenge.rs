//! The challenges: the list, and the one that is open.

use super::{Build, Text};
use crate::action::Panel;
use crate::challenge::Question;
use crate::challenge::judge::{Judgement, Outcome, counted, switches};
use crate::search::Said;
use crate::session::{Asked, Phase};
use daxscope_core::narrate::grouped;
use daxscope_core::scenario::Choice;
use daxscope_lessons::challenge::{Challenge, Guard, Kind, challenges};

/// What there is to see of the challenges.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChallengesView {
    /// All of them, easy ones first.
    pub list: Vec<ChallengeItem>,
    /// The one that is open.
    pub open: Option<ChallengeView>,
}

/// A challenge in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChallengeItem {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// One sentence: what is to be done.
    pub goal: &'static str,
    /// `Break it`, `Fix it` or `Order it`.
    pub kind: &'static str,
    /// `easy`, `harder` or `hard`.
    pub level: &'static str,
    /// `solved with par`, `solved`; empty: not yet.
    pub solved: &'static str,
}

/// How an open challenge stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Standing {
    /// Not solved.
    #[default]
    NotYet,
    /// Not solved, and it cannot be any more from here.
    Lost,
    /// Solved.
    Solved,
    /// The answer cannot be run, or does not hold.
    Wrong,
    /// Another script or kernel is on screen.
    Elsewhere,
}

/// The challenge that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChallengeView {
    /// What the list says of it.
    pub item: ChallengeItem,
    /// What to know before, in Markdown.
    pub text: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// The same in a sentence or two.
    pub status: Text,
    /// What is counted, and the fewest that any answer takes.
    pub par: Option<Text>,
    /// Hints that are shown.
    pub hints: Vec<&'static str>,
    /// Hints that are not.
    pub hints_left: usize,
    /// What there was to see, in Markdown, once it is solved; and the exhibit with the story.
    pub why: Option<(&'static str, &'static str)>,
    /// Does the worker work on it? Then what it says so far.
    pub busy: Option<Text>,
    /// Of "break it".
    pub rest: Option<RestView>,
    /// Of "fix it".
    pub guards: Vec<GuardChoice>,
    /// Is there an order on record that breaks the guards?
    pub has_way: bool,
    /// Of "order it": the sections in order, and those that are left.
    pub placed: Vec<SectionView>,
    /// Sections that are not in the order.
    pub offered: Vec<SectionView>,
}

/// Can it still be won?
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RestView {
    /// The answer in a sentence; empty: it was not asked yet.
    pub sentence: Text,
    /// The first steps of the rest that lie ahead, as far as they are shown.
    pub steps: Vec<Text>,
    /// Is there a step ahead that is not shown?
    pub has_more: bool,
    /// Can the next step be made?
    pub can_step: bool,
}

/// A guard that can be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardChoice {
    /// Its id.
    pub id: &'static str,
    /// What it does.
    pub text: &'static str,
    /// What it sets, as the `revision` statement has it.
    pub settings: Text,
    /// Is it chosen?
    pub is_chosen: bool,
    /// Why it is not enough, or why it is, once the guards were attacked with it.
    pub explanation: Option<&'static str>,
    /// Under which it would be enough, once it was seen not to be.
    pub assumption: Option<&'static str>,
    /// What the machine says of that.
    pub assumed: Text,
}

/// A section of a schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionView {
    /// Its letter in answers.
    pub id: char,
    /// Who runs.
    pub thread: daxscope_core::units::ThreadId,
    /// What happens.
    pub text: &'static str,
    /// Why it cannot run where it stands.
    pub problem: Text,
    /// Why it makes no difference, once the order is right.
    pub idle: &'static str,
}

impl Build<'_> {
    pub(super) fn challenges(&self) -> ChallengesView {
        if self.session.panel != Panel::Learn {
            return ChallengesView::default();
        }
        let mut list = Vec::new();
        for challenge in challenges() {
            list.push(self.item(challenge));
        }
        ChallengesView { list, open: self.session.challenge.open.map(|challenge| self.open_challenge(challenge)) }
    }

    fn item(&self, challenge: &'static Challenge) -> ChallengeItem {
        let solved = self.session.challenge.progress.solved.get(challenge.id);
        ChallengeItem {
            id: challenge.id,
            title: &challenge.title,
            goal: &challenge.goal,
            kind: challenge.kind.name(),
            level: ["easy", "easy", "harder", "hard"][usize::from(challenge.level.min(3))],
            solved: match solved {
                None => "",
                Some((_, true)) => "solved, par",
                Some((_, false)) => "solved",
            },
        }
    }

    /// What was judged, if it is about what stands there.
    fn judged(&self, challenge: &Challenge) -> Option<&Judgement> {
        let is_here = match challenge.kind {
            Kind::Break { .. } => self.session.is_at_challenge(challenge),
            _ => self.session.runs_challenge(challenge),
        };
        self.session.challenge.judgement().filter(|_| is_here)
    }

    fn open_challenge(&self, challenge: &'static Challenge) -> ChallengeView {
        let state = &self.session.challenge;
        let judged = self.judged(challenge);
        let (standing, status) = self.standing(challenge, judged);
        let shown = state.hints.min(challenge.hints.len());
        let mut hints = Vec::new();
        for hint in &challenge.hints[..shown] {
            hints.push(hint.as_str());
        }
        let asked = self.session.exploring.challenge.as_ref();
        let is_break = matches!(challenge.kind, Kind::Break { .. });
        ChallengeView {
            item: self.item(challenge),
            text: &challenge.text,
            standing,
            status,
            par: par_words(challenge),
            hints,
            hints_left: challenge.hints.len() - shown,
            why: (standing == Standing::Solved).then_some((&challenge.why, &challenge.exhibit)),
            busy: asked.and_then(busy_words),
            rest: is_break.then(|| self.rest(asked)),
            guards: self.guard_choices(challenge, judged),
            has_way: judged.is_some_and(|judged| judged.outcome == Outcome::NotYet && judged.schedule.is_some()),
            placed: self.placed(challenge, judged),
            offered: self.offered(challenge),
        }
    }

    fn standing(&self, challenge: &Challenge, judged: Option<&Judgement>) -> (Standing, Text) {
        if let Some(judged) = judged {
            let standing = match judged.outcome {
                Outcome::Solved => Standing::Solved,
                _ => Standing::Wrong,
            };
            return (standing, judged.sentence.as_str().into());
        }
        let is_break = matches!(challenge.kind, Kind::Break { .. });
        if is_break && !self.session.is_at_challenge(challenge) {
            return (Standing::Elsewhere, "Another script or kernel is on screen.".into());
        }
        match &challenge.kind {
            Kind::Break { .. } if self.is_lost() => {
                (Standing::Lost, "It cannot be won any more from here. Step back, or begin again.".into())
            }
            Kind::Break { .. } => {
                let used = counted(switches(&self.session.made().choices), "context switch");
                (Standing::NotYet, format!("{} so far.", capital(&used)).into())
            }
            Kind::Fix { .. } => (Standing::NotYet, "Choose, then let the machine attack.".into()),
            Kind::Order { .. } => (Standing::NotYet, "Put sections into the order, then run it.".into()),
        }
    }

    /// Has it been said that the run which is shown cannot be won?
    fn is_lost(&self) -> bool {
        let said = self.session.exploring.challenge.as_ref().and_then(|asked| asked.report.said.as_ref());
        let Some(Question::Rest(made)) = &self.session.challenge.question else { return false };
        let here = self.session.made();
        // What is lost stays lost, however it goes on.
        matches!(said, Some(Said::Never(_)))
            && here.step_size == made.step_size
            && here.choices.starts_with(&made.choices)
    }

    fn rest(&self, asked: Option<&Asked>) -> RestView {
        let said = asked.filter(|asked| asked.phase == Phase::Done).and_then(|asked| asked.report.said.as_ref());
        let Some((said, Question::Rest(made))) = said.zip(self.session.challenge.question.as_ref()) else {
            return RestView::default();
        };
        let here = self.session.made();
        let ahead = self.session.rest_ahead();
        let mut view = RestView::default();
        match said {
            Said::Rest(_) => match &ahead {
                Some(ahead) if ahead.is_empty() => {}
                Some(ahead) => {
                    let all: Vec<Choice> = here.choices.iter().chain(ahead).copied().collect();
                    let (steps, used) = (counted(ahead.len(), "step"), counted(switches(&all), "context switch"));
                    view.sentence = format!("It can still be won: {steps} more, {used} in all.").into();
                    view.steps = self.ahead_words(ahead);
                    (view.has_more, view.can_step) = (view.steps.len() < ahead.len(), true);
                }
                None => view.sentence = "You have left the way that was found. Ask again from here.".into(),
            },
            Said::Never(states) if self.is_lost() => {
                view.sentence =
                    format!("No. Every way on was tried, {} states, and none breaks the rule.", grouped(*states))
                        .into();
            }
            Said::Unknown(states) => {
                view.sentence =
                    format!("Nobody knows: {} states, and not everything was tried.", grouped(*states)).into();
            }
            Said::Refused(why) => view.sentence = why.as_str().into(),
            Said::Broken(_) if here == *made => view.sentence = "It is won already.".into(),
            _ => {}
        }
        view
    }

    /// The first steps ahead, as sentences: as many as were asked for.
    fn ahead_words(&self, ahead: &[Choice]) -> Vec<Text> {
        let mut machine = self.machine().clone();
        let mut words = Vec::new();
        for &choice in ahead.iter().take(self.session.challenge.revealed) {
            let before = machine.world.clone();
            let Some(record) = machine.step(choice, self.run().size()) else { break };
            let sentence = daxscope_core::narrate::sentence(&before, &record, &machine);
            words.push(sentence.into());
        }
        words
    }

    fn guard_choices(&self, challenge: &'static Challenge, judged: Option<&Judgement>) -> Vec<GuardChoice> {
        let state = &self.session.challenge;
        let mut choices = Vec::new();
        for guard in challenge.guards() {
            let is_chosen = state.chosen.contains(&guard.id);
            let told = judged.filter(|_| is_chosen);
            let is_wrong = told.is_some_and(|judged| judged.outcome == Outcome::NotYet);
            let assumption = guard.assumption.as_ref().filter(|_| is_wrong);
            choices.push(GuardChoice {
                id: &guard.id,
                text: &guard.text,
                settings: settings_words(guard),
                is_chosen,
                explanation: told.map(|_| guard.explanation.as_str()),
                assumption: assumption.map(|assumption| assumption.clause.as_str()),
                assumed: assumption.map_or_else(Text::default, |_| self.assumed_words(guard)),
            });
        }
        choices
    }

    /// What the machine says of a guard under its assumption.
    fn assumed_words(&self, guard: &Guard) -> Text {
        let said = self.session.challenge.assumed.iter().find(|(id, _)| *id == guard.id).map(|(_, said)| said);
        match said {
            Some(Said::Holds(states)) => format!("Tried: then it holds, {} states.", grouped(*states)).into(),
            Some(Said::Breaks(rule, _)) => format!("Tried: {} all the same.", rule.headline()).into(),
            Some(_) => "Tried: nobody knows, a bound was hit.".into(),
            None => Text::default(),
        }
    }

    fn placed(&self, challenge: &'static Challenge, judged: Option<&Judgement>) -> Vec<SectionView> {
        let mut placed = Vec::new();
        for (at, letter) in self.session.challenge.order.chars().enumerate() {
            let Some(mut section) = section(challenge, letter, judged.is_some_and(Judgement::is_solved)) else {
                continue;
            };
            if let Some(judged) = judged.filter(|judged| judged.stops_at == Some(at)) {
                section.problem = judged.sentence.as_str().into();
            }
            placed.push(section);
        }
        placed
    }

    fn offered(&self, challenge: &'static Challenge) -> Vec<SectionView> {
        let mut offered = Vec::new();
        for block in challenge.blocks() {
            if !self.session.challenge.order.contains(block.id) {
                offered.extend(section(challenge, block.id, false));
            }
        }
        offered
    }
}

fn section(challenge: &'static Challenge, letter: char, is_solved: bool) -> Option<SectionView> {
    let block = challenge.blocks().iter().find(|block| block.id == letter)?;
    Some(SectionView {
        id: block.id,
        thread: block.thread,
        text: &block.text,
        problem: Text::default(),
        idle: block.idle.as_deref().filter(|_| is_solved).unwrap_or_default(),
    })
}

fn settings_words(guard: &Guard) -> Text {
    let mut words = String::new();
    for setting in &guard.settings {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&setting.name);
        words.push('=');
        words.push_str(&setting.value);
    }
    words.into()
}

fn par_words(challenge: &Challenge) -> Option<Text> {
    let (count, what) = match &challenge.kind {
        Kind::Break { par } => (*par, "context switch"),
        Kind::Fix { par, .. } => (*par, "guard"),
        Kind::Order { .. } => return None,
    };
    let failures = match challenge.failures {
        0 => String::new(),
        most => format!(" {} may fail.", capital(&counted(most as usize, "call"))),
    };
    Some(format!("Par: {}.{failures}", counted(count, what)).into())
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What goes on, while it does.
fn busy_words(asked: &Asked) -> Option<Text> {
    match (&asked.phase, &asked.report.said) {
        (Phase::Running, Some(Said::Running(states))) => Some(
            format!("{} states so far. It may take half a minute; you can go on meanwhile.", grouped(*states)).into(),
        ),
        (Phase::Running, _) => Some("It begins.".into()),
        (Phase::Failed(why), _) => Some(format!("It ended early. {why}").into()),
        _ => None,
    }
}
