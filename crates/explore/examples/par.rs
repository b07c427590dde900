//! scratch: par of a script: FILE RULE FAILURES
use daxscope_core::check::Rule;
use daxscope_core::scenario::*;
use daxscope_explore::*;
use std::sync::Arc;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let rule = Rule::from_name(&args[2]);
    let failures: u32 = args[3].parse().unwrap();
    let sets: &[String] = &args[4..];
    let parsed = parse(&text);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    let mut scenario = Scenario { schedule: None, ..parsed.scenario };
    for set in sets {
        let (name, value) = set.split_once('=').unwrap();
        let switch = daxscope_core::revision::switch(name).unwrap();
        assert!((switch.set)(&mut scenario.revision, value), "{set}");
    }
    let scenario = Arc::new(scenario);
    let mut options = Options::default();
    options.bounds.failures = failures;
    let mut search = Search::new(Arc::clone(&scenario), options);
    let t = std::time::Instant::now();
    while *search.advance(100000) == Verdict::Running {}
    match search.verdict() {
        Verdict::Violation(f) => println!("search: {:?} {} {:?}", f.rules, f.schedule.words(), t.elapsed()),
        v => println!("search: {v:?} states {} {:?}", search.counts().states, t.elapsed()),
    }
    let Some(rule) = rule else { return };
    for size in [StepSize::Section, StepSize::Operation] {
        let t = std::time::Instant::now();
        let made = Schedule { step_size: size, choices: vec![] };
        let mut rest = Rest::new(&scenario, RestOf { rule, made, failures, fail_points: vec![FailPoint::Preload], states: 5_000_000 });
        while *rest.advance(100000) == RestVerdict::Running {}
        match rest.verdict() {
            RestVerdict::Rest(c) => {
                let sw = c.windows(2).filter(|p| p[0].thread != p[1].thread).count();
                println!("{size:?}: par {sw} steps {} states {} {:?}: {}", c.len(), rest.states(), t.elapsed(), Schedule{step_size:size, choices:c.clone()}.words());
            }
            v => println!("{size:?}: {v:?} states {} {:?}", rest.states(), t.elapsed()),
        }
    }
}
