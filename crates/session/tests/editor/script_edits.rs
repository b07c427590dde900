//! Every control on every script: the text reads as the scenario that was meant, and other lines keep every byte.

use crate::scripts;
use daxscope_core::errno::Errno;
use daxscope_core::revision::{SWITCHES, XARRAY_SWITCHES, all_presets};
use daxscope_core::scenario::{
    Edit, Extent, ExtentKind, FailPoint, Flag, FsKind, InjectedFailure, Mapping, Operation, Scenario, Severity, edit,
    limits, parse,
};
use daxscope_core::units::{MmId, ThreadId};

/// Makes a change, checks that lines that it does not concern are there still, byte for byte and in their order, and returns
/// what the text says now.
#[track_caller]
fn change(name: &str, text: &str, change: Edit, most_lines: usize) -> (String, Scenario) {
    let new = edit(text, &change).unwrap_or_else(|why| panic!("{name}: {change:?}: {why}\n{text}"));
    let parsed = parse(&new);
    assert_eq!(
        parsed.diagnostics.iter().filter(|it| it.message.contains("no ")).count(),
        0,
        "{name}: {change:?}\n{new}"
    );
    assert!(parsed.is_ok(), "{name}: {change:?}\n{new}\n{:?}", parsed.diagnostics);
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (text.lines().collect(), new.lines().collect());
    let front = old_lines.iter().zip(&new_lines).take_while(|(a, b)| a == b).count();
    let back = old_lines[front..].iter().rev().zip(new_lines[front..].iter().rev()).take_while(|(a, b)| a == b).count();
    let touched = (old_lines.len() - front - back).max(new_lines.len() - front - back);
    assert!(touched <= most_lines, "{name}: {change:?} touches {touched} lines\n{text}\n--\n{new}");
    (new, parsed.scenario)
}

/// What a change of one part must not change: everything else.
#[track_caller]
fn same_but(name: &str, old: &Scenario, new: &Scenario, make: impl Fn(&mut Scenario)) {
    let mut expect = old.clone();
    make(&mut expect);
    // Where no line says it, these follow from the file.
    expect.allocator = new.allocator;
    // "The last operation" is counted where the script is read.
    expect.expectations.clone_from(&new.expectations);
    expect.file.block_count = new.file.block_count;
    for (process, now) in expect.processes.iter_mut().zip(&new.processes) {
        if old.processes.len() == 1 && old.processes[0] == old.file.default_process() {
            process.mapping = now.mapping;
        }
    }
    assert_eq!(*new, expect, "{name}");
}

fn old(text: &str) -> Scenario {
    parse(text).scenario
}

#[test]
fn kernels() {
    for (name, text) in scripts() {
        let era = old(&text).revision.is_xarray();
        for preset in all_presets() {
            // What the other era lacks is told: a switch at once, a line where it stands.
            if preset.revision.is_xarray() != era {
                match edit(&text, &Edit::Preset(preset.name.into())) {
                    Err(why) => assert!(why.to_string().contains("Nothing was changed"), "{name}: {why}"),
                    Ok(other) => {
                        assert!(other.lines().count().abs_diff(text.lines().count()) <= 1, "{name}\n{other}");
                        let read = parse(&other);
                        assert_eq!(read.scenario.revision, preset.revision, "{name}\n{other}");
                        let told = read.diagnostics.iter().filter(|it| it.severity == Severity::Error);
                        told.for_each(|it| assert!(it.message.contains("is of kernels"), "{name}: {}", it.message));
                    }
                }
                continue;
            }
            let (_, new) = change(&name, &text, Edit::Preset(preset.name.into()), 1);
            let plain = edit(&text, &Edit::Preset(preset.name.into())).is_ok_and(|it| !it.contains('='));
            assert!(!plain || new.revision == preset.revision, "{name}: {}", preset.name);
            same_but(&name, &old(&text), &new, |it| it.revision = new.revision);
        }
        for switch in SWITCHES.iter().chain(XARRAY_SWITCHES) {
            let is_of_era = !(switch.get)(&old(&text).revision).is_empty();
            for value in switch.values {
                if !is_of_era {
                    let refused = edit(&text, &Edit::Switch(switch.name.into(), (*value).into()));
                    assert!(refused.is_err(), "{name}: {} is a switch of the other era", switch.name);
                    continue;
                }
                let set = Edit::Switch(switch.name.into(), (*value).into());
                let (changed, new) = change(&name, &text, set, 1);
                assert_eq!((switch.get)(&new.revision), *value, "{name}\n{changed}");
                same_but(&name, &old(&text), &new, |it| {
                    (switch.set)(&mut it.revision, value);
                });
            }
        }
        for on in [true, false] {
            let (_, new) = change(&name, &text, Edit::Flag(Flag::Journal, on), 1);
            same_but(&name, &old(&text), &new, |it| it.journal = on);
            if old(&text).journal && on {
                let refused = edit(&text, &Edit::Flag(Flag::Xfs, on));
                assert!(refused.is_err_and(|why| why.to_string().contains("XFS")), "{name}");
            } else {
                let (_, new) = change(&name, &text, Edit::Flag(Flag::Xfs, on), 1);
                same_but(&name, &old(&text), &new, |it| it.fs = if on { FsKind::Xfs } else { FsKind::Ext4 });
            }
            let (_, new) = change(&name, &text, Edit::Flag(Flag::FsLock, on), 1);
            same_but(&name, &old(&text), &new, |it| it.fs_lock = on);
            let (_, new) = change(&name, &text, Edit::Flag(Flag::IMmapRwsem, on), 1);
            same_but(&name, &old(&text), &new, |it| it.i_mmap_rwsem = on);
        }
    }
}

#[test]
fn extents() {
    for (name, text) in scripts() {
        let before = old(&text);
        let end = before.file.size_pages.max(before.file.extents_end());
        let added = Extent { first: end, count: 512, kind: ExtentKind::Mapped, phys: 0x40000 };
        let (with, new) = change(&name, &text, Edit::AddExtent(added), 1);
        assert_eq!(new.file.extents.last(), Some(&added), "{name}\n{with}");
        let last = new.file.extents.len() - 1;
        let (split, new) = change(&name, &with, Edit::SplitExtent(last, end + 3), 2);
        assert_eq!(new.file.extents[last].count, 3, "{name}\n{split}");
        assert_eq!(new.file.extents[last + 1].phys, 0x40003, "{name}\n{split}");
        let (without, _) = change(&name, &split, Edit::RemoveExtent(last + 1), 1);
        let (without, _) = change(&name, &without, Edit::RemoveExtent(last), 1);
        assert_eq!(without, text, "{name}: added, split and removed is as it was");
        for (index, &extent) in before.file.extents.iter().enumerate() {
            let shorter = Extent { count: extent.count.max(2) - 1, ..extent };
            let hole = Extent { kind: ExtentKind::Hole, phys: 0, ..extent };
            for other in [shorter, hole] {
                let what = Edit::SetExtent(index, other);
                match edit(&text, &what) {
                    // Entries of the script stand for blocks that would be gone.
                    Err(why) if text.contains("\nentries") => {
                        assert!(why.contains("no block can be in the entry"), "{name}: {why}");
                    }
                    _ => {
                        let (_, new) = change(&name, &text, what, 1);
                        same_but(&name, &before, &new, |it| it.file.extents[index] = other);
                    }
                }
            }
            let over = Extent { first: extent.first, count: 1, ..added };
            assert!(edit(&text, &Edit::AddExtent(over)).is_err_and(|why| why.contains("overlap")), "{name}");
        }
        let (_, new) = change(&name, &text, Edit::FileSize(before.file.size_pages + 512), 1);
        assert_eq!(new.file.size_pages, before.file.size_pages + 512, "{name}");
    }
}

#[test]
fn threads_and_operations() {
    for (name, text) in scripts() {
        let before = old(&text);
        let count = before.threads.len();
        let (with, new) = change(&name, &text, Edit::AddThread(0), 1);
        assert_eq!((new.threads.len(), new.threads[count].mm), (count + 1, MmId(0)), "{name}\n{with}");
        let stored = Operation::Write { first: 0, count: 1, from: None };
        let (with, new) = change(&name, &with, Edit::AddOperation(count, stored), 1);
        assert_eq!(new.threads[count].operations, [stored], "{name}\n{with}");
        same_but(&name, &before, &Scenario { threads: new.threads[..count].to_vec(), ..new }, |_| {});
        let (without, _) = change(&name, &with, Edit::RemoveThread(count), 2);
        assert_eq!(without, text, "{name}: added and removed is as it was");
        for (index, thread) in before.threads.iter().enumerate() {
            operations(&name, &text, &before, index, &thread.operations);
            // Failures, expectations and the schedule follow.
            let gone = edit(&text, &Edit::RemoveThread(index)).unwrap_or_else(|why| panic!("{name}: {why}"));
            let parsed = parse(&gone);
            assert!(parsed.is_ok(), "{name}\n{gone}\n{:?}", parsed.diagnostics);
            let mut threads = before.threads.clone();
            threads.remove(index);
            assert_eq!(parsed.scenario.threads, threads, "{name}\n{gone}");
            let left = |thread: Option<ThreadId>| thread != Some(ThreadId(index as u8));
            let failures = before.failures.iter().filter(|failure| left(failure.thread)).count();
            assert_eq!(parsed.scenario.failures.len(), failures, "{name}\n{gone}");
            let steps = |it: &Scenario| it.schedule.as_ref().map_or(0, |schedule| schedule.choices.len());
            let choices = before.schedule.iter().flat_map(|it| &it.choices);
            assert_eq!(steps(&parsed.scenario), choices.filter(|it| left(Some(it.thread))).count(), "{name}\n{gone}");
        }
    }
}

fn operations(name: &str, text: &str, before: &Scenario, thread: usize, there: &[Operation]) {
    let via = (before.processes.len() > 1).then_some(MmId(1));
    let kinds = [
        Operation::Access { page: 3, write: true, huge: false, mm: via },
        Operation::Access { page: 0, write: false, huge: true, mm: None },
        Operation::Punch { first: 0, count: 512 },
        Operation::Fallocate { first: 0, count: 512 },
        Operation::Zero { first: 3, count: 1 },
        Operation::Collapse { first: 0, count: 1 },
        Operation::Insert { first: 0, count: 512 },
        Operation::Dontneed { first: 0, count: None },
        Operation::Truncate { size: 512 },
        Operation::Fsync { first: 0, count: None },
        Operation::Invalidate { first: 512, count: None },
        Operation::Invalidate2 { first: 0, count: Some(512), inode_lock: false },
        Operation::Write { first: 0, count: 1, from: Some(1) },
        Operation::Read { first: 0, count: 1 },
        Operation::Munmap { mm: via },
    ];
    for kind in kinds {
        for index in 0..there.len() {
            let (_, new) = change(name, text, Edit::SetOperation(thread, index, kind), 1);
            same_but(name, before, &new, |it| it.threads[thread].operations[index] = kind);
        }
        let (_, new) = change(name, text, Edit::AddOperation(thread, kind), 1);
        same_but(name, before, &new, |it| it.threads[thread].operations.push(kind));
    }
    for index in 0..there.len() {
        // An expectation may be about the number of an operation.
        if before.expectations.is_empty() {
            let (_, new) = change(name, text, Edit::RemoveOperation(thread, index), 1);
            same_but(name, before, &new, |it| {
                it.threads[thread].operations.remove(index);
            });
        }
    }
}

#[test]
fn processes() {
    for (name, text) in scripts() {
        let before = old(&text);
        let has_lines = before.processes.iter().any(|process| !process.name.is_empty());
        let added = edit(&text, &Edit::AddProcess("added".into())).unwrap_or_else(|why| panic!("{name}: {why}"));
        let with = parse(&added).scenario;
        assert_eq!(with.processes.last().map(|it| it.name.as_str()), Some("added"), "{name}\n{added}");
        let last = with.processes.len() - 1;
        let (_, new) = change(&name, &added, Edit::SetThreadProcess(0, last), 1);
        same_but(&name, &with, &new, |it| it.threads[0].mm = MmId(last as u8));
        if has_lines {
            let (without, _) = change(&name, &added, Edit::RemoveProcess(last), 1);
            assert_eq!(without, text, "{name}: added and removed is as it was");
        }
        for (index, process) in before.processes.iter().enumerate() {
            let renamed = edit(&text, &Edit::RenameProcess(index, "pid 17".into()));
            let renamed = renamed.unwrap_or_else(|why| panic!("{name}: {why}"));
            let new = parse(&renamed).scenario;
            same_but(&name, &before, &new, |it| it.processes[index].name = "pid 17".into());
            assert_eq!(
                renamed.lines().count(),
                text.lines().count() + usize::from(process.name.is_empty() && !has_lines)
            );
            let mappings = [
                Mapping { shared: !process.mapping.shared, ..process.mapping },
                Mapping { writable: !process.mapping.writable, ..process.mapping },
                Mapping { skew: process.mapping.skew + 1, ..process.mapping },
                Mapping { pages: 512, ..process.mapping },
                Mapping { start: 512, pages: 512, ..process.mapping },
            ];
            for mapping in mappings {
                let (changed, new) = change(&name, &text, Edit::SetMapping(index, mapping), 1);
                assert_eq!(new.processes[index].mapping, mapping, "{name}\n{changed}");
            }
        }
    }
}

#[test]
fn failures() {
    for (name, text) in scripts() {
        let before = old(&text);
        let failure =
            InjectedFailure { what: FailPoint::IomapBegin, nth: 7, errno: Errno::EIO, thread: Some(ThreadId(0)) };
        let (with, new) = change(&name, &text, Edit::AddFailure(failure), 1);
        same_but(&name, &before, &new, |it| it.failures.push(failure));
        let last = new.failures.len() - 1;
        let other = InjectedFailure { nth: 8, thread: None, ..failure };
        let (_, changed) = change(&name, &with, Edit::SetFailure(last, other), 1);
        same_but(&name, &new, &changed, |it| it.failures[last] = other);
        let (without, _) = change(&name, &with, Edit::RemoveFailure(last), 1);
        assert_eq!(without, text, "{name}: added and removed is as it was");
    }
}

#[test]
fn comments_layout_and_spelling_stay() {
    let check = |text: &str, change: Edit, expect: &str| assert_eq!(edit(text, &change).as_deref(), Ok(expect));
    let text =
        "# head\nrevision   v6   # why\n\nfile 0x400000  # 4 MiB\nthread A # first\n\tread  4096 at 0x3000 # x\n";
    let with_preset = text.replace("v6", "v5");
    check(text, Edit::Preset("v5".into()), &with_preset);
    let with_switch = text.replace("v6 ", "v6 wake_mode_delete=all ");
    check(text, Edit::Switch("wake_mode_delete".into(), "all".into()), &with_switch);
    check(&with_switch, Edit::Switch("wake_mode_delete".into(), "one".into()), text);
    check(text, Edit::FileSize(512), &text.replace("0x400000", "2M"));
    let huge = Operation::Access { page: 3, write: false, huge: true, mm: None };
    check(text, Edit::SetOperation(0, 0, huge), &text.replace("4096", "2M"));
    let fsync = Operation::Fsync { first: 0, count: None };
    check(text, Edit::AddOperation(0, fsync), &format!("{text}\tfsync\n"));
    check("thread A", Edit::AddOperation(0, fsync), "thread A\n  fsync\n");
    check("thread A\r\n", Edit::AddOperation(0, fsync), "thread A\r\n  fsync\r\n");
    check("", Edit::AddThread(0), "thread A\n");
    check("# only this", Edit::AddThread(0), "# only this\nthread A\n");
    check("# head\nthread A\n", Edit::Preset("v9".into()), "# head\nrevision v9\nthread A\n");
    check("thread A\n", Edit::Preset("v9".into()), "revision v9\nthread A\n");
    check("title x\nthread A\n", Edit::FileSize(512), "title x\nfile     2M\nthread A\n");
    let three = "thread A\nthread B\nthread C\n  fsync\nfail preload in C # c\nschedule A2 B3 C4 # s\n";
    check(three, Edit::RemoveThread(1), "thread A\nthread B\n  fsync\nfail preload in B # c\nschedule A2 B4 # s\n");
}

#[test]
fn what_cannot_be_done_is_refused_with_its_limit_and_changes_nothing() {
    let refuses = |text: &str, change: Edit, why: &str| {
        let said = edit(text, &change).expect_err("refused");
        assert!(said.contains(why), "{said}");
    };
    let mut threads = String::new();
    for _ in 0..limits::MAX_THREADS {
        threads = edit(&threads, &Edit::AddThread(0)).expect("room");
    }
    refuses(&threads, Edit::AddThread(0), &format!("limit is {}", limits::MAX_THREADS));
    let mut long = "thread A\n".to_owned();
    let fsync = Operation::Fsync { first: 0, count: None };
    for _ in 0..limits::MAX_OPERATIONS {
        long.push_str("  fsync\n");
    }
    refuses(&long, Edit::AddOperation(0, fsync), &format!("limit is {}", limits::MAX_OPERATIONS));
    refuses("thread A\n", Edit::RemoveThread(4), "no thread 5");
    refuses("thread A\n", Edit::AddThread(3), "no process 4");
    refuses("process P\nthread A in P\n", Edit::RemoveProcess(0), "Line 2 needs this process");
    refuses("process P\nprocess Q\nthread A\n", Edit::RemoveProcess(0), "Line 3 needs this process");
    refuses("process P\nprocess Q\nthread A\n", Edit::RenameProcess(1, "P".into()), "Nothing was changed");
    refuses("thread A\n", Edit::Preset("v7".into()), "no revision `v7`");
    let extent = Extent { first: 0, count: 0, kind: ExtentKind::Hole, phys: 0 };
    refuses("thread A\n", Edit::AddExtent(extent), "at least one page");
}
