//! What a search is asked, as a message.

use super::message::{self, Writer};
use super::reductions::REDUCTIONS;
use daxscope_core::check::Rule;
use daxscope_core::scenario::FailPoint;
use daxscope_explore::{Bounds, Options, Policy, Reductions};

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// One search.
    Search,
    /// The same search with fewer and more reductions.
    Reductions,
    /// The same search without each guard of the kernel.
    Necessity,
    /// Can the first of the rules that are looked for still be broken after the schedule of the script, and how?
    Rest,
    /// One search; what it finds is told in the steps of the page.
    Attack,
    /// One search, told move by move.
    Theatre,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::Search, Kind::Reductions, Kind::Necessity, Kind::Rest, Kind::Attack, Kind::Theatre];

    const fn name(self) -> &'static str {
        match self {
            Kind::Search => "search",
            Kind::Reductions => "reductions",
            Kind::Necessity => "necessity",
            Kind::Rest => "rest",
            Kind::Attack => "attack",
            Kind::Theatre => "theatre",
        }
    }
}

/// A script, a kernel, and what is asked about them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// What is to be done.
    pub kind: Kind,
    /// The script.
    pub script: String,
    /// The kernel, as the `revision` statement has it.
    pub revision: String,
    /// The question.
    pub options: Options,
}

impl Request {
    /// The request as text.
    #[must_use]
    pub fn to_message(&self) -> String {
        let Options { bounds, policy, reductions } = &self.options;
        let mut lines = Writer::default();
        lines.line("kind", self.kind.name());
        lines.line("revision", &self.revision);
        lines.line("states", bounds.states);
        lines.line("depth", bounds.depth);
        lines.line("failures", bounds.failures);
        if let Some(seconds) = bounds.seconds {
            lines.line("seconds", seconds);
        }
        if let Some(memory) = bounds.memory {
            lines.line("memory", memory);
        }
        let points: Vec<_> = bounds.fail_points.iter().map(|point| point.name()).collect();
        lines.line("fail", points.join(" "));
        for rule in &bounds.rules {
            lines.line("rule", rule.name());
        }
        for reduction in REDUCTIONS.iter().filter(|reduction| (reduction.get)(reductions)) {
            lines.line("with", reduction.name);
        }
        let (name, numbers) = policy_words(*policy);
        lines.line(name, numbers);
        lines.finish(&self.script)
    }

    /// Reads what [`Request::to_message`] writes; `None` if it is something else.
    #[must_use]
    pub fn from_message(message: &str) -> Option<Request> {
        let (lines, script) = message::read(message);
        let mut request = Request {
            kind: Kind::Search,
            script: script.into(),
            revision: String::new(),
            options: Options {
                bounds: Bounds { fail_points: Vec::new(), ..Bounds::default() },
                policy: Policy::BreadthFirst,
                reductions: Reductions::NONE,
            },
        };
        let Options { bounds, policy, reductions } = &mut request.options;
        for (key, value) in lines {
            match key {
                "kind" => request.kind = Kind::ALL.into_iter().find(|kind| kind.name() == value)?,
                "revision" => request.revision = value.into(),
                "states" => bounds.states = value.parse().ok()?,
                "depth" => bounds.depth = value.parse().ok()?,
                "failures" => bounds.failures = value.parse().ok()?,
                "seconds" => bounds.seconds = Some(value.parse().ok()?),
                "memory" => bounds.memory = Some(value.parse().ok()?),
                "fail" => bounds.fail_points = value.split_whitespace().filter_map(FailPoint::from_name).collect(),
                "rule" => bounds.rules.push(Rule::from_name(value)?),
                "with" => {
                    let reduction = REDUCTIONS.iter().find(|reduction| reduction.name == value)?;
                    (reduction.set)(reductions, true);
                }
                _ => *policy = policy_of(key, value)?,
            }
        }
        Some(request)
    }
}

fn policy_words(policy: Policy) -> (&'static str, String) {
    match policy {
        Policy::BreadthFirst => ("breadth-first", String::new()),
        Policy::DepthFirst => ("depth-first", String::new()),
        Policy::FewestSwitches => ("fewest-switches", String::new()),
        Policy::Random { seed, runs } => ("random", format!("{seed} {runs}")),
        Policy::Pct { seed, runs, changes } => ("pct", format!("{seed} {runs} {changes}")),
    }
}

fn policy_of(name: &str, numbers: &str) -> Option<Policy> {
    let mut numbers = numbers.split_whitespace().map(str::parse::<u64>);
    let mut number = || numbers.next()?.ok();
    Some(match name {
        "breadth-first" => Policy::BreadthFirst,
        "depth-first" => Policy::DepthFirst,
        "fewest-switches" => Policy::FewestSwitches,
        "random" => Policy::Random { seed: number()?, runs: number()? as u32 },
        "pct" => Policy::Pct { seed: number()?, runs: number()? as u32, changes: number()? as u32 },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: Options) {
        let request = Request {
            kind: Kind::Reductions,
            script: "title x\n\nthread A\n".into(),
            revision: "fixed wake_mode_delete=one".into(),
            options,
        };
        assert_eq!(Request::from_message(&request.to_message()), Some(request));
    }

    #[test]
    fn a_request_reads_back() {
        check(Options::default());
        for policy in [
            Policy::DepthFirst,
            Policy::FewestSwitches,
            Policy::Random { seed: u64::MAX, runs: 3 },
            Policy::Pct { seed: 1, runs: 2, changes: 3 },
        ] {
            check(Options { policy, ..Options::default() });
        }
        check(Options {
            bounds: Bounds {
                states: 7,
                depth: 8,
                failures: Bounds::ANY_FAILURES,
                fail_points: FailPoint::EVERY.into(),
                rules: vec![Rule::LostWakeup, Rule::Deadlock],
                seconds: Some(9),
                memory: Some(1 << 33),
            },
            policy: Policy::BreadthFirst,
            reductions: Reductions { symmetry: true, ..Reductions::NONE },
        });
        check(Options { bounds: Bounds { fail_points: Vec::new(), ..Bounds::default() }, ..Options::default() });
    }

    #[test]
    fn every_reduction_has_a_name() {
        let mut reductions = Reductions::NONE;
        for reduction in REDUCTIONS {
            assert!(!(reduction.get)(&reductions), "{}", reduction.name);
            (reduction.set)(&mut reductions, true);
        }
        assert_eq!(reductions, Reductions::ALL, "a reduction is missing in the list");
    }

    #[test]
    fn something_else_is_no_request() {
        assert_eq!(Request::from_message("kind nonsense\n\n"), None);
        assert_eq!(Request::from_message("policy x\n\n"), None);
        assert_eq!(Request::from_message("states many\n\n"), None);
    }
}
