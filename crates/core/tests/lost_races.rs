//! What becomes of a thread that looked something up and comes too late: what it returns, what it frees, and through which
//! pointer it sees.
//!
//! Each script has a schedule by point; at its end the first thread that can run makes every step.

use daxscope_core::event::{Bug, Event};
use daxscope_core::machine::Status;
use daxscope_core::run::Run;
use daxscope_core::scenario::{StepSize, parse};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

const RELEASES: [&str; 6] = ["4.10.0", "4.10.17", "4.11", "4.12.4", "4.13.4", "fixed"];

fn run(script: &str) -> Run {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, [], "{script}");
    let mut scenario = parsed.scenario;
    let choices = scenario.schedule.take().expect("a schedule").choices;
    let mut run = Run::new(Arc::new(scenario));
    for (at, choice) in choices.into_iter().enumerate() {
        assert!(run.step(choice, StepSize::Point).is_some(), "step {} of\n{script}", at + 1);
    }
    run.run_on(StepSize::Point, 400);
    run
}

/// The flags of the faults of a thread, and `free` for each page that it freed, in order.
fn flags_and_frees(run: &Run, thread: ThreadId) -> Vec<String> {
    let steps = run.steps.iter().filter(|step| step.record.choice.thread == thread);
    let events = steps.flat_map(|step| step.record.events());
    let words = events.filter_map(|event| match event {
        Event::Fault(flags) => Some(flags.to_string()),
        Event::PageFree(_) => Some("free".into()),
        _ => None,
    });
    words.collect()
}

const A: ThreadId = ThreadId(0);

/// Both threads store to a page that is mapped privately and read-only. B is faster, and A's copy is for nothing.
#[test]
fn a_private_copy_that_comes_too_late_is_no_write_and_frees_nothing() {
    for release in RELEASES {
        let script = format!(
            "revision {release}\nfile 1p\nextent 0..1p mapped at 16M\nprocess P private\nthread A in P\n read 4K at 0\n \
             write 4K at 0\nthread B in P\n write 4K at 0\nschedule by point A18 B4"
        );
        let run = run(&script);
        assert_eq!(run.machine.status(), Status::Done, "{release}");
        assert_eq!(flags_and_frees(&run, A), ["NOPAGE", "0"], "{release}");
        assert_eq!(run.machine.world.pages.len(), 1, "{release}: only B has a copy");
    }
}

/// The same over a hole: the page that was mapped is freed by whoever drops its last reference, and nothing else is.
#[test]
fn a_private_copy_of_a_hole_that_was_punched_meanwhile_drops_only_the_hole_page() {
    let script = "revision 4.13.4\nfile 1p\nprocess P private\nthread A in P\n read 4K at 0\n write 4K at 0\nthread B in P\n \
                  punch 0..1p\nschedule by point A17 B8";
    let run = run(script);
    assert_eq!(run.machine.status(), Status::Done);
    assert_eq!(flags_and_frees(&run, A), ["NOPAGE", "free", "0", "DONE_COW"]);
}

/// B put 2 MiB over the page table in which A had looked its pte up. A's pointer still leads there, and the pte has not
/// changed; so A goes on to make it writable, looks it up anew, and takes the huge mapping for a page table.
#[test]
fn a_pte_under_a_lost_page_table_is_seen_until_it_is_looked_up_anew() {
    let script = "revision 4.10.0\nfile 2M\nextent 0..2M mapped at 16M\nprocess P\nprocess Q\nthread A in P\n read 4K at \
                  1p\n write 4K at 1p\nthread B in P\n read 2M at 0\nthread C in Q\n read 2M at 0\nschedule by point C15 B4 \
                  A14 B8";
    let run = run(script);
    assert_eq!(run.machine.status(), Status::Dead(Bug::PteUnderHugePmd("finish_mkwrite_fault")));
    let tables = &run.machine.world.page_tables[0];
    assert_eq!(tables.lost().len(), 1, "the page table is in memory, and nothing leads to it");
    assert_eq!(tables.table_number(1), 1);
    assert!(tables.pte_in(0, 1).flatten().is_some_and(|pte| !pte.writable));
}

/// The same in a private mapping: the copy is made, and only where it is to be mapped the page table is missed.
#[test]
fn a_private_copy_finds_a_lost_page_table_only_where_it_is_mapped() {
    let script = "revision 4.10.0\nfile 2M\nextent 0..2M mapped at 16M\nprocess P private\nprocess Q\nthread A in P\n read \
                  4K at 1p\n write 4K at 1p\nthread B in P\n read 2M at 0\nthread C in Q\n read 2M at 0\nschedule by point C15 \
                  B4 A14 B8";
    assert_eq!(run(script).machine.status(), Status::Dead(Bug::PteUnderHugePmd("wp_page_copy")));
}
