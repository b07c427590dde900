//! Claimed interleavings: diagrams that daxscope writes are read back, the museum's mails are judged, and a verdict is held to
//! every run of a scenario, made one by one.

use daxscope_core::check::Rule;
use daxscope_core::machine::Machine;
use daxscope_core::narrate::{Spoken, commit, spoken};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize, parse, parse_revision};
use daxscope_core::units::ThreadId;
use daxscope_explore::judge::pattern::Pattern;
use daxscope_explore::judge::{Claim, Diagram, Gapped, Judge, Judgement, Line, Terms, diagram};
use daxscope_explore::mix::Random;
use daxscope_explore::{Options, Search, Verdict};
use daxscope_museum::{Exhibit, exhibits};
use std::sync::Arc;

const STATES: usize = 1_500_000;

fn terms(exhibit: &Exhibit) -> Terms {
    let (failures, fail_points) = (exhibit.failures, exhibit.fail_points.clone());
    Terms { rules: Vec::new(), failures, fail_points, states: STATES }
}

fn judged(scenario: &Arc<Scenario>, claim: Claim, terms: Terms) -> (Judgement, u64) {
    let mut judge = Judge::new(scenario, claim, terms);
    while *judge.advance(10_000) == Judgement::Running {}
    (judge.judgement().clone(), judge.states())
}

fn on(script: &str, revision: &str) -> Arc<Scenario> {
    let revision = parse_revision(revision).expect("a revision");
    Arc::new(Scenario { revision, schedule: None, ..parse(script).scenario })
}

/// What a schedule breaks.
fn broken(scenario: &Arc<Scenario>, way: &Schedule) -> Vec<Rule> {
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(way).expect("the way can be stepped");
    run.violations().map(|(_, violation)| violation.rule).collect()
}

/// A judgement in few words.
fn told(judgement: &Judgement, diagram: &Diagram) -> String {
    match judgement {
        Judgement::Possible { rules, .. } => format!("possible: {rules:?}"),
        Judgement::Harmless { others, .. } => format!("harmless, others {others:?}"),
        Judgement::Impossible(why) => {
            let line = diagram.rows.iter().flatten().nth(why.at).map(|line| (line.text.clone(), line.threads.clone()));
            format!("impossible from {line:?}: {}", why.reason)
        }
        Judgement::Running | Judgement::Unknown { .. } => "nobody knows".into(),
    }
}

/// The diagram of every exhibit, on the kernel that has the bug, is possible, and breaks the rule that it says; the run that is
/// told is one, and its own diagram has the same lines.
#[test]
fn diagrams_of_our_own_are_read_back() {
    let (mut lines, mut wrong) = (0, Vec::new());
    for exhibit in exhibits().iter().filter(|exhibit| exhibit.broken > 0) {
        let written = parse(exhibit.script).scenario;
        let Some(schedule) = written.schedule.clone() else { continue };
        let scenario = on(exhibit.script, exhibit.revisions[0]);
        let text = commit(&scenario, &schedule);
        let read = diagram::read(&text, scenario.threads.len()).expect(exhibit.id);
        let claim = Claim::Lines(read.clone());
        lines += claim.len();
        let breaks = broken(&scenario, &schedule);
        let mut terms = terms(exhibit);
        if let Some(rule) = breaks.first() {
            terms.rules = vec![*rule];
            assert!(breaks.contains(&read.outcome.expect(exhibit.id)), "{}:\n{text}", exhibit.id);
        }
        match judged(&scenario, claim, terms).0 {
            Judgement::Possible { rules, way } => {
                assert!(rules.iter().all(|rule| broken(&scenario, &way).contains(rule)), "{}: {rules:?}", exhibit.id);
            }
            other => wrong.push(format!("{}: {}\n{text}", exhibit.id, told(&other, &read))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lines > 300, "{lines}");
}

/// What a claim of tests/judge is about, and what it claims.
fn mail(name: &str) -> (String, Diagram) {
    let path = format!("{}/../../tests/judge/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let begins = diagram::begins_at(&text).expect("a diagram");
    let script: String = text.lines().take(begins).map(|line| format!("{line}\n")).collect();
    assert_eq!(parse(&script).diagnostics, [], "{name}");
    let threads = parse(&script).scenario.threads.len();
    (script, diagram::read(&text, threads).expect(name))
}

/// Three public mails, on each kernel of their exhibits: possible where a complete search of the exhibit's script finds that rule,
/// and not possible where it finds none. What comes out is held to the search, not to a list.
#[test]
fn public_mails_are_possible_where_the_search_finds_their_bug() {
    for (name, exhibit) in [("insertion-race.txt", "c1"), ("wake-one.txt", "a4"), ("three-invalidations.txt", "b2")] {
        let (script, diagram) = mail(name);
        let exhibit = daxscope_museum::exhibit(exhibit).expect(exhibit);
        let rule = diagram.outcome.expect("what goes wrong");
        let mut both = [0, 0];
        for revision in &exhibit.revisions {
            let scenario = on(&script, revision);
            let mut options = Options::default();
            options.bounds.rules = vec![rule];
            let mut search = Search::new(Arc::clone(&scenario), options);
            while *search.advance(100_000) == Verdict::Running {}
            let is_broken = matches!(search.verdict(), Verdict::Violation(_));
            assert!(is_broken || *search.verdict() == Verdict::Complete, "{name} on {revision}");
            let mut terms = terms(exhibit);
            terms.failures = 0;
            let (judgement, _) = judged(&scenario, Claim::Lines(diagram.clone()), terms);
            let told = format!("{name} on {revision}: {}", told(&judgement, &diagram));
            match &judgement {
                Judgement::Possible { rules, way } => {
                    assert!(is_broken && *rules == [rule] && broken(&scenario, way).contains(&rule), "{told}");
                }
                Judgement::Harmless { .. } => assert!(!is_broken, "{told}"),
                Judgement::Impossible(why) => assert!(!is_broken && !why.reason.is_empty(), "{told}"),
                Judgement::Running | Judgement::Unknown { .. } => panic!("{told}"),
            }
            both[usize::from(is_broken)] += 1;
        }
        assert!(both[0] > 0 && both[1] > 0, "{name}: kernels of both kinds");
    }
}

/// Runs of a small scenario, operation by operation, in the words of diagrams.
fn random_run(scenario: &Arc<Scenario>, random: &mut Random) -> Vec<(ThreadId, Spoken)> {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut told = Vec::new();
    loop {
        let enabled: Vec<ThreadId> = machine.enabled().collect();
        if enabled.is_empty() || told.len() > 500 {
            return told;
        }
        let thread = enabled[random.below(enabled.len() as u64) as usize];
        let before = machine.world.clone();
        let record = machine.step(Choice::run(thread), StepSize::Atom).expect("a step");
        told.push((thread, spoken(&before, &record.performed[0])));
    }
}

fn said(spoken: &Spoken) -> String {
    if spoken.result.is_empty() { spoken.call.clone() } else { format!("{} -> {}", spoken.call, spoken.result) }
}

/// Are the lines in the run, in this order, each by an operation of its own?
fn is_in(run: &[(ThreadId, Spoken)], diagram: &Diagram) -> bool {
    let mut made = run.iter();
    diagram.rows.iter().flatten().all(|line| {
        made.by_ref().any(|(thread, spoken)| line.threads.contains(thread) && line.pattern.is_said_by(spoken))
    })
}

fn claimed(lines: &[(ThreadId, String)]) -> Diagram {
    let row = |(number, (thread, text)): (usize, &(ThreadId, String))| {
        vec![Line { number: number + 1, text: text.clone(), threads: vec![*thread], pattern: Pattern::read(text) }]
    };
    Diagram { rows: lines.iter().enumerate().map(row).collect(), outcome: None }
}

/// What happened in some run is possible, in the order in which it happened. Turned round, it is possible only with a run that
/// shows it, and impossible only if no other run shows it.
#[test]
fn claims_are_held_to_single_runs() {
    let mut random = Random::new(11);
    let (mut possible, mut impossible) = (0, 0);
    for (script, revision) in [
        ("file 2M\nextent 0..2M mapped at 16M\nthread A\n read 2M at 0\nthread B\n write 4K at 1p\n", "4.12.4"),
        ("file 2M\nthread A\n read 4K at 1p\nthread B\n punch 1p..2p\n", "fixed"),
        ("file 2M\nextent 0..1p mapped at 16M\nthread A\n write 4K at 0\nthread B\n fsync\n", "7.3"),
    ] {
        let scenario = on(script, revision);
        let runs: Vec<_> = (0..60).map(|_| random_run(&scenario, &mut random)).collect();
        for run in &runs[..12] {
            let worth: Vec<usize> = (0..run.len()).filter(|&at| !run[at].1.call.is_empty()).collect();
            let mut picked: Vec<usize> = (0..5).map(|_| worth[random.below(worth.len() as u64) as usize]).collect();
            picked.sort_unstable();
            picked.dedup();
            let mut lines: Vec<(ThreadId, String)> = picked.iter().map(|&at| (run[at].0, said(&run[at].1))).collect();
            for turned in [false, true] {
                if turned {
                    lines.reverse();
                }
                let diagram = claimed(&lines);
                let terms = Terms { rules: Vec::new(), failures: 0, fail_points: Vec::new(), states: STATES };
                let (judgement, _) = judged(&scenario, Claim::Lines(diagram.clone()), terms);
                match judgement {
                    Judgement::Possible { way, .. } | Judgement::Harmless { way, .. } => {
                        assert!(is_in(&along(&scenario, &way), &diagram), "{lines:?}\n{}", way.words());
                        possible += 1;
                    }
                    Judgement::Impossible(_) => {
                        let shown = runs.iter().find(|run| is_in(run, &diagram));
                        assert!(turned && shown.is_none(), "{lines:?}");
                        impossible += 1;
                    }
                    Judgement::Running | Judgement::Unknown { .. } => panic!("{lines:?}"),
                }
            }
        }
    }
    assert!(possible > 30 && impossible > 10, "{possible} possible, {impossible} impossible");
}

/// A way in the words of diagrams.
fn along(scenario: &Arc<Scenario>, way: &Schedule) -> Vec<(ThreadId, Spoken)> {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut told = Vec::new();
    for &choice in &way.choices {
        let mut before = machine.world.clone();
        for made in machine.step(choice, way.step_size).expect("a step").performed {
            told.push((choice.thread, spoken(&before, &made)));
            made.repeat(choice.thread, &mut before);
        }
    }
    told
}

/// Steps with gaps: possible exactly as far as some run has them.
#[test]
fn schedules_with_gaps_are_judged() {
    let c1 = daxscope_museum::exhibit("c1").expect("an exhibit");
    let terms = Terms { rules: vec![Rule::FalseExist], failures: 0, fail_points: Vec::new(), states: STATES };
    let gapped = |parts: &[(bool, &str)]| {
        let mut steps = Vec::new();
        for (gap, words) in parts {
            let script = format!("thread A\nthread B\nschedule by operation {words}\n");
            let choices = parse(&script).scenario.schedule.expect("a schedule").choices;
            steps.extend(choices.into_iter().enumerate().map(|(at, choice)| (*gap && at == 0, choice)));
        }
        Claim::Steps(Gapped { size: StepSize::Operation, steps })
    };
    let race = gapped(&[(false, "A8"), (true, "B3"), (true, "A2")]);
    let (judgement, _) = judged(&on(c1.script, "4.10.0"), race.clone(), terms.clone());
    let Judgement::Possible { rules, way } = &judgement else { panic!("{judgement:?}") };
    assert_eq!(rules, &[Rule::FalseExist]);
    assert!(broken(&on(c1.script, "4.10.0"), way).contains(&Rule::FalseExist));
    let (judgement, _) = judged(&on(c1.script, "4.11"), race, terms.clone());
    assert!(matches!(judgement, Judgement::Harmless { .. }), "{judgement:?}");
    let too_long = gapped(&[(false, "A200")]);
    let (judgement, _) = judged(&on(c1.script, "4.11"), too_long, terms);
    let Judgement::Impossible(why) = &judgement else { panic!("{judgement:?}") };
    assert!(why.at < 100 && why.reason.contains("A is done"), "{why:?}");
}
