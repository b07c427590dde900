//! A tree that is filled before the first step is exactly what faults of the model would have left.

use daxscope_core::entry::EntrySize;
use daxscope_core::machine::{Machine, Status};
use daxscope_core::revision::PRESETS;
use daxscope_core::scenario::{Choice, EntryKind, Filled, StepSize, format, parse};
use daxscope_core::world::World;
use std::sync::Arc;

/// The state behind a script that runs to its end, thread by thread.
fn ran(script: &str) -> World {
    let parsed = parse(script);
    assert!(parsed.is_ok(), "{:?}\n{script}", parsed.diagnostics);
    let mut machine = Machine::new(Arc::new(parsed.scenario));
    loop {
        let Some(thread) = machine.enabled().next() else { break };
        machine.step(Choice::run(thread), StepSize::Operation);
    }
    assert_eq!(machine.status(), Status::Done, "{script}");
    machine.world
}

fn begun(script: &str) -> World {
    let parsed = parse(script);
    assert!(parsed.is_ok(), "{:?}\n{script}", parsed.diagnostics);
    assert_eq!(parse(&format(&parsed.scenario)).scenario, parsed.scenario, "{script}");
    World::new(Arc::new(parsed.scenario))
}

const FILE: &str = "file 16M\nextent 0..2M unwritten at 16M\nextent 2M..4M mapped at 64M\nextent 4M..6M mapped at 32M\n\
                    extent 8M..10M mapped at 0x9001p\n";

/// The tree, the hole pages, the block map and what is not durable are the same, and nobody maps anything.
#[track_caller]
fn same(revision: &str, faults: &str, entries: &str) {
    let faults = format!("{FILE}revision {revision}\nthread A\n{faults}  munmap\n");
    let entries = format!("{FILE}revision {revision}\n{entries}thread A\n");
    let (after, before) = (ran(&faults), begun(&entries));
    assert_eq!(before.mapping, after.mapping, "{revision}: {entries}{faults}");
    assert_eq!(before.pages, after.pages, "{revision}: {entries}{faults}");
    assert_eq!(before.page_tables, after.page_tables, "{revision}");
    assert_eq!((&before.file.stored, &before.file.blocks), (&after.file.stored, &after.file.blocks), "{revision}");
    before.mapping.tree.check_structure().expect("a good tree");
}

fn each_page(pages: impl Iterator<Item = u64>, access: &str) -> String {
    pages.map(|page| format!("  {access} at {page:#x}p\n")).collect()
}

#[test]
fn blocks_of_4_kib() {
    for revision in PRESETS.iter().map(|preset| preset.name) {
        same(revision, &each_page(0x200..0x2c5, "read 4K"), "entries 2M..0x2c5p block\n");
        same(revision, &each_page(0x3c0..0x440, "write 4K"), "entries 0x3c0p..0x440p 4K block dirty\n");
    }
    same("v6 entry_locks=off", &each_page(0x200..0x220, "write 4K"), "entries 2M..0x220p block dirty\n");
}

#[test]
fn every_so_many_pages() {
    same("4.10.0", &each_page((0x200..0x400).step_by(7), "read 4K"), "entries 2M..4M block every 7p\n");
    same("4.13.4", &each_page((0x800..0xa00).step_by(64), "write 4K"), "entries 8M..10M block every 64p dirty\n");
    let alone = "entries 0x205p+1p block\n";
    same("4.10.0", "  read 4K at 0x205p\n", alone);
    same("4.10.0", "  read 4K at 0\n", "entries 0..1p page\n");
}

#[test]
fn holes_of_4_kib() {
    for revision in ["v4", "v6", "4.10.0", "4.12.4", "4.13.4", "fixed", "fixed entry_locks=off"] {
        same(revision, &each_page(3..0x85, "read 4K"), "entries 3p..0x85p page\n");
    }
    same("4.10.0", &each_page(0x600..0x610, "read 4K"), "entries 0x600p..0x610p 4K page\n");
}

#[test]
fn blocks_and_holes_of_2_mib() {
    for revision in PRESETS.iter().map(|preset| preset.name) {
        same(revision, "  read 2M at 2M\n  read 2M at 4M\n", "entries 2M..6M 2M block\n");
        same(revision, "  write 2M at 2M\n", "entries 2M..4M 2M block dirty\n");
        same(
            revision,
            "  read 2M at 0\n  read 2M at 6M\n  read 2M at 12M\n",
            "entries 0..2M zero\nentries 6M..8M 2M zero\nentries 12M..14M 2M zero\n",
        );
        same(
            revision,
            "  write 2M at 4M\n  read 2M at 10M\n  read 2M at 14M\n",
            "entries 4M..6M 2M block dirty\nentries 10M..16M zero every 4M\n",
        );
    }
}

#[test]
fn empty_entries() {
    // The blocks cannot be reached: the entry that was made for them stays.
    let faults = format!("{}fail direct_access 1\nfail direct_access 2\n", each_page(0x200..0x202, "read 4K"));
    let (faults, fails) = faults.split_at(faults.find("fail").expect("a failure"));
    same("4.10.0", &format!("{faults}{fails}"), "entries 2M..0x202p empty\n");
    // The 2 MiB fault falls back, and the 4 KiB fault behind it does not come as far as the tree.
    same("4.10.0", "  read 2M at 2M\nfail direct_access\nfail iomap_begin 2\n", "entries 2M..4M 2M empty\n");
}

#[test]
fn an_fsync_finds_what_is_dirty() {
    let fsync = "thread B\n  fsync\n";
    for (fault, entries) in
        [("write 4K at 0x203p", "0x203p+1p block dirty"), ("write 2M at 2M", "2M..4M 2M block dirty")]
    {
        let faults = format!("{FILE}thread A\n  {fault}\n  munmap\n{fsync}");
        let parsed = parse(&faults);
        let mut machine = Machine::new(Arc::new(parsed.scenario));
        let a = machine.enabled().next().expect("A can run");
        while machine.is_enabled(a) {
            machine.step(Choice::run(a), StepSize::Operation);
        }
        let before = begun(&format!("{FILE}entries {entries}\nthread A\n{fsync}"));
        assert_eq!(before.file, machine.world.file, "{entries}");
        assert!(!before.file.durability.unflushed().is_empty());
        let after = ran(&format!("{FILE}entries {entries}\nthread A\n{fsync}"));
        assert!(after.file.durability.unflushed().is_empty());
    }
}

#[test]
fn as_many_entries_as_there_may_be() {
    let world = begun("file 4096G\nentries 0..32G page every 2M\nthread A\n");
    assert_eq!(world.mapping.nrpages, 16_384);
    assert_eq!(world.mapping.tree.leaves().len(), 16_384);
    world.mapping.tree.check_structure().expect("a good tree");
}

#[test]
fn entries_end_inside_their_range() {
    let filled = |first, count, size, every| Filled { first, count, size, kind: EntryKind::Empty, every, dirty: false };
    let starts = |filled: Filled| filled.starts().collect::<Vec<_>>();
    assert_eq!(starts(filled(3, 4, EntrySize::Pte, 1)), [3, 4, 5, 6]);
    assert_eq!(starts(filled(3, 4, EntrySize::Pte, 3)), [3, 6]);
    assert_eq!(starts(filled(0, 2047, EntrySize::Pmd, 1024)), [0, 1024]);
    assert_eq!(starts(filled(0, 511, EntrySize::Pmd, 512)), [0; 0]);
}
