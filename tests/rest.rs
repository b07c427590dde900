//! "Still winnable from here?": the answers are those of the search through the graph of states, and of a search that knows
//! nothing but the machine.

use daxscope_core::check::{Rule, violations};
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize, parse, parse_revision};
use daxscope_core::units::ThreadId;
use daxscope_explore::{Options, Policy, Reductions, Rest, RestOf, RestVerdict, Search, Verdict};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

fn scenario(script: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    Arc::new(Scenario { schedule: None, ..parsed.scenario })
}

fn exhibit(id: &str, revision: usize) -> (Arc<Scenario>, Rule, u32) {
    let exhibit = daxscope_museum::exhibit(id).expect("an exhibit");
    let revision = parse_revision(exhibit.revisions[revision]).expect("a revision");
    let scenario = Scenario { revision, schedule: None, ..parse(exhibit.script).scenario };
    (Arc::new(scenario), exhibit.expect.expect("a rule"), exhibit.failures.min(1))
}

fn switches(choices: &[Choice]) -> usize {
    choices.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count()
}

fn ask(scenario: &Arc<Scenario>, rule: Rule, failures: u32, made: Schedule) -> RestVerdict {
    let fail_points = Options::default().bounds.fail_points;
    let asked = RestOf { rule, made, failures, fail_points, states: 3_000_000 };
    let mut rest = Rest::new(scenario, asked);
    while *rest.advance(10_000) == RestVerdict::Running {}
    rest.verdict().clone()
}

fn nothing(step_size: StepSize) -> Schedule {
    Schedule { step_size, choices: Vec::new() }
}

fn search(scenario: &Arc<Scenario>, rule: Rule, failures: u32, policy: Policy) -> Search {
    let mut options = Options { policy, reductions: Reductions::SHORTEST, ..Options::default() };
    options.bounds.rules = vec![rule];
    options.bounds.failures = failures;
    let mut search = Search::new(Arc::clone(scenario), options);
    while *search.advance(100_000) == Verdict::Running {}
    search
}

const EXHIBITS: [&str; 12] = ["a1", "a2", "a3", "a5", "c1", "c4", "d1", "d5", "d6", "e2", "e4", "n1"];

#[test]
fn the_fewest_switches_are_those_of_the_graph() {
    for id in EXHIBITS {
        let (scenario, rule, failures) = exhibit(id, 0);
        let RestVerdict::Rest(way) = ask(&scenario, rule, failures, nothing(StepSize::Section)) else {
            panic!("{id}: no way is found");
        };
        let fewest = search(&scenario, rule, failures, Policy::FewestSwitches);
        let Verdict::Violation(found) = fewest.verdict() else { panic!("{id}: {:?}", fewest.verdict()) };
        let (ours, theirs) = (switches(&way), switches(&found.schedule.choices));
        // The graph stops at the first way that it meets, and says what it has excluded.
        assert!(ours <= theirs, "{id}: {ours} against {theirs}");
        let excluded = fewest.proved().switches;
        assert!(excluded.is_none_or(|excluded| ours > excluded as usize), "{id}: {ours}, but {excluded:?} is excluded");
        let by_operation = ask(&scenario, rule, failures, nothing(StepSize::Operation));
        let RestVerdict::Rest(by_operation) = by_operation else { panic!("{id} by operation: {by_operation:?}") };
        assert_eq!(switches(&by_operation), ours, "{id}: how far a step goes makes no difference");
    }
}

#[test]
fn what_a_search_proves_absent_has_no_rest() {
    for id in ["a1", "a3", "a5", "c4", "d1", "d6"] {
        let exhibit_of = daxscope_museum::exhibit(id).expect("an exhibit");
        for at in exhibit_of.broken..exhibit_of.revisions.len() {
            let (scenario, rule, failures) = exhibit(id, at);
            let complete = search(&scenario, rule, failures, Policy::BreadthFirst);
            assert_eq!(*complete.verdict(), Verdict::Complete, "{id}");
            for size in [StepSize::Section, StepSize::Operation] {
                assert_eq!(ask(&scenario, rule, failures, nothing(size)), RestVerdict::Never, "{id} {at}");
            }
        }
    }
}

/// The fewest switches and steps from a machine on, by nothing but the machine: `None` if there is no way.
fn by_machine(start: &Machine, last: Option<ThreadId>, rule: Rule, size: StepSize) -> Option<(usize, usize)> {
    type Waiting = Vec<(Machine, Option<ThreadId>, bool)>;
    let mut waiting: BTreeMap<(usize, usize), Waiting> = BTreeMap::new();
    let mut seen = HashMap::new();
    waiting.entry((0, 0)).or_default().push((start.clone(), last, false));
    while let Some(mut first) = waiting.first_entry() {
        let cost = *first.key();
        let Some((machine, last, is_end)) = first.get_mut().pop() else {
            first.remove();
            continue;
        };
        if is_end {
            return Some(cost);
        }
        if seen.insert((machine.state(), last), ()).is_some() {
            continue;
        }
        for thread in machine.thread_ids() {
            let mut next = machine.clone();
            let Some(record) = next.step(Choice::run(thread), size) else { continue };
            let broken = violations(&machine.world, &record, &next).iter().any(|found| found.rule == rule);
            let is_switch = last.is_some_and(|last| last != thread);
            let cost = (cost.0 + usize::from(is_switch), cost.1 + 1);
            waiting.entry(cost).or_default().push((next, Some(thread), broken));
        }
    }
    None
}

/// A xorshift generator.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

const SCRIPTS: [(&str, Rule); 3] = [
    ("revision 4.10.0\nthread A\n read 4K at 3p\nthread B\n write(2) 3p..4p\n", Rule::StaleMapping),
    (
        "revision v4\nextent 0..2M mapped at 0x1007p\nthread A\n read 2M at 2p\nthread B\n read 4K at 2p\n",
        Rule::NotOwner,
    ),
    (
        "revision 4.10.0\nextent 0..2M mapped at 16M\nthread A\n read 2M at 0\nthread B\n read 2M at 0\n",
        Rule::FalseExist,
    ),
];

#[test]
fn from_anywhere_the_answer_is_that_of_the_machine() {
    let mut seed = 0x5eed;
    let (mut won, mut lost) = (0, 0);
    for (script, rule) in SCRIPTS {
        let scenario = scenario(script);
        for round in 0..24 {
            let size = [StepSize::Operation, StepSize::Section, StepSize::Point, StepSize::Atom][round % 4];
            let mut machine = Machine::new(Arc::clone(&scenario));
            let mut made = nothing(size);
            let mut is_broken = false;
            for _ in 0..random(&mut seed) % 40 {
                let enabled: Vec<_> = machine.enabled().collect();
                let Some(&thread) = enabled.get((random(&mut seed) % enabled.len().max(1) as u64) as usize) else {
                    break;
                };
                let before = machine.world.clone();
                let record = machine.step(Choice::run(thread), size).expect("it can run");
                made.choices.push(Choice::run(thread));
                is_broken |= violations(&before, &record, &machine).iter().any(|found| found.rule == rule);
            }
            let said = ask(&scenario, rule, 0, made.clone());
            if is_broken {
                assert!(matches!(said, RestVerdict::Broken(_)), "{script}: {said:?} after {}", made.to_compact());
                continue;
            }
            let last = made.choices.last().map(|choice| choice.thread);
            match (by_machine(&machine, last, rule, size), said) {
                (None, RestVerdict::Never) => lost += 1,
                (Some(expected), RestVerdict::Rest(rest)) => {
                    let all: Vec<Choice> = made.choices.iter().chain(&rest).copied().collect();
                    let cost = (switches(&all) - switches(&made.choices), rest.len());
                    assert_eq!(cost, expected, "{script} after {}", made.to_compact());
                    won += 1;
                }
                (expected, said) => panic!("{script} after {}: {expected:?}, {said:?}", made.to_compact()),
            }
        }
    }
    assert!(won > 5 && lost > 5, "{won} won, {lost} lost: both have to be asked about");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let scenario = scenario(SCRIPTS[0].0);
    let livelock = ask(&scenario, Rule::Livelock, 0, nothing(StepSize::Operation));
    assert!(matches!(livelock, RestVerdict::Refused(_)), "{livelock:?}");
    let nobody = Schedule { choices: vec![Choice::run(ThreadId(7))], ..nothing(StepSize::Operation) };
    let said = ask(&scenario, Rule::StaleMapping, 0, nobody);
    assert!(matches!(&said, RestVerdict::Refused(why) if why.contains("Step 1")), "{said:?}");
    let asked = RestOf {
        rule: Rule::StaleMapping,
        made: nothing(StepSize::Operation),
        failures: 0,
        fail_points: Vec::new(),
        states: 10,
    };
    let mut rest = Rest::new(&scenario, asked);
    while *rest.advance(1) == RestVerdict::Running {}
    assert_eq!(*rest.verdict(), RestVerdict::BoundHit);
}
