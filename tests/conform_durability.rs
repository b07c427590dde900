//! What recordings of the real kernels call `not_durable`, what the rule says, and what a power failure would take: the same, page by
//! page, in every run of the XArray's era. But for pages that write(2) has overwritten since: the recorder forgot that it goes round the
//! caches, so it still counts the store before as owed.

use std::io::Read;
use std::path::{Path, PathBuf};

use daxscope_conform::dax::{Recording, read};
use daxscope_conform::input;
use daxscope_core::crash::{BlockState, Content, Device, Loss};
use daxscope_core::event::Event;
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::{Block, PageIndex};

/// Has write(2) put the last store to the medium, round the caches?
fn is_overwritten(state: &BlockState) -> bool {
    state.pending.is_empty() && state.durable == Content::Store(state.newest) && !state.newest.mapped
}

/// The files of a kernel.
fn files(kernel: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/xarray").join(kernel);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "gz"));
    files.sort();
    files
}

/// How often a file says it, whatever reads it.
fn told(path: &Path) -> usize {
    let mut text = String::new();
    input::open(path).unwrap().read_to_string(&mut text).unwrap();
    text.matches("\"not_durable\"").count()
}

/// Goes along a recording; answers how many pages the recorder's rule calls not durable at returns of fsync, and how many of them are, because
/// write(2) has overwritten them.
fn compare(recording: &Recording) -> (usize, usize) {
    let mut machine = Machine::new(recording.scenario().unwrap());
    let mut device = Device::new(&machine.world);
    let (mut found, mut overwritten) = (0, 0);
    for (at, &thread) in recording.schedule().iter().enumerate() {
        let (before, number) = (machine.world.clone(), at + 1);
        let record = machine.step(Choice::run(thread), StepSize::Point).expect("a recorded step can be made");
        device.step(&before, number, &record);
        let mut says: Vec<(PageIndex, Block)> = Vec::new();
        for event in record.events() {
            if let Event::LeftUnflushed { index, block } = *event {
                says.push((index, block));
            }
        }
        let mut takes: Vec<(PageIndex, Block)> = Vec::new();
        for broken in device.broken(&machine.world) {
            let promise = &device.promises()[broken.promise];
            let is_this = promise.returned == Some(number) && promise.by.thread == thread;
            if is_this && broken.loss == Loss::NotFlushed {
                takes.push((broken.page, broken.block));
            }
        }
        found += says.len();
        says.retain(|&(_, block)| {
            let is_safe = device.block(block).is_some_and(is_overwritten);
            overwritten += usize::from(is_safe);
            !is_safe
        });
        assert_eq!(takes, says, "{}, step {at}", recording.id);
    }
    (found, overwritten)
}

#[test]
fn what_is_not_durable_is_what_a_power_failure_takes() {
    for (kernel, runs, events, safe) in [("6.12", 1_454, 46, 1), ("7.3", 1_523, 76, 1)] {
        let (mut all, mut found, mut overwritten, mut said) = (0, 0, 0, 0);
        for path in files(kernel) {
            for recording in read(input::open(&path).unwrap()).unwrap() {
                let (told, still) = compare(&recording.unwrap().1);
                found += told;
                overwritten += still;
                all += 1;
            }
            said += told(&path);
        }
        assert_eq!((all, found, said, overwritten), (runs, events, events, safe), "{kernel}");
    }
}
