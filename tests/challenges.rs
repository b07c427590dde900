//! Every par, every answer and every distractor of the challenges, held to the engine and the search.

use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize, parse};
use daxscope_core::units::ThreadId;
use daxscope_explore::{Options, Policy, Reductions, Rest, RestOf, RestVerdict, Search, Verdict};
use daxscope_lessons::challenge::{Challenge, Guard, Kind, Until, challenges, problems, with_settings};
use daxscope_session::challenge::judge::{Outcome, judge};
use std::collections::BTreeSet;
use std::sync::Arc;

fn of_kind(name: &str) -> Vec<&'static Challenge> {
    let found: Vec<_> = challenges().iter().filter(|challenge| challenge.kind.name() == name).collect();
    assert!(found.len() >= 4, "{name}: {} challenges", found.len());
    found
}

fn scenario(challenge: &Challenge) -> Arc<Scenario> {
    Arc::new(parse(challenge.script).scenario)
}

fn options(challenge: &Challenge) -> Options {
    let mut options = Options::default();
    options.bounds.failures = challenge.failures;
    options.bounds.fail_points.clone_from(&challenge.fail_points);
    options
}

fn search(scenario: Arc<Scenario>, options: Options) -> Search {
    let mut search = Search::new(scenario, options);
    while *search.advance(100_000) == Verdict::Running {}
    search
}

fn rest(challenge: &Challenge, made: Schedule) -> RestVerdict {
    let asked = RestOf {
        rule: challenge.rule,
        made,
        failures: challenge.failures,
        fail_points: challenge.fail_points.clone(),
        states: 3_000_000,
    };
    let mut rest = Rest::new(&scenario(challenge), asked);
    while *rest.advance(100_000) == RestVerdict::Running {}
    rest.verdict().clone()
}

fn by(step_size: StepSize, choices: Vec<Choice>) -> Schedule {
    Schedule { step_size, choices }
}

fn switches(choices: &[Choice]) -> usize {
    choices.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count()
}

#[test]
fn the_texts_are_whole() {
    let told: Vec<String> = problems().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    let mut ids = BTreeSet::new();
    for challenge in challenges() {
        let id = challenge.id;
        assert!(ids.insert(id), "{id} is there twice");
        for (what, text) in
            [("title", &challenge.title), ("goal", &challenge.goal), ("text", &challenge.text), ("why", &challenge.why)]
        {
            assert!(!text.is_empty(), "{id} has no {what}");
        }
        assert!(!challenge.hints.is_empty() && challenge.hints.iter().all(|hint| !hint.is_empty()), "{id}: hints");
        assert!((1..=3).contains(&challenge.level), "{id}: level");
        assert!(daxscope_museum::exhibit(&challenge.exhibit).is_some(), "{id}: no exhibit {}", challenge.exhibit);
        let parsed = parse(challenge.script);
        assert!(parsed.is_ok() && parsed.diagnostics.is_empty(), "{id}: {:?}", parsed.diagnostics);
        assert!(parsed.scenario.schedule.is_none() && parsed.scenario.failures.is_empty(), "{id}: the script tells it");
        assert!(challenge.blocks().iter().all(|block| !block.text.is_empty()), "{id}: sections");
        for guard in challenge.guards() {
            assert!(!guard.text.is_empty() && !guard.explanation.is_empty(), "{id}: {}", guard.id);
        }
    }
    assert!(challenges().is_sorted_by_key(|challenge| challenge.level), "easy ones first");
}

#[test]
fn par_is_the_fewest_switches_that_break_it() {
    for challenge in of_kind("Break it") {
        let Kind::Break { par } = challenge.kind else { unreachable!() };
        let id = challenge.id;
        for size in [StepSize::Section, StepSize::Operation] {
            let RestVerdict::Rest(way) = rest(challenge, by(size, Vec::new())) else { panic!("{id}: no way") };
            assert_eq!(switches(&way), par, "{id} by {}", size.name());
            let judgement = judge(id, &by(size, way).to_compact());
            assert!(judgement.is_solved() && judgement.is_par(), "{id}: {judgement:?}");
            assert_eq!((judgement.used, judgement.par), (par, Some(par)), "{id}");
        }
        let mut asked =
            Options { policy: Policy::FewestSwitches, reductions: Reductions::SHORTEST, ..options(challenge) };
        asked.bounds.rules = vec![challenge.rule];
        let graph = search(scenario(challenge), asked);
        let Verdict::Violation(found) = graph.verdict() else { panic!("{id}: {:?}", graph.verdict()) };
        assert!(switches(&found.schedule.choices) >= par, "{id}: the graph of states knows a better way");
        assert!(graph.proved().switches.is_none_or(|excluded| par > excluded as usize), "{id}: par is excluded");
    }
}

/// The threads one after the other.
fn in_turn(challenge: &Challenge) -> Schedule {
    let mut run = Run::new(scenario(challenge));
    for thread in run.machine.thread_ids() {
        while run.step(Choice::run(thread), StepSize::Operation).is_some() {}
    }
    by(StepSize::Operation, run.steps.iter().map(|step| step.record.choice).collect())
}

#[test]
fn a_break_it_can_be_lost_and_wrong_answers_are_no_answers() {
    for challenge in of_kind("Break it") {
        let (id, lost) = (challenge.id, in_turn(challenge));
        assert_eq!(rest(challenge, lost.clone()), RestVerdict::Never, "{id}");
        assert_eq!(judge(id, &lost.to_compact()).outcome, Outcome::NotYet, "{id}");
        assert_eq!(judge(id, "o").outcome, Outcome::NotYet, "{id}");
        assert_eq!(judge(id, "o9").outcome, Outcome::CannotRun, "{id}");
        assert_eq!(judge(id, "?").outcome, Outcome::Unreadable, "{id}");
    }
    assert_eq!(judge("no-such", "o").outcome, Outcome::Unreadable);
    // A call that may not fail, and one more than may.
    let failing = judge("zeroes", "o1x11.1f");
    assert!(failing.sentence.contains("No call may fail") || failing.outcome == Outcome::CannotRun, "{failing:?}");
}

fn subsets(guards: &[Guard]) -> Vec<Vec<&Guard>> {
    let pick = |set: usize| guards.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1).map(|(_, guard)| guard);
    let all = (0..1_usize << guards.len()).map(|set| pick(set).collect::<Vec<_>>());
    let excluding = |one: &Guard, other: &Guard| {
        one.id != other.id && one.settings.iter().any(|s| other.settings.iter().any(|t| t.name == s.name))
    };
    all.filter(|set| !set.iter().any(|one| set.iter().any(|other| excluding(one, other)))).collect()
}

fn ids(set: &[&Guard]) -> BTreeSet<String> {
    set.iter().map(|guard| guard.id.clone()).collect()
}

fn answer(set: &[&Guard]) -> String {
    set.iter().map(|guard| guard.id.as_str()).collect::<Vec<_>>().join("+")
}

#[test]
fn the_smallest_fixes_are_those_that_are_named_and_every_other_is_broken() {
    for challenge in of_kind("Fix it") {
        let Kind::Fix { guards, par, right } = &challenge.kind else { unreachable!() };
        let id = challenge.id;
        let mut holding: Vec<BTreeSet<String>> = Vec::new();
        for set in subsets(guards) {
            let judgement = judge(id, &answer(&set));
            match judgement.outcome {
                Outcome::Solved => {
                    assert_eq!(judgement.is_par(), set.len() <= *par, "{id}: {}", answer(&set));
                    holding.push(ids(&set));
                }
                Outcome::NotYet => {
                    let way = judgement.schedule.expect("a way that breaks it");
                    let settings = set.iter().flat_map(|guard| &guard.settings);
                    let broken = Arc::new(with_settings(challenge.script, challenge.script, settings));
                    let mut run = Run::new(broken);
                    run.follow(&way).expect("the way can be stepped");
                    assert!(run.violations().next().is_some(), "{id} with {}: nothing breaks", answer(&set));
                }
                other => panic!("{id} with {}: {other:?}", answer(&set)),
            }
        }
        let is_smallest = |set: &&BTreeSet<String>| !holding.iter().any(|other| other != *set && other.is_subset(set));
        let smallest: BTreeSet<_> = holding.iter().filter(is_smallest).cloned().collect();
        let named: BTreeSet<_> = right.iter().map(|set| set.iter().cloned().collect::<BTreeSet<_>>()).collect();
        assert_eq!(smallest, named, "{id}");
        assert_eq!(smallest.iter().map(BTreeSet::len).min(), Some(*par), "{id}");
        assert!(matches!(rest(challenge, by(StepSize::Operation, Vec::new())), RestVerdict::Rest(_)), "{id}: its rule");
    }
}

#[test]
fn each_wrong_fix_is_right_under_its_assumption_and_needed_there() {
    let mut tried = 0;
    for challenge in of_kind("Fix it") {
        let Kind::Fix { right, .. } = &challenge.kind else { unreachable!() };
        for guard in challenge.guards() {
            let name = format!("{}: {}", challenge.id, guard.id);
            let is_right = right.contains(&vec![guard.id.clone()]);
            let Some(assumption) = &guard.assumption else {
                assert!(is_right, "{name}: a wrong fix needs an assumption");
                continue;
            };
            assert!(!is_right, "{name}: a right fix needs no assumption");
            let mut asked = options(challenge);
            asked.bounds.failures = assumption.failures;
            let with = |settings| Arc::new(with_settings(&assumption.script, challenge.script, settings));
            let parsed = parse(&assumption.script);
            assert!(parsed.is_ok() && parsed.diagnostics.is_empty(), "{name}: {:?}", parsed.diagnostics);
            let both: Vec<_> = assumption.with.iter().chain(&guard.settings).collect();
            let held = search(with(both.into_iter()), asked.clone());
            assert_eq!(*held.verdict(), Verdict::Complete, "{name}: it does not hold if {}", assumption.clause);
            let without: Vec<_> = assumption.with.iter().collect();
            let broken = search(with(without.into_iter()), asked);
            assert!(matches!(broken.verdict(), Verdict::Violation(_)), "{name}: not needed if {}", assumption.clause);
            tried += 1;
        }
    }
    assert!(tried >= 12, "{tried} assumptions");
}

/// All orders of sections that can be run up to their last one; the right ones, as text.
fn right_orders(challenge: &Challenge) -> (Vec<String>, usize) {
    let letters: Vec<char> = challenge.blocks().iter().map(|block| block.id).collect();
    let (mut right, mut wrong) = (Vec::new(), 0);
    let mut waiting = vec![String::new()];
    while let Some(order) = waiting.pop() {
        for &letter in letters.iter().filter(|&&letter| !order.contains(letter)) {
            let next = format!("{order}{letter}");
            match judge(challenge.id, &next).outcome {
                Outcome::Solved => right.push(next),
                Outcome::NotYet => {
                    wrong += 1;
                    waiting.push(next);
                }
                Outcome::CannotRun => wrong += 1,
                other => panic!("{next}: {other:?}"),
            }
        }
    }
    (right, wrong)
}

#[test]
fn the_orders_that_are_right_are_found_by_running_them() {
    for challenge in of_kind("Order it") {
        let Kind::Order { blocks, solution } = &challenge.kind else { unreachable!() };
        let id = challenge.id;
        let (right, wrong) = right_orders(challenge);
        assert!(right.contains(solution), "{id}: {solution} is not among {right:?}: {}", judge(id, solution).sentence);
        assert!(right.len() * 3 < wrong, "{id}: {} right, {wrong} wrong: too easy", right.len());
        let (idle, needed): (Vec<_>, Vec<_>) = blocks.iter().partition(|block| block.idle.is_some());
        assert!(!idle.is_empty(), "{id} has no distractor");
        for block in needed {
            assert!(right.iter().any(|order| order.contains(block.id)), "{id}: {} is never of use", block.id);
        }
        assert!(!idle.iter().any(|block| solution.contains(block.id)), "{id}: the solution has a distractor in it");
        let offered: String = blocks.iter().map(|block| block.id).collect();
        assert_ne!(&offered[..solution.len().min(offered.len())], solution, "{id}: offered in the right order");
        for block in idle {
            let with: Vec<&String> = right.iter().filter(|order| order.contains(block.id)).collect();
            assert!(!with.is_empty(), "{id}: {} can never be run", block.id);
            for order in with {
                let without = order.replace(block.id, "");
                let judgement = judge(id, &without);
                assert!(judgement.is_solved(), "{id}: {order} needs {}: {judgement:?}", block.id);
            }
        }
    }
}

/// What a section says has happened: who "runs again" has slept, and who goes on has begun.
#[test]
fn a_section_that_did_not_happen_is_refused() {
    for challenge in of_kind("Order it") {
        let id = challenge.id;
        for block in challenge.blocks() {
            let name = format!("{id}, {}: {}", block.id, block.text);
            assert!(!block.does.is_empty(), "{name}: nothing holds what it says");
            let has_begun = block.text.contains("again") || matches!(block.until, Until::Done) && block.idle.is_none();
            let many = challenge.blocks().iter().filter(|other| other.thread == block.thread && other.idle.is_none());
            if has_begun && many.count() > 1 {
                let first = block.after.unwrap_or_else(|| panic!("{name}: which section does it go on from?"));
                assert!(
                    challenge.blocks().iter().any(|other| other.id == first && other.thread == block.thread),
                    "{name}"
                );
                let alone = judge(id, &block.id.to_string());
                assert_eq!((alone.outcome, alone.stops_at), (Outcome::CannotRun, Some(0)), "{name}: {alone:?}");
                assert!(alone.sentence.contains("has not come so far"), "{name}: {alone:?}");
            }
        }
    }
    // A wakes nobody if nobody sleeps.
    let nobody = judge("order-wakeup", "ad");
    assert!(nobody.sentence.contains("There A runs otherwise: it never wakes one waiter"), "{nobody:?}");
}

#[test]
fn what_cannot_run_is_named_with_its_reason() {
    let challenge = of_kind("Order it")[1];
    let judgement = judge(challenge.id, "ad");
    assert_eq!((judgement.outcome, judgement.stops_at), (Outcome::CannotRun, Some(1)), "{judgement:?}");
    let judgement = judge(challenge.id, "bcad");
    assert_eq!((judgement.outcome, judgement.stops_at), (Outcome::CannotRun, Some(0)), "{judgement:?}");
    assert!(judgement.sentence.contains("B does not have to wait"), "{judgement:?}");
    assert_eq!(judge(challenge.id, "zz").outcome, Outcome::Unreadable);
    assert_eq!(judge(challenge.id, "aa").outcome, Outcome::Unreadable);
    assert_eq!(challenge.rule, Rule::LostWakeup);
    assert_eq!(challenge.blocks()[0].thread, ThreadId(1));
}
