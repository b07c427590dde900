//! `fallocate`, `zero`, `collapse` and `insert` on kernels of both eras: tree, page tables, blocks and size before and after, and
//! what a fault that races with them sees.

use daxscope_core::check::Rule;
use daxscope_core::event::{Event, OpResult};
use daxscope_core::mm::Pmd;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, ExtentKind, StepSize, parse};
use daxscope_core::units::{MmId, ThreadId};
use daxscope_core::world::World;
use std::sync::Arc;

const KERNELS: [&str; 9] = ["4.10.0", "4.13.4", "5.10.13", "5.10", "6.1", "6.12", "7.3", "7.3-fixed", "v6"];

fn begun(text: &str) -> Run {
    let parsed = parse(text);
    assert!(parsed.is_ok(), "{text}\n{:?}", parsed.diagnostics);
    Run::new(Arc::new(parsed.scenario))
}

/// One thread after another, to the end.
fn ran(text: &str) -> Run {
    let mut run = begun(text);
    assert!(run.run_on(StepSize::Operation, 100_000), "it ends: {text}");
    run
}

fn rules(run: &Run) -> Vec<Rule> {
    run.violations().map(|(_, violation)| violation.rule).collect()
}

fn results(run: &Run) -> Vec<OpResult> {
    let events = run.steps.iter().flat_map(|step| step.record.performed.iter()).flat_map(|done| &done.events);
    events.filter_map(|event| if let Event::Result(result) = event { Some(*result) } else { None }).collect()
}

/// Kind and first device block of the runs of the block map, with their first and last file block.
fn runs(world: &World) -> Vec<(u64, u64, ExtentKind, u64)> {
    let extents = world.file.blocks.extents();
    extents.iter().map(|run| (run.first, run.first + run.count, run.kind, run.phys)).collect()
}

fn maps(world: &World, page: u64) -> bool {
    let tables = &world.page_tables[MmId(0).index()];
    tables.pte(page).is_some() || matches!(tables.pmd(page), Pmd::Huge { .. })
}

fn has_entry(world: &World, page: u64) -> bool {
    world.mapping.first_index(page).is_some()
}

use ExtentKind::{Hole, Mapped, Unwritten};

#[test]
fn fallocate_gives_blocks_that_nobody_has_written_and_leaves_the_rest_alone() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 3p..5p mapped at 16M\nextent 8p..9p unwritten at 20M\nalloc next 32M\n\
             thread A\n  write 4K at 3p\n  fallocate 0..10p\n"
        );
        let run = ran(&text);
        assert_eq!(rules(&run), [], "{kernel}");
        let world = &run.machine.world;
        assert_eq!(
            runs(world),
            [
                (0, 3, Unwritten, 0x2000),
                (3, 5, Mapped, 0x1000),
                (5, 8, Unwritten, 0x2003),
                (8, 9, Unwritten, 0x1400),
                (9, 10, Unwritten, 0x2006),
                (10, 1024, Hole, 0),
            ],
            "{kernel}"
        );
        // Nothing is unmapped and nothing deleted.
        assert!(maps(world, 3) && has_entry(world, 3), "{kernel}");
        assert_eq!(world.file.size_pages, 1024);
    }
}

#[test]
fn fallocate_behind_the_end_makes_the_file_longer_and_keeps_2_mib_together() {
    for kernel in KERNELS {
        let text =
            format!("revision {kernel}\nfile 3p\nalloc next 0x2003p\nthread A\n  fallocate 2M..6M\n  write 2M at 2M\n");
        let text = text.replace("thread A", "process P maps 0..6M shared rw\nthread A in P");
        let run = ran(&text);
        assert_eq!(rules(&run), [], "{kernel}");
        let world = &run.machine.world;
        assert_eq!(world.file.size_pages, 0x600, "{kernel}");
        let expected = [(0, 0x200, Hole, 0), (0x200, 0x400, Mapped, 0x2200), (0x400, 0x600, Unwritten, 0x2400)];
        assert_eq!(runs(world), expected, "{kernel}");
        assert!(matches!(world.page_tables[0].pmd(0x200), Pmd::Huge { .. }), "{kernel}: blocks ahead of use are huge");
    }
}

#[test]
fn one_round_of_fallocate_is_one_extent_and_others_come_between() {
    for kernel in ["4.10.0", "6.12", "7.3"] {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 1p..2p mapped at 16M\nalloc next 32M\nthread A\n  fallocate 0..4p\nthread B\n  write 4K at 2p\n"
        );
        let mut run = begun(&text);
        let (a, b) = (Choice::run(ThreadId(0)), Choice::run(ThreadId(1)));
        // A has done page 0; B gets page 2, without waiting for anybody; A finds it written.
        while runs(&run.machine.world)[0].2 == Hole {
            run.step(a, StepSize::Operation).expect("A runs");
        }
        while !matches!(results(&run).last(), Some(OpResult::Accessed { .. })) {
            run.step(b, StepSize::Operation).expect("B runs: ext4 keeps nobody out");
        }
        assert!(run.run_on(StepSize::Operation, 10_000));
        assert_eq!(rules(&run), [], "{kernel}");
        let kinds: Vec<_> = runs(&run.machine.world).iter().map(|run| (run.0, run.2, run.3)).collect();
        let expected =
            [(0, Unwritten, 0x2000), (1, Mapped, 0x1000), (2, Mapped, 0x2001), (3, Unwritten, 0x2002), (4, Hole, 0)];
        assert_eq!(kinds, expected, "{kernel}");
    }
}

#[test]
fn zero_keeps_the_blocks_and_takes_mappings_and_entries_away() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 0..4p mapped at 16M\nalloc next 32M\nthread A\n  write 4K at 1p\n  \
             write 4K at 3p\n  zero 1p..6p\n"
        );
        let run = ran(&text);
        assert_eq!(rules(&run), [], "{kernel}");
        let world = &run.machine.world;
        let expected =
            [(0, 1, Mapped, 0x1000), (1, 4, Unwritten, 0x1001), (4, 6, Unwritten, 0x2000), (6, 1024, Hole, 0)];
        assert_eq!(runs(world), expected, "{kernel}");
        for page in [1, 3] {
            assert!(!maps(world, page) && !has_entry(world, page), "{kernel}: page {page}");
        }
        // A store again: the block is the same, and written.
        let again = ran(&format!("{text}  read 4K at 1p\n  write 4K at 1p\n  fsync\n"));
        assert_eq!(rules(&again), [], "{kernel}");
        assert_eq!(again.machine.world.file.blocks.at(1), (Mapped, 0x1001), "{kernel}");
    }
}

#[test]
fn what_was_stored_before_zero_is_no_reason_to_fear_the_zero_page() {
    // B maps the zero page at page 1 after A has zeroed it; A then stores there, which must unmap it.
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 0..4p mapped at 16M\nprocess P maps 0..4M shared rw\nprocess Q maps 0..4M shared rw\n\
             thread A in P\n  write 4K at 1p\n  zero 0..4p\n  read 4K at 1p via Q\n  write 4K at 1p\n  read 4K at 1p via Q\n"
        );
        assert_eq!(rules(&ran(&text)), [], "{kernel}");
    }
}

#[test]
fn collapse_moves_what_is_behind_and_shortens_the_file() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 8p\nextent 0..4p mapped at 16M\nextent 5p..8p unwritten at 20M\nthread A\n  write 4K at 0\n  \
             write 4K at 2p\n  write 4K at 3p\n  collapse 1p..3p\n"
        );
        let run = ran(&text);
        assert_eq!(rules(&run), [], "{kernel}");
        let world = &run.machine.world;
        let expected = [(0, 1, Mapped, 0x1000), (1, 2, Mapped, 0x1003), (2, 3, Hole, 0), (3, 6, Unwritten, 0x1400)];
        assert_eq!((runs(world).as_slice(), world.file.size_pages), (&expected[..], 6), "{kernel}");
        for page in 1..8 {
            assert!(!maps(world, page) && !has_entry(world, page), "{kernel}: page {page}");
        }
        // 7.3 deletes the entries of the whole file when it breaks the layout, the others only from the range on.
        assert_eq!(has_entry(world, 0), !kernel.starts_with("7.3"), "{kernel}");
    }
}

#[test]
fn insert_makes_a_hole_and_lengthens_the_file() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4p\nextent 0..4p mapped at 16M\nprocess P maps 0..4M shared rw\nthread A in P\n  write 4K at 0\n  write 4K at 3p\n  \
             insert 1p..3p\n  write 4K at 5p\n"
        );
        let run = ran(&text);
        assert_eq!(rules(&run), [], "{kernel}");
        let world = &run.machine.world;
        let expected = [(0, 1, Mapped, 0x1000), (1, 3, Hole, 0), (3, 6, Mapped, 0x1001)];
        assert_eq!((runs(world).as_slice(), world.file.size_pages), (&expected[..], 6), "{kernel}");
        assert!(!maps(world, 3) && !has_entry(world, 3), "{kernel}");
        assert_eq!(world.block_behind(MmId(0), 5), Some((5, 0x1003)), "{kernel}: the block has moved along");
    }
}

#[test]
fn a_range_that_does_not_fit_is_refused_and_changes_no_blocks() {
    for kernel in KERNELS {
        let before = format!("revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nthread A\n");
        let mut refused = Vec::new();
        for (line, errno) in [
            ("collapse 4p..8p", 22),
            ("collapse 0..2M", 22),
            ("insert 8p..9p", 22),
            ("insert 0..0x7ffffff9p", 27),
            ("insert 7p..8192G", 27),
        ] {
            let parsed = parse(&format!("{before}  {line}\n"));
            let mut run = Run::new(Arc::new(parsed.scenario));
            assert!(run.run_on(StepSize::Operation, 10_000));
            refused.push((line, results(&run)));
            assert_eq!(refused.last(), Some(&(line, vec![OpResult::Number(-errno)])), "{kernel}");
            assert_eq!(runs(&run.machine.world), [(0, 8, Mapped, 0x1000)], "{kernel}: {line}");
            assert_eq!(run.machine.world.file.size_pages, 8, "{kernel}: {line}");
        }
    }
}

/// Data that moves is flushed first, so an fsync behind it owes nothing; but 7.3 has dropped the marks by then.
#[test]
fn what_is_moved_is_not_forgotten_but_by_7_3() {
    for kernel in KERNELS {
        for moves in ["collapse 1p..2p", "insert 1p..2p"] {
            let text = format!(
                "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nthread A\n  write 4K at 4p\n  {moves}\n  fsync\n"
            );
            let expected: &[Rule] = if kernel == "7.3" { &[Rule::LostDurability] } else { &[] };
            assert_eq!(rules(&ran(&text)), expected, "{kernel}: {moves}");
        }
    }
}

/// A fault that comes while a range is cut out waits for it, and sees the blocks as they are afterwards.
#[test]
fn a_fault_waits_until_blocks_have_moved() {
    for kernel in ["4.10.0", "6.12", "7.3"] {
        for (moves, block) in [("collapse 1p..2p", 0x1004), ("insert 1p..2p", 0x1002), ("zero 3p..4p", 0x1003)] {
            let text = format!(
                "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nthread A\n  {moves}\nthread B\n  write 4K at 3p\n"
            );
            let mut run = begun(&text);
            let (a, b) = (Choice::run(ThreadId(0)), Choice::run(ThreadId(1)));
            // A has taken both locks when it is about to truncate the page cache.
            while !run.steps.iter().any(|step| step.sentence.contains("unmaps")) {
                run.step(a, StepSize::Operation).expect("A runs");
            }
            while run.step(b, StepSize::Operation).is_some() {}
            assert!(!maps(&run.machine.world, 3), "{kernel}: {moves}: B waits");
            assert!(run.run_on(StepSize::Operation, 10_000));
            assert_eq!(rules(&run), [], "{kernel}: {moves}");
            assert_eq!(run.machine.world.block_behind(MmId(0), 3), Some((3, block)), "{kernel}: {moves}");
        }
    }
}

/// XFS frees the blocks and allocates others, ext4 keeps them.
#[test]
fn zero_on_xfs_takes_other_blocks() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 0..4p mapped at 16M\nalloc next 32M\nfs xfs\nthread A\n  write 4K at 1p\n  zero 1p..6p\n"
        );
        let run = ran(&text);
        assert_eq!(rules(&run), [], "{kernel}");
        let expected = [(0, 1, Mapped, 0x1000), (1, 6, Unwritten, 0x2000), (6, 1024, Hole, 0)];
        assert_eq!(runs(&run.machine.world), expected, "{kernel}");
    }
}

/// What collapse and insert leave behind is the same on both file systems, but what is dirty of a range is flushed on XFS first.
#[test]
fn collapse_and_insert_end_alike_on_both() {
    for kernel in KERNELS {
        for (moves, first) in [
            ("collapse 1p..3p", 1),
            ("insert 1p..3p", 1),
            ("collapse 0..1p", 0),
            ("insert 0..1p", 0),
            ("insert 7p..2M", 7),
        ] {
            let text = |fs: &str| {
                format!(
                    "revision {kernel}\nfile 8p\nextent 0..4p mapped at 16M\nextent 5p..8p unwritten at 20M\nfs {fs}\nthread A\n  \
                     write 4K at 0\n  write 4K at 2p\n  write 4K at 6p\n  {moves}\n"
                )
            };
            let (ext4, xfs) = (ran(&text("ext4")), ran(&text("xfs")));
            assert_eq!((rules(&ext4), rules(&xfs)), (vec![], vec![]), "{kernel}: {moves}");
            let (one, other) = (&ext4.machine.world, &xfs.machine.world);
            assert_eq!(one.file.blocks, other.file.blocks, "{kernel}: {moves}");
            assert_eq!(one.file.size_pages, other.file.size_pages, "{kernel}: {moves}");
            // XFS forgets the block before, too (from 5.5 on): recorded on 6.12 (tests/import/real).
            if first == 0 || !one.scenario.revision.is_xarray() {
                assert_eq!(one.mapping, other.mapping, "{kernel}: {moves}");
            } else {
                assert!(!has_entry(other, first - 1), "{kernel}: {moves}");
                let is_forgotten = kernel.starts_with("7.3");
                assert_eq!(has_entry(one, first - 1), !is_forgotten, "{kernel}: {moves}");
            }
        }
    }
}

fn flushed(run: &Run) -> bool {
    let mut events = run.steps.iter().flat_map(|step| step.record.performed.iter()).flat_map(|done| &done.events);
    events.any(|event| matches!(event, Event::Flush { .. }))
}

/// The first page that goes may hold the end of what stays, so it is flushed: recorded on 6.12 (tests/import/real).
#[test]
fn collapse_flushes_the_first_page_that_goes() {
    for kernel in KERNELS {
        let text = |page: u64| {
            format!(
                "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nthread A\n  write 4K at {page}p\n  collapse 1p..4p\n"
            )
        };
        // 7.3 has deleted the entry before, and the repair flushes the whole file.
        assert_eq!(flushed(&ran(&text(1))), kernel != "7.3", "{kernel}");
        assert_eq!(flushed(&ran(&text(2))), kernel == "7.3-fixed", "{kernel}");
    }
}

#[test]
fn punch_on_xfs_flushes_before_it_frees() {
    for kernel in KERNELS {
        let text = |fs: &str| {
            format!(
                "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nfs {fs}\nthread A\n  write 4K at 1p\n  punch 0..2p\n"
            )
        };
        let (ext4, xfs) = (ran(&text("ext4")), ran(&text("xfs")));
        // The repair flushes the whole file before it deletes.
        assert_eq!(flushed(&ext4), kernel == "7.3-fixed", "{kernel}");
        // 7.3 has deleted the entry before XFS comes to flush it.
        assert_eq!(flushed(&xfs), kernel != "7.3", "{kernel}");
        assert_eq!(runs(&ext4.machine.world), runs(&xfs.machine.world), "{kernel}");
    }
}

/// Plain allocation breaks the layout on XFS only: on 7.3 an append forgets what was stored elsewhere.
#[test]
fn fallocate_keeps_faults_out_on_xfs_only() {
    for kernel in KERNELS {
        let text = |fs: &str| {
            format!(
                "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nfs {fs}\nprocess P maps 0..4M shared rw\nthread A in P\n  write 4K at 1p\n  \
                 fallocate 8p..9p\n  fsync\n"
            )
        };
        assert_eq!(rules(&ran(&text("ext4"))), [], "{kernel}");
        let expected: &[Rule] = if kernel == "7.3" { &[Rule::LostDurability] } else { &[] };
        assert_eq!(rules(&ran(&text("xfs"))), expected, "{kernel}");
        // A fault in the middle of the allocation: it waits on XFS, and does not on ext4.
        for (fs, waits) in [("ext4", false), ("xfs", true)] {
            let mut run = begun(&format!(
                "revision {kernel}\nfile 8p\nextent 1p..2p mapped at 16M\nfs {fs}\nthread A\n  fallocate 0..4p\nthread B\n  write 4K at 3p\n"
            ));
            let waited = waits_beside(&mut run, |world| runs(world)[0].2 == Hole);
            assert_eq!(waited, waits, "{kernel} on {fs}");
        }
    }
}

/// A goes on for as long as that is so, and then B as far as it comes: does its store to page 3 wait for A? In the end both are
/// done, and no rule is broken.
fn waits_beside(run: &mut Run, is_early: impl Fn(&World) -> bool) -> bool {
    while is_early(&run.machine.world) {
        run.step(Choice::run(ThreadId(0)), StepSize::Operation).expect("A runs");
    }
    while run.step(Choice::run(ThreadId(1)), StepSize::Operation).is_some() {}
    let waits = !maps(&run.machine.world, 3);
    assert!(run.run_on(StepSize::Operation, 10_000));
    assert_eq!(rules(run), []);
    waits
}

/// Growing a file takes the lock against faults on XFS in every release; ext4 with a radix tree does not.
#[test]
fn truncate_upwards_keeps_faults_out_on_xfs() {
    for (kernel, fs, waits) in
        [("4.10.0", "ext4", false), ("4.10.0", "xfs", true), ("6.12", "ext4", true), ("6.12", "xfs", true)]
    {
        let mut run = begun(&format!(
            "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nfs {fs}\nthread A\n  truncate 9p\nthread B\n  write 4K at 3p\n"
        ));
        let waited = waits_beside(&mut run, |world| world.file.size_pages == 8);
        assert_eq!(waited, waits, "{kernel} on {fs}");
    }
}

/// What is said of it, in any kernel.
#[test]
fn sentences_say_what_became_of_the_blocks() {
    let text = |kernel: &str, line: &str| {
        format!("revision {kernel}\nfile 4M\nextent 0..4p mapped at 16M\nthread A\n  write 4K at 1p\n  {line}\n")
    };
    for kernel in ["4.10.0", "6.12", "7.3"] {
        for (line, said) in [
            (
                "fallocate 2p..6p",
                &["finds 2 pages from page 0x2 as they should be", "allocates 2 pages from page 0x4, unwritten"][..],
            ),
            (
                "zero 1p..3p",
                &["begins: zero range, pages 0x1 to 0x2", "makes 2 pages from page 0x1 unwritten, in place"],
            ),
            ("collapse 1p..3p", &["cuts out 2 pages from page 0x1, and moves the blocks from page 0x3 on there"]),
            (
                "insert 1p..3p",
                &["begins: insert range, 2 pages before page 0x1", "moves the blocks from page 0x1 on up by 2 pages"],
            ),
            ("collapse 0..4M", &["is done with -EINVAL"]),
            ("dontneed 1p..2p", &["begins: MADV_DONTNEED, page 0x1", "zaps 1 pte of process 1"]),
            ("dontneed", &["begins: MADV_DONTNEED, the whole mapping"]),
        ] {
            let mut run = Run::new(Arc::new(parse(&text(kernel, line)).scenario));
            assert!(run.run_on(StepSize::Operation, 10_000));
            for words in said {
                let told = run.steps.iter().any(|step| step.sentence.contains(words));
                let all: Vec<_> = run.steps.iter().map(|step| step.sentence.as_str()).collect();
                assert!(told, "{kernel}: {line}: {words}\n{}", all.join("\n"));
            }
        }
    }
}
