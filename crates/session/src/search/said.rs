//! What is said about a challenge: can it still be won, and does a fix hold.

use super::attack::Attacked;
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Schedule, StepSize};
use daxscope_explore::RestVerdict;

/// An answer, or how far it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Not known yet, after so many states.
    Running(u64),
    /// The rule is broken already, in the step of that number.
    Broken(usize),
    /// This rest breaks it, with the fewest context switches.
    Rest(Schedule),
    /// No rest breaks it, of so many states.
    Never(u64),
    /// Too many states: nobody knows.
    Unknown(u64),
    /// Why the question makes no sense.
    Refused(String),
    /// No order breaks any rule, of so many states.
    Holds(u64),
    /// This order breaks this rule.
    Breaks(Rule, Schedule),
}

impl Said {
    /// What a search for a rest says.
    pub(super) fn of_rest(verdict: &RestVerdict, states: u64, step_size: StepSize) -> Said {
        match verdict {
            RestVerdict::Running => Said::Running(states),
            RestVerdict::Broken(step) => Said::Broken(*step),
            RestVerdict::Rest(choices) => Said::Rest(Schedule { step_size, choices: choices.clone() }),
            RestVerdict::Never => Said::Never(states),
            RestVerdict::BoundHit => Said::Unknown(states),
            RestVerdict::Refused(why) => Said::Refused(why.replace('\n', " ")),
        }
    }

    /// What an attack says.
    pub(super) fn of_attack(attacked: Attacked, states: u64) -> Said {
        match attacked {
            Attacked::Running => Said::Running(states),
            Attacked::Holds(states) => Said::Holds(states),
            Attacked::Breaks(rule, schedule) => Said::Breaks(rule, schedule),
            Attacked::Unknown(_) => Said::Unknown(states),
        }
    }

    pub(super) fn words(&self) -> String {
        match self {
            Said::Running(states) => format!("running {states}"),
            Said::Broken(step) => format!("broken {step}"),
            Said::Rest(schedule) => format!("rest {}", schedule.to_compact()),
            Said::Never(states) => format!("never {states}"),
            Said::Unknown(states) => format!("unknown {states}"),
            Said::Refused(why) => format!("refused {why}"),
            Said::Holds(states) => format!("holds {states}"),
            Said::Breaks(rule, schedule) => format!("breaks {} {}", rule.name(), schedule.to_compact()),
        }
    }

    pub(super) fn from_words(text: &str) -> Option<Said> {
        let (word, rest) = text.split_once(' ')?;
        let number = || rest.parse().ok();
        Some(match word {
            "running" => Said::Running(number()?),
            "broken" => Said::Broken(rest.parse().ok()?),
            "rest" => Said::Rest(Schedule::from_compact(rest).ok()?),
            "never" => Said::Never(number()?),
            "unknown" => Said::Unknown(number()?),
            "refused" => Said::Refused(rest.into()),
            "holds" => Said::Holds(number()?),
            "breaks" => {
                let (rule, schedule) = rest.split_once(' ')?;
                Said::Breaks(Rule::from_name(rule)?, Schedule::from_compact(schedule).ok()?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_reads_back() {
        let schedule = || Schedule::from_compact("o1x5.2221f11").expect("a schedule");
        for said in [
            Said::Running(3),
            Said::Broken(4),
            Said::Rest(schedule()),
            Said::Never(1_000_000),
            Said::Unknown(7),
            Said::Refused("Step 3: there is no thread D.".into()),
            Said::Holds(8),
            Said::Breaks(Rule::LostWakeup, schedule()),
        ] {
            assert_eq!(Said::from_words(&said.words()), Some(said));
        }
        for other in ["", "perhaps 3", "holds many", "breaks deadlock", "rest zzz"] {
            assert_eq!(Said::from_words(other), None, "{other}");
        }
    }
}
