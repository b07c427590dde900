//! What a report says, before it has a format.

use super::advice::advice;
use super::asked::{Answer, Asked};
use crate::lesser::Lesser;
use daxscope_core::check::{Rule, Violation};
use daxscope_core::event::Event;
use daxscope_core::fallback::FallbackReason;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule};
use daxscope_explore::counterexample::Explained;
use daxscope_explore::{Bound, Counts, Found, Options, Proved, Ran, Shard, Verdict};
use std::sync::Arc;

/// All searches of one command.
#[derive(Debug)]
pub(crate) struct Report {
    /// The subcommand.
    pub(crate) command: &'static str,
    /// In the order in which they were asked for.
    pub(crate) suites: Vec<Suite>,
}

/// The searches of one script.
#[derive(Debug)]
pub(crate) struct Suite {
    /// The script as it was asked for: a file, or `museum:a5`.
    pub(crate) name: String,
    /// One line; may be empty.
    pub(crate) title: String,
    /// One for each kernel, or several for one kernel: each for the rules that those before have not found broken.
    pub(crate) cases: Vec<Case>,
    /// Why there are none.
    pub(crate) left_out: Option<String>,
}

/// One search and what came of it.
#[derive(Debug)]
pub(crate) struct Case {
    /// What was searched.
    pub(crate) scenario: Arc<Scenario>,
    /// How.
    pub(crate) options: Options,
    /// On how many threads.
    pub(crate) jobs: usize,
    /// Which share of all runs it had, if not all.
    pub(crate) shard: Option<Shard>,
    /// What should come of it.
    pub(crate) expected: Expected,
    /// What came of it.
    pub(crate) verdict: Verdict,
    /// What the script expects of its runs, line by line.
    pub(crate) facts: Vec<Asked>,
    /// How far it came.
    pub(crate) counts: Counts,
    /// What the search really did.
    pub(crate) ran: Ran,
    /// What is proved although it did not come to its end.
    pub(crate) proved: Proved,
    /// What lesser searches have proved then.
    pub(crate) lesser: Lesser,
    /// The probability that a state was left out.
    pub(crate) omission_probability: f64,
    /// Seconds on the clock.
    pub(crate) seconds: f64,
    /// The way into the broken rule.
    pub(crate) counterexample: Option<Counterexample>,
    /// The same made smaller and explained, if that was asked for.
    pub(crate) explained: Option<Explained>,
}

/// What should come of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Expected {
    /// Nobody said; a broken rule is a failure.
    Nothing,
    /// No rule breaks.
    Clean,
    /// A rule breaks.
    Violation {
        /// This one.
        rule: Option<Rule>,
        /// After so many steps, and no fewer.
        steps: Option<u32>,
    },
}

/// How a search ended, measured by what should come of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// As it should.
    AsExpected,
    /// Otherwise, with a sentence.
    NotAsExpected(String),
    /// Nobody knows: a bound was hit.
    BoundHit(Bound),
    /// Nobody knows what the script expects of its runs: the search ended with the broken rule that it expects.
    NotAsked,
    /// Nobody knows: somebody ended it.
    Interrupted,
}

/// A way into a broken rule, step by step.
#[derive(Debug)]
pub(crate) struct Counterexample {
    /// The rules that are broken at its end.
    pub(crate) rules: Vec<Rule>,
    /// `by point A5 B3 A!`.
    pub(crate) schedule: String,
    /// The steps.
    pub(crate) steps: Vec<Step>,
    /// Why the machine could not follow it to its end: a defect of ours.
    pub(crate) cut: Option<String>,
}

/// A step of one thread.
#[derive(Debug)]
pub(crate) struct Step {
    /// Counted from 1.
    pub(crate) number: usize,
    /// Who.
    pub(crate) thread: daxscope_core::units::ThreadId,
    /// Does a call fail in it?
    pub(crate) fails: bool,
    /// The kernel function it begins in.
    pub(crate) function: &'static str,
    /// Where it begins.
    pub(crate) begins: Place,
    /// The last operation of the step.
    pub(crate) ends: Place,
    /// One sentence.
    pub(crate) sentence: String,
    /// Why a 2 MiB fault goes on as a 4 KiB fault in it, if one does.
    pub(crate) fallback: Option<FallbackReason>,
    /// The rules that break in it.
    pub(crate) violations: Vec<Violation>,
}

/// A source line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The file, from the root of the project.
    pub(crate) file: &'static str,
    /// The line.
    pub(crate) line: u32,
}

impl Report {
    /// All searches.
    pub(crate) fn cases(&self) -> impl Iterator<Item = (&Suite, &Case)> {
        self.suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)))
    }

    /// 0 all as expected, 1 one is not, 3 a bound was hit or a search was interrupted, and nothing worse.
    pub(crate) fn exit_code(&self) -> u8 {
        let code = |case: &Case| match case.ending() {
            Ending::AsExpected => 0,
            Ending::NotAsExpected(_) => 1,
            Ending::BoundHit(_) | Ending::Interrupted | Ending::NotAsked => 3,
        };
        let codes: Vec<u8> = self.cases().map(|(_, case)| code(case)).collect();
        if codes.contains(&1) { 1 } else { codes.into_iter().max().unwrap_or(0) }
    }
}

impl Suite {
    /// What tells the search from the others of its script: the kernel, and what came of it if that kernel has several.
    pub(crate) fn name_of(&self, case: &Case) -> String {
        let kernel = case.scenario.revision.name();
        let same = self.cases.iter().filter(|other| other.scenario.revision == case.scenario.revision).count();
        match &case.verdict {
            _ if same < 2 => kernel,
            Verdict::Violation(found) => format!("{kernel}: {}", names(&found.rules)),
            _ => format!("{kernel}: the other rules"),
        }
    }
}

impl Case {
    /// How it ended, measured by what was expected.
    pub(crate) fn ending(&self) -> Ending {
        let unmet: Vec<_> = self.facts.iter().filter_map(Asked::unmet).map(|(sentence, _)| sentence).collect();
        match self.verdict_ending() {
            Ending::NotAsExpected(why) => Ending::NotAsExpected([&[why.as_str()], &unmet[..]].concat().join(" ")),
            _ if !unmet.is_empty() => Ending::NotAsExpected(unmet.join(" ")),
            Ending::AsExpected if self.facts.iter().any(|asked| matches!(asked.answer, Answer::NotAsked)) => {
                Ending::NotAsked
            }
            ending => ending,
        }
    }

    /// The same, as far as rules go.
    fn verdict_ending(&self) -> Ending {
        let found = match &self.verdict {
            Verdict::Running | Verdict::BoundHit(Bound::Interrupted) => return Ending::Interrupted,
            Verdict::BoundHit(bound) => return Ending::BoundHit(*bound),
            Verdict::Complete => None,
            Verdict::Violation(found) => Some(found),
        };
        match (self.expected, found) {
            (Expected::Nothing | Expected::Clean, None) => Ending::AsExpected,
            (Expected::Nothing | Expected::Clean, Some(found)) => {
                Ending::NotAsExpected(format!("a rule is broken: {}", names(&found.rules)))
            }
            // It may be in another share.
            (Expected::Violation { .. }, None) if self.shard.is_some() => Ending::NotAsked,
            (Expected::Violation { rule, .. }, None) => {
                let what = rule.map_or("a broken rule".into(), |rule| format!("{} to be broken", rule.name()));
                Ending::NotAsExpected(format!("expected {what}, and no rule is"))
            }
            (Expected::Violation { rule: Some(rule), .. }, Some(found)) if !found.rules.contains(&rule) => {
                let instead = names(&found.rules);
                Ending::NotAsExpected(format!("expected {} to be broken, and it is {instead}", rule.name()))
            }
            (Expected::Violation { steps: Some(steps), .. }, Some(found)) if found.steps() != steps as usize => {
                Ending::NotAsExpected(format!(
                    "expected the shortest way to be {steps} steps, and it is {}",
                    found.steps()
                ))
            }
            (Expected::Violation { .. }, Some(_)) => Ending::AsExpected,
        }
    }

    /// The verdict as a sentence.
    pub(crate) fn sentence(&self) -> String {
        let cut = |why: &str| match self.proved() {
            Some(proved) => format!("not complete: {why}; this proves nothing but that {proved}"),
            None => format!("not complete: {why}; this proves nothing"),
        };
        match &self.verdict {
            Verdict::Running | Verdict::BoundHit(Bound::Interrupted) => cut("interrupted"),
            Verdict::Complete if self.shard.is_some() => self.complete_shard(),
            Verdict::Complete => format!("complete: {}", unbroken(&self.options.bounds.rules, "in any interleaving")),
            Verdict::Violation(found) => {
                format!("violation: {}, after {}{}", names(&found.rules), counted(&found.schedule), self.made_smaller())
            }
            Verdict::BoundHit(bound) => cut(&format!("the bound on {} was hit", bound.name())),
        }
    }

    /// A share was looked at as a whole, which is not yet a verdict.
    fn complete_shard(&self) -> String {
        let Some(Shard { number, of }) = self.shard else { return String::new() };
        let unbroken = unbroken(&self.options.bounds.rules, "in the runs that it has");
        format!("shard {number} of {of} is complete: {unbroken}; `daxscope merge` says what all {of} say")
    }

    /// `; below made smaller, 19 steps by point`: what is printed below is not the way that was found. Else nothing.
    fn made_smaller(&self) -> String {
        let Some(explained) = &self.explained else { return String::new() };
        let is_as_found =
            explained.found == explained.size && explained.removed.is_empty() && explained.simpler.is_empty();
        if is_as_found { String::new() } else { format!("; below made smaller: {}", counted(&explained.schedule)) }
    }

    /// What may still find something, if the search is not complete.
    pub(crate) fn advice(&self) -> Option<String> {
        advice(self.options.policy, &self.verdict)
    }

    /// What is proved although the search has not come to its end. Only of the rules that it looked for.
    fn proved(&self) -> Option<String> {
        let mut places = Vec::new();
        match self.lesser.failures {
            None => {}
            Some(0) => places.push("in any interleaving without a failing call".to_owned()),
            Some(1) => places.push("in any interleaving with 1 failing call at most".to_owned()),
            Some(failures) => places.push(format!("in any interleaving with {failures} failing calls at most")),
        }
        places.extend(self.proved.steps.map(|steps| format!("in the first {steps} steps of any interleaving")));
        match self.proved.switches.max(self.lesser.switches) {
            None => {}
            Some(0) => places.push("without a context switch".to_owned()),
            Some(1) => places.push("with 1 context switch at most".to_owned()),
            Some(switches) => places.push(format!("with {switches} context switches at most")),
        }
        if places.is_empty() {
            return None;
        }
        Some(unbroken(&self.options.bounds.rules, &places.join(", nor ")))
    }
}

/// `19 steps by point`.
fn counted(way: &Schedule) -> String {
    let steps = way.choices.len();
    format!("{steps} {} by {}", if steps == 1 { "step" } else { "steps" }, way.step_size.name())
}

/// How long a way is.
trait Length {
    fn steps(&self) -> usize;
}

impl Length for Found {
    fn steps(&self) -> usize {
        self.schedule.choices.len()
    }
}

/// `kernel-bug, lost-wakeup`.
pub(crate) fn names(rules: &[Rule]) -> String {
    rules.iter().map(|rule| rule.name()).collect::<Vec<_>>().join(", ")
}

/// `no rule is broken in any interleaving`, with what was looked for if that is not everything. `place`: where.
pub(crate) fn unbroken(rules: &[Rule], place: &str) -> String {
    match looked_for(rules) {
        LookedFor::All => format!("no rule is broken {place}"),
        LookedFor::Only([one]) => format!("{} is not broken {place}", one.name()),
        LookedFor::Only(many) => format!("{} are not broken {place}", names(many)),
        LookedFor::AllBut(others) => format!("no rule is broken {place}; not looked for: {}", names(&others)),
    }
}

/// The rules of a search in the shorter way.
pub(crate) enum LookedFor<'a> {
    /// All.
    All,
    /// These.
    Only(&'a [Rule]),
    /// All but these.
    AllBut(Vec<Rule>),
}

/// The rules of [`Bounds::rules`](daxscope_explore::Bounds::rules): none there means all.
pub(crate) fn looked_for(rules: &[Rule]) -> LookedFor<'_> {
    let others: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| !rules.contains(rule)).collect();
    match rules {
        [] => LookedFor::All,
        rules if others.len() < rules.len() => LookedFor::AllBut(others),
        rules => LookedFor::Only(rules),
    }
}

impl Counterexample {
    /// Steps the machine along what a search has found.
    pub(crate) fn replay(scenario: &Arc<Scenario>, found: &Found) -> Counterexample {
        let mut run = Run::new(Arc::clone(scenario));
        let cut = run.follow(&found.schedule).err();
        let cut = cut.map(|cannot| format!("step {} cannot be replayed: {}", cannot.followed + 1, cannot.reason));
        let steps = run.steps.into_iter().enumerate().map(|(at, step)| {
            let performed = &step.record.performed;
            let place = |at: &'static std::panic::Location<'static>| Place { file: at.file(), line: at.line() };
            Step {
                number: at + 1,
                thread: step.record.choice.thread,
                fails: step.record.choice.fail,
                function: performed[0].stop.function(),
                begins: place(performed[0].stop.at),
                ends: place(performed[performed.len() - 1].stop.at),
                fallback: step.record.events().find_map(|event| match event {
                    Event::FallBack(reason) => Some(*reason),
                    _ => None,
                }),
                sentence: step.sentence,
                violations: step.violations,
            }
        });
        Counterexample { rules: found.rules.clone(), schedule: found.schedule.words(), steps: steps.collect(), cut }
    }

    /// Everything that is broken on the way, with the number of the step.
    pub(crate) fn violations(&self) -> impl Iterator<Item = (&Step, &Violation)> {
        self.steps.iter().flat_map(|step| step.violations.iter().map(move |violation| (step, violation)))
    }
}
