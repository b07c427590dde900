//! Properties of the machine, over recorded runs: a fork goes the same way as the original, and the size of a step does
//! not change what a single thread does.

use std::path::Path;
use std::sync::Arc;

use daxscope_conform::dax::{Recording, read};
use daxscope_conform::input;
use daxscope_core::machine::{Machine, Status, StepRecord};
use daxscope_core::revision::switch;
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::ThreadId;

fn recordings(file: &str) -> Vec<Recording> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(file);
    let all = read(input::open(&path).unwrap()).unwrap();
    all.map(|recording| recording.unwrap().1).collect()
}

/// Everything there is to see of a machine.
fn whole(machine: &Machine) -> String {
    let positions: Vec<_> = machine.thread_ids().map(|thread| machine.position(thread)).collect();
    format!("{:?} {:?} {positions:?}", machine.world, machine.status())
}

fn step(machine: &mut Machine, thread: ThreadId) -> StepRecord {
    machine.step(Choice::run(thread), StepSize::Point).expect("a recorded step can be made")
}

/// Forks at every step and lets the fork run to the end, before the original goes on.
fn check_forks(recording: &Recording) {
    let schedule = recording.schedule();
    let mut original = Machine::new(recording.scenario().unwrap());
    let mut ends = Vec::new();
    for at in 0..schedule.len() {
        let mut fork = original.clone();
        assert_eq!(whole(&fork), whole(&original), "{}: fork at step {at}", recording.id);
        let mut records = Vec::new();
        for &thread in &schedule[at..] {
            records.push(step(&mut fork, thread));
        }
        ends.push(whole(&fork));
        // What the fork did left the original alone, which now makes the same step.
        let record = step(&mut original, schedule[at]);
        assert_eq!(format!("{:?}", records[0]), format!("{record:?}"), "{}: step {at}", recording.id);
    }
    ends.push(whole(&original));
    assert!(ends.iter().all(|end| *end == ends[0]), "{}: a fork ends elsewhere", recording.id);
}

#[test]
fn a_fork_at_any_step_goes_the_way_of_the_original() {
    let files = [
        "dax/mt4.jsonl.gz",
        "dax/anomaly.jsonl.gz",
        "dax-releases/v4.10+series=v4/mt4.jsonl.gz",
        "dax-releases/v4.13.4/mt4.jsonl.gz",
    ];
    let mut checked = 0;
    for file in files {
        for recording in recordings(file).iter().filter(|recording| recording.schedule().len() < 90).step_by(7) {
            check_forks(recording);
            checked += 1;
        }
    }
    assert!(checked >= 30, "{checked} runs are no sample");
}

/// Runs the only thread as far as it goes, in steps of this size. `None` if it never ends.
fn run_alone(recording: &Recording, size: StepSize) -> Option<Machine> {
    const MOST_STEPS: usize = 20_000;
    let mut machine = Machine::new(Arc::clone(&recording.scenario().unwrap()));
    for _ in 0..MOST_STEPS {
        if machine.step(Choice::run(ThreadId(0)), size).is_none() {
            return Some(machine);
        }
    }
    None
}

#[test]
fn a_single_thread_ends_the_same_in_steps_of_any_size() {
    let files =
        ["dax/single.jsonl.gz", "dax/inject.jsonl.gz", "dax/review.jsonl.gz", "dax-releases/v4.12.4/triple.jsonl.gz"];
    let mut ended = 0;
    for file in files {
        for recording in recordings(file).iter().step_by(5) {
            let coarse = run_alone(recording, StepSize::Point);
            let fine = run_alone(recording, StepSize::Operation);
            assert_eq!(coarse.as_ref().map(whole), fine.as_ref().map(whole), "{}", recording.id);
            ended += usize::from(coarse.is_some());
        }
    }
    assert!(ended >= 100, "{ended} runs are no sample");
}

#[test]
fn a_scan_that_steps_over_the_entry_that_it_keeps_ends() {
    let endless = recordings("dax-releases/v4.13.4/inject.jsonl.gz")
        .into_iter()
        .find(|recording| run_alone(recording, StepSize::Point).is_none())
        .expect("4.13.4 scans for ever over a 2 MiB entry");
    let mut scenario = (*endless.scenario().unwrap()).clone();
    assert!((switch("invalidate_steps_over_pmd").expect("a switch").set)(&mut scenario.revision, "on"));
    let mut machine = Machine::new(Arc::new(scenario));
    while machine.step(Choice::run(ThreadId(0)), StepSize::Point).is_some() {}
    assert_eq!(machine.status(), Status::Done, "{}", endless.id);
}
