//! `conform` and `record`.

use super::{check, daxscope, root};

#[test]
fn the_shipped_recordings_conform() {
    // All of them are replayed by tests/conform_dax.rs; here it is the command that is tried.
    const CLASSES: [&str; 3] = ["anomaly", "named", "review"];
    for (kind, folder, last) in [("tree", "tree", "223 passed, 0 failed\n"), ("dax", "dax", "239 passed, 0 failed\n")] {
        let mut files: Vec<_> = std::fs::read_dir(root().join("tests/vectors").join(folder))
            .expect("recordings")
            .flatten()
            .map(|entry| entry.path().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".gz"))
            .filter(|name| kind == "tree" || CLASSES.iter().any(|class| name.contains(class)))
            .collect();
        files.sort();
        let words: Vec<&str> = ["conform", kind].into_iter().chain(files.iter().map(String::as_str)).collect();
        let output = daxscope(&words, "");
        assert!(output.stdout.ends_with(last.as_bytes()), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn what_is_recorded_conforms() {
    let script = "revision v5\nextent 0..2M mapped at 0x1007p\nthread A\n read 2M at 2p\nthread B\n write 4K at 3p\n";
    let recorded = daxscope(&["record", "-", "--schedule", "by point A5 B9"], script);
    assert_eq!(recorded.status.code(), Some(0), "{}", String::from_utf8_lossy(&recorded.stderr));
    let file = std::env::temp_dir().join(format!("daxscope-record-{}.jsonl", std::process::id()));
    std::fs::write(&file, recorded.stdout).expect("a temporary file");
    check(&["conform", "dax", &file.to_string_lossy()], "", 0, "1 passed, 0 failed", "");
    let _ = std::fs::remove_file(file);
}

#[test]
fn a_recording_cannot_begin_with_a_filled_tree() {
    let script = "entries 0..1p page\nthread A\n read 4K at 2p\n";
    check(&["record", "-"], script, 2, "", "replace them by the faults that leave those entries");
}

#[test]
fn recordings_are_read_from_standard_input() {
    let script = "revision v5\nfile 2M\nthread A\n read 4K at 2p\n";
    let recorded = daxscope(&["record", "-"], script);
    let recorded = String::from_utf8(recorded.stdout).expect("text");
    check(&["conform", "dax", "-"], &recorded, 0, "standard input: 1 passed, 0 failed", "");
    check(&["conform", "dax", "-"], "", 2, "", "standard input holds no recording, so nothing was compared");
    check(&["conform", "tree", "-"], "\n\n", 2, "", "holds no recording");
    check(&["conform", "dax"], "", 2, "", "<FILE>");
    // A thread that was not there.
    let wrong = recorded.replacen("\"t\":0", "\"t\":1", 1);
    assert_ne!(wrong, recorded);
    check(&["conform", "dax", "-"], &wrong, 1, "0 passed, 1 failed", "");
}

#[test]
fn a_hostile_recording_cannot_fill_the_memory() {
    let long = "[".repeat(17 << 20);
    check(&["conform", "dax", "-"], &long, 2, "", "line 1: longer than a recording may be, 16 MiB");
}
