//! Scripts on kernels of the XArray's era: what an era lacks is told, and what the kernels do shows without a page.

use daxscope_core::check::Rule;
use daxscope_core::event::LockId;
use daxscope_core::expect::unmet;
use daxscope_core::machine::Blocked;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, StepSize, format, parse};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

fn scenario(text: &str) -> Scenario {
    let parsed = parse(text);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    parsed.scenario
}

/// The rules that a run breaks, one thread after another.
fn rules(text: &str) -> Vec<Rule> {
    let mut run = Run::new(Arc::new(scenario(text)));
    run.run_on(StepSize::Operation, 10_000);
    run.violations().map(|(_, violation)| violation.rule).collect()
}

#[test]
fn what_an_era_lacks_is_told_and_left_out() {
    for (kernel, line, what) in [
        ("4.10.0", "  pin at 0", "`pin`"),
        ("4.10.0", "  unpin", "`unpin`"),
        ("fixed", "  layout 2M..", "`layout`"),
        ("v6", "  hold at 0", "`hold`"),
        ("4.13.4", "layouts none", "`layouts`"),
        ("4.13.4", "process P sync", "`sync`"),
        ("4.13.4", "fail node_alloc", "`node_alloc`"),
        ("4.13.4", "fail node_alloc_wait 2", "`node_alloc_wait`"),
        ("6.12", "fail preload", "`preload`"),
        ("7.3", "fail maybe_preload", "`maybe_preload`"),
        ("5.10", "entries 0..1p 4K page", "`page`"),
    ] {
        let text = format!("revision {kernel}\nfile 4M\nthread A\n  read 4K at 0\n{line}\n");
        let parsed = parse(&text);
        assert_eq!(parsed.diagnostics.len(), 1, "{line}: {:?}", parsed.diagnostics);
        let diagnostic = &parsed.diagnostics[0];
        assert!(diagnostic.message.starts_with(what) && diagnostic.message.contains(kernel), "{diagnostic:?}");
        assert_eq!(diagnostic.span.line, 5, "{line}");
        assert_eq!(parsed.scenario, parse(&text.replace(line, "")).scenario, "{line} is left out");
    }
}

#[test]
fn a_switch_of_another_era_is_an_error() {
    for line in ["revision 6.12 lock_before_drop=off", "revision 4.10.0 layout_scan=waits"] {
        let parsed = parse(&format!("{line}\nthread A\n  fsync\n"));
        assert!(parsed.diagnostics[0].message.contains("is a switch of kernels"), "{:?}", parsed.diagnostics);
    }
}

#[test]
fn kernel_is_another_word_for_revision_and_all_comes_back_from_the_formatter() {
    let text = "revision 7.3 layout_break=keeps\nfile     4M\nlayouts  range\nprocess  P maps 0..4M shared rw sync\n\
        thread A in P\n  write 4K at 3p\n  pin at 3p\n  layout 2M..\n  hold at 3p\n  unpin\nfail     node_alloc 2 with ENOMEM\n";
    let parsed = scenario(&text.replace("revision", "kernel  "));
    assert_eq!(format(&parsed), text);
    assert_eq!(scenario(&format(&parsed)), parsed);
}

#[test]
fn another_kernel_under_a_script_is_asked_whether_it_fits() {
    let mut pins = scenario("kernel 6.12\nthread A\n  pin at 0\n");
    assert_eq!(pins.misfit(), None);
    pins.revision = scenario("thread A\n").revision;
    assert_eq!(pins.misfit(), Some("pin"));
    let mut preloads = scenario("thread A\n  fsync\nfail preload\n");
    preloads.revision = scenario("kernel 7.3\nthread A\n").revision;
    assert_eq!(preloads.misfit(), Some("preload"));
}

#[test]
fn breaking_a_layout_forgets_what_was_stored_elsewhere() {
    let text = |kernel: &str, between: &str| {
        format!(
            "kernel {kernel}\nfile 4M\nextent 0..4M mapped at 4M\nthread A\n  write 2M at 3p\n  {between}\n  fsync\n"
        )
    };
    for between in ["punch 600p+1p", "truncate 3M", "truncate 4M"] {
        assert_eq!(rules(&text("7.3", between)), [Rule::LostDurability], "{between}");
        for kernel in ["6.12", "6.1", "5.10", "7.3-fixed", "7.3 layout_break=keeps"] {
            assert_eq!(rules(&text(kernel, between)), [], "{kernel}: {between}");
        }
    }
    assert_eq!(rules(&text("7.3", "fsync")), []);
}

#[test]
fn entries_before_the_first_step_are_those_of_the_era() {
    for kernel in ["5.10.13", "5.10", "6.1", "6.12", "7.3", "7.3-fixed"] {
        let text = format!(
            "kernel {kernel}\nfile 8M\nextent 0..4M mapped at 16M\nentries 0..3p 4K block dirty\nentries 2M..4M 2M block\n\
             entries 4M..6M 2M zero\nthread A\n  read 2M at 4M\n  write 4K at 2M\n  fsync\n  truncate 1p\n"
        );
        assert_eq!(rules(&text), [], "{kernel}");
    }
}

#[test]
fn what_a_script_expects_is_asked_of_the_array() {
    let met = "kernel 6.12\nfile 4M\nextent 0..4M mapped at 16M\nthread A\n  write 2M at 3p\nexpect dirty 0\n\
               expect entry 0 2M block\nexpect no entry 2M\nexpect huge 0\nexpect clean\n";
    let broken = met.replace("expect no entry 2M", "expect entry 2M").replace("expect dirty 0", "expect no dirty 0");
    for (text, expected) in [(met, 0), (&*broken, 2)] {
        let mut run = Run::new(Arc::new(scenario(text)));
        run.run_on(StepSize::Operation, 10_000);
        assert_eq!(unmet(&run).len(), expected, "{text}");
    }
}

/// From 5.18 on an unmapping only reads `i_mmap_rwsem`, so it need not wait until fsync has walked the mappings.
#[test]
fn a_punch_unmaps_while_fsync_walks_the_mappings_from_5_18_on() {
    let text = |kernel: &str| {
        format!(
            "kernel {kernel}\nfile 2M\nextent 0..2M mapped at 4M\nthread A\n  write 4K at 0\n  fsync\nthread B\n  punch 5p..6p\n"
        )
    };
    for (kernel, shares) in [("5.10", false), ("6.1", true), ("6.12", true), ("7.3", true)] {
        let mut run = Run::new(Arc::new(scenario(&text(kernel))));
        let alone = |thread: u8| Choice { thread: ThreadId(thread), fail: false };
        while run.machine.world.locks.i_mmap.holders().is_empty() {
            assert!(run.step(alone(0), StepSize::Atom).is_some(), "{kernel}: A walks under i_mmap_rwsem");
        }
        while run.step(alone(1), StepSize::Atom).is_some() {}
        // On 7.3 the scan of the layout break waits for the entry that fsync has locked; that is another matter.
        let blocked = run.machine.blocked(ThreadId(1));
        assert_eq!(
            !matches!(blocked, Some(Blocked::Lock { lock: LockId::IMmap, .. })),
            shares,
            "{kernel}: {blocked:?}"
        );
    }
}

/// Of K1: what is lost is said where it is lost.
#[test]
fn a_broken_layout_and_the_mark_that_goes_with_it_are_told() {
    let told = |kernel: &str| {
        let text = format!(
            "kernel {kernel}\nfile 2M\nextent 0..2M mapped at 16M\nthread A\n  write 4K at 3p\n  punch 5p..6p\n  fsync\n"
        );
        let mut run = Run::new(Arc::new(scenario(&text)));
        run.run_on(StepSize::Operation, 10_000);
        run.steps.iter().map(|step| step.sentence.clone()).collect::<Vec<_>>().join("\n")
    };
    let [kept, lost, flushed] = ["6.12", "7.3", "7.3-fixed"].map(told);
    for words in ["begins to break the layout of the file", "begins to delete the entries of the layout"] {
        assert!(lost.contains(words) && flushed.contains(words) && !kept.contains(words), "{words}\n{lost}");
    }
    let deleted = "deletes the 4 KiB entry of block 0x1003 at 0x3";
    let with_its_mark = "deletes the 4 KiB entry of block 0x1003 at 0x3, and the mark DIRTY with it";
    assert!(lost.contains(with_its_mark), "{lost}");
    assert!(flushed.contains(deleted) && !flushed.contains(with_its_mark), "{flushed}");
    assert!(!kept.contains(deleted), "{kept}");
}
