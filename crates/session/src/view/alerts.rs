//! What is broken in the state that is shown, and what the page could not do.

use super::Build;
use super::Text;
use daxscope_core::units::ThreadId;

/// A broken rule: `role=alert`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlertView {
    /// The name of the rule.
    pub rule: Text,
    /// Two or three words.
    pub headline: Text,
    /// What is broken.
    pub sentence: Text,
    /// The thread that suffers or did it.
    pub thread: Option<ThreadId>,
    /// The step that broke it, from 1; 0: it was so from the beginning.
    pub step: usize,
    /// Was it this step, rather than one before?
    pub is_new: bool,
    /// The first and the last step of the loop, of a livelock.
    pub round: Option<(usize, usize)>,
    /// Another revision on which to try the same schedule.
    pub try_revision: Option<Text>,
}

/// How a notice is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoticeKind {
    /// Something did not work: `role=alert`.
    Problem,
    /// Worth knowing: `role=status`.
    Information,
}

/// A sentence that says what happened and what to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeView {
    /// How it is drawn.
    pub kind: NoticeKind,
    /// The sentence.
    pub text: Text,
}

/// The most alerts that are shown.
const MAX_ALERTS: usize = 20;

impl Build<'_> {
    /// Everything that was broken up to here, the newest first; what is told twice stands where it was told first.
    pub(super) fn alerts(&self) -> Vec<AlertView> {
        let position = self.run().position();
        let mut alerts: Vec<AlertView> = Vec::new();
        let mut try_revision = None;
        for (at, step) in self.run().steps()[..position].iter().enumerate() {
            for violation in &step.violations {
                let is_new = at + 1 == position;
                let known = alerts
                    .iter()
                    .position(|alert| *alert.sentence == *violation.sentence && *alert.rule == *violation.rule.name());
                match known {
                    Some(known) => alerts[known].is_new |= is_new,
                    None if alerts.len() < MAX_ALERTS => alerts.push(AlertView {
                        rule: violation.rule.name().into(),
                        headline: violation.headline.as_str().into(),
                        sentence: violation.sentence.as_str().into(),
                        thread: violation.thread,
                        step: at + 1,
                        is_new,
                        round: violation.round.map(|round| (round.first, round.last)),
                        try_revision: try_revision.get_or_insert_with(|| self.try_revision()).clone(),
                    }),
                    None => {}
                }
            }
        }
        alerts.reverse();
        alerts
    }

    /// The first revision that the exhibit names as mended, if one runs that it names as broken.
    fn try_revision(&self) -> Option<Text> {
        let current = self.run().scenario().revision;
        let named = &self.session.named;
        let is_broken = named.iter().any(|named| named.is_broken && named.revision == current);
        let mended = named.iter().find(|named| !named.is_broken);
        mended.filter(|_| is_broken).map(|named| named.name.into())
    }
}
