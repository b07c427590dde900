//! What each lock, re-check and wake-up of the kernel is for: the trials, as they are told.

use daxscope_explore::Verdict;
use daxscope_explore::necessity::{Necessity, Need, Progress, Trial};

/// The trials so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Guards {
    pub(super) is_done: bool,
    pub(super) rows: Vec<GuardRow>,
    /// Why trials would say nothing.
    pub(super) problem: Option<String>,
}

/// A guard at another setting, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardRow {
    /// Its name: `wake_mode_downgrade`.
    pub switch: String,
    /// The setting that was tried.
    pub to: String,
    /// What came of it.
    pub need: GuardNeed,
}

/// Is a guard needed?
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GuardNeed {
    /// Not tried yet.
    Waiting,
    /// Without it this rule breaks after so many steps.
    Needed {
        /// The name of the rule.
        rule: String,
        /// Scheduling points.
        steps: usize,
        /// Is no way shorter?
        shortest: bool,
    },
    /// No rule breaks without it within the bounds.
    NotNeeded,
    /// The bound of that name was hit.
    Unknown(String),
}

pub(super) fn of(necessity: &Necessity) -> Guards {
    let problem = match (necessity.progress(), necessity.baseline()) {
        (Progress::NoBaseline, Some(Verdict::Violation(_))) => Some(
            "This kernel breaks a rule as it is, so leaving a guard out would say nothing. Choose one without the bug first.",
        ),
        (Progress::NoBaseline, _) => Some(
            "A bound was hit before the search of the kernel as it is was complete. Raise the bound on states first.",
        ),
        _ => None,
    };
    let row = |(at, trial): (usize, &Trial)| GuardRow {
        switch: trial.guard.name().into(),
        to: trial.to.into(),
        need: match necessity.rows().get(at).map(|row| &row.need) {
            None => GuardNeed::Waiting,
            Some(Need::NotNeeded) => GuardNeed::NotNeeded,
            Some(Need::Unknown(bound)) => GuardNeed::Unknown(bound.name().into()),
            Some(Need::Needed { found, shortest }) => GuardNeed::Needed {
                rule: found.rules.first().map_or("", |rule| rule.name()).into(),
                steps: found.schedule.choices.len(),
                shortest: *shortest,
            },
        },
    };
    Guards {
        is_done: necessity.progress() != Progress::Running,
        rows: necessity.trials().iter().enumerate().map(row).collect(),
        problem: problem.map(Into::into),
    }
}

impl GuardRow {
    pub(super) fn words(&self) -> String {
        let GuardRow { switch, to, need } = self;
        let need = match need {
            GuardNeed::Waiting => "waiting".to_owned(),
            GuardNeed::NotNeeded => "not-needed".to_owned(),
            GuardNeed::Unknown(bound) => format!("unknown {bound}"),
            GuardNeed::Needed { rule, steps, shortest } => format!("needed {rule} {steps} {shortest}"),
        };
        format!("{switch} {to} {need}")
    }

    pub(super) fn from_words(text: &str) -> Option<GuardRow> {
        let mut words = text.split(' ');
        let mut word = || words.next();
        let (switch, to) = (word()?.to_owned(), word()?.to_owned());
        let need = match word()? {
            "waiting" => GuardNeed::Waiting,
            "not-needed" => GuardNeed::NotNeeded,
            "unknown" => GuardNeed::Unknown(word()?.into()),
            "needed" => GuardNeed::Needed {
                rule: word()?.into(),
                steps: word()?.parse().ok()?,
                shortest: word()?.parse().ok()?,
            },
            _ => return None,
        };
        Some(GuardRow { switch, to, need })
    }
}
