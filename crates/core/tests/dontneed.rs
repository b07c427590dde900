//! `dontneed` drops what a process has mapped of a range, and nothing else.

use daxscope_core::event::{Event, OpResult};
use daxscope_core::mm::Pmd;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, StepSize, parse};
use daxscope_core::units::{MmId, ThreadId};
use daxscope_core::world::World;
use std::sync::Arc;

const KERNELS: [&str; 8] = ["4.10.0", "4.13.4", "5.10.13", "5.10", "6.1", "6.12", "7.3", "7.3-fixed"];

fn begun(text: &str) -> Run {
    Run::new(Arc::new(parse(text).scenario))
}

fn ran(text: &str) -> Run {
    let mut run = begun(text);
    assert!(run.run_on(StepSize::Operation, 10_000), "it ends: {text}");
    assert_eq!(run.violations().count(), 0, "{text}");
    run
}

fn last_result(run: &Run) -> Option<OpResult> {
    let events = run.steps.iter().flat_map(|step| step.record.performed.iter()).flat_map(|done| &done.events);
    events.filter_map(|event| if let Event::Result(result) = event { Some(*result) } else { None }).next_back()
}

fn maps(world: &World, mm: u8, page: u64) -> bool {
    let tables = &world.page_tables[MmId(mm).index()];
    tables.pte(page).is_some() || matches!(tables.pmd(page), Pmd::Huge { .. })
}

#[test]
fn ptes_of_the_range_go_and_entries_stay() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 0..4M mapped at 0x1001p\nprocess P maps 0..4M shared rw\nprocess Q maps 0..4M shared rw\n\
             thread A in P\n  write 4K at 1p\n  write 4K at 2p\n  write 4K at 3p\n  write 4K at 2p via Q\n  dontneed 2p..3p\n"
        );
        let run = ran(&text);
        let world = &run.machine.world;
        assert_eq!([1, 2, 3].map(|page| maps(world, 0, page)), [true, false, true], "{kernel}");
        assert!(maps(world, 1, 2), "{kernel}: the other process keeps its mapping");
        assert!([1, 2, 3].iter().all(|&page| world.mapping.first_index(page) == Some(page)), "{kernel}");
        assert_eq!(last_result(&run), Some(OpResult::Done), "{kernel}");
        // What was stored is still to be flushed, and is.
        let synced = ran(&format!("{text}  fsync\n"));
        assert_eq!(synced.machine.world.file.durability.unflushed(), [], "{kernel}");
        let again = ran(&format!("{text}  read 4K at 2p\n"));
        assert_eq!(again.machine.world.block_behind(MmId(0), 2), Some((2, 0x1003)), "{kernel}");
    }
}

#[test]
fn a_part_of_a_huge_mapping_takes_all_of_it_and_folios_count_one_mapping_less() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 6M\nextent 0..6M mapped at 16M\nthread A\n  write 2M at 0\n  write 2M at 2M\n  write 2M at 4M\n  dontneed 0x203p..0x401p\n"
        );
        let run = ran(&text);
        let world = &run.machine.world;
        assert_eq!([0, 0x200, 0x400].map(|page| maps(world, 0, page)), [true, false, false], "{kernel}");
        assert!([0, 0x200, 0x400].iter().all(|&page| world.mapping.first_index(page) == Some(page)), "{kernel}");
        if kernel.starts_with("7.3") {
            let frames = world.pages.frames.get().expect("folios");
            let counts = [0x1000, 0x1200, 0x1400].map(|block| frames.folio(block).refs);
            assert_eq!(counts, [1, 0, 0], "{kernel}");
        }
    }
}

#[test]
fn private_copies_go_too_and_the_block_shows_again() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4p\nextent 0..4p mapped at 16M\nprocess P maps 0..4p private rw\nthread A in P\n  read 4K at 1p\n  \
             write 4K at 1p\n"
        );
        let copied = ran(&text);
        assert_eq!(copied.machine.world.block_behind(MmId(0), 1), None, "{kernel}: a copy");
        let dropped = ran(&format!("{text}  dontneed\n  read 4K at 1p\n"));
        assert_eq!(dropped.machine.world.block_behind(MmId(0), 1), Some((1, 0x1001)), "{kernel}");
    }
}

#[test]
fn a_range_beside_the_mapping_is_enomem_and_a_skewed_mapping_is_found() {
    for kernel in KERNELS {
        for (range, result) in
            [("0..2p", -12), ("1p..2p", 0), ("2p..9p", -12), ("9p..10p", -12), ("9p..", -12), ("2p..", 0), ("", 0)]
        {
            let text = format!(
                "revision {kernel}\nfile 8p\nextent 0..8p mapped at 16M\nprocess P maps 1p..5p shared rw skew 7p\nthread A in P\n  \
                 write 4K at 1p\n  write 4K at 2p\n  dontneed {range}\n"
            );
            let run = ran(&text);
            let expected = if result == 0 { OpResult::Done } else { OpResult::Number(result) };
            assert_eq!(last_result(&run), Some(expected), "{kernel}: {range}");
            let drops = |first: u64, end: u64| [8, 9].map(|page| !(first..end).contains(&page));
            let expected = match range {
                "0..2p" | "1p..2p" => drops(8, 9),
                "2p..9p" | "2p.." => drops(9, 12),
                "" => drops(8, 12),
                _ => [true, true],
            };
            assert_eq!([8, 9].map(|page| maps(&run.machine.world, 0, page)), expected, "{kernel}: {range}");
        }
    }
}

/// It takes `mmap_sem` for reading: a fault of the same process can be anywhere meanwhile, and finds what it left.
#[test]
fn faults_of_the_same_process_run_beside_it() {
    for kernel in KERNELS {
        let text = format!(
            "revision {kernel}\nfile 4M\nextent 0..4M mapped at 16M\nthread A\n  write 2M at 0\n  dontneed 0..2M\nthread B\n  write 4K at 3p\n"
        );
        let (a, b) = (Choice::run(ThreadId(0)), Choice::run(ThreadId(1)));
        let steps = ran(&text).steps.len();
        for before in 0..steps {
            let mut run = begun(&text);
            for _ in 0..before {
                run.step(a, StepSize::Operation);
            }
            while run.step(b, StepSize::Operation).is_some() {}
            assert!(run.run_on(StepSize::Operation, 10_000), "{kernel}: after {before} steps");
            assert_eq!(run.violations().count(), 0, "{kernel}: after {before} steps");
        }
    }
}
