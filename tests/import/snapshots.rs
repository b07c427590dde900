//! Snapshots of trees: read, decoded, and compared with themselves.

use super::{folder, recording};
use daxscope_import::snapshot::{Snapshot, read};
use daxscope_import::tell::snapshot::snapshots;
use std::fs;

const FILES: [&str; 3] = ["5.10.262/punch.tree.json", "7.3.4/layout_break.tree.json", "7.3.4/split_vma.tree.json"];

fn of(name: &str) -> Vec<Snapshot> {
    read(recording(name).as_slice()).unwrap_or_else(|refused| panic!("{name}: {refused}"))
}

#[test]
fn every_recorded_word_is_what_its_writer_says() {
    for name in FILES {
        let found = of(name);
        let text = fs::read_to_string(folder().join(name)).expect("a snapshot");
        assert_eq!(found.len(), text.matches("\"tag\"").count(), "{name}");
        assert_eq!(
            found.iter().map(|tree| tree.entries.len()).sum::<usize>(),
            text.matches("\"raw\"").count(),
            "{name}"
        );
        for tree in &found {
            assert_eq!(tree.differences(), Vec::<String>::new(), "{name}: {}", tree.tag);
        }
    }
}

#[test]
fn the_tree_is_told_in_words() {
    let told = snapshots(&of("7.3.4/layout_break.tree.json"));
    for part in [
        "two dirty entries, ino 0xc, 0x400 pages, nrpages 513",
        "0x0-0x1ff  0x2108005  2 MiB block, frame 0x108400  DIRTY  refcount 1, mapcount 1, folio order 9",
        "0x205      0x210c0a1  4 KiB block, frame 0x108605  DIRTY",
        "grown, ino 0xc, 0x600 pages, nrpages 0\n    the tree is empty",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let text = String::from_utf8(recording("7.3.4/layout_break.tree.json")).expect("text");
    for (change, to, told) in [
        ("\"order\": 9", "\"order\": 0", "order 0 beside a word of order 9"),
        ("\"nrpages\": 513", "\"nrpages\": 2", "nrpages is 2, and the entries cover 513 pages"),
        ("\"flags\": [\"PMD\"]", "\"flags\": []", "the flag PMD is not as in the word"),
        ("\"pfn\": 1082368", "\"pfn\": 1", "frame 0x1 beside the word's 0x108400"),
        ("\"index\": 517", "\"index\": 5", "pages 0x0 and 0x5 overlap"),
        ("\"raw\": \"0x210c0a1\"", "\"raw\": \"0x402\"", "smaller entries are in the range is no entry"),
    ] {
        let changed = text.replacen(change, to, 1);
        assert_ne!(changed, text, "{change}");
        let found = read(changed.as_bytes()).expect("JSON");
        let said: Vec<String> = found.iter().flat_map(Snapshot::differences).collect();
        assert!(said.iter().any(|sentence| sentence.contains(told)), "{told} in {said:?}");
    }
}

#[test]
fn broken_files_are_refused() {
    let text = String::from_utf8(recording("7.3.4/layout_break.tree.json")).expect("text");
    for (broken, why) in [
        (text[..text.len() / 2].to_owned(), "was the file cut?"),
        (text.replacen("\"raw\"", "\"word\"", 1), "an entry needs `index` and `raw`"),
    ] {
        let refused = read(broken.as_bytes()).expect_err("broken");
        assert!(refused.to_string().contains(why), "{refused}");
    }
}

#[test]
fn a_tree_that_changed_while_it_was_read_says_so() {
    let text = |steady: &str| {
        format!(r#"[{{"tag": "x", "steady": {steady}, "entries": [{{"index": 3, "raw": "0x2308061"}}]}}]"#)
    };
    let said = |text: &str| read(text.as_bytes()).expect("snapshots")[0].differences();
    assert_eq!(said(&text("true")), Vec::<String>::new());
    let unsteady = said(&text("false"));
    assert!(unsteady.len() == 1 && unsteady[0].contains("never the same twice"), "{unsteady:?}");
}
