//! A copy of a machine builds its futures from the operation that each thread is in, not from the beginning of the run, and
//! does the same as the machine that was never copied.

use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, StepSize, parse};
use daxscope_core::units::ThreadId;
use std::fmt::Write;
use std::sync::Arc;

/// Two threads with every kind of operation, so many times.
fn machine(times: usize) -> Machine {
    let mut script = String::from("file 8M\nprocess P maps 0..8M shared rw\nprocess Q maps 0..8M shared rw\n");
    for (thread, process) in [("A", "P"), ("B", "Q")] {
        let _ = writeln!(script, "thread {thread} in {process}");
        for time in 0..times {
            let page = time * 5 % 700;
            let _ = writeln!(script, "  write 4K at {page}p\n  read 2M at 2M\n  fsync 0..4M\n  punch 1M..2M");
            let _ = writeln!(script, "  invalidate 0..8M\n  write(2) 4M..{}K\n  read(2) 0..8K", 4096 + 4 * (time + 1));
        }
    }
    let parsed = parse(&script);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    Machine::new(Arc::new(parsed.scenario))
}

#[test]
fn copies_go_on_like_the_machine_itself() {
    for (size, seed) in [(StepSize::Operation, 1_u64), (StepSize::Section, 2), (StepSize::Point, 3)] {
        let (mut machine, mut seed) = (machine(6), seed);
        let mut made = 0;
        loop {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let able: Vec<ThreadId> = machine.enabled().collect();
            let Some(&thread) = able.get((seed >> 33) as usize % able.len().max(1)) else { break };
            let choice = Choice { thread, fail: seed >> 59 == 0 };
            let mut copy = machine.clone();
            let (here, there) = (machine.step(choice, size), copy.step(choice, size));
            assert_eq!(format!("{here:?}"), format!("{there:?}"), "step {made}");
            assert_eq!(machine.state(), copy.state(), "step {made}");
            assert!(machine == copy);
            made += 1;
            if machine.world.bug.is_some() || made == 3_000 {
                break;
            }
        }
        assert!(made > 300, "{size:?}: {made} steps");
    }
}

#[test]
fn what_has_to_be_delivered_again_does_not_grow_with_the_run() {
    let mut machine = machine(24);
    let (mut steps, mut most, mut early) = (0, 0, 0);
    let first_that_can = |machine: &Machine| machine.enabled().next();
    while let Some(thread) = first_that_can(&machine) {
        if machine.step(Choice::run(thread), StepSize::Section).is_none() || machine.world.bug.is_some() {
            break;
        }
        steps += 1;
        most = most.max(machine.to_deliver_again(thread));
        if steps == 500 {
            early = most;
        }
    }
    assert!(steps > 2_000, "{steps}");
    assert!(most < 8 * early.max(200), "{early} in the first 500 of {steps} steps, {most} in all");
}
