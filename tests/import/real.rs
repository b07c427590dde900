//! What `cargo xtask real` brought back from a guest, events and trees: where threads raced, the trees say which of the schedules that fit it was.

use daxscope_import::import;
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::model::schedules::Trees;
use daxscope_import::model::{Followed, Lanes, Wanted, follow, lift};
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
    let mut lanes = Lanes::around(None);
    let kernel = Kernel::named(Release::parse(name).expect("a release"));
    let diagnosis = import(text.as_slice(), kernel, &mut lanes).expect("a trace");
    let (acts, names, _) = lanes.finish();
    let lifted = lift(acts, &names, &diagnosis.kernel, snapshots, Wanted { around: None }).expect("a scenario");
    follow(&lifted, snapshots)
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
