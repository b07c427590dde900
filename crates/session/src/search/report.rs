//! How far a search has come and what it found, as a message.

use super::explanation::Explanation;
use super::guards::GuardRow;
use super::message::{self, Writer};
use super::said::Said;
use crate::theatre::Played;
use daxscope_core::check::Rule;
use daxscope_core::scenario::Schedule;
use daxscope_explore::pace::seconds_left;
use daxscope_explore::{Counts, Search, Verdict};

/// What a search says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Outcome {
    /// Not begun.
    #[default]
    Waiting,
    /// Not done yet.
    Running,
    /// Every state was looked at, and no rule is broken in any.
    Complete,
    /// A rule is broken.
    Violation {
        /// The rules that are broken at the end of the way.
        rules: Vec<Rule>,
        /// The way, by scheduling points.
        schedule: Schedule,
    },
    /// The bound of that name was hit before everything was looked at: this proves nothing.
    BoundHit(String),
}

/// One search: how far it came, and what it says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Measured {
    /// What it says.
    pub outcome: Outcome,
    /// Different states.
    pub states: u64,
    /// Steps from one state to another.
    pub transitions: u64,
    /// Steps from the start to the states that are looked at now.
    pub depth: u64,
    /// States that wait to be looked at.
    pub frontier: u64,
    /// Final states.
    pub finals: u64,
    /// How long it took.
    pub milliseconds: f64,
    /// The probability that a state was left out.
    pub omission: f64,
    /// About how many seconds it still takes, while it goes on and that is known.
    pub left: Option<u64>,
    /// The size of its steps, and what came of each reduction; empty until it begins.
    pub ran: String,
}

/// What a job reports.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// Is this the last report?
    pub is_last: bool,
    /// One for each search of the job, in order; those that have not begun are waiting.
    pub searches: Vec<Measured>,
    /// What is said about the way that was found.
    pub explanation: Option<Explanation>,
    /// The trials of [`super::Kind::Necessity`].
    pub guards: Vec<GuardRow>,
    /// What [`super::Kind::Rest`] and [`super::Kind::Attack`] say.
    pub said: Option<Said>,
    /// The moves of [`super::Kind::Theatre`], once it is done.
    pub played: Option<Played>,
    /// Why nothing could be done, in one line.
    pub problem: Option<String>,
}

impl Measured {
    /// How a search stands after so many milliseconds.
    /// `longest`: how long its runs are, if that is known.
    pub(super) fn of(search: &Search, milliseconds: f64, longest: Option<u32>) -> Measured {
        let Counts { states, transitions, depth, frontier, finals, .. } = search.counts();
        let outcome = match search.verdict() {
            Verdict::Running => Outcome::Running,
            Verdict::Complete => Outcome::Complete,
            Verdict::Violation(found) => {
                Outcome::Violation { rules: found.rules.clone(), schedule: found.schedule.clone() }
            }
            Verdict::BoundHit(bound) => Outcome::BoundHit(bound.name().into()),
        };
        let (omission, ran) = (search.omission_probability(), search.ran().text());
        let depth = depth.into();
        let goes_on = longest.filter(|_| outcome == Outcome::Running);
        let left = goes_on.and_then(|longest| seconds_left(&search.counts(), longest, milliseconds / 1000.0));
        let left = left.map(|left| left as u64);
        Measured { outcome, states, transitions, depth, frontier, finals, milliseconds, omission, left, ran }
    }

    fn numbers(&self) -> String {
        let Measured { states, transitions, depth, frontier, finals, milliseconds, omission, .. } = self;
        // Whole numbers: reading others would take the page 20 KB of code.
        let (microseconds, omission) = ((milliseconds * 1000.0) as u64, omission.to_bits());
        let left = self.left.map_or_else(String::new, |left| format!(" {left}"));
        format!("{states} {transitions} {depth} {frontier} {finals} {microseconds} {omission}{left}")
    }

    fn from_numbers(text: &str) -> Option<Measured> {
        let mut words = text.split(' ');
        let mut count = || words.next()?.parse::<u64>().ok();
        let (states, transitions, depth, frontier, finals) = (count()?, count()?, count()?, count()?, count()?);
        let (milliseconds, omission) = (count()? as f64 / 1000.0, f64::from_bits(count()?));
        let left = count();
        let outcome = Outcome::Waiting;
        let ran = String::new();
        Some(Measured { outcome, states, transitions, depth, frontier, finals, milliseconds, omission, left, ran })
    }
}

impl Outcome {
    fn words(&self) -> String {
        match self {
            Outcome::Waiting => "waiting".into(),
            Outcome::Running => "running".into(),
            Outcome::Complete => "complete".into(),
            Outcome::Violation { rules, schedule } => {
                let rules: Vec<_> = rules.iter().map(|rule| rule.name()).collect();
                format!("violation {} {}", schedule.to_compact(), rules.join(" "))
            }
            Outcome::BoundHit(bound) => format!("bound {bound}"),
        }
    }

    fn from_words(text: &str) -> Option<Outcome> {
        let mut words = text.split_whitespace();
        Some(match words.next()? {
            "waiting" => Outcome::Waiting,
            "running" => Outcome::Running,
            "complete" => Outcome::Complete,
            "violation" => {
                let schedule = Schedule::from_compact(words.next()?).ok()?;
                Outcome::Violation { rules: words.filter_map(Rule::from_name).collect(), schedule }
            }
            "bound" => Outcome::BoundHit(words.next()?.into()),
            _ => return None,
        })
    }
}

/// Is this message of a job its last? All that the page has to know of a report before it reads it.
#[must_use]
pub fn is_last(message: &str) -> bool {
    message.starts_with("last true\n")
}

impl Report {
    /// A report that nothing could be done.
    #[must_use]
    pub fn failed(problem: impl Into<String>) -> Report {
        Report { is_last: true, problem: Some(problem.into().replace('\n', " ")), ..Report::default() }
    }

    /// The report as text.
    #[must_use]
    pub fn to_message(&self) -> String {
        let mut lines = Writer::default();
        lines.line("last", self.is_last);
        for search in &self.searches {
            lines.line("search", search.numbers());
            lines.line("outcome", search.outcome.words());
            lines.line("ran", &search.ran);
        }
        for guard in &self.guards {
            lines.line("guard", guard.words());
        }
        if let Some(said) = &self.said {
            lines.line("said", said.words());
        }
        if let Some(played) = &self.played {
            played.write(&mut lines);
        }
        if let Some(problem) = &self.problem {
            lines.line("problem", problem);
        }
        if let Some(explanation) = &self.explanation {
            explanation.write(&mut lines);
        }
        lines.finish(self.explanation.as_ref().map_or("", |explanation| &explanation.script))
    }

    /// Reads what [`Report::to_message`] writes; `None` if it is something else.
    #[must_use]
    pub fn from_message(message: &str) -> Option<Report> {
        let (lines, script) = message::read(message);
        let mut is_report = false;
        let mut report = Report::default();
        for (key, value) in lines {
            match key {
                "last" => (report.is_last, is_report) = (value.parse().ok()?, true),
                "search" => report.searches.push(Measured::from_numbers(value)?),
                "outcome" => report.searches.last_mut()?.outcome = Outcome::from_words(value)?,
                "ran" => report.searches.last_mut()?.ran = value.into(),
                "guard" => report.guards.push(GuardRow::from_words(value)?),
                "said" => report.said = Some(Said::from_words(value)?),
                "problem" => report.problem = Some(value.into()),
                "played" | "step" | "end" | "looks" | "only" | "goes" | "ends" => {
                    report.played.get_or_insert_default().read(key, value)?;
                }
                _ => report.explanation.get_or_insert_default().read(key, value)?,
            }
        }
        if let Some(explanation) = &mut report.explanation {
            explanation.script = script.into();
        }
        is_report.then_some(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::guards::GuardNeed;

    #[test]
    fn a_report_reads_back() {
        let schedule = Schedule::from_compact("p1x5.2221f11").expect("a schedule");
        let outcomes = [
            Outcome::Violation { rules: vec![Rule::LostWakeup, Rule::Deadlock], schedule },
            Outcome::Complete,
            Outcome::BoundHit("states".into()),
            Outcome::Running,
            Outcome::Waiting,
        ];
        let searches = outcomes.map(|outcome| Measured {
            outcome,
            states: 143_042,
            transitions: u64::MAX,
            depth: 3,
            frontier: 4,
            finals: 5,
            milliseconds: 12.75,
            omission: 5.5e-10,
            left: Some(77),
            ran: "by section; merging used".into(),
        });
        let needs = [
            GuardNeed::Waiting,
            GuardNeed::NotNeeded,
            GuardNeed::Unknown("states".into()),
            GuardNeed::Needed { rule: "lost-wakeup".into(), steps: 18, shortest: true },
        ];
        let guard = |need| GuardRow { switch: "wake_mode_delete".into(), to: "all".into(), need };
        let explanation = Explanation {
            progress: String::new(),
            way: Schedule::from_compact("p12").ok(),
            script: "thread A\n\n  read 4K at 0\n".into(),
            story: "A story: of two threads.".into(),
            in_turn: "No race.".into(),
            removed: vec!["thread C".into()],
            simpler: vec!["smaller page numbers".into()],
            switches: vec![(3, "Without this switch, nothing.".into())],
            key_steps: vec![(7, "A deletes the entry: nobody is woken".into())],
            claims: vec!["No shorter way: proved".into()],
        };
        let report = Report {
            is_last: true,
            searches: searches.into(),
            guards: needs.map(guard).into(),
            explanation: Some(explanation),
            said: Some(Said::Holds(3)),
            played: None,
            problem: None,
        };
        assert!(is_last(&report.to_message()) && !is_last(&Report::default().to_message()));
        assert_eq!(Report::from_message(&report.to_message()), Some(report));
        let failed = Report::failed("No. Not at all.");
        assert_eq!(Report::from_message(&failed.to_message()), Some(failed));
    }

    #[test]
    fn something_else_is_no_report() {
        for text in ["nonsense", "", "outcome complete\n\n", "search 1 2\n\n", "x y\n\n", "last perhaps\n\n"] {
            assert_eq!(Report::from_message(text), None, "{text}");
        }
    }
}
