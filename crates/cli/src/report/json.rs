//! Reports as JSON, version 1: docs/report.schema.json.

use super::asked::{Answer, Asked};
use super::certificate;
use super::model::{Case, Counterexample, Ending, Expected, Report, Step, Suite};
use daxscope_core::check::Round;
use daxscope_core::scenario::format;
use daxscope_explore::counterexample::{Claim, Explained, Size, SwitchKind};
use daxscope_explore::{Bound, Bounds, Options, Verdict};
use serde_json::{Value, json};

/// The number in `version`: it changes when a reader of the former one would go wrong.
pub(crate) const VERSION: u32 = 1;

/// Every search with its certificate and counterexample.
pub(crate) fn write(report: &Report) -> String {
    let searches: Vec<Value> = report.cases().map(|(suite, case)| search(suite, case)).collect();
    let left_out = report
        .suites
        .iter()
        .filter_map(|suite| suite.left_out.as_ref().map(|reason| json!({ "script": suite.name, "reason": reason })));
    let whole = json!({
        "version": VERSION,
        "tool": tool(),
        "command": report.command,
        "exitCode": report.exit_code(),
        "searches": searches,
        "leftOut": left_out.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

/// What wrote a report.
pub(crate) fn tool() -> Value {
    json!({ "name": "daxscope", "version": env!("CARGO_PKG_VERSION") })
}

/// One search.
pub(crate) fn search(suite: &Suite, case: &Case) -> Value {
    let counts = case.counts;
    let (ending, reason) = match case.ending() {
        Ending::AsExpected => ("as expected", None),
        Ending::NotAsExpected(why) => ("not as expected", Some(why)),
        Ending::BoundHit(_) => ("bound hit", None),
        Ending::NotAsked => ("not asked", None),
        Ending::Interrupted => ("interrupted", None),
    };
    json!({
        "script": suite.name,
        "title": suite.title,
        "scenario": format(&case.scenario),
        "revision": case.scenario.revision.name(),
        "options": options(&case.options),
        "jobs": case.jobs,
        "repeat": certificate::repeat(&suite.name, case),
        "expected": expected(case.expected),
        "expectations": case.facts.iter().map(asked).collect::<Vec<_>>(),
        "ending": ending,
        "reason": reason,
        "verdict": verdict(&case.verdict),
        "bound": match case.ending() { Ending::BoundHit(bound) => Some(bound.name()), _ => None },
        "sentence": case.sentence(),
        "advice": case.advice(),
        "counts": {
            "states": counts.states,
            "transitions": counts.transitions,
            "allTransitions": counts.all_transitions,
            "rounds": counts.rounds,
            "runs": counts.runs,
            "depth": counts.depth,
            "finals": counts.finals,
            "places": counts.nodes,
            "stepsRun": counts.learnt,
            "parts": counts.parts,
            "bytes": counts.bytes,
            "memory": counts.memory,
            "practice": counts.practice,
            "alone": counts.alone,
        },
        "ran": ran(case),
        "proved": { "steps": case.proved.steps, "switches": case.proved.switches },
        "seconds": case.seconds,
        "omissionProbability": case.omission_probability,
        "counterexample": case.counterexample.as_ref().map(counterexample),
        "explained": case.explained.as_ref().map(explained),
    })
}

/// What the search really did, whatever was asked.
fn ran(case: &Case) -> Value {
    let reductions = case.ran.reductions.iter().map(|(name, used)| json!({ "name": name, "use": used.text() }));
    json!({ "stepSize": case.ran.step_size.name(), "reductions": reductions.collect::<Vec<_>>() })
}

/// A line that expects something of the runs.
fn asked(asked: &Asked) -> Value {
    let met = match asked.answer {
        Answer::Met => Some(true),
        Answer::Unmet { .. } => Some(false),
        Answer::NotAsked => None,
    };
    let (sentence, schedule) = asked.unmet().unzip();
    json!({ "expect": asked.words, "met": met, "sentence": sentence, "schedule": schedule })
}

/// The verdict in one word.
pub(crate) const fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Complete => "complete",
        Verdict::Violation(_) => "violation",
        Verdict::Running | Verdict::BoundHit(Bound::Interrupted) => "stopped",
        Verdict::BoundHit(_) => "bound hit",
    }
}

/// How a search was made.
pub(crate) fn options(options: &Options) -> Value {
    let bounds = &options.bounds;
    let limited = bounds.failures != Bounds::ANY_FAILURES;
    let reductions = certificate::reductions(options.reductions).into_iter();
    json!({
        "states": bounds.states,
        "depth": bounds.depth,
        "seconds": bounds.seconds,
        "memory": bounds.memory,
        "failures": limited.then_some(bounds.failures),
        "failPoints": bounds.fail_points.iter().map(|what| what.name()).collect::<Vec<_>>(),
        "rules": bounds.rules.iter().map(|rule| rule.name()).collect::<Vec<_>>(),
        "policy": certificate::policy(options.policy),
        "reductions": reductions.filter(|(_, used)| *used).map(|(name, _)| name).collect::<Vec<_>>(),
    })
}

fn expected(expected: Expected) -> Value {
    match expected {
        Expected::Nothing => Value::Null,
        Expected::Clean => json!({ "verdict": "clean" }),
        Expected::Violation { rule, steps } => {
            json!({ "verdict": "violation", "rule": rule.map(|rule| rule.name()), "steps": steps })
        }
    }
}

/// A way into a broken rule.
pub(crate) fn counterexample(way: &Counterexample) -> Value {
    json!({
        "rules": way.rules.iter().map(|rule| rule.name()).collect::<Vec<_>>(),
        "schedule": way.schedule,
        "steps": way.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

/// The same made smaller and explained.
fn explained(explained: &Explained) -> Value {
    let size = |size: &Size| {
        json!({
            "threads": size.threads,
            "operations": size.operations,
            "failures": size.failures,
            "steps": size.steps,
            "switches": size.switches,
        })
    };
    let claim = |claim: &Claim| json!({ "proved": claim.is_proved(), "sentence": claim.sentence() });
    let switches = explained.switches.iter().map(|switch| {
        let (kind, threads) = (switch_kind(switch.kind), [switch.from, switch.to].map(|thread| thread.to_string()));
        json!({ "step": switch.step, "threads": threads, "kind": kind, "sentence": switch.sentence })
    });
    let key_steps = explained.key_steps.iter().map(|key| json!({ "step": key.step, "why": key.why, "what": key.what }));
    json!({
        "rule": explained.rule.name(),
        "round": explained.violation.round.map(round),
        "story": explained.story,
        "scenario": format(&explained.scenario),
        "schedule": explained.schedule.words(),
        "found": size(&explained.found),
        "now": size(&explained.size),
        "place": explained.place,
        "overlaps": explained.is_concurrent,
        "excludedBy": explained.excluded_by,
        "removed": explained.removed,
        "simpler": explained.simpler,
        "smallest": claim(&explained.smallest),
        "shortest": claim(&explained.shortest),
        "fewestSwitches": claim(&explained.fewest_switches),
        "switches": switches.collect::<Vec<_>>(),
        "keySteps": key_steps.collect::<Vec<_>>(),
        "sentences": explained.sentences.iter().map(|(_, sentence)| sentence).collect::<Vec<_>>(),
    })
}

const fn switch_kind(kind: SwitchKind) -> &'static str {
    match kind {
        SwitchKind::Forced => "forced",
        SwitchKind::Needed => "needed",
        SwitchKind::OtherWay => "other way",
    }
}

/// The loop of a livelock, by the numbers of its steps; `cause`: the step that made it possible.
fn round(round: Round) -> Value {
    json!({ "first": round.first, "last": round.last, "cause": round.cause })
}

fn step(step: &Step) -> Value {
    let violations = step.violations.iter().map(|violation| {
        json!({
            "rule": violation.rule.name(),
            "headline": violation.headline,
            "sentence": violation.sentence,
            "round": violation.round.map(round),
        })
    });
    json!({
        "number": step.number,
        "thread": step.thread.letter().to_string(),
        "fails": step.fails,
        "function": step.function,
        "file": step.begins.file,
        "line": step.begins.line,
        "sentence": step.sentence,
        "fallback": step.fallback.map(|reason| reason.name()),
        "violations": violations.collect::<Vec<_>>(),
    })
}
