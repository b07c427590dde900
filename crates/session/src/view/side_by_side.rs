//! The run beside the same schedule on another kernel, step by step, with the first divergence.

use super::Build;
use super::Text;
use super::header::named_revisions;
use crate::action::Panel;
use crate::objects::{title, value};
use crate::run::{Followed, Run, Step, follow};
use crate::session::{Origin, is_violation, why_not, with_revision};
use crate::texts::{TextId, Texts};
use daxscope_core::kernel::file_of;
use daxscope_core::machine::{Performed, StepRecord};
use daxscope_core::narrate;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Choice, Schedule};
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// Two runs of one schedule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SideBySideView {
    /// The kernel on the left.
    pub left: Text,
    /// The kernel on the right.
    pub right: Text,
    /// Kernels that the right side can have.
    pub choices: Rc<[Text]>,
    /// How many steps at the beginning are equal and not in `rows`.
    pub skipped: usize,
    /// A few equal steps, the first that differs, and all behind it.
    pub rows: Rc<[PairRow]>,
    /// Are these two branches, rather than two kernels?
    pub is_branches: bool,
    /// What differs in the end, with its value on the left and on the right.
    pub differences: Rc<[Difference]>,
    /// Where the two part; `None`: they never do.
    pub divergence: Option<Divergence>,
    /// How the left run ends.
    pub left_end: End,
    /// How the right run ends.
    pub right_end: End,
}

/// What is not the same at the end of both runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// `entry 0x203`.
    pub what: Text,
    /// On the left.
    pub left: Text,
    /// On the right.
    pub right: Text,
}

/// How a run ends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct End {
    /// Is a rule broken?
    pub is_broken: bool,
    /// A sentence.
    pub sentence: Text,
}

/// The same step on both kernels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairRow {
    /// The step, from 1.
    pub number: usize,
    /// Do both do the same?
    pub is_same: bool,
    /// On the left; `None`: the run has ended.
    pub left: Option<SideStep>,
    /// On the right.
    pub right: Option<SideStep>,
}

/// A step of one side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SideStep {
    /// Who made it.
    pub thread: ThreadId,
    /// What it did.
    pub sentence: Text,
    /// Did it break a rule?
    pub is_violation: bool,
    /// Is it beyond the schedule, where the first thread that can run does?
    pub is_beyond: bool,
}

/// The first difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Divergence {
    /// The step.
    pub step: usize,
    /// What differs, in a sentence.
    pub what: Text,
    /// The line on the left: `grab.rs:120`, and its text.
    pub left_line: Text,
    /// The line on the right.
    pub right_line: Text,
}

/// Steps of a run that are compared; more would make the panel slow to open.
const MAX_STEPS: usize = 1_000;
/// Differences at the end that are listed.
const MAX_DIFFERENCES: usize = 40;
/// Equal steps that stand before the divergence.
const EQUAL_STEPS: usize = 3;

/// A run on one kernel.
struct Side {
    run: Run,
    /// Steps of the schedule that were made.
    followed: usize,
    /// Why the next one could not be.
    stop: Option<String>,
}

impl Build<'_> {
    pub(super) fn side_by_side(&self) -> Option<SideBySideView> {
        if self.session.panel != Panel::SideBySide {
            return None;
        }
        if let Some(id) = self.session.compared_branch {
            return self.two_branches(id);
        }
        let (left, right) = self.two_revisions();
        let mut schedule = self.session.schedule();
        schedule.choices.truncate(self.most_compared(MAX_STEPS));
        let sides = (self.side(left, &schedule), self.side(right, &schedule));
        let names = [&sides.0, &sides.1].map(|side| side.run.scenario().revision.name());
        Some(SideBySideView { choices: self.other_revisions(), ..beside(&self.session.texts, names, &sides) })
    }

    /// The branch on screen, and another one; neither goes on beyond what was tried.
    fn two_branches(&self, id: u32) -> Option<SideBySideView> {
        let session = self.session;
        let other = session.branches.get(id)?;
        let mut left = session.schedule();
        left.choices.truncate(self.most_compared(MAX_STEPS));
        let most = if session.hides_future() { other.seen } else { MAX_STEPS };
        let choices = other.choices.iter().take(most).copied().collect();
        let right = Schedule { step_size: other.size, choices };
        let sides = (tried(self.run().scenario().revision, self, &left), tried(other.revision, self, &right));
        let names = [session.branch_name(session.branches.current_id()), session.branch_name(id)];
        Some(SideBySideView { is_branches: true, ..beside(&session.texts, names, &sides) })
    }

    /// The kernel that runs, or the broken one of the exhibit if a mended one runs; and the one to compare it with.
    fn two_revisions(&self) -> (Revision, Revision) {
        let current = self.run().scenario().revision;
        let named = match self.session.origin {
            Origin::Exhibit(exhibit) => named_revisions(exhibit),
            Origin::Own => Vec::new(),
        };
        let first = |is_broken| named.iter().find(|named| named.is_broken == is_broken).map(|named| named.revision);
        let is_mended = named.iter().any(|named| !named.is_broken && named.revision == current);
        let left = if is_mended { first(true).unwrap_or(current) } else { current };
        let other = self.session.other_revision.or(first(false)).or_else(|| self.session.other_of_lesson());
        let right = other.unwrap_or(*current.fixed());
        (left, right)
    }

    fn other_revisions(&self) -> Rc<[Text]> {
        let named = match self.session.origin {
            Origin::Exhibit(exhibit) => named_revisions(exhibit),
            Origin::Own => Vec::new(),
        };
        let presets = self.run().scenario().revision.presets();
        let is_preset = |name: &str| presets.iter().any(|preset| preset.name == name);
        let own = named.iter().map(|named| named.revision.name()).filter(|name| !is_preset(name));
        own.chain(presets.iter().map(|preset| preset.name.into())).map(Into::into).collect()
    }

    /// The schedule as far as it goes, then the first thread that can run, until something breaks or nobody can.
    fn side(&self, revision: Revision, schedule: &Schedule) -> Side {
        let scenario = with_revision(self.run().scenario(), revision);
        let Followed { mut run, rest } = follow(scenario, schedule);
        let followed = run.len();
        let stop = rest.first().map(|due| why_not(run.here(), due.thread));
        let is_broken = |run: &Run| run.steps().iter().any(is_violation);
        // A lesson compares what becomes of the step that it shows; what is recorded behind it is not told.
        while (!self.session.hides_future() || self.session.is_in_lesson())
            && run.len() < MAX_STEPS
            && !is_broken(&run)
            && let Some(thread) = run.default_thread()
        {
            if !run.extend(Choice::run(thread)) {
                break;
            }
        }
        Side { run, followed, stop }
    }
}

/// A schedule as it was tried, no further.
fn tried(revision: Revision, build: &Build<'_>, schedule: &Schedule) -> Side {
    let Followed { run, rest } = follow(with_revision(build.run().scenario(), revision), schedule);
    let followed = run.len();
    let stop = rest.first().map(|due| why_not(run.here(), due.thread));
    Side { run, followed, stop }
}

/// Two runs, step by step.
fn beside(texts: &Texts, names: [String; 2], (left, right): &(Side, Side)) -> SideBySideView {
    let steps = left.run.len().max(right.run.len());
    let same = (0..steps).take_while(|&at| is_same(left.step(at), right.step(at))).count();
    let skipped = if same < steps { same.saturating_sub(EQUAL_STEPS) } else { 0 };
    let row = |at| PairRow { number: at + 1, is_same: at < same, left: left.shown(at), right: right.shown(at) };
    let [left_name, right_name] = names;
    SideBySideView {
        left: left_name.into(),
        right: right_name.into(),
        skipped,
        rows: (skipped..steps).map(row).collect(),
        divergence: (same < steps).then(|| divergence(texts, same, left, right)),
        differences: differences(left, right).into(),
        left_end: left.end(),
        right_end: right.end(),
        ..SideBySideView::default()
    }
}

fn differences(left: &Side, right: &Side) -> Vec<Difference> {
    let (a, b) = (left.run.world(), right.run.world());
    let mut all = Vec::new();
    for object in crate::changes::changes(a, b).into_iter().take(MAX_DIFFERENCES) {
        all.push(Difference {
            what: title(a, object).into(),
            left: value(a, object).into(),
            right: value(b, object).into(),
        });
    }
    all
}

impl Side {
    fn step(&self, at: usize) -> Option<&Step> {
        self.run.steps().get(at)
    }

    fn shown(&self, at: usize) -> Option<SideStep> {
        let step = self.step(at)?;
        Some(SideStep {
            thread: step.record.choice.thread,
            sentence: step.sentence.clone(),
            is_violation: is_violation(step),
            is_beyond: at >= self.followed,
        })
    }

    fn end(&self) -> End {
        let broken = self.run.steps().iter().enumerate().find(|(_, step)| is_violation(step));
        if let Some((at, violation)) = broken.and_then(|(at, step)| Some((at + 1, step.violations.first()?))) {
            let sentence = format!("{} at step {at}. {}", violation.headline, violation.sentence);
            return End { is_broken: true, sentence: sentence.into() };
        }
        let end = narrate::status(&self.run.here().status());
        let stop = self.stop.as_ref().map_or_else(String::new, |why| {
            format!(
                "Step {} of the schedule is not possible here: {why} The first thread that can run goes on. ",
                self.followed + 1
            )
        });
        End { is_broken: false, sentence: format!("{stop}Nothing is broken. {end}").into() }
    }
}

fn is_same(left: Option<&Step>, right: Option<&Step>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => {
            left.sentence == right.sentence && first_difference(&left.record, &right.record).is_none()
        }
        _ => false,
    }
}

/// The first operation in which two steps differ.
fn first_difference(left: &StepRecord, right: &StepRecord) -> Option<usize> {
    let both = left.performed.iter().zip(&right.performed);
    let differs =
        |(a, b): (&Performed, &Performed)| a.stop.op != b.stop.op || a.stop.at != b.stop.at || a.outcome != b.outcome;
    let (mut at, mut found) = (0, false);
    for pair in both {
        if differs(pair) {
            found = true;
            break;
        }
        at += 1;
    }
    (found || left.choice != right.choice || left.performed.len() != right.performed.len()).then_some(at)
}

fn divergence(texts: &Texts, at: usize, left: &Side, right: &Side) -> Divergence {
    let (a, b) = (left.step(at), right.step(at));
    let operation = match (a, b) {
        (Some(a), Some(b)) => first_difference(&a.record, &b.record),
        _ => None,
    };
    let performed = |step: Option<&Step>| step.and_then(|step| step.record.performed.get(operation?).cloned());
    let (on_left, on_right) = (performed(a), performed(b));
    let thread = a.or(b).map_or_else(|| "the run".into(), |step| step.record.choice.thread.to_string());
    let what = match (&a, &b, &on_left, &on_right) {
        (Some(_), None, ..) => "The run on the right has ended; the one on the left goes on.".to_owned(),
        (None, ..) => "The run on the left has ended; the one on the right goes on.".to_owned(),
        (Some(a), Some(b), ..) if a.record.choice.thread != b.record.choice.thread => match &right.stop {
            Some(why) if at >= right.followed => format!("The right side cannot follow the schedule: {why}"),
            _ => "Another thread runs.".to_owned(),
        },
        (_, _, Some(x), Some(y)) if x.stop.op == y.stop.op && x.stop.at == y.stop.at && x.outcome != y.outcome => {
            format!("{thread} runs the same line and gets another answer.")
        }
        (_, _, Some(x), Some(y)) if x.stop.op == y.stop.op && x.stop.at == y.stop.at => {
            format!("{thread} runs the same line, and it does something else.")
        }
        (_, _, Some(x), Some(y)) if x.stop.at == y.stop.at => format!("{thread} runs the same line with other values."),
        _ => format!("{thread} comes to another line."),
    };
    Divergence {
        step: at + 1,
        what: what.into(),
        left_line: line(texts, on_left.as_ref()),
        right_line: line(texts, on_right.as_ref()),
    }
}

/// `grab.rs:120: task.wake(...)`.
fn line(texts: &Texts, performed: Option<&Performed>) -> Text {
    let Some(at) = performed.map(|performed| performed.stop.at) else { return Text::default() };
    let Some(file) = file_of(at) else { return Text::default() };
    let text = texts.part(TextId::Kernel, file).unwrap_or_default();
    let code = text.lines().nth(at.line() as usize - 1).unwrap_or_default().trim();
    format!("{file}:{}: {code}", at.line()).into()
}
