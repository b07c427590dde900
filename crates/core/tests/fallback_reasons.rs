//! Each reason why a 2 MiB fault falls back: a smallest scenario for it, on every kernel.

use daxscope_core::fallback::FallbackReason::{self, *};
use daxscope_core::narrate;
use daxscope_core::revision::{PRESETS, Revision, UnlockOnPreloadFail, switch};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, FailPoint, Scenario, StepSize, parse};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

const MOST_STEPS: usize = 600;

const ALIGNED: &str = "file 4M\nextent 0..4M mapped at 16M\n";

/// A reason, a script that ends in it, and on which kernels it does.
type Case = (FallbackReason, String, fn(&Revision) -> bool);

fn every(_: &Revision) -> bool {
    true
}

fn cases() -> Vec<Case> {
    let aligned = |rest: &str| format!("{ALIGNED}{rest}");
    vec![
        (
            Colour,
            // Blocks that are aligned to the address: kernels that do not look at the colour map them.
            "file 4M\nextent 0..4M mapped at 0x1001p\nprocess P maps 0..4M shared rw skew 1p\nthread A\n read 2M at 0x205p"
                .into(),
            |revision| revision.radix().is_some_and(|radix| radix.colour_check),
        ),
        (PrivateWrite, aligned("process P maps 0..4M private rw\nthread A\n write 2M at 0"), every),
        (Range, aligned("process P maps 0..1M shared rw\nthread A\n read 2M at 0"), every),
        (Range, aligned("process P maps 1M..4M shared rw\nthread A\n read 2M at 1M"), every),
        (EndOfFile, "file 3M\nprocess P maps 0..4M shared rw\nthread A\n read 2M at 2M".into(), every),
        (ShortExtent, "file 4M\nextent 0..1M mapped at 16M\nthread A\n read 2M at 0".into(), every),
        (ShortExtent, "file 4M\nextent 1M..2M unwritten at 17M\nthread A\n write 2M at 0".into(), every),
        (Alignment, "file 4M\nextent 0..2M mapped at 0x1007p\nthread A\n read 2M at 0".into(), every),
        (DeviceEnd, "file 4M\ndevice 17M\nextent 0..2M mapped at 16M\nthread A\n read 2M at 0".into(), every),
        (DeviceEnd, "file 4M\ndevice 16M\nextent 0..2M mapped at 16M\nthread A\n write 2M at 0".into(), every),
        (NoStructPage, format!("device 4G devmap off\n{ALIGNED}thread A\n read 2M at 0"), every),
        (NoBlocks, "file 4M blocks 2M\nthread A\n write 2M at 2M".into(), every),
        (SmallEntries, aligned("thread A\n write 4K at 1p\n munmap\n write 2M at 0"), every),
        (PageTable, aligned("thread A\n write 4K at 1p\n read 2M at 0"), every),
        (NoHugeZeroPage, "file 4M\nthread A\n read 2M at 0\nfail hzp_alloc".into(), every),
        // Revision 6 unlocks a NULL page here, and the kernel is dead.
        (Injected(FailPoint::Preload), aligned("thread A\n write 2M at 0\nfail preload"), |revision| {
            revision.radix().is_some_and(|radix| radix.unlock_on_preload_fail != UnlockOnPreloadFail::Always)
        }),
        (Injected(FailPoint::IomapBegin), aligned("thread A\n write 2M at 0\nfail iomap_begin"), every),
        (Injected(FailPoint::DirectAccess), aligned("thread A\n read 2M at 0\nfail direct_access"), every),
    ]
}

fn scenario(script: &str, revision: Revision) -> Scenario {
    let parsed = parse(script);
    assert!(parsed.is_ok(), "{script}\n{:?}", parsed.diagnostics);
    Scenario { revision, ..parsed.scenario }
}

/// The reasons of a run in which B goes first for so many steps, then A to its end, then B.
fn reasons(scenario: Scenario, first_b: usize) -> (Vec<FallbackReason>, String) {
    let mut run = Run::new(Arc::new(scenario));
    for _ in 0..first_b {
        run.step(Choice::run(ThreadId(1)), StepSize::Operation);
    }
    assert!(run.run_on(StepSize::Operation, MOST_STEPS));
    let all = run.fell_back();
    (all.iter().map(|fell| fell.reason).collect(), narrate::fallbacks(&all))
}

#[test]
fn each_reason_has_its_scenario() {
    let mut met = Vec::new();
    for (reason, script, applies) in cases() {
        for preset in PRESETS {
            let (found, told) = reasons(scenario(&script, preset.revision), 0);
            let expected = if applies(&preset.revision) { vec![reason] } else { Vec::new() };
            assert_eq!(found, expected, "{} on {}\n{told}", script, preset.name);
            met.extend(found);
        }
    }
    // Without entry locks the kernel is older than 2 MiB faults; another fault can be faster only when two run.
    let mut old = PRESETS[5].revision;
    assert!((switch("entry_locks").expect("a switch").set)(&mut old, "off"));
    let (found, _) = reasons(scenario("thread A\n read 2M at 0", old), 0);
    assert_eq!(found, [NotTried]);
    met.extend(found);
    met.extend(another_fault_is_faster());
    for reason in FallbackReason::ALL {
        assert!(met.contains(&reason), "no scenario for {reason:?}");
    }
}

/// B has looked at the pmd and found none; then A maps the huge zero page in the same process.
fn another_fault_is_faster() -> Vec<FallbackReason> {
    let script = "file 4M\nthread A\n read 2M at 0\nthread B\n read 2M at 0";
    let mut met = Vec::new();
    for preset in PRESETS {
        let all: Vec<_> = (1..20).map(|first_b| reasons(scenario(script, preset.revision), first_b).0).collect();
        assert!(all.contains(&vec![PmdTaken]), "{}: {all:?}", preset.name);
        met.extend(all.into_iter().flatten());
    }
    met
}

#[test]
fn a_reason_is_told_with_what_would_help() {
    let (_, told) =
        reasons(scenario("file 4M\nextent 0..1M mapped at 16M\nthread A\n read 2M at 0", PRESETS[5].revision), 0);
    assert_eq!(
        told,
        "step 5: A falls back to 4 KiB (extent): the extent is shorter than 2 MiB [2 MiB read, page 0x0].\n  Have the file \
         system keep the 2 MiB in one extent (preallocate it at once).\n"
    );
}
