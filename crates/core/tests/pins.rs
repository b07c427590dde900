//! Pinned pages: a scan that misses one, and blocks that are freed under one, are told on every kernel of the era, whether the
//! kernel would have warned or not.

use daxscope_core::check::Rule;
use daxscope_core::machine::Status;
use daxscope_core::op::{FolioOp, Op};
use daxscope_core::run::Run;
use daxscope_core::scenario::{StepSize, parse};
use std::sync::Arc;

const KERNELS: [&str; 6] = ["5.10.13", "5.10", "6.1", "6.12", "7.3", "7.3-fixed"];

/// The rules about pins that a run breaks: along its schedule if it has one, then one thread after another.
fn broken(text: &str) -> Vec<Rule> {
    let parsed = parse(text);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    let schedule = parsed.scenario.schedule.clone();
    let mut run = Run::new(Arc::new(parsed.scenario));
    if let Some(schedule) = schedule {
        let _ = run.follow(&schedule);
    }
    run.run_on(StepSize::Section, 10_000);
    let rules = run.violations().map(|(_, violation)| violation.rule);
    rules.filter(|rule| matches!(rule, Rule::BusyMissed | Rule::FreedInUse)).collect()
}

fn script(kernel: &str, extra: &str, operations: &str) -> String {
    format!("kernel {kernel}\nfile 4M\nextent 0..4M mapped at 4M\n{extra}thread A\n{operations}")
}

#[test]
fn nobody_looks_and_the_block_goes_under_its_user() {
    for kernel in KERNELS {
        let freed = |size: &str, frees: &str| {
            let operations = format!("  write {size} at 3p\n  pin at 3p\n  {frees}\n");
            broken(&script(kernel, "layouts none\n", &operations))
        };
        for size in ["4K", "2M"] {
            assert_eq!(freed(size, "punch 3p..4p"), [Rule::FreedInUse], "{kernel} {size}");
            assert_eq!(freed(size, "truncate 0"), [Rule::FreedInUse], "{kernel} {size}");
            assert_eq!(freed(size, "truncate 3p"), [Rule::FreedInUse], "{kernel} {size}");
            assert_eq!(freed(size, "truncate 1023p"), [], "{kernel} {size}");
            assert_eq!(freed(size, "collapse 2p..4p"), [Rule::FreedInUse], "{kernel} {size}");
            assert_eq!(freed(size, "collapse 4p..5p"), [], "{kernel} {size}");
        }
        assert_eq!(freed("4K", "punch 4p..5p"), [], "{kernel}: another block");
        assert_eq!(freed("4K", "unpin"), [], "{kernel}");
    }
}

#[test]
fn a_scan_that_finds_the_page_has_missed_nothing() {
    for kernel in KERNELS {
        let operations = "  write 4K at 3p\n  pin at 3p\n  layout 0..\n  layout 2M..\n  unpin\n  layout 0..\n";
        assert_eq!(broken(&script(kernel, "", operations)), [], "{kernel}");
    }
}

/// F7 and F8, under the schedules of their exhibits.
#[test]
fn a_pinned_page_behind_a_locked_entry() {
    let script = |kernel: &str, schedule: &str| {
        format!(
            "kernel {kernel}\nfile 1p\nextent 0..1p mapped at 16M\nthread A\n  write 4K at 0\n  pin at 0\n  unpin\nthread B\n  \
             fsync\nthread C\n  punch 0..1p\nschedule by section {schedule}\n"
        )
    };
    let both = [Rule::BusyMissed, Rule::FreedInUse];
    let on_6_12 = "A23 B10 C4 B3 C40";
    let on_7_3 = "A25 B10 C4 B3 C40";
    for kernel in ["5.10.13", "5.10", "6.1", "6.12"] {
        assert_eq!(broken(&script(kernel, on_6_12)), both, "{kernel}");
    }
    assert_eq!(broken(&script("7.3 layout_scan=waits_then_next", on_7_3)), both);
    assert_eq!(broken(&script("6.12 layout_scan=waits", on_6_12)), []);
    for kernel in ["7.3", "7.3-fixed"] {
        assert_eq!(broken(&script(kernel, on_7_3)), [], "{kernel}");
    }
}

/// Scripts that pin nothing have no step for it.
#[test]
fn without_a_pin_nothing_is_asked() {
    let asked = |pins: &str| {
        let text = script("7.3", "", &format!("  write 4K at 3p\n  punch 5p..6p\n{pins}"));
        let mut run = Run::new(Arc::new(parse(&text).scenario));
        run.run_on(StepSize::Atom, 10_000);
        assert_eq!(run.machine.status(), Status::Done);
        let performed = run.steps.iter().flat_map(|step| &step.record.performed);
        performed.filter(|performed| matches!(performed.stop.op, Op::Folio(FolioOp::FoundNoneBusy { .. }))).count()
    };
    assert_eq!(asked(""), 0);
    assert_eq!(asked("  pin at 600p\n"), 1);
}
