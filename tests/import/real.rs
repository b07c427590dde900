//! What `cargo xtask real` brought back from a guest, events and trees: where threads raced, the trees say which of the schedules that fit it was, and
//! what fallocate(2) did tells ext4 from XFS.

use daxscope_core::scenario::FsKind;
use daxscope_import::import;
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::model::schedules::Trees;
use daxscope_import::model::{Followed, Lanes, Lifted, Wanted, fit};
use daxscope_import::snapshot::{self, Snapshot};
use daxscope_import::tell::model::verdict;
use std::fs;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/import/real").join(name)
}

fn trees(name: &str) -> Vec<Snapshot> {
    let text = fs::read(file(&format!("{name}.tree.json"))).expect("trees");
    snapshot::read(text.as_slice()).expect("snapshots")
}

fn checked(name: &str, snapshots: &[Snapshot]) -> Followed {
    let text = fs::read(file(&format!("{name}.txt"))).expect("a trace");
    fitted(name, &text, snapshots, None).1
}

fn fitted(name: &str, text: &[u8], snapshots: &[Snapshot], fs: Option<FsKind>) -> (Lifted, Followed) {
    let mut lanes = Lanes::around(None);
    let kernel = Kernel::named(Release::parse(name).expect("a release"));
    let diagnosis = import(text, kernel, &mut lanes).expect("a trace");
    let (acts, names, _) = lanes.finish();
    fit(acts, &names, &diagnosis.kernel, snapshots, Wanted { fs, ..Wanted::default() }).expect("a scenario")
}

const RACE: &str = "7.3.4/race";

#[test]
fn of_many_schedules_the_one_with_the_trees_that_were_seen_is_taken() {
    let result = checked(RACE, &trees(RACE));
    let found = result.fits.as_ref().expect("threads overlapped");
    assert_eq!((result.differing(), found.trees), (0, Trees::Same), "{}", verdict(&result));
    assert!(verdict(&result).starts_with("The order and the trees that were seen fit"), "{}", verdict(&result));
    let events = checked(RACE, &[]);
    let events = events.fits.expect("threads overlapped");
    assert_eq!(events.trees, Trees::NotSeen);
    assert!(found.ends < events.ends, "the events alone leave {} ends, the trees {}", events.ends, found.ends);
}

#[test]
fn a_tree_that_no_schedule_has_is_told() {
    let mut bent = trees(RACE);
    bent[1].entries[0].marks.clear();
    let result = checked(RACE, &bent);
    assert_eq!(result.fits.as_ref().map(|found| found.trees), Some(Trees::Others));
    let differing: Vec<&str> =
        result.rows.iter().filter(|row| !row.differences.is_empty()).map(|row| row.what.as_str()).collect();
    assert!(differing.contains(&"snapshot: turn 1"), "{differing:?}");
    assert!(verdict(&result).contains("differ"), "{}", verdict(&result));
}

/// Punch, zero, collapse and insert of what is dirty; plain fallocate beside a dirty entry on 7.3.
const ON: [(&str, FsKind); 3] =
    [("6.12.117/shifts.ext4", FsKind::Ext4), ("6.12.117/shifts.xfs", FsKind::Xfs), ("7.3.4/extents.xfs", FsKind::Xfs)];

fn recorded(name: &str) -> Vec<u8> {
    fs::read(file(&format!("{name}.txt"))).expect("a trace")
}

#[test]
fn the_file_system_is_the_one_on_which_the_model_does_what_was_seen() {
    for (name, fs) in ON {
        let (lifted, result) = fitted(name, &recorded(name), &trees(name), None);
        assert_eq!((lifted.scenario.fs, result.differing()), (fs, 0), "{name}: {}", verdict(&result));
        let how = if fs == FsKind::Xfs { "inferred" } else { "assumed" };
        let fact = lifted.facts.iter().find(|fact| fact.words.contains("the file system is")).expect("told");
        assert_eq!(fact.how, how, "{name}: {}", fact.words);
    }
}

#[test]
fn the_other_file_system_does_something_else_and_who_names_it_is_told_what() {
    for (name, fs) in ON {
        let other = if fs == FsKind::Xfs { FsKind::Ext4 } else { FsKind::Xfs };
        let (lifted, result) = fitted(name, &recorded(name), &trees(name), Some(other));
        assert_eq!(lifted.scenario.fs, other, "{name}");
        assert!(result.differing() > 0, "{name}: {}", verdict(&result));
    }
}

#[test]
fn what_a_truncation_on_xfs_flushes_to_6_1_is_part_of_it() {
    let name = "6.1.192/truncate.xfs";
    let (lifted, result) = fitted(name, &recorded(name), &trees(name), None);
    assert_eq!((lifted.scenario.fs, result.differing()), (FsKind::Xfs, 0), "{}", verdict(&result));
    assert!(lifted.facts.iter().any(|fact| fact.words.starts_with("truncate writes back")), "{:?}", lifted.facts);
}

#[test]
fn a_marker_that_names_the_file_system_is_believed() {
    let (name, _) = ON[2];
    let text = String::from_utf8(recorded(name)).expect("text");
    let (marker, named) = ("tracing_mark_write: workload: daxscope", "tracing_mark_write: file system: xfs");
    assert!(text.contains(marker));
    let (lifted, result) = fitted(name, text.replace(marker, named).as_bytes(), &trees(name), None);
    let fact = lifted.facts.iter().find(|fact| fact.words == "the file system is xfs").expect("told");
    assert_eq!((fact.how, lifted.scenario.fs, result.differing()), ("seen", FsKind::Xfs, 0));
    let wrong = text.replace(marker, "tracing_mark_write: file system: ext4");
    assert!(fitted(name, wrong.as_bytes(), &trees(name), None).1.differing() > 0, "who is told wrongly sees it");
}
