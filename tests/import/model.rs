//! From a trace to the model: scenarios of the recordings run as they were seen, their trees are those of the snapshots, and what is
//! bent is told with both sides.

use super::{folder, recording, recordings};
use daxscope_core::scenario::{Severity, parse};
use daxscope_import::import;
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::model::{Followed, Lanes, Lifted, Wanted, follow, lift};
use daxscope_import::snapshot::{self, Snapshot};
use daxscope_import::tell::model::{followed, verdict};
use std::fs;

fn lifted(text: &[u8], kernel: Kernel, snapshots: &[Snapshot], around: Option<u64>) -> Result<Lifted, String> {
    let mut lanes = Lanes::around(around);
    let diagnosis = import(text, kernel, &mut lanes).map_err(|refused| refused.to_string())?;
    let (acts, names, _) = lanes.finish();
    lift(acts, &names, &diagnosis.kernel, snapshots, Wanted { around, fs: None })
}

/// A recording with its snapshots, on the kernel that it is of.
fn checked(name: &str) -> (Lifted, Followed) {
    let release = Release::parse(name).expect("a release");
    let trees = fs::read(folder().join(name.replace(".txt", ".tree.json"))).unwrap_or_default();
    let snapshots = snapshot::read(trees.as_slice()).expect("snapshots");
    let lifted = lifted(&recording(name), Kernel::named(release), &snapshots, None).expect("a scenario");
    let result = follow(&lifted, &snapshots);
    (lifted, result)
}

fn scripted() -> Vec<String> {
    let has_trees = |name: &String| folder().join(name.replace(".txt", ".tree.json")).is_file();
    recordings().into_iter().filter(has_trees).collect()
}

/// What differs and is known, with its name in docs/conformance.md: recording, rows, name.
const KNOWN: [(&str, usize, &str); 5] = [
    ("5.10.262/fallback_reasons.txt", 1, "private-store-over-huge"),
    ("6.1.192/fallback_reasons.txt", 1, "private-store-over-huge"),
    ("6.12.95/fallback_reasons.txt", 1, "private-store-over-huge"),
    ("7.3.4/fallback_reasons.txt", 1, "private-store-over-huge"),
    ("7.3.4/private_block.txt", 1, "private-store-over-huge"),
];
/// The rest of them.
const UNTOLD: (&str, usize, &str) = ("7.3.4/folio_state.txt", 4, "untold-unmapping");

#[test]
fn every_scripted_workload_checks_clean_or_differs_under_a_name() {
    let (mut workloads, mut snapshots) = (0, 0);
    for name in scripted() {
        let (lifted, result) = checked(&name);
        let known = KNOWN.iter().chain([&UNTOLD]).find(|(known, ..)| *known == name);
        let names: Vec<_> = result.rows.iter().flat_map(|row| &row.differences).map(|one| one.name).collect();
        let wanted = known.map_or_else(Vec::new, |&(_, count, named)| vec![Some(named); count]);
        assert_eq!(names, wanted, "{name}\n{}", followed(&lifted, &result));
        workloads += 1;
        let compared = result.rows.iter().filter(|row| row.is_snapshot).count();
        let trees = fs::read(folder().join(name.replace(".txt", ".tree.json"))).expect("snapshots");
        assert_eq!(compared, snapshot::read(trees.as_slice()).expect("snapshots").len(), "{name}: none is left out");
        snapshots += compared;
    }
    assert_eq!((workloads, snapshots), (60, 293), "what docs/conformance.md says was compared");
}

#[test]
fn known_differences_are_in_the_documentation() {
    let text = fs::read_to_string(folder().join("../../docs/conformance.md")).expect("a document");
    for (_, _, name) in KNOWN.iter().chain([&UNTOLD]) {
        assert!(text.contains(&format!("`{name}`")), "docs/conformance.md tells {name}");
    }
}

#[test]
fn scripts_read_back_and_run_as_they_were_seen() {
    for name in scripted() {
        let (lifted, result) = checked(&name);
        let schedule = result.is_whole.then_some(&result.schedule);
        let parsed = parse(&lifted.script(schedule));
        let errors: Vec<_> = parsed.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert_eq!(parsed.scenario.threads, lifted.scenario.threads, "{name}");
        assert_eq!(parsed.scenario.processes, lifted.scenario.processes, "{name}");
        assert_eq!(parsed.scenario.file, lifted.scenario.file, "{name}");
        if schedule.is_some() {
            let mut run = daxscope_core::run::Run::new(std::sync::Arc::new(parsed.scenario.clone()));
            run.follow(&parsed.scenario.schedule.expect("a schedule")).expect("it can be followed");
        }
    }
}

#[test]
fn the_trees_of_another_kernel_are_not_the_same() {
    let snapshots =
        snapshot::read(fs::read(folder().join("6.12.117/layout_break.tree.json")).expect("a file").as_slice());
    let snapshots = snapshots.expect("snapshots");
    let name = "7.3.4/layout_break.txt";
    let lifted = lifted(&recording(name), Kernel::named(Release(7, 3)), &snapshots, None).expect("a scenario");
    let result = follow(&lifted, &snapshots);
    assert!(result.is_whole, "the events are those of 7.3");
    let grown = result.rows.iter().find(|row| row.what == "snapshot: grown").expect("a row");
    let [difference, ..] = grown.differences.as_slice() else { panic!("6.12 keeps the entries") };
    assert_eq!((difference.model.as_str(), difference.name), ("nothing", None));
    assert!(difference.real.contains("0x0 2 MiB block DIRTY"), "{}", difference.real);
}

#[test]
fn a_mark_that_is_missing_is_told_with_both_sides() {
    let text = fs::read_to_string(folder().join("7.3.4/msync.tree.json")).expect("a file");
    let bent = text.replacen("\"DIRTY\"", "", 1);
    let snapshots = snapshot::read(bent.as_bytes()).expect("snapshots");
    let lifted = lifted(&recording("7.3.4/msync.txt"), Kernel::default(), &snapshots, None).expect("a scenario");
    let result = follow(&lifted, &snapshots);
    assert_eq!(result.differing(), 1);
    let told = followed(&lifted, &result);
    assert!(told.contains("real:  0x0 2 MiB block 1/1, 0x200 4 KiB block DIRTY 1/1"), "{told}");
    assert!(told.contains("model: 0x0 2 MiB block DIRTY 1/1, 0x200 4 KiB block DIRTY 1/1"), "{told}");
}

#[test]
fn an_event_that_the_kernel_cannot_print_is_the_first_divergence() {
    let text = String::from_utf8(recording("7.3.4/block_pmd_write.txt")).expect("text");
    let bent = text.replacen("max_pgoff 0x400 NOPAGE", "max_pgoff 0x400 SIGBUS", 1);
    assert_ne!(text, bent);
    let lifted = lifted(bent.as_bytes(), Kernel::default(), &[], None).expect("a scenario");
    let result = follow(&lifted, &[]);
    assert!(!result.is_whole);
    let first = result.rows.iter().find(|row| !row.differences.is_empty()).expect("a row");
    assert_eq!(first.differences[0].real, "the 2 MiB handler ends at page 0x0 with SIGBUS");
    assert_eq!(first.differences[0].model, "the 2 MiB handler ends at page 0x0 with NOPAGE");
}

#[test]
fn overlapping_faults_fit_several_schedules_of_the_model() {
    let text = recording("6.1.192/race_hole_ww.cut.txt");
    let lifted = lifted(&text, Kernel::named(Release(6, 1)), &[], Some(100)).expect("a scenario");
    assert_eq!((lifted.range, lifted.scenario.threads.len()), (Some(0x2203 / 512), 2));
    let result = follow(&lifted, &[]);
    let found = result.fits.as_ref().expect("they overlap");
    assert!(found.is_complete && found.ways > 1 && found.ends > 1, "{found:?}");
    assert!(result.is_whole && result.differing() == 0);
    assert!(verdict(&result).contains("fits more than a million schedules"), "{}", verdict(&result));
    // The schedule that was found prints the same events in the same order.
    let parsed = parse(&lifted.script(Some(&result.schedule))).scenario;
    let mut run = daxscope_core::run::Run::new(std::sync::Arc::new(parsed.clone()));
    run.follow(&parsed.schedule.expect("a schedule")).expect("it can be followed");
}

#[test]
fn an_order_that_locks_forbid_fits_no_schedule() {
    // Both 4 KiB faults hold the entry of page 3 at once: neither can end before the other.
    let line = |tid: u32, at: u32, event: &str, address: &str, result: &str| {
        format!(
            "t-{tid} [000] ..... 1.{at:06}: {event}: dev 259:0 ino 0xc shared WRITE|USER address {address} vm_start 0x200000 vm_end 0x600000 \
             pgoff 0x3 max_pgoff 0x400 {result}\n"
        )
    };
    let text = [
        line(1, 1, "dax_pmd_fault", "0x203000", ""),
        line(2, 2, "dax_pmd_fault", "0x203000", ""),
        line(2, 3, "dax_pmd_fault_done", "0x203000", "FALLBACK"),
        line(1, 4, "dax_pmd_fault_done", "0x203000", "NOPAGE"),
    ]
    .concat();
    let lifted = lifted(text.as_bytes(), Kernel::named(Release(6, 12)), &[], None).expect("a scenario");
    let result = follow(&lifted, &[]);
    let found = result.fits.as_ref().expect("they overlap");
    let stuck = found.stuck.as_ref().expect("a 2 MiB fault does not fall back because of another one");
    assert_eq!((stuck.line, found.ways), (3, 0));
    assert!(stuck.seen.contains("FALLBACK") && !stuck.model.is_empty(), "{stuck:?}");
}

#[test]
fn a_window_is_about_its_2_mib() {
    let text = recording("7.3.4/race_hole_rw.cut.txt");
    let lifted = lifted(&text, Kernel::default(), &[], Some(30)).expect("a scenario");
    let range = lifted.range.expect("a range");
    for thread in &lifted.scenario.threads {
        for operation in &thread.operations {
            let daxscope_core::scenario::Operation::Access { page, .. } = operation else { continue };
            assert_eq!(page / 512, range, "{operation:?}");
        }
    }
    assert!(lifted.facts.iter().any(|fact| fact.how == "left out"), "{:?}", lifted.facts);
    assert!(follow(&lifted, &[]).is_whole);
}

#[test]
fn nothing_to_make_a_scenario_of_is_said() {
    let text = "t-1 [000] ..... 1.0: tracing_mark_write: step: nothing\n";
    let refused = lifted(text.as_bytes(), Kernel::default(), &[], None).expect_err("there is no fault");
    assert!(refused.contains("no fault and no fsync"), "{refused}");
}

/// Lines left out, doubled and exchanged: a scenario and a verdict come of it, or a sentence.
#[test]
fn mangled_traces_give_scenarios_that_read_back() {
    for name in ["7.3.4/punch.txt", "6.12.95/mapsync.txt", "7.3.4/folio_state.txt", "5.10.262/fallback_reasons.txt"] {
        let text = String::from_utf8(recording(name)).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        for at in 11..lines.len() {
            let mut mangled = lines.clone();
            match at % 3 {
                0 => drop(mangled.remove(at)),
                1 => mangled.insert(at, lines[at]),
                _ => mangled.swap(at, lines.len() - 1 - (at % (lines.len() - 12))),
            }
            let Ok(lifted) = lifted(mangled.join("\n").as_bytes(), Kernel::default(), &[], None) else { continue };
            let parsed = parse(&lifted.script(None));
            assert!(parsed.diagnostics.iter().all(|one| one.severity != Severity::Error), "{name} {at}");
            let _ = follow(&lifted, &[]);
        }
    }
}
